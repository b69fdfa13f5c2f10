//! Linked data (JSON-LD 1.1): assembly, departments, posts, recommendations and votes in the words of Popolo, with titles and
//! states in those of Dublin Core and schema.org. The context stands in the document: nothing has to be fetched to read it.
//! Posts, never people; a vote is its counts.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use store::{Post, Unit};
use tracking::{Recommendation, Vote};

use crate::access::{Access, Routes};
use crate::api::answer;
use crate::api::problem::Problem;
use crate::api::shape::address;
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::election::record;
use crate::fault::Fault;
use crate::page::escaped;

/// The media type of JSON-LD.
pub const MEDIA: &str = "application/ld+json";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/assemblies/{assembly}/popolo.jsonld", Access::Public, all).get(
        "/api/v1/assemblies/{assembly}/recommendations/{reference}/motion.jsonld",
        Access::Public,
        one,
    )
}

/// What the terms mean (popoloproject.com/specs, w3.org/TR/vocab-org, schema.org, dublincore.org).
fn context() -> Value {
    let node = |term: &str| json!({ "@id": term, "@type": "@id" });
    let texts = |term: &str| json!({ "@id": term, "@container": "@language" });
    let typed = |term: &str, of: &str| json!({ "@id": term, "@type": of });
    let of_class = |class: &str, organization: &str| json!({ "@id": class, "@context": { "organization": node(organization) } });
    let terms = [
        ("@version", json!(1.1)),
        ("id", json!("@id")),
        ("type", json!("@type")),
        ("org", json!("http://www.w3.org/ns/org#")),
        ("opengov", json!("http://www.w3.org/ns/opengov#")),
        ("schema", json!("http://schema.org/")),
        ("dct", json!("http://purl.org/dc/terms/")),
        ("skos", json!("http://www.w3.org/2004/02/skos/core#")),
        ("rdf", json!("http://www.w3.org/1999/02/22-rdf-syntax-ns#")),
        ("rdfs", json!("http://www.w3.org/2000/01/rdf-schema#")),
        ("xsd", json!("http://www.w3.org/2001/XMLSchema#")),
        ("Organization", json!("org:Organization")),
        ("Post", of_class("org:Post", "org:postIn")),
        ("Motion", of_class("opengov:Motion", "schema:publisher")),
        ("VoteEvent", of_class("opengov:VoteEvent", "schema:organizer")),
        ("Count", json!("opengov:Count")),
        ("CreativeWork", json!("schema:CreativeWork")),
        ("name", texts("skos:prefLabel")),
        ("label", texts("skos:prefLabel")),
        ("title", texts("dct:title")),
        ("text", texts("schema:text")),
        ("description", texts("dct:description")),
        ("identifier", json!("dct:identifier")),
        ("theme", json!("schema:about")),
        ("status", json!("schema:creativeWorkStatus")),
        ("parent", node("org:subOrganizationOf")),
        ("posts", node("org:hasPost")),
        ("founding_date", typed("schema:foundingDate", "xsd:date")),
        ("dissolution_date", typed("opengov:dissolutionDate", "xsd:date")),
        ("date", typed("dct:dateSubmitted", "xsd:date")),
        ("start_date", typed("schema:startDate", "xsd:date")),
        ("updated_at", typed("dct:modified", "xsd:dateTime")),
        ("links", node("rdfs:seeAlso")),
        ("vote_events", node("opengov:voteEvent")),
        ("motion", node("opengov:motion")),
        ("counts", node("opengov:count")),
        ("result", typed("opengov:result", "@vocab")),
        ("pass", json!("opengov:Pass")),
        ("fail", json!("opengov:Fail")),
        ("option", typed("rdf:type", "@vocab")),
        ("yes", json!("opengov:YesCount")),
        ("no", json!("opengov:NoCount")),
        ("abstain", json!("opengov:AbstainCount")),
        ("absent", json!("opengov:AbsentCount")),
        ("value", typed("rdf:value", "xsd:integer")),
    ];
    Value::Object(terms.into_iter().map(|(term, meaning)| (term.to_owned(), meaning)).collect())
}

fn here(site: &str, assembly: &str) -> String {
    format!("{site}/a/{}", escaped(assembly))
}

fn unit_id(site: &str, assembly: &str, unit: &str) -> String {
    format!("{}/departments/{}#unit", here(site, assembly), escaped(unit))
}

fn post_id(site: &str, assembly: &str, post: &Post) -> String {
    format!("{}/departments/{}#post-{}", here(site, assembly), escaped(&post.unit), escaped(&post.id))
}

