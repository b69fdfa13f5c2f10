//! Exchanges of two for two and three for three that keep everybody who is near the ideal near it: bad panels become
//! good ones, and the last stubborn members come near.
//!
//! Far more such exchanges exist than can be tried; [`crate::pairs`] finds those that can be valid.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha20Rng;

use crate::exchange::Exchange;
use crate::pairs::Pairs;

/// Random exchanges after a round without success.
const WANDER: usize = 3_000;
/// Look-ups for a kind in one round.
const SHARE: usize = 3_000_000;
/// Kinds tried as one of three who come.
const TAKES: usize = 40;
/// At most so many kinds are taken in pairs.
const PAIRED: usize = 1_500;

impl Exchange<'_, '_> {
    /// Pairs of the kinds that the ideal has in panels; of a random part of them, if there are many.
    pub fn pairs(&self, rng: &mut ChaCha20Rng) -> Pairs {
        let mut kinds: Vec<usize> = (0..self.lack.len()).filter(|&t| self.possible(t)).collect();
        if kinds.len() > PAIRED {
            kinds.shuffle(rng);
            kinds.truncate(PAIRED);
            kinds.sort_unstable();
        }
        Pairs::new(&kinds, &self.number)
    }

    /// Brings the members who are far from the ideal near it by exchanges of three; after every round without success some
    /// people who are near are exchanged at random. Gives up after `patience` look-ups without success. Says whether all
    /// are near.
    pub fn place_stubborn(
        &mut self,
        pairs: &Pairs,
        patience: usize,
        rng: &mut ChaCha20Rng,
        tick: &mut dyn FnMut(usize),
    ) -> bool {
        let mut left = patience;
        while !self.far.is_empty() && left > 0 {
            tick(self.far.len());
            let before = self.beyond_all();
            let mut stubborn = self.far.clone();
            stubborn.shuffle(rng);
            for t in stubborn {
                let mut share = SHARE.min(left);
                left -= share;
                while self.beyond(t) != 0 && self.help(t, pairs, &mut share, rng) {}
                left += share;
            }
            if self.beyond_all() < before {
                left = patience;
            } else {
                self.wander(pairs, &mut left, rng);
            }
        }
        self.far.is_empty()
    }

    fn beyond_all(&self) -> i64 {
        self.far.iter().map(|&t| self.beyond(t).abs()).sum()
    }

    /// Exchanges two for two, taking nobody who is near the ideal far from it.
    fn wander(&mut self, pairs: &Pairs, work: &mut usize, rng: &mut ChaCha20Rng) {
        for _ in 0..WANDER {
            *work = work.saturating_sub(1);
            let j = rng.random_range(0..self.panels.tokens.len());
            let drops = self.droppable(j);
            if drops.len() < 2 {
                continue;
            }
            let x = rng.random_range(0..drops.len());
            let y = (x + rng.random_range(1..drops.len())) % drops.len();
            let sum = self.number[drops[x]].wrapping_add(self.number[drops[y]]);
            let found: Vec<(usize, usize)> =
                pairs.with_sum(sum).filter(|&(a, b)| self.may_come(a) && self.may_come(b)).collect();
            if !found.is_empty() {
                let (a1, a2) = found[rng.random_range(0..found.len())];
                self.trade(j, &[drops[x], drops[y]], &[a1, a2]);
            }
        }
    }

    fn help(&mut self, t: usize, pairs: &Pairs, work: &mut usize, rng: &mut ChaCha20Rng) -> bool {
        let count = self.panels.tokens.len();
        let start = rng.random_range(0..count);
        let (over, own) = (self.beyond(t) > 0, self.panels.own_row(t));
        for j in (start..count).chain(0..start) {
            let found = match over {
                true => self.panels.count(j, own) > 0 && self.without(j, t, pairs, work, rng),
                false => self.with(j, t, pairs, work),
            };
            if found {
                return true;
            }
            if *work == 0 {
                return false;
            }
        }
        false
    }

    /// The people of panel `j` who can leave without being far from the ideal.
    fn droppable(&self, j: usize) -> Vec<usize> {
        let kinds = self.panels.tokens[j].iter().map(|&a| a as usize);
        kinds.filter(|&a| self.may_leave(a)).collect()
    }

    /// Three of panel `j`, one of them of kind `t`, for three others.
    fn without(
        &mut self,
        j: usize,
        t: usize,
        pairs: &Pairs,
        work: &mut usize,
        rng: &mut ChaCha20Rng,
    ) -> bool {
        let mut drops = self.droppable(j);
        if let Some(at) = drops.iter().position(|&a| a == t) {
            drops.swap_remove(at);
        }
        let takes = self.first_takes(t, pairs, rng);
        for (x, &r1) in drops.iter().enumerate() {
            for &r2 in &drops[..x] {
                let sum = self.number[t].wrapping_add(self.number[r1]).wrapping_add(self.number[r2]);
                for &a3 in &takes {
                    if *work == 0 {
                        return false;
                    }
                    *work -= 1;
                    for (a1, a2) in pairs.with_sum(sum.wrapping_sub(self.number[a3])) {
                        if self.trade(j, &[t, r1, r2], &[a1, a2, a3]) {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    /// The kinds tried as one of three who come for one of kind `t`: the others of its class of households if each panel must
    /// have one of them, otherwise a few at random.
    fn first_takes(&self, t: usize, pairs: &Pairs, rng: &mut ChaCha20Rng) -> Vec<usize> {
        let kinds = self.panels.kinds;
        match kinds.kinds[t].class {
            Some(c) if self.row_number(kinds.rows.len() + c) != 0 => kinds.classes[c].kinds.clone(),
            _ => (0..TAKES).map(|_| pairs.kinds()[rng.random_range(0..pairs.kinds().len())]).collect(),
        }
    }

    /// Three of panel `j` for three others, one of them of kind `t`.
    fn with(&mut self, j: usize, t: usize, pairs: &Pairs, work: &mut usize) -> bool {
        let drops = self.droppable(j);
        for (x, &r1) in drops.iter().enumerate() {
            for (y, &r2) in drops[..x].iter().enumerate() {
                let sum = self.number[r1].wrapping_add(self.number[r2]).wrapping_sub(self.number[t]);
                for &r3 in &drops[..y] {
                    if *work == 0 {
                        return false;
                    }
                    *work -= 1;
                    for (a1, a2) in pairs.with_sum(sum.wrapping_add(self.number[r3])) {
                        if self.trade(j, &[r1, r2, r3], &[a1, a2, t]) {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    /// Exchanges if that breaks no rule and takes nobody far from the ideal; otherwise nothing changes.
    fn trade(&mut self, j: usize, drops: &[usize], takes: &[usize]) -> bool {
        if takes.iter().any(|&b| drops.contains(&b) || !self.may_come(b)) {
            return false;
        }
        let before = self.beyond_all();
        self.put(j, drops, takes);
        let better = self.panels.broken[j] == 0 && self.beyond_all() <= before;
        if !better {
            self.put(j, takes, drops);
        }
        better
    }

    fn put(&mut self, j: usize, drops: &[usize], takes: &[usize]) {
        for (&a, &b) in drops.iter().zip(takes) {
            let tokens = &self.panels.tokens[j];
            let at = tokens.iter().position(|&x| x as usize == a).expect("the panel holds what it drops");
            self.replace(j, at, b);
        }
    }
}
