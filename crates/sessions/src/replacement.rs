//! Who takes over whose seat.

use std::collections::BTreeSet;

use serde::Serialize;
use sortition::{Reading, Sheet};

use crate::columns::Table;
use crate::members::Members;
use crate::rounds::Rounds;

/// One member in the place of another, from a round on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// The id of who leaves; they need not be among the members any more.
    pub leaves: String,
    /// The member who joins.
    pub joins: usize,
    /// The first round in which they have the seat.
    pub from: usize,
}

/// All replacements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacements(pub Vec<Replacement>);

const HEADER: &str = "leaves,joins,round";

impl Replacements {
    /// Reads `leaves,joins,round`; no round means from the first on.
    pub fn read(sheet: &Sheet, members: &Members, rounds: &Rounds) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let (leaves, joins) = (table.need(&["leaves"], HEADER), table.need(&["joins"], HEADER));
        let from = table.find(&["round", "from"]);
        table.others_are_unused(&[leaves, joins, from], HEADER);
        let mut all = Vec::new();
        if let (Some(leaves), Some(joins)) = (leaves, joins) {
            for row in table.rows() {
                let (who, next) = (table.label(row, leaves), table.label(row, joins));
                let (Some(who), Some(next)) = (who, next) else { continue };
                let Some(member) = members.find(&next) else {
                    table.refuse("unknown member", row, joins, "there is no such member", members.remedy());
                    continue;
                };
                let name = table.text(row, from);
                let round = if name.is_empty() { Some(0) } else { rounds.find(&name) };
                let Some(round) = round else {
                    table.refuse(
                        "unknown round",
                        row,
                        from.unwrap_or(joins),
                        "there is no such round",
                        rounds.remedy(&name),
                    );
                    continue;
                };
                if members.find(&who) == Some(member) {
                    table.refuse(
                        "replaces themselves",
                        row,
                        joins,
                        "nobody replaces themselves",
                        "name another member",
                    );
                    continue;
                }
                all.push(Replacement { leaves: who, joins: member, from: round });
            }
        }
        Reading::new(Self(all), table.findings.finish())
    }

    /// Who has the seat of `id` in a round; `None` if nobody took it over by then.
    pub fn seat_of(&self, id: &str, round: usize) -> Option<usize> {
        self.0.iter().rev().find(|one| one.leaves == id && one.from <= round).map(|one| one.joins)
    }

    /// Those who have left by a round or join only later: round, member.
    pub fn away(&self, members: &Members, rounds: usize) -> BTreeSet<(usize, usize)> {
        let mut away = BTreeSet::new();
        for one in &self.0 {
            away.extend((0..one.from).map(|round| (round, one.joins)));
            if let Some(left) = members.find(&one.leaves) {
                away.extend((one.from..rounds).map(|round| (round, left)));
            }
        }
        away
    }
}
