//! Which deadlines an action begins, meets, ends and extends.

use crate::action::{Action, Verb};
use crate::deadline::{Deadline, Ended, Extension};
use crate::duty::{Duty, DutyRule, Start};
use crate::period::Period;
use crate::recommendation::{Commitment, Recommendation};
use crate::state::Position;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// How long members may reply where the rule says nothing of it.
const WINDOW: Period = Period::days(30);

/// The deadlines that `action` begins or changes; `after` is the recommendation with everything else done.
pub(crate) fn changed(
    after: &Recommendation,
    action: &Action,
    at: Timestamp,
    rule: &DutyRule,
) -> Vec<Deadline> {
    let today = rule.day(at);
    let mut clocks = Clocks { list: after.deadlines.clone(), changed: BTreeSet::new(), rule, today };
    clocks.action(after, action, at);
    let Clocks { list, changed, .. } = clocks;
    list.into_iter().filter(|deadline| changed.contains(&deadline.number)).collect()
}

struct Clocks<'a> {
    list: Vec<Deadline>,
    changed: BTreeSet<u32>,
    rule: &'a DutyRule,
    today: Date,
}

impl Clocks<'_> {
    fn action(&mut self, after: &Recommendation, action: &Action, at: Timestamp) {
        match action.verb() {
            Verb::Adopt => self.start(Start::Adopted),
            Verb::HandOver => self.start(Start::HandedOver),
            Verb::Acknowledge => self.end(true, |one| one.duty == Duty::Acknowledgement),
            Verb::Assign => {
                let owner = [Duty::Acknowledgement, Duty::Owner, Duty::NewOwner];
                self.end(true, |one| owner.contains(&one.duty));
            }
            Verb::Return => self.start(Start::Returned),
            Verb::Publish => self.published(after.position.is_some_and(Position::is_firm)),
            Verb::Revise => self.start(Start::Revised),
            Verb::Refuse => self.window(),
            Verb::Reopen => {
                self.end(false, |_| true);
                self.start(Start::Reopened);
            }
            Verb::Deliver | Verb::AddCommitment | Verb::AddMilestone => {
                self.promised(&after.commitments);
                if action.verb() == Verb::Deliver {
                    self.start(Start::Delivery);
                }
            }
            Verb::Amend | Verb::Drop => self.reviewed(&after.commitments),
            Verb::MeetMilestone => self.milestones_met(&after.commitments),
            Verb::Report => self.reported(),
            Verb::ConfirmDone => {
                self.end(true, |one| matches!(one.duty, Duty::Commitment | Duty::Milestone));
                self.end(false, |_| true);
            }
            Verb::NotDone | Verb::ReopenDelivery => {
                self.promised_again(&after.commitments);
                self.start(Start::Delivery);
            }
            Verb::Withdraw
            | Verb::Forward
            | Verb::RecordAnswer
            | Verb::Close
            | Verb::Abandon
            | Verb::Verify
            | Verb::Reverse => self.end(false, |_| true),
            _ => {}
        }
        match action {
            Action::Extend { deadline, until, reason } => self.extend(*deadline, *until, reason, at),
            Action::Lapse { dissolved, .. } => self.lapse(*dissolved),
            _ => {}
        }
    }

    /// Ends the running deadlines that `which` picks.
    fn end(&mut self, met: bool, which: impl Fn(&Deadline) -> bool) {
        for deadline in self.list.iter_mut().filter(|one| one.is_open()).filter(|one| which(one)) {
            deadline.ended = Some(Ended { on: self.today, met, lapsed: false });
            self.changed.insert(deadline.number);
        }
    }

    /// Ends what the rule lets lapse with a dissolution, on its day.
    fn lapse(&mut self, dissolved: Date) {
        let rule = self.rule;
        for deadline in self.list.iter_mut().filter(|one| one.is_open() && rule.lapses(one, dissolved)) {
            deadline.ended = Some(Ended { on: dissolved, met: false, lapsed: true });
            self.changed.insert(deadline.number);
        }
    }

    /// Begins every clock of the rule that `start` starts and that does not run.
    fn start(&mut self, start: Start) {
        let rule = self.rule;
        for clock in rule.clocks.iter().filter(|clock| clock.starts.contains(&start)) {
            if !self.list.iter().any(|one| one.duty == clock.duty && one.is_open()) {
                self.begin(clock.duty, self.today, rule.due(clock, self.today, 0));
            }
        }
    }

    /// One more deadline by the rule.
    fn begin(&mut self, duty: Duty, started: Date, due: Date) {
        let rule = Some(self.rule.version());
        let number = self.next();
        let deadline = Deadline {
            number,
            duty,
            commitment: None,
            milestone: None,
            started,
            due,
            rule,
            extension: None,
            ended: None,
        };
        self.add(deadline);
    }

    fn next(&self) -> u32 {
        self.list.len() as u32 + 1
    }

    fn add(&mut self, deadline: Deadline) {
        self.changed.insert(deadline.number);
        self.list.push(deadline);
    }

    fn published(&mut self, firm: bool) {
        self.end(true, |one| one.duty == Duty::Answer);
        if firm {
            self.end(true, |one| one.duty == Duty::FirmPosition);
        } else {
            self.start(Start::NotFirm);
        }
    }

    fn window(&mut self) {
        self.start(Start::Refused);
        if !self.list.iter().any(|one| one.duty == Duty::MembersReply && one.is_open()) {
            self.begin(Duty::MembersReply, self.today, WINDOW.after(self.today, Period::ZERO, 0));
        }
    }

    /// A deadline for every commitment and milestone that has none.
    fn promised(&mut self, commitments: &[Commitment]) {
        for commitment in commitments {
            let milestones = commitment.milestones.iter().map(|one| (Some(one.number), one.due));
            for (milestone, due) in std::iter::once((None, commitment.due)).chain(milestones) {
                let here =
                    |one: &Deadline| one.commitment == Some(commitment.number) && one.milestone == milestone;
                if self.list.iter().any(here) {
                    continue;
                }
                let duty = if milestone.is_some() { Duty::Milestone } else { Duty::Commitment };
                let (number, commitment) = (self.next(), Some(commitment.number));
                let (rule, extension, ended) = (None, None, None);
                self.add(Deadline {
                    number,
                    duty,
                    commitment,
                    milestone,
                    started: self.today,
                    due,
                    rule,
                    extension,
                    ended,
                });
            }
        }
    }

    /// What was promised runs again, but for milestones that were met and for what was dropped or amended since.
    fn promised_again(&mut self, commitments: &[Commitment]) {
        let last = |one: &Deadline| {
            let same =
                |other: &&Deadline| (other.commitment, other.milestone) == (one.commitment, one.milestone);
            self.list.iter().filter(same).map(|other| other.number).max() == Some(one.number)
        };
        let again = self.list.iter().filter(|one| one.commitment.is_some() && !one.is_open());
        let again: BTreeSet<u32> = again
            .filter(|one| last(one) && !is_met(commitments, one) && !is_dropped(commitments, one))
            .map(|one| one.number)
            .collect();
        for deadline in self.list.iter_mut().filter(|one| again.contains(&one.number)) {
            deadline.ended = None;
            self.changed.insert(deadline.number);
        }
    }

    /// After an election: nothing is due any more of what was dropped, and what was amended is due on its new day. The old
    /// deadline stays in the list as it was.
    fn reviewed(&mut self, commitments: &[Commitment]) {
        self.end(false, |one| is_dropped(commitments, one));
        for commitment in commitments.iter().filter(|one| !one.is_dropped()) {
            let own = |one: &Deadline| one.commitment == Some(commitment.number) && one.milestone.is_none();
            let Some(last) = self.list.iter().rfind(|one| own(one)).filter(|one| one.is_open()) else {
                continue;
            };
            let due = last.extension.as_ref().map_or(last.due, |extension| extension.before);
            if due == commitment.due || last.due == commitment.due {
                continue;
            }
            let next = Deadline {
                number: self.next(),
                started: self.today,
                due: commitment.due,
                extension: None,
                ..last.clone()
            };
            self.end(false, own);
            self.add(next);
        }
    }

    fn milestones_met(&mut self, commitments: &[Commitment]) {
        self.end(true, |one| is_met(commitments, one));
    }

    /// The progress report is there: the next one is due on the next day of the series, counted from its start.
    fn reported(&mut self) {
        let Some(open) = self.list.iter().find(|one| one.duty == Duty::Progress && one.is_open()).cloned()
        else {
            return;
        };
        self.end(true, |one| one.duty == Duty::Progress);
        let rule = self.rule;
        let Some(clock) = rule.clock(Duty::Progress).filter(|clock| clock.then_every.is_some()) else {
            return;
        };
        let was = open.extension.as_ref().map_or(open.due, |extension| extension.before);
        let due = |times| rule.due(clock, open.started, times);
        let next = (1..).map(due).find(|due| *due > self.today.max(was) || *due == Date::MAX);
        self.begin(Duty::Progress, open.started, next.unwrap_or(Date::MAX));
    }

    fn extend(&mut self, number: u32, until: Date, reason: &str, at: Timestamp) {
        if let Some(deadline) = self.list.iter_mut().find(|one| one.number == number) {
            deadline.extension = Some(Extension { before: deadline.due, reason: reason.to_owned(), at });
            deadline.due = until;
            self.changed.insert(number);
        }
    }
}

/// Whether a deadline is that of a milestone which was met.
fn is_met(commitments: &[Commitment], deadline: &Deadline) -> bool {
    let commitment = commitments.iter().find(|one| Some(one.number) == deadline.commitment);
    let mut milestones = commitment.into_iter().flat_map(|one| &one.milestones);
    milestones.any(|one| Some(one.number) == deadline.milestone && one.met_at.is_some())
}

/// Whether a deadline belongs to a commitment that was dropped after an election.
fn is_dropped(commitments: &[Commitment], deadline: &Deadline) -> bool {
    commitments.iter().any(|one| Some(one.number) == deadline.commitment && one.is_dropped())
}
