//! The forms of what the API takes and gives, as JSON Schema.

use serde_json::{Map, Value, json};
use tracking::{
    Delivery, Duty, Figures, Gap, Grade, Position, Relation, Role, Side, Start, State, Through, Verb,
};

/// One of these words.
pub fn words<'a>(all: impl Iterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": all.collect::<Vec<_>>() })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn whole() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn maybe(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// By language tag.
fn by_language(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with all of these fields and no other.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    some_of(fields, &[])
}

/// An object with these fields, of which some may be left out.
fn some_of<const N: usize>(fields: [(&str, Value); N], optional: &[&str]) -> Value {
    let required: Vec<&str> =
        fields.iter().map(|(name, _)| *name).filter(|name| !optional.contains(name)).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Every schema by its name.
pub fn schemas() -> Value {
    let all = [
        ("Assembly", assembly()),
        ("Assemblies", list(named("Assembly"))),
        ("Units", list(unit())),
        (
            "Page",
            object([("items", list(named("Recommendation"))), ("count", whole()), ("next", maybe(text()))]),
        ),
        ("Recommendation", recommendation()),
        ("Events", list(event())),
        ("AnnualReport", annual_report()),
        ("Bills", list(object(bill()))),
        ("Statement", statement()),
        ("Snapshots", list(snapshot())),
        ("Exchange", exchange()),
        ("Scores", list(round())),
        ("NewRecommendation", new_recommendation()),
        ("NewProgress", new_progress()),
        ("NewEvidence", new_evidence()),
        ("History", history()),
        (
            "Imported",
            object([
                ("assembly", text()),
                ("recommendations", whole()),
                ("kept", object([("units", list(text())), ("posts", list(text()))])),
            ]),
        ),
        ("Problem", problem()),
    ];
    Value::Object(all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect())
}

fn assembly() -> Value {
    let clock = object([
        ("duty", words(Duty::ALL.iter().map(|one| one.key()))),
        ("starts", list(words(Start::ALL.iter().map(|one| one.key())))),
        ("period", text()),
        ("then_every", maybe(text())),
    ]);
    let rule =
        object([("id", text()), ("version", whole()), ("legal_basis", text()), ("clocks", list(clock))]);
    object([
        ("id", text()),
        ("names", by_language(text())),
        ("languages", list(text())),
        ("commissioner", text()),
        ("remit", by_language(text())),
        ("members", maybe(whole())),
        ("begins", maybe(day())),
        ("ends", maybe(day())),
        ("rule", rule),
        ("revision", whole()),
        ("url", text()),
    ])
}

fn unit() -> Value {
    let post = object([("id", text()), ("names", by_language(text()))]);
    object([("id", text()), ("parent", maybe(text())), ("names", by_language(text())), ("posts", list(post))])
}

fn recommendation() -> Value {
    let position = || words(Position::ALL.iter().map(|one| one.key()));
    let remark = || object([("text", text()), ("at", time()), ("through", maybe(through()))]);
    object([
        ("assembly", text()),
        ("reference", text()),
        ("external_id", maybe(text())),
        ("theme", text()),
        ("texts", by_language(list(version()))),
        ("locked_at", maybe(time())),
        ("vote", maybe(vote())),
        ("minority", list(object([("language", text()), ("text", text()), ("members", maybe(whole()))]))),
        ("withdrawal", maybe(vote())),
        ("report", maybe(object([("title", text()), ("url", maybe(text()))]))),
        ("state", words(State::ALL.iter().map(|one| one.key()))),
        ("position", maybe(position())),
        ("counts_as_accepted", flag()),
        ("delivery", words(Delivery::ALL.iter().map(|one| one.key()))),
        ("grade", maybe(words(Grade::ALL.iter().map(|one| one.key())))),
        ("disputed", flag()),
        ("assignment", maybe(assignment())),
        ("responses", list(response())),
        (
            "forwarding",
            maybe(object([("body", text()), ("letter", text()), ("at", time()), ("answer", maybe(text()))])),
        ),
        ("commitments", list(commitment())),
        ("progress", list(progress())),
        ("stalled", maybe(object([("reason", text()), ("unblock", text())]))),
        ("evidence", list(evidence())),
        ("verifications", list(verification())),
        ("replies", list(remark())),
        ("disputes", list(remark())),
        ("deadlines", list(deadline())),
        ("due", maybe(day())),
        ("overdue", flag()),
        ("revision", whole()),
        ("updated_at", time()),
        ("url", text()),
    ])
}

fn version() -> Value {
    object([
        ("number", whole()),
        ("title", text()),
        ("text", text()),
        ("sha256", text()),
        ("at", time()),
        ("why", maybe(text())),
    ])
}

fn vote() -> Value {
    object([("on", day()), ("for", whole()), ("against", whole()), ("abstain", whole()), ("absent", whole())])
}

fn assignment() -> Value {
    object([
        ("unit", text()),
        ("accountable", text()),
        ("deputy", text()),
        ("responsible", list(text())),
        ("consulted", list(text())),
        ("informed", list(text())),
    ])
}

fn response() -> Value {
    object([
        ("number", whole()),
        ("position", words(Position::ALL.iter().map(|one| one.key()))),
        ("reasons", by_language(text())),
        ("why", maybe(text())),
        ("members_told", maybe(text())),
        ("drafted_by", maybe(text())),
        ("approved_by", maybe(text())),
        ("signed_by", maybe(text())),
        ("published_at", maybe(time())),
    ])
}

fn commitment() -> Value {
    let milestone =
        object([("number", whole()), ("title", text()), ("due", day()), ("met_at", maybe(time()))]);
    object([
        ("number", whole()),
        ("deliverable", text()),
        ("post", text()),
        ("due", day()),
        ("budget_line", maybe(text())),
        ("organisation", maybe(text())),
        ("milestones", list(milestone)),
    ])
}

fn progress() -> Value {
    let delivery = words(Delivery::ALL.iter().map(|one| one.key()));
    object([
        ("commitment", maybe(whole())),
        ("delivery", delivery),
        ("text", text()),
        ("at", time()),
        ("post", maybe(text())),
    ])
}

/// How words came in that somebody else entered.
fn through() -> Value {
    words(Through::ALL.iter().map(|one| one.key()))
}

fn evidence() -> Value {
    object([
        ("number", whole()),
        ("commitment", maybe(whole())),
        ("title", text()),
        ("url", maybe(text())),
        ("file", maybe(text())),
        ("sha256", maybe(text())),
        ("dated", day()),
        ("at", time()),
        ("post", maybe(text())),
    ])
}

fn verification() -> Value {
    let grade = maybe(words(Grade::ALL.iter().map(|one| one.key())));
    object([("grade", grade), ("note", text()), ("at", time()), ("post", maybe(text()))])
}

fn deadline() -> Value {
    object([
        ("number", whole()),
        ("duty", words(Duty::ALL.iter().map(|one| one.key()))),
        ("commitment", maybe(whole())),
        ("milestone", maybe(whole())),
        ("started", day()),
        ("due", day()),
        ("rule", maybe(text())),
        ("extended_from", maybe(day())),
        ("extension_reason", maybe(text())),
        ("ended", maybe(day())),
        ("met", flag()),
        ("lapsed", flag()),
        ("overdue", flag()),
    ])
}

fn exchange() -> Value {
    let said = || {
        object([
            ("text", text()),
            ("at", time()),
            ("role", words(Role::ALL.iter().map(|one| one.key()))),
            ("post", maybe(text())),
            ("through", maybe(through())),
        ])
    };
    let open = object([("waits_for", words(Side::ALL.iter().map(|one| one.key()))), ("since", time())]);
    object([
        ("questions", list(list(said()))),
        ("open", list(open)),
        ("set_aside", list(text())),
        ("comments", list(said())),
        ("refused", list(text())),
    ])
}

fn round() -> Value {
    let figures = || {
        object([
            ("answers", whole()),
            ("mean_tenths", maybe(whole())),
            ("median_tenths", maybe(whole())),
            ("counts", list(whole())),
        ])
    };
    let scored = object([("reference", text()), ("scores", maybe(figures()))]);
    object([
        ("name", text()),
        ("from", day()),
        ("until", day()),
        ("total", maybe(figures())),
        ("recommendations", list(scored)),
    ])
}

fn event() -> Value {
    let state = || words(State::ALL.iter().map(|one| one.key()));
    object([
        ("sequence", whole()),
        ("at", time()),
        ("verb", words(Verb::ALL.iter().map(|one| one.key()))),
        ("from", maybe(state())),
        ("to", state()),
        ("role", words(Role::ALL.iter().map(|one| one.key()))),
        ("post", maybe(text())),
    ])
}

fn annual_report() -> Value {
    let figures = || {
        let fields = Figures::ALL.iter().map(|(key, _)| ((*key).to_owned(), whole()));
        let keys: Vec<&str> = Figures::ALL.iter().map(|(key, _)| *key).collect();
        let fields: Map<String, Value> = fields.collect();
        json!({ "type": "object", "properties": fields, "required": keys, "additionalProperties": false })
    };
    let line = object([
        ("reference", text()),
        ("titles", by_language(text())),
        ("unit", maybe(text())),
        ("state", words(State::ALL.iter().map(|one| one.key()))),
        ("position", maybe(words(Position::ALL.iter().map(|one| one.key())))),
        ("delivery", words(Delivery::ALL.iter().map(|one| one.key()))),
        ("grade", maybe(words(Grade::ALL.iter().map(|one| one.key())))),
        ("gap", maybe(words(Gap::ALL.iter().map(|one| one.key())))),
        ("figures", figures()),
        ("url", text()),
    ]);
    let cost = object([
        ("purpose", words(worth::Purpose::ALL.iter().map(|one| one.key()))),
        ("what", text()),
        ("amount", text()),
        ("on", day()),
        ("source", text()),
        ("recommendation", maybe(text())),
    ]);
    let measure = object([
        ("on", day()),
        ("value", json!({ "type": "number" })),
        ("source", text()),
        ("independent", flag()),
    ]);
    let outcome = object([
        ("recommendation", text()),
        ("indicator", text()),
        ("unit", text()),
        ("more_is_better", flag()),
        ("measures", list(measure)),
    ]);
    let support = object([
        ("kind", words(worth::Kind::ALL.iter().map(|one| one.key()))),
        ("on", day()),
        ("offered", maybe(whole())),
        ("used", maybe(whole())),
        ("cost", maybe(text())),
        ("note", text()),
    ]);
    let number = || json!({ "type": "number" });
    let change = object([
        ("people", whole()),
        ("before", number()),
        ("after", number()),
        ("low", number()),
        ("high", number()),
    ]);
    let change = object([("question", text()), ("group", maybe(text())), ("change", maybe(change))]);
    let survey = object([("name", text()), ("on", day()), ("changes", list(change))]);
    object([
        ("assembly", text()),
        ("year", whole()),
        ("from", day()),
        ("until", day()),
        ("figures", figures()),
        ("departments", list(object([("unit", maybe(text())), ("figures", figures())]))),
        ("recommendations", list(line)),
        ("costs", list(cost)),
        ("outcomes", list(outcome)),
        ("support", list(support)),
        ("surveys", list(survey)),
    ])
}

fn linked() -> [(&'static str, Value); 6] {
    [
        ("recommendation", text()),
        ("relation", words(Relation::ALL.iter().map(|one| one.key()))),
        ("provision", text()),
        ("changed", text()),
        ("refused", text()),
        ("language", maybe(text())),
    ]
}

fn bill() -> [(&'static str, Value); 8] {
    [
        ("id", text()),
        ("assembly", text()),
        ("reference", text()),
        ("titles", by_language(text())),
        ("bill_url", maybe(text())),
        ("on", day()),
        ("links", list(object(linked()))),
        ("url", text()),
    ]
}

fn statement() -> Value {
    let [recommendation, relation, provision, changed, refused, language] = linked();
    let promise = object([("deliverable", text()), ("due", day())]);
    let part = object([
        recommendation,
        relation,
        provision,
        changed,
        refused,
        language,
        ("asked", by_language(object([("title", text()), ("text", text())]))),
        ("vote", maybe(vote())),
        ("position", maybe(words(Position::ALL.iter().map(|one| one.key())))),
        ("reasons", maybe(by_language(text()))),
        ("answered_at", maybe(time())),
        ("replies", whole()),
        ("promised", list(promise)),
        ("url", text()),
    ]);
    let [id, assembly, reference, titles, bill_url, on, _, url] = bill();
    object([
        id,
        assembly,
        reference,
        titles,
        bill_url,
        on,
        ("links", list(part)),
        url,
        ("handed_over", whole()),
        ("not_named", whole()),
    ])
}

fn snapshot() -> Value {
    object([
        ("number", whole()),
        ("title", text()),
        ("taken_at", time()),
        ("sha256", text()),
        ("size", whole()),
        ("url", text()),
    ])
}

fn new_recommendation() -> Value {
    let filled = json!({ "type": "string", "minLength": 1 });
    let wording = object([("title", filled.clone()), ("text", filled.clone())]);
    let texts = json!({
        "type": "object", "additionalProperties": wording, "minProperties": 1,
        "propertyNames": { "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$" },
    });
    let reference = json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,40}$" });
    let fields = [
        ("reference", reference),
        ("theme", filled),
        ("texts", texts),
        ("revision", maybe(whole())),
        ("why", maybe(text())),
    ];
    some_of(fields, &["revision", "why"])
}

fn new_progress() -> Value {
    let delivery = words(
        [Delivery::NotStarted, Delivery::UnderWay, Delivery::PartlyDone, Delivery::Stalled]
            .iter()
            .map(|one| one.key()),
    );
    some_of([("delivery", delivery), ("text", text()), ("revision", maybe(whole()))], &["revision"])
}

fn new_evidence() -> Value {
    let hash = json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" });
    let fields = [
        ("title", text()),
        ("url", json!({ "type": "string", "pattern": "^https?://" })),
        ("sha256", maybe(hash)),
        ("dated", day()),
        ("revision", maybe(whole())),
    ];
    some_of(fields, &["sha256", "revision"])
}

/// An export. What events hold is kept as it was written and described nowhere else: nobody has to read it but an import.
fn history() -> Value {
    let anything = || json!({ "type": "object" });
    let post = some_of([("id", text()), ("names", by_language(text())), ("about", anything())], &["about"]);
    let unit = [
        ("id", text()),
        ("parent", maybe(text())),
        ("names", by_language(text())),
        ("posts", list(post)),
        ("about", anything()),
    ];
    let unit = some_of(unit, &["about"]);
    let file = object([
        ("id", text()),
        ("name", text()),
        ("media", text()),
        ("sha256", text()),
        ("added_at", text()),
        ("added_by", text()),
        ("bytes", text()),
    ]);
    let snapshot = object([
        ("number", whole()),
        ("title", text()),
        ("taken_at", text()),
        ("sha256", text()),
        ("bytes", text()),
    ]);
    let story = [("id", text()), ("events", list(anything())), ("files", list(file))];
    let fields = [
        ("format", json!({ "enum": ["boule-history/2", "boule-history/1"] })),
        ("names", by_language(text())),
        ("about", anything()),
        ("units", list(unit)),
        ("recommendations", list(some_of(story, &["files"]))),
        ("entries", list(anything())),
        ("rounds", list(anything())),
        ("snapshots", list(snapshot)),
    ];
    some_of(fields, &["entries", "rounds", "snapshots"])
}

fn problem() -> Value {
    let error = some_of([("key", text()), ("field", text()), ("detail", text())], &["field"]);
    let fields = [
        ("type", text()),
        ("title", text()),
        ("status", whole()),
        ("detail", text()),
        ("errors", list(error)),
        ("revision", whole()),
    ];
    some_of(fields, &["detail", "errors", "revision"])
}
