//! `boule quotas`: quotas from a census, and how the volunteers compare with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sortition::pool::{Pool, PoolOptions};
use sortition::population::Group;
use sortition::{Population, Problem, Quotas, Slack};

use crate::failure::Failure;
use crate::folder::{make_folder, write_new};
use crate::say::{STRONG, Say, amount, counted, percent_down};
use crate::{Report, inputs, template};

/// What `quotas` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The census: a CSV or Excel file with the columns feature, value and share (or count)
    #[arg(long, value_name = "FILE")]
    pub population: PathBuf,
    /// How many people the panel has
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub size: u32,
    /// How much room there is around each group's seats, in people (2) or per cent of its seats (10%)
    #[arg(long, value_name = "PEOPLE or PERCENT%", default_value = "1", value_parser = slack)]
    pub slack: Slack,
    /// Where to write the quotas, as CSV [default: nowhere]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The volunteers, to be compared with the population: a CSV or Excel file with a row per person
    #[arg(long, value_name = "FILE")]
    pub pool: Option<PathBuf>,
}

fn slack(text: &str) -> Result<Slack, String> {
    Slack::parse(text)
        .ok_or_else(|| "write a number of people, such as 2, or per cent, such as 10%".to_owned())
}

/// One group: its part of the population, its seats, and the volunteers who have the value.
#[derive(Debug, Serialize)]
struct Line {
    feature: String,
    value: String,
    /// The part of the population, in millionths.
    population: u64,
    seats: u32,
    min: u32,
    max: u32,
    /// The volunteers, if there is a pool.
    volunteers: Option<u32>,
    /// A hundred times their part of the pool over that of the population; nothing without a pool, or where the population has
    /// none of them.
    ratio_in_hundredths: Option<u64>,
    /// The chance of each if the group has the fewest seats that its quota allows and if it has the most, in millionths, rounded
    /// down and at most certain.
    chance: Option<(u64, u64)>,
}

/// The quotas.
#[derive(Debug, Serialize)]
pub struct Made {
    size: u32,
    members: Option<usize>,
    groups: Vec<Line>,
    out: Option<PathBuf>,
    problems: Vec<Problem>,
}

/// Makes the quotas and writes them. A file that holds anything but the example of `init` is never overwritten.
///
/// # Errors
/// If the census or the pool has errors, the file exists, or the operating system refuses.
pub fn run(args: &Args) -> Result<Made, Failure> {
    let file = args.population.display().to_string();
    let (sheet, mut problems) = reading::sound_rows(&file, &inputs::bytes(&args.population)?);
    let reading = sheet.map(|sheet| Population::read(&sheet));
    let population = reading.and_then(|reading| {
        problems.extend(reading.problems);
        reading.value
    });
    let pool_bytes = args.pool.as_ref().map(|path| inputs::bytes(path)).transpose()?;
    let Some(population) = population.filter(|_| !problems.iter().any(Problem::is_error)) else {
        return Err(Failure::input(problems));
    };
    let (seats, quotas) = (population.seats(args.size), population.quotas(args.size, args.slack));
    problems.extend(rounded_to_nothing(&population, &seats, &quotas, &file));
    let pool = match (&args.pool, pool_bytes) {
        (Some(path), Some(bytes)) => pool(path, &bytes, &quotas, &mut problems),
        _ => None,
    };
    if problems.iter().any(Problem::is_error) {
        return Err(Failure::input(problems));
    }
    let groups = lines(&population, &seats, &quotas, pool.as_ref());
    if let Some(out) = &args.out {
        write(out, &quotas, args.size)?;
    }
    let members = pool.map(|pool| pool.members.len());
    Ok(Made { size: args.size, members, groups, out: args.out.clone(), problems })
}

fn pool(path: &Path, bytes: &[u8], quotas: &Quotas, problems: &mut Vec<Problem>) -> Option<Pool> {
    let (sheet, found) = reading::sound_rows(&path.display().to_string(), bytes);
    problems.extend(found);
    let reading = Pool::read(&sheet?, quotas, &PoolOptions::default());
    problems.extend(reading.problems);
    reading.value
}

/// Warns of groups that are there and have no seat.
fn rounded_to_nothing(population: &Population, seats: &[u32], quotas: &Quotas, file: &str) -> Vec<Problem> {
    let small = population.groups.iter().zip(seats).zip(quotas.rows());
    let small = small.filter(|((group, seats), _)| **seats == 0 && group.weight > 0);
    let problem = |((group, _), quota): ((&Group, &u32), &sortition::Quota)| {
        let remedy = match quota.max {
            0 => {
                "no panel could hold any of them: raise its maximum to 1 in the quotas, give more --slack, or join it with another group"
            }
            _ => "a panel may have none of them; for at least one, raise its minimum in the quotas to 1",
        };
        let reason = format!("\"{}\" is so small that its share of the seats rounds to 0", group.feature);
        Problem::warning(file, reason, remedy).with_value(&group.value)
    };
    small.map(problem).collect()
}

