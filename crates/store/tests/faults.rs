//! What happens to a database when its program is killed, its disk is full, its file may not be written, or it goes away.
//!
//! The program under test is this file itself, started again with `BOULE_WRITER` naming a database: it then writes as fast
//! as it can from four tasks and says on standard output what was acknowledged. `BOULE_KILLS` is how often it is killed.

#[path = "contract/cluster.rs"]
mod cluster;
#[path = "contract/databases.rs"]
mod databases;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use jiff::Timestamp;
use serde_json::json;
use store::{Error, Person, Store};

/// Where the writer writes.
const WRITER: &str = "BOULE_WRITER";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

fn person(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        email: Some(format!("{id}@town.example")),
        name: Some("x".repeat(500)),
        password: None,
        totp: None,
        totp_step: 0,
        language: "en".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: Timestamp::UNIX_EPOCH,
        erased_at: None,
    }
}

async fn write_one(store: &Store, id: &str) -> Result<(), Error> {
    let mut change = store.change("writer", Timestamp::UNIX_EPOCH).await?;
    change.save_person(&person(id)).await?;
    change.note("person.save", id, &json!({})).await?;
    change.commit().await
}

/// Not a test by itself: the program that the others start and kill.
#[test]
#[allow(clippy::print_stdout, reason = "the other process reads it")]
fn writer() {
    let Ok(place) = std::env::var(WRITER) else { return };
    let run = std::env::var("BOULE_RUN").unwrap_or_default();
    block_on(async {
        let store = match Store::open(&place).await {
            Ok(store) => store,
            Err(error) => return println!("\nerror {error}; {}", error.remedy()),
        };
        let tasks = (0..4).map(|task| {
            let (store, run) = (store.clone(), run.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("run{run}-{task}-{number}");
                    match write_one(&store, &id).await {
                        Ok(()) => println!("\nwrote {id}"),
                        Err(error) => return println!("\nerror {error}; {}", error.remedy()),
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("it ran");
        }
    });
}

/// Starts the writer, by way of the shell where `before` is a command to run first.
fn start(place: &str, run: usize, before: Option<&str>) -> (Child, BufReader<ChildStdout>) {
    let program = std::env::current_exe().expect("this program");
    start_program(&program, place, run, before, None)
}

fn start_program(
    program: &Path,
    place: &str,
    run: usize,
    before: Option<&str>,
    user: Option<(u32, u32)>,
) -> (Child, BufReader<ChildStdout>) {
    let mut command = match before {
        Some(before) => {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(program);
            shell
        }
        None => Command::new(program),
    };
    if let Some((user, group)) = user {
        command.gid(group).uid(user);
    }
    command.args(["--exact", "writer", "--nocapture"]).env(WRITER, place).env("BOULE_RUN", run.to_string());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the writer runs");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    (child, out)
}

/// Reads what the writer says until it has said so many acknowledgements, or to its end.
fn listen(out: &mut BufReader<ChildStdout>, most: usize) -> (BTreeSet<String>, Vec<String>) {
    let (mut wrote, mut errors) = (BTreeSet::new(), Vec::new());
    let mut line = String::new();
    while wrote.len() < most && out.read_line(&mut line).expect("text") > 0 {
        // Half a line was never said.
        if let Some(said) = line.strip_suffix('\n') {
            wrote.extend(said.strip_prefix("wrote ").map(str::to_owned));
            errors.extend(said.strip_prefix("error ").map(str::to_owned));
        }
        line.clear();
    }
    (wrote, errors)
}

async fn is_whole(store: &Store, acknowledged: &BTreeSet<String>) {
    let there: BTreeSet<String> =
        store.people().await.expect("read").into_iter().map(|person| person.id).collect();
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    assert_eq!(store.examine().await.expect("read"), Vec::<String>::new());
    let entries = store.log(0, 1_000_000).await.expect("read");
    let noted: BTreeSet<String> = entries.into_iter().map(|entry| entry.subject).collect();
    assert_eq!(noted, there, "what is there is what the log says");
}

fn kills(place: &str) {
    let times = std::env::var("BOULE_KILLS").map_or(5, |times| times.parse().expect("a number"));
    let mut acknowledged = BTreeSet::new();
    for run in 0..times {
        let (mut child, mut out) = start(place, run, None);
        // Now early, now late; between any two acknowledgements several changes are under way.
        let (wrote, errors) = listen(&mut out, 1 + run * 13 % 47);
        child.kill().expect("killed with SIGKILL");
        acknowledged.extend(wrote);
        let (rest, more) = listen(&mut out, usize::MAX);
        acknowledged.extend(rest);
        child.wait().expect("gone");
        assert_eq!((errors, more), (vec![], vec![]));
        block_on(async {
            let store = Store::open(place).await.expect("it starts again by itself");
            is_whole(&store, &acknowledged).await;
            store.close().await;
        });
    }
    assert!(acknowledged.len() >= times);
}

#[test]
fn killed_under_load_sqlite_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    kills(folder.path().to_str().expect("plain"));
}

#[test]
fn killed_under_load_postgres_loses_nothing() {
    if let Some(cluster) = cluster::Cluster::start() {
        kills(&block_on(cluster.database("killed")));
    }
}

#[test]
fn a_full_disk_is_said_and_damages_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("plain");
    // No file may grow beyond 512 KiB; a write beyond that fails instead of ending the program.
    let (mut child, mut out) = start(place, 0, Some("trap '' XFSZ; ulimit -f 1024"));
    let (wrote, errors) = listen(&mut out, usize::MAX);
    child.wait().expect("gone");
    assert!(!wrote.is_empty(), "it wrote until the disk was full");
    assert_eq!(errors.len(), 4, "each task was told: {errors:?}");
    for error in errors {
        assert_eq!(error, "the disk or the quota is full; nothing was changed; make room and try again");
    }
    block_on(async {
        let store = Store::open(place).await.expect("there is room again");
        is_whole(&store, &wrote).await;
        write_one(&store, "after").await.expect("life goes on");
    });
}

#[test]
fn what_may_not_be_written_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let place = data.to_str().expect("plain");
    block_on(async {
        let store = Store::open(place).await.expect("opened");
        write_one(&store, "before").await.expect("written");
        store.close().await;
    });
    // Root may write everything: then the writer runs as nobody, from a place where nobody may look.
    let user = cluster::account();
    let program = folder.path().join("program");
    std::fs::copy(std::env::current_exe().expect("this program"), &program).expect("copied");
    let set = |path: &Path, mode: u32| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("set");
    };
    set(folder.path(), 0o755);
    set(&program, 0o755);
    let file = data.join(store::FILE);
    let before = std::fs::read(&file).expect("read");
    for (folder_mode, file_mode) in [(0o755, 0o444), (0o555, 0o444)] {
        set(&data, folder_mode);
        set(&file, file_mode);
        let (mut child, mut out) = start_program(&program, place, 0, None, user);
        let (wrote, errors) = listen(&mut out, usize::MAX);
        child.wait().expect("gone");
        assert!(wrote.is_empty());
        assert_eq!(
            errors,
            [
                "the database cannot be written; nothing was changed; let the account that runs boule write to the \
              database and its folder"
            ]
        );
        assert!(std::fs::read(&file).expect("read") == before, "not a byte is changed");
    }
    set(&data, 0o755);
}

