//! Somebody leaves: whatever is chosen, nothing is left without an owner, or the plan is refused.

mod common;

use common::{Story, assignment, somebody};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tracking::*;

const TODAY: Date = date(2026, 3, 2);
const LAST: Date = date(2026, 3, 31);
const AFTER: Date = date(2026, 4, 1);
const POSTS: [(&str, &str); 6] = [
    ("head", "parks"),
    ("deputy", "parks"),
    ("gardener", "parks"),
    ("clerk", "parks"),
    ("road-head", "roads"),
    ("road-clerk", "roads"),
];
/// Those who may work in parks, in roads, everywhere, and nowhere; `lena` leaves.
const PEOPLE: [(&str, &[Option<&str>]); 5] = [
    ("lena", &[Some("parks")]),
    ("pia", &[Some("parks")]),
    ("rob", &[Some("roads")]),
    ("eva", &[None]),
    ("noa", &[]),
];

struct Town {
    posts: BTreeMap<String, String>,
    holdings: Vec<Holding>,
    grants: BTreeMap<String, Vec<Grant>>,
    work: Vec<(String, Recommendation)>,
}

impl Town {
    fn office(&self) -> Office<'_> {
        Office { posts: &self.posts, holdings: &self.holdings, grants: &self.grants, work: &self.work }
    }

    fn new(holdings: &[(&str, &str)], work: &[(&str, &str, &str)]) -> Self {
        let posts = POSTS.iter().map(|(post, unit)| ((*post).to_owned(), (*unit).to_owned())).collect();
        let holding = |(number, (post, person)): (usize, &(&str, &str))| Holding {
            id: format!("h-{number}"),
            post: (*post).to_owned(),
            person: (*person).to_owned(),
            from: date(2020, 1, 1),
            until: None,
        };
        let grant = |unit: &Option<&str>| Grant {
            role: Role::Officer,
            assembly: None,
            unit: unit.map(str::to_owned),
            from: date(2020, 1, 1),
            until: None,
        };
        let grants =
            PEOPLE.iter().map(|(person, units)| ((*person).to_owned(), units.iter().map(grant).collect()));
        let owned = |(number, (accountable, deputy, responsible)): (usize, &(&str, &str, &str))| {
            let assignment = Assignment {
                accountable: (*accountable).to_owned(),
                deputy: (*deputy).to_owned(),
                responsible: vec![(*responsible).to_owned()],
                ..assignment("parks")
            };
            let story = Story::new(TODAY).then(Verb::Adopt).then(Verb::HandOver);
            let story = story.by(&somebody(Role::Coordinator), Action::Assign { assignment });
            let hours = BTreeMap::from([((*accountable).to_owned(), 5), ((*responsible).to_owned(), 9)]);
            let story = story.by(&somebody(Role::Coordinator), Action::Estimate { hours });
            (format!("r-{number}"), story.it)
        };
        Self {
            posts,
            holdings: holdings.iter().enumerate().map(holding).collect(),
            grants: grants.collect(),
            work: work.iter().enumerate().map(owned).collect(),
        }
    }

    /// Does what the plan says, by lawful actions only.
    fn follow(&self, plan: &Plan) -> Self {
        let mut holdings = self.holdings.clone();
        holdings.iter_mut().filter(|one| plan.ends.contains(&one.id)).for_each(|one| one.until = Some(LAST));
        holdings.extend(plan.begins.iter().map(|(post, person)| Holding {
            id: format!("new-{post}"),
            post: post.clone(),
            person: person.clone(),
            from: AFTER,
            until: None,
        }));
        let mut work = self.work.clone();
        for one in &plan.moves {
            let it = &mut work.iter_mut().find(|(id, _)| *id == one.id).expect("known").1;
            let action = Action::Reassign {
                from: one.from.clone(),
                to: one.to.clone(),
                deputy: one.deputy.clone(),
                unit: one.unit.clone(),
                why: "The holder leaves.".into(),
            };
            *it = it
                .act(&somebody(Role::Coordinator), action, it.updated_at, &common::rule(), &[])
                .expect("lawful")
                .0;
        }
        Self { posts: self.posts.clone(), holdings, grants: self.grants.clone(), work }
    }
}

fn heirs(list: &[(&str, Heir)]) -> BTreeMap<String, Heir> {
    list.iter().map(|(post, heir)| ((*post).to_owned(), heir.clone())).collect()
}

fn post(to: &str, deputy: Option<&str>) -> Heir {
    Heir::Post { to: to.into(), deputy: deputy.map(str::to_owned) }
}

