//! What OWASP's ASVS 5.0 asks of a service: each test bears the number of the item that it covers.

use crate::common::{House, Visitor};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use server::{link, totp};
use tracking::Role;

const PASSWORD: &str = "a heron in the harbour";
const EMAIL: &str = "ada@town.example.org";

/// A house whose first administrator has signed in.
async fn with_administrator(url: &str) -> (House, Visitor) {
    let house = House::empty(url).await;
    let first = link::first(&house.app).await.unwrap().unwrap();
    let path = first.strip_prefix(url).unwrap();
    let fields = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD), ("repeated", PASSWORD)];
    let answer = house.post(&Visitor::default(), path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let again = house.post(&Visitor::default(), path, &fields).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "the link works once");
    assert!(again.body.contains("ask whoever sent it for a new one"), "{}", again.body);
    let visitor = house.signed_in(&answer).await;
    (house, visitor)
}

async fn sign_in(house: &House, email: &str, password: &str) -> crate::common::Answer {
    house.post(&Visitor::default(), "/sign-in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn asvs_6_3_2_there_is_no_default_account_and_the_first_links_end() {
    let (house, _) = with_administrator("http://boule.example").await;
    assert_eq!(link::first(&house.app).await.unwrap(), None, "no second one");
    let fresh = House::empty("http://boule.example").await;
    let mut paths = Vec::new();
    for _server in 0..2 {
        let link = link::first(&fresh.app).await.unwrap().unwrap();
        paths.push(link.strip_prefix("http://boule.example").unwrap().to_owned());
    }
    let nobody = Visitor::default();
    for path in &paths {
        assert_eq!(fresh.get(&nobody, path).await.status, StatusCode::OK, "each start's link works");
    }
    let fields = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD), ("repeated", PASSWORD)];
    assert_eq!(fresh.post(&nobody, &paths[0], &fields).await.status, StatusCode::SEE_OTHER);
    for path in &paths {
        assert_eq!(
            fresh.post(&nobody, path, &fields).await.status,
            StatusCode::NOT_FOUND,
            "there is somebody now"
        );
    }
    assert_eq!(fresh.app.store.people().await.unwrap().len(), 1);
}

