//! "Too much to do": an officer says so for a post, and a coordinator answers with a day.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::EntryFilter;
use tracking::{Overload, Refusal};

use super::{COORDINATOR, INSIDE, WORKERS, workload};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::refusal::sentence;
use crate::shelf::{Kept, Shelf};
use crate::visit::Visit;
use crate::words::Words;

/// Where they stand.
pub const FLAGS: Shelf<Overload> = Shelf::new("overload");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .post("/staff/workload/{unit}/overload", Access::Any(WORKERS), raise)
        .get("/staff/overload/{entry}", Access::Any(INSIDE), show)
        .post("/staff/overload/{entry}", Access::Any(COORDINATOR), answer)
}

/// What a unit's posts have said, the latest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn table(
    app: &App,
    words: Words,
    names: &Names,
    unit: &str,
    answers: bool,
) -> Result<Table, Fault> {
    let filter = EntryFilter { unit: Some(unit.to_owned()), ..EntryFilter::default() };
    let flags = FLAGS.list(app, &filter).await?;
    let row = |flag: &Kept<Overload>| {
        let one = &flag.value;
        let link = address(flag);
        let todo = answers && one.is_open();
        vec![
            Cell::text(names.post(&one.post)),
            Cell::text(one.reason.clone()),
            Cell::text(words.date(&one.raised_on)),
            Cell::link(standing(words, one, app), link),
            Cell::text(if todo { words.say("overload-yours") } else { String::new() }),
        ]
    };
    let rows = flags.iter().rev().map(row).collect();
    let columns = ["unit-posts", "field-reason", "overload-since", "load-state", "overload-next"];
    let columns = columns.map(|key| words.say(key)).into();
    Ok(Table { caption: words.say("overload-title"), columns, rows })
}

/// What waits for an answer, the oldest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(app: &App) -> Result<Vec<Kept<Overload>>, Fault> {
    let mut flags = FLAGS.list(app, &EntryFilter::default()).await?;
    flags.retain(|flag| flag.value.is_open());
    flags.sort_by_key(|one| one.value.raised_on);
    Ok(flags)
}

/// Where it is read and answered.
pub fn address(flag: &Kept<Overload>) -> String {
    format!("/staff/overload/{}", flag.entry.id)
}

/// Whether it is answered, and how late, in words.
pub fn standing(words: Words, one: &Overload, app: &App) -> String {
    let today = app.today();
    match (&one.answer, one.days_late(today)) {
        (Some(answer), _) => words.with("overload-answered", "day", words.date(&answer.by)),
        (None, 0) => words.with("overload-waits", "day", words.date(&one.due())),
        (None, days) => words.count("overload-late", days),
    }
}

/// The form in which an officer says it.
pub fn form(
    words: Words,
    names: &Names,
    unit: &str,
    own: Vec<String>,
    typed: &Typed,
    problems: &[Problem],
) -> Form {
    let posts = own.into_iter().map(|post| Choice::new(post.clone(), names.post(&post))).collect();
    let fields = vec![
        Field::new("post", words.say("person-holds"), Kind::Select(posts)),
        Field::new("reason", words.say("field-reason"), Kind::Lines(3))
            .hint(words.say("overload-reason-hint")),
    ];
    Form {
        heading: words.say("overload-raise"),
        about: words.say("overload-raise-about"),
        action: format!("/staff/workload/{unit}/overload"),
        fields: fields.into_iter().map(|field| field.typed(typed, problems)).collect(),
        button: words.say("overload-raise"),
        ..Form::default()
    }
}

/// Refusals as problems of the fields that they are about.
pub fn problems(words: Words, refusals: &[Refusal]) -> Vec<Problem> {
    let label = |name: &str| words.word("field", name);
    let of = |refusal: &Refusal| Problem::new(refusal.field().unwrap_or(""), sentence(words, refusal, label));
    refusals.iter().map(of).collect()
}

