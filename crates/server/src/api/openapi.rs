//! The API written down: an OpenAPI 3.1 document, made from one list of operations. A test holds the list against the routes.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use tracking::{Delivery, Grade, Position, State as Stage};

use super::problem::Problem;
use super::schemas::{schemas, words};
use super::{answer, query, token};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::words::Language;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/openapi.json", Access::Public, show)
}

/// One thing that the API can do.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The method, in lower case.
    pub method: &'static str,
    /// The path, as axum and OpenAPI both write it.
    pub path: &'static str,
    /// Its name for programs.
    id: &'static str,
    /// What it does.
    summary: &'static str,
    /// The scope that a token needs; none for everybody.
    pub scope: Option<&'static str>,
    /// Whether it takes the parameters of a list.
    lists: bool,
    /// The schema of its body.
    body: Option<&'static str>,
    /// The types and schemas of its answers; none is plain text.
    answers: &'static [(&'static str, &'static str, Option<&'static str>)],
}

const JSON: &str = "application/json";
const ATOM: &str = "application/atom+xml";
const ICS: &str = "text/calendar";
const CSV: &str = "text/csv";
const LINKED: &str = "application/ld+json";

const fn reading(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation { method: "get", path, id, summary, scope: None, lists: false, body: None, answers: &[] }
}

