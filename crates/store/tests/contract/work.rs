//! Assemblies, recommendations, lists, history.

use serde_json::json;
use store::{Error, Event, Filter, Order, Post, Recommendation, Store, Tally, Unit};

use crate::samples::{assembly, at, day, names, recommendation, save_work};

pub async fn assemblies_are_saved_by_revision(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &[]).await;
    assert_eq!(store.assembly("climate").await.expect("read"), Some(assembly("climate")));
    assert_eq!(store.assemblies().await.expect("read").len(), 2);
    let mut next = assembly("climate");
    next.revision = 2;
    let mut change = store.change("test", at(1)).await.expect("a change");
    change.save_assembly(&next, Some(1)).await.expect("saved");
    assert!(matches!(change.save_assembly(&next, Some(1)).await, Err(Error::Stale { current: 2 })));
    assert!(matches!(change.save_assembly(&assembly("none"), Some(1)).await, Err(Error::Missing)));
    change.note("assembly.save", "climate", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    assert_eq!(store.assembly("climate").await.expect("read"), Some(next));
    let mut again = store.change("test", at(2)).await.expect("a change");
    assert!(matches!(again.save_assembly(&assembly("climate"), None).await, Err(Error::Taken)));
}

pub async fn who_saves_over_a_newer_revision_is_told(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let first = recommendation("a", "climate", "R1");
    save_work(&store, &["climate"], std::slice::from_ref(&first)).await;
    assert_eq!(store.recommendation("a").await.expect("read"), Some(first.clone()));
    assert_eq!(store.recommendation_by_reference("climate", "R1").await.expect("read"), Some(first.clone()));

    let mut second = first.clone();
    second.summary.revision = 2;
    second.summary.state = "handed over".to_owned();
    second.summary.due = Some(day(9, 30));
    second.body = r#"{"text":"one"}"#.to_owned();
    let mut change = store.change("ana", at(1)).await.expect("a change");
    change.save_recommendation(&second, "", Some(1)).await.expect("saved");
    change.note("recommendation.save", "a", &json!({ "revision": 2 })).await.expect("noted");
    change.commit().await.expect("made");

    let mut late = store.change("bea", at(2)).await.expect("a change");
    let mut other = second.clone();
    other.body = r#"{"text":"two"}"#.to_owned();
    assert!(matches!(late.save_recommendation(&other, "", Some(1)).await, Err(Error::Stale { current: 2 })));
    drop(late);
    assert_eq!(store.recommendation("a").await.expect("read"), Some(second));

    assert_eq!(store.revisions("climate").await.expect("read"), 2, "it grew by one");
    assert_eq!(store.revisions("none").await.expect("read"), 0);

    let same_reference = recommendation("b", "climate", "R1");
    let mut change = store.change("bea", at(3)).await.expect("a change");
    assert!(matches!(change.save_recommendation(&same_reference, "", None).await, Err(Error::Taken)));
    drop(change);
    let no_assembly = recommendation("c", "none", "R1");
    let mut change = store.change("bea", at(4)).await.expect("a change");
    assert!(matches!(change.save_recommendation(&no_assembly, "", None).await, Err(Error::Missing)));
}

