//! The rules one by one: what each refuses, and with which reasons.

mod common;

use common::{Story, action, evidence, promise, ready, somebody, vote, words};
use jiff::ToSpan as _;
use jiff::civil::date;
use tracking::*;

fn keys(outcome: Result<(Recommendation, Event), Vec<Refusal>>) -> Vec<&'static str> {
    outcome.expect_err("refused").iter().map(Refusal::key).collect()
}

fn both(first: Role, second: Role) -> Actor {
    let mut actor = somebody(first);
    actor.grants.extend(somebody(second).grants);
    actor
}

#[test]
fn whoever_drafts_neither_approves_nor_signs() {
    let (drafter, story) = (both(Role::Officer, Role::Approver), ready(State::Owned, Verb::Respond));
    let story = {
        let respond = action(Verb::Respond, &story);
        story.by(&drafter, respond)
    };
    assert_eq!(keys(story.attempt(&drafter, Action::Approve)), ["drafter"]);
    let story = story.then(Verb::Approve);
    let mut signing = drafter.clone();
    signing.grants.extend(somebody(Role::Signatory).grants);
    assert_eq!(keys(story.attempt(&signing, Action::Publish)), ["drafter"]);
    assert_eq!(story.then(Verb::Publish).it.state, State::Published);
}

#[test]
fn nothing_is_published_without_approval_and_a_new_draft_needs_a_new_one() {
    let story = ready(State::ResponseDrafted, Verb::Respond);
    assert_eq!(keys(story.attempt(&somebody(Role::Signatory), Action::Publish)), ["not_approved"]);
    let story = story.then(Verb::Approve).then(Verb::SendBack).then(Verb::Respond);
    assert_eq!(keys(story.attempt(&somebody(Role::Signatory), Action::Publish)), ["not_approved"]);
    assert_eq!(
        keys(story.then(Verb::Approve).attempt(&somebody(Role::Approver), Action::Approve)),
        ["approved"]
    );
}

#[test]
fn whoever_proposes_does_not_decide() {
    let two = both(Role::Officer, Role::Approver);
    for (propose, confirm) in
        [(Verb::ProposeStall, Action::ConfirmStall), (Verb::ProposeDone, Action::ConfirmDone)]
    {
        let story = ready(State::InDelivery, Verb::Report);
        assert_eq!(keys(story.attempt(&two, confirm.clone())), ["nothing_proposed"]);
        let proposal = action(propose, &story);
        let story = story.by(&two, proposal.clone());
        assert_eq!(keys(story.attempt(&two, confirm.clone())), ["proposer"]);
        assert_eq!(keys(story.attempt(&two, Action::Decline { reason: "No.".into() })), ["proposer"]);
        assert_eq!(keys(story.attempt(&two, proposal)), ["proposal_waits"]);
        assert!(story.attempt(&somebody(Role::Approver), confirm).is_ok());
        assert_eq!(story.then(Verb::Decline).it.proposal, None);
    }
}

#[test]
fn the_check_comes_from_outside() {
    let story = ready(State::ClaimedDone, Verb::Verify);
    let verify = action(Verb::Verify, &story);
    for inside in [Role::Officer, Role::Approver, Role::Signatory] {
        assert_eq!(keys(story.attempt(&both(Role::Verifier, inside), verify.clone())), ["inside"]);
    }
    let mut elsewhere = both(Role::Verifier, Role::Officer);
    elsewhere.grants[1].unit = Some("roads".into());
    assert!(story.attempt(&elsewhere, verify.clone()).is_ok(), "an officer of another unit is outside");
    let mut moved = somebody(Role::Verifier);
    moved.person = somebody(Role::Officer).person;
    assert_eq!(keys(story.attempt(&moved, verify)), ["inside"], "who once worked on it stays inside");
}

