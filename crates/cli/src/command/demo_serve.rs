//! `boule demo --serve`: the service with a made-up assembly in it, and a link for each role.

mod assembly;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use rehearsal::tracked;
use server::mail::Mail;
use server::{App, Clock, Settings, demo};
use tokio::task::spawn_blocking;
use tracking::Role;

use crate::command::serve::{self, Served, Where};
use crate::database::{Database, refused, unable};
use crate::failure::Failure;
use crate::say::{CARE, STRONG, Say};

/// Who marked those who came.
const SECRETARY: &str = "sample-secretariat";

/// Fills a folder that has nobody in it yet, and serves it.
pub fn run(data: PathBuf, listen: SocketAddr, words: Option<&Path>) -> Result<Served, Failure> {
    if let Some(folder) = words {
        add_languages(folder)?;
    }
    serve::runtime()?.block_on(async {
        let place = Where { database: Database { data, database: None }, listen };
        let store = serve::open(&place).await?;
        let listener = serve::listen(&place).await?;
        let zone = TimeZone::get("Europe/Madrid").expect("a bundled zone");
        let settings = Settings { url: serve::url(&listener)?, zone, rate: 0, behind_proxy: false };
        let app = App::new(store, Clock::of_the_machine(), settings).with_mail(Mail::Kept);
        if app.store.people().await.map_err(refused)?.is_empty() {
            let made = tracked("demo", app.today());
            demo::fill(&app, &made).await.map_err(unmade)?;
            let taken = server::reports::sample::snapshot(&app, &made.assembly).await;
            taken.map_err(unable)?;
            let (dir, database) = (place.database.data.join(&made.assembly), place.database.clone());
            let (id, today) = (made.assembly.clone(), app.today());
            // These are commands of their own, each with a connection of its own.
            let published = spawn_blocking(move || assembly::publish(&dir, &database, &id, today)).await;
            published.map_err(Failure::bug)??;
            assembly::marks(&app, &made.assembly, SECRETARY).await?;
        }
        let links = demo::links(&app).await.map_err(unable)?;
        let _ = welcome(&mut Say::err(), &app, &links);
        serve::serve(app, listener).await
    })
}

/// More languages, each a file named by its tag: for trying out a language before it is part of the program.
fn add_languages(folder: &Path) -> Result<(), Failure> {
    let unread = |error: io::Error| {
        Failure::could_not_run(
            format!("{}: {error}", folder.display()),
            "name a folder with files like en.ftl",
        )
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let tag = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push((tag, fs::read_to_string(&path).map_err(unread)?));
        }
    }
    files.sort();
    server::words::add(&files).map_err(|why| Failure::no(why, "mend the file and start again"))
}

fn unmade(error: store::Error) -> Failure {
    if !matches!(error, store::Error::Taken | store::Error::Missing | store::Error::Stale { .. }) {
        return refused(error);
    }
    Failure::could_not_run(
        format!("cannot make the demonstration: {error}"),
        "choose another folder with --data",
    )
}

fn welcome(say: &mut Say, app: &App, links: &[(Role, String, String)]) -> io::Result<()> {
    say.line(format_args!("{STRONG}Boule{STRONG:#} shows a made-up assembly: {}", app.settings.url))?;
    say.line(
        "To act in a role, open its link. Each works once, for twelve hours; start again for new ones.",
    )?;
    for (role, name, address) in links {
        say.line(format_args!("  {:<14} {name:<18} {CARE}{address}{CARE:#}", role.to_string()))?;
    }
    say.line("Stop it with Ctrl-C.")
}
