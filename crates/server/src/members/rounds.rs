//! Rounds of scoring: opened by the secretariat, with ballots on slips or for members who sign in.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Entry, EntryFilter, Filter, Order};
use tracking::{Phase, Role, RoundFault, State as Stage, Way, round_faults};

use crate::access::{Access, Routes};
use crate::app::App;
use crate::assembly::Assembly;
use crate::fault::Fault;
use crate::form::{Choice, Field, Kind, Problem, Typed, day};
use crate::members::{MEMBER, blank, choices, paper};
use crate::page::Page;
use crate::plain::{Cell, Form, Plain, Table};
use crate::secret::{fingerprint, secret};
use crate::shelf::{Kept, Shelf};
use crate::staff::SECRETARIAT;
use crate::visit::Visit;
use crate::words::Words;
use crate::wrong;

/// The most slips made at a time.
const MOST: u32 = 1_000;
/// Who sees rounds.
pub const READERS: &[Role] = &[Role::Secretariat, Role::Member];

/// A round of scoring; its days are the entry's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Round {
    /// What it is called, most often the year.
    pub name: String,
    /// How its ballots reach the members.
    pub way: Way,
    /// How many ballots were counted on paper, where it was held without this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<u32>,
}

/// Rounds.
pub const ROUNDS: Shelf<Round> = Shelf::new("round");
/// That a member took a ballot of a round, once.
const TAKEN: Shelf<BTreeMap<String, String>> = Shelf::new("ballot");

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/staff/rounds", Access::Any(READERS), list)
        .post("/staff/rounds", Access::Any(SECRETARIAT), open)
        .post("/staff/rounds/{id}/slips", Access::Any(SECRETARIAT), slips)
        .post("/staff/rounds/{id}/ballot", Access::Any(MEMBER), take)
}

/// The first and the last day of a round.
pub fn days(of: &Kept<Round>) -> (Date, Date) {
    (of.entry.from.unwrap_or(Date::MIN), of.entry.until.unwrap_or(Date::MAX))
}

/// Where a round stands today.
pub fn phase(app: &App, of: &Kept<Round>) -> Phase {
    let (from, until) = days(of);
    Phase::on(app.today(), from, until)
}

/// The rounds of an assembly, the latest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn of_assembly(app: &App, assembly: &str) -> Result<Vec<Kept<Round>>, Fault> {
    let filter = EntryFilter { assembly: Some(assembly.to_owned()), ..EntryFilter::default() };
    let mut rounds = ROUNDS.list(app, &filter).await?;
    rounds.reverse();
    Ok(rounds)
}

/// The address of a ballot.
fn address(app: &App, token: &str) -> String {
    format!("{}/ballot/{token}", app.settings.url)
}

async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Fault> {
    overview(&app, visit, &Typed::default(), Vec::new()).await
}

