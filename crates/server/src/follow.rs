//! Following an assembly or a recommendation by e-mail: asked for, confirmed by whoever reads the address, ended with one click.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use store::Follower;
use tracking::Through;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::mail::news::end_address;
use crate::mail::paper::{self, Text};
use crate::mail::readers::FOLLOWER;
use crate::page::{Page, escaped};
use crate::plain::{Form, Plain};
use crate::secret::{id, secret};
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/a/{assembly}/follow", Access::Public, ask)
        .post("/a/{assembly}/follow", Access::Public, begin)
        .get("/follow/confirm/{token}", Access::Public, confirm_page)
        .post("/follow/confirm/{token}", Access::Public, confirm)
        .get("/follow/end/{token}", Access::Public, end_page)
        .post_from_anywhere("/follow/end/{token}", end)
        .get("/follow/ended", Access::Public, ended)
}

/// What is followed: a name for readers, and the recommendation's id where it is one.
#[derive(Debug)]
pub struct What {
    assembly: Assembly,
    name: String,
    recommendation: Option<String>,
    reference: String,
}

/// What a wish is about: an assembly, or the recommendation with this reference where there is one.
///
/// # Errors
/// If there is nothing of that name that everybody may read, or the store cannot be read.
pub async fn what(app: &App, words: Words, assembly: &str, reference: &str) -> Result<What, Fault> {
    if reference.is_empty() {
        let assembly = Assembly::find(app, assembly).await?;
        let name = assembly.name(words).to_owned();
        return Ok(What { assembly, name, recommendation: None, reference: String::new() });
    }
    let case = desk::find_typed(app, assembly, reference).await?;
    let reference = case.recommendation.reference;
    let name = format!("{reference} ({})", case.assembly.name(words));
    Ok(What { assembly: case.assembly, name, recommendation: Some(case.id), reference })
}

async fn ask(State(app): State<App>, visit: Visit, Path(assembly): Path<String>) -> Result<Response, Fault> {
    let asked = Typed::of_address(&visit.query)?;
    let what = what(&app, visit.words, &assembly, &asked.text("recommendation")).await?;
    show(&app, visit, &what, &Typed::default(), Vec::new())
}

fn show(
    app: &App,
    visit: Visit,
    what: &What,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let (back, to) = match what.reference.as_str() {
        "" => (format!("/a/{}", what.assembly.id), what.assembly.name(words).to_owned()),
        one => (format!("/a/{}/recommendations/{one}", what.assembly.id), one.to_owned()),
    };
    let field = Field::new("email", words.say("follow-address"), Kind::Line)
        .hint(words.say("follow-address-hint"))
        .fill("email")
        .typed(typed, &problems);
    let page = Page::new(visit, words.with("follow-title", "what", &what.name)).with_problems(problems);
    let plain = Plain::new(page).back(back, to);
    if !app.mail.is_on() {
        return plain.about(words.say("follow-off")).show();
    }
    let form = Form {
        action: format!("/a/{}/follow", what.assembly.id),
        fields: vec![field],
        hidden: vec![("recommendation".to_owned(), what.reference.clone())],
        button: words.say("follow-button"),
        ..Form::default()
    };
    plain.about(words.say("follow-about")).form(form).show()
}

async fn begin(
    State(app): State<App>,
    visit: Visit,
    Path(assembly): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let words = visit.words;
    let what = what(&app, words, &assembly, &typed.text("recommendation")).await?;
    if !app.mail.is_on() {
        return Err(Fault::NotFound);
    }
    let address = typed.text("email").to_lowercase();
    if !is_address(&address) {
        let wrong = Problem::new("email", words.say("person-email-wrong"));
        return show(&app, visit, &what, &typed, vec![wrong]);
    }
    app.follows.take(&visit.from, app.now()).map_err(Fault::TooMany)?;
    write_down(&app, Wish { by: "follower", through: None, words, what: &what, address }).await?;
    let reference = escaped(&what.reference);
    let to = format!("/a/{}/follow?recommendation={reference}&done=follow", what.assembly.id);
    Ok(Redirect::to(&to).into_response())
}

/// Whether letters can go to an address.
pub fn is_address(address: &str) -> bool {
    address.parse::<lettre::Address>().is_ok() && address.is_ascii() && address.len() <= 254
}

/// A wish to follow.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Who writes it down.
    pub by: &'a str,
    /// How it came, where the secretariat enters it for somebody.
    pub through: Option<Through>,
    /// The language of the letters.
    pub words: Words,
    /// What is followed.
    pub what: &'a What,
    /// The address, in lower case.
    pub address: String,
}

