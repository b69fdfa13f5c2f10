//! What the programs that measure do alike: end, print, and keep a file of results.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

/// Ends a program; what went wrong is said on stderr.
pub fn end(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(io::stderr(), "{why}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line.
///
/// # Errors
/// If nobody listens.
pub fn say(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{text}").map_err(|error| error.to_string())
}

/// Whether this could be a date like 2031-05-06.
pub fn is_date(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// Writes a file into the folder of results.
///
/// # Errors
/// If it cannot be written.
pub fn keep(name: &str, text: &str) -> Result<(), String> {
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    fs::create_dir_all(&results)
        .and_then(|()| fs::write(results.join(name), text))
        .map_err(|error| error.to_string())
}
