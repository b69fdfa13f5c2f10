//! Is the ideal a mixture of panels? Column generation finds the weights, or a cut that the ideal breaks and every
//! panel obeys.
//!
//! One row a kind says that the weighted panels add up to the expected number. The sum of what is outside these rows is
//! the distance from the ideal; its duals price the panels (fewest columns first come from swaps, then from the finder).

use crate::finder::{Finder, Found};
use crate::ideal::Cut;
use crate::kinds::Kinds;
use crate::simplex::{Simplex, Status};

/// A panel helps if its price is above this.
const HELPS: f64 = 1e-8;
/// A distance below this is none.
const DISTANCE: f64 = 1e-7;

/// The answer.
pub enum Mixture {
    /// The ideal is a mixture of the panels with these weights (they add up to 1).
    Weights(Vec<f64>),
    /// No mixture of panels is the ideal.
    Cut {
        /// What the ideal breaks.
        cut: Cut,
        /// The weights of the nearest mixture found.
        weights: Vec<f64>,
    },
    /// The limit of steps was reached; the weights of the nearest mixture found.
    Undecided(Vec<f64>),
}

/// Looks for weights of `panels`, to which the panels that are needed are added; at most `nodes` steps a panel.
pub fn mixture(
    kinds: &Kinds,
    expected: &[f64],
    panels: &mut Vec<Vec<u32>>,
    finder: &mut Finder<'_>,
    nodes: usize,
    tick: &mut dyn FnMut(usize),
) -> Mixture {
    let mut program = Simplex::new();
    for &x in expected {
        program.add_row(&[], x, x);
    }
    let first = expected.len();
    for panel in panels.iter() {
        add(&mut program, panel);
    }
    let limit = 20 * kinds.kinds.len() + 2000;
    for step in 0..limit {
        if step % 16 == 0 {
            tick(step);
        }
        let status = program.solve();
        let weights = || normalised(&program.values()[first..]);
        match status {
            Status::Optimal => return Mixture::Weights(weights()),
            Status::Infeasible if program.outside() < DISTANCE => return Mixture::Weights(weights()),
            Status::Infeasible => {}
            Status::Unbounded | Status::Stalled => return Mixture::Undecided(weights()),
        }
        let price = program.duals().to_vec();
        match finder.best(&price, HELPS, nodes) {
            Found::Best(panel, _) | Found::Undecided(Some((panel, _))) if !panels.contains(&panel) => {
                add(&mut program, &panel);
                panels.push(panel);
            }
            Found::Nothing | Found::Best(..) => {
                let most = match finder.best(&price, f64::NEG_INFINITY, nodes) {
                    Found::Best(_, most) => most,
                    Found::Nothing | Found::Undecided(_) => return Mixture::Undecided(weights()),
                };
                return Mixture::Cut { cut: Cut { weights: price, most }, weights: weights() };
            }
            Found::Undecided(_) => return Mixture::Undecided(weights()),
        }
    }
    Mixture::Undecided(normalised(&program.values()[first..]))
}

fn add(program: &mut Simplex, panel: &[u32]) {
    let entries =
        panel.iter().enumerate().filter(|&(_, &c)| c > 0).map(|(t, &c)| (t, f64::from(c))).collect();
    program.add_column(entries, 0.0, f64::INFINITY, 0.0);
}

fn normalised(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().map(|w| w.max(0.0)).sum();
    weights.iter().map(|w| if sum > 0.0 { w.max(0.0) / sum } else { 1.0 / weights.len() as f64 }).collect()
}

/// Whole multiples of the weights that add up to `total`, by largest remainder.
pub fn multiples(weights: &[f64], total: usize) -> Vec<usize> {
    let ideal: Vec<f64> = weights.iter().map(|w| w * total as f64).collect();
    let mut out: Vec<usize> = ideal.iter().map(|x| (x + 1e-9).floor() as usize).collect();
    let missing = total.saturating_sub(out.iter().sum());
    let mut order: Vec<usize> = (0..out.len()).collect();
    order.sort_by(|&a, &b| (ideal[b] - out[b] as f64).total_cmp(&(ideal[a] - out[a] as f64)).then(a.cmp(&b)));
    for &j in order.iter().cycle().take(if out.is_empty() { 0 } else { missing }) {
        out[j] += 1;
    }
    out
}

/// Moves single multiples from one panel to another as long as that brings members nearer to their ideal, those who are
/// more than one panel away first.
pub fn refine(kinds: &Kinds, expected: &[f64], panels: &[Vec<u32>], multiples: &mut [usize]) {
    let total: usize = multiples.iter().sum();
    let mut away: Vec<f64> = kinds.kinds.iter().zip(expected).map(|(_, x)| -x * total as f64).collect();
    for (panel, &times) in panels.iter().zip(multiples.iter()) {
        for (a, &c) in away.iter_mut().zip(panel) {
            *a += f64::from(c) * times as f64;
        }
    }
    let badness = |t: usize, a: f64| {
        let each = a / f64::from(kinds.kinds[t].multiplicity);
        let far = (each.abs() - 1.0).max(0.0);
        f64::from(kinds.kinds[t].multiplicity) * (each * each + 1000.0 * far)
    };
    let mut improved = true;
    while improved {
        improved = false;
        for from in 0..panels.len() {
            for to in 0..panels.len() {
                if multiples[from] == 0 || from == to {
                    continue;
                }
                let change = |t: usize| f64::from(panels[to][t]) - f64::from(panels[from][t]);
                let gain: f64 = (0..away.len())
                    .filter(|&t| change(t) != 0.0)
                    .map(|t| badness(t, away[t]) - badness(t, away[t] + change(t)))
                    .sum();
                if gain > 1e-6 {
                    for (t, a) in away.iter_mut().enumerate() {
                        *a += change(t);
                    }
                    multiples[from] -= 1;
                    multiples[to] += 1;
                    improved = true;
                }
            }
        }
    }
}
