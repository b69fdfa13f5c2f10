//! Random years: whatever happens over three years, and however often somebody leaves, dates and sums are those of counting
//! again without the code that is tested. Seeded: the same years in every run.

mod common;

use common::{Story, action, somebody};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use tracking::*;

const POSTS: [&str; 4] = ["Head of parks", "Deputy head of parks", "Head of roads", "Head of parks II"];

/// Days in a month, as every child knows them.
fn length(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// So many months later, on the same day or the last of the month.
fn months(start: Date, many: i32) -> Date {
    let count = i32::from(start.year()) * 12 + i32::from(start.month()) - 1 + many;
    let (year, month) = (count / 12, count % 12 + 1);
    let day = i32::from(start.day()).min(length(year, month));
    date(year as i16, month as i8, day as i8)
}

/// So many days later, one by one.
fn days(start: Date, many: i32) -> Date {
    let (mut year, mut month, mut day) =
        (i32::from(start.year()), i32::from(start.month()), i32::from(start.day()));
    for _ in 0..many {
        day += 1;
        if day > length(year, month) {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
    date(year as i16, month as i8, day as i8)
}

/// The days on which something that the usual rule sets may be due.
fn may_be_due(deadline: &Deadline) -> Vec<Date> {
    let from = deadline.started;
    match deadline.duty {
        Duty::Acknowledgement | Duty::NewOwner => vec![days(from, 14)],
        Duty::Owner | Duty::MembersReply => vec![days(from, 30)],
        Duty::Answer | Duty::FirmPosition => vec![months(from, 6)],
        Duty::Progress => (0..12).map(|times| months(from, 3 + 6 * times)).collect(),
        Duty::Commitment | Duty::Milestone => Vec::new(),
    }
}

#[derive(Debug, Clone)]
struct Throw {
    which: usize,
    pick: usize,
    wait: i32,
    leaver: usize,
}

fn throws() -> impl Strategy<Value = Vec<Throw>> {
    let one = (0..3_usize, 0..10_000_usize, 0..40_i32, 0..40_usize);
    let throw = one.prop_map(|(which, pick, wait, leaver)| Throw { which, pick, wait, leaver });
    prop::collection::vec(throw, 60..140)
}

/// How often a deed is thrown: what leads on more often than what leads back, or three years would end where they began.
fn weight(verb: Verb) -> usize {
    match verb {
        Verb::Respond | Verb::Publish | Verb::Deliver => 8,
        _ => 1,
    }
}

/// One of the things that somebody may do now. Nobody withdraws: it would be the end.
fn step(story: Story, pick: usize) -> Story {
    let cast: Vec<Actor> = Role::ALL.iter().map(|role| somebody(*role)).collect();
    let allowed = |actor: &Actor| story.it.allowed(actor, story.today());
    let all: Vec<(usize, Verb)> = (0..cast.len())
        .flat_map(|who| allowed(&cast[who]).into_iter().map(move |verb| (who, verb)))
        .filter(|(_, verb)| *verb != Verb::Withdraw)
        .flat_map(|deed| std::iter::repeat_n(deed, weight(deed.1)))
        .collect();
    let Some((who, verb)) = all.get(pick % all.len().max(1)).copied() else { return story };
    let act = match action(verb, &story) {
        Action::Respond { reasons, evidence, revision, .. } => {
            let position = Position::ALL[pick % Position::ALL.len()];
            let evidence = if evidence.is_empty() { vec![common::evidence(story.today())] } else { evidence };
            Action::Respond { position, reasons, evidence, revision }
        }
        act => act,
    };
    match story.attempt(&cast[who], act) {
        Ok((it, event)) => {
            let mut story = story;
            story.it = it;
            story.events.push(event);
            story
        }
        Err(_) => story,
    }
}

/// Whoever holds a post goes, and another post takes everything; nothing is left without an owner.
fn leave(stories: &mut [Story], post: &str, to: &str, today: Date) {
    let units: BTreeMap<String, String> =
        POSTS.iter().map(|post| ((*post).to_owned(), "parks".to_owned())).collect();
    let holding = |(number, post): (usize, &&str)| Holding {
        id: format!("h-{number}"),
        post: (*post).to_owned(),
        person: format!("p-{number}"),
        from: date(2020, 1, 1),
        until: None,
    };
    let mut holdings: Vec<Holding> = POSTS.iter().enumerate().map(holding).collect();
    let work: Vec<(String, Recommendation)> =
        stories.iter().enumerate().map(|(id, story)| (id.to_string(), story.it.clone())).collect();
    let grants = BTreeMap::new();
    let office = Office { posts: &units, holdings: &holdings, grants: &grants, work: &work };
    let person = holdings.iter().find(|one| one.post == post).expect("held").person.clone();
    let deputy = POSTS.iter().find(|one| **one != post && **one != to).map(|one| (*one).to_owned());
    let heirs = BTreeMap::from([(post.to_owned(), Heir::Post { to: to.to_owned(), deputy })]);
    let plan = office.leaving(&person, today, &heirs, today).expect("another post takes it");
    for one in plan.moves {
        let id: usize = one.id.parse().expect("a number");
        let (from, to, why) = (one.from, one.to, "Somebody leaves.".to_owned());
        let act = Action::Reassign { from, to, deputy: one.deputy, unit: one.unit, why };
        stories[id] = stories[id].clone().by(&somebody(Role::Coordinator), act);
    }
    holdings.retain(|one| one.post != post);
    let work: Vec<(String, Recommendation)> =
        stories.iter().enumerate().map(|(id, story)| (id.to_string(), story.it.clone())).collect();
    let office = Office { posts: &units, holdings: &holdings, grants: &grants, work: &work };
    // A post that was made up on the way ("… II II") is nobody's here and was nobody's before.
    let left = office.without_owner(today);
    assert!(left.iter().all(|(_, own)| *own != post), "{left:?}");
}

fn dates_hold(story: &Story, today: Date) {
    for deadline in &story.it.deadlines {
        let due = deadline.extension.as_ref().map_or(deadline.due, |extension| extension.before);
        if deadline.rule.is_some() {
            assert!(may_be_due(deadline).contains(&due), "{deadline:?}");
        }
        let open = deadline.ended.is_none();
        let late = open && deadline.due < today && deadline.duty != Duty::MembersReply;
        assert_eq!(deadline.is_overdue(today), late, "{deadline:?} on {today}");
        let after = [(Rung::Overdue, 1), (Rung::Sponsor, 90), (Rung::Statement, 180)];
        let reached = rungs(deadline, today);
        for (rung, many) in after {
            let expected = open && deadline.duty != Duty::MembersReply && days(deadline.due, many) <= today;
            assert_eq!(reached.contains(&rung), expected, "{rung} of {deadline:?} on {today}");
        }
        assert!(!deadline.ended.as_ref().is_some_and(|ended| ended.lapsed), "the usual rule outlives all");
    }
}

fn sums_hold(stories: &[Story], today: Date) {
    let all = || stories.iter().map(|story| &story.it);
    let coverage = Coverage::of(all(), today);
    assert_eq!(coverage.states.values().sum::<u32>() as usize, stories.len());
    assert_eq!(coverage.positions.values().sum::<u32>(), coverage.answered);
    assert!(coverage.delivered <= coverage.answered && coverage.accepted <= coverage.answered);
    assert!(coverage.answered <= coverage.handed_over);
    let late = all().filter(|it| it.deadlines.iter().any(|one| one.is_overdue(today))).count();
    assert_eq!(coverage.overdue as usize, late);
    let working = [
        State::Owned,
        State::ResponseDrafted,
        State::Published,
        State::InDelivery,
        State::Stalled,
        State::ClaimedDone,
    ];
    let busy = all().filter(|it| working.contains(&it.state)).filter_map(|it| it.assignment.as_ref());
    let hours: u64 = busy.flat_map(|one| one.hours.values()).map(|hours| u64::from(*hours)).sum();
    let loads = workload(all(), &BTreeMap::new(), today);
    assert_eq!(loads.values().map(|load| load.hours).sum::<u64>(), hours, "no hour is lost or made");
}

#[test]
fn three_random_years_keep_dates_sums_and_owners() {
    let mut runner = TestRunner::deterministic();
    let (mut reached, mut moved, mut silent) = (0, 0, 0);
    for _ in 0..40 {
        let throws = throws().new_tree(&mut runner).expect("throws").current();
        let start = date(2026, 8, 31);
        let mut stories = [Story::owned(start), Story::owned(start), Story::owned(start)];
        let mut today = start;
        for throw in throws {
            today = days(today, throw.wait);
            if today > date(2029, 8, 31) {
                reached += 1;
                break;
            }
            stories.iter_mut().for_each(|story| *story = story.clone().on(today));
            stories[throw.which] = step(stories[throw.which].clone(), throw.pick);
            if let (Some(post), Some(to)) = (POSTS.get(throw.leaver), POSTS.get((throw.leaver + 1) % 4)) {
                leave(&mut stories, post, to, today);
                moved += 1;
            }
            stories.iter().for_each(|story| dates_hold(story, today));
            sums_hold(&stories, today);
        }
        let election = Election { id: "e-9".into(), on: date(2028, 6, 18) };
        let counted = Reviews::of(&election, stories.iter().map(|story| &story.it), days(election.due(), 1));
        assert_eq!((counted.waiting, counted.settled()), (0, 0), "nobody spoke of this election");
        silent += counted.silent;
        for story in &stories {
            assert_eq!(Recommendation::rebuild(&story.events).expect("a history"), story.it);
        }
    }
    assert!(reached > 10 && moved > 50 && silent > 0, "{reached} {moved} {silent}: too little happened");
}
