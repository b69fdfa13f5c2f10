//! Who took part on paper, by telephone and online, so that technology leaves nobody out unseen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::FEWEST;

/// How somebody took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On the pages of the service.
    Online,
    /// On a printed form.
    Paper,
    /// By telephone.
    Phone,
    /// In person.
    Person,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Online, Self::Paper, Self::Phone, Self::Person];

    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Paper => "paper",
            Self::Phone => "phone",
            Self::Person => "person",
        }
    }

    /// The one with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// How many people of a group took part by a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The channel.
    pub channel: Channel,
    /// The group: an age, a district; empty where it is not known.
    pub group: String,
    /// How many people.
    pub people: u32,
}

/// How many came by each channel, where everybody knows how many there are in all. If one of them is of few, none but those of
/// nobody are told: whichever were left out, the rest could give them away. Empty where nothing can be told.
pub fn told(counts: &BTreeMap<Channel, u64>) -> BTreeMap<Channel, Option<u64>> {
    let few = FEWEST as u64;
    if counts.values().all(|n| *n == 0 || *n >= few) {
        return counts.iter().map(|(channel, n)| (*channel, Some(*n))).collect();
    }
    let groups = counts.values().filter(|n| **n > 0).count();
    if groups < 2 || counts.values().sum::<u64>() < few {
        return BTreeMap::new();
    }
    counts.iter().map(|(channel, n)| (*channel, (*n == 0).then_some(0))).collect()
}

/// The shares of groups within each channel, as everybody may know them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares {
    /// People by channel; 0 where they are so few that nothing is said, and no group is then.
    pub people: BTreeMap<Channel, u32>,
    /// People by group and channel; `None` where one of these figures, or a rest, would be of so few people that they
    /// could be recognised.
    pub groups: Option<BTreeMap<String, BTreeMap<Channel, u32>>>,
}

/// Adds counts up. A table by group is shown only if each of its figures is of nobody or of enough people: with all sums
/// beside it, a figure left out could be worked out.
pub fn shares(counts: &[Count]) -> Shares {
    let mut people: BTreeMap<Channel, u32> = BTreeMap::new();
    let mut groups: BTreeMap<String, BTreeMap<Channel, u32>> = BTreeMap::new();
    for Count { channel, group, people: n } in counts {
        let sum = people.entry(*channel).or_default();
        *sum = sum.saturating_add(*n);
        let sum = groups.entry(group.trim().to_owned()).or_default().entry(*channel).or_default();
        *sum = sum.saturating_add(*n);
    }
    let few = |n: u32| n > 0 && (n as usize) < FEWEST;
    let named: BTreeSet<&str> = groups.keys().map(String::as_str).filter(|group| !group.is_empty()).collect();
    let sound = !named.is_empty() && !groups.values().flat_map(BTreeMap::values).any(|n| few(*n));
    for n in people.values_mut().filter(|n| few(**n)) {
        *n = 0;
    }
    Shares { people, groups: sound.then_some(groups) }
}
