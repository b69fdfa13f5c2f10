//! Facilitators and interpreters, and at which tables they work.

use std::collections::BTreeSet;

use serde::Serialize;
use sortition::canonical::{safe, write_row};
use sortition::fold::fold;
use sortition::{Digest, Reading, Row, Sheet};

use crate::columns::{Names, Table};
use crate::dice::Dice;
use crate::members::Members;
use crate::rounds::Rounds;
use crate::tables::Tables;

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Leads the talk at a table.
    Facilitator,
    /// Interprets at a table.
    Interpreter,
}

/// Somebody who works at tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// What to call them.
    #[serde(skip)]
    pub name: String,
    /// What they do.
    pub role: Role,
    /// For an interpreter: the feature and the value of the members that they interpret for.
    pub speaks: Vec<(usize, usize)>,
    /// Whether they can work, by round.
    pub can: Vec<bool>,
    /// In how many rounds they work at most.
    pub most: usize,
}

const HEADER: &str = "id,role,languages,rounds,most";

/// Reads `id,role,languages,rounds,most`, and a `name` if there is one. Languages are values of a feature of the members;
/// no rounds means all, no most means no limit.
pub fn read(sheet: &Sheet, members: &Members, rounds: &Rounds) -> Reading<Vec<Person>> {
    let mut table = Table::new(sheet);
    let (id, role) = (table.need(&["id"], HEADER), table.need(&["role"], HEADER));
    let [languages, in_rounds, most, name] =
        [&["languages", "language"][..], &["rounds", "round"], &["most", "load"], &["name"]]
            .map(|names| table.find(names));
    table.others_are_unused(&[id, role, languages, in_rounds, most, name], HEADER);
    let values: Vec<(usize, usize, &String)> = members
        .features
        .iter()
        .enumerate()
        .flat_map(|(f, feature)| feature.values.iter().enumerate().map(move |(v, value)| (f, v, value)))
        .collect();
    let spoken = Names::new(values.iter().map(|(.., value)| (*value).clone()).collect());
    let (mut people, mut seen) = (Vec::new(), BTreeSet::new());
    let (Some(id), Some(role)) = (id, role) else { return Reading::failed(table.findings.finish()) };
    for row in table.rows() {
        let Some(called) = table.label(row, id) else { continue };
        if !seen.insert(fold(&called)) {
            let remedy = "give everybody an id of their own";
            table.refuse("duplicate id", row, id, "another row has the same id", remedy);
        }
        let does = role_of(&mut table, row, role);
        let mut speaks = Vec::new();
        for language in table.list(row, languages) {
            match spoken.find(&language) {
                Some(place) => speaks.push((values[place].0, values[place].1)),
                None => {
                    let (column, remedy) = (languages.unwrap_or(role), spoken.remedy(&language, "values"));
                    table.refuse("unknown language", row, column, "no member has this value", remedy);
                }
            }
        }
        if does == Some(Role::Interpreter) && table.list(row, languages).is_empty() {
            let (column, reason) = (languages.unwrap_or(role), "it is not said for whom they interpret");
            let remedy = "write a value of the members' language column";
            table.refuse("no language", row, column, reason, remedy);
        }
        let can = rounds_of(&mut table, row, in_rounds, rounds);
        let most = table.number(row, most, 0, 1000, Some(1000)).unwrap_or(1000) as usize;
        let name = table.text(row, name);
        let name = if name.is_empty() { called.clone() } else { name };
        people.extend(does.map(|role| Person { id: called, name, role, speaks, can, most }));
    }
    Reading::new(people, table.findings.finish())
}

fn role_of(table: &mut Table<'_>, row: &Row, column: usize) -> Option<Role> {
    match fold(&table.text(row, Some(column))).as_str() {
        "facilitator" => Some(Role::Facilitator),
        "interpreter" => Some(Role::Interpreter),
        _ => {
            let remedy = "write facilitator or interpreter";
            table.refuse("unknown role", row, column, "there is no such role", remedy);
            None
        }
    }
}

/// In which rounds somebody can work; in all, where none is named.
fn rounds_of(table: &mut Table<'_>, row: &Row, column: Option<usize>, rounds: &Rounds) -> Vec<bool> {
    let named = table.list(row, column);
    let mut can = vec![named.is_empty(); rounds.all.len()];
    for round in named {
        match rounds.find(&round) {
            Some(r) => can[r] = true,
            None => {
                let (column, remedy) = (column.unwrap_or_default(), rounds.remedy(&round));
                table.refuse("unknown round", row, column, "there is no such round", remedy);
            }
        }
    }
    can
}

/// Who works where: for each round and table the facilitator, and the interpreters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rota {
    /// By round and table; `None` where nobody is needed, or there is none.
    pub facilitators: Vec<Vec<Option<usize>>>,
    /// Round, table, person.
    pub interpreters: Vec<(usize, usize, usize)>,
}

