//! Made-up people and work.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::json;
use store::{Assembly, Person, Recommendation, Store, Summary};

/// A moment in seconds after a day in 2026.
pub fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).expect("a time")
}

pub fn day(month: i8, day: i8) -> Date {
    date(2026, month, day)
}

pub fn names(english: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), english.to_owned())])
}

pub fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        email: Some(format!("{id}@town.example")),
        name: Some(format!("Name of {id}")),
        password: None,
        totp: None,
        totp_step: 0,
        language: "en".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: at(0),
        erased_at: None,
    }
}

pub fn assembly(id: &str) -> Assembly {
    Assembly {
        id: id.to_owned(),
        revision: 1,
        names: names("Climate Assembly"),
        updated_at: at(0),
        body: r#"{"remit":"air"}"#.to_owned(),
    }
}

pub fn recommendation(id: &str, assembly: &str, reference: &str) -> Recommendation {
    Recommendation {
        summary: Summary {
            id: id.to_owned(),
            assembly: assembly.to_owned(),
            reference: reference.to_owned(),
            external_id: None,
            revision: 1,
            state: "adopted".to_owned(),
            position: None,
            delivery: None,
            grade: None,
            theme: Some("Transport".to_owned()),
            unit: None,
            post: None,
            deputy: None,
            due: None,
            updated_at: at(0),
            titles: names(&format!("Trees for {reference}")),
        },
        body: format!(r#"{{"reference":"{reference}"}}"#),
    }
}

/// Saves people.
pub async fn save_people(store: &Store, ids: &[&str]) {
    let mut change = store.change("test", at(0)).await.expect("a change");
    for id in ids {
        change.save_person(&person(id)).await.expect("saved");
    }
    change.note("people", "all", &json!({})).await.expect("noted");
    change.commit().await.expect("made");
}

/// Saves an assembly and recommendations.
pub async fn save_work(store: &Store, assemblies: &[&str], recommendations: &[Recommendation]) {
    let mut change = store.change("test", at(0)).await.expect("a change");
    for id in assemblies {
        change.save_assembly(&assembly(id), None).await.expect("saved");
    }
    for recommendation in recommendations {
        change.save_recommendation(recommendation, "", None).await.expect("saved");
    }
    change.note("import", "all", &json!({ "rows": recommendations.len() })).await.expect("noted");
    change.commit().await.expect("made");
}
