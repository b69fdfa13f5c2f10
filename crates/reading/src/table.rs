//! From rows of cells to a sheet with a header, and what can be wrong on the way.

use std::collections::BTreeMap;

use sortition::findings::Findings;
use sortition::fold::fold;
use sortition::wording::{counted, quoted};
use sortition::{Problem, Row, Sheet};

/// A row as the file has it.
#[derive(Debug)]
pub struct Record {
    /// The line or row where it starts, counted from 1.
    pub number: usize,
    /// The line or row where it ends.
    pub last: usize,
    /// The cells, trimmed.
    pub cells: Vec<String>,
}

/// The sheet that the sound ones of the records make; `None` after an error that leaves no rows.
pub fn sheet(file: &str, records: Vec<Record>, findings: &mut Findings) -> Option<Sheet> {
    let mut records = records.into_iter().filter(|record| record.cells.iter().any(|cell| !cell.is_empty()));
    let Some(header) = records.next() else {
        findings.error("empty", |file| {
            Problem::error(file, "the file is empty", "write a header and below it one row for each entry")
        });
        return None;
    };
    refuse_twice(&header, findings);
    let named: Vec<usize> = (0..header.cells.len()).filter(|&i| !header.cells[i].is_empty()).collect();
    let least = named.last().map_or(0, |last| last + 1);
    let mut unnamed = BTreeMap::<usize, (usize, usize)>::new();
    let mut rows = Vec::new();
    let mut is_empty = true;
    for record in records {
        is_empty = false;
        let filled = record.cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if record.cells.len() < least || filled > header.cells.len() {
            refuse_length(&record, &header, least, findings);
            continue;
        }
        for (i, _) in record.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if header.cells.get(i).is_some_and(String::is_empty) {
                unnamed.entry(i).or_insert((record.number, 0)).1 += 1;
            }
        }
        let mut cells = record.cells;
        let cells = named.iter().map(|&i| std::mem::take(&mut cells[i])).collect();
        rows.push(Row { number: record.number, cells });
    }
    for (i, (row, filled)) in unnamed {
        findings.error("column without a name", |file| {
            let reason = format!(
                "column {} has no name, but below it {} filled, the first in row {row}",
                i + 1,
                if filled == 1 { "1 cell is".to_owned() } else { format!("{} are", counted(filled, "cell")) }
            );
            Problem::error(file, reason, "name the column, or clear its cells").at_row(header.number)
        });
    }
    if is_empty {
        findings.error("header only", |file| {
            let reason = "there is nothing below the header";
            Problem::error(file, reason, "write one row for each entry").at_row(header.number)
        });
        return None;
    }
    let header = named.iter().map(|&i| header.cells[i].clone()).collect();
    Some(Sheet { file: file.to_owned(), header, rows })
}

fn refuse_twice(header: &Record, findings: &mut Findings) {
    let mut seen = BTreeMap::<String, usize>::new();
    for (i, name) in header.cells.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if let Some(before) = seen.insert(fold(name), i) {
            findings.error("column twice", |file| {
                let other = &header.cells[before];
                let called = if other == name { String::new() } else { format!(", {}", quoted(other)) };
                let reason = format!("column {} has the name of column {}{called}", i + 1, before + 1);
                Problem::error(file, reason, "rename or delete one of them")
                    .at_row(header.number)
                    .in_column(name)
            });
        }
    }
}

fn refuse_length(record: &Record, header: &Record, least: usize, findings: &mut Findings) {
    let Record { number, last, cells } = record;
    let (kind, remedy) = if cells.len() < least {
        ("row too short", "add what is missing, at least the separators")
    } else {
        ("row too long", "put quotation marks around text that holds a separator")
    };
    findings.error(kind, |file| {
        let width = if cells.len() < least { least } else { header.cells.len() };
        let mut reason = format!("the row has {}, the header {width}", counted(cells.len(), "cell"));
        if number < last {
            reason += &format!("; it reaches to line {last}, so a quotation mark may be missing");
        }
        Problem::error(file, reason, remedy).at_row(*number)
    });
}
