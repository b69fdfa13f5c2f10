//! The public randomness of a draw: which is announced, and the seed that it gives.

use crate::canonical::{is_plain, safe};
use crate::hash::{Digest, bytes_from_hex, h, sha256};
use crate::signatures::Signatures;
use serde::{Deserialize, Serialize};

/// The fewest witnessed digits that may be announced.
pub const MIN_DIGITS: u32 = 20;

/// The most witnessed digits that may be announced.
pub const MAX_DIGITS: u32 = 1000;

/// A randomness beacon of the drand network that draws may name.
#[derive(Debug, PartialEq, Eq)]
pub struct Chain {
    /// The name in `commit.json`.
    pub name: &'static str,
    /// The hash that drand knows it by.
    pub hash: &'static str,
    /// Unix seconds of round 1.
    pub genesis: u64,
    /// Seconds from round to round.
    pub period: u64,
    /// Bytes of a signature.
    pub signature: usize,
    /// Whether a signature covers the signature before.
    pub chained: bool,
}

/// The beacons that draws may name; no others, or an organiser could run one.
pub const CHAINS: [Chain; 2] = [
    Chain {
        name: "quicknet",
        hash: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        genesis: 1_692_803_367,
        period: 3,
        signature: 48,
        chained: false,
    },
    Chain {
        name: "mainnet",
        hash: "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        genesis: 1_595_431_050,
        period: 30,
        signature: 96,
        chained: true,
    },
];

impl Chain {
    /// The beacon of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        CHAINS.iter().find(|chain| chain.name == name)
    }

    /// The first round that comes out at `time` (Unix seconds) or later: `ceil((time - genesis) / period) +
    /// 1`; `None` before the genesis.
    pub fn round(&self, time: u64) -> Option<u64> {
        Some(time.checked_sub(self.genesis)?.div_ceil(self.period) + 1)
    }
}

/// Which randomness will decide a draw, announced with its commitment; at least one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// Digits that people see come up.
    pub witnessed: Option<WitnessedSlot>,
    /// A round of a beacon.
    pub beacon: Option<BeaconSlot>,
}

/// An announcement of digits that people will see come up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessedSlot {
    /// How many: [`MIN_DIGITS`] to [`MAX_DIGITS`].
    pub digits: u32,
    /// Where they come from and in which order, for people.
    pub description: String,
}

/// An announcement of a beacon's round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconSlot {
    /// The name of one of [`CHAINS`].
    pub chain: String,
    /// The time of the draw, in Unix seconds.
    #[serde(deserialize_with = "safe")]
    pub time: u64,
    /// The round that follows from the time.
    #[serde(deserialize_with = "safe")]
    pub round: u64,
}

/// A round of a beacon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconReading {
    /// The chain's name.
    pub chain: String,
    /// The signature of the round before, in hexadecimal digits; null where the chain does not need it.
    pub previous_signature: Option<String>,
    /// The round.
    #[serde(deserialize_with = "safe")]
    pub round: u64,
    /// The round's signature, in hexadecimal digits.
    pub signature: String,
}

