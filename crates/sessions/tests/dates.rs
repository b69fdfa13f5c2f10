//! Dates that most members can attend: by hand, against all sets of a small poll, and a poll of many dates.

#![allow(clippy::unwrap_used)]

mod common;

use std::cmp::Reverse;
use std::fmt::Write as _;

use common::{Texts, said, sheet, sound};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sessions::dates::{Poll, choose};
use sessions::members::Members;

#[test]
fn dates_leave_no_group_out() {
    let members = Texts {
        members: "id,life\n1,parent\n2,parent\n3,retired\n4,retired\n5,retired\n6,retired\n".into(),
        rounds: "round,table,seats\n1,1,6\n".into(),
        ..Texts::default()
    }
    .inputs()
    .members;
    // Most can come on Fridays, but no parent can.
    let poll = "id,Fri1,Fri2,Sat1,Sat2\n1,no,no,yes,yes\n2,no,no,yes,no\n3,yes,yes,yes,no\n4,yes,yes,no,yes\n5,yes,yes,no,no\n6,yes,yes,no,no\n";
    let poll = sound(Poll::read(&sheet("poll.csv", poll), Some(&members)));
    let chosen = choose(&poll, &members, 2, 2).unwrap();
    // Two Fridays: parents 0 of 4 days. Friday and the first Saturday: parents 2 of 4, retired 5 of 8. Both Saturdays: 3 of 4
    // and 2 of 8. The smallest share is largest for a Friday and the first Saturday.
    assert_eq!(chosen.dates, ["Fri1", "Sat1"]);
    assert_eq!((chosen.can.clone(), chosen.all), (vec![4, 3], 1));
    assert_eq!((chosen.groups[0].value.as_str(), chosen.groups[0].can.as_slice()), ("parent", &[0, 2][..]));
    assert!(choose(&poll, &members, 5, 2).is_err() && choose(&poll, &members, 0, 2).is_err());
    let wrong = said(Poll::read(&sheet("poll.csv", "id,Fri1\n1,perhaps\n9,yes\n"), Some(&members)));
    assert!(wrong.contains("row 2, column \"Fri1\"") && wrong.contains("row 3, column \"id\""), "{wrong}");
}

/// What `choose` promises of a set: the share of the group that is served worst, in millionths, then all days.
fn worth_of(can: &[Vec<bool>], parents: usize, set: &[usize]) -> (usize, usize) {
    let days = |who: &[Vec<bool>]| who.iter().flat_map(|can| set.iter().filter(|&&d| can[d])).count();
    let (some, others) = can.split_at(parents);
    let share = |who: &[Vec<bool>]| days(who) * 1_000_000 / (who.len() * set.len());
    (share(some).min(share(others)), days(can))
}

#[test]
fn dates_of_a_long_poll_are_chosen() {
    let mut rng = ChaCha20Rng::seed_from_u64(7);
    let can: Vec<Vec<bool>> = (0..90)
        .map(|m| (0..60).map(|d| rng.next_u32() % 10 < if (m < 20) == (d < 25) { 8 } else { 4 }).collect())
        .collect();
    let (members, poll) = asked(&can, 20);
    let chosen = choose(&poll, &members, 10, 1).unwrap();
    let set: Vec<usize> =
        chosen.dates.iter().map(|date| poll.dates.iter().position(|d| d == date).unwrap()).collect();
    let (worst, all) = worth_of(&can, 20, &set);
    let first: Vec<usize> = (0..10).collect();
    assert!(chosen.dates.len() == 10 && (worst, all) > worth_of(&can, 20, &first));
    let exchanged = (0..10)
        .flat_map(|place| (0..60).map(move |date| (place, date)))
        .filter(|(_, date)| !set.contains(date));
    for (place, date) in exchanged {
        let mut other = set.clone();
        other[place] = date;
        assert!(worth_of(&can, 20, &other) <= (worst, all), "{date} instead of {}", set[place]);
    }
}

/// Members, the first of whom are parents, and what they said.
fn asked(can: &[Vec<bool>], parents: usize) -> (Members, Poll) {
    let (mut members, mut poll) = ("id,life\n".to_owned(), "id".to_owned());
    (0..can[0].len()).for_each(|d| write!(poll, ",d{d}").unwrap());
    for (m, can) in can.iter().enumerate() {
        writeln!(members, "{m},{}", if m < parents { "parent" } else { "other" }).unwrap();
        write!(poll, "\n{m}").unwrap();
        can.iter().for_each(|can| poll += if *can { ",yes" } else { ",no" });
    }
    let members = sound(Members::read(&sheet("m.csv", &members), None));
    let poll = sound(Poll::read(&sheet("poll.csv", &(poll + "\n")), Some(&members)));
    (members, poll)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn dates_are_the_earliest_of_the_best(
        can in prop::collection::vec(prop::collection::vec(prop::bool::ANY, 7), 6),
        count in 1usize..7,
    ) {
        let (members, poll) = asked(&can, 2);
        let chosen = choose(&poll, &members, count, 1).unwrap();
        prop_assert!(chosen.is_best);
        let sets = (0u32..1 << 7).filter(|set| set.count_ones() as usize == count);
        let sets = sets.map(|bits| (0..7).filter(|d| bits >> d & 1 == 1).collect::<Vec<usize>>());
        let best = sets.min_by_key(|set| (Reverse(worth_of(&can, 2, set)), set.clone())).unwrap();
        let names: Vec<String> = best.iter().map(|d| format!("d{d}")).collect();
        prop_assert_eq!(chosen.dates, names);
    }
}
