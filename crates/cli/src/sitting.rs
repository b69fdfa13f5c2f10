//! Reads the files that tables are made from, and writes what comes of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sessions::attendance::Attendance;
use sessions::members::Members;
use sessions::plan::{Files, Inputs};
use sessions::replacement::{Replacements, Who};
use sessions::rounds::Rounds;
use sessions::{Names, allocation, constraints, staff};
use sortition::fold::fold;
use sortition::hash::h;
use sortition::quotas::Quotas;
use sortition::{Digest, Problem, Reading, Sheet};

use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs::bytes;
use crate::succession::Succession;

/// Where the sessions are, in an assembly's folder.
pub const SESSIONS: &str = "private/sessions";
/// Where files go that newer ones replace.
const EARLIER: &str = "earlier";
/// Who works where.
pub const ROTA: &str = "staff-rota.csv";

/// What tables are made from.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Sources {
    /// Who is to be seated: id, and a column for each feature [default: the drawn panel, as replacements left it]
    #[arg(long, value_name = "FILE")]
    pub members: Option<PathBuf>,
    /// The rounds: round, table, seats
    #[arg(long, value_name = "FILE")]
    pub rounds: Option<PathBuf>,
    /// What features are for: feature, mode (spread, cluster, ignore), weight
    #[arg(long, value_name = "FILE")]
    pub features: Option<PathBuf>,
    /// Rules about people: kind (pin, apart, together, allow), round, members, tables
    #[arg(long, value_name = "FILE")]
    pub constraints: Option<PathBuf>,
    /// Facilitators and interpreters: id, role, languages, rounds, most
    #[arg(long, value_name = "FILE")]
    pub staff: Option<PathBuf>,
    /// Who came, or will not come: round, member, present
    #[arg(long, value_name = "FILE")]
    pub attendance: Option<PathBuf>,
    /// Who takes over whose seat: leaves, joins, round
    #[arg(long, value_name = "FILE")]
    pub replacements: Option<PathBuf>,
    /// What was published before, an allocation.csv: its rounds stay as they are
    #[arg(long, value_name = "FILE")]
    pub published: Option<PathBuf>,
    /// Who worked where in what was published, if that does not lie beside it.
    #[arg(skip)]
    pub rota: Option<PathBuf>,
    /// Published rounds that are planned anew all the same, separated by semicolons
    #[arg(long, value_name = "ROUNDS")]
    pub replan: Option<String>,
    /// Balance against mixing: 0 only new meetings, 100 only tables that mirror the panel
    #[arg(long, value_name = "0..100", default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub balance: u32,
    /// A text that the tables follow from, where there is no draw
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,
}

/// Everything that was read.
#[derive(Debug)]
pub struct Sitting {
    /// What the tables follow from.
    pub inputs: Inputs,
    /// Who takes over from whom.
    pub replacements: Replacements,
    /// Who left the panel and who joined it by `boule replace`.
    pub succession: Succession,
    /// S: the seed of the draw, or the hash of a text.
    pub seed: Digest,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Sitting {
    fn sound(self) -> Result<Self, Failure> {
        if self.problems.iter().any(Problem::is_error) {
            return Err(Failure::input(self.problems));
        }
        Ok(self)
    }
}

/// Sheets as they are read, and everything that is wrong with them.
#[derive(Default)]
pub struct Desk {
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// The ids in a column, as they are compared.
fn ids(sheet: &Sheet, column: &str) -> BTreeSet<String> {
    let Some(place) = sheet.header.iter().position(|name| fold(name) == column) else {
        return BTreeSet::new();
    };
    sheet.rows.iter().filter_map(|row| row.cells.get(place)).map(|cell| fold(cell)).collect()
}

impl Desk {
    /// The table in a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn sheet(&mut self, path: &Path) -> Result<Option<Sheet>, Failure> {
        let (sheet, problems) = reading::sound_rows(&path.display().to_string(), &bytes(path)?);
        self.problems.extend(problems);
        Ok(sheet)
    }

    /// The table in a file that may be left out: a header alone is then nothing to complain of.
    fn optional(&mut self, path: Option<&Path>) -> Result<Option<Sheet>, Failure> {
        path.map_or(Ok(None), |path| self.sheet(path))
    }