/// What a rota reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The fewest and the most rounds of one facilitator.
    #[serde(deserialize_with = "safe")]
    pub least: u64,
    /// As `least`.
    #[serde(deserialize_with = "safe")]
    pub most: u64,
    /// Meetings of a member with a facilitator beyond their first.
    #[serde(deserialize_with = "safe")]
    pub again: u64,
}

/// Rounds that have more tables than facilitators, as their loads allow: round, tables, facilitators.
pub fn short(staff: &[Person], used: &[usize]) -> Vec<(usize, usize, usize)> {
    let (given, _) = shifts(staff, used);
    let short = used
        .iter()
        .enumerate()
        .map(|(r, &tables)| (r, tables, given.iter().filter(|(round, _)| *round == r).count()));
    short.filter(|&(_, tables, people)| people < tables).collect()
}

/// Who works in which round, as pairs of round and person, so that as many tables as possible have somebody and the load
/// is even; and the load of each.
fn shifts(staff: &[Person], used: &[usize]) -> (Vec<(usize, usize)>, Vec<usize>) {
    let mut works = vec![vec![false; staff.len()]; used.len()];
    let mut load = vec![0; staff.len()];
    for (r, &tables) in used.iter().enumerate() {
        for _ in 0..tables {
            if !give(r, staff, &mut works, &mut load) {
                break;
            }
        }
    }
    let all =
        works.iter().enumerate().flat_map(|(r, who)| (0..who.len()).filter(|&p| who[p]).map(move |p| (r, p)));
    (all.collect(), load)
}

/// One more person works in round `r`, if there is a way: somebody who can, or somebody whom another relieves elsewhere.
fn give(r: usize, staff: &[Person], works: &mut [Vec<bool>], load: &mut [usize]) -> bool {
    // The round that wants each person, and the person whose shift each round would give away.
    let mut wanted: Vec<Option<usize>> = vec![None; staff.len()];
    let mut relieved: Vec<Option<usize>> = vec![None; works.len()];
    let mut queue = std::collections::VecDeque::from([r]);
    while let Some(round) = queue.pop_front() {
        let can = |&p: &usize| {
            staff[p].role == Role::Facilitator
                && staff[p].can[round]
                && !works[round][p]
                && wanted[p].is_none()
        };
        let mut people: Vec<usize> = (0..staff.len()).filter(can).collect();
        people.sort_by_key(|&p| (load[p], p));
        for p in people {
            wanted[p] = Some(round);
            if load[p] < staff[p].most {
                load[p] += 1;
                let mut person = p;
                while let Some(round) = wanted[person] {
                    works[round][person] = true;
                    let Some(other) = relieved[round].filter(|_| round != r) else { break };
                    works[round][other] = false;
                    person = other;
                }
                return true;
            }
            for other in 0..works.len() {
                if works[other][p] && relieved[other].is_none() && other != r {
                    relieved[other] = Some(p);
                    queue.push_back(other);
                }
            }
        }
    }
    false
}

/// Steps of the search for a rota.
const STEPS: usize = 60_000;

/// Facilitators at every table in use, so that members meet new ones; interpreters where `interpreters` puts them. Who was
/// `told` to work at a table of a round works there.
pub fn rota(
    staff: &[Person],
    tables: &Tables,
    sizes: &[Vec<usize>],
    mut interpreters: Vec<(usize, usize, usize)>,
    told: &[(usize, usize, usize)],
    seed: &Digest,
) -> Rota {
    let used: Vec<usize> = sizes.iter().map(|sizes| sizes.iter().filter(|&&size| size > 0).count()).collect();
    let (shifts, _) = shifts(staff, &used);
    let mut facilitators: Vec<Vec<Option<usize>>> =
        sizes.iter().map(|sizes| vec![None; sizes.len()]).collect();
    let mut fixed = vec![false; sizes.len()];
    for &(r, table, person) in told {
        if staff[person].role == Role::Interpreter {
            interpreters.push((r, table, person));
        } else {
            facilitators[r][table] = Some(person);
            fixed[r] = true;
        }
    }
    for (r, of_round) in facilitators.iter_mut().enumerate() {
        let here: Vec<usize> = of_round.iter().flatten().copied().collect();
        let mut people =
            shifts.iter().filter(|&&(round, p)| round == r && !here.contains(&p)).map(|&(_, p)| p);
        for (seat, &size) in of_round.iter_mut().zip(&sizes[r]) {
            if seat.is_none() && size > 0 {
                *seat = people.next();
            }
        }
    }
    let open: Vec<usize> = (0..sizes.len()).filter(|&r| !fixed[r] && !sizes[r].is_empty()).collect();
    if !shifts.is_empty() && !open.is_empty() {
        let mut met = Meetings::of(staff, &facilitators, tables);
        mix(&mut facilitators, &open, &mut met, &mut Dice::new(seed));
    }
    interpreters.sort_unstable();
    Rota { facilitators, interpreters }
}

