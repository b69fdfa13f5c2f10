//! Elections: what becomes of the commitments of those who were in office before.
//!
//! Every commitment that was made by election day and is open is looked at again within 90 days: reaffirmed, amended or
//! dropped, with reasons. Silence shows by itself; nobody has to report it.

use crate::recommendation::{Commitment, Recommendation, Review};
use crate::transitions::PROMISED;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How many days those in office have.
pub const REVIEW_DAYS: i64 = 90;

/// An election of those who answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Election {
    /// Its id.
    pub id: String,
    /// Its day.
    pub on: Date,
}

/// How a commitment stands after an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It was looked at: the last review for this election.
    Settled(&'a Review),
    /// Nothing is said yet; so many days are left, 0 on the last one.
    Waiting(i32),
    /// Nothing is said, so many days after the last one.
    Silent(i32),
}

impl Election {
    /// The last day on which every commitment should have been looked at.
    pub fn due(&self) -> Date {
        self.on.checked_add(REVIEW_DAYS.days()).unwrap_or(Date::MAX)
    }

    /// How a commitment stands on a day; `None` where the election is still to come or does not concern it: it was made later,
    /// is closed or given up, or was dropped after an earlier election.
    pub fn standing<'a>(
        &self,
        of: &'a Recommendation,
        commitment: &'a Commitment,
        today: Date,
    ) -> Option<Standing<'a>> {
        if today < self.on {
            return None;
        }
        if let Some(review) = commitment.reviews.iter().rfind(|review| review.election == self.id) {
            return Some(Standing::Settled(review));
        }
        let open = PROMISED.contains(&of.state) && !commitment.is_dropped();
        if !open || of.promised_on(commitment.number).is_none_or(|day| day > self.on) {
            return None;
        }
        let over = (today - self.due()).get_days();
        Some(if over > 0 { Standing::Silent(over) } else { Standing::Waiting(-over) })
    }
}

impl Recommendation {
    /// The day on which a commitment was made.
    pub fn promised_on(&self, commitment: u32) -> Option<Date> {
        let own = |one: &&crate::Deadline| one.commitment == Some(commitment) && one.milestone.is_none();
        self.deadlines.iter().find(own).map(|one| one.started)
    }
}

/// What was said of the commitments that an election concerns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reviews {
    /// Reaffirmed.
    pub reaffirmed: u32,
    /// Amended.
    pub amended: u32,
    /// Dropped.
    pub dropped: u32,
    /// Nothing is said yet, and there is time.
    pub waiting: u32,
    /// Nothing was said in time.
    pub silent: u32,
}

impl Reviews {
    /// Counts those of a list of recommendations.
    pub fn of<'a>(
        election: &Election,
        list: impl IntoIterator<Item = &'a Recommendation>,
        today: Date,
    ) -> Self {
        let mut counted = Self::default();
        for one in list {
            for standing in one.commitments.iter().filter_map(|it| election.standing(one, it, today)) {
                *counted.count(&standing) += 1;
            }
        }
        counted
    }

    fn count(&mut self, standing: &Standing<'_>) -> &mut u32 {
        use crate::state::Decided::{Amended, Dropped, Reaffirmed};
        match standing {
            Standing::Settled(Review { outcome: Reaffirmed, .. }) => &mut self.reaffirmed,
            Standing::Settled(Review { outcome: Amended, .. }) => &mut self.amended,
            Standing::Settled(Review { outcome: Dropped, .. }) => &mut self.dropped,
            Standing::Waiting(_) => &mut self.waiting,
            Standing::Silent(_) => &mut self.silent,
        }
    }

    /// All commitments that it concerns.
    pub fn all(&self) -> u32 {
        self.reaffirmed + self.amended + self.dropped + self.waiting + self.silent
    }

    /// Those of which something was said.
    pub fn settled(&self) -> u32 {
        self.reaffirmed + self.amended + self.dropped
    }
}
