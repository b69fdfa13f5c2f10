//! A record, read into its parts; whether it is true is for [`crate::verification`] to say.

use crate::canonical;
use crate::certificate::Certificate;
use crate::counts::{self, Count};
use crate::extra::ExtraRules;
use crate::hash::{Digest, sha256};
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::record::{Commit, Draw, Files, MAX_JSON};
use crate::register::{self, Line};
use crate::replacement::ByTicket;
use crate::rules::Rules;

/// What everybody has.
#[derive(Debug, Clone)]
pub struct Public {
    /// The commitment C.
    pub commitment: Digest,
    /// What was committed to.
    pub commit: Commit,
    /// The quotas.
    pub quotas: Quotas,
    /// The other rules.
    pub extra: ExtraRules,
    /// The head count, in the order of the quotas.
    pub counts: Vec<Count>,
    /// The draw, if it is over.
    pub draw: Option<Draw>,
    /// The last replacement that was drawn: its number, and the panel that it left, ascending.
    pub replaced: Option<(u32, Vec<u32>)>,
}

/// What observers have.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The members.
    pub lines: Vec<Line>,
    /// What a panel must satisfy.
    pub rules: Rules,
    /// The panels.
    pub portfolio: Portfolio,
    /// The proof of fairness.
    pub certificate: Certificate,
    /// The bound of each of its levels, in parts of 10^12.
    pub bounds: Vec<u64>,
}

fn named<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], String> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| format!("{name} is missing"))
}

fn within<T>(name: &str, read: Result<T, String>) -> Result<T, String> {
    read.map_err(|reason| format!("{name}: {reason}"))
}

impl Public {
    /// Reads `public/`.
    ///
    /// # Errors
    /// Which file is missing or wrong, and in which way.
    pub fn read(files: &Files) -> Result<Self, String> {
        let bytes = named(files, "commit.json")?;
        let commit = within("commit.json", Commit::from_canonical(bytes))?;
        let quotas = within("quotas.csv", Quotas::from_canonical(named(files, "quotas.csv")?))?;
        let rules = ExtraRules::from_canonical(named(files, "rules.json")?, &quotas, commit.n, commit.k);
        let counts = counts::from_canonical(named(files, "counts.csv")?, &quotas, commit.n);
        let draw = files.get("draw.json").map(|bytes| Draw::from_canonical(bytes)).transpose();
        Ok(Self {
            commitment: sha256(bytes),
            extra: within("rules.json", rules)?,
            counts: within("counts.csv", counts)?,
            draw: within("draw.json", draw)?,
            replaced: replaced(files)?,
            quotas,
            commit,
        })
    }
}

/// The panel after the last replacement that was drawn.
fn replaced(files: &Files) -> Result<Option<(u32, Vec<u32>)>, String> {
    let name = |e: u32, file: &str| format!("replacements/{e}/{file}");
    let drawn = |e: u32| Some((e, files.get(&name(e, "draw.json"))?));
    let there = (1..).take_while(|&e| files.contains_key(&name(e, "record.json")));
    let Some((e, bytes)) = there.filter_map(drawn).last() else { return Ok(None) };
    let by_ticket = |_| canonical::from_json(bytes, MAX_JSON).map(|drawn: ByTicket| drawn.panel);
    let panel = Draw::from_canonical(bytes).map(|draw| draw.panel).or_else(by_ticket);
    within(&name(e, "draw.json"), panel).map(|panel| Some((e, panel)))
}

impl Observed {
    /// Reads `observers/` of the record.
    ///
    /// # Errors
    /// Which file is missing or wrong, and in which way.
    pub fn read(public: &Public, files: &Files) -> Result<Self, String> {
        let Public { commit, quotas, extra, .. } = public;
        let bytes = named(files, "members.csv")?;
        let lines =
            within("members.csv", register::from_canonical(bytes, quotas, extra, commit.n, commit.m))?;
        let bytes = named(files, "portfolio.csv")?;
        let portfolio =
            within("portfolio.csv", Portfolio::from_canonical(bytes, commit.n, commit.k, commit.m))?;
        let proof = Certificate::from_json(named(files, "certificate.json")?);
        let (certificate, bounds) = within("certificate.json", proof)?;
        let rules = register::rules(quotas, extra, commit.k, &lines);
        Ok(Self { lines, rules, portfolio, certificate, bounds })
    }
}
