//! Before the assembly: the gates from a shut door to an open one, and the register of engagements with its clashes.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use tracking::Role;

const AHEAD: &str = "/staff/before/river-plan";

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(own, _)| *own == role).unwrap().1
}

fn revision(body: &str) -> String {
    body.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Sends a step from the page as it is now.
async fn step(house: &House, who: &Visitor, fields: &[(&str, &str)]) -> crate::common::Answer {
    let page = house.get(who, AHEAD).await;
    assert_eq!(page.status, StatusCode::OK);
    let revision = if page.body.contains("name=\"revision\"") { revision(&page.body) } else { "0".into() };
    let mut all = vec![("revision", revision.as_str())];
    all.extend_from_slice(fields);
    house.post(who, AHEAD, &all).await
}

#[tokio::test]
async fn the_first_session_opens_when_every_gate_does_and_not_before() {
    let house = House::full().await;
    let secretary = as_role(&house, Role::Secretariat).await;
    let shut = step(&house, &secretary, &[("step", "open")]).await;
    assert_eq!(shut.status, StatusCode::OK);
    assert!(shut.body.contains("These gates are shut"), "{}", shut.body);
    let topic = [
        ("step", "topic"),
        ("id", "Big Parks"),
        ("theme", "Parks"),
        ("unit", "water"),
        ("post", "parks-head"),
    ];
    let refused = step(&house, &secretary, &topic).await.body;
    for reason in ["A topic needs a short name", "Choose a post of the unit"] {
        assert!(refused.contains(reason), "{reason}: {refused}");
    }
    let nobody = house.get(&Visitor::default(), "/a/river-plan/before").await;
    assert!(
        nobody.body.contains("has not been opened yet")
            && nobody.body.contains("has not said yet that it knows")
    );

    let signatory = as_role(&house, Role::Signatory).await;
    let signed = step(&house, &signatory, &[("step", "sign")]).await;
    assert_eq!(signed.location(), format!("{AHEAD}?done=step-sign"), "{}", signed.body);
    let wrong = step(&house, &signatory, &[("step", "acknowledge"), ("topic", "parks")]).await;
    assert!(wrong.body.contains("Only the holder of this post"), "{}", wrong.body);
    let officer = as_role(&house, Role::Officer).await;
    let page = house.get(&officer, AHEAD).await;
    assert!(
        page.body.contains("I know this remit") && !page.body.contains("Sign for my post"),
        "{}",
        page.body
    );
    let known = step(&house, &officer, &[("step", "acknowledge"), ("topic", "parks")]).await;
    assert_eq!(known.location(), format!("{AHEAD}?done=step-acknowledge"), "{}", known.body);
    assert!(!house.get(&officer, "/staff").await.body.contains("waits for you to acknowledge"));
    let opened = step(&house, &secretary, &[("step", "open")]).await;
    assert_eq!(opened.location(), format!("{AHEAD}?done=step-open"), "{}", opened.body);
    assert_eq!(
        house.get(&secretary, &format!("{AHEAD}/mandate")).await.location(),
        AHEAD,
        "it stays as it is"
    );
    let public = house.get(&Visitor::default(), "/a/river-plan/before").await;
    assert!(public.body.contains("The first session was opened on") && !public.body.contains("csrf"));
    for person in ["Olga", "Gil Governor", "Sol Secretary"] {
        assert!(!public.body.contains(person), "{person}");
    }
    assert!(house.app.store.verify().await.unwrap().broken.is_empty());
}

#[tokio::test]
async fn a_gate_is_forced_only_with_a_reason_that_everybody_reads() {
    let house = House::full().await;
    let coordinator = as_role(&house, Role::Coordinator).await;
    let reason = "The flood will not wait for the <signature> of the next governor.";
    let short =
        step(&house, &coordinator, &[("step", "override"), ("gate", "duty"), ("reason", "because")]).await;
    assert!(
        short.body.contains("at least 30 characters") && short.body.contains("because"),
        "{}",
        short.body
    );
    let officer = as_role(&house, Role::Officer).await;
    let other = step(&house, &officer, &[("step", "override"), ("gate", "duty"), ("reason", reason)]).await;
    assert!(other.body.contains("Only these roles can do this"), "{}", other.body);
    let forced =
        step(&house, &coordinator, &[("step", "override"), ("gate", "duty"), ("reason", reason)]).await;
    assert_eq!(forced.location(), format!("{AHEAD}?done=step-override"), "{}", forced.body);
    let public = house.get(&Visitor::default(), "/a/river-plan/before").await;
    assert!(
        public.body.contains("The flood will not wait for the &#60;signature&#62; of the next governor."),
        "{}",
        public.body
    );
}

#[tokio::test]
async fn two_who_change_the_mandate_at_once_lose_nothing() {
    let house = House::full().await;
    let secretary = as_role(&house, Role::Secretariat).await;
    let path = format!("{AHEAD}/mandate");
    let form = house.get(&secretary, &path).await;
    let seen = revision(&form.body);
    let fields = |question: &'static str, seen: &str| {
        vec![
            ("revision".to_owned(), seen.to_owned()),
            ("by".to_owned(), "government".to_owned()),
            ("commissioner".to_owned(), "Harbour County".to_owned()),
            ("addressee".to_owned(), "County council".to_owned()),
            ("question-en".to_owned(), question.to_owned()),
            ("off-en".to_owned(), "Nothing.".to_owned()),
        ]
    };
    let send = async |question: &'static str, seen: &str| {
        let fields = fields(question, seen);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        house.post(&secretary, &path, &fields).await
    };
    let first = send("How can we live with the river?", &seen).await;
    assert_eq!(first.location(), format!("{AHEAD}?done=mandate"), "{}", first.body);
    let home = house.get(&Visitor::default(), "/a/river-plan").await;
    assert!(
        home.body.contains("How can we live with the river?"),
        "the remit of the assembly's page is the same"
    );
    let late = send("What should the river cost?", &seen).await;
    assert_eq!(late.status, StatusCode::OK);
    assert!(late.body.contains("Somebody else saved in the meantime"), "{}", late.body);
    assert!(
        late.body.contains("How can we live with the river?")
            && late.body.contains("What should the river cost?")
    );
    let again = send("What should the river cost?", &revision(&late.body)).await;
    assert_eq!(again.location(), format!("{AHEAD}?done=mandate"), "{}", again.body);
}

