//! Programmes: one of real shape, small ones against brute force, clashes; and calendars.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use common::{said, sound};
use jiff::civil::{date, time};
use proptest::prelude::*;
use sessions::calendar::{self, Entry, Ledger, next_edition, unix_seconds};
use sessions::programme::{Agenda, Clash, Place, Programme, file, solve};
use sessions::schedule;

fn agenda(text: &str) -> Agenda {
    sound(file::read("programme.toml", text))
}

/// Four weekends, three rooms, twelve speakers, fourteen facilitators.
fn real_shape() -> String {
    let mut text = "assembly = \"Harbour County\"\nmembers = 110\nzone = \"Europe/Dublin\"\nissued = \"2031-02-01T12:00:00Z\"\n\
        holidays = [\"2031-03-30\"]\nphases = [\"learn\", \"consult\", \"deliberate\", \"decide\"]\n"
        .to_owned();
    for day in ["03-01", "03-02", "03-15", "03-16", "03-29", "03-30", "04-12", "04-13"] {
        writeln!(text, "[[day]]\ndate = \"2031-{day}\"\nslots = [\"09:30-11:00\", \"11:15-12:45\", \"13:45-15:15\", \"15:30-17:00\"]").unwrap();
    }
    for (room, seats) in [("Great Hall", 160), ("North Room", 60), ("South Room", 60)] {
        writeln!(text, "[[room]]\nname = \"{room}\"\nseats = {seats}").unwrap();
    }
    for s in 0..12 {
        let times = [
            "\"2031-03-01\", \"2031-03-15\"",
            "\"2031-03-01\", \"2031-03-02\"",
            "\"2031-03-02\", \"2031-03-15 09:30\", \"2031-03-16\"",
        ][s % 3];
        writeln!(text, "[[speaker]]\nname = \"Speaker {s}\"\ntimes = [{times}]").unwrap();
    }
    for f in 0..14 {
        writeln!(text, "[[facilitator]]\nname = \"Facilitator {f}\"").unwrap();
    }
    for s in 0..12 {
        let side = if s < 4 {
            format!("question = \"heat\"\nside = \"{}\"\n", if s % 2 == 0 { "for" } else { "against" })
        } else {
            String::new()
        };
        let half = if s >= 8 {
            format!("audience = \"{}\"\npeople = 55\n", if s % 2 == 0 { "A" } else { "B" })
        } else {
            String::new()
        };
        writeln!(
            text,
            "[[block]]\nid = \"talk-{s}\"\nphase = \"learn\"\nspeakers = [\"Speaker {s}\"]\n{side}{half}"
        )
        .unwrap();
    }
    for t in 0..10 {
        let (phase, after) = if t < 4 {
            ("consult", String::new())
        } else {
            ("deliberate", format!("after = [\"table-{}\"]\n", t - 1))
        };
        writeln!(text, "[[block]]\nid = \"table-{t}\"\nphase = \"{phase}\"\nfacilitators = 14\n{after}")
            .unwrap();
    }
    writeln!(text, "[[block]]\nid = \"draft\"\nphase = \"decide\"\n[[block]]\nid = \"vote\"\nphase = \"decide\"\nafter = [\"draft\"]").unwrap();
    text
}

#[test]
fn an_assembly_of_real_shape_has_a_programme() {
    let agenda = agenda(&real_shape());
    let none = vec![None; agenda.blocks.len()];
    let programme = solve(&agenda, &none).unwrap();
    assert_eq!(programme.broken(&agenda), Vec::<String>::new());
    assert_eq!(solve(&agenda, &none).unwrap(), programme, "the same every time");
    let told: Vec<Option<usize>> = programme.places.iter().map(|place| Some(place.slot)).collect();
    assert_eq!(solve(&agenda, &told).unwrap(), programme, "what was published stays");
    let csv = programme.to_csv(&agenda);
    assert_eq!(csv.lines().count(), agenda.blocks.len() + 1);
    let xml = schedule::xml(&agenda, &programme).unwrap();
    assert_eq!(xml.matches("<event ").count(), agenda.blocks.len());
    assert!(xml.contains("<date>2031-03-01T09:30:00+00:00</date>"), "winter time: {xml}");
    assert!(xml.contains("2031-04-12T09:30:00+01:00"), "summer time");
}

