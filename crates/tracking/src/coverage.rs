//! How much is answered: "64 of 81".

use crate::recommendation::Recommendation;
use crate::state::{Position, State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The figures of a list of recommendations on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// All that were handed over.
    pub handed_over: u32,
    /// Those with a published response of their own.
    pub answered: u32,
    /// Those whose position counts as accepted: never "in principle" and never "under study".
    pub accepted: u32,
    /// Those that somebody outside found substantially or wholly done.
    pub delivered: u32,
    /// Those with something overdue.
    pub overdue: u32,
    /// How many there are with each position, of those answered.
    pub positions: BTreeMap<Position, u32>,
    /// How many there are in each state, of all.
    pub states: BTreeMap<State, u32>,
}

impl Coverage {
    /// Counts a list.
    pub fn of<'a>(list: impl IntoIterator<Item = &'a Recommendation>, today: Date) -> Self {
        let mut coverage = Self::default();
        for one in list {
            coverage.count(one, today);
        }
        coverage
    }

    /// Counts one more.
    pub fn count(&mut self, one: &Recommendation, today: Date) {
        *self.states.entry(one.state).or_default() += 1;
        self.overdue += u32::from(!one.overdue(today).is_empty());
        if one.report.is_none() {
            return;
        }
        self.handed_over += 1;
        if let Some(position) = one.position {
            self.answered += 1;
            self.accepted += u32::from(position.counts_as_accepted());
            *self.positions.entry(position).or_default() += 1;
        }
        self.delivered += u32::from(one.is_delivered());
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} answered", self.answered, self.handed_over)
    }
}
