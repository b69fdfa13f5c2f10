//! The members' side of the demonstration: two rounds that were held on paper, one that is open, questions and comments.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rehearsal::Tracked;
use store::{Change, Counted, Entry};
use tracking::{Clarification, Comment, Role, Ruling, State, Turn, Way};

use crate::app::App;
use crate::members::rounds::{ROUNDS, Round};
use crate::members::{COMMENTS, THREADS};

/// How many recommendations were scored in the rounds that are over.
const SCORED: usize = 24;

/// Brings it in as part of a change.
///
/// # Errors
/// If the store cannot be written, or has some of it already.
pub async fn fill(change: &mut Change, app: &App, made: &Tracked) -> store::Result<()> {
    let stands = |it: &&(tracking::Recommendation, Vec<tracking::Event>)| {
        !matches!(it.0.state, State::Draft | State::Withdrawn)
    };
    let ids: Vec<String> = made
        .histories
        .iter()
        .filter(stands)
        .map(|(it, _)| format!("demo-{}", it.reference.to_lowercase()))
        .collect();
    rounds(change, app.today(), &made.assembly, &ids).await?;
    let Some(first) = ids.first() else { return Ok(()) };
    let about = |id: &str, kind: &str| Entry {
        id: id.to_owned(),
        kind: kind.to_owned(),
        assembly: Some(made.assembly.clone()),
        subject: Some(first.clone()),
        ..Entry::default()
    };
    for (number, turns) in talks(app).into_iter().enumerate() {
        let thread = Clarification { turns, aside: None };
        THREADS
            .keep(change, about(&format!("demo-thread-{}", number + 1), "clarification"), &thread, "ask")
            .await?;
    }
    for (number, comment) in comments(app).iter().enumerate() {
        COMMENTS
            .keep(change, about(&format!("demo-comment-{}", number + 1), "comment"), comment, "write")
            .await?;
    }
    Ok(())
}

async fn rounds(change: &mut Change, today: Date, assembly: &str, ids: &[String]) -> store::Result<()> {
    let day = |days: i64| today.checked_add(days.days()).unwrap_or(today);
    let year = |day: Date| day.year().to_string();
    let held = [
        ("demo-round-1", year(day(-760)), (day(-760), day(-740)), Way::Slips, Some(96), SCORED),
        ("demo-round-2", year(day(-395)), (day(-395), day(-375)), Way::Slips, Some(81), SCORED),
        ("demo-round-3", year(day(-2)), (day(-2), day(28)), Way::Accounts, None, usize::MAX),
    ];
    for (number, (id, name, (from, until), way, paper, scored)) in (0..).zip(held) {
        let entry = Entry {
            id: id.to_owned(),
            kind: "round".to_owned(),
            assembly: Some(assembly.to_owned()),
            from: Some(from),
            until: Some(until),
            ..Entry::default()
        };
        ROUNDS.keep(change, entry, &Round { name, way, paper }, "open").await?;
        let counted = |(place, id): (u32, &String)| -> Counted {
            (id.clone(), if paper.is_some() { counts(place, number) } else { [0; 11] })
        };
        let rows: Vec<Counted> = (0..).zip(ids.iter().take(scored)).map(counted).collect();
        change.open_scores(id, &rows).await?;
    }
    Ok(())
}

/// Made-up counts with one hill, at another score for each recommendation; every ninth one has very few answers.
fn counts(place: u32, round: u32) -> [u32; 11] {
    let hill = (place * 7 + 3 - round) % 9 + 1;
    let height = 14 + place * 5 % 9;
    std::array::from_fn(|score| {
        let distance = u32::try_from(score).unwrap_or(0).abs_diff(hill);
        if place % 9 == 8 { u32::from(distance < 2) } else { height.saturating_sub(distance * distance * 2) }
    })
}

fn talks(app: &App) -> Vec<Vec<Turn>> {
    let said = |role, post: Option<&str>, text: &str, days: i64| Turn {
        text: text.to_owned(),
        at: app.now().checked_sub((days * 24).hours()).unwrap_or(app.now()),
        role,
        post: post.map(str::to_owned),
    };
    let officer = Some("parks-officer");
    vec![
        vec![
            said(
                Role::Officer,
                officer,
                "Did the assembly mean every street, or those with schools first?",
                41,
            ),
            said(
                Role::Member,
                None,
                "Streets with schools and clinics first. We said so on the second weekend.",
                37,
            ),
        ],
        vec![said(Role::Member, None, "Which office decides, and when does it meet next?", 9)],
        vec![said(Role::Officer, officer, "May we begin with the streets that are dug up anyway?", 5)],
    ]
}

fn comments(app: &App) -> Vec<Comment> {
    let written = |text: &str, days: i64, reason: Option<&str>| {
        let at = app.now().checked_sub((days * 24).hours()).unwrap_or(app.now());
        let ruling = reason.map(|reason| Ruling { at, reason: reason.to_owned() });
        Comment { text: text.to_owned(), at, through: None, by: "sample-member".to_owned(), ruling }
    };
    vec![
        written(
            "We spent a whole weekend on this one. It is good to see that somebody is working on it.",
            30,
            Some(""),
        ),
        written(
            "My neighbour at number 12 is against it anyway.",
            20,
            Some("It says something about a person who is not here to answer."),
        ),
        written("The first trees stand. Two of them have no water yet.", 3, None),
    ]
}
