//! What is overdue in an assembly: what, since when, and which post answers for it.

use axum::extract::{Path, State};
use axum::response::Response;
use store::{Filter, Order};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::desk;
use crate::fault::Fault;
use crate::form::Typed;
use crate::list;
use crate::names::Names;
use crate::page::{self, Page};
use crate::public;
use crate::told::{duty, statement};
use crate::visit::Visit;

/// How many recommendations a page has.
const ROWS: i64 = 50;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/overdue", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_overdue.html")]
struct OverduePage {
    page: Page,
    id: String,
    name: String,
    /// The day for which the page speaks, in words.
    today: String,
    count: i64,
    rows: Vec<Row>,
    next: String,
}

struct Row {
    reference: String,
    title: String,
    unit: String,
    post: String,
    /// What is overdue: what, since when, how long.
    due: Vec<(String, String, String)>,
    /// The public statement about it; may be empty.
    statement: String,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let asked = Typed::of_address(&visit.query)?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let today = assembly.about.rule.day(app.now());
    let filter = Filter { assemblies: vec![id.clone()], due_before: Some(today), ..Filter::default() };
    let filter = public::adopted(filter);
    let count = app.store.count(&filter).await?;
    let listed = app.store.list_whole(&filter, Order::Due, asked.some("after").as_deref(), ROWS).await;
    let listed = listed.map_err(list::no_such_place)?;
    let mut rows = Vec::new();
    for stored in listed.items {
        let late = desk::read(&stored.body)?;
        let due = late.overdue(today).into_iter().map(|deadline| {
            let days = (today - deadline.due).get_days().unsigned_abs();
            (duty(words, deadline), words.date(&deadline.due), words.count("overdue-by", days))
        });
        rows.push(Row {
            title: in_language(&stored.summary.titles, words).unwrap_or_default().to_owned(),
            unit: stored.summary.unit.as_deref().map_or(String::new(), |unit| names.unit(unit)),
            post: stored.summary.post.as_deref().map_or(String::new(), |post| names.post(post)),
            due: due.collect(),
            statement: statement(words, &assembly, &late, &names, today).join(" "),
            reference: stored.summary.reference,
        });
    }
    let path = format!("/a/{id}/overdue");
    let next = listed.next.map_or(String::new(), |place| list::next(&path, &asked, &place));
    let name = assembly.name(words).to_owned();
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-overdue")));
    page::html(&OverduePage { page, id, name, today: words.date(&today), count, rows, next })
}
