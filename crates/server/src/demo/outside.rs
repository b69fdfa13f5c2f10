//! The demonstration's organisation outside government: it promised something of its own, and has reported on it.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rehearsal::Tracked;
use store::{Change, Post, Unit};
use tracking::{Action, Actor, Delivery, Grant, Party, Promise, Recommendation, Role, State, Step};

use crate::app::App;
use crate::{desk, parties};

/// The organisation.
pub const UNIT: &str = "shade-neighbours";
/// Its post.
const POST: &str = "shade-neighbours-lead";

/// Brings it in as part of a change.
///
/// # Errors
/// If the store cannot be written, or has some of it already.
pub async fn fill(change: &mut Change, app: &App, made: &Tracked) -> store::Result<()> {
    let names = super::names("Neighbours for Shade", "Vecinos por la Sombra");
    let body = parties::body(Party::CivilSociety);
    change.save_unit(&Unit { id: UNIT.to_owned(), parent: None, names, body }).await?;
    let names = super::names("Speaker of Neighbours for Shade", "Portavoz de Vecinos por la Sombra");
    let (id, unit) = (POST.to_owned(), UNIT.to_owned());
    change.save_post(&Post { id, unit, names, body: "{}".to_owned() }).await?;
    let actor = speaker(app, made);
    super::join(change, app, "Nora Neighbour", &actor).await?;
    let Some((number, it)) = shared(made) else { return Ok(()) };
    let officer = made.cast.iter().map(|player| &player.actor).find(|actor| {
        let works = |grant: &Grant| grant.role == Role::Officer && grant.unit.as_deref() == it.unit();
        actor.grants.iter().any(works)
    });
    let Some(officer) = officer else { return Ok(()) };
    let promise = Promise {
        deliverable: "Forty volunteers who water the young trees through two summers".to_owned(),
        post: POST.to_owned(),
        due: ahead(app, 300),
        costs: false,
        budget_line: None,
        organisation: Some(UNIT.to_owned()),
        milestones: vec![Step { title: "The first twenty are trained".to_owned(), due: ahead(app, 60) }],
    };
    let report = Action::ReportOn {
        commitment: u32::try_from(it.commitments.len()).unwrap_or(0) + 1,
        delivery: Delivery::UnderWay,
        text: "Eleven volunteers are trained; the first trees were watered in June.".to_owned(),
        evidence: Vec::new(),
    };
    let id = format!("demo-{}", made.histories[number].0.reference.to_lowercase());
    let mut now = it.clone();
    for (actor, action) in [(officer, Action::AddCommitment { promise }), (&actor, report)] {
        let Ok((after, event)) = now.act(actor, action, app.now(), &made.rule, &[]) else { return Ok(()) };
        desk::keep(change, &id, &after, &event).await?;
        now = after;
    }
    Ok(())
}

fn ahead(app: &App, days: i64) -> Date {
    app.today().checked_add(days.days()).unwrap_or(Date::MAX)
}

/// The organisation's own officer.
fn speaker(app: &App, made: &Tracked) -> Actor {
    let grant = Grant {
        role: Role::Officer,
        assembly: Some(made.assembly.clone()),
        unit: Some(UNIT.to_owned()),
        from: app.today().checked_sub(100.days()).unwrap_or(Date::MIN),
        until: None,
    };
    let (person, post) = ("sample-officer-neighbours".to_owned(), Some(POST.to_owned()));
    Actor { person, post, units: vec![UNIT.to_owned()], grants: vec![grant] }
}

/// The first recommendation in delivery: its place, and what it is.
pub fn shared(made: &Tracked) -> Option<(usize, &Recommendation)> {
    let mut all = made.histories.iter().map(|(it, _)| it).enumerate();
    all.find(|(_, it)| it.state == State::InDelivery && it.proposal.is_none())
}
