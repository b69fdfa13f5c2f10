//! A recommendation on its way, for tests: people, times, and an action that fits each verb.
#![allow(dead_code, reason = "each test uses its own part")]

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use std::collections::BTreeMap;
use tracking::*;

/// Somebody with one role everywhere, for good.
pub fn somebody(role: Role) -> Actor {
    let grant = Grant { role, assembly: None, unit: None, from: date(2020, 1, 1), until: None };
    Actor {
        person: format!("p-{}", role.key()),
        post: Some(format!("Post of the {role}")),
        units: Vec::new(),
        grants: vec![grant],
    }
}

pub fn rule() -> DutyRule {
    DutyRule::usual(TimeZone::UTC)
}

pub fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp()
}

pub fn words(text: &str) -> Words {
    Words::from([("en".to_owned(), text.to_owned())])
}

pub fn wording(text: &str) -> Wording {
    Wording { title: format!("On {text}"), text: format!("The council shall see to {text} by 2028.") }
}

pub fn new_draft() -> Draft {
    let texts = BTreeMap::from([("en".to_owned(), wording("shade")), ("es".to_owned(), wording("sombra"))]);
    Draft {
        reference: "R-01".into(),
        assembly: "spring".into(),
        external_id: None,
        theme: "Streets".into(),
        texts,
    }
}

pub fn vote(on: Date) -> Vote {
    Vote { on, in_favour: 61, against: 12, abstain: 3, absent: 4 }
}

pub fn assignment(unit: &str) -> Assignment {
    Assignment {
        unit: unit.into(),
        accountable: format!("Head of {unit}"),
        deputy: format!("Deputy head of {unit}"),
        responsible: Vec::new(),
        consulted: Vec::new(),
        informed: Vec::new(),
        hours: BTreeMap::new(),
    }
}

pub fn evidence(dated: Date) -> EvidenceItem {
    EvidenceItem {
        title: "Minutes".into(),
        url: Some("https://town.example/minutes.pdf".into()),
        file: None,
        sha256: None,
        dated,
    }
}

pub fn promise(today: Date) -> Promise {
    let due = today.checked_add(1.year()).expect("a day");
    let step = Step { title: "Half of it".into(), due: today.checked_add(6.months()).expect("a day") };
    Promise {
        deliverable: "400 trees".into(),
        post: "Head of parks".into(),
        due,
        costs: true,
        budget_line: Some("61.02".into()),
        organisation: None,
        milestones: vec![step],
    }
}

pub fn under(today: Date) -> Under {
    Under { election: "e-1".into(), elected_on: today, commitment: 1 }
}

/// A history as it grows.
#[derive(Clone)]
pub struct Story {
    pub now: Timestamp,
    pub rule: DutyRule,
    pub it: Recommendation,
    pub events: Vec<Event>,
}

impl Story {
    pub fn new(start: Date) -> Self {
        let (it, event) =
            Recommendation::draft(&somebody(Role::Secretariat), new_draft(), noon(start), &rule())
                .expect("a lawful draft");
        Self { now: noon(start), rule: rule(), it, events: vec![event] }
    }

    pub fn today(&self) -> Date {
        self.rule.day(self.now)
    }

    pub fn wait(mut self, days: i32) -> Self {
        self.now = noon(self.today().checked_add(days.days()).expect("a day"));
        self
    }

    /// Waits until a day.
    pub fn on(mut self, day: Date) -> Self {
        self.now = noon(day);
        self
    }

    pub fn attempt(&self, actor: &Actor, action: Action) -> Result<(Recommendation, Event), Vec<Refusal>> {
        self.it.act(actor, action, self.now, &self.rule, &[])
    }

    pub fn by(mut self, actor: &Actor, action: Action) -> Self {
        let verb = action.verb();
        let done = self.attempt(actor, action);
        let (it, event) = done.unwrap_or_else(|refusals| panic!("{verb} in {}: {refusals:?}", self.it.state));
        self.it = it;
        self.events.push(event);
        self
    }

