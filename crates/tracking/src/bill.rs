//! A bill, and what it makes of recommendations: what was asked, what it changes, what it refuses and why.

use crate::text::Words;
use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// How a bill stands to a recommendation.
    Relation {
        /// It does what was asked.
        Implements = "implements", "implements";
        /// It does some of it.
        Partly = "partly", "implements in part";
        /// It names it and does nothing of it.
        Cites = "cites", "cites";
        /// It does the opposite.
        Contradicts = "contradicts", "contradicts";
    }
}

impl Relation {
    /// Whether it changes something that was asked for.
    pub fn changes(self) -> bool {
        matches!(self, Self::Implements | Self::Partly)
    }

    /// Whether something that was asked for is refused.
    pub fn refuses(self) -> bool {
        self != Self::Implements
    }
}

/// A bill, an act or another rule on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// What it is called where it is decided: "Bill 14/2027".
    pub reference: String,
    /// Its title by language.
    pub titles: Words,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day on which it was brought in.
    pub on: Date,
    /// What it makes of recommendations, one link for each.
    #[serde(default)]
    pub links: Vec<LegalLink>,
}

/// What a bill makes of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalLink {
    /// The recommendation's reference.
    pub recommendation: String,
    /// How it stands to it.
    pub relation: Relation,
    /// The part of the bill: "section 4".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provision: String,
    /// What the bill changes because of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changed: String,
    /// What of it the bill does not do, and why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub refused: String,
    /// The language of what is said here; `None` in what was written before this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// What is wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// It does something of what was asked, and nothing says what.
    Changed,
    /// It leaves something of what was asked out, and nothing says why.
    Refused,
    /// It says what is changed and claims to change nothing.
    ChangesNothing,
    /// It says what is refused and claims to do all that was asked.
    RefusesNothing,
}

impl LegalLink {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<LinkFault> {
        let (changed, refused) = (!self.changed.trim().is_empty(), !self.refused.trim().is_empty());
        let mut faults = Vec::new();
        match (self.relation.changes(), changed) {
            (true, false) => faults.push(LinkFault::Changed),
            (false, true) => faults.push(LinkFault::ChangesNothing),
            _ => {}
        }
        match (self.relation.refuses(), refused) {
            (true, false) => faults.push(LinkFault::Refused),
            (false, true) => faults.push(LinkFault::RefusesNothing),
            _ => {}
        }
        faults
    }
}

impl Bill {
    /// Puts a link in the place of the one to the same recommendation, or beside the others.
    pub fn link(&mut self, link: LegalLink) {
        match self.links.iter_mut().find(|own| own.recommendation == link.recommendation) {
            Some(own) => *own = link,
            None => self.links.push(link),
        }
    }

    /// Takes the link to a recommendation away; whether there was one.
    pub fn unlink(&mut self, recommendation: &str) -> bool {
        let before = self.links.len();
        self.links.retain(|own| own.recommendation != recommendation);
        self.links.len() < before
    }

    /// How many recommendations it stands to like this.
    pub fn count(&self, relation: Relation) -> usize {
        self.links.iter().filter(|link| link.relation == relation).count()
    }
}
