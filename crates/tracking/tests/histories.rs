//! Random histories: whatever people try, what comes out is lawful and can be rebuilt.

mod common;

use common::{Story, action, somebody};
use jiff::civil::date;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;
use tracking::*;

/// Everybody of a small town: one for each role, and some with two.
fn cast() -> Vec<Actor> {
    let mut cast: Vec<Actor> = Role::ALL.iter().map(|role| somebody(*role)).collect();
    for (person, roles) in [
        ("p-two", vec![Role::Officer, Role::Approver]),
        ("p-three", vec![Role::Officer, Role::Approver, Role::Signatory]),
        ("p-check", vec![Role::Officer, Role::Verifier]),
    ] {
        let grants = roles.into_iter().flat_map(|role| somebody(role).grants).collect();
        cast.push(Actor { person: person.into(), post: None, units: Vec::new(), grants });
    }
    let mut roads = somebody(Role::Officer);
    roads.person = "p-roads".into();
    roads.grants[0].unit = Some("roads".into());
    cast.push(roads);
    cast
}

#[derive(Debug, Clone)]
struct Throw {
    who: Index,
    verb: Index,
    position: Index,
    lawful: bool,
    days: i32,
    spoilt: u8,
}

fn throw() -> impl Strategy<Value = Throw> {
    (any::<Index>(), any::<Index>(), any::<Index>(), prop::bool::weighted(0.8), -1..120_i32, any::<u8>())
        .prop_map(|(who, verb, position, lawful, days, spoilt)| Throw {
            who,
            verb,
            position,
            lawful,
            days,
            spoilt,
        })
}

/// An action, now and then with another position, another unit, or something missing.
fn thrown(throw: &Throw, story: &Story, verb: Verb) -> Action {
    let positions = throw.position.get(Position::ALL);
    let units = ["parks", "roads"];
    match (action(verb, story), throw.spoilt % 8) {
        (Action::Respond { reasons, evidence, revision, .. }, 0..6) => {
            Action::Respond { position: *positions, reasons, evidence, revision }
        }
        (Action::Respond { position, evidence, revision, .. }, _) => {
            Action::Respond { position, reasons: Words::new(), evidence, revision }
        }
        (Action::Revise { evidence, revision, .. }, 0..6) => {
            let reasons = common::words(&format!("Now {positions} after {} days.", throw.days));
            Action::Revise { position: *positions, reasons, evidence, revision }
        }
        (Action::Assign { .. }, spoilt) => {
            Action::Assign { assignment: common::assignment(units[usize::from(spoilt % 2)]) }
        }
        (Action::Deliver { .. }, 0) => Action::Deliver { commitments: Vec::new() },
        (Action::Abandon { .. }, 0) => Action::Abandon { reason: String::new() },
        (action, _) => action,
    }
}

/// What holds of every recommendation, however it came about.
fn lawful(story: &Story) {
    let it = &story.it;
    let open: BTreeSet<Duty> = it.open_deadlines().iter().map(|one| one.duty).collect();
    let numbers: Vec<u32> = it.deadlines.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=it.deadlines.len() as u32).collect::<Vec<_>>());
    let waits = [State::HandedOver, State::Owned, State::Returned, State::ResponseDrafted];
    assert!(
        !waits.contains(&it.state) || open.contains(&Duty::Answer),
        "nobody stops the clock in {}",
        it.state
    );
    if it.state == State::Published && !it.position.expect("published").is_firm() {
        assert!(open.contains(&Duty::FirmPosition));
    }
    if matches!(it.state, State::InDelivery | State::Stalled) {
        assert!(open.contains(&Duty::Progress) && !it.commitments.is_empty());
        assert!(it.position.expect("answered").counts_as_accepted());
    }
    assert_eq!(it.state == State::Stalled, it.stalled.is_some());
    assert_eq!(it.state == State::ResponseDrafted, it.draft.is_some());
    assert_eq!(it.state == State::Refused, open.contains(&Duty::MembersReply));
    assert!(it.state == State::Draft || it.vote.as_ref().expect("a vote").carried());
    for response in &it.responses {
        let (approved, signed) =
            (response.approved_by.as_ref().expect("approved"), response.signed_by.as_ref());
        assert_ne!(approved.person, response.drafted_by.person);
        assert_ne!(signed.expect("signed").person, response.drafted_by.person);
    }
    for version in it.texts.values().flatten() {
        assert_eq!(version.sha256, hash(&version.wording));
    }
}

