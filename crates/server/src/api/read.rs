//! Reading without a key: assemblies, units, recommendations and their public history.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::problem::Problem;
use super::{answer, query, shape};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::page::escaped;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/assemblies", Access::Public, assemblies)
        .get("/api/v1/assemblies/{assembly}", Access::Public, assembly)
        .get("/api/v1/units", Access::Public, units)
        .get("/api/v1/recommendations", Access::Public, list)
        .get("/api/v1/assemblies/{assembly}/recommendations/{reference}", Access::Public, one)
        .get("/api/v1/assemblies/{assembly}/recommendations/{reference}/events", Access::Public, events)
}

async fn assemblies(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let all = Assembly::all(&app).await?;
    let site = &app.settings.url;
    answer::json(&headers, &all.iter().map(|one| shape::Assembly::new(one, site)).collect::<Vec<_>>())
}

async fn assembly(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let assembly = Assembly::find(&app, &id).await?;
    answer::json(&headers, &shape::Assembly::new(&assembly, &app.settings.url))
}

async fn units(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    answer::json(&headers, &units.iter().map(|unit| shape::Unit::new(unit, &posts)).collect::<Vec<_>>())
}

async fn list(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let today = app.today();
    let asked = query::read(&visit.query, today)?;
    let count = app.counts.of(&app, &asked.filter).await?;
    let listed = app.store.list(&asked.filter, asked.order, asked.cursor.as_deref(), asked.limit).await;
    let listed = listed.map_err(|error| match error {
        store::Error::Unreadable(_) if asked.cursor.is_some() => query::no_such_place(),
        other => other.into(),
    })?;
    let site = &app.settings.url;
    let next =
        listed.next.as_ref().map(|place| format!("{site}{}?{}", visit.path, turned(&visit.query, place)));
    let page = app.shown.page(&app, &listed, today, count, next).await?;
    Ok(answer::text(&headers, answer::JSON, page))
}

/// The same question for the page at another place.
fn turned(query: &str, place: &str) -> String {
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = format!("cursor={}", escaped(place));
    kept.map(str::to_owned).chain([cursor]).collect::<Vec<_>>().join("&")
}

async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    answer::json(&headers, &shape::Recommendation::new(&case.recommendation, app.today(), &app.settings.url))
}

async fn events(
    State(app): State<App>,
    headers: HeaderMap,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    let events = desk::history(&app, &case.id).await?;
    answer::json(&headers, &events.iter().filter_map(shape::Event::new).collect::<Vec<_>>())
}
