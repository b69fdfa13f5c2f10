//! Signing in: password, then the code where a second factor is on; signing out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::Person;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::page::{self, Page};
use crate::secret::fingerprint;
use crate::session::{self, FULL, HALF, later, with_cookie};
use crate::visit::Visit;
use crate::{password, totp};

/// So many failures are forgiven; then an account is closed for a minute, two, four, up to an hour (ASVS 6.3.1).
const FORGIVEN: i64 = 4;
/// No address is longer (RFC 5321, section 4.5.3.1).
const LONGEST: usize = 254;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Access::Public, ask)
        .post_short("/sign-in", Access::Public, sign_in)
        .get("/sign-in/code", Access::Public, ask_for_code)
        .post_short("/sign-in/code", Access::Public, sign_in_with_code)
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
    let wrong = || vec![Problem::new("email", words.say("sign-in-wrong"))];
    if email.len() > LONGEST {
        return form(visit, &typed, to, wrong());
    }
    // Every address has its own bucket, known or not, so that the answer tells nothing about who has an account.
    let (now, key) = (app.now(), fingerprint(email.as_bytes()));
    if app.doors.take(&visit.from, now).is_err() || app.attempts.take(&key, now).is_err() {
        let problem = Problem::new("email", words.say("sign-in-later"));
        return form(visit, &typed, to, vec![problem]);
    }
    let person = app.store.person_by_email(&email).await?.filter(|person| !person.disabled);
    let person = person.filter(|person| !is_closed(&app, person));
    let hash = person.as_ref().and_then(|person| person.password.as_deref());
    let right = password::is_right(&app, typed.exact("password"), hash).await?;
    let entered = match person {
        Some(person) if right => enter(&app, &person, &to).await?,
        person => {
            person.into_iter().for_each(|person| failed(&app, person));
            None
        }
    };
    entered.map_or_else(|| form(visit, &typed, to, wrong()), Ok)
}

/// Whether too many attempts have closed an account for a while.
fn is_closed(app: &App, person: &Person) -> bool {
    person.locked_until.is_some_and(|until| until > app.now())
}

/// The end of the time for which the account is closed after so many failures.
fn closed_until(failures: i64, now: Timestamp) -> Option<Timestamp> {
    let minutes = 1_i64 << (failures - FORGIVEN - 1).clamp(0, 6);
    (failures > FORGIVEN).then(|| later(now, SignedDuration::from_mins(minutes.min(60))))
}

/// Counts a failure, of the password or of the code, beside the answer: what it writes would take longer for an account than
/// for none.
fn failed(app: &App, person: Person) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(Fault::Unsaved(why) | Fault::Unavailable(why) | Fault::Broken(why)) =
            count_failure(&app, &person.id).await
        {
            tracing::error!(why, "a failure to sign in was not counted");
        }
    });
}

async fn count_failure(app: &App, person: &str) -> Result<(), Fault> {
    let failures = app.store.failed_to_sign_in(person).await?;
    if let Some(until) = closed_until(failures, app.now()) {
        let mut change = app.store.change(person, app.now()).await?;
        change.close_until(person, until).await?;
        change.note("sign_in.closed", person, &json!({ "failures": failures })).await?;
        change.commit().await?;
    }
    Ok(())
}

/// Begins a session: a whole one, or half a one where the code is still owed; none if the person was shut out, or given
/// another password or second factor, since they were read.
///
/// # Errors
/// If the store cannot be written.
pub async fn enter(app: &App, person: &Person, to: &str) -> Result<Option<Response>, Fault> {
    let stage = if person.totp.is_some() { HALF } else { FULL };
    let (session, cookie) = session::begin(app, &person.id, stage)?;
    let mut change = app.store.change(&person.id, app.now()).await?;
    if !change.sign_in(person, &session).await? {
        return Ok(None);
    }
    // Where a code is owed, failures are forgotten when it was right: the password alone does not make guessing codes free.
    if stage == FULL {
        change.forgive(&person.id).await?;
    }
    change.note("sign_in", &person.id, &json!({ "stage": stage })).await?;
    change.commit().await?;
    let to = if stage == HALF { format!("/sign-in/code?to={}", page::escaped(to)) } else { to.to_owned() };
    Ok(Some(with_cookie(Redirect::to(&to).into_response(), cookie)))
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
    // Counted by person: a new half session brings no new attempts.
    let open = app.attempts.take(&person.id, app.now()).is_ok() && !is_closed(&app, &person);
    let entered = match step.filter(|_| open) {
        Some(step) => enter_with_code(&app, &person, &half, step).await?,
        None => None,
    };
    if let Some(cookie) = entered {
        return Ok(with_cookie(Redirect::to(&to).into_response(), cookie));
    }
    if open {
        failed(&app, person);
    }
    let problem = Problem::new("code", visit.words.say("sign-in-code-wrong"));
    code_form(visit, &typed, to, vec![problem])
}

/// The cookie of a whole session in the place of half a one; none if the code was used, or the half session or the person is
/// shut out meanwhile.
async fn enter_with_code(
    app: &App,
    person: &Person,
    half: &str,
    step: i64,
) -> Result<Option<HeaderValue>, Fault> {
    // A new token after the second factor: the half session's is worth nothing any more (ASVS 7.2.4).
    let (session, cookie) = session::begin(app, &person.id, FULL)?;
    let mut change = app.store.change(&person.id, app.now()).await?;
    let fresh = change.use_totp_step(person, step).await? && change.end_session(half).await?;
    if !fresh || !change.sign_in(person, &session).await? {
        return Ok(None);
    }
    change.forgive(&person.id).await?;
    change.note("sign_in", &person.id, &json!({ "stage": FULL })).await?;
    change.commit().await?;
    Ok(Some(cookie))
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
            [1, 4, 5, 6, 10, 11, 1000].map(minutes),
            [None, None, Some(1), Some(2), Some(32), Some(60), Some(60)]
        );
    }
}
