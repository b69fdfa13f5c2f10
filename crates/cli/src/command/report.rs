//! `boule report`: a lottery as one HTML page, for everybody or for observers.

use std::io;
use std::path::{Path, PathBuf};

use ::report::{Contents, Ideal, html};
use serde::Serialize;
use sortition::opened::{Observed, Public};
use sortition::record::Bundle;
use sortition::verification::{self, Level, Options};

use crate::Report;
use crate::bundle::Folders;
use crate::comparison::{Compared, millionths};
use crate::failure::{Exit, Failure};
use crate::keys::SIGNATURES;
use crate::say::{BAD, CARE, GOOD, Say};

/// What `report` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder, with public/ and, for observers, observers/
    pub dir: PathBuf,
    /// For whom the page is
    #[arg(long, default_value = "public")]
    pub edition: Edition,
    /// Where to write it; an earlier page of Boule's that is there is replaced, nothing else [default: report-EDITION.html in the folder]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// For whom a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// Made of public/ alone, so that it may be published
    Public,
    /// With every chance, the proof and the comparison of objectives; not for publication
    Observers,
}

/// What `report` made.
#[derive(Debug, Serialize)]
pub struct Written {
    file: PathBuf,
    edition: Edition,
    /// The checks that failed; the page names them too.
    failed: Vec<&'static str>,
}

/// Checks the record and writes the page.
///
/// # Errors
/// If the record cannot be read, or the file cannot be written.
pub fn run(args: &Args) -> Result<Written, Failure> {
    let observers = args.edition == Edition::Observers;
    let all = Folders::of(&args.dir);
    let folders =
        Folders { public: all.public, observers: all.observers.filter(|_| observers), private: None };
    let bundle = folders.read()?;
    let level = if observers { Level::Observer } else { Level::Public };
    let before_draw = !bundle.public.contains_key("draw.json");
    let options = Options { commitment: None, level, before_draw };
    let checks = verification::verify(&bundle, &options, &SIGNATURES);
    let page = page(&bundle, &checks)?;
    let name = if observers { "report-observers.html" } else { "report-public.html" };
    let file = args.out.clone().unwrap_or_else(|| args.dir.join(name));
    is_free(&file)?;
    write(&file, page.as_bytes())?;
    let failed = |check: &verification::Check| {
        matches!(check.outcome, verification::Outcome::Failed(_)).then_some(check.id)
    };
    Ok(Written { file, edition: args.edition, failed: checks.checks.iter().filter_map(failed).collect() })
}

/// The page of a record, whose observers' part decides the edition.
fn page(bundle: &Bundle, checks: &verification::Report) -> Result<String, Failure> {
    let unread = |reason: String| Failure::no(reason, "boule verify says what is wrong with the record");
    let public = Public::read(&bundle.public).map_err(unread)?;
    let observers = bundle.observers.as_ref();
    let observed = observers.map(|files| Observed::read(&public, files)).transpose().map_err(unread)?;
    let compared = observed.as_ref().and_then(|observed| fairness::compare(&observed.rules).ok());
    let compared = compared.unwrap_or_default();
    let own = compared.iter().find(|one| one.objective.name() == public.commit.objective.name());
    let ideal: Option<Ideal> =
        own.map(|one| one.chances.iter().map(|&p| millionths(p, f64::round)).collect());
    let objectives: Vec<::report::Compared> = compared.iter().map(row).collect();
    html(&Contents {
        public: &public,
        observed: observed.as_ref(),
        checks,
        objectives: &objectives,
        ideal: ideal.as_ref(),
    })
    .map_err(Failure::bug)
}

fn row(one: &fairness::Compared) -> ::report::Compared {
    let Compared { objective, smallest, largest, gini, geometric_mean } = one.into();
    ::report::Compared { objective: objective.to_owned(), smallest, largest, gini, geometric_mean }
}

/// That nothing is lost where a page is written: nothing is there, or an earlier page of ours.
fn is_free(file: &Path) -> Result<(), Failure> {
    match std::fs::read(file) {
        Ok(there) if ::report::is_ours(&there) => Ok(()),
        Ok(_) => Err(Failure::could_not_run(
            format!("{} is there, and is no page that boule report made", file.display()),
            "name a new file with --out, or move that one away",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::system("write", file, &error)),
    }
}

/// Writes a file beside its place and then puts it there, so that it is never half written.
fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let refused = |error: io::Error| Failure::system("write", file, &error);
    let beside = file.with_extension("html.part");
    std::fs::write(&beside, bytes).map_err(refused)?;
    std::fs::rename(&beside, file).map_err(refused)
}

impl Report for Written {
    fn exit(&self) -> Exit {
        if self.failed.is_empty() { Exit::Yes } else { Exit::No }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.line(format_args!("{GOOD}Written:{GOOD:#} {}", self.file.display()))?;
        match self.edition {
            Edition::Public => say.line("It is made of public/ alone and may be published.")?,
            Edition::Observers => say.line(format_args!(
                "{CARE}It has every member's chance, without names: for observers, not for publication.{CARE:#}"
            ))?,
        }
        if self.failed.is_empty() {
            return Ok(());
        }
        say.line(format_args!("{BAD}The record is not in order:{BAD:#} {}", self.failed.join(", ")))?;
        say.line("  -> the page says so too; boule verify tells more")
    }
}
