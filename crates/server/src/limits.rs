//! Limits: how many requests from one address, how long one may take, how many passwords may be tried.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::fault::Fault;

/// How long a request may take.
pub const TIME: Duration = Duration::from_secs(30);
/// From so many addresses on, those that have been quiet are forgotten each second.
const ADDRESSES: usize = 50_000;
/// How often those that have been quiet for long enough are forgotten.
const SWEPT: SignedDuration = SignedDuration::from_secs(60);
/// The same where there are many.
const CROWDED: SignedDuration = SignedDuration::from_secs(1);

/// A bucket of tokens for each key: every request takes one, time fills it again.
#[derive(Debug)]
pub struct Rate {
    /// Tokens that come in so many seconds.
    tokens: u32,
    seconds: u32,
    /// What a full bucket holds.
    most: u32,
    buckets: Mutex<Buckets>,
}

/// What is in each bucket and since when, and when the full ones were last forgotten.
#[derive(Debug, Default)]
struct Buckets {
    of: HashMap<String, (f64, Timestamp)>,
    swept: Timestamp,
}

impl Rate {
    /// So many a second, and at most so many at once. Neither: no limit.
    pub fn new(a_second: u32, most: u32) -> Self {
        Self { tokens: a_second, seconds: 1, most, buckets: Mutex::default() }
    }

    /// One in so many seconds instead.
    pub fn one_in(mut self, seconds: u32) -> Self {
        (self.tokens, self.seconds) = (1, seconds);
        self
    }

    /// Takes a token.
    ///
    /// # Errors
    /// In how many seconds there will be one.
    pub fn take(&self, key: &str, now: Timestamp) -> Result<(), u64> {
        if self.most == 0 {
            return Ok(());
        }
        let a_second = f64::from(self.tokens) / f64::from(self.seconds);
        let full = f64::from(self.most);
        let since = |then: Timestamp| (now.as_millisecond() - then.as_millisecond()).max(0) as f64 / 1000.0;
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_crowded = buckets.of.len() >= ADDRESSES && !buckets.of.contains_key(key);
        let pause = if is_crowded { CROWDED } else { SWEPT };
        if now.duration_since(buckets.swept) >= pause {
            // A full bucket says no more than none: nothing is remembered of an address longer than it takes to fill.
            buckets.of.retain(|_, (tokens, then)| *tokens + since(*then) * a_second < full);
            buckets.swept = now;
        }
        let bucket = buckets.of.entry(key.to_owned()).or_insert((full, now));
        bucket.0 = (bucket.0 + since(bucket.1) * a_second).min(full);
        bucket.1 = now;
        if bucket.0 < 1.0 {
            return Err(((1.0 - bucket.0) / a_second).ceil().max(1.0) as u64);
        }
        bucket.0 -= 1.0;
        Ok(())
    }
}

/// The address of the visitor, for limits only; it is kept in no file and no log.
pub fn address(app: &App, request: &Request) -> String {
    let proxied = app.settings.behind_proxy.then(|| forwarded(request.headers())).flatten();
    let peer = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    proxied.or_else(peer).map_or_else(|| "unknown".to_owned(), visitor)
}

/// What the proxy has added: the last entry of the last line. Whatever stands before it comes from the visitor.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = line.rsplit(',').next()?.trim().trim_matches('"');
    let bare = last.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(last);
    bare.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whose address it is: of IPv6 one visitor has a whole /64 (RFC 6177, RFC 7934).
fn visitor(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Lets so many requests of one address through.
pub async fn rate(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.requests.take(&address(&app, &request), app.now()) {
        Ok(()) => next.run(request).await,
        Err(seconds) => Fault::TooMany(seconds).into_response(),
    }
}

/// Gives a request so much time.
pub async fn time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::Slow.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Rate, forwarded, visitor};
    use axum::http::HeaderMap;
    use jiff::{Timestamp, ToSpan as _};

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let rate = Rate::new(2, 4);
        let start: Timestamp = "2027-01-01T00:00:00Z".parse().expect("a time");
        for _ in 0..4 {
            assert_eq!(rate.take("a", start), Ok(()));
        }
        assert_eq!(rate.take("a", start), Err(1));
        assert_eq!(rate.take("b", start), Ok(()), "another address has its own");
        assert_eq!(rate.take("a", start + 500.milliseconds()), Ok(()));
        assert!(rate.take("a", start + 500.milliseconds()).is_err());
        assert_eq!(Rate::new(0, 10).one_in(60).take("a", start), Ok(()));
        assert_eq!(Rate::new(0, 0).take("a", start), Ok(()), "no limit");
    }

    #[test]
    fn addresses_that_have_been_quiet_are_forgotten() {
        let rate = Rate::new(0, 10).one_in(60);
        let start: Timestamp = "2027-01-01T00:00:00Z".parse().expect("a time");
        let kept = || rate.buckets.lock().expect("unpoisoned").of.len();
        for number in 0..1000 {
            assert_eq!(rate.take(&number.to_string(), start), Ok(()));
        }
        for _ in 0..10 {
            let _ = rate.take("busy", start);
        }
        assert_eq!(kept(), 1001);
        assert_eq!(rate.take("other", start + 2.minutes()), Ok(()));
        assert_eq!(kept(), 2, "one token is back after a minute: only the busy one is remembered");
        for _ in 0..2 {
            assert_eq!(rate.take("busy", start + 2.minutes()), Ok(()), "and no more than is due is forgiven");
        }
        assert!(rate.take("busy", start + 2.minutes()).is_err());
    }

    #[test]
    fn the_last_entry_of_the_last_line_counts_however_it_is_written() {
        let mut headers = HeaderMap::new();
        for (line, visitor_is) in [
            ("192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.9, 198.51.100.7", Some("198.51.100.7")),
            ("198.51.100.8:41234", Some("198.51.100.8")),
            ("[2001:db8:1:2:3:4:5:6]", Some("2001:db8:1:2::/64")),
            ("[2001:db8:1:2::1]:443", Some("2001:db8:1:2::/64")),
            ("\"[2001:db8:1:2::1]:443\"", Some("2001:db8:1:2::/64")),
            ("2001:db8:1:3::1", Some("2001:db8:1:3::/64")),
            ("::ffff:192.0.2.1", Some("192.0.2.1")),
            ("192.0.2.1, nobody", None),
        ] {
            // The visitor's own lines stay before the proxy's.
            headers.append("x-forwarded-for", line.parse().expect("a header"));
            assert_eq!(forwarded(&headers).map(visitor).as_deref(), visitor_is, "{line}");
        }
        assert_eq!(forwarded(&HeaderMap::new()), None);
    }
}
