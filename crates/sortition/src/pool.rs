//! The pool: the people who may be drawn, each with one value of every feature.

use std::collections::{BTreeMap, BTreeSet};

use crate::columns::{Columns, cell};
use crate::extra::Cap;
use crate::findings::Findings;
use crate::fold::{fold, has_control, tidy};
use crate::nearest::nearest;
use crate::problem::{Problem, Reading};
use crate::quotas::{Quota, Quotas};
use crate::sheet::{Row, Sheet};
use crate::twice;
use crate::wording::{counted, listed, names, quoted};

pub use crate::assess::{assess, sums};

/// Which columns of a pool have a special use. Names are compared folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolOptions {
    /// The column that tells the members apart; if `None`, the one called "id", else the first whose cells are all
    /// different and filled.
    pub id: Option<String>,
    /// Members who agree in these columns share a household; empty where there is no household rule.
    pub household: Vec<String>,
    /// The columns that say who somebody is; empty for the id column.
    pub identity: Vec<String>,
    /// Columns in which only so many members of a panel may agree.
    pub caps: Vec<Cap>,
}

/// The members who have not withdrawn, with the columns of their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The file's name as the user gave it.
    pub file: String,
    /// The names of all columns, in the file's order; NFC.
    pub columns: Vec<String>,
    /// The place of the id column among [`Pool::columns`].
    pub id: usize,
    /// The places of the identity columns; at least one.
    pub identity: Vec<usize>,
    /// The members, in the file's order.
    pub members: Vec<PoolMember>,
    /// How many rows were left out because their status says withdrawn.
    pub withdrawn: usize,
    /// The names of the household columns, as in the file; empty where there is no household rule.
    pub household_columns: Vec<String>,
    /// The caps, by the names of their columns in the file, in ascending order.
    pub caps: Vec<Cap>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolMember {
    /// The line or row of the file, counted from 1.
    pub row: usize,
    /// All cells, as many as there are columns; NFC, trimmed.
    pub cells: Vec<String>,
    /// For each feature, in the order of [`Quotas::features`], the place of the member's value in [`Quotas::rows`].
    pub values: Vec<u32>,
    /// A label (1, 2, ... in the order of the file) that exactly the members of one household of two or more share.
    pub household: Option<u32>,
    /// For each cap a label that exactly those share who agree in its column, if they are more than it allows.
    pub places: Vec<Option<u32>>,
    /// Whether the member sits without being drawn.
    pub seated: bool,
}

impl Pool {
    /// Reads a pool from a table, and says all that is wrong with it.
    ///
    /// Every feature has a column of its name. A cell is one of the feature's values, exactly or after folding (with a
    /// warning). A column "status", unless it is a feature, tells who has withdrawn ([`crate::status`]), whose other
    /// cells are not looked at, and who is already seated. All other columns are carried along.
    pub fn read(sheet: &Sheet, quotas: &Quotas, options: &PoolOptions) -> Reading<Self> {
        let mut findings = Findings::new(&sheet.file);
        let mut columns = Columns::find(sheet, quotas, options, &mut findings);
        let rows = columns.taking_part(sheet, &mut findings);
        if rows.is_empty() {
            findings.error("nobody", |file| {
                let reason = match sheet.rows.len() {
                    0 => "there is nobody in the pool",
                    _ => "everybody in the pool has withdrawn",
                };
                Problem::error(file, reason, "write one row for each member")
            });
        }
        columns.find_unique(sheet, &rows, &mut findings);
        if let Some(id) = columns.id {
            check_ids(sheet, &rows, id, &mut findings);
        }
        if columns.identity.iter().any(|&column| Some(column) != columns.id) {
            check_identities(sheet, &rows, &columns.identity, &mut findings);
        }
        let values = values(sheet, &rows, &columns, quotas, &mut findings);
        let households = households(sheet, &rows, &columns.household, &mut findings);
        let places: Vec<Vec<Option<u32>>> = (columns.caps.iter())
            .map(|&(column, max)| shared(&keys(&rows, &[column]), max as usize + 1))
            .collect();
        twice::warn(sheet, &rows, &columns, &mut findings);

        let width = sheet.header.len();
        let member = |(i, (row, values)): (usize, (&&Row, Vec<u32>))| PoolMember {
            row: row.number,
            cells: (0..width).map(|column| tidy(cell(row, column))).collect(),
            values,
            household: households[i],
            places: places.iter().map(|labels| labels[i]).collect(),
            seated: columns.is_seated(row),
        };
        let members = rows.iter().zip(values).enumerate().map(member).collect();
        let id = columns.id.unwrap_or_default();
        let pool = Self {
            file: sheet.file.clone(),
            columns: sheet.header.iter().map(|name| tidy(name)).collect(),
            id,
            identity: if columns.identity.is_empty() { vec![id] } else { columns.identity },
            members,
            withdrawn: sheet.rows.len() - rows.len(),
            household_columns: columns.household.iter().map(|&column| tidy(&sheet.header[column])).collect(),
            caps: (columns.caps.iter())
                .map(|&(column, max)| Cap { column: tidy(&sheet.header[column]), max })
                .collect(),
        };
        Reading::new(pool, findings.finish())
    }
}

