//! Questions and comments: who speaks for whom, when words become public, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod common;

use common::{noon, somebody};
use jiff::civil::{Date, date};
use tracking::{Actor, Clarification, Comment, LONGEST, Recommendation, Role, Side, State, Unsaid};

const DAY: Date = date(2027, 5, 4);

fn adopted() -> Recommendation {
    let secretariat = somebody(Role::Secretariat);
    let (mut made, _) =
        Recommendation::draft(&secretariat, common::new_draft(), noon(DAY), &common::rule()).unwrap();
    made.state = State::Adopted;
    made.assignment = Some(common::assignment("parks"));
    made
}

fn scoped(role: Role, assembly: Option<&str>, unit: Option<&str>) -> Actor {
    let mut actor = somebody(role);
    actor.grants[0].assembly = assembly.map(str::to_owned);
    actor.grants[0].unit = unit.map(str::to_owned);
    actor
}

fn ask(actor: &Actor, text: &str) -> Result<Clarification, Vec<Unsaid>> {
    Clarification::ask(actor, &adopted(), text, noon(DAY), DAY)
}

#[test]
fn a_question_is_public_with_its_answer_and_not_before() {
    let (member, officer) = (somebody(Role::Member), somebody(Role::Officer));
    let asked = ask(&member, " Which trees? ").unwrap();
    assert_eq!((asked.waits_for(), asked.public().len()), (Some(Side::Unit), 0));
    let answered = asked.say(&officer, &adopted(), "Lime trees.", noon(DAY), DAY).unwrap();
    assert_eq!((answered.waits_for(), answered.public().len()), (None, 2));
    assert_eq!(
        (answered.public()[0].text.as_str(), answered.public()[0].post.as_deref()),
        ("Which trees?", None)
    );
    assert!(answered.public()[1].post.is_some(), "the post is named");
    let further = answered.say(&member, &adopted(), "How many?", noon(DAY), DAY).unwrap();
    assert_eq!((further.waits_for(), further.public().len()), (Some(Side::Unit), 2), "the new one waits");
}

#[test]
fn officers_ask_the_members_and_the_secretariat_may_answer_for_them() {
    let asked = ask(&somebody(Role::Officer), "What is a hot street?").unwrap();
    assert_eq!(asked.waits_for(), Some(Side::Members));
    for role in [Role::Member, Role::Secretariat] {
        let answered = asked.say(&somebody(role), &adopted(), "One without shade.", noon(DAY), DAY).unwrap();
        assert_eq!((answered.waits_for(), answered.public().len()), (None, 2));
    }
    let not = asked.say(&somebody(Role::Approver), &adopted(), "Also this.", noon(DAY), DAY).unwrap();
    assert_eq!((not.waits_for(), not.public().len()), (Some(Side::Members), 0), "the same side is no answer");
}

#[test]
fn who_has_no_part_in_it_and_what_is_no_question_is_refused() {
    for role in Role::ALL {
        let may = [Role::Member, Role::Secretariat, Role::Officer, Role::Approver, Role::Coordinator]
            .contains(role);
        assert_eq!(ask(&somebody(*role), "Why?").is_ok(), may, "{role}");
    }
    assert_eq!(ask(&scoped(Role::Member, Some("autumn"), None), "Why?"), Err(vec![Unsaid::Role]));
    assert_eq!(ask(&scoped(Role::Officer, None, Some("water")), ""), Err(vec![Unsaid::Empty, Unsaid::Role]));
    assert!(ask(&scoped(Role::Officer, None, Some("parks")), "Why?").is_ok());
    assert_eq!(ask(&somebody(Role::Member), &"ä".repeat(LONGEST + 1)), Err(vec![Unsaid::Long]));
    assert!(ask(&somebody(Role::Member), &"ä".repeat(LONGEST)).is_ok());
    let mut draft = adopted();
    draft.state = State::Draft;
    let asked = Clarification::ask(&somebody(Role::Member), &draft, "Why?", noon(DAY), DAY);
    assert_eq!(asked, Err(vec![Unsaid::Draft]));
}

#[test]
fn a_question_is_set_aside_with_a_reason_and_an_answered_one_stays() {
    let asked = ask(&somebody(Role::Member), "Who lives at number 7?").unwrap();
    assert_eq!(asked.set_aside("  ", noon(DAY)), Err(vec![Unsaid::Reason]));
    let aside = asked.set_aside("It is about a person.", noon(DAY)).unwrap();
    assert_eq!((aside.waits_for(), aside.public().len()), (None, 0));
    assert_eq!(aside.set_aside("Again.", noon(DAY)), Err(vec![Unsaid::Decided]));
    let officer = somebody(Role::Officer);
    assert_eq!(aside.say(&officer, &adopted(), "", noon(DAY), DAY), Err(vec![Unsaid::Empty, Unsaid::Aside]));
    let answered = asked.say(&officer, &adopted(), "We do not say.", noon(DAY), DAY).unwrap();
    assert_eq!(answered.set_aside("Too late.", noon(DAY)), Err(vec![Unsaid::Decided]));
}

#[test]
fn a_comment_is_public_when_the_secretariat_says_so_and_refused_with_a_reason() {
    let write = |role| Comment::write(&somebody(role), &adopted(), "It helped.", noon(DAY), DAY);
    assert_eq!(write(Role::Officer), Err(vec![Unsaid::Role]));
    let waiting = write(Role::Member).unwrap();
    assert!(!waiting.is_public() && waiting.refused().is_none());
    assert_eq!(waiting.refuse("", noon(DAY)), Err(vec![Unsaid::Reason]));
    let refused = waiting.refuse("It names a neighbour.", noon(DAY)).unwrap();
    assert_eq!((refused.is_public(), refused.refused()), (false, Some("It names a neighbour.")));
    let published = waiting.publish(noon(DAY)).unwrap();
    assert!(published.is_public());
    assert_eq!(published.refuse("After all.", noon(DAY)), Err(vec![Unsaid::Decided]));
}
