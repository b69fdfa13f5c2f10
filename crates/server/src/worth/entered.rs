//! What the secretariat enters about an assembly's worth. Everything wrong with a form is said at once.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Entry;
use worth::{
    Amount, Answers, Channel, Comparison, Cost, CostFault, Count, Measure, Outcome, Purpose, Support,
    SupportFault, Why,
};

use super::{CHANNELS, COSTS, OUTCOMES, SUPPORT, SURVEYS, Survey, Worth, shown};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::page::{Page, escaped};
use crate::plain::{Cell, Form, Plain, Table};
use crate::sheet;
use crate::shelf::Shelf;
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes
        .get("/staff/worth", access, list)
        .get("/staff/worth/{assembly}", access, open)
        .post("/staff/worth/{assembly}/cost", access, cost)
        .post("/staff/worth/{assembly}/support", access, support)
        .post("/staff/worth/{assembly}/outcome", access, outcome)
        .post("/staff/worth/{assembly}/measure", access, measure)
        .post("/staff/worth/{assembly}/channel", access, channel)
        .upload("/staff/worth/{assembly}/survey", access, survey)
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let row =
        |one: &Assembly| vec![Cell::link(one.name(words), format!("/staff/worth/{}", escaped(&one.id)))];
    let rows = Assembly::all_within(&app, &visit, SECRETARIAT).await?.iter().map(row).collect();
    let columns = vec![words.say("field-assembly")];
    let page = Page::new(visit, words.say("nav-worth"));
    Plain::new(page)
        .about(words.say("worth-list-about"))
        .table(Table { columns, rows, ..Table::default() })
        .show()
}

async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    show(&app, visit, &assembly, &Typed::default(), Vec::new()).await
}

async fn show(
    app: &App,
    visit: Visit,
    assembly: &Assembly,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let worth = Worth::of(app, &assembly.id).await?;
    let page = Page::new(visit, format!("{} – {}", words.say("nav-worth"), assembly.name(words)));
    let mut plain = Plain::new(page.with_problems(problems.clone()))
        .back("/staff/worth", words.say("nav-worth"))
        .about(words.say("worth-entered-about"));
    for table in shown::tables(words, &assembly.id, &worth) {
        plain = plain.table(table);
    }
    for (part, fields) in forms(words, &worth) {
        let name = |mut field: Field| {
            field.name = format!("{part}-{}", field.name);
            field.typed(typed, &problems)
        };
        plain = plain.form(Form {
            heading: words.say(&format!("worth-add-{part}")),
            about: words.say(&format!("worth-add-{part}-about")),
            action: format!("/staff/worth/{}/{part}", escaped(&assembly.id)),
            fields: fields.into_iter().map(name).collect(),
            button: words.say("worth-add"),
            files: part == "survey",
            ..Form::default()
        });
    }
    plain.show()
}

