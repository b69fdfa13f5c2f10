//! The desk: recommendations as they come out of the store, and what is done to them as it goes back.

use std::collections::BTreeMap;

use serde_json::json;
use store::{Change, Filter, Order, Summary};
use tracking::{Action, Actor, Answered, Draft, Event, Grant, Recommendation, Refusal, Role, Verb};

use crate::app::App;
use crate::assembly::Assembly;
use crate::evidence::File;
use crate::fault::Fault;
use crate::parties;
use crate::secret::id;
use crate::visit::Signed;

/// A recommendation with its id and its assembly.
#[derive(Debug, Clone)]
pub struct Case {
    /// The opaque id.
    pub id: String,
    /// The recommendation.
    pub recommendation: Recommendation,
    /// The assembly that made it.
    pub assembly: Assembly,
}

/// What came of an action.
#[derive(Debug)]
pub enum Acted {
    /// It was done; this is the recommendation since.
    Done(Box<Case>),
    /// It was refused, for all of these reasons.
    Refused(Vec<Refusal>),
    /// Somebody else was faster; this is the recommendation now.
    Stale(Box<Case>),
}

/// Reads a recommendation as it is stored.
///
/// # Errors
/// If the body is not what this program writes.
pub fn read(body: &str) -> Result<Recommendation, Fault> {
    serde_json::from_str(body).map_err(Fault::broken)
}

/// The case with this id.
///
/// # Errors
/// If there is none.
pub async fn find(app: &App, id: &str) -> Result<Case, Fault> {
    let stored = app.store.recommendation(id).await?.ok_or(Fault::NotFound)?;
    case(app, stored).await
}

/// The case with this reference in an assembly, for everybody: what the assembly has not voted on is nobody's business yet.
///
/// # Errors
/// If there is none.
pub async fn find_public(app: &App, assembly: &str, reference: &str) -> Result<Case, Fault> {
    let stored = app.store.recommendation_by_reference(assembly, reference).await?.ok_or(Fault::NotFound)?;
    let case = case(app, stored).await?;
    if case.recommendation.state == tracking::State::Draft { Err(Fault::NotFound) } else { Ok(case) }
}

/// The same for a reference that somebody typed: small letters count as large ones where no other reference is meant.
///
/// # Errors
/// If there is none.
pub async fn find_typed(app: &App, assembly: &str, typed: &str) -> Result<Case, Fault> {
    match find_public(app, assembly, typed).await {
        Err(Fault::NotFound) => find_public(app, assembly, &typed.to_uppercase()).await,
        found => found,
    }
}

async fn case(app: &App, stored: store::Recommendation) -> Result<Case, Fault> {
    let recommendation = read(&stored.body)?;
    let assembly = Assembly::find(app, &recommendation.assembly).await?;
    Ok(Case { id: stored.summary.id, recommendation, assembly })
}

/// The history of a recommendation, oldest first.
///
/// # Errors
/// If it cannot be read.
pub async fn history(app: &App, id: &str) -> Result<Vec<Event>, Fault> {
    let stored = app.store.events(id).await?;
    stored.iter().map(|event| serde_json::from_str(&event.body).map_err(Fault::broken)).collect()
}

/// Does something to a recommendation whose revision `seen` is the one that the person saw.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn act(
    app: &App,
    actor: &Actor,
    case: Case,
    seen: u64,
    action: Action,
    file: Option<File>,
) -> Result<Acted, Fault> {
    if case.recommendation.revision != seen {
        return Ok(Acted::Stale(Box::new(case)));
    }
    let others = others(app, &case, action.verb()).await?;
    let (parties, mut action) = (parties::read(app).await?, action);
    parties.settle(&mut action);
    let mut outside = parties.refusals(&action);
    let (rule, at) = (&case.assembly.about.rule, app.now());
    let (after, event) = match case.recommendation.act(actor, action, at, rule, &others) {
        Ok(done) if outside.is_empty() => done,
        Ok(_) => return Ok(Acted::Refused(outside)),
        Err(refusals) => {
            outside.splice(..0, refusals);
            return Ok(Acted::Refused(outside));
        }
    };
    let mut change = app.store.change(&actor.person, at).await?;
    let kept = keep(&mut change, &case.id, &after, &event).await;
    if let (Ok(()), Some(file)) = (&kept, file) {
        file.keep(&mut change, &case.id, &actor.person, at).await?;
    }
    match kept {
        Err(store::Error::Stale { .. }) => {
            drop(change);
            Ok(Acted::Stale(Box::new(find(app, &case.id).await?)))
        }
        Err(error) => Err(error.into()),
        Ok(()) => {
            change.commit().await?;
            Ok(Acted::Done(Box::new(Case { recommendation: after, ..case })))
        }
    }
}

/// Writes a new recommendation down as part of a change; the answer is its id.
///
/// # Errors
/// The reasons why not, or that the store cannot be written.
pub async fn draft(
    app: &App,
    change: &mut Change,
    actor: &Actor,
    draft: Draft,
    assembly: &Assembly,
) -> Result<Result<String, Vec<Refusal>>, Fault> {
    match Recommendation::draft(actor, draft, app.now(), &assembly.about.rule) {
        Err(refusals) => Ok(Err(refusals)),
        Ok((made, event)) => {
            let id = id()?;
            keep(change, &id, &made, &event).await?;
            Ok(Ok(id))
        }
    }
}

