//! Who reads a letter: people by their posts and roles, those who called an assembly, followers. Written as an id in the queue;
//! the address is looked up when the letter goes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use store::Person;
use tracking::{Actor, Addressee, Grant, Role};

use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::session;
use crate::words::{Language, Words};

/// The reader's name in the queue: one of the staff.
pub const PERSON: &str = "person:";
/// The reader's name in the queue: a follower.
pub const FOLLOWER: &str = "follower:";
/// The reader's name in the queue: who called an assembly.
pub const SPONSOR: &str = "sponsor:";

/// The address of a reader now; none if there is nobody any more.
///
/// # Errors
/// If the store cannot be read.
pub async fn address(app: &App, reader: &str) -> Result<Option<String>, Fault> {
    if let Some(id) = reader.strip_prefix(PERSON) {
        let person = app.store.person(id).await?.filter(|person| !person.disabled);
        return Ok(person.and_then(|person| person.email).filter(|email| email.contains('@')));
    }
    if let Some(id) = reader.strip_prefix(FOLLOWER) {
        return Ok(app.store.follower(id).await?.map(|follower| follower.address));
    }
    let Some(id) = reader.strip_prefix(SPONSOR) else { return Ok(None) };
    let Some(stored) = app.store.assembly(id).await? else { return Ok(None) };
    Ok(Assembly::of(stored)?.about.sponsor.and_then(|sponsor| sponsor.address))
}

/// One of the staff who reads letters.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The opaque id, the first post held, and all grants.
    pub actor: Actor,
    /// The posts held on the day.
    pub posts: Vec<String>,
    /// The words of the letters.
    pub words: Words,
}

/// Everybody of the staff who can be written to on a day.
#[derive(Debug, Clone, Default)]
pub struct Readers {
    /// By the opaque id.
    pub people: BTreeMap<String, Reader>,
    today: Option<Date>,
}

impl Readers {
    /// Reads them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn on(app: &App, today: Date) -> Result<Self, Fault> {
        let mut people = BTreeMap::new();
        let holdings = app.store.holdings().await?;
        let held = |person: &str| {
            let own = holdings.iter().filter(|held| {
                held.person == person && held.from <= today && held.until.is_none_or(|until| today <= until)
            });
            own.map(|held| held.post.clone()).collect::<Vec<_>>()
        };
        // A member's account has a name to sign in with in the place of an address.
        let has_address = |person: &Person| person.email.as_ref().is_some_and(|email| email.contains('@'));
        let can_read =
            |person: &Person| has_address(person) && !person.disabled && person.erased_at.is_none();
        for person in app.store.people().await?.into_iter().filter(can_read) {
            let posts = held(&person.id);
            let mut grants = session::grants(app, &person.id).await?;
            grants.retain(|grant| grant.in_force(today));
            let words = Words::of(Language::from_tag(&person.language).unwrap_or(Language::EN));
            let actor =
                Actor { person: person.id.clone(), post: posts.first().cloned(), units: Vec::new(), grants };
            people.insert(person.id, Reader { actor, posts, words });
        }
        Ok(Self { people, today: Some(today) })
    }

    /// The ids of those whom a step of escalation concerns, but for the sponsor and the public. Nobody there: the
    /// coordinators; what has no reader would be unseen.
    pub fn of(&self, to: &Addressee, assembly: &str) -> Vec<String> {
        let found = match to {
            Addressee::Post(post) => self.who(|reader| reader.posts.contains(post)),
            Addressee::Head(unit) => {
                self.who(|reader| reader.has(Role::Approver, |grant| grant.unit.as_deref() == Some(unit)))
            }
            Addressee::Coordinators => Vec::new(),
            Addressee::Sponsor | Addressee::Public => return Vec::new(),
        };
        if !found.is_empty() {
            return found;
        }
        let here = |grant: &Grant| grant.covers_assembly(assembly);
        self.who(|reader| reader.has(Role::Coordinator, here))
    }

    fn who(&self, is: impl Fn(&Reader) -> bool) -> Vec<String> {
        self.people.iter().filter(|(_, reader)| is(reader)).map(|(id, _)| id.clone()).collect()
    }

    /// The day for which they were read.
    pub fn today(&self) -> Option<Date> {
        self.today
    }
}

impl Reader {
    fn has(&self, role: Role, which: impl Fn(&Grant) -> bool) -> bool {
        self.actor.grants.iter().any(|grant| grant.role == role && which(grant))
    }
}
