//! The dates that most members can attend, so that no group is left out.

use std::collections::BTreeMap;

use serde::Serialize;
use sortition::fold::fold;
use sortition::wording::{counted, listed};
use sortition::{Problem, Reading, Row, Sheet};

use crate::columns::Table;
use crate::members::{Members, NAMES};

/// So many times a date is taken or left before the search ends with the best set so far.
const STEPS: u64 = 20_000_000;
const YES: [&str; 8] = ["yes", "y", "1", "x", "true", "can", "si", "sí"];
const NO: [&str; 7] = ["no", "n", "0", "false", "cannot", "", "-"];
const MAYBE: &str = "maybe";
const HEADER: &str = "id and a column for each date, such as id,2031-03-07,2031-03-08";

/// What members said of each date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// The dates, as the file has them.
    pub dates: Vec<String>,
    /// By member, whether they can come on each date; `None` where they did not answer.
    pub can: Vec<Option<Vec<bool>>>,
}

impl Poll {
    /// Reads a poll: an `id` and a column for each date, with yes or no below; columns of names are passed over. Without members
    /// (where their own table has errors) only the answers are looked at.
    pub fn read(sheet: &Sheet, members: Option<&Members>) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let id = table.need(&["id", "member"], HEADER);
        let columns = date_columns(&mut table, sheet, id);
        let mut rows: Vec<Option<(usize, Vec<bool>)>> = vec![None; members.map_or(0, Members::len)];
        for row in table.rows() {
            let name = id.and_then(|id| Some((id, table.label(row, id)?)));
            let answers: Vec<bool> = columns.iter().map(|&column| answer(&mut table, row, column)).collect();
            let (Some((id, name)), Some(members)) = (name, members) else { continue };
            let Some(member) = members.find(&name) else {
                table.refuse("unknown member", row, id, "there is no such member", members.remedy());
                continue;
            };
            match &rows[member] {
                Some((before, _)) => {
                    let reason = format!("row {before} has this member already");
                    table.refuse("answered twice", row, id, reason, "keep the row that holds");
                }
                None => rows[member] = Some((row.number, answers)),
            }
        }
        if let Some(members) = members.filter(|_| id.is_some() && !columns.is_empty()) {
            warn_of_silence(&mut table, members, &rows);
        }
        let dates = columns.iter().map(|&column| table.name(column).to_owned()).collect();
        let can = rows.into_iter().map(|row| row.map(|(_, answers)| answers)).collect();
        Reading::new(Self { dates, can }, table.findings.finish())
    }

    /// How many of these members can come on all of these dates.
    fn attend(&self, who: &[usize], dates: &[usize]) -> usize {
        let can = |m: &&usize| self.can[**m].as_ref().is_some_and(|can| dates.iter().all(|&d| can[d]));
        who.iter().filter(can).count()
    }
}

/// The columns of dates. One in which nothing is an answer is refused as a whole, not cell by cell.
fn date_columns(table: &mut Table<'_>, sheet: &Sheet, id: Option<usize>) -> Vec<usize> {
    let names: Vec<usize> = NAMES.iter().filter_map(|name| table.find(&[name])).collect();
    let others = (0..sheet.header.len()).filter(|column| Some(*column) != id && !names.contains(column));
    let mut dates = Vec::new();
    for column in others {
        let name = table.name(column);
        let said = || sheet.rows.iter().map(|row| fold(&table.text(row, Some(column))));
        let strange = said().filter(|text| !is_answer(text)).count();
        let answers = said().filter(|text| !text.is_empty() && is_answer(text)).count();
        if strange > 1 && answers == 0 {
            table.findings.error("no answers", |file| {
                let remedy = "delete the column if it is no date; else write yes or no below it";
                Problem::error(file, "nothing below it is yes or no", remedy).in_column(name)
            });
            continue;
        }
        if is_no_day(name) {
            table.findings.error("no such day", |file| {
                Problem::error(
                    file,
                    "there is no such day in the calendar",
                    "write the date of the day that is meant",
                )
                .in_column(name)
            });
        }
        dates.push(column);
    }
    if dates.is_empty() {
        table.findings.error("no dates", |file| {
            Problem::error(file, "there is no column for a date", format!("the header is {HEADER}"))
        });
    }
    dates
}

/// Whether a header is written like 2031-02-30 and there is no such day.
fn is_no_day(header: &str) -> bool {
    let parts: Vec<&str> = header.split('-').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let [year, month, day] = parts[..] else { return false };
    if year.len() != 4 || ![year, month, day].iter().all(is_number) {
        return false;
    }
    let (year, month, day) = (year.parse(), month.parse(), day.parse());
    let (Ok(year), Ok(month), Ok(day)) = (year, month, day) else { return true };
    jiff::civil::Date::new(year, month, day).is_err()
}

fn is_answer(folded: &str) -> bool {
    YES.contains(&folded) || NO.contains(&folded) || folded == MAYBE
}

/// Whether they can come. Only a clear yes counts as one.
fn answer(table: &mut Table<'_>, row: &Row, column: usize) -> bool {
    let said = fold(&table.text(row, Some(column)));
    let name = table.name(column);
    if !is_answer(&said) {
        let reason = "it is not clear whether they can come";
        table.refuse("it is not clear whether they can come", row, column, reason, "write yes or no");
    } else if said.is_empty() || said == MAYBE {
        let reason = if said.is_empty() { "there is no answer" } else { "this is neither yes nor no" };
        table.findings.warning("no clear answer, counted as no", |file| {
            let reason = format!("{reason}; it counts as no");
            let problem = Problem::warning(file, reason, "ask them, and write yes or no");
            let problem = problem.at_row(row.number).in_column(name);
            if said.is_empty() { problem } else { problem.with_value(&said) }
        });
    }
    YES.contains(&said.as_str())
}

