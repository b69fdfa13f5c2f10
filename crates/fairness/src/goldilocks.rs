//! Goldilocks: neither a very small chance nor a very large one (Baharav, Flanigan: Fair, Manipulation-Robust, and
//! Transparent Sortition, 2024; their Goldilocks with gamma = 1).
//!
//! It minimises `max p / a + a / min p`, where a is the average chance. The largest chance b of its optimum is unique,
//! but not the lottery: of all that keep to b the leximin one is taken, whose smallest chance is the greatest under b.
//! Members whom no panel can hold, and those whom every panel holds, are left out: no lottery can change their chances.

use clarabel::solver::SupportedConeT::SecondOrderConeT;

use crate::capped::leximin_under;
use crate::cones::{Open, Program};
use crate::ideal::NoIdeal;
use crate::kinds::Kinds;
use crate::polytope::Cut;

/// By what part of the average chance the largest chance may exceed what the solver found: at first, and at last.
const LEEWAY: [f64; 2] = [1e-9, 1e-5];

/// The Goldilocks optimum of the relaxation: what a panel expects of each kind.
///
/// # Errors
/// [`NoIdeal`].
pub fn goldilocks(kinds: &Kinds, cuts: &[Cut], open: &Open) -> Result<Vec<f64>, NoIdeal> {
    let largest = largest(kinds, cuts, open).ok_or(NoIdeal::Stalled)?;
    let mut leeway = LEEWAY[0];
    loop {
        let most: Vec<f64> = kinds
            .kinds
            .iter()
            .zip(&open.settled)
            .map(|(kind, settled)| {
                let chance = (largest + leeway) * open.average;
                let most = f64::from(kind.most);
                if settled.is_some() { most } else { most.min(f64::from(kind.multiplicity) * chance) }
            })
            .collect();
        match leximin_under(kinds, cuts, &most) {
            Err(NoIdeal::Empty) if leeway < LEEWAY[1] => leeway *= 10.0,
            result => return result,
        }
    }
}

/// The largest chance of the optimum, in units of the average: minimise b + s with every chance between a and b, and
/// s a >= 1, that is |(2, s - a)| <= s + a.
fn largest(kinds: &Kinds, cuts: &[Cut], open: &Open) -> Option<f64> {
    let mut program = Program::default();
    for _ in &open.kinds {
        program.variable(0.0);
    }
    let (a, b, s) = (program.variable(0.0), program.variable(1.0), program.variable(1.0));
    for row in open.rows(kinds, cuts) {
        if row.lo == row.hi {
            program.equal(&row.entries, row.lo);
            continue;
        }
        if row.hi.is_finite() {
            program.at_most(&row.entries, row.hi);
        }
        if row.lo.is_finite() {
            program.at_least(&row.entries, row.lo);
        }
    }
    for j in 0..open.kinds.len() {
        program.at_most(&[(a, 1.0), (j, -1.0)], 0.0);
        program.at_most(&[(j, 1.0), (b, -1.0)], 0.0);
    }
    program.line(&[(s, -1.0), (a, -1.0)], 0.0);
    program.line(&[], 2.0);
    program.line(&[(s, -1.0), (a, 1.0)], 0.0);
    program.cone(SecondOrderConeT(3));
    program.solve().map(|solved| solved.values[b])
}
