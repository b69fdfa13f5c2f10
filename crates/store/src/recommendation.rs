//! Recommendations: columns for lists, and everything as JSON text.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::any::AnyRow;

use crate::columns::{Columns as _, json, time};
use crate::fold::{folded, natural};
use crate::sql::Sql;
use crate::{Change, Error, Result, Store, search};

/// What a list shows of a recommendation and what it can be filtered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Opaque.
    pub id: String,
    /// The assembly that made it.
    pub assembly: String,
    /// Its name for people, unique in its assembly: "R12".
    pub reference: String,
    /// What another system calls it.
    pub external_id: Option<String>,
    /// Counts what was saved.
    pub revision: i64,
    /// Where it is in its life.
    pub state: String,
    /// What the government says.
    pub position: Option<String>,
    /// What the department reports.
    pub delivery: Option<String>,
    /// What somebody outside the department found.
    pub grade: Option<String>,
    /// What it is about.
    pub theme: Option<String>,
    /// The unit that answers for it.
    pub unit: Option<String>,
    /// The accountable post.
    pub post: Option<String>,
    /// The post that stands in.
    pub deputy: Option<String>,
    /// When the next thing is due; none if nothing is.
    pub due: Option<Date>,
    /// When it was last saved.
    pub updated_at: Timestamp,
    /// Its title by language.
    pub titles: BTreeMap<String, String>,
}

/// A recommendation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    /// The columns.
    pub summary: Summary,
    /// Everything, as JSON text.
    pub body: String,
}

pub(crate) const COLUMNS: &str = "id, assembly, reference, external_id, revision, state, position, delivery, grade, theme, unit, post, \
                                  deputy, due_on, updated_at, titles";

impl Summary {
    pub(crate) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.text("id")?,
            assembly: row.text("assembly")?,
            reference: row.text("reference")?,
            external_id: row.maybe("external_id")?,
            revision: row.whole("revision")?,
            state: row.text("state")?,
            position: row.maybe("position")?,
            delivery: row.maybe("delivery")?,
            grade: row.maybe("grade")?,
            theme: row.maybe("theme")?,
            unit: row.maybe("unit")?,
            post: row.maybe("post")?,
            deputy: row.maybe("deputy")?,
            due: row.maybe_day("due_on")?,
            updated_at: row.time("updated_at")?,
            titles: row.map("titles")?,
        })
    }
}

impl Recommendation {
    pub(crate) fn read(row: &AnyRow) -> Result<Self> {
        Ok(Self { summary: Summary::read(row)?, body: row.text("body")? })
    }
}

impl Store {
    /// The recommendation with this id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recommendation(&self, id: &str) -> Result<Option<Recommendation>> {
        let query = sqlx::query("SELECT * FROM recommendation WHERE id = $1").bind(id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Recommendation::read).transpose()
    }

    /// The recommendation with this reference in an assembly.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recommendation_by_reference(
        &self,
        assembly: &str,
        reference: &str,
    ) -> Result<Option<Recommendation>> {
        let query = sqlx::query("SELECT * FROM recommendation WHERE assembly = $1 AND reference = $2")
            .bind(assembly.to_owned())
            .bind(reference.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Recommendation::read).transpose()
    }

    /// The recommendation that another system knows by this id; of several the one with the first reference.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recommendation_by_external_id(
        &self,
        assembly: &str,
        external_id: &str,
    ) -> Result<Option<Recommendation>> {
        let query = sqlx::query(
            "SELECT * FROM recommendation WHERE assembly = $1 AND external_id = $2 ORDER BY sorting, id LIMIT 1",
        )
        .bind(assembly.to_owned())
        .bind(external_id.to_owned());
        query.fetch_optional(&self.pool).await?.as_ref().map(Recommendation::read).transpose()
    }

    /// Those of these ids that there are, with their bodies, in any order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn recommendations(&self, ids: &[String]) -> Result<Vec<Recommendation>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new(&format!("SELECT {COLUMNS}, body FROM recommendation"));
        sql.one_of("id", ids);
        sql.rows(&self.pool).await?.iter().map(Recommendation::read).collect()
    }

    /// A number that grows with everything that happens to a recommendation of an assembly: the sum of their revisions.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn revisions(&self, assembly: &str) -> Result<i64> {
        let row = sqlx::query(
            "SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) AS many FROM recommendation WHERE assembly = $1",
        )
        .bind(assembly.to_owned())
        .fetch_one(&self.pool)
        .await?;
        row.whole("many")
    }
}

impl Change {
    /// Writes a recommendation: a new one if `expected` is none, else in the place of that revision. The summary's revision
    /// is what it will be after. `text` is what a search finds beside reference, titles and theme.
    ///
    /// # Errors
    /// [`Error::Stale`] if another revision is stored, [`Error::Taken`] if a new one's id or reference is,
    /// [`Error::Missing`] if there is none to replace, or no such assembly.
    pub async fn save_recommendation(
        &mut self,
        recommendation: &Recommendation,
        text: &str,
        expected: Option<i64>,
    ) -> Result<()> {
        let summary = &recommendation.summary;
        let after = words(summary, text);
        let before = match expected {
            None => String::new(),
            Some(_) => search::text_of(&mut self.within, &summary.id).await?,
        };
        let query = match expected {
            None => sqlx::query(
                "INSERT INTO recommendation (id, assembly, reference, sorting, revision, state, position, delivery, grade, \
                   theme, unit, post, deputy, due_on, updated_at, titles, words, body, external_id) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
            ),
            Some(_) => sqlx::query(
                "UPDATE recommendation SET assembly = $2, reference = $3, sorting = $4, revision = $5, state = $6, \
                   position = $7, delivery = $8, grade = $9, theme = $10, unit = $11, post = $12, deputy = $13, \
                   due_on = $14, updated_at = $15, titles = $16, words = $17, body = $18, \
                   external_id = $19 WHERE id = $1 AND revision = $20",
            ),
        };
        let mut query = query
            .bind(summary.id.clone())
            .bind(summary.assembly.clone())
            .bind(summary.reference.clone())
            .bind(natural(&summary.reference))
            .bind(summary.revision)
            .bind(summary.state.clone())
            .bind(summary.position.clone())
            .bind(summary.delivery.clone())
            .bind(summary.grade.clone())
            .bind(summary.theme.clone())
            .bind(summary.unit.clone())
            .bind(summary.post.clone())
            .bind(summary.deputy.clone())
            .bind(summary.due.map(|day| day.to_string()))
            .bind(time(summary.updated_at))
            .bind(json(&summary.titles))
            .bind(after.clone())
            .bind(recommendation.body.clone())
            .bind(summary.external_id.clone());
        if let Some(expected) = expected {
            query = query.bind(expected);
        }
        if query.execute(&mut *self.within).await?.rows_affected() == 1 {
            return search::change(&mut self.within, &summary.id, &before, &after).await;
        }
        let found = sqlx::query("SELECT revision FROM recommendation WHERE id = $1")
            .bind(summary.id.clone())
            .fetch_optional(&mut *self.within)
            .await?;
        Err(match found {
            Some(row) => Error::Stale { current: row.whole("revision")? },
            None => Error::Missing,
        })
    }
}

fn words(summary: &Summary, text: &str) -> String {
    let titles = summary.titles.values().map(String::as_str);
    let parts =
        [summary.reference.as_str()].into_iter().chain(titles).chain(summary.theme.as_deref()).chain([text]);
    folded(&parts.collect::<Vec<_>>().join(" "))
}
