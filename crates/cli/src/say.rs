//! Plain words on a screen: lines, numbers, colours where they are wanted, and lists of problems.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use sortition::{Problem, Severity};

pub use sortition::wording::{amount, counted};

use crate::failure::Failure;
use crate::settings;

/// How many problems of one file are shown; the rest is counted, and `--json` has them all.
const SHOWN: usize = 60;

/// For what matters most on a line.
pub const STRONG: Style = Style::new().bold();
/// For what is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// For what is wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what somebody should look at.
pub const CARE: Style = AnsiColor::Yellow.on_default();
/// For what may be skipped.
pub const QUIET: Style = Style::new().dimmed();

/// A place for words. Colours are left out where nobody would see them: in a pipe, and where NO_COLOR is set.
pub struct Say {
    out: Box<dyn Write>,
}

impl Say {
    /// Speaks on standard output.
    pub fn out() -> Self {
        Self { out: Box::new(anstream::stdout()) }
    }

    /// Speaks on standard error.
    pub fn err() -> Self {
        Self { out: Box::new(anstream::stderr()) }
    }

    /// Says one line.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn line(&mut self, line: impl Display) -> io::Result<()> {
        writeln!(self.out, "{line}")
    }

    /// Says an empty line.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Says what something is, under other such lines.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn fact(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        self.line(format_args!("  {name:<16} {value}"))
    }

    /// Lists problems by file, errors first.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn problems(&mut self, problems: &[Problem]) -> io::Result<()> {
        let mut files: Vec<&str> = Vec::new();
        for problem in problems {
            if !files.contains(&problem.file.as_str()) {
                files.push(&problem.file);
            }
        }
        for file in files {
            let mut of_file: Vec<&Problem> = problems.iter().filter(|problem| problem.file == file).collect();
            of_file.sort_by_key(|problem| problem.severity);
            let errors = of_file.iter().filter(|problem| problem.is_error()).count();
            self.line(format_args!("{STRONG}{file}{STRONG:#}: {}", tally(errors, of_file.len() - errors)))?;
            for problem in of_file.iter().take(SHOWN) {
                self.problem(problem)?;
            }
            if of_file.len() > SHOWN {
                let rest = amount(of_file.len() - SHOWN);
                self.line(format_args!("  {QUIET}and {rest} more; --json lists them all{QUIET:#}"))?;
            }
        }
        Ok(())
    }

    fn problem(&mut self, problem: &Problem) -> io::Result<()> {
        let (style, word) = match problem.severity {
            Severity::Error => (BAD, "error"),
            Severity::Warning => (CARE, "warning"),
        };
        let mut place: Vec<String> = Vec::new();
        place.extend(problem.row.map(|row| format!("row {row}")));
        // Settings have no columns: each is a key of the file, or a flag.
        let is_settings = Path::new(&problem.file).ends_with(settings::FILE);
        place.extend(problem.column.as_ref().map(|column| match column.starts_with("--") {
            true => column.clone(),
            false if is_settings => format!("key \"{column}\""),
            false => format!("column \"{column}\""),
        }));
        place.extend(problem.value.as_ref().map(|value| format!("value \"{}\"", value.escape_debug())));
        let place = if place.is_empty() { String::new() } else { format!(" {}:", place.join(", ")) };
        self.line(format_args!("  {style}{word}{style:#}{place} {}", problem.reason))?;
        if problem.remedy.is_empty() { Ok(()) } else { self.line(format_args!("    -> {}", problem.remedy)) }
    }

    /// Says why a command stopped.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn failure(&mut self, failure: &Failure) -> io::Result<()> {
        self.problems(&failure.problems)?;
        self.line(format_args!("{BAD}boule:{BAD:#} {}", failure.reason))?;
        if failure.remedy.is_empty() { Ok(()) } else { self.line(format_args!("  -> {}", failure.remedy)) }
    }
}

/// A path as it is typed at a shell: in quotation marks where it has a blank or a sign that means something there.
pub fn shell(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+,:@%=".contains(letter);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// "2 errors, 1 warning".
pub fn tally(errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => "nothing to mend".to_owned(),
        (0, _) => counted(warnings, "warning"),
        (_, 0) => counted(errors, "error"),
        _ => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

/// `part` of `whole` in percent with two decimals, rounded down.
pub fn percent_down(part: u128, whole: u128) -> String {
    hundredths(part.saturating_mul(10_000) / whole.max(1))
}

/// `part` of `whole` in percent with two decimals, rounded up.
pub fn percent_up(part: u128, whole: u128) -> String {
    hundredths(part.saturating_mul(10_000).div_ceil(whole.max(1)))
}

fn hundredths(value: u128) -> String {
    format!("{}.{:02}%", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::{self, Write};
    use std::rc::Rc;

    use sortition::Problem;

    use super::{SHOWN, Say, percent_down, percent_up, shell, tally};

    #[derive(Clone, Default)]
    struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn problems_are_listed_by_file_errors_first_and_not_without_end() {
        let paper = Paper::default();
        let mut say = Say { out: Box::new(paper.clone()) };
        let mut problems = vec![Problem::warning("a", "careful", ""), Problem::error("b", "bad", "mend it")];
        problems.extend((0..SHOWN + 4).map(|row| Problem::error("a", "wrong", "").at_row(row)));
        say.problems(&problems).unwrap();
        let text = String::from_utf8(paper.0.take()).unwrap();
        let text = anstream::adapter::strip_str(&text).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["a: 64 errors, 1 warning", "  error row 0: wrong"]);
        assert_eq!(lines[SHOWN + 1], "  and 5 more; --json lists them all");
        assert_eq!(lines[SHOWN + 2..], ["b: 1 error", "  error bad", "    -> mend it"]);
    }

    #[test]
    fn paths_are_quoted_where_a_shell_would_break_them() {
        for (path, typed) in [
            ("spring/public", "spring/public"),
            ("C:/Zürich_2.0", "C:/Zürich_2.0"),
            ("my town", "'my town'"),
            ("the mayor's", "'the mayor'\\''s'"),
            ("a$b", "'a$b'"),
            ("", "''"),
        ] {
            assert_eq!(shell(std::path::Path::new(path)), typed);
        }
    }

    #[test]
    fn a_tally_leaves_out_what_there_is_none_of() {
        let tallies = [tally(0, 0), tally(1, 2), tally(1200, 0)];
        assert_eq!(tallies, ["nothing to mend", "1 error, 2 warnings", "1,200 errors"]);
    }

    #[test]
    fn percentages_are_never_flattering() {
        assert_eq!((percent_down(1, 3), percent_up(1, 3)), ("33.33%".to_owned(), "33.34%".to_owned()));
        assert_eq!((percent_down(31, 1000), percent_up(31, 1000)), ("3.10%".to_owned(), "3.10%".to_owned()));
        assert_eq!(percent_up(1, 1), "100.00%");
    }
}