#[test]
fn roles_hold_for_their_assembly_their_unit_and_their_days() {
    let story = ready(State::Owned, Verb::Respond);
    let respond = action(Verb::Respond, &story);
    let officer = |change: fn(&mut Grant)| {
        let mut officer = somebody(Role::Officer);
        change(&mut officer.grants[0]);
        officer
    };
    for wrong in [
        officer(|grant| grant.unit = Some("roads".into())),
        officer(|grant| grant.assembly = Some("autumn".into())),
        officer(|grant| grant.from = date(2026, 3, 3)),
        officer(|grant| grant.until = Some(date(2026, 3, 1))),
    ] {
        assert_eq!(keys(story.attempt(&wrong, respond.clone())), ["scope"]);
        assert!(story.it.allowed(&wrong, story.today()).is_empty());
    }
    for right in [
        officer(|grant| grant.unit = Some("parks".into())),
        officer(|grant| grant.assembly = Some("spring".into())),
        officer(|grant| grant.from = date(2026, 3, 2)),
        officer(|grant| grant.until = Some(date(2026, 3, 2))),
    ] {
        assert!(story.attempt(&right, respond.clone()).is_ok());
    }
}

#[test]
fn a_blanket_answer_is_refused_whatever_its_digits_and_commas() {
    let story = ready(State::Owned, Verb::Respond);
    let other = Answered {
        reference: "R-07".into(),
        fingerprints: vec![fingerprint("Recommendation 7: we have, in principle, NO money.")],
    };
    let respond = |text: &str| Action::Respond {
        position: Position::NotAccepted,
        reasons: words(text),
        evidence: Vec::new(),
        revision: None,
    };
    let attempt = |text: &str, other: &Answered| {
        let others = std::slice::from_ref(other);
        story.it.act(&somebody(Role::Officer), respond(text), story.now, &story.rule, others)
    };
    assert_eq!(keys(attempt("Recommendation 1 — we have in principle no money", &other)), ["blanket"]);
    assert!(attempt("Recommendation 1: the street is too narrow.", &other).is_ok());
    let own = Answered { reference: "R-01".into(), ..other };
    assert!(
        attempt("Recommendation 1 — we have in principle no money", &own).is_ok(),
        "its own earlier words"
    );
}

#[test]
fn a_blanket_answer_is_refused_at_publication_too() {
    let story = ready(State::ResponseDrafted, Verb::Publish);
    let others = [Answered { reference: "R-02".into(), fingerprints: story.it.fingerprints() }];
    let outcome = story.it.act(&somebody(Role::Signatory), Action::Publish, story.now, &story.rule, &others);
    assert_eq!(keys(outcome), ["blanket"]);
}

#[test]
fn positions_lead_only_where_they_may() {
    for position in Position::ALL {
        let story = ready(State::Owned, Verb::Respond).published(*position);
        let open =
            |verb: Verb, role: Role| story.it.obstacles(verb, &somebody(role), story.today()).is_empty();
        assert_eq!(open(Verb::Forward, Role::Approver), *position == Position::NotCompetent);
        assert_eq!(open(Verb::Refuse, Role::Approver), *position == Position::NotAccepted);
        assert_eq!(open(Verb::Deliver, Role::Officer), position.counts_as_accepted());
        assert!(open(Verb::Revise, Role::Officer), "a way out of {position}");
        let soft = matches!(position, Position::InPrinciple | Position::UnderStudy);
        assert_eq!(soft, !position.is_firm());
        assert!(!(soft && position.counts_as_accepted()), "{position} never counts as accepted");
    }
}

#[test]
fn already_done_and_a_claim_need_evidence() {
    let story = ready(State::Owned, Verb::Respond);
    let respond = |evidence| Action::Respond {
        position: Position::AlreadyDone,
        reasons: words("It stands there."),
        evidence,
        revision: None,
    };
    let officer = somebody(Role::Officer);
    assert_eq!(keys(story.attempt(&officer, respond(Vec::new()))), ["evidence"]);
    assert!(story.attempt(&officer, respond(vec![evidence(story.today())])).is_ok());
    let working = ready(State::InDelivery, Verb::Report);
    let propose = Action::ProposeDone { note: "Done.".into(), evidence: Vec::new() };
    let bare = Story { it: Recommendation { evidence: Vec::new(), ..working.it.clone() }, ..working };
    assert_eq!(keys(bare.attempt(&officer, propose)), ["evidence"]);
}

