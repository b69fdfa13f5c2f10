//! People, roles, sessions, links, posts.

use serde_json::json;
use store::{Change, Error, Grant, Holding, Link, Person, Post, Session, Store, Unit};

use crate::samples::{at, day, names, person, save_people};

async fn change(store: &Store, second: i64) -> Change {
    let mut change = store.change("test", at(second)).await.expect("a change");
    change.note("test", "test", &json!({})).await.expect("noted");
    change
}

pub async fn people_are_found_by_id_and_address(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana", "bea"]).await;
    let ana = store.person("ana").await.expect("read").expect("there");
    assert_eq!(ana, person("ana"));
    let bea = store.person_by_email("BEA@town.example").await.expect("read").expect("there");
    assert_eq!(bea.id, "bea");
    assert_eq!(store.people().await.expect("read").len(), 2);
    assert_eq!(store.person("nobody").await.expect("read"), None);

    let mut third = person("cleo");
    third.name = Some("Cleo Ñandú".to_owned());
    third.locked_until = Some(at(7));
    third.disabled = true;
    let mut adding = change(&store, 1).await;
    adding.save_person(&third).await.expect("saved");
    adding.commit().await.expect("made");
    assert_eq!(store.person("cleo").await.expect("read"), Some(third));

    let renamed = Person { name: Some("Ana Ñandú".to_owned()), language: "es".to_owned(), ..ana.clone() };
    let mut changing = change(&store, 2).await;
    changing.save_person(&Person { disabled: true, failures: 9, ..renamed.clone() }).await.expect("saved");
    changing.commit().await.expect("made");
    assert_eq!(store.person("ana").await.expect("read"), Some(renamed), "and nothing else");
}

pub async fn an_address_is_taken_once(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let mut second = person("ana-2");
    second.email = Some("Ana@Town.example".to_owned());
    let mut change = change(&store, 1).await;
    assert!(matches!(change.save_person(&second).await, Err(Error::Taken)));
}

pub async fn grants_hold_from_day_to_day(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let grant = |id: &str, from, until| Grant {
        id: id.to_owned(),
        person: "ana".to_owned(),
        role: "officer".to_owned(),
        assembly: None,
        unit: Some("parks".to_owned()),
        from,
        until,
    };
    let (first, second) = (grant("g1", day(1, 1), Some(day(3, 31))), grant("g2", day(3, 31), None));
    let mut change = change(&store, 1).await;
    change.save_grant(&first).await.expect("saved");
    change.save_grant(&second).await.expect("saved");
    let mut nobodys = grant("g3", day(1, 1), None);
    nobodys.person = "nobody".to_owned();
    change.commit().await.expect("made");
    let mut refused = crate::people::change(&store, 2).await;
    assert!(matches!(refused.save_grant(&nobodys).await, Err(Error::Missing)));
    drop(refused);

    let on = |on| {
        let store = store.clone();
        async move {
            let grants = store.grants_on("ana", on).await.expect("read");
            grants.into_iter().map(|grant| grant.id).collect::<Vec<_>>()
        }
    };
    assert!(store.grants_on("ana", "2025-12-31".parse().expect("a day")).await.expect("read").is_empty());
    assert_eq!(on(day(1, 1)).await, ["g1"]);
    assert_eq!(on(day(3, 31)).await, ["g1", "g2"]);
    assert_eq!(on(day(4, 1)).await, ["g2"]);
    assert_eq!(store.grants(None).await.expect("read"), [first, second]);
}

pub async fn attempts_and_codes_are_counted(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let ana = || async { store.person("ana").await.expect("read").expect("there") };
    for (who, failures) in [("ana", 1), ("ana", 2), ("nobody", 0)] {
        assert_eq!(store.failed_to_sign_in(who).await.expect("written"), failures);
    }
    let mut closing = change(&store, 1).await;
    closing.close_until("ana", at(60)).await.expect("written");
    closing.commit().await.expect("made");
    assert_eq!((ana().await.failures, ana().await.locked_until), (2, Some(at(60))));
    for (step, first) in [(5, true), (5, false), (4, false), (6, true)] {
        let mut using = change(&store, 2).await;
        assert_eq!(using.use_totp_step(&ana().await, step).await.expect("written"), first, "step {step}");
        using.commit().await.expect("made");
    }
    let mut forgiving = change(&store, 3).await;
    forgiving.forgive("ana").await.expect("written");
    forgiving.close_until("ana", at(60)).await.expect("written");
    forgiving.commit().await.expect("made");
    assert_eq!((ana().await.failures, ana().await.locked_until), (0, None), "nothing failed since");
}

