//! The table: which verb leads from where to where, who may do it, and what it needs.

use crate::action::Verb;
use crate::actor::Role;
use crate::state::State;

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// From this state.
    pub from: State,
    /// To this one.
    pub to: State,
    /// By this verb; a state and a verb have one line at most.
    pub verb: Verb,
    /// One of these roles.
    pub who: &'static [Role],
    /// And further about the person.
    pub bound: Bound,
    /// What it needs, in words.
    pub needs: &'static str,
}

/// What is asked of a person besides the role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Nothing.
    None,
    /// Somebody else than the one who drafted the response.
    NotTheDrafter,
    /// Somebody else than the one who proposed it.
    NotTheProposer,
    /// Somebody outside the unit and every organisation that delivers: with no role or post in them, and with no part in what is
    /// checked.
    OutsideTheUnit,
}

/// A verb that leaves the state as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// The verb.
    pub verb: Verb,
    /// In these states.
    pub states: &'static [State],
    /// By one of these roles.
    pub who: &'static [Role],
    /// And further about the person.
    pub bound: Bound,
    /// What it needs, in words.
    pub needs: &'static str,
}

use Bound::{NotTheDrafter, NotTheProposer, OutsideTheUnit};
use Role::{Approver, Client, Coordinator, Member, Officer, Secretariat, Signatory, Verifier};
use State::{
    Abandoned, Adopted, ClaimedDone, Closed, Draft, Forwarded, HandedOver, InDelivery, Owned, Published,
    Refused, ResponseDrafted, Returned, Reversed, Stalled, Withdrawn,
};

const fn line(
    from: State,
    to: State,
    verb: Verb,
    who: &'static [Role],
    bound: Bound,
    needs: &'static str,
) -> Transition {
    Transition { from, to, verb, who, bound, needs }
}

/// Every change of state that there is. Everything else is refused.
#[rustfmt::skip]
pub const TRANSITIONS: &[Transition] = &[
    line(Draft, Adopted, Verb::Adopt, &[Secretariat], Bound::None, "the assembly's recorded vote that carries it; minority statements; locks the text"),
    line(Adopted, Withdrawn, Verb::Withdraw, &[Secretariat], Bound::None, "the assembly's recorded vote that carries it, and the reason"),
    line(Adopted, HandedOver, Verb::HandOver, &[Secretariat], Bound::None, "the report; starts the clock"),
    line(HandedOver, Owned, Verb::Assign, &[Coordinator], Bound::None, "a unit, its accountable post and another post as deputy"),
    line(Owned, Returned, Verb::Return, &[Officer], Bound::None, "the reason and another unit as owner; the clock keeps running"),
    line(Returned, Owned, Verb::Assign, &[Coordinator], Bound::None, "a unit, its accountable post and another post as deputy"),
    line(Owned, ResponseDrafted, Verb::Respond, &[Officer], Bound::None, "position and reasons of its own; evidence for \"already done\"; where it replaces a published one, why and how the members were told"),
    line(ResponseDrafted, Owned, Verb::SendBack, &[Approver], Bound::None, "the reason"),
    line(ResponseDrafted, Published, Verb::Publish, &[Signatory], NotTheDrafter, "the approval of an approver who did not draft it"),
    line(Published, ResponseDrafted, Verb::Revise, &[Officer], Bound::None, "new position and reasons, why, and how the members were told"),
    line(Published, Forwarded, Verb::Forward, &[Approver], Bound::None, "the position \"not competent\"; the receiving body and the letter"),
    line(Forwarded, Owned, Verb::Reopen, &[Coordinator], Bound::None, "the reason: it came back"),
    line(Forwarded, Closed, Verb::RecordAnswer, &[Verifier], OutsideTheUnit, "the answer of the receiving body"),
    line(Published, Refused, Verb::Refuse, &[Approver], Bound::None, "the position \"not accepted\"; opens the members' window"),
    line(Refused, Owned, Verb::Reopen, &[Coordinator], Bound::None, "the reason: the position will be revised"),
    line(Refused, Closed, Verb::Close, &[Coordinator], Bound::None, "the members' window is over; their replies are attached"),
    line(Published, InDelivery, Verb::Deliver, &[Officer], Bound::None, "a position that counts as accepted; at least one commitment: deliverable, post, date, budget line where it costs"),
    line(InDelivery, Stalled, Verb::ConfirmStall, &[Approver], NotTheProposer, "an officer's proposal: the reason and what would unblock it"),
    line(Stalled, InDelivery, Verb::Resume, &[Officer], Bound::None, "what moved it"),
    line(InDelivery, Abandoned, Verb::Abandon, &[Approver], Bound::None, "the reason"),
    line(Stalled, Abandoned, Verb::Abandon, &[Approver], Bound::None, "the reason"),
    line(Abandoned, Owned, Verb::Reopen, &[Coordinator], Bound::None, "the reason: there will be a new response"),
    line(Abandoned, Closed, Verb::Verify, &[Verifier], OutsideTheUnit, "a grade and a note: graded as it is"),
    line(InDelivery, ClaimedDone, Verb::ConfirmDone, &[Approver], NotTheProposer, "an officer's proposal and evidence"),
    line(ClaimedDone, InDelivery, Verb::NotDone, &[Verifier], OutsideTheUnit, "a note: what is missing"),
    line(ClaimedDone, Closed, Verb::Verify, &[Verifier], OutsideTheUnit, "a grade and a note"),
    line(Closed, InDelivery, Verb::ReopenDelivery, &[Verifier], OutsideTheUnit, "new evidence and a note, for something that was promised"),
    line(Closed, Reversed, Verb::Reverse, &[Officer, Verifier], Bound::None, "the reason"),
    line(Reversed, Owned, Verb::Reopen, &[Coordinator], Bound::None, "the reason: there will be a new response"),
];

