//! Somebody leaves: everything that the person holds goes to others in one action, and nothing is left without an owner.

use crate::actor::{Grant, Role};
use crate::recommendation::{Assignment, Recommendation};
use crate::state::State;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody holds a post from a day on, until a day (that day included).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Its id.
    pub id: String,
    /// The post.
    pub post: String,
    /// Who holds it: an opaque id.
    pub person: String,
    /// The first day.
    pub from: Date,
    /// The last day; `None`: until further notice.
    pub until: Option<Date>,
}

/// Whether something that was planned was called off before it began, or ended on its first day: a role, or a holding.
pub fn is_called_off(from: Date, until: Option<Date>) -> bool {
    until.is_some_and(|until| until < from)
}

impl Holding {
    /// Whether it holds on a day.
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// Who or what takes over a post's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heir {
    /// A person takes the post.
    Person(String),
    /// Another post takes the work; the post stays empty.
    Post {
        /// The post.
        to: String,
        /// Another deputy, where accountable post and deputy would become the same.
        deputy: Option<String>,
    },
    /// Somebody else holds the post already.
    Shared,
}

impl Heir {
    /// The posts that it names: the one that takes the work, and the other deputy.
    pub fn posts(&self) -> impl Iterator<Item = &String> {
        let named = match self {
            Self::Post { to, deputy } => [Some(to), deputy.as_ref()],
            Self::Person(_) | Self::Shared => [None, None],
        };
        named.into_iter().flatten()
    }
}

/// The town as it is: posts by id with their unit, holdings, what people may do, recommendations by id.
#[derive(Debug, Clone)]
pub struct Office<'a> {
    /// The unit of each post.
    pub posts: &'a BTreeMap<String, String>,
    /// Who holds what.
    pub holdings: &'a [Holding],
    /// The grants of each person.
    pub grants: &'a BTreeMap<String, Vec<Grant>>,
    /// Recommendations with their ids.
    pub work: &'a [(String, Recommendation)],
}

/// What is to be done when somebody leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Holdings that end, by id.
    pub ends: Vec<String>,
    /// Posts that somebody takes on the day after: post and person.
    pub begins: Vec<(String, String)>,
    /// Recommendations in which a post's part goes to another post.
    pub moves: Vec<Move>,
}

/// A post's part in a recommendation goes to another post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The recommendation's id.
    pub id: String,
    /// Its reference, for people.
    pub reference: String,
    /// The post that gives.
    pub from: String,
    /// The post that takes.
    pub to: String,
    /// Another deputy.
    pub deputy: Option<String>,
    /// Another unit, where the post that takes belongs to one and the one that gives answered for it.
    pub unit: Option<String>,
}

/// Why somebody cannot leave like this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The person holds no post.
    HoldsNothing,
    /// The last day is over.
    TooEarly(Date),
    /// Nobody is named for a post.
    NoHeir(String),
    /// The one who leaves is named.
    Oneself(String),
    /// The one who is named has no role in the post's unit on the day after.
    NoRole(String),
    /// A post that does not exist, or the same one, is named.
    NoPost(String),
    /// Nobody holds the post that is named, or nobody else holds the shared one, on the day after.
    Empty(String),
    /// Accountable post and deputy of a recommendation would become the same: another deputy is needed.
    Deputy(String),
}

impl Trouble {
    /// The word under which pages find their sentence; never changed.
    pub fn key(&self) -> &'static str {
        match self {
            Self::HoldsNothing => "holds_nothing",
            Self::TooEarly(_) => "too_early",
            Self::NoHeir(_) => "no_heir",
            Self::Oneself(_) => "oneself",
            Self::NoRole(_) => "no_role",
            Self::NoPost(_) => "no_post",
            Self::Empty(_) => "empty",
            Self::Deputy(_) => "deputy",
        }
    }

    /// The post that it is about.
    pub fn post(&self) -> Option<&str> {
        match self {
            Self::HoldsNothing | Self::TooEarly(_) => None,
            Self::NoHeir(post)
            | Self::Oneself(post)
            | Self::NoRole(post)
            | Self::NoPost(post)
            | Self::Empty(post)
            | Self::Deputy(post) => Some(post),
        }
    }
}

/// The roles of those who do a unit's work.
pub const WORKERS: &[Role] = &[Role::Officer, Role::Approver, Role::Signatory];

