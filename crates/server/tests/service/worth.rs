//! Evidence of worth: entered by the secretariat of the assembly, read by everybody, and no handful of people told.

use crate::common::{House, Visitor};
use axum::http::StatusCode;
use tracking::Role;

const PAGE: &str = "/a/harbour-county/worth";

async fn secretariat(house: &House) -> Visitor {
    house.cast().await.into_iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1
}

#[tokio::test]
async fn what_is_entered_is_read_by_everybody_with_its_source() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let cost = [
        ("cost-purpose", "avoided"),
        ("cost-what", "No second pump"),
        ("cost-amount", "1234567.80 EUR"),
        ("cost-on-day", "1"),
        ("cost-on-month", "3"),
        ("cost-on-year", "2026"),
        ("cost-source", "Budget, line 12"),
        ("cost-recommendation", "R-03"),
    ];
    let answer = house.post(&staff, "/staff/worth/harbour-county/cost", &cost).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = house.get(&Visitor::default(), PAGE).await.body;
    for words in
        ["No second pump", "1,234,567.80 EUR", "Budget, line 12", "/a/harbour-county/recommendations/R-03"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("1,269,567.80 EUR"), "35,000.00 were there before");
    let spanish = house.get(&Visitor { cookie: "language=es".into(), ..Visitor::default() }, PAGE).await.body;
    assert!(spanish.contains("1.234.567,80 EUR") && spanish.contains("costes evitados"), "{spanish}");
}

#[tokio::test]
async fn a_form_says_everything_that_is_wrong_and_forgets_nothing() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let wrong = [
        ("cost-purpose", "avoided"),
        ("cost-amount", "a lot"),
        ("cost-what", "A pump"),
        ("cost-recommendation", "R-99999"),
    ];
    let answer = house.post(&staff, "/staff/worth/harbour-county/cost", &wrong).await;
    assert_eq!(answer.status, StatusCode::OK);
    for field in ["cost-amount", "cost-on", "cost-source", "cost-recommendation"] {
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(answer.body.contains("value=\"A pump\"") && answer.body.contains("value=\"a lot\""));
    assert!(!house.get(&Visitor::default(), PAGE).await.body.contains("A pump"));
}

#[tokio::test]
async fn a_cost_is_corrected_by_another_entry_and_none_is_of_tomorrow() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let tomorrow = house.app.today().tomorrow().unwrap();
    let sent = async |what: &str, amount: &str, on: jiff::civil::Date| {
        let (day, month, year) = (on.day().to_string(), on.month().to_string(), on.year().to_string());
        let cost = [
            ("cost-purpose", "process"),
            ("cost-what", what),
            ("cost-amount", amount),
            ("cost-on-day", &day),
            ("cost-on-month", &month),
            ("cost-on-year", &year),
            ("cost-source", "Accounts"),
        ];
        house.post(&staff, "/staff/worth/harbour-county/cost", &cost).await
    };
    let early = sent("Halls", "10.00 CHF", tomorrow).await;
    assert!(early.body.contains("This day has not come yet"), "{}", early.body);
    assert_eq!(sent("Halls", "110.00 CHF", house.app.today()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        sent("Halls: typed wrong", "-0,50 CHF", house.app.today()).await.status,
        StatusCode::SEE_OTHER
    );
    let page = house.get(&Visitor::default(), PAGE).await.body;
    assert!(page.contains(">109.50 CHF") && page.contains(">−0.50 CHF"), "{page}");
    let owed = [
        ("support-kind", "stipend"),
        ("support-offered", "100"),
        ("support-used", "90"),
        ("support-amount", "-5.00 EUR"),
        ("support-on-day", "1"),
        ("support-on-month", "3"),
        ("support-on-year", "2026"),
    ];
    let answer = house.post(&staff, "/staff/worth/harbour-county/support", &owed).await;
    assert!(answer.body.contains("Support cannot cost less than nothing"), "{}", answer.body);
}

#[tokio::test]
async fn a_handful_of_members_is_told_to_nobody() {
    let house = House::full().await;
    let page = house.get(&Visitor::default(), PAGE).await.body;
    let row = |name: &str| page.split("<tr").find(|row| row.contains(name)).unwrap().to_owned();
    assert!(row("Money for the time").contains("fewer than 5"), "all but two of 120");
    assert!(row("Devices, lines").contains("fewer than 5") && !row("Devices, lines").contains("600.00"));
    assert!(row("Care for children").contains("17") && row("Care for children").contains("3400.00 EUR"));
}

#[tokio::test]
async fn another_assembly_is_not_within_reach() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    for path in ["/staff/worth/another/cost", "/staff/worth/another/measure"] {
        assert_eq!(house.post(&staff, path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let other = [("measure-outcome", "outcome:another-01")];
    let answer = house.post(&staff, "/staff/worth/harbour-county/measure", &other).await;
    assert!(answer.body.contains("“outcome:another-01” in"), "it is not offered: {}", answer.body);
}
