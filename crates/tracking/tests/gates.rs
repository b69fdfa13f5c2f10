//! The gates before the first session, by hand: what shuts each, what opens it, who may do what, and what a changed word does.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use tracking::*;

const DAY: Date = date(2027, 3, 1);

fn rule() -> DutyRule {
    DutyRule::usual(TimeZone::UTC)
}

fn texts(english: &str, spanish: &str) -> Words {
    [("en", english), ("es", spanish)].map(|(tag, text)| (tag.to_owned(), text.to_owned())).into()
}

fn decision() -> Decision {
    Decision { title: "Council decision 12/2027".into(), on: date(2027, 1, 15), url: String::new() }
}

fn topic(id: &str) -> Topic {
    Topic {
        id: id.into(),
        names: texts("Shade", "Sombra"),
        theme: "Shade and trees".into(),
        unit: "parks".into(),
        post: "parks-head".into(),
        acknowledged: None,
    }
}

/// Everything that can be written down; nobody has signed or acknowledged yet.
fn written() -> Mandate {
    Mandate {
        addressee: "County council".into(),
        organiser: "Sortition Office".into(),
        question: texts("How can the county stay cool?", "¿Cómo puede seguir fresco el condado?"),
        off_table: texts("The budget of this year.", "El presupuesto de este año."),
        decision: Some(decision()),
        budget: Some(Budget {
            amount: 40_000,
            currency: "EUR".into(),
            line: "920-22706".into(),
            until: date(2029, 12, 31),
        }),
        open_until: Some(date(2027, 12, 1)),
        first_day: Some(date(2027, 5, 8)),
        last_day: Some(date(2027, 9, 26)),
        days: Some(6),
        topics: vec![topic("shade")],
        ..Mandate::new(Commissioner::Government, "County council")
    }
}

fn somebody(role: Role, post: Option<&str>) -> (Actor, Vec<String>) {
    let grant =
        Grant { role, assembly: Some("heat".into()), unit: None, from: date(2026, 1, 1), until: None };
    let post = post.map(str::to_owned);
    (
        Actor { person: "p".into(), post: post.clone(), units: Vec::new(), grants: vec![grant] },
        post.into_iter().collect(),
    )
}

fn take(of: &Mandate, role: Role, post: Option<&str>, step: Preparation) -> Result<Mandate, Vec<Hindrance>> {
    let (actor, posts) = somebody(role, post);
    of.take(Hand { actor: &actor, posts: &posts, assembly: "heat", on: DAY }, step, &rule())
}

/// The mandate with signature and acknowledgement.
fn ready() -> Mandate {
    let signed = take(&written(), Role::Signatory, Some("governor"), Preparation::Sign).expect("a signature");
    take(&signed, Role::Officer, Some("parks-head"), Preparation::Acknowledge("shade".into()))
        .expect("an acknowledgement")
}

fn shut(of: &Mandate) -> Vec<(Gate, Vec<Missing>)> {
    gates(of, &rule()).into_iter().filter(|one| !one.is_passed()).map(|one| (one.gate, one.missing)).collect()
}

#[test]
fn nothing_written_shuts_every_gate() {
    let found = shut(&Mandate::new(Commissioner::Government, ""));
    let expected = [
        (Gate::Remit, vec![Missing::Question, Missing::OffTable]),
        (Gate::Commissioner, vec![Missing::Commissioner, Missing::Addressee]),
        (Gate::Mandate, vec![Missing::Decision]),
        (Gate::Duty, vec![Missing::Signature]),
        (Gate::Budget, vec![Missing::Budget]),
        (Gate::Topics, vec![Missing::Topics]),
    ];
    assert_eq!(found, expected);
    assert_eq!(shut(&ready()), []);
}

