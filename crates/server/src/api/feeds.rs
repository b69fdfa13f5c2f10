//! What can be subscribed to: Atom feeds (RFC 4287) of what happened, calendars (RFC 5545) of what is due.

use std::collections::{BTreeMap, BTreeSet};

use atom_syndication::{EntryBuilder, Feed, FeedBuilder, FixedDateTime, LinkBuilder, Text};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use icalendar::{Calendar, Component as _, Event as Meeting};
use jiff::Timestamp;
use jiff::civil::Date;
use store::{EntryFilter, Filter, Order};
use tracking::Recommendation;

use super::problem::{Error, Problem};
use super::{answer, shape};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::desk;
use crate::fault::Fault;
use crate::form::Typed;
use crate::members::{COMMENTS, THREADS};
use crate::visit::Visit;
use crate::words::{Language, Words};

/// The words of the language that the address asks for, as programs do that read feeds; or else of the visitor's.
fn spoken(visit: &Visit) -> Result<Words, Problem> {
    let Some(asked) = Typed::of_address(&visit.query)?.some("lang") else { return Ok(visit.words) };
    let known = || Language::all().map(|one| one.tag()).collect::<Vec<_>>().join(", ");
    Language::from_tag(&asked).map(Words::of).ok_or_else(|| {
        let detail = format!("\"{asked}\" is no language of this service; there are {}", known());
        Problem::parameters(vec![Error::new("unknown_language", "lang", detail)])
    })
}

/// The address of a feed, with the language that was asked for.
fn own_address(app: &App, visit: &Visit, words: Words) -> String {
    let asked = visit.query.split('&').any(|pair| pair.starts_with("lang="));
    let query = if asked { format!("?lang={}", words.language.tag()) } else { String::new() };
    format!("{}{}{query}", app.settings.url, visit.path)
}

/// How many events a feed has.
const EVENTS: i64 = 100;
const ATOM: &str = "application/atom+xml; charset=utf-8";
const ICS: &str = "text/calendar; charset=utf-8";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/assemblies/{assembly}/feed.atom", Access::Public, of_assembly)
        .get("/api/v1/units/{unit}/feed.atom", Access::Public, of_unit)
        .get("/api/v1/assemblies/{assembly}/recommendations/{reference}/feed.atom", Access::Public, of_one)
        .get("/api/v1/audit/feed.atom", Access::Public, of_audit)
        .get("/api/v1/assemblies/{assembly}/deadlines.ics", Access::Public, due_in_assembly)
        .get("/api/v1/units/{unit}/deadlines.ics", Access::Public, due_in_unit)
}

async fn of_assembly(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = spoken(&visit)?;
    let events = app.store.latest_events(Some(&id), None, EVENTS).await?;
    let about = EntryFilter { assembly: Some(id), ..EntryFilter::default() };
    feed(&app, (&visit, words), &headers, assembly.name(words), events, Some(about)).await
}

async fn of_unit(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let unit = app.store.unit(&id).await?.ok_or(Fault::NotFound)?;
    let words = spoken(&visit)?;
    let events = app.store.latest_events(None, Some(&id), EVENTS).await?;
    let name = in_language(&unit.names, words).unwrap_or(&id);
    feed(&app, (&visit, words), &headers, name, events, None).await
}

async fn of_one(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    let mut events = app.store.events(&case.id).await?;
    events.reverse();
    let about = EntryFilter { subject: Some(case.id.clone()), ..EntryFilter::default() };
    let words = spoken(&visit)?;
    feed(&app, (&visit, words), &headers, &titled(&case.recommendation, words), events, Some(about)).await
}

