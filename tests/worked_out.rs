//! What a reader can work out of `counts.csv`: every pool that fits all public files is listed, and a group below 5 that has
//! the same size in all of them was already given away by the number of members and the rules.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sortition::counts;
use sortition::rules::{Bounds, Rules, Standing};
use sortition::{Portfolio, Quotas};

/// Groups smaller than this must stay unknown.
const SECRET: u32 = 5;

/// Two features and the kinds of people that there can be: each has a value of the first and one of the second feature.
#[derive(Debug, Clone)]
struct World {
    kinds: Vec<(usize, usize)>,
    /// Bounds of the values: those of the first feature, then those of the second.
    quotas: Vec<Bounds>,
    /// How many values are of the first feature.
    first: usize,
    /// Bounds of those who have both values of a kind.
    combinations: Vec<(usize, Bounds)>,
    seats: u32,
    n: u32,
}

/// How many people of each kind there are, or sit on a panel.
type Table = Vec<u32>;

impl World {
    /// Every way to put so many people into kinds.
    fn tables(&self, people: u32) -> Vec<Table> {
        fn split(people: u32, kinds: usize) -> Vec<Table> {
            if kinds == 1 {
                return vec![vec![people]];
            }
            let with = |head| {
                split(people - head, kinds - 1).into_iter().map(move |tail| [vec![head], tail].concat())
            };
            (0..=people).flat_map(with).collect()
        }
        split(people, self.kinds.len())
    }

    /// How many people have each value.
    fn groups(&self, table: &Table) -> Vec<u32> {
        let mut groups = vec![0; self.quotas.len()];
        for (&(a, b), people) in self.kinds.iter().zip(table) {
            groups[a] += people;
            groups[self.first + b] += people;
        }
        groups
    }

    /// Every panel that the rules allow.
    fn panels(&self) -> Vec<Table> {
        let within = |bounds: &Bounds, count: u32| bounds.min <= count && count <= bounds.max;
        let mut panels = self.tables(self.seats);
        panels.retain(|panel| {
            self.groups(panel).iter().zip(&self.quotas).all(|(&count, bounds)| within(bounds, count))
                && self.combinations.iter().all(|(kind, bounds)| within(bounds, panel[*kind]))
        });
        panels
    }

    fn file(&self) -> Quotas {
        let mut csv = "feature,value,min,max\n".to_owned();
        for (row, Bounds { min, max }) in self.quotas.iter().enumerate() {
            let (feature, value) = if row < self.first { ("a", row) } else { ("b", row - self.first) };
            csv += &format!("{feature},{value},{min},{max}\n");
        }
        Quotas::from_canonical(csv.as_bytes()).unwrap()
    }

    /// What the program publishes of the size of each group in a pool, from which it has drawn up one panel.
    fn published(&self, quotas: &Quotas, pool: &Table, panel: &Table) -> Vec<Option<u32>> {
        let kinds = pool.iter().enumerate().flat_map(|(kind, &people)| vec![kind; people as usize]);
        let standing = |kind: usize| {
            let (a, b) = self.kinds[kind];
            Standing { rows: vec![a as u32, (self.first + b) as u32], household: None }
        };
        let rules =
            Rules { size: self.seats, rows: self.quotas.clone(), members: kinds.map(standing).collect() };
        let first = |kind: usize| pool[..kind].iter().sum::<u32>();
        let seated = panel.iter().enumerate().flat_map(|(kind, &people)| first(kind)..first(kind) + people);
        let portfolio = Portfolio::new(vec![seated.collect()], &rules).unwrap();
        let counts = counts::publish(quotas, &rules, &portfolio);
        // What everybody reads is the file.
        let csv = counts::to_csv(quotas, &counts);
        let read = counts::from_canonical(csv.as_bytes(), quotas, self.n).unwrap();
        assert_eq!(read, counts);
        read.iter().map(|count| count.pool).collect()
    }

