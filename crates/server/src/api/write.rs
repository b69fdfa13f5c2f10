//! Writing by programs: upsert by the other system's id, progress, evidence; once for each `Idempotency-Key`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Change;
use tracking::{Action, Delivery, Draft, EvidenceItem, Recommendation, Wording};

use super::answer::JSON;
use super::problem::{Error, Problem};
use super::{shape, token};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk::{self, Case};
use crate::fault::Fault;
use crate::secret::{fingerprint, id};
use crate::visit::{Client, Visit};

/// How many bytes a body may have.
const MOST: usize = 1 << 20;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .program(
            Method::PUT,
            "/api/v1/assemblies/{assembly}/external/{external_id}",
            Access::Token(token::RECOMMENDATIONS),
            upsert,
        )
        .program(
            Method::POST,
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/progress",
            Access::Token(token::PROGRESS),
            progress,
        )
        .program(
            Method::POST,
            "/api/v1/assemblies/{assembly}/recommendations/{reference}/evidence",
            Access::Token(token::EVIDENCE),
            evidence,
        )
}

/// A recommendation as another system knows it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Upsert {
    reference: String,
    theme: String,
    texts: BTreeMap<String, Text>,
    /// The revision that it was decided on, where it exists.
    revision: Option<u64>,
    /// Why it changes, where it does.
    why: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    title: String,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewProgress {
    delivery: Delivery,
    text: String,
    revision: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEvidence {
    title: String,
    url: String,
    sha256: Option<String>,
    dated: Date,
    revision: Option<u64>,
}

/// A write that has begun: what it changes and what is answered are one transaction.
pub(super) struct Begun {
    pub(super) client: Arc<Client>,
    pub(super) change: Change,
    pub(super) body: Vec<u8>,
    key: Option<String>,
    print: String,
}

/// A write, or the answer that it had before.
pub(super) enum Asked {
    New(Box<Begun>),
    Again(Response),
}

/// Begins a write by a program.
///
/// # Errors
/// If the body is too large or of another type, or its key was used for something else.
pub(super) async fn begin(app: &App, visit: &Visit, request: Request, most: usize) -> Result<Asked, Problem> {
    let client = visit.client.clone().ok_or_else(|| Fault::SignIn(String::new()))?;
    let key = key(request.headers())?;
    if !is_json(request.headers()) {
        return Err(Problem::media());
    }
    let place = format!("{} {}\n", request.method(), request.uri().path());
    let body = to_bytes(request.into_body(), most).await.map_err(|_| Fault::TooLarge)?.to_vec();
    let print = fingerprint(&[place.as_bytes(), &body].concat());
    let mut change = app.store.change(&client.actor.person, app.now()).await?;
    if let Some(key) = &key
        && let Some(before) = change.answered(&client.actor.person, key).await?
    {
        return again(&before, &print).map(Asked::Again);
    }
    Ok(Asked::New(Box::new(Begun { client, change, body, key, print })))
}

/// The answer that the same request had before.
fn again(before: &store::Answer, print: &str) -> Result<Response, Problem> {
    if before.request != print {
        let detail = "This key was used for another request: take a new one for each.";
        return Err(Problem::content(Error::new("key", "Idempotency-Key", detail)));
    }
    let status = u16::try_from(before.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    Ok(said(status.unwrap_or(StatusCode::OK), before.body.clone()))
}

impl Begun {
    /// Makes the change, and keeps the answer for those who ask again.
    pub(super) async fn finish(
        mut self,
        status: StatusCode,
        value: &impl Serialize,
    ) -> Result<Response, Problem> {
        let body = serde_json::to_string(value).map_err(Fault::broken)?;
        if let Some(key) = &self.key {
            let answer =
                store::Answer { request: self.print, status: i64::from(status.as_u16()), body: body.clone() };
            self.change.answer(&self.client.actor.person, key, &answer).await?;
        }
        self.change.commit().await?;
        Ok(said(status, body))
    }

    /// The body as what is wanted.
    pub(super) fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Problem::body(format!("The body cannot be read: {error}.")))
    }

    async fn act(&mut self, app: &App, case: &mut Case, action: Action) -> Result<(), Problem> {
        let (rule, actor) = (&case.assembly.about.rule, &self.client.actor);
        let done = case.recommendation.act(actor, action, app.now(), rule, &[]);
        let (after, event) = done.map_err(|refusals| Problem::refused(&refusals))?;
        desk::keep(&mut self.change, &case.id, &after, &event).await?;
        case.recommendation = after;
        Ok(())
    }
}

fn said(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], body).into_response()
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(JSON))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
    let detail = "It has to be 1 to 200 letters, digits or signs of ASCII.";
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Problem::parameters(vec![Error::new("invalid", "Idempotency-Key", detail)]))
}

/// The recommendation, if the request is for the revision that is stored.
fn current(case: &Case, revision: Option<u64>) -> Result<(), Problem> {
    match revision {
        Some(seen) if seen != case.recommendation.revision => {
            Err(Problem::stale(case.recommendation.revision))
        }
        _ => Ok(()),
    }
}

fn shown(app: &App, it: &Recommendation) -> shape::Recommendation {
    shape::Recommendation::new(it, app.today(), &app.settings.url)
}

