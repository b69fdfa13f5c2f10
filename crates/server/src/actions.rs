//! The form of each action: its fields, and the action that what was typed makes.

use std::collections::BTreeMap;

use jiff::civil::Date;
use tracking::{
    Action, Assignment, Commitment, Deadline, Delivery, EvidenceItem, Grade, Position, Promise,
    Recommendation, Report, Revision, Stall, Statement, Step, Through, Verb, Vote, Wording, Words as Texts,
};

use crate::form::{Choice, Field, Kind, Typed, day};
use crate::visit::Signed;
use crate::words::Words;

/// How far one commitment can be by the report of who delivers it.
const ON_ONE: &[Delivery] =
    &[Delivery::NotStarted, Delivery::UnderWay, Delivery::PartlyDone, Delivery::Done, Delivery::Stalled];
/// How many minority statements the form has room for.
const STATEMENTS: usize = 2;

/// What forms are filled with: the words of the reader, what it is about, and lists to choose from.
#[derive(Debug)]
pub struct Context<'a> {
    /// The reader's words.
    pub words: Words,
    /// What it is about.
    pub on: &'a Recommendation,
    /// The languages of the assembly.
    pub languages: &'a [String],
    /// Units by id.
    pub units: Vec<Choice>,
    /// Posts by id, with their units' names.
    pub posts: Vec<Choice>,
    /// Who reads the form: of commitments on which only one side reports, it offers the reader's. None offers all.
    pub reader: Option<&'a Signed>,
}

