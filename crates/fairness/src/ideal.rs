//! The ideal lottery: leximin over the relaxation, in which a panel may hold a fraction of a person.
//!
//! Every lottery over panels has its expected numbers in the polytope of the relaxation, so the ideal is an upper bound;
//! if it is a mixture of panels, it is the leximin optimum (Flanigan, Goelz, Gupta, Hennig, Procaccia, Nature 2021, for
//! the objective). A kind t of m_t members is expected x_t = m_t z + s_t times, s_t >= 0; the linear program raises z.
//! Kinds whose s_t must be zero are fixed at z, and the rest is raised further.

use crate::kinds::Kinds;
pub use crate::polytope::Cut;
use crate::polytope::{Row, Source, class_row, most_row, rows};
use crate::simplex::{Simplex, Status};

/// A kind is fixed when its share of the dual weight is above this.
const FIXED: f64 = 1e-8;
/// A row that may be left out until it is broken counts as broken above this.
const BROKEN: f64 = 1e-9;
/// A chance below this is none.
pub const NOTHING: f64 = 1e-9;
/// How many broken rows are added at once.
const ADDED_AT_ONCE: usize = 200;

/// One level of leximin, with the multipliers that prove it.
#[derive(Debug, Clone)]
pub struct Level {
    /// The chance at which the kinds of this level are fixed.
    pub chance: f64,
    /// The multiplier of the panel's size.
    pub total: f64,
    /// The multipliers of the rules' rows.
    pub rows: Vec<f64>,
    /// The multipliers of the households, by label; only those that are not zero.
    pub households: Vec<(u32, f64)>,
    /// Whether a kind was not yet fixed when this level began.
    pub open: Vec<bool>,
}

/// The ideal lottery.
#[derive(Debug, Clone)]
pub struct Ideal {
    /// How many members of each kind a panel holds on average.
    pub expected: Vec<f64>,
    /// The levels, from the lowest chance up.
    pub levels: Vec<Level>,
    /// How many linear programs were solved.
    pub programs: usize,
}

impl Ideal {
    /// The levels up to the first above zero: what they prove holds for every lottery, however it is made.
    pub fn first_levels(mut self) -> Vec<Level> {
        let first = self.levels.iter().position(|level| level.chance > NOTHING);
        self.levels.truncate(first.map_or(usize::MAX, |first| first + 1));
        self.levels
    }
}

/// Why there is no ideal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoIdeal {
    /// The relaxation is empty, so no panel exists.
    Empty,
    /// The solver gave up.
    Stalled,
}

struct Relaxation<'a> {
    kinds: &'a Kinds,
    rows: Vec<Row>,
    program: Simplex,
    /// The variable z, in units of 1/scale.
    raise: usize,
    scale: f64,
    /// The expected number of a kind that is fixed.
    fixed: Vec<Option<f64>>,
}

/// How far the ideal is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Every level: a leximin optimum.
    All,
    /// Up to the first level above zero: a maximin optimum for those whom a panel can hold.
    First,
}

/// The leximin optimum of the relaxation, as deep as asked for.
///
/// # Errors
/// [`NoIdeal`].
pub fn ideal(
    kinds: &Kinds,
    cuts: &[Cut],
    depth: Depth,
    tick: &mut dyn FnMut(usize),
) -> Result<Ideal, NoIdeal> {
    let mut relaxation = Relaxation::new(kinds, cuts);
    let mut out = Ideal { expected: Vec::new(), levels: Vec::new(), programs: 0 };
    let mut floor = 0.0f64;
    while relaxation.fixed.iter().any(Option::is_none) {
        tick(out.levels.len() + 1);
        let (raised, expected) = relaxation.solve(&mut out.programs)?;
        floor = raised.clamp(floor, 1.0);
        out.levels.push(relaxation.level(floor));
        if depth == Depth::First && floor > NOTHING {
            out.expected = expected;
            return Ok(out);
        }
        relaxation.fix(floor);
    }
    out.expected = relaxation.fixed.iter().map(|x| x.expect("the loop ends when all are fixed")).collect();
    Ok(out)
}

impl<'a> Relaxation<'a> {
    fn new(kinds: &'a Kinds, cuts: &[Cut]) -> Self {
        let mut program = Simplex::new();
        for _ in &kinds.kinds {
            program.add_column(Vec::new(), 0.0, f64::INFINITY, 0.0);
        }
        let raise = program.add_column(Vec::new(), 0.0, f64::INFINITY, -1.0);
        let scale = kinds.kinds.iter().map(|k| f64::from(k.multiplicity)).sum();
        let fixed = vec![None; kinds.kinds.len()];
        let mut out = Self { kinds, rows: Vec::new(), program, raise, scale, fixed };
        for row in rows(kinds, cuts) {
            out.add(row);
        }
        out.refresh();
        out
    }

    fn add(&mut self, row: Row) {
        let mut entries = row.entries.clone();
        let (coefficient, constant) = self.settled(&row);
        if coefficient != 0.0 {
            entries.push((self.raise, coefficient));
        }
        self.program.add_row(&entries, row.lo - constant, row.hi - constant);
        self.rows.push(row);
    }

