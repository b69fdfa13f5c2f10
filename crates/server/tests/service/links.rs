//! Every link on every page leads somewhere: no dead end, and nothing that is offered and then refused.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{House, Visitor};
use axum::http::{Method, StatusCode};
use server::secret::fingerprint;
use server::service;
use tracking::Role;

/// How many addresses of one route are opened for one visitor.
const OF_EACH: usize = 12;

/// The addresses to which a page leads on this service, with what stands behind `#`.
fn links(body: &str) -> BTreeSet<String> {
    let quoted = body.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let plain = |link: &str| link.replace("&#38;", "&").replace("&amp;", "&");
    quoted.map(plain).filter(|link| link.starts_with('/') || link.starts_with('#')).collect()
}

/// Whether an address is one of a route's.
fn is_of(route: &str, path: &str) -> bool {
    let (mut parts, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.starts_with("{*") => return true,
            (Some(part), Some(one)) if part == one || part.starts_with('{') && !one.is_empty() => {}
            _ => return false,
        }
    }
}

/// The route of an address: of several that fit the one with the fewest parts left open.
fn route(path: &str) -> &'static str {
    let routes = service::routes();
    let pages = routes.declared().iter().filter(|route| route.method == Method::GET).map(|route| route.path);
    pages.filter(|route| is_of(route, path)).min_by_key(|route| route.matches('{').count()).unwrap_or("none")
}

/// Opens everything that can be reached by links, a few of each route, and says what is wrong with it.
async fn walk(house: &House, who: &str, visitor: &Visitor, wrong: &mut BTreeSet<String>) -> usize {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut of_route: BTreeMap<&str, usize> = BTreeMap::new();
    let mut routes: BTreeMap<String, &str> = BTreeMap::new();
    let starts: &[&str] = if visitor.cookie.is_empty() { &["/"] } else { &["/", "/staff", "/account"] };
    let mut next: BTreeSet<(String, String)> =
        starts.iter().map(|path| ((*path).to_owned(), "the start".to_owned())).collect();
    let (mut bodies, mut places) = (BTreeMap::new(), BTreeSet::new());
    let mut opened = 0;
    while !next.is_empty() {
        // Not the first of each kind, but some from anywhere in the lists.
        let mut level: Vec<(String, String)> = std::mem::take(&mut next).into_iter().collect();
        level.sort_by_key(|(link, _)| fingerprint(link.as_bytes()));
        for (link, from) in level {
            let (address, place) = link.split_once('#').unwrap_or((&link, ""));
            let path = address.split('?').next().unwrap().to_owned();
            if !place.is_empty() {
                places.insert((address.to_owned(), place.to_owned(), from.clone()));
            }
            // The language of the page would change under the walk.
            if path.starts_with("/language/") || !seen.insert(address.to_owned()) {
                continue;
            }
            let route = *routes.entry(path.clone()).or_insert_with(|| route(&path));
            let count = of_route.entry(route).or_default();
            if *count >= OF_EACH {
                continue;
            }
            *count += 1;
            opened += 1;
            let answer = house.get(visitor, address).await;
            let is_page = answer.status == StatusCode::OK || answer.status.is_redirection();
            if !is_page || answer.location().starts_with("/sign-in?") {
                wrong.insert(format!("{who}: {} {address} on {from}", answer.status));
                continue;
            }
            if answer.status.is_redirection() {
                next.insert((answer.location().to_owned(), path));
                continue;
            }
            if !answer.headers["content-type"].to_str().unwrap().starts_with("text/html") {
                continue;
            }
            for link in links(&answer.body) {
                match link.strip_prefix('#') {
                    Some(anchor) if !answer.body.contains(&format!("id=\"{anchor}\"")) => {
                        wrong.insert(format!("{who}: no place {link} on {path}"));
                    }
                    Some(_) => {}
                    None => drop(next.insert((link, path.clone()))),
                }
            }
            bodies.insert(address.to_owned(), answer.body);
        }
    }
    for (address, place, from) in places {
        if bodies.get(&address).is_some_and(|body| !body.contains(&format!("id=\"{place}\""))) {
            wrong.insert(format!("{who}: no place #{place} on {address}, from {from}"));
        }
    }
    opened
}

#[tokio::test]
async fn no_link_leads_to_nothing_or_to_a_locked_door() {
    let house = House::full().await;
    let mut wrong = BTreeSet::new();
    let mut opened = walk(&house, "nobody", &Visitor::default(), &mut wrong).await;
    for (role, visitor) in house.cast().await {
        opened += walk(&house, role.key(), &visitor, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(opened > 500, "only {opened} pages were opened");
}

/// The same roles for one assembly only.
async fn within_one_assembly(house: &House) {
    let grants = house.app.store.grants(None).await.unwrap();
    let mut change = house.app.store.change("test", house.app.now()).await.unwrap();
    for mut grant in grants {
        let (today, id) = (grant.from, grant.id.clone());
        if grant.assembly.is_some() {
            continue;
        }
        grant.until = Some(today);
        change.save_grant(&grant).await.unwrap();
        let one = Some("harbour-county".to_owned());
        let narrow = store::Grant { id: format!("{id}-narrow"), assembly: one, until: None, ..grant };
        change.save_grant(&narrow).await.unwrap();
    }
    change.note("test", "grants", &serde_json::json!({})).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test]
async fn whoever_has_a_role_for_one_assembly_is_offered_nothing_of_the_house() {
    let house = House::full().await;
    let cast = house.cast().await;
    within_one_assembly(&house).await;
    let mut wrong = BTreeSet::new();
    for (role, visitor) in &cast {
        walk(&house, &format!("{} of one assembly", role.key()), visitor, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    let menu =
        house.get(&cast.iter().find(|(role, _)| *role == Role::Auditor).unwrap().1, "/staff").await.body;
    assert!(!menu.contains("/staff/audit\"") && menu.contains("/staff/recommendations\""));
}

#[tokio::test]
async fn the_first_page_of_the_first_administrator_says_what_to_do_first() {
    let house = House::empty("http://boule.example").await;
    let link = server::link::first(&house.app).await.unwrap().unwrap();
    let path = link.strip_prefix("http://boule.example").unwrap();
    let secret = "a heron in the harbour";
    let fields = [("name", "Ada"), ("email", "ada@town.example"), ("password", secret), ("repeated", secret)];
    let answer = house.post(&Visitor::default(), path, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let administrator = house.signed_in(&answer).await;
    let page = house.get(&administrator, "/staff").await.body;
    for words in
        ["What to do first", "href=\"/staff/assemblies\"", "href=\"/staff/units\"", "href=\"/staff/people\""]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("When a recommendation needs you"), "nothing that never comes");
    let full = House::full().await;
    let cast = full.cast().await;
    let known = &cast.iter().find(|(role, _)| *role == Role::Administrator).unwrap().1;
    let page = full.get(known, "/staff").await.body;
    assert!(!page.contains("What to do first") && page.contains("The menu above"), "{page}");
}

#[tokio::test]
async fn everybody_is_offered_states_only_that_everybody_may_see() {
    let house = House::full().await;
    let public = house.get(&Visitor::default(), "/a/harbour-county/recommendations").await.body;
    assert!(public.contains("<option value=\"adopted\"") && !public.contains("<option value=\"draft\""));
    let cast = house.cast().await;
    let secretariat = &cast.iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1;
    assert!(house.get(secretariat, "/staff/recommendations").await.body.contains("<option value=\"draft\""));
}
