//! The tables and keys of a TOML file, each with its row, so that everything that is wrong is said at once and where.

use std::ops::Range;

use sortition::findings::Findings;
use sortition::{Problem, Severity};
use toml::de::{DeTable, DeValue};

use crate::columns::Names;

/// A value and the row in which it stands.
#[derive(Debug, Clone)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its row, counted from 1.
    pub row: usize,
}

/// A file as it is read: its text, and what is wrong with it.
pub struct Written<'a> {
    file: &'a str,
    text: &'a str,
    findings: Findings,
}

/// A table of the file: its name, its row and its keys.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    name: &'a str,
    /// Where it begins.
    pub row: usize,
    table: &'a DeTable<'a>,
}

impl Part<'_> {
    /// What a key of it is called in messages.
    fn called(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

impl<'a> Written<'a> {
    /// A file that is not read yet.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, findings: Findings::new(file) }
    }

    /// The keys of the whole file; `None` if it is not TOML, which is said, and nothing else: what follows a slip is not known.
    pub fn parse(&mut self) -> Option<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let is_sound = errors.is_empty();
        for error in errors {
            let row = error.span().map(|span| self.row(&span));
            let remedy = "see the guide for sessions; text stands in double quotes, and lines that begin with # are remarks";
            let mut problem = Problem::error(self.file, error.message().replace('\n', " "), remedy);
            problem.row = row;
            self.findings.error("TOML", |_| problem);
        }
        is_sound.then(|| table.into_inner())
    }

    /// The whole file.
    pub fn whole<'t>(&self, table: &'t DeTable<'t>) -> Part<'t> {
        Part { name: "", row: 1, table }
    }

    /// What was said, errors and warnings.
    pub fn finish(self) -> Vec<Problem> {
        self.findings.finish()
    }

    fn row(&self, span: &Range<usize>) -> usize {
        self.text[..span.start.min(self.text.len())].matches('\n').count() + 1
    }

    /// Says that something is wrong; an empty value is not shown.
    pub fn wrong(&mut self, row: usize, key: &str, value: &str, reason: &str, remedy: impl Into<String>) {
        self.say(Severity::Error, row, key, value, Problem::error(self.file, reason, remedy));
    }

    /// Says that something may not be meant.
    pub fn care(&mut self, row: usize, key: &str, value: &str, reason: String, remedy: impl Into<String>) {
        self.say(Severity::Warning, row, key, value, Problem::warning(self.file, reason, remedy));
    }

    fn say(&mut self, severity: Severity, row: usize, key: &str, value: &str, problem: Problem) {
        let problem = problem.at_row(row).in_column(key);
        let problem = if value.is_empty() { problem } else { problem.with_value(value) };
        match severity {
            Severity::Error => self.findings.error(key, |_| problem),
            Severity::Warning => self.findings.warning(key, |_| problem),
        }
    }

    fn wrong_value(&mut self, part: Part<'_>, key: &str, span: &Range<usize>, reason: &str, remedy: &str) {
        let value = self.text.get(span.clone()).unwrap_or_default().to_owned();
        self.wrong(self.row(span), &part.called(key), &value, reason, remedy);
    }

    /// Says which keys mean nothing.
    pub fn only(&mut self, part: Part<'_>, keys: &[&str]) {
        let known = Names::new(keys.iter().map(|&key| key.to_owned()).collect());
        for key in part.table.keys() {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let (row, remedy) = (self.row(&key.span()), known.remedy(name, "keys here"));
                self.wrong(row, &part.called(name), "", "this key means nothing here", remedy);
            }
        }
    }

    /// Whether a key is there, whatever it says.
    pub fn has(part: Part<'_>, key: &str) -> bool {
        part.table.contains_key(key)
    }

    /// The tables that are called so, [[like this]].
    pub fn tables<'t>(&mut self, part: Part<'t>, key: &'t str) -> Vec<Part<'t>> {
        let Some(value) = part.table.get(key) else { return Vec::new() };
        let tables = value.get_ref().as_array().map(|all| {
            let one = |value: &'t toml::Spanned<DeValue<'t>>| {
                Some(Part { name: key, row: self.row(&value.span()), table: value.get_ref().as_table()? })
            };
            all.iter().map(one).collect::<Option<Vec<_>>>()
        });
        tables.flatten().unwrap_or_else(|| {
            let remedy = format!("write [[{key}]] in double brackets, and its keys below");
            self.wrong_value(part, key, &value.span(), "this is not a table of its own", &remedy);
            Vec::new()
        })
    }

    /// A text, or a date written without quotes; `None` if the key is not there.
    pub fn text(&mut self, part: Part<'_>, key: &str) -> Option<At<String>> {
        let value = part.table.get(key)?;
        let text = plain(value.get_ref());
        if text.is_none() {
            self.wrong_value(part, key, &value.span(), "this is not text", "write it in double quotes");
        }
        Some(At { value: text?, row: self.row(&value.span()) })
    }

    /// A text that must be there and say something; empty if it is not, which is said.
    pub fn needed(&mut self, part: Part<'_>, key: &str, example: &str) -> At<String> {
        if !part.table.contains_key(key) {
            self.missing(part, key, example);
        }
        let found = self.text(part, key).unwrap_or(At { value: String::new(), row: part.row });
        let is_blank = |value: &DeValue<'_>| value.as_str().is_some_and(|text| text.trim().is_empty());
        if part.table.get(key).is_some_and(|value| is_blank(value.get_ref())) {
            let remedy = format!("write a line like {key} = {example}");
            self.wrong(found.row, &part.called(key), "", "this is empty", remedy);
            return At { value: String::new(), row: found.row };
        }
        found
    }

    fn missing(&mut self, part: Part<'_>, key: &str, example: &str) {
        let remedy = format!("write a line like {key} = {example}");
        self.wrong(part.row, &part.called(key), "", "this key is missing", remedy);
    }

    /// A whole number from 0; `None` if the key is not there.
    pub fn number(&mut self, part: Part<'_>, key: &str) -> Option<usize> {
        let value = part.table.get(key)?;
        let number = value.get_ref().as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().parse::<u32>().ok());
        if number.is_none() {
            let reason = "this is not a whole number from 0";
            self.wrong_value(part, key, &value.span(), reason, "write digits only, without quotes");
        }
        number.map(|number| number as usize)
    }

    /// A number that must be there; 0 if it is not, which is said.
    pub fn needed_number(&mut self, part: Part<'_>, key: &str, example: &str) -> usize {
        if !part.table.contains_key(key) {
            self.missing(part, key, example);
        }
        self.number(part, key).unwrap_or(0)
    }

    /// A list of texts; empty if the key is not there.
    pub fn texts(&mut self, part: Part<'_>, key: &str) -> Vec<At<String>> {
        let Some(value) = part.table.get(key) else { return Vec::new() };
        let all = value.get_ref().as_array().map(|all| {
            all.iter()
                .map(|value| Some(At { value: plain(value.get_ref())?, row: self.row(&value.span()) }))
                .collect::<Option<Vec<_>>>()
        });
        all.flatten().unwrap_or_else(|| {
            let remedy = "write [\"one\", \"two\"], each in double quotes";
            self.wrong_value(part, key, &value.span(), "this is not a list of texts", remedy);
            Vec::new()
        })
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_datetime().map(ToString::to_string))
}
