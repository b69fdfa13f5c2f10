//! The door: who came, marked on a phone; tables mended after no-shows; what everybody is paid.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;
use store::{Mark, Publication};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::before;
use crate::fault::Fault;
use crate::form::{Problem, Typed};
use crate::page::{self, Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::sitting::{MENDED, PART, Sitting};
use crate::staff::SECRETARIAT;
use crate::visit::Visit;

const ACCESS: Access = Access::Any(SECRETARIAT);

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/sittings", ACCESS, all)
        .get("/staff/sittings/{assembly}", ACCESS, overview)
        .get("/staff/sittings/{assembly}/rounds/{round}", ACCESS, door)
        .post("/staff/sittings/{assembly}/rounds/{round}", ACCESS, mark)
        .get("/staff/sittings/{assembly}/rounds/{round}/tables", ACCESS, tables)
        .post("/staff/sittings/{assembly}/rounds/{round}/mend", ACCESS, mend)
        .get("/staff/sittings/{assembly}/files/{file}", ACCESS, file)
}

/// Whether who visits looks after this assembly.
fn in_scope(visit: &Visit, assembly: &str) -> Result<(), Fault> {
    if visit.signed()?.holds_in(SECRETARIAT, assembly) { Ok(()) } else { Err(Fault::NotFound) }
}

fn address(assembly: &str, round: &str) -> String {
    format!("/staff/sittings/{}/rounds/{}", escaped(assembly), escaped(round).replace('/', "%2F"))
}

async fn all(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let mut rows = Vec::new();
    for assembly in Assembly::all(&app).await? {
        if in_scope(&visit, &assembly.id).is_ok()
            && !app.store.publications(&assembly.id, PART).await?.is_empty()
        {
            rows.push(vec![Cell::link(assembly.name(words), format!("/staff/sittings/{}", assembly.id))]);
        }
    }
    let columns = vec![words.say("nav-assemblies")];
    let page = Page::new(visit, words.say("nav-sittings"));
    Plain::new(page)
        .about(words.say("sittings-about"))
        .table(Table { columns, rows, ..Table::default() })
        .show()
}

async fn overview(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    in_scope(&visit, &id)?;
    let assembly = Assembly::find(&app, &id).await?;
    let sitting = Sitting::find(&app, &id).await?;
    let words = visit.words;
    let row = |(r, round): (usize, &sessions::rounds::RoundTables)| {
        let count = sitting.count(r);
        let at = address(&id, &round.name);
        vec![
            Cell::link(words.with("sittings-round", "round", &round.name), at.clone()),
            Cell::text(words.number(count.seated)),
            Cell::text(words.number(count.came)),
            Cell::text(words.number(count.away)),
            Cell::link(words.say("sittings-tables"), format!("{at}/tables")),
        ]
    };
    let rows = sitting.inputs.rounds.all.iter().enumerate().map(row).collect();
    let columns =
        ["sittings-round-column", "sittings-seated", "sittings-came", "sittings-away", "sittings-tables"];
    let columns = columns.map(|key| words.say(key)).into();
    let files = ["attendance.csv", "payments.csv", "allocation.csv"];
    let link = |name: &str| vec![Cell::link(name, format!("/staff/sittings/{}/files/{name}", escaped(&id)))];
    let downloads = Table {
        caption: words.say("sittings-files"),
        columns: vec![words.say("sittings-file")],
        rows: files.into_iter().map(link).collect(),
    };
    let page = Page::new(visit, assembly.name(words));
    Plain::new(page)
        .back("/staff/sittings", words.say("nav-sittings"))
        .table(Table { columns, rows, ..Table::default() })
        .table(downloads)
        .show()
}

#[derive(askama::Template)]
#[template(path = "door.html")]
struct Door {
    page: Page,
    back: String,
    action: String,
    asked: String,
    came: usize,
    away: usize,
    seated: usize,
    quorum: String,
    members: Vec<Member>,
    mend: bool,
}

/// A member at the door. `came` is what was marked.
struct Member {
    id: String,
    table: String,
    came: Option<bool>,
}

async fn door(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, round)): Path<(String, String)>,
) -> Result<Response, Fault> {
    show(&app, visit, &assembly, &round, Vec::new()).await
}

