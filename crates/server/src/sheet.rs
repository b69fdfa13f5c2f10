//! A table that somebody brings: as a file or typed in, read, and kept until they have seen what would become of it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sortition::{Row, Sheet};

use crate::api::table::unguarded;
use crate::app::App;
use crate::fault::{self, Fault};
use crate::form::{Field, Kind, Problem, Typed};
use crate::visit::Visit;
use crate::words::Words;

/// The fields by which a table is brought: a file, or its text.
pub fn fields(words: Words) -> [Field; 2] {
    [
        Field::new("file", words.say("import-file"), Kind::File).hint(words.say("import-file-hint")),
        Field::new("table", words.say("import-table"), Kind::Lines(8)).hint(words.say("import-table-hint")),
    ]
}

/// The table that was brought, or what is wrong with it.
///
/// # Errors
/// If there is none, or its rows cannot be told apart: each problem with its row.
pub fn brought(words: Words, typed: &mut Typed) -> Result<Sheet, Vec<Problem>> {
    let (name, bytes) = match typed.take_file("file") {
        Some(upload) => (upload.name, upload.bytes),
        None => ("table".to_owned(), typed.text("table").into_bytes()),
    };
    if bytes.is_empty() {
        return Err(vec![Problem::new("file", words.say("import-nothing"))]);
    }
    let (sheet, problems) = reading::sound_rows(&name, &bytes);
    let errors: Vec<Problem> =
        flaws(words, &problems).into_iter().map(|said| Problem::new("file", said)).collect();
    sheet.filter(|_| errors.is_empty()).ok_or(errors)
}

/// The errors of a table that cannot be read, each with its row, in the reader's language.
pub fn flaws(words: Words, problems: &[sortition::Problem]) -> Vec<String> {
    let said = |problem: &sortition::Problem| {
        let row = problem.row.map(|row| words.count("import-row", row)).unwrap_or_default();
        let kind = if problem.kind.is_empty() { "more" } else { &problem.kind };
        let column = problem.column.as_deref().unwrap_or_default();
        let what = words.with(&format!("flaw-{}", kind.replace(' ', "_")), "column", column);
        format!("{row} {what}").trim().to_owned()
    };
    problems.iter().filter(|problem| problem.is_error()).map(said).collect()
}

/// Whether a table has a column, whatever its capitals.
pub fn has(sheet: &Sheet, name: &str) -> bool {
    column(sheet, name).is_some()
}

fn column(sheet: &Sheet, name: &str) -> Option<usize> {
    sheet.header.iter().position(|own| own.eq_ignore_ascii_case(name))
}

/// What a row says in a column; nothing where the table has none.
pub fn cell(sheet: &Sheet, row: &Row, name: &str) -> String {
    let found = column(sheet, name).and_then(|place| row.cells.get(place));
    found.map_or("", |cell| unguarded(cell)).to_owned()
}

/// That a column is missing.
pub fn missing(words: Words, name: &str) -> Problem {
    Problem::new("file", words.with("import-column-missing", "name", name))
}

/// Keeps what a table would become, under this kind, until the person confirms it.
///
/// # Errors
/// If the store cannot be written.
pub async fn wait<T: Serialize>(app: &App, visit: &Visit, kind: &str, waiting: &T) -> Result<(), Fault> {
    let draft = store::Draft {
        person: visit.signed()?.actor.person.clone(),
        subject: kind.to_owned(),
        kind: kind.to_owned(),
        based_on: 0,
        saved_at: app.now(),
        body: serde_json::to_string(waiting).map_err(Fault::broken)?,
    };
    Ok(app.store.keep_draft(&draft).await?)
}

/// What waits for this person.
///
/// # Errors
/// [`Fault::NotFound`] if nothing does.
pub async fn waiting<T: DeserializeOwned>(app: &App, visit: &Visit, kind: &str) -> Result<T, Fault> {
    let person = &visit.signed()?.actor.person;
    let kept = app.store.draft(person, kind, kind).await?.ok_or(Fault::NotFound)?;
    serde_json::from_str(&kept.body).map_err(Fault::broken)
}

/// What waited was brought in, and waits no more.
pub async fn done(app: &App, person: &str, kind: &str) {
    fault::tidied(app.store.drop_draft(person, kind, kind).await);
}
