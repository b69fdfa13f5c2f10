//! `boule programme`: when and where everything is, and calendars for everybody.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sessions::calendar::{self, Entry, Ledger};
use sessions::programme::{Agenda, Clash, Programme, file, solve};
use sessions::schedule::{self, slug};
use sessions::{allocation, plan::Inputs, staff};
use sortition::canonical::to_json;
use sortition::fold::fold;
use sortition::wording::listed;
use sortition::{Problem, Sheet};

use crate::Report;
use crate::command::dates;
use crate::failure::Failure;
use crate::folder::must_be_there;
use crate::inputs::bytes;
use crate::say::{CARE, GOOD, STRONG, Say, counted};
use crate::sitting::{self, Desk, ROTA, SESSIONS, Sources};

/// What `programme` is told.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Another question about the programme.
    #[command(subcommand)]
    pub question: Option<Question>,
    /// The folder with programme.toml: an assembly's, or any
    pub dir: Option<PathBuf>,
}

/// Another question about the programme.
#[derive(Debug, clap::Subcommand)]
pub enum Question {
    /// The dates that most members can attend, so that no group is left out
    Dates(dates::Args),
}

const FILE: &str = "programme.toml";
/// What is public of a programme.
const PUBLIC: &str = "programme";
const CSV: &str = "programme.csv";
/// What was given out before.
const LEDGER: &str = "calendars.json";
/// The calendars of people.
const CALENDARS: &str = "private/sessions/calendars";

/// What was arranged.
#[derive(Debug, Serialize)]
pub struct Arranged {
    folder: PathBuf,
    days: usize,
    rooms: usize,
    blocks: Vec<Held>,
    /// Blocks that are not where they were published.
    moved: Vec<String>,
    calendars: usize,
    cancelled: usize,
    /// How long each side of a question is heard.
    sides: Vec<Side>,
    problems: Vec<Problem>,
}

/// A side of a question.
#[derive(Debug, Serialize)]
struct Side {
    question: String,
    side: String,
    minutes: i64,
}

/// When and where a block is.
#[derive(Debug, Serialize)]
struct Held {
    block: String,
    title: String,
    date: String,
    start: String,
    end: String,
    room: String,
}

/// Arranges the blocks, and writes the programme and everybody's calendar.
///
/// # Errors
/// If the file has errors, there is no programme, or the operating system refuses.
pub fn run(args: &Args) -> Result<Arranged, Failure> {
    let dir = args.dir.as_deref().ok_or_else(|| {
        Failure::could_not_run("it is not said which programme", format!("name the folder with {FILE}"))
    })?;
    must_be_there(dir)?;
    let path = dir.join(FILE);
    let name = path.display().to_string();
    if !path.exists() {
        let remedy = "write it; the guide for the sessions has a small one, to be copied and changed";
        return Err(Failure::could_not_run(format!("there is no {name}"), remedy));
    }
    let text = String::from_utf8(bytes(&path)?)
        .map_err(|_| Failure::no(format!("{name} is not text"), "save it as UTF-8"))?;
    let mut desk = Desk::default();
    let agenda = desk.take(file::read(&name, &text));
    let agenda = desk.or_fail(agenda)?;
    let before = published(&agenda, &dir.join(PUBLIC).join(CSV), &mut desk)?;
    let programme =
        solve(&agenda, &before).map_err(|clash| Failure::input(vec![explained(&name, &agenda, clash)]))?;
    if let Some(broken) = programme.broken(&agenda).first() {
        return Err(Failure::bug(format!("the programme breaks a rule: {broken}")));
    }
    let (calendars, cancelled, late) = write(dir, &agenda, &programme)?;
    desk.problems.extend(late.then(|| too_early(&name)));
    let moved = before.iter().zip(&programme.places).zip(&agenda.blocks);
    let moved = moved.filter(|((told, place), _)| told.is_some_and(|told| told != place.slot));
    Ok(Arranged {
        folder: dir.to_owned(),
        days: agenda.slots.iter().map(|slot| slot.date).collect::<std::collections::BTreeSet<_>>().len(),
        rooms: agenda.rooms.len(),
        blocks: programme.in_order().into_iter().map(|b| held(&agenda, &programme, b)).collect(),
        moved: moved.map(|(_, block)| block.title.clone()).collect(),
        calendars,
        cancelled,
        sides: sides(&agenda, &programme),
        problems: desk.problems,
    })
}

/// Calendars take the later of two versions; this one is not.
fn too_early(file: &str) -> Problem {
    let reason = "something changed, but this is not later than the programme that was given out before";
    let remedy = "write the present time, or people's calendars may keep the old entries";
    Problem::warning(file, reason, remedy).in_column("issued")
}

/// The sides of all questions in the order of the file, with the minutes that each is heard.
fn sides(agenda: &Agenda, programme: &Programme) -> Vec<Side> {
    let mut all: Vec<Side> = Vec::new();
    for (block, place) in agenda.blocks.iter().zip(&programme.places) {
        let Some((question, side)) = &block.side else { continue };
        let minutes = agenda.slots[place.slot].minutes();
        let same = |one: &&mut Side| fold(&one.question) == fold(question) && fold(&one.side) == fold(side);
        match all.iter_mut().find(same) {
            Some(one) => one.minutes += minutes,
            None => all.push(Side { question: question.clone(), side: side.clone(), minutes }),
        }
    }
    all
}

