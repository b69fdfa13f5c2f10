//! The sittings of an assembly as they were published, and who came: everything about them is computed by `sessions`.

use std::collections::BTreeMap;

use sessions::attendance::Attendance;
use sessions::members::Members;
use sessions::pay::{self, Account, Expense};
use sessions::plan::{Files, Inputs};
use sessions::quorum::{self, Block, Turnout};
use sessions::repair::{Repaired, repair};
use sessions::replacement::{Replacements, Who};
use sessions::rounds::Rounds;
use sessions::{Names, allocation, constraints};
use sortition::hash::h;
use sortition::{Digest, Reading, Sheet};
use store::{Mark, Publication};

use crate::app::App;
use crate::fault::Fault;

/// The part of an assembly's publications that holds them.
pub const PART: &str = "sitting";
/// The tables as they were mended here; they hold instead of those that were published.
pub const MENDED: &str = "mended.csv";

/// The sittings of an assembly.
#[derive(Debug)]
pub struct Sitting {
    /// Members by their numbers, rounds, rules, tables, and who came.
    pub inputs: Inputs,
    /// What was marked at the door, by round and member.
    pub marks: BTreeMap<(String, String), bool>,
    /// Who works at which table: round, table, role, id.
    pub rota: Vec<[String; 4]>,
    /// The revision of the mended tables, if there are any.
    pub mended: Option<i64>,
    blocks: Vec<Block>,
    expenses: Vec<Expense>,
    seed: Digest,
}

/// How a round stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Members who have a seat in it.
    pub seated: usize,
    /// Marked as here.
    pub came: usize,
    /// Marked as away.
    pub away: usize,
}

impl Sitting {
    /// The sittings of an assembly.
    ///
    /// # Errors
    /// If none were published, or what was published cannot be read.
    pub async fn find(app: &App, assembly: &str) -> Result<Self, Fault> {
        let listed = app.store.publications(assembly, PART).await?;
        let mut sheets = BTreeMap::new();
        for Publication { path, .. } in &listed {
            let (_, bytes) = app.store.publication(assembly, PART, path).await?.ok_or(Fault::NotFound)?;
            if let Some(sheet) = reading::sound_rows(path, &bytes).0 {
                sheets.insert(path.clone(), sheet);
            }
        }
        let draw = app.store.open_publication(assembly, "draw", "draw.json").await?;
        let seed = draw.and_then(|(_, bytes)| {
            let draw: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
            Digest::from_hex(draw["seed"].as_str()?)
        });
        let seed = seed.unwrap_or_else(|| h("asl/1/tables-text", &[assembly.as_bytes()]));
        let mended = listed.iter().find(|file| file.path == MENDED).map(|file| file.revision);
        Self::read(&sheets, &app.store.marks(assembly).await?, seed, mended)
    }

    fn read(
        sheets: &BTreeMap<String, Sheet>,
        marks: &[Mark],
        seed: Digest,
        mended: Option<i64>,
    ) -> Result<Self, Fault> {
        let sheet = |name: &str| sheets.get(name).ok_or(Fault::NotFound);
        let mut members = value(Members::read(sheet("members.csv")?, None))?;
        if let Some(features) = sheets.get("features.csv") {
            members = value(members.with_modes(features))?;
        }
        let rounds = value(Rounds::read(sheet("rounds.csv")?))?;
        let rules =
            sheets.get("constraints.csv").map(|sheet| value(constraints::read(sheet, &members, &rounds)));
        let replaced = sheets
            .get("replacements.csv")
            .map(|sheet| value(Replacements::read(sheet, &members, &rounds, Who::ANYBODY)));
        let replaced = replaced.transpose()?.unwrap_or_default();
        let gone = |id: &str, round: usize| replaced.seat_of(id, round);
        let tables = sheets.get(MENDED).map_or_else(|| sheet("allocation.csv"), Ok)?;
        let published = value(allocation::read(tables, &members, &rounds, &gone))?;
        let blocks = sheets
            .get("blocks.csv")
            .map(|sheet| value(quorum::read(sheet, members.ids.len())))
            .transpose()?
            .unwrap_or_default();
        let mut names: Vec<String> = rounds.all.iter().map(|round| round.name.clone()).collect();
        names
            .extend(blocks.iter().map(|block| block.name.clone()).filter(|name| rounds.find(name).is_none()));
        let names = Names::new(names);
        let expenses = sheets.get("expenses.csv").map(|sheet| value(pay::read(sheet, &members, &names)));
        let marks: BTreeMap<_, _> =
            marks.iter().map(|mark| ((mark.block.clone(), mark.member.clone()), mark.present)).collect();
        let away = replaced.away(&members, rounds.all.len());
        let attendance = attendance(&members, &rounds, &marks, &|r, m| away.contains(&(r, m)));
        let rota = sheets.get("staff-rota.csv").map_or_else(Vec::new, |sheet| {
            sheet.rows.iter().filter_map(|row| row.cells.clone().try_into().ok()).collect()
        });
        let inputs = Inputs {
            members,
            rounds,
            constraints: rules.transpose()?.unwrap_or_default(),
            staff: Vec::new(),
            attendance,
            away,
            published,
            told: Vec::new(),
            replan: Vec::new(),
            balance: 50,
            files: Files::default(),
        };
        let expenses = expenses.transpose()?.unwrap_or_default();
        Ok(Self { inputs, marks, rota, mended, blocks, expenses, seed })
    }

