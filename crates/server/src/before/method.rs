//! Help in choosing how to engage people: a few questions, what fits the answers, and when an assembly is right and when not.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use engagement::method::{Ground, Want, advise};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Typed};
use crate::page::{self, Page};
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/method", Access::Public, show)
}

/// What speaks for an assembly, and what against: `method-right-N`, `method-wrong-N`.
const REASONS: std::ops::RangeInclusive<u32> = 1..=5;

#[derive(askama::Template)]
#[template(path = "method.html")]
struct Method {
    page: Page,
    fields: Vec<Field>,
    /// What fits the answers, if there are any.
    advice: Option<Advised>,
    /// What somebody wants, what to do, why.
    wants: Vec<[String; 3]>,
    right: Vec<String>,
    wrong: Vec<String>,
}

/// Advice in words.
struct Advised {
    way: [String; 3],
    /// What has to be there first.
    missing: Vec<String>,
    /// What was not answered.
    unsaid: Vec<String>,
    /// What can be done until then.
    meanwhile: String,
}

async fn show(State(_): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let asked = Typed::of_address(&visit.query)?;
    let reasons = |list: &str| REASONS.map(|n| words.say(&format!("method-{list}-{n}"))).collect();
    page::html(&Method {
        fields: fields(words, &asked),
        advice: Want::from_key(&asked.text("want")).map(|want| advised(words, want, &asked)),
        page: Page::new(visit, words.say("nav-method")),
        wants: Want::ALL.map(|want| in_words(words, want)).into(),
        right: reasons("right"),
        wrong: reasons("wrong"),
    })
}

/// What somebody wants, what to do then, and why.
fn in_words(words: Words, want: Want) -> [String; 3] {
    ["", "-use", "-why"].map(|end| words.say(&format!("method-{}{end}", want.key())))
}

fn fields(words: Words, asked: &Typed) -> Vec<Field> {
    let wants = Want::ALL.map(|want| Choice::new(want.key(), words.say(&format!("method-{}", want.key()))));
    let want = Field::new("want", words.say("method-want"), Kind::Radios(wants.into()));
    let answers = || Kind::Radios(["yes", "no"].map(|answer| Choice::new(answer, words.say(answer))).into());
    let ask = |ground: &Ground| {
        Field::new(ground.key(), words.say(&format!("method-ask-{}", ground.key())), answers())
    };
    let all = std::iter::once(want).chain(Ground::ALL.iter().map(ask));
    all.map(|field| field.typed(asked, &[])).collect()
}

fn advised(words: Words, want: Want, asked: &Typed) -> Advised {
    let answer = |ground: Ground| match asked.text(ground.key()).as_str() {
        "yes" => Some((ground, true)),
        "no" => Some((ground, false)),
        _ => None,
    };
    let said: BTreeMap<Ground, bool> = Ground::ALL.into_iter().filter_map(answer).collect();
    let advice = advise(want, &said);
    let told = |grounds: &[Ground], start: &str| {
        grounds.iter().map(|ground| words.say(&format!("method-{start}-{}", ground.key()))).collect()
    };
    let until = |way| words.with("method-meanwhile", "way", &in_words(words, way)[1]);
    Advised {
        way: in_words(words, advice.way),
        missing: told(&advice.missing, "need"),
        unsaid: told(&advice.unsaid, "ask"),
        meanwhile: advice.meanwhile.map(until).unwrap_or_default(),
    }
}
