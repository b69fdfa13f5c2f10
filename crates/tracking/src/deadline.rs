//! Deadlines: what is due when, by which rule, and how it ended.

use crate::duty::{Duty, RuleVersion};
use crate::recommendation::{Commitment, Recommendation};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Something due on a day. The due date is kept with the version of the rule that set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// 1, 2, 3 … in its recommendation.
    pub number: u32,
    /// What is due.
    pub duty: Duty,
    /// The number of the commitment, where it is one or a milestone of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u32>,
    /// The number of the milestone, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<u32>,
    /// The day from which it is counted.
    pub started: Date,
    /// The last day in time.
    pub due: Date,
    /// The rule that set it; `None` where a promise did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleVersion>,
    /// The one extension that it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// How it ended; `None` while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// More time, once, with a public reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The day that it was due before.
    pub before: Date,
    /// The public reason.
    pub reason: String,
    /// When it was extended.
    pub at: Timestamp,
}

/// How a deadline ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The day.
    pub on: Date,
    /// Whether what was due was done; otherwise nothing is due any more.
    pub met: bool,
    /// Whether it lapsed when the body that had to answer was dissolved; the day is that of the dissolution.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lapsed: bool,
}

impl Deadline {
    /// Whether it runs.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it runs and its last day is over. A window that members have is never overdue.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.is_open() && self.due < today && self.duty != Duty::MembersReply
    }

    /// Whether it was met after its last day.
    pub fn was_late(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.met && ended.on > self.due)
    }
}

impl Recommendation {
    /// The deadlines that run, the earliest first.
    pub fn open_deadlines(&self) -> Vec<&Deadline> {
        let mut open: Vec<&Deadline> = self.deadlines.iter().filter(|deadline| deadline.is_open()).collect();
        open.sort_by_key(|deadline| (deadline.due, deadline.number));
        open
    }

    /// The last day of a commitment: as promised or amended, or as its deadline was extended.
    pub fn due_of(&self, commitment: &Commitment) -> Date {
        let own = |one: &&Deadline| one.commitment == Some(commitment.number) && one.milestone.is_none();
        self.deadlines.iter().rev().find(own).map_or(commitment.due, |deadline| deadline.due)
    }

    /// The day on which something is due next (or was first); a members' window does not count.
    pub fn due_on(&self) -> Option<Date> {
        self.open_deadlines()
            .into_iter()
            .find(|deadline| deadline.duty != Duty::MembersReply)
            .map(|found| found.due)
    }

    /// What is overdue on a day, the oldest first.
    pub fn overdue(&self, today: Date) -> Vec<&Deadline> {
        self.open_deadlines().into_iter().filter(|deadline| deadline.is_overdue(today)).collect()
    }
}
