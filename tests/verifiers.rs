//! Three verifiers, one verdict: this program, `web/verify/verify.py` and the page `web/verify/verify.html` say the same of
//! every check, on every record of the corpus and on many that were changed at random places.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use serde::{Deserialize, Serialize};
use sortition::canonical::to_json;
use sortition::hash::sha256;
use sortition::record::Commit;
use sortition::signatures::Signatures;
use sortition::verification::{Check, Level, Options, Outcome, verify};
use sortition::{Bundle, Digest, Files, receipt};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How this program checks signatures.
const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

/// Checks of signatures: Python cannot make them, and not every one belongs to every record.
const SIGNED: [&str; 4] = ["round", "beacon", "replacement-beacons", "receipt-signature"];

/// What the other verifiers are given: records, and cases that are a record with some files changed.
#[derive(Serialize)]
struct Given {
    bases: Vec<BTreeMap<String, String>>,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    base: usize,
    /// Files in hexadecimal digits by their path; null if the file is taken away.
    changes: BTreeMap<String, Option<String>>,
    observers: bool,
    commitment: Option<Digest>,
    before_draw: bool,
    /// A receipt to be checked instead, in hexadecimal digits.
    receipt: Option<String>,
    #[serde(skip)]
    name: String,
}

#[derive(Deserialize)]
struct Expected {
    before_draw: bool,
    commitment: Option<Digest>,
}

/// What a verifier says: the checks that it made or could not make, with "held", "failed" or "not-made".
type Said = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap()).collect()
}

/// The files of `public/` and `observers/` below a record's folder.
fn read(record: &Path, inner: &str, files: &mut BTreeMap<String, String>) {
    let Ok(entries) = fs::read_dir(record.join(inner)) else { return };
    for entry in entries.map(|entry| entry.unwrap()) {
        let path = format!("{inner}/{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            read(record, &path, files);
        } else {
            files.insert(path, hex(&fs::read(entry.path()).unwrap()));
        }
    }
}

/// Every record of the corpus at the levels of everybody and of observers.
fn corpus() -> Given {
    let mut given = Given { bases: Vec::new(), cases: Vec::new() };
    for kind in ["accept", "reject"] {
        let mut records: Vec<PathBuf> = fs::read_dir(root().join("fixtures/records").join(kind))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        records.sort();
        for record in records {
            let expected: Expected =
                serde_json::from_slice(&fs::read(record.join("expected.json")).unwrap()).unwrap();
            let mut files = BTreeMap::new();
            ["public", "observers"].iter().for_each(|folder| read(&record, folder, &mut files));
            for observers in [false, true] {
                given.cases.push(Case {
                    base: given.bases.len(),
                    changes: BTreeMap::new(),
                    observers: observers && files.keys().any(|path| path.starts_with("observers/")),
                    commitment: expected.commitment,
                    before_draw: expected.before_draw,
                    receipt: None,
                    name: format!("{kind}/{}", record.file_name().unwrap().to_string_lossy()),
                });
            }
            given.bases.push(files);
        }
    }
    given
}

/// Honest records with a file changed: at places spread over it, and as a whole. Each change also with a commitment that was
/// made to fit, so that what comes after the hashes is reached.
fn changed() -> Given {
    let mut given = Given { bases: Vec::new(), cases: Vec::new() };
    // Of the long record with its many signatures only some changes, or it would take minutes.
    for (record, inside, every) in
        [("second-attempt", "", 1), ("more-rules", "", 1), ("replaced", "replacements/", 6)]
    {
        let mut files = BTreeMap::new();
        let folder = root().join("fixtures/records/accept").join(record);
        ["public", "observers"].iter().for_each(|inner| read(&folder, inner, &mut files));
        for (path, data) in files.iter().filter(|(path, _)| path.contains(inside)) {
            for (what, content) in changes(&bytes(data)).into_iter().step_by(every) {
                let mut changes = BTreeMap::from([(path.clone(), content.as_deref().map(hex))]);
                given.cases.push(case(given.bases.len(), record, path, &what, changes.clone()));
                if let Some(commit) = content.and_then(|content| resealed(&files, path, &content)) {
                    changes.insert("public/commit.json".to_owned(), Some(hex(&commit)));
                    given.cases.push(case(
                        given.bases.len(),
                        record,
                        path,
                        &format!("{what}, resealed"),
                        changes,
                    ));
                }
            }
        }
        given.bases.push(files);
    }
    given
}

