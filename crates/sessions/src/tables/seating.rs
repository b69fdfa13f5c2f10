//! A seating of all rounds while it is searched: who sits where, who met whom how often, and what it costs.

use super::costs::Costs;
use super::floor::{ABSENT, Floor};
use super::instance::{Instance, Tables};

/// Where everybody sits in all rounds. One round at a time is taken out as a [`Floor`], changed, and put back.
pub struct Seating<'a> {
    instance: &'a Instance,
    costs: &'a Costs,
    /// The table of each member, by round and member.
    table: Vec<Vec<u16>>,
    /// How often two members meet in all rounds that are not taken out.
    met: Vec<u8>,
    /// What it all costs.
    pub cost: i64,
}

impl<'a> Seating<'a> {
    /// Seats everybody as `tables` says.
    pub fn new(instance: &'a Instance, costs: &'a Costs, tables: &Tables) -> Self {
        let n = instance.members;
        let seat = |m: usize, seats: &[Option<usize>]| seats.get(m).copied().flatten();
        let table = tables
            .iter()
            .map(|seats| (0..n).map(|m| seat(m, seats).map_or(ABSENT, |t| t as u16)).collect())
            .collect();
        let mut seating = Self { instance, costs, table, met: vec![0; n * n], cost: 0 };
        for r in 0..instance.rounds.len() {
            let floor = seating.floor(r);
            seating.cost += floor.cost();
            seating.meet(r, true);
        }
        seating
    }

    /// Takes a round out.
    pub fn take(&mut self, r: usize) -> Floor<'a> {
        self.meet(r, false);
        self.floor(r)
    }

    /// A round as it looks when all that count in `met` are other rounds.
    fn floor(&self, r: usize) -> Floor<'a> {
        let company = self.met.iter().map(|&met| self.costs.again[usize::from(met)]).collect();
        Floor::new(self.instance, self.costs, r, self.table[r].clone(), company)
    }

    /// Puts a round back that was taken out and costs so much more than it did.
    pub fn put(&mut self, r: usize, floor: Floor<'a>, more: i64) {
        self.table[r] = floor.into_tables();
        self.cost += more;
        self.meet(r, true);
    }

    /// Counts the meetings of a round, or counts them no longer.
    fn meet(&mut self, r: usize, more: bool) {
        let n = self.instance.members;
        let mut tables = vec![Vec::new(); self.instance.rounds[r].sizes.len()];
        for (member, &table) in self.table[r].iter().enumerate().filter(|&(_, &table)| table != ABSENT) {
            tables[usize::from(table)].push(member);
        }
        for members in &tables {
            for (&a, &b) in members.iter().flat_map(|a| members.iter().map(move |b| (a, b))) {
                let met = &mut self.met[a * n + b];
                let meets = u8::from(a != b);
                *met = if more { *met + meets } else { *met - meets };
            }
        }
    }

    /// Where everybody sits.
    pub fn tables(&self) -> Tables {
        let seat = |&table: &u16| (table != ABSENT).then_some(usize::from(table));
        self.table.iter().map(|round| round.iter().map(seat).collect()).collect()
    }
}
