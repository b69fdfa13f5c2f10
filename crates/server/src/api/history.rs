//! Whole histories: an assembly with every event, its evidence files, its posts, its snapshots and what else is kept of it, out of
//! one service and into another, without a loss. What was published of the draw is not in it: `boule publish` brings that in again.

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Filter, Order};
use tracking::Recommendation;

use super::problem::{Error, Problem};
use super::write::{Asked, begin};
use super::{answer, token};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{About, Assembly};
use crate::desk;
use crate::fault::Fault;
use crate::secret::fingerprint;
use crate::visit::Visit;

/// How many bytes a history may have.
const MOST: usize = 256 << 20;
/// The name of the form, with its version.
const FORMAT: &str = "boule-history/2";
/// The form before: without files, and without what is known of posts beside their names.
const BEFORE: &str = "boule-history/1";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    const PATH: &str = "/api/v1/assemblies/{assembly}/history";
    routes.get(PATH, Access::Token(token::HISTORY), export).program(
        Method::PUT,
        PATH,
        Access::Token(token::RESTORE),
        import,
    )
}

/// An assembly and all that became of its recommendations.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    format: String,
    names: BTreeMap<String, String>,
    about: About,
    units: Vec<Unit>,
    recommendations: Vec<Story>,
    /// What else is kept of the assembly: elections, practice notes and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<Entry>,
    /// Its rounds of scores: what was counted, and the hashes of the ballots, so that none counts twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rounds: Vec<Round>,
    /// Its snapshots, the first one first: they stay the bytes that they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    snapshots: Vec<Snapshot>,
}

/// A snapshot with its bytes (RFC 4648 base64).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    number: i64,
    title: String,
    taken_at: Timestamp,
    sha256: String,
    bytes: String,
}

/// A round of scores; the entry of the same id says what it is called.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Round {
    id: String,
    scores: Vec<store::Counted>,
    ballots: Vec<(String, i64)>,
}

/// Something that is kept of an assembly beside its recommendations.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: String,
    revision: i64,
    unit: Option<String>,
    subject: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
    updated_at: Timestamp,
    body: Value,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    id: String,
    parent: Option<String>,
    names: BTreeMap<String, String>,
    posts: Vec<Post>,
    /// What is known of it beside its name.
    #[serde(default, skip_serializing_if = "is_empty")]
    about: Value,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    id: String,
    names: BTreeMap<String, String>,
    /// What is known of it beside its name: capacity and deputy.
    #[serde(default, skip_serializing_if = "is_empty")]
    about: Value,
}

/// Whether nothing is said.
fn is_empty(about: &Value) -> bool {
    about.as_object().is_none_or(serde_json::Map::is_empty)
}

/// The same as the store keeps it.
fn kept(about: &Value) -> String {
    if about.is_null() { "{}".to_owned() } else { about.to_string() }
}

/// A recommendation: its opaque id, and its events as they were kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    id: String,
    events: Vec<tracking::Event>,
    /// Its evidence files, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<File>,
}

/// An evidence file with its bytes (RFC 4648 base64).
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    name: String,
    media: String,
    sha256: String,
    added_at: Timestamp,
    added_by: String,
    bytes: String,
}

