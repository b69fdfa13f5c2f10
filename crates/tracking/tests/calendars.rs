//! Due days worked out by hand: weekends, holidays, recess, presets, and the steps of escalation.

mod common;

use common::{Story, noon, somebody};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::collections::BTreeSet;
use tracking::*;

fn calendar(moves: Moves, in_recess: InRecess) -> Calendar {
    Calendar {
        holidays: BTreeSet::from([date(2026, 12, 25), date(2026, 12, 28)]),
        recesses: vec![
            Recess { from: date(2026, 7, 18), until: date(2026, 8, 31) },
            Recess { from: date(2026, 12, 21), until: date(2027, 1, 6) },
        ],
        in_recess,
        moves,
        ..Calendar::default()
    }
}

fn days(days: u16) -> Period {
    Period::days(days)
}

#[test]
fn a_due_day_on_which_nobody_works_stays_or_moves_as_the_rule_says() {
    // 26 December 2026 is a Saturday; the Friday before and the Monday after are holidays.
    let cases = [
        (date(2026, 11, 26), days(30), date(2026, 12, 26), date(2026, 12, 29), date(2026, 12, 24)),
        (date(2026, 11, 24), days(30), date(2026, 12, 24), date(2026, 12, 24), date(2026, 12, 24)),
        // 31 October + 6 months is 30 April, a Friday; 31 August + 6 months is 28 February 2027, a Sunday.
        (date(2026, 10, 31), Period::months(6), date(2027, 4, 30), date(2027, 4, 30), date(2027, 4, 30)),
        (date(2026, 8, 31), Period::months(6), date(2027, 2, 28), date(2027, 3, 1), date(2027, 2, 26)),
        // In a leap year it is the 29th, a Tuesday.
        (date(2027, 8, 31), Period::months(6), date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        // Never before it began: a Saturday on which it began and ends.
        (date(2026, 11, 14), days(1), date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 14)),
    ];
    for (start, period, stays, later, earlier) in cases {
        let raw = period.after(start, Period::ZERO, 0);
        for (moves, wanted) in [(Moves::Stays, stays), (Moves::Later, later), (Moves::Earlier, earlier)] {
            let found = calendar(moves, InRecess::RunsOn).due(start, raw);
            assert_eq!(found, wanted, "{start} {period} {moves}");
        }
    }
}

#[test]
fn in_recess_a_clock_runs_on_or_stands_still() {
    let cases = [
        // 16 days until 17 July, 14 more from 1 September on.
        (date(2026, 7, 1), days(30), date(2026, 7, 31), date(2026, 9, 14)),
        // Begun in the recess: all 14 days from 1 September on.
        (date(2026, 8, 10), days(14), date(2026, 8, 24), date(2026, 9, 14)),
        // Over before the recess.
        (date(2026, 7, 1), days(16), date(2026, 7, 17), date(2026, 7, 17)),
        // Half a year with 45 days of recess in it.
        (date(2026, 3, 2), Period::months(6), date(2026, 9, 2), date(2026, 10, 17)),
        // A year with both: 45 and 17 days.
        (date(2026, 3, 2), Period::months(12), date(2027, 3, 2), date(2027, 5, 3)),
    ];
    for (start, period, on, still) in cases {
        let raw = period.after(start, Period::ZERO, 0);
        assert_eq!(calendar(Moves::Stays, InRecess::RunsOn).due(start, raw), on, "{start} {period} runs on");
        assert_eq!(
            calendar(Moves::Stays, InRecess::Pauses).due(start, raw),
            still,
            "{start} {period} pauses"
        );
    }
    let later = calendar(Moves::Later, InRecess::Pauses);
    assert_eq!(later.due(date(2026, 3, 2), date(2026, 9, 2)), date(2026, 10, 19), "17 October is a Saturday");
    let christmas = later.due(date(2026, 12, 12), date(2026, 12, 19));
    assert_eq!(christmas, date(2027, 1, 7), "from a Saturday over the whole recess");
}

#[test]
fn one_recess_may_lead_into_the_next_and_counts_once() {
    let mut calendar = calendar(Moves::Stays, InRecess::Pauses);
    calendar.recesses.push(Recess { from: date(2026, 9, 10), until: date(2026, 9, 20) });
    calendar.recesses.push(Recess { from: date(2026, 8, 20), until: date(2026, 9, 5) });
    // Until 17 July 16 days; 6 to 9 September 4; 10 more from 21 September on.
    assert_eq!(calendar.due(date(2026, 7, 1), date(2026, 7, 31)), date(2026, 9, 30));
}

