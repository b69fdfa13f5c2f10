//! Why a command gave no answer, or answered no.

use std::fmt::Display;
use std::io;
use std::path::Path;

use serde::Serialize;
use sortition::Problem;

/// What a command answered, as the shell sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "u8")]
pub enum Exit {
    /// Done; everything is in order. 0.
    Yes,
    /// Something in the input, the folder or the record is wrong, and it says what. 1.
    No,
    /// The command could not run: a file is missing or cannot be read or written, or the command line is wrong. 2.
    CouldNotRun,
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Yes => 0,
            Exit::No => 1,
            Exit::CouldNotRun => 2,
        }
    }
}

/// A command that stopped before its end. Nothing was written.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    /// No, or could not run.
    #[serde(skip)]
    pub exit: Exit,
    /// What happened.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// What is wrong with the input, where that is the reason.
    pub problems: Vec<Problem>,
}

impl Failure {
    /// The command refuses.
    pub fn no(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit: Exit::No, reason: reason.into(), remedy: remedy.into(), problems: Vec::new() }
    }

    /// The command could not run.
    pub fn could_not_run(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit: Exit::CouldNotRun, ..Self::no(reason, remedy) }
    }

    /// The operating system refused to do `what` with `path`.
    pub fn system(what: &str, path: &Path, error: &io::Error) -> Self {
        let remedy = match error.kind() {
            io::ErrorKind::NotFound => "check the name; it is taken from the folder you are in",
            io::ErrorKind::PermissionDenied => "check whose file it is and who may use it",
            _ => "",
        };
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
            io::ErrorKind::PermissionDenied => "this user has no right to".to_owned(),
            _ => error.to_string(),
        };
        Self::could_not_run(format!("cannot {what} {}: {reason}", path.display()), remedy)
    }

    /// Both at once, where each alone would stop the command.
    #[must_use]
    pub fn beside(self, other: &Self) -> Self {
        Self { reason: format!("{}; {}", self.reason, other.reason), ..self }
    }

    /// The input has errors.
    pub fn input(problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::no("the input has errors", "mend them and try again; nothing was changed") }
    }

    /// Something that cannot happen unless this program is wrong.
    pub fn bug(what: impl Display) -> Self {
        Self::could_not_run(
            format!("{what}; nothing was written"),
            "this is a fault of the program; please report it, without personal data",
        )
    }
}