/// An assembly with everything that is said of it in Popolo's words.
pub fn of_assembly(
    of: &Assembly,
    units: &[Unit],
    posts: &[Post],
    work: &[(String, Recommendation)],
    site: &str,
) -> Value {
    let own = |unit: &Unit| posts.iter().filter(|post| post.unit == unit.id).collect::<Vec<_>>();
    let mut graph = vec![filled(json!({
        "id": format!("{}#assembly", here(site, &of.id)),
        "type": "Organization",
        "identifier": of.id,
        "name": of.names,
        "description": of.about.remit,
        "founding_date": of.about.begins,
        "dissolution_date": of.about.ends,
        "links": here(site, &of.id),
    }))];
    for unit in units {
        let posts = own(unit);
        graph.push(filled(json!({
            "id": unit_id(site, &of.id, &unit.id),
            "type": "Organization",
            "identifier": unit.id,
            "name": unit.names,
            "parent": unit.parent.as_ref().map(|parent| unit_id(site, &of.id, parent)),
            "posts": posts.iter().map(|post| post_id(site, &of.id, post)).collect::<Vec<_>>(),
        })));
        graph.extend(posts.iter().map(|post| {
            json!({
                "id": post_id(site, &of.id, post),
                "type": "Post",
                "identifier": post.id,
                "label": post.names,
                "organization": unit_id(site, &of.id, &unit.id),
            })
        }));
    }
    for (_, it) in work {
        graph.extend(motion(it, site));
    }
    json!({ "@context": context(), "@graph": graph })
}

/// A recommendation and its vote.
fn motion(it: &Recommendation, site: &str) -> Vec<Value> {
    let page = address(site, &it.assembly, &it.reference);
    let last = it.texts.iter().filter_map(|(tag, all)| Some((tag.clone(), &all.last()?.wording)));
    let (titles, texts): (Map<_, _>, Map<_, _>) =
        last.map(|(tag, one)| ((tag.clone(), json!(one.title)), (tag, json!(one.text)))).unzip();
    let vote_id = it.vote.as_ref().map(|_| format!("{page}#vote"));
    let result = |vote: &Vote| if vote.carried() { "pass" } else { "fail" };
    let motion = json!({
        "id": format!("{page}#motion"),
        "type": ["Motion", "CreativeWork"],
        "identifier": it.reference,
        "organization": format!("{}#assembly", here(site, &it.assembly)),
        "title": titles,
        "text": texts,
        "theme": it.theme,
        "status": it.state.key(),
        "date": it.vote.as_ref().map(|vote| vote.on),
        "result": it.vote.as_ref().map(result),
        "vote_events": vote_id,
        "updated_at": it.updated_at,
        "links": page,
    });
    let vote = it.vote.as_ref().map(|vote| {
        let counts = [
            ("yes", vote.in_favour),
            ("no", vote.against),
            ("abstain", vote.abstain),
            ("absent", vote.absent),
        ];
        let counts = counts.map(|(option, n)| json!({ "type": "Count", "option": option, "value": n }));
        json!({
            "id": format!("{page}#vote"),
            "type": "VoteEvent",
            "organization": format!("{}#assembly", here(site, &it.assembly)),
            "motion": format!("{page}#motion"),
            "start_date": vote.on,
            "result": result(vote),
            "counts": counts,
        })
    });
    [Some(filled(motion)), vote].into_iter().flatten().collect()
}

/// An object without the fields in which nothing stands.
fn filled(value: Value) -> Value {
    let empty = |value: &Value| {
        value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty)
    };
    match value {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().filter(|(_, value)| !empty(value)).collect())
        }
        other => other,
    }
}

/// A document of linked data as an answer.
///
/// # Errors
/// Never: what is answered is data.
pub fn answered(headers: &HeaderMap, document: &Value) -> Result<Response, Problem> {
    let body = serde_json::to_string(document).map_err(Fault::broken)?;
    Ok(answer::text(headers, MEDIA, body))
}

async fn all(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let assembly = Assembly::find(&app, &id).await?;
    let (units, posts) = (app.store.units().await?, app.store.posts().await?);
    let work = record::of_assembly(&app, &id).await?;
    answered(&headers, &of_assembly(&assembly, &units, &posts, &work, &app.settings.url))
}

async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    let graph = motion(&case.recommendation, &app.settings.url);
    answered(&headers, &json!({ "@context": context(), "@graph": graph }))
}
