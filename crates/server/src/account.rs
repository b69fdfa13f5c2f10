//! One's own account: password, second factor, sessions.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use store::Person;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::link::password_problems;
use crate::mail::digest::{self, CHOICES, Often};
use crate::page::{self, Page};
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;
use crate::{password, totp};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Access::SignedIn, show)
        .post("/account/password", Access::SignedIn, change_password)
        .post("/account/code", Access::SignedIn, change_code)
        .post("/account/letters", Access::SignedIn, choose_letters)
        .post("/account/sessions", Access::SignedIn, end_other_sessions)
}

#[derive(askama::Template)]
#[template(path = "account.html")]
struct Account {
    page: Page,
    password: Vec<Field>,
    code: Vec<Field>,
    protected: bool,
    secret: String,
    address: String,
    /// How often a digest comes; none where the account has no address for letters.
    letters: Option<Field>,
    /// The address for a camera.
    picture: Option<totp::Picture>,
}

async fn person(app: &App, visit: &Visit) -> Result<Person, Fault> {
    app.store.person(&visit.signed()?.actor.person).await?.ok_or(Fault::Forbidden)
}

async fn form(
    app: &App,
    visit: Visit,
    person: &Person,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let mut letters = match person.email.as_ref().is_none_or(|email| email.contains('@')) {
        true => Some(letters(words, often(app, person).await?, typed, &problems)),
        false => None,
    };
    let password = [
        Field::new("current", words.say("password-current"), Kind::Password).fill("current-password"),
        Field::new("password", words.say("password-new"), Kind::Password)
            .fill("new-password")
            .hint(words.count("password-hint", password::FEWEST)),
        Field::new("repeated", words.say("password-again"), Kind::Password).fill("new-password"),
    ];
    let code = [
        Field::new("code", words.say("sign-in-code"), Kind::Number).fill("one-time-code"),
        Field::new("confirm", words.say("password-current"), Kind::Password).fill("current-password"),
    ];
    let secret = typed.some("secret").filter(|secret| totp::address(secret).is_some());
    let secret = secret.map_or_else(totp::new_secret, Ok)?;
    let address = totp::address(&secret).unwrap_or_default();
    let mut password = password.map(|field| field.typed(typed, &problems));
    let mut code = code.map(|field| field.typed(typed, &problems));
    let mut page = Page::new(visit, words.say("account-title")).with_problems(problems);
    page.explain(&mut password);
    page.explain(&mut code);
    page.explain(letters.as_mut_slice());
    page::html(&Account {
        page,
        password: password.into(),
        code: code.into(),
        protected: person.totp.is_some(),
        letters,
        picture: totp::picture(&address),
        address,
        secret,
    })
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let person = person(&app, &visit).await?;
    form(&app, visit, &person, &Typed::default(), Vec::new()).await
}

/// How often somebody gets a digest.
async fn often(app: &App, person: &Person) -> Result<Often, Fault> {
    Ok(CHOICES.about(app, &person.id).await?.map(|kept| kept.value.often).unwrap_or_default())
}

fn letters(words: Words, often: Often, typed: &Typed, problems: &[Problem]) -> Field {
    let choices = Often::ALL.map(|one| Choice::new(one.key(), words.word("often", one.key())));
    let field = Field::new("often", words.say("account-letters-often"), Kind::Radios(choices.into()));
    field.hint(words.say("account-letters-hint")).value(often.key()).typed(typed, problems)
}

async fn choose_letters(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let person = person(&app, &visit).await?;
    let Some(often) = Often::from_key(&typed.text("often")) else {
        let problem = wrong::choose(visit.words, "often");
        return form(&app, visit, &person, &typed, vec![problem]).await;
    };
    let there = CHOICES.about(&app, &person.id).await?.map(|kept| kept.entry);
    let mut entry = there.unwrap_or_else(|| CHOICES.only(&person.id));
    entry.subject = Some(person.id.clone());
    let mut change = app.store.change(&person.id, app.now()).await?;
    match CHOICES.keep(&mut change, entry, &digest::Choice { often }, "choose").await {
        Ok(_) => change.commit().await?,
        // The same person chose at the same moment in another window: that choice holds and is shown.
        Err(store::Error::Stale { .. } | store::Error::Taken) => drop(change),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/account?done=letters").into_response())
}

/// Whether the password typed once more is right; tried as seldom as at the door.
async fn is_owner(app: &App, person: &Person, password: &str) -> Result<bool, Fault> {
    if app.attempts.take(&person.id, app.now()).is_err() {
        return Ok(false);
    }
    password::is_right(app, password, person.password.as_deref()).await
}

async fn change_password(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let person = person(&app, &visit).await?;
    let email = person.email.clone().unwrap_or_default();
    let own = [email.split('@').next().unwrap_or_default()];
    let mut problems = password_problems(&visit, &typed, &own);
    if !is_owner(&app, &person, typed.exact("current")).await? {
        problems.insert(0, Problem::new("current", visit.words.say("password-wrong")));
    }
    if !problems.is_empty() {
        return form(&app, visit, &person, &typed, problems).await;
    }
    let password = password::hash(&app, typed.exact("password")).await?;
    let mut change = app.store.change(&person.id, app.now()).await?;
    if !change.set_password(&person, &password).await? {
        return Err(Fault::Forbidden);
    }
    change.end_sessions(&person.id, Some(&visit.signed()?.session)).await?;
    change.note("account.password", &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=password").into_response())
}

/// Switches the second factor on, with a code that proves it works, or off.
async fn change_code(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let person = person(&app, &visit).await?;
    let mut problems = Vec::new();
    if !is_owner(&app, &person, typed.exact("confirm")).await? {
        problems.push(Problem::new("confirm", visit.words.say("password-wrong")));
    }
    let on = person.totp.is_none();
    let secret = if on { Some(typed.text("secret")) } else { person.totp.clone() };
    let step = secret.as_deref().and_then(|secret| totp::step(secret, &typed.text("code"), app.now()));
    let step = step.filter(|step| *step > person.totp_step);
    if step.is_none() {
        problems.push(Problem::new("code", visit.words.say("sign-in-code-wrong")));
    }
    let (Some(step), true) = (step, problems.is_empty()) else {
        return form(&app, visit, &person, &typed, problems).await;
    };
    let mut change = app.store.change(&person.id, app.now()).await?;
    if !change.set_totp(&person, secret.as_deref().filter(|_| on), step).await? {
        return Err(Fault::Forbidden);
    }
    change.end_sessions(&person.id, Some(&visit.signed()?.session)).await?;
    change.note(if on { "account.code.on" } else { "account.code.off" }, &person.id, &json!({})).await?;
    change.commit().await?;
    Ok(Redirect::to(if on { "/account?done=code-on" } else { "/account?done=code-off" }).into_response())
}

async fn end_other_sessions(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    change.end_sessions(&signed.actor.person, Some(&signed.session)).await?;
    change.note("account.sessions", &signed.actor.person, &json!({})).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=sessions").into_response())
}
