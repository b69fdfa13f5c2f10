//! The cheapest mending of rules that clash: minima lowered and maxima raised, as little as possible, so that there is a
//! panel of whole people; among equally cheap mendings the one that leaves the least likely member the best chance.
//!
//! Branch and bound over what is given up of each bound. The bound on the cost, and then on the chance, is the relaxation of
//! [`crate::ideal`] with a variable for every bound that may give way; whether whole people can meet a mending is asked of the
//! [`Finder`]. Giving up one person of a minimum of q costs 1 + 2/q, so that groups with few seats do not pay first; raising
//! a maximum by one person costs 1.

use std::collections::BTreeMap;

use crate::finder::{Finder, Found};
use crate::ideal::{Depth, ideal};
use crate::kinds::{Kinds, Span};
use crate::simplex::{Simplex, Status};

/// Linear programs that finding the least cost may take, and then finding the best chance.
const PROGRAMS: [usize; 2] = [3_000, 600];
/// The rooms beyond the least cost for which it is told what they could do.
const ROOMS: [u32; 5] = [1, 2, 4, 8, 16];
/// Steps that a question about whole panels may take.
const NODES: usize = 2_000;
/// What is given up is whole if it is nearer than this to a whole number.
const WHOLE: f64 = 1e-6;
/// A cost or a chance must be better by this to count as better.
const BETTER: f64 = 1e-7;
/// A rule that may be left out until it is broken counts as broken above this.
const BROKEN: f64 = 1e-9;

/// How far a row may give way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Its minimum goes no lower; at most the minimum.
    pub min: u32,
    /// Its maximum goes no higher; at least the maximum.
    pub max: u32,
}

/// A mending.
#[derive(Debug, Clone, PartialEq)]
pub struct Mending {
    /// All rows as they are after it.
    pub rows: Vec<Span>,
    /// What it costs, in thousandths of a person.
    pub cost: u64,
    /// The chance of the least likely of the members whom a panel can then hold, by the relaxation.
    pub chance: f64,
    /// How many members no panel can hold even then, by the relaxation.
    pub never: u32,
    /// Whether it is proved that none is cheaper, the room that was asked for aside.
    pub cheapest: bool,
    /// Whether it is proved that none for the same cost and room gives a better chance.
    pub fairest: bool,
    /// For so many people of room beyond the least cost, a chance that no mending gives all members more than.
    pub at_most: Vec<(u32, f64)>,
}

/// Why there is no mending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMending {
    /// Even as far as everything may give way there is no panel.
    TooStrict,
    /// None was found in the steps that a search may take, nor a proof that there is none.
    Undecided,
}

/// What it costs to give up one person of a minimum, in thousandths of a person.
fn price(min: u32) -> u64 {
    1000 + 2000 / u64::from(min.max(1))
}

/// The cost of coming from `old` rows to `new` ones.
pub fn cost(old: &[Span], new: &[Span]) -> u64 {
    let row = |(old, new): (&Span, &Span)| {
        u64::from(old.min - new.min) * price(old.min) + u64::from(new.max - old.max) * 1000
    };
    old.iter().zip(new).map(row).sum()
}

/// The cheapest mending, if one is found; with `room` that which gives the least likely member the best chance for so many
/// people more. A row without a limit stays as it is; households stay as they are.
///
/// # Errors
/// [`NoMending`].
pub fn mend(kinds: &Kinds, limits: &[Option<Limit>], room: u32) -> Result<Mending, NoMending> {
    let mut search = Search::new(kinds, limits);
    search.left = PROGRAMS[0];
    search.descend();
    let Some((_, rows)) = search.best.take() else {
        return Err(if search.decided { NoMending::TooStrict } else { NoMending::Undecided });
    };
    let cheapest = search.decided;
    let budget = search.seek_chances(cost(&kinds.rows, &rows));
    let at_most = ROOMS.map(|room| (room, search.most(&budget, room))).to_vec();
    search.set_room(&budget, room);
    let (rows, fairest) = search.fairest(rows);
    let rows = if room > 0 { search.cheapest_as_fair(rows) } else { rows };
    let (chance, never) = least_chance(&Kinds { rows: rows.clone(), ..kinds.clone() });
    Ok(Mending { cost: cost(&kinds.rows, &rows), rows, chance, never, cheapest, fairest, at_most })
}

