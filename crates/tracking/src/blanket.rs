//! Blanket answers: the same reasons for several recommendations.

use crate::recommendation::Recommendation;
use crate::text::{Words, hex};
use sha2::{Digest as _, Sha256};

/// The reasons with which another recommendation is answered (or about to be), as [`fingerprint`]s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The other one's reference.
    pub reference: String,
    /// One for each language.
    pub fingerprints: Vec<String>,
}

/// The same for texts that differ only in case, digits, spaces and punctuation: SHA-256 of the letters in lower case, in
/// hexadecimal.
pub fn fingerprint(reasons: &str) -> String {
    let letters: String =
        reasons.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    hex(&Sha256::digest(letters.as_bytes()))
}

/// The first other recommendation that has one of these reasons.
pub(crate) fn same<'a>(reasons: &Words, others: &'a [Answered], own: &str) -> Option<&'a str> {
    let ours: Vec<String> = reasons.values().map(|text| fingerprint(text)).collect();
    others
        .iter()
        .filter(|other| other.reference != own)
        .find(|other| other.fingerprints.iter().any(|theirs| ours.contains(theirs)))
        .map(|other| other.reference.as_str())
}

impl Recommendation {
    /// The fingerprints of its drafted reasons and of the published ones that hold.
    pub fn fingerprints(&self) -> Vec<String> {
        let holding = self.draft.iter().chain(self.response());
        let mut all: Vec<String> =
            holding.flat_map(|response| response.reasons.values()).map(|text| fingerprint(text)).collect();
        all.sort();
        all.dedup();
        all
    }
}
