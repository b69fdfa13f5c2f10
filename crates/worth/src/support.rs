//! Help in taking part: what was offered to how many, and how many used it.

use serde::{Deserialize, Serialize};

use crate::FEWEST;
use crate::amount::Amount;

/// What help was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Money for the time.
    Stipend,
    /// Somebody to look after children or other people.
    Care,
    /// Travel and a bed.
    Travel,
    /// Interpreters, signs, easy language.
    Language,
    /// A device, a line, a training.
    Technology,
    /// Something else, which the note names.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Stipend, Self::Care, Self::Travel, Self::Language, Self::Technology, Self::Other];

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stipend => "stipend",
            Self::Care => "care",
            Self::Travel => "travel",
            Self::Language => "language",
            Self::Technology => "technology",
            Self::Other => "other",
        }
    }

    /// The one with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// Help that was offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// What it was.
    pub kind: Kind,
    /// To how many people it was offered.
    pub offered: u32,
    /// How many used it.
    pub used: u32,
    /// What it cost, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Amount>,
    /// Anything to add.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupportFault {
    /// It was offered to nobody.
    Offered,
    /// More used it than it was offered to.
    Used,
    /// It is of another kind, and no note says which.
    Note,
    /// It cost less than nothing.
    Cost,
}

/// How much help was used, as everybody may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uptake {
    /// Offered to so many and used by so many.
    Known {
        /// To how many it was offered.
        offered: u32,
        /// How many used it.
        used: u32,
    },
    /// So few used it, or did not, that they could be recognised.
    Few {
        /// To how many it was offered; 0 if even these are too few.
        offered: u32,
    },
}

impl Support {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<SupportFault> {
        let mut faults = Vec::new();
        faults.extend((self.offered == 0).then_some(SupportFault::Offered));
        faults.extend((self.used > self.offered).then_some(SupportFault::Used));
        let unnamed = self.kind == Kind::Other && self.note.trim().is_empty();
        faults.extend(unnamed.then_some(SupportFault::Note));
        let owed = self.cost.as_ref().is_some_and(|cost| cost.hundredths < 0);
        faults.extend(owed.then_some(SupportFault::Cost));
        faults
    }

    /// What everybody may know: nobody and everybody say nothing of a single person, a handful does, and so does all but a
    /// handful.
    pub fn uptake(&self) -> Uptake {
        let few = |n: u32| n > 0 && (n as usize) < FEWEST;
        let (offered, used) = (self.offered, self.used);
        if few(offered) {
            Uptake::Few { offered: 0 }
        } else if few(used) || few(offered.saturating_sub(used)) {
            Uptake::Few { offered }
        } else {
            Uptake::Known { offered, used }
        }
    }

    /// What it cost, where that does not tell what a handful of people got.
    pub fn public_cost(&self) -> Option<&Amount> {
        self.cost.as_ref().filter(|_| matches!(self.uptake(), Uptake::Known { .. }))
    }
}
