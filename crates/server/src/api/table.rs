//! Recommendations as a table: CSV (RFC 4180) that a spreadsheet opens without running anything in it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::problem::Problem;
use super::shape::Recommendation;
use super::{answer, query};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/recommendations.csv", Access::Public, table)
}

/// A cell that no spreadsheet takes for a formula: what begins like one, or with an apostrophe, gets an apostrophe in front.
/// [`unguarded`] gives back exactly what was there.
pub fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// What was there before [`guarded`].
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

async fn table(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let today = app.today();
    let asked = query::read(&visit.query, today)?;
    let mut rows = Vec::new();
    let mut place = asked.cursor.clone();
    loop {
        let listed = app.store.list_whole(&asked.filter, asked.order, place.as_deref(), 1000).await;
        let listed = listed.map_err(|error| match error {
            store::Error::Unreadable(_) if asked.cursor.is_some() => query::no_such_place(),
            other => other.into(),
        })?;
        for stored in &listed.items {
            rows.push(Recommendation::new(&desk::read(&stored.body)?, today, &app.settings.url));
        }
        place = match listed.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    let text = written(&rows).map_err(Fault::broken)?;
    Ok(answer::text(&headers, "text/csv; charset=utf-8", text))
}

/// The table: a row for each, and columns for the languages that there are.
///
/// # Errors
/// Never: a table in memory can be written.
pub fn written(rows: &[Recommendation]) -> Result<String, csv::Error> {
    let languages: BTreeSet<&String> = rows.iter().flat_map(|row| row.texts.keys()).collect();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let plain = PLAIN.iter().map(|(name, _)| (*name).to_owned());
    let texts =
        languages.iter().flat_map(|tag| ["title", "text", "reasons"].map(|word| format!("{word}_{tag}")));
    writer.write_record(plain.chain(texts))?;
    for row in rows {
        let plain = PLAIN.iter().map(|(_, cell)| cell(row));
        let texts = languages.iter().flat_map(|tag| {
            let version = row.texts.get(*tag).and_then(|versions| versions.last());
            let reasons = row.responses.last().and_then(|response| response.reasons.get(*tag));
            let (title, text) = version.map_or(("", ""), |version| (&version.title, &version.text));
            [title.to_owned(), text.to_owned(), reasons.cloned().unwrap_or_default()]
        });
        writer.write_record(plain.chain(texts).map(|cell| guarded(&cell)))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

type Cell = fn(&Recommendation) -> String;

/// The columns that do not depend on a language.
const PLAIN: &[(&str, Cell)] = &[
    ("assembly", |row| row.assembly.clone()),
    ("reference", |row| row.reference.clone()),
    ("external_id", |row| row.external_id.clone().unwrap_or_default()),
    ("theme", |row| row.theme.clone()),
    ("state", |row| row.state.to_owned()),
    ("position", |row| row.position.unwrap_or_default().to_owned()),
    ("delivery", |row| row.delivery.to_owned()),
    ("grade", |row| row.grade.unwrap_or_default().to_owned()),
    ("disputed", |row| row.disputed.to_string()),
    ("unit", |row| row.assignment.as_ref().map_or(String::new(), |one| one.unit.clone())),
    ("accountable", |row| row.assignment.as_ref().map_or(String::new(), |one| one.accountable.clone())),
    ("deputy", |row| row.assignment.as_ref().map_or(String::new(), |one| one.deputy.clone())),
    ("due", |row| row.due.map_or(String::new(), |day| day.to_string())),
    ("overdue", |row| row.overdue.to_string()),
    ("revision", |row| row.revision.to_string()),
    ("updated_at", |row| row.updated_at.to_string()),
    ("url", |row| row.url.clone()),
];

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};

    #[test]
    fn nothing_begins_like_a_formula_and_everything_comes_back() {
        for cell in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "''", "'", "", "plain", "a=b", "é",
        ] {
            let written = guarded(cell);
            assert!(!written.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell}");
            assert_eq!(unguarded(&written), cell);
        }
    }
}
