//! Why something is refused: a key for translations, arguments, and a sentence in English.

use crate::action::Verb;
use crate::actor::Role;
use crate::state::{Delivery, Position, State};
use crate::transitions::{DEEDS, TRANSITIONS};
use jiff::civil::Date;
use std::fmt;

/// One reason for a refusal. An action is refused with all of its reasons at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The verb does not exist in this state.
    State {
        /// What was tried.
        verb: Verb,
        /// Where it is.
        state: State,
    },
    /// The person has none of the roles.
    Role {
        /// What was tried.
        verb: Verb,
        /// One of these would do.
        needed: Vec<Role>,
    },
    /// The person has the role, but not for this assembly or unit, or not on this day.
    Scope {
        /// What was tried.
        verb: Verb,
        /// The role.
        role: Role,
    },
    /// The one who drafted the response may not approve or sign it.
    Drafter,
    /// The one who proposed may not confirm.
    Proposer,
    /// The check has to come from outside the unit.
    Inside,
    /// The response is not approved.
    NotApproved,
    /// The response is approved already.
    Approved,
    /// No such proposal waits.
    NothingProposed,
    /// A proposal waits already.
    ProposalWaits,
    /// The position does not lead there.
    Position {
        /// What was tried.
        verb: Verb,
        /// What it is.
        position: Option<Position>,
        /// What would do.
        needed: Vec<Position>,
    },
    /// The members' window is open.
    Window {
        /// Its last day.
        until: Date,
    },
    /// Something was not given.
    Missing {
        /// The field, as in JSON.
        field: &'static str,
    },
    /// A field holds something that cannot be.
    Invalid {
        /// The field, as in JSON.
        field: &'static str,
        /// What it holds.
        value: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// The vote does not carry it.
    NotCarried {
        /// In favour.
        in_favour: u32,
        /// Against.
        against: u32,
    },
    /// The same reasons answer another recommendation: every one is answered for itself.
    Blanket {
        /// The other one's reference.
        reference: String,
    },
    /// Deputy and accountable post are the same.
    Deputy,
    /// The proposed unit is the one that returns it.
    SameUnit {
        /// The unit.
        unit: String,
    },
    /// "Already done" and a claim need evidence.
    Evidence,
    /// Nothing was promised that could be delivered.
    NothingPromised,
    /// The same as before.
    Unchanged {
        /// The field, as in JSON.
        field: &'static str,
    },
    /// The text is locked; only the secretariat corrects it.
    Locked,
    /// It was acknowledged already.
    Acknowledged,
    /// This report has a verb of its own.
    OwnVerb {
        /// What was reported.
        delivery: Delivery,
        /// The verb.
        verb: Verb,
    },
    /// No such thing by this number.
    Unknown {
        /// The field, as in JSON.
        field: &'static str,
        /// The number.
        number: u32,
    },
    /// The milestone was met already.
    Met,
    /// The deadline is over.
    Ended,
    /// It was extended once.
    Extended,
    /// It is overdue: an extension cannot hide that.
    Overdue,
    /// The day has to be later.
    TooEarly {
        /// The field, as in JSON.
        field: &'static str,
        /// What it holds.
        given: Date,
        /// The first day that would do.
        earliest: Date,
    },
    /// The day has to be earlier.
    TooLate {
        /// The field, as in JSON.
        field: &'static str,
        /// What it holds.
        given: Date,
        /// The last day that would do.
        latest: Date,
    },
    /// The commitment was dropped after an election.
    Dropped,
    /// Only a department answers for a recommendation.
    Outside {
        /// The field, as in JSON.
        field: &'static str,
    },
    /// A body that checks never delivers.
    Checker,
    /// Somebody else delivers this commitment and speaks for it.
    NotYours {
        /// Its number.
        commitment: u32,
    },
    /// The post says already that it has too much to do, and that is not answered.
    Flagged,
    /// It was answered already.
    Answered,
    /// The time lies before the last event.
    TimeRunsBack,
}

impl Refusal {
    /// The word under which pages find their sentence; never changed.
    pub fn key(&self) -> &'static str {
        match self {
            Self::State { .. } => "state",
            Self::Role { .. } => "role",
            Self::Scope { .. } => "scope",
            Self::Drafter => "drafter",
            Self::Proposer => "proposer",
            Self::Inside => "inside",
            Self::NotApproved => "not_approved",
            Self::Approved => "approved",
            Self::NothingProposed => "nothing_proposed",
            Self::ProposalWaits => "proposal_waits",
            Self::Position { .. } => "position",
            Self::Window { .. } => "window",
            Self::Missing { .. } => "missing",
            Self::Invalid { .. } => "invalid",
            Self::NotCarried { .. } => "not_carried",
            Self::Blanket { .. } => "blanket",
            Self::Deputy => "deputy",
            Self::SameUnit { .. } => "same_unit",
            Self::Evidence => "evidence",
            Self::NothingPromised => "nothing_promised",
            Self::Unchanged { .. } => "unchanged",
            Self::Locked => "locked",
            Self::Acknowledged => "acknowledged",
            Self::OwnVerb { .. } => "own_verb",
            Self::Unknown { .. } => "unknown",
            Self::Met => "met",
            Self::Ended => "ended",
            Self::Extended => "extended",
            Self::Overdue => "overdue",
            Self::TooEarly { .. } => "too_early",
            Self::TooLate { .. } => "too_late",
            Self::Dropped => "dropped",
            Self::Outside { .. } => "outside",
            Self::Checker => "checker",
            Self::NotYours { .. } => "not_yours",
            Self::Flagged => "flagged",
            Self::Answered => "answered",
            Self::TimeRunsBack => "time_runs_back",
        }
    }

    /// Whether it is about who asks, not about what is asked.
    pub fn is_about_the_person(&self) -> bool {
        matches!(
            self,
            Self::Role { .. }
                | Self::Scope { .. }
                | Self::Drafter
                | Self::Proposer
                | Self::Inside
                | Self::NotYours { .. }
        )
    }

    /// The field that it is about, as in JSON.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Missing { field }
            | Self::Invalid { field, .. }
            | Self::Unchanged { field }
            | Self::Unknown { field, .. }
            | Self::TooEarly { field, .. }
            | Self::TooLate { field, .. }
            | Self::Outside { field } => Some(field),
            Self::Blanket { .. } => Some("reasons"),
            Self::Deputy => Some("deputy"),
            Self::Checker => Some("post"),
            Self::NotYours { .. } => Some("commitment"),
            Self::SameUnit { .. } => Some("proposed_unit"),
            Self::Evidence => Some("evidence"),
            Self::NotCarried { .. } => Some("vote"),
            Self::OwnVerb { .. } => Some("delivery"),
            _ => None,
        }
    }
}

