//! The auditable sortition lottery: from a pool and quotas to a panel that anybody can check.
//!
//! A pure core. It takes text and bytes and gives values back; it never touches files, clock, network, environment,
//! operating-system randomness, threads, hash-map order or floating point.

pub mod acknowledgement;
mod assess;
pub mod canonical;
pub mod certificate;
mod columns;
pub mod combinations;
pub mod commitment;
pub mod counts;
pub mod draw;
pub mod extra;
pub mod findings;
pub mod fold;
pub mod hash;
pub mod merkle;
pub mod nearest;
pub mod opened;
pub mod people;
pub mod pool;
pub mod population;
pub mod portfolio;
pub mod problem;
pub mod quotas;
pub mod receipt;
pub mod record;
pub mod register;
pub mod replace;
pub mod replacement;
pub mod rules;
pub mod seed;
pub mod sheet;
pub mod signatures;
pub mod status;
mod twice;
pub mod verification;
pub mod wording;
pub mod words;

pub use certificate::{Certificate, Level};
pub use combinations::Combinations;
pub use extra::{Cap, Combination, ExtraRules};
pub use hash::Digest;
pub use pool::{Pool, PoolMember, PoolOptions};
pub use population::{Population, Slack};
pub use portfolio::Portfolio;
pub use problem::{Problem, Reading, Severity};
pub use quotas::{Quota, Quotas};
pub use record::{Bundle, Files};
pub use register::Register;
pub use rules::{Bounds, Breach, Rules, Standing};
pub use sheet::{Row, Sheet};
