//! Who can replace whom: each row in which the ideal leaves no choice has a random number, a kind the sum of its rows'
//! numbers, and only groups of kinds with equal sums can replace each other. Sums of two kinds are looked up in a table.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

use crate::kinds::Kinds;

/// A sum nearer than this to an end of a row is at it.
pub const AT_END: f64 = 1e-6;

/// Two kinds by the sum of their numbers.
pub struct Pairs {
    kinds: Vec<usize>,
    /// Sum, first kind, second kind; ascending.
    sorted: Vec<(u64, u32, u32)>,
    /// Where in `sorted` each leading part of a sum begins.
    begins: Vec<u32>,
    shift: u32,
}

impl Pairs {
    /// All pairs of `kinds`, a kind with itself included; `number` is that of each kind.
    pub fn new(kinds: &[usize], number: &[u64]) -> Self {
        let mut sorted = Vec::with_capacity(kinds.len() * kinds.len() / 2);
        for (i, &a) in kinds.iter().enumerate() {
            for &b in &kinds[i..] {
                sorted.push((number[a].wrapping_add(number[b]), a as u32, b as u32));
            }
        }
        sorted.sort_unstable();
        let bits = (sorted.len().max(2).ilog2() + 1).min(24);
        let shift = 64 - bits;
        let mut begins = vec![0u32; (1 << bits) + 1];
        for &(sum, _, _) in &sorted {
            begins[(sum >> shift) as usize + 1] += 1;
        }
        for i in 1..begins.len() {
            begins[i] += begins[i - 1];
        }
        Self { kinds: kinds.to_vec(), sorted, begins, shift }
    }

    /// The kinds that are paired.
    pub fn kinds(&self) -> &[usize] {
        &self.kinds
    }

    /// The pairs whose numbers have this sum; the first kind of each is not after the second.
    pub fn with_sum(&self, sum: u64) -> impl Iterator<Item = (usize, usize)> + '_ {
        let part = (sum >> self.shift) as usize;
        let range = self.begins[part] as usize..self.begins[part + 1] as usize;
        self.sorted[range]
            .iter()
            .filter(move |entry| entry.0 == sum)
            .map(|&(_, a, b)| (a as usize, b as usize))
    }
}

/// A random number for each row, or class of households, in which the ideal leaves no choice, so that every panel must have
/// the same count; 0 for the others. Sums of these numbers are almost never equal for other rows; where they are, only an
/// exchange is tried in vain.
pub fn numbers(kinds: &Kinds, expected: &[f64]) -> Vec<u64> {
    let quotas = kinds.rows.len();
    let mut sums = vec![0.0; quotas + kinds.classes.len()];
    for (kind, x) in kinds.kinds.iter().zip(expected) {
        for r in kind.rows.iter().map(|&r| r as usize).chain(kind.class.map(|c| quotas + c)) {
            sums[r] += x;
        }
    }
    let mut random = ChaCha20Rng::from_seed([0; 32]);
    let spans = kinds.rows.iter().map(|span| (span.min, span.max));
    let classes = kinds.classes.iter().map(|class| (0, class.households.len() as u32));
    let mut number = |(min, max): (u32, u32), sum: f64| {
        let at = |end: u32| (sum - f64::from(end)).abs() < AT_END;
        let number = random.random::<u64>();
        if at(min) || at(max) { number } else { 0 }
    };
    spans.chain(classes).zip(sums).map(|(span, sum)| number(span, sum)).collect()
}

/// The numbers of some rows together.
pub fn together(numbers: &[u64], rows: impl IntoIterator<Item = usize>) -> u64 {
    rows.into_iter().filter_map(|r| numbers.get(r)).fold(0, |sum, &number| sum.wrapping_add(number))
}

/// The number of each kind.
pub fn of_kinds(kinds: &Kinds, numbers: &[u64]) -> Vec<u64> {
    let rows = |kind: &crate::kinds::Kind| {
        let class = kind.class.map(|c| kinds.rows.len() + c);
        together(numbers, kind.rows.iter().map(|&r| r as usize).chain(class))
    };
    kinds.kinds.iter().map(rows).collect()
}
