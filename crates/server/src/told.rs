//! A recommendation as it is told to a reader, on the pages of the staff and of everybody.

use jiff::Timestamp;
use jiff::civil::Date;
use tracking::{
    Action, Change, Commitment, Deadline, Duty, Event, Proposed, Recommendation, Response, Rung, Signed,
    Standing, State, Through, Verb, Version, Vote, difference, rungs,
};

use crate::app::App;
use crate::assembly::Assembly;
use crate::desk::Case;
use crate::election::{self, Election};
use crate::fault::Fault;
use crate::names::Names;
use crate::shelf::Kept;
use crate::words::Words;

/// What the public is not told while it goes on: drafts, and proposals that wait for a second pair of eyes.
const INTERNAL: &[Verb] = &[
    Verb::Respond,
    Verb::Revise,
    Verb::SendBack,
    Verb::Approve,
    Verb::ProposeStall,
    Verb::ProposeDone,
    Verb::Decline,
    Verb::Involve,
    Verb::Estimate,
];

/// Whether the public is not told of it.
pub fn is_internal(verb: Verb) -> bool {
    INTERNAL.contains(&verb)
}

/// A recommendation and all that its story needs.
#[derive(Debug, Clone)]
pub struct Told {
    /// The recommendation and its assembly.
    pub case: Case,
    /// What happened, newest first.
    pub history: Vec<Moment>,
    /// Names of units and posts.
    pub names: Names,
    /// The reader's words.
    pub words: Words,
    /// Today, where the assembly's rule holds.
    pub today: Date,
    /// The elections after which commitments are looked at again; empty where nothing of them is told.
    pub elections: Vec<Kept<Election>>,
}

/// That those in office after an election have not said what becomes of a commitment.
#[derive(Debug, Clone)]
pub struct Silence {
    /// How long there is time, or has been none, in words.
    pub standing: String,
    /// Whether the time is over.
    pub over: bool,
    /// The election.
    pub election: String,
    /// Where everybody reads what was said after it.
    pub address: String,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When, in words.
    pub when: String,
    /// What, in words.
    pub what: String,
    /// By which post, or in which role where the post is not known.
    pub who: String,
    /// The words that were given with it.
    pub words: Vec<String>,
    /// Their language, where it is known and not the page's.
    pub language: Option<String>,
}

/// What changed from one version of the text to the next.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Its number and day.
    pub heading: String,
    /// The public reason.
    pub why: String,
    /// The language of the text.
    pub language: String,
    /// The text, piece by piece.
    pub pieces: Vec<(Change, String)>,
}

fn whole(version: &Version) -> String {
    format!("{}\n\n{}", version.wording.title, version.wording.text)
}

/// A text and the language in which it stands.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// The text.
    pub text: &'a str,
    /// Its language, for those who hear the page.
    pub language: &'a str,
}

impl Told {
    /// The story for the staff, or for everybody.
    pub fn new(
        case: Case,
        events: &[Event],
        names: Names,
        words: Words,
        now: Timestamp,
        staff: bool,
    ) -> Self {
        let rule = &case.assembly.about.rule;
        let today = rule.day(now);
        let shown = events.iter().rev().filter(|event| staff || !INTERNAL.contains(&event.action.verb()));
        let history = shown.map(|event| moment(event, &case.assembly, &names, words)).collect();
        Self { case, history, names, words, today, elections: Vec::new() }
    }

