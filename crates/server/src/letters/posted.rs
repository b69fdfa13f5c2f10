//! Letters to print, where the office that called an assembly has no e-mail address: the secretariat posts them and says on which day.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Entry, EntryFilter};
use tracking::{Escalation, can_have_gone, letters};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed, day};
use crate::mail::rounds::{Known, due, sponsor_text};
use crate::members::Waiting;
use crate::page::{self, Page};
use crate::shelf::Shelf;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;

/// That a letter went by post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Posted {
    /// The day.
    on: Date,
    /// The post that took it there, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// One for each step of each deadline.
const POSTED: Shelf<Posted> = Shelf::new("posted");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes.get("/staff/post/{assembly}", access, show).post("/staff/post/{assembly}", access, sent)
}

/// A step that calls for a letter that has not gone yet.
struct Line {
    known: Known,
    step: Escalation,
}

impl Line {
    /// What the letter is about: no two steps have the same.
    fn about(&self) -> String {
        let step = &self.step;
        format!("{}:{}:{}:{}", self.known.id, step.deadline, step.due, step.rung.key())
    }
}

/// What of an assembly waits for a letter by post; nothing where its sponsor reads e-mail.
async fn waiting_lines(app: &App, assembly: &Assembly) -> Result<Vec<Line>, Fault> {
    if assembly.about.sponsor.as_ref().is_some_and(|sponsor| sponsor.address.is_some()) {
        return Ok(Vec::new());
    }
    let today = assembly.about.rule.day(app.now());
    let filter = EntryFilter { assembly: Some(assembly.id.clone()), ..EntryFilter::default() };
    let gone = POSTED.list(app, &filter).await?;
    let mut lines = Vec::new();
    for known in due(app, &assembly.id, today).await? {
        for step in letters(&known.it, today) {
            let line = Line { known: known.clone(), step };
            let id = POSTED.only(&line.about()).id;
            if gone.iter().all(|kept| kept.entry.id != id) {
                lines.push(line);
            }
        }
    }
    Ok(lines)
}

/// Letters that wait for the reader to post them, with the day since when.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Waiting>, Fault> {
    let words = visit.words;
    let mut found = Vec::new();
    for assembly in Assembly::all_within(app, visit, SECRETARIAT).await? {
        let lines = waiting_lines(app, &assembly).await?;
        if let Some(since) = lines.iter().map(|line| line.step.on).min() {
            found.push(Waiting {
                address: format!("/staff/post/{}", assembly.id),
                title: words.with("posted-task", "assembly", assembly.name(words)),
                key: "task-post",
                since: words.date(&since),
            });
        }
    }
    Ok(found)
}

/// Of each deadline the last of its steps: where no letter has gone for long, one line says it all.
fn last_steps(lines: &[Line]) -> impl Iterator<Item = &Line> {
    let of = |line: &Line| (line.known.id.clone(), line.step.deadline);
    lines.iter().filter(move |line| {
        let mut same = lines.iter().filter(|other| of(other) == of(line));
        same.all(|other| other.step.on <= line.step.on)
    })
}

#[derive(askama::Template)]
#[template(path = "posted.html")]
struct LetterPage {
    page: Page,
    id: String,
    /// To whom.
    office: String,
    /// The day of the letter, in words.
    day: String,
    /// Its subject and its paragraphs, in the assembly's language.
    language: String,
    subject: String,
    paragraphs: Vec<String>,
    field: Field,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    letter(&app, visit, assembly, &Typed::default(), Vec::new()).await
}

async fn letter(
    app: &App,
    visit: Visit,
    assembly: Assembly,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let lines = waiting_lines(app, &assembly).await?;
    let pairs: Vec<(&Known, Escalation)> =
        last_steps(&lines).map(|line| (&line.known, line.step.clone())).collect();
    let (mut subject, mut paragraphs, mut language) =
        (String::new(), Vec::new(), words.language.tag().to_owned());
    if !pairs.is_empty() {
        let text = sponsor_text(app, &assembly, pairs.iter());
        subject = text.subject;
        paragraphs = text.text.split("\n\n").map(str::to_owned).collect();
        language = text.language;
    }
    let office = assembly.about.sponsor.as_ref().map_or("", |sponsor| sponsor.office.as_str());
    let office = if office.is_empty() { words.say("statement-office") } else { office.to_owned() };
    let field = Field::new("on", words.say("posted-on"), day(words)).typed(typed, &problems);
    let day = words.date(&assembly.about.rule.day(app.now()));
    let page = Page::new(visit, words.with("posted-task", "assembly", assembly.name(words)));
    let page = page.with_problems(problems);
    page::html(&LetterPage { page, id: assembly.id, office, day, language, subject, paragraphs, field })
}

async fn sent(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let lines = waiting_lines(&app, &assembly).await?;
    let today = assembly.about.rule.day(app.now());
    let on = typed.date("on").filter(|on| lines.iter().all(|line| can_have_gone(&line.step, *on, today)));
    let Some(on) = on.filter(|_| !lines.is_empty()) else {
        let wrong = Problem::new("on", visit.words.say("posted-on-wrong"));
        return letter(&app, visit, assembly, &typed, vec![wrong]).await;
    };
    let actor = visit.signed()?.actor.clone();
    let mut change = app.store.change(&actor.person, app.now()).await?;
    for line in &lines {
        let entry = Entry {
            assembly: Some(assembly.id.clone()),
            subject: Some(line.known.id.clone()),
            from: Some(on),
            ..POSTED.only(&line.about())
        };
        match POSTED.keep(&mut change, entry, &Posted { on, by: actor.post.clone() }, "send").await {
            // Somebody else was faster: the letter went once.
            Err(store::Error::Taken | store::Error::Stale { .. }) => {
                return Ok(Redirect::to("/staff").into_response());
            }
            done => drop(done?),
        }
    }
    change.commit().await?;
    Ok(Redirect::to("/staff?done=posted").into_response())
}
