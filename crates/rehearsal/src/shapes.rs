//! Pools of given shapes, for benches: as large as real ones, and as uneven.

use sortition::quotas::Quotas;

use crate::Table;
use crate::dice::Dice;
use crate::groups::quotas;
use crate::sample::{SampleOptions, sample};

/// The size of a problem: how many people, how many seats, how many features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What it is called.
    pub name: &'static str,
    /// The number of pool members, n.
    pub pool: usize,
    /// The number of members of a panel, k.
    pub panel: u32,
    /// The number of features.
    pub features: usize,
}

/// The ten shapes of Flanigan, Gölz, Gupta, Hennig, Procaccia: Fair algorithms for selecting citizens' assemblies,
/// Nature 2021, Table 1. Only the three numbers are theirs.
pub fn shapes() -> [Shape; 10] {
    let shape = |name, pool, panel, features| Shape { name, pool, panel, features };
    [
        shape("sf_a", 312, 35, 6),
        shape("sf_b", 250, 20, 6),
        shape("sf_c", 161, 44, 7),
        shape("sf_d", 404, 40, 6),
        shape("sf_e", 1727, 110, 7),
        shape("cca", 825, 75, 4),
        shape("hd", 239, 30, 7),
        shape("mass", 70, 24, 5),
        shape("nexus", 342, 170, 5),
        shape("obf", 321, 30, 8),
    ]
}

impl Shape {
    /// Quotas of this shape: made-up shares of two to eight values a feature. Each value gets its share of the seats, rounded
    /// down and up, with one seat of slack on both sides and one more for every 50 members of a panel: three seats wide
    /// in a small panel, as organisers set them.
    pub fn quotas(&self, seed: &str) -> Quotas {
        const VALUES: [u64; 8] = [3, 5, 4, 5, 8, 4, 2, 6];
        let mut dice = Dice::new(&format!("boule shape {} {seed}", self.name));
        let slack = 1 + u64::from(self.panel) / 50;
        let mut rows = Vec::new();
        for feature in 0..self.features {
            let weights: Vec<u64> =
                (0..VALUES[feature % VALUES.len()]).map(|_| 10 + dice.below(90)).collect();
            let total: u64 = weights.iter().sum();
            for (value, weight) in weights.into_iter().enumerate() {
                let seats = weight * u64::from(self.panel);
                let (down, up) = (seats / total, seats.div_ceil(total));
                let (feature, value) = (format!("feature {}", feature + 1), format!("value {}", value + 1));
                rows.push((feature, value, down.saturating_sub(slack), up + slack));
            }
        }
        quotas(rows.iter().map(|(feature, value, min, max)| (feature.as_str(), value.as_str(), *min, *max)))
    }

    /// A pool of this shape with the usual self-selection; at least one panel meets every quota.
    pub fn pool(&self, seed: &str) -> Table {
        sample(&self.quotas(seed), &SampleOptions::new(self.pool, seed))
    }
}
