//! How a made-up recommendation gets to where it is: by lawful actions only.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use tracking::{
    Action, Actor, Answered, Delivery, Draft, DutyRule, Election, Event, EvidenceItem, Grade, Position,
    Promise, Recommendation, Report, Revision, Role, Stall, State, Statement, Step, Under, Vote, Wording,
    Words,
};

use crate::dice::Dice;
use crate::town::{Player, assignment, unit_for};

/// Where a recommendation ends up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Draft,
    Adopted,
    Withdrawn,
    HandedOver,
    Owned,
    Extended,
    Returned,
    Drafted,
    Approved,
    SentBack,
    Revising,
    Published(Position),
    Forwarded,
    Answered,
    Refused,
    RefusedClosed,
    Delivering(u32),
    ProposedDone,
    Stalled,
    Abandoned,
    Claimed,
    Disputed,
    NotDone,
    Verified(Grade),
    Reversed,
}

use Fate::{Delivering, Published, Verified};

/// Where it ends up, how many days before today it was handed over, and how many of the kind there are.
pub(crate) const FATES: &[(Fate, i64, usize)] = &[
    (Fate::Draft, 0, 2),
    (Fate::Adopted, 0, 3),
    (Fate::Withdrawn, 0, 1),
    (Fate::HandedOver, 10, 3),
    (Fate::HandedOver, 45, 1),
    (Fate::Owned, 40, 3),
    (Fate::Owned, 230, 2),
    (Fate::Extended, 150, 1),
    (Fate::Returned, 60, 1),
    (Fate::Returned, 120, 1),
    (Fate::Drafted, 130, 2),
    (Fate::Approved, 140, 1),
    (Fate::SentBack, 210, 1),
    (Fate::Revising, 420, 1),
    (Published(Position::InPrinciple), 420, 4),
    (Published(Position::UnderStudy), 240, 3),
    (Published(Position::Accepted), 190, 2),
    (Published(Position::InPart), 190, 1),
    (Published(Position::AlternativeMeans), 190, 1),
    (Fate::Forwarded, 420, 3),
    (Fate::Refused, 170, 2),
    (Fate::Refused, 300, 2),
    (Delivering(2), 420, 8),
    (Delivering(1), 330, 4),
    (Delivering(0), 420, 2),
    (Fate::NotDone, 560, 1),
    (Fate::ProposedDone, 420, 1),
    (Fate::Stalled, 420, 4),
    (Fate::Abandoned, 420, 3),
    (Fate::Claimed, 420, 4),
    (Fate::Disputed, 420, 1),
    (Verified(Grade::Complete), 560, 2),
    (Verified(Grade::Substantial), 560, 3),
    (Verified(Grade::Limited), 560, 1),
    (Fate::RefusedClosed, 420, 2),
    (Fate::Answered, 420, 1),
    (Fate::Reversed, 560, 2),
];

/// A recommendation on its way.
pub(crate) struct Walk<'a> {
    it: Recommendation,
    events: Vec<Event>,
    day: Date,
    yesterday: Date,
    cast: &'a [Player],
    rule: &'a DutyRule,
    others: &'a [Answered],
    dice: &'a mut Dice,
}

impl<'a> Walk<'a> {
    /// Writes it down, so many days before today that it can be handed over `days` before.
    pub(crate) fn begin(
        draft: Draft,
        today: Date,
        days: i64,
        cast: &'a [Player],
        rule: &'a DutyRule,
        others: &'a [Answered],
        dice: &'a mut Dice,
    ) -> Self {
        let day = today.checked_sub((days + 40).days()).unwrap_or(Date::MIN);
        let secretary = actor(cast, Role::Secretariat, None);
        let (it, event) =
            Recommendation::draft(secretary, draft, at(rule, day, 0), rule).expect("a lawful draft");
        let yesterday = today.yesterday().unwrap_or(today);
        Self { it, events: vec![event], day, yesterday, cast, rule, others, dice }
    }

    /// Brings it there.
    pub(crate) fn to(mut self, fate: Fate, election: &Election) -> (Recommendation, Vec<Event>) {
        self.until_owned(fate);
        if self.it.state == State::Owned && !matches!(fate, Fate::Owned | Fate::Extended) {
            self.answered(fate);
        }
        if self.it.state == State::Published {
            self.after_publication(fate);
        }
        self.looked_at_again(election);
        (self.it, self.events)
    }