#[test]
fn a_refusal_closes_only_after_the_members_window() {
    let story = ready(State::Refused, Verb::Reply);
    let until = date(2026, 4, 1);
    let coordinator = somebody(Role::Coordinator);
    let close = Action::Close { note: "The window is over.".into() };
    let refused = story.clone().on(until).attempt(&coordinator, close.clone());
    assert_eq!(refused.expect_err("open"), [Refusal::Window { until }]);
    let story = story.then(Verb::Reply).on(date(2026, 4, 2)).by(&coordinator, close);
    assert_eq!((story.it.state, story.it.replies.len()), (State::Closed, 1));
    assert!(story.it.overdue(date(2030, 1, 1)).is_empty());
}

#[test]
fn a_new_response_to_what_was_answered_says_why_and_tells_the_members() {
    let story = ready(State::Published, Verb::Revise).then(Verb::Revise).then(Verb::SendBack);
    let officer = somebody(Role::Officer);
    let respond = Action::Respond {
        position: Position::NotAccepted,
        reasons: words("Quietly another one."),
        evidence: Vec::new(),
        revision: None,
    };
    assert_eq!(keys(story.attempt(&officer, respond)), ["missing", "missing"]);
    assert_eq!(story.it.position, Some(Position::Accepted), "the published one holds meanwhile");
    let story = story.then(Verb::Respond).then(Verb::Approve).then(Verb::Publish);
    assert_eq!(story.it.responses.len(), 2);
}

#[test]
fn the_same_again_is_no_revision() {
    let story = ready(State::Published, Verb::Revise);
    let last = story.it.response().expect("published").clone();
    let revise = Action::Revise {
        position: last.position,
        reasons: last.reasons,
        evidence: Vec::new(),
        revision: Revision { why: "None.".into(), members_told: "No.".into() },
    };
    assert_eq!(keys(story.attempt(&somebody(Role::Officer), revise)), ["unchanged"]);
}

#[test]
fn a_vote_carries_or_nothing_is_adopted() {
    let story = ready(State::Draft, Verb::Adopt);
    let tie = Vote { in_favour: 12, against: 12, ..vote(date(2026, 3, 3)) };
    let adopt = Action::Adopt { vote: tie, minority: Vec::new() };
    let refusals = story.attempt(&somebody(Role::Secretariat), adopt).expect_err("a tie in the future");
    assert_eq!(refusals.iter().map(Refusal::key).collect::<Vec<_>>(), ["too_late", "not_carried"]);
    let vote = vote(date(2026, 3, 2));
    assert_eq!((vote.of_cast(), vote.of_members()), ((61, 73), (61, 80)));
}

