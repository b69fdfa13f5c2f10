//! What stands before an assembly: who calls it, what it is asked, who has to answer, and who has promised what.

use crate::actor::{Actor, Role};
use crate::duty::{DutyRule, RuleVersion};
use crate::gates::{Gate, gates};
use crate::text::{Wording, Words, hash};
use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// Who calls an assembly.
    Commissioner {
        /// A government, a council, a public body: it decides to hold the assembly and promises to answer.
        Government = "government", "government";
        /// Citizens or a civil society organisation: they begin by themselves, and notify those who ought to answer.
        CivilSociety = "civil_society", "civil society";
    }
}

/// The decision that calls an assembly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// By whom and under which number: one line.
    pub title: String,
    /// The day.
    pub on: Date,
    /// Where it is to be read; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// Money for what comes after the assembly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// In whole units of the currency.
    pub amount: u64,
    /// The currency (ISO 4217).
    pub currency: String,
    /// The line of the budget, for everybody to find.
    pub line: String,
    /// The last day on which it can be spent.
    pub until: Date,
}

/// A promise under the duty rule, by a post on a day. It holds for the words that were signed and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The post that signed.
    pub post: String,
    /// The day.
    pub on: Date,
    /// [`Mandate::print`] of what was signed.
    pub of: String,
    /// The rule that was signed.
    pub rule: RuleVersion,
}

/// A post says that it knows what is coming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The post.
    pub post: String,
    /// The day.
    pub on: Date,
    /// [`Mandate::print`] of what it has read.
    pub of: String,
}

/// A topic of the assembly, and the unit and post that will have to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name by language.
    pub names: Words,
    /// The theme that its recommendations bear.
    pub theme: String,
    /// The unit; empty while nobody has been found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The post in it; empty while nobody has been found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub post: String,
    /// That the post knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledged>,
}

/// A gate that is opened in spite of what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The gate.
    pub gate: Gate,
    /// Why, for everybody to read.
    pub reason: String,
    /// The post that decided it.
    pub post: String,
    /// The day.
    pub on: Date,
}

/// The first session was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The day.
    pub on: Date,
    /// The post that opened it.
    pub post: String,
}

/// Everything that is settled before an assembly meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// What kind of body calls it.
    pub by: Commissioner,
    /// Its name.
    pub commissioner: String,
    /// Who has to answer.
    pub addressee: String,
    /// Who runs the sessions.
    #[serde(default)]
    pub organiser: String,
    /// What the assembly is asked, by language.
    pub question: Words,
    /// What is off the table, by language; "nothing" is an answer.
    #[serde(default)]
    pub off_table: Words,
    /// The decision that calls it.
    #[serde(default)]
    pub decision: Option<Decision>,
    /// When and how the addressee was told, where civil society calls the assembly.
    #[serde(default)]
    pub notified: Option<Decision>,
    /// Money for what comes after.
    #[serde(default)]
    pub budget: Option<Budget>,
    /// The day before which nothing about the question is decided elsewhere.
    #[serde(default)]
    pub open_until: Option<Date>,
    /// The first day of the sessions.
    #[serde(default)]
    pub first_day: Option<Date>,
    /// The last day of the sessions.
    #[serde(default)]
    pub last_day: Option<Date>,
    /// On how many days the members meet.
    #[serde(default)]
    pub days: Option<u32>,
    /// The promise to answer.
    #[serde(default)]
    pub duty: Option<Signature>,
    /// What it is about.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// Gates opened in spite of what is missing.
    #[serde(default)]
    pub overrides: Vec<Override>,
    /// Whether the first session was opened.
    #[serde(default)]
    pub opening: Option<Opening>,
}

/// Something that is done to a mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preparation {
    /// Its texts, money and days are written anew; topics, signature, overrides and opening stay.
    Write(Box<Mandate>),
    /// A topic is added, or replaces the one with its id.
    Topic(Topic),
    /// A topic is taken out.
    Drop(String),
    /// The sponsor promises to answer by the duty rule.
    Sign,
    /// The post of a topic says that it knows the remit.
    Acknowledge(String),
    /// A gate is opened in spite of what is missing, for a public reason.
    Override(Gate, String),
    /// The first session is opened.
    Open,
}