/// Writes a recommendation, its event, and a line of the audit log.
///
/// # Errors
/// [`store::Error::Stale`] if somebody else was faster.
pub async fn keep(change: &mut Change, id: &str, after: &Recommendation, event: &Event) -> store::Result<()> {
    let sequence = i64::try_from(event.sequence).unwrap_or(i64::MAX);
    let stored = store::Recommendation { summary: summary(id, after), body: text(after)? };
    change.save_recommendation(&stored, &searched(after), (sequence > 1).then(|| sequence - 1)).await?;
    let kind = event.action.verb().key().to_owned();
    let note =
        json!({ "from": event.from, "to": event.to, "revision": event.sequence, "role": event.by.role });
    change.note(&format!("recommendation.{kind}"), id, &note).await?;
    let (recommendation, body) = (id.to_owned(), text(event)?);
    change.add_event(&store::Event { recommendation, seq: sequence, at: event.at, kind, body }).await
}

/// Writes a recommendation with its whole history, as it was kept elsewhere.
///
/// # Errors
/// [`store::Error::Taken`] if there is one with this reference.
pub async fn bring_in(
    change: &mut Change,
    id: &str,
    it: &Recommendation,
    events: &[Event],
) -> store::Result<()> {
    let stored = store::Recommendation { summary: summary(id, it), body: text(it)? };
    change.save_recommendation(&stored, &searched(it), None).await?;
    for event in events {
        let (seq, kind) =
            (i64::try_from(event.sequence).unwrap_or(i64::MAX), event.action.verb().key().to_owned());
        let (recommendation, body) = (id.to_owned(), text(event)?);
        change.add_event(&store::Event { recommendation, seq, at: event.at, kind, body }).await?;
    }
    change.note("recommendation.bring_in", id, &json!({ "revision": it.revision, "state": it.state })).await
}

/// What a search finds beside reference, titles and theme: the texts, and the id in another system.
fn searched(it: &Recommendation) -> String {
    let last = it.texts.values().filter_map(|versions| versions.last());
    let texts = last.map(|version| version.wording.text.as_str());
    texts.chain(it.external_id.as_deref()).collect::<Vec<_>>().join(" ")
}

fn text(value: &impl serde::Serialize) -> store::Result<String> {
    serde_json::to_string(value).map_err(|error| store::Error::Unreadable(error.to_string()))
}

/// What lists show of a recommendation.
pub fn summary(id: &str, of: &Recommendation) -> Summary {
    let assigned = of.assignment.as_ref();
    let titles: BTreeMap<String, String> = (of.texts.iter())
        .filter_map(|(language, versions)| Some((language.clone(), versions.last()?.wording.title.clone())))
        .collect();
    Summary {
        id: id.to_owned(),
        assembly: of.assembly.clone(),
        reference: of.reference.clone(),
        external_id: of.external_id.clone(),
        revision: i64::try_from(of.revision).unwrap_or(i64::MAX),
        state: of.state.key().to_owned(),
        position: of.position.map(|position| position.key().to_owned()),
        delivery: Some(of.delivery.key().to_owned()),
        grade: of.grade.map(|grade| grade.key().to_owned()),
        theme: Some(of.theme.clone()),
        unit: of.unit().map(str::to_owned),
        post: assigned.map(|assigned| assigned.accountable.clone()),
        deputy: assigned.map(|assigned| assigned.deputy.clone()),
        due: of.due_on(),
        updated_at: of.updated_at,
        titles,
    }
}

/// What the assembly's other recommendations are answered with, where that matters.
async fn others(app: &App, case: &Case, verb: Verb) -> Result<Vec<Answered>, Fault> {
    if !matches!(verb, Verb::Respond | Verb::Revise | Verb::Publish) {
        return Ok(Vec::new());
    }
    let filter = Filter { assemblies: vec![case.assembly.id.clone()], ..Filter::default() };
    let mut answered = Vec::new();
    let mut place = None;
    loop {
        let listed = app.store.list_whole(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for stored in listed.items {
            let other = read(&stored.body)?;
            answered.push(Answered { fingerprints: other.fingerprints(), reference: other.reference });
        }
        match listed.next {
            Some(next) => place = Some(next),
            None => return Ok(answered),
        }
    }
}

/// Whether somebody may see a recommendation as the staff does: with a role whose scope holds it. What no unit answers for
/// yet is seen by everybody in its assembly's scope.
pub fn may_see(signed: &Signed, of: &Recommendation) -> bool {
    let grants: Vec<Grant> = signed.grants_of(crate::staff::STAFF).cloned().collect();
    may_see_as(&grants, of)
}

/// The same for whoever has these grants today.
pub fn may_see_as(grants: &[Grant], of: &Recommendation) -> bool {
    grants.iter().filter(|grant| crate::staff::STAFF.contains(&grant.role)).any(|grant| {
        let assembly = grant.assembly.as_ref().is_none_or(|own| *own == of.assembly);
        let unit = grant.unit.as_deref().is_none_or(|own| of.unit().is_none_or(|unit| unit == own));
        assembly && unit
    })
}

/// Whether somebody reports for an organisation outside government that delivers some of it. They see what everybody sees.
pub fn delivers(signed: &Signed, of: &Recommendation) -> bool {
    let mut grants = signed.grants_of(&[Role::Officer]);
    grants.any(|grant| {
        let own = |one: &str| grant.unit.as_deref() == Some(one);
        grant.covers_assembly(&of.assembly) && of.organisations().any(own)
    })
}