async fn upsert(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, external_id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let assembly = Assembly::find(&app, &assembly).await?;
    let mut begun = match begin(&app, &visit, request, MOST).await? {
        Asked::Again(response) => return Ok(response),
        Asked::New(begun) => begun,
    };
    // Drafts are nobody's but the assembly's own: another token learns neither what is there nor that it is.
    if !begun.client.actor.grants.iter().any(|grant| grant.covers_assembly(&assembly.id)) {
        return Err(Fault::Forbidden.into());
    }
    let wanted: Upsert = begun.read()?;
    let found = by_external_id(&app, &assembly, &external_id).await?;
    let Some(mut case) = found else {
        token::covers(&begun.client, &assembly.id, None)?;
        if wanted.revision.is_some() {
            return Err(Problem::content(Error::new(
                "invalid",
                "revision",
                "There is no such recommendation yet.",
            )));
        }
        let made = begun.draft(&app, &assembly, external_id, wanted).await?;
        return begun.finish(StatusCode::CREATED, &shown(&app, &made)).await;
    };
    token::covers(&begun.client, &assembly.id, case.recommendation.unit())?;
    current(&case, wanted.revision)?;
    let before = case.recommendation.revision;
    begun.bring_up_to_date(&app, &mut case, wanted).await?;
    if case.recommendation.revision == before {
        begun
            .change
            .note("recommendation.seen", &case.id, &serde_json::json!({ "revision": before }))
            .await?;
    }
    begun.finish(StatusCode::OK, &shown(&app, &case.recommendation)).await
}

impl Begun {
    async fn draft(
        &mut self,
        app: &App,
        assembly: &Assembly,
        external_id: String,
        wanted: Upsert,
    ) -> Result<Recommendation, Problem> {
        let wording = |text: Text| Wording { title: text.title, text: text.text };
        let draft = Draft {
            reference: wanted.reference,
            assembly: assembly.id.clone(),
            external_id: Some(external_id),
            theme: wanted.theme,
            texts: wanted.texts.into_iter().map(|(language, text)| (language, wording(text))).collect(),
        };
        let client = Arc::clone(&self.client);
        let rule = &assembly.about.rule;
        let made = Recommendation::draft(&client.actor, draft, app.now(), rule);
        let (made, event) = made.map_err(|refusals| Problem::refused(&refusals))?;
        desk::keep(&mut self.change, &id()?, &made, &event).await.map_err(|error| match error {
            store::Error::Taken => Problem::taken(format!("The reference \"{}\" is taken.", made.reference)),
            other => other.into(),
        })?;
        Ok(made)
    }

    /// What differs becomes an event each: another theme, a new version of the text in a language.
    async fn bring_up_to_date(&mut self, app: &App, case: &mut Case, wanted: Upsert) -> Result<(), Problem> {
        if wanted.reference != case.recommendation.reference {
            let detail =
                format!("It has the reference \"{}\", which never changes.", case.recommendation.reference);
            return Err(Problem::content(Error::new("invalid", "reference", detail)));
        }
        if wanted.theme != case.recommendation.theme {
            self.act(app, case, Action::Classify { theme: wanted.theme }).await?;
        }
        let why = wanted.why.unwrap_or_else(|| "It was changed in the system that it comes from.".to_owned());
        for (language, Text { title, text }) in wanted.texts {
            let wording = Wording { title, text };
            if case.recommendation.wording(&language).is_some_and(|version| version.wording == wording) {
                continue;
            }
            self.act(app, case, Action::CorrectText { language, wording, why: why.clone() }).await?;
        }
        Ok(())
    }
}

/// The recommendation that another system knows by this id.
async fn by_external_id(app: &App, assembly: &Assembly, external_id: &str) -> Result<Option<Case>, Problem> {
    let found = app.store.recommendation_by_external_id(&assembly.id, external_id).await?;
    let case = |stored: store::Recommendation| {
        let recommendation = desk::read(&stored.body)?;
        Ok::<_, Fault>(Case { id: stored.summary.id, recommendation, assembly: assembly.clone() })
    };
    Ok(found.map(case).transpose()?)
}

async fn progress(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, reference)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let mut begun = match begin(&app, &visit, request, MOST).await? {
        Asked::Again(response) => return Ok(response),
        Asked::New(begun) => begun,
    };
    let NewProgress { delivery, text, revision } = begun.read()?;
    let mut case = desk::find_public(&app, &assembly, &reference).await?;
    current(&case, revision)?;
    begun.act(&app, &mut case, Action::Report { delivery, text }).await?;
    begun.finish(StatusCode::CREATED, &shown(&app, &case.recommendation)).await
}

async fn evidence(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, reference)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let mut begun = match begin(&app, &visit, request, MOST).await? {
        Asked::Again(response) => return Ok(response),
        Asked::New(begun) => begun,
    };
    let NewEvidence { title, url, sha256, dated, revision } = begun.read()?;
    let mut case = desk::find_public(&app, &assembly, &reference).await?;
    current(&case, revision)?;
    let item = EvidenceItem { title, url: Some(url), file: None, sha256, dated };
    begun.act(&app, &mut case, Action::AddEvidence { item }).await?;
    begun.finish(StatusCode::CREATED, &shown(&app, &case.recommendation)).await
}
