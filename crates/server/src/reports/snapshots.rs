//! Snapshots: everything that everybody may read of an assembly, in one archive that is kept as it was for good.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use store::Snapshot;

use super::{bills, catalogue, linked, statement, year};
use crate::access::{Access, Routes};
use crate::api::answer;
use crate::api::problem::Problem;
use crate::api::{shape, table};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::election::pack::Pack;
use crate::election::record::of_assembly;
use crate::fault::Fault;
use crate::page::escaped;
use crate::words::{Language, Words};

/// The parts of what was published that go into a snapshot.
const PUBLISHED: [&str; 2] = ["draw", "programme"];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/snapshots/{number}", Access::Public, download).get(
        "/api/v1/assemblies/{assembly}/snapshots",
        Access::Public,
        list,
    )
}

/// Takes a snapshot of an assembly and keeps it. The audit log holds its hash.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn take(app: &App, by: &str, assembly: &Assembly, title: &str) -> Result<Snapshot, Fault> {
    let bytes = packed(app, assembly, title).await?;
    let mut change = app.store.change(by, app.now()).await?;
    let kept = change.keep_snapshot(&assembly.id, title, bytes).await?;
    let note = json!({ "number": kept.number, "sha256": kept.sha256, "size": kept.size });
    change.note("snapshot.take", &assembly.id, &note).await?;
    change.commit().await?;
    Ok(kept)
}

/// The public data of an assembly as an archive with a list of hashes.
async fn packed(app: &App, assembly: &Assembly, title: &str) -> Result<Vec<u8>, Fault> {
    let (id, site) = (assembly.id.as_str(), &app.settings.url);
    let mut pack = Pack::default();
    pack.json("assembly.json", &shape::Assembly::new(assembly, site))?;
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    let shaped: Vec<_> = units.iter().map(|unit| shape::Unit::new(unit, &posts)).collect();
    pack.json("units.json", &shaped)?;
    let (work, today) = (of_assembly(app, id).await?, assembly.about.rule.day(app.now()));
    let all: Vec<_> = work.iter().map(|(_, it)| shape::Recommendation::new(it, today, site)).collect();
    pack.add("recommendations.csv", table::written(&all).map_err(Fault::broken)?);
    pack.json("recommendations.json", &all)?;
    for (place, it) in &work {
        let events = desk::history(app, place).await?;
        let public: Vec<_> = events.iter().filter_map(shape::Event::new).collect();
        pack.json(&format!("histories/{}.json", it.reference), &public)?;
    }
    for number in year::all(app, assembly).await? {
        let annual = year::of(app, assembly, number).await?;
        pack.json(&format!("reports/{number}.json"), &year::json_of(app, assembly, number, &annual).await?)?;
        pack.add(&format!("reports/{number}-recommendations.csv"), year::lines_of(assembly, &annual)?);
        pack.add(&format!("reports/{number}-departments.csv"), year::departments_of(&annual)?);
    }
    for bill in bills::of(app, id).await? {
        let said = statement::json_of(app, &bill, id, &work);
        pack.json(&format!("bills/{}.json", bill.entry.id), &said)?;
    }
    pack.json("popolo.jsonld", &linked::of_assembly(assembly, &units, &posts, &work, site))?;
    pack.json("catalogue.jsonld", &catalogue::of(app, assembly).await?)?;
    for part in PUBLISHED {
        for file in app.store.publications(id, part).await?.into_iter().filter(|file| file.is_open) {
            if let Some((_, bytes)) = app.store.publication(id, part, &file.path).await? {
                pack.add(&format!("published/{part}/{}", file.path), bytes);
            }
        }
    }
    let first = assembly.about.languages.first().and_then(|tag| Language::from_tag(tag));
    let name = assembly.name(Words::of(first.unwrap_or(Language::EN)));
    pack.list(&format!("snapshot-{id}-{today}"), &format!("{name}: {title}"))?;
    pack.hashes();
    pack.zip()
}

/// The archive, always the same bytes at this address.
async fn download(
    State(app): State<App>,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let number = number.parse().map_err(|_| Fault::NotFound)?;
    let (kept, bytes) = app.store.snapshot(&id, number).await?.ok_or(Fault::NotFound)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let name = format!("attachment; filename=\"snapshot-{id}-{number}.zip\"");
    for (header, value) in [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, format!("\"{}\"", kept.sha256).as_str()),
        (header::CONTENT_DISPOSITION, name.as_str()),
    ] {
        headers.insert(header, HeaderValue::from_str(value).map_err(Fault::broken)?);
    }
    Ok(response)
}

async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Assembly::find(&app, &id).await?;
    let site = &app.settings.url;
    let shaped = |one: Snapshot| {
        json!({
            "number": one.number,
            "title": one.title,
            "taken_at": one.taken_at,
            "sha256": one.sha256,
            "size": one.size,
            "url": format!("{site}/a/{}/snapshots/{}", escaped(&one.assembly), one.number),
        })
    };
    let all = app.store.snapshots(&id).await?;
    answer::json(&headers, &all.into_iter().map(shaped).collect::<Vec<_>>())
}