/// The verbs by which those whose turn it is move a recommendation on: they are waited for. All else can be done and is not
/// asked for: to give back, to give up, to open anew, to revise a firm position. Where one answer is awaited that may be
/// yes or no, the verb of the yes stands for both.
const EXPECTED: &[Verb] = &[
    Verb::Adopt,
    Verb::HandOver,
    Verb::Acknowledge,
    Verb::Assign,
    Verb::Respond,
    Verb::Approve,
    Verb::Publish,
    Verb::Forward,
    Verb::RecordAnswer,
    Verb::Refuse,
    Verb::Close,
    Verb::Deliver,
    Verb::ProposeDone,
    Verb::ConfirmStall,
    Verb::ConfirmDone,
    Verb::Resume,
    Verb::Verify,
];

impl Verb {
    /// Whether whoever may use it now is waited for, whatever it is about; see [`crate::Recommendation::waits_for`].
    #[must_use]
    pub fn is_expected(self) -> bool {
        EXPECTED.contains(&self)
    }
}

const fn deed(
    verb: Verb,
    states: &'static [State],
    who: &'static [Role],
    bound: Bound,
    needs: &'static str,
) -> Deed {
    Deed { verb, states, who, bound, needs }
}

const ALIVE: &[State] = &[
    Draft,
    Adopted,
    HandedOver,
    Owned,
    Returned,
    ResponseDrafted,
    Published,
    Forwarded,
    Refused,
    InDelivery,
    Stalled,
    Abandoned,
    ClaimedDone,
    Closed,
    Reversed,
];
const HANDED: &[State] = &[
    HandedOver,
    Owned,
    Returned,
    ResponseDrafted,
    Published,
    Forwarded,
    Refused,
    InDelivery,
    Stalled,
    Abandoned,
    ClaimedDone,
    Closed,
    Reversed,
];
const ASSIGNED: &[State] = &[
    Owned,
    Returned,
    ResponseDrafted,
    Published,
    Forwarded,
    Refused,
    InDelivery,
    Stalled,
    Abandoned,
    ClaimedDone,
    Closed,
    Reversed,
];
pub(crate) const WITH_AN_OWNER: &[State] =
    &[Owned, ResponseDrafted, Published, InDelivery, Stalled, ClaimedDone];
const RUNNING: &[State] =
    &[HandedOver, Owned, Returned, ResponseDrafted, Published, Refused, InDelivery, Stalled];
const ANSWERED: &[State] =
    &[Published, Forwarded, Refused, InDelivery, Stalled, Abandoned, ClaimedDone, Closed, Reversed];
