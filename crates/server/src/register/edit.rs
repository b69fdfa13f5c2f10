//! Adding to the register and changing it: clashes and what was asked before are shown before anything is saved.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engagement::terms::{self, List};
use engagement::{Engagement, Kind as How, Standing, faults, table};
use jiff::civil::Date;

use super::clashes::{Known, address};
use super::{WRITERS, find, keep, of_list};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Form, Plain};
use crate::secret::secret;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(WRITERS);
    routes
        .get("/staff/register/new", access, begin)
        .post("/staff/register/new", access, add)
        .get("/staff/register/{engagement}/change", access, open)
        .post("/staff/register/{engagement}/change", access, change)
}

/// The fields of an entry.
fn fields(words: Words, visit: &Visit, names: &Names) -> Result<Vec<Field>, Fault> {
    let signed = visit.signed()?;
    let units =
        names.unit_choices().into_iter().filter(|unit| signed.works_at(WRITERS, &unit.value)).collect();
    let keys = |list: &str, keys: Vec<&'static str>| -> Vec<Choice> {
        keys.into_iter().map(|key| Choice::new(key, words.word(list, key))).collect()
    };
    let label = |key: &str| words.word("engagement", key);
    let hint = |key: &str| words.say(&format!("engagement-{key}-hint"));
    let ticks = |list: List| {
        let mut choices = keys(of_list(list), terms::tags(list).collect());
        choices.sort_by(|one, other| one.label.cmp(&other.label));
        Field::new(of_list(list), label(of_list(list)), Kind::Ticks(choices))
    };
    let line = |key: &str| Field::new(key, label(key), Kind::Line);
    let kinds = keys("kind", How::ALL.iter().map(|kind| kind.key()).collect());
    let standings = keys("standing", Standing::ALL.iter().map(|standing| standing.key()).collect());
    let choose = Choice::new("", words.say("choose"));
    let contacts = std::iter::once(choose).chain(names.post_choices()).collect();
    Ok(vec![
        line("title"),
        Field::new("unit", label("unit"), Kind::Select(units)),
        Field::new("kind", label("kind"), Kind::Select(kinds)),
        Field::new("standing", label("standing"), Kind::Radios(standings)).hint(hint("standing")),
        Field::new("from", label("from"), day(words)),
        Field::new("until", label("until"), day(words)),
        ticks(List::Audience),
        line("audience-other").hint(hint("other")),
        line("area").hint(hint("area")),
        ticks(List::Topic),
        line("topic-other").hint(hint("other")),
        Field::new("question", label("question"), Kind::Lines(3)),
        Field::new("minutes", label("minutes"), Kind::Number).hint(hint("minutes")),
        Field::new("people", label("people"), Kind::Number),
        Field::new("contact", label("contact"), Kind::Select(contacts)),
        line("series").hint(hint("series")),
        line("url").hint(hint("url")),
        Field::new("outcome", label("outcome"), Kind::Lines(3)).hint(hint("outcome")),
    ])
}

/// What was typed as an entry, or everything that is wrong with it.
fn read(
    words: Words,
    typed: &Typed,
    id: String,
    before: Option<&Engagement>,
) -> Result<Engagement, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut date = |name: &str| {
        typed.date(name).unwrap_or_else(|| {
            problems.push(Problem::new(
                name,
                words.with("engagement-day", "what", words.word("engagement", name)),
            ));
            Date::ZERO
        })
    };
    let (from, until) = (date("from"), date("until"));
    let mut number = |name: &str| {
        let number = typed.number(name);
        if number.is_none() && typed.some(name).is_some() {
            problems.push(Problem::new(
                name,
                words.with("engagement-number", "what", words.word("engagement", name)),
            ));
        }
        number
    };
    let (minutes, people) = (number("minutes"), number("people"));
    let entries = |list: List| {
        let mut all = typed.all(of_list(list)).to_vec();
        all.extend(table::list(&typed.text(&format!("{}-other", of_list(list)))));
        all
    };
    let it = Engagement {
        id,
        unit: typed.text("unit"),
        title: typed.text("title"),
        kind: How::from_key(&typed.text("kind")).unwrap_or(How::Consultation),
        standing: Standing::from_key(&typed.text("standing")).unwrap_or(Standing::Intended),
        audience: entries(List::Audience),
        area: typed.text("area"),
        topic: entries(List::Topic),
        from,
        until,
        minutes,
        people,
        contact: typed.text("contact"),
        question: typed.text("question"),
        outcome: typed.text("outcome"),
        url: typed.text("url"),
        series: typed.text("series"),
        settled: before.map(|before| before.settled.clone()).unwrap_or_default(),
    };
    let no_day = problems.iter().any(|problem| ["from", "until"].contains(&problem.field.as_str()));
    for fault in faults(&it).into_iter().filter(|fault| !no_day || fault.field() != "until") {
        problems.push(Problem::new(fault.field(), sentence(words, fault)));
    }
    if problems.is_empty() { Ok(it) } else { Err(problems) }
}

