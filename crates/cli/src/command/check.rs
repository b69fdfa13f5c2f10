//! `boule check`: read everything, report everything, change nothing.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sortition::{Digest, Pool, Problem, Reading};

use crate::Report;
use crate::failure::{Exit, Failure};
use crate::inputs::{self, Place};
use crate::lottery;
use crate::mending;
use crate::say::{BAD, GOOD, Say, amount, counted, shell};
use crate::settings::Settings;

/// What `check` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which assembly.
    #[command(flatten)]
    pub place: Place,
}

/// What `check` found.
#[derive(Debug, Serialize)]
pub struct Checked {
    folder: Option<PathBuf>,
    size: Option<u32>,
    members: Option<usize>,
    withdrawn: Option<usize>,
    households: Option<usize>,
    seated: usize,
    combinations: usize,
    features: Option<usize>,
    /// Whether everything could be read, so that a change of the quotas can be sought.
    can_mend: bool,
    problems: Vec<Problem>,
    /// How far the folder is.
    stage: Stage,
    /// Whether settings were given as flags.
    #[serde(skip)]
    flags: bool,
}

/// How far an assembly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    New,
    Prepared,
    Drawn,
}

impl Stage {
    fn of(folder: Option<&Path>) -> Self {
        let there = |file: &str| folder.is_some_and(|folder| folder.join("public").join(file).exists());
        match (there("commit.json"), there("draw.json")) {
            (_, true) => Self::Drawn,
            (true, false) => Self::Prepared,
            (false, false) => Self::New,
        }
    }
}

/// Reads the settings, the quotas and the pool, finds everything that is wrong, and whether the quotas can be met at all.
///
/// # Errors
/// If the settings cannot be understood or a file cannot be opened.
pub fn run(args: &Args) -> Result<Checked, Failure> {
    let decided = args.place.decide()?;
    let Reading { value: inputs, mut problems } = inputs::read_unassessed(&decided)?;
    let found = inputs.as_ref().map(|inputs| inputs.assess(&decided)).unwrap_or_default();
    // Quotas are no help where there are too few people.
    let can_mend = inputs
        .as_ref()
        .is_some_and(|inputs| decided.size.is_some_and(|size| inputs.pool.members.len() >= size as usize));
    problems.extend(found);
    let inputs = inputs.filter(|_| !problems.iter().any(Problem::is_error));
    if let Some(inputs) = &inputs {
        let register = inputs.register(&decided, &Digest([0; 32])).map_err(Failure::input)?;
        match lottery::clash(&decided, inputs, &register) {
            Some(clash) => problems.push(clash),
            None => {
                let rules = register.rules(&inputs.quotas, inputs.size);
                problems.extend(mending::settled(&rules, inputs, &register));
            }
        }
    }
    let pool = inputs.as_ref().map(|inputs| &inputs.pool);
    let households =
        |pool: &Pool| pool.members.iter().filter_map(|member| member.household).max().unwrap_or(0) as usize;
    Ok(Checked {
        folder: args.place.out().map(Path::to_owned),
        size: decided.size,
        members: pool.map(|pool| pool.members.len()),
        withdrawn: pool.map(|pool| pool.withdrawn),
        seated: pool.map_or(0, |pool| pool.members.iter().filter(|member| member.seated).count()),
        combinations: inputs.as_ref().map_or(0, |inputs| inputs.combinations.list.len()),
        households: pool.filter(|pool| !pool.household_columns.is_empty()).map(households),
        features: inputs.as_ref().map(|inputs| inputs.quotas.features().len()),
        can_mend,
        problems,
        stage: Stage::of(args.place.out()),
        flags: args.place.settings != Settings::default(),
    })
}

impl Report for Checked {
    fn exit(&self) -> Exit {
        if self.problems.iter().any(Problem::is_error) { Exit::No } else { Exit::Yes }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        if let (Some(members), Some(features), Some(size)) = (self.members, self.features, self.size) {
            let withdrawn = match self.withdrawn {
                None | Some(0) => String::new(),
                Some(withdrawn) => format!(", and {} withdrawn who are left out", amount(withdrawn)),
            };
            say.fact("pool", counted(members, "member") + &withdrawn)?;
            say.fact("panel", counted(size as usize, "member"))?;
            let combinations = match self.combinations {
                0 => String::new(),
                rules => format!(" and {}", counted(rules, "combination")),
            };
            say.fact("quotas", format_args!("for {}{combinations}", counted(features, "feature")))?;
            if self.seated > 0 {
                say.fact("already seated", counted(self.seated, "member"))?;
            }
            if let Some(households) = self.households {
                say.fact(
                    "households",
                    format_args!("{} of two or more people; one may sit", amount(households)),
                )?;
            }
        }
        if self.exit() == Exit::No {
            say.line(format_args!("{BAD}There is something to mend{BAD:#} before a panel can be drawn."))?;
            return match &self.folder {
                Some(folder) if self.can_mend => {
                    say.line(format_args!("The cheapest change of the quotas: boule mend {}", shell(folder)))
                }
                _ => Ok(()),
            };
        }
        say.line(format_args!("{GOOD}A panel can be drawn.{GOOD:#} Nothing was changed."))?;
        let Some(folder) = &self.folder else { return Ok(()) };
        let (shown, flags) = (shell(folder), if self.flags { ", with the same options" } else { "" });
        match self.stage {
            Stage::New => say.line(format_args!("Next: boule prepare {shown}{flags}")),
            Stage::Prepared => {
                say.line(format_args!("{shown} holds a lottery already. Next: boule ceremony {shown}"))
            }
            Stage::Drawn => say.line(format_args!(
                "{shown} holds a panel that was drawn. It stands: boule verify {shown}/public"
            )),
        }
    }
}
