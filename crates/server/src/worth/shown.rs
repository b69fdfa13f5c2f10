//! What everybody reads of an assembly's worth: costs with sources, help, outcomes, surveys, channels.

use axum::extract::{Path, State};
use axum::response::Response;
use worth::{Change, Channel, Count, Uptake};

use super::{Worth, figure, money};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::members::came;
use crate::page::{Page, escaped};
use crate::plain::{Cell, Plain, Table};
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/worth", Access::Public, show)
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let worth = Worth::of(&app, &id).await?;
    let title = format!("{} – {}", words.say("nav-worth"), assembly.name(words));
    let mut plain = Plain::new(Page::new(visit, title))
        .back(format!("/a/{}", escaped(&id)), assembly.name(words))
        .about(words.say(if worth.is_empty() { "worth-nothing" } else { "worth-about" }));
    for table in tables(words, &id, &worth) {
        plain = plain.table(table);
    }
    if let Some(table) = came::table(&app, words, &id).await? {
        plain = plain.table(table);
    }
    plain.go(format!("/a/{}/forms", escaped(&id)), words.say("forms-title")).show()
}

/// The tables of what was entered, as everybody may read them; none where nothing was.
pub fn tables(words: Words, id: &str, worth: &Worth) -> Vec<Table> {
    let mut tables =
        vec![sums(words, worth), costs(words, id, worth), support(words, worth), outcomes(words, id, worth)];
    tables.extend(worth.surveys.iter().flat_map(|kept| survey(words, kept)));
    tables.push(channels(words, worth));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

fn table(words: Words, caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|key| words.say(key)).collect();
    Table { caption: words.say(caption), columns, rows }
}

fn sums(words: Words, worth: &Worth) -> Table {
    let totals = worth::totals(worth.costs.iter().map(|kept| &kept.value));
    let row = |((purpose, _), sum): (&(worth::Purpose, String), &worth::Amount)| {
        vec![Cell::text(words.word("purpose", purpose.key())), Cell::text(money(words, sum))]
    };
    table(words, "worth-sums", &["worth-purpose", "worth-amount"], totals.iter().map(row).collect())
}

/// A recommendation as a link to its story.
fn story(id: &str, reference: Option<&str>) -> Cell {
    reference.map_or_else(Cell::default, |reference| {
        Cell::link(reference, format!("/a/{}/recommendations/{}", escaped(id), escaped(reference)))
    })
}

fn costs(words: Words, id: &str, worth: &Worth) -> Table {
    let columns =
        ["worth-what", "worth-purpose", "worth-amount", "worth-on", "worth-recommendation", "worth-source"];
    let row = |kept: &crate::shelf::Kept<worth::Cost>| {
        let cost = &kept.value;
        vec![
            Cell::text(cost.what.clone()),
            Cell::text(words.word("purpose", cost.purpose.key())),
            Cell::text(money(words, &cost.amount)),
            Cell::text(words.date(&cost.on)),
            story(id, cost.recommendation.as_deref()),
            Cell::text(cost.source.clone()),
        ]
    };
    table(words, "worth-costs", &columns, worth.costs.iter().map(row).collect())
}

fn support(words: Words, worth: &Worth) -> Table {
    let row = |kept: &crate::shelf::Kept<worth::Support>| {
        let support = &kept.value;
        let kind = words.word("support", support.kind.key());
        let few = || words.count("worth-few", worth::FEWEST as u32);
        let (offered, used) = match support.uptake() {
            Uptake::Known { offered, used } => (words.number(offered), words.number(used)),
            Uptake::Few { offered: 0 } => (few(), few()),
            Uptake::Few { offered } => (words.number(offered), few()),
        };
        let cost = support.public_cost().map_or_else(String::new, |amount| money(words, amount));
        let what = if support.note.is_empty() { kind } else { format!("{kind}: {}", support.note) };
        let on = kept.entry.from.map_or_else(String::new, |day| words.date(&day));
        [what, on, offered, used, cost].map(Cell::text).into()
    };
    let columns = ["worth-help", "worth-support-on", "worth-offered", "worth-used", "worth-amount"];
    table(words, "worth-support", &columns, worth.support.iter().map(row).collect())
}

