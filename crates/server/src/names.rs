//! Names of units and posts, for readers.

use std::collections::BTreeMap;

use crate::app::App;
use crate::assembly::in_language;
use crate::fault::Fault;
use crate::form::Choice;
use crate::words::Words;

/// Names of units and posts in one language, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Names {
    units: BTreeMap<String, String>,
    posts: BTreeMap<String, (String, String)>,
}

impl Names {
    /// Reads them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(app: &App, words: Words) -> Result<Self, Fault> {
        let name =
            |names: &BTreeMap<String, String>, id: &str| in_language(names, words).unwrap_or(id).to_owned();
        let units =
            app.store.units().await?.into_iter().map(|unit| (unit.id.clone(), name(&unit.names, &unit.id)));
        let posts = app.store.posts().await?.into_iter();
        let posts = posts.map(|post| (post.id.clone(), (name(&post.names, &post.id), post.unit)));
        Ok(Self { units: units.collect(), posts: posts.collect() })
    }

    /// The name of a unit; an id that nobody knows stands for itself.
    pub fn unit(&self, id: &str) -> String {
        self.units.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The name of a post; a name from elsewhere stands for itself.
    pub fn post(&self, id: &str) -> String {
        self.posts.get(id).map_or_else(|| id.to_owned(), |(name, _)| name.clone())
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