/// Writes a feed of stored events, newest first; what is not public is left out.
async fn feed(
    app: &App,
    (visit, words): (&Visit, Words),
    headers: &HeaderMap,
    title: &str,
    events: Vec<store::Event>,
    said: Option<EntryFilter>,
) -> Result<Response, Problem> {
    let site = &app.settings.url;
    let ids: BTreeSet<&String> = events.iter().map(|event| &event.recommendation).collect();
    let mut known: BTreeMap<String, Recommendation> = BTreeMap::new();
    for stored in app.store.recommendations(&ids.into_iter().cloned().collect::<Vec<_>>()).await? {
        known.insert(stored.summary.id, desk::read(&stored.body)?);
    }
    let mut entries = Vec::new();
    for event in events {
        let told: tracking::Event = serde_json::from_str(&event.body).map_err(Fault::broken)?;
        let Some(of) = known.get(&event.recommendation).filter(|of| of.state != tracking::State::Draft)
        else {
            continue;
        };
        let Some(event) = shape::Event::new(&told) else { continue };
        let page = shape::address(site, &of.assembly, &of.reference);
        let (what, done) = (words.word("happened", told.action.verb().key()), words.word("state", event.to));
        let said = format!("{}: {what} ({done})", titled(of, words));
        entries.push(entry(&format!("{page}#event-{}", event.sequence), &page, &said, event.at));
    }
    if let Some(about) = said {
        entries.extend(words_said(app, words, &about).await?);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
        entries.truncate(EVENTS as usize);
    }
    let id = own_address(app, visit, words);
    let updated = entries.first().map_or_else(never, |entry| entry.updated);
    Ok(answer::text(headers, ATOM, written(&id, title, Some(words), updated, entries)))
}

/// Answered questions and published comments, each with its words.
async fn words_said(
    app: &App,
    words: Words,
    about: &EntryFilter,
) -> Result<Vec<atom_syndication::Entry>, Problem> {
    let mut found: Vec<(String, String, &str, String, Timestamp)> = Vec::new();
    for kept in THREADS.list(app, about).await? {
        let (Some(on), Some(last)) = (kept.entry.subject.clone(), kept.value.public().last()) else {
            continue;
        };
        found.push((on, format!("question-{}", kept.entry.id), "feed-answer", last.text.clone(), last.at));
    }
    for kept in COMMENTS.list(app, about).await?.into_iter().filter(|kept| kept.value.is_public()) {
        let (Some(on), Some(ruling)) = (kept.entry.subject, &kept.value.ruling) else { continue };
        found.push((
            on,
            format!("comment-{}", kept.entry.id),
            "feed-comment",
            kept.value.text.clone(),
            ruling.at,
        ));
    }
    let ids: BTreeSet<String> = found.iter().map(|(on, ..)| on.clone()).collect();
    let mut known: BTreeMap<String, Recommendation> = BTreeMap::new();
    for stored in app.store.recommendations(&ids.into_iter().collect::<Vec<_>>()).await? {
        known.insert(stored.summary.id, desk::read(&stored.body)?);
    }
    let told = found.into_iter().filter_map(|(on, id, key, text, at)| {
        let of = known.get(&on).filter(|of| of.state != tracking::State::Draft)?;
        let page = shape::address(&app.settings.url, &of.assembly, &of.reference);
        let title = format!("{}: {}", titled(of, words), words.say(key));
        let mut told = entry(&format!("{page}#{id}"), &page, &title, at);
        told.set_summary(Text::plain(plain(&text)));
        Some(told)
    });
    Ok(told.collect())
}

/// The head of the audit log as the last day left it: who keeps it can show later that nothing before was rewritten.
async fn of_audit(State(app): State<App>, visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let midnight = app.now().strftime("%Y-%m-%dT00:00:00").to_string();
    let head = app.store.last_before(&midnight).await?;
    let id = format!("{}{}", app.settings.url, visit.path);
    let entries: Vec<_> = head
        .map(|head| {
            let at = head.at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
            entry(&format!("{id}#{}", head.seq), &id, &format!("{} {}", head.seq, head.hash), at)
        })
        .into_iter()
        .collect();
    let updated = entries.first().map_or_else(never, |entry| entry.updated);
    Ok(answer::text(&headers, ATOM, written(&id, "boule audit", None, updated, entries)))
}

