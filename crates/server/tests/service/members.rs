//! The members' side: links by number, questions that become public with their answer, comments, ballots without names.

use crate::common::{House, Visitor};
use axum::http::{StatusCode, header};
use tracking::Role;

const STORY: &str = "/a/harbour-county/recommendations/R-01";
const TALK: &str = "/staff/r/demo-r-01";
const SCORES: &str = "/a/harbour-county/scores";

async fn as_role(house: &House, role: Role) -> Visitor {
    house.cast().await.into_iter().find(|(one, _)| *one == role).unwrap().1
}

async fn public(house: &House, path: &str) -> String {
    house.get(&Visitor::default(), path).await.body
}

/// The lines of a table that was sent, without its header, cell by cell.
fn rows(csv: &str) -> Vec<Vec<String>> {
    csv.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Follows a member's link and chooses a password.
async fn join(house: &House, link: &str, password: &str) -> crate::common::Answer {
    let path = link.strip_prefix(&house.app.settings.url).unwrap();
    house.post(&Visitor::default(), path, &[("password", password), ("repeated", password)]).await
}

#[tokio::test]
async fn a_member_gets_in_by_number_and_nothing_else_is_known_of_them() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let fields = [("assembly", "harbour-county"), ("numbers", "1-3, P7"), ("as", "csv")];
    let table = house.post(&secretariat, "/staff/members", &fields).await;
    assert_eq!(table.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    let made = rows(&table.body);
    assert_eq!(made.len(), 4);
    assert_eq!((made[3][0].as_str(), made[3][1].as_str()), ("P7", "harbour-county-p7"));
    let password = "a long walk to the harbour";
    let entered = join(&house, &made[0][2], password).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/staff"), "{}", entered.body);
    let again = join(&house, &made[0][2], password).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND, "it works once");
    let fields = [("email", "Harbour-County-1"), ("password", password)];
    let back = house.post(&Visitor::default(), "/sign-in", &fields).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/staff"));
    let member = house.signed_in(&back).await;
    assert_eq!(house.get(&member, TALK).await.status, StatusCode::OK);
    // A new list ends the links of the old one that were not used, and makes no second account.
    let fields = [("assembly", "harbour-county"), ("numbers", "1-2"), ("as", "csv")];
    let renewed = rows(&house.post(&secretariat, "/staff/members", &fields).await.body);
    assert_eq!(join(&house, &made[1][2], password).await.status, StatusCode::NOT_FOUND);
    assert_eq!(join(&house, &renewed[1][2], password).await.status, StatusCode::SEE_OTHER);
    let people = house.app.store.people().await.unwrap();
    let own = people
        .iter()
        .filter(|one| one.email.as_deref().is_some_and(|name| name.starts_with("harbour-county-")));
    assert_eq!(own.count(), 4);
    let printed = [("assembly", "harbour-county"), ("numbers", "9"), ("as", "print")];
    let printed = house.post(&secretariat, "/staff/members", &printed).await.body;
    assert!(printed.contains("harbour-county-9") && printed.contains("/link/"), "{printed}");
}

#[tokio::test]
async fn numbers_that_are_none_are_named_and_nothing_is_made() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let before = house.app.store.people().await.unwrap().len();
    for (numbers, words) in
        [("7, a@b", "Not understood: a@b"), ("", "Give the numbers"), ("1-600 700-1299", "1200")]
    {
        let fields = [("assembly", "harbour-county"), ("numbers", numbers)];
        let answer = house.post(&secretariat, "/staff/members", &fields).await;
        assert!(answer.status == StatusCode::OK && answer.body.contains(words), "{numbers}: {}", answer.body);
    }
    let elsewhere = [("assembly", "nowhere"), ("numbers", "1")];
    assert!(
        house.post(&secretariat, "/staff/members", &elsewhere).await.body.contains("Choose the assembly")
    );
    assert_eq!(house.app.store.people().await.unwrap().len(), before);
}

/// The addresses of questions on a page.
fn threads(page: &str) -> Vec<String> {
    let rest = page.split("href=\"/staff/threads/").skip(1);
    rest.map(|rest| format!("/staff/threads/{}", rest.split('"').next().unwrap())).collect()
}

