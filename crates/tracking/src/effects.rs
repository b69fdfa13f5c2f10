//! Acting: what an action makes of a recommendation.

use crate::action::{Action, Draft, Promise, Step, Under, Verb};
use crate::actor::{Actor, Role, Signed};
use crate::blanket::Answered;
use crate::clocks;
use crate::duty::DutyRule;
use crate::event::Event;
use crate::faults::{draft_faults, faults};
use crate::obstacles::{DRAFTERS, role};
use crate::recommendation::{
    Assignment, Commitment, Evidence, EvidenceItem, Forwarding, Milestone, Progress, Proposal, Proposed,
    Recommendation, Reply, Response, Review, Revision, Seen, Verification,
};
use crate::refusal::Refusal;
use crate::state::{Decided, Delivery, Grade, Position, State};
use crate::text::{Version, Wording, Words, hash};
use crate::transitions::transition;
use jiff::Timestamp;

impl Recommendation {
    /// Writes a recommendation down: the only way to make one.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn draft(
        actor: &Actor,
        draft: Draft,
        at: Timestamp,
        rule: &DutyRule,
    ) -> Result<(Self, Event), Vec<Refusal>> {
        let today = rule.day(at);
        let role = role(Verb::Draft, DRAFTERS, actor, &draft.assembly, None, today);
        let mut refusals: Vec<Refusal> = role.as_ref().err().cloned().into_iter().collect();
        refusals.extend(draft_faults(&draft, today));
        let (Ok(role), true) = (role, refusals.is_empty()) else { return Err(refusals) };
        let by = signed(actor, role);
        let action = Action::Draft(draft);
        let event =
            Event { sequence: 1, at, by, from: None, to: State::Draft, action, deadlines: Vec::new() };
        let made = Self::first(&event).expect("the event writes it down");
        Ok((made, event))
    }

    /// Does something to it: the recommendation as it is then, and the event for its history. `others` are the reasons of the
    /// assembly's other recommendations, for blanket answers.
    ///
    /// # Errors
    /// Every reason why not; nothing is changed.
    pub fn act(
        &self,
        actor: &Actor,
        action: Action,
        at: Timestamp,
        rule: &DutyRule,
        others: &[Answered],
    ) -> Result<(Self, Event), Vec<Refusal>> {
        let (verb, today) = (action.verb(), rule.day(at));
        let mut refusals = self.obstacles(verb, actor, today);
        refusals.extend(self.foreign(&action, actor, today));
        let role = self.role_in(verb, actor, today);
        if verb == Verb::CorrectText && self.locked_at.is_some() && role == Some(Role::Client) {
            refusals.push(Refusal::Locked);
        }
        let found = faults(self, &action, today, others);
        let new: Vec<Refusal> = found.into_iter().filter(|one| !refusals.contains(one)).collect();
        refusals.extend(new);
        if at < self.updated_at {
            refusals.push(Refusal::TimeRunsBack);
        }
        let (Some(role), true) = (role, refusals.is_empty()) else { return Err(refusals) };
        let to = transition(self.state, verb).map_or(self.state, |line| line.to);
        let by = signed(actor, role);
        let mut event = Event {
            sequence: self.revision + 1,
            at,
            by,
            from: Some(self.state),
            to,
            action,
            deadlines: Vec::new(),
        };
        let mut after = self.clone();
        after.apply(&event);
        event.deadlines = clocks::changed(&after, &event.action, at, rule);
        after.keep(&event);
        Ok((after, event))
    }

    /// The recommendation that a first event makes; `None` where it writes none down.
    pub(crate) fn first(event: &Event) -> Option<Self> {
        let Action::Draft(draft) = &event.action else { return None };
        if event.sequence != 1 || event.from.is_some() {
            return None;
        }
        let version = |wording: &Wording| vec![version(1, wording.clone(), None, event)];
        let texts =
            draft.texts.iter().map(|(language, wording)| (language.clone(), version(wording))).collect();
        Some(Self {
            reference: draft.reference.clone(),
            assembly: draft.assembly.clone(),
            external_id: draft.external_id.clone(),
            theme: draft.theme.clone(),
            texts,
            locked_at: None,
            vote: None,
            minority: Vec::new(),
            withdrawal: None,
            report: None,
            acknowledged_at: None,
            state: State::Draft,
            position: None,
            delivery: Delivery::NotStarted,
            grade: None,
            disputed: false,
            assignment: None,
            proposed_unit: None,
            draft: None,
            responses: Vec::new(),
            forwarding: None,
            commitments: Vec::new(),
            progress: Vec::new(),
            proposal: None,
            stalled: None,
            evidence: Vec::new(),
            verifications: Vec::new(),
            replies: Vec::new(),
            disputes: Vec::new(),
            deadlines: Vec::new(),
            revision: 1,
            updated_at: event.at,
        })
    }

    /// Follows an event that came about by [`Recommendation::act`].
    pub(crate) fn apply(&mut self, event: &Event) {
        self.life(event);
        self.state = event.to;
        self.revision = event.sequence;
        self.updated_at = event.at;
        self.keep(event);
    }

    /// Takes over the event's deadlines.
    pub(crate) fn keep(&mut self, event: &Event) {
        for deadline in &event.deadlines {
            match self.deadlines.iter_mut().find(|one| one.number == deadline.number) {
                Some(one) => *one = deadline.clone(),
                None => self.deadlines.push(deadline.clone()),
            }
        }
    }

    /// Until the response is published and dealt with.
    fn life(&mut self, event: &Event) {
        match &event.action {
            Action::CorrectText { language, wording, why } => self.correct(language, wording, why, event),
            Action::Classify { theme } => self.theme = theme.clone(),
            Action::Adopt { vote, minority } => {
                self.vote = Some(vote.clone());
                self.minority = minority.clone();
                self.locked_at = Some(event.at);
            }
            Action::Withdraw { vote, .. } => self.withdrawal = Some(vote.clone()),
            Action::HandOver { report } => self.report = Some(report.clone()),
            Action::Acknowledge => self.acknowledged_at = Some(event.at),
            Action::Assign { assignment } => self.assign(assignment, event),
            Action::Return { proposed_unit, .. } => self.proposed_unit = Some(proposed_unit.clone()),
            Action::Involve { responsible, consulted, informed } => {
                if let Some(assignment) = &mut self.assignment {
                    assignment.responsible = responsible.clone();
                    assignment.consulted = consulted.clone();
                    assignment.informed = informed.clone();
                    assignment.forget_hours();
                }
            }
            Action::Estimate { hours } => {
                let given = hours.iter().filter(|(_, hours)| **hours > 0);
                if let Some(assignment) = &mut self.assignment {
                    assignment.hours = given.map(|(post, hours)| (post.clone(), *hours)).collect();
                }
            }
            Action::Reassign { from, to, deputy, unit, .. } => {
                self.reassign(from, to, deputy.as_deref(), unit.as_deref())
            }
            Action::Respond { position, reasons, evidence, revision } => {
                self.respond(*position, reasons, evidence, revision.clone(), event);
            }
            Action::Revise { position, reasons, evidence, revision } => {
                self.respond(*position, reasons, evidence, Some(revision.clone()), event);
            }
            Action::SendBack { .. } => {
                self.draft = None;
                self.settle_evidence(Seen::Inside);
            }
            Action::Approve => {
                if let Some(draft) = &mut self.draft {
                    draft.approved_by = Some(event.by.clone());
                }
            }
            Action::Publish => self.publish(event),
            Action::Forward { body, letter } => {
                let (body, letter) = (body.clone(), letter.clone());
                self.forwarding = Some(Forwarding { body, letter, at: event.at, answer: None });
            }
            Action::RecordAnswer { answer } => {
                if let Some(forwarding) = &mut self.forwarding {
                    forwarding.answer = Some(answer.clone());
                }
            }
            Action::Reply { text } => self.replies.push(reply(text, event)),
            Action::EnterReply { text, through } => {
                self.replies.push(Reply { through: Some(*through), ..reply(text, event) });
            }
            _ => self.work(event),
        }
    }

    /// Delivery and checks.
    fn work(&mut self, event: &Event) {
        match &event.action {
            Action::Deliver { commitments } => {
                commitments.iter().for_each(|promise| self.commit(promise));
                self.delivery = Delivery::NotStarted;
            }
            Action::AddCommitment { promise } => self.commit(promise),
            Action::AddMilestone { commitment, step } => {
                let found = self.commitments.iter_mut().find(|one| one.number == *commitment);
                found.into_iter().for_each(|found| found.add(step));
            }
            Action::MeetMilestone { commitment, milestone } => self.meet(*commitment, *milestone, event.at),
            Action::Report { delivery, text } => {
                self.delivery = *delivery;
                self.progress.push(Progress {
                    commitment: None,
                    delivery: *delivery,
                    text: text.clone(),
                    at: event.at,
                    by: event.by.clone(),
                });
            }
            Action::ReportOn { commitment, delivery, text, evidence } => {
                evidence.iter().for_each(|item| self.show_of(item, Some(*commitment), event));
                self.progress.push(Progress {
                    commitment: Some(*commitment),
                    delivery: *delivery,
                    text: text.clone(),
                    at: event.at,
                    by: event.by.clone(),
                });
            }
            Action::Reaffirm { under, reason } => {
                self.review(under, Decided::Reaffirmed, None, reason, event)
            }
            Action::Amend { under, deliverable, due, reason } => {
                let promised = Step { title: deliverable.clone(), due: *due };
                self.review(under, Decided::Amended, Some(promised), reason, event);
            }
            Action::Drop { under, reason } => self.review(under, Decided::Dropped, None, reason, event),
            Action::AddEvidence { item } => self.show(item, event),
            Action::ProposeStall(stall) => self.propose(Proposed::Stall(stall.clone()), event),
            Action::ProposeDone { note, evidence } => {
                evidence.iter().for_each(|item| self.hold(item, event));
                self.propose(Proposed::Done { note: note.clone() }, event);
            }
            Action::Decline { .. } => {
                self.proposal = None;
                self.settle_evidence(Seen::Inside);
            }
            Action::ConfirmStall => {
                if let Some(Proposal { what: Proposed::Stall(stall), .. }) = self.proposal.take() {
                    self.stalled = Some(stall);
                }
                self.delivery = Delivery::Stalled;
            }
            Action::ConfirmDone => {
                self.proposal = None;
                self.settle_evidence(Seen::ByAll);
                self.delivery = Delivery::Done;
            }
            Action::Resume { .. } => self.stop(Delivery::UnderWay),
            Action::Abandon { .. } => self.stop(Delivery::Abandoned),
            Action::Reverse { .. } => self.stop(Delivery::Reversed),
            Action::NotDone { note } => self.check(None, note, event),
            Action::Verify { grade, note } | Action::Grade { grade, note } => {
                self.check(Some(*grade), note, event)
            }
            Action::Dispute { reason } => {
                self.disputed = true;
                self.disputes.push(reply(reason, event));
            }
            Action::ReopenDelivery { evidence, note } => {
                self.show(evidence, event);
                self.check(None, note, event);
            }
            _ => {}
        }
    }

    fn correct(&mut self, language: &str, wording: &Wording, why: &str, event: &Event) {
        let versions = self.texts.entry(language.to_owned()).or_default();
        let number = versions.len() as u32 + 1;
        versions.push(version(number, wording.clone(), Some(why.to_owned()), event));
    }

    fn assign(&mut self, assignment: &Assignment, event: &Event) {
        self.assignment = Some(assignment.clone());
        self.proposed_unit = None;
        self.acknowledged_at.get_or_insert(event.at);
    }

    fn reassign(&mut self, from: &str, to: &str, deputy: Option<&str>, unit: Option<&str>) {
        self.assignment = self.assignment.take().map(|one| one.with(from, to, deputy, unit));
        for commitment in self.commitments.iter_mut().filter(|one| one.post == from) {
            commitment.post = to.to_owned();
        }
    }

    fn review(
        &mut self,
        under: &Under,
        outcome: Decided,
        instead: Option<Step>,
        reason: &str,
        event: &Event,
    ) {
        let Some(found) = self.commitments.iter_mut().find(|one| one.number == under.commitment) else {
            return;
        };
        let before = instead.map(|now| Step {
            title: std::mem::replace(&mut found.deliverable, now.title),
            due: std::mem::replace(&mut found.due, now.due),
        });
        found.reviews.push(Review {
            election: under.election.clone(),
            outcome,
            reason: reason.to_owned(),
            before,
            at: event.at,
            by: event.by.clone(),
        });
    }

    fn respond(
        &mut self,
        position: Position,
        reasons: &Words,
        evidence: &[EvidenceItem],
        revision: Option<Revision>,
        event: &Event,
    ) {
        evidence.iter().for_each(|item| self.hold(item, event));
        self.draft = Some(Response {
            number: self.responses.len() as u32 + 1,
            position,
            reasons: reasons.clone(),
            revision,
            drafted_by: event.by.clone(),
            drafted_at: event.at,
            approved_by: None,
            signed_by: None,
            published_at: None,
        });
    }

    fn publish(&mut self, event: &Event) {
        let Some(mut response) = self.draft.take() else { return };
        response.signed_by = Some(event.by.clone());
        response.published_at = Some(event.at);
        self.position = Some(response.position);
        self.responses.push(response);
        self.settle_evidence(Seen::ByAll);
    }

    fn commit(&mut self, promise: &Promise) {
        let mut commitment = Commitment {
            number: self.commitments.len() as u32 + 1,
            deliverable: promise.deliverable.clone(),
            post: promise.post.clone(),
            due: promise.due,
            budget_line: promise.budget_line.clone(),
            organisation: promise.organisation.clone(),
            milestones: Vec::new(),
            reviews: Vec::new(),
        };
        promise.milestones.iter().for_each(|step| commitment.add(step));
        self.commitments.push(commitment);
    }

    fn meet(&mut self, commitment: u32, milestone: u32, at: Timestamp) {
        let commitment = self.commitments.iter_mut().find(|one| one.number == commitment);
        let mut milestones = commitment.into_iter().flat_map(|one| &mut one.milestones);
        if let Some(found) = milestones.find(|one| one.number == milestone) {
            found.met_at = Some(at);
        }
    }

    fn show(&mut self, item: &EvidenceItem, event: &Event) {
        self.show_of(item, None, event);
    }

    fn show_of(&mut self, item: &EvidenceItem, commitment: Option<u32>, event: &Event) {
        let number = self.evidence.len() as u32 + 1;
        let (item, by) = (item.clone(), event.by.clone());
        let seen = Seen::ByAll;
        self.evidence.push(Evidence { number, item, commitment, at: event.at, by, seen });
    }

    /// Evidence for something that a second pair of eyes has yet to see.
    fn hold(&mut self, item: &EvidenceItem, event: &Event) {
        self.show(item, event);
        if let Some(last) = self.evidence.last_mut() {
            last.seen = Seen::Waiting;
        }
    }

    fn settle_evidence(&mut self, seen: Seen) {
        let waiting = self.evidence.iter_mut().filter(|one| one.seen == Seen::Waiting);
        waiting.for_each(|one| one.seen = seen);
    }

    fn propose(&mut self, what: Proposed, event: &Event) {
        self.proposal = Some(Proposal { what, by: event.by.clone(), at: event.at });
    }

    fn stop(&mut self, delivery: Delivery) {
        self.delivery = delivery;
        self.proposal = None;
        self.settle_evidence(Seen::Inside);
        self.stalled = None;
    }

    fn check(&mut self, grade: Option<Grade>, note: &str, event: &Event) {
        self.verifications.push(Verification {
            grade,
            note: note.to_owned(),
            at: event.at,
            by: event.by.clone(),
        });
        if grade.is_some() {
            self.grade = grade;
            self.disputed = false;
        }
    }
}

impl Commitment {
    fn add(&mut self, step: &Step) {
        let number = self.milestones.len() as u32 + 1;
        self.milestones.push(Milestone { number, title: step.title.clone(), due: step.due, met_at: None });
    }
}

fn signed(actor: &Actor, role: Role) -> Signed {
    Signed { person: actor.person.clone(), post: actor.post.clone(), role }
}

fn version(number: u32, wording: Wording, why: Option<String>, event: &Event) -> Version {
    let sha256 = hash(&wording);
    Version { number, wording, sha256, at: event.at, by: event.by.clone(), why }
}

fn reply(text: &str, event: &Event) -> Reply {
    Reply { text: text.to_owned(), through: None, at: event.at, by: event.by.clone() }
}
