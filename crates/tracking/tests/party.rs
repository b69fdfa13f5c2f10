//! Organisations outside government: they deliver what they promised, check what others deliver, and never both.

mod common;

use common::{action, evidence, promise, ready, somebody};
use tracking::*;

const CLUB: &str = "tree-club";

/// Somebody with one role for one unit, holding a post in it.
fn of_unit(role: Role, unit: &str) -> Actor {
    let mut actor = somebody(role);
    actor.person = format!("p-{}-{unit}", role.key());
    actor.grants[0].unit = Some(unit.to_owned());
    actor.units = vec![unit.to_owned()];
    actor
}

fn parties() -> Parties {
    let units = [(CLUB, Party::CivilSociety), ("watch", Party::Verifier), ("parks", Party::Department)];
    let posts = [
        ("club-lead", CLUB),
        ("club-two", CLUB),
        ("watch-lead", "watch"),
        ("parks-head", "parks"),
        ("roads-head", "roads"),
    ];
    Parties::new(
        units.map(|(id, party)| (id.to_owned(), party)),
        posts.map(|(id, unit)| (id.to_owned(), unit.to_owned())),
    )
}

/// In delivery: the first commitment is the department's, the second one the club's.
fn shared() -> common::Story {
    let story = ready(State::InDelivery, Verb::AddCommitment);
    let mut add =
        Action::AddCommitment { promise: Promise { post: "club-lead".into(), ..promise(story.today()) } };
    parties().settle(&mut add);
    story.by(&somebody(Role::Officer), add)
}

fn report(commitment: u32, delivery: Delivery) -> Action {
    Action::ReportOn { commitment, delivery, text: "Forty trees stand.".into(), evidence: Vec::new() }
}

fn keys(outcome: Result<(Recommendation, Event), Vec<Refusal>>) -> Vec<&'static str> {
    outcome.expect_err("refused").iter().map(Refusal::key).collect()
}

#[test]
fn what_is_promised_names_the_organisation_of_its_post() {
    let it = shared().it;
    assert_eq!(it.commitments[0].organisation, None);
    assert_eq!(it.commitments[1].organisation.as_deref(), Some(CLUB));
    assert_eq!(it.unit(), Some("parks"));
    // Whatever the form said before.
    let mut add = Action::AddCommitment {
        promise: Promise {
            organisation: Some("made-up".into()),
            ..promise(common::rule().day(it.updated_at))
        },
    };
    parties().settle(&mut add);
    assert!(matches!(add, Action::AddCommitment { promise } if promise.organisation.is_none()));
}

#[test]
fn an_organisation_reports_on_its_own_commitment_and_on_nothing_else() {
    let (story, club) = (shared(), of_unit(Role::Officer, CLUB));
    let allowed = story.it.allowed(&club, story.today());
    assert_eq!(allowed, [Verb::MeetMilestone, Verb::ReportOn]);
    assert_eq!(keys(story.attempt(&club, report(1, Delivery::UnderWay))), ["not_yours"]);
    assert_eq!(
        keys(story.attempt(&club, Action::MeetMilestone { commitment: 1, milestone: 1 })),
        ["not_yours"]
    );
    let whole = Action::Report { delivery: Delivery::UnderWay, text: "All of it.".into() };
    assert_eq!(keys(story.attempt(&club, whole)), ["scope"]);
    let with_evidence = Action::ReportOn {
        commitment: 2,
        delivery: Delivery::Done,
        text: "All of ours.".into(),
        evidence: vec![evidence(story.today())],
    };
    let before = story.it.delivery;
    let after =
        story.by(&club, with_evidence).by(&club, Action::MeetMilestone { commitment: 2, milestone: 1 }).it;
    assert_eq!(after.delivery, before, "the department's own report stands");
    assert_eq!(
        after.progress.last().map(|one| (one.commitment, one.delivery)),
        Some((Some(2), Delivery::Done))
    );
    assert_eq!(after.evidence.last().and_then(|one| one.commitment), Some(2));
    assert!(after.commitments[1].milestones[0].met_at.is_some());
}

#[test]
fn the_department_does_not_speak_for_an_organisation() {
    let (story, officer) = (shared(), of_unit(Role::Officer, "parks"));
    assert_eq!(keys(story.attempt(&officer, report(2, Delivery::UnderWay))), ["not_yours"]);
    let after = story.by(&officer, report(1, Delivery::UnderWay));
    for (number, delivery, key) in [
        (9, Delivery::UnderWay, "unknown"),
        (1, Delivery::Abandoned, "own_verb"),
        (1, Delivery::Reversed, "own_verb"),
    ] {
        assert_eq!(keys(after.attempt(&officer, report(number, delivery))), [key]);
    }
    // Its report stops no clock: that of the whole runs on.
    let running = |it: &Recommendation| it.open_deadlines().len();
    let club = of_unit(Role::Officer, CLUB);
    let whole = running(&after.it);
    assert_eq!(running(&after.by(&club, report(2, Delivery::PartlyDone)).it), whole);
}

