//! Members who are alike. Leximin treats members with the same standing alike, so the search works on kinds and their
//! multiplicities; [`crate::deal`] turns kinds back into members.
//!
//! With households, two members are alike if they count in the same rows and their households hold the same kinds of
//! people. Households of the same composition form a class; a panel takes at most one member of each household, hence
//! at most as many members of a class as it has households.

use std::collections::BTreeMap;

use sortition::Rules;

/// A row of the search: at least `min`, at most `max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

/// Members who are alike.
#[derive(Debug, Clone)]
pub struct Kind {
    /// The rows of the rules in which each of them counts.
    pub rows: Vec<u32>,
    /// How many there are.
    pub multiplicity: u32,
    /// The most of them that one panel can hold.
    pub most: u32,
    /// The class of their households, if they live with members of another kind.
    pub class: Option<usize>,
    /// The labels of their households, if they live with members of their own kind only.
    pub shared: Vec<u32>,
    /// The members: for each household of the class (or once, if there is none) those of this kind in it.
    pub members: Vec<Vec<u32>>,
}

/// Households of the same composition.
#[derive(Debug, Clone)]
pub struct Class {
    /// Their labels.
    pub households: Vec<u32>,
    /// The kinds that live in each of them.
    pub kinds: Vec<usize>,
}

/// The rules in terms of kinds.
#[derive(Debug, Clone)]
pub struct Kinds {
    /// The number of members of a panel.
    pub size: u32,
    /// The rows of the rules.
    pub rows: Vec<Span>,
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// The classes of households that hold two or more kinds; a class of one kind is in that kind's `most`.
    pub classes: Vec<Class>,
}

impl Kinds {
    /// Groups the members.
    pub fn new(rules: &Rules) -> Self {
        let mut at_home: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (i, member) in rules.members.iter().enumerate() {
            if let Some(label) = member.household {
                at_home.entry(label).or_default().push(i as u32);
            }
        }
        let mut alone: BTreeMap<&[u32], Vec<u32>> = BTreeMap::new();
        for (i, member) in rules.members.iter().enumerate() {
            if member.household.is_none_or(|label| at_home[&label].len() == 1) {
                alone.entry(&member.rows).or_default().push(i as u32);
            }
        }
        let mut classes: BTreeMap<Vec<&[u32]>, Vec<u32>> = BTreeMap::new();
        for (&label, members) in at_home.iter().filter(|(_, members)| members.len() > 1) {
            let mut composition: Vec<&[u32]> =
                members.iter().map(|&i| rules.members[i as usize].rows.as_slice()).collect();
            composition.sort_unstable();
            classes.entry(composition).or_default().push(label);
        }
        let mut out = Self {
            size: rules.size,
            rows: rules.rows.iter().map(|b| Span { min: b.min, max: b.max }).collect(),
            kinds: Vec::new(),
            classes: Vec::new(),
        };
        for (rows, members) in alone {
            let multiplicity = members.len() as u32;
            let members = vec![members];
            out.kinds.push(Kind {
                rows: rows.to_vec(),
                multiplicity,
                most: multiplicity,
                class: None,
                shared: Vec::new(),
                members,
            });
        }
        for (composition, households) in classes {
            out.push_class(rules, &composition, households, &at_home);
        }
        out
    }

    fn push_class(
        &mut self,
        rules: &Rules,
        composition: &[&[u32]],
        households: Vec<u32>,
        at_home: &BTreeMap<u32, Vec<u32>>,
    ) {
        let mut distinct = composition.to_vec();
        distinct.dedup();
        let class = (distinct.len() > 1).then_some(self.classes.len());
        let first = self.kinds.len();
        for rows in &distinct {
            let members: Vec<Vec<u32>> = households
                .iter()
                .map(|label| {
                    at_home[label]
                        .iter()
                        .copied()
                        .filter(|&i| rules.members[i as usize].rows == *rows)
                        .collect()
                })
                .collect();
            let multiplicity = members.iter().map(|m| m.len() as u32).sum();
            let most = households.len() as u32;
            let shared = if class.is_none() { households.clone() } else { Vec::new() };
            self.kinds.push(Kind { rows: rows.to_vec(), multiplicity, most, class, shared, members });
        }
        if class.is_some() {
            self.classes.push(Class { households, kinds: (first..self.kinds.len()).collect() });
        }
    }

    /// Whether some members share a household.
    pub fn has_households(&self) -> bool {
        self.kinds.iter().any(|kind| kind.class.is_some() || !kind.shared.is_empty())
    }

    /// The same members without the rule that a panel takes one of each household.
    pub fn without_households(&self) -> Self {
        let mut out = self.clone();
        out.classes.clear();
        for kind in &mut out.kinds {
            kind.most = kind.multiplicity;
            kind.class = None;
            kind.shared.clear();
        }
        out
    }

    /// Whether a panel, given as the number of members of each kind, meets every rule.
    pub fn valid(&self, panel: &[u32]) -> bool {
        let mut counts = vec![0u32; self.rows.len()];
        for (kind, &c) in self.kinds.iter().zip(panel) {
            if c > kind.most {
                return false;
            }
            for &r in &kind.rows {
                counts[r as usize] += c;
            }
        }
        panel.iter().sum::<u32>() == self.size
            && counts.iter().zip(&self.rows).all(|(&c, s)| s.min <= c && c <= s.max)
            && self.classes.iter().all(|class| {
                class.kinds.iter().map(|&t| panel[t]).sum::<u32>() <= class.households.len() as u32
            })
    }
}
