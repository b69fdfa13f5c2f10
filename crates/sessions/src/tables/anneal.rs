//! The search: simulated annealing by swaps, in integers, with a fixed number of steps.
//!
//! It starts from a seating that keeps the hard rules and never leaves them. A worse seating is taken with probability
//! 2^(-cost / heat); the heat falls geometrically.

use super::costs::Costs;
use super::floor::{Floor, Swap};
use super::instance::{Instance, Round, TableSet, Tables};
use super::seating::Seating;
use crate::dice::{Dice, Throw};

/// The heat at the start and at the end of a run, in the units of [`Costs`] at balance 50: a pair who meet a second time
/// cost 1,000.
#[derive(Debug, Clone, Copy)]
pub struct Heat {
    /// At the start.
    pub warm: u64,
    /// At the end; not 0.
    pub cold: u64,
}

/// Fixed-point numbers: 65,536 is one.
const ONE: u64 = 1 << 16;

/// So many steps for each member are made in a round before the search turns to the next round. A step looks at the swaps of
/// one member with everybody at another table.
const STAY: usize = 8;

/// So many of them look at two swaps at once. They help most where few people sit: a single swap then seldom leaves every
/// feature as it was.
const TWICE: usize = 160;

/// Anneals a seating, unless that costs nothing, and gives the best one it came by, and what it costs.
pub fn anneal(
    instance: &Instance,
    costs: &Costs,
    start: &Tables,
    dice: &mut Dice,
    heat: Heat,
    steps: usize,
) -> (Tables, i64) {
    let mut seating = Seating::new(instance, costs, start);
    let mut best = (start.clone(), seating.cost);
    let open: Vec<(usize, Rules<'_>)> = (0..instance.rounds.len())
        .filter(|&r| Rules::leave_a_choice(&instance.rounds[r]))
        .map(|r| (r, Rules::new(&instance.rounds[r], instance.members)))
        .collect();
    let chance = Chance::new();
    let cooling = log2(heat.warm * ONE / heat.cold);
    let stay = STAY * instance.members.max(1);
    let twice = if costs.least > 0 { TWICE.min(stay / 2) } else { 0 };
    let visits = (steps / stay).max(1) as u64;
    for visit in 0..visits {
        if open.is_empty() || best.1 == 0 {
            break;
        }
        let (r, rules) = &open[visit as usize % open.len()];
        let heat = (heat.cold * exp2(cooling * (visits - 1 - visit) / visits)) >> 16;
        let mut walk = Walk { floor: seating.take(*r), rules, chance: &chance, heat, cost: 0 };
        (twice..stay).for_each(|_| walk.swap(dice));
        (0..twice).for_each(|_| walk.swap_twice(dice));
        let Walk { floor, cost, .. } = walk;
        seating.put(*r, floor, cost);
        if seating.cost < best.1 {
            best = (seating.tables(), seating.cost);
        }
    }
    best
}

/// The hard rules of a round, by member.
struct Rules<'a> {
    allowed: &'a [TableSet],
    /// Whether there are groups.
    grouped: bool,
    /// The others of a member's group.
    group: Vec<Vec<usize>>,
    /// Whom a member must not sit with.
    apart: Vec<Vec<usize>>,
}

impl<'a> Rules<'a> {
    /// Whether anybody could change places.
    fn leave_a_choice(round: &Round) -> bool {
        let tables = round.sizes.iter().filter(|&&size| size > 0).count();
        round.kept.is_none() && !round.present.is_empty() && tables > 1
    }

    fn new(round: &'a Round, members: usize) -> Self {
        let (mut group, mut apart) = (vec![Vec::new(); members], vec![Vec::new(); members]);
        for together in &round.together {
            together.iter().for_each(|&member| group[member] = together.clone());
        }
        for &(a, b) in &round.apart {
            apart[a].push(b);
            apart[b].push(a);
        }
        Self { allowed: &round.allowed, grouped: !round.together.is_empty(), group, apart }
    }

    /// Whether two may change places as far as they themselves are concerned, when those in `leave` go from their tables.
    fn let_swap(&self, floor: &Floor<'_>, Swap { a, b }: Swap, leave: &[usize]) -> bool {
        let may_sit = |who: usize, t: usize| {
            let meets = |&other: &usize| floor.sits(other, t) && !leave.contains(&other);
            self.allowed[who].has(t) && !self.apart[who].iter().any(meets)
        };
        may_sit(a, floor.table_of(b)) && may_sit(b, floor.table_of(a))
    }

    /// Whether neither is bound to a group.
    fn alone(&self, Swap { a, b }: Swap) -> bool {
        !self.grouped || (self.group[a].is_empty() && self.group[b].is_empty())
    }
}

/// A walk through the seatings of one round.
struct Walk<'a, 'b> {
    floor: Floor<'a>,
    rules: &'b Rules<'b>,
    chance: &'b Chance,
    heat: u64,
    /// What the round costs more than at the start of the walk.
    cost: i64,
}

