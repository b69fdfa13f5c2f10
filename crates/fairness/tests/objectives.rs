//! Nash, Goldilocks and maximin against all panels of small pools, each by another way than the one it was found.

mod small;

use fairness::comparison::Equality;
use fairness::{Objective, Options, Proposal, Refusal, compare, propose};
use good_lp::{Expression, Solution, SolverModel, Variable, constraint, microlp, variable, variables};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use small::{all_panels, nasty_pool};
use sortition::{Bounds, Rules, Standing};

const POOLS: u64 = 1500;
const PANELS: u32 = 1000;

/// The lottery of a pool, after checking all that every objective promises; `None` for a pool without panels.
fn lottery(case: u64, rules: &Rules, panels: &[Vec<u32>], objective: Objective) -> Option<Proposal> {
    let options = Options { objective, panels: PANELS, search_seed: [case as u8; 32] };
    let made = match propose(rules, &options, &mut |_| ()) {
        Ok(made) => made,
        Err(Refusal::Clash(_)) => {
            assert!(panels.is_empty(), "case {case}: refused, but there are {} panels", panels.len());
            return None;
        }
        Err(other) => panic!("case {case}: {other:?}"),
    };
    assert!(made.exact && made.panels.len() == PANELS as usize, "case {case}");
    let mut counts = vec![0u32; rules.members.len()];
    for panel in &made.panels {
        assert_eq!(rules.check(panel), Ok(()), "case {case}");
        panel.iter().for_each(|&i| counts[i as usize] += 1);
    }
    for (i, (&count, target)) in counts.iter().zip(&made.target).enumerate() {
        let distance = (f64::from(count) / f64::from(PANELS) - target).abs();
        assert!(distance <= 1.0 / f64::from(PANELS) + 1e-9, "case {case}: member {i} is {distance} away");
        assert_eq!(holds(panels, i), !made.impossible.contains(&(i as u32)), "case {case}: member {i}");
    }
    assert!(from_mixture(panels, &made.target) < 1e-7, "case {case}: {:?} is no mixture", made.target);
    Some(made)
}

fn holds(panels: &[Vec<u32>], i: usize) -> bool {
    panels.iter().any(|panel| panel.contains(&(i as u32)))
}

/// The probability of each member as an expression of the panels' weights, which add up to 1.
fn chances(
    vars: &mut good_lp::ProblemVariables,
    panels: &[Vec<u32>],
    n: usize,
) -> (Expression, Vec<Expression>) {
    let weights: Vec<Variable> = panels.iter().map(|_| vars.add(variable().min(0.0).max(1.0))).collect();
    let of = |i: usize| {
        let held = panels.iter().zip(&weights).filter(|(panel, _)| panel.contains(&(i as u32)));
        held.map(|(_, &w)| w).sum()
    };
    (weights.iter().sum(), (0..n).map(of).collect())
}

/// How far the nearest mixture of panels is from these probabilities, as the largest difference of any member.
fn from_mixture(panels: &[Vec<u32>], target: &[f64]) -> f64 {
    let mut vars = variables!();
    let (total, chances) = chances(&mut vars, panels, target.len());
    let away = vars.add(variable().min(0.0));
    let mut model = vars.minimise(away).using(microlp).with(constraint!(total == 1.0));
    for (chance, &p) in chances.into_iter().zip(target) {
        model = model.with(constraint!(chance.clone() - p <= away)).with(constraint!(p - chance <= away));
    }
    model.solve().expect("there is always a nearest one").value(away)
}

/// The greatest least probability of the members of `free` where none of them has more than `most`; `None` if none can
/// keep to that.
fn greatest_least(panels: &[Vec<u32>], n: usize, free: &[usize], most: f64) -> Option<f64> {
    let mut vars = variables!();
    let (total, chances) = chances(&mut vars, panels, n);
    let least = vars.add(variable().min(0.0).max(1.0));
    let mut model = vars.maximise(least).using(microlp).with(constraint!(total == 1.0));
    for &i in free {
        model = model
            .with(constraint!(chances[i].clone() >= least))
            .with(constraint!(chances[i].clone() <= most));
    }
    model.solve().ok().map(|solution| solution.value(least))
}

