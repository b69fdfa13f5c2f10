//! The pages of the staff, and who may open them.

use tracking::Role;

use crate::roles::OFFICES;
pub use crate::roles::{ADMINISTRATOR, LEARNERS, READERS, SECRETARIAT, STAFF};

/// A part of the menu: what belongs together in somebody's work.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// The key of its words.
    pub key: &'static str,
    /// Its entries: address, key of its words, roles.
    pub entries: &'static [(&'static str, &'static str, &'static [Role])],
}

/// The menu: one's own work, then what comes before, during and after an assembly, then the service itself.
pub const MENU: &[Part] = &[
    Part {
        key: "menu-work",
        entries: &[
            ("/staff", "nav-tasks", STAFF),
            ("/staff/inbox", "nav-inbox", OFFICES),
            ("/staff/recommendations", "nav-recommendations", STAFF),
            ("/staff/deadlines", "nav-deadlines", STAFF),
            ("/staff/workload", "nav-workload", crate::posts::INSIDE),
            ("/staff/practice", "nav-practice", crate::posts::INSIDE),
            ("/staff/leaving", "nav-leaving", crate::posts::COORDINATOR),
        ],
    },
    Part {
        key: "menu-before",
        entries: &[
            ("/staff/before", "nav-before", STAFF),
            ("/staff/coming", "nav-coming", STAFF),
            ("/staff/register", "nav-register", STAFF),
            ("/staff/training", "nav-training", LEARNERS),
        ],
    },
    Part {
        key: "menu-during",
        entries: &[
            ("/staff/sittings", "nav-sittings", SECRETARIAT),
            ("/staff/members", "nav-members", SECRETARIAT),
            ("/staff/import", "nav-import", SECRETARIAT),
        ],
    },
    Part {
        key: "menu-after",
        entries: &[
            ("/staff/elections", "nav-elections", crate::election::OFFICE),
            ("/staff/worth", "nav-worth", SECRETARIAT),
            ("/staff/reports", "nav-reports", SECRETARIAT),
            ("/staff/comments", "nav-comments", SECRETARIAT),
            ("/staff/paper", "nav-paper", SECRETARIAT),
            ("/staff/rounds", "nav-rounds", &[Role::Secretariat, Role::Member]),
        ],
    },
    Part {
        key: "menu-house",
        entries: &[
            ("/staff/people", "nav-people", ADMINISTRATOR),
            ("/staff/units", "nav-units", ADMINISTRATOR),
            ("/staff/assemblies", "nav-house", ADMINISTRATOR),
            ("/staff/tokens", "nav-tokens", ADMINISTRATOR),
            ("/staff/letters", "nav-letters", READERS),
            ("/staff/audit", "nav-audit", READERS),
        ],
    },
];