    /// Uses a verb as the first role that may.
    pub fn then(self, verb: Verb) -> Self {
        let who = transition(self.it.state, verb).map(|line| line.who);
        let who = who.or_else(|| deed_in(self.it.state, verb).map(|deed| deed.who));
        let role = who.unwrap_or_else(|| panic!("no {verb} in {}", self.it.state))[0];
        let action = action(verb, &self);
        self.by(&somebody(role), action)
    }

    pub fn published(self, position: Position) -> Self {
        let respond = Action::Respond {
            position,
            reasons: words(&format!("Because of {position}.")),
            evidence: vec![evidence(self.today())],
            revision: None,
        };
        self.by(&somebody(Role::Officer), respond).then(Verb::Approve).then(Verb::Publish)
    }

    pub fn owned(start: Date) -> Self {
        Self::new(start).then(Verb::Adopt).then(Verb::HandOver).then(Verb::Assign)
    }
}

/// An action with everything that its verb needs.
pub fn action(verb: Verb, story: &Story) -> Action {
    let today = story.today();
    let text = || "For a good reason.".to_owned();
    match verb {
        Verb::Draft => Action::Draft(new_draft()),
        Verb::CorrectText => {
            Action::CorrectText { language: "en".into(), wording: wording("more shade"), why: text() }
        }
        Verb::Classify => Action::Classify { theme: "Trees".into() },
        Verb::Adopt => Action::Adopt { vote: vote(today), minority: Vec::new() },
        Verb::Withdraw => Action::Withdraw { vote: vote(today), reason: text() },
        Verb::HandOver => Action::HandOver { report: Report { title: "Report".into(), url: None } },
        Verb::Acknowledge => Action::Acknowledge,
        Verb::Assign => Action::Assign { assignment: assignment("parks") },
        Verb::Return => Action::Return { reason: text(), proposed_unit: "roads".into() },
        Verb::Involve => Action::Involve {
            responsible: vec!["Gardener".into()],
            consulted: Vec::new(),
            informed: vec!["Mayor".into()],
        },
        Verb::Estimate => Action::Estimate {
            hours: BTreeMap::from([("Head of parks".to_owned(), 1 + story.events.len() as u32)]),
        },
        Verb::Reassign => {
            let from =
                story.it.assignment.as_ref().map_or("Head of parks", |one| &one.accountable).to_owned();
            let to = format!("{from} II");
            Action::Reassign { from, to, deputy: None, unit: None, why: text() }
        }
        Verb::Respond => Action::Respond {
            position: Position::Accepted,
            reasons: words("We have the money for it."),
            evidence: Vec::new(),
            revision: story.it.response().map(|_| Revision { why: text(), members_told: text() }),
        },
        Verb::SendBack => Action::SendBack { reason: text() },
        Verb::Approve => Action::Approve,
        Verb::Publish => Action::Publish,
        Verb::Revise => Action::Revise {
            position: Position::InPart,
            reasons: words("Only the north side has room."),
            evidence: Vec::new(),
            revision: Revision { why: text(), members_told: "Letter".into() },
        },
        Verb::Forward => Action::Forward { body: "The region".into(), letter: text() },
        Verb::RecordAnswer => Action::RecordAnswer { answer: text() },
        Verb::Refuse => Action::Refuse,
        Verb::Reply => Action::Reply { text: text() },
        Verb::EnterReply => Action::EnterReply { text: text(), through: Through::Paper },
        Verb::Close => Action::Close { note: text() },
        Verb::Reopen => Action::Reopen { reason: text() },
        Verb::Deliver => Action::Deliver { commitments: vec![promise(today)] },
        Verb::AddCommitment => Action::AddCommitment { promise: promise(today) },
        Verb::AddMilestone => {
            Action::AddMilestone { commitment: 1, step: Step { title: "A quarter".into(), due: today } }
        }
        Verb::MeetMilestone => Action::MeetMilestone { commitment: 1, milestone: 1 },
        Verb::Report if story.it.state == State::Stalled => {
            Action::Report { delivery: Delivery::Stalled, text: text() }
        }
        Verb::Report => Action::Report { delivery: Delivery::UnderWay, text: text() },
        Verb::ReportOn => Action::ReportOn {
            commitment: 1,
            delivery: Delivery::PartlyDone,
            text: text(),
            evidence: vec![evidence(today)],
        },
        Verb::AddEvidence => Action::AddEvidence { item: evidence(today) },
        Verb::ProposeStall => Action::ProposeStall(Stall { reason: text(), unblock: text() }),
        Verb::ProposeDone => Action::ProposeDone { note: text(), evidence: vec![evidence(today)] },
        Verb::Decline => Action::Decline { reason: text() },
        Verb::ConfirmStall => Action::ConfirmStall,
        Verb::Resume => Action::Resume { reason: text() },
        Verb::Abandon => Action::Abandon { reason: text() },
        Verb::ConfirmDone => Action::ConfirmDone,
        Verb::NotDone => Action::NotDone { note: text() },
        Verb::Verify => Action::Verify { grade: Grade::Substantial, note: text() },
        Verb::Grade => Action::Grade { grade: Grade::Limited, note: text() },
        Verb::Dispute => Action::Dispute { reason: text() },
        Verb::ReopenDelivery => Action::ReopenDelivery { evidence: evidence(today), note: text() },
        Verb::Reverse => Action::Reverse { reason: text() },
        Verb::Reaffirm => Action::Reaffirm { under: under(today), reason: text() },
        Verb::Amend => {
            let due = today.checked_add(2.years()).expect("a day");
            Action::Amend { under: under(today), deliverable: "300 trees".into(), due, reason: text() }
        }
        Verb::Drop => Action::Drop { under: under(today), reason: text() },
        Verb::Lapse => Action::Lapse { election: "e-1".into(), dissolved: today },
        Verb::Extend => {
            let open = story.it.open_deadlines();
            let (number, due) = open.first().map_or((1, today), |deadline| (deadline.number, deadline.due));
            let until = due.checked_add(20.days()).expect("a day");
            Action::Extend { deadline: number, until, reason: text() }
        }
    }
}