#[test]
fn nash_meets_the_condition_that_only_the_optimum_meets() {
    let mut rng = ChaCha20Rng::seed_from_u64(21);
    let (mut solved, mut with_cuts) = (0, 0);
    for case in 0..POOLS {
        let rules = nasty_pool(&mut rng);
        let panels = all_panels(&rules);
        let Some(made) = lottery(case, &rules, &panels, Objective::Nash) else { continue };
        // The sum of log p is concave with gradient 1/p: p is optimal if and only if no panel, hence no mixture q, has
        // sum q/p > sum p/p, the number of members whom panels hold.
        let p = &made.target;
        let members = (0..p.len()).filter(|&i| holds(&panels, i)).count() as f64;
        for panel in &panels {
            let sum: f64 = panel.iter().map(|&i| 1.0 / p[i as usize]).sum();
            assert!(
                sum <= members * (1.0 + 1e-6),
                "case {case}: {panel:?} would raise {p:?}: {sum} of {members}"
            );
        }
        solved += 1;
        with_cuts += usize::from(made.cuts > 0);
    }
    assert!(solved > 200 && with_cuts > 3, "{solved} pools solved, {with_cuts} of them with cuts");
}

#[test]
fn goldilocks_is_the_least_that_a_search_over_the_largest_chance_finds() {
    let mut rng = ChaCha20Rng::seed_from_u64(22);
    let (mut solved, mut between) = (0, 0);
    for case in 0..POOLS {
        let rules = nasty_pool(&mut rng);
        let (panels, n) = (all_panels(&rules), rules.members.len());
        let Some(made) = lottery(case, &rules, &panels, Objective::Goldilocks) else { continue };
        let always = |i: usize| panels.iter().all(|panel| panel.contains(&(i as u32)));
        let free: Vec<usize> = (0..n).filter(|&i| holds(&panels, i) && !always(i)).collect();
        if free.is_empty() {
            continue;
        }
        let seats = rules.size as usize - (0..n).filter(|&i| always(i)).count();
        let average = seats as f64 / free.len() as f64;
        let cost = |least: f64, most: f64| most / average + average / least;
        let under = |most: f64| {
            greatest_least(&panels, n, &free, most)
                .filter(|&a| a > 0.0)
                .map_or(f64::INFINITY, |a| cost(a, most))
        };
        // convex in the largest chance, so thirds of an interval can be left out
        let (mut low, mut high) = (average, 1.0);
        for _ in 0..60 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if under(a) <= under(b) && under(a).is_finite() { high = b } else { low = a }
        }
        let best = under(high);
        let chances = || free.iter().map(|&i| made.target[i]);
        let ours = cost(chances().fold(1.0, f64::min), chances().fold(0.0, f64::max));
        assert!((ours - best).abs() < 1e-6 * best, "case {case}: {ours} is not {best}: {:?}", made.target);
        solved += 1;
        between += usize::from(high < 0.999 && high > average * 1.001);
    }
    assert!(solved > 200 && between > 40, "{solved} pools solved, {between} of them by a compromise");
}

#[test]
fn maximin_reaches_the_greatest_least_chance_of_those_whom_a_panel_can_hold() {
    let mut rng = ChaCha20Rng::seed_from_u64(23);
    let (mut solved, mut some_left_out) = (0, 0);
    for case in 0..POOLS {
        let rules = nasty_pool(&mut rng);
        let (panels, n) = (all_panels(&rules), rules.members.len());
        let Some(made) = lottery(case, &rules, &panels, Objective::Maximin) else { continue };
        let free: Vec<usize> = (0..n).filter(|&i| holds(&panels, i)).collect();
        let best = greatest_least(&panels, n, &free, 1.0).expect("panels exist");
        let ours = free.iter().map(|&i| made.target[i]).fold(1.0, f64::min);
        assert!((ours - best).abs() < 1e-7, "case {case}: {ours} is not {best}");
        solved += 1;
        some_left_out += usize::from(free.len() < n);
    }
    assert!(solved > 200 && some_left_out > 20, "{solved} solved, {some_left_out} with members in no panel");
}

