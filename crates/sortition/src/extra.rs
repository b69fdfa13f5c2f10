//! Rules besides the quotas: `public/rules.json`. Each is one or more rows, counted like a quota.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, is_plain};
use crate::quotas::Quotas;
use crate::record::MAX_JSON;
use crate::wording::{counted, listed};

/// The most combinations that a draw may have.
pub const MAX_COMBINATIONS: usize = 200;

/// The most caps that a draw may have.
pub const MAX_CAPS: usize = 20;

/// `public/rules.json`: rules besides the quotas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraRules {
    /// Limits on those who agree in a column, in strictly ascending order of the columns.
    pub caps: Vec<Cap>,
    /// Quotas on combinations of features, in strictly ascending order of their values.
    pub combinations: Vec<Combination>,
    /// The rule that a panel takes at most one member of a household, if it holds.
    pub households: Option<HouseholdRule>,
    /// The members who sit on every panel, by index, strictly ascending.
    pub seated: Vec<u32>,
}

/// Which members share a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdRule {
    /// Those who agree in these columns of the pool.
    pub columns: Vec<String>,
}

/// At most so many of those who agree in a column of the pool: from one place, of one association.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// The column; it is no feature.
    pub column: String,
    /// At most so many, 1 or more.
    pub max: u32,
}

/// A quota on the members who have all of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combination {
    /// At most so many.
    pub max: u32,
    /// At least so many.
    pub min: u32,
    /// A value for each of two or more features.
    pub values: BTreeMap<String, String>,
}

impl Combination {
    /// The rows of the quotas in which a member counts who counts here, ascending; `None` if there is no such value.
    pub fn places(&self, quotas: &Quotas) -> Option<Vec<u32>> {
        let place = |(feature, value): (&String, &String)| {
            quotas.rows().iter().position(|quota| quota.feature == *feature && quota.value == *value)
        };
        self.values.iter().map(|pair| place(pair).map(|row| row as u32)).collect()
    }

    /// Whether a member with these values (rows of the quotas, ascending) counts here; `places` are those of
    /// [`Combination::places`].
    pub fn counts(places: &[u32], values: &[u32]) -> bool {
        places.iter().all(|row| values.binary_search(row).is_ok())
    }

    /// `"16-29" (Age) and "Female" (Gender)`.
    pub fn words(&self) -> String {
        let parts: Vec<String> =
            self.values.iter().map(|(feature, value)| format!("\"{value}\" ({feature})")).collect();
        parts.join(" and ")
    }
}

impl ExtraRules {
    /// Reads `rules.json` for a pool of `n` members, panels of `k` and these quotas.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_canonical(bytes: &[u8], quotas: &Quotas, n: u32, k: u32) -> Result<Self, String> {
        let rules: Self = canonical::from_json(bytes, MAX_JSON)
            .map_err(|reason| format!("{reason}; perhaps it has a rule that this version does not know"))?;
        rules.check(quotas, n, k)?;
        Ok(rules)
    }

    fn check(&self, quotas: &Quotas, n: u32, k: u32) -> Result<(), String> {
        let columns = self.households.as_ref().map(|rule| rule.columns.as_slice());
        if columns.is_some_and(|columns| columns.is_empty() || !columns.iter().all(|name| is_plain(name))) {
            return Err(
                "the household rule has no columns, or a name that is not in its canonical form".into()
            );
        }
        let features = quotas.features();
        let names =
            |column: &String| !column.is_empty() && is_plain(column) && !features.contains(&&**column);
        let good = |cap: &Cap| cap.max > 0 && names(&cap.column);
        if self.caps.len() > MAX_CAPS
            || !self.caps.iter().all(good)
            || self.caps.windows(2).any(|pair| pair[0].column >= pair[1].column)
        {
            return Err(
                "the caps are not in order, too many, or one allows nobody or names no column, or a feature"
                    .into(),
            );
        }
        let good = |combination: &Combination| {
            let Combination { min, max, values } = combination;
            values.len() > 1 && min <= max && combination.places(quotas).is_some()
        };
        if self.combinations.len() > MAX_COMBINATIONS
            || !self.combinations.iter().all(good)
            || self.combinations.windows(2).any(|pair| pair[0].values >= pair[1].values)
        {
            return Err(
                "the combinations are not in order, too many, or one is not of two or more values that \
                        have a quota"
                    .into(),
            );
        }
        if self.seated.len() > k as usize
            || self.seated.windows(2).any(|pair| pair[0] >= pair[1])
            || self.seated.last().is_some_and(|&index| index >= n)
        {
            return Err(
                "the members already seated are not some of the pool in order, or more than sit".into()
            );
        }
        Ok(())
    }

    /// Which rows of the rules are what, where the caps have so many labels each.
    pub fn layout(&self, quotas: &Quotas, labels: &[u32]) -> Layout {
        let mut end = 0;
        let mut next = |rows: u32| {
            let start = end;
            end += rows;
            start..end
        };
        Layout {
            quotas: next(quotas.rows().len() as u32),
            combinations: next(self.combinations.len() as u32),
            caps: labels.iter().map(|&labels| next(labels)).collect(),
            seated: next(u32::from(!self.seated.is_empty())),
        }
    }

    /// Every rule in words, but for the quotas and the households.
    pub fn words(&self) -> Vec<String> {
        let range = |min: u32, max: u32| if min == max { min.to_string() } else { format!("{min} to {max}") };
        let combination = |rule: &Combination| {
            let noun = if (rule.min, rule.max) == (1, 1) { "member who is" } else { "members who are" };
            format!("every panel has {} {noun} {}", range(rule.min, rule.max), rule.words())
        };
        let cap = |cap: &Cap| {
            format!(
                "no panel has more than {} who agree in \"{}\"",
                counted(cap.max as usize, "member"),
                cap.column
            )
        };
        let mut words: Vec<String> = self.combinations.iter().map(combination).collect();
        words.extend(self.caps.iter().map(cap));
        if !self.seated.is_empty() {
            let seated: Vec<String> = self.seated.iter().map(u32::to_string).collect();
            let (members, list) = (counted(seated.len(), "member"), listed(&seated, 20));
            words.push(format!("{members} sit without being drawn and are on every panel: number {list}"));
        }
        words
    }
}

