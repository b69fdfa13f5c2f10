//! The audit log as it is read: what was done, when, by which opaque id; and whether its chain is whole.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::Typed;
use crate::page::Page;
use crate::plain::{Cell, Plain, Table};
use crate::staff::READERS;
use crate::visit::Visit;

/// How many entries a page has.
const ENTRIES: i64 = 100;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/audit", Access::House(READERS), show).get(
        "/staff/audit/check",
        Access::House(READERS),
        check,
    )
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let asked = Typed::of_address(&visit.query)?;
    let words = visit.words;
    let before = asked.text("before").parse().ok();
    let entries = app.store.latest(asked.some("subject").as_deref(), before, ENTRIES).await?;
    let next = match entries.last() {
        Some(last) if entries.len() as i64 == ENTRIES => format!("/staff/audit?before={}", last.seq),
        _ => String::new(),
    };
    let row = |entry: store::audit::Entry| {
        let subject = format!("/staff/audit?subject={}", crate::page::escaped(&entry.subject));
        vec![
            Cell::text(entry.seq.to_string()),
            Cell::text(entry.at),
            Cell::text(entry.kind),
            Cell::link(entry.subject, subject),
            Cell::text(entry.actor),
            Cell::text(entry.body),
        ]
    };
    let columns = ["audit-number", "column-when", "column-what", "audit-subject", "column-who", "audit-body"];
    let table = Table {
        columns: columns.map(|key| words.say(key)).into(),
        rows: entries.into_iter().map(row).collect(),
        ..Table::default()
    };
    let page = Page::new(visit, words.say("nav-audit"));
    Plain::new(page).about(words.say("audit-about")).table(table).next(next).show()
}

async fn check(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let verdict = app.store.verify().await?;
    let page = Page::new(visit, words.say("audit-check"));
    let plain = Plain::new(page).back("/staff/audit", words.say("nav-audit"));
    if verdict.broken.is_empty() {
        return plain.about(words.count("audit-whole", verdict.entries)).copy(verdict.head).show();
    }
    let row =
        |broken: &store::audit::Broken| vec![Cell::text(broken.seq.to_string()), Cell::text(broken.why)];
    let columns = ["audit-number", "column-what"].map(|key| words.say(key)).into();
    let rows = verdict.broken.iter().map(row).collect();
    plain.about(words.say("audit-broken")).table(Table { columns, rows, ..Table::default() }).show()
}
