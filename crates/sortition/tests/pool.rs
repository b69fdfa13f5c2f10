//! Pools and quotas as tables: what is read from them, and what is said about them.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sortition::pool::assess;
use sortition::{Combinations, Pool, PoolOptions, Problem, Quota, Quotas, Reading, Row, Sheet};

/// A table from lines whose cells are parted by `|`; the first line is the header.
fn sheet(file: &str, lines: &[&str]) -> Sheet {
    let cells = |line: &&str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
    let rows = lines.iter().skip(1).zip(2..).map(|(line, number)| Row { number, cells: cells(line) });
    Sheet { file: file.to_owned(), header: cells(&lines[0]), rows: rows.collect() }
}

fn quotas() -> Quotas {
    let lines =
        ["feature|value|min|max", "Gender|Female|1|2", "Gender|Male|1|2", "Age|16-29|0|4", "Age|30+|0|4"];
    Quotas::read(&sheet("quotas.csv", &lines)).value.unwrap()
}

fn pool(lines: &[&str], options: &PoolOptions) -> Reading<Pool> {
    Pool::read(&sheet("pool.csv", lines), &quotas(), options)
}

fn said(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}

fn reasons(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.reason.as_str()).collect()
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn values_point_to_rows_of_the_quotas() {
    let reading = pool(&["id|Age|Gender|note", "1|30+|Female|x", "2|16-29|Male|"], &PoolOptions::default());
    assert_eq!(said(&reading.problems), [""; 0]);
    let pool = reading.value.unwrap();
    // In bytewise order: Age 16-29, Age 30+, Gender Female, Gender Male.
    assert_eq!(pool.members[0].values, [1, 2]);
    assert_eq!(pool.members[1].values, [0, 3]);
    assert_eq!(pool.members[0].cells, ["1", "30+", "Female", "x"]);
    assert_eq!((pool.id, pool.identity, pool.withdrawn), (0, vec![0], 0));
}

