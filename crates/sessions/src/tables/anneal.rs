//! The search: simulated annealing by swaps, in integers, with a fixed number of steps.
//!
//! It starts from a seating that keeps the hard rules and never leaves them. A worse seating is taken with probability
//! 2^(-cost / heat); the heat falls geometrically.

use super::costs::Costs;
use super::instance::{Instance, Tables};
use super::seating::Seating;
use crate::dice::Dice;

/// Swaps that are looked at in one run.
pub const STEPS: usize = 2_000_000;

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
    let swaps: Vec<Swaps<'_>> = (0..instance.rounds.len()).map(|r| Swaps::new(instance, r)).collect();
    let open: Vec<usize> = (0..swaps.len()).filter(|&r| !swaps[r].movable.is_empty()).collect();
    let chance = Chance::new();
    let cooling = log2(heat.warm * ONE / heat.cold);
    let sweeps = (steps / instance.members.max(1)).max(1) as u64;
    for sweep in 0..sweeps {
        if open.is_empty() || best.1 == 0 {
            break;
        }
        let swaps = &swaps[open[sweep as usize % open.len()]];
        let heat = (heat.cold * exp2(cooling * (sweeps - 1 - sweep) / sweeps)) >> 16;
        for _ in 0..instance.members {
            swaps.try_one(&mut seating, dice, |cost, dice| cost <= 0 || chance.takes(cost, heat, dice));
        }
        if seating.cost < best.1 {
            best = (seating.tables(), seating.cost);
        }
    }
    best
}

/// The swaps of one round that keep its hard rules.
struct Swaps<'a> {
    r: usize,
    instance: &'a Instance,
    /// Those who can sit at more than one table.
    movable: Vec<usize>,
    /// The others of a member's group, by member.
    group: Vec<Vec<usize>>,
    /// Whom a member must not sit with, by member.
    apart: Vec<Vec<usize>>,
}

impl<'a> Swaps<'a> {
    fn new(instance: &'a Instance, r: usize) -> Self {
        let (round, n) = (&instance.rounds[r], instance.members);
        let (mut group, mut apart) = (vec![Vec::new(); n], vec![Vec::new(); n]);
        for together in &round.together {
            together.iter().for_each(|&member| group[member] = together.clone());
        }
        for &(a, b) in &round.apart {
            apart[a].push(b);
            apart[b].push(a);
        }
        let tables = round.sizes.len();
        let can_move = |&&member: &&usize| {
            round.kept.is_none() && (0..tables).filter(|&t| round.allowed[member].has(t)).count() > 1
        };
        let movable = round.present.iter().filter(can_move).copied().collect();
        Self { r, instance, movable, group, apart }
    }

    /// Looks at one swap of two members, or of a group and as many others, and makes it if it is taken.
    fn try_one(
        &self,
        seating: &mut Seating<'_>,
        dice: &mut Dice,
        mut takes: impl FnMut(i32, &mut Dice) -> bool,
    ) {
        let a = self.movable[dice.below(self.movable.len())];
        let b = self.movable[dice.below(self.movable.len())];
        let (at_a, at_b) = (seating.table_of(self.r, a), seating.table_of(self.r, b));
        if at_a == at_b {
            return;
        }
        if !self.group[a].is_empty() {
            self.try_group(a, at_b, seating, dice, takes);
        } else if self.group[b].is_empty() && self.may(a, at_b) && self.may(b, at_a) {
            let keeps_apart = |who: usize, table: usize, leaving: usize| {
                !self.apart[who].iter().any(|&other| other != leaving && seating.sits(self.r, other, table))
            };
            if keeps_apart(a, at_b, b) && keeps_apart(b, at_a, a) {
                let cost = seating.swap_cost(self.r, a, b);
                if takes(cost, dice) {
                    seating.swap(self.r, a, b, cost);
                }
            }
        }
    }

    fn may(&self, member: usize, table: usize) -> bool {
        self.instance.rounds[self.r].allowed[member].has(table)
    }

    /// The group of `a` changes places with as many people of another table, whole groups again.
    fn try_group(
        &self,
        a: usize,
        to: usize,
        seating: &mut Seating<'_>,
        dice: &mut Dice,
        mut takes: impl FnMut(i32, &mut Dice) -> bool,
    ) {
        let (group, from) = (&self.group[a], seating.table_of(self.r, a));
        let mut there: Vec<usize> =
            seating.at(self.r, to).iter().map(|&member| usize::from(member)).collect();
        dice.shuffle(&mut there);
        let mut others: Vec<usize> = Vec::new();
        for member in there {
            let with = if self.group[member].is_empty() { vec![member] } else { self.group[member].clone() };
            if !others.contains(&member) && others.len() + with.len() <= group.len() {
                others.extend(with);
            }
        }
        let fits = others.len() == group.len()
            && group.iter().all(|&member| self.may(member, to))
            && others.iter().all(|&member| self.may(member, from));
        if !fits {
            return;
        }
        let mut total = 0;
        for (&a, &b) in group.iter().zip(&others) {
            let cost = seating.swap_cost(self.r, a, b);
            seating.swap(self.r, a, b, cost);
            total += cost;
        }
        let clash = |&member: &usize| {
            let table = seating.table_of(self.r, member);
            self.apart[member].iter().any(|&other| seating.sits(self.r, other, table))
        };
        if group.iter().chain(&others).any(clash) || !takes(total, dice) {
            for (&a, &b) in group.iter().zip(&others).rev() {
                let cost = seating.swap_cost(self.r, a, b);
                seating.swap(self.r, a, b, cost);
            }
        }
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

/// Whether a worse seating is taken, from a table of integers.
struct Chance {
    /// Minus the logarithms of the middles of 1,024 equal parts of the numbers from 0 to 1.
    logs: Vec<u64>,
}

impl Chance {
    fn new() -> Self {
        Self { logs: (0..1024).map(|part| (11 << 16) - log2((2 * part + 1) << 16)).collect() }
    }

    fn takes(&self, cost: i32, heat: u64, dice: &mut Dice) -> bool {
        let log = self.logs[(dice.bits() >> 22) as usize];
        u64::from(cost.unsigned_abs()) << 16 <= heat * log
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
