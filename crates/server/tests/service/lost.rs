//! The service while its database goes away, comes back, and can only be read.

#[path = "../../../store/tests/contract/cluster.rs"]
mod cluster;

use std::time::Duration;

use crate::common::{Answer, House, Visitor};
use axum::http::StatusCode;
use cluster::Cluster;
use jiff::civil::date;
use store::{Filter, Order, Store};
use tracking::Role;

/// Longer than a connection is trusted without being asked.
const RESTED: Duration = Duration::from_millis(1100);
/// What a watchdog waits for at most; a page waits for ten seconds.
const WATCHDOG: Duration = Duration::from_secs(5);

/// Waits until the service has its database again.
async fn answers(house: &House) {
    tokio::time::sleep(RESTED).await;
    for _ in 0..200 {
        if house.get(&Visitor::default(), "/health").await.status == StatusCode::OK {
            return;
        }
    }
    panic!("the service does not recover");
}

fn is_said(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{what}");
    assert!(answer.body.contains("The service cannot save or read just now"), "{what}: {}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_lost_is_said_and_nothing_is_answered_that_is_not_kept() {
    let Some(mut cluster) = Cluster::own() else { return };
    // The server takes connections a moment after its socket is there.
    let mut store = Store::open(&cluster.url).await;
    for _ in 0..200 {
        if store.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        store = Store::open(&cluster.url).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let house = House::made(store.unwrap(), folder, "http://boule.example", |_| {});
    server::demo::fill(&house.app, &rehearsal::tracked("tests", date(2026, 11, 22))).await.unwrap();
    let officer = house.cast().await.into_iter().find(|(role, _)| *role == Role::Officer).unwrap().1;
    let filter =
        Filter { states: vec!["in_delivery".into()], units: vec!["parks".into()], ..Filter::default() };
    let one = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    let (story, path) = (format!("/staff/r/{}", one.id), format!("/staff/r/{}/do/report", one.id));
    let report =
        async |text: &str| house.post(&officer, &path, &[("delivery", "under_way"), ("text", text)]).await;
    assert_eq!(report("Half of the trees are planted.").await.status, StatusCode::SEE_OTHER);

    cluster.stop();
    let nobody = Visitor::default();
    let (page, form, health) = tokio::join!(
        house.get(&nobody, "/a/harbour-county"),
        report("All of the trees are planted."),
        tokio::time::timeout(WATCHDOG, house.get(&nobody, "/health")),
    );
    is_said(&page, "a page");
    is_said(&form, "a form");
    let health = health.expect("a watchdog is answered soon");
    assert_eq!((health.status, health.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "store\n"));

    cluster.again(&["default_transaction_read_only=on"]);
    answers(&house).await;
    let shown = house.get(&officer, &story).await;
    assert_eq!(shown.status, StatusCode::OK, "what is there can be read");
    assert!(shown.body.contains("Half of the trees are planted."), "what was answered is kept");
    assert!(!shown.body.contains("All of the trees are planted."), "what was refused is not");
    let refused = report("The trees are watered.").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    for words in ["Nothing was saved: the service cannot save just now", "The trees are watered."] {
        assert!(refused.body.contains(words), "a form while nothing can be written: {}", refused.body);
    }

    cluster.stop();
    cluster.again(&[]);
    answers(&house).await;
    assert_eq!(report("The trees are mulched.").await.status, StatusCode::SEE_OTHER, "life goes on");
    let shown = house.get(&officer, &story).await.body;
    assert!(shown.contains("The trees are mulched.") && !shown.contains("The trees are watered."));
    assert_eq!(house.app.store.examine().await.unwrap(), Vec::<String>::new());
    house.app.store.close().await;
}
