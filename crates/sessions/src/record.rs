//! `allocation.json`: what an allocation was made from, and what it reaches.

use serde::{Deserialize, Serialize};
use sortition::canonical::{from_json, safe, to_json};
use sortition::{Digest, hash::sha256};

use crate::allocation;
use crate::plan::{Inputs, Plan};
use crate::staff::{self, Load};
use crate::tables::Score;

/// A longer file is not read.
const MOST_BYTES: usize = 1 << 20;

/// The record of an allocation; RFC 8785 and a final line feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Balance against mixing, 0 to 100.
    pub balance: u32,
    /// No allocation has more pairs who meet.
    #[serde(deserialize_with = "safe")]
    pub bound: u64,
    /// The SHA-256 of the canonical input.
    pub input: Digest,
    /// The load of the facilitators.
    pub load: Option<Load>,
    /// Seats that are not where they were published.
    #[serde(deserialize_with = "safe")]
    pub moved: u64,
    /// The SHA-256 of `allocation.csv`.
    pub output: Digest,
    /// The program that made it.
    pub program: String,
    /// What it reaches.
    pub score: Score,
    /// S: the seed of the draw, or the SHA-256 of the text that was given.
    pub seed: Digest,
    /// The SHA-256 of `staff.csv`; null where nobody works.
    pub staff: Option<Digest>,
}

/// The three files of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// `allocation.csv`.
    pub allocation: String,
    /// `staff.csv`, where somebody works.
    pub staff: Option<String>,
    /// `allocation.json`.
    pub record: Vec<u8>,
}

impl Record {
    /// Reads the one form of the file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        from_json(bytes, MOST_BYTES)
    }
}

/// Writes a plan.
pub fn files(inputs: &Inputs, plan: &Plan, s: &Digest, program: &str) -> Files {
    let allocation = allocation::to_csv(&plan.tables, &inputs.members, &inputs.rounds);
    let staff = (!inputs.staff.is_empty()).then(|| staff::to_csv(&plan.rota, &inputs.staff, &inputs.rounds));
    let record = Record {
        balance: inputs.balance,
        bound: plan.bound,
        input: inputs.hash(),
        load: plan.load.clone(),
        moved: plan.touched.len() as u64,
        output: sha256(allocation.as_bytes()),
        program: program.to_owned(),
        score: plan.score.clone(),
        seed: *s,
        staff: staff.as_ref().map(|staff| sha256(staff.as_bytes())),
    };
    Files { allocation, staff, record: to_json(&record) }
}
