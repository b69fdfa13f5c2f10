//! What came on paper or by telephone, entered by the secretariat for somebody. Everybody reads that it was, and how it came.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use store::Entry;
use tracking::{Action, Comment, Refusal, Through};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk::{self, Acted, Case};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::members::talk::problems as unsaid;
use crate::members::{COMMENTS, choices, wish};
use crate::page::{Page, escaped};
use crate::plain::{Form, Plain};
use crate::refusal::sentence;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes.get("/staff/paper", access, open).post("/staff/paper/words", access, enter).post(
        "/staff/paper/ballot",
        access,
        ballot,
    )
}

/// The field that asks how something came.
pub fn through_field(words: Words) -> Field {
    let choice = |one: &Through| Choice::new(one.key(), words.word("through", one.key()));
    Field::new("through", words.say("field-through"), Kind::Radios(Through::ALL.iter().map(choice).collect()))
}

async fn open(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new()).await
}

/// The page, with what was typed and what is wrong with it.
///
/// # Errors
/// If the store cannot be read.
pub async fn show(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let own = Assembly::all_within(app, &visit, SECRETARIAT).await?;
    let kinds = ["comment", "reply"].map(|key| Choice::new(key, words.word("behalf", key)));
    let line = |name: &str, key: &str| {
        Field::new(name, words.say(key), Kind::Line).hint(words.say(&format!("{key}-hint")))
    };
    let fields = vec![
        Field::new("assembly", words.say("field-assembly"), Kind::Select(choices(&own, words))),
        line("reference", "behalf-reference"),
        Field::new("what", words.say("behalf-what"), Kind::Radios(kinds.into())),
        through_field(words),
        Field::new("text", words.say("behalf-text"), Kind::Lines(8)).hint(words.say("behalf-text-hint")),
    ];
    let filled = |fields: Vec<Field>| fields.into_iter().map(|field| field.typed(typed, &problems)).collect();
    let said = Form {
        heading: words.say("behalf-enter"),
        about: words.say("behalf-enter-about"),
        action: "/staff/paper/words".to_owned(),
        fields: filled(fields),
        button: words.say("behalf-enter"),
        ..Form::default()
    };
    let ballot = Form {
        heading: words.say("behalf-ballot"),
        about: words.say("behalf-ballot-about"),
        action: "/staff/paper/ballot".to_owned(),
        fields: filled(vec![line("code", "behalf-code")]),
        button: words.say("behalf-ballot-button"),
        ..Form::default()
    };
    let follow = app.mail.is_on().then(|| wish::form(&own, words, typed, &problems));
    let mut plain = Plain::new(Page::new(visit, words.say("nav-paper")).with_problems(problems))
        .about(words.say("behalf-about"));
    for one in &own {
        let to = words.with("behalf-forms", "assembly", one.name(words));
        plain = plain.go(format!("/a/{}/forms", escaped(&one.id)), to);
    }
    plain = plain.form(said).form(ballot);
    follow.into_iter().fold(plain, Plain::form).show()
}

/// What was typed about words: the recommendation, which kind, how they came; or everything that is missing.
async fn read(
    app: &App,
    visit: &Visit,
    typed: &Typed,
) -> Result<Result<(Case, Through), Vec<Problem>>, Fault> {
    let (words, mut problems) = (visit.words, Vec::new());
    let own: Vec<Assembly> = Assembly::all_within(app, visit, SECRETARIAT).await?;
    let assembly = own.iter().find(|one| one.id == typed.text("assembly"));
    let case = match assembly {
        None => {
            problems.push(Problem::new("assembly", words.say("members-assembly-missing")));
            None
        }
        Some(assembly) => match desk::find_typed(app, &assembly.id, &typed.text("reference")).await {
            Ok(case) => Some(case),
            Err(Fault::NotFound) => {
                problems.push(Problem::new("reference", words.say("worth-no-recommendation")));
                None
            }
            Err(fault) => return Err(fault),
        },
    };
    if !["comment", "reply"].contains(&typed.text("what").as_str()) {
        problems.push(Problem::new("what", words.say("behalf-what-missing")));
    }
    let through = Through::from_key(&typed.text("through"));
    if through.is_none() {
        problems.push(Problem::new("through", words.say("through-missing")));
    }
    Ok(match (case, through) {
        (Some(case), Some(through)) if problems.is_empty() => Ok((case, through)),
        _ => Err(problems),
    })
}

async fn enter(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let (case, through) = match read(&app, &visit, &typed).await? {
        Ok(read) => read,
        Err(problems) => return show(&app, visit, &typed, problems).await,
    };
    let problems = match typed.text("what").as_str() {
        "comment" => comment(&app, &visit, &case, &typed.text("text"), through).await?,
        _ => reply(&app, &visit, case, typed.text("text"), through).await?,
    };
    if problems.is_empty() {
        return Ok(Redirect::to("/staff/paper?done=entered").into_response());
    }
    show(&app, visit, &typed, problems).await
}

async fn comment(
    app: &App,
    visit: &Visit,
    case: &Case,
    text: &str,
    through: Through,
) -> Result<Vec<Problem>, Fault> {
    let actor = &visit.signed()?.actor;
    match Comment::enter(actor, &case.recommendation, text, through, app.now(), app.today()) {
        Err(faults) => Ok(unsaid(visit.words, "text", &faults)),
        Ok(made) => {
            let (assembly, subject) = (Some(case.assembly.id.clone()), Some(case.id.clone()));
            let entry = Entry { assembly, subject, ..COMMENTS.fresh()? };
            let mut change = app.store.change(&actor.person, app.now()).await?;
            COMMENTS.keep(&mut change, entry, &made, &format!("enter-{}", through.key())).await?;
            change.commit().await?;
            Ok(Vec::new())
        }
    }
}

async fn reply(
    app: &App,
    visit: &Visit,
    case: Case,
    text: String,
    through: Through,
) -> Result<Vec<Problem>, Fault> {
    let words = visit.words;
    let seen = case.recommendation.revision;
    let action = Action::EnterReply { text, through };
    let said = |refusal: &Refusal| {
        let field = if refusal.field().is_some() { "text" } else { "reference" };
        Problem::new(field, sentence(words, refusal, |name| words.word("field", name)))
    };
    Ok(match desk::act(app, &visit.signed()?.actor, case, seen, action, None).await? {
        Acted::Done(_) => Vec::new(),
        Acted::Refused(refusals) => refusals.iter().map(said).collect(),
        Acted::Stale(_) => vec![Problem::new("", words.say("stale"))],
    })
}

/// Sends who typed a ballot's code to the ballot.
async fn ballot(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let code: String = typed.text("code").split_whitespace().collect();
    // A whole link does as well as its end.
    let token = code.rsplit('/').next().unwrap_or_default();
    let known = app.store.ballot(&crate::secret::fingerprint(token.as_bytes())).await?;
    match known {
        Some(_) => Ok(Redirect::to(&format!("/ballot/{}", escaped(token))).into_response()),
        None => {
            let unknown = Problem::new("code", visit.words.say("behalf-code-unknown"));
            show(&app, visit, &typed, vec![unknown]).await
        }
    }
}
