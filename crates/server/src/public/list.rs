//! The recommendations of an assembly, to be searched and filtered.

use axum::extract::{Path, State};
use axum::response::Response;
use store::Order;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Field, Kind, Typed};
use crate::list::{self, List};
use crate::names::Names;
use crate::page::{self, Page};
use crate::public;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/recommendations", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_list.html")]
struct ListPage {
    page: Page,
    id: String,
    name: String,
    /// The language of the themes, where it is not the page's.
    written: Option<String>,
    filter: Vec<Field>,
    list: List,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let asked = Typed::of_address(&visit.query)?;
    let words = visit.words;
    let filter = public::adopted(list::filter(&asked, app.today()));
    let filter = store::Filter { assemblies: vec![id.clone()], ..filter };
    let path = format!("/a/{id}/recommendations");
    let names = Names::read(&app, words).await?;
    let list = list::read(&app, words, &names, &path, &asked, &filter, Order::Reference).await?;
    let fields = list::fields(&app, words, &names, &asked, Some(&id)).await?;
    let name = assembly.name(words).to_owned();
    let written = assembly.written(words).map(str::to_owned);
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-recommendations")));
    page::html(&ListPage { page, id, name, written, filter: fields, list })
}
