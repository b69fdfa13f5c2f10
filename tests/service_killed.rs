//! The service is killed while programs write to it and it sends letters: what it had answered is there when it starts again,
//! once and whole, and every letter arrives.
//!
//! `BOULE_KILLS` is how often it is killed.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "../crates/store/tests/contract/cluster.rs"]
#[allow(dead_code, reason = "it is not stopped here")]
mod cluster;
mod running;
#[expect(dead_code, reason = "its traps are for the test of letters alone")]
#[path = "../crates/server/tests/service/sink/mod.rs"]
mod sink;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::sync::mpsc::{self, Sender};
use std::thread;

use cluster::Cluster;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use running::{SECRET, Service, block_on, exchange, serve, token};
use serde_json::{Value, json};
use server::mail::relay::Relay;
use server::mail::{Mail, deliver};
use server::{App, Clock, Settings};
use sink::Sink;
use store::Store;

const WRITERS: usize = 4;
/// How many letters wait whenever the service starts.
const LETTERS: usize = 6;
const SENDER: &str = "Assembly <assembly@boule.example>";

/// An assembly and the token of a program that may write recommendations.
async fn prepare(place: &str) {
    let store = Store::open(place).await.unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let person = store::Person {
        id: "keeper".to_owned(),
        email: None,
        name: None,
        password: None,
        totp: None,
        totp_step: 0,
        language: "en".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: now,
        erased_at: None,
    };
    let rule = tracking::DutyRule::usual(TimeZone::UTC);
    let assembly = store::Assembly {
        id: "town".to_owned(),
        revision: 1,
        names: BTreeMap::from([("en".to_owned(), "Town".to_owned())]),
        updated_at: now,
        body: json!({ "languages": ["en"], "rule": rule }).to_string(),
    };
    let token = token(&person.id);
    let mut change = store.change("test", now).await.unwrap();
    change.save_person(&person).await.unwrap();
    change.save_assembly(&assembly, None).await.unwrap();
    change.add_token(&token).await.unwrap();
    change.note("test.prepare", "town", &Value::Null).await.unwrap();
    change.commit().await.unwrap();
    store.close().await;
}

/// A request that changes something: the path, its key, the body.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    id: String,
    key: String,
    body: String,
}

/// What writer number `writer` of a run wants, one after the other: each recommendation is made and then changed.
fn wanted(run: usize, writer: usize, number: usize) -> Wanted {
    let (id, again) = (format!("{run}-{writer}-{}", number / 2), number % 2);
    let theme = ["Water", "Shade"][again];
    let texts = json!({ "en": { "title": format!("Title {id}"), "text": "Plant trees. ".repeat(40) } });
    let body = json!({ "reference": format!("R-{id}"), "theme": theme, "texts": texts });
    Wanted { key: format!("key-{id}-{again}"), body: body.to_string(), id }
}

/// Sends a request. `None` if the service was gone before the answer was whole: then nobody knows what became of it.
fn send(address: &str, wanted: &Wanted) -> Option<(u16, String)> {
    let head = format!(
        "PUT /api/v1/assemblies/town/external/{} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {SECRET}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        wanted.id,
        wanted.key,
        wanted.body.len()
    );
    let answer = match exchange(address, &format!("{head}{}", wanted.body)) {
        Ok(answer) => answer,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("no answer in time")
        }
        Err(_) => return None,
    };
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let status = head.split(' ').nth(1)?.parse().ok()?;
    (length == Some(body.len())).then(|| (status, body.to_owned()))
}

/// Writes until the service is gone, and says what was acknowledged and what was left in the air.
fn write(address: &str, run: usize, writer: usize, told: &Sender<(Wanted, Option<String>)>) {
    for number in 0.. {
        let wanted = wanted(run, writer, number);
        let answer = send(address, &wanted);
        if let Some((status, body)) = &answer {
            assert_eq!(*status, if number % 2 == 0 { 201 } else { 200 }, "{body}");
        }
        let gone = answer.is_none();
        told.send((wanted, answer.map(|(_, body)| body))).unwrap();
        if gone {
            return;
        }
    }
}

/// Lets four programs write until `enough` was acknowledged, and kills the service in the middle of what comes next. The
/// answers: what they wrote, and the service's log.
fn load_and_kill(service: Service, run: usize, enough: usize) -> (Vec<(Wanted, Option<String>)>, String) {
    let (told, heard) = mpsc::channel();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (told, address) = (told.clone(), service.address.clone());
            thread::spawn(move || write(&address, run, writer, &told))
        })
        .collect();
    drop(told);
    let mut all: Vec<_> = heard.iter().take(enough).collect();
    let log = service.kill();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    all.extend(heard);
    (all, log)
}