/// Members 0 and 1 are wanted by every panel, 2 by none; the others compete for what is left, the last ones for more.
fn seated_and_shut_out() -> Rules {
    let member = |rows: &[u32]| Standing { rows: rows.to_vec(), household: None };
    let mut members = vec![member(&[0]), member(&[0]), member(&[1])];
    members.extend((0..8).map(|_| member(&[2])));
    members.extend((0..2).map(|_| member(&[3])));
    let exactly = |many| Bounds { min: many, max: many };
    Rules { size: 6, rows: vec![exactly(2), exactly(0), exactly(3), exactly(1)], members }
}

#[test]
fn those_whom_every_panel_holds_or_none_do_not_count() {
    let rules = seated_and_shut_out();
    for (_, objective) in Objective::NAMES {
        let made = lottery(0, &rules, &all_panels(&rules), objective).expect("panels exist");
        assert_eq!(made.impossible, [2]);
        for (i, want) in [(0, 1.0), (1, 1.0), (2, 0.0), (3, 3.0 / 8.0), (12, 0.5)] {
            assert!(
                (made.target[i] - want).abs() < 1e-7,
                "{}: member {i}: {:?}",
                objective.name(),
                made.target
            );
        }
    }
}

#[test]
fn the_comparison_names_the_best_of_each_kind() {
    let mut rng = ChaCha20Rng::seed_from_u64(24);
    let mut differ = 0;
    for _ in 0..POOLS {
        let rules = nasty_pool(&mut rng);
        let Ok(all) = compare(&rules) else { continue };
        assert_eq!(all.iter().map(|one| one.objective).collect::<Vec<_>>(), Objective::NAMES.map(|(_, o)| o));
        let [leximin, maximin, nash, goldilocks] = [0, 1, 2, 3].map(|place: usize| all[place].equality);
        assert!((leximin.smallest - maximin.smallest).abs() < 1e-7);
        for other in [leximin, maximin, goldilocks] {
            assert!(other.geometric_mean <= nash.geometric_mean + 1e-7, "{all:?}");
            assert!(other.smallest <= leximin.smallest + 1e-7, "{all:?}");
        }
        assert!(
            nash.smallest <= leximin.smallest + 1e-7 && goldilocks.largest <= leximin.largest + 1e-7,
            "{all:?}"
        );
        differ += usize::from(nash.geometric_mean > leximin.geometric_mean + 1e-4);
    }
    assert!(differ > 10, "the objectives differ in {differ} pools only");
}

proptest! {
    #[test]
    fn gini_is_half_the_mean_difference_over_the_mean(chances in prop::collection::vec(1..1000u32, 1..20)) {
        let chances: Vec<f64> = chances.into_iter().map(|c| f64::from(c) / 1000.0).collect();
        let n = chances.len() as f64;
        let differences: f64 = chances.iter().flat_map(|a| chances.iter().map(move |b| (a - b).abs())).sum();
        let gini = differences / (2.0 * n * n) / (chances.iter().sum::<f64>() / n);
        let ours = Equality::of(chances.iter().map(|&p| (p, 1.0)));
        prop_assert!((ours.gini - gini).abs() < 1e-9, "{} is not {gini}", ours.gini);
        let product = chances.iter().product::<f64>().powf(1.0 / n);
        prop_assert!((ours.geometric_mean - product).abs() < 1e-9);
    }
}
