//! `boule backup`: everything that the service keeps, in one file that has been read back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::Report;
use crate::command::restore::{Held, brought_back};
use crate::database::{Database, ELSEWHERE, refused, wait};
use crate::failure::Failure;
use crate::say::{CARE, GOOD, Say};

/// What `backup` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write: NAME.jsonl, which either database takes back, or NAME.db, a copy of SQLite's file
    pub file: PathBuf,
    /// The database; the service may run meanwhile.
    #[command(flatten)]
    pub database: Database,
}

/// What was written.
#[derive(Debug, Serialize)]
pub struct Written {
    file: PathBuf,
    bytes: u64,
    #[serde(flatten)]
    held: Held,
}

/// How a backup is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A copy of SQLite's file.
    Copy,
    /// Lines of JSON.
    Lines,
}

impl Form {
    /// By the ending of the file's name.
    ///
    /// # Errors
    /// If it says nothing.
    pub fn of(file: &Path) -> Result<Self, Failure> {
        match file.extension().and_then(|end| end.to_str()) {
            Some("db") => Ok(Self::Copy),
            Some("jsonl") => Ok(Self::Lines),
            _ => Err(Failure::could_not_run(
                format!("{} ends neither in .jsonl nor in .db", file.display()),
                "a backup's name says its form: .jsonl for lines of JSON, .db for a copy of SQLite's file",
            )),
        }
    }
}

/// Writes the backup beside its place, reads it back, and then puts it there.
///
/// # Errors
/// If there is something at its place, the database cannot be read, or the backup cannot be written or read back.
pub fn run(args: &Args) -> Result<Written, Failure> {
    let form = Form::of(&args.file)?;
    let failed = |error: io::Error| Failure::system("write", &args.file, &error);
    if args.file.exists() {
        return Err(Failure::no(
            format!("{} is in the way", args.file.display()),
            "a backup never overwrites another: name a new file",
        ));
    }
    let folder = args.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only its owner can look into it.
    let beside = tempfile::Builder::new().prefix(".boule-backup").tempdir_in(folder).map_err(failed)?;
    let part = beside.path().join("part").with_extension(args.file.extension().unwrap_or_default());
    wait(async {
        let store = args.database.existing(ELSEWHERE).await?;
        match form {
            Form::Lines => {
                let mut out = BufWriter::new(File::create_new(&part).map_err(failed)?);
                store.export(&mut out).await.map_err(refused)?;
            }
            Form::Copy => {
                if !store.copy_to(&part).await.map_err(refused)? {
                    return Err(Failure::could_not_run(
                        "a PostgreSQL database has no file to copy",
                        "name the backup NAME.jsonl",
                    ));
                }
            }
        }
        store.close().await;
        let held = brought_back(&part, beside.path()).await?.1;
        only_for_its_owner(&part).map_err(failed)?;
        fs::rename(&part, &args.file).map_err(failed)?;
        let bytes = fs::metadata(&args.file).map_err(failed)?.len();
        Ok(Written { file: args.file.clone(), bytes, held })
    })
}

fn only_for_its_owner(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    OpenOptions::new().write(true).open(path)?.sync_all()
}

impl Report for Written {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.line(format_args!("{GOOD}Written and read back:{GOOD:#} {}", self.file.display()))?;
        say.gap()?;
        self.held.tell(say)?;
        say.line(format_args!(
            "{CARE}It has names and addresses of staff: keep it where only you can read it.{CARE:#}"
        ))
    }
}
