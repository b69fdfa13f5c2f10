//! Hours against capacity: sums by a table worked by hand, and after any sequence of reassignments by a naive model.

mod common;

use common::{Story, assignment, somebody};
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tracking::*;

const POSTS: [&str; 6] = ["head", "deputy", "gardener", "clerk", "planner", "driver"];

fn facts(hours: u32) -> PostFacts {
    PostFacts::default().with_capacity(date(2026, 1, 1), hours)
}

fn owned(reference: &str, assigned: Assignment) -> Story {
    let story = Story::new(date(2026, 3, 2));
    let draft = Draft { reference: reference.into(), ..common::new_draft() };
    let (it, event) =
        Recommendation::draft(&somebody(Role::Secretariat), draft, story.now, &story.rule).expect("a draft");
    let story = Story { it, events: vec![event], ..story };
    let action = Action::Assign { assignment: assigned };
    story.then(Verb::Adopt).then(Verb::HandOver).by(&somebody(Role::Coordinator), action)
}

fn named(accountable: &str, deputy: &str) -> Assignment {
    Assignment { accountable: accountable.into(), deputy: deputy.into(), ..assignment("parks") }
}

fn hours(list: &[(&str, u32)]) -> BTreeMap<String, u32> {
    list.iter().map(|(post, hours)| ((*post).to_owned(), *hours)).collect()
}

/// Two recommendations, worked by hand.
#[test]
fn hours_against_capacity_as_the_table_says() {
    let coordinator = somebody(Role::Coordinator);
    let involve = Action::Involve {
        responsible: vec!["gardener".into()],
        consulted: vec!["clerk".into()],
        informed: vec!["deputy".into()],
    };
    let one = owned("R-01", named("head", "deputy"))
        .by(&coordinator, involve)
        .by(&coordinator, Action::Estimate { hours: hours(&[("head", 4), ("gardener", 20), ("clerk", 1)]) });
    let two = owned("R-02", named("gardener", "head"))
        .by(&coordinator, Action::Estimate { hours: hours(&[("gardener", 16)]) });
    let posts = BTreeMap::from([
        ("head".to_owned(), facts(40)),
        ("gardener".to_owned(), facts(32)),
        ("clerk".to_owned(), facts(1)),
        ("driver".to_owned(), PostFacts::default()),
    ]);
    let day = date(2026, 6, 1);
    let loads = workload([&one.it, &two.it], &posts, day);
    // post: hours, recommendations, of those it works on without hours, measure
    let table = [
        ("head", 4, 2, 0, Measure::Room),
        ("gardener", 36, 2, 0, Measure::Over),
        ("clerk", 1, 1, 0, Measure::Full),
        ("deputy", 0, 1, 0, Measure::Unknown),
        ("driver", 0, 0, 0, Measure::Unknown),
    ];
    assert_eq!(loads.len(), table.len());
    for (post, asked, items, without, measure) in table {
        let load = &loads[post];
        let found = (load.hours, load.items.len(), load.without_hours(), load.measure());
        assert_eq!(found, (asked, items, without, measure), "{post}");
    }
    assert_eq!(loads["deputy"].items[0].part, Part::Deputy);
    // What is with somebody else, or over, takes no time.
    let closed = one.published(Position::NotCompetent).then(Verb::Forward);
    assert_eq!(workload([&closed.it, &two.it], &posts, day)["gardener"].hours, 16);
}

#[test]
fn capacity_holds_from_its_day_on() {
    let facts = facts(40).with_capacity(date(2026, 7, 1), 0).with_capacity(date(2026, 9, 1), 32);
    let table = [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), Some(40)),
        (date(2026, 6, 30), Some(40)),
        (date(2026, 7, 1), Some(0)),
        (date(2026, 9, 1), Some(32)),
        (date(2030, 1, 1), Some(32)),
    ];
    for (day, hours) in table {
        assert_eq!(facts.capacity_on(day), hours, "{day}");
    }
    assert_eq!(facts.with_capacity(date(2026, 9, 1), 8).capacity_on(date(2026, 9, 1)), Some(8));
}

#[test]
fn hours_are_given_to_posts_that_have_a_part_and_no_more_than_a_month_has() {
    let coordinator = somebody(Role::Coordinator);
    let story = owned("R-01", named("head", "deputy"));
    let refused = |given: &[(&str, u32)]| {
        let action = Action::Estimate { hours: hours(given) };
        story
            .attempt(&coordinator, action)
            .expect_err("refused")
            .iter()
            .map(|one| one.field())
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(&[("driver", 2), ("head", 745)]), [Some("post"), Some("hours")]);
    assert_eq!(refused(&[]), [Some("hours")]);
}

