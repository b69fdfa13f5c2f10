//! The file that says who sits where: `round,table,member`.

use sortition::canonical::write_row;
use sortition::{Reading, Sheet};

use crate::columns::Table;
use crate::members::Members;
use crate::rounds::Rounds;
use crate::tables::Tables;

const HEADER: [&str; 3] = ["round", "table", "member"];

/// The bytes of the file: rounds and tables in their order, at each table the members in the order of their ids.
pub fn to_csv(tables: &Tables, members: &Members, rounds: &Rounds) -> String {
    let mut csv = String::new();
    write_row(&mut csv, HEADER);
    for (round, seats) in rounds.all.iter().zip(tables) {
        for (t, table) in round.tables.iter().enumerate() {
            for (id, _) in members.ids.iter().zip(seats).filter(|(_, seat)| **seat == Some(t)) {
                write_row(&mut csv, [&round.name, table, id]);
            }
        }
    }
    csv
}

/// Reads the file. A round that it does not mention is `None`; a member that a round does not mention has no seat in it.
/// Seats of those who are in `gone` belong to the member that stands there.
pub fn read(
    sheet: &Sheet,
    members: &Members,
    rounds: &Rounds,
    gone: &dyn Fn(&str, usize) -> Option<usize>,
) -> Reading<Vec<Option<Vec<Option<usize>>>>> {
    let mut table = Table::new(sheet);
    let columns = HEADER.map(|name| table.need(&[name], "round,table,member"));
    let mut seats: Vec<Option<Vec<Option<usize>>>> = vec![None; rounds.all.len()];
    if let [Some(round), Some(at), Some(member)] = columns {
        for row in table.rows() {
            let names = (table.label(row, round), table.label(row, at), table.label(row, member));
            let (Some(of), Some(called), Some(id)) = names else { continue };
            let Some(r) = rounds.find(&of) else {
                table.refuse("unknown round", row, round, "there is no such round", rounds.remedy(&of));
                continue;
            };
            let (t, m) = (rounds.all[r].find(&called), gone(&id, r).or_else(|| members.find(&id)));
            if t.is_none() {
                table.refuse(
                    "unknown table",
                    row,
                    at,
                    "the round has no such table",
                    rounds.all[r].remedy(&called),
                );
            }
            if m.is_none() {
                let remedy = format!(
                    "{}; if somebody takes over the seat, say so in the replacements",
                    members.remedy()
                );
                table.refuse("unknown member", row, member, "there is no such member", remedy);
            }
            let (Some(t), Some(m)) = (t, m) else { continue };
            let of_round = seats[r].get_or_insert_with(|| vec![None; members.len()]);
            if of_round[m].replace(t).is_some() {
                table.refuse(
                    "seated twice",
                    row,
                    member,
                    "the member sits in this round already",
                    "delete one of the rows",
                );
            }
        }
    }
    Reading::new(seats, table.findings.finish())
}
