//! Working with recommendations: stale forms, drafts, import, several at once, sessions of the demonstration's people.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use store::{Filter, Order, Summary};
use tracking::Role;

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

async fn in_state(house: &House, state: &str, unit: &str) -> Summary {
    let units = Some(unit.to_owned()).filter(|unit| !unit.is_empty()).into_iter().collect();
    let filter = Filter { states: vec![state.to_owned()], units, ..Filter::default() };
    house.app.store.list(&filter, Order::Reference, None, 1).await.unwrap().items.remove(0)
}

fn hidden(body: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    body.split(&mark).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_form_that_is_overtaken_loses_nothing_and_can_be_sent_again() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let one = in_state(&house, "draft", "").await;
    let path = format!("/staff/r/{}/do/correct_text", one.id);
    let opened = hidden(&house.get(&secretariat, &path).await.body, "revision");
    let first = [("language", "en"), ("title", "New title"), ("text", "First words."), ("why", "a slip")];
    let send = |fields: [(&'static str, &'static str); 4], revision: String| {
        let (house, secretariat, path) = (&house, &secretariat, path.clone());
        async move {
            let mut all: Vec<(&str, &str)> = fields.to_vec();
            all.push(("revision", &revision));
            house.post(secretariat, &path, &all).await
        }
    };
    assert_eq!(send(first, opened.clone()).await.status, StatusCode::SEE_OTHER);
    let second =
        [("language", "en"), ("title", "Other title"), ("text", "Second words."), ("why", "another slip")];
    let overtaken = send(second, opened).await;
    assert_eq!(overtaken.status, StatusCode::OK);
    for words in ["Other title", "Second words.", "another slip", "First words.", "Text corrected"] {
        assert!(overtaken.body.contains(words), "{words} is lost");
    }
    let again = hidden(&overtaken.body, "revision");
    assert_eq!(send(second, again).await.status, StatusCode::SEE_OTHER);
    let stored = house.app.store.recommendation(&one.id).await.unwrap().unwrap();
    let it = server::desk::read(&stored.body).unwrap();
    assert_eq!(it.texts["en"].len(), 3, "both versions are kept");
    assert_eq!(it.texts["en"][1].wording.text, "First words.");
}

