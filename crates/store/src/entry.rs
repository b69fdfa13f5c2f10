//! Entries: whatever the service keeps beside recommendations and needs no table of its own.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, time};
use crate::sql::Sql;
use crate::{Change, Error, Result, Store};

/// An entry: what lists need, and everything else as JSON text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The opaque id. Where there may be one only, it is made of what it is about, so that a second one is refused.
    pub id: String,
    /// What it is, a word of the caller's: "engagement", "survey".
    pub kind: String,
    /// Counts what was saved; 1 at first.
    pub revision: i64,
    /// The assembly that it belongs to, if to one.
    pub assembly: Option<String>,
    /// The unit that it belongs to, if to one.
    pub unit: Option<String>,
    /// The id of what it is about: a recommendation, a post, another entry.
    pub subject: Option<String>,
    /// Its first day, if it has one.
    pub from: Option<Date>,
    /// Its last day, if it has one.
    pub until: Option<Date>,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Everything else, as JSON text.
    pub body: String,
}

/// Which entries of a kind. None means: whatever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of this assembly.
    pub assembly: Option<String>,
    /// Of this unit.
    pub unit: Option<String>,
    /// About this.
    pub subject: Option<String>,
    /// Whose days reach into these, the first and the last; a day that an entry lacks is open.
    pub days: Option<(Date, Date)>,
}

impl Entry {
    pub(crate) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            kind: row.text("kind")?,
            revision: row.whole("revision")?,
            assembly: row.maybe("assembly")?,
            unit: row.maybe("unit")?,
            subject: row.maybe("subject")?,
            from: row.maybe_day("from_on")?,
            until: row.maybe_day("until_on")?,
            updated_at: row.time("updated_at")?,
            body: row.text("body")?,
        })
    }
}

impl Store {
    /// The entry with this id, if it is of this kind.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn entry(&self, kind: &str, id: &str) -> Result<Option<Entry>> {
        let query = sqlx::query("SELECT * FROM entry WHERE kind = $1 AND id = $2")
            .bind(kind.to_owned())
            .bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Entry::read).transpose()
    }

    /// The entries of a kind, by first day and id; those without a day come first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn entries(&self, kind: &str, filter: &EntryFilter) -> Result<Vec<Entry>> {
        let mut sql = Sql::new("SELECT * FROM entry");
        sql.and("kind = ?", &[kind.to_owned()]);
        let columns = [("assembly", &filter.assembly), ("unit", &filter.unit), ("subject", &filter.subject)];
        for (column, value) in columns {
            sql.one_of(column, value.as_slice());
        }
        if let Some((first, last)) = filter.days {
            sql.and("COALESCE(from_on, '0000-01-01') <= ?", &[last.to_string()]);
            sql.and("COALESCE(until_on, '9999-12-31') >= ?", &[first.to_string()]);
        }
        sql.then(" ORDER BY COALESCE(from_on, ''), id");
        sql.rows(&self.pool).await?.iter().map(Entry::read).collect()
    }
}

impl Change {
    /// Writes an entry: a new one if `expected` is none, else in the place of that revision. Revision and time are the
    /// store's; the answer says them.
    ///
    /// # Errors
    /// [`Error::Stale`] if another revision is stored, [`Error::Taken`] if a new one's id is, [`Error::Missing`] if there is
    /// none of its kind to replace, or no such assembly or unit.
    pub async fn save_entry(&mut self, entry: Entry, expected: Option<i64>) -> Result<Entry> {
        let entry =
            Entry { revision: expected.map_or(1, |revision| revision + 1), updated_at: self.at, ..entry };
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO entry (id, kind, revision, assembly, unit, subject, from_on, until_on, updated_at, body) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            ),
            Some(_) => sqlx::query(
                "UPDATE entry SET revision = $3, assembly = $4, unit = $5, subject = $6, from_on = $7, until_on = $8, \
                   updated_at = $9, body = $10 WHERE id = $1 AND kind = $2 AND revision = $3 - 1",
            ),
        };
        let done = query
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
        if done.rows_affected() == 1 {
            return Ok(entry);
        }
        let found = sqlx::query("SELECT revision FROM entry WHERE id = $1 AND kind = $2")
            .bind(entry.id)
            .bind(entry.kind)
            .fetch_optional(&mut *self.within)
            .await?;
        Err(match found {
            Some(row) => Error::Stale { current: row.whole("revision")? },
            None => Error::Missing,
        })
    }

    /// Takes an entry away for good: a slip of the hand, or what must be forgotten.
    ///
    /// # Errors
    /// [`Error::Stale`] if another revision is stored or there is none.
    pub async fn drop_entry(&mut self, entry: &Entry) -> Result<()> {
        let done = sqlx::query("DELETE FROM entry WHERE id = $1 AND kind = $2 AND revision = $3")
            .bind(entry.id.clone())
            .bind(entry.kind.clone())
            .bind(entry.revision)
            .execute(&mut *self.within)
            .await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(Error::Stale { current: 0 }) }
    }
}
