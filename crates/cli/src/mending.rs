//! The cheapest change of quotas that cannot be met, in words and as files; and whose fate the rules settle.

use fairness::fate::fate;
use fairness::kinds::{Kinds, Span};
use fairness::mend::{Limit, Mending, NoMending, mend};
use serde::Serialize;
use sortition::canonical::write_row;
use sortition::extra::Layout;
use sortition::replace::Standing;
use sortition::rules::{Bounds, Rules};
use sortition::wording::{counted, listed};
use sortition::{Problem, Quota, Quotas, Register};

use crate::inputs::Inputs;
use crate::say::{percent_down, percent_up};

/// A bound that gives way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The group that it is about, in words.
    pub group: String,
    /// `min` or `max`.
    pub bound: &'static str,
    /// What it was.
    pub from: u32,
    /// What it becomes.
    pub to: u32,
}

/// The cheapest change of the quotas.
#[derive(Debug, Clone, Serialize)]
pub struct Mended {
    /// The changes, in the order of the rules.
    pub changes: Vec<Change>,
    /// The chance of the least likely member whom a panel can hold then, in millionths, rounded down.
    pub chance: u64,
    /// How many members no panel can hold even then.
    pub never: u32,
    /// Whether it is proved that no change is cheaper.
    pub cheapest: bool,
    /// Whether it is proved that none that is as cheap, or has the same room, gives the least likely member a better chance.
    pub fairest: bool,
    /// With so many people of room more, a chance in millionths, rounded up, that no change gives all members more than.
    pub at_most: Vec<(u32, u64)>,
    #[serde(skip)]
    rows: Vec<Span>,
}

/// Finds the cheapest change of the quotas and combinations, or with `room` the fairest for so many people more; caps,
/// households and seated members stay.
///
/// # Errors
/// Why there is none, in words.
pub fn cheapest(inputs: &Inputs, register: &Register, room: u32) -> Result<Mended, &'static str> {
    let rules = register.rules(&inputs.quotas, inputs.size);
    let layout = register.layout(&inputs.quotas);
    let limit = |row: u32| match inputs.quotas.rows().get(row as usize) {
        Some(Quota { min_flex, max_flex, .. }) => {
            Some(Limit { min: min_flex.unwrap_or(0), max: max_flex.unwrap_or(inputs.size) })
        }
        None if layout.combinations.contains(&row) => Some(Limit { min: 0, max: inputs.size }),
        None => None,
    };
    let limits: Vec<Option<Limit>> = (0..rules.rows.len() as u32).map(limit).collect();
    let Mending { rows, chance, never, cheapest, fairest, at_most, .. } =
        mend(&Kinds::new(&rules), &limits, room).map_err(|why| match why {
            NoMending::TooStrict => {
                "no change of the quotas helps: households, at-most rules, seated members or the limits min_flex and \
                 max_flex leave no panel"
            }
            NoMending::Undecided => "no change of the quotas was found that helps",
        })?;
    let changed = |(row, (old, new)): (u32, (&Bounds, &Span))| {
        Change::of(&group(row, inputs, register, &layout), (old.min, old.max), (new.min, new.max))
    };
    let changes = (0u32..).zip(rules.rows.iter().zip(&rows)).flat_map(changed).collect();
    let at_most = at_most.into_iter().map(|(room, chance)| (room, (chance * 1e6).ceil() as u64)).collect();
    Ok(Mended { changes, chance: (chance * 1e6) as u64, never, cheapest, fairest, at_most, rows })
}

impl Change {
    /// What changes for a group between old and new least and most.
    fn of(group: &str, old: (u32, u32), new: (u32, u32)) -> Vec<Self> {
        let change = |(bound, from, to)| Self { group: group.to_owned(), bound, from, to };
        let ends = [("min", old.0, new.0), ("max", old.1, new.1)];
        ends.into_iter().filter(|(_, from, to)| from != to).map(change).collect()
    }

    fn words(&self) -> String {
        let Self { group, bound, from, to } = self;
        let (verb, end) = if *bound == "min" { ("lower", "minimum") } else { ("raise", "maximum") };
        format!("{verb} the {end} of {group} from {from} to {to}")
    }
}

