//! Bills as they are kept, and the page on which the secretariat says what a bill makes of each recommendation.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::{Entry, EntryFilter};
use tracking::{Bill, LegalLink, LinkFault, Relation};

use super::shelf::address;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::desk;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::shelf::{Kept, Shelf};
use crate::staff::SECRETARIAT;
use crate::units::{name_fields, names};
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// Where they stand.
pub const BILLS: Shelf<Bill> = Shelf::new("bill");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes
        .get("/staff/bills/{bill}", access, open)
        .post("/staff/bills/{bill}", access, save)
        .post("/staff/bills/{bill}/link", access, link)
        .post("/staff/bills/{bill}/unlink", access, unlink)
}

/// The bills of an assembly, the first one brought in first.
///
/// # Errors
/// If the store cannot be read.
pub async fn of(app: &App, assembly: &str) -> Result<Vec<Kept<Bill>>, Fault> {
    let filter = EntryFilter { assembly: Some(assembly.to_owned()), ..EntryFilter::default() };
    BILLS.list(app, &filter).await
}

/// The entry of a bill: one for a reference in an assembly, so that a form that is sent twice makes one.
pub fn entry(assembly: &str, bill: &Bill) -> Entry {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let word: String = bill.reference.chars().map(plain).collect();
    let mut entry = BILLS.only("");
    entry.id = format!("bill-{assembly}-{word}");
    (entry.assembly, entry.from) = (Some(assembly.to_owned()), Some(bill.on));
    entry
}

/// The fields of a bill.
pub fn fields(words: Words) -> Vec<Field> {
    let mut fields = vec![
        Field::new("reference", words.say("bill-reference"), Kind::Line)
            .hint(words.say("bill-reference-hint")),
    ];
    fields.extend(name_fields(words));
    fields.push(Field::new("url", words.say("bill-url"), Kind::Line).hint(words.say("bill-url-hint")));
    fields.push(Field::new("on", words.say("bill-on"), day(words)));
    fields
}

/// What was typed as a bill without links, or everything that is wrong with it.
///
/// # Errors
/// What is wrong.
pub fn read(words: Words, typed: &Typed) -> Result<Bill, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, key: &str| problems.push(Problem::new(field, words.say(key)));
    let reference = typed.text("reference");
    if !reference.chars().any(|c| c.is_ascii_alphanumeric()) || reference.chars().count() > 60 {
        wrong("reference", "bill-reference-wrong");
    }
    let titles = names(typed);
    if titles.is_empty() {
        wrong("name-en", "bill-title-missing");
    }
    let url = typed.some("url");
    if url.as_ref().is_some_and(|url| !is_web(url)) {
        wrong("url", "bill-url-wrong");
    }
    let on = typed.date("on");
    if on.is_none() {
        wrong("on", "bill-on-wrong");
    }
    match on {
        Some(on) if problems.is_empty() => Ok(Bill { reference, titles, url, on, links: Vec::new() }),
        _ => Err(problems),
    }
}

/// Whether a text is an address of a page.
pub fn is_web(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"<>\\^`{|}".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain))
}

/// The bill, if its assembly is within one's scope.
async fn seen(app: &App, visit: &Visit, id: &str) -> Result<(Assembly, Kept<Bill>), Fault> {
    let bill = BILLS.find(app, id).await?;
    let assembly =
        Assembly::within(app, visit, SECRETARIAT, bill.entry.assembly.as_deref().unwrap_or_default()).await?;
    Ok((assembly, bill))
}

async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let (assembly, bill) = seen(&app, &visit, &id).await?;
    show(visit, &assembly, &bill, "", &Typed::default(), Vec::new())
}

