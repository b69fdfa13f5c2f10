//! The demonstration: a citizens' assembly of real size, in a county that does not exist.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use sortition::quotas::Quotas;

use crate::groups::quotas;
use crate::sample::SampleOptions;

/// An assembly to be drawn.
#[derive(Debug, Clone)]
pub struct Assembly {
    /// Its name.
    pub event: &'static str,
    /// The number of members of the panel.
    pub size: u32,
    /// The quotas of the panel: seven features.
    pub quotas: Quotas,
    /// The pool, to be made up by [`crate::sample`].
    pub pool: SampleOptions,
}

/// 1,727 people volunteered, 110 will sit.
pub fn assembly() -> Assembly {
    Assembly {
        event: "Harbour County Assembly on Heat and Water",
        size: 110,
        quotas: quotas(ROWS),
        pool: SampleOptions::new(1727, "Harbour County 554"),
    }
}

/// The days on which the demonstration's assembly meets: four Saturdays up to thirty months ago, and the next one to come, when
/// the members look at what became of it.
pub fn meetings(today: Date) -> [Date; 5] {
    let saturday = |day: Date| day.nth_weekday(1, Weekday::Saturday).unwrap_or(day);
    let first = saturday(today.checked_sub(32.months()).unwrap_or(Date::MIN));
    let after = |weeks: i32| first.checked_add(weeks.weeks()).unwrap_or(Date::MAX);
    [first, after(2), after(5), after(7), saturday(today)]
}

const ROWS: [(&str, &str, u64, u64); 30] = [
    ("gender", "Female", 54, 58),
    ("gender", "Male", 52, 56),
    ("gender", "Non-binary or other", 0, 2),
    ("age", "16-29", 21, 25),
    ("age", "30-44", 24, 28),
    ("age", "45-59", 26, 30),
    ("age", "60-74", 20, 24),
    ("age", "75+", 8, 12),
    ("education", "No certificate", 15, 19),
    ("education", "School certificate", 32, 36),
    ("education", "Vocational training", 23, 27),
    ("education", "University degree", 31, 35),
    ("region", "Old Harbour", 14, 17),
    ("region", "New Docks", 15, 18),
    ("region", "North Coast", 9, 12),
    ("region", "South Coast", 11, 14),
    ("region", "Lakes", 10, 13),
    ("region", "Hills", 8, 11),
    ("region", "River Valley", 17, 20),
    ("region", "Border", 13, 16),
    ("urbanity", "City", 45, 49),
    ("urbanity", "Town", 36, 40),
    ("urbanity", "Village", 24, 28),
    ("background", "Born here, as were both parents", 74, 78),
    ("background", "A parent was born abroad", 13, 17),
    ("background", "Born abroad", 17, 21),
    ("worry", "Very worried", 33, 37),
    ("worry", "Fairly worried", 43, 47),
    ("worry", "Not very worried", 19, 23),
    ("worry", "Not at all worried", 7, 11),
];