#[tokio::test]
async fn a_draft_is_its_writers_alone_and_survives_a_refusal() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let one = in_state(&house, "handed_over", "").await;
    let fields = [("unit", "parks"), ("accountable", "parks-head"), ("deputy", "parks-deputy")];
    let coordinator = as_role(&house, Role::Coordinator).await;
    let assigned = house.post(&coordinator, &format!("/staff/r/{}/do/assign", one.id), &fields).await;
    assert_eq!(assigned.status, StatusCode::SEE_OTHER, "{}", assigned.body);
    let path = format!("/staff/r/{}/respond", one.id);
    let words = "Because the trees have to be watered first.";
    let kept = house.post(&officer, &path, &[("do", "keep"), ("reasons-en", words)]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert!(house.get(&officer, &path).await.body.contains(words));
    assert!(!house.get(&secretariat, &path).await.body.contains(words), "nobody else sees it");
    let refused = house.post(&officer, &path, &[("do", "send"), ("reasons-en", words)]).await;
    assert_eq!(refused.status, StatusCode::OK, "there is no position");
    assert!(refused.body.contains(words) && house.get(&officer, &path).await.body.contains(words));
    for button in ["send", "keep", "drop"] {
        let there = format!("name=\"do\" value=\"{button}\"");
        assert!(refused.body.contains(&there), "{button} is there after a refusal too");
    }
    let more = "Because the trees have to be watered first, and the hoses mended.";
    let known = hidden(&refused.body, "draft");
    let fields = [("do", "keep"), ("draft", known.as_str()), ("reasons-en", more)];
    let again = house.post(&officer, &path, &fields).await;
    assert_eq!(again.location(), format!("{path}?done=draft-kept"));
    assert!(house.get(&officer, &path).await.body.contains(more));
    let known = hidden(&house.get(&officer, &path).await.body, "draft");
    let fields = [("do", "send"), ("draft", known.as_str()), ("reasons-en", words), ("position", "accepted")];
    assert_eq!(house.post(&officer, &path, &fields).await.status, StatusCode::SEE_OTHER);
    let public = house
        .get(&Visitor::default(), &format!("/a/{}/recommendations/{}", one.assembly, one.reference))
        .await;
    assert!(!public.body.contains(words), "not public before four eyes have seen it");
    let approve = format!("/staff/r/{}/do/approve", one.id);
    assert_eq!(house.post(&officer, &approve, &[]).await.status, StatusCode::OK, "not by the officer");
    let approver = as_role(&house, Role::Approver).await;
    assert_eq!(house.post(&approver, &approve, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_import_brings_all_rows_in_or_none() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let header = "reference,theme,title_en,text_en";
    let table = |rows: &str| format!("{header}\n{rows}");
    let wrong = table(
        "R-95,Water,Wells,Dig three wells.\nR-96,,Pumps,Mend the pumps.\nR-95,Water,Wells,Dig.\nR 97,Water,x,y",
    );
    let fields = [("assembly", "harbour-county"), ("table", wrong.as_str())];
    let tried = house.post(&secretariat, "/staff/import", &fields).await;
    for words in ["Theme is missing", "this reference stands in the table twice", "1 to 40 letters"] {
        assert!(tried.body.contains(words), "{words}: {}", tried.body);
    }
    assert!(!tried.body.contains("/staff/import/do"));
    let right =
        table("R-95,Water,Wells,Dig three wells.\nR-96,Water,Pumps,Mend the pumps.\nR-01,Water,Another,text");
    let fields = [("assembly", "harbour-county"), ("table", right.as_str())];
    let tried = house.post(&secretariat, "/staff/import", &fields).await;
    assert!(
        tried.body.contains("/staff/import/do") && tried.body.contains("it stays as it is"),
        "{}",
        tried.body
    );
    let count = || async { house.app.store.count(&Filter::default()).await.unwrap() };
    assert_eq!(count().await, 80, "nothing yet");
    assert_eq!(house.post(&secretariat, "/staff/import/do", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(count().await, 82);
    assert_eq!(
        house.post(&secretariat, "/staff/import/do", &[]).await.status,
        StatusCode::NOT_FOUND,
        "only once"
    );
    for path in ["/a/harbour-county/recommendations", "/"] {
        let page = house.get(&Visitor::default(), path).await.body;
        assert!(!page.contains("Dig three wells") && !page.contains("R-95"), "drafts are not public");
    }
}

#[tokio::test]
async fn several_are_changed_all_or_none() {
    let house = House::full().await;
    let coordinator = as_role(&house, Role::Coordinator).await;
    let fresh = in_state(&house, "handed_over", "").await;
    let closed = in_state(&house, "closed", "").await;
    let assigned =
        [("unit", "water"), ("accountable", "water-head"), ("deputy", "water-deputy"), ("verb", "assign")];
    let seen = |one: &Summary| format!("{}:{}", one.id, one.revision);
    let (first, second) = (seen(&fresh), seen(&closed));
    let picked = [("pick", fresh.id.as_str()), ("seen", &first), ("pick", &closed.id), ("seen", &second)];
    let both: Vec<(&str, &str)> = picked.into_iter().chain(assigned).collect();
    let refused = house.post(&coordinator, "/staff/bulk/do", &both).await;
    assert_eq!(refused.status, StatusCode::OK);
    assert!(
        refused.body.contains("would be changed") && refused.body.contains("is not possible while it is")
    );
    let state = |id: String| {
        let house = &house;
        async move { house.app.store.recommendation(&id).await.unwrap().unwrap().summary.state }
    };
    assert_eq!(state(fresh.id.clone()).await, "handed_over");
    let one: Vec<(&str, &str)> =
        [("pick", fresh.id.as_str()), ("seen", &first)].into_iter().chain(assigned).collect();
    assert_eq!(house.post(&coordinator, "/staff/bulk/do", &one).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(fresh.id.clone()).await, "owned");
}

#[tokio::test]
async fn what_others_changed_since_several_were_chosen_is_not_overwritten() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let one = in_state(&house, "owned", "").await;
    let chosen = [("pick", one.id.as_str()), ("verb", "classify")];
    let page = house.post(&secretariat, "/staff/bulk", &chosen).await.body;
    let opened = hidden(&page, "seen");
    let other = format!("/staff/r/{}/do/classify", one.id);
    assert_eq!(
        house.post(&secretariat, &other, &[("theme", "First hand")]).await.status,
        StatusCode::SEE_OTHER
    );
    let theme = async || {
        let stored = house.app.store.recommendation(&one.id).await.unwrap().unwrap();
        server::desk::read(&stored.body).unwrap().theme
    };
    let send = async |seen: &str| {
        let all = [chosen[0], chosen[1], ("seen", seen), ("theme", "Bulk hand")];
        house.post(&secretariat, "/staff/bulk/do", &all).await
    };
    let stale = send(&opened).await;
    assert!(stale.body.contains("somebody else changed one of them"), "{}", stale.body);
    assert!(stale.body.contains("value=\"Bulk hand\""), "nothing typed is lost");
    assert_eq!(theme().await, "First hand");
    assert_eq!(send(&hidden(&stale.body, "seen")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(theme().await, "Bulk hand");
}

#[tokio::test]
async fn a_reference_that_was_taken_since_the_table_was_tried_is_said_and_the_rest_waits() {
    let house = House::full().await;
    let cast = house.cast().await;
    let of = |role: Role| cast.iter().find(|(one, _)| *one == role).unwrap().1.clone();
    let secretariat = of(Role::Secretariat);
    let bring = async |rows: &str| {
        let table = format!("reference,theme,title_en,text_en\n{rows}");
        let fields = [("assembly", "harbour-county"), ("table", table.as_str())];
        house.post(&secretariat, "/staff/import", &fields).await
    };
    let tried = bring("R-95,Water,Wells,Dig three wells.").await;
    assert!(tried.body.contains("/staff/import/do"), "{}", tried.body);
    // It waits for the person: a second table, tried in another window, would take its place. Somebody else's does not.
    let (actor, draft) = ("sample-administrator", "R-95");
    let assembly = server::assembly::Assembly::find(&house.app, "harbour-county").await.unwrap();
    let client = tracking::Actor {
        person: actor.to_owned(),
        post: None,
        units: Vec::new(),
        grants: vec![tracking::Grant {
            role: Role::Client,
            assembly: None,
            unit: None,
            from: jiff::civil::Date::MIN,
            until: None,
        }],
    };
    let wording = tracking::Wording { title: "Ponds".into(), text: "Dig ponds.".into() };
    let draft = tracking::Draft {
        reference: draft.to_owned(),
        assembly: assembly.id.clone(),
        external_id: None,
        theme: "Water".into(),
        texts: [("en".to_owned(), wording)].into(),
    };
    let mut change = house.app.store.change(actor, house.app.now()).await.unwrap();
    server::desk::draft(&house.app, &mut change, &client, draft, &assembly).await.unwrap().unwrap();
    change.commit().await.unwrap();
    let answer = house.post(&secretariat, "/staff/import/do", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    for said in
        ["Somebody else was faster: nothing was imported", "with other words", "There is nothing to import"]
    {
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_does_not_apply_to_all_that_are_chosen_is_refused_with_each_rows_reason() {
    let house = House::full().await;
    let coordinator = as_role(&house, Role::Coordinator).await;
    let list = "/staff/recommendations?state=closed";
    let nothing = house.post(&coordinator, "/staff/bulk", &[("from", list)]).await;
    assert_eq!(nothing.status, StatusCode::OK);
    for words in ["Nothing is chosen.", "href=\"/staff/recommendations?state=closed\""] {
        assert!(nothing.body.contains(words), "{words}: {}", nothing.body);
    }
    assert!(house.get(&coordinator, list).await.body.contains(&format!("name=\"from\" value=\"{list}\"")));
    let away = house.post(&coordinator, "/staff/bulk", &[("from", "https://evil.example")]).await;
    assert!(!away.body.contains("evil.example"));
    let fresh = in_state(&house, "handed_over", "").await;
    let closed = in_state(&house, "closed", "").await;
    let both = [("pick", fresh.id.as_str()), ("pick", closed.id.as_str())];
    let chosen = house.post(&coordinator, "/staff/bulk", &both).await.body;
    assert!(!chosen.contains("There is a problem"), "nothing is wrong yet: {chosen}");
    let asked = [both[0], both[1], ("asked", "yes")];
    let unsaid = house.post(&coordinator, "/staff/bulk", &asked).await.body;
    assert!(unsaid.contains("<a href=\"#verb\">What is to be done: "), "{unsaid}");
    let assign = [both[0], both[1], ("asked", "yes"), ("verb", "assign")];
    let refused = house.post(&coordinator, "/staff/bulk", &assign).await.body;
    assert!(refused.contains("would be changed") && refused.contains("is not possible while it is"));
    assert!(refused.contains("not possible for all") && !refused.contains("action=\"/staff/bulk/do\""));
    let form = house.post(&coordinator, "/staff/bulk", &[both[0], ("verb", "assign")]).await.body;
    assert!(form.contains("action=\"/staff/bulk/do\"") && form.contains("name=\"accountable\""), "{form}");
    let many: Vec<(&str, &str)> = std::iter::repeat_n(both[0], 201).collect();
    assert!(house.post(&coordinator, "/staff/bulk", &many).await.body.contains("tick at most 200"));
    let now = house.app.store.recommendation(&fresh.id).await.unwrap().unwrap().summary;
    assert_eq!(now, fresh, "nothing was changed");
}

#[tokio::test]
async fn evidence_has_a_heading_among_other_fields() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let one = in_state(&house, "in_delivery", "parks").await;
    let owned = in_state(&house, "owned", "parks").await;
    for (id, form, headings) in
        [(&one.id, "do/propose_done", 1), (&one.id, "do/add_evidence", 0), (&owned.id, "respond", 1)]
    {
        let page = house.get(&officer, &format!("/staff/r/{id}/{form}")).await.body;
        assert!(page.contains("name=\"dated-day\""), "{form}");
        let form_only = page.split("data-keep").nth(1).unwrap();
        assert_eq!(
            form_only.matches("<h2 class=\"govuk-heading-m\">Evidence</h2>").count(),
            headings,
            "{form}"
        );
    }
}

#[tokio::test]
async fn everything_done_is_in_a_whole_audit_log_without_names() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let one = in_state(&house, "in_delivery", "parks").await;
    let path = format!("/staff/r/{}/do/report", one.id);
    let fields = [("delivery", "under_way"), ("text", "Half of the trees are planted.")];
    assert_eq!(house.post(&officer, &path, &fields).await.status, StatusCode::SEE_OTHER);
    let entry = house.app.store.latest(Some(&one.id), None, 1).await.unwrap().remove(0);
    assert_eq!(
        (entry.kind.as_str(), entry.actor.as_str()),
        ("recommendation.report", "sample-officer-parks")
    );
    let verdict = house.app.store.verify().await.unwrap();
    assert!(verdict.broken.is_empty() && verdict.entries > 80, "{verdict:?}");
    let auditor = as_role(&house, Role::Auditor).await;
    let page = house.get(&auditor, "/staff/audit").await.body;
    assert!(
        page.contains("recommendation.report")
            && !page.contains("Olga")
            && !page.contains("Half of the trees")
    );
}

#[tokio::test]
async fn every_form_of_every_action_opens_in_both_languages() {
    let house = House::full().await;
    let mut opened = 0;
    for (role, visitor) in house.cast().await.iter().filter(|(role, _)| *role != Role::Administrator) {
        let listed = house.app.store.list(&Filter::default(), Order::Reference, None, 100).await.unwrap();
        for summary in listed.items.iter().step_by(7) {
            let story = house.get(visitor, &format!("/staff/r/{}", summary.id)).await;
            let forms =
                story.body.split("/do/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
            for verb in forms {
                let path = format!("/staff/r/{}/do/{verb}", summary.id);
                let es = Visitor { cookie: format!("{}; language=es", visitor.cookie), csrf: String::new() };
                for visitor in [visitor, &es] {
                    let form = house.get(visitor, &path).await;
                    let editor = matches!(verb.as_str(), "respond" | "revise");
                    assert!(
                        form.status == StatusCode::OK || editor && form.status.is_redirection(),
                        "{role} {verb}"
                    );
                    assert!(!form.body.contains("govuk-error-summary"), "{role} {verb}: the button works");
                    opened += 1;
                }
            }
        }
    }
    assert!(opened > 100, "only {opened}");
}

#[tokio::test]
async fn lists_show_what_one_grant_reaches_and_not_every_combination_of_all() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let count = async |address: &str| {
        let page = house.get(&officer, address).await.body;
        page.matches("href=\"/staff/r/").count()
    };
    let pages = ["/staff/recommendations", "/staff/deadlines", "/staff/inbox", "/staff"];
    let mut before = Vec::new();
    for page in pages {
        before.push(count(page).await);
    }
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    let people = house.app.store.people().await.unwrap();
    let mut held = None;
    for person in people {
        let grants = house.app.store.grants_on(&person.id, house.app.today()).await.unwrap();
        let own = |grant: &store::Grant| grant.role == "officer" && grant.unit.as_deref() == Some("parks");
        held = held.or(grants.into_iter().find(own));
    }
    let held = held.unwrap();
    let unit = held.unit.clone().unwrap();
    // Everything of an assembly that has nothing, and an officer's own unit: together they are still only that unit.
    let more = store::Grant { id: "more".into(), assembly: Some("elsewhere".into()), unit: None, ..held };
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    change.save_grant(&more).await.unwrap();
    change.note("grant", "more", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    for (page, before) in pages.into_iter().zip(before) {
        assert_eq!(count(page).await, before, "{page}");
    }
    let listed = house.get(&officer, "/staff/recommendations").await.body;
    let filter = Filter { units: vec![unit], ..Filter::default() };
    let own = house.app.store.list(&filter, Order::Reference, None, 1000).await.unwrap().items;
    assert_eq!(listed.matches("href=\"/staff/r/").count(), own.len().min(50));
    assert!(own.iter().take(50).all(|one| listed.contains(&format!("href=\"/staff/r/{}\"", one.id))));
}

#[tokio::test]
async fn two_windows_of_one_officer_lose_no_draft() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let one = in_state(&house, "owned", "parks").await;
    let path = format!("/staff/r/{}/respond", one.id);
    let drop = [("do", "drop"), ("draft", &hidden(&house.get(&officer, &path).await.body, "draft"))];
    assert_eq!(house.post(&officer, &path, &drop).await.status, StatusCode::SEE_OTHER);
    let opened = hidden(&house.get(&officer, &path).await.body, "draft");
    let press = async |button: &str, known: &str, words: &str| {
        let fields = [("do", button), ("draft", known), ("reasons-en", words), ("position", "accepted")];
        house.post(&officer, &path, &fields).await
    };
    assert_eq!(press("keep", &opened, "Water first.").await.status, StatusCode::SEE_OTHER);
    for button in ["keep", "send", "drop"] {
        let answer = press(button, &opened, "Hoses first.").await;
        assert_eq!(answer.status, StatusCode::OK, "{button}");
        for words in ["Water first.", "Hoses first.", "another draft in another window"] {
            assert!(answer.body.contains(words), "{button}: {words}");
        }
        let kept = house.get(&officer, &path).await.body;
        assert!(kept.contains("Water first.") && !kept.contains("Hoses first."), "{button} changes nothing");
    }
    let known = hidden(&press("keep", &opened, "Hoses first.").await.body, "draft");
    assert_eq!(press("keep", &known, "Water and hoses.").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        press("keep", &known, "Water and hoses.").await.status,
        StatusCode::SEE_OTHER,
        "pressed twice"
    );
    let (first, second) = tokio::join!(press("keep", &opened, "Pumps."), press("keep", &opened, "Pipes."));
    assert!(first.status == StatusCode::OK && second.status == StatusCode::OK, "neither knew the draft");
}

#[tokio::test]
async fn evidence_is_never_a_file_that_was_not_sent() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let owned = in_state(&house, "owned", "parks").await;
    let filter =
        Filter { states: vec!["in_delivery".into()], units: vec!["parks".into()], ..Filter::default() };
    let all = house.app.store.list_whole(&filter, Order::Reference, None, 100).await.unwrap().items;
    let free = |one: &store::Recommendation| server::desk::read(&one.body).unwrap().proposal.is_none();
    let delivering = all.into_iter().find(free).unwrap().summary;
    let hash = "0".repeat(64);
    let made_up =
        [("file-name", "proof.pdf"), ("file-sha256", hash.as_str()), ("title", "Proof"), ("note", "Done.")];
    let told = [("reasons-en", "Because."), ("position", "accepted"), ("do", "send")];
    let dated = [("dated-day", "20"), ("dated-month", "11"), ("dated-year", "2026")];
    let with = [("url", "https://town.example.org/proof")];
    for (one, path) in
        [(&delivering, "do/add_evidence"), (&owned, "respond"), (&delivering, "do/propose_done")]
    {
        for more in [&[][..], &with[..]] {
            let page = house.get(&officer, &format!("/staff/r/{}/{path}", one.id)).await.body;
            let known = if path == "respond" { hidden(&page, "draft") } else { String::new() };
            let fields = [&made_up[..], &told, &dated, more, &[("draft", known.as_str())]].concat();
            let answer = house.post(&officer, &format!("/staff/r/{}/{path}", one.id), &fields).await;
            let kept = if more.is_empty() { StatusCode::OK } else { StatusCode::SEE_OTHER };
            assert_eq!(answer.status, kept, "{path}: {}", answer.body);
        }
        let stored = house.app.store.recommendation(&one.id).await.unwrap().unwrap();
        assert!(stored.body.contains("https://town.example.org/proof"), "{path}: the rest is kept");
        assert!(!stored.body.contains("proof.pdf") && !stored.body.contains(&hash), "{path}");
    }
}

#[tokio::test]
async fn evidence_of_a_draft_is_seen_inside_until_it_is_published() {
    let house = House::full().await;
    let officer = as_role(&house, Role::Officer).await;
    let owned = in_state(&house, "owned", "parks").await;
    let editor = format!("/staff/r/{}/respond", owned.id);
    let draft = hidden(&house.get(&officer, &editor).await.body, "draft");
    let fields = [
        ("draft", draft.as_str()),
        ("position", "accepted"),
        ("reasons-en", "Because."),
        ("do", "send"),
        ("title", "Secret memo"),
        ("url", "https://memo.example.org/internal"),
        ("dated-day", "20"),
        ("dated-month", "11"),
        ("dated-year", "2026"),
    ];
    let sent = house.post(&officer, &editor, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let inside = house.get(&officer, &format!("/staff/r/{}", owned.id)).await;
    assert!(inside.body.contains("Secret memo"), "{}", inside.body);
    let number = server::desk::read(&house.app.store.recommendation(&owned.id).await.unwrap().unwrap().body)
        .unwrap()
        .evidence
        .len();
    let place = format!("harbour-county/recommendations/{}", owned.reference);
    let approver = as_role(&house, Role::Approver).await;
    let act = format!("/staff/r/{}/do/send_back", owned.id);
    let back = house.post(&approver, &act, &[("reason", "Say when, and <who> pays.")]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.body);
    let again = house.get(&officer, &editor).await.body;
    assert!(again.contains("It was sent back: Say when, and &#60;who&#62; pays."), "{again}");
    assert!(again.contains("Because.</textarea>"), "nobody writes it twice: {again}");
    for path in [
        format!("/a/{place}"),
        format!("/a/{place}/evidence/{number}"),
        format!("/api/v1/assemblies/{place}"),
    ] {
        let public = house.get(&Visitor::default(), &path).await;
        assert!(!public.body.contains("ecret memo") && !public.body.contains("memo.example"), "{path}");
    }
}

#[tokio::test]
async fn links_of_the_demonstration_are_its_casts() {
    let house = House::full().await;
    let named = async || -> Vec<String> {
        server::demo::links(&house.app).await.unwrap().into_iter().map(|(_, name, _)| name).collect()
    };
    let before = named().await;
    let person = house.app.store.person("sample-secretariat").await.unwrap().unwrap();
    let grant = house.app.store.grants_on(&person.id, house.app.today()).await.unwrap().remove(0);
    let another = store::Person { id: "0".into(), name: Some("Zoe".into()), email: None, ..person };
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    change.save_person(&another).await.unwrap();
    change.save_grant(&store::Grant { id: "0".into(), person: "0".into(), ..grant }).await.unwrap();
    change.note("grant", "0", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(named().await, before);
}
