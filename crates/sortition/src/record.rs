//! What the files of a record say, each read in its one form only.

use crate::canonical::{self, is_plain};
use crate::hash::{Digest, sha256};
use crate::portfolio::MAX_PANELS;
use crate::register::MAX_MEMBERS;
pub use crate::seed::BeaconReading;
use crate::seed::Slots;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The protocol that this version speaks.
pub const PROTOCOL: &str = "asl/1";

/// The largest JSON file but the certificate, in bytes.
pub const MAX_JSON: usize = 16 << 20;

/// The most rows that `quotas.csv` may have.
pub const MAX_QUOTAS: usize = 2000;

/// Files by their path inside a folder, with `/` between names.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a record, as far as somebody holds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// `public/`: for everybody.
    pub public: Files,
    /// `observers/`: for accredited observers.
    pub observers: Option<Files>,
    /// `private/`: for the organiser and an auditor.
    pub private: Option<Files>,
}

/// What the lottery maximises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// The smallest selection probability, then the next smallest, and so on.
    Leximin,
    /// The smallest selection probability alone.
    Maximin,
    /// The product of all selection probabilities.
    Nash,
    /// The smallest and the largest selection probability, both near the average.
    Goldilocks,
}

impl Objective {
    /// The name that `commit.json` has.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leximin => "leximin",
            Self::Maximin => "maximin",
            Self::Nash => "nash",
            Self::Goldilocks => "goldilocks",
        }
    }
}

/// `public/commit.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The name of what is drawn for; it enters every member's hashes.
    pub event: String,
    /// 1, or one more than the attempt that was voided before.
    pub attempt: u32,
    /// SHA-256 of the earlier attempt's `commit.json`; null at attempt 1.
    pub previous: Option<Digest>,
    /// SHA-256 of the earlier attempt's `void.json`; null at attempt 1.
    pub void: Option<Digest>,
    /// Whether this is only a rehearsal, whose secret follows from a text.
    pub rehearsal: bool,
    /// The number of members, 1 to [`MAX_MEMBERS`].
    pub n: u32,
    /// The size of a panel, 1 to n.
    pub k: u32,
    /// The number of panels, 1 to [`MAX_PANELS`].
    pub m: u32,
    /// What the lottery maximises.
    pub objective: Objective,
    /// The root of the tree of members.
    pub pool_root: Digest,
    /// The root of the tree of panels.
    pub portfolio_root: Digest,
    /// SHA-256 of files.
    pub sha256: Hashes,
    /// The names of the pool's columns that say who somebody is.
    pub identity: Vec<String>,
    /// The randomness that will decide.
    pub slots: Slots,
    /// The organiser's Ed25519 public key, with which receipts are signed.
    pub receipt_key: Digest,
    /// The program that made the record, with its version.
    pub program: String,
    /// What proposed the lottery, with its version.
    pub solver: String,
}

/// SHA-256 of files that a commitment binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashes {
    /// `public/quotas.csv`.
    pub quotas: Digest,
    /// `public/rules.json`.
    pub rules: Digest,
    /// `public/counts.csv`.
    pub counts: Digest,
    /// `observers/certificate.json`.
    pub certificate: Digest,
}

impl Commit {
    /// Reads `commit.json`. The announced randomness and the attempt's predecessors are not checked here.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        let commit: Self = canonical::from_json(bytes, MAX_JSON)?;
        let texts = [&commit.event, &commit.program, &commit.solver];
        let within = |value: u32, most: u32| (1..=most).contains(&value);
        let columns: BTreeSet<&String> = commit.identity.iter().collect();
        if commit.protocol != PROTOCOL {
            Err(format!("it is for another protocol than {PROTOCOL}"))
        } else if commit.event.is_empty()
            || !texts.into_iter().chain(&commit.identity).all(|text| is_plain(text))
        {
            Err("the event has no name, or a text is not in its canonical form".to_owned())
        } else if columns.is_empty() || columns.len() < commit.identity.len() {
            Err("the identity has no columns, or one twice".to_owned())
        } else if commit.attempt == 0 {
            Err("attempts are counted from 1".to_owned())
        } else if !within(commit.n, MAX_MEMBERS)
            || !within(commit.k, commit.n)
            || !within(commit.m, MAX_PANELS)
        {
            Err("the numbers of members, seats and panels cannot be right".to_owned())
        } else {
            Ok(commit)
        }
    }
}

/// `void.json`: the declaration that an attempt will never be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The attempt's number.
    pub attempt: u32,
    /// SHA-256 of the attempt's `commit.json`.
    pub commitment: Digest,
    /// The event's name.
    pub event: String,
    /// Why, for people.
    pub reason: String,
}

