//! Posts and their work: what is asked of them, what they can give, who holds them, and what happens when somebody leaves.

pub mod end;
pub mod leave;
pub mod overload;
pub mod practice;
pub mod record;
pub mod town;
pub mod workload;

use tracking::Role;

use crate::access::Routes;

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

/// Who sees the work of posts: those on the government's side and those who look after it, not the members.
pub const INSIDE: &[Role] = &[
    Role::Administrator,
    Role::Secretariat,
    Role::Coordinator,
    Role::Officer,
    Role::Approver,
    Role::Signatory,
    Role::Auditor,
];
/// Who sets what a post can give, who stands in and who no longer holds it.
pub const KEEPERS: &[Role] = &[Role::Administrator, Role::Coordinator];
/// Who does a unit's work.
pub const WORKERS: &[Role] = &[Role::Officer, Role::Approver];
/// Who shares work out.
pub const COORDINATOR: &[Role] = &[Role::Coordinator];
