//! The register finds every planted clash of the labelled set, for the planted reason, and no other.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]
#![allow(clippy::disallowed_methods, reason = "the crate takes text; its test reads the fixture")]

use std::collections::BTreeMap;

use engagement::{Engagement, clashes, clashes_of, table};

fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = format!("{}/../../fixtures/register/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn register() -> Vec<Engagement> {
    let read = |row: &BTreeMap<String, String>| {
        table::read(&|name| row.get(name).cloned().unwrap_or_default())
            .unwrap_or_else(|faults| panic!("{row:?}: {faults:?}"))
    };
    rows("register.csv").iter().map(read).collect()
}

#[test]
fn every_planted_clash_is_found_and_no_other() {
    let all = register();
    let pair = |one: &str, other: &str| (one.min(other).to_owned(), one.max(other).to_owned());
    let planted: BTreeMap<_, _> = rows("clashes.csv")
        .iter()
        .map(|row| (pair(&row["one"], &row["other"]), row["reason"].clone()))
        .collect();
    let found: BTreeMap<_, _> =
        clashes(&all).iter().map(|one| (pair(&one.one, &one.other), one.reason.key().to_owned())).collect();
    let missed: Vec<_> = planted.iter().filter(|(pair, reason)| found.get(pair) != Some(reason)).collect();
    let false_ones: Vec<_> =
        found.iter().filter(|(pair, reason)| planted.get(pair) != Some(reason)).collect();
    assert!(missed.is_empty() && false_ones.is_empty(), "missed: {missed:#?}\nfalse: {false_ones:#?}");
    assert_eq!((all.len(), planted.len()), (244, 48));
}

#[test]
fn one_entry_against_the_others_finds_what_all_against_all_finds() {
    let all = register();
    let whole = clashes(&all);
    for one in &all {
        let own: Vec<_> = whole.iter().filter(|clash| clash.is_of(&one.id)).cloned().collect();
        assert_eq!(clashes_of(one, &all), own, "{}", one.id);
    }
}

#[test]
fn the_order_of_the_register_does_not_matter() {
    let mut all = register();
    let before = clashes(&all);
    all.reverse();
    assert_eq!(clashes(&all), before);
}