#[test]
fn texts_are_versions_with_hashes_and_corrections_keep_the_old_ones() {
    let story = ready(State::Adopted, Verb::CorrectText).then(Verb::CorrectText);
    let versions = &story.it.texts["en"];
    assert_eq!(versions.iter().map(|version| version.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(versions[0].why, None);
    assert!(versions[1].why.is_some());
    for version in versions {
        assert_eq!(version.sha256, hash(&version.wording));
    }
    // printf 'On shade\n\nThe council shall see to shade by 2028.\n' | sha256sum
    assert_eq!(versions[0].sha256, "eb0f8ed519b975fdc916d2c2746c01a20f9037b4dcad5b806bb4159623139c2e");
    let pieces = difference(&versions[0].wording.text, &versions[1].wording.text);
    let side = |leave: Change| -> String {
        pieces.iter().filter(|(change, _)| *change != leave).map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(
        (side(Change::Added), side(Change::Removed)),
        (versions[0].wording.text.clone(), versions[1].wording.text.clone())
    );
    assert!(pieces.contains(&(Change::Added, "more ".into())), "{pieces:?}");
    let same = Action::CorrectText {
        language: "en".into(),
        wording: versions[1].wording.clone(),
        why: "Typo.".into(),
    };
    assert_eq!(keys(story.attempt(&somebody(Role::Secretariat), same)), ["unchanged"]);
}

#[test]
fn every_reason_is_given_at_once() {
    let story = ready(State::Owned, Verb::Respond);
    let deliver = Action::Deliver {
        commitments: vec![Promise {
            deliverable: " ".into(),
            post: String::new(),
            due: date(2020, 1, 1),
            costs: true,
            budget_line: None,
            organisation: None,
            milestones: Vec::new(),
        }],
    };
    let refused = keys(story.attempt(&somebody(Role::Member), deliver));
    assert_eq!(refused, ["state", "role", "missing", "missing", "too_early", "missing"]);
}

#[test]
fn evidence_is_an_address_or_a_file_with_its_hash() {
    let story = ready(State::InDelivery, Verb::AddEvidence);
    let add = |change: fn(&mut EvidenceItem)| {
        let mut item = evidence(story.today());
        change(&mut item);
        keys(story.attempt(&somebody(Role::Officer), Action::AddEvidence { item }))
    };
    assert_eq!(add(|item| item.url = None), ["missing"]);
    assert_eq!(add(|item| item.url = Some("javascript:alert(1)".into())), ["invalid"]);
    assert_eq!(add(|item| item.url = Some("https://".into())), ["invalid"]);
    assert_eq!(add(|item| item.url = Some("https://town.example/a\nb".into())), ["invalid"]);
    assert_eq!(add(|item| item.file = Some("minutes.pdf".into())), ["missing"]);
    assert_eq!(add(|item| item.sha256 = Some("ABC".into())), ["invalid"]);
    assert_eq!(add(|item| item.dated = date(2026, 3, 3)), ["too_late"]);
    assert_eq!(add(|item| item.title = "\t".into()), ["missing"]);
}

#[test]
fn reports_have_verbs_of_their_own_where_four_eyes_are_asked() {
    for (delivery, verb) in [
        (Delivery::Done, Verb::ProposeDone),
        (Delivery::Stalled, Verb::ProposeStall),
        (Delivery::Abandoned, Verb::Abandon),
        (Delivery::Reversed, Verb::Reverse),
    ] {
        let story = ready(State::InDelivery, Verb::Report);
        let report = Action::Report { delivery, text: "So it is.".into() };
        let refused = story.attempt(&somebody(Role::Officer), report).expect_err("its own verb");
        assert_eq!(refused, [Refusal::OwnVerb { delivery, verb }]);
    }
    let story = ready(State::Stalled, Verb::Report);
    let report = Action::Report { delivery: Delivery::UnderWay, text: "It moves.".into() };
    assert_eq!(keys(story.attempt(&somebody(Role::Officer), report)), ["own_verb"]);
}

#[test]
fn milestones_lie_before_their_commitment_and_are_met_once() {
    let story = ready(State::InDelivery, Verb::AddMilestone);
    let officer = somebody(Role::Officer);
    let late = story.it.commitments[0].due.checked_add(1.day()).expect("a day");
    let step = |due| Action::AddMilestone { commitment: 1, step: Step { title: "Late".into(), due } };
    assert_eq!(keys(story.attempt(&officer, step(late))), ["too_late"]);
    let unknown = Action::MeetMilestone { commitment: 2, milestone: 1 };
    assert_eq!(keys(story.attempt(&officer, unknown)), ["unknown"]);
    let story = story.then(Verb::MeetMilestone);
    assert_eq!(keys(story.attempt(&officer, Action::MeetMilestone { commitment: 1, milestone: 1 })), ["met"]);
    let free = Promise { costs: false, budget_line: None, ..promise(story.today()) };
    assert!(story.attempt(&officer, Action::AddCommitment { promise: free }).is_ok());
}

#[test]
fn a_check_clears_a_dispute_and_the_departments_word_stays_apart_from_it() {
    let story = ready(State::ClaimedDone, Verb::Dispute).then(Verb::Dispute);
    assert!(story.it.disputed);
    let story = story.then(Verb::Grade);
    assert_eq!(
        (story.it.disputed, story.it.grade, story.it.delivery),
        (false, Some(Grade::Limited), Delivery::Done)
    );
    let story = story.then(Verb::NotDone);
    assert_eq!((story.it.state, story.it.delivery), (State::InDelivery, Delivery::Done), "the gap is shown");
    assert!(!story.it.is_delivered());
}

#[test]
fn references_and_languages_are_plain() {
    let draft = |change: fn(&mut Draft)| {
        let mut draft = common::new_draft();
        change(&mut draft);
        let day = common::noon(date(2026, 3, 2));
        keys(Recommendation::draft(&somebody(Role::Secretariat), draft, day, &common::rule()))
    };
    assert_eq!(draft(|draft| draft.reference = "R 1/2".into()), ["invalid"]);
    assert_eq!(draft(|draft| draft.texts.clear()), ["missing"]);
    assert_eq!(draft(|draft| drop(draft.texts.insert("English".into(), common::wording("x")))), ["invalid"]);
    assert_eq!(draft(|draft| draft.theme = String::new()), ["missing"]);
}

#[test]
fn time_never_runs_back() {
    let story = ready(State::Owned, Verb::Respond);
    let earlier = story.clone().wait(-1);
    let respond = action(Verb::Respond, &story);
    assert_eq!(keys(earlier.attempt(&somebody(Role::Officer), respond)), ["time_runs_back"]);
}

#[test]
fn coverage_counts_answers_and_never_soft_positions_as_accepted() {
    let today = date(2027, 1, 1);
    let mut list: Vec<Recommendation> =
        vec![ready(State::Draft, Verb::Adopt).it, ready(State::Owned, Verb::Respond).it];
    list.extend(
        Position::ALL.iter().map(|position| ready(State::Owned, Verb::Respond).published(*position).it),
    );
    list.push(ready(State::Closed, Verb::Reverse).it);
    let coverage = Coverage::of(&list, today);
    assert_eq!(coverage.to_string(), "9 of 10 answered");
    assert_eq!((coverage.accepted, coverage.delivered), (5, 1));
    assert_eq!(coverage.overdue, 3, "one without an answer, and both soft positions");
    assert_eq!(coverage.states.values().sum::<u32>(), 11);
}

#[test]
fn what_was_refused_in_the_end_is_not_delivered_again() {
    let story = ready(State::Closed, Verb::Reverse).then(Verb::Reverse).then(Verb::Reopen);
    let respond = Action::Respond {
        position: Position::NotAccepted,
        reasons: words("The street is gone."),
        evidence: Vec::new(),
        revision: Some(Revision { why: "It was built over.".into(), members_told: "Letter.".into() }),
    };
    let story = story.by(&somebody(Role::Officer), respond).then(Verb::Approve).then(Verb::Publish);
    let story = story.then(Verb::Refuse).wait(31).then(Verb::Close);
    let again = action(Verb::ReopenDelivery, &story);
    assert_eq!(keys(story.attempt(&somebody(Role::Verifier), again)), ["nothing_promised"]);
}

#[test]
fn evidence_is_seen_by_all_when_what_it_came_with_is() {
    let titled = |title: &str, story: &Story| EvidenceItem { title: title.into(), ..evidence(story.today()) };
    let respond = |title: &str, story: &Story| Action::Respond {
        position: Position::Accepted,
        reasons: words("We have the money for it."),
        evidence: vec![titled(title, story)],
        revision: None,
    };
    let seen = |story: &Story| -> Vec<String> {
        story.it.public_evidence().map(|one| one.item.title.clone()).collect()
    };
    let story = ready(State::Owned, Verb::Respond);
    let action = respond("an internal memo", &story);
    let story = story.by(&somebody(Role::Officer), action);
    assert!(seen(&story).is_empty() && story.it.waiting_evidence().count() == 1);
    let story = story.then(Verb::SendBack);
    let action = respond("a photograph", &story);
    let story = story.by(&somebody(Role::Officer), action);
    assert_eq!(story.it.waiting_evidence().count(), 1, "what was sent back waits no more");
    let story = story.then(Verb::Approve);
    assert!(seen(&story).is_empty(), "approved, but not published");
    let story = story.then(Verb::Publish);
    assert_eq!(seen(&story), ["a photograph"]);
    assert_eq!(story.it.evidence.len(), 2, "the house keeps both");

    let claim =
        |story: &Story| Action::ProposeDone { note: "Done.".into(), evidence: vec![titled("a bill", story)] };
    let story = ready(State::InDelivery, Verb::ProposeDone);
    let before = seen(&story);
    let proposed = claim(&story);
    let story = story.by(&somebody(Role::Officer), proposed);
    assert_eq!(seen(&story), before);
    let declined = story.clone().then(Verb::Decline);
    assert_eq!((seen(&declined), declined.it.waiting_evidence().count()), (before, 0));
    assert!(seen(&story.then(Verb::ConfirmDone)).contains(&"a bill".to_owned()));
}
