//! The page: what goes in, and the template that it fills.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use sortition::opened::{Observed, Public};
use sortition::record::Objective;
use sortition::seed::Slots;
use sortition::verification::{Check, Outcome, Report};
use sortition::wording::{amount, counted};

use crate::chances::{Chances, HEIGHT, Ideal, WIDTH};
use crate::numbers::{millionths, percent_down, percent_up, thousandths};
use crate::quotas::{Feature, LENGTH, features};

const STYLE: &str = include_str!("../templates/report.css");
/// A bound in parts of 10^12 has so many of them in a millionth.
const PARTS_IN_A_MILLIONTH: u64 = 1_000_000;

/// An objective and the ideal chances that it would give, in millionths.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its name, as in `commit.json`.
    pub objective: String,
    /// The smallest chance of those whom a panel can hold.
    pub smallest: u64,
    /// The largest chance.
    pub largest: u64,
    /// The Gini coefficient.
    pub gini: u64,
    /// The geometric mean.
    pub geometric_mean: u64,
}

/// What a page is made of.
#[derive(Debug)]
pub struct Contents<'a> {
    /// The public part of the record.
    pub public: &'a Public,
    /// The observers' part; with it the page is for observers.
    pub observed: Option<&'a Observed>,
    /// What came of the checks of this edition's files.
    pub checks: &'a Report,
    /// What each objective would give; may be empty.
    pub objectives: &'a [Compared],
    /// The ideal chances under the record's objective, if they were computed.
    pub ideal: Option<&'a Ideal>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    style: &'a str,
    style_hash: String,
    event: &'a str,
    edition: &'static str,
    rehearsal: bool,
    verdict: String,
    failed: Vec<&'a Check>,
    facts: Vec<(&'static str, String)>,
    chances: Option<Chances>,
    width: u64,
    height: u64,
    objectives: Vec<ObjectiveRow>,
    features: Vec<Feature>,
    length: u64,
    drawn: bool,
    hidden: bool,
    rules: Vec<String>,
    statements: &'a [String],
    levels: Vec<[String; 4]>,
    open: &'a [String],
    observers: bool,
}

struct ObjectiveRow {
    name: String,
    meaning: &'static str,
    chosen: bool,
    cells: [String; 4],
}

/// Whether a file is such a page, of whatever record and version.
pub fn is_ours(file: &[u8]) -> bool {
    const MARK: &[u8] = br#"<p class="edition">Report of a lottery, "#;
    file.starts_with(b"<!DOCTYPE html>") && file.windows(MARK.len()).any(|part| part == MARK)
}

/// The page as HTML.
///
/// # Errors
/// If the template cannot be filled, which is a mistake of this program.
pub fn html(contents: &Contents<'_>) -> Result<String, String> {
    let Contents { public, observed, checks, objectives, ideal } = contents;
    let commit = &public.commit;
    let seats = observed.zip(public.draw.as_ref()).map(|(observed, draw)| {
        let mut seats = vec![0; public.quotas.rows().len()];
        for line in draw.panel.iter().filter_map(|&index| observed.lines.get(index as usize)) {
            line.values.iter().for_each(|&row| seats[row as usize] += 1);
        }
        seats
    });
    let chances = observed.map(|observed| {
        let bound = checks.proved.iter().find(|level| level.here > 0 || level.at_most > 0);
        let bound = bound.map(|level| level.at_most / PARTS_IN_A_MILLIONTH);
        Chances::new(&observed.portfolio.counts(observed.lines.len()), commit.m, *ideal, bound)
    });
    let features = features(&public.quotas, &public.counts, commit.n, commit.k, seats.as_deref());
    let mut rules = public.extra.words();
    if public.extra.households.is_some() {
        rules.push("a panel takes at most one member of a household".to_owned());
    }
    let page = Page {
        style: STYLE,
        style_hash: STANDARD.encode(Sha256::digest(STYLE)),
        event: &commit.event,
        edition: if observed.is_some() { "for observers" } else { "for everybody" },
        rehearsal: commit.rehearsal,
        verdict: verdict(checks),
        failed: checks.checks.iter().filter(|check| matches!(check.outcome, Outcome::Failed(_))).collect(),
        facts: facts(public),
        chances,
        width: WIDTH,
        height: HEIGHT,
        objectives: objectives.iter().map(|one| row(one, commit.objective.name())).collect(),
        hidden: features.iter().flat_map(|f| &f.values).any(|v| v.pool.is_none() || v.panels.is_none()),
        features,
        length: LENGTH,
        drawn: seats.is_some(),
        rules,
        statements: &checks.statements,
        levels: levels(checks),
        open: &checks.open,
        observers: observed.is_some(),
    };
    page.render().map_err(|error| error.to_string())
}

