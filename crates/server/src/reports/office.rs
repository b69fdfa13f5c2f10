//! Where the secretariat enters bills, takes snapshots, and names the licence of the open data.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::{bills, shelf, snapshots};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::Shelf;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;

/// The licence of an assembly's open data, where its publisher has named one.
pub const LICENCES: Shelf<Licence> = Shelf::new("licence");

/// A licence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// Where it can be read; empty: none is named.
    pub url: String,
}

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes
        .get("/staff/reports", access, list)
        .get("/staff/reports/{assembly}", access, open)
        .post("/staff/reports/{assembly}/bill", access, add_bill)
        .post("/staff/reports/{assembly}/snapshot", access, take)
        .post("/staff/reports/{assembly}/licence", access, license)
}

/// The address of the licence of an assembly's open data, if one is named.
///
/// # Errors
/// If the store cannot be read.
pub async fn licence(app: &App, assembly: &str) -> Result<Option<String>, Fault> {
    let named = LICENCES.about(app, assembly).await?.map(|kept| kept.value.url);
    Ok(named.filter(|url| !url.is_empty()))
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let row =
        |one: &Assembly| vec![Cell::link(one.name(words), format!("/staff/reports/{}", escaped(&one.id)))];
    let rows = Assembly::all_within(&app, &visit, SECRETARIAT).await?.iter().map(row).collect();
    let columns = vec![words.say("field-assembly")];
    Plain::new(Page::new(visit, words.say("nav-reports")))
        .about(words.say("reports-list-about"))
        .table(Table { columns, rows, ..Table::default() })
        .show()
}

async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    show(&app, visit, &assembly, &Typed::default(), Vec::new()).await
}

async fn show(
    app: &App,
    visit: Visit,
    assembly: &Assembly,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let id = &assembly.id;
    let bills = bills::of(app, id).await?;
    let taken = app.store.snapshots(id).await?;
    let licence = LICENCES.about(app, id).await?;
    let revision = licence.as_ref().map_or(0, |kept| kept.entry.revision);
    let url = licence.map(|kept| kept.value.url).unwrap_or_default();
    let form = |part: &str, fields: Vec<Field>| Form {
        heading: words.say(&format!("reports-add-{part}")),
        about: words.say(&format!("reports-add-{part}-about")),
        action: format!("/staff/reports/{}/{part}", escaped(id)),
        fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
        button: words.say(&format!("reports-{part}-button")),
        ..Form::default()
    };
    let title = vec![
        Field::new("title", words.say("snapshot-title"), Kind::Line).hint(words.say("snapshot-title-hint")),
    ];
    let named = vec![
        Field::new("licence", words.say("licence-url"), Kind::Line)
            .hint(words.say("licence-url-hint"))
            .value(url),
    ];
    let hidden = vec![("licence-revision".to_owned(), revision.to_string())];
    let page = Page::new(visit, format!("{} – {}", words.say("nav-reports"), assembly.name(words)));
    Plain::new(page.with_problems(problems.clone()))
        .back("/staff/reports", words.say("nav-reports"))
        .go(format!("/a/{}/reports", escaped(id)), words.say("reports-public"))
        .table(shelf::statements(words, &bills, |bill| format!("/staff/bills/{}", escaped(bill))))
        .table(shelf::kept(words, assembly, &taken))
        .form(form("bill", bills::fields(words)))
        .form(form("snapshot", title))
        .form(Form { hidden, ..form("licence", named) })
        .show()
}

async fn add_bill(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let bill = match bills::read(visit.words, &typed) {
        Ok(bill) => bill,
        Err(problems) => return show(&app, visit, &assembly, &typed, problems).await,
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let kept = bills::BILLS.keep(&mut change, bills::entry(&id, &bill), &bill, "add").await;
    match kept {
        Ok(entry) => {
            change.commit().await?;
            Ok(Redirect::to(&format!("/staff/bills/{}?done=saved", escaped(&entry.id))).into_response())
        }
        Err(store::Error::Taken) => {
            drop(change);
            let twice = Problem::new("reference", visit.words.say("bill-twice"));
            show(&app, visit, &assembly, &typed, vec![twice]).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn take(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let title = typed.text("title");
    if title.is_empty() || title.chars().count() > 120 {
        let wrong = Problem::new("title", visit.words.say("snapshot-title-wrong"));
        return show(&app, visit, &assembly, &typed, vec![wrong]).await;
    }
    snapshots::take(&app, &visit.signed()?.actor.person, &assembly, &title).await?;
    Ok(Redirect::to(&format!("/staff/reports/{}?done=snapshot", escaped(&id))).into_response())
}

async fn license(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let url = typed.text("licence");
    if !url.is_empty() && !bills::is_web(&url) {
        let wrong = Problem::new("licence", visit.words.say("bill-url-wrong"));
        return show(&app, visit, &assembly, &typed, vec![wrong]).await;
    }
    let mut entry = LICENCES.only(&id);
    entry.assembly = Some(id.clone());
    entry.revision = typed.text("licence-revision").parse().unwrap_or(0);
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match LICENCES.keep(&mut change, entry, &Licence { url }, "save").await {
        Ok(_) => change.commit().await?,
        Err(store::Error::Stale { .. } | store::Error::Taken) => {
            drop(change);
            let stale = Problem::new("licence", visit.words.say("licence-stale"));
            return show(&app, visit, &assembly, &typed, vec![stale]).await;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/staff/reports/{}?done=saved", escaped(&id))).into_response())
}
