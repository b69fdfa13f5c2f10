//! Notices to departments: who holds the post of a topic hears that an assembly is coming, and again when its first drafts are there.

use std::collections::BTreeMap;

use serde_json::json;
use store::{EntryFilter, Filter, Order};
use tracking::{Addressee, Mandate, Recommendation, State, Topic};

use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::before::MANDATES;
use crate::desk;
use crate::fault::Fault;
use crate::mail::paper::{self, Text};
use crate::mail::readers::{PERSON, Readers};
use crate::words::Words;

/// The most titles in one letter.
const SHOWN: i64 = 40;

/// Writes to the holder of each topic's post, once for each mandate and once more when there are drafts.
///
/// # Errors
/// If the store cannot be read or written; the next round does what was not done.
pub async fn tell(app: &App, assemblies: &BTreeMap<String, Assembly>) -> Result<(), Fault> {
    let readers = Readers::on(app, app.today()).await?;
    for kept in MANDATES.list(app, &EntryFilter::default()).await? {
        let mandate = kept.value;
        let Some(assembly) = kept.entry.assembly.as_ref().and_then(|id| assemblies.get(id)) else { continue };
        if mandate.opening.is_some() || mandate.question.is_empty() {
            continue;
        }
        let mut change = app.store.change("clock", app.now()).await?;
        let mut written = 0;
        for topic in mandate.topics.iter().filter(|topic| !topic.post.is_empty()) {
            let drafts = drafts(app, assembly, topic).await?;
            let stage = if drafts.is_empty() { "coming" } else { "drafts" };
            for reader in readers.of(&Addressee::Post(topic.post.clone()), &assembly.id) {
                let Some(person) = readers.people.get(&reader) else { continue };
                let text = text(app, person.words, assembly, &mandate, topic, &drafts);
                let key = format!("notice/{reader}/{}/{}/{stage}/{}", assembly.id, topic.id, mandate.print());
                let reader = format!("{PERSON}{reader}");
                written += u32::from(paper::write(app, &mut change, &reader, "notice", &key, &text).await?);
            }
        }
        if written > 0 {
            change.note("letters.notice", &assembly.id, &json!({ "letters": written })).await?;
            change.commit().await?;
        }
    }
    Ok(())
}

/// The drafts of a topic, by reference; none where the topic names no theme.
async fn drafts(app: &App, assembly: &Assembly, topic: &Topic) -> Result<Vec<Recommendation>, Fault> {
    if topic.theme.is_empty() {
        return Ok(Vec::new());
    }
    let states = [State::Draft, State::Adopted].map(|state| state.key().to_owned()).into();
    let themes = vec![topic.theme.clone()];
    let filter = Filter { assemblies: vec![assembly.id.clone()], states, themes, ..Filter::default() };
    let listed = app.store.list_whole(&filter, Order::Reference, None, SHOWN).await?;
    listed.items.iter().map(|stored| desk::read(&stored.body)).collect()
}

fn text(
    app: &App,
    words: Words,
    assembly: &Assembly,
    mandate: &Mandate,
    topic: &Topic,
    drafts: &[Recommendation],
) -> Text {
    let name = assembly.name(words);
    let topic = in_language(&topic.names, words).unwrap_or(&topic.id);
    let mut parts = vec![words.with2("letter-notice-open", "assembly", name, "topic", topic)];
    if let Some(first) = &mandate.first_day {
        parts.push(words.with("letter-notice-day", "day", words.date(first)));
    }
    if let Some(question) = in_language(&mandate.question, words) {
        parts.push(words.with("letter-notice-question", "question", question));
    }
    let title = |it: &Recommendation| {
        let own = it.wording(words.language.tag()).or_else(|| it.texts.values().find_map(|all| all.last()));
        format!("* {} {}", it.reference, own.map_or("", |version| version.wording.title.as_str()))
    };
    if !drafts.is_empty() {
        parts.push(words.say("letter-notice-drafts"));
        parts.push(drafts.iter().map(title).collect::<Vec<_>>().join("\n"));
    }
    parts.push(words.with("letter-notice-close", "address", format!("{}/staff/coming", app.settings.url)));
    parts.push(words.with("letter-foot", "address", format!("{}/staff", app.settings.url)));
    Text {
        subject: words.with("letter-notice-subject", "assembly", name),
        text: parts.join("\n\n"),
        language: words.language.tag().to_owned(),
        end: None,
    }
}
