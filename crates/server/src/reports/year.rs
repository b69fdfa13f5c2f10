//! The report of a year as data: worked out once from the history, and answered as JSON and as tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use tracking::{Annual, DutyRule, Event, Figures, Gap, Grade, Line, Position, Term};
use worth::Uptake;

use crate::access::{Access, Routes};
use crate::api::answer;
use crate::api::problem::Problem;
use crate::api::shape::address;
use crate::app::App;
use crate::assembly::Assembly;
use crate::election::pack;
use crate::fault::Fault;
use crate::kept::Kept;
use crate::shelf::Kept as Shelved;
use crate::worth::{Survey, Worth};

const CSV: &str = "text/csv; charset=utf-8";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/assemblies/{assembly}/reports/{year}", Access::Public, data)
        .get("/api/v1/assemblies/{assembly}/reports/{year}/recommendations.csv", Access::Public, lines)
        .get("/api/v1/assemblies/{assembly}/reports/{year}/departments.csv", Access::Public, departments)
}

/// How many reports are kept in memory.
const KEPT: usize = 200;

/// Annual reports, worked out once for each thing that happens and for each day.
#[derive(Debug)]
pub struct Years(Kept<(i64, i64, Date), Arc<Annual>>);

impl Default for Years {
    fn default() -> Self {
        Self(Kept::new(KEPT))
    }
}

/// The report of a year, or of as much of it as is over.
///
/// # Errors
/// If not a day of it is over, or nothing had been handed over by its end.
pub async fn of(app: &App, assembly: &Assembly, year: i16) -> Result<Arc<Annual>, Fault> {
    let rule = &assembly.about.rule;
    let term = Term::year(year, rule.day(app.now())).ok_or(Fault::NotFound)?;
    let name = format!("{}/{year}", assembly.id);
    let mark = (app.store.revisions(&assembly.id).await?, assembly.revision, term.until);
    let annual = match app.years.0.get(&name, &mark) {
        Some(known) => known,
        None => {
            let (stored, rule) = (app.store.events_of(&assembly.id).await?, rule.clone());
            let worked = tokio::task::spawn_blocking(move || work_out(stored, term, &rule));
            let annual = Arc::new(worked.await.map_err(Fault::broken)??);
            app.years.0.put(&name, mark, Arc::clone(&annual), 1);
            annual
        }
    };
    if annual.lines.is_empty() { Err(Fault::NotFound) } else { Ok(annual) }
}

fn work_out(stored: Vec<store::Event>, term: Term, rule: &DutyRule) -> Result<Annual, Fault> {
    let mut histories: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for one in stored {
        let event = serde_json::from_str(&one.body).map_err(Fault::broken)?;
        histories.entry(one.recommendation).or_default().push(event);
    }
    Annual::of(histories.values().map(Vec::as_slice), term, rule).map_err(Fault::broken)
}

