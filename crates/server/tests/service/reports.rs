//! Annual reports, statements for bills, the catalogue and snapshots, as they are answered.

use crate::common::{House, Visitor, unzipped};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use tracking::Role;

const PUBLIC: &str = "/a/harbour-county";
const API: &str = "/api/v1/assemblies/harbour-county";
const STAFF: &str = "/staff/reports/harbour-county";
const BILL: &str = "/staff/bills/bill-harbour-county-bill-14--made-up-";

async fn secretariat(house: &House) -> Visitor {
    house.cast().await.into_iter().find(|(role, _)| *role == Role::Secretariat).unwrap().1
}

async fn json(house: &House, path: &str) -> Value {
    let answer = house.get(&Visitor::default(), path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// The bytes of an address.
async fn bytes(house: &House, path: &str) -> Vec<u8> {
    let response =
        house.router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn page_json_and_tables_of_a_year_say_the_same_and_add_up() {
    let house = House::full().await;
    let report = json(&house, &format!("{API}/reports/2026")).await;
    assert_eq!((report["from"].as_str(), report["until"].as_str()), (Some("2026-01-01"), Some("2026-11-21")));
    let lines = report["recommendations"].as_array().unwrap();
    for (key, n) in report["figures"].as_object().unwrap() {
        let sum = |list: &str| {
            let list = report[list].as_array().unwrap().iter();
            list.map(|one| one["figures"][key].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!(Some(sum("recommendations")), n.as_u64(), "{key}");
        assert_eq!(Some(sum("departments")), n.as_u64(), "{key}");
    }
    assert_eq!(report["figures"]["handed_over"].as_u64(), Some(lines.len() as u64));

    let table = bytes(&house, &format!("{API}/reports/2026/recommendations.csv")).await;
    let mut table = csv::Reader::from_reader(table.as_slice());
    let missed = table.headers().unwrap().iter().position(|name| name == "missed").unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(lines) {
        assert_eq!(Some(&row[0]), line["reference"].as_str());
        assert_eq!(row[missed].parse().ok(), line["figures"]["missed"].as_u64(), "{}", &row[0]);
    }
    for (cookie, words) in
        [("language=en", "How it stood at the end"), ("language=es", "Cómo estaba al final")]
    {
        let visitor = Visitor { cookie: cookie.into(), ..Visitor::default() };
        let page = house.get(&visitor, &format!("{PUBLIC}/reports/2026")).await.body;
        assert!(page.contains(words), "{words}");
        for line in lines {
            assert!(page.contains(line["reference"].as_str().unwrap()), "{}", line["reference"]);
        }
    }
}

#[tokio::test]
async fn a_year_that_is_over_stays_as_it_was() {
    let house = House::full().await;
    let first = house.get(&Visitor::default(), &format!("{API}/reports/2025")).await;
    for year in ["2027", "2026x", "1999", "-1", "99999"] {
        let status = house.get(&Visitor::default(), &format!("{PUBLIC}/reports/{year}")).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{year}");
    }
    assert_eq!(first.status, StatusCode::OK, "the demonstration is in its second year: {}", first.body);
    // Something happens today, and time goes by.
    let staff = house.cast().await;
    let officer = &staff.iter().find(|(role, _)| *role == Role::Officer).unwrap().1;
    let listed =
        house.app.store.list(&store::Filter::default(), store::Order::Reference, None, 100).await.unwrap();
    let own =
        listed.items.iter().find(|one| one.state == "in_delivery" && one.unit.as_deref() == Some("parks"));
    let id = &own.unwrap().id;
    let evidence = [
        ("title", "Minutes"),
        ("url", "https://town.example/minutes"),
        ("dated-day", "1"),
        ("dated-month", "11"),
        ("dated-year", "2026"),
        ("revision", &own.unwrap().revision.to_string()),
    ];
    let answer = house.post(officer, &format!("/staff/r/{id}/do/add_evidence"), &evidence).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    house.later(60 * 24 * 200);
    let later = house.get(&Visitor::default(), &format!("{API}/reports/2025")).await;
    assert_eq!(later.body, first.body);
    let whole = json(&house, &format!("{API}/reports/2026")).await;
    assert_eq!(whole["until"], "2026-12-31", "now it is over");
}

#[tokio::test]
async fn help_and_surveys_stand_in_the_report_of_the_year_of_their_day() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let help = |year: &'static str, note: &'static str| {
        [
            ("support-kind", "travel"),
            ("support-offered", "40"),
            ("support-used", "30"),
            ("support-note", note),
            ("support-on-day", "31"),
            ("support-on-month", "12"),
            ("support-on-year", year),
        ]
    };
    for (year, note) in [("2025", "Buses before"), ("2026", "Buses of this year")] {
        let answer = house.post(&staff, "/staff/worth/harbour-county/support", &help(year, note)).await;
        // The report of a running year goes to yesterday: its last day is none of it yet.
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    let undated = house.post(&staff, "/staff/worth/harbour-county/support", &help("", "Some day")).await;
    assert!(undated.body.contains("href=\"#support-on\""), "a day is asked for: {}", undated.body);
    let report = json(&house, &format!("{API}/reports/2026")).await;
    let kinds: Vec<&str> =
        report["support"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["stipend", "care", "technology"], "of 31 May 2026");
    // 118 of 120 and 3 of 120 would tell of two and of three people, 17 of 120 of nobody.
    let used: Vec<&Value> = report["support"].as_array().unwrap().iter().map(|one| &one["used"]).collect();
    assert_eq!(used, [&Value::Null, &Value::from(17), &Value::Null]);
    let survey = &report["surveys"][0];
    assert_eq!(
        (&survey["on"], &survey["changes"][0]["change"]["people"]),
        (&"2026-05-31".into(), &100.into())
    );
    let page = house.get(&Visitor::default(), &format!("{PUBLIC}/reports/2026")).await.body;
    assert!(page.contains("Questions of the first and the last evening (0 to 10) (31 May 2026)"), "{page}");
    assert!(!page.contains("Buses"), "neither the year before nor a day to come");
    house.later(60 * 24 * 45);
    let page = house.get(&Visitor::default(), &format!("{PUBLIC}/reports/2026")).await.body;
    assert!(page.contains("Buses of this year") && !page.contains("Buses before"), "the year is over");
}

#[tokio::test]
async fn a_bill_is_entered_linked_and_told() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let wrong = [("reference", "!"), ("url", "bills"), ("name-en", "")];
    let answer = house.post(&staff, &format!("{STAFF}/bill"), &wrong).await;
    for field in ["reference", "name-en", "url", "on"] {
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let bill = [
        ("reference", "Bill 20"),
        ("name-en", "Shade Bill"),
        ("url", "https://bills.example/20"),
        ("on-day", "2"),
        ("on-month", "11"),
        ("on-year", "2026"),
    ];
    let answer = house.post(&staff, &format!("{STAFF}/bill"), &bill).await;
    assert_eq!(answer.location(), "/staff/bills/bill-harbour-county-bill-20?done=saved", "{}", answer.body);
    let again = house.post(&staff, &format!("{STAFF}/bill"), &bill).await;
    assert!(again.body.contains("This bill is there already"));

    let path = "/staff/bills/bill-harbour-county-bill-20";
    let halves = [("recommendation", "R-99999"), ("relation", "partly"), ("revision", "1")];
    let answer = house.post(&staff, &format!("{path}/link"), &halves).await;
    for field in ["recommendation", "changed", "refused", "language"] {
        assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let link = [
        ("recommendation", "R-03"),
        ("relation", "partly"),
        ("provision", "section 2"),
        ("changed", "Every new school yard gets trees."),
        ("refused", "Yards that are there stay: no money this year."),
        ("language", "en"),
        ("revision", "1"),
    ];
    let answer = house.post(&staff, &format!("{path}/link"), &link).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    // The same form from a page that is old by now.
    let stale = house.post(&staff, &format!("{path}/link"), &link).await;
    assert!(stale.body.contains("Somebody else has changed this bill") && stale.body.contains("section 2"));

    let page =
        house.get(&Visitor::default(), &format!("{PUBLIC}/bills/bill-harbour-county-bill-20")).await.body;
    for words in
        ["Shade Bill", "R-03", "section 2", "Every new school yard", "no money this year", "does part of it"]
    {
        assert!(page.contains(words), "{words}");
    }
    // Whoever hears the page in another language hears each text in its own.
    let spanish = Visitor { cookie: "language=es".to_owned(), ..Visitor::default() };
    let heard = house.get(&spanish, &format!("{PUBLIC}/bills/bill-harbour-county-bill-20")).await.body;
    for marked in [
        "<span dir=\"auto\" lang=\"en\">section 2</span>",
        "<div class=\"boule-words\" dir=\"auto\" lang=\"en\">Every new school yard",
        "<div class=\"boule-words\" dir=\"auto\" lang=\"en\">Yards that are there",
        "lang=\"en\" dir=\"auto\">Shade Bill</dd>",
    ] {
        assert!(heard.contains(marked), "{marked}: {heard}");
    }
    assert!(house.get(&staff, path).await.body.contains(" lang=\"en\" dir=\"auto\">section 2</td>"));
    let said = json(&house, &format!("{API}/bills/bill-harbour-county-bill-20")).await;
    assert_eq!(said["links"][0]["language"], "en");
    let it = json(&house, &format!("{API}/recommendations/R-03")).await;
    assert_eq!(said["links"][0]["relation"], "partly");
    assert_eq!(
        said["links"][0]["asked"]["en"]["text"],
        it["texts"]["en"].as_array().unwrap().last().unwrap()["text"]
    );
    assert_eq!(said["handed_over"].as_u64().unwrap() - 1, said["not_named"].as_u64().unwrap());

    let gone = [("which", "R-03"), ("revision", "2")];
    assert_eq!(house.post(&staff, &format!("{path}/unlink"), &gone).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        json(&house, &format!("{API}/bills/bill-harbour-county-bill-20")).await["links"],
        serde_json::json!([])
    );
    assert_eq!(
        house.get(&Visitor::default(), "/a/another/bills/bill-harbour-county-bill-20").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_statement_says_of_each_link_what_was_asked_heard_changed_and_refused() {
    let house = House::full().await;
    let said = json(&house, &format!("{API}/bills/{}", BILL.rsplit('/').next().unwrap())).await;
    let links = said["links"].as_array().unwrap();
    let relations: Vec<&str> = links.iter().map(|link| link["relation"].as_str().unwrap()).collect();
    assert_eq!(relations, ["implements", "partly", "cites", "contradicts"]);
    for link in links {
        assert!(link["reasons"].as_object().is_some_and(|reasons| !reasons.is_empty()), "{link}");
        assert!(!link["asked"].as_object().unwrap().is_empty(), "{link}");
        let empty = |field: &str| link[field] == "";
        assert_eq!(empty("changed"), ["cites", "contradicts"].contains(&link["relation"].as_str().unwrap()));
        assert_eq!(empty("refused"), link["relation"] == "implements");
    }
    assert_eq!(links[0]["position"], "accepted");
    assert_eq!(links[3]["position"], "not_accepted");
}

#[tokio::test]
async fn a_snapshot_stays_the_same_bytes_and_says_the_hash_of_each_file() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    let empty = house.post(&staff, &format!("{STAFF}/snapshot"), &[("title", "")]).await;
    assert!(empty.body.contains("href=\"#title\""));
    let answer = house.post(&staff, &format!("{STAFF}/snapshot"), &[("title", "Before the summer")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let first = bytes(&house, &format!("{PUBLIC}/snapshots/1")).await;
    let listed = json(&house, &format!("{API}/snapshots")).await;
    assert_eq!(listed[0]["sha256"], hash(&first));
    assert_eq!(listed[0]["size"].as_u64(), Some(first.len() as u64));
    let public = house.get(&Visitor::default(), &format!("{PUBLIC}/reports")).await.body;
    assert!(public.contains("Before the summer") && public.contains(&hash(&first)));

    let files = unzipped(first.clone());
    for name in [
        "recommendations.csv",
        "recommendations.json",
        "reports/2026.json",
        "catalogue.jsonld",
        "popolo.jsonld",
    ] {
        assert!(files.contains_key(name), "{name} in {:?}", files.keys());
    }
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
    assert_eq!(sums.lines().count(), files.len() - 1, "a line for each file but itself");
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sum, hash(&files[name]), "{name}");
    }
    let everything: String =
        files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(!everything.contains("sample-"), "no id of a person");
    for word in ["\"respond\"", "\"propose_done\"", "\"send_back\""] {
        assert!(!everything.contains(word), "{word} is internal");
    }

    // The same data gives the same bytes; other data another snapshot, and the first stays.
    house
        .post(
            &staff,
            &format!("{STAFF}/licence"),
            &[("licence", "https://licence.example/"), ("licence-revision", "0")],
        )
        .await;
    house.later(20);
    house.post(&staff, &format!("{STAFF}/snapshot"), &[("title", "After it")]).await;
    let second = bytes(&house, &format!("{PUBLIC}/snapshots/2")).await;
    assert_ne!(second, first);
    assert_eq!(bytes(&house, &format!("{PUBLIC}/snapshots/1")).await, first);
    let entries = house.app.store.latest(Some("harbour-county"), None, 10).await;
    let noted = entries.unwrap().iter().any(|entry| entry.body.contains(&hash(&first)));
    assert!(noted, "the audit log holds the hash");
}

#[tokio::test]
async fn the_catalogue_names_every_dataset_and_every_address_in_it_answers() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    house.post(&staff, &format!("{STAFF}/snapshot"), &[("title", "One")]).await;
    let before = json(&house, &format!("{API}/catalogue.jsonld")).await;
    assert!(before.get("dct:license").is_none() && before["dct:rights"].is_object(), "none is named");
    let wrong = house
        .post(&staff, &format!("{STAFF}/licence"), &[("licence", "free"), ("licence-revision", "0")])
        .await;
    assert!(wrong.body.contains("href=\"#licence\""));
    let licence = "https://creativecommons.org/licenses/by/4.0/";
    let named = [("licence", licence), ("licence-revision", "0")];
    assert_eq!(house.post(&staff, &format!("{STAFF}/licence"), &named).await.status, StatusCode::SEE_OTHER);
    assert!(
        house.post(&staff, &format!("{STAFF}/licence"), &named).await.body.contains("href=\"#licence\""),
        "stale"
    );

    let catalogue = json(&house, &format!("{API}/catalogue.jsonld")).await;
    assert_eq!(catalogue["@type"], "dcat:Catalog");
    assert_eq!(catalogue["dct:license"]["@id"], licence);
    let datasets = catalogue["dcat:dataset"].as_array().unwrap();
    let mut asked = 0;
    for dataset in datasets {
        for field in ["@id", "dct:title", "dct:description", "dct:publisher", "dcat:distribution"] {
            assert!(!dataset[field].is_null(), "{field} of {dataset}");
        }
        for way in dataset["dcat:distribution"].as_array().unwrap() {
            assert_eq!(way["dct:license"]["@id"], licence);
            let address = way["dcat:downloadURL"]["@id"].as_str().unwrap();
            let path = address.strip_prefix(&house.app.settings.url).unwrap();
            let answer = house.get(&Visitor::default(), path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            let media =
                answer.headers["content-type"].to_str().unwrap().split(';').next().unwrap().to_owned();
            assert!(way["dcat:mediaType"]["@id"].as_str().unwrap().ends_with(&media), "{path} is {media}");
            asked += 1;
        }
    }
    assert!(datasets.len() >= 8 && asked >= 13, "{} datasets, {asked} ways", datasets.len());
    let ids: std::collections::BTreeSet<&str> =
        datasets.iter().map(|one| one["@id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), datasets.len(), "each is itself");
}

/// What DCAT-AP 3.0.0 (semiceu.github.io/DCAT-AP/releases/3.0.0) asks for, of the classes that the catalogue uses; the sections have
/// the names in the comments.
struct Shape {
    class: &'static str,
    /// Mandatory, with text.
    texts: &'static [&'static str],
    /// Mandatory, each another thing.
    things: &'static [&'static str],
    /// One at most.
    single: &'static [&'static str],
}

const SHAPES: [Shape; 6] = [
    // Catalogue
    Shape {
        class: "dcat:Catalog",
        texts: &["dct:title", "dct:description"],
        things: &["dct:publisher"],
        single: &["dct:publisher", "dct:license", "dct:rights", "foaf:homepage"],
    },
    // Dataset
    Shape {
        class: "dcat:Dataset",
        texts: &["dct:title", "dct:description"],
        things: &[],
        single: &["dct:publisher", "dct:issued"],
    },
    // Distribution
    Shape {
        class: "dcat:Distribution",
        texts: &[],
        things: &["dcat:accessURL"],
        single: &["dct:license", "dct:rights", "dcat:mediaType", "dcat:byteSize", "spdx:checksum"],
    },
    // Data Service
    Shape {
        class: "dcat:DataService",
        texts: &["dct:title"],
        things: &["dcat:endpointURL"],
        single: &["dct:license"],
    },
    // Agent
    Shape { class: "foaf:Agent", texts: &["foaf:name"], things: &[], single: &[] },
    // Checksum
    Shape {
        class: "spdx:Checksum",
        texts: &["spdx:checksumValue"],
        things: &["spdx:algorithm"],
        single: &["spdx:checksumValue", "spdx:algorithm"],
    },
];

/// Everything in a document of JSON-LD that is said to be of a class.
fn of_class<'a>(value: &'a Value, class: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| of_class(one, class, found)),
        Value::Object(fields) => {
            if fields.get("@type").is_some_and(|own| own == class) {
                found.push(value);
            }
            fields.values().for_each(|one| of_class(one, class, found));
        }
        _ => {}
    }
}

/// The values of a property.
fn values<'a>(node: &'a Value, property: &str) -> Vec<&'a Value> {
    match &node[property] {
        Value::Null => Vec::new(),
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    }
}

/// Where a catalogue is not what the profile asks for.
fn against_the_profile(catalogue: &Value) -> Vec<String> {
    let says = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let is_text = |value: &&Value| says(value) || says(&value["@value"]);
    let is_thing = |value: &&Value| says(&value["@id"]);
    let mut faults = Vec::new();
    for shape in SHAPES {
        let mut found = Vec::new();
        of_class(catalogue, shape.class, &mut found);
        if found.is_empty() {
            faults.push(format!("no {}", shape.class));
        }
        for node in found {
            let mut ask = |property: &str, holds: &dyn Fn(&[&Value]) -> bool| {
                if !holds(&values(node, property)) {
                    faults.push(format!("{property} of {} {}", shape.class, node["@id"]));
                }
            };
            for property in shape.texts {
                ask(property, &|all| !all.is_empty() && all.iter().all(is_text));
            }
            for property in shape.things {
                ask(property, &|all| !all.is_empty() && all.iter().all(is_thing));
            }
            for property in shape.single {
                ask(property, &|all| all.len() <= 1);
            }
        }
    }
    faults
}

/// The same document without a property, wherever something of a class has it.
fn without(value: &mut Value, class: &str, property: &str) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| without(one, class, property)),
        Value::Object(fields) => {
            if fields.get("@type").is_some_and(|own| own == class) {
                fields.remove(property);
            }
            fields.values_mut().for_each(|one| without(one, class, property));
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_catalogue_has_what_dcat_ap_makes_mandatory() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    house.post(&staff, &format!("{STAFF}/snapshot"), &[("title", "One")]).await;
    let catalogue = json(&house, &format!("{API}/catalogue.jsonld")).await;
    assert_eq!(against_the_profile(&catalogue), Vec::<String>::new());
    for shape in SHAPES {
        for property in shape.texts.iter().chain(shape.things) {
            let mut spoilt = catalogue.clone();
            without(&mut spoilt, shape.class, property);
            assert!(!against_the_profile(&spoilt).is_empty(), "{property} of {} is missed", shape.class);
        }
    }
    // Whoever publishes a dataset is somebody whom the catalogue names.
    let mut agents = Vec::new();
    of_class(&catalogue, "foaf:Agent", &mut agents);
    for dataset in catalogue["dcat:dataset"].as_array().unwrap() {
        let publisher = &dataset["dct:publisher"]["@id"];
        assert!(agents.iter().any(|agent| agent["@id"] == *publisher), "{publisher}");
    }
    // The namespaces are those that the specification uses, and no other.
    let namespaces = serde_json::json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    });
    assert_eq!(catalogue["@context"], namespaces);
}