fn list<T: fmt::Display>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(" or ")
}

/// The states in which a verb exists.
fn states(verb: Verb) -> Vec<State> {
    let deeds = DEEDS.iter().filter(|deed| deed.verb == verb).flat_map(|deed| deed.states.iter().copied());
    TRANSITIONS.iter().filter(|line| line.verb == verb).map(|line| line.from).chain(deeds).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { verb: Verb::Draft, .. } => f.write_str("It is written down already."),
            Self::State { verb: Verb::Lapse, .. } => {
                f.write_str("Nobody does that: it follows from the rule when the body that has to answer is dissolved.")
            }
            Self::State { verb, state } => {
                write!(f, "To {verb} is not possible while it is \"{state}\", only while it is {}.", list(&states(*verb)))
            }
            Self::Role { verb, needed } => write!(f, "To {verb} takes the role {}.", list(needed)),
            Self::Scope { verb, role } => {
                write!(f, "The role \"{role}\", which it takes to {verb}, is not held for this assembly and unit today.")
            }
            Self::Drafter => f.write_str("Whoever drafted the response may not approve or sign it: somebody else has to."),
            Self::Proposer => f.write_str("Whoever proposed it may not decide on it: somebody else has to."),
            Self::Inside => f.write_str("The check has to come from outside: from nobody with a role or post in a unit or organisation that delivers, or with a part in the work."),
            Self::NotApproved => f.write_str("The response is not approved yet: an approver who did not draft it has to."),
            Self::Approved => f.write_str("The response is approved already: it can be signed."),
            Self::NothingProposed => f.write_str("No such proposal of an officer waits for a decision."),
            Self::ProposalWaits => f.write_str("A proposal waits already: confirm or decline it first."),
            Self::Position { verb, position: Some(position), needed } => {
                write!(f, "To {verb} needs the position {}; it is \"{position}\".", list(needed))
            }
            Self::Position { verb, position: None, needed } => {
                write!(f, "To {verb} needs the position {}; there is none.", list(needed))
            }
            Self::Window { until } => write!(f, "The members may reply until {until}; it can be closed after that day."),
            Self::Missing { field } => write!(f, "\"{field}\" is missing."),
            Self::Invalid { field, value, wanted } => write!(f, "\"{field}\" is \"{value}\"; it has to be {wanted}."),
            Self::NotCarried { in_favour, against } => {
                write!(f, "{in_favour} for and {against} against do not carry it: more have to be for it than against it.")
            }
            Self::Blanket { reference } => {
                write!(f, "{reference} has the same reasons. Every recommendation is answered for itself: say what holds for this one.")
            }
            Self::Deputy => f.write_str("The deputy has to be another post than the accountable one."),
            Self::SameUnit { unit } => write!(f, "\"{unit}\" is the unit that has it: propose another one."),
            Self::Evidence => f.write_str("It takes at least one piece of evidence."),
            Self::NothingPromised => f.write_str("Nothing was promised here that could be delivered: reopen it for a new response instead."),
            Self::Unchanged { field } => write!(f, "\"{field}\" is the same as before."),
            Self::Locked => f.write_str("The text is locked since its adoption: only the secretariat corrects it."),
            Self::Acknowledged => f.write_str("It was acknowledged already."),
            Self::OwnVerb { delivery, verb } => write!(f, "\"{delivery}\" is not reported like this: {verb}."),
            Self::Unknown { field, number } => write!(f, "There is no {field} {number}."),
            Self::Met => f.write_str("The milestone was met already."),
            Self::Ended => f.write_str("The deadline is over: there is nothing to extend."),
            Self::Extended => f.write_str("The deadline was extended once already: there is no second time."),
            Self::Overdue => f.write_str("The deadline is overdue: it stays so until what is due is done."),
            Self::TooEarly { field, given, earliest } => {
                write!(f, "\"{field}\" is {given}; the first possible day is {earliest}.")
            }
            Self::TooLate { field, given, latest } => write!(f, "\"{field}\" is {given}; the last possible day is {latest}."),
            Self::Dropped => f.write_str("The commitment was dropped after an election: promise a new one instead."),
            Self::Outside { field } => write!(f, "\"{field}\" is outside: a department of the government answers for a recommendation, and what an organisation promised stays with it."),
            Self::Checker => f.write_str("A body that checks promises nothing: name a post that delivers."),
            Self::NotYours { commitment } => write!(f, "Commitment {commitment} is delivered by others: only who delivers it reports on it."),
            Self::Flagged => f.write_str("The post says already that it has too much to do, and that is not answered yet."),
            Self::Answered => f.write_str("It was answered already."),
            Self::TimeRunsBack => f.write_str("The time lies before the last event: check the clock of the machine."),
        }
    }
}

impl std::error::Error for Refusal {}
