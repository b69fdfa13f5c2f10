//! The register of engagements: who engages whom, about what, where, when and for how long, over all departments.

pub mod calendar;
pub mod clashes;
pub mod edit;
pub mod import;
pub mod list;
pub mod one;

use engagement::terms::{self, List};
use engagement::{Engagement, Standing};
use jiff::civil::Date;
use store::{Change, Entry, EntryFilter};
use tracking::Role;

use crate::access::Routes;
use crate::app::App;
use crate::fault::Fault;
use crate::shelf::{Kept, Shelf};
use crate::words::Words;

/// Where entries of the register stand.
pub const ENGAGEMENTS: Shelf<Engagement> = Shelf::new("engagement");
/// Who writes into it, each for the own unit.
pub const WRITERS: &[Role] = &[Role::Secretariat, Role::Coordinator, Role::Officer, Role::Approver];

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(calendar::routes)
        .with(clashes::routes)
        .with(edit::routes)
        .with(import::routes)
        .with(list::routes)
        .with(one::routes)
}

/// Everything in the register, by first day.
///
/// # Errors
/// If the store cannot be read.
pub async fn all(app: &App) -> Result<Vec<Kept<Engagement>>, Fault> {
    ENGAGEMENTS.list(app, &EntryFilter::default()).await
}

/// The entry with this id.
///
/// # Errors
/// If there is none.
pub async fn find(app: &App, id: &str) -> Result<Kept<Engagement>, Fault> {
    ENGAGEMENTS.about(app, id).await?.ok_or(Fault::NotFound)
}

/// Keeps an entry: a new one, or in the place of the revision that was seen.
///
/// # Errors
/// [`store::Error::Stale`] if somebody else was faster, [`store::Error::Taken`] if there is one with this id.
pub async fn keep(change: &mut Change, it: &Engagement, revision: i64, verb: &str) -> store::Result<Entry> {
    let entry = Entry {
        revision,
        unit: Some(it.unit.clone()),
        from: Some(it.from),
        until: Some(it.until),
        ..ENGAGEMENTS.only(&it.id)
    };
    ENGAGEMENTS.keep(change, entry, it, verb).await
}

/// Entries of an audience or a topic for readers: tags in their language, other words as they are.
pub fn said(words: Words, list: List, entries: &[String]) -> String {
    entries.iter().map(|entry| term(words, list, entry)).collect::<Vec<_>>().join(", ")
}

/// A tag in the reader's language; other words stand for themselves.
pub fn term(words: Words, list: List, entry: &str) -> String {
    let is_tag = terms::tags(list).any(|tag| tag == entry);
    if is_tag { words.word(of_list(list), entry) } else { entry.to_owned() }
}

/// The word under which a list's tags stand.
pub fn of_list(list: List) -> &'static str {
    match list {
        List::Audience => "audience",
        List::Topic => "topic",
    }
}

/// First and last day in words.
pub fn when(words: Words, it: &Engagement) -> String {
    if it.from == it.until {
        return words.date(&it.from);
    }
    words.with2("register-from-until", "from", words.date(&it.from), "until", words.date(&it.until))
}

/// How it stands on a day, as a key of words: intended, cancelled, coming, now, over.
pub fn stands(it: &Engagement, today: Date) -> &'static str {
    match it.standing {
        Standing::Intended => "intended",
        Standing::Cancelled => "cancelled",
        Standing::Announced if it.until < today => "over",
        Standing::Announced if it.from <= today => "now",
        Standing::Announced => "coming",
    }
}

/// The colour of its tag.
pub fn colour(stands: &str) -> &'static str {
    match stands {
        "now" => "green",
        "coming" => "blue",
        "cancelled" => "red",
        "intended" => "yellow",
        _ => "grey",
    }
}