async fn overview(app: &App, visit: Visit, typed: &Typed, problems: Vec<Problem>) -> Result<Response, Fault> {
    let (words, signed) = (visit.words, visit.signed()?);
    let (mut rows, mut forms) = (Vec::new(), Vec::new());
    for assembly in Assembly::all_within(app, &visit, READERS).await? {
        for round in of_assembly(app, &assembly.id).await? {
            let (given, came) = app.store.ballots(&round.entry.id).await?;
            let phase = phase(app, &round);
            let (from, until) = days(&round);
            let counted = match round.value.paper {
                Some(paper) => words.count("round-on-paper", paper),
                None => words.share("round-ballots", came, given),
            };
            let days = words.with2("round-days", "from", words.date(&from), "until", words.date(&until));
            rows.push(vec![
                Cell::link(
                    format!("{} – {}", round.value.name, assembly.name(words)),
                    format!("/a/{}/scores", assembly.id),
                ),
                Cell::text(words.word("round", phase.key())),
                Cell::text(days),
                // Who came so far is told when it is over: one more would say that one person has voted.
                Cell::text(if phase == Phase::Over { counted } else { words.count("round-given", given) }),
            ]);
            let way = round.value.way;
            if way == Way::Slips && phase != Phase::Over && signed.holds_in(SECRETARIAT, &assembly.id) {
                let form = slips_form(words, &assembly, &round);
                let fields = form.fields.into_iter().map(|field| field.typed(typed, &problems)).collect();
                forms.push(Form { fields, ..form });
            }
            if way == Way::Accounts && phase == Phase::Open && signed.holds_in(MEMBER, &assembly.id) {
                forms.push(Form {
                    heading: words.with("ballot-take", "round", &round.value.name),
                    about: words.say("ballot-take-about"),
                    action: format!("/staff/rounds/{}/ballot", round.entry.id),
                    button: words.say("ballot-take-button"),
                    ..Form::default()
                });
            }
        }
    }
    let own = Assembly::all_within(app, &visit, SECRETARIAT).await?;
    if !own.is_empty() {
        let fields = fields(&own, words).map(|field| field.typed(typed, &problems)).into();
        forms.push(Form {
            heading: words.say("round-open-new"),
            about: words.say("round-open-about"),
            action: "/staff/rounds".to_owned(),
            fields,
            button: words.say("round-open-new"),
            ..Form::default()
        });
    }
    let columns = ["round", "fact-state", "round-when", "round-came"].map(|key| words.say(key)).into();
    let page = Page::new(visit, words.say("nav-rounds")).with_problems(problems);
    let plain = Plain::new(page).about(words.say("rounds-about"));
    let plain = plain.table(Table { columns, rows, ..Table::default() });
    forms.into_iter().fold(plain, Plain::form).show()
}

fn fields(own: &[Assembly], words: Words) -> [Field; 5] {
    let way = |way: &Way| Choice::new(way.key(), words.word("way", way.key()));
    [
        Field::new("assembly", words.say("field-assembly"), Kind::Select(choices(own, words))),
        Field::new("name", words.say("round-name"), Kind::Line).hint(words.say("round-name-hint")),
        Field::new("from", words.say("round-from"), day(words)),
        Field::new("until", words.say("round-until"), day(words)).hint(words.say("round-until-hint")),
        Field::new("way", words.say("round-way"), Kind::Radios(Way::ALL.iter().map(way).collect()))
            .hint(words.say("round-way-hint")),
    ]
}

fn slips_form(words: Words, assembly: &Assembly, round: &Kept<Round>) -> Form {
    let id = &round.entry.id;
    // Several rounds can stand on one page, so the field has the round's name.
    let many = Field::new(format!("many-{id}"), words.say("slips-many"), Kind::Number)
        .value(assembly.about.members.map_or_else(String::new, |members| members.to_string()));
    let mut form_field = Field { name: format!("as-{id}"), ..paper::form_field(words) };
    if let Kind::Radios(choices) = &mut form_field.kind {
        choices.insert(1, Choice::new("sheets", words.say("paper-sheets")));
    }
    Form {
        heading: words.with("slips-make", "round", &round.value.name),
        about: words.say("slips-about"),
        action: format!("/staff/rounds/{id}/slips"),
        fields: vec![many, form_field],
        button: words.say("slips-button"),
        ..Form::default()
    }
}