fn held(agenda: &Agenda, programme: &Programme, b: usize) -> Held {
    let (block, place) = (&agenda.blocks[b], programme.places[b]);
    let slot = agenda.slots[place.slot];
    Held {
        block: block.id.clone(),
        title: block.title.clone(),
        date: slot.date.to_string(),
        start: slot.start.strftime("%H:%M").to_string(),
        end: slot.end.strftime("%H:%M").to_string(),
        room: agenda.rooms[place.room].name.clone(),
    }
}

/// The slots of the blocks in the programme that was written before.
fn published(agenda: &Agenda, path: &Path, desk: &mut Desk) -> Result<Vec<Option<usize>>, Failure> {
    let mut before = vec![None; agenda.blocks.len()];
    let sheet = if path.exists() { desk.sheet(path)? } else { None };
    let Some(Sheet { header, rows, .. }) = sheet else { return Ok(before) };
    let column = |name: &str| header.iter().position(|column| column == name);
    let (Some(date), Some(start), Some(block)) = (column("date"), column("start"), column("block")) else {
        return Ok(before);
    };
    for row in rows {
        let at = agenda.slots.iter().position(|slot| {
            slot.date.to_string() == row.cells[date]
                && slot.start.strftime("%H:%M").to_string() == row.cells[start]
        });
        if let Some(b) = agenda.blocks.iter().position(|other| other.id == row.cells[block]) {
            before[b] = at;
        }
    }
    Ok(before)
}

fn explained(file: &str, agenda: &Agenda, clash: Clash) -> Problem {
    match clash {
        Clash::Rules(rules) if rules.is_empty() => {
            let reason = format!(
                "there is no room for {} in {}",
                counted(agenda.blocks.len(), "block"),
                counted(agenda.slots.len(), "slot")
            );
            Problem::error(
                file,
                reason,
                "add days or slots, leave blocks out, or give blocks to parts of the members (audience)",
            )
        }
        Clash::Rules(rules) => {
            let reason = format!("there is no programme; these rules clash: {}", listed(&rules, 20));
            Problem::error(
                file,
                reason,
                "loosen any one of them, or add slots; without any one of them the others can be kept",
            )
        }
        Clash::Undecided(why) => {
            Problem::error(file, format!("no programme was found: {why}"), "loosen some of the rules")
        }
    }
}

/// Writes everything, and says how many calendars there are, how many events were called off, and whether something changed
/// that was given out at this time or later.
fn write(dir: &Path, agenda: &Agenda, programme: &Programme) -> Result<(usize, usize, bool), Failure> {
    let wrong = |why: String| Failure::no(why, format!("mend {FILE}"));
    let ledger_path = dir.join(CALENDARS).join(LEDGER);
    let before: Ledger = if ledger_path.exists() {
        serde_json::from_slice(&bytes(&ledger_path)?).map_err(|error| {
            Failure::no(
                format!("{} cannot be read: {error}", ledger_path.display()),
                "put back the file that was written",
            )
        })?
    } else {
        Ledger::new()
    };
    let entries = entries(dir, agenda, programme)?;
    let ledger = calendar::next_edition(&before, &entries, agenda.issued);
    let csv = programme.to_csv(agenda).into_bytes();
    let xml = schedule::xml(agenda, programme).map_err(wrong)?.into_bytes();
    let mut files = vec![(format!("{PUBLIC}/{CSV}"), csv), (format!("{PUBLIC}/schedule.xml"), xml)];
    files.push((format!("{CALENDARS}/{LEDGER}"), to_json(&ledger)));
    for (name, entries) in &ledger {
        let folder = if name.starts_with("room-") { PUBLIC } else { CALENDARS };
        let (all, cancelled) = calendar::files(&agenda.assembly, name, entries);
        files.push((format!("{folder}/{name}.ics"), all.into_bytes()));
        files.extend(
            cancelled.map(|cancelled| (format!("{folder}/{name}-cancelled.ics"), cancelled.into_bytes())),
        );
    }
    sitting::write(dir, "", &files)?;
    let off = ledger
        .values()
        .flat_map(BTreeMap::values)
        .filter(|issued| issued.cancelled && issued.stamp == agenda.issued);
    let stamps = before.values().flat_map(BTreeMap::values).map(|issued| issued.stamp);
    let late = ledger != before && stamps.max().is_some_and(|last| agenda.issued <= last);
    Ok((ledger.len(), off.count(), late))
}

