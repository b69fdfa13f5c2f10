//! Ballots: counted once, and nothing tells them apart afterwards.

use serde_json::json;
use store::{Change, Entry, Error, Store};

use crate::samples::{at, recommendation, save_work};

/// A round of two recommendations with some ballots.
async fn round(place: &str, ballots: &[&str]) -> Store {
    let store = Store::open(place).await.expect("opened");
    let work = [recommendation("a", "climate", "R1"), recommendation("b", "climate", "R2")];
    save_work(&store, &["climate"], &work).await;
    let mut change: Change = store.change("test", at(1)).await.expect("a change");
    let entry =
        Entry { id: "round".to_owned(), kind: "round".to_owned(), body: "{}".to_owned(), ..Entry::default() };
    change.save_entry(entry, None).await.expect("saved");
    let rows = [("a".to_owned(), [0; 11]), ("b".to_owned(), [1; 11])];
    change.open_scores("round", &rows).await.expect("opened");
    assert!(matches!(change.add_ballots("none", &["x".to_owned()]).await, Err(Error::Missing)));
    drop(change);
    // PostgreSQL gives up a change in which something went wrong.
    let mut change: Change = store.change("test", at(1)).await.expect("a change");
    let entry =
        Entry { id: "round".to_owned(), kind: "round".to_owned(), body: "{}".to_owned(), ..Entry::default() };
    change.save_entry(entry, None).await.expect("saved");
    change.open_scores("round", &rows).await.expect("opened");
    let hashes: Vec<String> = ballots.iter().map(|hash| (*hash).to_owned()).collect();
    change.add_ballots("round", &hashes).await.expect("given out");
    change.note("test", "round", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    store
}

fn scores(list: &[(&str, u8)]) -> Vec<(String, u8)> {
    list.iter().map(|(id, score)| ((*id).to_owned(), *score)).collect()
}

pub async fn a_ballot_is_counted_once_and_leaves_nothing_else(place: String) {
    let store = round(&place, &["one", "two"]).await;
    let before = store.latest(None, None, 100).await.expect("read").len();
    assert_eq!(store.ballot("one").await.expect("read"), Some(("round".to_owned(), false)));
    assert_eq!(store.ballot("three").await.expect("read"), None);
    assert!(store.cast("round", "one", &scores(&[("b", 10), ("a", 0)])).await.expect("counted"));
    assert!(!store.cast("round", "one", &scores(&[("a", 5)])).await.expect("refused"));
    assert!(!store.cast("other", "two", &scores(&[("a", 5)])).await.expect("not of this round"));
    let counted = store.scores("round").await.expect("read");
    assert_eq!(counted[0], ("a".to_owned(), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(counted[1], ("b".to_owned(), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]));
    assert_eq!(store.ballots("round").await.expect("read"), (2, 1));
    assert_eq!(store.ballot("one").await.expect("read"), Some(("round".to_owned(), true)));
    let after = store.latest(None, None, 100).await.expect("read").len();
    assert_eq!(after, before, "the audit log does not say when");
}

pub async fn a_ballot_that_is_entered_for_somebody_is_the_same_ballot(place: String) {
    let store = round(&place, &["one", "two", "three"]).await;
    let at = jiff::Timestamp::UNIX_EPOCH;
    let given = scores(&[("a", 4)]);
    let mut change = store.change("secretariat", at).await.expect("a change");
    assert!(change.cast("round", "one", &given, 2).await.expect("counted"));
    change.note("ballot.enter", "round", &serde_json::json!({ "way": 2 })).await.expect("noted");
    change.commit().await.expect("made");
    // Its holder comes too late, and so does who enters what its holder has sent.
    assert!(!store.cast("round", "one", &given).await.expect("refused"));
    assert!(store.cast("round", "two", &given).await.expect("counted"));
    let mut change = store.change("secretariat", at).await.expect("a change");
    assert!(!change.cast("round", "two", &given, 3).await.expect("refused"));
    drop(change);
    // What is not made is not counted.
    let mut change = store.change("secretariat", at).await.expect("a change");
    assert!(change.cast("round", "three", &given, 3).await.expect("counted"));
    drop(change);
    assert_eq!(store.ballots("round").await.expect("read"), (3, 2));
    assert_eq!(store.ballot_ways("round").await.expect("read"), [(1, 1), (2, 1)]);
    assert_eq!(store.scores("round").await.expect("read")[0].1[4], 2);
}

pub async fn of_many_who_send_one_ballot_one_is_counted(place: String) {
    let store = round(&place, &["one"]).await;
    let tries = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(
            async move { store.cast("round", "one", &scores(&[("a", 7)])).await.expect("an answer") },
        )
    });
    let mut counted = 0;
    for one in tries.collect::<Vec<_>>() {
        counted += u32::from(one.await.expect("an answer"));
    }
    assert_eq!(counted, 1);
    assert_eq!(store.scores("round").await.expect("read")[0].1.iter().sum::<u32>(), 1);
}

pub async fn a_ballot_that_cannot_be_counted_stays_unused(place: String) {
    let store = round(&place, &["one"]).await;
    for wrong in [[("a", 3), ("c", 4)], [("a", 3), ("b", 11)]] {
        assert!(matches!(store.cast("round", "one", &scores(&wrong)).await, Err(Error::Missing)));
    }
    assert_eq!(
        store.scores("round").await.expect("read")[0].1.iter().sum::<u32>(),
        0,
        "nothing of it is counted"
    );
    assert!(store.cast("round", "one", &scores(&[("a", 3)])).await.expect("counted"));
}