fn outcomes(words: Words, id: &str, worth: &Worth) -> Table {
    let row = |kept: &crate::shelf::Kept<worth::Outcome>| {
        let outcome = &kept.value;
        let side = |independent: bool| {
            let Some((first, last)) = outcome.ends(independent) else { return words.say("worth-unmeasured") };
            let said = |measure: &worth::Measure| {
                words.with2(
                    "worth-measured",
                    "value",
                    figure(words, measure.value),
                    "day",
                    words.date(&measure.on),
                )
            };
            if first == last {
                return format!("{} ({})", said(last), last.source);
            }
            let trend = words.word("trend", outcome.trend(independent).key());
            format!("{} → {}: {trend} ({})", said(first), said(last), last.source)
        };
        let gap = outcome.gap().map_or_else(|| words.say("worth-no-gap"), |gap| figure(words, gap));
        vec![
            Cell::text(format!("{} ({})", outcome.indicator, outcome.unit)),
            story(id, Some(&outcome.recommendation)),
            Cell::text(side(false)),
            Cell::text(side(true)),
            Cell::text(gap),
        ]
    };
    let columns = ["worth-indicator", "worth-recommendation", "worth-own", "worth-independent", "worth-gap"];
    table(words, "worth-outcomes", &columns, worth.outcomes.iter().map(row).collect())
}

/// A row with its name.
fn named(name: String, cells: Vec<Cell>) -> Vec<Cell> {
    std::iter::once(Cell::text(name)).chain(cells).collect()
}

fn change(words: Words, change: Option<&Change>) -> Vec<Cell> {
    let Some(change) = change else {
        return vec![
            Cell::text(words.count("worth-few", worth::FEWEST as u32)),
            Cell::default(),
            Cell::default(),
            Cell::default(),
        ];
    };
    let (low, high) = change.interval;
    let interval = words.with2("worth-between", "low", figure(words, low), "high", figure(words, high));
    let clear = words.say(if change.is_clear() { "worth-clear" } else { "worth-unclear" });
    vec![
        Cell::text(words.number(change.pairs)),
        Cell::text(format!("{} → {}", figure(words, change.before), figure(words, change.after))),
        Cell::text(format!("{} ({interval})", figure(words, change.mean()))),
        Cell::text(clear),
    ]
}

fn survey(words: Words, kept: &crate::shelf::Kept<super::Survey>) -> Vec<Table> {
    let survey = &kept.value;
    let name = match &kept.entry.from {
        Some(day) => format!("{} ({})", survey.name, words.date(day)),
        None => survey.name.clone(),
    };
    let columns = ["worth-question", "worth-pairs", "worth-before-after", "worth-change", "worth-sure"];
    let rows = survey
        .comparison
        .changes
        .iter()
        .map(|(question, of)| named(question.clone(), change(words, of.as_ref())));
    let mut tables = vec![Table {
        caption: words.with("worth-survey-of", "name", &name),
        columns: columns.map(|key| words.say(key)).into(),
        rows: rows.collect(),
    }];
    for grouped in &survey.comparison.groups {
        let rows = grouped.groups.iter().map(|(group, of)| {
            let name = if group.is_empty() { words.say("worth-no-group") } else { group.clone() };
            named(name, change(words, Some(of)))
        });
        tables.push(Table {
            caption: format!("{name}: {}", grouped.question),
            columns: ["worth-group"].iter().chain(&columns[1..]).map(|key| words.say(key)).collect(),
            rows: rows.collect(),
        });
    }
    tables
}

fn channels(words: Words, worth: &Worth) -> Table {
    let counts: Vec<Count> = worth.channels.iter().map(|kept| kept.value.clone()).collect();
    let shares = worth::shares(&counts);
    let number = |n: Option<&u32>| match n {
        None => words.number(0_u32),
        Some(0) => words.count("worth-few", worth::FEWEST as u32),
        Some(n) => words.number(*n),
    };
    let used: Vec<Channel> = Channel::ALL.into_iter().filter(|one| shares.people.contains_key(one)).collect();
    let group = |name: String, of: &dyn Fn(&Channel) -> String| {
        named(name, used.iter().map(|channel| Cell::text(of(channel))).collect())
    };
    let mut rows = Vec::new();
    for (known, by_channel) in shares.groups.iter().flatten() {
        let name = if known.is_empty() { words.say("worth-no-group") } else { known.clone() };
        rows.push(group(name, &|channel| words.number(by_channel.get(channel).copied().unwrap_or(0))));
    }
    if !used.is_empty() {
        rows.push(group(words.say("worth-everybody"), &|channel| number(shares.people.get(channel))));
    }
    let columns = used.iter().map(|channel| words.word("channel", channel.key()));
    let columns = std::iter::once(words.say("worth-group")).chain(columns).collect();
    Table { caption: words.say("worth-channels"), columns, rows }
}
