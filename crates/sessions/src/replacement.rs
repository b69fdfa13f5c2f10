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

/// Who may leave and join, as far as it is known.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// Whether somebody of this id has or had a seat.
    pub was_seated: &'a dyn Fn(&str) -> bool,
    /// Whether somebody of this id has a seat from the first round on, without a replacement.
    pub was_drawn: &'a dyn Fn(&str) -> bool,
}

impl Who<'_> {
    /// Nothing is known: everybody may.
    pub const ANYBODY: Who<'static> = Who { was_seated: &|_| true, was_drawn: &|_| false };
}

/// All replacements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replacements(pub Vec<Replacement>);

const HEADER: &str = "leaves,joins,round";

impl Replacements {
    /// Reads `leaves,joins,round`; no round means from the first on.
    pub fn read(sheet: &Sheet, members: &Members, rounds: &Rounds, who: Who<'_>) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let (leaves, joins) = (table.need(&["leaves"], HEADER), table.need(&["joins"], HEADER));
        let from = table.find(&["round", "from"]);
        table.others_are_unused(&[leaves, joins, from], HEADER);
        let mut all: Vec<Replacement> = Vec::new();
        if let (Some(leaves), Some(joins)) = (leaves, joins) {
            for row in table.rows() {
                let names = (table.label(row, leaves), table.label(row, joins));
                let (Some(left), Some(next)) = names else { continue };
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
                if !(who.was_seated)(&left) && members.find(&left).is_none() {
                    let remedy = "check the id: name the member whose seat is taken over";
                    table.refuse("unknown leaver", row, leaves, "nobody of this id has a seat", remedy);
                    continue;
                }
                if members.find(&left) == Some(member) {
                    table.refuse(
                        "replaces themselves",
                        row,
                        joins,
                        "nobody replaces themselves",
                        "name another member",
                    );
                    continue;
                }
                let left_before = all.iter().any(|one| members.find(&one.leaves) == Some(member));
                let has_seat = (who.was_drawn)(&next) || all.iter().any(|one| one.joins == member);
                if has_seat && !left_before {
                    let remedy = "name somebody who has no seat yet, or delete the row";
                    table.refuse("sits already", row, joins, "this member has a seat already", remedy);
                    continue;
                }
                all.push(Replacement { leaves: left, joins: member, from: round });
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
