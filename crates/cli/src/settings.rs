//! What an organiser decides before a draw: flags, the file `assembly.toml`, and what holds where neither says anything.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sortition::canonical::{is_normal, normal};
use sortition::extra::MAX_CAPS;
use sortition::pool::PoolOptions;
use sortition::portfolio::MAX_PANELS;
use sortition::seed::{BeaconSlot, CHAINS, Chain, MAX_DIGITS, MIN_DIGITS, Slots, WitnessedSlot};
use sortition::wording::amount;
use sortition::{Cap, Problem};

use crate::failure::Failure;
use crate::plain_toml;
use crate::time;

/// The name of the settings file.
pub const FILE: &str = "assembly.toml";

/// What messages call the flags.
pub const COMMAND_LINE: &str = "the command line";

/// The settings of a draw. Each is a flag and a key of `assembly.toml` with the same name; the flag wins.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// The assembly's name; the commitment carries it
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// How many people the panel has
    #[arg(long, value_name = "K", value_parser = people)]
    pub size: Option<u32>,
    /// The pool: a CSV or Excel file with a row per person
    #[arg(long, value_name = "FILE")]
    pub pool: Option<PathBuf>,
    /// The quotas: a CSV or Excel file with the columns feature, value, min, max
    #[arg(long, value_name = "FILE")]
    pub quotas: Option<PathBuf>,
    /// Quotas on combinations: a CSV or Excel file with a column for each feature, and min and max
    #[arg(long, value_name = "FILE")]
    pub combinations: Option<PathBuf>,
    /// The pool's id column [default: "id", or else the first column in which no two rows agree]
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Columns that make a household; a panel takes at most one member of each [default: no such rule]
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub household: Option<Vec<String>>,
    /// At most N members of a panel agree in the column COLUMN, such as village=2 [default: no such rule]
    #[arg(long, value_name = "COLUMN=N", value_delimiter = ',')]
    pub at_most: Option<Vec<String>>,
    /// Columns that say who somebody is, for their secret code in the record [default: the id column]
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub identity: Option<Vec<String>>,
    /// What fair means [default: leximin]
    #[arg(long)]
    pub objective: Option<Objective>,
    /// How many panels the lottery has, each equally likely [default: 1000]
    #[arg(long, value_name = "M")]
    pub panels: Option<u32>,
    /// How many digits are rolled in front of witnesses, 20 or more, or 0 for none [default: 20]
    #[arg(long, value_name = "N")]
    pub witnessed_digits: Option<u32>,
    /// Where the digits come from and in which order they are read
    #[arg(long, value_name = "TEXT")]
    pub witnessed_description: Option<String>,
    /// When the draw is, to announce a beacon's round that decides last; with the distance from Greenwich or the place
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Which drand network the round is of [default: quicknet]
    #[arg(long, value_name = "NETWORK")]
    pub chain: Option<Network>,
    /// Which attempt this is; 2 or more only after the one before was voided [default: 1]
    #[arg(long, value_name = "N")]
    pub attempt: Option<u32>,
    /// Why the attempt before this one is void
    #[arg(long, value_name = "REASON")]
    pub void: Option<String>,
    /// A rehearsal: the secret follows from this text, and the commitment says so
    #[arg(long, value_name = "TEXT")]
    pub rehearsal: Option<String>,
}

/// Reads a number of people.
///
/// # Errors
/// It is none.
pub fn people(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| "write a number of people from 1 up, such as 30".to_owned())
}

/// What fair means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// Raise the smallest chance as far as it goes, then the next smallest, and so on
    #[default]
    Leximin,
    /// Raise the smallest chance as far as it goes, and leave it at that
    Maximin,
    /// Make the product of all chances as large as it can be
    Nash,
    /// Keep the smallest chance and the largest near the average
    Goldilocks,
}

/// A network of the drand beacon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// A round every three seconds
    #[default]
    Quicknet,
    /// The oldest network, a round every thirty seconds
    Mainnet,
}

