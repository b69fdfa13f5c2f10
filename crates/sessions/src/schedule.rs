//! `schedule.xml`, the format of frab, for screens and conference apps.

use std::collections::BTreeMap;

use askama::Template;
use sortition::hash::{Digest, h, hex};

use crate::calendar::unix_seconds;
use crate::programme::{Agenda, Programme, minutes};

struct Day {
    index: usize,
    date: String,
    start: String,
    end: String,
    rooms: Vec<Room>,
}

struct Room {
    name: String,
    events: Vec<Event>,
}

struct Event {
    id: u32,
    guid: String,
    date: String,
    start: String,
    duration: String,
    title: String,
    track: String,
    slug: String,
    persons: Vec<(usize, String)>,
}

#[derive(Template)]
#[template(path = "schedule.xml")]
struct Schedule<'a> {
    title: &'a str,
    acronym: String,
    version: String,
    zone: &'a str,
    days: Vec<Day>,
}

/// Writes the file.
///
/// # Errors
/// If there is no such time zone.
pub fn xml(agenda: &Agenda, programme: &Programme) -> Result<String, String> {
    let mut days = BTreeMap::<_, Vec<usize>>::new();
    for b in programme.in_order() {
        days.entry(agenda.slots[programme.places[b].slot].date).or_default().push(b);
    }
    let mut written = Vec::new();
    for (index, (date, blocks)) in days.into_iter().enumerate() {
        let mut rooms = Vec::new();
        for (r, room) in agenda.rooms.iter().enumerate() {
            let here = blocks.iter().filter(|&&b| programme.places[b].room == r);
            let events = here.map(|&b| event(agenda, programme, b)).collect::<Result<Vec<_>, _>>()?;
            if !events.is_empty() {
                rooms.push(Room { name: room.name.clone(), events });
            }
        }
        let slots = blocks.iter().map(|&b| agenda.slots[programme.places[b].slot]);
        let (first, last) = (slots.clone().map(|slot| slot.start).min(), slots.map(|slot| slot.end).max());
        let at = |time: Option<_>| time.map_or(Ok(String::new()), |time| local(&agenda.zone, date, time));
        written.push(Day {
            index: index + 1,
            date: date.to_string(),
            start: at(first)?,
            end: at(last)?,
            rooms,
        });
    }
    let version = jiff::Timestamp::from_second(agenda.issued).unwrap_or_default().to_string();
    let schedule = Schedule {
        title: &agenda.assembly,
        acronym: slug(&agenda.assembly),
        version,
        zone: &agenda.zone,
        days: written,
    };
    schedule.render().map_err(|error| error.to_string())
}

fn event(agenda: &Agenda, programme: &Programme, b: usize) -> Result<Event, String> {
    let block = &agenda.blocks[b];
    let slot = agenda.slots[programme.places[b].slot];
    let Digest(hash) = h("asl/1/schedule", &[agenda.assembly.as_bytes(), block.id.as_bytes()]);
    let digits = hex(&hash[..16]);
    let length = minutes(slot.end) - minutes(slot.start);
    Ok(Event {
        // A number that stays with the block, whatever comes before it.
        id: u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 1,
        guid: format!(
            "{}-{}-{}-{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..32]
        ),
        date: local(&agenda.zone, slot.date, slot.start)?,
        start: slot.start.strftime("%H:%M").to_string(),
        duration: format!("{:02}:{:02}", length / 60, length % 60),
        title: block.title.clone(),
        track: block.phase.map_or_else(String::new, |phase| agenda.phases[phase].clone()),
        slug: slug(&block.id),
        persons: block.speakers.iter().map(|&s| (s + 1, agenda.speakers[s].name.clone())).collect(),
    })
}

/// A time with its distance from UTC, as RFC 3339 writes it.
fn local(zone: &str, date: jiff::civil::Date, time: jiff::civil::Time) -> Result<String, String> {
    let seconds = unix_seconds(zone, date, time)?;
    let zone = jiff::tz::TimeZone::get(zone).map_err(|error| error.to_string())?;
    let time = jiff::Timestamp::from_second(seconds).map_err(|error| error.to_string())?;
    Ok(time.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The letters and digits of a text, in lower case and joined by dashes.
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}
