//! The calendar of the staff: what is overdue, and what is due in each month, with who answers for it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use store::{Filter, Order};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Plain, Table};
use crate::staff::STAFF;
use crate::tasks::scope;
use crate::told::duty;
use crate::visit::Visit;
use crate::words::Words;

/// How many recommendations the page looks at, what is due first at the top.
const MOST: i64 = 500;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/deadlines/calendar", Access::Any(STAFF), show)
}

/// A line: the day, whether it has passed, and the cells of its row.
struct Line {
    due: Date,
    overdue: bool,
    cells: Vec<Cell>,
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let filter = Filter { due_before: Some(Date::MAX), ..scope(visit.signed()?) };
    let listed = app.store.list_whole(&filter, Order::Due, None, MOST).await?;
    let assemblies: BTreeMap<String, Assembly> =
        Assembly::all(&app).await?.into_iter().map(|one| (one.id.clone(), one)).collect();
    let names = Names::read(&app, words).await?;
    let mut lines = Vec::new();
    for stored in &listed.items {
        let it = desk::read(&stored.body)?;
        let Some(assembly) = assemblies.get(&it.assembly) else { continue };
        let today = assembly.about.rule.day(app.now());
        let who = it.assignment.as_ref().map_or_else(
            || words.say("departments-nobody"),
            |held| format!("{}, {}", names.unit(&held.unit), names.post(&held.accountable)),
        );
        for deadline in it.open_deadlines() {
            let cells = vec![
                Cell::text(words.date(&deadline.due)),
                Cell::link(&it.reference, format!("/staff/r/{}", stored.summary.id)),
                Cell::text(duty(words, deadline)),
                Cell::text(&who),
            ];
            lines.push(Line { due: deadline.due, overdue: deadline.is_overdue(today), cells });
        }
    }
    lines.sort_by_key(|line| line.due);
    let page = Page::new(visit, format!("{}: {}", words.say("nav-deadlines"), words.say("calendar-title")));
    let mut plain = Plain::new(page)
        .back("/staff/deadlines", words.say("deadlines-list"))
        .about(words.say("calendar-about"));
    for (caption, rows) in months(words, lines) {
        let columns = ["field-due", "field-reference", "column-what", "column-who"].map(|key| words.say(key));
        plain = plain.table(Table { caption, columns: columns.into(), rows });
    }
    plain.show()
}

/// What is overdue, then each month that has something.
fn months(words: Words, lines: Vec<Line>) -> Vec<(String, Vec<Vec<Cell>>)> {
    let mut tables: Vec<(String, Vec<Vec<Cell>>)> = Vec::new();
    let (late, coming): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.overdue);
    if !late.is_empty() {
        tables.push((words.say("calendar-overdue"), late.into_iter().map(|line| line.cells).collect()));
    }
    for line in coming {
        let caption = format!("{} {}", words.say(&format!("month-{}", line.due.month())), line.due.year());
        match tables.last_mut() {
            Some((last, rows)) if *last == caption => rows.push(line.cells),
            _ => tables.push((caption, vec![line.cells])),
        }
    }
    tables
}