#[tokio::test]
async fn asvs_6_3_1_guessing_is_slowed_down() {
    let (house, _) = with_administrator("http://boule.example").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&house, EMAIL, "wrong wrong wrong").await.status, StatusCode::OK);
    }
    closed(&house).await;
    let closed = sign_in(&house, EMAIL, PASSWORD).await;
    assert_eq!(closed.status, StatusCode::OK, "even the right password has to wait");
    house.later(120);
    assert_eq!(sign_in(&house, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// The person of the tests, once what is written beside the answers makes them so.
async fn ada(house: &House, so: impl Fn(&store::Person) -> bool) -> store::Person {
    let look = async {
        loop {
            let person = house.app.store.person_by_email(EMAIL).await.unwrap().unwrap();
            if so(&person) {
                return person;
            }
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), look).await.expect("it comes to that")
}

async fn closed(house: &House) {
    ada(house, |person| person.locked_until.is_some_and(|until| until > house.app.now())).await;
}

#[tokio::test]
async fn asvs_6_3_8_a_failure_is_counted_beside_the_answer() {
    let (house, _) = with_administrator("http://boule.example").await;
    let writing = house.app.store.change("test", house.app.now()).await.unwrap();
    let answer = sign_in(&house, EMAIL, "wrong wrong wrong").await;
    assert_eq!(answer.status, StatusCode::OK, "nothing had to be written before it");
    drop(writing);
    assert_eq!(ada(&house, |person| person.failures > 0).await.failures, 1);
}

#[tokio::test]
async fn asvs_15_2_2_what_nobody_types_is_refused_before_it_is_counted() {
    let (house, _) = with_administrator("http://boule.example").await;
    let large = sign_in(&house, &"a".repeat(9000), PASSWORD).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long = format!("{}@town.example.org", "a".repeat(238));
    assert_eq!(long.len(), 255);
    for _ in 0..40 {
        assert_eq!(sign_in(&house, &long, PASSWORD).await.status, StatusCode::OK);
    }
    assert_eq!(sign_in(&house, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "the door is open");
}

#[tokio::test]
async fn asvs_7_4_2_a_sign_in_under_way_does_not_undo_what_shuts_somebody_out() {
    for erased in [false, true] {
        let (house, _) = with_administrator("http://boule.example").await;
        let (app, now) = (&house.app, house.app.now());
        let read = app.store.person_by_email(EMAIL).await.unwrap().unwrap();
        assert!(server::sign_in::enter(app, &read, "/staff").await.unwrap().is_some());
        let mut change = app.store.change("test", now).await.unwrap();
        if erased {
            change.erase_person(&read.id, app.today()).await.unwrap();
        } else {
            change.set_disabled(&read.id, true).await.unwrap();
        }
        change.note("test", &read.id, &serde_json::json!({})).await.unwrap();
        change.commit().await.unwrap();
        let shut = app.store.person(&read.id).await.unwrap().unwrap();
        // The password was checked before, and is found right only now.
        assert!(server::sign_in::enter(app, &read, "/staff").await.unwrap().is_none());
        assert_eq!(app.store.person(&read.id).await.unwrap().unwrap(), shut);
        assert!(shut.disabled && shut.name.is_none() == erased);
    }
}

#[tokio::test]
async fn asvs_6_3_1_codes_are_counted_by_person_and_close_the_account() {
    let (house, visitor) = with_administrator("http://boule.example").await;
    let page = house.get(&visitor, "/account").await.body;
    let secret = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let right = totp::code(&secret, house.app.now()).unwrap();
    let fields = [("secret", secret.as_str()), ("code", right.as_str()), ("confirm", PASSWORD)];
    assert_eq!(house.post(&visitor, "/account/code", &fields).await.status, StatusCode::SEE_OTHER);
    house.later(1);
    let code = || totp::code(&secret, house.app.now()).unwrap();
    let wrong = |right: &str| if right == "000000" { "111111" } else { "000000" };
    let mut half = Visitor::default();
    for failures in 1..=5 {
        // A new half session each time: neither it nor the right password brings new attempts.
        let answer = sign_in(&house, EMAIL, PASSWORD).await;
        assert!(answer.location().starts_with("/sign-in/code"));
        half = house.signed_in(&answer).await;
        let tried = house.post(&half, "/sign-in/code", &[("code", wrong(&code()))]).await;
        assert_eq!(tried.status, StatusCode::OK);
        ada(&house, |person| person.failures == failures).await;
    }
    closed(&house).await;
    let noted = house.app.store.latest(None, None, 1).await.unwrap().remove(0);
    assert_eq!((noted.kind.as_str(), noted.body.as_str()), ("sign_in.closed", r#"{"failures":5}"#));
    let late = house.post(&half, "/sign-in/code", &[("code", &code())]).await;
    assert_eq!(late.status, StatusCode::OK, "even the right code has to wait");
    assert_eq!(sign_in(&house, EMAIL, PASSWORD).await.status, StatusCode::OK, "and the right password");
    house.later(2);
    let half = house.signed_in(&sign_in(&house, EMAIL, PASSWORD).await).await;
    assert_eq!(ada(&house, |_| true).await.failures, 5, "the right password alone forgives nothing");
    let whole = house.post(&half, "/sign-in/code", &[("code", &code())]).await;
    assert_eq!(whole.status, StatusCode::SEE_OTHER);
    assert_eq!(ada(&house, |_| true).await.failures, 0);
}

#[tokio::test]
async fn asvs_6_3_1_trying_many_accounts_is_slowed_down_too() {
    let (house, _) = with_administrator("http://boule.example").await;
    for number in 0..40 {
        sign_in(&house, &format!("person-{number}@town.example.org"), "wrong wrong wrong").await;
    }
    assert_eq!(sign_in(&house, EMAIL, PASSWORD).await.status, StatusCode::OK, "this address has to wait");
    house.later(1);
    assert_eq!(sign_in(&house, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn asvs_6_3_8_the_answer_does_not_say_who_has_an_account() {
    let (house, _) = with_administrator("http://boule.example").await;
    let known = sign_in(&house, EMAIL, "wrong wrong wrong").await;
    let unknown = sign_in(&house, "eve@town.example.org", "wrong wrong wrong").await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace(EMAIL, ""), unknown.body.replace("eve@town.example.org", ""));
}

#[tokio::test]
async fn asvs_7_2_4_signing_in_gives_a_new_session_and_7_4_1_signing_out_ends_it() {
    let (house, visitor) = with_administrator("http://boule.example").await;
    let again = house.signed_in(&sign_in(&house, EMAIL, PASSWORD).await).await;
    assert_ne!(visitor.cookie, again.cookie);
    assert_eq!(house.post(&again, "/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(house.get(&again, "/account").await.location().starts_with("/sign-in"));
    assert_eq!(house.get(&visitor, "/account").await.status, StatusCode::OK, "the other session goes on");
}

#[tokio::test]
async fn asvs_7_3_1_and_7_3_2_sessions_end_after_rest_and_after_a_day() {
    let (house, visitor) = with_administrator("http://boule.example").await;
    for _ in 0..7 {
        house.later(100);
        assert_eq!(house.get(&visitor, "/account").await.status, StatusCode::OK);
    }
    house.later(100);
    assert!(
        house.get(&visitor, "/account").await.location().starts_with("/sign-in"),
        "twelve hours are over"
    );
    let rested = house.signed_in(&sign_in(&house, EMAIL, PASSWORD).await).await;
    house.later(121);
    assert!(house.get(&rested, "/account").await.location().starts_with("/sign-in"), "two hours of rest");
}

#[tokio::test]
async fn asvs_7_4_2_whoever_is_shut_out_is_out_at_once() {
    let (house, admin) = with_administrator("http://boule.example").await;
    let fields = [("name", "Eve"), ("email", "eve@town.example.org")];
    let made = house.post(&admin, "/staff/people", &fields).await;
    let path = made.location().split('?').next().unwrap().to_owned();
    let page = house.post(&admin, &format!("{path}/link"), &[]).await;
    let token = page.body.split("/link/").nth(2).or(page.body.split("/link/").nth(1)).unwrap();
    let token = format!("/link/{}", token.split('<').next().unwrap());
    let answer =
        house.post(&Visitor::default(), &token, &[("password", PASSWORD), ("repeated", PASSWORD)]).await;
    let eve = house.signed_in(&answer).await;
    assert_eq!(house.get(&eve, "/account").await.status, StatusCode::OK);
    assert_eq!(house.get(&eve, "/staff/people").await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post(&admin, &format!("{path}/disable"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(house.get(&eve, "/account").await.location().starts_with("/sign-in"));
    assert_eq!(sign_in(&house, "eve@town.example.org", PASSWORD).await.status, StatusCode::OK, "nor again");
}

#[tokio::test]
async fn asvs_3_3_1_to_3_3_4_the_cookie_is_bound_to_the_host_and_out_of_reach() {
    let (house, _) = with_administrator("https://boule.example").await;
    let answer = sign_in(&house, EMAIL, PASSWORD).await;
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(token.len(), 43, "256 bits (7.2.3)");
}

#[tokio::test]
async fn asvs_3_5_1_a_form_from_elsewhere_is_refused() {
    let (house, visitor) = with_administrator("http://boule.example").await;
    let ask = |site: Option<&'static str>, origin: Option<&'static str>, csrf: String| {
        let mut request = Request::post("/account/sessions")
            .header(header::COOKIE, &visitor.cookie)
            .header(header::HOST, "boule.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        request.body(Body::from(format!("csrf={csrf}"))).unwrap()
    };
    let right = || visitor.csrf.clone();
    for (site, origin, csrf) in [
        (Some("cross-site"), None, right()),
        (Some("same-site"), None, right()),
        (None, Some("https://evil.example"), right()),
        (None, Some("null"), right()),
        (Some("same-origin"), None, String::new()),
        (Some("same-origin"), None, "x".repeat(64)),
        (None, None, String::new()),
    ] {
        let answer = house.send(ask(site, origin, csrf)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?} {origin:?}");
    }
    for (site, origin) in [(Some("same-origin"), None), (None, Some("http://boule.example")), (None, None)] {
        assert_eq!(
            house.send(ask(site, origin, right())).await.status,
            StatusCode::SEE_OTHER,
            "{site:?} {origin:?}"
        );
    }
}

#[tokio::test]
async fn asvs_3_4_every_answer_bears_the_headers() {
    let (house, visitor) = with_administrator("https://boule.example").await;
    for path in ["/", "/nowhere", "/staff", "/account", "/health", "/sign-in", "/static/x/boule.css"] {
        let answer = house.get(&visitor, path).await;
        let has =
            |name: &str| answer.headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let policy = has("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "3.4.3, 3.4.6 {path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert!(has("strict-transport-security").contains("max-age=31536000"), "3.4.1 {path}");
        assert_eq!(has("x-content-type-options"), "nosniff", "3.4.4 {path}");
        assert_eq!(has("referrer-policy"), "same-origin", "3.4.5 {path}");
        assert_eq!(has("cross-origin-opener-policy"), "same-origin", "3.4.8 {path}");
        let kept = has("cache-control");
        assert!(kept == "no-store" || path.starts_with("/static"), "14.3.2 {path}");
        assert!(!answer.body.contains("<style") && !answer.body.contains(" style="), "{path}");
        assert!(!answer.body.contains(" onclick=") && !answer.body.contains("<script>"), "{path}");
    }
}

#[tokio::test]
async fn asvs_6_5_1_a_code_of_the_second_factor_works_once() {
    let (house, visitor) = with_administrator("http://boule.example").await;
    let page = house.get(&visitor, "/account").await.body;
    let secret = page.split("name=\"secret\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let code = || totp::code(&secret, house.app.now()).unwrap();
    let fields = [("secret", secret.as_str()), ("code", "000000"), ("confirm", PASSWORD)];
    assert_eq!(house.post(&visitor, "/account/code", &fields).await.status, StatusCode::OK, "a wrong code");
    let right = code();
    let fields = [("secret", secret.as_str()), ("code", right.as_str()), ("confirm", PASSWORD)];
    assert_eq!(house.post(&visitor, "/account/code", &fields).await.status, StatusCode::SEE_OTHER);

    let half = sign_in(&house, EMAIL, PASSWORD).await;
    assert!(half.location().starts_with("/sign-in/code"));
    let half = house.signed_in(&half).await;
    assert!(
        house.get(&half, "/staff").await.location().starts_with("/sign-in"),
        "half a session opens nothing"
    );
    let used = house.post(&half, "/sign-in/code", &[("code", right.as_str())]).await;
    assert_eq!(used.status, StatusCode::OK, "the code was used to switch it on");
    house.later(1);
    let fresh = code();
    let whole = house.post(&half, "/sign-in/code", &[("code", fresh.as_str())]).await;
    assert_eq!(whole.status, StatusCode::SEE_OTHER);
    let whole = house.signed_in(&whole).await;
    assert_eq!(house.get(&whole, "/account").await.status, StatusCode::OK);
    assert!(
        house.get(&half, "/account").await.location().starts_with("/sign-in"),
        "the half session is gone"
    );
}

#[tokio::test]
async fn asvs_8_2_2_ids_cannot_be_guessed_and_others_accounts_not_reached() {
    let (house, admin) = with_administrator("http://boule.example").await;
    let person = house.app.store.people().await.unwrap().remove(0);
    assert_eq!(person.id.len(), 22, "128 bits");
    assert_eq!(house.get(&admin, "/staff/people/1").await.status, StatusCode::NOT_FOUND);
    let own = format!("/staff/people/{}/disable", person.id);
    assert_eq!(
        house.post(&admin, &own, &[]).await.status,
        StatusCode::FORBIDDEN,
        "nobody shuts themselves out"
    );
}

fn with_file(house: &House, visitor: &Visitor, path: &str, name: &str, bytes: &[u8]) -> Request<Body> {
    let boundary = "----boule";
    let mut body = Vec::new();
    let today = house.app.today();
    for (field, value) in [
        ("csrf", visitor.csrf.clone()),
        ("title", "A photograph".to_owned()),
        ("dated-day", today.day().to_string()),
        ("dated-month", today.month().to_string()),
        ("dated-year", today.year().to_string()),
    ] {
        body.extend(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html\r\n\r\n"
    );
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{boundary}--\r\n").bytes());
    Request::post(path)
        .header(header::COOKIE, &visitor.cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test]
async fn asvs_5_4_1_and_3_2_1_files_come_back_as_downloads_only() {
    let house = House::full().await;
    let cast = house.cast().await;
    let secretariat = &cast.iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1;
    let filter = store::Filter { states: vec!["in_delivery".to_owned()], ..store::Filter::default() };
    let one = house.app.store.list(&filter, store::Order::Reference, None, 1).await.unwrap().items.remove(0);
    let path = format!("/staff/r/{}/do/add_evidence", one.id);
    let script = b"<script>alert(1)</script>";
    let sent = house.send(with_file(&house, secretariat, &path, "../../etc/x\".html", script)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let stored = house.app.store.recommendation(&one.id).await.unwrap().unwrap();
    let it = server::desk::read(&stored.body).unwrap();
    let number = it.evidence.last().unwrap().number;
    assert!(!it.evidence.last().unwrap().item.file.as_ref().unwrap().contains('/'), "5.3.2 no path");
    let at = format!("/a/{}/recommendations/{}/evidence/{number}", one.assembly, one.reference);
    let file = house.get(&Visitor::default(), &at).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.body.as_bytes(), script);
    let has = |name: &str| file.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(has("content-type"), "application/octet-stream");
    assert!(has("content-disposition").starts_with("attachment;"));
    assert!(has("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn asvs_5_2_1_what_is_too_large_is_refused() {
    let house = House::full().await;
    let cast = house.cast().await;
    let secretariat = &cast.iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1;
    let large = vec![b'x'; server::access::FILE + 1];
    let request = with_file(&house, secretariat, "/staff/import", "large.csv", &large);
    assert_eq!(house.send(request).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let words = "x".repeat(server::access::WORDS + 1);
    let sent = house.post(secretariat, "/staff/bulk", &[("pick", &words)]).await;
    assert_eq!(sent.status, StatusCode::PAYLOAD_TOO_LARGE);
}
