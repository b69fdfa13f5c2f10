//! How the department's own report and the check from outside compare.

use crate::state::{Delivery, Grade};
use crate::words::words;

words! {
    /// How report and check compare.
    Gap {
        /// Reported as done, and nobody outside has checked it.
        Unchecked = "unchecked", "not checked yet";
        /// The check found less than is reported.
        Less = "less", "the check found less";
        /// The check found more than is reported.
        More = "more", "the check found more";
        /// Reported as done and found so.
        Agreed = "agreed", "they agree";
        /// Neither reported nor found done.
        Open = "open", "not done by either";
    }
}

impl Gap {
    /// The gap, as soon as the department says done or somebody outside has looked; none where what was done was undone,
    /// because the check was made before.
    pub fn of(delivery: Delivery, grade: Option<Grade>) -> Option<Self> {
        if delivery == Delivery::Reversed {
            return None;
        }
        match (delivery == Delivery::Done, grade.map(|grade| grade >= Grade::Substantial)) {
            (false, None) => None,
            (true, None) => Some(Self::Unchecked),
            (true, Some(false)) => Some(Self::Less),
            (false, Some(true)) => Some(Self::More),
            (true, Some(true)) => Some(Self::Agreed),
            (false, Some(false)) => Some(Self::Open),
        }
    }
}
