//! A round as the drand HTTP API serves it, at `/{chain hash}/public/{round}`.

use serde::Deserialize;
use sortition::hash::{bytes_from_hex, hex, sha256};
use sortition::record::BeaconReading;
use sortition::seed::Chain;

/// No round is larger, in bytes.
pub const MAX_BYTES: usize = 64 << 10;

/// What the API says of a round. Keys that are not listed here are passed over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Served {
    /// The round.
    pub round: u64,
    /// Its signature, in hexadecimal digits.
    pub signature: String,
    /// The signature of the round before, where the network is chained.
    #[serde(default)]
    pub previous_signature: Option<String>,
    /// SHA-256 of the signature; the newer API leaves it out.
    #[serde(default)]
    pub randomness: Option<String>,
}

impl Served {
    /// Reads the JSON.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > MAX_BYTES {
            return Err(format!("it has more than {MAX_BYTES} bytes; a round of a beacon is far smaller"));
        }
        let served: Self = serde_json::from_slice(bytes).map_err(|error| {
            format!(
                "it is not a round as the drand API serves it (line {}, column {})",
                error.line(),
                error.column()
            )
        })?;
        let wrong = "the randomness in it is not the SHA-256 of its signature";
        match (&served.randomness, bytes_from_hex(&served.signature)) {
            (_, None) => Err("its signature is not in lower-case hexadecimal digits".to_owned()),
            (Some(said), Some(signature)) if *said != sha256(&signature).to_string() => Err(wrong.to_owned()),
            _ => Ok(served),
        }
    }

    /// The round as `draw.json` has it, checked: genuine, and of the network `chain`.
    ///
    /// # Errors
    /// Why it is not to be trusted, in words.
    pub fn reading(&self, chain: &Chain) -> Result<BeaconReading, String> {
        let bytes = |text: &str| {
            bytes_from_hex(text).ok_or("a signature in it is not in lower-case hexadecimal digits".to_owned())
        };
        // Some servers send an empty one where there is none.
        let previous = self.previous_signature.as_deref().filter(|text| !text.is_empty() && chain.chained);
        let previous = previous.map(bytes).transpose()?;
        crate::verify(chain, self.round, previous.as_deref(), &bytes(&self.signature)?)?;
        Ok(BeaconReading {
            chain: chain.name.to_owned(),
            previous_signature: previous.as_deref().map(hex),
            round: self.round,
            signature: self.signature.clone(),
        })
    }
}
