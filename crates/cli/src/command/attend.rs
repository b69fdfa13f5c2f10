//! `boule attend`: who came, what changes at the tables, whether enough came to decide, and what everybody is paid.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use serde::Serialize;
use server::words::Language;
use sessions::attendance::Attendance;
use sessions::pay::{self, Money};
use sessions::plan::Inputs;
use sessions::quorum::{self, Block, Turnout};
use sessions::repair::repair;
use sortition::canonical::write_row;
use sortition::fold::fold;
use sortition::{Digest, Problem};

use crate::Report;
use crate::command::tables::{self, Moved, moved, place, tell_moved};
use crate::failure::Failure;
use crate::say::{BAD, CARE, GOOD, STRONG, Say, amount, counted};
use crate::sitting::{Desk, SESSIONS, Sources, block_names};
use crate::succession::NO_SEAT;

/// What `attend` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder; its files for tables and attendance are in private/sessions
    pub dir: Option<PathBuf>,
    /// The files; `--published` is the allocation that is in force.
    #[command(flatten)]
    pub sources: Sources,
    /// The blocks: block, quorum, pay
    #[arg(long, value_name = "FILE")]
    pub blocks: Option<PathBuf>,
    /// What members are reimbursed: member, block, amount
    #[arg(long, value_name = "FILE")]
    pub expenses: Option<PathBuf>,
    /// Rounds that are over, separated by semicolons: nobody is moved in them any more
    #[arg(long, value_name = "ROUNDS")]
    pub held: Option<String>,
    /// Where the results go [default: private/sessions in the assembly's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The language of the lists for paper, such as en or es
    #[arg(long, value_name = "TAG", default_value = "en", value_parser = tables::language)]
    pub language: Language,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Attended {
    folder: PathBuf,
    turnout: Vec<Turnout>,
    repaired: Vec<Mended>,
    moved: Vec<Moved>,
    paid: usize,
    pay: String,
    expenses: String,
    total: String,
    earlier: Option<PathBuf>,
    output: Digest,
    problems: Vec<Problem>,
}

/// A round that was brought to those who came.
#[derive(Debug, Serialize)]
struct Mended {
    round: String,
    absent: usize,
    moved: usize,
    /// Fewer cannot even out the tables.
    bound: usize,
    seated: usize,
}

/// Reads who came and works out what follows.
///
/// # Errors
/// If the input has errors, a round cannot be mended, or the operating system refuses.
pub fn run(args: &Args) -> Result<Attended, Failure> {
    let (root, part) = place(args.dir.as_deref(), args.out.as_deref())?;
    let sitting = args.sources.gather(args.dir.as_deref())?;
    let mut desk = Desk { problems: sitting.problems };
    // They are given one now.
    desk.problems.retain(|problem| !problem.reason.contains(NO_SEAT));
    let left = sitting.succession.left;
    let Door { before, marks, blocks, turnout, accounts } = door(args, sitting.inputs, &left, &mut desk)?;
    let seed = sitting.seed;
    desk.problems.extend(those_who_left(&before, &left));
    let held = held(&before, args.held.as_deref())?;
    desk.problems.extend(unmarked(&before, &held, &blocks, &marks));
    desk.problems.extend(without_block(&before.attendance, &blocks, &marks));
    let (after, repaired) = mended(&before, &held, &seed)?;
    let plan = after.plan(&seed).map_err(Failure::input)?;
    let others = vec![
        ("attended.csv".to_owned(), attended_csv(&after).into_bytes()),
        ("payments.csv".to_owned(), pay::to_csv(&accounts, &after.members).into_bytes()),
    ];
    let (earlier, output) = tables::write(&root, part, &after, &plan, &seed, args.language, others)?;
    let total = accounts
        .iter()
        .map(pay::Account::total)
        .fold((0, 0), |(pay, expenses), one| (pay + one.0.0, expenses + one.1.0));
    Ok(Attended {
        folder: if part.is_empty() { root } else { root.join(part) },
        turnout,
        repaired,
        moved: moved(&before, &plan),
        paid: accounts.iter().filter(|account| account.total().2 > Money(0)).count(),
        pay: Money(total.0).to_string(),
        expenses: Money(total.1).to_string(),
        total: Money(total.0 + total.1).to_string(),
        earlier,
        output,
        problems: desk.problems,
    })
}

/// What was marked at the door, and what follows without the tables.
struct Door {
    before: Inputs,
    /// The file that says who came.
    marks: String,
    blocks: Vec<Block>,
    turnout: Vec<Turnout>,
    accounts: Vec<pay::Account>,
}

