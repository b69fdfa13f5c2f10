//! Lists of recommendations: what they are filtered by, and their rows.

use store::{Filter, Order, Summary};
use tracking::{Delivery, Grade, Position, State};

use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Typed};
use crate::kept::Kept;
use crate::names::Names;
use crate::page::escaped;
use crate::public::adopted;
use crate::told::colour_of;
use crate::words::Words;
use jiff::civil::Date;

/// How many rows a page has.
const ROWS: i64 = 50;

/// A row of a list.
#[derive(Debug, Clone)]
pub struct Row {
    /// The opaque id.
    pub id: String,
    /// The reference.
    pub reference: String,
    /// The assembly's id.
    pub assembly: String,
    /// The title in the reader's language.
    pub title: String,
    /// The state in words.
    pub state: String,
    /// The colour of its tag.
    pub colour: &'static str,
    /// The position in words, or nothing.
    pub position: String,
    /// The theme.
    pub theme: String,
    /// The unit's name, or nothing.
    pub unit: String,
    /// The accountable post, or nothing.
    pub post: String,
    /// When the next thing is due, or nothing.
    pub due: String,
    /// Whether that day is over.
    pub overdue: bool,
    /// The revision.
    pub revision: i64,
}

impl Row {
    /// A row for a reader.
    pub fn new(summary: &Summary, names: &Names, words: Words, today: Date) -> Self {
        let word = |list: &str, key: &Option<String>| {
            key.as_deref().map_or(String::new(), |key| words.word(list, key))
        };
        Self {
            id: summary.id.clone(),
            reference: summary.reference.clone(),
            assembly: summary.assembly.clone(),
            title: in_language(&summary.titles, words).unwrap_or_default().to_owned(),
            state: words.word("state", &summary.state),
            colour: colour_of(&summary.state),
            position: word("position", &summary.position),
            theme: summary.theme.clone().unwrap_or_default(),
            unit: summary.unit.as_deref().map_or(String::new(), |unit| names.unit(unit)),
            post: summary.post.as_deref().map_or(String::new(), |post| names.post(post)),
            due: summary.due.map_or(String::new(), |due| words.date(&due)),
            overdue: summary.due.is_some_and(|due| due < today),
            revision: summary.revision,
        }
    }
}

/// About how many bytes of searches and their counts are kept.
const KEPT: usize = 1 << 20;

/// How many recommendations a search found, by what was searched for; the mark is the end of the log of changes.
#[derive(Debug)]
pub struct Counts(Kept<String, i64>);

impl Default for Counts {
    fn default() -> Self {
        Self(Kept::new(KEPT))
    }
}

impl Counts {
    /// How many there are. Where words are looked for in all assemblies, they are counted once until something is changed: a
    /// page of what is found takes a moment, to count all that is found several times as long.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn of(&self, app: &App, filter: &Filter) -> store::Result<i64> {
        if filter.words.is_empty() || !filter.assemblies.is_empty() {
            return app.store.count(filter).await;
        }
        // Read before they are counted: a later count may stand under an earlier mark, never the other way round.
        let (name, mark) = (format!("{filter:?}"), app.store.head().await?);
        if let Some(known) = self.0.get(&name, &mark) {
            return Ok(known);
        }
        let count = app.store.count(filter).await?;
        self.0.put(&name, mark, count, name.len() + 100);
        Ok(count)
    }
}

/// A page of a list.
#[derive(Debug)]
pub struct List {
    /// Its rows.
    pub rows: Vec<Row>,
    /// How many there are in all.
    pub count: i64,
    /// The address of the next page, or nothing.
    pub next: String,
}