/// The page instead of the door, while the first session is not open.
async fn shut(app: &App, visit: &Visit, assembly: &str) -> Result<Option<Response>, Fault> {
    if before::is_open(app, assembly).await? {
        return Ok(None);
    }
    let words = visit.words;
    let gates = before::gates::address(assembly);
    Plain::new(Page::new(visit.clone(), words.say("door-shut-title")))
        .back(format!("/staff/sittings/{}", escaped(assembly)), words.say("nav-sittings"))
        .about(words.say("door-shut"))
        .go(gates, words.say("gates-title"))
        .show()
        .map(Some)
}

async fn show(
    app: &App,
    visit: Visit,
    assembly: &str,
    round: &str,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    in_scope(&visit, assembly)?;
    if let Some(page) = shut(app, &visit, assembly).await? {
        return Ok(page);
    }
    let sitting = Sitting::find(app, assembly).await?;
    let r = sitting.inputs.rounds.find(round).ok_or(Fault::NotFound)?;
    let (words, name) = (visit.words, sitting.inputs.rounds.all[r].name.clone());
    let asked = Typed::of_address(&visit.query)?.text("q");
    let count = sitting.count(r);
    let quorum = sitting.turnout(r).and_then(|turnout| {
        let needed = turnout.quorum?;
        let key = if turnout.is_short() { "door-short" } else { "door-enough" };
        Some(words.share(key, turnout.present, needed))
    });
    let inputs = &sitting.inputs;
    let member = |(m, id): (usize, &String)| {
        let table = inputs.published[r].as_ref().and_then(|seats| seats[m]);
        Member {
            table: table.map_or_else(String::new, |t| inputs.rounds.all[r].tables[t].clone()),
            came: sitting.marks.get(&(name.clone(), id.clone())).copied(),
            id: id.clone(),
        }
    };
    let wanted = |one: &Member| one.id.to_lowercase().contains(&asked.to_lowercase());
    let belongs = |(m, _): &(usize, &String)| !inputs.away.contains(&(r, *m));
    let members = inputs.members.ids.iter().enumerate().filter(belongs).map(member).filter(wanted).collect();
    let page = Page::new(visit, words.with("sittings-round", "round", &name)).with_problems(problems);
    page::html(&Door {
        back: format!("/staff/sittings/{}", escaped(assembly)),
        action: address(assembly, &name),
        quorum: quorum.unwrap_or_default(),
        mend: count.came + count.away > 0 && inputs.published[r].is_some(),
        came: count.came,
        away: count.away,
        seated: count.seated,
        page,
        asked,
        members,
    })
}

async fn mark(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, round)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Fault> {
    in_scope(&visit, &assembly)?;
    if let Some(page) = shut(&app, &visit, &assembly).await? {
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let sitting = Sitting::find(&app, &assembly).await?;
    let r = sitting.inputs.rounds.find(&round).ok_or(Fault::NotFound)?;
    let block = sitting.inputs.rounds.all[r].name.clone();
    let (what, present) = match () {
        () if typed.ticked("came") => ("came", Some(true)),
        () if typed.ticked("away") => ("away", Some(false)),
        () => ("unmark", None),
    };
    let m = sitting.inputs.members.find(&typed.text(what)).ok_or(Fault::Unreadable)?;
    let member = sitting.inputs.members.ids[m].clone();
    let (by, now) = (visit.signed()?.actor.person.clone(), app.now());
    let mut change = app.store.change(&by, now).await?;
    match present {
        Some(present) => {
            let mark =
                Mark { block: block.clone(), member: member.clone(), present, marked_at: now, marked_by: by };
            change.mark(&assembly, &mark).await?;
        }
        None => change.unmark(&assembly, &block, &member).await?,
    }
    let body = json!({ "round": block, "member": member, "present": present });
    change.note("attendance.mark", &assembly, &body).await?;
    change.commit().await?;
    let query = typed.some("q").map_or_else(String::new, |q| format!("?q={}", escaped(&q)));
    Ok(Redirect::to(&format!("{}{query}#m-{}", address(&assembly, &block), escaped(&member))).into_response())
}

async fn tables(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, round)): Path<(String, String)>,
) -> Result<Response, Fault> {
    in_scope(&visit, &assembly)?;
    let sitting = Sitting::find(&app, &assembly).await?;
    let r = sitting.inputs.rounds.find(&round).ok_or(Fault::NotFound)?;
    let (words, inputs) = (visit.words, &sitting.inputs);
    let of = &inputs.rounds.all[r];
    let row = |(t, table): (usize, &String)| {
        let seats = inputs.published[r].iter().flatten().zip(&inputs.members.ids);
        let here: Vec<&str> =
            seats.filter(|(seat, _)| **seat == Some(t)).map(|(_, id)| id.as_str()).collect();
        let staff = sitting.rota.iter().filter(|[of_round, at, ..]| *of_round == of.name && at == table);
        let staff: Vec<&str> = staff.map(|[.., person]| person.as_str()).collect();
        vec![
            Cell::text(table.clone()),
            Cell::text(words.number(here.len())),
            Cell::text(here.join(", ")),
            Cell::text(staff.join(", ")),
        ]
    };
    let rows = of.tables.iter().enumerate().map(row).collect();
    let columns = ["sittings-table", "sittings-people", "sittings-members", "sittings-staff"];
    let columns = columns.map(|key| words.say(key)).into();
    let title = words.with("sittings-tables-of", "round", &of.name);
    let back = address(&assembly, &of.name);
    let page = Page::new(visit, title);
    let plain = Plain::new(page).back(back.clone(), words.with("sittings-round", "round", &of.name));
    let plain = plain.table(Table { columns, rows, ..Table::default() });
    let count = sitting.count(r);
    if inputs.published[r].is_none() || count.came + count.away == 0 {
        return plain.show();
    }
    let form = Form {
        heading: words.say("mend-title"),
        about: words.say("mend-about"),
        action: format!("{back}/mend"),
        button: words.say("mend-button"),
        ..Form::default()
    };
    plain.form(form).show()
}

