//! Signing in: password, then the code where a second factor is on; signing out.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::Person;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::page::{self, Page};
use crate::session::{self, FULL, HALF, later, with_cookie};
use crate::visit::Visit;
use crate::{password, totp};

/// So many failures are forgiven; then an account is closed for a minute, two, four, up to an hour (ASVS 6.3.1).
const FORGIVEN: i64 = 4;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Access::Public, ask)
        .post("/sign-in", Access::Public, sign_in)
        .get("/sign-in/code", Access::Public, ask_for_code)
        .post("/sign-in/code", Access::Public, sign_in_with_code)
        .post("/sign-out", Access::SignedIn, sign_out)
}

#[derive(askama::Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: Page,
    fields: Vec<Field>,
    to: String,
}

/// Where to go afterwards.
fn destination(visit: &Visit) -> String {
    let to = visit.query.split('&').find_map(|pair| pair.strip_prefix("to=")).unwrap_or_default();
    let typed = Typed::of_query(to);
    page::within(&typed, "/staff").to_owned()
}

fn form(visit: Visit, typed: &Typed, to: String, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let fields = [
        Field::new("email", words.say("sign-in-email"), Kind::Line).fill("username"),
        Field::new("password", words.say("sign-in-password"), Kind::Password).fill("current-password"),
    ];
    let mut fields = fields.map(|field| field.typed(typed, &problems));
    let mut page = Page::new(visit, words.say("sign-in-title")).with_problems(problems);
    page.explain(&mut fields);
    page::html(&SignIn { page, fields: fields.into(), to })
}

async fn ask(visit: Visit) -> Result<Response, Fault> {
    let to = destination(&visit);
    if visit.signed.is_some() {
        return Ok(Redirect::to(&to).into_response());
    }
    form(visit, &Typed::default(), to, Vec::new())
}

async fn sign_in(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let (email, to) =
        (typed.text("email").to_lowercase(), page::within(&typed.text("to"), "/staff").to_owned());
    let words = visit.words;
    // Every address has its own bucket, known or not, so that the answer tells nothing about who has an account.
    let now = app.now();
    if app.doors.take(&visit.from, now).is_err() || app.attempts.take(&email, now).is_err() {
        let problem = Problem::new("email", words.say("sign-in-later"));
        return form(visit, &typed, to, vec![problem]);
    }
    let person = app.store.person_by_email(&email).await?.filter(|person| !person.disabled);
    let closed =
        person.as_ref().and_then(|person| person.locked_until).is_some_and(|until| until > app.now());
    let hash = person.as_ref().and_then(|person| person.password.as_deref()).filter(|_| !closed);
    let right = password::is_right(&app, typed.exact("password"), hash).await?;
    match person {
        Some(person) if right => enter(&app, person, &to).await,
        person => {
            if let Some(person) = person.filter(|_| !closed) {
                failed(&app, &person).await?;
            }
            let problem = Problem::new("email", words.say("sign-in-wrong"));
            form(visit, &typed, to, vec![problem])
        }
    }
}

/// The end of the time for which the account is closed after one more failure.
fn closed_until(failures: i64, now: Timestamp) -> Option<Timestamp> {
    let minutes = 1_i64 << (failures - FORGIVEN).clamp(0, 6);
    (failures >= FORGIVEN).then(|| later(now, SignedDuration::from_mins(minutes.min(60))))
}

async fn failed(app: &App, person: &Person) -> Result<(), Fault> {
    let until = closed_until(person.failures, app.now());
    let failures = app.store.failed_to_sign_in(&person.id, until).await?;
    if until.is_some() {
        let mut change = app.store.change(&person.id, app.now()).await?;
        change.note("sign_in.closed", &person.id, &json!({ "failures": failures })).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Begins a session: a whole one, or half a one where the code is still owed.
///
/// # Errors
/// If the store cannot be written.
pub async fn enter(app: &App, mut person: Person, to: &str) -> Result<Response, Fault> {
    let stage = if person.totp.is_some() { HALF } else { FULL };
    let (session, cookie) = session::begin(app, &person.id, stage)?;
    let mut change = app.store.change(&person.id, app.now()).await?;
    (person.failures, person.locked_until) = (0, None);
    change.save_person(&person).await?;
    change.start_session(&session).await?;
    change.note("sign_in", &person.id, &json!({ "stage": stage })).await?;
    change.commit().await?;
    let to = if stage == HALF { format!("/sign-in/code?to={}", page::escaped(to)) } else { to.to_owned() };
    Ok(with_cookie(Redirect::to(&to).into_response(), cookie))
}

#[derive(askama::Template)]
#[template(path = "sign_in_code.html")]
struct Code {
    page: Page,
    fields: Vec<Field>,
    to: String,
}

fn code_form(visit: Visit, typed: &Typed, to: String, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let field = Field::new("code", words.say("sign-in-code"), Kind::Number)
        .hint(words.say("sign-in-code-hint"))
        .fill("one-time-code")
        .typed(typed, &problems);
    let mut page = Page::new(visit, words.say("sign-in-code-title")).with_problems(problems);
    let mut fields = vec![field];
    page.explain(&mut fields);
    page::html(&Code { page, fields, to })
}

async fn ask_for_code(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Fault> {
    let to = destination(&visit);
    match session::half(&app, &headers).await? {
        Some(_) => code_form(visit, &Typed::default(), to, Vec::new()),
        None => Err(Fault::SignIn(to)),
    }
}

async fn sign_in_with_code(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Fault> {
    let to = page::within(&typed.text("to"), "/staff").to_owned();
    let Some((id, half)) = session::half(&app, &headers).await? else { return Err(Fault::SignIn(to)) };
    let person = app.store.person(&id).await?.filter(|person| !person.disabled).ok_or(Fault::Forbidden)?;
    let step = person.totp.as_deref().and_then(|secret| totp::step(secret, &typed.text("code"), app.now()));
    let open = app.attempts.take(&half, app.now()).is_ok();
    let fresh = match step.filter(|_| open) {
        Some(step) => app.store.use_totp_step(&person.id, step).await?,
        None => false,
    };
    if !fresh {
        let problem = Problem::new("code", visit.words.say("sign-in-code-wrong"));
        return code_form(visit, &typed, to, vec![problem]);
    }
    // A new token after the second factor: the half session's is worth nothing any more (ASVS 7.2.4).
    let (session, cookie) = session::begin(&app, &person.id, FULL)?;
    let mut change = app.store.change(&person.id, app.now()).await?;
    change.end_session(&half).await?;
    change.start_session(&session).await?;
    change.note("sign_in", &person.id, &json!({ "stage": FULL })).await?;
    change.commit().await?;
    Ok(with_cookie(Redirect::to(&to).into_response(), cookie))
}

async fn sign_out(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    change.end_session(&signed.session).await?;
    change.note("sign_out", &signed.actor.person, &json!({})).await?;
    change.commit().await?;
    Ok(with_cookie(Redirect::to("/").into_response(), session::forget(&app)?))
}

#[cfg(test)]
mod tests {
    use super::closed_until;
    use jiff::Timestamp;

    #[test]
    fn asvs_6_3_1_accounts_close_for_longer_each_time() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |failures| closed_until(failures, now).map(|until| until.as_second() / 60);
        assert_eq!(
            [0, 3, 4, 5, 9, 10, 1000].map(minutes),
            [None, None, Some(1), Some(2), Some(32), Some(60), Some(60)]
        );
    }
}