impl Network {
    /// What draws know of it.
    pub fn chain(self) -> &'static Chain {
        match self {
            Self::Quicknet => &CHAINS[0],
            Self::Mainnet => &CHAINS[1],
        }
    }
}

impl Settings {
    /// Reads `assembly.toml` in `folder`; its paths are taken from there. Where there is no such file, nothing is set.
    ///
    /// # Errors
    /// If the file cannot be read, or says what no key means.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Failure::no(format!("{} is not text", path.display()), "save it as UTF-8"));
            }
            Err(error) => return Err(Failure::system("read", &path, &error)),
        };
        let mut settings = Self::parse(&path.display().to_string(), &text)?;
        let files = [&mut settings.pool, &mut settings.quotas, &mut settings.combinations];
        for file in files.into_iter().flatten() {
            *file = folder.join(&file);
        }
        Ok(settings)
    }

    fn parse(file: &str, text: &str) -> Result<Self, Failure> {
        plain_toml::read(file, text).map_err(Failure::input)
    }

    /// These settings, and where they say nothing, the `others`.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            event: self.event.or(others.event),
            size: self.size.or(others.size),
            pool: self.pool.or(others.pool),
            quotas: self.quotas.or(others.quotas),
            combinations: self.combinations.or(others.combinations),
            id: self.id.or(others.id),
            household: self.household.or(others.household),
            at_most: self.at_most.or(others.at_most),
            identity: self.identity.or(others.identity),
            objective: self.objective.or(others.objective),
            panels: self.panels.or(others.panels),
            witnessed_digits: self.witnessed_digits.or(others.witnessed_digits),
            witnessed_description: self.witnessed_description.or(others.witnessed_description),
            at: self.at.or(others.at),
            chain: self.chain.or(others.chain),
            attempt: self.attempt.or(others.attempt),
            void: self.void.or(others.void),
            rehearsal: self.rehearsal.or(others.rehearsal),
        }
    }
}

/// Everything that a draw needs to know, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The assembly's name.
    pub event: String,
    /// How many people the panel has; `None` where nobody said.
    pub size: Option<u32>,
    /// The pool's file.
    pub pool: PathBuf,
    /// The quotas' file.
    pub quotas: PathBuf,
    /// The combinations' file.
    pub combinations: Option<PathBuf>,
    /// How the pool is read.
    pub columns: PoolOptions,
    /// What could not be read of the caps.
    pub unclear_caps: Vec<String>,
    /// What fair means.
    pub objective: Objective,
    /// How many panels the lottery has.
    pub panels: u32,
    /// How many digits are rolled.
    pub witnessed_digits: u32,
    /// Where the digits come from.
    pub witnessed_description: String,
    /// When the draw is, as it was written.
    pub at: Option<String>,
    /// The beacon whose round decides last.
    pub chain: Network,
    /// Which attempt this is.
    pub attempt: u32,
    /// Why the attempt before is void.
    pub void: Option<String>,
    /// The text that the secret of a rehearsal follows from.
    pub rehearsal: Option<String>,
    /// The settings file, as messages name it.
    pub file: PathBuf,
}

