//! A small SMTP server (RFC 5321) that keeps what it accepts, and can end a program at any point of the dialogue.

use std::process::Child;
use std::sync::{Arc, Mutex};

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
    /// Listens; the answer is its port.
    pub async fn start(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
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
