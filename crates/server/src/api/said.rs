//! What members and departments said to each other, and how the members scored, as far as everybody may read it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use tracking::{Phase, Side, Through, Turn};

use super::answer;
use super::problem::Problem;
use super::table::guarded;
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::members::{rounds, scores, shown};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/assemblies/{assembly}/scores", Access::Public, rounds_json)
        .get("/api/v1/assemblies/{assembly}/scores.csv", Access::Public, rounds_csv)
        .get("/api/v1/assemblies/{assembly}/recommendations/{reference}/exchange", Access::Public, exchange)
}

/// What was said about a recommendation.
#[derive(Debug, Serialize)]
pub struct Exchange {
    /// Answered questions: everything up to the last answer.
    pub questions: Vec<Vec<Said>>,
    open: Vec<Open>,
    set_aside: Vec<String>,
    /// Published comments.
    pub comments: Vec<Said>,
    refused: Vec<String>,
}

/// Somebody's words: the role, and the post where it is one's.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The words.
    pub text: String,
    /// When they were said.
    pub at: Timestamp,
    role: &'static str,
    post: Option<String>,
    through: Option<&'static str>,
}

/// A question that is not answered yet, of which only that is public.
#[derive(Debug, Serialize)]
struct Open {
    waits_for: &'static str,
    since: Timestamp,
}

fn said(turn: &Turn) -> Said {
    Said {
        text: turn.text.clone(),
        at: turn.at,
        role: turn.role.key(),
        post: turn.post.clone(),
        through: None,
    }
}

impl Exchange {
    /// What everybody may read about the recommendation with this id.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn of(app: &App, id: &str) -> Result<Self, Fault> {
        let mut all = Self {
            questions: Vec::new(),
            open: Vec::new(),
            set_aside: Vec::new(),
            comments: Vec::new(),
            refused: Vec::new(),
        };
        for kept in shown::threads(app, id).await? {
            let of = &kept.value;
            all.set_aside.extend(of.aside.as_ref().map(|aside| aside.reason.clone()));
            if let (Some(side), Some(last)) = (of.waits_for(), of.turns.last()) {
                all.open.push(Open { waits_for: Side::key(side), since: last.at });
            }
            if !of.public().is_empty() {
                all.questions.push(of.public().iter().map(said).collect());
            }
        }
        for kept in shown::comments(app, id).await? {
            let of = kept.value;
            if of.is_public() {
                let (role, through) = (tracking::Role::Member.key(), of.through.map(Through::key));
                all.comments.push(Said { text: of.text, at: of.at, role, post: None, through });
            } else {
                all.refused.extend(of.refused().map(str::to_owned));
            }
        }
        Ok(all)
    }
}

/// A round of scores that is over.
#[derive(Debug, Serialize)]
pub struct Round {
    name: String,
    from: Date,
    until: Date,
    /// All together, if that may be told.
    total: Option<Figures>,
    recommendations: Vec<Scored>,
}

/// A recommendation, and how it was scored if that may be told.
#[derive(Debug, Serialize)]
struct Scored {
    reference: String,
    scores: Option<Figures>,
}

/// Figures of scores; mean and median in tenths.
#[derive(Debug, Serialize)]
struct Figures {
    answers: u64,
    mean_tenths: Option<u64>,
    median_tenths: Option<u64>,
    /// How many gave 0, 1, … 10.
    counts: [u32; 11],
}

fn figures(of: &tracking::Scores) -> Figures {
    Figures {
        answers: of.answers(),
        mean_tenths: of.mean(),
        median_tenths: of.median(),
        counts: *of.counts(),
    }
}

impl Round {
    /// The rounds of an assembly that are over on a day, the latest first, as the pages show them: of few nothing.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn of_assembly(app: &App, assembly: &str, today: Date) -> Result<Vec<Self>, Fault> {
        let mut all = Vec::new();
        for round in rounds::of_assembly(app, assembly).await? {
            let (from, until) = rounds::days(&round);
            if Phase::on(today, from, until) != Phase::Over {
                continue;
            }
            let (ids, shown) = scores::counted(app, &round).await?;
            let known = app.store.recommendations(&ids).await?.into_iter();
            let names: BTreeMap<String, String> =
                known.map(|one| (one.summary.id, one.summary.reference)).collect();
            let of = ids.iter().zip(&shown.parts);
            let scored = of.filter_map(|(id, part)| {
                Some(Scored { reference: names.get(id)?.clone(), scores: part.as_ref().map(figures) })
            });
            let mut recommendations: Vec<Scored> = scored.collect();
            recommendations.sort_by(|one, other| one.reference.cmp(&other.reference));
            let total = shown.total.as_ref().map(figures);
            all.push(Self { name: round.value.name, from, until, total, recommendations });
        }
        Ok(all)
    }

    /// The rounds as a table; what may not be told is an empty cell.
    ///
    /// # Errors
    /// Never: a table in memory can be written.
    pub fn table(rounds: &[Self]) -> Result<String, Fault> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let counted = (0..=10).map(|score| format!("score_{score}"));
        let plain = ["round", "from", "until", "reference", "answers", "mean_tenths", "median_tenths"];
        writer.write_record(plain.map(str::to_owned).into_iter().chain(counted)).map_err(Fault::broken)?;
        for round in rounds {
            for one in &round.recommendations {
                let named = [
                    round.name.clone(),
                    round.from.to_string(),
                    round.until.to_string(),
                    one.reference.clone(),
                ];
                let cells: Vec<String> = one.scores.as_ref().map_or_else(
                    || vec![String::new(); 14],
                    |of| {
                        let tenths = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
                        let first =
                            [of.answers.to_string(), tenths(of.mean_tenths), tenths(of.median_tenths)];
                        first.into_iter().chain(of.counts.iter().map(u32::to_string)).collect()
                    },
                );
                let row = named.into_iter().chain(cells);
                writer.write_record(row.map(|cell| guarded(&cell))).map_err(Fault::broken)?;
            }
        }
        let bytes = writer.into_inner().map_err(Fault::broken)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

async fn exchange(
    State(app): State<App>,
    headers: HeaderMap,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    answer::json(&headers, &Exchange::of(&app, &case.id).await?)
}

async fn rounds_json(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Assembly::find(&app, &id).await?;
    answer::json(&headers, &Round::of_assembly(&app, &id, app.today()).await?)
}

async fn rounds_csv(
    State(app): State<App>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Assembly::find(&app, &id).await?;
    let table = Round::table(&Round::of_assembly(&app, &id, app.today()).await?)?;
    Ok(answer::text(&headers, "text/csv; charset=utf-8", table))
}
