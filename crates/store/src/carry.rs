//! Entries of an assembly, out of one service and into another.

use crate::columns::time;
use crate::entry::Entry;
use crate::{Change, Result, Store};

impl Store {
    /// The entries of an assembly, of whatever kind, by kind, first day and id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn entries_of(&self, assembly: &str) -> Result<Vec<Entry>> {
        let rows =
            sqlx::query("SELECT * FROM entry WHERE assembly = $1 ORDER BY kind, COALESCE(from_on, ''), id")
                .bind(assembly.to_owned())
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(Entry::read).collect()
    }
}

impl Change {
    /// Writes an entry as it was kept elsewhere, with its revision and time.
    ///
    /// # Errors
    /// [`crate::Error::Taken`] if its id is, [`crate::Error::Missing`] if there is no such assembly or unit.
    pub async fn bring_in_entry(&mut self, entry: &Entry) -> Result<()> {
        sqlx::query(
            "INSERT INTO entry (id, kind, revision, assembly, unit, subject, from_on, until_on, updated_at, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(entry.id.clone())
        .bind(entry.kind.clone())
        .bind(entry.revision)
        .bind(entry.assembly.clone())
        .bind(entry.unit.clone())
        .bind(entry.subject.clone())
        .bind(entry.from.map(|day| day.to_string()))
        .bind(entry.until.map(|day| day.to_string()))
        .bind(time(entry.updated_at))
        .bind(entry.body.clone())
        .execute(&mut *self.within)
        .await?;
        Ok(())
    }
}
