//! Changing several recommendations at once: all of them, or none with every reason.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use tracking::{Refusal, Verb};

use crate::access::{Access, Routes};
use crate::actions;
use crate::app::App;
use crate::desk::{self, Case};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::{Page, within};
use crate::plain::{Cell, Form, Plain, Table};
use crate::refusal::sentence;
use crate::story::{context, problems, seen};
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;
use tracking::Role;

/// What can be done to several at once.
const VERBS: &[Verb] = &[Verb::HandOver, Verb::Acknowledge, Verb::Assign, Verb::Classify];
/// Who may.
const WHO: &[Role] = &[Role::Secretariat, Role::Coordinator];
/// The list in which they are chosen.
const LIST: &str = "/staff/recommendations";
/// How many at once.
const MOST: usize = 200;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.post("/staff/bulk", Access::Any(WHO), choose).post("/staff/bulk/do", Access::Any(WHO), act)
}

async fn picked(app: &App, visit: &Visit, typed: &Typed) -> Result<Vec<Case>, Fault> {
    let mut cases = Vec::new();
    let ids: BTreeSet<&String> = typed.all("pick").iter().take(MOST).collect();
    for id in ids {
        cases.push(seen(app, visit, id).await?);
    }
    Ok(cases)
}

/// The chosen, their fates if there are any, and the form of what is to be done.
async fn show(
    app: &App,
    visit: Visit,
    cases: &[Case],
    fates: &[String],
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let row = |(place, case): (usize, &Case)| {
        let it = &case.recommendation;
        let fate = fates.get(place).cloned().unwrap_or_else(|| words.word("state", it.state.key()));
        vec![Cell::link(it.reference.clone(), format!("/staff/r/{}", case.id)), Cell::text(fate)]
    };
    let rows = cases.iter().enumerate().map(row).collect();
    let columns = ["field-reference", "fact-state"].map(|key| words.say(key)).into();
    // What stands on this page is what is changed, or nothing is.
    let seen = |case: &Case| ("seen".to_owned(), format!("{}:{}", case.id, case.recommendation.revision));
    let hidden: Vec<(String, String)> =
        cases.iter().flat_map(|case| [("pick".to_owned(), case.id.clone()), seen(case)]).collect();
    let verb = Verb::from_key(&typed.text("verb")).filter(|verb| VERBS.contains(verb));
    let form = match (verb, cases.first()) {
        (Some(verb), Some(case)) => {
            let names = Names::read(app, words).await?;
            let with = context(case, &names, &visit);
            let fields =
                actions::fields(verb, &with).into_iter().map(|field| field.typed(typed, &problems)).collect();
            let hidden = hidden.into_iter().chain([("verb".to_owned(), verb.key().to_owned())]).collect();
            Form {
                heading: words.word("verb", verb.key()),
                about: words.word("about", verb.key()),
                action: "/staff/bulk/do".to_owned(),
                fields,
                hidden,
                button: words.word("verb", verb.key()),
                ..Form::default()
            }
        }
        _ => {
            let choices = theirs(app, &visit, cases)?
                .map(|verb| Choice::new(verb.key(), words.word("verb", verb.key())))
                .collect();
            let field =
                Field::new("verb", words.say("bulk-what"), Kind::Radios(choices)).typed(typed, &problems);
            Form {
                action: "/staff/bulk".to_owned(),
                fields: vec![field],
                hidden: hidden.into_iter().chain([("asked".to_owned(), "yes".to_owned())]).collect(),
                button: words.say("continue"),
                ..Form::default()
            }
        }
    };
    let page = Page::new(visit, words.say("bulk-title")).with_problems(problems);
    Plain::new(page)
        .back(LIST, words.say("nav-recommendations"))
        .about(words.say("bulk-about"))
        .table(Table { columns, rows, ..Table::default() })
        .form(form)
        .show()
}

/// What somebody's role lets them do to any of them.
fn theirs<'a>(
    app: &'a App,
    visit: &'a Visit,
    cases: &'a [Case],
) -> Result<impl Iterator<Item = &'static Verb> + 'a, Fault> {
    let actor = &visit.signed()?.actor;
    let may = move |verb: Verb, case: &Case| {
        let today = case.assembly.about.rule.day(app.now());
        let found = case.recommendation.obstacles(verb, actor, today);
        !found.iter().any(|refusal| matches!(refusal, Refusal::Role { .. }))
    };
    Ok(VERBS.iter().filter(move |verb| cases.iter().any(|case| may(**verb, case))))
}

/// What stands in the way of each, in words; empty where nothing does.
fn obstacles(app: &App, visit: &Visit, cases: &[Case], verb: Verb) -> Result<Vec<String>, Fault> {
    let actor = &visit.signed()?.actor;
    let told = |case: &Case| {
        let today = case.assembly.about.rule.day(app.now());
        reasons(visit.words, &case.recommendation.obstacles(verb, actor, today))
    };
    Ok(cases.iter().map(told).collect())
}

