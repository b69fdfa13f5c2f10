//! The members' side: how they get in, questions and answers, comments, and anonymous scores.

pub mod accounts;
pub mod ballot;
pub mod behalf;
pub mod blank;
pub mod came;
pub mod comments;
pub mod demo;
pub mod paper;
pub mod rounds;
pub mod scores;
pub mod shown;
pub mod talk;
pub mod wish;

use tracking::{Clarification, Comment, Role, Side};

use crate::access::Routes;
use crate::app::App;
use crate::assembly::Assembly;
use crate::desk;
use crate::fault::Fault;
use crate::form::Choice;
use crate::shelf::Shelf;
use crate::visit::{Signed, Visit};
use crate::words::Words;

/// Questions with their answers, each about the id of a recommendation.
pub const THREADS: Shelf<Clarification> = Shelf::new("clarification");
/// Comments, each about the id of a recommendation.
pub const COMMENTS: Shelf<Comment> = Shelf::new("comment");
/// Those who take part in questions and answers.
pub const SPEAKERS: &[Role] =
    &[Role::Member, Role::Secretariat, Role::Officer, Role::Approver, Role::Coordinator];
/// The members.
pub const MEMBER: &[Role] = &[Role::Member];

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes
        .with(accounts::routes)
        .with(ballot::routes)
        .with(behalf::routes)
        .with(blank::routes)
        .with(comments::routes)
        .with(rounds::routes)
        .with(scores::routes)
        .with(talk::routes)
        .with(wish::routes)
}

/// Assemblies to choose from.
fn choices(assemblies: &[Assembly], words: Words) -> Vec<Choice> {
    assemblies.iter().map(|one| Choice::new(&one.id, one.name(words))).collect()
}

/// Something said that waits for the reader: where it stands, what it is about, and what is to be done.
#[derive(Debug)]
pub struct Waiting {
    /// The address.
    pub address: String,
    /// Reference and first words.
    pub title: String,
    /// The key of what is to be done.
    pub key: &'static str,
    /// Since when, in words.
    pub since: String,
}

/// Open questions and comments that wait for the reader, the oldest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Waiting>, Fault> {
    let signed = visit.signed()?;
    let mut found = Vec::new();
    for thread in THREADS.list(app, &store::EntryFilter::default()).await? {
        let Some(side) = thread.value.waits_for() else { continue };
        let Some(on) = seen(app, signed, thread.entry.subject.as_deref()).await? else { continue };
        let own = match tracking::speaks_as(&signed.actor, &on, app.today()) {
            Some(Role::Member | Role::Secretariat) => Side::Members,
            Some(_) => Side::Unit,
            None => continue,
        };
        if let Some(last) = thread.value.turns.last().filter(|_| own == side) {
            let address = format!("/staff/threads/{}", thread.entry.id);
            found.push((last.at, address, format!("{} {}", on.reference, brief(&last.text)), "task-answer"));
        }
    }
    if signed.holds(&[Role::Secretariat]) {
        for comment in COMMENTS.list(app, &store::EntryFilter::default()).await? {
            let Some(on) = seen(app, signed, comment.entry.subject.as_deref()).await? else { continue };
            if comment.value.ruling.is_none() && signed.holds_in(&[Role::Secretariat], &on.assembly) {
                let address = format!("/staff/comments/{}", comment.entry.id);
                let title = format!("{} {}", on.reference, brief(&comment.value.text));
                found.push((comment.value.at, address, title, "task-comment"));
            }
        }
    }
    found.sort();
    let since = |at| visit.words.day(&at, app.zone());
    let waiting = |(at, address, title, key)| Waiting { address, title, key, since: since(at) };
    Ok(found.into_iter().map(waiting).collect())
}

/// The recommendation with this id, if the reader may see it.
async fn seen(
    app: &App,
    signed: &Signed,
    id: Option<&str>,
) -> Result<Option<tracking::Recommendation>, Fault> {
    let Some(id) = id else { return Ok(None) };
    let Some(stored) = app.store.recommendation(id).await? else { return Ok(None) };
    let on = desk::read(&stored.body)?;
    Ok(desk::may_see(signed, &on).then_some(on))
}

/// The first words of a text.
fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 80 { line.to_owned() } else { line.chars().take(79).chain(['…']).collect() }
}