/// How long a reason for everybody has to be at least, in characters.
pub const REASON: usize = 30;

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// None of these roles is held for this assembly.
    Role(Vec<Role>),
    /// Only a post can do this, and the person holds none.
    NoPost,
    /// Only the holder of this post can do this.
    OtherPost(String),
    /// There is no such topic.
    NoTopic,
    /// A topic needs an id of lower-case letters, digits and hyphens, and a name.
    TopicUnnamed,
    /// The reason is shorter than it has to be.
    ReasonShort(usize),
    /// The gate is open already.
    GateOpen(Gate),
    /// There is no remit that could be signed or acknowledged.
    NoRemit,
    /// The first session was opened: what was promised before it stays as it is.
    Opened,
    /// These gates are shut.
    Shut(Vec<Gate>),
}

impl Hindrance {
    /// The word under which pages find their sentence.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Role(_) => "role",
            Self::NoPost => "no_post",
            Self::OtherPost(_) => "other_post",
            Self::NoTopic => "no_topic",
            Self::TopicUnnamed => "topic_unnamed",
            Self::ReasonShort(_) => "reason_short",
            Self::GateOpen(_) => "gate_open",
            Self::NoRemit => "no_remit",
            Self::Opened => "opened",
            Self::Shut(_) => "shut",
        }
    }

    /// The keys of all of them.
    pub const KEYS: [&'static str; 10] = [
        "role",
        "no_post",
        "other_post",
        "no_topic",
        "topic_unnamed",
        "reason_short",
        "gate_open",
        "no_remit",
        "opened",
        "shut",
    ];
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(roles) => {
                let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
                write!(f, "only {} may do this", names.join(" or "))
            }
            Self::NoPost => f.write_str("only the holder of a post can do this"),
            Self::OtherPost(post) => write!(f, "only the holder of {post} can do this"),
            Self::NoTopic => f.write_str("there is no such topic"),
            Self::TopicUnnamed => f.write_str("a topic needs a short name and a name"),
            Self::ReasonShort(least) => write!(f, "the reason needs at least {least} characters"),
            Self::GateOpen(gate) => write!(f, "the gate {gate} is open already"),
            Self::NoRemit => f.write_str("there is no remit yet"),
            Self::Opened => f.write_str("the first session was opened already"),
            Self::Shut(gates) => {
                let names: Vec<String> = gates.iter().map(ToString::to_string).collect();
                write!(f, "these gates are shut: {}", names.join(", "))
            }
        }
    }
}

/// Who takes a step: the actor, the posts held today, the assembly and the day.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The ids of the posts held on that day.
    pub posts: &'a [String],
    /// The assembly.
    pub assembly: &'a str,
    /// The day.
    pub on: Date,
}

impl Hand<'_> {
    /// The post in whose name something is done.
    fn post(&self) -> Result<String, Vec<Hindrance>> {
        let post = self.actor.post.as_ref().filter(|post| self.posts.contains(post)).or(self.posts.first());
        post.cloned().ok_or_else(|| vec![Hindrance::NoPost])
    }

    /// Whether one of `roles` is held for the assembly, in whatever unit.
    fn needs(&self, roles: &[Role]) -> Result<(), Vec<Hindrance>> {
        let held = self.actor.grants.iter().any(|grant| {
            roles.contains(&grant.role)
                && grant.in_force(self.on)
                && grant.assembly.as_deref().is_none_or(|own| own == self.assembly)
        });
        if held { Ok(()) } else { Err(vec![Hindrance::Role(roles.to_vec())]) }
    }
}

impl Mandate {
    /// Nothing yet but who calls it.
    pub fn new(by: Commissioner, commissioner: &str) -> Self {
        Self {
            by,
            commissioner: commissioner.to_owned(),
            addressee: String::new(),
            organiser: String::new(),
            question: Words::new(),
            off_table: Words::new(),
            decision: None,
            notified: None,
            budget: None,
            open_until: None,
            first_day: None,
            last_day: None,
            days: None,
            duty: None,
            topics: Vec::new(),
            overrides: Vec::new(),
            opening: None,
        }
    }

    /// SHA-256 of addressee, question and what is off the table: what is signed and acknowledged. A word changed, and it is
    /// another one.
    pub fn print(&self) -> String {
        let texts = [&self.question, &self.off_table].map(|texts| {
            texts.iter().map(|(tag, text)| format!("{tag}: {text}")).collect::<Vec<_>>().join("\n")
        });
        hash(&Wording { title: self.addressee.clone(), text: texts.join("\n\n") })
    }

