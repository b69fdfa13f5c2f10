//! What stands in the way of a verb before anything is filled in: state, role, scope, four eyes, what has to come first.

use crate::action::{Action, Verb};
use crate::actor::{Actor, Grant, Role};
use crate::deadline::Deadline;
use crate::duty::Duty;
use crate::recommendation::{Commitment, Proposed, Recommendation};
use crate::refusal::Refusal;
use crate::state::Position;
use crate::transitions::{Bound, DEEDS, TRANSITIONS, deed_in, transition};
use jiff::civil::Date;

/// What is done to one commitment, by who delivers it.
const OF_ONE: &[Verb] = &[Verb::ReportOn, Verb::MeetMilestone];
/// Who may write a recommendation down.
pub(crate) const DRAFTERS: &[Role] = &[Role::Secretariat, Role::Client];

/// Who records an election, from which a lapse follows.
const RECORDERS: &[Role] = &[Role::Secretariat, Role::Coordinator];

impl Recommendation {
    /// The verbs that somebody can use now; what they need is asked for afterwards. Pages show just these.
    pub fn allowed(&self, actor: &Actor, today: Date) -> Vec<Verb> {
        Verb::ALL.iter().copied().filter(|verb| self.obstacles(*verb, actor, today).is_empty()).collect()
    }

    /// Whether a verb that somebody can use now is waited for: by what it is, or because a firm position is still owed.
    pub fn waits_for(&self, verb: Verb) -> bool {
        verb.is_expected()
            || verb == Verb::Revise && self.position.is_some_and(|position| !position.is_firm())
    }

    /// Everything that stands in the way of a verb, whatever is filled in.
    pub fn obstacles(&self, verb: Verb, actor: &Actor, today: Date) -> Vec<Refusal> {
        let line = transition(self.state, verb).map(|line| (line.who, line.bound));
        let Some((who, bound)) =
            line.or_else(|| deed_in(self.state, verb).map(|deed| (deed.who, deed.bound)))
        else {
            let mut refusals = vec![Refusal::State { verb, state: self.state }];
            refusals.extend(self.role_for(verb, &anybody(verb), actor, today).err());
            return refusals;
        };
        let mut refusals: Vec<Refusal> = self.role_for(verb, who, actor, today).err().into_iter().collect();
        refusals.extend(self.bound(bound, actor, today));
        refusals.extend(self.what_comes_first(verb, today));
        refusals
    }

    /// The role in which somebody may use a verb, or why not.
    pub(crate) fn role_for(
        &self,
        verb: Verb,
        who: &[Role],
        actor: &Actor,
        today: Date,
    ) -> Result<Role, Refusal> {
        let own = role(verb, who, actor, &self.assembly, self.unit(), today);
        if own.is_ok() || !OF_ONE.contains(&verb) {
            return own;
        }
        let mut organisations = self.organisations();
        let delivers = organisations.find_map(|one| actor.role_for(who, &self.assembly, Some(one), today));
        delivers.map_or(own, Ok)
    }

    /// Nobody speaks for a commitment but who delivers it: the organisation that promised it, or the unit that answers.
    pub(crate) fn foreign(&self, action: &Action, actor: &Actor, today: Date) -> Option<Refusal> {
        let (Action::ReportOn { commitment, .. } | Action::MeetMilestone { commitment, .. }) = action else {
            return None;
        };
        let found = self.commitments.iter().find(|one| one.number == *commitment)?;
        (!self.is_delivered_by(found, actor, today)).then_some(Refusal::NotYours { commitment: *commitment })
    }

    /// Whether somebody speaks for one of its commitments: as an officer of the organisation that promised it, or of the unit
    /// that answers.
    pub fn is_delivered_by(&self, commitment: &Commitment, actor: &Actor, today: Date) -> bool {
        let delivers = commitment.organisation.as_deref().or(self.unit());
        actor.role_for(&[Role::Officer], &self.assembly, delivers, today).is_some()
    }

    /// The role in which an allowed verb is used.
    pub(crate) fn role_in(&self, verb: Verb, actor: &Actor, today: Date) -> Option<Role> {
        let who = transition(self.state, verb).map(|line| line.who);
        let who = who.or_else(|| deed_in(self.state, verb).map(|deed| deed.who))?;
        self.role_for(verb, who, actor, today).ok()
    }

    fn bound(&self, bound: Bound, actor: &Actor, today: Date) -> Option<Refusal> {
        let person = Some(actor.person.as_str());
        let drafter = self.draft.as_ref().map(|draft| draft.drafted_by.person.as_str());
        let proposer = self.proposal.as_ref().map(|proposal| proposal.by.person.as_str());
        match bound {
            Bound::NotTheDrafter if drafter == person => Some(Refusal::Drafter),
            Bound::NotTheProposer if proposer == person => Some(Refusal::Proposer),
            Bound::OutsideTheUnit if self.is_inside(actor, today) => Some(Refusal::Inside),
            _ => None,
        }
    }

