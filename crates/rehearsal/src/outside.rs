//! An organisation outside government that does not exist: it promised something of its own, and has reported on it.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan as _};
use tracking::{
    Action, Actor, Delivery, DutyRule, Event, Grant, Party, Promise, Recommendation, Role, State, Step,
};

use crate::town::{Player, Post, Unit};

/// The organisation.
const UNIT: &str = "shade-neighbours";
/// Its post.
const POST: &str = "shade-neighbours-lead";

pub(crate) fn unit() -> Unit {
    Unit {
        id: UNIT.to_owned(),
        english: "Neighbours for Shade".to_owned(),
        spanish: "Vecinos por la Sombra".to_owned(),
        party: Party::CivilSociety,
    }
}

pub(crate) fn post() -> Post {
    Post {
        id: POST.to_owned(),
        unit: UNIT.to_owned(),
        english: "Speaker of Neighbours for Shade".to_owned(),
        spanish: "Portavoz de Vecinos por la Sombra".to_owned(),
    }
}

/// Who reports for it.
pub(crate) fn speaker(assembly: &str, from: Date) -> Player {
    let (assembly, unit) = (Some(assembly.to_owned()), Some(UNIT.to_owned()));
    let grants = vec![Grant { role: Role::Officer, assembly, unit, from, until: None }];
    let (person, post) = ("sample-speaker-neighbours".to_owned(), Some(POST.to_owned()));
    let actor = Actor { person, post, units: vec![UNIT.to_owned()], grants };
    Player { name: "Nora Neighbour".to_owned(), actor }
}

/// The organisation takes a part in the first recommendation in delivery, and reports on it.
pub(crate) fn takes_part(
    histories: &mut [(Recommendation, Vec<Event>)],
    cast: &[Player],
    rule: &DutyRule,
    today: Date,
) {
    let shared = |it: &Recommendation| it.state == State::InDelivery && it.proposal.is_none();
    let Some((it, events)) = histories.iter_mut().find(|(it, _)| shared(it)) else { return };
    let officer = |unit: Option<&str>| {
        let works = |grant: &Grant| grant.role == Role::Officer && grant.unit.as_deref() == unit;
        cast.iter().map(|player| &player.actor).find(|actor| actor.grants.iter().any(works))
    };
    let ahead = |days: i64| today.checked_add(days.days()).unwrap_or(Date::MAX);
    let promise = Promise {
        deliverable: "Forty volunteers who water the young trees through two summers".to_owned(),
        post: POST.to_owned(),
        due: ahead(300),
        costs: false,
        budget_line: None,
        organisation: Some(UNIT.to_owned()),
        milestones: vec![Step { title: "The first twenty are trained".to_owned(), due: ahead(60) }],
    };
    let report = Action::ReportOn {
        commitment: u32::try_from(it.commitments.len()).unwrap_or(u32::MAX).saturating_add(1),
        delivery: Delivery::UnderWay,
        text: "Eleven volunteers are trained, and the first trees have been watered.".to_owned(),
        evidence: Vec::new(),
    };
    let steps = [(officer(it.unit()), Action::AddCommitment { promise }), (officer(Some(UNIT)), report)];
    for (actor, action) in steps {
        let Some(actor) = actor else { return };
        let at = it.updated_at.saturating_add(SignedDuration::from_mins(10)).unwrap_or(it.updated_at);
        let Ok((after, event)) = it.act(actor, action, at, rule, &[]) else { return };
        *it = after;
        events.push(event);
    }
}