/// Ids are filled, on one line and different; a warning where only folding makes two the same.
fn check_ids(sheet: &Sheet, rows: &[&Row], column: usize, findings: &mut Findings) {
    let header = &sheet.header[column];
    let different: BTreeSet<String> = rows.iter().map(|row| tidy(cell(row, column))).collect();
    if rows.len() >= 4 && different.len() * 2 < rows.len() {
        findings.error("no ids", |file| {
            let (all, few) = (counted(rows.len(), "row"), counted(different.len(), "value"));
            let reason = format!("this cannot be the column of ids: {all} have {few}");
            let remedy =
                "name the column in which everybody has an id of their own: id in assembly.toml, or --id";
            Problem::error(file, reason, remedy).in_column(header)
        });
        return;
    }
    let mut exact = BTreeMap::<String, usize>::new();
    let mut folded = BTreeMap::<String, (usize, String)>::new();
    for row in rows {
        let id = tidy(cell(row, column));
        let place = |problem: Problem| problem.at_row(row.number).in_column(header);
        if id.is_empty() {
            findings.error("empty id", |file| {
                place(Problem::error(file, "the id is empty", "give every member an id of their own"))
            });
            continue;
        }
        if has_control(&id) {
            findings.error("id with a control character", |file| {
                let reason = "the id holds a line break or another control character";
                place(Problem::error(file, reason, "type the id anew, on one line")).with_value(&id)
            });
        }
        if let Some(before) = exact.insert(id.clone(), row.number) {
            findings.error("duplicate id", |file| {
                let reason = format!("row {before} has the same id");
                let remedy = "delete one of the rows if they are one person, else change an id";
                place(Problem::error(file, reason, remedy)).with_value(&id)
            });
        } else if let Some((before, other)) = folded.insert(fold(&id), (row.number, id.clone())) {
            findings.warning("ids almost the same", |file| {
                let reason =
                    format!("row {before} has the id {}, almost the same: two people?", quoted(&other));
                place(Problem::warning(file, reason, "delete one of the rows if they are one person"))
                    .with_value(&id)
            });
        }
    }
}

