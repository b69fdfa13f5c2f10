//! Data and methods of an assembly: what is counted how, which clocks run, and where the data can be fetched.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Span;
use tracking::{DutyRule, Period};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::page::{self, Page, escaped};
use crate::service;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/data", Access::Public, show)
}

/// The forms of the data: route, address with `{assembly}` for the assembly, key of the words.
const FORMS: [(&str, &str, &str); 6] = [
    ("/api/v1/recommendations.csv", "/api/v1/recommendations.csv?assembly={assembly}", "data-csv"),
    ("/api/v1/recommendations", "/api/v1/recommendations?assembly={assembly}", "data-json"),
    (
        "/api/v1/assemblies/{assembly}/feed.atom",
        "/api/v1/assemblies/{assembly}/feed.atom?lang={language}",
        "data-atom",
    ),
    (
        "/api/v1/assemblies/{assembly}/deadlines.ics",
        "/api/v1/assemblies/{assembly}/deadlines.ics?lang={language}",
        "data-calendar",
    ),
    (
        "/api/v1/assemblies/{assembly}/catalogue.jsonld",
        "/api/v1/assemblies/{assembly}/catalogue.jsonld",
        "reports-catalogue",
    ),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", "data-openapi"),
];

/// Those that this service answers.
static OFFERED: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let routes = service::routes();
    let is_there = |route: &str| routes.declared().iter().any(|declared| declared.path == route);
    FORMS.iter().filter(|(route, _, _)| is_there(route)).map(|(_, address, key)| (*address, *key)).collect()
});

#[derive(askama::Template)]
#[template(path = "public_data.html")]
struct DataPage {
    page: Page,
    id: String,
    name: String,
    basis: String,
    zone: String,
    /// What the clocks do on days without work, in recess, and at an election.
    rules: Vec<String>,
    /// What is due, counted from what, how long.
    clocks: Vec<(String, String, String)>,
    /// Address and key of the words.
    forms: Vec<(String, &'static str)>,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let rule = &assembly.about.rule;
    let clocks = rule.clocks.iter().map(|clock| {
        let starts: Vec<String> = clock.starts.iter().map(|start| words.word("start", start.key())).collect();
        let first = period(words, clock.period);
        let long = clock.then_every.map_or(first.clone(), |again| {
            words.with2("data-again", "first", &first, "again", period(words, again))
        });
        (words.word("duty", clock.duty.key()), starts.join(", "), long)
    });
    let clocks = clocks.collect();
    let forms = OFFERED.iter().map(|(address, key)| {
        (address.replace("{assembly}", &escaped(&id)).replace("{language}", words.language.tag()), *key)
    });
    let forms = forms.collect();
    let name = assembly.name(words).to_owned();
    let (basis, zone) = (assembly.basis(words), rule.zone.iana_name().unwrap_or("UTC").to_owned());
    let rules = rules(words, rule);
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-data")));
    page::html(&DataPage { page, id, name, basis, zone, rules, clocks, forms })
}

/// A rule's calendar, and whether it outlives an election, in sentences.
fn rules(words: Words, rule: &DutyRule) -> Vec<String> {
    let calendar = &rule.calendar;
    let lasts = if rule.survives_dissolution { "yes" } else { "no" };
    let mut said = vec![
        (words.say("rule-survives"), words.word("survives", lasts)),
        (words.say("rule-moves"), words.word("moves", calendar.moves.key())),
        (words.say("rule-in-recess"), words.word("in-recess", calendar.in_recess.key())),
    ];
    let days = |days: Vec<String>| days.join("; ");
    if !calendar.recesses.is_empty() {
        let recess = calendar
            .recesses
            .iter()
            .map(|one| format!("{} – {}", words.date(&one.from), words.date(&one.until)));
        said.push((words.say("rule-recesses"), days(recess.collect())));
    }
    if !calendar.holidays.is_empty() {
        let holidays = calendar.holidays.iter().map(|day| words.date(day));
        said.push((words.say("rule-holidays"), days(holidays.collect())));
    }
    said.into_iter().map(|(what, how)| format!("{what}: {how}")).collect()
}

/// A period in words: "6 months", "30 days".
pub(super) fn period(words: Words, period: Period) -> String {
    let span: Span = period.to_string().parse().unwrap_or_default();
    let months = i32::from(span.get_years()) * 12 + span.get_months();
    let parts = [("period-months", months), ("period-days", span.get_days())];
    let said = parts.iter().filter(|(_, n)| *n > 0).map(|(key, n)| words.count(key, n.unsigned_abs()));
    said.collect::<Vec<_>>().join(", ")
}
