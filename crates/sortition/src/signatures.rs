//! Signatures, which the core neither makes nor checks itself: it stays free of foreign code and is handed functions.

use crate::hash::{Digest, bytes_from_hex, h, hex};
use crate::seed::Chain;
use std::fmt;

/// Whether a round of a beacon is genuine, or why not: the chain, the round, the signature of the round before where the
/// chain needs it, the round's signature.
pub type CheckRound = fn(&Chain, u64, Option<&[u8]>, &[u8]) -> Result<(), String>;

/// How signatures are checked.
#[derive(Debug, Clone, Copy)]
pub struct Signatures {
    /// Whether a round of a beacon is genuine.
    pub beacon: CheckRound,
    /// Whether an Ed25519 signature is genuine: the public key, the message, the signature (RFC 8032, with points of
    /// small order refused).
    pub organiser: fn(&[u8; 32], &[u8], &[u8; 64]) -> bool,
}

impl Signatures {
    /// Checks a signature of the organiser, in hexadecimal digits, under `key`.
    ///
    /// # Errors
    /// Why it is not to be trusted.
    pub fn check(&self, key: &Digest, message: &Digest, signature: Option<&str>) -> Result<(), String> {
        let form = "the signature is not 64 bytes in lower-case hexadecimal digits";
        let bytes = signature.and_then(bytes_from_hex).and_then(|bytes| bytes.try_into().ok()).ok_or(form)?;
        let genuine = (self.organiser)(&key.0, message.as_bytes(), &bytes);
        if genuine { Ok(()) } else { Err("the signature does not fit the announced key".to_owned()) }
    }
}

/// The organiser's Ed25519 key, and how it signs.
#[derive(Clone, Copy)]
pub struct Signer {
    /// The secret key.
    pub secret: [u8; 32],
    /// The public key.
    pub public: Digest,
    /// Signs a message with a secret key.
    pub sign: fn(&[u8; 32], &[u8]) -> [u8; 64],
}

impl Signer {
    /// A signature in hexadecimal digits.
    pub fn signature(&self, message: &Digest) -> String {
        hex(&(self.sign)(&self.secret, message.as_bytes()))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer with the public key {}", self.public)
    }
}

/// The secret key of a rehearsal.
pub fn rehearsal_key(secret: &Digest) -> Digest {
    h("asl/1/rehearsal-key", &[secret.as_bytes()])
}
