//! The readable part of the handover pack: one HTML page that needs nothing else.

use std::borrow::Borrow;

use tracking::{Coverage, Recommendation, State};

use super::handover::Handed;
use super::{concerned, reason, standing};
use crate::assembly::in_language;
use crate::fault::Fault;
use crate::reports::bills;
use crate::told::duty;
use crate::words::Words;

#[derive(askama::Template)]
#[template(path = "handover.html")]
struct Report<'a> {
    words: Words,
    title: String,
    remit: &'a str,
    day: String,
    facts: Vec<(String, String)>,
    tables: Vec<Table>,
}

/// A table of the report.
struct Table {
    caption: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The language of each column, where it may be another than the page's; else empty.
    languages: Vec<String>,
}

/// What the staff writes, in the language in which it writes.
const WRITTEN: &[&str] = &["field-deliverable", "field-budget_line", "field-hindered", "field-helped"];

impl Table {
    fn new(handed: &Handed, words: Words, caption: &str, keys: &[&str], rows: Vec<Vec<String>>) -> Self {
        let written = handed.assembly.written(words).unwrap_or_default();
        let language = |key: &&str| if WRITTEN.contains(key) { written } else { "" }.to_owned();
        Self {
            caption: words.say(caption),
            columns: keys.iter().map(|key| words.say(key)).collect(),
            rows,
            languages: keys.iter().map(language).collect(),
        }
    }

    fn language(&self, place: impl Borrow<usize>) -> &str {
        self.languages.get(*place.borrow()).map_or("", String::as_str)
    }
}

/// The report in one language.
///
/// # Errors
/// If the template cannot be filled.
pub fn written(handed: &Handed, words: Words) -> Result<String, Fault> {
    let coverage = Coverage::of(handed.work.iter().map(|(_, it)| it), handed.day);
    let number = |n: u32| words.number(n);
    let facts = vec![
        (words.say("progress-handed-over"), number(coverage.handed_over)),
        (words.say("progress-answered"), number(coverage.answered)),
        (words.say("progress-delivered"), number(coverage.delivered)),
        (words.say("progress-overdue"), number(coverage.overdue)),
    ];
    let tables = vec![
        recommendations(handed, words),
        commitments(handed, words),
        elections(handed, words),
        lapsed(handed, words),
        bills(handed, words),
        practice(handed, words),
    ];
    let report = Report {
        words,
        title: handed.assembly.name(words).to_owned(),
        remit: handed.assembly.remit(words),
        day: words.date(&handed.day),
        facts,
        tables,
    };
    Ok(askama::Template::render(&report)?)
}

fn post(handed: &Handed, words: Words, id: &str) -> String {
    let found = handed.posts.iter().find(|post| post.id == id);
    found.and_then(|post| in_language(&post.names, words)).unwrap_or(id).to_owned()
}

fn unit(handed: &Handed, words: Words, id: &str) -> String {
    let found = handed.units.iter().find(|unit| unit.id == id);
    found.and_then(|unit| in_language(&unit.names, words)).unwrap_or(id).to_owned()
}

fn title(it: &Recommendation, words: Words) -> String {
    let version = it.wording(words.language.tag()).or_else(|| it.texts.values().next()?.last());
    version.map_or(String::new(), |version| version.wording.title.clone())
}

fn recommendations(handed: &Handed, words: Words) -> Table {
    let row = |(_, it): &(String, Recommendation)| {
        let assigned = it.assignment.as_ref();
        vec![
            it.reference.clone(),
            title(it, words),
            words.word("state", it.state.key()),
            it.position.map_or(String::new(), |one| words.word("position", one.key())),
            words.word("delivery", it.delivery.key()),
            it.grade.map_or(String::new(), |one| words.word("grade", one.key())),
            assigned.map_or(String::new(), |one| unit(handed, words, &one.unit)),
            assigned.map_or(String::new(), |one| post(handed, words, &one.accountable)),
            it.due_on().map_or(String::new(), |day| words.date(&day)),
        ]
    };
    let keys = [
        "field-reference",
        "field-title",
        "fact-state",
        "fact-position",
        "fact-delivery",
        "fact-grade",
        "fact-unit",
        "fact-accountable",
        "field-due",
    ];
    let rows = handed.work.iter().map(row).collect();
    Table::new(handed, words, "nav-recommendations", &keys, rows)
}

