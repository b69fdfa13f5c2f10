//! A recommendation on the staff's desk: its whole story, the buttons that work, and the form of each action.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use store::EntryFilter;
use tracking::{Action, Change, Event, Refusal, Verb};

use crate::access::{Access, Routes};
use crate::actions::{self, Context, Unread};
use crate::app::App;
use crate::desk::{self, Acted, Case};
use crate::evidence;
use crate::fault::Fault;
use crate::form::{Field, Kind, Problem, Typed};
use crate::names::Names;
use crate::page::{self, Page};
use crate::posts::town::facts;
use crate::posts::{INSIDE, practice};
use crate::refusal::sentence;
use crate::respond::attached;
use crate::staff::STAFF;
use crate::told::{Moment, Told};
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/r/{id}", Access::Any(STAFF), show)
        .get("/staff/r/{id}/do/{verb}", Access::Any(STAFF), ask)
        .upload("/staff/r/{id}/do/{verb}", Access::Any(STAFF), act)
}

#[derive(askama::Template)]
#[template(path = "staff_story.html")]
struct StoryPage {
    page: Page,
    told: Told,
    next: Vec<Button>,
    others: Vec<Button>,
    /// What those who do the work have learned.
    notes: Vec<practice::Told>,
    /// Posts, their parts and their hours.
    parts: Vec<(String, String, String)>,
}

/// Something that the reader can do now.
#[derive(Debug)]
struct Button {
    verb: &'static str,
    label: String,
}

/// What becomes of commitments after an election is said on the election's pages.
const AFTER_ELECTIONS: &[Verb] = &[Verb::Reaffirm, Verb::Amend, Verb::Drop];

/// What moves a recommendation on; the rest is listed below it.
pub fn moves_on(verb: Verb) -> bool {
    tracking::TRANSITIONS.iter().any(|line| line.verb == verb && line.verb != Verb::Reverse)
        || matches!(verb, Verb::Acknowledge | Verb::Approve | Verb::ProposeDone)
}

/// A case that this visitor may see; any other is not there (ASVS 8.2.2).
pub async fn seen(app: &App, visit: &Visit, id: &str) -> Result<Case, Fault> {
    let case = desk::find(app, id).await?;
    if desk::may_see(visit.signed()?, &case.recommendation) { Ok(case) } else { Err(Fault::NotFound) }
}

/// A case that this visitor may see, or of which an organisation outside government delivers a part and the visitor reports for it.
async fn reached(app: &App, visit: &Visit, id: &str, verb: Option<Verb>) -> Result<Case, Fault> {
    let (case, signed) = (desk::find(app, id).await?, visit.signed()?);
    let own = verb.is_none_or(|verb| matches!(verb, Verb::ReportOn | Verb::MeetMilestone));
    let may =
        desk::may_see(signed, &case.recommendation) || own && desk::delivers(signed, &case.recommendation);
    if may { Ok(case) } else { Err(Fault::NotFound) }
}

