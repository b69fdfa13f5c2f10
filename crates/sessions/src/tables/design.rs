//! Seatings in which no two people meet twice, from finite fields.
//!
//! A transversal design: with q tables, q a prime power, write each person as (x, y) with y below q and x below the size
//! of the tables, and seat them in round k at table y + k x, in the field of q elements. Two people with different x meet in
//! the one round k with k (x - x') = y' - y, and two with the same x never. Where the tables have q seats, one more round
//! seats everybody at table x. For other q two rounds of whole numbers modulo q do the same.

use super::costs::Costs;
use super::floor::{ABSENT, Floor, Swap};
use super::instance::{Instance, TableSet, Tables};
use crate::dice::Dice;

/// Swaps of two people's places in the design that are looked at.
const STEPS: usize = 200_000;

/// A seating without repeats, with people in the places that suit the features best; `None` where there is no such
/// design, or where somebody is absent or bound by a rule.
pub fn design(instance: &Instance, costs: &Costs, dice: &mut Dice) -> Option<Tables> {
    let first = instance.rounds.first()?;
    let free = |round: &super::instance::Round| {
        round.sizes == first.sizes
            && round.kept.is_none()
            && round.told.iter().all(Option::is_none)
            && round.present.len() == instance.members
            && round.together.is_empty()
            && round.apart.is_empty()
            && round.allowed.iter().all(|allowed| *allowed == TableSet::ALL)
    };
    if !instance.rounds.iter().all(free) {
        return None;
    }
    let places = places(&first.sizes, instance.rounds.len())?;
    Some(suited(instance, costs, places, dice))
}

/// The table of each place, by round.
fn places(sizes: &[usize], rounds: usize) -> Option<Vec<Vec<usize>>> {
    let (q, rows) = (sizes.len(), sizes.iter().copied().max()?);
    let full = sizes.iter().filter(|&&size| size == rows).count();
    if sizes.iter().any(|&size| size + 1 < rows) || rows > q || q < 2 {
        return None;
    }
    let square = rows == q && full == q;
    let field = Field::new(q);
    let lines = if field.is_some() { q } else { 2 };
    if rounds > lines + usize::from(square) {
        return None;
    }
    // The last row has a person only for each table that is full.
    let people: Vec<(usize, usize)> =
        (0..rows).flat_map(|x| (0..if x + 1 < rows { q } else { full }).map(move |y| (x, y))).collect();
    let table = |k: usize, (x, y): (usize, usize)| match &field {
        _ if k == lines => x,
        Some(field) => field.sum(y, field.product(k, x)),
        None => (y + k * x) % q,
    };
    let mut all = Vec::new();
    for k in 0..rounds {
        let seats: Vec<usize> = people.iter().map(|&person| table(k, person)).collect();
        all.push(renamed(&seats, sizes, rows));
    }
    Some(all)
}

/// The same tables under names that have the sizes asked for.
fn renamed(seats: &[usize], sizes: &[usize], rows: usize) -> Vec<usize> {
    let mut taken = vec![0; sizes.len()];
    seats.iter().for_each(|&table| taken[table] += 1);
    let name = |full: bool| (0..sizes.len()).filter(move |&t| (sizes[t] == rows) == full);
    let (mut full, mut others) = (name(true), name(false));
    let names: Vec<usize> = taken
        .iter()
        .map(|&size| {
            if size == rows { full.next() } else { others.next() }.expect("as many full tables as asked for")
        })
        .collect();
    seats.iter().map(|&table| names[table]).collect()
}