pub async fn another_systems_id_finds_its_own(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let named = |id: &str, assembly: &str, reference: &str, external: &str| {
        let mut made = recommendation(id, assembly, reference);
        made.summary.external_id = Some(external.to_owned());
        made
    };
    let all = [
        named("a", "climate", "R1", "x%"),
        named("b", "water", "R1", "xy"),
        named("c", "climate", "R2", "XY"),
    ];
    save_work(&store, &["climate", "water"], &all).await;
    let found = async |assembly: &str, external: &str| {
        let found = store.recommendation_by_external_id(assembly, external).await.expect("read");
        found.map(|found| found.summary.id)
    };
    assert_eq!(found("climate", "x%").await.as_deref(), Some("a"));
    assert_eq!(found("water", "xy").await.as_deref(), Some("b"));
    assert_eq!(found("climate", "xy").await, None);
    let mut renamed = all[0].clone();
    renamed.summary.revision = 2;
    renamed.summary.external_id = None;
    let mut change = store.change("test", at(1)).await.expect("a change");
    change.save_recommendation(&renamed, "", Some(1)).await.expect("saved");
    change.note("test", "a", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    assert_eq!(found("climate", "x%").await, None);
}

pub async fn of_many_who_save_at_once_one_wins(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate"], &[recommendation("a", "climate", "R1")]).await;
    let save = |number: i64| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut mine = recommendation("a", "climate", "R1");
            mine.summary.revision = 2;
            mine.body = format!(r#"{{"by":{number}}}"#);
            let mut change = store.change("test", at(number)).await.expect("a change");
            let saved = change.save_recommendation(&mine, "", Some(1)).await;
            if saved.is_ok() {
                change.note("recommendation.save", "a", &json!({ "by": number })).await.expect("noted");
                change.commit().await.expect("made");
            }
            saved
        })
    };
    let mut wins = 0;
    for attempt in (1..=20).map(save).collect::<Vec<_>>() {
        match attempt.await.expect("it ran") {
            Ok(()) => wins += 1,
            Err(Error::Stale { current }) => assert_eq!(current, 2),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(wins, 1);
    assert!(store.verify().await.expect("read").broken.is_empty());
}

/// Twelve recommendations of two assemblies that differ in everything.
fn dozen() -> Vec<Recommendation> {
    (1..=12)
        .map(|number: i64| {
            let assembly = if number % 2 == 0 { "climate" } else { "water" };
            let mut made = recommendation(&format!("id{number}"), assembly, &format!("R{number}"));
            let summary = &mut made.summary;
            summary.state = if number <= 4 { "closed" } else { "in delivery" }.to_owned();
            summary.position = (number > 6).then(|| "accepted".to_owned());
            summary.unit = Some(if number % 3 == 0 { "parks" } else { "roads" }.to_owned());
            summary.post = (number == 1).then(|| "head".to_owned());
            summary.deputy = (number == 2).then(|| "head".to_owned());
            summary.due = (number > 3).then(|| day(1, i8::try_from(number).expect("small")));
            // Two at each time, so that order needs the id.
            summary.updated_at = at(number / 2);
            made
        })
        .collect()
}

/// Pairs of assembly and unit; an empty name stands for whichever it is.
fn scopes(pairs: &[(&str, &str)]) -> Vec<(Option<String>, Option<String>)> {
    let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    pairs.iter().map(|(assembly, unit)| (some(assembly), some(unit))).collect()
}

async fn found(store: &Store, filter: Filter) -> Vec<String> {
    let listed = store.list(&filter, Order::Reference, None, 100).await.expect("read");
    assert_eq!(listed.next, None);
    assert_eq!(store.count(&filter).await.expect("read"), i64::try_from(listed.items.len()).expect("few"));
    listed.items.into_iter().map(|summary| summary.reference).collect()
}

pub async fn lists_are_filtered(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &dozen()).await;
    let some = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let all = Filter::default();
    assert_eq!(found(&store, all.clone()).await.len(), 12);
    let cases = [
        (
            Filter { assemblies: some(&["climate"]), states: some(&["closed"]), ..all.clone() },
            some(&["R2", "R4"]),
        ),
        (Filter { units: some(&["parks"]), ..all.clone() }, some(&["R3", "R6", "R9", "R12"])),
        (Filter { not_states: some(&["in delivery"]), ..all.clone() }, some(&["R1", "R2", "R3", "R4"])),
        (Filter { posts: some(&["head", "none"]), ..all.clone() }, some(&["R1", "R2"])),
        (Filter { due_before: Some(day(1, 6)), ..all.clone() }, some(&["R4", "R5"])),
        (Filter { updated_since: Some(at(5)), ..all.clone() }, some(&["R10", "R11", "R12"])),
        (
            Filter {
                positions: some(&["accepted"]),
                themes: some(&["Transport"]),
                units: some(&["parks"]),
                ..all.clone()
            },
            some(&["R9", "R12"]),
        ),
        (
            Filter { scopes: scopes(&[("climate", "parks"), ("water", "roads")]), ..all.clone() },
            some(&["R1", "R5", "R6", "R7", "R11", "R12"]),
        ),
        (
            Filter { scopes: scopes(&[("climate", ""), ("", "parks")]), ..all.clone() },
            some(&["R2", "R3", "R4", "R6", "R8", "R9", "R10", "R12"]),
        ),
        (
            Filter {
                scopes: scopes(&[("climate", "parks"), ("", "")]),
                states: some(&["closed"]),
                ..all.clone()
            },
            some(&["R1", "R2", "R3", "R4"]),
        ),
        (Filter { grades: some(&["complete"]), ..all.clone() }, some(&[])),
        (Filter { deliveries: some(&["'; DROP TABLE recommendation; --"]), ..all.clone() }, some(&[])),
    ];
    for (filter, expected) in cases {
        assert_eq!(found(&store, filter.clone()).await, expected, "{filter:?}");
    }
    let mut by_id = store.recommendations(&some(&["id2", "id7", "none"])).await.expect("read");
    by_id.sort_by(|one, other| one.summary.id.cmp(&other.summary.id));
    assert_eq!(by_id, [dozen()[1].clone(), dozen()[6].clone()]);
    assert!(store.recommendations(&[]).await.expect("read").is_empty());
    let whole = store.list_whole(&all, Order::Reference, None, 100).await.expect("read").items;
    let mut expected = dozen();
    expected.sort_by_key(|made| made.summary.reference[1..].parse::<u32>().expect("a number"));
    assert_eq!(whole, expected, "with bodies, R2 before R10");
}

