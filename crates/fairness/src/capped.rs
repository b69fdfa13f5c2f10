//! Leximin where nobody may have more than a largest chance.
//!
//! A kind t of m_t members is expected between m_t z and c_t times, where c_t is its cap. Both are bounds of a variable and
//! not rows, so that the program stays small however many kinds there are. By how much the rules are broken at best is
//! convex in z, and the duals give its tangent: Newton's method from above ends at the greatest z at which no rule is
//! broken, after finitely many steps. Kinds that the last tangent holds back, or that are at their cap, are fixed at z,
//! and the rest is raised further, as in [`crate::ideal`].

use crate::ideal::NoIdeal;
use crate::kinds::Kinds;
use crate::polytope::{Cut, Row, class_row, rows};
use crate::simplex::{Simplex, Status};

/// A kind is fixed when its share of the tangent is above this.
const FIXED: f64 = 1e-8;
/// Households of a class count as too many above this.
const BROKEN: f64 = 1e-9;
/// A tangent that rises less than this does not rise.
const FLAT: f64 = 1e-9;
/// A kind whose chance is so near to its cap is at it.
const AT_CAP: f64 = 1e-12;
/// Linear programs before a level is given up.
const PROGRAMS: usize = 1000;

struct Capped<'a> {
    kinds: &'a Kinds,
    /// The most that a panel may expect of each kind.
    caps: &'a [f64],
    program: Simplex,
    /// Whether the row of a class is in the program.
    classes: Vec<bool>,
    /// The expected number of a kind that is fixed.
    fixed: Vec<Option<f64>>,
}

/// What a panel expects of each kind in the leximin optimum of the relaxation under these caps.
///
/// # Errors
/// [`NoIdeal`].
pub fn leximin_under(kinds: &Kinds, cuts: &[Cut], caps: &[f64]) -> Result<Vec<f64>, NoIdeal> {
    let mut capped = Capped::new(kinds, cuts, caps);
    let mut floor = None;
    while capped.fixed.iter().any(Option::is_none) {
        let (chance, held) = capped.raise(floor)?;
        for t in held {
            capped.fixed[t] = Some(capped.members(t) * chance);
        }
        floor = Some(chance);
    }
    Ok(capped.fixed.into_iter().map(|x| x.expect("the loop ends when all are fixed")).collect())
}

impl<'a> Capped<'a> {
    fn new(kinds: &'a Kinds, cuts: &[Cut], caps: &'a [f64]) -> Self {
        let mut program = Simplex::new();
        for &cap in caps {
            program.add_column(Vec::new(), 0.0, cap, 0.0);
        }
        for Row { entries, lo, hi, .. } in rows(kinds, cuts) {
            program.add_row(&entries, lo, hi);
        }
        let classes = vec![false; kinds.classes.len()];
        Self { kinds, caps, program, classes, fixed: vec![None; caps.len()] }
    }

    fn members(&self, t: usize) -> f64 {
        f64::from(self.kinds.kinds[t].multiplicity)
    }

    fn open(&self) -> Vec<usize> {
        (0..self.fixed.len()).filter(|&t| self.fixed[t].is_none()).collect()
    }

    /// The greatest chance that all open kinds can have, at least `floor`, which is known to be possible; and the kinds that
    /// cannot have more.
    fn raise(&mut self, floor: Option<f64>) -> Result<(f64, Vec<usize>), NoIdeal> {
        let open = self.open();
        let cap = |t: usize| self.caps[t] / self.members(t);
        let lowest = open.iter().map(|&t| cap(t)).fold(f64::INFINITY, f64::min);
        let mut held: Vec<usize> = open.iter().copied().filter(|&t| cap(t) <= lowest + AT_CAP).collect();
        let least = floor.unwrap_or(0.0);
        let mut chance = lowest.max(least);
        for _ in 0..PROGRAMS {
            for &t in &open {
                self.program.set_bounds(t, (self.members(t) * chance).min(self.caps[t]), self.caps[t]);
            }
            match self.program.solve() {
                Status::Optimal if self.add_broken() => {}
                Status::Optimal => return Ok((chance, held)),
                Status::Infeasible if chance > least => {
                    let slopes: Vec<f64> = open.iter().map(|&t| self.members(t) * self.weight(t)).collect();
                    let slope: f64 = slopes.iter().sum();
                    if slope < FLAT {
                        return Err(NoIdeal::Empty);
                    }
                    let largest = slopes.iter().copied().fold(0.0, f64::max);
                    let bar = (FIXED * slope).min(largest / 2.0);
                    held = open.iter().zip(&slopes).filter(|&(_, &s)| s > bar).map(|(&t, _)| t).collect();
                    chance = (chance - self.program.outside() / slope).max(least);
                }
                // what was possible a level ago is so still, but for rounding
                Status::Infeasible if floor.is_some() => return Ok((chance, held)),
                Status::Infeasible => return Err(NoIdeal::Empty),
                Status::Unbounded | Status::Stalled => return Err(NoIdeal::Stalled),
            }
        }
        Err(NoIdeal::Stalled)
    }

    /// By how much more the rules are broken when a kind must have one more.
    fn weight(&self, t: usize) -> f64 {
        let duals = self.program.duals();
        (-self.program.column(t).iter().map(|&(i, a)| duals[i] * a).sum::<f64>()).max(0.0)
    }

    /// Adds the rows of classes of which more members are held than there are households; false if there are none.
    fn add_broken(&mut self) -> bool {
        let values = self.program.values();
        let mut any = false;
        for c in (0..self.classes.len()).filter(|&c| !self.classes[c]).collect::<Vec<_>>() {
            let Row { entries, lo, hi, .. } = class_row(self.kinds, c);
            if entries.iter().map(|&(t, a)| a * values[t]).sum::<f64>() > hi + BROKEN {
                self.program.add_row(&entries, lo, hi);
                (self.classes[c], any) = (true, true);
            }
        }
        any
    }
}
