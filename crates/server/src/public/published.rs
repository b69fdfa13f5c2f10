//! What was brought in with `boule publish` for everybody: the programme with its calendars, and the draw's record.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use store::Publication;

use crate::access::{Access, Routes};
use crate::api::answer;
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Plain, Table};
use crate::public::verifier;
use crate::visit::Visit;
use crate::words::Words;
use crate::worth::Worth;

/// The parts that everybody may read.
const PARTS: [&str; 2] = ["draw", "programme"];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{assembly}/programme", Access::Public, programme)
        .get("/a/{assembly}/draw", Access::Public, draw)
        .get("/a/{assembly}/files/{part}/{*path}", Access::Public, file)
}

/// The pages that there are of an assembly: address and key of the words.
///
/// # Errors
/// If the store cannot be read.
pub async fn pages(app: &App, assembly: &str) -> Result<Vec<(String, &'static str)>, Fault> {
    let own = |page: &str| format!("/a/{}/{page}", escaped(assembly));
    let mut pages = vec![(own("before"), "nav-gates"), (own("reports"), "nav-reports")];
    for (part, key) in [("programme", "nav-programme"), ("draw", "nav-draw")] {
        if !app.store.publications(assembly, part).await?.is_empty() {
            pages.push((format!("/a/{}/{part}", escaped(assembly)), key));
        }
    }
    if !Worth::of(app, assembly).await?.is_empty() {
        pages.push((format!("/a/{}/worth", escaped(assembly)), "nav-worth"));
    }
    Ok(pages)
}

async fn programme(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let (_, csv) =
        app.store.open_publication(&id, "programme", "programme.csv").await?.ok_or(Fault::NotFound)?;
    let sheet = reading::sound_rows("programme.csv", &csv).0.ok_or_else(|| Fault::broken("no programme"))?;
    let words = visit.words;
    let column = |name: &str| sheet.header.iter().position(|own| own == name);
    let cell =
        |row: &sortition::Row, name: &str| column(name).map_or_else(String::new, |at| row.cells[at].clone());
    let mut days: Vec<(String, Vec<Vec<Cell>>)> = Vec::new();
    for row in &sheet.rows {
        let date = cell(row, "date");
        let day = date.parse().map_or_else(|_| date.clone(), |date| words.date(&date));
        let at = format!("{}–{}", cell(row, "start"), cell(row, "end"));
        let cells = [at, cell(row, "title"), cell(row, "room"), cell(row, "speakers")].map(Cell::text).into();
        match days.last_mut() {
            Some((last, rows)) if *last == day => rows.push(cells),
            _ => days.push((day, vec![cells])),
        }
    }
    let title = words.with("programme-of", "assembly", assembly.name(words));
    let mut plain = Plain::new(Page::new(visit, title)).back(format!("/a/{id}"), assembly.name(words));
    let zone = assembly.about.rule.zone.iana_name().unwrap_or("UTC");
    plain = plain.about(words.with("programme-about", "zone", zone));
    for (caption, rows) in days {
        let columns = ["programme-time", "programme-what", "programme-room", "programme-speakers"];
        plain = plain.table(Table { caption, columns: columns.map(|key| words.say(key)).into(), rows });
    }
    let files = app.store.publications(&id, "programme").await?;
    plain.table(listed(words, words.say("programme-files"), &files)).show()
}

async fn draw(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let files = app.store.publications(&id, "draw").await?;
    if files.is_empty() {
        return Err(Fault::NotFound);
    }
    let words = visit.words;
    let commit = json(&app, &id, "commit.json").await?.unwrap_or_default();
    let is_rehearsal = commit["rehearsal"].as_bool().unwrap_or_default();
    let title = if is_rehearsal { "draw-rehearsal-of" } else { "draw-of" };
    let title = words.with(title, "assembly", assembly.name(words));
    let mut plain = Plain::new(Page::new(visit, title)).back(format!("/a/{id}"), assembly.name(words));
    if is_rehearsal {
        plain = plain.about(words.say("draw-rehearsal"));
    }
    plain = plain.about(words.say("draw-about"));
    for said in stands(&app, &id, &files, words).await? {
        plain = plain.about(said);
    }
    for said in drawn(&app, &id, &files, words).await? {
        plain = plain.about(said);
    }
    if let Some(commit) = files.iter().find(|file| file.path == "commit.json") {
        plain = plain.about(words.say("draw-commitment")).copy(commit.sha256.clone());
    }
    plain.table(listed(words, words.say("draw-files"), &files)).table(verifier::beside(words)).show()
}

