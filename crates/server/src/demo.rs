//! A demonstration: a made-up assembly in the store, and a link for each role.

pub mod office;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use rehearsal::Tracked;
use serde_json::json;
use store::{Assembly, Change, Grant, Holding, Person, Post, Unit};
use tracking::{Actor, Role};

use crate::app::App;
use crate::assembly::{About, Sponsor};
use crate::fault::Fault;
use crate::roles::EVERYBODY;
use crate::{before, desk, link, members, parties};

/// How long the links work.
const LINKS_LAST: SignedDuration = SignedDuration::from_hours(12);
/// The unit whose officer and approver get a link.
const UNIT: &str = "parks";
/// How the ids of the cast begin.
const SAMPLE: &str = "sample-";

/// Brings everything in, all of it or nothing.
///
/// # Errors
/// If the store cannot be written, or has some of it already.
pub async fn fill(app: &App, made: &Tracked) -> store::Result<()> {
    let mut change = app.store.change("demonstration", app.now()).await?;
    change.save_assembly(&assembly(app, made), None).await?;
    for unit in &made.units {
        let names = names(&unit.english, &unit.spanish);
        let body = parties::body(unit.party);
        change.add_unit(&Unit { id: unit.id.clone(), parent: None, names, body }).await?;
    }
    for post in &made.posts {
        let (unit, names) = (post.unit.clone(), names(&post.english, &post.spanish));
        let body = office::facts(app, made, &post.id);
        change.add_post(&Post { id: post.id.clone(), unit, names, body }).await?;
    }
    for player in &made.cast {
        join(&mut change, app, &player.name, &player.actor).await?;
    }
    recommend(&mut change, made, "demo").await?;
    office::fill(&mut change, app, made).await?;
    crate::worth::sample::fill(&mut change, &made.assembly).await?;
    crate::reports::sample::fill(&mut change, made, app.today()).await?;
    members::demo::fill(&mut change, app, made).await?;
    before::rehearsed::fill(&mut change, app, made, &about(made)).await?;
    change.commit().await
}

/// Brings another assembly with its recommendations into a town that is there.
///
/// # Errors
/// If the store cannot be written, or has some of it already.
pub async fn add(app: &App, made: &Tracked) -> store::Result<()> {
    let mut change = app.store.change("demonstration", app.now()).await?;
    change.save_assembly(&assembly(app, made), None).await?;
    recommend(&mut change, made, &made.assembly).await?;
    change.commit().await
}

async fn recommend(change: &mut Change, made: &Tracked, prefix: &str) -> store::Result<()> {
    for (it, events) in &made.histories {
        let id = format!("{prefix}-{}", it.reference.to_lowercase());
        desk::bring_in(change, &id, it, events).await?;
    }
    change.note("demonstration", &made.assembly, &json!({ "recommendations": made.histories.len() })).await
}

fn names(english: &str, spanish: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("en".to_owned(), english.to_owned()), ("es".to_owned(), spanish.to_owned())])
}

fn about(made: &Tracked) -> About {
    About {
        languages: vec!["en".to_owned(), "es".to_owned()],
        commissioner: "Harbour County (made up)".to_owned(),
        remit: names(
            "How can Harbour County stay a good place to live in hotter summers?",
            "¿Cómo puede el condado de Harbour seguir siendo un buen lugar para vivir con veranos más calurosos?",
        ),
        members: Some(rehearsal::assembly().size),
        begins: None,
        ends: None,
        rule: made.rule.clone(),
        earlier: Vec::new(),
        sponsor: Some(Sponsor {
            office: "The Harbour County Board (made up)".to_owned(),
            address: Some("board@harbour.example".to_owned()),
        }),
    }
}

fn assembly(app: &App, made: &Tracked) -> Assembly {
    Assembly {
        id: made.assembly.clone(),
        revision: 1,
        names: names("Assembly on heat and water", "Asamblea sobre el calor y el agua"),
        updated_at: app.now(),
        body: serde_json::to_string(&about(made)).expect("an assembly is JSON"),
    }
}

/// One of the cast: an address that leads nowhere, no password; the links let them in.
async fn join(change: &mut Change, app: &App, name: &str, actor: &Actor) -> store::Result<()> {
    let person = Person {
        id: actor.person.clone(),
        email: Some(format!("{}@harbour.example", actor.person)),
        name: Some(name.to_owned()),
        password: None,
        totp: None,
        totp_step: 0,
        language: "en".to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: app.now(),
        erased_at: None,
    };
    change.save_person(&person).await?;
    for (number, grant) in actor.grants.iter().enumerate() {
        let stored = Grant {
            id: format!("{}-{number}", actor.person),
            person: actor.person.clone(),
            role: grant.role.key().to_owned(),
            assembly: grant.assembly.clone(),
            unit: grant.unit.clone(),
            from: grant.from,
            until: grant.until,
        };
        change.save_grant(&stored).await?;
    }
    if let (Some(post), Some(grant)) = (&actor.post, actor.grants.first()) {
        let (id, post, person) = (format!("{}-post", actor.person), post.clone(), actor.person.clone());
        let until = office::leaves(app, &person);
        change.save_holding(&Holding { id, post, person, from: grant.from, until }).await?;
    }
    Ok(())
}

/// Links that sign somebody in for each role: role, name, address.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn links(app: &App) -> Result<Vec<(Role, String, String)>, Fault> {
    let grants = app.store.grants(None).await?;
    let mut change = app.store.change("demonstration", app.now()).await?;
    let mut links = Vec::new();
    for role in EVERYBODY {
        // Nobody who was added later; officer and approver of one unit, so that the two can work together.
        let sample = |grant: &&Grant| grant.role == role.key() && grant.person.starts_with(SAMPLE);
        let held = grants.iter().filter(sample);
        let Some(grant) = held.min_by_key(|grant| grant.unit.as_deref() != Some(UNIT)) else { continue };
        let person = app.store.person(&grant.person).await?.ok_or(Fault::NotFound)?;
        let address = link::make(app, &mut change, link::ENTER, Some(&person.id), LINKS_LAST).await?;
        links.push((role, person.name.unwrap_or_default(), address));
    }
    change.note("demonstration.links", "demonstration", &json!({ "links": links.len() })).await?;
    change.commit().await?;
    Ok(links)
}
