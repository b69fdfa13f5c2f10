//! What is wrong with what was filled in.

use crate::action::{Action, Draft, Promise, Under, Verb};
use crate::blanket::{self, Answered};
use crate::recommendation::{Assignment, Commitment, EvidenceItem, Recommendation, Revision, Seen, Vote};
use crate::refusal::Refusal;
use crate::state::{Delivery, Position, State};
use crate::text::{Wording, Words};
use crate::workload::MOST_HOURS;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Refusals as they are found.
struct Faults {
    today: Date,
    found: Vec<Refusal>,
}

/// Everything wrong with what an action carries, given what is there.
pub(crate) fn faults(on: &Recommendation, action: &Action, today: Date, others: &[Answered]) -> Vec<Refusal> {
    let mut faults = Faults { today, found: Vec::new() };
    faults.action(on, action, others);
    faults.found
}

/// Everything wrong with a new recommendation.
pub(crate) fn draft_faults(draft: &Draft, today: Date) -> Vec<Refusal> {
    let mut faults = Faults { today, found: Vec::new() };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if draft.reference.is_empty() || draft.reference.len() > 40 || !draft.reference.chars().all(plain) {
        faults.invalid(
            "reference",
            &draft.reference,
            "1 to 40 letters, digits, full stops, hyphens or underscores",
        );
    }
    faults.some("assembly", &draft.assembly);
    faults.some("theme", &draft.theme);
    if draft.texts.is_empty() {
        faults.missing("texts");
    }
    for (language, wording) in &draft.texts {
        faults.wording(language, wording);
    }
    faults.found
}

impl Faults {
    fn action(&mut self, on: &Recommendation, action: &Action, others: &[Answered]) {
        match action {
            Action::CorrectText { language, wording, why } => self.correction(on, language, wording, why),
            Action::Classify { theme } => self.theme(on, theme),
            Action::Adopt { vote, minority } => {
                self.vote(vote);
                for statement in minority {
                    self.language("language", &statement.language);
                    self.some("minority", &statement.text);
                }
            }
            Action::Withdraw { vote, reason } => {
                self.vote(vote);
                self.some("reason", reason);
            }
            Action::HandOver { report } => {
                self.some("title", &report.title);
                self.url(report.url.as_deref());
            }
            Action::Assign { assignment } => self.assignment(assignment),
            Action::Return { reason, proposed_unit } => {
                self.some("reason", reason);
                self.some("proposed_unit", proposed_unit);
                if on.unit() == Some(proposed_unit) {
                    self.found.push(Refusal::SameUnit { unit: proposed_unit.clone() });
                }
            }
            Action::Involve { responsible, consulted, informed } => {
                if responsible.is_empty() && consulted.is_empty() && informed.is_empty() {
                    self.missing("responsible");
                }
                [responsible, consulted, informed]
                    .into_iter()
                    .flatten()
                    .for_each(|post| self.some("post", post));
            }
            Action::Estimate { hours } => {
                let there = on.assignment.as_ref();
                there.into_iter().for_each(|assignment| self.hours(assignment, hours));
                if there.is_some_and(|assignment| assignment.hours == *hours) {
                    self.found.push(Refusal::Unchanged { field: "hours" });
                }
            }
            Action::Reassign { from, to, deputy, why, .. } => {
                self.some("why", why);
                self.reassignment(on, from, to, deputy.as_deref());
            }
            Action::Respond { position, reasons, evidence, revision } => {
                self.answer(on, *position, reasons, evidence, others);
                if on.response().is_some() || revision.is_some() {
                    self.revision(revision.as_ref());
                }
            }
            Action::Revise { position, reasons, evidence, revision } => {
                self.answer(on, *position, reasons, evidence, others);
                self.revision(Some(revision));
                if on.response().is_some_and(|last| last.position == *position && last.reasons == *reasons) {
                    self.found.push(Refusal::Unchanged { field: "reasons" });
                }
            }
            Action::Publish => {
                let drafted = on.draft.as_ref().map(|draft| &draft.reasons);
                drafted.into_iter().for_each(|reasons| self.own_reasons(on, reasons, others));
            }
            other => self.later_action(on, other),
        }
    }

