//! What a seating costs, in whole numbers: people outside the band of a feature, and pairs who meet again.

use super::instance::{Feature, Instance, Mode, Round};

/// What it costs to move somebody away from where they were told to sit.
const MOVED: i32 = 200;

/// Nothing at a table costs more than this, so that sums stay small.
const MOST: i32 = 10_000_000;

/// The prices of an instance.
///
/// A table of s seats has a *band* for each value: with k of the p people present having the value, floor(k s / p) to
/// ceil(k s / p) of them. Being d outside costs `d^2` times the feature's price, which is its weight's share in the price of
/// balance: more features do not turn the dial. The m-th meeting of a pair costs `10 + 2 (m - 2)` times the price of mixing
/// from m = 2 on. At balance 50, with five features that weigh alike, one person outside a band counts as much as four pairs
/// who meet a second time.
#[derive(Debug, Clone)]
pub struct Costs {
    /// The number of values of all features together.
    pub values: usize,
    /// For each number of earlier meetings, what one more costs.
    pub again: Vec<i32>,
    /// What it costs to move somebody who was told where to sit.
    pub moved: i32,
    /// How the heat of a search is to be scaled, in percent.
    pub heat: u64,
    /// The price of the cheapest feature that costs anything; 0 if none does.
    pub least: i32,
    /// The first 64 values of each member, as bits.
    pub marks: Vec<u64>,
    /// The values of each member, one for each feature, when those of all features are numbered in a row.
    of: Vec<u16>,
    features: usize,
    /// What a table pays for its number of people of a value: by round, table, value, people.
    bands: Vec<Vec<Vec<Vec<i32>>>>,
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
        let numbered = |m: usize| instance.features.iter().zip(&first).map(move |(f, first)| first + f.of[m]);
        let bit = |value: usize| if value < 64 { 1 << value } else { 0 };
        let members = 0..instance.members;
        let balance = i32::try_from(instance.balance.min(100)).expect("at most 100");
        let mixing = (2 * (100 - balance)).max(1);
        let again = (0..=instance.rounds.len()).map(|met| match i32::try_from(met) {
            Ok(0) | Err(_) => 0,
            Ok(met) => mixing * (10 + 2 * (met - 1)),
        });
        let prices = prices(instance);
        Self {
            values,
            again: again.collect(),
            moved: MOVED,
            heat: u64::from(mixing.unsigned_abs()).max(10),
            least: prices.iter().copied().filter(|&price| price > 0).min().unwrap_or(0),
            marks: members.clone().map(|m| numbered(m).map(bit).fold(0, |all, bit| all | bit)).collect(),
            of: members.flat_map(|m| numbered(m).map(|value| value as u16)).collect(),
            features: first.len(),
            bands: instance.rounds.iter().map(|round| round_bands(instance, round, &prices)).collect(),
        }
    }

    /// What a table pays for each number of people of a value.
    pub fn bands(&self, round: usize, table: usize, value: usize) -> &[i32] {
        &self.bands[round][table][value]
    }

    /// The values of a member.
    pub fn values_of(&self, member: usize) -> &[u16] {
        &self.of[member * self.features..][..self.features]
    }
}

/// What one person outside a band of each feature costs.
fn prices(instance: &Instance) -> Vec<i32> {
    let balance = u64::from(400 * instance.balance.min(100)).max(1);
    let weight = |feature: &Feature| match feature.mode {
        Mode::Ignore => 0,
        Mode::Spread | Mode::Cluster if feature.values < 2 => 0,
        Mode::Spread | Mode::Cluster => u64::from(feature.weight),
    };
    let all = instance.features.iter().map(weight).sum::<u64>().max(1);
    let price = |feature| match weight(feature) {
        0 => 0,
        weight => i32::try_from((balance * weight / all).max(1)).unwrap_or(MOST),
    };
    instance.features.iter().map(price).collect()
}

fn round_bands(instance: &Instance, round: &Round, prices: &[i32]) -> Vec<Vec<Vec<i32>>> {
    let largest = round.sizes.iter().copied().max().unwrap_or(0);
    let all: Vec<Vec<usize>> = instance
        .features
        .iter()
        .map(|feature| present_by_value(feature.values, &feature.of, round))
        .collect();
    let of_table = |&size: &usize| {
        let of_feature =
            instance.features.iter().zip(&all).zip(prices).flat_map(|((feature, counts), &price)| {
                let common = (0..feature.values).max_by_key(|&v| (counts[v], usize::MAX - v));
                counts.iter().enumerate().map(move |(value, &count)| match feature.mode {
                    Mode::Ignore => vec![0; largest + 1],
                    Mode::Spread => spread(count, size, round.present.len(), largest, price),
                    Mode::Cluster if Some(value) == common => vec![0; largest + 1],
                    Mode::Cluster => gathered(largest, price),
                })
            });
        of_feature.collect()
    };
    round.sizes.iter().map(of_table).collect()
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

/// What 0 to `largest` people of a value cost a table that is to mirror those present.
fn spread(count: usize, size: usize, present: usize, largest: usize, price: i32) -> Vec<i32> {
    let (low, high) = band(count, size, present);
    let outside = |people: usize| low.saturating_sub(people) + people.saturating_sub(high);
    let square = |people| i32::try_from(outside(people).pow(2)).unwrap_or(MOST);
    (0..=largest).map(|people| square(people).saturating_mul(price).min(MOST)).collect()
}

/// What gathers people: the first of a value at a table costs most, and each further one less.
fn gathered(largest: usize, price: i32) -> Vec<i32> {
    let sum = |people: usize| (0..people).map(|k| 8 >> k.min(4)).sum::<i32>();
    (0..=largest).map(|people| sum(people).saturating_mul(price / 4).min(MOST)).collect()
}
