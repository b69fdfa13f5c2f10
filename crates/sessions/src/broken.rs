//! Checks of an allocation that owe nothing to the search: every rule, counted anew.

use sortition::wording::quoted;

use crate::constraints::{Constraint, Kind};
use crate::plan::{self, Inputs};
use crate::tables::{Feature, Instance, Round, Score, TableSet, Tables, score as count};

/// The rules that an allocation breaks, in words.
pub fn rules(inputs: &Inputs, tables: &Tables) -> Vec<String> {
    let mut broken = Vec::new();
    for (r, (round, seats)) in inputs.rounds.all.iter().zip(tables).enumerate() {
        let name = quoted(&round.name);
        let kept = inputs.published.get(r).is_some_and(Option::is_some) && !inputs.replan.contains(&r);
        for (member, id) in inputs.members.ids.iter().enumerate() {
            let present = inputs.is_present(r, member);
            if present && seats[member].is_none() && !kept {
                broken.push(format!("in round {name} {} has no seat", quoted(id)));
            }
            if !present && seats[member].is_some() {
                broken.push(format!("in round {name} {} is absent and has a seat", quoted(id)));
            }
        }
        for (t, table) in round.tables.iter().enumerate() {
            let people = seats.iter().filter(|&&seat| seat == Some(t)).count();
            if people > round.seats[t] {
                broken.push(format!(
                    "in round {name} table {} has {people} people and {} seats",
                    quoted(table),
                    round.seats[t]
                ));
            }
        }
        if !kept {
            broken.extend(
                said(inputs, r, seats).into_iter().map(|rule| format!("in round {name} the rule of {rule}")),
            );
        }
    }
    broken
}

/// The rules that rounds break which stay as they were published, each with the name of its round; of rounds that have an attendance
/// nothing is said, for they are over or begun.
pub fn kept(inputs: &Inputs, tables: &Tables) -> Vec<(String, String)> {
    let rounds = inputs.rounds.all.iter().zip(tables).zip(&inputs.published).enumerate();
    let rounds = rounds.filter(|(r, ((round, _), told))| {
        told.is_some() && !inputs.replan.contains(r) && inputs.attendance.of(&round.name).is_none()
    });
    rounds
        .flat_map(|(r, ((round, seats), _))| {
            said(inputs, r, seats).into_iter().map(|rule| (round.name.clone(), rule))
        })
        .collect()
}

/// The rules about people that a round breaks, in words.
fn said(inputs: &Inputs, r: usize, seats: &[Option<usize>]) -> Vec<String> {
    let breaks = |(constraint, allowed): (&Constraint, Option<TableSet>)| {
        let mut at: Vec<usize> = constraint.members.iter().filter_map(|&m| seats[m]).collect();
        let people = at.len();
        let keeps = match constraint.kind {
            Kind::Pin | Kind::Allow => at.iter().all(|&t| allowed.is_none_or(|allowed| allowed.has(t))),
            Kind::Together | Kind::Apart => {
                at.sort_unstable();
                at.dedup();
                if constraint.kind == Kind::Apart { at.len() == people } else { at.len() <= 1 }
            }
        };
        (!keeps).then(|| inputs.said(constraint))
    };
    inputs.in_force(r).into_iter().filter_map(breaks).collect()
}

/// The score of an allocation and the bound beside it, counted from the tables alone.
pub fn score(inputs: &Inputs, tables: &Tables) -> (Score, u64) {
    let rounds = inputs.rounds.all.iter().zip(tables).map(|(round, seats)| {
        let mut sizes = vec![0; round.tables.len()];
        seats.iter().flatten().for_each(|&t| sizes[t] += 1);
        let present = (0..seats.len()).filter(|&m| seats[m].is_some()).collect();
        Round { present, ..Round::open(0, sizes) }
    });
    let features = inputs.members.features.iter().map(|feature| Feature {
        mode: feature.mode,
        weight: feature.weight,
        values: feature.values.len(),
        of: feature.of.clone(),
    });
    let instance = Instance {
        members: inputs.members.len(),
        features: features.collect(),
        rounds: rounds.collect(),
        balance: inputs.balance,
    };
    (count(&instance, tables), plan::bound(&instance))
}
