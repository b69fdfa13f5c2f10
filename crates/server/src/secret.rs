//! Secrets: 256 bits from the operating system, and hashes of them for the store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::fault::Fault;

/// A new secret for an address or a cookie: 43 letters, digits, `-` and `_`.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn secret() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Fault::broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A new opaque id of 128 bits that says nothing and cannot be guessed: 22 letters, digits, `-` and `_`.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn id() -> Result<String, Fault> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(Fault::broken)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// SHA-256 in hexadecimal. Enough for secrets of 256 random bits; passwords go through Argon2id.
pub fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two texts are the same, in a time that does not depend on where they differ.
pub fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && differences == 0
}
