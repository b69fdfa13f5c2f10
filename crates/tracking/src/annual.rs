//! A year of an assembly: what was answered, delivered, checked and late in it, by the history up to its last day.

use crate::duty::{Duty, DutyRule};
use crate::event::{Broken, Event};
use crate::gap::Gap;
use crate::recommendation::Recommendation;
use crate::state::{Delivery, Grade, Position, State};
use crate::text::Words;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The days that a report is about, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The first day.
    pub from: Date,
    /// The last day; what happened later is not known to the report.
    pub until: Date,
}

impl Term {
    /// A year, or as much of it as is over before `today`; `None` where not a day of it is.
    pub fn year(year: i16, today: Date) -> Option<Self> {
        let (from, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
        let until = last.min(today.yesterday().ok()?);
        (from <= until).then_some(Self { from, until })
    }

    /// Whether a day is one of them.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// A recommendation in a year, for one that was handed over by its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its reference.
    pub reference: String,
    /// Its title at the end, by language.
    pub titles: Words,
    /// The unit that answered for it at the end.
    pub unit: Option<String>,
    /// Its state at the end.
    pub state: State,
    /// The government's position at the end.
    pub position: Option<Position>,
    /// What the department reported last.
    pub delivery: Delivery,
    /// What the last check found.
    pub grade: Option<Grade>,
    /// How report and check compare.
    pub gap: Option<Gap>,
    /// What of it counts: each figure is 0 or 1, but for those of deadlines.
    pub figures: Figures,
}

/// Figures of one recommendation, of a unit's, or of all. What is not said to be within the term holds at its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Handed over by the end.
    pub handed_over: u32,
    /// Handed over within the term.
    pub newly_handed_over: u32,
    /// With a published response of their own.
    pub answered: u32,
    /// Answered for the first time within the term.
    pub newly_answered: u32,
    /// With a response that was revised within the term.
    pub revised: u32,
    /// With a position that counts as accepted.
    pub accepted: u32,
    /// Done by the department's own report.
    pub reported_done: u32,
    /// Checked from outside, with a grade, within the term.
    pub checked: u32,
    /// Delivered and checked.
    pub delivered: u32,
    /// Delivered and checked at the end, and not before the term.
    pub newly_delivered: u32,
    /// Delivered before the term and not at its end: undone, or found not to be done after all.
    pub undone: u32,
    /// Reported as done and not checked yet.
    pub unchecked: u32,
    /// Reported as done where the check found less.
    pub found_less: u32,
    /// Found done where the department reports less.
    pub found_more: u32,
    /// With something overdue when the last day is over.
    pub overdue: u32,
    /// Deadlines whose last day was in the term and that were met in time.
    pub in_time: u32,
    /// Deadlines whose last day was in the term and that were met later.
    pub late: u32,
    /// Deadlines whose last day was in the term and that were not met by its end.
    pub missed: u32,
}

/// A figure's key, and how it is read.
pub type Figure = (&'static str, fn(&Figures) -> u32);

impl Figures {
    /// All of them with their keys for machines, in the order of a report.
    pub const ALL: &'static [Figure] = &[
        ("handed_over", |of| of.handed_over),
        ("newly_handed_over", |of| of.newly_handed_over),
        ("answered", |of| of.answered),
        ("newly_answered", |of| of.newly_answered),
        ("revised", |of| of.revised),
        ("accepted", |of| of.accepted),
        ("reported_done", |of| of.reported_done),
        ("checked", |of| of.checked),
        ("delivered", |of| of.delivered),
        ("newly_delivered", |of| of.newly_delivered),
        ("undone", |of| of.undone),
        ("unchecked", |of| of.unchecked),
        ("found_less", |of| of.found_less),
        ("found_more", |of| of.found_more),
        ("overdue", |of| of.overdue),
        ("in_time", |of| of.in_time),
        ("late", |of| of.late),
        ("missed", |of| of.missed),
    ];

    fn add(&mut self, more: &Self) {
        self.handed_over += more.handed_over;
        self.newly_handed_over += more.newly_handed_over;
        self.answered += more.answered;
        self.newly_answered += more.newly_answered;
        self.revised += more.revised;
        self.accepted += more.accepted;
        self.reported_done += more.reported_done;
        self.checked += more.checked;
        self.delivered += more.delivered;
        self.newly_delivered += more.newly_delivered;
        self.undone += more.undone;
        self.unchecked += more.unchecked;
        self.found_less += more.found_less;
        self.found_more += more.found_more;
        self.overdue += more.overdue;
        self.in_time += more.in_time;
        self.late += more.late;
        self.missed += more.missed;
    }
}