impl Settings {
    /// Settles what was left open, for an assembly in `folder` or, without one, from these settings alone.
    ///
    /// # Errors
    /// If it is not said where pool and quotas are.
    pub fn decide(self, folder: Option<&Path>) -> Result<Decided, Failure> {
        let file = |set: Option<PathBuf>, usual: &str, flag: &str| {
            set.or_else(|| folder.map(|folder| folder.join(usual))).ok_or_else(|| {
                let here = if Path::new(FILE).exists() { " (. is the folder you are in)" } else { "" };
                Failure::could_not_run(
                    format!("it is not said where the {flag} file is"),
                    format!("name the assembly's folder{here}, or the file with --{flag} FILE"),
                )
            })
        };
        let (caps, unclear_caps) = caps(&named(self.at_most));
        Ok(Decided {
            unclear_caps,
            combinations: self.combinations,
            pool: file(self.pool, POOL, "pool")?,
            quotas: file(self.quotas, QUOTAS, "quotas")?,
            event: self.event.unwrap_or_else(|| EVENT.to_owned()),
            size: self.size,
            columns: PoolOptions {
                id: self.id.filter(|column| !column.is_empty()),
                household: named(self.household),
                identity: named(self.identity),
                caps,
            },
            objective: self.objective.unwrap_or_default(),
            panels: self.panels.unwrap_or(PANELS),
            witnessed_digits: self.witnessed_digits.unwrap_or(WITNESSED_DIGITS),
            witnessed_description: self.witnessed_description.unwrap_or_else(|| WITNESSED.to_owned()),
            at: self.at,
            chain: self.chain.unwrap_or_default(),
            attempt: self.attempt.unwrap_or(1),
            void: self.void,
            rehearsal: self.rehearsal,
            file: folder.map_or_else(|| FILE.into(), |folder| folder.join(FILE)),
        })
    }
}

impl Decided {
    /// Decisions that no draw can be made with, at `now` in Unix seconds, and what somebody should think over.
    pub fn problems(&self, now: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        let file = self.file.display().to_string();
        let mut wrong = |key: &str, value: &str, reason: String, remedy: String| {
            let problem = Problem::error(&file, reason, remedy).in_column(key);
            problems.push(if value.is_empty() { problem } else { problem.with_value(value) });
        };
        if self.size.is_none() {
            let remedy = "write size = 110, or as many as it is to be, in assembly.toml, or use --size";
            wrong("size", "", "it is not said how many people the panel has".to_owned(), remedy.to_owned());
        }
        if !(1..=MAX_PANELS).contains(&self.panels) {
            let remedy = format!("choose 1 to {}; 1000 is usual", amount(MAX_PANELS as usize));
            wrong(
                "panels",
                &self.panels.to_string(),
                "a lottery cannot have so many panels".to_owned(),
                remedy,
            );
        }
        for text in &self.unclear_caps {
            let remedy = "write the column, =, and how many may agree in it, such as \"village=2\"";
            wrong("at-most", text, "this is no rule".to_owned(), remedy.to_owned());
        }
        for (key, text) in [("event", &self.event), ("witnessed-description", &self.witnessed_description)] {
            if normal(text).is_empty() || !is_normal(&normal(text)) {
                let reason = "the text is empty, or holds a line break or another control character";
                wrong(key, text, reason.to_owned(), "write it on one line".to_owned());
            }
        }
        if self.rehearsal.as_ref().is_some_and(|text| normal(text).is_empty()) {
            let remedy = "give any text for a rehearsal, or leave it out for a real draw";
            wrong("rehearsal", "", "the text of the rehearsal is empty".to_owned(), remedy.to_owned());
        }
        if self.attempt == 0 {
            wrong(
                "attempt",
                "0",
                "attempts are counted from 1".to_owned(),
                "leave it out for the first".to_owned(),
            );
        }
        problems.extend(self.randomness_problems(now));
        if self.event == EVENT {
            let remedy = "write event = \"...\" in assembly.toml, or use --event";
            let reason = "the assembly has no name of its own";
            problems.push(Problem::warning(&file, reason, remedy).in_column("event"));
        }
        problems
    }

    /// The same problems, each where it was written: in a row of the settings file, or on the command line.
    pub fn placed(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let text = fs::read_to_string(&self.file).unwrap_or_default();
        let row = |key: &str, value: &str| {
            let rest =
                |line: &str| line.trim_start().strip_prefix(key).map(|rest| rest.trim_start().to_owned());
            let is_key =
                |line: &str| rest(line).is_some_and(|rest| rest.starts_with('=') && rest.contains(value));
            text.lines().position(is_key).map(|place| place + 1)
        };
        let place = |mut problem: Problem| {
            let Some(key) =
                problem.column.clone().filter(|_| problem.file == self.file.display().to_string())
            else {
                return problem;
            };
            problem.row = row(&key, problem.value.as_deref().unwrap_or_default());
            if problem.row.is_none() && problem.value.is_some() {
                problem.file = COMMAND_LINE.to_owned();
                problem.column = Some(format!("--{key}"));
            }
            problem
        };
        problems.into_iter().map(place).collect()
    }

