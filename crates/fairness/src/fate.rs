//! Whose fate is settled before the draw: members whom no panel can hold, and members whom every panel must hold.

use sortition::Rules;

use crate::ideal::{Depth, ideal};
use crate::kinds::{Kind, Kinds, Span};

/// A chance below this is none.
const NONE: f64 = 1e-9;

/// Members whose fate the rules settle, by index, ascending. What is said here is proved by the relaxation; whole people may
/// settle the fate of more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// No panel can hold them.
    pub never: Vec<u32>,
    /// Every panel holds them.
    pub always: Vec<u32>,
}

/// Whose fate is settled by the rules, which must not clash.
pub fn fate(rules: &Rules) -> Fate {
    let kinds = Kinds::new(rules);
    let all = 0..rules.members.len() as u32;
    let everybody = u64::from(rules.size) == u64::from(all.end);
    let always = if everybody { all.collect() } else { nobody(&left_behind(&kinds)) };
    Fate { never: nobody(&kinds), always }
}

/// The members whose kinds have no chance in the relaxation.
fn nobody(kinds: &Kinds) -> Vec<u32> {
    let Ok(first) = ideal(kinds, &[], Depth::First, &mut |_| ()) else { return Vec::new() };
    let none = kinds.kinds.iter().zip(&first.expected).filter(|(_, expected)| **expected < NONE);
    let mut members: Vec<u32> = none.flat_map(|(kind, _)| kind.members.iter().flatten().copied()).collect();
    members.sort_unstable();
    members
}

/// The rules for those who are not on the panel: whom every panel must hold, no set of those left behind can. Households
/// are left out, which can only let more people stay behind.
fn left_behind(kinds: &Kinds) -> Kinds {
    let kinds = kinds.without_households();
    let members: u32 = kinds.kinds.iter().map(|kind| kind.multiplicity).sum();
    let mut counts = vec![0u32; kinds.rows.len()];
    for Kind { rows, multiplicity, .. } in &kinds.kinds {
        rows.iter().for_each(|&row| counts[row as usize] += multiplicity);
    }
    let rows = kinds.rows.iter().zip(counts);
    let rows = rows
        .map(|(span, count)| Span {
            min: count.saturating_sub(span.max),
            max: count.saturating_sub(span.min),
        })
        .collect();
    Kinds { size: members - kinds.size, rows, ..kinds }
}
