//! The work of units and posts: hours a month against what each post can give, in words and numbers.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use store::EntryFilter;
use tracking::{Load, Measure, workload};

use super::overload::{self, FLAGS};
use super::record::address;
use super::town::Town;
use super::{COORDINATOR, INSIDE};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Plain, Table};
use crate::visit::{Signed, Visit};
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(INSIDE);
    routes.get("/staff/workload", access, units).get("/staff/workload/{unit}", access, unit)
}

/// The work of every post on a day.
pub fn loads(town: &Town, day: Date) -> BTreeMap<String, Load> {
    workload(town.work.iter().map(|(_, one)| one), &town.facts, day)
}

/// How work stands to capacity, in words: never by colour alone.
pub fn measure(words: Words, load: &Load) -> String {
    let capacity = u64::from(load.capacity.unwrap_or(0));
    match load.measure() {
        Measure::Over => words.count("load-over", load.hours - capacity),
        Measure::Room => words.count("load-room", capacity - load.hours),
        other => words.word("load", other.key()),
    }
}

fn capacity(words: Words, load: &Load) -> String {
    load.capacity.map_or_else(|| words.say("load-not-said"), |hours| words.number(hours))
}

async fn units(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (words, today, signed) = (visit.words, app.today(), visit.signed()?);
    let names = Names::read(&app, words).await?;
    let town = Town::read(&app).await?;
    let loads = loads(&town, today);
    let flags = FLAGS.list(&app, &EntryFilter::default()).await?;
    let row = |unit: crate::form::Choice| {
        let own: Vec<&Load> = (town.units.iter().filter(|(_, of)| **of == unit.value))
            .filter_map(|(post, _)| loads.get(post))
            .collect();
        let hours: u64 = own.iter().map(|load| load.hours).sum();
        let capacity: u64 = own.iter().filter_map(|load| load.capacity).map(u64::from).sum();
        let over = own.iter().filter(|load| load.measure() == Measure::Over).count();
        let open = flags
            .iter()
            .filter(|flag| flag.value.is_open() && flag.entry.unit.as_deref() == Some(unit.value.as_str()));
        vec![
            Cell::link(unit.label, format!("/staff/workload/{}", unit.value)),
            Cell::text(words.number(hours)),
            Cell::text(words.number(capacity)),
            Cell::text(words.number(over)),
            Cell::text(words.number(open.count())),
        ]
    };
    let seen = names.unit_choices().into_iter().filter(|unit| signed.works_at(INSIDE, &unit.value));
    let rows = seen.map(row).collect();
    let columns = ["field-unit", "load-hours", "load-capacity", "load-posts-over", "load-flags-open"];
    let columns = columns.map(|key| words.say(key)).into();
    let owners = without_owner(&town, &names, words, today, signed);
    let page = Page::new(visit, words.say("nav-workload"));
    Plain::new(page)
        .about(words.say("load-about"))
        .table(Table { columns, rows, ..Table::default() })
        .table(owners)
        .show()
}

/// What nobody answers for: it should be empty, and says so where it is.
fn without_owner(town: &Town, names: &Names, words: Words, today: Date, signed: &Signed) -> Table {
    let office = town.office();
    let unit = |post: &str| town.units.get(post).map_or("", String::as_str);
    let rows =
        office.without_owner(today).into_iter().filter(|(_, post)| signed.works_at(INSIDE, unit(post))).map(
            |(id, post)| {
                let it = town.work.iter().find(|(own, _)| own == id).map(|(_, it)| it);
                let link = it.map(|it| address(signed, id, it)).unwrap_or_default();
                vec![
                    Cell::link(it.map_or("", |it| &it.reference), link),
                    Cell::text(names.post(post)),
                    Cell::text(names.unit(unit(post))),
                ]
            },
        );
    let columns = ["field-reference", "field-accountable", "field-unit"].map(|key| words.say(key)).into();
    Table { caption: words.say("load-without-owner"), columns, rows: rows.collect() }
}

async fn unit(State(app): State<App>, visit: Visit, Path(unit): Path<String>) -> Result<Response, Fault> {
    show(&app, visit, &unit, &Typed::default(), Vec::new()).await
}

/// The page of a unit's work.
///
/// # Errors
/// If there is no such unit within the visitor's roles.
pub async fn show(
    app: &App,
    visit: Visit,
    unit: &str,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let signed = visit.signed()?.clone();
    app.store.unit(unit).await?.filter(|_| signed.works_at(INSIDE, unit)).ok_or(Fault::NotFound)?;
    let names = Names::read(app, words).await?;
    let town = Town::read(app).await?;
    let loads = loads(&town, today);
    let posts: Vec<&String> = town.units.iter().filter(|(_, of)| *of == unit).map(|(post, _)| post).collect();
    let row = |post: &&String| {
        let load = loads.get(*post)?;
        let deputy = town.facts.get(*post).and_then(|facts| facts.deputy.as_deref());
        let holders = town.holders(post, today);
        Some(vec![
            Cell::link(names.post(post), format!("/staff/posts/{post}")),
            Cell::text(if holders.is_empty() { words.say("post-nobody") } else { holders }),
            Cell::text(deputy.map_or_else(|| words.say("none"), |deputy| names.post(deputy))),
            Cell::text(words.number(load.items.len())),
            Cell::text(words.number(load.hours)),
            Cell::text(capacity(words, load)),
            Cell::text(measure(words, load)),
        ])
    };
    let rows = posts.iter().filter_map(row).collect();
    let columns = [
        "unit-posts",
        "post-holder",
        "field-deputy",
        "load-items",
        "load-hours",
        "load-capacity",
        "load-state",
    ];
    let columns = columns.map(|key| words.say(key)).into();
    let flags = overload::table(app, words, &names, unit, signed.holds_at(COORDINATOR, unit)).await?;
    let own: Vec<String> =
        posts.iter().filter(|post| signed.posts.contains(post)).map(|post| (*post).clone()).collect();
    let page =
        Page::new(visit, words.with("load-of", "unit", names.unit(unit))).with_problems(problems.clone());
    let mut plain = Plain::new(page)
        .back("/staff/workload", words.say("nav-workload"))
        .about(words.say("load-how"))
        .table(Table { columns, rows, ..Table::default() })
        .table(flags);
    let hidden: usize = posts.iter().filter_map(|post| loads.get(*post)).map(Load::without_hours).sum();
    if hidden > 0 {
        plain = plain.about(words.count("load-without-hours", hidden));
    }
    if !own.is_empty() && signed.works_at(super::WORKERS, unit) {
        plain = plain.form(overload::form(words, &names, unit, own, typed, &problems));
    }
    plain.show()
}
