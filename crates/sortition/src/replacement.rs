//! Replacements: who comes in for panel members who withdraw, drawn anew each time or taken by their tickets.

use crate::canonical::{self, is_plain};
use crate::draw::{pick, ticket};
use crate::hash::{Digest, h, sha256};
use crate::merkle::climb;
use crate::portfolio::{MAX_PANELS, panel_leaf};
use crate::quotas::Quotas;
use crate::record::{Commit, Draw, MAX_JSON, PROTOCOL};
use crate::rules::{Bounds, Rules};
use crate::seed::{BeaconReading, Slots, reseed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// `public/replacements/{e}/record.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// C, the SHA-256 of `commit.json`.
    pub commitment: Digest,
    /// Who may come in, ascending.
    pub eligible: Vec<u32>,
    /// The event's name.
    pub event: String,
    /// The number of panels; 0 where tickets decide.
    pub m: u32,
    /// How those who come in are found.
    pub method: Method,
    /// The root of the tree of panels; null where tickets decide.
    pub portfolio_root: Option<Digest>,
    /// SHA-256 of the file that ended what was before: a `draw.json` or a `void.json`.
    pub previous: Digest,
    /// [`PROTOCOL`].
    pub protocol: String,
    /// e, from 1.
    pub replacement: u32,
    /// The members of the panel who stay, ascending.
    pub seated: Vec<u32>,
    /// SHA-256 of files.
    pub sha256: Hashes,
    /// The randomness that will decide; none where tickets do.
    pub slots: Slots,
    /// Who no longer takes part since what was before, ascending: members of the panel or of those who were eligible.
    pub withdrawn: Vec<u32>,
}

/// How those who come in are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// A fresh seed picks one of m panels, all with the seated members.
    Lottery,
    /// One by one in the order of the tickets of the last seed, which everybody can foresee.
    Tickets,
}

/// SHA-256 of files that a replacement binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashes {
    /// `observers/replacements/{e}/certificate.json`; null where tickets decide.
    pub certificate: Option<Digest>,
    /// `public/replacements/{e}/quotas.csv`; null where the quotas of the commitment hold.
    pub quotas: Option<Digest>,
}

/// `public/replacements/{e}/draw.json` where tickets decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByTicket {
    /// The members of the panel, ascending.
    pub panel: Vec<u32>,
    /// The seed of the tickets.
    pub seed: Digest,
}

/// `public/replacements/{e}/void.json`: the declaration that a replacement will never be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The event's name.
    pub event: String,
    /// Why, for people.
    pub reason: String,
    /// SHA-256 of the replacement's `record.json`.
    pub record: Digest,
    /// The replacement's number.
    pub replacement: u32,
}

impl Record {
    /// Reads `record.json`. Whether it follows from what was before is for [`State::check`].
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        let record: Self = canonical::from_json(bytes, MAX_JSON)?;
        let lottery = record.method == Method::Lottery;
        let none = Slots { witnessed: None, beacon: None };
        if record.protocol != PROTOCOL {
            Err(format!("it is for another protocol than {PROTOCOL}"))
        } else if lottery != (1..=MAX_PANELS).contains(&record.m)
            || lottery != record.portfolio_root.is_some()
            || lottery != record.sha256.certificate.is_some()
        {
            Err("a lottery has panels and a proof, and tickets have none".to_owned())
        } else if !lottery && (record.slots != none || record.sha256.quotas.is_some()) {
            Err("tickets need no randomness and no other quotas".to_owned())
        } else {
            Ok(record)
        }
    }
}

impl Void {
    /// Reads the `void.json` of the replacement whose `record.json` is given.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8], record: &[u8]) -> Result<Self, String> {
        let void: Self = canonical::from_json(bytes, MAX_JSON)?;
        let voided = Record::from_canonical(record)?;
        if (void.replacement, &void.event, void.record) != (voided.replacement, &voided.event, sha256(record))
        {
            Err("it is about another replacement".to_owned())
        } else if void.reason.is_empty() || !is_plain(&void.reason) {
            Err("it gives no reason, or not in its canonical form".to_owned())
        } else {
            Ok(void)
        }
    }
}

/// Where an assembly stands: after the draw, or after a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The members of the panel, ascending.
    pub panel: Vec<u32>,
    /// Who may come in, ascending.
    pub eligible: Vec<u32>,
    /// The seed S of the draw.
    pub first: Digest,
    /// The last seed, which gives the tickets.
    pub seed: Digest,
    /// SHA-256 of the file that ended what was before.
    pub previous: Digest,
    /// How many replacements there were.
    pub replacements: u32,
}

