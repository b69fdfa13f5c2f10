//! `boule programme dates`: the dates that most members can attend, so that no group is left out.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use sessions::dates::{Chosen, Group, Poll, choose};
use sessions::members::Members;
use sortition::Problem;

use crate::Report;
use crate::failure::Failure;
use crate::say::{CARE, GOOD, Say, amount, percent_down};
use crate::sitting::Desk;

/// What `programme dates` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The poll: id, and a column for each date with yes or no
    pub poll: PathBuf,
    /// The members: id, and a column for each feature
    #[arg(long, value_name = "FILE")]
    pub members: PathBuf,
    /// How many dates are wanted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=366))]
    pub choose: u32,
    /// Groups of fewer members are not looked at by themselves
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub least: usize,
}

/// The dates.
#[derive(Debug, Serialize)]
pub struct Found {
    members: usize,
    chosen: Chosen,
    problems: Vec<Problem>,
}

/// Chooses the dates.
///
/// # Errors
/// If a file has errors or cannot be opened, or the dates cannot be chosen.
pub fn run(args: &Args) -> Result<Found, Failure> {
    let mut desk = Desk::default();
    let sheet = desk.sheet(&args.members)?;
    let members = sheet.and_then(|sheet| desk.take(Members::read(&sheet, None)));
    let sheet = desk.sheet(&args.poll)?;
    let poll = sheet.and_then(|sheet| desk.take(Poll::read(&sheet, members.as_ref())));
    let (members, poll) = desk.or_fail(members.zip(poll))?;
    let (wanted, dates) = (args.choose as usize, poll.dates.len());
    if wanted > dates {
        let reason = format!("{wanted} dates are wanted, and the poll has {dates}");
        return Err(Failure::no(
            reason,
            format!("choose {dates} or fewer with --choose, or ask about more dates"),
        ));
    }
    let chosen = choose(&poll, &members, wanted, args.least).map_err(|why| {
        Failure::no(why, "choose fewer dates, or leave out of the poll those that will not do")
    })?;
    Ok(Found { members: members.len(), chosen, problems: desk.problems })
}

impl Report for Found {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        say.line(format_args!("{GOOD}The dates that serve everybody best:{GOOD:#}"))?;
        for (date, can) in self.chosen.dates.iter().zip(&self.chosen.can) {
            say.fact(date, format_args!("{} of {} can come", amount(*can), amount(self.members)))?;
        }
        say.fact("all of them", format_args!("{} can come every time", amount(self.chosen.all)))?;
        if !self.chosen.is_best {
            let words =
                "not every set was tried; a slightly better one may exist. Fewer dates in the poll settle it";
            say.fact("caution", format_args!("{CARE}{words}{CARE:#}"))?;
        }
        say.gap()?;
        say.line("Who is served worst:")?;
        for Group { feature, value, members, can, all } in self.chosen.groups.iter().take(8) {
            let days = percent_down(can.iter().sum::<usize>() as u128, (members * can.len()) as u128);
            say.line(format_args!(
                "  {feature} {value}: {days} of their days; {all} of {members} can come every time"
            ))?;
        }
        Ok(())
    }
}
