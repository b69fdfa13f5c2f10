//! Drafts, files, keys, answers, publications, marks at the door.

use jiff::civil::date;
use serde_json::json;
use store::{Answer, Change, Draft, Entry, EntryFilter, Error, File, Mark, Publication, Store, Token};

use crate::samples::{at, recommendation, save_people, save_work};

async fn change(store: &Store, second: i64) -> Change {
    let mut change = store.change("test", at(second)).await.expect("a change");
    change.note("test", "test", &json!({})).await.expect("noted");
    change
}

pub async fn drafts_are_kept_until_they_are_dropped(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana", "bea"]).await;
    let draft = |person: &str, body: &str| Draft {
        person: person.to_owned(),
        subject: "a".to_owned(),
        kind: "response".to_owned(),
        based_on: 3,
        saved_at: at(5),
        body: body.to_owned(),
    };
    for made in [draft("ana", "one"), draft("bea", "two"), draft("ana", "three")] {
        store.keep_draft(&made).await.expect("kept");
    }
    assert_eq!(store.draft("ana", "a", "response").await.expect("read"), Some(draft("ana", "three")));
    assert_eq!(store.draft("bea", "a", "response").await.expect("read"), Some(draft("bea", "two")));
    store.drop_draft("ana", "a", "response").await.expect("dropped");
    assert_eq!(store.draft("ana", "a", "response").await.expect("read"), None);
}

pub async fn a_draft_is_kept_over_the_one_that_was_read_only(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let draft = |body: &str| Draft {
        person: "ana".to_owned(),
        subject: "a".to_owned(),
        kind: "response".to_owned(),
        based_on: 3,
        saved_at: at(5),
        body: body.to_owned(),
    };
    for (before, body, is_kept, there) in [
        (Some("none"), "one", false, None),
        (None, "one", true, Some("one")),
        (None, "two", false, Some("one")),
        (Some("two"), "three", false, Some("one")),
        (Some("one"), "three", true, Some("three")),
    ] {
        assert_eq!(
            store.keep_draft_over(before, &draft(body)).await.expect("kept"),
            is_kept,
            "{before:?} {body}"
        );
        assert_eq!(store.draft("ana", "a", "response").await.expect("read"), there.map(draft));
    }
}

pub async fn files_come_back_as_they_were_added(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[recommendation("a", "climate", "R1")]).await;
    let file = |id: &str, recommendation: &str| File {
        id: id.to_owned(),
        recommendation: recommendation.to_owned(),
        sha256: String::new(),
        name: "report \"1\".pdf".to_owned(),
        media: "application/pdf".to_owned(),
        size: 0,
        added_at: at(3),
        added_by: "ana".to_owned(),
    };
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut adding = change(&store, 3).await;
    let first = adding.add_file(&file("f1", "a"), bytes.clone()).await.expect("added");
    let second = adding.add_file(&file("f2", "a"), bytes.clone()).await.expect("the same bytes again");
    adding.commit().await.expect("made");
    assert_eq!((first.size, first.sha256.len()), (100_000, 64));
    assert_eq!(store.files("a").await.expect("read"), [first.clone(), second]);
    assert_eq!(store.file("f1").await.expect("read"), Some((first, bytes)));
    assert_eq!(store.file("f3").await.expect("read"), None);
    let mut nowhere = change(&store, 4).await;
    assert!(matches!(nowhere.add_file(&file("f3", "none"), vec![1]).await, Err(Error::Missing)));
}

