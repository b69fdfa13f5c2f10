//! `boule tables`: who sits with whom, round by round.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use server::words::{Language, Words};
use sessions::plan::{Inputs, Plan};
use sessions::staff::Load;
use sessions::tables::Score;
use sessions::{broken, paper, record};
use sortition::wording::{listed, people};
use sortition::{Digest, Problem};

use crate::Report;
use crate::command::tables_check;
use crate::failure::{Exit, Failure};
use crate::say::{BAD, CARE, GOOD, STRONG, Say, amount, counted, percent_down};
use crate::sitting::{self, SESSIONS, Sitting, Sources};

/// What `tables` is told.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Another question about tables.
    #[command(subcommand)]
    pub question: Option<Question>,
    /// What to make.
    #[command(flatten)]
    pub make: Make,
}

/// Another question about tables.
#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// Recompute an allocation from its inputs: hashes, rules, score, bound and search
    Check(tables_check::Args),
}

/// What to make tables from, and where they go.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// The assembly's folder, with a drawn panel; its files for tables are in private/sessions
    pub dir: Option<PathBuf>,
    /// The files.
    #[command(flatten)]
    pub sources: Sources,
    /// Where the results go [default: private/sessions in the assembly's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Show what other balances would give
    #[arg(long)]
    pub frontier: bool,
    /// The language of the lists for paper, such as en or es
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = language)]
    pub language: Language,
}

/// A language that the lists for paper speak.
///
/// # Errors
/// If they do not; then which they speak.
pub fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| {
        let tags: Vec<&str> = Language::all().map(Language::tag).collect();
        format!("the lists are there in {}", sortition::wording::listed(&tags, tags.len()))
    })
}

/// The name and version of this program, for the record.
pub const PROGRAM: &str = concat!("boule ", env!("CARGO_PKG_VERSION"));

/// What was made.
#[derive(Debug, Serialize)]
pub struct Seated {
    folder: PathBuf,
    members: usize,
    rounds: usize,
    balance: u32,
    score: Score,
    /// Who is there and has no seat, in rounds that stay as they were published.
    unseated: Vec<Unseated>,
    /// No allocation has more pairs who meet.
    bound: u64,
    /// Whether no allocation is better in any respect.
    optimal: bool,
    load: Option<Load>,
    /// Rounds that stay as they were published.
    kept: Vec<String>,
    /// Who sits elsewhere than was published.
    moved: Vec<Moved>,
    /// Where what was replaced was moved to.
    earlier: Option<PathBuf>,
    seed: Digest,
    output: Digest,
    frontier: Vec<Point>,
    problems: Vec<Problem>,
}

/// Somebody who sits elsewhere than was published.
#[derive(Debug, Serialize)]
pub struct Moved {
    /// The round.
    pub round: String,
    /// Whom it touches.
    pub member: String,
    /// Where they sat; empty if they had no seat.
    pub from: String,
    /// Where they sit now.
    pub to: String,
}

/// Those who have no seat in a round, though they are there.
#[derive(Debug, Serialize)]
pub struct Unseated {
    /// The round.
    pub round: String,
    /// Their ids.
    pub members: Vec<String>,
}

impl Unseated {
    fn problem(&self, inputs: &Inputs) -> Problem {
        let Self { round, members } = self;
        let reason = format!("in round {round:?} {} no seat", has(members));
        let remedy = format!("plan the round anew with --replan {round:?}, or seat them in allocation.csv");
        Problem::warning(&inputs.files.rounds, reason, remedy)
    }
}

/// "P1 has", "P1, P2 and 3 more have".
fn has(members: &[String]) -> String {
    let verb = if members.len() == 1 { "has" } else { "have" };
    format!("{} {verb}", listed(members, 5))
}

/// Who is there in a round and has no seat: a published round has no row for them.
fn unseated(inputs: &Inputs, plan: &Plan) -> Vec<Unseated> {
    let missing = |r: usize| {
        let all = (0..inputs.members.len())
            .filter(move |&m| plan.tables[r][m].is_none() && inputs.is_present(r, m));
        all.map(|m| inputs.members.ids[m].clone()).collect()
    };
    let one = |r: usize| Unseated { round: inputs.rounds.all[r].name.clone(), members: missing(r) };
    (0..plan.tables.len()).map(one).filter(|one| !one.members.is_empty()).collect()
}

/// What a balance gives.
#[derive(Debug, Serialize)]
struct Point {
    balance: u32,
    score: Score,
}

