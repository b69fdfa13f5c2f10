//! Escalation: who hears of a deadline before and after its day. It follows from the dates alone, so nobody can stop it.

use crate::deadline::Deadline;
use crate::duty::Duty;
use crate::recommendation::{Assignment, Recommendation};
use crate::words::words;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

words! {
    /// The steps, in their order.
    Rung {
        /// Thirty days before: the accountable post and its deputy.
        Reminder = "reminder", "reminder";
        /// The day after the last day: "Overdue" for everybody, and the head of the unit.
        Overdue = "overdue", "overdue";
        /// Ninety days after: a letter to the sponsor.
        Sponsor = "sponsor", "letter to the sponsor";
        /// A hundred and eighty days after: a public statement.
        Statement = "statement", "public statement";
    }
}

/// Who hears of a step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    /// Who holds a post: the accountable one or its deputy.
    Post(String),
    /// Whoever approves what a unit says.
    Head(String),
    /// The coordinators, where no post answers for it yet.
    Coordinators,
    /// Who called the assembly.
    Sponsor,
    /// Everybody.
    Public,
}

/// A step that has been reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Which step.
    pub rung: Rung,
    /// The number of the deadline.
    pub deadline: u32,
    /// What is due.
    pub duty: Duty,
    /// The last day in time.
    pub due: Date,
    /// The day on which the step was reached.
    pub on: Date,
    /// Who hears of it.
    pub to: Vec<Addressee>,
}

impl Rung {
    /// The day of the step for a deadline. A reminder is never before the clock began.
    pub fn day(self, deadline: &Deadline) -> Date {
        let after = |span: Span| deadline.due.checked_add(span).unwrap_or(Date::MAX);
        match self {
            Self::Reminder => deadline
                .due
                .checked_sub(30.days())
                .unwrap_or(Date::MIN)
                .max(deadline.started.min(deadline.due)),
            Self::Overdue => after(1.day()),
            Self::Sponsor => after(90.days()),
            Self::Statement => after(180.days()),
        }
    }
}

/// The steps that a deadline has reached by a day; none once it has ended, and none for a window that members have.
pub fn rungs(deadline: &Deadline, today: Date) -> Vec<Rung> {
    if !deadline.is_open() || deadline.duty == Duty::MembersReply {
        return Vec::new();
    }
    Rung::ALL.iter().copied().filter(|rung| rung.day(deadline) <= today).collect()
}

/// Every step that the running deadlines of a recommendation have reached by a day, the earliest first.
pub fn escalations(of: &Recommendation, today: Date) -> Vec<Escalation> {
    let mut all: Vec<Escalation> = (of.deadlines.iter())
        .flat_map(|deadline| rungs(deadline, today).into_iter().map(move |rung| (deadline, rung)))
        .map(|(deadline, rung)| Escalation {
            rung,
            deadline: deadline.number,
            duty: deadline.duty,
            due: deadline.due,
            on: rung.day(deadline),
            to: addressees(rung, of.assignment.as_ref()),
        })
        .collect();
    all.sort_by_key(|step| (step.on, step.deadline, step.rung));
    all
}

/// The steps that call for a letter to the sponsor, the earliest first.
pub fn letters(of: &Recommendation, today: Date) -> Vec<Escalation> {
    let mut all = escalations(of, today);
    all.retain(|step| step.to.contains(&Addressee::Sponsor));
    all
}

/// Whether the letter of a step can have gone on a day: not before the step, and not in the future.
pub fn can_have_gone(step: &Escalation, on: Date, today: Date) -> bool {
    step.on <= on && on <= today
}

fn addressees(rung: Rung, assignment: Option<&Assignment>) -> Vec<Addressee> {
    match (rung, assignment) {
        (Rung::Reminder, Some(held)) => {
            let mut posts =
                vec![Addressee::Post(held.accountable.clone()), Addressee::Post(held.deputy.clone())];
            posts.dedup();
            posts
        }
        (Rung::Reminder, None) => vec![Addressee::Coordinators],
        (Rung::Overdue, Some(held)) => vec![Addressee::Head(held.unit.clone()), Addressee::Public],
        (Rung::Overdue, None) => vec![Addressee::Coordinators, Addressee::Public],
        (Rung::Sponsor, _) => vec![Addressee::Sponsor],
        (Rung::Statement, _) => vec![Addressee::Sponsor, Addressee::Public],
    }
}