#[test]
fn a_part_goes_to_another_post_with_its_hours_and_commitments() {
    let coordinator = somebody(Role::Coordinator);
    let story = owned("R-01", named("Head of parks", "deputy"))
        .by(&coordinator, Action::Estimate { hours: hours(&[("Head of parks", 4), ("deputy", 3)]) })
        .published(Position::Accepted)
        .then(Verb::Deliver);
    let to = |to: &str, deputy: Option<&str>, from: &str| Action::Reassign {
        from: from.into(),
        to: to.into(),
        deputy: deputy.map(str::to_owned),
        unit: Some("roads".into()),
        why: "The post ends.".into(),
    };
    assert_eq!(
        story.attempt(&coordinator, to("deputy", None, "Head of parks")),
        Err(vec![Refusal::Deputy]),
        "the deputy takes over: who stands in then?"
    );
    assert!(story.attempt(&coordinator, to("clerk", None, "nobody")).is_err());
    assert_eq!(
        story.attempt(&coordinator, to("clerk", None, "clerk")),
        Err(vec![Refusal::Unchanged { field: "to" }])
    );
    let after = story.by(&coordinator, to("deputy", Some("clerk"), "Head of parks")).it;
    let assigned = after.assignment.as_ref().expect("assigned");
    assert_eq!((assigned.accountable.as_str(), assigned.deputy.as_str()), ("deputy", "clerk"));
    assert_eq!((assigned.unit.as_str(), &assigned.hours), ("roads", &hours(&[("deputy", 7)])));
    assert_eq!(after.commitments[0].post, "deputy");
}

/// What people do with the work of three recommendations.
#[derive(Debug, Clone)]
enum Step {
    Involve(usize, Vec<usize>, Vec<usize>, Vec<usize>),
    Estimate(usize, Vec<(usize, u32)>),
    Reassign(usize, usize, usize, Option<usize>),
    ReturnAndAssign(usize, usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let post = || 0..POSTS.len();
    let list = move || prop::collection::vec(post(), 0..4);
    prop_oneof![
        2 => (0..3_usize, list(), list(), list()).prop_map(|(on, r, c, i)| Step::Involve(on, r, c, i)),
        4 => (0..3_usize, prop::collection::vec((post(), 0..60_u32), 0..5)).prop_map(|(on, h)| Step::Estimate(on, h)),
        6 => (0..3_usize, post(), post(), prop::option::of(post())).prop_map(|(on, a, b, d)| Step::Reassign(on, a, b, d)),
        1 => (0..3_usize, post(), post()).prop_map(|(on, a, b)| Step::ReturnAndAssign(on, a, b)),
    ]
}

/// Rows on a sheet of paper: who has which part, and how many hours were written beside whom.
#[derive(Debug, Clone, Default)]
struct Paper {
    parts: Vec<(usize, &'static str, usize)>,
    hours: Vec<(usize, usize, u32)>,
}

impl Paper {
    fn assign(&mut self, on: usize, head: usize, deputy: usize) {
        self.parts.retain(|row| row.0 != on);
        self.hours.retain(|row| row.0 != on);
        self.parts.extend([(on, "a", head), (on, "d", deputy)]);
    }

    fn holds(&self, on: usize, post: usize) -> bool {
        self.parts.iter().any(|row| row.0 == on && row.2 == post)
    }

    fn slot(&mut self, on: usize, slot: &str) -> &mut usize {
        &mut self.parts.iter_mut().find(|row| row.0 == on && row.1 == slot).expect("a row").2
    }

