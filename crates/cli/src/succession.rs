//! Who left the panel and who joined it by `boule replace`, and in which rounds that holds.

use std::collections::BTreeSet;
use std::path::Path;

use sessions::plan::Inputs;
use sessions::replacement::Replacements;
use sortition::wording::counted;
use sortition::{Problem, Sheet};

use crate::failure::Failure;
use crate::sitting::Desk;

/// What is said of those who joined after the tables were published.
pub const NO_SEAT: &str = "those who joined have no seat yet";

/// Members by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession {
    /// Those who were on the panel and are not on it now.
    pub left: BTreeSet<String>,
    /// Those who were not drawn and are on the panel now.
    pub joined: BTreeSet<String>,
}

impl Succession {
    /// Reads the panels after each replacement that was drawn, and adds their newcomers to the panel that was drawn.
    ///
    /// # Errors
    /// If a file cannot be opened.
    pub fn read(dir: &Path, panel: &mut Sheet, desk: &mut Desk) -> Result<Self, Failure> {
        let column = panel.header.iter().position(|name| name == "id").unwrap_or(0);
        let ids = |sheet: &Sheet| -> BTreeSet<String> {
            sheet.rows.iter().filter_map(|row| row.cells.get(column).cloned()).collect()
        };
        let drawn = ids(panel);
        let (mut ever, mut now) = (drawn.clone(), drawn.clone());
        let folder = |place: &str, e: u32| dir.join(place).join("replacements").join(e.to_string());
        for e in (1..).take_while(|&e| folder("public", e).join("record.json").exists()) {
            let path = folder("private", e).join("selected.csv");
            if !path.exists() {
                continue;
            }
            let Some(sheet) = desk.sheet(&path)? else { continue };
            now = ids(&sheet);
            let is_new = |id: &String| !ever.contains(id);
            panel.rows.extend(sheet.rows.into_iter().filter(|row| row.cells.get(column).is_some_and(is_new)));
            ever.extend(now.iter().cloned());
        }
        let left = ever.difference(&now).cloned().collect();
        Ok(Self { left, joined: now.difference(&drawn).cloned().collect() })
    }

    /// Seats the panel as it is now, but for rounds that were published and have an attendance: there those who sat sit. Whoever
    /// stands in `replacements` has said it for themselves.
    pub fn apply(&self, inputs: &mut Inputs, replacements: &Replacements) -> Vec<Problem> {
        let find = |ids: &BTreeSet<String>| -> Vec<usize> {
            ids.iter().filter_map(|id| inputs.members.find(id)).collect()
        };
        let named_left = |m: &usize| replacements.0.iter().any(|one| one.leaves == inputs.members.ids[*m]);
        let named_joined = |m: &usize| replacements.0.iter().any(|one| one.joins == *m);
        let left: Vec<usize> = find(&self.left).into_iter().filter(|m| !named_left(m)).collect();
        let joined: Vec<usize> = find(&self.joined).into_iter().filter(|m| !named_joined(m)).collect();
        let mut away = BTreeSet::new();
        let (mut as_seated, mut unseated) = (Vec::new(), Vec::new());
        for (r, round) in inputs.rounds.all.iter().enumerate() {
            let told = inputs.published[r].as_ref().filter(|_| !inputs.replan.contains(&r));
            match told.filter(|_| inputs.attendance.of(&round.name).is_some()) {
                Some(told) => {
                    as_seated.push(round.name.as_str());
                    away.extend(left.iter().chain(&joined).filter(|&&m| told[m].is_none()).map(|&m| (r, m)));
                }
                None => {
                    away.extend(left.iter().map(|&m| (r, m)));
                    if told.is_some_and(|told| joined.iter().any(|&m| told[m].is_none())) {
                        unseated.push(round.name.as_str());
                    }
                }
            }
        }
        let mut problems = Vec::new();
        let mut warn = |reason: String, remedy: &str| {
            problems.push(Problem::warning("boule replace", reason, remedy));
        };
        let who =
            format!("{} left and {} joined", counted(left.len(), "member"), counted(joined.len(), "member"));
        let changed = !left.is_empty() || !joined.is_empty();
        if changed && !as_seated.is_empty() {
            warn(
                format!(
                    "{who}; in rounds that have an attendance those count who sat there: {}",
                    as_seated.join(", ")
                ),
                "nothing, if that is right; else say from which round on who has whose seat, in replacements.csv: leaves,joins,round",
            );
        }
        if !unseated.is_empty() {
            warn(
                format!("{who} after the tables were published; {NO_SEAT} in round {}", unseated.join(", ")),
                &format!(
                    "boule attend gives them one, or boule tables with --replan \"{}\"",
                    unseated.join(";")
                ),
            );
        }
        inputs.away.extend(away);
        problems
    }
}
