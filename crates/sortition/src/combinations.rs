//! Quotas on combinations of features, as an organiser writes them: a column for each feature, and `min` and `max`.

use std::collections::BTreeMap;

use crate::extra::Combination;
use crate::findings::Findings;
use crate::fold::fold;
use crate::nearest::nearest;
use crate::problem::{Problem, Reading};
use crate::quotas::{Cells, Quotas, is_remark};
use crate::sheet::{Row, Sheet};
use crate::wording::{names, quoted};

/// The combinations of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Combinations {
    /// The file's name as the user gave it; empty if there is none.
    pub file: String,
    /// The combinations, in ascending order of their values.
    pub list: Vec<Combination>,
    /// For each of them its row in the file.
    pub rows: Vec<usize>,
}

/// What the columns of the file are.
struct Columns<'a> {
    features: Vec<(usize, &'a str)>,
    min: Option<usize>,
    max: Option<usize>,
}

impl Combinations {
    /// Reads combinations from a table. A row is a quota on the members who have all the values that stand in it; where the
    /// cell of a feature is empty, its value does not matter. Features and values are those of the quotas.
    pub fn read(sheet: &Sheet, quotas: &Quotas) -> Reading<Self> {
        let mut findings = Findings::new(&sheet.file);
        let columns = Columns::find(sheet, quotas, &mut findings);
        let mut found: Vec<(Combination, usize)> = Vec::new();
        let mut seen = BTreeMap::new();
        for row in &sheet.rows {
            let Some(combination) = columns.combination(row, sheet, quotas, &mut findings) else { continue };
            if let Some(before) = seen.insert(combination.values.clone(), row.number) {
                findings.error("combination twice", |file| {
                    let reason = format!("row {before} is about the same combination");
                    Problem::error(file, reason, "keep one of the two rows").at_row(row.number)
                });
            }
            found.push((combination, row.number));
        }
        found.sort_by(|(one, _), (other, _)| one.values.cmp(&other.values));
        let (list, rows) = found.into_iter().unzip();
        Reading::new(Self { file: sheet.file.clone(), list, rows }, findings.finish())
    }
}

impl<'a> Columns<'a> {
    fn find(sheet: &Sheet, quotas: &'a Quotas, findings: &mut Findings) -> Self {
        let features = quotas.features();
        let mut columns = Self { features: Vec::new(), min: None, max: None };
        for (place, name) in sheet.header.iter().enumerate() {
            let folded = fold(name);
            match features.iter().find(|feature| fold(feature) == folded) {
                Some(feature) => columns.features.push((place, feature)),
                None if folded == "min" => columns.min = Some(place),
                None if folded == "max" => columns.max = Some(place),
                None if is_remark(&folded) => {}
                None => findings.error("unknown feature", |file| {
                    let reason = "this is neither a feature of the quotas nor min or max";
                    let remedy = match nearest(name, &features) {
                        Some(near) => format!("perhaps {} is meant", quoted(near)),
                        None => format!("the features are {}", names(&features)),
                    };
                    Problem::error(file, reason, remedy).in_column(name)
                }),
            }
        }
        for (name, _) in [("min", columns.min), ("max", columns.max)].iter().filter(|(_, at)| at.is_none()) {
            findings.error("missing column", |file| {
                let reason =
                    format!("there is no column \"{name}\"; the header has {}", names(&sheet.header));
                Problem::error(file, reason, "write a column for each feature, and min and max")
            });
        }
        columns
    }

    fn combination(
        &self,
        row: &Row,
        sheet: &Sheet,
        quotas: &Quotas,
        findings: &mut Findings,
    ) -> Option<Combination> {
        let mut cell = Cells { row, sheet, findings };
        let mut values = BTreeMap::new();
        let mut unknown = false;
        for &(column, feature) in &self.features {
            let text = cell.text(column).to_owned();
            if text.is_empty() {
                continue;
            }
            let of_feature = || quotas.rows().iter().filter(|quota| quota.feature == feature);
            let known: Vec<&str> = of_feature().map(|quota| quota.value.as_str()).collect();
            match known.iter().find(|value| fold(value) == fold(&text)) {
                Some(value) => drop(values.insert(feature.to_owned(), (*value).to_owned())),
                None => {
                    let remedy = match nearest(&text, &known) {
                        Some(near) => format!("perhaps {} is meant", quoted(near)),
                        None => format!("the values are {}", names(&known)),
                    };
                    cell.refuse("unknown value", column, "the quotas do not have this value", &remedy);
                    unknown = true;
                }
            }
        }
        let [min, max] = [self.min, self.max].map(|column| cell.number(column?));
        if let (Some(min), Some(max), Some(column)) = (min, max, self.min)
            && min > max
        {
            let reason = format!("the minimum {min} is above the maximum {max}");
            cell.refuse("minimum above the maximum", column, reason, "swap or mend the two numbers");
        }
        if values.len() < 2 {
            if !unknown {
                cell.findings.error("no combination", |file| {
                    let remedy = "fill in another feature, or put the row into the quotas' file";
                    let reason = "a combination needs values of two features or more";
                    Problem::error(file, reason, remedy).at_row(row.number)
                });
            }
            return None;
        }
        Some(Combination { min: min?, max: max?, values })
    }
}
