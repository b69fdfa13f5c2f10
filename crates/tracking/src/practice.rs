//! Practice notes: what got in the way and what helped, written by those who did the work.

use crate::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a post learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// The post that learned it.
    pub post: String,
    /// Its unit.
    pub unit: String,
    /// The reference of the recommendation in which it was learned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What got in the way.
    pub hindered: String,
    /// What helped.
    pub helped: String,
    /// Whether everybody may read it.
    pub public: bool,
    /// The day.
    pub on: Date,
}

impl Practice {
    /// The note, if it says something.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn checked(self) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        for (field, text) in [("post", &self.post), ("unit", &self.unit)] {
            if text.trim().is_empty() {
                refusals.push(Refusal::Missing { field });
            }
        }
        if self.hindered.trim().is_empty() && self.helped.trim().is_empty() {
            refusals.push(Refusal::Missing { field: "hindered" });
        }
        if refusals.is_empty() { Ok(self) } else { Err(refusals) }
    }
}
