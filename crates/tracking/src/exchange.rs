//! What members and officers say to each other about a recommendation: questions with their answers, and comments.
//!
//! A question becomes public together with its first answer; until then everybody sees that one is open and since when.
//! Comments are public once the secretariat has published them; of a refused one everybody sees the reason.

use crate::actor::{Actor, Role};
use crate::party::Through;
use crate::recommendation::Recommendation;
use crate::state::State;
use crate::words::words;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The most letters of a question, an answer or a comment.
pub const LONGEST: usize = 2_000;
/// Those who speak for the members.
const MEMBERS: &[Role] = &[Role::Member, Role::Secretariat];
/// Those who speak for the unit.
const UNIT: &[Role] = &[Role::Officer, Role::Approver, Role::Coordinator];

words! {
    /// Who speaks.
    Side {
        /// The members, or the secretariat for them.
        Members = "members", "members";
        /// The unit that answers for the recommendation, or who coordinates.
        Unit = "unit", "unit";
    }
}

words! {
    /// Why words are not taken.
    Unsaid {
        /// Who says them has no part in it.
        Role = "role", "this is for those whose recommendation it is";
        /// There are none.
        Empty = "empty", "there are no words";
        /// There are more than [`LONGEST`] letters.
        Long = "long", "there are more letters than fit";
        /// The assembly has not voted on it yet.
        Draft = "draft", "the assembly has not voted on it yet";
        /// The question was set aside.
        Aside = "aside", "the question was set aside";
        /// It was decided already.
        Decided = "decided", "it was decided already";
        /// Whoever refuses says why.
        Reason = "reason", "a reason is missing";
    }
}

/// Somebody's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The words.
    pub text: String,
    /// When they were said.
    pub at: Timestamp,
    /// In which role. A member is never more than that.
    pub role: Role,
    /// In which post, for the unit's side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
}

impl Turn {
    /// Whose side said it.
    pub fn side(&self) -> Side {
        if MEMBERS.contains(&self.role) { Side::Members } else { Side::Unit }
    }
}

/// A question and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clarification {
    /// The question, and everything that was said after it.
    pub turns: Vec<Turn>,
    /// Why it was set aside, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<Ruling>,
}

/// What the secretariat decided, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// When.
    pub at: Timestamp,
    /// Why; empty where it says yes.
    pub reason: String,
}

/// The role in which somebody takes part on a day: for the unit first, where somebody could be both.
pub fn speaks_as(actor: &Actor, on: &Recommendation, today: Date) -> Option<Role> {
    [UNIT, MEMBERS].iter().find_map(|roles| actor.role_for(roles, &on.assembly, on.unit(), today))
}

fn turn(
    actor: &Actor,
    on: &Recommendation,
    text: &str,
    at: Timestamp,
    today: Date,
) -> Result<Turn, Vec<Unsaid>> {
    let role = speaks_as(actor, on, today);
    let mut faults = text_faults(text);
    if role.is_none() {
        faults.push(Unsaid::Role);
    }
    if on.state == State::Draft {
        faults.push(Unsaid::Draft);
    }
    match role {
        Some(role) if faults.is_empty() => {
            let post = actor.post.clone().filter(|_| UNIT.contains(&role));
            Ok(Turn { text: text.trim().to_owned(), at, role, post })
        }
        _ => Err(faults),
    }
}

fn text_faults(text: &str) -> Vec<Unsaid> {
    match text.trim().chars().count() {
        0 => vec![Unsaid::Empty],
        letters if letters > LONGEST => vec![Unsaid::Long],
        _ => Vec::new(),
    }
}

fn ruling(reason: &str, at: Timestamp) -> Result<Ruling, Vec<Unsaid>> {
    match text_faults(reason).first() {
        None => Ok(Ruling { at, reason: reason.trim().to_owned() }),
        Some(Unsaid::Long) => Err(vec![Unsaid::Long]),
        Some(_) => Err(vec![Unsaid::Reason]),
    }
}