#[test]
fn a_spelling_is_warned_of_once_with_its_count() {
    let mut lines = vec!["id|Age|Gender".to_owned()];
    lines.extend((0..12).map(|i| format!("{i}|16 – 29|FEMALE")));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let reading = pool(&lines, &PoolOptions::default());
    assert!(reading.value.is_some());
    let expected =
        [r#"12 cells read "16 – 29", taken as "16-29""#, r#"12 cells read "FEMALE", taken as "Female""#];
    assert_eq!(reasons(&reading.problems), expected);
}

#[test]
fn a_number_may_have_a_zero_fraction_and_letters_another_unicode_form() {
    let lines = ["feature|value|min|max", "Children|4|0|9", "Town|Zürich|0|9"];
    let quotas = Quotas::read(&sheet("q", &lines)).value.unwrap();
    let pool = sheet("p", &["id|Children|Town", "1|4.0|Zu\u{308}rich"]);
    let reading = Pool::read(&pool, &quotas, &PoolOptions::default());
    assert_eq!(reading.value.unwrap().members[0].values, [0, 1]);
    assert_eq!(reading.problems[0].reason, r#"1 cell reads "4.0", taken as "4""#);
    assert!(reading.problems[1].reason.ends_with("in another Unicode form, taken as \"Zürich\""));
}

#[test]
fn a_household_of_many_is_warned_about() {
    let options = PoolOptions { household: columns(&["street", "postcode"]), ..PoolOptions::default() };
    let rows: Vec<String> = (1..=9).map(|id| format!("{id}|30+|Female||ZZ1")).collect();
    let lines = |most| {
        let rows = rows.iter().take(most).map(String::as_str);
        std::iter::once("id|Age|Gender|Street|Postcode").chain(rows).collect::<Vec<_>>()
    };
    let nine = "9 rows agree in the household columns; a panel can hold one of them";
    assert_eq!(reasons(&pool(&lines(9), &options).problems), [nine]);
    assert!(pool(&lines(8), &options).problems.is_empty());
}

#[test]
fn households_are_shared_after_folding() {
    let options = PoolOptions { household: columns(&["street", "POSTCODE"]), ..PoolOptions::default() };
    let lines = [
        "id|Age|Gender|Street|Postcode",
        "1|30+|Female|2 Test Street|",
        "2|30+|Female||",
        "3|30+|Female|1 Test Street|ZZ1 1AA",
        "4|30+|Female|1  TEST street|zz1 1aa",
        "5|30+|Female||ZZ1 1AA",
        "6|30+|Female||",
        "7|30+|Female|2 test street|",
        "8|30+|Female|1 test street|ZZ1 1AA",
    ];
    let reading = pool(&lines, &options);
    let pool = reading.value.unwrap();
    let households: Vec<Option<u32>> = pool.members.iter().map(|member| member.household).collect();
    assert_eq!(households, [Some(1), None, Some(2), Some(2), None, None, Some(1), Some(2)]);
    assert_eq!(pool.household_columns, ["Street", "Postcode"]);
    let warning = r#"2 rows have nothing in "Street" and "Postcode", and nobody is known to share a household with them"#;
    assert_eq!(reasons(&reading.problems), [warning]);
}

#[test]
fn withdrawn_members_are_not_looked_at() {
    let options = PoolOptions { household: columns(&["Home"]), ..PoolOptions::default() };
    let lines =
        ["id|Age|Gender|Home|Status", "1|30+|Female|a|", "1||?|a|Withdrew", "|||a|NO", "2|30+|Female|b|yes"];
    let reading = pool(&lines, &options);
    assert_eq!(said(&reading.problems), [""; 0]);
    let pool = reading.value.unwrap();
    assert_eq!((pool.members.len(), pool.withdrawn), (2, 2));
    assert_eq!(pool.members[0].household, None);
}

#[test]
fn a_feature_called_status_is_a_feature() {
    let quotas = Quotas::read(&sheet("q", &["feature|value|min|max", "Status|Employed|0|9"])).value.unwrap();
    let pool = sheet("p", &["id|status", "1|Employed"]);
    let reading = Pool::read(&pool, &quotas, &PoolOptions::default());
    assert_eq!(said(&reading.problems), [""; 0]);
}

#[test]
fn the_id_column_is_found_and_kept_to() {
    let id = |lines: &[&str], name: Option<&str>| {
        let options = PoolOptions { id: name.map(str::to_owned), ..PoolOptions::default() };
        pool(lines, &options).value.map(|pool| pool.id)
    };
    let lines = ["Age|town|number|id|Gender", "16-29|x|7|1|Male", "30+|x|8|2|Male"];
    assert_eq!(id(&lines, None), Some(3));
    assert_eq!(id(&lines, Some("NUMBER")), Some(2));
    assert_eq!(id(&lines, Some("town")), None);
    // A column "id" with a duplicate is an error, not a reason to take another one.
    assert_eq!(id(&["id|number|Age|Gender", "1|7|30+|Male", "1|8|30+|Male"], None), None);
    assert_eq!(id(&["n|number|Age|Gender", "1|7|30+|Male", "1|8|30+|Male"], None), Some(1));
}

#[test]
fn options_name_columns_that_are_there() {
    let options = PoolOptions {
        id: Some("number".to_owned()),
        household: columns(&["adress"]),
        identity: columns(&["Name", "Born", "Name"]),
        ..PoolOptions::default()
    };
    let reading = pool(&["id|Name|Address|Age|Gender", "1|secret|secret|30+|Male"], &options);
    assert!(reading.value.is_none());
    let header =
        r#"the header has "id", "Name", "Address", "Age" and "Gender"; name the right one in the settings"#;
    let expected = [
        format!(r#"pool.csv: there is no id column "number" -> {header} (id = ...)"#),
        format!(r#"pool.csv: there is no identity column "Born" -> {header} (identity = ...)"#),
        format!(
            r#"pool.csv: there is no household column "adress" -> perhaps "Address" is meant; {header} (household = ...)"#
        ),
    ];
    assert_eq!(said(&reading.problems), expected);
}

#[test]
fn identities_differ_after_folding_and_are_never_shown() {
    let options = PoolOptions { identity: columns(&["Name", "Born"]), ..PoolOptions::default() };
    let lines = [
        "id|Name|Born|Age|Gender",
        "1|Ann Sample|1980|30+|Female",
        "2|Ann Sample|1981|30+|Female",
        "3|ANN  sample|1980.0|30+|Female",
        "4|||30+|Female",
        "5|A\nB|1980|30+|Female",
    ];
    let reading = pool(&lines, &options);
    assert!(reading.value.is_none());
    let expected = [
        r#"pool.csv, row 4: row 2 says the same person in "Name" and "Born" -> delete one of the rows, or name more identity columns"#,
        r#"pool.csv, row 5: nothing in "Name" and "Born" says who this is -> fill the cells in"#,
        r#"pool.csv, row 6: a line break or another control character stands in "Name" and "Born" -> type the cell anew, on one line"#,
    ];
    assert_eq!(said(&reading.problems), expected);
}

#[test]
fn identity_by_the_id_column_keeps_case() {
    for identity in [vec![], columns(&["ID"])] {
        let options = PoolOptions { identity, ..PoolOptions::default() };
        let reading = pool(&["id|Age|Gender", "a|30+|Male", "A|30+|Male"], &options);
        assert_eq!(reading.problems.len(), 1);
        assert!(!reading.problems[0].is_error());
        assert_eq!(reading.value.unwrap().identity, [0]);
    }
}

#[test]
fn many_problems_of_one_kind_stay_readable() {
    let mut lines = vec!["id|Age|Gender".to_owned()];
    lines.extend((0..1_284).map(|i| format!("{i}|{i} years|Femal")));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let problems = pool(&lines, &PoolOptions::default()).problems;
    assert_eq!(problems.len(), 52);
    let also = "(also in rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 1,273 more)";
    assert!(problems.iter().any(|problem| problem.reason.ends_with(also)));
    assert_eq!(problems[51].reason, "and 1,234 more like this: unknown value in \"Age\"");
}

#[test]
fn what_no_panel_can_meet_is_said() {
    let members = ["id|Age|Gender", "1|30+|Male", "2|30+|Male", "3|30+|Female"];
    let pool = pool(&members, &PoolOptions::default()).value.unwrap();
    let assess = |lines: &[&str], size| {
        let quotas = Quotas::read(&sheet("quotas.csv", lines)).value.unwrap();
        said(&assess(&pool, &quotas, &Combinations::default(), size, "quotas.csv"))
    };
    let nobody =
        r#"quotas.csv, value "16-29": "Age": nobody in the pool has this value -> nothing, if that is right"#;
    let loose =
        ["feature|value|min|max", "Age|16-29|0|4", "Age|30+|0|4", "Gender|Female|0|4", "Gender|Male|0|4"];
    assert_eq!(assess(&loose, 3), [nobody]);
    let size =
        "quotas.csv: the panel is to have nobody: its size is 0 -> say how many people are to be drawn";
    assert_eq!(assess(&loose, 0), [size, nobody]);
    let large = "pool.csv: the panel is to have 4, but the pool has only 3 members -> draw a smaller panel or find more members";
    assert_eq!(assess(&loose, 4), [large, nobody]);
    let tight =
        ["feature|value|min|max", "Age|16-29|1|4", "Age|30+|0|4", "Gender|Female|0|1", "Gender|Male|0|1"];
    let expected = [
        r#"quotas.csv, value "16-29": "Age": the minimum is 1, but nobody in the pool has it -> lower the minimum or find more members"#,
        r#"quotas.csv: "Gender": the maxima add up to 2, below the panel's size of 3 -> raise them by 1 together"#,
    ];
    assert_eq!(assess(&tight, 3), expected);
    let high =
        ["feature|value|min|max", "Age|16-29|0|4", "Age|30+|3|4", "Gender|Female|1|4", "Gender|Male|2|4"];
    let expected = [
        nobody,
        r#"quotas.csv: "Age": the minima add up to 3, above the panel's size of 2 -> lower them by 1 together"#,
        r#"quotas.csv: "Gender": the minima add up to 3, above the panel's size of 2 -> lower them by 1 together"#,
    ];
    assert_eq!(assess(&high, 2), expected);
}

#[test]
fn canonical_quotas_are_byte_for_byte() {
    let lines = ["CATEGORY|Feature|Max|Min", "b|x, y|07|4.0", "b|\"z\"|1|0", "a|Zu\u{308}|2|1", "B|w|1|1"];
    let reading = Quotas::read(&sheet("q", &lines));
    let quotas = reading.value.unwrap();
    let expected = "feature,value,min,max\na,Zü,1,2\nb,\"\"\"z\"\"\",0,1\nb,w,1,1\nb,\"x, y\",4,7\n";
    assert_eq!(quotas.to_csv(), expected);
    assert_eq!(quotas.features(), ["a", "b"]);
    assert_eq!(Quotas::from_canonical(expected.as_bytes()), Ok(quotas));
    assert_eq!(reasons(&reading.problems), [r#"1 row reads "B", taken as "b""#]);
}

#[test]
fn other_forms_of_quotas_are_not_canonical() {
    for bytes in [
        "",
        "feature,value,min,max\n",
        "feature,value,max,min\na,x,1,1\n",
        "category,name,min,max\na,x,1,1\n",
        "feature,value,min,max\na,x,1,1",
        "feature,value,min,max\r\na,x,1,1\r\n",
        "\u{feff}feature,value,min,max\na,x,1,1\n",
        "feature,value,min,max\na,x,01,1\n",
        "feature,value,min,max\na,x,1.0,1\n",
        "feature,value,min,max\na,x,2,1\n",
        "feature,value,min,max\na,x,1\n",
        "feature,value,min,max\na,x,1,1,1\n",
        "feature,value,min,max\na, x,1,1\n",
        "feature,value,min,max\na,\"x\",1,1\n",
        "feature,value,min,max\na,Zu\u{308},1,1\n",
        "feature,value,min,max\nb,x,1,1\na,x,1,1\n",
        "feature,value,min,max\na,x,1,1\na,x,1,1\n",
        "feature,value,min,max\na,,1,1\n",
        "feature,value,min,max\na,x,1,1\n\n",
        "feature,value,min,max\na,\"x\ny\",1,1\n",
    ] {
        let read = Quotas::from_canonical(bytes.as_bytes());
        assert!(read.as_ref().is_err_and(|reason| !reason.is_empty()), "{bytes:?}: {read:?}");
    }
    assert!(Quotas::from_canonical(b"feature,value,min,max\na,\xff,1,1\n").is_err());
    // Whether two names fold to the same is for those who prepare; a record is read byte by byte.
    let alike = "feature,value,min,max\na,X,1,1\na,x,1,1\n";
    assert_eq!(Quotas::from_canonical(alike.as_bytes()).unwrap().to_csv(), alike);
}

prop_compose! {
    /// Names in which separators, quotes, dashes, accents and numbers are frequent.
    fn name()(text in "[a-zA-Z,;\"' é\u{308}–.0-9\\-]{1,8}") -> String { text }
}

proptest! {
    #[test]
    fn canonical_quotas_come_back(lines in prop::collection::vec((name(), name(), 0u32..9, 0u32..9), 1..8)) {
        let rows = (2..).zip(&lines).map(|(number, (feature, value, a, b))| Row {
            number,
            cells: vec![feature.clone(), value.clone(), a.min(b).to_string(), a.max(b).to_string()],
        });
        let header = columns(&["feature", "value", "min", "max"]);
        let sheet = Sheet { file: "q".to_owned(), header, rows: rows.collect() };
        if let Some(quotas) = Quotas::read(&sheet).value {
            let csv = quotas.to_csv();
            prop_assert_eq!(Quotas::from_canonical(csv.as_bytes()).unwrap(), quotas.clone());
            let sorted = quotas.rows().is_sorted_by_key(|Quota { feature, value, .. }| (feature, value));
            prop_assert!(sorted);
        }
    }

    #[test]
    fn no_bytes_are_canonical_quotas_and_written_otherwise(text in "([ab],[xy],[0-3],[0-3]\n){0,3}|\\PC{0,20}") {
        let bytes = format!("feature,value,min,max\n{text}").into_bytes();
        if let Ok(quotas) = Quotas::from_canonical(&bytes) {
            prop_assert_eq!(quotas.to_csv().into_bytes(), bytes);
        }
    }

    #[test]
    fn any_table_is_read_without_a_panic(
        header in prop::collection::vec("id|Age|gender|status|Home|\\PC{0,3}", 0..7),
        rows in prop::collection::vec(prop::collection::vec("30\\+|FEMALE|16-29|no|1?[a-z]?|\\PC{0,4}", 0..8), 0..9),
        id in prop::option::of(Just("id".to_owned())),
        size in 0u32..6,
    ) {
        let rows = (2..).zip(rows).map(|(number, cells)| Row { number, cells }).collect();
        let sheet = Sheet { file: "p".to_owned(), header, rows };
        let options = PoolOptions { id, household: columns(&["home"]), ..PoolOptions::default() };
        let reading = Pool::read(&sheet, &quotas(), &options);
        prop_assert_eq!(reading.value.is_none(), reading.problems.iter().any(Problem::is_error));
        if let Some(pool) = reading.value {
            prop_assert_eq!(pool.members.len() + pool.withdrawn, sheet.rows.len());
            assess(&pool, &quotas(), &Combinations::default(), size, "q");
        }
        let reading = Quotas::read(&sheet);
        prop_assert_eq!(reading.value.is_none(), reading.problems.iter().any(Problem::is_error));
    }
}
