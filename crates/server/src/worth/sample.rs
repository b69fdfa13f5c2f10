//! Made-up figures for the demonstration.

use jiff::civil::{Date, date};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Change, Entry};
use worth::{Amount, Answers, Channel, Comparison, Cost, Count, Kind, Measure, Outcome, Purpose, Support};

use super::{CHANNELS, COSTS, OUTCOMES, SUPPORT, SURVEYS, Survey};
use crate::shelf::Shelf;

/// Enters them for an assembly.
///
/// # Errors
/// If the store cannot be written, or has them already.
pub async fn fill(change: &mut Change, assembly: &str) -> store::Result<()> {
    let mut within = Within { change, assembly, number: 0 };
    for (purpose, what, money, on, recommendation) in COSTS_MADE {
        let cost = Cost {
            purpose: *purpose,
            what: (*what).to_owned(),
            amount: Amount { currency: "EUR".to_owned(), hundredths: money * 100 },
            on: *on,
            source: "Accounts of Harbour County, table 7 (made up)".to_owned(),
            recommendation: recommendation.map(str::to_owned),
        };
        within.keep(&COSTS, Some(*on), cost).await?;
    }
    for (kind, used, money) in
        [(Kind::Stipend, 118, 47_200), (Kind::Care, 17, 3_400), (Kind::Technology, 3, 600)]
    {
        let cost = Some(Amount { currency: "EUR".to_owned(), hundredths: money * 100 });
        let support = Support { kind, offered: 120, used, cost, note: String::new() };
        within.keep(&SUPPORT, Some(LAST_EVENING), support).await?;
    }
    within.keep(&OUTCOMES, None, outcome()).await?;
    for (channel, group, people) in [
        (Channel::Online, "16 to 39", 310),
        (Channel::Online, "40 and over", 265),
        (Channel::Paper, "16 to 39", 24),
        (Channel::Paper, "40 and over", 141),
        (Channel::Phone, "16 to 39", 9),
        (Channel::Phone, "40 and over", 58),
    ] {
        within.keep(&CHANNELS, None, Count { channel, group: group.to_owned(), people }).await?;
    }
    within.keep(&SURVEYS, Some(LAST_EVENING), survey()).await
}

/// The day of the last session.
const LAST_EVENING: Date = date(2026, 5, 31);

/// Purpose, what, whole euros, day, recommendation.
const COSTS_MADE: &[(Purpose, &str, i64, Date, Option<&str>)] = &[
    (Purpose::Process, "Draw, rooms and staff of the sessions", 214_000, date(2026, 5, 31), None),
    (Purpose::Process, "Stipends, care and travel of the members", 61_300, date(2026, 5, 31), None),
    (Purpose::Commitment, "Trees along two streets", 88_500, date(2026, 10, 1), Some("R-01")),
    (
        Purpose::Avoided,
        "Repairs of a burst main that was replaced in time",
        35_000,
        date(2026, 10, 1),
        Some("R-02"),
    ),
];

struct Within<'a> {
    change: &'a mut Change,
    assembly: &'a str,
    number: u32,
}

impl Within<'_> {
    async fn keep<T: Serialize + DeserializeOwned>(
        &mut self,
        shelf: &Shelf<T>,
        on: Option<Date>,
        value: T,
    ) -> store::Result<()> {
        self.number += 1;
        let about = format!("{}-{:02}", self.assembly, self.number);
        let entry = Entry { assembly: Some(self.assembly.to_owned()), from: on, ..shelf.only(&about) };
        shelf.keep(self.change, entry, &value, "save").await.map(drop)
    }
}

fn outcome() -> Outcome {
    let measure =
        |on, value, source: &str, independent| Measure { on, value, source: source.to_owned(), independent };
    Outcome {
        recommendation: "R-01".to_owned(),
        indicator: "Street in shade at noon in July".to_owned(),
        unit: "per cent".to_owned(),
        more_is_better: true,
        measures: vec![
            measure(date(2025, 7, 15), 11.0, "Parks department, count of 2025 (made up)", false),
            measure(date(2026, 7, 15), 19.0, "Parks department, count of 2026 (made up)", false),
            measure(date(2025, 7, 20), 11.5, "Aerial pictures, university (made up)", true),
            measure(date(2026, 7, 20), 15.0, "Aerial pictures, university (made up)", true),
        ],
    }
}

/// A hundred made-up members before and after: what each says follows from their number.
fn survey() -> Survey {
    let header: Vec<String> =
        ["member", "group", "I trust that we are listened to", "People like me can decide"]
            .map(str::to_owned)
            .into();
    let table = |later: usize| {
        let row = |n: usize| {
            let group = if n.is_multiple_of(3) { "16 to 39" } else { "40 and over" };
            let trust = 3 + n * 7 % 4 + later * (n * 5 % 3);
            let decide = 2 + n * 3 % 6 + later * (n % 2);
            vec![format!("m{n}"), group.to_owned(), trust.to_string(), decide.to_string()]
        };
        let rows: Vec<Vec<String>> = (0..100).map(row).collect();
        Answers::read(&header, &rows).unwrap_or_default()
    };
    Survey {
        name: "Questions of the first and the last evening (0 to 10)".to_owned(),
        comparison: Comparison::of(&table(0), &table(1)),
    }
}
