//! Members' accounts: a link for each member's number, made as a list for paper. No name and no address is needed.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, EntryFilter, Grant, Person};
use tracking::Role;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::link;
use crate::members::{choices, paper};
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::secret::id;
use crate::shelf::{Kept, Shelf};
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::wrong;

/// How long a member's link works: letters take their time.
const LINKS_LAST: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The most links made at a time.
const MOST: usize = 1_000;

/// The account of a member's number.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Member {
    /// The person's opaque id.
    person: String,
    /// The number.
    number: String,
}

const MEMBERS: Shelf<Member> = Shelf::new("member");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes.get("/staff/members", access, list).post("/staff/members", access, make)
}

/// The numbers that were typed: words of letters and digits with commas or spaces between, and ranges such as 1-120. What is
/// neither comes back as an error.
fn numbers(text: &str) -> Result<Vec<String>, Vec<String>> {
    let (mut numbers, mut wrong) = (Vec::new(), Vec::new());
    for word in text.split([',', ';', ' ', '\n', '\t']).map(str::trim).filter(|word| !word.is_empty()) {
        let range = word
            .split_once('-')
            .and_then(|(first, last)| Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?)));
        let plain = word.len() <= 20 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match range {
            Some((first, last)) if first <= last && last - first < MOST => {
                numbers.extend((first..=last).map(|number| number.to_string()));
            }
            None if plain => numbers.push(word.to_owned()),
            _ => wrong.push(word.to_owned()),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    numbers.retain(|number| seen.insert(number.to_lowercase()));
    if wrong.is_empty() { Ok(numbers) } else { Err(wrong) }
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    overview(&app, visit, &Typed::default(), Vec::new()).await
}

async fn overview(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let own = Assembly::all_within(app, &visit, SECRETARIAT).await?;
    let mut rows = Vec::new();
    for assembly in &own {
        let accounts = known(app, &assembly.id).await?;
        let mut joined = 0_usize;
        for kept in accounts.values() {
            let person = app.store.person(&kept.value.person).await?;
            joined += usize::from(person.is_some_and(|person| person.password.is_some()));
        }
        let drawn = assembly.about.members.map_or_else(String::new, |members| words.number(members));
        let cells =
            [assembly.name(words).to_owned(), drawn, words.number(accounts.len()), words.number(joined)];
        rows.push(cells.map(Cell::text).into());
    }
    let columns = ["field-assembly", "members-drawn", "members-linked", "members-joined"];
    let all = own.first().and_then(|one| one.about.members).map_or_else(String::new, |n| format!("1-{n}"));
    let fields = [
        Field::new("assembly", words.say("field-assembly"), Kind::Select(choices(&own, words))),
        Field::new("numbers", words.say("members-numbers"), Kind::Lines(3))
            .hint(words.say("members-numbers-hint"))
            .value(all),
        paper::form_field(words),
    ];
    let form = Form {
        heading: words.say("members-make"),
        about: words.say("members-make-about"),
        action: "/staff/members".to_owned(),
        fields: fields.map(|field| field.typed(typed, &problems)).into(),
        button: words.say("members-make"),
        ..Form::default()
    };
    Plain::new(Page::new(visit, words.say("nav-members")).with_problems(problems))
        .about(words.say("members-about"))
        .table(Table { columns: columns.map(|key| words.say(key)).into(), rows, ..Table::default() })
        .form(form)
        .show()
}

/// The accounts of an assembly by number.
async fn known(app: &App, assembly: &str) -> Result<BTreeMap<String, Kept<Member>>, Fault> {
    let filter = EntryFilter { assembly: Some(assembly.to_owned()), ..EntryFilter::default() };
    let all = MEMBERS.list(app, &filter).await?;
    Ok(all.into_iter().map(|kept| (kept.value.number.to_lowercase(), kept)).collect())
}

