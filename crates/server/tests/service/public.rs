//! The public pages: their numbers are those of a count made here, their links lead somewhere, they name nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{House, Visitor};
use axum::http::{StatusCode, header};
use base64::Engine as _;
use jiff::civil::{Date, date};
use rehearsal::Tracked;
use sha2::{Digest as _, Sha256};
use tracking::{Delivery, Duty, Event, Grade, Recommendation, State, Verb};

const TODAY: Date = date(2026, 11, 22);
const HOME: &str = "/a/harbour-county";

fn made() -> Tracked {
    rehearsal::tracked("tests", TODAY)
}

/// The rows of all tables of a page: the text of their cells.
fn rows(page: &str) -> Vec<Vec<String>> {
    let table = |row: &str| -> Vec<String> {
        let cells = row.split("<t").filter(|cell| cell.starts_with("d ") || cell.starts_with("h "));
        cells.map(|cell| text(cell.split_once('>').map_or("", |(_, inside)| inside))).collect()
    };
    page.split("<tr").skip(1).map(|row| table(row.split("</tr>").next().unwrap())).collect()
}

fn text(html: &str) -> String {
    let html = format!("<{html}");
    let bare: String =
        html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, rest)| rest)).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn happened(events: &[Event], verb: Verb) -> Option<&Event> {
    events.iter().find(|event| event.action.verb() == verb)
}

fn is_overdue(it: &Recommendation) -> bool {
    let late = |duty: Duty, due: Date| duty != Duty::MembersReply && due < TODAY;
    it.deadlines.iter().any(|one| one.ended.is_none() && late(one.duty, one.due))
}

/// Handed over, answered, said to be done, found done, overdue: counted from histories.
fn counted<'a>(of: impl Iterator<Item = &'a (Recommendation, Vec<Event>)>) -> [usize; 5] {
    let mut counts = [0; 5];
    for (it, events) in of {
        let found = it.verifications.iter().rev().find_map(|check| check.grade);
        let is_found = matches!(found, Some(Grade::Substantial | Grade::Complete));
        let is = [
            happened(events, Verb::HandOver).is_some(),
            happened(events, Verb::Publish).is_some(),
            it.delivery == Delivery::Done,
            it.state == State::Closed && is_found,
            is_overdue(it),
        ];
        counts.iter_mut().zip(is).for_each(|(count, is)| *count += usize::from(is));
    }
    counts
}

#[tokio::test]
async fn departments_have_the_numbers_of_an_independent_count() {
    let (house, made) = (House::full().await, made());
    let page = house.get(&Visitor::default(), &format!("{HOME}/departments")).await.body;
    let rows = rows(&page);
    let expect = |name: &str, [all, answered, said, found, overdue]: [usize; 5]| {
        let row = rows.iter().find(|row| row[0] == name).unwrap();
        let numbers =
            [format!("{answered} of {all}"), said.to_string(), found.to_string(), overdue.to_string()];
        assert_eq!(row[1..], numbers, "{name}");
    };
    let mut seen = 0;
    for unit in &made.units {
        let counts = counted(made.histories.iter().filter(|(it, _)| it.unit() == Some(&unit.id)));
        if counts[0] > 0 {
            expect(&unit.english, counts);
            seen += 1;
        }
    }
    assert!(seen >= 4, "only {seen} units have any");
    let handed_over =
        |(_, events): &&(Recommendation, Vec<Event>)| happened(events, Verb::HandOver).is_some();
    expect("All together", counted(made.histories.iter().filter(handed_over)));
}

#[tokio::test]
async fn a_story_names_the_report_with_which_it_was_handed_over_and_leads_to_it() {
    let (house, made) = (House::full().await, made());
    let (mut with, mut without) = (0, 0);
    for (it, _) in made.histories.iter().filter(|(it, _)| it.state != State::Draft).take(30) {
        let page =
            house.get(&Visitor::default(), &format!("{HOME}/recommendations/{}", it.reference)).await.body;
        let Some(report) = &it.report else {
            without += 1;
            assert!(!page.contains("Report with which it was handed over"), "{}", it.reference);
            continue;
        };
        with += 1;
        let link = format!(
            "href=\"{}\" rel=\"nofollow noopener\">{}</a>",
            report.url.as_ref().unwrap(),
            report.title
        );
        assert!(page.contains("Report with which it was handed over") && page.contains(&link), "{page}");
    }
    assert!(with > 0 && without > 0, "{with} and {without}");
}