impl Context<'_> {
    fn field(&self, name: &str, kind: Kind) -> Field {
        let key = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        let field = Field::new(name, self.words.word("field", key), kind);
        let hint = format!("field-{key}-hint");
        if self.words.has(&hint) { field.hint(self.words.say(&hint)) } else { field }
    }

    fn line(&self, name: &str) -> Field {
        self.field(name, Kind::Line)
    }

    fn lines(&self, name: &str) -> Field {
        self.field(name, Kind::Lines(5))
    }

    fn number(&self, name: &str) -> Field {
        self.field(name, Kind::Number)
    }

    fn day(&self, name: &str) -> Field {
        self.field(name, day(self.words))
    }

    fn select(&self, name: &str, mut choices: Vec<Choice>) -> Field {
        choices.insert(0, Choice::new("", self.words.say("choose")));
        self.field(name, Kind::Select(choices))
    }

    fn radios<T: Copy>(&self, name: &str, list: &[T], key: impl Fn(T) -> &'static str) -> Field {
        let choices = list.iter().map(|one| Choice::new(key(*one), self.words.word(name, key(*one))));
        self.field(name, Kind::Radios(choices.collect()))
    }

    fn languages(&self) -> Vec<Choice> {
        self.languages.iter().map(|tag| Choice::new(tag, self.words.language(tag))).collect()
    }

    /// Fields for each language of the assembly: `name-en`, `name-es`.
    fn by_language(&self, name: &str) -> Vec<Field> {
        let label = |tag: &str| format!("{} ({})", self.words.word("field", name), self.words.language(tag));
        let fields = self
            .languages
            .iter()
            .map(|tag| Field::new(format!("{name}-{tag}"), label(tag), Kind::Lines(10)).spoken(tag));
        let hint = format!("field-{name}-hint");
        fields
            .map(|field| if self.words.has(&hint) { field.hint(self.words.say(&hint)) } else { field })
            .collect()
    }

    fn vote(&self) -> Vec<Field> {
        let mut fields = vec![self.day("on")];
        fields.extend(["for", "against", "abstain", "absent"].map(|name| self.number(name)));
        fields
    }

    fn promise(&self) -> Vec<Field> {
        vec![
            self.lines("deliverable"),
            self.select("post", self.posts.clone()),
            self.day("due"),
            self.field("costs", Kind::Ticks(vec![Choice::new("yes", self.words.say("field-costs-yes"))])),
            self.line("budget_line"),
        ]
    }

    fn evidence(&self) -> Vec<Field> {
        vec![self.line("title"), self.line("url"), self.field("file", Kind::File), self.day("dated")]
    }

    /// The same among other fields: under a heading of their own, which says whether they are needed.
    fn with_evidence(&self) -> Vec<Field> {
        let mut fields = self.evidence();
        if let Some(first) = fields.first_mut() {
            first.heading = self.words.say("field-evidence-heading");
        }
        fields
    }

    fn is_own(&self, one: &Commitment) -> bool {
        self.reader.is_none_or(|reader| self.on.is_delivered_by(one, &reader.actor, reader.today))
    }

    fn commitments(&self, which: impl Fn(&Commitment) -> bool) -> Vec<Choice> {
        let label = |one: &Commitment| format!("{}. {}", one.number, first_line(&one.deliverable));
        let shown = self.on.commitments.iter().filter(|one| which(one));
        shown.map(|one| Choice::new(one.number.to_string(), label(one))).collect()
    }

    fn milestones(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for commitment in self.on.commitments.iter().filter(|one| self.is_own(one)) {
            for milestone in commitment.milestones.iter().filter(|milestone| milestone.met_at.is_none()) {
                let number = format!("{}.{}", commitment.number, milestone.number);
                choices.push(Choice::new(number.clone(), format!("{number} {}", milestone.title)));
            }
        }
        choices
    }

    /// The posts that have a part in it, or answer for a commitment.
    fn involved(&self) -> Vec<Choice> {
        self.posts.iter().filter(|post| self.on.has_part(&post.value)).cloned().collect()
    }

    /// A field for the hours of each post that has a part in it.
    fn hours(&self) -> Vec<Field> {
        let own = |post: &&Choice| self.on.parts().any(|(part, _)| part == post.value);
        let field = |post: &Choice| Field::new(format!("hours-{}", post.value), &post.label, Kind::Number);
        self.posts.iter().filter(own).map(field).collect()
    }

    fn deadlines(&self) -> Vec<Choice> {
        let label = |deadline: &Deadline| {
            let what = self.words.word("duty", deadline.duty.key());
            self.words.with2("deadline-choice", "what", what, "due", self.words.date(&deadline.due))
        };
        let today = self.reader.map_or(Date::MIN, |reader| reader.today);
        let open = self.on.extendable(today);
        open.map(|deadline| Choice::new(deadline.number.to_string(), label(deadline))).collect()
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The fields that an action is asked for.
#[rustfmt::skip]
pub fn fields(verb: Verb, with: &Context<'_>) -> Vec<Field> {
    match verb {
        Verb::Draft | Verb::Acknowledge | Verb::Approve | Verb::Publish | Verb::Refuse | Verb::ConfirmStall
        | Verb::ConfirmDone | Verb::Lapse => Vec::new(),
        Verb::CorrectText => vec![with.field("language", Kind::Radios(with.languages())), with.line("title"), with.field("text", Kind::Lines(10)), with.lines("why")],
        Verb::Classify => vec![with.line("theme")],
        Verb::Adopt => with.vote().into_iter().chain((1..=STATEMENTS).flat_map(|n| [with.lines(&format!("minority-{n}")), with.number(&format!("members-{n}"))])).collect(),
        Verb::Withdraw => with.vote().into_iter().chain([with.lines("reason")]).collect(),
        Verb::HandOver => vec![with.line("title").hint(with.words.say("field-report-hint")), with.line("url")],
        Verb::Assign => vec![with.select("unit", with.units.clone()), with.select("accountable", with.posts.clone()), with.select("deputy", with.posts.clone())],
        Verb::Return => vec![with.lines("reason"), with.select("proposed_unit", with.units.clone())],
        Verb::Involve => ["responsible", "consulted", "informed"].map(|name| with.field(name, Kind::Ticks(with.posts.clone()))).into(),
        Verb::Estimate => with.hours(),
        Verb::Reassign => vec![with.select("from", with.involved()), with.select("to", with.posts.clone()), with.select("deputy", with.posts.clone()).hint(with.words.say("field-deputy-if")), with.select("unit", with.units.clone()).hint(with.words.say("field-unit-if")), with.lines("why")],
        Verb::Reaffirm | Verb::Drop => vec![with.lines("reason")],
        Verb::Amend => vec![with.lines("deliverable"), with.day("due"), with.lines("reason")],
        Verb::Respond if with.on.responses.is_empty() => response(with),
        Verb::Respond | Verb::Revise => response(with).into_iter().chain([with.lines("why"), with.lines("members_told")]).collect(),
        Verb::SendBack | Verb::Decline | Verb::Resume | Verb::Abandon | Verb::Dispute | Verb::Reverse | Verb::Reopen => vec![with.lines("reason")],
        Verb::Forward => vec![with.line("body"), with.field("letter", Kind::Lines(10))],
        Verb::RecordAnswer => vec![with.field("answer", Kind::Lines(10))],
        Verb::Reply => vec![with.field("text", Kind::Lines(10))],
        Verb::EnterReply => vec![with.field("text", Kind::Lines(10)), with.radios("through", Through::ALL, Through::key)],
        Verb::ReportOn => [vec![with.select("commitment", with.commitments(|one| with.is_own(one) && !one.is_dropped())), with.radios("delivery", ON_ONE, Delivery::key), with.lines("text")], with.with_evidence()].concat(),
        Verb::Close | Verb::NotDone => vec![with.lines("note")],
        Verb::Deliver | Verb::AddCommitment => with.promise(),
        Verb::AddMilestone => vec![with.select("commitment", with.commitments(|_| true)), with.line("title"), with.day("due")],
        Verb::MeetMilestone => vec![with.select("milestone", with.milestones())],
        Verb::Report => vec![with.radios("delivery", &[Delivery::NotStarted, Delivery::UnderWay, Delivery::PartlyDone], Delivery::key), with.lines("text")],
        Verb::AddEvidence => with.evidence(),
        Verb::ProposeStall => vec![with.lines("reason"), with.lines("unblock")],
        Verb::ProposeDone | Verb::ReopenDelivery => [vec![with.lines("note")], with.with_evidence()].concat(),
        Verb::Verify | Verb::Grade => vec![with.radios("grade", Grade::ALL, Grade::key), with.lines("note")],
        Verb::Extend => vec![with.select("deadline", with.deadlines()), with.day("until"), with.lines("reason")],
    }
}

fn response(with: &Context<'_>) -> Vec<Field> {
    let mut fields = vec![with.radios("position", Position::ALL, Position::key)];
    fields.extend(with.by_language("reasons"));
    fields.extend(with.with_evidence());
    fields
}

/// What a form is filled with before anybody has typed: the text that is to be corrected, the theme.
pub fn beginning(verb: Verb, on: &Recommendation, languages: &[String]) -> Typed {
    let wording = languages.iter().find_map(|tag| Some((tag.as_str(), on.wording(tag)?)));
    match (verb, wording) {
        (Verb::CorrectText, Some((tag, last))) => {
            Typed::of([("language", tag), ("title", &last.wording.title), ("text", &last.wording.text)])
        }
        (Verb::Estimate, _) => {
            let given = on.assignment.iter().flat_map(|assignment| &assignment.hours);
            Typed::of(given.map(|(post, hours)| (format!("hours-{post}"), hours.to_string())))
        }
        (Verb::Classify, _) => Typed::of([("theme", on.theme.as_str())]),
        _ => Typed::default(),
    }
}

/// A field that was typed and cannot be read: its name.
pub type Unread = &'static str;

struct Reading<'a> {
    typed: &'a Typed,
    unread: Vec<Unread>,
}

