//! What changed outside because of a recommendation: an indicator before and now, and who measured it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An indicator at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The day.
    pub on: Date,
    /// The figure, in the indicator's unit.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// Whether somebody outside the department measured it.
    pub independent: bool,
}

/// An outcome of a recommendation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The reference of the recommendation.
    pub recommendation: String,
    /// What is measured, in a line: "buses that are on time".
    pub indicator: String,
    /// In what: "per cent", "minutes".
    pub unit: String,
    /// Whether more is better.
    pub more_is_better: bool,
    /// The measures, in any order.
    pub measures: Vec<Measure>,
}

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// There is one measure or none.
    Unknown,
    /// As before.
    Same,
    /// Better.
    Better,
    /// Worse.
    Worse,
}

impl Trend {
    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Same => "same",
            Self::Better => "better",
            Self::Worse => "worse",
        }
    }
}

impl Outcome {
    /// The first and the last measure of those that the department made, or of those made outside it.
    pub fn ends(&self, independent: bool) -> Option<(&Measure, &Measure)> {
        let mut own: Vec<&Measure> =
            self.measures.iter().filter(|measure| measure.independent == independent).collect();
        own.sort_by_key(|measure| measure.on);
        Some((*own.first()?, *own.last()?))
    }

    /// Which way it goes by the department's own figures, or by those from outside.
    pub fn trend(&self, independent: bool) -> Trend {
        let Some((first, last)) = self.ends(independent).filter(|(first, last)| first.on < last.on) else {
            return Trend::Unknown;
        };
        match last.value.partial_cmp(&first.value) {
            Some(std::cmp::Ordering::Equal) => Trend::Same,
            Some(order) if (order == std::cmp::Ordering::Greater) == self.more_is_better => Trend::Better,
            Some(_) => Trend::Worse,
            None => Trend::Unknown,
        }
    }

    /// The last figure of the department less the last one from outside, where there are both: what one says more than
    /// the other finds, in the indicator's unit.
    pub fn gap(&self) -> Option<f64> {
        Some(self.ends(false)?.1.value - self.ends(true)?.1.value)
    }
}