fn commitments(handed: &Handed, words: Words) -> Table {
    let open = handed.work.iter().filter(|(_, it)| !matches!(it.state, State::Closed | State::Withdrawn));
    let rows = open.flat_map(|(_, it)| {
        it.commitments.iter().filter(|one| !one.is_dropped()).map(|one| {
            vec![
                format!("{} / {}", it.reference, one.number),
                one.deliverable.clone(),
                post(handed, words, &one.post),
                words.date(&it.due_of(one)),
                one.budget_line.clone().unwrap_or_default(),
            ]
        })
    });
    let keys = ["field-commitment", "field-deliverable", "field-post", "field-due", "field-budget_line"];
    Table::new(handed, words, "handover-open", &keys, rows.collect())
}

fn elections(handed: &Handed, words: Words) -> Table {
    let mut rows = Vec::new();
    for election in &handed.elections {
        for (_, it) in &handed.work {
            for (commitment, stands) in concerned(&election.rule(), it, handed.day) {
                rows.push(vec![
                    election.name(words).to_owned(),
                    format!("{} / {}", it.reference, commitment.number),
                    commitment.deliverable.clone(),
                    standing(words, &stands),
                    reason(words, &stands),
                ]);
            }
        }
    }
    let keys = ["election-name", "field-commitment", "field-deliverable", "election-said", "field-reason"];
    Table::new(handed, words, "nav-elections", &keys, rows)
}

/// What lapsed at a dissolution by the duty rule.
fn lapsed(handed: &Handed, words: Words) -> Table {
    let rows = handed.work.iter().flat_map(|(_, it)| {
        it.lapsed().into_iter().map(|(deadline, on)| {
            vec![
                it.reference.clone(),
                duty(words, deadline),
                words.date(&deadline.due),
                words.with("deadline-lapsed", "day", words.date(&on)),
            ]
        })
    });
    let keys = ["field-reference", "handover-due", "field-due", "handover-became"];
    Table::new(handed, words, "story-lapsed", &keys, rows.collect())
}

/// What bills make of the recommendations; one that names none stands there too.
fn bills(handed: &Handed, words: Words) -> Table {
    let mut rows = Vec::new();
    for bill in handed.bills.iter().map(|kept| &kept.value) {
        let own = [bill.reference.clone(), bills::title(words, bill), words.date(&bill.on)];
        let said = |link: &tracking::LegalLink| {
            [
                link.recommendation.clone(),
                words.word("relation", link.relation.key()),
                link.provision.clone(),
                link.changed.clone(),
                link.refused.clone(),
            ]
        };
        let nothing = bill.links.is_empty().then(<[String; 5]>::default);
        let links = bill.links.iter().map(said).chain(nothing);
        rows.extend(links.map(|link| own.iter().cloned().chain(link).collect()));
    }
    let keys = [
        "bill-reference",
        "field-title",
        "bill-on",
        "field-reference",
        "bill-relation",
        "bill-provision",
        "bill-changed",
        "bill-refused",
    ];
    Table::new(handed, words, "handover-bills", &keys, rows)
}

fn practice(handed: &Handed, words: Words) -> Table {
    let row = |one: &tracking::Practice| {
        vec![
            post(handed, words, &one.post),
            words.date(&one.on),
            one.reference.clone().unwrap_or_default(),
            one.hindered.clone(),
            one.helped.clone(),
        ]
    };
    let keys = ["person-holds", "practice-day", "field-reference", "field-hindered", "field-helped"];
    let rows = handed.notes.iter().map(row).collect();
    Table::new(handed, words, "nav-practice", &keys, rows)
}
