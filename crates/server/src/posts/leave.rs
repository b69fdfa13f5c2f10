//! Somebody leaves: everything that the person holds goes to others in one action, which is shown before it is done.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde_json::json;
use store::{Change, Grant, Holding};
use tracking::{Action, Heir, Plan, Recommendation, Refusal, Trouble};

use super::COORDINATOR;
use super::town::Town;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::refusal::sentence;
use crate::secret::id;
use crate::visit::{Signed, Visit};
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(COORDINATOR);
    routes.get("/staff/leaving", access, people).get("/staff/leaving/{person}", access, ask).post(
        "/staff/leaving/{person}",
        access,
        leave,
    )
}

async fn people(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (words, today, signed) = (visit.words, app.today(), visit.signed()?);
    let names = Names::read(&app, words).await?;
    let town = Town::read(&app).await?;
    let row = |(id, name): (&String, &String)| {
        let held = town.office().held_by(id, today);
        let posts: Vec<String> = held.into_iter().collect();
        let is_other = *id != signed.actor.person;
        (is_other && !posts.is_empty() && may_go(signed, &town, id)).then(|| {
            vec![Cell::link(name.clone(), format!("/staff/leaving/{id}")), Cell::text(names.posts_of(&posts))]
        })
    };
    let mut rows: Vec<Vec<Cell>> = town.people.iter().filter_map(row).collect();
    rows.sort_by(|one, other| one[0].text.cmp(&other[0].text));
    let columns = ["person-name", "person-posts"].map(|key| words.say(key)).into();
    let page = Page::new(visit, words.say("nav-leaving"));
    Plain::new(page)
        .about(words.say("leaving-about"))
        .table(Table { columns, rows, ..Table::default() })
        .show()
}

/// Whether a coordinator looks after the unit of a post.
fn looks_after(signed: &Signed, town: &Town, post: &str) -> bool {
    town.units.get(post).is_some_and(|unit| signed.holds_at(COORDINATOR, unit))
}

/// Whether a coordinator looks after everything that somebody's leaving ends: posts and roles, each of its unit or of all.
fn may_go(signed: &Signed, town: &Town, person: &str) -> bool {
    let posts = town.office().held_by(person, signed.today);
    let ends = |grant: &&tracking::Grant| {
        tracking::WORKERS.contains(&grant.role)
            && grant.until.is_none_or(|until| until >= signed.today)
            && !tracking::is_called_off(grant.from, grant.until)
    };
    let mut roles = town.grants.get(person).into_iter().flatten().filter(ends);
    posts.iter().all(|post| looks_after(signed, town, post))
        && roles.all(|grant| match grant.unit.as_deref() {
            Some(unit) => signed.holds_at(COORDINATOR, unit),
            None => signed.holds_house(COORDINATOR),
        })
}

/// Somebody who holds posts that this coordinator looks after, and not the one who asks: nobody sends themselves away.
async fn town(app: &App, visit: &Visit, person: &str) -> Result<(Town, String), Fault> {
    if visit.signed()?.actor.person == person {
        return Err(Fault::NotFound);
    }
    let town = Town::read(app).await?;
    let name = town.people.get(person).cloned().ok_or(Fault::NotFound)?;
    if !may_go(visit.signed()?, &town, person) {
        return Err(Fault::NotFound);
    }
    Ok((town, name))
}

async fn ask(State(app): State<App>, visit: Visit, Path(person): Path<String>) -> Result<Response, Fault> {
    let (town, name) = town(&app, &visit, &person).await?;
    form(&app, visit, &town, (&person, &name), &Typed::default(), Vec::new()).await
}

async fn form(
    app: &App,
    visit: Visit,
    town: &Town,
    (person, name): (&str, &str),
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let fields = fields(town, &names, words, person, visit.signed()?).into_iter();
    let fields = fields.map(|field| field.or_typed(typed, &problems)).collect();
    let page = Page::new(visit, words.with("leaving-of", "name", name)).with_problems(problems);
    Plain::new(page)
        .back("/staff/leaving", words.say("nav-leaving"))
        .about(words.say("leaving-how"))
        .form(Form {
            action: format!("/staff/leaving/{person}"),
            fields,
            button: words.say("leaving-try"),
            ..Form::default()
        })
        .show()
}