#[test]
fn what_is_wrong_with_a_calendar_is_said() {
    assert_eq!(Calendar::default().faults(), []);
    let backwards = Recess { from: date(2027, 2, 1), until: date(2027, 1, 1) };
    let wrong =
        Calendar { weekend: (1..=7).collect(), recesses: vec![backwards.clone()], ..Calendar::default() };
    assert_eq!(wrong.faults(), [CalendarFault::Weekend, CalendarFault::Backwards(backwards)]);
    let ages = Recess { from: date(2020, 1, 1), until: date(2040, 1, 1) };
    let idle = Calendar { recesses: vec![ages], in_recess: InRecess::Pauses, ..Calendar::default() };
    assert_eq!(idle.faults(), [CalendarFault::NoWork]);
}

fn handed_over(preset: Preset, on: Date) -> Story {
    let story = Story { rule: preset.rule(TimeZone::UTC), ..Story::new(on) };
    story.then(Verb::Adopt).then(Verb::HandOver)
}

fn due(story: &Story, duty: Duty) -> Option<Date> {
    story.it.open_deadlines().into_iter().find(|one| one.duty == duty).map(|one| one.due)
}

#[test]
fn the_presets_say_when_an_answer_is_due() {
    let handed = date(2026, 8, 31);
    let cases = [
        (Preset::Usual, date(2027, 2, 28), None),
        (Preset::Scotland, date(2027, 2, 28), None),
        (Preset::BrusselsClimate, date(2026, 11, 30), Some(date(2027, 8, 31))),
        (Preset::BrusselsCommittees, date(2027, 2, 28), Some(date(2027, 5, 31))),
        (Preset::Paris, date(2027, 8, 31), None),
        (Preset::Canada, date(2026, 12, 29), None),
    ];
    assert_eq!(cases.len(), Preset::ALL.len());
    for (preset, answer, firm) in cases {
        let story = handed_over(preset, handed);
        assert_eq!(due(&story, Duty::Answer), Some(answer), "{preset}");
        assert_eq!(due(&story, Duty::FirmPosition), firm, "{preset}");
        let running = story.it.open_deadlines();
        assert!(running.iter().all(|one| one.rule.as_ref().is_some_and(|rule| rule.id == preset.key())));
    }
}

#[test]
fn a_first_report_of_brussels_does_not_move_the_final_one() {
    let story = handed_over(Preset::BrusselsClimate, date(2026, 3, 2)).then(Verb::Assign);
    let story = story.on(date(2026, 5, 20)).published(Position::UnderStudy);
    assert_eq!(due(&story, Duty::Answer), None, "the first report is there");
    assert_eq!(due(&story, Duty::FirmPosition), Some(date(2027, 3, 2)), "a year after the hand-over");
    let story = story.on(date(2027, 2, 1)).then(Verb::Revise).then(Verb::Approve).then(Verb::Publish);
    assert_eq!(due(&story, Duty::FirmPosition), None);
}

#[test]
fn dissolution_ends_nothing_but_where_the_rule_says_so() {
    let (handed, dissolved) = (date(2026, 8, 31), date(2026, 10, 1));
    for preset in Preset::ALL {
        let story = handed_over(*preset, handed);
        let lapsed = story.it.deadlines.iter().filter(|one| story.rule.lapses(one, dissolved)).count();
        assert_eq!(lapsed, if *preset == Preset::Canada { 3 } else { 0 }, "{preset}");
        let before = story.it.deadlines.iter().filter(|one| story.rule.lapses(one, date(2026, 8, 1))).count();
        assert_eq!(before, 0, "what began later does not lapse");
    }
    let story = handed_over(Preset::Canada, handed);
    let strict = story.rule.followed_by(Preset::Scotland.rule(TimeZone::UTC));
    assert_eq!((strict.id.as_str(), strict.version), ("scotland", 2));
    assert!(story.it.deadlines.iter().all(|one| !strict.lapses(one, dissolved)), "another rule set them");
}

/// Who records elections.
fn recorder() -> Signed {
    Signed { person: "p-secretariat".into(), post: None, role: Role::Secretariat }
}