async fn mend(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, round)): Path<(String, String)>,
) -> Result<Response, Fault> {
    in_scope(&visit, &assembly)?;
    if let Some(page) = shut(&app, &visit, &assembly).await? {
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let sitting = Sitting::find(&app, &assembly).await?;
    let r = sitting.inputs.rounds.find(&round).ok_or(Fault::NotFound)?;
    let name = sitting.inputs.rounds.all[r].name.clone();
    let expected = sitting.mended;
    // A search of a second at most: it must not hold up others.
    let found = tokio::task::spawn_blocking(move || {
        let mended = sitting.mend(r);
        mended.map(|(repaired, csv)| (repaired.moved.len(), repaired.bound, csv))
    });
    let (moved, bound, csv) = match found.await.map_err(Fault::broken)? {
        Ok(mended) => mended,
        Err(why) => {
            let problem = Problem::new("mend", visit.words.with("mend-impossible", "why", why));
            return show(&app, visit, &assembly, &round, vec![problem]).await;
        }
    };
    let (by, now) = (visit.signed()?.actor.person.clone(), app.now());
    let file = Publication {
        assembly: assembly.clone(),
        part: PART.to_owned(),
        path: MENDED.to_owned(),
        is_open: false,
        revision: 0,
        media: "text/csv; charset=utf-8".to_owned(),
        sha256: String::new(),
        published_at: now,
    };
    let mut change = app.store.change(&by, now).await?;
    match change.publish(&file, csv.into_bytes(), expected).await {
        Ok(_) => {}
        // Somebody else mended in the meantime: the page shows theirs.
        Err(store::Error::Stale { .. } | store::Error::Taken) => {
            return Ok(Redirect::to(&format!("{}/tables", address(&assembly, &name))).into_response());
        }
        Err(other) => return Err(other.into()),
    }
    let body = json!({ "round": name, "moved": moved, "fewest": bound });
    change.note("tables.mend", &assembly, &body).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}/tables?done=mend", address(&assembly, &name))).into_response())
}

async fn file(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    in_scope(&visit, &assembly)?;
    let csv = match file.as_str() {
        "payments.csv" => Sitting::find(&app, &assembly).await?.payments().into_bytes(),
        "attendance.csv" => Sitting::find(&app, &assembly).await?.attended().into_bytes(),
        "allocation.csv" => {
            let mended = app.store.publication(&assembly, PART, MENDED).await?;
            let told = app.store.publication(&assembly, PART, "allocation.csv").await?;
            mended.or(told).ok_or(Fault::NotFound)?.1
        }
        _ => return Err(Fault::NotFound),
    };
    let disposition = format!("attachment; filename=\"{file}\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, &disposition)];
    Ok((headers, csv).into_response())
}