#[test]
fn each_thing_that_is_missing_shuts_its_gate_and_no_other() {
    type Turn = fn(&mut Mandate);
    let cases: [(Turn, Gate, Missing); 12] = [
        (|it| drop(it.decision.take()), Gate::Mandate, Missing::Decision),
        (|it| drop(it.budget.take()), Gate::Budget, Missing::Budget),
        (|it| it.budget.as_mut().expect("a budget").amount = 0, Gate::Budget, Missing::Budget),
        (|it| it.budget.as_mut().expect("a budget").line = " ".into(), Gate::Budget, Missing::Budget),
        (|it| drop(it.duty.take()), Gate::Duty, Missing::Signature),
        (|it| it.duty.as_mut().expect("signed").rule.version += 1, Gate::Duty, Missing::SignatureAnew),
        (|it| it.commissioner.clear(), Gate::Commissioner, Missing::Commissioner),
        (|it| it.topics.clear(), Gate::Topics, Missing::Topics),
        (|it| it.topics[0].unit.clear(), Gate::Topics, Missing::Unit(shade_id())),
        (|it| it.topics[0].post.clear(), Gate::Topics, Missing::Post(shade_id())),
        (|it| drop(it.topics[0].acknowledged.take()), Gate::Topics, Missing::Acknowledgement(shade_id())),
        (
            |it| it.topics[0].post = "parks-deputy".into(),
            Gate::Topics,
            Missing::AcknowledgementAnew(shade_id()),
        ),
    ];
    for (turn, gate, missing) in cases {
        let mut it = ready();
        turn(&mut it);
        assert_eq!(shut(&it), [(gate, vec![missing])]);
    }
}

fn shade_id() -> String {
    "shade".into()
}

#[test]
fn a_changed_word_has_to_be_signed_and_acknowledged_anew() {
    let mut new = written();
    new.question.insert("en".into(), "How can the county stay cool in every street?".into());
    let after = take(&ready(), Role::Secretariat, None, Preparation::Write(Box::new(new))).expect("written");
    let expected = [
        (Gate::Duty, vec![Missing::SignatureAnew]),
        (Gate::Topics, vec![Missing::AcknowledgementAnew("shade".into())]),
    ];
    assert_eq!(shut(&after), expected);
    let same =
        take(&ready(), Role::Secretariat, None, Preparation::Write(Box::new(written()))).expect("written");
    assert_eq!(same, ready(), "the same words change nothing, and signatures cannot be written");
}

#[test]
fn a_language_needs_both_question_and_limits() {
    let mut it = ready();
    it.off_table.remove("es");
    assert_eq!(shut(&it)[0], (Gate::Remit, vec![Missing::Language("es".into())]));
}

#[test]
fn civil_society_notifies_instead_of_being_mandated() {
    let mut it = written();
    (it.by, it.decision) = (Commissioner::CivilSociety, None);
    let names: Vec<&str> = gates(&it, &rule()).iter().map(|one| one.name).collect();
    assert_eq!(names, ["remit", "commissioner", "notified", "duty", "budget", "topics"]);
    assert_eq!(shut(&it), [(Gate::Mandate, vec![Missing::Notice]), (Gate::Duty, vec![Missing::Signature])]);
    it.notified = Some(decision());
    let it = take(&it, Role::Signatory, Some("speaker"), Preparation::Sign).expect("signed");
    assert_eq!(shut(&it), [], "no department owes it an acknowledgement");
}

#[test]
fn the_first_session_is_opened_only_when_every_gate_lets_through() {
    let opened = take(&ready(), Role::Secretariat, Some("secretariat"), Preparation::Open).expect("opened");
    assert_eq!(opened.opening, Some(Opening { on: DAY, post: "secretariat".into() }));
    let mut poor = ready();
    poor.budget = None;
    assert_eq!(
        take(&poor, Role::Secretariat, Some("secretariat"), Preparation::Open),
        Err(vec![Hindrance::Shut(vec![Gate::Budget])])
    );
    let reason = "The budget is voted on in June; the assembly cannot wait for it.";
    let force = |reason: &str| Preparation::Override(Gate::Budget, reason.to_owned());
    let forced = take(&poor, Role::Coordinator, Some("coordinator"), force(reason)).expect("overridden");
    let state = &gates(&forced, &rule())[4];
    assert_eq!(
        (state.key(), state.overridden.as_ref().map(|one| one.reason.as_str())),
        ("overridden", Some(reason))
    );
    assert!(take(&forced, Role::Secretariat, Some("secretariat"), Preparation::Open).is_ok());

    let again = take(&forced, Role::Coordinator, Some("coordinator"), force(reason));
    assert_eq!(again, Err(vec![Hindrance::GateOpen(Gate::Budget)]));
    let short = take(&poor, Role::Coordinator, Some("coordinator"), force("no money               yet  "));
    assert_eq!(short, Err(vec![Hindrance::ReasonShort(REASON)]));
    let passed =
        take(&poor, Role::Coordinator, Some("coordinator"), Preparation::Override(Gate::Duty, reason.into()));
    assert_eq!(passed, Err(vec![Hindrance::GateOpen(Gate::Duty)]));
}

