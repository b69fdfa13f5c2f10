//! Writing down an assembly's mandate: who calls it, what it is asked, what is off the table, money and days.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde_json::json;
use tracking::{Budget, Commissioner, Decision, Hand, Mandate, Preparation, WRITERS, Words as Texts};

use super::gates::{address, sentence};
use super::{MANDATES, in_scope, of};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::names::Names;
use crate::page::Page;
use crate::plain::{Form, Plain};
use crate::visit::Visit;
use crate::words::{Language, Words};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/staff/before/{assembly}/mandate", Access::Any(WRITERS), open).post(
        "/staff/before/{assembly}/mandate",
        Access::Any(WRITERS),
        write,
    )
}

/// The fields of a decision or a notice: what, when, where to read it.
const DECISIONS: [&str; 2] = ["decision", "notified"];

fn fields(words: Words, assembly: &Assembly) -> Vec<Field> {
    let label = |key: &str| words.word("mandate", key);
    let hint = |key: &str| words.say(&format!("mandate-{key}-hint"));
    let line = |key: &str| Field::new(key, label(key), Kind::Line);
    let by = Commissioner::ALL
        .iter()
        .map(|by| Choice::new(by.key(), words.word("commissioner", by.key())))
        .collect();
    let mut fields = vec![
        Field::new("by", label("by"), Kind::Radios(by)).hint(hint("by")),
        line("commissioner"),
        line("addressee").hint(hint("addressee")),
        line("organiser").hint(hint("organiser")),
    ];
    for (key, rows) in [("question", 3), ("off", 3)] {
        fields.extend(tags(assembly).map(|tag| {
            let label = format!("{} ({})", label(key), words.language(tag));
            Field::new(format!("{key}-{tag}"), label, Kind::Lines(rows)).hint(hint(key)).spoken(tag)
        }));
    }
    for key in DECISIONS {
        fields.extend([
            line(key).hint(hint(key)),
            Field::new(format!("{key}-on"), words.say(&format!("mandate-{key}-on")), day(words)),
            Field::new(format!("{key}-url"), words.say(&format!("mandate-{key}-url")), Kind::Line),
        ]);
    }
    fields.extend([
        Field::new("amount", label("amount"), Kind::Number).hint(hint("amount")),
        line("currency"),
        line("line"),
        Field::new("spend-until", label("spend-until"), day(words)),
        Field::new("first", label("first"), day(words)),
        Field::new("last", label("last"), day(words)),
        Field::new("sittings", label("sittings"), Kind::Number),
        Field::new("open-until", label("open-until"), day(words)).hint(hint("open-until")),
    ]);
    fields
}

/// The languages of an assembly's texts that have a name on these pages.
fn tags(assembly: &Assembly) -> impl Iterator<Item = &str> {
    assembly.about.languages.iter().map(String::as_str).filter(|tag| Language::from_tag(tag).is_some())
}

/// A mandate as it would be typed.
fn typed_of(of: &Mandate) -> Typed {
    let mut values: Vec<(String, String)> = [
        ("by", of.by.key()),
        ("commissioner", &of.commissioner),
        ("addressee", &of.addressee),
        ("organiser", &of.organiser),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let texts = |key: &'static str, texts: &Texts| -> Vec<(String, String)> {
        texts.iter().map(|(tag, text)| (format!("{key}-{tag}"), text.clone())).collect()
    };
    values.extend(texts("question", &of.question));
    values.extend(texts("off", &of.off_table));
    let mut put_day = |name: &str, day: Option<Date>| {
        let Some(day) = day else { return };
        let parts = [
            ("day", day.day().to_string()),
            ("month", day.month().to_string()),
            ("year", day.year().to_string()),
        ];
        values.extend(parts.map(|(part, value)| (format!("{name}-{part}"), value)));
    };
    put_day("decision-on", of.decision.as_ref().map(|one| one.on));
    put_day("notified-on", of.notified.as_ref().map(|one| one.on));
    put_day("spend-until", of.budget.as_ref().map(|one| one.until));
    put_day("first", of.first_day);
    put_day("last", of.last_day);
    put_day("open-until", of.open_until);
    for (key, one) in [("decision", &of.decision), ("notified", &of.notified)] {
        if let Some(one) = one {
            values.extend([(key.to_owned(), one.title.clone()), (format!("{key}-url"), one.url.clone())]);
        }
    }
    if let Some(budget) = &of.budget {
        values.extend([
            ("amount".to_owned(), budget.amount.to_string()),
            ("currency".to_owned(), budget.currency.clone()),
            ("line".to_owned(), budget.line.clone()),
        ]);
    }
    values.extend(of.days.map(|days| ("sittings".to_owned(), days.to_string())));
    Typed::of(values)
}