/// A chain, the signature before where the chain needs it, and the signature.
type Parts = (&'static Chain, Option<Vec<u8>>, Vec<u8>);

impl BeaconReading {
    /// What the round contributes to a seed, from signatures that have the right form; whether they are genuine is not
    /// checked.
    ///
    /// # Errors
    /// What is wrong with their form.
    pub fn pulse(&self) -> Result<Pulse, String> {
        let (chain, _, signature) = self.parts()?;
        let hash = Digest::from_hex(chain.hash).ok_or("the chain has no hash")?;
        Ok(Pulse { chain: hash, round: self.round, randomness: sha256(&signature) })
    }

    /// Checks that the round is genuine.
    ///
    /// # Errors
    /// Why it is not to be trusted.
    pub fn check(&self, signatures: &Signatures) -> Result<(), String> {
        let (chain, previous, signature) = self.parts()?;
        (signatures.beacon)(chain, self.round, previous.as_deref(), &signature)
    }

    fn parts(&self) -> Result<Parts, String> {
        let chain = Chain::named(&self.chain).ok_or("the beacon is none of those that draws may name")?;
        let form = format!("a signature is not {} bytes in lower-case hexadecimal digits", chain.signature);
        let bytes = |text: &String| {
            bytes_from_hex(text).filter(|bytes| bytes.len() == chain.signature).ok_or(form.clone())
        };
        let previous = self.previous_signature.as_ref().map(bytes).transpose()?;
        if previous.is_some() != chain.chained {
            return Err("the signature before is missing, or there without need".to_owned());
        }
        Ok((chain, previous, bytes(&self.signature)?))
    }
}

impl Slots {
    /// Checks that at least one slot is announced and that the number of digits and their description are
    /// allowed. The beacon is checked by [`Slots::check_round`].
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), String> {
        match &self.witnessed {
            None if self.beacon.is_none() => Err("no randomness is announced".to_owned()),
            Some(slot) if !(MIN_DIGITS..=MAX_DIGITS).contains(&slot.digits) => {
                Err(format!("{} digits are announced; {MIN_DIGITS} to {MAX_DIGITS} are allowed", slot.digits))
            }
            Some(slot) if !is_plain(&slot.description) => {
                Err("the description of the digits is not in its canonical form".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Checks that an announced round is the first of its chain at the announced time or later.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check_round(&self) -> Result<(), String> {
        let Some(slot) = &self.beacon else { return Ok(()) };
        let chain = Chain::named(&slot.chain).ok_or("the beacon is none of those that draws may name")?;
        let round = chain.round(slot.time).ok_or("the time of the draw is before the beacon began")?;
        if slot.round == round {
            Ok(())
        } else {
            Err(format!("round {} is announced, but the announced time gives round {round}", slot.round))
        }
    }

    /// Checks digits against the announcement: present exactly if announced, exactly as many, `0` to `9` and
    /// nothing else.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check_witnessed(&self, digits: Option<&str>) -> Result<(), String> {
        match (&self.witnessed, digits) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err("digits are given, but none were announced".to_owned()),
            (Some(slot), None) => Err(format!("the {} announced digits are missing", slot.digits)),
            (Some(slot), Some(digits)) if !digits.bytes().all(|b| b.is_ascii_digit()) => Err(format!(
                "there is something other than the digits 0 to 9; exactly {} digits were announced",
                slot.digits
            )),
            (Some(slot), Some(digits)) if digits.len() as u64 != u64::from(slot.digits) => {
                Err(format!("there are {} digits; exactly {} were announced", digits.len(), slot.digits))
            }
            _ => Ok(()),
        }
    }

    /// Checks a round against the announcement: present exactly if announced, of the same chain and number.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check_beacon(&self, reading: Option<&BeaconReading>) -> Result<(), String> {
        match (&self.beacon, reading) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err("a beacon is given, but none was announced".to_owned()),
            (Some(slot), None) => Err(format!("round {} of {} is missing", slot.round, slot.chain)),
            (Some(slot), Some(reading)) if slot.chain == reading.chain && slot.round == reading.round => {
                Ok(())
            }
            (Some(slot), Some(reading)) => Err(format!(
                "this is round {} of {}; round {} of {} was announced",
                reading.round, reading.chain, slot.round, slot.chain
            )),
        }
    }
}

/// What a beacon's round contributes to a seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    /// The chain's hash.
    pub chain: Digest,
    /// The round.
    pub round: u64,
    /// SHA-256 of the round's signature.
    pub randomness: Digest,
}

/// The seed S of a draw: from the commitment C, the witnessed digits and the beacon. A missing slot enters as
/// the empty string in each of its places.
pub fn seed(commitment: &Digest, witnessed: Option<&str>, beacon: Option<&Pulse>) -> Digest {
    derived("asl/1/seed", &[commitment.as_bytes()], witnessed, beacon)
}

/// The seed S_e of the e-th replacement: from the seed of the draw and the SHA-256 of the replacement's record.
pub fn reseed(
    seed: &Digest,
    e: u32,
    record: &Digest,
    witnessed: Option<&str>,
    beacon: Option<&Pulse>,
) -> Digest {
    derived("asl/1/reseed", &[seed.as_bytes(), &e.to_be_bytes(), record.as_bytes()], witnessed, beacon)
}

