//! Quotas: how many members of a panel have each feature value, at least and at most.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::canonical::{Rows, integer, is_plain, write_row};
use crate::findings::Findings;
use crate::fold::{fold, has_control, tidy};
use crate::problem::{Problem, Reading};
use crate::sheet::{Row, Sheet};
use crate::wording::{counted, names, quoted};

/// The header of the canonical file.
const HEADER: [&str; 4] = ["feature", "value", "min", "max"];

/// The headers that [`Quotas::read`] understands, for messages.
const HEADERS: &str = "the headers understood are feature,value,min,max and category,name,min,max and \
    category,feature,min,max, each also with min_flex,max_flex";

/// The quota of one feature value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The feature, such as "Gender"; NFC, trimmed, without control characters.
    pub feature: String,
    /// One of its values, such as "Female"; as the feature.
    pub value: String,
    /// At least so many members of a panel have it.
    pub min: u32,
    /// At most so many; never below `min`.
    pub max: u32,
    /// How far `min` could be lowered if need be; never above `min`.
    pub min_flex: Option<u32>,
    /// How far `max` could be raised if need be; never below `max`.
    pub max_flex: Option<u32>,
}

/// The quotas of an assembly: at least one row, each feature and value once. Of those that were read from a table of people
/// ([`Quotas::read`]) no two fold to the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    rows: Vec<Quota>,
}

impl Quotas {
    /// Reads quotas from a table. Columns are known by their names, in any case and order: the feature (`feature` or
    /// `category`), the value (`value` or `name`, or `feature` where there is a `category`), `min`, `max`, and if wanted
    /// `min_flex` and `max_flex`. A column `was` is not read. Spellings of one feature that fold to the same text are one feature.
    pub fn read(sheet: &Sheet) -> Reading<Self> {
        match Self::draft(sheet) {
            (Some(quotas), problems) => Reading::new(quotas, problems),
            (None, problems) => Reading::failed(problems),
        }
    }

    /// As [`Quotas::read`], but gives the names even where the numbers have errors, so that a pool can be checked against
    /// them. Quotas must not be used if one of the problems is an error.
    pub fn draft(sheet: &Sheet) -> (Option<Self>, Vec<Problem>) {
        let mut findings = Findings::new(&sheet.file);
        if sheet.rows.is_empty() {
            findings.error("no quotas", |file| {
                Problem::error(file, "there are no quotas", "write one row for each feature value")
            });
        }
        let mut rows = Vec::new();
        if let Some(columns) = Columns::find(sheet, &mut findings) {
            for row in &sheet.rows {
                rows.extend(columns.quota(row, sheet, &mut findings).map(|quota| (row.number, quota)));
            }
        }
        unify_features(&mut rows, &mut findings);
        refuse_twice(&rows, &mut findings);
        let mut rows: Vec<Quota> = rows.into_iter().map(|(_, quota)| quota).collect();
        rows.sort_by(|a, b| (&a.feature, &a.value).cmp(&(&b.feature, &b.value)));
        rows.dedup_by(|a, b| (&a.feature, &a.value) == (&b.feature, &b.value));
        ((!rows.is_empty()).then_some(Self { rows }), findings.finish())
    }

    /// Quotas from rows in ascending order, at least one and no two alike.
    pub(crate) fn of(rows: Vec<Quota>) -> Self {
        Self { rows }
    }

    /// The quotas in ascending order of the bytes of feature, then value.
    pub fn rows(&self) -> &[Quota] {
        &self.rows
    }

    /// The features in ascending order of their bytes, each once.
    pub fn features(&self) -> Vec<&str> {
        let mut features: Vec<&str> = self.rows.iter().map(|quota| quota.feature.as_str()).collect();
        features.dedup();
        features
    }

    /// The canonical file `feature,value,min,max` (see "Bytes" in SPEC.md), without the flexible bounds.
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        write_row(&mut csv, HEADER);
        for Quota { feature, value, min, max, .. } in &self.rows {
            write_row(&mut csv, [feature, value, &min.to_string(), &max.to_string()]);
        }
        csv
    }

    /// Reads the canonical file, and only that: what SPEC.md says of it and no more. Texts are compared byte by
    /// byte; that no two fold to the same is the matter of [`Quotas::read`].
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        let mut lines = Rows::new(bytes)?;
        lines.header(&HEADER)?;
        let mut rows: Vec<Quota> = Vec::new();
        for (number, row) in (2..).zip(lines) {
            let quota = canonical_row(&row?).map_err(|reason| format!("row {number}: {reason}"))?;
            let before = rows.last().map(|before| (&before.feature, &before.value));
            if before.is_some_and(|before| before >= (&quota.feature, &quota.value)) {
                return Err(format!("row {number} is not after the one before"));
            }
            rows.push(quota);
        }
        if rows.is_empty() { Err("it has no rows".to_owned()) } else { Ok(Self { rows }) }
    }
}

