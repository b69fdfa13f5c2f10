//! Practice notes: what got in the way and what helped, for colleagues or for everybody.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::{EntryFilter, Filter};
use tracking::Practice;

use super::overload::problems;
use super::town::recommendations;
use super::{INSIDE, WORKERS};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::{Kept, Shelf};
use crate::visit::{Signed, Visit};
use crate::words::Words;
use crate::wrong;

/// Where they stand.
pub const NOTES: Shelf<Practice> = Shelf::new("practice");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/practice", Access::Any(INSIDE), list)
        .post("/staff/practice", Access::Any(WORKERS), add)
        .get("/staff/practice/{entry}", Access::Any(WORKERS), show)
        .post("/staff/practice/{entry}", Access::Any(WORKERS), save)
}

/// A note as a page tells it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The post and the day.
    pub who: String,
    /// What got in the way; may be empty.
    pub hindered: String,
    /// What helped; may be empty.
    pub helped: String,
    /// Whether only the staff reads it.
    pub private: bool,
}

/// Notes as pages tell them, the latest first: for everybody, only those that are published.
///
/// # Errors
/// If the store cannot be read.
pub async fn told(
    app: &App,
    filter: &EntryFilter,
    names: &Names,
    words: Words,
    staff: bool,
) -> Result<Vec<Told>, Fault> {
    let notes = NOTES.list(app, filter).await?.into_iter().rev();
    let told = |note: Kept<Practice>| Told {
        who: words.with2(
            "practice-by",
            "post",
            names.post(&note.value.post),
            "day",
            words.date(&note.value.on),
        ),
        hindered: note.value.hindered,
        helped: note.value.helped,
        private: !note.value.public,
    };
    Ok(notes.filter(|note| staff || note.value.public).map(told).collect())
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    overview(&app, visit, &Typed::default(), Vec::new()).await
}

async fn overview(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let signed = visit.signed()?.clone();
    let names = Names::read(app, words).await?;
    let notes = NOTES.list(app, &EntryFilter::default()).await?;
    let seen =
        notes.iter().rev().filter(|note| note.value.public || signed.works_at(INSIDE, &note.value.unit));
    let row = |note: &Kept<Practice>| {
        let one = &note.value;
        let post = names.post(&one.post);
        let own = signed.posts.contains(&one.post) && signed.works_at(WORKERS, &one.unit);
        let who = if own {
            Cell::link(post, format!("/staff/practice/{}", note.entry.id))
        } else {
            Cell::text(post)
        };
        vec![
            who,
            Cell::text(words.date(&one.on)),
            Cell::text(one.reference.clone().unwrap_or_default()),
            Cell::text(one.hindered.clone()),
            Cell::text(one.helped.clone()),
            Cell::text(words.say(if one.public { "practice-public" } else { "practice-private" })),
        ]
    };
    let rows = seen.map(row).collect();
    let columns =
        ["person-holds", "practice-day", "field-reference", "field-hindered", "field-helped", "practice-who"];
    let columns = columns.map(|key| words.say(key)).into();
    let page = Page::new(visit, words.say("nav-practice")).with_problems(problems.clone());
    let mut plain = Plain::new(page).about(words.say("practice-about")).table(Table {
        columns,
        rows,
        ..Table::default()
    });
    if signed.holds(WORKERS) && !signed.posts.is_empty() {
        let fields = fields(app, words, &names, &signed).await?;
        plain = plain.form(Form {
            heading: words.say("practice-add"),
            action: "/staff/practice".to_owned(),
            fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
            button: words.say("practice-add"),
            ..Form::default()
        });
    }
    plain.show()
}

async fn fields(app: &App, words: Words, names: &Names, signed: &Signed) -> Result<Vec<Field>, Fault> {
    let posts = signed.posts.iter().map(|post| Choice::new(post, names.post(post))).collect();
    let mut about = vec![Choice::new("", words.say("practice-general"))];
    for (id, it) in recommendations(app, Filter { posts: Vec::new(), ..Filter::default() }).await? {
        if signed.posts.iter().any(|post| it.has_part(post)) {
            let title = it.wording(words.language.tag()).map_or("", |version| &version.wording.title);
            about.push(Choice::new(id, format!("{} {title}", it.reference)));
        }
    }
    let who = ["private", "public"].map(|key| Choice::new(key, words.word("practice", key)));
    Ok(vec![
        Field::new("post", words.say("person-holds"), Kind::Select(posts)),
        Field::new("recommendation", words.say("practice-of"), Kind::Select(about)),
        Field::new("hindered", words.say("field-hindered"), Kind::Lines(3)),
        Field::new("helped", words.say("field-helped"), Kind::Lines(3)),
        Field::new("who", words.say("practice-who"), Kind::Radios(who.into())).value("private"),
    ])
}

