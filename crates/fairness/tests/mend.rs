//! Mendings against all panels of small pools, and of the pools that have no panel.

use std::collections::BTreeSet;
use std::path::Path;

use fairness::fate::{Fate, fate};
use fairness::ideal::{Depth, ideal};
use fairness::kinds::{Kinds, Span};
use fairness::mend::{Limit, NoMending, cost, mend};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sortition::{Bounds, Pool, PoolOptions, Quotas, Rules, Standing};

/// Every set of `size` members, in which no household is twice.
fn all_sets(rules: &Rules) -> Vec<Vec<u32>> {
    let free = Rules { rows: Vec::new(), ..rules.clone() };
    let members = free.members.iter().map(|member| Standing { rows: Vec::new(), ..member.clone() }).collect();
    let free = Rules { members, ..free };
    let n = rules.members.len() as u32;
    let chosen = |mask: u32| (0..n).filter(|i| mask >> i & 1 == 1).collect::<Vec<u32>>();
    (0..1u32 << n).map(chosen).filter(|panel| free.check(panel).is_ok()).collect()
}

/// A pool with bounds that often clash.
fn small_pool(rng: &mut ChaCha20Rng) -> Rules {
    let n = rng.random_range(3..=9usize);
    let size = rng.random_range(1..=n.min(5)) as u32;
    let features: Vec<u32> = (0..rng.random_range(1..=3)).map(|_| rng.random_range(2..=3u32)).collect();
    let first = |f: usize| features[..f].iter().sum::<u32>();
    let standing = |rng: &mut ChaCha20Rng| {
        let rows = (0..features.len()).map(|f| first(f) + rng.random_range(0..features[f])).collect();
        Standing { rows, household: (rng.random_range(0..10u32) < 4).then(|| rng.random_range(1..=3)) }
    };
    let members = (0..n).map(|_| standing(rng)).collect();
    let bounds = |rng: &mut ChaCha20Rng| {
        let min = rng.random_range(0..=size.min(3));
        Bounds { min, max: rng.random_range(min..=size) }
    };
    let rows = (0..first(features.len())).map(|_| bounds(rng)).collect();
    Rules { size, rows, members }
}

/// The rows as they must be for the panel, if that is within the limits.
fn needed(rules: &Rules, limits: &[Option<Limit>], panel: &[u32]) -> Option<Vec<Span>> {
    let row = |(row, (bounds, limit)): (u32, (&Bounds, &Option<Limit>))| {
        let count = panel.iter().filter(|&&i| rules.members[i as usize].rows.contains(&row)).count() as u32;
        let span = Span { min: bounds.min.min(count), max: bounds.max.max(count) };
        let limit = limit.unwrap_or(Limit { min: bounds.min, max: bounds.max });
        (limit.min <= span.min && span.max <= limit.max).then_some(span)
    };
    (0..).zip(rules.rows.iter().zip(limits)).map(row).collect()
}

fn least_chance(kinds: &Kinds, rows: &[Span]) -> f64 {
    let levels = ideal(&Kinds { rows: rows.to_vec(), ..kinds.clone() }, &[], Depth::All, &mut |_| ());
    let levels = levels.expect("the relaxation has a panel").levels;
    levels.iter().map(|level| level.chance).find(|&chance| chance > 1e-9).unwrap_or(0.0)
}

fn rules_with(rules: &Rules, rows: &[Span]) -> Rules {
    let rows = rows.iter().map(|row| Bounds { min: row.min, max: row.max }).collect();
    Rules { rows, ..rules.clone() }
}

#[test]
fn no_mending_of_a_small_pool_is_cheaper_or_as_cheap_and_fairer() {
    let mut rng = ChaCha20Rng::seed_from_u64(41);
    let (mut mended, mut strict, mut choices) = (0, 0, 0);
    for case in 0..3000 {
        let rules = small_pool(&mut rng);
        let limits: Vec<Option<Limit>> = (rules.rows.iter())
            .map(|row| match rng.random_range(0..6u32) {
                0 => None,
                1 => Some(Limit { min: row.min.saturating_sub(1), max: row.max + 1 }),
                _ => Some(Limit { min: 0, max: rules.size }),
            })
            .collect();
        let kinds = Kinds::new(&rules);
        let possible: Vec<Vec<Span>> =
            all_sets(&rules).iter().filter_map(|panel| needed(&rules, &limits, panel)).collect();
        let found = mend(&kinds, &limits, 0);
        let Some(least) = possible.iter().map(|rows| cost(&kinds.rows, rows)).min() else {
            assert_eq!(found, Err(NoMending::TooStrict), "case {case}");
            strict += 1;
            continue;
        };
        let found = found.expect("there is a mending");
        assert_eq!((found.cost, cost(&kinds.rows, &found.rows)), (least, least), "case {case}");
        assert!(found.cheapest && found.fairest, "case {case}");
        assert!(possible.contains(&found.rows), "case {case}: no panel");
        let as_cheap: BTreeSet<Vec<(u32, u32)>> = (possible.iter())
            .filter(|rows| cost(&kinds.rows, rows) == least)
            .map(|rows| rows.iter().map(|row| (row.min, row.max)).collect())
            .collect();
        let spans =
            |rows: &[(u32, u32)]| rows.iter().map(|&(min, max)| Span { min, max }).collect::<Vec<_>>();
        // Where somebody has no chance in any of them, the search counts the others; in one of them more may have none.
        let chances: Vec<f64> = as_cheap.iter().map(|rows| least_chance(&kinds, &spans(rows))).collect();
        let all_possible = |rows: &[Span]| {
            let first =
                ideal(&Kinds { rows: rows.to_vec(), ..kinds.clone() }, &[], Depth::First, &mut |_| ());
            first.expect("a panel").levels[0].chance > 1e-9
        };
        let never = fate(&rules_with(&rules, &found.rows)).never.len();
        assert_eq!(found.never as usize, never, "case {case}");
        assert!((found.chance - least_chance(&kinds, &found.rows)).abs() < 1e-9, "case {case}");
        if as_cheap.iter().any(|rows| all_possible(&spans(rows))) {
            let best = as_cheap
                .iter()
                .map(|rows| spans(rows))
                .filter(|rows| all_possible(rows))
                .map(|rows| least_chance(&kinds, &rows))
                .fold(0.0, f64::max);
            assert!((found.chance - best).abs() < 1e-6, "case {case}: {} is not {best}", found.chance);
            choices += usize::from(chances.iter().any(|chance| chance + 1e-6 < best));
        }
        mended += usize::from(least > 0);
    }
    assert!(mended > 1000 && strict > 100 && choices > 10, "{mended} {strict} {choices}");
}

