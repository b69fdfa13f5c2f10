//! Headers that every answer bears.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;

/// Nothing from elsewhere, no script or style in the page itself, no frames, forms to this service only.
pub const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; \
                          base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Puts the headers on.
pub async fn put(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    unless_there(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    unless_there(headers, header::CACHE_CONTROL, "no-store");
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    unless_there(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if app.settings.is_https() {
        let year = "max-age=31536000; includeSubDomains";
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(year));
    }
    response
}

fn unless_there(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
