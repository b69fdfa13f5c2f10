//! Elections: what concerns whom from when until when, by a table worked by hand and by counting again.

mod common;

use common::{Story, action, somebody};
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;
use tracking::*;

fn working() -> Story {
    Story::owned(date(2026, 3, 2)).published(Position::Accepted).then(Verb::Deliver)
}

fn election() -> Election {
    Election { id: "e-1".into(), on: date(2026, 6, 14) }
}

fn under(commitment: u32) -> Under {
    Under { election: "e-1".into(), elected_on: date(2026, 6, 14), commitment }
}

#[test]
fn ninety_days_and_then_silence_shows() {
    let story = working();
    let table = [
        (date(2026, 6, 13), None),
        (date(2026, 6, 14), Some(Standing::Waiting(90))),
        (date(2026, 9, 11), Some(Standing::Waiting(1))),
        (date(2026, 9, 12), Some(Standing::Waiting(0))),
        (date(2026, 9, 13), Some(Standing::Silent(1))),
        (date(2027, 9, 13), Some(Standing::Silent(366))),
    ];
    assert_eq!(election().due(), date(2026, 9, 12));
    for (day, standing) in table {
        assert_eq!(election().standing(&story.it, &story.it.commitments[0], day), standing, "{day}");
    }
}

#[test]
fn what_it_does_not_concern() {
    let day = date(2026, 12, 1);
    let stands = |story: &Story| election().standing(&story.it, &story.it.commitments[0], day).is_some();
    assert!(stands(&working()));
    assert!(stands(&working().then(Verb::ProposeStall).then(Verb::ConfirmStall)));
    assert!(stands(&working().then(Verb::ProposeDone).then(Verb::ConfirmDone)), "claimed is not checked");
    assert!(!stands(&working().then(Verb::ProposeDone).then(Verb::ConfirmDone).then(Verb::Verify)));
    assert!(!stands(&working().then(Verb::Abandon)));
    let later = Story::owned(date(2026, 6, 15)).published(Position::Accepted).then(Verb::Deliver);
    assert!(!stands(&later), "promised by those who were elected");
    let before = Under { election: "e-0".into(), elected_on: date(2026, 3, 2), commitment: 1 };
    let dropped = working()
        .by(&somebody(Role::Coordinator), Action::Drop { under: before, reason: "No money.".into() });
    assert!(!stands(&dropped), "dropped after the election before");
}

#[test]
fn an_amended_commitment_is_due_on_its_new_day_and_the_old_one_stays_to_be_seen() {
    let story = working().on(date(2026, 7, 1));
    let was = story.it.commitments[0].clone();
    let amend = |deliverable: &str, due| Action::Amend {
        under: under(1),
        deliverable: deliverable.into(),
        due,
        reason: "Half of the ground is private.".into(),
    };
    let signatory = somebody(Role::Signatory);
    let early =
        story.attempt(&signatory, amend("200 trees", date(2026, 8, 1))).expect_err("before its milestone");
    assert!(matches!(early[0], Refusal::TooEarly { field: "due", .. }), "{early:?}");
    assert!(story.attempt(&signatory, amend(&was.deliverable, was.due)).is_err(), "nothing is amended");
    let after = story.by(&signatory, amend("200 trees", date(2028, 1, 1)));
    let now = &after.it.commitments[0];
    assert_eq!((now.deliverable.as_str(), now.due), ("200 trees", date(2028, 1, 1)));
    assert_eq!(now.reviews[0].before, Some(Step { title: was.deliverable, due: was.due }));
    let own: Vec<_> = after.it.deadlines.iter().filter(|one| one.duty == Duty::Commitment).collect();
    assert_eq!(own.len(), 2);
    assert_eq!((own[0].due, own[0].ended.as_ref().map(|ended| ended.met)), (was.due, Some(false)));
    assert_eq!((own[1].due, own[1].is_open()), (date(2028, 1, 1), true));
    assert_eq!(after.it.promised_on(1), Some(date(2026, 3, 2)), "it was made when it was made");
    // A claim that is sent back brings back the new day only.
    let again = after.then(Verb::ProposeDone).then(Verb::ConfirmDone).then(Verb::NotDone);
    let open: Vec<_> =
        again.it.open_deadlines().into_iter().filter(|one| one.duty == Duty::Commitment).collect();
    assert_eq!(open.iter().map(|one| one.due).collect::<Vec<_>>(), [date(2028, 1, 1)]);
    assert_eq!(Recommendation::rebuild(&again.events).expect("a history"), again.it);
}

