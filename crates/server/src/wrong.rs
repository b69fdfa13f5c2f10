//! What is wrong with what was typed, in full: the field, the value, why, and what to do instead.

use crate::form::{Field, Kind, Problem, Typed};
use crate::words::Words;

/// How much of a value is said again.
const MOST: usize = 60;

/// What to write into a field that cannot be read.
pub fn unread(words: Words, kind: &Kind) -> String {
    words.say(match kind {
        Kind::Date(_) => "wrong-date",
        Kind::Number => "wrong-number",
        Kind::Radios(_) | Kind::Select(_) | Kind::Ticks(_) => "wrong-choice",
        _ => "wrong-empty",
    })
}

/// What no form takes, whatever it is about: a day that does not exist, a number that is none, a choice that is not offered.
/// What was left empty is not looked at.
pub fn nonsense(words: Words, fields: &[Field], typed: &Typed) -> Vec<Problem> {
    let is_wrong = |field: &&Field| match &field.kind {
        Kind::Date(_) => typed.has_date(&field.name) && typed.date(&field.name).is_none(),
        Kind::Number => typed.some(&field.name).is_some() && typed.number(&field.name).is_none(),
        Kind::Radios(choices) | Kind::Select(choices) | Kind::Ticks(choices) => {
            let offered = |value: &String| value.is_empty() || choices.iter().any(|one| one.value == *value);
            !typed.all(&field.name).iter().all(offered)
        }
        _ => false,
    };
    fields
        .iter()
        .filter(is_wrong)
        .map(|field| Problem::new(&field.name, unread(words, &field.kind)))
        .collect()
}

/// That one of what is offered has to be chosen.
pub fn choose(words: Words, field: &str) -> Problem {
    Problem::new(field, words.say("wrong-choice"))
}

/// Adds problems to those that are there already, but for fields that have one.
pub fn add(to: &mut Vec<Problem>, more: Vec<Problem>) {
    let new = more.into_iter().filter(|one| to.iter().all(|other| other.field != one.field));
    let new: Vec<Problem> = new.collect();
    to.extend(new);
}

/// A sentence about a field, with the field's name and what was typed into it if it does not say so itself.
pub fn full(words: Words, field: &Field, sentence: &str) -> String {
    let sentence = sentence.strip_prefix(&format!("{}: ", field.label)).unwrap_or(sentence);
    let value = value(field);
    let says_value = ["“”", "\"\"", "«»"].iter().any(|marks| {
        let mut marks = marks.chars();
        let (open, close) = (marks.next().unwrap_or('"'), marks.next().unwrap_or('"'));
        sentence.contains(&format!("{open}{value}{close}"))
    });
    match (value.is_empty() || says_value, sentence.contains(&field.label)) {
        (true, true) => sentence.to_owned(),
        (true, false) => words.with2("problem-of", "field", &field.label, "what", sentence),
        (false, _) => {
            let values = [("value", value), ("field", field.label.clone()), ("what", sentence.to_owned())];
            words.with_all("problem-with", &values)
        }
    }
}

/// The same in one line, cut where it is long.
fn value(field: &Field) -> String {
    let text = said(field).split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}

/// What was typed into a field, as its reader knows it; nothing of a password or a file.
pub fn said(field: &Field) -> String {
    let label = |value: &String, choices: &[crate::form::Choice]| {
        let known = choices.iter().find(|choice| choice.value == *value);
        known.map_or_else(|| value.clone(), |choice| choice.label.clone())
    };
    let filled = field.values.iter().filter(|value| !value.trim().is_empty());
    match &field.kind {
        Kind::Password | Kind::File | Kind::Hidden => String::new(),
        Kind::Radios(choices) | Kind::Select(choices) | Kind::Ticks(choices) => {
            filled.map(|value| label(value, choices)).collect::<Vec<_>>().join(", ")
        }
        Kind::Date(_) => filled.cloned().collect::<Vec<_>>().join(" "),
        Kind::Line | Kind::Number | Kind::Lines(_) => filled.take(1).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{full, nonsense};
    use crate::form::{Choice, Field, Kind, Typed, day};
    use crate::words::{Language, Words};

    #[test]
    fn a_problem_says_field_and_value_once() {
        let words = Words::of(Language::EN);
        let typed = Typed::of([("a", "x@"), ("b", ""), ("c", "long ".repeat(30).as_str()), ("p", "secret")]);
        let field = |name: &str, label: &str, kind: Kind| Field::new(name, label, kind).typed(&typed, &[]);
        let line = field("a", "Address", Kind::Line);
        assert_eq!(full(words, &line, "Write it like this"), "“x@” in Address: Write it like this");
        assert_eq!(full(words, &line, "Address: too short"), "“x@” in Address: too short");
        assert_eq!(full(words, &line, "Address “x@” is none"), "Address “x@” is none");
        let empty = field("b", "Reason", Kind::Line);
        assert_eq!(full(words, &empty, "Reason is missing"), "Reason is missing");
        assert_eq!(full(words, &empty, "Fill this in"), "Reason: Fill this in");
        let long = full(words, &field("c", "Text", Kind::Lines(2)), "Less");
        assert!(
            long.starts_with("“long long") && long.contains("…” in Text: Less") && long.len() < 90,
            "{long}"
        );
        assert!(!full(words, &field("p", "Password", Kind::Password), "No").contains("secret"));
    }

    #[test]
    fn what_no_form_takes_is_found_and_what_is_empty_is_not() {
        let words = Words::of(Language::EN);
        let choices = || vec![Choice::new("", "-"), Choice::new("a", "A")];
        let fields = [
            Field::new("on", "On", day(words)),
            Field::new("n", "N", Kind::Number),
            Field::new("s", "S", Kind::Select(choices())),
            Field::new("t", "T", Kind::Ticks(choices())),
        ];
        let wrong = |typed: Typed| {
            nonsense(words, &fields, &typed).into_iter().map(|one| one.field).collect::<Vec<_>>()
        };
        let typed = [
            ("on-day", "31"),
            ("on-month", "2"),
            ("on-year", "2027"),
            ("n", "1.5"),
            ("s", "b"),
            ("t", "a"),
            ("t", "b"),
        ];
        assert_eq!(wrong(Typed::of(typed)), ["on", "n", "s", "t"]);
        let typed = [
            ("on-day", "28"),
            ("on-month", "2"),
            ("on-year", "2027"),
            ("n", "1,500"),
            ("s", "a"),
            ("t", "a"),
        ];
        assert!(wrong(Typed::of(typed)).is_empty());
        assert!(wrong(Typed::of([("on-day", ""), ("n", " "), ("s", "")])).is_empty());
    }
}
