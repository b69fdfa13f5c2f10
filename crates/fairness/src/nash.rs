//! Nash welfare: the product of all chances is as large as it can be.
//!
//! Minimise -sum over kinds of m_t log p_t over the polytope, with one exponential cone a kind. An interior-point method
//! comes near the optimum, but not so near that rows that are tight there are exactly tight, which the search for panels
//! needs. So Newton's method follows: with the rows that are tight (A p = b) and their duals w, the optimum has
//! m_t / p_t = (A' w)_t, and A p(w) = b has as many equations as unknowns.
//!
//! Members whom no panel can hold have no logarithm and are left out, as are those whom every panel holds.

use clarabel::solver::SupportedConeT::ExponentialConeT;

use crate::cones::{Open, Program, Solved};
use crate::ideal::NoIdeal;
use crate::kinds::Kinds;
use crate::polytope::{Cut, Row, Source};

/// Newton steps at most.
const STEPS: usize = 50;
/// What Newton's method may leave, and by what a row may be broken.
const EXACT: f64 = 1e-11;
const BROKEN: f64 = 1e-9;
/// Tight rows above which the interior point is left as it is.
const MOST_ROWS: usize = 1500;
/// A pivot below this part of its row is none: the row depends on others.
const DEPENDENT: f64 = 1e-11;

/// The Nash optimum of the relaxation: what a panel expects of each kind.
///
/// # Errors
/// [`NoIdeal::Stalled`].
pub fn nash(kinds: &Kinds, cuts: &[Cut], open: &Open) -> Result<Vec<f64>, NoIdeal> {
    let rows = open.rows(kinds, cuts);
    let weights: Vec<f64> =
        open.kinds.iter().map(|&t| f64::from(kinds.kinds[t].multiplicity) / open.members).collect();
    let (lines, solved) = interior(&rows, &weights).ok_or(NoIdeal::Stalled)?;
    let near = &solved.values[..weights.len()];
    let chances = Tight::new(&rows, &lines, &solved, near).and_then(|tight| tight.newton(&weights));
    let exact = chances.filter(|chances| rows.iter().all(|row| keeps(row, chances)));
    Ok(open.expected(kinds, exact.as_deref().unwrap_or(near)))
}

fn keeps(row: &Row, chances: &[f64]) -> bool {
    let sum: f64 = row.entries.iter().map(|&(j, a)| a * chances[j]).sum();
    row.lo - BROKEN <= sum && sum <= row.hi + BROKEN
}

/// The lines of a row's ends in the conic program.
struct Lines {
    low: Option<usize>,
    high: Option<usize>,
}

/// The optimum as near as an interior-point method comes.
fn interior(rows: &[Row], weights: &[f64]) -> Option<(Vec<Lines>, Solved)> {
    let mut program = Program::default();
    for _ in weights {
        program.variable(0.0);
    }
    let logarithms: Vec<usize> = weights.iter().map(|w| program.variable(-w)).collect();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(if row.lo == row.hi {
            let line = program.equal(&row.entries, row.lo);
            Lines { low: Some(line), high: Some(line) }
        } else {
            let high = row.hi.is_finite().then(|| program.at_most(&row.entries, row.hi));
            let low = row.lo.is_finite().then(|| program.at_least(&row.entries, row.lo));
            Lines { low, high }
        });
    }
    for (j, &u) in logarithms.iter().enumerate() {
        program.line(&[(u, -1.0)], 0.0);
        program.line(&[], 1.0);
        program.line(&[(j, -1.0)], 0.0);
        program.cone(ExponentialConeT());
    }
    program.solve().map(|solved| (lines, solved))
}

/// The rows that are tight at the optimum.
struct Tight<'a> {
    rows: Vec<&'a Row>,
    bounds: Vec<f64>,
    duals: Vec<f64>,
    /// The chance of each kind that is at its most; their rows are not among `rows`.
    pinned: Vec<Option<f64>>,
}

impl<'a> Tight<'a> {
    fn new(rows: &'a [Row], lines: &[Lines], solved: &Solved, near: &[f64]) -> Option<Self> {
        let mut out =
            Self { rows: Vec::new(), bounds: Vec::new(), duals: Vec::new(), pinned: vec![None; near.len()] };
        let tight = |line: Option<usize>| line.filter(|&l| solved.slack[l] < solved.dual[l]);
        for (row, lines) in rows.iter().zip(lines) {
            let (bound, dual) = match (tight(lines.high), tight(lines.low)) {
                _ if row.lo == row.hi => (row.hi, solved.dual[lines.high?]),
                (Some(line), _) => (row.hi, solved.dual[line]),
                (None, Some(line)) => (row.lo, -solved.dual[line]),
                (None, None) => continue,
            };
            if let (Source::Most(_), &[(j, a)]) = (row.source, row.entries.as_slice()) {
                out.pinned[j] = Some(bound / a);
            } else {
                out.rows.push(row);
                out.bounds.push(bound);
                out.duals.push(dual);
            }
        }
        (out.rows.len() <= MOST_ROWS).then_some(out)
    }

