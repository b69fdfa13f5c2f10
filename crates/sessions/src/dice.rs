//! Seeded chance for the search, in integers.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use sortition::Digest;

/// Throws that follow from a seed: ChaCha20, whose stream is fixed for good.
pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    pub(crate) fn new(seed: &Digest) -> Self {
        Self(ChaCha20Rng::from_seed(seed.0))
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

    /// Puts `things` into any order.
    pub(crate) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}
