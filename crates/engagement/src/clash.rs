//! What clashes. A warning must be worth reading, so two entries clash only where people would notice:
//!
//! | reason | people | topic | place | time | besides |
//! |---|---|---|---|---|---|
//! | same question | an audience in common, or one asks everybody | one in common | same or one within the other | the same weeks, or at most 28 days between them | two units; both ask |
//! | same people | an audience in common that is not everybody | any | same or one within the other | the same weeks | both ask; neither goes on all year |
//! | side by side | any | one in common | same or one within the other | the same weeks | two units; neither goes on all year |
//!
//! A pair has one clash, the first that holds. Never: what is cancelled, parts of one series, what was settled. Two units that
//! ask everybody about different things in the same weeks are no clash: that is every week of every town.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::area::{self, Nested};
use crate::engagement::{Engagement, Standing, days_between, words};
use crate::terms::{self, EVERYBODY, List};

/// How many days may lie between two engagements that ask the same people the same.
pub const GAP: i32 = 28;

words! {
    /// Why two entries clash, the gravest reason first.
    Reason {
        /// Two units ask the same people about the same: it could be done once.
        SameQuestion = "same_question";
        /// The same people are asked twice in the same weeks.
        SamePeople = "same_people";
        /// Two units work on the same topic with different people: they should know of one another.
        SideBySide = "side_by_side";
    }
}

/// Two entries that clash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The id of the one that begins first.
    pub one: String,
    /// The id of the other.
    pub other: String,
    /// Why.
    pub reason: Reason,
    /// What they have in common of their audiences; empty where one asks everybody, or nobody in common is asked.
    pub audience: Vec<String>,
    /// What they have in common of their topics.
    pub topics: Vec<String>,
    /// How the first one's area lies to the other's.
    pub area: Nested,
    /// The first day on which both have begun.
    pub from: Date,
    /// The last day of the one that ends last: from the next day on the clash is history.
    pub until: Date,
}

impl Clash {
    /// Whether an entry is one of the two.
    pub fn is_of(&self, id: &str) -> bool {
        self.one == id || self.other == id
    }

    /// The id of the other one of the two.
    pub fn other_than(&self, id: &str) -> &str {
        if self.one == id { &self.other } else { &self.one }
    }
}

/// An entry with what its words mean.
struct Meant<'a> {
    it: &'a Engagement,
    audience: BTreeSet<String>,
    topics: BTreeSet<String>,
    area: Vec<String>,
    series: String,
}

impl<'a> Meant<'a> {
    fn new(it: &'a Engagement) -> Self {
        Self {
            it,
            audience: terms::meaning(List::Audience, &it.audience),
            topics: terms::meaning(List::Topic, &it.topic),
            area: area::parts(&it.area),
            series: terms::folded(&it.series),
        }
    }

    fn asks_everybody(&self) -> bool {
        self.audience.contains(EVERYBODY)
    }
}

/// All clashes, the gravest first, then by their first day and the ids.
pub fn clashes(all: &[Engagement]) -> Vec<Clash> {
    let meant: Vec<Meant<'_>> = all.iter().map(Meant::new).collect();
    let mut found = Vec::new();
    for (at, one) in meant.iter().enumerate() {
        found.extend(meant[at + 1..].iter().filter_map(|other| clash(one, other)));
    }
    sorted(found)
}

/// The clashes of one entry with the others, in the order of [`clashes`]. The entry itself may be among the others.
pub fn clashes_of(one: &Engagement, others: &[Engagement]) -> Vec<Clash> {
    let meant = Meant::new(one);
    let others = others.iter().filter(|other| other.id != one.id);
    sorted(others.filter_map(|other| clash(&meant, &Meant::new(other))).collect())
}

fn sorted(mut found: Vec<Clash>) -> Vec<Clash> {
    found.sort_by(|a, b| (a.reason, a.from, &a.one, &a.other).cmp(&(b.reason, b.from, &b.one, &b.other)));
    found
}

fn clash(one: &Meant<'_>, other: &Meant<'_>) -> Option<Clash> {
    let (one, other) =
        if (one.it.from, &one.it.id) <= (other.it.from, &other.it.id) { (one, other) } else { (other, one) };
    let (a, b) = (one.it, other.it);
    if a.standing == Standing::Cancelled || b.standing == Standing::Cancelled || is_known(one, other) {
        return None;
    }
    let area = area::nested(&one.area, &other.area)?;
    let common = |one: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        one.intersection(other).cloned().collect()
    };
    let topics = common(&one.topics, &other.topics);
    let mut audience = common(&one.audience, &other.audience);
    audience.retain(|tag| tag != EVERYBODY);
    let same_weeks = weeks_meet(a, b);
    let two_units = a.unit != b.unit;
    let both_ask = a.kind.asks() && b.kind.asks();
    let all_year = a.is_all_year() || b.is_all_year();
    let people_meet = !audience.is_empty() || one.asks_everybody() || other.asks_everybody();
    let soon = same_weeks || days_between(a.until, b.from) - 1 <= GAP;
    let reason = if two_units && both_ask && people_meet && !topics.is_empty() && soon {
        Reason::SameQuestion
    } else if both_ask && !all_year && !audience.is_empty() && same_weeks {
        Reason::SamePeople
    } else if two_units && !all_year && !topics.is_empty() && same_weeks {
        Reason::SideBySide
    } else {
        return None;
    };
    let (one, other) = (a.id.clone(), b.id.clone());
    Some(Clash { one, other, reason, audience, topics, area, from: b.from, until: a.until.max(b.until) })
}

/// Whether somebody has said already that the two belong together, or settled it.
fn is_known(one: &Meant<'_>, other: &Meant<'_>) -> bool {
    let settled =
        |one: &Engagement, other: &Engagement| one.settled.iter().any(|known| known.other == other.id);
    let series = !one.series.is_empty() && one.series == other.series;
    series || settled(one.it, other.it) || settled(other.it, one.it)
}

/// Whether two have a week in common, from Monday to Sunday.
fn weeks_meet(one: &Engagement, other: &Engagement) -> bool {
    monday(one.from) <= sunday(other.until) && monday(other.from) <= sunday(one.until)
}

fn monday(day: Date) -> Date {
    let past = day.weekday().to_monday_zero_offset();
    day.checked_sub(past.days()).unwrap_or(Date::MIN)
}

fn sunday(day: Date) -> Date {
    let left = 6 - day.weekday().to_monday_zero_offset();
    day.checked_add(left.days()).unwrap_or(Date::MAX)
}