impl State {
    /// The state after the draw of `panel` from `n` members by `seed`, recorded in `draw`.
    pub fn after_draw(n: u32, panel: &[u32], seed: Digest, draw: &[u8]) -> Self {
        Self {
            panel: panel.to_vec(),
            eligible: without(0..n, panel),
            first: seed,
            seed,
            previous: sha256(draw),
            replacements: 0,
        }
    }

    /// What a record says of people when `withdrawn` no longer take part: who stays, and who may come in.
    pub fn less(&self, withdrawn: &[u32]) -> (Vec<u32>, Vec<u32>) {
        (without(self.panel.iter().copied(), withdrawn), without(self.eligible.iter().copied(), withdrawn))
    }

    /// Checks that a record follows: of the same commitment, the next number, the right sets, and at least one empty seat.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self, record: &Record, commit: &Commit, commitment: &Digest) -> Result<(), String> {
        let (seated, eligible) = self.less(&record.withdrawn);
        let known = |index: &u32| {
            self.panel.binary_search(index).is_ok() || self.eligible.binary_search(index).is_ok()
        };
        let ascending = record.withdrawn.windows(2).all(|pair| pair[0] < pair[1]);
        let own = (record.commitment, &record.event, record.replacement);
        if own != (*commitment, &commit.event, self.replacements + 1) || record.previous != self.previous {
            Err("it does not follow what was before".to_owned())
        } else if !ascending || !record.withdrawn.iter().all(known) {
            Err("somebody withdrew who did not take part, or the indices do not ascend".to_owned())
        } else if record.seated != seated {
            Err("the seated members are not the panel before less those who withdrew".to_owned())
        } else if record.eligible != eligible {
            Err("the eligible members are not those before less those who withdrew".to_owned())
        } else if seated.len() as u64 >= u64::from(commit.k) {
            Err("there is no empty seat".to_owned())
        } else {
            Ok(())
        }
    }

    /// The state after a replacement was drawn.
    #[must_use]
    pub fn drawn(&self, record: &Record, panel: &[u32], seed: Digest, draw: &[u8]) -> Self {
        Self {
            panel: panel.to_vec(),
            eligible: without(record.eligible.iter().copied(), panel),
            first: self.first,
            seed,
            previous: sha256(draw),
            replacements: record.replacement,
        }
    }

    /// The state after a replacement was voided: nobody came or went.
    #[must_use]
    pub fn voided(&self, void: &[u8]) -> Self {
        Self { previous: sha256(void), replacements: self.replacements + 1, ..self.clone() }
    }

    /// The seed S_e of a replacement's lottery, from randomness that has the right form.
    ///
    /// # Errors
    /// What is wrong with the form of the beacon's signatures.
    pub fn reseed(
        &self,
        record: &[u8],
        witnessed: Option<&str>,
        beacon: Option<&BeaconReading>,
    ) -> Result<Digest, String> {
        let pulse = beacon.map(BeaconReading::pulse).transpose()?;
        Ok(reseed(&self.first, self.replacements + 1, &sha256(record), witnessed, pulse.as_ref()))
    }
}

/// The indices that are not in `others` (ascending).
fn without(indices: impl IntoIterator<Item = u32>, others: &[u32]) -> Vec<u32> {
    indices.into_iter().filter(|index| others.binary_search(index).is_err()).collect()
}

/// Checks that a panel has the seated members, and besides them only eligible ones.
///
/// # Errors
/// What is wrong.
pub fn check_members(panel: &[u32], record: &Record) -> Result<(), String> {
    let ascending = panel.windows(2).all(|pair| pair[0] < pair[1]);
    let seated = record.seated.iter().all(|index| panel.binary_search(index).is_ok());
    let known = |index: &u32| {
        record.seated.binary_search(index).is_ok() || record.eligible.binary_search(index).is_ok()
    };
    if !ascending || !seated {
        Err("the indices do not ascend, or a seated member is missing".to_owned())
    } else if !panel.iter().all(known) {
        Err("somebody is on it who is neither seated nor eligible".to_owned())
    } else {
        Ok(())
    }
}

/// Checks a drawn panel against the lottery of its record: size, number, path.
///
/// # Errors
/// What is wrong.
pub fn check_lottery(draw: &Draw, record: &Record, k: u32) -> Result<(), String> {
    let t = pick(&draw.seed, record.m);
    let leaf = panel_leaf(draw.t, &draw.panel_salt, &draw.panel);
    let root = climb(&leaf, draw.t.into(), record.m.into(), &draw.panel_path);
    if t != draw.t {
        Err(format!("the number of the panel should be {t}"))
    } else if draw.panel.len() as u64 != u64::from(k) {
        Err(format!("the panel has {} members instead of {k}", draw.panel.len()))
    } else if root.is_none() || root != record.portfolio_root {
        Err("the panel and its path do not lead to portfolio_root".to_owned())
    } else {
        check_members(&draw.panel, record)
    }
}

