//! Digests: one letter to each of the staff with what of theirs is overdue, due soon and new, as often as they choose.
//!
//! Steps of escalation are written whatever anybody chooses: nobody can switch a clock off for themselves.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{EntryFilter, Filter};
use tracking::{Overload, Recommendation, Role};

use crate::app::App;
use crate::assembly::Assembly;
use crate::desk::may_see_as;
use crate::fault::Fault;
use crate::mail::paper::{self, Text};
use crate::mail::readers::{PERSON, Reader, Readers};
use crate::mail::rounds::{AHEAD, foot, line, page};
use crate::names::Names;
use crate::posts::overload;
use crate::shelf::{Kept, Shelf};
use crate::told::duty;
use crate::words::Words;

/// How often somebody wants a digest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Often {
    /// Every morning.
    Daily,
    /// On Monday mornings.
    #[default]
    Weekly,
    /// On Monday mornings, and only what is overdue.
    Urgent,
}

impl Often {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Daily, Self::Weekly, Self::Urgent];

    /// Its word in forms and messages.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Urgent => "urgent",
        }
    }

    /// The one with this word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }
}

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// How often.
    pub often: Often,
}

/// Where the choices stand, one for each person, about the person's opaque id.
pub const CHOICES: Shelf<Choice> = Shelf::new("digest");

/// What a digest is made of, read once for all readers.
struct Material<'a> {
    app: &'a App,
    assemblies: &'a BTreeMap<String, Assembly>,
    flags: Vec<Kept<Overload>>,
    today: Date,
}

/// The most lines that a part of a digest has; beyond, the letter says how many more there are.
const SHOWN: usize = 50;

/// What is overdue, due soon, and new.
type Parts = [Part; 3];

/// The first lines of a part, and how many are left out.
#[derive(Debug, Clone, Default)]
struct Part {
    lines: Vec<String>,
    more: usize,
}

/// Writes to everybody of the staff whose day it is, once.
///
/// # Errors
/// If the store cannot be read or written; the next round does what was not done.
pub async fn write(app: &App, assemblies: &BTreeMap<String, Assembly>, today: Date) -> Result<(), Fault> {
    let midnight = today.to_zoned(app.zone().clone()).map_err(Fault::broken)?.timestamp();
    if app.store.has_letters("digest", midnight).await? {
        return Ok(());
    }
    let chosen = CHOICES.list(app, &EntryFilter::default()).await?.into_iter();
    let chosen: BTreeMap<String, Often> =
        chosen.filter_map(|kept| Some((kept.entry.subject?, kept.value.often))).collect();
    let monday = today.weekday() == Weekday::Monday;
    if !monday && !chosen.values().any(|often| *often == Often::Daily) {
        return Ok(());
    }
    let material = Material { app, assemblies, flags: overload::waiting(app).await?, today };
    let readers = Readers::on(app, today).await?;
    let often = |id: &String| chosen.get(id).copied().unwrap_or_default();
    let people = readers.people.iter().map(|(id, reader)| (id, reader, often(id)));
    let people: Vec<_> = people.filter(|(_, _, often)| monday || *often == Often::Daily).collect();
    let parts = material.parts(&people).await?;
    let mut change = app.store.change("clock", app.now()).await?;
    let mut written = 0;
    for ((id, reader, often), parts) in people.into_iter().zip(parts) {
        let Some(text) = material.digest(reader, often, parts).await? else { continue };
        let key = format!("digest/{id}/{today}");
        written +=
            u32::from(paper::write(app, &mut change, &format!("{PERSON}{id}"), "digest", &key, &text).await?);
    }
    if written == 0 {
        return Ok(());
    }
    change.note("letters.digest", "letters", &json!({ "day": today, "letters": written })).await?;
    Ok(change.commit().await?)
}

/// Whether something is a person's: by a post, or because it waits for what the person may do.
fn concerns(reader: &Reader, it: &Recommendation, today: Date) -> bool {
    let by_post = it.assignment.as_ref().is_some_and(|held| {
        let working = held.responsible.iter().chain([&held.accountable, &held.deputy]);
        working.into_iter().any(|post| reader.posts.contains(post))
    });
    by_post
        || may_see_as(&reader.actor.grants, it)
            && it.allowed(&reader.actor, today).into_iter().any(|verb| it.waits_for(verb))
}

impl Part {
    fn add(&mut self, line: impl FnOnce() -> String) {
        if self.lines.len() < SHOWN {
            self.lines.push(line());
        } else {
            self.more += 1;
        }
    }

    fn said(mut self, words: Words) -> Vec<String> {
        if self.more > 0 {
            self.lines.push(words.count("letter-digest-more", self.more));
        }
        self.lines
    }
}

