//! What happened to recommendations: added to, never changed.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::{Change, Result, Store};

/// One thing that happened to a recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// To which.
    pub recommendation: String,
    /// Counted from 1 within it.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, in a word.
    pub kind: String,
    /// Everything, as JSON text.
    pub body: String,
}

impl Event {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            recommendation: row.text("recommendation")?,
            seq: row.whole("seq")?,
            at: row.time("at")?,
            kind: row.text("kind")?,
            body: row.text("body")?,
        })
    }
}

impl Store {
    /// The history of a recommendation, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn events(&self, recommendation: &str) -> Result<Vec<Event>> {
        let rows = sqlx::query("SELECT * FROM event WHERE recommendation = $1 ORDER BY seq")
            .bind(recommendation.to_owned())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(Event::read).collect()
    }

    /// The latest events, newest first: of all, of one assembly, or of one unit's recommendations.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn latest_events(
        &self,
        assembly: Option<&str>,
        unit: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Event>> {
        let rows = sqlx::query(
            "SELECT event.* FROM event JOIN recommendation ON recommendation.id = event.recommendation \
             WHERE ($1 = '' OR assembly = $1) AND ($2 = '' OR unit = $2) \
             ORDER BY event.at DESC, event.recommendation DESC, event.seq DESC LIMIT $3",
        )
        .bind(assembly.unwrap_or_default().to_owned())
        .bind(unit.unwrap_or_default().to_owned())
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Event::read).collect()
    }
}

impl Change {
    /// Adds to the history of a recommendation.
    ///
    /// # Errors
    /// [`crate::Error::Taken`] if it has an event with this number, [`crate::Error::Missing`] if there is no such
    /// recommendation.
    pub async fn add_event(&mut self, event: &Event) -> Result<()> {
        sqlx::query("INSERT INTO event (recommendation, seq, at, kind, body) VALUES ($1, $2, $3, $4, $5)")
            .bind(event.recommendation.clone())
            .bind(event.seq)
            .bind(time(event.at))
            .bind(event.kind.clone())
            .bind(event.body.clone())
            .execute(&mut *self.within)
            .await?;
        Ok(())
    }
}
