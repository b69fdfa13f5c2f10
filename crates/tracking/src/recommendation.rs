//! A recommendation and everything that hangs on it.

use crate::action::Step;
use crate::actor::Signed;
use crate::deadline::Deadline;
use crate::party::Through;
use crate::state::{Decided, Delivery, Grade, Position, State};
use crate::text::{Version, Words};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A recommendation as it stands. It changes only by [`Recommendation::act`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Its stable name in its assembly, for example `R-07`.
    pub reference: String,
    /// The assembly's id.
    pub assembly: String,
    /// The id that another system has for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The theme, as the assembly calls it.
    pub theme: String,
    /// Versions of the text by language, oldest first; no language is without one.
    pub texts: BTreeMap<String, Vec<Version>>,
    /// When the text was locked: from adoption on a new version is a correction with a public reason.
    pub locked_at: Option<Timestamp>,
    /// The vote that adopted it.
    pub vote: Option<Vote>,
    /// What those said who did not agree.
    pub minority: Vec<Statement>,
    /// The vote that withdrew it.
    pub withdrawal: Option<Vote>,
    /// The report with which it was handed over.
    pub report: Option<Report>,
    /// When the government said that it arrived.
    pub acknowledged_at: Option<Timestamp>,
    /// Where it is in its life.
    pub state: State,
    /// The government's position: that of the response published last.
    pub position: Option<Position>,
    /// What the department itself reports.
    pub delivery: Delivery,
    /// What the last check from outside found.
    pub grade: Option<Grade>,
    /// Whether members dispute what is reported, since the last check.
    pub disputed: bool,
    /// Who answers for it.
    pub assignment: Option<Assignment>,
    /// The unit to which its last owner would give it, while it is returned.
    pub proposed_unit: Option<String>,
    /// The response that waits for four eyes.
    pub draft: Option<Response>,
    /// The published responses, oldest first.
    pub responses: Vec<Response>,
    /// Where it was forwarded, and what came back.
    pub forwarding: Option<Forwarding>,
    /// What the government promised.
    pub commitments: Vec<Commitment>,
    /// The department's reports, oldest first.
    pub progress: Vec<Progress>,
    /// An officer's proposal that an approver has to confirm.
    pub proposal: Option<Proposal>,
    /// Why it stands still, while it does.
    pub stalled: Option<Stall>,
    /// What shows that something was done.
    pub evidence: Vec<Evidence>,
    /// The checks from outside, oldest first.
    pub verifications: Vec<Verification>,
    /// What members replied, oldest first.
    pub replies: Vec<Reply>,
    /// What members dispute, oldest first.
    pub disputes: Vec<Reply>,
    /// Every deadline that ever ran, in the order in which they began.
    pub deadlines: Vec<Deadline>,
    /// How many events made it; grows by one with each.
    pub revision: u64,
    /// When the last event was.
    pub updated_at: Timestamp,
}

/// A recorded vote of the assembly, in persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The day of the vote.
    pub on: Date,
    /// In favour.
    #[serde(rename = "for")]
    pub in_favour: u32,
    /// Against.
    pub against: u32,
    /// Abstentions.
    pub abstain: u32,
    /// Members who were not there.
    pub absent: u32,
}

impl Vote {
    /// Those in favour out of those who voted for or against.
    pub fn of_cast(&self) -> (u32, u64) {
        (self.in_favour, u64::from(self.in_favour) + u64::from(self.against))
    }

    /// Those in favour out of all members.
    pub fn of_members(&self) -> (u32, u64) {
        (self.in_favour, self.of_cast().1 + u64::from(self.abstain) + u64::from(self.absent))
    }

    /// Whether more were for it than against it.
    pub fn carried(&self) -> bool {
        self.in_favour > self.against
    }
}

/// What a minority of the assembly wants on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its language.
    pub language: String,
    /// Its words.
    pub text: String,
    /// How many members stand behind it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u32>,
}

/// The assembly's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Which posts have to do with it. Posts, not people: work survives a change of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The unit's id.
    pub unit: String,
    /// The accountable post.
    pub accountable: String,
    /// The post that stands in.
    pub deputy: String,
    /// Posts that do the work.
    #[serde(default)]
    pub responsible: Vec<String>,
    /// Posts that are asked.
    #[serde(default)]
    pub consulted: Vec<String>,
    /// Posts that are told.
    #[serde(default)]
    pub informed: Vec<String>,
    /// Hours a month that it takes of a post; a post that is not here was given none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<String, u32>,
}

/// A response: position and reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// 1, 2, 3 … among the published ones.
    pub number: u32,
    /// The position.
    pub position: Position,
    /// The reasons, by language.
    pub reasons: Words,
    /// Why the position was revised and how the members were told; `None` for a first response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// Who drafted it.
    pub drafted_by: Signed,
    /// When.
    pub drafted_at: Timestamp,
    /// Who approved it: never the drafter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<Signed>,
    /// Who signed it: never the drafter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<Signed>,
    /// When it became public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
}

