//! Lists of links for paper: slips to print and cut, or a table for a mail merge. They are shown once and never kept.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use crate::api::table::guarded;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind};
use crate::page::{self, Page};
use crate::words::Words;

/// A slip: what stands on it, and the link.
#[derive(Debug)]
pub struct Slip {
    /// The number of the member and the name to sign in with; empty on a ballot.
    pub lines: Vec<(&'static str, String)>,
    /// The link.
    pub link: String,
}

#[derive(askama::Template)]
#[template(path = "slips.html")]
struct Slips {
    page: Page,
    /// Where to go back to, and what that is called.
    back: (&'static str, String),
    about: String,
    /// What stands on every slip above its link.
    each: String,
    slips: Vec<Slip>,
}

/// The field that asks in which form a list is wanted.
pub fn form_field(words: Words) -> Field {
    let choices = [("print", "paper-print"), ("csv", "paper-csv")];
    let choices = choices.map(|(value, key)| Choice::new(value, words.say(key)));
    Field::new("as", words.say("paper-as"), Kind::Radios(choices.into())).value("print")
}

/// The list to print.
///
/// # Errors
/// If the template cannot be filled.
pub fn print(
    page: Page,
    back: (&'static str, String),
    about: String,
    each: String,
    slips: Vec<Slip>,
) -> Result<Response, Fault> {
    page::html(&Slips { page, back, about, each, slips })
}

/// The list as a table with these columns (RFC 4180).
///
/// # Errors
/// If it cannot be written.
pub fn table(name: &str, columns: &[&str], slips: &[Slip]) -> Result<Response, Fault> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns).map_err(Fault::broken)?;
    for slip in slips {
        let cells = slip.lines.iter().map(|(_, value)| guarded(value));
        writer.write_record(cells.chain([slip.link.clone()])).map_err(Fault::broken)?;
    }
    let body = writer.into_inner().map_err(Fault::broken)?;
    let disposition = format!("attachment; filename=\"{name}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
    ];
    Ok((headers, body).into_response())
}
