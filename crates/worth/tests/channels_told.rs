//! How many came by each channel: none of few is told, and none that the others and the total give away.

use std::collections::{BTreeMap, BTreeSet};

use worth::{Channel, FEWEST, told};

const CHANNELS: [Channel; 3] = [Channel::Online, Channel::Paper, Channel::Phone];

/// What a reader knows: how many in all, and what is told of each channel.
type Seen = (u64, Vec<Option<u64>>);

fn counts(n: [u64; 3]) -> BTreeMap<Channel, u64> {
    CHANNELS.into_iter().zip(n).collect()
}

#[test]
fn what_is_told_is_what_a_table_says() {
    let said = |n: [u64; 3]| -> Vec<Option<u64>> { told(&counts(n)).into_values().collect() };
    assert_eq!(said([30, 20, 10]), [Some(30), Some(20), Some(10)]);
    assert_eq!(said([30, 20, 0]), [Some(30), Some(20), Some(0)]);
    assert_eq!(said([30, 20, 4]), [None, None, None], "with one of few, none is told");
    assert_eq!(said([30, 1, 1]), [None, None, None]);
    assert_eq!(said([2, 1, 0]), [], "they are few in all");
    assert_eq!(said([4, 0, 0]), [], "nothing can be told");
    assert_eq!(said([7, 3, 0]), [None, None, Some(0)]);
}

/// Whoever knows the total and what is told can never work out a figure that is not told: another one fits as well.
#[test]
fn nothing_hidden_can_be_worked_out() {
    let most = 24;
    let mut seen: BTreeMap<Seen, Vec<[u64; 3]>> = BTreeMap::new();
    for (a, b, c) in (0..=most).flat_map(|a| (0..=most).flat_map(move |b| (0..=most).map(move |c| (a, b, c))))
    {
        let shown = told(&counts([a, b, c]));
        for (channel, n) in counts([a, b, c]) {
            let few = n > 0 && n < FEWEST as u64;
            assert!(!few || shown.get(&channel).is_none_or(Option::is_none), "{a} {b} {c}");
        }
        seen.entry((a + b + c, shown.into_values().collect())).or_default().push([a, b, c]);
    }
    let mut hidden = 0;
    for ((total, shown), all) in seen {
        // Only where every other way to get this total was tried.
        if total > most {
            continue;
        }
        for place in (0..3).filter(|place| shown.get(*place).is_some_and(Option::is_none)) {
            let values: BTreeSet<u64> = all.iter().map(|n| n[place]).collect();
            assert!(values.len() > 1, "{shown:?} is only {values:?}");
            hidden += 1;
        }
    }
    assert!(hidden > 20, "{hidden}");
}
