//! Units and posts: what is there is not added again, not by a form and not by a history, and of several who save one wins.

use crate::common::{House, Visitor};
use crate::town::Town;
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::api::token;
use store::{Post, Unit};
use tracking::Role;

async fn administrator(house: &House) -> Visitor {
    house.cast().await.into_iter().find(|(role, _)| *role == Role::Administrator).unwrap().1
}

#[tokio::test]
async fn a_unit_or_a_post_that_is_there_is_not_added_again() {
    let house = House::full().await;
    let administrator = administrator(&house).await;
    let store = &house.app.store;
    let before = (store.unit("parks").await.unwrap(), store.post("parks-officer").await.unwrap());
    let unit = [("id", "parks"), ("name-en", "Gardens"), ("party", "department")];
    let answer = house.post(&administrator, "/staff/units", &unit).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("There is a unit with this short name already: Parks"), "{}", answer.body);
    let post = [("unit", "parks"), ("post-id", "parks-officer"), ("post-name-en", "Gardener")];
    let answer = house.post(&administrator, "/staff/posts", &post).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains("There is a post with this short name already"), "{}", answer.body);
    assert!(answer.body.contains("Gardener"), "what was typed stands there still");
    assert_eq!((store.unit("parks").await.unwrap(), store.post("parks-officer").await.unwrap()), before);
    let new = [("unit", "parks"), ("post-id", "gardener"), ("post-name-en", "Gardener")];
    assert_eq!(house.post(&administrator, "/staff/posts", &new).await.status, StatusCode::SEE_OTHER);
    let new = [("id", "gardens"), ("name-en", "Gardens"), ("party", "department")];
    assert_eq!(house.post(&administrator, "/staff/units", &new).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn of_several_who_save_a_unit_or_a_post_at_once_one_wins() {
    let house = House::full().await;
    let administrator = administrator(&house).await;
    for (page, action) in [
        ("/staff/units/parks", "/staff/units/parks"),
        ("/staff/posts/parks-officer", "/staff/posts/parks-officer"),
    ] {
        let shown = house.get(&administrator, page).await.body;
        let form = shown.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
        let seen = form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let save = async |name: &str| {
            let answer = house.post(&administrator, action, &[("seen", seen), ("name-en", name)]).await;
            assert!(answer.status == StatusCode::SEE_OTHER || answer.body.contains(name), "{name} is lost");
            usize::from(answer.status == StatusCode::SEE_OTHER)
        };
        let saved = tokio::join!(save("One"), save("Two"), save("Three"), save("Four"));
        assert_eq!(saved.0 + saved.1 + saved.2 + saved.3, 1, "{page}");
    }
}

#[tokio::test]
async fn a_history_leaves_units_and_posts_as_they_are() {
    let path = "/api/v1/assemblies/harbour-county/history";
    let from = Town::new().await;
    let history = from.write("GET", path, token::HISTORY, None, &Value::Null).await.json();
    let unit = from.app.store.unit("parks").await.unwrap().unwrap();
    let post = from.app.store.post("parks-officer").await.unwrap().unwrap();
    let here = async |unit: &Unit, post: &Post| {
        let town = Town::empty().await;
        let mut change = town.app.store.change("test", town.app.now()).await.unwrap();
        change.add_unit(unit).await.unwrap();
        change.add_post(post).await.unwrap();
        change.note("test", "parks", &Value::Null).await.unwrap();
        change.commit().await.unwrap();
        town
    };
    let ours = Post { body: json!({ "deputy": "parks-head" }).to_string(), ..post.clone() };
    assert_ne!(ours.body, post.body);
    let town = here(&unit, &ours).await;
    let done = town.write("PUT", path, token::RESTORE, None, &history).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    assert_eq!(done.json()["kept"], json!({ "units": ["parks"], "posts": ["parks-officer"] }));
    assert_eq!(town.app.store.post("parks-officer").await.unwrap(), Some(ours));

    let gardens = Unit { names: [("en".to_owned(), "Gardens".to_owned())].into(), ..unit };
    let town = here(&gardens, &post).await;
    let refused = town.write("PUT", path, token::RESTORE, None, &history).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("the unit \\\"parks\\\""), "{}", refused.body);
    assert_eq!(town.app.store.units().await.unwrap(), [gardens], "nothing came in");
    assert!(town.app.store.assembly("harbour-county").await.unwrap().is_none());
}

#[tokio::test]
async fn tokens_and_people_say_the_name_of_their_assembly() {
    let house = House::full().await;
    let administrator = administrator(&house).await;
    let fields =
        [("name", "Mail room"), ("scopes", server::api::token::SCOPES[0]), ("assembly", "harbour-county")];
    let page = house.post(&administrator, "/staff/tokens", &fields).await.body;
    let named = ">Assembly on heat and water</td>";
    assert!(page.contains(named), "{page}");
    let page = house.get(&administrator, "/staff/people/sample-member").await.body;
    assert!(page.contains(named), "{page}");
}