pub async fn search_forgets_case_and_accents(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let mut spanish = recommendation("a", "climate", "R1");
    spanish.summary.titles.insert("es".to_owned(), "Árboles para la Ñ".to_owned());
    let mut change = store.change("test", at(0)).await.expect("a change");
    change.save_assembly(&assembly("climate"), None).await.expect("saved");
    change.save_recommendation(&spanish, "Plant 100% oaks", None).await.expect("saved");
    change.save_recommendation(&recommendation("b", "climate", "R2"), "", None).await.expect("saved");
    change.note("import", "climate", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    for (words, references) in [
        ("arboles", vec!["R1"]),
        ("ÁRBOLES n", vec!["R1"]),
        ("oaks TREES", vec!["R1"]),
        ("100%", vec!["R1"]),
        ("1%0", vec![]),
        ("trees", vec!["R1", "R2"]),
        ("r2", vec!["R2"]),
        ("oaks r2", vec![]),
        ("transport", vec!["R1", "R2"]),
    ] {
        let filter = Filter { words: words.to_owned(), ..Filter::default() };
        assert_eq!(found(&store, filter).await, references, "{words}");
    }
}

pub async fn pages_never_overlap_in_any_order(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &dozen()).await;
    for order in [Order::Reference, Order::Due, Order::Newest, Order::Oldest] {
        let all = Filter::default();
        let whole = store.list(&all, order, None, 100).await.expect("read").items;
        for size in [1, 3, 5, 12] {
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let listed = store.list(&all, order, after.as_deref(), size).await.expect("read");
                assert!(!listed.items.is_empty());
                pages.extend(listed.items);
                after = listed.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(pages, whole, "{order:?} by {size}");
        }
    }
    let due = store.list(&Filter::default(), Order::Due, None, 100).await.expect("read").items;
    assert_eq!((due[0].reference.as_str(), due[11].due), ("R4", None), "what is not due comes last");
    for nonsense in ["", "x", "a~zz", "a~e"] {
        let refused = store.list(&Filter::default(), Order::Due, Some(nonsense), 5).await;
        assert!(matches!(refused, Err(Error::Unreadable(_)) | Ok(_)), "no panic on {nonsense:?}");
    }
}

