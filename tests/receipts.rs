//! Receipts and acknowledgements, right ones and forged ones, with their verdicts in `fixtures/receipts`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sortition::Digest;
use sortition::acknowledgement::Acknowledgement;
use sortition::hash::sha256;
use sortition::receipt::{self, Receipt};
use sortition::signatures::Signer;
use sortition::verification::Outcome;

use crate::assembly::{Plan, SIGNATURES, commit, signer};

/// The verdict on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// The commitment that the verifier is told, if any.
    commitment: Option<Digest>,
    /// The one check that fails; null if all hold.
    check: Option<String>,
}

type Case = (Vec<u8>, Expected);

/// An acknowledgement of enrolment.
fn enrolment() -> Acknowledgement {
    let value = |(feature, value): (&str, &str)| (feature.to_owned(), value.to_owned());
    Acknowledgement {
        attributes: [("Age", "30-59"), ("Gender", "Female")].map(value).into(),
        date: "2031-02-03".to_owned(),
        event: "Zürich climate assembly 2031".to_owned(),
        identity: "107".to_owned(),
        key: signer().public,
        kind: "enrolment".to_owned(),
        protocol: "asl/1".to_owned(),
        signature: None,
    }
}

/// `fixtures/receipts/enrolment.json`.
pub fn enrolment_file() -> Vec<u8> {
    enrolment().signed(&signer())
}

/// Receipts by their names.
fn cases() -> BTreeMap<&'static str, Case> {
    let record = commit(&Plan::default()).bundle;
    let commitment = Some(sha256(&record.public["commit.json"]));
    let file = &record.private.as_ref().unwrap()["receipts/0.json"];
    let honest = Receipt::from_canonical(file).unwrap();
    let unsigned = Receipt { signature: None, ..honest.clone() };
    let signed = |receipt: Receipt| receipt.signed(&signer());
    let expected = |check: &str| Expected { commitment, check: Some(check.to_owned()) };
    let households = commit(&Plan { households: true, ..Plan::default() }).bundle;
    let shared = &households.private.unwrap()["receipts/3.json"];
    let told = Some(sha256(&households.public["commit.json"]));
    let stranger = Signer { secret: [78; 32], ..signer() };
    let mut attributes = unsigned.attributes.clone();
    attributes.insert("Age".to_owned(), "16-29".to_owned());
    let text = String::from_utf8(file.clone()).unwrap();
    let other = Some(Digest([1; 32]));
    BTreeMap::from([
        ("accept", (file.clone(), Expected { commitment, check: None })),
        ("accept.household", (shared.clone(), Expected { commitment: told, check: None })),
        ("accept.untold", (file.clone(), Expected { commitment: None, check: None })),
        ("receipt-form", (text.replacen(':', ": ", 1).into_bytes(), expected("receipt-form"))),
        ("receipt-form.index", (signed(Receipt { index: 12, ..unsigned.clone() }), expected("receipt-form"))),
        (
            "receipt-commitment",
            (file.clone(), Expected { commitment: other, check: Some("receipt-commitment".to_owned()) }),
        ),
        (
            "receipt-commitment.own",
            (
                signed(Receipt { commitment: Digest([1; 32]), ..unsigned.clone() }),
                expected("receipt-commitment"),
            ),
        ),
        ("receipt-signature", (unsigned.clone().signed(&stranger), expected("receipt-signature"))),
        (
            "receipt-signature.missing",
            (sortition::canonical::to_json(&unsigned), expected("receipt-signature")),
        ),
        (
            "receipt-place.attributes",
            (signed(Receipt { attributes, ..unsigned.clone() }), expected("receipt-place")),
        ),
        (
            "receipt-place.count",
            (signed(Receipt { count: 20, ..unsigned.clone() }), expected("receipt-place")),
        ),
        (
            "receipt-place.person",
            (signed(Receipt { identity: "999".to_owned(), ..unsigned.clone() }), expected("receipt-place")),
        ),
        ("receipt-place.index", (signed(Receipt { index: 1, ..unsigned }), expected("receipt-place"))),
    ])
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/receipts")
}

#[test]
fn the_fixtures_are_as_made_here() {
    let mut files = BTreeMap::from([("enrolment.json".to_owned(), enrolment_file())]);
    for (name, (receipt, expected)) in cases() {
        files.insert(format!("{name}/receipt.json"), receipt);
        let expected = serde_json::to_string_pretty(&expected).unwrap() + "\n";
        files.insert(format!("{name}/expected.json"), expected.into_bytes());
    }
    if std::env::var_os("BOULE_BLESS").is_some() {
        fs::remove_dir_all(root()).ok();
        for (name, bytes) in &files {
            let path = root().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    assert!(crate::read(&root()) == files, "run with BOULE_BLESS=1 to write them anew");
}

#[test]
fn every_receipt_gets_its_verdict() {
    for (name, (bytes, expected)) in cases() {
        let (receipt, checks) = receipt::check(&bytes, expected.commitment.as_ref(), &SIGNATURES);
        let failed: Vec<&str> = checks
            .iter()
            .filter(|check| matches!(check.outcome, Outcome::Failed(_)))
            .map(|check| check.id)
            .collect();
        assert_eq!(
            failed,
            expected.check.iter().map(String::as_str).collect::<Vec<_>>(),
            "{name}: {checks:?}"
        );
        assert_eq!(receipt.is_some(), !failed.contains(&"receipt-form"), "{name}");
        assert_eq!(checks.len(), receipt::CHECKS.len());
    }
}

#[test]
fn two_commitments_for_one_attempt_contradict_each_other() {
    let read = |plan: &Plan, index: usize| {
        let private = commit(plan).bundle.private.unwrap();
        Receipt::from_canonical(&private[&receipt::file_name(index)]).unwrap()
    };
    let (plain, other) = (Plan::default(), Plan { households: true, ..Plan::default() });
    assert!(receipt::compare(&read(&plain, 0), &read(&plain, 7)).is_ok());
    assert!(receipt::compare(&read(&plain, 0), &read(&other, 0)).is_err());
    let mut second = read(&other, 0);
    second.commit.attempt = 2;
    assert!(receipt::compare(&read(&plain, 0), &second).is_ok(), "another attempt");
}

#[test]
fn acknowledgements_are_signed() {
    let file = enrolment_file();
    let read = Acknowledgement::from_canonical(&file).unwrap();
    assert_eq!(read.check_signature(&SIGNATURES), Ok(()));
    let other = Acknowledgement { identity: "108".to_owned(), ..read.clone() };
    assert!(other.check_signature(&SIGNATURES).is_err());
    let stranger = Acknowledgement { key: Digest([3; 32]), ..read };
    assert!(stranger.check_signature(&SIGNATURES).is_err());
    for (from, to) in
        [("2031-02-03", "3.2.2031"), ("\"enrolment\"", "\"receipt\""), ("asl/1", "asl/2"), (":", ": ")]
    {
        let changed = String::from_utf8(file.clone()).unwrap().replacen(from, to, 1);
        assert!(Acknowledgement::from_canonical(changed.as_bytes()).is_err(), "{to}");
    }
}
