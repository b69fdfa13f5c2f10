//! How the service was started.

use jiff::tz::TimeZone;

/// How the service was started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address that people type, without a slash at its end: `https://assembly.example.org`.
    pub url: String,
    /// The time zone of the house.
    pub zone: TimeZone,
    /// How many requests a second one address may send, without end; twice as many at once. 0: as many as it likes.
    pub rate: u32,
    /// Whether a proxy in front adds the address of the visitor to `X-Forwarded-For`, and only the proxy reaches this service.
    pub behind_proxy: bool,
}

impl Settings {
    /// Whether browsers reach the service by https: then its cookies never go over anything else.
    pub fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }
}