#[test]
fn one_action_moves_all() {
    let town = Town::new(
        &[("head", "lena"), ("gardener", "lena"), ("deputy", "pia")],
        &[("head", "deputy", "gardener"), ("deputy", "head", "gardener")],
    );
    let chosen = heirs(&[("head", Heir::Person("eva".into())), ("gardener", post("deputy", None))]);
    let plan = town.office().leaving("lena", LAST, &chosen, TODAY).expect("a plan");
    assert_eq!(plan.ends, ["h-0", "h-1"]);
    assert_eq!(plan.begins, [("head".to_owned(), "eva".to_owned())]);
    assert_eq!(plan.moves.len(), 2);
    let after = town.follow(&plan);
    assert!(after.office().without_owner(AFTER).is_empty());
    assert!(after.office().held_by("lena", AFTER).is_empty());
    assert!(!after.office().held_by("lena", LAST).is_empty(), "until the last day the work is hers");
}

#[test]
fn what_was_called_off_needs_no_heir() {
    let mut town = Town::new(&[("head", "lena"), ("gardener", "lena"), ("deputy", "pia")], &[]);
    // Planned for May and called off in March.
    (town.holdings[1].from, town.holdings[1].until) = (date(2026, 5, 1), Some(date(2026, 4, 30)));
    assert_eq!(town.office().held_by("lena", TODAY), BTreeSet::from(["head".to_owned()]));
    let chosen = heirs(&[("head", Heir::Person("eva".into()))]);
    assert_eq!(town.office().leaving("lena", LAST, &chosen, TODAY).expect("a plan").ends, ["h-0"]);
}

#[test]
fn every_reason_at_once() {
    let town = Town::new(
        &[("head", "lena"), ("deputy", "lena"), ("gardener", "lena"), ("clerk", "lena")],
        &[("head", "deputy", "gardener")],
    );
    let chosen = heirs(&[
        ("head", Heir::Person("noa".into())),
        ("deputy", Heir::Person("lena".into())),
        ("clerk", Heir::Shared),
    ]);
    let troubles = town.office().leaving("lena", date(2026, 2, 1), &chosen, TODAY).expect_err("refused");
    let keys: Vec<&str> = troubles.iter().map(Trouble::key).collect();
    assert_eq!(keys, ["too_early", "no_heir", "oneself", "no_role", "empty"]);
    let nobody = town.office().leaving("pia", LAST, &BTreeMap::new(), TODAY).expect_err("refused");
    assert_eq!(nobody, BTreeSet::from([Trouble::HoldsNothing]));
}

#[test]
fn a_deputy_who_takes_over_needs_a_deputy() {
    let town = Town::new(&[("head", "lena"), ("deputy", "pia")], &[("head", "deputy", "gardener")]);
    let alone = town.office().leaving("lena", LAST, &heirs(&[("head", post("deputy", None))]), TODAY);
    assert_eq!(alone, Err(BTreeSet::from([Trouble::Deputy("head".into())])));
    let chosen = heirs(&[("head", post("deputy", Some("clerk")))]);
    let plan = town.office().leaving("lena", LAST, &chosen, TODAY).expect("a plan");
    let after = town.follow(&plan).work.remove(0).1.assignment.expect("assigned");
    assert_eq!((after.accountable.as_str(), after.deputy.as_str()), ("deputy", "clerk"));
}

#[test]
fn work_does_not_go_round_in_a_circle() {
    let town = Town::new(&[("head", "lena"), ("deputy", "lena")], &[("head", "clerk", "gardener")]);
    let chosen = heirs(&[("head", post("deputy", None)), ("deputy", post("head", None))]);
    let troubles = town.office().leaving("lena", LAST, &chosen, TODAY).expect_err("refused");
    assert!(troubles.contains(&Trouble::Empty("head".into())));
}

#[test]
fn a_post_in_another_unit_takes_the_recommendation_with_it() {
    let town = Town::new(&[("head", "lena"), ("road-head", "rob")], &[("head", "clerk", "gardener")]);
    let plan = town.office().leaving("lena", LAST, &heirs(&[("head", post("road-head", None))]), TODAY);
    let after = town.follow(&plan.expect("a plan"));
    assert_eq!(after.work[0].1.unit(), Some("roads"));
}

fn some_post() -> impl Strategy<Value = &'static str> {
    (0..POSTS.len()).prop_map(|n| POSTS[n].0)
}

/// Mostly somebody who can take over, so that many plans come about.
fn heir() -> impl Strategy<Value = Heir> {
    prop_oneof![
        4 => Just(Heir::Person("eva".to_owned())),
        1 => (0..PEOPLE.len()).prop_map(|n| Heir::Person(PEOPLE[n].0.to_owned())),
        4 => (some_post(), prop::option::weighted(0.8, some_post())).prop_map(|(to, deputy)| post(to, deputy)),
        1 => Just(Heir::Shared),
    ]
}