    /// What is wrong with the randomness that is to be announced at `now` in Unix seconds.
    pub fn randomness_problems(&self, now: u64) -> Vec<Problem> {
        let file = self.file.display().to_string();
        let dice = self.witnessed_digits > 0 || self.at.is_none();
        let many = !(MIN_DIGITS..=MAX_DIGITS).contains(&self.witnessed_digits);
        let digits = (dice && many).then(|| {
            let remedy = format!(
                "{MIN_DIGITS} to {} are possible, or 0 where a beacon decides alone (say when: at)",
                amount(MAX_DIGITS as usize)
            );
            Problem::error(&file, "so many digits cannot be announced", remedy)
                .in_column("witnessed-digits")
                .with_value(&self.witnessed_digits.to_string())
        });
        digits.into_iter().chain(self.time_problem(now)).collect()
    }

    /// What is wrong with the time of the draw.
    fn time_problem(&self, now: u64) -> Option<Problem> {
        let at = self.at.as_ref()?;
        let file = self.file.display().to_string();
        let refuse = |reason: &str, remedy: &str| {
            Some(Problem::error(&file, reason, remedy).in_column("at").with_value(at))
        };
        let time = match time::seconds(at) {
            Err(reason) => return refuse(&reason, time::FORMS),
            Ok(time) => time,
        };
        if self.chain.chain().round(time).is_none() {
            return refuse("this is before the beacon began", "name the time of the draw");
        }
        if self.rehearsal.is_some() {
            return None;
        }
        if time <= now {
            let remedy = "name a time to come; only a rehearsal may use one in the past";
            return refuse(
                "the time of the draw is in the past, so the randomness could be known already",
                remedy,
            );
        }
        (time < now.saturating_add(A_DAY)).then(|| {
            let remedy =
                "leave at least a day, so that members and observers have the commitment before the draw";
            Problem::warning(&file, "the draw is less than a day away", remedy).in_column("at").with_value(at)
        })
    }

    /// The randomness that will be announced: digits first, a beacon last.
    pub fn slots(&self) -> Slots {
        let witnessed = (self.witnessed_digits > 0).then(|| WitnessedSlot {
            digits: self.witnessed_digits,
            description: normal(&self.witnessed_description),
        });
        let chain = self.chain.chain();
        let time = self.at.as_ref().and_then(|at| time::seconds(at).ok());
        let beacon = time.and_then(|time| {
            Some(BeaconSlot { chain: chain.name.to_owned(), time, round: chain.round(time)? })
        });
        Slots { witnessed, beacon }
    }
}

/// `village=2` as a cap; apart from them what is none.
fn caps(texts: &[String]) -> (Vec<Cap>, Vec<String>) {
    let mut unclear = Vec::new();
    let mut caps = Vec::new();
    for text in texts {
        let cap = text.rsplit_once('=').and_then(|(column, max)| {
            let max = max.trim().parse().ok().filter(|&max| max > 0)?;
            Some(Cap { column: column.trim().to_owned(), max })
        });
        match cap {
            Some(cap) if caps.len() < MAX_CAPS => caps.push(cap),
            _ => unclear.push(text.clone()),
        }
    }
    (caps, unclear)
}

fn named(columns: Option<Vec<String>>) -> Vec<String> {
    columns
        .into_iter()
        .flatten()
        .map(|column| column.trim().to_owned())
        .filter(|column| !column.is_empty())
        .collect()
}