    /// The same with what nobody has said after the assembly's elections.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn with_elections(mut self, app: &App) -> Result<Self, Fault> {
        self.elections = election::of(app, &self.case.assembly.id).await?;
        Ok(self)
    }

    /// After which elections nothing was said of a commitment yet, the latest first.
    pub fn silences(&self, commitment: &Commitment) -> Vec<Silence> {
        let silence = |of: &Kept<Election>| {
            let standing = of.rule().standing(self.on(), commitment, self.today)?;
            let over = match standing {
                Standing::Settled(_) => return None,
                Standing::Waiting(_) => false,
                Standing::Silent(_) => true,
            };
            Some(Silence {
                standing: election::standing(self.words, &standing),
                over,
                election: of.name(self.words).to_owned(),
                address: format!("/a/{}/elections/{}", self.case.assembly.id, of.entry.id),
            })
        };
        self.elections.iter().filter_map(silence).collect()
    }

    /// The recommendation.
    pub fn on(&self) -> &Recommendation {
        &self.case.recommendation
    }

    /// The version of the text for this reader.
    pub fn version(&self) -> Option<(&str, &Version)> {
        let own = self.words.language.tag();
        let texts = &self.on().texts;
        let (tag, versions) = texts.get_key_value(own).or_else(|| texts.iter().next())?;
        Some((tag, versions.last()?))
    }

    /// Its title.
    pub fn title(&self) -> Text<'_> {
        self.version().map_or(Text { text: "", language: "en" }, |(language, last)| Text {
            text: &last.wording.title,
            language,
        })
    }

    /// Its words.
    pub fn text(&self) -> Text<'_> {
        self.version().map_or(Text { text: "", language: "en" }, |(language, last)| Text {
            text: &last.wording.text,
            language,
        })
    }

    /// The reasons of a response for this reader.
    pub fn reasons<'a>(&self, response: &'a Response) -> Text<'a> {
        let found = response
            .reasons
            .get_key_value(self.words.language.tag())
            .or_else(|| response.reasons.iter().next());
        found.map_or(Text { text: "", language: "en" }, |(language, text)| Text { text, language })
    }

    /// A day in words.
    pub fn day(&self, date: &Date) -> String {
        self.words.date(date)
    }

    /// The day of an instant in words, where the assembly's rule holds.
    pub fn at(&self, at: &Timestamp) -> String {
        self.words.day(at, &self.case.assembly.about.rule.zone)
    }

    /// The state in words.
    pub fn state(&self) -> String {
        self.words.word("state", self.on().state.key())
    }

    /// A share in percent, rounded down.
    pub fn percent(&self, share: (u32, u64)) -> String {
        let hundredths = u64::from(share.0) * 100 / share.1.max(1);
        self.words.count("percent", hundredths)
    }

    /// The running deadlines, the earliest first.
    pub fn deadlines(&self) -> Vec<&Deadline> {
        self.on().open_deadlines()
    }

    /// What lapsed at a dissolution: the duty and a sentence.
    pub fn lapsed(&self) -> Vec<(String, String)> {
        let said = |day: &Date| self.words.with("deadline-lapsed", "day", self.words.date(day));
        self.on().lapsed().iter().map(|(deadline, day)| (self.duty(deadline), said(day))).collect()
    }

    /// Whether anything is overdue.
    pub fn is_overdue(&self) -> bool {
        !self.on().overdue(self.today).is_empty()
    }

    /// How long something has been overdue, or will still run, in words.
    pub fn remaining(&self, deadline: &Deadline) -> String {
        let days = (deadline.due - self.today).get_days();
        let window = deadline.duty == Duty::MembersReply;
        match days {
            0 => self.words.say("due-today"),
            ahead if ahead > 0 => self.words.count("due-in", ahead.unsigned_abs()),
            past if window => self.words.count("window-over", past.unsigned_abs()),
            past => self.words.count("overdue-by", past.unsigned_abs()),
        }
    }

    /// A duty in words.
    pub fn duty(&self, deadline: &Deadline) -> String {
        duty(self.words, deadline)
    }

    /// The name of the assembly.
    pub fn assembly(&self) -> &str {
        self.case.assembly.name(self.words)
    }

    /// The colour of the state's tag.
    pub fn colour(&self) -> &'static str {
        colour(self.on().state)
    }

    /// The post that did something, or the role where the post is not known.
    pub fn signer(&self, by: &Signed) -> String {
        by.post
            .as_deref()
            .map_or_else(|| self.words.word("role", by.role.key()), |post| self.names.post(post))
    }

    /// A vote's numbers in a sentence.
    pub fn vote_counts(&self, vote: &Vote) -> String {
        let number = |n: u32| self.words.number(n);
        let values = [
            ("day", self.words.date(&vote.on)),
            ("for", number(vote.in_favour)),
            ("against", number(vote.against)),
            ("abstain", number(vote.abstain)),
            ("absent", number(vote.absent)),
        ];
        self.words.with_all("story-vote-counts", &values)
    }

    /// The steps of escalation that a deadline has reached, each with its day, and the next one.
    pub fn steps(&self, deadline: &Deadline) -> Vec<String> {
        if deadline.duty == Duty::MembersReply {
            return Vec::new();
        }
        let name = |rung: &Rung| self.words.word("rung", rung.key());
        let day = |rung: &Rung| self.words.date(&rung.day(deadline));
        let reached = rungs(deadline, self.today);
        let next = Rung::ALL.iter().find(|rung| !reached.contains(rung));
        let said = reached.iter().map(|rung| {
            format!("{}: {}", name(rung), self.words.with("escalation-reached", "day", day(rung)))
        });
        let next = next.map(|rung| self.words.with2("escalation-next", "what", name(rung), "day", day(rung)));
        said.chain(next).collect()
    }

    /// The public statement about what has been overdue for long.
    pub fn statement(&self) -> Vec<String> {
        statement(self.words, &self.case.assembly, self.on(), &self.names, self.today)
    }

    /// The language in which the staff writes, where it is not the page's.
    pub fn written(&self) -> Option<&str> {
        self.case.assembly.written(self.words)
    }

    /// The last day of a commitment, as it was promised, amended or extended.
    pub fn due_of(&self, commitment: &Commitment) -> String {
        self.day(&self.on().due_of(commitment))
    }

    /// Whether a deadline is overdue.
    pub fn is_late(&self, deadline: &Deadline) -> bool {
        deadline.is_overdue(self.today)
    }

    /// What an organisation or the unit reported last of one commitment: how far, when and by whom, and in words.
    pub fn reported(&self, commitment: &u32) -> Option<(String, String, &str)> {
        let last = self.on().progress.iter().rfind(|one| one.commitment == Some(*commitment))?;
        let who = format!("{} · {}", self.at(&last.at), self.signer(&last.by));
        Some((self.words.word("delivery", last.delivery.key()), who, &last.text))
    }

    /// The organisation of a post and what it is; empty where the post is a department's.
    pub fn outside(&self, post: &str) -> String {
        self.names.organisation(post, self.words)
    }

    /// How a member's words came in, where somebody else entered them.
    pub fn entered(&self, through: Option<&Through>) -> String {
        through
            .map_or_else(String::new, |through| format!(" · {}", self.words.word("entered", through.key())))
    }

    /// What waits for a second pair of eyes.
    pub fn proposal(&self) -> Option<String> {
        let proposal = self.on().proposal.as_ref()?;
        Some(match &proposal.what {
            Proposed::Stall(stall) => self.words.with("story-proposed-stall", "reason", &stall.reason),
            Proposed::Done { note } => self.words.with("story-proposed-done", "note", note),
        })
    }

    /// Whether the text was ever changed.
    pub fn has_corrections(&self) -> bool {
        self.on().texts.values().any(|versions| versions.len() > 1)
    }

    /// What changed from version to version, the latest first.
    pub fn corrections(&self) -> Vec<Correction> {
        let mut all = Vec::new();
        for (language, versions) in &self.on().texts {
            for pair in versions.windows(2).rev() {
                let [before, after] = pair else { continue };
                let (number, day) = (after.number.to_string(), self.at(&after.at));
                all.push(Correction {
                    heading: self.words.with2("story-version", "number", number, "day", day),
                    why: after.why.clone().unwrap_or_default(),
                    language: language.clone(),
                    pieces: difference(&whole(before), &whole(after)),
                });
            }
        }
        all
    }

    /// Whether everybody can read it: what the assembly has not voted on is not public.
    pub fn is_public(&self) -> bool {
        self.on().state != State::Draft
    }

    /// Where this recommendation is read by everybody.
    pub fn public_address(&self) -> String {
        format!("/a/{}/recommendations/{}", self.case.assembly.id, self.on().reference)
    }
}

