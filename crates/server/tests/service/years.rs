//! The service over years, by its own clock: steps on the days worked by hand, an election that ends nothing, and the one rule
//! under which a dissolution does.

use crate::common::{House, Visitor, unzipped};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use server::assembly::Assembly;
use server::desk::{self, Acted, Case};
use server::mail::rounds;
use store::{Filter, Order};
use tracking::{Action, Actor, Grant, Preset, Report, Role, State};

const HERE: &str = "harbour-county";

fn at(house: &House, time: &str) {
    *house.now.lock().unwrap() = time.parse::<Timestamp>().unwrap();
}

async fn visitor(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(own, _)| *own == role).unwrap().1
}

async fn all(house: &House) -> Vec<Case> {
    let listed =
        house.app.store.list_whole(&Filter::default(), Order::Reference, None, 1000).await.unwrap().items;
    let mut cases = Vec::new();
    for stored in listed {
        cases.push(desk::find(&house.app, &stored.summary.id).await.unwrap());
    }
    cases
}

/// Hands over the first recommendation that was adopted, today.
async fn hand_over(house: &House) -> Case {
    let case = all(house).await.into_iter().find(|case| case.recommendation.state == State::Adopted).unwrap();
    let grant =
        Grant { role: Role::Secretariat, assembly: None, unit: None, from: date(2020, 1, 1), until: None };
    let actor =
        Actor { person: "sample-secretariat".into(), post: None, units: Vec::new(), grants: vec![grant] };
    let seen = case.recommendation.revision;
    let action = Action::HandOver { report: Report { title: "Report".into(), url: None } };
    match desk::act(&house.app, &actor, case, seen, action, None).await.unwrap() {
        Acted::Done(case) => *case,
        other => panic!("{other:?}"),
    }
}

