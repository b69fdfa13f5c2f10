//! Calendars (RFC 5545) for members, staff and rooms: events that keep their identity from one edition to the next.
//!
//! Times are written in UTC, so that no reader needs a table of time zones; the zone's own rules are applied here.

use std::collections::BTreeMap;

use icalendar::{Calendar, Component as _, Event, EventLike as _, Property};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};
use sortition::Digest;
use sortition::hash::{h, hex};

/// Something that is in a calendar.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When it begins, in Unix seconds.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// What it is.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// More about it; may be empty.
    pub text: String,
}

/// What was given out of an entry, to be known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// How often it changed.
    pub sequence: u32,
    /// Whether it was called off.
    pub cancelled: bool,
    /// When this version was given out, in Unix seconds.
    pub stamp: i64,
    /// What it said.
    pub entry: Entry,
}

/// Everything that was given out, by calendar and block. Kept beside the calendars from one edition to the next.
pub type Ledger = BTreeMap<String, BTreeMap<String, Issued>>;

/// Unix seconds of a local time. A time that a clock change leaves out moves on by as much; one that comes twice is the
/// first.
///
/// # Errors
/// If there is no such zone, or the time is beyond reckoning.
pub fn unix_seconds(zone: &str, date: Date, time: Time) -> Result<i64, String> {
    let zone = TimeZone::get(zone).map_err(|error| error.to_string())?;
    let local = date.to_datetime(time);
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let _ = matches!(ambiguous.offset(), AmbiguousOffset::Unambiguous { .. });
    ambiguous.compatible().map(|time| time.as_second()).map_err(|error| error.to_string())
}

/// The next edition: what is new begins at sequence 0, what changed counts on, what is gone is cancelled, and what stays the
/// same stays to the byte. `now` is when it is given out.
pub fn next_edition(
    before: &Ledger,
    entries: &BTreeMap<String, BTreeMap<String, Entry>>,
    now: i64,
) -> Ledger {
    let mut ledger = Ledger::new();
    let nothing = BTreeMap::new();
    for (calendar, entries) in entries {
        let told = before.get(calendar).unwrap_or(&nothing);
        let issued = entries.iter().map(|(block, entry)| {
            let issued = match told.get(block) {
                Some(same) if same.entry == *entry && !same.cancelled => same.clone(),
                Some(other) => Issued {
                    sequence: other.sequence + 1,
                    cancelled: false,
                    stamp: now,
                    entry: entry.clone(),
                },
                None => Issued { sequence: 0, cancelled: false, stamp: now, entry: entry.clone() },
            };
            (block.clone(), issued)
        });
        ledger.insert(calendar.clone(), issued.collect());
    }
    for (calendar, told) in before {
        for (block, issued) in told {
            let of = ledger.entry(calendar.clone()).or_default();
            let cancelled = || match issued.cancelled {
                true => issued.clone(),
                false => Issued {
                    sequence: issued.sequence + 1,
                    cancelled: true,
                    stamp: now,
                    entry: issued.entry.clone(),
                },
            };
            of.entry(block.clone()).or_insert_with(cancelled);
        }
    }
    ledger
}

/// The identity of an entry: the same in every edition, and of nobody else.
fn uid(assembly: &str, calendar: &str, block: &str) -> String {
    let Digest(bytes) = h("asl/1/calendar", &[assembly.as_bytes(), calendar.as_bytes(), block.as_bytes()]);
    hex(&bytes[..16])
}

fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The files of one calendar: all that holds, and where something was called off a second one that cancels it.
pub fn files(assembly: &str, calendar: &str, entries: &BTreeMap<String, Issued>) -> (String, Option<String>) {
    let write = |cancelled: bool| {
        let mut out = Calendar::new();
        out.append_property(Property::new("METHOD", if cancelled { "CANCEL" } else { "PUBLISH" }));
        let mut sorted: Vec<_> = entries.iter().filter(|(_, issued)| issued.cancelled == cancelled).collect();
        sorted.sort_by_key(|(block, issued)| (issued.entry.start, *block));
        for (block, issued) in &sorted {
            out.push(event(&uid(assembly, calendar, block), issued));
        }
        (!sorted.is_empty() || !cancelled).then(|| out.done().to_string())
    };
    (write(false).unwrap_or_default(), write(true))
}

fn event(uid: &str, issued: &Issued) -> Event {
    let Entry { start, end, title, place, text } = &issued.entry;
    let mut event = Event::new();
    event.uid(uid).summary(title).sequence(issued.sequence);
    event.add_property("DTSTAMP", utc(issued.stamp));
    event.add_property("DTSTART", utc(*start));
    event.add_property("DTEND", utc(*end));
    event.add_property("STATUS", if issued.cancelled { "CANCELLED" } else { "CONFIRMED" });
    if !place.is_empty() {
        event.location(place);
    }
    if !text.is_empty() {
        event.description(text);
    }
    event.done()
}
