//! A register that nobody kept, with clashes planted in it and as many near misses, each labelled as it is made.
//!
//! Nothing here asks the program what clashes. Every scene plays on a stage of its own, a district and sixteen weeks, so what
//! is planted is all there is; over all stages lie entries for the whole county that must not clash with anything.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::Table;
use crate::dice::Dice;

/// The register and the truth about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The entries, by their first day.
    pub register: Table,
    /// Each clash once: `one`, `other`, `reason`.
    pub clashes: Table,
}

const COUNTY: &str = "Harbour County";
const DISTRICTS: [&str; 10] = [
    "Old Town",
    "Hillside",
    "Riverside",
    "Station Quarter",
    "Lighthouse",
    "Meadows",
    "Quarry",
    "Moor",
    "Peñafría",
    "Orchard",
];
/// Which unit engages; the last one keeps the entries of the whole county.
const UNITS: [&str; 8] =
    ["parks", "water", "schools", "housing", "health", "transport", "economy", "council"];
/// Spellings of the same audience.
const AUDIENCES: [&[&str]; 8] = [
    &["young-people", "Young people", "jóvenes", "Juventud", "teenagers aged 14 to 17"],
    &["older-people", "Older people", "Personas mayores", "pensioners"],
    &["parents", "Parents of small children", "madres y padres", "Families"],
    &["farmers", "Farmers", "agricultores", "GROWERS"],
    &["tenants", "people who rent", "Inquilinas", "Tenants"],
    &["disabled-people", "People with disabilities", "personas con discapacidad"],
    &["businesses", "Shopkeepers", "comercios", "local businesses"],
    &["Beekeepers", "beekeeper", "  BEEKEEPERS "],
];
const EVERYBODY: [&str; 5] =
    ["residents", "All residents", "Toda la población", "General public", "vecinas y vecinos"];
/// Spellings of the same topic.
const TOPICS: [&[&str]; 8] = [
    &["water", "Water", "Agua", "drinking water"],
    &["housing", "Vivienda", "Rents"],
    &["streets-transport", "Traffic", "movilidad", "Buses"],
    &["parks-nature", "Trees", "arbolado", "Green spaces"],
    &["schools", "School meals", "Educación"],
    &["health-care", "Health & care", "salud mental"],
    &["energy", "Heating", "Energía"],
    &["Allotments", "allotment", "ALLOTMENTS"],
];

/// What happens on a stage.
type Scene = fn(&mut Stage<'_>);
/// How often each scene is played.
const TIMES: usize = 4;
const SCENES: [Scene; 25] = [
    same_question,
    same_question_soon_after,
    same_question_to_everybody,
    same_question_within,
    same_people,
    same_people_one_unit,
    same_people_one_week,
    side_by_side,
    side_by_side_told_and_asked,
    three_at_once,
    council_all_year,
    other_ward,
    next_week,
    long_after,
    everybody_about_different_things,
    parts_of_one,
    cancelled,
    settled,
    one_unit_asks_everybody,
    words_that_only_look_alike,
    other_county,
    council_about_other_things,
    told_and_asked,
    named_in_passing,
    names_that_begin_alike,
];

/// An entry before it has its id.
#[derive(Clone)]
struct Entry {
    unit: &'static str,
    kind: &'static str,
    standing: &'static str,
    audience: String,
    area: String,
    topic: String,
    from: Date,
    until: Date,
    series: String,
    /// The place of an entry with which a clash is settled.
    settled: Option<usize>,
}

struct Stage<'a> {
    dice: &'a mut Dice,
    entries: &'a mut Vec<Entry>,
    clashes: &'a mut Vec<(usize, usize, &'static str)>,
    area: String,
    monday: Date,
    audiences: [usize; 2],
    topics: [usize; 2],
    units: [&'static str; 3],
}

impl Stage<'_> {
    /// An entry: which unit, audience and topic of the stage; first and last day, counted from the stage's first Monday.
    fn put(&mut self, unit: usize, audience: usize, topic: usize, from: i32, until: i32) -> usize {
        let audience = self.dice.one_of(AUDIENCES[self.audiences[audience]]).to_owned();
        let topic = self.dice.one_of(TOPICS[self.topics[topic]]).to_owned();
        let day = |n: i32| self.monday.checked_add(n.days()).unwrap_or(Date::MAX);
        let kind = self.dice.one_of(&["survey", "consultation", "workshop", "meeting", "assembly"]);
        let kind = ["survey", "consultation", "workshop", "meeting", "assembly"]
            .into_iter()
            .find(|own| *own == kind);
        self.entries.push(Entry {
            unit: self.units[unit],
            kind: kind.unwrap_or("survey"),
            standing: ["announced", "intended"][self.dice.below(2) as usize],
            audience,
            area: self.area.clone(),
            topic,
            from: day(from),
            until: day(until),
            series: String::new(),
            settled: None,
        });
        self.entries.len() - 1
    }

    fn everybody(&mut self, at: usize) {
        self.entries[at].audience = self.dice.one_of(&EVERYBODY).to_owned();
    }

    fn clash(&mut self, one: usize, other: usize, reason: &'static str) {
        self.clashes.push((one, other, reason));
    }
}

