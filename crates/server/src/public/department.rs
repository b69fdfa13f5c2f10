//! One department: how far its recommendations are, its posts, and what those who do the work have learned.

use axum::extract::{Path, State};
use axum::response::Response;
use store::EntryFilter;

use super::departments::{Figures, by_unit};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{self, Page};
use crate::posts::practice::{self, Told};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/departments/{unit}", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_department.html")]
struct DepartmentPage {
    page: Page,
    id: String,
    unit: String,
    name: String,
    /// What it is, where it is no department.
    outside: String,
    assembly: String,
    figures: Figures,
    posts: Vec<String>,
    notes: Vec<Told>,
}

async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((id, unit)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    app.store.unit(&unit).await?.ok_or(Fault::NotFound)?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let figures = by_unit(&app, &assembly).await?.remove(&unit).unwrap_or_default();
    let posts = app.store.posts().await?.into_iter().filter(|post| post.unit == unit);
    let posts = posts.map(|post| names.post(&post.id)).collect();
    let filter = EntryFilter { unit: Some(unit.clone()), ..EntryFilter::default() };
    let notes = practice::told(&app, &filter, &names, words, false).await?;
    let outside = names.outside(&unit, words);
    let (name, of) = (names.unit(&unit), assembly.name(words).to_owned());
    let page = Page::new(visit, words.with2("department-of", "unit", &name, "assembly", &of));
    page::html(&DepartmentPage { page, id, unit, name, outside, assembly: of, figures, posts, notes })
}
