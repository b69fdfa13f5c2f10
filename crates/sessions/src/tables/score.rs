//! How good an allocation is.

use sortition::canonical::safe;

use super::costs::{band, present_by_value};
use super::instance::{Instance, Mode, Tables};

/// What an allocation reaches.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Pairs who meet at least once.
    #[serde(deserialize_with = "safe")]
    pub pairs: u64,
    /// Meetings of pairs beyond their first.
    #[serde(deserialize_with = "safe")]
    pub repeats: u64,
    /// People outside the band of a spread feature, over all tables of all rounds.
    #[serde(deserialize_with = "safe")]
    pub outside: u64,
}

/// Counts.
pub fn score(instance: &Instance, tables: &Tables) -> Score {
    let n = instance.members;
    let mut met = vec![0u32; n * n];
    let mut outside = 0;
    for (round, seats) in instance.rounds.iter().zip(tables) {
        let mut at = vec![Vec::new(); round.sizes.len()];
        for (member, table) in seats.iter().enumerate() {
            if let &Some(table) = table {
                at[table].push(member);
            }
        }
        for table in &at {
            for (i, &a) in table.iter().enumerate() {
                table[..i].iter().for_each(|&b| met[a * n + b] += 1);
            }
        }
        for feature in instance.features.iter().filter(|feature| feature.mode == Mode::Spread) {
            let counts = present_by_value(feature.values, &feature.of, round);
            for table in &at {
                for (value, &count) in counts.iter().enumerate() {
                    let people = table.iter().filter(|&&m| feature.of[m] == value).count();
                    let (low, high) = band(count, table.len(), round.present.len());
                    outside += low.saturating_sub(people) + people.saturating_sub(high);
                }
            }
        }
    }
    let pairs = met.iter().filter(|&&m| m > 0).count() as u64;
    let meetings: u64 = met.iter().map(|&m| u64::from(m)).sum();
    Score { pairs, repeats: meetings - pairs, outside: outside as u64 }
}