#[tokio::test]
async fn departments_see_what_is_coming_and_say_so() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let page = house.get(&officer, "/staff/coming").await;
    assert!(
        page.body.contains("Banks and trees") && page.body.contains("Drafts: Assembly on heat and water"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Flood and drought"), "the topic of another unit");
    let wrong = house.post(&officer, "/staff/coming", &[("what", "river-plan/water")]).await;
    assert!(wrong.body.contains("Choose an assembly and a unit"));
    let seen = house
        .post(
            &officer,
            "/staff/coming",
            &[("what", "river-plan/parks"), ("note", "The west bank is private.")],
        )
        .await;
    assert_eq!(seen.location(), "/staff/coming?done=seen", "{}", seen.body);
    let coordinator = as_role(&house, Role::Coordinator).await;
    assert!(house.get(&coordinator, "/staff/coming").await.body.contains("The west bank is private."));
    assert!(!house.get(&Visitor::default(), "/a/river-plan/before").await.body.contains("west bank"));
}

/// A form of the register, from which a test takes what it needs.
fn engagement<'a>(title: &'a str, unit: &'a str, topic: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("unit", unit),
        ("kind", "survey"),
        ("standing", "announced"),
        ("audience", "parents"),
        ("topic", topic),
        ("area", "harbour county > NORTH > Ward 3"),
        ("question", "What would help?"),
        ("contact", "parks-officer"),
        ("from-day", "25"),
        ("from-month", "11"),
        ("from-year", "2026"),
        ("until-day", "30"),
        ("until-month", "11"),
        ("until-year", "2026"),
    ]
}

#[tokio::test]
async fn clashes_are_seen_before_anything_is_saved_and_settled_after() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let before = server::register::all(&house.app).await.unwrap().len();
    let fields = engagement("Benches for parents", "parks", "planning");
    let look = house.post(&officer, "/staff/register/new", &fields).await;
    assert!(
        look.body.contains("Look before you save") && look.body.contains("School meals in summer"),
        "{}",
        look.body
    );
    assert_eq!(server::register::all(&house.app).await.unwrap().len(), before, "nothing is saved yet");
    let mark =
        look.body.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut again = fields.clone();
    again.push(("seen", &mark));
    let saved = house.post(&officer, "/staff/register/new", &again).await;
    assert!(saved.location().ends_with("?done=engagement"), "{}", saved.body);
    let page = saved.location().split('?').next().unwrap().to_owned();
    let shown = house.get(&officer, &page).await;
    assert!(shown.body.contains("The same people are asked twice in the same weeks"), "{}", shown.body);
    for other in ["lunch-1", "shade-1"] {
        let settled = house
            .post(&officer, &format!("{page}/settle"), &[("other", other), ("how", "One letter for both.")])
            .await;
        assert_eq!(settled.location(), format!("{page}?done=settle"), "{}", settled.body);
    }
    let shown = house.get(&officer, &page).await;
    assert!(
        !shown.body.contains("The same people are asked twice")
            && shown.body.contains("One letter for both.")
    );
}