/// How the draw stands: which attempts were declared void and why, and whether this one was drawn, is void, or waits.
async fn stands(app: &App, id: &str, files: &[Publication], words: Words) -> Result<Vec<String>, Fault> {
    let is_there = |path: &str| files.iter().any(|file| file.path == path);
    let mut said = Vec::new();
    for attempt in 1_u32.. {
        let path = format!("attempts/{attempt}/void.json");
        if !is_there(&path) {
            break;
        }
        let reason = reason(app, id, &path).await?;
        said.push(words.with2("draw-earlier", "attempt", attempt.to_string(), "reason", reason));
    }
    said.push(match () {
        () if is_there("void.json") => words.with("draw-void", "reason", reason(app, id, "void.json").await?),
        () if is_there("draw.json") => words.say("draw-done"),
        () => words.say("draw-not-yet"),
    });
    Ok(said)
}

/// What was drawn, and the panel after the last replacement, by the numbers that everybody has.
async fn drawn(app: &App, id: &str, files: &[Publication], words: Words) -> Result<Vec<String>, Fault> {
    let Some(draw) = json(app, id, "draw.json").await? else { return Ok(Vec::new()) };
    let mut said = Vec::new();
    if let Some(digits) = draw["witnessed"].as_str() {
        said.push(words.with("draw-digits", "digits", digits));
    }
    if let (Some(chain), Some(round)) = (draw["beacon"]["chain"].as_str(), draw["beacon"]["round"].as_u64()) {
        said.push(words.with2("draw-round", "chain", chain, "round", round.to_string()));
    }
    said.push(words.with2("draw-panel", "panel", draw["t"].to_string(), "numbers", numbers(&draw)));
    let replaced = |e: &u32| format!("replacements/{e}/draw.json");
    let is_there = |path: &str| files.iter().any(|file| file.path == path);
    let all = (1_u32..).take_while(|e| is_there(&format!("replacements/{e}/record.json")));
    if let Some(e) = all.filter(|e| is_there(&replaced(e))).last() {
        let last = json(app, id, &replaced(&e)).await?.unwrap_or_default();
        said.push(words.with2("draw-panel-now", "replacement", e.to_string(), "numbers", numbers(&last)));
    }
    Ok(said)
}

fn numbers(draw: &serde_json::Value) -> String {
    let panel = draw["panel"].as_array().into_iter().flatten();
    panel.map(serde_json::Value::to_string).collect::<Vec<_>>().join(", ")
}

/// A file of the record, if it is there.
async fn json(app: &App, id: &str, path: &str) -> Result<Option<serde_json::Value>, Fault> {
    let Some((_, bytes)) = app.store.open_publication(id, "draw", path).await? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(Fault::broken)
}

/// Why a lottery was declared void, as the file says it.
async fn reason(app: &App, id: &str, path: &str) -> Result<String, Fault> {
    let void = json(app, id, path).await?.ok_or(Fault::NotFound)?;
    Ok(void["reason"].as_str().unwrap_or_default().to_owned())
}

fn listed(words: Words, caption: String, files: &[Publication]) -> Table {
    let row = |file: &Publication| {
        let address = format!("/a/{}/files/{}/{}", escaped(&file.assembly), file.part, escaped(&file.path));
        vec![Cell::link(file.path.clone(), address), Cell::text(file.sha256.clone())]
    };
    let columns = ["sittings-file", "published-hash"].map(|key| words.say(key)).into();
    let rows = files.iter().filter(|file| file.is_open).map(row).collect();
    Table { caption, columns, rows }
}

/// A file as it was published: calendars to subscribe to, everything else as a download that no browser runs.
async fn file(
    State(app): State<App>,
    asked: HeaderMap,
    Path((assembly, part, path)): Path<(String, String, String)>,
) -> Result<Response, Fault> {
    if !PARTS.contains(&part.as_str()) {
        return Err(Fault::NotFound);
    }
    let found = app.store.open_publication(&assembly, &part, &path).await?;
    let (file, bytes) = found.ok_or(Fault::NotFound)?;
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let disposition = format!("attachment; filename*=UTF-8''{}", escaped(&name));
    let tag = format!("\"{}\"", file.sha256);
    let known = answer::has(&asked, &tag);
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&file.media).map_err(Fault::broken)?);
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Fault::broken)?);
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Fault::broken)?);
    Ok(response)
}
