//! `boule mend`: the cheapest change of quotas that cannot be met, as a file to be used instead.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use sortition::{Digest, Problem};

use crate::Report;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs::{self, Place};
use crate::lottery;
use crate::mending::{self, Mended};
use crate::say::{CARE, GOOD, Say};

/// What `mend` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which assembly, and what is decided.
    #[command(flatten)]
    pub place: Place,
    /// Give up so many people more than needed, where that gives the least likely member the best chance
    #[arg(long, value_name = "PEOPLE", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub room: u32,
}

/// What `mend` found.
#[derive(Debug, Serialize)]
pub struct Changed {
    /// Nothing, if the quotas can be met.
    #[serde(flatten)]
    mended: Option<Mended>,
    room: u32,
    files: Vec<PathBuf>,
    problems: Vec<Problem>,
}

/// Finds the change and writes it beside the quotas, all or nothing; never over a file that is there.
///
/// # Errors
/// If the input has errors, nothing helps, a file is in the way, or the operating system refuses.
pub fn run(args: &Args) -> Result<Changed, Failure> {
    let decided = args.place.decide()?;
    let reading = inputs::read_unassessed(&decided)?;
    let Some(inputs) = reading.value else { return Err(Failure::input(reading.problems)) };
    let mut problems = reading.problems;
    if inputs.size == 0 || inputs.size as usize > inputs.pool.members.len() {
        problems.extend(inputs.assess(&decided));
        return Err(Failure::input(problems));
    }
    let register = inputs.register(&decided, &Digest([0; 32])).map_err(Failure::input)?;
    if lottery::clash(&decided, &inputs, &register).is_none() {
        return Ok(Changed { mended: None, room: args.room, files: Vec::new(), problems });
    }
    let out = args.place.out().ok_or_else(|| {
        Failure::could_not_run(
            "it is not said where the mended quotas go",
            "name the assembly's folder, or use --out DIR",
        )
    })?;
    let mended = mending::cheapest(&inputs, &register, args.room)
        .map_err(|reason| Failure::no(reason, "loosen these, or win more volunteers of the scarce kinds"))?;
    let rules = mended.rules(register.rules(&inputs.quotas, inputs.size));
    problems.extend(mending::settled(&rules, &inputs, &register));
    let mut texts = vec![("quotas-mended.csv", mended.quotas_csv(&inputs))];
    texts.extend(mended.combinations_csv(&inputs).map(|text| ("combinations-mended.csv", text)));
    let folder = Folder::open(out)?;
    let mut writing = folder.begin()?;
    for (name, text) in &texts {
        writing.write(name, text.as_bytes())?;
    }
    writing.commit()?;
    let files = texts.iter().map(|(name, _)| out.join(name)).collect();
    Ok(Changed { mended: Some(mended), room: args.room, files, problems })
}

impl Report for Changed {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        let Some(mended) = &self.mended else {
            return say.line(format_args!("{GOOD}There is nothing to mend:{GOOD:#} the quotas can be met."));
        };
        say.line(match (self.room, mended.cheapest) {
            (0, true) => "The cheapest change that helps:".to_owned(),
            (0, false) => "A change that helps:".to_owned(),
            (room, _) => format!("A change that helps, with room for {room} more than needed:"),
        })?;
        for word in mended.words() {
            say.line(format_args!("  {word}"))?;
        }
        say.line(format_args!("What comes of it: {CARE}{}{CARE:#}.", mended.outlook()))?;
        if !mended.cheapest {
            say.line("It was not proved that no change is cheaper.")?;
        } else if mended.fairest {
            say.line("No change for the same cost gives the least likely more.")?;
        }
        let more_room = mended.more_room();
        if self.room == 0 && !more_room.is_empty() {
            say.line("Giving up more makes the chances more equal (--room PEOPLE). The least likely of all members could have, with")?;
            for words in more_room {
                say.line(format_args!("  {words}"))?;
            }
        }
        for file in &self.files {
            say.line(format_args!("Written: {}", file.display()))?;
        }
        say.line("The column \"was\" marks what changed. Look at it; if you agree, use it instead of the file that you have.")
    }
}
