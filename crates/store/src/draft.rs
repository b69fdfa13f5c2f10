//! What somebody has written and not sent yet.

use jiff::Timestamp;

use crate::columns::{Columns as _, time};
use crate::{Result, Store};

/// A draft of one person, seen by nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Whose.
    pub person: String,
    /// The id of what it is about.
    pub subject: String,
    /// What it will be, a word of the caller's: "response".
    pub kind: String,
    /// The revision that they saw when they began.
    pub based_on: i64,
    /// When it was last kept.
    pub saved_at: Timestamp,
    /// What they have written, as JSON text.
    pub body: String,
}

impl Store {
    /// Keeps a draft in the place of the one before. Not in the audit log: it has changed nothing yet.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_draft(&self, draft: &Draft) -> Result<()> {
        sqlx::query(
            "INSERT INTO draft (person, subject, kind, based_on, saved_at, body) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (person, subject, kind) DO UPDATE SET based_on = $4, saved_at = $5, body = $6",
        )
        .bind(draft.person.clone())
        .bind(draft.subject.clone())
        .bind(draft.kind.clone())
        .bind(draft.based_on)
        .bind(time(draft.saved_at))
        .bind(draft.body.clone())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Keeps a draft in the place of the one whose text was read, or where there was none; the answer is whether that is still so.
    /// If not, nothing is changed.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn keep_draft_over(&self, before: Option<&str>, draft: &Draft) -> Result<bool> {
        let statement = match before {
            None => {
                "INSERT INTO draft (person, subject, kind, based_on, saved_at, body) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (person, subject, kind) DO NOTHING"
            }
            Some(_) => {
                "UPDATE draft SET based_on = $4, saved_at = $5, body = $6 \
                 WHERE person = $1 AND subject = $2 AND kind = $3 AND body = $7"
            }
        };
        let query = sqlx::query(statement)
            .bind(draft.person.clone())
            .bind(draft.subject.clone())
            .bind(draft.kind.clone())
            .bind(draft.based_on)
            .bind(time(draft.saved_at))
            .bind(draft.body.clone());
        let query = match before {
            Some(before) => query.bind(before.to_owned()),
            None => query,
        };
        Ok(query.execute(&self.pool).await?.rows_affected() == 1)
    }

    /// Somebody's draft.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn draft(&self, person: &str, subject: &str, kind: &str) -> Result<Option<Draft>> {
        let row = sqlx::query("SELECT * FROM draft WHERE person = $1 AND subject = $2 AND kind = $3")
            .bind(person.to_owned())
            .bind(subject.to_owned())
            .bind(kind.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| {
            Ok(Draft {
                person: row.text("person")?,
                subject: row.text("subject")?,
                kind: row.text("kind")?,
                based_on: row.whole("based_on")?,
                saved_at: row.time("saved_at")?,
                body: row.text("body")?,
            })
        })
        .transpose()
    }

    /// Throws a draft away: it was sent, or is not wanted.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn drop_draft(&self, person: &str, subject: &str, kind: &str) -> Result<()> {
        sqlx::query("DELETE FROM draft WHERE person = $1 AND subject = $2 AND kind = $3")
            .bind(person.to_owned())
            .bind(subject.to_owned())
            .bind(kind.to_owned())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
