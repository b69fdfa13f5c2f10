//! Whose fate is settled before the draw: members whom no panel can hold, and members whom every panel must hold.

use sortition::Rules;

use crate::ideal::{Depth, ideal};
use crate::kinds::Kinds;
use crate::simplex::{Simplex, Status};

/// A chance below this is none.
const NONE: f64 = 1e-9;
/// A part of a kind that is not all of it.
const SOME: f64 = 1.0 - 1.0 / 4096.0;

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
    Fate { never: nobody(&kinds), always: everywhere(&kinds.without_households()) }
}

/// The members whose kinds have no chance in the relaxation.
fn nobody(kinds: &Kinds) -> Vec<u32> {
    let Ok(first) = ideal(kinds, &[], Depth::First, &mut |_| ()) else { return Vec::new() };
    let none = kinds.kinds.iter().zip(&first.expected).filter(|(_, expected)| **expected < NONE);
    let mut members: Vec<u32> = none.flat_map(|(kind, _)| kind.members.iter().flatten().copied()).collect();
    members.sort_unstable();
    members
}

/// The members whom every panel must hold. Households are left out, which can only let more people stay behind.
///
/// A linear program raises the part of every kind that stays behind, w: x_t <= m_t (1 - w). While w is 0, the kinds that hold it
/// there are whole on every panel, and the others are tried again.
fn everywhere(kinds: &Kinds) -> Vec<u32> {
    let mut program = Simplex::new();
    for kind in &kinds.kinds {
        program.add_column(Vec::new(), 0.0, f64::from(kind.multiplicity), 0.0);
    }
    let raise = program.add_column(Vec::new(), 0.0, 1.0, -1.0);
    let all: Vec<(usize, f64)> = (0..kinds.kinds.len()).map(|t| (t, 1.0)).collect();
    program.add_row(&all, f64::from(kinds.size), f64::from(kinds.size));
    let mut counted = vec![Vec::new(); kinds.rows.len()];
    for (t, kind) in kinds.kinds.iter().enumerate() {
        kind.rows.iter().for_each(|&row| counted[row as usize].push((t, 1.0)));
    }
    for (entries, span) in counted.iter().zip(&kinds.rows) {
        program.add_row(entries, f64::from(span.min), f64::from(span.max));
    }
    // Where a part of every kind can stay behind at once, nobody is held; that is soon seen.
    let bounds =
        |part: f64| kinds.kinds.iter().map(move |kind| f64::from(kind.multiplicity) * part).enumerate();
    bounds(SOME).for_each(|(t, most)| program.set_bounds(t, 0.0, most));
    if program.solve() == Status::Optimal {
        return Vec::new();
    }
    bounds(1.0).for_each(|(t, most)| program.set_bounds(t, 0.0, most));
    let mut limit: Vec<Option<usize>> = vec![None; kinds.kinds.len()];
    let mut held = vec![false; kinds.kinds.len()];
    loop {
        if program.solve() != Status::Optimal {
            return Vec::new();
        }
        let values = program.values();
        let mut added = false;
        for (t, kind) in kinds.kinds.iter().enumerate() {
            let most = f64::from(kind.multiplicity);
            if limit[t].is_none() && !held[t] && values[t] + most * values[raise] > most + NONE {
                let row = program.add_row(&[(t, 1.0), (raise, most)], f64::NEG_INFINITY, most);
                limit[t] = Some(row);
                added = true;
            }
        }
        if added {
            continue;
        }
        if values[raise] > NONE {
            break;
        }
        let duals = program.duals();
        let holds = |t: &usize| limit[*t].is_some_and(|row| !held[*t] && duals[row].abs() > NONE);
        let new: Vec<usize> = (0..held.len()).filter(holds).collect();
        if new.is_empty() {
            break;
        }
        for t in new {
            held[t] = true;
            limit[t]
                .into_iter()
                .for_each(|row| program.set_row_bounds(row, f64::NEG_INFINITY, f64::INFINITY));
        }
    }
    let held = kinds.kinds.iter().zip(held).filter(|(_, held)| *held);
    let mut members: Vec<u32> = held.flat_map(|(kind, _)| kind.members.iter().flatten().copied()).collect();
    members.sort_unstable();
    members
}
