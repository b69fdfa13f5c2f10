//! Links that work once: the first administrator, an invitation, a new password.

use jiff::Timestamp;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// A link whose secret only its holder knows; the table has its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of the secret, in hexadecimal.
    pub hash: String,
    /// What it is for, a word of the caller's.
    pub purpose: String,
    /// For whom; none for the first administrator.
    pub person: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Store {
    /// The link with this hash, if it is unused and has not ended at a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn link(&self, hash: &str, at: Timestamp) -> Result<Option<Link>> {
        let row = sqlx::query("SELECT * FROM link WHERE hash = $1 AND used_at IS NULL AND expires_at > $2")
            .bind(hash.to_owned())
            .bind(time(at))
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(Link {
                hash: row.text("hash")?,
                purpose: row.text("purpose")?,
                person: row.maybe("person")?,
                created_at: row.time("created_at")?,
                expires_at: row.time("expires_at")?,
            })
        })
        .transpose()
    }
}

impl Change {
    /// Makes a link.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such person.
    pub async fn add_link(&mut self, link: &Link) -> Result<()> {
        sqlx::query(
            "INSERT INTO link (hash, purpose, person, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(link.hash.clone())
        .bind(link.purpose.clone())
        .bind(link.person.clone())
        .bind(time(link.created_at))
        .bind(time(link.expires_at))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }

    /// Uses a link: true once, if it has not ended. Of two who try at the same moment, one is told so.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn use_link(&mut self, hash: &str) -> Result<bool> {
        let now = time(self.at);
        let done = sqlx::query(
            "UPDATE link SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2",
        )
        .bind(hash.to_owned())
        .bind(now)
        .execute(&mut *self.within)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends all unused links for a purpose, of one person or (the first administrator's) of nobody.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_links(&mut self, purpose: &str, person: Option<&str>) -> Result<()> {
        sqlx::query("DELETE FROM link WHERE purpose = $1 AND COALESCE(person, '') = $2 AND used_at IS NULL")
            .bind(purpose.to_owned())
            .bind(person.unwrap_or_default().to_owned())
            .execute(&mut *self.within)
            .await?;
        Ok(())
    }
}
