//! How an assembly's recommendations have fared from month to month: a chart and its table.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use tokio::sync::Mutex;
use tracking::{Coverage, DutyRule, Event, Recommendation};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::charts::Lines;
use crate::fault::Fault;
use crate::kept::Kept;
use crate::page::{self, Page};
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/progress", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_progress.html")]
struct ProgressPage {
    page: Page,
    id: String,
    name: String,
    chart: Lines,
    /// The last day of each row in words, with its figures.
    rows: Vec<(String, [u32; 4])>,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let points = app.figures.of(&app, &assembly).await?;
    let chart = chart(words, &points);
    let rows = points.iter().map(|(day, figures)| (words.date(day), *figures)).collect();
    let name = assembly.name(words).to_owned();
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-progress")));
    page::html(&ProgressPage { page, id, name, chart, rows })
}

/// The last day of each month, and today, each with what is shown of its figures.
type Points = Arc<Vec<(Date, [u32; 4])>>;

/// How many assemblies' figures are kept.
const KEPT: usize = 1000;

/// The figures of assemblies, worked out once for each thing that happens and for each day.
#[derive(Debug)]
pub struct Figures {
    /// By assembly; the mark is what [`store::Store::revisions`] says, the assembly's own revision, and today.
    kept: Kept<(i64, i64, Date), Points>,
    /// Whoever works figures out; others wait and find them.
    working: Mutex<()>,
}

impl Default for Figures {
    fn default() -> Self {
        Self { kept: Kept::new(KEPT), working: Mutex::default() }
    }
}

impl Figures {
    async fn of(&self, app: &App, assembly: &Assembly) -> Result<Points, Fault> {
        let rule = &assembly.about.rule;
        // Read before the history: figures of a later history are never kept for an earlier one's successor.
        let mark = (app.store.revisions(&assembly.id).await?, assembly.revision, rule.day(app.now()));
        if let Some(points) = self.kept.get(&assembly.id, &mark) {
            return Ok(points);
        }
        let _working = self.working.lock().await;
        if let Some(points) = self.kept.get(&assembly.id, &mark) {
            return Ok(points);
        }
        let (stored, rule) = (app.store.events_of(&assembly.id).await?, rule.clone());
        let worked = tokio::task::spawn_blocking(move || points(stored, &rule, mark.2));
        let points: Points = Arc::new(worked.await.map_err(Fault::broken)??);
        self.kept.put(&assembly.id, mark, Arc::clone(&points), 1);
        Ok(points)
    }
}

/// Figures out of what is stored, a recommendation's events together and the oldest first.
fn points(stored: Vec<store::Event>, rule: &DutyRule, today: Date) -> Result<Vec<(Date, [u32; 4])>, Fault> {
    let mut histories: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for one in stored {
        let event = serde_json::from_str(&one.body).map_err(Fault::broken)?;
        histories.entry(one.recommendation).or_default().push(event);
    }
    let points = by_month(histories.values(), rule, today)?;
    Ok(points.iter().map(|(day, coverage)| (*day, figures(coverage))).collect())
}

/// What is shown of the figures, in the order of [`NAMES`].
fn figures(of: &Coverage) -> [u32; 4] {
    [of.handed_over, of.answered, of.delivered, of.overdue]
}

/// What the figures are called.
const NAMES: [&str; 4] =
    ["progress-handed-over", "progress-answered", "progress-delivered", "progress-overdue"];

fn chart(words: Words, points: &[(Date, [u32; 4])]) -> Lines {
    let line = |(place, key): (usize, &&str)| {
        (words.say(key), points.iter().map(|(_, figures)| figures[place]).collect())
    };
    let days: Vec<String> = points.iter().map(|(day, _)| words.date(day)).collect();
    Lines::new(NAMES.iter().enumerate().map(line).collect(), &days)
}

/// The figures at the end of every month since the first was handed over, and today.
///
/// # Errors
/// If a history is none.
pub fn by_month<'a>(
    histories: impl Iterator<Item = &'a Vec<Event>>,
    rule: &DutyRule,
    today: Date,
) -> Result<Vec<(Date, Coverage)>, Fault> {
    let histories: Vec<&Vec<Event>> = histories.collect();
    let handed_over = histories.iter().flat_map(|events| events.iter());
    let handed_over = handed_over.filter(|event| event.action.verb() == tracking::Verb::HandOver);
    let Some(first) = handed_over.map(|event| rule.day(event.at)).min() else { return Ok(Vec::new()) };
    let days = month_ends(first, today);
    let mut points: Vec<(Date, Coverage)> = days.into_iter().map(|day| (day, Coverage::default())).collect();
    for events in histories {
        let (mut known, mut count) = (None, 0);
        for (day, coverage) in &mut points {
            let so_far = events.iter().take_while(|event| rule.day(event.at) <= *day).count();
            if so_far > count {
                known = Some(Recommendation::rebuild(&events[..so_far]).map_err(Fault::broken)?);
                count = so_far;
            }
            if let Some(known) = &known {
                coverage.count(known, *day);
            }
        }
    }
    Ok(points)
}

/// The last day of each month from one day to another, and the other.
fn month_ends(from: Date, to: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut end = from.last_of_month();
    while end < to {
        days.push(end);
        let Ok(next) = end.first_of_month().checked_add(1.month()) else { break };
        end = next.last_of_month();
    }
    days.push(to);
    days
}

#[cfg(test)]
mod tests {
    use super::month_ends;
    use jiff::civil::date;

    #[test]
    fn months_end_on_their_last_day_and_the_last_one_today() {
        let days = month_ends(date(2027, 12, 30), date(2028, 3, 1));
        assert_eq!(days, [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 1)]);
        assert_eq!(month_ends(date(2027, 12, 31), date(2027, 12, 31)), [date(2027, 12, 31)]);
    }
}
