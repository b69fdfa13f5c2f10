//! `programme.toml`: what is to be arranged, as an organiser writes it.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;
use sortition::findings::Findings;
use sortition::{Problem, Reading};

use super::{Agenda, Available, Block, Room, Slot};
use crate::columns::Names;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    assembly: String,
    members: usize,
    zone: String,
    issued: String,
    #[serde(default = "quarter")]
    pause: i64,
    #[serde(default = "quarter")]
    even_within: i64,
    #[serde(default)]
    holidays: Vec<String>,
    #[serde(default)]
    phases: Vec<String>,
    #[serde(default, rename = "day")]
    days: Vec<Day>,
    #[serde(default, rename = "room")]
    rooms: Vec<WrittenRoom>,
    #[serde(default, rename = "speaker")]
    speakers: Vec<Person>,
    #[serde(default, rename = "facilitator")]
    facilitators: Vec<Person>,
    #[serde(default, rename = "block")]
    blocks: Vec<WrittenBlock>,
}

fn quarter() -> i64 {
    15
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    date: String,
    slots: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRoom {
    name: String,
    seats: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    /// Days `2031-03-01` or slots `2031-03-01 09:30`; empty for always.
    #[serde(default)]
    times: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBlock {
    id: String,
    title: Option<String>,
    phase: Option<String>,
    audience: Option<String>,
    people: Option<usize>,
    #[serde(default)]
    speakers: Vec<String>,
    #[serde(default)]
    facilitators: usize,
    #[serde(default)]
    after: Vec<String>,
    #[serde(default)]
    rooms: Vec<String>,
    #[serde(default)]
    times: Vec<String>,
    question: Option<String>,
    side: Option<String>,
    round: Option<String>,
}

/// Reads `programme.toml`, and says everything that is wrong with it.
pub fn read(file: &str, text: &str) -> Reading<Agenda> {
    match toml::from_str::<Written>(text) {
        Ok(written) => Reader { file, findings: Findings::new(file), written: &written }.agenda(),
        Err(error) => {
            let row = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let remedy = "see the guide for sessions; lines that begin with # are remarks";
            let problem = Problem::error(file, error.message().replace('\n', " "), remedy);
            Reading::failed(vec![match row {
                Some(row) => problem.at_row(row),
                None => problem,
            }])
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    findings: Findings,
    written: &'a Written,
}

impl Reader<'_> {
    fn wrong(&mut self, key: &str, value: &str, reason: &str, remedy: impl Into<String>) {
        let problem = Problem::error(self.file, reason, remedy).in_column(key);
        self.findings.error(key, |_| if value.is_empty() { problem } else { problem.with_value(value) });
    }

    fn agenda(mut self) -> Reading<Agenda> {
        let written = self.written;
        let issued = written.issued.parse::<Timestamp>().map(|time| time.as_second());
        if issued.is_err() {
            self.wrong("issued", &written.issued, "this is not a time", "write it like 2031-02-01T12:00:00Z");
        }
        if TimeZone::get(&written.zone).is_err() {
            self.wrong("zone", &written.zone, "there is no such time zone", "write it like Europe/Dublin");
        }
        let holidays = written.holidays.iter().filter_map(|day| self.date("holidays", day)).collect();
        let slots = self.slots();
        let phases = Names::new(written.phases.clone());
        self.once("phases", &written.phases);
        let rooms: Vec<Room> =
            written.rooms.iter().map(|room| Room { name: room.name.clone(), seats: room.seats }).collect();
        let room_names: Vec<String> = rooms.iter().map(|room| room.name.clone()).collect();
        self.once("room.name", &room_names);
        if rooms.is_empty() {
            self.wrong("room", "", "there is no room", "write [[room]] with a name and seats");
        }
        let speakers = self.people("speaker", &written.speakers, &slots);
        let facilitators = self.people("facilitator", &written.facilitators, &slots);
        let blocks = self.blocks(&phases, &Names::new(room_names), &slots);
        let agenda = Agenda {
            assembly: written.assembly.clone(),
            members: written.members,
            zone: written.zone.clone(),
            issued: issued.unwrap_or_default(),
            pause: written.pause,
            even_within: written.even_within,
            holidays,
            phases: written.phases.clone(),
            slots,
            rooms,
            speakers,
            facilitators,
            blocks,
        };
        Reading::new(agenda, self.findings.finish())
    }

    fn date(&mut self, key: &str, text: &str) -> Option<Date> {
        let date = text.parse::<Date>().ok();
        if date.is_none() {
            self.wrong(key, text, "this is not a date", "write it like 2031-03-01");
        }
        date
    }

    fn once(&mut self, key: &str, names: &[String]) {
        for (i, name) in names.iter().enumerate() {
            if names[..i].contains(name) {
                self.wrong(key, name, "this name is there twice", "rename one of the two");
            }
        }
    }

    fn slots(&mut self) -> Vec<Slot> {
        let mut slots = Vec::new();
        let days = &self.written.days;
        if days.is_empty() {
            self.wrong("day", "", "there is no day", "write [[day]] with a date and slots");
        }
        for Day { date, slots: times } in days {
            let day = self.date("day.date", date);
            for time in times {
                let read = |text: &str| text.trim().parse::<Time>().ok();
                let ends = time.split_once('-').and_then(|(start, end)| Some((read(start)?, read(end)?)));
                match (day, ends) {
                    (Some(date), Some((start, end))) if start < end => slots.push(Slot { date, start, end }),
                    (None, Some(_)) => {}
                    _ => self.wrong(
                        "day.slots",
                        time,
                        "this is not a time of a day",
                        "write it like 09:30-11:00",
                    ),
                }
            }
        }
        slots.sort();
        for two in slots.clone().windows(2) {
            if two[0].date == two[1].date && two[1].start < two[0].end {
                let value = format!("{} {}", two[1].date, two[1].start.strftime("%H:%M"));
                self.wrong(
                    "day.slots",
                    &value,
                    "two slots of a day overlap",
                    "end one before the other begins",
                );
            }
        }
        slots
    }

    /// The slots that days and times name; all of them where none is named.
    fn times(&mut self, key: &str, times: &[String], slots: &[Slot]) -> Vec<bool> {
        let mut found = vec![times.is_empty(); slots.len()];
        for text in times {
            let (date, start) =
                text.split_once(' ').map_or((text.as_str(), None), |(date, start)| (date, Some(start)));
            let Some(date) = self.date(key, date) else { continue };
            let start = start.map(|start| start.trim().parse::<Time>().ok());
            let named =
                |slot: &Slot| slot.date == date && start.is_none_or(|start| start == Some(slot.start));
            if !slots.iter().any(named) {
                self.wrong(
                    key,
                    text,
                    "there is no slot at this time",
                    "name a day like 2031-03-01, or a slot of it like 2031-03-01 09:30",
                );
            }
            slots.iter().zip(&mut found).for_each(|(slot, found)| *found |= named(slot));
        }
        found
    }

    fn people(&mut self, key: &str, people: &[Person], slots: &[Slot]) -> Vec<Available> {
        let names: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
        self.once(&format!("{key}.name"), &names);
        let one = |person: &Person| Available {
            name: person.name.clone(),
            slots: self.times(&format!("{key}.times"), &person.times, slots),
        };
        people.iter().map(one).collect()
    }

    /// The numbers of names.
    fn found(&mut self, key: &str, names: &[String], known: &Names, what: &str) -> Vec<usize> {
        let mut found = Vec::new();
        for name in names {
            match known.find(name) {
                Some(place) => found.push(place),
                None => self.wrong(key, name, "there is no such name", known.remedy(name, what)),
            }
        }
        found
    }

    fn blocks(&mut self, phases: &Names, rooms: &Names, slots: &[Slot]) -> Vec<Block> {
        let written = self.written;
        let ids: Vec<String> = written.blocks.iter().map(|block| block.id.clone()).collect();
        self.once("block.id", &ids);
        if ids.is_empty() {
            self.wrong("block", "", "there is no block", "write [[block]] with an id");
        }
        let known = Names::new(ids);
        let speakers = Names::new(written.speakers.iter().map(|speaker| speaker.name.clone()).collect());
        let mut blocks = Vec::new();
        for block in &written.blocks {
            let phase = block.phase.iter().cloned().collect::<Vec<_>>();
            let side = match (&block.question, &block.side) {
                (Some(question), Some(side)) => Some((question.clone(), side.clone())),
                (None, None) => None,
                _ => {
                    self.wrong(
                        "block.side",
                        &block.id,
                        "a question needs a side, and a side a question",
                        "write both or neither",
                    );
                    None
                }
            };
            if block.after.contains(&block.id) {
                self.wrong(
                    "block.after",
                    &block.id,
                    "the block would come before itself",
                    "leave it out there",
                );
            }
            blocks.push(Block {
                id: block.id.clone(),
                title: block.title.clone().unwrap_or_else(|| block.id.clone()),
                phase: self.found("block.phase", &phase, phases, "phases").first().copied(),
                audience: block.audience.clone().filter(|audience| audience != "all"),
                people: block.people.unwrap_or(written.members),
                speakers: self.found("block.speakers", &block.speakers, &speakers, "speakers"),
                facilitators: block.facilitators,
                after: self.found("block.after", &block.after, &known, "blocks"),
                rooms: self.found("block.rooms", &block.rooms, rooms, "rooms"),
                slots: self.times("block.times", &block.times, slots),
                is_fixed: !block.times.is_empty(),
                side,
                round: block.round.clone(),
            });
        }
        blocks
    }
}