/// The quotas with the cheapest change by which somebody can come in for every empty seat. `min_flex` and `max_flex` of
/// `limits` hold, except that nobody who stays is sent home; combinations, caps and households stay as they are.
///
/// # Errors
/// Why there is none.
pub fn of_replacement(
    standing: &Standing,
    withdrawn: &[u32],
    limits: Option<&Quotas>,
) -> Result<Quotas, &'static str> {
    let no_help = "no change of the quotas helps: combinations, households, at-most rules or the limits min_flex and \
                   max_flex leave no panel with those who stay";
    let (seated, _) = standing.state.less(withdrawn);
    let mut rows = standing.quotas.rows().to_vec();
    let rules = standing.rules(&standing.quotas);
    let counts = |row: usize, index: u32| rules.members[index as usize].rows.contains(&(row as u32));
    let filled = |row: usize| seated.iter().filter(|&&index| counts(row, index)).count() as u32;
    for (row, quota) in rows.iter_mut().enumerate() {
        quota.max = quota.max.max(filled(row));
        let own = limits.iter().flat_map(|limits| limits.rows());
        let own = own.into_iter().find(|own| (&own.feature, &own.value) == (&quota.feature, &quota.value));
        quota.min_flex = own.and_then(|own| own.min_flex);
        quota.max_flex = own.and_then(|own| own.max_flex);
    }
    let roomy = quotas_of(&rows).ok_or(no_help)?;
    let left = standing.completion(&roomy, withdrawn).map_err(|_| no_help)?;
    let limit = |row: usize| {
        let (quota, old) = (rows.get(row)?, &left.rules.rows[row]);
        let (least, most) = (quota.min_flex.unwrap_or(0), quota.max_flex.unwrap_or(u32::MAX));
        let [min, max] = [least, most].map(|limit| limit.saturating_sub(filled(row)));
        Some(Limit { min: min.min(old.min), max: max.min(left.rules.size).max(old.max) })
    };
    let limits: Vec<Option<Limit>> = (0..left.rules.rows.len()).map(limit).collect();
    let mending = mend(&Kinds::new(&left.rules), &limits, 0).map_err(|_| no_help)?;
    for (row, (quota, (old, new))) in
        rows.iter_mut().zip(left.rules.rows.iter().zip(&mending.rows)).enumerate()
    {
        if new.min != old.min {
            quota.min = filled(row) + new.min;
        }
        if new.max != old.max {
            quota.max = filled(row) + new.max;
        }
    }
    quotas_of(&rows).ok_or(no_help)
}

fn quotas_of(rows: &[Quota]) -> Option<Quotas> {
    let mut csv = "feature,value,min,max\n".to_owned();
    for Quota { feature, value, min, max, .. } in rows {
        write_row(&mut csv, [feature, value, &min.to_string(), &max.to_string()]);
    }
    Quotas::from_canonical(csv.as_bytes()).ok()
}

/// What differs between quotas with the same rows, in words.
pub fn between(old: &Quotas, new: &Quotas) -> Vec<String> {
    let changed =
        |(old, new): (&Quota, &Quota)| Change::of(&whom(old), (old.min, old.max), (new.min, new.max));
    old.rows().iter().zip(new.rows()).flat_map(changed).map(|change| change.words()).collect()
}

fn whom(Quota { feature, value, .. }: &Quota) -> String {
    format!("\"{value}\" ({feature})")
}

/// Whom a row is about.
fn group(row: u32, inputs: &Inputs, register: &Register, layout: &Layout) -> String {
    match inputs.quotas.rows().get(row as usize) {
        Some(quota) => whom(quota),
        None if layout.combinations.contains(&row) => {
            register.extra.combinations[(row - layout.combinations.start) as usize].words()
        }
        None => String::new(),
    }
}

impl Mended {
    /// Each change in words.
    pub fn words(&self) -> Vec<String> {
        self.changes.iter().map(Change::words).collect()
    }

    /// All changes and what comes of them, in a sentence.
    pub fn sentence(&self) -> String {
        let proved = if self.cheapest { "the cheapest change that helps" } else { "a change that helps" };
        format!("{proved}: {}; {}", listed(&self.words(), 20), self.outlook())
    }

    /// What more room could do for the chances, where it could do something.
    pub fn more_room(&self) -> Vec<String> {
        let mut before = if self.never > 0 { 0 } else { self.chance };
        let helps = |&&(_, most): &&(u32, u64)| {
            let better = most > before + before / 20 + 10;
            before = if better { most } else { before };
            better
        };
        let words = |(room, most): &(u32, u64)| {
            let people = if *room == 1 { "1 person".to_owned() } else { format!("{room} people") };
            format!("{people} more: {} at most", percent_up((*most).into(), 1_000_000))
        };
        self.at_most.iter().filter(helps).map(words).collect()
    }

    /// What the change makes of the chances.
    pub fn outlook(&self) -> String {
        let chance = match self.chance {
            0..100 => "less than 0.01%".to_owned(),
            chance => format!("{} at best", percent_down(chance.into(), 1_000_000)),
        };
        match self.never {
            0 => format!("the least likely member then has a chance of {chance}"),
            never => format!(
                "no panel can hold {} even then, and the least likely of the others has a chance of {chance}",
                counted(never as usize, "member")
            ),
        }
    }

