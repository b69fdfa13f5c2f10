//! Changing an assembly that is there: its names, its clocks as a new version of the rule, and who is written to when
//! something is long overdue. Running deadlines keep what they were set by.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use tracking::DutyRule;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{About, Assembly, Sponsor, basis};
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::house::{self, common_fields};
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::rule::{self, rule_name};
use crate::staff::ADMINISTRATOR;
use crate::units::names;
use crate::visit::Visit;
use crate::words::{Language, Words};
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(ADMINISTRATOR);
    routes.get("/staff/assemblies/{assembly}", access, show).post(
        "/staff/assemblies/{assembly}",
        access,
        save,
    )
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, ADMINISTRATOR, &id).await?;
    page(visit, &assembly, &Typed::default(), Vec::new())
}

/// The fields with what is stored in them.
fn fields(words: Words, assembly: &Assembly) -> Vec<Field> {
    let about = &assembly.about;
    let stored = |mut field: Field| {
        let (name, tag) = field.name.split_once('-').unwrap_or((field.name.as_str(), ""));
        field.values = match name {
            "name" => assembly.names.get(tag).cloned().into_iter().collect(),
            "remit" => about.remit.get(tag).cloned().into_iter().collect(),
            "languages" => about.languages.clone(),
            "first" => about.languages.first().cloned().into_iter().collect(),
            "commissioner" => vec![about.commissioner.clone()],
            "members" => about.members.map(|n| n.to_string()).into_iter().collect(),
            _ => field.values,
        };
        field
    };
    let sponsor = about.sponsor.clone().unwrap_or(Sponsor { office: String::new(), address: None });
    let mut fields: Vec<Field> = common_fields(words).into_iter().map(stored).collect();
    fields.extend(rule::fields(words, &about.rule));
    fields.extend([
        Field::new("sponsor", words.say("sponsor-office"), Kind::Line)
            .hint(words.say("sponsor-office-hint"))
            .value(sponsor.office),
        Field::new("sponsor-address", words.say("sponsor-address"), Kind::Line)
            .hint(words.say("sponsor-address-hint"))
            .value(sponsor.address.unwrap_or_default()),
    ]);
    fields
}

fn page(visit: Visit, assembly: &Assembly, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let version = |rule: &DutyRule| {
        let name = rule_name(words, &rule.id);
        vec![Cell::text(rule.version.to_string()), Cell::text(name), Cell::text(basis(rule, words))]
    };
    let about = &assembly.about;
    let rows = about.earlier.iter().chain([&about.rule]).rev().map(version).collect();
    let columns = ["rule-number", "assembly-rule", "rule-basis"].map(|key| words.say(key)).into();
    let form = Form {
        about: words.say("assembly-edit-about"),
        action: format!("/staff/assemblies/{}", escaped(&assembly.id)),
        fields: fields(words, assembly).into_iter().map(|field| field.typed(typed, &problems)).collect(),
        hidden: vec![("revision".to_owned(), assembly.revision.to_string())],
        button: words.say("save"),
        ..Form::default()
    };
    let title = format!("{}: {}", words.say("assembly-edit"), assembly.name(words));
    let caption = words.say("rule-versions");
    Plain::new(Page::new(visit, title).with_problems(problems))
        .back("/staff/assemblies", words.say("nav-house"))
        .form(form)
        .table(Table { caption, columns, rows })
        .show()
}

/// What was typed, or everything that is wrong with it.
fn read(words: Words, typed: &Typed, assembly: &Assembly) -> Result<About, Vec<Problem>> {
    let mut problems = Vec::new();
    if names(typed).is_empty() {
        problems.push(Problem::new("name-en", words.say("person-name-missing")));
    }
    let languages = house::languages(words, typed).unwrap_or_else(|wrong| {
        problems.push(wrong);
        Vec::new()
    });
    let address = typed.some("sponsor-address");
    if address.as_ref().is_some_and(|address| address.parse::<lettre::Address>().is_err()) {
        problems.push(Problem::new("sponsor-address", words.say("person-email-wrong")));
    }
    wrong::add(&mut problems, wrong::nonsense(words, &fields(words, assembly), typed));
    let now = &assembly.about;
    let rule = rule::read(words, typed, &now.rule).unwrap_or_else(|wrong| {
        problems.extend(wrong);
        now.rule.clone()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let remit = |one: Language| Some((one.tag().to_owned(), typed.some(&format!("remit-{}", one.tag()))?));
    let mut earlier = now.earlier.clone();
    if rule != now.rule {
        earlier.push(now.rule.clone());
    }
    let office = typed.text("sponsor");
    let sponsor = (!office.is_empty() || address.is_some()).then_some(Sponsor { office, address });
    Ok(About {
        languages,
        commissioner: typed.text("commissioner"),
        remit: Language::all().filter_map(remit).collect(),
        members: typed.number("members"),
        rule,
        earlier,
        sponsor,
        ..now.clone()
    })
}

async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, ADMINISTRATOR, &id).await?;
    let words = visit.words;
    let about = match read(words, &typed, &assembly) {
        Ok(about) => about,
        Err(problems) => return page(visit, &assembly, &typed, problems),
    };
    let seen: i64 = typed.text("revision").parse().unwrap_or(0);
    let stored = store::Assembly {
        id: assembly.id.clone(),
        revision: seen + 1,
        names: names(&typed),
        updated_at: app.now(),
        body: serde_json::to_string(&about).map_err(Fault::broken)?,
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match change.save_assembly(&stored, Some(seen)).await {
        Err(store::Error::Stale { .. }) => {
            drop(change);
            // What was typed stays in the fields; saved again, it goes over what the other has written.
            let stale = Problem::new("", words.say("assembly-stale"));
            return page(visit, &assembly, &typed, vec![stale]);
        }
        saved => saved?,
    }
    let note = json!({ "rule": about.rule.version(), "sponsor": about.sponsor.is_some() });
    change.note("assembly.save", &assembly.id, &note).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/assemblies/{}?done=saved", escaped(&id))).into_response())
}
