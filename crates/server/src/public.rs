//! What everybody reads, one file a page.

pub mod accessibility;
pub mod assembly;
pub mod data;
pub mod department;
pub mod departments;
pub mod list;
pub mod overdue;
pub mod progress;
pub mod published;
pub mod story;
pub mod verifier;

use store::Filter;
use tracking::State;

use crate::access::Routes;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(accessibility::routes)
        .with(assembly::routes)
        .with(data::routes)
        .with(department::routes)
        .with(departments::routes)
        .with(list::routes)
        .with(overdue::routes)
        .with(progress::routes)
        .with(published::routes)
        .with(story::routes)
        .with(verifier::routes)
}

/// What everybody may know of: what the assembly has not voted on is nobody's business yet.
pub fn adopted(filter: Filter) -> Filter {
    Filter { not_states: vec![State::Draft.key().to_owned()], ..filter }
}
