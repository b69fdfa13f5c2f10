//! What the API says: its own types. Public history names posts, never people.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use tracking as t;

use crate::page::escaped;

type Texts = BTreeMap<String, String>;

/// An assembly.
#[derive(Debug, Serialize)]
pub struct Assembly {
    id: String,
    names: Texts,
    languages: Vec<String>,
    commissioner: String,
    remit: Texts,
    members: Option<u32>,
    begins: Option<Date>,
    ends: Option<Date>,
    rule: Rule,
    revision: i64,
    url: String,
}

/// The clocks of an assembly.
#[derive(Debug, Serialize)]
pub struct Rule {
    id: String,
    version: u32,
    legal_basis: String,
    clocks: Vec<Clock>,
}

/// One clock.
#[derive(Debug, Serialize)]
pub struct Clock {
    duty: &'static str,
    starts: Vec<&'static str>,
    period: String,
    then_every: Option<String>,
}

/// A unit with its posts.
#[derive(Debug, Serialize)]
pub struct Unit {
    id: String,
    parent: Option<String>,
    names: Texts,
    posts: Vec<Post>,
}

/// A post.
#[derive(Debug, Serialize)]
pub struct Post {
    id: String,
    names: Texts,
}

/// A page of recommendations.
#[derive(Debug, Serialize)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Recommendation>,
    /// How many there are on all pages.
    pub count: i64,
    /// The address of the next page.
    pub next: Option<String>,
}

/// A recommendation as everybody may see it.
#[derive(Debug, Serialize)]
pub struct Recommendation {
    pub(super) assembly: String,
    pub(super) reference: String,
    pub(super) external_id: Option<String>,
    pub(super) theme: String,
    pub(super) texts: BTreeMap<String, Vec<Version>>,
    pub(super) locked_at: Option<Timestamp>,
    pub(super) vote: Option<Vote>,
    pub(super) minority: Vec<Statement>,
    pub(super) withdrawal: Option<Vote>,
    pub(super) report: Option<Link>,
    pub(super) state: &'static str,
    pub(super) position: Option<&'static str>,
    pub(super) counts_as_accepted: bool,
    pub(super) delivery: &'static str,
    pub(super) grade: Option<&'static str>,
    pub(super) disputed: bool,
    pub(super) assignment: Option<Assignment>,
    pub(super) responses: Vec<Response>,
    pub(super) forwarding: Option<Forwarding>,
    pub(super) commitments: Vec<Commitment>,
    pub(super) progress: Vec<Progress>,
    pub(super) stalled: Option<Stall>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) verifications: Vec<Verification>,
    pub(super) replies: Vec<Remark>,
    pub(super) disputes: Vec<Remark>,
    pub(super) deadlines: Vec<Deadline>,
    pub(super) due: Option<Date>,
    pub(super) overdue: bool,
    pub(super) revision: u64,
    pub(super) updated_at: Timestamp,
    pub(super) url: String,
}

/// A version of the text.
#[derive(Debug, Serialize)]
pub struct Version {
    pub(super) number: u32,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) sha256: String,
    pub(super) at: Timestamp,
    pub(super) why: Option<String>,
}

/// A vote.
#[derive(Debug, Serialize)]
pub struct Vote {
    on: Date,
    r#for: u32,
    against: u32,
    abstain: u32,
    absent: u32,
}

/// What a minority wants on record.
#[derive(Debug, Serialize)]
pub struct Statement {
    language: String,
    text: String,
    members: Option<u32>,
}

/// A title and where to read it.
#[derive(Debug, Serialize)]
pub struct Link {
    title: String,
    url: Option<String>,
}

/// Posts by their ids.
#[derive(Debug, Serialize)]
pub struct Assignment {
    pub(super) unit: String,
    pub(super) accountable: String,
    pub(super) deputy: String,
    responsible: Vec<String>,
    consulted: Vec<String>,
    informed: Vec<String>,
}

/// A published response.
#[derive(Debug, Serialize)]
pub struct Response {
    number: u32,
    position: &'static str,
    pub(super) reasons: Texts,
    why: Option<String>,
    members_told: Option<String>,
    drafted_by: Option<String>,
    approved_by: Option<String>,
    signed_by: Option<String>,
    published_at: Option<Timestamp>,
}

/// Where it was forwarded.
#[derive(Debug, Serialize)]
pub struct Forwarding {
    body: String,
    letter: String,
    at: Timestamp,
    answer: Option<String>,
}

/// A commitment.
#[derive(Debug, Serialize)]
pub struct Commitment {
    number: u32,
    deliverable: String,
    post: String,
    due: Date,
    budget_line: Option<String>,
    organisation: Option<String>,
    milestones: Vec<Milestone>,
}

/// A step on the way.
#[derive(Debug, Serialize)]
pub struct Milestone {
    number: u32,
    title: String,
    due: Date,
    met_at: Option<Timestamp>,
}

/// A report of the department.
#[derive(Debug, Serialize)]
pub struct Progress {
    commitment: Option<u32>,
    delivery: &'static str,
    text: String,
    at: Timestamp,
    post: Option<String>,
}

