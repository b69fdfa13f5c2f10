//! A unit or a post as it is kept: names, what the post can give, who stands in, who holds it, and what it works on.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use store::{Post, Unit};
use tracking::{MOST_HOURS, PostFacts, Recommendation, is_called_off};

use super::town::{Town, facts};
use super::workload::{loads, measure};
use super::{INSIDE, KEEPERS};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::secret::fingerprint;
use crate::staff::{ADMINISTRATOR, STAFF};
use crate::units::{name_fields, names};
use crate::visit::{Signed, Visit};
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let (own, keepers) = (Access::House(ADMINISTRATOR), Access::Any(KEEPERS));
    routes
        .get("/staff/units/{unit}", own, show_unit)
        .post("/staff/units/{unit}", own, save_unit)
        .get("/staff/posts/{post}", Access::Any(INSIDE), show_post)
        .post("/staff/posts/{post}", own, rename_post)
        .post("/staff/posts/{post}/capacity", keepers, set_capacity)
        .post("/staff/posts/{post}/deputy", keepers, set_deputy)
        .post("/staff/posts/{post}/end", keepers, end_holding)
}

/// What a form carries so that nobody writes over what somebody else has just written.
fn mark(names: &std::collections::BTreeMap<String, String>, body: &str, more: &str) -> (String, String) {
    ("seen".to_owned(), fingerprint(format!("{names:?} {body} {more}").as_bytes()))
}

fn is_stale(words: Words, typed: &Typed, mark: &(String, String)) -> Option<Problem> {
    (typed.text("seen") != mark.1).then(|| Problem::new("", words.say("entry-stale")))
}

/// The fields of the names, with what is there or what was typed.
fn filled_names(
    words: Words,
    there: &std::collections::BTreeMap<String, String>,
    typed: &Typed,
    problems: &[Problem],
) -> Vec<Field> {
    let fields = Language::all().zip(name_fields(words));
    let with = |(language, field): (Language, Field)| {
        let value = there.get(language.tag()).cloned().unwrap_or_default();
        field.value(value).typed(typed, problems)
    };
    fields.map(with).collect()
}

async fn show_unit(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let unit = app.store.unit(&id).await?.ok_or(Fault::NotFound)?;
    unit_page(&app, visit, &unit, &Typed::default(), Vec::new()).await
}

fn unit_mark(unit: &Unit) -> (String, String) {
    mark(&unit.names, &unit.body, unit.parent.as_deref().unwrap_or_default())
}

async fn unit_page(
    app: &App,
    visit: Visit,
    unit: &Unit,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let known = Names::read(app, words).await?;
    let mut others: Vec<Choice> =
        known.unit_choices().into_iter().filter(|other| other.value != unit.id).collect();
    others.insert(0, Choice::new("", words.say("unit-top")));
    let parent = Field::new("parent", words.say("unit-parent"), Kind::Select(others))
        .value(unit.parent.clone().unwrap_or_default())
        .typed(typed, &problems);
    let mut fields = filled_names(words, &unit.names, typed, &problems);
    fields.push(parent);
    let form = Form {
        heading: words.say("unit-edit"),
        action: format!("/staff/units/{}", unit.id),
        fields,
        hidden: vec![unit_mark(unit)],
        button: words.say("save"),
        ..Form::default()
    };
    let posts = app.store.posts().await?.into_iter().filter(|post| post.unit == unit.id);
    let row = |post: Post| {
        vec![Cell::link(known.post(&post.id), format!("/staff/posts/{}", post.id)), Cell::text(post.id)]
    };
    let rows = posts.map(row).collect();
    let columns = ["unit-posts", "unit-id"].map(|key| words.say(key)).into();
    let page = Page::new(visit, known.unit(&unit.id)).with_problems(problems);
    Plain::new(page)
        .back("/staff/units", words.say("nav-units"))
        .table(Table { columns, rows, caption: words.say("unit-posts") })
        .form(form)
        .show()
}

/// Whether `unit` would belong to itself by way of others.
async fn goes_round(app: &App, unit: &str, parent: &str) -> Result<bool, Fault> {
    let units = app.store.units().await?;
    let mut at = Some(parent.to_owned());
    for _ in 0..=units.len() {
        match at {
            None => return Ok(false),
            Some(here) if here == unit => return Ok(true),
            Some(here) => at = units.iter().find(|one| one.id == here).and_then(|one| one.parent.clone()),
        }
    }
    Ok(true)
}

