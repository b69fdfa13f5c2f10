//! Where a store lies, and how it is opened.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::str::FromStr as _;
use std::sync::{Arc, Once};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions as _, Connection as _, Executor as _};
use tokio::sync::Mutex;

use crate::{Error, Result, migrations};

/// How long a connection may rest before it is asked whether it is there still.
const TRUSTED: Duration = Duration::from_secs(1);

/// The name of SQLite's file in the data folder.
pub const FILE: &str = "boule.db";

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file in the data folder.
    Sqlite,
    /// A server, reached by URL.
    Postgres,
}

impl Kind {
    /// SQL with the two types whose names differ, with text that sorts by its bytes on both, and without what only SQLite has.
    pub fn words(self, sql: &str) -> String {
        match self {
            Self::Sqlite => sql.replace(" BYTES", " BLOB"),
            Self::Postgres => sql
                .replace(" BYTES", " BYTEA")
                .replace(" TEXT", " TEXT COLLATE \"C\"")
                .replace(" WITHOUT ROWID", ""),
        }
    }

    /// How a change begins. SQLite takes its one writer's lock at once, so that a change never fails half-way.
    pub fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }
}

/// An open database. Cloning it is cheap and gives the same one.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) kind: Kind,
    /// One change at a time in this process: the others wait in order instead of racing for the database's lock.
    pub(crate) writing: Arc<Mutex<()>>,
}

impl Store {
    /// Opens the database at `place` and brings its tables up to date: a `postgres://` URL, or the path of the data folder,
    /// in which `boule.db` is made if there is none, readable by its owner only.
    ///
    /// # Errors
    /// If it cannot be reached, opened or written, or if a later program wrote it.
    pub async fn open(place: &str) -> Result<Self> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let (kind, url) = if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            (Kind::Postgres, place.to_owned())
        } else {
            (Kind::Sqlite, sqlite_url(&made(Path::new(place))?)?)
        };
        let options = AnyConnectOptions::from_str(&url)?.disable_statement_logging();
        // A pool tries again and again and then knows only that time is up; one connection says what is wrong.
        let mut first = AnyConnection::connect_with(&options).await?;
        prepare(kind, &mut first).await?;
        first.close().await?;
        let store = Self { pool: pool(kind, options).await?, kind, writing: Arc::default() };
        let mut within = store.begin(kind.begin()).await?;
        migrations::run(&mut within, kind).await?;
        within.commit().await?;
        Ok(store)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn alive(&self) -> Result<()> {
        self.pool.execute("SELECT 1").await?;
        Ok(())
    }

    /// Waits for what is under way and lets go of the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) async fn begin(&self, statement: &'static str) -> Result<Transaction> {
        let mut connection = self.pool.acquire().await?;
        connection.execute(statement).await?;
        Ok(Transaction { connection, is_over: false })
    }
}

/// A transaction on a connection of its own. One that does not come to its commit, whatever the reason, takes the connection
/// with it: nothing that went wrong can reach the next one.
#[derive(Debug)]
pub struct Transaction {
    connection: PoolConnection<Any>,
    is_over: bool,
}

impl Transaction {
    /// Makes it so.
    pub async fn commit(mut self) -> Result<()> {
        self.connection.execute("COMMIT").await?;
        self.is_over = true;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Transaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }
}

async fn prepare(kind: Kind, connection: &mut AnyConnection) -> std::result::Result<(), sqlx::Error> {
    if kind == Kind::Sqlite {
        connection
            .execute(
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
            )
            .await?;
    }
    Ok(())
}

async fn pool(kind: Kind, options: AnyConnectOptions) -> Result<AnyPool> {
    // A connection that was used just now is there still: asking it each time would double the ways to the database.
    let pool = AnyPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .before_acquire(|connection, of| {
            Box::pin(async move {
                if of.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
    let pool = pool.after_connect(move |connection, _| Box::pin(prepare(kind, connection)));
    Ok(pool.connect_with(options).await?)
}

/// The database's file in `folder`; folder and file are made if missing, for their owner only.
fn made(folder: &Path) -> Result<std::path::PathBuf> {
    let told = |error: std::io::Error| crate::error::of_file(&error, &folder.display().to_string());
    let mut folders = std::fs::DirBuilder::new();
    folders.recursive(true);
    let mut file = std::fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folders.mode(0o700);
        file.mode(0o600);
    }
    folders.create(folder).map_err(told)?;
    let path = std::path::absolute(folder.join(FILE)).map_err(told)?;
    file.open(&path).map_err(told)?;
    Ok(path)
}

/// The file's path as a URL: what is not plain is written as %xx.
fn sqlite_url(path: &Path) -> Result<String> {
    let path = path.to_str().ok_or_else(|| {
        Error::Unreachable(format!("{}: a path that is not UTF-8 cannot be used", path.display()))
    })?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let written = path.bytes().map(|byte| match byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    Ok(format!("sqlite://{}?mode=rwc", written.collect::<String>()))
}
