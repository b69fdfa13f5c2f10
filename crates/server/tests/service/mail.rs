//! Letters over a real SMTP dialogue, while the program that sends them is killed with SIGKILL again and again.
//!
//! The sender is this file itself, started again with `BOULE_MAILER` naming a database. The receiver ends it at every point
//! of the dialogue in turn, `BOULE_KILLS` times in all. A receiver that knows letters by their Message-ID must have every
//! letter once; one that does not may have two only where the sender died between its last word and our mark, and then the
//! store says so.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::sink::{POINTS, Point, Sink, Trap};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::mail::paper::Text;
use server::mail::relay::Relay;
use server::mail::{Mail, deliver};
use server::{App, Clock, Settings};
use store::{Letter, Person, Store};

const MAILER: &str = "BOULE_MAILER";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// An hour after the hour of the run before: what that one held is free again.
fn hour(run: usize) -> Timestamp {
    let first: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(i64::try_from(run).unwrap())
}

async fn app(place: &str, run: usize, port: u16) -> (App, Relay) {
    let store = Store::open(place).await.unwrap();
    let url = "http://boule.example".to_owned();
    let settings = Settings { url, zone: TimeZone::UTC, rate: 0, behind_proxy: false };
    let from = "Assembly <assembly@boule.example>";
    let relay = Relay::read(&format!("smtp://127.0.0.1:{port}"), from, None).unwrap();
    let app = App::new(store, Clock::new(move || hour(run)), settings).with_mail(Mail::Sent(relay.clone()));
    (app, relay)
}

/// Not a test by itself: the program that the others start and kill.
#[test]
fn mailer() {
    let Ok(place) = std::env::var(MAILER) else { return };
    let number = |name: &str| std::env::var(name).unwrap().parse::<usize>().unwrap();
    server::logs::start();
    block_on(async {
        let run = number("BOULE_RUN");
        let (app, relay) = app(&place, run, u16::try_from(number("BOULE_SINK")).unwrap()).await;
        deliver(&app, &relay, &format!("run-{run}")).await.unwrap();
        if std::env::var_os("BOULE_ONCE").is_none() {
            // Whoever waits for its end by a kill will have it.
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
}

fn start(place: &str, run: usize, port: u16, once: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "mail::mailer", "--nocapture"]).env(MAILER, place);
    command.env("BOULE_RUN", run.to_string()).env("BOULE_SINK", port.to_string());
    if once {
        command.env("BOULE_ONCE", "1");
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        email: Some(format!("{id}@town.example")),
        name: None,
        password: None,
        totp: None,
        totp_step: 0,
        language: "es".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: hour(0),
        erased_at: None,
    }
}

/// Writes a letter to each of these people.
async fn write(store: &Store, people: &[String]) {
    let mut change = store.change("test", hour(0)).await.unwrap();
    for id in people {
        change.save_person(&person(id)).await.unwrap();
        let text = Text {
            subject: "Plazos que le esperan: Asamblea sobre el calor y el agua".to_owned(),
            text: format!("Año nuevo.\n.\n.. {id}\n{}", "palabras ".repeat(200)),
            language: "es".to_owned(),
            end: None,
        };
        let letter = Letter {
            id: format!("letter-{id}"),
            key: format!("test/{id}"),
            reader: format!("person:{id}"),
            kind: "digest".to_owned(),
            written_at: hour(0),
            tries: 0,
            unsure: 0,
            body: Some(serde_json::to_string(&text).unwrap()),
            state: String::new(),
            problem: None,
        };
        assert!(change.write_letter(&letter).await.unwrap());
    }
    change.note("test", "test", &json!({})).await.unwrap();
    change.commit().await.unwrap();
}

/// What a program wrote to its log.
fn log(child: &mut Child) -> String {
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    said
}

async fn states(store: &Store) -> BTreeMap<String, i64> {
    store.letters_by_state().await.unwrap().into_iter().collect()
}

/// Kills the sender at these points, one after the other, and lets the last one finish. Every letter is in the mailbox of its
/// reader then, once. The answers: the letters that the receiver got twice, and how often the store was unsure.
fn kill_at(points: &[Point]) -> (BTreeSet<String>, i64) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let people: Vec<String> = (0..points.len() * 3 + 7).map(|n| format!("p{n}")).collect();
    let (sink, mut logs) = (Sink::default(), String::new());
    let port = start_sink(sink.clone());
    block_on(async {
        let store = Store::open(place).await.unwrap();
        write(&store, &people).await;
        store.close().await;
    });
    for (run, point) in points.iter().copied().enumerate() {
        let after = if point == Point::Greeting { 0 } else { run % 3 };
        let child = Arc::new(Mutex::new(start(place, run, port, false)));
        *sink.trap.lock().unwrap() = Some(Trap { point, after, child: child.clone() });
        while sink.trap.lock().unwrap().is_some() {
            let ended = child.lock().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "run {run} ended by itself before {point:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        logs += &log(&mut child.lock().unwrap());
    }
    let mut last = start(place, points.len(), port, true);
    assert!(last.wait().unwrap().success());
    logs += &log(&mut last);
    assert!(!logs.contains("town.example"), "no address in the log: {logs}");
    let store = block_on(Store::open(place)).unwrap();
    assert_eq!(block_on(states(&store)), BTreeMap::from([("sent".to_owned(), people.len() as i64)]));
    let letters = block_on(store.letters(100_000)).unwrap();
    let accepted = sink.accepted.lock().unwrap().clone();
    let mut twice = BTreeSet::new();
    for letter in &letters {
        let id = format!("<{}@boule.example>", letter.id);
        let copies: Vec<_> = accepted.iter().filter(|one| one.id == id).collect();
        let first = copies.first().unwrap_or_else(|| panic!("{id} is lost"));
        assert_eq!(first.to, format!("{}@town.example", letter.id.strip_prefix("letter-").unwrap()));
        assert!(copies.iter().all(|copy| copy == first), "{id}: the same bytes each time");
        let most = 1 + letter.unsure;
        assert!(copies.len() as i64 <= most, "{id}: {} copies, and the store knows of {most}", copies.len());
        if copies.len() > 1 {
            twice.insert(id);
        }
    }
    // A mailbox that knows letters by their Message-ID has every letter once, and no other.
    let ids: BTreeSet<&str> = accepted.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids.len(), people.len());
    (twice, letters.iter().map(|letter| letter.unsure).sum())
}