#[tokio::test]
async fn a_question_is_public_with_its_answer_and_a_task_until_then() {
    let house = House::full().await;
    let cast = house.cast().await;
    let of = |role: Role| cast.iter().find(|(one, _)| *one == role).unwrap().1.clone();
    let (member, secretariat) = (of(Role::Member), of(Role::Secretariat));
    let known = threads(&house.get(&member, &format!("{TALK}/talk")).await.body);
    let question = "Who waters the trees in August?";
    let asked = house.post(&member, &format!("{TALK}/ask"), &[("question", question)]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = house.get(&member, &format!("{TALK}/talk")).await.body;
    let thread = threads(&page).into_iter().find(|one| !known.contains(one)).unwrap();
    let story = public(&house, STORY).await;
    assert!(!story.contains(question), "not before the answer");
    assert!(story.contains("has been waiting for the department since 22 November 2026"));
    let coordinator = of(Role::Coordinator);
    assert!(house.get(&coordinator, "/staff").await.body.contains(question), "a task for the other side");
    assert!(!house.get(&secretariat, "/staff").await.body.contains(question), "and not for this one");
    let empty = house.post(&coordinator, &thread, &[("text", " ")]).await;
    assert!(empty.status == StatusCode::OK && empty.body.contains("Write something"));
    let answer = "The water company does.";
    assert_eq!(
        house.post(&coordinator, &thread, &[("text", answer), ("revision", "1")]).await.status,
        StatusCode::SEE_OTHER
    );
    let story = public(&house, STORY).await;
    assert!(story.contains(question) && story.contains(answer) && story.contains("A member of the assembly"));
    assert!(story.contains("Coordinator of recommendations"), "the post answers");
    let late = house.post(&secretariat, &thread, &[("text", "Me too."), ("revision", "1")]).await;
    assert!(
        late.body.contains("Somebody else has changed") && late.body.contains("Me too."),
        "nothing is lost"
    );
    let aside = format!("{thread}/aside");
    let decided = house.post(&secretariat, &aside, &[("reason", "It is old.")]).await;
    assert!(decided.body.contains("decided already"), "an answered one stays");
}

#[tokio::test]
async fn what_is_set_aside_stays_hidden_and_its_reason_is_public() {
    let house = House::full().await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let path = "/staff/threads/demo-thread-2";
    let question = "Which office decides";
    assert!(house.get(&secretariat, path).await.body.contains(question));
    let no_reason = house.post(&secretariat, &format!("{path}/aside"), &[]).await;
    assert!(no_reason.body.contains("Give the reason"));
    let reason = "It is answered in the minutes.";
    let done = house.post(&secretariat, &format!("{path}/aside"), &[("reason", reason)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let story = public(&house, STORY).await;
    assert!(story.contains(reason) && !story.contains(question));
}

#[tokio::test]
async fn a_comment_is_public_when_it_is_published_and_a_refusal_says_why() {
    let house = House::full().await;
    let cast = house.cast().await;
    let of = |role: Role| cast.iter().find(|(one, _)| *one == role).unwrap().1.clone();
    let (member, secretariat, officer) = (of(Role::Member), of(Role::Secretariat), of(Role::Officer));
    let words = "The bench at the clinic is gone.";
    assert_eq!(
        house.post(&member, &format!("{TALK}/comment"), &[("comment", words)]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!public(&house, STORY).await.contains(words));
    assert!(
        !house.get(&officer, &format!("{TALK}/talk")).await.body.contains(words),
        "nobody else reads it yet"
    );
    assert!(house.get(&member, &format!("{TALK}/talk")).await.body.contains(words), "the writer does");
    let list = house.get(&secretariat, "/staff/comments").await.body;
    let before = list.split(words).next().unwrap();
    let path = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
    assert!(house.post(&secretariat, &path, &[]).await.body.contains("Choose whether"));
    assert!(
        house.post(&secretariat, &path, &[("decision", "refuse")]).await.body.contains("Give the reason")
    );
    assert_eq!(
        house.post(&secretariat, &path, &[("decision", "publish")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(public(&house, STORY).await.contains(words));
    let refuse = [("decision", "refuse"), ("reason", "It is about a shop.")];
    assert!(house.post(&secretariat, &path, &refuse).await.body.contains("decided already"));
    let other = "/staff/comments/demo-comment-3";
    assert_eq!(house.post(&secretariat, other, &refuse).await.status, StatusCode::SEE_OTHER);
    let story = public(&house, STORY).await;
    assert!(story.contains("It is about a shop.") && !story.contains("Two of them have no water"));
    assert!(!story.contains("neighbour at number 12"));
}

/// Opens a round that lasts for ten days from today, and gives its id.
async fn open(house: &House, secretariat: &Visitor, way: &str) -> String {
    // The demonstration's own round is over first.
    house.later(60 * 24 * 40);
    let secretariat_again = if house.get(secretariat, "/staff").await.status == StatusCode::OK {
        secretariat.clone()
    } else {
        as_role(house, Role::Secretariat).await
    };
    let (from, until) =
        (house.app.today(), house.app.today().checked_add(jiff::Span::new().days(10)).unwrap());
    let part = |n: i16| n.to_string();
    let (fd, fm, fy) = (part(from.day().into()), part(from.month().into()), part(from.year()));
    let (ud, um, uy) = (part(until.day().into()), part(until.month().into()), part(until.year()));
    let fields = [
        ("assembly", "harbour-county"),
        ("name", "Test"),
        ("way", way),
        ("from-day", fd.as_str()),
        ("from-month", fm.as_str()),
        ("from-year", fy.as_str()),
        ("until-day", ud.as_str()),
        ("until-month", um.as_str()),
        ("until-year", uy.as_str()),
    ];
    let opened = house.post(&secretariat_again, "/staff/rounds", &fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.body);
    let rounds = house.app.store.entries("round", &store::EntryFilter::default()).await.unwrap();
    rounds.into_iter().find(|round| round.body.contains("\"Test\"")).unwrap().id
}

#[tokio::test]
async fn ballots_on_paper_are_counted_once_and_shown_when_the_round_is_over() {
    let house = House::full().await;
    let first = as_role(&house, Role::Secretariat).await;
    let id = open(&house, &first, "slips").await;
    let secretariat = as_role(&house, Role::Secretariat).await;
    let (many, form) = (format!("many-{id}"), format!("as-{id}"));
    let path = format!("/staff/rounds/{id}/slips");
    let too_many = house.post(&secretariat, &path, &[(&many, "121")]).await;
    assert!(too_many.body.contains("There are fewer members"), "{}", too_many.body);
    let table = house.post(&secretariat, &path, &[(&many, "7"), (&form, "csv")]).await;
    let links = rows(&table.body);
    assert_eq!(links.len(), 7, "{}", table.body);
    let nobody = Visitor::default();
    let before = house.app.store.latest(None, None, 1).await.unwrap()[0].seq;
    for (place, link) in links.iter().take(6).enumerate() {
        let path = link[0].strip_prefix(&house.app.settings.url).unwrap();
        if place == 0 {
            let wrong = house.post(&nobody, path, &[("score-R-01", "11")]).await;
            assert!(wrong.body.contains("“11” is no score"), "{}", wrong.body);
            assert!(house.post(&nobody, path, &[]).await.body.contains("Score at least one"));
        }
        // Six for R-01, three for R-02, five for R-03.
        let score = place.to_string();
        let mut fields = vec![("score-R-01", score.as_str())];
        fields.extend((place < 3).then_some(("score-R-02", "9")));
        fields.extend((place < 5).then_some(("score-R-03", "4")));
        let cast = house.post(&nobody, path, &fields).await;
        assert_eq!(
            (cast.status, cast.location()),
            (StatusCode::SEE_OTHER, "/a/harbour-county/scores?done=ballot")
        );
        let again = house.post(&nobody, path, &fields).await;
        assert!(again.body.contains("has been counted"), "{}", again.body);
    }
    assert_eq!(house.app.store.latest(None, None, 1).await.unwrap()[0].seq, before, "nothing in the log");
    assert!(public(&house, SCORES).await.contains("Scores are shown when the round is over."));
    assert!(!public(&house, STORY).await.contains(">Test</th>"));
    house.later(60 * 24 * 11);
    let page = public(&house, SCORES).await;
    assert!(page.contains("6 of 7 ballots came in"), "{page}");
    let own = page.split("Round Test").nth(1).unwrap().split("<h2").next().unwrap();
    // 0+1+2+3+4+5 = 15, 3 times 9, 5 times 4: 62 of 14 answers.
    assert!(own.contains("mean 4.4, median 4.0"), "{own}");
    let cells = |reference: &str| {
        own.split(&format!("recommendations/{reference}\""))
            .nth(1)
            .unwrap()
            .split("</tr>")
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(cells("R-01").contains(">2.5<") && cells("R-01").contains(">6<"), "{}", cells("R-01"));
    for reference in ["R-02", "R-03"] {
        // Three answers; and the five beside them, which the total would give away.
        assert!(cells(reference).contains("not shown"), "{}", cells(reference));
    }
    assert!(public(&house, STORY).await.contains(">Test</th>"));
    let late = links[6][0].strip_prefix(&house.app.settings.url).unwrap();
    assert!(house.post(&nobody, late, &[("score-R-01", "1")]).await.body.contains("is over"));
}

#[tokio::test]
async fn a_member_takes_one_ballot_a_round() {
    let house = House::full().await;
    let member = as_role(&house, Role::Member).await;
    let path = "/staff/rounds/demo-round-3/ballot";
    let taken = house.post(&member, path, &[]).await;
    let link = taken.body.split("/ballot/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(link.len(), 43);
    assert_eq!(house.get(&Visitor::default(), &format!("/ballot/{link}")).await.status, StatusCode::OK);
    let again = house.post(&member, path, &[]).await;
    assert!(again.body.contains("taken your ballot of this round already"));
    assert_eq!(house.app.store.ballots("demo-round-3").await.unwrap(), (1, 0));
    let over = house.post(&member, "/staff/rounds/demo-round-1/ballot", &[]).await;
    assert!(over.body.contains("not open, or its ballots are on paper"));
    assert_eq!(house.get(&member, "/ballot/none").await.status, StatusCode::NOT_FOUND);
}
