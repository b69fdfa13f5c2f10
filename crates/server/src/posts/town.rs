//! Units, posts, holdings and the work there is, as the rules about them need them.

use std::collections::BTreeMap;

use store::{Filter, Order, Post};
use tracking::{Grant, Holding, Office, PostFacts, Recommendation, Role};

use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::public;

/// Everything about posts and their work.
#[derive(Debug)]
pub struct Town {
    /// The unit of each post.
    pub units: BTreeMap<String, String>,
    /// What is known of each post beside its name.
    pub facts: BTreeMap<String, PostFacts>,
    /// Who holds what.
    pub holdings: Vec<Holding>,
    /// The grants of each person.
    pub grants: BTreeMap<String, Vec<Grant>>,
    /// The names of people, by their ids; those of the erased are gone.
    pub people: BTreeMap<String, String>,
    /// The recommendations that a post answers for, by their ids.
    pub work: Vec<(String, Recommendation)>,
}

/// What is known of a post beside its name.
///
/// # Errors
/// If the body is not what this program writes.
pub fn facts(post: &Post) -> Result<PostFacts, Fault> {
    serde_json::from_str(&post.body).map_err(Fault::broken)
}

impl Town {
    /// Reads it.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(app: &App) -> Result<Self, Fault> {
        let posts = app.store.posts().await?;
        let units = posts.iter().map(|post| (post.id.clone(), post.unit.clone())).collect();
        let facts =
            posts.iter().map(|post| Ok((post.id.clone(), facts(post)?))).collect::<Result<_, Fault>>()?;
        let holding = |one: store::Holding| Holding {
            id: one.id,
            post: one.post,
            person: one.person,
            from: one.from,
            until: one.until,
        };
        let holdings = app.store.holdings().await?.into_iter().map(holding).collect();
        let mut grants: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
        for one in app.store.grants(None).await? {
            let Some(role) = Role::from_key(&one.role) else { continue };
            let (assembly, unit, from, until) = (one.assembly, one.unit, one.from, one.until);
            grants.entry(one.person).or_default().push(Grant { role, assembly, unit, from, until });
        }
        let people = app.store.people().await?.into_iter();
        let people = people.filter_map(|person| Some((person.id, person.name?))).collect();
        let work = recommendations(app, Filter::default()).await?;
        let work = work.into_iter().filter(|(_, one)| one.assignment.is_some()).collect();
        Ok(Self { units, facts, holdings, grants, people, work })
    }

    /// What the rules ask for.
    pub fn office(&self) -> Office<'_> {
        Office { posts: &self.units, holdings: &self.holdings, grants: &self.grants, work: &self.work }
    }

    /// The names of those who hold a post on a day.
    pub fn holders(&self, post: &str, day: jiff::civil::Date) -> String {
        let held = self.holdings.iter().filter(|one| one.post == post && one.is_on(day));
        let names = held.map(|one| self.people.get(&one.person).map_or(one.person.as_str(), String::as_str));
        names.collect::<Vec<_>>().join(", ")
    }
}

/// All recommendations that were voted on and that a filter lets through, with their ids, by reference.
///
/// # Errors
/// If the store cannot be read.
pub async fn recommendations(app: &App, filter: Filter) -> Result<Vec<(String, Recommendation)>, Fault> {
    let filter = public::adopted(filter);
    let (mut all, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list_whole(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for stored in listed.items {
            all.push((stored.summary.id, desk::read(&stored.body)?));
        }
        match listed.next {
            Some(next) => place = Some(next),
            None => return Ok(all),
        }
    }
}
