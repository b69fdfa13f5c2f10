//! The rounds of tables, and the seats of each table.

use std::collections::BTreeMap;

use serde::Serialize;
use sortition::{Reading, Sheet};

use crate::columns::{Names, Table, natural};
use crate::tables::instance::MOST_TABLES;

/// The rounds in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rounds {
    /// Each round.
    pub all: Vec<RoundTables>,
    #[serde(skip)]
    index: Names,
}

/// A round and its tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundTables {
    /// The name of the round.
    pub name: String,
    /// The names of its tables, in their order.
    pub tables: Vec<String>,
    /// The most that fit at each.
    pub seats: Vec<usize>,
    #[serde(skip)]
    index: Names,
}

const HEADER: &str = "round,table,seats";
/// More seats a table does not have.
const MOST_SEATS: u64 = 200;
/// More rounds are not planned at once.
const MOST_ROUNDS: usize = 100;

impl Rounds {
    /// Reads `round,table,seats`. Rounds and tables are in the order of their numbers, or of the file where they are not all
    /// numbers.
    pub fn read(sheet: &Sheet) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let columns = ["round", "table", "seats"].map(|name| table.need(&[name], HEADER));
        table.others_are_unused(&columns, HEADER);
        let mut rounds: Vec<(String, Vec<(String, usize)>)> = Vec::new();
        let mut seen = BTreeMap::new();
        if let [Some(round), Some(name), Some(seats)] = columns {
            for row in table.rows() {
                let (of, called) = (table.label(row, round), table.label(row, name));
                let seats = table.number(row, Some(seats), 1, MOST_SEATS, None);
                let (Some(of), Some(called), Some(seats)) = (of, called, seats) else { continue };
                if let Some(before) = seen.insert((of.clone(), called.clone()), row.number) {
                    let reason = format!("row {before} has this table of this round");
                    table.refuse(
                        "table twice",
                        row,
                        name,
                        reason,
                        "keep one of the rows, or name the table otherwise",
                    );
                    continue;
                }
                let place = rounds.iter().position(|(name, _)| *name == of).unwrap_or_else(|| {
                    rounds.push((of, Vec::new()));
                    rounds.len() - 1
                });
                rounds[place].1.push((called, seats as usize));
                if rounds[place].1.len() == MOST_TABLES + 1 {
                    let reason = format!("the round has more than {MOST_TABLES} tables");
                    table.refuse("too many tables", row, name, reason, "split the assembly");
                }
                if rounds.len() == MOST_ROUNDS + 1 {
                    table.refuse(
                        "too many rounds",
                        row,
                        round,
                        "there are too many rounds",
                        "plan fewer at once",
                    );
                }
            }
        }
        ordered(&mut rounds);
        let all = rounds.into_iter().map(|(name, mut tables)| {
            ordered(&mut tables);
            let (tables, seats): (Vec<String>, Vec<usize>) = tables.into_iter().unzip();
            RoundTables { name, index: Names::new(tables.clone()), tables, seats }
        });
        let all: Vec<RoundTables> = all.collect();
        let index = Names::new(all.iter().map(|round| round.name.clone()).collect());
        Reading::new(Self { all, index }, table.findings.finish())
    }

    /// The number of the round of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.find(name)
    }

    /// What to do about a round that is not there.
    pub fn remedy(&self, name: &str) -> String {
        self.index.remedy(name, "rounds")
    }
}

impl RoundTables {
    /// The number of the table of a name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.find(name)
    }

    /// What to do about a table that is not there.
    pub fn remedy(&self, name: &str) -> String {
        self.index.remedy(name, "tables")
    }
}

/// Sorts by name if all names are numbers.
fn ordered<T>(named: &mut [(String, T)]) {
    if named.iter().all(|(name, _)| natural(name).0 != u64::MAX) {
        named.sort_by_key(|(name, _)| natural(name));
    }
}
