//! The service when its disk is full, and when its file may not be written: what people and programs are told, what they keep,
//! and that life goes on afterwards.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

#[path = "../crates/store/tests/contract/cluster.rs"]
#[allow(dead_code, reason = "only the account is needed")]
mod cluster;
mod running;

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::tz::TimeZone;
use running::{SECRET, Service, block_on, exchange, serve, token};
use server::{App, Clock, Settings};
use store::{Filter, Order, Store};
use tracking::Role;

const WORDS: &str = "All of the trees are planted, on both banks.";

/// The made-up town, an officer's link, the address of a recommendation in delivery, and a program's token.
async fn town(folder: &Path) -> (String, String) {
    let store = Store::open(folder.to_str().unwrap()).await.unwrap();
    let settings = Settings {
        url: "http://boule.example".to_owned(),
        zone: TimeZone::UTC,
        rate: 0,
        behind_proxy: false,
    };
    let app = App::new(store, Clock::of_the_machine(), settings);
    server::demo::fill(&app, &rehearsal::tracked("tests", app.today())).await.unwrap();
    let links = server::demo::links(&app).await.unwrap();
    let (_, _, link) = links.into_iter().find(|(role, _, _)| *role == Role::Officer).unwrap();
    let mut change = app.store.change("test", app.now()).await.unwrap();
    change.add_token(&token("sample-administrator")).await.unwrap();
    change.note("test.prepare", "token", &serde_json::Value::Null).await.unwrap();
    change.commit().await.unwrap();
    let filter =
        Filter { states: vec!["in_delivery".into()], units: vec!["parks".into()], ..Filter::default() };
    let one = app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    app.store.close().await;
    (link.strip_prefix("http://boule.example").unwrap().to_owned(), format!("/staff/r/{}", one.id))
}

/// An answer: status, head and body.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// An officer with a browser.
struct Officer {
    address: String,
    cookie: String,
    csrf: String,
}

impl Officer {
    fn enter(address: &str, link: &str) -> Self {
        let mut own = Self { address: address.to_owned(), cookie: String::new(), csrf: String::new() };
        let answer = own.post(link, "");
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        own.cookie = cookie.split(';').next().unwrap().to_owned();
        let page = own.get("/account").body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        own.csrf = csrf.to_owned();
        own
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "", "")
    }

    fn post(&self, path: &str, fields: &str) -> Answer {
        let body = format!("csrf={}&{fields}", self.csrf);
        let more = "Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        self.send(&format!("POST {path}"), more, &body)
    }

    fn report(&self, story: &str, text: &str) -> Answer {
        let fields = format!("delivery=under_way&text={}", server::page::escaped(text));
        self.post(&format!("{story}/do/report"), &fields)
    }

    fn send(&self, line: &str, more: &str, body: &str) -> Answer {
        let Self { address, cookie, .. } = self;
        let length = body.len();
        ask(
            address,
            &format!(
                "{line} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n{more}Content-Length: {length}\r\n\
                 Connection: close\r\n\r\n{body}"
            ),
        )
    }
}

