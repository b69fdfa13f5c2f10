//! The response editor: a draft that only its writer sees, kept at every press of a button, until it is handed in.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use std::collections::BTreeMap;
use store::Draft;
use tracking::{Action, Event, EvidenceItem, Position, Verb};

use crate::access::{Access, Routes};
use crate::actions;
use crate::app::App;
use crate::desk::{self, Case};
use crate::fault::{self, Fault};
use crate::form::{Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::{self, Page};
use crate::secret::fingerprint;
use crate::staff::STAFF;
use crate::story::{Filled, Tried, context, meanwhile, problems, seen, submit};
use crate::told::{Moment, Told};
use crate::visit::Visit;
use crate::wrong;

/// The kind of these drafts in the store.
const KIND: &str = "response";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/r/{id}/respond", Access::Any(STAFF), edit).upload(
        "/staff/r/{id}/respond",
        Access::Any(STAFF),
        save,
    )
}

#[derive(askama::Template)]
#[template(path = "respond.html")]
struct Editor {
    page: Page,
    told: Told,
    fields: Vec<Field>,
    revision: u64,
    /// When the draft was kept.
    kept: Option<String>,
    /// Which draft this page knows.
    draft: String,
    /// What another draft of the same person says where it differs: label and text.
    other: Vec<(String, String)>,
    /// Why the response that was handed in last was sent back.
    sent_back: Option<String>,
    /// Whether evidence came back with it.
    again: bool,
    /// What makes the recommendation hard to check.
    soft: Vec<String>,
    /// What others did since the form was opened.
    meanwhile: Vec<Moment>,
}

/// A response is written, or a published one revised.
fn verb(case: &Case) -> Verb {
    let revises = tracking::transition(case.recommendation.state, Verb::Revise).is_some();
    if revises { Verb::Revise } else { Verb::Respond }
}

async fn draft(app: &App, visit: &Visit, id: &str) -> Result<Option<(Draft, Typed)>, Fault> {
    let draft = app.store.draft(&visit.signed()?.actor.person, id, KIND).await?;
    let read = |draft: Draft| {
        let values: BTreeMap<String, String> = serde_json::from_str(&draft.body).map_err(Fault::broken)?;
        Ok((draft, Typed::of(values)))
    };
    draft.map(read).transpose()
}

async fn edit(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let case = seen(&app, &visit, &id).await?;
    let verb = verb(&case);
    let kept = draft(&app, &visit, &id).await?;
    let today = case.assembly.about.rule.day(app.now());
    let obstacles = case.recommendation.obstacles(verb, &visit.signed()?.actor, today);
    let problems = problems(&case, &visit, verb, Vec::new(), &[], &obstacles);
    let (draft, typed) = kept.unzip();
    let typed = match typed {
        Some(typed) => typed,
        None => begun(verb, &desk::history(&app, &id).await?),
    };
    let filled = Filled { typed, problems, since: None };
    form(&app, visit, case, draft, None, filled).await
}

/// A response that was handed in: its position, its reasons and its evidence.
fn handed_in(event: &Event) -> Option<(Position, tracking::Words, Option<EvidenceItem>)> {
    match &event.action {
        Action::Respond { position, reasons, evidence, .. }
        | Action::Revise { position, reasons, evidence, .. } => {
            Some((*position, reasons.clone(), evidence.first().cloned()))
        }
        _ => None,
    }
}

/// What was handed in last, where it came back or is to be revised: nobody writes it twice.
fn begun(verb: Verb, events: &[Event]) -> Typed {
    let last = events.iter().rev().find_map(handed_in);
    let Some((position, reasons, evidence)) =
        last.filter(|_| verb == Verb::Revise || sent_back(events).is_some())
    else {
        return Typed::default();
    };
    let mut typed: BTreeMap<String, String> =
        reasons.into_iter().map(|(tag, text)| (format!("reasons-{tag}"), text)).collect();
    typed.insert("position".to_owned(), position.key().to_owned());
    // What was published is there for good; what came back has to be handed in again.
    if let Some(item) = evidence.filter(|_| sent_back(events).is_some()) {
        typed.extend(attached(item));
    }
    Typed::of(typed)
}

/// Evidence as it would be typed; a file has to be chosen again.
pub(crate) fn attached(item: EvidenceItem) -> impl Iterator<Item = (String, String)> {
    let dated = [("day", item.dated.day().into()), ("month", item.dated.month().into())];
    let dated = dated.into_iter().chain([("year", item.dated.year())]);
    let dated = dated.map(|(part, number): (&str, i16)| (format!("dated-{part}"), number.to_string()));
    let named = [("title".to_owned(), item.title), ("url".to_owned(), item.url.unwrap_or_default())];
    dated.chain(named)
}

/// Why the response that was handed in last was sent back, if it was.
pub(crate) fn sent_back(events: &[Event]) -> Option<String> {
    let told = events.iter().rev().find_map(|event| match &event.action {
        Action::SendBack { reason } => Some(Some(reason.clone())),
        Action::Respond { .. } | Action::Revise { .. } => Some(None),
        _ => None,
    });
    told.flatten()
}

/// What the form sends along so that no draft is replaced that its page did not know; empty where there is none.
fn stamp(draft: Option<&Draft>) -> String {
    draft.map(|draft| fingerprint(draft.body.as_bytes())).unwrap_or_default()
}

