//! The participation statement of a bill: what was asked, what was heard, what the bill changes, what it refuses and why.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use tracking::{Bill, Commitment, LegalLink, Recommendation, Relation};

use super::bills::{self, BILLS};
use crate::access::{Access, Routes};
use crate::api::answer;
use crate::api::problem::Problem;
use crate::api::shape::address;
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::election::record::of_assembly;
use crate::fault::Fault;
use crate::page::{self, Page, escaped};
use crate::shelf::Kept;
use crate::told::{Text, Told};
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{assembly}/bills/{bill}", Access::Public, show)
        .get("/api/v1/assemblies/{assembly}/bills", Access::Public, list)
        .get("/api/v1/assemblies/{assembly}/bills/{bill}", Access::Public, one)
}

/// A recommendation as the bill met it.
struct Part {
    link: LegalLink,
    told: Told,
}

impl Part {
    /// The colour of the tag, which always says the relation in words too.
    fn colour(&self) -> &'static str {
        match self.link.relation {
            Relation::Implements => "green",
            Relation::Partly => "yellow",
            Relation::Cites => "grey",
            Relation::Contradicts => "red",
        }
    }

    fn relation(&self) -> String {
        self.told.words.word("relation", self.link.relation.key())
    }

    /// The reasons of the published response, if there is one.
    fn reasons(&self) -> Option<Text<'_>> {
        self.told.on().response().map(|response| self.told.reasons(response))
    }

    /// How it was heard: vote, hand-over, response, replies of members.
    fn heard(&self) -> Vec<String> {
        let (told, words) = (&self.told, self.told.words);
        let it = told.on();
        let mut said = Vec::new();
        if let Some(vote) = &it.vote {
            said.push(told.vote_counts(vote));
        }
        let response = it.responses.last();
        let published = response.and_then(|response| Some((response.position, response.published_at?)));
        said.push(match published {
            Some((position, at)) => {
                let position = words.word("position", position.key());
                words.with2("statement-answered", "position", position, "day", told.at(&at))
            }
            None => words.say("statement-unanswered"),
        });
        if !it.replies.is_empty() {
            said.push(words.count("statement-replies", it.replies.len()));
        }
        said
    }

    /// What was promised beside the bill: until when, and what.
    fn promised(&self) -> Vec<(String, &str)> {
        let words = self.told.words;
        let kept = self.told.on().commitments.iter().filter(|one| !one.is_dropped());
        let until = |one: &Commitment| words.with("statement-promise", "day", words.date(&one.due));
        kept.map(|one| (until(one), one.deliverable.as_str())).collect()
    }
}

#[derive(askama::Template)]
#[template(path = "public_statement.html")]
struct StatementPage {
    page: Page,
    id: String,
    name: String,
    bill: Bill,
    title: String,
    /// The language of the title.
    tongue: String,
    on: String,
    data: String,
    counts: Vec<(String, usize)>,
    parts: Vec<Part>,
    /// Recommendations that were handed over and that the bill does not name, of how many.
    left: (usize, usize),
}

/// The bill with this id, if it belongs to the assembly.
async fn found(app: &App, assembly: &str, id: &str) -> Result<Kept<Bill>, Fault> {
    let bill = BILLS.find(app, id).await?;
    if bill.entry.assembly.as_deref() == Some(assembly) { Ok(bill) } else { Err(Fault::NotFound) }
}

/// How many recommendations were handed over that the bill does not name, and how many were handed over.
fn left(bill: &Bill, work: &[(String, Recommendation)]) -> (usize, usize) {
    let handed_over = || work.iter().filter(|(_, it)| it.report.is_some());
    let named = |it: &Recommendation| bill.links.iter().any(|link| link.recommendation == it.reference);
    (handed_over().filter(|(_, it)| !named(it)).count(), handed_over().count())
}