async fn show(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let case = reached(&app, &visit, &id, None).await?;
    let signed = visit.signed()?;
    if !desk::may_see(signed, &case.recommendation) {
        let address = format!("/a/{}/recommendations/{}", case.assembly.id, case.recommendation.reference);
        let query = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
        return Ok(Redirect::to(&format!("{address}{query}")).into_response());
    }
    let words = visit.words;
    let today = case.assembly.about.rule.day(app.now());
    let mut allowed = case.recommendation.allowed(&signed.actor, today);
    allowed.retain(|verb| !AFTER_ELECTIONS.contains(verb));
    let it = &case.recommendation;
    let own = || it.commitments.iter().filter(|one| it.is_delivered_by(one, &signed.actor, today));
    if own().flat_map(|one| &one.milestones).all(|milestone| milestone.met_at.is_some()) {
        allowed.retain(|verb| *verb != Verb::MeetMilestone);
    }
    if own().all(tracking::Commitment::is_dropped) {
        allowed.retain(|verb| *verb != Verb::ReportOn);
    }
    let button = |verb: &Verb| Button { verb: verb.key(), label: words.word("verb", verb.key()) };
    let next = allowed.iter().filter(|verb| moves_on(**verb)).map(button).collect();
    let others = allowed.iter().filter(|verb| !moves_on(**verb)).map(button).collect();
    let events = desk::history(&app, &id).await?;
    let names = Names::read(&app, words).await?;
    // Members read what everybody reads; the house reads its own notes too.
    let inside = signed.holds_in(INSIDE, &case.assembly.id);
    let about = EntryFilter { subject: Some(case.id.clone()), ..EntryFilter::default() };
    let notes = practice::told(&app, &about, &names, words, inside).await?;
    let parts = if inside { parts(&case, &names, words) } else { Vec::new() };
    let told = Told::new(case, &events, names, words, app.now(), true).with_elections(&app).await?;
    let title = format!("{} {}", told.on().reference, told.title().text);
    page::html(&StoryPage { page: Page::new(visit, title), told, next, others, notes, parts })
}

/// The posts that have a part in it: name, part, hours a month.
fn parts(case: &Case, names: &Names, words: Words) -> Vec<(String, String, String)> {
    let assignment = case.recommendation.assignment.as_ref();
    let hours = |post: &str| assignment.and_then(|assignment| assignment.hours.get(post));
    let said =
        |post: &str| hours(post).map_or_else(|| words.say("load-not-said"), |hours| words.number(hours));
    let part =
        |(post, part): (&str, tracking::Part)| (names.post(post), words.word("part", part.key()), said(post));
    case.recommendation.parts().map(part).collect()
}

#[derive(askama::Template)]
#[template(path = "staff_act.html")]
struct ActPage {
    page: Page,
    told: Told,
    verb: &'static str,
    /// What this does, in words.
    about: String,
    fields: Vec<Field>,
    /// The revision that the person sees.
    revision: u64,
    /// What others did since the form was opened.
    meanwhile: Vec<Moment>,
}

/// What a form is shown with.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The revision that the person saw, where somebody else was faster.
    pub since: Option<u64>,
}

/// What became of what was sent.
pub(crate) enum Tried {
    /// It is done.
    Done,
    /// It is not: the recommendation as it is now, and what its form is shown with.
    Again(Box<Case>, Filled),
}

async fn form(app: &App, visit: Visit, case: Case, verb: Verb, filled: Filled) -> Result<Response, Fault> {
    let words = visit.words;
    let names = Names::read(app, words).await?;
    let with = Context { reader: visit.signed.as_deref(), ..context(&case, &names, &visit) };
    let fields =
        actions::fields(verb, &with).into_iter().map(|field| field.typed(&filled.typed, &filled.problems));
    let mut fields: Vec<Field> = fields.collect();
    let events = desk::history(app, &case.id).await?;
    let (revision, verb) = (case.recommendation.revision, verb.key());
    let inside = desk::may_see(visit.signed()?, &case.recommendation);
    let told = Told::new(case, &events, names, words, app.now(), inside);
    let meanwhile = meanwhile(&told, &events, filled.since);
    let title = format!("{}: {}", told.on().reference, words.word("verb", verb));
    let mut page = Page::new(visit, title).with_problems(filled.problems);
    page.explain(&mut fields);
    let about = words.word("about", verb);
    page::html(&ActPage { page, told, verb, about, fields, revision, meanwhile })
}

/// What happened since a revision that somebody saw, newest first.
pub(crate) fn meanwhile(told: &Told, events: &[Event], since: Option<u64>) -> Vec<Moment> {
    let new = events.iter().filter(|event| since.is_some_and(|seen| event.sequence > seen)).count();
    told.history.iter().take(new).cloned().collect()
}

