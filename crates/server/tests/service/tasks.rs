//! My tasks: what is expected of a person now, and nothing else.

use std::collections::BTreeSet;

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use server::desk;
use store::{Filter, Order};
use tracking::{Role, State, Verb};

fn of(cast: &[(Role, Visitor)], role: Role) -> &Visitor {
    &cast.iter().find(|(one, _)| *one == role).unwrap().1
}

/// The recommendations under "my tasks": their ids.
fn listed(page: &str) -> BTreeSet<String> {
    let links = page.split("govuk-task-list__link\" href=\"/staff/r/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn nobody_is_asked_for_what_nobody_waits_for() {
    let house = House::full().await;
    let cast = house.cast().await;
    let all = house.app.store.list_whole(&Filter::default(), Order::Due, None, 500).await.unwrap().items;
    let unasked = [Verb::Abandon, Verb::ReopenDelivery, Verb::Reopen, Verb::Return, Verb::Withdraw];
    let said =
        unasked.map(|verb| server::words::Words::of(server::words::Language::EN).word("verb", verb.key()));
    let (mut asked, mut not_asked) = (0, 0);
    for (role, visitor) in &cast {
        let page = house.get(visitor, "/staff").await.body;
        let hints =
            page.split("govuk-task-list__hint\">").skip(1).map(|rest| rest.split("</div>").next().unwrap());
        for hint in hints {
            for label in &said {
                assert!(!hint.split('·').any(|one| one.trim() == label.as_str()), "{role}: {hint}");
            }
        }
        let tasks = listed(&page);
        for one in &all {
            let it = desk::read(&one.body).unwrap();
            if tasks.contains(&one.summary.id) {
                asked += 1;
                let over = [State::Withdrawn, State::Closed];
                assert!(!over.contains(&it.state), "{role}: {} is over", it.reference);
                assert!(*role != Role::Coordinator || it.state != State::Abandoned, "{}", it.reference);
            } else if *role == Role::Officer && it.state == State::Published {
                not_asked += 1;
            }
        }
    }
    assert!(asked > 10 && not_asked > 0, "{asked} {not_asked}");
}

#[tokio::test]
async fn an_answer_that_is_not_firm_is_asked_for_until_it_is() {
    let house = House::full().await;
    let cast = house.cast().await;
    let all = house.app.store.list_whole(&Filter::default(), Order::Due, None, 500).await.unwrap().items;
    let owes = |one: &&store::Recommendation| {
        let it = desk::read(&one.body).unwrap();
        it.state == State::Published && it.position.is_some_and(|position| !position.is_firm())
    };
    let owed: Vec<&str> = all.iter().filter(owes).map(|one| one.summary.id.as_str()).collect();
    assert!(!owed.is_empty());
    let path = "/staff/people/sample-officer-parks/grant";
    let granted = house.post(of(&cast, Role::Administrator), path, &[("role", "officer")]).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER, "an officer of every unit: {}", granted.body);
    let tasks = listed(&house.get(of(&cast, Role::Officer), "/staff").await.body);
    assert!(owed.iter().all(|one| tasks.contains(*one)), "{owed:?} {tasks:?}");
}

