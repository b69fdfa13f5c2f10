//! Users and roles: who may do what, where, from when until when.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde_json::json;
use store::{Grant, Holding, Person};
use tracking::{Role, is_called_off};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::link;
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::posts::end;
use crate::secret::id;
use crate::staff::ADMINISTRATOR;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::House(ADMINISTRATOR);
    routes
        .get("/staff/people", access, list)
        .post("/staff/people", access, add)
        .get("/staff/people/{id}", access, show)
        .post("/staff/people/{id}/grant", access, grant)
        .post("/staff/people/{id}/revoke", access, revoke)
        .post("/staff/people/{id}/post", access, hold)
        .post("/staff/people/{id}/link", access, invite)
        .post("/staff/people/{id}/disable", access, disable)
        .post("/staff/people/{id}/enable", access, enable)
        .post("/staff/people/{id}/erase", access, erase)
}

fn name_of(person: &Person) -> String {
    person.name.clone().unwrap_or_else(|| person.id.clone())
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    overview(&app, visit, &Typed::default(), Vec::new()).await
}

async fn overview(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let grants = app.store.grants(None).await?;
    let today = app.today();
    let row = |person: &Person| {
        let held = grants.iter().filter(|grant| grant.person == person.id && in_force(grant, today));
        let roles: Vec<String> = held.map(|grant| words.word("role", &grant.role)).collect();
        let state = if person.erased_at.is_some() {
            "person-erased"
        } else if person.disabled {
            "person-disabled"
        } else {
            "person-open"
        };
        vec![
            match person.erased_at {
                Some(_) => Cell::text(name_of(person)),
                None => Cell::link(name_of(person), format!("/staff/people/{}", person.id)),
            },
            Cell::text(roles.join(", ")),
            Cell::text(words.say(state)),
        ]
    };
    let rows = app.store.people().await?.iter().map(row).collect();
    let columns = ["person-name", "person-roles", "person-state"].map(|key| words.say(key)).into();
    let fields = [
        Field::new("name", words.say("person-name"), Kind::Line),
        Field::new("email", words.say("person-email"), Kind::Line),
    ];
    let fields = fields.map(|field| field.typed(typed, &problems)).into();
    let form = Form {
        heading: words.say("person-add"),
        action: "/staff/people".to_owned(),
        fields,
        button: words.say("person-add"),
        ..Form::default()
    };
    let page = Page::new(visit, words.say("nav-people")).with_problems(problems);
    Plain::new(page)
        .about(words.say("people-about"))
        .table(Table { columns, rows, ..Table::default() })
        .form(form)
        .show()
}

