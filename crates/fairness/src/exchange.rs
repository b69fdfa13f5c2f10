//! Good panels brought nearer to the ideal: people of a panel are exchanged for others, one for one or two for two, so
//! that no rule is broken and the appearances approach what the ideal asks for.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

use crate::swaps::Swaps;

/// How many kinds, or tokens, compete to be exchanged.
const CANDIDATES: usize = 6;
/// How many kinds are tried as the second half of an exchange when no kind fits exactly.
const SECONDS: usize = 24;

/// Exchanges in the panels of a [`Swaps`] none of which is bad.
pub struct Exchange<'s, 'a> {
    panels: &'s mut Swaps<'a>,
    /// For each kind the appearances that the ideal asks for, less those that there are.
    lack: Vec<f64>,
    /// How many members each kind has.
    members: Vec<f64>,
    /// The kinds of each combination of the rules' rows.
    alike: BTreeMap<Vec<usize>, Vec<usize>>,
    /// The kinds with members who are more than one panel away from the ideal.
    far: Vec<usize>,
    place_in_far: Vec<usize>,
}

const NEAR: usize = usize::MAX;

impl<'s, 'a> Exchange<'s, 'a> {
    /// Exchanges towards `expected` members of each kind a panel.
    pub fn new(panels: &'s mut Swaps<'a>, expected: &[f64]) -> Self {
        let total = panels.tokens.len() as f64;
        let lack = expected.iter().zip(&panels.appearances).map(|(x, &c)| x * total - f64::from(c)).collect();
        let quotas = panels.kinds.rows.len();
        let mut alike: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (t, rows) in panels.rows.iter().enumerate() {
            let mut rows: Vec<usize> = rows.iter().copied().filter(|&r| r < quotas).collect();
            rows.sort_unstable();
            alike.entry(rows).or_default().push(t);
        }
        let members: Vec<f64> = panels.kinds.kinds.iter().map(|kind| f64::from(kind.multiplicity)).collect();
        let kinds = members.len();
        let mut out = Self { panels, lack, members, alike, far: Vec::new(), place_in_far: vec![NEAR; kinds] };
        for t in 0..kinds {
            out.mark(t);
        }
        out
    }

    /// How many kinds have members who are more than one panel away from the ideal.
    pub fn far(&self) -> usize {
        self.far.len()
    }

    /// By how many panels the member farthest from the ideal is away.
    pub fn farthest(&self) -> f64 {
        self.lack.iter().zip(&self.members).map(|(lack, m)| lack.abs() / m).fold(0.0, f64::max)
    }

    fn mark(&mut self, t: usize) {
        let is_far = self.lack[t].abs() > self.members[t] * (1.0 + 1e-6);
        let place = self.place_in_far[t];
        if is_far && place == NEAR {
            self.place_in_far[t] = self.far.len();
            self.far.push(t);
        } else if !is_far && place != NEAR {
            self.far.swap_remove(place);
            if let Some(&moved) = self.far.get(place) {
                self.place_in_far[moved] = place;
            }
            self.place_in_far[t] = NEAR;
        }
    }

    /// Exchanges until every member is within one panel of the ideal; gives up when `patience` tries in a row have not
    /// lowered the number of kinds that are not.
    pub fn approach(&mut self, patience: usize, rng: &mut ChaCha20Rng, tick: &mut dyn FnMut(usize)) -> bool {
        let (mut fewest, mut since, mut tries) = (self.far.len(), 0, 0usize);
        while !self.far.is_empty() && since < patience {
            if tries.is_multiple_of(4096) {
                tick(self.far.len());
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

    /// What it costs to have one appearance more (`by` = 1) or less (-1): the change of the sum of squared distances.
    fn cost(&self, t: usize, by: f64) -> f64 {
        let m = self.members[t];
        ((self.lack[t] - by).powi(2) - self.lack[t].powi(2)) / m
    }

    fn replace(&mut self, j: usize, at: usize, b: usize) {
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

    /// An exchange that mends panel `j` and costs at most `limit`.
    fn second(&mut self, j: usize, limit: f64, rng: &mut ChaCha20Rng) -> Option<(usize, usize)> {
        let (over, under) = self.panels.wrong_rows(j)?;
        let last = self.panels.tokens[j].len() - 1;
        let start = rng.random_range(0..last.max(1));
        let mut best: Option<(f64, usize, usize)> = None;
        for at in (start..last).chain(0..start) {
            let a = self.panels.tokens[j][at] as usize;
            let rows = &self.panels.rows[a];
            if !over.iter().all(|r| rows.contains(r)) || under.iter().any(|r| rows.contains(r)) {
                continue;
            }
            let mut wanted: Vec<usize> = rows
                .iter()
                .copied()
                .filter(|r| *r < self.panels.kinds.rows.len() && !over.contains(r))
                .collect();
            wanted.extend(&under);
            wanted.sort_unstable();
            let fitting = self.alike.get(&wanted);
            let exact = fitting.into_iter().flatten().copied();
            let others = (0..if over.len() == under.len() { 0 } else { SECONDS })
                .map(|_| rng.random_range(0..self.lack.len()));
            for b in exact.chain(others).filter(|&b| b != a).collect::<Vec<_>>() {
                let cost = self.cost(a, -1.0) + self.cost(b, 1.0);
                if cost <= limit
                    && best.is_none_or(|(least, _, _)| cost < least)
                    && self.panels.mends(j, a, b)
                {
                    best = Some((cost, at, b));
                }
            }
        }
        best.map(|(_, at, b)| (at, b))
    }
}
