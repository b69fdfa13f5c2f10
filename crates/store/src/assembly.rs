//! Assemblies.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, json, time};
use crate::{Change, Error, Result, Store};

/// An assembly: what lists need, and everything else as JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// A word that stands in the addresses of its pages.
    pub id: String,
    /// Counts what was saved; 1 at first.
    pub revision: i64,
    /// Its name by language.
    pub names: BTreeMap<String, String>,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Everything else, as JSON text.
    pub body: String,
}

impl Assembly {
    fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            revision: row.whole("revision")?,
            names: row.map("names")?,
            updated_at: row.time("updated_at")?,
            body: row.text("body")?,
        })
    }
}

impl Store {
    /// All assemblies, by id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn assemblies(&self) -> Result<Vec<Assembly>> {
        let rows = sqlx::query("SELECT * FROM assembly ORDER BY id").fetch_all(&self.pool).await?;
        rows.iter().map(Assembly::read).collect()
    }

    /// The assembly with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn assembly(&self, id: &str) -> Result<Option<Assembly>> {
        let query = sqlx::query("SELECT * FROM assembly WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Assembly::read).transpose()
    }
}

impl Change {
    /// Writes an assembly: a new one if `expected` is none, else in the place of that revision. Its own revision is what it
    /// will be after.
    ///
    /// # Errors
    /// [`Error::Stale`] if another revision is stored, [`Error::Taken`] if a new one's id is, [`Error::Missing`] if there is
    /// none to replace.
    pub async fn save_assembly(&mut self, assembly: &Assembly, expected: Option<i64>) -> Result<()> {
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO assembly (id, revision, names, updated_at, body) VALUES ($1, $2, $3, $4, $5)",
            ),
            Some(_) => sqlx::query(
                "UPDATE assembly SET revision = $2, names = $3, updated_at = $4, body = $5 WHERE id = $1 AND revision = $6",
            ),
        };
        let mut query = query
            .bind(assembly.id.clone())
            .bind(assembly.revision)
            .bind(json(&assembly.names))
            .bind(time(assembly.updated_at))
            .bind(assembly.body.clone());
        if let Some(expected) = expected {
            query = query.bind(expected);
        }
        if query.execute(&mut *self.within).await?.rows_affected() == 1 {
            return Ok(());
        }
        let found = sqlx::query("SELECT revision FROM assembly WHERE id = $1")
            .bind(assembly.id.clone())
            .fetch_optional(&mut *self.within)
            .await?;
        Err(match found {
            Some(row) => Error::Stale { current: row.whole("revision")? },
            None => Error::Missing,
        })
    }
}
