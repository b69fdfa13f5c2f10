//! A page of recommendations as JSON: each is written once for every revision and day, and read from the store only then.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;
use store::{Listed, Summary};

use super::shape;
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::kept::Kept;

/// How many bytes of JSON are kept at most, about.
const KEPT: usize = 16 << 20;

/// Recommendations as everybody sees them, by id, for their revision and a day.
#[derive(Debug)]
pub struct Shown(Kept<(i64, Date), Arc<str>>);

impl Default for Shown {
    fn default() -> Self {
        Self(Kept::new(KEPT))
    }
}

impl Shown {
    /// A page as [`shape::Page`] describes it.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn page(
        &self,
        app: &App,
        listed: &Listed<Summary>,
        today: Date,
        count: i64,
        next: Option<String>,
    ) -> Result<String, Fault> {
        let found: Vec<Option<Arc<str>>> =
            listed.items.iter().map(|one| self.0.get(&one.id, &(one.revision, today))).collect();
        let missing = listed.items.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<String> = missing.map(|(one, _)| one.id.clone()).collect();
        let written = self.write(app, &missing, today).await?;
        let items = listed.items.iter().zip(&found);
        let items: Vec<&str> = items
            .filter_map(|(one, found)| found.as_deref().or_else(|| written.get(&one.id).map(|text| &**text)))
            .collect();
        let next = next.map_or(Value::Null, Value::String);
        Ok(format!("{{\"items\":[{}],\"count\":{count},\"next\":{next}}}", items.join(",")))
    }

    /// Reads recommendations and keeps what they look like.
    async fn write(
        &self,
        app: &App,
        ids: &[String],
        today: Date,
    ) -> Result<BTreeMap<String, Arc<str>>, Fault> {
        let mut written = BTreeMap::new();
        for stored in app.store.recommendations(ids).await? {
            let shape = shape::Recommendation::new(&desk::read(&stored.body)?, today, &app.settings.url);
            let text: Arc<str> = serde_json::to_string(&shape).map_err(Fault::broken)?.into();
            let (id, revision) = (stored.summary.id, stored.summary.revision);
            self.0.put(&id, (revision, today), Arc::clone(&text), text.len());
            written.insert(id, text);
        }
        Ok(written)
    }
}
