//! What is wrong with an input, said so that the person who made the file can mend it.

use std::fmt;

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input cannot be used.
    Error,
    /// The input is used, but somebody should look.
    Warning,
}

/// One thing that is wrong in one place of one file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// The file's name as the user gave it.
    pub file: String,
    /// The line of a text file, or the row of a spreadsheet, counted from 1.
    pub row: Option<usize>,
    /// The header of the column.
    pub column: Option<String>,
    /// What stands there; never the content of a column that is neither id, status nor feature.
    pub value: Option<String>,
    /// Why that is a problem.
    pub reason: String,
    /// What to do about it.
    pub remedy: String,
    /// What many such problems have in common, in words, as `Findings` counts them: for those who say it in another
    /// language. May be empty.
    #[serde(skip)]
    pub kind: String,
}

impl Problem {
    /// An error in `file`.
    pub fn error(file: &str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.to_owned(),
            row: None,
            column: None,
            value: None,
            reason: reason.into(),
            remedy: remedy.into(),
            kind: String::new(),
        }
    }

    /// A warning about `file`.
    pub fn warning(file: &str, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, reason, remedy) }
    }

    /// The same problem, placed in a row.
    #[must_use]
    pub fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The same problem, placed in a column.
    #[must_use]
    pub fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    /// The same problem, with the value that stands there.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(value.chars().take(80).collect());
        self
    }

    /// Whether the input cannot be used because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column \"{column}\"")?;
        }
        if let Some(value) = &self.value {
            write!(f, ", value \"{}\"", value.escape_debug())?;
        }
        write!(f, ": {}", self.reason)?;
        if !self.remedy.is_empty() {
            write!(f, " -> {}", self.remedy)?;
        }
        Ok(())
    }
}

/// What came of reading an input: a value unless there was an error, and everything that was noticed.
#[derive(Debug, Clone)]
pub struct Reading<T> {
    /// The input; `None` if and only if `problems` holds an error.
    pub value: Option<T>,
    /// Errors and warnings, in the order of the file.
    pub problems: Vec<Problem>,
}

impl<T> Reading<T> {
    /// `value`, unless one of the problems is an error.
    pub fn new(value: T, problems: Vec<Problem>) -> Self {
        let value = (!problems.iter().any(Problem::is_error)).then_some(value);
        Self { value, problems }
    }

    /// A reading that failed.
    pub fn failed(problems: Vec<Problem>) -> Self {
        debug_assert!(problems.iter().any(Problem::is_error));
        Self { value: None, problems }
    }
}
