//! Letters on their way, steps of escalation, people who follow.

use std::collections::BTreeSet;

use serde_json::json;
use store::{Change, Error, Follower, Letter, Step, Store};

use crate::samples::{at, recommendation, save_work};

async fn change(store: &Store, second: i64) -> Change {
    let mut change = store.change("test", at(second)).await.expect("a change");
    change.note("test", "test", &json!({})).await.expect("noted");
    change
}

fn letter(id: &str, key: &str) -> Letter {
    Letter {
        id: id.to_owned(),
        key: key.to_owned(),
        reader: "person:ana".to_owned(),
        kind: "digest".to_owned(),
        written_at: at(1),
        tries: 0,
        unsure: 0,
        body: Some("{}".to_owned()),
        state: "waiting".to_owned(),
        problem: None,
    }
}

async fn written(store: &Store, letters: &[(&str, &str)]) -> Vec<bool> {
    let mut change = change(store, 1).await;
    let mut new = Vec::new();
    for (id, key) in letters {
        new.push(change.write_letter(&letter(id, key)).await.expect("written"));
    }
    change.commit().await.expect("made");
    new
}

async fn take(store: &Store, holder: &str, now: i64, until: i64) -> Option<Letter> {
    store.take_letter(holder, at(now), at(until)).await.expect("taken")
}

pub async fn a_letter_is_written_once_and_ends_once(place: String) {
    let store = Store::open(&place).await.expect("opened");
    assert_eq!(written(&store, &[("a", "one"), ("b", "one"), ("c", "two")]).await, [true, false, true]);
    assert_eq!(take(&store, "x", 0, 60).await, None, "before it was written");
    let first = take(&store, "x", 2, 60).await.expect("a letter");
    assert_eq!((first.id.as_str(), first.tries, first.state.as_str()), ("a", 1, "held"));
    assert!(store.hand_letter("a", "x", at(3)).await.expect("marked"));
    assert!(!store.hand_letter("a", "x", at(3)).await.expect("marked"), "handed over once");
    store.end_letter("a", "x", "sent", at(4), None).await.expect("ended");
    let second = take(&store, "x", 5, 60).await.expect("a letter");
    store.put_letter_back(&second.id, "x", at(100), "421", false).await.expect("put back");
    assert_eq!(take(&store, "x", 99, 200).await, None, "not before its time");
    let again = take(&store, "x", 100, 200).await.expect("a letter");
    assert_eq!((again.id.as_str(), again.tries, again.unsure), ("c", 2, 0));
    assert_eq!(again.problem.as_deref(), Some("421"));
    store.end_letter("c", "x", "returned", at(101), Some("550")).await.expect("ended");
    assert_eq!(take(&store, "x", 9_999, 99_999).await, None);
    let counts = store.letters_by_state().await.expect("read");
    assert_eq!(counts, [("returned".to_owned(), 1), ("sent".to_owned(), 1)]);
    let ended = store.letters(10).await.expect("read");
    assert!(ended.iter().all(|letter| letter.body.is_none()), "what it said is gone");
    assert_eq!(written(&store, &[("d", "one")]).await, [false], "and it is never written again");
}

pub async fn of_many_senders_one_has_a_letter(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let names: Vec<String> = (0..40).map(|n| format!("l{n:02}")).collect();
    let letters: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
    written(&store, &letters).await;
    let senders = (0..4).map(|sender| {
        let store = store.clone();
        tokio::spawn(async move {
            let (mut taken, mut idle) = (Vec::new(), 0);
            while idle < 20 {
                match take(&store, &format!("s{sender}"), 5, 60).await {
                    Some(letter) => taken.push(letter.id),
                    None => idle += 1,
                }
            }
            taken
        })
    });
    let mut all = Vec::new();
    for sender in senders.collect::<Vec<_>>() {
        all.extend(sender.await.expect("it ran"));
    }
    assert_eq!(all.len(), 40, "nobody had one twice");
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), names.into_iter().collect());
}

pub async fn what_a_dead_sender_held_is_taken_again(place: String) {
    let store = Store::open(&place).await.expect("opened");
    written(&store, &[("a", "a")]).await;
    take(&store, "dead", 2, 60).await.expect("a letter");
    assert_eq!(take(&store, "next", 59, 120).await, None, "the first still has time");
    let again = take(&store, "next", 60, 120).await.expect("a letter");
    assert_eq!((again.tries, again.unsure), (2, 0), "it was not handed over");
    assert!(!store.hand_letter("a", "dead", at(61)).await.expect("asked"), "the first is too late");
    store.end_letter("a", "dead", "sent", at(61), None).await.expect("nothing");
    assert!(!store.hand_letter("a", "next", at(120)).await.expect("asked"), "its own time is over");
    assert!(store.hand_letter("a", "next", at(62)).await.expect("asked"));
    let unsure = take(&store, "third", 120, 180).await.expect("a letter");
    assert_eq!((unsure.tries, unsure.unsure), (3, 1), "the receiver may have it");
    assert!(store.hand_letter("a", "third", at(121)).await.expect("asked"));
    store.put_letter_back("a", "third", at(150), "time", true).await.expect("put back");
    let unsure = take(&store, "fourth", 150, 180).await.expect("a letter");
    assert_eq!((unsure.tries, unsure.unsure), (4, 2));
}

