//! Every file of fixtures/inputs gives exactly the problems that its `.expected.txt` says (none where there is no such
//! file), and the good ones say the same thing in different dress. `BLESS=1` writes the expected files anew.

#![allow(clippy::unwrap_used)]

use sortition::pool::assess;
use sortition::{Combinations, Pool, PoolOptions, Problem, Quota, Quotas};
use std::fs;
use std::path::{Path, PathBuf};

const SIZE: u32 = 4;

fn inputs(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/inputs").join(folder)
}

/// The files of a folder but the expected ones, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(inputs(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = all.filter(|path| !name(path).ends_with(".expected.txt")).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// What reading a file gives: its quotas or its pool, and everything that was said about it.
#[derive(Default)]
struct Outcome {
    quotas: Option<Quotas>,
    pool: Option<Pool>,
    problems: Vec<Problem>,
}

impl Outcome {
    fn quotas(path: &Path) -> Self {
        let (sheet, mut problems) = reading::sound_rows(&name(path), &fs::read(path).unwrap());
        let reading = sheet.map(|sheet| Quotas::read(&sheet));
        let quotas = reading.and_then(|reading| {
            problems.extend(reading.problems);
            reading.value
        });
        Self { quotas, pool: None, problems }
    }

    fn pool(path: &Path, quotas: &Quotas) -> Self {
        let (sheet, mut problems) = reading::sound_rows(&name(path), &fs::read(path).unwrap());
        let reading = sheet.map(|sheet| Pool::read(&sheet, quotas, &PoolOptions::default()));
        let pool = reading.and_then(|reading| {
            problems.extend(reading.problems);
            reading.value
        });
        Self { quotas: None, pool, problems }
    }

    /// Reads a file together with the good other one.
    fn of(path: &Path) -> Self {
        let good = inputs("good");
        if name(path).starts_with("quotas") {
            let mut outcome = Self::quotas(path);
            if let Some(quotas) = &outcome.quotas {
                let pool = Self::pool(&good.join("pool.csv"), quotas);
                outcome.problems.extend(pool.problems);
                let together =
                    pool.pool.map(|pool| assess(&pool, quotas, &Combinations::default(), SIZE, &name(path)));
                outcome.problems.extend(together.unwrap_or_default());
            }
            outcome
        } else {
            let quotas = Self::quotas(&good.join("quotas.csv")).quotas.unwrap();
            let mut outcome = Self::pool(path, &quotas);
            let together = outcome
                .pool
                .as_ref()
                .map(|pool| assess(pool, &quotas, &Combinations::default(), SIZE, "quotas.csv"));
            outcome.problems.extend(together.unwrap_or_default());
            outcome
        }
    }

    fn said(&self) -> String {
        let line = |problem: &Problem| {
            format!("{}: {problem}\n", if problem.is_error() { "error" } else { "warning" })
        };
        self.problems.iter().map(line).collect()
    }
}

#[test]
fn each_file_gives_the_problems_that_it_should() {
    let mut seen = 0;
    for folder in ["good", "bad"] {
        for path in files(folder) {
            let outcome = Outcome::of(&path);
            let said = outcome.said();
            let expected = path.with_file_name(format!("{}.expected.txt", name(&path)));
            if std::env::var_os("BLESS").is_some() && !said.is_empty() {
                fs::write(&expected, &said).unwrap();
            }
            let expected = fs::read_to_string(expected).unwrap_or_default();
            assert_eq!(said, expected, "{}", path.display());
            let personal = ["Example", "Sample", "Street", "ZZ1"];
            assert!(!personal.iter().any(|text| said.contains(text)), "{}", path.display());
            let refused = outcome.problems.iter().any(Problem::is_error);
            assert_eq!(refused, folder == "bad", "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 60, "only {seen} files");
}

#[test]
fn every_good_quota_file_says_the_same() {
    let strip = |quota: &Quota| Quota { min_flex: None, max_flex: None, ..quota.clone() };
    let rows = |path: &Path| -> Vec<Quota> {
        Outcome::quotas(path).quotas.unwrap().rows().iter().map(strip).collect()
    };
    let expected = rows(&inputs("good").join("quotas.csv"));
    assert_eq!(expected.len(), 7);
    for path in files("good").iter().filter(|path| name(path).starts_with("quotas")) {
        assert_eq!(rows(path), expected, "{}", path.display());
    }
    let flexible = Outcome::quotas(&inputs("good").join("quotas-flex.csv")).quotas.unwrap();
    assert_eq!((flexible.rows()[0].min_flex, flexible.rows()[0].max_flex), (Some(0), Some(3)));
    assert_eq!((flexible.rows()[3].min_flex, flexible.rows()[3].max_flex), (Some(1), None));
}

#[test]
fn every_good_pool_has_the_same_members() {
    let members = |path: &Path| -> Vec<(String, Vec<u32>)> {
        let pool = Outcome::of(path).pool.unwrap();
        let column = |name: &str| pool.columns.iter().position(|column| column == name).unwrap();
        let person = column("Name");
        pool.members.iter().map(|member| (member.cells[person].clone(), member.values.clone())).collect()
    };
    let expected = members(&inputs("good").join("pool.csv"));
    assert_eq!(expected[1], ("Jörg Example".to_owned(), vec![1, 4, 5]));
    for path in files("good").iter().filter(|path| name(path).starts_with("pool")) {
        assert_eq!(members(path), expected, "{}", path.display());
    }
}

#[test]
fn rows_keep_the_numbers_of_the_file() {
    let pool = Outcome::of(&inputs("good").join("pool-blank-lines.csv")).pool.unwrap();
    let rows: Vec<usize> = pool.members.iter().map(|member| member.row).collect();
    assert_eq!(rows, [4, 5, 8, 9, 10, 11, 13, 14]);
    let pool = Outcome::of(&inputs("good").join("pool.xlsx")).pool.unwrap();
    assert_eq!(pool.members[0].row, 2);
}

#[test]
fn withdrawn_members_are_counted() {
    let pool = Outcome::of(&inputs("good").join("pool-status.csv")).pool.unwrap();
    assert_eq!((pool.members.len(), pool.withdrawn), (8, 2));
}

#[test]
fn the_id_column_is_the_first_that_is_unique() {
    let pool = Outcome::of(&inputs("good").join("pool-without-id-column.csv")).pool.unwrap();
    assert_eq!(pool.columns[pool.id], "Member number");
}