async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((id, bill)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let Kept { entry, value: bill } = found(&app, &id, &bill).await?;
    let words = visit.words;
    let names = crate::names::Names::read(&app, words).await?;
    let mut parts = Vec::new();
    for link in &bill.links {
        let case = desk::find_public(&app, &id, &link.recommendation).await?;
        let told = Told::new(case, &[], names.clone(), words, app.now(), false);
        parts.push(Part { link: link.clone(), told });
    }
    let left = left(&bill, &of_assembly(&app, &id).await?);
    let counts = Relation::ALL.iter().map(|one| (words.word("relation", one.key()), bill.count(*one)));
    let title = bills::title(words, &bill);
    page::html(&StatementPage {
        page: Page::new(visit, words.with("statement-title-of", "bill", &title)),
        name: assembly.name(words).to_owned(),
        data: format!("/api/v1/assemblies/{}/bills/{}", escaped(&id), escaped(&entry.id)),
        on: words.date(&bill.on),
        tongue: bills::tongue(words, &bill).to_owned(),
        counts: counts.collect(),
        title,
        bill,
        parts,
        left,
        id,
    })
}

/// A bill as data, without its statement.
fn shaped(kept: &Kept<Bill>, assembly: &str, site: &str) -> Value {
    let bill = &kept.value;
    json!({
        "id": kept.entry.id,
        "assembly": assembly,
        "reference": bill.reference,
        "titles": bill.titles,
        "bill_url": bill.url,
        "on": bill.on,
        "links": bill.links.iter().map(linked).collect::<Vec<_>>(),
        "url": format!("{site}{}", super::shelf::address(assembly, &kept.entry.id)),
    })
}

fn linked(link: &LegalLink) -> Value {
    json!({
        "recommendation": link.recommendation,
        "relation": link.relation.key(),
        "provision": link.provision,
        "changed": link.changed,
        "refused": link.refused,
        "language": link.language,
    })
}

/// The statement as data: the bill, and for each link what was asked, heard and promised.
pub fn json_of(app: &App, kept: &Kept<Bill>, assembly: &str, work: &[(String, Recommendation)]) -> Value {
    let site = &app.settings.url;
    let mut said = shaped(kept, assembly, site);
    let part = |link: &LegalLink| {
        let mut part = linked(link);
        let it = work.iter().map(|(_, it)| it).find(|it| it.reference == link.recommendation);
        let last = it.map(|it| it.texts.iter().filter_map(|(tag, all)| Some((tag, &all.last()?.wording))));
        let texts = last.into_iter().flatten();
        let asked: Vec<_> =
            texts.map(|(tag, one)| (tag.clone(), json!({ "title": one.title, "text": one.text }))).collect();
        let response = it.and_then(Recommendation::response);
        let promised = it.map_or(&[][..], |it| &it.commitments).iter().filter(|one| !one.is_dropped());
        part["asked"] = Value::Object(asked.into_iter().collect());
        part["vote"] = json!(it.and_then(|it| it.vote.as_ref()));
        part["position"] = json!(response.map(|response| response.position.key()));
        part["reasons"] = json!(response.map(|response| &response.reasons));
        part["answered_at"] = json!(response.and_then(|response| response.published_at));
        part["replies"] = json!(it.map_or(0, |it| it.replies.len()));
        part["promised"] =
            promised.map(|one| json!({ "deliverable": one.deliverable, "due": one.due })).collect();
        part["url"] = json!(address(site, assembly, &link.recommendation));
        part
    };
    said["links"] = kept.value.links.iter().map(part).collect();
    let (not_named, handed_over) = left(&kept.value, work);
    said["handed_over"] = json!(handed_over);
    said["not_named"] = json!(not_named);
    said
}

async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Assembly::find(&app, &id).await?;
    let site = &app.settings.url;
    let bills = bills::of(&app, &id).await?;
    answer::json(&headers, &bills.iter().map(|one| shaped(one, &id, site)).collect::<Vec<_>>())
}

async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Path((id, bill)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let bill = found(&app, &id, &bill).await?;
    let work = of_assembly(&app, &id).await?;
    answer::json(&headers, &json_of(&app, &bill, &id, &work))
}
