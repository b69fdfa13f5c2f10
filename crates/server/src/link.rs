//! Links that work once: the first administrator, an invitation or a new password, a role of the demonstration.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::SignedDuration;
use serde_json::json;
use store::{Change, Grant, Link, Person};
use tracking::Role;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::{self, Fault};
use crate::form::{Field, Kind, Problem, Typed};
use crate::page::{self, Page};
use crate::password;
use crate::secret::{fingerprint, id, secret};
use crate::session::later;
use crate::sign_in::enter;
use crate::visit::Visit;

/// To become the first administrator.
pub const FIRST: &str = "first";
/// To choose a password.
pub const PASSWORD: &str = "password";
/// To choose the first or a new password as a member of an assembly, who has a number and no address.
pub const MEMBER: &str = "member";
/// To sign in without one, in a demonstration.
pub const ENTER: &str = "enter";
/// How long the first administrator's link works.
const FIRST_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// How long an invitation works.
pub const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/link/{token}", Access::Public, ask).post_short("/link/{token}", Access::Public, follow)
}

/// Makes a link as part of a change; the answer is its address.
///
/// # Errors
/// If the store cannot be written.
pub async fn make(
    app: &App,
    change: &mut Change,
    purpose: &str,
    person: Option<&str>,
    lasts: SignedDuration,
) -> Result<String, Fault> {
    let token = secret()?;
    let (created_at, expires_at) = (app.now(), later(app.now(), lasts));
    let (hash, person) = (fingerprint(token.as_bytes()), person.map(str::to_owned));
    change.add_link(&Link { hash, purpose: purpose.to_owned(), person, created_at, expires_at }).await?;
    Ok(format!("{}/link/{token}", app.settings.url))
}

/// The link for the first administrator, if there is nobody yet. Those of other starts, maybe of another server on the same
/// database, work until one of them is used.
///
/// # Errors
/// If the store cannot be written.
pub async fn first(app: &App) -> Result<Option<String>, Fault> {
    if !app.store.people().await?.is_empty() {
        return Ok(None);
    }
    let mut change = app.store.change("service", app.now()).await?;
    let address = make(app, &mut change, FIRST, None, FIRST_LASTS).await?;
    change.note("link.first", "service", &json!({})).await?;
    change.commit().await?;
    Ok(Some(address))
}

#[derive(askama::Template)]
#[template(path = "link.html")]
struct LinkPage {
    page: Page,
    purpose: String,
    name: String,
    fields: Vec<Field>,
}

impl LinkPage {
    /// The key of what the page says.
    fn about(&self) -> &'static str {
        match self.purpose.as_str() {
            FIRST => "link-first-about",
            PASSWORD => "link-password-about",
            MEMBER => "link-member-about",
            _ => "link-enter-about",
        }
    }
}

async fn known(app: &App, token: &str) -> Result<(Link, Option<Person>), Fault> {
    let link = app.store.link(&fingerprint(token.as_bytes()), app.now()).await?.ok_or(Fault::Spent)?;
    let person = match &link.person {
        Some(person) => {
            Some(app.store.person(person).await?.filter(|person| !person.disabled).ok_or(Fault::Spent)?)
        }
        None => None,
    };
    Ok((link, person))
}

fn fields(visit: &Visit, purpose: &str) -> Vec<Field> {
    let words = visit.words;
    let who = [
        Field::new("name", words.say("person-name"), Kind::Line).fill("name"),
        Field::new("email", words.say("person-email"), Kind::Line).fill("username"),
    ];
    let password = [
        Field::new("password", words.say("password-new"), Kind::Password)
            .fill("new-password")
            .hint(words.count("password-hint", password::FEWEST)),
        Field::new("repeated", words.say("password-again"), Kind::Password).fill("new-password"),
    ];
    match purpose {
        FIRST => who.into_iter().chain(password).collect(),
        PASSWORD | MEMBER => password.into(),
        _ => Vec::new(),
    }
}

fn show(
    visit: Visit,
    link: &Link,
    person: Option<&Person>,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let mut fields: Vec<Field> =
        fields(&visit, &link.purpose).into_iter().map(|field| field.typed(typed, &problems)).collect();
    let title = visit.words.word("link", &link.purpose);
    let name = person.and_then(|person| person.name.clone()).unwrap_or_default();
    let mut page = Page::new(visit, title).with_problems(problems);
    page.explain(&mut fields);
    page::html(&LinkPage { page, purpose: link.purpose.clone(), name, fields })
}