/// What is wrong with an entry, in words.
pub fn sentence(words: Words, fault: engagement::Fault) -> String {
    let what = words.word("engagement", fault.field());
    let most = match fault {
        engagement::Fault::Long(_, most) => words.number(most),
        _ => String::new(),
    };
    words.with2(&format!("engagement-wrong-{}", fault.key()), "what", what, "most", most)
}

/// An entry as it would be typed.
fn typed_of(it: &Engagement) -> Typed {
    let mut values: Vec<(String, String)> = Vec::new();
    for (list, entries) in [(List::Audience, &it.audience), (List::Topic, &it.topic)] {
        let (tags, other): (Vec<&String>, Vec<&String>) =
            entries.iter().partition(|entry| terms::tags(list).any(|tag| tag == *entry));
        values.extend(tags.into_iter().map(|tag| (of_list(list).to_owned(), tag.clone())));
        let other: Vec<&str> = other.into_iter().map(String::as_str).collect();
        values.push((format!("{}-other", of_list(list)), other.join("; ")));
    }
    for (name, date) in [("from", it.from), ("until", it.until)] {
        let parts = [
            ("day", date.day().to_string()),
            ("month", date.month().to_string()),
            ("year", date.year().to_string()),
        ];
        values.extend(parts.map(|(part, value)| (format!("{name}-{part}"), value)));
    }
    let number = |n: Option<u32>| n.map_or(String::new(), |n| n.to_string());
    let plain = [
        ("title", it.title.clone()),
        ("unit", it.unit.clone()),
        ("kind", it.kind.key().to_owned()),
        ("standing", it.standing.key().to_owned()),
        ("area", it.area.clone()),
        ("minutes", number(it.minutes)),
        ("people", number(it.people)),
        ("contact", it.contact.clone()),
        ("question", it.question.clone()),
        ("outcome", it.outcome.clone()),
        ("url", it.url.clone()),
        ("series", it.series.clone()),
    ];
    values.extend(plain.map(|(name, value)| (name.to_owned(), value)));
    Typed::of(values)
}

/// What stands above the form: an entry that is about to be saved, and what is to be known about it.
#[derive(Default)]
struct Look {
    problems: Vec<Problem>,
    /// The clashes have been shown for this entry.
    seen: Option<(Engagement, Vec<engagement::Clash>)>,
    revision: i64,
}

async fn show(
    app: &App,
    visit: Visit,
    id: Option<&str>,
    typed: &Typed,
    look: Look,
) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let fields = fields(words, &visit, &names)?;
    let fields = fields.into_iter().map(|field| field.typed(typed, &look.problems)).collect();
    let mut hidden = vec![("revision".to_owned(), look.revision.to_string())];
    let (action, title) = match id {
        Some(id) => (format!("{}/change", address(id)), words.say("register-change")),
        None => ("/staff/register/new".to_owned(), words.say("register-add")),
    };
    let back = id.map_or_else(|| "/staff/register".to_owned(), address);
    let title = if look.seen.is_some() { words.say("register-look") } else { title };
    let mut plain = Plain::new(Page::new(visit, title).with_problems(look.problems))
        .back(back, words.say("nav-register"));
    let mut button = words.say("save");
    if let Some((it, found)) = &look.seen {
        let known = Known::read(app, words).await?;
        plain = plain.about(words.say("register-look-about")).table(known.table_of(it, found));
        if let Some(earlier) = known.earlier(it) {
            plain = plain.table(earlier);
        }
        hidden.push(("seen".to_owned(), marks(found)));
        button = words.say("register-save-still");
    }
    plain.form(Form { action, fields, hidden, button, ..Form::default() }).show()
}

/// Which clashes somebody has seen: if others come up in between, they are shown as well.
fn marks(found: &[engagement::Clash]) -> String {
    let mark = |clash: &engagement::Clash| {
        let (one, other) =
            (clash.one.clone().min(clash.other.clone()), clash.one.clone().max(clash.other.clone()));
        format!("{one}+{other}:{}", clash.reason.key())
    };
    let mut marks: Vec<String> = found.iter().map(mark).collect();
    marks.sort();
    crate::secret::fingerprint(marks.join(" ").as_bytes())
}