#[test]
fn what_is_no_database_is_said() {
    for (name, bytes) in [
        ("text", b"This is a letter to the mayor, not a database.".repeat(20)),
        ("noise", (0..=255).cycle().take(9000).collect()),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(store::FILE);
        std::fs::write(&file, &bytes).expect("written");
        let error = block_on(Store::open(folder.path().to_str().expect("plain"))).expect_err(name);
        assert!(matches!(error, Error::Damaged(_)), "{name}: {error}");
        assert!(std::fs::read(&file).expect("read") == bytes, "{name}: not a byte is changed");
    }
}

#[test]
fn damage_inside_the_file_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("plain");
    block_on(async {
        let store = Store::open(place).await.expect("opened");
        for number in 0..50 {
            write_one(&store, &format!("p{number}")).await.expect("written");
        }
        store.close().await;
    });
    let file = folder.path().join(store::FILE);
    let whole = std::fs::read(&file).expect("read");
    let mut unseen = Vec::new();
    for page in 1..whole.len() / 4096 {
        let mut broken = whole.clone();
        broken[page * 4096..(page + 1) * 4096].fill(0xA5);
        std::fs::write(&file, &broken).expect("written");
        let found = block_on(async {
            let store = Store::open(place).await?;
            let wrong = store.examine().await?;
            store.close().await;
            Ok::<_, Error>(wrong)
        });
        if found.is_ok_and(|wrong| wrong.is_empty()) {
            unseen.push(page);
        }
    }
    assert_eq!(unseen, Vec::<usize>::new(), "pages whose damage nobody would see");
}

#[test]
#[allow(clippy::print_stderr, reason = "says why nothing is tested")]
fn a_database_that_goes_away_is_said() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    if std::env::var_os("BOULE_TEST_POSTGRES").is_some() {
        return eprintln!("skipped: the server of BOULE_TEST_POSTGRES is not ours to stop");
    }
    let place = block_on(cluster.database("lost"));
    block_on(async {
        let store = Store::open(&place).await.expect("opened");
        write_one(&store, "one").await.expect("written");
        drop(cluster);
        let error = write_one(&store, "two").await.expect_err("the server is gone");
        assert!(matches!(error, Error::Unreachable(_)), "{error}");
        let error = store.alive().await.expect_err("the server is gone");
        assert!(matches!(error, Error::Unreachable(_)), "{error}");
    });
    let error = block_on(Store::open(&place)).expect_err("the server is gone");
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
    let error = block_on(Store::open("postgres://x@localhost:1/none")).expect_err("nobody is there");
    assert!(matches!(error, Error::Unreachable(_)), "{error}");
}
