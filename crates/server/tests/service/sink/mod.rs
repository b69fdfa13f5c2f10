//! A small SMTP server (RFC 5321) that keeps what it accepts, and can end a program at any point of the dialogue; and the
//! letters for it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Child;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::json;
use server::mail::paper::Text;
use store::{Letter, Person, Store};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};

/// Where in the dialogue the sender is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// Before our greeting.
    Greeting,
    /// After its MAIL, before our answer.
    Mail,
    /// After its RCPT, before our answer.
    Rcpt,
    /// After its DATA, before our 354.
    Data,
    /// After our 354, with some of the letter.
    Middle,
    /// With the whole letter, which we keep, before our 250.
    Taken,
    /// After our 250.
    Answered,
}

/// Every point.
pub const POINTS: [Point; 7] =
    [Point::Greeting, Point::Mail, Point::Rcpt, Point::Data, Point::Middle, Point::Taken, Point::Answered];

/// A letter that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub id: String,
    pub to: String,
    pub text: String,
}

/// What ends whom, and when: at this point of the dialogue about the letter after so many others.
pub struct Trap {
    pub point: Point,
    pub after: usize,
    pub child: Arc<Mutex<Child>>,
}

/// The server.
#[derive(Clone, Default)]
pub struct Sink {
    pub accepted: Arc<Mutex<Vec<Accepted>>>,
    pub trap: Arc<Mutex<Option<Trap>>>,
}

impl Sink {
    /// Listens on a runtime of its own, which lives as long as the test; the answer is its port.
    pub fn run(&self) -> u16 {
        let (told, port) = std::sync::mpsc::channel();
        let sink = self.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                told.send(sink.start(0).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        port.recv().unwrap()
    }

    /// Each letter of a store that was sent is here, always the same bytes, and more than once only where the store says that
    /// it was unsure; nothing else is here. The answer: those that are here more than once.
    pub async fn has_all_of(&self, store: &Store, people: &[String]) -> BTreeSet<String> {
        let states: BTreeMap<_, _> = store.letters_by_state().await.unwrap().into_iter().collect();
        assert_eq!(states, BTreeMap::from([("sent".to_owned(), people.len() as i64)]));
        let accepted = self.accepted.lock().unwrap().clone();
        let mut twice = BTreeSet::new();
        for letter in store.letters(100_000).await.unwrap() {
            let id = format!("<{}@boule.example>", letter.id);
            let copies: Vec<_> = accepted.iter().filter(|one| one.id == id).collect();
            let first = copies.first().unwrap_or_else(|| panic!("{id} is lost"));
            let to = reader(letter.id.strip_prefix("letter-").unwrap());
            assert_eq!(first.to, format!("{to}@town.example"));
            assert!(copies.iter().all(|copy| copy == first), "{id}: the same bytes each time");
            let most = 1 + letter.unsure;
            assert!(
                copies.len() as i64 <= most,
                "{id}: {} copies, and the store knows of {most}",
                copies.len()
            );
            if copies.len() > 1 {
                twice.insert(id);
            }
        }
        // A mailbox that knows letters by their Message-ID has every letter once, and no other.
        let ids: BTreeSet<&str> = accepted.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), people.len());
        twice
    }

    /// Listens on this port, or on any free one if it is 0; the answer is the port.
    pub async fn start(&self, port: u16) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sink = sink.clone();
                // A sender that was ended leaves a broken line.
                tokio::spawn(async move { drop(sink.talk(stream).await) });
            }
        });
        port
    }

    /// Ends the sender if this is the point.
    fn pass(&self, point: Point) {
        let mut trap = self.trap.lock().unwrap();
        let Some(set) = trap.as_mut().filter(|set| set.point == point) else { return };
        if set.after > 0 {
            set.after -= 1;
            return;
        }
        let mut child = set.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        drop(child);
        *trap = None;
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        self.pass(Point::Greeting);
        say(&mut writing, "220 sink.example ready").await?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match verb.as_str() {
                "EHLO" => say(&mut writing, "250-sink.example\r\n250 8BITMIME").await?,
                "MAIL" => {
                    self.pass(Point::Mail);
                    say(&mut writing, "250 ok").await?;
                }
                "RCPT" => {
                    self.pass(Point::Rcpt);
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    match () {
                        () if to.starts_with("never") => {
                            say(&mut writing, &format!("550 <{to}> is not here")).await?
                        }
                        () if to.starts_with("later") => {
                            say(&mut writing, &format!("451 <{to}> is busy")).await?
                        }
                        () => say(&mut writing, "250 ok").await?,
                    }
                }
                "DATA" => {
                    self.pass(Point::Data);
                    say(&mut writing, "354 go ahead").await?;
                    let mut text = String::new();
                    loop {
                        let Some(line) = lines.next_line().await? else { return Ok(()) };
                        if text.is_empty() {
                            self.pass(Point::Middle);
                        }
                        if line == "." {
                            break;
                        }
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                    let id =
                        text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap_or_default();
                    let accepted = Accepted { id: id.to_owned(), to: to.clone(), text: text.clone() };
                    self.accepted.lock().unwrap().push(accepted);
                    self.pass(Point::Taken);
                    say(&mut writing, "250 ok").await?;
                    self.pass(Point::Answered);
                }
                "QUIT" => return say(&mut writing, "221 bye").await,
                _ => say(&mut writing, "250 ok").await?,
            }
        }
        Ok(())
    }
}

async fn say(to: &mut OwnedWriteHalf, line: &str) -> std::io::Result<()> {
    to.write_all(format!("{line}\r\n").as_bytes()).await?;
    to.flush().await
}

fn person(id: &str, at: Timestamp) -> Person {
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
        created_at: at,
        erased_at: None,
    }
}

/// For whom a letter of this name is: `ada.2` is the second one for ada.
fn reader(letter: &str) -> &str {
    letter.split('.').next().unwrap_or(letter)
}

/// Writes letters of these names, and makes the people whom they are for.
pub async fn write(store: &Store, letters: &[String], at: Timestamp) {
    let mut change = store.change("test", at).await.unwrap();
    for id in letters {
        change.save_person(&person(reader(id), at)).await.unwrap();
        let text = Text {
            subject: "Plazos que le esperan: Asamblea sobre el calor y el agua".to_owned(),
            text: format!("Año nuevo.\n.\n.. {id}\n{}", "palabras ".repeat(200)),
            language: "es".to_owned(),
            end: None,
        };
        let letter = Letter {
            id: format!("letter-{id}"),
            key: format!("test/{id}"),
            reader: format!("person:{}", reader(id)),
            kind: "digest".to_owned(),
            written_at: at,
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