/// Why a published position changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The public reason.
    pub why: String,
    /// How the members were told, for example "letter of 3 May".
    pub members_told: String,
}

/// A recommendation given to the body that can decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarding {
    /// The receiving body.
    pub body: String,
    /// The letter.
    pub letter: String,
    /// When it went.
    pub at: Timestamp,
    /// What the body answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// A promise that can be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// 1, 2, 3 ….
    pub number: u32,
    /// What will be there.
    pub deliverable: String,
    /// The post that answers for it.
    pub post: String,
    /// By when.
    pub due: Date,
    /// The budget line, where it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_line: Option<String>,
    /// The organisation outside government that delivers it; none: the unit that answers for the recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Steps on the way.
    pub milestones: Vec<Milestone>,
    /// What became of it after elections, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
}

/// What those in office after an election say of a commitment of those before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The election's id.
    pub election: String,
    /// What becomes of the commitment.
    pub outcome: Decided,
    /// Why; public.
    pub reason: String,
    /// What was promised before, where it was amended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Step>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
}

/// A step on the way to a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// 1, 2, 3 … in its commitment.
    pub number: u32,
    /// What will be there.
    pub title: String,
    /// By when.
    pub due: Date,
    /// When it was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met_at: Option<Timestamp>,
}

/// A report of the department, or of an organisation on what it delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The commitment that it is about; none: the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u32>,
    /// How far it is.
    pub delivery: Delivery,
    /// In words.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
}

/// What an officer proposes and an approver confirms or declines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is proposed.
    pub what: Proposed,
    /// By whom.
    pub by: Signed,
    /// When.
    pub at: Timestamp,
}

/// What can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proposed {
    /// To say in public that work stands still.
    Stall(Stall),
    /// To claim that it is done.
    Done {
        /// What was done.
        note: String,
    },
}

/// Why work stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    /// The reason.
    pub reason: String,
    /// What would move it again.
    pub unblock: String,
}

/// Something that shows what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// 1, 2, 3 ….
    pub number: u32,
    /// What it is.
    #[serde(flatten)]
    pub item: EvidenceItem,
    /// The commitment that it is about; none: the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<u32>,
    /// When it was added.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
    /// Who sees it.
    #[serde(default, skip_serializing_if = "Seen::is_by_all")]
    pub seen: Seen,
}

/// Who sees a piece of evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// Everybody.
    #[default]
    ByAll,
    /// The house, until what it came with is published or confirmed.
    Waiting,
    /// The house: what it came with was sent back or declined.
    Inside,
}

impl Seen {
    fn is_by_all(&self) -> bool {
        *self == Self::ByAll
    }
}

/// Evidence as it is handed in: an address, a file, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceItem {
    /// What it shows.
    pub title: String,
    /// Where it can be seen, `https://` or `http://`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// SHA-256 of the file or of the archived copy, in hexadecimal; a file always has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The date that it bears.
    pub dated: Date,
}

/// A check from outside the department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// What was found; `None` where a claim was sent back without a grade.
    pub grade: Option<Grade>,
    /// In words.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
}

/// What a member wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The words.
    pub text: String,
    /// How they came, where somebody else entered them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Signed,
}

impl Commitment {
    /// Whether it was dropped after an election.
    pub fn is_dropped(&self) -> bool {
        self.reviews.iter().any(|review| review.outcome == Decided::Dropped)
    }
}

impl Recommendation {
    /// The evidence that everybody sees.
    pub fn public_evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|one| one.seen == Seen::ByAll)
    }

    /// The evidence that came with what is not published or confirmed yet.
    pub fn waiting_evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(|one| one.seen == Seen::Waiting)
    }

    /// The version of the text that holds in a language.
    pub fn wording(&self, language: &str) -> Option<&Version> {
        self.texts.get(language).and_then(|versions| versions.last())
    }

    /// The response that holds: the one published last.
    pub fn response(&self) -> Option<&Response> {
        self.responses.last()
    }

    /// Whether it is closed and somebody outside found it substantially or wholly done.
    pub fn is_delivered(&self) -> bool {
        self.state == State::Closed && self.grade.is_some_and(|grade| grade >= Grade::Substantial)
    }

    /// The organisations outside government that deliver some of it, or did.
    pub fn organisations(&self) -> impl Iterator<Item = &str> {
        self.commitments.iter().filter_map(|one| one.organisation.as_deref())
    }

    /// The unit that answers for it.
    pub fn unit(&self) -> Option<&str> {
        self.assignment.as_ref().map(|assignment| assignment.unit.as_str())
    }
}