#[tokio::test]
async fn everybody_writes_for_the_own_unit_only() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let other =
        house.post(&officer, "/staff/register/new", &engagement("A survey", "schools", "planning")).await;
    assert!(other.body.contains("“schools” in Department: choose one of"), "{}", other.body);
    for path in ["/staff/register/lunch-1/change", "/staff/register/lunch-1/settle"] {
        assert_eq!(house.post(&officer, path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let table = "id,unit,title,kind,audience,area,topic,from,until,contact,question\n\
                 lunch-1,parks,Mine,survey,farmers,Hill,waste,2026-12-01,2026-12-02,parks-officer,Why?";
    let refused = house.post(&officer, "/staff/register/import", &[("table", table)]).await;
    assert!(refused.body.contains("another unit has an entry with this id"), "{}", refused.body);
}

#[tokio::test]
async fn the_public_reads_what_is_announced_and_nothing_that_is_only_intended() {
    let house = House::full().await;
    let nobody = Visitor::default();
    let page = house.get(&nobody, "/register").await;
    assert!(page.body.contains("Cool places") && !page.body.contains("Cycling to school"), "{}", page.body);
    assert_eq!(house.get(&nobody, "/register/bikes-1").await.status, StatusCode::NOT_FOUND);
    assert!(
        house.get(&nobody, "/register/shade-1").await.body.contains("Where should shade be put up first?")
    );
    let ics = house.get(&nobody, "/register/calendar.ics").await;
    assert!(ics.body.starts_with("BEGIN:VCALENDAR\r\n") && ics.body.ends_with("END:VCALENDAR\r\n"));
    let unfolded = ics.body.replace("\r\n ", "");
    assert!(unfolded.contains("UID:http://boule.example/register/shade-1\r\n"), "{unfolded}");
    assert!(unfolded.contains("STATUS:CANCELLED") && !unfolded.contains("bikes-1"));
    assert!(ics.body.lines().all(|line| line.len() <= 75), "RFC 5545, 3.1: lines of at most 75 octets");
    assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 14);
    let narrow = house.get(&nobody, "/register/calendar.ics?unit=water").await.body;
    assert_eq!(narrow.matches("BEGIN:VEVENT").count(), 2);
    let csv = house.get(&nobody, "/register/table.csv").await.body;
    assert!(csv.starts_with("id,unit,title,") && !csv.contains("bikes-1"));
}

#[tokio::test]
async fn what_goes_out_as_a_table_comes_in_again_the_same() {
    let house = House::full().await;
    let coordinator = as_role(&house, Role::Coordinator).await;
    let table = house.get(&coordinator, "/staff/register/table.csv").await.body;
    assert!(table.contains("bikes-1"));
    let same = house.post(&coordinator, "/staff/register/import", &[("table", &table)]).await;
    assert_eq!(same.body.matches("is there already, the same").count(), 15, "{}", same.body);
    let changed = table.replace("Shade for playgrounds", "Shade for every playground");
    let look = house.post(&coordinator, "/staff/register/import", &[("table", &changed)]).await;
    assert!(
        look.body.contains("would be changed") && look.body.contains("Import 1 engagement"),
        "{}",
        look.body
    );
    let done = house.post(&coordinator, "/staff/register/import/do", &[]).await;
    assert_eq!(done.location(), "/staff/register?done=imported-engagements", "{}", done.body);
    assert!(
        house.get(&Visitor::default(), "/register/shade-1").await.body.contains("Shade for every playground")
    );
    let ics = house.get(&Visitor::default(), "/register/calendar.ics").await.body.replace("\r\n ", "");
    assert!(ics.contains("SEQUENCE:1"), "whoever has subscribed sees that it changed");
    let wrong = house
        .post(&coordinator, "/staff/register/import", &[("table", &changed.replace("survey", "chat"))])
        .await;
    assert!(
        wrong.body.contains("this is not one of its words") && !wrong.body.contains("/import/do"),
        "{}",
        wrong.body
    );
}

#[tokio::test]
async fn training_is_noted_and_stays_within_the_staff() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let read = house.get(&officer, "/guides/officer").await;
    assert!(read.body.contains("put it into my training record"));
    let noted = house.post(&officer, "/staff/training", &[("guide", "officer"), ("today", "yes")]).await;
    assert_eq!(noted.location(), "/staff/training?done=training", "{}", noted.body);
    let coordinator = as_role(&house, Role::Coordinator).await;
    let all = house.get(&coordinator, "/staff/training").await;
    assert!(all.body.contains("Olga Alder") && all.body.contains("For officers"), "{}", all.body);
    let future = [("name", "A course"), ("on-day", "1"), ("on-month", "1"), ("on-year", "2030")];
    assert!(house.post(&officer, "/staff/training", &future).await.body.contains("today or before"));
    let verifier = as_role(&house, Role::Verifier).await;
    assert!(!house.get(&verifier, "/staff/training").await.body.contains("Olga"));
}
