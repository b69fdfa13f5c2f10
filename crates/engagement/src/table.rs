//! The register as a table: what goes out comes back the same.

use jiff::civil::Date;

use crate::engagement::{Engagement, Kind, Settled, Standing};
use crate::faults::{Fault, faults};

/// The columns, in their order. Several audiences or topics stand in one cell with semicolons between.
pub const COLUMNS: [&str; 18] = [
    "id", "unit", "title", "kind", "standing", "audience", "area", "topic", "from", "until", "minutes",
    "people", "contact", "question", "outcome", "url", "series", "settled",
];
/// Those without which a table cannot be read.
pub const NEEDED: [&str; 11] =
    ["id", "unit", "title", "kind", "audience", "area", "topic", "from", "until", "contact", "question"];

/// The cells of an entry, one for each of [`COLUMNS`].
pub fn row(it: &Engagement) -> Vec<String> {
    let number = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
    let settled: Vec<String> = it.settled.iter().map(|one| format!("{}: {}", one.other, one.how)).collect();
    vec![
        it.id.clone(),
        it.unit.clone(),
        it.title.clone(),
        it.kind.key().to_owned(),
        it.standing.key().to_owned(),
        it.audience.join("; "),
        it.area.clone(),
        it.topic.join("; "),
        it.from.to_string(),
        it.until.to_string(),
        number(it.minutes),
        number(it.people),
        it.contact.clone(),
        it.question.clone(),
        it.outcome.clone(),
        it.url.clone(),
        it.series.clone(),
        settled.join("\n"),
    ]
}

/// Reads an entry; `cell` gives the text of a column, empty where there is none.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(cell: &dyn Fn(&str) -> String) -> Result<Engagement, Vec<Fault>> {
    let mut wrong = Vec::new();
    let text = |name: &str| cell(name).trim().to_owned();
    let mut day = |name: &'static str| {
        let read = text(name).parse::<Date>();
        read.unwrap_or_else(|_| {
            wrong.push(Fault::Day(name));
            Date::ZERO
        })
    };
    let (from, until) = (day("from"), day("until"));
    let mut number = |name: &'static str| {
        let text = text(name);
        let read = text.parse().ok();
        if read.is_none() && !text.is_empty() {
            wrong.push(Fault::Number(name));
        }
        read
    };
    let (minutes, people) = (number("minutes"), number("people"));
    let kind = Kind::from_key(&text("kind"));
    let standing = Some(text("standing"))
        .filter(|word| !word.is_empty())
        .map_or(Some(Standing::Announced), |word| Standing::from_key(&word));
    wrong.extend(kind.is_none().then_some(Fault::Word("kind")));
    wrong.extend(standing.is_none().then_some(Fault::Word("standing")));
    let mut settled = Vec::new();
    for line in text("settled").lines().filter(|line| !line.trim().is_empty()) {
        match line.split_once(": ") {
            Some((other, how)) => {
                settled.push(Settled { other: other.trim().to_owned(), how: how.trim().to_owned() })
            }
            None => wrong.push(Fault::Settled),
        }
    }
    let it = Engagement {
        id: text("id"),
        unit: text("unit"),
        title: text("title"),
        kind: kind.unwrap_or(Kind::Consultation),
        standing: standing.unwrap_or(Standing::Announced),
        audience: list(&text("audience")),
        area: text("area"),
        topic: list(&text("topic")),
        from,
        until,
        minutes,
        people,
        contact: text("contact"),
        question: text("question"),
        outcome: text("outcome"),
        url: text("url"),
        series: text("series"),
        settled,
    };
    let days = wrong.iter().any(|fault| matches!(fault, Fault::Day(_)));
    wrong.extend(faults(&it).into_iter().filter(|fault| !days || fault.field() != "until"));
    if wrong.is_empty() { Ok(it) } else { Err(wrong) }
}

/// The entries of a cell or a field: what stands between semicolons and ends of lines.
pub fn list(text: &str) -> Vec<String> {
    text.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}