    /// Adds those who join to the panel, from those who were not drawn.
    fn reserves(
        &mut self,
        panel: &mut Sheet,
        dir: &Path,
        replacements: Option<&Path>,
    ) -> Result<(), Failure> {
        let remaining = dir.join("private").join("remaining.csv");
        let Some(path) = replacements.filter(|_| remaining.exists()) else { return Ok(()) };
        // What is wrong with the file is said when it is read for good.
        let joins = reading::sound_rows("", &bytes(path)?).0.map_or_else(Vec::new, |sheet| {
            let column = sheet.header.iter().position(|name| fold(name) == "joins");
            sheet.rows.iter().filter_map(|row| Some(fold(row.cells.get(column?)?))).collect()
        });
        let Some(others) = self.sheet(&remaining)? else { return Ok(()) };
        let id = panel.header.iter().position(|name| fold(name) == "id").unwrap_or(0);
        let is_new =
            |cell: &str| joins.contains(&fold(cell)) && !panel.rows.iter().any(|row| row.cells[id] == cell);
        let new: Vec<_> = others
            .rows
            .into_iter()
            .filter(|row| row.cells.get(id).is_some_and(|cell| is_new(cell)))
            .collect();
        panel.rows.extend(new);
        Ok(())
    }

    /// The value of a reading.
    pub fn take<T>(&mut self, reading: Reading<T>) -> Option<T> {
        self.problems.extend(reading.problems);
        reading.value
    }

    /// Ends with all problems if there is an error.
    ///
    /// # Errors
    /// If there is an error.
    pub fn or_fail<T>(&mut self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if !self.problems.iter().any(Problem::is_error) => Ok(value),
            _ => Err(Failure::input(std::mem::take(&mut self.problems))),
        }
    }
}

impl Sources {
    /// The same, with the files of an assembly's folder where none is named.
    ///
    /// # Errors
    /// If the folder holds no drawn panel.
    pub fn in_folder(&self, dir: &Path) -> Result<Self, Failure> {
        fs::metadata(dir).map_err(|error| Failure::system("read", dir, &error))?;
        crate::folder::recover(dir)?;
        let here = dir.join(SESSIONS);
        let found = |given: &Option<PathBuf>, name: &str| {
            given.clone().or_else(|| Some(here.join(name)).filter(|path| path.exists()))
        };
        let selected = dir.join("private").join("selected.csv");
        if self.members.is_none() && !selected.exists() {
            return Err(Failure::could_not_run(
                format!("{} holds no drawn panel", dir.display()),
                "draw it first, or name the members with --members",
            ));
        }
        if self.rounds.is_none() && !here.join("rounds.csv").exists() {
            return Err(Failure::could_not_run(
                format!("there is no {}", here.join("rounds.csv").display()),
                "write it: a header round,table,seats and a row for each table of each round",
            ));
        }
        Ok(Self {
            members: self.members.clone().or(Some(selected)),
            rounds: found(&self.rounds, "rounds.csv"),
            features: found(&self.features, "features.csv"),
            constraints: found(&self.constraints, "constraints.csv"),
            staff: found(&self.staff, "staff.csv"),
            attendance: found(&self.attendance, "attendance.csv"),
            replacements: found(&self.replacements, "replacements.csv"),
            published: found(&self.published, "allocation.csv"),
            ..self.clone()
        })
    }

    /// Reads everything and says everything that is wrong.
    ///
    /// # Errors
    /// If a file cannot be opened or has errors, or it is not said where something is.
    pub fn read(&self, dir: Option<&Path>) -> Result<Sitting, Failure> {
        self.gather(dir)?.sound()
    }

    /// As [`Sources::read`], but for a file with errors beside the members and the rounds: its errors are among the problems,
    /// for a command that has more to read.
    ///
    /// # Errors
    /// If a file cannot be opened, the members or the rounds have errors, or it is not said where something is.
    pub fn gather(&self, dir: Option<&Path>) -> Result<Sitting, Failure> {
        let here = dir.map(|dir| self.in_folder(dir)).transpose()?;
        let panel = dir.filter(|_| self.members.is_none());
        here.as_ref().unwrap_or(self).read_files(dir, panel)
    }

