//! A made-up bill for the demonstration, and a snapshot of its data.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rehearsal::Tracked;
use store::Change;
use tracking::{Bill, LegalLink, Position, Recommendation, Relation};

use super::bills::{self, BILLS};
use super::snapshots;
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;

/// Enters a bill that links to a recommendation of each kind.
///
/// # Errors
/// If the store cannot be written, or has it already.
pub async fn fill(change: &mut Change, made: &Tracked, today: Date) -> store::Result<()> {
    let bill = bill(made, today);
    let entry = bills::entry(&made.assembly, &bill);
    BILLS.keep(change, entry, &bill, "add").await.map(drop)
}

/// Takes a snapshot of the demonstration, once.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn snapshot(app: &App, assembly: &str) -> Result<(), Fault> {
    if !app.store.snapshots(assembly).await?.is_empty() {
        return Ok(());
    }
    let assembly = Assembly::find(app, assembly).await?;
    snapshots::take(app, "demonstration", &assembly, "The day the demonstration began").await.map(drop)
}

fn bill(made: &Tracked, today: Date) -> Bill {
    let answered = |position: Position| {
        let mut list = made.histories.iter().map(|(it, _)| it);
        list.find(|it: &&Recommendation| it.position == Some(position))
    };
    let says = |position, relation, provision: &str, changed: &str, refused: &str| {
        let it = answered(position)?;
        Some(LegalLink {
            recommendation: it.reference.clone(),
            relation,
            provision: provision.to_owned(),
            changed: changed.to_owned(),
            refused: refused.to_owned(),
            language: Some("en".to_owned()),
        })
    };
    let links = [
        says(
            Position::Accepted,
            Relation::Implements,
            "section 3",
            "The county has to do it within two years, and the budget has a line for it.",
            "",
        ),
        says(
            Position::InPart,
            Relation::Partly,
            "section 5(2)",
            "It becomes a duty for new buildings.",
            "Buildings that are there are left out: the bill cannot change permits that were given.",
        ),
        says(
            Position::UnderStudy,
            Relation::Cites,
            "recital 9",
            "",
            "The study is not finished; the bill leaves it to a later one.",
        ),
        says(
            Position::NotAccepted,
            Relation::Contradicts,
            "section 8",
            "",
            "The bill allows what the assembly wanted to end, because other law requires it.",
        ),
    ];
    Bill {
        reference: "Bill 14 (made up)".to_owned(),
        titles: BTreeMap::from([
            ("en".to_owned(), "Heat and Water (Harbour County) Bill".to_owned()),
            ("es".to_owned(), "Proyecto de ley de calor y agua (condado de Harbour)".to_owned()),
        ]),
        url: Some("https://bills.example/14".to_owned()),
        on: today.first_of_month(),
        links: links.into_iter().flatten().collect(),
    }
}
