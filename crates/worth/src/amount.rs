//! Money: whole hundredths of a currency, never a fraction of a machine's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Amount {
    /// The currency, three capital letters (ISO 4217).
    pub currency: String,
    /// How many hundredths of it.
    pub hundredths: i64,
}

/// A text that is no amount. Amounts are written `12345.60 EUR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAmount(pub String);

impl fmt::Display for NoAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no amount: write digits, a point, two digits if need be, and the currency: 12345.60 EUR",
            self.0
        )
    }
}

impl std::error::Error for NoAmount {}

/// The most that is believed: ten thousand million.
const MOST: i64 = 10_000_000_000;

impl FromStr for Amount {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let wrong = || NoAmount(text.to_owned());
        let (number, currency) = text.trim().rsplit_once(' ').ok_or_else(wrong)?;
        if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(wrong());
        }
        let (whole, part) = number.trim().split_once('.').unwrap_or((number.trim(), "00"));
        let (sign, whole) = whole.strip_prefix(['-', '\u{2212}']).map_or((1, whole), |size| (-1, size));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() != 2 {
            return Err(wrong());
        }
        let (whole, part): (i64, i64) =
            (whole.parse().map_err(|_| wrong())?, part.parse().map_err(|_| wrong())?);
        if whole > MOST {
            return Err(wrong());
        }
        Ok(Self { currency: currency.to_owned(), hundredths: sign * (whole * 100 + part) })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.hundredths < 0 { "-" } else { "" }, self.hundredths.unsigned_abs());
        write!(f, "{sign}{}.{:02} {}", size / 100, size % 100, self.currency)
    }
}
