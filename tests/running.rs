//! The service as a process of its own, and a program that may write to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;

/// What the program sends along.
pub const SECRET: &str = "secret-of-the-program-that-writes";

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// The token of the program, made by a person.
pub fn token(created_by: &str) -> store::Token {
    store::Token {
        id: "token".to_owned(),
        hash: server::secret::fingerprint(SECRET.as_bytes()),
        name: "writer".to_owned(),
        scopes: server::api::token::RECOMMENDATIONS.to_owned(),
        assembly: None,
        unit: None,
        created_by: created_by.to_owned(),
        created_at: Timestamp::UNIX_EPOCH,
        expires_at: "2999-01-01T00:00:00Z".parse().unwrap(),
        revoked_at: None,
    }
}

/// The command that serves a folder, or the PostgreSQL at a URL.
pub fn serve(place: &str) -> Command {
    let option = if place.starts_with("postgres://") { "--database" } else { "--data" };
    let mut command = Command::new(env!("CARGO_BIN_EXE_boule-in-tests"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--rate", "0", "--zone", "UTC", option, place]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// A running service, and where it listens.
pub struct Service {
    pub child: Child,
    pub address: String,
    log: JoinHandle<String>,
}

impl Service {
    /// Starts it by a command, whatever an earlier one left in its folder.
    pub fn run(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(told.read_line(&mut line).unwrap() > 0, "it did not start: {said}");
            if let Some((_, address)) = line.split_once("listens: http://") {
                break address.trim().to_owned();
            }
            said += &line;
        };
        // Its log has to go somewhere.
        let log = thread::spawn(move || {
            let mut log = Vec::new();
            let _ = told.read_to_end(&mut log);
            String::from_utf8_lossy(&log).into_owned()
        });
        Self { child, address, log }
    }

    /// Ends it at once; the answer is its log.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.join().unwrap()
    }
}

/// Sends a request and reads all that comes back.
pub fn exchange(address: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