pub async fn tallies_add_up(place: String) {
    let store = Store::open(&place).await.expect("opened");
    save_work(&store, &["climate", "water"], &dozen()).await;
    let pairs = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|(name, many)| ((*name).to_owned(), *many)).collect::<Vec<_>>()
    };
    let all = Filter::default();
    assert_eq!(
        store.tally(&all, Tally::State).await.expect("read"),
        pairs(&[("closed", 4), ("in delivery", 8)])
    );
    assert_eq!(store.tally(&all, Tally::Position).await.expect("read"), pairs(&[("", 6), ("accepted", 6)]));
    let climate = Filter { assemblies: vec!["climate".to_owned()], ..all };
    assert_eq!(store.tally(&climate, Tally::Unit).await.expect("read"), pairs(&[("parks", 2), ("roads", 4)]));
    assert_eq!(store.tally(&climate, Tally::Assembly).await.expect("read"), pairs(&[("climate", 6)]));
}

pub async fn history_is_added_to(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let mut parks = recommendation("a", "climate", "R1");
    parks.summary.unit = Some("parks".to_owned());
    save_work(&store, &["climate", "water"], &[parks, recommendation("b", "water", "R1")]).await;
    let event = |recommendation: &str, seq: i64, second: i64| Event {
        recommendation: recommendation.to_owned(),
        seq,
        at: at(second),
        kind: "adopted".to_owned(),
        body: "{}".to_owned(),
    };
    let mut change = store.change("test", at(1)).await.expect("a change");
    for event in [event("a", 1, 10), event("b", 1, 11), event("a", 2, 12)] {
        change.add_event(&event).await.expect("added");
    }
    change.note("test", "a", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    assert_eq!(store.events("a").await.expect("read"), [event("a", 1, 10), event("a", 2, 12)]);
    let latest = store.latest_events(None, None, 2).await.expect("read");
    assert_eq!(latest, [event("a", 2, 12), event("b", 1, 11)]);
    assert_eq!(store.latest_events(Some("water"), None, 9).await.expect("read"), [event("b", 1, 11)]);
    assert_eq!(store.latest_events(None, Some("parks"), 9).await.expect("read").len(), 2);
    assert_eq!(
        store.latest_events(Some("climate"), Some("parks"), 1).await.expect("read"),
        [event("a", 2, 12)]
    );
    assert!(store.latest_events(Some("water"), Some("parks"), 9).await.expect("read").is_empty());
    let whole = store.events_of("climate").await.expect("read");
    assert_eq!(whole, [event("a", 1, 10), event("a", 2, 12)]);
    let mut twice = store.change("test", at(2)).await.expect("a change");
    assert!(matches!(twice.add_event(&event("a", 2, 13)).await, Err(Error::Taken)));
    drop(twice);
    let mut nowhere = store.change("test", at(3)).await.expect("a change");
    assert!(matches!(nowhere.add_event(&event("none", 1, 13)).await, Err(Error::Missing)));
}

pub async fn units_and_posts_are_added_once_and_changed_where_they_are(place: String) {
    let store = Store::open(&place).await.expect("opened");
    let unit = |name: &str| Unit { id: "parks".into(), parent: None, names: names(name), body: "{}".into() };
    let post =
        |name: &str| Post { id: "head".into(), unit: "parks".into(), names: names(name), body: "{}".into() };
    let mut change = store.change("test", at(1)).await.expect("a change");
    assert!(matches!(change.save_unit(&unit("Parks")).await, Err(Error::Missing)));
    change.add_unit(&unit("Parks")).await.expect("added");
    assert!(matches!(change.save_post(&post("Head")).await, Err(Error::Missing)));
    change.add_post(&post("Head")).await.expect("added");
    change.save_unit(&unit("Gardens")).await.expect("saved");
    change.save_post(&post("First gardener")).await.expect("saved");
    assert_eq!(change.unit("parks").await.expect("read"), Some(unit("Gardens")), "seen within the change");
    assert_eq!(change.post("head").await.expect("read"), Some(post("First gardener")));
    change.note("unit.save", "parks", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
    let mut again = store.change("test", at(2)).await.expect("a change");
    assert!(matches!(again.add_unit(&unit("Parks")).await, Err(Error::Taken)));
    drop(again);
    let mut again = store.change("test", at(2)).await.expect("a change");
    assert!(matches!(again.add_post(&post("Head")).await, Err(Error::Taken)));
    drop(again);
    assert_eq!(store.units().await.expect("read"), [unit("Gardens")]);
    assert_eq!(store.posts().await.expect("read"), [post("First gardener")]);
}
