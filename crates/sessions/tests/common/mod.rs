//! Reads the assemblies of fixtures/tables, and others that are written out in a test.

#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use sessions::attendance::Attendance;
use sessions::constraints;
use sessions::members::Members;
use sessions::plan::{Files, Inputs};
use sessions::rounds::Rounds;
use sessions::staff;
use sortition::{Problem, Reading, Sheet};

/// A table of CSV text.
pub fn sheet(file: &str, text: &str) -> Sheet {
    sound(reading::read(file, text.as_bytes()))
}

/// The value of a reading without errors.
pub fn sound<T>(reading: Reading<T>) -> T {
    let said: Vec<String> = reading.problems.iter().map(Problem::to_string).collect();
    reading.value.unwrap_or_else(|| panic!("{}", said.join("\n")))
}

/// What is wrong, one a line.
pub fn said<T>(reading: Reading<T>) -> String {
    assert!(reading.value.is_none(), "there should be an error");
    reading.problems.iter().map(|problem| format!("{problem}\n")).collect()
}

/// The files of an assembly; empty where there is none.
#[derive(Default, Clone)]
pub struct Texts {
    pub members: String,
    pub rounds: String,
    pub constraints: String,
    pub staff: String,
    pub attendance: String,
}

impl Texts {
    /// An assembly of fixtures/tables.
    pub fn fixture(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tables").join(name);
        let text = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
        Self {
            members: text("members.csv"),
            rounds: text("rounds.csv"),
            constraints: text("constraints.csv"),
            ..Self::default()
        }
    }

    /// So many members without features, and so many rounds of these tables.
    pub fn plain(members: usize, rounds: usize, seats: &[usize]) -> Self {
        let mut texts =
            Self { members: "id,note\n".into(), rounds: "round,table,seats\n".into(), ..Self::default() };
        (0..members).for_each(|m| texts.members += &format!("{m},x\n"));
        for r in 1..=rounds {
            seats.iter().enumerate().for_each(|(t, seats)| texts.rounds += &format!("{r},{t},{seats}\n"));
        }
        texts
    }

    pub fn inputs(&self) -> Inputs {
        let members = sound(Members::read(&sheet("members.csv", &self.members), None));
        let rounds = sound(Rounds::read(&sheet("rounds.csv", &self.rounds)));
        let given = |text: &str, file: &str| (!text.is_empty()).then(|| sheet(file, text));
        let rules = given(&self.constraints, "constraints.csv")
            .map(|s| sound(constraints::read(&s, &members, &rounds)));
        let people = given(&self.staff, "staff.csv").map(|s| sound(staff::read(&s, &members, &rounds)));
        let came =
            given(&self.attendance, "attendance.csv").map(|s| sound(Attendance::read(&s, &members, None)));
        Inputs {
            published: vec![None; rounds.all.len()],
            told: Vec::new(),
            away: Default::default(),
            replan: Vec::new(),
            constraints: rules.unwrap_or_default(),
            staff: people.unwrap_or_default(),
            attendance: came.unwrap_or_default(),
            balance: 50,
            files: Files {
                rounds: "rounds.csv".into(),
                constraints: "constraints.csv".into(),
                staff: "staff.csv".into(),
            },
            members,
            rounds,
        }
    }
}
