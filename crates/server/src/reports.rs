//! Reports: what came of a year, what a bill made of what was asked, and the data as it was on a day.

pub mod annual;
pub mod bills;
pub mod catalogue;
pub mod linked;
pub mod office;
pub mod sample;
pub mod shelf;
pub mod snapshots;
pub mod statement;
pub mod year;

use crate::access::Routes;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(annual::routes)
        .with(bills::routes)
        .with(catalogue::routes)
        .with(linked::routes)
        .with(office::routes)
        .with(shelf::routes)
        .with(snapshots::routes)
        .with(statement::routes)
        .with(year::routes)
}
