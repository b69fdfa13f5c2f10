//! Which column of a pool holds what.

use std::collections::BTreeSet;

use crate::extra::Cap;
use crate::findings::Findings;
use crate::fold::{fold, tidy};
use crate::nearest::nearest;
use crate::pool::PoolOptions;
use crate::problem::Problem;
use crate::quotas::Quotas;
use crate::sheet::{Row, Sheet};
use crate::status;
use crate::wording::{amount, counted, listed, names, quoted};

/// The places of a pool's columns, counted from 0.
#[derive(Debug)]
pub(crate) struct Columns {
    /// The id column, unless it has yet to be found or could not be.
    pub id: Option<usize>,
    /// Whether a name was given for the id column.
    pub id_was_named: bool,
    /// The identity columns by name; empty for the id column.
    pub identity: Vec<usize>,
    /// The household columns.
    pub household: Vec<usize>,
    /// The caps: a column, and how many may agree in it. In ascending order of the columns' names.
    pub caps: Vec<(usize, u32)>,
    /// The status column.
    pub status: Option<usize>,
    /// The column of each feature, in the order of [`Quotas::features`].
    pub features: Vec<Option<usize>>,
}

/// Finds columns by their names: exactly, else folded.
struct Header<'a> {
    names: &'a [String],
    folded: Vec<String>,
}

impl Header<'_> {
    fn at(&self, name: &str) -> Option<usize> {
        let exactly = self.names.iter().position(|column| column == name);
        exactly.or_else(|| {
            let name = fold(name);
            self.folded.iter().position(|column| *column == name)
        })
    }

    fn remedy(&self, name: &str) -> String {
        let header: Vec<&str> = self.names.iter().map(String::as_str).collect();
        match nearest(name, &header) {
            Some(near) => format!("perhaps {} is meant; the header has {}", quoted(near), names(&header)),
            None => format!("the header has {}", names(&header)),
        }
    }

    /// The columns that an option names, each once.
    fn all(&self, what: &str, wanted: &[String], findings: &mut Findings) -> Vec<usize> {
        let mut found = Vec::new();
        for name in wanted {
            match self.at(name) {
                Some(column) if !found.contains(&column) => found.push(column),
                Some(_) => {}
                None => findings.error("missing column", |file| {
                    let reason = format!("there is no {what} column {}", quoted(name));
                    let remedy =
                        format!("{}; name the right one in the settings ({what} = ...)", self.remedy(name));
                    Problem::error(file, reason, remedy)
                }),
            }
        }
        found
    }
}

impl Columns {
    /// Every column but an id column that nobody named.
    pub fn find(sheet: &Sheet, quotas: &Quotas, options: &PoolOptions, findings: &mut Findings) -> Self {
        let names: Vec<String> = sheet.header.iter().map(|name| tidy(name)).collect();
        let header = Header { names: &names, folded: names.iter().map(|name| fold(name)).collect() };
        let features: Vec<Option<usize>> =
            quotas.features().into_iter().map(|feature| header.at(feature)).collect();
        for (feature, _) in quotas.features().iter().zip(&features).filter(|(_, column)| column.is_none()) {
            findings.error("missing column", |file| {
                let reason = format!("there is no column for the feature {}", quoted(feature));
                Problem::error(file, reason, header.remedy(feature))
            });
        }
        let id = match &options.id {
            Some(name) => header.all("id", std::slice::from_ref(name), findings).first().copied(),
            None => header.at("id").filter(|&column| !features.contains(&Some(column))),
        };
        Self {
            id,
            id_was_named: options.id.is_some(),
            identity: header.all("identity", &options.identity, findings),
            household: header.all("household", &options.household, findings),
            caps: caps(&header, options, &features, findings),
            status: header.at("status").filter(|&column| !features.contains(&Some(column))),
            features,
        }
    }