/// Puts people into places so that tables mirror those present, by swaps that never make it worse.
fn suited(instance: &Instance, costs: &Costs, places: Vec<Vec<usize>>, dice: &mut Dice) -> Tables {
    let n = instance.members;
    let mut people: Vec<usize> = (0..n).collect();
    dice.shuffle(&mut people);
    let tables = |people: &[usize]| -> Tables {
        let seat = |round: &Vec<usize>| {
            let mut seats = vec![None; n];
            people.iter().zip(round).for_each(|(&member, &table)| seats[member] = Some(table));
            seats
        };
        places.iter().map(seat).collect()
    };
    if costs.least == 0 {
        return tables(&people);
    }
    let table = |seat: Option<usize>| seat.map_or(ABSENT, |table| table as u16);
    let floor = |(r, seats): (usize, Vec<Option<usize>>)| {
        Floor::new(instance, costs, r, seats.into_iter().map(table).collect(), vec![0; n * n])
    };
    let mut floors: Vec<Floor<'_>> = tables(&people).into_iter().enumerate().map(floor).collect();
    let mut cost: i64 = floors.iter().map(Floor::cost).sum();
    for _ in 0..STEPS / floors.len() {
        if cost == 0 {
            break;
        }
        let (i, j) = (dice.below(n), dice.below(n));
        let swap = Swap { a: people[i], b: people[j] };
        let of = |floor: &&mut Floor<'_>| floor.table_of(swap.a) != floor.table_of(swap.b);
        let more: i32 = floors.iter_mut().filter(of).map(|floor| floor.bands_cost(swap)).sum();
        if more <= 0 {
            floors.iter_mut().filter(of).for_each(|floor| floor.swap(swap));
            cost += i64::from(more);
            people.swap(i, j);
        }
    }
    tables(&people)
}

/// A finite field of q elements, numbered so that addition and multiplication are tables.
struct Field {
    q: usize,
    p: usize,
    products: Vec<usize>,
}

impl Field {
    /// `None` unless q is a prime power.
    fn new(q: usize) -> Option<Self> {
        let p = (2..=q).find(|p| q.is_multiple_of(*p))?;
        let mut power = 1;
        let mut degree = 0;
        while power < q {
            power *= p;
            degree += 1;
        }
        if power != q {
            return None;
        }
        // A polynomial x^degree = c of lower degree, such that no two elements other than 0 have the product 0.
        (0..q)
            .map(|c| Self { q, p, products: products(p, degree, c) })
            .find(|field| (1..q).all(|a| (1..q).all(|b| field.product(a, b) != 0)))
    }

    fn product(&self, a: usize, b: usize) -> usize {
        self.products[a * self.q + b]
    }

    /// Digit by digit, without carrying.
    fn sum(&self, a: usize, b: usize) -> usize {
        sum(self.p, a, b)
    }
}

fn sum(p: usize, mut a: usize, mut b: usize) -> usize {
    let (mut result, mut place) = (0, 1);
    while a > 0 || b > 0 {
        result += (a % p + b % p) % p * place;
        (a, b, place) = (a / p, b / p, place * p);
    }
    result
}

/// All products of polynomials, written as digits in base p, where x^degree stands for `c`.
fn products(p: usize, degree: u32, c: usize) -> Vec<usize> {
    let q = p.pow(degree);
    let times_x = |a: usize| {
        let (top, rest) = (a / (q / p), a % (q / p));
        (0..top).fold(rest * p, |sum_so_far, _| sum(p, sum_so_far, c))
    };
    let product = |a: usize, mut b: usize| {
        let (mut shifted, mut result) = (a, 0);
        while b > 0 {
            result = (0..b % p).fold(result, |so_far, _| sum(p, so_far, shifted));
            (shifted, b) = (times_x(shifted), b / p);
        }
        result
    };
    (0..q * q).map(|i| product(i / q, i % q)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Field, places};
    use crate::tables::instance::even_sizes;

    #[test]
    fn no_two_meet_twice() {
        for (q, people, rounds) in [
            (13, 104, 8),
            (13, 100, 13),
            (7, 49, 8),
            (4, 16, 5),
            (8, 64, 9),
            (9, 70, 9),
            (19, 150, 14),
            (10, 100, 3),
            (14, 110, 2),
        ] {
            let seats = even_sizes(&vec![usize::div_ceil(people, q); q], people).unwrap();
            let all = places(&seats, rounds).unwrap_or_else(|| panic!("{q} {people} {rounds}"));
            let mut met = std::collections::BTreeSet::new();
            for round in &all {
                let mut sizes = vec![0; q];
                round.iter().for_each(|&t| sizes[t] += 1);
                assert_eq!(sizes, seats);
                for a in 0..people {
                    for b in 0..a {
                        assert!(
                            round[a] != round[b] || met.insert((a, b)),
                            "{q} {people} {rounds}: {a} and {b}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn fields_are_of_prime_powers() {
        let sizes: Vec<usize> = (2..50).filter(|&q| Field::new(q).is_some()).collect();
        assert_eq!(
            sizes,
            [2, 3, 4, 5, 7, 8, 9, 11, 13, 16, 17, 19, 23, 25, 27, 29, 31, 32, 37, 41, 43, 47, 49]
        );
    }
}
