//! Posts and their work: what is asked of them, what they can give, who holds them, and what happens when somebody leaves.

pub mod end;
pub mod leave;
pub mod overload;
pub mod practice;
pub mod record;
pub mod town;
pub mod workload;

use crate::access::Routes;
pub use crate::roles::{COORDINATOR, INSIDE, KEEPERS, WORKERS};

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(end::routes)
        .with(leave::routes)
        .with(overload::routes)
        .with(practice::routes)
        .with(record::routes)
        .with(workload::routes)
}
