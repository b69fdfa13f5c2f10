//! Who the units are: departments, organisations outside government, bodies that only check; and what none but a department may.

use crate::action::{Action, Promise};
use crate::refusal::Refusal;
use crate::words::words;
use std::collections::BTreeMap;

words! {
    /// What a unit is.
    Party {
        /// A part of the government: the only one that answers for a recommendation.
        Department = "department", "department";
        /// Outside government: it may deliver what it promised itself, or check what others deliver.
        CivilSociety = "civil_society", "organisation outside government";
        /// It checks, and never delivers.
        Verifier = "verifier", "verifier body";
    }
}

words! {
    /// How words came in that somebody else entered.
    Through {
        /// On a printed form.
        Paper = "paper", "on paper";
        /// By telephone.
        Phone = "phone", "by telephone";
    }
}

/// Every unit that is no department, and the unit of every post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    units: BTreeMap<String, Party>,
    posts: BTreeMap<String, String>,
}

impl Parties {
    /// Units with what they are, and posts with their units.
    pub fn new(
        units: impl IntoIterator<Item = (String, Party)>,
        posts: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        Self { units: units.into_iter().collect(), posts: posts.into_iter().collect() }
    }

    /// What a unit is; one that nobody knows is a department.
    pub fn of_unit(&self, unit: &str) -> Party {
        self.units.get(unit).copied().unwrap_or(Party::Department)
    }

    /// What the unit of a post is.
    pub fn of_post(&self, post: &str) -> Party {
        self.posts.get(post).map_or(Party::Department, |unit| self.of_unit(unit))
    }

    /// The unit of a post, where that is no department.
    fn outside(&self, post: &str) -> Option<&str> {
        let unit = self.posts.get(post)?;
        (self.of_unit(unit) != Party::Department).then_some(unit)
    }

    /// Writes into what is promised which organisation delivers it: that of the post, whatever was said before.
    pub fn settle(&self, action: &mut Action) {
        let own = |promise: &mut Promise| {
            promise.organisation = self.outside(&promise.post).map(str::to_owned);
        };
        match action {
            Action::Deliver { commitments } => commitments.iter_mut().for_each(own),
            Action::AddCommitment { promise } => own(promise),
            _ => {}
        }
    }

    /// What an action may not do because of who the units in it are.
    pub fn refusals(&self, action: &Action) -> Vec<Refusal> {
        let mut found = Vec::new();
        let mut only = |field: &'static str, party: Party| {
            if party != Party::Department {
                found.push(Refusal::Outside { field });
            }
        };
        match action {
            Action::Assign { assignment } => {
                only("unit", self.of_unit(&assignment.unit));
                only("accountable", self.of_post(&assignment.accountable));
                only("deputy", self.of_post(&assignment.deputy));
            }
            Action::Return { proposed_unit, .. } => only("proposed_unit", self.of_unit(proposed_unit)),
            Action::Reassign { from, to, unit, .. } => {
                // What an organisation promised stays with it, and what a department has does not go to one.
                if self.outside(from) != self.outside(to) {
                    only("to", Party::CivilSociety);
                }
                only("unit", unit.as_deref().map_or(Party::Department, |unit| self.of_unit(unit)));
            }
            Action::Deliver { commitments } => found.extend(self.checkers(commitments)),
            Action::AddCommitment { promise } => found.extend(self.checkers([promise])),
            _ => {}
        }
        found
    }

    fn checkers<'a>(&self, promises: impl IntoIterator<Item = &'a Promise>) -> Option<Refusal> {
        let mut posts = promises.into_iter().map(|promise| &promise.post);
        posts.any(|post| self.of_post(post) == Party::Verifier).then_some(Refusal::Checker)
    }
}
