//! Archived evidence.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, sha256, time};
use crate::{Change, Result, Store};

/// A file that somebody added to a recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Opaque.
    pub id: String,
    /// What it belongs to.
    pub recommendation: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// What it is called.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// How many bytes.
    pub size: i64,
    /// When it was added.
    pub added_at: Timestamp,
    /// By whom: an opaque id.
    pub added_by: String,
}

impl File {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            recommendation: row.text("recommendation")?,
            sha256: row.text("sha256")?,
            name: row.text("name")?,
            media: row.text("media")?,
            size: row.whole("size")?,
            added_at: row.time("added_at")?,
            added_by: row.text("added_by")?,
        })
    }
}

impl Store {
    /// The files of a recommendation, oldest first, without their bytes.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn files(&self, recommendation: &str) -> Result<Vec<File>> {
        let rows = sqlx::query("SELECT * FROM file WHERE recommendation = $1 ORDER BY added_at, id")
            .bind(recommendation.to_owned())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(File::read).collect()
    }

    /// A file with its bytes, which are checked against their hash.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] if the bytes are not those that were added.
    pub async fn file(&self, id: &str) -> Result<Option<(File, Vec<u8>)>> {
        let row = sqlx::query("SELECT file.*, bytes FROM file JOIN file_bytes USING (sha256) WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (file, bytes) = (File::read(&row)?, row.bytes("bytes")?);
        if sha256(&bytes) != file.sha256 {
            return Err(crate::Error::Damaged(format!("file {id} is not what was added")));
        }
        Ok(Some((file, bytes)))
    }
}

impl Change {
    /// Adds a file. Its hash and size are those of `bytes`; the answer says them.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such recommendation, [`crate::Error::Taken`] if the id is.
    pub async fn add_file(&mut self, file: &File, bytes: Vec<u8>) -> Result<File> {
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let file = File { sha256: sha256(&bytes), size, ..file.clone() };
        sqlx::query("INSERT INTO file_bytes (sha256, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(file.sha256.clone())
            .bind(bytes)
            .execute(&mut *self.within)
            .await?;
        sqlx::query(
            "INSERT INTO file (id, recommendation, sha256, name, media, size, added_at, added_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(file.id.clone())
        .bind(file.recommendation.clone())
        .bind(file.sha256.clone())
        .bind(file.name.clone())
        .bind(file.media.clone())
        .bind(file.size)
        .bind(time(file.added_at))
        .bind(file.added_by.clone())
        .execute(&mut *self.within)
        .await?;
        Ok(file)
    }
}
