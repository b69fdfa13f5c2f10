//! What an address asks for: which recommendations, in which order, how many.

use jiff::Timestamp;
use jiff::civil::Date;
use store::{Filter, Order};
use tracking::{Delivery, Grade, Position, State};

use super::problem::{Error, Problem};

/// How many items a page has where nobody says otherwise, and at most.
pub const LIMIT: (i64, i64) = (50, 200);

/// The parameters of a list, in the order in which the documentation names them.
pub const PARAMETERS: &[&str] = &[
    "assembly",
    "state",
    "position",
    "delivery",
    "grade",
    "theme",
    "unit",
    "overdue",
    "updated_since",
    "q",
    "order",
    "limit",
    "cursor",
];

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct Query {
    /// Which recommendations.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// How many.
    pub limit: i64,
    /// After which place.
    pub cursor: Option<String>,
}

/// Reads the part of an address behind its question mark.
///
/// # Errors
/// Every parameter that is unknown, given twice or cannot be.
pub fn read(query: &str, today: Date) -> Result<Query, Problem> {
    let mut reading = Reading { pairs: pairs(query)?, errors: Vec::new() };
    reading.known();
    let updated_since = reading.since();
    let filter = Filter {
        assemblies: reading.some("assembly").into_iter().collect(),
        states: reading.keys("state", State::ALL.iter().map(|one| one.key())),
        not_states: vec![State::Draft.key().to_owned()],
        positions: reading.keys("position", Position::ALL.iter().map(|one| one.key())),
        deliveries: reading.keys("delivery", Delivery::ALL.iter().map(|one| one.key())),
        grades: reading.keys("grade", Grade::ALL.iter().map(|one| one.key())),
        themes: reading.some("theme").into_iter().collect(),
        units: reading.some("unit").into_iter().collect(),
        due_before: reading
            .keys("overdue", ["true", "false"].into_iter())
            .contains(&"true".to_owned())
            .then_some(today),
        updated_since,
        words: reading.some("q").unwrap_or_default(),
        ..Filter::default()
    };
    let order = match reading.keys("order", ["reference", "updated", "newest", "due"].into_iter()).first() {
        Some(order) if order == "updated" => Order::Oldest,
        Some(order) if order == "newest" => Order::Newest,
        Some(order) if order == "due" => Order::Due,
        None if updated_since.is_some() => Order::Oldest,
        _ => Order::Reference,
    };
    let (limit, cursor) = (reading.limit(), reading.some("cursor"));
    if reading.errors.is_empty() {
        Ok(Query { filter, order, limit, cursor })
    } else {
        Err(Problem::parameters(reading.errors))
    }
}

/// The cursor is no place in this list.
pub fn no_such_place() -> Problem {
    let detail = "It has to be the cursor of a page of the same list.";
    Problem::parameters(vec![Error::new("invalid", "cursor", detail)])
}

struct Reading {
    pairs: Vec<(String, String)>,
    errors: Vec<Error>,
}

impl Reading {
    fn known(&mut self) {
        for (place, (name, value)) in self.pairs.iter().enumerate() {
            if !PARAMETERS.contains(&name.as_str()) {
                let detail = format!("There is no such parameter; there are {}.", PARAMETERS.join(", "));
                self.errors.push(Error::new("unknown", name, detail));
            }
            if self.pairs.iter().take(place).any(|(before, _)| before == name) {
                self.errors.push(Error::new(
                    "twice",
                    name,
                    "It is there twice; join several values by commas.",
                ));
            }
            if value.contains('\0') {
                self.errors.push(Error::new(
                    "invalid",
                    name,
                    "It contains a character that no text has (U+0000).",
                ));
            }
        }
    }

    fn some(&self, name: &str) -> Option<String> {
        let found = self.pairs.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
        found.filter(|value| !value.is_empty())
    }

    fn keys(&mut self, name: &str, known: impl Iterator<Item = &'static str>) -> Vec<String> {
        let known: Vec<&str> = known.collect();
        let Some((_, value)) = self.pairs.iter().find(|(one, _)| one == name) else { return Vec::new() };
        let values: Vec<String> = value.split(',').map(str::to_owned).collect();
        for value in values.iter().filter(|value| !known.contains(&value.as_str())) {
            let detail = format!("\"{value}\" is none of {}.", known.join(", "));
            self.errors.push(Error::new("invalid", name, detail));
        }
        values
    }

    fn since(&mut self) -> Option<Timestamp> {
        let (_, value) = self.pairs.iter().find(|(one, _)| one == "updated_since")?;
        match value.parse() {
            Ok(time) => Some(time),
            Err(_) => {
                let detail = format!("\"{value}\" is no time like 2027-03-31T09:00:00Z.");
                self.errors.push(Error::new("invalid", "updated_since", detail));
                None
            }
        }
    }

    fn limit(&mut self) -> i64 {
        let Some((_, value)) = self.pairs.iter().find(|(one, _)| one == "limit") else { return LIMIT.0 };
        match value.parse::<i64>() {
            Ok(limit) if (1..=LIMIT.1).contains(&limit) && value.bytes().all(|b| b.is_ascii_digit()) => limit,
            _ => {
                let detail = format!("\"{value}\" is no whole number from 1 to {}.", LIMIT.1);
                self.errors.push(Error::new("invalid", "limit", detail));
                LIMIT.0
            }
        }
    }
}

fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let uri = format!("/?{query}").parse::<axum::http::Uri>().map_err(|_| no_address())?;
    let read = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
    read.map(|read| read.0).map_err(|_| no_address())
}

fn no_address() -> Problem {
    Problem::parameters(vec![Error {
        key: "unreadable",
        field: None,
        detail: "It is no list of name=value pairs.".into(),
    }])
}
