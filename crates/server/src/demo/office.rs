//! The demonstration's posts at work: one has too much to do, one is about to be left, and there was an election.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use rehearsal::Tracked;
use store::{Change, Entry};
use tracking::{Overload, PostFacts, Practice, Recommendation};

use crate::app::App;
use crate::election::{ELECTIONS, Election};
use crate::posts::overload::FLAGS;
use crate::posts::practice::NOTES;
use crate::shelf::Shelf;

/// The post that is asked more than it can give.
const BUSY: &str = "water-officer";
/// The one who leaves soon.
const LEAVES: &str = "sample-officer-water";

/// What is known of a post: its deputy, and hours that are enough but for one post.
pub fn facts(app: &App, made: &Tracked, post: &str) -> String {
    let work = made.histories.iter().map(|(it, _)| it);
    let loads = tracking::workload(work, &std::collections::BTreeMap::new(), app.today());
    let asked = loads.get(post).map_or(0, |load| u32::try_from(load.hours).unwrap_or(u32::MAX));
    let hours = if post == BUSY { asked.saturating_sub(12).max(8) } else { asked.saturating_add(16) };
    let unit = post.split('-').next().unwrap_or_default();
    let deputy = match post.rsplit('-').next() {
        Some("head") => Some(format!("{unit}-deputy")),
        Some("officer") => Some(format!("{unit}-head")),
        _ => None,
    };
    let from = ago(app, 700);
    let known = PostFacts { deputy, ..PostFacts::default() }.with_capacity(from, hours);
    serde_json::to_string(&known).expect("facts are JSON")
}

/// The last day of a holding, where it has one.
pub fn leaves(app: &App, person: &str) -> Option<Date> {
    (person == LEAVES).then(|| app.today().checked_add(14.days()).unwrap_or(Date::MAX))
}

fn ago(app: &App, days: i64) -> Date {
    app.today().checked_sub(days.days()).unwrap_or(Date::MIN)
}

/// An entry with an id of its own, the same every time.
fn entry<T: serde::Serialize + serde::de::DeserializeOwned>(shelf: &Shelf<T>, id: &str) -> Entry {
    Entry { id: id.to_owned(), updated_at: Timestamp::UNIX_EPOCH, ..shelf.only(id) }
}

/// Flags, notes and the election.
///
/// # Errors
/// If the store cannot be written.
pub async fn fill(change: &mut Change, app: &App, made: &Tracked) -> store::Result<()> {
    let english = "After the election of the summer";
    let spanish = "Tras las elecciones del verano";
    let names =
        [("en", english), ("es", spanish)].map(|(tag, name)| (tag.to_owned(), name.to_owned())).into();
    let on = made.election.on;
    let election = Election { names, on, dissolved: None, by: None };
    let of = Entry {
        assembly: Some(made.assembly.clone()),
        from: Some(on),
        ..entry(&ELECTIONS, &made.election.id)
    };
    ELECTIONS.keep(change, of, &election, "add").await?;
    for (number, (post, unit, reason, days)) in FLAGGED.iter().enumerate() {
        let flag = Overload {
            post: (*post).into(),
            reason: (*reason).into(),
            raised_on: ago(app, *days),
            answer: None,
        };
        let by = ago(app, 40);
        let flag = if number == 0 {
            let text = "Two recommendations on wells go to Housing from next month.";
            flag.answer(text, Some(by), Some("council-coordinator"), ago(app, days - 5)).unwrap_or(flag)
        } else {
            flag
        };
        let (subject, from) = (Some((*post).to_owned()), Some(flag.raised_on));
        let own = Entry {
            unit: Some((*unit).into()),
            subject,
            from,
            ..entry(&FLAGS, &format!("overload-{number}"))
        };
        FLAGS.keep(change, own, &flag, "raise").await?;
    }
    for (number, (unit, public, hindered, helped)) in LEARNED.iter().enumerate() {
        let about = made.histories.iter().map(|(it, _)| it).find(|it| worked(it, unit));
        let note = Practice {
            post: format!("{unit}-officer"),
            unit: (*unit).into(),
            reference: about.map(|it| it.reference.clone()),
            hindered: (*hindered).into(),
            helped: (*helped).into(),
            public: *public,
            on: ago(app, 30 + 7 * number as i64),
        };
        let own = Entry {
            unit: Some(note.unit.clone()),
            assembly: about.map(|it| it.assembly.clone()),
            subject: about.map(|it| format!("demo-{}", it.reference.to_lowercase())),
            from: Some(note.on),
            ..entry(&NOTES, &format!("practice-{number}"))
        };
        NOTES.keep(change, own, &note, "add").await?;
    }
    Ok(())
}

fn worked(it: &Recommendation, unit: &str) -> bool {
    it.unit() == Some(unit) && it.state == tracking::State::InDelivery
}

/// Post, unit, why, and how many days ago; the first is answered.
const FLAGGED: [(&str, &str, &str, i64); 2] = [
    (BUSY, "water", "The wells came on top of the drought plan.", 90),
    (
        BUSY,
        "water",
        "Since the colleague left, I answer for two people. Without help the progress reports will be late.",
        20,
    ),
];

/// Unit, whether everybody reads it, what got in the way and what helped.
const LEARNED: [(&str, bool, &str, &str); 3] = [
    (
        "parks",
        true,
        "The text did not say which streets; we asked three times.",
        "An afternoon on the street with four members of the assembly settled it.",
    ),
    (
        "water",
        true,
        "Two departments thought that the other one had the budget line.",
        "One page with who pays what, signed by both.",
    ),
    ("water", false, "Nobody had told us before the hand-over.", ""),
];
