//! Good panels brought nearer to the ideal: people of a panel are exchanged for others, one for one or two for two, so
//! that no rule is broken and the appearances approach what the ideal asks for.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

use crate::pairs::{AT_END, numbers, of_kinds, together};
use crate::swaps::Swaps;

/// How many kinds, or tokens, compete to be exchanged.
const CANDIDATES: usize = 6;
/// A member is near the ideal if at most so many panels away from it.
pub const NEAR: f64 = 1.0 + 1e-6;
/// A fall of the squared distances to this share of what they were is a success.
const NOTABLE: f64 = 0.9;
/// How many kinds are tried as the second half of an exchange when no kind fits exactly.
const SECONDS: usize = 24;

/// Exchanges in the panels of a [`Swaps`] none of which is bad.
pub struct Exchange<'s, 'a> {
    pub(crate) panels: &'s mut Swaps<'a>,
    /// For each kind the appearances that the ideal asks for, less those that there are.
    pub(crate) lack: Vec<f64>,
    /// For each kind the fewest and the most appearances that keep all its members near the ideal.
    near: Vec<(i64, i64)>,
    /// Whether a kind may appear once more, and once less, so that none of its members is far from the ideal on that side.
    may_come: Vec<bool>,
    may_leave: Vec<bool>,
    /// How many members each kind has.
    pub(crate) members: Vec<f64>,
    /// The numbers of the rows; see [`crate::pairs`].
    numbers: Vec<u64>,
    /// The number of each kind.
    pub(crate) number: Vec<u64>,
    /// The kinds with the same number: they differ only in rows where there is a choice.
    alike: BTreeMap<u64, Vec<usize>>,
    /// The kinds with members who are more than one panel away from the ideal.
    pub(crate) far: Vec<usize>,
    place_in_far: Vec<usize>,
}

const LISTED_NOT: usize = usize::MAX;

/// The fewest and the most appearances of a kind of `m` members that keep all of them near the ideal, `expected` together.
fn band(expected: f64, m: f64) -> (i64, i64) {
    let ideal = expected / m;
    (((ideal - NEAR).ceil() * m) as i64, ((ideal + NEAR).floor() * m) as i64)
}

impl<'s, 'a> Exchange<'s, 'a> {
    /// Exchanges towards `expected` members of each kind a panel.
    pub fn new(panels: &'s mut Swaps<'a>, expected: &[f64]) -> Self {
        let total = panels.tokens.len() as f64;
        let lack = expected.iter().zip(&panels.appearances).map(|(x, &c)| x * total - f64::from(c)).collect();
        let numbers = numbers(panels.kinds, expected);
        let number = of_kinds(panels.kinds, &numbers);
        let mut alike: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (t, &number) in number.iter().enumerate() {
            alike.entry(number).or_default().push(t);
        }
        let members: Vec<f64> = panels.kinds.kinds.iter().map(|kind| f64::from(kind.multiplicity)).collect();
        let kinds = members.len();
        let near = expected.iter().zip(&members).map(|(x, &m)| band(x * total, m)).collect();
        let mut out = Self {
            panels,
            lack,
            near,
            may_come: vec![false; kinds],
            may_leave: vec![false; kinds],
            members,
            numbers,
            number,
            alike,
            far: Vec::new(),
            place_in_far: vec![LISTED_NOT; kinds],
        };
        for t in 0..kinds {
            out.mark(t);
        }
        out
    }

    /// How many kinds have members who are far from the ideal.
    pub fn far(&self) -> usize {
        self.far.len()
    }

    /// By how many panels the member farthest from the ideal is away.
    pub fn farthest(&self) -> f64 {
        (0..self.lack.len()).map(|t| self.away(t)).fold(0.0, f64::max)
    }

    /// By how many panels the member of a kind farthest from the ideal is away, once its appearances are shared evenly.
    fn away(&self, t: usize) -> f64 {
        let (appearances, m) = (f64::from(self.panels.appearances[t]), self.members[t]);
        let ideal = (appearances + self.lack[t]) / m;
        ((appearances / m).ceil() - ideal).max(ideal - (appearances / m).floor())
    }

    /// How many appearances a kind has above what keeps its members near the ideal, or (negative) below.
    pub(crate) fn beyond(&self, t: usize) -> i64 {
        self.beyond_with(t, 0)
    }

    /// The same with some appearances more.
    pub(crate) fn beyond_with(&self, t: usize, more: i64) -> i64 {
        let (low, high) = self.near[t];
        let now = i64::from(self.panels.appearances[t]) + more;
        (now - high).max(0) + (now - low).min(0)
    }

    /// Whether one appearance more leaves the kind's members near the ideal, or short of it.
    pub(crate) fn may_come(&self, t: usize) -> bool {
        self.may_come[t]
    }

