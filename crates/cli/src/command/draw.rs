//! `boule draw`: the panel, from the announced randomness.

use std::io;
use std::path::{Path, PathBuf};

use beacon::Served;
use serde::Serialize;
use sortition::draw::{self, Drawn};
use sortition::hash::{Digest, sha256};
use sortition::record::{BeaconReading, Bundle, Commit};
use sortition::seed::{Chain, Slots};
use sortition::verification::{Level, Options, verify};

use crate::Report;
use crate::bundle::Folders;
use crate::failure::Failure;
use crate::folder::{Folder, must_be_there};
use crate::inputs;
use crate::keys::SIGNATURES;
use crate::say::{GOOD, STRONG, Say, amount, counted, shell};
use crate::time;

/// What `draw` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder, with the prepared lottery
    pub dir: PathBuf,
    /// The digits that witnesses saw, in the announced order, without spaces
    #[arg(long, value_name = "DIGITS")]
    pub witnessed: Option<String>,
    /// The announced round of the beacon: a file with what the drand API serves
    #[arg(long, value_name = "FILE")]
    pub beacon: Option<PathBuf>,
}

/// What was drawn.
#[derive(Debug, Serialize)]
pub struct Panel {
    folder: PathBuf,
    commitment: Digest,
    rehearsal: bool,
    event: String,
    witnessed: Option<String>,
    beacon: Option<BeaconReading>,
    seed: Digest,
    /// The number of the panel, from 0.
    t: u32,
    m: u32,
    panel: Vec<u32>,
    /// Whether the panel had been drawn before from the same randomness.
    again: bool,
}

/// Draws the panel and writes it. The same randomness gives the same panel again; any other is refused.
///
/// # Errors
/// If there is no sound record, the digits are not as announced, another panel was drawn, or the operating system refuses.
pub fn run(args: &Args) -> Result<Panel, Failure> {
    let folders = Folders::of(&args.dir);
    must_be_there(&args.dir)?;
    let folder = Folder::open(&args.dir)?;
    if !folders.public.join("commit.json").exists() {
        return Err(Failure::could_not_run(
            format!("{} holds no lottery", args.dir.display()),
            format!("make it first: boule prepare {}", shell(&args.dir)),
        ));
    }
    let bundle = folders.read()?;
    let again = bundle.public.contains_key("draw.json");
    let commit = commit(&bundle)?;
    let beacon = round(&commit.slots, args.beacon.as_deref())?;
    digits(&commit.slots, args.witnessed.as_deref())?;
    let drawn =
        draw::draw(&bundle, args.witnessed.as_deref(), beacon.as_ref(), &SIGNATURES).map_err(|reason| {
            let options = Options { commitment: None, level: Level::Auditor, before_draw: true };
            let remedy = match verify(&bundle, &options, &SIGNATURES).culprit() {
                Some(_) => {
                    "put back the files as they were prepared; boule verify says more, with --before-draw"
                }
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
        beacon,
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
pub(super) fn digits(slots: &Slots, witnessed: Option<&str>) -> Result<(), Failure> {
    slots.check_witnessed(witnessed).map_err(|reason| {
        let foreign = witnessed.into_iter().flat_map(str::chars).zip(1..).find(|(c, _)| !c.is_ascii_digit());
        let reason = match (&slots.witnessed, foreign) {
            (Some(_), Some((' ', place))) => format!("place {place} of --witnessed is a blank"),
            (Some(_), Some((sign, place))) => format!("place {place} of --witnessed is {sign:?}, which is no digit"),
            _ => reason,
        };
        let remedy = match &slots.witnessed {
            Some(slot) => format!(
                "type exactly the announced digits, without spaces: --witnessed DIGITS ({}); never fill up or cut",
                slot.description
            ),
            None => "leave out --witnessed; only announced randomness may decide".to_owned(),
        };
        Failure::no(format!("nothing was drawn: {reason}"), remedy)
    })
}

/// Reads the round of the beacon and refuses any but the announced one.
pub(super) fn round(slots: &Slots, file: Option<&Path>) -> Result<Option<BeaconReading>, Failure> {
    let remedy = slots.beacon.as_ref().map_or_else(
        || "leave out --beacon; only announced randomness may decide".to_owned(),
        |slot| {
            let hash = Chain::named(&slot.chain).map_or("", |chain| chain.hash);
            format!(
                "after {} save https://api.drand.sh/{hash}/public/{} as a file and name it: --beacon FILE",
                time::shown(slot.time),
                slot.round
            )
        },
    );
    let refuse = |reason: String| Failure::no(format!("nothing was drawn: {reason}"), remedy.clone());
    let reading = match (file, &slots.beacon) {
        (Some(path), Some(slot)) => {
            let chain =
                Chain::named(&slot.chain).ok_or_else(|| refuse("the beacon is not known".to_owned()))?;
            let served = Served::read(&inputs::bytes(path)?)
                .map_err(|reason| refuse(format!("{} is of no use: {reason}", path.display())))?;
            if served.round != slot.round {
                return Err(refuse(format!(
                    "{} has round {}; round {} was announced",
                    path.display(),
                    served.round,
                    slot.round
                )));
            }
            Some(served.reading(chain).map_err(|reason| refuse(format!("{}: {reason}", path.display())))?)
        }
        (Some(_), None) => return Err(refuse("a beacon is given, but none was announced".to_owned())),
        (None, _) => None,
    };
    slots.check_beacon(reading.as_ref()).map_err(refuse)?;
    Ok(reading)
}

/// Writes those of the files that are not there.
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
        (
            "private",
            "reserve.csv",
            &drawn.reserve,
            private.is_some_and(|files| files.contains_key("reserve.csv")),
        ),
    ];
    if !files[0].3 && files[1..].iter().any(|file| file.3) {
        return Err(Failure::no(
            "there is a selected.csv, remaining.csv or reserve.csv in the private folder, but nothing was drawn",
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
        let folder = shell(&self.folder);
        if self.again {
            say.line("This panel was drawn before, from the same randomness:")?;
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
        if let Some(digits) = &self.witnessed {
            say.fact("digits", digits)?;
        }
        if let Some(BeaconReading { chain, round, .. }) = &self.beacon {
            say.fact("beacon", format_args!("{chain}, round {round}; its signature is genuine"))?;
        }
        say.fact("seed", self.seed)?;
        say.fact(
            "panel",
            format_args!("{} in {folder}/private/selected.csv", counted(self.panel.len(), "member")),
        )?;
        say.fact("all others", format_args!("in {folder}/private/remaining.csv"))?;
        say.fact(
            "reserve list",
            format_args!("in {folder}/private/reserve.csv; everybody can foresee from now on who is next"),
        )?;
        say.gap()?;
        say.line("What to do now:")?;
        if self.rehearsal {
            say.line("  1. This is a rehearsal: publish nothing and invite nobody. Look at what anybody could check:")?;
            say.line(format_args!("     boule verify {folder}/public --commitment {}", self.commitment))?;
            return say.line(
                "  2. Then delete the folder but for your own files (assembly.toml, quotas, pool), before you prepare the real draw.",
            );
        }
        say.line(format_args!(
            "  1. Publish {folder}/public again; draw.json is new there. Anybody can check it:"
        ))?;
        say.line(format_args!("     boule verify {folder}/public --commitment {}", self.commitment))?;
        say.line("  2. Invite the panel.")
    }
}