#[tokio::test]
async fn the_overview_counts_answers_and_positions() {
    let (house, made) = (House::full().await, made());
    let page = house.get(&Visitor::default(), HOME).await.body;
    let [all, answered, _, _, overdue] = counted(made.histories.iter());
    assert!(page.contains(&format!("{answered} of {all} answered")), "{answered} of {all}");
    assert!(page.contains(&format!("{overdue} recommendations</a>")), "{overdue} overdue");
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for position in made.histories.iter().filter_map(|(it, _)| it.position) {
        *positions.entry(position.key()).or_default() += 1;
    }
    let rows = rows(&page);
    for (key, count) in positions {
        let word = server::words::Words::of(server::words::Language::EN).word("position", key);
        assert!(rows.contains(&vec![word.clone(), count.to_string()]), "{word}: {count}");
    }
}

#[tokio::test]
async fn every_month_has_what_had_happened_by_its_end() {
    let (house, made) = (House::full().await, made());
    let points = server::public::progress::by_month(
        made.histories.iter().map(|(_, events)| events),
        &made.rule,
        TODAY,
    );
    let points = points.unwrap();
    assert!(points.len() > 5, "{} months", points.len());
    let page = house.get(&Visitor::default(), &format!("{HOME}/progress")).await.body;
    let rows = rows(&page);
    assert_eq!(rows.len(), points.len() + 1);
    let by = |verb: Verb, day: Date| {
        let done = |(_, events): &&(Recommendation, Vec<Event>)| {
            happened(events, verb).is_some_and(|event| made.rule.day(event.at) <= day)
        };
        made.histories.iter().filter(done).count().to_string()
    };
    for ((day, _), row) in points.iter().zip(&rows[1..]) {
        assert_eq!(row[1..3], [by(Verb::HandOver, *day), by(Verb::Publish, *day)], "{day}");
    }
    let [all, answered, _, found, overdue] = counted(made.histories.iter());
    let last: Vec<String> = [all, answered, found, overdue].iter().map(usize::to_string).collect();
    assert_eq!(rows.last().unwrap()[1..], last);
    assert!(page.contains("role=\"img\"") && page.contains("<title id=\"chart-title\">"));
}