/// Lets facilitators of the `open` rounds change tables where members then meet no fewer new ones.
fn mix(facilitators: &mut [Vec<Option<usize>>], open: &[usize], met: &mut Meetings, dice: &mut Dice) {
    for _ in 0..STEPS {
        let r = open[dice.below(open.len())];
        let tables = facilitators[r].len();
        let (a, b) = (dice.below(tables), dice.below(tables));
        if let (Some(p), Some(q)) = (facilitators[r][a], facilitators[r][b])
            && a != b
        {
            let mut swap = |p: usize, q: usize| {
                let leave = met.change(r, a, p, -1) + met.change(r, b, q, -1);
                leave + met.change(r, a, q, 1) + met.change(r, b, p, 1)
            };
            if swap(p, q) > 0 {
                swap(q, p);
            } else {
                facilitators[r].swap(a, b);
            }
        }
    }
}

/// Reads what [`to_csv`] writes: round, table, place among the staff. Who is not among the staff any more is left out.
pub fn read_rota(sheet: &Sheet, staff: &[Person], rounds: &Rounds) -> Reading<Vec<(usize, usize, usize)>> {
    let mut table = Table::new(sheet);
    let columns = ["round", "table", "staff"].map(|name| table.need(&[name], "round,table,role,staff"));
    let mut told = Vec::new();
    if let [Some(round), Some(at), Some(person)] = columns {
        for row in table.rows() {
            let names = [round, at, person].map(|column| table.text(row, Some(column)));
            let r = rounds.find(&names[0]);
            let t = r.and_then(|r| rounds.all[r].find(&names[1]));
            let p = staff.iter().position(|person| person.id == names[2]);
            if let (Some(r), Some(t), Some(p)) = (r, t, p) {
                told.push((r, t, p));
            }
        }
    }
    told.sort_unstable();
    Reading::new(told, table.findings.finish())
}

/// How often members met facilitators.
struct Meetings {
    count: Vec<i64>,
    people: usize,
    at: Vec<Vec<Vec<usize>>>,
}

impl Meetings {
    fn new(people: usize, tables: &Tables) -> Self {
        let members = tables.first().map_or(0, Vec::len);
        let at = tables
            .iter()
            .map(|seats| {
                let most = seats.iter().flatten().max().map_or(0, |most| most + 1);
                let mut at = vec![Vec::new(); most];
                seats.iter().enumerate().for_each(|(m, t)| t.iter().for_each(|&t| at[t].push(m)));
                at
            })
            .collect();
        Self { count: vec![0; people * members], people, at }
    }

    /// What is met when facilitators work at these tables.
    fn of(staff: &[Person], facilitators: &[Vec<Option<usize>>], tables: &Tables) -> Self {
        let mut met = Self::new(staff.len(), tables);
        for (r, of_round) in facilitators.iter().enumerate() {
            for (t, person) in of_round.iter().enumerate() {
                person.iter().for_each(|&p| _ = met.change(r, t, p, 1));
            }
        }
        met
    }

    /// A person comes to a table (1) or leaves it (-1); what that costs in repeated meetings, squared.
    fn change(&mut self, r: usize, table: usize, person: usize, by: i64) -> i64 {
        let mut cost = 0;
        for &member in self.at[r].get(table).map_or(&[][..], Vec::as_slice) {
            let count = &mut self.count[member * self.people + person];
            let before = (*count - 1).max(0);
            *count += by;
            let after = (*count - 1).max(0);
            cost += after * after - before * before;
        }
        cost
    }
}

/// How even a rota is, and how often members meet a facilitator again.
pub fn load(staff: &[Person], rota: &Rota, tables: &Tables) -> Option<Load> {
    let mut loads = vec![0u64; staff.len()];
    rota.facilitators.iter().flatten().flatten().for_each(|&p| loads[p] += 1);
    let met = Meetings::of(staff, &rota.facilitators, tables);
    let of: Vec<u64> = staff
        .iter()
        .zip(loads)
        .filter(|(person, _)| person.role == Role::Facilitator)
        .map(|(_, load)| load)
        .collect();
    let again = met.count.iter().map(|&count| (count - 1).max(0).unsigned_abs()).sum();
    Some(Load { least: *of.iter().min()?, most: *of.iter().max()?, again })
}

/// The bytes of the file `round,table,role,staff`.
pub fn to_csv(rota: &Rota, staff: &[Person], rounds: &Rounds) -> String {
    let mut csv = String::new();
    write_row(&mut csv, ["round", "table", "role", "staff"]);
    for (r, round) in rounds.all.iter().enumerate() {
        for (t, table) in round.tables.iter().enumerate() {
            if let Some(person) = rota.facilitators.get(r).and_then(|of| of[t]) {
                write_row(&mut csv, [&round.name, table, "facilitator", &staff[person].id]);
            }
            for &(_, _, person) in rota.interpreters.iter().filter(|&&(of, at, _)| (of, at) == (r, t)) {
                write_row(&mut csv, [&round.name, table, "interpreter", &staff[person].id]);
            }
        }
    }
    csv
}
