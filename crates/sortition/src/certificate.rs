//! The proof that no lottery could be much fairer, checked in exact integers.
//!
//! Give each row of the rules a whole multiplier w, each household one, and the size k of the panel one. A
//! member's gain g is the size's multiplier and those of the rows and the household in which the member counts;
//! v = max(0, -g) and y = g + v = max(0, g). For every panel, hence for every lottery with selection
//! probabilities x,
//!
//! ```text
//! sum g x <= w_size k + sum over rows max(w min, w max) + sum over households max(0, w)     and     sum v x <= sum v
//! ```
//!
//! so `sum y x <= R` with R the right sides together. If everybody outside a set U of members gets at least the
//! share c/m that this lottery gives, the least likely member of U gets at most
//!
//! ```text
//! (m R - sum outside U of y c) / (m sum in U of y)
//! ```

use crate::canonical::{self, MAX_INTEGER, safe};
use crate::rules::Rules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest `certificate.json`, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// Proofs for the smallest selection probability, then for the smallest of the members who are left, and so
/// on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Certificate {
    /// The levels; the first is about all members, each next one about some of those of the one before.
    pub levels: Vec<Level>,
}

/// The proof of one level: multipliers of any sign, each of at most [`MAX_INTEGER`] either way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Level {
    /// The multiplier w_0 of the panel's size.
    pub total: i64,
    /// A multiplier for each row of the rules, in their order.
    pub rows: Vec<i64>,
    /// Multipliers of households by label; a household without one has 0.
    pub households: BTreeMap<u32, i64>,
    /// The members whom the level is about, by index, ascending.
    pub unfixed: Vec<u32>,
}

/// An upper bound on a selection probability as an exact fraction, at least 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The numerator, at least 0.
    pub num: i128,
    /// The denominator, above 0.
    pub den: i128,
}

/// The parts in which bounds are stored: 10^12 is certainty.
pub const PARTS: u64 = 1_000_000_000_000;

impl Bound {
    /// The bound in parts of 10^12, rounded up and at most 10^12; `None` if the numbers are too large.
    pub fn parts(&self) -> Option<u64> {
        if self.num >= self.den {
            return Some(PARTS);
        }
        let scaled = self.num.checked_mul(i128::from(PARTS))?;
        u64::try_from(scaled / self.den + i128::from(scaled % self.den != 0)).ok()
    }
}

/// The bound that a level proves for its unfixed members, for a portfolio of `m` panels that hold each member
/// `counts` times.
///
/// `None` if it proves nothing: no unfixed member has a positive weight, multipliers do not fit the rules,
/// indices are out of range, the sum is negative (then the portfolio breaks a rule), or a number does not fit
/// 128 bits.
pub fn bound(level: &Level, rules: &Rules, counts: &[u32], m: u32) -> Option<Bound> {
    if level.rows.len() != rules.rows.len() || counts.len() != rules.members.len() {
        return None;
    }
    let mut limit = i128::from(level.total).checked_mul(i128::from(rules.size))?;
    for (&weight, row) in level.rows.iter().zip(&rules.rows) {
        let end = if weight < 0 { row.min } else { row.max };
        limit = limit.checked_add(i128::from(weight) * i128::from(end))?;
    }
    for &weight in level.households.values() {
        limit = limit.checked_add(i128::from(weight.max(0)))?;
    }
    let m = i128::from(m);
    let (mut fixed, mut unfixed) = (0i128, 0i128);
    let mut next = level.unfixed.iter().peekable();
    for (index, (member, &count)) in (0u32..).zip(rules.members.iter().zip(counts)) {
        let mut gain = i128::from(level.total);
        for &row in &member.rows {
            gain = gain.checked_add(i128::from(*level.rows.get(row as usize)?))?;
        }
        let household = member.household.and_then(|label| level.households.get(&label));
        gain = gain.checked_add(household.copied().map_or(0, i128::from))?;
        limit = limit.checked_add((-gain).max(0))?;
        let weight = gain.max(0);
        if next.next_if_eq(&&index).is_some() {
            unfixed = unfixed.checked_add(weight)?;
        } else {
            fixed = fixed.checked_add(weight.checked_mul(i128::from(count))?)?;
        }
    }
    let bound = Bound { num: m.checked_mul(limit)?.checked_sub(fixed)?, den: m.checked_mul(unfixed)? };
    (next.next().is_none() && bound.num >= 0 && bound.den > 0).then_some(bound)
}

