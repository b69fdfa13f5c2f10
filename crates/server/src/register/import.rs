//! Bringing entries into the register from a table: first what would become of every row, then all of them or none.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use engagement::{Clash, Engagement, clashes, table};
use serde::{Deserialize, Serialize};
use sortition::{Row, Sheet};

use super::edit::sentence;
use super::{WRITERS, all, keep};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Problem, Typed};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::sheet;
use crate::shelf::Kept;
use crate::visit::{Signed, Visit};
use crate::words::Words;

/// The kind under which a table waits for its confirmation.
const KIND: &str = "register-import";

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(WRITERS);
    routes.get("/staff/register/import", access, ask).upload("/staff/register/import", access, rehearse).post(
        "/staff/register/import/do",
        access,
        import,
    )
}

/// A row that waits, and the revision that it replaces; 0: it is new.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    rows: Vec<(i64, Engagement)>,
}

async fn ask(State(_): State<App>, visit: Visit) -> Result<Response, Fault> {
    form(visit, &Typed::default(), Vec::new())
}

/// The form as it was filled in.
fn asked(words: Words, typed: &Typed, problems: &[Problem]) -> Form {
    Form {
        action: "/staff/register/import".to_owned(),
        fields: sheet::fields(words).into_iter().map(|field| field.typed(typed, problems)).collect(),
        button: words.say("import-try"),
        files: true,
        ..Form::default()
    }
}

fn form(visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let form = asked(words, typed, &problems);
    let page = Page::new(visit, words.say("register-import")).with_problems(problems);
    Plain::new(page)
        .back("/staff/register", words.say("nav-register"))
        .about(words.say("register-import-about"))
        .copy(table::COLUMNS.join(","))
        .form(form)
        .show()
}

/// A row's number, and the entry that it would become or what is wrong with it.
type Line = (usize, Result<Engagement, Vec<String>>);

/// The rows of a table with their numbers, or what is wrong with the table.
fn rows(words: Words, sheet: &Sheet) -> Result<Vec<Line>, Vec<Problem>> {
    let absent = table::NEEDED.iter().filter(|name| !sheet::has(sheet, name));
    let absent: Vec<Problem> = absent.map(|name| sheet::missing(words, name)).collect();
    if !absent.is_empty() {
        return Err(absent);
    }
    let read = |row: &Row| {
        let cell = |name: &str| sheet::cell(sheet, row, name);
        let said =
            |faults: Vec<engagement::Fault>| faults.into_iter().map(|fault| sentence(words, fault)).collect();
        (row.number, table::read(&cell).map_err(said))
    };
    Ok(sheet.rows.iter().map(read).collect())
}