    /// Where nobody named the id column and none is called "id": the first column whose cells are all different and
    /// filled, leaving out the columns that have another use.
    pub fn find_unique(&mut self, sheet: &Sheet, rows: &[&Row], findings: &mut Findings) {
        if self.id.is_some() || self.id_was_named || rows.is_empty() {
            return;
        }
        let mut candidates = Vec::new();
        for (column, name) in sheet.header.iter().enumerate() {
            if self.features.contains(&Some(column))
                || self.household.contains(&column)
                || self.status == Some(column)
            {
                continue;
            }
            let cells: Vec<&str> = rows.iter().map(|row| cell(row, column)).collect();
            let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
            let different = cells.iter().filter(|cell| !cell.is_empty()).collect::<BTreeSet<_>>().len();
            if different == rows.len() {
                self.id = Some(column);
                return;
            }
            candidates.push((rows.len() - different, rows.len() - filled, name));
        }
        candidates.sort_by_key(|&(not_different, ..)| not_different);
        let candidates: Vec<String> = candidates
            .into_iter()
            .map(|(missing, empty, name)| {
                let repeated = amount(missing - empty);
                format!("{} ({} empty, {repeated} repeated)", quoted(name), counted(empty, "cell"))
            })
            .collect();
        findings.error("no id", |file| {
            let remedy = if candidates.is_empty() {
                "add a column \"id\" with a different number in each row".to_owned()
            } else {
                format!(
                    "add a column \"id\" with a different number in each row, or mend one of these: {}",
                    listed(&candidates, 5)
                )
            };
            Problem::error(file, "no column has a different entry in each row to tell the members by", remedy)
        });
    }

    /// Whether the row's status says that the member sits without being drawn.
    pub fn is_seated(&self, row: &Row) -> bool {
        self.status.is_some_and(|column| status::SEATED.contains(&fold(cell(row, column)).as_str()))
    }

    /// The rows of those who have not withdrawn.
    pub fn taking_part<'a>(&self, sheet: &'a Sheet, findings: &mut Findings) -> Vec<&'a Row> {
        let Some(column) = self.status else {
            return sheet.rows.iter().collect();
        };
        let mut staying = Vec::new();
        for row in &sheet.rows {
            let status = cell(row, column);
            let folded = fold(status);
            if status::WITHDRAWN.contains(&folded.as_str()) {
                continue;
            }
            staying.push(row);
            let known = [status::TAKING_PART, status::SEATED];
            if !known.iter().any(|words| words.contains(&folded.as_str())) {
                findings.error("unknown status", |file| {
                    let remedy = "write \"active\", \"withdrawn\" or \"seated\"; if the column means something else, call it otherwise";
                    Problem::error(file, "it is not clear whether this member still takes part", remedy)
                        .at_row(row.number)
                        .in_column(&sheet.header[column])
                        .with_value(status)
                });
            }
        }
        staying
    }
}

/// The columns of the caps. A feature has quotas instead.
fn caps(
    header: &Header<'_>,
    options: &PoolOptions,
    features: &[Option<usize>],
    findings: &mut Findings,
) -> Vec<(usize, u32)> {
    let mut caps: Vec<(usize, u32)> = Vec::new();
    for Cap { column: name, max } in &options.caps {
        let Some(&column) = header.all("at-most", std::slice::from_ref(name), findings).first() else {
            continue;
        };
        if features.contains(&Some(column)) {
            findings.error("cap on a feature", |file| {
                let reason = format!("{} is a feature, so its quotas say how many may sit", quoted(name));
                Problem::error(file, reason, "lower the maxima in the quotas' file, and leave out at-most")
            });
        } else if caps.iter().any(|&(other, _)| other == column) {
            findings.error("cap twice", |file| {
                let reason = format!("there are two at-most rules for the column {}", quoted(name));
                Problem::error(file, reason, "keep one of them")
            });
        } else {
            caps.push((column, *max));
        }
    }
    caps.sort_by_key(|&(column, _)| &header.names[column]);
    caps
}

/// A cell without the white space around it; empty where the row has no such column.
pub(crate) fn cell(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", |cell| cell.trim())
}
