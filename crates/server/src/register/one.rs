//! One entry of the register, for everybody and for the staff; a clash is settled here.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engagement::terms::List;
use engagement::{Engagement, Settled};
use jiff::civil::Date;

use super::clashes::{Known, address};
use super::{WRITERS, colour, find, keep, said, stands, when};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::staff::STAFF;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/register/{engagement}", Access::Public, public)
        .get("/staff/register/{engagement}", Access::Any(STAFF), staff)
        .post("/staff/register/{engagement}/settle", Access::Any(WRITERS), settle)
}

/// What everybody may know of an entry. What is empty is left out.
fn facts(words: Words, names: &Names, it: &Engagement, today: Date) -> Table {
    let number = |n: Option<u32>| n.map_or(String::new(), |n| words.number(n));
    let facts = [
        ("when", when(words, it)),
        ("unit", names.unit(&it.unit)),
        ("kind", words.word("kind", it.kind.key())),
        ("audience", said(words, List::Audience, &it.audience)),
        ("area", it.area.clone()),
        ("topic", said(words, List::Topic, &it.topic)),
        ("question", it.question.clone()),
        ("minutes", number(it.minutes)),
        ("people", number(it.people)),
        ("outcome", it.outcome.clone()),
        ("series", it.series.clone()),
        ("contact", names.post(&it.contact)),
    ];
    let stands = stands(it, today);
    let stand = vec![
        Cell::text(words.say("engagement-stands")),
        Cell::tag(words.word("stands", stands), colour(stands)),
    ];
    let filled = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let filled =
        filled.map(|(key, value)| vec![Cell::text(words.word("engagement", key)), Cell::text(value)]);
    let url = vec![Cell::text(words.say("engagement-url")), Cell::link(&it.url, &it.url)];
    let rows = std::iter::once(stand).chain(filled).chain((!it.url.is_empty()).then_some(url)).collect();
    let columns = ["engagement-fact", "engagement-value"].map(|key| words.say(key)).into();
    Table { columns, rows, ..Table::default() }
}

async fn public(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let it = find(&app, &id).await?.value;
    if !it.is_public() {
        return Err(Fault::NotFound);
    }
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    Plain::new(Page::new(visit, &it.title))
        .back("/register", words.say("register-title"))
        .table(facts(words, &names, &it, app.today()))
        .show()
}

async fn staff(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    show(&app, visit, &id, &Typed::default(), Vec::new()).await
}

async fn show(
    app: &App,
    visit: Visit,
    id: &str,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let it = find(app, id).await?.value;
    let (words, today) = (visit.words, app.today());
    let names = Names::read(app, words).await?;
    let known = Known::read(app, words).await?;
    let found = known.clashes_of(&it, today);
    let writes = visit.signed()?.works_at(WRITERS, &it.unit);
    let clash = known.table_of(&it, &found);
    let settling = settling(words, id, &clash, (&it, &found), (typed, &problems));
    let mut plain = Plain::new(Page::new(visit, &it.title).with_problems(problems))
        .back("/staff/register", words.say("nav-register"))
        .table(facts(words, &names, &it, today));
    if writes {
        plain = plain.go(format!("{}/change", address(id)), words.say("register-change"));
    }
    if it.is_public() {
        plain = plain.go(format!("/register/{}", escaped(id)), words.say("register-public-page"));
    }
    plain = plain.table(clash);
    if !it.settled.is_empty() {
        let row = |one: &Settled| [known.title(&one.other), one.how.clone()].map(Cell::text).into();
        plain = plain.table(Table {
            caption: words.say("clash-settled"),
            columns: ["clash-with", "clash-how"].map(|key| words.say(key)).into(),
            rows: it.settled.iter().map(row).collect(),
        });
    }
    if let Some(earlier) = known.earlier(&it) {
        plain = plain.table(earlier);
    }
    if writes && !found.is_empty() {
        plain = plain.form(settling);
    }
    plain.show()
}

/// The form that says how a clash was dealt with.
fn settling(
    words: Words,
    id: &str,
    clash: &Table,
    (it, found): (&Engagement, &[engagement::Clash]),
    (typed, problems): (&Typed, &[Problem]),
) -> Form {
    let choices = clash
        .rows
        .iter()
        .zip(found)
        .filter_map(|(row, clash)| Some(Choice::new(clash.other_than(&it.id), &row.first()?.text)));
    Form {
        heading: words.say("settle-title"),
        about: words.say("settle-about"),
        action: format!("{}/settle", address(id)),
        fields: vec![
            Field::new("other", words.say("clash-with"), Kind::Select(choices.collect()))
                .typed(typed, problems),
            Field::new("how", words.say("clash-how"), Kind::Line).typed(typed, problems),
        ],
        button: words.say("settle-button"),
        ..Form::default()
    }
}

async fn settle(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let kept = find(&app, &id).await?;
    if !visit.signed()?.works_at(WRITERS, &kept.value.unit) {
        return Err(Fault::NotFound);
    }
    let words = visit.words;
    let known = Known::read(&app, words).await?;
    let (other, how) = (typed.text("other"), typed.text("how").replace('\n', " "));
    let mut problems = Vec::new();
    if !known.clashes_of(&kept.value, app.today()).iter().any(|clash| clash.is_of(&other)) {
        problems.push(Problem::new("other", words.say("settle-which")));
    }
    if how.is_empty() {
        problems.push(Problem::new("how", words.say("settle-how")));
    }
    if !problems.is_empty() {
        return show(&app, visit, &id, &typed, problems).await;
    }
    let mut it = kept.value;
    it.settled.push(Settled { other, how });
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match keep(&mut change, &it, kept.entry.revision, "settle").await {
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let problem = Problem::new("how", words.say("stale-once-more"));
            return show(&app, visit, &id, &typed, vec![problem]).await;
        }
        done => done?,
    };
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=settle", address(&id))).into_response())
}
