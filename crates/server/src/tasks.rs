//! What waits for the person who is signed in, what the unit has, and what is due.

use axum::extract::State as FromState;
use axum::response::Response;
use store::{Filter, Order};
use tracking::{DEEDS, Overload, Party, Recommendation, Role, State, TRANSITIONS, Verb};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::before;
use crate::desk;
use crate::election;
use crate::fault::Fault;
use crate::form::{Field, Kind, Typed};
use crate::letters::posted;
use crate::list::{self, List, Row};
use crate::members::{self, Waiting};
use crate::names::Names;
use crate::page::{self, Page};
use crate::posts::{COORDINATOR, overload};
use crate::respond;
use crate::shelf::Kept;
use crate::staff::{ADMINISTRATOR, STAFF};
use crate::visit::{Signed, Visit};

/// How many recommendations are looked through for tasks, the most urgent first.
const LOOKED_AT: i64 = 400;

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff", Access::SignedIn, tasks)
        .get("/staff/inbox", Access::Any(STAFF), inbox)
        .get("/staff/deadlines", Access::Any(STAFF), deadlines)
        .get("/staff/recommendations", Access::Any(STAFF), recommendations)
}

/// A recommendation that waits for the reader.
#[derive(Debug)]
struct Task {
    row: Row,
    /// Why the reader's side has to answer once more.
    sent_back: Option<String>,
    /// What the reader is waited for to do.
    steps: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "tasks.html")]
struct Tasks {
    page: Page,
    /// Whether the reader's roles bring tasks at all.
    has_work: bool,
    /// What an administrator does first.
    first: Vec<First>,
    tasks: Vec<Task>,
    overdue: usize,
    more: bool,
    /// Questions and comments that wait for the reader.
    said: Vec<Waiting>,
    /// Posts with too much to do that wait for the reader's answer.
    flags: Vec<Flag>,
    /// What else waits for the reader's post or role: a heading, and address and words of each.
    others: Vec<(String, Vec<(String, String)>)>,
    /// Commitments of the reader's organisation.
    promised: Vec<Promised>,
}

/// Something that an administrator does first.
#[derive(Debug)]
struct First {
    address: &'static str,
    words: String,
    is_open: bool,
}

/// A post with too much to do.
#[derive(Debug)]
struct Flag {
    address: String,
    post: String,
    /// Until when it waits, or how late the answer is.
    standing: String,
    late: bool,
}

/// What waits for a coordinator's answer.
async fn flags(app: &App, visit: &Visit, names: &Names) -> Result<Vec<Flag>, Fault> {
    let (signed, today) = (visit.signed()?, app.today());
    if !signed.holds(COORDINATOR) {
        return Ok(Vec::new());
    }
    let mut flags = overload::waiting(app).await?;
    flags.retain(|flag| signed.holds_at(COORDINATOR, flag.entry.unit.as_deref().unwrap_or_default()));
    let flag = |flag: &Kept<Overload>| Flag {
        address: overload::address(flag),
        post: names.post(&flag.value.post),
        standing: overload::standing(visit.words, &flag.value, app),
        late: flag.value.days_late(today) > 0,
    };
    Ok(flags.iter().map(flag).collect())
}

/// The states in which something is expected of these roles.
fn states(roles: &[Role]) -> Vec<String> {
    let own = |who: &[Role]| who.iter().any(|role| roles.contains(role));
    let lines = TRANSITIONS.iter().filter(|line| line.verb.is_expected() && own(line.who));
    let deeds = DEEDS.iter().filter(|deed| deed.verb.is_expected() && own(deed.who));
    let mut states: Vec<State> =
        lines.map(|line| line.from).chain(deeds.flat_map(|deed| deed.states.iter().copied())).collect();
    if roles.contains(&Role::Member) {
        states.push(State::Refused);
    }
    states.sort();
    states.dedup();
    states.into_iter().map(|state| state.key().to_owned()).collect()
}

/// What a person's grants hold: each its assembly and its unit, where it names them.
pub fn scope(signed: &Signed) -> Filter {
    let held = |grant: &tracking::Grant| (grant.assembly.clone(), grant.unit.clone());
    let mut scopes: Vec<_> = signed.grants_of(STAFF).map(held).collect();
    scopes.sort();
    scopes.dedup();
    Filter { scopes, ..Filter::default() }
}

/// Whether a recommendation was refused and this member has not replied yet.
fn may_still_reply(on: &Recommendation, person: &str) -> bool {
    on.state == State::Refused && on.replies.iter().all(|reply| reply.by.person != person)
}