/// The quota in a row of the canonical file.
fn canonical_row(row: &[Cow<'_, str>]) -> Result<Quota, &'static str> {
    let [feature, value, min, max] = row else { return Err("it does not have four fields") };
    if [feature, value].iter().any(|name| name.is_empty() || !is_plain(name)) {
        return Err("a name is empty or not plain text");
    }
    let number = |text: &str| integer(text, u32::MAX.into()).map(|number| number as u32);
    match (number(min), number(max)) {
        (Some(min), Some(max)) if min <= max => {
            let (feature, value) = (feature.to_string(), value.to_string());
            Ok(Quota { feature, value, min, max, min_flex: None, max_flex: None })
        }
        _ => Err("the numbers are not possible"),
    }
}

/// Which column of the table holds what.
struct Columns {
    feature: usize,
    value: usize,
    min: usize,
    max: usize,
    min_flex: Option<usize>,
    max_flex: Option<usize>,
}

impl Columns {
    fn find(sheet: &Sheet, findings: &mut Findings) -> Option<Self> {
        let header: Vec<String> = sheet.header.iter().map(|name| fold(name).replace(' ', "_")).collect();
        let at = |name: &str| header.iter().position(|column| column == name);
        let (feature, value) = match (at("feature"), at("category"), at("value").or_else(|| at("name"))) {
            (Some(feature), None, value) => (Some(feature), value),
            (Some(feature), Some(_), Some(value)) if at("value") == Some(value) => {
                (Some(feature), Some(value))
            }
            (feature, category, value) => (category, value.or(feature)),
        };
        let [min, max, min_flex, max_flex] = ["min", "max", "min_flex", "max_flex"].map(at);

        let wanted = [("feature", feature), ("value", value), ("min", min), ("max", max)];
        for (name, _) in wanted.iter().filter(|(_, found)| found.is_none()) {
            findings.error("missing column", |file| {
                let reason =
                    format!("there is no column \"{name}\"; the header has {}", names(&sheet.header));
                Problem::error(file, reason, HEADERS)
            });
        }
        let used = [feature, value, min, max, min_flex, max_flex];
        let read = |i: usize| used.contains(&Some(i)) || is_remark(&header[i]);
        for (i, name) in sheet.header.iter().enumerate().filter(|(i, _)| !read(*i)) {
            findings.warning("column not used", |file| {
                Problem::warning(file, format!("column {} is not used", i + 1), HEADERS).in_column(name)
            });
        }
        Some(Self { feature: feature?, value: value?, min: min?, max: max?, min_flex, max_flex })
    }

    /// The quota in a row, or `None` where it lacks a name; says all that is wrong with the row.
    fn quota(&self, row: &Row, sheet: &Sheet, findings: &mut Findings) -> Option<Quota> {
        let mut cell = Cells { row, sheet, findings };
        let feature = cell.name(self.feature);
        let value = cell.name(self.value);
        let min = cell.number(self.min);
        let max = cell.number(self.max);
        let mut flexible = |column: Option<usize>| {
            column.filter(|&column| cell.is_filled(column)).map(|column| (column, cell.number(column)))
        };
        let (min_flex, max_flex) = (flexible(self.min_flex), flexible(self.max_flex));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            let reason = format!("the minimum {min} is above the maximum {max}");
            cell.refuse("minimum above the maximum", self.min, reason, "swap or mend the two numbers");
        }
        if let (Some((column, Some(flex))), Some(min)) = (min_flex, min)
            && flex > min
        {
            let reason = format!("the flexible minimum {flex} is above the minimum {min}");
            cell.refuse("flexible minimum above the minimum", column, reason, "lower it, or leave it empty");
        }
        if let (Some((column, Some(flex))), Some(max)) = (max_flex, max)
            && flex < max
        {
            let reason = format!("the flexible maximum {flex} is below the maximum {max}");
            cell.refuse("flexible maximum below the maximum", column, reason, "raise it, or leave it empty");
        }
        // A number that was refused counts as 0, for what is left to check; the error keeps the quotas from being used.
        Some(Quota {
            feature: feature?,
            value: value?,
            min: min.unwrap_or_default(),
            max: max.unwrap_or_default(),
            min_flex: min_flex.and_then(|(_, flex)| flex),
            max_flex: max_flex.and_then(|(_, flex)| flex),
        })
    }
}

/// Whether a column of this folded name is for people and not read: `was` tells what stood in the row before a change.
pub(crate) fn is_remark(folded: &str) -> bool {
    folded == "was"
}

/// The cells of one row, and what is wrong with them.
pub(crate) struct Cells<'a> {
    pub row: &'a Row,
    pub sheet: &'a Sheet,
    pub findings: &'a mut Findings,
}