pub(crate) fn context<'a>(case: &'a Case, names: &Names, visit: &Visit) -> Context<'a> {
    Context {
        words: visit.words,
        on: &case.recommendation,
        languages: &case.assembly.about.languages,
        units: names.unit_choices(),
        posts: names.post_choices(),
        reader: None,
    }
}

async fn ask(
    State(app): State<App>,
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let verb = Verb::from_key(&verb).filter(|verb| *verb != Verb::Draft).ok_or(Fault::NotFound)?;
    let case = reached(&app, &visit, &id, Some(verb)).await?;
    if matches!(verb, Verb::Respond | Verb::Revise) {
        return Ok(Redirect::to(&format!("/staff/r/{id}/respond")).into_response());
    }
    if AFTER_ELECTIONS.contains(&verb) {
        return Ok(Redirect::to("/staff/elections").into_response());
    }
    let today = case.assembly.about.rule.day(app.now());
    let obstacles = case.recommendation.obstacles(verb, &visit.signed()?.actor, today);
    let problems = problems(&case, &visit, verb, Vec::new(), &[], &obstacles);
    let typed = match verb {
        Verb::ProposeDone => declined(&desk::history(&app, &id).await?).unwrap_or_default(),
        _ => actions::beginning(verb, &case.recommendation, &case.assembly.about.languages),
    };
    form(&app, visit, case, verb, Filled { typed, problems, since: None }).await
}

/// The claim that came back last, with its evidence: nobody writes it twice.
fn declined(events: &[Event]) -> Option<Typed> {
    let claimed = events.iter().rposition(|event| event.action.verb() == Verb::ProposeDone)?;
    let answered = events.iter().skip(claimed).map(|event| event.action.verb());
    let came_back = answered.into_iter().find(|verb| matches!(verb, Verb::Decline | Verb::ConfirmDone))
        == Some(Verb::Decline);
    let Action::ProposeDone { note, evidence } = events.get(claimed).filter(|_| came_back)?.action.clone()
    else {
        return None;
    };
    let attached = evidence.into_iter().next().into_iter().flat_map(attached);
    Some(Typed::of(attached.chain([("note".to_owned(), note)])))
}

/// Everything that is wrong, field by field: what is known to be nonsense, what cannot be read, and what the rules refuse.
pub(crate) fn problems(
    case: &Case,
    visit: &Visit,
    verb: Verb,
    mut problems: Vec<Problem>,
    unread: &[Unread],
    refusals: &[Refusal],
) -> Vec<Problem> {
    let words = visit.words;
    let with = context(case, &Names::default(), visit);
    let fields = actions::fields(verb, &with);
    let own = |name: &str| {
        let of_name = |field: &&Field| {
            field.name == name || field.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
        };
        fields.iter().find(of_name).or_else(|| fields.iter().find(|field| also(name) == field.name))
    };
    let label = |name: &str| own(name).map_or_else(|| words.word("field", name), |field| field.label.clone());
    for name in unread {
        let is_known = |one: &Problem| {
            own(&one.field)
                .is_some_and(|field| own(name) == Some(field) || field.name.starts_with(&format!("{name}-")))
        };
        if !problems.iter().any(is_known) {
            let (field, kind) = own(name).map_or((*name, &Kind::Line), |field| (&field.name, &field.kind));
            problems.push(Problem::new(field, wrong::unread(words, kind)));
        }
    }
    let refused = refusals.iter().filter_map(|refusal| {
        let name = refusal.field().and_then(own).map_or("", |field| field.name.as_str());
        let is_known = !name.is_empty() && problems.iter().any(|problem| problem.field == name);
        (!is_known).then(|| Problem::new(name, sentence(words, refusal, label)))
    });
    let refused: Vec<Problem> = refused.collect();
    problems.extend(refused);
    problems
}

/// The form's field for a field of the rules that has another name there.
fn also(name: &str) -> &str {
    match name {
        "vote" => "on",
        "evidence" => "title",
        "commitments" => "deliverable",
        "milestone" | "commitment" => "milestone",
        other => other,
    }
}

