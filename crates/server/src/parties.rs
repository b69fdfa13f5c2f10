//! Which units are no departments, as the store has it.

use serde::{Deserialize, Serialize};
use store::{Post, Unit};
use tracking::{Parties, Party};

use crate::app::App;
use crate::fault::Fault;

/// What is known of a unit beside its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct UnitFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    party: Option<Party>,
}

/// What is kept of a unit that is this.
pub fn body(party: Party) -> String {
    let party = (party != Party::Department).then_some(party);
    serde_json::to_string(&UnitFacts { party }).expect("a word is JSON")
}

/// What a unit is.
///
/// # Errors
/// If the body is not what this program writes.
pub fn of(unit: &Unit) -> Result<Party, Fault> {
    let facts: UnitFacts = serde_json::from_str(&unit.body).map_err(Fault::broken)?;
    Ok(facts.party.unwrap_or(Party::Department))
}

/// What these units are, and whose these posts are.
///
/// # Errors
/// If a body is not what this program writes.
pub fn among(units: &[Unit], posts: &[Post]) -> Result<Parties, Fault> {
    let units =
        units.iter().map(|unit| Ok((unit.id.clone(), of(unit)?))).collect::<Result<Vec<_>, Fault>>()?;
    Ok(Parties::new(units, posts.iter().map(|post| (post.id.clone(), post.unit.clone()))))
}

/// What all units are.
///
/// # Errors
/// If the store cannot be read.
pub async fn read(app: &App) -> Result<Parties, Fault> {
    among(&app.store.units().await?, &app.store.posts().await?)
}
