//! The assemblies, and what one is about.

use axum::extract::{Path, State};
use axum::response::Response;
use store::{Filter, Tally};
use tracking::{Duty, Position, State as Stage};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::before;
use crate::charts::Bar;
use crate::election;
use crate::fault::Fault;
use crate::members::scores::{self, Figures};
use crate::page::{self, Page};
use crate::public::{self, data, published};
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/", Access::Public, home).get("/a/{assembly}", Access::Public, overview)
}

#[derive(askama::Template)]
#[template(path = "public_home.html")]
struct Home {
    page: Page,
    assemblies: Vec<Entry>,
}

struct Entry {
    id: String,
    name: String,
    count: i64,
}

async fn home(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let counts = app.store.tally(&public::adopted(Filter::default()), Tally::Assembly).await?;
    let count = |id: &str| counts.iter().find(|(one, _)| one == id).map_or(0, |(_, count)| *count);
    let entry = |one: Assembly| Entry { name: one.name(words).to_owned(), count: count(&one.id), id: one.id };
    let assemblies = Assembly::all(&app).await?.into_iter().map(entry).collect();
    page::html(&Home { page: Page::new(visit, words.say("nav-assemblies")), assemblies })
}

#[derive(askama::Template)]
#[template(path = "public_assembly.html")]
struct Overview {
    page: Page,
    /// Whether it can be followed by e-mail.
    mail: bool,
    id: String,
    remit: String,
    commissioner: String,
    members: Option<u32>,
    answered: i64,
    handed_over: i64,
    overdue: i64,
    /// The members' last score: the round, and the figures.
    score: Option<(String, Figures)>,
    coverage: Bar,
    positions: Vec<(String, String, i64, Bar)>,
    states: Vec<(String, &'static str, i64)>,
    /// What comes and when, while nothing was voted on yet.
    coming: Vec<String>,
    /// Other pages: address and key of the words.
    others: Vec<(String, &'static str)>,
    /// Elections: address and name.
    elections: Vec<(String, String)>,
}

async fn overview(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let filter = Filter { assemblies: vec![id.clone()], ..public::adopted(Filter::default()) };
    let positions = app.store.tally(&filter, Tally::Position).await?;
    let states = app.store.tally(&filter, Tally::State).await?;
    let before = [Stage::Adopted, Stage::Withdrawn].map(Stage::key);
    let handed_over = states.iter().filter(|(key, _)| !before.contains(&key.as_str())).map(|(_, n)| n).sum();
    let answered =
        positions.iter().filter(|(key, _)| Position::from_key(key).is_some()).map(|(_, n)| n).sum();
    let positions = positions.into_iter().filter(|(key, _)| !key.is_empty());
    let positions =
        positions.map(|(key, n)| (words.word("position", &key), key, n, Bar::new(n, answered))).collect();
    let today = assembly.about.rule.day(app.now());
    let overdue = app.store.count(&Filter { due_before: Some(today), ..filter }).await?;
    let states = Stage::ALL.iter().filter_map(|state| {
        let (_, n) = states.iter().find(|(key, _)| key == state.key())?;
        Some((words.word("state", state.key()), state.key(), *n))
    });
    let states: Vec<_> = states.collect();
    let coming = if states.is_empty() { coming(&app, words, &assembly).await? } else { Vec::new() };
    page::html(&Overview {
        mail: app.mail.is_on(),
        page: Page::new(visit, assembly.name(words)),
        remit: assembly.remit(words).to_owned(),
        commissioner: assembly.about.commissioner.clone(),
        members: assembly.about.members,
        coverage: Bar::new(answered, handed_over),
        answered,
        handed_over,
        overdue,
        score: scores::latest(&app, words, &id).await?,
        positions,
        coming,
        states,
        others: published::pages(&app, &id).await?,
        elections: (election::of(&app, &id).await?.iter())
            .map(|one| (format!("/a/{id}/elections/{}", one.entry.id), one.name(words).to_owned()))
            .collect(),
        id,
    })
}

/// What comes and when, in sentences: the first and the last day, what is asked of whom, and how soon it is answered.
async fn coming(app: &App, words: Words, assembly: &Assembly) -> Result<Vec<String>, Fault> {
    let mandate = before::of(app, assembly).await?.value;
    let (first, last) =
        (mandate.first_day.or(assembly.about.begins), mandate.last_day.or(assembly.about.ends));
    let mut said = vec![match (first, last) {
        (Some(first), Some(last)) => {
            words.with2("assembly-coming-days", "first", words.date(&first), "last", words.date(&last))
        }
        (Some(first), None) => words.with("assembly-coming-first", "first", words.date(&first)),
        _ => words.say("assembly-coming-no-day"),
    }];
    said.push(words.say("assembly-coming-votes"));
    let clock = assembly.about.rule.clocks.iter().find(|clock| clock.duty == Duty::Answer);
    if let Some(clock) = clock {
        said.push(words.with("assembly-coming-answer", "period", data::period(words, clock.period)));
    }
    Ok(said)
}
