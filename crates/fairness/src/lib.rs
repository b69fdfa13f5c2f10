//! Proposes the fairest lottery: panels whose selection probabilities are leximin, and multipliers that prove it.
//!
//! Floating point lives here. Nothing here decides what is valid: the core rechecks every panel and every bound in
//! integers. The way is: members who are alike become [`kinds`]; [`ideal`] solves leximin over the relaxation, [`nash`] and
//! [`goldilocks`] the other [`objective`]s; [`target`] turns it into whole appearances; [`swaps`] makes the panels,
//! [`exchange`], [`substitute`] and [`trios`] bring them near the ideal; [`deal`] seats people. Where the ideal is not a
//! mixture of panels, [`mixture`] finds a cut and the ideal is computed anew.

pub mod capped;
pub mod clash;
pub mod comparison;
pub mod cones;
pub mod deal;
pub mod exchange;
pub mod fate;
pub mod finder;
pub mod goldilocks;
pub mod ideal;
pub mod kinds;
pub mod lottery;
pub mod mend;
pub mod mixture;
pub mod nash;
pub mod objective;
pub mod pairs;
pub mod polytope;
pub mod pricing;
pub mod proof;
pub mod simplex;
pub mod substitute;
pub mod swaps;
pub mod target;
pub mod trios;
pub mod workshop;

pub use clash::{Clash, Demand, End};
pub use comparison::{Compared, Equality, compare};
pub use lottery::{Options, Progress, Proposal, Refusal, propose};
pub use objective::Objective;