    /// Whether one appearance less leaves the kind's members near the ideal, or above it.
    pub(crate) fn may_leave(&self, t: usize) -> bool {
        self.may_leave[t]
    }

    /// Whether the ideal has the kind in panels at all.
    pub(crate) fn possible(&self, t: usize) -> bool {
        f64::from(self.panels.appearances[t]) + self.lack[t] > AT_END * self.panels.tokens.len() as f64
    }

    /// The number of a row or class.
    pub(crate) fn row_number(&self, r: usize) -> u64 {
        self.numbers[r]
    }

    /// Notes what follows from the appearances of a kind.
    fn mark(&mut self, t: usize) {
        let (now, (low, high)) = (i64::from(self.panels.appearances[t]), self.near[t]);
        self.may_come[t] = now < high;
        self.may_leave[t] = now > low;
        let is_far = self.beyond(t) != 0;
        let place = self.place_in_far[t];
        if is_far && place == LISTED_NOT {
            self.place_in_far[t] = self.far.len();
            self.far.push(t);
        } else if !is_far && place != LISTED_NOT {
            self.far.swap_remove(place);
            if let Some(&moved) = self.far.get(place) {
                self.place_in_far[moved] = place;
            }
            self.place_in_far[t] = LISTED_NOT;
        }
    }

    /// Makes every bad panel good by exchanges that leave the appearances as near to the ideal as they can; a panel that
    /// resists becomes a copy of a good one. False if no panel is good.
    pub fn mend(&mut self) -> bool {
        let panels = self.panels.tokens.len();
        for j in 0..panels {
            while self.panels.broken[j] > 0 && self.mend_once(j) {}
        }
        let (good, bad): (Vec<usize>, Vec<usize>) = (0..panels).partition(|&j| self.panels.broken[j] == 0);
        for (place, &j) in bad.iter().enumerate() {
            let Some(&model) = good.get(place % good.len().max(1)) else { return false };
            self.copy(model, j);
        }
        true
    }

    fn copy(&mut self, from: usize, to: usize) {
        let model = self.panels.tokens[from].clone();
        self.become_panel(to, &model);
    }

    /// Makes panel `j` one of these tokens.
    pub(crate) fn become_panel(&mut self, j: usize, tokens: &[u32]) {
        while !self.panels.tokens[j].is_empty() {
            let a = self.panels.remove(j, 0);
            self.lack[a] += 1.0;
            self.mark(a);
        }
        for &b in tokens {
            self.panels.add(j, b as usize);
            self.lack[b as usize] -= 1.0;
            self.mark(b as usize);
        }
    }

    /// The exchange after which panel `j` breaks least; false if none makes it break less.
    fn mend_once(&mut self, j: usize) -> bool {
        let (over, under) = self.panels.wrong_rows(j);
        let either = |rows: &[usize]| rows.iter().map(|&r| Some(r)).chain([None]).collect::<Vec<_>>();
        let (drops, takes) = (either(&over), either(&under));
        let mut best = (self.panels.broken[j], f64::INFINITY, None);
        for at in 0..self.panels.tokens[j].len() {
            let a = self.panels.tokens[j][at] as usize;
            for drop in drops.iter().filter(|drop| drop.is_none_or(|r| self.panels.rows[a].contains(&r))) {
                for take in &takes {
                    for &b in self.altered(a, drop.as_slice(), take.as_slice()).iter().filter(|&&b| b != a) {
                        let left = self.panels.broken_after(j, a, b);
                        let cost = self.cost(a, -1.0) + self.cost(b, 1.0);
                        if left < best.0 || (left == best.0 && best.2.is_some() && cost < best.1) {
                            best = (left, cost, Some((at, b)));
                        }
                    }
                }
            }
        }
        if let Some((at, b)) = best.2 {
            self.replace(j, at, b);
        }
        best.2.is_some()
    }

