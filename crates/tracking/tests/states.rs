//! The tables themselves, and the page that is made from them.

use std::collections::BTreeSet;
use std::path::Path;
use tracking::{Bound, DEEDS, Role, State, TRANSITIONS, Verb};

#[test]
fn the_page_is_made_from_the_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("STATES.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, tracking::page()).expect("the page can be written");
    }
    let page = std::fs::read_to_string(&path).expect("the page");
    assert_eq!(page, tracking::page(), "write it anew: BLESS=1 cargo test -p tracking --test states");
}

#[test]
fn a_state_and_a_verb_have_one_line_at_most() {
    let mut seen = BTreeSet::new();
    let lines = TRANSITIONS.iter().map(|line| (line.from, line.verb));
    let deeds = DEEDS.iter().flat_map(|deed| deed.states.iter().map(|state| (*state, deed.verb)));
    for pair in lines.chain(deeds) {
        assert!(seen.insert(pair), "{pair:?} twice");
    }
}

#[test]
fn every_state_is_reached_and_every_one_that_is_not_final_has_a_way_out() {
    let mut reached = BTreeSet::from([State::Draft]);
    while let Some(line) =
        TRANSITIONS.iter().find(|line| reached.contains(&line.from) && !reached.contains(&line.to))
    {
        reached.insert(line.to);
    }
    assert_eq!(reached.len(), State::ALL.len());
    for state in State::ALL {
        let leaves = TRANSITIONS.iter().any(|line| line.from == *state && line.to != *state);
        assert_eq!(leaves, !state.is_final(), "{state}");
    }
}

#[test]
fn every_verb_is_in_a_table_and_the_administrator_and_the_auditor_in_none() {
    // A draft comes before all states, and a lapse is nobody's deed.
    for verb in Verb::ALL.iter().filter(|verb| !matches!(verb, Verb::Draft | Verb::Lapse)) {
        let there =
            TRANSITIONS.iter().any(|line| line.verb == *verb) || DEEDS.iter().any(|deed| deed.verb == *verb);
        assert!(there, "{verb}");
    }
    let roles = TRANSITIONS.iter().map(|line| line.who).chain(DEEDS.iter().map(|deed| deed.who));
    for who in roles {
        assert!(!who.is_empty() && !who.contains(&Role::Administrator) && !who.contains(&Role::Auditor));
    }
}

/// The lines of the design, written out a second time by hand.
#[test]
fn the_table_is_the_one_that_was_decided() {
    let lines: Vec<String> = TRANSITIONS
        .iter()
        .map(|line| {
            let who: Vec<&str> = line.who.iter().map(|role| role.key()).collect();
            let bound = match line.bound {
                Bound::None => "",
                Bound::NotTheDrafter => "!drafter",
                Bound::NotTheProposer => "!proposer",
                Bound::OutsideTheUnit => "!unit",
            };
            format!("{} {} {}{bound}", line.from.key(), line.to.key(), who.join("+"))
        })
        .collect();
    let decided = [
        "draft adopted secretariat",
        "adopted withdrawn secretariat",
        "adopted handed_over secretariat",
        "handed_over owned coordinator",
        "owned returned officer",
        "returned owned coordinator",
        "owned response_drafted officer",
        "response_drafted owned approver",
        "response_drafted published signatory!drafter",
        "published response_drafted officer",
        "published forwarded approver",
        "forwarded owned coordinator",
        "forwarded closed verifier!unit",
        "published refused approver",
        "refused owned coordinator",
        "refused closed coordinator",
        "published in_delivery officer",
        "in_delivery stalled approver!proposer",
        "stalled in_delivery officer",
        "in_delivery abandoned approver",
        "stalled abandoned approver",
        "abandoned owned coordinator",
        "abandoned closed verifier!unit",
        "in_delivery claimed_done approver!proposer",
        "claimed_done in_delivery verifier!unit",
        "claimed_done closed verifier!unit",
        "closed in_delivery verifier!unit",
        "closed reversed officer+verifier",
        "reversed owned coordinator",
    ];
    assert_eq!(lines, decided);
}
