//! The shelf: what a module keeps as entries of one kind, read and written as its own type.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Change, Entry, EntryFilter};

use crate::app::App;
use crate::fault::Fault;
use crate::secret::id;

/// Where entries of one kind stand: `const VISITS: Shelf<Visit> = Shelf::new("visit");`.
#[derive(Debug)]
pub struct Shelf<T> {
    kind: &'static str,
    of: PhantomData<fn() -> T>,
}

/// What stands on a shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// Its id, revision, days, and what it is about. The body in it is the value as text.
    pub entry: Entry,
    /// What it is.
    pub value: T,
}

impl<T: Serialize + DeserializeOwned> Shelf<T> {
    /// A shelf for a kind, one word.
    pub const fn new(kind: &'static str) -> Self {
        Self { kind, of: PhantomData }
    }

    /// An entry that is not on the shelf yet, with an id that nobody can guess.
    ///
    /// # Errors
    /// If the operating system gives no randomness.
    pub fn fresh(&self) -> Result<Entry, Fault> {
        Ok(Entry { id: id()?, kind: self.kind.to_owned(), ..Entry::default() })
    }

    /// An entry that is not on the shelf yet, of which there may be one only for what it is about.
    pub fn only(&self, about: &str) -> Entry {
        Entry { id: format!("{}:{about}", self.kind), kind: self.kind.to_owned(), ..Entry::default() }
    }

    /// The one with this id.
    ///
    /// # Errors
    /// If there is none.
    pub async fn find(&self, app: &App, id: &str) -> Result<Kept<T>, Fault> {
        kept(app.store.entry(self.kind, id).await?.ok_or(Fault::NotFound)?)
    }

    /// The only one about something, if there is one.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn about(&self, app: &App, about: &str) -> Result<Option<Kept<T>>, Fault> {
        app.store.entry(self.kind, &format!("{}:{about}", self.kind)).await?.map(kept).transpose()
    }

    /// Those that a filter lets through, by first day.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn list(&self, app: &App, filter: &EntryFilter) -> Result<Vec<Kept<T>>, Fault> {
        app.store.entries(self.kind, filter).await?.into_iter().map(kept).collect()
    }

    /// Puts a value on the shelf as part of a change, a new one if the entry has never been saved, and notes in the audit
    /// log what was done (`kind.verb`).
    ///
    /// # Errors
    /// [`store::Error::Stale`] if somebody else was faster, [`store::Error::Taken`] if there may be only one and there is.
    pub async fn keep(
        &self,
        change: &mut Change,
        entry: Entry,
        value: &T,
        verb: &str,
    ) -> store::Result<Entry> {
        let body =
            serde_json::to_string(value).map_err(|error| store::Error::Unreadable(error.to_string()))?;
        let expected = (entry.revision > 0).then_some(entry.revision);
        let saved = change.save_entry(Entry { body, ..entry }, expected).await?;
        let note = serde_json::json!({ "revision": saved.revision });
        change.note(&format!("{}.{verb}", self.kind), &saved.id, &note).await?;
        Ok(saved)
    }
}

fn kept<T: DeserializeOwned>(entry: Entry) -> Result<Kept<T>, Fault> {
    let value = serde_json::from_str(&entry.body).map_err(Fault::broken)?;
    Ok(Kept { entry, value })
}
