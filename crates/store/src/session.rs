//! Sessions of those who are signed in. The browser holds the secret, the table its hash.

use jiff::Timestamp;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// Somebody is signed in, or half-way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the secret, in hexadecimal.
    pub hash: String,
    /// Who.
    pub person: String,
    /// How far: a word of the caller's, as "code" while the second factor is missing.
    pub stage: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When it ends, used or not.
    pub expires_at: Timestamp,
}

impl Store {
    /// The session with this hash, if it has not ended at a time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn session(&self, hash: &str, at: Timestamp) -> Result<Option<Session>> {
        let row = sqlx::query("SELECT * FROM session WHERE hash = $1 AND expires_at > $2")
            .bind(hash.to_owned())
            .bind(time(at))
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(Session {
                hash: row.text("hash")?,
                person: row.text("person")?,
                stage: row.text("stage")?,
                created_at: row.time("created_at")?,
                seen_at: row.time("seen_at")?,
                expires_at: row.time("expires_at")?,
            })
        })
        .transpose()
    }

    /// Says that a session was used. Not in the audit log.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn seen(&self, hash: &str, at: Timestamp) -> Result<()> {
        let query = sqlx::query("UPDATE session SET seen_at = $2 WHERE hash = $1")
            .bind(hash.to_owned())
            .bind(time(at));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Forgets sessions and links that have ended, and answers that are a week old. Not in the audit log.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sweep(&self, at: Timestamp) -> Result<()> {
        for gone in ["DELETE FROM session WHERE expires_at <= $1", "DELETE FROM link WHERE expires_at <= $1"]
        {
            sqlx::query(gone).bind(time(at)).execute(&self.pool).await?;
        }
        let week_ago = at.checked_sub(jiff::SignedDuration::from_hours(7 * 24)).unwrap_or(at);
        sqlx::query("DELETE FROM answer WHERE at <= $1").bind(time(week_ago)).execute(&self.pool).await?;
        Ok(())
    }
}

impl Change {
    /// Begins a session.
    ///
    /// # Errors
    /// [`crate::Error::Missing`] if there is no such person.
    pub async fn start_session(&mut self, session: &Session) -> Result<()> {
        sqlx::query(
            "INSERT INTO session (hash, person, stage, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(session.hash.clone())
        .bind(session.person.clone())
        .bind(session.stage.clone())
        .bind(time(session.created_at))
        .bind(time(session.seen_at))
        .bind(time(session.expires_at))
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }

    /// Ends a session; false if it had ended.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_session(&mut self, hash: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM session WHERE hash = $1")
            .bind(hash.to_owned())
            .execute(&mut *self.within)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends all sessions of a person, but for the one that is kept.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn end_sessions(&mut self, person: &str, keep: Option<&str>) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE person = $1 AND hash <> $2")
            .bind(person.to_owned())
            .bind(keep.unwrap_or_default().to_owned())
            .execute(&mut *self.within)
            .await?;
        Ok(())
    }

    /// Ends all sessions and one-time links of everybody: what a database that was brought back begins with.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn sign_everybody_out(&mut self) -> Result<()> {
        for gone in ["DELETE FROM session", "DELETE FROM link"] {
            sqlx::query(gone).execute(&mut *self.within).await?;
        }
        Ok(())
    }
}