pub async fn keys_work_until_they_are_taken_back(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let token = Token {
        id: "t1".to_owned(),
        hash: "h1".to_owned(),
        name: "Website".to_owned(),
        scopes: "recommendations:write".to_owned(),
        assembly: Some("climate".to_owned()),
        unit: None,
        created_by: "ana".to_owned(),
        created_at: at(1),
        expires_at: at(100),
        revoked_at: None,
    };
    let mut making = change(&store, 1).await;
    making.add_token(&token).await.expect("made");
    making.commit().await.expect("made");
    assert_eq!(store.token("h1", at(99)).await.expect("read"), Some(token));
    assert_eq!(store.token("h1", at(100)).await.expect("read"), None, "it has ended");
    let mut revoking = change(&store, 50).await;
    revoking.revoke_token("t1").await.expect("taken back");
    assert!(matches!(revoking.revoke_token("t1").await, Err(Error::Missing)));
    revoking.commit().await.expect("made");
    assert_eq!(store.token("h1", at(60)).await.expect("read"), None, "taken back");
    assert_eq!(store.tokens().await.expect("read")[0].revoked_at, Some(at(50)));
}

pub async fn a_request_is_answered_once(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let answer = Answer { request: "r".to_owned(), status: 201, body: "{}".to_owned() };
    let mut first = change(&store, 1).await;
    assert_eq!(first.answered("t1", "k").await.expect("read"), None);
    first.answer("t1", "k", &answer).await.expect("kept");
    first.commit().await.expect("made");
    let mut second = change(&store, 2).await;
    assert_eq!(second.answered("t1", "k").await.expect("read"), Some(answer.clone()));
    assert_eq!(second.answered("t2", "k").await.expect("read"), None, "another program's key");
    assert!(matches!(second.answer("t1", "k", &answer).await, Err(Error::Taken)));
    drop(second);
    let week = 7 * 24 * 3600;
    store.sweep(at(week)).await.expect("swept");
    let mut third = change(&store, 3).await;
    assert_eq!(third.answered("t1", "k").await.expect("read"), Some(answer), "not a week old");
    drop(third);
    store.sweep(at(week + 1)).await.expect("swept");
    assert_eq!(change(&store, 4).await.answered("t1", "k").await.expect("read"), None);
}

pub async fn only_what_is_open_is_for_everybody(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[]).await;
    let file = |path: &str, is_open: bool| Publication {
        assembly: "climate".to_owned(),
        part: "draw".to_owned(),
        path: path.to_owned(),
        is_open,
        revision: 0,
        media: "text/csv".to_owned(),
        sha256: String::new(),
        published_at: at(0),
    };
    let mut publishing = change(&store, 7).await;
    let open = publishing.publish(&file("a/b.csv", true), b"open".to_vec(), None).await.expect("written");
    let shut = publishing.publish(&file("c.csv", false), b"shut".to_vec(), None).await.expect("written");
    publishing.commit().await.expect("made");
    assert_eq!((open.revision, open.published_at, open.sha256.len()), (1, at(7), 64));
    assert_eq!(store.publications("climate", "draw").await.expect("read"), [open.clone(), shut.clone()]);
    let read = store.open_publication("climate", "draw", "a/b.csv").await.expect("read");
    assert_eq!(read, Some((open, b"open".to_vec())));
    assert_eq!(store.open_publication("climate", "draw", "c.csv").await.expect("read"), None);
    assert_eq!(
        store.publication("climate", "draw", "c.csv").await.expect("read"),
        Some((shut, b"shut".to_vec()))
    );

    let mut again = change(&store, 8).await;
    let second = again.publish(&file("c.csv", false), b"new".to_vec(), Some(1)).await.expect("written");
    assert_eq!(second.revision, 2);
    let stale = again.publish(&file("c.csv", false), b"late".to_vec(), Some(1)).await;
    assert!(matches!(stale, Err(Error::Stale { current: 2 })));
    let nothing = again.publish(&file("d.csv", false), b"".to_vec(), Some(1)).await;
    assert!(matches!(nothing, Err(Error::Missing)));
    again.withdraw("climate", "draw", "a/b.csv").await.expect("taken back");
    assert!(matches!(again.withdraw("climate", "draw", "a/b.csv").await, Err(Error::Missing)));
    again.commit().await.expect("made");
    assert_eq!(store.publications("climate", "draw").await.expect("read"), [second]);
}