/// The lowest level of the ideal above 0, and the number of members below it.
fn least_chance(kinds: &Kinds) -> (f64, u32) {
    let Ok(first) = ideal(kinds, &[], Depth::First, &mut |_| ()) else { return (0.0, 0) };
    let none = kinds.kinds.iter().zip(&first.expected).filter(|(_, expected)| **expected <= BROKEN);
    let chance = first.levels.last().map_or(0.0, |level| level.chance);
    (chance, none.map(|(kind, _)| kind.multiplicity).sum())
}

/// The row that limits what is given up.
struct Budget {
    row: usize,
    /// The least cost, in thousandths of a person.
    cost: u64,
}

/// One bound that may give way, as a column of the program.
struct Give {
    column: usize,
    row: usize,
    is_min: bool,
    most: f64,
    /// The cost of one person.
    price: f64,
}

struct Search<'a> {
    kinds: &'a Kinds,
    program: Simplex,
    gives: Vec<Give>,
    /// The column of the chance of all, in units of 1/scale.
    raise: usize,
    scale: f64,
    /// The kinds that the chance is about.
    counted: Vec<bool>,
    /// The rows of the program that hold the column of the chance, with the kinds in them.
    sums: Vec<Vec<usize>>,
    has_class: Vec<bool>,
    has_most: Vec<bool>,
    /// Whether the chance is sought, and no longer the cost.
    raising: bool,
    /// The best objective so far, and its rows.
    best: Option<(f64, Vec<Span>)>,
    /// Whether whole people can meet the rows, as far as it was asked.
    asked: BTreeMap<Vec<(u32, u32)>, Option<bool>>,
    left: usize,
    decided: bool,
}

impl<'a> Search<'a> {
    fn new(kinds: &'a Kinds, limits: &[Option<Limit>]) -> Self {
        let mut program = Simplex::new();
        for kind in &kinds.kinds {
            program.add_column(Vec::new(), 0.0, f64::from(kind.most), 0.0);
        }
        let raise = program.add_column(Vec::new(), 0.0, 0.0, 0.0);
        let scale = kinds.kinds.iter().map(|kind| f64::from(kind.multiplicity)).sum();
        let mut search = Self {
            kinds,
            program,
            gives: Vec::new(),
            raise,
            scale,
            counted: vec![true; kinds.kinds.len()],
            sums: Vec::new(),
            has_class: vec![false; kinds.classes.len()],
            has_most: vec![false; kinds.kinds.len()],
            raising: false,
            best: None,
            asked: BTreeMap::new(),
            left: 0,
            decided: true,
        };
        let size = f64::from(kinds.size);
        search.add((0..kinds.kinds.len()).collect(), None, size, size);
        let mut members = vec![Vec::new(); kinds.rows.len()];
        for (t, kind) in kinds.kinds.iter().enumerate() {
            kind.rows.iter().for_each(|&row| members[row as usize].push(t));
        }
        for (row, members) in members.into_iter().enumerate() {
            let Span { min, max } = kinds.rows[row];
            let limit = limits[row].unwrap_or(Limit { min, max });
            if min > 0 {
                let give = search.give(row, true, min - limit.min.min(min));
                search.add(members.clone(), give.map(|column| (column, 1.0)), f64::from(min), f64::INFINITY);
            }
            if max < kinds.size {
                let give = search.give(row, false, limit.max.min(kinds.size).max(max) - max);
                search.add(members, give.map(|column| (column, -1.0)), f64::NEG_INFINITY, f64::from(max));
            }
        }
        search
    }

    /// A column for what is given up of a bound, at most `most`.
    fn give(&mut self, row: usize, is_min: bool, most: u32) -> Option<usize> {
        if most == 0 {
            return None;
        }
        let price = if is_min { price(self.kinds.rows[row].min) } else { 1000 } as f64 / 1000.0;
        let most = f64::from(most);
        let column = self.program.add_column(Vec::new(), 0.0, most, price);
        self.gives.push(Give { column, row, is_min, most, price });
        Some(column)
    }

    /// Adds a row over the expected numbers of some kinds.
    fn add(&mut self, members: Vec<usize>, give: Option<(usize, f64)>, lo: f64, hi: f64) {
        let mut entries: Vec<(usize, f64)> = members.iter().map(|&t| (t, 1.0)).collect();
        entries.extend(give);
        entries.push((self.raise, self.share(&members)));
        self.program.add_row(&entries, lo, hi);
        self.sums.push(members);
    }

    /// What the chance of all contributes to a row per unit.
    fn share(&self, members: &[usize]) -> f64 {
        let counted = members.iter().filter(|&&t| self.counted[t]);
        counted.map(|&t| f64::from(self.kinds.kinds[t].multiplicity)).sum::<f64>() / self.scale
    }