/// Why it stands still.
#[derive(Debug, Serialize)]
pub struct Stall {
    reason: String,
    unblock: String,
}

/// Something that shows what was done.
#[derive(Debug, Serialize)]
pub struct Evidence {
    number: u32,
    commitment: Option<u32>,
    title: String,
    url: Option<String>,
    file: Option<String>,
    sha256: Option<String>,
    dated: Date,
    at: Timestamp,
    post: Option<String>,
}

/// A check from outside.
#[derive(Debug, Serialize)]
pub struct Verification {
    grade: Option<&'static str>,
    note: String,
    at: Timestamp,
    post: Option<String>,
}

/// What a member wrote.
#[derive(Debug, Serialize)]
pub struct Remark {
    text: String,
    at: Timestamp,
    through: Option<&'static str>,
}

/// A deadline.
#[derive(Debug, Serialize)]
pub struct Deadline {
    number: u32,
    duty: &'static str,
    commitment: Option<u32>,
    milestone: Option<u32>,
    started: Date,
    due: Date,
    rule: Option<String>,
    extended_from: Option<Date>,
    extension_reason: Option<String>,
    ended: Option<Date>,
    met: bool,
    lapsed: bool,
    overdue: bool,
}

/// Something that happened, as everybody may know it.
#[derive(Debug, Serialize)]
pub struct Event {
    pub(super) sequence: u64,
    pub(super) at: Timestamp,
    pub(super) verb: &'static str,
    pub(super) from: Option<&'static str>,
    pub(super) to: &'static str,
    role: &'static str,
    post: Option<String>,
}

/// The address of a recommendation's page.
pub fn address(site: &str, assembly: &str, reference: &str) -> String {
    format!("{site}/a/{}/recommendations/{}", escaped(assembly), escaped(reference))
}

impl Assembly {
    /// As everybody may see it; `site` is the service's own address.
    pub fn new(of: &crate::assembly::Assembly, site: &str) -> Self {
        let (about, id) = (of.about.clone(), of.id.clone());
        let clock = |clock: &t::Clock| Clock {
            duty: clock.duty.key(),
            starts: clock.starts.iter().map(|start| start.key()).collect(),
            period: clock.period.to_string(),
            then_every: clock.then_every.map(|every| every.to_string()),
        };
        let rule = Rule {
            id: about.rule.id.clone(),
            version: about.rule.version,
            legal_basis: about.rule.legal_basis.clone(),
            clocks: about.rule.clocks.iter().map(clock).collect(),
        };
        Self {
            url: format!("{site}/a/{}", escaped(&id)),
            id,
            names: of.names.clone(),
            languages: about.languages,
            commissioner: about.commissioner,
            remit: about.remit,
            members: about.members,
            begins: about.begins,
            ends: about.ends,
            rule,
            revision: of.revision,
        }
    }
}

impl Unit {
    /// A unit and those of `posts` that are its own.
    pub fn new(unit: &store::Unit, posts: &[store::Post]) -> Self {
        let own = posts.iter().filter(|post| post.unit == unit.id);
        let posts = own.map(|post| Post { id: post.id.clone(), names: post.names.clone() }).collect();
        Self { id: unit.id.clone(), parent: unit.parent.clone(), names: unit.names.clone(), posts }
    }
}

impl Recommendation {
    /// As everybody may see it on a day; `site` is the service's own address.
    pub fn new(of: &t::Recommendation, today: Date, site: &str) -> Self {
        Self {
            assembly: of.assembly.clone(),
            reference: of.reference.clone(),
            external_id: of.external_id.clone(),
            theme: of.theme.clone(),
            texts: of
                .texts
                .iter()
                .map(|(tag, all)| (tag.clone(), all.iter().map(version).collect()))
                .collect(),
            locked_at: of.locked_at,
            vote: of.vote.as_ref().map(vote),
            minority: of.minority.iter().map(statement).collect(),
            withdrawal: of.withdrawal.as_ref().map(vote),
            report: of.report.as_ref().map(|one| Link { title: one.title.clone(), url: one.url.clone() }),
            state: of.state.key(),
            position: of.position.map(t::Position::key),
            counts_as_accepted: of.position.is_some_and(t::Position::counts_as_accepted),
            delivery: of.delivery.key(),
            grade: of.grade.map(t::Grade::key),
            disputed: of.disputed,
            assignment: of.assignment.as_ref().map(assignment),
            responses: of.responses.iter().map(response).collect(),
            forwarding: of.forwarding.as_ref().map(forwarding),
            commitments: of.commitments.iter().map(commitment).collect(),
            progress: of.progress.iter().map(progress).collect(),
            stalled: of
                .stalled
                .as_ref()
                .map(|one| Stall { reason: one.reason.clone(), unblock: one.unblock.clone() }),
            evidence: of.public_evidence().map(evidence).collect(),
            verifications: of.verifications.iter().map(verification).collect(),
            replies: of.replies.iter().map(remark).collect(),
            disputes: of.disputes.iter().map(remark).collect(),
            deadlines: of.deadlines.iter().map(|one| deadline(one, today)).collect(),
            due: of.due_on(),
            overdue: !of.overdue(today).is_empty(),
            revision: of.revision,
            updated_at: of.updated_at,
            url: address(site, &of.assembly, &of.reference),
        }
    }
}