async fn begin(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let mut typed = Typed::of_address(&visit.query)?;
    if typed.some("standing").is_none() {
        typed.put("standing", Standing::Intended.key());
    }
    show(&app, visit, None, &typed, Look::default()).await
}

async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let kept = find(&app, &id).await?;
    if !visit.signed()?.works_at(WRITERS, &kept.value.unit) {
        return Err(Fault::NotFound);
    }
    let look = Look { revision: kept.entry.revision, ..Look::default() };
    show(&app, visit, Some(&id), &typed_of(&kept.value), look).await
}

async fn add(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let id: String = secret()?.to_lowercase().chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    save(&app, visit, None, format!("e-{id}"), &typed).await
}

async fn change(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let kept = find(&app, &id).await?;
    if !visit.signed()?.works_at(WRITERS, &kept.value.unit) {
        return Err(Fault::NotFound);
    }
    save(&app, visit, Some(kept.value), id, &typed).await
}

async fn save(
    app: &App,
    visit: Visit,
    before: Option<Engagement>,
    id: String,
    typed: &Typed,
) -> Result<Response, Fault> {
    let words = visit.words;
    let own = before.as_ref().map(|_| id.as_str());
    let revision = typed.text("revision").parse().unwrap_or_default();
    let names = Names::read(app, words).await?;
    let nonsense = wrong::nonsense(words, &fields(words, &visit, &names)?, typed);
    let read = read(words, typed, id.clone(), before.as_ref());
    let read = if nonsense.is_empty() { read } else { Err(read.err().unwrap_or_default()) };
    let it = match read {
        Ok(it) => it,
        Err(mut problems) => {
            wrong::add(&mut problems, nonsense);
            return show(app, visit, own, typed, Look { problems, revision, ..Look::default() }).await;
        }
    };
    if !visit.signed()?.works_at(WRITERS, &it.unit) || app.store.unit(&it.unit).await?.is_none() {
        let problems = vec![Problem::new("unit", words.say("unit-missing"))];
        return show(app, visit, own, typed, Look { problems, revision, ..Look::default() }).await;
    }
    let found = Known::read(app, words).await?.clashes_of(&it, app.today());
    // The id of a new entry is made anew with every attempt: it stands for "this one" here.
    let named = |text: &str| if own.is_none() && text == it.id { "new".to_owned() } else { text.to_owned() };
    let named: Vec<engagement::Clash> = found
        .iter()
        .map(|clash| engagement::Clash {
            one: named(&clash.one),
            other: named(&clash.other),
            ..clash.clone()
        })
        .collect();
    if !found.is_empty() && typed.text("seen") != marks(&named) {
        let seen =
            Some((Engagement { id: if own.is_none() { "new".to_owned() } else { id.clone() }, ..it }, named));
        return show(app, visit, own, typed, Look { seen, revision, ..Look::default() }).await;
    }
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match keep(&mut change, &it, revision, if own.is_some() { "change" } else { "add" }).await {
        Err(store::Error::Stale { current }) => {
            drop(change);
            stale(app, visit, &id, typed, current).await
        }
        Err(error) => Err(error.into()),
        Ok(_) => {
            change.commit().await?;
            Ok(Redirect::to(&format!("{}?done=engagement", address(&id))).into_response())
        }
    }
}

/// Somebody else was faster: what they saved stands above what was typed, and nothing is lost.
async fn stale(app: &App, visit: Visit, id: &str, typed: &Typed, current: i64) -> Result<Response, Fault> {
    let words = visit.words;
    let now = typed_of(&find(app, id).await?.value);
    let names = Names::read(app, words).await?;
    let mut problems = vec![Problem::new("title", words.say("stale-once-more"))];
    for field in fields(words, &visit, &names)? {
        let value = |typed: &Typed| match &field.kind {
            Kind::Date(_) => typed.date(&field.name).map_or(String::new(), |date| words.date(&date)),
            Kind::Ticks(choices) | Kind::Select(choices) | Kind::Radios(choices) => {
                let chosen = |choice: &&Choice| typed.all(&field.name).contains(&choice.value);
                choices
                    .iter()
                    .filter(chosen)
                    .map(|choice| choice.label.clone())
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            _ => typed.text(&field.name),
        };
        let (theirs, own) = (value(&now), value(typed));
        if theirs != own {
            let said = words.with2(
                "stale-field",
                "what",
                &field.label,
                "value",
                if theirs.is_empty() { "–" } else { &theirs },
            );
            problems.push(Problem::new(&field.name, said));
        }
    }
    show(app, visit, Some(id), typed, Look { problems, revision: current, ..Look::default() }).await
}
