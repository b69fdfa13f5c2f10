//! Acknowledgements: what a member is given at enrolment, before there is a lottery, against being left out of it.

use crate::canonical::{self, is_plain};
use crate::hash::{Digest, h};
use crate::record::{MAX_JSON, PROTOCOL};
use crate::signatures::{Signatures, Signer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An acknowledgement of enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// The member's value of each feature.
    pub attributes: BTreeMap<String, String>,
    /// The day of enrolment, as YYYY-MM-DD.
    pub date: String,
    /// What the draw is for.
    pub event: String,
    /// Who the member is: the identity columns joined by LF.
    pub identity: String,
    /// The organiser's Ed25519 key, the one that receipts will be signed with.
    pub key: Digest,
    /// `enrolment`.
    pub kind: String,
    /// [`PROTOCOL`].
    pub protocol: String,
    /// The organiser's signature in hexadecimal digits; null until it is there.
    pub signature: Option<String>,
}

/// What [`Acknowledgement::kind`] says.
pub const KIND: &str = "enrolment";

impl Acknowledgement {
    /// Reads an acknowledgement in its one form.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8]) -> Result<Self, String> {
        let read: Self = canonical::from_json(bytes, MAX_JSON)?;
        let day = read.date.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        if read.protocol != PROTOCOL || read.kind != KIND {
            Err("it is no acknowledgement of enrolment".to_owned())
        } else if !is_plain(&read.event) || !day.eq(*b"0000-00-00") {
            Err("the event or the date is not in its one form".to_owned())
        } else {
            Ok(read)
        }
    }

    /// What is signed: the hash of the acknowledgement without its signature.
    pub fn message(&self) -> Digest {
        h("asl/1/enrolment", &[&canonical::to_json(&Self { signature: None, ..self.clone() })])
    }

    /// The file, signed.
    pub fn signed(mut self, signer: &Signer) -> Vec<u8> {
        self.signature = Some(signer.signature(&self.message()));
        canonical::to_json(&self)
    }

    /// Checks the signature under the key that the acknowledgement itself names.
    ///
    /// # Errors
    /// Why it is not to be trusted.
    pub fn check_signature(&self, signatures: &Signatures) -> Result<(), String> {
        signatures.check(&self.key, &self.message(), self.signature.as_deref())
    }
}
