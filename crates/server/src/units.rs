//! Units and their posts: work belongs to posts, so it survives a change of people.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use store::{Post, Unit};
use tracking::Party;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::in_language;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::parties;
use crate::plain::{Cell, Form, Plain, Table};
use crate::staff::ADMINISTRATOR;
use crate::visit::Visit;
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::House(ADMINISTRATOR);
    routes.get("/staff/units", access, list).post("/staff/units", access, add_unit).post(
        "/staff/posts",
        access,
        add_post,
    )
}

/// The fields of a name in every language of the pages.
pub fn name_fields(words: Words) -> Vec<Field> {
    let label =
        |language: Language| format!("{} ({})", words.say("unit-name"), words.language(language.tag()));
    let field =
        |one: Language| Field::new(format!("name-{}", one.tag()), label(one), Kind::Line).spoken(one.tag());
    Language::all().map(field).collect()
}

/// The field that asks what a unit is.
fn party_field(words: Words) -> Field {
    let choice = |party: &Party| Choice::new(party.key(), words.word("party", party.key()));
    Field::new("party", words.say("unit-party"), Kind::Radios(Party::ALL.iter().map(choice).collect()))
        .hint(words.say("unit-party-hint"))
        .value(Party::Department.key())
}

/// The names that were typed, by language.
pub fn names(typed: &Typed) -> BTreeMap<String, String> {
    let name = |one: Language| Some((one.tag().to_owned(), typed.some(&format!("name-{}", one.tag()))?));
    Language::all().filter_map(name).collect()
}

/// What is wrong with an id and names.
pub fn id_problems(words: Words, typed: &Typed) -> Vec<Problem> {
    let id = typed.text("id");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut problems = Vec::new();
    if id.is_empty() || id.len() > 40 || !id.chars().all(plain) {
        problems.push(Problem::new("id", words.say("unit-id-wrong")));
    }
    if names(typed).is_empty() {
        problems.push(Problem::new("name-en", words.say("person-name-missing")));
    }
    problems
}

/// That an id has a unit or a post already, with its name.
fn taken(words: Words, field: &str, key: &str, there: &BTreeMap<String, String>) -> Problem {
    Problem::new(field, words.with(key, "name", in_language(there, words).unwrap_or_default()))
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new()).await
}

async fn show(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let known = Names::read(app, words).await?;
    let of_unit = |unit: &str| {
        let prefix = format!("{unit}: ");
        let posts = known
            .post_choices()
            .into_iter()
            .filter_map(|post| post.label.strip_prefix(&prefix).map(str::to_owned));
        posts.collect::<Vec<_>>().join(", ")
    };
    let rows = known.unit_choices().into_iter().map(|unit| {
        vec![
            Cell::link(unit.label.clone(), format!("/staff/units/{}", unit.value)),
            Cell::text(unit.value.clone()),
            Cell::text(words.word("party", known.party(&unit.value).key())),
            Cell::text(of_unit(&unit.label)),
        ]
    });
    let rows = rows.collect();
    let columns = ["field-unit", "unit-id", "unit-party", "unit-posts"].map(|key| words.say(key)).into();
    let own = Field::new("id", words.say("unit-id"), Kind::Line).hint(words.say("unit-id-hint"));
    let fill = |fields: Vec<Field>| fields.into_iter().map(|field| field.typed(typed, &problems)).collect();
    let unit = Form {
        heading: words.say("unit-add"),
        action: "/staff/units".to_owned(),
        fields: fill([vec![own.clone()], name_fields(words), vec![party_field(words)]].concat()),
        button: words.say("unit-add"),
        ..Form::default()
    };
    let mut inside = Field::new("unit", words.say("field-unit"), Kind::Select(known.unit_choices()));
    inside.name = "unit".to_owned();
    let renamed = |mut field: Field| {
        field.name = format!("post-{}", field.name);
        field
    };
    let post_fields =
        [vec![inside, renamed(own)], name_fields(words).into_iter().map(renamed).collect()].concat();
    let post = Form {
        heading: words.say("post-add"),
        action: "/staff/posts".to_owned(),
        fields: fill(post_fields),
        button: words.say("post-add"),
        ..Form::default()
    };
    let page = Page::new(visit, words.say("nav-units")).with_problems(problems.clone());
    Plain::new(page)
        .about(words.say("units-about"))
        .table(Table { columns, rows, ..Table::default() })
        .form(unit)
        .form(post)
        .show()
}

async fn add_unit(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let mut problems = id_problems(visit.words, &typed);
    wrong::add(&mut problems, wrong::nonsense(visit.words, &[party_field(visit.words)], &typed));
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    if let Some(there) = change.unit(&typed.text("id")).await? {
        problems.push(taken(visit.words, "id", "unit-id-taken", &there.names));
    }
    if !problems.is_empty() {
        drop(change);
        return show(&app, visit, &typed, problems).await;
    }
    // A form of before asks nothing: it is a department.
    let party = Party::from_key(&typed.text("party")).unwrap_or(Party::Department);
    let unit = Unit { id: typed.text("id"), parent: None, names: names(&typed), body: parties::body(party) };
    change.add_unit(&unit).await?;
    change.note("unit.save", &unit.id, &json!({ "names": unit.names, "party": party })).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/units?done=unit").into_response())
}

async fn add_post(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let plain = Typed::of(
        typed.kept(&[]).into_iter().filter_map(|(name, value)| Some((name.strip_prefix("post-")?, value))),
    );
    let mut problems = id_problems(visit.words, &plain);
    for problem in &mut problems {
        problem.field = format!("post-{}", problem.field);
    }
    if app.store.unit(&typed.text("unit")).await?.is_none() {
        problems.push(Problem::new("unit", visit.words.say("unit-missing")));
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    if let Some(there) = change.post(&plain.text("id")).await? {
        problems.push(taken(visit.words, "post-id", "post-id-taken", &there.names));
    }
    if !problems.is_empty() {
        drop(change);
        return show(&app, visit, &typed, problems).await;
    }
    let post =
        Post { id: plain.text("id"), unit: typed.text("unit"), names: names(&plain), body: "{}".to_owned() };
    change.add_post(&post).await?;
    change.note("post.save", &post.id, &json!({ "unit": post.unit, "names": post.names })).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/units?done=post").into_response())
}
