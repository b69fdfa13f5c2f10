//! Seeded chance, in integers.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// Throws that follow from a text. ChaCha20 is fixed for good and the rest is done here, so that a new release of a
/// library never makes up other people.
pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    /// Dice whose throws follow from `text`.
    pub(crate) fn new(text: &str) -> Self {
        Self(ChaCha20Rng::from_seed(Sha256::digest(text.as_bytes()).into()))
    }

    /// A number below `n`; 0 where `n` is 0 or 1. Every number is equally likely.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n <= 1 {
            return 0;
        }
        let spare = (u64::MAX % n + 1) % n;
        loop {
            let throw = self.0.next_u64();
            if throw <= u64::MAX - spare {
                return throw % n;
            }
        }
    }

    /// True with `percent` in a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `things`, all equally likely.
    pub(crate) fn one_of<'a>(&mut self, things: &[&'a str]) -> &'a str {
        things[self.below(things.len() as u64) as usize]
    }

    /// An index of `weights`, likely in their proportion; any index where all of them are 0.
    pub(crate) fn weighted(&mut self, weights: &[u64]) -> usize {
        let total: u64 = weights.iter().sum();
        if total == 0 {
            return self.below(weights.len() as u64) as usize;
        }
        let mut throw = self.below(total);
        for (index, &weight) in weights.iter().enumerate() {
            if throw < weight {
                return index;
            }
            throw -= weight;
        }
        weights.len() - 1
    }

    /// Puts `things` into an order, all orders equally likely.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_text_throws_the_same() {
        let throws = |text| {
            let mut dice = Dice::new(text);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(throws("a"), throws("a"));
        assert_ne!(throws("a"), throws("b"));
    }

    #[test]
    fn throws_stay_below_and_reach_every_number() {
        let mut dice = Dice::new("six");
        let mut seen = [0u32; 6];
        for _ in 0..6000 {
            seen[dice.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| (800..1200).contains(&count)), "{seen:?}");
        assert_eq!((dice.below(0), dice.below(1)), (0, 0));
    }

    #[test]
    fn a_weight_of_nothing_is_never_thrown() {
        let mut dice = Dice::new("weights");
        assert!((0..1000).all(|_| dice.weighted(&[3, 0, 5]) != 1));
        assert!(dice.weighted(&[0, 0]) < 2);
    }
}
