//! The annual report by a table worked by hand over three years, and against histories that go on after its end.

mod common;

use common::{Story, action, ready};
use jiff::civil::{Date, date};
use tracking::*;

/// Works, is late with a report and a step, is claimed, checked, and undone in its third year.
fn trees() -> Story {
    let story = Story::owned(date(2026, 3, 2)).on(date(2026, 6, 10)).published(Position::Accepted);
    let story = story.then(Verb::Deliver).on(date(2026, 9, 20)).then(Verb::Report);
    let story = story.on(date(2027, 2, 1)).then(Verb::MeetMilestone).then(Verb::ProposeDone);
    let story = story.then(Verb::ConfirmDone).on(date(2027, 5, 5)).then(Verb::Verify);
    renamed(story.on(date(2028, 3, 3)).then(Verb::Reverse), "R-10")
}

/// Nobody owns it in its first year; refused late, and closed after the members' window.
fn refused() -> Story {
    let story = Story::new(date(2026, 8, 31)).then(Verb::Adopt).then(Verb::HandOver);
    let story = story.on(date(2027, 1, 15)).then(Verb::Assign).on(date(2027, 3, 1));
    let story = story.published(Position::NotAccepted).then(Verb::Refuse);
    renamed(story.on(date(2027, 4, 1)).then(Verb::Close), "R-9")
}

/// Handed over on the last day of the second year, answered never.
fn silent() -> Story {
    renamed(Story::owned(date(2027, 12, 31)), "R-2")
}

/// Adopted and kept in a drawer.
fn kept() -> Story {
    renamed(Story::new(date(2026, 5, 5)).then(Verb::Adopt), "R-1")
}

fn renamed(mut story: Story, reference: &str) -> Story {
    if let Action::Draft(draft) = &mut story.events[0].action {
        draft.reference = reference.to_owned();
    }
    story
}

fn report(stories: &[Story], year: i16, today: Date) -> Annual {
    let term = Term::year(year, today).expect("a day of it is over");
    Annual::of(stories.iter().map(|story| story.events.as_slice()), term, &common::rule()).expect("histories")
}

/// The figures that are not 0.
fn some(figures: &Figures) -> Vec<(&'static str, u32)> {
    let all = Figures::ALL.iter().map(|(key, figure)| (*key, figure(figures)));
    all.filter(|(_, n)| *n > 0).collect()
}

#[test]
fn three_years_come_out_as_worked_by_hand() {
    let stories = [trees(), refused(), silent(), kept()];
    let today = date(2029, 6, 1);

    // Due in 2026. R-10: receipt by 16 March, owner by 1 April and answer by 2 September in time, the report of 10 September on
    // the 20th, the step of 10 December not at all. R-9: neither receipt (14 September) nor owner (30 September).
    let first = report(&stories, 2026, today);
    let expected = [
        ("handed_over", 2),
        ("newly_handed_over", 2),
        ("answered", 1),
        ("newly_answered", 1),
        ("accepted", 1),
        ("overdue", 2),
        ("in_time", 3),
        ("late", 1),
        ("missed", 3),
    ];
    assert_eq!(some(&first.all), expected);
    assert_eq!(first.lines.iter().map(|line| line.reference.as_str()).collect::<Vec<_>>(), ["R-9", "R-10"]);
    let trees = &first.lines[1];
    assert_eq!((trees.state, trees.delivery, trees.grade), (State::InDelivery, Delivery::UnderWay, None));
    assert_eq!(
        some(&first.units[""]),
        [("handed_over", 1), ("newly_handed_over", 1), ("overdue", 1), ("missed", 2)]
    );

    // Due in 2027. R-10: the promise of 10 June in time; the report of 10 March fell away with the claim. R-9: the answer of
    // 28 February on 1 March. R-2: nothing yet.
    let second = report(&stories, 2027, today);
    let expected = [
        ("handed_over", 3),
        ("newly_handed_over", 1),
        ("answered", 2),
        ("newly_answered", 1),
        ("accepted", 1),
        ("reported_done", 1),
        ("checked", 1),
        ("delivered", 1),
        ("newly_delivered", 1),
        ("in_time", 1),
        ("late", 1),
    ];
    assert_eq!(some(&second.all), expected);
    assert_eq!(second.lines[2].gap, Some(Gap::Agreed));
    assert_eq!(second.units.keys().collect::<Vec<_>>(), ["parks"]);

    // Due in 2028. R-2: receipt and owner were there before, the answer of 30 June was not. R-10 is undone.
    let third = report(&stories, 2028, today);
    let expected = [
        ("handed_over", 3),
        ("answered", 2),
        ("accepted", 1),
        ("undone", 1),
        ("overdue", 1),
        ("in_time", 2),
        ("missed", 1),
    ];
    assert_eq!(some(&third.all), expected);
    assert_eq!(third.lines[2].gap, None, "the check was made before it was undone");
}