/// The report of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annual {
    /// The days that it is about.
    pub term: Term,
    /// The figures of all.
    pub all: Figures,
    /// The figures by the unit that answered at the end; empty where none did.
    pub units: BTreeMap<String, Figures>,
    /// Each recommendation that was handed over by the end, by reference with its numbers in order.
    pub lines: Vec<Line>,
}

impl Recommendation {
    /// The recommendation as it stood when a day was over; `None` where it was not written down yet.
    ///
    /// # Errors
    /// If the events are no history.
    pub fn as_of(events: &[Event], day: Date, rule: &DutyRule) -> Result<Option<Self>, Broken> {
        match events.iter().take_while(|event| rule.day(event.at) <= day).count() {
            0 => Ok(None),
            known => Self::rebuild(&events[..known]).map(Some),
        }
    }
}

impl Annual {
    /// The report of the recommendations with these histories.
    ///
    /// # Errors
    /// If one is no history.
    pub fn of<'a>(
        histories: impl IntoIterator<Item = &'a [Event]>,
        term: Term,
        rule: &DutyRule,
    ) -> Result<Self, Broken> {
        let mut annual = Self { term, all: Figures::default(), units: BTreeMap::new(), lines: Vec::new() };
        for events in histories {
            let Some(line) = line(events, term, rule)? else { continue };
            annual.all.add(&line.figures);
            annual.units.entry(line.unit.clone().unwrap_or_default()).or_default().add(&line.figures);
            annual.lines.push(line);
        }
        annual.lines.sort_by_cached_key(|line| sorting(&line.reference));
        Ok(annual)
    }
}

/// A reference with its numbers padded, so that `R-9` comes before `R-10`.
fn sorting(reference: &str) -> String {
    let mut padded = String::new();
    let mut digits = String::new();
    for letter in reference.chars().chain(['\0']) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        if !digits.is_empty() {
            padded.push_str(&format!("{digits:0>20}"));
            digits.clear();
        }
        padded.push(letter);
    }
    padded
}

/// A recommendation in a term; `None` where it was not handed over by the end.
fn line(events: &[Event], term: Term, rule: &DutyRule) -> Result<Option<Line>, Broken> {
    let Some(it) = Recommendation::as_of(events, term.until, rule)? else { return Ok(None) };
    if it.report.is_none() {
        return Ok(None);
    }
    let before = match term.from.yesterday() {
        Ok(day) => Recommendation::as_of(events, day, rule)?,
        Err(_) => None,
    };
    let figures = figures(&it, before.as_ref(), term, rule);
    let last = it.texts.iter().filter_map(|(language, versions)| Some((language, versions.last()?)));
    let titles = last.map(|(language, version)| (language.clone(), version.wording.title.clone())).collect();
    Ok(Some(Line {
        titles,
        unit: it.unit().map(str::to_owned),
        state: it.state,
        position: it.position,
        delivery: it.delivery,
        grade: it.grade,
        gap: Gap::of(it.delivery, it.grade),
        figures,
        reference: it.reference,
    }))
}

fn figures(it: &Recommendation, before: Option<&Recommendation>, term: Term, rule: &DutyRule) -> Figures {
    let within = |at: &Timestamp| term.holds(rule.day(*at));
    let published =
        |place: usize| it.responses.iter().skip(place).filter_map(|one| one.published_at.as_ref());
    let gap = Gap::of(it.delivery, it.grade);
    let delivered_before = before.is_some_and(Recommendation::is_delivered);
    let after = term.until.tomorrow().unwrap_or(term.until);
    let mut figures = Figures {
        handed_over: 1,
        newly_handed_over: u32::from(before.is_none_or(|before| before.report.is_none())),
        answered: u32::from(it.position.is_some()),
        newly_answered: u32::from(published(0).take(1).any(within)),
        revised: u32::from(published(1).any(within)),
        accepted: u32::from(it.position.is_some_and(Position::counts_as_accepted)),
        reported_done: u32::from(it.delivery == Delivery::Done),
        checked: u32::from(it.verifications.iter().any(|one| one.grade.is_some() && within(&one.at))),
        delivered: u32::from(it.is_delivered()),
        newly_delivered: u32::from(it.is_delivered() && !delivered_before),
        undone: u32::from(delivered_before && !it.is_delivered()),
        unchecked: u32::from(gap == Some(Gap::Unchecked)),
        found_less: u32::from(gap == Some(Gap::Less)),
        found_more: u32::from(gap == Some(Gap::More)),
        overdue: u32::from(!it.overdue(after).is_empty()),
        ..Figures::default()
    };
    for one in it.deadlines.iter().filter(|one| term.holds(one.due) && one.duty != Duty::MembersReply) {
        match &one.ended {
            None => figures.missed += 1,
            Some(ended) if !ended.met => {}
            Some(_) if one.was_late() => figures.late += 1,
            Some(_) => figures.in_time += 1,
        }
    }
    figures
}
