//! Problems as they are collected: all of them, yet never more than somebody would read.

use std::collections::BTreeMap;

use crate::problem::{Problem, Severity};
use crate::wording::amount;

/// So many problems of one kind are kept; the others are counted.
const SAME_KIND: usize = 50;
/// So many problems are kept of all kinds together.
const ALL_KINDS: usize = 1_000;

/// The problems of one file.
#[derive(Debug)]
pub struct Findings {
    file: String,
    problems: Vec<Problem>,
    kinds: BTreeMap<(Severity, String), Kind>,
}

#[derive(Debug, Default)]
struct Kind {
    kept: usize,
    left_out: usize,
}

impl Findings {
    /// None yet, in `file`.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), problems: Vec::new(), kinds: BTreeMap::new() }
    }

    /// Adds an error. `kind` is what many such errors have in common, in words; `make` is given the file's name, and is
    /// called only if the error is kept.
    pub fn error(&mut self, kind: &str, make: impl FnOnce(&str) -> Problem) {
        self.add(Severity::Error, kind, make);
    }

    /// Adds a warning; as [`Findings::error`].
    pub fn warning(&mut self, kind: &str, make: impl FnOnce(&str) -> Problem) {
        self.add(Severity::Warning, kind, make);
    }

    fn add(&mut self, severity: Severity, kind: &str, make: impl FnOnce(&str) -> Problem) {
        let of_kind = self.kinds.entry((severity, kind.to_owned())).or_default();
        if of_kind.kept < SAME_KIND && self.problems.len() < ALL_KINDS {
            of_kind.kept += 1;
            self.problems.push(Problem { severity, kind: kind.to_owned(), ..make(&self.file) });
        } else {
            of_kind.left_out += 1;
        }
    }

    /// The problems in the order of the file (those of the whole file first), then how many were left out.
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.row);
        let mut others = BTreeMap::<Severity, usize>::new();
        for ((severity, kind), Kind { kept, left_out }) in self.kinds {
            if left_out == 0 {
                continue;
            }
            if kept == 0 {
                *others.entry(severity).or_default() += left_out;
                continue;
            }
            let reason = format!("and {} more like this: {kind}", amount(left_out));
            self.problems.push(Problem { severity, ..Problem::error(&self.file, reason, "") });
        }
        for (severity, left_out) in others {
            let reason = format!("and {} more problems of other kinds", amount(left_out));
            self.problems.push(Problem { severity, ..Problem::error(&self.file, reason, "") });
        }
        self.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_one_kind_are_counted() {
        let mut findings = Findings::new("f.csv");
        for row in (1..=1_284).rev() {
            findings.error("row too short", |file| Problem::error(file, "short", "").at_row(row));
        }
        findings.warning("odd", |file| Problem::warning(file, "odd", ""));
        let problems = findings.finish();
        assert_eq!(problems.len(), 52);
        assert_eq!(problems[0].reason, "odd");
        assert_eq!(problems[1].row, Some(1_235));
        assert_eq!(problems[51].to_string(), "f.csv: and 1,234 more like this: row too short");
        assert!(problems[51].is_error());
    }

    #[test]
    fn an_error_after_a_thousand_warnings_is_still_an_error() {
        let mut findings = Findings::new("f.csv");
        for kind in 0..2_000 {
            findings.warning(&kind.to_string(), |file| Problem::warning(file, "odd", ""));
        }
        findings.error("bad", |file| Problem::error(file, "bad", ""));
        let problems = findings.finish();
        assert_eq!(problems.len(), 1_002);
        assert!(problems.iter().any(Problem::is_error));
    }
}
