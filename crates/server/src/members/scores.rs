//! What the members' scores are, for everybody, once a round is over: of small groups nothing.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use store::{Filter, Order};
use tracking::{FEWEST, Phase, Scores};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::charts::Columns;
use crate::fault::Fault;
use crate::members::rounds::{self, Round};
use crate::page::{self, Page};
use crate::shelf::Kept;
use crate::visit::Visit;
use crate::words::Words;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/scores", Access::Public, show)
}

/// A recommendation that was scored.
#[derive(Debug)]
pub struct Scored {
    /// Its id.
    pub id: String,
    /// Its reference.
    pub reference: String,
    /// Reference and title.
    pub title: String,
    /// What was counted.
    pub counted: Scores,
}

/// Figures of some answers, in words.
#[derive(Debug)]
pub struct Figures {
    /// How many answers.
    pub answers: String,
    /// The mean.
    pub mean: String,
    /// The median.
    pub median: String,
    /// How many gave each score.
    pub chart: Columns,
}

/// A round as it is shown.
#[derive(Debug)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its days, in words.
    pub days: String,
    /// Where it stands: before, open, over.
    pub phase: &'static str,
    /// How many ballots came in, in words; empty until it is over.
    pub came: String,
    /// All answers together, if they may be shown.
    pub total: Option<Figures>,
    /// Each recommendation: reference, title, and its figures if they may be shown.
    pub rows: Vec<(String, String, Option<Figures>)>,
}

/// The recommendations of a round with what was counted, by reference.
///
/// # Errors
/// If the store cannot be read.
pub async fn scored(app: &App, round: &Kept<Round>, words: Words) -> Result<Vec<Scored>, Fault> {
    let mut counted: BTreeMap<String, [u32; 11]> =
        app.store.scores(&round.entry.id).await?.into_iter().collect();
    let filter = Filter { assemblies: round.entry.assembly.iter().cloned().collect(), ..Filter::default() };
    let (mut list, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list(&filter, Order::Reference, place.as_deref(), 1000).await?;
        for one in listed.items {
            let Some(counts) = counted.remove(&one.id) else { continue };
            let title = format!("{} {}", one.reference, in_language(&one.titles, words).unwrap_or_default());
            list.push(Scored { id: one.id, reference: one.reference, title, counted: Scores::of(counts) });
        }
        place = match listed.next {
            Some(next) => Some(next),
            None => return Ok(list),
        };
    }
}

/// A number of tenths: "4.1", "4,1".
pub fn tenths(words: Words, n: u64) -> String {
    let point = words.point();
    format!("{}{point}{}", n / 10, n % 10)
}

impl Figures {
    fn new(of: &Scores, words: Words) -> Option<Self> {
        Some(Self {
            answers: words.number(of.answers()),
            mean: tenths(words, of.mean()?),
            median: tenths(words, of.median()?),
            chart: Columns::new(of.counts()),
        })
    }
}

/// A round as everybody reads it. Until it is over nothing is told of what was counted.
///
/// # Errors
/// If the store cannot be read.
pub async fn tell(app: &App, words: Words, round: &Kept<Round>) -> Result<Told, Fault> {
    let phase = rounds::phase(app, round);
    let (from, until) = rounds::days(round);
    let days = words.with2("round-days", "from", words.date(&from), "until", words.date(&until));
    let mut told = Told {
        id: round.entry.id.clone(),
        name: round.value.name.clone(),
        days,
        phase: phase.key(),
        came: String::new(),
        total: None,
        rows: Vec::new(),
    };
    if phase != Phase::Over {
        return Ok(told);
    }
    let (given, came) = app.store.ballots(&round.entry.id).await?;
    told.came = match round.value.paper {
        Some(paper) if u64::from(paper) >= FEWEST => words.count("round-on-paper", paper),
        None if came >= FEWEST => words.share("round-ballots", came, given),
        _ => words.count("scores-few-ballots", FEWEST),
    };
    let scored = scored(app, round, words).await?;
    let parts: Vec<Scores> = scored.iter().map(|one| one.counted).collect();
    let shown = tracking::shown(&parts);
    told.total = shown.total.and_then(|total| Figures::new(&total, words));
    let rows = scored.into_iter().zip(shown.parts);
    told.rows = rows
        .map(|(one, part)| (one.reference, one.title, part.and_then(|part| Figures::new(&part, words))))
        .collect();
    Ok(told)
}

/// What may be shown of a round that is over: the counts by the ids of the recommendations, and their total.
pub(crate) async fn counted(app: &App, round: &Kept<Round>) -> Result<(Vec<String>, tracking::Shown), Fault> {
    let (ids, counts): (Vec<_>, Vec<_>) = app.store.scores(&round.entry.id).await?.into_iter().unzip();
    let parts: Vec<Scores> = counts.into_iter().map(Scores::of).collect();
    Ok((ids, tracking::shown(&parts)))
}

/// What the members gave one recommendation in each round that is over, the latest first: the round's name, and the
/// figures if they may be shown.
///
/// # Errors
/// If the store cannot be read.
pub async fn of_one(
    app: &App,
    words: Words,
    assembly: &str,
    id: &str,
) -> Result<Vec<(String, Option<Figures>)>, Fault> {
    let mut all = Vec::new();
    for round in rounds::of_assembly(app, assembly).await? {
        if rounds::phase(app, &round) == Phase::Over {
            let (ids, shown) = counted(app, &round).await?;
            let own = ids.iter().zip(shown.parts).find(|(own, _)| *own == id);
            let figures = own.map(|(_, part)| part.and_then(|part| Figures::new(&part, words)));
            all.extend(figures.map(|figures| (round.value.name, figures)));
        }
    }
    Ok(all)
}

/// The latest round that is over and may be shown as a whole: its name and its figures.
///
/// # Errors
/// If the store cannot be read.
pub async fn latest(app: &App, words: Words, assembly: &str) -> Result<Option<(String, Figures)>, Fault> {
    for round in rounds::of_assembly(app, assembly).await? {
        if rounds::phase(app, &round) == Phase::Over {
            let (_, shown) = counted(app, &round).await?;
            if let Some(figures) = shown.total.and_then(|total| Figures::new(&total, words)) {
                return Ok(Some((round.value.name, figures)));
            }
        }
    }
    Ok(None)
}

#[derive(askama::Template)]
#[template(path = "public_scores.html")]
struct ScoresPage {
    page: Page,
    id: String,
    name: String,
    rounds: Vec<Told>,
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let assembly = Assembly::find(&app, &id).await?;
    let words = visit.words;
    let mut rounds = Vec::new();
    for round in rounds::of_assembly(&app, &id).await? {
        rounds.push(tell(&app, words, &round).await?);
    }
    let name = assembly.name(words).to_owned();
    let page = Page::new(visit, format!("{} – {name}", words.say("nav-scores")));
    page::html(&ScoresPage { page, id, name, rounds })
}

#[cfg(test)]
mod tests {
    use super::tenths;
    use crate::words::{Language, Words};

    #[test]
    fn tenths_have_the_point_of_the_language() {
        assert_eq!(tenths(Words::of(Language::EN), 41), "4.1");
        assert_eq!(tenths(Words::of(Language::ES), 100), "10,0");
    }
}
