//! The accessibility statement.

use axum::response::Response;

use crate::access::{Access, Routes};
use crate::fault::Fault;
use crate::page::{self, Page};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/accessibility", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

async fn show(visit: Visit) -> Result<Response, Fault> {
    let title = visit.words.say("nav-accessibility");
    page::html(&AccessibilityPage { page: Page::new(visit, title) })
}