fn in_force(grant: &Grant, today: Date) -> bool {
    grant.from <= today && grant.until.is_none_or(|until| today <= until)
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let mut problems = link::who_problems(&visit, &typed);
    if app.store.person_by_email(&typed.text("email")).await?.is_some() {
        problems.push(Problem::new("email", visit.words.say("person-email-taken")));
    }
    if !problems.is_empty() {
        return overview(&app, visit, &typed, problems).await;
    }
    let person = link::new_person(&app, &visit, &typed)?;
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.save_person(&person).await?;
    change.note("person.add", &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(to(&person.id, "person"))
}

fn to(id: &str, done: &str) -> Response {
    Redirect::to(&format!("/staff/people/{id}?done={done}")).into_response()
}

pub(crate) async fn find(app: &App, id: &str) -> Result<Person, Fault> {
    app.store.person(id).await?.filter(|person| person.erased_at.is_none()).ok_or(Fault::NotFound)
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let person = find(&app, &id).await?;
    details(&app, visit, person, &Typed::default(), Vec::new(), None).await
}

async fn details(
    app: &App,
    visit: Visit,
    person: Person,
    typed: &Typed,
    problems: Vec<Problem>,
    copy: Option<String>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let is_own = visit.signed()?.actor.person == person.id;
    let page = Page::new(visit, name_of(&person)).with_problems(problems.clone());
    let mut plain = Plain::new(page)
        .back("/staff/people", words.say("nav-people"))
        .about(person.email.clone().unwrap_or_default())
        .table(roles_table(app, &person, &names, words).await?)
        .table(posts_table(app, &person, &names, words).await?);
    if let Some(copy) = copy {
        plain = plain.about(words.with("person-link-copy", "name", name_of(&person))).copy(copy);
    }
    let typed_in =
        |fields: Vec<Field>| fields.into_iter().map(|field| field.typed(typed, &problems)).collect();
    let at = |what: &str| format!("/staff/people/{}/{what}", person.id);
    let form = |what: &str, fields: Vec<Field>, grave: bool| Form {
        heading: words.say(&format!("person-{what}")),
        about: words.say(&format!("person-{what}-about")),
        action: at(what),
        fields,
        button: words.say(&format!("person-{what}")),
        grave,
        ..Form::default()
    };
    plain = plain.form(form("grant", typed_in(grant_fields(app, &names, words).await?), false)).form(form(
        "post",
        typed_in(post_fields(&names, words)),
        false,
    ));
    // Nobody shuts themselves out: somebody has to run the service.
    if !is_own {
        plain = plain.form(form("revoke", Vec::new(), false));
    }
    let ends = end::forms(app, &person, &names, words).await?.into_iter();
    for end in ends.filter(|form| !is_own || !form.action.ends_with("/end-role")) {
        let fields = end.fields.into_iter().map(|field| field.or_typed(typed, &problems));
        plain = plain.form(Form { fields: fields.collect(), ..end });
    }
    plain = plain.form(form("link", Vec::new(), false));
    if !is_own {
        plain = plain
            .form(form(if person.disabled { "enable" } else { "disable" }, Vec::new(), false))
            .form(form("erase", typed_in(vec![confirm(words)]), true));
    }
    plain.show()
}

/// The page of a person with what is wrong with what was typed.
pub(crate) async fn again(
    app: &App,
    visit: Visit,
    person: Person,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    details(app, visit, person, typed, problems, None).await
}

fn confirm(words: Words) -> Field {
    Field::new("sure", words.say("sure"), Kind::Ticks(vec![Choice::new("yes", words.say("sure-yes"))]))
}

/// The last day of a role or a post, in words.
fn last_day(words: Words, from: Date, until: Option<Date>) -> String {
    match until {
        None => words.say("until-revoked"),
        Some(_) if is_called_off(from, until) => words.say("until-called-off"),
        Some(day) => words.date(&day),
    }
}

async fn roles_table(app: &App, person: &Person, names: &Names, words: Words) -> Result<Table, Fault> {
    let anywhere = || words.say("everywhere");
    let grants = app.store.grants(Some(&person.id)).await?;
    let assemblies = Assembly::all(app).await?;
    let called = |id: &String| Assembly::called(&assemblies, id, words).to_owned();
    let rows = grants.iter().map(|grant| {
        vec![
            Cell::text(words.word("role", &grant.role)),
            Cell::text(grant.assembly.as_ref().map_or_else(anywhere, called)),
            Cell::text(grant.unit.as_deref().map_or_else(anywhere, |unit| names.unit(unit))),
            Cell::text(words.date(&grant.from)),
            Cell::text(last_day(words, grant.from, grant.until)),
        ]
    });
    let columns = ["person-role", "field-assembly", "field-unit", "grant-from", "grant-until"];
    Ok(Table {
        caption: words.say("person-roles"),
        columns: columns.map(|key| words.say(key)).into(),
        rows: rows.collect(),
    })
}

async fn posts_table(app: &App, person: &Person, names: &Names, words: Words) -> Result<Table, Fault> {
    let held = app.store.holdings().await?.into_iter().filter(|holding| holding.person == person.id);
    let rows = held.map(|holding| {
        let until = last_day(words, holding.from, holding.until);
        vec![Cell::text(names.post(&holding.post)), Cell::text(words.date(&holding.from)), Cell::text(until)]
    });
    let columns = ["person-holds", "grant-from", "grant-until"].map(|key| words.say(key)).into();
    Ok(Table { caption: words.say("person-posts"), columns, rows: rows.collect() })
}

fn or_everywhere(mut choices: Vec<Choice>, words: Words) -> Kind {
    choices.insert(0, Choice::new("", words.say("everywhere")));
    Kind::Select(choices)
}

async fn grant_fields(app: &App, names: &Names, words: Words) -> Result<Vec<Field>, Fault> {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Client);
    let roles = roles.map(|role| Choice::new(role.key(), words.word("role", role.key()))).collect();
    let assemblies = Assembly::all(app).await?;
    let assemblies = assemblies.iter().map(|one| Choice::new(&one.id, one.name(words))).collect();
    Ok(vec![
        Field::new("role", words.say("person-role"), Kind::Select(roles)),
        Field::new("assembly", words.say("field-assembly"), or_everywhere(assemblies, words)),
        Field::new("unit", words.say("field-unit"), or_everywhere(names.unit_choices(), words)),
        Field::new("from", words.say("grant-from"), day(words)).hint(words.say("grant-from-hint")),
        Field::new("until", words.say("grant-until"), day(words)).hint(words.say("grant-until-hint")),
    ])
}

fn post_fields(names: &Names, words: Words) -> Vec<Field> {
    vec![
        Field::new("post", words.say("person-holds"), Kind::Select(names.post_choices())),
        Field::new("post-from", words.say("grant-from"), day(words)).hint(words.say("grant-from-hint")),
    ]
}

/// The first day that was typed into a field, or today; and what is wrong with it.
fn first_day(words: Words, typed: &Typed, field: &str, today: Date) -> (Date, Option<Problem>) {
    let from = typed.date(field).unwrap_or(today);
    (from, (from < today).then(|| Problem::new(field, words.say("grant-from-wrong"))))
}

