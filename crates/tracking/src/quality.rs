//! Checks against participation that only ticks a box. They warn and stop nobody: a person has to judge.
//!
//! Sources: OECD, *Innovative Citizen Participation and New Democratic Institutions* (2020), good practice principles for
//! deliberative processes ("OECD" below); the Gunning principles of English law on consultation (R v Brent London Borough
//! Council, ex parte Gunning, 1985).

use crate::duty::{Duty, DutyRule};
use crate::mandate::Mandate;
use crate::period::Period;
use crate::words::words;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

words! {
    /// What is looked at.
    Check {
        /// The question cannot be answered with yes or no. OECD, purpose.
        OpenQuestion = "open_question", "an open question";
        /// It is one question in at most forty words. OECD, purpose: a question in plain language.
        PlainQuestion = "plain_question", "a short question";
        /// It is said what is off the table. OECD, purpose: a clear task.
        OffTable = "off_table", "limits are said";
        /// Nothing is decided before the assembly has spoken. Gunning, first principle: while proposals are formative.
        StillOpen = "still_open", "the matter is open";
        /// At least four days of meetings. OECD, time.
        Days = "days", "four days or more";
        /// Who runs the sessions is not who calls them. OECD, integrity: at arm's length.
        ArmsLength = "arms_length", "run at arm's length";
        /// Departments knew at least four weeks before the first day. Gunning, third principle, turned round: time to prepare.
        Notice = "notice", "departments had notice";
        /// An answer is due after two months at the earliest and a year at the latest. OECD, accountability: a timely response.
        AnswerTime = "answer_time", "time for answers";
        /// Progress is reported again and again. OECD, accountability: regular public progress reports.
        Progress = "progress", "regular reports";
        /// An election ends nothing that is due. OECD, accountability.
        Survives = "survives", "it survives elections";
        /// Follow-up is paid for two years after the last day. OECD, accountability: monitoring.
        FollowUp = "follow_up", "paid follow-up";
        /// Somebody outside the departments checks what was done. OECD, integrity and evaluation.
        OutsideCheck = "outside_check", "a check from outside";
    }
}

words! {
    /// What came of a check.
    Outcome {
        /// As it should be.
        Good = "good", "good";
        /// Not as it should be, or perhaps not.
        Doubt = "doubt", "doubtful";
        /// What is needed to tell is missing.
        Unknown = "unknown", "cannot be told yet";
    }
}

/// The least time for an answer, the most, and how long follow-up should be paid.
const ANSWER_FROM: Period = Period::months(2);
const ANSWER_UNTIL: Period = Period::months(12);
const FOLLOW_UP: Period = Period::months(24);
/// How many words a question may have.
const WORDS: usize = 40;
/// How many days the members should meet at least.
const DAYS: u32 = 4;
/// How many days before the first session departments should have acknowledged the remit.
const NOTICE: i64 = 28;

/// Words that open a question, as whole words in lower case without accents, by language.
const OPEN: &[(&str, &[&str])] = &[
    ("en", &["how", "what", "which", "where", "when", "who", "why", "whom", "whose"]),
    (
        "es",
        &[
            "qué", "cómo", "cuál", "cuáles", "quién", "quiénes", "dónde", "cuándo", "cuánto", "cuánta",
            "cuántos", "cuántas",
        ],
    ),
];

/// Every check with what came of it. `verifier`: whether somebody from outside holds the role to check.
pub fn checks(of: &Mandate, rule: &DutyRule, verifier: bool) -> Vec<(Check, Outcome)> {
    let outcome = |check: &Check| match check {
        Check::OpenQuestion => each(of, is_open),
        Check::PlainQuestion => each(of, |_, text| {
            Some(text.split_whitespace().count() <= WORDS && text.matches('?').count() == 1)
        }),
        Check::OffTable => known(!of.off_table.is_empty()),
        Check::StillOpen => both(of.open_until, of.last_day, |open, last| open > last),
        Check::Days => of.days.map_or(Outcome::Unknown, |days| known(days >= DAYS)),
        Check::ArmsLength => match of.organiser.trim() {
            "" => Outcome::Unknown,
            organiser => known(organiser.to_lowercase() != of.commissioner.trim().to_lowercase()),
        },
        Check::Notice => notice(of),
        Check::AnswerTime => answer_time(rule),
        Check::Progress => {
            known(rule.clocks.iter().any(|clock| clock.duty == Duty::Progress && clock.then_every.is_some()))
        }
        Check::Survives => known(rule.survives_dissolution),
        Check::FollowUp => {
            let until = of.budget.as_ref().map(|budget| budget.until);
            both(until, of.last_day, |until, last| until >= FOLLOW_UP.after(last, Period::ZERO, 0))
        }
        Check::OutsideCheck => known(verifier),
    };
    Check::ALL.iter().map(|check| (*check, outcome(check))).collect()
}

fn known(good: bool) -> Outcome {
    if good { Outcome::Good } else { Outcome::Doubt }
}

fn both(one: Option<Date>, other: Option<Date>, good: impl Fn(Date, Date) -> bool) -> Outcome {
    match (one, other) {
        (Some(one), Some(other)) => known(good(one, other)),
        _ => Outcome::Unknown,
    }
}

/// A check of the question in each language; one that fails is enough for a doubt.
fn each(of: &Mandate, good: impl Fn(&str, &str) -> Option<bool>) -> Outcome {
    let all: Vec<Option<bool>> = of.question.iter().map(|(tag, text)| good(tag, text)).collect();
    if all.contains(&Some(false)) {
        Outcome::Doubt
    } else if all.is_empty() || all.contains(&None) {
        Outcome::Unknown
    } else {
        Outcome::Good
    }
}

/// Whether a question has a word that asks for more than yes or no; `None` in a language without a list.
fn is_open(language: &str, text: &str) -> Option<bool> {
    let base = language.split('-').next().unwrap_or_default();
    let (_, open) = OPEN.iter().find(|(own, _)| *own == base)?;
    let text = text.to_lowercase();
    let sentence = text.rsplit(['.', ':', '!']).find(|part| part.contains('?')).unwrap_or(&text);
    let mut words = sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // In Spanish the accent tells a question from a relative clause; in English the word has to come early.
    Some(match base {
        "en" => words.take(4).any(|word| open.contains(&word)),
        _ => words.any(|word| open.contains(&word)),
    })
}

fn notice(of: &Mandate) -> Outcome {
    let known_on: Option<Vec<Date>> =
        of.topics.iter().map(|topic| topic.acknowledged.as_ref().map(|known| known.on)).collect();
    let last = known_on.and_then(|days| days.into_iter().max());
    let latest = of.first_day.map(|first| first.checked_sub(NOTICE.days()).unwrap_or(Date::MIN));
    both(last, latest, |last, latest| last <= latest)
}

fn answer_time(rule: &DutyRule) -> Outcome {
    let Some(clock) = rule.clocks.iter().find(|clock| clock.duty == Duty::Answer) else {
        return Outcome::Doubt;
    };
    let after = |period: Period| period.after(date(2027, 1, 1), Period::ZERO, 0);
    known((after(ANSWER_FROM)..=after(ANSWER_UNTIL)).contains(&after(clock.period)))
}