/// Writes a wish down and asks whoever reads the address to confirm it. Who follows already, or was asked and has not answered
/// yet, gets no second letter; nobody can see that from outside. The log holds how the wish came, never the address.
///
/// # Errors
/// If the store cannot be written.
pub async fn write_down(app: &App, wish: Wish<'_>) -> Result<(), Fault> {
    let follower = Follower {
        id: id()?,
        secret: secret()?,
        address: wish.address.clone(),
        language: wish.words.language.tag().to_owned(),
        assembly: wish.what.assembly.id.clone(),
        recommendation: wish.what.recommendation.clone(),
        asked_at: app.now(),
        confirmed_at: None,
        told_until: app.now(),
    };
    let mut change = app.store.change(wish.by, app.now()).await?;
    if !change.add_follower(&follower).await? {
        return Ok(());
    }
    let text = invitation(app, &wish, &follower);
    let (reader, key) = (format!("{FOLLOWER}{}", follower.id), format!("confirm/{}", follower.id));
    paper::write(app, &mut change, &reader, "confirm", &key, &text).await?;
    let how = wish.through.map_or("ask".to_owned(), |through| format!("enter-{}", through.key()));
    change.note(&format!("follower.{how}"), &follower.id, &json!({ "assembly": follower.assembly })).await?;
    Ok(change.commit().await?)
}

/// The letter that asks whether it was the reader of the address who asked, and says so where the secretariat entered it.
fn invitation(app: &App, wish: &Wish<'_>, follower: &Follower) -> Text {
    let (words, what) = (wish.words, wish.what);
    let who = wish
        .through
        .map_or("letter-confirm-who".to_owned(), |through| format!("letter-confirm-who-{}", through.key()));
    let address = format!("{}/follow/confirm/{}", app.settings.url, follower.secret);
    Text {
        subject: words.with("letter-confirm-subject", "what", &what.name),
        text: [
            words.with(&who, "what", &what.name),
            format!("{}\n{address}", words.say("letter-confirm-how")),
            words.say("letter-confirm-not"),
        ]
        .join("\n\n"),
        language: words.language.tag().to_owned(),
        end: Some(end_address(app, follower)),
    }
}

async fn known(app: &App, words: Words, token: &str) -> Result<(Follower, String), Fault> {
    let follower = app.store.follower_by_secret(token).await?.ok_or(Fault::NotFound)?;
    let assembly = Assembly::find(app, &follower.assembly).await?;
    let name = assembly.name(words).to_owned();
    let name = match &follower.recommendation {
        None => name,
        Some(id) => format!("{} ({name})", desk::find(app, id).await?.recommendation.reference),
    };
    Ok((follower, name))
}

fn question(
    visit: Visit,
    title: &str,
    about: &str,
    action: String,
    button: &str,
    name: &str,
) -> Result<Response, Fault> {
    let words = visit.words;
    let page = Page::new(visit, words.with(title, "what", name));
    let form = Form { action, button: words.say(button), ..Form::default() };
    Plain::new(page).about(words.say(about)).form(form).show()
}

async fn confirm_page(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let (_, name) = known(&app, visit.words, &token).await?;
    // A button, because programs that look after mail open every address in it.
    let action = format!("/follow/confirm/{token}");
    question(visit, "follow-confirm-title", "follow-confirm-about", action, "follow-confirm-button", &name)
}

async fn confirm(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    _: Typed,
) -> Result<Response, Fault> {
    let (follower, _) = known(&app, visit.words, &token).await?;
    let mut change = app.store.change("follower", app.now()).await?;
    if change.confirm_follower(&token).await? {
        change.note("follower.confirm", &follower.id, &json!({})).await?;
        change.commit().await?;
    }
    Ok(Redirect::to(&format!("/follow/end/{token}?done=follow-confirmed")).into_response())
}

async fn end_page(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    let Ok((_, name)) = known(&app, visit.words, &token).await else {
        return Ok(Redirect::to("/follow/ended").into_response());
    };
    question(
        visit,
        "follow-end-title",
        "follow-end-about",
        format!("/follow/end/{token}"),
        "follow-end-button",
        &name,
    )
}

/// Ends it. A mail program that comes a second time is told the same.
async fn end(State(app): State<App>, Path(token): Path<String>, _: Typed) -> Result<Response, Fault> {
    let mut change = app.store.change("follower", app.now()).await?;
    for id in change.end_follower(&token).await? {
        change.note("follower.end", &id, &json!({})).await?;
    }
    match change.commit().await {
        Ok(()) | Err(store::Error::Unnoted) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/follow/ended").into_response())
}

async fn ended(visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let page = Page::new(visit, words.say("follow-ended-title"));
    Plain::new(page).about(words.say("follow-ended")).show()
}
