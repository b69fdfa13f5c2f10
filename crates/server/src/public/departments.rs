//! The units that answer: how much each has answered and delivered, and what is overdue.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use store::{Filter, Tally};
use tracking::{Delivery, Grade, Position, State as Stage};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::charts::Bar;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{self, Page};
use crate::public;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/departments", Access::Public, show)
}

/// The figures of a unit, or of all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Recommendations handed over.
    pub all: i64,
    /// Those with a published response.
    pub answered: i64,
    /// Those of which the department says that they are done.
    pub said: i64,
    /// Those that somebody outside found substantially or wholly done.
    pub found: i64,
    /// Those with something overdue.
    pub overdue: i64,
}

#[derive(askama::Template)]
#[template(path = "public_departments.html")]
struct DepartmentsPage {
    page: Page,
    id: String,
    name: String,
    rows: Vec<Row>,
    total: Figures,
    /// Organisations outside government: id, name, what each is.
    outsiders: Vec<[String; 3]>,
}

struct Row {
    /// Empty where no unit answers yet.
    unit: String,
    name: String,
    figures: Figures,
    bar: Bar,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let names = Names::read(&app, words).await?;
    let units = by_unit(&app, &assembly).await?;
    let mut total = Figures::default();
    for one in units.values() {
        total = total.with(*one);
    }
    let mut rows: Vec<Row> =
        units.into_iter().map(|(unit, figures)| row(words, &names, unit, figures)).collect();
    rows.sort_by(|one, other| (one.unit.is_empty(), &one.name).cmp(&(other.unit.is_empty(), &other.name)));
    let outsiders = names.outsiders(words);
    let name = assembly.name(words).to_owned();
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-departments")));
    page::html(&DepartmentsPage { page, id, name, rows, total, outsiders })
}

fn row(words: crate::words::Words, names: &Names, unit: String, figures: Figures) -> Row {
    let name = if unit.is_empty() { words.say("departments-nobody") } else { names.unit(&unit) };
    Row { name, bar: Bar::new(figures.answered, figures.all), figures, unit }
}

impl Figures {
    fn with(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            answered: self.answered + other.answered,
            said: self.said + other.said,
            found: self.found + other.found,
            overdue: self.overdue + other.overdue,
        }
    }
}

/// One of the figures, to be written.
type Figure = fn(&mut Figures) -> &mut i64;

/// The figures of every unit by its id; the empty id has what no unit answers for yet.
///
/// # Errors
/// If the store cannot be read.
pub async fn by_unit(app: &App, assembly: &Assembly) -> Result<BTreeMap<String, Figures>, Fault> {
    let all = handed_over(&assembly.id);
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    let positions = Position::ALL.iter().map(|position| position.key().to_owned()).collect();
    let answered = Filter { positions, ..all.clone() };
    let said = Filter { deliveries: keys(&[Delivery::Done.key()]), ..all.clone() };
    let grades = keys(&[Grade::Substantial.key(), Grade::Complete.key()]);
    let found = Filter { states: keys(&[Stage::Closed.key()]), grades, ..all.clone() };
    let overdue = Filter { due_before: Some(assembly.about.rule.day(app.now())), ..all.clone() };
    let mut units: BTreeMap<String, Figures> = BTreeMap::new();
    let counts: [(&Filter, Figure); 5] = [
        (&all, |one| &mut one.all),
        (&answered, |one| &mut one.answered),
        (&said, |one| &mut one.said),
        (&found, |one| &mut one.found),
        (&overdue, |one| &mut one.overdue),
    ];
    for (filter, figure) in counts {
        for (unit, count) in app.store.tally(filter, Tally::Unit).await? {
            *figure(units.entry(unit).or_default()) = count;
        }
    }
    Ok(units)
}

/// What was handed over: the clock of its answer runs or has run.
pub fn handed_over(assembly: &str) -> Filter {
    let before = [Stage::Adopted, Stage::Withdrawn].map(|state| state.key().to_owned());
    let mut filter = public::adopted(Filter { assemblies: vec![assembly.to_owned()], ..Filter::default() });
    filter.not_states.extend(before);
    filter
}
