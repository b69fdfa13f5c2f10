//! Names of units and posts, for readers.

use std::collections::BTreeMap;

use tracking::{Parties, Party};

use crate::app::App;
use crate::assembly::in_language;
use crate::fault::Fault;
use crate::form::Choice;
use crate::parties;
use crate::words::Words;

/// Names of units and posts in one language, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Names {
    units: BTreeMap<String, String>,
    posts: BTreeMap<String, (String, String)>,
    parties: Parties,
}

impl Names {
    /// Reads them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(app: &App, words: Words) -> Result<Self, Fault> {
        let name =
            |names: &BTreeMap<String, String>, id: &str| in_language(names, words).unwrap_or(id).to_owned();
        let (units, posts) = (app.store.units().await?, app.store.posts().await?);
        let parties = parties::among(&units, &posts)?;
        let units = units.into_iter().map(|unit| (unit.id.clone(), name(&unit.names, &unit.id)));
        let posts = posts.into_iter();
        let posts = posts.map(|post| (post.id.clone(), (name(&post.names, &post.id), post.unit)));
        Ok(Self { units: units.collect(), posts: posts.collect(), parties })
    }

    /// The name of a unit; an id that nobody knows stands for itself.
    pub fn unit(&self, id: &str) -> String {
        self.units.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The name of a post; a name from elsewhere stands for itself.
    pub fn post(&self, id: &str) -> String {
        self.posts.get(id).map_or_else(|| id.to_owned(), |(name, _)| name.clone())
    }

    /// What a unit is.
    pub fn party(&self, unit: &str) -> Party {
        self.parties.of_unit(unit)
    }

    /// What stands beside the name of a unit that is no department; empty for one that is.
    pub fn outside(&self, unit: &str, words: Words) -> String {
        match self.party(unit) {
            Party::Department => String::new(),
            party => words.word("party-said", party.key()),
        }
    }

    /// The organisation of a post with what it is; empty where the post is a department's.
    pub fn organisation(&self, post: &str, words: Words) -> String {
        let unit = self.posts.get(post).map_or("", |(_, unit)| unit);
        match self.outside(unit, words) {
            said if said.is_empty() => said,
            said => format!("{}, {said}", self.unit(unit)),
        }
    }

    /// The unit of a post, where that is no department.
    pub fn outsider(&self, post: &str) -> Option<&str> {
        let (_, unit) = self.posts.get(post)?;
        (self.party(unit) != Party::Department).then_some(unit)
    }

    /// The units that are no departments: id, name and what each is, by name.
    pub fn outsiders(&self, words: Words) -> Vec<[String; 3]> {
        let outside = self.unit_choices().into_iter().map(|unit| {
            let said = self.outside(&unit.value, words);
            [unit.value, unit.label, said]
        });
        outside.filter(|[_, _, said]| !said.is_empty()).collect()
    }

    /// Names of posts, with commas.
    pub fn posts_of(&self, ids: &[String]) -> String {
        ids.iter().map(|id| self.post(id)).collect::<Vec<_>>().join(", ")
    }

    /// Units to choose from.
    pub fn unit_choices(&self) -> Vec<Choice> {
        let mut choices: Vec<Choice> = self.units.iter().map(|(id, name)| Choice::new(id, name)).collect();
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        choices
    }

    /// Posts to choose from, those of a unit together.
    pub fn post_choices(&self) -> Vec<Choice> {
        let label = |name: &str, unit: &str| format!("{}: {name}", self.unit(unit));
        let mut choices: Vec<Choice> =
            self.posts.iter().map(|(id, (name, unit))| Choice::new(id, label(name, unit))).collect();
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        choices
    }
}