impl Reading<'_> {
    fn date(&mut self, name: &'static str) -> Date {
        self.typed.date(name).unwrap_or_else(|| {
            self.unread.push(name);
            Date::MIN
        })
    }

    fn number(&mut self, name: &'static str) -> u32 {
        self.typed.number(name).unwrap_or_else(|| {
            self.unread.push(name);
            0
        })
    }

    fn word<T>(&mut self, name: &'static str, of: impl Fn(&str) -> Option<T>, instead: T) -> T {
        of(&self.typed.text(name)).unwrap_or_else(|| {
            self.unread.push(name);
            instead
        })
    }

    fn vote(&mut self) -> Vote {
        Vote {
            on: self.date("on"),
            in_favour: self.number("for"),
            against: self.number("against"),
            abstain: self.number("abstain"),
            absent: self.number("absent"),
        }
    }

    fn promise(&mut self) -> Promise {
        Promise {
            deliverable: self.typed.text("deliverable"),
            post: self.typed.text("post"),
            due: self.date("due"),
            costs: self.typed.ticked("costs"),
            budget_line: self.typed.some("budget_line"),
            organisation: None,
            milestones: Vec::new(),
        }
    }

    /// The evidence that was typed; the file's hash was put beside it when the file was kept.
    fn evidence(&mut self) -> EvidenceItem {
        EvidenceItem {
            title: self.typed.text("title"),
            url: self.typed.some("url"),
            file: self.typed.some("file-name"),
            sha256: self.typed.some("file-sha256"),
            dated: self.date("dated"),
        }
    }

    fn some_evidence(&mut self) -> Vec<EvidenceItem> {
        let any = ["title", "url", "file-name"].iter().any(|name| self.typed.some(name).is_some());
        if any || self.typed.has_date("dated") { vec![self.evidence()] } else { Vec::new() }
    }

    /// Hours by post; an empty field is none.
    fn hours(&mut self) -> BTreeMap<String, u32> {
        let mut hours = BTreeMap::new();
        for (name, value) in self.typed.kept(&[]) {
            let Some(post) = name.strip_prefix("hours-") else { continue };
            match (value.trim(), self.typed.number(name)) {
                ("", _) => {}
                (_, Some(given)) => drop(hours.insert(post.to_owned(), given)),
                (_, None) => self.unread.push("hours"),
            }
        }
        hours
    }

    fn milestone(&mut self) -> Action {
        let (commitment, milestone) = met(self.typed).unwrap_or_else(|| {
            self.unread.push("milestone");
            (0, 0)
        });
        Action::MeetMilestone { commitment, milestone }
    }

    fn reasons(&self, languages: &[String]) -> Texts {
        let text = |tag: &String| Some((tag.clone(), self.typed.some(&format!("reasons-{tag}"))?));
        languages.iter().filter_map(text).collect()
    }
}

