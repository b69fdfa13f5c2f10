//! How numbers, lists and cells are said in messages.

/// `1234` as `1,234`.
pub fn amount(n: usize) -> String {
    let digits = n.to_string();
    let mut said = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// `1 row`, `2 rows`.
pub fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", amount(n), if n == 1 { "" } else { "s" })
}

/// `1 person`, `2 people`.
pub fn people(n: usize) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{} people", amount(n)) }
}

/// A cell or a name in quotation marks, on one line, at most 60 characters of it.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

/// `a, b and c`; after `most` items, `a, b and 17 more`.
pub fn listed<S: AsRef<str>>(items: &[S], most: usize) -> String {
    let shown: Vec<&str> = items.iter().take(most).map(S::as_ref).collect();
    match (items.len() - shown.len(), shown.as_slice()) {
        (0, []) => String::new(),
        (0, [only]) => (*only).to_owned(),
        (0, [init @ .., last]) => format!("{} and {last}", init.join(", ")),
        (rest, shown) => format!("{} and {} more", shown.join(", "), amount(rest)),
    }
}

/// The names in quotation marks as a list, at most 20 of them.
pub fn names<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quoted(name.as_ref())).collect();
    listed(&quoted, 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_read_well() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(amount), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 2].map(|n| counted(n, "row")), ["1 row", "2 rows"]);
        assert_eq!(listed(&["a"], 3), "a");
        assert_eq!(listed(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(listed(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(names::<&str>(&[]), "");
    }

    #[test]
    fn a_cell_stays_on_one_line_and_short() {
        assert_eq!(quoted("O'Brien\n\"x\""), r#""O'Brien\n\"x\"""#);
        assert_eq!(quoted(&"é".repeat(61)).chars().count(), 60 + 3);
    }
}