fn entry(id: &str, page: &str, title: &str, at: Timestamp) -> atom_syndication::Entry {
    let link = LinkBuilder::default().href(page.to_owned()).rel("alternate".to_owned()).build();
    EntryBuilder::default()
        .id(id.to_owned())
        .title(Text::plain(plain(title)))
        .link(link)
        .updated(moment(at))
        .build()
}

fn written(
    id: &str,
    title: &str,
    words: Option<Words>,
    updated: FixedDateTime,
    entries: Vec<atom_syndication::Entry>,
) -> String {
    let own = LinkBuilder::default().href(id.to_owned()).rel("self".to_owned()).build();
    let author = atom_syndication::PersonBuilder::default().name("Boule".to_owned()).build();
    let feed: Feed = FeedBuilder::default()
        .id(id.to_owned())
        .lang(words.map(|words| words.language.tag().to_owned()))
        .title(Text::plain(plain(title)))
        .link(own)
        .author(author)
        .updated(updated)
        .entries(entries)
        .build();
    feed.to_string()
}

/// Text without the characters that XML cannot hold (XML 1.0, section 2.2).
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect()
}

fn moment(at: Timestamp) -> FixedDateTime {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().parse().unwrap_or_else(|_| never())
}

fn never() -> FixedDateTime {
    FixedDateTime::default()
}

fn titled(of: &Recommendation, words: Words) -> String {
    let titles: BTreeMap<String, String> = (of.texts.iter())
        .filter_map(|(tag, versions)| Some((tag.clone(), versions.last()?.wording.title.clone())))
        .collect();
    format!("{} {}", of.reference, in_language(&titles, words).unwrap_or_default())
}

async fn due_in_assembly(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Assembly::find(&app, &id).await?;
    calendar(&app, &visit, &headers, Filter { assemblies: vec![id], ..Filter::default() }).await
}

async fn due_in_unit(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    app.store.unit(&id).await?.ok_or(Fault::NotFound)?;
    calendar(&app, &visit, &headers, Filter { units: vec![id], ..Filter::default() }).await
}

/// Every open deadline as a day in a calendar, the first due first.
async fn calendar(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    filter: Filter,
) -> Result<Response, Problem> {
    let words = spoken(visit)?;
    let mut days = Vec::new();
    let mut place = None;
    loop {
        let listed = app.store.list_whole(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for stored in &listed.items {
            days.extend(due(app, words, &desk::read(&stored.body)?));
        }
        place = match listed.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    days.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    let mut calendar = Calendar::new();
    for (_, _, day) in days {
        calendar.push(day);
    }
    Ok(answer::text(headers, ICS, calendar.done().to_string()))
}

fn due(app: &App, words: Words, of: &Recommendation) -> Vec<(Date, String, Meeting)> {
    let page = shape::address(&app.settings.url, &of.assembly, &of.reference);
    let open = of.open_deadlines();
    let day = |deadline: &&tracking::Deadline| {
        let uid = format!("{page}#deadline-{}", deadline.number);
        let date = |day: Date| day.strftime("%Y%m%d").to_string();
        let mut day = Meeting::new();
        day.uid(&uid)
            .summary(&format!("{}: {}", titled(of, words), words.word("duty", deadline.duty.key())))
            .url(&page);
        day.add_property("DTSTAMP", of.updated_at.strftime("%Y%m%dT%H%M%SZ").to_string());
        day.append_property(dated("DTSTART", date(deadline.due)));
        let after = deadline.due.tomorrow().unwrap_or(deadline.due);
        day.append_property(dated("DTEND", date(after)));
        (deadline.due, uid, day.done())
    };
    open.iter().map(day).collect()
}

fn dated(name: &str, day: String) -> icalendar::Property {
    icalendar::Property::new(name, day).add_parameter("VALUE", "DATE").done()
}
