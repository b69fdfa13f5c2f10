//! What is said goes out: exchange and scores in the API, the feeds and the pack, as on the pages; and an assembly that has not met yet.

use crate::common::{House, Visitor};
use serde_json::Value;

const API: &str = "/api/v1/assemblies/harbour-county";

async fn public(house: &House, path: &str) -> String {
    house.get(&Visitor::default(), path).await.body
}

async fn json(house: &House, path: &str) -> Value {
    serde_json::from_str(&public(house, path).await).unwrap()
}

#[tokio::test]
async fn what_everybody_reads_is_in_the_api_and_in_the_feeds_and_nothing_else() {
    let house = House::full().await;
    let told = json(&house, &format!("{API}/recommendations/R-01/exchange")).await;
    assert_eq!(told["questions"].as_array().unwrap().len(), 1, "{told}");
    assert_eq!(told["questions"][0][1]["role"], "member");
    assert_eq!(told["open"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(told["comments"].as_array().unwrap().len(), 1);
    assert_eq!(told["refused"].as_array().unwrap().len(), 1);
    let feeds = [format!("{API}/feed.atom"), format!("{API}/recommendations/R-01/feed.atom")];
    let mut texts = vec![told.to_string()];
    for path in feeds {
        let feed = public(&house, &path).await;
        assert!(feed.contains("We spent a whole weekend"), "{path}");
        assert!(feed.contains("Streets with schools and clinics first"), "{path}");
        texts.push(feed);
    }
    for text in texts {
        for hidden in ["number 12", "have no water yet", "Which office decides", "sample-member"] {
            assert!(!text.contains(hidden), "{hidden} is not public");
        }
    }
}

#[tokio::test]
async fn scores_are_told_as_on_the_pages() {
    let house = House::full().await;
    let rounds = json(&house, &format!("{API}/scores")).await;
    let rounds = rounds.as_array().unwrap();
    assert_eq!(rounds.len(), 2, "the one that is open is not told");
    let page = public(&house, "/a/harbour-county/scores").await;
    let (mut told, mut hidden) = (0, 0);
    for one in rounds.iter().flat_map(|round| round["recommendations"].as_array().unwrap()) {
        match one["scores"]["answers"].as_u64() {
            Some(answers) => {
                assert!(answers >= 5, "{one}");
                let tenths = one["scores"]["mean_tenths"].as_u64().unwrap();
                assert!(page.contains(&format!("{}.{}", tenths / 10, tenths % 10)), "{one}");
                told += 1;
            }
            None => hidden += 1,
        }
    }
    assert!(told > 20 && hidden > 1, "{told} {hidden}");
    let table = public(&house, &format!("{API}/scores.csv")).await;
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), told + hidden);
    assert!(rows.iter().all(|row| row.len() == 18), "{table}");
    assert_eq!(rows.iter().filter(|row| row[4].is_empty()).count(), hidden);
}

#[tokio::test]
async fn the_pack_holds_what_was_said_and_scored() {
    let house = House::full().await;
    let pack = server::election::handover::pack(&house.app, "harbour-county").await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    for name in ["exchange/R-01.json", "scores.json", "scores.csv"] {
        assert!(archive.by_name(name).is_ok(), "{name}");
    }
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("exchange/R-01.json").unwrap(), &mut text).unwrap();
    assert!(text.contains("We spent a whole weekend"), "{text}");
}

#[tokio::test]
async fn an_assembly_that_has_not_met_yet_says_what_comes_and_when() {
    let house = House::full().await;
    let spanish = Visitor { cookie: "language=es".to_owned(), ..Visitor::default() };
    let page = public(&house, "/a/river-plan").await;
    assert!(page.contains("What comes now") && page.contains("is answered for itself within"), "{page}");
    assert!(!page.contains("id=\"states\"") && !page.contains("id=\"positions\""), "no bare headings");
    assert!(house.get(&spanish, "/a/river-plan").await.body.contains("Lo que viene ahora"));
    let begun = public(&house, "/a/harbour-county").await;
    assert!(!begun.contains("What comes now") && begun.contains("id=\"states\""));
}
