//! The organiser's signature under receipts: Ed25519 (RFC 8032).
//!
//! Keys are the 32 bytes of section 5.1.5; a signature follows from key and message alone, without randomness. Nothing
//! here makes keys or keeps them.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// The public half of a secret key.
pub fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(secret).verifying_key().to_bytes()
}

/// Signs a message.
pub fn sign(secret: &[u8; 32], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(secret).sign(message).to_bytes()
}

/// Whether a signature of `message` is genuine. Keys and signatures with a point of small order, and a second form of a
/// signature, are refused, so that nobody can make one signature fit two messages.
pub fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(public)
        .and_then(|key| key.verify_strict(message, &Signature::from_bytes(signature)))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let digit =
            |place: usize| u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).expect("hexadecimal");
        std::array::from_fn(digit)
    }

    /// RFC 8032, section 7.1, tests 1 and 2.
    #[test]
    fn rfc_8032_vectors() {
        let vectors = [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                &b""[..],
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                b"\x72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ];
        for (secret, public, message, signature) in vectors {
            assert_eq!(public_key(&bytes(secret)), bytes(public));
            assert_eq!(sign(&bytes(secret), message), bytes(signature));
            assert!(verify(&bytes(public), message, &bytes(signature)));
            assert!(!verify(&bytes(public), b"another", &bytes(signature)));
            for place in 0..64 {
                let mut other: [u8; 64] = bytes(signature);
                other[place] ^= 1;
                assert!(!verify(&bytes(public), message, &other));
            }
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&identity);
        assert!(!verify(&identity, b"anything", &signature), "a key of small order signs everything");
    }
}
