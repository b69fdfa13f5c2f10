//! Rounds: which steps of escalation were reached, whose week begins, who has news; each is written once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use serde_json::json;
use store::{Filter, Order, Step};
use tracking::{Escalation, Recommendation, Rung, escalations};

use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::election::lapse;
use crate::fault::Fault;
use crate::mail::paper::{self, Text};
use crate::mail::readers::{PERSON, Readers, SPONSOR};
use crate::mail::{digest, news, notices};
use crate::session::later;
use crate::told::duty;
use crate::words::{Language, Words};

/// Letters are not written before this hour of the house.
const MORNING: i8 = 7;
/// How many recommendations are read at a time.
const PAGE: i64 = 100;
/// A step reaches this many days ahead: a reminder.
pub(super) const AHEAD: i64 = 31;

/// A recommendation with its id and assembly.
#[derive(Debug, Clone)]
pub struct Known {
    /// The opaque id.
    pub id: String,
    /// The recommendation.
    pub it: Recommendation,
}

/// The lines of one letter: by reference and number of the deadline, its last step.
type Lines<'a> = BTreeMap<(String, u32), (&'a Known, Escalation)>;

/// One round.
///
/// # Errors
/// If the store cannot be read or written; the next round does what was not done.
pub async fn round(app: &App) -> Result<(), Fault> {
    let assemblies: BTreeMap<String, Assembly> =
        Assembly::all(app).await?.into_iter().map(|one| (one.id.clone(), one)).collect();
    for assembly in assemblies.values() {
        lapse::apply(app, assembly).await?;
    }
    let readers = Readers::on(app, app.today()).await?;
    for assembly in assemblies.values() {
        steps(app, assembly, &readers).await?;
    }
    let here = app.now().to_zoned(app.zone().clone());
    if app.mail.is_on() && here.hour() >= MORNING {
        notices::tell(app, &assemblies).await?;
        digest::write(app, &assemblies, here.date()).await?;
        news::tell(app, &assemblies).await?;
        forget(app).await?;
    }
    Ok(())
}

/// Everything of an assembly with a deadline before a day.
pub(crate) async fn due(app: &App, assembly: &str, before: Date) -> Result<Vec<Known>, Fault> {
    let assemblies = vec![assembly.to_owned()];
    let filter = Filter { assemblies, due_before: Some(before), ..Filter::default() };
    let (mut known, mut place) = (Vec::new(), None);
    loop {
        let (read, next) = page(app, &filter, place.as_deref()).await?;
        known.extend(read);
        match next {
            Some(next) => place = Some(next),
            None => return Ok(known),
        }
    }
}

/// A page of recommendations, what is due first before all others, and the place of the next page.
pub(super) async fn page(
    app: &App,
    filter: &Filter,
    place: Option<&str>,
) -> Result<(Vec<Known>, Option<String>), Fault> {
    let listed = app.store.list_whole(filter, Order::Due, place, PAGE).await?;
    let known = |stored: store::Recommendation| {
        Ok::<_, Fault>(Known { it: desk::read(&stored.body)?, id: stored.summary.id })
    };
    Ok((listed.items.into_iter().map(known).collect::<Result<_, _>>()?, listed.next))
}

/// Notes every step of an assembly that was reached and was not noted yet, and writes to those whom it concerns: all of it or
/// nothing. Where several steps of a deadline are reached at once, the letter tells of the last. One assembly at a time, so
/// that no more than that is in memory.
async fn steps(app: &App, assembly: &Assembly, readers: &Readers) -> Result<(), Fault> {
    let soon = app.today().checked_add(AHEAD.days()).unwrap_or(Date::MAX);
    let known = due(app, &assembly.id, soon).await?;
    let noted: BTreeSet<Step> = app.store.steps(&assembly.id).await?.into_iter().collect();
    let today = assembly.about.rule.day(app.now());
    let mut new = Vec::new();
    for one in &known {
        let reached = escalations(&one.it, today).into_iter().map(|step| (one, step));
        new.extend(reached.filter(|(one, step)| !noted.contains(&stored(one, step))));
    }
    if new.is_empty() { Ok(()) } else { note(app, assembly, readers, new).await }
}

fn stored(one: &Known, step: &Escalation) -> Step {
    Step {
        recommendation: one.id.clone(),
        deadline: step.deadline.into(),
        due: step.due.to_string(),
        rung: step.rung.key().to_owned(),
    }
}

