//! What becomes of a recommendation, from the vote to the check.
//!
//! A pure crate: no SQL, HTTP, files, clock or chance; time is an argument. A [`Recommendation`] changes only by
//! [`Recommendation::act`], which refuses whatever [`TRANSITIONS`] and [`DEEDS`] do not allow and gives every reason at once.
//! `STATES.md` beside this crate is made from these tables.

mod action;
mod actor;
mod annual;
mod bill;
mod blanket;
mod calendar;
mod clocks;
mod coverage;
mod deadline;
mod diagram;
mod dissolution;
mod duty;
mod effects;
mod election;
mod escalation;
mod event;
mod exchange;
mod faults;
mod gap;
mod gates;
mod mandate;
mod obstacles;
mod overload;
mod party;
mod period;
mod practice;
mod presets;
mod quality;
mod recommendation;
mod refusal;
mod scorecard;
mod soft;
mod state;
mod text;
mod transitions;
mod turnover;
mod words;
mod workload;

pub use action::{Action, Draft, Promise, Step, Under, Verb};
pub use actor::{Actor, Grant, Role, Signed};
pub use annual::{Annual, Figure, Figures, Line, Term};
pub use bill::{Bill, LegalLink, LinkFault, Relation};
pub use blanket::{Answered, fingerprint};
pub use calendar::{Calendar, CalendarFault, InRecess, Moves, Recess};
pub use coverage::Coverage;
pub use deadline::{Deadline, Ended, Extension};
pub use diagram::page;
pub use duty::{Clock, Duty, DutyRule, RuleVersion, Start};
pub use election::{Election, REVIEW_DAYS, Reviews, Standing};
pub use escalation::{Addressee, Escalation, Rung, can_have_gone, escalations, letters, rungs};
pub use event::{Broken, Event};
pub use exchange::{Clarification, Comment, LONGEST, Ruling, Side, Turn, Unsaid, speaks_as};
pub use gap::Gap;
pub use gates::{Gate, GateState, Missing, gates};
pub use mandate::{
    Acknowledged, Budget, Commissioner, Decision, Hand, Hindrance, Mandate, Opening, Override, Preparation,
    REASON, Signature, Topic, WRITERS,
};
pub use overload::{ANSWER_DAYS, Overload, Relief};
pub use party::{Parties, Party, Through};
pub use period::{NoPeriod, Period};
pub use practice::Practice;
pub use presets::Preset;
pub use quality::{Check, Outcome, checks};
pub use recommendation::{
    Assignment, Commitment, Evidence, EvidenceItem, Forwarding, Milestone, Progress, Proposal, Proposed,
    Recommendation, Reply, Report, Response, Review, Revision, Seen, Stall, Statement, Verification, Vote,
};
pub use refusal::Refusal;
pub use scorecard::{FEWEST, HIGHEST, Phase, RoundFault, Scores, Shown, Way, round_faults, shown};
pub use soft::{Soft, soft_words};
pub use state::{Decided, Delivery, Grade, Position, State};
pub use text::{Change, Version, Wording, Words, difference, hash};
pub use transitions::{Bound, DEEDS, Deed, TRANSITIONS, Transition, deed_in, transition};
pub use turnover::{Heir, Holding, Move, Office, Plan, Trouble, WORKERS, is_called_off};
pub use workload::{Capacity, Item, Load, MOST_HOURS, Measure, Part, PostFacts, workload};
