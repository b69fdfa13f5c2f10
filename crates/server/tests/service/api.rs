//! The API: what it says, to whom, and what it refuses.

use crate::town::{NOW, SECRET, Town};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use server::access::Access;
use server::api::openapi::{OPERATIONS, document};
use server::api::table::unguarded;
use server::api::token::{self, SCOPES};
use server::desk;
use std::collections::BTreeSet;
use tracking::State;

const COUNTY: &str = "/api/v1/assemblies/harbour-county";

/// An operation's path with things in it that exist.
fn filled(town: &Town, path: &str) -> String {
    let delivering = town.some(|it| it.state == State::InDelivery && it.proposal.is_none());
    path.replace("{assembly}", &town.made.assembly)
        .replace("{reference}", &delivering.reference)
        .replace("{unit}", delivering.unit().expect("a unit"))
        .replace("{external_id}", "theirs-1")
        .replace("{year}", "2026")
        .replace("{bill}", "bill-harbour-county-bill-14--made-up-")
}

#[test]
fn the_document_and_the_routes_are_the_same() {
    let routes: BTreeSet<String> = server::service::routes()
        .declared()
        .iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| format!("{} {} {:?}", route.method, route.path, route.access))
        .collect();
    let access = |scope: Option<&'static str>| scope.map_or(Access::Public, Access::Token);
    let operations: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|one| format!("{} {} {:?}", one.method.to_uppercase(), one.path, access(one.scope)))
        .collect();
    assert_eq!(routes, operations);
    let document = document("https://town.example");
    let written: usize = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|path| path.as_object().expect("methods").len())
        .sum();
    assert_eq!(written, OPERATIONS.len());
}

