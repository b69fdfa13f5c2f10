//! `boule publish`: the public record of a draw, a programme and the tables, brought into the service.
//!
//! Three parts, each a closed list of files and columns. Names, contact and features of people are in none of them: the
//! sittings know members by their numbers, and only the staff sees those.

mod successor;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};
use sessions::calendar::{self, Issued, Ledger};
use sessions::members::MemberFeature;
use sessions::schedule::slug;
use sessions::tables::Mode;
use sortition::canonical::write_row;
use sortition::fold::fold;
use sortition::record::Files;
use sortition::verification::{self, Level, Options};
use store::{Assembly, Change, Publication, Store};

use crate::Report;
use crate::bundle::Folders;
use crate::database::{Database, refused, wait};
use crate::failure::Failure;
use crate::inputs::bytes;
use crate::keys::SIGNATURES;
use crate::say::{CARE, GOOD, Say, counted, shell};
use crate::sitting::{Desk, SESSIONS, Sources};

/// What `publish` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder
    pub dir: PathBuf,
    /// The database; the service may run meanwhile.
    #[command(flatten)]
    pub database: Database,
    /// The assembly's word in the addresses of its pages [default: from the draw's or the programme's name]
    #[arg(long, value_name = "WORD")]
    pub assembly: Option<String>,
    /// The language of its name, for an assembly that is new in the service
    #[arg(long, value_name = "TAG", default_value = "en")]
    pub language: String,
    /// Begin a new service in that folder, which is then started with boule serve
    #[arg(long)]
    pub begin: bool,
    /// These tables take the place of those that were mended in the service
    #[arg(long)]
    pub anew: bool,
    /// Publish a rehearsal all the same; its page says in large letters that nobody is drawn by it
    #[arg(long)]
    pub rehearsal: bool,
}

/// What was brought in.
#[derive(Debug, Serialize)]
pub struct Published {
    assembly: String,
    is_new: bool,
    rehearsal: bool,
    /// Where pages of what is for everybody are, below the service's own address.
    pages: Vec<String>,
    parts: Vec<Part>,
}

/// What changed in a part.
#[derive(Debug, Serialize)]
struct Part {
    part: &'static str,
    files: usize,
    written: usize,
    withdrawn: usize,
}