    /// Whether somebody belongs to the unit or to an organisation that delivers some of it, or had a part in response or work.
    fn is_inside(&self, actor: &Actor, today: Date) -> bool {
        let here = |grant: &&Grant| grant.in_force(today) && grant.covers_assembly(&self.assembly);
        let granted = actor.grants.iter().filter(here).filter_map(|grant| grant.unit.as_deref());
        let own: Vec<&str> = granted.chain(actor.units.iter().map(String::as_str)).collect();
        if self.organisations().any(|one| own.contains(&one))
            || self.unit().is_some_and(|unit| actor.units.iter().any(|own| own == unit))
        {
            return true;
        }
        let inside = [Role::Officer, Role::Approver, Role::Signatory];
        let responses = self.responses.iter().chain(&self.draft);
        let hands = responses
            .flat_map(|one| std::iter::once(&one.drafted_by).chain(&one.approved_by).chain(&one.signed_by));
        let mut hands = hands
            .chain(self.progress.iter().map(|one| &one.by))
            .chain(self.proposal.iter().map(|one| &one.by));
        actor.role_for(&inside, &self.assembly, self.unit(), today).is_some()
            || hands.any(|signed| signed.person == actor.person)
    }

    /// What has to be there before a verb.
    fn what_comes_first(&self, verb: Verb, today: Date) -> Option<Refusal> {
        let approved = self.draft.as_ref().is_some_and(|draft| draft.approved_by.is_some());
        let proposed = self.proposal.as_ref().map(|proposal| &proposal.what);
        match verb {
            Verb::Acknowledge if self.acknowledged_at.is_some() => Some(Refusal::Acknowledged),
            Verb::Approve if approved => Some(Refusal::Approved),
            Verb::Publish if !approved => Some(Refusal::NotApproved),
            Verb::Forward => self.needs_position(verb, |position| position == Position::NotCompetent),
            Verb::Refuse => self.needs_position(verb, |position| position == Position::NotAccepted),
            Verb::Deliver => self.needs_position(verb, Position::counts_as_accepted),
            Verb::Close => self.window(today),
            Verb::ProposeStall | Verb::ProposeDone if proposed.is_some() => Some(Refusal::ProposalWaits),
            Verb::Decline if proposed.is_none() => Some(Refusal::NothingProposed),
            Verb::ConfirmStall if !matches!(proposed, Some(Proposed::Stall(_))) => {
                Some(Refusal::NothingProposed)
            }
            Verb::ConfirmDone if !matches!(proposed, Some(Proposed::Done { .. })) => {
                Some(Refusal::NothingProposed)
            }
            Verb::ReopenDelivery if !self.holds_a_promise() => Some(Refusal::NothingPromised),
            Verb::Extend if self.extendable(today).next().is_none() => Some(self.why_not_extended(today)),
            _ => None,
        }
    }

    /// The deadlines that may still be extended: they run, are not over and never were extended.
    pub fn extendable(&self, today: Date) -> impl Iterator<Item = &Deadline> {
        self.open_deadlines().into_iter().filter(move |one| one.extension.is_none() && one.due >= today)
    }

    fn why_not_extended(&self, today: Date) -> Refusal {
        let open = self.open_deadlines();
        match (open.is_empty(), open.iter().any(|one| one.is_overdue(today))) {
            (true, _) => Refusal::Ended,
            (false, true) => Refusal::Overdue,
            (false, false) => Refusal::Extended,
        }
    }

    /// Whether something was promised and the position that holds still stands by it.
    fn holds_a_promise(&self) -> bool {
        !self.commitments.is_empty() && self.position.is_some_and(Position::counts_as_accepted)
    }

    fn needs_position(&self, verb: Verb, leads: impl Fn(Position) -> bool) -> Option<Refusal> {
        let needed = Position::ALL.iter().copied().filter(|position| leads(*position)).collect();
        let there = self.position.is_some_and(leads);
        (!there).then_some(Refusal::Position { verb, position: self.position, needed })
    }

    fn window(&self, today: Date) -> Option<Refusal> {
        let window = self
            .deadlines
            .iter()
            .rfind(|deadline| deadline.duty == Duty::MembersReply && deadline.is_open())?;
        (today <= window.due).then_some(Refusal::Window { until: window.due })
    }
}

/// The role in which somebody may use a verb for an assembly and a unit on a day, or why not.
pub(crate) fn role(
    verb: Verb,
    who: &[Role],
    actor: &Actor,
    assembly: &str,
    unit: Option<&str>,
    today: Date,
) -> Result<Role, Refusal> {
    if let Some(role) = actor.role_for(who, assembly, unit, today) {
        return Ok(role);
    }
    match actor.grants.iter().find(|grant| who.contains(&grant.role)) {
        Some(grant) => Err(Refusal::Scope { verb, role: grant.role }),
        None => Err(Refusal::Role { verb, needed: who.to_vec() }),
    }
}

/// The roles that may use a verb in any state.
fn anybody(verb: Verb) -> Vec<Role> {
    let lines = TRANSITIONS.iter().filter(|line| line.verb == verb).flat_map(|line| line.who);
    let deeds = DEEDS.iter().filter(|deed| deed.verb == verb).flat_map(|deed| deed.who);
    let drafters = DRAFTERS.iter().filter(|_| verb == Verb::Draft);
    let recorders = RECORDERS.iter().filter(|_| verb == Verb::Lapse);
    let mut roles: Vec<Role> = lines.chain(deeds).chain(drafters).chain(recorders).copied().collect();
    roles.sort();
    roles.dedup();
    roles
}
