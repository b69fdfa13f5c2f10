//! `boule restore`: a backup is checked and brought back, or only checked as a drill.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Seek as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use store::Store;

use crate::Report;
use crate::command::backup::Form;
use crate::database::{Database, refused, text, wait};
use crate::failure::Failure;
use crate::say::{GOOD, Say, amount};

/// What `restore` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup: NAME.jsonl or NAME.db
    pub file: PathBuf,
    /// Where it is brought back to: a folder without a database, or an empty PostgreSQL database.
    #[command(flatten)]
    pub database: Database,
    /// Only try: bring it back into a place that is thrown away, and say what is in it
    #[arg(long, conflicts_with_all = ["data", "database"])]
    pub drill: bool,
}

/// What a backup holds.
#[derive(Debug, Serialize)]
pub struct Held {
    /// The entries of the audit log.
    pub entries: i64,
    /// The hash of the last one.
    pub head: String,
    /// Rows by table, without empty ones.
    pub rows: Vec<(&'static str, i64)>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Restored {
    file: PathBuf,
    /// Where it is now; none after a drill.
    place: Option<String>,
    #[serde(flatten)]
    held: Held,
}

/// Brings a backup back.
///
/// # Errors
/// If the backup is not whole, something is in the way, or the operating system refuses. Then nothing was written.
pub fn run(args: &Args) -> Result<Restored, Failure> {
    let failed = |error: io::Error| Failure::system("write into", &args.database.data, &error);
    let mut staging = tempfile::Builder::new();
    staging.prefix(".boule-restoring");
    if args.drill || args.database.database.is_some() {
        let staging = staging.tempdir().map_err(failed)?;
        return wait(async {
            let (store, held) = brought_back(&args.file, staging.path()).await?;
            let place =
                if args.drill { None } else { Some(into_server(args, &store, staging.path()).await?) };
            store.close().await;
            Ok(Restored { file: args.file.clone(), place, held })
        });
    }
    let (folder, is_new) = (&args.database.data, !args.database.data.exists());
    if folder.join(store::FILE).exists() {
        return Err(Failure::no(
            format!("there is a database in {}", folder.display()),
            "stop the service and move it elsewhere first, or name another folder with --data",
        ));
    }
    crate::folder::make_folder(folder, is_new).map_err(failed)?;
    let staging = staging.tempdir_in(folder).map_err(failed)?;
    wait(async {
        let (store, held) = brought_back(&args.file, staging.path()).await?;
        note(&store).await?;
        // Closing brings everything into the one file.
        store.close().await;
        fs::rename(staging.path().join(store::FILE), folder.join(store::FILE)).map_err(failed)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(Restored { file: args.file.clone(), place: Some(folder.display().to_string()), held })
    })
}

/// Opens a backup as a database in a folder and examines all of it.
///
/// # Errors
/// If it is not whole.
pub async fn brought_back(file: &Path, folder: &Path) -> Result<(Store, Held), Failure> {
    let unread = |error: io::Error| Failure::system("read", file, &error);
    let input = File::open(file).map_err(unread)?;
    if Form::of(file)? == Form::Copy {
        let copy = folder.join(store::FILE);
        crate::folder::write_new(&copy, &[], true).map_err(unread)?;
        let mut to = File::options().write(true).open(&copy).map_err(unread)?;
        io::copy(&mut BufReader::new(&input), &mut to).map_err(unread)?;
        to.sync_all().map_err(unread)?;
    }
    let store = Store::open(text(folder)?).await.map_err(of_backup)?;
    if Form::of(file)? == Form::Lines {
        store.import(&mut BufReader::new(&input)).await.map_err(of_backup)?;
    }
    let wrong = store.examine().await.map_err(of_backup)?;
    if let Some(first) = wrong.first() {
        return Err(Failure::no(
            format!("{} is not whole: {first} ({} in all)", file.display(), amount(wrong.len())),
            "take an earlier backup",
        ));
    }
    let verdict = store.verify().await.map_err(of_backup)?;
    let mut rows = store.sizes().await.map_err(of_backup)?;
    rows.retain(|(_, many)| *many > 0);
    Ok((store, Held { entries: verdict.entries, head: verdict.head, rows }))
}

/// What the store says of a backup: of one that is damaged no other help is known than another.
fn of_backup(error: store::Error) -> Failure {
    match error {
        store::Error::Damaged(_) => {
            Failure::no(error.to_string(), "take an earlier backup, and keep this one to be looked at")
        }
        other => refused(other),
    }
}

async fn into_server(args: &Args, store: &Store, folder: &Path) -> Result<String, Failure> {
    let path = folder.join("lines");
    let failed = |error: io::Error| Failure::system("write", &path, &error);
    let mut lines = File::create_new(&path).map_err(failed)?;
    store.export(&mut BufWriter::new(&lines)).await.map_err(refused)?;
    drop(lines);
    lines = File::open(&path).map_err(failed)?;
    lines.rewind().map_err(failed)?;
    let server = Store::open(&args.database.place()?).await.map_err(refused)?;
    let taken = server.import(&mut BufReader::new(&lines)).await;
    taken.map_err(|error| match error {
        store::Error::Taken => {
            Failure::no("the PostgreSQL database is not empty", "make a new one with createdb and name that")
        }
        other => refused(other),
    })?;
    note(&server).await?;
    server.close().await;
    Ok("the PostgreSQL database".to_owned())
}

/// Everybody signs in anew, and the log says why.
async fn note(store: &Store) -> Result<(), Failure> {
    let mut change = store.change("boule restore", Timestamp::now()).await.map_err(refused)?;
    change.sign_everybody_out().await.map_err(refused)?;
    change.note("database.restore", "database", &json!({})).await.map_err(refused)?;
    change.commit().await.map_err(refused)
}

impl Held {
    /// Says what is in it.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.fact("audit log", format_args!("{} entries, whole", self.entries))?;
        say.fact("head", &self.head)?;
        for (table, many) in self.rows.iter().filter(|(table, _)| !table.starts_with("audit")) {
            say.fact(&table.replace('_', " "), many)?;
        }
        Ok(())
    }
}

impl Report for Restored {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        match &self.place {
            Some(place) => say.line(format_args!("{GOOD}Brought back into {place}{GOOD:#}"))?,
            None => say.line(format_args!(
                "{GOOD}The backup can be brought back:{GOOD:#} everything in it was read and checked"
            ))?,
        }
        say.gap()?;
        self.held.tell(say)?;
        if self.place.is_some() {
            say.line("Everybody must sign in anew; the log has an entry that says why.")?;
        }
        Ok(())
    }
}
