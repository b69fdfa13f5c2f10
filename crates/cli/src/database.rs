//! The service's database, as commands are told of it.

use std::future::Future;
use std::path::{Path, PathBuf};

use store::Store;

use crate::failure::Failure;

/// Where the service keeps everything.
#[derive(Debug, Clone, clap::Args)]
#[group(multiple = false)]
pub struct Database {
    /// The folder in which the service keeps everything
    #[arg(long, value_name = "DIR", default_value = "boule-data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead: postgres://USER@HOST/NAME; the password belongs into PGPASSWORD or ~/.pgpass
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// What to do where a folder holds no service.
pub const ELSEWHERE: &str = "name the folder that the service was started with: --data DIR";

impl Database {
    /// What [`Store::open`] takes.
    ///
    /// # Errors
    /// If the folder's path is not UTF-8 or the URL is none of PostgreSQL.
    pub fn place(&self) -> Result<String, Failure> {
        match &self.database {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(url.clone())
            }
            Some(_) => Err(Failure::could_not_run(
                "the database's address does not begin with postgres://",
                "write postgres://USER@HOST/NAME; for SQLite name the folder with --data",
            )),
            None => text(&self.data).map(str::to_owned),
        }
    }

    /// Opens a database that is there: nothing is made. `remedy` says what to do where there is none.
    ///
    /// # Errors
    /// If there is none, or it cannot be opened.
    pub async fn existing(&self, remedy: &str) -> Result<Store, Failure> {
        if self.database.is_none() && !self.data.join(store::FILE).exists() {
            return Err(Failure::could_not_run(
                format!("there is no {} in {}", store::FILE, self.data.display()),
                remedy,
            ));
        }
        Store::open(&self.place()?).await.map_err(refused)
    }
}

/// A path as text.
///
/// # Errors
/// If it is not UTF-8.
pub fn text(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| {
        Failure::could_not_run(format!("the path {} is not UTF-8", path.display()), "name it otherwise")
    })
}

/// What the store says, as a command says it.
pub fn refused(error: store::Error) -> Failure {
    let (reason, remedy) = (error.to_string(), error.remedy());
    match error {
        store::Error::Damaged(_) | store::Error::Newer { .. } | store::Error::Taken => {
            Failure::no(reason, remedy)
        }
        _ => Failure::could_not_run(reason, remedy),
    }
}

/// Why the service could not do what its start needs.
pub fn unable(fault: server::fault::Fault) -> Failure {
    match fault {
        server::fault::Fault::Unsaved(why) | server::fault::Fault::Unavailable(why) => {
            Failure::could_not_run(why, "mend that, and start again; nothing is lost")
        }
        other => Failure::bug(format!("{other:?}")),
    }
}

/// Runs what waits for the database.
///
/// # Errors
/// Its own, or if the operating system gives no runtime.
pub fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::system("start", Path::new("the runtime"), &error))?;
    runtime.block_on(work)
}

#[cfg(test)]
mod tests {
    use super::unable;
    use server::fault::Fault;

    #[test]
    fn a_database_that_is_lost_while_starting_is_no_fault_of_the_program() {
        let lost = unable(Fault::from(store::Error::Unreachable("it has gone".to_owned())));
        assert!(lost.reason.starts_with("the database cannot be reached: it has gone"), "{}", lost.reason);
        assert!(lost.reason.contains("is it running") && !lost.remedy.contains("report"), "{lost:?}");
        assert!(unable(Fault::broken("odd")).remedy.contains("report"));
    }
}