/// Every reference within the document leads somewhere.
#[test]
fn the_document_holds_together() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document("https://town.example");
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 40);
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn everything_that_is_read_is_answered_as_written_and_once() {
    let town = Town::new().await;
    for operation in OPERATIONS.iter().filter(|one| one.method == "get" && one.scope.is_none()) {
        let path = filled(&town, operation.path);
        let answer = town.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        let document = document("https://town.example");
        let media = answer.media().split(';').next().unwrap_or_default().to_owned();
        let said = &document["paths"][operation.path]["get"]["responses"]["200"]["content"];
        assert!(said.get(&media).is_some(), "{path} is {media}");
        assert!(!answer.body.contains("sample-"), "{path} names a person");
        let tag = answer.headers.get("etag").expect("a tag").clone();
        let again = Request::get(&path).header("if-none-match", tag).body(Body::empty()).expect("a request");
        let again = town.send(again).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
}

#[tokio::test]
async fn pages_hold_everything_once_and_drafts_never() {
    let town = Town::new().await;
    for order in ["reference", "updated", "newest", "due"] {
        let mut path = format!("/api/v1/recommendations?limit=7&order={order}");
        let (mut seen, mut times) = (Vec::new(), Vec::new());
        loop {
            let page = town.get(&path).await.json();
            assert_eq!(page["count"], 78);
            for item in page["items"].as_array().expect("items") {
                seen.push(item["reference"].as_str().expect("text").to_owned());
                times.push(item["updated_at"].as_str().expect("text").to_owned());
            }
            let Some(next) = page["next"].as_str() else { break };
            path = next.strip_prefix("https://town.example").expect("this service").to_owned();
        }
        assert_eq!(seen.len(), 78, "{order}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 78, "{order}");
        assert!(order != "updated" || times.is_sorted());
        assert!(order != "reference" || seen.is_sorted());
        for (it, _) in town.made.histories.iter().filter(|(it, _)| it.state == State::Draft) {
            assert!(!seen.contains(&it.reference));
            let path = format!("{COUNTY}/recommendations/{}", it.reference);
            assert_eq!(town.get(&path).await.status, StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn filters_narrow_and_changes_can_be_followed() {
    let town = Town::new().await;
    let count = async |query: &str| {
        town.get(&format!("/api/v1/recommendations?{query}")).await.json()["count"].clone()
    };
    let states =
        |keep: &[State]| town.made.histories.iter().filter(|(it, _)| keep.contains(&it.state)).count();
    assert_eq!(count("state=stalled,abandoned").await, states(&[State::Stalled, State::Abandoned]));
    let overdue =
        town.made.histories.iter().filter(|(it, _)| !it.overdue(town.app.today()).is_empty()).count();
    assert_eq!(count("overdue=true").await, overdue);
    assert_eq!(count("q=nursery%20trees").await, 1);
    assert_eq!(count("assembly=nowhere").await, 0);
    let since = "2026-10-01T00:00:00Z";
    let newer = town.made.histories.iter().filter(|(it, _)| it.updated_at >= since.parse().expect("a time"));
    assert_eq!(
        count(&format!("updated_since={since}")).await,
        newer.filter(|(it, _)| it.state != State::Draft).count()
    );
    assert_eq!(count(&format!("updated_since={NOW}")).await, 0);
}

#[tokio::test]
async fn what_cannot_be_is_a_problem_with_every_reason() {
    let town = Town::new().await;
    let answer =
        town.get("/api/v1/recommendations?state=gone&limit=0&sort=up&limit=3&updated_since=today").await;
    assert_eq!((answer.status, answer.media()), (StatusCode::BAD_REQUEST, "application/problem+json"));
    let problem = answer.json();
    let fields: Vec<&str> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|one| one["field"].as_str())
        .collect();
    assert_eq!(fields, ["sort", "limit", "updated_since", "state", "limit"]);
    for (method, path, status) in [
        ("GET", "/api/v1/recommendations?cursor=nowhere", StatusCode::BAD_REQUEST),
        ("GET", "/api/v1/recommendations?q=%00", StatusCode::BAD_REQUEST),
        ("GET", "/api/v1/assemblies/nowhere", StatusCode::NOT_FOUND),
        ("GET", "/api/v1/nothing", StatusCode::NOT_FOUND),
        ("DELETE", "/api/v1/assemblies", StatusCode::METHOD_NOT_ALLOWED),
        ("GET", "/api/v1/assemblies/harbour-county/history", StatusCode::UNAUTHORIZED),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
        let answer = town.send(request).await;
        assert_eq!((answer.status, answer.media()), (status, "application/problem+json"), "{method} {path}");
        assert_eq!(answer.json()["status"], status.as_u16());
    }
}

#[tokio::test]
async fn a_token_opens_its_own_scope_and_no_other() {
    let town = Town::new().await;
    for operation in OPERATIONS.iter().filter(|one| one.scope.is_some()) {
        let path = filled(&town, operation.path);
        let method = operation.method.to_uppercase();
        for scope in SCOPES {
            let answer = town.write(&method, &path, scope, None, &json!({})).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(
                refused,
                Some(*scope) != operation.scope,
                "{method} {path} with {scope}: {}",
                answer.status
            );
        }
        for secret in ["", "nobody", "secret-of-"] {
            let request = Request::builder().method(method.as_str()).uri(&path);
            let request = request.header("authorization", format!("Bearer {secret}")).body(Body::empty());
            let answer = town.send(request.expect("a request")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
}

#[tokio::test]
async fn a_token_for_a_unit_writes_in_that_unit_only() {
    let town = Town::new().await;
    let scope = format!("{}parks", token::PROGRESS);
    let body = json!({ "delivery": "under_way", "text": "The holes are dug." });
    let working = |own: bool| {
        town.some(|it| it.state == State::InDelivery && (it.unit() == Some("parks")) == own).reference.clone()
    };
    for (own, status) in [(true, StatusCode::CREATED), (false, StatusCode::FORBIDDEN)] {
        let path = format!("{COUNTY}/recommendations/{}/progress", working(own));
        let answer = town.write("POST", &path, &scope, None, &body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_token_of_another_assembly_writes_nothing_and_learns_nothing() {
    let town = Town::new().await;
    let path = format!("{COUNTY}/external/theirs-9");
    let made = town.write("PUT", &path, token::RECOMMENDATIONS, None, &new_one("N-9")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let scope = format!("{}elsewhere", token::RECOMMENDATIONS);
    let (mut wrong, mut old, mut same) = (new_one("N-8"), new_one("N-9"), new_one("N-9"));
    wrong["theme"] = json!("Water");
    old["revision"] = json!(77);
    same["texts"] = json!({});
    let nothing = format!("{COUNTY}/external/nobodys");
    // Nor does a token of one unit, of what no unit answers for.
    for path in [&path, &nothing] {
        let parks = format!("{}parks", token::RECOMMENDATIONS);
        let answer = town.write("PUT", path, &parks, None, &old).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}: {}", answer.body);
    }
    for (path, body) in
        [(&path, &wrong), (&path, &old), (&path, &same), (&path, &json!({})), (&nothing, &new_one("N-7"))]
    {
        let answer = town.write("PUT", path, &scope, None, body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {body}: {}", answer.body);
        for told in ["N-9", "Plant trees", "revision"] {
            assert!(!answer.body.contains(told), "{told}: {}", answer.body);
        }
    }
    for operation in OPERATIONS.iter().filter_map(|one| Some((one, one.scope?))) {
        let (operation, scope) = operation;
        let path = filled(&town, operation.path);
        let before = town.get(&path).await.body;
        for body in [json!({}), new_one("N-9"), json!({ "delivery": "under_way", "text": "Dug." })] {
            let scope = format!("{scope}elsewhere");
            let answer = town.write(&operation.method.to_uppercase(), &path, &scope, None, &body).await;
            assert!(answer.status.is_client_error(), "{} {path}: {}", operation.method, answer.status);
        }
        assert_eq!(town.get(&path).await.body, before);
    }
}

#[tokio::test]
async fn what_the_rules_refuse_programs_are_refused() {
    let town = Town::new().await;
    let grant = |unit: Option<&str>| tracking::Grant {
        role: tracking::Role::Client,
        assembly: None,
        unit: unit.map(str::to_owned),
        from: jiff::civil::Date::MIN,
        until: None,
    };
    let assembly = server::assembly::Assembly::find(&town.app, &town.made.assembly).await.unwrap();
    let item = tracking::EvidenceItem {
        title: "Minutes".into(),
        url: Some("https://town.example/m".into()),
        file: None,
        sha256: None,
        dated: jiff::civil::date(2026, 10, 1),
    };
    let evidence = json!({ "title": item.title, "url": item.url, "dated": item.dated });
    let report = tracking::Action::Report { delivery: tracking::Delivery::UnderWay, text: "Dug.".into() };
    let (mut done, mut refused) = (0, 0);
    for (it, _) in &town.made.histories {
        for unit in [None, Some("parks")] {
            let grants = vec![grant(unit)];
            let actor = tracking::Actor { person: "program".into(), post: None, units: Vec::new(), grants };
            for (what, scope, action, body) in [
                (
                    "progress",
                    token::PROGRESS,
                    report.clone(),
                    json!({ "delivery": "under_way", "text": "Dug." }),
                ),
                (
                    "evidence",
                    token::EVIDENCE,
                    tracking::Action::AddEvidence { item: item.clone() },
                    evidence.clone(),
                ),
            ] {
                let found = desk::find_public(&town.app, &it.assembly, &it.reference).await;
                let now = found.as_ref().map(|case| &case.recommendation);
                let rule = &assembly.about.rule;
                let allowed = now.is_ok_and(|now| now.act(&actor, action, town.app.now(), rule, &[]).is_ok());
                let path = format!("{COUNTY}/recommendations/{}", it.reference);
                let before = town.get(&path).await.body;
                let scope = format!("{scope}{}", unit.unwrap_or_default());
                let answer = town.write("POST", &format!("{path}/{what}"), &scope, None, &body).await;
                if allowed {
                    assert_eq!(answer.status, StatusCode::CREATED, "{path} {what}: {}", answer.body);
                    done += 1;
                } else {
                    assert!(answer.status.is_client_error(), "{path} {what}: {}", answer.status);
                    assert_eq!(town.get(&path).await.body, before, "{path} {what}");
                    refused += 1;
                }
            }
        }
    }
    assert!(done > 20 && refused > 100, "{done} done, {refused} refused");
}

fn new_one(reference: &str) -> Value {
    let texts = json!({ "en": { "title": "Shade", "text": "Plant trees." } });
    json!({ "reference": reference, "theme": "Shade and trees", "texts": texts })
}

#[tokio::test]
async fn a_repeated_request_is_done_once() {
    let town = Town::new().await;
    let path = format!("{COUNTY}/external/theirs-1");
    let first = town.write("PUT", &path, token::RECOMMENDATIONS, Some("key-1"), &new_one("N-1")).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let again = town.write("PUT", &path, token::RECOMMENDATIONS, Some("key-1"), &new_one("N-1")).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body));
    let other = town.write("PUT", &path, token::RECOMMENDATIONS, Some("key-1"), &new_one("N-2")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fresh = town.write("PUT", &path, token::RECOMMENDATIONS, Some("key-2"), &new_one("N-1")).await;
    assert_eq!(
        (fresh.status, fresh.json()["revision"].clone()),
        (StatusCode::OK, json!(1)),
        "nothing differs"
    );
    let taken = town
        .write("PUT", &format!("{COUNTY}/external/theirs-2"), token::RECOMMENDATIONS, None, &new_one("N-1"))
        .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_upsert_changes_what_differs_and_says_who_was_faster() {
    let town = Town::new().await;
    let path = format!("{COUNTY}/external/theirs-1");
    let put = async |body: &Value| town.write("PUT", &path, token::RECOMMENDATIONS, None, body).await;
    assert_eq!(put(&new_one("N-1")).await.status, StatusCode::CREATED);
    let mut changed = new_one("N-1");
    changed["theme"] = json!("Water");
    changed["texts"]["es"] = json!({ "title": "Sombra", "text": "Plantar árboles." });
    changed["revision"] = json!(1);
    let answer = put(&changed).await;
    assert_eq!(
        (answer.status, answer.json()["revision"].clone()),
        (StatusCode::OK, json!(3)),
        "{}",
        answer.body
    );
    assert_eq!(answer.json()["texts"]["en"].as_array().map(Vec::len), Some(1), "English stays as it was");
    let stale = put(&changed).await;
    assert_eq!((stale.status, stale.json()["revision"].clone()), (StatusCode::CONFLICT, json!(3)));
    let moved = put(&new_one("N-9")).await;
    assert_eq!(moved.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = put(&json!({ "reference": "N-1", "colour": "red" })).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_list_says_what_each_recommendation_says_and_shows_a_change_at_once() {
    let town = Town::new().await;
    let listed = async || town.get("/api/v1/recommendations?limit=200").await.json()["items"].clone();
    let first = listed().await;
    assert_eq!(listed().await, first, "asked again");
    for item in first.as_array().expect("items") {
        let reference = item["reference"].as_str().expect("a name");
        assert_eq!(*item, town.get(&format!("{COUNTY}/recommendations/{reference}")).await.json());
    }
    let path = filled(&town, "/api/v1/assemblies/{assembly}/recommendations/{reference}/evidence");
    let body = json!({ "title": "Photograph", "url": "https://town.example/1", "dated": "2026-11-01" });
    let answer = town.write("POST", &path, token::EVIDENCE, None, &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let changed = answer.json();
    let before = first.as_array().expect("items").iter();
    let after = listed().await;
    for (item, before) in after.as_array().expect("items").iter().zip(before) {
        let expected = if item["reference"] == changed["reference"] { &changed } else { before };
        assert_eq!(item, expected);
    }
    assert_ne!(after, first);
}

#[tokio::test]
async fn a_search_counts_what_there_is_after_each_change() {
    let town = Town::new().await;
    let counts = async || {
        let mut counts = Vec::new();
        for query in ["q=zeppelins", "q=zeppelins&state=draft", "q=zeppelins%20nowhere", "q=trees"] {
            let page = town.get(&format!("/api/v1/recommendations?limit=200&{query}")).await.json();
            assert_eq!(page["count"], page["items"].as_array().expect("items").len());
            counts.push(page["count"].as_u64().expect("a number"));
        }
        counts
    };
    let before = counts().await;
    assert_eq!((&before[..3], before[3] > 0), ([0, 0, 0].as_slice(), true));
    assert_eq!(counts().await, before, "asked again");
    let mut new = new_one("N-1");
    new["texts"]["en"]["text"] = json!("Trees for zeppelins.");
    let path = format!("{COUNTY}/external/theirs-1");
    assert_eq!(
        town.write("PUT", &path, token::RECOMMENDATIONS, None, &new).await.status,
        StatusCode::CREATED
    );
    assert_eq!(counts().await, before, "a draft is nobody's");
    adopt(&town, "N-1").await;
    assert_eq!(counts().await, [1, 0, 0, before[3] + 1]);
}

#[tokio::test]
async fn rules_refuse_with_their_reasons() {
    let town = Town::new().await;
    let path = filled(&town, "/api/v1/assemblies/{assembly}/recommendations/{reference}/evidence");
    let body = json!({ "title": " ", "url": "ftp://town.example", "dated": "2030-01-01" });
    let answer = town.write("POST", &path, token::EVIDENCE, None, &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = answer.json();
    let keys: Vec<&str> =
        problem["errors"].as_array().expect("errors").iter().filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["missing", "invalid", "too_late"]);
    let plain = Request::post(&path).header("authorization", format!("Bearer {SECRET}{}", token::EVIDENCE));
    let answer = town.send(plain.body(Body::from("title=x")).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn the_table_gives_back_every_word() {
    let town = Town::new().await;
    let mut tricky = new_one("N-1");
    tricky["theme"] = json!("=HYPERLINK(\"x\")");
    tricky["texts"]["en"] = json!({ "title": "@SUM(A1), \"quoted\"", "text": "-1\r\nsecond line; 'quoted'" });
    let path = format!("{COUNTY}/external/%2B1");
    let answer = town.write("PUT", &path, token::RECOMMENDATIONS, None, &tricky).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    adopt(&town, "N-1").await;
    let table = town.get("/api/v1/recommendations.csv").await;
    let mut reader = csv::Reader::from_reader(table.body.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])));
        let cell =
            |name: &str| unguarded(&row[header.iter().position(|one| one == name).expect(name)]).to_owned();
        let path = format!("{COUNTY}/recommendations/{}", cell("reference"));
        let one = town.get(&path).await.json();
        for name in ["external_id", "theme", "state", "position", "delivery", "grade", "updated_at"] {
            assert_eq!(cell(name), one[name].as_str().unwrap_or_default(), "{path} {name}");
        }
        let last =
            |tag: &str| one["texts"][tag].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
        for tag in ["en", "es"] {
            for word in ["title", "text"] {
                assert_eq!(
                    cell(&format!("{word}_{tag}")),
                    last(tag)[word].as_str().unwrap_or_default(),
                    "{path}"
                );
            }
        }
        rows += 1;
    }
    assert_eq!(rows, 79);
}

/// Has the assembly vote for it.
async fn adopt(town: &Town, reference: &str) {
    let case = desk_find(town, reference).await;
    let secretary = &town.made.cast[1].actor;
    let vote = tracking::Vote { on: town.app.today(), in_favour: 60, against: 10, abstain: 0, absent: 0 };
    let adopt = tracking::Action::Adopt { vote, minority: Vec::new() };
    let (revision, app) = (case.recommendation.revision, &town.app);
    let done = server::desk::act(app, secretary, case, revision, adopt, None).await.expect("a store");
    assert!(matches!(done, server::desk::Acted::Done(_)), "{done:?}");
}

async fn desk_find(town: &Town, reference: &str) -> server::desk::Case {
    let stored = town.app.store.recommendation_by_reference(&town.made.assembly, reference).await;
    let id = stored.expect("a store").expect("there").summary.id;
    server::desk::find(&town.app, &id).await.expect("there")
}

const BYTES: &str = "what was built, and where";

/// Adds an evidence file; the answer is where everybody gets it.
async fn with_a_file(town: &Town) -> String {
    let handed = town.made.histories.iter().find(|(it, _)| it.state == tracking::State::InDelivery);
    let reference = handed.expect("something in delivery").0.reference.clone();
    let case = desk_find(town, &reference).await;
    let number = case.recommendation.evidence.len() + 1;
    let item = tracking::EvidenceItem {
        title: "Map".into(),
        url: None,
        file: Some("map.txt".into()),
        sha256: Some(server::secret::fingerprint(BYTES.as_bytes())),
        dated: town.app.today(),
    };
    let file = server::evidence::File { name: "map.txt".into(), bytes: BYTES.into() };
    let (app, secretary, revision) = (&town.app, &town.made.cast[1].actor, case.recommendation.revision);
    let action = tracking::Action::AddEvidence { item };
    let done = server::desk::act(app, secretary, case, revision, action, Some(file)).await.expect("a store");
    assert!(matches!(done, server::desk::Acted::Done(_)), "{done:?}");
    format!("/a/harbour-county/recommendations/{reference}/evidence/{number}")
}

/// Takes two snapshots; the answer is what was kept.
async fn with_snapshots(town: &Town) -> Vec<(store::Snapshot, Vec<u8>)> {
    let assembly = server::assembly::Assembly::find(&town.app, &town.made.assembly).await.expect("there");
    let mut kept = Vec::new();
    for title in ["First", "Second"] {
        let taken =
            server::reports::snapshots::take(&town.app, "test", &assembly, title).await.expect("taken");
        let whole = town.app.store.snapshot(&assembly.id, taken.number).await.expect("a store");
        kept.push(whole.expect("kept"));
    }
    kept
}

#[tokio::test]
async fn what_is_exported_and_imported_is_the_same() {
    let (one, other) = (Town::new().await, Town::empty().await);
    let path = format!("{COUNTY}/history");
    let kept = with_a_file(&one).await;
    let taken = with_snapshots(&one).await;
    let exported = one.write("GET", &path, token::HISTORY, None, &Value::Null).await;
    assert_eq!(exported.status, StatusCode::OK);
    let history = exported.json();
    assert_eq!(history["recommendations"].as_array().map(Vec::len), Some(80));
    let done = other.write("PUT", &path, token::RESTORE, None, &history).await;
    assert_eq!(done.status, StatusCode::CREATED, "{}", done.body);
    let again = other.write("GET", &path, token::HISTORY, None, &Value::Null).await;
    assert_eq!(again.body, exported.body, "to the byte");
    for path in ["/api/v1/recommendations?limit=200", "/api/v1/recommendations.csv", "/api/v1/units"] {
        assert_eq!(one.get(path).await.body, other.get(path).await.body, "{path}");
    }
    for path in ["scores", "scores.csv", "recommendations/R-01/exchange"] {
        let path = format!("{COUNTY}/{path}");
        let said = one.get(&path).await.body;
        assert_eq!(said, other.get(&path).await.body, "{path}");
        assert!(said.len() > 100, "{path}: {said}");
    }
    let (there, here) = (one.get(&kept).await, other.get(&kept).await);
    assert_eq!(here.body, BYTES, "the file comes with its history");
    assert_eq!((here.status, here.body), (there.status, there.body));
    let entries = async |town: &Town| {
        let all = town.app.store.entries_of(&town.made.assembly).await.expect("entries");
        let read = |entry: store::Entry| {
            let body: Value = serde_json::from_str(&entry.body).expect("JSON");
            (store::Entry { body: String::new(), ..entry }, body)
        };
        all.into_iter().map(read).collect::<Vec<_>>()
    };
    assert_eq!(entries(&other).await, entries(&one).await);
    for kind in ["election", "practice"] {
        assert!(entries(&other).await.iter().any(|(entry, _)| entry.kind == kind), "{kind}");
    }
    let mut snapshots = Vec::new();
    for snapshot in other.app.store.snapshots(&other.made.assembly).await.expect("snapshots") {
        snapshots.push(
            other
                .app
                .store
                .snapshot(&other.made.assembly, snapshot.number)
                .await
                .expect("whole")
                .expect("there"),
        );
    }
    assert_eq!(snapshots.len(), 2);
    assert_eq!(snapshots, taken, "number, time, title and every byte");
    let listed = format!("{COUNTY}/snapshots");
    assert_eq!(one.get(&listed).await.body, other.get(&listed).await.body, "each at its address");
    let post = async |town: &Town| town.app.store.post("water-officer").await.expect("a store");
    assert_eq!(post(&other).await, post(&one).await, "with its capacity and deputy");
    let twice = other.write("PUT", &path, token::RESTORE, None, &history).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_broken_history_is_refused_whole() {
    let (one, other) = (Town::new().await, Town::empty().await);
    let path = format!("{COUNTY}/history");
    with_a_file(&one).await;
    with_snapshots(&one).await;
    let history = one.write("GET", &path, token::HISTORY, None, &Value::Null).await.json();
    let spoil = async |change: fn(&mut Value)| {
        let mut spoilt = history.clone();
        change(&mut spoilt);
        let answer = other.write("PUT", &path, token::RESTORE, None, &spoilt).await;
        assert!(answer.status.is_client_error(), "{}", answer.status);
        assert_eq!(other.get(COUNTY).await.status, StatusCode::NOT_FOUND, "nothing half written");
    };
    spoil(|history| {
        drop(history["recommendations"][3]["events"].as_array_mut().map(|events| events.remove(0)))
    })
    .await;
    spoil(|history| history["format"] = json!("boule-history/9")).await;
    spoil(|history| history["recommendations"][1]["id"] = json!("../etc")).await;
    spoil(|history| history["recommendations"][1]["id"] = history["recommendations"][0]["id"].clone()).await;
    spoil(|history| {
        let all = history["recommendations"].as_array_mut().expect("recommendations");
        let with = all.iter_mut().find(|one| one.get("files").is_some()).expect("a file");
        with["files"][0]["bytes"] = json!("c29tZXRoaW5nIGVsc2U=");
    })
    .await;
    spoil(|history| history["snapshots"][1]["bytes"] = json!("c29tZXRoaW5nIGVsc2U=")).await;
    spoil(|history| history["snapshots"][1]["number"] = json!(1)).await;
    spoil(|history| history["about"]["rule"]["zone"] = json!("Europe/Atlantis")).await;
}

#[tokio::test]
async fn feeds_and_calendars_are_read_by_others() {
    let town = Town::new().await;
    let feed = town.get(&format!("{COUNTY}/feed.atom")).await;
    let feed = atom_syndication::Feed::read_from(feed.body.as_bytes()).expect("Atom");
    assert!(feed.entries().len() > 20);
    assert!(feed.entries().is_sorted_by_key(|entry| std::cmp::Reverse(*entry.updated())));
    let ids: BTreeSet<&str> = feed.entries().iter().map(|entry| entry.id()).collect();
    assert_eq!(ids.len(), feed.entries().len());
    for (lang, words) in [("en", "Response published"), ("es", "Respuesta publicada")] {
        let spoken = town.get(&format!("{COUNTY}/feed.atom?lang={lang}")).await.body;
        let spoken = atom_syndication::Feed::read_from(spoken.as_bytes()).expect("Atom");
        assert_eq!(spoken.lang(), Some(lang));
        assert!(spoken.id().ends_with(&format!("/feed.atom?lang={lang}")), "{}", spoken.id());
        assert!(spoken.entries().iter().any(|entry| entry.title().value.contains(words)), "{lang}: {words}");
        let same: BTreeSet<&str> = spoken.entries().iter().map(|entry| entry.id()).collect();
        assert_eq!(same, ids, "an entry is the same in every language");
        let days = town.get(&format!("{COUNTY}/deadlines.ics?lang={lang}")).await.body;
        assert!(days.contains(["progress report", "informe"][usize::from(lang == "es")]), "{days}");
    }
    let unknown = town.get(&format!("{COUNTY}/feed.atom?lang=xx")).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.body.contains("there are en, es"), "{}", unknown.body);
    let calendar = town.get(&format!("{COUNTY}/deadlines.ics")).await.body;
    let open: usize = town.made.histories.iter().map(|(it, _)| it.open_deadlines().len()).sum();
    assert!(open > 40);
    assert_eq!(calendar.matches("BEGIN:VEVENT\r\n").count(), open);
    for day in calendar.lines().filter(|line| line.starts_with("DTSTART")) {
        assert!(
            day.starts_with("DTSTART;VALUE=DATE:20") && day.len() == "DTSTART;VALUE=DATE:20261122".len(),
            "{day}"
        );
    }
    let audit = town.get("/api/v1/audit/feed.atom").await;
    let audit = atom_syndication::Feed::read_from(audit.body.as_bytes()).expect("Atom");
    assert!(audit.entries().is_empty(), "all of it was written today");
}

#[tokio::test]
async fn the_administrator_makes_a_token_that_works_and_ends_it() {
    let house = crate::common::House::full().await;
    let cast = house.cast().await;
    let admin = &cast.iter().find(|(role, _)| *role == tracking::Role::Administrator).expect("one").1;
    let none = house.post(admin, "/staff/tokens", &[("name", "")]).await;
    assert!(none.body.contains("Tick at least one"), "{}", none.body);
    let fields = [("name", "Bridge"), ("scopes", token::HISTORY), ("assembly", ""), ("unit", "")];
    let page = house.post(admin, "/staff/tokens", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let is_secret = |word: &&str| {
        word.len() == 43 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let apart = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let secret = page.body.split(apart).find(is_secret).expect("shown once");
    let ask = async || {
        let request =
            Request::get(format!("{COUNTY}/history")).header("authorization", format!("Bearer {secret}"));
        house.send(request.body(Body::empty()).expect("a request")).await.status
    };
    assert_eq!(ask().await, StatusCode::OK);
    let again = house.get(admin, "/staff/tokens").await;
    assert!(again.body.contains("Bridge") && !again.body.contains(secret), "never shown again");
    let id = house.app.store.tokens().await.expect("tokens")[0].id.clone();
    house.post(admin, "/staff/tokens/end", &[("token", &id)]).await;
    assert_eq!(ask().await, StatusCode::UNAUTHORIZED);
}