#[test]
fn a_dissolution_is_an_event_that_ends_what_was_due_and_nothing_else() {
    let story = handed_over(Preset::Canada, date(2026, 8, 31)).on(date(2026, 9, 2)).then(Verb::Assign);
    let (dissolved, today) = (date(2026, 10, 1), date(2026, 10, 9));
    let lapse = |story: &Story, on, at| story.it.lapse(&recorder(), "e-1", on, noon(at), &story.rule);
    assert_eq!(lapse(&story, dissolved, date(2026, 9, 30)), None, "the day is still to come");
    assert_eq!(lapse(&story, date(2026, 8, 30), today), None, "nothing was running");
    let (after, event) = lapse(&story, dissolved, today).expect("the answer lapses");
    assert_eq!(after.state, State::Owned, "it stays where it was");
    let lapsed: Vec<(Duty, jiff::civil::Date)> =
        after.lapsed().into_iter().map(|(one, on)| (one.duty, on)).collect();
    assert_eq!(lapsed, [(Duty::Answer, dissolved)], "what was met before stays met");
    assert!(after.open_deadlines().is_empty() && after.overdue(date(2028, 1, 1)).is_empty());
    assert!(escalations(&after, date(2028, 1, 1)).is_empty(), "and nobody hears of it any more");
    let events: Vec<Event> = story.events.iter().cloned().chain([event]).collect();
    assert_eq!(Recommendation::rebuild(&events).expect("a history"), after);
    let text = serde_json::to_string(&events).expect("JSON");
    assert_eq!(serde_json::from_str::<Vec<Event>>(&text).expect("the same"), events);
    let again = Story { it: after, events, ..story };
    assert_eq!(lapse(&again, dissolved, today), None, "once");
}

#[test]
fn promises_and_the_time_of_the_members_outlive_every_dissolution() {
    let later = date(2026, 12, 1);
    for preset in Preset::ALL {
        let rule = preset.rule(TimeZone::UTC);
        let owned = || Story { rule: rule.clone(), ..Story::owned(date(2026, 3, 2)) };
        let delivering = owned().published(Position::Accepted).then(Verb::Deliver);
        let promised =
            |it: &Recommendation| it.open_deadlines().iter().filter(|one| one.commitment.is_some()).count();
        let lapsed = delivering.it.lapse(&recorder(), "e-1", date(2026, 10, 1), noon(later), &rule);
        assert_eq!(lapsed.is_some(), *preset == Preset::Canada, "{preset}: only its progress report");
        if let Some((after, _)) = lapsed {
            assert_eq!(promised(&after), promised(&delivering.it));
            assert_eq!(after.lapsed().iter().map(|one| one.0.duty).collect::<Vec<_>>(), [Duty::Progress]);
        }
        let refused = owned().published(Position::NotAccepted).then(Verb::Refuse);
        assert_eq!(refused.it.lapse(&recorder(), "e-1", date(2026, 3, 20), noon(later), &rule), None);
    }
}

#[test]
fn a_new_version_of_the_rule_leaves_running_deadlines_alone() {
    let story = handed_over(Preset::Scotland, date(2026, 3, 2));
    let before = story.it.deadlines.clone();
    let next = story.rule.followed_by(Preset::Canada.rule(TimeZone::UTC));
    let story = Story { rule: next, ..story }.on(date(2026, 3, 3)).then(Verb::Assign);
    for (one, was) in story.it.deadlines.iter().zip(&before) {
        assert_eq!((one.due, &one.rule), (was.due, &was.rule));
    }
}

#[test]
fn the_steps_of_escalation_fall_on_days_worked_out_by_hand() {
    let story = Story::owned(date(2026, 3, 2));
    let answer = story.it.open_deadlines()[0].clone();
    assert_eq!((answer.duty, answer.due), (Duty::Answer, date(2026, 9, 2)));
    let steps = [
        (Rung::Reminder, date(2026, 8, 3)),
        (Rung::Overdue, date(2026, 9, 3)),
        (Rung::Sponsor, date(2026, 12, 1)),
        (Rung::Statement, date(2027, 3, 1)),
    ];
    for (place, (rung, day)) in steps.into_iter().enumerate() {
        assert_eq!(rung.day(&answer), day);
        let reached = |today| rungs(&answer, today).len();
        assert_eq!((reached(day.yesterday().expect("a day")), reached(day)), (place, place + 1), "{rung}");
    }
    let heard = |today| escalations(&story.it, today).pop().expect("a step").to;
    let post = |name: &str| Addressee::Post(name.to_owned());
    assert_eq!(heard(date(2026, 8, 3)), [post("Head of parks"), post("Deputy head of parks")]);
    assert_eq!(heard(date(2026, 9, 3)), [Addressee::Head("parks".into()), Addressee::Public]);
    assert_eq!(heard(date(2026, 12, 1)), [Addressee::Sponsor]);
    assert_eq!(heard(date(2027, 3, 1)), [Addressee::Sponsor, Addressee::Public]);
}

