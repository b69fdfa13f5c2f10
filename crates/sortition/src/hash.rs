//! SHA-256, and how values enter it.

use sha2::{Digest as _, Sha256};
use std::fmt;

/// The 32 bytes of a SHA-256 hash; ordered bytewise, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// Reads exactly 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn from_hex(text: &str) -> Option<Self> {
        bytes_from_hex(text)?.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("a hash is 64 lower-case hexadecimal digits"))
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Reads lower-case hexadecimal digits, two for each byte; anything else is `None`.
pub fn bytes_from_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?)).collect()
}

/// SHA-256 of bytes as they are; for a file it agrees with `sha256sum`.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// `F(x)`: the length of `x` as four bytes, the most significant first, and then `x`.
///
/// Lengths are below 2^32: every value that is hashed comes from a file of at most
/// [`crate::canonical::MAX_FILE`].
pub fn f(x: &[u8]) -> Vec<u8> {
    [&(x.len() as u32).to_be_bytes(), x].concat()
}

/// `H(tag, x1, ...)`: SHA-256 of `F(tag) || F(x1) || ...`. No two lists of values give the same input.
pub fn h(tag: &str, values: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for value in std::iter::once(tag.as_bytes()).chain(values.iter().copied()) {
        hasher.update((value.len() as u32).to_be_bytes());
        hasher.update(value);
    }
    Digest(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fips_180_4() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc").to_string(), abc);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b"").to_string(), empty);
    }

    #[test]
    fn h_is_the_hash_of_the_framed_values() {
        let framed = [f(b"asl/1/x"), f(b""), f(b"ab")].concat();
        assert_eq!(h("asl/1/x", &[b"", b"ab"]), sha256(&framed));
        assert_eq!(f(b"ab"), [0, 0, 0, 2, b'a', b'b']);
    }

    #[test]
    fn hex_has_one_form() {
        let digest = sha256(b"abc");
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        for wrong in ["", "0", "0g", &digest.to_string().to_uppercase(), &format!("{digest}00"), "é0"] {
            assert_eq!(Digest::from_hex(wrong), None, "{wrong}");
        }
        assert_eq!(bytes_from_hex("00ff"), Some(vec![0, 255]));
        assert_eq!(bytes_from_hex("00f"), None);
    }
}
