//! The days on which a clock runs, and where a due day goes that falls on a day when nobody works.

use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

words! {
    /// Whether a clock runs while the body that has to answer is in recess.
    InRecess {
        /// It runs on.
        RunsOn = "runs_on", "runs on";
        /// It stands still: every day of recess is one day more.
        Pauses = "pauses", "pauses";
    }
}

words! {
    /// What becomes of a due day on which nobody works.
    Moves {
        /// It stays.
        Stays = "stays", "stays";
        /// It moves to the next day of work.
        Later = "later", "moves to the next working day";
        /// It moves to the last day of work before.
        Earlier = "earlier", "moves to the last working day before";
    }
}

/// A recess, both days included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recess {
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub until: Date,
}

/// The calendar of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The days of the week on which nobody works: Monday is 1, Sunday 7 (ISO 8601).
    pub weekend: BTreeSet<i8>,
    /// Holidays.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<Date>,
    /// When the body that has to answer does not sit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recesses: Vec<Recess>,
    /// What a clock does meanwhile.
    pub in_recess: InRecess,
    /// What becomes of a due day on which nobody works.
    pub moves: Moves,
}

/// What is wrong with a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarFault {
    /// There is no such day of the week, or no working day is left.
    Weekend,
    /// A recess ends before it begins.
    Backwards(Recess),
    /// The due day moves on days when nobody works, and there is hardly a day of work in ten years.
    NoWork,
}

/// A due day is moved by no more than this many days.
const FARTHEST: usize = 3_660;

impl Default for Calendar {
    /// Saturday and Sunday are free; nothing moves or stands still.
    fn default() -> Self {
        Self {
            weekend: BTreeSet::from([6, 7]),
            holidays: BTreeSet::new(),
            recesses: Vec::new(),
            in_recess: InRecess::RunsOn,
            moves: Moves::Stays,
        }
    }
}

impl Calendar {
    /// Whether it is the usual one, of which nothing need be written.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the body that has to answer is in recess on a day.
    pub fn is_recess(&self, day: Date) -> bool {
        self.recesses.iter().any(|recess| recess.from <= day && day <= recess.until)
    }

    /// Whether work is done on a day: no weekend, no holiday, and no recess in which clocks stand still.
    pub fn is_working(&self, day: Date) -> bool {
        let free =
            self.weekend.contains(&day.weekday().to_monday_one_offset()) || self.holidays.contains(&day);
        let still = self.in_recess == InRecess::Pauses && self.is_recess(day);
        !(free || still)
    }

    /// The due day of a clock that began on `started` and would run out on `due` if every day counted: later by every day of
    /// recess on which it stands still, then moved off a day on which nobody works. It is never before `started`.
    pub fn due(&self, started: Date, due: Date) -> Date {
        let due = self.paused(started, due);
        let mut days = match self.moves {
            Moves::Stays => return due,
            Moves::Later => due.series(jiff::ToSpan::days(1)),
            Moves::Earlier => due.series(jiff::ToSpan::days(-1)),
        };
        days.by_ref().take(FARTHEST).find(|day| self.is_working(*day)).map_or(due, |day| day.max(started))
    }

    /// The first day by which as many days outside recess have gone by as there were until `due`.
    fn paused(&self, started: Date, due: Date) -> Date {
        if self.in_recess == InRecess::RunsOn {
            return due;
        }
        // Each recess day put on may reach into the next recess; what is put on only grows, and all recesses are finite.
        let mut until = due;
        loop {
            let more = jiff::Span::new().try_days(self.recess_days(started, until));
            let next = more.and_then(|more| due.checked_add(more)).unwrap_or(Date::MAX);
            if next == until {
                return until;
            }
            until = next;
        }
    }

    /// The days of recess after `started` until `until`; a day in two recesses counts once.
    fn recess_days(&self, started: Date, until: Date) -> i64 {
        let mut recesses = self.recesses.clone();
        recesses.sort();
        let (mut counted, mut after) = (0, started);
        for recess in recesses {
            let last_before = recess.from.yesterday().unwrap_or(recess.from).max(after);
            let last = recess.until.min(until);
            if last > last_before {
                counted += i64::from((last - last_before).get_days());
                after = last;
            }
        }
        counted
    }

    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<CalendarFault> {
        let mut faults = Vec::new();
        if self.weekend.len() > 6 || self.weekend.iter().any(|day| !(1..=7).contains(day)) {
            faults.push(CalendarFault::Weekend);
        }
        let backwards = self.recesses.iter().filter(|recess| recess.until < recess.from);
        faults.extend(backwards.cloned().map(CalendarFault::Backwards));
        let longest = self
            .recesses
            .iter()
            .map(|recess| i64::from((recess.until - recess.from).get_days()))
            .sum::<i64>();
        if self.in_recess == InRecess::Pauses
            && longest + 2 * self.holidays.len() as i64 > FARTHEST as i64 / 2
        {
            faults.push(CalendarFault::NoWork);
        }
        faults
    }
}
