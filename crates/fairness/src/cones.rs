//! Conic programs over the polytope of the relaxation, solved by clarabel.
//!
//! The variables are the chances of the kinds whose chance is not settled, in units of the average chance of their
//! members; further variables may follow. What a program asks is its caller's.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettings, DefaultSolver, IPSolver as _, SolverStatus,
    SupportedConeT::{self, NonnegativeConeT, ZeroConeT},
};

use crate::kinds::Kinds;
use crate::polytope::{Cut, Row, class_row, most_row, rows};

/// Relative and absolute gap at which clarabel stops.
const GAP: f64 = 1e-10;

/// The kinds whose chances are to be found.
#[derive(Debug, Clone)]
pub struct Open {
    /// Their numbers, ascending.
    pub kinds: Vec<usize>,
    /// What a panel expects of each kind that is settled; `None` for the others.
    pub settled: Vec<Option<f64>>,
    /// How many members the open kinds have.
    pub members: f64,
    /// The average chance of these members.
    pub average: f64,
}

impl Open {
    /// All kinds but those that are settled; `None` if no kind is left, or no seat for them.
    pub fn new(kinds: &Kinds, settled: Vec<Option<f64>>) -> Option<Self> {
        let open: Vec<usize> = (0..settled.len()).filter(|&t| settled[t].is_none()).collect();
        let members: f64 = open.iter().map(|&t| f64::from(kinds.kinds[t].multiplicity)).sum();
        let seats = f64::from(kinds.size) - settled.iter().flatten().sum::<f64>();
        (members > 0.0 && seats > 1e-9).then(|| Self {
            kinds: open,
            settled,
            members,
            average: seats / members,
        })
    }

    /// What a panel expects of each kind, where the open ones have these chances in units of the average.
    pub fn expected(&self, kinds: &Kinds, chances: &[f64]) -> Vec<f64> {
        let mut out: Vec<f64> = self.settled.iter().map(|x| x.unwrap_or(0.0)).collect();
        for (&t, chance) in self.kinds.iter().zip(chances) {
            out[t] = (chance * self.unit(kinds, t)).clamp(0.0, f64::from(kinds.kinds[t].most));
        }
        out
    }

    /// The expected number of a kind whose members have the average chance.
    fn unit(&self, kinds: &Kinds, t: usize) -> f64 {
        f64::from(kinds.kinds[t].multiplicity) * self.average
    }

    /// The rows of the polytope over the chances of the open kinds, in units of the panel's size; `source` stays.
    pub fn rows(&self, kinds: &Kinds, cuts: &[Cut]) -> Vec<Row> {
        let mut place = vec![usize::MAX; kinds.kinds.len()];
        for (j, &t) in self.kinds.iter().enumerate() {
            place[t] = j;
        }
        let classes = (0..kinds.classes.len()).map(|c| class_row(kinds, c));
        let most = self.kinds.iter().map(|&t| most_row(t, f64::from(kinds.kinds[t].most)));
        let scale = f64::from(kinds.size);
        let mut out = Vec::new();
        for row in rows(kinds, cuts).into_iter().chain(classes).chain(most) {
            let (mut entries, mut constant) = (Vec::new(), 0.0);
            for (t, a) in row.entries {
                match self.settled[t] {
                    Some(x) => constant += a * x,
                    None => entries.push((place[t], a * self.unit(kinds, t) / scale)),
                }
            }
            if !entries.is_empty() {
                let (lo, hi) = ((row.lo - constant) / scale, (row.hi - constant) / scale);
                out.push(Row { entries, lo, hi, source: row.source });
            }
        }
        out
    }
}

/// A conic program: the least cost with b - A x in the cones.
#[derive(Debug, Default)]
pub struct Program {
    cost: Vec<f64>,
    place: (Vec<usize>, Vec<usize>, Vec<f64>),
    b: Vec<f64>,
    cones: Vec<SupportedConeT<f64>>,
}

/// What clarabel found.
#[derive(Debug)]
pub struct Solved {
    /// The variables.
    pub values: Vec<f64>,
    /// How much of its bound each line of the program leaves.
    pub slack: Vec<f64>,
    /// The dual of each line.
    pub dual: Vec<f64>,
}

impl Program {
    /// Adds a variable; gives its number.
    pub fn variable(&mut self, cost: f64) -> usize {
        self.cost.push(cost);
        self.cost.len() - 1
    }

    /// Adds a line: bound - entries · x; gives its number. It belongs to the cone that follows.
    pub fn line(&mut self, entries: &[(usize, f64)], bound: f64) -> usize {
        let line = self.b.len();
        for &(j, a) in entries {
            self.place.0.push(line);
            self.place.1.push(j);
            self.place.2.push(a);
        }
        self.b.push(bound);
        line
    }

    /// Puts the last lines into this cone.
    pub fn cone(&mut self, cone: SupportedConeT<f64>) {
        self.cones.push(cone);
    }

    /// entries · x = value; the line.
    pub fn equal(&mut self, entries: &[(usize, f64)], value: f64) -> usize {
        let line = self.line(entries, value);
        self.cone(ZeroConeT(1));
        line
    }

    /// entries · x <= most; the line.
    pub fn at_most(&mut self, entries: &[(usize, f64)], most: f64) -> usize {
        let line = self.line(entries, most);
        self.cone(NonnegativeConeT(1));
        line
    }

    /// entries · x >= least; the line.
    pub fn at_least(&mut self, entries: &[(usize, f64)], least: f64) -> usize {
        let negative: Vec<(usize, f64)> = entries.iter().map(|&(j, a)| (j, -a)).collect();
        self.at_most(&negative, -least)
    }

    /// Solves it; `None` if that did not work out.
    pub fn solve(self) -> Option<Solved> {
        let (lines, variables) = (self.b.len(), self.cost.len());
        let (i, j, a) = self.place;
        let a = CscMatrix::new_from_triplets(lines, variables, i, j, a);
        let settings = DefaultSettings {
            verbose: false,
            tol_gap_abs: GAP,
            tol_gap_rel: GAP,
            presolve_enable: false,
            ..DefaultSettings::default()
        };
        let none = CscMatrix::zeros((variables, variables));
        let mut solver = DefaultSolver::new(&none, &self.cost, &a, &self.b, &self.cones, settings).ok()?;
        solver.solve();
        let solution = solver.solution;
        matches!(solution.status, SolverStatus::Solved | SolverStatus::AlmostSolved).then_some(Solved {
            values: solution.x,
            slack: solution.s,
            dual: solution.z,
        })
    }
}