    /// The rules after the change.
    pub fn rules(&self, rules: Rules) -> Rules {
        let rows = self.rows.iter().map(|row| Bounds { min: row.min, max: row.max }).collect();
        Rules { rows, ..rules }
    }

    /// The quotas' file after the change: the column `was` tells what stood in a changed row.
    pub fn quotas_csv(&self, inputs: &Inputs) -> String {
        let rows = inputs.quotas.rows();
        let flexible = rows.iter().any(|quota| quota.min_flex.is_some() || quota.max_flex.is_some());
        let text = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let flex = |min: String, max: String| if flexible { vec![min, max] } else { Vec::new() };
        let mut csv = String::new();
        let names = flex("min_flex".to_owned(), "max_flex".to_owned());
        let header = ["feature", "value", "min", "max"].map(str::to_owned);
        write_row(&mut csv, header.into_iter().chain(names).chain(["was".to_owned()]));
        for (quota, new) in rows.iter().zip(&self.rows) {
            let cells =
                [quota.feature.clone(), quota.value.clone(), new.min.to_string(), new.max.to_string()];
            let flex = flex(text(quota.min_flex), text(quota.max_flex));
            write_row(&mut csv, cells.into_iter().chain(flex).chain([was(quota.min, quota.max, new)]));
        }
        csv
    }

    /// The combinations' file after the change, if one of them changes.
    pub fn combinations_csv(&self, inputs: &Inputs) -> Option<String> {
        let list = &inputs.combinations.list;
        let rows = &self.rows[inputs.quotas.rows().len()..];
        if list.iter().zip(rows).all(|(rule, new)| (rule.min, rule.max) == (new.min, new.max)) {
            return None;
        }
        let features = inputs.quotas.features();
        let mut csv = String::new();
        write_row(&mut csv, features.iter().copied().chain(["min", "max", "was"]));
        for (rule, new) in list.iter().zip(rows) {
            let value = |feature: &&str| rule.values.get(*feature).cloned().unwrap_or_default();
            let bounds = [new.min.to_string(), new.max.to_string(), was(rule.min, rule.max, new)];
            write_row(&mut csv, features.iter().map(value).chain(bounds));
        }
        Some(csv)
    }
}

/// "6 to 9" if the bounds are others now, else nothing.
fn was(min: u32, max: u32, new: &Span) -> String {
    if (min, max) == (new.min, new.max) { String::new() } else { format!("{min} to {max}") }
}

/// Warnings of members whom no panel can hold, and of those whom every panel must hold, under rules that can be met.
pub fn settled(rules: &Rules, inputs: &Inputs, register: &Register) -> Vec<Problem> {
    let fate = fate(rules);
    let row = |&index: &u32| inputs.pool.members[register.entries[index as usize].member].row;
    let rows = |members: &[u32]| {
        let mut rows: Vec<usize> = members.iter().map(row).collect();
        rows.sort_unstable();
        let word = if rows.len() == 1 { "row" } else { "rows" };
        format!("{word} {}", listed(&rows.iter().map(usize::to_string).collect::<Vec<_>>(), 20))
    };
    let mut problems = Vec::new();
    if !fate.never.is_empty() {
        let reason =
            format!("no panel can hold {} ({})", counted(fate.never.len(), "member"), rows(&fate.never));
        let remedy = "the rules shut them out; wider quotas would let them in";
        problems.push(Problem::warning(&inputs.pool.file, reason, remedy));
    }
    let mut forced: Vec<u32> = fate.always;
    forced.retain(|index| register.extra.seated.binary_search(index).is_err());
    for (place, quota) in (0u32..).zip(inputs.quotas.rows()) {
        let has = |&index: &u32| rules.members[index as usize].rows.contains(&place);
        let all: Vec<u32> = (0..rules.members.len() as u32).filter(has).collect();
        if !all.is_empty() && all.iter().all(|index| forced.binary_search(index).is_ok()) {
            let what = format!("\"{}\" ({})", quota.value, quota.feature);
            let reason = format!("every panel must hold {} with {what}", all_of(all.len()));
            let remedy = "nothing, if that is wanted; a lower minimum, or more room elsewhere, would leave it to chance";
            problems.push(Problem::warning(&inputs.pool.file, reason, remedy));
        }
    }
    if !forced.is_empty() {
        let reason =
            format!("{} must be on every panel ({})", counted(forced.len(), "member"), rows(&forced));
        let remedy = "nothing about them is left to chance; wider quotas would change that";
        problems.push(Problem::warning(&inputs.pool.file, reason, remedy));
    }
    problems
}

fn all_of(members: usize) -> String {
    if members == 1 { "the only member".to_owned() } else { format!("all {}", counted(members, "member")) }
}
