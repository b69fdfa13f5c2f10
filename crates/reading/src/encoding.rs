//! From bytes to text: which encoding it is, and whether it is text at all.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sortition::Problem;
use sortition::findings::Findings;

/// How files begin that are not text, and what they are.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls) or one with a password"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
];

const SAVE_AS: &str = "save the table as \"CSV UTF-8\" or as an Excel workbook (.xlsx)";

/// The text of a file, without a byte-order mark; `None` after an error.
pub fn decode(bytes: &[u8], findings: &mut Findings) -> Option<String> {
    for (start, what) in SIGNATURES {
        if bytes.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)) {
            findings.error("not a table", |file| {
                Problem::error(file, format!("this is not a table but {what}"), SAVE_AS)
            });
            return None;
        }
    }
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => strictly(encoding, &bytes[mark..], findings)?,
        None => match wide(bytes) {
            Some(encoding) => strictly(encoding, bytes, findings)?,
            None if is_binary(bytes.iter().map(|&b| char::from(b))) => return refuse_binary(findings),
            None => narrow(bytes, findings)?,
        },
    };
    if is_binary(text.chars()) { refuse_binary(findings) } else { Some(text) }
}

fn refuse_binary(findings: &mut Findings) -> Option<String> {
    findings.error("not a table", |file| {
        Problem::error(file, "this is not a table: the file does not hold text", SAVE_AS)
    });
    None
}

/// Text does not hold NUL, and hardly any control character but tab and line ends.
fn is_binary(text: impl Iterator<Item = char>) -> bool {
    let (mut all, mut control) = (0usize, 0usize);
    for c in text {
        if c == '\0' {
            return true;
        }
        all += 1;
        control += usize::from(c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'));
    }
    control > all / 100 + 2
}

/// Decodes bytes of a known encoding.
fn strictly(encoding: &'static Encoding, bytes: &[u8], findings: &mut Findings) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    if text.is_none() {
        findings.error("damaged text", |file| {
            let reason = format!("the file says that it is {}, but parts of it are not", encoding.name());
            Problem::error(file, reason, SAVE_AS)
        });
    }
    text.map(|text| text.into_owned())
}

/// UTF-16 without a byte-order mark, where it is obvious: nearly all of the first thousand units are ASCII.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let units: Vec<&[u8]> = bytes.chunks_exact(2).take(1_000).collect();
    let ascii = |low: usize| {
        let ascii = units.iter().filter(|unit| unit[low].is_ascii() && unit[low] != 0 && unit[1 - low] == 0);
        ascii.count() * 10 > units.len() * 8
    };
    if bytes.len() % 2 == 1 || units.is_empty() {
        return None;
    }
    match (ascii(0), ascii(1)) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8, or else Windows-1252 with a warning.
fn narrow(bytes: &[u8], findings: &mut Findings) -> Option<String> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Some(text.to_owned()),
        Err(error) => error,
    };
    let valid = &bytes[..error.valid_up_to()];
    let row = 1 + valid.iter().filter(|&&b| b == b'\n').count();
    if is_mostly_utf8(bytes) {
        findings.error("damaged text", |file| {
            let reason = format!("the file is {}, but this line is not", UTF_8.name());
            Problem::error(file, reason, SAVE_AS).at_row(row)
        });
        return None;
    }
    // The five bytes that Windows-1252 leaves undefined.
    if bytes.iter().any(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)) {
        findings.error("unknown encoding", |file| {
            let reason = "the letters with accents are stored in an unknown way";
            Problem::error(file, reason, SAVE_AS).at_row(row)
        });
        return None;
    }
    findings.warning("encoding", |file| {
        let reason = "the file is not UTF-8; it was read as Windows-1252 (Western European)";
        let remedy = "check the letters with accents; better, save the table as \"CSV UTF-8\"";
        Problem::warning(file, reason, remedy).at_row(row)
    });
    Some(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
}

/// Whether more characters beyond ASCII are sound UTF-8 than not.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut unsound) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        unsound += usize::from(!chunk.invalid().is_empty());
    }
    sound > unsound
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (Option<String>, Vec<String>) {
        let mut findings = Findings::new("f");
        let text = decode(bytes, &mut findings);
        (text, findings.finish().into_iter().map(|problem| problem.reason).collect())
    }

    #[test]
    fn capitals_in_french_quotation_marks_are_windows_1252() {
        // The two bytes of "É»" are by chance those of one UTF-8 character.
        let (text, said) = decoded(b"id\n\xabT\xc9\xbb \xe0 \xe9t\xe9\n");
        assert_eq!(text.as_deref(), Some("id\n«TÉ» à été\n"));
        assert_eq!(said, ["the file is not UTF-8; it was read as Windows-1252 (Western European)"]);
    }

    #[test]
    fn text_that_breaks_off_is_refused() {
        assert_eq!(
            decoded("éé\né".as_bytes().split_last().unwrap().1).1,
            ["the file is UTF-8, but this line is not"]
        );
        let (_, said) = decoded(b"\xef\xbb\xbfid\n\xff");
        assert_eq!(said, ["the file says that it is UTF-8, but parts of it are not"]);
        let (_, said) = decoded(b"\xff\xfei\0d\0\x00\xd8");
        assert_eq!(said, ["the file says that it is UTF-16LE, but parts of it are not"]);
    }

    #[test]
    fn a_few_control_characters_are_still_text() {
        assert!(decoded(b"id,note\n1,\x0b\x1a\n").0.is_some());
        assert_eq!(decoded(&[b"id,note\n".as_slice(), &[7; 9]].concat()).0, None);
    }
}
