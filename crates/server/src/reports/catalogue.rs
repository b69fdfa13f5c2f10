//! The catalogue of an assembly's open data in the words of DCAT 3 as DCAT-AP uses them, as JSON-LD with its context inside.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::{bills, linked, office, year};
use crate::access::{Access, Routes};
use crate::api::problem::Problem;
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::page::escaped;
use crate::words::{Language, Words};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/api/v1/assemblies/{assembly}/catalogue.jsonld", Access::Public, show)
}

async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let assembly = Assembly::find(&app, &id).await?;
    linked::answered(&headers, &of(&app, &assembly).await?)
}

fn context() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

/// What the parts of a catalogue have in common.
struct Catalogue<'a> {
    site: &'a str,
    assembly: &'a Assembly,
    licence: Option<String>,
}

/// A way to get data.
struct Way {
    address: String,
    media: &'static str,
    /// Size and SHA-256, where the bytes never change.
    fixed: Option<(i64, String)>,
}

impl Way {
    fn new(address: String, media: &'static str) -> Self {
        Self { address, media, fixed: None }
    }
}

/// The catalogue.
///
/// # Errors
/// If the store cannot be read.
pub async fn of(app: &App, assembly: &Assembly) -> Result<Value, Fault> {
    let licence = office::licence(app, &assembly.id).await?;
    let site = app.settings.url.as_str();
    let own = Catalogue { site, assembly, licence };
    let mut datasets = own.always();
    let years = year::all(app, assembly).await?;
    datasets.extend(years.iter().map(|year| own.report(*year)));
    for bill in bills::of(app, &assembly.id).await? {
        let way = Way::new(own.api(&format!("bills/{}", escaped(&bill.entry.id))), "application/json");
        let title = |words: Words| words.with("dataset-bill", "bill", bills::title(words, &bill.value));
        datasets.push(own.dataset(&bill.entry.id, title, "dataset-bill-about", vec![way]));
    }
    for part in ["draw", "programme"] {
        let files = app.store.publications(&assembly.id, part).await?;
        let ways = files.iter().filter(|file| file.is_open).map(|file| Way {
            address: format!("{}/files/{part}/{}", own.page(), escaped(&file.path)),
            media: known(&file.media),
            fixed: None,
        });
        let ways: Vec<Way> = ways.collect();
        if !ways.is_empty() {
            let title = |words: Words| words.word("dataset", part);
            datasets.push(own.dataset(part, title, &format!("dataset-{part}-about"), ways));
        }
    }
    for one in app.store.snapshots(&assembly.id).await? {
        let way = Way {
            address: format!("{}/snapshots/{}", own.page(), one.number),
            media: "application/zip",
            fixed: Some((one.size, one.sha256.clone())),
        };
        let title = |words: Words| words.with("dataset-snapshot", "title", &one.title);
        let name = format!("snapshot-{}", one.number);
        let mut dataset = own.dataset(&name, title, "dataset-snapshot-about", vec![way]);
        dataset["dct:issued"] = json!({ "@type": "xsd:dateTime", "@value": one.taken_at });
        datasets.push(dataset);
    }
    Ok(own.whole(datasets))
}

/// The media type of a published file as the catalogue writes it.
fn known(media: &str) -> &'static str {
    match media.split(';').next().unwrap_or_default().trim() {
        "application/json" => "application/json",
        "text/csv" => "text/csv",
        "text/calendar" => "text/calendar",
        "text/html" => "text/html",
        "text/plain" => "text/plain",
        _ => "application/octet-stream",
    }
}

