//! Elections: what those in office say of the commitments of those before, and the pack with which everything is handed over.

pub mod handover;
pub mod lapse;
pub mod pack;
pub mod record;
pub mod report;
pub mod review;

use serde::{Deserialize, Serialize};
use store::EntryFilter;
use tracking::{Commitment, Recommendation, Role, Signed, Standing, Verb, Words as Texts};

use crate::access::Routes;
use crate::app::App;
use crate::assembly::{Assembly, in_language};
use crate::election::record::of_assembly;
use crate::fault::Fault;
use crate::shelf::{Kept, Shelf};
use crate::visit::Visit;
use crate::words::Words;

/// What these modules answer.
pub fn routes(routes: Routes) -> Routes {
    routes.with(handover::routes).with(record::routes).with(review::routes)
}

/// Who records an election and hands over.
pub const OFFICE: &[Role] = &[Role::Secretariat, Role::Coordinator, Role::Signatory, Role::Auditor];
/// Who writes an election down.
pub const RECORDERS: &[Role] = &[Role::Secretariat, Role::Coordinator];
/// Who says what becomes of a commitment.
pub const REVIEWERS: &[Role] = &[Role::Coordinator, Role::Signatory];

/// An election as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Election {
    /// Its name by language.
    pub names: Texts,
    /// Its day.
    pub on: jiff::civil::Date,
    /// The day on which the body that has to answer was dissolved, where that was not the election's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dissolved: Option<jiff::civil::Date>,
    /// Who wrote it down; `None` in what was written before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Signed>,
}

impl Election {
    /// The day of the dissolution.
    pub fn dissolved(&self) -> jiff::civil::Date {
        self.dissolved.unwrap_or(self.on)
    }
}

/// Where they stand.
pub const ELECTIONS: Shelf<Election> = Shelf::new("election");

impl Kept<Election> {
    /// What the rules ask for.
    pub fn rule(&self) -> tracking::Election {
        tracking::Election { id: self.entry.id.clone(), on: self.value.on }
    }

    /// Its name for a reader.
    pub fn name(&self, words: Words) -> &str {
        in_language(&self.value.names, words).unwrap_or(&self.entry.id)
    }

    /// Its assembly.
    pub fn assembly(&self) -> &str {
        self.entry.assembly.as_deref().unwrap_or_default()
    }
}

/// The elections of an assembly, the latest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn of(app: &App, assembly: &str) -> Result<Vec<Kept<Election>>, Fault> {
    let filter = EntryFilter { assembly: Some(assembly.to_owned()), ..EntryFilter::default() };
    let mut all = ELECTIONS.list(app, &filter).await?;
    all.reverse();
    Ok(all)
}

/// The elections after which somebody still has to say what becomes of commitments: the page where that is done, and assembly,
/// election and how many.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(app: &App, visit: &Visit) -> Result<Vec<(String, String)>, Fault> {
    let (signed, words) = (visit.signed()?, visit.words);
    let mut found = Vec::new();
    if !signed.holds(REVIEWERS) {
        return Ok(found);
    }
    for one in ELECTIONS.list(app, &EntryFilter::default()).await? {
        if one.value.on > app.today() || !signed.holds_in(REVIEWERS, one.assembly()) {
            continue;
        }
        let assembly = Assembly::find(app, one.assembly()).await?;
        let today = assembly.about.rule.day(app.now());
        let open = |it: &Recommendation| {
            let unsaid = |one: &(&Commitment, Standing<'_>)| !matches!(one.1, Standing::Settled(_));
            let may = it.obstacles(Verb::Reaffirm, &signed.actor, today).is_empty();
            if may { concerned(&one.rule(), it, today).iter().filter(|one| unsaid(one)).count() } else { 0 }
        };
        let open: usize = of_assembly(app, &assembly.id).await?.iter().map(|(_, it)| open(it)).sum();
        if open > 0 {
            let (name, election) = (assembly.name(words), one.name(words));
            let said = format!("{name}, {election}: {}", words.count("election-unsaid", open));
            found.push((format!("/staff/elections/{}", one.entry.id), said));
        }
    }
    Ok(found)
}

/// How a commitment stands, in words.
pub fn standing(words: Words, standing: &Standing<'_>) -> String {
    match standing {
        Standing::Settled(review) => words.word("outcome", review.outcome.key()),
        Standing::Waiting(left) => words.count("outcome-waiting", left.unsigned_abs()),
        Standing::Silent(over) => words.count("outcome-silent", over.unsigned_abs()),
    }
}

/// What is said of a commitment beside that: the reason, and what was promised before.
pub fn reason(words: Words, standing: &Standing<'_>) -> String {
    let Standing::Settled(review) = standing else { return String::new() };
    match &review.before {
        Some(before) => {
            let before = words.with2("outcome-before", "what", &before.title, "day", words.date(&before.due));
            format!("{} {before}", review.reason)
        }
        None => review.reason.clone(),
    }
}

/// The commitments of a recommendation by their places: number and how each stands.
pub fn concerned<'a>(
    election: &tracking::Election,
    it: &'a Recommendation,
    today: jiff::civil::Date,
) -> Vec<(&'a tracking::Commitment, Standing<'a>)> {
    let stands = |one: &'a tracking::Commitment| Some((one, election.standing(it, one, today)?));
    it.commitments.iter().filter_map(stands).collect()
}
