//! Where the service keeps everything: one SQLite file, or PostgreSQL by URL. One SQL text serves both.
//!
//! The store knows no rules: what may be written is decided elsewhere, and bodies are JSON text with a few columns beside
//! them for lists. Three habits hold everywhere:
//!
//! - Every change runs in a [`Change`]: the rows and what the audit log says of them are one transaction, and a change that
//!   notes nothing cannot be committed.
//! - What two people may edit at once carries a revision: who saves over a newer one gets [`Error::Stale`], never a loss.
//! - Times, ids and secrets' hashes are arguments: there is no clock and no randomness here.

mod assembly;
mod attendance;
pub mod audit;
mod backup;
mod ballot;
mod carry;
mod change;
mod columns;
mod draft;
mod entry;
mod error;
mod event;
mod file;
mod fold;
mod follower;
mod letter;
mod link;
mod list;
mod migrations;
mod people;
mod place;
mod publication;
mod recommendation;
mod search;
mod session;
mod snapshot;
mod sql;
mod token;
mod units;

pub use assembly::Assembly;
pub use attendance::Mark;
pub use ballot::Counted;
pub use change::Change;
pub use draft::Draft;
pub use entry::{Entry, EntryFilter};
pub use error::Error;
pub use event::Event;
pub use file::File;
pub use follower::Follower;
pub use letter::{Letter, Step};
pub use link::Link;
pub use list::{Filter, Listed, Order, Tally};
pub use people::{Grant, Person};
pub use place::{FILE, Store};
pub use publication::Publication;
pub use recommendation::{Recommendation, Summary};
pub use session::Session;
pub use snapshot::Snapshot;
pub use token::{Answer, Token};
pub use units::{Holding, Post, Unit};

/// What the store's functions answer.
pub type Result<T> = std::result::Result<T, Error>;
