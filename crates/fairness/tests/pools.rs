//! Lotteries of whole pools against what is known of them: published results, and optima computed elsewhere.

use std::path::Path;

use fairness::ideal::{Depth, NoIdeal, ideal};
use fairness::kinds::Kinds;
use fairness::{Demand, End, Objective, Options, Proposal, Refusal, propose};
use sortition::certificate::{PARTS, bound};
use sortition::{Bounds, Pool, PoolOptions, Quotas, Rules, Standing};

fn lottery(rules: &Rules, objective: Objective) -> Result<Proposal, Refusal> {
    let proposal = propose(rules, &Options { objective, panels: 1000, search_seed: [5; 32] }, &mut |_| ())?;
    assert_eq!(proposal.panels.len(), 1000);
    for panel in &proposal.panels {
        rules.check(panel).expect("every panel keeps every rule");
    }
    Ok(proposal)
}

fn counts(rules: &Rules, proposal: &Proposal) -> Vec<u32> {
    let mut counts = vec![0; rules.members.len()];
    for &i in proposal.panels.iter().flatten() {
        counts[i as usize] += 1;
    }
    counts
}

fn fixture(name: &str, size: u32, household: &[&str]) -> Rules {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pools").join(name);
    let sheet = |file: &str| {
        let bytes = std::fs::read(folder.join(file)).expect("the fixture is there");
        reading::read(file, &bytes).value.expect("the fixture is a table")
    };
    let quotas = Quotas::read(&sheet("quotas.csv")).value.expect("quotas");
    let household = household.iter().map(|&name| name.to_owned()).collect();
    let options = PoolOptions { household, ..PoolOptions::default() };
    let pool = Pool::read(&sheet("pool.csv"), &quotas, &options).value.expect("a pool");
    let standing = |member: &sortition::PoolMember| {
        let mut rows = member.values.clone();
        rows.sort_unstable();
        Standing { rows, household: member.household }
    };
    let rows = quotas.rows().iter().map(|quota| Bounds { min: quota.min, max: quota.max }).collect();
    Rules { size, rows, members: pool.members.iter().map(standing).collect() }
}

const ADDRESS: [&str; 2] = ["address_line_1", "postcode"];

#[test]
fn the_least_chance_of_known_pools_is_the_optimum_to_one_panel() {
    let known = [
        ("bench_300_45", 45, 0.15, false),
        ("bench_750_112", 112, 0.149_333_333_333_333_32, false),
        ("paper_obf_30", 30, 0.048_196_948_682_385_65, true),
        ("paper_sf_b_20", 20, 0.038_812_785_388_127_85, true),
        ("paper_sf_d_40", 40, 0.046_692_607_003_891_05, true),
    ];
    for (name, size, optimum, addresses) in known {
        for household in [&[][..], &ADDRESS[..]] {
            if !household.is_empty() && !addresses {
                continue;
            }
            let rules = fixture(name, size, household);
            let proposal = lottery(&rules, Objective::Leximin).expect("the pool has panels");
            let counts = counts(&rules, &proposal);
            let least = f64::from(*counts.iter().min().expect("members")) / 1000.0;
            assert!((least - optimum).abs() <= 0.001, "{name} {household:?}: {least} is not {optimum}");
            assert!(proposal.exact && proposal.distance <= 0.001, "{name}: {}", proposal.distance);
            let first = bound(&proposal.certificate.levels[0], &rules, &counts, 1000).expect("a proof");
            let proved = first.parts().expect("a share") as f64 / PARTS as f64;
            let slack = if household.is_empty() { 1e-9 } else { 1e-6 };
            assert!(
                (proved - optimum).abs() < slack,
                "{name} {household:?}: proved {proved}, optimum {optimum}"
            );
        }
    }
}

#[test]
fn maximin_has_the_same_least_chance() {
    let rules = fixture("paper_sf_d_40", 40, &[]);
    let proposal = lottery(&rules, Objective::Maximin).expect("the pool has panels");
    let least = *counts(&rules, &proposal).iter().min().expect("members");
    assert!((46..=47).contains(&least), "{least}");
}

