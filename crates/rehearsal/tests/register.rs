//! Registers of many seeds: every planted clash is found, and no other.

use std::collections::BTreeSet;

use engagement::{Engagement, clashes, table};
use jiff::ToSpan as _;
use jiff::civil::date;
use rehearsal::{Table, engagements, register};

fn entries(of: &Table) -> Vec<Engagement> {
    let read = |row: &Vec<String>| {
        let cell = |name: &str| {
            of.header.iter().position(|own| own == name).map_or_else(String::new, |at| row[at].clone())
        };
        table::read(&cell).unwrap_or_else(|faults| panic!("{row:?}: {faults:?}"))
    };
    of.rows.iter().map(read).collect()
}

#[test]
fn fifty_registers_have_the_clashes_that_were_planted() {
    for seed in 0..50 {
        let first = date(2027, 1, 1).checked_add((seed * 11).days()).expect("a day");
        let made = register(&seed.to_string(), first);
        let planted: BTreeSet<Vec<String>> = made.clashes.rows.into_iter().collect();
        let found: BTreeSet<Vec<String>> = clashes(&entries(&made.register))
            .into_iter()
            .map(|clash| {
                let (one, other) = (clash.one.clone().min(clash.other.clone()), clash.one.max(clash.other));
                vec![one, other, clash.reason.key().to_owned()]
            })
            .collect();
        assert_eq!(found, planted, "seed {seed}");
    }
}

#[test]
fn the_county_of_the_demonstration_has_a_clash_of_each_kind() {
    for today in [date(2026, 11, 22), date(2028, 2, 29)] {
        let all = entries(&engagements(today));
        let coming = clashes(&all).into_iter().filter(|clash| clash.until >= today);
        let reasons: Vec<&str> = coming.map(|clash| clash.reason.key()).collect();
        assert_eq!(all.len(), 15);
        for reason in engagement::Reason::ALL {
            assert!(reasons.contains(&reason.key()), "{} in {reasons:?}", reason.key());
        }
        assert!(reasons.len() < 8, "{reasons:?}");
    }
}
