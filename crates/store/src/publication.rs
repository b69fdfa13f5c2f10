//! Files that were brought into the service: the public record of a draw, a programme, the sittings.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, sha256, time};
use crate::{Change, Error, Result, Store};

/// A file of an assembly, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The assembly.
    pub assembly: String,
    /// What it belongs to, a word of the caller's: "draw", "programme", "sitting".
    pub part: String,
    /// Its path within the part, with `/`.
    pub path: String,
    /// Whether it is for everybody.
    pub is_open: bool,
    /// Counts what was written; 1 at first.
    pub revision: i64,
    /// Its media type.
    pub media: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When it was written.
    pub published_at: Timestamp,
}

const COLUMNS: &str = "assembly, part, path, is_open, revision, media, sha256, published_at";

impl Publication {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            assembly: row.text("assembly")?,
            part: row.text("part")?,
            path: row.text("path")?,
            is_open: row.yes("is_open")?,
            revision: row.whole("revision")?,
            media: row.text("media")?,
            sha256: row.text("sha256")?,
            published_at: row.time("published_at")?,
        })
    }
}

impl Store {
    /// The files of a part, by path.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn publications(&self, assembly: &str, part: &str) -> Result<Vec<Publication>> {
        let sql =
            format!("SELECT {COLUMNS} FROM publication WHERE assembly = $1 AND part = $2 ORDER BY path");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(assembly.to_owned())
            .bind(part.to_owned())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(Publication::read).collect()
    }

    /// A file that is for everybody, with its bytes; none if it is not.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn open_publication(
        &self,
        assembly: &str,
        part: &str,
        path: &str,
    ) -> Result<Option<(Publication, Vec<u8>)>> {
        Ok(self.publication(assembly, part, path).await?.filter(|(file, _)| file.is_open))
    }

    /// A file with its bytes, open or not: for the staff.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn publication(
        &self,
        assembly: &str,
        part: &str,
        path: &str,
    ) -> Result<Option<(Publication, Vec<u8>)>> {
        let row = sqlx::query("SELECT * FROM publication WHERE assembly = $1 AND part = $2 AND path = $3")
            .bind(assembly.to_owned())
            .bind(part.to_owned())
            .bind(path.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok((Publication::read(&row)?, row.bytes("bytes")?))).transpose()
    }
}

impl Change {
    /// Writes a file: a new one if `expected` is none, else in the place of that revision. Hash, revision and time are the
    /// store's; the answer says them.
    ///
    /// # Errors
    /// [`Error::Stale`] if another revision is stored, [`Error::Taken`] if a new one's path is, [`Error::Missing`] if there
    /// is none to replace, or no such assembly.
    pub async fn publish(
        &mut self,
        file: &Publication,
        bytes: Vec<u8>,
        expected: Option<i64>,
    ) -> Result<Publication> {
        let file = Publication {
            sha256: sha256(&bytes),
            revision: expected.map_or(1, |revision| revision + 1),
            published_at: self.at,
            ..file.clone()
        };
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO publication (assembly, part, path, is_open, revision, media, sha256, published_at, bytes) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            ),
            Some(_) => sqlx::query(
                "UPDATE publication SET is_open = $4, revision = $5, media = $6, sha256 = $7, published_at = $8, bytes = $9 \
                 WHERE assembly = $1 AND part = $2 AND path = $3 AND revision = $5 - 1",
            ),
        };
        let done = query
            .bind(file.assembly.clone())
            .bind(file.part.clone())
            .bind(file.path.clone())
            .bind(i64::from(file.is_open))
            .bind(file.revision)
            .bind(file.media.clone())
            .bind(file.sha256.clone())
            .bind(time(file.published_at))
            .bind(bytes)
            .execute(&mut *self.within)
            .await?;
        if done.rows_affected() == 1 {
            return Ok(file);
        }
        let found =
            sqlx::query("SELECT revision FROM publication WHERE assembly = $1 AND part = $2 AND path = $3")
                .bind(file.assembly)
                .bind(file.part)
                .bind(file.path)
                .fetch_optional(&mut *self.within)
                .await?;
        Err(match found {
            Some(row) => Error::Stale { current: row.whole("revision")? },
            None => Error::Missing,
        })
    }

    /// Takes a file back.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is none.
    pub async fn withdraw(&mut self, assembly: &str, part: &str, path: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM publication WHERE assembly = $1 AND part = $2 AND path = $3")
            .bind(assembly.to_owned())
            .bind(part.to_owned())
            .bind(path.to_owned())
            .execute(&mut *self.within)
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Missing) }
    }
}
