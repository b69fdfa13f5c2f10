//! An organisation outside government: shown as such, reporting on its own commitment, and never let into the department's papers.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use jiff::SignedDuration;
use server::{desk, link};
use tracking::{Role, State};

const UNIT: &str = "shade-neighbours";

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

/// The organisation's officer, who got a link like everybody.
async fn speaker(house: &House) -> Visitor {
    enter(house, "sample-speaker-neighbours").await
}

async fn enter(house: &House, person: &str) -> Visitor {
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    let lasts = SignedDuration::from_hours(1);
    let address = link::make(&house.app, &mut change, link::ENTER, Some(person), lasts).await.unwrap();
    change.note("test", "link", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    house.enter(&address).await
}

/// The recommendation of which the organisation delivers a part: its id, and what it is.
async fn shared(house: &House) -> (String, tracking::Recommendation) {
    let filter = store::Filter::default();
    let listed = house.app.store.list_whole(&filter, store::Order::Reference, None, 500).await.unwrap();
    let read = |stored: store::Recommendation| (stored.summary.id, desk::read(&stored.body).unwrap());
    listed.items.into_iter().map(read).find(|(_, it)| it.organisations().next().is_some()).unwrap()
}

#[tokio::test]
async fn it_reports_on_its_own_commitment_from_its_tasks() {
    let house = House::full().await;
    let (speaker, (id, it)) = (speaker(&house).await, shared(&house).await);
    assert_eq!(it.state, State::InDelivery);
    let own = it.commitments.iter().find(|one| one.organisation.as_deref() == Some(UNIT)).unwrap().number;
    let form = format!("/staff/r/{id}/do/report_on");
    let tasks = house.get(&speaker, "/staff").await.body;
    assert!(tasks.contains(&form) && tasks.contains("Forty volunteers"), "{tasks}");
    let spanish = Visitor { cookie: format!("{}; language=es", speaker.cookie), ..speaker.clone() };
    let tareas = house.get(&spanish, "/staff").await.body;
    assert!(tareas.contains("<span dir=\"auto\" lang=\"en\">Forty volunteers"), "{tareas}");
    assert_eq!(house.get(&speaker, &form).await.status, StatusCode::OK);
    let (number, other) = (own.to_string(), "1".to_owned());
    assert_ne!(number, other);
    let said = |commitment: &str| {
        [
            ("commitment", commitment.to_owned()),
            ("delivery", "partly_done".to_owned()),
            ("text", "Thirty by now.".to_owned()),
        ]
    };
    for (commitment, done) in [(&other, false), (&number, true)] {
        let fields = said(commitment);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = house.post(&speaker, &form, &fields).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, done, "{}", answer.body);
        assert!(done || answer.body.contains("is delivered by others"), "{}", answer.body);
    }
    let story = format!("/a/{}/recommendations/{}", it.assembly, it.reference);
    let public = house.get(&Visitor::default(), &story).await.body;
    for words in [
        "an organisation outside government",
        "Thirty by now.",
        "Speaker of Neighbours for Shade",
        "partly done",
    ] {
        assert!(public.contains(words), "{words}");
    }
    let spanish = Visitor { cookie: "language=es".to_owned(), ..Visitor::default() };
    assert!(house.get(&spanish, &story).await.body.contains("una organización ajena al gobierno"));
    let json = house
        .get(
            &Visitor::default(),
            &format!("/api/v1/assemblies/{}/recommendations/{}", it.assembly, it.reference),
        )
        .await;
    let json: serde_json::Value = serde_json::from_str(&json.body).unwrap();
    let commitments = json["commitments"].as_array().unwrap();
    assert!(commitments.iter().any(|one| one["organisation"] == UNIT), "{json}");
    assert!(json["progress"].as_array().unwrap().iter().any(|one| one["commitment"] == own), "{json}");
}

#[tokio::test]
async fn the_form_of_a_report_offers_only_what_its_reader_delivers() {
    let house = House::full().await;
    let (speaker, (id, it)) = (speaker(&house).await, shared(&house).await);
    let unit = it.unit().unwrap().to_owned();
    let officers = house.app.store.grants(None).await.unwrap().into_iter();
    let mut officers = officers.filter(|grant| grant.role == "officer" && grant.unit.as_ref() == Some(&unit));
    let officer = enter(&house, &officers.next().unwrap().person).await;
    for (who, outside) in [(&speaker, true), (&officer, false)] {
        let form = house.get(who, &format!("/staff/r/{id}/do/report_on")).await.body;
        for one in &it.commitments {
            let offered = form.contains(&format!("<option value=\"{}\"", one.number));
            assert_eq!(
                offered,
                one.organisation.is_some() == outside && !one.is_dropped(),
                "{} {form}",
                one.number
            );
        }
    }
}