/// An heir for most posts.
fn heirs_of_most() -> impl Strategy<Value = BTreeMap<String, Heir>> {
    prop::collection::vec(prop::option::weighted(0.95, heir()), POSTS.len()).prop_map(|chosen| {
        let named =
            POSTS.iter().zip(chosen).filter_map(|((post, _), heir)| Some(((*post).to_owned(), heir?)));
        named.collect()
    })
}

/// Who holds what: each of the posts often, the one who leaves some of them.
fn some_holdings() -> impl Strategy<Value = BTreeSet<(&'static str, &'static str)>> {
    let person = prop_oneof![2 => Just("lena"), 3 => (1..PEOPLE.len()).prop_map(|n| PEOPLE[n].0)];
    prop::collection::btree_set((some_post(), person), 3..10)
}

/// Accountable post, deputy and a post that works on it.
fn some_work() -> impl Strategy<Value = Vec<(&'static str, &'static str, &'static str)>> {
    prop::collection::vec((some_post(), some_post(), some_post()), 1..6)
        .prop_map(|work| work.into_iter().filter(|(head, deputy, _)| head != deputy).collect())
}

/// The next test would prove little if what is thrown never made a plan, or never needed a refusal.
#[test]
fn what_is_thrown_is_now_possible_and_now_not() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let all = (some_holdings(), some_work(), heirs_of_most());
    let (mut possible, mut moved) = (0, 0);
    for _ in 0..600 {
        let (held, work, chosen) = all.new_tree(&mut runner).expect("a throw").current();
        let town = Town::new(&held.into_iter().collect::<Vec<_>>(), &work);
        if let Ok(plan) = town.office().leaving("lena", LAST, &chosen, TODAY) {
            possible += 1;
            moved += usize::from(!plan.moves.is_empty());
        }
    }
    assert!(
        (100..500).contains(&possible) && moved > 30,
        "{possible} of 600 are possible, {moved} of them move work"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]
    #[test]
    fn nothing_is_left_without_an_owner(
        held in some_holdings(),
        work in some_work(),
        chosen in heirs_of_most(),
    ) {
        let town = Town::new(&held.into_iter().collect::<Vec<_>>(), &work);
        let office = town.office();
        let orphans = |town: &Town| -> BTreeSet<String> {
            town.office().without_owner(AFTER).into_iter().map(|(id, _)| id.to_owned()).collect()
        };
        let before = orphans(&town);
        match office.leaving("lena", LAST, &chosen, TODAY) {
            Err(troubles) => prop_assert!(!troubles.is_empty()),
            Ok(plan) => {
                let after = town.follow(&plan);
                prop_assert!(after.office().held_by("lena", AFTER).is_empty());
                // Counted by hand: what had an owner has one, who is somebody else.
                for (id, it) in &after.work {
                    let accountable = &it.assignment.as_ref().expect("assigned").accountable;
                    let holders: Vec<_> = after.holdings.iter().filter(|one| one.post == *accountable && one.until.is_none()).collect();
                    prop_assert!(before.contains(id) || holders.iter().any(|one| one.person != "lena"), "{id} is left with {accountable}");
                    prop_assert!(holders.iter().all(|one| one.person != "lena"));
                    let parts: BTreeSet<&str> = it.parts().map(|(post, _)| post).collect();
                    for (post, heir) in &chosen {
                        let gives = matches!(heir, Heir::Post { .. }) && office.held_by("lena", LAST).contains(post);
                        prop_assert!(!gives || !parts.contains(post.as_str()), "{id} is still with {post}");
                    }
                }
                prop_assert!(orphans(&after).is_subset(&before));
                // No hour is lost on the way.
                let sum = |town: &Town| -> u64 {
                    workload(town.work.iter().map(|(_, it)| it), &BTreeMap::new(), AFTER).values().map(|load| load.hours).sum()
                };
                prop_assert_eq!(sum(&town), sum(&after));
            }
        }
    }

    /// When everybody who is named can take the post, nothing stands in the way.
    #[test]
    fn a_colleague_can_always_take_over(
        held in prop::collection::btree_set(some_post(), 1..5),
        work in prop::collection::vec((some_post(), some_post(), some_post()), 0..5),
    ) {
        let work: Vec<_> = work.into_iter().filter(|(head, deputy, _)| head != deputy).collect();
        let holdings: Vec<_> = held.iter().map(|post| (*post, "lena")).collect();
        let town = Town::new(&holdings, &work);
        let chosen = held.iter().map(|post| ((*post).to_owned(), Heir::Person("eva".into()))).collect();
        let plan = town.office().leaving("lena", LAST, &chosen, TODAY);
        prop_assert!(plan.is_ok(), "{plan:?}");
        prop_assert_eq!(plan.expect("a plan").begins.len(), held.len());
    }
}