    /// What comes after the response.
    fn later_action(&mut self, on: &Recommendation, action: &Action) {
        match action {
            Action::Forward { body, letter } => {
                self.some("body", body);
                self.some("letter", letter);
            }
            Action::Deliver { commitments } => {
                if commitments.is_empty() {
                    self.missing("commitments");
                }
                commitments.iter().for_each(|promise| self.promise(promise));
            }
            Action::AddCommitment { promise } => self.promise(promise),
            Action::AddMilestone { commitment, step } => {
                self.some("title", &step.title);
                let found = on.commitments.iter().find(|one| one.number == *commitment);
                match found {
                    Some(found) => self.between(step.due, self.today, found.due),
                    None => self.found.push(Refusal::Unknown { field: "commitment", number: *commitment }),
                }
            }
            Action::MeetMilestone { commitment, milestone } => self.milestone(on, *commitment, *milestone),
            Action::Report { delivery, text } => {
                self.some("text", text);
                self.report(on, *delivery);
            }
            Action::ReportOn { commitment, delivery, text, evidence } => {
                self.some("text", text);
                self.report_on(on, *commitment, *delivery);
                evidence.iter().for_each(|item| self.evidence(item));
            }
            Action::AddEvidence { item } => self.evidence(item),
            Action::ReopenDelivery { evidence, note } => {
                self.evidence(evidence);
                self.some("note", note);
            }
            Action::ProposeStall(stall) => {
                self.some("reason", &stall.reason);
                self.some("unblock", &stall.unblock);
            }
            Action::ProposeDone { note, evidence } => {
                self.some("note", note);
                self.enough_evidence(on, evidence);
            }
            Action::Reaffirm { under, reason } | Action::Drop { under, reason } => {
                self.some("reason", reason);
                self.under(on, under);
            }
            Action::Amend { under, deliverable, due, reason } => {
                self.some("reason", reason);
                self.some("deliverable", deliverable);
                if let Some(found) = self.under(on, under) {
                    self.amendment(found, deliverable, *due);
                }
            }
            Action::Extend { deadline, until, reason } => {
                self.some("reason", reason);
                self.extension(on, *deadline, *until);
            }
            Action::Close { note: text }
            | Action::NotDone { note: text }
            | Action::Verify { note: text, .. }
            | Action::Grade { note: text, .. } => self.some("note", text),
            Action::SendBack { reason: text }
            | Action::Reopen { reason: text }
            | Action::Decline { reason: text }
            | Action::Resume { reason: text }
            | Action::Abandon { reason: text }
            | Action::Dispute { reason: text }
            | Action::Reverse { reason: text } => self.some("reason", text),
            Action::RecordAnswer { answer } => self.some("answer", answer),
            Action::Reply { text } | Action::EnterReply { text, .. } => self.some("text", text),
            _ => {}
        }
    }

    fn missing(&mut self, field: &'static str) {
        self.found.push(Refusal::Missing { field });
    }

    fn invalid(&mut self, field: &'static str, value: &str, wanted: &'static str) {
        self.found.push(Refusal::Invalid { field, value: value.to_owned(), wanted });
    }

    fn some(&mut self, field: &'static str, text: &str) {
        if text.trim().is_empty() {
            self.missing(field);
        }
    }