#[test]
fn what_comes_after_the_end_changes_nothing() {
    let end = Term::year(2026, date(2027, 1, 1)).expect("a year");
    let mut longer = 0;
    for state in State::ALL {
        for verb in Verb::ALL {
            let line = transition(*state, *verb).is_some() || deed_in(*state, *verb).is_some();
            if !line || *verb == Verb::Draft {
                continue;
            }
            let story = ready(*state, *verb).on(date(2027, 1, 1));
            let before = Annual::of([story.events.as_slice()], end, &common::rule());
            let who = transition(*state, *verb).map(|line| line.who);
            let who = who.or_else(|| deed_in(*state, *verb).map(|deed| deed.who)).expect("a line");
            let Ok((_, event)) = story.attempt(&common::somebody(who[0]), action(*verb, &story)) else {
                continue;
            };
            longer += 1;
            let events: Vec<Event> = story.events.iter().cloned().chain([event]).collect();
            assert_eq!(Annual::of([events.as_slice()], end, &common::rule()), before, "{verb} in {state}");
        }
    }
    assert!(longer > 40, "only {longer} went on");
}

#[test]
fn a_last_day_is_over_when_the_report_ends_and_not_before() {
    let story = Story::new(date(2026, 12, 17)).then(Verb::Adopt).then(Verb::HandOver);
    assert_eq!(story.it.due_on(), Some(date(2026, 12, 31)), "the receipt is due on the last day");
    let stories = [story.on(date(2027, 1, 1)).then(Verb::Acknowledge)];
    assert_eq!(report(&stories, 2026, date(2027, 6, 1)).all.missed, 1);
    let running = report(&stories, 2026, date(2026, 12, 31)).all;
    assert_eq!((running.missed, running.overdue), (0, 0), "until the end of the 30th it was not due");
}

#[test]
fn a_year_ends_where_the_rule_holds_and_begins_when_a_day_of_it_is_over() {
    assert_eq!(Term::year(2027, date(2027, 1, 1)), None);
    let second = Term { from: date(2027, 1, 1), until: date(2027, 1, 1) };
    assert_eq!(Term::year(2027, date(2027, 1, 2)), Some(second));
    assert_eq!(Term::year(2026, date(2027, 1, 2)).map(|term| term.until), Some(date(2026, 12, 31)));
    let mut rule = common::rule();
    let events = Story::owned(date(2026, 12, 31)).events;
    let held = |rule: &DutyRule| {
        Recommendation::as_of(&events, date(2026, 12, 31), rule).expect("a history").is_some()
    };
    assert!(held(&rule));
    rule.zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(13));
    assert!(!held(&rule), "noon in Greenwich is the next day there");
}

#[test]
fn report_and_check_are_compared_by_one_rule() {
    let table = [
        (Delivery::UnderWay, None, None),
        (Delivery::Done, None, Some(Gap::Unchecked)),
        (Delivery::Done, Some(Grade::Limited), Some(Gap::Less)),
        (Delivery::Done, Some(Grade::Substantial), Some(Gap::Agreed)),
        (Delivery::PartlyDone, Some(Grade::Complete), Some(Gap::More)),
        (Delivery::PartlyDone, Some(Grade::NoEvidence), Some(Gap::Open)),
        (Delivery::Reversed, Some(Grade::Complete), None),
    ];
    for (delivery, grade, gap) in table {
        assert_eq!(Gap::of(delivery, grade), gap, "{delivery} {grade:?}");
    }
}
