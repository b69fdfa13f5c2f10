//! CSV: cells between commas, semicolons or tabs.

use sortition::Problem;
use sortition::findings::Findings;

use crate::table::Record;
use crate::{MAX_CELLS, refuse_cells};

/// The rows of a text; `None` after an error that leaves nothing to read.
pub fn records(text: &str, findings: &mut Findings) -> Option<Vec<Record>> {
    let separator = separator(text);
    let scan = scan(text, separator);
    if scan.cells > MAX_CELLS {
        refuse_cells(findings);
        return None;
    }
    let mut records = Vec::new();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| position.byte());
        let number = lines.first_filled_from(usize::try_from(start).unwrap_or(usize::MAX));
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let last = lines.ending_at(end).max(number);
        records.push(Record {
            number,
            last,
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        });
    }
    if let Some(line) = scan.unclosed {
        records.pop();
        findings.error("unclosed quote", |file| {
            let reason = "the quotation mark that opens here is never closed";
            Problem::error(file, reason, "close it, or delete it").at_row(line)
        });
    }
    let only_header = scan.unclosed.is_some() && records.len() < 2;
    (!only_header).then_some(records)
}

/// The separator that the header holds most often outside quotation marks.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b'\t', 0usize), (b';', 0), (b',', 0)];
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if !quoted => {
                counts
                    .iter_mut()
                    .filter(|(separator, _)| *separator == byte)
                    .for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    // Where two are equally frequent, the rarer in plain text.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .filter(|(_, count)| *count > 0)
        .map_or(b',', |(s, _)| *s)
}

/// What is to be known of a text before it is taken apart.
struct Scan {
    /// How many cells it has at most.
    cells: usize,
    /// The line of a quotation mark that is never closed.
    unclosed: Option<usize>,
}

/// Goes through a text by the same rules as the reader: a quotation mark opens only at the start of a cell, two of them
/// inside stand for one, and what follows a closing one belongs to the cell.
fn scan(text: &str, separator: u8) -> Scan {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted(usize),
        Closed(usize),
    }
    let mut at = At::Start;
    let mut cells = 1;
    let mut line = 1;
    let mut before = 0;
    for byte in text.bytes() {
        let ends_line = byte == b'\r' || byte == b'\n';
        let ends_again = byte == b'\n' && before == b'\r';
        at = match (at, byte) {
            (At::Start, b'"') => At::Quoted(line),
            (At::Quoted(opened), b'"') => At::Closed(opened),
            (At::Closed(opened), b'"') => At::Quoted(opened),
            (At::Quoted(opened), _) => At::Quoted(opened),
            _ if ends_line || byte == separator => {
                cells += usize::from(!ends_again);
                At::Start
            }
            _ => At::Plain,
        };
        line += usize::from(ends_line && !ends_again);
        before = byte;
    }
    Scan { cells, unclosed: if let At::Quoted(line) = at { Some(line) } else { None } }
}

/// Counts lines, however they end, on a way through the text that never turns back.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn step(&mut self) {
        let before = if self.at == 0 { 0 } else { self.text[self.at - 1] };
        match self.text[self.at] {
            b'\n' if before == b'\r' => {}
            b'\n' | b'\r' => self.line += 1,
            _ => {}
        }
        self.at += 1;
    }

    /// The line of the first byte from `start` on that does not end a line.
    fn first_filled_from(&mut self, start: usize) -> usize {
        while self.at < self.text.len() && (self.at < start || matches!(self.text[self.at], b'\r' | b'\n')) {
            self.step();
        }
        self.line
    }

    /// The line of the last byte before `end` that does not end a line.
    fn ending_at(&mut self, end: usize) -> usize {
        let end = end.min(self.text.len());
        let length =
            self.text[..end].iter().rposition(|b| !matches!(b, b'\r' | b'\n')).map_or(0, |last| last + 1);
        while self.at < length {
            self.step();
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_that_of_the_header() {
        for (text, expected) in [
            ("a,b\n1;2;3\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\r\n", b'\t'),
            ("\"a;b;c\",d", b','),
            ("\r\n\"a\n;;\",\"b\"\n", b','),
            ("id;Age, in years", b';'),
            ("id", b','),
            ("", b','),
        ] {
            assert_eq!(separator(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_line_of_an_open_quote() {
        for (text, expected) in [
            ("a,\"b", Some(1)),
            ("a,b\r\nc,\"d\r\n\r\n", Some(2)),
            ("a\r\r\"\"\"", Some(3)),
            ("a,\"b\"\"\nc\"", None),
            ("a,5\" pipe\n", None),
            ("a,\"b\"x\"\n", None),
        ] {
            assert_eq!(scan(text, b',').unclosed, expected, "{text:?}");
        }
    }
}
