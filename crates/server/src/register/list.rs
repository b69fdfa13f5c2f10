//! The register as a list by months, for everybody and for the staff.

use axum::extract::State;
use axum::response::Response;
use engagement::terms::{self, List};
use engagement::{Engagement, clashes};
use jiff::civil::Date;

use super::{all, colour, of_list, said, stands, when};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Typed};
use crate::names::Names;
use crate::page::{self, Page, escaped};
use crate::staff::STAFF;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/register", Access::Public, public).get("/staff/register", Access::Any(STAFF), staff)
}

#[derive(askama::Template)]
#[template(path = "register.html")]
struct Register {
    page: Page,
    staff: bool,
    writes: bool,
    fields: Vec<Field>,
    months: Vec<(String, Vec<Row>)>,
    count: usize,
    /// What stands behind the question mark of the calendar's and the table's address.
    asked: String,
    /// How many clashes are still to come.
    clashes: usize,
}

struct Row {
    address: String,
    title: String,
    when: String,
    unit: String,
    audience: String,
    topic: String,
    area: String,
    stands: String,
    colour: &'static str,
    clashes: usize,
}

/// What the list is narrowed to.
#[derive(Debug, Default)]
pub struct Asked {
    unit: String,
    audience: String,
    topic: String,
    words: String,
    past: bool,
}

impl Asked {
    /// Reads the part of an address behind its question mark.
    ///
    /// # Errors
    /// If it is no text.
    pub fn read(query: &str) -> Result<Self, Fault> {
        let typed = Typed::of_address(query)?;
        let text = |name: &str| typed.text(name);
        let (unit, audience, topic) = (text("unit"), text("audience"), text("topic"));
        Ok(Self { unit, audience, topic, words: text("words"), past: typed.ticked("past") })
    }

    /// Whether an entry is wanted.
    pub fn wants(&self, it: &Engagement) -> bool {
        let meant = |list, entries: &[String], tag: &str| {
            tag.is_empty() || terms::meaning(list, entries).contains(tag)
        };
        let folded = terms::folded(&format!("{} {} {} {}", it.title, it.area, it.question, it.outcome));
        (self.unit.is_empty() || self.unit == it.unit)
            && meant(List::Audience, &it.audience, &self.audience)
            && meant(List::Topic, &it.topic, &self.topic)
            && terms::folded(&self.words).split(' ').all(|word| folded.contains(word))
    }

    fn shows(&self, it: &Engagement, today: Date) -> bool {
        self.wants(it) && (self.past || it.until >= today)
    }

    fn address(&self) -> String {
        let parts = [
            ("unit", &self.unit),
            ("audience", &self.audience),
            ("topic", &self.topic),
            ("words", &self.words),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = parts.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    fn fields(&self, words: Words, names: &Names) -> Vec<Field> {
        let any = || vec![Choice::new("", words.say("all"))];
        let tags = |list| {
            let mut choices: Vec<Choice> =
                terms::tags(list).map(|tag| Choice::new(tag, words.word(of_list(list), tag))).collect();
            choices.sort_by(|one, other| one.label.cmp(&other.label));
            choices
        };
        let choose = |name: &str, choices: Vec<Choice>, value: &str| {
            let kind = Kind::Select([any(), choices].concat());
            Field::new(name, words.word("engagement", name), kind).value(value)
        };
        let past = Kind::Ticks(vec![Choice::new("yes", words.say("register-past"))]);
        let past =
            Field::new("past", words.say("register-also"), past).value(if self.past { "yes" } else { "" });
        vec![
            Field::new("words", words.say("list-words"), Kind::Line).value(&self.words),
            choose("unit", names.unit_choices(), &self.unit),
            choose("audience", tags(List::Audience), &self.audience),
            choose("topic", tags(List::Topic), &self.topic),
            past,
        ]
    }
}

async fn public(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, false).await
}

async fn staff(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    show(&app, visit, true).await
}

async fn show(app: &App, visit: Visit, staff: bool) -> Result<Response, Fault> {
    let (words, today) = (visit.words, app.today());
    let asked = Asked::read(&visit.query)?;
    let names = Names::read(app, words).await?;
    let everything: Vec<Engagement> = all(app).await?.into_iter().map(|kept| kept.value).collect();
    let mut found = if staff { clashes(&everything) } else { Vec::new() };
    found.retain(|clash| clash.until >= today);
    let row = |it: &Engagement| {
        let stands = stands(it, today);
        Row {
            address: format!("{}/register/{}", if staff { "/staff" } else { "" }, escaped(&it.id)),
            title: it.title.clone(),
            when: when(words, it),
            unit: names.unit(&it.unit),
            audience: said(words, List::Audience, &it.audience),
            topic: said(words, List::Topic, &it.topic),
            area: it.area.clone(),
            stands: words.word("stands", stands),
            colour: colour(stands),
            clashes: found.iter().filter(|clash| clash.is_of(&it.id)).count(),
        }
    };
    let shown = everything.iter().filter(|it| (staff || it.is_public()) && asked.shows(it, today));
    let mut months: Vec<(String, Vec<Row>)> = Vec::new();
    for it in shown {
        let month = words.with2(
            "register-month",
            "month",
            words.say(&format!("month-{}", it.from.month())),
            "year",
            it.from.year(),
        );
        match months.last_mut() {
            Some((last, rows)) if *last == month => rows.push(row(it)),
            _ => months.push((month, vec![row(it)])),
        }
    }
    let title = words.say(if staff { "nav-register" } else { "register-title" });
    let writes = visit.signed.as_ref().is_some_and(|signed| signed.holds(super::WRITERS));
    page::html(&Register {
        fields: asked.fields(words, &names),
        count: months.iter().map(|(_, rows)| rows.len()).sum(),
        asked: asked.address(),
        clashes: found.len(),
        page: Page::new(visit, title),
        staff,
        writes,
        months,
    })
}
