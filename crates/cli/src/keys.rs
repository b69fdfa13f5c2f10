//! The secret of an attempt, the key that signs receipts, and how signatures are checked.

use std::fs;
use std::io;
use std::path::Path;

use sortition::hash::Digest;
use sortition::record::secret_from_canonical;
use sortition::register::rehearsal_secret;
use sortition::signatures::{Signatures, Signer, rehearsal_key};

use crate::failure::Failure;

/// Where the organiser's Ed25519 secret key is kept, in the folder of an assembly.
pub const KEY: &str = "private/receipt-key";

/// How signatures are checked.
pub const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

/// The secret of an attempt: the operating system's, or that of a rehearsal.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn secret(rehearsal: Option<&str>) -> Result<Digest, Failure> {
    rehearsal.map_or_else(random, |text| Ok(rehearsal_secret(text)))
}

fn random() -> Result<Digest, Failure> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| {
        Failure::could_not_run(format!("the operating system gives no randomness: {error}"), "try again")
    })?;
    Ok(Digest(secret))
}

/// The key that signs receipts and acknowledgements.
#[derive(Debug)]
pub struct Key {
    /// How it signs.
    pub signer: Signer,
    /// What to write at [`KEY`], where the key is new.
    pub new: Option<String>,
}

impl Key {
    /// The key of the assembly in `root`, made if there is none yet. A rehearsal has its own, which follows from its text
    /// and is not kept.
    ///
    /// # Errors
    /// If the file cannot be read, or the operating system gives no randomness.
    pub fn of(root: &Path, rehearsal: Option<&str>) -> Result<Self, Failure> {
        if let Some(text) = rehearsal {
            return Ok(Self { signer: signer(rehearsal_key(&rehearsal_secret(text))), new: None });
        }
        let path = root.join(KEY);
        match fs::read(&path) {
            Ok(bytes) => {
                let secret = secret_from_canonical(&bytes).map_err(|reason| {
                    Failure::no(
                        format!("{} is damaged: {reason}", path.display()),
                        "put back your copy of it",
                    )
                })?;
                Ok(Self { signer: signer(secret), new: None })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secret = random()?;
                Ok(Self { signer: signer(secret), new: Some(format!("{secret}\n")) })
            }
            Err(error) => Err(Failure::system("read", &path, &error)),
        }
    }
}

fn signer(secret: Digest) -> Signer {
    Signer { secret: secret.0, public: Digest(signing::public_key(&secret.0)), sign: signing::sign }
}
