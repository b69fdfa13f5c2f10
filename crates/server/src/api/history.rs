//! Whole histories: an assembly with every event, out of one service and into another, without a loss. Evidence kept as files is
//! in the backup, not here; its names and hashes are here.

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Filter, Order};
use tracking::{Recommendation, Role};

use super::problem::{Error, Problem};
use super::write::{Asked, begin};
use super::{answer, token};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{About, Assembly};
use crate::desk;
use crate::fault::Fault;
use crate::visit::{Client, Visit};

/// How many bytes a history may have.
const MOST: usize = 64 << 20;
/// The name of the form, with its version.
const FORMAT: &str = "boule-history/1";

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
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    id: String,
    parent: Option<String>,
    names: BTreeMap<String, String>,
    posts: Vec<Post>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    id: String,
    names: BTreeMap<String, String>,
}

/// A recommendation: its opaque id, and its events as they were kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    id: String,
    events: Vec<tracking::Event>,
}

/// Whether the program may touch the whole of an assembly.
fn may(client: &Client, assembly: &str) -> Result<(), Problem> {
    let whole =
        client.actor.grants.iter().any(|grant| grant.role == Role::Client && grant.covers(assembly, None));
    if whole { Ok(()) } else { Err(Fault::Forbidden.into()) }
}

async fn export(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    may(visit.client.as_deref().ok_or_else(|| Fault::SignIn(String::new()))?, &id)?;
    let assembly = Assembly::find(&app, &id).await?;
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    let unit = |unit: store::Unit| {
        let own = posts.iter().filter(|post| post.unit == unit.id);
        let posts = own.map(|post| Post { id: post.id.clone(), names: post.names.clone() }).collect();
        Unit { id: unit.id, parent: unit.parent, names: unit.names, posts }
    };
    let units = units.into_iter().map(unit).collect();
    let filter = Filter { assemblies: vec![id], ..Filter::default() };
    let (mut recommendations, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for summary in listed.items {
            let events = desk::history(&app, &summary.id).await?;
            recommendations.push(Story { id: summary.id, events });
        }
        place = match listed.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    let format = FORMAT.to_owned();
    let history = History { format, names: assembly.names, about: assembly.about, units, recommendations };
    let mut response = answer::json(&headers, &history)?;
    // Opaque ids of people are in it: only who has the token may read it.
    response.headers_mut().remove(axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN);
    response.headers_mut().remove("cross-origin-resource-policy");
    Ok(response)
}

async fn import(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    may(visit.client.as_deref().ok_or_else(|| Fault::SignIn(String::new()))?, &id)?;
    let mut begun = match begin(&app, &visit, request, MOST).await? {
        Asked::Again(response) => return Ok(response),
        Asked::New(begun) => begun,
    };
    let history: History = begun.read()?;
    let rebuilt = checked(&id, &history)?;
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
    for unit in in_order(&history.units) {
        let (id, parent, names) = (unit.id.clone(), unit.parent.clone(), unit.names.clone());
        change.save_unit(&store::Unit { id, parent, names, body: "{}".into() }).await?;
        for post in &unit.posts {
            let (id, names) = (post.id.clone(), post.names.clone());
            change.save_post(&store::Post { id, unit: unit.id.clone(), names, body: "{}".into() }).await?;
        }
    }
    for (story, recommendation) in history.recommendations.iter().zip(&rebuilt) {
        desk::bring_in(change, &story.id, recommendation, &story.events).await?;
    }
    let count = rebuilt.len();
    change.note("assembly.import", &id, &json!({ "recommendations": count })).await?;
    begun.finish(StatusCode::CREATED, &json!({ "assembly": id, "recommendations": count })).await
}

/// The recommendations that the histories make.
fn checked(id: &str, history: &History) -> Result<Vec<Recommendation>, Problem> {
    let wrong = |field: String, detail: String| Problem::content(Error::new("invalid", &field, detail));
    if history.format != FORMAT {
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
