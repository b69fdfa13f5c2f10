//! What can be done to a recommendation, each with what it needs.

use crate::party::Through;
use crate::recommendation::{Assignment, EvidenceItem, Report, Revision, Stall, Statement, Vote};
use crate::state::{Delivery, Grade, Position};
use crate::text::{Wording, Words};
use crate::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A recommendation as it comes in, before any vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its stable name: letters, digits, `.`, `-` and `_`.
    pub reference: String,
    /// The assembly's id.
    pub assembly: String,
    /// The id that another system has for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Its theme.
    pub theme: String,
    /// Its words, by language.
    pub texts: BTreeMap<String, Wording>,
}

/// A commitment as it is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// What will be there.
    pub deliverable: String,
    /// The post that answers for it.
    pub post: String,
    /// By when.
    pub due: Date,
    /// Whether it costs money; then it needs a budget line.
    pub costs: bool,
    /// The budget line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_line: Option<String>,
    /// The organisation outside government that delivers it; none: the unit that answers for the recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Steps on the way.
    #[serde(default)]
    pub milestones: Vec<Step>,
}

/// A milestone as it is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What will be there.
    pub title: String,
    /// By when.
    pub due: Date,
}

/// Which commitment is looked at again after which election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Under {
    /// The election's id.
    pub election: String,
    /// Its day.
    pub elected_on: Date,
    /// The commitment's number.
    pub commitment: u32,
}