#[tokio::test]
async fn what_happens_and_a_new_day_change_the_months_at_once() {
    let house = House::full().await;
    let page = async || house.get(&Visitor::default(), &format!("{HOME}/progress")).await.body;
    let before = rows(&page().await);
    assert_eq!(rows(&page().await), before, "asked again");
    let (secretariat, filter) = (house.cast().await, State::Adopted.key().to_owned());
    let secretariat = &secretariat.iter().find(|(role, _)| *role == tracking::Role::Secretariat).unwrap().1;
    let filter = store::Filter { states: vec![filter], ..store::Filter::default() };
    let adopted = house.app.store.list(&filter, store::Order::Reference, None, 1).await.unwrap().items;
    let path = format!("/staff/r/{}/do/hand_over", adopted[0].id);
    let fields = [("title", "Report"), ("revision", &adopted[0].revision.to_string())];
    let done = house.post(secretariat, &path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = rows(&page().await);
    let count = |rows: &[Vec<String>]| rows.last().unwrap()[1].parse::<u32>().unwrap();
    assert_eq!(count(&after), count(&before) + 1);
    assert_eq!(after[..after.len() - 1], before[..before.len() - 1]);
    house.later(60 * 24 * 365 * 5);
    let years_later = rows(&page().await);
    assert!(years_later.len() >= after.len() + 60);
    let overdue = |rows: &[Vec<String>]| rows.last().unwrap()[4].parse::<u32>().unwrap();
    assert!(overdue(&years_later) > overdue(&after));
}

#[tokio::test]
async fn whatever_is_overdue_is_listed_and_nothing_else() {
    let (house, made) = (House::full().await, made());
    let page = house.get(&Visitor::default(), &format!("{HOME}/overdue")).await.body;
    let listed: BTreeSet<String> = rows(&page)[1..].iter().map(|row| row[0].clone()).collect();
    let late = made.histories.iter().filter(|(it, _)| is_overdue(it));
    let expected: BTreeSet<String> = late.map(|(it, _)| it.reference.clone()).collect();
    assert!(expected.len() > 3, "{expected:?}");
    assert_eq!(listed, expected);
    assert!(page.contains(&format!("{} recommendations have something overdue", expected.len())));
    let filtered = house.get(&Visitor::default(), &format!("{HOME}/recommendations?overdue=yes")).await.body;
    assert!(filtered.contains(&format!("{} recommendations</p>", expected.len())));
}

#[tokio::test]
async fn the_list_is_filtered_by_what_the_department_reports() {
    let (house, made) = (House::full().await, made());
    for delivery in Delivery::ALL {
        let path = format!("{HOME}/recommendations?delivery={}", delivery.key());
        let page = house.get(&Visitor::default(), &path).await.body;
        let own =
            made.histories.iter().filter(|(it, _)| it.delivery == *delivery && it.state != State::Draft);
        let own: BTreeSet<String> = own.map(|(it, _)| it.reference.clone()).collect();
        let listed: BTreeSet<String> = rows(&page).iter().skip(1).map(|row| row[0].clone()).collect();
        assert_eq!(listed.len(), own.len().min(50), "{delivery}");
        assert!(listed.is_subset(&own), "{delivery}");
    }
}

#[tokio::test]
async fn a_story_says_how_far_report_and_check_are_apart() {
    let (house, made) = (House::full().await, made());
    let mut seen = BTreeSet::new();
    for (it, events) in made.histories.iter().filter(|(it, _)| it.state != State::Draft) {
        let path = format!("{HOME}/recommendations/{}", it.reference);
        let page = house.get(&Visitor::default(), &path).await.body;
        let back = it.verifications.last().is_some_and(|check| check.grade.is_none());
        let sentence = match (it.delivery == Delivery::Done, it.grade) {
            (true, None) if back && it.state != State::ClaimedDone => "sent the report back.",
            (true, None) => "Nobody outside has checked it yet.",
            (true, Some(Grade::NoEvidence | Grade::NotStarted | Grade::Limited)) => "found less than",
            (true, Some(_)) => "Report and check agree.",
            (false, _) => "",
        };
        assert!(page.contains(sentence), "{}: {sentence}", it.reference);
        seen.insert(sentence);
        assert!(happened(events, Verb::Adopt).is_some(), "{}", it.reference);
        let vote = it.vote.as_ref().unwrap();
        let words = server::words::Words::of(server::words::Language::EN);
        let row = vec!["The assembly voted for it".to_owned(), words.date(&vote.on)];
        assert!(rows(&page).contains(&row), "{}", it.reference);
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
}

/// The addresses within the service to which a page leads.
fn links(page: &str) -> BTreeSet<String> {
    let found = page.split("href=\"/").skip(1).map(|rest| format!("/{}", rest.split('"').next().unwrap()));
    let found = found.map(|address| address.replace("&amp;", "&").replace("&#38;", "&"));
    let elsewhere = ["/language/", "/sign-in", "/static/", "/staff"];
    found.filter(|address| !elsewhere.iter().any(|begin| address.starts_with(begin))).collect()
}

#[tokio::test]
async fn every_link_of_every_public_page_leads_somewhere_and_no_page_names_a_person() {
    let (house, made) = (House::full().await, made());
    for language in ["en", "es"] {
        let reader = Visitor { cookie: format!("language={language}"), csrf: String::new() };
        let mut waiting = BTreeSet::from(["/".to_owned()]);
        let mut read = BTreeSet::new();
        while let Some(path) = waiting.pop_first() {
            let answer = house.get(&reader, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            read.insert(path.clone());
            let kind = answer.headers[header::CONTENT_TYPE].to_str().unwrap();
            if !kind.starts_with("text/html") || path == "/verify" {
                continue;
            }
            let page = &answer.body;
            assert!(page.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            assert!(!page.contains(" style=") && !page.contains("onclick"), "{path}: shut out by the policy");
            for player in &made.cast {
                assert!(!page.contains(&player.name), "{path} names {}", player.name);
            }
            waiting.extend(links(page).into_iter().filter(|link| !read.contains(link)));
        }
        let there = |path: &str| assert!(read.contains(path), "{path} is linked from nowhere");
        ["departments", "overdue", "progress", "data"]
            .iter()
            .for_each(|page| there(&format!("{HOME}/{page}")));
        there("/accessibility");
        there("/verify");
        let stories = made.histories.iter().filter(|(it, _)| it.state != State::Draft);
        stories.for_each(|(it, _)| there(&format!("{HOME}/recommendations/{}", it.reference)));
    }
}

#[tokio::test]
async fn the_page_that_checks_a_draw_may_run_its_own_script_and_nothing_else() {
    let answer = House::empty("http://boule.example").await;
    let answer = answer.get(&Visitor::default(), "/verify").await;
    let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("; frame-ancestors 'none'"));
    for (tag, end, rule) in
        [("<script id=\"code\">", "</script>", "script-src"), ("<style>", "</style>", "style-src")]
    {
        let (_, inside) = answer.body.split_once(tag).unwrap();
        let (inside, _) = inside.split_once(end).unwrap();
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(inside));
        assert!(policy.contains(&format!("{rule} 'sha256-{hash}'")), "{rule}");
    }
}
