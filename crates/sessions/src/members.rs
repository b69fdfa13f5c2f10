//! The members of the assembly: their ids, names and features.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sortition::fold::fold;
use sortition::wording::{amount, names, quoted};
use sortition::{Problem, Reading, Row, Sheet};

use crate::columns::{Names, Table, natural};
use crate::tables::Mode;

/// More members are not seated.
pub const MOST_MEMBERS: usize = 2_000;
/// A feature has no more values.
const MOST_VALUES: usize = 10_000;
/// Columns that say who somebody is, not what they are like.
pub(crate) const NAMES: [&str; 8] =
    ["name", "first_name", "last_name", "surname", "given_name", "family_name", "full_name", "status"];

/// Everybody who may be seated, in the natural order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Members {
    /// Their ids, each once.
    pub ids: Vec<String>,
    /// What to call each of them on a card: the names of the file, or the id.
    #[serde(skip)]
    pub names: Vec<String>,
    /// Their features.
    pub features: Vec<MemberFeature>,
    #[serde(skip)]
    index: Names,
}

/// A feature and everybody's value of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberFeature {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub mode: Mode,
    /// How much it matters beside the others, 0 to 1,000.
    pub weight: u32,
    /// Its values, in ascending order of their bytes.
    pub values: Vec<String>,
    /// The value of each member.
    pub of: Vec<usize>,
}

impl Members {
    /// Reads members from a table with an `id` column, or else one whose first column is the id. `wanted` names the columns
    /// that are features; without it all others are, but for names of people.
    pub fn read(sheet: &Sheet, wanted: Option<&[String]>) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let id = table.find(&["id"]).unwrap_or(0);
        let columns = feature_columns(&mut table, sheet, id, wanted);
        let mut rows = ids(&mut table, id);
        rows.sort_by_key(|(id, _)| natural(id));
        let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
        let features = columns.into_iter().map(|column| feature(&mut table, sheet, &rows, column)).collect();
        let called: Vec<usize> =
            NAMES[..NAMES.len() - 1].iter().filter_map(|name| table.find(&[name])).collect();
        let name = |(id, row): &(String, usize)| {
            let parts: Vec<String> =
                called.iter().map(|&column| table.text(&sheet.rows[*row], Some(column))).collect();
            let name = parts.join(" ").trim().to_owned();
            if name.is_empty() { id.clone() } else { name }
        };
        let names = rows.iter().map(name).collect();
        let members = Self { index: Names::new(ids.clone()), ids, names, features };
        Reading::new(members, table.findings.finish())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of the member with an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.index.find(id)
    }

    /// What to do about an id that no member has.
    ///
    /// Ids are alike by chance, so none is proposed: it would be another person.
    pub fn remedy(&self) -> String {
        "check the id; somebody of the pool who is not on the panel is no member".to_owned()
    }

    /// The member whose id is in a cell; if there is none, that is said.
    pub(crate) fn named(&self, table: &mut Table<'_>, row: &Row, column: usize) -> Option<usize> {
        let id = table.label(row, column)?;
        let found = self.find(&id);
        if found.is_none() {
            table.refuse("unknown member", row, column, "there is no such member", self.remedy());
        }
        found
    }

    /// Takes modes and weights from a table `feature,mode,weight`; a feature without a row stays as it is.
    pub fn with_modes(mut self, sheet: &Sheet) -> Reading<Self> {
        const HEADER: &str = "feature,mode,weight";
        let mut table = Table::new(sheet);
        let feature = table.need(&["feature"], HEADER);
        let (mode, weight) = (table.find(&["mode"]), table.find(&["weight"]));
        table.others_are_unused(&[feature, mode, weight], HEADER);
        let known = Names::new(self.features.iter().map(|feature| feature.name.clone()).collect());
        let mut seen = BTreeMap::new();
        for row in table.rows() {
            let Some(column) = feature else { break };
            let Some(name) = table.label(row, column) else { continue };
            let Some(place) = known.find(&name) else {
                let reason = "the members have no such column";
                table.refuse("unknown feature", row, column, reason, known.remedy(&name, "features"));
                continue;
            };
            if let Some(before) = seen.insert(place, row.number) {
                table.refuse(
                    "feature twice",
                    row,
                    column,
                    format!("row {before} has it already"),
                    "keep one of the rows",
                );
            }
            match fold(&table.text(row, mode)).as_str() {
                "" | "spread" => self.features[place].mode = Mode::Spread,
                "cluster" => self.features[place].mode = Mode::Cluster,
                "ignore" => self.features[place].mode = Mode::Ignore,
                _ => {
                    let remedy = "write spread, cluster or ignore";
                    table.refuse(
                        "unknown mode",
                        row,
                        mode.unwrap_or(column),
                        "there is no such mode",
                        remedy,
                    );
                }
            }
            if let Some(number) = table.number(row, weight, 0, 1000, Some(1)) {
                self.features[place].weight = u32::try_from(number).expect("at most 1000");
            }
        }
        Reading::new(self, table.findings.finish())
    }
}

