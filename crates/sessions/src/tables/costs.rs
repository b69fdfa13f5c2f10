//! What a seating costs, in whole numbers: people outside the band of a feature, and pairs who meet again.

use super::instance::{Instance, Mode, Round};

/// What it costs to move somebody away from where they were told to sit.
const MOVED: i32 = 200;

/// The prices of an instance.
///
/// A table of s seats has a *band* for each value: with k of the p people present having the value, floor(k s / p) to
/// ceil(k s / p) of them. Being d outside costs `weight x d^2` times the price of balance; the m-th meeting of a pair
/// costs `10 + 2 (m - 2)` times the price of mixing from m = 2 on. At balance 50 one person outside a band weighs as much as
/// five pairs who meet a second time.
#[derive(Debug, Clone)]
pub struct Costs {
    /// The first number of each feature's values, when those of all features are numbered in a row.
    pub first: Vec<usize>,
    /// The number of values of all features together.
    pub values: usize,
    /// For each number of earlier meetings, what one more costs.
    pub again: Vec<i32>,
    /// What a table pays for its number of people of a value: by round, table, value, people.
    bands: Vec<Vec<Vec<Vec<i32>>>>,
    /// What it costs to move somebody who was told where to sit.
    pub moved: i32,
    /// How the heat of a search is to be scaled, in percent.
    pub heat: u64,
}

impl Costs {
    /// The prices of an instance.
    pub fn new(instance: &Instance) -> Self {
        let mut first = Vec::new();
        let mut values = 0;
        for feature in &instance.features {
            first.push(values);
            values += feature.values;
        }
        let balance = i32::try_from(instance.balance.min(100)).expect("at most 100");
        let mixing = (2 * (100 - balance)).max(1);
        let again = (0..=instance.rounds.len()).map(|met| match i32::try_from(met) {
            Ok(0) | Err(_) => 0,
            Ok(met) => mixing * (10 + 2 * (met - 1)),
        });
        let price = (100 * balance).max(1);
        let bands = instance.rounds.iter().map(|round| round_bands(instance, round, price)).collect();
        Self {
            first,
            values,
            again: again.collect(),
            bands,
            moved: MOVED,
            heat: u64::from(mixing.unsigned_abs()).max(10),
        }
    }

    /// What a table pays when `people` at it have a value.
    pub fn band(&self, round: usize, table: usize, value: usize, people: usize) -> i32 {
        self.bands[round][table][value][people]
    }
}

fn round_bands(instance: &Instance, round: &Round, price: i32) -> Vec<Vec<Vec<i32>>> {
    let largest = round.sizes.iter().copied().max().unwrap_or(0);
    let all: Vec<Vec<usize>> = instance
        .features
        .iter()
        .map(|feature| present_by_value(feature.values, &feature.of, round))
        .collect();
    round
        .sizes
        .iter()
        .map(|&size| {
            let of_feature = instance.features.iter().zip(&all).flat_map(|(feature, counts)| {
                let weight = i32::try_from(feature.weight.min(1000)).expect("at most 1000");
                let common = (0..feature.values).max_by_key(|&v| (counts[v], usize::MAX - v));
                counts.iter().enumerate().map(move |(value, &count)| match feature.mode {
                    Mode::Ignore => vec![0; largest + 2],
                    Mode::Spread => spread(count, size, round.present.len(), largest)
                        .into_iter()
                        .map(|d| d * price * weight)
                        .collect(),
                    Mode::Cluster if Some(value) == common => vec![0; largest + 2],
                    Mode::Cluster => gathered(largest).into_iter().map(|d| d * price * weight / 4).collect(),
                })
            });
            of_feature.collect()
        })
        .collect()
}

/// How many of those present have each value.
pub fn present_by_value(values: usize, of: &[usize], round: &Round) -> Vec<usize> {
    let mut counts = vec![0; values];
    for &member in &round.present {
        counts[of[member]] += 1;
    }
    counts
}

/// The least and the greatest number of people of a value at a table: the table's share of them, down and up.
pub fn band(count: usize, size: usize, present: usize) -> (usize, usize) {
    let present = present.max(1);
    (count * size / present, (count * size).div_ceil(present))
}

fn spread(count: usize, size: usize, present: usize, largest: usize) -> Vec<i32> {
    let (low, high) = band(count, size, present);
    let outside = |people: usize| low.saturating_sub(people) + people.saturating_sub(high);
    (0..largest + 2).map(|people| i32::try_from(outside(people).pow(2)).unwrap_or(i32::MAX)).collect()
}

/// What gathers people: the first of a value at a table costs most, and each further one less.
fn gathered(largest: usize) -> Vec<i32> {
    (0..largest + 2).map(|people| (0..people).map(|k| 8 >> k.min(4)).sum::<i32>()).collect()
}
