//! How values stand in columns, and how they are read back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::{Error, Result};

/// A time as text that sorts as times do: UTC, six decimals.
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// A map as JSON text.
pub fn json(map: &BTreeMap<String, String>) -> String {
    serde_json::to_string(map).expect("a map of texts is JSON")
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads columns by name.
pub trait Columns {
    fn text(&self, name: &'static str) -> Result<String>;
    fn maybe(&self, name: &'static str) -> Result<Option<String>>;
    fn whole(&self, name: &'static str) -> Result<i64>;
    fn bytes(&self, name: &'static str) -> Result<Vec<u8>>;

    fn yes(&self, name: &'static str) -> Result<bool> {
        Ok(self.whole(name)? != 0)
    }
    fn time(&self, name: &'static str) -> Result<Timestamp> {
        read(name, &self.text(name)?)
    }
    fn maybe_time(&self, name: &'static str) -> Result<Option<Timestamp>> {
        self.maybe(name)?.map(|text| read(name, &text)).transpose()
    }
    fn day(&self, name: &'static str) -> Result<Date> {
        read(name, &self.text(name)?)
    }
    fn maybe_day(&self, name: &'static str) -> Result<Option<Date>> {
        self.maybe(name)?.map(|text| read(name, &text)).transpose()
    }
    fn map(&self, name: &'static str) -> Result<BTreeMap<String, String>> {
        serde_json::from_str(&self.text(name)?).map_err(|error| Error::Unreadable(format!("{name}: {error}")))
    }
}

impl Columns for AnyRow {
    fn text(&self, name: &'static str) -> Result<String> {
        Ok(self.try_get(name)?)
    }
    fn maybe(&self, name: &'static str) -> Result<Option<String>> {
        Ok(self.try_get(name)?)
    }
    fn whole(&self, name: &'static str) -> Result<i64> {
        Ok(self.try_get(name)?)
    }
    fn bytes(&self, name: &'static str) -> Result<Vec<u8>> {
        Ok(self.try_get(name)?)
    }
}

fn read<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error| Error::Unreadable(format!("{name}: {error}")))
}
