//! The dates that most members can attend, so that no group is left out.

use std::collections::BTreeMap;

use serde::Serialize;
use sortition::fold::fold;
use sortition::wording::amount;
use sortition::{Problem, Reading, Sheet};

use crate::columns::Table;
use crate::members::Members;

/// More sets of dates are not tried.
const MOST_SETS: u64 = 3_000_000;
const YES: [&str; 7] = ["yes", "y", "1", "x", "true", "can", "maybe"];
const NO: [&str; 7] = ["no", "n", "0", "false", "cannot", "", "-"];

/// What members said of each date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The dates, as the file has them.
    pub dates: Vec<String>,
    /// By member, whether they can come on each date; `None` where they did not answer.
    pub can: Vec<Option<Vec<bool>>>,
}

impl Poll {
    /// Reads a poll: an `id` and a column for each date, with yes or no below.
    pub fn read(sheet: &Sheet, members: &Members) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let id = table.find(&["id", "member"]).unwrap_or(0);
        let columns: Vec<usize> = (0..sheet.header.len()).filter(|&column| column != id).collect();
        let mut can: Vec<Option<Vec<bool>>> = vec![None; members.len()];
        for row in table.rows() {
            let Some(name) = table.label(row, id) else { continue };
            let mut answers = Vec::new();
            for &column in &columns {
                let said = fold(&table.text(row, Some(column)));
                if !YES.contains(&said.as_str()) && !NO.contains(&said.as_str()) {
                    table.refuse(
                        "unknown answer",
                        row,
                        column,
                        "it is not clear whether they can come",
                        "write yes or no",
                    );
                }
                answers.push(YES.contains(&said.as_str()));
            }
            match members.find(&name) {
                Some(member) if can[member].is_none() => can[member] = Some(answers),
                Some(_) => table.refuse(
                    "answered twice",
                    row,
                    id,
                    "another row has this member",
                    "keep one of the rows",
                ),
                None => table.refuse("unknown member", row, id, "there is no such member", members.remedy()),
            }
        }
        let silent = can.iter().filter(|answers| answers.is_none()).count();
        if silent > 0 {
            let reason = format!("{} members did not answer; they count as unable to come", amount(silent));
            table.findings.warning("no answer", |file| Problem::warning(file, reason, "ask them"));
        }
        let dates = columns.iter().map(|&column| table.name(column).to_owned()).collect();
        Reading::new(Self { dates, can }, table.findings.finish())
    }

    /// How many of these members can come on all of these dates.
    fn attend(&self, who: &[usize], dates: &[usize]) -> usize {
        let can = |m: &&usize| self.can[**m].as_ref().is_some_and(|can| dates.iter().all(|&d| can[d]));
        who.iter().filter(can).count()
    }
}

/// How many of a group can come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The feature.
    pub feature: String,
    /// Its value.
    pub value: String,
    /// How many members have it.
    pub members: usize,
    /// How many of them can come on each chosen date.
    pub can: Vec<usize>,
    /// How many can come on all of them.
    pub all: usize,
}

/// The chosen dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The dates, in the order of the poll.
    pub dates: Vec<String>,
    /// How many members can come on each.
    pub can: Vec<usize>,
    /// How many members can come on all of them.
    pub all: usize,
    /// The groups, the one that is served worst first.
    pub groups: Vec<Group>,
}

/// Chooses `count` dates out of those of the poll. The group in which the smallest share of days can be attended counts
/// first: its share is made as large as it can be. Among such sets most days are attended by all together, then the dates
/// are early. Every set is tried.
///
/// # Errors
/// If there are too few dates, or too many sets to try.
pub fn choose(poll: &Poll, members: &Members, count: usize, least: usize) -> Result<Chosen, String> {
    let dates = poll.dates.len();
    if count == 0 || count > dates {
        return Err(format!("{count} dates cannot be chosen out of {dates}"));
    }
    let sets = (0..count as u64)
        .try_fold(1u64, |sets, i| sets.checked_mul(dates as u64 - i).map(|sets| sets / (i + 1)));
    if sets.is_none_or(|sets| sets > MOST_SETS) {
        return Err("there are too many sets of dates to try them all".to_owned());
    }
    let groups = groups(members, least);
    let everybody: Vec<usize> = (0..members.len()).collect();
    let set = best(poll, &groups, &everybody, count);
    let mut served: Vec<Group> = groups
        .iter()
        .map(|((feature, value), who)| Group {
            feature: feature.clone(),
            value: value.clone(),
            members: who.len(),
            can: set.iter().map(|&d| poll.attend(who, &[d])).collect(),
            all: poll.attend(who, &set),
        })
        .collect();
    served.sort_by_key(|group| {
        let share = share(group.can.iter().sum(), group.members * count);
        (share, group.feature.clone(), group.value.clone())
    });
    Ok(Chosen {
        dates: set.iter().map(|&d| poll.dates[d].clone()).collect(),
        can: set.iter().map(|&d| poll.attend(&everybody, &[d])).collect(),
        all: poll.attend(&everybody, &set),
        groups: served,
    })
}

/// A share in parts of a million, down.
fn share(part: usize, whole: usize) -> usize {
    part * 1_000_000 / whole
}

/// The best set of `count` dates, as [`choose`] has it.
fn best(poll: &Poll, groups: &Groups, everybody: &[usize], count: usize) -> Vec<usize> {
    let dates = poll.dates.len();
    let counted =
        |who: &[usize]| -> Vec<usize> { (0..dates).map(|date| poll.attend(who, &[date])).collect() };
    let counts: Vec<(usize, Vec<usize>)> = groups.values().map(|who| (who.len(), counted(who))).collect();
    let total = counted(everybody);
    let worth = |set: &[usize]| {
        let attended = |counts: &[usize]| set.iter().map(|&d| counts[d]).sum::<usize>();
        let worst = counts.iter().map(|(size, counts)| share(attended(counts), size * count)).min();
        (worst.unwrap_or(1_000_000), attended(&total))
    };
    let mut set: Vec<usize> = (0..count).collect();
    let mut best = (worth(&set), set.clone());
    while let Some(i) = (0..count).rev().find(|&i| set[i] < dates - count + i) {
        set[i] += 1;
        (i + 1..count).for_each(|j| set[j] = set[j - 1] + 1);
        let worth = worth(&set);
        if worth > best.0 {
            best = (worth, set.clone());
        }
    }
    best.1
}

/// Members by feature and value.
type Groups = BTreeMap<(String, String), Vec<usize>>;

/// The groups of at least `least` people.
fn groups(members: &Members, least: usize) -> Groups {
    let mut groups = Groups::new();
    for feature in &members.features {
        for (member, &value) in feature.of.iter().enumerate() {
            groups.entry((feature.name.clone(), feature.values[value].clone())).or_default().push(member);
        }
    }
    groups.retain(|_, who| who.len() >= least.max(1));
    groups
}