#[test]
fn an_override_that_is_no_longer_needed_is_not_shown() {
    let mut poor = ready();
    let budget = poor.budget.take();
    let reason = "The budget is voted on in June; the assembly cannot wait.".to_owned();
    let mut forced =
        take(&poor, Role::Signatory, Some("governor"), Preparation::Override(Gate::Budget, reason))
            .expect("overridden");
    forced.budget = budget;
    assert_eq!(gates(&forced, &rule())[4].key(), "passed");
}

#[test]
fn only_whom_it_concerns_takes_a_step() {
    let it = written();
    let refused = |role, post, step: Preparation| take(&it, role, post, step).expect_err("refused");
    assert_eq!(
        refused(Role::Officer, Some("x"), Preparation::Write(Box::new(written()))),
        [Hindrance::Role(WRITERS.to_vec())]
    );
    assert_eq!(
        refused(Role::Officer, Some("x"), Preparation::Topic(topic("b"))),
        [Hindrance::Role(WRITERS.to_vec())]
    );
    assert_eq!(
        refused(Role::Coordinator, Some("x"), Preparation::Sign),
        [Hindrance::Role(vec![Role::Signatory])]
    );
    assert_eq!(refused(Role::Signatory, None, Preparation::Sign), [Hindrance::NoPost]);
    assert_eq!(
        refused(Role::Secretariat, Some("x"), Preparation::Acknowledge("shade".into())),
        [Hindrance::OtherPost("parks-head".into())]
    );
    assert_eq!(
        refused(Role::Officer, Some("parks-head"), Preparation::Acknowledge("x".into())),
        [Hindrance::NoTopic]
    );
    assert_eq!(
        refused(Role::Coordinator, Some("x"), Preparation::Open),
        [Hindrance::Role(vec![Role::Secretariat])]
    );
    assert_eq!(refused(Role::Secretariat, Some("x"), Preparation::Drop("x".into())), [Hindrance::NoTopic]);
    assert_eq!(
        refused(Role::Secretariat, Some("x"), Preparation::Topic(topic("No good"))),
        [Hindrance::TopicUnnamed]
    );
    let empty = Mandate::new(Commissioner::Government, "x");
    assert_eq!(take(&empty, Role::Signatory, Some("x"), Preparation::Sign), Err(vec![Hindrance::NoRemit]));
    let (actor, posts) = somebody(Role::Secretariat, Some("x"));
    let hand = Hand { actor: &actor, posts: &posts, assembly: "other", on: DAY };
    assert_eq!(
        it.take(hand, Preparation::Drop("shade".into()), &rule()),
        Err(vec![Hindrance::Role(WRITERS.to_vec())])
    );
}

#[test]
fn after_the_opening_nothing_that_was_promised_changes() {
    let opened = take(&ready(), Role::Secretariat, Some("secretariat"), Preparation::Open).expect("opened");
    for (role, post, step) in [
        (Role::Secretariat, "secretariat", Preparation::Write(Box::new(written()))),
        (Role::Signatory, "governor", Preparation::Sign),
        (Role::Officer, "parks-head", Preparation::Acknowledge("shade".into())),
        (Role::Secretariat, "secretariat", Preparation::Open),
    ] {
        assert_eq!(take(&opened, role, Some(post), step), Err(vec![Hindrance::Opened]));
    }
}