impl Event {
    /// An event as everybody may know it; `None` for what is not public: drafts, proposals and what is decided on them within
    /// the house.
    pub fn new(of: &t::Event) -> Option<Self> {
        use t::Verb::{Approve, Decline, Estimate, ProposeDone, ProposeStall, Respond, Revise, SendBack};
        let verb = of.action.verb();
        let inside = [Approve, Decline, Estimate, ProposeDone, ProposeStall, Respond, Revise, SendBack];
        (!inside.contains(&verb)).then(|| Self {
            sequence: of.sequence,
            at: of.at,
            verb: verb.key(),
            from: of.from.map(t::State::key),
            to: of.to.key(),
            role: of.by.role.key(),
            post: of.by.post.clone(),
        })
    }
}

fn version(of: &t::Version) -> Version {
    let t::Wording { title, text } = of.wording.clone();
    Version { number: of.number, title, text, sha256: of.sha256.clone(), at: of.at, why: of.why.clone() }
}

fn vote(of: &t::Vote) -> Vote {
    Vote { on: of.on, r#for: of.in_favour, against: of.against, abstain: of.abstain, absent: of.absent }
}

fn statement(of: &t::Statement) -> Statement {
    Statement { language: of.language.clone(), text: of.text.clone(), members: of.members }
}

fn assignment(of: &t::Assignment) -> Assignment {
    Assignment {
        unit: of.unit.clone(),
        accountable: of.accountable.clone(),
        deputy: of.deputy.clone(),
        responsible: of.responsible.clone(),
        consulted: of.consulted.clone(),
        informed: of.informed.clone(),
    }
}

fn response(of: &t::Response) -> Response {
    let post = |signed: &Option<t::Signed>| signed.as_ref().and_then(|signed| signed.post.clone());
    Response {
        number: of.number,
        position: of.position.key(),
        reasons: of.reasons.clone(),
        why: of.revision.as_ref().map(|revision| revision.why.clone()),
        members_told: of.revision.as_ref().map(|revision| revision.members_told.clone()),
        drafted_by: of.drafted_by.post.clone(),
        approved_by: post(&of.approved_by),
        signed_by: post(&of.signed_by),
        published_at: of.published_at,
    }
}

fn forwarding(of: &t::Forwarding) -> Forwarding {
    Forwarding { body: of.body.clone(), letter: of.letter.clone(), at: of.at, answer: of.answer.clone() }
}

fn commitment(of: &t::Commitment) -> Commitment {
    let milestone = |one: &t::Milestone| Milestone {
        number: one.number,
        title: one.title.clone(),
        due: one.due,
        met_at: one.met_at,
    };
    Commitment {
        number: of.number,
        deliverable: of.deliverable.clone(),
        post: of.post.clone(),
        due: of.due,
        budget_line: of.budget_line.clone(),
        organisation: of.organisation.clone(),
        milestones: of.milestones.iter().map(milestone).collect(),
    }
}

fn progress(of: &t::Progress) -> Progress {
    let (delivery, text, post) = (of.delivery.key(), of.text.clone(), of.by.post.clone());
    Progress { commitment: of.commitment, delivery, text, at: of.at, post }
}

fn evidence(of: &t::Evidence) -> Evidence {
    Evidence {
        number: of.number,
        commitment: of.commitment,
        title: of.item.title.clone(),
        url: of.item.url.clone(),
        file: of.item.file.clone(),
        sha256: of.item.sha256.clone(),
        dated: of.item.dated,
        at: of.at,
        post: of.by.post.clone(),
    }
}

fn verification(of: &t::Verification) -> Verification {
    let grade = of.grade.map(t::Grade::key);
    Verification { grade, note: of.note.clone(), at: of.at, post: of.by.post.clone() }
}

fn remark(of: &t::Reply) -> Remark {
    Remark { text: of.text.clone(), at: of.at, through: of.through.map(t::Through::key) }
}

fn deadline(of: &t::Deadline, today: Date) -> Deadline {
    Deadline {
        number: of.number,
        duty: of.duty.key(),
        commitment: of.commitment,
        milestone: of.milestone,
        started: of.started,
        due: of.due,
        rule: of.rule.as_ref().map(|rule| format!("{} {}", rule.id, rule.version)),
        extended_from: of.extension.as_ref().map(|extension| extension.before),
        extension_reason: of.extension.as_ref().map(|extension| extension.reason.clone()),
        ended: of.ended.as_ref().map(|ended| ended.on),
        met: of.ended.as_ref().is_some_and(|ended| ended.met),
        lapsed: of.ended.as_ref().is_some_and(|ended| ended.lapsed),
        overdue: of.is_overdue(today),
    }
}
