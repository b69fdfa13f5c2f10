//! Rules besides the quotas as an organiser writes them: combinations, caps, members already seated; and people who are
//! in the pool twice.

#![allow(clippy::unwrap_used)]

use sortition::pool::assess;
use sortition::{Cap, Combinations, Pool, PoolOptions, Problem, Quotas, Reading, Register, Row, Sheet};

/// A table from lines whose cells are parted by `|`; the first line is the header.
fn sheet(file: &str, lines: &[&str]) -> Sheet {
    let cells = |line: &&str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows = lines.iter().skip(1).zip(2..).map(|(line, number)| Row { number, cells: cells(line) });
    Sheet { file: file.to_owned(), header: cells(&lines[0]), rows: rows.collect() }
}

fn quotas() -> Quotas {
    let lines =
        ["feature|value|min|max", "Gender|Female|0|2", "Gender|Male|1|2", "Age|16-29|0|4", "Age|30+|0|4"];
    Quotas::read(&sheet("quotas.csv", &lines)).value.unwrap()
}

fn combinations(lines: &[&str]) -> Reading<Combinations> {
    Combinations::read(&sheet("combinations.csv", lines), &quotas())
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

#[test]
fn combinations_are_read_in_the_spelling_of_the_quotas() {
    let reading = combinations(&["was|age|GENDER|min|max", "x|30+|male|0|1", "|16 – 29|Female|2|3"]);
    assert_eq!(said(&reading.problems), [""; 0]);
    let read = reading.value.unwrap();
    assert_eq!(read.rows, [3, 2]);
    assert_eq!(read.list[0].words(), "\"16-29\" (Age) and \"Female\" (Gender)");
    assert_eq!((read.list[0].min, read.list[0].max), (2, 3));
}

#[test]
fn everything_that_is_wrong_with_combinations_is_said_at_once() {
    let reading = combinations(&[
        "Age|Gender|Town|min|max",
        "16-29|Femal|x|1|2",
        "|Male||0|1",
        "30+|Male||3|2",
        "30+|Male||x|",
        "16-29|Male||0|2",
        "16-29|male||0|3",
        "toddler|Male||0|1",
    ]);
    assert!(reading.value.is_none());
    let expected = [
        r#"combinations.csv, column "Town": this is neither a feature of the quotas nor min or max -> the features are "Age" and "Gender""#,
        r#"combinations.csv, row 2, column "Gender", value "Femal": the quotas do not have this value -> perhaps "Female" is meant"#,
        "combinations.csv, row 3: a combination needs values of two features or more -> fill in another feature, or put the row into the quotas' file",
        r#"combinations.csv, row 4, column "min", value "3": the minimum 3 is above the maximum 2 -> swap or mend the two numbers"#,
        r#"combinations.csv, row 5, column "min", value "x": this is not a whole number -> write it in digits alone, such as 12"#,
        r#"combinations.csv, row 5, column "max": the cell is empty -> write a whole number, 0 or above"#,
        "combinations.csv, row 7: row 6 is about the same combination -> keep one of the two rows",
        r#"combinations.csv, row 8, column "Age", value "toddler": the quotas do not have this value -> the values are "16-29" and "30+""#,
    ];
    assert_eq!(said(&reading.problems), expected);
    let without = combinations(&["Age|Gender", "16-29|Male"]);
    assert_eq!(said(&without.problems).len(), 2);
}

const POOL: [&str; 8] = [
    "id|Gender|Age|Town|Home|Status",
    "1|Female|16-29|Ash|a|seated",
    "2|Female|16-29|Ash|a|Already Seated",
    "3|Female|30+|ash|b|seated",
    "4|Male|30+|Bay|c|active",
    "5|Male|30+|Bay|d|",
    "6|Male|16-29||e|",
    "7|Male|16-29|Ash|f|withdrawn",
];

fn options(caps: &[(&str, u32)]) -> PoolOptions {
    let cap = |&(column, max): &(&str, u32)| Cap { column: column.to_owned(), max };
    PoolOptions {
        household: vec!["home".to_owned()],
        caps: caps.iter().map(cap).collect(),
        ..PoolOptions::default()
    }
}

#[test]
fn seated_members_who_cannot_sit_together_are_named_by_their_rows() {
    let pool = Pool::read(&sheet("pool.csv", &POOL), &quotas(), &options(&[("town", 2)])).value.unwrap();
    assert_eq!((pool.members.len(), pool.withdrawn), (6, 1));
    let rules = combinations(&["Age|Gender|min|max", "16-29|Female|0|1", "16-29|Male|2|3"]).value.unwrap();
    let expected = [
        r#"combinations.csv, row 3: the minimum is 2, but only 1 member of the pool is "16-29" (Age) and "Male" (Gender) -> lower the minimum or find more members"#,
        r#"pool.csv: 3 members already seated have "Female" (Gender), but the most is 2 (rows 2, 3 and 4) -> raise the maximum, or take "seated" away from some of them"#,
        r#"pool.csv: 2 members already seated are "16-29" (Age) and "Female" (Gender), but the most is 1 (rows 2 and 3) -> raise the maximum, or take "seated" away from some of them"#,
        r#"pool.csv: 3 members already seated agree in the column "Town", but the most is 2 (rows 2, 3 and 4) -> raise the maximum, or take "seated" away from some of them"#,
        r#"pool.csv: 2 members already seated share a household, but the most is 1 (rows 2 and 3) -> raise the maximum, or take "seated" away from some of them"#,
    ];
    assert_eq!(said(&assess(&pool, &quotas(), &rules, 3, "quotas.csv")), expected);
    let few = assess(&pool, &quotas(), &Combinations::default(), 2, "quotas.csv");
    assert!(said(&few)[0].starts_with("pool.csv: 3 members already seated need a seat, but the most is 2"));
}

#[test]
fn every_rule_is_a_row() {
    let pool = Pool::read(&sheet("pool.csv", &POOL), &quotas(), &options(&[("town", 1)])).value.unwrap();
    let labels: Vec<Option<u32>> = pool.members.iter().map(|member| member.places[0]).collect();
    assert_eq!(labels, [Some(1), Some(1), Some(1), Some(2), Some(2), None]);
    let rules = combinations(&["Age|Gender|min|max", "30+|Male|1|2"]).value.unwrap();
    let register = Register::new("Spring", &[1; 32], &pool, &quotas(), &rules.list).unwrap();
    let layout = register.layout(&quotas());
    assert_eq!((layout.combinations, &layout.caps[0], layout.seated), (4..5, &(5..7), 7..8));
    let rules = register.rules(&quotas(), 4);
    let bounds: Vec<(u32, u32)> = rules.rows.iter().map(|row| (row.min, row.max)).collect();
    assert_eq!(bounds[4..], [(1, 2), (0, 1), (0, 1), (3, 3)]);
    for (entry, member) in register.entries.iter().zip(&rules.members) {
        assert!(member.rows.windows(2).all(|pair| pair[0] < pair[1]));
        let person = &pool.members[entry.member];
        assert_eq!(member.rows.contains(&7), person.seated);
        assert_eq!(member.rows.contains(&4), ["4", "5"].contains(&person.cells[0].as_str()));
        assert_eq!(member.rows.iter().any(|row| (5..7).contains(row)), person.places[0].is_some());
    }
}

#[test]
fn caps_that_make_no_sense() {
    let read = |caps: &[(&str, u32)]| Pool::read(&sheet("pool.csv", &POOL), &quotas(), &options(caps));
    let expected = [
        r#"pool.csv: there is no at-most column "Twon" -> perhaps "Town" is meant; the header has "id", "Gender", "Age", "Town", "Home" and "Status"; name the right one in the settings (at-most = ...)"#,
        r#"pool.csv: "gender" is a feature, so its quotas say how many may sit -> lower the maxima in the quotas' file, and leave out at-most"#,
        r#"pool.csv: there are two at-most rules for the column "town" -> keep one of them"#,
    ];
    let reading = read(&[("Twon", 2), ("gender", 1), ("Town", 1), ("town", 2)]);
    assert_eq!(said(&reading.problems), expected);
    // Where a place has no more people than may sit, it needs no label.
    let places = |max| {
        let pool = read(&[("Town", max)]).value.unwrap();
        pool.members.iter().filter_map(|member| member.places[0]).collect::<Vec<u32>>()
    };
    assert_eq!((places(2), places(3)), (vec![1, 1, 1], vec![]));
}

#[test]
fn one_person_with_two_ids_is_noticed_and_not_named() {
    let lines = [
        "id|Gender|Age|First name|Last name|E-Mail|Phone",
        "1|Female|30+|Ada|Ash|a@example.org|1",
        "2|Male|30+|Bo|Ash|a@example.org|1",
        "3|Female|16-29|Ada|Ash||",
        "4|Female|30+|ADA|ash|A@example.org|9",
        "5|Female|30+|||a@example.org|",
        "6|Female|30+|||a@example.org|",
    ];
    let reading = Pool::read(&sheet("pool.csv", &lines), &quotas(), &PoolOptions::default());
    let expected = [
        r#"pool.csv, row 5: row 2 agrees in "First name", "Last name" and "E-Mail": one person twice? -> if so, delete one of the rows, or that person has two chances"#,
    ];
    assert_eq!(said(&reading.problems), expected);
    assert!(reading.value.is_some());
}
