//! A pool of made-up volunteers for given quotas.
//!
//! Volunteers are never a mirror of the people: some groups come forward too often, others too seldom, and that is what
//! makes a fair draw hard. So each feature value gets a tilt away from its quota. One panel that meets every quota is
//! planted among the volunteers, no two of it in one household, so that a draw is always possible where the quotas are
//! consistent and the pool is no smaller than a panel.

use sortition::quotas::Quotas;

use crate::dice::Dice;
use crate::groups::{Feature, counts, features, panel_size};
use crate::{Table, people};

/// What kind of pool is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// The number of members.
    pub size: usize,
    /// The text that everything follows from.
    pub seed: String,
    /// How far the volunteers are from the quotas, in percent: 0 is a mirror, 100 about what real pools have.
    pub bias: u32,
    /// How many members in a hundred share an address with another member.
    pub household_share: u32,
}

impl SampleOptions {
    /// A pool of `size` with the usual self-selection, one member in five sharing an address.
    pub fn new(size: usize, seed: &str) -> Self {
        Self { size, seed: seed.to_owned(), bias: 100, household_share: 20 }
    }
}

/// A made-up volunteer: a value per feature, by its place in the feature's groups, and where they live.
struct Volunteer {
    values: Vec<usize>,
    planted: bool,
    last_name: String,
    dwelling: usize,
}

/// Makes up a pool for `quotas`: id, names, contacts, address and a column per feature. The same quotas and options give
/// the same table.
pub fn sample(quotas: &Quotas, options: &SampleOptions) -> Table {
    let features = features(quotas);
    let mut dice = Dice::new(&format!("boule sample {}", options.seed));
    let pool = pool(&features, options, &mut dice);
    table(&pool, &features, &mut dice)
}

/// The volunteers, in the order of the table.
fn pool(features: &[Feature], options: &SampleOptions, dice: &mut Dice) -> Vec<Volunteer> {
    let mut profiles = planted(features, options.size, dice);
    let plants = profiles.len();
    profiles.extend(volunteers(features, options.size - plants, options.bias, dice));

    let mut pool: Vec<Volunteer> = (0..)
        .zip(profiles)
        .map(|(place, values)| Volunteer {
            values,
            planted: place < plants,
            last_name: people::last_name(dice),
            dwelling: 0,
        })
        .collect();
    dice.shuffle(&mut pool);
    house(&mut pool, features, options.household_share, dice);
    pool
}

/// A panel that meets every quota; empty if there is none or it would not fit into the pool.
fn planted(features: &[Feature], room: usize, dice: &mut Dice) -> Vec<Vec<usize>> {
    let Some(size) = panel_size(features).filter(|&size| size <= room as u64) else { return Vec::new() };
    let mut panel = vec![Vec::new(); size as usize];
    for feature in features {
        let counts = counts(feature, size, dice);
        let mut values: Vec<usize> =
            counts.iter().enumerate().flat_map(|(value, &count)| vec![value; count as usize]).collect();
        dice.shuffle(&mut values);
        for (member, value) in panel.iter_mut().zip(values) {
            member.push(value);
        }
    }
    panel
}

/// Volunteers in the proportion of the quotas, tilted by self-selection. People come in two temperaments, and each value
/// goes half as often again with one of them: that makes the features mildly correlated.
fn volunteers(features: &[Feature], number: usize, bias: u32, dice: &mut Dice) -> Vec<Vec<usize>> {
    let weights: Vec<[Vec<u64>; 2]> = features
        .iter()
        .map(|feature| {
            let tilts = tilts(feature.groups.len(), bias, dice);
            let mut of_temperament = [Vec::new(), Vec::new()];
            for (group, tilt) in feature.groups.iter().zip(tilts) {
                let leaning = usize::from(dice.chance(50));
                for (temperament, weights) in of_temperament.iter_mut().enumerate() {
                    let leans = if temperament == leaning { 3 } else { 2 };
                    weights.push((group.min + group.max) * tilt * leans);
                }
            }
            of_temperament
        })
        .collect();
    (0..number)
        .map(|_| {
            let temperament = usize::from(dice.chance(50));
            weights.iter().map(|weights| dice.weighted(&weights[temperament])).collect()
        })
        .collect()
}

