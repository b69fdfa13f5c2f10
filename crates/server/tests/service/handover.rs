//! The handover pack of four recommendations over three years: what those who come next are given is what `fixtures/years/` says, a
//! table worked by hand.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::api::token;
use server::election::handover::pack;
use tracking::Event;

use crate::common::unzipped;
use crate::town::Town;

const PAGE: &str = include_str!("../../../../fixtures/years/three-years.md");
const HISTORIES: &str = include_str!("../../../../fixtures/years/histories.json");
const ELECTION: Date = date(2028, 6, 18);

/// The rows of the table below its heading as lines, without the last column, which says why.
fn by_hand(day: Date) -> Vec<String> {
    let (_, below) = PAGE.split_once("\n## Handover pack\n").expect("the heading is there");
    let rows = below.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let own = cells.filter(|cells| cells[0] == day.to_string());
    let mut lines: Vec<String> = own.map(|cells| cells[1..4].join(" | ")).collect();
    lines.sort();
    lines
}

/// A service into which the histories were brought as they stood at the end of a day.
async fn town(day: Date) -> Town {
    let demonstration = Town::new().await;
    let path = "/api/v1/assemblies/harbour-county/history";
    let about =
        demonstration.write("GET", path, token::HISTORY, None, &Value::Null).await.json()["about"].take();
    let histories: BTreeMap<String, Vec<Event>> = serde_json::from_str(HISTORIES).expect("histories");
    let until = |event: &Event| event.at.to_zoned(TimeZone::UTC).date() <= day;
    let story = |(reference, events): (String, Vec<Event>)| {
        let events: Vec<Event> = events.into_iter().filter(until).collect();
        json!({ "id": reference, "events": events })
    };
    let named = |name: &str| json!({ "id": name, "names": { "en": name } });
    let unit = |id: &str, posts: &[&str]| {
        let posts: Vec<Value> = posts.iter().map(|post| named(post)).collect();
        json!({ "id": id, "parent": null, "names": { "en": id }, "posts": posts })
    };
    let election = json!({
        "id": "e-1", "kind": "election", "revision": 1, "unit": null, "subject": null, "from": ELECTION, "until": null,
        "updated_at": "2028-06-18T12:00:00Z", "body": { "names": { "en": "The new council" }, "on": ELECTION },
    });
    let history = json!({
        "format": "boule-history/2",
        "names": { "en": "Spring" },
        "about": about,
        "units": [unit("parks", &["Head of parks", "Deputy head of parks"]), unit("roads", &["Head of roads"])],
        "recommendations": histories.into_iter().map(story).collect::<Vec<_>>(),
        "entries": [election],
    });
    let town = Town::empty().await;
    let done = town.write("PUT", "/api/v1/assemblies/spring/history", token::RESTORE, None, &history).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    town
}

/// The rows of a file of the pack, by the names of its columns.
fn rows(pack: &BTreeMap<String, Vec<u8>>, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(pack[file].as_slice());
    reader.deserialize().collect::<Result<_, _>>().expect("a table")
}

/// The figures at the head of the readable report.
fn figures(pack: &BTreeMap<String, Vec<u8>>) -> String {
    let page = String::from_utf8(pack["report-en.html"].clone()).expect("text");
    let figure = |name: &str| {
        let (_, after) = page.split_once(&format!("<dt>{name}</dt><dd>")).expect("the figure is there");
        after.split_once('<').expect("an end").0.to_owned()
    };
    let [handed, answered, delivered, overdue] =
        ["Handed over", "Answered", "Delivered and checked", "Overdue"].map(figure);
    format!("{handed} handed over, {answered} answered, {delivered} delivered, {overdue} overdue")
}

/// The pack as the table writes it.
fn lines(pack: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut all = vec![format!("report | - | {}", figures(pack))];
    let mut put = |file: &str, line: &dyn Fn(&BTreeMap<String, String>) -> Option<String>| {
        for row in rows(pack, &format!("{file}.csv")) {
            all.extend(line(&row).map(|line| format!("{file} | {} | {line}", row["reference"])));
        }
    };
    put("commitments", &|row| {
        let dropped = if row["dropped"] == "true" { ", dropped" } else { "" };
        let steps = format!("{} of {} milestones", row["milestones_met"], row["milestones"]);
        Some(format!("{}: {}, {}, {steps}{dropped}", row["number"], row["post"], row["due"]))
    });
    put("deadlines", &|row| row["ended"].is_empty().then(|| format!("{}, {}", row["duty"], row["due"])));
    put("elections", &|row| {
        let said = if row["outcome"].is_empty() { "nothing said" } else { &row["outcome"] };
        Some(format!("{}, until {}: {said}", row["commitment"], row["due"]))
    });
    put("assignments", &|row| {
        let hours = &row["hours_a_month"];
        let hours = if hours.is_empty() { String::new() } else { format!(", {hours} hours") };
        Some(format!("{}, {}{hours}", row["post"], row["part"]))
    });
    all.sort();
    all
}

#[tokio::test]
async fn the_pack_of_three_years_is_what_the_table_worked_by_hand_says() {
    for (day, many) in [(ELECTION, 24), (date(2029, 4, 30), 19)] {
        let town = town(day).await;
        let made = unzipped(pack(&town.app, "spring").await.expect("a pack"));
        let table = by_hand(day);
        assert_eq!(table.len(), many);
        assert_eq!(lines(&made), table, "{day}");
    }
}