/// No two members have the same identity, however it is spelled; no cell of it is shown.
fn check_identities(sheet: &Sheet, rows: &[&Row], identity: &[usize], findings: &mut Findings) {
    let columns: Vec<&str> = identity.iter().map(|&column| sheet.header[column].as_str()).collect();
    let columns = names(&columns);
    let mut seen = BTreeMap::<Vec<String>, usize>::new();
    for row in rows {
        let cells: Vec<&str> = identity.iter().map(|&column| cell(row, column)).collect();
        if cells.iter().any(|cell| has_control(cell)) {
            findings.error("identity with a control character", |file| {
                let reason = format!("a line break or another control character stands in {columns}");
                Problem::error(file, reason, "type the cell anew, on one line").at_row(row.number)
            });
        }
        let key: Vec<String> = cells.into_iter().map(fold).collect();
        if key.iter().all(String::is_empty) {
            findings.error("empty identity", |file| {
                let reason = format!("nothing in {columns} says who this is");
                Problem::error(file, reason, "fill the cells in").at_row(row.number)
            });
        } else if let Some(before) = seen.insert(key, row.number) {
            findings.error("identity twice", |file| {
                let reason = format!("row {before} says the same person in {columns}");
                let remedy = "delete one of the rows, or name more identity columns";
                Problem::error(file, reason, remedy).at_row(row.number)
            });
        }
    }
}

/// For each row its place in the quotas for each feature; 0 where a cell is in error.
fn values(
    sheet: &Sheet,
    rows: &[&Row],
    columns: &Columns,
    quotas: &Quotas,
    findings: &mut Findings,
) -> Vec<Vec<u32>> {
    let mut values = vec![vec![0; columns.features.len()]; rows.len()];
    for (f, (feature, column)) in quotas.features().into_iter().zip(&columns.features).enumerate() {
        let Some(column) = *column else { continue };
        let mut spellings = BTreeMap::<&str, Vec<usize>>::new();
        for (i, row) in rows.iter().enumerate() {
            spellings.entry(cell(row, column)).or_default().push(i);
        }
        let known = Values::of(feature, quotas);
        let mut unknown = Vec::new();
        for (spelled, who) in spellings {
            match known.find(spelled) {
                Some((place, value)) => {
                    who.iter().for_each(|&i| values[i][f] = place);
                    if value != spelled {
                        taken_as(&sheet.header[column], spelled, value, who.len(), findings);
                    }
                }
                None => unknown.push((spelled, who)),
            }
        }
        unknown.sort_by_key(|(_, who)| who[0]);
        for (spelled, who) in unknown {
            let numbers: Vec<usize> = who.iter().map(|&i| rows[i].number).collect();
            known.refuse(&sheet.header[column], spelled, &numbers, findings);
        }
    }
    values
}

/// Warns that `spelled` was read as `value`.
fn taken_as(column: &str, spelled: &str, value: &str, cells: usize, findings: &mut Findings) {
    findings.warning(&format!("another spelling in {}", quoted(column)), |file| {
        let read = if cells == 1 { "reads" } else { "read" };
        let otherwise = if tidy(spelled) == value { " in another Unicode form" } else { "" };
        let spelled = quoted(spelled);
        let reason =
            format!("{} {read} {spelled}{otherwise}, taken as {}", counted(cells, "cell"), quoted(value));
        Problem::warning(file, reason, "nothing, if that is right").in_column(column)
    });
}

/// The values of one feature.
struct Values<'a> {
    exact: BTreeMap<&'a str, u32>,
    folded: BTreeMap<String, (u32, &'a str)>,
    names: Vec<&'a str>,
}

impl<'a> Values<'a> {
    fn of(feature: &str, quotas: &'a Quotas) -> Self {
        let mut values = Self { exact: BTreeMap::new(), folded: BTreeMap::new(), names: Vec::new() };
        for (place, Quota { value, .. }) in
            (0u32..).zip(quotas.rows()).filter(|(_, quota)| quota.feature == feature)
        {
            values.exact.insert(value, place);
            values.folded.insert(fold(value), (place, value));
            values.names.push(value);
        }
        values
    }

    fn find(&self, spelled: &'a str) -> Option<(u32, &'a str)> {
        match self.exact.get(spelled) {
            Some(&place) => Some((place, spelled)),
            None => self.folded.get(&fold(spelled)).copied(),
        }
    }

