//! `boule serve`: the service for staff and everybody, until it is told to stop.

use std::io;
use std::net::SocketAddr;

use jiff::tz::TimeZone;
use server::{App, Clock, Settings};
use store::Store;
use tokio::net::TcpListener;

use crate::Report;
use crate::database::{Database, refused, unable};
use crate::failure::Failure;
use crate::mail;
use crate::say::{CARE, STRONG, Say};

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the data lies and where the service listens.
    #[command(flatten)]
    pub place: Where,
    /// The address that people type, where it is another (with https:// in front)
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The time zone of the house, for example Europe/Madrid [default: the machine's]
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// How many requests a second one address may send; 0 is as many as it likes
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub rate: u32,
    /// A proxy in front adds the visitor's address to X-Forwarded-For, and only the proxy can reach this service
    #[arg(long)]
    pub behind_proxy: bool,
    /// The mail server.
    #[command(flatten)]
    pub mail: mail::Args,
}

/// Where the data lies and where the service listens.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// The database; a folder is made if it is not there.
    #[command(flatten)]
    pub database: Database,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

/// What came of it, when it has stopped.
#[derive(Debug, serde::Serialize)]
pub struct Served {
    url: String,
}

impl Report for Served {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.line("stopped; everything that was answered is saved")
    }
}

/// Serves until it is told to stop.
pub fn run(args: &Args) -> Result<Served, Failure> {
    runtime()?.block_on(async {
        let store = open(&args.place).await?;
        let listener = listen(&args.place).await?;
        let settings = settings(args, &listener)?;
        let app = App::new(store, Clock::of_the_machine(), settings).with_mail(args.mail.mail()?);
        let first = server::link::first(&app).await.map_err(unable)?;
        let mut say = Say::err();
        let _ = welcome(&mut say, &app, first.as_deref());
        serve(app, listener).await
    })
}

/// What runs the service.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().map_err(Failure::bug)
}

/// Opens the store, making the folder where there is none.
pub async fn open(place: &Where) -> Result<Store, Failure> {
    Store::open(&place.database.place()?).await.map_err(refused)
}

/// Takes the address to listen on.
pub async fn listen(place: &Where) -> Result<TcpListener, Failure> {
    TcpListener::bind(place.listen).await.map_err(|error| {
        let remedy = "another program may have it: choose another address with --listen";
        Failure::could_not_run(format!("cannot listen on {}: {error}", place.listen), remedy)
    })
}

/// The address by which people reach the listener.
pub fn url(listener: &TcpListener) -> Result<String, Failure> {
    Ok(format!("http://{}", listener.local_addr().map_err(Failure::bug)?))
}

fn settings(args: &Args, listener: &TcpListener) -> Result<Settings, Failure> {
    let own = url(listener)?;
    let url = args.url.as_ref().map_or(own, |url| url.trim_end_matches('/').to_owned());
    if !url.starts_with("https://") && !url.starts_with("http://") {
        let remedy = "write it as people type it, for example https://assembly.example.org";
        return Err(Failure::no(format!("--url {url} is no address of a page"), remedy));
    }
    let zone = match &args.zone {
        None => TimeZone::system(),
        Some(name) => TimeZone::get(name).map_err(|_| {
            Failure::no(
                format!("--zone {name} is no time zone"),
                "write it like Europe/Madrid or America/Bogota",
            )
        })?,
    };
    Ok(Settings { url, zone, rate: args.rate, behind_proxy: args.behind_proxy })
}

fn welcome(say: &mut Say, app: &App, first: Option<&str>) -> io::Result<()> {
    say.line(format_args!("{STRONG}Boule{STRONG:#} listens: {}", app.settings.url))?;
    if let Some(first) = first {
        say.line("Nobody uses it yet. Whoever opens this link first becomes its administrator (for a day, and once):")?;
        say.line(format_args!("  {CARE}{first}{CARE:#}"))?;
    }
    say.line("Stop it with Ctrl-C.")
}

/// Answers requests until the process is told to stop.
pub async fn serve(app: App, listener: TcpListener) -> Result<Served, Failure> {
    server::logs::start();
    let url = app.settings.url.clone();
    let store = app.store.clone();
    server::service::serve(app, listener, stopped()).await.map_err(Failure::bug)?;
    store.close().await;
    Ok(Served { url })
}

/// Waits for Ctrl-C, or for the system to end the process.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