fn derived(tag: &str, fixed: &[&[u8]], witnessed: Option<&str>, beacon: Option<&Pulse>) -> Digest {
    let round = beacon.map(|pulse| pulse.round.to_be_bytes());
    let public: [&[u8]; 4] = [
        witnessed.unwrap_or_default().as_bytes(),
        beacon.map_or(&[], |pulse| pulse.chain.as_bytes()),
        round.as_ref().map_or(&[], |round| round.as_slice()),
        beacon.map_or(&[], |pulse| pulse.randomness.as_bytes()),
    ];
    h(tag, &[fixed, &public].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{bytes_from_hex, sha256};

    /// Round 1000 of quicknet as drand published it, and the commitment and digits that go with it in
    /// SPEC.md.
    fn example() -> (Digest, &'static str, Pulse) {
        let commitment = sha256(b"{\"asl\":\"1\",\"example\":true}\n");
        let signature = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125\
            e342b73a8dd2bacbe47e4b6b63ed5e39";
        let pulse = Pulse {
            chain: Digest::from_hex(CHAINS[0].hash).unwrap(),
            round: 1000,
            randomness: sha256(&bytes_from_hex(signature).unwrap()),
        };
        (commitment, "63454660390103169462", pulse)
    }

    #[test]
    fn vectors() {
        let (commitment, digits, pulse) = example();
        let is = |digest: Digest, hex: &str| assert_eq!(digest.to_string(), hex);
        is(commitment, "bcfb3bed01f57275fec62197e0965045e87b7fa708df48980739a9a26968b90e");
        is(pulse.randomness, "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd");
        is(
            seed(&commitment, Some(digits), Some(&pulse)),
            "564449f5c47f1a523129339cafa1ad79423a92a9ce8fee4f3cf683a7cc9cce86",
        );
        is(
            seed(&commitment, Some(digits), None),
            "b5009194f8e7210ab0defed52f9449059ff3e992b1588a7bb81e6035f123fd6f",
        );
        is(
            seed(&commitment, None, Some(&pulse)),
            "26382bcd88d8d173df7009fb3348082915c8c308466dc9dc15aac1b12aaa5787",
        );
    }

    #[test]
    fn replacement_vector() {
        let (commitment, digits, pulse) = example();
        let signature = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be\
            41076862b98fad56e91a6b85b89cd97b";
        let randomness = sha256(&bytes_from_hex(signature).unwrap());
        let later = Pulse { round: 657_413, randomness, ..pulse };
        let record = sha256(b"{\"asl\":\"1\",\"kind\":\"replacement\",\"n\":1}\n");
        let first = seed(&commitment, Some(digits), Some(&pulse));
        assert_eq!(
            reseed(&first, 1, &record, None, Some(&later)).to_string(),
            "b0a30ce8d089919505f249be66b8c35b33ad566385091e281879f31efc11fa56",
        );
    }

    #[test]
    fn rounds() {
        // 2023-08-23T15:59:24Z, 2023-09-15T11:00:03Z and 2020-08-16T21:49:30Z are the times of these rounds.
        let [quicknet, mainnet] = &CHAINS;
        assert_eq!(quicknet.round(1_692_806_364), Some(1000));
        assert_eq!(quicknet.round(1_692_806_364 + 1), Some(1001));
        assert_eq!(quicknet.round(1_692_806_364 - 2), Some(1000));
        assert_eq!(quicknet.round(1_694_775_603), Some(657_413));
        assert_eq!(mainnet.round(1_597_614_570), Some(72_785));
        assert_eq!(mainnet.round(mainnet.genesis), Some(1));
        assert_eq!(mainnet.round(mainnet.genesis - 1), None);
        assert!(CHAINS.iter().all(|chain| Digest::from_hex(chain.hash).is_some()));
    }

    #[test]
    fn only_what_was_announced() {
        let digits = WitnessedSlot { digits: 20, description: "ten-sided dice".to_owned() };
        let beacon = BeaconSlot { chain: "quicknet".to_owned(), time: 1_692_806_364, round: 1000 };
        let slots = Slots { witnessed: Some(digits.clone()), beacon: Some(beacon.clone()) };
        assert!(slots.check().is_ok() && slots.check_round().is_ok());
        assert!(slots.check_witnessed(Some("01234567890123456789")).is_ok());
        for wrong in [
            "",
            "0123456789012345678",
            "012345678901234567890",
            "0123456789012345678x",
            "٠1234567890123456789",
            "0123456789 0123456789",
        ] {
            assert!(slots.check_witnessed(Some(wrong)).is_err(), "{wrong}");
        }
        assert!(slots.check_witnessed(None).is_err());
        let none = Slots { witnessed: None, beacon: None };
        assert!(none.check().is_err());
        assert!(none.check_witnessed(Some("01234567890123456789")).is_err());
        let few = Slots { witnessed: Some(WitnessedSlot { digits: 19, ..digits }), beacon: None };
        assert!(few.check().is_err());
        for wrong in [
            BeaconSlot { round: 1001, ..beacon.clone() },
            BeaconSlot { time: 1_692_806_365, ..beacon.clone() },
            BeaconSlot { chain: "mainnet".to_owned(), ..beacon.clone() },
            BeaconSlot { chain: "mine".to_owned(), ..beacon.clone() },
            BeaconSlot { time: 0, ..beacon },
        ] {
            assert!(Slots { witnessed: None, beacon: Some(wrong) }.check_round().is_err());
        }
    }
}