/// Every change that was acknowledged is there, what was in the air is there whole or not at all, and the log says so.
async fn is_whole(place: &str, made: &BTreeMap<Wanted, String>) {
    let store = Store::open(place).await.unwrap();
    assert_eq!(store.examine().await.unwrap(), Vec::<String>::new());
    let mut revisions: BTreeMap<&str, i64> = BTreeMap::new();
    for wanted in made.keys() {
        *revisions.entry(&wanted.id).or_default() += 1;
    }
    let sum: i64 = revisions.values().sum();
    for (id, expected) in revisions {
        let found = store.recommendation_by_external_id("town", id).await.unwrap().unwrap();
        assert_eq!(found.summary.revision, expected, "{id}");
        let events = store.events(&found.summary.id).await.unwrap();
        assert_eq!(i64::try_from(events.len()).unwrap(), expected, "{id}");
        let read: Vec<_> = events.iter().map(|event| serde_json::from_str(&event.body).unwrap()).collect();
        let rebuilt = tracking::Recommendation::rebuild(&read).unwrap();
        assert_eq!(serde_json::to_string(&rebuilt).unwrap(), found.body, "{id}");
    }
    assert_eq!(store.revisions("town").await.unwrap(), sum, "nothing else is there");
    let noted = store.log(0, i64::MAX).await.unwrap();
    let noted = noted.iter().filter(|entry| entry.kind.starts_with("recommendation.")).count();
    assert_eq!(i64::try_from(noted).unwrap(), sum, "the log has a line for each");
    store.close().await;
}

/// Puts letters into the queue, to new people.
async fn post(place: &str, run: usize) -> Vec<String> {
    let people: Vec<String> = (0..LETTERS).map(|letter| format!("p{run}-{letter}")).collect();
    let store = Store::open(place).await.unwrap();
    sink::write(&store, &people, Timestamp::UNIX_EPOCH).await;
    store.close().await;
    people
}

/// Sends what is left, long after: a letter that a killed service held waits until that one's time is over.
async fn send_the_rest(place: &str, port: u16) -> Store {
    let store = Store::open(place).await.unwrap();
    let url = "http://boule.example".to_owned();
    let settings = Settings { url, zone: TimeZone::UTC, rate: 0, behind_proxy: false };
    let relay = Relay::read(&relay(port), SENDER, None).unwrap();
    let clock = Clock::new(|| "2999-01-01T00:00:00Z".parse().unwrap());
    let app = App::new(store.clone(), clock, settings).with_mail(Mail::Sent(relay.clone()));
    deliver(&app, &relay, "after").await.unwrap();
    store
}

fn relay(port: u16) -> String {
    format!("smtp://127.0.0.1:{port}")
}

#[test]
fn killed_while_programs_write_and_letters_go_out_the_service_loses_nothing_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    kill_often(folder.path().to_str().unwrap());
}

#[test]
fn nor_does_it_on_postgresql() {
    if let Some(cluster) = Cluster::own() {
        kill_often(&cluster.url);
    }
}

fn kill_often(place: &str) {
    let times = std::env::var("BOULE_KILLS").map_or(5, |times| times.parse().unwrap());
    block_on(prepare(place));
    let (sink, mut people, mut logs) = (Sink::default(), Vec::new(), String::new());
    let port = sink.run();
    let start = || {
        let mut command = serve(place);
        command.args(["--smtp", &relay(port), "--mail-from", SENDER]);
        Service::run(command)
    };
    let mut made = BTreeMap::new();
    for run in 0..times {
        people.extend(block_on(post(place, run)));
        // Now early, now late.
        let (all, log) = load_and_kill(start(), run, 1 + run * 13 % 47);
        assert!(all.iter().any(|(_, answer)| answer.is_some()));
        let again = start();
        for (wanted, answer) in all {
            // Who asks again with the same key gets the same answer, or what was never done is done now, once.
            let (_, said) = send(&again.address, &wanted).unwrap();
            if let Some(answer) = answer {
                assert_eq!(said, answer, "{}", wanted.key);
            }
            made.insert(wanted, said);
        }
        logs += &(log + &again.kill());
        block_on(is_whole(place, &made));
    }
    assert!(made.len() >= times);
    assert!(!logs.contains("town.example"), "no address in the log: {logs}");
    assert!(!sink.accepted.lock().unwrap().is_empty(), "letters went out while programs wrote");
    block_on(async {
        let store = send_the_rest(place, port).await;
        sink.has_all_of(&store, &people).await;
        assert_eq!(store.examine().await.unwrap(), Vec::<String>::new());
        store.close().await;
    });
}