async fn save_unit(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let unit = app.store.unit(&id).await?.ok_or(Fault::NotFound)?;
    let words = visit.words;
    let mut problems: Vec<Problem> = is_stale(words, &typed, &unit_mark(&unit)).into_iter().collect();
    let given = names(&typed);
    if given.is_empty() {
        problems.push(Problem::new("name-en", words.say("person-name-missing")));
    }
    let parent = typed.some("parent");
    if let Some(parent) = &parent
        && (app.store.unit(parent).await?.is_none() || goes_round(&app, &id, parent).await?)
    {
        problems.push(Problem::new("parent", words.say("unit-parent-wrong")));
    }
    if !problems.is_empty() {
        return unit_page(&app, visit, &unit, &typed, problems).await;
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let now = change.unit(&id).await?.ok_or(Fault::NotFound)?;
    if now != unit {
        drop(change);
        let stale = Problem::new("", words.say("entry-stale"));
        return unit_page(&app, visit, &now, &typed, vec![stale]).await;
    }
    let unit = Unit { parent, names: given, ..unit };
    change.save_unit(&unit).await?;
    change.note("unit.save", &unit.id, &json!({ "names": unit.names, "parent": unit.parent })).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/units/{id}?done=unit")).into_response())
}

/// A post that this visitor may see.
async fn seen(app: &App, visit: &Visit, id: &str) -> Result<Post, Fault> {
    let post = app.store.post(id).await?.ok_or(Fault::NotFound)?;
    if visit.signed()?.works_at(INSIDE, &post.unit) { Ok(post) } else { Err(Fault::NotFound) }
}

/// A post that this visitor looks after.
async fn kept(app: &App, visit: &Visit, id: &str) -> Result<Post, Fault> {
    let post = app.store.post(id).await?.ok_or(Fault::NotFound)?;
    if visit.signed()?.holds_at(KEEPERS, &post.unit) { Ok(post) } else { Err(Fault::NotFound) }
}

async fn show_post(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let post = seen(&app, &visit, &id).await?;
    post_page(&app, visit, &post, &Typed::default(), Vec::new()).await
}

fn post_mark(post: &Post) -> (String, String) {
    mark(&post.names, &post.body, &post.unit)
}

async fn post_page(
    app: &App,
    visit: Visit,
    post: &Post,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let signed = visit.signed()?.clone();
    let known = Names::read(app, words).await?;
    let town = Town::read(app).await?;
    let own = facts(post)?;
    let loads = loads(&town, today);
    let page = Page::new(visit, known.post(&post.id)).with_problems(problems.clone());
    let mut plain = Plain::new(page)
        .back(format!("/staff/workload/{}", post.unit), words.with("load-of", "unit", known.unit(&post.unit)))
        .about(own.deputy.as_ref().map_or_else(
            || words.say("post-no-deputy"),
            |deputy| words.with("post-deputy-is", "post", known.post(deputy)),
        ));
    if let Some(load) = loads.get(&post.id) {
        plain = plain.about(words.with2("post-load", "hours", load.hours, "state", measure(words, load)));
    }
    plain = plain
        .table(work_table(words, &town, &loads, &post.id, &signed))
        .table(capacity_table(words, &own))
        .table(holders_table(words, &town, &post.id));
    for form in forms(words, post, &own, &town, &known, &signed) {
        let allowed = if form.action.ends_with(&post.id) { ADMINISTRATOR } else { KEEPERS };
        if signed.holds_at(allowed, &post.unit) {
            let fields = form.fields.into_iter().map(|field| field.or_typed(typed, &problems)).collect();
            plain = plain.form(Form { fields, ..form });
        }
    }
    plain.show()
}

fn forms(
    words: Words,
    post: &Post,
    own: &PostFacts,
    town: &Town,
    known: &Names,
    signed: &Signed,
) -> Vec<Form> {
    let today = signed.today;
    let at = |what: &str| format!("/staff/posts/{}{what}", post.id);
    let day_field = |name: &str, label: &str| {
        let mut field = Field::new(name, words.say(label), day(words));
        field.values = vec![today.day().to_string(), today.month().to_string(), today.year().to_string()];
        field
    };
    let mut deputies = known.post_choices();
    let unit = |other: &Choice| town.units.get(&other.value).map_or("", String::as_str);
    deputies.retain(|other| other.value != post.id && signed.holds_at(KEEPERS, unit(other)));
    deputies.insert(0, Choice::new("", words.say("none")));
    let open = town
        .holdings
        .iter()
        .filter(|one| one.post == post.id && one.until.is_none_or(|until| until >= today))
        .filter(|one| !is_called_off(one.from, one.until));
    let name = |person: &str| town.people.get(person).cloned().unwrap_or_else(|| person.to_owned());
    let holders: Vec<Choice> = open.map(|one| Choice::new(&one.id, name(&one.person))).collect();
    let form = |what: &str, heading: &str, fields: Vec<Field>| Form {
        heading: words.say(heading),
        about: words.say(&format!("{heading}-about")),
        action: at(what),
        fields,
        hidden: vec![post_mark(post)],
        button: words.say(heading),
        ..Form::default()
    };
    let hours = Field::new("hours", words.say("field-hours"), Kind::Number);
    let hours = own.capacity_on(today).map_or(hours.clone(), |now| hours.value(now.to_string()));
    let mut forms = vec![
        form("/capacity", "post-capacity", vec![hours, day_field("from", "grant-from")]),
        form(
            "/deputy",
            "post-deputy",
            vec![
                Field::new("deputy", words.say("field-deputy"), Kind::Select(deputies))
                    .value(own.deputy.clone().unwrap_or_default()),
            ],
        ),
    ];
    if !holders.is_empty() {
        let holding = Field::new("holding", words.say("post-holder"), Kind::Select(holders));
        forms.push(form("/end", "post-end", vec![holding, day_field("last", "grant-until")]));
    }
    let fields = filled_names(words, &post.names, &Typed::default(), &[]);
    forms.push(form("", "post-rename", fields));
    forms
}

/// Where a visitor reads a recommendation: on the staff's page of it, or where everybody does.
pub fn address(signed: &Signed, id: &str, it: &Recommendation) -> String {
    if signed.holds(STAFF) && desk::may_see(signed, it) {
        format!("/staff/r/{id}")
    } else {
        format!("/a/{}/recommendations/{}", it.assembly, it.reference)
    }
}

fn work_table(
    words: Words,
    town: &Town,
    loads: &std::collections::BTreeMap<String, tracking::Load>,
    post: &str,
    signed: &Signed,
) -> Table {
    let items = loads.get(post).map_or(&[][..], |load| &load.items);
    let row = |item: &tracking::Item| {
        let found =
            town.work.iter().find(|(_, it)| it.assembly == item.assembly && it.reference == item.reference);
        let link = found.map(|(id, it)| address(signed, id, it)).unwrap_or_default();
        let hours = item.hours.map_or_else(|| words.say("load-not-said"), |hours| words.number(hours));
        vec![
            Cell::link(item.reference.clone(), link),
            Cell::text(words.word("part", item.part.key())),
            Cell::text(hours),
        ]
    };
    let rows = items.iter().map(row).collect();
    let columns = ["field-reference", "post-part", "load-hours"].map(|key| words.say(key)).into();
    Table { caption: words.say("post-work"), columns, rows }
}

fn capacity_table(words: Words, own: &PostFacts) -> Table {
    let row = |one: &tracking::Capacity| {
        vec![Cell::text(words.date(&one.from)), Cell::text(words.number(one.hours))]
    };
    let rows = own.capacity.iter().map(row).collect();
    let columns = ["grant-from", "field-hours"].map(|key| words.say(key)).into();
    Table { caption: words.say("load-capacity"), columns, rows }
}

fn holders_table(words: Words, town: &Town, post: &str) -> Table {
    let row = |one: &tracking::Holding| {
        let name = town.people.get(&one.person).cloned().unwrap_or_else(|| one.person.clone());
        let until = one.until.map_or_else(|| words.say("until-revoked"), |day| words.date(&day));
        vec![Cell::text(name), Cell::text(words.date(&one.from)), Cell::text(until)]
    };
    let rows = town.holdings.iter();
    let rows = rows.filter(|one| one.post == post && !is_called_off(one.from, one.until)).map(row).collect();
    let columns = ["post-holder", "grant-from", "grant-until"].map(|key| words.say(key)).into();
    Table { caption: words.say("post-holders"), columns, rows }
}

async fn rename_post(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let post = seen(&app, &visit, &id).await?;
    let given = names(&typed);
    let mut problems: Vec<Problem> = is_stale(visit.words, &typed, &post_mark(&post)).into_iter().collect();
    if given.is_empty() {
        problems.push(Problem::new("name-en", visit.words.say("person-name-missing")));
    }
    if !problems.is_empty() {
        return post_page(&app, visit, &post, &typed, problems).await;
    }
    let after = Post { names: given, ..post.clone() };
    keep(&app, visit, &typed, &post, after).await
}

/// Writes a post in the place of the one that was read before, unless somebody was faster.
async fn keep(app: &App, visit: Visit, typed: &Typed, before: &Post, post: Post) -> Result<Response, Fault> {
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let now = change.post(&post.id).await?.ok_or(Fault::NotFound)?;
    if now != *before {
        drop(change);
        let stale = Problem::new("", visit.words.say("entry-stale"));
        return post_page(app, visit, &now, typed, vec![stale]).await;
    }
    change.save_post(&post).await?;
    let note = json!({ "names": post.names, "facts": facts(&post)? });
    change.note("post.save", &post.id, &note).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/posts/{}?done=post", post.id)).into_response())
}

async fn set_capacity(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let post = kept(&app, &visit, &id).await?;
    let words = visit.words;
    let mut problems: Vec<Problem> = is_stale(words, &typed, &post_mark(&post)).into_iter().collect();
    let hours = typed.number("hours").filter(|hours| *hours <= MOST_HOURS);
    if hours.is_none() {
        problems.push(Problem::new("hours", words.count("post-hours-wrong", MOST_HOURS)));
    }
    let from = typed.date("from");
    if from.is_none() {
        problems.push(Problem::new("from", words.say("wrong-date")));
    }
    let (Some(hours), Some(from), true) = (hours, from, problems.is_empty()) else {
        return post_page(&app, visit, &post, &typed, problems).await;
    };
    let own = facts(&post)?.with_capacity(from, hours);
    let body = serde_json::to_string(&own).map_err(Fault::broken)?;
    let after = Post { body, ..post.clone() };
    keep(&app, visit, &typed, &post, after).await
}

async fn set_deputy(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let post = kept(&app, &visit, &id).await?;
    let mut problems: Vec<Problem> = is_stale(visit.words, &typed, &post_mark(&post)).into_iter().collect();
    let deputy = typed.some("deputy");
    let stands_in = match &deputy {
        Some(deputy) => app.store.post(deputy).await?,
        None => None,
    };
    if let Some(other) = &stands_in
        && !visit.signed()?.holds_at(KEEPERS, &other.unit)
    {
        return Err(Fault::NotFound);
    }
    if let Some(deputy) = &deputy
        && (*deputy == id || stands_in.is_none())
    {
        problems.push(Problem::new("deputy", visit.words.say("refusal-deputy")));
    }
    if !problems.is_empty() {
        return post_page(&app, visit, &post, &typed, problems).await;
    }
    let body = serde_json::to_string(&PostFacts { deputy, ..facts(&post)? }).map_err(Fault::broken)?;
    let after = Post { body, ..post.clone() };
    keep(&app, visit, &typed, &post, after).await
}

async fn end_holding(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let post = kept(&app, &visit, &id).await?;
    let holding = app.store.holdings().await?.into_iter().find(|one| one.id == typed.text("holding"));
    let holding = holding.filter(|one| one.post == id);
    let words = visit.words;
    let (mut problems, last) = (Vec::new(), typed.date("last"));
    if holding.is_none() {
        problems.push(wrong::choose(words, "holding"));
    }
    if last.is_none() {
        problems.push(Problem::new("last", words.say("wrong-date")));
    }
    // What has not begun never begins.
    let planned = holding.as_ref().map(|one| one.from).filter(|from| *from > app.today());
    let called_off = planned.filter(|from| last.is_some_and(|last| last < *from));
    let last = called_off.and_then(|from| from.yesterday().ok()).or(last);
    if let Some((last, holding)) = last.zip(holding.as_ref())
        && last < holding.from
        && called_off.is_none()
    {
        problems.push(Problem::new("last", words.with("post-end-wrong", "day", words.date(&holding.from))));
    }
    let (Some(holding), Some(last), true) = (holding, last, problems.is_empty()) else {
        return post_page(&app, visit, &post, &typed, problems).await;
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.note("holding.end", &holding.person, &json!({ "post": id, "until": last })).await?;
    change.save_holding(&store::Holding { until: Some(last), ..holding }).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/posts/{id}?done=holding-ended")).into_response())
}
