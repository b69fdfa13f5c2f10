//! Text as lists and searches see it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, with single spaces: "Niñas y  Árboles" is "ninas y arboles".
pub fn folded(text: &str) -> String {
    let plain: String = text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A reference with its numbers padded, so that R2 comes before R10.
pub fn natural(reference: &str) -> String {
    let mut padded = String::new();
    let mut digits = String::new();
    for c in folded(reference).chars().chain([' ']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            padded.push_str(&format!("{:0>12}", std::mem::take(&mut digits)));
        }
        padded.push(c);
    }
    padded.pop();
    padded
}

/// A word as a pattern for LIKE ... ESCAPE '!'.
pub fn pattern(word: &str) -> String {
    let mut escaped = String::from("%");
    for c in word.chars() {
        if "!%_".contains(c) {
            escaped.push('!');
        }
        escaped.push(c);
    }
    escaped + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_sort_as_people_count() {
        let mut references = ["R10", "r2", "R2.10", "R2.9", "A1"];
        references.sort_by_key(|reference| natural(reference));
        assert_eq!(references, ["A1", "r2", "R2.9", "R2.10", "R10"]);
    }

    #[test]
    fn search_forgets_case_and_accents() {
        assert_eq!(folded("Niñas y  Árboles"), "ninas y arboles");
        assert_eq!(pattern("100%_!"), "%100!%!_!!%");
    }
}
