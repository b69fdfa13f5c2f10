//! History: one event for each action, from which the recommendation can be rebuilt.

use crate::action::Action;
use crate::actor::Signed;
use crate::deadline::Deadline;
use crate::recommendation::Recommendation;
use crate::state::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What happened. Events are never changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// 1, 2, 3 … in its recommendation: the revision that it made.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Signed,
    /// From which state; `None` for the first event.
    pub from: Option<State>,
    /// To which; the same where the action leaves it as it is.
    pub to: State,
    /// What was done.
    pub action: Action,
    /// The deadlines that it began or changed, as they are since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<Deadline>,
}

/// Why events are no history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// There are none, or the first does not write a recommendation down.
    NoBeginning,
    /// An event does not follow the one before.
    Gap {
        /// Its number in the list, from 1.
        place: u64,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBeginning => {
                f.write_str("The history does not begin with writing the recommendation down.")
            }
            Self::Gap { place } => write!(f, "Event {place} does not follow the one before it."),
        }
    }
}

impl std::error::Error for Broken {}

impl Recommendation {
    /// The recommendation that a history makes. It does not check again who was allowed to do what.
    pub fn rebuild(events: &[Event]) -> Result<Self, Broken> {
        let (first, later) = events.split_first().ok_or(Broken::NoBeginning)?;
        let mut built = Self::first(first).ok_or(Broken::NoBeginning)?;
        for (place, event) in (2..).zip(later) {
            if event.sequence != place || event.from != Some(built.state) || event.at < built.updated_at {
                return Err(Broken::Gap { place });
            }
            built.apply(event);
        }
        Ok(built)
    }
}