#[tokio::test]
async fn a_response_that_was_sent_back_says_so_first_with_the_reason() {
    let house = House::full().await;
    let cast = house.cast().await;
    let (officer, approver) = (of(&cast, Role::Officer), of(&cast, Role::Approver));
    let states = vec!["owned".to_owned()];
    let filter = Filter { states, units: vec!["parks".into()], ..Filter::default() };
    let one = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    let sent_back = "<strong>Sent back: Which twenty?</strong>";
    assert!(!house.get(officer, "/staff").await.body.contains("Sent back:"));
    let reasons = format!("Twenty of forty stops get shade, says {}.", one.reference);
    let fields = [
        ("do", "send"),
        ("position", "in_part"),
        ("reasons-en", reasons.as_str()),
        ("title", "The plan of stops"),
        ("url", "https://town.example/plan"),
        ("dated-day", "1"),
        ("dated-month", "10"),
        ("dated-year", "2026"),
    ];
    let answer = house.post(officer, &format!("/staff/r/{}/respond", one.id), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert!(!listed(&house.get(officer, "/staff").await.body).contains(&one.id), "others are asked now");
    assert!(listed(&house.get(approver, "/staff").await.body).contains(&one.id));
    for verb in ["approve", "send_back"] {
        let form = house.get(approver, &format!("/staff/r/{}/do/{verb}", one.id)).await.body;
        assert!(
            form.contains(&reasons) && form.contains("The plan of stops"),
            "what is signed is read: {form}"
        );
    }
    let back = format!("/staff/r/{}/do/send_back", one.id);
    assert_eq!(
        house.post(approver, &back, &[("reason", "Which twenty?")]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = house.get(officer, "/staff").await.body;
    let task = page.split(&format!("/staff/r/{}\"", one.id)).nth(1).expect("a task again");
    let hint = task.split("govuk-task-list__hint\">").nth(1).unwrap().trim();
    assert!(hint.starts_with(sent_back), "{hint}");
    let editor = house.get(officer, &format!("/staff/r/{}/respond", one.id)).await.body;
    for kept in [
        "value=\"The plan of stops\"",
        "value=\"https://town.example/plan\"",
        "What was attached came back with it",
    ] {
        assert!(editor.contains(kept), "{kept}: {editor}");
    }
    let es = Visitor { cookie: format!("{}; language=es", officer.cookie), ..officer.clone() };
    assert!(house.get(&es, "/staff").await.body.contains("<strong>Devuelta: Which twenty?</strong>"));
}

#[tokio::test]
async fn a_claim_that_was_declined_is_made_again_with_its_words_and_evidence() {
    let house = House::full().await;
    let cast = house.cast().await;
    let (officer, approver) = (of(&cast, Role::Officer), of(&cast, Role::Approver));
    let states = vec!["in_delivery".to_owned()];
    let filter = Filter { states, units: vec!["parks".into()], ..Filter::default() };
    let all = house.app.store.list_whole(&filter, Order::Reference, None, 50).await.unwrap().items;
    let free = |one: &&store::Recommendation| desk::read(&one.body).unwrap().proposal.is_none();
    let one = all.iter().find(free).expect("nothing waits").summary.id.clone();
    let claim = format!("/staff/r/{one}/do/propose_done");
    assert!(!house.get(officer, &claim).await.body.contains("Twenty stops stand."));
    let fields = [
        ("note", "Twenty stops stand."),
        ("title", "Photographs of the stops"),
        ("url", "https://town.example/stops"),
        ("dated-day", "1"),
        ("dated-month", "10"),
        ("dated-year", "2026"),
    ];
    let answer = house.post(officer, &claim, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let confirm = house.get(approver, &format!("/staff/r/{one}/do/confirm_done")).await.body;
    for signed in ["Twenty stops stand.", "Photographs of the stops", "https://town.example/stops"] {
        assert!(confirm.contains(signed), "{signed}: {confirm}");
    }
    let decline = format!("/staff/r/{one}/do/decline");
    let declined = house.post(approver, &decline, &[("reason", "Only nineteen do.")]).await;
    assert_eq!(declined.status, StatusCode::SEE_OTHER, "{}", declined.body);
    let again = house.get(officer, &claim).await.body;
    for kept in ["Twenty stops stand.</textarea>", "value=\"Photographs of the stops\"", "value=\"2026\""] {
        assert!(again.contains(kept), "{kept}: {again}");
    }
}

#[tokio::test]
async fn several_at_once_are_offered_what_the_role_may_do() {
    let house = House::full().await;
    let cast = house.cast().await;
    let states = vec!["handed_over".to_owned()];
    let filter = Filter { states, ..Filter::default() };
    let one = house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0);
    let offered = async |role| {
        let page = house.post(of(&cast, role), "/staff/bulk", &[("pick", &one.id)]).await.body;
        let verbs = ["hand_over", "acknowledge", "assign", "classify"];
        verbs.into_iter().filter(|verb| page.contains(&format!("value=\"{verb}\""))).collect::<Vec<_>>()
    };
    assert_eq!(offered(Role::Secretariat).await, ["hand_over", "classify"]);
    assert_eq!(offered(Role::Coordinator).await, ["acknowledge", "assign"]);
}

#[tokio::test]
async fn what_waits_for_a_signature_or_after_an_election_is_a_task_until_it_is_done() {
    let house = House::full().await;
    let cast = house.cast().await;
    let page = async |role| house.get(of(&cast, role), "/staff").await.body;
    let (sign, mandate) = ("A duty rule waits for your signature", "href=\"/staff/before/river-plan\"");
    let signatory = page(Role::Signatory).await;
    assert!(signatory.contains(sign) && signatory.contains(mandate), "{signatory}");
    let own = "<h2 class=\"govuk-heading-m\">Recommendations</h2>";
    assert!(signatory.contains(own), "what waits beside that has its own heading: {signatory}");
    let form = house.get(of(&cast, Role::Signatory), "/staff/before/river-plan").await.body;
    let revision = form.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("step", "sign"), ("revision", revision)];
    let signed = house.post(of(&cast, Role::Signatory), "/staff/before/river-plan", &fields).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.body);
    assert!(!page(Role::Signatory).await.contains(sign));
    let after = "/staff/elections/election-harbour-county";
    let silent = async |role| {
        let told = page(role).await;
        let line = told.split(after).nth(1)?.split("nothing is said of ").nth(1)?;
        line.split(' ').next()?.parse::<usize>().ok()
    };
    assert_eq!(silent(Role::Officer).await, None);
    let before = silent(Role::Coordinator).await.expect("some were silent");
    let list = house.get(of(&cast, Role::Coordinator), after).await.body;
    let row = list.split("<tr").find(|row| row.contains("not reaffirmed")).expect("a silent one");
    let review = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("outcome", "reaffirmed"), ("reason", "It stands."), ("revision", "")];
    let form = house.get(of(&cast, Role::Coordinator), review).await.body;
    let revision =
        form.split("name=\"revision\" value=\"").nth(1).map(|rest| rest.split('"').next().unwrap());
    let fields = [fields[0], fields[1], ("revision", revision.unwrap_or_default())];
    let said = house.post(of(&cast, Role::Coordinator), review, &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    assert_eq!(silent(Role::Coordinator).await.unwrap_or_default(), before - 1);
}
