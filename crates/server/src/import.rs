//! Bringing recommendations in from a table: first what would become of every row, then all of them or none.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sortition::{Row, Sheet};
use tracking::{Draft, Recommendation, Wording};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::refusal::sentence;
use crate::sheet;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// The kind under which a table waits for its confirmation.
const KIND: &str = "import";
/// The columns that every table has.
const COLUMNS: [&str; 2] = ["reference", "theme"];

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes.get("/staff/import", access, ask).upload("/staff/import", access, rehearse).post(
        "/staff/import/do",
        access,
        import,
    )
}

/// The table as it waits.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    assembly: String,
    lines: Vec<Line>,
}

async fn ask(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    form(&app, visit, &Typed::default(), Vec::new()).await
}

async fn fields(app: &App, words: Words) -> Result<Vec<Field>, Fault> {
    let assemblies = Assembly::all(app).await?;
    let choices = assemblies.iter().map(|one| Choice::new(&one.id, one.name(words))).collect();
    let assembly = Field::new("assembly", words.say("field-assembly"), Kind::Select(choices));
    Ok([assembly].into_iter().chain(sheet::fields(words)).collect())
}

/// The form as it was filled in.
async fn asked(app: &App, words: Words, typed: &Typed, problems: &[Problem]) -> Result<Form, Fault> {
    Ok(Form {
        action: "/staff/import".to_owned(),
        fields: fields(app, words).await?.into_iter().map(|field| field.typed(typed, problems)).collect(),
        button: words.say("import-try"),
        files: true,
        ..Form::default()
    })
}

async fn form(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let words = visit.words;
    let form = asked(app, words, typed, &problems).await?;
    let page = Page::new(visit, words.say("nav-import")).with_problems(problems);
    Plain::new(page)
        .about(words.say("import-about"))
        .copy("reference,theme,title_en,text_en,title_es,text_es,external_id")
        .form(form)
        .show()
}

/// A row as it would become a recommendation, with its number in the table.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    row: usize,
    draft: Draft,
}

/// The rows of a table, or what is wrong with it.
fn lines(words: Words, assembly: &Assembly, sheet: &Sheet) -> Result<Vec<Line>, Vec<Problem>> {
    let languages = &assembly.about.languages;
    let absent = COLUMNS.iter().filter(|name| !sheet::has(sheet, name));
    let mut absent: Vec<Problem> = absent.map(|name| sheet::missing(words, name)).collect();
    if !languages.iter().any(|tag| sheet::has(sheet, &format!("title_{tag}"))) {
        let first = languages.first().map_or("en", String::as_str);
        absent.push(sheet::missing(words, &format!("title_{first}")));
    }
    if !absent.is_empty() {
        return Err(absent);
    }
    let line = |row: &Row| {
        let cell = |name: &str| sheet::cell(sheet, row, name);
        let wording = |tag: &String| {
            let (title, text) = (cell(&format!("title_{tag}")), cell(&format!("text_{tag}")));
            (!title.is_empty() || !text.is_empty()).then(|| (tag.clone(), Wording { title, text }))
        };
        let texts: BTreeMap<String, Wording> = languages.iter().filter_map(wording).collect();
        let external_id = Some(cell("external_id")).filter(|id| !id.is_empty());
        let (reference, theme) = (cell("reference"), cell("theme"));
        Line {
            row: row.number,
            draft: Draft { reference, assembly: assembly.id.clone(), external_id, theme, texts },
        }
    };
    Ok(sheet.rows.iter().map(line).collect())
}

/// The columns that mean nothing here, such as the title in a language that the assembly does not have.
fn unknown(assembly: &Assembly, sheet: &Sheet) -> Vec<String> {
    let languages = &assembly.about.languages;
    let own = languages.iter().flat_map(|tag| ["title", "text"].map(|word| format!("{word}_{tag}")));
    let own: Vec<String> = own.chain(COLUMNS.map(str::to_owned)).chain(["external_id".to_owned()]).collect();
    let means = |name: &&String| own.iter().any(|own| own.eq_ignore_ascii_case(name));
    sheet.header.iter().filter(|name| !name.is_empty() && !means(name)).cloned().collect()
}

/// What would become of a row.
enum Fate {
    New,
    /// It is there already, with the same words or with others; it stays as it is.
    There {
        same: bool,
    },
    Wrong(Vec<String>),
}

async fn fate(
    app: &App,
    visit: &Visit,
    assembly: &Assembly,
    line: &Line,
    before: &mut BTreeSet<String>,
) -> Result<Fate, Fault> {
    let words = visit.words;
    let draft = &line.draft;
    if !before.insert(draft.reference.clone()) {
        return Ok(Fate::Wrong(vec![words.say("import-twice")]));
    }
    if let Some(stored) = app.store.recommendation_by_reference(&assembly.id, &draft.reference).await? {
        let there = desk::read(&stored.body)?;
        let same = draft
            .texts
            .iter()
            .all(|(tag, wording)| there.wording(tag).is_some_and(|last| last.wording == *wording));
        return Ok(Fate::There { same });
    }
    let actor = &visit.signed()?.actor;
    Ok(match Recommendation::draft(actor, draft.clone(), app.now(), &assembly.about.rule) {
        Ok(_) => Fate::New,
        Err(refusals) => {
            let label = |name: &str| words.word("field", name);
            Fate::Wrong(refusals.iter().map(|refusal| sentence(words, refusal, label)).collect())
        }
    })
}

