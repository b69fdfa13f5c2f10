//! The pictures of the guides, embedded in the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// A picture (PNG) and the name of its file.
#[derive(Debug)]
pub struct Picture {
    /// The name of its file.
    pub name: &'static str,
    bytes: &'static [u8],
}

macro_rules! pictures {
    ($($name:literal),+ $(,)?) => {
        /// All of them.
        pub const PICTURES: &[Picture] = &[$(Picture {
            name: concat!($name, ".png"),
            bytes: include_bytes!(concat!("../../../cli/guide/", $name, ".png")),
        }),+];
    };
}
pictures!(
    "before-coming",
    "before-gates",
    "before-look",
    "before-register",
    "clocks-calendar",
    "clocks-letters",
    "clocks-rule",
    "clocks-story",
    "coordinator-clashes",
    "coordinator-gate",
    "coordinator-hours",
    "member-ballot",
    "member-follow",
    "member-link",
    "member-links",
    "member-reply",
    "member-scores",
    "member-slips",
    "member-story",
    "member-talk",
    "method",
    "officer-overload",
    "officer-training",
    "paper-entry",
    "paper-form",
    "posts-election",
    "posts-leaving",
    "posts-overload",
    "posts-practice",
    "posts-workload",
    "register-public",
    "report",
    "reports-statement",
    "reports-year",
    "secretariat-ballot",
    "secretariat-checks",
    "secretariat-handover",
    "secretariat-post",
    "secretariat-snapshots",
    "service-assembly",
    "service-deadlines",
    "service-door",
    "service-draw",
    "service-import",
    "service-list",
    "service-people",
    "service-programme",
    "service-respond",
    "service-story",
    "service-tasks",
    "worth",
);

/// The picture in this file.
pub fn find(name: &str) -> Option<&'static Picture> {
    PICTURES.iter().find(|picture| picture.name == name)
}

impl Picture {
    /// Its width and height in pixels (PNG, 11.2.2 IHDR).
    pub fn size(&self) -> (u32, u32) {
        let number = |from: usize| {
            let bytes = self.bytes.get(from..from + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map_or(0, u32::from_be_bytes)
        };
        (number(16), number(20))
    }
}

/// `GET /guides/pictures/{name}`.
pub async fn serve(Path(name): Path<String>) -> Response {
    match find(&name) {
        Some(picture) => {
            let headers =
                [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=86400")];
            (headers, picture.bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