/// What holds of every event.
fn follows_the_tables(event: &Event, before: &Recommendation) {
    let verb = event.action.verb();
    let line = transition(before.state, verb).map(|line| (line.to, line.who));
    let (to, who) =
        line.or_else(|| deed_in(before.state, verb).map(|deed| (before.state, deed.who))).expect("a line");
    assert_eq!((event.from, event.to), (Some(before.state), to));
    assert!(who.contains(&event.by.role));
}

/// Somebody and a verb: four times out of five one that is allowed to that person now. Few withdraw it, which would be its end.
fn chosen<'a>(throw: &Throw, cast: &'a [Actor], story: &Story) -> (&'a Actor, Verb) {
    let allowed = |actor: &Actor| story.it.allowed(actor, story.today());
    let ends = |verb: &Verb| *verb == Verb::Withdraw && throw.spoilt > 25;
    let lawful: BTreeSet<Verb> = cast.iter().flat_map(allowed).filter(|verb| !ends(verb)).collect();
    if throw.lawful && !lawful.is_empty() {
        let verb = *throw.verb.get(&lawful.into_iter().collect::<Vec<_>>());
        let able: Vec<&Actor> = cast.iter().filter(|actor| allowed(actor).contains(&verb)).collect();
        return (*throw.who.get(&able), verb);
    }
    (throw.who.get(cast), *throw.verb.get(Verb::ALL))
}

fn play(throws: &[Throw], seen: &mut BTreeSet<State>) {
    let cast = cast();
    let mut story = Story::new(date(2026, 1, 31));
    for throw in throws {
        story = story.wait(throw.days.max(0));
        let today = story.today();
        let (actor, verb) = chosen(throw, &cast, &story);
        let allowed = story.it.allowed(actor, today);
        let now = if throw.days < 0 { common::noon(today.yesterday().expect("a day")) } else { story.now };
        let action = thrown(throw, &story, verb);
        match story.it.act(actor, action, now, &story.rule, &[]) {
            Ok((after, event)) => {
                assert!(allowed.contains(&verb), "{verb} was not shown");
                follows_the_tables(&event, &story.it);
                let text = serde_json::to_string(&event).expect("JSON");
                assert_eq!(serde_json::from_str::<Event>(&text).expect("the same event"), event);
                let text = serde_json::to_string(&after).expect("JSON");
                assert_eq!(serde_json::from_str::<Recommendation>(&text).expect("the same"), after);
                story.it = after;
                story.events.push(event);
                lawful(&story);
                seen.insert(story.it.state);
            }
            Err(refusals) => {
                assert!(!refusals.is_empty(), "a refusal without a reason");
                let obstacles = story.it.obstacles(verb, actor, today);
                assert!(
                    throw.days < 0 || obstacles.iter().all(|one| refusals.contains(one)),
                    "every reason at once"
                );
            }
        }
    }
    assert_eq!(Recommendation::rebuild(&story.events).expect("a history"), story.it);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_is_tried_what_comes_out_is_lawful(throws in prop::collection::vec(throw(), 1..120)) {
        play(&throws, &mut BTreeSet::new());
    }
}

/// The random histories would prove little if they never came far.
#[test]
fn random_histories_reach_every_state() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::from([State::Draft]);
    for _ in 0..60 {
        let throws = prop::collection::vec(throw(), 200).new_tree(&mut runner).expect("throws").current();
        play(&throws, &mut seen);
    }
    assert_eq!(seen, State::ALL.iter().copied().collect());
}

#[test]
fn a_history_with_a_gap_or_without_a_beginning_is_none() {
    let story = Story::owned(date(2026, 3, 2)).published(Position::Accepted).then(Verb::Deliver);
    let events = story.events;
    assert!(Recommendation::rebuild(&events).is_ok());
    assert_eq!(Recommendation::rebuild(&[]), Err(Broken::NoBeginning));
    assert_eq!(Recommendation::rebuild(&events[1..]), Err(Broken::NoBeginning));
    for left_out in 1..events.len() - 1 {
        let mut gap = events.clone();
        gap.remove(left_out);
        assert_eq!(Recommendation::rebuild(&gap), Err(Broken::Gap { place: left_out as u64 + 1 }));
    }
    let mut swapped = events.clone();
    swapped.swap(2, 3);
    assert_eq!(Recommendation::rebuild(&swapped), Err(Broken::Gap { place: 3 }));
}
