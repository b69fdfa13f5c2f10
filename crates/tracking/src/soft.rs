//! Soft verbs: words that make a recommendation impossible to check.

use serde::{Deserialize, Serialize};

/// Whole words or phrases, in lower case, by language.
const SOFT: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "consider",
            "considers",
            "considering",
            "explore",
            "explores",
            "exploring",
            "encourage",
            "encourages",
            "look into",
            "examine the possibility",
            "strive",
            "aim to",
            "seek to",
            "where possible",
            "as appropriate",
            "raise awareness",
            "study the feasibility",
            "promote",
            "promotes",
            "support",
            "supports",
            "facilitate",
            "facilitates",
        ],
    ),
    (
        "es",
        &[
            "considerar",
            "considere",
            "consideren",
            "explorar",
            "explore",
            "exploren",
            "fomentar",
            "fomente",
            "fomenten",
            "promover",
            "promueva",
            "promuevan",
            "impulsar",
            "impulse",
            "estudiar la posibilidad",
            "valorar",
            "valore",
            "procurar",
            "procure",
            "en la medida de lo posible",
            "sensibilizar",
            "facilitar",
            "facilite",
            "apoyar",
            "apoye",
        ],
    ),
];

/// A soft word in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Soft {
    /// The word or phrase, in lower case.
    pub word: String,
    /// Its place, in characters from the start of the text.
    pub place: usize,
}

/// The soft words of a text, in their order; none in a language without a list. Only a warning: "not verifiable as
/// written".
pub fn soft_words(language: &str, text: &str) -> Vec<Soft> {
    let base = language.split('-').next().unwrap_or_default();
    let Some((_, words)) = SOFT.iter().find(|(known, _)| *known == base) else { return Vec::new() };
    // One character for one, so that places stay: a letter whose lower case is longer stays as it is.
    let lower: Vec<char> = text.chars().map(lower).collect();
    let inside = |place: usize| lower.get(place).is_some_and(|c| c.is_alphanumeric());
    let mut found = Vec::new();
    for place in 0..lower.len() {
        if place > 0 && inside(place - 1) {
            continue;
        }
        let longest = words
            .iter()
            .filter(|word| {
                let length = word.chars().count();
                lower[place..].iter().copied().take(length).eq(word.chars()) && !inside(place + length)
            })
            .max_by_key(|word| word.len());
        found.extend(longest.map(|word| Soft { word: (*word).to_owned(), place }));
    }
    found
}

fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::soft_words;

    fn words(language: &str, text: &str) -> Vec<(String, usize)> {
        soft_words(language, text).into_iter().map(|soft| (soft.word, soft.place)).collect()
    }

    #[test]
    fn soft_words_are_found_whole_in_any_case_with_their_place() {
        let text = "Consider, where possible, exploring supported options.";
        let found = words("en-GB", text);
        assert_eq!(
            found,
            [("consider".into(), 0), ("where possible".into(), 10), ("exploring".into(), 26)],
            "\"supported\" is no soft verb"
        );
        assert_eq!(
            words("es", "Que el Concejo VALORE y fomente…"),
            [("valore".into(), 15), ("fomente".into(), 24)]
        );
    }

    #[test]
    fn firm_words_and_other_languages_have_no_warning() {
        assert!(words("en", "Plant 400 trees by March 2028.").is_empty());
        assert!(words("fr", "consider").is_empty());
        assert!(words("en", "İİİ ß ﬁ").is_empty(), "letters that grow in lower case");
    }
}
