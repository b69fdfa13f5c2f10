//! Proposes the fairest lottery: panels whose selection probabilities are leximin, and multipliers that prove it.
//!
//! Floating point lives here. Nothing here decides what is valid: the core rechecks every panel and every bound in
//! integers. The way is: members who are alike become [`kinds`]; [`ideal`] solves leximin over the relaxation;
//! [`target`] turns it into whole appearances; [`swaps`] makes the panels; [`deal`] seats people. Where the ideal is not a
//! mixture of panels, [`mixture`] finds a cut and the ideal is computed anew.

pub mod clash;
pub mod deal;
pub mod exchange;
pub mod finder;
pub mod ideal;
pub mod kinds;
pub mod lottery;
pub mod mixture;
pub mod proof;
pub mod simplex;
pub mod swaps;
pub mod target;
pub mod workshop;

pub use clash::{Clash, Demand, End};
pub use lottery::{Objective, Options, Progress, Proposal, Refusal, propose};
