//! Passwords: Argon2id, and what a password may be.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};

use crate::app::App;
use crate::fault::Fault;

/// The fewest characters (ASVS 6.2.1 asks for 8 and recommends 15; pages recommend 15).
pub const FEWEST: usize = 12;
/// The most (ASVS 6.2.9 asks for at least 64).
pub const MOST: usize = 256;

/// A hash of a password that nobody has: checking it takes as long as checking a real one, so that nobody learns from the
/// time which accounts exist.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Ym91bGUtbm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What is wrong with a new password, as the key of a sentence.
pub fn fault(password: &str, repeated: &str, own: &[&str]) -> Option<&'static str> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    match () {
        () if length < FEWEST => Some("password-short"),
        () if length > MOST => Some("password-long"),
        () if own.iter().any(|own| own.len() > 3 && lower.contains(&own.to_lowercase())) => {
            Some("password-own")
        }
        () if is_common(password, own) => Some("password-common"),
        () if password != repeated => Some("password-repeated"),
        () => None,
    }
}

/// Whether a password is among those that are tried first (ASVS 6.2.4): what `zxcvbn` makes of 30,000 leaked passwords, names,
/// English words, rows of keys, repetitions and dates within a hundred million tries, or a word of our own list with little
/// beside it.
fn is_common(password: &str, own: &[&str]) -> bool {
    let lower = password.to_lowercase();
    COMMON
        .iter()
        .any(|common| lower.contains(common) && lower.chars().count() < common.chars().count() + FEWEST)
        || zxcvbn::zxcvbn(password, own).score() < zxcvbn::Score::Three
}

/// Words that `zxcvbn` does not know, because they are Spanish or ours: they make no password, with a few characters beside.
const COMMON: &[&str] = &[
    "contrasena",
    "contraseña",
    "administrador",
    "asdfghjklñ",
    "teamomucho",
    "bouleboule",
    "realmadrid",
    "barcelona",
    "hola1234",
    "correcthorsebatterystaple",
];

/// The hash of a password.
///
/// # Errors
/// If the operating system gives no randomness.
pub async fn hash(app: &App, password: &str) -> Result<String, Fault> {
    let password = password.to_owned();
    work(app, move || {
        let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Fault::broken)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether a password is the one of a hash. Without a hash it takes as long, and is not.
///
/// # Errors
/// If the hash is none.
pub async fn is_right(app: &App, password: &str, hash: Option<&str>) -> Result<bool, Fault> {
    let (password, known) = (password.to_owned(), hash.is_some());
    let hash = hash.unwrap_or(NOBODY).to_owned();
    work(app, move || {
        let hash = PasswordHash::new(&hash).map_err(Fault::broken)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && known)
    })
    .await
}

/// Off the threads that answer requests, a few at a time.
async fn work<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let _place = app.passwords.acquire().await.map_err(Fault::broken)?;
    tokio::task::spawn_blocking(work).await.map_err(Fault::broken)?
}

#[cfg(test)]
mod tests {
    use super::{FEWEST, NOBODY, fault};
    use argon2::PasswordHash;

    #[test]
    fn asvs_6_2_4_common_passwords_are_refused() {
        for (password, wanted) in [
            ("short", Some("password-short")),
            ("passwordpassword", Some("password-common")),
            ("aaaaaaaaaaaaaaaa", Some("password-common")),
            ("ana.perez is the best", Some("password-own")),
            (&"x1".repeat(200), Some("password-long")),
            ("contraseña2026!", Some("password-common")),
            ("qwertyuiopas", Some("password-common")),
            ("1q2w3e4r5t6y", Some("password-common")),
            ("abcdefghijklmnop", Some("password-common")),
            ("abc123abc123", Some("password-common")),
            ("112233445566", Some("password-common")),
            ("Password1234!", Some("password-common")),
            ("iloveyouforever", Some("password-common")),
            ("football1234", Some("password-common")),
            (&"pass".repeat(64), Some("password-common")),
            ("a heron in the harbour", None),
            ("una garza en el puerto", None),
            ("siete gatos miran barcos", None),
            ("kX9$fQ2!mZ7w", None),
        ] {
            assert_eq!(fault(password, password, &["ana.perez"]), wanted, "{password}");
        }
        assert_eq!(fault("a heron in the harbour", "another", &[]), Some("password-repeated"));
        const { assert!(FEWEST >= 8) };
    }

    #[test]
    fn nobody_has_a_hash_like_everybody() {
        let hash = PasswordHash::new(NOBODY).expect("a PHC text");
        assert_eq!(hash.algorithm.as_str(), "argon2id");
    }
}
