//! Whatever the bytes are: no panic, few problems, and soon.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sortition::{Problem, Row, Sheet};
use std::fs;
use std::path::Path;

/// Reads, and checks what holds of every reading.
fn read(bytes: &[u8]) -> Result<Sheet, Vec<String>> {
    let reading = reading::read("f", bytes);
    assert!(reading.problems.len() <= 1_100, "{} problems", reading.problems.len());
    assert_eq!(reading.value.is_none(), reading.problems.iter().any(Problem::is_error));
    let said = reading.problems.iter().map(Problem::to_string).collect();
    reading.value.ok_or(said).inspect(|sheet| {
        assert!(!sheet.rows.is_empty());
        assert!(sheet.rows.is_sorted_by_key(|row| row.number));
        assert!(sheet.rows.iter().all(|row| row.cells.len() == sheet.header.len()));
    })
}

/// Bytes that look random, the same each time.
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 1u64;
    (0..length).map(move |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    })
}

#[test]
fn ten_megabytes_of_noise() {
    let binary: Vec<u8> = noise(10 << 20).collect();
    assert_eq!(read(&binary).unwrap_err().len(), 1);

    let printable: Vec<u8> = noise(10 << 20).map(|b| b' ' + b % 95).collect();
    assert!(read(&printable).is_err());

    let without_quotes =
        |b: u8| if b.is_multiple_of(40) { b'\n' } else { b"abcdefgh,;-"[usize::from(b % 11)] };
    let lines: Vec<u8> = noise(10 << 20).map(without_quotes).collect();
    let said = read(&lines).unwrap_err();
    assert!(said.len() < 300, "{}", said.len());
    assert!(said.iter().any(|line| line.contains(" more like this: row too long")), "{said:?}");
}

#[test]
fn more_cells_or_bytes_than_anybody_needs() {
    let commas = vec![b','; 10 << 20];
    assert_eq!(
        read(&commas).unwrap_err(),
        ["f: the table has more than 2,000,000 cells -> keep only the rows and columns that are needed"]
    );
    let large = vec![b'a'; reading::MAX_BYTES + 1];
    assert_eq!(
        read(&large).unwrap_err(),
        ["f: the file has more than 64 MiB -> keep only the rows and columns that are needed"]
    );
    let long = [b"id,x\n".as_slice(), &vec![b'a'; 1 << 20], b",\"\n"].concat();
    assert_eq!(
        read(&long).unwrap_err(),
        ["f, row 2: the quotation mark that opens here is never closed -> close it, or delete it"]
    );
}

fn good_files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/inputs/good");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_separators_and_quotes_are_read_or_refused(text in "[ab1\",;\t\r\n ]{0,60}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn damaged_files_are_read_or_refused(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let files = good_files();
        let mut bytes = which.get(&files).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        let _ = read(&bytes);
    }

    #[test]
    fn cells_and_row_numbers_come_back_from_quoted_csv(
        table in prop::collection::vec(prop::collection::vec("[ab\",;\t\r\né]{0,5}", 3), 1..6),
        separator in prop::sample::select(vec![",", ";", "\t"]),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let mut text = format!("id{separator}x{separator}y{end}");
        let mut expected = Vec::new();
        for row in &table {
            let number = 1 + text.replace("\r\n", "\n").matches(['\r', '\n']).count();
            let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                expected.push(Row { number, cells });
            }
            let quoted: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text += &quoted.join(separator);
            text += end;
        }
        let sheet = reading::sound_rows("f", text.as_bytes()).0;
        prop_assert_eq!(sheet.map_or(vec![], |sheet| sheet.rows), expected);
    }
}
