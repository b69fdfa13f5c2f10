//! A small linear-programming solver that goes on from where it stood: bounded variables, a dense inverse of a small
//! basis, rows and columns that may be added or changed between two solves.
//!
//! minimise c·x subject to `lo_i <= a_i·x <= hi_i` and `lo_j <= x_j <= hi_j`. Each row has a logical variable
//! s_i = a_i·x, so that a row's bounds are its logical's. The primal method starts from any basis: while some basic
//! variable is outside its bounds it minimises the sum of what is outside (phase one), after that the cost. Work is
//! bounded by counts and ties go to the lowest number, so the same calls give the same bits.

const FEASIBLE: f64 = 1e-9;
const OPTIMAL: f64 = 1e-9;
const PIVOT: f64 = 1e-8;
/// Pivots after which a solve gives up.
const PIVOTS: usize = 200_000;

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The least cost is reached.
    Optimal,
    /// No point meets all bounds; [`Simplex::duals`] then prove it.
    Infeasible,
    /// The cost has no least value.
    Unbounded,
    /// The limit of pivots was reached.
    Stalled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Basic,
    Lower,
    Upper,
    /// Not basic and without bounds, at zero.
    Free,
}

/// The program and the basis it stands on. Variable `j` is a structural column or the logical of a row.
#[derive(Debug, Clone, Default)]
pub struct Simplex {
    /// Entries (row, coefficient) of each variable's column; a logical of row i has the one entry (i, -1).
    columns: Vec<Vec<(usize, f64)>>,
    lo: Vec<f64>,
    hi: Vec<f64>,
    cost: Vec<f64>,
    place: Vec<Place>,
    /// The logical of each row.
    logical: Vec<usize>,
    /// The basic variable of each position.
    basis: Vec<usize>,
    /// The inverse of the basis, one row a position.
    inverse: Vec<Vec<f64>>,
    /// The value of each position's basic variable.
    value: Vec<f64>,
    /// The duals of the last pricing, one a row.
    dual: Vec<f64>,
    pivots_since_refactor: usize,
}

/// Where the entering variable stops.
enum Block {
    /// It reaches its own other bound.
    Flip(f64),
    /// The basic variable at this position leaves at its lower (false) or upper (true) bound.
    Leaves(usize, bool, f64),
    Never,
}