/// A recommendation in a state, in which nothing but role and table stands in the way of a verb.
pub fn ready(state: State, verb: Verb) -> Story {
    let start = date(2026, 3, 2);
    let position = match verb {
        Verb::Forward => Position::NotCompetent,
        Verb::Refuse => Position::NotAccepted,
        Verb::Extend => Position::InPrinciple,
        _ => Position::Accepted,
    };
    let published = || Story::owned(start).published(position);
    let working = || Story::owned(start).published(Position::Accepted).then(Verb::Deliver);
    let claimed = || working().then(Verb::ProposeDone).then(Verb::ConfirmDone);
    let stalled = || working().then(Verb::ProposeStall).then(Verb::ConfirmStall);
    let refused = || Story::owned(start).published(Position::NotAccepted).then(Verb::Refuse);
    match state {
        State::Draft => Story::new(start),
        State::Adopted => Story::new(start).then(Verb::Adopt),
        State::Withdrawn => Story::new(start).then(Verb::Adopt).then(Verb::Withdraw),
        State::HandedOver => Story::new(start).then(Verb::Adopt).then(Verb::HandOver),
        State::Owned => Story::owned(start),
        State::Returned => Story::owned(start).then(Verb::Return),
        State::ResponseDrafted if verb == Verb::Publish => {
            Story::owned(start).then(Verb::Respond).then(Verb::Approve)
        }
        State::ResponseDrafted => Story::owned(start).then(Verb::Respond),
        State::Published => published(),
        State::Forwarded => Story::owned(start).published(Position::NotCompetent).then(Verb::Forward),
        State::Refused if verb == Verb::Close => refused().wait(31),
        State::Refused => refused(),
        State::InDelivery => match verb {
            Verb::ConfirmStall | Verb::Decline => working().then(Verb::ProposeStall),
            Verb::ConfirmDone => working().then(Verb::ProposeDone),
            _ => working(),
        },
        State::Stalled => stalled(),
        State::Abandoned => working().then(Verb::Abandon),
        State::ClaimedDone => claimed(),
        State::Closed => claimed().then(Verb::Verify),
        State::Reversed => claimed().then(Verb::Verify).then(Verb::Reverse),
    }
}
