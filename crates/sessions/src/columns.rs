//! The columns of a table by their names, and its cells, with all that is wrong with them.

use std::collections::BTreeMap;

use sortition::findings::Findings;
use sortition::fold::{fold, has_control, tidy};
use sortition::nearest::nearest;
use sortition::wording::{names, quoted};
use sortition::{Problem, Row, Sheet};

/// A table that is being read.
pub(crate) struct Table<'a> {
    sheet: &'a Sheet,
    header: Vec<String>,
    /// What is wrong with it.
    pub findings: Findings,
}

impl<'a> Table<'a> {
    pub fn new(sheet: &'a Sheet) -> Self {
        let header = sheet.header.iter().map(|name| fold(name).replace(' ', "_")).collect();
        Self { sheet, header, findings: Findings::new(&sheet.file) }
    }

    /// The place of a column that has one of these names.
    pub fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| column == name))
    }

    /// The place of a column that must be there.
    pub fn need(&mut self, wanted: &[&str], header: &str) -> Option<usize> {
        let found = self.find(wanted);
        if found.is_none() {
            let has = names(&self.sheet.header);
            self.findings.error("missing column", |file| {
                let reason = format!("there is no column \"{}\"; the header has {has}", wanted[0]);
                Problem::error(file, reason, format!("the header is {header}"))
            });
        }
        found
    }

    /// Warns of columns that are none of these.
    pub fn others_are_unused(&mut self, used: &[Option<usize>], header: &str) {
        for (i, name) in self.sheet.header.iter().enumerate().filter(|(i, _)| !used.contains(&Some(*i))) {
            self.findings.warning("column not used", |file| {
                Problem::warning(
                    file,
                    format!("column {} is not used", i + 1),
                    format!("the header is {header}"),
                )
                .in_column(name)
            });
        }
    }

    pub fn rows(&self) -> &'a [Row] {
        &self.sheet.rows
    }

    pub fn name(&self, column: usize) -> &'a str {
        &self.sheet.header[column]
    }

    /// A cell's text in its canonical form; empty where there is no such column.
    pub fn text(&self, row: &Row, column: Option<usize>) -> String {
        column.and_then(|column| row.cells.get(column)).map_or_else(String::new, |cell| tidy(cell))
    }

    /// The parts of a cell between semicolons.
    pub fn list(&self, row: &Row, column: Option<usize>) -> Vec<String> {
        let text = self.text(row, column);
        text.split(';').map(tidy).filter(|part| !part.is_empty()).collect()
    }

    /// An error in a cell.
    pub fn refuse(
        &mut self,
        kind: &str,
        row: &Row,
        column: usize,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let value = self.text(row, Some(column));
        let name = self.name(column);
        self.findings.error(kind, |file| {
            let problem = Problem::error(file, reason, remedy).at_row(row.number).in_column(name);
            if value.is_empty() { problem } else { problem.with_value(&value) }
        });
    }

    /// A cell that may not be meant so.
    pub fn doubt(
        &mut self,
        kind: &str,
        row: &Row,
        column: usize,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let (value, name) = (self.text(row, Some(column)), self.name(column));
        self.findings.warning(kind, |file| {
            let problem = Problem::warning(file, reason, remedy).at_row(row.number).in_column(name);
            problem.with_value(&value)
        });
    }

    /// A name that is not empty and stands on one line.
    pub fn label(&mut self, row: &Row, column: usize) -> Option<String> {
        let text = self.text(row, Some(column));
        if fold(&text).is_empty() {
            self.refuse("empty cell", row, column, "the cell is empty", "fill it in, or delete the row");
            return None;
        }
        if has_control(&text) || text.contains(';') {
            let reason = "the name holds a semicolon, a line break or another control character";
            self.refuse("control character", row, column, reason, "type another name, on one line");
            return None;
        }
        Some(text)
    }

    /// A whole number from `least` to `most`; `empty` where the cell is empty.
    pub fn number(
        &mut self,
        row: &Row,
        column: Option<usize>,
        least: u64,
        most: u64,
        empty: Option<u64>,
    ) -> Option<u64> {
        let text = fold(&self.text(row, column));
        if text.is_empty() && empty.is_some() {
            return empty;
        }
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if let (None, Some(column)) = (number, column) {
            let reason = if text.is_empty() { "the cell is empty" } else { "this is not such a number" };
            self.refuse(
                "not a number",
                row,
                column,
                reason,
                format!("write a whole number from {least} to {most}"),
            );
        }
        number
    }
}

/// Names that other tables may use, each with a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    all: Vec<String>,
    exact: BTreeMap<String, usize>,
    folded: BTreeMap<String, usize>,
}

impl Names {
    /// Numbers names from 0; of two that fold to the same text the first counts.
    pub fn new(all: Vec<String>) -> Self {
        let mut names = Self { all, ..Self::default() };
        for (i, name) in names.all.iter().enumerate().rev() {
            names.exact.insert(name.clone(), i);
            names.folded.insert(fold(name), i);
        }
        names
    }

    /// The number of a name, exactly or folded.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.exact.get(name).or_else(|| self.folded.get(&fold(name))).copied()
    }

    /// What to do about a name that is not there.
    pub fn remedy(&self, name: &str, what: &str) -> String {
        let all: Vec<&str> = self.all.iter().map(String::as_str).collect();
        match nearest(name, &all) {
            Some(near) => format!("perhaps {} is meant", quoted(near)),
            None => format!("the {what} are {}", names(&all)),
        }
    }
}

/// Puts names into their natural order: numbers by size before texts by their bytes.
pub(crate) fn natural(name: &str) -> (u64, String) {
    let number = if name.bytes().all(|b| b.is_ascii_digit()) { name.parse().ok() } else { None };
    (number.unwrap_or(u64::MAX), name.to_owned())
}
