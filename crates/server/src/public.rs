//! What everybody reads, one file a page.

pub mod assembly;
pub mod list;
pub mod published;
pub mod story;

use store::Filter;
use tracking::State;

use crate::access::Routes;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes.with(assembly::routes).with(list::routes).with(published::routes).with(story::routes)
}

/// What everybody may know of: what the assembly has not voted on is nobody's business yet.
pub fn adopted(filter: Filter) -> Filter {
    Filter { not_states: vec![State::Draft.key().to_owned()], ..filter }
}
