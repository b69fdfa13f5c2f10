//! Elections as they are written down, and the page on which everybody sees what became of the commitments.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::{EntryFilter, Filter};
use tracking::{Reviews, Standing};

use super::{ELECTIONS, Election, OFFICE, RECORDERS, REVIEWERS, concerned, lapse, reason, standing};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::posts::town::recommendations;
use crate::shelf::Kept;
use crate::units::{name_fields, names};
use crate::visit::{Signed, Visit};
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/elections", Access::Any(OFFICE), list)
        .post("/staff/elections", Access::Any(RECORDERS), add)
        .get("/staff/elections/{entry}", Access::Any(OFFICE), show)
        .get("/a/{assembly}/elections/{entry}", Access::Public, public)
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    overview(&app, visit, &Typed::default(), Vec::new()).await
}

async fn overview(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let signed = visit.signed()?.clone();
    let assemblies = Assembly::all(app).await?;
    let mut rows = Vec::new();
    for one in ELECTIONS.list(app, &EntryFilter::default()).await?.iter().rev() {
        let Some(assembly) =
            assemblies.iter().find(|own| own.id == one.assembly() && signed.holds_in(OFFICE, &own.id))
        else {
            continue;
        };
        let work = of_assembly(app, one.assembly()).await?;
        let counted = Reviews::of(&one.rule(), work.iter().map(|(_, it)| it), today);
        rows.push(vec![
            Cell::link(one.name(words), format!("/staff/elections/{}", one.entry.id)),
            Cell::text(assembly.name(words)),
            Cell::text(words.date(&one.value.on)),
            Cell::text(words.share("election-settled", counted.settled(), counted.all())),
            Cell::text(words.number(counted.silent)),
        ]);
    }
    let columns = ["unit-name", "field-assembly", "election-on", "election-said", "election-silent"];
    let columns = columns.map(|key| words.say(key)).into();
    let packs = assemblies.iter().filter(|one| signed.holds_in(OFFICE, &one.id)).map(|one| {
        let file = Cell::link(words.say("handover-file"), format!("/staff/handover/{}", one.id));
        vec![Cell::text(one.name(words)), file]
    });
    let packs = Table {
        caption: words.say("handover-title"),
        columns: ["field-assembly", "sittings-file"].map(|key| words.say(key)).into(),
        rows: packs.collect(),
    };
    let page = Page::new(visit, words.say("nav-elections")).with_problems(problems.clone());
    let mut plain = Plain::new(page)
        .about(words.say("elections-about"))
        .table(Table { columns, rows, ..Table::default() })
        .table(packs)
        .about(words.say("handover-about"));
    if signed.holds(RECORDERS) {
        let own = assemblies.iter().filter(|one| signed.holds_in(RECORDERS, &one.id));
        let choices = own.map(|one| Choice::new(&one.id, one.name(words))).collect();
        let mut fields = vec![Field::new("assembly", words.say("field-assembly"), Kind::Select(choices))];
        fields.extend(name_fields(words));
        fields.push(Field::new("on", words.say("election-on"), day(words)));
        let dissolved = Field::new("dissolved", words.say("election-dissolved"), day(words));
        fields.push(dissolved.hint(words.say("election-dissolved-hint")));
        plain = plain.form(Form {
            heading: words.say("election-add"),
            about: words.say("election-add-about"),
            action: "/staff/elections".to_owned(),
            fields: fields.into_iter().map(|field| field.typed(typed, &problems)).collect(),
            button: words.say("election-add"),
            ..Form::default()
        });
    }
    plain.show()
}

/// The recommendations of an assembly that were voted on, with their ids.
///
/// # Errors
/// If the store cannot be read.
pub async fn of_assembly(
    app: &App,
    assembly: &str,
) -> Result<Vec<(String, tracking::Recommendation)>, Fault> {
    recommendations(app, Filter { assemblies: vec![assembly.to_owned()], ..Filter::default() }).await
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let signed = visit.signed()?;
    let id = typed.text("assembly");
    let may = signed.grants_of(RECORDERS).any(|grant| grant.covers(&id, grant.unit.as_deref()));
    let mut problems = Vec::new();
    if !may || app.store.assembly(&id).await?.is_none() {
        problems.push(Problem::new("assembly", words.say("election-assembly-wrong")));
    }
    let given = names(&typed);
    if given.is_empty() {
        problems.push(Problem::new("name-en", words.say("person-name-missing")));
    }
    let on = typed.date("on");
    if on.is_none() {
        problems.push(Problem::new("on", words.say("wrong-date")));
    }
    if let Some(on) = on
        && super::of(&app, &id).await?.iter().any(|other| other.value.on == on)
    {
        problems.push(Problem::new("on", words.say("election-twice")));
    }
    let dissolved = typed.has_date("dissolved").then(|| typed.date("dissolved"));
    match dissolved {
        Some(None) => problems.push(Problem::new("dissolved", words.say("wrong-date"))),
        Some(Some(day)) if on.is_some_and(|on| on < day) => {
            problems.push(Problem::new("dissolved", words.say("election-dissolved-late")));
        }
        _ => {}
    }
    let (Some(on), true) = (on, problems.is_empty()) else {
        return overview(&app, visit, &typed, problems).await;
    };
    let value = Election { names: given, on, dissolved: dissolved.flatten(), by: recorder(signed, &id) };
    // One election a day for an assembly: a form that is sent twice makes one.
    let mut entry = ELECTIONS.only(&format!("{id}-{on}"));
    entry.id = entry.id.replace(':', "-");
    (entry.assembly, entry.from) = (Some(id.clone()), Some(on));
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    match ELECTIONS.keep(&mut change, entry, &value, "add").await {
        Ok(_) => change.commit().await?,
        Err(store::Error::Taken) => {
            drop(change);
            let problem = Problem::new("on", words.say("election-twice"));
            return overview(&app, visit, &typed, vec![problem]).await;
        }
        Err(error) => return Err(error.into()),
    }
    lapse::apply(&app, &Assembly::find(&app, &id).await?).await?;
    Ok(Redirect::to("/staff/elections?done=election").into_response())
}

