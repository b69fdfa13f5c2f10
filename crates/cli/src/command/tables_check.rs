//! `boule tables check`: recompute an allocation from its inputs.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sessions::plan::Inputs;
use sessions::record::{self, Record};
use sessions::tables::Score;
use sessions::{allocation, broken};
use sortition::hash::sha256;
use sortition::{Problem, canonical};

use crate::Report;
use crate::command::tables::{PROGRAM, tell_score};
use crate::failure::{Exit, Failure};
use crate::inputs::bytes;
use crate::say::{BAD, GOOD, QUIET, Say, counted};
use crate::sitting::{self, Desk, ROTA, SESSIONS, Sitting, Sources};

/// What `tables check` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// allocation.json or allocation.csv; the other one lies beside it
    pub allocation: PathBuf,
    /// The files that it was made from.
    #[command(flatten)]
    pub sources: Sources,
}

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    /// Null where the check could not be made.
    holds: Option<bool>,
    why: String,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct Checked {
    allocation: PathBuf,
    checks: Vec<Check>,
    score: Score,
    bound: u64,
    problems: Vec<Problem>,
}

/// Recomputes an allocation.
///
/// # Errors
/// If a file cannot be opened, or the inputs have errors.
pub fn run(args: &Args) -> Result<Checked, Failure> {
    let [csv, json] = ["csv", "json"].map(|end| args.allocation.with_extension(end));
    let dir = args
        .allocation
        .parent()
        .filter(|parent| parent.ends_with(SESSIONS) && args.sources.members.is_none());
    let dir = dir.and_then(Path::parent).and_then(Path::parent);
    let (allocated, recorded) = (bytes(&csv)?, bytes(&json)?);
    let record = Record::read(&recorded).map_err(|reason| {
        Failure::no(format!("{} cannot be used: {reason}", json.display()), "put back the file that was made")
    })?;
    let mut sources = Sources { balance: record.balance, ..args.sources.clone() };
    if let Some(dir) = dir {
        sources = Sources { published: args.sources.published.clone(), ..sources.in_folder(dir)? };
    }
    let mut sitting = sources.read_named(dir)?;
    if sitting.inputs.hash() != record.input && args.sources.published.is_none() {
        sitting = followed(&sources, dir, &csv, &record).unwrap_or(sitting);
    }
    let inputs = sitting.inputs;
    let mut desk = Desk::default();
    let sheet = desk.sheet(&csv)?;
    let seats = sheet
        .and_then(|sheet| desk.take(allocation::read(&sheet, &inputs.members, &inputs.rounds, &|_, _| None)));
    let seats = desk.or_fail(seats)?;
    let tables: Vec<Vec<Option<usize>>> =
        seats.into_iter().map(|seats| seats.unwrap_or_else(|| vec![None; inputs.members.len()])).collect();

    let mut checks = Checks(Vec::new());
    checks.is(
        "output",
        sha256(&allocated) == record.output,
        "allocation.csv is not the file that allocation.json was written with",
    );
    let form = allocation::to_csv(&tables, &inputs.members, &inputs.rounds).as_bytes() == allocated;
    checks.is("form", form, "allocation.csv is not written in its one form");
    checks.is(
        "input",
        inputs.hash() == record.input,
        "the inputs are not those that it was made from; name the files that were named then, such as --rounds or --members, \
         and where rounds were planned anew --replan, with what was published before: --published earlier/1/allocation.csv",
    );
    checks.is("seed", sitting.seed == record.seed, "the seed is not the one that it was made with");
    let broken = broken::rules(&inputs, &tables);
    checks.is("rules", broken.is_empty(), &broken.join("; "));
    let (score, bound) = broken::score(&inputs, &tables);
    checks.is("score", score == record.score, "the score is another one");
    checks.is("bound", bound == record.bound, "the bound is another one");
    checks.search(&inputs, &sitting.seed, &record, &allocated);
    Ok(Checked { allocation: csv, checks: checks.0, score, bound, problems: sitting.problems })
}

/// What an allocation was made from where something had been published and nobody says what: itself, as it does after an
/// attendance, or one that lies in `earlier`, with some rounds planned anew.
fn followed(sources: &Sources, dir: Option<&Path>, csv: &Path, record: &Record) -> Option<Sitting> {
    for (published, rota) in published(csv, csv.parent()?) {
        let told = Sources { published: Some(published), rota: Some(rota), ..sources.clone() };
        let Ok(mut sitting) = told.read_named(dir) else { continue };
        for replan in anew(&sitting.inputs, csv) {
            sitting.inputs.replan = replan;
            if sitting.inputs.hash() == record.input {
                return Some(sitting);
            }
        }
    }
    None
}