/// A factor in percent for each of `groups` values: spread from too seldom to too often in random order. Some
/// features are tilted more than others.
fn tilts(groups: usize, bias: u32, dice: &mut Dice) -> Vec<u64> {
    const LADDER: [i64; 9] = [30, 45, 60, 80, 100, 125, 160, 210, 280];
    let strength = i64::from(bias) * (40 + 15 * dice.below(5) as i64) / 100;
    let mut tilts: Vec<u64> = (0..groups)
        .map(|group| {
            let rung = if groups < 2 { 4 } else { 8 * group / (groups - 1) };
            (100 + (LADDER[rung] - 100) * strength / 100).max(1) as u64
        })
        .collect();
    dice.shuffle(&mut tilts);
    tilts
}

/// Gives everybody a dwelling; `share` members in a hundred live with another one. Those who live together mostly
/// bear one name and always have the same place features. No two planted members live together.
fn house(pool: &mut [Volunteer], features: &[Feature], share: u32, dice: &mut Dice) {
    let mut dwellings: Vec<usize> = (0..pool.len() * 3).collect();
    dice.shuffle(&mut dwellings);
    for (member, dwelling) in pool.iter_mut().zip(dwellings) {
        member.dwelling = dwelling;
    }
    let mut waiting: Vec<usize> = (0..pool.len()).collect();
    dice.shuffle(&mut waiting);
    let mut sharing = pool.len() * share.min(100) as usize / 100;
    while sharing >= 2 {
        let others = if sharing == 3 || (sharing > 4 && dice.chance(25)) { 2 } else { 1 };
        let Some(head) = waiting.pop() else { return };
        for _ in 0..others {
            let Some(place) = waiting.iter().rposition(|&member| !pool[member].planted) else { return };
            let joiner = waiting.swap_remove(place);
            join(pool, head, joiner, features, dice);
        }
        sharing -= others + 1;
    }
}

/// Moves `joiner` into the dwelling of `head`.
fn join(pool: &mut [Volunteer], head: usize, joiner: usize, features: &[Feature], dice: &mut Dice) {
    pool[joiner].dwelling = pool[head].dwelling;
    if dice.chance(80) {
        pool[joiner].last_name = pool[head].last_name.clone();
    }
    for (place, feature) in features.iter().enumerate() {
        if is_place(&feature.name) {
            pool[joiner].values[place] = pool[head].values[place];
        }
    }
}

/// Whether a feature says where somebody lives, so that a household has one value.
fn is_place(feature: &str) -> bool {
    let name = feature.to_lowercase();
    ["region", "area", "district", "urban", "ward", "county"].iter().any(|word| name.contains(word))
}

