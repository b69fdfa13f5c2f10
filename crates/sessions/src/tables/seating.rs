//! A seating while it is searched: what a swap would cost is known from a few additions.

use super::costs::Costs;
use super::instance::{Instance, Tables};

/// Nobody sits here.
const ABSENT: u16 = u16::MAX;

/// Where everybody sits, who met whom how often, and what the next person at a table would cost.
#[derive(Clone)]
pub struct Seating<'a> {
    instance: &'a Instance,
    costs: &'a Costs,
    /// The table of each member, by round and member.
    table: Vec<u16>,
    /// The place of each member among those at their table.
    place: Vec<u16>,
    /// Who sits at each table, by round and table.
    at: Vec<Vec<u16>>,
    /// How often two members meet in all rounds.
    met: Vec<u8>,
    /// What one more meeting costs, what one less saves, by pair.
    more: Vec<i32>,
    less: Vec<i32>,
    /// People by round and table, and value.
    people: Vec<u16>,
    /// What one more person of a value costs, what one less costs, by round and table, and value.
    gain: Vec<i32>,
    loss: Vec<i32>,
    /// The first of each round's tables among all.
    first: Vec<usize>,
    /// The values of each member, one for each feature, numbered in a row.
    values: Vec<u16>,
    /// What it all costs.
    pub cost: i64,
}

impl<'a> Seating<'a> {
    /// Seats everybody as `tables` says.
    pub fn new(instance: &'a Instance, costs: &'a Costs, tables: &Tables) -> Self {
        let (n, rounds) = (instance.members, instance.rounds.len());
        let mut first = vec![0];
        for round in &instance.rounds {
            first.push(first.last().copied().unwrap_or(0) + round.sizes.len());
        }
        let all = first[rounds];
        let mut seating = Self {
            instance,
            costs,
            table: vec![ABSENT; n * rounds],
            place: vec![0; n * rounds],
            at: vec![Vec::new(); all],
            met: vec![0; n * n],
            more: vec![costs.again[0]; n * n],
            less: vec![0; n * n],
            people: vec![0; all * costs.values],
            gain: vec![0; all * costs.values],
            loss: vec![0; all * costs.values],
            values: (0..n)
                .flat_map(|m| {
                    instance.features.iter().zip(&costs.first).map(move |(f, first)| (first + f.of[m]) as u16)
                })
                .collect(),
            first,
            cost: 0,
        };
        for (r, seats) in tables.iter().enumerate() {
            for (member, table) in seats.iter().enumerate() {
                if let &Some(table) = table {
                    seating.sit(r, member, table);
                }
            }
        }
        seating.cost = seating.recount();
        seating
    }

    fn sit(&mut self, r: usize, member: usize, table: usize) {
        let slot = r * self.instance.members + member;
        let t = self.first[r] + table;
        self.table[slot] = table as u16;
        self.place[slot] = self.at[t].len() as u16;
        for i in 0..self.at[t].len() {
            let other = usize::from(self.at[t][i]);
            self.meet(member, other, true);
        }
        self.at[t].push(member as u16);
        let features = self.instance.features.len();
        for f in 0..features {
            let value = usize::from(self.values[member * features + f]);
            self.people[t * self.costs.values + value] += 1;
        }
    }

    /// Counts everything anew, and prices it.
    fn recount(&mut self) -> i64 {
        let mut cost = 0;
        let values = self.costs.values;
        for r in 0..self.instance.rounds.len() {
            for table in 0..self.instance.rounds[r].sizes.len() {
                for value in 0..values {
                    self.price(r, table, value);
                    let people = usize::from(self.people[(self.first[r] + table) * values + value]);
                    cost += i64::from(self.costs.band(r, table, value, people));
                }
            }
            for (member, told) in self.instance.rounds[r].told.iter().enumerate() {
                let sits = self.table[r * self.instance.members + member];
                if told.is_some_and(|told| sits != ABSENT && usize::from(sits) != told) {
                    cost += i64::from(self.costs.moved);
                }
            }
        }
        let n = self.instance.members;
        let pairs = (0..n).flat_map(|a| (0..a).map(move |b| (a, b)));
        cost + pairs
            .map(|(a, b)| {
                self.costs.again[..usize::from(self.met[a * n + b])]
                    .iter()
                    .map(|&c| i64::from(c))
                    .sum::<i64>()
            })
            .sum::<i64>()
    }

    fn meet(&mut self, a: usize, b: usize, more: bool) {
        let n = self.instance.members;
        let met = if more { self.met[a * n + b] + 1 } else { self.met[a * n + b] - 1 };
        let next = self.costs.again[usize::from(met).min(self.costs.again.len() - 1)];
        let saved = if met == 0 { 0 } else { self.costs.again[usize::from(met) - 1] };
        for slot in [a * n + b, b * n + a] {
            self.met[slot] = met;
            self.more[slot] = next;
            self.less[slot] = saved;
        }
    }

    fn price(&mut self, r: usize, table: usize, value: usize) {
        let slot = (self.first[r] + table) * self.costs.values + value;
        let people = usize::from(self.people[slot]);
        let now = self.costs.band(r, table, value, people);
        let largest = self.instance.rounds[r].sizes.iter().copied().max().unwrap_or(0);
        self.gain[slot] =
            if people <= largest { self.costs.band(r, table, value, people + 1) - now } else { 0 };
        self.loss[slot] = if people > 0 { self.costs.band(r, table, value, people - 1) - now } else { 0 };
    }