fn case(
    base: usize,
    record: &str,
    path: &str,
    what: &str,
    changes: BTreeMap<String, Option<String>>,
) -> Case {
    let name = format!("{record}, {path}: {what}");
    Case { base, changes, observers: true, commitment: None, before_draw: false, receipt: None, name }
}

fn changes(bytes: &[u8]) -> Vec<(String, Option<Vec<u8>>)> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut changes = vec![("taken away".to_owned(), None)];
    for (what, content) in [
        ("empty", String::new()),
        ("line feeds", text.replace('\n', "\n\n")),
        ("carriage returns", text.replace('\n', "\r\n")),
        ("commas", text.replace(',', ",,")),
        ("twice", text.repeat(2)),
        ("a byte-order mark", format!("\u{feff}{text}")),
        ("ones", text.replace('1', "4294967296")),
        ("twos", text.replace('2', &"9".repeat(400))),
        ("twelves", text.replace("12", "1000000")),
        ("negative", text.replace(":2", ":-2")),
        ("fraction", text.replace(":2", ":2.0")),
        ("exponent", text.replace(":2", ":2e0")),
        ("deep", "[".repeat(100_000)),
        ("deep and closed", format!("{}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        ("null", text.replace(":1", ":null")),
        ("true", text.replace(":1", ":true")),
        ("decomposed", text.replace('e', "e\u{301}")),
        ("a lone surrogate", text.replace("Z\u{fc}", "\\ud800")),
        ("a control character", text.replace('e', "\u{202e}")),
        ("a C1 control", text.replace("Female", "Fe\u{85}male")),
        ("Arabic digits", text.replace('2', "\u{662}")),
        ("an invisible name", text.replace("Female", "\u{200b}")),
        ("no-break space", text.replace("Female", "Female\u{a0}")),
        ("alike", text.replace("Female", "MALE")),
        ("quoted", text.replace("Female", "\"Female\"")),
    ] {
        changes.push((what.to_owned(), Some(content.into_bytes())));
    }
    let steps = 20.min(bytes.len());
    for step in 0..steps {
        let place = step * bytes.len() / steps;
        let byte = bytes[place];
        for change in [&[byte ^ 1][..], &[byte ^ 0x20], b"9", b"\"", &[0xff], &[], &[byte, byte]] {
            let content = [&bytes[..place], change, &bytes[place + 1..]].concat();
            changes.push((format!("{change:?} at {place}"), Some(content)));
        }
    }
    changes
}

/// `commit.json` for a record whose file at `path` was changed, if the file enters it by its hash.
fn resealed(files: &BTreeMap<String, String>, path: &str, content: &[u8]) -> Option<Vec<u8>> {
    let mut commit = Commit::from_canonical(&bytes(&files["public/commit.json"])).unwrap();
    let hash = match path {
        "public/quotas.csv" => &mut commit.sha256.quotas,
        "public/rules.json" => &mut commit.sha256.rules,
        "public/counts.csv" => &mut commit.sha256.counts,
        "observers/certificate.json" => &mut commit.sha256.certificate,
        _ => return None,
    };
    *hash = sha256(content);
    Some(to_json(&commit))
}

/// Every receipt of the corpus, and a good one with changes.
fn receipts() -> Given {
    let mut cases = Vec::new();
    for entry in fs::read_dir(root().join("fixtures/receipts")).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(receipt) = fs::read(folder.join("receipt.json")) else { continue };
        let expected: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
        let commitment = expected["commitment"].as_str().and_then(Digest::from_hex);
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let versions = if name == "accept" { changes(&receipt) } else { Vec::new() };
        for (what, content) in [(String::new(), Some(receipt))].into_iter().chain(versions) {
            let Some(content) = content else { continue };
            cases.push(Case {
                base: 0,
                changes: BTreeMap::new(),
                observers: false,
                commitment,
                before_draw: false,
                receipt: Some(hex(&content)),
                name: format!("receipt {name}: {what}"),
            });
        }
    }
    Given { bases: vec![BTreeMap::new()], cases }
}

/// What came of checks, by their names.
fn said(checks: Vec<Check>) -> Said {
    let outcome = |outcome: &Outcome| match outcome {
        Outcome::Held => "held",
        Outcome::Failed(_) => "failed",
        Outcome::NotChecked(_) => "not-made",
    };
    checks.iter().map(|check| (check.id.to_owned(), outcome(&check.outcome).to_owned())).collect()
}