async fn grant(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let fields = grant_fields(&app, &names, words).await?;
    let mut problems = wrong::nonsense(words, &fields, &typed);
    let (role, until) = (Role::from_key(&typed.text("role")), typed.date("until"));
    let (from, early) = first_day(words, &typed, "from", app.today());
    problems.extend(early);
    if until.is_some_and(|until| until < from) {
        problems.push(Problem::new("until", words.say("grant-until-wrong")));
    }
    let (Some(role), true) = (role, problems.is_empty()) else {
        wrong::add(&mut problems, role.is_none().then(|| wrong::choose(words, "role")).into_iter().collect());
        return details(&app, visit, person, &typed, problems, None).await;
    };
    let (assembly, unit) = (typed.some("assembly"), typed.some("unit"));
    let same = |one: &Grant| {
        let overlaps = one.until.is_none_or(|end| from <= end) && until.is_none_or(|end| one.from <= end);
        let counts = overlaps && !is_called_off(one.from, one.until);
        one.role == role.key() && one.assembly == assembly && one.unit == unit && counts
    };
    if app.store.grants(Some(&person.id)).await?.iter().any(same) {
        let twice = vec![Problem::new("role", words.say("grant-twice"))];
        return details(&app, visit, person, &typed, twice, None).await;
    }
    let grant = Grant {
        id: id()?,
        person: person.id.clone(),
        role: role.key().to_owned(),
        assembly,
        unit,
        from,
        until,
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.save_grant(&grant).await?;
    let note = json!({ "role": grant.role, "assembly": grant.assembly, "unit": grant.unit, "from": from, "until": until });
    change.note("grant.add", &person.id, &note).await?;
    change.commit().await?;
    Ok(to(&person.id, "grant"))
}

/// Ends every role that a person has today or is to have. One's own administrator's role stays: somebody has to run the service.
async fn revoke(State(app): State<App>, visit: Visit, Path(person): Path<String>) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    not_oneself(&visit, &person)?;
    let today = app.today();
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let runs = |grant: &Grant| grant.until.is_none_or(|until| today <= until);
    for grant in app.store.grants(Some(&person.id)).await?.into_iter().filter(runs) {
        let until = today.yesterday().map_err(Fault::broken)?;
        change.save_grant(&Grant { until: Some(until), ..grant }).await?;
    }
    change.note("grant.end", &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(to(&person.id, "revoked"))
}

async fn hold(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let mut problems = wrong::nonsense(words, &post_fields(&names, words), &typed);
    let post = app.store.post(&typed.text("post")).await?;
    let (from, early) = first_day(words, &typed, "post-from", app.today());
    problems.extend(early);
    let (Some(post), true) = (&post, problems.is_empty()) else {
        wrong::add(&mut problems, post.is_none().then(|| wrong::choose(words, "post")).into_iter().collect());
        return details(&app, visit, person, &typed, problems, None).await;
    };
    let holding = Holding { id: id()?, post: post.id.clone(), person: person.id.clone(), from, until: None };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.save_holding(&holding).await?;
    change.note("holding.add", &person.id, &json!({ "post": holding.post, "from": from })).await?;
    change.commit().await?;
    Ok(to(&person.id, "holding"))
}

async fn invite(State(app): State<App>, visit: Visit, Path(person): Path<String>) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.end_links(link::PASSWORD, Some(&person.id)).await?;
    let address =
        link::make(&app, &mut change, link::PASSWORD, Some(&person.id), link::INVITATION_LASTS).await?;
    change.note("link.password", &person.id, &json!({})).await?;
    change.commit().await?;
    details(&app, visit, person, &Typed::default(), Vec::new(), Some(address)).await
}

pub(crate) fn not_oneself(visit: &Visit, person: &Person) -> Result<(), Fault> {
    if visit.signed()?.actor.person == person.id { Err(Fault::Forbidden) } else { Ok(()) }
}

async fn switch(app: &App, visit: &Visit, person: Person, disabled: bool) -> Result<Response, Fault> {
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    if !change.set_disabled(&person.id, disabled).await? {
        return Err(Fault::NotFound);
    }
    if disabled {
        // Whoever is shut out is out at once (ASVS 7.4.2).
        change.end_sessions(&person.id, None).await?;
    }
    let (kind, done) = if disabled { ("person.disable", "disabled") } else { ("person.enable", "enabled") };
    change.note(kind, &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(to(&person.id, done))
}

async fn disable(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    not_oneself(&visit, &person)?;
    switch(&app, &visit, person, true).await
}

async fn enable(State(app): State<App>, visit: Visit, Path(person): Path<String>) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    switch(&app, &visit, person, false).await
}

async fn erase(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let person = find(&app, &person).await?;
    not_oneself(&visit, &person)?;
    if typed.text("sure") != "yes" {
        let problem = Problem::new("sure", visit.words.say("sure-missing"));
        return details(&app, visit, person, &typed, vec![problem], None).await;
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.erase_person(&person.id, app.today()).await?;
    change.note("person.erase", &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/people?done=erased").into_response())
}
