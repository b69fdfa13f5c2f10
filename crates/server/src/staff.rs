//! The pages of the staff, and who may open them.

use tracking::Role;

/// Who sees recommendations as the staff does.
pub const STAFF: &[Role] = &[
    Role::Secretariat,
    Role::Coordinator,
    Role::Officer,
    Role::Approver,
    Role::Signatory,
    Role::Verifier,
    Role::Member,
    Role::Auditor,
];
/// Who keeps a training record: all who work here.
pub const LEARNERS: &[Role] = &[
    Role::Administrator,
    Role::Secretariat,
    Role::Coordinator,
    Role::Officer,
    Role::Approver,
    Role::Signatory,
    Role::Verifier,
];
/// Who runs the service.
pub const ADMINISTRATOR: &[Role] = &[Role::Administrator];
/// Who reads the audit log.
pub const READERS: &[Role] = &[Role::Administrator, Role::Auditor];
/// Who brings recommendations in.
pub const SECRETARIAT: &[Role] = &[Role::Secretariat];

/// Address, key of its words, roles of the menu's entries.
pub const MENU: &[(&str, &str, &[Role])] = &[
    ("/staff", "nav-tasks", STAFF),
    ("/staff/inbox", "nav-inbox", STAFF),
    ("/staff/recommendations", "nav-recommendations", STAFF),
    ("/staff/deadlines", "nav-deadlines", STAFF),
    ("/staff/workload", "nav-workload", crate::posts::INSIDE),
    ("/staff/practice", "nav-practice", crate::posts::INSIDE),
    ("/staff/leaving", "nav-leaving", crate::posts::COORDINATOR),
    ("/staff/elections", "nav-elections", crate::election::OFFICE),
    ("/staff/coming", "nav-coming", STAFF),
    ("/staff/register", "nav-register", STAFF),
    ("/staff/before", "nav-before", STAFF),
    ("/staff/training", "nav-training", LEARNERS),
    ("/staff/import", "nav-import", SECRETARIAT),
    ("/staff/sittings", "nav-sittings", SECRETARIAT),
    ("/staff/worth", "nav-worth", SECRETARIAT),
    ("/staff/reports", "nav-reports", SECRETARIAT),
    ("/staff/members", "nav-members", SECRETARIAT),
    ("/staff/comments", "nav-comments", SECRETARIAT),
    ("/staff/rounds", "nav-rounds", &[Role::Secretariat, Role::Member]),
    ("/staff/people", "nav-people", ADMINISTRATOR),
    ("/staff/units", "nav-units", ADMINISTRATOR),
    ("/staff/tokens", "nav-tokens", ADMINISTRATOR),
    ("/staff/assemblies", "nav-house", ADMINISTRATOR),
    ("/staff/letters", "nav-letters", READERS),
    ("/staff/audit", "nav-audit", READERS),
];
