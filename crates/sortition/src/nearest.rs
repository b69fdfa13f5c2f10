//! What somebody probably meant to write.

use crate::fold::fold;

/// The candidate that `text` most likely stands for: the only one that begins with it, or the one that few typing
/// errors (at most one in four characters) turn into it. Of equally near ones the first. Never one with other digits: 65+ is
/// not 45+ mistyped.
pub fn nearest<'a>(text: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let text = fold(text);
    let length = text.chars().count();
    if length == 0 || length > 100 {
        return None;
    }
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).collect::<String>();
    let folded: Vec<(String, &'a str)> = (candidates.iter().filter(|c| c.len() <= 400))
        .map(|&c| (fold(c), c))
        .filter(|(candidate, _)| digits(candidate) == digits(&text))
        .collect();
    let mut beginning = folded.iter().filter(|(candidate, _)| candidate.starts_with(&text));
    if let (Some((_, only)), None) = (beginning.next(), beginning.next()) {
        return Some(only);
    }
    folded
        .iter()
        .map(|(candidate, original)| {
            let longer = length.max(candidate.chars().count());
            (strsim::osa_distance(&text, candidate), longer, *original)
        })
        .filter(|&(errors, longer, _)| errors * 4 <= longer)
        .min_by_key(|&(errors, ..)| errors)
        .map(|(.., original)| original)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant() {
        let values = ["Female", "Male", "Non-binary or other"];
        for (text, meant) in [
            ("Femal", Some("Female")),
            ("F", Some("Female")),
            ("m", Some("Male")),
            ("non binary or other", Some("Non-binary or other")),
            ("Mael", Some("Male")),
            ("Level 3", None),
            ("", None),
        ] {
            assert_eq!(nearest(text, &values), meant, "{text}");
        }
        assert_eq!(nearest("1", &["16-29", "18+"]), None);
        assert_eq!(nearest("Male", &["Female", "Männlich"]), None, "the opposite of what is meant");
        assert_eq!(nearest("65+", &["16-44", "45+"]), None);
        assert_eq!(nearest("16 - 29", &["16-29", "30+"]), Some("16-29"));
        assert_eq!(nearest(&"x".repeat(1_000_000), &values), None);
    }
}