/// An action, with what it needs. In JSON `verb` says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Action {
    /// Write it down: the first event of every recommendation.
    Draft(Draft),
    /// A new version of the text in one language: until adoption freely, afterwards as a correction.
    CorrectText {
        /// The language.
        language: String,
        /// The new words.
        #[serde(flatten)]
        wording: Wording,
        /// Why; public.
        why: String,
    },
    /// Another theme.
    Classify {
        /// The theme.
        theme: String,
    },
    /// The assembly votes for it.
    Adopt {
        /// The vote.
        vote: Vote,
        /// What the minority wants on record.
        #[serde(default)]
        minority: Vec<Statement>,
    },
    /// The assembly takes it back.
    Withdraw {
        /// The vote to take it back.
        vote: Vote,
        /// Why; public.
        reason: String,
    },
    /// Give it to the government.
    HandOver {
        /// The report.
        report: Report,
    },
    /// Say that it arrived.
    Acknowledge,
    /// Name the accountable post.
    Assign {
        /// Who answers for it.
        assignment: Assignment,
    },
    /// Say that another unit is the one.
    Return {
        /// Why.
        reason: String,
        /// The unit that should have it.
        proposed_unit: String,
    },
    /// Name the posts that work on it, are asked and are told.
    Involve {
        /// Posts that do the work.
        #[serde(default)]
        responsible: Vec<String>,
        /// Posts that are asked.
        #[serde(default)]
        consulted: Vec<String>,
        /// Posts that are told.
        #[serde(default)]
        informed: Vec<String>,
    },
    /// Say how many hours a month it takes of each post. This replaces what was said before.
    Estimate {
        /// Hours a month by post.
        hours: BTreeMap<String, u32>,
    },
    /// Give everything that one post has in it to another post.
    Reassign {
        /// The post that gives.
        from: String,
        /// The post that takes.
        to: String,
        /// Another deputy, where accountable post and deputy would become the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<String>,
        /// Another unit, where the post that takes belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// Why; public.
        why: String,
    },
    /// Hand a response in for approval.
    Respond {
        /// The position.
        position: Position,
        /// The reasons, by language.
        reasons: Words,
        /// What shows it, for "already done".
        #[serde(default)]
        evidence: Vec<EvidenceItem>,
        /// Why, and how the members were told, where a published response is replaced.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<Revision>,
    },
    /// Send the drafted response back.
    SendBack {
        /// Why.
        reason: String,
    },
    /// Approve the drafted response.
    Approve,
    /// Sign the approved response and publish it.
    Publish,
    /// Hand in a response that replaces the published one.
    Revise {
        /// The new position.
        position: Position,
        /// The reasons, by language.
        reasons: Words,
        /// What shows it, for "already done".
        #[serde(default)]
        evidence: Vec<EvidenceItem>,
        /// Why, and how the members were told.
        revision: Revision,
    },
    /// Give it to the body that can decide.
    Forward {
        /// The receiving body.
        body: String,
        /// The letter.
        letter: String,
    },
    /// The body answered: closed with its answer.
    RecordAnswer {
        /// The answer.
        answer: String,
    },
    /// Open the members' window after "not accepted".
    Refuse,
    /// A member's reply.
    Reply {
        /// The words.
        text: String,
    },
    /// A member's reply that came in another way and is entered for the member.
    EnterReply {
        /// The words.
        text: String,
        /// How they came.
        through: Through,
    },
    /// Close what was refused, after the window.
    Close {
        /// A closing note.
        note: String,
    },
    /// Back to the owner for a new response.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Begin delivery.
    Deliver {
        /// What is promised.
        commitments: Vec<Promise>,
    },
    /// One more commitment.
    AddCommitment {
        /// What is promised.
        #[serde(flatten)]
        promise: Promise,
    },
    /// One more step on the way.
    AddMilestone {
        /// The commitment's number.
        commitment: u32,
        /// The step.
        #[serde(flatten)]
        step: Step,
    },
    /// A step is reached.
    MeetMilestone {
        /// The commitment's number.
        commitment: u32,
        /// The milestone's number.
        milestone: u32,
    },
    /// Report progress.
    Report {
        /// How far it is.
        delivery: Delivery,
        /// In words.
        text: String,
    },
    /// Report progress of one commitment, by who delivers it.
    ReportOn {
        /// The commitment's number.
        commitment: u32,
        /// How far it is.
        delivery: Delivery,
        /// In words.
        text: String,
        /// What shows it.
        #[serde(default)]
        evidence: Vec<EvidenceItem>,
    },
    /// Add evidence.
    AddEvidence {
        /// What it is.
        #[serde(flatten)]
        item: EvidenceItem,
    },
    /// Propose to say that work stands still.
    ProposeStall(Stall),
    /// Propose to claim that it is done.
    ProposeDone {
        /// What was done.
        note: String,
        /// What shows it; may be none where evidence is there already.
        #[serde(default)]
        evidence: Vec<EvidenceItem>,
    },
    /// Decline what is proposed.
    Decline {
        /// Why.
        reason: String,
    },
    /// Confirm that work stands still.
    ConfirmStall,
    /// Work goes on.
    Resume {
        /// What moved it.
        reason: String,
    },
    /// Give it up.
    Abandon {
        /// Why; public.
        reason: String,
    },
    /// Confirm the claim that it is done.
    ConfirmDone,
    /// Check from outside: not done.
    NotDone {
        /// What is missing.
        note: String,
    },
    /// Check from outside, and close.
    Verify {
        /// What was found.
        grade: Grade,
        /// In words.
        note: String,
    },
    /// Check from outside without closing.
    Grade {
        /// What was found.
        grade: Grade,
        /// In words.
        note: String,
    },
    /// Members dispute what is reported.
    Dispute {
        /// Why.
        reason: String,
    },
    /// New evidence: it was not done after all.
    ReopenDelivery {
        /// What shows it.
        evidence: EvidenceItem,
        /// In words.
        note: String,
    },
    /// What was delivered has been undone.
    Reverse {
        /// Why; public.
        reason: String,
    },
    /// After an election: the commitment stands.
    Reaffirm {
        /// The election and the commitment.
        #[serde(flatten)]
        under: Under,
        /// Why; public.
        reason: String,
    },
    /// After an election: the commitment stands with another text or another day.
    Amend {
        /// The election and the commitment.
        #[serde(flatten)]
        under: Under,
        /// What will be there.
        deliverable: String,
        /// By when.
        due: Date,
        /// Why; public.
        reason: String,
    },
    /// After an election: the commitment is given up.
    Drop {
        /// The election and the commitment.
        #[serde(flatten)]
        under: Under,
        /// Why; public.
        reason: String,
    },
    /// The body that has to answer was dissolved, and by the rule what was due lapsed. Nobody does it: see
    /// [`crate::Recommendation::lapse`].
    Lapse {
        /// The election's id.
        election: String,
        /// The day of the dissolution.
        dissolved: Date,
    },
    /// Extend a deadline, once.
    Extend {
        /// The deadline's number.
        deadline: u32,
        /// The new last day.
        until: Date,
        /// Why; public.
        reason: String,
    },
}