/// The action that was typed, and the fields that cannot be read, for which something stands in. `None` for what has no form.
#[rustfmt::skip]
pub fn action(verb: Verb, typed: &Typed, languages: &[String]) -> Option<(Action, Vec<Unread>)> {
    let mut read = Reading { typed, unread: Vec::new() };
    let text = |name: &str| typed.text(name);
    let first = languages.first().cloned().unwrap_or_default();
    let made = match verb {
        // What becomes of commitments after an election has a page of its own.
        Verb::Draft | Verb::Reaffirm | Verb::Amend | Verb::Drop | Verb::Lapse => return None,
        Verb::Acknowledge => Action::Acknowledge,
        Verb::Approve => Action::Approve,
        Verb::Publish => Action::Publish,
        Verb::Refuse => Action::Refuse,
        Verb::ConfirmStall => Action::ConfirmStall,
        Verb::ConfirmDone => Action::ConfirmDone,
        Verb::CorrectText => Action::CorrectText { language: text("language"), wording: Wording { title: text("title"), text: text("text") }, why: text("why") },
        Verb::Classify => Action::Classify { theme: text("theme") },
        Verb::Adopt => Action::Adopt { vote: read.vote(), minority: statements(typed, &first) },
        Verb::Withdraw => Action::Withdraw { vote: read.vote(), reason: text("reason") },
        Verb::HandOver => Action::HandOver { report: Report { title: text("title"), url: typed.some("url") } },
        Verb::Assign => Action::Assign { assignment: Assignment { unit: text("unit"), accountable: text("accountable"), deputy: text("deputy"), responsible: Vec::new(), consulted: Vec::new(), informed: Vec::new(), hours: BTreeMap::new() } },
        Verb::Return => Action::Return { reason: text("reason"), proposed_unit: text("proposed_unit") },
        Verb::Involve => Action::Involve { responsible: typed.all("responsible").to_vec(), consulted: typed.all("consulted").to_vec(), informed: typed.all("informed").to_vec() },
        Verb::Estimate => Action::Estimate { hours: read.hours() },
        Verb::Reassign => Action::Reassign { from: text("from"), to: text("to"), deputy: typed.some("deputy"), unit: typed.some("unit"), why: text("why") },
        Verb::Respond => Action::Respond { position: read.word("position", Position::from_key, Position::UnderStudy), reasons: read.reasons(languages), evidence: read.some_evidence(), revision: revision(typed) },
        Verb::Revise => Action::Revise { position: read.word("position", Position::from_key, Position::UnderStudy), reasons: read.reasons(languages), evidence: read.some_evidence(), revision: revision(typed).unwrap_or(Revision { why: String::new(), members_told: String::new() }) },
        Verb::SendBack => Action::SendBack { reason: text("reason") },
        Verb::Forward => Action::Forward { body: text("body"), letter: text("letter") },
        Verb::RecordAnswer => Action::RecordAnswer { answer: text("answer") },
        Verb::Reply => Action::Reply { text: text("text") },
        Verb::EnterReply => Action::EnterReply { text: text("text"), through: read.word("through", Through::from_key, Through::Paper) },
        Verb::ReportOn => Action::ReportOn { commitment: read.number("commitment"), delivery: read.word("delivery", Delivery::from_key, Delivery::UnderWay), text: text("text"), evidence: read.some_evidence() },
        Verb::Close => Action::Close { note: text("note") },
        Verb::Reopen => Action::Reopen { reason: text("reason") },
        Verb::Deliver => Action::Deliver { commitments: vec![read.promise()] },
        Verb::AddCommitment => Action::AddCommitment { promise: read.promise() },
        Verb::AddMilestone => Action::AddMilestone { commitment: read.number("commitment"), step: Step { title: text("title"), due: read.date("due") } },
        Verb::MeetMilestone => read.milestone(),
        Verb::Report => Action::Report { delivery: read.word("delivery", Delivery::from_key, Delivery::UnderWay), text: text("text") },
        Verb::AddEvidence => Action::AddEvidence { item: read.evidence() },
        Verb::ProposeStall => Action::ProposeStall(Stall { reason: text("reason"), unblock: text("unblock") }),
        Verb::ProposeDone => Action::ProposeDone { note: text("note"), evidence: read.some_evidence() },
        Verb::Decline => Action::Decline { reason: text("reason") },
        Verb::Resume => Action::Resume { reason: text("reason") },
        Verb::Abandon => Action::Abandon { reason: text("reason") },
        Verb::NotDone => Action::NotDone { note: text("note") },
        Verb::Verify => Action::Verify { grade: read.word("grade", Grade::from_key, Grade::NoEvidence), note: text("note") },
        Verb::Grade => Action::Grade { grade: read.word("grade", Grade::from_key, Grade::NoEvidence), note: text("note") },
        Verb::Dispute => Action::Dispute { reason: text("reason") },
        Verb::ReopenDelivery => Action::ReopenDelivery { evidence: read.evidence(), note: text("note") },
        Verb::Reverse => Action::Reverse { reason: text("reason") },
        Verb::Extend => Action::Extend { deadline: read.number("deadline"), until: read.date("until"), reason: text("reason") },
    };
    Some((made, read.unread))
}

fn revision(typed: &Typed) -> Option<Revision> {
    let made = Revision { why: typed.text("why"), members_told: typed.text("members_told") };
    (!made.why.is_empty() || !made.members_told.is_empty()).then_some(made)
}

fn statements(typed: &Typed, language: &str) -> Vec<Statement> {
    let one = |n: usize| {
        let text = typed.some(&format!("minority-{n}"))?;
        Some(Statement {
            language: language.to_owned(),
            text,
            members: typed.number(&format!("members-{n}")),
        })
    };
    (1..=STATEMENTS).filter_map(one).collect()
}

fn met(typed: &Typed) -> Option<(u32, u32)> {
    let (commitment, milestone) =
        typed.text("milestone").split_once('.').map(|(c, m)| (c.to_owned(), m.to_owned()))?;
    Some((commitment.parse().ok()?, milestone.parse().ok()?))
}