#[test]
fn clashes_are_named_and_no_more() {
    let small = |speaker: &str, rest: &str| {
        format!(
            "assembly = \"Small\"\nmembers = 30\nzone = \"Europe/Dublin\"\nissued = \"2031-02-01T12:00:00Z\"\nphases = [\"learn\", \"decide\"]\n\
             [[day]]\ndate = \"2031-03-01\"\nslots = [\"09:00-10:00\", \"10:15-11:15\", \"11:20-12:20\"]\n[[room]]\nname = \"Hall\"\nseats = 40\n\
             [[speaker]]\nname = \"Ada\"\ntimes = [\"{speaker}\"]\n\
             [[block]]\nid = \"talk\"\nphase = \"learn\"\nspeakers = [\"Ada\"]\n[[block]]\nid = \"vote\"\nphase = \"decide\"\n{rest}"
        )
    };
    let clash = |text: &str| match solve(&agenda(text), &[None; 3]) {
        Err(Clash::Rules(rules)) => rules,
        other => panic!("{other:?}"),
    };
    assert!(solve(&agenda(&small("2031-03-01 09:00", "")), &[None; 2]).is_ok());
    assert_eq!(
        clash(&small("2031-03-01 11:20", "")),
        ["the order of the phases (learn, decide)", "when Ada can be there"]
    );
    assert_eq!(clash(&small("2031-03-01", "people = 50\n")), ["a room for the 50 people of \"vote\""]);
    let third = "[[block]]\nid = \"walk\"\n";
    assert_eq!(
        clash(&small("2031-03-01", third)),
        ["breaks of 15 minutes between blocks of the same people"]
    );
    let crowd = "facilitators = 2\n[[facilitator]]\nname = \"F\"\n";
    assert_eq!(clash(&small("2031-03-01", crowd)), ["the facilitators who can be there"]);
    let many = "[[block]]\nid = \"a\"\n[[block]]\nid = \"b\"\n";
    assert_eq!(clash(&small("2031-03-01", many)), Vec::<String>::new(), "four blocks in three slots");
}

#[test]
fn a_bad_file_is_told_all_at_once() {
    let text = "assembly = \"X\"\nmembers = 3\nzone = \"Europe/Dubln\"\nissued = \"soon\"\nphases = [\"learn\"]\n\
        [[day]]\ndate = \"2031-13-01\"\nslots = [\"9 to 10\"]\n[[day]]\ndate = \"2031-03-01\"\nslots = [\"09:00-10:00\", \"09:30-11:00\"]\n\
        [[block]]\nid = \"a\"\nphase = \"lern\"\nspeakers = [\"Nobody\"]\nafter = [\"a\", \"b\"]\nside = \"for\"\ntimes = [\"2031-03-02\"]\n";
    let wrong = said(file::read("programme.toml", text));
    for part in [
        "zone",
        "issued",
        "day.date",
        "day.slots",
        "overlap",
        "there is no room",
        "block.phase",
        "perhaps \"learn\"",
        "block.speakers",
        "before itself",
        "\"b\"",
        "block.side",
        "block.times",
    ] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
}

#[test]
fn wrong_keys_and_types_are_told_all_at_once_with_their_rows() {
    let text = "assembly = \"X\"\nmember = 3\nzone = 5\nissued = 2031-02-01T12:00:00Z\npause = -5\neven-within = 1.5\n\
        [[day]]\ndate = 2031-03-01\nslots = \"09:00-10:00\"\n[[room]]\nname = \"L\"\nseats = \"many\"\nfloor = 2\n\
        [speaker]\nname = \"Ada\"\n[[block]]\ntitle = \"No id\"\nspeakers = [1]\n[[block]]\nid = \"b\"\n";
    let problems = file::read("programme.toml", text).problems;
    let at = |row: usize, column: &str, part: &str| {
        let is_it = |problem: &sortition::Problem| {
            problem.row == Some(row)
                && problem.column.as_deref().unwrap_or_default() == column
                && problem.to_string().contains(part)
        };
        assert!(problems.iter().any(is_it), "{row} {column} {part}: {problems:#?}");
    };
    at(1, "members", "missing");
    at(2, "member", "perhaps \"members\"");
    at(3, "zone", "quotes");
    at(5, "pause", "-5");
    at(6, "even-within", "whole number");
    at(9, "day.slots", "list of texts");
    at(12, "room.seats", "many");
    at(13, "room.floor", "means nothing");
    at(14, "speaker", "[[speaker]]");
    at(16, "block.id", "missing");
    at(18, "block.speakers", "list of texts");
    assert!(!problems.iter().any(|problem| problem.row == Some(4)), "a time needs no quotes: {problems:#?}");
}

#[test]
fn a_slip_in_the_toml_is_told_alone_and_in_its_row() {
    let sound = "assembly = \"X\"\nmembers = 40\nzone = \"UTC\"\nissued = 2031-02-01T12:00:00Z\n\
        [[day]]\ndate = 2031-03-01\nslots = [\"09:00-10:00\"]\n[[room]]\nname = \"L\"\nseats = 40\n[[block]]\nid = \"a\"\n";
    assert_eq!(file::read("programme.toml", sound).problems, []);
    for (slip, row) in [("members 40", 2), ("members =", 2), ("members = forty", 2), ("members = \"40", 2)] {
        let read = file::read("programme.toml", &sound.replace("members = 40", slip));
        let rows: Vec<_> = read.problems.iter().map(|problem| problem.row).collect();
        assert_eq!(rows, [Some(row)], "{slip}: {:?}", read.problems);
    }
    let room = file::read("programme.toml", &sound.replace("[[room]]", "[room]")).problems;
    assert_eq!(room.len(), 1, "a table of another kind is not a missing one: {room:?}");
}