/// The public statement about what of a recommendation has been overdue for 180 days: each deadline, what it rests on, and who
/// answers for it; empty where there is none.
pub fn statement(
    words: Words,
    assembly: &Assembly,
    of: &Recommendation,
    names: &Names,
    today: Date,
) -> Vec<String> {
    let late = of.overdue(today).into_iter();
    let late = late.filter(|deadline| rungs(deadline, today).contains(&Rung::Statement));
    let said = |deadline: &Deadline| {
        words.with2("statement-text", "what", duty(words, deadline), "day", words.date(&deadline.due))
    };
    let mut all: Vec<String> = late.map(said).collect();
    if all.is_empty() {
        return all;
    }
    let office = assembly.about.sponsor.as_ref().map(|sponsor| sponsor.office.clone());
    let office = office.filter(|office| !office.is_empty()).unwrap_or_else(|| words.say("statement-office"));
    all.push(words.with("statement-basis", "basis", assembly.basis(words)));
    all.push(match &of.assignment {
        Some(held) => words.with2("statement-who", "post", names.post(&held.accountable), "office", &office),
        None => words.with("statement-nobody", "office", &office),
    });
    all
}

/// A duty in words, with the number of its commitment and milestone.
pub fn duty(words: Words, deadline: &Deadline) -> String {
    let what = words.word("duty", deadline.duty.key());
    match (deadline.commitment, deadline.milestone) {
        (Some(one), Some(two)) => format!("{what} {one}.{two}"),
        (Some(one), None) => format!("{what} {one}"),
        _ => what,
    }
}