impl Catalogue<'_> {
    fn page(&self) -> String {
        format!("{}/a/{}", self.site, escaped(&self.assembly.id))
    }

    fn api(&self, rest: &str) -> String {
        format!("{}/api/v1/assemblies/{}/{rest}", self.site, escaped(&self.assembly.id))
    }

    /// A text in every language of the pages.
    fn texts(said: impl Fn(Words) -> String) -> Value {
        let one =
            |language: Language| json!({ "@language": language.tag(), "@value": said(Words::of(language)) });
        Language::all().map(one).collect()
    }

    fn publisher(&self) -> Value {
        let about = &self.assembly.about;
        let office = about.sponsor.as_ref().map(|sponsor| sponsor.office.as_str());
        let name = [about.commissioner.as_str(), office.unwrap_or_default()];
        let named = name.into_iter().find(|name| !name.is_empty());
        let name = named
            .map_or_else(|| Self::texts(|words| self.assembly.name(words).to_owned()), |name| json!(name));
        json!({ "@id": format!("{}#publisher", self.page()), "@type": "foaf:Agent", "foaf:name": name })
    }

    /// Puts the licence on, or says that none is named.
    fn licensed(&self, mut part: Value) -> Value {
        match &self.licence {
            Some(url) => part["dct:license"] = json!({ "@id": url, "@type": "dct:LicenseDocument" }),
            None => {
                let said = Self::texts(|words| words.say("dataset-no-licence"));
                part["dct:rights"] = json!({ "@type": "dct:RightsStatement", "dct:description": said });
            }
        }
        part
    }

    fn dataset(&self, name: &str, title: impl Fn(Words) -> String, about: &str, ways: Vec<Way>) -> Value {
        let ways: Vec<Value> = ways.into_iter().map(|way| self.distribution(way)).collect();
        json!({
            "@id": format!("{}/data#{}", self.page(), escaped(name)),
            "@type": "dcat:Dataset",
            "dct:title": Self::texts(title),
            "dct:description": Self::texts(|words| words.say(about)),
            "dct:publisher": { "@id": format!("{}#publisher", self.page()) },
            "dcat:landingPage": { "@id": format!("{}/data", self.page()), "@type": "foaf:Document" },
            "dcat:distribution": ways,
        })
    }

    fn distribution(&self, way: Way) -> Value {
        let media = format!("https://www.iana.org/assignments/media-types/{}", way.media);
        let mut said = json!({
            "@id": format!("{}#distribution", way.address),
            "@type": "dcat:Distribution",
            "dcat:accessURL": { "@id": way.address },
            "dcat:downloadURL": { "@id": way.address },
            "dcat:mediaType": { "@id": media, "@type": "dct:MediaType" },
        });
        if let Some((size, sha256)) = way.fixed {
            said["dcat:byteSize"] = json!({ "@type": "xsd:nonNegativeInteger", "@value": size.to_string() });
            said["spdx:checksum"] = json!({
                "@type": "spdx:Checksum",
                "spdx:algorithm": { "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256" },
                "spdx:checksumValue": { "@type": "xsd:hexBinary", "@value": sha256 },
            });
        }
        self.licensed(said)
    }

    /// What every assembly offers.
    fn always(&self) -> Vec<Value> {
        let id = escaped(&self.assembly.id);
        let list = |end: &str| format!("{}/api/v1/recommendations{end}?assembly={id}", self.site);
        let one = |name: &'static str, ways: Vec<Way>| {
            self.dataset(
                name,
                move |words| words.word("dataset", name),
                &format!("dataset-{name}-about"),
                ways,
            )
        };
        vec![
            one(
                "recommendations",
                vec![Way::new(list(".csv"), "text/csv"), Way::new(list(""), "application/json")],
            ),
            one("history", vec![Way::new(self.api("feed.atom"), "application/atom+xml")]),
            one("deadlines", vec![Way::new(self.api("deadlines.ics"), "text/calendar")]),
            one("popolo", vec![Way::new(self.api("popolo.jsonld"), linked::MEDIA)]),
        ]
    }

    fn report(&self, year: i16) -> Value {
        let ways = vec![
            Way::new(self.api(&format!("reports/{year}")), "application/json"),
            Way::new(self.api(&format!("reports/{year}/recommendations.csv")), "text/csv"),
            Way::new(self.api(&format!("reports/{year}/departments.csv")), "text/csv"),
        ];
        let title = |words: Words| words.with("report-of", "year", year);
        self.dataset(&format!("report-{year}"), title, "dataset-report-about", ways)
    }

    fn whole(&self, datasets: Vec<Value>) -> Value {
        // The names of languages that DCAT-AP asks for (publications.europa.eu/resource/authority/language).
        let language = |tag: &String| Language::from_tag(tag)?.code();
        let base = "http://publications.europa.eu/resource/authority/language";
        let named = self.assembly.about.languages.iter().filter_map(language);
        let languages: Vec<Value> = named
            .map(|code| json!({ "@id": format!("{base}/{code}"), "@type": "dct:LinguisticSystem" }))
            .collect();
        let served: Vec<Value> = datasets.iter().map(|one| json!({ "@id": one["@id"] })).collect();
        let service = json!({
            "@id": format!("{}/data#service", self.page()),
            "@type": "dcat:DataService",
            "dct:title": Self::texts(|words| words.say("dataset-service")),
            "dcat:endpointURL": { "@id": format!("{}/api/v1", self.site) },
            "dcat:endpointDescription": { "@id": format!("{}/api/v1/openapi.json", self.site) },
            "dcat:servesDataset": served,
        });
        let title = |words: Words| words.with("dataset-catalogue", "assembly", self.assembly.name(words));
        self.licensed(json!({
            "@context": context(),
            "@id": self.api("catalogue.jsonld"),
            "@type": "dcat:Catalog",
            "dct:title": Self::texts(title),
            "dct:description": Self::texts(|words| words.say("reports-about")),
            "dct:publisher": self.publisher(),
            "dct:language": languages,
            "foaf:homepage": { "@id": self.page(), "@type": "foaf:Document" },
            "dcat:dataset": datasets,
            "dcat:service": service,
        }))
    }
}