/// The last day, and for each post that somebody holds who or what takes over.
fn fields(town: &Town, names: &Names, words: Words, person: &str, signed: &Signed) -> Vec<Field> {
    let today = signed.today;
    let others = |post: &str| {
        let mut posts = names.post_choices();
        posts.retain(|one| one.value != post && looks_after(signed, town, &one.value));
        posts
    };
    let mut last = Field::new("last", words.say("leaving-last"), day(words));
    last.values = vec![today.day().to_string(), today.month().to_string(), today.year().to_string()];
    let mut fields = vec![last];
    for post in town.office().held_by(person, today) {
        let heirs = heirs(town, words, person, &post, others(&post), today);
        let heir = words.with("leaving-heir", "post", names.post(&post));
        fields.push(Field::new(format!("heir-{post}"), heir, Kind::Select(heirs)));
        let mut posts = others(&post);
        posts.insert(0, Choice::new("", words.say("leaving-no-deputy")));
        let deputy = words.with("leaving-deputy", "post", names.post(&post));
        let deputy = Field::new(format!("deputy-{post}"), deputy, Kind::Select(posts));
        fields.push(deputy.hint(words.say("leaving-deputy-hint")));
    }
    fields
}

/// Who or what can take over a post: people with a role in its unit, other posts, those who hold it too.
fn heirs(
    town: &Town,
    words: Words,
    person: &str,
    post: &str,
    posts: Vec<Choice>,
    today: Date,
) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", words.say("choose"))];
    let shares = |one: &&tracking::Holding| one.post == post && one.person != person && one.is_on(today);
    if town.holdings.iter().any(|one| shares(&one)) {
        choices.push(Choice::new("shared", words.say("leaving-shared")));
    }
    let unit = town.units.get(post).map(String::as_str);
    let fits = |grant: &tracking::Grant| {
        tracking::WORKERS.contains(&grant.role)
            && grant.in_force(today)
            && grant.unit.as_deref().is_none_or(|own| Some(own) == unit)
    };
    let fit = |id: &String| town.grants.get(id).is_some_and(|grants| grants.iter().any(fits));
    let people = town.people.iter().filter(|(id, _)| id.as_str() != person && fit(id));
    let mut people: Vec<Choice> = people
        .map(|(id, name)| Choice::new(format!("person:{id}"), words.with("leaving-person", "name", name)))
        .collect();
    people.sort_by(|one, other| one.label.cmp(&other.label));
    choices.extend(people);
    choices.extend(posts.into_iter().map(|one| {
        Choice::new(format!("post:{}", one.value), words.with("leaving-post", "post", one.label))
    }));
    choices
}

/// Who or what takes over each post, as it was typed.
fn chosen(town: &Town, person: &str, typed: &Typed, today: Date) -> BTreeMap<String, Heir> {
    let heir = |post: &String| {
        let text = typed.text(&format!("heir-{post}"));
        match text.split_once(':') {
            Some(("person", heir)) => Some(Heir::Person(heir.to_owned())),
            Some(("post", to)) => {
                Some(Heir::Post { to: to.to_owned(), deputy: typed.some(&format!("deputy-{post}")) })
            }
            _ => (text == "shared").then_some(Heir::Shared),
        }
    };
    let held = town.office().held_by(person, today);
    held.iter().filter_map(|post| Some((post.clone(), heir(post)?))).collect()
}

fn problem(words: Words, names: &Names, trouble: &Trouble) -> Problem {
    let key = format!("leaving-wrong-{}", trouble.key());
    let field = match trouble {
        Trouble::TooEarly(_) => "last".to_owned(),
        Trouble::Deputy(post) => format!("deputy-{post}"),
        other => other.post().map(|post| format!("heir-{post}")).unwrap_or_default(),
    };
    let post = trouble.post().map(|post| names.post(post)).unwrap_or_default();
    Problem::new(&field, words.with(&key, "post", post))
}