/// A whole amount of money, with or without marks between thousands; none if it has cents or anything else.
fn whole_amount(text: &str) -> Option<u64> {
    let mut groups = text.split([',', '.', ' ', '\'', '\u{a0}', '\u{202f}']);
    let (first, rest): (&str, Vec<&str>) = (groups.next()?, groups.collect());
    let thousands = rest.is_empty() || first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let digits = format!("{first}{}", rest.concat());
    if thousands && !first.is_empty() {
        digits.parse().ok().filter(|_| !digits.starts_with('+'))
    } else {
        None
    }
}

/// What was typed as a mandate, or everything that is wrong with it.
fn read(words: Words, assembly: &Assembly, typed: &Typed) -> Result<Mandate, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut date = |name: &str, needed: bool| {
        let date = typed.date(name);
        if date.is_none() && (needed || typed.has_date(name)) {
            problems.push(Problem::new(name, words.say("mandate-no-day")));
        }
        date
    };
    let mut decision = |key: &str| {
        let (title, url) = (typed.text(key), typed.text(&format!("{key}-url")));
        let on = date(&format!("{key}-on"), !title.is_empty());
        on.filter(|_| !title.is_empty()).map(|on| Decision { title, on, url })
    };
    let (decided, notified) = (decision("decision"), decision("notified"));
    let amount = whole_amount(&typed.text("amount"));
    let until = date("spend-until", typed.some("amount").is_some());
    let budget = until.zip(amount).map(|(until, amount)| Budget {
        amount,
        currency: typed.some("currency").unwrap_or_else(|| "EUR".to_owned()),
        line: typed.text("line"),
        until,
    });
    let (first_day, last_day, open_until) =
        (date("first", false), date("last", false), date("open-until", false));
    if amount.is_none() && typed.some("amount").is_some() {
        problems.push(Problem::new("amount", words.say("mandate-no-number")));
    }
    if typed.number("sittings").is_none() && typed.some("sittings").is_some() {
        problems.push(Problem::new("sittings", words.say("mandate-no-number")));
    }
    if budget.is_some() && typed.some("line").is_none() {
        problems.push(Problem::new("line", words.say("mandate-no-line")));
    }
    if first_day.zip(last_day).is_some_and(|(first, last)| last < first) {
        problems.push(Problem::new("last", words.say("engagement-wrong-backwards")));
    }
    for key in DECISIONS {
        let url = typed.text(&format!("{key}-url"));
        if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
            problems.push(Problem::new(&format!("{key}-url"), words.say("engagement-wrong-url")));
        }
    }
    let by = Commissioner::from_key(&typed.text("by"));
    if by.is_none() {
        problems.push(Problem::new("by", words.say("mandate-no-by")));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let texts = |key: &str| -> Texts {
        tags(assembly)
            .filter_map(|tag| Some((tag.to_owned(), typed.some(&format!("{key}-{tag}"))?)))
            .collect()
    };
    Ok(Mandate {
        addressee: typed.text("addressee"),
        organiser: typed.text("organiser"),
        question: texts("question"),
        off_table: texts("off"),
        decision: decided,
        notified,
        budget,
        open_until,
        first_day,
        last_day,
        days: typed.number("sittings"),
        ..Mandate::new(by.unwrap_or(Commissioner::Government), &typed.text("commissioner"))
    })
}

async fn open(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    in_scope(&visit, &id)?;
    let assembly = Assembly::find(&app, &id).await?;
    let kept = of(&app, &assembly).await?;
    // What was promised before the first session stays as it is.
    if kept.value.opening.is_some() {
        return Ok(Redirect::to(&address(&id)).into_response());
    }
    show(visit, &assembly, &typed_of(&kept.value), kept.entry.revision, Vec::new())
}

