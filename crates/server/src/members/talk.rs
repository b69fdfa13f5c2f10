//! Questions between officers and members about a recommendation, and where a member writes a comment.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::Entry;
use tracking::{Clarification, Comment, LONGEST, Recommendation, Role, Unsaid};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk::Case;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::members::shown::{self, Remark, Thread};
use crate::members::{COMMENTS, MEMBER, SPEAKERS, THREADS};
use crate::names::Names;
use crate::page::{self, Page};
use crate::shelf::Kept;
use crate::staff::{SECRETARIAT, STAFF};
use crate::story::seen;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/r/{id}/talk", Access::Any(STAFF), show)
        .post("/staff/r/{id}/ask", Access::Any(SPEAKERS), ask)
        .post("/staff/r/{id}/comment", Access::Any(MEMBER), comment)
        .get("/staff/threads/{id}", Access::Any(STAFF), one)
        .post("/staff/threads/{id}", Access::Any(SPEAKERS), say)
        .post("/staff/threads/{id}/aside", Access::Any(SECRETARIAT), set_aside)
}

#[derive(askama::Template)]
#[template(path = "talk.html")]
struct Talk {
    page: Page,
    id: String,
    threads: Vec<Thread>,
    remarks: Vec<Remark>,
    /// To ask, for whom it is.
    ask: Option<Field>,
    /// To comment, for members.
    comment: Option<Field>,
}

#[derive(askama::Template)]
#[template(path = "thread.html")]
struct One {
    page: Page,
    /// The id of the recommendation.
    about: String,
    title: String,
    thread: Thread,
    revision: i64,
    answer: Option<Field>,
    aside: Option<Field>,
}

/// The sentences for why words are not taken.
pub(super) fn problems(words: Words, field: &str, unsaid: &[Unsaid]) -> Vec<Problem> {
    let sentence = |one: &Unsaid| words.count(&format!("unsaid-{}", one.key()), LONGEST);
    unsaid.iter().map(|one| Problem::new(field, sentence(one))).collect()
}

/// Reference and title for a reader.
pub(super) fn title(on: &Recommendation, words: Words) -> String {
    let titles = on
        .texts
        .iter()
        .filter_map(|(tag, versions)| Some((tag.clone(), versions.last()?.wording.title.clone())));
    let titles = titles.collect();
    format!("{} {}", on.reference, crate::assembly::in_language(&titles, words).unwrap_or_default())
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let case = seen(&app, &visit, &id).await?;
    overview(&app, visit, case, &Typed::default(), Vec::new()).await
}

async fn overview(
    app: &App,
    visit: Visit,
    case: Case,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let (words, on) = (visit.words, &case.recommendation);
    let names = Names::read(app, words).await?;
    let threads = shown::threads(app, &case.id).await?;
    let threads = threads.iter().map(|kept| shown::thread(app, &names, words, kept, &kept.value.turns));
    let signed = visit.signed()?;
    let judges = signed.holds_in(SECRETARIAT, &on.assembly);
    let mut remarks = shown::comments(app, &case.id).await?;
    remarks.retain(|kept| judges || kept.value.is_public() || kept.value.by == signed.actor.person);
    let remarks = remarks.iter().map(|kept| shown::remark(app, words, kept)).collect();
    let field = |name: &str, key: &str| {
        Field::new(name, words.say(key), Kind::Lines(4))
            .hint(words.say(&format!("{key}-hint")))
            .typed(typed, &problems)
    };
    let part = tracking::speaks_as(&signed.actor, on, app.today());
    let open = on.state != tracking::State::Draft;
    let mut ask = part.filter(|_| open).map(|_| field("question", "clarification-ask"));
    let mut comment =
        part.filter(|role| open && *role == Role::Member).map(|_| field("comment", "comment-write"));
    let title = format!("{}: {}", words.say("talk-title"), title(on, words));
    let (threads, mut page) = (threads.collect(), Page::new(visit, title).with_problems(problems));
    page.explain(ask.as_mut_slice());
    page.explain(comment.as_mut_slice());
    page::html(&Talk { page, id: case.id, threads, remarks, ask, comment })
}

/// A new entry about a recommendation.
fn about(entry: Entry, case: &Case) -> Entry {
    Entry { assembly: Some(case.assembly.id.clone()), subject: Some(case.id.clone()), ..entry }
}

