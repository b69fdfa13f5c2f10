//! Paper and telephone: forms to print in both languages, words entered for members, and scorecards that count once.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use tracking::Role;

const FORMS: &str = "/a/harbour-county/forms";

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

async fn public(house: &House, path: &str) -> String {
    house.get(&Visitor::default(), path).await.body
}

fn spanish() -> Visitor {
    Visitor { cookie: "language=es".to_owned(), ..Visitor::default() }
}

#[tokio::test]
async fn every_form_is_printed_in_both_languages_with_a_code_and_asks_for_no_name() {
    let house = House::full().await;
    let list = public(&house, FORMS).await;
    for (form, english, spanish_words) in [
        ("comment", "Your comment", "Su comentario"),
        ("reply", "Your reply", "Su réplica"),
        ("follow", "Your e-mail address", "Su correo electrónico"),
        ("survey", "Your own code", "Su propio código"),
    ] {
        let path = format!("{FORMS}/{form}");
        assert!(list.contains(&path), "{form}");
        let page = public(&house, &format!("{path}?recommendation=R-01")).await;
        assert!(page.contains(english) && page.contains(&format!("harbour-county/R-01/{form}")), "{page}");
        assert!(house.get(&spanish(), &path).await.body.contains(spanish_words), "{form}");
        assert!(!page.contains("Your name"), "{form}");
    }
    assert_eq!(house.get(&Visitor::default(), &format!("{FORMS}/none")).await.status, StatusCode::NOT_FOUND);
    let unknown = format!("{FORMS}/comment?recommendation=R-999");
    assert_eq!(house.get(&Visitor::default(), &unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn words_on_paper_are_entered_for_a_member_and_say_so() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let empty = house.post(&secretariat, "/staff/paper/words", &[]).await;
    for words in ["Choose what it is", "Choose how it came"] {
        assert!(empty.body.contains(words), "{words} among everything that is wrong: {}", empty.body);
    }
    let words = |what: &'static str, through: &'static str, text: &'static str| {
        [
            ("assembly", "harbour-county"),
            ("reference", "R-01"),
            ("what", what),
            ("through", through),
            ("text", text),
        ]
    };
    let none = house.post(&secretariat, "/staff/paper/words", &words("comment", "paper", " ")).await;
    assert_eq!(none.status, StatusCode::OK);
    let comment = words("comment", "phone", "My street still has no tree.");
    assert_eq!(house.post(&secretariat, "/staff/paper/words", &comment).await.status, StatusCode::SEE_OTHER);
    let story = "/a/harbour-county/recommendations/R-01";
    assert!(!public(&house, story).await.contains("no tree"), "it waits like any other");
    let about = store::EntryFilter { subject: Some("demo-r-01".to_owned()), ..store::EntryFilter::default() };
    let entered = house.app.store.entries("comment", &about).await.unwrap();
    let entered = entered.iter().find(|one| one.body.contains("no tree")).unwrap();
    let judged = [("decision", "publish"), ("revision", "1")];
    let done = house.post(&secretariat, &format!("/staff/comments/{}", entered.id), &judged).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let told = public(&house, story).await;
    assert!(
        told.contains("no tree") && told.contains("entered from the telephone by the secretariat"),
        "{told}"
    );
    let audit = house.app.store.latest(None, None, 20).await.unwrap();
    assert!(audit.iter().any(|entry| entry.kind == "comment.enter-phone"), "the log says so");
}

#[tokio::test]
async fn a_reply_on_paper_stands_in_the_public_history() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let filter = store::Filter { states: vec!["refused".to_owned()], ..store::Filter::default() };
    let refused =
        house.app.store.list(&filter, store::Order::Reference, None, 1).await.unwrap().items.remove(0);
    let fields = [
        ("assembly", "harbour-county"),
        ("reference", refused.reference.as_str()),
        ("what", "reply"),
        ("through", "paper"),
        ("text", "We do not agree, and we say why."),
    ];
    let done = house.post(&secretariat, "/staff/paper/words", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let story = format!("/a/harbour-county/recommendations/{}", refused.reference);
    let told = public(&house, &story).await;
    assert!(
        told.contains("We do not agree") && told.contains("entered from paper by the secretariat"),
        "{told}"
    );
    assert!(house.get(&spanish(), &story).await.body.contains("anotad"), "in Spanish too");
    let json =
        public(&house, &format!("/api/v1/assemblies/harbour-county/recommendations/{}", refused.reference))
            .await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["replies"].as_array().unwrap().iter().any(|one| one["through"] == "paper"), "{json}");
    let member = as_role(&house, Role::Member).await;
    assert_eq!(house.post(&member, "/staff/paper/words", &fields).await.status, StatusCode::FORBIDDEN);
}