/// The observers' secret of replacement e, which salts its panels.
pub fn replacement_secret(observer_secret: &Digest, e: u32) -> Digest {
    h("asl/1/replacement-secret", &[observer_secret.as_bytes(), &e.to_be_bytes()])
}

/// The quotas that hold for a replacement: `quotas` with the bounds of its own file.
///
/// # Errors
/// The file is not in its one form, or has other rows.
pub fn own_quotas(quotas: &Quotas, file: &[u8]) -> Result<Quotas, String> {
    let own = Quotas::from_canonical(file)?;
    let names = |quotas: &Quotas| -> Vec<(String, String)> {
        quotas.rows().iter().map(|quota| (quota.feature.clone(), quota.value.clone())).collect()
    };
    if names(&own) == names(quotas) { Ok(own) } else { Err("it has other rows than the quotas".to_owned()) }
}

/// What is left to decide when some are seated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The rules for those who come in; member i of these rules is `candidates[i]`.
    pub rules: Rules,
    /// The eligible members who share no household with a seated one, ascending.
    pub candidates: Vec<u32>,
}

/// The rules for those who come in beside `seated`: fewer seats, and bounds less what the seated members fill.
///
/// # Errors
/// The first row of which the seated members alone are too many.
pub fn completion(rules: &Rules, seated: &[u32], eligible: &[u32]) -> Result<Completion, u32> {
    let mut filled = vec![0u32; rules.rows.len()];
    for &row in seated.iter().flat_map(|&index| &rules.members[index as usize].rows) {
        filled[row as usize] += 1;
    }
    let mut rows = Vec::with_capacity(filled.len());
    for (place, (bounds, filled)) in (0u32..).zip(rules.rows.iter().zip(filled)) {
        let max = bounds.max.checked_sub(filled).ok_or(place)?;
        rows.push(Bounds { min: bounds.min.saturating_sub(filled), max });
    }
    let candidates = candidates(rules, seated, eligible);
    let members = candidates.iter().map(|&index| rules.members[index as usize].clone()).collect();
    let size = rules.size.saturating_sub(seated.len() as u32);
    Ok(Completion { rules: Rules { size, rows, members }, candidates })
}

/// The eligible members who share no household with a seated one.
fn candidates(rules: &Rules, seated: &[u32], eligible: &[u32]) -> Vec<u32> {
    let homes: BTreeSet<u32> =
        seated.iter().filter_map(|&index| rules.members[index as usize].household).collect();
    let free = |index: &u32| {
        rules.members[*index as usize].household.is_none_or(|household| !homes.contains(&household))
    };
    eligible.iter().copied().filter(free).collect()
}

/// The panel, ascending, when empty seats are filled one by one: each time by the candidate after whom the total violation
/// of the bounds, the sum of `max(0, min - count, count - max)`, is least; of several by the one whose ticket comes first.
/// Seats for which there is no candidate stay empty.
pub fn by_tickets(rules: &Rules, seated: &[u32], eligible: &[u32], seed: &Digest) -> Vec<u32> {
    let mut panel = seated.to_vec();
    let mut counts = vec![0u32; rules.rows.len()];
    let sit = |index: u32, counts: &mut Vec<u32>| {
        rules.members[index as usize].rows.iter().for_each(|&row| counts[row as usize] += 1);
    };
    seated.iter().for_each(|&index| sit(index, &mut counts));
    let mut waiting = candidates(rules, seated, eligible);
    waiting.sort_by_cached_key(|&index| ticket(seed, index));
    let off = |row: u32, count: u32| {
        let Bounds { min, max } = rules.rows[row as usize];
        i64::from(min.saturating_sub(count).max(count.saturating_sub(max)))
    };
    while (panel.len() as u64) < u64::from(rules.size) {
        let change = |&index: &u32| -> i64 {
            let rows = &rules.members[index as usize].rows;
            rows.iter().map(|&row| off(row, counts[row as usize] + 1) - off(row, counts[row as usize])).sum()
        };
        let Some(place) = (0..waiting.len()).min_by_key(|&place| change(&waiting[place])) else { break };
        let index = waiting.remove(place);
        sit(index, &mut counts);
        panel.push(index);
        if let Some(home) = rules.members[index as usize].household {
            waiting.retain(|&other| rules.members[other as usize].household != Some(home));
        }
    }
    panel.sort_unstable();
    panel
}

/// The lists of people after a replacement, by file name in `private/replacements/{e}/`: the panel and those who can still
/// come in, in the order of the register, and the newcomers.
pub fn lists(record: &Record, panel: &[u32]) -> [(&'static str, Vec<u32>); 3] {
    [
        ("selected.csv", panel.to_vec()),
        ("newcomers.csv", without(panel.iter().copied(), &record.seated)),
        ("remaining.csv", without(record.eligible.iter().copied(), panel)),
    ]
}
