//! The words of a recommendation: versions per language, each with its hash, and what changed between two.

use crate::actor::Signed;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The same in several languages: language tag (`en`, `es`; BCP 47) to text.
pub type Words = BTreeMap<String, String>;

/// A title and a text, as they are handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// One line.
    pub title: String,
    /// The recommendation in the assembly's own words.
    pub text: String,
}

/// One version of the text in one language. Versions are never changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1, 2, 3 … in its language.
    pub number: u32,
    /// Its words.
    #[serde(flatten)]
    pub wording: Wording,
    /// [`hash`] of its words.
    pub sha256: String,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
    /// Why it replaces the one before; `None` for a first version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// SHA-256 of the title, an empty line, the text and a line feed, in hexadecimal: `sha256sum` of a file with these lines
/// gives the same.
pub fn hash(wording: &Wording) -> String {
    hex(&Sha256::digest(format!("{}\n\n{}\n", wording.title, wording.text).as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// What became of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// In both.
    Same,
    /// Only in the new one.
    Added,
    /// Only in the old one.
    Removed,
}

/// What changed from `old` to `new`, word by word; neighbours of one kind are joined. The pieces that are the same or
/// added make up `new`, those that are the same or removed `old`.
pub fn difference(old: &str, new: &str) -> Vec<(Change, String)> {
    let mut pieces: Vec<(Change, String)> = Vec::new();
    for piece in TextDiff::from_words(old, new).iter_all_changes() {
        let change = match piece.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        };
        match pieces.last_mut() {
            Some((last, text)) if *last == change => text.push_str(piece.value()),
            _ => pieces.push((change, piece.value().to_owned())),
        }
    }
    pieces
}
