//! The training record: which guide an officer has read, which training was done and when. For the staff only.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::EntryFilter;
use tracking::Role;

use super::guide;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::{Kept, Shelf};
use crate::staff::LEARNERS;
use crate::visit::Visit;
use crate::wrong;

/// Something that was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// The opaque id of who learnt it.
    pub person: String,
    /// The post that was held then.
    pub post: String,
    /// The word of a guide, or the name of a training.
    pub what: String,
    /// The day.
    pub on: Date,
}

const TRAININGS: Shelf<Training> = Shelf::new("training");

/// Who sees everybody's: those who see to it that officers are supported.
const KEEPERS: &[Role] = &[Role::Administrator, Role::Coordinator, Role::Approver];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/training", Access::Any(LEARNERS), list).post(
        "/staff/training",
        Access::Any(LEARNERS),
        add,
    )
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new()).await
}

async fn show(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let signed = visit.signed()?.clone();
    let names = Names::read(app, words).await?;
    let all = TRAININGS.list(app, &EntryFilter::default()).await?;
    let own = all.iter().rev().filter(|kept| kept.value.person == signed.actor.person);
    let own = own.map(|kept| vec![what(&kept.value), Cell::text(words.date(&kept.value.on))]).collect();
    let columns = ["training-what", "training-on"].map(|key| words.say(key)).into();
    let mut plain = Plain::new(Page::new(visit, words.say("nav-training")).with_problems(problems.clone()))
        .about(words.say("training-about"))
        .go("/guides", words.say("nav-guides"))
        .table(Table { caption: words.say("training-own"), columns, rows: own });
    if signed.holds(KEEPERS) {
        plain = plain.table(everybody(app, &all, &names, &signed, words).await?);
    }
    let guides = guide::GUIDES.iter().map(|guide| Choice::new(guide.word, guide.title()));
    let other = Choice::new("", words.say("training-other"));
    let fields = [
        Field::new(
            "guide",
            words.say("training-guide"),
            Kind::Select(std::iter::once(other).chain(guides).collect()),
        ),
        Field::new("name", words.say("training-name"), Kind::Line).hint(words.say("training-name-hint")),
        Field::new("on", words.say("training-on"), day(words)),
    ];
    let form = Form {
        heading: words.say("training-add"),
        action: "/staff/training".to_owned(),
        fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
        button: words.say("training-add"),
        ..Form::default()
    };
    plain.form(form).show()
}

/// What was learnt: a guide, or a name.
fn what(one: &Training) -> Cell {
    match guide::find(&one.what) {
        Some(guide) => Cell::link(guide.title(), format!("/guides/{}", one.what)),
        None => Cell::text(&one.what),
    }
}

/// Everybody's record by post, for those who look after a unit or all of them.
async fn everybody(
    app: &App,
    all: &[Kept<Training>],
    names: &Names,
    signed: &crate::visit::Signed,
    words: crate::words::Words,
) -> Result<Table, Fault> {
    let posts = app.store.posts().await?;
    let mut rows = Vec::new();
    for kept in all.iter().rev() {
        let one = &kept.value;
        let unit = posts.iter().find(|post| post.id == one.post).map(|post| post.unit.as_str());
        let sees = unit.map_or_else(|| signed.holds_house(KEEPERS), |unit| signed.works_at(KEEPERS, unit));
        if one.person == signed.actor.person || !sees {
            continue;
        }
        let name = app.store.person(&one.person).await?.and_then(|person| person.name);
        rows.push(vec![
            Cell::text(if one.post.is_empty() { "–".to_owned() } else { names.post(&one.post) }),
            Cell::text(name.unwrap_or_default()),
            what(one),
            Cell::text(words.date(&one.on)),
        ]);
    }
    let columns =
        ["training-post", "training-who", "training-what", "training-on"].map(|key| words.say(key)).into();
    Ok(Table { caption: words.say("training-all"), columns, rows })
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let signed = visit.signed()?.clone();
    let today = app.today();
    let mut problems = Vec::new();
    if typed.some("guide").is_some_and(|word| guide::find(&word).is_none()) {
        problems.push(wrong::choose(words, "guide"));
    }
    let guide = typed.some("guide").filter(|word| guide::find(word).is_some());
    let what = guide.or_else(|| typed.some("name"));
    // A guide's own page asks for no day: it is read today.
    let on = if typed.ticked("today") { Some(today) } else { typed.date("on") };
    match &what {
        None if !problems.is_empty() => {}
        None => problems.push(Problem::new("guide", words.say("training-nothing"))),
        Some(what) if what.chars().count() > 200 => {
            problems.push(Problem::new("name", words.say("training-long")));
        }
        Some(_) => {}
    }
    if on.is_none_or(|on| on > today) {
        problems.push(Problem::new("on", words.say("training-day")));
    }
    let (Some(what), Some(on), true) = (what, on, problems.is_empty()) else {
        return show(&app, visit, &typed, problems).await;
    };
    let post = signed.actor.post.clone().or_else(|| signed.posts.first().cloned()).unwrap_or_default();
    let value = Training { person: signed.actor.person.clone(), post, what, on };
    let mut entry = TRAININGS.fresh()?;
    (entry.subject, entry.from) = (Some(value.person.clone()), Some(on));
    let mut change = app.store.change(&value.person, app.now()).await?;
    TRAININGS.keep(&mut change, entry, &value, "add").await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/training?done=training").into_response())
}