/// Reads the blocks, who came, and the expenses; fails with everything that is wrong with them and with what was read before.
fn door(args: &Args, before: Inputs, left: &BTreeSet<String>, desk: &mut Desk) -> Result<Door, Failure> {
    let here = args.dir.as_ref().map(|dir| dir.join(SESSIONS));
    let found = |given: &Option<PathBuf>, name: &str| {
        given.clone().or_else(|| here.as_ref().map(|here| here.join(name)).filter(|path| path.exists()))
    };
    let path = found(&args.sources.attendance, "attendance.csv").ok_or_else(|| {
        Failure::could_not_run(
            "it is not said who came",
            match &here {
                Some(here) => format!(
                    "write {}: a header round,member,present and a row for each who is missing, or each who came",
                    here.join("attendance.csv").display()
                ),
                None => "name the file with --attendance: round,member,present".to_owned(),
            },
        )
    })?;
    let marks = path.display().to_string();
    // It was read for the tables, and is now read again beside the blocks.
    desk.problems.retain(|problem| problem.file != marks);
    let sheet = found(&args.blocks, "blocks.csv").map(|path| desk.sheet(&path)).transpose()?.flatten();
    let blocks =
        sheet.and_then(|sheet| desk.take(quorum::read(&sheet, before.members.ids.len()))).unwrap_or_default();
    let names = block_names(&before.rounds, blocks.iter().map(|block| block.name.clone()));
    let sheet = desk.sheet(&path)?;
    let came = sheet.and_then(|sheet| desk.take(Attendance::read(&sheet, &before.members, Some(&names))));
    let path = found(&args.expenses, "expenses.csv");
    let sheet = path.as_ref().map(|path| desk.sheet(path)).transpose()?.flatten();
    let expenses =
        sheet.and_then(|sheet| desk.take(pay::read(&sheet, &before.members, &names))).unwrap_or_default();
    let came = desk.or_fail(came)?;

    let attendance = without_those_away(&before, came);
    let file = path.map_or_else(String::new, |path| path.display().to_string());
    let (accounts, problems) = pay::accounts(&before.members, &attendance, &blocks, &expenses, &file);
    desk.problems.extend(problems);
    let belongs = |name: &str, m: usize| match before.rounds.find(name) {
        Some(r) => !before.away.contains(&(r, m)),
        None => !left.contains(&before.members.ids[m]) || attendance.of(name).is_some_and(|came| came[m]),
    };
    let turnout = quorum::turnout(&attendance, &blocks, &belongs);
    Ok(Door { before: Inputs { attendance, ..before }, marks, blocks, turnout, accounts })
}

/// Who left the panel and counts as present in a block that is no round, of which nobody knows whether it was before.
fn those_who_left(inputs: &Inputs, left: &BTreeSet<String>) -> Option<Problem> {
    let is_round = |name: &str| inputs.rounds.find(name).is_some();
    let blocks = inputs.attendance.blocks.iter().filter(|(name, _)| !is_round(name));
    let stayed = |(name, came): &(String, Vec<bool>)| {
        let here = left.iter().filter_map(|id| inputs.members.find(id)).any(|m| came[m]);
        here.then(|| name.clone())
    };
    let names: Vec<String> = blocks.filter_map(stayed).collect();
    (!names.is_empty()).then(|| {
        let reason = format!(
            "members who have left the panel count as present, and are paid, in {}",
            names.join(", ")
        );
        let remedy = "nothing, if it was before they left; else mark them absent there";
        Problem::warning("boule replace", reason, remedy)
    })
}

/// Rounds that are over and paid, and in which nobody is marked.
fn unmarked(inputs: &Inputs, held: &[usize], blocks: &[Block], file: &str) -> Option<Problem> {
    let is_paid = |r: usize| {
        blocks.iter().any(|block| inputs.rounds.find(&block.name) == Some(r) && block.pay > Money(0))
    };
    let names = held.iter().filter(|&&r| is_paid(r)).map(|&r| inputs.rounds.all[r].name.as_str());
    let unpaid: Vec<&str> = names.filter(|name| inputs.attendance.of(name).is_none()).collect();
    (!unpaid.is_empty()).then(|| {
        let reason =
            format!("nobody is marked in round {}, which is over: nobody is paid for it", unpaid.join(", "));
        let remedy = "mark who came, or who did not; nothing, if it was not held";
        Problem::warning(file, reason, remedy)
    })
}

/// What is marked and has no row among the blocks, where there are blocks.
fn without_block(came: &Attendance, blocks: &[Block], file: &str) -> Option<Problem> {
    let has_row = |name: &str| blocks.iter().any(|block| fold(&block.name) == fold(name));
    let names = came.blocks.iter().map(|(name, _)| name.as_str());
    let bare: Vec<&str> = names.filter(|name| !blocks.is_empty() && !has_row(name)).collect();
    (!bare.is_empty()).then(|| {
        let reason = format!(
            "no row of the blocks is for {}: no quorum is checked there, and nobody is paid",
            bare.join(", ")
        );
        let remedy = "add a row to the blocks; nothing, if that is right";
        Problem::warning(file, reason, remedy)
    })
}

