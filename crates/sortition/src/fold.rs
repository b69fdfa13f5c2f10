//! When two spellings count as the same: text tidied for keeping, and text folded for comparing.

use unicode_normalization::UnicodeNormalization;

/// The text as it is kept and hashed: Unicode form NFC, without white space around it.
pub fn tidy(text: &str) -> String {
    text.nfc().collect::<String>().trim().to_owned()
}

/// The text for comparing. Two spellings fold to the same text if they differ only in case, in white space (inner runs
/// count as one, and none around a dash), in invisible characters, in the Unicode form, in the kind of dash or quotation
/// mark, or as `4.0` from `4`.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let even_case = text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    for c in even_case.nfc() {
        match c {
            // soft hyphen, zero-width space, word joiner, byte-order mark
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
            c if c.is_whitespace() => {
                if !folded.is_empty() && !folded.ends_with([' ', '-']) {
                    folded.push(' ');
                }
            }
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => {
                folded.truncate(folded.trim_end().len());
                folded.push('-');
            }
            '`' | '\u{b4}' | '\u{2bc}' | '\u{2018}'..='\u{201b}' | '\u{2032}' => folded.push('\''),
            '«' | '»' | '\u{201c}'..='\u{201f}' | '\u{2033}' => folded.push('"'),
            c => folded.push(c),
        }
    }
    without_zero_fraction(folded.trim_end()).to_owned()
}

/// `4.0`, `4.00`, `4,0` as `4`. Three zeros stay, for they may be thousands.
fn without_zero_fraction(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        Some((whole, "0" | "00"))
            if whole.strip_prefix('-').unwrap_or(whole).bytes().all(|b| b.is_ascii_digit())
                && whole.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            whole
        }
        _ => text,
    }
}

/// Whether the text holds characters that steer instead of standing for something: control characters, line breaks
/// and marks that turn the direction of writing.
pub fn has_control(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_that_are_the_same() {
        for (a, b) in [
            ("FEMALE", "female"),
            ("  Non\u{a0}binary  or other", "Non binary or other"),
            ("16–29", "16-29"),
            ("16 — 29", "16-29"),
            ("Zu\u{308}rich", "Zürich"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("Don’t know", "don't know"),
            ("“yes”", "\"yes\""),
            ("4.0", "4"),
            ("-4,00", "-4"),
            ("Level\u{200b} 3", "Level 3"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn spellings_that_are_not() {
        for (a, b) in [
            ("4.000", "4"),
            ("4.5", "4"),
            (".0", ""),
            ("-.0", "-"),
            ("1.2.0", "1.2"),
            ("Nonbinary", "Non binary"),
            ("16-29", "1629"),
            ("é", "e"),
        ] {
            assert_ne!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn steering_characters_are_found() {
        assert!(has_control("a\nb") && has_control("a\u{202e}b") && has_control("\u{85}"));
        assert!(!has_control("Zürich – 16"));
    }

    proptest! {
        #[test]
        fn any_text_folds_like_its_tidied_and_upper_case_form(text in any::<String>()) {
            prop_assert_eq!(fold(&text), fold(&tidy(&text)));
        }

        #[test]
        fn tidying_twice_changes_nothing(text in any::<String>()) {
            let once = tidy(&text);
            prop_assert_eq!(tidy(&once), once);
        }
    }
}