/// The colour of a state's tag, which always says the state in words too.
pub const fn colour(state: State) -> &'static str {
    match state {
        State::Draft | State::Withdrawn => "grey",
        State::Adopted | State::HandedOver | State::Owned | State::Returned => "blue",
        State::ResponseDrafted | State::Published | State::Forwarded => "purple",
        State::InDelivery | State::ClaimedDone => "yellow",
        State::Closed => "green",
        State::Refused | State::Stalled | State::Abandoned | State::Reversed => "red",
    }
}

/// The same by the state's key.
pub fn colour_of(key: &str) -> &'static str {
    State::from_key(key).map_or("grey", colour)
}

fn moment(event: &Event, assembly: &Assembly, names: &Names, words: Words) -> Moment {
    let who = event.by.post.as_deref().map(|post| names.post(post));
    let mut what = words.word("happened", event.action.verb().key());
    match &event.action {
        Action::EnterReply { through, .. } => what = words.word("happened-reply", through.key()),
        Action::ReportOn { commitment, .. } => what = format!("{what} ({commitment})"),
        _ => {}
    }
    Moment {
        when: words.day(&event.at, &assembly.about.rule.zone),
        what,
        who: who.unwrap_or_else(|| words.word("role", event.by.role.key())),
        words: quoted(event),
        // Members write in whatever language they like.
        language: match event.action {
            Action::Dispute { .. } | Action::Reply { .. } | Action::EnterReply { .. } => None,
            _ => assembly.written(words).map(str::to_owned),
        },
    }
}

/// The words that stand in an event and nowhere else on the page.
fn quoted(event: &Event) -> Vec<String> {
    use tracking::Action::{
        Abandon, Amend, Close, CorrectText, Decline, Dispute, Drop, Extend, NotDone, ProposeDone,
        ProposeStall, Reaffirm, Reassign, Reopen, ReopenDelivery, Report, ReportOn, Resume, Return, Reverse,
        Revise, SendBack, Withdraw,
    };
    let given = match &event.action {
        CorrectText { why, .. } | Reassign { why, .. } => why,
        Withdraw { reason, .. }
        | Return { reason, .. }
        | SendBack { reason }
        | Reopen { reason }
        | Decline { reason }
        | Resume { reason }
        | Abandon { reason }
        | Dispute { reason }
        | Reverse { reason }
        | Reaffirm { reason, .. }
        | Amend { reason, .. }
        | Drop { reason, .. }
        | Extend { reason, .. } => reason,
        Revise { revision, .. } => &revision.why,
        Close { note } | ProposeDone { note, .. } | NotDone { note } | ReopenDelivery { note, .. } => note,
        ProposeStall(stall) => &stall.reason,
        Report { text, .. } | ReportOn { text, .. } => text,
        _ => return Vec::new(),
    };
    vec![given.clone()]
}
