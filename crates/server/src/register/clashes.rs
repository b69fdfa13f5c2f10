//! Clashes of the register: shown where somebody plans, and all of them on a page.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use engagement::terms::List;
use engagement::{Clash, Engagement, clashes, clashes_of, reuse};

use super::{all, said, when};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::names::Names;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Plain, Table};
use crate::staff::STAFF;
use crate::visit::Visit;
use crate::words::Words;

/// How many earlier entries are shown to somebody who plans.
const EARLIER: usize = 10;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/register/clashes", Access::Any(STAFF), show)
}

/// The register as it is looked at for clashes.
#[derive(Debug)]
pub struct Known {
    entries: Vec<Engagement>,
    names: Names,
    words: Words,
}

impl Known {
    /// Reads it.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(app: &App, words: Words) -> Result<Self, Fault> {
        let entries = all(app).await?.into_iter().map(|kept| kept.value).collect();
        Ok(Self { entries, names: Names::read(app, words).await?, words })
    }

    /// The clashes of an entry that are still to come.
    pub fn clashes_of(&self, it: &Engagement, today: jiff::civil::Date) -> Vec<Clash> {
        let mut found = clashes_of(it, &self.entries);
        found.retain(|clash| clash.until >= today);
        found
    }

    /// The title of an entry; an id that nobody knows stands for itself.
    pub fn title(&self, id: &str) -> String {
        self.entries.iter().find(|one| one.id == id).map_or_else(|| id.to_owned(), |one| one.title.clone())
    }

    /// What an entry clashes with, as a table.
    pub fn table_of(&self, it: &Engagement, found: &[Clash]) -> Table {
        let entries: BTreeMap<&str, &Engagement> =
            self.entries.iter().map(|one| (one.id.as_str(), one)).collect();
        let row = |clash: &Clash| {
            let other = entries.get(clash.other_than(&it.id))?;
            Some(vec![
                Cell::link(&other.title, address(&other.id)),
                Cell::text(self.names.unit(&other.unit)),
                Cell::text(when(self.words, other)),
                Cell::text(self.reason(clash)),
                Cell::text(self.common(clash)),
                Cell::text(self.names.post(&other.contact)),
            ])
        };
        let columns = [
            "clash-with",
            "engagement-unit",
            "engagement-when",
            "clash-why",
            "clash-common",
            "engagement-contact",
        ];
        Table {
            caption: self.words.say("clash-title"),
            columns: columns.map(|key| self.words.say(key)).into(),
            rows: found.iter().filter_map(row).collect(),
        }
    }

    /// What was asked before, as a table; none if nothing was.
    pub fn earlier(&self, it: &Engagement) -> Option<Table> {
        let entries: BTreeMap<&str, &Engagement> =
            self.entries.iter().map(|one| (one.id.as_str(), one)).collect();
        let found = reuse(it, &self.entries);
        let row = |before: &engagement::Before| {
            let old = entries.get(before.id.as_str())?;
            let mut common = Vec::new();
            let lists = [(List::Topic, &before.topics), (List::Audience, &before.audience)];
            common.extend(
                lists
                    .into_iter()
                    .filter(|(_, tags)| !tags.is_empty())
                    .map(|(list, tags)| said(self.words, list, tags)),
            );
            common.extend(before.place.then(|| self.words.say("reuse-place")));
            common.extend(before.question.then(|| self.words.say("reuse-question")));
            let outcome =
                if old.outcome.is_empty() { self.words.say("reuse-no-outcome") } else { old.outcome.clone() };
            Some(vec![
                Cell::link(&old.title, address(&old.id)),
                Cell::text(self.names.unit(&old.unit)),
                Cell::text(when(self.words, old)),
                Cell::text(common.join("; ")),
                Cell::text(outcome),
            ])
        };
        let rows: Vec<_> = found.iter().take(EARLIER).filter_map(row).collect();
        let columns =
            ["reuse-what", "engagement-unit", "engagement-when", "clash-common", "engagement-outcome"];
        let (caption, columns) =
            (self.words.say("reuse-title"), columns.map(|key| self.words.say(key)).into());
        (!rows.is_empty()).then_some(Table { caption, columns, rows })
    }

    fn reason(&self, clash: &Clash) -> String {
        self.words.word("clash", clash.reason.key())
    }

    /// What two entries have in common, in words.
    fn common(&self, clash: &Clash) -> String {
        let lists = [(List::Audience, &clash.audience), (List::Topic, &clash.topics)];
        let mut parts: Vec<String> = lists
            .into_iter()
            .filter(|(_, tags)| !tags.is_empty())
            .map(|(list, tags)| said(self.words, list, tags))
            .collect();
        parts.push(self.words.word("nested", clash.area.key()));
        parts.join("; ")
    }
}

/// An entry's page for the staff.
pub fn address(id: &str) -> String {
    format!("/staff/register/{}", escaped(id))
}

async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let known = Known::read(&app, words).await?;
    let entries: BTreeMap<&str, &Engagement> =
        known.entries.iter().map(|one| (one.id.as_str(), one)).collect();
    let row = |clash: &Clash| {
        let (one, other) = (entries.get(clash.one.as_str())?, entries.get(clash.other.as_str())?);
        let title = |it: &Engagement| format!("{} ({})", it.title, known.names.unit(&it.unit));
        Some(vec![
            Cell::link(title(one), address(&one.id)),
            Cell::link(title(other), address(&other.id)),
            Cell::text(known.reason(clash)),
            Cell::text(known.common(clash)),
            Cell::text(words.date(&clash.from)),
        ])
    };
    let found = clashes(&known.entries);
    let rows = found.iter().filter(|clash| clash.until >= today).filter_map(row).collect();
    let columns = ["clash-one", "clash-other", "clash-why", "clash-common", "clash-from"]
        .map(|key| words.say(key))
        .into();
    let settled = |it: &Engagement| {
        let title = |id: &str| entries.get(id).map_or_else(|| id.to_owned(), |other| other.title.clone());
        let row = |one: &engagement::Settled| {
            vec![Cell::link(&it.title, address(&it.id)), Cell::text(title(&one.other)), Cell::text(&one.how)]
        };
        it.settled.iter().map(row).collect::<Vec<_>>()
    };
    let settled = known.entries.iter().filter(|it| it.until >= today).flat_map(settled).collect();
    let settled = Table {
        caption: words.say("clash-settled"),
        columns: ["clash-one", "clash-other", "clash-how"].map(|key| words.say(key)).into(),
        rows: settled,
    };
    Plain::new(Page::new(visit, words.say("nav-clashes")))
        .back("/staff/register", words.say("nav-register"))
        .about(words.say("clash-about"))
        .table(Table { caption: words.say("clash-open"), columns, rows })
        .table(settled)
        .show()
}
