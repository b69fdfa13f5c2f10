//! Panels made good by swaps: all tokens are dealt to the panels, then people are exchanged between panels until no
//! panel breaks a rule. The number of appearances of each kind stays within its window throughout.

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

use crate::kinds::Kinds;
use crate::pairs::AT_END;
use crate::target::Window;

/// Every so many tries a token is replaced by one of another kind instead of swapped.
const REPLACE_EVERY: usize = 8;
/// How many bad panels are considered as a partner.
const PARTNERS: usize = 8;
/// How many more tokens are offered in a swap.
const OFFERS: usize = 10;
/// The partner is any panel once in so many times.
const RANDOM_PARTNER_ONCE_IN: u32 = 4;
/// How many kinds are considered as a replacement.
const REPLACEMENTS: usize = 64;

/// Panels under repair.
pub struct Swaps<'a> {
    pub(crate) kinds: &'a Kinds,
    /// The rows of each kind: those of the rules, then its class, then itself.
    pub(crate) rows: Vec<Vec<usize>>,
    /// The least and greatest count of each row in a panel, by the rules.
    given: Vec<(u16, u16)>,
    /// The same, where all panels together leave no choice narrowed to it.
    spans: Vec<(u16, u16)>,
    /// The kinds of each panel's tokens.
    pub(crate) tokens: Vec<Vec<u32>>,
    /// How many tokens of each panel count in each row.
    counts: Vec<u16>,
    /// How much each panel breaks.
    pub(crate) broken: Vec<i32>,
    bad: Vec<usize>,
    place_in_bad: Vec<usize>,
    pub(crate) appearances: Vec<u32>,
    windows: Vec<Window>,
    /// Scratch, one a row, zero between calls.
    shared: Vec<i32>,
}

const GOOD: usize = usize::MAX;

impl<'a> Swaps<'a> {
    fn empty(kinds: &'a Kinds, panels: usize, windows: Vec<Window>) -> Self {
        let (q, c) = (kinds.rows.len(), kinds.classes.len());
        let rows = kinds.kinds.iter().enumerate().map(|(t, kind)| {
            kind.rows
                .iter()
                .map(|&r| r as usize)
                .chain(kind.class.map(|c| q + c))
                .chain([q + c + t])
                .collect()
        });
        let short = |x: u32| x.min(u32::from(u16::MAX)) as u16;
        let spans = (kinds.rows.iter().map(|s| (short(s.min), short(s.max))))
            .chain(kinds.classes.iter().map(|class| (0, short(class.households.len() as u32))))
            .chain(kinds.kinds.iter().map(|kind| (0, short(kind.most))))
            .collect::<Vec<_>>();
        let rows_in_all = spans.len();
        Self {
            kinds,
            rows: rows.collect(),
            tokens: vec![Vec::with_capacity(kinds.size as usize); panels],
            counts: vec![0; panels * spans.len()],
            broken: vec![spans.iter().map(|&(lo, _)| i32::from(lo)).sum(); panels],
            given: spans.clone(),
            spans,
            bad: Vec::new(),
            place_in_bad: vec![GOOD; panels],
            appearances: vec![0; kinds.kinds.len()],
            windows,
            shared: vec![0; rows_in_all],
        }
    }

