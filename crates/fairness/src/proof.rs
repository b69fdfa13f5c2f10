//! Multipliers in whole numbers from the duals of the ideal: what [`sortition::certificate`] checks.

use sortition::certificate::bound;
use sortition::{Certificate, Level, Rules};

use crate::ideal;
use crate::kinds::Kinds;

/// The largest multiplier of a level.
const LARGEST: f64 = (1u64 << 40) as f64;

/// The certificate of these levels of the relaxation for these panels; levels that prove nothing in whole numbers are left out.
pub fn certificate(
    rules: &Rules,
    kinds: &Kinds,
    levels: &[ideal::Level],
    panels: &[Vec<u32>],
) -> Certificate {
    let mut counts = vec![0u32; rules.members.len()];
    for &i in panels.iter().flatten() {
        counts[i as usize] += 1;
    }
    let mut proved: Vec<Level> = Vec::with_capacity(levels.len());
    for level in levels {
        let weights =
            || level.rows.iter().chain(level.households.iter().map(|(_, w)| w)).chain([&level.total]);
        let scale = LARGEST / weights().fold(f64::MIN_POSITIVE, |most, w| most.max(w.abs()));
        let whole = |w: f64| (w * scale).round() as i64;
        let open = kinds.kinds.iter().zip(&level.open).filter(|&(_, &open)| open);
        let mut unfixed: Vec<u32> =
            open.flat_map(|(kind, _)| kind.members.iter().flatten().copied()).collect();
        unfixed.sort_unstable();
        let level = Level {
            total: whole(level.total),
            rows: level.rows.iter().map(|&w| whole(w)).collect(),
            households: level
                .households
                .iter()
                .map(|&(label, w)| (label, whole(w)))
                .filter(|&(_, w)| w != 0)
                .collect(),
            unfixed,
        };
        if bound(&level, rules, &counts, panels.len() as u32).is_some_and(|bound| bound.parts().is_some()) {
            proved.push(level);
        }
    }
    Certificate { levels: proved }
}