/// Where the pool is, in an assembly's folder: among what is private.
pub const POOL: &str = "private/pool.csv";
/// Where the quotas are.
pub const QUOTAS: &str = "quotas.csv";
/// What an assembly is called that has no name.
const EVENT: &str = "assembly";
/// A day, in seconds.
pub const A_DAY: u64 = 24 * 60 * 60;
const PANELS: u32 = 1000;
const WITNESSED_DIGITS: u32 = 20;
const WITNESSED: &str = "ten-sided dice, rolled one after the other, read in the order of rolling";

#[cfg(test)]
mod tests {
    use super::{Network, Objective, Settings};
    use crate::template;

    fn parse(text: &str) -> Result<Settings, String> {
        Settings::parse("assembly.toml", text).map_err(|failure| failure.problems[0].to_string())
    }

    /// The template with every key in force.
    fn all_keys() -> String {
        let template = template::settings("Assembly", 30);
        let is_key = |line: &str| line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
        template
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|l| is_key(l)).unwrap_or(line).to_owned() + "\n")
            .collect()
    }

    #[test]
    fn the_template_explains_every_key() {
        let Settings {
            event: Some(_),
            size: Some(30),
            pool: Some(_),
            quotas: Some(_),
            id: Some(_),
            combinations: Some(_),
            household: Some(_),
            at_most: Some(_),
            identity: Some(_),
            objective: Some(Objective::Leximin),
            panels: Some(1000),
            witnessed_digits: Some(20),
            witnessed_description: Some(_),
            at: Some(_),
            chain: Some(Network::Quicknet),
            attempt: Some(2),
            void: Some(_),
            rehearsal: Some(_),
        } = parse(&all_keys()).unwrap()
        else {
            panic!("a key is not explained")
        };
    }

    #[test]
    fn what_the_template_sets_is_what_holds_anyway() {
        let template = template::settings("assembly", 30);
        let folder = std::path::Path::new("");
        let set = parse(&template).unwrap().decide(Some(folder)).unwrap();
        let bare = Settings { size: Some(30), id: Some("id".to_owned()), ..Settings::default() };
        assert_eq!(set, bare.decide(Some(folder)).unwrap());
    }

    #[test]
    fn a_key_that_means_nothing_is_an_error_with_its_line() {
        let error = parse("size = 30\nsise = 40\n").unwrap_err();
        assert!(error.contains("row 2") && error.contains("`sise`") && error.contains("`size`"), "{error}");
        let error = parse("objective = \"fairest\"\n").unwrap_err();
        for name in ["leximin", "maximin", "nash", "goldilocks"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn the_time_of_a_draw_lies_ahead_unless_it_is_a_rehearsal() {
        let decided = |at: &str, rehearsal: Option<&str>| {
            let settings = Settings {
                at: Some(at.to_owned()),
                rehearsal: rehearsal.map(str::to_owned),
                event: Some("Spring".to_owned()),
                size: Some(1),
                ..Settings::default()
            };
            settings.decide(Some(std::path::Path::new(""))).unwrap()
        };
        let noon = 1_692_806_364;
        let said = |at: &str, rehearsal, now| {
            decided(at, rehearsal)
                .problems(now)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let text = "2023-08-23T15:59:24Z";
        assert!(said(text, None, noon).contains("in the past"));
        assert_eq!(said(text, Some("practice"), noon), "");
        assert!(said(text, None, noon - 60).contains("less than a day"));
        assert_eq!(said(text, None, noon - 90_000), "");
        assert!(said("2023-08-23T15:59:24", None, 0).contains("Greenwich"));
        assert!(said("2019-08-23T15:59:24Z", None, 0).contains("before the beacon began"));
        let slots = decided(text, None).slots();
        assert_eq!(slots.beacon.map(|slot| (slot.round, slot.time)), Some((1000, noon)));
        assert!(slots.witnessed.is_some(), "dice first, beacon last");
    }

    #[test]
    fn flags_win() {
        let flags = Settings { size: Some(1), ..Settings::default() };
        let both = flags.or(parse("size = 2\npanels = 7").unwrap());
        assert_eq!((both.size, both.panels), (Some(1), Some(7)));
    }
}
