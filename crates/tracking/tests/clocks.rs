//! Deadlines worked out by hand.

mod common;

use common::{Story, noon, ready, somebody};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use tracking::*;

/// What runs: the duty and its last day.
fn running(story: &Story) -> Vec<(Duty, Date)> {
    story.it.open_deadlines().iter().map(|deadline| (deadline.duty, deadline.due)).collect()
}

fn handed_over(on: Date) -> Story {
    Story::new(on).then(Verb::Adopt).then(Verb::HandOver)
}

#[test]
fn hand_over_starts_three_clocks() {
    let due = |on| running(&handed_over(on));
    let expected = |acknowledged, owned, answered| {
        vec![(Duty::Acknowledgement, acknowledged), (Duty::Owner, owned), (Duty::Answer, answered)]
    };
    assert_eq!(due(date(2026, 3, 2)), expected(date(2026, 3, 16), date(2026, 4, 1), date(2026, 9, 2)));
    assert_eq!(due(date(2026, 8, 31)), expected(date(2026, 9, 14), date(2026, 9, 30), date(2027, 2, 28)));
    assert_eq!(due(date(2027, 8, 31)), expected(date(2027, 9, 14), date(2027, 9, 30), date(2028, 2, 29)));
    assert_eq!(due(date(2028, 2, 15)), expected(date(2028, 2, 29), date(2028, 3, 16), date(2028, 8, 15)));
    assert_eq!(due(date(2028, 2, 29)), expected(date(2028, 3, 14), date(2028, 3, 30), date(2028, 8, 29)));
}

#[test]
fn overdue_begins_the_day_after_and_ends_when_it_is_done() {
    let story = handed_over(date(2026, 3, 2));
    let overdue = |story: &Story, on| story.it.overdue(on).iter().map(|one| one.duty).collect::<Vec<_>>();
    assert!(overdue(&story, date(2026, 3, 16)).is_empty());
    assert_eq!(overdue(&story, date(2026, 3, 17)), [Duty::Acknowledgement]);
    assert_eq!(overdue(&story, date(2026, 9, 3)), [Duty::Acknowledgement, Duty::Owner, Duty::Answer]);
    let story = story.on(date(2026, 4, 2)).then(Verb::Assign);
    assert_eq!(overdue(&story, date(2026, 9, 3)), [Duty::Answer]);
    let late: Vec<Duty> =
        story.it.deadlines.iter().filter(|one| one.was_late()).map(|one| one.duty).collect();
    assert_eq!(late, [Duty::Acknowledgement, Duty::Owner], "history keeps that they were late");
    assert_eq!(story.it.due_on(), Some(date(2026, 9, 2)));
}

#[test]
fn a_return_does_not_stop_the_clock() {
    let story = Story::owned(date(2026, 3, 2)).on(date(2026, 5, 20)).then(Verb::Return);
    assert_eq!(running(&story), [(Duty::NewOwner, date(2026, 6, 3)), (Duty::Answer, date(2026, 9, 2))]);
    let story = story.on(date(2026, 6, 1)).then(Verb::Assign).then(Verb::Return);
    assert_eq!(running(&story), [(Duty::NewOwner, date(2026, 6, 15)), (Duty::Answer, date(2026, 9, 2))]);
}

#[test]
fn a_soft_position_is_an_answer_that_runs_out_and_saying_it_again_does_not_help() {
    let story = Story::owned(date(2026, 3, 2)).on(date(2026, 3, 31)).published(Position::InPrinciple);
    assert_eq!(running(&story), [(Duty::FirmPosition, date(2026, 9, 30))]);
    let again = Action::Revise {
        position: Position::UnderStudy,
        reasons: common::words("Being looked into."),
        evidence: Vec::new(),
        revision: Revision { why: "Study begun.".into(), members_told: "Letter.".into() },
    };
    let story = story.on(date(2026, 9, 1)).by(&somebody(Role::Officer), again);
    let story = story.then(Verb::Approve).then(Verb::Publish);
    assert_eq!(running(&story), [(Duty::FirmPosition, date(2026, 9, 30))]);
    assert_eq!(story.it.overdue(date(2026, 10, 1)).len(), 1);
    let story = story.on(date(2026, 10, 5)).then(Verb::Revise).then(Verb::Approve).then(Verb::Publish);
    assert!(running(&story).is_empty());
}

#[test]
fn a_revision_has_to_be_published_in_time_too() {
    let story = Story::owned(date(2026, 3, 2))
        .published(Position::Accepted)
        .on(date(2026, 10, 31))
        .then(Verb::Revise);
    assert_eq!(running(&story), [(Duty::Answer, date(2027, 4, 30))]);
}

#[test]
fn what_comes_back_has_to_be_answered_anew() {
    let story = ready(State::Abandoned, Verb::Reopen).on(date(2026, 8, 30)).then(Verb::Reopen);
    assert_eq!(running(&story), [(Duty::Answer, date(2027, 2, 28))]);
}

#[test]
fn progress_is_due_after_three_months_and_then_every_six_from_the_start() {
    let start = date(2026, 11, 30);
    let story = Story::owned(start).published(Position::Accepted).then(Verb::Deliver);
    let progress =
        |story: &Story| running(story).into_iter().find(|(duty, _)| *duty == Duty::Progress).map(|one| one.1);
    assert_eq!(progress(&story), Some(date(2027, 2, 28)));
    let story = story.on(date(2027, 2, 20)).then(Verb::Report);
    assert_eq!(progress(&story), Some(date(2027, 8, 30)), "counted from 30 November, not from 28 February");
    let story = story.on(date(2027, 9, 15)).then(Verb::Report);
    assert_eq!(progress(&story), Some(date(2028, 2, 29)), "late, and the series goes on");
    let story = story.on(date(2029, 4, 1)).then(Verb::Report);
    assert_eq!(progress(&story), Some(date(2029, 8, 30)), "those missed meanwhile are not due one by one");
    let late = story.it.deadlines.iter().filter(|one| one.duty == Duty::Progress && one.was_late()).count();
    assert_eq!(late, 2);
}

