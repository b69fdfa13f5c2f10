//! One recommendation, from the vote to delivery and check, for everybody.

use axum::extract::{Path, State};
use axum::response::Response;
use store::EntryFilter;

use crate::access::{Access, Routes};
use crate::app::App;
use crate::desk;
use crate::fault::Fault;
use crate::members::scores::{self, Figures};
use crate::members::shown::Exchange;
use crate::names::Names;
use crate::page::{self, Page};
use crate::posts::practice;
use crate::told::Told;
use crate::visit::Visit;
use crate::words::Words;
use tracking::{Action, Change, DutyRule, Event, Recommendation, State as Stage, Verb};

/// What this module answers.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/a/{assembly}/recommendations/{reference}", Access::Public, show)
}

#[derive(askama::Template)]
#[template(path = "public_story.html")]
struct StoryPage {
    page: Page,
    /// Whether it can be followed by e-mail.
    mail: bool,
    told: Told,
    steps: Vec<Step>,
    gap: Option<Gap>,
    /// What those who do the work have learned.
    notes: Vec<practice::Told>,
    exchange: Exchange,
    scores: Vec<(String, Option<Figures>)>,
}

/// A step from the vote to the check.
struct Step {
    name: String,
    /// When it was first reached; none if it was not.
    when: Option<String>,
}

/// What the department says beside what somebody outside found.
struct Gap {
    said: String,
    found: String,
    /// The two compared, in a sentence.
    sentence: String,
    /// Whether less was found than was said.
    less: bool,
}

/// The steps, each with what it is called and what begins it.
const STEPS: [(&str, &[Verb]); 7] = [
    ("step-vote", &[Verb::Adopt]),
    ("step-handed-over", &[Verb::HandOver]),
    ("step-owner", &[Verb::Assign]),
    ("step-answer", &[Verb::Publish]),
    ("step-delivery", &[Verb::Deliver]),
    ("step-claim", &[Verb::ConfirmDone]),
    ("step-check", &[Verb::Verify, Verb::Grade, Verb::NotDone]),
];

async fn show(
    State(app): State<App>,
    visit: Visit,
    Path((assembly, reference)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let case = desk::find_public(&app, &assembly, &reference).await?;
    let events = desk::history(&app, &case.id).await?;
    let names = Names::read(&app, visit.words).await?;
    let about = EntryFilter { subject: Some(case.id.clone()), ..EntryFilter::default() };
    let notes = practice::told(&app, &about, &names, visit.words, false).await?;
    let steps = steps(&events, visit.words, &case.assembly.about.rule);
    let gap = gap(&case.recommendation, visit.words);
    let exchange = Exchange::read(&app, &names, visit.words, &case.id).await?;
    let scores = scores::of_one(&app, visit.words, &assembly, &case.id).await?;
    let told = Told::new(case, &events, names, visit.words, app.now(), false).with_elections(&app).await?;
    let title = format!("{} {}", told.on().reference, told.title().text);
    let mail = app.mail.is_on();
    page::html(&StoryPage { page: Page::new(visit, title), mail, told, steps, gap, notes, exchange, scores })
}

fn steps(events: &[Event], words: Words, rule: &DutyRule) -> Vec<Step> {
    let first = |verbs: &[Verb]| events.iter().find(|event| verbs.contains(&event.action.verb()));
    let step = |(key, verbs): &(&str, &[Verb])| Step {
        name: words.say(key),
        when: first(verbs).map(|event| match &event.action {
            // The vote is recorded after its day.
            Action::Adopt { vote, .. } => words.date(&vote.on),
            _ => words.day(&event.at, &rule.zone),
        }),
    };
    STEPS.iter().map(step).collect()
}

/// Shown as soon as the department says done, or somebody outside has looked.
fn gap(it: &Recommendation, words: Words) -> Option<Gap> {
    let gap = tracking::Gap::of(it.delivery, it.grade)?;
    let back = it.grade.is_none() && it.verifications.last().is_some_and(|check| check.grade.is_none());
    if back && it.state != Stage::ClaimedDone {
        return Some(Gap {
            said: words.word("delivery", it.delivery.key()),
            found: words.say("gap-back"),
            sentence: words.say("gap-sent-back"),
            less: true,
        });
    }
    let unchecked = || words.say("gap-nobody");
    Some(Gap {
        said: words.word("delivery", it.delivery.key()),
        found: it.grade.map_or_else(unchecked, |grade| words.word("grade", grade.key())),
        sentence: words.word("gap", gap.key()),
        less: gap == tracking::Gap::Less,
    })
}
