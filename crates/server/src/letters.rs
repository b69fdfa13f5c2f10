//! The queue of letters, for those who run the service: how many wait, what was refused; and an address to be forgotten.

pub mod posted;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::mail::Mail;
use crate::mail::paper::Text;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::staff::{ADMINISTRATOR, READERS};
use crate::visit::Visit;

/// How many letters the page shows.
const SHOWN: i64 = 100;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(posted::routes)
        .get("/staff/letters", Access::House(READERS), show)
        .get("/staff/letters/{letter}", Access::House(READERS), one)
        .post("/staff/letters/forget", Access::House(ADMINISTRATOR), forget)
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    page(&app, visit, Vec::new()).await
}

async fn page(app: &App, visit: Visit, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let counts = app.store.letters_by_state().await?.into_iter();
    let counts = counts
        .map(|(state, n)| vec![Cell::text(words.word("letter-state", &state)), Cell::text(words.number(n))]);
    let kept = matches!(app.mail, Mail::Kept);
    let rows = app.store.letters(SHOWN).await?.into_iter().map(|letter| {
        let kind = words.word("letter-kind", &letter.kind);
        let mut state = words.word("letter-state", &letter.state);
        if let Some(problem) = &letter.problem {
            state = format!("{state} ({problem})");
        }
        if letter.unsure > 0 {
            state = format!("{state}. {}", words.count("letter-unsure", letter.unsure));
        }
        let written = words.moment(&letter.written_at, app.zone());
        let first =
            if kept { Cell::link(kind, format!("/staff/letters/{}", letter.id)) } else { Cell::text(kind) };
        vec![first, Cell::text(written), Cell::text(state), Cell::text(words.number(letter.tries))]
    });
    let rows = rows.collect();
    let columns = ["letter-kind", "letter-written", "fact-state", "letter-tries"].map(|key| words.say(key));
    let administrator = visit.signed()?.holds_house(ADMINISTRATOR);
    let form = Form {
        heading: words.say("forget-heading"),
        about: words.say("forget-about"),
        action: "/staff/letters/forget".to_owned(),
        fields: vec![
            Field::new("email", words.say("follow-address"), Kind::Line).typed(&Typed::default(), &problems),
        ],
        button: words.say("forget-button"),
        grave: true,
        ..Form::default()
    };
    let way = match app.mail {
        Mail::None => "letters-off",
        Mail::Kept => "letters-kept",
        Mail::Sent(_) => "letters-sent",
    };
    let followers = words.count("letters-followers", app.store.count_followers().await?);
    let page = Page::new(visit, words.say("nav-letters")).with_problems(problems);
    let columns_counted = ["fact-state", "letters-number"].map(|key| words.say(key)).into();
    let mut plain = Plain::new(page)
        .about(words.say(way))
        .about(followers)
        .table(Table {
            caption: words.say("letters-counted"),
            columns: columns_counted,
            rows: counts.collect(),
        })
        .table(Table { caption: words.say("letters-last"), columns: columns.into(), rows });
    if administrator {
        plain = plain.form(form);
    }
    plain.show()
}

/// A letter of a demonstration. Where letters are sent, nobody else reads them.
async fn one(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    if !matches!(app.mail, Mail::Kept) {
        return Err(Fault::NotFound);
    }
    let letter = app.store.letter(&id).await?.ok_or(Fault::NotFound)?;
    let text: Text =
        letter.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).ok_or(Fault::NotFound)?;
    let words = visit.words;
    let mut plain =
        Plain::new(Page::new(visit, text.subject)).back("/staff/letters", words.say("nav-letters"));
    for paragraph in text.text.split("\n\n") {
        plain = plain.about(paragraph);
    }
    plain.show()
}

async fn forget(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let Some(address) = typed.some("email") else {
        let missing = Problem::new("email", visit.words.say("person-email-wrong"));
        return page(&app, visit, vec![missing]).await;
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let gone = change.forget_address(&address).await?;
    change.note("follower.forget", "followers", &json!({ "ids": gone })).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/letters?done=forgotten").into_response())
}
