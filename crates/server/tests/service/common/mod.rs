//! A service with the made-up assembly in it, and visitors who ask it things.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use server::{App, Clock, Settings, demo, service};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::sync::{Arc, Mutex};
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt as _;
use tracking::Role;

/// The files of an archive, by their paths.
pub fn unzipped(archive: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).expect("an archive");
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        files.insert(file.name().expect("a name").into_owned(), bytes);
    }
    files
}

/// A service of a test, with its clock.
pub struct House {
    /// What handlers are given.
    pub app: App,
    /// What answers.
    pub router: Router,
    /// The time; tests move it.
    pub now: Arc<Mutex<Timestamp>>,
    _folder: TempDir,
}

/// Somebody with a browser.
#[derive(Clone, Default)]
pub struct Visitor {
    /// The cookie.
    pub cookie: String,
    /// What the forms of the session send along.
    pub csrf: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}

impl House {
    /// A house with nobody in it.
    pub async fn empty(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().to_str().unwrap()).await.unwrap();
        Self::made(store, folder, url, |_| {})
    }

    /// A house on a store, with other settings.
    pub fn made(store: Store, folder: TempDir, url: &str, set: impl FnOnce(&mut Settings)) -> Self {
        let now = Arc::new(Mutex::new("2026-11-22T09:00:00Z".parse().unwrap()));
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let mut settings = Settings { url: url.to_owned(), zone, rate: 0, behind_proxy: false };
        set(&mut settings);
        let time = now.clone();
        let app = App::new(store, Clock::new(move || *time.lock().unwrap()), settings);
        Self { router: service::router(app.clone()), app, now, _folder: folder }
    }

    /// A house with the demonstration in it.
    pub async fn full() -> Self {
        let house = Self::empty("http://boule.example").await;
        demo::fill(&house.app, &rehearsal::tracked("tests", date(2026, 11, 22))).await.unwrap();
        house
    }

    /// Lets time pass.
    pub fn later(&self, minutes: i64) {
        let mut now = self.now.lock().unwrap();
        *now = server::session::later(*now, jiff::SignedDuration::from_mins(minutes));
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Reads a page.
    pub async fn get(&self, visitor: &Visitor, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &visitor.cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a form, as a page of this service would.
    pub async fn post(&self, visitor: &Visitor, path: &str, fields: &[(&str, &str)]) -> Answer {
        let own = [("csrf", visitor.csrf.as_str())];
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", server::page::escaped(value));
        let body = own.iter().chain(fields).map(pair).collect::<Vec<_>>().join("&");
        let request = Request::post(path)
            .header(header::COOKIE, &visitor.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Follows a link that signs somebody in.
    pub async fn enter(&self, link: &str) -> Visitor {
        let path = link.strip_prefix(&self.app.settings.url).unwrap();
        let answer = self.post(&Visitor::default(), path, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.signed_in(&answer).await
    }

    /// The visitor whom an answer has given a session.
    pub async fn signed_in(&self, answer: &Answer) -> Visitor {
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        let mut visitor =
            Visitor { cookie: cookie.split(';').next().unwrap().to_owned(), csrf: String::new() };
        let page = self.get(&visitor, "/account").await;
        let token =
            page.body.split("name=\"csrf\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
        visitor.csrf = token.unwrap_or_default().to_owned();
        visitor
    }

    /// One of the cast for each role.
    pub async fn cast(&self) -> Vec<(Role, Visitor)> {
        let mut cast = Vec::new();
        for (role, _, link) in demo::links(&self.app).await.unwrap() {
            cast.push((role, self.enter(&link).await));
        }
        cast
    }
}
