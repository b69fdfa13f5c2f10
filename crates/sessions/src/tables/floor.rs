//! The floor of one round while it is searched: what a swap would cost is known from a few additions.

use super::costs::Costs;
use super::instance::Instance;
use crate::dice::Throw;

/// Nobody sits here.
pub const ABSENT: u16 = u16::MAX;

/// The tables of one round, beside all other rounds as they are.
pub struct Floor<'a> {
    instance: &'a Instance,
    costs: &'a Costs,
    r: usize,
    /// The table of each member.
    table: Vec<u16>,
    /// Who sits on each seat; the seats of a table are in a row.
    seat: Vec<u16>,
    /// The seat of each member who is present.
    place: Vec<u16>,
    /// The first seat of each table, and the number of all seats.
    first: Vec<usize>,
    /// What it costs that two members sit together, by pair.
    company: Vec<i32>,
    /// What a member's company would cost at a table, by table and member; and what it costs to move them there.
    beside: Vec<i32>,
    /// People of a value, what one more of them would cost, what one less; by table and value.
    people: Vec<u16>,
    gain: Vec<i32>,
    loss: Vec<i32>,
    /// What a table pays for its bands.
    outside: Vec<i32>,
    /// The values of which one more at a table would cost [`Costs::least`] or more, as bits; and of which one less would.
    full: Vec<u64>,
    scarce: Vec<u64>,
}

/// Two members of two tables who change places.
#[derive(Debug, Clone, Copy)]
pub struct Swap {
    /// One of them.
    pub a: usize,
    /// The other.
    pub b: usize,
}

/// What two tables could not gain or lose for nothing: [`Floor::full`] and [`Floor::scarce`] of both, [`Costs::least`], and
/// what both pay for their bands.
#[derive(Debug, Clone, Copy)]
struct Edges {
    full_a: u64,
    full_b: u64,
    scarce_a: u64,
    scarce_b: u64,
    least: i32,
    outside: i32,
}

impl Edges {
    /// Whether the bands may cost no more than `most`, if one table gets more of some values and fewer of others, and the
    /// other table the reverse: what is full or scarce gets worse, and the rest of the two tables can at best be free.
    #[inline(always)]
    fn allow(&self, more: u64, fewer: u64, most: i32) -> bool {
        let worse_a = (more & self.full_a) | (fewer & self.scarce_a);
        let worse_b = (fewer & self.full_b) | (more & self.scarce_b);
        let least = if worse_a | worse_b == 0 { 0 } else { self.least };
        let most = most + self.outside;
        // Counting bits takes longer than all the rest, and most swaps are turned down without.
        most >= least && {
            let worse = worse_a.count_ones() + worse_b.count_ones();
            most >= i32::try_from(worse).expect("at most 128") * self.least
        }
    }
}

impl<'a> Floor<'a> {
    /// Seats everybody as `table` says, who is company for whom at the price of `company`.
    pub fn new(
        instance: &'a Instance,
        costs: &'a Costs,
        r: usize,
        table: Vec<u16>,
        company: Vec<i32>,
    ) -> Self {
        let (n, tables) = (instance.members, instance.rounds[r].sizes.len());
        let mut floor = Self {
            instance,
            costs,
            r,
            place: vec![0; n],
            seat: Vec::with_capacity(n),
            first: vec![0],
            company,
            beside: vec![0; tables * n],
            people: vec![0; tables * costs.values],
            gain: vec![0; tables * costs.values],
            loss: vec![0; tables * costs.values],
            outside: vec![0; tables],
            full: vec![0; tables],
            scarce: vec![0; tables],
            table,
        };
        floor.sit_down(tables);
        floor.welcome();
        (0..tables).for_each(|t| floor.price(t));
        floor
    }

    /// Gives everybody a seat, and counts them.
    fn sit_down(&mut self, tables: usize) {
        let mut seats = vec![Vec::new(); tables];
        for (member, &table) in self.table.iter().enumerate().filter(|&(_, &table)| table != ABSENT) {
            seats[usize::from(table)].push(member as u16);
        }
        for (t, members) in seats.into_iter().enumerate() {
            for member in members {
                self.place[usize::from(member)] = self.seat.len() as u16;
                self.seat.push(member);
                for &value in self.costs.values_of(usize::from(member)) {
                    self.people[t * self.costs.values + usize::from(value)] += 1;
                }
            }
            self.first.push(self.seat.len());
        }
    }

    /// Adds up what everybody's company would cost at every table.
    fn welcome(&mut self) {
        let n = self.instance.members;
        for (t, beside) in self.beside.chunks_exact_mut(n.max(1)).enumerate() {
            for &member in &self.seat[self.first[t]..self.first[t + 1]] {
                let company = &self.company[usize::from(member) * n..][..n];
                beside.iter_mut().zip(company).for_each(|(sum, cost)| *sum += cost);
            }
            let told = self.instance.rounds[self.r].told.iter();
            for (sum, _) in beside.iter_mut().zip(told).filter(|(_, told)| told.is_some_and(|told| told != t))
            {
                *sum += self.costs.moved;
            }
        }
    }