#[test]
fn what_has_to_be_said_is_not_empty() {
    let sound = "assembly = \"X\"\nmembers = 40\nzone = \"UTC\"\nissued = \"2031-02-01T12:00:00Z\"\n\
        [[day]]\ndate = \"2031-03-01\"\nslots = [\"09:00-10:00\"]\n[[room]]\nname = \"L\"\nseats = 40\n[[block]]\nid = \"a\"\n";
    for (row, full, key) in [
        (1, "\"X\"", "assembly"),
        (3, "\"UTC\"", "zone"),
        (4, "\"2031-02-01T12:00:00Z\"", "issued"),
        (6, "\"2031-03-01\"", "day.date"),
        (9, "\"L\"", "room.name"),
        (12, "\"a\"", "block.id"),
    ] {
        let read = file::read("programme.toml", &sound.replacen(full, "\" \"", 1));
        let told = read.problems.iter().filter(|problem| problem.is_error()).collect::<Vec<_>>();
        assert_eq!(told.len(), 1, "{key}: {told:?}");
        assert_eq!((told[0].row, told[0].column.as_deref()), (Some(row), Some(key)));
        assert!(told[0].to_string().contains("this is empty"), "{key}: {told:?}");
    }
}

#[test]
fn a_question_with_one_side_is_told() {
    let text = "assembly = \"X\"\nmembers = 3\nzone = \"UTC\"\nissued = \"2031-02-01T12:00:00Z\"\n\
        [[day]]\ndate = \"2031-03-01\"\nslots = [\"09:00-10:00\", \"11:00-12:00\"]\n[[room]]\nname = \"L\"\nseats = 9\n\
        [[block]]\nid = \"a\"\nquestion = \"Road\"\nside = \"for\"\n[[block]]\nid = \"b\"\nquestion = \"road\"\nside = \"For\"\n";
    let one = file::read("programme.toml", text);
    assert!(one.value.is_some());
    assert_eq!(one.problems.len(), 1, "{:?}", one.problems);
    assert_eq!(one.problems[0].row, Some(11));
    assert!(!one.problems[0].is_error() && one.problems[0].to_string().contains("only the side \"for\""));
    let two = file::read("programme.toml", &text.replace("\"For\"", "\"against\""));
    assert_eq!(two.problems, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn small_programmes_agree_with_brute_force(
        phases in prop::collection::vec(prop::option::of(0usize..2), 3),
        parts in prop::collection::vec(prop::option::of(prop::bool::ANY), 3),
        people in prop::collection::vec(prop_oneof![Just(5usize), Just(20)], 3),
        times in prop::collection::vec(1u8..16, 3),
        after in prop::option::of((0usize..3, 0usize..3)),
        same_speaker in prop::bool::ANY,
        pause in prop_oneof![Just(0i64), Just(15)],
        sides in prop::bool::ANY,
    ) {
        let slots = ["09:00-10:00", "10:00-11:30", "11:45-12:45"];
        let mut text = format!(
            "assembly = \"S\"\nmembers = 20\nzone = \"UTC\"\nissued = \"2031-02-01T12:00:00Z\"\npause = {pause}\nphases = [\"p0\", \"p1\"]\n\
             [[day]]\ndate = \"2031-03-01\"\nslots = [\"{}\"]\n[[day]]\ndate = \"2031-03-02\"\nslots = [\"09:00-10:00\"]\n\
             [[room]]\nname = \"L\"\nseats = 20\n[[room]]\nname = \"S\"\nseats = 5\n[[speaker]]\nname = \"Ada\"\n", slots.join("\", \"")
        );
        let all: Vec<String> = slots.iter().map(|slot| format!("\"2031-03-01 {}\"", &slot[..5])).chain(["\"2031-03-02\"".to_owned()]).collect();
        for b in 0..3 {
            let may: Vec<&str> = (0..4).filter(|s| times[b] >> s & 1 == 1).map(|s| all[s].as_str()).collect();
            writeln!(text, "[[block]]\nid = \"b{b}\"\npeople = {}\ntimes = [{}]", people[b], may.join(", ")).unwrap();
            phases[b].iter().for_each(|p| writeln!(text, "phase = \"p{p}\"").unwrap());
            parts[b].iter().for_each(|p| writeln!(text, "audience = \"{p}\"").unwrap());
            if same_speaker && b < 2 {
                text += "speakers = [\"Ada\"]\n";
            }
            if sides && b > 0 {
                writeln!(text, "question = \"q\"\nside = \"{b}\"").unwrap();
            }
            if let Some((x, y)) = after && x == b && y != b {
                writeln!(text, "after = [\"b{y}\"]").unwrap();
            }
        }
        let agenda = agenda(&text);
        let places = |code: usize| (0..3).map(|b| code / 8usize.pow(b) % 8).map(|p| Place { slot: p / 2, room: p % 2 }).collect();
        let exists = (0..512).any(|code| Programme { places: places(code) }.broken(&agenda).is_empty());
        match solve(&agenda, &[None; 3]) {
            Ok(programme) => prop_assert_eq!(programme.broken(&agenda), Vec::<String>::new(), "{}", text),
            Err(Clash::Rules(_)) => prop_assert!(!exists, "{}", text),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}

fn entry(hour: i8) -> Entry {
    let at = |hour| unix_seconds("Europe/Dublin", date(2031, 3, 30), time(hour, 0, 0, 0)).unwrap();
    Entry {
        start: at(hour),
        end: at(hour + 1),
        title: "Talk; with, signs".into(),
        place: "Hall".into(),
        text: String::new(),
    }
}

fn calendars(blocks: &[(&str, i8)]) -> BTreeMap<String, BTreeMap<String, Entry>> {
    let entries = blocks.iter().map(|(block, hour)| ((*block).to_owned(), entry(*hour))).collect();
    BTreeMap::from([("member-1".to_owned(), entries)])
}

#[test]
fn calendars_keep_their_identity_and_count_changes() {
    // Dublin's clocks go forward at 01:00 on this day: 09:00 is 08:00 in UTC, and was 09:00 the day before.
    assert_eq!(entry(9).start, 1_932_624_000);
    assert_eq!(
        unix_seconds("Europe/Dublin", date(2031, 3, 29), time(9, 0, 0, 0)).unwrap(),
        1_932_624_000 - 23 * 3600
    );
    assert!(unix_seconds("Europe/Nowhere", date(2031, 3, 29), time(9, 0, 0, 0)).is_err());

    let first = next_edition(&Ledger::new(), &calendars(&[("a", 9), ("b", 11)]), 1_000);
    let same = next_edition(&first, &calendars(&[("a", 9), ("b", 11)]), 2_000);
    assert_eq!(first, same, "what stays the same stays to the byte");
    let moved = next_edition(&same, &calendars(&[("a", 10)]), 3_000);
    let of = |ledger: &Ledger, block: &str| ledger["member-1"][block].clone();
    assert_eq!((of(&moved, "a").sequence, of(&moved, "a").stamp), (1, 3_000));
    assert_eq!((of(&moved, "b").sequence, of(&moved, "b").cancelled), (1, true));
    let back = next_edition(&moved, &calendars(&[("a", 10), ("b", 11)]), 4_000);
    assert_eq!((of(&back, "b").sequence, of(&back, "b").cancelled), (2, false));

    let (all, none) = calendar::files("Assembly", "member-1", &first["member-1"]);
    let (after, cancelled) = calendar::files("Assembly", "member-1", &moved["member-1"]);
    assert_eq!(none, None);
    let uids = |text: &str| {
        text.lines().filter(|line| line.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(uids(&all), [uids(&after), uids(cancelled.as_ref().unwrap())].concat(), "the same identities");
    assert!(all.contains("METHOD:PUBLISH") && cancelled.as_ref().unwrap().contains("METHOD:CANCEL"));
    assert!(
        cancelled.as_ref().unwrap().contains("STATUS:CANCELLED") && cancelled.unwrap().contains("SEQUENCE:1")
    );
}

#[test]
fn another_parser_reads_the_calendars() {
    let first = next_edition(&Ledger::new(), &calendars(&[("a", 9), ("b", 11)]), 1_900_000_000);
    let (text, _) = calendar::files("Assembly", "member-1", &first["member-1"]);
    let mut parser = ical::IcalParser::new(text.as_bytes());
    let calendar = parser.next().unwrap().unwrap();
    assert!(parser.next().is_none());
    assert_eq!(calendar.events.len(), 2);
    let value = |event: &ical::parser::ical::component::IcalEvent, name: &str| {
        event
            .properties
            .iter()
            .find(|property| property.name == name)
            .and_then(|property| property.value.clone())
            .unwrap()
    };
    let event = &calendar.events[0];
    assert_eq!(value(event, "DTSTART"), "20310330T080000Z");
    assert_eq!(value(event, "DTEND"), "20310330T090000Z");
    assert_eq!(value(event, "DTSTAMP"), "20300317T174640Z");
    assert_eq!(value(event, "SEQUENCE"), "0");
    assert_eq!(value(event, "UID").len(), 32);
    assert_eq!(value(event, "SUMMARY"), "Talk\\; with\\, signs");
}