/// The forms: what is added, and its fields.
fn forms(words: Words, worth: &Worth) -> Vec<(&'static str, Vec<Field>)> {
    let line = |name: &str, key: &str| Field::new(name, words.say(key), Kind::Line);
    let number = |name: &str, key: &str| Field::new(name, words.say(key), Kind::Number);
    let choice = |list: &'static str, keys: &[&'static str]| {
        Kind::Radios(keys.iter().map(|key| Choice::new(*key, words.word(list, key))).collect())
    };
    let purposes = choice("purpose", &Purpose::ALL.map(Purpose::key));
    let kinds = choice("support", &worth::Kind::ALL.map(worth::Kind::key));
    let channels = choice("channel", &Channel::ALL.map(Channel::key));
    let better = choice("worth-better", &["more", "less"]);
    let who = choice("worth-who", &["department", "independent"]);
    let known = worth.outcomes.iter().map(|kept| {
        Choice::new(&kept.entry.id, format!("{}: {}", kept.value.recommendation, kept.value.indicator))
    });
    let outcomes = Kind::Select(known.collect());
    let amount = line("amount", "worth-amount").hint(words.say("worth-amount-hint"));
    let on = Field::new("on", words.say("worth-on"), day(words));
    let source = line("source", "worth-source").hint(words.say("worth-source-hint"));
    let reference =
        line("recommendation", "worth-recommendation").hint(words.say("worth-recommendation-hint"));
    let mut forms = vec![
        (
            "cost",
            vec![
                Field::new("purpose", words.say("worth-purpose"), purposes),
                line("what", "worth-what"),
                amount.clone().hint(words.say("worth-cost-hint")),
                on.clone(),
                source.clone(),
                reference.clone(),
            ],
        ),
        (
            "support",
            vec![
                Field::new("kind", words.say("worth-help"), kinds),
                number("offered", "worth-offered"),
                number("used", "worth-used"),
                Field::new("on", words.say("worth-support-on"), day(words))
                    .hint(words.say("worth-support-on-hint")),
                amount,
                line("note", "worth-note"),
            ],
        ),
        (
            "outcome",
            vec![
                reference,
                line("indicator", "worth-indicator").hint(words.say("worth-indicator-hint")),
                line("unit", "worth-unit").hint(words.say("worth-unit-hint")),
                Field::new("better", words.say("worth-better"), better),
            ],
        ),
        (
            "channel",
            vec![
                Field::new("channel", words.say("worth-channel"), channels),
                line("group", "worth-group").hint(words.say("worth-group-hint")),
                number("people", "worth-people"),
            ],
        ),
        (
            "survey",
            vec![
                line("name", "worth-survey-name"),
                Field::new("before", words.say("worth-survey-before"), Kind::File)
                    .hint(words.say("worth-survey-hint")),
                Field::new("after", words.say("worth-survey-after"), Kind::File),
                Field::new("on", words.say("worth-survey-on"), day(words)),
            ],
        ),
    ];
    if !worth.outcomes.is_empty() {
        let fields = vec![
            Field::new("outcome", words.say("worth-indicator"), outcomes),
            on,
            line("value", "worth-value"),
            Field::new("who", words.say("worth-who"), who),
            source,
        ];
        forms.insert(3, ("measure", fields));
    }
    forms
}

/// What was typed into one of the forms, and what is wrong with it so far.
struct Read<'a> {
    words: Words,
    part: &'static str,
    today: Date,
    typed: &'a Typed,
    problems: Vec<Problem>,
}

impl<'a> Read<'a> {
    fn new(app: &App, words: Words, part: &'static str, typed: &'a Typed) -> Self {
        Self { words, part, today: app.today(), typed, problems: Vec::new() }
    }

    fn name(&self, field: &str) -> String {
        format!("{}-{field}", self.part)
    }

    fn wrong(&mut self, field: &str, key: &str) {
        self.problems.push(Problem::new(&self.name(field), self.words.say(key)));
    }

    fn text(&self, field: &str) -> String {
        self.typed.text(&self.name(field))
    }

    fn some(&mut self, field: &str) -> String {
        let text = self.text(field);
        if text.is_empty() {
            self.wrong(field, "worth-missing");
        }
        text
    }

    fn one_of<T>(&mut self, field: &str, from_key: impl Fn(&str) -> Option<T>, instead: T) -> T {
        let found = from_key(&self.text(field));
        if found.is_none() {
            self.wrong(field, "worth-choose");
        }
        found.unwrap_or(instead)
    }

    fn day(&mut self, field: &str) -> Date {
        let day = self.typed.date(&self.name(field));
        if day.is_none() {
            self.wrong(field, "worth-no-day");
        }
        day.unwrap_or_default()
    }

    /// A day that is not ahead: nobody has paid or measured anything tomorrow.
    fn past_day(&mut self, field: &str) -> Date {
        let day = self.day(field);
        if day > self.today {
            self.wrong(field, "worth-not-yet");
        }
        day
    }

    fn whole(&mut self, field: &str) -> u32 {
        let number = self.typed.number(&self.name(field));
        if number.is_none() {
            self.wrong(field, "worth-no-number");
        }
        number.unwrap_or_default()
    }

    fn amount(&mut self, field: &str) -> Option<Amount> {
        let text = self.text(field);
        // Where numbers have a comma, cents may stand behind one: 12345,60 EUR.
        let text = if text.contains('.') { text } else { text.replacen(',', ".", 1) };
        let amount = text.parse().ok();
        if amount.is_none() {
            self.wrong(field, "worth-no-amount");
        }
        amount
    }

