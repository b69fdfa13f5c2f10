//! Excel workbooks.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use sortition::Problem;
use sortition::findings::Findings;
use sortition::wording::quoted;
use zip::ZipArchive;

use crate::table::Record;
use crate::{MAX_CELLS, refuse_cells};

/// A workbook that unpacks to more bytes is refused, and so is a sheet with more bytes of text: 256 MiB.
const MAX_UNPACKED: u64 = 256 << 20;

const SAVE_AS: &str =
    "open it in a spreadsheet program and save the table as an Excel workbook (.xlsx) or as \"CSV UTF-8\"";

/// Whether the bytes are those of a zip archive, as every workbook is.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The rows of the first visible sheet that holds anything; `None` after an error that leaves nothing to read.
pub fn records(bytes: &[u8], findings: &mut Findings) -> Option<Vec<Record>> {
    match unpacked(bytes, MAX_UNPACKED) {
        Some(size) if size > MAX_UNPACKED => {
            findings.error("too large", |file| {
                let reason = format!("the workbook unpacks to more than {} MiB", MAX_UNPACKED >> 20);
                Problem::error(file, reason, "keep only the sheet, rows and columns that are needed")
            });
            None
        }
        Some(_) => {
            // calamine 0.38 panics on some damaged workbooks, such as one with a cell in column ZZZZZZZ.
            let read = catch_unwind(AssertUnwindSafe(|| workbook(bytes, findings)));
            read.ok().and_then(Result::ok).unwrap_or_else(|| refuse(findings))
        }
        None => refuse(findings),
    }
}

fn refuse(findings: &mut Findings) -> Option<Vec<Record>> {
    findings.error("not a workbook", |file| {
        Problem::error(file, "this is a zip file, but not a sound Excel workbook", SAVE_AS)
    });
    None
}

/// To how many bytes an archive unpacks, counted by doing so once, as what it says of itself may be false. Stops above
/// `limit`; `None` if the archive is damaged.
fn unpacked(bytes: &[u8], limit: u64) -> Option<u64> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut size = 0;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).ok()?;
        let has_strings = entry.name().ok()?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut entry = entry.take(limit - size + 1);
        if has_strings {
            let mut strings = String::new();
            size += entry.read_to_string(&mut strings).ok()? as u64;
            if !announces_few(&strings) {
                return None;
            }
        } else {
            size += std::io::copy(&mut entry, &mut std::io::sink()).ok()?;
        }
        if size > limit {
            break;
        }
    }
    Some(size)
}

/// Whether the list of a workbook's texts announces so few that memory may be set aside for them, as calamine does.
fn announces_few(strings: &str) -> bool {
    let too_many = |after: &str| {
        let number = after.trim_start_matches(|c: char| c.is_whitespace() || "=\"'+".contains(c));
        let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        digits > 0 && number[..digits].parse().map_or(true, |count: usize| count > MAX_CELLS)
    };
    !strings.contains('\0') && !strings.split("uniqueCount").skip(1).any(too_many)
}

fn workbook(bytes: &[u8], findings: &mut Findings) -> Result<Option<Vec<Record>>, XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let visible = |sheet: &&calamine::Sheet| {
        sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet
    };
    let sheets: Vec<String> =
        workbook.sheets_metadata().iter().filter(visible).map(|sheet| sheet.name.clone()).collect();
    let mut read: Option<(String, Vec<Filled>)> = None;
    for name in &sheets {
        if let Some((first, _)) = &read {
            if has_cells(&mut workbook, name)? {
                findings.warning("several sheets", |file| {
                    let reason = format!("there are several sheets; {} was read", quoted(first));
                    Problem::warning(
                        file,
                        reason,
                        "nothing, if that is the right one; else delete or hide it",
                    )
                });
                break;
            }
            continue;
        }
        let Some(cells) = cells(&mut workbook, name)? else {
            refuse_cells(findings);
            return Ok(None);
        };
        if !cells.is_empty() {
            read = Some((name.clone(), cells));
        }
    }
    let cells = read.map(|(_, cells)| cells).unwrap_or_default();
    Ok(rows(cells, findings))
}

/// A cell that is not empty.
struct Filled {
    row: usize,
    column: usize,
    text: Result<String, String>,
}

fn has_cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<bool, XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    while let Some(cell) = reader.next_cell()? {
        if !text(cell.get_value()).is_ok_and(|text| text.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The filled cells of a sheet; `None` if they are too many.
fn cells(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Option<Vec<Filled>>, XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let mut filled = Vec::new();
    let mut size = 0;
    while let Some(cell) = reader.next_cell()? {
        let text = text(cell.get_value());
        if text.as_ref().is_ok_and(String::is_empty) {
            continue;
        }
        size += text.as_ref().map_or(0, String::len) as u64;
        let (row, column) = cell.get_position();
        filled.push(Filled { row: row as usize, column: column as usize, text });
        if filled.len() > MAX_CELLS || size > MAX_UNPACKED {
            return Ok(None);
        }
    }
    Ok(Some(filled))
}

/// What a cell says: whole numbers without a fraction, dates by ISO 8601; an error of Excel's as such.
fn text(cell: &DataRef<'_>) -> Result<String, String> {
    Ok(match cell {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => date(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => return Err(error.to_string()),
        DataRef::Empty => String::new(),
    })
}

fn date(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (hour, minute, second) {
        _ if moment.as_f64() < 1.0 => time,
        (0, 0, 0) => date,
        _ => format!("{date}T{time}"),
    }
}

/// The rows that hold the cells, each as wide as the widest.
fn rows(mut cells: Vec<Filled>, findings: &mut Findings) -> Option<Vec<Record>> {
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let width = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
    let height = cells.chunk_by(|a, b| a.row == b.row).count();
    if width.saturating_mul(height) > MAX_CELLS {
        refuse_cells(findings);
        return None;
    }
    let mut records = Vec::with_capacity(height);
    for row in cells.chunk_by_mut(|a, b| a.row == b.row) {
        let number = row[0].row + 1;
        let mut texts = vec![String::new(); width];
        for cell in row {
            match std::mem::replace(&mut cell.text, Ok(String::new())) {
                Ok(text) => texts[cell.column] = text,
                Err(error) => findings.error("error of a formula", |file| {
                    let reason = format!("column {} holds an error of a formula, {error}", cell.column + 1);
                    Problem::error(file, reason, "mend the formula, or type the value").at_row(number)
                }),
            }
        }
        records.push(Record { number, last: number, cells: texts });
    }
    Some(records)
}
