//! The folder of the demonstration's assembly: the draw of `boule demo`, tables and a programme, brought into the service.

use std::path::Path;

use jiff::civil::Date;
use rehearsal::meetings;
use server::App;
use sortition::canonical::write_row;
use store::Mark;

use crate::command::{programme, publish, tables};
use crate::database::{Database, refused};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::sitting::Sources;

/// What `boule demo` writes; a test holds these files against it.
const DRAWN: [(&str, &str); 6] = [
    ("public/commit.json", include_str!("../../../../../fixtures/harbour/public/commit.json")),
    ("public/counts.csv", include_str!("../../../../../fixtures/harbour/public/counts.csv")),
    ("public/draw.json", include_str!("../../../../../fixtures/harbour/public/draw.json")),
    ("public/quotas.csv", include_str!("../../../../../fixtures/harbour/public/quotas.csv")),
    ("public/rules.json", include_str!("../../../../../fixtures/harbour/public/rules.json")),
    (SELECTED, include_str!("../../../../../fixtures/harbour/private/selected.csv")),
];
const SELECTED: &str = "private/selected.csv";
/// What is paid for each round of tables, and how many must be there where something is decided.
const BLOCKS: &str = "block,quorum,pay\n1,,60.00\n2,,60.00\n3,,60.00\n4,75%,60.00\n5,50%,30.00\n";
const ROUNDS: usize = 5;
const TABLES: usize = 14;

/// What happens on each of the days, which stand in it as {day-1} to {day-5}; it is given out on {before}.
const PROGRAMME: &str = include_str!("../../../../../fixtures/harbour/programme.toml");

/// Writes the folder, arranges programme and tables as an organiser would, and publishes them into the service.
///
/// # Errors
/// If the operating system or the database refuses.
pub fn publish(dir: &Path, database: &Database, id: &str, today: Date) -> Result<(), Failure> {
    {
        let folder = Folder::open(dir)?;
        let mut writing = folder.begin()?;
        for (path, text) in DRAWN {
            writing.write(path, text.as_bytes())?;
        }
        writing.write("private/sessions/rounds.csv", rounds().as_bytes())?;
        writing.write("private/sessions/blocks.csv", BLOCKS.as_bytes())?;
        writing.write("programme.toml", programme_of(today).as_bytes())?;
        writing.commit()?;
    }
    let sources = Sources { balance: 50, ..Sources::default() };
    let (dir, language) = (dir.to_owned(), tables::language("en").map_err(Failure::bug)?);
    tables::run(&tables::Make { dir: Some(dir.clone()), sources, out: None, frontier: false, language })?;
    programme::run(&programme::Args { question: None, dir: Some(dir.clone()) })?;
    let (assembly, language) = (Some(id.to_owned()), "en".to_owned());
    let args = publish::Args {
        dir,
        database: database.clone(),
        assembly,
        language,
        begin: true,
        anew: false,
        rehearsal: true,
    };
    publish::run(&args).map(drop)
}

/// Marks who came to the rounds that are over.
///
/// # Errors
/// If the database refuses.
pub async fn marks(app: &App, id: &str, by: &str) -> Result<(), Failure> {
    let (_, selected) = DRAWN.iter().find(|(path, _)| *path == SELECTED).expect("it is one of them");
    let members = selected.lines().skip(1).filter_map(|line| line.split(',').next());
    let mut change = app.store.change(by, app.now()).await.map_err(refused)?;
    for (number, member) in members.enumerate() {
        for round in 1..ROUNDS {
            let present = (7 * number + 3 * round) % 23 > 0;
            let (block, member) = (round.to_string(), member.to_owned());
            let mark = Mark { block, member, present, marked_at: app.now(), marked_by: by.to_owned() };
            change.mark(id, &mark).await.map_err(refused)?;
        }
    }
    change
        .note("attendance.mark", id, &serde_json::json!({ "rounds": ROUNDS - 1 }))
        .await
        .map_err(refused)?;
    change.commit().await.map_err(refused)
}

fn rounds() -> String {
    let mut csv = String::new();
    write_row(&mut csv, ["round", "table", "seats"]);
    for round in 1..=ROUNDS {
        for table in 1..=TABLES {
            write_row(&mut csv, [round.to_string().as_str(), table.to_string().as_str(), "8"]);
        }
    }
    csv
}

fn programme_of(today: Date) -> String {
    let days = meetings(today);
    let before = days[0].yesterday().unwrap_or(Date::MIN).to_string();
    (1..).zip(days).fold(PROGRAMME.replace("{before}", &before), |text, (number, day)| {
        text.replace(&format!("{{day-{number}}}"), &day.to_string())
    })
}