/// The page; what was typed stands in the form that was sent.
fn show(
    visit: Visit,
    assembly: &Assembly,
    bill: &Kept<Bill>,
    sent: &str,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let nothing = Typed::default();
    let own = |form: &str| if form == sent { typed } else { &nothing };
    let here = format!("/staff/bills/{}", escaped(&bill.entry.id));
    let revision = || vec![("revision".to_owned(), bill.entry.revision.to_string())];
    let title = format!("{} – {}", bill.value.reference, assembly.name(words));
    let of_bill = fields(words).into_iter().map(|field| filled(field, &bill.value)).collect::<Vec<_>>();
    let form = |part: &str, fields: Vec<Field>, button: &str, grave: bool| Form {
        heading: words.say(&format!("bill-{part}")),
        about: words.say(&format!("bill-{part}-about")),
        action: if part == "edit" { here.clone() } else { format!("{here}/{part}") },
        fields: fields.into_iter().map(|field| field.or_typed(own(part), &problems)).collect(),
        hidden: revision(),
        button: words.say(button),
        grave,
        ..Form::default()
    };
    let mut plain = Plain::new(Page::new(visit, title).with_problems(problems.clone()))
        .back(format!("/staff/reports/{}", escaped(&assembly.id)), words.say("nav-reports"))
        .go(address(&assembly.id, &bill.entry.id), words.say("bill-statement"))
        .table(links(words, &assembly.id, &bill.value))
        .form(form("link", link_fields(words, &assembly.about.languages), "bill-link-button", false))
        .form(form("edit", of_bill, "save", false));
    if !bill.value.links.is_empty() {
        let choices =
            bill.value.links.iter().map(|one| Choice::new(&one.recommendation, &one.recommendation));
        let which = Kind::Select(choices.collect());
        let field = Field::new("which", words.say("worth-recommendation"), which);
        plain = plain.form(form("unlink", vec![field], "bill-unlink-button", true));
    }
    plain.show()
}

fn link_fields(words: Words, languages: &[String]) -> Vec<Field> {
    let relations = Relation::ALL.iter().map(|one| Choice::new(one.key(), words.word("relation", one.key())));
    let lines = |name: &str, key: &str| Field::new(name, words.say(key), Kind::Lines(4));
    let spoken = languages.iter().map(|tag| Choice::new(tag, words.language(tag)));
    let own = words.language.tag();
    let own = languages.iter().find(|tag| *tag == own).or(languages.first()).cloned().unwrap_or_default();
    vec![
        Field::new("recommendation", words.say("worth-recommendation"), Kind::Line)
            .hint(words.say("worth-recommendation-hint")),
        Field::new("relation", words.say("bill-relation"), Kind::Radios(relations.collect())),
        Field::new("provision", words.say("bill-provision"), Kind::Line)
            .hint(words.say("bill-provision-hint")),
        lines("changed", "bill-changed").hint(words.say("bill-changed-hint")),
        lines("refused", "bill-refused").hint(words.say("bill-refused-hint")),
        Field::new("language", words.say("bill-language"), Kind::Radios(spoken.collect())).value(own),
    ]
}

/// A field of a bill with what is kept.
fn filled(mut field: Field, bill: &Bill) -> Field {
    let value = match field.name.as_str() {
        "reference" => bill.reference.clone(),
        "url" => bill.url.clone().unwrap_or_default(),
        "on" => {
            field.values =
                vec![bill.on.day().to_string(), bill.on.month().to_string(), bill.on.year().to_string()];
            return field;
        }
        name => {
            let tag = name.strip_prefix("name-").unwrap_or_default();
            bill.titles.get(tag).cloned().unwrap_or_default()
        }
    };
    field.value(value)
}

fn links(words: Words, id: &str, bill: &Bill) -> Table {
    let row = |one: &LegalLink| {
        let story = format!("/a/{}/recommendations/{}", escaped(id), escaped(&one.recommendation));
        vec![
            Cell::link(one.recommendation.clone(), story),
            Cell::text(words.word("relation", one.relation.key())),
            Cell::text(one.provision.clone()).spoken(one.language.as_deref()),
            Cell::text(one.changed.clone()).spoken(one.language.as_deref()),
            Cell::text(one.refused.clone()).spoken(one.language.as_deref()),
        ]
    };
    let keys = ["worth-recommendation", "bill-relation", "bill-provision", "bill-changed", "bill-refused"];
    let columns = keys.map(|key| words.say(key)).into();
    Table { caption: words.say("bill-links"), columns, rows: bill.links.iter().map(row).collect() }
}