async fn leave(
    State(app): State<App>,
    visit: Visit,
    Path(person): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let (town, name) = town(&app, &visit, &person).await?;
    let who = (person.as_str(), name.as_str());
    let names = Names::read(&app, words).await?;
    let mut nonsense =
        wrong::nonsense(words, &fields(&town, &names, words, &person, visit.signed()?), &typed);
    // Of somebody who is no longer offered the rules say why.
    nonsense.retain(|one| !one.field.starts_with("heir-") || !typed.text(&one.field).contains(':'));
    let last = typed.date("last");
    if last.is_none() {
        wrong::add(&mut nonsense, vec![Problem::new("last", words.say("wrong-date"))]);
    }
    let (Some(last), true) = (last, nonsense.is_empty()) else {
        return form(&app, visit, &town, who, &typed, nonsense).await;
    };
    let chosen = chosen(&town, &person, &typed, today);
    let signed = visit.signed()?;
    let beyond = |post: &String| town.units.contains_key(post) && !looks_after(signed, &town, post);
    if chosen.values().flat_map(Heir::posts).any(beyond) {
        return Err(Fault::NotFound);
    }
    let plan = match town.office().leaving(&person, last, &chosen, today) {
        Ok(plan) => plan,
        Err(troubles) => {
            let problems = troubles.iter().map(|one| problem(words, &names, one)).collect();
            return form(&app, visit, &town, who, &typed, problems).await;
        }
    };
    let sure = typed.text("sure") == "yes";
    if !sure || typed.text("plan") != print(&plan) {
        let again = typed.some("plan").is_some();
        let mut problems = Vec::new();
        if again {
            let key = if sure { "leaving-changed" } else { "sure-missing" };
            problems.push(Problem::new("sure", words.say(key)));
        }
        return preview(&app, visit, &town, who, (&plan, last), &typed, problems).await;
    }
    match carry_out(&app, &visit, &town, &person, last, &plan).await? {
        Ok(()) => Ok(Redirect::to("/staff/leaving?done=left").into_response()),
        Err(problems) => form(&app, visit, &town, who, &typed, problems).await,
    }
}

/// What a plan is known by, so that only what was shown is done.
fn print(plan: &Plan) -> String {
    crate::secret::fingerprint(format!("{plan:?}").as_bytes())
}

async fn preview(
    app: &App,
    visit: Visit,
    town: &Town,
    (person, name): (&str, &str),
    (plan, last): (&Plan, Date),
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let person_name = |id: &String| town.people.get(id).cloned().unwrap_or_else(|| id.clone());
    let posts = plan
        .begins
        .iter()
        .map(|(post, heir)| vec![Cell::text(names.post(post)), Cell::text(person_name(heir))]);
    let columns = |keys: &[&str]| keys.iter().map(|key| words.say(key)).collect::<Vec<_>>();
    let posts = Table {
        caption: words.say("leaving-posts"),
        columns: columns(&["person-holds", "leaving-taken"]),
        rows: posts.collect(),
    };
    let moves = plan.moves.iter().map(|one| {
        vec![
            Cell::text(one.reference.clone()),
            Cell::text(names.post(&one.from)),
            Cell::text(names.post(&one.to)),
        ]
    });
    let moves = Table {
        caption: words.say("leaving-moves"),
        columns: columns(&["field-reference", "leaving-from", "leaving-to"]),
        rows: moves.collect(),
    };
    let mut hidden: Vec<(String, String)> = typed
        .kept(&["csrf", "sure", "plan"])
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    hidden.push(("plan".to_owned(), print(plan)));
    let sure = Kind::Ticks(vec![Choice::new("yes", words.say("leaving-sure"))]);
    let sure = Field::new("sure", words.say("leaving-check"), sure).typed(typed, &problems);
    let page = Page::new(visit, words.with("leaving-of", "name", name)).with_problems(problems);
    Plain::new(page)
        .back(format!("/staff/leaving/{person}"), words.say("leaving-again"))
        .about(words.with("leaving-until", "day", words.date(&last)))
        .about(words.say("leaving-roles"))
        .table(posts)
        .table(moves)
        .form(Form {
            action: format!("/staff/leaving/{person}"),
            fields: vec![sure],
            hidden,
            button: words.say("leaving-do"),
            ..Form::default()
        })
        .show()
}