async fn act(
    State(app): State<App>,
    visit: Visit,
    Path((id, verb)): Path<(String, String)>,
    typed: Typed,
) -> Result<Response, Fault> {
    let verb = Verb::from_key(&verb).filter(|verb| *verb != Verb::Draft).ok_or(Fault::NotFound)?;
    let case = reached(&app, &visit, &id, Some(verb)).await?;
    match submit(&app, &visit, case, verb, typed).await? {
        Tried::Done => Ok(Redirect::to(&format!("/staff/r/{id}?done={}", verb.key())).into_response()),
        Tried::Again(case, filled) => form(&app, visit, *case, verb, filled).await,
    }
}

/// Does what was typed, or says why not, with everything that was typed.
pub(crate) async fn submit(
    app: &App,
    visit: &Visit,
    case: Case,
    verb: Verb,
    mut typed: Typed,
) -> Result<Tried, Fault> {
    let languages = case.assembly.about.languages.clone();
    if verb == Verb::Assign {
        own_deputy(app, &mut typed).await?;
    }
    let file = evidence::take(&mut typed);
    // A browser sends a file once: where the form comes back, it says so beside the field.
    let again = typed
        .some("file-name")
        .map(|name| Problem::new("file", visit.words.with("file-again", "name", name)));
    let (action, unread) = actions::action(verb, &typed, &languages).ok_or(Fault::NotFound)?;
    let seen = typed.text("revision").parse().unwrap_or(case.recommendation.revision);
    let names = Names::read(app, visit.words).await?;
    let nonsense =
        wrong::nonsense(visit.words, &actions::fields(verb, &context(&case, &names, visit)), &typed);
    if !unread.is_empty() || !nonsense.is_empty() {
        let refusals = rehearse(app, visit, &case, &action)?;
        let mut problems = problems(&case, visit, verb, nonsense, &unread, &refusals);
        problems.extend(again);
        return Ok(Tried::Again(Box::new(case), Filled { typed, problems, since: None }));
    }
    let kept = case.clone();
    Ok(match desk::act(app, &visit.signed()?.actor, case, seen, action, file).await? {
        Acted::Done(_) => Tried::Done,
        Acted::Refused(refusals) => {
            let mut problems = problems(&kept, visit, verb, Vec::new(), &[], &refusals);
            problems.extend(again);
            Tried::Again(Box::new(kept), Filled { typed, problems, since: None })
        }
        Acted::Stale(now) => {
            let mut problems = vec![Problem::new("", visit.words.say("stale"))];
            problems.extend(again);
            Tried::Again(now, Filled { typed, problems, since: Some(seen) })
        }
    })
}

/// Where no deputy is named, the one that the accountable post has stands in.
async fn own_deputy(app: &App, typed: &mut Typed) -> Result<(), Fault> {
    if typed.some("deputy").is_some() {
        return Ok(());
    }
    let post = app.store.post(&typed.text("accountable")).await?;
    if let Some(deputy) = post.map(|post| facts(&post)).transpose()?.and_then(|facts| facts.deputy) {
        typed.put("deputy", deputy);
    }
    Ok(())
}

/// What the rules would say of an action, part of which could not be read.
fn rehearse(app: &App, visit: &Visit, case: &Case, action: &Action) -> Result<Vec<Refusal>, Fault> {
    let (actor, rule) = (&visit.signed()?.actor, &case.assembly.about.rule);
    let tried = case.recommendation.act(actor, action.clone(), app.now(), rule, &[]);
    let stand_in = |refusal: &Refusal| {
        matches!(
            refusal,
            Refusal::NotCarried { .. }
                | Refusal::Unknown { .. }
                | Refusal::TooEarly { .. }
                | Refusal::Evidence
        )
    };
    Ok(tried.err().unwrap_or_default().into_iter().filter(|refusal| !stand_in(refusal)).collect())
}
