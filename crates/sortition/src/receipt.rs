//! Receipts: what a member is given to check their own place in a commitment.

use crate::canonical;
use crate::hash::{Digest, h, sha256};
use crate::merkle::climb;
use crate::quotas::Quotas;
use crate::record::{Commit, MAX_JSON, PROTOCOL};
use crate::register::{Line, attrs, leaf, person, tree};
use crate::signatures::{Signatures, Signer};
use crate::verification::{Check, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `private/receipts/{index}.json`. With the commitment from the newspaper it can be checked by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The member's value of each feature.
    pub attributes: BTreeMap<String, String>,
    /// For each cap of the rules the label of those with whom the member shares it, empty for those who share with nobody.
    pub caps: Vec<String>,
    /// What `commit.json` says.
    pub commit: Commit,
    /// SHA-256 of `commit.json`.
    pub commitment: Digest,
    /// How many panels hold the member.
    pub count: u32,
    /// The household's label, empty for those who live alone; null where there is no household rule.
    pub household: Option<String>,
    /// Who the member is: the identity columns joined by LF.
    pub identity: String,
    /// The member's place in the register, from 0.
    pub index: u32,
    /// The path from the member to `pool_root`.
    pub path: Vec<Digest>,
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The salt under the attributes hash.
    pub salt_attrs: Digest,
    /// The salt under the person hash.
    pub salt_person: Digest,
    /// The organiser's Ed25519 signature in hexadecimal digits; null until it is there.
    pub signature: Option<String>,
}

/// A member as a receipt names them: the identity and the salt under the person hash.
pub type Named<'a> = (&'a str, &'a Digest);

/// The receipts of all members in the order of the register, yet to be signed. `grouped` says whether there is a
/// household rule.
pub fn all<'a>(
    commit: &'a Commit,
    quotas: &'a Quotas,
    lines: &'a [Line],
    people: &'a [Named<'a>],
    grouped: bool,
) -> impl Iterator<Item = Receipt> + 'a {
    let (tree, commitment) = (tree(lines), sha256(&canonical::to_json(commit)));
    let owned = |(feature, value): (&str, &str)| (feature.to_owned(), value.to_owned());
    (0..).zip(lines.iter().zip(people)).map(move |(index, (line, &(identity, salt_person)))| Receipt {
        attributes: line.pairs(quotas).map(owned).collect(),
        caps: line.cap_labels(),
        commit: commit.clone(),
        commitment,
        count: line.count,
        household: grouped.then(|| line.label()),
        identity: identity.to_owned(),
        index,
        path: tree.path(index as usize),
        protocol: PROTOCOL.to_owned(),
        salt_attrs: line.salt,
        salt_person: *salt_person,
        signature: None,
    })
}

/// The name of a member's receipt inside `private/`.
pub fn file_name(index: usize) -> String {
    format!("receipts/{index}.json")
}

impl Receipt {
    /// Reads a receipt in its one form.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        let receipt: Self = canonical::from_json(bytes, MAX_JSON)?;
        let commit = Commit::from_canonical(&canonical::to_json(&receipt.commit))
            .map_err(|reason| format!("what it says of the commitment: {reason}"))?;
        if receipt.protocol != PROTOCOL {
            Err(format!("it is for another protocol than {PROTOCOL}"))
        } else if receipt.index >= commit.n || receipt.count > commit.m {
            Err("its numbers cannot be right".to_owned())
        } else {
            Ok(receipt)
        }
    }

    /// What is signed: the hash of the receipt without its signature.
    pub fn message(&self) -> Digest {
        h("asl/1/receipt", &[&canonical::to_json(&Self { signature: None, ..self.clone() })])
    }

    /// The file, signed.
    pub fn signed(mut self, signer: &Signer) -> Vec<u8> {
        self.signature = Some(signer.signature(&self.message()));
        canonical::to_json(&self)
    }

    /// Checks the signature under the key that was announced with the commitment.
    ///
    /// # Errors
    /// Why it is not to be trusted.
    pub fn check_signature(&self, signatures: &Signatures) -> Result<(), String> {
        signatures.check(&self.commit.receipt_key, &self.message(), self.signature.as_deref())
    }

    /// Whether the member, with these attributes and this count, is in the pool that was committed to.
    fn check_place(&self) -> Result<(), String> {
        let Commit { event, n, pool_root, .. } = &self.commit;
        let pairs = self.attributes.iter().map(|(feature, value)| (feature.as_str(), value.as_str()));
        let person = person(event, &self.salt_person, &self.identity);
        let attrs = attrs(event, &self.salt_attrs, pairs, self.household.as_deref(), &self.caps);
        let leaf = leaf(self.index, &person, &attrs, self.count);
        match climb(&leaf, self.index.into(), (*n).into(), &self.path) {
            Some(root) if root == *pool_root => Ok(()),
            _ => Err("the member and the path do not lead to the pool that was committed to".to_owned()),
        }
    }
}

/// The checks of a receipt by itself: names and what they check.
pub const CHECKS: [(&str, &str); 4] = [
    ("receipt-form", "the receipt is in its one form"),
    ("receipt-commitment", "the receipt belongs to the commitment"),
    ("receipt-signature", "the organiser signed it with the announced key"),
    ("receipt-place", "this person, with these attributes, is in so many panels"),
];

/// Checks a receipt against the commitment as somebody knows it from elsewhere. One that cannot be read fails the first
/// check, and the others are not made. The receipt is given where it could be read.
pub fn check(
    bytes: &[u8],
    commitment: Option<&Digest>,
    signatures: &Signatures,
) -> (Option<Receipt>, Vec<Check>) {
    let read = Receipt::from_canonical(bytes);
    let own = |receipt: &Receipt| match sha256(&canonical::to_json(&receipt.commit)) {
        found if found != receipt.commitment || commitment.is_some_and(|known| *known != found) => {
            Err(format!("it belongs to the commitment {found}"))
        }
        _ => Ok(()),
    };
    let outcome = |check: Result<(), String>| match check {
        Ok(()) => Outcome::Held,
        Err(reason) => Outcome::Failed(reason),
    };
    let outcomes = match &read {
        Ok(receipt) => [
            Outcome::Held,
            outcome(own(receipt)),
            outcome(receipt.check_signature(signatures)),
            outcome(receipt.check_place()),
        ],
        Err(reason) => {
            let open = || Outcome::NotChecked("the receipt cannot be read".to_owned());
            [Outcome::Failed(reason.clone()), open(), open(), open()]
        }
    };
    let checks = CHECKS.into_iter().zip(outcomes).map(|((id, title), outcome)| Check { id, title, outcome });
    (read.ok(), checks.collect())
}

/// Whether two receipts contradict each other: two commitments for one attempt of one event.
///
/// # Errors
/// They do.
pub fn compare(one: &Receipt, other: &Receipt) -> Result<(), String> {
    let Commit { event, attempt, .. } = &one.commit;
    if (event, attempt) == (&other.commit.event, &other.commit.attempt) && one.commit != other.commit {
        return Err(format!("there are two commitments for \"{event}\", attempt {attempt}"));
    }
    Ok(())
}