/// Reads a page of a list. The place of the next page goes into the address as `after`.
///
/// # Errors
/// If the store cannot be read, or the place is none.
pub async fn read(
    app: &App,
    words: Words,
    names: &Names,
    path: &str,
    asked: &Typed,
    filter: &Filter,
    order: Order,
) -> Result<List, Fault> {
    let count = app.counts.of(app, filter).await?;
    let listed = app.store.list(filter, order, asked.some("after").as_deref(), ROWS).await;
    let listed = listed.map_err(no_such_place)?;
    let today = app.today();
    let rows = listed.items.iter().map(|summary| Row::new(summary, names, words, today)).collect();
    let next = listed.next.map_or(String::new(), |place| next(path, asked, &place));
    Ok(List { rows, count, next })
}

/// The fault of a list whose place nobody has given out.
pub fn no_such_place(error: store::Error) -> Fault {
    match error {
        store::Error::Unreadable(_) => Fault::NotFound,
        other => other.into(),
    }
}

/// The address of the page of a list that begins after a place.
pub fn next(path: &str, asked: &Typed, place: &str) -> String {
    let others = asked.kept(&["after", "done"]);
    let others = others.iter().filter(|(_, value)| !value.is_empty());
    let query: String =
        others.map(|(name, value)| format!("{}={}&", escaped(name), escaped(value))).collect();
    format!("{path}?{query}after={}", escaped(place))
}

/// What was asked for in the address: words, state, position, delivery, grade, theme, unit, overdue.
pub fn filter(asked: &Typed, today: Date) -> Filter {
    let some = |name: &str| asked.some(name).into_iter().collect();
    Filter {
        assemblies: some("assembly"),
        states: some("state"),
        positions: some("position"),
        deliveries: some("delivery"),
        grades: some("grade"),
        themes: some("theme"),
        units: some("unit"),
        words: asked.text("words"),
        due_before: asked.ticked("overdue").then_some(today),
        ..Filter::default()
    }
}

/// The fields of a list's filter; within one assembly, for everybody.
///
/// # Errors
/// If the store cannot be read.
pub async fn fields(
    app: &App,
    words: Words,
    names: &Names,
    asked: &Typed,
    within: Option<&str>,
) -> Result<Vec<Field>, Fault> {
    let any = |mut choices: Vec<Choice>| {
        choices.insert(0, Choice::new("", words.say("all")));
        Kind::Select(choices)
    };
    let list = |list: &str, keys: Vec<&'static str>| {
        any(keys.into_iter().map(|key| Choice::new(key, words.word(list, key))).collect())
    };
    let field = |name: &str, kind: Kind| Field::new(name, words.word("fact", name), kind);
    let scope = match within {
        Some(assembly) => adopted(Filter { assemblies: vec![assembly.to_owned()], ..Filter::default() }),
        None => Filter::default(),
    };
    // Everybody sees what the assembly has voted on only.
    let states = State::ALL.iter().filter(|state| within.is_none() || **state != State::Draft);
    let themes = app.store.tally(&scope, store::Tally::Theme).await?;
    let themes = themes
        .into_iter()
        .filter(|(theme, _)| !theme.is_empty())
        .map(|(theme, _)| Choice::new(theme.clone(), theme));
    let mut fields = vec![Field::new("words", words.say("list-words"), Kind::Line)];
    if within.is_none() {
        let assemblies = Assembly::all(app).await?;
        let assemblies = assemblies.iter().map(|one| Choice::new(&one.id, one.name(words))).collect();
        fields.push(Field::new("assembly", words.say("field-assembly"), any(assemblies)));
    }
    fields.extend([
        field("state", list("state", states.map(|one| one.key()).collect())),
        field("position", list("position", Position::ALL.iter().map(|one| one.key()).collect())),
        field("delivery", list("delivery", Delivery::ALL.iter().map(|one| one.key()).collect())),
        field("grade", list("grade", Grade::ALL.iter().map(|one| one.key()).collect())),
        field("theme", any(themes.collect())),
        field("unit", any(names.unit_choices())),
        Field::new("overdue", words.say("list-time"), any(vec![Choice::new("yes", words.say("overdue"))])),
    ]);
    Ok(fields.into_iter().map(|field| field.typed(asked, &[])).collect())
}
