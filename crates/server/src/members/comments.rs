//! Members' comments before the secretariat: published, or refused with a reason.

use axum::extract::{Path, State};
use axum::response::Response;
use store::EntryFilter;
use tracking::Comment;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk::Case;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed};
use crate::members::shown::{self, Remark};
use crate::members::talk::{problems, title, to};
use crate::members::{COMMENTS, brief, seen as seen_by};
use crate::page::{self, Page};
use crate::plain::{Cell, Plain, Table};
use crate::shelf::Kept;
use crate::staff::SECRETARIAT;
use crate::story::seen;
use crate::visit::Visit;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    let access = Access::Any(SECRETARIAT);
    routes.get("/staff/comments", access, list).get("/staff/comments/{id}", access, one).post(
        "/staff/comments/{id}",
        access,
        judge,
    )
}

#[derive(askama::Template)]
#[template(path = "comment.html")]
struct One {
    page: Page,
    /// The id of the recommendation.
    about: String,
    title: String,
    remark: Remark,
    revision: i64,
    fields: Vec<Field>,
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    let (words, signed) = (visit.words, visit.signed()?);
    let mut waiting = Vec::new();
    let mut decided = Vec::new();
    for kept in COMMENTS.list(&app, &EntryFilter::default()).await? {
        let Some(on) = seen_by(&app, signed, kept.entry.subject.as_deref()).await? else { continue };
        if !signed.holds_in(SECRETARIAT, &on.assembly) {
            continue;
        }
        let remark = shown::remark(&app, words, &kept);
        let address = format!("/staff/comments/{}", remark.id);
        let about = Cell::link(format!("{} {}", on.reference, brief(&remark.said.text)), address);
        let row = vec![about, Cell::text(remark.status), Cell::text(remark.said.when)];
        if remark.waits { waiting.push((kept.value.at, row)) } else { decided.push((kept.value.at, row)) }
    }
    waiting.sort_by_key(|(at, _)| *at);
    decided.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let columns = ["comment", "fact-state", "comment-day"];
    let table = |key: &str, rows: Vec<(jiff::Timestamp, Vec<Cell>)>| Table {
        caption: words.say(key),
        columns: columns.map(|key| words.say(key)).into(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    };
    Plain::new(Page::new(visit, words.say("nav-comments")))
        .about(words.say("comments-about"))
        .table(table("comments-waiting", waiting))
        .table(table("comments-decided", decided))
        .show()
}

/// A comment that the reader may judge, with what it is about.
async fn find(app: &App, visit: &Visit, id: &str) -> Result<(Kept<Comment>, Case), Fault> {
    let kept = COMMENTS.find(app, id).await?;
    let case = seen(app, visit, kept.entry.subject.as_deref().unwrap_or_default()).await?;
    let judges = visit.signed()?.holds_in(SECRETARIAT, &case.assembly.id);
    if judges { Ok((kept, case)) } else { Err(Fault::NotFound) }
}

async fn one(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let (kept, case) = find(&app, &visit, &id).await?;
    page_of(&app, visit, &kept, &case, &Typed::default(), Vec::new())
}

fn page_of(
    app: &App,
    visit: Visit,
    kept: &Kept<Comment>,
    case: &Case,
    typed: &Typed,
    problems: Vec<Problem>,
) -> Result<Response, Fault> {
    let words = visit.words;
    let remark = shown::remark(app, words, kept);
    let decisions = [("publish", "comment-publish"), ("refuse", "comment-refuse")];
    let decisions = decisions.map(|(value, key)| Choice::new(value, words.say(key)));
    let fields = [
        Field::new("decision", words.say("comment-decision"), Kind::Radios(decisions.into())),
        Field::new("reason", words.say("comment-reason"), Kind::Lines(3))
            .hint(words.say("comment-reason-hint")),
    ];
    let fields = fields.map(|field| field.typed(typed, &problems));
    let mut fields: Vec<Field> = if remark.waits { fields.into() } else { Vec::new() };
    let title = title(&case.recommendation, words);
    let mut page = Page::new(visit, words.say("comment")).with_problems(problems);
    page.explain(&mut fields);
    page::html(&One { page, about: case.id.clone(), title, remark, revision: kept.entry.revision, fields })
}

async fn judge(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let (kept, case) = find(&app, &visit, &id).await?;
    let words = visit.words;
    let (field, verb, after) = match typed.text("decision").as_str() {
        "publish" => ("decision", "publish", kept.value.publish(app.now())),
        "refuse" => ("reason", "refuse", kept.value.refuse(&typed.text("reason"), app.now())),
        _ => {
            let missing = Problem::new("decision", words.say("comment-decision-missing"));
            return page_of(&app, visit, &kept, &case, &typed, vec![missing]);
        }
    };
    let after = match after {
        Ok(after) => after,
        Err(unsaid) => {
            return page_of(&app, visit, &kept, &case, &typed, problems(words, field, &unsaid));
        }
    };
    let mut entry = kept.entry.clone();
    entry.revision = typed.text("revision").parse().unwrap_or(entry.revision);
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    match COMMENTS.keep(&mut change, entry, &after, verb).await {
        Ok(_) => {
            change.commit().await?;
            Ok(to("/staff/comments?done=judged"))
        }
        Err(store::Error::Stale { .. }) => {
            drop(change);
            let (now, case) = find(&app, &visit, &id).await?;
            page_of(&app, visit, &now, &case, &typed, vec![Problem::new("", words.say("stale"))])
        }
        Err(error) => Err(error.into()),
    }
}
