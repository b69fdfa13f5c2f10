//! Receipts: what a member is given to check their own place in a commitment.

use crate::canonical;
use crate::hash::Digest;
use crate::quotas::Quotas;
use crate::record::{Commit, PROTOCOL};
use crate::register::{Line, tree};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `private/receipts/{index}.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The event's name.
    pub event: String,
    /// The attempt's number.
    pub attempt: u32,
    /// SHA-256 of `commit.json`.
    pub commitment: Digest,
    /// The number of members.
    pub n: u32,
    /// The number of panels.
    pub m: u32,
    /// The member's place in the register, from 0.
    pub index: u32,
    /// How many panels hold the member.
    pub count: u32,
    /// Who the member is: the identity columns joined by LF.
    pub identity: String,
    /// The member's value of each feature.
    pub attributes: BTreeMap<String, String>,
    /// For each cap of the rules the label of those with whom the member shares it, empty for those who share with nobody.
    pub caps: Vec<String>,
    /// The household's label, empty for those who live alone; null where there is no household rule.
    pub household: Option<String>,
    /// The salt under the person hash.
    pub salt_person: Digest,
    /// The salt under the attributes hash.
    pub salt_attrs: Digest,
    /// The path from the member to `pool_root`.
    pub path: Vec<Digest>,
    /// The place of a signature; null in this version.
    pub signature: (),
}

/// A member as a receipt names them: the identity and the salt under the person hash.
pub type Named<'a> = (&'a str, &'a Digest);

/// The receipts of all members in the order of the register, as canonical JSON. `grouped` says whether there
/// is a household rule.
pub fn all(
    commit: &Commit,
    commitment: &Digest,
    quotas: &Quotas,
    lines: &[Line],
    people: &[Named<'_>],
    grouped: bool,
) -> Vec<Vec<u8>> {
    let tree = tree(lines);
    let owned = |(feature, value): (&str, &str)| (feature.to_owned(), value.to_owned());
    let receipt = |(index, (line, &(identity, salt_person))): (u32, (&Line, &Named<'_>))| Receipt {
        protocol: PROTOCOL.to_owned(),
        event: commit.event.clone(),
        attempt: commit.attempt,
        commitment: *commitment,
        n: commit.n,
        m: commit.m,
        index,
        count: line.count,
        identity: identity.to_owned(),
        attributes: line.pairs(quotas).map(owned).collect(),
        caps: line.cap_labels(),
        household: grouped.then(|| line.label()),
        salt_person: *salt_person,
        salt_attrs: line.salt,
        path: tree.path(index as usize),
        signature: (),
    };
    (0..).zip(lines.iter().zip(people)).map(receipt).map(|receipt| canonical::to_json(&receipt)).collect()
}

/// The name of a member's receipt inside `private/`.
pub fn file_name(index: usize) -> String {
    format!("receipts/{index}.json")
}