    /// What z contributes to a row per unit, and what the fixed kinds contribute.
    fn settled(&self, row: &Row) -> (f64, f64) {
        let (mut coefficient, mut constant) = (0.0, 0.0);
        for &(t, a) in &row.entries {
            match self.fixed[t] {
                Some(x) => constant += a * x,
                None => coefficient += a * f64::from(self.kinds.kinds[t].multiplicity) / self.scale,
            }
        }
        (coefficient, constant)
    }

    /// Brings the column of z and the rows' bounds up to date with the fixed kinds.
    fn refresh(&mut self) {
        let mut column = Vec::new();
        for i in 0..self.rows.len() {
            let (coefficient, constant) = self.settled(&self.rows[i]);
            let (lo, hi) = (self.rows[i].lo - constant, self.rows[i].hi - constant);
            self.program.set_row_bounds(i, lo, hi.max(lo));
            if coefficient != 0.0 {
                column.push((i, coefficient));
            }
        }
        self.program.set_column(self.raise, column);
    }

    /// Raises z as far as it goes, adding the rows that turn out to be broken; z and the expected numbers.
    fn solve(&mut self, programs: &mut usize) -> Result<(f64, Vec<f64>), NoIdeal> {
        loop {
            *programs += 1;
            match self.program.solve() {
                Status::Optimal => {}
                Status::Infeasible => return Err(NoIdeal::Empty),
                Status::Unbounded | Status::Stalled => return Err(NoIdeal::Stalled),
            }
            let values = self.program.values();
            let z = values[self.raise] / self.scale;
            let expected: Vec<f64> = (0..self.fixed.len())
                .map(|t| {
                    let open = || f64::from(self.kinds.kinds[t].multiplicity) * z + values[t].max(0.0);
                    self.fixed[t].unwrap_or_else(open)
                })
                .collect();
            if !self.add_broken(&expected) {
                return Ok((z, expected));
            }
        }
    }

    /// Adds the rows left out so far that these numbers break most; false if there are none.
    fn add_broken(&mut self, expected: &[f64]) -> bool {
        let mut broken: Vec<(f64, Source)> = Vec::new();
        for (t, kind) in self.kinds.kinds.iter().enumerate() {
            broken.push((expected[t] - f64::from(kind.most), Source::Most(t)));
        }
        for (c, class) in self.kinds.classes.iter().enumerate() {
            let sum: f64 = class.kinds.iter().map(|&t| expected[t]).sum();
            broken.push((sum - class.households.len() as f64, Source::Class(c)));
        }
        broken.retain(|&(by, source)| by > BROKEN && self.rows.iter().all(|row| row.source != source));
        broken.sort_by(|a, b| b.0.total_cmp(&a.0));
        broken.truncate(ADDED_AT_ONCE);
        for &(_, source) in &broken {
            self.add(match source {
                Source::Most(t) => most_row(t, f64::from(self.kinds.kinds[t].most)),
                Source::Class(c) => class_row(self.kinds, c),
                Source::Size | Source::Rule(_) | Source::Cut => continue,
            });
        }
        !broken.is_empty()
    }

    /// How much raising the kind alone would cost: the weight y_t of the dual solution, at least 0.
    fn weight(&self, t: usize) -> f64 {
        let duals = self.program.duals();
        -self.program.column(t).iter().map(|&(i, a)| duals[i] * a).sum::<f64>()
    }

    fn level(&self, chance: f64) -> Level {
        let mut level = Level {
            chance,
            total: 0.0,
            rows: vec![0.0; self.kinds.rows.len()],
            households: Vec::new(),
            open: self.fixed.iter().map(Option::is_none).collect(),
        };
        for (row, &dual) in self.rows.iter().zip(self.program.duals()) {
            match row.source {
                Source::Size => level.total = -dual,
                Source::Rule(r) => level.rows[r] = -dual,
                Source::Class(c) => {
                    level
                        .households
                        .extend(self.kinds.classes[c].households.iter().map(|&label| (label, -dual)));
                }
                Source::Most(t) => {
                    level.households.extend(self.kinds.kinds[t].shared.iter().map(|&label| (label, -dual)));
                }
                Source::Cut => {}
            }
        }
        level.households.retain(|&(_, w)| w != 0.0);
        level.households.sort_by_key(|&(label, _)| label);
        level
    }

    /// Fixes the open kinds that cannot rise above `chance`; all of them once it is 1. Their s_t stays free to rise, though it
    /// cannot, so that the weights of later levels are never negative: only then do they prove anything.
    fn fix(&mut self, chance: f64) {
        let open: Vec<usize> = (0..self.fixed.len()).filter(|&t| self.fixed[t].is_none()).collect();
        let m = |t: usize| f64::from(self.kinds.kinds[t].multiplicity);
        let share: Vec<f64> = open.iter().map(|&t| m(t) * self.weight(t) / self.scale).collect();
        let largest = share.iter().copied().fold(0.0, f64::max);
        let bar = if chance >= 1.0 { f64::NEG_INFINITY } else { FIXED.min(largest / 2.0) };
        for (&t, &share) in open.iter().zip(&share) {
            if share > bar {
                self.fixed[t] = Some(m(t) * chance);
            }
        }
        self.refresh();
    }
}