/// What this program says of a case.
fn ours(given: &Given, case: &Case) -> Said {
    if let Some(receipt) = &case.receipt {
        return said(receipt::check(&bytes(receipt), case.commitment.as_ref(), &SIGNATURES).1);
    }
    let mut files = given.bases[case.base].clone();
    for (path, content) in &case.changes {
        match content {
            Some(content) => files.insert(path.clone(), content.clone()),
            None => files.remove(path),
        };
    }
    let folder = |name: &str| -> Files {
        let inner = |path: &str| path.strip_prefix(name)?.strip_prefix('/').map(str::to_owned);
        files.iter().filter_map(|(path, content)| Some((inner(path)?, bytes(content)))).collect()
    };
    let observers = case.observers.then(|| folder("observers"));
    let bundle = Bundle { public: folder("public"), observers, private: None };
    let level = if case.observers { Level::Observer } else { Level::Public };
    let options = Options { commitment: case.commitment, level, before_draw: case.before_draw };
    said(verify(&bundle, &options, &SIGNATURES).checks)
}

/// What another verifier says of the cases; `None` if the machine lacks what runs it.
fn theirs(program: &str, script: &str, given: &Given) -> Option<Vec<Said>> {
    let script = root().join("tests/verifiers").join(script);
    let mut command = Command::new(program);
    command.arg(script).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        assert!(std::env::var_os("CI").is_none(), "{program} is not on this machine");
        println!("NOT TESTED: {program} is not on this machine");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let given = serde_json::to_vec(given).unwrap();
    let writer = std::thread::spawn(move || input.write_all(&given));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{program} stopped");
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

/// Compares what two verifiers say. Whether a check of the beacon belongs to a record whose commitment cannot be read is left
/// open, and so is what one of the two cannot tell of the beacon's signature.
fn compare(given: &Given, other: &str, said: &[Said]) {
    assert_eq!(said.len(), given.cases.len(), "{other}");
    let mut differ = Vec::new();
    for (case, said) in given.cases.iter().zip(said) {
        let ours = ours(given, case);
        let mut checks: BTreeSet<&String> = ours.keys().chain(said.keys()).collect();
        checks.retain(|check| {
            let open = |said: &Said| said.get(*check).is_none_or(|outcome| outcome == "not-made");
            let left_open = SIGNED.contains(&check.as_str()) && (open(&ours) || open(said));
            ours.get(*check) != said.get(*check) && !left_open
        });
        differ.extend(checks.into_iter().map(|check| {
            format!("{}: {check}: {:?}, {other} {:?}", case.name, ours.get(check), said.get(check))
        }));
    }
    assert!(
        differ.is_empty(),
        "{} differences, such as {:#?}",
        differ.len(),
        &differ[..differ.len().min(20)]
    );
}

#[test]
fn python_says_the_same() {
    for given in [corpus(), changed(), receipts()] {
        let Some(said) = theirs("python3", "strangers.py", &given) else { return };
        compare(&given, "verify.py", &said);
    }
}

#[test]
fn the_page_says_the_same() {
    for given in [corpus(), changed(), receipts()] {
        assert!(given.cases.len() > 100);
        let Some(said) = theirs("node", "strangers.mjs", &given) else { return };
        compare(&given, "the page", &said);
    }
}

#[test]
fn python_knows_the_vectors_and_answers_people() {
    for script in ["vectors.py", "commands.py"] {
        let script = root().join("tests/verifiers").join(script);
        let Ok(output) = Command::new("python3").arg(script).env("PYTHONDONTWRITEBYTECODE", "1").output()
        else {
            println!("NOT TESTED: python3 is not on this machine");
            return;
        };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn python_compares_the_hash_of_a_replacement() {
    let public = root().join("fixtures/records/accept/replaced/public");
    let record = fs::read(public.join("replacements/1/record.json")).unwrap();
    let hash = hex(sha256(&record).as_ref());
    let other = format!("{}{}", if hash.starts_with('0') { '1' } else { '0' }, &hash[1..]);
    for (told, outcome) in
        [(format!("1={hash}"), "held"), (format!("1={other}"), "failed"), (format!("9={hash}"), "failed")]
    {
        let mut python = Command::new("python3");
        python.arg(root().join("web/verify/verify.py")).arg(&public).args(["--replacement", &told]);
        let Ok(output) = python.env("PYTHONDONTWRITEBYTECODE", "1").output() else {
            println!("NOT TESTED: python3 is not on this machine");
            return;
        };
        let said = String::from_utf8(output.stdout).unwrap();
        let line = said.lines().find(|line| line.contains("replacement-hash")).unwrap();
        assert!(line.starts_with(outcome), "{told}: {said}");
    }
}