words! {
    /// The word for an [`Action`].
    Verb {
        /// See [`Action::Draft`].
        Draft = "draft", "write down";
        /// See [`Action::CorrectText`].
        CorrectText = "correct_text", "correct the text";
        /// See [`Action::Classify`].
        Classify = "classify", "change the theme";
        /// See [`Action::Adopt`].
        Adopt = "adopt", "record the vote that adopts it";
        /// See [`Action::Withdraw`].
        Withdraw = "withdraw", "record the vote that withdraws it";
        /// See [`Action::HandOver`].
        HandOver = "hand_over", "hand over";
        /// See [`Action::Acknowledge`].
        Acknowledge = "acknowledge", "acknowledge";
        /// See [`Action::Assign`].
        Assign = "assign", "name the accountable post";
        /// See [`Action::Return`].
        Return = "return", "return to the coordinator";
        /// See [`Action::Involve`].
        Involve = "involve", "name the posts involved";
        /// See [`Action::Estimate`].
        Estimate = "estimate", "say how many hours it takes";
        /// See [`Action::Reassign`].
        Reassign = "reassign", "give a post's part to another post";
        /// See [`Action::Respond`].
        Respond = "respond", "hand in a response";
        /// See [`Action::SendBack`].
        SendBack = "send_back", "send the response back";
        /// See [`Action::Approve`].
        Approve = "approve", "approve the response";
        /// See [`Action::Publish`].
        Publish = "publish", "sign and publish";
        /// See [`Action::Revise`].
        Revise = "revise", "revise the position";
        /// See [`Action::Forward`].
        Forward = "forward", "forward";
        /// See [`Action::RecordAnswer`].
        RecordAnswer = "record_answer", "record the other body's answer";
        /// See [`Action::Refuse`].
        Refuse = "refuse", "open the members' window";
        /// See [`Action::Reply`].
        Reply = "reply", "reply";
        /// See [`Action::EnterReply`].
        EnterReply = "enter_reply", "enter a member's reply";
        /// See [`Action::Close`].
        Close = "close", "close";
        /// See [`Action::Reopen`].
        Reopen = "reopen", "reopen";
        /// See [`Action::Deliver`].
        Deliver = "deliver", "begin delivery";
        /// See [`Action::AddCommitment`].
        AddCommitment = "add_commitment", "add a commitment";
        /// See [`Action::AddMilestone`].
        AddMilestone = "add_milestone", "add a milestone";
        /// See [`Action::MeetMilestone`].
        MeetMilestone = "meet_milestone", "mark a milestone as met";
        /// See [`Action::Report`].
        Report = "report", "report progress";
        /// See [`Action::ReportOn`].
        ReportOn = "report_on", "report on a commitment";
        /// See [`Action::AddEvidence`].
        AddEvidence = "add_evidence", "add evidence";
        /// See [`Action::ProposeStall`].
        ProposeStall = "propose_stall", "propose to say that it stands still";
        /// See [`Action::ProposeDone`].
        ProposeDone = "propose_done", "propose to claim it done";
        /// See [`Action::Decline`].
        Decline = "decline", "decline the proposal";
        /// See [`Action::ConfirmStall`].
        ConfirmStall = "confirm_stall", "confirm that it stands still";
        /// See [`Action::Resume`].
        Resume = "resume", "resume";
        /// See [`Action::Abandon`].
        Abandon = "abandon", "abandon";
        /// See [`Action::ConfirmDone`].
        ConfirmDone = "confirm_done", "confirm the claim";
        /// See [`Action::NotDone`].
        NotDone = "not_done", "send the claim back";
        /// See [`Action::Verify`].
        Verify = "verify", "grade and close";
        /// See [`Action::Grade`].
        Grade = "grade", "grade";
        /// See [`Action::Dispute`].
        Dispute = "dispute", "dispute";
        /// See [`Action::ReopenDelivery`].
        ReopenDelivery = "reopen_delivery", "reopen delivery";
        /// See [`Action::Reverse`].
        Reverse = "reverse", "record that it was undone";
        /// See [`Action::Reaffirm`].
        Reaffirm = "reaffirm", "reaffirm a commitment after an election";
        /// See [`Action::Amend`].
        Amend = "amend", "amend a commitment after an election";
        /// See [`Action::Drop`].
        Drop = "drop", "drop a commitment after an election";
        /// See [`Action::Lapse`].
        Lapse = "lapse", "let lapse at a dissolution";
        /// See [`Action::Extend`].
        Extend = "extend", "extend a deadline";
    }
}