    /// The kinds that are as `a` is, but without some rows and with others, where there is no choice.
    fn altered(&self, a: usize, drop: &[usize], take: &[usize]) -> &[usize] {
        let sum = |rows: &[usize]| together(&self.numbers, rows.iter().copied());
        let number = self.number[a].wrapping_sub(sum(drop)).wrapping_add(sum(take));
        self.alike.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Exchanges until every member is within one panel of the ideal; gives up when `patience` tries in a row have lowered
    /// neither the number of kinds that are not nor, notably, the distance of all.
    pub fn approach(&mut self, patience: usize, rng: &mut ChaCha20Rng, tick: &mut dyn FnMut(usize)) -> bool {
        let (mut fewest, mut since, mut tries) = (self.far.len(), 0, 0usize);
        let mut least = self.distance();
        while !self.far.is_empty() && since < patience {
            if tries.is_multiple_of(4096) {
                tick(self.far.len());
                let now = self.distance();
                if now < least * NOTABLE {
                    (least, since) = (now, 0);
                }
            }
            self.step(rng);
            tries += 1;
            since += 1;
            if self.far.len() < fewest {
                (fewest, since) = (self.far.len(), 0);
            }
        }
        self.far.is_empty()
    }

    /// Tries one exchange that helps a kind that is far from the ideal.
    fn step(&mut self, rng: &mut ChaCha20Rng) {
        let kinds = self.lack.len();
        let t = match rng.random_range(0..2u32) {
            0 => self.far[rng.random_range(0..self.far.len())],
            _ => rng.random_range(0..kinds),
        };
        let ratio = |t: usize| self.lack[t] / self.members[t];
        let panels = self.panels.tokens.len();
        let start = rng.random_range(0..panels);
        if self.lack[t] < 0.0 {
            let own = self.panels.own_row(t);
            let holds = |j: &usize| self.panels.count(*j, own) > 0;
            let Some(j) = (start..panels).chain(0..start).find(holds) else { return };
            let Some(at) = self.panels.tokens[j].iter().position(|&a| a as usize == t) else { return };
            let draws = (0..CANDIDATES).map(|_| rng.random_range(0..kinds)).filter(|&b| b != t);
            if let Some(b) = draws.max_by(|&a, &b| ratio(a).total_cmp(&ratio(b))) {
                self.exchange(j, at, b, rng);
            }
        } else {
            let tokens = &self.panels.tokens[start];
            let draws = (0..CANDIDATES)
                .map(|_| rng.random_range(0..tokens.len()))
                .filter(|&at| tokens[at] as usize != t);
            let worth = |at: &usize| ratio(tokens[*at] as usize);
            if let Some(at) = draws.min_by(|a, b| worth(a).total_cmp(&worth(b))) {
                self.exchange(start, at, t, rng);
            }
        }
    }

    /// The sum of the squared distances, shared by the members of each kind.
    fn distance(&self) -> f64 {
        self.lack.iter().zip(&self.members).map(|(lack, m)| lack * lack / m).sum()
    }

    /// What it costs to have one appearance more (`by` = 1) or less (-1): the change of the sum of squared distances.
    fn cost(&self, t: usize, by: f64) -> f64 {
        let m = self.members[t];
        ((self.lack[t] - by).powi(2) - self.lack[t].powi(2)) / m
    }

    pub(crate) fn replace(&mut self, j: usize, at: usize, b: usize) {
        let a = self.panels.remove(j, at);
        self.panels.add(j, b);
        self.lack[a] += 1.0;
        self.lack[b] -= 1.0;
        self.mark(a);
        self.mark(b);
    }

    /// Exchanges the token at `at` for kind `b`, with a second exchange in the same panel where one alone breaks a rule.
    fn exchange(&mut self, j: usize, at: usize, b: usize, rng: &mut ChaCha20Rng) {
        let a = self.panels.tokens[j][at] as usize;
        let first = self.cost(a, -1.0) + self.cost(b, 1.0);
        self.replace(j, at, b);
        if self.panels.broken[j] == 0 {
            if first <= 0.0 {
                return;
            }
        } else if let Some((at, b2)) = self.second(j, -first, rng) {
            self.replace(j, at, b2);
            return;
        }
        let last = self.panels.tokens[j].len() - 1;
        self.replace(j, last, a);
    }

    /// An exchange that makes panel `j` good and costs at most `limit`.
    fn second(&mut self, j: usize, limit: f64, rng: &mut ChaCha20Rng) -> Option<(usize, usize)> {
        let (over, under) = self.panels.wrong_rows(j);
        let last = self.panels.tokens[j].len() - 1;
        let start = rng.random_range(0..last.max(1));
        let at_random = if over.len() == under.len() { 0 } else { SECONDS };
        let mut best: Option<(f64, usize, usize)> = None;
        for at in (start..last).chain(0..start) {
            let a = self.panels.tokens[j][at] as usize;
            let rows = &self.panels.rows[a];
            if !over.iter().all(|r| rows.contains(r)) || under.iter().any(|r| rows.contains(r)) {
                continue;
            }
            let exact = self.altered(a, &over, &under).iter().copied();
            let others = (0..at_random).map(|_| rng.random_range(0..self.lack.len()));
            for b in exact.chain(others).filter(|&b| b != a) {
                let cost = self.cost(a, -1.0) + self.cost(b, 1.0);
                let better = cost <= limit && best.is_none_or(|(least, _, _)| cost < least);
                if better && self.panels.broken_after(j, a, b) == 0 {
                    best = Some((cost, at, b));
                }
            }
        }
        best.map(|(_, at, b)| (at, b))
    }
}