#[test]
fn what_nobody_owns_is_brought_before_the_coordinators() {
    let story = handed_over(Preset::Usual, date(2026, 3, 2));
    let steps = escalations(&story.it, date(2026, 3, 2));
    assert_eq!(steps.len(), 2, "thirty days before would be earlier: the day on which they began");
    assert!(steps.iter().all(|step| step.rung == Rung::Reminder && step.to == [Addressee::Coordinators]));
    assert!(escalations(&story.it, date(2026, 3, 1)).is_empty());
    let late = escalations(&story.it, date(2026, 3, 17)).pop().expect("a step");
    assert_eq!((late.rung, late.duty), (Rung::Overdue, Duty::Acknowledgement));
    assert_eq!(late.to, [Addressee::Coordinators, Addressee::Public]);
}

#[test]
fn what_is_done_is_not_escalated_and_an_extension_moves_the_steps() {
    let story = Story::owned(date(2026, 3, 2));
    let number = story.it.open_deadlines()[0].number;
    let until = date(2026, 12, 1);
    let extend = Action::Extend { deadline: number, until, reason: "The study is late.".into() };
    let extended = story.clone().on(date(2026, 8, 20)).by(&somebody(Role::Coordinator), extend);
    let days = |story: &Story, today| {
        escalations(&story.it, today).into_iter().map(|step| (step.rung, step.on)).collect::<Vec<_>>()
    };
    assert_eq!(days(&extended, date(2026, 9, 3)), [], "no longer reminded, not yet again");
    assert_eq!(days(&extended, date(2026, 11, 1)), [(Rung::Reminder, date(2026, 11, 1))]);
    let answered = story.on(date(2026, 9, 10)).published(Position::Accepted);
    assert_eq!(days(&answered, date(2027, 9, 10)), []);
    let refused = Story::owned(date(2026, 3, 2)).published(Position::NotAccepted).then(Verb::Refuse);
    assert_eq!(days(&refused, date(2028, 1, 1)), [], "a window is no debt");
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let day = || (0_i64..800).prop_map(|n| date(2026, 1, 1).checked_add(n.days()).expect("a day"));
    let recess = (day(), 0_i64..90)
        .prop_map(|(from, n)| Recess { from, until: from.checked_add(n.days()).expect("a day") });
    let lists = (prop::collection::btree_set(1_i8..8, 0..7), prop::collection::btree_set(day(), 0..20));
    let rules = (0..InRecess::ALL.len(), 0..Moves::ALL.len());
    (lists, prop::collection::vec(recess, 0..4), rules).prop_map(
        |((weekend, holidays), recesses, (pause, move_))| {
            let (in_recess, moves) = (InRecess::ALL[pause], Moves::ALL[move_]);
            Calendar { weekend, holidays, recesses, in_recess, moves }
        },
    )
}

proptest! {
    /// Day by day: a clock that stands still in recess has run as many days outside it as the period has.
    #[test]
    fn counted_day_by_day_it_is_the_same(calendar in any_calendar(), from in 0_i64..400, length in 1_i64..400) {
        let started = date(2026, 1, 1).checked_add(from.days()).expect("a day");
        let stays = Calendar { moves: Moves::Stays, ..calendar.clone() };
        let found = stays.due(started, started.checked_add(length.days()).expect("a day"));
        let (mut today, mut run) = (started, 0);
        while run < length {
            today = today.tomorrow().expect("a day");
            run += i64::from(!(stays.in_recess == InRecess::Pauses && stays.is_recess(today)));
        }
        prop_assert_eq!(found, today);
        let moved = calendar.due(started, started.checked_add(length.days()).expect("a day"));
        prop_assert!(moved >= started);
        match calendar.moves {
            Moves::Stays => prop_assert_eq!(moved, found),
            Moves::Later => {
                prop_assert!(moved >= found && calendar.is_working(moved));
                prop_assert!(found.series(1.day()).take_while(|day| *day < moved).all(|day| !calendar.is_working(day)));
            }
            Moves::Earlier => prop_assert!(moved <= found && (moved == started || calendar.is_working(moved))),
        }
    }
}
