//! `boule audit verify`: whether the service's audit log is what was written.

use std::io;

use serde::Serialize;
use store::audit::Broken;

use crate::Report;
use crate::database::{Database, ELSEWHERE, refused, wait};
use crate::failure::{Exit, Failure};
use crate::say::{BAD, GOOD, Say, amount, counted};

/// What `audit` is asked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is asked.
    #[command(subcommand)]
    pub question: Question,
}

/// The questions.
#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// Check every entry of the log against its hash and the one before it
    Verify(Verify),
}

/// What `audit verify` is told.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The database.
    #[command(flatten)]
    pub database: Database,
    /// A head of the log that was published earlier: it must still be in it
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Verified {
    entries: i64,
    head: String,
    broken: Vec<Broken>,
    /// The number of the entry whose hash was given, if it was found.
    found: Option<i64>,
    /// The hash was given and not found.
    lost: bool,
}

/// How many broken places are shown.
const SHOWN: usize = 20;

/// Reads the log.
///
/// # Errors
/// If the database cannot be read.
pub fn run(args: &Args) -> Result<Verified, Failure> {
    let Question::Verify(args) = &args.question;
    let head = args.head.as_deref().map(head).transpose()?;
    wait(async {
        let store = args.database.existing(ELSEWHERE).await?;
        let verdict = store.verify().await.map_err(refused)?;
        let found = match &head {
            Some(head) => store.entry_with_hash(head).await.map_err(refused)?,
            None => None,
        };
        store.close().await;
        let lost = args.head.is_some() && found.is_none();
        Ok(Verified { entries: verdict.entries, head: verdict.head, broken: verdict.broken, found, lost })
    })
}

/// A head as it was typed, with small letters.
fn head(typed: &str) -> Result<String, Failure> {
    let head = typed.trim().to_ascii_lowercase();
    if head.len() == 64 && head.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(head);
    }
    let remedy = "a head has 64 digits from 0 to 9 and a to f: copy the whole line that was published";
    Err(Failure::could_not_run(format!("--head {typed} is no hash, so nothing was checked"), remedy))
}

impl Report for Verified {
    fn exit(&self) -> Exit {
        if self.broken.is_empty() && !self.lost { Exit::Yes } else { Exit::No }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let read = counted(usize::try_from(self.entries).unwrap_or(0), "entry").replace("entrys", "entries");
        if self.broken.is_empty() {
            say.line(format_args!("{GOOD}The audit log is whole:{GOOD:#} {read}"))?;
        } else {
            say.line(format_args!("{BAD}The audit log is not what was written:{BAD:#} {read} read"))?;
            for Broken { seq, why } in self.broken.iter().take(SHOWN) {
                say.line(format_args!("  entry {seq}: {why}"))?;
            }
            if self.broken.len() > SHOWN {
                say.line(format_args!("  and {} more", amount(self.broken.len() - SHOWN)))?;
            }
            say.line("  -> keep the database as it is, and compare it with the last backup")?;
        }
        say.gap()?;
        say.fact("head", &self.head)?;
        match (self.found, self.lost) {
            (Some(seq), _) => say.fact("published head", format_args!("{GOOD}entry {seq} has it{GOOD:#}")),
            (None, true) => say.fact(
                "published head",
                format_args!(
                    "{BAD}no entry has it:{BAD:#} the log was rewritten, or the hash is of another log"
                ),
            ),
            (None, false) => Ok(()),
        }
    }
}
