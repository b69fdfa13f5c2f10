//! A PostgreSQL for tests: the one that BOULE_TEST_POSTGRES names, or a cluster of its own that ends with the test.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server.
pub struct Cluster {
    /// Where its first database is.
    pub url: String,
    own: Option<Own>,
}

/// A server of the test's own.
struct Own {
    server: Child,
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Cluster {
    /// A server; `None`, and a word why, where there is none. `BOULE_NEEDS_POSTGRES` makes that a failure.
    #[allow(dead_code, reason = "not every program of tests does")]
    pub fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("BOULE_TEST_POSTGRES") {
            return Some(Self { url, own: None });
        }
        Self::own()
    }

    /// A server that the test may stop and start, or `None` as above.
    #[allow(clippy::print_stderr, reason = "says why nothing is tested")]
    pub fn own() -> Option<Self> {
        let started = programs().map(Self::made);
        if started.is_none() {
            let why = "no initdb on the path or under /usr/lib/postgresql: install PostgreSQL, or set BOULE_TEST_POSTGRES to \
                       the URL of a server";
            assert!(std::env::var_os("BOULE_NEEDS_POSTGRES").is_none(), "{why}");
            eprintln!("skipped: {why}");
        }
        started
    }

    fn made(programs: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some((user, group)) = account() {
            chown(folder.path(), Some(user), Some(group)).expect("the server's account owns its folder");
        }
        let made = command(&programs, "initdb", folder.path())
            .args(["--auth=trust", "--username=boule", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb made no cluster");
        let socket = folder.path().to_str().expect("a plain path").to_owned();
        let server = serve(&programs, folder.path(), &[]);
        let url = format!("postgres://boule@localhost/postgres?host={socket}");
        Self { url, own: Some(Own { server, folder, programs }) }
    }

    /// Ends the server at once, as a crash would; its socket stays behind, and nobody answers there.
    pub fn stop(&mut self) {
        if let Some(own) = &mut self.own {
            let _ = own.server.kill();
            let _ = own.server.wait();
        }
    }

    /// Starts it again after [`Self::stop`], with more settings.
    #[allow(dead_code, reason = "not every program of tests does")]
    pub fn again(&mut self, settings: &[&str]) {
        let own = self.own.as_mut().expect("only one's own server is stopped and started");
        own.server = serve(&own.programs, own.folder.path(), settings);
    }
}

/// One of PostgreSQL's programs with the data in `folder`.
fn command(programs: &Path, program: &str, folder: &Path) -> Command {
    let mut command = Command::new(programs.join(program));
    if let Some((user, group)) = account() {
        command.gid(group).uid(user);
    }
    command
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .arg("-D")
        .arg(folder.join("data"));
    command
}

/// Starts the server and waits for it. What is left of one that was killed keeps it from starting for a moment.
fn serve(programs: &Path, folder: &Path, settings: &[&str]) -> Child {
    let _ = std::fs::remove_file(folder.join(".s.PGSQL.5432"));
    let start = || {
        let mut server = command(programs, "postgres", folder);
        server.arg("-k").arg(folder).args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        server.args(settings.iter().flat_map(|setting| ["-c", setting])).spawn().expect("postgres runs")
    };
    let mut server = start();
    for _ in 0..600 {
        if std::os::unix::net::UnixStream::connect(folder.join(".s.PGSQL.5432")).is_ok() {
            return server;
        }
        std::thread::sleep(Duration::from_millis(50));
        if server.try_wait().expect("it can be asked").is_some() {
            server = start();
        }
    }
    panic!("postgres did not start within 30 seconds");
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where initdb and postgres are.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders = std::env::split_paths(&path).chain(debian.map(|version| version.path().join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

/// The account for the server where this runs as root, under which PostgreSQL refuses to run.
pub fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let said =
            Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(said.stdout).ok()?.trim().parse::<u32>().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    ["postgres", "nobody"].into_iter().find_map(|user| Some((id(&["-u", user])?, id(&["-g", user])?)))
}
