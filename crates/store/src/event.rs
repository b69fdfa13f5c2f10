//! What happened to recommendations: added to, never changed.

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::sql::Sql;
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

    /// The histories of all recommendations of an assembly: each together and oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn events_of(&self, assembly: &str) -> Result<Vec<Event>> {
        let mut sql = Sql::new(JOINED);
        sql.and("event.recommendation = recommendation.id", &[]);
        sql.and("recommendation.assembly = ?", &[assembly.to_owned()]);
        sql.then(" ORDER BY event.recommendation, event.seq");
        sql.rows(&self.pool).await?.iter().map(Event::read).collect()
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
        let whose = [("recommendation.assembly = ?", assembly), ("recommendation.unit = ?", unit)];
        let some = whose.iter().any(|(_, which)| which.is_some());
        let mut sql = Sql::new(if some { JOINED } else { "SELECT event.* FROM event" });
        if some {
            sql.and("event.recommendation = recommendation.id", &[]);
        }
        for (condition, which) in whose {
            if let Some(which) = which {
                sql.and(condition, &[which.to_owned()]);
            }
        }
        sql.then(" ORDER BY event.at DESC, event.recommendation DESC, event.seq DESC LIMIT ").bind(limit);
        sql.rows(&self.pool).await?.iter().map(Event::read).collect()
    }
}

/// Events beside their recommendation. Written as a cross join, SQLite goes from the recommendations to their events, never
/// through all events there are.
const JOINED: &str = "SELECT event.* FROM recommendation CROSS JOIN event";

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
