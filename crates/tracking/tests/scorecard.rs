//! Scores: hand-worked means and medians, and nothing about fewer than five by any subtraction.

use jiff::civil::date;
use proptest::prelude::*;
use tracking::{FEWEST, Phase, RoundFault, Scores, round_faults, shown};

fn scores(list: &[u8]) -> Scores {
    let mut scores = Scores::default();
    list.iter().for_each(|score| assert!(scores.count(*score, 1)));
    scores
}

#[test]
fn means_and_medians_are_those_worked_out_by_hand() {
    for (list, mean, median) in [
        (&[][..], None, None),
        (&[7], Some(70), Some(70)),
        (&[0, 10], Some(50), Some(50)),
        (&[3, 4], Some(35), Some(35)),
        // 11 / 3 = 3.667; 10 / 3 = 3.333.
        (&[1, 0, 10], Some(37), Some(10)),
        (&[3, 3, 4], Some(33), Some(30)),
        // 17 / 4 = 4.25: halves upwards.
        (&[4, 4, 4, 5], Some(43), Some(40)),
        (&[0, 0, 10, 10], Some(50), Some(50)),
        (&[2, 3, 5, 9, 10], Some(58), Some(50)),
    ] {
        let of = scores(list);
        assert_eq!((of.mean(), of.median()), (mean, median), "{list:?}");
    }
    assert!(!Scores::default().count(11, 1), "there is no such score");
}

#[test]
fn a_small_part_takes_another_with_it() {
    let (small, five, nine) = (scores(&[1, 2, 3]), scores(&[5; 5]), scores(&[9; 9]));
    let all = shown(&[five, nine]);
    assert_eq!((all.parts, all.total), (vec![Some(five), Some(nine)], Some(five.plus(&nine))));
    // 17 in all, minus the nine that are shown: eight of two parts.
    let hidden = shown(&[nine, small, five]);
    assert_eq!(hidden.parts, [Some(nine), None, None]);
    assert_eq!(hidden.total.map(|total| total.answers()), Some(17));
    // Two small ones of four together: the next smallest goes as well.
    let two = scores(&[4, 4]);
    assert_eq!(shown(&[two, nine, two, five]).parts, [None, Some(nine), None, None]);
    // Three and four are seven of two parts: no third part is needed.
    assert_eq!(shown(&[small, scores(&[1; 4]), nine]).parts, [None, None, Some(nine)]);
    // Nothing to hide it behind: the total goes.
    assert_eq!(shown(&[small]).total, None);
    assert_eq!(shown(&[small, Scores::default()]).total, None);
    assert_eq!(shown(&[]).total, None);
}

/// Every set of hidden parts that anybody can name by subtraction is the set of all of them.
fn gives_nothing_away(parts: &[Scores]) {
    let shown = shown(parts);
    assert_eq!(shown.parts.len(), parts.len());
    for (part, seen) in parts.iter().zip(&shown.parts) {
        if let Some(seen) = seen {
            assert_eq!(seen, part);
            assert!(seen.answers() >= FEWEST);
        }
    }
    let Some(total) = shown.total else { return };
    let seen: u64 = shown.parts.iter().flatten().map(Scores::answers).sum();
    let rest = total.answers() - seen;
    let hidden = parts.iter().zip(&shown.parts).filter(|(part, seen)| seen.is_none() && part.answers() > 0);
    assert!(rest == 0 || rest >= FEWEST && hidden.count() > 1, "{rest} are given away");
}

proptest! {
    #[test]
    fn no_total_minus_parts_gives_a_small_group_away(
        lists in prop::collection::vec(prop::collection::vec(0_u8..=10, 0..12), 0..8)
    ) {
        let parts: Vec<Scores> = lists.iter().map(|list| scores(list)).collect();
        gives_nothing_away(&parts);
    }

    #[test]
    fn mean_and_median_are_those_of_the_sorted_list(mut list in prop::collection::vec(0_u8..=10, 1..60)) {
        let of = scores(&list);
        list.sort_unstable();
        let sum: f64 = list.iter().map(|score| f64::from(*score)).sum();
        let mean = (sum / list.len() as f64 * 10.0 + 1e-9).round();
        prop_assert_eq!(of.mean().map(|mean| mean as f64), Some(mean));
        let middle = u64::from(list[(list.len() - 1) / 2]) + u64::from(list[list.len() / 2]);
        prop_assert_eq!(of.median(), Some(5 * middle));
    }
}

#[test]
fn counts_never_overflow() {
    let most = Scores::of([u32::MAX; 11]);
    assert_eq!((most.mean(), most.median()), (Some(50), Some(50)));
    assert_eq!(most.plus(&most), most);
}

#[test]
fn a_round_has_its_own_name_and_its_own_days() {
    let today = date(2027, 3, 1);
    let others =
        [("2026", date(2026, 3, 1), date(2026, 4, 1)), ("Spring", date(2027, 4, 1), date(2027, 4, 10))];
    let faults = |name: &str, from, until| round_faults(name, (from, until), today, &others);
    assert_eq!(faults("2027", today, date(2027, 3, 31)), []);
    assert_eq!(faults(" 2026 ", today, date(2027, 3, 31)), [RoundFault::Taken]);
    assert_eq!(faults("", date(2027, 3, 5), date(2027, 3, 4)), [RoundFault::Name, RoundFault::Days]);
    assert_eq!(faults("x", date(2027, 2, 28), date(2027, 3, 4)), [RoundFault::Days]);
    assert_eq!(faults("x", date(2027, 3, 5), date(2027, 4, 1)), [RoundFault::Overlap]);
    assert_eq!(faults("x", date(2027, 6, 1), date(2027, 8, 31)), []);
    assert_eq!(faults("x", date(2027, 6, 1), date(2027, 9, 1)), [RoundFault::Long]);
    let phase = |day| Phase::on(day, date(2027, 3, 1), date(2027, 3, 2));
    assert_eq!(
        [date(2027, 2, 28), today, date(2027, 3, 2), date(2027, 3, 3)].map(phase),
        [Phase::Before, Phase::Open, Phase::Open, Phase::Over]
    );
}