/// The entries of every calendar: of the rooms, and where tables were made of every member and everybody at work.
fn entries(
    dir: &Path,
    agenda: &Agenda,
    programme: &Programme,
) -> Result<BTreeMap<String, BTreeMap<String, Entry>>, Failure> {
    let mut calendars = BTreeMap::<String, BTreeMap<String, Entry>>::new();
    let seated = seated(dir)?;
    for (b, block) in agenda.blocks.iter().enumerate() {
        let place = programme.places[b];
        let (slot, room) = (agenda.slots[place.slot], &agenda.rooms[place.room].name);
        let at = |time| {
            calendar::unix_seconds(&agenda.zone, slot.date, time)
                .map_err(|why| Failure::no(why, format!("mend {FILE}")))
        };
        let speakers: Vec<&str> = block.speakers.iter().map(|&s| agenda.speakers[s].name.as_str()).collect();
        let entry = Entry {
            start: at(slot.start)?,
            end: at(slot.end)?,
            title: block.title.clone(),
            place: room.clone(),
            text: speakers.join(", "),
        };
        let mut put = |calendar: String, entry: &Entry| {
            calendars.entry(calendar).or_default().insert(block.id.clone(), entry.clone());
        };
        put(format!("room-{}", slug(room)), &entry);
        block
            .speakers
            .iter()
            .for_each(|&s| put(format!("speaker-{}", slug(&agenda.speakers[s].name)), &entry));
        let Some((inputs, tables)) = seated.as_ref().filter(|_| block.audience.is_none()) else { continue };
        let round = block.round.as_ref().and_then(|round| inputs.rounds.find(round));
        let at_table = |r: usize, t: usize| Entry {
            place: format!("{room}, table {}", inputs.rounds.all[r].tables[t]),
            ..entry.clone()
        };
        for (m, id) in inputs.members.ids.iter().enumerate() {
            let seat = round.and_then(|r| Some((r, tables[r].as_ref()?[m]?)));
            let is_there = round.is_none_or(|r| tables[r].is_none() || seat.is_some());
            if is_there {
                put(
                    format!("member-{}", slug(id)),
                    &seat.map_or_else(|| entry.clone(), |(r, t)| at_table(r, t)),
                );
            }
        }
        for &(_, t, person) in inputs.told.iter().filter(|&&(r, ..)| Some(r) == round) {
            put(format!("staff-{}", slug(&inputs.staff[person].id)), &at_table(round.unwrap_or_default(), t));
        }
    }
    Ok(calendars)
}

type Seated = (Inputs, Vec<Option<Vec<Option<usize>>>>);

/// The members and their tables, where they were made.
fn seated(dir: &Path) -> Result<Option<Seated>, Failure> {
    let here = dir.join(SESSIONS);
    if !here.join("allocation.csv").exists() {
        return Ok(None);
    }
    // The seed means nothing here: nothing is searched.
    let sources = Sources { seed: Some(String::new()), ..Sources::default() };
    let sitting = sources.read(Some(dir))?;
    let mut desk = Desk::default();
    let inputs = sitting.inputs;
    let gone = |id: &str, round: usize| sitting.replacements.seat_of(id, round);
    let sheet = desk.sheet(&here.join("allocation.csv"))?;
    let tables =
        sheet.and_then(|sheet| desk.take(allocation::read(&sheet, &inputs.members, &inputs.rounds, &gone)));
    let tables = desk.or_fail(tables)?;
    let rota = here.join(ROTA);
    let told = match desk.sheet(&rota).ok().flatten() {
        Some(sheet) => desk.take(staff::read_rota(&sheet, &inputs.staff, &inputs.rounds)).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(Some((Inputs { told, ..inputs }, tables)))
}

impl Report for Arranged {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        say.line(format_args!(
            "{GOOD}There is a programme:{GOOD:#} {STRONG}{} on {}{STRONG:#}, {}",
            counted(self.blocks.len(), "block"),
            counted(self.days, "day"),
            counted(self.rooms, "room")
        ))?;
        let mut day = "";
        for Held { title, date, start, end, room, .. } in &self.blocks {
            if day != date {
                say.gap()?;
                say.line(format_args!("{STRONG}{}{STRONG:#}", weekday(date)))?;
                day = date;
            }
            say.line(format_args!("  {start}-{end}  {title} ({room})"))?;
        }
        say.gap()?;
        for (place, Side { question, side, minutes }) in self.sides.iter().enumerate() {
            let name = if place == 0 { "sides" } else { "" };
            say.fact(name, format_args!("{question}: {side}, {}", counted(*minutes as usize, "minute")))?;
        }
        if !self.moved.is_empty() {
            say.fact("moved", format_args!("{CARE}{}{CARE:#}", listed(&self.moved, 20)))?;
        }
        if self.cancelled > 0 {
            say.fact("called off", counted(self.cancelled, "calendar entry").replace("entrys", "entries"))?;
        }
        let folder = self.folder.display();
        say.fact(
            "files",
            format_args!("programme.csv, schedule.xml and the rooms' calendars in {folder}/{PUBLIC}"),
        )?;
        say.fact(
            "calendars",
            format_args!("{} in all; those of people in {folder}/{CALENDARS}", self.calendars),
        )
    }
}

fn weekday(date: &str) -> String {
    let parsed = date.parse::<jiff::civil::Date>();
    parsed.map_or_else(|_| date.to_owned(), |date| date.strftime("%A, %-d %B %Y").to_string())
}
