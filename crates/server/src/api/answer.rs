//! Answers that can be asked for again cheaply: each has an ETag (RFC 9110, section 8.8.3).

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::problem::Problem;
use crate::fault::Fault;
use crate::secret::fingerprint;

/// JSON.
pub const JSON: &str = "application/json";

/// A value as JSON for a reader: 304 where the reader has it.
///
/// # Errors
/// If the value is no JSON.
pub fn json(asked: &HeaderMap, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_string(value).map_err(Fault::broken)?;
    Ok(text(asked, JSON, body))
}

/// Whether a reader has what this tag names (RFC 9110, 13.1.2).
pub fn has(asked: &HeaderMap, tag: &str) -> bool {
    asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).is_some_and(|tags| {
        tags.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag)
    })
}

/// A text of a type for a reader: 304 where the reader has it. Everybody may read it from any page.
pub fn text(asked: &HeaderMap, media: &'static str, body: String) -> Response {
    let tag = format!("\"{}\"", &fingerprint(body.as_bytes())[..32]);
    let mut response =
        if has(asked, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
