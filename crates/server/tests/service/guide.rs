//! The guide to the API, played: every request in it is answered as it says.

use crate::town::{Answer, SECRET, Town};
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

const GUIDE: &str = include_str!("../../../cli/guide/api.md");

/// A request or an answer: its first line, its headers, its body.
struct Said<'a> {
    first: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: &'a str,
}

/// The blocks marked `http`.
fn blocks() -> Vec<Said<'static>> {
    let blocks = GUIDE.split("```http\n").skip(1).map(|rest| rest.split("\n```").next().expect("an end"));
    blocks
        .map(|block| {
            let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
            let mut lines = head.lines();
            let first = lines.next().expect("a first line");
            Said {
                first,
                headers: lines.map(|line| line.split_once(": ").expect("a header")).collect(),
                body,
            }
        })
        .collect()
}

/// Whether a value is what the guide shows of it: fewer fields, and `…` for anything.
fn shows(shown: &Value, value: &Value) -> bool {
    match (shown, value) {
        (Value::String(any), _) if any == "…" => true,
        (Value::Object(shown), Value::Object(value)) => {
            shown.iter().all(|(name, part)| value.get(name).is_some_and(|value| shows(part, value)))
        }
        (Value::Array(shown), Value::Array(value)) => {
            shown.len() == value.len() && shown.iter().zip(value).all(|(shown, value)| shows(shown, value))
        }
        _ => shown == value,
    }
}

async fn play(town: &Town, said: &Said<'_>, tag: &str, token: &str) -> Answer {
    let (method, path) = said.first.split_once(' ').expect("a method and a path");
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in &said.headers {
        let value = if *name == "If-None-Match" { tag.to_owned() } else { value.replace("TOKEN", token) };
        request = request.header(*name, value);
    }
    town.send(request.body(Body::from(said.body.to_owned())).expect("a request")).await
}

#[tokio::test]
async fn every_request_is_answered_as_the_guide_says() {
    let town = Town::new().await;
    let token = format!("{SECRET}{}", server::api::token::SCOPES.join(" "));
    let (blocks, mut tag) = (blocks(), String::new());
    assert!(blocks.len() >= 18 && blocks.len() % 2 == 0, "{} blocks", blocks.len());
    for pair in blocks.chunks(2) {
        let [asked, told] = pair else { unreachable!("pairs") };
        let answer = play(&town, asked, &tag, &token).await;
        let status = format!("HTTP/1.1 {}", answer.status);
        assert_eq!(status, told.first, "{}: {}", asked.first, answer.body);
        for (name, value) in &told.headers {
            let header = answer.headers.get(*name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert!(
                *value == "…" && !header.is_empty() || header == *value,
                "{}: {name} {header}",
                asked.first
            );
        }
        if !told.body.is_empty() {
            let shown: Value = serde_json::from_str(told.body).expect("the guide shows JSON");
            assert!(shows(&shown, &answer.json()), "{}: {}", asked.first, answer.body);
        }
        if let Some(found) = answer.headers.get("etag").and_then(|tag| tag.to_str().ok()) {
            tag = found.to_owned();
        }
    }
}

#[test]
fn the_guide_names_what_can_be_asked_for() {
    for name in server::api::query::PARAMETERS.iter().filter(|name| !["cursor", "order"].contains(name)) {
        assert!(GUIDE.contains(&format!("`{name}")), "{name}");
    }
}
