//! Rounds of the drand randomness beacon, checked offline.
//!
//! Nothing here goes online. The networks that a draw may name are pinned, with their keys, in [`pinned`]; a round is
//! genuine if its BLS signature verifies under that key. A signature is accepted in one form only: compressed, canonical,
//! in the subgroup, of exactly the network's length.

pub mod pinned;
mod served;

pub use served::Served;

use blst::BLST_ERROR;
use sha2::{Digest as _, Sha256};
use sortition::seed::Chain;

use crate::pinned::{Group, Pinned};

/// Checks the signature of a round, and `previous`, the signature of the round before, which only a chained network needs.
///
/// The message is SHA-256 of the previous signature, where there is one, and the round as eight bytes, the most
/// significant first (drand's specification, "Randomness Generation").
///
/// # Errors
/// Why the round is not to be trusted, in words.
pub fn verify(chain: &Chain, round: u64, previous: Option<&[u8]>, signature: &[u8]) -> Result<(), String> {
    let pinned = Pinned::of(chain).ok_or("the beacon is none of those that this program knows")?;
    let long = |bytes: &[u8]| bytes.len() == chain.signature;
    if !long(signature) || previous.is_some_and(|previous| !long(previous)) {
        return Err(format!("a signature of {} has exactly {} bytes", chain.name, chain.signature));
    }
    if previous.is_some() != chain.chained {
        return Err("the signature of the round before is missing, or there without need".to_owned());
    }
    if round == 0 {
        return Err("rounds are counted from 1".to_owned());
    }
    let message = Sha256::new().chain_update(previous.unwrap_or_default()).chain_update(round.to_be_bytes());
    genuine(&pinned, &message.finalize(), signature)
}

fn genuine(pinned: &Pinned, message: &[u8], signature: &[u8]) -> Result<(), String> {
    macro_rules! check {
        ($variant:ident) => {{
            use blst::$variant::{PublicKey, Signature};
            let key = PublicKey::uncompress(&pinned.key()).map_err(|_| "the pinned key is no key")?;
            let point = Signature::uncompress(signature)
                .map_err(|_| "the signature is not a point in its one form")?;
            if point.to_bytes() != signature {
                return Err("the signature is not written in its one form".to_owned());
            }
            point.verify(true, message, pinned.tag(), &[], &key, true)
        }};
    }
    let outcome = match pinned.signatures {
        Group::G1 => check!(min_sig),
        Group::G2 => check!(min_pk),
    };
    match outcome {
        BLST_ERROR::BLST_SUCCESS => Ok(()),
        _ => Err("the signature is not that of this round of this beacon".to_owned()),
    }
}