/// The note that was typed, with the id and the assembly of its recommendation.
async fn read(
    app: &App,
    signed: &Signed,
    typed: &Typed,
    on: jiff::civil::Date,
) -> Result<(Practice, Option<(String, String)>), Fault> {
    let post = app.store.post(&typed.text("post")).await?.filter(|post| signed.posts.contains(&post.id));
    let post = post.filter(|post| signed.works_at(WORKERS, &post.unit));
    let about = match typed.some("recommendation") {
        Some(id) => {
            let case = crate::desk::find(app, &id).await?;
            let part = post.as_ref().is_some_and(|post| case.recommendation.has_part(&post.id));
            if !part {
                return Err(Fault::NotFound);
            }
            Some((case.id, case.recommendation))
        }
        None => None,
    };
    let (post, unit) = post.map(|post| (post.id, post.unit)).unwrap_or_default();
    let note = Practice {
        post,
        unit,
        reference: about.as_ref().map(|(_, it)| it.reference.clone()),
        hindered: typed.text("hindered"),
        helped: typed.text("helped"),
        public: typed.text("who") == "public",
        on,
    };
    Ok((note, about.map(|(id, it)| (id, it.assembly))))
}

/// What the form of a note does not take.
async fn nonsense(app: &App, visit: &Visit, typed: &Typed) -> Result<Vec<Problem>, Fault> {
    let names = Names::read(app, visit.words).await?;
    let fields = fields(app, visit.words, &names, visit.signed()?).await?;
    Ok(wrong::nonsense(visit.words, &fields, typed))
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let nonsense = nonsense(&app, &visit, &typed).await?;
    if !nonsense.is_empty() {
        return overview(&app, visit, &typed, nonsense).await;
    }
    let (note, about) = read(&app, signed, &typed, app.today()).await?;
    let note = match note.checked() {
        Ok(note) => note,
        Err(refusals) => {
            let problems = problems(visit.words, &refusals);
            return overview(&app, visit, &typed, problems).await;
        }
    };
    let mut entry = NOTES.fresh()?;
    entry.unit = Some(note.unit.clone());
    entry.from = Some(note.on);
    (entry.subject, entry.assembly) = about.unzip();
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    NOTES.keep(&mut change, entry, &note, "add").await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/practice?done=practice").into_response())
}

/// A note that this visitor may change: one of a post that the visitor holds.
async fn own(app: &App, visit: &Visit, id: &str) -> Result<Kept<Practice>, Fault> {
    let note = NOTES.find(app, id).await?;
    let signed = visit.signed()?;
    let own = signed.posts.contains(&note.value.post) && signed.works_at(WORKERS, &note.value.unit);
    if own { Ok(note) } else { Err(Fault::NotFound) }
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let note = own(&app, &visit, &id).await?;
    edit(&app, visit, &note, &beginning(&note), Vec::new()).await
}

fn beginning(note: &Kept<Practice>) -> Typed {
    let one = &note.value;
    let fields = BTreeMap::from([
        ("post", one.post.as_str()),
        ("recommendation", note.entry.subject.as_deref().unwrap_or_default()),
        ("hindered", &one.hindered),
        ("helped", &one.helped),
        ("who", if one.public { "public" } else { "private" }),
    ]);
    Typed::of(fields)
}

async fn edit(
    app: &App,
    visit: Visit,
    note: &Kept<Practice>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let fields = fields(app, words, &names, visit.signed()?).await?;
    let page = Page::new(visit, words.say("practice-edit")).with_problems(problems.clone());
    let form = Form {
        action: format!("/staff/practice/{}", note.entry.id),
        fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
        hidden: vec![("revision".to_owned(), note.entry.revision.to_string())],
        button: words.say("save"),
        ..Form::default()
    };
    Plain::new(page).back("/staff/practice", words.say("nav-practice")).form(form).show()
}

async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let kept = own(&app, &visit, &id).await?;
    let signed = visit.signed()?;
    if typed.text("revision") != kept.entry.revision.to_string() {
        let problem = Problem::new("", visit.words.say("entry-stale"));
        return edit(&app, visit, &kept, &typed, vec![problem]).await;
    }
    let nonsense = nonsense(&app, &visit, &typed).await?;
    if !nonsense.is_empty() {
        return edit(&app, visit, &kept, &typed, nonsense).await;
    }
    let (note, about) = read(&app, signed, &typed, kept.value.on).await?;
    let note = match note.checked() {
        Ok(note) => note,
        Err(refusals) => {
            let problems = problems(visit.words, &refusals);
            return edit(&app, visit, &kept, &typed, problems).await;
        }
    };
    let mut entry = kept.entry.clone();
    entry.unit = Some(note.unit.clone());
    (entry.subject, entry.assembly) = about.unzip();
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    match NOTES.keep(&mut change, entry, &note, "save").await {
        Ok(_) => change.commit().await?,
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let problem = Problem::new("", visit.words.say("entry-stale"));
            let now = own(&app, &visit, &id).await?;
            return edit(&app, visit, &now, &typed, vec![problem]).await;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/staff/practice?done=practice").into_response())
}