impl Office<'_> {
    /// The posts that somebody holds on a day or later.
    pub fn held_by(&self, person: &str, day: Date) -> BTreeSet<String> {
        let own = self.holdings.iter().filter(|one| one.person == person);
        let own = own.filter(|one| !is_called_off(one.from, one.until));
        own.filter(|one| one.until.is_none_or(|until| until >= day)).map(|one| one.post.clone()).collect()
    }

    /// Everything to be done so that a person can leave after `last_day`; `heirs` names who or what takes over each post.
    ///
    /// # Errors
    /// Every reason why not, so that nothing is ever left without an owner.
    pub fn leaving(
        &self,
        person: &str,
        last_day: Date,
        heirs: &BTreeMap<String, Heir>,
        today: Date,
    ) -> Result<Plan, BTreeSet<Trouble>> {
        let mut troubles = BTreeSet::new();
        if last_day < today {
            troubles.insert(Trouble::TooEarly(today));
        }
        let held = self.held_by(person, last_day);
        if held.is_empty() {
            troubles.insert(Trouble::HoldsNothing);
        }
        let after = last_day.checked_add(1.day()).unwrap_or(Date::MAX);
        let mut plan = Plan::default();
        let mut moving = Moving { office: self, held: &held, heirs, assignments: BTreeMap::new() };
        let own = self.holdings.iter().filter(|one| one.person == person && held.contains(&one.post));
        plan.ends = own
            .filter(|one| one.until.is_none_or(|until| until > last_day))
            .map(|one| one.id.clone())
            .collect();
        for post in &held {
            match heirs.get(post) {
                Some(Heir::Person(heir)) => {
                    troubles.extend(self.unfit(person, post, heir, after));
                    if !self
                        .holdings
                        .iter()
                        .any(|one| one.post == *post && one.person == *heir && one.is_on(after))
                    {
                        plan.begins.push((post.clone(), heir.clone()));
                    }
                }
                Some(Heir::Post { to, deputy }) => match moving.work(post, to, deputy.as_deref()) {
                    Ok(moves) => plan.moves.extend(moves),
                    Err(trouble) => drop(troubles.insert(trouble)),
                },
                Some(Heir::Shared) => {}
                None => drop(troubles.insert(Trouble::NoHeir(post.clone()))),
            }
        }
        troubles.extend(self.empty(person, after, &held, heirs, &plan));
        if troubles.is_empty() { Ok(plan) } else { Err(troubles) }
    }

    fn unfit(&self, person: &str, post: &str, heir: &str, after: Date) -> Option<Trouble> {
        if heir == person {
            return Some(Trouble::Oneself(post.to_owned()));
        }
        let unit = self.posts.get(post).map(String::as_str);
        let works = |grant: &Grant| {
            WORKERS.contains(&grant.role)
                && grant.in_force(after)
                && grant.unit.as_deref().is_none_or(|own| Some(own) == unit)
        };
        let may = self.grants.get(heir).is_some_and(|grants| grants.iter().any(works));
        (!may).then(|| Trouble::NoRole(post.to_owned()))
    }

    /// Posts to which work goes, or in which it stays, and that nobody holds on the day after.
    fn empty(
        &self,
        person: &str,
        after: Date,
        held: &BTreeSet<String>,
        heirs: &BTreeMap<String, Heir>,
        plan: &Plan,
    ) -> Vec<Trouble> {
        let others = |post: &str| {
            self.holdings.iter().any(|one| one.post == post && one.person != person && one.is_on(after))
        };
        let empty = |post: &str| !others(post) && !plan.begins.iter().any(|(begun, _)| begun == post);
        let wrong = held.iter().filter(|post| match heirs.get(*post) {
            Some(Heir::Post { to, .. }) => {
                // Work that goes to a post from which it goes on to another would be nobody's.
                empty(to) || matches!(heirs.get(to), Some(Heir::Post { .. })) && held.contains(to)
            }
            Some(Heir::Shared) => empty(post),
            _ => false,
        });
        wrong.map(|post| Trouble::Empty(post.clone())).collect()
    }

    /// What nobody answers for on a day: recommendations that are not over, whose accountable post nobody holds, by id, with
    /// that post.
    pub fn without_owner(&self, day: Date) -> Vec<(&str, &str)> {
        let holds = |post: &str| self.holdings.iter().any(|one| one.post == post && one.is_on(day));
        let open = self.work.iter().filter(|(_, one)| one.state.takes_work() || one.state == State::Returned);
        let posts =
            open.filter_map(|(id, one)| Some((id.as_str(), one.assignment.as_ref()?.accountable.as_str())));
        posts.filter(|(_, post)| !holds(post)).collect()
    }
}

/// The assignments as they become while one post after the other gives its work away.
struct Moving<'a> {
    office: &'a Office<'a>,
    held: &'a BTreeSet<String>,
    heirs: &'a BTreeMap<String, Heir>,
    assignments: BTreeMap<&'a str, Assignment>,
}

impl Moving<'_> {
    /// Everything in which `post` has a part goes to another post.
    fn work(&mut self, post: &str, to: &str, deputy: Option<&str>) -> Result<Vec<Move>, Trouble> {
        let units = self.office.posts;
        let (Some(unit), true) = (units.get(to), to != post) else {
            return Err(Trouble::NoPost(post.to_owned()));
        };
        let given_up =
            |one: &str| self.held.contains(one) && matches!(self.heirs.get(one), Some(Heir::Post { .. }));
        if deputy.is_some_and(|deputy| !units.contains_key(deputy) || given_up(deputy)) {
            return Err(Trouble::Deputy(post.to_owned()));
        }
        let mut moves = Vec::new();
        for (id, one) in self.office.work.iter().filter(|(_, one)| one.has_part(post)) {
            let Some(assignment) = &one.assignment else { continue };
            let now = self.assignments.entry(id).or_insert_with(|| assignment.clone());
            let unit = (now.accountable == post && now.unit != *unit).then(|| unit.clone());
            *now = now.clone().with(post, to, deputy, unit.as_deref());
            if now.accountable == now.deputy {
                return Err(Trouble::Deputy(post.to_owned()));
            }
            let (id, reference, deputy) = (id.clone(), one.reference.clone(), deputy.map(str::to_owned));
            moves.push(Move { id, reference, from: post.to_owned(), to: to.to_owned(), deputy, unit });
        }
        Ok(moves)
    }
}
