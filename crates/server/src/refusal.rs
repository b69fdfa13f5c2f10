//! Why something is refused, in the reader's language.

use tracking::{Refusal, Verb};

use crate::words::Words;

/// The sentence for a refusal. `label` gives the name of a field as the form shows it.
pub fn sentence(words: Words, refusal: &Refusal, label: impl Fn(&str) -> String) -> String {
    let key = format!("refusal-{}", refusal.key());
    let verb = |verb: &Verb| words.word("verb", verb.key());
    let mut values: Vec<(&str, String)> = Vec::new();
    match refusal {
        Refusal::State { verb: tried, state } => {
            values.extend([("verb", verb(tried)), ("state", words.word("state", state.key()))]);
        }
        Refusal::Role { verb: tried, needed } => {
            let roles: Vec<String> = needed.iter().map(|role| words.word("role", role.key())).collect();
            values.extend([("verb", verb(tried)), ("roles", roles.join(", "))]);
        }
        Refusal::Scope { verb: tried, role } => {
            values.extend([("verb", verb(tried)), ("role", words.word("role", role.key()))]);
        }
        Refusal::Position { needed, .. } => {
            let needed: Vec<String> = needed.iter().map(|one| words.word("position", one.key())).collect();
            values.push(("needed", needed.join(", ")));
        }
        Refusal::Window { until } => values.push(("until", words.date(until))),
        Refusal::Missing { field } | Refusal::Unchanged { field } => values.push(("field", label(field))),
        Refusal::Invalid { field, value, .. } => {
            values.extend([("field", label(field)), ("value", value.clone())])
        }
        Refusal::NotCarried { in_favour, against } => {
            values.extend([("for", in_favour.to_string()), ("against", against.to_string())]);
        }
        Refusal::Outside { field } => values.push(("field", label(field))),
        Refusal::NotYours { commitment } => values.push(("number", commitment.to_string())),
        Refusal::Blanket { reference } => values.push(("reference", reference.clone())),
        Refusal::OwnVerb { delivery, verb: own } => {
            values.extend([("delivery", words.word("delivery", delivery.key())), ("verb", verb(own))]);
        }
        Refusal::Unknown { field, number } => {
            values.extend([("field", label(field)), ("number", number.to_string())])
        }
        Refusal::TooEarly { field, earliest, .. } => {
            values.extend([("field", label(field)), ("day", words.date(earliest))]);
        }
        Refusal::TooLate { field, latest, .. } => {
            values.extend([("field", label(field)), ("day", words.date(latest))]);
        }
        _ => {}
    }
    if let Refusal::Invalid { field, .. } = refusal {
        // What the field has to be, where the field alone does not say it.
        let own = format!("{key}-{field}");
        if words.has(&own) {
            return words.with_all(&own, &values);
        }
    }
    words.with_all(&key, &values)
}