/// What may have been published, the newest first, each with the rota of that time or none.
fn published(csv: &Path, folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let (mut seats, mut rota) = (csv.to_owned(), folder.join(ROTA));
    let mut all = vec![(seats.clone(), rota.clone()), (seats.clone(), PathBuf::new())];
    for time in sitting::earlier(folder) {
        for (file, name) in [(&mut seats, "allocation.csv"), (&mut rota, ROTA)] {
            if time.join(name).exists() {
                *file = time.join(name);
            }
        }
        all.extend([(seats.clone(), rota.clone()), (seats.clone(), PathBuf::new())]);
    }
    all
}

/// The rounds that may have been planned anew: those that are not as they were published and any of the others, or all of
/// them where there are many.
fn anew(inputs: &Inputs, csv: &Path) -> Vec<Vec<usize>> {
    const MANY: usize = 6;
    let now = bytes(csv).ok().and_then(|bytes| reading::sound_rows("", &bytes).0);
    let now =
        now.and_then(|sheet| allocation::read(&sheet, &inputs.members, &inputs.rounds, &|_, _| None).value);
    let published: Vec<usize> =
        (0..inputs.rounds.all.len()).filter(|&round| inputs.published[round].is_some()).collect();
    let differs = |round: &usize| now.as_ref().is_none_or(|now| now[*round] != inputs.published[*round]);
    let (changed, same): (Vec<usize>, Vec<usize>) = published.iter().copied().partition(differs);
    let mut all = vec![Vec::new(), changed.clone(), published];
    for choice in 1..1_usize << if same.len() > MANY { 0 } else { same.len() } {
        let chosen = same.iter().enumerate().filter(|(place, _)| choice >> place & 1 == 1);
        let mut rounds: Vec<usize> = changed.iter().copied().chain(chosen.map(|(_, &round)| round)).collect();
        rounds.sort_unstable();
        all.push(rounds);
    }
    all
}

struct Checks(Vec<Check>);

impl Checks {
    fn is(&mut self, name: &'static str, holds: bool, why: &str) {
        let why = if holds { String::new() } else { why.to_owned() };
        self.0.push(Check { name, holds: Some(holds), why });
    }

    /// Searches again: the same input, seed and program give the same bytes.
    fn search(&mut self, inputs: &Inputs, seed: &sortition::Digest, record: &Record, allocated: &[u8]) {
        let skipped = |why: String| Check { name: "search", holds: None, why };
        if self.0.iter().any(|check| ["input", "seed"].contains(&check.name) && check.holds == Some(false)) {
            self.0.push(skipped("not made: inputs or seed differ".to_owned()));
        } else if record.program != PROGRAM {
            self.0.push(skipped(format!("not made: it was made by {}, this is {PROGRAM}", record.program)));
        } else {
            let same = inputs.plan(seed).is_ok_and(|plan| {
                let files = record::files(inputs, &plan, seed, PROGRAM);
                files.allocation.as_bytes() == allocated && files.record == canonical::to_json(record)
            });
            self.is(
                "search",
                same,
                "the search gives another allocation; it was changed by hand, or its inputs were",
            );
        }
    }
}

impl Report for Checked {
    fn exit(&self) -> Exit {
        if self.checks.iter().any(|check| check.holds == Some(false)) { Exit::No } else { Exit::Yes }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        for Check { name, holds, why } in &self.checks {
            match holds {
                Some(true) => say.line(format_args!("  {GOOD}holds{GOOD:#}   {name}"))?,
                Some(false) => say.line(format_args!("  {BAD}fails{BAD:#}   {name}: {why}"))?,
                None => say.line(format_args!("  {QUIET}-       {name}: {why}{QUIET:#}"))?,
            }
        }
        say.gap()?;
        tell_score(say, &self.score, self.bound, None)?;
        say.gap()?;
        let failed = self.checks.iter().filter(|check| check.holds == Some(false)).count();
        match failed {
            0 => say.line(format_args!("{GOOD}The allocation is what its inputs give.{GOOD:#}")),
            _ => say.line(format_args!("{BAD}{} failed.{BAD:#}", counted(failed, "check"))),
        }
    }
}