/// What an administrator does first, in order: address and words; nothing for others.
async fn beginning(app: &App, visit: &Visit) -> Result<Vec<First>, Fault> {
    let signed = visit.signed()?;
    if !signed.holds_house(ADMINISTRATOR) {
        return Ok(Vec::new());
    }
    let alone = app.store.people().await?.iter().filter(|person| person.erased_at.is_none()).count() < 2;
    let steps = [
        ("/staff/assemblies", "first-assembly", app.store.assemblies().await?.is_empty()),
        ("/staff/units", "first-units", app.store.posts().await?.is_empty()),
        ("/staff/people", "first-people", alone),
    ];
    if steps.iter().all(|(_, _, is_open)| !is_open) {
        return Ok(Vec::new());
    }
    let step = |(address, key, is_open): (&'static str, &str, bool)| First {
        address,
        words: visit.words.say(key),
        is_open,
    };
    Ok(steps.into_iter().map(step).collect())
}

/// Remits to acknowledge, duty rules to sign, elections after which commitments are looked at again.
async fn others(app: &App, visit: &Visit) -> Result<Vec<(String, Vec<(String, String)>)>, Fault> {
    let words = visit.words;
    let remits = before::coming::to_acknowledge(app, visit).await?;
    let groups = [
        (words.count("coming-waits", remits.len()), remits),
        (words.say("tasks-sign"), before::coming::to_sign(app, visit).await?),
        (words.say("tasks-elections"), election::waiting(app, visit).await?),
    ];
    Ok(groups.into_iter().filter(|(_, links)| !links.is_empty()).collect())
}

async fn tasks(FromState(app): FromState<App>, visit: Visit) -> Result<Response, Fault> {
    let signed = visit.signed()?;
    let (words, today) = (visit.words, app.today());
    let roles: Vec<Role> = signed.grants_of(STAFF).map(|grant| grant.role).collect();
    let filter = Filter { states: states(&roles), ..scope(signed) };
    let names = Names::read(&app, words).await?;
    let listed = match filter.states.is_empty() {
        true => store::Listed { items: Vec::new(), next: None },
        false => app.store.list_whole(&filter, Order::Due, None, LOOKED_AT).await?,
    };
    let mut tasks = Vec::new();
    for stored in &listed.items {
        let on = desk::read(&stored.body)?;
        let row = Row::new(&stored.summary, &names, words, today);
        let due = |verb: &Verb| {
            on.waits_for(*verb)
                || row.overdue && *verb == Verb::Report
                || *verb == Verb::Reply && may_still_reply(&on, &signed.actor.person)
        };
        let steps: Vec<Verb> = on.allowed(&signed.actor, today).into_iter().filter(due).collect();
        if steps.is_empty() || !desk::may_see(signed, &on) {
            continue;
        }
        let id = &stored.summary.id;
        let sent_back = match steps.contains(&Verb::Respond) {
            true => respond::sent_back(&desk::history(&app, id).await?),
            false => None,
        };
        let steps = steps.iter().map(|verb| words.word("verb", verb.key())).collect();
        tasks.push(Task { sent_back, steps, row });
    }
    let overdue = tasks.iter().filter(|task| task.row.overdue).count();
    let more = listed.next.is_some();
    let mut said = members::waiting(&app, &visit).await?;
    said.extend(posted::waiting(&app, &visit).await?);
    let others = others(&app, &visit).await?;
    let flags = flags(&app, &visit, &names).await?;
    let promised = promised(&app, &visit, &names).await?;
    let (has_work, first) = (!roles.is_empty(), beginning(&app, &visit).await?);
    let page = Page::new(visit, words.say("nav-tasks"));
    page::html(&Tasks { page, has_work, first, tasks, overdue, more, said, flags, others, promised })
}

#[derive(askama::Template)]
#[template(path = "staff_list.html")]
struct ListPage {
    page: Page,
    about: String,
    filter: Vec<Field>,
    list: List,
    /// Whether rows can be ticked for a change of several at once.
    bulk: bool,
    /// The same shown in another way: address and words.
    other: Option<(String, String)>,
}

/// Something that the reader's organisation promised.
struct Promised {
    /// Where it is reported on.
    address: String,
    /// Recommendation and number.
    label: String,
    deliverable: String,
    /// The language in which it was written, where it is not the page's.
    written: Option<String>,
    due: String,
}