    /// Writes it down, and says whether the rules should allow it.
    fn follow(&mut self, step: &Step) -> bool {
        let before = self.clone();
        let allowed = match step {
            Step::Involve(on, r, c, i) => {
                self.parts.retain(|row| row.0 != *on || matches!(row.1, "a" | "d"));
                for (slot, list) in [("r", r), ("c", c), ("i", i)] {
                    self.parts.extend(list.iter().map(|post| (*on, slot, *post)));
                }
                let kept = self.clone();
                self.hours.retain(|row| row.0 != *on || kept.holds(*on, row.1));
                !(r.is_empty() && c.is_empty() && i.is_empty())
            }
            Step::Estimate(on, list) => {
                let last: BTreeMap<usize, u32> = list.iter().copied().collect();
                let mut was: BTreeMap<usize, u32> = BTreeMap::new();
                for row in self.hours.iter().filter(|row| row.0 == *on) {
                    *was.entry(row.1).or_default() += row.2;
                }
                self.hours.retain(|row| row.0 != *on);
                self.hours.extend(
                    last.iter().filter(|(_, hours)| **hours > 0).map(|(post, hours)| (*on, *post, *hours)),
                );
                last != was && last.keys().all(|post| self.holds(*on, *post))
            }
            Step::Reassign(on, from, to, deputy) => {
                let there = self.holds(*on, *from) && from != to;
                self.parts
                    .iter_mut()
                    .filter(|row| row.0 == *on && row.2 == *from)
                    .for_each(|row| row.2 = *to);
                self.hours
                    .iter_mut()
                    .filter(|row| row.0 == *on && row.1 == *from)
                    .for_each(|row| row.1 = *to);
                let same = *self.slot(*on, "a") == *self.slot(*on, "d");
                if let (true, Some(deputy)) = (same, deputy) {
                    *self.slot(*on, "d") = *deputy;
                }
                let apart = *self.slot(*on, "a") != *self.slot(*on, "d");
                there && apart
            }
            Step::ReturnAndAssign(on, head, deputy) => {
                self.assign(*on, *head, *deputy);
                head != deputy
            }
        };
        if !allowed {
            *self = before;
        }
        allowed
    }

    fn sum(&self, post: usize) -> u64 {
        self.hours.iter().filter(|row| row.1 == post).map(|row| u64::from(row.2)).sum()
    }
}

fn done(story: &Story, step: &Step) -> Option<Story> {
    let name = |post: &usize| POSTS[*post].to_owned();
    let names = |posts: &[usize]| posts.iter().map(name).collect();
    let coordinator = somebody(Role::Coordinator);
    let action = match step {
        Step::Involve(_, r, c, i) => {
            Action::Involve { responsible: names(r), consulted: names(c), informed: names(i) }
        }
        Step::Estimate(_, list) => {
            Action::Estimate { hours: list.iter().map(|(post, hours)| (name(post), *hours)).collect() }
        }
        Step::Reassign(_, from, to, deputy) => Action::Reassign {
            from: name(from),
            to: name(to),
            deputy: deputy.as_ref().map(name),
            unit: None,
            why: "Work is shared out anew.".into(),
        },
        Step::ReturnAndAssign(_, head, deputy) => {
            let assignment = named(POSTS[*head], POSTS[*deputy]);
            let returned = story.clone().then(Verb::Return);
            let (it, event) = returned.attempt(&coordinator, Action::Assign { assignment }).ok()?;
            let events = [returned.events, vec![event]].concat();
            return Some(Story { it, events, ..story.clone() });
        }
    };
    let (it, event) = story.attempt(&coordinator, action).ok()?;
    let events = [story.events.clone(), vec![event]].concat();
    Some(Story { it, events, ..story.clone() })
}

proptest! {
    #[test]
    fn sums_are_right_after_any_sequence_of_reassignments(steps in prop::collection::vec(step(), 1..40)) {
        let mut paper = Paper::default();
        let mut stories: Vec<Story> = (0..3).map(|on| {
            paper.assign(on, on, on + 1);
            owned(&format!("R-0{on}"), named(POSTS[on], POSTS[on + 1]))
        }).collect();
        for step in &steps {
            let (Step::Involve(on, ..) | Step::Estimate(on, _) | Step::Reassign(on, ..) | Step::ReturnAndAssign(on, ..)) = step;
            let after = done(&stories[*on], step);
            prop_assert_eq!(after.is_some(), paper.follow(step), "{:?}", step);
            if let Some(after) = after {
                stories[*on] = after;
            }
            let loads = workload(stories.iter().map(|story| &story.it), &BTreeMap::new(), date(2026, 6, 1));
            for (number, post) in POSTS.iter().enumerate() {
                prop_assert_eq!(loads.get(*post).map_or(0, |load| load.hours), paper.sum(number), "{}", post);
                let parts: BTreeSet<usize> = paper.parts.iter().filter(|row| row.2 == number).map(|row| row.0).collect();
                prop_assert_eq!(loads.get(*post).map_or(0, |load| load.items.len()), parts.len(), "{}", post);
            }
        }
        for story in &stories {
            prop_assert_eq!(&Recommendation::rebuild(&story.events).expect("a history"), &story.it);
        }
    }
}