#[tokio::test]
async fn linked_data_has_posts_votes_and_no_people() {
    let house = House::full().await;
    let linked = json(&house, &format!("{API}/popolo.jsonld")).await;
    let graph = linked["@graph"].as_array().unwrap();
    let of = |kind: &str| {
        let is = |node: &&Value| match &node["type"] {
            Value::Array(all) => all.iter().any(|one| one == kind),
            one => one == kind,
        };
        graph.iter().filter(is).collect::<Vec<_>>()
    };
    let ids: std::collections::BTreeSet<&str> =
        graph.iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), graph.len(), "each is there once");
    for (kind, field) in [("Post", "organization"), ("Motion", "organization"), ("VoteEvent", "motion")] {
        assert!(of(kind).len() > 5, "{kind}");
        for node in of(kind) {
            assert!(ids.contains(node[field].as_str().unwrap()), "{field} of {node}");
        }
    }
    for vote in of("VoteEvent") {
        let count = |option: &str| {
            let counts = vote["counts"].as_array().unwrap();
            counts.iter().find(|count| count["option"] == option).unwrap()["value"].as_u64().unwrap()
        };
        assert_eq!(vote["result"] == "pass", count("yes") > count("no"), "{vote}");
    }
    let text = linked.to_string();
    assert!(!text.contains("\"Person\"") && !text.contains("sample-"), "posts, never people");
    // Every term that is used is explained in the document itself; this one for each class by itself.
    let context = linked["@context"].as_object().unwrap();
    for node in graph {
        for key in node.as_object().unwrap().keys() {
            assert!(context.contains_key(key) || key == "organization", "{key}");
        }
    }
}

#[tokio::test]
async fn another_assembly_is_not_within_reach() {
    let house = House::full().await;
    let staff = secretariat(&house).await;
    for path in ["/staff/reports/another/bill", "/staff/reports/another/snapshot", "/staff/bills/none/link"] {
        assert_eq!(house.post(&staff, path, &[("title", "x")]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