async fn raise(
    State(app): State<App>,
    visit: Visit,
    Path(unit): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let post = app.store.post(&typed.text("post")).await?.filter(|post| post.unit == unit);
    let own = post.filter(|post| signed.posts.contains(&post.id));
    if !signed.works_at(WORKERS, &unit) {
        return Err(Fault::NotFound);
    }
    let filter = EntryFilter { unit: Some(unit.clone()), ..EntryFilter::default() };
    let others = FLAGS.list(&app, &filter).await?;
    let others = others.iter().map(|flag| &flag.value);
    let id = own.map(|post| post.id).unwrap_or_default();
    let flag = match Overload::raise(&id, &typed.text("reason"), app.today(), others) {
        Ok(flag) => flag,
        Err(refusals) => {
            let problems = problems(visit.words, &refusals);
            return workload::show(&app, visit, &unit, &typed, problems).await;
        }
    };
    let mut entry = FLAGS.fresh()?;
    (entry.unit, entry.subject) = (Some(unit.clone()), Some(flag.post.clone()));
    (entry.from, entry.until) = (Some(flag.raised_on), None);
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    FLAGS.keep(&mut change, entry, &flag, "raise").await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/workload/{unit}?done=overload")).into_response())
}

/// A flag that this visitor may see.
async fn seen(app: &App, visit: &Visit, id: &str) -> Result<Kept<Overload>, Fault> {
    let flag = FLAGS.find(app, id).await?;
    if visit.signed()?.works_at(INSIDE, unit_of(&flag)) { Ok(flag) } else { Err(Fault::NotFound) }
}

fn unit_of(flag: &Kept<Overload>) -> &str {
    flag.entry.unit.as_deref().unwrap_or_default()
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let flag = seen(&app, &visit, &id).await?;
    page(&app, visit, &flag, &Typed::default(), Vec::new()).await
}

async fn page(
    app: &App,
    visit: Visit,
    flag: &Kept<Overload>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let unit = flag.entry.unit.clone().unwrap_or_default();
    let answers = flag.value.is_open() && visit.signed()?.holds_at(COORDINATOR, unit_of(flag));
    let title = words.with("overload-of", "post", names.post(&flag.value.post));
    let page = Page::new(visit, title).with_problems(problems.clone());
    let raised = words.date(&flag.value.raised_on);
    let mut plain = Plain::new(page)
        .back(format!("/staff/workload/{unit}"), words.with("load-of", "unit", names.unit(&unit)))
        .about(words.with2("overload-said", "day", raised, "reason", &flag.value.reason))
        .about(standing(words, &flag.value, app));
    if let Some(answer) = &flag.value.answer {
        let values = [
            ("day", words.date(&answer.on)),
            (
                "post",
                answer
                    .post
                    .as_deref()
                    .map_or_else(|| words.word("role", "coordinator"), |post| names.post(post)),
            ),
            ("text", answer.text.clone()),
        ];
        plain = plain.about(words.with_all("overload-relief", &values));
    }
    if answers {
        let fields = vec![
            Field::new("text", words.say("field-answer"), Kind::Lines(4))
                .hint(words.say("overload-answer-hint")),
            Field::new("by", words.say("overload-by"), day(words)),
        ];
        plain = plain.form(Form {
            heading: words.say("overload-answer"),
            action: format!("/staff/overload/{}", flag.entry.id),
            fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
            hidden: vec![("revision".to_owned(), flag.entry.revision.to_string())],
            button: words.say("overload-answer"),
            ..Form::default()
        });
    }
    plain.show()
}

async fn answer(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let flag = seen(&app, &visit, &id).await?;
    let signed = visit.signed()?;
    if !signed.holds_at(COORDINATOR, unit_of(&flag)) {
        return Err(Fault::NotFound);
    }
    if typed.text("revision") != flag.entry.revision.to_string() {
        let problem = Problem::new("", visit.words.say("entry-stale"));
        return page(&app, visit, &flag, &typed, vec![problem]).await;
    }
    let post = signed.actor.post.as_deref();
    let answered = match flag.value.answer(&typed.text("text"), typed.date("by"), post, app.today()) {
        Ok(answered) => answered,
        Err(refusals) => {
            let problems = problems(visit.words, &refusals);
            return page(&app, visit, &flag, &typed, problems).await;
        }
    };
    let mut entry = flag.entry;
    entry.until = Some(app.today());
    let unit = entry.unit.clone().unwrap_or_default();
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    match FLAGS.keep(&mut change, entry, &answered, "answer").await {
        Ok(_) => change.commit().await?,
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let flag = seen(&app, &visit, &id).await?;
            let problem = Problem::new("", visit.words.say("entry-stale"));
            return page(&app, visit, &flag, &typed, vec![problem]).await;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/staff/workload/{unit}?done=relief")).into_response())
}