    /// The chances where the duals give them, `None` for duals that give none.
    fn chances(&self, weights: &[f64], duals: &[f64]) -> Option<Vec<f64>> {
        let mut price = vec![0.0; weights.len()];
        for (row, w) in self.rows.iter().zip(duals) {
            for &(j, a) in &row.entries {
                price[j] += a * w;
            }
        }
        let chance = |j: usize| match self.pinned[j] {
            Some(chance) => Some(chance),
            None => (price[j] > 0.0).then(|| weights[j] / price[j]),
        };
        (0..weights.len()).map(chance).collect()
    }

    /// What each row misses.
    fn missing(&self, chances: &[f64]) -> Vec<f64> {
        let sum = |row: &Row| row.entries.iter().map(|&(j, a)| a * chances[j]).sum::<f64>();
        self.rows.iter().zip(&self.bounds).map(|(row, b)| sum(row) - b).collect()
    }

    /// Newton's method on the duals; `None` if it does not end at chances that make the rows tight.
    fn newton(&self, weights: &[f64]) -> Option<Vec<f64>> {
        let far = |missing: &[f64]| missing.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let mut duals = self.duals.clone();
        let mut chances = self.chances(weights, &duals)?;
        for _ in 0..STEPS {
            let missing = self.missing(&chances);
            let before = far(&missing);
            if before < EXACT {
                return Some(chances);
            }
            let step = solve(self.curvature(weights, &chances), missing);
            let halves = (0..30).map(|h| 0.5f64.powi(h));
            let (next, nearer) = halves.into_iter().find_map(|part| {
                let next: Vec<f64> = duals.iter().zip(&step).map(|(w, s)| w + part * s).collect();
                let chances = self.chances(weights, &next)?;
                (far(&self.missing(&chances)) < before).then_some((next, chances))
            })?;
            (duals, chances) = (next, nearer);
        }
        None
    }

    /// A diag(p²/weight) A' over the kinds that are not pinned: how the row sums fall as the duals rise.
    fn curvature(&self, weights: &[f64], chances: &[f64]) -> Vec<Vec<f64>> {
        let mut of_kind: Vec<Vec<(usize, f64)>> = vec![Vec::new(); weights.len()];
        for (i, row) in self.rows.iter().enumerate() {
            for &(j, a) in row.entries.iter().filter(|&&(j, _)| self.pinned[j].is_none()) {
                of_kind[j].push((i, a));
            }
        }
        let mut out = vec![vec![0.0; self.rows.len()]; self.rows.len()];
        for (j, entries) in of_kind.iter().enumerate() {
            let bend = chances[j] * chances[j] / weights[j];
            for &(i, a) in entries {
                for &(l, b) in entries {
                    out[i][l] += a * b * bend;
                }
            }
        }
        out
    }
}

/// Solves a symmetric system by Cholesky's method; unknowns of rows that depend on earlier ones are 0.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    let mut used = vec![false; n];
    for i in 0..n {
        let own = matrix[i][i];
        for j in 0..=i {
            let (row, other) = (&matrix[i], &matrix[j]);
            let known: f64 = (0..j).map(|l| row[l] * other[l]).sum();
            let rest = matrix[i][j] - known;
            if i == j {
                used[i] = rest > DEPENDENT * own;
                matrix[i][i] = if used[i] { rest.sqrt() } else { 0.0 };
            } else {
                matrix[i][j] = if used[j] { rest / matrix[j][j] } else { 0.0 };
            }
        }
        if !used[i] {
            matrix[i].fill(0.0);
        }
    }
    for i in 0..n {
        let known: f64 = (0..i).map(|l| matrix[i][l] * right[l]).sum();
        right[i] = if used[i] { (right[i] - known) / matrix[i][i] } else { 0.0 };
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|l| matrix[l][i] * right[l]).sum();
        right[i] = if used[i] { (right[i] - known) / matrix[i][i] } else { 0.0 };
    }
    right
}
