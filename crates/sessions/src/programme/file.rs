//! `programme.toml`: what is to be arranged, as an organiser writes it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use sortition::Reading;
use sortition::fold::fold;

use super::written::{At, Part, Written};
use super::{Agenda, Available, Block, Room, Slot};
use crate::columns::Names;

/// Minutes of a break, and by which the sides of a question may differ, where the file does not say.
const QUARTER: usize = 15;
const KEYS: [&str; 12] = [
    "assembly",
    "members",
    "zone",
    "issued",
    "pause",
    "even-within",
    "holidays",
    "phases",
    "day",
    "room",
    "speaker",
    "facilitator",
];
const OF_BLOCK: [&str; 13] = [
    "id",
    "title",
    "phase",
    "audience",
    "people",
    "speakers",
    "facilitators",
    "after",
    "rooms",
    "times",
    "question",
    "side",
    "round",
];

/// Reads `programme.toml`, and says everything that is wrong with it.
pub fn read(file: &str, text: &str) -> Reading<Agenda> {
    let mut written = Written::new(file, text);
    let Some(table) = written.parse() else { return Reading::failed(written.finish()) };
    let whole = written.whole(&table);
    let agenda = Reader { written: &mut written }.agenda(whole);
    Reading::new(agenda, written.finish())
}

struct Reader<'w, 'a> {
    written: &'w mut Written<'a>,
}

impl Reader<'_, '_> {
    fn wrong(&mut self, key: &str, at: &At<String>, reason: &str, remedy: impl Into<String>) {
        self.written.wrong(at.row, key, &at.value, reason, remedy);
    }

    /// That a table is not there; in which row cannot be said.
    fn none(&mut self, whole: Part<'_>, key: &str, remedy: &str) {
        if !Written::has(whole, key) {
            self.written.wrong(1, key, "", &format!("there is no {key}"), remedy);
        }
    }

    fn agenda(mut self, whole: Part<'_>) -> Agenda {
        self.written.only(whole, &[&KEYS[..], &["block"]].concat());
        let assembly = self.written.needed(whole, "assembly", "\"Harbour\"").value;
        let members = self.written.needed_number(whole, "members", "40");
        let zone = self.written.needed(whole, "zone", "\"Europe/Dublin\"");
        if !zone.value.is_empty() && TimeZone::get(&zone.value).is_err() {
            self.wrong("zone", &zone, "there is no such time zone", "write it like Europe/Dublin");
        }
        let issued = self.issued(whole);
        let pause = self.written.number(whole, "pause").unwrap_or(QUARTER) as i64;
        let even_within = self.written.number(whole, "even-within").unwrap_or(QUARTER) as i64;
        let holidays = self.written.texts(whole, "holidays");
        let holidays = holidays.iter().filter_map(|day| self.date("holidays", day)).collect();
        let slots = self.slots(whole);
        let phases = self.written.texts(whole, "phases");
        let phases = self.once("phases", &phases);
        let rooms = self.rooms(whole);
        let speakers = self.people(whole, "speaker", &slots);
        let facilitators = self.people(whole, "facilitator", &slots);
        let known = Known {
            phases: Names::new(phases.clone()),
            rooms: Names::new(rooms.iter().map(|room| room.name.clone()).collect()),
            speakers: Names::new(speakers.iter().map(|speaker| speaker.name.clone()).collect()),
        };
        let blocks = self.blocks(whole, members, &known, &slots);
        Agenda {
            assembly,
            members,
            zone: zone.value,
            issued,
            pause,
            even_within,
            holidays,
            phases,
            slots,
            rooms,
            speakers,
            facilitators,
            blocks,
        }
    }

    fn issued(&mut self, whole: Part<'_>) -> i64 {
        const EXAMPLE: &str = "2031-02-01T12:00:00Z";
        let issued = self.written.needed(whole, "issued", &format!("\"{EXAMPLE}\""));
        match issued.value.parse::<Timestamp>() {
            Ok(time) => return time.as_second(),
            Err(_) if issued.value.is_empty() => {}
            Err(_) => self.wrong("issued", &issued, "this is not a time", format!("write it like {EXAMPLE}")),
        }
        0
    }