fn same_question(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 27), stage.put(1, 0, 0, 14, 48));
    stage.clash(one, other, "same_question");
}

fn same_question_soon_after(stage: &mut Stage<'_>) {
    let gap = [7, 20, 28][stage.dice.below(3) as usize];
    let (one, other) = (stage.put(0, 0, 0, 0, 13), stage.put(1, 0, 0, 14 + gap, 20 + gap));
    stage.clash(one, other, "same_question");
}

fn same_question_to_everybody(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 1, 0, 10, 30));
    stage.everybody(one);
    if stage.dice.chance(50) {
        stage.everybody(other);
    }
    stage.clash(one, other, "same_question");
}

fn same_question_within(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 20, 40));
    stage.entries[one].area = stage.area.to_uppercase();
    stage.entries[other].area = format!("{} > Ward {}", stage.area, stage.dice.below(9) + 1);
    if stage.dice.chance(50) {
        let short = stage.entries[other].area.split_once(" > ").map(|(_, rest)| rest.to_owned());
        stage.entries[other].area = short.unwrap_or_default();
    }
    stage.clash(one, other, "same_question");
}

fn same_people(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 1, 7, 14));
    stage.clash(one, other, "same_people");
}

fn same_people_one_unit(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(0, 0, 1, 20, 34));
    stage.clash(one, other, "same_people");
}

/// One ends on a Tuesday, the other begins on the Thursday.
fn same_people_one_week(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 15), stage.put(1, 0, 1, 17, 30));
    stage.clash(one, other, "same_people");
}

fn side_by_side(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 1, 0, 10, 30));
    stage.clash(one, other, "side_by_side");
}

fn side_by_side_told_and_asked(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[other].kind = "information";
    stage.clash(one, other, "side_by_side");
}

fn three_at_once(stage: &mut Stage<'_>) {
    let (one, two) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 1, 7, 27));
    let three = stage.put(2, 1, 1, 14, 34);
    stage.everybody(three);
    stage.clash(one, two, "same_people");
    stage.clash(two, three, "same_question");
}

/// A council meets all year round about the very thing that others now ask its people about.
fn council_all_year(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 60), stage.put(1, 0, 0, 30, 44));
    stage.entries[one].kind = "standing_body";
    stage.clash(one, other, "same_question");
}

fn other_ward(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[one].area.push_str(" > Ward 1");
    stage.entries[other].area.push_str(" > Ward 2");
}

/// One ends on a Sunday, the other begins on the Monday.
fn next_week(stage: &mut Stage<'_>) {
    stage.put(0, 0, 0, 0, 13);
    stage.put(1, 0, 1, 14, 30);
}

fn long_after(stage: &mut Stage<'_>) {
    let gap = 29 + stage.dice.below(10) as i32;
    stage.put(0, 0, 0, 0, 13);
    stage.put(1, 0, 0, 14 + gap, 20 + gap);
}

fn everybody_about_different_things(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 1, 1, 10, 30));
    stage.everybody(one);
    stage.everybody(other);
}

fn parts_of_one(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[one].series = "Plan for the river 2030".into();
    stage.entries[other].series = "plan for the River  2030".into();
}

fn cancelled(stage: &mut Stage<'_>) {
    let (_, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[other].standing = "cancelled";
}

fn settled(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[other].settled = Some(one);
}

fn one_unit_asks_everybody(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(0, 1, 0, 10, 30));
    stage.everybody(one);
    stage.everybody(other);
}

fn words_that_only_look_alike(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 1, 10, 30));
    stage.entries[one].audience = "Youth workers".into();
    stage.entries[other].audience = "Young people".into();
}

fn other_county(stage: &mut Stage<'_>) {
    let (_, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[other].area = stage.area.replace(COUNTY, "Hill County");
}

fn council_about_other_things(stage: &mut Stage<'_>) {
    let (one, _) = (stage.put(0, 0, 0, 0, 60), stage.put(1, 0, 1, 30, 44));
    stage.entries[one].kind = "standing_body";
}

fn told_and_asked(stage: &mut Stage<'_>) {
    let (one, _) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 1, 10, 30));
    stage.entries[one].kind = "information";
}

/// Children are named, but their parents are asked.
fn named_in_passing(stage: &mut Stage<'_>) {
    let (one, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 1, 10, 30));
    stage.entries[one].audience = "Parents of schoolchildren".into();
    stage.entries[other].audience = "Children".into();
}

fn names_that_begin_alike(stage: &mut Stage<'_>) {
    let (_, other) = (stage.put(0, 0, 0, 0, 20), stage.put(1, 0, 0, 10, 30));
    stage.entries[other].area = format!("{} Heights", stage.area);
}