    /// The relaxation's optimum: its objective, smaller being better, and the values; adds rows that are broken.
    fn solve(&mut self) -> Option<(f64, Vec<f64>)> {
        loop {
            if self.left == 0 {
                self.decided = false;
                return None;
            }
            self.left -= 1;
            match self.program.solve() {
                Status::Optimal => {}
                Status::Infeasible => return None,
                Status::Unbounded | Status::Stalled => {
                    self.decided = false;
                    return None;
                }
            }
            let values = self.program.values();
            if !self.add_broken(&values) {
                let cost = self.gives.iter().map(|give| values[give.column] * give.price).sum();
                let chance = values[self.raise] / self.scale;
                return Some((if self.raising { -chance } else { cost }, values));
            }
        }
    }

    /// Adds the rows of classes and of kinds' most that these values break.
    fn add_broken(&mut self, values: &[f64]) -> bool {
        let chance = values[self.raise] / self.scale;
        let expected = |t: usize| {
            let counted = if self.counted[t] { f64::from(self.kinds.kinds[t].multiplicity) } else { 0.0 };
            values[t] + counted * chance
        };
        let mut broken: Vec<(Vec<usize>, f64)> = Vec::new();
        for (t, kind) in self.kinds.kinds.iter().enumerate() {
            if !self.has_most[t] && expected(t) > f64::from(kind.most) + BROKEN {
                self.has_most[t] = true;
                broken.push((vec![t], f64::from(kind.most)));
            }
        }
        for (c, class) in self.kinds.classes.iter().enumerate() {
            let most = class.households.len() as f64;
            if !self.has_class[c] && class.kinds.iter().map(|&t| expected(t)).sum::<f64>() > most + BROKEN {
                self.has_class[c] = true;
                broken.push((class.kinds.clone(), most));
            }
        }
        let any = !broken.is_empty();
        broken.into_iter().for_each(|(members, most)| self.add(members, None, f64::NEG_INFINITY, most));
        any
    }

    /// Searches below the bounds at hand.
    fn descend(&mut self) {
        let Some((objective, values)) = self.solve() else { return };
        // A cost is a whole number of thousandths.
        let bound = if self.raising { objective } else { (objective * 1000.0 - 1e-3).ceil() / 1000.0 };
        if self.best.as_ref().is_some_and(|(best, _)| bound >= best - BETTER) {
            return;
        }
        let apart = |give: &Give| (values[give.column] - values[give.column].round()).abs();
        let farthest =
            self.gives.iter().max_by(|a, b| apart(a).total_cmp(&apart(b)).then(b.column.cmp(&a.column)));
        if let Some(give) = farthest.filter(|give| apart(give) > WHOLE) {
            let (column, at) = (give.column, values[give.column]);
            let (lo, hi) = self.program.bounds(column);
            let (down, up) = ((lo, at.floor()), (at.ceil(), hi));
            let order = if at.fract() > 0.5 { [up, down] } else { [down, up] };
            return self.branch(column, &order);
        }
        let rows = self.rows(&values);
        match self.whole(&rows) {
            Some(true) => self.best = Some((objective, rows)),
            answer => {
                self.decided &= answer.is_some();
                let is_open = |give: &&Give| {
                    let (lo, hi) = self.program.bounds(give.column);
                    lo < hi
                };
                if let Some(give) = self.gives.iter().find(is_open) {
                    let (column, at) = (give.column, values[give.column].round());
                    let (lo, hi) = self.program.bounds(column);
                    self.branch(column, &[(at, at), (at + 1.0, hi), (lo, at - 1.0)]);
                }
            }
        }
    }

    /// Searches with each of these bounds of a column.
    fn branch(&mut self, column: usize, ranges: &[(f64, f64)]) {
        let (lo, hi) = self.program.bounds(column);
        for &(low, high) in ranges.iter().filter(|(low, high)| low <= high) {
            self.program.set_bounds(column, low, high);
            self.descend();
        }
        self.program.set_bounds(column, lo, hi);
    }

    /// The rows after giving up so much.
    fn rows(&self, values: &[f64]) -> Vec<Span> {
        let mut rows = self.kinds.rows.clone();
        for give in &self.gives {
            let by = values[give.column].round().max(0.0) as u32;
            let row = &mut rows[give.row];
            if give.is_min { row.min -= by.min(row.min) } else { row.max += by }
        }
        rows
    }