impl Cells<'_> {
    pub fn text(&self, column: usize) -> &str {
        self.row.cells.get(column).map_or("", |cell| cell.trim())
    }

    fn is_filled(&self, column: usize) -> bool {
        !self.text(column).is_empty()
    }

    pub fn refuse(&mut self, kind: &str, column: usize, reason: impl Into<String>, remedy: &str) {
        let Self { row, sheet, .. } = self;
        let value = row.cells.get(column).map_or("", |cell| cell.trim());
        self.findings.error(kind, |file| {
            let problem =
                Problem::error(file, reason, remedy).at_row(row.number).in_column(&sheet.header[column]);
            if value.is_empty() { problem } else { problem.with_value(value) }
        });
    }

    /// A feature or a value.
    fn name(&mut self, column: usize) -> Option<String> {
        let name = tidy(self.text(column));
        if fold(&name).is_empty() {
            self.refuse("empty cell", column, "the cell is empty", "fill it in, or delete the row");
            return None;
        }
        if has_control(&name) {
            let reason = "the name holds a line break or another control character";
            self.refuse("control character", column, reason, "type the name anew, on one line");
            return None;
        }
        Some(name)
    }

    /// A whole number from 0.
    pub fn number(&mut self, column: usize) -> Option<u32> {
        let text = fold(self.text(column));
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if text.is_empty() {
            self.refuse("empty cell", column, "the cell is empty", "write a whole number, 0 or above");
        } else if is_whole && digits.len() < text.len() {
            self.refuse(
                "negative number",
                column,
                "the number is negative",
                "write a whole number, 0 or above",
            );
        } else if is_whole {
            if let Ok(number) = digits.parse() {
                return Some(number);
            }
            self.refuse(
                "number too large",
                column,
                "the number is too large",
                "write how many people are wanted",
            );
        } else {
            let reason = "this is not a whole number";
            self.refuse("not a number", column, reason, "write it in digits alone, such as 12");
        }
        None
    }
}

/// Gives every spelling of a feature the form in which the feature first stands.
fn unify_features(rows: &mut [(usize, Quota)], findings: &mut Findings) {
    let mut first = BTreeMap::<String, String>::new();
    let mut others = BTreeMap::<(String, String), usize>::new();
    for (_, quota) in rows {
        let kept = first.entry(fold(&quota.feature)).or_insert_with(|| quota.feature.clone());
        if *kept != quota.feature {
            let spelled = std::mem::replace(&mut quota.feature, kept.clone());
            *others.entry((spelled, kept.clone())).or_default() += 1;
        }
    }
    for ((spelled, kept), rows) in others {
        findings.warning("spelling of a feature", |file| {
            let read = if rows == 1 { "reads" } else { "read" };
            let reason =
                format!("{} {read} {}, taken as {}", counted(rows, "row"), quoted(&spelled), quoted(&kept));
            Problem::warning(file, reason, "nothing, if that is right; better, spell it in one way")
        });
    }
}

fn refuse_twice(rows: &[(usize, Quota)], findings: &mut Findings) {
    let mut seen = BTreeMap::<(&str, String), usize>::new();
    for (number, quota) in rows {
        if let Some(before) = seen.insert((&quota.feature, fold(&quota.value)), *number) {
            findings.error("line twice", |file| {
                let reason =
                    format!("{} already has a row for this value, row {before}", quoted(&quota.feature));
                Problem::error(file, reason, "keep one of the two rows")
                    .at_row(*number)
                    .with_value(&quota.value)
            });
        }
    }
}
