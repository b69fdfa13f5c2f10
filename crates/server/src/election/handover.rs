//! The handover pack: everything of an assembly for those who come next, in one archive of open formats.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use store::EntryFilter;
use tracking::{Part, Recommendation};

use super::pack::Pack;
use super::record::of_assembly;
use super::{OFFICE, concerned, of, report};
use crate::access::{Access, Routes};
use crate::api::{said, shape, table};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::posts::practice::NOTES;
use crate::posts::town::facts;
use crate::reports::{bills, statement};
use crate::visit::Visit;
use crate::words::{Language, Words};

/// The parts of what was published that go into the pack.
const PUBLISHED: [&str; 2] = ["draw", "programme"];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/handover/{assembly}", Access::Any(OFFICE), download)
}

async fn download(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    if !signed.holds_in(OFFICE, &id) {
        return Err(Fault::NotFound);
    }
    let bytes = pack(&app, &id).await?;
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    change.note("handover.pack", &id, &json!({ "sha256": crate::secret::fingerprint(&bytes) })).await?;
    change.commit().await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    let name = format!("attachment; filename=\"handover-{id}.zip\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Fault::broken)?);
    Ok(response)
}

/// What the pack is made of.
#[derive(Debug)]
pub struct Handed {
    /// The assembly.
    pub assembly: Assembly,
    /// Its recommendations with their ids.
    pub work: Vec<(String, Recommendation)>,
    /// Units and posts.
    pub units: Vec<store::Unit>,
    /// See `units`.
    pub posts: Vec<store::Post>,
    /// Its elections, the latest first.
    pub elections: Vec<crate::shelf::Kept<super::Election>>,
    /// Practice notes of its recommendations and of the units that answer.
    pub notes: Vec<tracking::Practice>,
    /// The bills that say what they make of its recommendations, the first one brought in first.
    pub bills: Vec<crate::shelf::Kept<tracking::Bill>>,
    /// The day of the last change: the pack depends on data alone, not on the day on which it is made.
    pub day: Date,
}

impl Handed {
    /// A text in the first of the assembly's languages that has it.
    fn first(&self, names: &tracking::Words) -> String {
        let own = self.assembly.about.languages.iter().find_map(|tag| names.get(tag));
        own.or_else(|| names.values().next()).cloned().unwrap_or_default()
    }
}

/// Reads it.
async fn read(app: &App, id: &str) -> Result<Handed, Fault> {
    let assembly = Assembly::find(app, id).await?;
    let work = of_assembly(app, id).await?;
    let elections = of(app, id).await?;
    let notes = NOTES.list(app, &EntryFilter::default()).await?;
    let answers = |unit: &str| work.iter().any(|(_, it)| it.unit() == Some(unit));
    let own = |note: &&crate::shelf::Kept<tracking::Practice>| match &note.entry.assembly {
        Some(assembly) => assembly == id,
        None => answers(&note.value.unit),
    };
    let notes: Vec<_> = notes.iter().filter(own).collect();
    let changed = work.iter().map(|(_, it)| it.updated_at);
    let kept = notes.iter().map(|note| note.entry.updated_at);
    let held = elections.iter().map(|one| one.entry.updated_at);
    let bills = bills::of(app, id).await?;
    let linked = bills.iter().map(|one| one.entry.updated_at);
    let last = changed.chain(kept).chain(held).chain(linked).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let day = assembly.about.rule.day(last);
    let notes = notes.into_iter().map(|note| note.value.clone()).collect();
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    Ok(Handed { assembly, work, units, posts, elections, notes, bills, day })
}

/// The pack of an assembly: a zip archive.
///
/// # Errors
/// If there is no such assembly, or the store cannot be read.
pub async fn pack(app: &App, id: &str) -> Result<Vec<u8>, Fault> {
    let handed = read(app, id).await?;
    let mut pack = Pack::default();
    let own: Vec<Language> =
        handed.assembly.about.languages.iter().filter_map(|tag| Language::from_tag(tag)).collect();
    for language in if own.is_empty() { vec![Language::EN] } else { own } {
        let words = Words::of(language);
        pack.add(&format!("report-{}.html", language.tag()), report::written(&handed, words)?);
    }
    tables(app, &handed, &mut pack)?;
    for (id, it) in &handed.work {
        histories(app, id, it, &mut pack).await?;
        pack.json(&format!("exchange/{}.json", it.reference), &said::Exchange::of(app, id).await?)?;
    }
    for bill in &handed.bills {
        let said = statement::json_of(app, bill, id, &handed.work);
        pack.json(&format!("bills/{}.json", bill.entry.id), &said)?;
    }
    let rounds = said::Round::of_assembly(app, id, handed.day).await?;
    pack.json("scores.json", &rounds)?;
    pack.add("scores.csv", said::Round::table(&rounds)?);
    for part in PUBLISHED {
        for file in app.store.publications(id, part).await?.into_iter().filter(|file| file.is_open) {
            if let Some((_, bytes)) = app.store.publication(id, part, &file.path).await? {
                pack.add(&format!("published/{part}/{}", file.path), bytes);
            }
        }
    }
    let first = handed.assembly.about.languages.first().and_then(|tag| Language::from_tag(tag));
    let title = handed.assembly.name(Words::of(first.unwrap_or(Language::EN)));
    pack.list(&format!("handover-{id}"), title)?;
    pack.zip()
}

/// The history of a recommendation as it was kept, and its files.
async fn histories(app: &App, id: &str, it: &Recommendation, pack: &mut Pack) -> Result<(), Fault> {
    let events = desk::history(app, id).await?;
    pack.json(&format!("histories/{}.json", it.reference), &events)?;
    let files = app.store.files(id).await?;
    for evidence in &it.evidence {
        let (Some(name), Some(sha256)) = (&evidence.item.file, &evidence.item.sha256) else { continue };
        let Some(file) = files.iter().find(|file| file.sha256 == *sha256) else { continue };
        if let Some((_, bytes)) = app.store.file(&file.id).await? {
            let name = name.replace('/', "_");
            pack.add(&format!("evidence/{}/{}-{name}", it.reference, evidence.number), bytes);
        }
    }
    Ok(())
}

fn tables(app: &App, handed: &Handed, pack: &mut Pack) -> Result<(), Fault> {
    let site = &app.settings.url;
    let shaped = |(_, it): &(String, Recommendation)| shape::Recommendation::new(it, handed.day, site);
    let all: Vec<_> = handed.work.iter().map(shaped).collect();
    pack.add("recommendations.csv", table::written(&all).map_err(Fault::broken)?);
    pack.json("recommendations.json", &all)?;
    pack.json(
        "assembly.json",
        &json!({ "id": handed.assembly.id, "names": handed.assembly.names, "about": handed.assembly.about }),
    )?;
    pack.csv("commitments.csv", &COMMITMENTS, commitments(handed))?;
    pack.csv("deadlines.csv", &DEADLINES, deadlines(handed))?;
    pack.csv("assignments.csv", &ASSIGNMENTS, assignments(handed))?;
    pack.csv("posts.csv", &POSTS, posts(handed)?)?;
    pack.csv("practice.csv", &PRACTICE, practice(handed))?;
    pack.csv("bills.csv", &BILLS, linked(handed))?;
    pack.csv("elections.csv", &ELECTIONS, elections(handed))
}

const COMMITMENTS: [&str; 9] = [
    "reference",
    "number",
    "deliverable",
    "post",
    "due",
    "budget_line",
    "dropped",
    "milestones",
    "milestones_met",
];

fn commitments(handed: &Handed) -> Vec<Vec<String>> {
    let row = |it: &Recommendation, one: &tracking::Commitment| {
        let met = one.milestones.iter().filter(|step| step.met_at.is_some()).count();
        vec![
            it.reference.clone(),
            one.number.to_string(),
            one.deliverable.clone(),
            one.post.clone(),
            it.due_of(one).to_string(),
            one.budget_line.clone().unwrap_or_default(),
            one.is_dropped().to_string(),
            one.milestones.len().to_string(),
            met.to_string(),
        ]
    };
    handed.work.iter().flat_map(|(_, it)| it.commitments.iter().map(|one| row(it, one))).collect()
}

const DEADLINES: [&str; 9] =
    ["reference", "number", "duty", "started", "due", "extended_from", "ended", "met", "lapsed"];

fn deadlines(handed: &Handed) -> Vec<Vec<String>> {
    let row = |it: &Recommendation, one: &tracking::Deadline| {
        let ended = one.ended.as_ref();
        vec![
            it.reference.clone(),
            one.number.to_string(),
            one.duty.key().to_owned(),
            one.started.to_string(),
            one.due.to_string(),
            one.extension.as_ref().map_or(String::new(), |extension| extension.before.to_string()),
            ended.map_or(String::new(), |ended| ended.on.to_string()),
            ended.map_or(String::new(), |ended| ended.met.to_string()),
            ended.map_or(String::new(), |ended| ended.lapsed.to_string()),
        ]
    };
    handed.work.iter().flat_map(|(_, it)| it.deadlines.iter().map(|one| row(it, one))).collect()
}

const ASSIGNMENTS: [&str; 4] = ["reference", "post", "part", "hours_a_month"];

fn assignments(handed: &Handed) -> Vec<Vec<String>> {
    let row = |it: &Recommendation, post: &str, part: Part| {
        let hours = it.assignment.as_ref().and_then(|assignment| assignment.hours.get(post));
        let hours = hours.map_or(String::new(), u32::to_string);
        vec![it.reference.clone(), post.to_owned(), part.key().to_owned(), hours]
    };
    handed.work.iter().flat_map(|(_, it)| it.parts().map(|(post, part)| row(it, post, part))).collect()
}

const POSTS: [&str; 6] = ["post", "unit", "name", "unit_name", "deputy", "hours_a_month"];

fn posts(handed: &Handed) -> Result<Vec<Vec<String>>, Fault> {
    let row = |post: &store::Post| {
        let own = facts(post)?;
        let unit =
            handed.units.iter().find(|unit| unit.id == post.unit).map(|unit| handed.first(&unit.names));
        let hours = own.capacity_on(handed.day).map_or(String::new(), |hours| hours.to_string());
        let deputy = own.deputy.unwrap_or_default();
        Ok(vec![
            post.id.clone(),
            post.unit.clone(),
            handed.first(&post.names),
            unit.unwrap_or_default(),
            deputy,
            hours,
        ])
    };
    handed.posts.iter().map(row).collect()
}

const PRACTICE: [&str; 7] = ["post", "unit", "reference", "on", "got_in_the_way", "helped", "public"];

fn practice(handed: &Handed) -> Vec<Vec<String>> {
    let row = |one: &tracking::Practice| {
        vec![
            one.post.clone(),
            one.unit.clone(),
            one.reference.clone().unwrap_or_default(),
            one.on.to_string(),
            one.hindered.clone(),
            one.helped.clone(),
            one.public.to_string(),
        ]
    };
    handed.notes.iter().map(row).collect()
}

const BILLS: [&str; 10] = [
    "bill",
    "title",
    "brought_in",
    "url",
    "reference",
    "relation",
    "provision",
    "changed",
    "refused",
    "language",
];

/// A row for each recommendation that a bill names; one that names none has a row of its own.
fn linked(handed: &Handed) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for kept in &handed.bills {
        let bill = &kept.value;
        let own = [
            bill.reference.clone(),
            handed.first(&bill.titles),
            bill.on.to_string(),
            bill.url.clone().unwrap_or_default(),
        ];
        let said = |link: &tracking::LegalLink| {
            [
                link.recommendation.clone(),
                link.relation.key().to_owned(),
                link.provision.clone(),
                link.changed.clone(),
                link.refused.clone(),
                link.language.clone().unwrap_or_default(),
            ]
        };
        let nothing = bill.links.is_empty().then(<[String; 6]>::default);
        let links = bill.links.iter().map(said).chain(nothing);
        rows.extend(links.map(|link| own.iter().cloned().chain(link).collect()));
    }
    rows
}

const ELECTIONS: [&str; 7] = ["election", "on", "due", "reference", "commitment", "outcome", "reason"];

fn elections(handed: &Handed) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for election in &handed.elections {
        let rule = election.rule();
        for (_, it) in &handed.work {
            for (commitment, stands) in concerned(&rule, it, handed.day) {
                let (outcome, reason) = match &stands {
                    tracking::Standing::Settled(review) => (review.outcome.key(), review.reason.clone()),
                    _ => ("", String::new()),
                };
                rows.push(vec![
                    rule.id.clone(),
                    rule.on.to_string(),
                    rule.due().to_string(),
                    it.reference.clone(),
                    commitment.number.to_string(),
                    outcome.to_owned(),
                    reason,
                ]);
            }
        }
    }
    rows
}
