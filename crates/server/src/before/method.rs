//! Help in choosing how to engage people: what is the question, and when is an assembly right and when not.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::page::{self, Page};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/method", Access::Public, show)
}

/// What somebody may want: `method-WORD` says it, `method-WORD-use` what to do then, `method-WORD-why` why.
pub const WANTS: &[&str] = &["know", "hear", "test", "decide-hard", "local", "money", "decided", "partners"];
/// What speaks for an assembly, and what against: `method-right-N`, `method-wrong-N`.
const REASONS: std::ops::RangeInclusive<u32> = 1..=5;

#[derive(askama::Template)]
#[template(path = "method.html")]
struct Method {
    page: Page,
    /// What somebody wants, what to do, why.
    wants: Vec<[String; 3]>,
    right: Vec<String>,
    wrong: Vec<String>,
}

async fn show(State(_): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let want = |want: &&str| ["", "-use", "-why"].map(|end| words.say(&format!("method-{want}{end}")));
    let reasons = |list: &str| REASONS.map(|n| words.say(&format!("method-{list}-{n}"))).collect();
    page::html(&Method {
        page: Page::new(visit, words.say("nav-method")),
        wants: WANTS.iter().map(want).collect(),
        right: reasons("right"),
        wrong: reasons("wrong"),
    })
}