#[test]
fn who_delivers_never_verifies() {
    let story = shared();
    let grade = || Action::Grade { grade: Grade::Limited, note: "A few stand.".into() };
    let mut by_post = somebody(Role::Verifier);
    by_post.units = vec![CLUB.to_owned()];
    let mut by_grant = somebody(Role::Verifier);
    by_grant.grants.extend(of_unit(Role::Officer, CLUB).grants);
    let mut of_the_unit = somebody(Role::Verifier);
    of_the_unit.units = vec!["parks".to_owned()];
    for inside in [by_post, by_grant, of_the_unit] {
        assert_eq!(keys(story.attempt(&inside, grade())), ["inside"]);
        assert!(!story.it.allowed(&inside, story.today()).contains(&Verb::Grade));
    }
    // Another organisation checks.
    let mut watch = somebody(Role::Verifier);
    watch.units = vec!["watch".to_owned()];
    assert!(story.attempt(&watch, grade()).is_ok());
    // Without the club among those who deliver, the club may check.
    let alone = ready(State::InDelivery, Verb::Grade);
    let mut club = somebody(Role::Verifier);
    club.units = vec![CLUB.to_owned()];
    assert!(alone.attempt(&club, grade()).is_ok());
}

#[test]
fn only_departments_answer_and_bodies_that_check_promise_nothing() {
    let parties = parties();
    let fields = |action: &Action| -> Vec<_> {
        parties.refusals(action).iter().map(|one| (one.key(), one.field().unwrap_or_default())).collect()
    };
    let assign = |unit: &str, accountable: &str, deputy: &str| {
        let (unit, accountable, deputy) = (unit.to_owned(), accountable.to_owned(), deputy.to_owned());
        Action::Assign { assignment: Assignment { unit, accountable, deputy, ..common::assignment("x") } }
    };
    assert_eq!(fields(&assign("parks", "parks-head", "unknown")), []);
    let all = [("outside", "unit"), ("outside", "accountable"), ("outside", "deputy")];
    assert_eq!(fields(&assign(CLUB, "club-lead", "watch-lead")), all);
    let back = |unit: &str| Action::Return { reason: "Not ours.".into(), proposed_unit: unit.into() };
    assert_eq!(fields(&back("roads")), []);
    assert_eq!(fields(&back("watch")), [("outside", "proposed_unit")]);
    let pass = |from: &str, to: &str, unit: Option<&str>| Action::Reassign {
        from: from.into(),
        to: to.into(),
        deputy: None,
        unit: unit.map(str::to_owned),
        why: "They left.".into(),
    };
    assert_eq!(fields(&pass("club-lead", "club-two", None)), []);
    assert_eq!(fields(&pass("parks-head", "roads-head", Some("roads"))), []);
    for (from, to) in [("parks-head", "club-lead"), ("club-lead", "parks-head"), ("club-lead", "watch-lead")]
    {
        assert_eq!(fields(&pass(from, to, None)), [("outside", "to")], "{from} {to}");
    }
    assert_eq!(fields(&pass("parks-head", "roads-head", Some(CLUB))), [("outside", "unit")]);
    let today = ready(State::InDelivery, Verb::Report).today();
    let by = |post: &str| Promise { post: post.into(), ..promise(today) };
    assert_eq!(fields(&Action::AddCommitment { promise: by("club-lead") }), []);
    assert_eq!(
        fields(&Action::Deliver { commitments: vec![by("club-lead"), by("watch-lead")] }),
        [("checker", "post")]
    );
}

#[test]
fn a_reply_on_paper_says_so() {
    let story = ready(State::Refused, Verb::EnterReply);
    let enter = action(Verb::EnterReply, &story);
    assert_eq!(keys(story.attempt(&somebody(Role::Member), enter.clone())), ["role"]);
    let it = story.by(&somebody(Role::Secretariat), enter).then(Verb::Reply).it;
    let through: Vec<_> = it.replies.iter().map(|one| one.through).collect();
    assert_eq!(through, [Some(Through::Paper), None]);
}

#[test]
fn a_comment_by_telephone_is_entered_by_the_secretariat_alone() {
    let story = ready(State::Published, Verb::Reply);
    let enter = |role| {
        Comment::enter(&somebody(role), &story.it, " Well done. ", Through::Phone, story.now, story.today())
    };
    let made = enter(Role::Secretariat).expect("the secretariat enters it");
    assert_eq!(
        (made.text.as_str(), made.through, made.is_public()),
        ("Well done.", Some(Through::Phone), false)
    );
    assert_eq!(enter(Role::Member), Err(vec![Unsaid::Role]));
    assert_eq!(enter(Role::Officer), Err(vec![Unsaid::Role]));
}
