//! Leximin by the published method with another solver: integer programs over single members, column generation, and
//! one level after the other (Flanigan, Gölz, Gupta, Hennig, Procaccia: Fair algorithms for selecting citizens'
//! assemblies, Nature 2021, Methods). It shares nothing with this crate and takes much longer.

use fairness::{Objective, Options, propose};
use good_lp::{Expression, Solution, SolverModel, Variable, constraint, highs, variable, variables};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use sortition::{Bounds, Rules, Standing};

/// A panel must be worth more than this to enter.
const HELPS: f64 = 1e-7;
/// A member whose multiplier is above this cannot rise further.
const FIXED: f64 = 1e-6;
/// By how much members fixed earlier may fall, so that rounding does not shut out every lottery.
const SLACK: f64 = 1e-9;
/// The agreement that is asked for.
const SAME: f64 = 1e-6;

/// The panel that is worth most, by an integer program over members, and its worth; `None` if there is no panel.
fn best_panel(rules: &Rules, worth: &[f64]) -> Option<(Vec<usize>, f64)> {
    let mut vars = variables!();
    let sits: Vec<Variable> = worth.iter().map(|_| vars.add(variable().binary())).collect();
    let value: Expression = sits.iter().zip(worth).map(|(&x, &w)| w * x).sum();
    let mut model = vars.maximise(value.clone()).using(highs);
    model = model.set_mip_rel_gap(0.0).expect("a gap of nothing is allowed").set_threads(1);
    model.set_verbose(false);
    let total: Expression = sits.iter().sum();
    model = model.with(constraint!(total == f64::from(rules.size)));
    let among = |counts: &dyn Fn(&Standing) -> bool| -> Expression {
        rules.members.iter().zip(&sits).filter(|(member, _)| counts(member)).map(|(_, &x)| x).sum()
    };
    for (row, bounds) in (0u32..).zip(&rules.rows) {
        let sum = among(&|member| member.rows.contains(&row));
        model = model
            .with(constraint!(sum.clone() >= f64::from(bounds.min)))
            .with(constraint!(sum <= f64::from(bounds.max)));
    }
    let last = rules.members.iter().filter_map(|member| member.household).max().unwrap_or(0);
    for label in 1..=last {
        model = model.with(constraint!(among(&|member| member.household == Some(label)) <= 1));
    }
    let solution = model.solve().ok()?;
    let panel = (0..worth.len()).filter(|&i| solution.value(sits[i]) > 0.5).collect();
    Some((panel, solution.eval(value)))
}

/// One multiplier a member and the price of a panel, minimising price - fixed · multipliers: by duality the greatest
/// least chance of the others that mixtures of these panels reach.
fn multipliers(panels: &[Vec<usize>], fixed: &[Option<f64>]) -> (Vec<f64>, f64, f64) {
    let mut vars = variables!();
    let y: Vec<Variable> = fixed.iter().map(|_| vars.add(variable().min(0.0))).collect();
    let price = vars.add(variable().min(0.0));
    let settled: Expression = y.iter().zip(fixed).map(|(&y, p)| p.map_or(0.0, |p| p - SLACK) * y).sum();
    let mut model = vars.minimise(price - settled.clone()).using(highs).set_threads(1);
    model.set_verbose(false);
    let open: Expression = y.iter().zip(fixed).filter(|(_, p)| p.is_none()).map(|(&y, _)| y).sum();
    model = model.with(constraint!(open == 1.0));
    for panel in panels {
        let sum: Expression = panel.iter().map(|&i| y[i]).sum();
        model = model.with(constraint!(sum <= price));
    }
    let solution = model.solve().expect("the levels before were reached by these panels");
    let values = y.iter().map(|&y| solution.value(y)).collect();
    (values, solution.value(price), solution.eval(price - settled))
}

/// The leximin probabilities; `None` if there is no panel.
fn leximin(rules: &Rules) -> Option<Vec<f64>> {
    let n = rules.members.len();
    let mut panels = vec![best_panel(rules, &vec![0.0; n])?.0];
    let mut fixed: Vec<Option<f64>> = vec![None; n];
    while fixed.iter().any(Option::is_none) {
        let (y, least) = loop {
            let (y, price, least) = multipliers(&panels, &fixed);
            let (panel, worth) = best_panel(rules, &y)?;
            if worth <= price + HELPS || panels.contains(&panel) {
                break (y, least);
            }
            panels.push(panel);
        };
        for (fixed, y) in fixed.iter_mut().zip(y) {
            if fixed.is_none() && y > FIXED {
                *fixed = Some(least.clamp(0.0, 1.0));
            }
        }
    }
    fixed.into_iter().collect()
}

/// A pool of `n` volunteers who are unlike the quotas, with quotas around a planted panel; `share` in a hundred live with
/// somebody else of the pool.
fn pool(rng: &mut ChaCha20Rng, n: usize, size: u32, features: usize, slack: u32, share: u32) -> Rules {
    let values: Vec<u32> = (0..features).map(|_| rng.random_range(2..=4)).collect();
    let first = |f: usize| values[..f].iter().sum::<u32>();
    let pick = |rng: &mut ChaCha20Rng, f: usize| {
        first(f) + rng.random_range(0..values[f]).min(rng.random_range(0..values[f]))
    };
    let mut members: Vec<Standing> = (0..n)
        .map(|_| Standing { rows: (0..features).map(|f| pick(rng, f)).collect(), household: None })
        .collect();
    let sharing = n * share as usize / 200;
    for label in 0..sharing {
        for i in [2 * label, 2 * label + 1] {
            members[i].household = Some(label as u32 + 1);
        }
    }
    let step = n / size as usize;
    let planted: Vec<usize> =
        (0..size as usize).map(|i| n - 1 - i * step.max(2).min(n / size as usize)).collect();
    let rows = (0..first(features))
        .map(|row| {
            let have = planted.iter().filter(|&&i| members[i].rows.contains(&row)).count() as u32;
            Bounds {
                min: have.saturating_sub(rng.random_range(0..=slack)),
                max: have + rng.random_range(0..=slack),
            }
        })
        .collect();
    Rules { size, rows, members }
}

#[test]
fn leximin_agrees_with_the_published_method() {
    let mut rng = ChaCha20Rng::seed_from_u64(25);
    let mut solved = 0;
    for (n, size, features, slack, share) in [
        (20, 6, 2, 0, 0),
        (24, 8, 3, 0, 50),
        (30, 8, 3, 1, 30),
        (36, 9, 3, 0, 0),
        (40, 10, 3, 1, 20),
        (50, 12, 4, 0, 20),
        (60, 12, 3, 1, 20),
        (70, 24, 5, 1, 0),
        (80, 16, 4, 0, 20),
        (90, 18, 4, 1, 20),
        (100, 20, 4, 1, 0),
        (100, 20, 5, 0, 20),
    ] {
        let rules = pool(&mut rng, n, size, features, slack, share);
        let options = Options { objective: Objective::Leximin, panels: 1000, search_seed: [1; 32] };
        let ours = propose(&rules, &options, &mut |_| ());
        let Some(theirs) = leximin(&rules) else {
            assert!(ours.is_err(), "n = {n}: they find no panel");
            continue;
        };
        let ours = ours.unwrap_or_else(|why| panic!("n = {n}: {why:?}"));
        let away = ours.target.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!(
            "n = {n}, k = {size}, {features} features: {} levels, {} cuts, {away:.1e} apart",
            ours.levels, ours.cuts
        );
        assert!(ours.exact && away < SAME, "n = {n}: {away} apart");
        solved += 1;
    }
    assert!(solved >= 10, "only {solved} pools have panels");
}