impl Material<'_> {
    async fn digest(&self, reader: &Reader, often: Often, parts: Parts) -> Result<Option<Text>, Fault> {
        let words = reader.words;
        let new = if often == Often::Daily { "letter-digest-new-day" } else { "letter-digest-new" };
        let headings = ["letter-digest-overdue", "letter-digest-flags", "letter-digest-soon", new];
        let [overdue, soon, new] = parts;
        let flags = self.flags(reader, often).await?;
        let parts = [overdue.said(words), flags, soon.said(words), new.said(words)];
        let parts = headings.iter().zip(&parts).filter(|(_, lines)| !lines.is_empty());
        let mut text: Vec<String> =
            parts.map(|(heading, lines)| format!("{}\n\n{}", words.say(heading), lines.join("\n"))).collect();
        if text.is_empty() {
            return Ok(None);
        }
        text.push(foot(self.app, words));
        let subject = match often {
            Often::Daily => "letter-digest-subject-daily",
            Often::Weekly => "letter-digest-subject",
            Often::Urgent => "letter-digest-subject-urgent",
        };
        let subject = words.with(subject, "day", words.date(&self.today));
        let language = words.language.tag().to_owned();
        Ok(Some(Text { subject, text: text.join("\n\n"), language, end: None }))
    }

    /// What each of the readers is told, in their order. Recommendations are read page by page: only lines are kept.
    async fn parts(&self, people: &[(&String, &Reader, Often)]) -> Result<Vec<Parts>, Fault> {
        let filter = Filter { due_before: Some(Date::MAX), ..Filter::default() };
        let (mut parts, mut place) = (vec![Parts::default(); people.len()], None);
        loop {
            let (known, next) = page(self.app, &filter, place.as_deref()).await?;
            for one in &known {
                for ((_, reader, often), parts) in people.iter().zip(&mut parts) {
                    if concerns(reader, &one.it, self.today) {
                        self.deadlines(reader, *often, &one.it, parts);
                    }
                }
            }
            match next {
                Some(next) => place = Some(next),
                None => return Ok(parts),
            }
        }
    }

    /// Adds the lines of one recommendation.
    fn deadlines(&self, reader: &Reader, often: Often, it: &Recommendation, parts: &mut Parts) {
        let words = reader.words;
        let since = self.today.checked_sub(if often == Often::Daily { 2 } else { 7 }.days());
        let since = since.unwrap_or(Date::MIN);
        let Some(assembly) = self.assemblies.get(&it.assembly) else { return };
        let today = assembly.about.rule.day(self.app.now());
        let soon = today.checked_add(AHEAD.days()).unwrap_or(Date::MAX);
        for deadline in it.open_deadlines() {
            let part = match () {
                () if deadline.is_overdue(today) => 0,
                () if often == Often::Urgent => continue,
                () if deadline.started > since => 2,
                () if deadline.due < soon => 1,
                () => continue,
            };
            parts[part].add(|| {
                let key = if part == 0 { "letter-was-due" } else { "letter-is-due" };
                let day = words.with(key, "day", words.date(&deadline.due));
                line(self.app, words, it, &format!("{}: {day}", duty(words, deadline)))
            });
        }
    }

    /// The lines of the posts that have too much to do and wait for this coordinator's answer.
    async fn flags(&self, reader: &Reader, often: Often) -> Result<Vec<String>, Fault> {
        let words = reader.words;
        let own = |flag: &&Kept<Overload>| {
            let unit = flag.entry.unit.as_deref();
            let here = |own: &str| unit == Some(own);
            let mut grants = reader.actor.grants.iter().filter(|grant| grant.role == Role::Coordinator);
            let late = flag.value.days_late(self.today) > 0;
            grants.any(|grant| grant.unit.as_deref().is_none_or(here)) && (late || often != Often::Urgent)
        };
        let own: Vec<&Kept<Overload>> = self.flags.iter().filter(own).collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let names = Names::read(self.app, words).await?;
        Ok(own.into_iter().map(|flag| self.flag(words, &names, flag)).collect())
    }

    fn flag(&self, words: Words, names: &Names, flag: &Kept<Overload>) -> String {
        let (post, state) = (names.post(&flag.value.post), overload::standing(words, &flag.value, self.app));
        format!("* {post}\n  {state}\n  {}{}\n", self.app.settings.url, overload::address(flag))
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, SHOWN};
    use crate::words::{Language, Words};

    #[test]
    fn a_part_says_how_many_lines_it_leaves_out() {
        let words = Words::of(Language::EN);
        let said = |lines: usize| {
            let mut part = Part::default();
            (0..lines).for_each(|line| part.add(|| line.to_string()));
            part.said(words)
        };
        assert_eq!(said(SHOWN).len(), SHOWN);
        assert_eq!(said(SHOWN).last().map(String::as_str), Some("49"));
        assert_eq!(said(SHOWN + 1).last().map(String::as_str), Some("and 1 more"));
        assert_eq!(said(1_000).len(), SHOWN + 1);
        assert_eq!(said(1_000).last().map(String::as_str), Some("and 950 more"));
    }
}