impl Walk<'_, '_> {
    /// Looks at the swaps of one member with everybody at another table, or of a group with as many others, and makes the
    /// first that is taken.
    fn swap(&mut self, dice: &mut Dice) {
        let mut throw = dice.throw();
        let most = self.chance.most(self.heat, &mut throw);
        let one = self.floor.two(&mut throw);
        if !self.rules.alone(one) {
            return self.swap_groups(one, most, dice);
        }
        let (floor, rules) = (&self.floor, self.rules);
        let lets = |swap: Swap| rules.alone(swap) && rules.let_swap(floor, swap, &[swap.a, swap.b]);
        if let Some((swap, cost)) = floor.find_swap(one, most, lets) {
            self.floor.swap(swap);
            self.cost += i64::from(cost);
        }
    }

    /// Looks at two swaps at once between two tables, for everybody at one of them in the place of the fourth, and makes the
    /// first that are taken.
    fn swap_twice(&mut self, dice: &mut Dice) {
        let mut throw = dice.throw();
        let most = self.chance.most(self.heat, &mut throw);
        let one = self.floor.two(&mut throw);
        let Some(two) = self.floor.two_more(one, &mut throw) else { return };
        if !self.rules.alone(one) {
            return;
        }
        let mut from = 0;
        while let Some(swap) = self.floor.find_second(one, two.a, most, &mut from) {
            if self.rules.alone(swap) && self.swap_all(&[one, swap], most) {
                return;
            }
        }
    }

    /// The group of one of the two changes places with as many people of the other's table, whole groups again.
    fn swap_groups(&mut self, Swap { a, b }: Swap, most: i32, dice: &mut Dice) {
        let (a, b) = if self.rules.group[a].is_empty() { (b, a) } else { (a, b) };
        let group = &self.rules.group[a];
        let mut there: Vec<usize> =
            self.floor.at(self.floor.table_of(b)).iter().map(|&m| usize::from(m)).collect();
        dice.shuffle(&mut there);
        let mut others: Vec<usize> = Vec::new();
        for member in there {
            let with = match &self.rules.group[member] {
                nobody if nobody.is_empty() => &vec![member],
                group => group,
            };
            if !others.contains(&member) && others.len() + with.len() <= group.len() {
                others.extend(with);
            }
        }
        if others.len() == group.len() {
            let swaps: Vec<Swap> = group.iter().zip(others).map(|(&a, b)| Swap { a, b }).collect();
            self.swap_all(&swaps, most);
        }
    }

    /// Makes swaps between two tables if that keeps the rules and they cost no more than `most` together; whether it did.
    fn swap_all(&mut self, swaps: &[Swap], most: i32) -> bool {
        let leave: Vec<usize> = swaps.iter().flat_map(|&Swap { a, b }| [a, b]).collect();
        if !swaps.iter().all(|&swap| self.rules.let_swap(&self.floor, swap, &leave)) {
            return false;
        }
        let mut cost = 0;
        for &swap in swaps {
            cost += self.floor.company_cost(swap) + self.floor.bands_cost(swap);
            self.floor.swap(swap);
        }
        if cost <= most {
            self.cost += i64::from(cost);
        } else {
            swaps.iter().rev().for_each(|&swap| self.floor.swap(swap));
        }
        cost <= most
    }
}

/// The binary logarithm of a fixed-point number of at least one.
fn log2(mut x: u64) -> u64 {
    let whole = u64::from(x.ilog2()) - 16;
    x >>= whole;
    let mut fraction = 0;
    for bit in (0..16).rev() {
        x = (x * x) >> 16;
        if x >= 2 * ONE {
            x >>= 1;
            fraction |= 1 << bit;
        }
    }
    (whole << 16) | fraction
}

/// Two to the power of a fixed-point number.
fn exp2(x: u64) -> u64 {
    // Bit by bit: 2^(1/2), 2^(1/4), .. by repeated square roots.
    let (mut root, mut result) = (2 * ONE, ONE);
    for bit in (0..16).rev() {
        root = (root << 16).isqrt();
        if x >> bit & 1 == 1 {
            result = (result * root) >> 16;
        }
    }
    result << (x >> 16)
}

/// How much worse a seating may be and still be taken, from a table of integers.
struct Chance {
    /// Minus the logarithms of the middles of 1,024 equal parts of the numbers from 0 to 1.
    logs: Vec<u64>,
}

impl Chance {
    fn new() -> Self {
        Self { logs: (0..1024).map(|part| (11 << 16) - log2((2 * part + 1) << 16)).collect() }
    }

    /// What a step may cost that is taken with probability 2^(-cost / heat).
    fn most(&self, heat: u64, throw: &mut Throw) -> i32 {
        i32::try_from((heat * self.logs[throw.below(1024)]) >> 16).unwrap_or(i32::MAX / 4)
    }
}

#[cfg(test)]
mod tests {
    use super::{ONE, exp2, log2};

    #[test]
    fn logarithms_and_powers_in_integers() {
        assert_eq!([1, 2, 8, 1024].map(|x| log2(x * ONE)), [0, 1, 3, 10].map(|x| x * ONE));
        assert_eq!(log2(3 * ONE), 103_872, "1.58496 x 65536, down");
        assert_eq!([0, 1, 5].map(|x| exp2(x * ONE)), [1, 2, 32].map(|x| x * ONE));
        assert!((exp2(ONE / 2) as i64 - 92_682).abs() < 4, "the root of 2");
        for x in [ONE, 77_777, 123_456, 999_999] {
            assert!(exp2(log2(x)).abs_diff(x) * 1000 < x, "{x}");
        }
    }
}