    fn until_owned(&mut self, fate: Fate) {
        if fate == Fate::Draft {
            return;
        }
        self.wait(20, 20);
        self.adopt();
        match fate {
            Fate::Adopted => return,
            Fate::Withdrawn => {
                self.wait(5, 12);
                let vote = self.vote();
                let reason = "A wider recommendation says the same.".to_owned();
                return self.act(Role::Secretariat, Action::Withdraw { vote, reason });
            }
            _ => {}
        }
        self.wait(20, 20);
        let report = Report {
            title: "Heat and Water: report of the Harbour County Assembly".into(),
            url: Some("https://harbour-county.example/assembly/report.pdf".into()),
        };
        self.act(Role::Secretariat, Action::HandOver { report });
        if fate == Fate::HandedOver {
            return;
        }
        self.wait(3, 12);
        self.act(Role::Coordinator, Action::Acknowledge);
        self.wait(4, 16);
        let unit = unit_for(&self.it.theme);
        if fate == Fate::Returned || self.dice.chance(5) {
            self.assign("council");
            self.wait(5, 9);
            let reason = "The measure touches the work of another unit.".to_owned();
            self.act(Role::Officer, Action::Return { reason, proposed_unit: unit.to_owned() });
            if fate == Fate::Returned {
                return;
            }
            self.wait(2, 10);
        }
        self.assign(unit);
        if fate == Fate::Extended {
            self.wait(80, 90);
            let answer = self.it.open_deadlines().first().map(|deadline| (deadline.number, deadline.due));
            let (deadline, due) = answer.expect("the answer is due");
            let until = due.checked_add(60.days()).unwrap_or(due);
            let reason = "The costs depend on a tender that closes next month.".to_owned();
            self.act(Role::Coordinator, Action::Extend { deadline, until, reason });
        }
    }

    fn adopt(&mut self) {
        let vote = self.vote();
        let minority = if vote.against < 12 {
            Vec::new()
        } else {
            let text =
                "We share the aim. The money would reach more people if it went to the villages first."
                    .to_owned();
            vec![Statement { language: "en".into(), text, members: Some(vote.against) }]
        };
        self.act(Role::Secretariat, Action::Adopt { vote, minority });
        if self.dice.chance(6) {
            let mut wording = self.it.wording("en").expect("English").wording.clone();
            wording.text = wording.text.replace("Publish", "Publish online");
            wording.text.push_str(" The council reports on it.");
            let why = "A sentence of the adopted text was left out when it was typed.".to_owned();
            self.act(Role::Secretariat, Action::CorrectText { language: "en".into(), wording, why });
        }
    }

    fn assign(&mut self, unit: &str) {
        let mut assignment = assignment(unit);
        if unit != "data" && self.dice.chance(30) {
            assignment.consulted.push("data-head".to_owned());
        }
        self.act(Role::Coordinator, Action::Assign { assignment });
    }

    /// Response, approval and publication.
    fn answered(&mut self, fate: Fate) {
        self.wait(45, 80);
        let position = self.position(fate);
        self.respond(position);
        if fate == Fate::Drafted {
            return;
        }
        if fate == Fate::SentBack || self.dice.chance(12) {
            self.wait(2, 8);
            let reason = "Say which budget line pays for it, and from when on.".to_owned();
            self.act(Role::Approver, Action::SendBack { reason });
            self.wait(3, 10);
            self.respond(position);
            if fate == Fate::SentBack {
                return;
            }
        }
        self.wait(2, 8);
        self.act(Role::Approver, Action::Approve);
        if fate != Fate::Approved {
            self.wait(1, 6);
            self.act(Role::Signatory, Action::Publish);
        }
    }

    fn position(&mut self, fate: Fate) -> Position {
        match fate {
            Published(position) => position,
            Fate::Forwarded | Fate::Answered => Position::NotCompetent,
            Fate::Refused | Fate::RefusedClosed => Position::NotAccepted,
            Verified(Grade::Complete) => Position::AlreadyDone,
            Fate::Revising => Position::UnderStudy,
            _ => [Position::Accepted, Position::Accepted, Position::InPart, Position::AlternativeMeans]
                [self.dice.below(4) as usize],
        }
    }

