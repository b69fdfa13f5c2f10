//! What is wrong with an entry.

use std::fmt;

use crate::engagement::Engagement;

/// The longest line and the longest text, in characters.
const LINE: usize = 200;
const TEXT: usize = 4000;
/// The longest engagement, in days: five years.
const DAYS: i32 = 5 * 366;

/// Something wrong with an entry. [`Fault::field`] says where, [`Fault::key`] what, for translations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A field is empty that must not be.
    Missing(&'static str),
    /// A field is longer than it may be: the field and the most characters.
    Long(&'static str, usize),
    /// The id has other signs than lower-case letters, digits and hyphens, or more than 40.
    Id,
    /// The last day is before the first.
    Backwards,
    /// It lasts more than five years.
    Endless,
    /// The address does not begin with `https://` or `http://`.
    Url,
    /// A cell of a table holds no word of its list: the column.
    Word(&'static str),
    /// A cell of a table holds no day like 2027-03-31: the column.
    Day(&'static str),
    /// A cell of a table holds no whole number: the column.
    Number(&'static str),
    /// A settled clash is not written as `id: how`.
    Settled,
}

impl Fault {
    /// The field that it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Missing(field) | Self::Long(field, _) | Self::Word(field) | Self::Day(field) => field,
            Self::Number(field) => field,
            Self::Id => "id",
            Self::Backwards | Self::Endless => "until",
            Self::Url => "url",
            Self::Settled => "settled",
        }
    }

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Long(..) => "long",
            Self::Id => "id",
            Self::Backwards => "backwards",
            Self::Endless => "endless",
            Self::Url => "url",
            Self::Word(_) => "word",
            Self::Day(_) => "day",
            Self::Number(_) => "number",
            Self::Settled => "settled",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "{field} is missing"),
            Self::Long(field, most) => write!(f, "{field} may have up to {most} characters"),
            Self::Id => f.write_str("id needs 1 to 40 lower-case letters, digits or hyphens"),
            Self::Backwards => f.write_str("until is before from"),
            Self::Endless => f.write_str("it may last up to five years"),
            Self::Url => f.write_str("url has to begin with https:// or http://"),
            Self::Word(field) => write!(f, "{field} is not one of its words"),
            Self::Day(field) => write!(f, "{field} is not a day like 2027-03-31"),
            Self::Number(field) => write!(f, "{field} is not a whole number"),
            Self::Settled => f.write_str("settled has to be written as id: how"),
        }
    }
}

/// Everything that is wrong with an entry, in the order of its fields.
pub fn faults(it: &Engagement) -> Vec<Fault> {
    let mut found = Vec::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if it.id.is_empty() || it.id.len() > 40 || !it.id.chars().all(plain) {
        found.push(Fault::Id);
    }
    let nothing = |entries: &[String]| entries.iter().all(|entry| entry.trim().is_empty());
    let needed = [
        ("title", it.title.trim().is_empty()),
        ("unit", it.unit.is_empty()),
        ("contact", it.contact.is_empty()),
        ("audience", nothing(&it.audience)),
        ("topic", nothing(&it.topic)),
        ("area", crate::area::parts(&it.area).is_empty()),
        ("question", it.question.trim().is_empty() && it.kind.asks()),
    ];
    found.extend(needed.into_iter().filter(|(_, empty)| *empty).map(|(field, _)| Fault::Missing(field)));
    let longest = |entries: &[String]| entries.iter().map(|entry| entry.chars().count()).max().unwrap_or(0);
    let lengths = [
        ("title", it.title.chars().count(), LINE),
        ("area", it.area.chars().count(), LINE),
        ("audience", longest(&it.audience), LINE),
        ("topic", longest(&it.topic), LINE),
        ("series", it.series.chars().count(), LINE),
        ("url", it.url.chars().count(), LINE),
        ("question", it.question.chars().count(), TEXT),
        ("outcome", it.outcome.chars().count(), TEXT),
    ];
    found.extend(
        lengths.into_iter().filter(|(_, n, most)| n > most).map(|(field, _, most)| Fault::Long(field, most)),
    );
    if it.until < it.from {
        found.push(Fault::Backwards);
    } else if it.days() > DAYS {
        found.push(Fault::Endless);
    }
    if !it.url.is_empty() && !it.url.starts_with("https://") && !it.url.starts_with("http://") {
        found.push(Fault::Url);
    }
    found
}
