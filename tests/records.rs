//! Records that must be accepted, and for every check one that only this check rejects.
//!
//! The records lie in `fixtures/records`, each with its verdict in `expected.json`, for verifiers in any
//! language. They are made here; `BOULE_BLESS=1` writes them anew.
#![allow(clippy::unwrap_used)]

mod assembly;
mod forge;
mod lies;
mod receipts;
mod replaced;

use across::read;
use assembly::{
    DIGITS, LATER, MAINNET, Plan, Published, QUICKNET, SIGNATURES, commit, dice, drawn, published,
};
use serde::{Deserialize, Serialize};
use sortition::commitment::{Voided, earlier, void};
use sortition::hash::sha256;
use sortition::record::Objective;
use sortition::seed::Slots;
use sortition::verification::{CHECKS, Level, Options, Outcome, Report, verify};
use sortition::{Bundle, Digest, Files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The verdict on a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The level to verify at.
    level: String,
    /// Whether the draw is still to come.
    before_draw: bool,
    /// The commitment that the verifier is told, if any.
    commitment: Option<Digest>,
    /// The one check that fails, or with exit 2 the first that cannot be made; null if all hold.
    check: Option<String>,
    /// The exit code.
    exit: u8,
}

impl Expected {
    fn options(&self) -> Options {
        let level = match self.level.as_str() {
            "public" => Level::Public,
            "observer" => Level::Observer,
            _ => Level::Auditor,
        };
        Options { commitment: self.commitment, level, before_draw: self.before_draw }
    }
}

/// A record with its verdict.
pub struct Case {
    bundle: Bundle,
    expected: Expected,
}

impl Case {
    fn accepted(bundle: Bundle) -> Self {
        let commitment = Some(sha256(&bundle.public["commit.json"]));
        let level = "auditor".to_owned();
        Self { bundle, expected: Expected { level, before_draw: false, commitment, check: None, exit: 0 } }
    }

    /// A record that `check` rejects, with only the folders of the check's level.
    fn rejected(check: &str, mut bundle: Bundle, exit: u8) -> Self {
        let level = CHECKS.iter().find(|known| known.0 == check).unwrap().1;
        if level < Level::Auditor {
            bundle.private = None;
        }
        if level < Level::Observer {
            bundle.observers = None;
        }
        let level = format!("{level:?}").to_lowercase();
        let check = Some(check.to_owned());
        Self { bundle, expected: Expected { level, before_draw: false, commitment: None, check, exit } }
    }
}

/// The attempt that was voided before the second one.
fn voided() -> Vec<Voided> {
    let mut public = commit(&Plan { households: true, ..Plan::default() }).bundle.public;
    let void = void(&public, "the hall was flooded").unwrap();
    public.insert("void.json".to_owned(), void);
    earlier(&public).unwrap()
}

fn second_attempt() -> Bundle {
    drawn(&Plan { households: true, earlier: voided(), ..Plan::default() })
}

/// A rehearsal that a published round decides, with the dice or alone.
fn with_beacon(round: Published, dice_too: bool) -> Plan {
    let (slot, reading) = published(round);
    let witnessed = dice().witnessed.filter(|_| dice_too);
    let slots = Some(Slots { witnessed, beacon: Some(slot) });
    Plan { rehearsal: Some("practice on Monday"), slots, beacon: Some(reading), ..Plan::default() }
}

/// All records, by their folder in `fixtures/records`.
fn cases() -> BTreeMap<String, Case> {
    let plan = Plan::default();
    let rehearsal = Plan { rehearsal: Some("practice on Monday"), ..plan.clone() };
    let households = Plan { households: true, ..plan.clone() };
    let before = Case::accepted(commit(&households).bundle);
    let before = Case { expected: Expected { before_draw: true, ..before.expected }, ..before };
    let accepted = [
        ("plain", Case::accepted(drawn(&plan))),
        ("households", Case::accepted(drawn(&households))),
        ("more-rules", Case::accepted(drawn(&Plan { more_rules: true, ..plan.clone() }))),
        ("nash", Case::accepted(drawn(&Plan { objective: Some(Objective::Nash), ..plan.clone() }))),
        (
            "goldilocks",
            Case::accepted(drawn(&Plan { objective: Some(Objective::Goldilocks), ..plan.clone() })),
        ),
        ("rehearsal", Case::accepted(drawn(&rehearsal))),
        ("second-attempt", Case::accepted(second_attempt())),
        ("before-draw", before),
        ("replaced", Case::accepted(replaced::story())),
        ("replacement-pending", Case::accepted(replaced::pending())),
        ("quicknet", Case::accepted(drawn(&with_beacon(QUICKNET, true)))),
        ("quicknet-alone", Case::accepted(drawn(&with_beacon(LATER, false)))),
        ("mainnet", Case::accepted(drawn(&with_beacon(MAINNET, true)))),
    ];
    let accepted = accepted.map(|(name, case)| (format!("accept/{name}"), case));
    accepted
        .into_iter()
        .chain(lies::all().into_iter().map(|(name, case)| (format!("reject/{name}"), case)))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/records")
}

