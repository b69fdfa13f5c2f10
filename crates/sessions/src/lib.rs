//! The sessions of an assembly: who sits with whom, when, and who came.
//!
//! A pure crate: it takes text and bytes and gives values back, and time is an argument. Tables are searched in integers, so
//! that the same input gives the same bytes everywhere.

pub mod allocation;
pub mod attendance;
pub mod broken;
pub mod calendar;
mod columns;
pub mod constraints;
pub mod dates;
mod dice;
pub mod members;
pub mod paper;
pub mod pay;
pub mod plan;
pub mod programme;
pub mod quorum;
pub mod record;
pub mod repair;
pub mod replacement;
pub mod rounds;
pub mod schedule;
pub mod staff;
pub mod tables;

pub use columns::Names;