/// Names those who did not answer.
fn warn_of_silence(table: &mut Table<'_>, members: &Members, rows: &[Option<(usize, Vec<bool>)>]) {
    let silent: Vec<&str> =
        members.ids.iter().zip(rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id.as_str()).collect();
    if !silent.is_empty() {
        let (who, whom) = (counted(silent.len(), "member"), listed(&silent, 10));
        let reason = format!("{who} did not answer: {whom}; every date counts as no for them");
        table.findings.warning("no row", |file| Problem::warning(file, reason, "ask them"));
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
    /// Whether no set of dates is better.
    pub is_best: bool,
    /// The groups, the one that is served worst first.
    pub groups: Vec<Group>,
}

/// Chooses `count` dates out of those of the poll. The group in which the smallest share of days can be attended counts
/// first: its share is made as large as it can be. Among such sets most days are attended by all together, then the dates
/// are early. Sets that cannot be better than one that was found are passed over; where there are too many still, it is said
/// that a better one may exist.
///
/// # Errors
/// If there are too few dates.
pub fn choose(poll: &Poll, members: &Members, count: usize, least: usize) -> Result<Chosen, String> {
    let dates = poll.dates.len();
    if count == 0 || count > dates {
        return Err(format!("{count} dates cannot be chosen out of {dates}"));
    }
    let groups = groups(members, least);
    let everybody: Vec<usize> = (0..members.len()).collect();
    let (set, is_best) = Search::new(poll, &groups, &everybody, count).best();
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
        is_best,
        groups: served,
    })
}

/// What a set is worth: the share of the group that is served worst, then the days that all attend together.
type Worth = (usize, usize);

/// Somebody's days: those of a group, or of everybody.
struct Days {
    /// How many people.
    size: usize,
    /// How many of them can come on each date.
    can: Vec<usize>,
    /// By date and by number of dates: how many days can be attended at most, of so many dates from that one on.
    most: Vec<Vec<usize>>,
}

impl Days {
    fn new(poll: &Poll, who: &[usize], count: usize) -> Self {
        let can: Vec<usize> = (0..poll.dates.len()).map(|date| poll.attend(who, &[date])).collect();
        let from = |date: usize| {
            let mut best = can[date..].to_vec();
            best.sort_unstable_by(|a, b| b.cmp(a));
            let mut sums = vec![0];
            for many in best.into_iter().take(count) {
                sums.push(sums[sums.len() - 1] + many);
            }
            sums
        };
        let most = (0..=can.len()).map(from).collect();
        Self { size: who.len(), can, most }
    }
}

/// The search for the best set, date by date: with the date first, then without it.
struct Search {
    groups: Vec<Days>,
    all: Days,
    dates: usize,
    count: usize,
    found: (Worth, Vec<usize>),
    /// Whether the set that was found comes before all that are still to be tried.
    is_first: bool,
    steps: u64,
}

impl Search {
    fn new(poll: &Poll, groups: &Groups, everybody: &[usize], count: usize) -> Self {
        let groups = groups.values().map(|who| Days::new(poll, who, count)).collect();
        let all = Days::new(poll, everybody, count);
        let found = ((0, 0), (0..count).collect());
        Self { groups, all, dates: poll.dates.len(), count, found, is_first: false, steps: STEPS }
    }

    /// What a set is worth, or can be worth at most with dates from `next` on.
    fn worth(&self, set: &[usize], next: usize) -> Worth {
        let days = |of: &Days| {
            set.iter().map(|&date| of.can[date]).sum::<usize>() + of.most[next][self.count - set.len()]
        };
        let worst = self.groups.iter().map(|group| share(days(group), group.size * self.count)).min();
        (worst.unwrap_or(1_000_000), days(&self.all))
    }

    /// The best set that was found, and whether it is known that there is no better one.
    fn best(mut self) -> (Vec<usize>, bool) {
        self.exchange();
        self.walk(&mut Vec::new(), 0);
        (self.found.1, self.steps > 0)
    }

    /// A good set to begin with: dates are exchanged for others as long as that helps.
    fn exchange(&mut self) {
        let mut set = self.found.1.clone();
        let mut best = self.worth(&set, self.dates);
        let mut better = true;
        while better {
            better = false;
            for place in 0..self.count {
                for date in (0..self.dates).filter(|date| !set.contains(date)).collect::<Vec<_>>() {
                    let before = std::mem::replace(&mut set[place], date);
                    let worth = self.worth(&set, self.dates);
                    if worth > best {
                        (best, better) = (worth, true);
                    } else {
                        set[place] = before;
                    }
                }
            }
        }
        set.sort_unstable();
        self.found = (best, set);
    }

    fn walk(&mut self, set: &mut Vec<usize>, next: usize) {
        if self.steps == 0 || self.dates - next < self.count - set.len() {
            return;
        }
        self.steps -= 1;
        let worth = self.worth(set, next);
        if worth < self.found.0 || (worth == self.found.0 && self.is_first) {
            return;
        }
        if set.len() == self.count {
            (self.found, self.is_first) = ((worth, set.clone()), true);
            return;
        }
        set.push(next);
        self.walk(set, next + 1);
        set.pop();
        self.walk(set, next + 1);
    }
}

/// A share in parts of a million, down.
fn share(part: usize, whole: usize) -> usize {
    part * 1_000_000 / whole
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