    fn respond(&mut self, position: Position) {
        let reasons = self.reasons(position);
        let evidence = if position == Position::AlreadyDone {
            vec![self.evidence("Completion report")]
        } else {
            Vec::new()
        };
        self.act(Role::Officer, Action::Respond { position, reasons, evidence, revision: None });
    }

    fn after_publication(&mut self, fate: Fate) {
        match fate {
            Published(_) => {}
            Fate::Revising => {
                self.wait(100, 140);
                let position = Position::Accepted;
                let reasons = self.reasons(position);
                let why = "The study is finished and found that it can be paid.".to_owned();
                let revision = Revision { why, members_told: "Letter to all members".into() };
                self.act(Role::Officer, Action::Revise { position, reasons, evidence: Vec::new(), revision });
            }
            Fate::Forwarded | Fate::Answered => self.forwarded(fate == Fate::Answered),
            Fate::Refused | Fate::RefusedClosed => self.refused(fate == Fate::RefusedClosed),
            _ => {
                self.deliver();
                self.delivered(fate);
            }
        }
    }

    /// After the election those in office reaffirm, amend or drop what was promised before, or say nothing.
    fn looked_at_again(&mut self, election: &Election) {
        let concerned =
            |one: &tracking::Commitment| election.standing(&self.it, one, self.yesterday).is_some();
        if !self.it.commitments.first().is_some_and(concerned) {
            return;
        }
        let number: i64 =
            self.it.reference.bytes().filter(u8::is_ascii_digit).map(|b| i64::from(b - b'0')).sum();
        let day = election.on.checked_add((20 + number * 3).days()).unwrap_or(self.yesterday);
        self.day = self.day.max(day).min(self.yesterday);
        let under = Under { election: election.id.clone(), elected_on: election.on, commitment: 1 };
        let first = &self.it.commitments[0];
        let action = match number % 5 {
            0 => {
                let due = first.due.max(self.yesterday).checked_add(200.days()).unwrap_or(Date::MAX);
                let deliverable = format!("{}, in two stages", first.deliverable);
                let reason = "We stand by the aim; the money comes over two budgets.".to_owned();
                Action::Amend { under, deliverable, due, reason }
            }
            1 => {
                Action::Drop { under, reason: "Our programme puts the money into schools first.".to_owned() }
            }
            2 | 3 => Action::Reaffirm { under, reason: "It is in our programme too.".to_owned() },
            _ => return,
        };
        self.act(Role::Signatory, action);
    }

    fn forwarded(&mut self, answered: bool) {
        self.wait(2, 10);
        let letter =
            format!("We forward \"{}\" to you, who decide on it, and ask for an answer.", self.title("en"));
        self.act(
            Role::Approver,
            Action::Forward { body: "National Ministry of Infrastructure".into(), letter },
        );
        if answered {
            self.wait(100, 130);
            let answer = "The ministry will take it up in its plan for the next five years.".to_owned();
            self.act(Role::Verifier, Action::RecordAnswer { answer });
        }
    }

    fn refused(&mut self, closed: bool) {
        self.wait(2, 10);
        self.act(Role::Approver, Action::Refuse);
        self.wait(4, 15);
        let text = "The reasons speak of costs only. Tell us what it would cost to do nothing.".to_owned();
        self.act(Role::Member, Action::Reply { text });
        if closed {
            self.wait(31, 45);
            let note = "The members replied; the position stands. Their reply is attached.".to_owned();
            self.act(Role::Coordinator, Action::Close { note });
        }
    }

    fn deliver(&mut self) {
        self.wait(5, 20);
        let days = 300 + self.dice.below(200) as i64;
        let due = self.later(days);
        let costs = self.dice.chance(70);
        let step = |title: &str, due| Step { title: title.to_owned(), due };
        let promise = Promise {
            deliverable: format!("{}: the first stage, open to everybody", self.title("en")),
            post: format!("{}-head", self.it.unit().unwrap_or("council")),
            due,
            costs,
            budget_line: costs.then(|| format!("{}.{:02}", 40 + self.dice.below(30), self.dice.below(90))),
            organisation: None,
            milestones: vec![step("Plan and contract", self.later(90)), step("Half of it", self.later(200))],
        };
        self.act(Role::Officer, Action::Deliver { commitments: vec![promise] });
    }