/// What happens to somebody between the moment when a handler reads them and the moment when it writes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Meanwhile {
    Nothing,
    Disabled,
    Erased,
    OtherPassword,
    SecondFactor,
}

async fn happens(store: &Store, what: Meanwhile, to: &Person) {
    let mut change = change(store, 1).await;
    match what {
        Meanwhile::Nothing => {}
        Meanwhile::Disabled => assert!(change.set_disabled(&to.id, true).await.expect("written")),
        Meanwhile::Erased => change.erase_person(&to.id, day(6, 1)).await.expect("erased"),
        Meanwhile::OtherPassword => assert!(change.set_password(to, "other").await.expect("written")),
        Meanwhile::SecondFactor => assert!(change.set_totp(to, Some("secret"), 1).await.expect("written")),
    }
    change.commit().await.expect("made");
}

pub async fn what_was_read_before_undoes_nothing(place: String) {
    let store = Store::open(&place).await.expect("opened");
    for (number, what) in [
        Meanwhile::Nothing,
        Meanwhile::Disabled,
        Meanwhile::Erased,
        Meanwhile::OtherPassword,
        Meanwhile::SecondFactor,
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("person-{number}");
        save_people(&store, &[&name]).await;
        let read = store.person(&name).await.expect("read").expect("there");
        happens(&store, what, &read).await;
        let after = store.person(&name).await.expect("read").expect("there");
        let session = Session {
            hash: name.clone(),
            person: name.clone(),
            stage: "full".to_owned(),
            created_at: at(2),
            seen_at: at(2),
            expires_at: at(100),
        };
        let unchanged = what == Meanwhile::Nothing;
        let mut late = change(&store, 2).await;
        assert_eq!(late.sign_in(&read, &session).await.expect("written"), unchanged, "{what:?}");
        assert_eq!(late.use_totp_step(&read, 7).await.expect("written"), unchanged, "{what:?}");
        if !unchanged {
            assert!(!late.set_password(&read, "late").await.expect("written"), "{what:?}");
            assert!(!late.set_totp(&read, None, 8).await.expect("written"), "{what:?}");
        }
        if what == Meanwhile::Erased {
            late.save_person(&read).await.expect("written");
        }
        late.commit().await.expect("made");
        assert_eq!(store.session(&name, at(3)).await.expect("read").is_some(), unchanged, "{what:?}");
        let shut = matches!(what, Meanwhile::Disabled | Meanwhile::Erased);
        let failures = store.failed_to_sign_in(&name).await.expect("written");
        assert_eq!(failures, i64::from(!shut), "{what:?}");
        if !unchanged {
            let now = store.person(&name).await.expect("read").expect("there");
            assert_eq!(now, Person { failures, ..after }, "{what:?}");
        }
    }
    let mut enabling = change(&store, 4).await;
    assert!(enabling.set_disabled("person-1", false).await.expect("written"));
    assert!(!enabling.set_disabled("person-2", false).await.expect("written"), "erased is erased");
}

pub async fn sessions_end(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let session = |hash: &str| Session {
        hash: hash.to_owned(),
        person: "ana".to_owned(),
        stage: "full".to_owned(),
        created_at: at(1),
        seen_at: at(1),
        expires_at: at(100),
    };
    let mut first = change(&store, 1).await;
    for hash in ["s1", "s2", "s3"] {
        first.start_session(&session(hash)).await.expect("written");
    }
    first.commit().await.expect("made");
    assert_eq!(store.session("s1", at(99)).await.expect("read"), Some(session("s1")));
    assert_eq!(store.session("s1", at(100)).await.expect("read"), None, "it has ended");
    store.seen("s1", at(50)).await.expect("written");
    assert_eq!(store.session("s1", at(99)).await.expect("read").expect("there").seen_at, at(50));

    let mut second = change(&store, 60).await;
    assert!(second.end_session("s1").await.expect("written"));
    assert!(!second.end_session("s1").await.expect("written"), "it has ended");
    second.end_sessions("ana", Some("s3")).await.expect("written");
    second.commit().await.expect("made");
    for (hash, there) in [("s1", false), ("s2", false), ("s3", true)] {
        assert_eq!(store.session(hash, at(60)).await.expect("read").is_some(), there, "{hash}");
    }
    let mut third = change(&store, 61).await;
    third.start_session(&session("s4")).await.expect("written");
    third.sign_everybody_out().await.expect("written");
    third.start_session(&session("s5")).await.expect("written");
    third.commit().await.expect("made");
    assert_eq!(store.session("s4", at(62)).await.expect("read"), None);
    assert!(store.session("s5", at(62)).await.expect("read").is_some());
    store.sweep(at(100)).await.expect("written");
    assert_eq!(store.session("s5", at(60)).await.expect("read"), None, "swept away");
}