fn feature_columns(table: &mut Table<'_>, sheet: &Sheet, id: usize, wanted: Option<&[String]>) -> Vec<usize> {
    let Some(wanted) = wanted else {
        let names: Vec<usize> = NAMES.iter().filter_map(|name| table.find(&[name])).collect();
        return (0..sheet.header.len()).filter(|column| *column != id && !names.contains(column)).collect();
    };
    let header = Names::new(sheet.header.clone());
    let mut columns = Vec::new();
    for name in wanted {
        match header.find(name) {
            Some(column) => columns.push(column),
            None => table.findings.error("missing column", |file| {
                let reason = format!("there is no column for the feature {}", quoted(name));
                Problem::error(file, reason, header.remedy(name, "columns"))
            }),
        }
    }
    columns
}

/// The id and the place of each row.
fn ids(table: &mut Table<'_>, column: usize) -> Vec<(String, usize)> {
    let mut seen = BTreeMap::<String, usize>::new();
    let mut ids = Vec::new();
    for (place, row) in table.rows().iter().enumerate() {
        let Some(id) = table.label(row, column) else { continue };
        if let Some(before) = seen.insert(fold(&id), row.number) {
            let remedy = "delete one of the rows if they are one person, else change an id";
            table.refuse("duplicate id", row, column, format!("row {before} has the same id"), remedy);
            continue;
        }
        ids.push((id, place));
    }
    if ids.len() > MOST_MEMBERS {
        let reason = format!("there are more than {} members", amount(MOST_MEMBERS));
        table
            .findings
            .error("too many", |file| Problem::error(file, reason, "seat them in separate assemblies"));
        ids.truncate(MOST_MEMBERS);
    }
    ids
}

fn feature(table: &mut Table<'_>, sheet: &Sheet, rows: &[(String, usize)], column: usize) -> MemberFeature {
    let mut spelled: Vec<String> = Vec::new();
    for (_, row) in rows {
        let row = &sheet.rows[*row];
        let text = table.text(row, Some(column));
        if text.is_empty() {
            let remedy = "fill it in; write \"unknown\" where nobody knows";
            table.refuse(
                &format!("empty cell in {}", quoted(table.name(column))),
                row,
                column,
                "the cell is empty",
                remedy,
            );
        }
        spelled.push(text);
    }
    // Spellings that fold to the same text are one value: the first of them by its bytes.
    let mut folded = BTreeMap::<String, String>::new();
    for text in spelled.iter().collect::<BTreeSet<_>>() {
        let kept = folded.entry(fold(text)).or_insert_with(|| text.clone());
        if kept != text {
            let reason = format!("{} is taken as {}", quoted(text), quoted(kept));
            let name = table.name(column);
            table.findings.warning("another spelling", |file| {
                Problem::warning(file, reason, "nothing, if that is right").in_column(name)
            });
        }
    }
    let values: Vec<String> = folded.values().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    if values.len() > MOST_VALUES {
        let shown = names(&[table.name(column)]);
        table.findings.error("too many values", |file| {
            Problem::error(file, format!("{shown} has too many values"), "leave the column out")
        });
    }
    let of =
        spelled.iter().map(|text| values.binary_search(&folded[&fold(text)]).unwrap_or_default()).collect();
    MemberFeature { name: table.name(column).to_owned(), mode: Mode::Spread, weight: 1, values, of }
}
