//! The words of a pool's status column.

/// Folded words for a member who takes part; so does an empty cell.
pub const TAKING_PART: &[&str] =
    &["", "accepted", "active", "available", "confirmed", "eligible", "enrolled", "in", "registered", "yes"];

/// Folded words for a member who sits without being drawn.
pub const SEATED: &[&str] = &["already seated", "appointed", "seated"];

/// Folded words for a member who no longer takes part.
pub const WITHDRAWN: &[&str] = &[
    "cancelled",
    "declined",
    "dropped",
    "dropped out",
    "inactive",
    "ineligible",
    "no",
    "out",
    "removed",
    "unavailable",
    "withdrawn",
    "withdrew",
];
