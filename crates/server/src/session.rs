//! Sessions: a secret in a cookie, its hash in the store, an end after hours of rest and after a day.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use store::Session;
use tracking::{Actor, Grant, Role};

use crate::app::App;
use crate::fault::Fault;
use crate::secret::{fingerprint, secret};
use crate::visit::{Signed, cookie};

/// A session ends after so long without a request (ASVS 7.3.1).
pub const REST: SignedDuration = SignedDuration::from_hours(2);
/// And after so long in any case (ASVS 7.3.2).
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// Time to type the code of the second factor.
const CODE: SignedDuration = SignedDuration::from_mins(10);
/// The store is told this seldom that a session is used.
const NOTED: SignedDuration = SignedDuration::from_mins(5);
/// Signed in.
pub const FULL: &str = "full";
/// The password was right, the code of the second factor is missing.
pub const HALF: &str = "code";

/// The name of the cookie; with https one that no other site of the domain can set (RFC 6265bis, `__Host-`).
fn name(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-session" } else { "session" }
}

/// The session of a request that has not ended, in whatever stage, with its token.
async fn found(app: &App, headers: &HeaderMap) -> Result<Option<(Session, String)>, Fault> {
    let Some(token) = cookie(headers, name(app)).filter(|token| token.len() == 43) else { return Ok(None) };
    let now = app.now();
    let session = app.store.session(&fingerprint(token.as_bytes()), now).await?;
    Ok(session
        .filter(|session| now.duration_since(session.seen_at) < REST)
        .map(|session| (session, token.to_owned())))
}

/// Who is signed in.
///
/// # Errors
/// If the store cannot be read.
pub async fn signed(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, Fault> {
    let Some((session, token)) = found(app, headers).await? else { return Ok(None) };
    if session.stage != FULL {
        return Ok(None);
    }
    let Some(person) = app.store.person(&session.person).await?.filter(|person| !person.disabled) else {
        return Ok(None);
    };
    let (now, today) = (app.now(), app.today());
    if now.duration_since(session.seen_at) > NOTED {
        // A store that cannot be written is no reason to shut readers out.
        let _ = app.store.seen(&session.hash, now).await;
    }
    let held = app.store.posts_of(&person.id, today).await?;
    let post = held.first().map(|post| post.id.clone());
    let grants = grants(app, &person.id).await?;
    let units = held.iter().map(|post| post.unit.clone()).collect();
    Ok(Some(Signed {
        name: person.name.unwrap_or_default(),
        actor: Actor { person: person.id, post, units, grants },
        posts: held.into_iter().map(|post| post.id).collect(),
        csrf: csrf(&token),
        session: session.hash,
        today,
    }))
}

/// The grants that a person has today.
///
/// # Errors
/// If the store cannot be read.
pub async fn grants(app: &App, person: &str) -> Result<Vec<Grant>, Fault> {
    let stored = app.store.grants_on(person, app.today()).await?;
    Ok(stored
        .into_iter()
        .filter_map(|grant| {
            let role = Role::from_key(&grant.role)?;
            Some(Grant {
                role,
                assembly: grant.assembly,
                unit: grant.unit,
                from: grant.from,
                until: grant.until,
            })
        })
        .collect())
}

/// The person who has typed the password and still owes the code, with the hash of the session.
///
/// # Errors
/// If the store cannot be read.
pub async fn half(app: &App, headers: &HeaderMap) -> Result<Option<(String, String)>, Fault> {
    let session = found(app, headers).await?.map(|(session, _)| session);
    Ok(session.filter(|session| session.stage == HALF).map(|session| (session.person, session.hash)))
}

/// What every form of a session sends along: known to its pages only.
fn csrf(token: &str) -> String {
    fingerprint(format!("boule form {token}").as_bytes())
}

/// A new session, to be written by a change, and its cookie.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn begin(app: &App, person: &str, stage: &str) -> Result<(Session, HeaderValue), Fault> {
    let token = secret()?;
    let now = app.now();
    let lasts = if stage == FULL { LONGEST } else { CODE };
    let session = Session {
        hash: fingerprint(token.as_bytes()),
        person: person.to_owned(),
        stage: stage.to_owned(),
        created_at: now,
        seen_at: now,
        expires_at: later(now, lasts),
    };
    Ok((session, set(app, &token, lasts.as_secs())?))
}

/// The cookie that forgets the session.
///
/// # Errors
/// Never: its text is plain.
pub fn forget(app: &App) -> Result<HeaderValue, Fault> {
    set(app, "", 0)
}

fn set(app: &App, token: &str, seconds: i64) -> Result<HeaderValue, Fault> {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let text = format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(app));
    HeaderValue::from_str(&text).map_err(Fault::broken)
}

/// A time so long after another, or the end of time.
pub fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Puts a cookie on an answer.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
