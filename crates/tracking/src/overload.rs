//! "I have too much to do": an officer says so for a post, and a coordinator has to answer.

use crate::refusal::Refusal;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How many days a coordinator has for an answer.
pub const ANSWER_DAYS: i64 = 14;

/// A post says that it has too much to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overload {
    /// The post.
    pub post: String,
    /// Why.
    pub reason: String,
    /// When it was said.
    pub raised_on: Date,
    /// The coordinator's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Relief>,
}

/// What is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relief {
    /// In words.
    pub text: String,
    /// By when.
    pub by: Date,
    /// When that was answered.
    pub on: Date,
    /// The post that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
}

impl Overload {
    /// Says it for a post. `others` are what the posts have said before.
    ///
    /// # Errors
    /// Every reason why not: no reason is given, or the post waits for an answer already.
    pub fn raise<'a>(
        post: &str,
        reason: &str,
        today: Date,
        others: impl IntoIterator<Item = &'a Self>,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if post.trim().is_empty() {
            refusals.push(Refusal::Missing { field: "post" });
        }
        if reason.trim().is_empty() {
            refusals.push(Refusal::Missing { field: "reason" });
        }
        if others.into_iter().any(|other| other.post == post && other.is_open()) {
            refusals.push(Refusal::Flagged);
        }
        let (post, reason) = (post.to_owned(), reason.trim().to_owned());
        if refusals.is_empty() {
            Ok(Self { post, reason, raised_on: today, answer: None })
        } else {
            Err(refusals)
        }
    }

    /// Answers it: what is done, and by when.
    ///
    /// # Errors
    /// Every reason why not: nothing is said, the day is over, or it was answered before.
    pub fn answer(
        &self,
        text: &str,
        by: Option<Date>,
        post: Option<&str>,
        today: Date,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        if !self.is_open() {
            refusals.push(Refusal::Answered);
        }
        if text.trim().is_empty() {
            refusals.push(Refusal::Missing { field: "text" });
        }
        match by {
            None => refusals.push(Refusal::Missing { field: "by" }),
            Some(given) if given < today => {
                refusals.push(Refusal::TooEarly { field: "by", given, earliest: today });
            }
            Some(_) => {}
        }
        let (Some(by), true) = (by, refusals.is_empty()) else { return Err(refusals) };
        let (text, post) = (text.trim().to_owned(), post.map(str::to_owned));
        Ok(Self { answer: Some(Relief { text, by, on: today, post }), ..self.clone() })
    }

    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        self.answer.is_none()
    }

    /// The last day for an answer.
    pub fn due(&self) -> Date {
        self.raised_on.checked_add(ANSWER_DAYS.days()).unwrap_or(Date::MAX)
    }

    /// How many days the answer is late; 0 where it is not.
    pub fn days_late(&self, today: Date) -> u32 {
        let on = self.answer.as_ref().map_or(today, |answer| answer.on);
        (on - self.due()).get_days().try_into().unwrap_or(0)
    }
}