impl Void {
    /// Reads the `void.json` of the attempt whose `commit.json` is given.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8], commit: &[u8]) -> Result<Self, String> {
        let void: Self = canonical::from_json(bytes, MAX_JSON)?;
        let voided = Commit::from_canonical(commit)?;
        if void.attempt != voided.attempt || void.event != voided.event || void.commitment != sha256(commit) {
            Err("it is about another commitment".to_owned())
        } else if void.reason.is_empty() || !is_plain(&void.reason) {
            Err("it gives no reason, or not in its canonical form".to_owned())
        } else {
            Ok(void)
        }
    }
}

/// `public/draw.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// The beacon's round, if one was announced.
    pub beacon: Option<BeaconReading>,
    /// The indices of the panel's members.
    pub panel: Vec<u32>,
    /// The path from the panel to `portfolio_root`.
    pub panel_path: Vec<Digest>,
    /// The salt of the panel's leaf.
    pub panel_salt: Digest,
    /// The seed S.
    pub seed: Digest,
    /// The panel's line in the portfolio, from 0.
    pub t: u32,
    /// The witnessed digits, if they were announced.
    pub witnessed: Option<String>,
}

impl Draw {
    /// Reads `draw.json`.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        canonical::from_json(bytes, MAX_JSON)
    }
}

/// Reads a file of one hash in hexadecimal digits and LF: `private/secret` and `observers/observer-secret`.
///
/// # Errors
/// It is anything else.
pub fn secret_from_canonical(bytes: &[u8]) -> Result<Digest, String> {
    let text = bytes.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
    text.and_then(Digest::from_hex)
        .ok_or_else(|| "it is not 64 lower-case hexadecimal digits and a line feed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::WitnessedSlot;

    fn commit() -> Commit {
        let digest = Digest([7; 32]);
        let slot = WitnessedSlot { digits: 20, description: "dice".to_owned() };
        Commit {
            protocol: PROTOCOL.to_owned(),
            event: "Spring".to_owned(),
            attempt: 1,
            previous: None,
            void: None,
            rehearsal: false,
            n: 12,
            k: 4,
            m: 20,
            objective: Objective::Leximin,
            pool_root: digest,
            portfolio_root: digest,
            sha256: Hashes { quotas: digest, rules: digest, counts: digest, certificate: digest },
            identity: vec!["id".to_owned()],
            slots: Slots { witnessed: Some(slot), beacon: None },
            program: "boule 0.1.0".to_owned(),
            receipt_key: Digest([3; 32]),
            solver: "none".to_owned(),
        }
    }

    #[test]
    fn commitments_that_make_no_sense() {
        let read = |commit: &Commit| Commit::from_canonical(&canonical::to_json(commit));
        assert_eq!(read(&commit()).unwrap(), commit());
        let changes: [fn(&mut Commit); 15] = [
            |commit| commit.protocol = "asl/2".to_owned(),
            |commit| commit.event = String::new(),
            |commit| commit.event = "Spring ".to_owned(),
            |commit| commit.event = "\u{1b}[2JSpring".to_owned(),
            |commit| commit.identity = vec!["\u{202e}id".to_owned()],
            |commit| commit.event = "Pru\u{308}fung".to_owned(),
            |commit| commit.solver = " ".to_owned(),
            |commit| commit.identity.clear(),
            |commit| commit.identity = vec!["id".to_owned(), "id".to_owned()],
            |commit| commit.attempt = 0,
            |commit| commit.n = 0,
            |commit| commit.k = 0,
            |commit| commit.k = 13,
            |commit| commit.m = 0,
            |commit| commit.n = MAX_MEMBERS + 1,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut changed = commit();
            change(&mut changed);
            assert!(read(&changed).is_err(), "change {place}");
        }
    }

    #[test]
    fn voids_are_about_one_commitment() {
        let bytes = canonical::to_json(&commit());
        let void = Void {
            attempt: 1,
            commitment: sha256(&bytes),
            event: "Spring".to_owned(),
            reason: "the hall was closed".to_owned(),
        };
        let read = |void: &Void| Void::from_canonical(&canonical::to_json(void), &bytes);
        assert!(read(&void).is_ok());
        assert!(read(&Void { attempt: 2, ..void.clone() }).is_err());
        assert!(read(&Void { commitment: Digest([0; 32]), ..void.clone() }).is_err());
        assert!(read(&Void { event: "Autumn".to_owned(), ..void.clone() }).is_err());
        assert!(read(&Void { reason: String::new(), ..void }).is_err());
    }

    #[test]
    fn secrets_have_one_form() {
        let text = format!("{}\n", Digest([7; 32]));
        assert_eq!(secret_from_canonical(text.as_bytes()), Ok(Digest([7; 32])));
        for wrong in [text.trim_end(), &text.to_uppercase().replace("07", "AB"), "", "\n", &text[1..]] {
            assert!(secret_from_canonical(wrong.as_bytes()).is_err());
        }
    }
}
