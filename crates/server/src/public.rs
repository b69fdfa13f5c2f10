//! What everybody reads, one file a page.

pub mod assembly;
pub mod list;
pub mod story;

use crate::access::Routes;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes.with(assembly::routes).with(list::routes).with(story::routes)
}
