//! Every route and every role: who gets in, and who does not.

use crate::common::{House, Visitor};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use server::access::Access;
use server::service;
use tracking::Role;

/// A route with something in the place of its parts: ids that are there, so that only access decides.
pub fn address(path: &str) -> String {
    path.replace("/staff/leaving/{person}", "/staff/leaving/sample-officer-water")
        .replace("/staff/elections/{entry}/{id}", "/staff/elections/election-harbour-county/demo-r-01")
        .replace("/elections/{entry}", "/elections/election-harbour-county")
        .replace("{entry}", "none")
        .replace("{form}", "comment")
        .replace("{post}", "parks-officer")
        .replace("/staff/people/{id}", "/staff/people/sample-member-2")
        .replace("/staff/r/{id}", "/staff/r/demo-r-01")
        .replace("{verb}", "add_evidence")
        .replace("/staff/threads/{id}", "/staff/threads/demo-thread-2")
        .replace("/staff/comments/{id}", "/staff/comments/demo-comment-3")
        .replace("/staff/rounds/{id}", "/staff/rounds/demo-round-3")
        .replace("{assembly}", "harbour-county")
        .replace("{reference}", "R-01")
        .replace("{edition}", "x")
        .replace("{name}", "boule.css")
        .replace("{tag}", "es")
        .replace("{token}", "none")
        .replace("{letter}", "none")
        .replace("{number}", "1")
        .replace("{round}", "1")
        .replace("{file}", "payments.csv")
        .replace("{part}", "draw")
        .replace("{*path}", "commit.json")
        .replace("{unit}", "parks")
        .replace("{external_id}", "theirs-1")
        .replace("{engagement}", "shade-1")
        .replace("{guide}", "officer")
        .replace("{year}", "2026")
        .replace("{bill}", "bill-harbour-county-bill-14--made-up-")
}

#[tokio::test]
async fn asvs_8_2_1_every_route_lets_in_whom_it_declares_and_nobody_else() {
    let house = House::full().await;
    let cast = house.cast().await;
    assert_eq!(cast.len(), 9);
    let routes = service::routes();
    let mut asked = 0;
    for route in routes.declared() {
        // Signing out would end the matrix, and the door for the second factor sends everybody on who is not half-way in:
        // both have tests of their own.
        if matches!(route.path, "/sign-out" | "/sign-in/code") {
            continue;
        }
        let path = address(route.path);
        assert!(!path.contains('{'), "{path}: what stands for its parts?");
        let nobody = ask(&house, &Visitor::default(), &route.method, &path).await;
        let open = route.access == Access::Public;
        assert_eq!(is_shut(nobody), !open, "{} {path} without a session: {nobody}", route.method);
        for (role, visitor) in &cast {
            let status = ask(&house, visitor, &route.method, &path).await;
            let may = match route.access {
                Access::Public | Access::SignedIn => true,
                Access::Any(roles) | Access::House(roles) => roles.contains(role),
                Access::Token(_) => false,
            };
            assert_eq!(is_shut(status), !may, "{} {path} as {role}: {status}", route.method);
            assert!(!status.is_server_error(), "{} {path} as {role}: {status}", route.method);
            asked += 1;
        }
    }
    assert!(asked > 300, "only {asked} were asked");
}

pub async fn ask(house: &House, visitor: &Visitor, method: &Method, path: &str) -> StatusCode {
    let answer = match *method {
        Method::GET => house.get(visitor, path).await,
        Method::PUT => {
            let request = Request::put(path).header(header::COOKIE, &visitor.cookie);
            house.send(request.body(Body::empty()).unwrap()).await
        }
        _ => house.post(visitor, path, &[]).await,
    };
    // To be sent to the door is to be shut out.
    if answer.location().starts_with("/sign-in?") { StatusCode::UNAUTHORIZED } else { answer.status }
}

fn is_shut(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[tokio::test]
async fn asvs_8_2_2_what_is_outside_ones_scope_is_not_there() {
    let house = House::full().await;
    let cast = house.cast().await;
    let officer = &cast.iter().find(|(role, _)| *role == Role::Officer).unwrap().1;
    let listed =
        house.app.store.list(&store::Filter::default(), store::Order::Reference, None, 100).await.unwrap();
    let (mut own, mut others) = (0, 0);
    for summary in listed.items {
        let status = house.get(officer, &format!("/staff/r/{}", summary.id)).await.status;
        match summary.unit.as_deref() {
            Some("parks") | None => {
                own += 1;
                assert_eq!(status, StatusCode::OK, "{}", summary.reference);
            }
            Some(_) => {
                others += 1;
                assert_eq!(status, StatusCode::NOT_FOUND, "{}", summary.reference);
            }
        }
    }
    assert!(own > 3 && others > 10, "{own} {others}");
}

#[tokio::test]
async fn what_the_rules_refuse_the_pages_refuse() {
    let house = House::full().await;
    let cast = house.cast().await;
    let listed =
        house.app.store.list(&store::Filter::default(), store::Order::Reference, None, 100).await.unwrap();
    let mut refused = 0;
    for (role, visitor) in cast.iter().filter(|(role, _)| *role != Role::Administrator) {
        for summary in listed.items.iter().step_by(9) {
            let stored = house.app.store.recommendation(&summary.id).await.unwrap().unwrap();
            let it = server::desk::read(&stored.body).unwrap();
            let person = person_of(&house, *role).await;
            for verb in tracking::Verb::ALL.iter().filter(|verb| **verb != tracking::Verb::Draft) {
                if it.allowed(&person, house.app.today()).contains(verb) {
                    continue;
                }
                let path = format!("/staff/r/{}/do/{}", summary.id, verb.key());
                let answer = house.post(visitor, &path, &[("reason", "because"), ("note", "a note")]).await;
                assert_ne!(
                    answer.status,
                    StatusCode::SEE_OTHER,
                    "{role} may not {verb} {}",
                    summary.reference
                );
                refused += 1;
            }
            let now = house.app.store.recommendation(&summary.id).await.unwrap().unwrap();
            assert_eq!(now, stored, "{} was changed", summary.reference);
        }
    }
    assert!(refused > 1000, "only {refused} were tried");
}

async fn person_of(house: &House, role: Role) -> tracking::Actor {
    let grants = house.app.store.grants(None).await.unwrap();
    // The one whom the link of the role signs in.
    let held = grants.iter().filter(|grant| grant.role == role.key());
    let person = held.min_by_key(|grant| grant.unit.as_deref() != Some("parks")).unwrap().person.clone();
    tracking::Actor {
        grants: server::session::grants(&house.app, &person).await.unwrap(),
        person,
        post: None,
        units: Vec::new(),
    }
}