#[test]
fn commitments_and_milestones_are_due_until_the_claim_and_again_when_it_is_sent_back() {
    let story = ready(State::InDelivery, Verb::Report);
    let promised = [
        (Duty::Progress, date(2026, 6, 2)),
        (Duty::Milestone, date(2026, 9, 2)),
        (Duty::Commitment, date(2027, 3, 2)),
    ];
    assert_eq!(running(&story), promised);
    let story =
        story.on(date(2026, 5, 1)).then(Verb::MeetMilestone).then(Verb::ProposeDone).then(Verb::ConfirmDone);
    assert!(running(&story).is_empty());
    let story = story.on(date(2026, 5, 31)).then(Verb::NotDone);
    let again = [(Duty::Progress, date(2026, 8, 31)), (Duty::Commitment, date(2027, 3, 2))];
    assert_eq!(running(&story), again, "the milestone was met, the commitment was not");
}

#[test]
fn one_extension_before_the_day_with_a_public_reason() {
    let story = Story::owned(date(2026, 3, 2));
    let coordinator = somebody(Role::Coordinator);
    let answer = story.it.open_deadlines()[0].clone();
    let extend =
        |until| Action::Extend { deadline: answer.number, until, reason: "The study is late.".into() };
    let refusal = |story: &Story, until| story.attempt(&coordinator, extend(until)).expect_err("refused");
    let earliest = date(2026, 9, 3);
    assert_eq!(
        refusal(&story, date(2026, 9, 2)),
        [Refusal::TooEarly { field: "until", given: date(2026, 9, 2), earliest }]
    );
    let offered = |story: &Story, on| story.it.allowed(&coordinator, on).contains(&Verb::Extend);
    assert!(offered(&story, date(2026, 9, 2)) && !offered(&story, date(2026, 9, 3)), "no form in vain");
    let late = story.clone().on(date(2026, 9, 3));
    assert_eq!(refusal(&late, date(2026, 12, 1)), [Refusal::Overdue], "what is overdue stays overdue");
    let story = story.on(date(2026, 9, 2)).by(&coordinator, extend(date(2026, 12, 1)));
    assert_eq!(running(&story), [(Duty::Answer, date(2026, 12, 1))]);
    let extended = &story.it.open_deadlines()[0];
    assert_eq!(extended.extension.as_ref().map(|extension| extension.before), Some(date(2026, 9, 2)));
    assert_eq!(refusal(&story, date(2027, 1, 1)), [Refusal::Extended]);
    assert!(!offered(&story, date(2026, 9, 3)), "once");
    let done = story.published(Position::Accepted).then(Verb::Deliver);
    let ended = Action::Extend { deadline: answer.number, until: date(2027, 1, 1), reason: "More.".into() };
    assert!(done.attempt(&coordinator, ended).expect_err("over").contains(&Refusal::Ended));
}

#[test]
fn due_dates_keep_the_version_of_the_rule_that_set_them() {
    let story = handed_over(date(2026, 3, 2));
    let mut stricter = DutyRule { version: 2, ..common::rule() };
    stricter.clocks.iter_mut().for_each(|clock| clock.period = "P7D".parse().expect("a period"));
    let story = Story { rule: stricter, ..story }.then(Verb::Assign).then(Verb::Return);
    let versions: Vec<(Duty, u32)> = story
        .it
        .open_deadlines()
        .iter()
        .map(|one| (one.duty, one.rule.as_ref().expect("set by a rule").version))
        .collect();
    assert_eq!(versions, [(Duty::NewOwner, 2), (Duty::Answer, 1)]);
}

#[test]
fn a_day_begins_where_the_rule_holds() {
    let madrid = TimeZone::get("Europe/Madrid").expect("a bundled zone");
    let rule = DutyRule { zone: madrid, ..common::rule() };
    let late: jiff::Timestamp = "2026-08-30T22:30:00Z".parse().expect("a time");
    assert_eq!(rule.day(late), date(2026, 8, 31), "half past midnight in Madrid");
    let winter: jiff::Timestamp = "2026-12-31T22:30:00Z".parse().expect("a time");
    assert_eq!(rule.day(winter), date(2026, 12, 31), "half past eleven in winter");
}

#[test]
fn the_window_of_the_members_is_there_whatever_the_rule_says() {
    let bare = DutyRule { clocks: Vec::new(), ..common::rule() };
    let story = Story { rule: bare, ..Story::owned(date(2026, 3, 2)) }.published(Position::NotAccepted);
    let story = story.on(date(2026, 3, 31)).then(Verb::Refuse);
    assert!(running(&story).contains(&(Duty::MembersReply, date(2026, 4, 30))));
}

#[test]
fn a_rule_reads_from_json_and_says_what_is_wrong() {
    let rule = common::rule();
    let text = serde_json::to_string(&rule).expect("JSON");
    assert_eq!(serde_json::from_str::<DutyRule>(&text).expect("the same"), rule);
    let wrong = text.replace("P30D", "thirty days");
    let error = serde_json::from_str::<DutyRule>(&wrong).expect_err("no period").to_string();
    assert!(error.contains("\"thirty days\" is no period"), "{error}");
    assert!(serde_json::from_str::<DutyRule>(&text.replace("UTC", "Europe/Atlantis")).is_err());
    assert_eq!(rule.day(noon(date(2026, 3, 2))), date(2026, 3, 2));
}