async fn rehearse(State(app): State<App>, visit: Visit, mut typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let nonsense = wrong::nonsense(words, &fields(&app, words).await?, &typed);
    if !nonsense.is_empty() {
        return form(&app, visit, &typed, nonsense).await;
    }
    let assembly = Assembly::find(&app, &typed.text("assembly")).await?;
    let brought = sheet::brought(words, &mut typed);
    let unknown = brought.as_ref().map_or_else(|_| Vec::new(), |sheet| unknown(&assembly, sheet));
    let lines = match brought.and_then(|sheet| lines(words, &assembly, &sheet)) {
        Ok(lines) => lines,
        Err(problems) => return form(&app, visit, &typed, problems).await,
    };
    let mut said = vec![words.with("import-into", "assembly", assembly.name(words))];
    if !unknown.is_empty() {
        said.push(words.with("import-columns-unknown", "names", unknown.join(", ")));
    }
    let again = asked(&app, words, &typed, &[]).await?;
    offer(&app, visit, assembly, lines, said, again, Vec::new()).await
}

/// Says what would become of every row, and keeps those that are new until they are confirmed.
async fn offer(
    app: &App,
    visit: Visit,
    assembly: Assembly,
    lines: Vec<Line>,
    said: Vec<String>,
    again: Form,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let (mut rows, mut new, mut before) = (Vec::new(), Vec::new(), BTreeSet::new());
    let (mut there, mut wrong) = (0_usize, 0_usize);
    for line in lines {
        let fate = fate(app, &visit, &assembly, &line, &mut before).await?;
        let (is_new, told) = match fate {
            Fate::New => (true, words.say("import-new")),
            Fate::There { same } => {
                there += 1;
                (false, words.say(if same { "import-same" } else { "import-other" }))
            }
            Fate::Wrong(reasons) => {
                wrong += 1;
                (false, reasons.join(". "))
            }
        };
        let title = line.draft.texts.values().next().map(|wording| wording.title.clone()).unwrap_or_default();
        rows.push([line.row.to_string(), line.draft.reference.clone(), title, told].map(Cell::text).into());
        new.extend(is_new.then_some(line));
    }
    let count = new.len();
    sheet::wait(app, &visit, KIND, &Waiting { assembly: assembly.id, lines: new }).await?;
    let page = Page::new(visit, words.say("import-result")).with_problems(problems);
    result(page, words, said, rows, (count, there, wrong), again)
}

/// What would become of every row; how many are new, there already and wrong. The form stands below where it is needed again.
fn result(
    page: Page,
    words: Words,
    said: Vec<String>,
    rows: Vec<Vec<Cell>>,
    (count, there, wrong): (usize, usize, usize),
    again: Form,
) -> Result<Response, Fault> {
    let columns = ["import-row-number", "field-reference", "field-title", "import-fate"]
        .map(|key| words.say(key))
        .into();
    let mut plain = Plain::new(page).back("/staff/import", words.say("nav-import")).table(Table {
        columns,
        rows,
        ..Table::default()
    });
    for said in said {
        plain = plain.about(said);
    }
    if wrong == 0 && count == 0 {
        return plain.about(words.say("import-all-there")).show();
    }
    plain = plain.about(words.share("import-counts", count, wrong));
    if there > 0 {
        plain = plain.about(words.count("import-there", there));
    }
    if wrong > 0 {
        return plain.about(words.say("import-mend")).form(again).show();
    }
    let button = words.count("import-do", count);
    plain.form(Form { action: "/staff/import/do".to_owned(), button, ..Form::default() }).show()
}

async fn import(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (actor, words) = (&visit.signed()?.actor.clone(), visit.words);
    let waiting: Waiting = sheet::waiting(&app, &visit, KIND).await?;
    let assembly = Assembly::find(&app, &waiting.assembly).await?;
    let at: Timestamp = app.now();
    let mut change = app.store.change(&actor.person, at).await?;
    for line in &waiting.lines {
        match desk::draft(&app, &mut change, actor, line.draft.clone(), &assembly).await {
            Ok(Ok(_)) => {}
            Ok(Err(refusals)) => {
                let label = |name: &str| words.word("field", name);
                let said = refusals.iter().map(|refusal| sentence(words, refusal, label));
                let said = said.map(|said| Problem::new("", said)).collect();
                drop(change);
                return form(&app, visit, &Typed::default(), said).await;
            }
            // Somebody took a reference since the table was tried: it is tried once more.
            Err(Fault::Overtaken) => {
                drop(change);
                let said = vec![words.with("import-into", "assembly", assembly.name(words))];
                let again = asked(&app, words, &Typed::default(), &[]).await?;
                let problems = vec![Problem::new("", words.say("import-overtaken"))];
                return offer(&app, visit, assembly, waiting.lines, said, again, problems).await;
            }
            Err(fault) => return Err(fault),
        }
    }
    change.commit().await?;
    sheet::done(&app, &actor.person, KIND).await;
    Ok(Redirect::to("/staff/recommendations?done=imported").into_response())
}
