//! How many requests of one visitor are let through where a proxy stands in front.

use crate::common::House;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use store::Store;

/// Two requests a second, four at once.
async fn limited() -> House {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().to_str().unwrap()).await.unwrap();
    House::made(store, folder, "http://boule.example", |settings| {
        (settings.rate, settings.behind_proxy) = (2, true);
    })
}

/// How many of twenty requests are let through, each with the lines that it has.
async fn passed(house: &House, lines: impl Fn(u32) -> Vec<String>) -> usize {
    let mut passed = 0;
    for number in 0..20 {
        let mut request = Request::get("/health");
        for line in lines(number) {
            request = request.header("x-forwarded-for", line);
        }
        let status = house.send(request.body(Body::empty()).unwrap()).await.status;
        assert!(matches!(status, StatusCode::OK | StatusCode::TOO_MANY_REQUESTS), "{status}");
        passed += usize::from(status == StatusCode::OK);
    }
    passed
}

#[tokio::test]
async fn asvs_2_4_1_what_the_visitor_says_of_the_address_counts_for_nothing() {
    let house = limited().await;
    let lines = |n: u32| vec![format!("192.0.2.{n}"), format!("192.0.2.{n}, 198.51.100.1")];
    assert_eq!(passed(&house, lines).await, 4, "lines of the visitor's own before the proxy's");
    assert_eq!(passed(&house, |n| vec![format!("198.51.100.2:{}", 4000 + n)]).await, 4, "with a port");
    assert_eq!(passed(&house, |n| vec![format!("2001:db8:7:7::{n:x}")]).await, 4, "one visitor's network");
    assert_eq!(passed(&house, |n| vec![format!("[2001:db8:8:8::{n:x}]:443")]).await, 4, "in brackets");
}

#[tokio::test]
async fn visitors_behind_one_proxy_do_not_share_a_limit() {
    let house = limited().await;
    assert_eq!(passed(&house, |n| vec![format!("198.51.100.{n}:4000")]).await, 20);
    assert_eq!(passed(&house, |n| vec![format!("[2001:db8:9:{n:x}::1]")]).await, 20);
}