impl Clarification {
    /// Asks a question.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn ask(
        actor: &Actor,
        on: &Recommendation,
        text: &str,
        at: Timestamp,
        today: Date,
    ) -> Result<Self, Vec<Unsaid>> {
        Ok(Self { turns: vec![turn(actor, on, text, at, today)?], aside: None })
    }

    /// Says something more: an answer from the other side, or a further question.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn say(
        &self,
        actor: &Actor,
        on: &Recommendation,
        text: &str,
        at: Timestamp,
        today: Date,
    ) -> Result<Self, Vec<Unsaid>> {
        let said = turn(actor, on, text, at, today);
        if self.aside.is_some() {
            let mut faults = said.err().unwrap_or_default();
            faults.push(Unsaid::Aside);
            return Err(faults);
        }
        let mut after = self.clone();
        after.turns.push(said?);
        Ok(after)
    }

    /// Sets it aside: it is asked elsewhere, names somebody, or is none. An answered one is public and stays.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn set_aside(&self, reason: &str, at: Timestamp) -> Result<Self, Vec<Unsaid>> {
        if self.aside.is_some() || self.waits_for().is_none() {
            return Err(vec![Unsaid::Decided]);
        }
        Ok(Self { turns: self.turns.clone(), aside: Some(ruling(reason, at)?) })
    }

    /// Whose turn it is: the side that did not ask, until it has had the last word; nobody's once set aside.
    pub fn waits_for(&self) -> Option<Side> {
        let asked = self.turns.first()?.side();
        let last = self.turns.last()?.side();
        let other = if asked == Side::Members { Side::Unit } else { Side::Members };
        (self.aside.is_none() && last == asked).then_some(other)
    }

    /// What everybody reads: everything up to the last answer; nothing before the first one.
    pub fn public(&self) -> &[Turn] {
        let asked = self.turns.first().map(Turn::side);
        let last = self.turns.iter().rposition(|turn| Some(turn.side()) != asked);
        last.map_or(&[], |last| &self.turns[..=last])
    }
}

/// A member's comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// The words.
    pub text: String,
    /// When they were written.
    pub at: Timestamp,
    /// How they came, where the secretariat entered them for a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
    /// The opaque id of who wrote them, so that they learn what came of it. Never shown.
    pub by: String,
    /// What was decided; none while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Ruling>,
}

impl Comment {
    /// Writes a comment, which waits for the secretariat.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn write(
        actor: &Actor,
        on: &Recommendation,
        text: &str,
        at: Timestamp,
        today: Date,
    ) -> Result<Self, Vec<Unsaid>> {
        Self::written(actor, on, text, None, at, today)
    }

    /// Enters a member's comment that came on paper or by telephone; it waits like any other.
    ///
    /// # Errors
    /// Every reason why not.
    pub fn enter(
        actor: &Actor,
        on: &Recommendation,
        text: &str,
        through: Through,
        at: Timestamp,
        today: Date,
    ) -> Result<Self, Vec<Unsaid>> {
        Self::written(actor, on, text, Some(through), at, today)
    }

    fn written(
        actor: &Actor,
        on: &Recommendation,
        text: &str,
        through: Option<Through>,
        at: Timestamp,
        today: Date,
    ) -> Result<Self, Vec<Unsaid>> {
        let mut faults = text_faults(text);
        let role = if through.is_some() { Role::Secretariat } else { Role::Member };
        if actor.role_for(&[role], &on.assembly, on.unit(), today).is_none() {
            faults.push(Unsaid::Role);
        }
        if on.state == State::Draft {
            faults.push(Unsaid::Draft);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Self { text: text.trim().to_owned(), at, through, by: actor.person.clone(), ruling: None })
    }

    /// Publishes it.
    ///
    /// # Errors
    /// If it was decided already.
    pub fn publish(&self, at: Timestamp) -> Result<Self, Vec<Unsaid>> {
        self.decide(Ruling { at, reason: String::new() })
    }

    /// Refuses it, for a reason that everybody reads.
    ///
    /// # Errors
    /// If there is no reason, or it was decided already.
    pub fn refuse(&self, reason: &str, at: Timestamp) -> Result<Self, Vec<Unsaid>> {
        self.decide(ruling(reason, at)?)
    }

    fn decide(&self, ruling: Ruling) -> Result<Self, Vec<Unsaid>> {
        match self.ruling {
            Some(_) => Err(vec![Unsaid::Decided]),
            None => Ok(Self { ruling: Some(ruling), ..self.clone() }),
        }
    }

    /// Whether everybody reads it.
    pub fn is_public(&self) -> bool {
        self.ruling.as_ref().is_some_and(|ruling| ruling.reason.is_empty())
    }

    /// Why it was refused, if it was.
    pub fn refused(&self) -> Option<&str> {
        self.ruling.as_ref().map(|ruling| ruling.reason.as_str()).filter(|reason| !reason.is_empty())
    }
}
