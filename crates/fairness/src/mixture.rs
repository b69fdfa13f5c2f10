//! Is the ideal a mixture of panels? Column generation finds the weights, or a cut that the ideal breaks and every
//! panel obeys.
//!
//! One row a kind says that the weighted panels add up to the expected number. The sum of what is outside these rows is
//! the distance from the ideal; its duals price the panels (fewest columns first come from swaps, then from the finder).

use std::collections::BTreeMap;

use crate::finder::{Finder, Found};
use crate::ideal::Cut;
use crate::kinds::Kinds;
use crate::pricing::Pricing;
use crate::simplex::{Simplex, Status};

/// A panel helps if its price is above this.
const HELPS: f64 = 1e-8;
/// Steps before a mixture is given up, and more for each kind.
const STEPS: usize = 2000;
/// See [`STEPS`].
const STEPS_PER_KIND: usize = 20;
/// From so many panels exchanges are tried.
const CLIMBS: usize = 40;
/// At most so many panels are added at once.
const COLUMNS: usize = 10;
/// A distance below this is none.
const DISTANCE: f64 = 1e-7;

/// How far the work is.
pub enum Mixture {
    /// The ideal is a mixture of the panels with these weights (they add up to 1).
    Weights(Vec<f64>),
    /// A mixture with these weights is as near to the ideal as was asked for.
    Nearly(Vec<f64>),
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

/// A mixture in the making.
pub struct Mixing<'a> {
    expected: Vec<f64>,
    program: Simplex,
    pricing: Pricing<'a>,
    /// The panels that may be mixed, all valid; those that are needed are added.
    pub panels: Vec<Vec<u32>>,
    steps: usize,
    nodes: usize,
}

impl<'a> Mixing<'a> {
    /// A mixture of `panels` that shall have `expected` members of each kind; questions to the finder are given up after
    /// `nodes` linear programs.
    pub fn new(kinds: &'a Kinds, expected: &[f64], panels: Vec<Vec<u32>>, nodes: usize) -> Self {
        let mut program = Simplex::new();
        for &x in expected {
            program.add_row(&[], x, x);
        }
        for panel in &panels {
            add(&mut program, panel);
        }
        let steps = STEPS_PER_KIND * kinds.kinds.len() + STEPS;
        Self {
            expected: expected.to_vec(),
            program,
            pricing: Pricing::new(kinds, expected),
            panels,
            steps,
            nodes,
        }
    }

    /// Goes on until the sum of all distances from the ideal is at most `until`, or the question is decided.
    pub fn advance(&mut self, until: f64, finder: &mut Finder<'_>, tick: &mut dyn FnMut(usize)) -> Mixture {
        while self.steps > 0 {
            self.steps -= 1;
            if self.steps.is_multiple_of(16) {
                tick(self.panels.len());
            }
            match self.program.solve() {
                Status::Optimal => return Mixture::Weights(self.weights()),
                Status::Infeasible if self.program.outside() < DISTANCE => {
                    return Mixture::Weights(self.weights());
                }
                Status::Infeasible if self.program.outside() <= until => {
                    return Mixture::Nearly(self.weights());
                }
                Status::Infeasible => {}
                Status::Unbounded | Status::Stalled => break,
            }
            let price = self.program.duals().to_vec();
            if self.climb(&price) {
                continue;
            }
            match finder.any(&price, HELPS, self.nodes) {
                Found::Best(panel, _) | Found::Undecided(Some((panel, _)))
                    if !self.panels.contains(&panel) =>
                {
                    self.add(panel);
                }
                Found::Nothing | Found::Best(..) => {
                    return match finder.best(&price, f64::NEG_INFINITY, self.nodes) {
                        Found::Best(_, most) => {
                            Mixture::Cut { cut: Cut { weights: price, most }, weights: self.weights() }
                        }
                        Found::Nothing | Found::Undecided(_) => Mixture::Undecided(self.weights()),
                    };
                }
                Found::Undecided(_) => break,
            }
        }
        Mixture::Undecided(self.weights())
    }

    /// Adds panels that exchanges find; false if they find none.
    fn climb(&mut self, price: &[f64]) -> bool {
        let found = climbed(&self.pricing, price, &self.panels);
        let any = !found.is_empty();
        found.into_iter().for_each(|panel| self.add(panel));
        any
    }

    fn add(&mut self, panel: Vec<u32>) {
        add(&mut self.program, &panel);
        self.panels.push(panel);
    }

    fn weights(&self) -> Vec<f64> {
        normalised(&self.program.values()[self.expected.len()..])
    }
}

/// New panels worth more than nothing, the best of those that can be reached from the last known ones.
fn climbed(pricing: &Pricing<'_>, price: &[f64], panels: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let worth = |panel: &Vec<u32>| panel.iter().zip(price).map(|(&c, p)| f64::from(c) * p).sum::<f64>();
    let mut starts: Vec<(f64, &Vec<u32>)> = panels.iter().map(|panel| (worth(panel), panel)).collect();
    starts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut found = BTreeMap::new();
    for (_, start) in starts.iter().take(CLIMBS) {
        let (panel, worth) = pricing.climb(price, start);
        if worth > HELPS {
            found.insert(panel, worth);
        }
    }
    let mut best: Vec<(Vec<u32>, f64)> = found.into_iter().collect();
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.truncate(COLUMNS);
    best.into_iter().map(|(panel, _)| panel).filter(|panel| !panels.contains(panel)).collect()
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
