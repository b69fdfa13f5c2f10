//! Forms that come when nobody is signed in any more: no word is lost, nothing is done, nothing secret is sent back.

use crate::common::{House, Visitor};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use server::access::Access;
use store::{Filter, Order};
use tracking::Role;

const WORDS: &str = "The trees have to be watered first: <b>every</b> morning.";
const SHOWN: &str = "The trees have to be watered first: &#60;b&#62;every&#60;/b&#62; morning.";

async fn house() -> (House, Visitor, String) {
    let house = House::full().await;
    let officer = house.cast().await.into_iter().find(|(role, _)| *role == Role::Officer).unwrap().1;
    let filter = Filter { units: vec!["parks".into()], ..Filter::default() };
    let one = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    (house, officer, format!("/staff/r/{}/respond", one.id))
}

/// A form with a file, as a browser sends it.
fn with_file(visitor: &Visitor, path: &str, site: &str) -> Request<Body> {
    let part = |head: &str, value: &str| {
        format!("--boule\r\nContent-Disposition: form-data; name={head}\r\n\r\n{value}\r\n")
    };
    let body = [
        part("\"csrf\"", &visitor.csrf),
        part("\"reasons-en\"", WORDS),
        part("\"file\"; filename=\"plan.pdf\"", &"x".repeat(3 << 20)),
        part("\"dated-day\"", "22"),
        "--boule--\r\n".to_owned(),
    ];
    Request::post(path)
        .header(header::COOKIE, &visitor.cookie)
        .header("sec-fetch-site", site)
        .header(header::HOST, "boule.example")
        .header(header::REFERER, format!("http://boule.example{path}?done=draft-kept"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=boule")
        .body(Body::from(body.concat()))
        .unwrap()
}

#[tokio::test]
async fn what_was_typed_is_shown_when_the_session_is_over() {
    let (house, officer, path) = house().await;
    house.later(121);
    let answer = house.send(with_file(&officer, &path, "same-origin")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains(SHOWN), "{}", answer.body);
    for words in ["(English)", "readonly", "plan.pdf", "You are not signed in any more"] {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let back = format!("href=\"/sign-in?to={}%3Fdone%3Ddraft-kept\"", server::page::escaped(&path));
    assert!(answer.body.contains(&back), "{back}: {}", answer.body);
    assert!(house.app.store.draft("sample-officer-parks", "x", "response").await.unwrap().is_none());
    let es = Visitor { cookie: format!("{}; language=es", officer.cookie), csrf: String::new() };
    let answer = house.post(&es, &path, &[("reasons-es", "Hay que regar.")]).await;
    assert!(answer.body.contains("Su sesión ha terminado") && answer.body.contains("Hay que regar."));
}

#[tokio::test]
async fn what_was_typed_is_shown_when_the_form_is_older_than_the_session() {
    let (house, officer, path) = house().await;
    let old = Visitor { csrf: "0".repeat(64), ..officer.clone() };
    let answer = house.send(with_file(&old, &path, "same-origin")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains(SHOWN) && answer.body.contains("plan.pdf"), "{}", answer.body);
    assert!(answer.body.contains(&format!("href=\"{path}?done=draft-kept\"")), "{}", answer.body);
    assert!(!answer.body.contains(&old.csrf));
    assert!(!house.get(&officer, &path).await.body.contains("watered first"), "nothing is kept of it");
}

#[tokio::test]
async fn asvs_3_5_1_what_comes_from_elsewhere_is_not_shown() {
    let (house, officer, path) = house().await;
    let answer = house.send(with_file(&officer, &path, "cross-site")).await;
    assert!(answer.status == StatusCode::FORBIDDEN && !answer.body.contains("watered first"));
    let answer = house.send(with_file(&Visitor::default(), &path, "cross-site")).await;
    assert!(answer.location().starts_with("/sign-in?to=/staff/r/"), "{}", answer.location());
    assert!(!answer.body.contains("watered first"));
}

#[tokio::test]
async fn secrets_are_never_sent_back() {
    let (house, _, _) = house().await;
    let secrets = ["current", "password", "repeated", "code", "secret", "csrf", "token"];
    let fields = secrets.map(|name| (name, "a heron in the harbour"));
    let answer = house.post(&Visitor::default(), "/account/password", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.body.contains("heron"), "{}", answer.body);
    assert!(answer.body.contains("There were no words in the form."));
}

#[tokio::test]
async fn whatever_form_it_was_the_way_back_is_a_page() {
    let house = House::full().await;
    let cast = house.cast().await;
    let administrator = &cast.iter().find(|(role, _)| *role == Role::Administrator).unwrap().1;
    let mut tried = 0;
    for route in server::service::routes().declared() {
        let shut = !matches!(route.access, Access::Public | Access::Token(_));
        if route.method != Method::POST || !shut || route.path.starts_with("/api/") {
            continue;
        }
        let path = route.path.replace("{verb}", "report").replace(['{', '}'], "");
        let answer = house.post(&Visitor::default(), &path, &[("text", WORDS)]).await;
        let to = answer.body.split("href=\"/sign-in?to=").nth(1).expect(&path).split('"').next().unwrap();
        let to = server::form::Typed::of_query(to);
        let page = house.get(administrator, &to).await.status;
        assert_ne!(page, StatusCode::METHOD_NOT_ALLOWED, "{path}: {to}");
        assert!(answer.body.contains(SHOWN), "{path}");
        tried += 1;
    }
    assert!(tried > 40, "only {tried}");
}
