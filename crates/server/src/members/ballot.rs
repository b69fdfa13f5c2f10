//! A ballot: whoever has its link fills it in once, and it is counted without a name, a time or an order.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use tracking::{HIGHEST, Phase, Through};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::members::behalf::through_field;
use crate::members::came;
use crate::members::rounds::{self, ROUNDS, Round};
use crate::members::scores::scored;
use crate::page::{self, Page};
use crate::secret::fingerprint;
use crate::shelf::Kept;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/ballot/{token}", Access::Public, ask).post("/ballot/{token}", Access::Public, cast)
}

#[derive(askama::Template)]
#[template(path = "ballot.html")]
struct Ballot {
    page: Page,
    assembly: String,
    /// Where the scores will be shown.
    scores: String,
    /// Whether the secretariat fills it in for its holder.
    behalf: bool,
    /// Why it cannot be filled in; empty if it can.
    shut: String,
    /// The last day, in words.
    until: String,
    fields: Vec<Field>,
}

/// Counts a ballot that somebody else enters, with a line of the audit log: that one was entered, and how it came. Which one
/// it was and what it says stands nowhere.
async fn enter(
    app: &App,
    visit: &Visit,
    round: &str,
    (hash, given): (&str, &[(String, u8)]),
    through: Through,
) -> Result<bool, Fault> {
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let counted = change.cast(round, hash, given, came::way(through)).await?;
    if counted {
        change.note("ballot.enter", round, &json!({ "through": through })).await?;
        change.commit().await?;
    }
    Ok(counted)
}

/// A ballot's round, and why it cannot be filled in.
async fn find(app: &App, token: &str) -> Result<(Kept<Round>, Option<&'static str>), Fault> {
    let (round, used) = app.store.ballot(&fingerprint(token.as_bytes())).await?.ok_or(Fault::NotFound)?;
    let round = ROUNDS.find(app, &round).await?;
    let shut = match rounds::phase(app, &round) {
        _ if used => Some("ballot-used"),
        Phase::Before => Some("ballot-early"),
        Phase::Over => Some("ballot-late"),
        Phase::Open => None,
    };
    Ok((round, shut))
}

async fn ask(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Fault> {
    let (round, shut) = find(&app, &token).await?;
    show(&app, visit, &round, shut, &Typed::default(), Vec::new()).await
}

async fn show(
    app: &App,
    visit: Visit,
    round: &Kept<Round>,
    shut: Option<&str>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let id = round.entry.assembly.as_deref().unwrap_or_default();
    let assembly = Assembly::find(app, id).await?;
    let (mut fields, behalf) = (Vec::new(), enters(&visit, id));
    if shut.is_none() && behalf {
        fields.push(through_field(words).typed(typed, &problems));
    }
    if shut.is_none() {
        let mut choices = vec![Choice::new("", words.say("ballot-none"))];
        choices.extend((0..=HIGHEST).map(|score| Choice::new(score.to_string(), score.to_string())));
        for one in scored(app, round, words).await? {
            let field =
                Field::new(format!("score-{}", one.reference), one.title, Kind::Select(choices.clone()));
            fields.push(field.typed(typed, &problems));
        }
    }
    let title = if behalf { "ballot-behalf-title" } else { "ballot-title" };
    let title = words.with(title, "round", &round.value.name);
    let (_, until) = rounds::days(round);
    let mut page = Page::new(visit, title).with_problems(problems);
    page.explain(&mut fields);
    page::html(&Ballot {
        page,
        assembly: assembly.name(words).to_owned(),
        scores: format!("/a/{id}/scores"),
        behalf,
        shut: shut.map(|key| words.say(key)).unwrap_or_default(),
        until: words.date(&until),
        fields,
    })
}

/// Whether the reader enters a ballot for somebody: the secretariat has none of its own.
fn enters(visit: &Visit, assembly: &str) -> bool {
    visit.signed.as_ref().is_some_and(|signed| signed.holds_in(SECRETARIAT, assembly))
}

async fn cast(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (round, shut) = find(&app, &token).await?;
    if shut.is_some() {
        return show(&app, visit, &round, shut, &typed, Vec::new()).await;
    }
    let words = visit.words;
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    for one in scored(&app, &round, words).await? {
        let name = format!("score-{}", one.reference);
        let Some(typed) = typed.some(&name) else { continue };
        match typed.parse::<u8>().ok().filter(|score| *score <= HIGHEST) {
            Some(score) => given.push((one.id, score)),
            None => problems.push(Problem::new(&name, words.with("ballot-wrong", "value", typed))),
        }
    }
    let through = Through::from_key(&typed.text("through"));
    let through = through.filter(|_| enters(&visit, round.entry.assembly.as_deref().unwrap_or_default()));
    if through.is_none() && enters(&visit, round.entry.assembly.as_deref().unwrap_or_default()) {
        problems.push(Problem::new("through", words.say("through-missing")));
    }
    if given.is_empty() && problems.is_empty() {
        problems.push(Problem::new("", words.say("ballot-empty")));
    }
    if !problems.is_empty() {
        return show(&app, visit, &round, None, &typed, problems).await;
    }
    let hash = fingerprint(token.as_bytes());
    let counted = match through {
        None => app.store.cast(&round.entry.id, &hash, &given).await?,
        Some(through) => enter(&app, &visit, &round.entry.id, (&hash, &given), through).await?,
    };
    if !counted {
        return show(&app, visit, &round, Some("ballot-used"), &typed, Vec::new()).await;
    }
    if through.is_some() {
        return Ok(Redirect::to("/staff/paper?done=entered").into_response());
    }
    let assembly = round.entry.assembly.unwrap_or_default();
    Ok(Redirect::to(&format!("/a/{assembly}/scores?done=ballot")).into_response())
}
