//! Tokens for programs that write: made, shown once, taken back.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde_json::json;
use store::Token;

use crate::access::{Access, Routes};
use crate::api::token::SCOPES;
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::secret::{fingerprint, id, secret};
use crate::staff::ADMINISTRATOR;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// How many days a token works.
const DAYS: i64 = 365;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::House(ADMINISTRATOR);
    routes.get("/staff/tokens", access, list).post("/staff/tokens", access, make).post(
        "/staff/tokens/end",
        access,
        end,
    )
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new(), None).await
}

async fn show(
    app: &App,
    visit: Visit,
    typed: &Typed,
    problems: Vec<Problem>,
    made: Option<String>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let tokens = app.store.tokens().await?;
    let works = |token: &Token| token.revoked_at.is_none() && token.expires_at > app.now();
    let day = |token: &Token| words.date(&token.expires_at.to_zoned(app.zone().clone()).date());
    let assemblies = Assembly::all(app).await?;
    let called = |id: &String| Assembly::called(&assemblies, id, words).to_owned();
    let row = |token: &Token| {
        let unit = token.unit.as_deref().map_or_else(|| words.say("all"), |unit| names.unit(unit));
        let assembly = token.assembly.as_ref().map_or_else(|| words.say("all"), called);
        let until = if works(token) { day(token) } else { words.say("token-over") };
        [token.name.clone(), token.scopes.clone(), assembly, unit, until].map(Cell::text).into()
    };
    let rows = tokens.iter().map(row).collect();
    let columns = ["token-name", "token-scopes", "field-assembly", "field-unit", "token-until"];
    let columns = columns.map(|key| words.say(key)).into();
    let fields = fields(app, words, &names).await?;
    let make = Form {
        heading: words.say("token-make"),
        action: "/staff/tokens".to_owned(),
        fields: fields.map(|field| field.typed(typed, &problems)).into(),
        button: words.say("token-make"),
        ..Form::default()
    };
    let live: Vec<Choice> =
        tokens.iter().filter(|one| works(one)).map(|one| Choice::new(&one.id, &one.name)).collect();
    let end = (!live.is_empty()).then(|| Form {
        heading: words.say("token-end"),
        action: "/staff/tokens/end".to_owned(),
        fields: vec![
            Field::new("token", words.say("token-name"), Kind::Select(live)).typed(typed, &problems),
        ],
        button: words.say("token-end"),
        grave: true,
        ..Form::default()
    });
    let page = Page::new(visit, words.say("nav-tokens")).with_problems(problems);
    let mut plain = Plain::new(page).about(words.say("tokens-about"));
    if let Some(made) = made {
        plain = plain.about(words.say("token-copy")).copy(made);
    }
    plain = plain.table(Table { columns, rows, ..Table::default() }).form(make);
    end.into_iter().fold(plain, Plain::form).show()
}

/// What a new token is asked for.
async fn fields(app: &App, words: Words, names: &Names) -> Result<[Field; 4], Fault> {
    let any = |mut choices: Vec<Choice>| {
        choices.insert(0, Choice::new("", words.say("all")));
        Kind::Select(choices)
    };
    let assemblies = Assembly::all(app).await?;
    let assemblies = assemblies.iter().map(|one| Choice::new(&one.id, one.name(words))).collect();
    let scopes = SCOPES.iter().map(|scope| Choice::new(*scope, *scope)).collect();
    Ok([
        Field::new("name", words.say("token-name"), Kind::Line).hint(words.say("token-name-hint")),
        Field::new("scopes", words.say("token-scopes"), Kind::Ticks(scopes)),
        Field::new("assembly", words.say("field-assembly"), any(assemblies)),
        Field::new("unit", words.say("field-unit"), any(names.unit_choices())),
    ])
}

async fn make(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let scopes: Vec<&str> =
        SCOPES.iter().copied().filter(|scope| typed.all("scopes").contains(&(*scope).to_owned())).collect();
    let (assembly, unit) = (typed.some("assembly"), typed.some("unit"));
    let mut problems = Vec::new();
    if typed.text("name").is_empty() {
        problems.push(Problem::new("name", words.say("person-name-missing")));
    }
    if scopes.is_empty() {
        problems.push(Problem::new("scopes", words.say("token-scopes-missing")));
    }
    let names = Names::read(&app, words).await?;
    wrong::add(&mut problems, wrong::nonsense(words, &fields(&app, words, &names).await?, &typed));
    if !problems.is_empty() {
        return show(&app, visit, &typed, problems, None).await;
    }
    let (secret, by) = (secret()?, visit.signed()?.actor.person.clone());
    let expires = app.now().to_zoned(TimeZone::UTC).checked_add(DAYS.days()).map_err(Fault::broken)?;
    let token = Token {
        id: id()?,
        hash: fingerprint(secret.as_bytes()),
        name: typed.text("name"),
        scopes: scopes.join(" "),
        assembly,
        unit,
        created_by: by.clone(),
        created_at: app.now(),
        expires_at: expires.timestamp(),
        revoked_at: None,
    };
    let mut change = app.store.change(&by, app.now()).await?;
    change.add_token(&token).await?;
    let note = json!({ "scopes": token.scopes, "assembly": token.assembly, "unit": token.unit });
    change.note("token.make", &token.id, &note).await?;
    change.commit().await?;
    show(&app, visit, &Typed::default(), Vec::new(), Some(secret)).await
}

async fn end(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let token = typed.text("token");
    if !app.store.tokens().await?.iter().any(|one| one.id == token) {
        let problem = wrong::choose(visit.words, "token");
        return show(&app, visit, &typed, vec![problem], None).await;
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.revoke_token(&token).await?;
    change.note("token.end", &token, &json!({})).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/tokens?done=token").into_response())
}
