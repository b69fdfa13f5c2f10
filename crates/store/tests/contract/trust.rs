//! The audit log, and what several programs may do to one database.

use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe};
use store::{Error, Store};

use crate::samples::{at, person, recommendation, save_people, save_work};

/// The database behind the store's back.
pub async fn behind(place: &str) -> AnyPool {
    if place.starts_with("postgres") {
        return AnyPool::connect(place).await.expect("connected");
    }
    let path: String = format!("{place}/boule.db").bytes().map(|byte| format!("%{byte:02X}")).collect();
    AnyPool::connect(&format!("sqlite:{path}")).await.expect("connected")
}

pub async fn sql(pool: &AnyPool, text: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(pool).await?.rows_affected())
}

/// Lets the log be changed, as somebody with the database's password could.
async fn without_triggers(place: &str, pool: &AnyPool) {
    let drop = match place.starts_with("postgres") {
        true => "DROP TRIGGER audit_no_change ON audit",
        false => "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete",
    };
    sql(pool, drop).await.expect("dropped");
}

async fn note(store: &Store, many: i64) {
    for number in 0..many {
        let mut change = store.change("ana", at(number)).await.expect("a change");
        let body = json!({ "number": number, "text": "Ñandú \"x\"", "list": [1, null, true] });
        change.note("test.note", &format!("subject-{number}"), &body).await.expect("noted");
        change.commit().await.expect("made");
    }
}

pub async fn a_change_that_notes_nothing_is_not_made(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let mut change = store.change("ana", at(0)).await.expect("a change");
    change.save_person(&person("ana")).await.expect("saved");
    assert!(matches!(change.commit().await, Err(Error::Unnoted)));
    assert_eq!(store.person("ana").await.expect("read"), None);
}

pub async fn a_change_that_is_dropped_never_happened(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let mut change = store.change("ana", at(0)).await.expect("a change");
    change.save_person(&person("ana")).await.expect("saved");
    change.note("person.save", "ana", &json!({})).await.expect("noted");
    drop(change);
    save_people(&store, &["bea"]).await;
    assert_eq!(store.person("ana").await.expect("read"), None);
    let verdict = store.verify().await.expect("read");
    assert_eq!((verdict.entries, verdict.broken), (1, vec![]));
}

pub async fn the_chain_verifies(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let empty = store.verify().await.expect("read");
    assert_eq!((empty.entries, empty.head.as_str(), empty.broken.len()), (0, store::audit::START, 0));
    note(&store, 3).await;
    let mut change = store.change("bea", at(9)).await.expect("a change");
    change.note("test.first", "s", &json!({})).await.expect("noted");
    change.note("test.second", "s", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    let verdict = store.verify().await.expect("read");
    assert_eq!((verdict.entries, verdict.broken), (5, vec![]));
    let entries = store.log(0, 100).await.expect("read");
    assert_eq!(entries[4].hash, verdict.head);
    assert_eq!(entries[0].at, "2026-05-28T20:26:40.000000Z");
    // Computed once by hand with Python's hashlib from the recipe in the documentation of `Entry`.
    assert_eq!(entries[0].hash, "40e1097c4a9cb7cde230bbf27552034dab15659eb56111bc48e522d0aa9b3069");
    assert_eq!(store.entry_with_hash(&entries[2].hash).await.expect("read"), Some(3));
    assert_eq!(store.entry_with_hash(store::audit::START).await.expect("read"), None);
    let of_one = store.latest(Some("s"), None, 10).await.expect("read");
    assert_eq!(of_one.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5, 4]);
    let page = store.latest(None, Some(4), 2).await.expect("read");
    assert_eq!(page.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [3, 2]);
    let last = async |at: &str| store.last_before(at).await.expect("read").map(|entry| entry.seq);
    assert_eq!(last(&entries[4].at).await, Some(3), "two stand at that instant");
    assert_eq!((last("2999").await, last(&entries[0].at).await), (Some(5), None));
}

