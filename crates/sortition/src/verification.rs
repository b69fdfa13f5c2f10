//! Verification: whether a record proves that the draw was as it should be.
//!
//! Works offline, solves nothing, and trusts no byte that it reads. Every check has a name; one that lacks
//! what it needs is reported as not checked, with the reason, so that one lie has one culprit.

mod auditor;
mod observer;
mod proof;
mod public;
mod replacements;

use crate::canonical::MAX_FILE;
use crate::hash::{Digest, sha256};
use crate::record::{Bundle, Files};
use crate::signatures::Signatures;
use serde::Serialize;

pub use proof::Proved;

/// How much of a record is looked at; each level includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// `public/`: that pool, rules and lottery were fixed first and that the seed picked this panel.
    Public,
    /// Also `observers/`: that the lottery keeps every rule and how fair it is.
    Observer,
    /// Also `private/`: that the people behind the numbers are those of the pool.
    Auditor,
}

/// What to verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The commitment C as somebody knows it from elsewhere, such as a receipt or a newspaper.
    pub commitment: Option<Digest>,
    /// The level.
    pub level: Level,
    /// Whether the draw is still to come; then nothing of it is looked at.
    pub before_draw: bool,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It held.
    Held,
    /// It did not hold; in which way.
    Failed(String),
    /// It could not be made; why.
    NotChecked(String),
}

