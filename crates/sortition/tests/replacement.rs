//! What is left to decide when some are seated, held against all panels; and tickets by hand.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sortition::draw::ticket;
use sortition::hash::sha256;
use sortition::replacement::{by_tickets, completion};
use sortition::rules::{Bounds, Rules, Standing};
use std::collections::BTreeSet;

/// All panels of some of `from` that keep the rules.
fn panels(rules: &Rules, from: &[u32]) -> Vec<Vec<u32>> {
    let mut panels = Vec::new();
    for set in 0u32..1 << from.len() {
        let panel: Vec<u32> =
            (0..from.len()).filter(|place| set >> place & 1 == 1).map(|place| from[place]).collect();
        panels.extend(rules.check(&panel).is_ok().then_some(panel));
    }
    panels.sort_unstable();
    panels
}

fn rules() -> impl Strategy<Value = Rules> {
    let bounds = prop::collection::vec((0u32..3, 0u32..4), 4);
    let members = prop::collection::vec((0u32..2, 2u32..4, prop::option::weighted(0.4, 1u32..3)), 5..9);
    (bounds, members, 2u32..5).prop_map(|(bounds, members, size)| Rules {
        size,
        rows: bounds.into_iter().map(|(min, more)| Bounds { min, max: min + more }).collect(),
        members: members
            .into_iter()
            .map(|(one, other, household)| Standing { rows: vec![one, other], household })
            .collect(),
    })
}

proptest! {
    #[test]
    fn completions_are_the_panels_with_everybody_who_stays(rules in rules(), seats in any::<[bool; 9]>(), gone in any::<[bool; 9]>()) {
        let n = rules.members.len() as u32;
        let mut homes = BTreeSet::new();
        let first_of_home = |&index: &u32| rules.members[index as usize].household.is_none_or(|home| homes.insert(home));
        let seated = (0..n).filter(|&index| seats[index as usize]).filter(first_of_home);
        let seated: Vec<u32> = seated.take(rules.size as usize - 1).collect();
        let eligible: Vec<u32> = (0..n).filter(|index| !seated.contains(index) && !gone[*index as usize]).collect();
        let mut everybody = [&seated[..], &eligible].concat();
        everybody.sort_unstable();
        let whole: Vec<Vec<u32>> = panels(&rules, &everybody)
            .into_iter()
            .filter(|panel| seated.iter().all(|index| panel.contains(index)))
            .collect();
        let Ok(left) = completion(&rules, &seated, &eligible) else {
            prop_assert!(whole.is_empty());
            return Ok(());
        };
        let places: Vec<u32> = (0..left.candidates.len() as u32).collect();
        let mut found: Vec<Vec<u32>> = panels(&left.rules, &places)
            .into_iter()
            .map(|panel| {
                let newcomers = panel.iter().map(|&place| left.candidates[place as usize]);
                let mut panel: Vec<u32> = seated.iter().copied().chain(newcomers).collect();
                panel.sort_unstable();
                panel
            })
            .collect();
        found.sort_unstable();
        prop_assert_eq!(found, whole);
    }

    #[test]
    fn tickets_fill_every_seat_that_can_be_filled(rules in rules(), seats in any::<[bool; 9]>(), seed in any::<[u8; 32]>()) {
        let n = rules.members.len() as u32;
        let seated: Vec<u32> = (0..n).filter(|&index| seats[index as usize]).take(rules.size as usize - 1).collect();
        let eligible: Vec<u32> = (0..n).filter(|index| !seated.contains(index)).collect();
        let panel = by_tickets(&rules, &seated, &eligible, &sortition::Digest(seed));
        prop_assert!(seated.iter().all(|index| panel.contains(index)));
        prop_assert!(panel.len() <= rules.size as usize);
        let home = |index: &u32| rules.members[*index as usize].household;
        let free = |index: &&u32| !panel.contains(index) && home(index).is_none_or(|own| panel.iter().all(|other| home(other) != Some(own)));
        prop_assert!(panel.len() == rules.size as usize || eligible.iter().find(free).is_none());
    }
}

#[test]
fn of_those_who_fit_equally_well_the_first_ticket_comes_in() {
    let member = |row| Standing { rows: vec![row], household: None };
    let rules = Rules {
        size: 3,
        rows: vec![Bounds { min: 1, max: 1 }, Bounds { min: 2, max: 2 }],
        members: vec![member(0), member(1), member(0), member(1), member(1), member(1)],
    };
    let seed = sha256(b"late");
    // One of row 0 is seated, so only members of row 1 come nearer to the quotas.
    let mut order = [1, 3, 4, 5];
    order.sort_by_key(|&index| ticket(&seed, index));
    let mut expected = vec![0, order[0], order[1]];
    expected.sort_unstable();
    assert_eq!(by_tickets(&rules, &[0], &[1, 2, 3, 4, 5], &seed), expected);
    // With nobody else left the seat goes to somebody who is one too many.
    assert_eq!(by_tickets(&rules, &[0, 1], &[2], &seed), [0, 1, 2]);
    assert_eq!(by_tickets(&rules, &[0, 1], &[], &seed), [0, 1]);
}