#[test]
fn room_gives_the_best_chance_that_it_can_and_no_more_than_was_said() {
    let mut rng = ChaCha20Rng::seed_from_u64(43);
    let mut better = 0;
    for case in 0..600 {
        let rules = small_pool(&mut rng);
        let kinds = Kinds::new(&rules);
        let limits = vec![Some(Limit { min: 0, max: rules.size }); rules.rows.len()];
        let Ok(least) = mend(&kinds, &limits, 0) else { continue };
        let found = mend(&kinds, &limits, 2).expect("there is a mending");
        assert!(found.fairest && found.cost <= least.cost + 2000, "case {case}");
        let chance = |rows: &[Span]| {
            let kinds = Kinds { rows: rows.to_vec(), ..kinds.clone() };
            ideal(&kinds, &[], Depth::First, &mut |_| ()).expect("a panel").levels[0].chance
        };
        // Every mending of that cost: what a panel needs, and the rest of the room spent in every way.
        let mut best = 0.0f64;
        let mut seen = BTreeSet::new();
        let mut open: Vec<Vec<Span>> =
            all_sets(&rules).iter().filter_map(|panel| needed(&rules, &limits, panel)).collect();
        while let Some(rows) = open.pop() {
            let key: Vec<(u32, u32)> = rows.iter().map(|row| (row.min, row.max)).collect();
            if cost(&kinds.rows, &rows) > least.cost + 2000 || !seen.insert(key) {
                continue;
            }
            best = best.max(chance(&rows));
            for row in 0..rows.len() {
                for by in [(1, 0), (0, 1)] {
                    let mut wider = rows.clone();
                    let Span { min, max } = wider[row];
                    wider[row] = Span { min: min.saturating_sub(by.0), max: (max + by.1).min(rules.size) };
                    open.push(wider);
                }
            }
        }
        if best > 1e-9 {
            assert!((chance(&found.rows) - best).abs() < 1e-6, "case {case}: {best}");
        }
        assert!(least.at_most[1].0 == 2 && least.at_most[1].1 >= best - 1e-9, "case {case}");
        better += usize::from(best > chance(&least.rows) + 1e-6);
    }
    assert!(better > 100, "{better}");
}

#[test]
fn fates_of_small_pools_are_what_all_panels_say() {
    let mut rng = ChaCha20Rng::seed_from_u64(42);
    let (mut never, mut always) = (0, 0);
    for case in 0..3000 {
        let rules = small_pool(&mut rng);
        let panels: Vec<Vec<u32>> =
            all_sets(&rules).into_iter().filter(|panel| rules.check(panel).is_ok()).collect();
        if panels.is_empty() {
            continue;
        }
        let Fate { never: out, always: held } = fate(&rules);
        for &i in &out {
            assert!(!panels.iter().any(|panel| panel.contains(&i)), "case {case}: {i} can sit");
        }
        for &i in &held {
            assert!(panels.iter().all(|panel| panel.contains(&i)), "case {case}: {i} can be left out");
        }
        never += out.len();
        always += held.len();
    }
    assert!(never > 300 && always > 300, "{never} {always}");
}

fn fixture(name: &str, size: u32) -> Rules {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pools").join(name);
    let sheet = |file: &str| {
        let bytes = std::fs::read(folder.join(file)).expect("the fixture is there");
        reading::read(file, &bytes).value.expect("the fixture is a table")
    };
    let quotas = Quotas::read(&sheet("quotas.csv")).value.expect("quotas");
    let pool = Pool::read(&sheet("pool.csv"), &quotas, &PoolOptions::default()).value.expect("a pool");
    let standing = |member: &sortition::PoolMember| Standing { rows: member.values.clone(), household: None };
    let rows = quotas.rows().iter().map(|quota| Bounds { min: quota.min, max: quota.max }).collect();
    Rules { size, rows, members: pool.members.iter().map(standing).collect() }
}

#[test]
fn the_pools_without_a_panel_are_mended() {
    for (name, size) in [("infeasible_hd_30_exact", 30), ("infeasible_obf_30_joint", 30)] {
        let rules = fixture(name, size);
        let kinds = Kinds::new(&rules);
        let limits = vec![Some(Limit { min: 0, max: size }); kinds.rows.len()];
        let mending = mend(&kinds, &limits, 0).expect("there is a mending");
        assert!(mending.cheapest && mending.fairest && mending.chance > 0.0, "{name}");
        assert!(
            ideal(&Kinds { rows: mending.rows, ..kinds }, &[], Depth::First, &mut |_| ()).is_ok(),
            "{name}"
        );
    }
}