async fn export(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    token::covers(visit.client.as_deref().ok_or_else(|| Fault::SignIn(String::new()))?, &id, None)?;
    let assembly = Assembly::find(&app, &id).await?;
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    let unit = |unit: store::Unit| {
        let own = posts.iter().filter(|post| post.unit == unit.id);
        let post = |post: &store::Post| {
            let (id, names) = (post.id.clone(), post.names.clone());
            Ok(Post { id, names, about: read(&post.body)? })
        };
        let posts = own.map(post).collect::<Result<_, Fault>>()?;
        Ok(Unit { id: unit.id, parent: unit.parent, names: unit.names, posts, about: read(&unit.body)? })
    };
    let units = units.into_iter().map(unit).collect::<Result<_, Fault>>()?;
    let entries = app.store.entries_of(&id).await?.into_iter().map(entry).collect::<Result<_, Fault>>()?;
    let mut rounds = Vec::new();
    for round in rounds_of(&app, &id).await? {
        let (scores, ballots) = (app.store.scores(&round).await?, app.store.ballot_hashes(&round).await?);
        rounds.push(Round { id: round, scores, ballots });
    }
    let snapshots = snapshots(&app, &id).await?;
    let filter = Filter { assemblies: vec![id], ..Filter::default() };
    let (mut recommendations, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for summary in listed.items {
            let events = desk::history(&app, &summary.id).await?;
            let files = files(&app, &summary.id).await?;
            recommendations.push(Story { id: summary.id, events, files });
        }
        place = match listed.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    let format = FORMAT.to_owned();
    let (names, about) = (assembly.names, assembly.about);
    let history = History { format, names, about, units, recommendations, entries, rounds, snapshots };
    let mut response = answer::json(&headers, &history)?;
    // Opaque ids of people are in it: only who has the token may read it.
    response.headers_mut().remove(axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN);
    response.headers_mut().remove("cross-origin-resource-policy");
    Ok(response)
}

/// The ids of an assembly's rounds of scores.
async fn rounds_of(app: &App, assembly: &str) -> Result<Vec<String>, Fault> {
    let rounds = crate::members::rounds::of_assembly(app, assembly).await?;
    Ok(rounds.into_iter().map(|round| round.entry.id).collect())
}

fn read(body: &str) -> Result<Value, Fault> {
    serde_json::from_str(body).map_err(Fault::broken)
}

fn entry(of: store::Entry) -> Result<Entry, Fault> {
    Ok(Entry {
        id: of.id,
        kind: of.kind,
        revision: of.revision,
        unit: of.unit,
        subject: of.subject,
        from: of.from,
        until: of.until,
        updated_at: of.updated_at,
        body: read(&of.body)?,
    })
}

/// The evidence files of a recommendation with their bytes.
async fn files(app: &App, recommendation: &str) -> Result<Vec<File>, Fault> {
    let mut files = Vec::new();
    for file in app.store.files(recommendation).await? {
        let (file, bytes) = app.store.file(&file.id).await?.ok_or(Fault::NotFound)?;
        files.push(File {
            id: file.id,
            name: file.name,
            media: file.media,
            sha256: file.sha256,
            added_at: file.added_at,
            added_by: file.added_by,
            bytes: STANDARD.encode(bytes),
        });
    }
    Ok(files)
}

/// The snapshots of an assembly with their bytes.
async fn snapshots(app: &App, assembly: &str) -> Result<Vec<Snapshot>, Fault> {
    let mut snapshots = Vec::new();
    for one in app.store.snapshots(assembly).await? {
        let (one, bytes) = app.store.snapshot(assembly, one.number).await?.ok_or(Fault::NotFound)?;
        let (number, title, taken_at, sha256) = (one.number, one.title, one.taken_at, one.sha256);
        snapshots.push(Snapshot { number, title, taken_at, sha256, bytes: STANDARD.encode(bytes) });
    }
    Ok(snapshots)
}

async fn import(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    token::covers(visit.client.as_deref().ok_or_else(|| Fault::SignIn(String::new()))?, &id, None)?;
    let mut begun = match begin(&app, &visit, request, MOST).await? {
        Asked::Again(response) => return Ok(response),
        Asked::New(begun) => begun,
    };
    let history: History = begun.read()?;
    let rebuilt = checked(&id, &history)?;
    let files_in = with_bytes(&history)?;
    let snapshots_in = snapshots_with_bytes(&id, &history)?;
    if app.store.assembly(&id).await?.is_some() {
        return Err(Problem::taken(
            "There is an assembly with this id already; a history comes into an empty place.",
        ));
    }
    let change = &mut begun.change;
    let (at, body) = (app.now(), serde_json::to_string(&history.about).map_err(Fault::broken)?);
    let assembly =
        store::Assembly { id: id.clone(), revision: 1, names: history.names.clone(), updated_at: at, body };
    change.save_assembly(&assembly, None).await?;
    let stayed = bring_units_in(change, &history.units).await?;
    for (story, recommendation) in history.recommendations.iter().zip(&rebuilt) {
        desk::bring_in(change, &story.id, recommendation, &story.events).await?;
    }
    for (recommendation, file, bytes) in files_in {
        change.add_file(&store::File { recommendation, ..file }, bytes).await?;
    }
    for one in history.entries {
        let entry = store::Entry {
            id: one.id,
            kind: one.kind,
            revision: one.revision,
            assembly: Some(id.clone()),
            unit: one.unit,
            subject: one.subject,
            from: one.from,
            until: one.until,
            updated_at: one.updated_at,
            body: one.body.to_string(),
        };
        change.bring_in_entry(&entry).await?;
    }
    for round in &history.rounds {
        change.open_scores(&round.id, &round.scores).await?;
        change.bring_in_ballots(&round.id, &round.ballots).await?;
    }
    for (snapshot, bytes) in snapshots_in {
        change.bring_in_snapshot(&snapshot, bytes).await?;
        let note = json!({ "number": snapshot.number, "sha256": snapshot.sha256, "size": snapshot.size });
        change.note("snapshot.import", &id, &note).await?;
    }
    let count = rebuilt.len();
    change.note("assembly.import", &id, &json!({ "recommendations": count })).await?;
    begun
        .finish(StatusCode::CREATED, &json!({ "assembly": id, "recommendations": count, "kept": stayed }))
        .await
}

/// Units and posts that were here before and stay as they are.
#[derive(Debug, Default, Serialize)]
struct Stayed {
    units: Vec<String>,
    posts: Vec<String>,
}

/// Brings units and posts in. One that is here already stays as it is, whatever else the history knows of it; with another name,
/// or in another unit, it may be somebody else's: then nothing is brought in.
async fn bring_units_in(change: &mut store::Change, units: &[Unit]) -> Result<Stayed, Problem> {
    let (mut stayed, mut others) = (Stayed::default(), Vec::new());
    for unit in in_order(units) {
        let (id, parent, names) = (unit.id.clone(), unit.parent.clone(), unit.names.clone());
        match change.unit(&id).await? {
            None => change.add_unit(&store::Unit { id, parent, names, body: kept(&unit.about) }).await?,
            Some(here) if here.names == names => stayed.units.push(id),
            Some(_) => others.push(format!("the unit \"{id}\"")),
        }
        for post in &unit.posts {
            let (id, unit, names) = (post.id.clone(), unit.id.clone(), post.names.clone());
            match change.post(&id).await? {
                None => change.add_post(&store::Post { id, unit, names, body: kept(&post.about) }).await?,
                Some(here) if (&here.unit, &here.names) == (&unit, &names) => stayed.posts.push(id),
                Some(_) => others.push(format!("the post \"{id}\"")),
            }
        }
    }
    if others.is_empty() {
        return Ok(stayed);
    }
    Err(Problem::taken(format!(
        "Here {} has another name or belongs to another unit. Give both the same name and unit if they are the same, or \
         another id to one of them in the history. Nothing was brought in.",
        others.join(", ")
    )))
}

/// The recommendations that the histories make.
fn checked(id: &str, history: &History) -> Result<Vec<Recommendation>, Problem> {
    let wrong = |field: String, detail: String| Problem::content(Error::new("invalid", &field, detail));
    if ![FORMAT, BEFORE].contains(&history.format.as_str()) {
        return Err(wrong("format".into(), format!("It has to be {FORMAT}.")));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut rebuilt = Vec::new();
    for (number, story) in history.recommendations.iter().enumerate() {
        let place = format!("recommendations/{number}");
        if !(1..=64).contains(&story.id.len()) || !story.id.chars().all(plain) {
            return Err(wrong(
                format!("{place}/id"),
                "It has to be 1 to 64 letters, digits, hyphens or underscores.".into(),
            ));
        }
        let made = Recommendation::rebuild(&story.events)
            .map_err(|broken| wrong(format!("{place}/events"), broken.to_string()))?;
        if made.assembly != id {
            return Err(wrong(
                format!("{place}/events"),
                format!("It belongs to the assembly \"{}\".", made.assembly),
            ));
        }
        rebuilt.push(made);
    }
    Ok(rebuilt)
}

/// The files with their bytes: each has to be what its hash says.
fn with_bytes(history: &History) -> Result<Vec<(String, store::File, Vec<u8>)>, Problem> {
    let mut files = Vec::new();
    for (number, story) in history.recommendations.iter().enumerate() {
        for (place, file) in story.files.iter().enumerate() {
            let field = format!("recommendations/{number}/files/{place}/bytes");
            let wrong = |detail: &str| Problem::content(Error::new("invalid", &field, detail.to_owned()));
            let bytes = named(&file.bytes, &file.sha256).map_err(wrong)?;
            let kept = store::File {
                id: file.id.clone(),
                recommendation: String::new(),
                sha256: file.sha256.clone(),
                name: file.name.clone(),
                media: file.media.clone(),
                size: 0,
                added_at: file.added_at,
                added_by: file.added_by.clone(),
            };
            files.push((story.id.clone(), kept, bytes));
        }
    }
    Ok(files)
}

/// The bytes of base64, if they are those that their hash names; otherwise what is wrong with them.
fn named(base64: &str, sha256: &str) -> Result<Vec<u8>, &'static str> {
    let bytes = STANDARD.decode(base64).map_err(|_| "It has to be base64 (RFC 4648).")?;
    if fingerprint(&bytes) == sha256 {
        Ok(bytes)
    } else {
        Err("The bytes are not those that \"sha256\" names.")
    }
}

/// The snapshots with their bytes: each has to be what its hash says, with a number of its own.
fn snapshots_with_bytes(id: &str, history: &History) -> Result<Vec<(store::Snapshot, Vec<u8>)>, Problem> {
    let mut snapshots: Vec<(store::Snapshot, Vec<u8>)> = Vec::new();
    for (place, one) in history.snapshots.iter().enumerate() {
        let wrong = |field: &str, detail: &str| {
            let field = format!("snapshots/{place}/{field}");
            Problem::content(Error::new("invalid", &field, detail.to_owned()))
        };
        let before = snapshots.last().map_or(0, |(last, _)| last.number);
        if one.number <= before {
            return Err(wrong("number", "Numbers begin at 1, and each is greater than the one before."));
        }
        let bytes = named(&one.bytes, &one.sha256).map_err(|detail| wrong("bytes", detail))?;
        let snapshot = store::Snapshot {
            assembly: id.to_owned(),
            number: one.number,
            title: one.title.clone(),
            taken_at: one.taken_at,
            sha256: one.sha256.clone(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        snapshots.push((snapshot, bytes));
    }
    Ok(snapshots)
}

/// Units with those first that others belong to.
fn in_order(units: &[Unit]) -> Vec<&Unit> {
    let mut sorted: Vec<&Unit> = Vec::new();
    let mut left: Vec<&Unit> = units.iter().collect();
    while !left.is_empty() {
        let here = |unit: &&Unit| {
            let within = |parent: &String| units.iter().any(|one| one.id == *parent);
            unit.parent
                .as_ref()
                .is_none_or(|parent| !within(parent) || sorted.iter().any(|one| one.id == *parent))
        };
        let (ready, rest): (Vec<&Unit>, Vec<&Unit>) = left.iter().partition(|unit| here(unit));
        if ready.is_empty() {
            sorted.extend(rest);
            break;
        }
        sorted.extend(ready);
        left = rest;
    }
    sorted
}