#[test]
fn nothing_is_due_of_what_was_dropped_and_it_stays_dropped() {
    let drop = Action::Drop { under: under(1), reason: "It is not what we were elected for.".into() };
    let coordinator = somebody(Role::Coordinator);
    let after = working().on(date(2026, 7, 1)).by(&coordinator, drop.clone());
    let promised =
        |it: &Recommendation| it.open_deadlines().iter().filter(|one| one.commitment.is_some()).count();
    assert_eq!(promised(&after.it), 0);
    assert_eq!(after.attempt(&coordinator, drop), Err(vec![Refusal::Dropped]));
    let again = after.then(Verb::ProposeDone).then(Verb::ConfirmDone).then(Verb::NotDone);
    assert_eq!(promised(&again.it), 0, "a claim that is sent back does not revive it");
}

#[test]
fn reasons_election_and_commitment_are_needed() {
    let story = working().on(date(2026, 7, 1));
    let wrong = Under { election: String::new(), elected_on: date(2026, 7, 2), commitment: 7 };
    let refusals = story
        .attempt(&somebody(Role::Coordinator), Action::Reaffirm { under: wrong, reason: " ".into() })
        .expect_err("refused");
    let keys: Vec<&str> = refusals.iter().map(Refusal::key).collect();
    assert_eq!(keys, ["missing", "missing", "too_late", "unknown"]);
}

#[derive(Debug, Clone)]
struct Fate {
    verbs: Vec<u8>,
    wait: i32,
}

proptest! {
    /// However commitments go, each that is open and was made in time is counted once, and as what was said last.
    #[test]
    fn counts_are_those_of_counting_again(
        fates in prop::collection::vec((prop::collection::vec(0..7_u8, 0..5), 0..300_i32), 1..8),
        ahead in 0..400_i32,
    ) {
        let fates = fates.into_iter().map(|(verbs, wait)| Fate { verbs, wait });
        let stories: Vec<Story> = fates.map(|fate| {
            let start = date(2026, 3, 2).checked_add(fate.wait.days()).expect("a day");
            let mut story = Story::owned(start).published(Position::Accepted).then(Verb::Deliver);
            story = story.on(election().on.max(start));
            for verb in &fate.verbs {
                let verb = [Verb::Reaffirm, Verb::Amend, Verb::Drop, Verb::AddCommitment, Verb::ProposeDone, Verb::ConfirmDone, Verb::Abandon][usize::from(*verb)];
                let role = deed_in(story.it.state, verb).map(|deed| deed.who[0]).or_else(|| transition(story.it.state, verb).map(|line| line.who[0]));
                let Some(role) = role else { continue };
                let tried = story.clone();
                if let Ok((it, event)) = tried.attempt(&somebody(role), action(verb, &tried)) {
                    story.it = it;
                    story.events.push(event);
                }
            }
            story
        }).collect();
        let day = election().on.checked_add(ahead.days()).expect("a day");
        let mut again = Reviews::default();
        for story in &stories {
            for number in 1..=story.it.commitments.len() as u32 {
                // Told from the events alone.
                let (mut said, mut made) = (None, None);
                for event in &story.events {
                    let on = story.rule.day(event.at);
                    match &event.action {
                        Action::Deliver { .. } if number == 1 => made = Some(on),
                        Action::AddCommitment { .. } if made.is_none() && number > 1 => {
                            let before = story.events.iter().take_while(|one| one.sequence <= event.sequence);
                            let many = before.filter(|one| matches!(one.action, Action::AddCommitment { .. })).count();
                            if many as u32 + 1 == number { made = Some(on) }
                        }
                        Action::Reaffirm { under, .. } if under.commitment == number => said = Some(Decided::Reaffirmed),
                        Action::Amend { under, .. } if under.commitment == number => said = Some(Decided::Amended),
                        Action::Drop { under, .. } if under.commitment == number => said = Some(Decided::Dropped),
                        _ => {}
                    }
                }
                let open = matches!(story.it.state, State::InDelivery | State::Stalled | State::ClaimedDone);
                match said {
                    Some(Decided::Reaffirmed) => again.reaffirmed += 1,
                    Some(Decided::Amended) => again.amended += 1,
                    Some(Decided::Dropped) => again.dropped += 1,
                    None if open && made.expect("made") <= election().on => {
                        if ahead > 90 { again.silent += 1 } else { again.waiting += 1 }
                    }
                    None => {}
                }
            }
        }
        let counted = Reviews::of(&election(), stories.iter().map(|story| &story.it), day);
        prop_assert_eq!(counted, again);
        prop_assert_eq!(counted.all(), counted.settled() + counted.waiting + counted.silent);
    }
}