    /// Whether whole people can meet the rows.
    fn whole(&mut self, rows: &[Span]) -> Option<bool> {
        let key: Vec<(u32, u32)> = rows.iter().map(|row| (row.min, row.max)).collect();
        if let Some(&answer) = self.asked.get(&key) {
            return answer;
        }
        let kinds = Kinds { rows: rows.to_vec(), ..self.kinds.clone() };
        let answer = match Finder::new(&kinds).best(&vec![0.0; kinds.kinds.len()], -1.0, NODES) {
            Found::Best(..) | Found::Undecided(Some(_)) => Some(true),
            Found::Nothing => Some(false),
            Found::Undecided(None) => None,
        };
        self.asked.insert(key, answer);
        answer
    }

    /// From now on the chance is sought, within the least cost.
    fn seek_chances(&mut self, cost: u64) -> Budget {
        let prices: Vec<(usize, f64)> = self.gives.iter().map(|give| (give.column, give.price)).collect();
        let row = self.program.add_row(&prices, 0.0, cost as f64 / 1000.0 + WHOLE);
        self.sums.push(Vec::new());
        for (column, _) in prices {
            self.program.set_cost(column, 0.0);
        }
        self.raising = true;
        self.program.set_cost(self.raise, -1.0);
        self.program.set_bounds(self.raise, 0.0, self.scale);
        Budget { row, cost }
    }

    fn set_room(&mut self, budget: &Budget, room: u32) {
        let most = budget.cost as f64 / 1000.0 + f64::from(room) + WHOLE;
        self.program.set_row_bounds(budget.row, 0.0, most);
    }

    /// A chance that no mending of this room gives all members more than.
    fn most(&mut self, budget: &Budget, room: u32) -> f64 {
        self.set_room(budget, room);
        self.left = PROGRAMS[1];
        self.solve().map_or(1.0, |(objective, _)| -objective)
    }

    /// Within the budget, of which `rows` are one mending, the one with the best least chance, and whether the search was carried
    /// to its end. Kinds that no panel could hold for that cost are left out.
    fn fairest(&mut self, rows: Vec<Span>) -> (Vec<Span>, bool) {
        self.left = PROGRAMS[1];
        self.decided = true;
        while self.solve().is_some_and(|(objective, _)| -objective <= BROKEN) && self.leave_out() {}
        self.best = None;
        self.at(&rows);
        self.descend();
        self.release();
        self.descend();
        (self.best.as_ref().map_or(rows, |(_, best)| best.clone()), self.decided)
    }

    /// The cheapest mending that leaves the least likely member the chance that `rows` do.
    fn cheapest_as_fair(&mut self, rows: Vec<Span>) -> Vec<Span> {
        let Some((objective, _)) = self.best.take() else { return rows };
        self.raising = false;
        self.program.set_cost(self.raise, 0.0);
        self.program.set_bounds(self.raise, -objective * self.scale * (1.0 - WHOLE), self.scale);
        for give in &self.gives {
            self.program.set_cost(give.column, give.price);
        }
        self.left = PROGRAMS[1];
        self.descend();
        self.best.take().map_or(rows, |(_, best)| best)
    }

    /// Lets everything give way again as far as it may.
    fn release(&mut self) {
        for give in &self.gives {
            self.program.set_bounds(give.column, 0.0, give.most);
        }
    }

    /// Fixes what is given up so that these rows come out.
    fn at(&mut self, rows: &[Span]) {
        for give in &self.gives {
            let (old, new) = (self.kinds.rows[give.row], rows[give.row]);
            let by = f64::from(if give.is_min { old.min - new.min } else { new.max - old.max });
            self.program.set_bounds(give.column, by, by);
        }
    }

    /// Leaves out of the chance the kinds that hold it at 0; false if there are none.
    fn leave_out(&mut self) -> bool {
        let duals = self.program.duals();
        let weight = |t: usize| -self.program.column(t).iter().map(|&(i, a)| duals[i] * a).sum::<f64>();
        let held: Vec<usize> =
            (0..self.counted.len()).filter(|&t| self.counted[t] && weight(t) > BROKEN).collect();
        for &t in &held {
            self.counted[t] = false;
        }
        let column =
            (0..self.sums.len()).map(|row| (row, self.share(&self.sums[row]))).filter(|&(_, a)| a != 0.0);
        let column = column.collect();
        self.program.set_column(self.raise, column);
        !held.is_empty()
    }
}