/// Makes the tables and writes them.
///
/// # Errors
/// If the input has errors, the rules clash, or the operating system refuses.
pub fn run(args: &Make) -> Result<Seated, Failure> {
    let (root, part) = place(args.dir.as_deref(), args.out.as_deref())?;
    let sitting = args.sources.read(args.dir.as_deref())?;
    let plan = sitting.inputs.plan(&sitting.seed).map_err(|mut problems| {
        problems.extend(sitting.problems.iter().cloned());
        Failure::input(problems)
    })?;
    let mut problems = sitting.problems.clone();
    let unseated = unseated(&sitting.inputs, &plan);
    problems.extend(unseated.iter().map(|one| one.problem(&sitting.inputs)));
    problems.extend(broken_as_published(&sitting.inputs, &plan));
    let frontier = if args.frontier { frontier(&sitting)? } else { Vec::new() };
    let (earlier, output) =
        write(&root, part, &sitting.inputs, &plan, &sitting.seed, args.language, Vec::new())?;
    Ok(Seated {
        folder: if part.is_empty() { root } else { root.join(part) },
        members: taking_part(&sitting.inputs),
        unseated,
        rounds: plan.tables.len(),
        balance: sitting.inputs.balance,
        optimal: plan.is_optimal(),
        score: plan.score.clone(),
        bound: plan.bound,
        load: plan.load.clone(),
        kept: kept(&sitting.inputs),
        moved: moved(&sitting.inputs, &plan),
        earlier,
        seed: sitting.seed,
        output,
        frontier,
        problems,
    })
}

/// Warns of rules that do not hold in rounds that stay as they were published.
fn broken_as_published(inputs: &Inputs, plan: &Plan) -> Vec<Problem> {
    let warning = |(round, rule): (String, String)| {
        let reason = format!("round {round:?} stays as it was published and breaks {rule}");
        let remedy =
            format!("plan the round anew with --replan {round:?}; nothing, if it stays all the same");
        Problem::warning(&inputs.files.constraints, reason, remedy)
    };
    broken::kept(inputs, &plan.tables).into_iter().map(warning).collect()
}

/// How many take part in a round at least.
fn taking_part(inputs: &Inputs) -> usize {
    let is_away = |m: usize| (0..inputs.rounds.all.len()).all(|r| inputs.away.contains(&(r, m)));
    (0..inputs.members.len()).filter(|&m| !is_away(m)).count()
}

/// The folder that is written into, and the part of it.
///
/// # Errors
/// If no folder is named.
pub fn place(dir: Option<&Path>, out: Option<&Path>) -> Result<(PathBuf, &'static str), Failure> {
    match (dir, out) {
        (_, Some(out)) => Ok((out.to_owned(), "")),
        (Some(dir), None) => Ok((dir.to_owned(), SESSIONS)),
        (None, None) => {
            Err(Failure::could_not_run("it is not said where the results go", "name a folder with --out"))
        }
    }
}

/// Writes a plan: the allocation, its record, and the lists for paper.
///
/// # Errors
/// If the operating system refuses.
pub fn write(
    root: &Path,
    part: &str,
    inputs: &Inputs,
    plan: &Plan,
    seed: &Digest,
    language: Language,
    others: Vec<(String, Vec<u8>)>,
) -> Result<(Option<PathBuf>, Digest), Failure> {
    let record::Files { allocation, staff, record } = record::files(inputs, plan, seed, PROGRAM);
    let output = sortition::hash::sha256(allocation.as_bytes());
    let mut files =
        vec![("allocation.csv".to_owned(), allocation.into_bytes()), ("allocation.json".to_owned(), record)];
    files.extend(staff.map(|staff| (sitting::ROTA.to_owned(), staff.into_bytes())));
    files.extend(paper(inputs, plan, language)?);
    files.extend(others);
    let earlier = sitting::write(root, part, &files)?;
    Ok((earlier, output))
}

/// The lists for paper.
fn paper(inputs: &Inputs, plan: &Plan, language: Language) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let pages = paper::pages(inputs, plan, &Words::of(language)).map_err(Failure::bug)?;
    Ok(pages.into_iter().map(|(name, page)| (name.to_owned(), page.into_bytes())).collect())
}

fn kept(inputs: &Inputs) -> Vec<String> {
    let rounds = inputs.rounds.all.iter().zip(&inputs.published).enumerate();
    let kept = rounds.filter(|(r, (_, told))| told.is_some() && !inputs.replan.contains(r));
    kept.map(|(_, (round, _))| round.name.clone()).collect()
}

/// Whom a change of what was published touches.
pub fn moved(inputs: &Inputs, plan: &Plan) -> Vec<Moved> {
    let mut all = Vec::new();
    for (r, told) in inputs.published.iter().enumerate() {
        let Some(told) = told else { continue };
        let table = |t: usize| inputs.rounds.all[r].tables[t].clone();
        for (m, id) in inputs.members.ids.iter().enumerate() {
            if let Some(now) = plan.tables[r][m].filter(|&now| told[m] != Some(now)) {
                let round = inputs.rounds.all[r].name.clone();
                all.push(Moved {
                    round,
                    member: id.clone(),
                    from: told[m].map_or_else(String::new, table),
                    to: table(now),
                });
            }
        }
    }
    all
}