/// What the reader's organisation outside government promised and delivers: reports are written there.
async fn promised(app: &App, visit: &Visit, names: &Names) -> Result<Vec<Promised>, crate::fault::Fault> {
    let (signed, words) = (visit.signed()?, visit.words);
    let outside = |grant: &&tracking::Grant| {
        grant.unit.as_deref().is_some_and(|unit| names.party(unit) == Party::CivilSociety)
    };
    let own: Vec<_> = signed.grants_of(&[Role::Officer]).filter(outside).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let states = [State::InDelivery, State::Stalled].map(|state| state.key().to_owned()).into();
    let (mut found, assemblies) = (Vec::new(), Assembly::all(app).await?);
    for (id, it) in crate::posts::town::recommendations(app, Filter { states, ..Filter::default() }).await? {
        let mine = |of: &&tracking::Commitment| {
            let delivers = |grant: &&&tracking::Grant| {
                grant.covers_assembly(&it.assembly) && grant.unit == of.organisation
            };
            !of.is_dropped() && own.iter().any(|grant| delivers(&grant))
        };
        let assembly = assemblies.iter().find(|one| one.id == it.assembly);
        for one in it.commitments.iter().filter(mine) {
            found.push(Promised {
                address: format!("/staff/r/{id}/do/report_on"),
                label: format!("{} {}.", it.reference, one.number),
                deliverable: one.deliverable.clone(),
                written: assembly.and_then(|of| of.written(words)).map(str::to_owned),
                due: words.with("task-due", "day", words.date(&one.due)),
            });
        }
    }
    Ok(found)
}

async fn inbox(FromState(app): FromState<App>, visit: Visit) -> Result<Response, Fault> {
    let asked = Typed::of_address(&visit.query)?;
    let signed = visit.signed()?;
    let words = visit.words;
    let own = signed.grants_of(STAFF).filter_map(|grant| grant.unit.clone());
    let mut units: Vec<String> = own.collect();
    let held = app.store.posts().await?.into_iter().filter(|post| signed.posts.contains(&post.id));
    units.extend(held.map(|post| post.unit));
    units.sort();
    units.dedup();
    let nothing = units.is_empty();
    let over = [State::Withdrawn, State::Closed].map(|state| state.key().to_owned());
    let filter = Filter { units, not_states: over.into(), ..scope(signed) };
    let names = Names::read(&app, words).await?;
    let list = match nothing {
        true => List { rows: Vec::new(), count: 0, next: String::new() },
        false => list::read(&app, words, &names, "/staff/inbox", &asked, &filter, Order::Due).await?,
    };
    let about = words.say(if nothing { "inbox-no-unit" } else { "inbox-about" });
    let page = Page::new(visit, words.say("nav-inbox"));
    page::html(&ListPage { page, about, filter: Vec::new(), list, bulk: false, other: None })
}

async fn deadlines(FromState(app): FromState<App>, visit: Visit) -> Result<Response, Fault> {
    let asked = Typed::of_address(&visit.query)?;
    let words = visit.words;
    let filter = Filter { due_before: Some(jiff::civil::Date::MAX), ..scope(visit.signed()?) };
    let names = Names::read(&app, words).await?;
    let list = list::read(&app, words, &names, "/staff/deadlines", &asked, &filter, Order::Due).await?;
    let about = words.say("deadlines-about");
    let page = Page::new(visit, words.say("nav-deadlines"));
    let other = Some(("/staff/deadlines/calendar".to_owned(), words.say("deadlines-calendar")));
    page::html(&ListPage { page, about, filter: Vec::new(), list, bulk: false, other })
}

async fn recommendations(FromState(app): FromState<App>, visit: Visit) -> Result<Response, Fault> {
    let asked = Typed::of_address(&visit.query)?;
    let words = visit.words;
    // What is asked for can only narrow what the grants hold.
    let filter = Filter { scopes: scope(visit.signed()?).scopes, ..list::filter(&asked, app.today()) };
    let names = Names::read(&app, words).await?;
    let list =
        list::read(&app, words, &names, "/staff/recommendations", &asked, &filter, Order::Reference).await?;
    let fields = list::fields(&app, words, &names, &asked, None).await?;
    let about = words.count("list-count", list.count);
    let bulk = visit.signed()?.holds(&[Role::Secretariat, Role::Coordinator]);
    let page = Page::new(visit, words.say("nav-recommendations"));
    page::html(&ListPage { page, about, filter: fields, list, bulk, other: None })
}
