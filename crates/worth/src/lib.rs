//! Evidence of worth: what an assembly and its promises cost, what was saved, who was helped to take part, what changed in
//! people's lives and in the members themselves.
//!
//! A pure crate: no SQL, HTTP, files, clock or chance. Every figure names its source. Nothing is said of fewer than
//! [`FEWEST`] people, and nothing from which it could be worked out. Answers of single people are read here and kept nowhere.

mod amount;
mod channel;
mod cost;
mod outcome;
mod support;
mod survey;

pub use amount::{Amount, NoAmount};
pub use channel::{Channel, Count, Shares, shares, told};
pub use cost::{Cost, CostFault, Purpose, Totals, totals};
pub use outcome::{Measure, Outcome, Trend};
pub use support::{Kind, Support, SupportFault, Uptake};
pub use survey::{Answers, Change, Comparison, Fault, Grouped, Why};

/// Of fewer people than this nothing is said.
pub const FEWEST: usize = 5;
