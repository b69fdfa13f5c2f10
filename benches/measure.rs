//! Measures every size once, each in a fresh process, and writes the page of results.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use rehearsal::Shape;
use serde_json::json;
use speed::command::{end, is_date, keep, say};
use speed::machine::Machine;
use speed::page::page;
use speed::plot::plot;
use speed::pools::{compared, files, growth, households, named, sizes};
use speed::trial::{self, Trial};

const USAGE: &str = "\
measure sizes DATE    every size once; writes benches/results/DATE-MACHINE.md
measure growth DATE   1,000 to 100,000 members once, and three pools with households; writes
                      benches/results/growth-DATE-MACHINE.md and a plot
measure one POOL M    one pool and M panels; prints what came of it as JSON
measure pools DIR     writes the pools of the comparison; prints a line of JSON for each";

/// The number of panels of every size.
const PANELS: &str = "1000";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["sizes", date] => measure(date, "", &sizes(), None),
        ["growth", date] => measure(date, "growth-", &[&growth()[..], &households()].concat(), Some(plot)),
        ["one", pool, panels] => one(pool, panels).and_then(|json| say(&json)),
        ["pools", dir] => pools(Path::new(dir)),
        _ => Err(USAGE.to_owned()),
    };
    end(done)
}

fn one(pool: &str, panels: &str) -> Result<String, String> {
    let shape = named(pool).ok_or_else(|| format!("there is no pool {pool}"))?;
    let panels = panels.parse().map_err(|_| format!("{panels} is no number of panels"))?;
    serde_json::to_string(&trial::run(&shape, panels, households().contains(&shape))?)
        .map_err(|error| error.to_string())
}

/// A picture of trials.
type Picture = fn(&[Trial]) -> Result<String, String>;

fn measure(date: &str, kind: &str, shapes: &[Shape], picture: Option<Picture>) -> Result<(), String> {
    if !is_date(date) {
        return Err(format!("{date} is no date like 2031-05-06"));
    }
    let machine = Machine::here();
    let trials = shapes.iter().map(|shape| apart(shape.name)).collect::<Result<Vec<_>, _>>()?;
    let mut page = page(date, &machine, &trials);
    let name = format!("{kind}{date}-{}", machine.slug());
    if let Some(picture) = picture {
        keep(&format!("{name}.svg"), &picture(&trials)?)?;
        page.push_str(&format!("\n![seconds and memory by the number of members]({name}.svg)\n"));
    }
    say(&page)?;
    keep(&format!("{name}.md"), &page)
}

/// Runs one pool in a process of its own, so that its peak of memory is its own.
fn apart(pool: &str) -> Result<Trial, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program).args(["one", pool, PANELS]).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{pool} was not measured: {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

fn pools(dir: &Path) -> Result<(), String> {
    for shape in compared() {
        let (folder, files) = (dir.join(shape.name), files(&shape));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("quotas.csv"), files.quotas))
            .and_then(|()| fs::write(folder.join("pool.csv"), files.pool))
            .map_err(|error| error.to_string())?;
        let Shape { name, pool, panel, features } = shape;
        let line = json!({ "name": name, "pool": pool, "panel": panel, "features": features });
        say(&line.to_string())?;
    }
    Ok(())
}