impl Simplex {
    /// A program without rows and columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.logical.len()
    }

    /// Adds a row over existing variables, with its logical basic; gives its number.
    pub fn add_row(&mut self, entries: &[(usize, f64)], lo: f64, hi: f64) -> usize {
        let row = self.rows();
        let mut last = vec![0.0; row + 1];
        for &(j, a) in entries {
            self.columns[j].push((row, a));
            if self.place[j] == Place::Basic {
                let position =
                    self.basis.iter().position(|&b| b == j).expect("a basic variable has a position");
                for (l, b) in last.iter_mut().zip(&self.inverse[position]) {
                    *l += a * b;
                }
            }
        }
        last[row] = -1.0;
        for line in &mut self.inverse {
            line.push(0.0);
        }
        self.inverse.push(last);
        let logical = self.push_variable(vec![(row, -1.0)], lo, hi, 0.0);
        self.place[logical] = Place::Basic;
        self.logical.push(logical);
        self.basis.push(logical);
        self.value.push(0.0);
        row
    }

    /// Adds a structural variable, not basic; gives its number.
    pub fn add_column(&mut self, entries: Vec<(usize, f64)>, lo: f64, hi: f64, cost: f64) -> usize {
        self.push_variable(entries, lo, hi, cost)
    }

    fn push_variable(&mut self, entries: Vec<(usize, f64)>, lo: f64, hi: f64, cost: f64) -> usize {
        self.columns.push(entries);
        self.lo.push(lo);
        self.hi.push(hi);
        self.cost.push(cost);
        self.place.push(Self::rest(lo, hi));
        self.columns.len() - 1
    }

    fn rest(lo: f64, hi: f64) -> Place {
        match (lo.is_finite(), hi.is_finite()) {
            (true, _) => Place::Lower,
            (false, true) => Place::Upper,
            (false, false) => Place::Free,
        }
    }

    /// Changes the bounds of a variable.
    pub fn set_bounds(&mut self, j: usize, lo: f64, hi: f64) {
        self.lo[j] = lo;
        self.hi[j] = hi;
        let keeps = match self.place[j] {
            Place::Basic => true,
            Place::Lower => lo.is_finite(),
            Place::Upper => hi.is_finite(),
            Place::Free => false,
        };
        if !keeps {
            self.place[j] = Self::rest(lo, hi);
        }
    }

    /// Changes the bounds of a row.
    pub fn set_row_bounds(&mut self, row: usize, lo: f64, hi: f64) {
        self.set_bounds(self.logical[row], lo, hi);
    }

    /// Replaces the column of a structural variable; the next solve starts with a fresh inverse.
    pub fn set_column(&mut self, j: usize, entries: Vec<(usize, f64)>) {
        self.columns[j] = entries;
        self.pivots_since_refactor = usize::MAX;
    }

    /// Changes a cost.
    pub fn set_cost(&mut self, j: usize, cost: f64) {
        self.cost[j] = cost;
    }

    /// The bounds of a variable.
    pub fn bounds(&self, j: usize) -> (f64, f64) {
        (self.lo[j], self.hi[j])
    }

    fn resting_value(&self, j: usize) -> f64 {
        match self.place[j] {
            Place::Lower => self.lo[j],
            Place::Upper => self.hi[j],
            Place::Free | Place::Basic => 0.0,
        }
    }

    /// The entries (row, coefficient) of a variable's column.
    pub fn column(&self, j: usize) -> &[(usize, f64)] {
        &self.columns[j]
    }

    /// The values of all variables, structural and logical, after a solve.
    pub fn values(&self) -> Vec<f64> {
        let mut x: Vec<f64> = (0..self.columns.len()).map(|j| self.resting_value(j)).collect();
        for (&j, &v) in self.basis.iter().zip(&self.value) {
            x[j] = v;
        }
        x
    }

    /// The duals of the last pricing, one a row: of the cost after [`Status::Optimal`], of the sum of what is outside
    /// after [`Status::Infeasible`].
    pub fn duals(&self) -> &[f64] {
        &self.dual
    }

    /// The sum of what is outside its bounds.
    pub fn outside(&self) -> f64 {
        (0..self.rows()).map(|p| self.outside_at(p).abs()).sum()
    }

    /// How far the basic variable at a position is outside: negative below, positive above, 0 within.
    fn outside_at(&self, p: usize) -> f64 {
        let (j, v) = (self.basis[p], self.value[p]);
        let below = v - self.lo[j];
        let above = v - self.hi[j];
        if below < -FEASIBLE {
            below
        } else if above > FEASIBLE {
            above
        } else {
            0.0
        }
    }

    /// Solves from the basis at hand.
    pub fn solve(&mut self) -> Status {
        if self.pivots_since_refactor > self.refactor_every() {
            self.refactor();
        }
        self.recompute_values();
        let mut stalled = 0usize;
        for _ in 0..PIVOTS {
            let feasible = self.price();
            let careful = stalled > 60;
            let Some((q, down)) = self.entering(feasible, careful) else {
                if self.pivots_since_refactor > 0 {
                    self.refactor();
                    self.recompute_values();
                    if self.price() == feasible && self.entering(feasible, false).is_none() {
                        return if feasible { Status::Optimal } else { Status::Infeasible };
                    }
                    continue;
                }
                return if feasible { Status::Optimal } else { Status::Infeasible };
            };
            let step = self.step(q, down, feasible, careful);
            match step {
                None => return Status::Unbounded,
                Some(length) if length > 1e-10 => stalled = 0,
                Some(_) => stalled += 1,
            }
            if self.pivots_since_refactor > self.refactor_every() {
                self.refactor();
                self.recompute_values();
            }
        }
        Status::Stalled
    }

    fn refactor_every(&self) -> usize {
        60.max(self.rows() / 2)
    }

    /// Sets the duals for the phase at hand; says whether the basis is feasible.
    fn price(&mut self) -> bool {
        let m = self.rows();
        let outside: Vec<f64> = (0..m).map(|p| self.outside_at(p)).collect();
        let feasible = outside.iter().all(|&o| o == 0.0);
        let mut dual = std::mem::take(&mut self.dual);
        dual.clear();
        dual.resize(m, 0.0);
        for ((&j, line), &outside) in self.basis.iter().zip(&self.inverse).zip(&outside) {
            let c = if feasible { self.cost[j] } else { zero_or_sign(outside) };
            if c != 0.0 {
                for (d, b) in dual.iter_mut().zip(line) {
                    *d += c * b;
                }
            }
        }
        self.dual = dual;
        feasible
    }

    /// The reduced cost of a variable for the duals at hand.
    fn reduced(&self, j: usize, feasible: bool) -> f64 {
        let c = if feasible { self.cost[j] } else { 0.0 };
        c - self.columns[j].iter().map(|&(i, a)| self.dual[i] * a).sum::<f64>()
    }

    /// The variable that improves most, or when careful the first that improves (Bland's rule), and whether it goes down.
    fn entering(&self, feasible: bool, careful: bool) -> Option<(usize, bool)> {
        let mut best = None;
        let mut most = OPTIMAL;
        for j in 0..self.columns.len() {
            if self.place[j] == Place::Basic || self.lo[j] == self.hi[j] {
                continue;
            }
            let d = self.reduced(j, feasible);
            let gain = match self.place[j] {
                Place::Lower => -d,
                Place::Upper => d,
                _ => d.abs(),
            };
            if gain > most {
                best = Some((j, d > 0.0));
                most = gain;
                if careful {
                    break;
                }
            }
        }
        best
    }

    /// Moves the entering variable as far as it goes and changes the basis; the length of the step, or `None` if nothing stops it.
    fn step(&mut self, q: usize, down: bool, feasible: bool, careful: bool) -> Option<f64> {
        let sign = if down { -1.0 } else { 1.0 };
        let mut direction = vec![0.0; self.rows()];
        for &(i, a) in &self.columns[q] {
            for (w, line) in direction.iter_mut().zip(&self.inverse) {
                *w += a * line[i];
            }
        }
        // basic values change by -direction per unit of x_q
        let span = self.hi[q] - self.lo[q];
        let block = if feasible {
            self.block(&direction, sign, span, careful)
        } else {
            self.block_outside(&direction, sign, span, self.reduced(q, false).abs())
        };
        match block {
            Block::Never => None,
            Block::Flip(length) => {
                for (v, w) in self.value.iter_mut().zip(&direction) {
                    *v -= sign * length * w;
                }
                self.place[q] = if down { Place::Lower } else { Place::Upper };
                Some(length)
            }
            Block::Leaves(p, at_upper, length) => {
                let start = self.resting_value(q);
                for (v, w) in self.value.iter_mut().zip(&direction) {
                    *v -= sign * length * w;
                }
                let leaving = self.basis[p];
                self.place[leaving] = if at_upper { Place::Upper } else { Place::Lower };
                self.place[q] = Place::Basic;
                self.basis[p] = q;
                self.value[p] = start + sign * length;
                self.eliminate(p, &direction);
                self.pivots_since_refactor = self.pivots_since_refactor.saturating_add(1);
                Some(length)
            }
        }
    }

    /// Phase two: the first bound that a basic variable meets; among nearly equal ones the largest pivot (Harris).
    fn block(&self, direction: &[f64], sign: f64, span: f64, careful: bool) -> Block {
        let slack = if careful { 0.0 } else { FEASIBLE / 2.0 };
        let limit = |p: usize, extra: f64| -> Option<f64> {
            let rate = -sign * direction[p];
            if rate.abs() < PIVOT {
                return None;
            }
            let j = self.basis[p];
            let room = if rate > 0.0 { self.hi[j] - self.value[p] } else { self.value[p] - self.lo[j] };
            room.is_finite().then(|| (room + extra).max(0.0) / rate.abs())
        };
        let relaxed = (0..direction.len()).filter_map(|p| limit(p, slack)).fold(f64::INFINITY, f64::min);
        let mut best: Option<(usize, f64)> = None;
        for p in 0..direction.len() {
            let Some(length) = limit(p, 0.0) else { continue };
            let better = |b: usize| {
                if careful { self.basis[p] < self.basis[b] } else { direction[p].abs() > direction[b].abs() }
            };
            if length <= relaxed && best.is_none_or(|(b, _)| better(b)) {
                best = Some((p, length));
            }
        }
        match best {
            Some((_, length)) if span <= length => Block::Flip(span),
            Some((p, length)) => Block::Leaves(p, -sign * direction[p] > 0.0, length),
            None if span.is_finite() => Block::Flip(span),
            None => Block::Never,
        }
    }

    /// Phase one: goes past bounds as long as the sum of what is outside still falls (the slope starts at the reduced cost).
    fn block_outside(&self, direction: &[f64], sign: f64, span: f64, slope: f64) -> Block {
        let mut stops: Vec<(f64, usize, bool)> = Vec::new();
        for (p, w) in direction.iter().enumerate() {
            let rate = -sign * w;
            if rate.abs() < PIVOT {
                continue;
            }
            let (j, v) = (self.basis[p], self.value[p]);
            let (near, far) =
                if rate > 0.0 { (self.lo[j] - v, self.hi[j] - v) } else { (v - self.hi[j], v - self.lo[j]) };
            if near > FEASIBLE {
                stops.push((near / rate.abs(), p, rate < 0.0));
            }
            if far.is_finite() && far >= -FEASIBLE {
                stops.push((far.max(0.0) / rate.abs(), p, rate > 0.0));
            }
        }
        stops.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut slope = slope;
        let mut chosen: Option<usize> = None;
        for (s, &(length, p, _)) in stops.iter().enumerate() {
            if length >= span {
                break;
            }
            chosen = Some(s);
            slope -= direction[p].abs();
            if slope <= OPTIMAL {
                break;
            }
        }
        match chosen {
            Some(s) if slope <= OPTIMAL || !span.is_finite() => {
                let s = steadiest(&stops, s, direction);
                Block::Leaves(stops[s].1, stops[s].2, stops[s].0)
            }
            _ if span.is_finite() => Block::Flip(span),
            _ => Block::Never,
        }
    }

    /// Updates the inverse after the variable at position `p` changed, whose column in the old basis is `direction`.
    fn eliminate(&mut self, p: usize, direction: &[f64]) {
        let mut line = std::mem::take(&mut self.inverse[p]);
        let pivot = direction[p];
        for b in &mut line {
            *b /= pivot;
        }
        for (i, other) in self.inverse.iter_mut().enumerate() {
            let w = direction[i];
            if i != p && w != 0.0 {
                for (o, b) in other.iter_mut().zip(&line) {
                    *o -= w * b;
                }
            }
        }
        self.inverse[p] = line;
    }

    /// Computes the inverse anew from the basis, logicals first; a dependent column gives way to the logical of a free row.
    fn refactor(&mut self) {
        let m = self.rows();
        let old = std::mem::take(&mut self.basis);
        self.inverse = (0..m).map(|i| (0..m).map(|c| if i == c { -1.0 } else { 0.0 }).collect()).collect();
        self.basis = self.logical.clone();
        let mut open = vec![true; m];
        let mut structural = Vec::new();
        for &j in &old {
            match self.logical.binary_search(&j) {
                Ok(row) => open[row] = false,
                Err(_) => structural.push(j),
            }
        }
        structural.sort_by_key(|&j| (self.columns[j].len(), j));
        for j in structural {
            let mut direction = vec![0.0; m];
            for &(i, a) in &self.columns[j] {
                for (w, line) in direction.iter_mut().zip(&self.inverse) {
                    *w += a * line[i];
                }
            }
            let best = (0..m)
                .filter(|&p| open[p])
                .max_by(|&a, &b| direction[a].abs().total_cmp(&direction[b].abs()).then(b.cmp(&a)));
            match best {
                Some(p) if direction[p].abs() > PIVOT => {
                    open[p] = false;
                    self.basis[p] = j;
                    self.eliminate(p, &direction);
                }
                _ => self.place[j] = Self::rest(self.lo[j], self.hi[j]),
            }
        }
        for p in 0..m {
            self.place[self.basis[p]] = Place::Basic;
        }
        for row in 0..m {
            let j = self.logical[row];
            if self.basis[row] != j && self.place[j] == Place::Basic {
                self.place[j] = Self::rest(self.lo[j], self.hi[j]);
            }
        }
        self.pivots_since_refactor = 0;
    }

    /// Computes the basic values from the resting ones.
    fn recompute_values(&mut self) {
        let m = self.rows();
        let mut load = vec![0.0; m];
        for j in 0..self.columns.len() {
            let x = self.resting_value(j);
            if x != 0.0 {
                for &(i, a) in &self.columns[j] {
                    load[i] -= a * x;
                }
            }
        }
        self.value =
            self.inverse.iter().map(|line| line.iter().zip(&load).map(|(b, l)| b * l).sum()).collect();
    }
}

fn zero_or_sign(x: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x.signum() }
}

/// Among the stops up to `last` that are as far as it, the one with the largest pivot.
fn steadiest(stops: &[(f64, usize, bool)], last: usize, direction: &[f64]) -> usize {
    let mut best = last;
    for s in (0..last).rev() {
        if stops[s].0 < stops[last].0 - FEASIBLE {
            break;
        }
        if direction[stops[s].1].abs() > direction[stops[best].1].abs() {
            best = s;
        }
    }
    best
}
