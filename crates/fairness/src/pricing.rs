//! Panels worth more, by exchanges: from a panel that is known, one or two people are exchanged for others who are worth
//! more, until no exchange helps. Quick, and without a proof that there is nothing better; [`crate::finder`] gives that.

use std::collections::BTreeMap;

use crate::kinds::Kinds;
use crate::pairs::{AT_END, Pairs, numbers, of_kinds};

/// An exchange must gain this much.
const GAIN: f64 = 1e-9;
/// How many pairs with the right sum are looked at.
const MATCHES: usize = 200;

/// Exchanges in panels in which every row without choice keeps its count.
pub struct Pricing<'a> {
    kinds: &'a Kinds,
    number: Vec<u64>,
    alike: BTreeMap<u64, Vec<usize>>,
    pairs: Pairs,
}

/// A panel under exchange.
struct Panel {
    tokens: Vec<usize>,
    of_kind: Vec<u32>,
    of_row: Vec<u32>,
    of_class: Vec<u32>,
}

impl<'a> Pricing<'a> {
    /// Exchanges among kinds that the ideal has in panels at all.
    pub fn new(kinds: &'a Kinds, expected: &[f64]) -> Self {
        let number = of_kinds(kinds, &numbers(kinds, expected));
        let some: Vec<usize> = (0..expected.len()).filter(|&t| expected[t] > AT_END).collect();
        let pairs = Pairs::new(&some, &number);
        let mut alike: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for &t in &some {
            alike.entry(number[t]).or_default().push(t);
        }
        Self { kinds, number, alike, pairs }
    }

    /// Climbs from a valid panel; the panel at the end and its worth.
    pub fn climb(&self, price: &[f64], from: &[u32]) -> (Vec<u32>, f64) {
        let mut panel = Panel::new(self.kinds, from);
        while self.one(price, &mut panel) || self.two(price, &mut panel) {}
        let worth = panel.of_kind.iter().zip(price).map(|(&c, p)| f64::from(c) * p).sum();
        (panel.of_kind, worth)
    }

    fn one(&self, price: &[f64], panel: &mut Panel) -> bool {
        for at in 0..panel.tokens.len() {
            let a = panel.tokens[at];
            for &b in self.alike.get(&self.number[a]).map_or(&[][..], Vec::as_slice) {
                if price[b] > price[a] + GAIN && panel.exchange(self.kinds, &[a], &[b]) {
                    return true;
                }
            }
        }
        false
    }

    fn two(&self, price: &[f64], panel: &mut Panel) -> bool {
        for x in 1..panel.tokens.len() {
            for y in 0..x {
                let (a1, a2) = (panel.tokens[x], panel.tokens[y]);
                let worth = price[a1] + price[a2] + GAIN;
                let sum = self.number[a1].wrapping_add(self.number[a2]);
                for (b1, b2) in self.pairs.with_sum(sum).take(MATCHES) {
                    let new = b1 != a1 && b1 != a2 && b2 != a1 && b2 != a2;
                    if new
                        && price[b1] + price[b2] > worth
                        && panel.exchange(self.kinds, &[a1, a2], &[b1, b2])
                    {
                        return true;
                    }
                }
            }
        }
        false
    }
}

impl Panel {
    fn new(kinds: &Kinds, from: &[u32]) -> Self {
        let mut out = Self {
            tokens: Vec::new(),
            of_kind: vec![0; kinds.kinds.len()],
            of_row: vec![0; kinds.rows.len()],
            of_class: vec![0; kinds.classes.len()],
        };
        for (t, &c) in from.iter().enumerate() {
            for _ in 0..c {
                out.count(kinds, t, 1);
                out.tokens.push(t);
            }
        }
        out
    }

    fn count(&mut self, kinds: &Kinds, t: usize, by: i32) {
        let kind = &kinds.kinds[t];
        let add = |c: &mut u32| *c = c.wrapping_add_signed(by);
        add(&mut self.of_kind[t]);
        kind.rows.iter().for_each(|&r| add(&mut self.of_row[r as usize]));
        kind.class.iter().for_each(|&c| add(&mut self.of_class[c]));
    }

    /// Exchanges if the panel stays valid.
    fn exchange(&mut self, kinds: &Kinds, drops: &[usize], takes: &[usize]) -> bool {
        drops.iter().for_each(|&a| self.count(kinds, a, -1));
        takes.iter().for_each(|&b| self.count(kinds, b, 1));
        let touched = || drops.iter().chain(takes).map(|&t| (t, &kinds.kinds[t]));
        let valid = touched().all(|(t, kind)| {
            self.of_kind[t] <= kind.most
                && kind.rows.iter().all(|&r| {
                    let (count, span) = (self.of_row[r as usize], kinds.rows[r as usize]);
                    span.min <= count && count <= span.max
                })
                && kind.class.is_none_or(|c| self.of_class[c] <= kinds.classes[c].households.len() as u32)
        });
        if valid {
            for (&a, &b) in drops.iter().zip(takes) {
                let at = self.tokens.iter().position(|&t| t == a).expect("the panel holds what it drops");
                self.tokens[at] = b;
            }
        } else {
            takes.iter().for_each(|&b| self.count(kinds, b, -1));
            drops.iter().for_each(|&a| self.count(kinds, a, 1));
        }
        valid
    }
}