/// The years of which there is a report, the last one first.
///
/// # Errors
/// If the store cannot be read.
pub async fn all(app: &App, assembly: &Assembly) -> Result<Vec<i16>, Fault> {
    let rule = &assembly.about.rule;
    let work = crate::election::record::of_assembly(app, &assembly.id).await?;
    let first = work.iter().filter_map(|(_, it)| Some(rule.day(it.locked_at?).year())).min();
    let last = rule.day(app.now()).year();
    let mut years = Vec::new();
    for year in (first.unwrap_or(last)..=last).rev() {
        match of(app, assembly, year).await {
            Ok(_) => years.push(year),
            Err(Fault::NotFound) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(years)
}

/// What was entered of the term: costs, help and surveys of its days, and measures up to its last. What has no day is in no year.
///
/// # Errors
/// If the store cannot be read.
pub async fn worth(app: &App, assembly: &str, term: Term) -> Result<Worth, Fault> {
    let mut worth = Worth::of(app, assembly).await?;
    worth.costs.retain(|one| term.holds(one.value.on));
    for one in &mut worth.outcomes {
        one.value.measures.retain(|measure| measure.on <= term.until);
    }
    worth.outcomes.retain(|one| !one.value.measures.is_empty());
    let within = |entry: &store::Entry| entry.from.is_some_and(|on| term.holds(on));
    worth.support.retain(|one| within(&one.entry));
    worth.surveys.retain(|one| within(&one.entry));
    worth.channels.clear();
    Ok(worth)
}

/// The report as JSON.
///
/// # Errors
/// If the store cannot be read.
pub async fn json_of(app: &App, assembly: &Assembly, year: i16, annual: &Annual) -> Result<Value, Fault> {
    let worth = worth(app, &assembly.id, annual.term).await?;
    let units = annual.units.iter();
    let units = units.map(|(unit, own)| json!({ "unit": some(unit), "figures": figures(own) }));
    let line = |one: &Line| {
        json!({
            "reference": one.reference,
            "titles": one.titles,
            "unit": one.unit,
            "state": one.state.key(),
            "position": one.position.map(Position::key),
            "delivery": one.delivery.key(),
            "grade": one.grade.map(Grade::key),
            "gap": one.gap.map(Gap::key),
            "figures": figures(&one.figures),
            "url": address(&app.settings.url, &assembly.id, &one.reference),
        })
    };
    let cost = |one: &worth::Cost| {
        json!({
            "purpose": one.purpose.key(),
            "what": one.what,
            "amount": one.amount.to_string(),
            "on": one.on,
            "source": one.source,
            "recommendation": one.recommendation,
        })
    };
    let measure = |one: &worth::Measure| json!({ "on": one.on, "value": one.value, "source": one.source, "independent": one.independent });
    let outcome = |one: &worth::Outcome| {
        json!({
            "recommendation": one.recommendation,
            "indicator": one.indicator,
            "unit": one.unit,
            "more_is_better": one.more_is_better,
            "measures": one.measures.iter().map(measure).collect::<Vec<_>>(),
        })
    };
    Ok(json!({
        "assembly": assembly.id,
        "year": year,
        "from": annual.term.from,
        "until": annual.term.until,
        "figures": figures(&annual.all),
        "departments": units.collect::<Vec<_>>(),
        "recommendations": annual.lines.iter().map(line).collect::<Vec<_>>(),
        "costs": worth.costs.iter().map(|one| cost(&one.value)).collect::<Vec<_>>(),
        "outcomes": worth.outcomes.iter().map(|one| outcome(&one.value)).collect::<Vec<_>>(),
        "support": worth.support.iter().map(support).collect::<Vec<_>>(),
        "surveys": worth.surveys.iter().map(survey).collect::<Vec<_>>(),
    }))
}

/// Help in taking part, as everybody may know it: `null` is a figure that so few people make up that they could be recognised.
fn support(one: &Shelved<worth::Support>) -> Value {
    let (offered, used) = match one.value.uptake() {
        Uptake::Known { offered, used } => (Some(offered), Some(used)),
        Uptake::Few { offered } => (Some(offered).filter(|offered| *offered > 0), None),
    };
    json!({
        "kind": one.value.kind.key(),
        "on": one.entry.from,
        "offered": offered,
        "used": used,
        "cost": one.value.public_cost().map(ToString::to_string),
        "note": one.value.note,
    })
}

/// A survey: each question over all who answered it both times, then by group; `null` where too few did.
fn survey(one: &Shelved<Survey>) -> Value {
    let change = |of: &worth::Change| json!({ "people": of.pairs, "before": of.before, "after": of.after, "low": of.interval.0, "high": of.interval.1 });
    let said = |question: &str, group: Option<&str>, of: Option<&worth::Change>| json!({ "question": question, "group": group, "change": of.map(change) });
    let compared = &one.value.comparison;
    let all = compared.changes.iter().map(|(question, of)| said(question, None, of.as_ref()));
    let groups = compared.groups.iter().flat_map(|grouped| {
        grouped.groups.iter().map(|(group, of)| said(&grouped.question, Some(group), Some(of)))
    });
    json!({ "name": one.value.name, "on": one.entry.from, "changes": all.chain(groups).collect::<Vec<_>>() })
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn figures(of: &Figures) -> Value {
    let all = Figures::ALL.iter().map(|(key, figure)| ((*key).to_owned(), json!(figure(of))));
    Value::Object(all.collect::<Map<_, _>>())
}

fn numbers(of: &Figures) -> impl Iterator<Item = String> {
    Figures::ALL.iter().map(|(_, figure)| figure(of).to_string()).collect::<Vec<_>>().into_iter()
}

/// Its recommendations as a table, with the titles in the assembly's languages.
///
/// # Errors
/// Never: a table in memory can be written.
pub fn lines_of(assembly: &Assembly, annual: &Annual) -> Result<Vec<u8>, Fault> {
    let languages = &assembly.about.languages;
    let titles: Vec<String> = languages.iter().map(|tag| format!("title_{tag}")).collect();
    let plain = ["reference", "unit", "state", "position", "delivery", "grade", "gap"];
    let columns: Vec<&str> = (plain.into_iter().chain(Figures::ALL.iter().map(|(key, _)| *key)))
        .chain(titles.iter().map(String::as_str))
        .collect();
    let row = |one: &Line| {
        let plain = [
            one.reference.clone(),
            one.unit.clone().unwrap_or_default(),
            one.state.key().to_owned(),
            one.position.map_or("", Position::key).to_owned(),
            one.delivery.key().to_owned(),
            one.grade.map_or("", Grade::key).to_owned(),
            one.gap.map_or("", Gap::key).to_owned(),
        ];
        let titles = languages.iter().map(|tag| one.titles.get(tag).cloned().unwrap_or_default());
        plain.into_iter().chain(numbers(&one.figures)).chain(titles).collect()
    };
    pack::csv(&columns, annual.lines.iter().map(row).collect())
}

/// Its departments as a table; the row without a unit is of what no department answered for.
///
/// # Errors
/// Never: a table in memory can be written.
pub fn departments_of(annual: &Annual) -> Result<Vec<u8>, Fault> {
    let columns: Vec<&str> = ["unit"].into_iter().chain(Figures::ALL.iter().map(|(key, _)| *key)).collect();
    let row = |(unit, own): (&String, &Figures)| [unit.clone()].into_iter().chain(numbers(own)).collect();
    pack::csv(&columns, annual.units.iter().map(row).collect())
}

async fn found(app: &App, id: &str, year: &str) -> Result<(Assembly, i16, Arc<Annual>), Fault> {
    let assembly = Assembly::find(app, id).await?;
    let year = year.parse().map_err(|_| Fault::NotFound)?;
    let annual = of(app, &assembly, year).await?;
    Ok((assembly, year, annual))
}

async fn data(
    State(app): State<App>,
    headers: HeaderMap,
    Path((id, year)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (assembly, year, annual) = found(&app, &id, &year).await?;
    answer::json(&headers, &json_of(&app, &assembly, year, &annual).await?)
}

async fn lines(
    State(app): State<App>,
    headers: HeaderMap,
    Path((id, year)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (assembly, _, annual) = found(&app, &id, &year).await?;
    Ok(table(&headers, &lines_of(&assembly, &annual)?))
}

async fn departments(
    State(app): State<App>,
    headers: HeaderMap,
    Path((id, year)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (_, _, annual) = found(&app, &id, &year).await?;
    Ok(table(&headers, &departments_of(&annual)?))
}

fn table(headers: &HeaderMap, bytes: &[u8]) -> Response {
    answer::text(headers, CSV, String::from_utf8_lossy(bytes).into_owned())
}
