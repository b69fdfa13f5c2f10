//! Members' scores from 0 to 10: how many gave which, mean and median, and what of it may be shown.
//!
//! Only counts are known here, never a ballot. A group of fewer than [`FEWEST`] is not shown, and neither is another one
//! where the total minus what is shown would give it away.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The highest score.
pub const HIGHEST: u8 = 10;
/// The fewest answers that are shown.
pub const FEWEST: u64 = 5;

/// How many members gave each score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores([u32; 11]);

impl Scores {
    /// Counts, for 0 first.
    pub const fn of(counts: [u32; 11]) -> Self {
        Self(counts)
    }

    /// Counts a score so many times more. A score above [`HIGHEST`] is none: it is not counted, and the answer is false.
    pub fn count(&mut self, score: u8, times: u32) -> bool {
        let place = self.0.get_mut(usize::from(score));
        place.map(|count| *count = count.saturating_add(times)).is_some()
    }

    /// How many gave each score, 0 first.
    pub const fn counts(&self) -> &[u32; 11] {
        &self.0
    }

    /// How many gave one.
    pub fn answers(&self) -> u64 {
        self.0.iter().map(|count| u64::from(*count)).sum()
    }

    /// The mean in tenths, halves upwards; none if nobody gave a score.
    pub fn mean(&self) -> Option<u64> {
        let sum: u64 = (0..).zip(&self.0).map(|(score, count): (u64, _)| score * u64::from(*count)).sum();
        let answers = self.answers();
        (answers > 0).then(|| (20 * sum + answers) / (2 * answers))
    }

    /// The median in tenths: the score in the middle, or half-way between the two there; none if nobody gave a score.
    pub fn median(&self) -> Option<u64> {
        let answers = self.answers();
        let at = |place: u64| {
            let mut passed = 0;
            let reaches = |(_, count): &(u64, &u32)| {
                passed += u64::from(**count);
                passed > place
            };
            (0..).zip(&self.0).find(reaches).map(|(score, _)| score)
        };
        Some(5 * (at(answers.checked_sub(1)? / 2)? + at(answers / 2)?))
    }

    /// These and others together.
    pub fn plus(mut self, other: &Self) -> Self {
        for (own, more) in self.0.iter_mut().zip(&other.0) {
            *own = own.saturating_add(*more);
        }
        self
    }
}

/// What of the parts of a round may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The parts in their order; none is hidden.
    pub parts: Vec<Option<Scores>>,
    /// All together, if that may be shown.
    pub total: Option<Scores>,
}

/// Hides the parts with fewer than [`FEWEST`] answers, and then the next smallest ones until what the total tells about the
/// hidden ones is about two parts or more with [`FEWEST`] answers or more. Where that cannot be, the total is hidden.
pub fn shown(parts: &[Scores]) -> Shown {
    let mut hidden: Vec<bool> = parts.iter().map(|part| part.answers() < FEWEST).collect();
    let total = loop {
        let unseen = parts.iter().zip(&hidden).filter(|(part, is_hidden)| **is_hidden && part.answers() > 0);
        let (groups, answers) =
            unseen.fold((0, 0), |(groups, answers), (part, _)| (groups + 1, answers + part.answers()));
        if groups == 0 || groups > 1 && answers >= FEWEST {
            break true;
        }
        let rest = (0..parts.len()).filter(|place| !hidden[*place]);
        match rest.min_by_key(|place| parts[*place].answers()) {
            Some(place) => hidden[place] = true,
            None => break false,
        }
    };
    let total = total.then(|| parts.iter().fold(Scores::default(), Scores::plus));
    let seen = |(part, is_hidden): (&Scores, &bool)| (!is_hidden).then_some(*part);
    Shown {
        parts: parts.iter().zip(&hidden).map(seen).collect(),
        total: total.filter(|total| total.answers() >= FEWEST),
    }
}

/// How the ballots of a round reach the members. One way a round, so that nobody votes twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Slips of paper that are handed out, unnumbered.
    Slips,
    /// One to each who signs in and asks.
    Accounts,
}

impl Way {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Slips, Self::Accounts];

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Slips => "slips",
            Self::Accounts => "accounts",
        }
    }
}

/// Where a round stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun.
    Before,
    /// Ballots are counted; nothing is shown, so that nobody sees what one more ballot changes.
    Open,
    /// It is over, and its scores are shown.
    Over,
}

impl Phase {
    /// The phase on a day of a round with these first and last days.
    pub fn on(today: Date, from: Date, until: Date) -> Self {
        match today {
            today if today < from => Self::Before,
            today if today <= until => Self::Open,
            _ => Self::Over,
        }
    }

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Open => "open",
            Self::Over => "over",
        }
    }
}

/// Why a round cannot be opened as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundFault {
    /// It has no name, or one of more than 40 letters.
    Name,
    /// Another round of the assembly has its name.
    Taken,
    /// It ends before it begins, or has begun already.
    Days,
    /// It lasts longer than 92 days.
    Long,
    /// It overlaps another round of the assembly.
    Overlap,
}

impl RoundFault {
    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Taken => "taken",
            Self::Days => "days",
            Self::Long => "long",
            Self::Overlap => "overlap",
        }
    }
}

/// Everything that is wrong with a new round: its name, its first and last day, beside the assembly's other rounds.
pub fn round_faults(
    name: &str,
    (from, until): (Date, Date),
    today: Date,
    others: &[(&str, Date, Date)],
) -> Vec<RoundFault> {
    let mut faults = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 40 {
        faults.push(RoundFault::Name);
    }
    if others.iter().any(|(other, _, _)| other.trim() == name.trim()) {
        faults.push(RoundFault::Taken);
    }
    if until < from || from < today {
        faults.push(RoundFault::Days);
    } else if from.checked_add(92.days()).is_ok_and(|last| last <= until) {
        faults.push(RoundFault::Long);
    }
    if others.iter().any(|(_, first, last)| *first <= until && from <= *last) {
        faults.push(RoundFault::Overlap);
    }
    faults
}
