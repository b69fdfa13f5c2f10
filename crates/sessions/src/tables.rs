//! Who sits with whom: the allocation of members to tables, round by round.

mod anneal;
pub mod bound;
pub mod costs;
mod design;
mod floor;
pub mod instance;
pub mod rules;
pub mod score;
mod search;
mod seating;

pub use instance::{Feature, Instance, Mode, Round, TableSet, Tables, even_sizes};
pub use score::{Score, score};
pub(crate) use search::improve;
pub use search::search;