    fn delivered(&mut self, fate: Fate) {
        if let Delivering(reports) = fate {
            return self.reports(reports);
        }
        self.reports(1);
        match fate {
            Fate::Stalled => self.stalled(),
            Fate::Abandoned => {
                self.wait(10, 40);
                let reason = "No firm made an offer, twice.".to_owned();
                self.act(Role::Approver, Action::Abandon { reason });
            }
            Fate::ProposedDone => self.propose_done(),
            _ => {
                self.propose_done();
                self.wait(2, 9);
                self.act(Role::Approver, Action::ConfirmDone);
                self.checked(fate);
            }
        }
    }

    fn reports(&mut self, reports: u32) {
        for number in 0..reports {
            self.wait(70, 85);
            let (delivery, text) = match number {
                0 => (Delivery::UnderWay, "The plan is drawn and the contract is out to tender."),
                _ => (
                    Delivery::PartlyDone,
                    "A third of the places are finished; the rest follows before summer.",
                ),
            };
            self.act(Role::Officer, Action::Report { delivery, text: text.to_owned() });
            if number == 0 {
                self.act(Role::Officer, Action::MeetMilestone { commitment: 1, milestone: 1 });
            } else {
                let item = self.evidence("Photographs of the finished places");
                self.act(Role::Officer, Action::AddEvidence { item });
            }
        }
    }

    fn stalled(&mut self) {
        self.wait(10, 40);
        let stall = Stall {
            reason: "The contractor is insolvent.".into(),
            unblock: "A new tender, which the council has to decide.".into(),
        };
        self.act(Role::Officer, Action::ProposeStall(stall));
        self.wait(1, 5);
        self.act(Role::Approver, Action::ConfirmStall);
    }

    fn propose_done(&mut self) {
        self.wait(40, 60);
        let (note, evidence) =
            ("All of it is finished and in use.".to_owned(), vec![self.evidence("Final inspection")]);
        self.act(Role::Officer, Action::ProposeDone { note, evidence });
    }

    fn checked(&mut self, fate: Fate) {
        let dispute = || Action::Dispute { reason: "On our street nothing has been done.".to_owned() };
        match fate {
            Fate::Disputed => {
                self.wait(3, 9);
                self.act(Role::Member, dispute());
            }
            Fate::NotDone => {
                self.wait(20, 40);
                let note = "Eleven of the forty places that we visited have nothing yet.".to_owned();
                self.act(Role::Verifier, Action::NotDone { note });
            }
            Verified(grade) => self.verify(grade),
            Fate::Reversed => {
                self.verify(Grade::Substantial);
                self.wait(20, 40);
                let reason = "The new council stopped the funding in its budget.".to_owned();
                self.act(Role::Verifier, Action::Reverse { reason });
            }
            _ => {}
        }
    }

    fn verify(&mut self, grade: Grade) {
        self.wait(20, 40);
        let note = format!("We visited a sample of the places and read the accounts: {grade}.");
        self.act(Role::Verifier, Action::Verify { grade, note });
    }

    /// Reasons of its own: they name what it is about.
    fn reasons(&mut self, position: Position) -> Words {
        let (english, spanish) = REASONS[position as usize];
        let filled = |text: &str, title: String| text.replace('@', &title);
        Words::from([
            ("en".to_owned(), filled(english, self.title("en"))),
            ("es".to_owned(), filled(spanish, self.title("es"))),
        ])
    }

    fn title(&self, language: &str) -> String {
        self.it.wording(language).map_or_else(String::new, |version| version.wording.title.clone())
    }

    fn evidence(&self, title: &str) -> EvidenceItem {
        let url = format!("https://harbour-county.example/evidence/{}.pdf", self.it.reference.to_lowercase());
        let wording = Wording { title: title.to_owned(), text: self.it.reference.clone() };
        let sha256 = Some(tracking::hash(&wording));
        EvidenceItem { title: title.to_owned(), url: Some(url), file: None, sha256, dated: self.day }
    }