fn read_case(folder: &Path) -> Case {
    let files =
        |name: &str| Some(folder.join(name)).filter(|folder| folder.is_dir()).map(|folder| read(&folder));
    let bundle =
        Bundle { public: files("public").unwrap(), observers: files("observers"), private: files("private") };
    let expected = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    Case { bundle, expected }
}

fn write_case(folder: &Path, case: &Case) {
    let folders = [
        ("public", Some(&case.bundle.public)),
        ("observers", case.bundle.observers.as_ref()),
        ("private", case.bundle.private.as_ref()),
    ];
    for (name, files) in folders {
        for (file, bytes) in files.into_iter().flatten() {
            let path = folder.join(name).join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    fs::write(folder.join("expected.json"), serde_json::to_string_pretty(&case.expected).unwrap() + "\n")
        .unwrap();
}

/// The checks that failed.
fn failed(report: &Report) -> Vec<&'static str> {
    let failed = report.checks.iter().filter(|check| matches!(check.outcome, Outcome::Failed(_)));
    failed.map(|check| check.id).collect()
}

#[test]
fn the_fixtures_are_as_made_here() {
    let cases = cases();
    if std::env::var_os("BOULE_BLESS").is_some() {
        for kind in ["accept", "reject"] {
            fs::remove_dir_all(root().join(kind)).ok();
        }
        for (name, case) in &cases {
            write_case(&root().join(name), case);
        }
    }
    let mut there = BTreeSet::new();
    for kind in ["accept", "reject"] {
        for entry in fs::read_dir(root().join(kind)).unwrap() {
            there.insert(format!("{kind}/{}", entry.unwrap().file_name().into_string().unwrap()));
        }
    }
    assert_eq!(there, cases.keys().cloned().collect(), "run with BOULE_BLESS=1 to write them anew");
    for (name, case) in &cases {
        let read = read_case(&root().join(name));
        assert_eq!(read.expected, case.expected, "{name}");
        assert!(read.bundle == case.bundle, "{name}: run with BOULE_BLESS=1 to write it anew");
    }
}

/// SPEC.md with the examples that it should have: a block whose opening line names a file holds that file.
/// Files are those of
/// `accept/plain` unless the opening line names another record.
fn with_examples(spec: &str) -> String {
    let cases = cases();
    let mut out = String::new();
    let mut lines = spec.lines();
    while let Some(line) = lines.next() {
        out += line;
        out += "\n";
        let Some(name) = line.strip_prefix("```").filter(|name| name.contains('/')) else { continue };
        let (record, file) = name.split_once(' ').unwrap_or(("accept/plain", name));
        if record == "fixtures/receipts" {
            out += std::str::from_utf8(&receipts::enrolment_file()).unwrap();
            lines.by_ref().find(|line| *line == "```").unwrap();
            out += "```\n";
            continue;
        }
        let Bundle { public, observers, private } = &cases[record].bundle;
        let (folder, file) = file.split_once('/').unwrap();
        let files = match folder {
            "public" => public,
            "observers" => observers.as_ref().unwrap(),
            _ => private.as_ref().unwrap(),
        };
        out += std::str::from_utf8(&files[file]).unwrap();
        lines.by_ref().find(|line| *line == "```").unwrap();
        out += "```\n";
    }
    out
}

#[test]
fn the_specification_shows_the_fixtures_and_names_every_check() {
    let path = root().join("../../SPEC.md");
    let spec = fs::read_to_string(&path).unwrap();
    if std::env::var_os("BOULE_BLESS").is_some() {
        fs::write(&path, with_examples(&spec)).unwrap();
    } else {
        assert!(spec == with_examples(&spec), "run with BOULE_BLESS=1 to write the examples anew");
    }
    for (id, level, _) in CHECKS {
        let level = format!("{level:?}").to_lowercase();
        let named = |line: &&str| {
            let mut cells = line.split(" | ");
            cells.next().is_some_and(|cell| cell.contains(&format!("`{id}`"))) && cells.next() == Some(&level)
        };
        assert_eq!(spec.lines().filter(named).count(), 1, "{id}");
    }
}

#[test]
fn every_record_gets_its_verdict() {
    for (name, case) in cases() {
        let report = verify(&case.bundle, &case.expected.options(), &SIGNATURES);
        let found = report.culprit().map(|check| check.id);
        let wrong: Vec<_> = report.checks.iter().filter(|check| check.outcome != Outcome::Held).collect();
        assert_eq!(found, case.expected.check.as_deref(), "{name}: {wrong:#?}");
        assert_eq!(report.exit_code(), case.expected.exit, "{name}: {wrong:#?}");
        let expected = if case.expected.exit == 1 { found.into_iter().collect() } else { Vec::new() };
        assert_eq!(failed(&report), expected, "{name}: {wrong:#?}");
    }
}

#[test]
fn every_check_has_a_record_that_only_it_rejects() {
    let cases = cases();
    let rejected: BTreeSet<&str> = cases.values().filter_map(|case| case.expected.check.as_deref()).collect();
    let checks: BTreeSet<&str> = CHECKS.iter().map(|check| check.0).collect();
    assert_eq!(rejected, checks);
    let mut unique = BTreeSet::new();
    for (name, case) in &cases {
        let check = case.expected.check.as_deref().unwrap_or("accept");
        let folder = name.split_once('/').unwrap().1.split('.').next().unwrap();
        assert!(check == "accept" || folder == check, "{name}");
        unique.insert(name);
    }
    assert_eq!(unique.len(), cases.len());
}

#[test]
fn replacements_are_told_with_who_vouches_for_them() {
    let options = Options { commitment: None, level: Level::Auditor, before_draw: false };
    let report = verify(&replaced::story(), &options, &SIGNATURES);
    let made: Vec<&str> =
        report.checks.iter().map(|check| check.id).filter(|id| id.starts_with("replacement")).collect();
    let all: Vec<&str> =
        CHECKS.iter().map(|check| check.0).filter(|id| id.starts_with("replacement")).collect();
    assert_eq!(made, all);
    let said = report.statements.join("\n");
    for words in [
        "replacement 1: 2 withdrew; a fresh seed picked panel",
        "replacement 2: 1 withdrew; voided, with the reason: the hall was closed",
        "replacement 3 has quotas of its own",
        "replacement 5: 1 withdrew; 1 newcomer by their tickets, which everybody could foresee",
        "withdrawals that nobody but the organiser vouches for: 5",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let waiting = verify(&replaced::pending(), &options, &SIGNATURES);
    assert!(waiting.statements.join("\n").contains("replacement 1: 1 withdrew; still to be drawn"));
}

#[test]
fn an_accepted_record_makes_every_check_of_its_level() {
    let report = verify(
        &second_attempt(),
        &Options { commitment: Some(Digest([0; 32])), level: Level::Auditor, before_draw: false },
        &SIGNATURES,
    );
    let made: Vec<&str> = report.checks.iter().map(|check| check.id).collect();
    let only_sometimes = ["round", "beacon"];
    let all: Vec<&str> = CHECKS
        .iter()
        .map(|check| check.0)
        .filter(|id| !only_sometimes.contains(id) && !id.starts_with("replacement"))
        .collect();
    assert_eq!(made, all);
    assert_eq!(failed(&report), ["commitment"]);
    let said = report.statements.join("\n");
    for words in [
        "attempt 2: 4 of 12 members, one of 20",
        "the hall was flooded",
        "the seed picked panel",
        "no lottery can give the least likely member more than 33.334 %; this one gives 30.000 %",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert!(!report.open.is_empty());
}

/// Any byte of public/ or observers/ changed, left out or put in: rejected, and the check is named.
#[test]
fn no_byte_can_be_changed() {
    let honest = second_attempt();
    let options = Options { commitment: None, level: Level::Observer, before_draw: false };
    assert_eq!(verify(&honest, &options, &SIGNATURES).exit_code(), 0);
    let observers = honest.observers.clone().unwrap();
    let mut culprits = BTreeMap::<&str, usize>::new();
    for (open, files) in [(true, &honest.public), (false, &observers)] {
        for (name, bytes) in files {
            for place in 0..bytes.len() {
                let byte = bytes[place];
                let changes: [&[u8]; 6] = [&[byte ^ 1], &[byte ^ 0x20], &[0], &[0xff], &[], &[byte, byte]];
                for change in changes.into_iter().filter(|change| **change != [byte]) {
                    let changed = [&bytes[..place], change, &bytes[place + 1..]].concat();
                    let mut bundle = honest.clone();
                    let folder = if open { &mut bundle.public } else { bundle.observers.as_mut().unwrap() };
                    folder.insert(name.clone(), changed);
                    let report = verify(&bundle, &options, &SIGNATURES);
                    assert_eq!(report.exit_code(), 1, "{name}, byte {place}: {change:?}");
                    *culprits.entry(report.culprit().unwrap().id).or_default() += 1;
                }
            }
        }
    }
    let named: Vec<&str> = culprits.keys().copied().collect();
    for check in [
        "attempts",
        "attributes",
        "commit",
        "draw-form",
        "hash-certificate",
        "hash-counts",
        "hash-quotas",
        "hash-rules",
        "index",
        "members-form",
        "observer-secret",
        "panel-path",
        "pool-root",
        "portfolio-form",
        "portfolio-root",
        "seed",
        "slots",
    ] {
        assert!(named.contains(&check), "{check} never rejected anything: {culprits:?}");
    }
}

/// Files of garbage, files of other files, and huge numbers: a verdict every time, and never "all is well".
#[test]
fn hostile_records_get_a_verdict() {
    let honest = second_attempt();
    let options = Options { commitment: None, level: Level::Auditor, before_draw: false };
    let folders = |bundle: &Bundle| {
        let folders = [Some(&bundle.public), bundle.observers.as_ref(), bundle.private.as_ref()];
        folders.map(|files| files.cloned().unwrap())
    };
    let all: Files = folders(&honest).into_iter().flatten().collect();
    let huge = "9".repeat(400);
    for (place, files) in folders(&honest).into_iter().enumerate() {
        for (name, bytes) in &files {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let mut others: Vec<Vec<u8>> = vec![
                Vec::new(),
                b"\n".to_vec(),
                vec![b'['; 1 << 20],
                vec![b','; 1 << 16],
                vec![b'"'; 1 << 16],
                vec![0xff; 1000],
                text.replace('1', "4294967295").into_bytes(),
                text.replace('2', &huge).into_bytes(),
                text.replace("12", "1000000").into_bytes(),
                text.replace(',', ",,").into_bytes(),
                text.replace('\n', "\n\n").into_bytes(),
                text.repeat(3).into_bytes(),
            ];
            others.extend(all.values().filter(|other| *other != bytes).take(20).cloned());
            for other in others.into_iter().filter(|other| other != bytes) {
                let mut changed = folders(&honest);
                changed[place].insert(name.clone(), other);
                let [public, observers, private] = changed;
                let bundle = Bundle { public, observers: Some(observers), private: Some(private) };
                assert_eq!(verify(&bundle, &options, &SIGNATURES).exit_code(), 1, "{name}");
            }
            let mut without = folders(&honest);
            without[place].remove(name);
            let [public, observers, private] = without;
            let bundle = Bundle { public, observers: Some(observers), private: Some(private) };
            assert_ne!(verify(&bundle, &options, &SIGNATURES).exit_code(), 0, "{name}");
        }
    }
    assert_eq!(verify(&Bundle::default(), &options, &SIGNATURES).exit_code(), 2);
}

#[test]
fn a_draw_keeps_to_what_was_announced() {
    let plan = Plan::default();
    let record = commit(&plan).bundle;
    let draw = |digits| sortition::draw::draw(&record, digits, None, &SIGNATURES);
    let first = draw(Some(DIGITS)).unwrap();
    assert_eq!(first.draw, drawn(&plan).public["draw.json"]);
    for wrong in [
        None,
        Some(""),
        Some("6345466039010316946"),
        Some("634546603901031694621"),
        Some("6345466039010316946x"),
        Some("63454660390103169462\n"),
    ] {
        assert!(draw(wrong).is_err(), "{wrong:?}");
    }
    // The same again is the same; anything else is refused.
    let again = drawn(&plan);
    assert_eq!(sortition::draw::draw(&again, Some(DIGITS), None, &SIGNATURES).unwrap(), first);
    assert!(sortition::draw::draw(&again, Some("00000000000000000000"), None, &SIGNATURES).is_err());
    // A voided attempt is never drawn, and a drawn one never voided.
    let mut voided = record.clone();
    voided.public.insert("void.json".to_owned(), void(&record.public, "rain").unwrap());
    assert!(sortition::draw::draw(&voided, Some(DIGITS), None, &SIGNATURES).is_err());
    assert!(void(&again.public, "we did not like it").is_err());
    assert!(void(&record.public, " ").is_err());
    assert!(earlier(&record.public).is_err());
    // Nor is a record whose files were changed after it was made.
    let mut changed = record;
    forge::Forge::edit(changed.observers.as_mut().unwrap(), "certificate.json", "\"total\":1", "\"total\":2");
    assert!(
        sortition::draw::draw(&changed, Some(DIGITS), None, &SIGNATURES)
            .unwrap_err()
            .contains("hash-certificate")
    );
}

#[test]
fn same_input_same_bytes() {
    for plan in [
        Plan::default(),
        Plan { households: true, more_rules: true, rehearsal: Some("x"), ..Plan::default() },
    ] {
        assert!(commit(&plan).bundle == commit(&plan).bundle);
    }
}
