//! Forms to print, in the reader's language: a comment, a reply, a wish to follow, a survey, and scorecards with their codes.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::form::Typed;
use crate::members::rounds::{self, Round};
use crate::members::scores::scored;
use crate::page::{self, Page, escaped};
use crate::plain::Plain;
use crate::shelf::Kept;
use crate::visit::Visit;
use crate::words::Words;
use crate::worth::Worth;

/// The forms.
const FORMS: [&str; 4] = ["comment", "reply", "follow", "survey"];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/forms", Access::Public, list).get(
        "/a/{assembly}/forms/{form}",
        Access::Public,
        one,
    )
}

/// A form on a sheet of its own.
#[derive(Debug)]
struct Sheet {
    /// What it is, and about what.
    heading: String,
    about: String,
    /// The code by which whoever enters it knows what it is.
    code: String,
    /// What is asked, with how many lines there are to write on.
    asked: Vec<(String, Vec<()>)>,
    /// What is scored, each with the numbers to ring.
    scored: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "blank.html")]
struct Sheets {
    page: Page,
    /// Where to go back to, and what that is called.
    back: (String, String),
    assembly: String,
    /// What becomes of what is written.
    fate: String,
    sheets: Vec<Sheet>,
}

async fn list(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let asked = Typed::of_address(&visit.query)?.text("recommendation");
    let words = visit.words;
    let mut plain = Plain::new(Page::new(visit, words.say("forms-title")))
        .back(format!("/a/{}", escaped(&id)), assembly.name(words))
        .about(words.say("forms-about"))
        .about(words.say("forms-scorecards"));
    for form in FORMS {
        let query =
            if asked.is_empty() { String::new() } else { format!("?recommendation={}", escaped(&asked)) };
        plain = plain.go(format!("/a/{}/forms/{form}{query}", escaped(&id)), words.word("form", form));
    }
    plain.show()
}

/// Empty lines to write on.
fn lines(words: Words, key: &str, many: usize) -> (String, Vec<()>) {
    (words.say(key), vec![(); many])
}

async fn one(
    State(app): State<App>,
    visit: Visit,
    Path((id, form)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let reference = Typed::of_address(&visit.query)?.text("recommendation");
    let about = match reference.as_str() {
        "" => String::new(),
        one => crate::members::talk::title(&desk::find_public(&app, &id, one).await?.recommendation, words),
    };
    let which = || if reference.is_empty() { vec![lines(words, "form-which", 1)] } else { Vec::new() };
    let (asked, scored) = match form.as_str() {
        "comment" | "reply" => {
            let own = [lines(words, &format!("form-{form}-words"), 12), lines(words, "form-number", 1)];
            (which().into_iter().chain(own).collect(), Vec::new())
        }
        "follow" => (which().into_iter().chain([lines(words, "form-address", 2)]).collect(), Vec::new()),
        "survey" => {
            let surveys = Worth::of(&app, &id).await?.surveys;
            let questions = surveys.iter().flat_map(|kept| kept.value.comparison.changes.iter());
            let mut questions: Vec<String> = questions.map(|(question, _)| question.clone()).collect();
            questions.dedup();
            (vec![lines(words, "form-own-code", 1)], questions)
        }
        _ => return Err(Fault::NotFound),
    };
    let code = [id.as_str(), &reference, &form].into_iter().filter(|part| !part.is_empty());
    let sheet = Sheet {
        heading: words.word("form", &form),
        about,
        code: code.collect::<Vec<_>>().join("/"),
        asked,
        scored,
    };
    let fate = words.say(&format!("form-{form}-fate"));
    let back = (format!("/a/{}/forms", escaped(&id)), words.say("forms-title"));
    let name = assembly.name(words).to_owned();
    let page = Page::new(visit, format!("{} – {name}", words.word("form", &form)));
    page::html(&Sheets { page, back, assembly: name, fate, sheets: vec![sheet] })
}

/// Scorecards to fill in with a pen, one for each ballot: its code lets it be counted once, by its holder or by whoever enters it.
///
/// # Errors
/// If the store cannot be read.
pub async fn scorecards(
    app: &App,
    visit: Visit,
    round: &Kept<Round>,
    assembly: &Assembly,
    tokens: &[String],
) -> Result<Response, Fault> {
    let words = visit.words;
    let titles: Vec<String> = scored(app, round, words).await?.into_iter().map(|one| one.title).collect();
    let (_, until) = rounds::days(round);
    let sheet = |token: &String| Sheet {
        heading: words.with("ballot-title", "round", &round.value.name),
        about: words.with("form-score-about", "day", words.date(&until)),
        code: token.clone(),
        asked: Vec::new(),
        scored: titles.clone(),
    };
    let sheets = tokens.iter().map(sheet).collect();
    let back = ("/staff/rounds".to_owned(), words.say("nav-rounds"));
    let page = Page::new(visit, words.say("paper-sheets"));
    let (assembly, fate) = (assembly.name(words).to_owned(), words.say("form-score-fate"));
    page::html(&Sheets { page, back, assembly, fate, sheets })
}