    /// How a round stands.
    pub fn count(&self, r: usize) -> Count {
        let round = &self.inputs.rounds.all[r].name;
        let of = |present: bool| {
            self.marks.iter().filter(|((block, _), came)| block == round && **came == present).count()
        };
        let seated = self.inputs.published[r].as_ref().map_or(0, |seats| seats.iter().flatten().count());
        Count { seated, came: of(true), away: of(false) }
    }

    /// Who came to a round against its quorum, where it was marked.
    pub fn turnout(&self, r: usize) -> Option<Turnout> {
        let counts = |name: &str, m: usize| {
            !self.inputs.rounds.find(name).is_some_and(|r| self.inputs.away.contains(&(r, m)))
        };
        let name = &self.inputs.rounds.all[r].name;
        quorum::turnout(&self.inputs.attendance, &self.blocks, &counts)
            .into_iter()
            .find(|turnout| turnout.block == *name)
    }

    /// A round brought to those who came, and the file with all tables after that.
    ///
    /// # Errors
    /// In words, if the rules cannot be kept or the round has no tables.
    pub fn mend(&self, r: usize) -> Result<(Repaired, String), String> {
        let told = self.inputs.published[r].clone().ok_or("the round has no tables")?;
        let (instance, ..) = self.inputs.instance().map_err(|problems| {
            problems.into_iter().map(|problem| problem.reason).collect::<Vec<_>>().join("; ")
        })?;
        let repaired = repair(&self.inputs, &instance, r, &told, &self.inputs.seed(&self.seed))?;
        let nobody = || vec![None; self.inputs.members.len()];
        let mut tables: Vec<_> =
            self.inputs.published.iter().map(|round| round.clone().unwrap_or_else(nobody)).collect();
        tables[r].clone_from(&repaired.seats);
        let csv = allocation::to_csv(&tables, &self.inputs.members, &self.inputs.rounds);
        Ok((repaired, csv))
    }

    /// What everybody is paid for what was marked, as a file.
    pub fn payments(&self) -> String {
        let Inputs { members, attendance, .. } = &self.inputs;
        let accounts: Vec<Account> = pay::accounts(members, attendance, &self.blocks, &self.expenses, "").0;
        pay::to_csv(&accounts, members)
    }

    /// Who came, as a file that `boule attend` reads.
    pub fn attended(&self) -> String {
        let mut csv = String::new();
        sortition::canonical::write_row(&mut csv, ["round", "member", "present"]);
        for (block, came) in &self.inputs.attendance.blocks {
            for (id, came) in self.inputs.members.ids.iter().zip(came) {
                sortition::canonical::write_row(
                    &mut csv,
                    [block.as_str(), id, if *came { "yes" } else { "no" }],
                );
            }
        }
        csv
    }
}

/// Who came to the rounds that were marked. Where somebody is marked as here, those without a mark did not come; where marks
/// only say who is away, the others came.
fn attendance(
    members: &Members,
    rounds: &Rounds,
    marks: &BTreeMap<(String, String), bool>,
    away: &dyn Fn(usize, usize) -> bool,
) -> Attendance {
    let mut blocks = Vec::new();
    for (r, round) in rounds.all.iter().enumerate() {
        let of: BTreeMap<&str, bool> = (marks.iter().filter(|((block, _), _)| *block == round.name))
            .map(|((_, member), came)| (member.as_str(), *came))
            .collect();
        if of.is_empty() {
            continue;
        }
        let others = !of.values().any(|came| *came);
        let came = |(m, id): (usize, &String)| of.get(id.as_str()).copied().unwrap_or(others) && !away(r, m);
        blocks.push((round.name.clone(), members.ids.iter().enumerate().map(came).collect()));
    }
    Attendance { blocks }
}

fn value<T>(reading: Reading<T>) -> Result<T, Fault> {
    let wrong = || {
        let reasons = reading.problems.iter().map(|problem| problem.reason.clone());
        Fault::broken(format!(
            "the published sittings cannot be read: {}",
            reasons.collect::<Vec<_>>().join("; ")
        ))
    };
    if reading.problems.iter().any(sortition::Problem::is_error) {
        return Err(wrong());
    }
    let error = wrong();
    reading.value.ok_or(error)
}