/// Everything that the API can do.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        answers: &[("200", JSON, None)],
        ..reading("/api/v1/openapi.json", "openapi", "This document.")
    },
    Operation {
        answers: &[("200", JSON, Some("Assemblies"))],
        ..reading("/api/v1/assemblies", "assemblies", "All assemblies.")
    },
    Operation {
        answers: &[("200", JSON, Some("Assembly"))],
        ..reading("/api/v1/assemblies/{assembly}", "assembly", "One assembly.")
    },
    Operation {
        answers: &[("200", JSON, Some("Units"))],
        ..reading("/api/v1/units", "units", "The units that answer, with their posts.")
    },
    Operation {
        lists: true,
        answers: &[("200", JSON, Some("Page"))],
        ..reading(
            "/api/v1/recommendations",
            "recommendations",
            "Recommendations that the assemblies voted on, page by page.",
        )
    },
    Operation {
        lists: true,
        answers: &[("200", "text/csv", None)],
        ..reading(
            "/api/v1/recommendations.csv",
            "table",
            "The same as a table, without pages. A cell that begins with =, +, -, @, ', a tab or a line's end has an apostrophe in front.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Recommendation"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}",
            "recommendation",
            "One recommendation.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Events"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/events",
            "events",
            "Its public history: posts, never people.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("AnnualReport"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/reports/{year}",
            "annualReport",
            "A year, as it stood at its end (or at the end of yesterday): figures, departments, recommendations, costs, outcomes.",
        )
    },
    Operation {
        answers: &[("200", CSV, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/reports/{year}/recommendations.csv",
            "annualReportTable",
            "The recommendations of that report as a table.",
        )
    },
    Operation {
        answers: &[("200", CSV, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/reports/{year}/departments.csv",
            "annualReportDepartments",
            "The departments of that report as a table.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Bills"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/bills",
            "bills",
            "Bills, and what each makes of which recommendation.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Statement"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/bills/{bill}",
            "statement",
            "The participation statement of a bill: asked, heard, changed, refused and why.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Snapshots"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/snapshots",
            "snapshots",
            "Snapshots of the open data, each with its hash and where it is.",
        )
    },
    Operation {
        answers: &[("200", LINKED, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/catalogue.jsonld",
            "catalogue",
            "The catalogue of the assembly's data in the words of DCAT.",
        )
    },
    Operation {
        answers: &[("200", LINKED, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/popolo.jsonld",
            "linkedData",
            "Assembly, departments, posts, recommendations and votes in the words of Popolo.",
        )
    },
    Operation {
        answers: &[("200", LINKED, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/motion.jsonld",
            "linkedRecommendation",
            "One recommendation and its vote in the same words.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Exchange"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/exchange",
            "exchange",
            "Answered questions, how many wait, and published comments.",
        )
    },
    Operation {
        answers: &[("200", JSON, Some("Scores"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/scores",
            "scores",
            "The members' scores of every round that is over; where few answered, nothing is told.",
        )
    },
    Operation {
        answers: &[("200", "text/csv", None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/scores.csv",
            "scoresTable",
            "The same as a table; what may not be told is an empty cell.",
        )
    },
    Operation {
        answers: &[("200", ATOM, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/feed.atom",
            "assemblyFeed",
            "What happened in an assembly lately.",
        )
    },
    Operation {
        answers: &[("200", ATOM, None)],
        ..reading("/api/v1/units/{unit}/feed.atom", "unitFeed", "What happened in a unit lately.")
    },
    Operation {
        answers: &[("200", ATOM, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/feed.atom",
            "recommendationFeed",
            "What happened to a recommendation.",
        )
    },
    Operation {
        answers: &[("200", ATOM, None)],
        ..reading(
            "/api/v1/audit/feed.atom",
            "auditFeed",
            "The head of the audit log as the last day (UTC) left it.",
        )
    },
    Operation {
        answers: &[("200", ICS, None)],
        ..reading(
            "/api/v1/assemblies/{assembly}/deadlines.ics",
            "assemblyDeadlines",
            "What is due in an assembly.",
        )
    },
    Operation {
        answers: &[("200", ICS, None)],
        ..reading("/api/v1/units/{unit}/deadlines.ics", "unitDeadlines", "What is due in a unit.")
    },
    Operation {
        method: "put",
        scope: Some(token::RECOMMENDATIONS),
        body: Some("NewRecommendation"),
        answers: &[("200", JSON, Some("Recommendation")), ("201", JSON, Some("Recommendation"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/external/{external_id}",
            "upsert",
            "Writes a recommendation down, or brings theme and texts up to date, by the id of another system. Once a text is \
             adopted only the secretariat corrects it.",
        )
    },
    Operation {
        method: "post",
        scope: Some(token::PROGRESS),
        body: Some("NewProgress"),
        answers: &[("201", JSON, Some("Recommendation"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/progress",
            "reportProgress",
            "Reports progress on a recommendation in delivery.",
        )
    },
    Operation {
        method: "post",
        scope: Some(token::EVIDENCE),
        body: Some("NewEvidence"),
        answers: &[("201", JSON, Some("Recommendation"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/evidence",
            "addEvidence",
            "Adds evidence.",
        )
    },
    Operation {
        scope: Some(token::HISTORY),
        answers: &[("200", JSON, Some("History"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/history",
            "exportHistory",
            "An assembly with every event of its recommendations, with opaque ids of people and what is not public yet.",
        )
    },
    Operation {
        method: "put",
        scope: Some(token::RESTORE),
        body: Some("History"),
        answers: &[("201", JSON, Some("Imported"))],
        ..reading(
            "/api/v1/assemblies/{assembly}/history",
            "importHistory",
            "Brings an exported assembly into a service that does not have it. Units and posts that are there already stay as they are and are listed under `kept`; with another name or in another unit nothing is brought in.",
        )
    },
];

async fn show(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    answer::json(&headers, &document(&app.settings.url))
}

/// The document, for a service at `site`.
pub fn document(site: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Boule: what becomes of recommendations",
            "version": "1",
            "description": "Reading needs no key. Writing needs a token with the scope that the operation names, given out by the \
                            administrator. Every refusal is a problem document (RFC 9457) with every reason.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": site }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut said = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters(operation),
        "responses": answers(operation),
        "security": operation.scope.map_or_else(|| json!([]), |scope| json!([{ "token": [scope] }])),
    });
    if let Some(body) = operation.body {
        said["requestBody"] = json!({ "required": true, "content": { JSON: { "schema": reference(body) } } });
    }
    said
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn answers(operation: &Operation) -> Value {
    let mut said: Map<String, Value> = Map::new();
    for (status, media, schema) in operation.answers {
        let schema = schema.map_or_else(
            || if [JSON, LINKED].contains(media) { json!({}) } else { json!({ "type": "string" }) },
            reference,
        );
        let answer = json!({ "description": "Done.", "content": { *media: { "schema": schema } } });
        said.insert((*status).to_owned(), answer);
    }
    if operation.method == "get" {
        said.insert("304".into(), json!({ "description": "The reader has it already." }));
    }
    let mut problem = |status: &str, why: &str| {
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        said.insert(status.to_owned(), json!({ "description": why, "content": content }));
    };
    if operation.lists || operation.body.is_some() || is_spoken(operation) {
        problem("400", "Parameters or body cannot be read.");
    }
    if operation.scope.is_some() {
        problem("401", "There is no token, or it does not work.");
        problem("403", "The token may not do this, or not here.");
    }
    if operation.path.contains('{') {
        problem("404", "There is no such thing, or it is not public.");
    }
    if operation.body.is_some() {
        problem("409", "Somebody else was faster, or the name is taken.");
        problem("413", "The body is too large.");
        problem("415", "The body is not JSON.");
        problem("422", "Refused by the rules: each reason is listed.");
    }
    problem("429", "Too many requests: wait as long as Retry-After says.");
    problem("503", "The service is busy: try again.");
    Value::Object(said)
}

/// Whether its answer has words of a language, which the address may name.
fn is_spoken(operation: &Operation) -> bool {
    let is_feed = operation.answers.iter().any(|(_, media, _)| matches!(*media, ATOM | ICS));
    is_feed && operation.id != "auditFeed"
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let text = json!({ "type": "string", "minLength": 1 });
    let parameter = |place: &str, name: &str, about: &str, schema: Value| json!({ "name": name, "in": place, "required": place == "path", "description": about, "schema": schema });
    let mut list: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| parameter("path", name, "As the lists say.", text.clone()))
        .collect();
    if operation.lists {
        list.extend(query::PARAMETERS.iter().map(|name| {
            let (about, schema) = asked(name);
            let mut said = parameter("query", name, about, schema);
            if said["schema"]["type"] == "array" {
                said["explode"] = json!(false);
            }
            said
        }));
    }
    if is_spoken(operation) {
        let tags: Vec<_> = Language::all().map(|one| one.tag()).collect();
        let about = "The language of its words; else that of Accept-Language.";
        list.push(parameter("query", "lang", about, json!({ "type": "string", "enum": tags })));
    }
    if operation.method == "get" {
        list.push(parameter(
            "header",
            "If-None-Match",
            "The ETag of the answer that you have.",
            json!({ "type": "string" }),
        ));
    }
    if operation.body.is_some() {
        let key = json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$" });
        let about =
            "A new one for each request: the same request with the same key is done once and answered alike.";
        list.push(parameter("header", "Idempotency-Key", about, key));
    }
    list
}

/// What a parameter of a list means, and what it may be.
fn asked(name: &str) -> (&'static str, Value) {
    let text = || json!({ "type": "string" });
    let several = |all: Value| json!({ "type": "array", "items": all, "minItems": 1 });
    match name {
        "assembly" => ("Of this assembly.", text()),
        "state" => ("In one of these states.", several(words(Stage::ALL.iter().map(|one| one.key())))),
        "position" => {
            ("With one of these positions.", several(words(Position::ALL.iter().map(|one| one.key()))))
        }
        "delivery" => {
            ("Reported so by the department.", several(words(Delivery::ALL.iter().map(|one| one.key()))))
        }
        "grade" => ("Found so by somebody outside.", several(words(Grade::ALL.iter().map(|one| one.key())))),
        "theme" => ("Of this theme.", text()),
        "unit" => ("Answered for by this unit.", text()),
        "overdue" => ("With something overdue.", words(["true", "false"].into_iter())),
        "updated_since" => {
            ("Changed at this time or later.", json!({ "type": "string", "format": "date-time" }))
        }
        "q" => ("With all of these words in reference, theme, title or text.", text()),
        "order" => (
            "By reference, or what changed first, or last, or what is due first.",
            words(["reference", "updated", "newest", "due"].into_iter()),
        ),
        "limit" => (
            "How many on a page.",
            json!({ "type": "integer", "minimum": 1, "maximum": query::LIMIT.1, "default": query::LIMIT.0 }),
        ),
        _ => ("The place where the page begins: part of `next`.", text()),
    }
}
