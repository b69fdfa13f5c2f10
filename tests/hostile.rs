//! Bytes from strangers: no parser panics, hangs or fills the memory, whatever it is given. `PROPTEST_CASES` makes it longer;
//! `fuzz/` gives the same parsers to libFuzzer, which needs a nightly compiler.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod parsers;

use std::path::{Path, PathBuf};

use across::read;
use proptest::prelude::*;
use sortition::Bundle;
use sortition::verification::{Level, Options, verify};

use parsers::{SIGNATURES, parse, parse_table};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn record() -> Bundle {
    let folder = fixtures().join("records/accept/replaced");
    Bundle {
        public: read(&folder.join("public")),
        observers: Some(read(&folder.join("observers"))),
        private: Some(read(&folder.join("private"))),
    }
}

/// One change to some bytes.
#[derive(Debug, Clone)]
enum Change {
    Byte(usize, u8),
    Cut(usize, usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize, usize),
    Number(usize, String),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>().prop_map(|index| index.index(1 << 20));
    let numbers =
        prop::sample::select(vec!["0", "-1", "4294967295", "4294967296", "9007199254740993", "1e400", "0.5"]);
    let spliced = prop::sample::select(vec![
        "[[[[[[[[", "{\"a\":", "\"", ",", "\n", "\r\n", "null", "\u{202e}", "é", "e\u{301}",
    ]);
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (at.clone(), 1usize..200).prop_map(|(at, many)| Change::Cut(at, many)),
        (at.clone(), spliced).prop_map(|(at, text)| Change::Insert(at, text.as_bytes().to_vec())),
        (at.clone(), 1usize..40, 1usize..400).prop_map(|(at, long, times)| Change::Repeat(at, long, times)),
        (at, numbers).prop_map(|(at, number)| Change::Number(at, number.to_owned())),
    ]
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let place = |at: usize| at % (bytes.len() + 1);
        match change {
            Change::Byte(at, byte) => {
                let at = place(*at);
                if at < bytes.len() {
                    bytes[at] = *byte;
                }
            }
            Change::Cut(at, many) => {
                let at = place(*at);
                bytes.drain(at..(at + many).min(bytes.len()));
            }
            Change::Insert(at, more) => {
                let at = place(*at);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Repeat(at, long, times) => {
                let at = place(*at);
                let piece = bytes[at..(at + long).min(bytes.len())].repeat(*times);
                bytes.splice(at..at, piece);
            }
            Change::Number(at, number) => {
                let at = place(*at);
                let is_digit = |byte: &u8| byte.is_ascii_digit();
                let Some(start) = bytes[at..].iter().position(is_digit).map(|more| at + more) else {
                    continue;
                };
                let end = bytes[start..]
                    .iter()
                    .position(|byte| !is_digit(byte))
                    .map_or(bytes.len(), |more| start + more);
                bytes.splice(start..end, number.bytes());
            }
        }
    }
    bytes
}

/// Tables of every kind that organisers keep.
fn tables() -> Vec<Vec<u8>> {
    let of = |folder: &str| across::read(&fixtures().join(folder)).into_values();
    let kept = [
        "leaves,joins,round\nm1,m2,2\n",
        "round,table,member\n1,1,m1\n1,2,m2\n",
        "id,role,languages,rounds,most\nFay,facilitator,en de,1,3\n",
        "round,table,role,staff\n1,1,facilitator,Fay\n",
        "round,member,present\nopening,m1,yes\n",
        "block,quorum,pay\nopening,20,50\n",
        "member,block,amount\nm1,vote,12.50\n",
        "id,2031-02-03,2031-02-10\nm1,yes,no\n",
        "feature,mode,weight\nGender,balance,2\n",
        "feature,value,count\nGender,Female,120\nGender,Male,100\n",
        "feature1,value1,feature2,value2,min,max\nGender,Female,Age,16-29,1,2\n",
        "id,household,Gender\n1,a,Female\n2,a,Male\n",
    ];
    let small = |bytes: &Vec<u8>| bytes.len() < 20_000;
    let own = kept.into_iter().map(|text| text.as_bytes().to_vec());
    of("inputs/good")
        .chain(of("inputs/bad"))
        .chain(of("tables/syn100_con"))
        .filter(small)
        .chain(own)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_record_gets_a_verdict(which in any::<prop::sample::Index>(), changes in prop::collection::vec(change(), 1..4)) {
        let mut bundle = record();
        let names: Vec<(usize, String)> = [Some(&bundle.public), bundle.observers.as_ref(), bundle.private.as_ref()]
            .into_iter()
            .enumerate()
            .flat_map(|(place, files)| files.unwrap().keys().map(move |name| (place, name.clone())))
            .collect();
        let (place, name) = which.get(&names);
        let files = match place {
            0 => &mut bundle.public,
            1 => bundle.observers.as_mut().unwrap(),
            _ => bundle.private.as_mut().unwrap(),
        };
        let before = files[name].clone();
        let after = changed(&before, &changes);
        parse(&after);
        files.insert(name.clone(), after.clone());
        let options = Options { commitment: None, level: Level::Auditor, before_draw: false };
        let report = verify(&bundle, &options, &SIGNATURES);
        prop_assert!(after == before || report.exit_code() != 0, "{name} was changed, and nothing noticed");
    }

    #[test]
    fn a_changed_table_is_read_or_refused(which in any::<prop::sample::Index>(), changes in prop::collection::vec(change(), 1..4)) {
        let tables = tables();
        let table: &Vec<u8> = which.get(&tables);
        parse_table(&changed(table, &changes));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        parse(&bytes);
    }

    #[test]
    fn any_json_is_read_or_refused(text in "[\\[\\]{}:,\"0-9a-z\\\\.eE+-]{0,200}") {
        parse(text.as_bytes());
    }
}

/// Deep nesting, huge numbers and long lines end soon and take no more memory than the file.
#[test]
fn deep_and_long_files_are_refused() {
    let deep = |open: &str| open.repeat(1 << 20).into_bytes();
    for bytes in [deep("["), deep("{\"a\":"), deep("\""), deep(","), deep("\n"), deep("9"), deep("é")] {
        parse(&bytes);
    }
    let mut bundle = record();
    for (from, to) in
        [("\"m\":20", "\"m\":100000"), ("\"n\":12", "\"n\":1000000"), ("\"k\":4", "\"k\":1000000")]
    {
        let commit = String::from_utf8(bundle.public["commit.json"].clone()).unwrap().replace(from, to);
        bundle.public.insert("commit.json".to_owned(), commit.into_bytes());
        let options = Options { commitment: None, level: Level::Auditor, before_draw: false };
        assert_eq!(verify(&bundle, &options, &SIGNATURES).exit_code(), 1);
    }
}