    /// The mandate after a step.
    ///
    /// # Errors
    /// Why the step cannot be taken.
    pub fn take(&self, hand: Hand<'_>, step: Preparation, rule: &DutyRule) -> Result<Self, Vec<Hindrance>> {
        if self.opening.is_some() {
            return Err(vec![Hindrance::Opened]);
        }
        let mut after = self.clone();
        match step {
            Preparation::Write(new) => {
                hand.needs(WRITERS)?;
                let (topics, overrides) = (self.topics.clone(), self.overrides.clone());
                after = Self { topics, overrides, duty: self.duty.clone(), opening: None, ..*new };
            }
            Preparation::Topic(topic) => {
                hand.needs(WRITERS)?;
                after.put(topic)?;
            }
            Preparation::Drop(id) => {
                hand.needs(WRITERS)?;
                let before = after.topics.len();
                after.topics.retain(|topic| topic.id != id);
                if after.topics.len() == before {
                    return Err(vec![Hindrance::NoTopic]);
                }
            }
            Preparation::Sign => {
                hand.needs(&[Role::Signatory])?;
                let (post, of) = (hand.post()?, self.remit()?);
                after.duty = Some(Signature { post, on: hand.on, of, rule: rule.version() });
            }
            Preparation::Acknowledge(id) => after.acknowledge(hand, &id)?,
            Preparation::Override(gate, reason) => after.force(hand, gate, reason, rule)?,
            Preparation::Open => {
                hand.needs(&[Role::Secretariat])?;
                let shut: Vec<Gate> = gates(self, rule)
                    .into_iter()
                    .filter(|one| !one.lets_through())
                    .map(|one| one.gate)
                    .collect();
                if !shut.is_empty() {
                    return Err(vec![Hindrance::Shut(shut)]);
                }
                after.opening = Some(Opening { on: hand.on, post: hand.post()? });
            }
        }
        Ok(after)
    }

    /// What can be signed or acknowledged.
    fn remit(&self) -> Result<String, Vec<Hindrance>> {
        if self.question.is_empty() { Err(vec![Hindrance::NoRemit]) } else { Ok(self.print()) }
    }

    fn put(&mut self, topic: Topic) -> Result<(), Vec<Hindrance>> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let named = topic.names.values().any(|name| !name.trim().is_empty());
        if topic.id.is_empty() || !topic.id.chars().all(plain) || !named {
            return Err(vec![Hindrance::TopicUnnamed]);
        }
        match self.topics.iter_mut().find(|own| own.id == topic.id) {
            Some(own) => {
                // Another post has not read anything yet.
                let acknowledged = own.acknowledged.take().filter(|known| known.post == topic.post);
                *own = Topic { acknowledged, ..topic };
            }
            None => self.topics.push(Topic { acknowledged: None, ..topic }),
        }
        Ok(())
    }

    fn acknowledge(&mut self, hand: Hand<'_>, id: &str) -> Result<(), Vec<Hindrance>> {
        let of = self.remit()?;
        let topic = self.topics.iter_mut().find(|topic| topic.id == id);
        let topic = topic.ok_or_else(|| vec![Hindrance::NoTopic])?;
        if topic.post.is_empty() || !hand.posts.contains(&topic.post) {
            return Err(vec![Hindrance::OtherPost(topic.post.clone())]);
        }
        topic.acknowledged = Some(Acknowledged { post: topic.post.clone(), on: hand.on, of });
        Ok(())
    }

    fn force(
        &mut self,
        hand: Hand<'_>,
        gate: Gate,
        reason: String,
        rule: &DutyRule,
    ) -> Result<(), Vec<Hindrance>> {
        hand.needs(&[Role::Coordinator, Role::Signatory])?;
        if gates(self, rule).iter().any(|one| one.gate == gate && one.lets_through()) {
            return Err(vec![Hindrance::GateOpen(gate)]);
        }
        if reason.trim().chars().count() < REASON {
            return Err(vec![Hindrance::ReasonShort(REASON)]);
        }
        let post = hand.post()?;
        self.overrides.push(Override { gate, reason: reason.trim().to_owned(), post, on: hand.on });
        Ok(())
    }
}

/// Who writes the mandate down.
pub const WRITERS: &[Role] = &[Role::Secretariat, Role::Coordinator];
