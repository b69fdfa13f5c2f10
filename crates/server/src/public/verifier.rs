//! The page that checks a draw in the reader's own browser, with the rules for scripts that it brings along.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};

use crate::access::{Access, Routes};
use crate::fault::Fault;
use crate::plain::{Cell, Table};
use crate::secret::fingerprint;
use crate::words::Words;

/// The page: one file that asks for nothing from anywhere.
const VERIFIER: &str = include_str!("../../../../web/verify/verify.html");

/// Its own policy, which names the hash of its script and of its style, and lets nobody frame it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let (_, after) = VERIFIER
        .split_once("http-equiv=\"Content-Security-Policy\" content=\"")
        .expect("the page's build writes its policy");
    let (own, _) = after.split_once('"').expect("an attribute ends");
    format!("{own}; frame-ancestors 'none'")
});

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/verify", Access::Public, show)
}

/// Where the page is, with its hash, beside the record that it checks.
pub fn beside(words: Words) -> Table {
    let row = vec![Cell::link("verify.html", "/verify"), Cell::text(fingerprint(VERIFIER.as_bytes()))];
    let columns = ["sittings-file", "published-hash"].map(|key| words.say(key)).into();
    Table { caption: words.say("nav-verifier"), columns, rows: vec![row] }
}

async fn show() -> Result<Response, Fault> {
    let mut response = Html(VERIFIER).into_response();
    let policy = HeaderValue::from_str(&POLICY).map_err(Fault::broken)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
