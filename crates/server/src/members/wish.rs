//! A wish to follow that came on paper or by telephone, entered by the secretariat. Only whoever reads the address can confirm it.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use tracking::Through;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::follow::{self, Wish};
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::members::{behalf, choices};
use crate::plain::Form;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.post("/staff/paper/follow", Access::Any(SECRETARIAT), enter)
}

/// The form. Its fields have names of their own, because other forms stand on the same page.
pub fn form(own: &[Assembly], words: Words, typed: &Typed, problems: &[Problem]) -> Form {
    let line = |name: &str, key: &str, hint: &str| {
        Field::new(format!("follow-{name}"), words.say(key), Kind::Line).hint(words.say(hint))
    };
    let languages = Language::all().map(|one| Choice::new(one.tag(), words.language(one.tag())));
    let through = behalf::through_field(words);
    let fields = [
        Field::new("follow-assembly", words.say("field-assembly"), Kind::Select(choices(own, words))),
        line("reference", "behalf-reference", "behalf-follow-reference-hint"),
        line("email", "follow-address", "behalf-follow-address-hint"),
        Field::new("follow-language", words.say("behalf-follow-language"), Kind::Radios(languages.collect())),
        Field { name: format!("follow-{}", through.name), ..through },
    ];
    Form {
        heading: words.say("behalf-follow"),
        about: words.say("behalf-follow-about"),
        action: "/staff/paper/follow".to_owned(),
        fields: fields.into_iter().map(|field| field.typed(typed, problems)).collect(),
        button: words.say("behalf-follow-button"),
        ..Form::default()
    }
}

async fn enter(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    if !app.mail.is_on() {
        return Err(Fault::NotFound);
    }
    let (words, mut problems) = (visit.words, Vec::new());
    let own = Assembly::all_within(&app, &visit, SECRETARIAT).await?;
    let language = Language::all().find(|one| one.tag() == typed.text("follow-language"));
    if language.is_none() {
        problems.push(wrong::choose(words, "follow-language"));
    }
    let letters = Words::of(language.unwrap_or(words.language));
    let mut wrong = |field: &str, key: &str| problems.push(Problem::new(field, words.say(key)));
    let what = match own.iter().find(|one| one.id == typed.text("follow-assembly")) {
        None => {
            wrong("follow-assembly", "members-assembly-missing");
            None
        }
        Some(assembly) => {
            match follow::what(&app, letters, &assembly.id, &typed.text("follow-reference")).await {
                Ok(what) => Some(what),
                Err(Fault::NotFound) => {
                    wrong("follow-reference", "worth-no-recommendation-or-empty");
                    None
                }
                Err(fault) => return Err(fault),
            }
        }
    };
    let through = Through::from_key(&typed.text("follow-through"));
    if through.is_none() {
        wrong("follow-through", "through-missing");
    }
    let address = typed.text("follow-email").to_lowercase();
    if !follow::is_address(&address) {
        wrong("follow-email", "person-email-wrong");
    }
    let (Some(what), true) = (what, problems.is_empty()) else {
        return behalf::show(&app, visit, &typed, problems).await;
    };
    let by = &visit.signed()?.actor.person;
    follow::write_down(&app, Wish { by, through, words: letters, what: &what, address }).await?;
    Ok(Redirect::to("/staff/paper?done=follow").into_response())
}
