//! Setting up assemblies: name, remit, languages, time zone; the usual clocks.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::tz::TimeZone;
use serde_json::json;
use tracking::Preset;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{About, Assembly};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::rule::{self, rule_name};
use crate::staff::ADMINISTRATOR;
use crate::units::{id_problems, name_fields, names};
use crate::visit::Visit;
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::House(ADMINISTRATOR);
    routes.get("/staff/assemblies", access, list).post("/staff/assemblies", access, add)
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, &Typed::default(), Vec::new()).await
}

fn fields(app: &App, words: Words) -> Vec<Field> {
    let zone = app.zone().iana_name().unwrap_or("Europe/Madrid");
    let mut fields =
        vec![Field::new("id", words.say("assembly-id"), Kind::Line).hint(words.say("assembly-id-hint"))];
    fields.extend(common_fields(words));
    fields.extend([rule::zone(words, zone), rule::preset(words, Preset::Usual.key())]);
    fields
}

/// The fields of an assembly that can be changed later too, empty.
pub fn common_fields(words: Words) -> Vec<Field> {
    let languages = Language::all().map(|one| Choice::new(one.tag(), words.language(one.tag()))).collect();
    let mut first: Vec<Choice> =
        Language::all().map(|one| Choice::new(one.tag(), words.language(one.tag()))).collect();
    first.insert(0, Choice::new("", words.say("choose")));
    let remit = |one: Language| {
        let label = format!("{} ({})", words.say("assembly-remit"), words.language(one.tag()));
        Field::new(format!("remit-{}", one.tag()), label, Kind::Lines(3))
    };
    let mut fields = name_fields(words);
    fields.extend([
        Field::new("languages", words.say("assembly-languages"), Kind::Ticks(languages)),
        Field::new("first", words.say("assembly-first"), Kind::Select(first))
            .hint(words.say("assembly-first-hint")),
        Field::new("commissioner", words.say("assembly-commissioner"), Kind::Line),
    ]);
    fields.extend(Language::all().map(remit));
    fields.push(Field::new("members", words.say("assembly-members"), Kind::Number));
    fields
}

/// The languages that were ticked, the one in which the staff writes first; or what is wrong with them.
///
/// # Errors
/// What is wrong.
pub fn languages(words: Words, typed: &Typed) -> Result<Vec<String>, Problem> {
    let known = |tag: &&String| Language::from_tag(tag).is_some();
    let mut languages: Vec<String> = typed.all("languages").iter().filter(known).cloned().collect();
    if languages.is_empty() {
        return Err(Problem::new("languages", words.say("assembly-languages-missing")));
    }
    if let Some(first) = typed.some("first") {
        if !languages.contains(&first) {
            return Err(Problem::new("first", words.say("assembly-first-wrong")));
        }
        languages.sort_by_key(|tag| *tag != first);
    }
    Ok(languages)
}

async fn show(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let row = |one: Assembly| {
        let rule = &one.about.rule;
        let version =
            words.with2("rule-version", "rule", rule_name(words, &rule.id), "version", rule.version);
        vec![
            Cell::link(one.name(words), format!("/a/{}", one.id)),
            Cell::text(version),
            Cell::link(words.say("assembly-edit"), format!("/staff/assemblies/{}", one.id)),
        ]
    };
    let rows = Assembly::all(app).await?.into_iter().map(row).collect();
    let columns = ["field-assembly", "assembly-rule", "assembly-edit"].map(|key| words.say(key)).into();
    let form = Form {
        heading: words.say("assembly-add"),
        about: words.say("assembly-add-about"),
        action: "/staff/assemblies".to_owned(),
        fields: fields(app, words).into_iter().map(|field| field.typed(typed, &problems)).collect(),
        button: words.say("assembly-add"),
        ..Form::default()
    };
    let page = Page::new(visit, words.say("nav-house")).with_problems(problems);
    Plain::new(page).table(Table { columns, rows, ..Table::default() }).form(form).show()
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let mut problems = id_problems(words, &typed);
    let zone = TimeZone::get(&typed.text("zone"));
    if zone.is_err() {
        problems.push(Problem::new("zone", words.say("assembly-zone-wrong")));
    }
    let languages = languages(words, &typed).unwrap_or_else(|wrong| {
        problems.push(wrong);
        Vec::new()
    });
    if app.store.assembly(&typed.text("id")).await?.is_some() {
        problems.push(Problem::new("id", words.say("assembly-id-taken")));
    }
    wrong::add(&mut problems, wrong::nonsense(words, &fields(&app, words), &typed));
    let preset = Preset::from_key(&typed.text("preset")).unwrap_or(Preset::Usual);
    let (Ok(zone), true) = (zone, problems.is_empty()) else {
        return show(&app, visit, &typed, problems).await;
    };
    let remit = |one: Language| Some((one.tag().to_owned(), typed.some(&format!("remit-{}", one.tag()))?));
    let about = About {
        languages,
        commissioner: typed.text("commissioner"),
        remit: Language::all().filter_map(remit).collect(),
        members: typed.number("members"),
        begins: None,
        ends: None,
        rule: preset.rule(zone),
        earlier: Vec::new(),
        sponsor: None,
    };
    let body = serde_json::to_string(&about).map_err(Fault::broken)?;
    let stored = store::Assembly {
        id: typed.text("id"),
        revision: 1,
        names: names(&typed),
        updated_at: app.now(),
        body,
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.save_assembly(&stored, None).await?;
    change.note("assembly.add", &stored.id, &json!({ "rule": about.rule.version() })).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/assemblies?done=assembly").into_response())
}