impl Outcome {
    /// Why the check did not hold or could not be made; empty if it held.
    pub fn reason(&self) -> &str {
        match self {
            Self::Held => "",
            Self::Failed(reason) | Self::NotChecked(reason) => reason,
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name, one of [`CHECKS`].
    pub id: &'static str,
    /// What it checks, in plain words.
    pub title: &'static str,
    /// What came of it.
    pub outcome: Outcome,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The level.
    pub level: Level,
    /// SHA-256 of the record's `commit.json`, if it is there.
    pub commitment: Option<Digest>,
    /// The checks of the level, in order.
    pub checks: Vec<Check>,
    /// What the record says, as far as it was checked.
    pub statements: Vec<String>,
    /// The number of panels m, if `commit.json` can be read; 0 if not.
    pub panels: u32,
    /// What the proof of fairness proves, level by level; empty if it was not checked or does not hold.
    pub proved: Vec<Proved>,
    /// What cannot be checked from the files that were given, or from any.
    pub open: Vec<String>,
}

impl Report {
    /// 1 if a check failed, else 2 if one could not be made, else 0.
    pub fn exit_code(&self) -> u8 {
        let any = |wanted: fn(&Outcome) -> bool| self.checks.iter().any(|check| wanted(&check.outcome));
        if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
            1
        } else if any(|outcome| matches!(outcome, Outcome::NotChecked(_))) {
            2
        } else {
            0
        }
    }

    /// The first check that failed or, if none did, that could not be made.
    pub fn culprit(&self) -> Option<&Check> {
        let failed = self.checks.iter().find(|check| matches!(check.outcome, Outcome::Failed(_)));
        failed.or_else(|| self.checks.iter().find(|check| check.outcome != Outcome::Held))
    }
}

/// Every check: its name, the first level that has it, and what it checks.
pub const CHECKS: [(&str, Level, &str); 58] = [
    ("files", Level::Public, "every file of the level is there, and none is too large"),
    ("commit", Level::Public, "commit.json is in its one form and makes sense"),
    ("commitment", Level::Public, "commit.json is the one whose hash was given"),
    ("attempts", Level::Public, "every earlier attempt is there and was voided, and this one was not"),
    ("announcement", Level::Public, "enough public randomness was announced"),
    ("round", Level::Public, "the announced round of the beacon is that of the announced time"),
    ("hash-quotas", Level::Public, "quotas.csv is the file that was committed to"),
    ("quotas-form", Level::Public, "quotas.csv is in its one form"),
    ("hash-rules", Level::Public, "rules.json is the file that was committed to"),
    ("rules-form", Level::Public, "rules.json is in its one form and has only rules that this version knows"),
    ("hash-counts", Level::Public, "counts.csv is the file that was committed to"),
    ("counts-form", Level::Public, "counts.csv is in its one form and could be true"),
    ("draw-form", Level::Public, "draw.json is in its one form"),
    ("slots", Level::Public, "exactly the announced randomness was used"),
    ("beacon", Level::Public, "the beacon's signature is genuine"),
    ("seed", Level::Public, "the seed follows from the commitment and the randomness"),
    ("index", Level::Public, "the number of the panel follows from the seed"),
    ("panel-indices", Level::Public, "the panel has the announced size and members of the pool, each once"),
    ("panel-path", Level::Public, "the panel is the one that was committed to under that number"),
    ("replacements", Level::Public, "each replacement follows from the one before, with the right people"),
    (
        "replacement-slots",
        Level::Public,
        "enough randomness was announced for each, and exactly that was used",
    ),
    ("replacement-beacons", Level::Public, "the beacon's signatures for replacements are genuine"),
    ("replacement-draws", Level::Public, "seed, number and panel of each replacement follow"),
    ("members-form", Level::Observer, "members.csv is in its one form"),
    ("pool-root", Level::Observer, "members.csv is the pool that was committed to"),
    ("person-order", Level::Observer, "the members are in the order of their hashes, each once"),
    ("attributes", Level::Observer, "the members' values and households are those that were committed to"),
    ("household-labels", Level::Observer, "households are numbered in order, and have two members or more"),
    (
        "cap-labels",
        Level::Observer,
        "those who agree in the column of a cap are numbered in order, and are more than it allows",
    ),
    ("observer-secret", Level::Observer, "observer-secret is in its one form"),
    ("portfolio-form", Level::Observer, "portfolio.csv is in its one form: panels of the announced size"),
    ("portfolio-root", Level::Observer, "portfolio.csv is the lottery that was committed to"),
    ("portfolio-order", Level::Observer, "the panels are in order"),
    ("counts", Level::Observer, "every member is in as many panels as was committed to"),
    ("quotas", Level::Observer, "every panel meets every quota"),
    ("combinations", Level::Observer, "every panel meets every quota on a combination"),
    ("households", Level::Observer, "no panel has two members of one household"),
    ("caps", Level::Observer, "no panel has more members who agree in a column than its cap allows"),
    ("seated", Level::Observer, "every panel has the members who are already seated"),
    ("counts-file", Level::Observer, "counts.csv tells the truth about the pool and the panels"),
    ("hash-certificate", Level::Observer, "certificate.json is the file that was committed to"),
    ("certificate", Level::Observer, "the proof of fairness is right"),
    (
        "replacement-panels",
        Level::Observer,
        "every panel of a replacement keeps every rule and everybody who stays",
    ),
    ("replacement-fairness", Level::Observer, "the proofs of fairness of replacements are right"),
    ("replacement-tickets", Level::Observer, "who came in by ticket was next"),
    ("secret", Level::Auditor, "the observers' secret follows from the organiser's"),
    (
        "private-form",
        Level::Auditor,
        "the list of people is in its one form and has the columns that the rules name",
    ),
    ("identities", Level::Auditor, "no two members are the same person"),
    ("persons", Level::Auditor, "the people are those who were committed to"),
    ("values", Level::Auditor, "the members' values are those of the pool"),
    ("addresses", Level::Auditor, "the households are those of the pool"),
    (
        "places",
        Level::Auditor,
        "those whom a cap counts together are those who agree in its column of the pool",
    ),
    ("receipts", Level::Auditor, "the receipts say what was committed to"),
    ("receipt-signatures", Level::Auditor, "the receipts are signed with the announced key"),
    ("selected", Level::Auditor, "selected.csv lists the members of the panel"),
    ("remaining", Level::Auditor, "remaining.csv lists all others"),
    ("reserve", Level::Auditor, "reserve.csv lists them in the order of their tickets"),
    ("replacement-lists", Level::Auditor, "the lists of people after each replacement are right"),
];

/// Why a check did not hold.
enum Fault {
    Failed(String),
    Open(String),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

impl From<&str> for Fault {
    fn from(reason: &str) -> Self {
        Self::Failed(reason.to_owned())
    }
}

/// The checks made so far.
#[derive(Default)]
struct Checks {
    list: Vec<Check>,
    statements: Vec<String>,
    proved: Vec<Proved>,
    open: Vec<String>,
}

impl Checks {
    /// Makes a check and keeps what came of it; gives back what the check established if it held.
    fn run<T>(&mut self, id: &'static str, check: impl FnOnce() -> Result<T, Fault>) -> Option<T> {
        let title = CHECKS.iter().find(|known| known.0 == id).map_or("", |known| known.2);
        debug_assert!(!title.is_empty(), "{id} is not listed");
        let (outcome, value) = match check() {
            Ok(value) => (Outcome::Held, Some(value)),
            Err(Fault::Failed(reason)) => (Outcome::Failed(reason), None),
            Err(Fault::Open(reason)) => (Outcome::NotChecked(reason), None),
        };
        self.list.push(Check { id, title, outcome });
        value
    }

