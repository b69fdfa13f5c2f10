//! The field's words in one place.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::page::{self, Page};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/glossary", Access::Public, show)
}

/// The words: `term-WORD` and `term-WORD-is` say what they are.
pub const TERMS: &[&str] = &[
    "accountable",
    "acknowledgement",
    "addressee",
    "assembly",
    "audience",
    "commissioner",
    "commitment",
    "consultation",
    "coordinator",
    "duty-rule",
    "engagement",
    "escalation",
    "evidence",
    "facilitator",
    "gate",
    "hand-over",
    "lot",
    "mandate",
    "minority",
    "organiser",
    "override",
    "panel",
    "pool",
    "position",
    "post",
    "quota",
    "quorum",
    "recommendation",
    "remit",
    "responsible",
    "secretariat",
    "signatory",
    "sponsor",
    "stratification",
    "tick-box",
    "topic",
    "verification",
];

#[derive(askama::Template)]
#[template(path = "glossary.html")]
struct Glossary {
    page: Page,
    /// Word, name, meaning.
    terms: Vec<(&'static str, String, String)>,
}

async fn show(State(_): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let term = |term: &&'static str| (*term, words.word("term", term), words.say(&format!("term-{term}-is")));
    let mut terms: Vec<_> = TERMS.iter().map(term).collect();
    terms.sort_by_key(|(_, name, _)| name.to_lowercase());
    page::html(&Glossary { page: Page::new(visit, words.say("nav-glossary")), terms })
}
