//! What an assembly has to show: annual reports, participation statements, and its data as it was on a day.

use axum::extract::{Path, State};
use axum::response::Response;
use store::Snapshot;

use super::{bills, year};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::fault::Fault;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Plain, Table};
use crate::shelf::Kept;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/reports", Access::Public, show)
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let years = year::all(&app, &assembly).await?;
    let bills = bills::of(&app, &id).await?;
    let snapshots = app.store.snapshots(&id).await?;
    let title = format!("{} – {}", words.say("nav-reports"), assembly.name(words));
    let own = |page: &str| format!("/api/v1/assemblies/{}/{page}", escaped(&id));
    Plain::new(Page::new(visit, title))
        .back(format!("/a/{}", escaped(&id)), assembly.name(words))
        .about(words.say("reports-about"))
        .go(own("catalogue.jsonld"), words.say("reports-catalogue"))
        .go(own("popolo.jsonld"), words.say("reports-popolo"))
        .table(annual(words, &id, &years))
        .table(statements(words, &bills, |bill| address(&id, bill)))
        .table(kept(words, &assembly, &snapshots))
        .show()
}

/// Where a statement is read.
pub fn address(assembly: &str, bill: &str) -> String {
    format!("/a/{}/bills/{}", escaped(assembly), escaped(bill))
}

fn annual(words: Words, id: &str, years: &[i16]) -> Table {
    let row = |year: &i16| {
        vec![Cell::link(words.with("report-of", "year", year), format!("/a/{}/reports/{year}", escaped(id)))]
    };
    let columns = vec![words.say("report-year")];
    Table { caption: words.say("reports-annual"), columns, rows: years.iter().map(row).collect() }
}

/// Bills in a table, each with a link.
pub fn statements(words: Words, bills: &[Kept<tracking::Bill>], link: impl Fn(&str) -> String) -> Table {
    let row = |one: &Kept<tracking::Bill>| {
        let bill = &one.value;
        vec![
            Cell::link(bill.reference.clone(), link(&one.entry.id)),
            Cell::text(in_language(&bill.titles, words).unwrap_or_default()),
            Cell::text(words.date(&bill.on)),
            Cell::text(words.number(bill.links.len())),
        ]
    };
    let keys = ["bill-reference", "field-title", "bill-on", "bill-links"];
    let columns = keys.map(|key| words.say(key)).into();
    Table { caption: words.say("reports-statements"), columns, rows: bills.iter().map(row).collect() }
}

/// Snapshots in a table, each with date, size, hash and download.
pub fn kept(words: Words, assembly: &Assembly, snapshots: &[Snapshot]) -> Table {
    let row = |one: &Snapshot| {
        let file = format!("/a/{}/snapshots/{}", escaped(&one.assembly), one.number);
        vec![
            Cell::link(one.title.clone(), file),
            Cell::text(words.day(&one.taken_at, &assembly.about.rule.zone)),
            Cell::text(words.count("snapshot-size", one.size.div_euclid(1024) + 1)),
            Cell::text(one.sha256.clone()),
        ]
    };
    let keys = ["snapshot-title", "snapshot-on", "snapshot-bytes", "published-hash"];
    let columns = keys.map(|key| words.say(key)).into();
    Table { caption: words.say("reports-snapshots"), columns, rows: snapshots.iter().map(row).collect() }
}