#[test]
fn killed_before_a_letter_goes_out_none_is_lost_and_none_is_twice() {
    let (twice, unsure) = kill_at(&[Point::Data, Point::Rcpt, Point::Mail, Point::Greeting, Point::Data]);
    assert_eq!((twice, unsure), (BTreeSet::new(), 0));
}

#[test]
fn killed_at_every_point_none_is_lost_and_none_is_twice_in_a_mailbox() {
    let kills: usize = std::env::var("BOULE_KILLS").map_or(5, |times| times.parse().expect("a number"));
    // The worst moments first, then all in turn.
    let first = [Point::Taken, Point::Answered, Point::Middle];
    let points: Vec<Point> = first.into_iter().chain(POINTS.into_iter().cycle()).take(kills).collect();
    let (twice, unsure) = kill_at(&points);
    let count = |which: &[Point]| points.iter().filter(|point| which.contains(point)).count();
    let (taken, late) = (count(&[Point::Taken]), count(&first));
    assert!(twice.len() >= taken, "who dies without our last word sends again: {twice:?}");
    assert!(twice.len() <= late, "{twice:?}: only those that died after the first byte, {late}");
    assert!(
        unsure >= twice.len() as i64 && unsure <= late as i64,
        "the store says where it was unsure: {unsure}"
    );
}

/// Starts the sink on a runtime that lives as long as the test.
fn start_sink(sink: Sink) -> u16 {
    let (told, port) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        block_on(async {
            told.send(sink.start().await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    port.recv().unwrap()
}

#[test]
fn what_is_refused_for_now_or_for_good_is_told_apart_and_never_named_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let people = ["never-1", "a", "later-1", "b", "gone"].map(str::to_owned);
    let sink = Sink::default();
    let port = start_sink(sink.clone());
    block_on(async {
        let store = Store::open(place).await.unwrap();
        write(&store, &people).await;
        let mut change = store.change("test", hour(0)).await.unwrap();
        change.erase_person("gone", hour(0).to_zoned(TimeZone::UTC).date()).await.unwrap();
        change.note("test", "test", &json!({})).await.unwrap();
        change.commit().await.unwrap();
    });
    let mut child = start(place, 0, port, true);
    assert!(child.wait().unwrap().success());
    let said = log(&mut child);
    assert!(said.contains("\"code\":\"550\"") && said.contains("\"why\":\"451\""), "{said}");
    assert!(!said.contains("town.example") && !said.contains("never-1@"), "{said}");
    block_on(async {
        let store = Store::open(place).await.unwrap();
        let counts = [("dropped", 1), ("returned", 1), ("sent", 2), ("waiting", 1)];
        assert_eq!(states(&store).await, counts.map(|(state, n)| (state.to_owned(), n)).into());
        // An hour later it is still busy, and waits; after five days it is given up.
        for (run, state) in [(1, "waiting"), (121, "returned")] {
            let (app, relay) = app(place, run, port).await;
            assert_eq!(deliver(&app, &relay, "later").await.unwrap(), 0);
            assert_eq!(states(&store).await.get(state).copied().unwrap_or(0), if run == 1 { 1 } else { 2 });
        }
    });
    let accepted = sink.accepted.lock().unwrap();
    assert_eq!(
        accepted.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(),
        ["a@town.example", "b@town.example"]
    );
    let text = &accepted[0].text;
    for header in
        ["From: Assembly <assembly@boule.example>", "Auto-Submitted: auto-generated", "Content-Language: es"]
    {
        assert!(text.contains(header), "{text}");
    }
}

#[test]
fn a_server_that_is_away_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    block_on(async {
        let store = Store::open(place).await.unwrap();
        write(&store, &["a".to_owned(), "b".to_owned()]).await;
        // Nobody listens on port 1.
        let (app_away, relay) = app(place, 0, 1).await;
        assert_eq!(deliver(&app_away, &relay, "x").await.unwrap(), 0);
        assert_eq!(states(&store).await, BTreeMap::from([("waiting".to_owned(), 2)]));
        let sink = Sink::default();
        let port = sink.start().await;
        let (app_back, relay) = app(place, 1, port).await;
        assert_eq!(deliver(&app_back, &relay, "x").await.unwrap(), 2);
        assert_eq!(states(&store).await, BTreeMap::from([("sent".to_owned(), 2)]));
        assert_eq!(sink.accepted.lock().unwrap().len(), 2);
    });
}