async fn ask(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let case = seen(&app, &visit, &id).await?;
    let actor = &visit.signed()?.actor;
    let asked =
        Clarification::ask(actor, &case.recommendation, &typed.text("question"), app.now(), app.today());
    match asked {
        Err(unsaid) => {
            let problems = problems(visit.words, "question", &unsaid);
            overview(&app, visit, case, &typed, problems).await
        }
        Ok(asked) => {
            let mut change = app.store.change(&actor.person, app.now()).await?;
            THREADS.keep(&mut change, about(THREADS.fresh()?, &case), &asked, "ask").await?;
            change.commit().await?;
            Ok(to(&format!("/staff/r/{id}/talk?done=asked")))
        }
    }
}

async fn comment(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let case = seen(&app, &visit, &id).await?;
    let actor = &visit.signed()?.actor;
    let written = Comment::write(actor, &case.recommendation, &typed.text("comment"), app.now(), app.today());
    match written {
        Err(unsaid) => {
            let problems = problems(visit.words, "comment", &unsaid);
            overview(&app, visit, case, &typed, problems).await
        }
        Ok(written) => {
            let mut change = app.store.change(&actor.person, app.now()).await?;
            COMMENTS.keep(&mut change, about(COMMENTS.fresh()?, &case), &written, "write").await?;
            change.commit().await?;
            Ok(to(&format!("/staff/r/{id}/talk?done=commented")))
        }
    }
}

pub(super) fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// A question that the reader may see, with what it is about.
async fn find(app: &App, visit: &Visit, id: &str) -> Result<(Kept<Clarification>, Case), Fault> {
    let kept = THREADS.find(app, id).await?;
    let case = seen(app, visit, kept.entry.subject.as_deref().unwrap_or_default()).await?;
    Ok((kept, case))
}

async fn one(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let (kept, case) = find(&app, &visit, &id).await?;
    page_of(&app, visit, &kept, &case, &Typed::default(), Vec::new()).await
}

async fn page_of(
    app: &App,
    visit: Visit,
    kept: &Kept<Clarification>,
    case: &Case,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let signed = visit.signed()?;
    let names = Names::read(app, words).await?;
    let thread = shown::thread(app, &names, words, kept, &kept.value.turns);
    let field =
        |name: &str, key: &str| Field::new(name, words.say(key), Kind::Lines(4)).typed(typed, &problems);
    let part = tracking::speaks_as(&signed.actor, &case.recommendation, app.today());
    let mut answer = part.filter(|_| kept.value.aside.is_none()).map(|_| field("text", "clarification-say"));
    let judges = signed.holds_in(SECRETARIAT, &case.assembly.id) && thread.open;
    let mut aside = judges.then(|| field("reason", "clarification-set-aside-why"));
    let title = title(&case.recommendation, words);
    let mut page = Page::new(visit, words.say("clarification-title")).with_problems(problems);
    page.explain(answer.as_mut_slice());
    page.explain(aside.as_mut_slice());
    let revision = kept.entry.revision;
    page::html(&One { page, about: case.id.clone(), title, thread, revision, answer, aside })
}

async fn say(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (kept, case) = find(&app, &visit, &id).await?;
    let actor = &visit.signed()?.actor;
    let said = kept.value.say(actor, &case.recommendation, &typed.text("text"), app.now(), app.today());
    settle(&app, visit, (&kept, &case), &typed, ("text", "answer"), said).await
}

async fn set_aside(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (kept, case) = find(&app, &visit, &id).await?;
    if !visit.signed()?.holds_in(SECRETARIAT, &case.assembly.id) {
        return Err(Fault::NotFound);
    }
    let after = kept.value.set_aside(&typed.text("reason"), app.now());
    settle(&app, visit, (&kept, &case), &typed, ("reason", "aside"), after).await
}

/// Keeps a question as it is now, or shows it again with everything that was typed.
async fn settle(
    app: &App,
    visit: Visit,
    (kept, case): (&Kept<Clarification>, &Case),
    typed: &Typed,
    (field, verb): (&str, &str),
    after: Result<Clarification, Vec<Unsaid>>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let after = match after {
        Ok(after) => after,
        Err(unsaid) => return page_of(app, visit, kept, case, typed, problems(words, field, &unsaid)).await,
    };
    let mut entry = kept.entry.clone();
    entry.revision = typed.text("revision").parse().unwrap_or(entry.revision);
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match THREADS.keep(&mut change, entry, &after, verb).await {
        Ok(_) => {
            change.commit().await?;
            Ok(to(&format!("/staff/threads/{}?done=said", kept.entry.id)))
        }
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let now = THREADS.find(app, &kept.entry.id).await?;
            let problems = vec![Problem::new("", words.say("stale"))];
            page_of(app, visit, &now, case, typed, problems).await
        }
        Err(error) => Err(error.into()),
    }
}
