//! Seeded chance for the search, in integers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sortition::Digest;

/// Throws that follow from a seed: ChaCha8, whose stream is fixed for good.
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: &Digest) -> Self {
        Self(ChaCha8Rng::from_seed(seed.0))
    }

    /// 32 random bits.
    pub(crate) fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A number below `n`, which is not 0. Some are likelier than others by at most `n` in 2^32, which does not matter to
    /// a search.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.bits()) * n as u64) >> 32) as usize
    }

    /// A throw of 64 random bits.
    pub(crate) fn throw(&mut self) -> Throw {
        Throw(self.0.next_u64())
    }

    /// Puts `things` into any order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

/// One throw that decides several things, as long as the product of their numbers stays far below 2^64.
pub(crate) struct Throw(u64);

impl Throw {
    /// A number below `n`, which is not 0. What is left of the throw decides what is asked next.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let product = u128::from(self.0) * n as u128;
        self.0 = product as u64;
        (product >> 64) as usize
    }
}