    fn date(&mut self, key: &str, text: &At<String>) -> Option<Date> {
        let date = text.value.parse::<Date>().ok();
        if date.is_none() {
            self.wrong(key, text, "this is not a date", "write it like 2031-03-01");
        }
        date
    }

    /// The names; those that are there twice are said.
    fn once(&mut self, key: &str, names: &[At<String>]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for name in names {
            if !name.value.is_empty() && all.contains(&name.value) {
                self.wrong(key, name, "this name is there twice", "rename one of the two");
            }
            all.push(name.value.clone());
        }
        all
    }

    fn rooms(&mut self, whole: Part<'_>) -> Vec<Room> {
        let (mut names, mut seats) = (Vec::new(), Vec::new());
        for room in self.written.tables(whole, "room") {
            self.written.only(room, &["name", "seats"]);
            names.push(self.written.needed(room, "name", "\"Town hall\""));
            seats.push(self.written.needed_number(room, "seats", "60"));
        }
        if names.is_empty() {
            self.none(whole, "room", "write [[room]] with a name and seats");
        }
        let names = self.once("room.name", &names);
        names.into_iter().zip(seats).map(|(name, seats)| Room { name, seats }).collect()
    }

    fn slots(&mut self, whole: Part<'_>) -> Vec<Slot> {
        let mut slots: Vec<At<Slot>> = Vec::new();
        let days = self.written.tables(whole, "day");
        if days.is_empty() {
            self.none(whole, "day", "write [[day]] with a date and slots");
        }
        for day in days {
            self.written.only(day, &["date", "slots"]);
            let date = self.written.needed(day, "date", "\"2031-03-01\"");
            let date = if date.value.is_empty() { None } else { self.date("day.date", &date) };
            for time in self.written.texts(day, "slots") {
                let read = |text: &str| text.trim().parse::<Time>().ok();
                let ends =
                    time.value.split_once('-').and_then(|(start, end)| Some((read(start)?, read(end)?)));
                match (date, ends) {
                    (Some(date), Some((start, end))) if start < end => {
                        slots.push(At { value: Slot { date, start, end }, row: time.row });
                    }
                    (None, Some(_)) => {}
                    _ => {
                        let remedy = "write it like 09:30-11:00";
                        self.wrong("day.slots", &time, "this is not a time of a day", remedy);
                    }
                }
            }
        }
        slots.sort_by_key(|slot| slot.value);
        for two in slots.windows(2) {
            let (one, next) = (two[0].value, two[1].value);
            if one.date == next.date && next.start < one.end {
                let value = format!("{} {}", next.date, next.start.strftime("%H:%M"));
                let remedy = "end one before the other begins";
                self.written.wrong(two[1].row, "day.slots", &value, "two slots of a day overlap", remedy);
            }
        }
        slots.into_iter().map(|slot| slot.value).collect()
    }

    /// The slots that days and times name; all of them where none is named.
    fn times(&mut self, key: &str, times: &[At<String>], slots: &[Slot]) -> Vec<bool> {
        let mut found = vec![times.is_empty(); slots.len()];
        for text in times {
            let (date, start) = text
                .value
                .split_once([' ', 'T'])
                .map_or((text.value.as_str(), None), |(date, start)| (date, Some(start)));
            let Some(date) = self.date(key, &At { value: date.to_owned(), row: text.row }) else { continue };
            let start = start.map(|start| start.trim().parse::<Time>().ok());
            let named =
                |slot: &Slot| slot.date == date && start.is_none_or(|start| start == Some(slot.start));
            if !slots.iter().any(named) {
                let remedy = "name a day like 2031-03-01, or a slot of it like 2031-03-01 09:30";
                self.wrong(key, text, "there is no slot at this time", remedy);
            }
            slots.iter().zip(&mut found).for_each(|(slot, found)| *found |= named(slot));
        }
        found
    }