    /// As [`Sources::read`], with the files that are named and no others; `dir` gives the seed and the features of a panel.
    ///
    /// # Errors
    /// As [`Sources::read`].
    pub fn read_named(&self, dir: Option<&Path>) -> Result<Sitting, Failure> {
        self.read_files(dir, dir)?.sound()
    }

    fn read_files(&self, dir: Option<&Path>, panel: Option<&Path>) -> Result<Sitting, Failure> {
        let sources = self;
        let mut desk = Desk::default();
        let (Some(members), Some(rounds)) = (&sources.members, &sources.rounds) else {
            return Err(Failure::could_not_run(
                "it is not said who sits where",
                "name an assembly's folder, or give --members and --rounds",
            ));
        };
        let seed = sources.seed(dir)?;
        let wanted = panel.map(panel_features).transpose()?;
        let mut sheet = desk.sheet(members)?;
        let mut succession = Succession::default();
        let drawn = panel.and(sheet.as_ref()).map_or_else(BTreeSet::new, |sheet| ids(sheet, "id"));
        if let (Some(sheet), Some(dir)) = (&mut sheet, panel) {
            succession = Succession::read(dir, sheet, &mut desk)?;
            desk.reserves(sheet, dir, sources.replacements.as_deref())?;
        }
        let members = sheet.and_then(|sheet| desk.take(Members::read(&sheet, wanted.as_deref())));
        let sheet = desk.optional(sources.features.as_deref())?;
        let members = match sheet {
            Some(sheet) => {
                members.map(|members| desk.take(members.clone().with_modes(&sheet)).unwrap_or(members))
            }
            None => members,
        };
        let sheet = desk.sheet(rounds)?;
        let rounds_read = sheet.and_then(|sheet| desk.take(Rounds::read(&sheet)));
        let files = Files {
            rounds: rounds.display().to_string(),
            constraints: named(&sources.constraints),
            staff: named(&sources.staff),
        };
        let (rules, people, came) = (
            desk.optional(sources.constraints.as_deref())?,
            desk.optional(sources.staff.as_deref())?,
            desk.optional(sources.attendance.as_deref())?,
        );
        let (replaced, told) =
            (desk.optional(sources.replacements.as_deref())?, desk.optional(sources.published.as_deref())?);
        let (Some(members), Some(rounds)) = (members, rounds_read) else {
            return Err(Failure::input(desk.problems));
        };
        let rules =
            rules.map(|sheet| desk.take(constraints::read(&sheet, &members, &rounds)).unwrap_or_default());
        let people =
            people.map(|sheet| desk.take(staff::read(&sheet, &members, &rounds)).unwrap_or_default());
        let seated = told.as_ref().map_or_else(BTreeSet::new, |sheet| ids(sheet, "member"));
        let who = Who {
            was_seated: &|id| seated.contains(&fold(id)) || drawn.contains(&fold(id)),
            was_drawn: &|id| drawn.contains(&fold(id)),
        };
        let replacements = replaced
            .and_then(|sheet| desk.take(Replacements::read(&sheet, &members, &rounds, who)))
            .unwrap_or_default();
        let came = came.map(|sheet| desk.take(Attendance::read(&sheet, &members, None)).unwrap_or_default());
        let gone = |id: &str, round: usize| replacements.seat_of(id, round);
        let told = told.and_then(|sheet| desk.take(allocation::read(&sheet, &members, &rounds, &gone)));
        let people = people.unwrap_or_default();
        let beside = || sources.published.as_ref().map(|path| path.with_file_name(ROTA));
        let rota = sources.rota.clone().or_else(beside).filter(|path| path.exists());
        let rota = desk.optional(rota.as_deref())?;
        let rota =
            rota.map(|sheet| desk.take(staff::read_rota(&sheet, &people, &rounds)).unwrap_or_default());
        let mut inputs = Inputs {
            away: replacements.away(&members, rounds.all.len()),
            told: rota.unwrap_or_default(),
            replan: sources.replan(&rounds)?,
            attendance: came.unwrap_or_default(),
            constraints: rules.unwrap_or_default(),
            staff: people,
            published: told.unwrap_or_else(|| vec![None; rounds.all.len()]),
            balance: sources.balance,
            members,
            rounds,
            files,
        };
        desk.problems.extend(succession.apply(&mut inputs, &replacements));
        Ok(Sitting { inputs, replacements, succession, seed, problems: desk.problems })
    }