/// The table, in the order of the pool. A feature that is named like one of the columns takes its place.
fn table(pool: &[Volunteer], features: &[Feature], dice: &mut Dice) -> Table {
    let own: Vec<usize> = (0..people::COLUMNS.len())
        .filter(|&column| {
            features.iter().all(|feature| feature.name.trim().to_lowercase() != people::COLUMNS[column])
        })
        .collect();
    let header = own
        .iter()
        .map(|&column| people::COLUMNS[column].to_owned())
        .chain(features.iter().map(|feature| feature.name.clone()))
        .collect();
    let rows = (1..)
        .zip(pool)
        .map(|(row, member)| {
            let (address, postcode) = people::address(member.dwelling);
            let (first_name, last_name) = (people::first_name(dice), member.last_name.clone());
            let cells = [
                people::id(row),
                first_name,
                last_name,
                people::email(row),
                people::phone(row),
                address,
                postcode,
            ];
            let values =
                member.values.iter().zip(features).map(|(&v, feature)| feature.groups[v].value.clone());
            own.iter().map(|&column| cells[column].clone()).chain(values).collect()
        })
        .collect();
    Table { header, rows }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use sortition::pool::{Pool, PoolOptions, assess};
    use sortition::{Combinations, Row, Sheet};

    use super::{SampleOptions, sample};
    use crate::groups::{counts, features, panel_size};
    use crate::{Table, assembly, dice::Dice, shapes};

    fn sheet(table: &Table) -> Sheet {
        let rows = (2..).zip(&table.rows).map(|(number, cells)| Row { number, cells: cells.clone() });
        Sheet { file: "pool.csv".to_owned(), header: table.header.clone(), rows: rows.collect() }
    }

    /// The number of members with each value of a column.
    fn tally(table: &Table, column: &str) -> BTreeMap<String, usize> {
        let place = table.header.iter().position(|name| name == column).unwrap();
        let mut tally = BTreeMap::new();
        for row in &table.rows {
            *tally.entry(row[place].clone()).or_default() += 1;
        }
        tally
    }

    #[test]
    fn the_demonstration_is_read_without_a_remark() {
        let assembly = assembly();
        let table = sample(&assembly.quotas, &assembly.pool);
        assert_eq!(table.rows.len(), 1727);
        let options = PoolOptions {
            household: vec!["address".to_owned(), "postcode".to_owned()],
            ..PoolOptions::default()
        };
        let reading = Pool::read(&sheet(&table), &assembly.quotas, &options);
        assert_eq!(reading.problems, []);
        let pool = reading.value.unwrap();
        assert_eq!(
            assess(&pool, &assembly.quotas, &Combinations::default(), assembly.size, "quotas.csv"),
            []
        );
        let sharing = pool.members.iter().filter(|member| member.household.is_some()).count();
        assert_eq!(sharing, 1727 / 5);
    }

    #[test]
    fn volunteers_are_no_mirror_of_the_quotas() {
        let assembly = assembly();
        let table = sample(&assembly.quotas, &assembly.pool);
        let mut far = 0;
        for quota in assembly.quotas.rows() {
            let share = tally(&table, &quota.feature).get(&quota.value).copied().unwrap_or(0) as u32;
            let wanted = (quota.min + quota.max) / 2 * 1727 / 110;
            far += u32::from(share * 10 < wanted * 8 || share * 10 > wanted * 13);
        }
        assert!(far >= 8, "only {far} of {} groups are far from their quota", assembly.quotas.rows().len());
    }

    #[test]
    fn the_same_seed_makes_the_same_people() {
        let quotas = shapes()[5].quotas("a");
        let make = |seed| sample(&quotas, &SampleOptions::new(300, seed)).to_csv();
        assert_eq!(make("x"), make("x"));
        assert_ne!(make("x"), make("y"));
    }

    #[test]
    fn households_bear_one_place() {
        let assembly = assembly();
        let table = sample(&assembly.quotas, &assembly.pool);
        let place = |name: &str| table.header.iter().position(|column| column == name).unwrap();
        let mut homes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in &table.rows {
            homes.entry(&row[place("address")]).or_default().insert(&row[place("region")]);
        }
        assert!(homes.values().all(|regions| regions.len() == 1));
    }

    #[test]
    fn every_shape_is_as_it_says() {
        for shape in shapes() {
            let quotas = shape.quotas("1");
            let table = shape.pool("1");
            assert_eq!(
                (table.rows.len(), quotas.features().len()),
                (shape.pool, shape.features),
                "{}",
                shape.name
            );
            let pool = Pool::read(&sheet(&table), &quotas, &PoolOptions::default()).value.unwrap();
            let errors = assess(&pool, &quotas, &Combinations::default(), shape.panel, "quotas.csv");
            assert!(!errors.iter().any(sortition::Problem::is_error), "{}: {errors:?}", shape.name);
        }
    }

    proptest! {
        /// Members of different households who together meet every quota, so that a draw is possible.
        #[test]
        fn a_panel_is_planted(more in 0usize..60, seed in "[a-z]{1,6}", share in 0u32..=100) {
            let features = features(&shapes()[3].quotas(&seed));
            let panel = panel_size(&features).unwrap() as usize;
            let options = SampleOptions { household_share: share, ..SampleOptions::new(panel + more, &seed) };
            let mut planted = super::pool(&features, &options, &mut Dice::new(&seed));
            prop_assert_eq!(planted.len(), panel + more);
            planted.retain(|member| member.planted);
            prop_assert_eq!(planted.len(), panel);
            for (place, feature) in features.iter().enumerate() {
                for (value, group) in feature.groups.iter().enumerate() {
                    let count = planted.iter().filter(|member| member.values[place] == value).count() as u64;
                    prop_assert!((group.min..=group.max).contains(&count));
                }
            }
            let dwellings: BTreeSet<usize> = planted.iter().map(|member| member.dwelling).collect();
            prop_assert_eq!(dwellings.len(), panel);
        }

        #[test]
        fn counts_are_a_panel(seed in "[a-z]{1,6}") {
            let quotas = shapes()[4].quotas(&seed);
            for feature in features(&quotas) {
                let counts = counts(&feature, 110, &mut Dice::new(&seed));
                prop_assert_eq!(counts.iter().sum::<u64>(), 110);
            }
        }
    }
}
