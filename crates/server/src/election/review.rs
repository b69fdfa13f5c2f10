//! What becomes of one commitment after an election: reaffirmed, amended or dropped, with reasons.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use tracking::{Action, Commitment, Decided, Under};

use super::record::find;
use super::{Election, REVIEWERS, reason, standing};
use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk::{self, Acted, Case};
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::page::Page;
use crate::plain::{Form, Plain};
use crate::posts::overload::problems;
use crate::shelf::Kept;
use crate::story;
use crate::visit::Visit;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    const PATH: &str = "/staff/elections/{entry}/{id}/{number}";
    routes.get(PATH, Access::Any(REVIEWERS), ask).post(PATH, Access::Any(REVIEWERS), say)
}

/// The election, the recommendation, and the commitment's number.
async fn seen(
    app: &App,
    visit: &Visit,
    (entry, id, number): &(String, String, u32),
) -> Result<(Kept<Election>, Case, Commitment), Fault> {
    let election = find(app, visit, entry).await?;
    let case = story::seen(app, visit, id).await?;
    let found = case.recommendation.commitments.iter().find(|one| one.number == *number).cloned();
    let commitment = found.filter(|_| case.assembly.id == election.assembly()).ok_or(Fault::NotFound)?;
    Ok((election, case, commitment))
}

async fn ask(
    State(app): State<App>,
    visit: Visit,
    Path(place): Path<(String, String, u32)>,
) -> Result<Response, Fault> {
    let (election, case, commitment) = seen(&app, &visit, &place).await?;
    page(&app, visit, &election, &case, &commitment, &Typed::default(), Vec::new())
}

fn page(
    app: &App,
    visit: Visit,
    election: &Kept<Election>,
    case: &Case,
    commitment: &Commitment,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let (words, it) = (visit.words, &case.recommendation);
    let today = case.assembly.about.rule.day(app.now());
    let outcomes = Decided::ALL.iter().map(|one| Choice::new(one.key(), words.word("decide", one.key())));
    let mut due = Field::new("due", words.say("field-due"), day(words)).hint(words.say("review-only-amend"));
    let part = |n: i64| n.to_string();
    let last = it.due_of(commitment);
    due.values = vec![part(last.day().into()), part(last.month().into()), part(last.year().into())];
    let due = due.or_typed(typed, &problems);
    let fields = vec![
        Field::new("outcome", words.say("review-outcome"), Kind::Radios(outcomes.collect()))
            .typed(typed, &problems),
        Field::new("deliverable", words.say("field-deliverable"), Kind::Lines(3))
            .hint(words.say("review-only-amend"))
            .value(&commitment.deliverable)
            .typed(typed, &problems),
        due,
        Field::new("reason", words.say("field-reason"), Kind::Lines(4))
            .hint(words.say("field-why-hint"))
            .typed(typed, &problems),
    ];
    let title = words.with2("review-of", "number", commitment.number, "reference", &it.reference);
    let back = format!("/staff/elections/{}", election.entry.id);
    let action = format!("{back}/{}/{}", case.id, commitment.number);
    let mut plain = Plain::new(Page::new(visit, title).with_problems(problems))
        .back(back, election.name(words))
        .said(commitment.deliverable.clone(), case.assembly.written(words))
        .about(words.with("task-due", "day", words.date(&last)));
    if let Some(stands) = election.rule().standing(it, commitment, today) {
        plain = plain.about(standing(words, &stands)).about(reason(words, &stands));
    }
    plain
        .form(Form {
            action,
            fields,
            hidden: vec![("revision".to_owned(), it.revision.to_string())],
            button: words.say("review-say"),
            ..Form::default()
        })
        .show()
}

/// What was decided, or what cannot be read of it.
fn decided(visit: &Visit, under: Under, typed: &Typed) -> Result<Action, Problem> {
    let words = visit.words;
    let reason = typed.text("reason");
    match Decided::from_key(&typed.text("outcome")) {
        None => Err(wrong::choose(words, "outcome")),
        Some(Decided::Reaffirmed) => Ok(Action::Reaffirm { under, reason }),
        Some(Decided::Dropped) => Ok(Action::Drop { under, reason }),
        Some(Decided::Amended) => {
            let due: Date = typed.date("due").ok_or_else(|| Problem::new("due", words.say("wrong-date")))?;
            Ok(Action::Amend { under, deliverable: typed.text("deliverable"), due, reason })
        }
    }
}

async fn say(
    State(app): State<App>,
    visit: Visit,
    Path(place): Path<(String, String, u32)>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (election, case, commitment) = seen(&app, &visit, &place).await?;
    let rule = election.rule();
    let under = Under { election: rule.id, elected_on: rule.on, commitment: commitment.number };
    if typed.has_date("due") && typed.date("due").is_none() {
        let mut problems = vec![Problem::new("due", visit.words.say("wrong-date"))];
        problems.extend(decided(&visit, under, &typed).err().filter(|other| other.field != "due"));
        return page(&app, visit, &election, &case, &commitment, &typed, problems);
    }
    let action = match decided(&visit, under, &typed) {
        Ok(action) => action,
        Err(problem) => return page(&app, visit, &election, &case, &commitment, &typed, vec![problem]),
    };
    let today = case.assembly.about.rule.day(app.now());
    if election.rule().standing(&case.recommendation, &commitment, today).is_none() {
        let problem = Problem::new("", visit.words.say("review-not"));
        return page(&app, visit, &election, &case, &commitment, &typed, vec![problem]);
    }
    let seen = typed.text("revision").parse().unwrap_or(case.recommendation.revision);
    match desk::act(&app, &visit.signed()?.actor, case.clone(), seen, action, None).await? {
        Acted::Done(_) => {
            let to = format!("/staff/elections/{}?done=review", election.entry.id);
            Ok(Redirect::to(&to).into_response())
        }
        Acted::Refused(refusals) => {
            let problems = problems(visit.words, &refusals);
            page(&app, visit, &election, &case, &commitment, &typed, problems)
        }
        Acted::Stale(now) => {
            let problem = Problem::new("", visit.words.say("stale"));
            page(&app, visit, &election, &now, &commitment, &typed, vec![problem])
        }
    }
}
