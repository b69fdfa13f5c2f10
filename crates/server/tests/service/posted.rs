//! Letters that a person posts, and notices to departments before anything is handed over.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use server::assembly::Assembly;
use server::mail::paper::Text;
use server::mail::{Mail, rounds};
use tracking::Role;

const LETTER: &str = "/staff/post/harbour-county";

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

/// The demonstration with a sponsor who reads no e-mail.
async fn without_address() -> House {
    let house = House::full().await;
    let found = Assembly::find(&house.app, "harbour-county").await.unwrap();
    let mut about = found.about.clone();
    about.sponsor.as_mut().unwrap().address = None;
    let body = serde_json::to_string(&about).unwrap();
    let (id, names) = (found.id, found.names);
    let kept = store::Assembly { id, revision: found.revision, names, updated_at: house.app.now(), body };
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    change.save_assembly(&kept, Some(found.revision)).await.unwrap();
    change.note("test", "assembly", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    // Late enough that much has been overdue for ninety days.
    *house.now.lock().unwrap() = "2027-06-01T09:00:00Z".parse().unwrap();
    house
}

#[tokio::test]
async fn where_the_sponsor_has_no_address_the_secretariat_posts_the_letter_once() {
    let house = without_address().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    assert!(house.get(&secretariat, "/staff").await.body.contains(LETTER));
    let page = house.get(&secretariat, LETTER).await.body;
    assert!(page.contains("The Harbour County Board") && page.contains("Long overdue"), "{page}");
    let items: Vec<&str> =
        page.split("* R-").skip(1).filter_map(|item| item.split(": was due").next()).collect();
    let once: std::collections::BTreeSet<&&str> = items.iter().collect();
    assert!(page.contains("90 days ago") && page.contains("180 days ago") && items.len() > 2, "{page}");
    assert_eq!(once.len(), items.len(), "each deadline stands in the letter once: {page}");
    let day = |date: &'static str| {
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        [("on-day", day), ("on-month", month), ("on-year", year), ("on", date)]
    };
    for wrong in ["2027-06-02", "2020-01-01"] {
        let refused = house.post(&secretariat, LETTER, &day(wrong)).await;
        assert_eq!(refused.status, StatusCode::OK, "{wrong}");
        assert!(refused.body.contains("Enter the day on which it was posted"), "{}", refused.body);
    }
    let done = house.post(&secretariat, LETTER, &day("2027-06-01")).await;
    assert_eq!(
        (done.status, done.location()),
        (StatusCode::SEE_OTHER, "/staff?done=posted"),
        "{}",
        done.body
    );
    assert!(!house.get(&secretariat, "/staff").await.body.contains(LETTER));
    assert!(house.get(&secretariat, LETTER).await.body.contains("No letter waits"));
    let again = house.post(&secretariat, LETTER, &day("2027-06-01")).await;
    assert_eq!(again.status, StatusCode::OK, "there is nothing to post");
    let audit = house.app.store.log(0, 1_000_000).await.unwrap();
    assert!(audit.iter().any(|entry| entry.kind == "posted.send"));
    // What becomes overdue later calls for a new letter.
    *house.now.lock().unwrap() = "2028-02-01T09:00:00Z".parse().unwrap();
    let secretariat = as_role(&house, Role::Secretariat).await;
    assert!(house.get(&secretariat, "/staff").await.body.contains(LETTER));
}

#[tokio::test]
async fn a_sponsor_who_reads_mail_gets_no_second_letter_on_paper() {
    let house = House::full().await;
    *house.now.lock().unwrap() = "2027-06-01T09:00:00Z".parse().unwrap();
    let secretariat = as_role(&house, Role::Secretariat).await;
    assert!(!house.get(&secretariat, "/staff").await.body.contains(LETTER));
    assert!(house.get(&secretariat, LETTER).await.body.contains("No letter waits"));
}

#[tokio::test]
async fn who_holds_the_post_of_a_topic_hears_once_that_an_assembly_is_coming() {
    let mut house = House::full().await;
    house.app = house.app.clone().with_mail(Mail::Kept);
    for _ in 0..2 {
        rounds::round(&house.app).await.unwrap();
    }
    let all = house.app.store.letters(100_000).await.unwrap();
    let notices: Vec<_> = all.iter().filter(|letter| letter.kind == "notice").collect();
    assert!(!notices.is_empty(), "the demonstration has an assembly that is coming");
    let mut keys: Vec<_> = notices.iter().map(|letter| &letter.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), notices.len());
    for letter in &notices {
        let text: Text = serde_json::from_str(letter.body.as_deref().unwrap()).unwrap();
        assert!(text.text.contains("/staff/coming") && !text.text.contains("letter-"), "{}", text.text);
        assert!(letter.reader.starts_with("person:"));
    }
    let many = notices.len();
    *house.now.lock().unwrap() = "2026-11-23T09:00:00Z".parse().unwrap();
    rounds::round(&house.app).await.unwrap();
    let all = house.app.store.letters(100_000).await.unwrap();
    assert_eq!(all.iter().filter(|letter| letter.kind == "notice").count(), many, "and not again");
}
