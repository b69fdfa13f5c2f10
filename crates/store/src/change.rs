//! A change: rows and what the audit log says of them, in one transaction.

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use crate::audit::Entry;
use crate::columns::{Columns as _, time};
use crate::place::Transaction;
use crate::{Error, Result, Store};

/// What is about to be written, all of it or nothing. Dropped without [`Change::commit`], it never happened.
#[derive(Debug)]
pub struct Change {
    pub(crate) within: Transaction,
    pub(crate) at: Timestamp,
    actor: String,
    head: (i64, String),
    noted: bool,
    _writing: OwnedMutexGuard<()>,
}

impl Store {
    /// Begins a change by `actor`, an opaque id (or the name of a program's part), at a time.
    ///
    /// # Errors
    /// If the database cannot be reached or written, or is held by others for too long.
    pub async fn change(&self, actor: &str, at: Timestamp) -> Result<Change> {
        let writing = self.writing.clone().lock_owned().await;
        let mut within = self.begin(self.kind.begin()).await?;
        // The row stays locked until the end, so that entries of several servers never mix.
        let head = sqlx::query("UPDATE audit_head SET seq = seq WHERE one = 1 RETURNING seq, hash")
            .fetch_one(&mut *within)
            .await?;
        let head = (head.whole("seq")?, head.text("hash")?);
        Ok(Change { within, at, actor: actor.to_owned(), head, noted: false, _writing: writing })
    }
}

impl Change {
    /// Says in the audit log what this change does: a kind ("recommendation.publish"), the id of what it is done to, and
    /// whatever explains it. No names, addresses or texts of people: the log is kept for ever.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn note(&mut self, kind: &str, subject: &str, body: &Value) -> Result<()> {
        let (seq, previous) = (self.head.0 + 1, std::mem::take(&mut self.head.1));
        let entry = Entry::new(seq, previous, time(self.at), &self.actor, kind, subject, body);
        sqlx::query(
            "INSERT INTO audit (seq, at, actor, kind, subject, body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(entry.seq)
        .bind(entry.at)
        .bind(entry.actor)
        .bind(entry.kind)
        .bind(entry.subject)
        .bind(entry.body)
        .bind(entry.previous)
        .bind(entry.hash.clone())
        .execute(&mut *self.within)
        .await?;
        self.head = (seq, entry.hash);
        self.noted = true;
        Ok(())
    }

    /// Makes the change. When this has answered, it survives the end of the process and of the power.
    ///
    /// # Errors
    /// [`Error::Unnoted`] if the audit log says nothing of it; else why it could not be written. Nothing is changed then.
    pub async fn commit(mut self) -> Result<()> {
        if !self.noted {
            return Err(Error::Unnoted);
        }
        sqlx::query("UPDATE audit_head SET seq = $1, hash = $2 WHERE one = 1")
            .bind(self.head.0)
            .bind(self.head.1)
            .execute(&mut *self.within)
            .await?;
        self.within.commit().await
    }
}