    /// The table of a member who is present.
    pub fn table_of(&self, r: usize, member: usize) -> usize {
        usize::from(self.table[r * self.instance.members + member])
    }

    /// Whether a member sits at a table.
    pub fn sits(&self, r: usize, member: usize, table: usize) -> bool {
        usize::from(self.table[r * self.instance.members + member]) == table
    }

    /// Who sits at a table.
    pub fn at(&self, r: usize, table: usize) -> &[u16] {
        &self.at[self.first[r] + table]
    }

    /// What it would cost if two members of different tables changed places.
    pub fn swap_cost(&self, r: usize, a: usize, b: usize) -> i32 {
        let n = self.instance.members;
        let (ta, tb) = (self.first[r] + self.table_of(r, a), self.first[r] + self.table_of(r, b));
        let (more_a, less_a) = (&self.more[a * n..a * n + n], &self.less[a * n..a * n + n]);
        let (more_b, less_b) = (&self.more[b * n..b * n + n], &self.less[b * n..b * n + n]);
        let mut cost = -more_b[a] - more_a[b];
        for &x in &self.at[ta] {
            let x = usize::from(x);
            cost += more_b[x] - less_a[x];
        }
        for &y in &self.at[tb] {
            let y = usize::from(y);
            cost += more_a[y] - less_b[y];
        }
        cost + self.told_cost(r, a, b) + self.features_cost(r, a, b)
    }

    /// The part of a swap's cost that the features make.
    fn features_cost(&self, r: usize, a: usize, b: usize) -> i32 {
        let (ta, tb) = (self.first[r] + self.table_of(r, a), self.first[r] + self.table_of(r, b));
        let features = self.instance.features.len();
        let values = self.costs.values;
        let (va, vb) = (&self.values[a * features..][..features], &self.values[b * features..][..features]);
        let (gain_a, loss_a) = (&self.gain[ta * values..][..values], &self.loss[ta * values..][..values]);
        let (gain_b, loss_b) = (&self.gain[tb * values..][..values], &self.loss[tb * values..][..values]);
        let mut cost = 0;
        for (&va, &vb) in va.iter().zip(vb) {
            if va != vb {
                let (va, vb) = (usize::from(va), usize::from(vb));
                cost += loss_a[va] + gain_a[vb] + gain_b[va] + loss_b[vb];
            }
        }
        cost
    }

    /// What it would cost if two members changed places in every round, where that changes nothing for pairs.
    pub fn exchange_cost(&self, a: usize, b: usize) -> i32 {
        let rounds = 0..self.instance.rounds.len();
        rounds
            .filter(|&r| self.table_of(r, a) != self.table_of(r, b))
            .map(|r| self.features_cost(r, a, b))
            .sum()
    }

    /// Two members change places in every round.
    pub fn exchange(&mut self, a: usize, b: usize) {
        for r in 0..self.instance.rounds.len() {
            if self.table_of(r, a) != self.table_of(r, b) {
                let cost = self.swap_cost(r, a, b);
                self.swap(r, a, b, cost);
            }
        }
    }

    fn told_cost(&self, r: usize, a: usize, b: usize) -> i32 {
        let told = &self.instance.rounds[r].told;
        if told.is_empty() {
            return 0;
        }
        let (ta, tb) = (self.table_of(r, a), self.table_of(r, b));
        let moved = |member: usize, table| i32::from(told[member].is_some_and(|told| told != table));
        (moved(a, tb) + moved(b, ta) - moved(a, ta) - moved(b, tb)) * self.costs.moved
    }

    /// Two members of different tables change places.
    pub fn swap(&mut self, r: usize, a: usize, b: usize, cost: i32) {
        let n = self.instance.members;
        let (table_a, table_b) = (self.table_of(r, a), self.table_of(r, b));
        let (ta, tb) = (self.first[r] + table_a, self.first[r] + table_b);
        for i in 0..self.at[ta].len() {
            let x = usize::from(self.at[ta][i]);
            if x != a {
                self.meet(a, x, false);
                self.meet(b, x, true);
            }
        }
        for i in 0..self.at[tb].len() {
            let y = usize::from(self.at[tb][i]);
            if y != b {
                self.meet(b, y, false);
                self.meet(a, y, true);
            }
        }
        let (place_a, place_b) = (self.place[r * n + a], self.place[r * n + b]);
        self.at[ta][usize::from(place_a)] = b as u16;
        self.at[tb][usize::from(place_b)] = a as u16;
        (self.place[r * n + a], self.place[r * n + b]) = (place_b, place_a);
        (self.table[r * n + a], self.table[r * n + b]) = (table_b as u16, table_a as u16);
        let features = self.instance.features.len();
        for f in 0..features {
            let (va, vb) =
                (usize::from(self.values[a * features + f]), usize::from(self.values[b * features + f]));
            if va != vb {
                let values = self.costs.values;
                self.people[ta * values + va] -= 1;
                self.people[ta * values + vb] += 1;
                self.people[tb * values + vb] -= 1;
                self.people[tb * values + va] += 1;
                for (table, value) in [(table_a, va), (table_a, vb), (table_b, va), (table_b, vb)] {
                    self.price(r, table, value);
                }
            }
        }
        self.cost += i64::from(cost);
    }

    /// Where everybody sits.
    pub fn tables(&self) -> Tables {
        let n = self.instance.members;
        let seat = |&table: &u16| (table != ABSENT).then_some(usize::from(table));
        self.table.chunks(n).map(|round| round.iter().map(seat).collect()).collect()
    }
}