fn show(
    visit: Visit,
    assembly: &Assembly,
    typed: &Typed,
    revision: i64,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let fields = fields(words, assembly).into_iter().map(|field| field.typed(typed, &problems)).collect();
    let form = Form {
        action: format!("{}/mandate", address(&assembly.id)),
        fields,
        hidden: vec![("revision".to_owned(), revision.to_string())],
        button: words.say("save"),
        ..Form::default()
    };
    let title = format!("{} – {}", words.say("mandate-write"), assembly.name(words));
    Plain::new(Page::new(visit, title).with_problems(problems))
        .back(address(&assembly.id), words.say("gates-title"))
        .about(words.say("mandate-about"))
        .go("/method", words.say("nav-method"))
        .form(form)
        .show()
}

async fn write(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    in_scope(&visit, &id)?;
    let mut assembly = Assembly::find(&app, &id).await?;
    let kept = of(&app, &assembly).await?;
    let words = visit.words;
    let seen: i64 = typed.text("revision").parse().unwrap_or_default();
    let new = match read(words, &assembly, &typed) {
        Ok(new) => new,
        Err(problems) => return show(visit, &assembly, &typed, seen, problems),
    };
    if seen != kept.entry.revision {
        return stale(visit, &assembly, &kept.value, &typed, kept.entry.revision);
    }
    let signed = visit.signed()?;
    let on = assembly.about.rule.day(app.now());
    let hand = Hand { actor: &signed.actor, posts: &signed.posts, assembly: &id, on };
    let after = match kept.value.take(hand, Preparation::Write(Box::new(new)), &assembly.about.rule) {
        Ok(after) => after,
        Err(hindrances) => {
            let names = Names::read(&app, words).await?;
            let problems = hindrances.iter().map(|one| sentence(words, &names, one)).collect();
            return show(visit, &assembly, &typed, seen, problems);
        }
    };
    let mut change = app.store.change(&signed.actor.person, app.now()).await?;
    assembly.about.commissioner.clone_from(&after.commissioner);
    assembly.about.remit.clone_from(&after.question);
    (assembly.about.begins, assembly.about.ends) = (after.first_day, after.last_day);
    let stored = store::Assembly {
        id: id.clone(),
        revision: assembly.revision + 1,
        names: assembly.names.clone(),
        updated_at: app.now(),
        body: serde_json::to_string(&assembly.about).map_err(Fault::broken)?,
    };
    let saved = match change.save_assembly(&stored, Some(assembly.revision)).await {
        Ok(()) => MANDATES.keep(&mut change, kept.entry, &after, "write").await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Err(store::Error::Stale { .. } | store::Error::Taken) => {
            drop(change);
            let assembly = Assembly::find(&app, &id).await?;
            let kept = of(&app, &assembly).await?;
            return stale(visit, &assembly, &kept.value, &typed, kept.entry.revision);
        }
        done => done?,
    }
    change
        .note("assembly.remit", &id, &json!({ "revision": stored.revision, "remit": after.print() }))
        .await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=mandate", address(&id))).into_response())
}

/// Somebody else was faster: what they saved is said beside each field, and what was typed stays.
fn stale(
    visit: Visit,
    assembly: &Assembly,
    now: &Mandate,
    typed: &Typed,
    revision: i64,
) -> Result<Response, Fault> {
    let words = visit.words;
    let theirs = typed_of(now);
    let mut problems = vec![Problem::new("by", words.say("stale-once-more"))];
    for field in fields(words, assembly) {
        let value = |typed: &Typed| match field.kind {
            Kind::Date(_) => typed.date(&field.name).map_or(String::new(), |date| words.date(&date)),
            _ => typed.text(&field.name),
        };
        let (theirs, own) = (value(&theirs), value(typed));
        if theirs != own {
            let value = if theirs.is_empty() { "–" } else { &theirs };
            problems.push(Problem::new(
                &field.name,
                words.with2("stale-field", "what", &field.label, "value", value),
            ));
        }
    }
    show(visit, assembly, typed, revision, problems)
}

#[cfg(test)]
mod tests {
    use super::whole_amount;

    #[test]
    fn an_amount_is_whole_or_none() {
        for (text, amount) in [
            ("60000", Some(60_000)),
            ("60.000", Some(60_000)),
            ("1,250,000", Some(1_250_000)),
            ("60 000", Some(60_000)),
            ("60000.50", None),
            ("60.000,50", None),
            ("6.00", None),
            ("1234.567", None),
            (".500", None),
            ("+5", None),
            ("about 5", None),
            ("", None),
        ] {
            assert_eq!(whole_amount(text), amount, "{text}");
        }
    }
}
