//! Every role held for another assembly only: nothing of the first assembly, and nothing of the whole house, may be done or read.

use std::collections::BTreeMap;

use crate::common::{House, Visitor};
use crate::routes::{address, ask};
use axum::http::{Method, StatusCode};
use server::access::Access;
use server::{link, service};
use store::{Grant, Holding, Person};
use tracking::Role;

const HERE: &str = "harbour-county";
const ELSEWHERE: &str = "elsewhere";
/// Roles of people: a program has a token.
const ROLES: [Role; 9] = [
    Role::Administrator,
    Role::Secretariat,
    Role::Coordinator,
    Role::Officer,
    Role::Approver,
    Role::Signatory,
    Role::Verifier,
    Role::Member,
    Role::Auditor,
];

/// Somebody with one role in one assembly, signed in.
async fn somebody(house: &House, role: Role, assembly: Option<&str>, unit: Option<&str>) -> Visitor {
    let app = &house.app;
    let id = format!("{}-{role}-{}", assembly.unwrap_or("house"), unit.unwrap_or("all"));
    let person = Person {
        email: Some(format!("{id}@town.example")),
        name: Some(id.clone()),
        ..house.app.store.people().await.unwrap().remove(0)
    };
    let person = Person { id: id.clone(), ..person };
    let grant = Grant {
        id: id.clone(),
        person: id.clone(),
        role: role.key().to_owned(),
        assembly: assembly.map(str::to_owned),
        unit: unit.map(str::to_owned),
        from: app.today(),
        until: None,
    };
    let mut change = app.store.change("test", app.now()).await.unwrap();
    change.save_person(&person).await.unwrap();
    change.save_grant(&grant).await.unwrap();
    let lasts = jiff::SignedDuration::from_hours(1);
    let link = link::make(app, &mut change, link::ENTER, Some(&id), lasts).await.unwrap();
    change.note("test", &id, &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    house.enter(&link).await
}

/// The demonstration beside another assembly, and everybody who has a role in the other one.
async fn two_assemblies() -> (House, BTreeMap<Role, Visitor>) {
    let house = House::full().await;
    let app = &house.app;
    let other = app.store.assembly(HERE).await.unwrap().unwrap();
    let names = BTreeMap::from([("en".to_owned(), "Another assembly".to_owned())]);
    let other = store::Assembly { id: ELSEWHERE.to_owned(), names, revision: 1, ..other };
    let mut change = app.store.change("test", app.now()).await.unwrap();
    change.save_assembly(&other, None).await.unwrap();
    change.note("test", ELSEWHERE, &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    let mut cast = BTreeMap::new();
    for role in ROLES {
        cast.insert(role, somebody(&house, role, Some(ELSEWHERE), None).await);
    }
    (house, cast)
}

async fn entries(house: &House) -> i64 {
    house.app.store.latest(None, None, 1).await.unwrap().first().map_or(0, |entry| entry.seq)
}

/// A route with ids of the first assembly, or of posts and people of the house, in the place of its parts.
fn place(path: &str) -> String {
    address(&path.replace("/staff/overload/{entry}", "/staff/overload/overload-1"))
}

/// Whether a page leads to what only the staff of the first assembly, or of the whole house, reads.
fn shows(body: &str) -> bool {
    let within = body.split("<main").nth(1).unwrap_or(body);
    let house = ["leaving", "posts", "people", "overload", "workload"];
    let shut = |address: &str| {
        let mut parts = address.split(['/', '?']);
        match (parts.next(), parts.next()) {
            (Some("r"), _) => true,
            (Some(first), Some(_)) if house.contains(&first) => true,
            _ => address.contains(HERE),
        }
    };
    let links = within.split("href=\"/staff/").skip(1);
    links.map(|rest| rest.split('"').next().unwrap_or_default()).any(shut)
}

#[tokio::test]
async fn asvs_8_2_2_a_role_in_another_assembly_opens_nothing_here() {
    let (house, cast) = two_assemblies().await;
    let sent = [
        ("assembly", HERE),
        ("unit", "parks"),
        ("post", "parks-officer"),
        ("pick", "demo-r-01"),
        ("recommendation", "demo-r-01"),
        ("verb", "assign"),
        ("sure", "yes"),
        ("hours", "1"),
        ("from-day", "1"),
        ("from-month", "3"),
        ("from-year", "2027"),
        ("on-day", "1"),
        ("on-month", "3"),
        ("on-year", "2027"),
        ("reason", "because"),
        ("text", "because"),
        ("name-en", "A name"),
        ("name", "A name"),
        ("id", "new-one"),
        ("role", "officer"),
        ("email", "eve@town.example"),
    ];
    let (mut asked, mut wrong) = (0, Vec::new());
    for route in service::routes().declared() {
        let (Access::Any(_) | Access::House(_)) = route.access else { continue };
        let (path, begun) = (place(route.path), entries(&house).await);
        for (role, visitor) in &cast {
            let answer = match route.method {
                Method::GET => house.get(visitor, &path).await,
                _ => house.post(visitor, &path, &sent).await,
            };
            let shut = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
            let house_wide = matches!(route.access, Access::House(_));
            // Whoever learns something keeps a record of their own.
            let own = route.path == "/staff/training";
            if !shut && (house_wide || shows(&answer.body)) || !own && entries(&house).await != begun {
                wrong.push(format!(
                    "{} {path} as {role}: {} {}",
                    route.method,
                    answer.status,
                    answer.location()
                ));
            }
            asked += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 300, "only {asked} were asked");
}

#[tokio::test]
async fn asvs_8_2_2_what_names_something_of_another_assembly_is_not_there() {
    let (house, cast) = two_assemblies().await;
    let mut asked = 0;
    for route in service::routes().declared() {
        let of_one =
            ["/staff/r/", "{assembly}", "/staff/threads/", "/staff/comments/", "/staff/elections/{entry}"];
        let of_one = of_one.iter().chain(&[
            "/staff/leaving/{",
            "/staff/posts/{",
            "/staff/overload/{",
            "/staff/workload/{",
        ]);
        let Access::Any(_) = route.access else { continue };
        if !of_one.into_iter().any(|part| route.path.contains(part)) {
            continue;
        }
        for (role, visitor) in &cast {
            let status = ask(&house, visitor, &route.method, &place(route.path)).await;
            let shut = matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
            assert!(shut, "{} {} as {role}: {status}", route.method, route.path);
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} were asked");
}

#[tokio::test]
async fn posts_are_looked_after_by_a_coordinator_of_the_house_or_of_their_unit() {
    let house = House::full().await;
    let parks = somebody(&house, Role::Coordinator, None, Some("parks")).await;
    let both = somebody(&house, Role::Coordinator, Some(HERE), Some("parks")).await;
    for (visitor, person, status) in [
        (&parks, "sample-officer-parks", StatusCode::OK),
        (&parks, "sample-officer-water", StatusCode::NOT_FOUND),
        (&both, "sample-officer-parks", StatusCode::NOT_FOUND),
    ] {
        let path = format!("/staff/leaving/{person}");
        assert_eq!(house.get(visitor, &path).await.status, status, "{person}");
        let listed = house.get(visitor, "/staff/leaving").await.body.contains(&path);
        assert_eq!(listed, status == StatusCode::OK, "{person}");
    }
    let before = house.app.store.holdings().await.unwrap();
    let path = "/staff/leaving/sample-officer-parks";
    let to = |post: &'static str| {
        [("last-day", "30"), ("last-month", "11"), ("last-year", "2026"), ("heir-parks-officer", post)]
    };
    let beyond = house.post(&parks, path, &to("post:water-officer")).await;
    assert_eq!(beyond.status, StatusCode::NOT_FOUND, "a post of another unit");
    assert_eq!(house.post(&parks, path, &to("post:parks-head")).await.status, StatusCode::OK);

    // Whoever holds a post or a role in another unit too goes with that unit's coordinator only.
    let app = &house.app;
    let also = Holding {
        id: "also".to_owned(),
        post: "water-officer".to_owned(),
        person: "sample-officer-parks".to_owned(),
        from: app.today(),
        until: None,
    };
    let mut change = app.store.change("test", app.now()).await.unwrap();
    change.save_holding(&also).await.unwrap();
    change.note("test", "also", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(house.get(&parks, path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.store.holdings().await.unwrap().len(), before.len() + 1);
}
