//! Who acts: a person by an opaque id, in a post, with dated and scoped grants of roles.

use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// What somebody may be in the service.
    Role {
        /// Runs the service: people, roles, units. Never touches content.
        Administrator = "administrator", "administrator";
        /// The assembly's secretariat: texts, votes, hand-over.
        Secretariat = "secretariat", "secretariat";
        /// Finds the unit and keeps the calendar on the government's side.
        Coordinator = "coordinator", "coordinator";
        /// Works on it in the unit.
        Officer = "officer", "officer";
        /// Second pair of eyes in the unit.
        Approver = "approver", "approver";
        /// Signs the response for the government.
        Signatory = "signatory", "signatory";
        /// Checks delivery from outside the unit.
        Verifier = "verifier", "verifier";
        /// A member of the assembly.
        Member = "member", "member";
        /// Reads everything, changes nothing.
        Auditor = "auditor", "auditor";
        /// A program with a token.
        Client = "client", "API client";
    }
}

/// One role of one person, for an assembly or a unit or all, on certain days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Only in this assembly; `None` is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assembly: Option<String>,
    /// Only for recommendations that this unit answers for; `None` is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The first day.
    pub from: Date,
    /// The last day; `None` is until revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Grant {
    /// Whether the grant is in force on a day ("as of").
    pub fn in_force(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// Whether its scope holds `assembly`.
    pub fn covers_assembly(&self, assembly: &str) -> bool {
        self.assembly.as_deref().is_none_or(|own| own == assembly)
    }

    /// Whether its scope holds what belongs to no assembly: posts, who holds them and what they can give, all of a unit; or
    /// (`None`) what belongs to no unit either, as people, tokens and the audit log. A grant for one assembly never holds it.
    pub fn covers_house(&self, unit: Option<&str>) -> bool {
        self.assembly.is_none() && self.unit.as_deref().is_none_or(|own| Some(own) == unit)
    }

    /// Whether its scope holds `unit`, in whatever assembly.
    pub fn covers_unit(&self, unit: &str) -> bool {
        self.unit.as_deref().is_none_or(|own| own == unit)
    }

    /// Whether its scope holds `assembly` and the unit that answers (none yet: only a grant for all units does).
    pub fn covers(&self, assembly: &str, unit: Option<&str>) -> bool {
        self.covers_assembly(assembly) && self.unit.as_deref().is_none_or(|own| Some(own) == unit)
    }
}

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// An opaque id, never a name.
    pub person: String,
    /// The post that the public sees, for example "Head of Parks".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// The units whose posts the person holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<String>,
    /// What the person may be.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// Whether a grant of one of `roles` is in force on `on` and covers the scope; the first such role.
    pub fn role_for(&self, roles: &[Role], assembly: &str, unit: Option<&str>, on: Date) -> Option<Role> {
        roles.iter().copied().find(|role| {
            self.grants
                .iter()
                .any(|grant| grant.role == *role && grant.in_force(on) && grant.covers(assembly, unit))
        })
    }
}

/// Who did something, as history keeps it: the public sees the post, the audit the opaque id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The opaque id.
    pub person: String,
    /// The post at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// The role in which it was done.
    pub role: Role,
}