fn lines(population: &Population, seats: &[u32], quotas: &Quotas, pool: Option<&Pool>) -> Vec<Line> {
    let mut totals = std::collections::BTreeMap::<&str, u64>::new();
    for group in &population.groups {
        *totals.entry(&group.feature).or_default() += group.weight;
    }
    let line = |(row, (group, &seats)): (u32, (&Group, &u32))| {
        let total = u128::from(totals[group.feature.as_str()].max(1));
        let has =
            |pool: &Pool| pool.members.iter().filter(|member| member.values.contains(&row)).count() as u32;
        let volunteers = pool.map(has);
        let members = pool.map_or(1, |pool| pool.members.len() as u128);
        let weight = u128::from(group.weight);
        let ratio = |volunteers: u32| {
            (weight > 0).then(|| (u128::from(volunteers) * total * 100 / (members * weight)) as u64)
        };
        let quota = &quotas.rows()[row as usize];
        let chance = |volunteers: u32| {
            let of =
                |seats: u32| (u64::from(seats) * 1_000_000 / u64::from(volunteers.max(1))).min(1_000_000);
            (volunteers > 0).then_some((of(quota.min), of(quota.max)))
        };
        Line {
            feature: group.feature.clone(),
            value: group.value.clone(),
            population: (weight * 1_000_000 / total) as u64,
            seats,
            min: quota.min,
            max: quota.max,
            volunteers,
            ratio_in_hundredths: volunteers.and_then(ratio),
            chance: volunteers.and_then(chance),
        }
    };
    (0u32..).zip(population.groups.iter().zip(seats)).map(line).collect()
}

fn write(out: &Path, quotas: &Quotas, size: u32) -> Result<(), Failure> {
    let refused = |error| Failure::system("write", out, &error);
    let examples = [template::quotas(size), template::quotas(template::SIZE)];
    if fs::read(out).is_ok_and(|bytes| examples.iter().any(|example| example.as_bytes() == bytes)) {
        fs::remove_file(out).map_err(refused)?;
    }
    if out.exists() {
        return Err(Failure::no(
            format!("{} is already there; nothing was changed", out.display()),
            "choose another name with --out, or move the file elsewhere",
        ));
    }
    let folder = out.parent().unwrap_or(Path::new(""));
    make_folder(folder, false)
        .and_then(|()| write_new(out, quotas.to_csv().as_bytes(), false))
        .map_err(refused)
}

impl Report for Made {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        say.line(format_args!(
            "{STRONG}Seats in proportion to the population{STRONG:#}, for {}:",
            counted(self.size as usize, "member")
        ))?;
        let mut feature = "";
        for line in &self.groups {
            if line.feature != feature {
                feature = &line.feature;
                say.line(format_args!("  {feature}"))?;
            }
            let share = percent_down(line.population.into(), 1_000_000);
            let range = format!("{} to {}", line.min, line.max);
            say.line(format_args!("    {:<24} {share:>7}  {:>4}  quota {range}", line.value, line.seats))?;
        }
        if let Some(members) = self.members {
            self.compare(members, say)?;
        }
        match &self.out {
            Some(out) => say.line(format_args!("Written: {}", out.display())),
            None => say.line("Nothing was written; --out FILE writes the quotas."),
        }
    }
}

impl Made {
    /// Who came and who did not, and what that does to their chances.
    fn compare(&self, members: usize, say: &mut Say) -> io::Result<()> {
        say.gap()?;
        let average = percent_down(self.size.into(), members as u128);
        say.line(format_args!(
            "{STRONG}Volunteers against the population{STRONG:#}: {}, an average chance of {average}",
            amount(members)
        ))?;
        for line in &self.groups {
            let volunteers = line.volunteers.unwrap_or(0);
            let part = percent_down(volunteers.into(), members as u128);
            let whom = format!("{} ({})", line.value, line.feature);
            let words = match (line.ratio_in_hundredths, line.chance) {
                (_, None) if line.seats > 0 => "nobody came: their seats cannot be filled".to_owned(),
                (_, None) => "nobody came".to_owned(),
                (None, Some(_)) => "not in the population".to_owned(),
                (Some(ratio), Some(chance)) => outlook(ratio, chance, volunteers < line.min),
            };
            say.line(format_args!("    {whom:<32} {volunteers:>6}  {part:>7}  {words}"))?;
        }
        Ok(())
    }
}

/// "half as many came as live there; each of them has a chance of 15% to 20%".
fn outlook(ratio: u64, (least, most): (u64, u64), too_few: bool) -> String {
    let times = format!("{}.{:02} times their share came", ratio / 100, ratio % 100);
    let came = match ratio {
        0..80 => "too few",
        80..125 => "about right",
        _ => "more than their share",
    };
    let few = if too_few { "; fewer than the minimum, so it cannot be met" } else { "" };
    let percent = |chance: u64| percent_down(chance.into(), 1_000_000);
    let chance = match most {
        0 => "the quota gives them no seat, so none of them has a chance".to_owned(),
        _ if least == most => format!("each has a chance of about {}", percent(most)),
        _ => format!("each has a chance of {} to {}", percent(least), percent(most)),
    };
    format!("{came} ({times}); {chance}{few}")
}