pub async fn any_changed_byte_is_found(place: String) {
    let store = Store::open(&place).await.expect("opened");
    note(&store, 4).await;
    let pool = behind(&place).await;
    without_triggers(&place, &pool).await;
    for column in ["at", "actor", "kind", "subject", "body", "previous", "hash"] {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT {column} AS was FROM audit WHERE seq = 2")))
            .fetch_one(&pool)
            .await
            .expect("read");
        let was: String = sqlx::Row::try_get(&row, "was").expect("text");
        for place in 0..was.chars().count() {
            let mut changed: Vec<char> = was.chars().collect();
            changed[place] = if changed[place] == 'f' { 'e' } else { 'f' };
            let changed: String = changed.into_iter().collect();
            set(&pool, column, &changed).await;
            let broken = store.verify().await.expect("read").broken;
            assert!(broken.iter().any(|broken| broken.seq == 2), "{column}: {was} became {changed}");
        }
        for changed in [format!("{was} "), format!(" {was}"), was.to_uppercase() + "X"] {
            set(&pool, column, &changed).await;
            assert!(
                !store.verify().await.expect("read").broken.is_empty(),
                "{column}: {was} became {changed}"
            );
        }
        set(&pool, column, &was).await;
        assert!(store.verify().await.expect("read").broken.is_empty(), "{column} is as it was");
    }
}

async fn set(pool: &AnyPool, column: &str, value: &str) {
    sqlx::query(AssertSqlSafe(format!("UPDATE audit SET {column} = $1 WHERE seq = 2")))
        .bind(value.to_owned())
        .execute(pool)
        .await
        .expect("changed");
}

pub async fn missing_entries_are_found(place: String) {
    let store = Store::open(&place).await.expect("opened");
    note(&store, 5).await;
    let pool = behind(&place).await;
    without_triggers(&place, &pool).await;
    sql(&pool, "DELETE FROM audit WHERE seq = 5").await.expect("deleted");
    let broken = store.verify().await.expect("read").broken;
    assert_eq!((broken[0].seq, broken[0].why), (5, "the end of the log is missing"));
    sql(&pool, "DELETE FROM audit WHERE seq = 2").await.expect("deleted");
    let broken = store.verify().await.expect("read").broken;
    assert_eq!((broken[0].seq, broken[0].why), (3, "entries before it are missing"));
}

pub async fn triggers_refuse_what_is_not_added(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[recommendation("a", "climate", "R1")]).await;
    let event = store::Event {
        recommendation: "a".to_owned(),
        seq: 1,
        at: at(1),
        kind: "adopted".to_owned(),
        body: "{}".to_owned(),
    };
    let mut change = store.change("ana", at(1)).await.expect("a change");
    change.add_event(&event).await.expect("added");
    change.note("test", "a", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    let pool = behind(&place).await;
    for refused in [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit WHERE seq = 1",
        "UPDATE event SET body = '[]'",
        "DELETE FROM event",
    ] {
        let error = sql(&pool, refused).await.expect_err(refused).to_string();
        assert!(error.contains("never changed"), "{refused}: {error}");
    }
    assert_eq!(store.verify().await.expect("read").broken, []);
    assert_eq!(store.events("a").await.expect("read"), [event]);
}

pub async fn two_programs_share_a_database(place: String) {
    // Both make the tables at once.
    let (first, second) = tokio::join!(Store::open(&place), Store::open(&place));
    let stores = [first.expect("opened"), second.expect("opened")];
    let mut tasks = Vec::new();
    for number in 0..40 {
        let store = stores[number % 2].clone();
        tasks.push(tokio::spawn(async move {
            let mut change = store.change("ana", at(0)).await.expect("a change");
            change.save_person(&person(&format!("p{number}"))).await.expect("saved");
            change.note("person.save", &format!("p{number}"), &json!({})).await.expect("noted");
            change.commit().await.expect("made");
        }));
    }
    for task in tasks {
        task.await.expect("it ran");
    }
    for store in &stores {
        assert_eq!(store.people().await.expect("read").len(), 40);
        let verdict = store.verify().await.expect("read");
        assert_eq!((verdict.entries, verdict.broken), (40, vec![]));
        store.alive().await.expect("alive");
        store.close().await;
        assert!(matches!(store.alive().await, Err(Error::Unreachable(_))));
    }
}

pub async fn a_later_program_is_recognised(place: String) {
    let store = Store::open(&place).await.expect("opened");
    sql(&behind(&place).await, "INSERT INTO migration (number) VALUES (999)").await.expect("written");
    store.close().await;
    assert!(matches!(Store::open(&place).await, Err(Error::Newer { found: 999, .. })));
}