/// The parts with the files of each, and whether everybody may read them.
struct Found {
    name: String,
    members: Option<u32>,
    zone: TimeZone,
    parts: Vec<(&'static str, bool, Files)>,
}

/// The record.
const DRAW: &str = "draw";
/// When and where.
const PROGRAMME: &str = "programme";
/// Who sits where, by number: for the staff.
const SITTING: &str = "sitting";
/// What the service writes when it mends tables.
const MENDED: &str = "mended.csv";
/// What tables are read from.
const ALLOCATION: &str = "allocation.csv";

/// The tables of the sittings and the columns of each that leave the private folder.
const TABLES: &[(&str, &[&str])] = &[
    ("rounds.csv", &["round", "table", "seats"]),
    (ALLOCATION, &["round", "table", "member"]),
    ("staff-rota.csv", &["round", "table", "role", "staff"]),
    ("constraints.csv", &["kind", "round", "members", "tables"]),
    ("replacements.csv", &["leaves", "joins", "round"]),
    ("blocks.csv", &["block", "quorum", "pay"]),
    ("expenses.csv", &["member", "block", "amount"]),
];

/// What to do where no service is.
const BEGIN: &str =
    "name the folder that the service was started with: --data DIR; to begin a new service there say --begin";

/// Other names that these columns may have.
const ALSO: &[(&str, &str)] = &[("block", "round"), ("member", "id")];

/// Brings in what is there.
///
/// # Errors
/// If nothing is there, the record does not verify, or the database cannot be written. Then nothing is changed.
pub fn run(args: &Args) -> Result<Published, Failure> {
    let found = find(&args.dir)?;
    let record = found.parts.iter().find(|(part, ..)| *part == DRAW).map(|(_, _, files)| files);
    let rehearsal = record.is_some_and(successor::is_rehearsal);
    if rehearsal && !args.rehearsal {
        return Err(Failure::no(
            format!(
                "{} holds a rehearsal, by which nobody is drawn; nothing was published",
                args.dir.display()
            ),
            "publish the real draw; to practise with the service say --rehearsal, and the page says so in large letters",
        ));
    }
    let id = args.assembly.clone().unwrap_or_else(|| slug(&found.name));
    if id.is_empty() || !id.is_ascii() || id != slug(&id) {
        return Err(Failure::could_not_run(
            format!("{id:?} cannot stand in an address"),
            "give a word of small letters, digits and hyphens with --assembly",
        ));
    }
    wait(async {
        let store = match args.begin {
            true => Store::open(&args.database.place()?).await.map_err(refused)?,
            false => args.database.existing(BEGIN).await?,
        };
        let mut change = store.change("boule publish", Timestamp::now()).await.map_err(refused)?;
        let is_new = store.assembly(&id).await.map_err(refused)?.is_none();
        if let Some((_, _, files)) = found.parts.iter().find(|(part, ..)| *part == DRAW) {
            successor::may_follow(&store, &id, files).await?;
        }
        let open = found.parts.iter().filter(|(_, is_open, _)| *is_open);
        let pages = open.map(|(part, ..)| format!("/a/{id}/{part}")).collect();
        if is_new {
            let assembly = new(&id, &args.language, &found)?;
            change.save_assembly(&assembly, None).await.map_err(refused)?;
            change.note("assembly.create", &id, &json!({})).await.map_err(refused)?;
        }
        let mut parts = Vec::new();
        for (part, is_open, files) in found.parts {
            parts.push(bring(&store, &mut change, (&id, part, is_open), files, args.anew).await?);
        }
        if is_new || parts.iter().any(|part| part.written + part.withdrawn > 0) {
            change.commit().await.map_err(refused)?;
        } else {
            drop(change);
        }
        store.close().await;
        Ok(Published { assembly: id, is_new, rehearsal, pages, parts })
    })
}

/// Everything in the folder that may leave it.
fn find(dir: &Path) -> Result<Found, Failure> {
    fs::metadata(dir).map_err(|error| Failure::system("read", dir, &error))?;
    crate::folder::recover(dir)?;
    let mut found = Found { name: String::new(), members: None, zone: TimeZone::UTC, parts: Vec::new() };
    let public = dir.join("public");
    if public.join("commit.json").exists() {
        let files = record(&public)?;
        let commit: Value = serde_json::from_slice(&files["commit.json"]).unwrap_or_default();
        found.name = commit["event"].as_str().unwrap_or_default().to_owned();
        found.members = commit["k"].as_u64().and_then(|members| u32::try_from(members).ok());
        found.parts.push((DRAW, true, files));
    }
    let programme = dir.join("programme");
    if programme.join("programme.csv").exists() {
        let path = dir.join("programme.toml");
        let name = path.display().to_string();
        let text = String::from_utf8(bytes(&path)?)
            .map_err(|_| Failure::no(format!("{name} is not text"), "save it as UTF-8"))?;
        let mut desk = Desk::default();
        let agenda = desk.take(sessions::programme::file::read(&name, &text));
        let agenda = desk.or_fail(agenda)?;
        found.zone = TimeZone::get(&agenda.zone)
            .map_err(|error| Failure::no(error.to_string(), format!("mend the zone in {name}")))?;
        found.parts.push((PROGRAMME, true, arranged(dir, &agenda.assembly)?));
        if found.name.is_empty() {
            found.name = agenda.assembly;
        }
    }
    if dir.join(SESSIONS).join(ALLOCATION).exists() {
        found.parts.push((SITTING, false, sittings(dir)?));
    }
    if found.parts.is_empty() {
        return Err(Failure::could_not_run(
            format!("{} holds neither a record nor a programme nor tables", dir.display()),
            "name an assembly's folder; boule prepare, programme and tables write them",
        ));
    }
    Ok(found)
}

/// The files that a public record is made of, if it verifies.
fn record(public: &Path) -> Result<Files, Failure> {
    let folders = Folders { public: public.to_owned(), ..Folders::default() };
    let bundle = folders.read()?;
    let before_draw = !bundle.public.contains_key("draw.json") && !bundle.public.contains_key("void.json");
    let options = Options { commitment: None, level: Level::Public, before_draw };
    let checked = verification::verify(&bundle, &options, &SIGNATURES);
    let failed =
        checked.checks.iter().filter(|check| matches!(check.outcome, verification::Outcome::Failed(_)));
    let failed: Vec<&str> = failed.map(|check| check.id).collect();
    if failed.is_empty() {
        return Ok(bundle.public);
    }
    Err(Failure::no(
        format!("the record is not in order: {}", failed.join(", ")),
        format!("boule verify {} says what is wrong; nothing was published", shell(public)),
    ))
}

/// What is public of a programme, and one calendar of all rooms together.
fn arranged(dir: &Path, assembly: &str) -> Result<Files, Failure> {
    let folder = dir.join("programme");
    let refused = |error: io::Error| Failure::system("read", &folder, &error);
    let mut files = Files::new();
    for entry in fs::read_dir(&folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_room = name.starts_with("room-") && name.ends_with(".ics");
        let is_known = is_room || ["programme.csv", "schedule.xml"].contains(&name.as_str());
        if is_known && entry.file_type().map_err(refused)?.is_file() {
            files.insert(name, bytes(&entry.path())?);
        }
    }
    let ledger = dir.join(SESSIONS).join("calendars").join("calendars.json");
    if ledger.exists() {
        let ledger: Ledger = serde_json::from_slice(&bytes(&ledger)?).map_err(|error| {
            Failure::no(
                format!("{} cannot be read: {error}", ledger.display()),
                "put back the file that was written",
            )
        })?;
        let (all, _) = calendar::files(assembly, "all", &together(&ledger));
        files.insert("calendar.ics".to_owned(), all.into_bytes());
    }
    Ok(files)
}

/// The rooms' calendars as one. A block that moved to another room is called off in the one and new in the other: here it
/// has changed once more.
fn together(ledger: &Ledger) -> BTreeMap<String, Issued> {
    let mut all: BTreeMap<String, Issued> = BTreeMap::new();
    for (_, entries) in ledger.iter().filter(|(name, _)| name.starts_with("room-")) {
        for (block, issued) in entries {
            let merged = match all.get(block) {
                None => issued.clone(),
                Some(other) => {
                    let held = if other.cancelled { issued } else { other };
                    Issued { sequence: other.sequence + issued.sequence + 1, ..held.clone() }
                }
            };
            all.insert(block.clone(), merged);
        }
    }
    all.retain(|_, issued| !issued.cancelled);
    all
}

/// The tables of the sittings, with the columns that may leave and no others, and the numbers of the members with what balances
/// tables, as numbers too.
fn sittings(dir: &Path) -> Result<Files, Failure> {
    let here = dir.join(SESSIONS);
    let mut desk = Desk::default();
    let mut files = Files::new();
    let mut numbers = BTreeSet::new();
    for (name, columns) in TABLES {
        let path = here.join(name);
        if !path.exists() {
            continue;
        }
        let Some(sheet) = desk.sheet(&path)? else { continue };
        let find = |column: &str| sheet.header.iter().position(|own| fold(own) == column);
        let also =
            |column: &str| ALSO.iter().find(|(name, _)| *name == column).and_then(|(_, other)| find(other));
        let place = |column: &&'static str| Some((*column, find(column).or_else(|| also(column))?));
        let places: Vec<(&str, usize)> = columns.iter().filter_map(place).collect();
        let mut csv = String::new();
        write_row(&mut csv, places.iter().map(|(column, _)| *column));
        for row in &sheet.rows {
            write_row(&mut csv, places.iter().map(|(_, place)| row.cells[*place].as_str()));
            for (column, place) in &places {
                if ["member", "joins"].contains(column) {
                    numbers.insert(row.cells[*place].clone());
                }
            }
        }
        files.insert((*name).to_owned(), csv.into_bytes());
    }
    let features = if desk.problems.is_empty() { features(dir, &numbers)? } else { None };
    let features = features.unwrap_or_default();
    let names: Vec<String> = (1..=features.len()).map(|number| format!("f{number}")).collect();
    let mut csv = String::new();
    write_row(&mut csv, ["id"].into_iter().chain(names.iter().map(String::as_str)));
    for (m, number) in numbers.iter().enumerate() {
        let values: Vec<String> = features.iter().map(|feature| feature.of[m].clone()).collect();
        write_row(&mut csv, [number.as_str()].into_iter().chain(values.iter().map(String::as_str)));
    }
    files.insert("members.csv".to_owned(), csv.into_bytes());
    if !features.is_empty() {
        let mut csv = String::new();
        write_row(&mut csv, ["feature", "mode", "weight"]);
        for (name, feature) in names.iter().zip(&features) {
            write_row(&mut csv, [name, feature.mode, &feature.weight.to_string()]);
        }
        files.insert("features.csv".to_owned(), csv.into_bytes());
    }
    desk.or_fail(Some(files))
}

/// What tables are balanced by, without what it is: a number stands for each value.
struct Feature {
    mode: &'static str,
    weight: u32,
    /// The value of each of the numbers.
    of: Vec<String>,
}

/// The features by which tables are balanced, of these members; none if the panel was not drawn here or does not hold them all.
fn features(dir: &Path, numbers: &BTreeSet<String>) -> Result<Option<Vec<Feature>>, Failure> {
    if !dir.join("private").join("selected.csv").exists() {
        return Ok(None);
    }
    let members = Sources::default().gather(Some(dir))?.inputs.members;
    let Some(places) = numbers.iter().map(|number| members.find(number)).collect::<Option<Vec<usize>>>()
    else {
        return Ok(None);
    };
    let coded = |feature: &MemberFeature| {
        let mode = match feature.mode {
            Mode::Spread => "spread",
            Mode::Cluster => "cluster",
            Mode::Ignore => return None,
        };
        // As long as each other, so that they sort as the values do.
        let width = feature.values.len().to_string().len();
        let of = places.iter().map(|&m| format!("{:0width$}", feature.of[m] + 1)).collect();
        Some(Feature { mode, weight: feature.weight, of })
    };
    Ok(Some(members.features.iter().filter_map(coded).collect()))
}

/// An assembly that the service does not know yet.
fn new(id: &str, language: &str, found: &Found) -> Result<Assembly, Failure> {
    let rule = tracking::DutyRule::usual(found.zone.clone());
    let body = json!({ "languages": [language], "members": found.members, "rule": rule });
    Ok(Assembly {
        id: id.to_owned(),
        revision: 1,
        names: BTreeMap::from([(language.to_owned(), found.name.clone())]),
        updated_at: Timestamp::now(),
        body: serde_json::to_string(&body).map_err(Failure::bug)?,
    })
}

/// Brings a part to what it is now: files that changed are written, those that are gone are withdrawn.
async fn bring(
    store: &Store,
    change: &mut Change,
    (id, part, is_open): (&str, &'static str, bool),
    files: Files,
    anew: bool,
) -> Result<Part, Failure> {
    let before = store.publications(id, part).await.map_err(refused)?;
    let of = |path: &str| before.iter().find(|file| file.path == path);
    let is_mended = part == SITTING && of(MENDED).is_some();
    let told = files.get(ALLOCATION).map(|bytes| sortition::hash::sha256(bytes).to_string());
    if is_mended && !anew && of(ALLOCATION).map(|file| file.sha256.clone()) != told {
        return Err(Failure::no(
            "tables were mended in the service after they were published, and these are others",
            "say --anew if these tables are to hold",
        ));
    }
    let mut done = Part { part, files: files.len(), written: 0, withdrawn: 0 };
    let mut hashes = BTreeMap::new();
    for file in &before {
        let stays = files.contains_key(&file.path) || (file.path == MENDED && !anew);
        if !stays {
            change.withdraw(id, part, &file.path).await.map_err(refused)?;
            done.withdrawn += 1;
        }
    }
    for (path, bytes) in files {
        let hash = sortition::hash::sha256(&bytes).to_string();
        let told = of(&path);
        hashes.insert(path.clone(), hash.clone());
        if told.is_some_and(|file| file.sha256 == hash && file.is_open == is_open) {
            continue;
        }
        let expected = told.map(|file| file.revision);
        let file = Publication {
            assembly: id.to_owned(),
            part: part.to_owned(),
            media: media(&path).to_owned(),
            path,
            is_open,
            revision: 0,
            sha256: hash,
            published_at: Timestamp::UNIX_EPOCH,
        };
        change.publish(&file, bytes, expected).await.map_err(refused)?;
        done.written += 1;
    }
    if done.written + done.withdrawn > 0 {
        let body = json!({ "part": part, "files": hashes });
        change.note("publication.bring", id, &body).await.map_err(refused)?;
    }
    Ok(done)
}

fn media(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("json") => "application/json",
        Some("csv") => "text/csv; charset=utf-8",
        Some("ics") => "text/calendar; charset=utf-8",
        Some("xml") => "application/xml",
        _ => "application/octet-stream",
    }
}

impl Report for Published {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let new = if self.is_new { ", which is new there" } else { "" };
        say.line(format_args!(
            "{GOOD}Brought into the service:{GOOD:#} the assembly {}{new}",
            self.assembly
        ))?;
        say.gap()?;
        for Part { part, files, written, withdrawn } in &self.parts {
            let whose =
                if *part == SITTING { "; for the staff, by members' numbers" } else { "; for everybody" };
            let gone = if *withdrawn > 0 { format!(", {withdrawn} withdrawn") } else { String::new() };
            say.fact(
                part,
                format_args!("{}, {written} new or changed{gone}{whose}", counted(*files, "file")),
            )?;
        }
        if self.pages.is_empty() {
            return Ok(());
        }
        say.gap()?;
        say.line("Public now, below the address of the service (boule serve --url):")?;
        for page in &self.pages {
            say.line(format_args!("  {page}"))?;
        }
        if self.rehearsal {
            say.line(format_args!("{CARE}The page of the draw says that it is a rehearsal.{CARE:#}"))?;
        }
        Ok(())
    }
}
