//! One department: how far its recommendations are, its posts, and what those who do the work have learned. Of an organisation
//! outside government: what it promised, and what it checked.

use axum::extract::{Path, State};
use axum::response::Response;
use store::EntryFilter;
use tracking::{Party, Verification};

use super::departments::{Figures, by_unit};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::election::record::of_assembly;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{self, Page};
use crate::posts::practice::{self, Told};
use crate::told::colour;
use crate::visit::Visit;
use crate::words::Words;

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
    /// What it promised itself, where it is no department.
    promised: Vec<Promised>,
    /// What it checked of others, where it is no department.
    checked: Vec<Checked>,
    /// The language in which the staff writes, where it is not the page's.
    written: Option<String>,
}

/// Something that an organisation promised.
struct Promised {
    /// Recommendation and number.
    label: String,
    /// The story of its recommendation.
    address: String,
    deliverable: String,
    /// How far it is by its own report, or that it was dropped.
    report: String,
    state: String,
    colour: &'static str,
    due: String,
    overdue: bool,
}

/// A recommendation of which something was checked.
struct Checked {
    reference: String,
    address: String,
    title: String,
    /// What was found last, and when.
    found: String,
    state: String,
    colour: &'static str,
    due: String,
    overdue: bool,
}

/// What an organisation promised in an assembly, and what those who hold its posts checked.
async fn own(
    app: &App,
    assembly: &Assembly,
    unit: &str,
    posts: &[String],
    words: Words,
) -> Result<(Vec<Promised>, Vec<Checked>), Fault> {
    let today = assembly.about.rule.day(app.now());
    let (mut promised, mut checked) = (Vec::new(), Vec::new());
    for (_, it) in of_assembly(app, &assembly.id).await? {
        let address = format!("/a/{}/recommendations/{}", assembly.id, it.reference);
        let (state, colour) = (words.word("state", it.state.key()), colour(it.state));
        for one in it.commitments.iter().filter(|one| one.organisation.as_deref() == Some(unit)) {
            let last = it.progress.iter().rfind(|report| report.commitment == Some(one.number));
            let report = match last {
                _ if one.is_dropped() => words.say("outcome-dropped"),
                Some(report) => words.word("delivery", report.delivery.key()),
                None => words.say("department-no-report"),
            };
            promised.push(Promised {
                label: format!("{} / {}", it.reference, one.number),
                address: address.clone(),
                deliverable: one.deliverable.clone(),
                report,
                state: state.clone(),
                colour,
                due: words.date(&it.due_of(one)),
                overdue: it.overdue(today).iter().any(|late| late.commitment == Some(one.number)),
            });
        }
        let by_it = |check: &&Verification| check.by.post.as_ref().is_some_and(|post| posts.contains(post));
        if let Some(check) = it.verifications.iter().rfind(by_it) {
            let found = check
                .grade
                .map_or_else(|| words.say("story-sent-back"), |grade| words.word("grade", grade.key()));
            let version = it.wording(words.language.tag()).or_else(|| it.texts.values().next()?.last());
            checked.push(Checked {
                reference: it.reference.clone(),
                address,
                title: version.map_or(String::new(), |version| version.wording.title.clone()),
                found: format!("{found} · {}", words.day(&check.at, &assembly.about.rule.zone)),
                state,
                colour,
                due: it.due_on().map_or(String::new(), |day| words.date(&day)),
                overdue: !it.overdue(today).is_empty(),
            });
        }
    }
    Ok((promised, checked))
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
    let posts: Vec<String> = posts.map(|post| post.id).collect();
    let filter = EntryFilter { unit: Some(unit.clone()), ..EntryFilter::default() };
    let notes = practice::told(&app, &filter, &names, words, false).await?;
    let outside = names.outside(&unit, words);
    let (promised, checked) = match names.party(&unit) {
        Party::Department => (Vec::new(), Vec::new()),
        _ => own(&app, &assembly, &unit, &posts, words).await?,
    };
    let posts = posts.iter().map(|post| names.post(post)).collect();
    let written = assembly.written(words).map(str::to_owned);
    let (name, of) = (names.unit(&unit), assembly.name(words).to_owned());
    let page = Page::new(visit, words.with2("department-of", "unit", &name, "assembly", &of));
    page::html(&DepartmentPage {
        page,
        id,
        unit,
        name,
        outside,
        assembly: of,
        figures,
        posts,
        notes,
        promised,
        checked,
        written,
    })
}