    /// Prices the bands of a table anew.
    fn price(&mut self, t: usize) {
        let values = self.costs.values;
        let (mut outside, mut full, mut scarce) = (0, 0, 0);
        for value in 0..values {
            let slot = t * values + value;
            let people = usize::from(self.people[slot]);
            let band = self.costs.bands(self.r, t, value);
            let now = band[people];
            let gain = band.get(people + 1).map_or(0, |more| more - now);
            let loss = if people > 0 { band[people - 1] - now } else { 0 };
            (self.gain[slot], self.loss[slot]) = (gain, loss);
            outside += now;
            if value < 64 {
                full |= u64::from(gain >= self.costs.least) << value;
                scarce |= u64::from(loss >= self.costs.least) << value;
            }
        }
        (self.outside[t], self.full[t], self.scarce[t]) = (outside, full, scarce);
    }

    /// What the round costs: bands, company, and people moved.
    pub fn cost(&self) -> i64 {
        let n = self.instance.members;
        let told = &self.instance.rounds[self.r].told;
        let of = |&member: &u16| {
            let (member, t) = (usize::from(member), self.table_of(usize::from(member)));
            let moved = told.get(member).is_some_and(|told| told.is_some_and(|told| told != t));
            let moved = i64::from(moved) * i64::from(self.costs.moved);
            // Both of a pair count their company.
            moved + (i64::from(self.beside[t * n + member]) - moved) / 2
        };
        self.seat.iter().map(of).sum::<i64>() + self.outside.iter().map(|&cost| i64::from(cost)).sum::<i64>()
    }

    /// The table of a member who is present.
    pub fn table_of(&self, member: usize) -> usize {
        usize::from(self.table[member])
    }

    /// Whether a member sits at a table.
    pub fn sits(&self, member: usize, t: usize) -> bool {
        self.table_of(member) == t
    }

    /// Who sits at a table.
    pub fn at(&self, t: usize) -> &[u16] {
        &self.seat[self.first[t]..self.first[t + 1]]
    }

    /// Any two members of two tables.
    #[inline(always)]
    pub fn two(&self, throw: &mut Throw) -> Swap {
        let a = self.seat[throw.below(self.seat.len())];
        let t = self.table_of(usize::from(a));
        let (from, to) = (self.first[t], self.first[t + 1]);
        let other = throw.below(self.seat.len() - (to - from));
        let b = self.seat[if other < from { other } else { other + to - from }];
        Swap { a: usize::from(a), b: usize::from(b) }
    }

    /// Any two others of the tables of two members, one of each; `None` where somebody sits alone.
    #[inline(always)]
    pub fn two_more(&self, Swap { a, b }: Swap, throw: &mut Throw) -> Option<Swap> {
        let [a, b] = [a, b].map(|member| {
            let at = self.at(self.table_of(member));
            let next = usize::from(self.place[member]) - self.first[self.table_of(member)] + 1;
            let other = next + throw.below(at.len() - usize::from(at.len() > 1));
            (usize::from(at[if other < at.len() { other } else { other - at.len() }]), at.len())
        });
        (a.1 > 1 && b.1 > 1).then_some(Swap { a: a.0, b: b.0 })
    }

    /// The tables of two members.
    #[inline(always)]
    pub fn tables_of(&self, Swap { a, b }: Swap) -> [usize; 2] {
        [self.table_of(a), self.table_of(b)]
    }

    /// The edges of the bands of two tables.
    #[inline(always)]
    fn edges(&self, tables: [usize; 2]) -> Edges {
        let [full_a, full_b] = tables.map(|t| self.full[t]);
        let [scarce_a, scarce_b] = tables.map(|t| self.scarce[t]);
        let outside = tables.map(|t| self.outside[t]).iter().sum();
        Edges { full_a, full_b, scarce_a, scarce_b, least: self.costs.least, outside }
    }

    /// What a swap costs in company, and in people moved.
    pub fn company_cost(&self, Swap { a, b }: Swap) -> i32 {
        let ([at_a, at_b], with_a) =
            (self.tables_of(Swap { a, b }).map(|t| self.beside_at(t)), self.company_of(a));
        at_b[a] - at_a[a] + at_a[b] - at_b[b] - 2 * with_a[b]
    }

    /// What everybody's company would cost at a table.
    #[inline(always)]
    fn beside_at(&self, t: usize) -> &[i32] {
        &self.beside[t * self.instance.members..][..self.instance.members]
    }

