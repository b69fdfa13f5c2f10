//! Ending one role of a person, and one post that the person holds.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde_json::json;
use store::{Grant, Holding, Person};
use tracking::is_called_off;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::people;
use crate::plain::Form;
use crate::staff::ADMINISTRATOR;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::House(ADMINISTRATOR);
    routes.post("/staff/people/{id}/end-role", access, end_role).post(
        "/staff/people/{id}/end-post",
        access,
        end_post,
    )
}

/// The forms for a person's page; none for what the person has none of.
///
/// # Errors
/// If the store cannot be read.
pub async fn forms(app: &App, person: &Person, names: &Names, words: Words) -> Result<Vec<Form>, Fault> {
    let today = app.today();
    let grants = app.store.grants(Some(&person.id)).await?.into_iter();
    let grants = grants.filter(|one| runs(one.until, today) && !is_called_off(one.from, one.until));
    let everywhere = || words.say("everywhere");
    let role = |one: Grant| {
        let unit = one.unit.as_deref().map_or_else(everywhere, |unit| names.unit(unit));
        let assembly = one.assembly.clone().unwrap_or_else(everywhere);
        Choice::new(one.id, format!("{}, {assembly}, {unit}", words.word("role", &one.role)))
    };
    let roles: Vec<Choice> = grants.map(role).collect();
    let held = app.store.holdings().await?.into_iter();
    let held = held
        .filter(|one| one.person == person.id && runs(one.until, today))
        .filter(|one| !is_called_off(one.from, one.until));
    let posts: Vec<Choice> = held.map(|one| Choice::new(one.id, names.post(&one.post))).collect();
    let form = |what: &str, label: &str, choices: Vec<Choice>| Form {
        heading: words.say(&format!("person-{what}")),
        about: words.say(&format!("person-{what}-about")),
        action: format!("/staff/people/{}/{what}", person.id),
        fields: vec![Field::new(what, words.say(label), Kind::Select(choices)), last(what, words, today)],
        button: words.say(&format!("person-{what}")),
        ..Form::default()
    };
    let all = [("end-role", "person-role", roles), ("end-post", "person-holds", posts)];
    Ok(all
        .into_iter()
        .filter(|(_, _, choices)| !choices.is_empty())
        .map(|(what, label, choices)| form(what, label, choices))
        .collect())
}

fn runs(until: Option<Date>, today: Date) -> bool {
    until.is_none_or(|until| until >= today)
}

fn last(what: &str, words: Words, today: Date) -> Field {
    let mut field = Field::new(format!("{what}-last"), words.say("grant-until"), day(words));
    field.values = vec![today.day().to_string(), today.month().to_string(), today.year().to_string()];
    field
}

/// The last day that was typed for what began on a day, or what is wrong: nothing was chosen, or the day is none or too early.
fn last_day(
    words: Words,
    typed: &Typed,
    what: &str,
    first: Option<Date>,
    today: Date,
) -> Result<Date, Vec<Problem>> {
    let field = format!("{what}-last");
    let last = typed.date(&field);
    let mut problems: Vec<Problem> =
        first.is_none().then(|| wrong::choose(words, what)).into_iter().collect();
    match (last, first) {
        (None, _) => problems.push(Problem::new(&field, words.say("wrong-date"))),
        // What has not begun never begins.
        (Some(last), Some(first)) if last < first && first > today => {
            return first.yesterday().map_err(|_| Vec::new());
        }
        (Some(last), Some(first)) if last < first => {
            problems.push(Problem::new(&field, words.with("post-end-wrong", "day", words.date(&first))));
        }
        (Some(last), Some(_)) => return Ok(last),
        (Some(_), None) => {}
    }
    Err(problems)
}

async fn end_role(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let person = people::find(&app, &id).await?;
    people::not_oneself(&visit, &person)?;
    let grants = app.store.grants(Some(&id)).await?;
    let grant = grants.into_iter().find(|one| one.id == typed.text("end-role"));
    let last = match last_day(
        visit.words,
        &typed,
        "end-role",
        grant.as_ref().map(|grant| grant.from),
        app.today(),
    ) {
        Ok(last) => last,
        Err(problems) => return people::again(&app, visit, person, &typed, problems).await,
    };
    let grant = grant.ok_or(Fault::Unreadable)?;
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.note("grant.end", &id, &json!({ "role": grant.role, "unit": grant.unit, "until": last })).await?;
    change.save_grant(&Grant { until: Some(last), ..grant }).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/people/{id}?done=role-ended")).into_response())
}

async fn end_post(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let person = people::find(&app, &id).await?;
    let held = app.store.holdings().await?.into_iter().filter(|one| one.person == id);
    let holding = held.into_iter().find(|one| one.id == typed.text("end-post"));
    let last =
        match last_day(visit.words, &typed, "end-post", holding.as_ref().map(|one| one.from), app.today()) {
            Ok(last) => last,
            Err(problems) => return people::again(&app, visit, person, &typed, problems).await,
        };
    let holding = holding.ok_or(Fault::Unreadable)?;
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.note("holding.end", &id, &json!({ "post": holding.post, "until": last })).await?;
    change.save_holding(&Holding { until: Some(last), ..holding }).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/people/{id}?done=holding-ended")).into_response())
}
