//! The search for the best tables: from a design where there is one, and by annealing.

use sortition::Digest;

use super::anneal::{Heat, anneal};
use super::costs::Costs;
use super::design::design;
use super::instance::{Feature, Instance, Mode, Tables};
use super::seating::Seating;
use crate::dice::Dice;

/// The steps where balance and mixing count, and the heat. A step looks at the swaps of one member with
/// everybody at another table.
const STEPS: usize = 2_800_000;
const WARM: u64 = 650;

/// The same where mixing alone counts: a seating without repeats is then often possible, and hard to find.
const RUNS: [usize; 4] = [400_000, 400_000, 800_000, 18_000_000];
const MIXING: Heat = Heat { warm: 250, cold: 80 };

/// The heat where balance and mixing count. Found by trial: the fewer people there are, the fewer swaps leave every feature as
/// it was, and the longer it must be possible to leave a band for a while.
fn heat(members: usize) -> Heat {
    let members = members.max(1) as u64;
    Heat { warm: WARM, cold: (720_000 / (members * members)).clamp(120, 450) }
}

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
    let (heat, runs) = if only_mixing { (MIXING, &RUNS[..]) } else { (heat(instance.members), &[STEPS][..]) };
    let heat = Heat { warm: heat.warm * costs.heat / 100, cold: (heat.cold * costs.heat / 100).max(1) };
    for &steps in runs {
        if best.1 == 0 {
            break;
        }
        let found = anneal(instance, &costs, start, &mut dice, heat, steps);
        if found.1 < best.1 {
            best = found;
        }
    }
    best.0
}

/// Steps of [`improve`].
const IMPROVING: usize = 200_000;

/// The best seating that swaps lead to without moving more people away from where they were told to sit.
pub(crate) fn improve(instance: &Instance, start: &Tables, dice: &mut Dice) -> Tables {
    let mut costs = Costs::new(instance);
    costs.moved = 1_000_000;
    anneal(instance, &costs, start, dice, heat(instance.members), IMPROVING).0
}
