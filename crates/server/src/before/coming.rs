//! What is coming: topics and drafts that departments see before they are handed over, and that they have seen them.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{EntryFilter, Filter, Order};
use tracking::{Gate, GateState, Mandate, Recommendation, Role, State as Stage, Topic, gates};

use super::gates::address;
use super::{MANDATES, in_scope, of, sees_unit};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::desk;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::{Kept, Shelf};
use crate::staff::STAFF;
use crate::visit::Visit;
use crate::words::Words;

/// That a unit has looked at what is coming.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The post that looked.
    pub post: String,
    /// The day.
    pub on: Date,
    /// How many drafts there were.
    pub drafts: usize,
    /// What the assembly should know before it votes; may be empty.
    pub note: String,
}

const SEEN: Shelf<Seen> = Shelf::new("preview");
/// Who signs the duty rule.
const SIGNATORY: &[Role] = &[Role::Signatory];

/// The topics whose remit somebody's posts have not acknowledged yet: the page where that is done, and assembly and topic.
///
/// # Errors
/// If the store cannot be read.
pub async fn to_acknowledge(app: &App, visit: &Visit) -> Result<Vec<(String, String)>, Fault> {
    let signed = visit.signed()?;
    let mut found = Vec::new();
    for kept in MANDATES.list(app, &EntryFilter::default()).await? {
        let mandate = kept.value;
        if mandate.opening.is_some() || mandate.question.is_empty() {
            continue;
        }
        let print = mandate.print();
        let own = |topic: &&Topic| {
            let known = topic.acknowledged.as_ref().is_some_and(|known| known.of == print);
            signed.posts.contains(&topic.post) && !known
        };
        for topic in mandate.topics.iter().filter(own) {
            let assembly = Assembly::find(app, kept.entry.assembly.as_deref().unwrap_or_default()).await?;
            let name = in_language(&topic.names, visit.words).unwrap_or(&topic.id);
            found.push((address(&assembly.id), format!("{}: {name}", assembly.name(visit.words))));
        }
    }
    Ok(found)
}

/// The assemblies whose duty rule somebody may sign and nobody has signed for the words as they are: address and name.
///
/// # Errors
/// If the store cannot be read.
pub async fn to_sign(app: &App, visit: &Visit) -> Result<Vec<(String, String)>, Fault> {
    let signed = visit.signed()?;
    let mut found = Vec::new();
    for kept in MANDATES.list(app, &EntryFilter::default()).await? {
        let (mandate, id) = (kept.value, kept.entry.assembly.unwrap_or_default());
        if mandate.opening.is_some() || mandate.question.is_empty() || !signed.holds_in(SIGNATORY, &id) {
            continue;
        }
        let assembly = Assembly::find(app, &id).await?;
        let shut = |state: &GateState| state.gate == Gate::Duty && !state.lets_through();
        if gates(&mandate, &assembly.about.rule).iter().any(shut) {
            found.push((address(&assembly.id), assembly.name(visit.words).to_owned()));
        }
    }
    Ok(found)
}

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/coming", Access::Any(STAFF), list).post("/staff/coming", Access::Any(STAFF), seen)
}

/// An assembly whose topics have to do with somebody's unit.
struct Ahead {
    assembly: Assembly,
    mandate: Mandate,
    topics: Vec<Topic>,
    drafts: Vec<Recommendation>,
    seen: Vec<Kept<Seen>>,
}

async fn ahead(app: &App, visit: &Visit) -> Result<Vec<Ahead>, Fault> {
    let signed = visit.signed()?;
    let mut all = Vec::new();
    for assembly in Assembly::all(app).await? {
        if in_scope(visit, &assembly.id).is_err() {
            continue;
        }
        let mandate = of(app, &assembly).await?.value;
        let own = |topic: &&Topic| !topic.unit.is_empty() && sees_unit(signed, &assembly.id, &topic.unit);
        let topics: Vec<Topic> = mandate.topics.iter().filter(own).cloned().collect();
        if topics.is_empty() {
            continue;
        }
        let states = [Stage::Draft, Stage::Adopted].map(|state| state.key().to_owned()).into();
        let themes =
            topics.iter().map(|topic| topic.theme.clone()).filter(|theme| !theme.is_empty()).collect();
        let filter = Filter { assemblies: vec![assembly.id.clone()], states, themes, ..Filter::default() };
        let listed = app.store.list_whole(&filter, Order::Reference, None, 1000).await?;
        let read = |stored: &store::Recommendation| desk::read(&stored.body);
        let drafts: Vec<Recommendation> = listed.items.iter().map(read).collect::<Result<_, _>>()?;
        // A filter without a theme lets all through.
        let themed = |it: &Recommendation| topics.iter().any(|topic| topic.theme == it.theme);
        let drafts = drafts.into_iter().filter(themed).collect();
        let filter = EntryFilter { assembly: Some(assembly.id.clone()), ..EntryFilter::default() };
        let seen = SEEN.list(app, &filter).await?;
        all.push(Ahead { assembly, mandate, topics, drafts, seen });
    }
    Ok(all)
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new()).await
}