    fn state(&mut self, statement: impl Into<String>) {
        self.statements.push(statement.into());
    }
}

/// What check `id` established, or the reason why the present check cannot be made.
fn need<'a, T>(value: &'a Option<T>, id: &str) -> Result<&'a T, Fault> {
    value.as_ref().ok_or_else(|| Fault::Open(format!("a check that it needs did not hold: {id}")))
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], Fault> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| Fault::Open(format!("{name} is missing")))
}

/// A part of a percentage: `part` of `whole` in per cent with three decimals, rounded down or up.
fn per_cent(part: u64, whole: u64, up: bool) -> String {
    let (scaled, whole) = (u128::from(part) * 100_000, u128::from(whole.max(1)));
    let thousandths = if up { scaled.div_ceil(whole) } else { scaled / whole };
    format!("{}.{:03} %", thousandths / 1000, thousandths % 1000)
}

/// Verifies a record. Never panics, whatever the files hold.
pub fn verify(bundle: &Bundle, options: &Options, signatures: &Signatures) -> Report {
    let mut checks = Checks::default();
    let (none, at) = (Files::new(), |level: Level| options.level >= level);
    checks.run("files", || complete(bundle, options));
    let mut public = public::check(&mut checks, &bundle.public, options, signatures);
    if !options.before_draw {
        public.replacements = replacements::public(&mut checks, &bundle.public, &public, signatures);
    }
    if at(Level::Observer) {
        let observers = bundle.observers.as_ref().unwrap_or(&none);
        let observer = observer::check(&mut checks, &public, &bundle.public, observers);
        replacements::observer(&mut checks, &public, observers, &observer);
        if at(Level::Auditor) {
            let private = bundle.private.as_ref().unwrap_or(&none);
            auditor::check(&mut checks, &public, &observer, private, options, signatures);
        }
    }
    Report {
        level: options.level,
        commitment: bundle.public.get("commit.json").map(|bytes| sha256(bytes)),
        checks: checks.list,
        statements: checks.statements,
        panels: public.commit.as_ref().map_or(0, |commit| commit.m),
        proved: checks.proved,
        open: checks.open.into_iter().chain(open(options)).collect(),
    }
}

/// The files that a level needs, by folder.
fn complete(bundle: &Bundle, options: &Options) -> Result<(), Fault> {
    let mut folders =
        vec![("public", Some(&bundle.public), vec!["commit.json", "quotas.csv", "rules.json", "counts.csv"])];
    if options.level >= Level::Observer {
        let names = vec!["members.csv", "portfolio.csv", "certificate.json", "observer-secret"];
        folders.push(("observers", bundle.observers.as_ref(), names));
    }
    if options.level >= Level::Auditor {
        folders.push(("private", bundle.private.as_ref(), vec!["members.csv", "secret"]));
    }
    if !options.before_draw {
        folders[0].2.push("draw.json");
        if let Some(private) = folders.get_mut(2) {
            private.2.extend(["selected.csv", "remaining.csv", "reserve.csv"]);
        }
    }
    let mut missing = Vec::new();
    for (folder, files, names) in folders {
        let Some(files) = files else {
            missing.push(format!("{folder}/"));
            continue;
        };
        if let Some((name, _)) = files.iter().find(|(_, bytes)| bytes.len() > MAX_FILE) {
            return Err(Fault::Failed(format!(
                "{folder}/{} is larger than {MAX_FILE} bytes",
                name.escape_debug()
            )));
        }
        missing.extend(
            names.iter().filter(|&&name| !files.contains_key(name)).map(|name| format!("{folder}/{name}")),
        );
    }
    if missing.is_empty() { Ok(()) } else { Err(Fault::Open(format!("missing: {}", missing.join(", ")))) }
}

/// What a verification of these options leaves open.
fn open(options: &Options) -> Vec<String> {
    let mut open = Vec::new();
    if options.commitment.is_none() {
        open.push("whether this is the commitment that was published: compare its hash with a receipt or another source, or give it to the check");
    }
    open.push("whether the commitment was published, and the digits fixed by nobody, before the seed could be known");
    if options.before_draw {
        open.push("everything about the draw itself, which is still to come");
    }
    if options.level < Level::Observer {
        open.push("whether the panels meet the quotas and how fair the chances are: observers can check it with their files");
    }
    if options.level < Level::Auditor {
        open.push(
            "whether the members are the people of the pool: an auditor can check it with the private files",
        );
    }
    open.extend([
        "who was invited, and whether anybody was left out who had enrolled",
        "whether what members said about themselves is true, and whether every member exists: observers can phone a sample",
        "which of several equally fair lotteries was chosen, that is, who sits with whom",
        "whether anybody was pressed to withdraw or reported as withdrawn falsely",
        "whether organiser and witnesses of the digits acted together, and whether the same pool was drawn under another name",
    ]);
    open.into_iter().map(str::to_owned).collect()
}