fn frontier(sitting: &Sitting) -> Result<Vec<Point>, Failure> {
    [0, 10, 25, 50, 75, 90, 100]
        .into_iter()
        .map(|balance| {
            let inputs = Inputs { balance, ..sitting.inputs.clone() };
            let plan = inputs.plan(&sitting.seed).map_err(Failure::input)?;
            Ok(Point { balance, score: plan.score })
        })
        .collect()
}

/// Says how good an allocation is.
///
/// # Errors
/// If nobody listens any more.
pub fn tell_score(say: &mut Say, score: &Score, bound: u64, load: Option<&Load>) -> io::Result<()> {
    let count = |n: u64| amount(usize::try_from(n).unwrap_or(usize::MAX));
    let share = percent_down(u128::from(score.pairs), u128::from(bound));
    say.fact("pairs who meet", format_args!("{} of at most {}, {share}", count(score.pairs), count(bound)))?;
    say.fact("meet again", format_args!("{} times", count(score.repeats)))?;
    say.fact(
        "outside a band",
        format_args!(
            "{}, over all tables and features",
            people(usize::try_from(score.outside).unwrap_or(usize::MAX))
        ),
    )?;
    if let Some(load) = load {
        let rounds = if load.least == load.most {
            load.most.to_string()
        } else {
            format!("{} to {}", load.least, load.most)
        };
        say.fact(
            "facilitators",
            format_args!(
                "{rounds} rounds each; {} with one met before",
                counted(load.again as usize, "meeting")
            ),
        )?;
    }
    Ok(())
}

impl Report for Seated {
    fn exit(&self) -> Exit {
        if self.unseated.is_empty() { Exit::Yes } else { Exit::No }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        if self.unseated.is_empty() {
            say.line(format_args!(
                "{GOOD}Everybody present has a seat:{GOOD:#} {STRONG}{} in {}{STRONG:#}, balance {}",
                counted(self.members, "member"),
                counted(self.rounds, "round"),
                self.balance
            ))?;
        } else {
            let rounds: Vec<&str> = self.unseated.iter().map(|one| one.round.as_str()).collect();
            say.line(format_args!(
                "{BAD}Not everybody present has a seat:{BAD:#} see round {}",
                listed(&rounds, rounds.len())
            ))?;
        }
        say.gap()?;
        tell_score(say, &self.score, self.bound, self.load.as_ref())?;
        if self.optimal {
            say.fact("optimal", "no allocation is better, in pairs or in balance")?;
        } else if self.score.outside == 0 {
            say.fact(
                "optimal",
                "in balance; the bound on pairs ignores balance and rules, so it may be out of reach",
            )?;
        } else if self.score.pairs == self.bound {
            say.fact("optimal", "in pairs who meet")?;
        }
        if !self.kept.is_empty() {
            say.fact("stay", format_args!("as published: round {}", self.kept.join(", ")))?;
        }
        tell_moved(say, &self.moved)?;
        let folder = self.folder.display();
        say.fact("files", format_args!("allocation.csv, allocation.json, and lists for paper in {folder}"))?;
        if let Some(earlier) = &self.earlier {
            say.fact("before", format_args!("what was there is in {}", earlier.display()))?;
        }
        if !self.frontier.is_empty() {
            say.gap()?;
            say.line("What other balances give:")?;
            say.line("  balance   pairs who meet   outside a band")?;
            for Point { balance, score } in &self.frontier {
                let share = percent_down(u128::from(score.pairs), u128::from(self.bound));
                say.line(format_args!(
                    "  {balance:>7}   {share:>14}   {:>14}",
                    amount(score.outside as usize)
                ))?;
            }
        }
        Ok(())
    }
}

/// Says whom a change touches.
///
/// # Errors
/// If nobody listens any more.
pub fn tell_moved(say: &mut Say, moved: &[Moved]) -> io::Result<()> {
    const SHOWN: usize = 20;
    if moved.is_empty() {
        return Ok(());
    }
    say.fact("moved", format_args!("{CARE}{} must be told:{CARE:#}", counted(moved.len(), "seat")))?;
    for Moved { round, member, from, to } in moved.iter().take(SHOWN) {
        let from = if from.is_empty() { String::new() } else { format!(" from table {from}") };
        say.line(format_args!("    round {round}: {member}{from} to table {to}"))?;
    }
    if moved.len() > SHOWN {
        say.line(format_args!("    and {} more; --json lists them all", amount(moved.len() - SHOWN)))?;
    }
    Ok(())
}