async fn make(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let own = Assembly::all_within(&app, &visit, SECRETARIAT).await?;
    let assembly = own.into_iter().find(|one| one.id == typed.text("assembly"));
    let mut problems = Vec::new();
    if assembly.is_none() {
        problems.push(Problem::new("assembly", words.say("members-assembly-missing")));
    }
    let numbers = match numbers(&typed.text("numbers")) {
        Ok(numbers) if numbers.is_empty() => {
            problems.push(Problem::new("numbers", words.say("members-numbers-missing")));
            numbers
        }
        Ok(numbers) if numbers.len() > MOST => {
            problems.push(Problem::new("numbers", words.share("members-numbers-many", numbers.len(), MOST)));
            numbers
        }
        Ok(numbers) => numbers,
        Err(wrong) => {
            let wrong = words.with("members-numbers-wrong", "words", wrong.join(", "));
            problems.push(Problem::new("numbers", wrong));
            Vec::new()
        }
    };
    let drawn = assembly.as_ref().and_then(|one| one.about.members).map(|members| members as usize);
    if let Some(drawn) = drawn.filter(|drawn| *drawn < numbers.len()) {
        problems.push(Problem::new("numbers", words.share("members-numbers-drawn", numbers.len(), drawn)));
    }
    wrong::add(&mut problems, wrong::nonsense(words, &[paper::form_field(words)], &typed));
    let Some(assembly) = assembly.filter(|_| problems.is_empty()) else {
        return overview(&app, visit, &typed, problems).await;
    };
    let slips = links(&app, &visit, &assembly, &numbers).await?;
    if typed.text("as") == "csv" {
        let columns = ["number", "sign_in_name", "link"];
        return paper::table(&format!("{}-members", assembly.id), &columns, &slips);
    }
    let about = words.with2("members-slips-about", "count", slips.len(), "assembly", assembly.name(words));
    let each = words.with("members-slip", "assembly", assembly.name(words));
    let back = ("/staff/members", words.say("nav-members"));
    paper::print(Page::new(visit, words.say("members-slips")), back, about, each, slips)
}

/// A fresh link for each number; links made before and not used end.
async fn links(
    app: &App,
    visit: &Visit,
    assembly: &Assembly,
    numbers: &[String],
) -> Result<Vec<paper::Slip>, Fault> {
    let known = known(app, &assembly.id).await?;
    let mut people = Vec::new();
    for number in numbers {
        let kept = known.get(&number.to_lowercase());
        let person = match kept {
            Some(kept) => app.store.person(&kept.value.person).await?,
            None => None,
        };
        people.push((number, kept, person.filter(|person| person.erased_at.is_none())));
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let mut slips = Vec::new();
    for (number, kept, person) in people {
        let name = format!("{}-{}", assembly.id, number.to_lowercase());
        let person = match person {
            Some(person) => person.id,
            None => join(app, &mut change, assembly, number, kept, &name).await?,
        };
        change.end_links(link::MEMBER, Some(&person)).await?;
        let link = link::make(app, &mut change, link::MEMBER, Some(&person), LINKS_LAST).await?;
        slips.push(paper::Slip {
            lines: vec![("member-number", number.clone()), ("member-name", name)],
            link,
        });
    }
    change.note("member.links", &assembly.id, &json!({ "links": slips.len() })).await?;
    change.commit().await?;
    Ok(slips)
}

/// An account for a number: its name is the assembly and the number, and nothing else is known of the person.
async fn join(
    app: &App,
    change: &mut Change,
    assembly: &Assembly,
    number: &str,
    kept: Option<&Kept<Member>>,
    name: &str,
) -> Result<String, Fault> {
    let person = Person {
        id: id()?,
        email: Some(name.to_owned()),
        name: Some(name.to_owned()),
        password: None,
        totp: None,
        totp_step: 0,
        language: assembly.about.languages.first().map_or("en", String::as_str).to_owned(),
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: app.now(),
        erased_at: None,
    };
    let grant = Grant {
        id: id()?,
        person: person.id.clone(),
        role: Role::Member.key().to_owned(),
        assembly: Some(assembly.id.clone()),
        unit: None,
        from: app.today(),
        until: None,
    };
    change.save_person(&person).await?;
    change.save_grant(&grant).await?;
    let fresh = || MEMBERS.only(&format!("{}:{}", assembly.id, number.to_lowercase()));
    let mut entry = kept.map_or_else(fresh, |kept| kept.entry.clone());
    entry.assembly = Some(assembly.id.clone());
    let member = Member { person: person.id.clone(), number: number.to_owned() };
    MEMBERS.keep(change, entry, &member, "join").await?;
    Ok(person.id)
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_are_words_and_ranges() {
        let list = |text: &str| numbers(text).map(|list| list.join(" "));
        assert_eq!(list("3-5, 7\nP012 7 p012"), Ok("3 4 5 7 P012".into()));
        assert_eq!(list(" "), Ok(String::new()));
        assert_eq!(
            list("5-3 a@b 1-5000 x_y 9"),
            Err(["5-3", "a@b", "1-5000", "x_y"].map(String::from).into())
        );
        assert_eq!(list("1-99999999999999999999"), Err(vec!["1-99999999999999999999".into()]));
    }
}