    /// Deals the appearances out, the kinds of the scarcest rows first, each to the panels that lack most.
    pub fn deal(kinds: &'a Kinds, appearances: &[u32], windows: Vec<Window>, panels: usize) -> Self {
        let mut out = Self::empty(kinds, panels, windows);
        let size = kinds.size as usize;
        let mut average = vec![0.0f64; out.spans.len()];
        for (t, &c) in appearances.iter().enumerate() {
            for &r in &out.rows[t] {
                average[r] += f64::from(c) / panels as f64;
            }
        }
        let q = kinds.rows.len();
        let scarcity: Vec<f64> = (out.rows.iter())
            .map(|rows| rows.iter().filter(|&&r| r < q).map(|&r| 1.0 / average[r].max(1e-9)).sum())
            .collect();
        let mut order: Vec<usize> = (0..appearances.len()).collect();
        order.sort_by(|&a, &b| scarcity[b].total_cmp(&scarcity[a]).then(a.cmp(&b)));
        let mut lacking: Vec<(f64, usize)> = Vec::with_capacity(panels);
        for t in order {
            let mut left = appearances[t] as usize;
            while left > 0 {
                lacking.clear();
                for j in (0..panels).filter(|&j| out.tokens[j].len() < size) {
                    let lack = (out.rows[t].iter())
                        .map(|&r| (average[r] - f64::from(out.count(j, r))) / average[r].max(1e-9))
                        .sum::<f64>();
                    lacking.push((lack + (size - out.tokens[j].len()) as f64 / size as f64, j));
                }
                let now = left.min(lacking.len());
                if now == 0 {
                    break;
                }
                if now < lacking.len() {
                    lacking.select_nth_unstable_by(now - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                }
                for &(_, j) in &lacking[..now] {
                    out.add(j, t);
                }
                left -= now;
            }
        }
        out.settle();
        out
    }

    /// Takes up given panels as they are. Where `expected` members of each kind a panel leave no choice in a row, every
    /// panel must be at that end of it.
    pub fn from_panels(kinds: &'a Kinds, panels: &[Vec<u32>], expected: Option<&[f64]>) -> Self {
        let mut out = Self::empty(kinds, panels.len(), Vec::new());
        if let Some(expected) = expected {
            out.narrow(expected);
        }
        for (j, panel) in panels.iter().enumerate() {
            for (t, &c) in panel.iter().enumerate() {
                for _ in 0..c {
                    out.add(j, t);
                }
            }
            out.mark(j);
        }
        out
    }

    pub(crate) fn count(&self, j: usize, r: usize) -> u16 {
        self.counts[j * self.spans.len() + r]
    }

    pub(crate) fn add(&mut self, j: usize, t: usize) {
        self.broken[j] += self.gaining(j, t);
        let base = j * self.spans.len();
        for &r in &self.rows[t] {
            self.counts[base + r] += 1;
        }
        self.tokens[j].push(t as u32);
        self.appearances[t] += 1;
    }

    pub(crate) fn remove(&mut self, j: usize, at: usize) -> usize {
        let t = self.tokens[j].swap_remove(at) as usize;
        self.broken[j] += self.losing(j, t);
        let base = j * self.spans.len();
        for &r in &self.rows[t] {
            self.counts[base + r] -= 1;
        }
        self.appearances[t] -= 1;
        t
    }

    fn narrow(&mut self, expected: &[f64]) {
        let mut sums = vec![0.0; self.spans.len()];
        for (rows, x) in self.rows.iter().zip(expected) {
            for &r in rows {
                sums[r] += x;
            }
        }
        for (span, sum) in self.spans.iter_mut().zip(sums) {
            let (lo, hi) = *span;
            if sum < f64::from(lo) + AT_END {
                span.1 = lo;
            } else if sum > f64::from(hi) - AT_END {
                span.0 = hi;
            }
        }
        let least: i32 = self.spans.iter().map(|&(lo, _)| i32::from(lo)).sum();
        self.broken.fill(least);
    }

    /// Where all panels together are at a row's end, each of them must be: the row becomes an equation.
    fn settle(&mut self) {
        let panels = self.tokens.len();
        for r in 0..self.spans.len() {
            let sum: usize = (0..panels).map(|j| usize::from(self.count(j, r))).sum();
            let (lo, hi) = self.given[r];
            self.spans[r] = (lo, hi);
            if sum <= usize::from(lo) * panels {
                self.spans[r].1 = lo;
            } else if sum >= usize::from(hi) * panels {
                self.spans[r].0 = hi;
            }
        }
        for j in 0..panels {
            let off = |r: usize| {
                i32::from(self.spans[r].0.saturating_sub(self.count(j, r)))
                    + i32::from(self.count(j, r).saturating_sub(self.spans[r].1))
            };
            self.broken[j] = (0..self.spans.len()).map(off).sum();
            self.mark(j);
        }
    }

    /// Keeps the list of bad panels.
    fn mark(&mut self, j: usize) {
        let place = self.place_in_bad[j];
        if self.broken[j] > 0 && place == GOOD {
            self.place_in_bad[j] = self.bad.len();
            self.bad.push(j);
        } else if self.broken[j] == 0 && place != GOOD {
            self.bad.swap_remove(place);
            if let Some(&moved) = self.bad.get(place) {
                self.place_in_bad[moved] = place;
            }
            self.place_in_bad[j] = GOOD;
        }
    }

    /// What one more in the row does to what the panel breaks.
    pub(crate) fn up(&self, j: usize, r: usize) -> i32 {
        let (lo, hi) = self.spans[r];
        let c = self.count(j, r);
        i32::from(c >= hi) - i32::from(c < lo)
    }

    /// What one less in the row does to what the panel breaks.
    pub(crate) fn down(&self, j: usize, r: usize) -> i32 {
        let (lo, hi) = self.spans[r];
        let c = self.count(j, r);
        i32::from(c <= lo) - i32::from(c > hi)
    }

    fn losing(&self, j: usize, t: usize) -> i32 {
        self.rows[t].iter().map(|&r| self.down(j, r)).sum()
    }

    fn gaining(&self, j: usize, t: usize) -> i32 {
        self.rows[t].iter().map(|&r| self.up(j, r)).sum()
    }

    /// What gaining `b` does after `a` has been lost.
    fn gaining_after(&self, j: usize, a: usize, b: usize) -> i32 {
        let shared = |r: &usize| self.rows[a].contains(r);
        self.rows[b].iter().map(|r| if shared(r) { -self.down(j, *r) } else { self.up(j, *r) }).sum()
    }

    /// The row that counts a kind alone.
    pub(crate) fn own_row(&self, t: usize) -> usize {
        self.kinds.rows.len() + self.kinds.classes.len() + t
    }

    /// The rows of the rules, and classes, in which a panel has too many and too few.
    pub(crate) fn wrong_rows(&self, j: usize) -> (Vec<usize>, Vec<usize>) {
        let rows = 0..self.kinds.rows.len() + self.kinds.classes.len();
        let over = rows.clone().filter(|&r| self.count(j, r) > self.spans[r].1).collect();
        (over, rows.filter(|&r| self.count(j, r) < self.spans[r].0).collect())
    }

    /// How much a panel breaks after a token of kind `a` is replaced by one of kind `b`.
    pub(crate) fn broken_after(&self, j: usize, a: usize, b: usize) -> i32 {
        self.broken[j] + self.losing(j, a) + self.gaining_after(j, a, b)
    }

    /// How many panels break a rule.
    pub fn bad_panels(&self) -> usize {
        self.bad.len()
    }

    /// Repairs until no panel is bad; gives up when `patience` tries in a row have not lowered the number of bad panels.
    /// A swap that makes things worse by one is taken once in `worse_once_in` times.
    pub fn repair(
        &mut self,
        patience: usize,
        worse_once_in: u32,
        rng: &mut ChaCha20Rng,
        tick: &mut dyn FnMut(usize),
    ) -> bool {
        let (mut fewest, mut since) = (self.bad.len(), 0);
        let mut tries = 0usize;
        while !self.bad.is_empty() && since < patience {
            if tries.is_multiple_of(4096) {
                tick(self.bad.len());
            }
            let j = self.bad[rng.random_range(0..self.bad.len())];
            let at = self.token_to_lose(j, rng);
            if tries % REPLACE_EVERY == REPLACE_EVERY - 1 {
                self.replace(j, at, worse_once_in, rng);
            } else {
                self.swap(j, at, worse_once_in, rng);
            }
            tries += 1;
            since += 1;
            if self.bad.len() < fewest {
                (fewest, since) = (self.bad.len(), 0);
            }
        }
        self.bad.is_empty()
    }

    /// The token that is cheapest to lose, or once in four times one of a row that is broken.
    fn token_to_lose(&self, j: usize, rng: &mut ChaCha20Rng) -> usize {
        let tokens = &self.tokens[j];
        let start = rng.random_range(0..tokens.len());
        let around = (start..tokens.len()).chain(0..start);
        if rng.random_range(0..4u32) > 0 {
            return around.min_by_key(|&at| self.losing(j, tokens[at] as usize)).unwrap_or(start);
        }
        let over = |at: &usize| self.rows[tokens[*at] as usize].iter().any(|&r| self.down(j, r) < 0);
        around.clone().find(over).unwrap_or(start)
    }

    /// Half of the time any panel; otherwise, of a few bad ones, the one that is most over where `j` is under and under
    /// where `j` is over.
    fn partner(&self, j: usize, rng: &mut ChaCha20Rng) -> usize {
        if self.bad.len() < 2 || rng.random_range(0..RANDOM_PARTNER_ONCE_IN) == 0 {
            return rng.random_range(0..self.tokens.len());
        }
        let side = |j: usize, r: usize| {
            let (lo, hi) = self.spans[r];
            let c = self.count(j, r);
            i32::from(c > hi) - i32::from(c < lo)
        };
        let wrong: Vec<(usize, i32)> =
            (0..self.kinds.rows.len()).map(|r| (r, side(j, r))).filter(|&(_, side)| side != 0).collect();
        let candidates = (0..PARTNERS).map(|_| self.bad[rng.random_range(0..self.bad.len())]);
        let opposite = |b: &usize| wrong.iter().filter(|&&(r, s)| side(*b, r) == -s).count();
        candidates.max_by_key(opposite).unwrap_or(j)
    }

    fn accept(change: i32, worse_once_in: u32, rng: &mut ChaCha20Rng) -> bool {
        change <= 0 || (change == 1 && rng.random_range(0..worse_once_in) == 0)
    }

    /// Swaps a token of panel `j` for one of another panel: the best pair among the token at `at`, a few others of `j`,
    /// and all tokens of the other panel.
    fn swap(&mut self, j: usize, at: usize, worse_once_in: u32, rng: &mut ChaCha20Rng) {
        let other = self.partner(j, rng);
        if other == j {
            return;
        }
        let (mine, theirs) = (self.tokens[j].len(), self.tokens[other].len());
        let start = rng.random_range(0..theirs);
        let mut shared = std::mem::take(&mut self.shared);
        let swing = |r: usize| self.up(j, r) + self.down(other, r);
        let gains: Vec<i32> = (0..theirs)
            .map(|p| {
                self.rows[self.tokens[other][(start + p) % theirs] as usize].iter().map(|&r| swing(r)).sum()
            })
            .collect();
        let mut best = (i32::MAX, 0, 0);
        for at in [at].into_iter().chain((0..OFFERS.min(mine)).map(|_| rng.random_range(0..mine))) {
            let a = self.tokens[j][at] as usize;
            let before = self.losing(j, a) + self.gaining(other, a);
            for &r in &self.rows[a] {
                shared[r] = self.down(j, r) + self.up(other, r) + swing(r);
            }
            for (p, gain) in gains.iter().enumerate() {
                let p = if start + p < theirs { start + p } else { start + p - theirs };
                let b = self.tokens[other][p] as usize;
                let change = before + gain - self.rows[b].iter().map(|&r| shared[r]).sum::<i32>();
                if change < best.0 && a != b {
                    best = (change, at, p);
                }
            }
            for &r in &self.rows[a] {
                shared[r] = 0;
            }
        }
        self.shared = shared;
        let (change, at, p) = best;
        if change < i32::MAX && Self::accept(change, worse_once_in, rng) {
            let b = self.remove(other, p);
            let a = self.remove(j, at);
            self.add(other, a);
            self.add(j, b);
            self.mark(j);
            self.mark(other);
        }
    }

    /// Replaces a token by one of another kind, where both windows have room.
    fn replace(&mut self, j: usize, at: usize, worse_once_in: u32, rng: &mut ChaCha20Rng) {
        let a = self.tokens[j][at] as usize;
        if self.appearances[a] <= self.windows[a].low {
            return;
        }
        let all = self.appearances.len();
        let start = rng.random_range(0..all);
        let room = |&t: &usize| t != a && self.appearances[t] < self.windows[t].high;
        let candidates = (start..all).chain(0..start).filter(room).take(REPLACEMENTS);
        let best = candidates.map(|b| (self.gaining_after(j, a, b), b)).min_by_key(|&(change, _)| change);
        if let Some((gain, b)) = best
            && Self::accept(self.losing(j, a) + gain, worse_once_in, rng)
        {
            self.remove(j, at);
            self.add(j, b);
            self.mark(j);
        }
    }

    /// Each panel as the number of members of each kind.
    pub fn panels(&self) -> Vec<Vec<u32>> {
        let count = |tokens: &Vec<u32>| {
            let mut panel = vec![0; self.kinds.kinds.len()];
            for &t in tokens {
                panel[t as usize] += 1;
            }
            panel
        };
        self.tokens.iter().map(count).collect()
    }
}
