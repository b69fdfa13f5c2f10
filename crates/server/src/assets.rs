//! Style, script and picture, embedded in the program and named by their content.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

use crate::secret::fingerprint;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: [Asset; 3] = [
    Asset {
        name: "boule.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../../../web/static/boule.css"),
    },
    Asset {
        name: "boule.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../../../web/static/boule.js"),
    },
    Asset {
        name: "boule.svg",
        kind: "image/svg+xml",
        bytes: include_bytes!("../../../web/static/boule.svg"),
    },
];

/// The first digits of the hash of all of them: a new build has new addresses, so browsers may keep them for ever.
pub static EDITION: LazyLock<String> = LazyLock::new(|| {
    let all: Vec<u8> = ASSETS.iter().flat_map(|asset| asset.bytes.iter().copied()).collect();
    fingerprint(&all)[..12].to_owned()
});

/// `GET /static/{edition}/{name}`.
pub async fn serve(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let keep = "public, max-age=31536000, immutable";
            ([(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, keep)], asset.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
