//! Work in hours a month: what recommendations ask of a post, against what the post can give.
//!
//! A month, not a week: what one recommendation asks of one post is often less than an hour a week, and whole hours a month
//! stay readable. Hours are whole, so that sums are exact.

use crate::recommendation::{Assignment, Recommendation};
use crate::state::State;
use crate::transitions::WITH_AN_OWNER;
use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The hours of the longest month.
pub const MOST_HOURS: u32 = 31 * 24;

words! {
    /// The part that a post has in a recommendation.
    Part {
        /// Answers for it.
        Accountable = "accountable", "accountable";
        /// Stands in.
        Deputy = "deputy", "deputy";
        /// Works on it.
        Responsible = "responsible", "responsible";
        /// Is asked.
        Consulted = "consulted", "consulted";
        /// Is told.
        Informed = "informed", "informed";
    }
}

words! {
    /// How work stands to capacity.
    Measure {
        /// Nobody has said what the post can give.
        Unknown = "unknown", "capacity not known";
        /// There is room.
        Room = "room", "has room";
        /// Nine tenths of the capacity or more are taken.
        Full = "full", "full";
        /// More is asked than the post can give.
        Over = "over", "over capacity";
    }
}

/// What a post can give from a day on, in hours a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// The first day.
    pub from: Date,
    /// Hours a month.
    pub hours: u32,
}

/// What is known of a post beside its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostFacts {
    /// What it can give for recommendations, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacity: Vec<Capacity>,
    /// The post that stands in for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
}

impl PostFacts {
    /// What it can give on a day, in hours a month; of two lines for one day the later one in the list holds.
    pub fn capacity_on(&self, day: Date) -> Option<u32> {
        let begun = self.capacity.iter().filter(|one| one.from <= day);
        begun.max_by_key(|one| one.from).map(|one| one.hours)
    }

    /// The same with another capacity from a day on.
    pub fn with_capacity(mut self, from: Date, hours: u32) -> Self {
        self.capacity.retain(|one| one.from != from);
        self.capacity.push(Capacity { from, hours });
        self.capacity.sort_by_key(|one| one.from);
        self
    }
}

/// The work of a post on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// What it can give, in hours a month; `None` where nobody has said.
    pub capacity: Option<u32>,
    /// What is asked of it, in hours a month.
    pub hours: u64,
    /// The recommendations in which it has a part, by reference and assembly, with its first part and its hours.
    pub items: Vec<Item>,
}

/// What one recommendation asks of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The assembly's id.
    pub assembly: String,
    /// The recommendation's reference.
    pub reference: String,
    /// The first of its parts in the order of [`Part::ALL`].
    pub part: Part,
    /// Hours a month; `None` where nobody has said.
    pub hours: Option<u32>,
}

impl Load {
    /// How it stands to capacity.
    pub fn measure(&self) -> Measure {
        match self.capacity.map(u64::from) {
            None => Measure::Unknown,
            Some(capacity) if self.hours > capacity => Measure::Over,
            Some(capacity) if self.hours * 10 >= capacity * 9 => Measure::Full,
            Some(_) => Measure::Room,
        }
    }

    /// The recommendations on which it works or for which it answers and of which nobody has said how many hours they take.
    pub fn without_hours(&self) -> usize {
        let works = |item: &&Item| matches!(item.part, Part::Accountable | Part::Responsible);
        self.items.iter().filter(works).filter(|item| item.hours.is_none()).count()
    }
}

/// The work of every post that has a part in one of the recommendations, and of every post in `posts`, on a day.
pub fn workload<'a>(
    on: impl IntoIterator<Item = &'a Recommendation>,
    posts: &BTreeMap<String, PostFacts>,
    day: Date,
) -> BTreeMap<String, Load> {
    let empty = |facts: Option<&PostFacts>| Load {
        capacity: facts.and_then(|facts| facts.capacity_on(day)),
        hours: 0,
        items: Vec::new(),
    };
    let mut loads: BTreeMap<String, Load> =
        posts.iter().map(|(post, facts)| (post.clone(), empty(Some(facts)))).collect();
    for one in on.into_iter().filter(|one| one.state.takes_work()) {
        let mut seen = BTreeSet::new();
        for (post, part) in one.parts().filter(|(post, _)| seen.insert(*post)) {
            let hours = one.assignment.as_ref().and_then(|assignment| assignment.hours.get(post)).copied();
            let load = loads.entry(post.to_owned()).or_insert_with(|| empty(None));
            load.hours += u64::from(hours.unwrap_or(0));
            let (assembly, reference) = (one.assembly.clone(), one.reference.clone());
            load.items.push(Item { assembly, reference, part, hours });
        }
    }
    loads
}

impl State {
    /// Whether a recommendation in this state takes its owner's time: it is owned, and neither with others nor over.
    pub fn takes_work(self) -> bool {
        WITH_AN_OWNER.contains(&self)
    }
}

impl Recommendation {
    /// The posts that have a part in the assignment, each with each of its parts, in the order of [`Part::ALL`].
    pub fn parts(&self) -> impl Iterator<Item = (&str, Part)> {
        self.assignment.iter().flat_map(Assignment::parts)
    }

    /// Whether a post has a part in the assignment, or answers for a commitment.
    pub fn has_part(&self, post: &str) -> bool {
        self.parts().any(|(own, _)| own == post) || self.commitments.iter().any(|one| one.post == post)
    }
}

impl Assignment {
    /// Its posts, each with each of its parts, in the order of [`Part::ALL`].
    pub fn parts(&self) -> impl Iterator<Item = (&str, Part)> {
        let lists = [
            (&self.responsible, Part::Responsible),
            (&self.consulted, Part::Consulted),
            (&self.informed, Part::Informed),
        ];
        let first = [(self.accountable.as_str(), Part::Accountable), (self.deputy.as_str(), Part::Deputy)];
        let rest =
            lists.into_iter().flat_map(|(posts, part)| posts.iter().map(move |post| (post.as_str(), part)));
        first.into_iter().chain(rest)
    }

    /// Forgets the hours of posts that have no part any more.
    pub(crate) fn forget_hours(&mut self) {
        let posts: BTreeSet<String> = self.parts().map(|(post, _)| post.to_owned()).collect();
        self.hours.retain(|post, _| posts.contains(post));
    }

    /// The same with `to` wherever `from` was, its hours added to those that `to` has. Where accountable post and deputy become
    /// the same and another deputy is given, that one stands in.
    pub(crate) fn with(mut self, from: &str, to: &str, deputy: Option<&str>, unit: Option<&str>) -> Self {
        self.replace(from, to);
        if self.accountable == self.deputy
            && let Some(deputy) = deputy
        {
            self.deputy = deputy.to_owned();
        }
        if let Some(unit) = unit {
            self.unit = unit.to_owned();
        }
        self
    }

    fn replace(&mut self, from: &str, to: &str) {
        let change = |post: &mut String| {
            if post == from {
                *post = to.to_owned();
            }
        };
        [&mut self.accountable, &mut self.deputy].into_iter().for_each(change);
        for list in [&mut self.responsible, &mut self.consulted, &mut self.informed] {
            list.iter_mut().for_each(change);
            let mut seen = BTreeSet::new();
            list.retain(|post| seen.insert(post.clone()));
        }
        if let Some(hours) = self.hours.remove(from) {
            let own = self.hours.entry(to.to_owned()).or_default();
            *own = own.saturating_add(hours);
        }
    }
}
