//! Letters for the measurement of the service, and the mail server that takes them: `post PLACE LETTERS PORT` puts so many
//! letters into the queue of a store, listens on loopback, and says each second how many have come.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use speed::command::{end, say};
use store::Store;

#[expect(
    dead_code,
    clippy::unwrap_used,
    reason = "it is made for tests, which stop where something is wrong"
)]
#[path = "../crates/server/tests/service/sink/mod.rs"]
mod sink;

/// How many people the letters are for.
const READERS: usize = 100;

fn main() -> ExitCode {
    end(run())
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [place, letters, port] = arguments.as_slice() else {
        return Err("post PLACE LETTERS PORT".to_owned());
    };
    let letters: usize = letters.parse().map_err(|_| format!("{letters} is no number"))?;
    let port: u16 = port.parse().map_err(|_| format!("{port} is no port"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(post(place, letters, port))
}

async fn post(place: &str, letters: usize, port: u16) -> Result<(), String> {
    let store = Store::open(place).await.map_err(|error| error.to_string())?;
    let letters: Vec<String> =
        (0..letters).map(|letter| format!("reader-{}.{letter}", letter % READERS)).collect();
    sink::write(&store, &letters, Timestamp::UNIX_EPOCH).await;
    store.close().await;
    let sink = sink::Sink::default();
    sink.start(port).await;
    loop {
        say(&sink.accepted.lock().map_err(|error| error.to_string())?.len().to_string())?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
