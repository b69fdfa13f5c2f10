//! Costs of the process, of what was promised, and costs avoided.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// What money was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The assembly itself: the draw, rooms, staff, stipends.
    Process,
    /// Keeping a promise.
    Commitment,
    /// Money that was not spent because of a recommendation.
    Avoided,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Process, Self::Commitment, Self::Avoided];

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Commitment => "commitment",
            Self::Avoided => "avoided",
        }
    }

    /// The one with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// Money spent, promised or not spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// What it was for.
    pub purpose: Purpose,
    /// What it was, in a line.
    pub what: String,
    /// How much.
    pub amount: Amount,
    /// The day that it is counted on.
    pub on: Date,
    /// Where the figure comes from: an account, a report, an address.
    pub source: String,
    /// The reference of the recommendation, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
}

/// What is wrong with a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CostFault {
    /// Nothing says what it was.
    What,
    /// Nothing says where the figure comes from.
    Source,
    /// The cost of a promise, or an avoided one, names no recommendation.
    Recommendation,
}

impl Cost {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<CostFault> {
        let empty = |text: &str| text.trim().is_empty();
        let mut faults = Vec::new();
        faults.extend(empty(&self.what).then_some(CostFault::What));
        faults.extend(empty(&self.source).then_some(CostFault::Source));
        let about = self.recommendation.as_deref().is_some_and(|reference| !empty(reference));
        faults.extend((self.purpose != Purpose::Process && !about).then_some(CostFault::Recommendation));
        faults
    }
}

/// Sums by purpose and currency. Currencies are never added to each other.
pub type Totals = BTreeMap<(Purpose, String), Amount>;

/// Adds costs up.
pub fn totals<'a>(costs: impl IntoIterator<Item = &'a Cost>) -> Totals {
    let mut totals = Totals::new();
    for Cost { purpose, amount, .. } in costs {
        let sum = totals
            .entry((*purpose, amount.currency.clone()))
            .or_insert_with(|| Amount { currency: amount.currency.clone(), hundredths: 0 });
        sum.hundredths = sum.hundredths.saturating_add(amount.hundredths);
    }
    totals
}