    fn replan(&self, rounds: &Rounds) -> Result<Vec<usize>, Failure> {
        let names = self
            .replan
            .iter()
            .flat_map(|text| text.split(';'))
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let find = |name: &str| {
            let failure =
                || Failure::could_not_run(format!("there is no round {name:?}"), rounds.remedy(name));
            rounds.find(name).ok_or_else(failure)
        };
        let mut found = names.map(find).collect::<Result<Vec<_>, _>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// S: from the draw, or from the text.
    fn seed(&self, dir: Option<&Path>) -> Result<Digest, Failure> {
        if let Some(text) = &self.seed {
            return Ok(h("asl/1/tables-text", &[text.as_bytes()]));
        }
        let none = || {
            Failure::could_not_run(
                "there is no seed",
                "give any text with --seed; with a draw its own seed is used",
            )
        };
        let path = dir.ok_or_else(none)?.join("public").join("draw.json");
        let draw: Value = if path.exists() {
            serde_json::from_slice(&bytes(&path)?).map_err(|_| none())?
        } else {
            return Err(none());
        };
        draw["seed"].as_str().and_then(Digest::from_hex).ok_or_else(none)
    }
}

fn named(path: &Option<PathBuf>) -> String {
    path.as_ref().map_or_else(String::new, |path| path.display().to_string())
}

/// The features of the quotas that the panel was drawn by.
fn panel_features(dir: &Path) -> Result<Vec<String>, Failure> {
    let path = dir.join("public").join("quotas.csv");
    let wrong = |reason: String| {
        Failure::no(format!("{}: {reason}", path.display()), "put back the file that was prepared")
    };
    let quotas = Quotas::from_canonical(&bytes(&path)?).map_err(wrong)?;
    Ok(quotas.features().into_iter().map(str::to_owned).collect())
}

/// The names of rounds, and of other blocks.
pub fn block_names(rounds: &Rounds, others: impl IntoIterator<Item = String>) -> Names {
    let rounds = rounds.all.iter().map(|round| round.name.clone());
    let mut names: Vec<String> = Vec::new();
    for name in rounds.chain(others) {
        if !names.iter().any(|other| fold(other) == fold(&name)) {
            names.push(name);
        }
    }
    Names::new(names)
}

/// The folders beside an allocation with what was there before, the last one first.
pub fn earlier(beside: &Path) -> Vec<PathBuf> {
    let all = (1u32..).map(|number| beside.join(EARLIER).join(number.to_string()));
    let mut there: Vec<PathBuf> = all.take_while(|folder| folder.exists()).collect();
    there.reverse();
    there
}

/// Writes files into a part of a folder, all or nothing. One that is there with other bytes is moved to `earlier/1`, `2`, ..;
/// gives the place that it was moved to.
///
/// # Errors
/// If the operating system refuses.
pub fn write(root: &Path, part: &str, files: &[(String, Vec<u8>)]) -> Result<Option<PathBuf>, Failure> {
    let folder = Folder::open(root)?;
    let base = root.join(part);
    // What was private stays so.
    let is_private = files.iter().any(|(name, _)| Path::new(name).starts_with("private"));
    let past = if is_private { Path::new("private").join(EARLIER) } else { Path::new(part).join(EARLIER) };
    let changed: Vec<&(String, Vec<u8>)> = files
        .iter()
        .filter(|(name, bytes)| fs::read(base.join(name)).ok().as_deref() != Some(bytes.as_slice()))
        .collect();
    let number =
        (1u32..).find(|number| !root.join(&past).join(number.to_string()).exists()).unwrap_or(u32::MAX);
    let earlier = past.join(number.to_string());
    let mut moved = None;
    let mut writing = folder.begin()?;
    for (name, bytes) in changed {
        let path = Path::new(part).join(name);
        if base.join(name).exists() {
            writing.move_to(&path, earlier.join(name));
            moved = Some(root.join(&earlier));
        }
        writing.write(path, bytes)?;
    }
    writing.commit()?;
    Ok(moved)
}