pub async fn a_step_is_reached_once(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(
        &store,
        &["climate", "other"],
        &[recommendation("a", "climate", "R1"), recommendation("b", "other", "R1")],
    )
    .await;
    let step = |deadline, due: &str, rung: &str| Step {
        recommendation: "a".to_owned(),
        deadline,
        due: due.to_owned(),
        rung: rung.to_owned(),
    };
    let mut first = change(&store, 1).await;
    assert!(first.reach(&step(1, "2026-09-02", "overdue")).await.expect("noted"));
    assert!(!first.reach(&step(1, "2026-09-02", "overdue")).await.expect("noted"));
    assert!(first.reach(&step(1, "2026-12-01", "overdue")).await.expect("noted"), "extended");
    let elsewhere = Step { recommendation: "b".to_owned(), ..step(1, "2026-09-02", "overdue") };
    assert!(first.reach(&elsewhere).await.expect("noted"));
    first.commit().await.expect("made");
    let mut second = change(&store, 2).await;
    assert!(!second.reach(&step(1, "2026-09-02", "overdue")).await.expect("noted"));
    assert!(second.reach(&step(2, "2026-09-02", "overdue")).await.expect("noted"));
    drop(second);
    let mut noted = store.steps("climate").await.expect("read");
    noted.sort();
    let both = ["2026-09-02", "2026-12-01"].map(|due| step(1, due, "overdue"));
    assert_eq!(noted, both, "what was dropped never happened");
    assert_eq!(store.steps("other").await.expect("read"), [elsewhere]);
    assert_eq!(store.steps("none").await.expect("read"), []);
    let mut nowhere = change(&store, 3).await;
    let none = Step { recommendation: "none".to_owned(), ..step(1, "2026-09-02", "overdue") };
    assert!(matches!(nowhere.reach(&none).await, Err(Error::Missing)));
}

pub async fn followers_are_told_and_forgotten(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[recommendation("a", "climate", "R1")]).await;
    let follower = |id: &str, address: &str, recommendation: Option<&str>| Follower {
        id: id.to_owned(),
        secret: format!("secret-{id}"),
        address: address.to_owned(),
        language: "es".to_owned(),
        assembly: "climate".to_owned(),
        recommendation: recommendation.map(str::to_owned),
        asked_at: at(1),
        confirmed_at: None,
        told_until: at(1),
    };
    let mut adding = change(&store, 1).await;
    for (one, new) in [
        (follower("1", "Ana@town.example", None), true),
        (follower("2", "ana@town.example", None), false),
        (follower("3", "ana@town.example", Some("a")), true),
        (follower("4", "bea@town.example", None), true),
    ] {
        assert_eq!(adding.add_follower(&one).await.expect("added"), new, "{}", one.id);
    }
    adding.commit().await.expect("made");
    assert_eq!(store.followers_told_before(at(999)).await.expect("read"), [], "nobody has confirmed");
    let mut confirming = change(&store, 5).await;
    assert!(confirming.confirm_follower("secret-1").await.expect("confirmed"));
    assert!(!confirming.confirm_follower("secret-1").await.expect("confirmed"), "once");
    assert!(!confirming.confirm_follower("none").await.expect("nobody"));
    confirming.commit().await.expect("made");
    let told = store.followers_told_before(at(6)).await.expect("read");
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        (one.address.as_str(), one.confirmed_at, one.told_until),
        ("ana@town.example", Some(at(5)), at(5))
    );
    let mut telling = change(&store, 7).await;
    telling.told_follower("1", at(9)).await.expect("noted");
    telling.told_follower("1", at(8)).await.expect("noted");
    telling.commit().await.expect("made");
    assert_eq!(store.followers_told_before(at(9)).await.expect("read"), [], "told until 9, never back");
    let mut forgetting = change(&store, 10).await;
    assert_eq!(forgetting.forget_unconfirmed(at(1)).await.expect("none"), Vec::<String>::new());
    assert_eq!(forgetting.forget_address(" ANA@town.example").await.expect("gone").len(), 2);
    assert_eq!(forgetting.end_follower("secret-4").await.expect("gone"), ["4"]);
    assert_eq!(forgetting.end_follower("secret-4").await.expect("gone"), Vec::<String>::new());
    forgetting.commit().await.expect("made");
    assert_eq!(store.follower("1").await.expect("read"), None);
    assert_eq!(store.follower_by_secret("secret-3").await.expect("read"), None);
    assert_eq!(store.count_followers().await.expect("read"), 0);
}
