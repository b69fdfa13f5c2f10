//! The fields of a duty rule: what to begin with, its calendar, and whether it outlives an election.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracking::{Calendar, CalendarFault, DutyRule, InRecess, Moves, Preset, Recess};

use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::words::Words;

/// The name of a rule: of one to begin with in words, of another one as it is.
pub fn rule_name(words: Words, id: &str) -> String {
    Preset::from_key(id).map_or_else(|| id.to_owned(), |preset| words.word("preset", preset.key()))
}

/// The rule to begin with.
pub fn preset(words: Words, chosen: &str) -> Field {
    let choice = |one: &Preset| {
        let label = format!("{}. {}", words.word("preset", one.key()), words.word("preset-basis", one.key()));
        Choice::new(one.key(), label)
    };
    let choices = Preset::ALL.iter().map(choice).collect();
    Field::new("preset", words.say("rule-preset"), Kind::Radios(choices))
        .hint(words.say("rule-preset-hint"))
        .value(chosen)
}

/// The time zone.
pub fn zone(words: Words, name: &str) -> Field {
    Field::new("zone", words.say("assembly-zone"), Kind::Line)
        .hint(words.say("assembly-zone-hint"))
        .value(name)
}

/// All fields of a rule as it is.
pub fn fields(words: Words, rule: &DutyRule) -> Vec<Field> {
    let calendar = &rule.calendar;
    let days =
        (1..=7).map(|day| Choice::new(day.to_string(), words.say(&format!("weekday-{day}")))).collect();
    let mut weekend = Field::new("weekend", words.say("rule-weekend"), Kind::Ticks(days));
    weekend.values = calendar.weekend.iter().map(i8::to_string).collect();
    let lines = |lines: Vec<String>| lines.join("\n");
    let holidays = lines(calendar.holidays.iter().map(Date::to_string).collect());
    let recesses = calendar.recesses.iter().map(|one| format!("{} {}", one.from, one.until)).collect();
    let pauses = InRecess::ALL.iter().map(|one| Choice::new(one.key(), words.word("in-recess", one.key())));
    let moves = Moves::ALL.iter().map(|one| Choice::new(one.key(), words.word("moves", one.key())));
    let lasts = ["yes", "no"].map(|one| Choice::new(one, words.word("survives", one)));
    vec![
        preset(words, &rule.id),
        Field::new("basis", words.say("rule-basis"), Kind::Lines(2))
            .hint(words.say("rule-basis-hint"))
            .value(&rule.legal_basis),
        zone(words, rule.zone.iana_name().unwrap_or("UTC")),
        weekend,
        Field::new("holidays", words.say("rule-holidays"), Kind::Lines(6))
            .hint(words.say("rule-holidays-hint"))
            .value(holidays),
        Field::new("recesses", words.say("rule-recesses"), Kind::Lines(3))
            .hint(words.say("rule-recesses-hint"))
            .value(lines(recesses)),
        Field::new("in-recess", words.say("rule-in-recess"), Kind::Radios(pauses.collect()))
            .value(calendar.in_recess.key()),
        Field::new("moves", words.say("rule-moves"), Kind::Radios(moves.collect()))
            .value(calendar.moves.key()),
        Field::new("survives", words.say("rule-survives"), Kind::Radios(lasts.into()))
            .value(if rule.survives_dissolution { "yes" } else { "no" }),
    ]
}

/// The rule that was typed: the one that holds if it is the same, else its next version.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(words: Words, typed: &Typed, now: &DutyRule) -> Result<DutyRule, Vec<Problem>> {
    let mut problems = Vec::new();
    let zone = TimeZone::get(&typed.text("zone"));
    if zone.is_err() {
        problems.push(Problem::new("zone", words.say("assembly-zone-wrong")));
    }
    let calendar = calendar(words, typed, &mut problems);
    for fault in calendar.faults() {
        let (field, key) = match &fault {
            CalendarFault::Weekend => ("weekend", "rule-weekend-wrong"),
            CalendarFault::Backwards(_) => ("recesses", "rule-recess-backwards"),
            CalendarFault::NoWork => ("recesses", "rule-recess-too-long"),
        };
        let value =
            if let CalendarFault::Backwards(one) = fault { one.from.to_string() } else { String::new() };
        problems.push(Problem::new(field, words.with(key, "line", value)));
    }
    let (Ok(zone), true) = (zone, problems.is_empty()) else { return Err(problems) };
    let chosen = Preset::from_key(&typed.text("preset")).filter(|preset| preset.key() != now.id);
    let mut next = chosen.map_or_else(|| now.clone(), |preset| preset.rule(zone.clone()));
    next.zone = zone;
    next.calendar = calendar;
    next.survives_dissolution = typed.text("survives") != "no";
    if let Some(preset) = chosen {
        // What stood in the field was the basis of the rule before.
        let own = typed.some("basis").filter(|basis| *basis != now.legal_basis);
        next.legal_basis = own.unwrap_or_else(|| preset.basis().to_owned());
        next.survives_dissolution &= preset.rule(next.zone.clone()).survives_dissolution;
    } else if let Some(basis) = typed.some("basis") {
        next.legal_basis = basis;
    }
    next.version = now.version;
    if next == *now { Ok(next) } else { Ok(now.followed_by(next)) }
}

fn calendar(words: Words, typed: &Typed, problems: &mut Vec<Problem>) -> Calendar {
    let weekend: BTreeSet<i8> = typed.all("weekend").iter().filter_map(|day| day.parse().ok()).collect();
    let mut wrong = |field: &str, key: &str, line: &str| {
        problems.push(Problem::new(field, words.with(key, "line", line)));
    };
    let mut holidays = BTreeSet::new();
    for line in typed.lines("holidays") {
        match line.parse() {
            Ok(day) => drop(holidays.insert(day)),
            Err(_) => wrong("holidays", "rule-day-wrong", &line),
        }
    }
    let mut recesses = Vec::new();
    for line in typed.lines("recesses") {
        let days: Vec<Date> = line.split_whitespace().filter_map(|part| part.parse().ok()).collect();
        match days.as_slice() {
            [from, until] => recesses.push(Recess { from: *from, until: *until }),
            _ => wrong("recesses", "rule-recess-wrong", &line),
        }
    }
    let in_recess = InRecess::from_key(&typed.text("in-recess")).unwrap_or(InRecess::RunsOn);
    let moves = Moves::from_key(&typed.text("moves")).unwrap_or(Moves::Stays);
    Calendar { weekend, holidays, recesses, in_recess, moves }
}
