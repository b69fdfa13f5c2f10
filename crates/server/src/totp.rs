//! The second factor: codes of six digits that change every 30 seconds (RFC 6238).

use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

use crate::fault::Fault;

/// A new secret of 160 bits, in base 32.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn new_secret() -> Result<String, Fault> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(Fault::broken)?;
    Ok(Secret::from(bytes.to_vec()).to_base32())
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).with_account_name("account").with_issuer(Some("Boule")).build().ok()
}

/// The address that a program for codes understands.
pub fn address(secret: &str) -> Option<String> {
    totp(secret)?.to_url().ok()
}

/// The time step whose code this is, now or one step before or after.
pub fn step(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.as_second()).ok()?;
    let step = totp(secret)?.check(&code.replace(' ', ""), seconds)?;
    i64::try_from(step).ok()
}

/// The code of a time, for tests.
pub fn code(secret: &str, now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.as_second()).ok()?;
    Some(totp(secret)?.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::{address, code, new_secret, step};
    use jiff::{Timestamp, ToSpan as _};

    #[test]
    fn rfc_6238_appendix_b() {
        // The last six of the eight digits that the RFC gives for SHA-1 and the secret "12345678901234567890".
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, wanted) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let at = Timestamp::from_second(seconds).expect("a time");
            assert_eq!(code(secret, at).as_deref(), Some(wanted));
            assert_eq!(step(secret, wanted, at), Some(seconds / 30));
            assert_eq!(step(secret, wanted, at + 5.minutes()), None);
        }
    }

    #[test]
    fn a_new_secret_has_an_address() {
        let secret = new_secret().expect("randomness");
        assert!(address(&secret).expect("an address").starts_with("otpauth://totp/Boule:account?secret="));
        assert_ne!(secret, new_secret().expect("randomness"));
    }
}