/// What would become of a row: the key of its words, and the revision that it replaces.
fn fate(
    words: Words,
    signed: &Signed,
    names: (&BTreeSet<String>, &BTreeSet<String>),
    there: &[Kept<Engagement>],
    it: &Engagement,
) -> Result<(&'static str, i64), Vec<String>> {
    let mut wrong = Vec::new();
    if !names.0.contains(&it.unit) {
        wrong.push(words.with("register-no-unit", "unit", &it.unit));
    } else if !signed.works_at(WRITERS, &it.unit) {
        wrong.push(words.with("register-other-unit", "unit", &it.unit));
    }
    if !names.1.contains(&it.contact) {
        wrong.push(words.with("register-no-post", "post", &it.contact));
    }
    let old = there.iter().find(|kept| kept.value.id == it.id);
    if old.is_some_and(|old| old.value.unit != it.unit && !signed.works_at(WRITERS, &old.value.unit)) {
        wrong.push(words.say("register-taken"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(match old {
        None => ("import-new", 0),
        Some(old) if old.value == *it => ("import-same", old.entry.revision),
        Some(old) => ("register-changed", old.entry.revision),
    })
}

async fn rehearse(State(app): State<App>, visit: Visit, mut typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let read = sheet::brought(words, &mut typed).and_then(|sheet| rows(words, &sheet));
    let read = match read {
        Ok(read) => read,
        Err(problems) => return form(visit, &typed, problems),
    };
    let there = all(&app).await?;
    let known = Names::read(&app, words).await?;
    let ids = |choices: Vec<crate::form::Choice>| choices.into_iter().map(|choice| choice.value).collect();
    let (units, posts): (BTreeSet<String>, BTreeSet<String>) =
        (ids(known.unit_choices()), ids(known.post_choices()));
    let (mut cells, mut waiting, mut wrong, mut before) = (Vec::new(), Vec::new(), 0_usize, BTreeSet::new());
    for (number, row) in read {
        let (id, title, said) = match row {
            Err(reasons) => (String::new(), String::new(), Err(reasons)),
            Ok(it) if !before.insert(it.id.clone()) => {
                (it.id, it.title, Err(vec![words.say("import-twice")]))
            }
            Ok(it) => {
                let said = fate(words, visit.signed()?, (&units, &posts), &there, &it);
                let (id, title) = (it.id.clone(), it.title.clone());
                if let Ok((key, revision)) = said
                    && key != "import-same"
                {
                    waiting.push((revision, it));
                }
                (id, title, said.map(|(key, _)| words.say(key)))
            }
        };
        wrong += usize::from(said.is_err());
        let said = said.unwrap_or_else(|reasons| reasons.join(". "));
        cells.push([number.to_string(), id, title, said].map(Cell::text).into());
    }
    let found = would_clash(&there, &waiting, app.today());
    let count = waiting.len();
    sheet::wait(&app, &visit, KIND, &Waiting { rows: waiting }).await?;
    let again = asked(words, &typed, &[]);
    result(visit, cells, (count, wrong), found, again)
}

/// How many clashes there would be that are not there now.
fn would_clash(there: &[Kept<Engagement>], waiting: &[(i64, Engagement)], today: jiff::civil::Date) -> usize {
    let now: Vec<Engagement> = there.iter().map(|kept| kept.value.clone()).collect();
    let mut then: Vec<Engagement> =
        now.iter().filter(|old| !waiting.iter().any(|(_, new)| new.id == old.id)).cloned().collect();
    then.extend(waiting.iter().map(|(_, new)| new.clone()));
    let coming = |all: &[Engagement]| -> Vec<Clash> {
        clashes(all).into_iter().filter(|clash| clash.until >= today).collect()
    };
    let before = coming(&now);
    let is_there = |clash: &Clash| before.iter().any(|old| old.one == clash.one && old.other == clash.other);
    coming(&then).iter().filter(|clash| !is_there(clash)).count()
}

fn result(
    visit: Visit,
    rows: Vec<Vec<Cell>>,
    (count, wrong): (usize, usize),
    clashes: usize,
    again: Form,
) -> Result<Response, Fault> {
    let words = visit.words;
    let columns = ["import-row-number", "engagement-id", "engagement-title", "import-fate"]
        .map(|key| words.say(key))
        .into();
    let mut plain = Plain::new(Page::new(visit, words.say("import-result")))
        .back("/staff/register/import", words.say("register-import"))
        .about(words.share("register-import-counts", count, wrong));
    if clashes > 0 {
        plain = plain.about(words.count("register-import-clashes", clashes));
    }
    match (wrong, count) {
        (0, 0) => plain = plain.about(words.say("import-all-there")),
        (0, _) => {}
        _ => plain = plain.about(words.say("import-mend")),
    }
    plain = plain.table(Table { columns, rows, ..Table::default() });
    if wrong > 0 {
        return plain.form(again).show();
    }
    if count == 0 {
        return plain.show();
    }
    let (action, button) = ("/staff/register/import/do".to_owned(), words.count("register-import-do", count));
    plain.form(Form { action, button, ..Form::default() }).show()
}

async fn import(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let person = signed.actor.person.clone();
    let waiting: Waiting = sheet::waiting(&app, &visit, KIND).await?;
    if waiting.rows.iter().any(|(_, it)| !signed.works_at(WRITERS, &it.unit)) {
        return Err(Fault::Forbidden);
    }
    let mut change = app.store.change(&person, app.now()).await?;
    for (revision, it) in &waiting.rows {
        match keep(&mut change, it, *revision, "import").await {
            Err(store::Error::Stale { .. } | store::Error::Taken) => {
                drop(change);
                let problem = Problem::new("file", visit.words.with("register-import-stale", "id", &it.id));
                return form(visit, &Typed::default(), vec![problem]);
            }
            done => done?,
        };
    }
    change.commit().await?;
    sheet::done(&app, &person, KIND).await;
    Ok(Redirect::to("/staff/register?done=imported-engagements").into_response())
}