/// `certificate.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    levels: Vec<StoredLevel>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLevel {
    #[serde(deserialize_with = "safe")]
    bound: u64,
    households: BTreeMap<u32, Multiplier>,
    rows: Vec<Multiplier>,
    #[serde(deserialize_with = "safe")]
    total: i64,
    unfixed: Vec<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Multiplier(#[serde(deserialize_with = "safe")] i64);

impl Certificate {
    /// `certificate.json` with the bound of each level; `None` if a level proves nothing, or is about other
    /// members than it may be (see [`Certificate::check_levels`]).
    pub fn to_json(&self, rules: &Rules, counts: &[u32], m: u32) -> Option<Vec<u8>> {
        self.check_levels(rules).ok()?;
        let store = |level: &Level| {
            let nonzero = level.households.iter().filter(|&(_, &weight)| weight != 0);
            Some(StoredLevel {
                bound: bound(level, rules, counts, m)?.parts()?,
                households: nonzero.map(|(&label, &weight)| (label, Multiplier(weight))).collect(),
                rows: level.rows.iter().copied().map(Multiplier).collect(),
                total: level.total,
                unfixed: level.unfixed.clone(),
            })
        };
        let levels = self.levels.iter().map(store).collect::<Option<_>>()?;
        Some(canonical::to_json(&Stored { levels })).filter(|json| json.len() <= MAX_BYTES)
    }

    /// Reads `certificate.json`: the multipliers, and the bound in parts of 10^12 that is stored with each
    /// level.
    ///
    /// # Errors
    /// What is wrong with its form. Whether the levels prove their bounds is not checked here.
    pub fn from_json(bytes: &[u8]) -> Result<(Self, Vec<u64>), String> {
        let stored: Stored = canonical::from_json(bytes, MAX_BYTES)?;
        if stored.levels.iter().any(|level| level.households.values().any(|weight| weight.0 == 0)) {
            return Err("a household has the multiplier 0".to_owned());
        }
        let bounds = stored.levels.iter().map(|level| level.bound).collect();
        let read = |level: StoredLevel| Level {
            total: level.total,
            rows: level.rows.into_iter().map(|weight| weight.0).collect(),
            households: level.households.into_iter().map(|(label, weight)| (label, weight.0)).collect(),
            unfixed: level.unfixed,
        };
        Ok((Self { levels: stored.levels.into_iter().map(read).collect() }, bounds))
    }

    /// Reads `certificate.json` and checks every level and its bound.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(bytes: &[u8], rules: &Rules, counts: &[u32], m: u32) -> Result<(Self, Vec<u64>), String> {
        let (certificate, stored) = Self::from_json(bytes)?;
        certificate.check_levels(rules)?;
        for (number, (level, &stored)) in (1..).zip(certificate.levels.iter().zip(&stored)) {
            let found = bound(level, rules, counts, m).and_then(|bound| bound.parts());
            let found = found.ok_or_else(|| format!("level {number} proves nothing"))?;
            if found != stored {
                return Err(format!("level {number} proves {found} parts of 10^12, not {stored}"));
            }
        }
        Ok((certificate, stored))
    }

    /// Checks that there is a level, that the first is about all members and each next one about some of
    /// those of the one before but not all, that multipliers are for rows and households that exist, and that
    /// none is too large.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check_levels(&self, rules: &Rules) -> Result<(), String> {
        let mut before: Vec<u32> = (0..rules.members.len() as u32).collect();
        let labels: std::collections::BTreeSet<u32> =
            rules.members.iter().filter_map(|member| member.household).collect();
        if self.levels.is_empty() {
            return Err("it has no levels".to_owned());
        }
        for (place, level) in self.levels.iter().enumerate() {
            let number = place + 1;
            let ascending = level.unfixed.windows(2).all(|pair| pair[0] < pair[1]);
            let within = level.unfixed.iter().all(|index| before.binary_search(index).is_ok());
            let smaller = level.unfixed.len() < before.len() || place == 0;
            if !ascending || !within || !smaller || level.unfixed.is_empty() {
                return Err(format!("level {number} is not about some of the members of the level before"));
            }
            if place == 0 && level.unfixed.len() != before.len() {
                return Err("level 1 is not about all members".to_owned());
            }
            if level.rows.len() != rules.rows.len() {
                return Err(format!("level {number} does not have one multiplier for each quota"));
            }
            if !level.households.keys().all(|label| labels.contains(label)) {
                return Err(format!("level {number} has a multiplier for a household that does not exist"));
            }
            let mut weights = level.rows.iter().chain(level.households.values()).chain([&level.total]);
            if !weights.all(|weight| weight.unsigned_abs() <= MAX_INTEGER) {
                return Err(format!("level {number} has a multiplier that is too large"));
            }
            before.clone_from(&level.unfixed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Bounds, Standing};
    use proptest::prelude::*;

    /// Two features of two values over `n` members by the bits of their index, the last two in one household.
    fn rules(n: u32, size: u32, bounds: [(u32, u32); 4]) -> Rules {
        let member =
            |i: u32| Standing { rows: vec![i & 1, 2 + (i >> 1 & 1)], household: (i + 2 >= n).then_some(1) };
        Rules {
            size,
            rows: bounds.map(|(min, max)| Bounds { min, max }).to_vec(),
            members: (0..n).map(member).collect(),
        }
    }

    /// Such rules with some slack below and above what the members of `witness` fill: there is a panel, always.
    fn rules_around(n: u32, witness: u32, slack: [(u32, u32); 4]) -> Rules {
        let everybody = rules(n, 0, [(0, 0); 4]);
        let mut panel: Vec<u32> = (0..n - 1).filter(|i| witness >> i & 1 == 1).collect();
        if panel.is_empty() {
            panel.push(n - 1);
        }
        let filled = |row| {
            panel.iter().filter(|&&i| everybody.members[i as usize].rows.contains(&(row as u32))).count()
                as u32
        };
        let bounds = |row: usize| (filled(row).saturating_sub(slack[row].0), filled(row) + slack[row].1);
        rules(n, panel.len() as u32, [0, 1, 2, 3].map(bounds))
    }

    fn all_panels(rules: &Rules) -> Vec<Vec<u32>> {
        let n = rules.members.len() as u32;
        let panel = |set: u32| (0..n).filter(|i| set >> i & 1 == 1).collect::<Vec<u32>>();
        (0..1u32 << n).map(panel).filter(|panel| rules.check(panel).is_ok()).collect()
    }

    #[test]
    fn by_hand() {
        let rules = rules(4, 2, [(0, 2), (0, 2), (0, 2), (0, 2)]);
        let all = vec![0, 1, 2, 3];
        let level = Level { total: 1, rows: vec![0; 4], unfixed: all.clone(), ..Level::default() };
        // Two of four seats: nobody's chance can be raised above a half for all.
        assert_eq!(bound(&level, &rules, &[1, 1, 1, 1], 2), Some(Bound { num: 4, den: 8 }));
        assert_eq!(Bound { num: 4, den: 8 }.parts(), Some(PARTS / 2));
        assert_eq!(Bound { num: 1, den: 3 }.parts(), Some(333_333_333_334));
        assert_eq!(Bound { num: 9, den: 3 }.parts(), Some(PARTS));
        // The household takes one seat at most: 2 and 3 get half a seat each at best.
        let household =
            Level { total: 0, rows: vec![0; 4], households: BTreeMap::from([(1, 1)]), unfixed: all };
        assert_eq!(bound(&household, &rules, &[1, 1, 1, 1], 2), Some(Bound { num: 2, den: 4 }));
        // With 0 and 1 fixed at 3 of 4, the others share what is left of the two seats.
        let rest = Level { unfixed: vec![2, 3], ..level.clone() };
        assert_eq!(bound(&rest, &rules, &[3, 3, 1, 1], 4), Some(Bound { num: 2, den: 8 }));
        let nothing = Level { total: 0, ..level.clone() };
        assert_eq!(bound(&nothing, &rules, &[1, 1, 1, 1], 2), None);
        let too_short = Level { rows: vec![0; 3], ..level.clone() };
        assert_eq!(bound(&too_short, &rules, &[1, 1, 1, 1], 2), None);
        let nobody = Level { unfixed: vec![0, 1, 2, 9], ..level };
        assert_eq!(bound(&nobody, &rules, &[1, 1, 1, 1], 2), None);
    }

    #[test]
    fn large_numbers_are_refused_and_never_wrap() {
        let rules = rules(4, 2, [(0, u32::MAX); 4]);
        let level = |weight| Level {
            total: weight,
            rows: vec![weight; 4],
            unfixed: vec![0, 1, 2, 3],
            ..Level::default()
        };
        for weight in [i64::MAX, i64::MIN, MAX_INTEGER as i64, -(MAX_INTEGER as i64)] {
            if let Some(bound) = bound(&level(weight), &rules, &[u32::MAX; 4], u32::MAX) {
                assert!(bound.parts().is_none_or(|parts| parts == PARTS));
            }
        }
        assert_eq!(Bound { num: i128::MAX / 2, den: i128::MAX }.parts(), None);
    }

    #[test]
    fn levels_must_shrink_from_all_members() {
        let rules = rules(4, 2, [(0, 2); 4]);
        let level = |unfixed: &[u32]| Level {
            total: 1,
            rows: vec![0; 4],
            unfixed: unfixed.to_vec(),
            ..Level::default()
        };
        let check = |sets: &[&[u32]]| {
            Certificate { levels: sets.iter().map(|set| level(set)).collect() }.check_levels(&rules)
        };
        assert!(check(&[&[0, 1, 2, 3], &[1, 2], &[2]]).is_ok());
        let wrong: [&[&[u32]]; 7] = [
            &[],
            &[&[0, 1, 2]],
            &[&[0, 1, 2, 3], &[0, 1, 2, 3]],
            &[&[0, 1, 2, 3], &[]],
            &[&[0, 1, 2, 3], &[2, 1]],
            &[&[0, 1, 2, 3], &[1, 2], &[3]],
            &[&[0, 1, 2, 3, 4]],
        ];
        for wrong in wrong {
            assert!(check(wrong).is_err(), "{wrong:?}");
        }
        let mut other = level(&[0, 1, 2, 3]);
        other.households.insert(7, 1);
        assert!(Certificate { levels: vec![other] }.check_levels(&rules).is_err());
        let large = Level { total: 1 << 53, ..level(&[0, 1, 2, 3]) };
        assert!(Certificate { levels: vec![large] }.check_levels(&rules).is_err());
    }

    #[test]
    fn json_comes_back() {
        let rules = rules(4, 2, [(0, 2); 4]);
        let certificate = Certificate {
            levels: vec![
                Level {
                    total: 5,
                    rows: vec![-1, 0, 2, 0],
                    households: BTreeMap::from([(1, 3)]),
                    unfixed: vec![0, 1, 2, 3],
                },
                Level { total: 1, rows: vec![0; 4], unfixed: vec![2, 3], ..Level::default() },
            ],
        };
        let json = certificate.to_json(&rules, &[3, 3, 1, 1], 4).unwrap();
        let (read, bounds) = Certificate::from_json(&json).unwrap();
        assert_eq!(read, certificate);
        assert_eq!(bounds[1], 250_000_000_000);
        assert!(String::from_utf8(json).unwrap().starts_with(
            "{\"levels\":[{\"bound\":607142857143,\"households\":{\"1\":3},\"rows\":[-1,0,2,0],\"total\":5,\"unfixed\":[0,1,2,3]}"
        ));
    }

    proptest! {
        /// Whatever the multipliers, no lottery over all panels beats the bound: neither the portfolio itself
        /// nor, with everybody outside the set at least as well off, any other.
        #[test]
        fn no_lottery_beats_a_bound(
            n in 3u32..8,
            witness in 1u32..256,
            slack in prop::array::uniform4((0u32..3, 0u32..3)),
            weights in prop::array::uniform6(-3i64..4),
            unfixed in 1u32..256,
            here in prop::collection::vec(0usize..1000, 1..6),
            there in prop::collection::vec(0usize..1000, 1..6),
        ) {
            let rules = rules_around(n, witness, slack);
            let panels = all_panels(&rules);
            prop_assert!(!panels.is_empty());
            let counts = |choice: &[usize]| {
                let mut counts = vec![0u32; n as usize];
                for pick in choice {
                    for &i in &panels[pick % panels.len()] {
                        counts[i as usize] += 1;
                    }
                }
                counts
            };
            let (mine, other) = (counts(&here), counts(&there));
            let level = Level {
                total: weights[0],
                rows: weights[1..5].to_vec(),
                households: BTreeMap::from([(1, weights[5])]),
                unfixed: (0..n).filter(|i| unfixed >> i & 1 == 1).collect(),
            };
            let (m, m_other) = (here.len() as u32, there.len() as u32);
            if let Some(bound) = bound(&level, &rules, &mine, m) {
                let least = |counts: &[u32]| level.unfixed.iter().map(|&i| counts[i as usize]).min().unwrap();
                let beats = |least: u32, m: u32| i128::from(least) * bound.den > bound.num * i128::from(m);
                prop_assert!(!beats(least(&mine), m));
                let as_well_off = (0..n).filter(|i| !level.unfixed.contains(i)).all(|i| {
                    other[i as usize] * m >= mine[i as usize] * m_other
                });
                prop_assert!(!(as_well_off && beats(least(&other), m_other)));
            }
        }
    }
}