async fn note(
    app: &App,
    assembly: &Assembly,
    readers: &Readers,
    new: Vec<(&Known, Escalation)>,
) -> Result<(), Fault> {
    let mut change = app.store.change("clock", app.now()).await?;
    // Whom to tell, of which deadline, its last step.
    let mut told: BTreeMap<String, Lines<'_>> = BTreeMap::new();
    let mut first = false;
    for (one, step) in new {
        if !change.reach(&stored(one, &step)).await? {
            continue;
        }
        first = true;
        let body = json!({ "deadline": step.deadline, "duty": step.duty, "due": step.due, "on": step.on });
        change.note(&format!("escalation.{}", step.rung.key()), &one.id, &body).await?;
        let mut to: BTreeSet<String> = BTreeSet::new();
        for addressee in &step.to {
            to.extend(readers.of(addressee, &assembly.id).into_iter().map(|id| format!("{PERSON}{id}")));
        }
        let sponsor = matches!(step.rung, Rung::Sponsor | Rung::Statement);
        if sponsor && assembly.about.sponsor.as_ref().is_some_and(|sponsor| sponsor.address.is_some()) {
            to.insert(format!("{SPONSOR}{}", assembly.id));
        }
        for reader in to {
            let lines = told.entry(reader).or_default();
            lines.insert((one.it.reference.clone(), step.deadline), (one, step.clone()));
        }
    }
    // Another round was faster.
    if !first {
        return Ok(());
    }
    for (reader, lines) in told {
        let text = match reader.strip_prefix(PERSON).and_then(|id| readers.people.get(id)) {
            Some(person) => steps_text(app, assembly, person.words, lines.values()),
            None => sponsor_text(app, assembly, lines.values()),
        };
        let list: Vec<String> =
            lines.values().map(|(one, step)| format!("{:?}", stored(one, step))).collect();
        let key = format!("steps/{reader}/{}", crate::secret::fingerprint(list.join("\n").as_bytes()));
        paper::write(app, &mut change, &reader, "steps", &key, &text).await?;
    }
    Ok(change.commit().await?)
}

/// A line of a letter: reference and title, what is due, and where it is read.
pub(super) fn line(app: &App, words: Words, it: &Recommendation, what: &str) -> String {
    let own = it.wording(words.language.tag()).or_else(|| it.texts.values().find_map(|all| all.last()));
    let title = own.map_or("", |version| version.wording.title.as_str());
    let reference = &it.reference;
    let address = format!("{}/a/{}/recommendations/{reference}", app.settings.url, it.assembly);
    format!("* {reference} {title}\n  {what}\n  {address}\n")
}

fn step_line(app: &App, words: Words, one: &Known, step: &Escalation) -> String {
    let what = one.it.deadlines.iter().find(|deadline| deadline.number == step.deadline);
    let what = what.map_or_else(String::new, |deadline| duty(words, deadline));
    let said = words.with(&format!("letter-step-{}", step.rung.key()), "day", words.date(&step.due));
    line(app, words, &one.it, &format!("{what}: {said}"))
}

pub(super) fn foot(app: &App, words: Words) -> String {
    words.with("letter-foot", "address", format!("{}/staff", app.settings.url))
}

fn steps_text<'a>(
    app: &App,
    assembly: &Assembly,
    words: Words,
    lines: impl Iterator<Item = &'a (&'a Known, Escalation)>,
) -> Text {
    let name = assembly.name(words);
    let lines: Vec<String> = lines.map(|(one, step)| step_line(app, words, one, step)).collect();
    Text {
        subject: words.with("letter-steps-subject", "assembly", name),
        text: [words.with("letter-steps-open", "assembly", name), lines.join("\n"), foot(app, words)]
            .join("\n\n"),
        language: words.language.tag().to_owned(),
        end: None,
    }
}

/// The letter to who called the assembly, in its first language.
pub fn sponsor_text<'a>(
    app: &App,
    assembly: &Assembly,
    lines: impl Iterator<Item = &'a (&'a Known, Escalation)>,
) -> Text {
    let first = assembly.about.languages.first().and_then(|tag| Language::from_tag(tag));
    let words = Words::of(first.unwrap_or(Language::EN));
    let name = assembly.name(words);
    let lines: Vec<String> = lines.map(|(one, step)| step_line(app, words, one, step)).collect();
    let basis = assembly.basis(words);
    Text {
        subject: words.with("letter-sponsor-subject", "assembly", name),
        text: [
            words.with2("letter-sponsor-open", "assembly", name, "basis", basis),
            lines.join("\n"),
            words.with(
                "letter-sponsor-close",
                "address",
                format!("{}/a/{}/overdue", app.settings.url, assembly.id),
            ),
        ]
        .join("\n\n"),
        language: words.language.tag().to_owned(),
        end: None,
    }
}

/// Forgets who asked for letters and never confirmed.
async fn forget(app: &App) -> Result<(), Fault> {
    let mut change = app.store.change("clock", app.now()).await?;
    let week_ago = later(app.now(), -SignedDuration::from_hours(7 * 24));
    let gone = change.forget_unconfirmed(week_ago).await?;
    if gone.is_empty() {
        return Ok(());
    }
    change.note("follower.forget", "followers", &json!({ "unconfirmed": gone.len() })).await?;
    Ok(change.commit().await?)
}
