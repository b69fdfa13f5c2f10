//! What can go wrong with a database, in words that say what to do.

use std::fmt;

/// Why something was not read or not written. Nothing is ever half written.
#[derive(Debug)]
pub enum Error {
    /// Somebody saved a newer revision in the meantime; this is it.
    Stale {
        /// The revision that is stored now.
        current: i64,
    },
    /// Something with this name, address or reference exists already.
    Taken,
    /// What was to be changed, or what was named, is not there.
    Missing,
    /// A change was to be committed of which the audit log says nothing.
    Unnoted,
    /// A later version of this program wrote the database.
    Newer {
        /// The migration that the database has.
        found: i64,
        /// The last one that this program knows.
        known: i64,
    },
    /// There is no room left.
    Full,
    /// The file, the folder or the account may be read but not written.
    ReadOnly,
    /// The file is not a database, or has been damaged.
    Damaged(String),
    /// The database cannot be reached, or not opened.
    Unreachable(String),
    /// Others hold the database for too long.
    Busy,
    /// What is stored does not have the form that this program writes.
    Unreadable(String),
    /// Anything else that the database says.
    Database(sqlx::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { current } => {
                write!(f, "somebody else has saved revision {current} in the meantime")
            }
            Self::Taken => write!(f, "this name, address or reference is taken"),
            Self::Missing => write!(f, "this does not exist (any more)"),
            Self::Unnoted => write!(f, "nothing was changed: a change must say something in the audit log"),
            Self::Newer { found, known } => {
                write!(
                    f,
                    "the database was written by another boule (its step is {found}, this one's {known})"
                )
            }
            Self::Full => write!(f, "the disk or the quota is full; nothing was changed"),
            Self::ReadOnly => write!(f, "the database cannot be written; nothing was changed"),
            Self::Damaged(why) => write!(f, "the database or the backup is damaged, or is none: {why}"),
            Self::Unreachable(why) => write!(f, "the database cannot be reached: {why}"),
            Self::Busy => write!(f, "the database is busy; nothing was changed"),
            Self::Unreadable(what) => {
                write!(f, "what is stored has not the form that this program writes: {what}")
            }
            Self::Database(error) => write!(f, "the database refused: {error}"),
        }
    }
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Stale { .. } => "compare the two and save again",
            Self::Taken => "choose another",
            Self::Missing => "check the name",
            Self::Newer { .. } => "start the boule that wrote it, or a later one",
            Self::Full => "make room and try again",
            Self::ReadOnly => "let the account that runs boule write to the database and its folder",
            Self::Damaged(_) => {
                "stop the service, keep the file, and bring back the last backup with boule restore"
            }
            Self::Unreachable(_) => "is it there, is it running, and is its address right?",
            Self::Busy => "try again in a moment",
            Self::Unnoted | Self::Unreadable(_) | Self::Database(_) => {
                "this is a fault of the program; please report it, without personal data"
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(said) => {
                if said.is_unique_violation() {
                    return Self::Taken;
                }
                if said.is_foreign_key_violation() {
                    return Self::Missing;
                }
                match said.code().as_deref() {
                    Some(code) => by_code(code, said.message()).unwrap_or(Self::Database(error)),
                    None => Self::Database(error),
                }
            }
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => {
                Self::Unreachable(error.to_string())
            }
            sqlx::Error::PoolTimedOut => Self::Unreachable(
                "no connection within 10 seconds; it is away, or has too much to do".to_owned(),
            ),
            sqlx::Error::PoolClosed => Self::Unreachable("it has been closed".to_owned()),
            sqlx::Error::Configuration(why) => Self::Unreachable(plain(&**why)),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) => {
                Self::Unreadable(error.to_string())
            }
            _ => Self::Database(error),
        }
    }
}

fn plain(error: &(dyn std::error::Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

/// What a result code of SQLite (<https://sqlite.org/rescode.html>, the low byte is the primary code) or an SQLSTATE of
/// PostgreSQL (its manual, appendix A) means for people.
fn by_code(code: &str, message: &str) -> Option<Error> {
    if code.len() == 5 {
        return match (&code[..2], code) {
            (_, "53100" | "53200") => Some(Error::Full),
            (_, "25006" | "42501") => Some(Error::ReadOnly),
            (_, "55P03" | "40001" | "40P01") => Some(Error::Busy),
            (_, "XX001" | "XX002") => Some(Error::Damaged(message.to_owned())),
            ("08" | "57" | "28" | "3D" | "53", _) => Some(Error::Unreachable(message.to_owned())),
            _ => None,
        };
    }
    let code: i64 = code.parse().ok()?;
    match code & 0xff {
        5 | 6 => Some(Error::Busy),
        8 | 3 => Some(Error::ReadOnly),
        13 => Some(Error::Full),
        // SQLITE_IOERR_WRITE: what a file too large for its limit gives.
        10 if code == 778 => Some(Error::Full),
        10 | 14 => Some(Error::Unreachable(message.to_owned())),
        11 | 26 => Some(Error::Damaged(message.to_owned())),
        _ => None,
    }
}

/// What an error of the operating system with a file means.
pub fn of_file(error: &std::io::Error, file: &str) -> Error {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Error::ReadOnly,
        std::io::ErrorKind::StorageFull
        | std::io::ErrorKind::QuotaExceeded
        | std::io::ErrorKind::FileTooLarge => Error::Full,
        _ => Error::Unreachable(format!("{file}: {error}")),
    }
}
