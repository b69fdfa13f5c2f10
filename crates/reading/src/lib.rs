//! Reads tables as people keep them: CSV of any dialect and encoding, and Excel workbooks.
//!
//! It knows nothing of pools and quotas, opens no file, and says everything that is wrong with a table at once. Text and
//! memory are bounded, whatever the bytes are.

mod delimited;
mod encoding;
mod excel;
mod table;

use sortition::findings::Findings;
use sortition::wording::amount;
use sortition::{Problem, Reading, Sheet};

/// Files of more bytes are refused: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;
/// Tables of more cells are refused.
pub const MAX_CELLS: usize = 2_000_000;

/// Reads a table from the bytes of a file. An Excel workbook (`.xlsx`) is known by its content, whatever `file`, the
/// name under which the problems are reported, ends in; everything else is read as CSV.
///
/// The first row that is not blank is the header. Cells are trimmed, and blank rows are left out.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Sheet> {
    match sound_rows(file, bytes) {
        (Some(sheet), problems) => Reading::new(sheet, problems),
        (None, problems) => Reading::failed(problems),
    }
}

/// As [`read`], but gives the rows that are sound even where others are not, so that what they hold can be checked too.
/// The table must not be used if one of the problems is an error.
pub fn sound_rows(file: &str, bytes: &[u8]) -> (Option<Sheet>, Vec<Problem>) {
    let mut findings = Findings::new(file);
    let sheet = records(bytes, &mut findings).and_then(|records| table::sheet(file, records, &mut findings));
    (sheet, findings.finish())
}

/// The rows of the file; `None` after an error that leaves nothing to read.
fn records(bytes: &[u8], findings: &mut Findings) -> Option<Vec<table::Record>> {
    if bytes.len() > MAX_BYTES {
        findings.error("too large", |file| {
            let reason = format!("the file has more than {} MiB", MAX_BYTES >> 20);
            Problem::error(file, reason, "keep only the rows and columns that are needed")
        });
        return None;
    }
    if excel::is_zip(bytes) {
        return excel::records(bytes, findings);
    }
    let text = encoding::decode(bytes, findings)?;
    delimited::records(&text, findings)
}

/// Says that a table has too many cells.
fn refuse_cells(findings: &mut Findings) {
    findings.error("too many cells", |file| {
        let reason = format!("the table has more than {} cells", amount(MAX_CELLS));
        Problem::error(file, reason, "keep only the rows and columns that are needed")
    });
}