async fn show(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let all = ahead(app, &visit).await?;
    let signed = visit.signed()?.clone();
    let mut plain = Plain::new(Page::new(visit, words.say("nav-coming")).with_problems(problems.clone()))
        .about(words.say("coming-about"));
    for one in &all {
        plain = plain.table(topics(words, &names, one));
        if !one.drafts.is_empty() {
            plain = plain.table(drafts(words, one));
        }
    }
    let mut choices = BTreeMap::new();
    for one in &all {
        for topic in &one.topics {
            let label = format!("{} – {}", one.assembly.name(words), names.unit(&topic.unit));
            choices.insert(format!("{}/{}", one.assembly.id, topic.unit), label);
        }
    }
    if choices.is_empty() {
        return plain.about(words.say("coming-none")).show();
    }
    if signed.posts.is_empty() {
        return plain.show();
    }
    let choices = choices.into_iter().map(|(value, label)| Choice::new(value, label)).collect();
    let fields = [
        Field::new("what", words.say("coming-what"), Kind::Select(choices)),
        Field::new("note", words.say("coming-note"), Kind::Lines(4)).hint(words.say("coming-note-hint")),
    ];
    let form = Form {
        heading: words.say("coming-seen"),
        about: words.say("coming-seen-about"),
        action: "/staff/coming".to_owned(),
        fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
        button: words.say("coming-seen"),
        ..Form::default()
    };
    plain.form(form).show()
}

/// The topics of an assembly for the units that will have to answer, and who has looked.
fn topics(words: Words, names: &Names, one: &Ahead) -> Table {
    let row = |topic: &Topic| {
        let looked = one.seen.iter().rfind(|seen| seen.entry.unit.as_deref() == Some(&topic.unit));
        let looked = looked.map_or_else(String::new, |seen| {
            let said = words.with2(
                "coming-seen-by",
                "post",
                names.post(&seen.value.post),
                "day",
                words.date(&seen.value.on),
            );
            format!("{said} {}", seen.value.note).trim().to_owned()
        });
        let known = topic.acknowledged.as_ref().map_or_else(
            || Cell::link(words.say("topic-not-yet"), address(&one.assembly.id)),
            |known| Cell::text(words.date(&known.on)),
        );
        vec![
            Cell::text(in_language(&topic.names, words).unwrap_or(&topic.id)),
            Cell::text(names.unit(&topic.unit)),
            Cell::text(names.post(&topic.post)),
            known,
            Cell::text(looked),
        ]
    };
    let mut caption = one.assembly.name(words).to_owned();
    if let Some(first) = one.mandate.first_day {
        caption = words.with2("coming-from", "assembly", caption, "day", words.date(&first));
    }
    let columns = ["topic-name", "field-unit", "topic-post", "topic-known", "coming-looked"];
    Table {
        caption,
        columns: columns.map(|key| words.say(key)).into(),
        rows: one.topics.iter().map(row).collect(),
    }
}

fn drafts(words: Words, one: &Ahead) -> Table {
    let row = |it: &Recommendation| {
        let wording = it
            .wording(words.language.tag())
            .or_else(|| it.texts.values().find_map(|versions| versions.last()));
        let (title, text) = wording.map_or((String::new(), String::new()), |last| {
            (last.wording.title.clone(), last.wording.text.clone())
        });
        let cells =
            [it.reference.clone(), title, text, it.theme.clone(), words.word("state", it.state.key())];
        cells.map(Cell::text).into()
    };
    let columns = ["field-reference", "field-title", "field-text", "topic-theme", "gates-state"];
    Table {
        caption: words.with("coming-drafts", "assembly", one.assembly.name(words)),
        columns: columns.map(|key| words.say(key)).into(),
        rows: one.drafts.iter().map(row).collect(),
    }
}

async fn seen(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let what = typed.text("what");
    let signed = visit.signed()?.clone();
    let all = ahead(&app, &visit).await?;
    let found = what.split_once('/').and_then(|(assembly, unit)| {
        let one = all.iter().find(|one| one.assembly.id == assembly)?;
        one.topics.iter().any(|topic| topic.unit == unit).then_some((one, unit))
    });
    let post = signed.actor.post.clone().or_else(|| signed.posts.first().cloned());
    let mut problems = Vec::new();
    if found.is_none() {
        problems.push(Problem::new("what", words.say("coming-which")));
    }
    if post.is_none() {
        problems.push(Problem::new("", words.say("hindrance-no_post")));
    }
    if typed.text("note").chars().count() > 2000 {
        problems.push(Problem::new("note", words.say("coming-long")));
    }
    let (Some((one, unit)), Some(post), true) = (found, post, problems.is_empty()) else {
        return show(&app, visit, &typed, problems).await;
    };
    let own = one.topics.iter().filter(|topic| topic.unit == unit);
    let themes: Vec<&str> = own.map(|topic| topic.theme.as_str()).collect();
    let drafts = one.drafts.iter().filter(|it| themes.contains(&it.theme.as_str())).count();
    let on = one.assembly.about.rule.day(app.now());
    let value = Seen { post, on, drafts, note: typed.text("note") };
    let mut entry = SEEN.fresh()?;
    (entry.assembly, entry.unit, entry.from) =
        (Some(one.assembly.id.clone()), Some(unit.to_owned()), Some(on));
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    SEEN.keep(&mut change, entry, &value, "seen").await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/coming?done=seen").into_response())
}
