//! `boule draw`: the panel, from the digits that witnesses saw.

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use sortition::draw::{self, Drawn};
use sortition::hash::{Digest, sha256};
use sortition::record::{Bundle, Commit};
use sortition::verification::{Level, Options, verify};

use crate::Report;
use crate::bundle::Folders;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::say::{GOOD, STRONG, Say, amount, counted};

/// What `draw` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder, with the prepared lottery
    pub dir: PathBuf,
    /// The digits that witnesses saw, in the announced order, without spaces
    #[arg(long, value_name = "DIGITS")]
    pub witnessed: String,
}

/// What was drawn.
#[derive(Debug, Serialize)]
pub struct Panel {
    folder: PathBuf,
    commitment: Digest,
    rehearsal: bool,
    event: String,
    witnessed: String,
    seed: Digest,
    /// The number of the panel, from 0.
    t: u32,
    m: u32,
    panel: Vec<u32>,
    /// Whether the panel had been drawn before from the same digits.
    again: bool,
}

/// Draws the panel and writes it. The same digits give the same panel again; other digits are refused.
///
/// # Errors
/// If there is no sound record, the digits are not as announced, another panel was drawn, or the operating system refuses.
pub fn run(args: &Args) -> Result<Panel, Failure> {
    let folders = Folders::of(&args.dir);
    if !args.dir.is_dir() {
        return Err(Failure::could_not_run(
            format!("there is no folder {}", args.dir.display()),
            "check the name",
        ));
    }
    let folder = Folder::open(&args.dir)?;
    if !folders.public.join("commit.json").exists() {
        return Err(Failure::could_not_run(
            format!("{} holds no lottery", args.dir.display()),
            format!("make it first: boule prepare {}", args.dir.display()),
        ));
    }
    let bundle = folders.read()?;
    let again = bundle.public.contains_key("draw.json");
    let commit = commit(&bundle)?;
    digits(&commit, &args.witnessed)?;
    let drawn = draw::draw(&bundle, Some(&args.witnessed)).map_err(|reason| {
        let options = Options { commitment: None, level: Level::Auditor, before_draw: true };
        let remedy = match verify(&bundle, &options).culprit() {
            Some(_) => "put back the files as they were prepared; boule verify says more, with --before-draw",
            None => "a draw is never repeated: the panel that was drawn stands",
        };
        Failure::no(format!("nothing was drawn: {reason}"), remedy)
    })?;
    write(&folder, &bundle, &drawn)?;
    Ok(Panel {
        folder: args.dir.clone(),
        commitment: sha256(&bundle.public["commit.json"]),
        rehearsal: commit.rehearsal,
        event: commit.event,
        witnessed: args.witnessed.clone(),
        seed: drawn.seed,
        t: drawn.t,
        m: commit.m,
        panel: drawn.panel,
        again,
    })
}

fn commit(bundle: &Bundle) -> Result<Commit, Failure> {
    let bytes = bundle.public.get("commit.json").map_or(&[][..], Vec::as_slice);
    Commit::from_canonical(bytes).map_err(|reason| {
        Failure::no(format!("commit.json cannot be used: {reason}"), "put back the file that was prepared")
    })
}

/// Refuses digits that are not exactly what was announced.
fn digits(commit: &Commit, witnessed: &str) -> Result<(), Failure> {
    commit.slots.check_witnessed(Some(witnessed)).map_err(|reason| {
        let from = commit.slots.witnessed.as_ref().map_or("", |slot| slot.description.as_str());
        Failure::no(
            format!("nothing was drawn: {reason}"),
            format!("type exactly the announced digits, without spaces ({from}); never fill up or cut"),
        )
    })
}

/// Writes those of the three files that are not there.
fn write(folder: &Folder, bundle: &Bundle, drawn: &Drawn) -> Result<(), Failure> {
    let private = bundle.private.as_ref();
    let files = [
        ("public", "draw.json", &drawn.draw, bundle.public.contains_key("draw.json")),
        (
            "private",
            "selected.csv",
            &drawn.selected,
            private.is_some_and(|files| files.contains_key("selected.csv")),
        ),
        (
            "private",
            "remaining.csv",
            &drawn.remaining,
            private.is_some_and(|files| files.contains_key("remaining.csv")),
        ),
    ];
    if !files[0].3 && (files[1].3 || files[2].3) {
        return Err(Failure::no(
            "there is a selected.csv or remaining.csv in the private folder, but nothing was drawn",
            "if there was a draw, its panel stands: put its draw.json back into the public folder; \
             if these files come from somewhere else, move them away",
        ));
    }
    let mut writing = folder.begin()?;
    for (name, file, bytes, _) in files.iter().filter(|file| !file.3) {
        writing.write(format!("{name}/{file}"), bytes)?;
    }
    writing.commit()
}

impl Report for Panel {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let folder = self.folder.display();
        if self.again {
            say.line("This panel was drawn before, from the same digits:")?;
        }
        say.line(format_args!(
            "{GOOD}Drawn:{GOOD:#} {STRONG}panel {} of the {} from 0 to {}{STRONG:#}, {}",
            amount(self.t as usize),
            amount(self.m as usize),
            amount(self.m as usize - 1),
            self.event
        ))?;
        if self.rehearsal {
            say.line("This is a rehearsal.")?;
        }
        say.gap()?;
        say.fact("digits", &self.witnessed)?;
        say.fact("seed", self.seed)?;
        say.fact(
            "panel",
            format_args!("{} in {folder}/private/selected.csv", counted(self.panel.len(), "member")),
        )?;
        say.fact("all others", format_args!("in {folder}/private/remaining.csv"))?;
        say.gap()?;
        say.line("What to do now:")?;
        say.line(format_args!(
            "  1. Publish {folder}/public again; draw.json is new there. Anybody can check it:"
        ))?;
        say.line(format_args!("     boule verify {folder}/public --commitment {}", self.commitment))?;
        say.line("  2. Invite the panel.")
    }
}