async fn open(State(app): State<App>, visit: Visit, typed: Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let own = Assembly::all_within(&app, &visit, SECRETARIAT).await?;
    let mut problems = Vec::new();
    let assembly = own.iter().find(|one| one.id == typed.text("assembly"));
    let way = Way::ALL.iter().copied().find(|way| way.key() == typed.text("way"));
    if assembly.is_none() {
        problems.push(Problem::new("assembly", words.say("members-assembly-missing")));
    }
    if way.is_none() {
        problems.push(Problem::new("way", words.say("round-way-missing")));
    }
    let (from, until) = (typed.date("from"), typed.date("until"));
    for (field, day) in [("from", from), ("until", until)] {
        if day.is_none() {
            problems.push(Problem::new(field, words.say("round-day-wrong")));
        }
    }
    wrong::add(&mut problems, wrong::nonsense(words, &fields(&own, words), &typed));
    let rounds = match assembly {
        Some(assembly) => of_assembly(&app, &assembly.id).await?,
        None => Vec::new(),
    };
    if let (Some(from), Some(until)) = (from, until) {
        problems.extend(round_problems(words, &typed.text("name"), (from, until), app.today(), &rounds));
    }
    let (Some(assembly), Some(way), Some(from), Some(until), true) =
        (assembly, way, from, until, problems.is_empty())
    else {
        return overview(&app, visit, &typed, problems).await;
    };
    let scored = scored(&app, &assembly.id).await?;
    if scored.is_empty() {
        let none = Problem::new("assembly", words.say("round-nothing"));
        return overview(&app, visit, &typed, vec![none]).await;
    }
    let round = Round { name: typed.text("name"), way, paper: None };
    let entry = Entry {
        assembly: Some(assembly.id.clone()),
        from: Some(from),
        until: Some(until),
        ..ROUNDS.fresh()?
    };
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    let entry = ROUNDS.keep(&mut change, entry, &round, "open").await?;
    let rows: Vec<store::Counted> = scored.into_iter().map(|id| (id, [0; 11])).collect();
    change.open_scores(&entry.id, &rows).await?;
    change.commit().await?;
    Ok(Redirect::to("/staff/rounds?done=round").into_response())
}

/// What is wrong with the name and the days of a round beside the others of its assembly, field by field.
fn round_problems(
    words: Words,
    name: &str,
    (from, until): (Date, Date),
    today: Date,
    rounds: &[Kept<Round>],
) -> Vec<Problem> {
    let other = |round: &Kept<Round>| {
        let (from, until) = days(round);
        (round.value.name.clone(), from, until)
    };
    let others: Vec<(String, Date, Date)> = rounds.iter().map(other).collect();
    let others: Vec<(&str, Date, Date)> =
        others.iter().map(|(name, from, until)| (name.as_str(), *from, *until)).collect();
    let problem = |fault: &RoundFault| {
        let field = match fault {
            RoundFault::Name | RoundFault::Taken => "name",
            RoundFault::Days | RoundFault::Long => "until",
            RoundFault::Overlap => "from",
        };
        Problem::new(field, words.say(&format!("round-fault-{}", fault.key())))
    };
    round_faults(name, (from, until), today, &others).iter().map(problem).collect()
}

/// What is scored: everything that the assembly has adopted and not withdrawn.
async fn scored(app: &App, assembly: &str) -> Result<Vec<String>, Fault> {
    let not_states = [Stage::Draft, Stage::Withdrawn].map(|state| state.key().to_owned()).into();
    let filter = Filter { assemblies: vec![assembly.to_owned()], not_states, ..Filter::default() };
    let (mut ids, mut place) = (Vec::new(), None);
    loop {
        let listed = app.store.list(&filter, Order::Reference, place.as_deref(), 1000).await?;
        ids.extend(listed.items.into_iter().map(|summary| summary.id));
        place = match listed.next {
            Some(next) => Some(next),
            None => return Ok(ids),
        };
    }
}

/// A round for which one of these roles is held, with its assembly.
async fn find(app: &App, visit: &Visit, id: &str, roles: &[Role]) -> Result<(Kept<Round>, Assembly), Fault> {
    let round = ROUNDS.find(app, id).await?;
    let assembly = Assembly::find(app, round.entry.assembly.as_deref().unwrap_or_default()).await?;
    if visit.signed()?.holds_in(roles, &assembly.id) { Ok((round, assembly)) } else { Err(Fault::NotFound) }
}