    /// The reference of a recommendation that everybody knows of.
    async fn reference(&mut self, app: &App, assembly: &str) -> Result<Option<String>, Fault> {
        let reference = self.text("recommendation");
        if reference.is_empty() {
            return Ok(None);
        }
        match crate::desk::find_typed(app, assembly, &reference).await {
            Ok(case) => Ok(Some(case.recommendation.reference)),
            Err(Fault::NotFound) => {
                self.wrong("recommendation", "worth-no-recommendation-or-empty");
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Keeps a value, or shows the form again with everything that is wrong.
async fn keep<T: Serialize + DeserializeOwned>(
    app: &App,
    visit: Visit,
    assembly: &Assembly,
    read: Read<'_>,
    shelf: &Shelf<T>,
    (entry, value): (Entry, T),
) -> Result<Response, Fault> {
    if !read.problems.is_empty() {
        return show(app, visit, assembly, read.typed, read.problems).await;
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let entry = Entry { assembly: Some(assembly.id.clone()), ..entry };
    shelf.keep(&mut change, entry, &value, "save").await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/staff/worth/{}?done=worth", escaped(&assembly.id))).into_response())
}

async fn cost(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let mut read = Read::new(&app, visit.words, "cost", &typed);
    let purpose = read.one_of("purpose", Purpose::from_key, Purpose::Process);
    let amount = read.amount("amount").unwrap_or(Amount { currency: String::new(), hundredths: 0 });
    let on = read.past_day("on");
    let recommendation = read.reference(&app, &id).await?;
    let cost =
        Cost { purpose, what: read.text("what"), amount, on, source: read.text("source"), recommendation };
    for fault in cost.faults() {
        match fault {
            CostFault::What => read.wrong("what", "worth-missing"),
            CostFault::Source => read.wrong("source", "worth-missing"),
            CostFault::Recommendation => read.wrong("recommendation", "worth-which"),
        }
    }
    let entry = Entry { from: Some(on), ..COSTS.fresh()? };
    keep(&app, visit, &assembly, read, &COSTS, (entry, cost)).await
}

async fn support(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let mut read = Read::new(&app, visit.words, "support", &typed);
    let kind = read.one_of("kind", worth::Kind::from_key, worth::Kind::Stipend);
    let (offered, used) = (read.whole("offered"), read.whole("used"));
    let cost = if read.text("amount").is_empty() { None } else { read.amount("amount") };
    let on = read.day("on");
    let support = Support { kind, offered, used, cost, note: read.text("note") };
    for fault in support.faults() {
        match fault {
            SupportFault::Offered => read.wrong("offered", "worth-to-nobody"),
            SupportFault::Used => read.wrong("used", "worth-more-than-offered"),
            SupportFault::Note => read.wrong("note", "worth-missing"),
            SupportFault::Cost => read.wrong("amount", "worth-less-than-nothing"),
        }
    }
    let entry = Entry { from: Some(on), ..SUPPORT.fresh()? };
    keep(&app, visit, &assembly, read, &SUPPORT, (entry, support)).await
}

async fn outcome(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let mut read = Read::new(&app, visit.words, "outcome", &typed);
    read.some("recommendation");
    let recommendation = read.reference(&app, &id).await?.unwrap_or_default();
    let (indicator, unit) = (read.some("indicator"), read.some("unit"));
    let better = |key: &str| ["more", "less"].contains(&key).then(|| key == "more");
    let more_is_better = read.one_of("better", better, true);
    let outcome = Outcome { recommendation, indicator, unit, more_is_better, measures: Vec::new() };
    keep(&app, visit, &assembly, read, &OUTCOMES, (OUTCOMES.fresh()?, outcome)).await
}

async fn measure(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let mut read = Read::new(&app, visit.words, "measure", &typed);
    let kept = match OUTCOMES.find(&app, &read.text("outcome")).await {
        Ok(kept) => Some(kept).filter(|kept| kept.entry.assembly.as_deref() == Some(&id)),
        Err(Fault::NotFound) => None,
        Err(fault) => return Err(fault),
    };
    if kept.is_none() {
        read.wrong("outcome", "worth-choose");
    }
    let (on, source) = (read.past_day("on"), read.some("source"));
    let value = read.text("value").replace(',', ".").parse::<f64>().ok().filter(|value| value.is_finite());
    if value.is_none() {
        read.wrong("value", "worth-no-number");
    }
    let who = |key: &str| ["department", "independent"].contains(&key).then(|| key == "independent");
    let independent = read.one_of("who", who, false);
    let Some(kept) = kept else { return show(&app, visit, &assembly, &typed, read.problems).await };
    let mut outcome = kept.value;
    outcome.measures.push(Measure { on, value: value.unwrap_or_default(), source, independent });
    keep(&app, visit, &assembly, read, &OUTCOMES, (kept.entry, outcome)).await
}

async fn channel(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let mut read = Read::new(&app, visit.words, "channel", &typed);
    let channel = read.one_of("channel", Channel::from_key, Channel::Online);
    let count = Count { channel, group: read.text("group"), people: read.whole("people") };
    keep(&app, visit, &assembly, read, &CHANNELS, (CHANNELS.fresh()?, count)).await
}

async fn survey(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    mut typed: Typed,
) -> Result<Response, Fault> {
    let assembly = Assembly::within(&app, &visit, SECRETARIAT, &id).await?;
    let files = ["before", "after"].map(|field| (field, typed.take_file(&format!("survey-{field}"))));
    let mut read = Read::new(&app, visit.words, "survey", &typed);
    let name = read.some("name");
    let mut answers = Vec::new();
    for (field, file) in &files {
        match file {
            None => read.wrong(field, "worth-no-file"),
            Some(file) => match table(read.words, &file.name, &file.bytes) {
                Ok(found) => answers.push(found),
                Err(wrong) => {
                    let field = read.name(field);
                    read.problems.extend(wrong.into_iter().map(|words| Problem::new(&field, words)));
                }
            },
        }
    }
    let comparison = match answers.as_slice() {
        [before, after] => Comparison::of(before, after),
        _ => Comparison::default(),
    };
    if answers.len() == 2 && comparison.changes.is_empty() {
        read.wrong("after", "worth-no-question");
    }
    let entry = Entry { from: Some(read.past_day("on")), ..SURVEYS.fresh()? };
    if !read.problems.is_empty() {
        let sent = files.iter().filter_map(|(field, file)| Some((read.name(field), file.as_ref()?)));
        let again = sent.filter(|(field, _)| !read.problems.iter().any(|problem| problem.field == *field));
        let again = again
            .map(|(field, file)| Problem::new(&field, read.words.with("file-again", "name", &file.name)));
        let again: Vec<Problem> = again.collect();
        read.problems.extend(again);
    }
    keep(&app, visit, &assembly, read, &SURVEYS, (entry, Survey { name, comparison })).await
}

/// The answers in a file, or everything that is wrong with it, in words.
fn table(words: Words, name: &str, bytes: &[u8]) -> Result<Answers, Vec<String>> {
    let (sheet, problems) = reading::sound_rows(name, bytes);
    let row = |number: usize| words.count("import-row", number);
    let errors: Vec<String> =
        sheet::flaws(words, &problems).into_iter().map(|said| format!("{name}: {said}")).collect();
    let Some(sheet) = sheet.filter(|_| errors.is_empty()) else { return Err(errors) };
    let rows: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.cells.clone()).collect();
    Answers::read(&sheet.header, &rows).map_err(|faults| {
        let said = |fault: worth::Fault| {
            let place = fault.row.and_then(|at| sheet.rows.get(at - 1)).map(|found| row(found.number));
            let why = match fault.why {
                Why::NoColumn => words.say("survey-no-column"),
                Why::NoQuestion => words.say("survey-no-question"),
                Why::ColumnTwice => words.with("survey-column-twice", "column", &fault.column),
                Why::Nobody => words.say("survey-nobody"),
                Why::Twice => words.say("survey-twice"),
                Why::NoNumber => {
                    words.with2("survey-no-number", "column", &fault.column, "value", &fault.value)
                }
            };
            format!(
                "{name}{} {why}",
                place.map(|place| format!(", {place}")).unwrap_or_else(|| ":".to_owned())
            )
        };
        faults.into_iter().map(said).collect()
    })
}