async fn ask(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response, Fault> {
    let (link, person) = known(&app, &token).await?;
    show(visit, &link, person.as_ref(), &Typed::default(), Vec::new())
}

/// What is wrong with a name and an address.
pub fn who_problems(visit: &Visit, typed: &Typed) -> Vec<Problem> {
    let mut problems = Vec::new();
    if typed.text("name").is_empty() {
        problems.push(Problem::new("name", visit.words.say("person-name-missing")));
    }
    let email = typed.text("email");
    let parts = email.split_once('@');
    if !parts.is_some_and(|(own, host)| {
        !own.is_empty() && host.contains('.') && !email.contains(char::is_whitespace)
    }) {
        problems.push(Problem::new("email", visit.words.say("person-email-wrong")));
    }
    problems
}

/// What is wrong with a new password.
pub fn password_problems(visit: &Visit, typed: &Typed, own: &[&str]) -> Vec<Problem> {
    let fault = password::fault(typed.exact("password"), typed.exact("repeated"), own);
    fault
        .map(|key| {
            let field = if key == "password-repeated" { "repeated" } else { "password" };
            Problem::new(field, visit.words.count(key, password::FEWEST))
        })
        .into_iter()
        .collect()
}

async fn follow(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (link, person) = known(&app, &token).await?;
    let email =
        person.as_ref().and_then(|person| person.email.clone()).unwrap_or_else(|| typed.text("email"));
    let own = [email.split('@').next().unwrap_or_default()];
    let mut problems = Vec::new();
    if link.purpose == FIRST {
        problems.extend(who_problems(&visit, &typed));
    }
    if link.purpose != ENTER {
        problems.extend(password_problems(&visit, &typed, &own));
    }
    if !problems.is_empty() {
        return show(visit, &link, person.as_ref(), &typed, problems);
    }
    let is_new = person.is_none();
    let mut person = match person {
        Some(person) => person,
        None => new_person(&app, &visit, &typed)?,
    };
    let password = match link.purpose.as_str() {
        ENTER => None,
        _ => Some(password::hash(&app, typed.exact("password")).await?),
    };
    let mut change = app.store.change(&person.id, app.now()).await?;
    if !change.use_link(&link.hash).await? {
        return Err(Fault::Spent);
    }
    if is_new {
        change.save_person(&person).await?;
    }
    if let Some(password) = password {
        if !change.set_password(&person, &password).await? {
            return Err(Fault::NotFound);
        }
        change.forgive(&person.id).await?;
        person.password = Some(password);
        // Whoever knew the old password is out (ASVS 7.4.3).
        change.end_sessions(&person.id, None).await?;
    }
    if link.purpose == FIRST {
        change.save_grant(&administrator(&app, &person)?).await?;
        change.end_links(FIRST, None).await?;
    }
    change.note(&format!("link.{}.used", link.purpose), &person.id, &json!({})).await?;
    change.commit().await?;
    // The link is used up and the password stands, whatever becomes of the session.
    match enter(&app, &person, "/staff").await {
        Ok(entered) => entered.ok_or(Fault::NotFound),
        Err(fault) => {
            fault::note(&fault);
            Ok(Redirect::to("/sign-in").into_response())
        }
    }
}

/// A new person by what was typed, without a password.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn new_person(app: &App, visit: &Visit, typed: &Typed) -> Result<Person, Fault> {
    Ok(Person {
        id: id()?,
        email: Some(typed.text("email").to_lowercase()),
        name: Some(typed.text("name")),
        password: None,
        totp: None,
        totp_step: 0,
        language: visit.words.language.tag().to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: app.now(),
        erased_at: None,
    })
}

fn administrator(app: &App, person: &Person) -> Result<Grant, Fault> {
    let role = Role::Administrator.key().to_owned();
    Ok(Grant {
        id: id()?,
        person: person.id.clone(),
        role,
        assembly: None,
        unit: None,
        from: app.today(),
        until: None,
    })
}
