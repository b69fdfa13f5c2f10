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

/// A picture of that address for the camera of a phone: how wide it is in squares with its margin, and its black squares as
/// an SVG path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width and height.
    pub width: usize,
    /// The black squares.
    pub path: String,
}

/// The margin that a camera needs (ISO/IEC 18004, 5.3.8).
const MARGIN: usize = 4;

/// The address as a QR code.
pub fn picture(address: &str) -> Option<Picture> {
    let code = qrcode::QrCode::with_error_correction_level(address, qrcode::EcLevel::M).ok()?;
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == qrcode::Color::Dark);
    let square = |(place, _)| format!("M{} {}h1v1h-1z", place % width + MARGIN, place / width + MARGIN);
    Some(Picture { width: width + 2 * MARGIN, path: dark.map(square).collect() })
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
    use super::{address, code, new_secret, picture, step};
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
    fn the_picture_has_its_three_corners_and_nothing_in_its_margin() {
        let address = address(&new_secret().expect("randomness")).expect("an address");
        let picture = picture(&address).expect("it fits");
        let dark: std::collections::BTreeSet<(usize, usize)> = (picture.path.split('M').skip(1))
            .map(|square| {
                let (x, rest) = square.split_once(' ').expect("two numbers");
                let y = rest.strip_suffix("h1v1h-1z").expect("a square");
                (x.parse().expect("a number"), y.parse().expect("a number"))
            })
            .collect();
        let inside = 4..picture.width - 4;
        assert!(dark.iter().all(|(x, y)| inside.contains(x) && inside.contains(y)));
        let far = picture.width - 11;
        let corner = |left: usize, top: usize| {
            let square = |x: usize, y: usize| {
                let ring = x.abs_diff(3).max(y.abs_diff(3));
                dark.contains(&(left + x, top + y)) == (ring != 2)
            };
            (0..7).all(|x| (0..7).all(|y| square(x, y)))
        };
        for (left, top) in [(4, 4), (far, 4), (4, far)] {
            assert!(corner(left, top), "a corner at {left}, {top}");
        }
        assert!(!corner(far, far), "no fourth corner");
    }

    #[test]
    fn a_new_secret_has_an_address() {
        let secret = new_secret().expect("randomness");
        assert!(address(&secret).expect("an address").starts_with("otpauth://totp/Boule:account?secret="));
        assert_ne!(secret, new_secret().expect("randomness"));
    }
}