/// Keeps a bill that was changed, unless somebody else was faster than who sent the form.
async fn keep(
    app: &App,
    visit: Visit,
    (assembly, bill): (&Assembly, Kept<Bill>),
    changed: Bill,
    (sent, typed): (&str, &Typed),
) -> Result<Response, Fault> {
    let words = visit.words;
    let seen: i64 = typed.text("revision").parse().unwrap_or(0);
    let entry = Entry { revision: seen.max(1), from: Some(changed.on), ..bill.entry.clone() };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match BILLS.keep(&mut change, entry, &changed, "save").await {
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let now = BILLS.find(app, &bill.entry.id).await?;
            // What was typed stays in the fields; the table shows what the other has written.
            let stale = Problem::new("", words.say("bill-stale"));
            return show(visit, assembly, &now, sent, typed, vec![stale]);
        }
        saved => saved?,
    };
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/bills/{}?done=saved", escaped(&bill.entry.id))).into_response())
}

async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (assembly, bill) = seen(&app, &visit, &id).await?;
    match read(visit.words, &typed) {
        Ok(read) => {
            let changed = Bill { links: bill.value.links.clone(), ..read };
            keep(&app, visit, (&assembly, bill), changed, ("edit", &typed)).await
        }
        Err(problems) => show(visit, &assembly, &bill, "edit", &typed, problems),
    }
}

async fn link(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (assembly, bill) = seen(&app, &visit, &id).await?;
    let words = visit.words;
    let mut problems = Vec::new();
    let mut recommendation = typed.text("recommendation");
    match desk::find_typed(&app, &assembly.id, &recommendation).await {
        Ok(case) => recommendation = case.recommendation.reference,
        Err(Fault::NotFound) => {
            problems.push(Problem::new("recommendation", words.say("worth-no-recommendation")));
        }
        Err(fault) => return Err(fault),
    }
    let Some(relation) = Relation::from_key(&typed.text("relation")) else {
        problems.push(Problem::new("relation", words.say("worth-choose")));
        return show(visit, &assembly, &bill, "link", &typed, problems);
    };
    let text = |name: &str| typed.text(name);
    let (provision, changed, refused) = (text("provision"), text("changed"), text("refused"));
    let language = Some(text("language")).filter(|tag| assembly.about.languages.contains(tag));
    if language.is_none() {
        problems.push(wrong::choose(words, "language"));
    }
    let made = LegalLink { recommendation, relation, provision, changed, refused, language };
    problems.extend(made.faults().into_iter().map(|fault| {
        let (field, key) = match fault {
            LinkFault::Changed => ("changed", "bill-changed-missing"),
            LinkFault::Refused => ("refused", "bill-refused-missing"),
            LinkFault::ChangesNothing => ("changed", "bill-changed-nothing"),
            LinkFault::RefusesNothing => ("refused", "bill-refused-nothing"),
        };
        Problem::new(field, words.say(key))
    }));
    if !problems.is_empty() {
        return show(visit, &assembly, &bill, "link", &typed, problems);
    }
    let mut after = bill.value.clone();
    after.link(made);
    keep(&app, visit, (&assembly, bill), after, ("link", &typed)).await
}

async fn unlink(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (assembly, bill) = seen(&app, &visit, &id).await?;
    let mut changed = bill.value.clone();
    if !changed.unlink(&typed.text("which")) {
        let problem = Problem::new("which", visit.words.say("worth-choose"));
        return show(visit, &assembly, &bill, "unlink", &typed, vec![problem]);
    }
    keep(&app, visit, (&assembly, bill), changed, ("unlink", &typed)).await
}

/// The title of a bill for a reader.
pub fn title(words: Words, bill: &Bill) -> String {
    in_language(&bill.titles, words).unwrap_or(&bill.reference).to_owned()
}

/// The language in which its title stands for a reader.
pub fn tongue(words: Words, bill: &Bill) -> &str {
    let own = bill.titles.get_key_value(words.language.tag());
    own.or_else(|| bill.titles.iter().next()).map_or("", |(tag, _)| tag)
}
