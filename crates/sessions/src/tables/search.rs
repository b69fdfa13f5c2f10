//! The search for the best tables: from a design where there is one, and by annealing.

use sortition::Digest;

use super::anneal::{Heat, STEPS, anneal};
use super::costs::Costs;
use super::design::design;
use super::instance::{Feature, Instance, Mode, Tables};
use super::seating::Seating;
use crate::dice::Dice;

/// The heat where balance and mixing count, and where mixing alone does. Found by trial.
const BOTH: Heat = Heat { warm: 875, cold: 62 };
const MIXING: Heat = Heat { warm: 250, cold: 80 };

/// The lengths of further runs of the annealing where nothing but mixing counts, in [`STEPS`]: a seating without repeats is
/// then often possible, and hard to find.
const FURTHER: [usize; 3] = [1, 2, 12];

/// The best seating found from a start that keeps every hard rule. The same seed gives the same seating; the time is
/// bounded by a number of steps.
pub fn search(instance: &Instance, start: &Tables, seed: &Digest) -> Tables {
    let costs = Costs::new(instance);
    let mut dice = Dice::new(seed);
    let mut best = (start.clone(), i64::MAX);
    let balanced =
        |feature: &Feature| feature.mode != Mode::Ignore && feature.weight > 0 && feature.values > 1;
    let only_mixing = !instance.features.iter().any(balanced);
    if (only_mixing || instance.balance == 0)
        && let Some(tables) = design(instance, &costs, &mut dice)
    {
        best = (tables.clone(), Seating::new(instance, &costs, &tables).cost);
    }
    let (heat, further) = if only_mixing { (MIXING, &FURTHER[..]) } else { (BOTH, &[][..]) };
    let heat = Heat { warm: heat.warm * costs.heat / 100, cold: (heat.cold * costs.heat / 100).max(1) };
    for times in [1].iter().chain(further) {
        if best.1 == 0 {
            break;
        }
        let found = anneal(instance, &costs, start, &mut dice, heat, times * STEPS);
        if found.1 < best.1 {
            best = found;
        }
    }
    best.0
}

/// Steps of [`improve`].
const IMPROVING: usize = 300_000;

/// The best seating that swaps lead to without moving more people away from where they were told to sit.
pub(crate) fn improve(instance: &Instance, start: &Tables, dice: &mut Dice) -> Tables {
    let mut costs = Costs::new(instance);
    costs.moved = 1_000_000;
    anneal(instance, &costs, start, dice, BOTH, IMPROVING).0
}