/// A round of slips that is open, and scorecards of it: their codes.
async fn scorecards(house: &House, secretariat: &Visitor, many: &str) -> Vec<String> {
    let (from, until) = (house.app.today(), house.app.today().saturating_add(jiff::Span::new().days(20)));
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    let body = r#"{"name":"Paper","way":"slips"}"#.to_owned();
    let entry = store::Entry {
        id: "paper-round".into(),
        kind: "round".into(),
        assembly: Some("harbour-county".into()),
        from: Some(from),
        until: Some(until),
        body,
        ..store::Entry::default()
    };
    change.save_entry(entry, None).await.unwrap();
    change.open_scores("paper-round", &[("demo-r-01".to_owned(), [0; 11])]).await.unwrap();
    change.note("test", "round", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    let fields = [("many-paper-round", many), ("as-paper-round", "sheets")];
    let sheets = house.post(secretariat, "/staff/rounds/paper-round/slips", &fields).await.body;
    assert!(sheets.contains("0 · 1 · 2") && sheets.contains("R-01"), "{sheets}");
    let codes = sheets.split("<code class=\"boule-code\">").skip(1);
    codes.map(|part| part.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_scorecard_counts_once_whoever_sends_it() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let codes = scorecards(&house, &secretariat, "4").await;
    assert_eq!(codes.len(), 4);
    let wrong = house.post(&secretariat, "/staff/paper/ballot", &[("code", "none")]).await;
    assert!(wrong.body.contains("There is no scorecard with this code"), "{}", wrong.body);
    let opened = house.post(&secretariat, "/staff/paper/ballot", &[("code", codes[0].as_str())]).await;
    let ballot = format!("/ballot/{}", codes[0]);
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, ballot.as_str()));
    let asked = house.get(&secretariat, &ballot).await.body;
    assert!(asked.contains("for the member who holds it") && asked.contains("Hand in the member"), "{asked}");
    assert!(!asked.contains("Your scores") && !asked.contains("my scores"), "{asked}");
    let holder = house.get(&Visitor::default(), &ballot).await.body;
    assert!(holder.contains("Hand in my scores") && !holder.contains("for the member"), "{holder}");
    let unsaid = house.post(&secretariat, &ballot, &[("score-R-01", "7")]).await;
    assert!(unsaid.body.contains("Choose how it came"), "{}", unsaid.body);
    let entered = house.post(&secretariat, &ballot, &[("score-R-01", "7"), ("through", "paper")]).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/staff/paper?done=entered"));
    let late = house.post(&Visitor::default(), &ballot, &[("score-R-01", "1")]).await;
    assert_ne!(late.status, StatusCode::SEE_OTHER, "its holder comes too late");
    // And the other way round; a holder cannot say that it came on paper.
    let own = format!("/ballot/{}", codes[1]);
    let sent = house.post(&Visitor::default(), &own, &[("score-R-01", "3"), ("through", "paper")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let again = house.post(&secretariat, &own, &[("score-R-01", "3"), ("through", "phone")]).await;
    assert_ne!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(house.app.store.ballot_ways("paper-round").await.unwrap(), [(1, 1), (2, 1)]);
    let counted = house.app.store.scores("paper-round").await.unwrap();
    assert_eq!((counted[0].1[7], counted[0].1[3], counted[0].1.iter().sum::<u32>()), (1, 1, 2));
    let audit = house.app.store.latest(None, None, 20).await.unwrap();
    let lines: Vec<_> = audit.iter().filter(|entry| entry.kind == "ballot.enter").collect();
    assert_eq!(lines.len(), 1, "the log says that one was entered");
    assert!(!format!("{lines:?}").contains(&codes[0]), "and not which");
}

#[tokio::test]
async fn what_came_how_is_compared_in_public_and_few_are_not_told() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let page = public(&house, "/a/harbour-county/worth").await;
    assert!(page.contains("How it came in"), "{page}");
    let row = |page: &str| {
        let start = page.find("Comments</th>").unwrap();
        page[start..].split("</tr>").next().unwrap().to_owned()
    };
    for _ in 0..6 {
        let fields = [
            ("assembly", "harbour-county"),
            ("reference", "R-01"),
            ("what", "comment"),
            ("through", "paper"),
            ("text", "One more on paper."),
        ];
        house.post(&secretariat, "/staff/paper/words", &fields).await;
    }
    let told = row(&public(&house, "/a/harbour-county/worth").await);
    // Three came online: alone hidden they would be known, so that those on paper are hidden too.
    assert!(!told.contains('6') && !told.contains('3'), "{told}");
    assert_eq!(told.matches("fewer than 5").count(), 2, "{told}");
}
