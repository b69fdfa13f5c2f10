//! Fills a store with assemblies for the measurement of the service: `town PLACE ASSEMBLIES`, where PLACE is a folder or the
//! URL of a PostgreSQL database, and each assembly has eighty recommendations in all states.

use std::env;
use std::process::ExitCode;

use jiff::tz::TimeZone;
use rehearsal::{tracked, tracked_of};
use server::{App, Clock, Settings, demo};
use speed::command::{end, say};
use store::Store;

fn main() -> ExitCode {
    end(run())
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [place, assemblies] = arguments.as_slice() else { return Err("town PLACE ASSEMBLIES".to_owned()) };
    let assemblies: usize = assemblies.parse().map_err(|_| format!("{assemblies} is no number"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let made = runtime.map_err(|error| error.to_string())?.block_on(fill(place, assemblies));
    say(&format!("{} recommendations", made.map_err(|error| error.to_string())?))
}

async fn fill(place: &str, assemblies: usize) -> store::Result<usize> {
    let url = "http://127.0.0.1".to_owned();
    let settings = Settings { url, zone: TimeZone::UTC, rate: 0, behind_proxy: false };
    let app = App::new(Store::open(place).await?, Clock::of_the_machine(), settings);
    let first = tracked("town", app.today());
    demo::fill(&app, &first).await?;
    let mut made = first.histories.len();
    for number in 1..assemblies {
        let assembly = format!("assembly-{number}");
        let next = tracked_of(&assembly, &assembly, app.today());
        demo::add(&app, &next).await?;
        made += next.histories.len();
    }
    Ok(made)
}