const WORK: &[State] = &[InDelivery, Stalled];
/// In these a commitment is open: nobody outside has closed it, and nobody has given it up.
pub(crate) const PROMISED: &[State] = &[InDelivery, Stalled, ClaimedDone];
const CHECKED: &[State] = &[InDelivery, Stalled, Abandoned, ClaimedDone, Closed, Reversed];

/// Every verb that leaves the state as it is.
#[rustfmt::skip]
pub const DEEDS: &[Deed] = &[
    deed(Verb::CorrectText, ALIVE, &[Secretariat, Client], Bound::None, "the words and why; once the text is locked only the secretariat, as a correction that everybody sees"),
    deed(Verb::Classify, ALIVE, &[Secretariat, Client], Bound::None, "the theme"),
    deed(Verb::Acknowledge, &[HandedOver], &[Coordinator], Bound::None, "nothing more; once"),
    deed(Verb::Involve, WITH_AN_OWNER, &[Coordinator, Officer], Bound::None, "posts that work on it, are asked, are told"),
    deed(Verb::Estimate, WITH_AN_OWNER, &[Coordinator, Officer], Bound::None, "hours a month of posts that have a part in it"),
    deed(Verb::Reassign, ASSIGNED, &[Coordinator], Bound::None, "a post that has a part in it, the post that takes that part, and why; another deputy where accountable post and deputy would become the same"),
    deed(Verb::Approve, &[ResponseDrafted], &[Approver], NotTheDrafter, "a response that somebody else drafted"),
    deed(Verb::EnterReply, ANSWERED, &[Secretariat], Bound::None, "a member's words, and how they came: on paper or by telephone"),
    deed(Verb::Reply, ANSWERED, &[Member], Bound::None, "the words"),
    deed(Verb::AddCommitment, WORK, &[Officer], Bound::None, "deliverable, post, date, budget line where it costs"),
    deed(Verb::AddMilestone, WORK, &[Officer], Bound::None, "the commitment, what will be there and by when"),
    deed(Verb::MeetMilestone, WORK, &[Officer], Bound::None, "a milestone that is not yet met"),
    deed(Verb::Report, WORK, &[Officer, Client], Bound::None, "how far it is, in words too"),
    deed(Verb::ReportOn, WORK, &[Officer], Bound::None, "one's own commitment, how far it is, in words too; an organisation outside government for what it promised itself"),
    deed(Verb::AddEvidence, HANDED, &[Secretariat, Officer, Verifier, Client], Bound::None, "what it shows, its address or file with hash, its date"),
    deed(Verb::ProposeStall, &[InDelivery], &[Officer], Bound::None, "the reason and what would unblock it; no other proposal waits"),
    deed(Verb::ProposeDone, &[InDelivery], &[Officer], Bound::None, "evidence, now or before; no other proposal waits"),
    deed(Verb::Decline, &[InDelivery], &[Approver], NotTheProposer, "a proposal, and the reason"),
    deed(Verb::Grade, CHECKED, &[Verifier], OutsideTheUnit, "a grade and a note"),
    deed(Verb::Dispute, CHECKED, &[Member], Bound::None, "the reason"),
    deed(Verb::Reaffirm, PROMISED, &[Coordinator, Signatory], Bound::None, "an election, a commitment that was not dropped, the reason"),
    deed(Verb::Amend, PROMISED, &[Coordinator, Signatory], Bound::None, "an election, a commitment that was not dropped, what is promised instead and by when, the reason"),
    deed(Verb::Drop, PROMISED, &[Coordinator, Signatory], Bound::None, "an election, a commitment that was not dropped, the reason"),
    deed(Verb::Extend, RUNNING, &[Coordinator], Bound::None, "a running deadline that was never extended, a later day, a public reason"),
];

/// The line for a verb in a state.
pub fn transition(from: State, verb: Verb) -> Option<&'static Transition> {
    TRANSITIONS.iter().find(|line| line.from == from && line.verb == verb)
}

/// The line for a verb that leaves the state as it is, in a state.
pub fn deed_in(state: State, verb: Verb) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.verb == verb && deed.states.contains(&state))
}
