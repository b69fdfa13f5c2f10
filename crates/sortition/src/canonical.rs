//! The one form that each file of a record may have: JSON by RFC 8785, and CSV.
//!
//! Reading is strict. Whatever has another form than the one that writing gives is refused, so that two
//! readers can never understand one file in two ways.

use crate::fold::has_control;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The largest file of a record, in bytes.
pub const MAX_FILE: usize = 256 << 20;

/// The largest integer of a JSON file; above it programs that read numbers as doubles would see another one.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The canonical form of text: Unicode NFC, without ASCII white space at either end.
pub fn normal(text: &str) -> String {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if is_nfc(trimmed) { trimmed.to_owned() } else { trimmed.nfc().collect() }
}

/// Whether text has its canonical form.
pub fn is_normal(text: &str) -> bool {
    let white = |c: char| c.is_ascii_whitespace();
    !text.starts_with(white) && !text.ends_with(white) && is_nfc(text)
}

/// Whether text is a name or a remark that can be shown to people as it is: canonical, and without control
/// characters and marks that turn the direction of writing.
pub fn is_plain(text: &str) -> bool {
    is_normal(text) && !has_control(text)
}

/// Reads an integer of at most `max` that is written in digits without leading zeros.
pub fn integer(text: &str, max: u64) -> Option<u64> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    text.parse().ok().filter(|&value| digits && value <= max)
}

/// The bytes of a JSON file: RFC 8785 and a final LF.
pub fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes =
        serde_json_canonicalizer::to_vec(value).expect("record types have text keys and no floats");
    bytes.push(b'\n');
    bytes
}

/// Reads a JSON file of at most `limit` bytes that has exactly the form of [`to_json`].
///
/// Types must refuse unknown fields (`serde(deny_unknown_fields)`) and hold integers within [`MAX_INTEGER`]
/// ([`safe`]). Missing and repeated fields, floats, other orders and spaces fail here.
///
/// # Errors
/// What is wrong, in plain words, without the file's content.
pub fn from_json<T: Serialize + DeserializeOwned>(bytes: &[u8], limit: usize) -> Result<T, String> {
    if bytes.len() > limit {
        return Err(format!("it is larger than {limit} bytes"));
    }
    let value: T = serde_json::from_slice(bytes).map_err(|error| reason(&error))?;
    if to_json(&value) == bytes {
        Ok(value)
    } else {
        Err("it is not written in the one form that is allowed (RFC 8785 and a final line feed)".to_owned())
    }
}

/// What serde_json has against a file, without quoting the file.
fn reason(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a key or a value that does not belong there",
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it is not JSON",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// Reads an integer of a JSON file that must lie within ±[`MAX_INTEGER`]: for `serde(deserialize_with)`.
///
/// # Errors
/// It lies outside.
pub fn safe<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<T, D::Error> {
    let value = i64::deserialize(deserializer)?;
    let value = Some(value).filter(|value| value.unsigned_abs() <= MAX_INTEGER);
    let error = || serde::de::Error::custom("an integer that is too large or negative");
    value.and_then(|value| T::try_from(value).ok()).ok_or_else(error)
}

/// Appends a line of CSV: fields joined by commas, quoted only where they hold a comma, a quote, CR or LF,
/// and LF.
pub fn write_row<S: AsRef<str>>(out: &mut String, fields: impl IntoIterator<Item = S>) {
    for (column, field) in fields.into_iter().enumerate() {
        if column > 0 {
            out.push(',');
        }
        let field = field.as_ref();
        if field.contains(QUOTED) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(field);
        }
    }
    out.push('\n');
}

/// The characters that make a field of CSV need quotes.
const QUOTED: [char; 4] = [',', '"', '\r', '\n'];

/// The rows of a canonical CSV file, one at a time, each with the fields that [`write_row`] was given.
///
/// After an error there are no more rows.
#[derive(Debug)]
pub struct Rows<'a> {
    rest: &'a str,
    row: usize,
}

