//! Leximin against brute force: all panels of a small pool are listed, and the optimum over mixtures of them is found by
//! a textbook method with another solver.

mod small;

use fairness::{Objective, Options, Refusal, propose};
use good_lp::{Expression, Solution, SolverModel, constraint, microlp, variable, variables};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use small::{all_panels, nasty_pool};

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

#[test]
fn leximin_of_small_pools_is_what_brute_force_finds() {
    let mut rng = ChaCha20Rng::seed_from_u64(20);
    let (mut feasible, mut refused, mut with_cuts) = (0, 0, 0);
    for case in 0..4000 {
        let rules = nasty_pool(&mut rng);
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
            // the truth is a solver's, and right to some 1e-9
            assert!(
                (share - truth[i]).abs() <= 1e-3 + 1e-8,
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