    fn vote(&mut self) -> Vote {
        let (absent, abstain) = (self.dice.below(9) as u32, self.dice.below(10) as u32);
        let against = self.dice.below(26) as u32;
        Vote { on: self.day, in_favour: 110 - absent - abstain - against, against, abstain, absent }
    }

    fn later(&self, days: i64) -> Date {
        self.day.checked_add(days.days()).unwrap_or(Date::MAX)
    }

    /// Some days go by, but never past yesterday: whatever the hour now, history lies behind it.
    fn wait(&mut self, least: u64, most: u64) {
        let days = least + self.dice.below(most - least + 1);
        self.day = self.later(days as i64).min(self.yesterday);
    }

    /// Somebody with the role does something. The hour grows with every event, so that a day keeps their order.
    fn act(&mut self, role: Role, action: Action) {
        let unit = matches!(role, Role::Officer | Role::Approver).then(|| self.it.unit()).flatten();
        let actor = actor(self.cast, role, unit);
        let at = at(self.rule, self.day, self.events.len() as i64);
        let done = self.it.act(actor, action, at, self.rule, self.others);
        let (it, event) = done.unwrap_or_else(|refusals| panic!("{}: {refusals:?}", self.it.reference));
        self.it = it;
        self.events.push(event);
    }
}

/// Why, by position, in English and in Spanish; `@` is the recommendation's title.
const REASONS: [(&str, &str); 8] = [
    (
        "We accept \"@\" as it stands. The money is in the budget of the coming year and the work begins in spring.",
        "Aceptamos «@» tal como está. El dinero figura en el presupuesto del próximo año y los trabajos empiezan en primavera.",
    ),
    (
        "We accept \"@\" for the city and the two larger towns. In the villages there is neither staff nor ground for it yet.",
        "Aceptamos «@» para la ciudad y los dos municipios mayores. En los pueblos aún no hay personal ni terreno.",
    ),
    (
        "We share the aim of \"@\" and will reach it by another way: the county buys the service together with its neighbours.",
        "Compartimos el objetivo de «@» y lo alcanzaremos por otra vía: el condado contrata el servicio junto con sus vecinos.",
    ),
    (
        "We welcome \"@\" in principle. Whether it can be paid depends on the grants of the coming period.",
        "Acogemos en principio «@». Que pueda pagarse depende de las subvenciones del próximo periodo.",
    ),
    (
        "\"@\" is being studied: an engineer's report on costs and water rights is due within the year.",
        "«@» está en estudio: un informe técnico sobre costes y derechos de agua llegará este año.",
    ),
    (
        "What \"@\" asks for was built last year; the completion report is attached.",
        "Lo que pide «@» se construyó el año pasado; se adjunta el informe final.",
    ),
    (
        "The county cannot decide on \"@\": the law gives this to the national ministry, to which we forward it.",
        "El condado no puede decidir sobre «@»: la ley lo atribuye al ministerio nacional, al que lo remitimos.",
    ),
    (
        "We do not accept \"@\". It would cost more than the whole budget of the unit, and half of it would fall on tenants.",
        "No aceptamos «@». Costaría más que todo el presupuesto de la unidad y la mitad recaería en los inquilinos.",
    ),
];

/// The first of the cast with a role, for a unit where that matters.
fn actor<'a>(cast: &'a [Player], role: Role, unit: Option<&str>) -> &'a Actor {
    let fits = |player: &&Player| {
        player
            .actor
            .grants
            .iter()
            .any(|grant| grant.role == role && (unit.is_none() || grant.unit.as_deref() == unit))
    };
    &cast.iter().find(fits).expect("the cast has somebody for every role and unit").actor
}

/// Nine in the morning, and a minute for each event before.
fn at(rule: &DutyRule, day: Date, events: i64) -> Timestamp {
    let nine = day.at(9, 0, 0, 0).to_zoned(rule.zone.clone()).expect("a time of our days").timestamp();
    nine.checked_add(events.minutes()).unwrap_or(nine)
}