async fn slips(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fault> {
    let words = visit.words;
    let (round, assembly) = find(&app, &visit, &id, SECRETARIAT).await?;
    let field = format!("many-{id}");
    let (given, _) = app.store.ballots(&id).await?;
    let many = typed.number(&field).filter(|many| (1..=MOST).contains(many));
    let room = assembly.about.members.map_or(u64::MAX, |members| u64::from(members).saturating_sub(given));
    let problem = match many {
        _ if round.value.way != Way::Slips || phase(&app, &round) == Phase::Over => {
            Some(words.say("slips-not-here"))
        }
        None => Some(words.count("slips-many-wrong", MOST)),
        Some(many) if u64::from(many) > room => Some(words.count("slips-too-many", room)),
        Some(_) => None,
    };
    let mut problems: Vec<Problem> =
        problem.map(|problem| Problem::new(&field, problem)).into_iter().collect();
    wrong::add(&mut problems, wrong::nonsense(words, &slips_form(words, &assembly, &round).fields, &typed));
    let (Some(many), true) = (many, problems.is_empty()) else {
        return overview(&app, visit, &typed, problems).await;
    };
    let tokens = (0..many).map(|_| secret()).collect::<Result<Vec<_>, _>>()?;
    let hashes: Vec<String> = tokens.iter().map(|token| fingerprint(token.as_bytes())).collect();
    let mut change = app.store.change(&visit.signed()?.actor.person, app.now()).await?;
    change.add_ballots(&id, &hashes).await?;
    change.note("round.slips", &id, &json!({ "slips": many })).await?;
    change.commit().await?;
    let slip = |token: &String| paper::Slip { lines: Vec::new(), link: address(&app, token) };
    let slips: Vec<paper::Slip> = tokens.iter().map(slip).collect();
    if typed.text(&format!("as-{id}")) == "csv" {
        return paper::table(&format!("{}-ballots", assembly.id), &["link"], &slips);
    }
    if typed.text(&format!("as-{id}")) == "sheets" {
        return blank::scorecards(&app, visit, &round, &assembly, &tokens).await;
    }
    let about = words.count("slips-sheets-about", many);
    let each = words.with2("slips-each", "assembly", assembly.name(words), "round", &round.value.name);
    let back = ("/staff/rounds", words.say("nav-rounds"));
    paper::print(Page::new(visit, words.say("slips-sheets")), back, about, each, slips)
}

/// Gives a member a ballot, once a round.
async fn take(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    let words = visit.words;
    let (round, assembly) = find(&app, &visit, &id, MEMBER).await?;
    let person = visit.signed()?.actor.person.clone();
    let is_open = round.value.way == Way::Accounts && phase(&app, &round) == Phase::Open;
    let about = format!("{id}:{person}");
    let problem = if !is_open {
        Some("ballot-not-here")
    } else if TAKEN.about(&app, &about).await?.is_some() {
        Some("ballot-taken")
    } else {
        None
    };
    if let Some(key) = problem {
        let problem = Problem::new("", words.say(key));
        return overview(&app, visit, &Typed::default(), vec![problem]).await;
    }
    let token = secret()?;
    let entry = Entry { assembly: Some(assembly.id), subject: Some(id.clone()), ..TAKEN.only(&about) };
    let mut change = app.store.change(&person, app.now()).await?;
    match TAKEN.keep(&mut change, entry, &BTreeMap::new(), "take").await {
        // Twice at the same moment.
        Err(store::Error::Taken | store::Error::Stale { .. }) => {
            drop(change);
            let problem = Problem::new("", words.say("ballot-taken"));
            return overview(&app, visit, &Typed::default(), vec![problem]).await;
        }
        done => done?,
    };
    change.add_ballots(&id, &[fingerprint(token.as_bytes())]).await?;
    change.commit().await?;
    Plain::new(Page::new(visit, words.say("ballot-yours")))
        .back("/staff/rounds", words.say("nav-rounds"))
        .about(words.say("ballot-yours-about"))
        .link(address(&app, &token), words.say("ballot-fill-in"))
        .show()
}
