//! What the benches share: the pools, one run from a pool to a checked record, and the page that tells of it.

pub mod command;
pub mod machine;
pub mod page;
pub mod plot;
pub mod pools;
pub mod run;
pub mod trial;
