//! Before the assembly: its mandate and the gates, what departments see coming, guides, glossary and training.

pub mod coming;
pub mod gates;
pub mod glossary;
pub mod guide;
pub mod mandate;
pub mod method;
pub mod pictures;
pub mod rehearsed;
pub mod training;

use tracking::{Commissioner, Mandate};

use crate::access::Routes;
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::shelf::{Kept, Shelf};
use crate::staff::STAFF;
use crate::visit::{Signed, Visit};

/// Where mandates stand, one for each assembly.
pub const MANDATES: Shelf<Mandate> = Shelf::new("mandate");

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(coming::routes)
        .with(gates::routes)
        .with(glossary::routes)
        .with(guide::routes)
        .with(mandate::routes)
        .with(method::routes)
        .with(training::routes)
}

/// The mandate of an assembly; where none was written yet, what is known of it from setting it up.
///
/// # Errors
/// If the store cannot be read.
pub async fn of(app: &App, assembly: &Assembly) -> Result<Kept<Mandate>, Fault> {
    if let Some(kept) = MANDATES.about(app, &assembly.id).await? {
        return Ok(kept);
    }
    let mut value = Mandate::new(Commissioner::Government, &assembly.about.commissioner);
    value.question.clone_from(&assembly.about.remit);
    (value.first_day, value.last_day) = (assembly.about.begins, assembly.about.ends);
    let mut entry = MANDATES.only(&assembly.id);
    entry.assembly = Some(assembly.id.clone());
    Ok(Kept { entry, value })
}

/// Whether the first session may take place: it was opened, or members were marked before there were gates.
///
/// # Errors
/// If the store cannot be read.
pub async fn is_open(app: &App, assembly: &str) -> Result<bool, Fault> {
    let kept = MANDATES.about(app, assembly).await?;
    if kept.is_some_and(|kept| kept.value.opening.is_some()) {
        return Ok(true);
    }
    Ok(!app.store.marks(assembly).await?.is_empty())
}

/// Whether somebody of the staff has to do with an assembly, in whatever unit.
///
/// # Errors
/// That there is no such page for this person.
fn in_scope(visit: &Visit, assembly: &str) -> Result<(), Fault> {
    if visit.signed()?.holds_in(STAFF, assembly) { Ok(()) } else { Err(Fault::NotFound) }
}

/// Whether somebody of the staff has to do with a unit in an assembly.
fn sees_unit(signed: &Signed, assembly: &str, unit: &str) -> bool {
    signed.grants_of(STAFF).any(|grant| grant.covers_assembly(assembly) && grant.covers_unit(unit))
}
