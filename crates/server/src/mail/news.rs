//! News for those who follow by e-mail: what happened since the last letter, once a day, in one letter.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::{Filter, Follower, Order};
use tracking::{Event, Recommendation, Rung, rungs};

use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::mail::paper::{self, Text};
use crate::mail::readers::FOLLOWER;
use crate::public;
use crate::session::later;
use crate::told::{duty, is_internal};
use crate::words::{Language, Words};

/// A follower gets a letter at most this often.
const EVERY: SignedDuration = SignedDuration::from_hours(20);
/// What is younger is left for the next letter: its change may not be written yet.
const SETTLED: SignedDuration = SignedDuration::from_mins(5);

/// Writes to every follower who was not told for a day and for whom there is news.
///
/// # Errors
/// If the store cannot be read or written; the next round does what was not done.
pub async fn tell(app: &App, assemblies: &BTreeMap<String, Assembly>) -> Result<(), Fault> {
    let until = later(app.now(), -SETTLED);
    let waiting = app.store.followers_told_before(later(app.now(), -EVERY)).await?;
    // They come assembly by assembly: no more than one is in memory.
    let mut recent: (&str, Vec<(String, Recommendation)>) = ("", Vec::new());
    for follower in &waiting {
        let Some(assembly) = assemblies.get(&follower.assembly) else { continue };
        if recent.0 != follower.assembly {
            recent = (&follower.assembly, all(app, &follower.assembly).await?);
        }
        let mut lines = Vec::new();
        for (id, it) in &recent.1 {
            if follower.recommendation.as_ref().is_none_or(|own| own == id) {
                lines.extend(happened(app, assembly, follower, id, it, until).await?);
            }
        }
        write(app, assembly, follower, lines, until).await?;
    }
    Ok(())
}

/// What everybody may see of an assembly.
async fn all(app: &App, assembly: &str) -> Result<Vec<(String, Recommendation)>, Fault> {
    let filter = public::adopted(Filter { assemblies: vec![assembly.to_owned()], ..Filter::default() });
    let (mut found, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list_whole(&filter, Order::Reference, place.as_deref(), 500).await?;
        for stored in listed.items {
            found.push((stored.summary.id, desk::read(&stored.body)?));
        }
        match listed.next {
            Some(next) => place = Some(next),
            None => return Ok(found),
        }
    }
}

/// What everybody may know of what happened to a recommendation since the follower was told.
async fn happened(
    app: &App,
    assembly: &Assembly,
    follower: &Follower,
    id: &str,
    it: &Recommendation,
    until: Timestamp,
) -> Result<Vec<String>, Fault> {
    let words = words(follower);
    let rule = &assembly.about.rule;
    let since = follower.told_until;
    let new = |event: &&Event| since < event.at && event.at <= until && !is_internal(event.action.verb());
    let mut said = Vec::new();
    if it.updated_at > since {
        let events = desk::history(app, id).await?;
        let line = |event: &Event| {
            let what = words.word("happened", event.action.verb().key());
            format!("{}: {what}", words.day(&event.at, &rule.zone))
        };
        said.extend(events.iter().filter(new).map(line));
    }
    let (first, last) = (rule.day(since), rule.day(until));
    for deadline in &it.deadlines {
        for rung in rungs(deadline, last).into_iter().filter(|rung| rung.day(deadline) > first) {
            if matches!(rung, Rung::Overdue | Rung::Statement) {
                let step =
                    words.with(&format!("letter-step-{}", rung.key()), "day", words.date(&deadline.due));
                said.push(format!("{}: {}: {step}", words.date(&rung.day(deadline)), duty(words, deadline)));
            }
        }
    }
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let own = it.wording(words.language.tag()).or_else(|| it.texts.values().find_map(|all| all.last()));
    let title = own.map_or("", |version| version.wording.title.as_str());
    let address = format!("{}/a/{}/recommendations/{}", app.settings.url, it.assembly, it.reference);
    Ok(vec![format!("* {} {title}\n  {}\n  {address}\n", it.reference, said.join("\n  "))])
}

fn words(follower: &Follower) -> Words {
    Words::of(Language::from_tag(&follower.language).unwrap_or(Language::EN))
}

async fn write(
    app: &App,
    assembly: &Assembly,
    follower: &Follower,
    lines: Vec<String>,
    until: Timestamp,
) -> Result<(), Fault> {
    if lines.is_empty() {
        return Ok(());
    }
    let words = words(follower);
    let end = end_address(app, follower);
    let name = assembly.name(words);
    let text = Text {
        subject: words.with("letter-news-subject", "assembly", name),
        text: [
            words.with("letter-news-open", "assembly", name),
            lines.join("\n"),
            words.with("letter-end", "address", &end),
        ]
        .join("\n\n"),
        language: words.language.tag().to_owned(),
        end: Some(end),
    };
    let mut change = app.store.change("clock", app.now()).await?;
    let key = format!("news/{}/{}", follower.id, follower.told_until);
    paper::write(app, &mut change, &format!("{FOLLOWER}{}", follower.id), "news", &key, &text).await?;
    change.told_follower(&follower.id, until).await?;
    change.note("follower.tell", &follower.id, &json!({ "recommendations": lines.len() })).await?;
    Ok(change.commit().await?)
}

/// Where a follower ends the letters.
pub fn end_address(app: &App, follower: &Follower) -> String {
    format!("{}/follow/end/{}", app.settings.url, follower.secret)
}
