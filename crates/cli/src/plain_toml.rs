//! TOML whose errors are said in plain words, all at once.

use std::ops::Range;

use serde::de::DeserializeOwned;
use sortition::Problem;
use toml::de::DeTable;

/// Reads a flat TOML file: a value from all of its keys.
///
/// # Errors
/// What each key has against it, with its line.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Vec<Problem>> {
    let error = match toml::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let found = each_key::<T>(file, text);
    if found.is_empty() { Err(vec![problem(file, text, error.span(), error.message())]) } else { Err(found) }
}

/// What is wrong with each key by itself; nothing where the file is no TOML at all.
fn each_key<T: DeserializeOwned>(file: &str, text: &str) -> Vec<Problem> {
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let mut keys: Vec<Range<usize>> = (table.get_ref().iter())
        .map(|(key, value)| key.span().start.min(value.span().start)..value.span().end.max(key.span().end))
        .collect();
    keys.sort_by_key(|span| span.start);
    let mut problems = Vec::new();
    for span in keys {
        let Some(pair) = text.get(span.clone()).filter(|pair| !pair.starts_with('[')) else { continue };
        if let Err(error) = toml::from_str::<T>(pair) {
            problems.push(problem(file, text, Some(span), error.message()));
        }
    }
    problems
}

fn problem(file: &str, text: &str, span: Option<Range<usize>>, message: &str) -> Problem {
    let remedy = "the keys are explained in the file that `boule init` makes; text stands in double quotes";
    let mut problem = Problem::error(file, plain(message), remedy);
    problem.row = span.map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    problem
}

/// The reader's message, without the names that types have in this program.
fn plain(message: &str) -> String {
    let typed = ["invalid type: ", "invalid value: "].iter().find_map(|start| message.strip_prefix(start));
    let Some((found, wanted)) = typed.and_then(|rest| rest.split_once(", expected ")) else {
        return message.trim_end().to_owned();
    };
    let found = match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "boolean", value)) => value.trim_matches('`').to_owned(),
        Some(("floating", value)) => value.trim_start_matches("point ").trim_matches('`').to_owned(),
        _ if found.starts_with("sequence") => "a list".to_owned(),
        _ if found.starts_with("map") => "a table".to_owned(),
        _ => found.to_owned(),
    };
    let wanted = match wanted.trim_end() {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 up, such as 30, without quotes",
        "a string" => "text in double quotes",
        "path string" => "the name of a file in double quotes",
        "a sequence" => "a list of texts, such as [\"address\", \"postcode\"]",
        other => other,
    };
    format!("this is {found}, but what is wanted is {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Example {
        size: Option<u32>,
        name: Option<String>,
        file: Option<std::path::PathBuf>,
        list: Option<Vec<String>>,
    }

    #[test]
    fn every_key_is_said_at_once_and_plainly() {
        let text = "size = \"thirty\"\n# size = 3\nname = 5\nlist = \"x\"\nsise = 3\nfile = [\n  1,\n]\n";
        let problems = read::<Example>("a.toml", text).unwrap_err();
        let said: Vec<(Option<usize>, &str)> =
            problems.iter().map(|problem| (problem.row, problem.reason.as_str())).collect();
        let expected = [
            (
                Some(1),
                "this is the text \"thirty\", but what is wanted is a whole number from 0 up, such as 30, without quotes",
            ),
            (Some(3), "this is 5, but what is wanted is text in double quotes"),
            (
                Some(4),
                "this is the text \"x\", but what is wanted is a list of texts, such as [\"address\", \"postcode\"]",
            ),
            (Some(5), "unknown field `sise`, expected one of `size`, `name`, `file`, `list`"),
            (Some(6), "this is a list, but what is wanted is the name of a file in double quotes"),
        ];
        assert_eq!(said, expected);
        for (text, words) in [
            ("size = -3", "this is -3, but what is wanted is a whole number"),
            ("size = 1.5", "this is 1.5, but"),
            ("size = true", "this is true, but"),
            ("[size]\na = 1", "this is a table, but"),
        ] {
            let problems = read::<Example>("a.toml", text).unwrap_err();
            assert!(problems[0].reason.starts_with(words), "{text}: {}", problems[0].reason);
        }
        for text in ["size = ", "size 3", "size = 1\nsize = 2", "\u{0}", "[[size"] {
            assert_eq!(read::<Example>("a.toml", text).unwrap_err().len(), 1, "{text}");
        }
        assert_eq!(read::<Example>("a.toml", "size = 3").unwrap().size, Some(3));
    }
}