#[test]
fn a_topic_that_gets_another_post_has_to_be_acknowledged_by_it() {
    let mut other = topic("shade");
    other.post = "parks-deputy".into();
    let after = take(&ready(), Role::Coordinator, None, Preparation::Topic(other)).expect("changed");
    assert_eq!(shut(&after), [(Gate::Topics, vec![Missing::Acknowledgement("shade".into())])]);
    let mut renamed = topic("shade");
    renamed.names.insert("en".into(), "Shade and trees".into());
    let after = take(&ready(), Role::Coordinator, None, Preparation::Topic(renamed)).expect("changed");
    assert_eq!(shut(&after), [], "a new name is no new remit");
}

fn check(of: &Mandate, wanted: Check) -> Outcome {
    checks(of, &rule(), true).into_iter().find(|(check, _)| *check == wanted).expect("every check").1
}

#[test]
fn a_good_mandate_passes_every_check_and_an_empty_one_none_of_its_own() {
    assert!(
        checks(&ready(), &rule(), true).iter().all(|(_, outcome)| *outcome == Outcome::Good),
        "{:?}",
        checks(&ready(), &rule(), true)
    );
    let empty = checks(&Mandate::new(Commissioner::Government, "x"), &rule(), false);
    let good: Vec<Check> =
        empty.iter().filter(|(_, outcome)| *outcome == Outcome::Good).map(|(check, _)| *check).collect();
    assert_eq!(good, [Check::AnswerTime, Check::Progress, Check::Survives], "those of the rule");
}

#[test]
fn each_check_doubts_what_it_should() {
    type Turn = fn(&mut Mandate);
    let cases: [(Turn, Check, Outcome); 12] = [
        (|it| it.question = texts("Should the county plant trees?", ""), Check::OpenQuestion, Outcome::Doubt),
        (
            |it| {
                it.question =
                    [("es".to_owned(), "¿Debe el condado plantar árboles que den sombra?".to_owned())].into()
            },
            Check::OpenQuestion,
            Outcome::Doubt,
        ),
        (
            |it| it.question = [("ca".to_owned(), "Què cal fer?".to_owned())].into(),
            Check::OpenQuestion,
            Outcome::Unknown,
        ),
        (
            |it| {
                it.question =
                    [("en".to_owned(), "Summers get hot. What should the county do?".to_owned())].into()
            },
            Check::OpenQuestion,
            Outcome::Good,
        ),
        (
            |it| {
                it.question = [("en".to_owned(), "What should we do? And who should pay?".to_owned())].into()
            },
            Check::PlainQuestion,
            Outcome::Doubt,
        ),
        (|it| it.open_until = it.last_day, Check::StillOpen, Outcome::Doubt),
        (|it| it.days = Some(3), Check::Days, Outcome::Doubt),
        (|it| it.organiser = "county COUNCIL ".into(), Check::ArmsLength, Outcome::Doubt),
        (|it| it.first_day = Some(date(2027, 3, 28)), Check::Notice, Outcome::Doubt),
        (|it| it.first_day = Some(date(2027, 3, 29)), Check::Notice, Outcome::Good),
        (
            |it| it.budget.as_mut().expect("a budget").until = date(2029, 9, 25),
            Check::FollowUp,
            Outcome::Doubt,
        ),
        (
            |it| it.budget.as_mut().expect("a budget").until = date(2029, 9, 26),
            Check::FollowUp,
            Outcome::Good,
        ),
    ];
    for (at, (turn, wanted, expected)) in cases.into_iter().enumerate() {
        let mut it = ready();
        turn(&mut it);
        assert_eq!(check(&it, wanted), expected, "case {at}: {wanted}");
    }
    let mut slow = rule();
    for clock in &mut slow.clocks {
        if clock.duty == Duty::Answer {
            clock.period = Period::months(18);
        }
    }
    slow.survives_dissolution = false;
    assert!(checks(&ready(), &slow, true).contains(&(Check::AnswerTime, Outcome::Doubt)));
    assert!(checks(&ready(), &slow, true).contains(&(Check::Survives, Outcome::Doubt)));
    assert!(checks(&ready(), &rule(), false).contains(&(Check::OutsideCheck, Outcome::Doubt)));
}