/// A register whose first week begins on the Monday on or after `first`, and all clashes in it. The same for the same seed and
/// day.
pub fn register(seed: &str, first: Date) -> Labelled {
    let mut dice = Dice::new(&format!("register/{seed}"));
    let ahead = (7 - first.weekday().to_monday_zero_offset()) % 7;
    let start = first.checked_add(ahead.days()).unwrap_or(Date::MAX);
    let mut scenes: Vec<Scene> = SCENES.iter().flat_map(|scene| [*scene; TIMES]).collect();
    dice.shuffle(&mut scenes);
    let (mut entries, mut clashes) = (Vec::new(), Vec::new());
    for (place, scene) in scenes.into_iter().enumerate() {
        let (district, block) = (place % DISTRICTS.len(), place / DISTRICTS.len());
        let monday = start.checked_add((block as i64 * 16).weeks()).unwrap_or(Date::MAX);
        let mut two = |n: usize| {
            let one = dice.below(n as u64) as usize;
            [one, (one + 1 + dice.below(n as u64 - 1) as usize) % n]
        };
        let (audiences, topics, at) = (two(AUDIENCES.len()), two(TOPICS.len()), two(UNITS.len() - 1));
        let third = (0..UNITS.len() - 1).find(|unit| !at.contains(unit)).unwrap_or_default();
        let units = [UNITS[at[0]], UNITS[at[1]], UNITS[third]];
        let area = format!("{COUNTY} > {}", DISTRICTS[district]);
        scene(&mut Stage {
            dice: &mut dice,
            entries: &mut entries,
            clashes: &mut clashes,
            area,
            monday,
            audiences,
            topics,
            units,
        });
    }
    county(&mut dice, &mut entries, start);
    written(&entries, &clashes)
}

/// What one unit does in the whole county all the time, for everybody or for visitors, about something of its own.
fn county(dice: &mut Dice, entries: &mut Vec<Entry>, start: Date) {
    let day = |weeks: i64, days: i64| start.checked_add((weeks * 7 + days).days()).unwrap_or(Date::MAX);
    for n in 0..20 {
        for (audience, kind) in [(dice.one_of(&EVERYBODY), "consultation"), ("visitors", "survey")] {
            entries.push(Entry {
                unit: UNITS[UNITS.len() - 1],
                kind,
                standing: "announced",
                audience: audience.to_owned(),
                area: COUNTY.to_owned(),
                topic: dice.one_of(&["culture-sport", "Libraries", "museos"]).to_owned(),
                from: day(n * 8, 0),
                until: day(n * 8 + 5, 6),
                series: String::new(),
                settled: None,
            });
        }
    }
}

fn written(entries: &[Entry], clashes: &[(usize, usize, &'static str)]) -> Labelled {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| (entries[*at].from, *at));
    let mut ids = vec![String::new(); entries.len()];
    for (number, at) in order.iter().enumerate() {
        ids[*at] = format!("e-{:03}", number + 1);
    }
    let row = |at: &usize| {
        let entry = &entries[*at];
        let question =
            format!("What should change about {} for {}?", entry.topic.trim(), entry.audience.trim());
        [
            ids[*at].clone(),
            entry.unit.to_owned(),
            format!("{} with {}", entry.topic.trim(), entry.audience.trim()),
            entry.kind.to_owned(),
            entry.standing.to_owned(),
            entry.audience.clone(),
            entry.area.clone(),
            entry.topic.clone(),
            entry.from.to_string(),
            entry.until.to_string(),
            format!("{}-officer", entry.unit),
            question,
            entry.series.clone(),
            entry.settled.map_or(String::new(), |other| format!("{}: one form for both", ids[other])),
        ]
        .to_vec()
    };
    let columns = [
        "id", "unit", "title", "kind", "standing", "audience", "area", "topic", "from", "until", "contact",
        "question", "series", "settled",
    ];
    let mut pairs: Vec<Vec<String>> = clashes
        .iter()
        .map(|(one, other, reason)| {
            let (one, other) =
                (ids[*one].clone().min(ids[*other].clone()), ids[*one].clone().max(ids[*other].clone()));
            vec![one, other, (*reason).to_owned()]
        })
        .collect();
    pairs.sort();
    let header = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Labelled {
        register: Table { header: header(&columns), rows: order.iter().map(row).collect() },
        clashes: Table { header: header(&["one", "other", "reason"]), rows: pairs },
    }
}

#[cfg(test)]
mod tests {
    use super::register;
    use jiff::civil::date;
    use std::path::Path;

    /// `BLESS=1` writes the fixtures anew.
    #[test]
    fn the_fixtures_are_what_the_seed_gives() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/register");
        let made = register("fixture", date(2027, 3, 1));
        for (name, table) in [("register.csv", &made.register), ("clashes.csv", &made.clashes)] {
            let path = folder.join(name);
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, table.to_csv()).expect("the fixture can be written");
            }
            let kept = std::fs::read_to_string(&path).expect("the fixture");
            assert_eq!(kept, table.to_csv(), "{name}");
        }
    }

    #[test]
    fn another_seed_makes_another_register_with_as_many_clashes() {
        let (one, other) = (register("a", date(2027, 3, 1)), register("b", date(2028, 2, 29)));
        assert_ne!(one, other);
        assert_eq!(one.clashes.rows.len(), other.clashes.rows.len());
        assert!(one.clashes.rows.len() > 40 && one.register.rows.len() > 200);
    }
}
