//! One recommendation, from the vote to delivery and check, for everybody.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{self, Page};
use crate::told::Told;
use crate::visit::Visit;
use tracking::{Change, State as Stage};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/recommendations/{reference}", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_story.html")]
struct StoryPage {
    page: Page,
    told: Told,
}

async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let case = desk::find_by_reference(&app, &assembly, &reference).await?;
    if case.recommendation.state == Stage::Draft {
        // What the assembly has not voted on is nobody's business yet.
        return Err(Fault::NotFound);
    }
    let events = desk::history(&app, &case.id).await?;
    let names = Names::read(&app, visit.words).await?;
    let told = Told::new(case, &events, names, visit.words, app.now(), false);
    let title = format!("{} {}", told.on().reference, told.title().text);
    page::html(&StoryPage { page: Page::new(visit, title), told })
}
