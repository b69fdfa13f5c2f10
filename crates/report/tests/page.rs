//! Pages of the records in `fixtures/records`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use report::{Compared, Contents, html};
use sha2::{Digest as _, Sha256};
use sortition::opened::{Observed, Public};
use sortition::signatures::Signatures;
use sortition::verification::{Level, Options, verify};
use sortition::{Bundle, Files};

const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

fn files(record: &str, folder: &str) -> Files {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/records").join(record).join(folder);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    };
    entries.filter(|path| path.is_file()).map(read).collect()
}

fn compared() -> Vec<Compared> {
    ["leximin", "nash"]
        .map(|objective| Compared {
            objective: objective.to_owned(),
            smallest: 300_000,
            largest: 350_001,
            gini: 34_500,
            geometric_mean: 330_000,
        })
        .to_vec()
}

/// The page of a record, with `change` made to its public part.
fn page(record: &str, observers: bool, change: impl Fn(&mut Public)) -> String {
    let bundle = Bundle {
        public: files(record, "public"),
        observers: observers.then(|| files(record, "observers")),
        private: None,
    };
    let level = if observers { Level::Observer } else { Level::Public };
    let checks = verify(&bundle, &Options { commitment: None, level, before_draw: false }, &SIGNATURES);
    let mut public = Public::read(&bundle.public).unwrap();
    change(&mut public);
    let observed = bundle.observers.as_ref().map(|files| Observed::read(&public, files).unwrap());
    let ideal = observed.as_ref().map(|observed| vec![333_333; observed.lines.len()]);
    let objectives = if observers { compared() } else { Vec::new() };
    html(&Contents {
        public: &public,
        observed: observed.as_ref(),
        checks: &checks,
        objectives: &objectives,
        ideal: ideal.as_ref(),
    })
    .unwrap()
}

fn both(record: &str) -> [String; 2] {
    [false, true].map(|observers| page(record, observers, |_| ()))
}

#[test]
fn a_page_needs_nothing_but_itself() {
    for page in ["accept/plain", "accept/more-rules", "reject/quotas"].into_iter().flat_map(both) {
        for foreign in
            ["<script", "src=", "href=", "http://", "https://", "url(", "@import", " style=", "onload"]
        {
            assert!(!page.contains(foreign), "{foreign} is in the page");
        }
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
        assert!(
            page.contains(&format!("default-src 'none'; style-src 'sha256-{hash}'")),
            "the style is barred"
        );
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{ids:?}");
        for (open, close) in
            [("<table>", "</table>"), ("<section ", "</section>"), ("<li>", "</li>"), ("<svg ", "</svg>")]
        {
            assert_eq!(page.matches(open).count(), page.matches(close).count(), "{open}");
        }
    }
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(both("accept/plain"), both("accept/plain"));
}

#[test]
fn everybody_sees_what_is_public_and_no_more() {
    let page = page("accept/plain", false, |_| ());
    assert!(page.contains("for everybody") && !page.contains("for observers"));
    // the ages are so few that they are hidden; the genders are not
    assert!(
        page.contains(
            "Of a feature with a group of five people or fewer the pool and the lottery are hidden."
        )
    );
    assert!(page.contains("6 (50.00 %)") && page.contains("1 to 3") && page.contains(">hidden<"));
    for chances in ["least likely", "Gini", "What other aims"] {
        assert!(!page.contains(&format!("{chances}</")), "{chances} is in the page");
    }
    let members = String::from_utf8(files("accept/plain", "observers")["members.csv"].clone()).unwrap();
    for person in members.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()) {
        assert!(!page.contains(person));
    }
}

#[test]
fn observers_see_chances_objectives_and_the_proof() {
    let page = page("accept/plain", true, |_| ());
    for words in [
        "Everybody's chance",
        "leximin (this lottery)",
        "35.01 %",
        "0.035",
        "no lottery can give the least likely member more than 33.334 %; this one gives 30.000 %",
        "<th scope=\"row\">least likely</th><td class=\"number\">30.00 %</td><td class=\"number\">33.33 %</td>",
        "as long as all others keep at least the chance that they have",
        "What this cannot tell",
    ] {
        let plain = page.replace("&#39;", "'");
        assert!(plain.contains(words), "{words} is not in the page");
    }
}

#[test]
fn a_record_that_is_not_in_order_says_so_first() {
    let page = page("reject/quotas", true, |_| ());
    let said = page.find("This record is not in order").expect("the verdict");
    assert!(said < page.find("Commitment").unwrap());
    assert!(page.contains("every panel meets every quota: "));
}

#[test]
fn names_are_text_and_never_markup() {
    let page = page("accept/plain", true, |public| public.commit.event = "<img src=x> & \"co\"".to_owned());
    assert!(!page.contains("<img") && page.contains("&#60;img") | page.contains("&lt;img"));
}
