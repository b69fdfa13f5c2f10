//! The command line of Boule, as a library, so that tests can start it and `demo` can call the other commands.

pub mod bundle;
pub mod chances;
pub mod command;
pub mod comparison;
pub mod database;
pub mod deep;
pub mod failure;
pub mod folder;
pub mod ids;
pub mod inputs;
pub mod keys;
pub mod letters;
pub mod lottery;
pub mod mail;
pub mod mending;
pub mod page;
pub mod plain_toml;
pub mod progress;
pub mod say;
pub mod settings;
pub mod sitting;
pub mod succession;
pub mod template;
pub mod time;
mod typed;

use std::ffi::OsString;
use std::io;

use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::command::{
    attend, audit, backup, ceremony, check, dates, demo, draw, init, mend, prepare, programme, publish,
    quotas, receipt, replace, report, restore, sample, serve, tables, tables_check, verify,
};
use crate::failure::{Exit, Failure};
use crate::say::Say;

/// Draw a citizens' panel that anybody can check.
#[derive(Debug, Parser)]
#[command(name = "boule", bin_name = "boule", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Answer with one JSON document instead of words
    #[arg(long, global = true)]
    json: bool,
}

const AFTER_HELP: &str = "\
New here? `boule demo` tells the whole story in a minute.
Exit codes: 0 done and in order, 1 something is wrong (it says what), 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole story on a made-up assembly, told step by step
    Demo(demo::Args),
    /// Make a folder for an assembly, with explained templates
    Init(init::Args),
    /// Make quotas from a census, and compare volunteers with it
    Quotas(quotas::Args),
    /// Make up a pool for rehearsals
    Sample(sample::Args),
    /// Read everything, report everything, change nothing
    Check(check::Args),
    /// Find the cheapest change of quotas that cannot be met, and write it beside them
    Mend(mend::Args),
    /// Make the lottery and the commitment to be published
    Prepare(prepare::Args),
    /// Draw the panel with the announced randomness: digits that witnesses saw, a beacon
    Draw(draw::Args),
    /// The script of the public draw, and pages for the screen in the room
    Ceremony(ceremony::Args),
    /// Replace members of the panel who withdraw
    Replace(replace::Args),
    /// Give members signed receipts, and check them
    Receipt(receipt::Args),
    /// Check a published draw, offline
    Verify(verify::Args),
    /// Write a lottery down as a page that people can read, print and publish
    Report(report::Args),
    /// Who sits with whom, round by round
    Tables(Box<tables::Args>),
    /// Who came: mend the tables, check the quorum, work out the pay
    Attend(Box<attend::Args>),
    /// When and where everything is, and calendars for everybody
    Programme(programme::Args),
    /// The service: staff track recommendations, everybody reads what became of them
    Serve(serve::Args),
    /// Bring a draw's public record, programme and tables into the service
    Publish(publish::Args),
    /// Check the service's audit log
    Audit(audit::Args),
    /// Write everything that the service keeps into one file, while it runs
    Backup(backup::Args),
    /// Check a backup and bring it back
    Restore(restore::Args),
}

/// What a command answers.
pub trait Report: Serialize {
    /// What the shell is told.
    fn exit(&self) -> Exit {
        Exit::Yes
    }

    /// Says it in words.
    ///
    /// # Errors
    /// If nobody listens any more.
    fn tell(&self, say: &mut Say) -> io::Result<()>;
}

/// Runs the command that `args` spell, the program's own name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            typed::tell(&error);
            return if error.use_stderr() { Exit::CouldNotRun } else { Exit::Yes };
        }
    };
    match cli.command {
        Command::Demo(args) => demo::run(&args, cli.json),
        Command::Init(args) => answer("init", cli.json, init::run(&args)),
        Command::Quotas(args) => answer("quotas", cli.json, quotas::run(&args)),
        Command::Sample(args) => answer("sample", cli.json, sample::run(&args)),
        Command::Check(args) => answer("check", cli.json, check::run(&args)),
        Command::Mend(args) => answer("mend", cli.json, mend::run(&args)),
        Command::Prepare(args) => answer("prepare", cli.json, prepare::run(&args)),
        Command::Draw(args) => answer("draw", cli.json, draw::run(&args)),
        Command::Ceremony(args) => answer("ceremony", cli.json, ceremony::run(&args)),
        Command::Replace(args) => answer("replace", cli.json, replace::run(&args)),
        Command::Receipt(args) => answer("receipt", cli.json, receipt::run(&args)),
        Command::Verify(args) => answer("verify", cli.json, verify::run(&args)),
        Command::Serve(args) => answer("serve", cli.json, serve::run(&args)),
        Command::Report(args) => answer("report", cli.json, report::run(&args)),
        Command::Tables(args) => match args.question {
            Some(tables::Question::Check(args)) => answer("tables check", cli.json, tables_check::run(&args)),
            None => answer("tables", cli.json, tables::run(&args.make)),
        },
        Command::Programme(args) => match args.question {
            Some(programme::Question::Dates(args)) => answer("programme dates", cli.json, dates::run(&args)),
            None => answer("programme", cli.json, programme::run(&args)),
        },
        Command::Attend(args) => answer("attend", cli.json, attend::run(&args)),
        Command::Publish(args) => answer("publish", cli.json, publish::run(&args)),
        Command::Audit(args) => answer("audit verify", cli.json, audit::run(&args)),
        Command::Backup(args) => answer("backup", cli.json, backup::run(&args)),
        Command::Restore(args) => answer("restore", cli.json, restore::run(&args)),
    }
}

#[derive(Serialize)]
struct Answer<'a, T> {
    command: &'a str,
    exit: Exit,
    #[serde(flatten)]
    report: T,
}

/// Says what came of a command: in JSON on standard output, or in words, those of a failure on standard error. Where
/// nobody listens any more, the exit code still tells.
fn answer<R: Report>(command: &str, json: bool, result: Result<R, Failure>) -> Exit {
    let exit = result.as_ref().map_or_else(|failure| failure.exit, Report::exit);
    let _ = match (&result, json) {
        (Ok(report), true) => print(&Answer { command, exit, report }),
        (Err(report), true) => print(&Answer { command, exit, report }),
        (Ok(report), false) => report.tell(&mut Say::out()),
        (Err(failure), false) => Say::err().failure(failure),
    };
    exit
}

fn print(answer: &impl Serialize) -> io::Result<()> {
    Say::out().line(serde_json::to_string_pretty(answer)?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