/// Who records an election of an assembly, and in which role.
fn recorder(signed: &Signed, assembly: &str) -> Option<tracking::Signed> {
    let own = |grant: &&tracking::Grant| grant.covers_assembly(assembly);
    let role = signed.grants_of(RECORDERS).find(own)?.role;
    let actor = &signed.actor;
    Some(tracking::Signed { person: actor.person.clone(), post: actor.post.clone(), role })
}

/// The counts in a sentence each.
fn counted(
    words: Words,
    election: &Kept<Election>,
    work: &[(String, tracking::Recommendation)],
    reviews: &Reviews,
) -> Vec<String> {
    let due = words.date(&election.rule().due());
    let mut told = vec![
        words.with2("election-due", "day", words.date(&election.value.on), "due", due),
        words.share("election-count", reviews.settled(), reviews.all()),
    ];
    if reviews.silent > 0 {
        told.push(words.count("election-count-silent", reviews.silent));
    }
    let day = election.value.dissolved();
    let lapsed: usize =
        work.iter().map(|(_, it)| it.lapsed().iter().filter(|(_, on)| *on == day).count()).sum();
    if lapsed > 0 {
        let (day, n) = (words.date(&day), words.number(lapsed));
        told.push(words.with2("election-lapsed", "day", day, "n", n));
    }
    told
}

fn table(
    words: Words,
    names: &Names,
    election: &Kept<Election>,
    work: &[(String, tracking::Recommendation)],
    (today, written): (jiff::civil::Date, Option<&str>),
    link: impl Fn(&str, &tracking::Recommendation, u32, bool) -> String,
) -> Table {
    let mut rows = Vec::new();
    for (id, it) in work {
        for (commitment, stands) in concerned(&election.rule(), it, today) {
            let open = !matches!(stands, Standing::Settled(_));
            // What was amended is told with a sentence of ours behind it.
            let is_whole = matches!(&stands, Standing::Settled(review) if review.before.is_none());
            let label = format!("{} / {}", it.reference, commitment.number);
            rows.push(vec![
                Cell::link(label, link(id, it, commitment.number, open)),
                Cell::text(commitment.deliverable.clone()).spoken(written),
                Cell::text(names.post(&commitment.post)),
                Cell::text(words.date(&it.due_of(commitment))),
                Cell::text(standing(words, &stands)),
                Cell::text(reason(words, &stands)).spoken(written.filter(|_| is_whole)),
            ]);
        }
    }
    let columns =
        ["field-commitment", "field-deliverable", "field-post", "field-due", "election-said", "field-reason"];
    Table { columns: columns.map(|key| words.say(key)).into(), rows, ..Table::default() }
}

/// An election that this visitor works with.
///
/// # Errors
/// If there is none within the visitor's roles.
pub async fn find(app: &App, visit: &Visit, id: &str) -> Result<Kept<Election>, Fault> {
    let one = ELECTIONS.find(app, id).await?;
    if visit.signed()?.holds_in(OFFICE, one.assembly()) { Ok(one) } else { Err(Fault::NotFound) }
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let election = find(&app, &visit, &id).await?;
    let assembly = Assembly::find(&app, election.assembly()).await?;
    let names = Names::read(&app, words).await?;
    let work = of_assembly(&app, election.assembly()).await?;
    let reviews = Reviews::of(&election.rule(), work.iter().map(|(_, it)| it), today);
    let may = visit.signed()?.holds(REVIEWERS);
    let link = |id: &str, _: &tracking::Recommendation, number: u32, _: bool| {
        if may {
            format!("/staff/elections/{}/{id}/{number}", election.entry.id)
        } else {
            format!("/staff/r/{id}")
        }
    };
    let table = table(words, &names, &election, &work, (today, assembly.written(words)), link);
    let page = Page::new(visit, election.name(words));
    let mut plain = Plain::new(page)
        .back("/staff/elections", words.say("nav-elections"))
        .go(format!("/staff/handover/{}", assembly.id), words.say("handover-file"));
    for sentence in counted(words, &election, &work, &reviews) {
        plain = plain.about(sentence);
    }
    plain.table(table).show()
}

async fn public(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, id)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let of = Assembly::find(&app, &assembly).await?;
    let election = ELECTIONS.find(&app, &id).await?;
    if election.assembly() != assembly {
        return Err(Fault::NotFound);
    }
    let today = of.about.rule.day(app.now());
    let names = Names::read(&app, words).await?;
    let work = of_assembly(&app, &assembly).await?;
    let reviews = Reviews::of(&election.rule(), work.iter().map(|(_, it)| it), today);
    let link = |_: &str, it: &tracking::Recommendation, _: u32, _: bool| {
        format!("/a/{assembly}/recommendations/{}", it.reference)
    };
    let table = table(words, &names, &election, &work, (today, of.written(words)), link);
    let page = Page::new(visit, format!("{} – {}", election.name(words), of.name(words)));
    let mut plain =
        Plain::new(page).back(format!("/a/{assembly}"), of.name(words)).about(words.say("election-about"));
    for sentence in counted(words, &election, &work, &reviews) {
        plain = plain.about(sentence);
    }
    plain.table(table).show()
}