    /// Says what is wrong with a cell that stands in the rows of these numbers, of which there is at least one.
    fn refuse(&self, column: &str, spelled: &str, numbers: &[usize], findings: &mut Findings) {
        if spelled.is_empty() {
            for &number in numbers {
                findings.error(&format!("empty cell in {}", quoted(column)), |file| {
                    Problem::error(
                        file,
                        "the cell is empty",
                        format!("the values are {}", names(&self.names)),
                    )
                    .at_row(number)
                    .in_column(column)
                });
            }
            return;
        }
        findings.error(&format!("unknown value in {}", quoted(column)), |file| {
            let mut reason = "the quotas do not have this value".to_owned();
            let others: Vec<String> = numbers[1..].iter().map(usize::to_string).collect();
            if !others.is_empty() {
                let rows = if others.len() == 1 { "row" } else { "rows" };
                reason += &format!(" (also in {rows} {})", listed(&others, 10));
            }
            let remedy = match nearest(spelled, &self.names) {
                Some(near) => {
                    format!("perhaps {} is meant; the values are {}", quoted(near), names(&self.names))
                }
                None => format!("the values are {}; or give this one a quota", names(&self.names)),
            };
            Problem::error(file, reason, remedy).at_row(numbers[0]).in_column(column).with_value(spelled)
        });
    }
}

/// A household of more members than this is warned about.
const LARGE_HOUSEHOLD: usize = 8;

/// For each row the label of its household, if it shares one.
fn households(sheet: &Sheet, rows: &[&Row], columns: &[usize], findings: &mut Findings) -> Vec<Option<u32>> {
    if columns.is_empty() {
        return vec![None; rows.len()];
    }
    let keys = keys(rows, columns);
    let empty = keys.iter().filter(|key| is_empty(key)).count();
    if empty > 0 {
        findings.warning("empty household", |file| {
            let columns: Vec<&str> = columns.iter().map(|&column| sheet.header[column].as_str()).collect();
            let have = if empty == 1 { "has" } else { "have" };
            let reason = format!(
                "{} {have} nothing in {}, and nobody is known to share a household with them",
                counted(empty, "row"),
                names(&columns)
            );
            Problem::warning(file, reason, "fill the cells in where the household is known")
        });
    }
    for &size in sizes(&keys).values().filter(|&&size| size > LARGE_HOUSEHOLD) {
        findings.warning("large household", |file| {
            let reason = format!("{size} rows agree in the household columns; a panel can hold one of them");
            let remedy =
                "if they live together, nothing; else fill in what is missing, or empty all of these cells";
            Problem::warning(file, reason, remedy)
        });
    }
    shared(&keys, 2)
}

/// The folded cells of some columns, row by row.
fn keys(rows: &[&Row], columns: &[usize]) -> Vec<Vec<String>> {
    rows.iter().map(|row| columns.iter().map(|&column| fold(cell(row, column))).collect()).collect()
}

fn is_empty(key: &[String]) -> bool {
    key.iter().all(String::is_empty)
}

/// How many rows have each key, but for the empty one.
fn sizes(keys: &[Vec<String>]) -> BTreeMap<&Vec<String>, usize> {
    let mut sizes = BTreeMap::new();
    for key in keys.iter().filter(|key| !is_empty(key)) {
        *sizes.entry(key).or_default() += 1;
    }
    sizes
}

/// Labels 1, 2, ... for the keys that `least` rows or more have, in the order of the rows.
fn shared(keys: &[Vec<String>], least: usize) -> Vec<Option<u32>> {
    let sizes = sizes(keys);
    let mut labels = BTreeMap::new();
    let mut label = |key| {
        let next = labels.len() as u32 + 1;
        *labels.entry(key).or_insert(next)
    };
    keys.iter().map(|key| sizes.get(key).is_some_and(|&size| size >= least).then(|| label(key))).collect()
}
