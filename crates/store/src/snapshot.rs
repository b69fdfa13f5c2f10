//! Snapshots: an assembly's public data as it was on a day, in one file. The database refuses to change or delete one.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, sha256, time};
use crate::{Change, Error, Result, Store};

/// A snapshot, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The assembly.
    pub assembly: String,
    /// 1, 2, 3 … in its assembly.
    pub number: i64,
    /// What it is called.
    pub title: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes.
    pub size: i64,
}

impl Snapshot {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            assembly: row.text("assembly")?,
            number: row.whole("number")?,
            title: row.text("title")?,
            taken_at: row.time("taken_at")?,
            sha256: row.text("sha256")?,
            size: row.whole("size")?,
        })
    }
}

impl Store {
    /// The snapshots of an assembly, the first one first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn snapshots(&self, assembly: &str) -> Result<Vec<Snapshot>> {
        let rows = sqlx::query(
            "SELECT assembly, number, title, taken_at, sha256, size FROM snapshot WHERE assembly = $1 ORDER BY number",
        )
        .bind(assembly.to_owned())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Snapshot::read).collect()
    }

    /// A snapshot with its bytes, which are checked against their hash.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the bytes are not those that were kept.
    pub async fn snapshot(&self, assembly: &str, number: i64) -> Result<Option<(Snapshot, Vec<u8>)>> {
        let row = sqlx::query("SELECT * FROM snapshot WHERE assembly = $1 AND number = $2")
            .bind(assembly.to_owned())
            .bind(number)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (snapshot, bytes) = (Snapshot::read(&row)?, row.bytes("bytes")?);
        if sha256(&bytes) != snapshot.sha256 {
            return Err(Error::Damaged(format!("snapshot {number} of {assembly} is not what was kept")));
        }
        Ok(Some((snapshot, bytes)))
    }
}

impl Change {
    /// Keeps a snapshot for good, as the next one of its assembly. Number, hash, size and time are the store's; the answer
    /// says them.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is no such assembly.
    pub async fn keep_snapshot(&mut self, assembly: &str, title: &str, bytes: Vec<u8>) -> Result<Snapshot> {
        let last = sqlx::query("SELECT COALESCE(MAX(number), 0) AS last FROM snapshot WHERE assembly = $1")
            .bind(assembly.to_owned())
            .fetch_one(&mut *self.within)
            .await?
            .whole("last")?;
        let snapshot = Snapshot {
            assembly: assembly.to_owned(),
            number: last + 1,
            title: title.to_owned(),
            taken_at: self.at,
            sha256: sha256(&bytes),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        self.write_snapshot(&snapshot, bytes).await?;
        Ok(snapshot)
    }

    /// Keeps a snapshot for good as it was kept elsewhere, with its number and time.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the bytes are not those of its hash and size, [`Error::Missing`] if there is no such assembly, and
    /// the database's own if the number is taken.
    pub async fn bring_in_snapshot(&mut self, snapshot: &Snapshot, bytes: Vec<u8>) -> Result<()> {
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if (sha256(&bytes), size) != (snapshot.sha256.clone(), snapshot.size) {
            let (number, assembly) = (snapshot.number, &snapshot.assembly);
            return Err(Error::Damaged(format!("snapshot {number} of {assembly} is not what was kept")));
        }
        self.write_snapshot(snapshot, bytes).await
    }

    async fn write_snapshot(&mut self, snapshot: &Snapshot, bytes: Vec<u8>) -> Result<()> {
        sqlx::query(
            "INSERT INTO snapshot (assembly, number, title, taken_at, sha256, size, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(snapshot.assembly.clone())
        .bind(snapshot.number)
        .bind(snapshot.title.clone())
        .bind(time(snapshot.taken_at))
        .bind(snapshot.sha256.clone())
        .bind(snapshot.size)
        .bind(bytes)
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }
}
