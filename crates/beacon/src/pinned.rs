//! The networks whose rounds a draw may name, with the keys that their signatures must fit.

use sha2::{Digest as _, Sha256};
use sortition::hash::{bytes_from_hex, hex};
use sortition::seed::{CHAINS, Chain};

/// Which of the two groups of BLS12-381 a network's signatures are in; its key is in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 48 bytes.
    G1,
    /// 96 bytes.
    G2,
}

/// What drand publishes about a network at `/chains/{hash}/info`, beside what [`Chain`] has.
#[derive(Debug, Clone, Copy)]
pub struct Pinned {
    /// The network.
    pub chain: &'static Chain,
    /// Where its signatures are.
    pub signatures: Group,
    /// The group's public key, in hexadecimal digits.
    pub public_key: &'static str,
    /// The hash of the group that began the network, in hexadecimal digits.
    pub group_hash: &'static str,
    /// The beacon's id; `default` for the oldest.
    pub id: &'static str,
}

/// All of them, in the order of [`CHAINS`].
pub const PINNED: [Pinned; 2] = [
    Pinned {
        chain: &CHAINS[0],
        signatures: Group::G1,
        public_key: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
        group_hash: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
        id: "quicknet",
    },
    Pinned {
        chain: &CHAINS[1],
        signatures: Group::G2,
        public_key: "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
        group_hash: "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
        id: "default",
    },
];

impl Pinned {
    /// What is pinned of a network.
    pub fn of(chain: &Chain) -> Option<Self> {
        PINNED.into_iter().find(|pinned| pinned.chain == chain)
    }

    /// The public key, compressed.
    pub fn key(&self) -> Vec<u8> {
        bytes_from_hex(self.public_key).unwrap_or_default()
    }

    /// The tag that separates this network's use of BLS from others (RFC 9380, section 3.1).
    pub fn tag(&self) -> &'static [u8] {
        match self.signatures {
            Group::G1 => b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
            Group::G2 => b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_",
        }
    }

    /// The hash by which drand knows the network: SHA-256 of its period, genesis, key, group hash, and id unless it is
    /// `default`.
    pub fn chain_hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update((self.chain.period as u32).to_be_bytes());
        hasher.update((self.chain.genesis as i64).to_be_bytes());
        hasher.update(self.key());
        hasher.update(bytes_from_hex(self.group_hash).unwrap_or_default());
        if self.id != "default" {
            hasher.update(self.id);
        }
        hex(&hasher.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_follow_from_the_keys() {
        for pinned in PINNED {
            assert_eq!(pinned.chain_hash(), pinned.chain.hash, "{}", pinned.id);
            assert_eq!(pinned.key().len() + pinned.chain.signature, 48 + 96);
        }
        assert!(PINNED.iter().map(|pinned| pinned.chain).eq(&CHAINS));
    }
}
