//! The door: attendance marked, tables mended, payments; and what everybody reads of programme and draw.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use store::Publication;
use tracking::Role;

const ROUNDS: &str = "round,table,seats\n1,A,4\n1,B,4\n2,A,4\n2,B,4\n";

/// Publishes the sittings of eight members, a programme and a draw for the demonstration's assembly; gives its id.
async fn published(house: &House) -> String {
    let members = "id\nP1\nP2\nP3\nP4\nP5\nP6\nP7\nP8\n";
    published_with(house, &[("members.csv", members)]).await
}

/// The same with these files about the members.
async fn published_with(house: &House, about: &[(&'static str, &str)]) -> String {
    let id = house.app.store.assemblies().await.unwrap()[0].id.clone();
    let mut allocation = "round,table,member\n".to_owned();
    for (round, table, members) in [(1, "A", 1..=4), (1, "B", 5..=8), (2, "A", 1..=4), (2, "B", 5..=8)] {
        members.for_each(|m| allocation += &format!("{round},{table},P{m}\n"));
    }
    let files = [
        ("sitting", "rounds.csv", ROUNDS),
        ("sitting", "allocation.csv", &allocation),
        ("sitting", "constraints.csv", "kind,round,members,tables\napart,,P4;P5,\n"),
        ("sitting", "blocks.csv", "block,quorum,pay\n1,75%,45.00\n"),
        ("sitting", "expenses.csv", "member,block,amount\nP1,,12.40\n"),
        ("sitting", "staff-rota.csv", "round,table,role,staff\n1,A,facilitator,F7\n"),
        (
            "programme",
            "programme.csv",
            "date,start,end,room,block,title,phase,speakers\n2027-03-01,09:30,11:00,Great Hall,b,The case for,learn,Dr Ada Example\n",
        ),
        ("programme", "calendar.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("draw", "commit.json", "{}"),
    ];
    let about = about.iter().map(|(path, text)| ("sitting", *path, *text));
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    for (part, path, text) in files.into_iter().chain(about) {
        let file = Publication {
            assembly: id.clone(),
            part: part.to_owned(),
            path: path.to_owned(),
            is_open: part != "sitting",
            revision: 0,
            media: "text/calendar".to_owned(),
            sha256: String::new(),
            published_at: house.app.now(),
        };
        change.publish(&file, text.as_bytes().to_vec(), None).await.unwrap();
    }
    change.note("test", &id, &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    id
}

async fn secretary(house: &House) -> Visitor {
    let cast = house.cast().await;
    cast.into_iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1
}

#[tokio::test]
async fn who_came_is_marked_and_tables_are_mended() {
    let house = House::full().await;
    let id = published(&house).await;
    let secretary = secretary(&house).await;
    let list = house.get(&secretary, "/staff/sittings").await;
    assert!(list.body.contains(&format!("/staff/sittings/{id}")), "{}", list.body);
    let round = format!("/staff/sittings/{id}/rounds/1");
    let door = house.get(&secretary, &round).await;
    assert_eq!(door.status, StatusCode::OK, "{}", door.body);
    assert!(door.body.contains("P8") && door.body.contains("table B") && !door.body.contains("/mend"));
    let tables = house.get(&secretary, &format!("{round}/tables")).await;
    assert!(tables.body.contains("P1, P2, P3, P4") && tables.body.contains("F7"), "{}", tables.body);

    // Three of table B do not come: one of table A moves there, and P4 must not sit with P5.
    for member in ["P6", "P7", "P8"] {
        let marked = house.post(&secretary, &round, &[("away", member), ("q", "p")]).await;
        assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.body);
        assert_eq!(marked.location(), format!("{round}?q=p#m-{member}"));
    }
    let door = house.get(&secretary, &format!("{round}?q=p7")).await;
    assert!(door.body.contains("Take the mark back") && !door.body.contains("id=\"m-P1\""));
    assert!(door.body.contains("5 came; 6 are needed to decide: too few."), "{}", door.body);
    let mended = house.post(&secretary, &format!("{round}/mend"), &[]).await;
    assert_eq!(mended.location(), format!("{round}/tables?done=mend"), "{}", mended.body);
    let allocation = house.get(&secretary, &format!("/staff/sittings/{id}/files/allocation.csv")).await.body;
    let of = |table: &str| -> Vec<String> {
        let start = format!("1,{table},");
        allocation.lines().filter_map(|line| line.strip_prefix(&start).map(str::to_owned)).collect()
    };
    let (a, b) = (of("A"), of("B"));
    assert_eq!((a.len(), b.len()), (3, 2), "{allocation}");
    assert!(a.contains(&"P4".to_owned()) && b.contains(&"P5".to_owned()), "{allocation}");
    assert!(allocation.contains("2,B,P8"), "other rounds stay");

    let payments = house.get(&secretary, &format!("/staff/sittings/{id}/files/payments.csv")).await.body;
    assert!(payments.contains("P1,total,45.00,12.40,57.40"), "{payments}");
    assert!(!payments.contains("P7,1,"), "{payments}");
    let attended = house.get(&secretary, &format!("/staff/sittings/{id}/files/attendance.csv")).await.body;
    assert!(attended.starts_with("round,member,present\n1,P1,yes\n") && attended.contains("1,P8,no\n"));

    house.post(&secretary, &round, &[("unmark", "P6")]).await;
    house.post(&secretary, &round, &[("came", "P7")]).await;
    let marks = house.app.store.marks(&id).await.unwrap();
    let marks: Vec<_> = marks.iter().map(|mark| (mark.member.as_str(), mark.present)).collect();
    assert_eq!(marks, [("P7", true), ("P8", false)]);
    assert!(house.app.store.verify().await.unwrap().broken.is_empty());
    let nobody = house.post(&secretary, &round, &[("came", "P99")]).await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tables_are_mended_so_that_they_mirror_those_who_came() {
    // Four come: P1, P2, P3 at table A, and P5, alone at table B. Half of them have each value, so whoever has the value of P5
    // at table A has to stay there, and one of the two others moves.
    let mended = async |mode: &str, stays: usize| {
        let house = House::full().await;
        let rows: String =
            (1..=8).map(|m| format!("P{m},{}\n", if m == stays || m == 5 { 1 } else { 2 })).collect();
        let modes = format!("feature,mode,weight\nfondness,{mode},1\n");
        let about = [("members.csv", &*format!("id,fondness\n{rows}")), ("features.csv", &*modes)];
        let id = published_with(&house, &about).await;
        let (secretary, round) = (secretary(&house).await, format!("/staff/sittings/{id}/rounds/1"));
        for member in ["P4", "P6", "P7", "P8"] {
            house.post(&secretary, &round, &[("away", member)]).await;
        }
        let mended = house.post(&secretary, &format!("{round}/mend"), &[]).await;
        assert_eq!(mended.status, StatusCode::SEE_OTHER, "{}", mended.body);
        let door = house.get(&secretary, &round).await.body;
        assert!(!door.contains("fondness"), "nobody at the door sees what people are like");
        let file = format!("/staff/sittings/{id}/files/allocation.csv");
        let allocation = house.get(&secretary, &file).await.body;
        let mover = (1..=3).find(|m| allocation.contains(&format!("1,B,P{m}\n")));
        mover.unwrap_or_else(|| panic!("{allocation}"))
    };
    for stays in 1..=3 {
        assert_ne!(mended("spread", stays).await, stays);
    }
    let blind = mended("ignore", 1).await;
    for stays in 2..=3 {
        assert_eq!(mended("ignore", stays).await, blind, "without features it is one and the same");
    }
}

#[tokio::test]
async fn only_the_secretariat_sees_who_came() {
    let house = House::full().await;
    let id = published(&house).await;
    for (role, visitor) in house.cast().await {
        for page in ["", "/rounds/1", "/rounds/1/tables", "/files/payments.csv", "/files/allocation.csv"] {
            let answer = house.get(&visitor, &format!("/staff/sittings/{id}{page}")).await;
            let open = role == Role::Secretariat;
            assert_eq!(answer.status == StatusCode::OK, open, "{role:?} {page}");
            assert_eq!(answer.body.contains("P8"), open && !page.is_empty(), "{role:?} {page}");
        }
    }
    for path in
        ["sitting/members.csv", "sitting/allocation.csv", "draw/../sitting/members.csv", "draw/none.json"]
    {
        let answer = house.get(&Visitor::default(), &format!("/a/{id}/files/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn everybody_reads_programme_calendar_and_record() {
    let house = House::full().await;
    let id = house.app.store.assemblies().await.unwrap()[0].id.clone();
    let nobody = Visitor::default();
    for page in ["programme", "draw"] {
        assert_eq!(house.get(&nobody, &format!("/a/{id}/{page}")).await.status, StatusCode::NOT_FOUND);
    }
    published(&house).await;
    let home = house.get(&nobody, &format!("/a/{id}")).await;
    assert!(
        home.body.contains(&format!("/a/{id}/programme")) && home.body.contains(&format!("/a/{id}/draw"))
    );
    let programme = house.get(&nobody, &format!("/a/{id}/programme")).await;
    for words in
        ["The case for", "Great Hall", "09:30–11:00", "1 March 2027", "Dr Ada Example", "calendar.ics"]
    {
        assert!(programme.body.contains(words), "{words}: {}", programme.body);
    }
    let calendar = house.get(&nobody, &format!("/a/{id}/files/programme/calendar.ics")).await;
    assert_eq!(
        (calendar.status, calendar.headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "text/calendar")
    );
    assert!(calendar.body.starts_with("BEGIN:VCALENDAR"));
    let again = axum::http::Request::get(format!("/a/{id}/files/programme/calendar.ics"))
        .header("if-none-match", &calendar.headers["etag"])
        .body(axum::body::Body::empty())
        .unwrap();
    let again = house.send(again).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let draw = house.get(&nobody, &format!("/a/{id}/draw")).await;
    // SHA-256 of the two bytes {}.
    assert!(draw.body.contains("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
    assert!(draw.body.contains("has not been drawn yet") && !draw.body.contains("declared void"));
}

#[tokio::test]
async fn the_draws_page_says_how_it_stands() {
    let house = House::full().await;
    let id = published(&house).await;
    let page = async |language: &str| {
        let reader = Visitor { cookie: format!("language={language}"), csrf: String::new() };
        house.get(&reader, &format!("/a/{id}/draw")).await.body
    };
    let publish = async |path: &str, text: &str| {
        let file = Publication {
            assembly: id.clone(),
            part: "draw".to_owned(),
            path: path.to_owned(),
            is_open: true,
            revision: 0,
            media: "application/json".to_owned(),
            sha256: String::new(),
            published_at: house.app.now(),
        };
        let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
        change.publish(&file, text.as_bytes().to_vec(), None).await.unwrap();
        change.note("test", &id, &serde_json::json!({})).await.unwrap();
        change.commit().await.unwrap();
    };
    publish("attempts/1/void.json", r#"{"reason":"the hall was <flooded>"}"#).await;
    let earlier = "Attempt 1 was declared void before it was drawn. The reason given: the hall was";
    let told = page("en").await;
    assert!(told.contains(earlier) && told.contains("has not been drawn yet"), "{told}");
    assert!(!told.contains("<flooded>"), "no word of a file is markup");
    assert!(page("es").await.contains("aún no se ha sorteado"));
    publish("void.json", r#"{"reason":"a quota was mistyped"}"#).await;
    let told = page("en").await;
    assert!(told.contains("is never drawn. The reason given: a quota was mistyped"), "{told}");
    assert!(!told.contains("has not been drawn yet"));
    publish("attempts/2/void.json", r#"{"reason":"a quota was mistyped"}"#).await;
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    change.withdraw(&id, "draw", "void.json").await.unwrap();
    change.note("test", &id, &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    publish("draw.json", "{}").await;
    let told = page("en").await;
    assert!(
        told.contains(earlier) && told.contains("Attempt 2") && told.contains("was drawn from this lottery")
    );
    assert!(!told.contains("has not been drawn yet") && !told.contains("is never drawn"));
}

#[tokio::test]
async fn the_door_stays_shut_until_the_first_session_is_opened() {
    let house = House::full().await;
    let id = published(&house).await;
    let secretary = secretary(&house).await;
    let kept = server::before::MANDATES.about(&house.app, &id).await.unwrap().unwrap();
    let shut = tracking::Mandate { opening: None, ..kept.value };
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    server::before::MANDATES.keep(&mut change, kept.entry, &shut, "shut").await.unwrap();
    change.commit().await.unwrap();
    let round = format!("/staff/sittings/{id}/rounds/1");
    let door = house.get(&secretary, &round).await;
    assert!(
        door.body.contains("The first session is not open yet") && !door.body.contains("P8"),
        "{}",
        door.body
    );
    for (path, fields) in [(round.clone(), vec![("came", "P1")]), (format!("{round}/mend"), Vec::new())] {
        assert_eq!(house.post(&secretary, &path, &fields).await.status, StatusCode::CONFLICT, "{path}");
    }
    assert_eq!(house.app.store.marks(&id).await.unwrap(), [], "nobody was marked");
}