/// The assembly under another rule from now on.
async fn under(house: &House, preset: Preset) {
    let mut assembly = Assembly::find(&house.app, HERE).await.unwrap();
    let rule = assembly.about.rule.clone();
    let next = rule.followed_by(preset.rule(rule.zone.clone()));
    assembly.about.earlier.push(rule);
    assembly.about.rule = next;
    let mut stored = house.app.store.assembly(HERE).await.unwrap().unwrap();
    stored.body = serde_json::to_string(&assembly.about).unwrap();
    let revision = stored.revision;
    stored.revision += 1;
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    change.save_assembly(&stored, Some(revision)).await.unwrap();
    change.note("test", HERE, &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
}

/// The secretariat writes an election down; otherwise the page that says why not.
async fn election(house: &House, on: Date, dissolved: Option<Date>) -> Result<(), String> {
    let who = visitor(house, Role::Secretariat).await;
    let part = |day: Date| [day.day().to_string(), day.month().to_string(), day.year().to_string()];
    let [day, month, year] = part(on);
    let mut fields = vec![
        ("assembly", HERE.to_owned()),
        ("name-en", "The new council".to_owned()),
        ("on-day", day),
        ("on-month", month),
        ("on-year", year),
    ];
    if let Some(dissolved) = dissolved {
        let [day, month, year] = part(dissolved);
        fields.extend([("dissolved-day", day), ("dissolved-month", month), ("dissolved-year", year)]);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = house.post(&who, "/staff/elections", &fields).await;
    if answer.location().contains("done=election") { Ok(()) } else { Err(answer.body) }
}

fn open(cases: &[Case]) -> usize {
    cases.iter().map(|case| case.recommendation.open_deadlines().len()).sum()
}

#[tokio::test]
async fn silence_for_three_years_is_told_on_the_days_worked_by_hand() {
    let house = House::full().await;
    let case = hand_over(&house).await;
    // Handed over on 22 November 2026; nobody does anything, over an election too.
    let table = [
        ("acknowledgement", "overdue", "2026-12-07", "14 days end on 6 December"),
        ("acknowledgement", "sponsor", "2027-03-06", "25 of December, 31, 28, 6 of March: 90"),
        ("acknowledgement", "statement", "2027-06-04", "25 of March, 30, 31, 4 of June: 90 more"),
        ("owner", "overdue", "2026-12-23", "30 days end on 22 December"),
        ("owner", "sponsor", "2027-03-22", "9 of December, 31, 28, 22 of March: 90"),
        ("owner", "statement", "2027-06-20", "9 of March, 30, 31, 20 of June: 90 more"),
        ("answer", "reminder", "2027-04-22", "22 May less 30 days"),
        ("answer", "overdue", "2027-05-23", "6 months end on 22 May"),
        ("answer", "sponsor", "2027-08-20", "9 of May, 30, 31, 20 of August: 90"),
        ("answer", "statement", "2027-11-18", "11 of August, 30, 31, 18 of November: 90 more"),
    ];
    let mut day = date(2026, 11, 23);
    let mut voted = false;
    while day <= date(2029, 11, 22) {
        at(&house, &format!("{day}T05:00:00Z"));
        rounds::round(&house.app).await.unwrap();
        if day >= date(2028, 6, 19) && !voted {
            assert_eq!(election(&house, date(2028, 6, 18), None).await, Ok(()));
            voted = true;
        }
        day = day.checked_add(jiff::ToSpan::days(9)).unwrap();
    }
    let log = house.app.store.log(0, 1_000_000).await.unwrap();
    let mut told: Vec<(String, String, String)> = Vec::new();
    for entry in log.iter().filter(|entry| entry.subject == case.id) {
        let Some(rung) = entry.kind.strip_prefix("escalation.") else { continue };
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        told.push((text("duty"), rung.to_owned(), text("on")));
    }
    told.retain(|(duty, rung, _)| duty == "answer" || rung != "reminder");
    told.sort();
    let mut by_hand: Vec<(String, String, String)> =
        table.iter().map(|(duty, rung, on, _)| ((*duty).into(), (*rung).into(), (*on).into())).collect();
    by_hand.sort();
    assert_eq!(told, by_hand);
    let path = format!("/a/{HERE}/recommendations/{}", case.recommendation.reference);
    let page = house.get(&Visitor::default(), &path).await.body;
    assert!(page.contains("22 May 2027") && page.contains("Public statement"), "{page}");
    assert!(!page.contains("dissolution"), "the usual rule outlives every election");
    let said =
        house.get(&Visitor::default(), &format!("/a/{HERE}/elections/election-{HERE}-2028-06-18")).await;
    assert!(said.body.contains("16 September 2028"), "90 days after 18 June: {}", said.body);
}

#[tokio::test]
async fn a_dissolution_ends_what_is_due_under_the_rule_that_says_so_and_shows_it() {
    let house = House::full().await;
    under(&house, Preset::Canada).await;
    let case = hand_over(&house).await;
    let before = open(&all(&house).await);
    at(&house, "2026-12-20T09:00:00Z");
    let wrong = election(&house, date(2026, 12, 14), Some(date(2026, 12, 15))).await.unwrap_err();
    assert!(wrong.contains("The dissolution cannot be after the election"), "{wrong}");
    assert_eq!(open(&all(&house).await), before);
    assert_eq!(election(&house, date(2026, 12, 14), Some(date(2026, 12, 1))).await, Ok(()));
    let after = desk::find(&house.app, &case.id).await.unwrap().recommendation;
    assert_eq!(after.lapsed().len(), 3, "acknowledgement, owner, answer");
    assert!(after.lapsed().iter().all(|(_, on)| *on == date(2026, 12, 1)));
    assert_eq!(open(&all(&house).await), before - 3, "what the usual rule set goes on");
    let path = format!("/a/{HERE}/recommendations/{}", case.recommendation.reference);
    let public = house.get(&Visitor::default(), &path).await.body;
    assert!(public.contains("lapsed at the dissolution of 1 December 2026"), "{public}");
    let spanish = Visitor { cookie: "language=es".into(), csrf: String::new() };
    let public = house.get(&spanish, &path).await.body;
    assert!(public.contains("caducó con la disolución del 1 de diciembre de 2026"), "{public}");
    let listed =
        house.get(&Visitor::default(), &format!("/a/{HERE}/elections/election-{HERE}-2026-12-14")).await;
    assert!(listed.body.contains("Deadlines that lapsed at the dissolution of 1 December 2026: 3"));
    let pack = unzipped(server::election::handover::pack(&house.app, HERE).await.unwrap());
    let text = |name: &str| String::from_utf8(pack[name].clone()).unwrap();
    let table = text("deadlines.csv");
    let lapsed: Vec<&str> = table.lines().filter(|line| line.ends_with(",2026-12-01,false,true")).collect();
    assert_eq!(lapsed.len(), 3, "{table}");
    let own = format!("{},", case.recommendation.reference);
    assert!(lapsed.iter().all(|line| line.starts_with(&own)), "{lapsed:?}");
    assert!(text("report-en.html").contains("<td>lapsed at the dissolution of 1 December 2026</td>"));
    assert!(text("report-es.html").contains("<td>caducó con la disolución del 1 de diciembre de 2026</td>"));
    rounds::round(&house.app).await.unwrap();
    assert_eq!(desk::find(&house.app, &case.id).await.unwrap().recommendation, after, "once");
    let events = desk::history(&house.app, &case.id).await.unwrap();
    assert_eq!(tracking::Recommendation::rebuild(&events).unwrap(), after);
}

#[tokio::test]
async fn an_election_that_is_written_down_ahead_lets_lapse_when_its_day_comes() {
    let house = House::full().await;
    under(&house, Preset::Canada).await;
    let case = hand_over(&house).await;
    assert_eq!(election(&house, date(2026, 12, 14), None).await, Ok(()));
    // Another rule follows meanwhile; what this one set goes by this one.
    under(&house, Preset::Scotland).await;
    for (time, lapsed) in [("2026-12-13T09:00:00Z", 0), ("2026-12-14T09:00:00Z", 3)] {
        at(&house, time);
        rounds::round(&house.app).await.unwrap();
        let it = desk::find(&house.app, &case.id).await.unwrap().recommendation;
        assert_eq!(it.lapsed().len(), lapsed, "{time}");
    }
}

#[tokio::test]
async fn every_other_rule_outlives_every_election() {
    for preset in Preset::ALL.iter().filter(|preset| **preset != Preset::Canada) {
        let house = House::full().await;
        under(&house, *preset).await;
        hand_over(&house).await;
        let before = open(&all(&house).await);
        at(&house, "2026-12-20T09:00:00Z");
        assert_eq!(election(&house, date(2026, 12, 14), None).await, Ok(()), "{preset}");
        rounds::round(&house.app).await.unwrap();
        let cases = all(&house).await;
        assert_eq!(open(&cases), before, "{preset}");
        assert!(cases.iter().all(|case| case.recommendation.lapsed().is_empty()), "{preset}");
    }
}