/// Nobody attends before they join or after they leave.
fn without_those_away(inputs: &Inputs, mut came: Attendance) -> Attendance {
    for (name, present) in &mut came.blocks {
        if let Some(r) = inputs.rounds.find(name) {
            present.iter_mut().enumerate().for_each(|(m, here)| *here &= !inputs.away.contains(&(r, m)));
        }
    }
    came
}

fn held(inputs: &Inputs, names: Option<&str>) -> Result<Vec<usize>, Failure> {
    let names = names.iter().flat_map(|text| text.split(';')).map(str::trim).filter(|name| !name.is_empty());
    let failure = |name: &str| {
        Failure::could_not_run(format!("there is no round {name:?}"), inputs.rounds.remedy(name))
    };
    names.map(|name| inputs.rounds.find(name).ok_or_else(|| failure(name))).collect()
}

/// The published rounds that were marked, brought to those who came; rounds that are over only lose those who did not.
fn mended(before: &Inputs, held: &[usize], seed: &Digest) -> Result<(Inputs, Vec<Mended>), Failure> {
    let mut after = before.clone();
    let mut mended = Vec::new();
    for (r, told) in before.published.iter().enumerate() {
        let Some(told) = told else { continue };
        let round = &before.rounds.all[r].name;
        let is_marked = before.attendance.of(round).is_some() || before.away.iter().any(|&(of, _)| of == r);
        if held.contains(&r) || before.replan.contains(&r) || !is_marked {
            continue;
        }
        let (instance, ..) = after.instance().map_err(Failure::input)?;
        let remedy = "plan the round anew with --replan, loosen its rules, or set more seats";
        let repaired =
            repair(&after, &instance, r, told, &after.seed(seed)).map_err(|why| Failure::no(why, remedy))?;
        mended.push(Mended {
            round: round.clone(),
            absent: (0..told.len()).filter(|&m| told[m].is_some() && !before.is_present(r, m)).count(),
            moved: repaired.moved.len(),
            bound: repaired.bound,
            seated: repaired.seated.len(),
        });
        after.published[r] = Some(repaired.seats);
    }
    Ok((after, mended))
}

fn attended_csv(inputs: &Inputs) -> String {
    let mut csv = String::new();
    write_row(&mut csv, ["block", "member", "present"]);
    for (block, came) in &inputs.attendance.blocks {
        for (id, came) in inputs.members.ids.iter().zip(came) {
            write_row(&mut csv, [block.as_str(), id, if *came { "yes" } else { "no" }]);
        }
    }
    csv
}

impl Report for Attended {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        for turnout in &self.turnout {
            let of = format!("{} of {} came", amount(turnout.present), amount(turnout.members));
            match turnout.quorum {
                Some(quorum) if turnout.is_short() => say.line(format_args!(
                    "{STRONG}{}{STRONG:#}: {of}; {BAD}too few to decide{BAD:#}, {} are needed",
                    turnout.block,
                    amount(quorum)
                ))?,
                Some(quorum) => say.line(format_args!(
                    "{STRONG}{}{STRONG:#}: {of}; {GOOD}enough to decide{GOOD:#}, {} are needed",
                    turnout.block,
                    amount(quorum)
                ))?,
                None => say.line(format_args!("{STRONG}{}{STRONG:#}: {of}", turnout.block))?,
            }
        }
        say.gap()?;
        for Mended { round, absent, moved, bound, seated } in &self.repaired {
            let fewest = if moved == bound {
                " (no fewer can even out the tables)".to_owned()
            } else {
                format!(" (at least {bound} without rules)")
            };
            let new =
                if *seated == 0 { String::new() } else { format!(", {} new at a table", amount(*seated)) };
            say.fact(
                &format!("round {round}"),
                format_args!("{} absent, {} moved{fewest}{new}", amount(*absent), amount(*moved)),
            )?;
        }
        tell_moved(say, &self.moved)?;
        say.fact("pay", format_args!("{} for {}", self.pay, counted(self.paid, "member")))?;
        say.fact("expenses", &self.expenses)?;
        say.fact("together", &self.total)?;
        say.fact(
            "files",
            format_args!(
                "allocation.csv, attended.csv, payments.csv and lists for paper in {}",
                self.folder.display()
            ),
        )?;
        if let Some(earlier) = &self.earlier {
            say.fact("before", format_args!("what was there is in {}", earlier.display()))?;
        }
        for Turnout { block, present, quorum, .. } in self.turnout.iter().filter(|turnout| turnout.is_short())
        {
            let (present, quorum) = (amount(*present), amount(quorum.unwrap_or_default()));
            say.line(format_args!(
                "{CARE}No quorum in {block}: nothing may be decided there. {present} came, {quorum} are needed.{CARE:#}"
            ))?;
        }
        Ok(())
    }
}