fn verdict(checks: &Report) -> String {
    let held = checks.checks.iter().filter(|check| check.outcome == Outcome::Held).count();
    let all = checks.checks.len();
    match checks.exit_code() {
        0 => format!("All {} that this edition's files allow held.", counted(all, "check")),
        1 => "This record is not in order: a check failed.".to_owned(),
        _ => format!("{held} of {} held; the others could not be made.", counted(all, "check")),
    }
}

fn meaning(objective: Objective) -> &'static str {
    match objective {
        Objective::Leximin => {
            "the smallest chance is as large as it can be, then the next smallest, and so on"
        }
        Objective::Maximin => "the smallest chance is as large as it can be",
        Objective::Nash => "the product of all chances is as large as it can be",
        Objective::Goldilocks => "the smallest chance and the largest are kept near the average",
    }
}

fn facts(public: &Public) -> Vec<(&'static str, String)> {
    let commit = &public.commit;
    let mut facts = vec![
        ("Attempt", commit.attempt.to_string()),
        ("Pool", counted(commit.n as usize, "member")),
        ("Panel", counted(commit.k as usize, "member")),
        ("Lottery", counted(commit.m as usize, "panel") + ", each equally likely"),
        ("Average chance", percent_down(millionths(commit.k.into(), commit.n.into()))),
        ("Aim", format!("{}: {}", commit.objective.name(), meaning(commit.objective))),
        ("Randomness", randomness(&commit.slots)),
        ("Commitment", public.commitment.to_string()),
    ];
    facts.extend(drawn(public));
    facts
}

/// What came of the draw, and who sits now: by numbers, which everybody has.
fn drawn(public: &Public) -> Vec<(&'static str, String)> {
    let Some(draw) = &public.draw else { return vec![("Draw", "still to come".to_owned())] };
    let mut facts = vec![match &public.commit.slots.beacon {
        Some(slot) => {
            ("Time of the draw", format!("not before {}, when the beacon's round came out", time(slot.time)))
        }
        None => ("Time of the draw", "the record does not hold it; the minutes of the draw do".to_owned()),
    }];
    facts.extend(draw.witnessed.iter().map(|digits| ("Digits", digits.clone())));
    facts.extend(
        draw.beacon.iter().map(|beacon| ("Beacon", format!("{}, round {}", beacon.chain, beacon.round))),
    );
    facts.push(("Draw", format!("panel {} (counted from 0), seed {}", draw.t, draw.seed)));
    facts.push((
        "Drawn",
        format!("the members with these numbers on their receipts: {}", numbers(&draw.panel)),
    ));
    if let Some((e, panel)) = &public.replaced {
        let come = panel.iter().filter(|index| !draw.panel.contains(index)).count();
        facts.push((
            "The panel now",
            format!(
                "after replacement {e}, {} who were not drawn at first: {}",
                counted(come, "member"),
                numbers(panel)
            ),
        ));
    }
    facts
}

fn numbers(panel: &[u32]) -> String {
    panel.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Unix seconds as people read them.
fn time(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map_or_else(|| seconds.to_string(), |moment| moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

fn randomness(slots: &Slots) -> String {
    let mut parts = Vec::new();
    if let Some(slot) = &slots.witnessed {
        parts.push(format!("{} digits: {}", slot.digits, slot.description));
    }
    if let Some(slot) = &slots.beacon {
        parts.push(format!("round {} of the public beacon {}", slot.round, slot.chain));
    }
    parts.join("; ")
}

fn row(one: &Compared, chosen: &str) -> ObjectiveRow {
    let known = [Objective::Leximin, Objective::Maximin, Objective::Nash, Objective::Goldilocks];
    let known = known.into_iter().find(|objective| objective.name() == one.objective);
    ObjectiveRow {
        name: one.objective.clone(),
        meaning: known.map_or("", meaning),
        chosen: one.objective == chosen,
        cells: [
            percent_down(one.smallest),
            percent_up(one.largest),
            thousandths(one.gini),
            percent_down(one.geometric_mean),
        ],
    }
}

fn levels(checks: &Report) -> Vec<[String; 4]> {
    (1..)
        .zip(&checks.proved)
        .map(|(number, level): (usize, _)| {
            [
                number.to_string(),
                amount(level.members),
                percent_up(level.at_most.div_ceil(PARTS_IN_A_MILLIONTH)),
                percent_down(millionths(level.here.into(), checks.panels.into())),
            ]
        })
        .collect()
}
