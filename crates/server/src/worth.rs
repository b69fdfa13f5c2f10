//! Evidence of worth: what the staff enters, and what everybody reads. What may be told is decided by the crate `worth`.

pub mod entered;
pub mod sample;
pub mod shown;

use serde::{Deserialize, Serialize};
use store::EntryFilter;
use worth::{Comparison, Cost, Count, Outcome, Support};

use crate::access::Routes;
use crate::app::App;
use crate::fault::Fault;
use crate::shelf::{Kept, Shelf};
use crate::words::Words;

/// Costs.
pub const COSTS: Shelf<Cost> = Shelf::new("cost");
/// Help in taking part.
pub const SUPPORT: Shelf<Support> = Shelf::new("support");
/// What changed outside.
pub const OUTCOMES: Shelf<Outcome> = Shelf::new("outcome");
/// Surveys, as they were compared; no answer of a person is kept.
pub const SURVEYS: Shelf<Survey> = Shelf::new("survey");
/// Who took part how.
pub const CHANNELS: Shelf<Count> = Shelf::new("channel");

/// A survey before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// What it is called.
    pub name: String,
    /// What came of it.
    pub comparison: Comparison,
}

/// Everything that was entered for an assembly.
#[derive(Debug)]
pub struct Worth {
    /// Costs.
    pub costs: Vec<Kept<Cost>>,
    /// Help in taking part.
    pub support: Vec<Kept<Support>>,
    /// What changed outside.
    pub outcomes: Vec<Kept<Outcome>>,
    /// Surveys.
    pub surveys: Vec<Kept<Survey>>,
    /// Who took part how.
    pub channels: Vec<Kept<Count>>,
}

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes.with(entered::routes).with(shown::routes)
}

impl Worth {
    /// What was entered for an assembly.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn of(app: &App, assembly: &str) -> Result<Self, Fault> {
        let filter = EntryFilter { assembly: Some(assembly.to_owned()), ..EntryFilter::default() };
        Ok(Self {
            costs: COSTS.list(app, &filter).await?,
            support: SUPPORT.list(app, &filter).await?,
            outcomes: OUTCOMES.list(app, &filter).await?,
            surveys: SURVEYS.list(app, &filter).await?,
            channels: CHANNELS.list(app, &filter).await?,
        })
    }

    /// Whether nothing was entered.
    pub fn is_empty(&self) -> bool {
        self.costs.is_empty()
            && self.support.is_empty()
            && self.outcomes.is_empty()
            && self.surveys.is_empty()
            && self.channels.is_empty()
    }
}

/// A figure with one decimal, as it is written in a language.
pub fn figure(words: Words, number: f64) -> String {
    let text = format!("{number:.1}");
    text.replace('.', words.point())
}

/// Money, as it is written in a language.
pub fn money(words: Words, amount: &worth::Amount) -> String {
    let (point, size) = (words.point(), amount.hundredths.unsigned_abs());
    let sign = if amount.hundredths < 0 { "−" } else { "" };
    format!("{sign}{}{point}{:02} {}", words.number(size / 100), size % 100, amount.currency)
}