    /// What it costs that each sits together with a member.
    #[inline(always)]
    fn company_of(&self, member: usize) -> &[i32] {
        &self.company[member * self.instance.members..][..self.instance.members]
    }

    /// The first swap of `a` with somebody at the table of `b` that costs no more than `most` and keeps the rules, and what
    /// it costs.
    #[inline(always)]
    pub fn find_swap(
        &self,
        Swap { a, b }: Swap,
        most: i32,
        lets: impl Fn(Swap) -> bool,
    ) -> Option<(Swap, i32)> {
        let tables = self.tables_of(Swap { a, b });
        let ([at_a, at_b], with_a, marks) =
            (tables.map(|t| self.beside_at(t)), self.company_of(a), &self.costs.marks[..]);
        let fixed = at_b[a] - at_a[a];
        let (of_a, edges) = (marks[a], self.edges(tables));
        for &b in self.at(tables[1]) {
            let b = usize::from(b);
            let company = fixed + at_a[b] - at_b[b] - 2 * with_a[b];
            let of_b = marks[b];
            if !edges.allow(of_b & !of_a, of_a & !of_b, most - company) {
                continue;
            }
            let cost = company + self.bands_cost(Swap { a, b });
            if cost <= most && lets(Swap { a, b }) {
                return Some((Swap { a, b }, cost));
            }
        }
        None
    }

    /// The next swap of `a` with somebody at the table of `one.b` that together with `one` may cost no more than `most`, after
    /// the first `from` people at that table.
    #[inline(always)]
    pub fn find_second(&self, one: Swap, a: usize, most: i32, from: &mut usize) -> Option<Swap> {
        let tables = self.tables_of(one);
        let ([at_a, at_b], marks) = (tables.map(|t| self.beside_at(t)), &self.costs.marks[..]);
        let (with_a, with_one_a, with_one_b) =
            (self.company_of(a), self.company_of(one.a), self.company_of(one.b));
        let fixed = self.company_cost(one) + at_b[a] - at_a[a] + 2 * (with_a[one.a] - with_a[one.b]);
        let edges = self.edges(tables);
        let (both_a, any_a) = (marks[a] & marks[one.a], marks[a] | marks[one.a]);
        for &b in self.at(tables[1]).get(*from..)? {
            *from += 1;
            let b = usize::from(b);
            let company = fixed + at_a[b] - at_b[b] + 2 * (with_one_b[b] - with_a[b] - with_one_a[b]);
            if b == one.b {
                continue;
            }
            let (both_b, any_b) = (marks[b] & marks[one.b], marks[b] | marks[one.b]);
            let more = (any_b & !any_a) | (both_b & !both_a);
            let fewer = (any_a & !any_b) | (both_a & !both_b);
            if edges.allow(more, fewer, most - company) {
                return Some(Swap { a, b });
            }
        }
        None
    }

    /// What a swap costs in bands.
    #[inline(always)]
    pub fn bands_cost(&self, Swap { a, b }: Swap) -> i32 {
        let values = self.costs.values;
        let (ta, tb) = (self.table_of(a) * values, self.table_of(b) * values);
        let mut cost = 0;
        for (&of_a, &of_b) in self.costs.values_of(a).iter().zip(self.costs.values_of(b)) {
            if of_a != of_b {
                let (of_a, of_b) = (usize::from(of_a), usize::from(of_b));
                cost +=
                    self.loss[ta + of_a] + self.gain[ta + of_b] + self.gain[tb + of_a] + self.loss[tb + of_b];
            }
        }
        cost
    }

    /// Two members of two tables change places.
    pub fn swap(&mut self, Swap { a, b }: Swap) {
        let (n, values) = (self.instance.members, self.costs.values);
        let (ta, tb) = (self.table_of(a), self.table_of(b));
        self.table.swap(a, b);
        self.place.swap(a, b);
        self.seat[usize::from(self.place[a])] = a as u16;
        self.seat[usize::from(self.place[b])] = b as u16;
        for (t, (comes, goes)) in [(ta, (b, a)), (tb, (a, b))] {
            let (comes_by, goes_by) = (&self.company[comes * n..][..n], &self.company[goes * n..][..n]);
            let beside = &mut self.beside[t * n..][..n];
            for ((sum, comes), goes) in beside.iter_mut().zip(comes_by).zip(goes_by) {
                *sum += comes - goes;
            }
            for (&came, &went) in self.costs.values_of(comes).iter().zip(self.costs.values_of(goes)) {
                self.people[t * values + usize::from(came)] += 1;
                self.people[t * values + usize::from(went)] -= 1;
            }
            self.price(t);
        }
    }

    /// The table of each member, when nothing more is to change.
    pub fn into_tables(self) -> Vec<u16> {
        self.table
    }
}