fn ask(address: &str, request: &str) -> Answer {
    let whole = exchange(address, request).unwrap();
    let (head, body) = whole.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// A program brings a recommendation in.
fn bring_in(address: &str) -> Answer {
    let body = serde_json::json!({
        "reference": "R-900", "theme": "Water", "texts": { "en": { "title": "Wells", "text": "Dig wells." } }
    });
    let body = body.to_string();
    let length = body.len();
    ask(
        address,
        &format!(
            "PUT /api/v1/assemblies/harbour-county/external/well HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {SECRET}\r\nContent-Type: application/json\r\nIdempotency-Key: well\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ),
    )
}

/// How far the files of a process may grow from now on: "0" is a disk on which not one byte is left.
fn room(process: u32, bytes: &str) {
    let of = ["--pid".to_owned(), process.to_string(), format!("--fsize={bytes}:")];
    assert!(Command::new("prlimit").args(of).status().expect("prlimit, of util-linux").success());
}

#[test]
fn on_a_full_disk_people_keep_their_words_readers_read_on_and_all_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let (link, story) = block_on(town(folder.path()));
    // A write that goes too far fails, as on a full disk, instead of ending the process.
    let program = serve(folder.path().to_str().unwrap());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let service = Service::run(shell);
    let officer = Officer::enter(&service.address, &link);
    assert_eq!(officer.report(&story, "Half of the trees are planted.").status, 303);

    room(service.child.id(), "0");
    let form = officer.report(&story, WORDS);
    assert_eq!(form.status, 503, "{}", form.body);
    assert!(form.body.contains("Nothing was saved: the service cannot save just now"), "{}", form.body);
    assert!(form.body.contains(WORDS), "what was typed comes back: {}", form.body);
    let program = bring_in(&service.address);
    assert_eq!(program.status, 503, "{}", program.body);
    assert!(program.head.contains("content-type: application/problem+json"), "{}", program.head);
    assert!(program.body.contains("Nothing was saved"), "{}", program.body);
    for path in [story.as_str(), "/", "/a/harbour-county/recommendations", "/staff"] {
        assert_eq!(officer.get(path).status, 200, "{path} can be read");
    }
    let shown = officer.get(&story).body;
    assert!(shown.contains("Half of the trees are planted.") && !shown.contains(WORDS));

    room(service.child.id(), "unlimited");
    assert_eq!(officer.report(&story, "The trees are watered.").status, 303, "life goes on");
    let program = bring_in(&service.address);
    assert_eq!(program.status, 201, "the same request with the same key: {}", program.body);
    let shown = officer.get(&story).body;
    assert!(shown.contains("The trees are watered.") && !shown.contains(WORDS));
    let log = service.kill();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("\"ERROR\"")).collect();
    assert_eq!(errors.len(), 2, "a line for each that failed: {log}");
    for line in errors {
        let why = "the disk or the quota is full; nothing was changed; make room and try again";
        assert!(line.contains(why), "{line}");
    }
    for personal in [WORDS, "trees", "sample-officer", "harbour.example", &officer.csrf, "Wells"] {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
    block_on(async {
        let store = Store::open(folder.path().to_str().unwrap()).await.unwrap();
        assert_eq!(store.examine().await.unwrap(), Vec::<String>::new());
        store.close().await;
    });
}

#[test]
fn over_a_file_that_may_not_be_written_it_says_so_and_starts_when_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    block_on(town(&data));
    // Root may write everything: then the service runs as nobody, from a place where nobody may look.
    let program = folder.path().join("boule");
    let served = serve(data.to_str().unwrap());
    std::fs::copy(served.get_program(), &program).unwrap();
    let set = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let start = || {
        let mut command = Command::new(&program);
        command.args(served.get_args());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some((user, group)) = cluster::account() {
            command.gid(group).uid(user);
        }
        command
    };
    let file = data.join(store::FILE);
    let before = std::fs::read(&file).unwrap();
    for (path, mode) in [(folder.path(), 0o755), (&program, 0o755), (&data, 0o755), (&file, 0o444)] {
        set(path, mode);
    }
    let mut refused = start().spawn().unwrap();
    let mut said = String::new();
    refused.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!refused.wait().unwrap().success());
    assert!(said.contains("the database cannot be written; nothing was changed"), "{said}");
    assert!(said.contains("let the account that runs boule write to the database and its folder"), "{said}");
    assert!(std::fs::read(&file).unwrap() == before, "not a byte is changed");

    if let Some((user, group)) = cluster::account() {
        for entry in std::fs::read_dir(&data).unwrap() {
            std::os::unix::fs::chown(entry.unwrap().path(), Some(user), Some(group)).unwrap();
        }
        std::os::unix::fs::chown(&data, Some(user), Some(group)).unwrap();
    }
    set(&file, 0o600);
    let service = Service::run(start());
    let page = ask(
        &service.address,
        "GET /a/harbour-county HTTP/1.1\r\nHost: boule.example\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(page.status, 200);
    service.kill();
}