pub async fn links_work_once(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let link = |hash: &str, person: Option<&str>| Link {
        hash: hash.to_owned(),
        purpose: "password".to_owned(),
        person: person.map(str::to_owned),
        created_at: at(1),
        expires_at: at(100),
    };
    let mut making = change(&store, 1).await;
    for (hash, person) in [("l1", Some("ana")), ("l2", Some("ana")), ("l3", None)] {
        making.add_link(&link(hash, person)).await.expect("written");
    }
    making.commit().await.expect("made");
    assert_eq!(store.link("l1", at(2)).await.expect("read"), Some(link("l1", Some("ana"))));
    for (second, works) in [(100, false), (99, true), (99, false)] {
        let mut using = change(&store, second).await;
        assert_eq!(using.use_link("l1").await.expect("written"), works);
        using.commit().await.expect("made");
    }
    assert_eq!(store.link("l1", at(2)).await.expect("read"), None, "used");
    let mut ending = change(&store, 3).await;
    ending.end_links("password", Some("ana")).await.expect("written");
    ending.commit().await.expect("made");
    assert_eq!(store.link("l2", at(2)).await.expect("read"), None, "ended");
    assert!(store.link("l3", at(2)).await.expect("read").is_some(), "somebody else's");
}

pub async fn posts_survive_people(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana", "bea"]).await;
    let unit = |id: &str, parent: Option<&str>| Unit {
        id: id.to_owned(),
        parent: parent.map(str::to_owned),
        names: names("Parks"),
        body: "{}".to_owned(),
    };
    let post = Post {
        id: "head".to_owned(),
        unit: "parks".to_owned(),
        names: names("Head of parks"),
        body: "{}".to_owned(),
    };
    let holding = |id: &str, person: &str, from, until| Holding {
        id: id.to_owned(),
        post: "head".to_owned(),
        person: person.to_owned(),
        from,
        until,
    };
    let (ana, bea) =
        (holding("h1", "ana", day(1, 1), Some(day(5, 31))), holding("h2", "bea", day(6, 1), None));
    let mut change = change(&store, 1).await;
    change.add_unit(&unit("town", None)).await.expect("saved");
    change.add_unit(&unit("parks", Some("town"))).await.expect("saved");
    change.add_post(&post).await.expect("saved");
    change.save_holding(&ana).await.expect("saved");
    change.save_holding(&bea).await.expect("saved");
    change.commit().await.expect("made");

    assert_eq!(store.units().await.expect("read"), [unit("parks", Some("town")), unit("town", None)]);
    assert_eq!(store.unit("parks").await.expect("read"), Some(unit("parks", Some("town"))));
    assert_eq!(store.posts().await.expect("read"), std::slice::from_ref(&post));
    assert_eq!(store.post("head").await.expect("read"), Some(post.clone()));
    assert_eq!(store.holdings().await.expect("read"), [ana, bea]);
    for (who, on, holds) in
        [("ana", day(5, 31), 1), ("ana", day(6, 1), 0), ("bea", day(5, 31), 0), ("bea", day(6, 1), 1)]
    {
        assert_eq!(store.posts_of(who, on).await.expect("read").len(), holds, "{who} on {on}");
    }
}

pub async fn erasure_leaves_the_id_and_the_history(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_people(&store, &["ana"]).await;
    let grant = Grant {
        id: "g".to_owned(),
        person: "ana".to_owned(),
        role: "officer".to_owned(),
        assembly: None,
        unit: None,
        from: day(1, 1),
        until: None,
    };
    let mut granting = change(&store, 1).await;
    granting.save_grant(&grant).await.expect("saved");
    granting.commit().await.expect("made");
    let mut erasing = change(&store, 2).await;
    erasing.erase_person("ana", day(6, 1)).await.expect("erased");
    erasing.note("person.erase", "ana", &json!({})).await.expect("noted");
    erasing.commit().await.expect("made");

    let ana = store.person("ana").await.expect("read").expect("the id stays");
    assert_eq!((ana.name, ana.email, ana.password, ana.disabled), (None, None, None, true));
    assert_eq!(ana.erased_at, Some(at(2)));
    assert!(store.grants_on("ana", day(6, 1)).await.expect("read").is_empty());
    assert_eq!(store.grants_on("ana", day(5, 31)).await.expect("read").len(), 1, "history stays");
    assert!(store.verify().await.expect("read").broken.is_empty());
}