    /// Looks for groups below [`SECRET`] that a reader can work out, but not without the counts. `known` is what else of the
    /// groups the reader takes as given. Gives how many different files there are.
    fn reader(&self, known: impl Fn(&[u32], &[Option<u32>]) -> Vec<u32>) -> usize {
        let (panels, quotas) = (self.panels(), self.file());
        let mut alike = BTreeMap::<Vec<Option<u32>>, Vec<Vec<u32>>>::new();
        let mut possible = Vec::new();
        for pool in self.tables(self.n) {
            let fits = |panel: &&Table| panel.iter().zip(&pool).all(|(seats, people)| seats <= people);
            let Some(panel) = panels.iter().find(fits) else { continue };
            let groups = self.groups(&pool);
            alike.entry(self.published(&quotas, &pool, panel)).or_default().push(groups.clone());
            possible.push(groups);
        }
        for (shown, same) in &alike {
            for group in 0..self.quotas.len() {
                let sizes: BTreeSet<u32> = same.iter().map(|groups| groups[group]).collect();
                let Some(&size) = sizes.first().filter(|&&size| sizes.len() == 1 && size < SECRET) else {
                    continue;
                };
                let given = known(&same[0], shown);
                let before: BTreeSet<u32> = possible
                    .iter()
                    .filter(|groups| known(groups, shown) == given)
                    .map(|groups| groups[group])
                    .collect();
                assert_eq!(before.len(), 1, "{self:?}: {shown:?} tells that group {group} is {size}");
            }
        }
        alike.len()
    }
}

fn bounds() -> impl Strategy<Value = Bounds> {
    (prop::sample::select(vec![0u32, 0, 1, 2, 4, 5]), 0u32..7)
        .prop_map(|(min, more)| Bounds { min, max: min + more })
}

/// Features that have nothing to do with each other but in up to two combinations.
fn free(second: usize, more: u32) -> impl Strategy<Value = World> {
    let kinds: Vec<(usize, usize)> = (0..2).flat_map(|a| (0..second).map(move |b| (a, b))).collect();
    let combination = (0..kinds.len(), bounds());
    (
        prop::collection::vec(bounds(), 2 + second),
        prop::collection::vec(combination, 0..3),
        2u32..10,
        0..=more,
    )
        .prop_map(move |(quotas, combinations, seats, more)| World {
            kinds: kinds.clone(),
            quotas,
            first: 2,
            combinations,
            seats,
            n: seats + more,
        })
}

/// Districts in regions: the first two or three districts are the first region, the last is the second.
fn nested() -> impl Strategy<Value = World> {
    (2usize..4).prop_flat_map(|inside| {
        let kinds: Vec<(usize, usize)> = (0..=inside).map(|a| (a, usize::from(a == inside))).collect();
        (prop::collection::vec(bounds(), inside + 3), 2u32..9, 0u32..16).prop_map(
            move |(quotas, seats, more)| {
                let (kinds, first) = (kinds.clone(), inside + 1);
                World { kinds, quotas, first, combinations: Vec::new(), seats, n: seats + more }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn of_two_features_with_combinations(world in free(2, 14)) {
        world.reader(|_, _| Vec::new());
    }

    #[test]
    fn of_features_with_more_values(world in free(3, 6)) {
        world.reader(|_, _| Vec::new());
    }

    /// Here a shown region tells how many its districts have together; the rules may then leave one no choice.
    #[test]
    fn of_districts_in_regions(world in nested()) {
        let first = world.first;
        world.reader(move |groups, shown| {
            (first..shown.len()).filter(|&region| shown[region].is_some()).map(|region| groups[region]).collect()
        });
    }
}

/// With a combination nobody may have x and y, so that panels need 4 people with z: were only groups below 5 hidden, hiding
/// would say that they are 4.
#[test]
fn a_rule_that_crosses_features_gives_nothing_away() {
    let bounds = |min, max| Bounds { min, max };
    let world = World {
        kinds: vec![(0, 0), (0, 1), (1, 0), (1, 1)],
        quotas: vec![bounds(4, 9), bounds(0, 9), bounds(0, 9), bounds(5, 9)],
        first: 2,
        combinations: vec![(1, bounds(0, 0))],
        seats: 9,
        n: 20,
    };
    assert!(world.reader(|_, _| Vec::new()) > 3);
}

/// A region of 9 in districts of 3 and 6: the region is shown, and 3 is not the difference of two numbers.
#[test]
fn a_district_is_no_difference() {
    let free = Bounds { min: 0, max: 4 };
    let world = World {
        kinds: vec![(0, 0), (1, 0), (2, 1)],
        quotas: vec![free; 5],
        first: 3,
        combinations: Vec::new(),
        seats: 4,
        n: 20,
    };
    let quotas = world.file();
    let shown = world.published(&quotas, &vec![3, 6, 11], &vec![1, 1, 2]);
    assert_eq!(shown, [None, None, None, Some(9), Some(11)]);
    assert!(world.reader(|groups, _| groups[3..].to_vec()) > 5);
}
