//! The report of a year as a page to read and to print.

use axum::extract::{Path, State};
use axum::response::Response;
use tracking::{Annual, Figures, Gap, Line};

use super::year;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Plain, Table};
use crate::visit::Visit;
use crate::words::Words;
use crate::worth::shown;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/reports/{year}", Access::Public, show)
}

/// What happened within the year.
const WITHIN: [&str; 9] = [
    "newly_handed_over",
    "newly_answered",
    "revised",
    "checked",
    "newly_delivered",
    "undone",
    "in_time",
    "late",
    "missed",
];

/// How it stood at the end.
const AT_END: [&str; 9] = [
    "handed_over",
    "answered",
    "accepted",
    "reported_done",
    "delivered",
    "unchecked",
    "found_less",
    "found_more",
    "overdue",
];

/// What is said of each department.
const OF_UNITS: [&str; 7] =
    ["handed_over", "answered", "newly_answered", "reported_done", "delivered", "overdue", "missed"];

async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let number: i16 = number.parse().map_err(|_| Fault::NotFound)?;
    let annual = year::of(&app, &assembly, number).await?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let worth = year::worth(&app, &id, annual.term).await?;
    let title = words.with2("report-title", "year", number, "assembly", assembly.name(words));
    let (from, until) = (words.date(&annual.term.from), words.date(&annual.term.until));
    let mut plain = Plain::new(Page::new(visit, title))
        .back(format!("/a/{}/reports", escaped(&id)), words.say("nav-reports"))
        .about(words.with2("report-term", "from", from, "until", until));
    if (annual.term.until.month(), annual.term.until.day()) != (12, 31) {
        plain = plain.about(words.say("report-running"));
    }
    plain = plain.about(words.say("report-how"));
    let data = format!("/api/v1/assemblies/{}/reports/{number}", escaped(&id));
    plain = plain
        .go(data.clone(), words.say("report-json"))
        .go(format!("{data}/recommendations.csv"), words.say("report-csv"))
        .go(format!("{data}/departments.csv"), words.say("report-csv-departments"));
    for table in tables(words, &id, &names, &annual) {
        plain = plain.table(table);
    }
    for table in shown::tables(words, &id, &worth) {
        plain = plain.table(table);
    }
    plain.show()
}

fn figure(of: &Figures, key: &str) -> u32 {
    Figures::ALL.iter().find(|(own, _)| *own == key).map_or(0, |(_, figure)| figure(of))
}

fn tables(words: Words, id: &str, names: &Names, annual: &Annual) -> Vec<Table> {
    let counted = |caption: &str, keys: &[&str]| {
        let row = |key: &&str| {
            vec![Cell::text(words.word("figure", key)), Cell::text(words.number(figure(&annual.all, key)))]
        };
        let columns = ["report-what", "report-number"].map(|key| words.say(key)).into();
        Table { caption: words.say(caption), columns, rows: keys.iter().map(row).collect() }
    };
    let mut tables = vec![
        counted("report-within", &WITHIN),
        counted("report-at-end", &AT_END),
        units(words, names, annual),
        gaps(words, id, names, annual),
        missed(words, id, names, annual),
        all(words, id, names, annual),
    ];
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn unit(words: Words, names: &Names, id: Option<&str>) -> String {
    id.filter(|id| !id.is_empty()).map_or_else(|| words.say("departments-nobody"), |id| names.unit(id))
}

fn units(words: Words, names: &Names, annual: &Annual) -> Table {
    let row = |(id, own): (&String, &Figures)| {
        let name = Cell::text(unit(words, names, Some(id)));
        let numbers = OF_UNITS.iter().map(|key| Cell::text(words.number(figure(own, key))));
        std::iter::once(name).chain(numbers).collect()
    };
    let columns = OF_UNITS.iter().map(|key| words.word("figure", key));
    let columns = std::iter::once(words.say("fact-unit")).chain(columns).collect();
    Table { caption: words.say("report-departments"), columns, rows: annual.units.iter().map(row).collect() }
}

fn reference(id: &str, one: &Line) -> Cell {
    let story = format!("/a/{}/recommendations/{}", escaped(id), escaped(&one.reference));
    Cell::link(one.reference.clone(), story)
}

fn found(words: Words, one: &Line) -> String {
    one.grade.map_or_else(|| words.say("gap-nobody"), |grade| words.word("grade", grade.key()))
}

/// Where the department's own report and the check from outside differ.
fn gaps(words: Words, id: &str, names: &Names, annual: &Annual) -> Table {
    let differ = |gap: Gap| matches!(gap, Gap::Unchecked | Gap::Less | Gap::More);
    let row = |one: &Line| {
        let gap = one.gap.filter(|gap| differ(*gap))?;
        Some(vec![
            reference(id, one),
            Cell::text(unit(words, names, one.unit.as_deref())),
            Cell::text(words.word("delivery", one.delivery.key())),
            Cell::text(found(words, one)),
            Cell::text(words.word("gap", gap.key())),
        ])
    };
    let keys = ["field-reference", "fact-unit", "gap-said", "gap-found", "report-differ"];
    let columns = keys.map(|key| words.say(key)).into();
    Table { caption: words.say("report-gaps"), columns, rows: annual.lines.iter().filter_map(row).collect() }
}

/// What was not done in time.
fn missed(words: Words, id: &str, names: &Names, annual: &Annual) -> Table {
    let row = |one: &Line| {
        let of = one.figures;
        (of.overdue + of.missed + of.late > 0).then(|| {
            let overdue = words.say(if of.overdue > 0 { "report-yes" } else { "report-no" });
            vec![
                reference(id, one),
                Cell::text(unit(words, names, one.unit.as_deref())),
                Cell::text(overdue),
                Cell::text(words.number(of.missed)),
                Cell::text(words.number(of.late)),
            ]
        })
    };
    let mut columns = ["field-reference", "fact-unit", "report-overdue"].map(|key| words.say(key)).to_vec();
    columns.extend(["missed", "late"].map(|key| words.word("figure", key)));
    Table {
        caption: words.say("report-missed"),
        columns,
        rows: annual.lines.iter().filter_map(row).collect(),
    }
}

fn all(words: Words, id: &str, names: &Names, annual: &Annual) -> Table {
    let row = |one: &Line| {
        let position = one.position.map(|position| words.word("position", position.key()));
        vec![
            reference(id, one),
            Cell::text(in_language(&one.titles, words).unwrap_or_default()),
            Cell::text(unit(words, names, one.unit.as_deref())),
            Cell::text(words.word("state", one.state.key())),
            Cell::text(position.unwrap_or_else(|| words.say("report-unanswered"))),
            Cell::text(words.word("delivery", one.delivery.key())),
            Cell::text(found(words, one)),
        ]
    };
    let keys = [
        "field-reference",
        "field-title",
        "fact-unit",
        "fact-state",
        "fact-position",
        "fact-delivery",
        "fact-grade",
    ];
    let columns = keys.map(|key| words.say(key)).into();
    Table { caption: words.say("report-all"), columns, rows: annual.lines.iter().map(row).collect() }
}