/// Which rows of [`crate::Rules`] count what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The feature values, in the order of `quotas.csv`.
    pub quotas: Range<u32>,
    /// The combinations.
    pub combinations: Range<u32>,
    /// For each cap the labels from 1 up.
    pub caps: Vec<Range<u32>>,
    /// One row for the members already seated, if there are any.
    pub seated: Range<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Row, Sheet};

    fn quotas() -> Quotas {
        let cells = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<String>>();
        let lines = ["Age,Old,0,9", "Age,Young,0,9", "Sex,F,0,9", "Sex,M,0,9"];
        let rows = (2..).zip(lines).map(|(number, line)| Row { number, cells: cells(line) });
        let sheet = Sheet {
            file: "quotas.csv".to_owned(),
            header: cells("feature,value,min,max"),
            rows: rows.collect(),
        };
        Quotas::read(&sheet).value.unwrap()
    }

    const ALL: &str = "{\"caps\":[{\"column\":\"club\",\"max\":2},{\"column\":\"town\",\"max\":1}],\
        \"combinations\":[{\"max\":3,\"min\":1,\"values\":{\"Age\":\"Old\",\"Sex\":\"M\"}},\
        {\"max\":3,\"min\":3,\"values\":{\"Age\":\"Young\",\"Sex\":\"F\"}}],\
        \"households\":{\"columns\":[\"street\"]},\"seated\":[3,7]}\n";

    #[test]
    fn every_rule_is_read_and_laid_out() {
        let rules = ExtraRules::from_canonical(ALL.as_bytes(), &quotas(), 12, 4).unwrap();
        assert_eq!(canonical::to_json(&rules), ALL.as_bytes());
        let layout = rules.layout(&quotas(), &[5, 0]);
        assert_eq!((layout.quotas, layout.combinations), (0..4, 4..6));
        assert_eq!((layout.caps, layout.seated), (vec![6..11, 11..11], 11..12));
        assert_eq!(rules.combinations[1].places(&quotas()), Some(vec![1, 2]));
        let none = "{\"caps\":[],\"combinations\":[],\"households\":null,\"seated\":[]}\n";
        assert_eq!(canonical::to_json(&ExtraRules::default()), none.as_bytes());
        assert_eq!(ExtraRules::default().layout(&quotas(), &[]).seated, 4..4);
    }

    #[test]
    fn rules_that_make_no_sense() {
        for (from, to) in [
            ("\"street\"", ""),
            ("\"club\",\"max\":2", "\"club\",\"max\":0"),
            ("\"club\"", "\"\""),
            ("\"club\"", "\"zoo\""),
            ("\"club\"", "\"town\""),
            ("\"club\"", "\"Sex\""),
            ("\"max\":2", "\"max\":-2"),
            ("\"min\":1", "\"min\":4"),
            ("\"Old\"", "\"old\""),
            ("\"Age\":\"Old\",", ""),
            ("\"Old\",\"Sex\":\"M\"", "\"Young\",\"Sex\":\"M\""),
            ("[3,7]", "[7,3]"),
            ("[3,7]", "[3,3]"),
            ("[3,7]", "[3,12]"),
            ("[3,7]", "[1,2,3,4,5]"),
            ("\"seated\"", "\"standing\":[],\"seated\""),
        ] {
            let changed = ALL.replacen(from, to, 1);
            assert_ne!(changed, ALL);
            assert!(ExtraRules::from_canonical(changed.as_bytes(), &quotas(), 12, 4).is_err(), "{changed}");
        }
    }
}
