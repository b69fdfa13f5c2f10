//! A service over a made-up county, for tests of the API.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rehearsal::Tracked;
use serde_json::Value;
use server::api::openapi::{OPERATIONS, document};
use server::{App, Clock, Settings, demo, secret, service};
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// When it is.
pub const NOW: &str = "2026-11-22T12:00:00Z";
/// Where it says that it is.
pub const SITE: &str = "https://town.example";
/// What precedes the name of a scope in its token.
pub const SECRET: &str = "secret-of-";

/// A service that answers requests.
pub struct Town {
    pub router: Router,
    pub made: Tracked,
    pub app: App,
    _folder: TempDir,
}

/// What a request was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn media(&self) -> &str {
        self.headers.get("content-type").and_then(|media| media.to_str().ok()).unwrap_or_default()
    }
}

impl Town {
    /// With the demonstration in it, and for each scope a token more that holds in the unit of parks only, and one that holds in
    /// another assembly only.
    pub async fn new() -> Self {
        let town = Self::empty().await;
        demo::fill(&town.app, &town.made).await.expect("filled");
        tokens(&town.app, None, Some("parks")).await;
        tokens(&town.app, Some("elsewhere"), None).await;
        town
    }

    /// With nothing but a token for each scope.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path().to_str().expect("a plain path")).await.expect("a store");
        let now: Timestamp = NOW.parse().expect("a time");
        let settings = Settings { url: SITE.into(), zone: TimeZone::UTC, rate: 0, behind_proxy: false };
        let app = App::new(store, Clock::new(move || now), settings);
        tokens(&app, None, None).await;
        let made = rehearsal::tracked("api", app.today());
        Self { router: service::router(app.clone()), made, app, _folder: folder }
    }

    /// What it answers; an answer of the API is one that its document names.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let named = named(request.method().as_str(), request.uri().path());
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        let body = String::from_utf8(body).expect("text");
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        if let Some(named) = named {
            let status = named.get(answer.status.as_str());
            let status =
                status.unwrap_or_else(|| panic!("{} is not documented: {}", answer.status, answer.body));
            let media = status["content"].as_object().and_then(|content| content.keys().next());
            let media = media.map_or("", String::as_str);
            assert!(answer.media().starts_with(media), "{} instead of {media}", answer.media());
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Sends JSON with a token of a scope, and with a key if there is one.
    pub async fn write(
        &self,
        method: &str,
        path: &str,
        scope: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {SECRET}{scope}"))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// A recommendation that stands like this.
    pub fn some(&self, fits: impl Fn(&tracking::Recommendation) -> bool) -> &tracking::Recommendation {
        self.made.histories.iter().map(|(it, _)| it).find(|it| fits(it)).expect("one of eighty")
    }
}

/// A token for each scope and one for all, in all assemblies and units or in one.
async fn tokens(app: &App, assembly: Option<&str>, unit: Option<&str>) {
    let mut change = app.store.change("test", app.now()).await.expect("a change");
    let person = store::Person {
        id: "keeper".into(),
        email: None,
        name: None,
        password: None,
        totp: None,
        totp_step: 0,
        language: "en".into(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: app.now(),
        erased_at: None,
    };
    change.save_person(&person).await.expect("a person");
    let all = server::api::token::SCOPES.join(" ");
    for scope in server::api::token::SCOPES.iter().copied().chain([all.as_str()]) {
        let place = assembly.or(unit);
        let secret = format!("{SECRET}{scope}{}", place.unwrap_or_default());
        let token = store::Token {
            id: format!("token-{scope}-{}", place.unwrap_or("all")),
            hash: secret::fingerprint(secret.as_bytes()),
            name: scope.to_owned(),
            scopes: scope.to_owned(),
            assembly: assembly.map(str::to_owned),
            unit: unit.map(str::to_owned),
            created_by: "keeper".into(),
            created_at: app.now(),
            expires_at: "2027-11-22T12:00:00Z".parse().expect("a time"),
            revoked_at: None,
        };
        change.add_token(&token).await.expect("a token");
    }
    change.note("test.tokens", "test", &Value::Null).await.expect("a note");
    change.commit().await.expect("committed");
}

/// The answers that the document of the API names for a request.
fn named(method: &str, path: &str) -> Option<Value> {
    let fits = |known: &str| {
        let parts = known.split('/').zip(path.split('/'));
        known.split('/').count() == path.split('/').count()
            && parts.into_iter().all(|(known, asked)| known.starts_with('{') || known == asked)
    };
    let method = method.to_lowercase();
    let operation = OPERATIONS.iter().find(|one| one.method == method && fits(one.path))?;
    Some(document(SITE)["paths"][operation.path][&method]["responses"].clone())
}