    fn language(&mut self, field: &'static str, tag: &str) {
        let mut parts = tag.split('-');
        let first = parts.next().is_some_and(|part| {
            (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase())
        });
        if !first
            || !parts
                .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            self.invalid(field, tag, "a language tag, for example en or es");
        }
    }

    fn wording(&mut self, language: &str, wording: &Wording) {
        self.language("language", language);
        self.some("title", &wording.title);
        self.some("text", &wording.text);
        if wording.title.chars().any(char::is_control) {
            self.invalid("title", &wording.title, "one line");
        }
    }

    fn correction(&mut self, on: &Recommendation, language: &str, wording: &Wording, why: &str) {
        self.wording(language, wording);
        self.some("why", why);
        if on.wording(language).is_some_and(|version| version.wording == *wording) {
            self.found.push(Refusal::Unchanged { field: "text" });
        }
    }

    fn theme(&mut self, on: &Recommendation, theme: &str) {
        self.some("theme", theme);
        if on.theme == theme {
            self.found.push(Refusal::Unchanged { field: "theme" });
        }
    }

    fn vote(&mut self, vote: &Vote) {
        self.not_after_today("on", vote.on);
        if !vote.carried() {
            self.found.push(Refusal::NotCarried { in_favour: vote.in_favour, against: vote.against });
        }
    }

    fn not_after_today(&mut self, field: &'static str, day: Date) {
        if day > self.today {
            self.found.push(Refusal::TooLate { field, given: day, latest: self.today });
        }
    }

    fn assignment(&mut self, assignment: &Assignment) {
        self.some("unit", &assignment.unit);
        self.some("accountable", &assignment.accountable);
        self.some("deputy", &assignment.deputy);
        if !assignment.deputy.trim().is_empty() && assignment.deputy.trim() == assignment.accountable.trim() {
            self.found.push(Refusal::Deputy);
        }
        self.hours(assignment, &assignment.hours);
    }

    fn answer(
        &mut self,
        on: &Recommendation,
        position: Position,
        reasons: &Words,
        evidence: &[EvidenceItem],
        others: &[Answered],
    ) {
        if reasons.is_empty() {
            self.missing("reasons");
        }
        for (language, text) in reasons {
            self.language("language", language);
            self.some("reasons", text);
        }
        self.own_reasons(on, reasons, others);
        if position == Position::AlreadyDone {
            self.enough_evidence(on, evidence);
        } else {
            evidence.iter().for_each(|item| self.evidence(item));
        }
    }

    /// A published response is replaced only with a public reason, and the members are told.
    fn revision(&mut self, revision: Option<&Revision>) {
        self.some("why", revision.map_or("", |revision| &revision.why));
        self.some("members_told", revision.map_or("", |revision| &revision.members_told));
    }

    fn own_reasons(&mut self, on: &Recommendation, reasons: &Words, others: &[Answered]) {
        if let Some(other) = blanket::same(reasons, others, &on.reference) {
            self.found.push(Refusal::Blanket { reference: other.to_owned() });
        }
    }

    fn enough_evidence(&mut self, on: &Recommendation, evidence: &[EvidenceItem]) {
        if on.evidence.iter().all(|one| one.seen == Seen::Inside) && evidence.is_empty() {
            self.found.push(Refusal::Evidence);
        }
        evidence.iter().for_each(|item| self.evidence(item));
    }

    fn evidence(&mut self, item: &EvidenceItem) {
        self.some("title", &item.title);
        self.url(item.url.as_deref());
        self.not_after_today("dated", item.dated);
        if item.url.is_none() && item.file.is_none() {
            self.missing("url");
        }
        if item.file.is_some() && item.sha256.is_none() {
            self.missing("sha256");
        }
        let hexadecimal =
            |hash: &str| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if let Some(hash) = item.sha256.as_deref().filter(|hash| !hexadecimal(hash)) {
            self.invalid("sha256", hash, "64 lower-case hexadecimal digits");
        }
    }

    fn url(&mut self, url: Option<&str>) {
        let Some(url) = url else { return };
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['));
        if !host || url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"\\^`{|}".contains(c)) {
            self.invalid("url", url, "an address that begins with https:// or http://");
        }
    }

    fn promise(&mut self, promise: &Promise) {
        self.some("deliverable", &promise.deliverable);
        self.some("post", &promise.post);
        if promise.due < self.today {
            self.found.push(Refusal::TooEarly { field: "due", given: promise.due, earliest: self.today });
        }
        if promise.costs && promise.budget_line.as_deref().is_none_or(|line| line.trim().is_empty()) {
            self.missing("budget_line");
        }
        for step in &promise.milestones {
            self.some("title", &step.title);
            self.between(step.due, self.today, promise.due);
        }
    }

    fn between(&mut self, given: Date, earliest: Date, latest: Date) {
        if given < earliest {
            self.found.push(Refusal::TooEarly { field: "due", given, earliest });
        }
        if given > latest {
            self.found.push(Refusal::TooLate { field: "due", given, latest });
        }
    }

    fn milestone(&mut self, on: &Recommendation, commitment: u32, number: u32) {
        let Some(found) = on.commitments.iter().find(|one| one.number == commitment) else {
            return self.found.push(Refusal::Unknown { field: "commitment", number: commitment });
        };
        match found.milestones.iter().find(|one| one.number == number) {
            None => self.found.push(Refusal::Unknown { field: "milestone", number }),
            Some(milestone) if milestone.met_at.is_some() => self.found.push(Refusal::Met),
            Some(_) => {}
        }
    }

    fn report(&mut self, on: &Recommendation, delivery: Delivery) {
        let verb = match (delivery, on.state) {
            (Delivery::Stalled, State::Stalled) => return,
            (Delivery::Stalled, _) => Verb::ProposeStall,
            (Delivery::Done, _) => Verb::ProposeDone,
            (Delivery::Abandoned, _) => Verb::Abandon,
            (Delivery::Reversed, _) => Verb::Reverse,
            (_, State::Stalled) => Verb::Resume,
            _ => return,
        };
        self.found.push(Refusal::OwnVerb { delivery, verb });
    }

    fn report_on(&mut self, on: &Recommendation, number: u32, delivery: Delivery) {
        match on.commitments.iter().find(|one| one.number == number) {
            None => self.found.push(Refusal::Unknown { field: "commitment", number }),
            Some(found) if found.is_dropped() => self.found.push(Refusal::Dropped),
            Some(_) => {}
        }
        let verb = match delivery {
            Delivery::Abandoned => Verb::Abandon,
            Delivery::Reversed => Verb::Reverse,
            _ => return,
        };
        self.found.push(Refusal::OwnVerb { delivery, verb });
    }

    fn hours(&mut self, of: &Assignment, hours: &BTreeMap<String, u32>) {
        for (post, hours) in hours {
            if !of.parts().any(|(own, _)| own == post) {
                self.invalid("post", post, "a post that has a part in it");
            }
            if *hours > MOST_HOURS {
                self.invalid("hours", &hours.to_string(), "no more hours than a month has");
            }
        }
    }

    fn reassignment(&mut self, on: &Recommendation, from: &str, to: &str, deputy: Option<&str>) {
        self.some("to", to);
        if from == to {
            return self.found.push(Refusal::Unchanged { field: "to" });
        }
        if !on.has_part(from) {
            self.invalid("from", from, "a post that has a part in it");
        }
        let Some(after) = on.assignment.clone().map(|one| one.with(from, to, deputy, None)) else { return };
        if after.accountable == after.deputy {
            self.found.push(Refusal::Deputy);
        }
    }

    /// The commitment, if it can be looked at again after the election.
    fn under<'a>(&mut self, on: &'a Recommendation, under: &Under) -> Option<&'a Commitment> {
        self.some("election", &under.election);
        self.not_after_today("elected_on", under.elected_on);
        let found = on.commitments.iter().find(|one| one.number == under.commitment);
        match found {
            None => self.found.push(Refusal::Unknown { field: "commitment", number: under.commitment }),
            Some(found) if found.is_dropped() => self.found.push(Refusal::Dropped),
            Some(_) => {}
        }
        found
    }

    fn amendment(&mut self, before: &Commitment, deliverable: &str, due: Date) {
        if before.deliverable == deliverable && before.due == due {
            return self.found.push(Refusal::Unchanged { field: "deliverable" });
        }
        let open = before.milestones.iter().filter(|one| one.met_at.is_none()).map(|one| one.due);
        let earliest = open.max().unwrap_or(self.today).max(self.today);
        if due < earliest {
            self.found.push(Refusal::TooEarly { field: "due", given: due, earliest });
        }
    }

    fn extension(&mut self, on: &Recommendation, number: u32, until: Date) {
        let Some(deadline) = on.deadlines.iter().find(|one| one.number == number) else {
            return self.found.push(Refusal::Unknown { field: "deadline", number });
        };
        if !deadline.is_open() {
            self.found.push(Refusal::Ended);
        }
        if deadline.extension.is_some() {
            self.found.push(Refusal::Extended);
        }
        if deadline.is_open() && deadline.due < self.today {
            self.found.push(Refusal::Overdue);
        }
        if until <= deadline.due {
            let earliest = deadline.due.tomorrow().unwrap_or(Date::MAX);
            self.found.push(Refusal::TooEarly { field: "until", given: until, earliest });
        }
    }
}