impl Action {
    /// The word for it.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Draft(_) => Verb::Draft,
            Self::CorrectText { .. } => Verb::CorrectText,
            Self::Classify { .. } => Verb::Classify,
            Self::Adopt { .. } => Verb::Adopt,
            Self::Withdraw { .. } => Verb::Withdraw,
            Self::HandOver { .. } => Verb::HandOver,
            Self::Acknowledge => Verb::Acknowledge,
            Self::Assign { .. } => Verb::Assign,
            Self::Return { .. } => Verb::Return,
            Self::Involve { .. } => Verb::Involve,
            Self::Estimate { .. } => Verb::Estimate,
            Self::Reassign { .. } => Verb::Reassign,
            Self::Respond { .. } => Verb::Respond,
            Self::SendBack { .. } => Verb::SendBack,
            Self::Approve => Verb::Approve,
            Self::Publish => Verb::Publish,
            Self::Revise { .. } => Verb::Revise,
            Self::Forward { .. } => Verb::Forward,
            Self::RecordAnswer { .. } => Verb::RecordAnswer,
            Self::Refuse => Verb::Refuse,
            Self::Reply { .. } => Verb::Reply,
            Self::EnterReply { .. } => Verb::EnterReply,
            Self::Close { .. } => Verb::Close,
            Self::Reopen { .. } => Verb::Reopen,
            Self::Deliver { .. } => Verb::Deliver,
            Self::AddCommitment { .. } => Verb::AddCommitment,
            Self::AddMilestone { .. } => Verb::AddMilestone,
            Self::MeetMilestone { .. } => Verb::MeetMilestone,
            Self::Report { .. } => Verb::Report,
            Self::ReportOn { .. } => Verb::ReportOn,
            Self::AddEvidence { .. } => Verb::AddEvidence,
            Self::ProposeStall(_) => Verb::ProposeStall,
            Self::ProposeDone { .. } => Verb::ProposeDone,
            Self::Decline { .. } => Verb::Decline,
            Self::ConfirmStall => Verb::ConfirmStall,
            Self::Resume { .. } => Verb::Resume,
            Self::Abandon { .. } => Verb::Abandon,
            Self::ConfirmDone => Verb::ConfirmDone,
            Self::NotDone { .. } => Verb::NotDone,
            Self::Verify { .. } => Verb::Verify,
            Self::Grade { .. } => Verb::Grade,
            Self::Dispute { .. } => Verb::Dispute,
            Self::ReopenDelivery { .. } => Verb::ReopenDelivery,
            Self::Reverse { .. } => Verb::Reverse,
            Self::Reaffirm { .. } => Verb::Reaffirm,
            Self::Amend { .. } => Verb::Amend,
            Self::Drop { .. } => Verb::Drop,
            Self::Lapse { .. } => Verb::Lapse,
            Self::Extend { .. } => Verb::Extend,
        }
    }
}
