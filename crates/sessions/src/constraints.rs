//! Rules about people: who is pinned, kept apart, kept together, or allowed at some tables only.

use serde::Serialize;
use sortition::fold::fold;
use sortition::nearest::nearest;
use sortition::{Reading, Row, Sheet};

use crate::columns::Table;
use crate::members::Members;
use crate::rounds::Rounds;
use crate::tables::TableSet;

/// What a rule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Sit at this table.
    Pin,
    /// No two of them at one table.
    Apart,
    /// All at one table.
    Together,
    /// Only at these tables.
    Allow,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Constraint {
    /// What it asks.
    pub kind: Kind,
    /// Its row in the file, for messages.
    #[serde(skip)]
    pub row: usize,
    /// The rounds that it holds in, in ascending order.
    pub rounds: Vec<usize>,
    /// The members that it is about, in ascending order.
    pub members: Vec<usize>,
    /// The tables, for each of `rounds`; no meaning for apart and together.
    #[serde(skip)]
    pub tables: Vec<TableSet>,
    /// The names of the tables.
    pub names: Vec<String>,
}

const HEADER: &str = "kind,round,members,tables";

/// Reads `kind,round,members,tables`; several rounds, ids or tables are separated by semicolons, and no round means all.
pub fn read(sheet: &Sheet, members: &Members, rounds: &Rounds) -> Reading<Vec<Constraint>> {
    let mut table = Table::new(sheet);
    let kind = table.need(&["kind"], HEADER);
    let people = table.need(&["members", "member"], HEADER);
    let (round, at) = (table.find(&["round", "rounds"]), table.find(&["tables", "table"]));
    table.others_are_unused(&[kind, people, round, at], HEADER);
    let mut constraints = Vec::new();
    if let (Some(kind), Some(people)) = (kind, people) {
        let columns = Columns { kind, people, round, at };
        for row in table.rows() {
            constraints.extend(columns.constraint(row, &mut table, members, rounds));
        }
    }
    Reading::new(constraints, table.findings.finish())
}

struct Columns {
    kind: usize,
    people: usize,
    round: Option<usize>,
    at: Option<usize>,
}

impl Columns {
    fn constraint(
        &self,
        row: &Row,
        table: &mut Table<'_>,
        members: &Members,
        rounds: &Rounds,
    ) -> Option<Constraint> {
        let kind = self.kind(row, table);
        let held = self.rounds(row, table, rounds);
        let who = self.members(row, table, members);
        let (kind, held, who) = (kind?, held?, who?);
        if matches!(kind, Kind::Apart | Kind::Together) && who.len() < 2 {
            table.refuse(
                "too few members",
                row,
                self.people,
                "the rule needs two members or more",
                "name them, separated by semicolons",
            );
            return None;
        }
        let names = table.list(row, self.at);
        let column = self.at.unwrap_or(self.kind);
        let wrong = match kind {
            Kind::Apart | Kind::Together if !names.is_empty() => {
                Some(("this kind of rule names no tables", "leave the tables empty"))
            }
            Kind::Pin if names.len() != 1 => {
                Some(("a pin names one table", "name it, or write allow for several"))
            }
            Kind::Allow if names.is_empty() => {
                Some(("it is not said at which tables", "name them, separated by semicolons"))
            }
            _ => None,
        };
        if let Some((reason, remedy)) = wrong {
            table.refuse("tables of a rule", row, column, reason, remedy);
            return None;
        }
        let tables = self.tables(row, table, &names, &held, rounds)?;
        Some(Constraint { kind, row: row.number, rounds: held, members: who, tables, names })
    }

    fn kind(&self, row: &Row, table: &mut Table<'_>) -> Option<Kind> {
        let text = table.text(row, Some(self.kind));
        match fold(&text).as_str() {
            "pin" => Some(Kind::Pin),
            "apart" => Some(Kind::Apart),
            "together" => Some(Kind::Together),
            "allow" => Some(Kind::Allow),
            _ => {
                let kinds = ["pin", "apart", "together", "allow"];
                let remedy = match nearest(&text, &kinds) {
                    Some(near) => format!("perhaps {near} is meant"),
                    None => "write pin, apart, together or allow".to_owned(),
                };
                table.refuse("unknown kind", row, self.kind, "there is no such kind of rule", remedy);
                None
            }
        }
    }

    fn rounds(&self, row: &Row, table: &mut Table<'_>, rounds: &Rounds) -> Option<Vec<usize>> {
        let names = table.list(row, self.round);
        if names.is_empty() {
            return Some((0..rounds.all.len()).collect());
        }
        let mut found = Vec::new();
        for name in &names {
            match rounds.find(name) {
                Some(round) => found.push(round),
                None => table.refuse(
                    "unknown round",
                    row,
                    self.round?,
                    "there is no such round",
                    rounds.remedy(name),
                ),
            }
        }
        found.sort_unstable();
        found.dedup();
        (found.len() == names.len()).then_some(found)
    }

    fn members(&self, row: &Row, table: &mut Table<'_>, members: &Members) -> Option<Vec<usize>> {
        let names = table.list(row, Some(self.people));
        if names.is_empty() {
            table.refuse(
                "nobody",
                row,
                self.people,
                "the rule names nobody",
                "write ids, separated by semicolons",
            );
            return None;
        }
        let mut found = Vec::new();
        let mut all = true;
        for id in &names {
            match members.find(id) {
                Some(member) => found.push(member),
                None => {
                    all = false;
                    let reason = format!("there is no member {id:?}");
                    table.refuse("unknown member", row, self.people, reason, members.remedy());
                }
            }
        }
        found.sort_unstable();
        if found.windows(2).any(|two| two[0] == two[1]) {
            table.refuse(
                "member twice",
                row,
                self.people,
                "the rule names somebody twice",
                "name everybody once",
            );
            return None;
        }
        all.then_some(found)
    }

    /// The tables of these names in each round.
    fn tables(
        &self,
        row: &Row,
        table: &mut Table<'_>,
        names: &[String],
        held: &[usize],
        rounds: &Rounds,
    ) -> Option<Vec<TableSet>> {
        let mut sets = Vec::new();
        for &round in held {
            let round = &rounds.all[round];
            let found = names.iter().filter_map(|name| round.find(name));
            let set = found.fold(TableSet::NONE, |set, t| set.or(TableSet::only(t)));
            if set == TableSet::NONE && !names.is_empty() {
                let reason = format!("round {} has no such table", round.name);
                table.refuse("unknown table", row, self.at?, reason, round.remedy(&names[0]));
                return None;
            }
            sets.push(set);
        }
        for name in names {
            if held.iter().all(|&round| rounds.all[round].find(name).is_none()) {
                let reason = format!("no round has a table {name:?}");
                table.refuse(
                    "unknown table",
                    row,
                    self.at?,
                    reason,
                    rounds.all.get(*held.first()?)?.remedy(name),
                );
                return None;
            }
        }
        Some(sets)
    }
}