/// What a draft says where the form says something else.
fn differing(fields: &[Field], other: &Typed) -> Vec<(String, String)> {
    let theirs = |field: &Field| (field.label.clone(), wrong::said(&field.clone().typed(other, &[])));
    let differ = |field: &&Field| wrong::said(&(*field).clone().typed(other, &[])) != wrong::said(field);
    fields.iter().filter(differ).map(theirs).collect()
}

async fn form(
    app: &App,
    visit: Visit,
    case: Case,
    kept: Option<Draft>,
    other: Option<Typed>,
    filled: Filled,
) -> Result<Response, Fault> {
    let words = visit.words;
    let verb = verb(&case);
    let names = Names::read(app, words).await?;
    let mut fields: Vec<Field> = actions::fields(verb, &context(&case, &names, &visit))
        .into_iter()
        .map(|field| field.typed(&filled.typed, &filled.problems))
        .collect();
    let other = other.map(|other| differing(&fields, &other)).unwrap_or_default();
    let soft = soft_words(&case);
    let revision = case.recommendation.revision;
    let events = desk::history(app, &case.id).await?;
    let sent_back = sent_back(&events);
    let again = events.iter().rev().find_map(handed_in).is_some_and(|(.., evidence)| evidence.is_some());
    let told = Told::new(case, &events, names, words, app.now(), true);
    let meanwhile = meanwhile(&told, &events, filled.since);
    let draft = stamp(kept.as_ref());
    let kept = kept.map(|draft| words.moment(&draft.saved_at, app.zone()));
    let title = format!("{}: {}", told.on().reference, words.word("verb", verb.key()));
    let mut page = Page::new(visit, title).with_problems(filled.problems);
    page.explain(&mut fields);
    page::html(&Editor {
        page,
        told,
        fields,
        revision,
        kept,
        draft,
        other,
        sent_back,
        again,
        soft,
        meanwhile,
    })
}

/// Words of the recommendation that cannot be checked as they are written.
fn soft_words(case: &Case) -> Vec<String> {
    let last = case.recommendation.texts.iter().filter_map(|(tag, versions)| Some((tag, versions.last()?)));
    let mut found: Vec<String> = last
        .flat_map(|(tag, version)| tracking::soft_words(tag, &version.wording.text))
        .map(|soft| soft.word)
        .collect();
    found.sort();
    found.dedup();
    found
}

async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let case = seen(&app, &visit, &id).await?;
    let person = visit.signed()?.actor.person.clone();
    let pressed = typed.text("do");
    let mine = written(&app, &person, &case, &typed)?;
    let before = draft(&app, &visit, &id).await?.map(|(draft, _)| draft);
    let known = |draft: &Draft| stamp(Some(draft)) == typed.text("draft") || draft.body == mine.body;
    if !before.as_ref().is_none_or(known) {
        return overtaken(&app, visit, case, typed).await;
    }
    if pressed == "drop" {
        app.store.drop_draft(&person, &id, KIND).await?;
        return Ok(Redirect::to(&format!("/staff/r/{id}?done=draft-dropped")).into_response());
    }
    // Kept before it is handed in: whatever comes of that, no word is lost.
    if !app.store.keep_draft_over(before.as_ref().map(|draft| draft.body.as_str()), &mine).await? {
        return overtaken(&app, visit, case, typed).await;
    }
    if pressed == "keep" {
        let done = if typed.file("file").is_some() { "draft-kept-file" } else { "draft-kept" };
        return Ok(Redirect::to(&format!("/staff/r/{id}/respond?done={done}")).into_response());
    }
    let verb = verb(&case);
    match submit(&app, &visit, case, verb, typed).await? {
        Tried::Done => {
            fault::tidied(app.store.drop_draft(&person, &id, KIND).await);
            Ok(Redirect::to(&format!("/staff/r/{id}?done={}", verb.key())).into_response())
        }
        // In the editor again, where it can be kept, sent or thrown away as before.
        Tried::Again(case, filled) => {
            let kept = draft(&app, &visit, &id).await?.map(|(draft, _)| draft);
            form(&app, visit, *case, kept, None, filled).await
        }
    }
}

/// Another window of the same person has kept something else meanwhile: both are shown, and neither is changed.
async fn overtaken(app: &App, visit: Visit, case: Case, typed: Typed) -> Result<Response, Fault> {
    let (kept, other) = draft(app, &visit, &case.id).await?.unzip();
    let problems = vec![Problem::new("", visit.words.say("draft-stale"))];
    form(app, visit, case, kept, other, Filled { typed, problems, since: None }).await
}

/// What was typed as a draft.
fn written(app: &App, person: &str, case: &Case, typed: &Typed) -> Result<Draft, Fault> {
    let words = typed.kept(&["csrf", "revision", "do", "draft", "file-name", "file-sha256"]);
    Ok(Draft {
        person: person.to_owned(),
        subject: case.id.clone(),
        kind: KIND.to_owned(),
        based_on: i64::try_from(case.recommendation.revision).unwrap_or(i64::MAX),
        saved_at: app.now(),
        body: serde_json::to_string(&words).map_err(Fault::broken)?,
    })
}