#[test]
fn pools_without_a_panel_are_refused_with_a_smallest_clash() {
    for (name, size) in [("infeasible_hd_30_exact", 30), ("infeasible_obf_30_joint", 30)] {
        let rules = fixture(name, size, &[]);
        let Err(Refusal::Clash(clash)) = lottery(&rules, Objective::Leximin) else {
            panic!("{name} has a panel")
        };
        assert!(!clash.whole && !clash.households && clash.demands.len() > 1, "{clash:?}");
        let only = |kept: &dyn Fn(Demand) -> bool| {
            let mut rules = rules.clone();
            for (row, bounds) in (0u32..).zip(&mut rules.rows) {
                let keeps = |end| clash.demands.iter().any(|&d| d == Demand { row, end } && kept(d));
                bounds.min = if keeps(End::Min) { bounds.min } else { 0 };
                bounds.max = if keeps(End::Max) { bounds.max } else { size };
            }
            ideal(&Kinds::new(&rules), &[], Depth::First, &mut |_| ()).err()
        };
        assert_eq!(only(&|_| true), Some(NoIdeal::Empty), "{name}: the demands do not clash");
        for &left_out in &clash.demands {
            assert_eq!(only(&|d| d != left_out), None, "{name}: {left_out:?} is not part of the clash");
        }
    }
}

/// The paper's examples have two features; quotas are in proportion to the pool, so everybody's chance is k/n.
fn two_features(n: usize, size: u32) -> Rules {
    let members = (0..n)
        .map(|i| Standing { rows: vec![(i % 2) as u32, 2 + (i / 2 % 2) as u32], household: None })
        .collect();
    let half = Bounds { min: size / 2, max: size / 2 };
    Rules { size, rows: vec![half; 4], members }
}

#[test]
fn the_examples_of_the_paper_give_everybody_ten_percent() {
    for (n, size) in [(200, 20), (2000, 200)] {
        let rules = two_features(n, size);
        let proposal = lottery(&rules, Objective::Leximin).expect("panels exist");
        assert!(counts(&rules, &proposal).iter().all(|&c| c == 100), "n = {n}");
    }
}

#[test]
fn a_pool_that_only_fractions_of_people_could_satisfy_is_refused() {
    // a triangle: each member is in two of three rows, each row wants exactly one, and the panel has two members
    let one = Bounds { min: 1, max: 1 };
    let member = |a, b| Standing { rows: vec![a, b], household: None };
    let mut members = vec![member(0, 1), member(0, 2), member(1, 2)];
    members.extend([Standing::default()]);
    let rules = Rules { size: 2, rows: vec![one; 3], members };
    let Err(Refusal::Clash(clash)) = lottery(&rules, Objective::Leximin) else { panic!("no panel exists") };
    assert!(clash.whole && !clash.households, "{clash:?}");
}

#[test]
fn a_pool_that_only_its_households_make_infeasible_is_refused_and_says_so() {
    let member = |row, household| Standing { rows: vec![row], household };
    let both = vec![member(0, Some(1)), member(1, Some(1))];
    let one = Bounds { min: 1, max: 1 };
    let rules = Rules { size: 2, rows: vec![one, one], members: both };
    let Err(Refusal::Clash(clash)) = lottery(&rules, Objective::Leximin) else { panic!("no panel exists") };
    assert!(clash.households, "{clash:?}");
    let apart = Rules { members: vec![member(0, None), member(1, None)], ..rules };
    assert!(lottery(&apart, Objective::Leximin).is_ok());
}

#[test]
fn members_whom_no_panel_can_hold_are_named_and_the_others_are_served() {
    let mut rules = two_features(40, 4);
    rules.rows.push(Bounds { min: 0, max: 0 });
    rules.members[7].rows.push(4);
    let proposal = lottery(&rules, Objective::Leximin).expect("panels exist");
    assert_eq!(proposal.impossible, [7]);
    let counts = counts(&rules, &proposal);
    assert_eq!(counts[7], 0);
    assert!(counts.iter().enumerate().all(|(i, &c)| i == 7 || c >= 90), "{counts:?}");
}

#[test]
fn the_same_seed_gives_the_same_panels_and_another_seed_others() {
    let rules = fixture("paper_sf_b_20", 20, &[]);
    let with = |seed| {
        let options = Options { objective: Objective::Leximin, panels: 1000, search_seed: [seed; 32] };
        propose(&rules, &options, &mut |_| ()).expect("panels exist").panels
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}
