//! What was asked before: entries that somebody who plans another one should read first.

use std::collections::BTreeSet;

use crate::area;
use crate::engagement::{Engagement, Standing};
use crate::terms::{self, List};

/// Words that say nothing about a question: those of three letters and fewer, and these.
const EMPTY: &[&str] = &[
    "what", "which", "where", "when", "should", "would", "could", "with", "from", "that", "this", "they",
    "have", "your", "about", "into", "como", "cual", "donde", "cuando", "debe", "deberia", "para", "esta",
    "este", "desde", "sobre", "entre", "ser", "seguir",
];
/// So many words in common make two questions alike.
const ALIKE: usize = 3;

/// An earlier entry, and what it has in common with the new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The id of the earlier entry.
    pub id: String,
    /// The topics in common.
    pub topics: Vec<String>,
    /// The audiences in common.
    pub audience: Vec<String>,
    /// Whether it was in the same place, in one that holds it or within it.
    pub place: bool,
    /// Whether the questions have at least three words in common.
    pub question: bool,
    /// Whether it says what came of it.
    pub outcome: bool,
}

impl Before {
    fn weight(&self) -> usize {
        let marks =
            [!self.topics.is_empty(), !self.audience.is_empty(), self.place, self.question, self.outcome];
        marks.into_iter().filter(|mark| *mark).count()
    }
}

/// What was asked before `new` begins: all that ended before it with a topic or three words of the question in common. What
/// has most in common comes first, of two alike the later one. A cancelled entry was never asked.
pub fn reuse(new: &Engagement, all: &[Engagement]) -> Vec<Before> {
    let mut found: Vec<(Before, &Engagement)> = all
        .iter()
        .filter(|old| old.id != new.id && old.until < new.from && old.standing != Standing::Cancelled)
        .map(|old| (compared(new, old), old))
        .filter(|(before, _)| !before.topics.is_empty() || before.question)
        .collect();
    found.sort_by(|(a, old), (b, other)| {
        (b.weight(), other.until, &old.id).cmp(&(a.weight(), old.until, &other.id))
    });
    found.into_iter().map(|(before, _)| before).collect()
}

fn compared(new: &Engagement, old: &Engagement) -> Before {
    let common = |list, new: &[String], old: &[String]| -> Vec<String> {
        let (new, old) = (terms::meaning(list, new), terms::meaning(list, old));
        new.intersection(&old).cloned().collect()
    };
    Before {
        id: old.id.clone(),
        topics: common(List::Topic, &new.topic, &old.topic),
        audience: common(List::Audience, &new.audience, &old.audience),
        place: area::nested(&area::parts(&new.area), &area::parts(&old.area)).is_some(),
        question: content(&new.question).intersection(&content(&old.question)).count() >= ALIKE,
        outcome: !old.outcome.is_empty(),
    }
}

fn content(question: &str) -> BTreeSet<String> {
    let words = terms::words(question).into_iter();
    words.filter(|word| word.chars().count() > 3 && !EMPTY.contains(&word.as_str())).collect()
}