/// Does all of it in one change, or nothing.
async fn carry_out(
    app: &App,
    visit: &Visit,
    town: &Town,
    person: &str,
    last: Date,
    plan: &Plan,
) -> Result<Result<(), Vec<Problem>>, Fault> {
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    for holding in app.store.holdings().await?.into_iter().filter(|one| plan.ends.contains(&one.id)) {
        change.save_holding(&Holding { until: Some(last), ..holding }).await?;
    }
    let after = last.tomorrow().unwrap_or(Date::MAX);
    for (post, heir) in &plan.begins {
        let (id, post, person) = (id()?, post.clone(), heir.clone());
        change.save_holding(&Holding { id, post, person, from: after, until: None }).await?;
    }
    if let Err(problems) = moved(app, visit, town, plan, &mut change).await? {
        return Ok(Err(problems));
    }
    let roles: BTreeSet<&str> = tracking::WORKERS.iter().map(|role| role.key()).collect();
    let own = app.store.grants(Some(person)).await?.into_iter();
    for grant in
        own.filter(|one| roles.contains(one.role.as_str()) && one.until.is_none_or(|until| until > last))
    {
        change.save_grant(&Grant { until: Some(last), ..grant }).await?;
    }
    let note =
        json!({ "until": last, "posts": plan.ends.len(), "taken": plan.begins, "moved": plan.moves.len() });
    change.note("person.leave", person, &note).await?;
    change.commit().await?;
    Ok(Ok(()))
}

/// Moves the work from post to post, each move an event of its recommendation.
async fn moved(
    app: &App,
    visit: &Visit,
    town: &Town,
    plan: &Plan,
    change: &mut Change,
) -> Result<Result<(), Vec<Problem>>, Fault> {
    let words = visit.words;
    let mut now: BTreeMap<&str, Recommendation> = BTreeMap::new();
    let mut rules = BTreeMap::new();
    let parties = crate::parties::read(app).await?;
    for one in &plan.moves {
        let Some((_, begun)) = town.work.iter().find(|(id, _)| *id == one.id) else { continue };
        let it = now.entry(&one.id).or_insert_with(|| begun.clone());
        if !rules.contains_key(&it.assembly) {
            rules.insert(it.assembly.clone(), Assembly::find(app, &it.assembly).await?.about);
        }
        let about = &rules[&it.assembly];
        let own = about.languages.iter().find_map(|tag| Language::from_tag(tag));
        let why = Words::of(own.unwrap_or(Language::EN)).say("leaving-why");
        let action = Action::Reassign {
            from: one.from.clone(),
            to: one.to.clone(),
            deputy: one.deputy.clone(),
            unit: one.unit.clone(),
            why,
        };
        let outside = parties.refusals(&action);
        if !outside.is_empty() {
            return Ok(Err(refused(words, &one.reference, &outside)));
        }
        let (after, event) = match it.act(&visit.signed()?.actor, action, app.now(), &about.rule, &[]) {
            Ok(done) => done,
            Err(refusals) => return Ok(Err(refused(words, &one.reference, &refusals))),
        };
        match desk::keep(change, &one.id, &after, &event).await {
            Ok(()) => *it = after,
            Err(store::Error::Stale { .. }) => {
                return Ok(Err(vec![Problem::new("", words.say("leaving-changed"))]));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Ok(()))
}

fn refused(words: Words, reference: &str, refusals: &[Refusal]) -> Vec<Problem> {
    let label = |name: &str| words.word("field", name);
    let of =
        |refusal: &Refusal| Problem::new("", format!("{reference}: {}", sentence(words, refusal, label)));
    refusals.iter().map(of).collect()
}
