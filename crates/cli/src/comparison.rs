//! The objectives side by side: what each would give in this pool.

use std::io;

use serde::Serialize;
use sortition::rules::Rules;

use crate::say::{Say, percent_down, percent_up};

/// The ideal chances under one objective, over the members whom a panel can hold; all but the name in millionths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The objective.
    pub objective: &'static str,
    /// The smallest chance, rounded down.
    pub smallest: u64,
    /// The largest chance, rounded up.
    pub largest: u64,
    /// The Gini coefficient: 0 where all chances are equal, near 1 where few have nearly all.
    pub gini: u64,
    /// The geometric mean of the chances.
    pub geometric_mean: u64,
}

/// Millionths; what the search leaves at the end of a number is not passed on.
pub fn millionths(part: f64, round: fn(f64) -> f64) -> u64 {
    let exact = part * 1e6;
    let whole = exact.round();
    (if (exact - whole).abs() < 1e-3 { whole } else { round(exact) }) as u64
}

impl From<&fairness::Compared> for Compared {
    fn from(one: &fairness::Compared) -> Self {
        let equality = one.equality;
        Self {
            objective: one.objective.name(),
            smallest: millionths(equality.smallest, f64::floor),
            largest: millionths(equality.largest, f64::ceil),
            gini: millionths(equality.gini, f64::round),
            geometric_mean: millionths(equality.geometric_mean, f64::round),
        }
    }
}

/// Computes the ideal of every objective; empty where there is none.
pub fn compare(rules: &Rules) -> Vec<Compared> {
    fairness::compare(rules).unwrap_or_default().iter().map(Compared::from).collect()
}

/// Says it as a table; the objective of this lottery is marked. Where people would have to be `divided` to reach the numbers,
/// that is said.
///
/// # Errors
/// If nobody listens any more.
pub fn tell(all: &[Compared], chosen: &str, divided: bool, say: &mut Say) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    say.line(
        "Ideal chances under each objective (of all whom a panel can hold; Gini: 0 is equal, 1 is not):",
    )?;
    say.line("                  smallest    largest     Gini   geometric mean")?;
    for Compared { objective, smallest, largest, gini, geometric_mean } in all {
        let mark = if *objective == chosen { "<- this lottery" } else { "" };
        let [smallest, mean] = [smallest, geometric_mean].map(|&part| percent_down(part.into(), 1_000_000));
        let largest = percent_up((*largest).into(), 1_000_000);
        let gini = format!("0.{:03}", (gini + 500) / 1000);
        let line = format!("  {objective:<12} {smallest:>11} {largest:>10} {gini:>8} {mean:>16}   {mark}");
        say.line(line.trim_end())?;
    }
    let computed = |name: &str| all.iter().any(|one| one.objective == name);
    for (name, _) in fairness::Objective::NAMES.into_iter().filter(|(name, _)| !computed(name)) {
        say.line(format_args!("  {name:<12} not computed: this pool is too much for its solver"))?;
    }
    if divided {
        say.line("These are upper bounds: with quotas as tight as here, whole people reach a little less.")?;
    }
    say.gap()
}
