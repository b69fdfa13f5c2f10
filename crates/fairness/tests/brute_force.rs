//! Leximin against brute force: all panels of a small pool are listed, and the optimum over mixtures of them is found by
//! a textbook method with another solver.

use fairness::{Objective, Options, Refusal, propose};
use good_lp::{Expression, Solution, SolverModel, constraint, microlp, variable, variables};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sortition::{Bounds, Rules, Standing};

/// All panels that meet the rules.
fn all_panels(rules: &Rules) -> Vec<Vec<u32>> {
    let n = rules.members.len() as u32;
    let chosen = |mask: u32| (0..n).filter(|i| mask >> i & 1 == 1).collect::<Vec<u32>>();
    (0..1u32 << n).map(chosen).filter(|panel| rules.check(panel).is_ok()).collect()
}

/// The leximin probabilities over mixtures of the panels: at each level, the members who cannot rise above it are fixed.
fn oracle(n: usize, panels: &[Vec<u32>]) -> Vec<f64> {
    let mut fixed: Vec<Option<f64>> = vec![None; n];
    while fixed.iter().any(Option::is_none) {
        let z = best(panels, &fixed, None, 0.0);
        let open: Vec<usize> = (0..n).filter(|&i| fixed[i].is_none()).collect();
        let stuck: Vec<usize> =
            open.iter().copied().filter(|&i| best(panels, &fixed, Some(i), z - 1e-9) < z + 1e-7).collect();
        assert!(!stuck.is_empty(), "somebody cannot rise");
        for i in stuck {
            fixed[i] = Some(z);
        }
    }
    fixed.into_iter().map(|p| p.expect("all are fixed")).collect()
}

/// The greatest least probability of the open members, or of `only` while the others get `floor`.
fn best(panels: &[Vec<u32>], fixed: &[Option<f64>], only: Option<usize>, floor: f64) -> f64 {
    let mut vars = variables!();
    let weights: Vec<_> = panels.iter().map(|_| vars.add(variable().min(0.0).max(1.0))).collect();
    let z = vars.add(variable().min(0.0).max(1.0));
    let mut model = vars.maximise(z).using(microlp);
    let total: Expression = weights.iter().sum();
    model = model.with(constraint!(total == 1.0));
    for (i, fixed) in fixed.iter().enumerate() {
        let held = panels.iter().zip(&weights).filter(|(panel, _)| panel.contains(&(i as u32)));
        let p: Expression = held.map(|(_, &w)| w).sum();
        model = model.with(match (*fixed, only) {
            (Some(x), _) => constraint!(p >= x - 1e-9),
            (None, Some(only)) if only != i => constraint!(p >= floor),
            _ => constraint!(p >= z),
        });
    }
    model.solve().expect("the fixed levels were reached before").value(z)
}

fn small_pool(rng: &mut ChaCha20Rng) -> Rules {
    let n = rng.random_range(3..=9usize);
    let size = rng.random_range(1..=n.min(5)) as u32;
    let features: Vec<u32> = (0..rng.random_range(1..=3)).map(|_| rng.random_range(2..=3u32)).collect();
    let first = |f: usize| features[..f].iter().sum::<u32>();
    let values = first(features.len());
    let combinations = if rng.random_range(0..3u32) == 0 { rng.random_range(1..=4u32) } else { 0 };
    let members: Vec<Standing> = (0..n)
        .map(|_| {
            let mut rows: Vec<u32> =
                (0..features.len()).map(|f| first(f) + rng.random_range(0..features[f])).collect();
            rows.extend((values..values + combinations).filter(|_| rng.random_range(0..2u32) == 0));
            Standing { rows, household: (rng.random_range(0..10u32) < 4).then(|| rng.random_range(1..=3)) }
        })
        .collect();
    let planted: Vec<usize> = (0..size as usize).map(|i| (i * 7 + 3) % n).collect();
    let rows = (0..values + combinations)
        .map(|r| {
            let have = planted.iter().filter(|&&i| members[i].rows.contains(&r)).count() as u32;
            let slack = |rng: &mut ChaCha20Rng| [0, 0, 0, 1, 2][rng.random_range(0..5)];
            Bounds { min: have.saturating_sub(slack(rng)), max: have + slack(rng) }
        })
        .collect();
    Rules { size, rows, members }
}

#[test]
fn leximin_of_small_pools_is_what_brute_force_finds() {
    let mut rng = ChaCha20Rng::seed_from_u64(20);
    let (mut feasible, mut refused, mut with_cuts) = (0, 0, 0);
    for case in 0..4000 {
        let rules = small_pool(&mut rng);
        let panels = all_panels(&rules);
        let options = Options { objective: Objective::Leximin, panels: 1000, search_seed: [case as u8; 32] };
        let made = match propose(&rules, &options, &mut |_| ()) {
            Ok(made) => made,
            Err(Refusal::Clash(_)) => {
                assert!(panels.is_empty(), "case {case}: refused, but there are {} panels", panels.len());
                refused += 1;
                continue;
            }
            Err(other) => panic!("case {case}: {other:?}"),
        };
        assert!(!panels.is_empty(), "case {case}: no panel exists");
        let n = rules.members.len();
        let truth = oracle(n, &panels);
        for panel in &made.panels {
            rules.check(panel).unwrap_or_else(|breach| panic!("case {case}: {breach:?}"));
        }
        assert_eq!(made.panels.len(), 1000);
        for i in 0..n {
            let share = made.panels.iter().filter(|p| p.contains(&(i as u32))).count() as f64 / 1000.0;
            assert!(
                (made.target[i] - truth[i]).abs() < 1e-6,
                "case {case}: {:?} is not {truth:?}",
                made.target
            );
            assert!(
                (share - truth[i]).abs() <= 1e-3 + 1e-9,
                "case {case}: member {i}: {share} is not {}",
                truth[i]
            );
        }
        assert!(made.exact);
        feasible += 1;
        with_cuts += usize::from(made.cuts > 0);
    }
    assert!(
        feasible > 1000 && refused > 100 && with_cuts > 40,
        "{feasible} pools solved, {with_cuts} of them with cuts; {refused} refused"
    );
}
