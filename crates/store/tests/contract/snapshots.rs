//! Snapshots: the same bytes for good, whatever is tried.

use serde_json::json;
use store::{Error, Store};

use crate::samples::{at, recommendation, save_work};
use crate::trust::{behind, sql};

async fn kept(store: &Store, title: &str, second: i64, bytes: &[u8]) -> store::Snapshot {
    let mut change = store.change("ana", at(second)).await.expect("a change");
    let snapshot = change.keep_snapshot("climate", title, bytes.to_vec()).await.expect("kept");
    change.note("snapshot.take", "climate", &json!({ "sha256": snapshot.sha256 })).await.expect("noted");
    change.commit().await.expect("made");
    snapshot
}

/// A snapshot of another place comes in as it was there, and only if it is what its hash says.
async fn brought_in(store: &Store, first: &store::Snapshot) {
    let moved = store::Snapshot { assembly: "water".to_owned(), number: 7, ..first.clone() };
    let mut change = store.change("ana", at(9)).await.expect("a change");
    let damaged = change.bring_in_snapshot(&moved, b"eno".to_vec()).await;
    assert!(matches!(damaged, Err(Error::Damaged(_))), "{damaged:?}");
    change.bring_in_snapshot(&moved, b"one".to_vec()).await.expect("kept");
    change.note("snapshot.import", "water", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    assert_eq!(store.snapshot("water", 7).await.expect("read"), Some((moved.clone(), b"one".to_vec())));
    let mut change = store.change("ana", at(9)).await.expect("a change");
    change.bring_in_snapshot(&moved, b"one".to_vec()).await.expect_err("its number is taken");
    drop(change);
    let mut change = store.change("ana", at(10)).await.expect("a change");
    let next = change.keep_snapshot("water", "Next", b"two".to_vec()).await.expect("kept");
    assert_eq!(next.number, 8, "numbers go on where they were");
}

pub async fn a_snapshot_is_never_changed(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &[recommendation("a", "climate", "R1")]).await;
    let first = kept(&store, "First year", 1, b"one").await;
    let second = kept(&store, "Second year", 2, b"two").await;
    // SHA-256 of "one", by sha256sum.
    let hash = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    assert_eq!((first.number, first.size, first.sha256.as_str(), first.taken_at), (1, 3, hash, at(1)));
    assert_eq!(second.number, 2);
    let pool = behind(&place).await;
    for refused in [
        "UPDATE snapshot SET title = 'Another'",
        "UPDATE snapshot SET bytes = bytes",
        "DELETE FROM snapshot WHERE number = 1",
    ] {
        let error = sql(&pool, refused).await.expect_err(refused).to_string();
        assert!(error.contains("never changed"), "{refused}: {error}");
    }
    let again = "INSERT INTO snapshot (assembly, number, title, taken_at, sha256, size, bytes) \
                 SELECT assembly, number, 'Another', taken_at, sha256, size, bytes FROM snapshot WHERE number = 1";
    sql(&pool, again).await.expect_err("its number is taken");
    if !place.starts_with("postgres") {
        let over = again.replacen("INSERT", "INSERT OR REPLACE", 1);
        sql(&pool, &over).await.expect_err("nothing goes over it");
    }
    assert_eq!(store.snapshots("climate").await.expect("read"), [first.clone(), second]);
    assert_eq!(store.snapshot("climate", 1).await.expect("read"), Some((first.clone(), b"one".to_vec())));
    assert_eq!(store.snapshots("water").await.expect("read"), []);
    assert_eq!(store.snapshot("climate", 3).await.expect("read"), None);
    assert_eq!(store.examine().await.expect("read"), Vec::<String>::new());
    brought_in(&store, &first).await;
    let mut change = store.change("ana", at(3)).await.expect("a change");
    let nowhere = change.keep_snapshot("nowhere", "x", Vec::new()).await;
    assert!(matches!(nowhere, Err(Error::Missing)), "{nowhere:?}");
}