    fn people(&mut self, whole: Part<'_>, key: &str, slots: &[Slot]) -> Vec<Available> {
        let (mut names, mut times) = (Vec::new(), Vec::new());
        for person in self.written.tables(whole, key) {
            self.written.only(person, &["name", "times"]);
            names.push(self.written.needed(person, "name", "\"Ada\""));
            let there = self.written.texts(person, "times");
            times.push(self.times(&format!("{key}.times"), &there, slots));
        }
        let names = self.once(&format!("{key}.name"), &names);
        names.into_iter().zip(times).map(|(name, slots)| Available { name, slots }).collect()
    }

    /// The numbers of names.
    fn found(&mut self, key: &str, names: &[At<String>], known: &Names, what: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for name in names {
            match known.find(&name.value) {
                Some(place) => found.push(place),
                None => self.wrong(key, name, "there is no such name", known.remedy(&name.value, what)),
            }
        }
        found
    }

    fn blocks(&mut self, whole: Part<'_>, members: usize, known: &Known, slots: &[Slot]) -> Vec<Block> {
        let parts = self.written.tables(whole, "block");
        if parts.is_empty() {
            self.none(whole, "block", "write [[block]] with an id");
        }
        let ids: Vec<At<String>> =
            parts.iter().map(|&part| self.written.needed(part, "id", "\"vote\"")).collect();
        let all = Names::new(self.once("block.id", &ids));
        let mut blocks = Vec::new();
        for (&part, id) in parts.iter().zip(ids) {
            self.written.only(part, &OF_BLOCK);
            let [title, phase, audience, round] =
                ["title", "phase", "audience", "round"].map(|key| self.written.text(part, key));
            let phase: Vec<At<String>> = phase.into_iter().collect();
            let [speakers, after, rooms, times] =
                ["speakers", "after", "rooms", "times"].map(|key| self.written.texts(part, key));
            if let Some(itself) = after.iter().find(|before| before.value == id.value) {
                self.wrong("block.after", itself, "the block would come before itself", "leave it out there");
            }
            blocks.push(Block {
                title: title.map_or_else(|| id.value.clone(), |title| title.value),
                phase: self.found("block.phase", &phase, &known.phases, "phases").first().copied(),
                audience: audience.map(|audience| audience.value).filter(|audience| audience != "all"),
                people: self.written.number(part, "people").unwrap_or(members),
                speakers: self.found("block.speakers", &speakers, &known.speakers, "speakers"),
                facilitators: self.written.number(part, "facilitators").unwrap_or(0),
                after: self.found("block.after", &after, &all, "blocks"),
                rooms: self.found("block.rooms", &rooms, &known.rooms, "rooms"),
                slots: self.times("block.times", &times, slots),
                is_fixed: !times.is_empty(),
                side: self.side(part, &id.value),
                round: round.map(|round| round.value),
                id: id.value,
            });
        }
        self.alone(&parts, &blocks);
        blocks
    }

    fn side(&mut self, part: Part<'_>, id: &str) -> Option<(String, String)> {
        match (self.written.text(part, "question"), self.written.text(part, "side")) {
            (Some(question), Some(side)) => Some((question.value, side.value)),
            (None, None) => None,
            _ => {
                let reason = "a question needs a side, and a side a question";
                self.written.wrong(part.row, "block.side", id, reason, "write both or neither");
                None
            }
        }
    }

    /// Says which questions have one side only: they have nothing to be even with.
    fn alone(&mut self, parts: &[Part<'_>], blocks: &[Block]) {
        let sides: Vec<_> = blocks.iter().map(|block| block.side.as_ref()).collect();
        for (place, part) in parts.iter().enumerate() {
            let Some((question, side)) = sides[place] else { continue };
            let same = |other: &(String, String)| fold(&other.0) == fold(question);
            let first = sides[..place].iter().flatten().all(|other| !same(other));
            let others = sides.iter().flatten().any(|other| same(other) && fold(&other.1) != fold(side));
            if first && !others {
                let reason = format!("only the side \"{side}\" of this question is heard");
                let remedy = "give the other side a block too, or leave question and side out";
                self.written.care(part.row, "block.question", question, reason, remedy);
            }
        }
    }
}

/// The names that blocks may use.
struct Known {
    phases: Names,
    rooms: Names,
    speakers: Names,
}