impl<'a> Rows<'a> {
    /// The rows of `bytes`.
    ///
    /// # Errors
    /// The file is too large or not UTF-8.
    pub fn new(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.len() > MAX_FILE {
            return Err(format!("it is larger than {MAX_FILE} bytes"));
        }
        let rest = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
        Ok(Self { rest, row: 0 })
    }

    /// The next row, which must be the header `fields`.
    ///
    /// # Errors
    /// There is no row, or it is another one.
    pub fn header<S: AsRef<str>>(&mut self, fields: &[S]) -> Result<(), String> {
        match self.next() {
            Some(row) if row.as_ref().is_ok_and(|row| row.iter().eq(fields.iter().map(AsRef::as_ref))) => {
                Ok(())
            }
            _ => {
                let mut expected = String::new();
                write_row(&mut expected, fields);
                Err(format!("its first line is not `{}`", expected.trim_end()))
            }
        }
    }

    /// Takes one field and the byte that ends it (`,` or LF).
    fn field(&mut self) -> Result<(Cow<'a, str>, u8), &'static str> {
        let end = "a line does not end with a line feed";
        let (field, after) = match self.rest.strip_prefix('"') {
            None => {
                let length = self.rest.find([',', '\n']).ok_or(end)?;
                let (field, after) = self.rest.split_at(length);
                (Cow::Borrowed(field), after)
            }
            Some(quoted) => {
                let mut close = 0;
                loop {
                    close += quoted[close..].find('"').ok_or("a quote is not closed")?;
                    if !quoted[close + 1..].starts_with('"') {
                        break;
                    }
                    close += 2;
                }
                let (field, after) = quoted.split_at(close);
                if !field.contains(QUOTED) {
                    return Err("a field is quoted without need");
                }
                (Cow::Owned(field.replace("\"\"", "\"")), &after[1..])
            }
        };
        if matches!(field, Cow::Borrowed(plain) if plain.contains(QUOTED)) {
            return Err("a field should have been quoted");
        }
        if !is_normal(&field) {
            return Err("a field has white space at an end or is not Unicode NFC");
        }
        let end = after.as_bytes().first().copied().filter(|b| b",\n".contains(b)).ok_or(end)?;
        self.rest = &after[1..];
        Ok((field, end))
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Result<Vec<Cow<'a, str>>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.row += 1;
        let mut row = Vec::new();
        loop {
            match self.field() {
                Ok((field, end)) => {
                    row.push(field);
                    if end == b'\n' {
                        return Some(Ok(row));
                    }
                }
                Err(reason) => {
                    self.rest = "";
                    return Some(Err(format!("row {}: {reason}", self.row)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[serde(deserialize_with = "safe")]
        whole: i64,
        text: Option<String>,
        map: BTreeMap<u32, u32>,
    }

    #[test]
    fn rfc_8785_examples() {
        // Section 3.2.3, sorting by UTF-16 code units, and section 3.2.2, strings.
        let keys = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control",
            "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let sorted = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\
            \"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\
            \"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}\n";
        assert_eq!(String::from_utf8(to_json(&keys)).unwrap(), sorted);
        let input =
            r#"{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
        let value: Value = serde_json::from_str(input).unwrap();
        let output = "{\"literals\":[null,true,false],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}\n";
        assert_eq!(String::from_utf8(to_json(&value)).unwrap(), output);
        let numbers = json!([0, 9007199254740991u64, -9007199254740991i64]);
        assert_eq!(to_json(&numbers), b"[0,9007199254740991,-9007199254740991]\n");
    }

    #[test]
    fn json_has_one_form() {
        let read = |text: &str| from_json::<Example>(text.as_bytes(), 1000);
        let good = "{\"map\":{\"10\":1,\"9\":2},\"text\":null,\"whole\":-5}\n";
        let value = Example { whole: -5, text: None, map: BTreeMap::from([(9, 2), (10, 1)]) };
        assert_eq!(to_json(&value), good.as_bytes());
        assert_eq!(read(good).unwrap(), value);
        for (from, to) in [
            ("\n", ""),
            ("\n", "\n\n"),
            ("-5", "-5.0"),
            ("-5", "-5e0"),
            ("-5", "-0"),
            ("-5", "9007199254740992"),
            ("-5", "9007199254740993"),
            ("-5", "1e400"),
            ("null", "null,\"text\":null"),
            ("\"text\":null,", ""),
            ("null", "\"\\u0041\""),
            ("null", "null,\"unknown\":0"),
            ("{\"10\":1,\"9\":2}", "{\"9\":2,\"10\":1}"),
            ("{\"10\":1,\"9\":2}", "{\"09\":2}"),
            ("{\"10\":1,\"9\":2}", "{\"9\":2,\"9\":2}"),
            (":", ": "),
            ("{\"map", "[{\"map"),
        ] {
            let bad = good.replacen(from, to, 1);
            assert!(read(&bad).is_err(), "{bad}");
        }
        assert!(from_json::<Example>(good.as_bytes(), 10).is_err());
        assert!(from_json::<Value>("[".repeat(100_000).as_bytes(), 1 << 20).is_err());
    }

    #[test]
    fn integers_have_one_form() {
        assert_eq!(integer("0", 9), Some(0));
        assert_eq!(integer("10", 10), Some(10));
        for wrong in ["", "00", "01", "+1", "-1", "1 ", "11", "x", "99999999999999999999"] {
            assert_eq!(integer(wrong, 10), None, "{wrong}");
        }
    }

    #[test]
    fn csv_by_hand() {
        let mut text = String::new();
        write_row(&mut text, ["a", "", "b,c", "d\"e", "f\ng", "\"", "x y"]);
        assert_eq!(text, "a,,\"b,c\",\"d\"\"e\",\"f\ng\",\"\"\"\",x y\n");
        for bad in [
            "a",
            "a,b",
            "\"a\"\n",
            "a\"b\n",
            "\"a,\"b\n",
            "\"a,\n",
            " a\n",
            "a \n",
            "a\r\n",
            "e\u{301}\n",
            "\"",
        ] {
            assert!(Rows::new(bad.as_bytes()).unwrap().any(|row| row.is_err()), "{bad:?}");
        }
        assert!(Rows::new(&[0xff]).is_err());
        let mut rows = Rows::new(b"a,b\n1,2\n").unwrap();
        assert!(rows.header(&["a", "b"]).is_ok());
        assert_eq!(rows.next().unwrap().unwrap(), ["1", "2"]);
        assert!(rows.next().is_none());
        assert!(Rows::new(b"a,b\n").unwrap().header(&["a"]).is_err());
        assert!(Rows::new(b"").unwrap().header(&["a"]).is_err());
    }

    proptest! {
        #[test]
        fn csv_rows_come_back(table in prop::collection::vec(prop::collection::vec(".{0,6}|[a,\"\n\r ]{0,5}", 1..5), 0..5)) {
            let table: Vec<Vec<String>> =
                table.into_iter().map(|row| row.iter().map(|field| normal(field)).collect()).collect();
            let mut text = String::new();
            for row in &table {
                write_row(&mut text, row);
            }
            let read: Vec<Vec<String>> = Rows::new(text.as_bytes())
                .unwrap()
                .map(|row| row.unwrap().into_iter().map(Cow::into_owned).collect())
                .collect();
            prop_assert_eq!(read, table);
        }

        #[test]
        fn whatever_csv_is_read_is_written_the_same(text in "[ab,\"\n\r ]{0,12}") {
            let rows: Result<Vec<_>, _> = Rows::new(text.as_bytes()).unwrap().collect();
            if let Ok(rows) = rows {
                let mut again = String::new();
                for row in rows {
                    write_row(&mut again, row);
                }
                prop_assert_eq!(again, text);
            }
        }

        #[test]
        fn normal_text_is_normal(text in ".*") {
            prop_assert!(is_normal(&normal(&text)));
        }
    }
}
