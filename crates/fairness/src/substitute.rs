//! Whole panels for whole panels: where few panels exist, people cannot be exchanged one by one, but a panel of the
//! lottery can give way to another one that is known.

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

use crate::exchange::Exchange;

/// What an appearance beyond "near" weighs beside the square of a distance.
const BEYOND: f64 = 1000.0;

impl Exchange<'_, '_> {
    /// Replaces panels by `known` valid ones as long as that brings members nearer to the ideal, those who are far from it
    /// first; gives up after `patience` panels in a row for which no known one is better. Says whether all members are near.
    pub fn substitute(&mut self, known: &[Vec<u32>], patience: usize, rng: &mut ChaCha20Rng) -> bool {
        let tokens: Vec<Vec<u32>> = known.iter().map(|panel| tokens(panel)).collect();
        let count = self.panels.tokens.len();
        let mut since = 0;
        while !self.far.is_empty() && since < patience && !tokens.is_empty() {
            let j = rng.random_range(0..count);
            since = if self.substitute_one(j, &tokens, rng) { 0 } else { since + 1 };
        }
        self.far.is_empty()
    }

    /// Replaces panel `j` by the best of the known panels; false if none is better.
    fn substitute_one(&mut self, j: usize, known: &[Vec<u32>], rng: &mut ChaCha20Rng) -> bool {
        let own = self.panels.tokens[j].clone();
        let mut price: Vec<f64> =
            (0..self.lack.len()).map(|t| self.weight(t, 1) - self.weight(t, 0)).collect();
        let mut gain = 0.0;
        for &t in &own {
            let t = t as usize;
            let lose = self.weight(t, -1) - self.weight(t, 0);
            gain += lose;
            price[t] = -lose;
        }
        let start = rng.random_range(0..known.len());
        let cost = |q: &Vec<u32>| gain + q.iter().map(|&t| price[t as usize]).sum::<f64>();
        let all = known[start..].iter().chain(&known[..start]);
        let best = all.map(|q| (cost(q), q)).min_by(|a, b| a.0.total_cmp(&b.0));
        match best {
            Some((cost, q)) if cost < -1e-9 => {
                let before: f64 = own.iter().chain(q).map(|&t| self.weight(t as usize, 0)).sum();
                self.become_panel(j, q);
                let after: f64 = own.iter().chain(q).map(|&t| self.weight(t as usize, 0)).sum();
                if after >= before - 1e-9 {
                    self.become_panel(j, &own);
                }
                after < before - 1e-9
            }
            _ => false,
        }
    }

    /// What is wrong with a kind that has some appearances more than now.
    fn weight(&self, t: usize, more: i64) -> f64 {
        let away = self.lack[t] - more as f64;
        BEYOND * self.beyond_with(t, more).abs() as f64 + away * away / self.members[t]
    }
}

fn tokens(panel: &[u32]) -> Vec<u32> {
    let times = |(t, &c): (usize, &u32)| std::iter::repeat_n(t as u32, c as usize);
    panel.iter().enumerate().flat_map(times).collect()
}