/// Every reason in one line.
fn reasons(words: Words, refusals: &[Refusal]) -> String {
    let all = refusals.iter().map(|refusal| sentence(words, refusal, |name| words.word("field", name)));
    all.collect::<Vec<_>>().join(". ")
}

async fn choose(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let picked_at_most = typed.all("pick").len() <= MOST;
    let cases = if picked_at_most { picked(&app, &visit, &typed).await? } else { Vec::new() };
    if cases.is_empty() {
        let key = if picked_at_most { "bulk-nothing" } else { "bulk-many" };
        let back = within(&typed.text("from"), LIST).to_owned();
        let page = Page::new(visit, words.say("bulk-title"));
        let page = page.with_problems(vec![Problem::new("", words.count(key, MOST))]);
        return Plain::new(page).back(&back, words.say("nav-recommendations")).show();
    }
    let verb = Verb::from_key(&typed.text("verb")).filter(|verb| VERBS.contains(verb));
    let Some(verb) = verb else {
        let missing = wrong::choose(words, "verb");
        let problems = if typed.ticked("asked") { vec![missing] } else { Vec::new() };
        return show(&app, visit, &cases, &[], &typed, problems).await;
    };
    let standing = obstacles(&app, &visit, &cases, verb)?;
    if standing.iter().all(String::is_empty) {
        return show(&app, visit, &cases, &[], &typed, Vec::new()).await;
    }
    // Nothing is asked for that is in vain: another thing can be chosen, with the reasons beside each row.
    let would = |one: String| if one.is_empty() { words.say("bulk-would") } else { one };
    let fates: Vec<String> = standing.into_iter().map(would).collect();
    let refused = words.with("bulk-not-all", "verb", words.word("verb", verb.key()));
    let typed = typed.without(&["verb"]);
    show(&app, visit, &cases, &fates, &typed, vec![Problem::new("", refused)]).await
}

async fn act(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let verb =
        Verb::from_key(&typed.text("verb")).filter(|verb| VERBS.contains(verb)).ok_or(Fault::Unreadable)?;
    let cases = picked(&app, &visit, &typed).await?;
    let Some(first) = cases.first().filter(|_| typed.all("pick").len() <= MOST) else {
        return Err(Fault::Unreadable);
    };
    let seen = |case: &Case| {
        let revision = format!("{}:{}", case.id, case.recommendation.revision);
        typed.all("seen").contains(&revision)
    };
    if !cases.iter().all(seen) {
        let problem = Problem::new("", visit.words.say("bulk-stale"));
        return show(&app, visit, &cases, &[], &typed, vec![problem]).await;
    }
    let languages = first.assembly.about.languages.clone();
    let (action, unread) = actions::action(verb, &typed, &languages).ok_or(Fault::NotFound)?;
    let names = Names::read(&app, visit.words).await?;
    let nonsense =
        wrong::nonsense(visit.words, &actions::fields(verb, &context(first, &names, &visit)), &typed);
    if !unread.is_empty() || !nonsense.is_empty() {
        let problems = problems(first, &visit, verb, nonsense, &unread, &[]);
        return show(&app, visit, &cases, &[], &typed, problems).await;
    }
    let (actor, at, words) = (&visit.signed()?.actor, app.now(), visit.words);
    let outside = crate::parties::read(&app).await?.refusals(&action);
    let tried: Vec<_> = cases
        .iter()
        .map(|case| {
            let done = case.recommendation.act(actor, action.clone(), at, &case.assembly.about.rule, &[]);
            if outside.is_empty() { done } else { Err(outside.clone()) }
        })
        .collect();
    if tried.iter().any(Result::is_err) {
        let fate = |tried: &Result<_, Vec<tracking::Refusal>>| match tried {
            Ok(_) => words.say("bulk-would"),
            Err(refusals) => reasons(words, refusals),
        };
        let fates: Vec<String> = tried.iter().map(fate).collect();
        let problem = Problem::new("", words.say("bulk-refused"));
        return show(&app, visit, &cases, &fates, &typed, vec![problem]).await;
    }
    let mut change = app.store.change(&actor.person, at).await?;
    for (case, done) in cases.iter().zip(tried) {
        let Ok((after, event)) = done else { continue };
        match desk::keep(&mut change, &case.id, &after, &event).await {
            Ok(()) => {}
            // Nothing of the change is kept: all are shown as they are now, to be looked at again.
            Err(store::Error::Stale { .. }) => {
                drop(change);
                let cases = picked(&app, &visit, &typed).await?;
                let problem = Problem::new("", words.say("bulk-stale"));
                return show(&app, visit, &cases, &[], &typed, vec![problem]).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    change.commit().await?;
    Ok(Redirect::to("/staff/recommendations?done=bulk").into_response())
}
