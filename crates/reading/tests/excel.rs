//! Workbooks made by hand, part by part.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sortition::{Problem, Reading, Sheet};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook with these sheets, given as state and the XML of their rows. Style 1 is a date, 2 a length of time.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    workbook_and(sheets, &[])
}

/// The same with other parts.
fn workbook_and(sheets: &[(&str, &str)], others: &[(&str, &[u8])]) -> Vec<u8> {
    let numbers = || 1..=sheets.len();
    let entries: String = numbers()
        .map(|i| {
            format!(r#"<sheet name="Sheet {i}" sheetId="{i}" state="{}" r:id="r{i}"/>"#, sheets[i - 1].0)
        })
        .collect();
    let relations: String = numbers()
        .map(|i| {
            format!(
                r#"<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>"#
            )
        })
        .collect();
    let styles = format!(r#"<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>"#);
    let mut parts = vec![
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="w" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{entries}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{PACKAGE}">{relations}{styles}</Relationships>"#),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                r#"<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/></cellXfs></styleSheet>"#
            ),
        ),
    ];
    for (i, (_, rows)) in sheets.iter().enumerate() {
        parts.push((
            format!("xl/worksheets/sheet{}.xml", i + 1),
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#),
        ));
    }
    let mut all = others.to_vec();
    all.extend(parts.iter().map(|(name, content)| (name.as_str(), content.as_bytes())));
    archive(&all)
}

fn text(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn read(bytes: &[u8]) -> Reading<Sheet> {
    reading::read("f.xlsx", bytes)
}

fn said(reading: &Reading<Sheet>) -> Vec<String> {
    reading.problems.iter().map(Problem::to_string).collect()
}

#[test]
fn cells_of_every_kind() {
    let header = ["A1", "B1", "C1", "D1", "E1", "F1", "G1"].map(|place| text(place, place)).concat();
    let rows = format!(
        r#"<row r="1">{header}</row><row r="4"><c r="A4"><v>4.0</v></c><c r="B4"><v>0.25</v></c>
        <c r="C4" s="1"><v>45292</v></c><c r="D4" s="1"><v>45292.5</v></c><c r="E4" t="b"><v>1</v></c>{}
        <c r="G4" s="1"><v>0.75</v></c></row>"#,
        text("F4", " x ")
    );
    let reading = read(&workbook(&[("visible", &rows)]));
    assert_eq!(said(&reading), [""; 0]);
    let sheet = reading.value.unwrap();
    assert_eq!(sheet.rows[0].number, 4);
    let expected = ["4", "0.25", "2024-01-01", "2024-01-01T12:00:00", "TRUE", "x", "18:00:00"];
    assert_eq!(sheet.rows[0].cells, expected);
}

#[test]
fn the_first_visible_sheet_with_data_is_read() {
    let table = |name: &str| format!(r#"<row>{}</row><row>{}</row>"#, text("A1", name), text("A2", "x"));
    let (hidden, first, second) = (table("hidden"), table("first"), table("second"));
    let bytes = workbook(&[("hidden", &hidden), ("visible", ""), ("visible", &first), ("visible", &second)]);
    let reading = read(&bytes);
    assert_eq!(
        said(&reading),
        [
            r#"f.xlsx: there are several sheets; "Sheet 3" was read -> nothing, if that is the right one; else delete or hide it"#
        ]
    );
    assert_eq!(reading.value.unwrap().header, ["first"]);
}

#[test]
fn workbooks_without_a_table() {
    let empty = read(&workbook(&[("visible", "")]));
    assert!(said(&empty)[0].contains("the file is empty"));
    let document = read(&archive(&[("word/document.xml", b"<w/>")]));
    assert!(said(&document)[0].contains("not a sound Excel workbook"));
    let nothing = read(&archive(&[]));
    assert!(said(&nothing)[0].contains("not a sound Excel workbook"));
}

#[test]
fn a_cell_far_away_takes_no_memory() {
    let rows: String = (1..200).map(|i| format!("<row>{}</row>", text(&format!("A{i}"), "x"))).collect();
    let rows = format!("{rows}<row>{}</row>", text("XFD1048576", "stray"));
    let reading = read(&workbook(&[("visible", &rows)]));
    assert!(said(&reading)[0].contains("more than 2,000,000 cells"));
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let zeros = vec![0u8; 65 << 20];
    let bytes = archive(&[("1", &zeros), ("2", &zeros), ("3", &zeros), ("4", &zeros)]);
    assert!(bytes.len() < 1 << 20);
    assert!(said(&read(&bytes))[0].contains("unpacks to more than 256 MiB"));
}

#[test]
fn a_list_of_texts_that_announces_too_many_is_refused() {
    let rows = r#"<row><c t="s"><v>0</v></c></row><row><c><v>1</v></c></row>"#;
    let with = |count: &str| {
        let list = format!(r#"<sst xmlns="{MAIN}" uniqueCount = "{count}"><si><t>x</t></si></sst>"#);
        read(&workbook_and(&[("visible", rows)], &[("xl/SharedStrings.xml", list.as_bytes())]))
    };
    assert_eq!(with("1").value.unwrap().header, ["x"]);
    for count in ["99999999999999", "0002000001", "+ 999999999999999999999999"] {
        assert!(said(&with(count))[0].contains("not a sound Excel workbook"));
    }
}

#[test]
fn damaged_parts_are_refused() {
    for rows in [
        "<row><c r=\"A0\"><v>1</v></c></row>",
        "<row><c r=\"A99999999999\"><v>1</v></c></row>",
        "<row><c r=\"ZZZZZZZ1\"><v>1</v></c></row>",
        "<row r=\"4294967295\"><c><v>1</v></c></row><row><c><v>1</v></c></row>",
        "<row><c r=\"A1\" t=\"s\"><v>7</v></c></row>",
        "<row><c r=\"A1\" s=\"99\"><v>x</v></c></row>",
        "<row><c r=\"A1\" s=\"1\"><v>1e300</v></c></row>",
        "<row><c r=\"A1\"><v>",
        "<row></c></row>",
    ] {
        let reading = read(&workbook(&[("visible", rows)]));
        assert!(reading.value.is_none());
    }
}

proptest! {
    #[test]
    fn damaged_rows_are_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[<>/=\"a-z0-9ZA]{0,3}"), 1..4),
    ) {
        let mut rows = format!(
            r#"<row r="1">{}</row><row r="2"><c r="A2" s="1"><v>4.0</v></c><c r="B2" t="s"><v>0</v></c></row>"#,
            text("A1", "a")
        );
        for (at, new) in changes {
            let at = at.index(rows.len());
            rows.replace_range(at..rows.len().min(at + new.len()), &new);
        }
        let reading = read(&workbook(&[("visible", &rows)]));
        prop_assert_eq!(reading.value.is_none(), reading.problems.iter().any(Problem::is_error));
    }
}