#[tokio::test]
async fn its_page_lists_what_it_promised_and_what_it_checked() {
    let house = House::full().await;
    let (_, it) = shared(&house).await;
    let page = format!("/a/{}/departments/{UNIT}", it.assembly);
    let list = house.get(&Visitor::default(), &format!("/a/{}/departments", it.assembly)).await.body;
    assert!(list.contains(&format!("href=\"{page}\"")), "{list}");
    let story = format!("/a/{}/recommendations/{}", it.assembly, it.reference);
    let told = house.get(&Visitor::default(), &story).await.body;
    assert!(told.contains(&format!("href=\"{page}\"")), "the story leads there");
    let own = it.commitments.iter().find(|one| one.organisation.as_deref() == Some(UNIT)).unwrap();
    let english = house.get(&Visitor::default(), &page).await.body;
    let due = server::words::Words::of(server::words::Language::EN).date(&own.due);
    let link = format!("<a class=\"govuk-link\" href=\"{story}\">{} / {}</a>", it.reference, own.number);
    for words in [
        link.as_str(),
        "Forty volunteers",
        "under way",
        "in delivery",
        due.as_str(),
        "Nothing in this assembly",
    ] {
        assert!(english.contains(words), "{words} {english}");
    }
    let spanish = Visitor { cookie: "language=es".to_owned(), ..Visitor::default() };
    let page = house.get(&spanish, &page).await.body;
    assert!(page.contains("<span dir=\"auto\" lang=\"en\">Forty volunteers"), "{page}");
    // The council, which has the audit office, becomes a body that checks: its page has what its posts checked.
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    let mut council = change.unit("council").await.unwrap().unwrap();
    council.body = r#"{"party":"verifier"}"#.to_owned();
    change.save_unit(&council).await.unwrap();
    change.note("test", "unit", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    let page = house.get(&Visitor::default(), "/a/harbour-county/departments/council").await.body;
    let (_, checked) = page.split_once("id=\"checked\"").unwrap();
    let all = house.app.store.list_whole(&store::Filter::default(), store::Order::Reference, None, 500).await;
    let all = all.unwrap().items.into_iter().map(|stored| desk::read(&stored.body).unwrap());
    let (looked_at, not): (Vec<_>, Vec<_>) = all.partition(|it| !it.verifications.is_empty());
    assert!(looked_at.len() > 3 && not.len() > 3);
    let listed = |it: &tracking::Recommendation| checked.contains(&format!(">{}</a>", it.reference));
    assert!(looked_at.iter().all(listed) && !not.iter().any(listed), "{checked}");
}

#[tokio::test]
async fn it_sees_what_everybody_sees_and_does_nothing_else() {
    let house = House::full().await;
    let (speaker, (id, it)) = (speaker(&house).await, shared(&house).await);
    let answer = house.get(&speaker, &format!("/staff/r/{id}")).await;
    let story = format!("/a/{}/recommendations/{}", it.assembly, it.reference);
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, story.as_str()));
    for verb in
        ["report", "add_evidence", "propose_done", "add_commitment", "respond", "verify", "grade", "extend"]
    {
        let fields = [
            ("reason", "because"),
            ("note", "a note"),
            ("text", "so"),
            ("grade", "complete"),
            ("delivery", "under_way"),
        ];
        let answer = house.post(&speaker, &format!("/staff/r/{id}/do/{verb}"), &fields).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{verb}");
    }
    assert_eq!(shared(&house).await.1, it);
    let other =
        house.app.store.list(&store::Filter::default(), store::Order::Reference, None, 500).await.unwrap();
    let other = other.items.into_iter().find(|one| one.id != id && one.unit.is_some()).unwrap();
    assert_eq!(house.get(&speaker, &format!("/staff/r/{}", other.id)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_administrator_says_what_a_unit_is_and_no_organisation_answers_for_a_recommendation() {
    let house = House::full().await;
    let administrator = as_role(&house, Role::Administrator).await;
    let fields = [("id", "river-watch"), ("name-en", "River Watch"), ("party", "verifier")];
    assert_eq!(house.post(&administrator, "/staff/units", &fields).await.status, StatusCode::SEE_OTHER);
    let units = house.get(&administrator, "/staff/units").await.body;
    assert!(
        units.contains("Body that checks") && units.contains("Organisation outside government"),
        "{units}"
    );
    let page = house.get(&Visitor::default(), &format!("/a/harbour-county/departments/{UNIT}")).await.body;
    assert!(page.contains("an organisation outside government"), "{page}");
    let coordinator = as_role(&house, Role::Coordinator).await;
    let listed = store::Filter { states: vec!["handed_over".to_owned()], ..store::Filter::default() };
    let listed = house.app.store.list(&listed, store::Order::Reference, None, 5).await.unwrap();
    let id = &listed.items.first().unwrap().id;
    let path = format!("/staff/r/{id}/do/assign");
    let fields = [("unit", UNIT), ("accountable", "shade-neighbours-lead"), ("deputy", "parks-deputy")];
    let answer = house.post(&coordinator, &path, &fields).await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.body.contains("a department of the government answers"), "{}", answer.body);
    let fields = [("unit", "parks"), ("accountable", "parks-head"), ("deputy", "parks-deputy")];
    let answer = house.post(&coordinator, &path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}
