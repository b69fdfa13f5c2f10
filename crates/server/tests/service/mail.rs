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

use crate::sink::{POINTS, Point, Sink, Trap, write};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::mail::relay::Relay;
use server::mail::{Mail, deliver};
use server::{App, Clock, Settings};
use store::Store;

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
    let port = sink.run();
    block_on(async {
        let store = Store::open(place).await.unwrap();
        write(&store, &people, hour(0)).await;
        store.close().await;
    });
    for (run, point) in points.iter().copied().enumerate() {
        let after = if point == Point::Greeting { 0 } else { run % 3 };
        let child = Arc::new(Mutex::new(start(place, run, port, false)));
        *sink.trap.lock().unwrap() = Some(Trap { point, after, child: child.clone() });
        while sink.trap.lock().unwrap().is_some() {
            let ended = child.lock().unwrap().try_wait().unwrap();
            // Whoever sprang the trap holds it until it is gone.
            let sprung = sink.trap.lock().unwrap().is_none();
            assert!(ended.is_none() || sprung, "run {run} ended by itself before {point:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
        logs += &log(&mut child.lock().unwrap());
    }
    let mut last = start(place, points.len(), port, true);
    assert!(last.wait().unwrap().success());
    logs += &log(&mut last);
    assert!(!logs.contains("town.example"), "no address in the log: {logs}");
    let store = block_on(Store::open(place)).unwrap();
    let twice = block_on(sink.has_all_of(&store, &people));
    let letters = block_on(store.letters(100_000)).unwrap();
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

#[test]
fn what_is_refused_for_now_or_for_good_is_told_apart_and_never_named_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let people = ["never-1", "a", "later-1", "b", "gone"].map(str::to_owned);
    let sink = Sink::default();
    let port = sink.run();
    block_on(async {
        let store = Store::open(place).await.unwrap();
        write(&store, &people, hour(0)).await;
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
        write(&store, &["a".to_owned(), "b".to_owned()], hour(0)).await;
        // Nobody listens on port 1.
        let (app_away, relay) = app(place, 0, 1).await;
        assert_eq!(deliver(&app_away, &relay, "x").await.unwrap(), 0);
        assert_eq!(states(&store).await, BTreeMap::from([("waiting".to_owned(), 2)]));
        let sink = Sink::default();
        let port = sink.start(0).await;
        let (app_back, relay) = app(place, 1, port).await;
        assert_eq!(deliver(&app_back, &relay, "x").await.unwrap(), 2);
        assert_eq!(states(&store).await, BTreeMap::from([("sent".to_owned(), 2)]));
        assert_eq!(sink.accepted.lock().unwrap().len(), 2);
    });
}