pub async fn the_last_mark_holds(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[]).await;
    let mark = |member: &str, present: bool, second: i64| Mark {
        block: "1".to_owned(),
        member: member.to_owned(),
        present,
        marked_at: at(second),
        marked_by: "ana".to_owned(),
    };
    let mut marking = change(&store, 1).await;
    for made in [mark("P2", true, 1), mark("P1", false, 2), mark("P2", false, 3), mark("P3", true, 4)] {
        marking.mark("climate", &made).await.expect("marked");
    }
    marking.unmark("climate", "1", "P3").await.expect("taken back");
    marking.commit().await.expect("made");
    assert_eq!(store.marks("climate").await.expect("read"), [mark("P1", false, 2), mark("P2", false, 3)]);
    assert_eq!(store.marks("water").await.expect("read"), []);
}

pub async fn entries_are_found_by_what_they_are_about(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &[]).await;
    let entry = |id: &str, kind: &str, assembly: Option<&str>, days: Option<(i8, i8)>| Entry {
        id: id.to_owned(),
        kind: kind.to_owned(),
        assembly: assembly.map(str::to_owned),
        subject: Some(format!("about {id}")),
        from: days.map(|(first, _)| date(2027, 3, first)),
        until: days.map(|(_, last)| date(2027, 3, last)),
        body: format!("{{\"id\":\"{id}\"}}"),
        ..Entry::default()
    };
    let mut writing = change(&store, 1).await;
    let made = [
        entry("b", "visit", Some("climate"), Some((3, 5))),
        entry("a", "visit", Some("climate"), Some((9, 9))),
        entry("c", "visit", Some("water"), Some((5, 8))),
        entry("d", "visit", None, None),
        entry("e", "survey", Some("climate"), None),
    ];
    let mut saved = Vec::new();
    for one in made {
        saved.push(writing.save_entry(one, None).await.expect("saved"));
    }
    writing.commit().await.expect("made");
    assert_eq!((saved[0].revision, saved[0].updated_at), (1, at(1)));
    assert_eq!(store.entry("visit", "b").await.expect("read"), Some(saved[0].clone()));
    assert_eq!(store.entry("survey", "b").await.expect("read"), None);

    let ids = async |kind: &str, filter: EntryFilter| -> String {
        store.entries(kind, &filter).await.expect("read").iter().map(|one| one.id.as_str()).collect()
    };
    assert_eq!(ids("visit", EntryFilter::default()).await, "dbca");
    let climate = EntryFilter { assembly: Some("climate".to_owned()), ..EntryFilter::default() };
    assert_eq!(ids("visit", climate).await, "ba");
    let about = EntryFilter { subject: Some("about c".to_owned()), ..EntryFilter::default() };
    assert_eq!(ids("visit", about).await, "c");
    let days = |first, last| EntryFilter {
        days: Some((date(2027, 3, first), date(2027, 3, last))),
        ..EntryFilter::default()
    };
    assert_eq!((ids("visit", days(5, 5)).await, ids("visit", days(6, 8)).await), ("dbc".into(), "dc".into()));

    let mut later = change(&store, 2).await;
    let again =
        later.save_entry(Entry { body: "{}".to_owned(), ..saved[0].clone() }, Some(1)).await.expect("saved");
    assert_eq!((again.revision, again.updated_at), (2, at(2)));
    assert!(matches!(later.save_entry(saved[0].clone(), Some(1)).await, Err(Error::Stale { current: 2 })));
    later.drop_entry(&saved[1]).await.expect("dropped");
    assert!(matches!(later.drop_entry(&saved[0]).await, Err(Error::Stale { .. })));
    later.commit().await.expect("made");
    assert_eq!(ids("visit", EntryFilter::default()).await, "dbc");
    let mut twice = change(&store, 3).await;
    assert!(matches!(twice.save_entry(saved[4].clone(), None).await, Err(Error::Taken)));
    drop(twice);
    let mut nowhere = change(&store, 4).await;
    assert!(matches!(
        nowhere.save_entry(entry("f", "visit", Some("air"), None), None).await,
        Err(Error::Missing)
    ));
}
