//! Dissolution: what a rule lets lapse when the body that has to answer is dissolved. Only a rule that says so does it; nobody
//! decides it, and every other rule goes on as if nothing had happened.

use crate::action::Action;
use crate::actor::Signed;
use crate::clocks;
use crate::deadline::Deadline;
use crate::duty::{Duty, DutyRule};
use crate::event::Event;
use crate::recommendation::Recommendation;
use jiff::Timestamp;
use jiff::civil::Date;

impl DutyRule {
    /// Whether a deadline that this rule set is gone when the body that has to answer is dissolved on a day: only if the rule
    /// says so, and only if it was running. What was promised stays promised, what another version of the rule set is for that
    /// version to say, and the time that members have for a reply is theirs.
    pub fn lapses(&self, deadline: &Deadline, dissolved: Date) -> bool {
        let running = deadline.ended.as_ref().is_none_or(|ended| ended.on > dissolved);
        let own = deadline.rule.as_ref().is_some_and(|rule| *rule == self.version());
        let debt = deadline.duty != Duty::MembersReply;
        !self.survives_dissolution && own && debt && running && deadline.started <= dissolved
    }
}

impl Recommendation {
    /// The recommendation after a dissolution and the event for its history, signed by who recorded the election; `None` where
    /// nothing lapses: the rule does not say so, the day is still to come, or nothing was running that still runs.
    pub fn lapse(
        &self,
        by: &Signed,
        election: &str,
        dissolved: Date,
        at: Timestamp,
        rule: &DutyRule,
    ) -> Option<(Self, Event)> {
        let lapses = |one: &Deadline| one.is_open() && rule.lapses(one, dissolved);
        if rule.day(at) < dissolved || at < self.updated_at || !self.deadlines.iter().any(lapses) {
            return None;
        }
        let (action, by) = (Action::Lapse { election: election.to_owned(), dissolved }, by.clone());
        let sequence = self.revision + 1;
        let (from, to, deadlines) = (Some(self.state), self.state, Vec::new());
        let mut event = Event { sequence, at, by, from, to, action, deadlines };
        let mut after = self.clone();
        after.apply(&event);
        event.deadlines = clocks::changed(&after, &event.action, at, rule);
        after.keep(&event);
        Some((after, event))
    }

    /// The deadlines that lapsed at a dissolution, each with its day, in the order in which they began.
    pub fn lapsed(&self) -> Vec<(&Deadline, Date)> {
        let lapsed = |one: &Deadline| one.ended.as_ref().filter(|ended| ended.lapsed).map(|ended| ended.on);
        self.deadlines.iter().filter_map(|one| Some((one, lapsed(one)?))).collect()
    }
}
