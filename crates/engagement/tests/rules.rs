//! Each condition of a clash by itself, what was asked before, and tables that come back the same.

#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use engagement::{Engagement, Fault, Kind, Reason, Settled, Standing, clashes, faults, reuse, table};
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn entry(id: &str, unit: &str, audience: &str, topic: &str, from: Date, until: Date) -> Engagement {
    Engagement {
        id: id.into(),
        unit: unit.into(),
        title: "Something".into(),
        kind: Kind::Survey,
        standing: Standing::Announced,
        audience: vec![audience.into()],
        area: "Harbour County > North".into(),
        topic: vec![topic.into()],
        from,
        until,
        minutes: None,
        people: None,
        contact: format!("{unit}-officer"),
        question: "What should be done first?".into(),
        outcome: String::new(),
        url: String::new(),
        series: String::new(),
        settled: Vec::new(),
    }
}

/// Two that clash: 3 May 2027 is a Monday.
fn two() -> [Engagement; 2] {
    [
        entry("a", "water", "Young people", "water", date(2027, 5, 3), date(2027, 5, 16)),
        entry("b", "schools", "jóvenes", "Agua", date(2027, 5, 10), date(2027, 5, 30)),
    ]
}

fn reason(all: &[Engagement]) -> Option<Reason> {
    let found = clashes(all);
    assert!(found.len() < 2);
    found.first().map(|clash| clash.reason)
}

#[test]
fn a_clash_says_what_is_in_common_and_until_when() {
    let found = clashes(&two());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].one.as_str(), found[0].other.as_str()), ("a", "b"));
    assert_eq!(
        (found[0].audience.as_slice(), found[0].topics.as_slice()),
        (&["young-people".into()][..], &["water".into()][..])
    );
    assert_eq!((found[0].from, found[0].until), (date(2027, 5, 10), date(2027, 5, 30)));
}

#[test]
fn each_condition_matters() {
    type Turn = fn(&mut [Engagement; 2]);
    let cases: [(&str, Turn, Option<Reason>); 14] = [
        ("as it is", |_| {}, Some(Reason::SameQuestion)),
        ("one unit", |two| two[1].unit = "water".into(), Some(Reason::SamePeople)),
        ("another topic", |two| two[1].topic = vec!["housing".into()], Some(Reason::SamePeople)),
        ("other people", |two| two[1].audience = vec!["farmers".into()], Some(Reason::SideBySide)),
        ("one asks everybody", |two| two[1].audience = vec!["residents".into()], Some(Reason::SameQuestion)),
        ("one asks nothing", |two| two[1].kind = Kind::Information, Some(Reason::SideBySide)),
        ("another place", |two| two[1].area = "Harbour County > South".into(), None),
        ("cancelled", |two| two[0].standing = Standing::Cancelled, None),
        (
            "settled",
            |two| two[0].settled = vec![Settled { other: "b".into(), how: "One form.".into() }],
            None,
        ),
        (
            "28 days later",
            |two| (two[1].from, two[1].until) = (date(2027, 6, 14), date(2027, 6, 20)),
            Some(Reason::SameQuestion),
        ),
        ("29 days later", |two| (two[1].from, two[1].until) = (date(2027, 6, 15), date(2027, 6, 20)), None),
        ("the same series", |two| (two[0].series, two[1].series) = ("A plan".into(), "a  PLAN".into()), None),
        (
            "all year, another topic",
            |two| (two[0].kind, two[1].topic) = (Kind::StandingBody, vec!["housing".into()]),
            None,
        ),
        ("all year, the same topic", |two| two[0].kind = Kind::StandingBody, Some(Reason::SameQuestion)),
    ];
    for (name, turn, expected) in cases {
        let mut both = two();
        turn(&mut both);
        assert_eq!(reason(&both), expected, "{name}");
        both.reverse();
        assert_eq!(reason(&both), expected, "{name}, turned round");
    }
}

#[test]
fn what_was_asked_before_comes_with_what_is_in_common() {
    let mut new = entry("new", "parks", "parents", "trees", date(2028, 3, 1), date(2028, 3, 31));
    new.question = "Where would shade help children most in summer?".into();
    let old =
        |id: &str, audience: &str, topic: &str, from: Date| entry(id, "water", audience, topic, from, from);
    let mut best = old("best", "madres y padres", "arbolado", date(2026, 5, 1));
    best.outcome = "Twelve sails.".into();
    let later = old("later", "farmers", "parks", date(2027, 9, 1));
    let earlier = old("earlier", "farmers", "parks", date(2027, 8, 1));
    let mut words = old("words", "children", "schools", date(2027, 1, 1));
    words.question = "Which SHADE would help the children in summer?".into();
    words.area = "Hill County".into();
    let mut never = old("never", "parents", "trees", date(2027, 1, 2));
    never.standing = Standing::Cancelled;
    let other = old("other", "parents", "housing", date(2027, 1, 3));
    let future = old("future", "parents", "trees", date(2028, 3, 1));
    let all = [never, earlier, other, words, later, best, future, new.clone()];
    let found = reuse(&new, &all);
    let ids: Vec<&str> = found.iter().map(|before| before.id.as_str()).collect();
    assert_eq!(ids, ["best", "later", "earlier", "words"]);
    assert!(found[0].outcome && found[0].place && !found[0].question);
    assert_eq!(found[0].audience, ["parents"]);
    assert!(found[3].question && found[3].topics.is_empty() && !found[3].place);
}

#[test]
fn everything_wrong_with_a_row_is_said_at_once() {
    let cells = [
        ("id", "No Good"),
        ("kind", "chat"),
        ("from", "soon"),
        ("until", "2027-02-30"),
        ("minutes", "few"),
        ("url", "ftp://x"),
        ("settled", "no"),
    ];
    let cell = |name: &str| {
        cells.iter().find(|(own, _)| *own == name).map_or(String::new(), |(_, text)| (*text).to_owned())
    };
    let found = table::read(&cell).unwrap_err();
    let keys: Vec<(&str, &str)> = found.iter().map(|fault| (fault.field(), fault.key())).collect();
    for expected in [
        ("id", "id"),
        ("kind", "word"),
        ("from", "day"),
        ("until", "day"),
        ("minutes", "number"),
        ("url", "url"),
        ("settled", "settled"),
        ("title", "missing"),
        ("unit", "missing"),
        ("audience", "missing"),
        ("topic", "missing"),
        ("area", "missing"),
        ("contact", "missing"),
        ("question", "missing"),
    ] {
        assert!(keys.contains(&expected), "{expected:?} in {keys:?}");
    }
    assert_eq!(keys.len(), 14, "{keys:?}");
}

#[test]
fn an_entry_that_ends_before_it_begins_or_never_is_refused() {
    let mut it = two()[0].clone();
    assert_eq!(faults(&it), []);
    it.until = date(2027, 5, 2);
    assert_eq!(faults(&it), [Fault::Backwards]);
    it.until = date(2040, 1, 1);
    assert_eq!(faults(&it), [Fault::Endless]);
    it.title = "x".repeat(201);
    assert_eq!(faults(&it), [Fault::Long("title", 200), Fault::Endless]);
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Zñé' =,\"-]{0,18}[a-zé]"
}

fn any_entry() -> impl Strategy<Value = Engagement> {
    let texts = (words(), words(), words(), words(), prop::collection::vec(words(), 1..3));
    let days = (0i64..4000, 0i64..400, prop::option::of(0u32..5000), 0usize..7, 0usize..3);
    (texts, days, prop::collection::vec(("[a-z]{1,5}", "[a-z:]{1,9}"), 0..3)).prop_map(
        |(texts, days, settled)| {
            let from = date(2020, 1, 1).checked_add(jiff::Span::new().days(days.0)).unwrap();
            let until = from.checked_add(jiff::Span::new().days(days.1)).unwrap();
            let mut it = entry("a-1", "water", "x", "y", from, until);
            (it.title, it.question, it.outcome, it.series) = (texts.0, texts.1, texts.2, texts.3);
            it.audience = texts.4.clone();
            it.topic = texts.4;
            (it.minutes, it.kind, it.standing) = (days.2, Kind::ALL[days.3], Standing::ALL[days.4]);
            it.settled = settled.into_iter().map(|(other, how)| Settled { other, how }).collect();
            for text in [&mut it.title, &mut it.question, &mut it.outcome, &mut it.series]
                .into_iter()
                .chain(&mut it.audience)
                .chain(&mut it.topic)
            {
                *text = text.trim().to_owned();
            }
            it
        },
    )
}

proptest! {
    #[test]
    fn a_table_comes_back_the_same(it in any_entry()) {
        let row = table::row(&it);
        let cell = |name: &str| table::COLUMNS.iter().position(|own| *own == name).map_or(String::new(), |at| row[at].clone());
        prop_assert_eq!(table::read(&cell), Ok(it));
    }

    #[test]
    fn nothing_that_people_type_breaks_the_reading(text in "\\PC{0,60}", other in "\\PC{0,60}") {
        let mut one = two();
        one[0].audience = vec![text.clone()];
        one[0].area.clone_from(&other);
        one[1].topic = vec![other];
        one[1].series = text;
        prop_assert!(clashes(&one).len() < 2);
        reuse(&one[0], &one);
        faults(&one[1]);
    }

    #[test]
    fn a_clash_never_depends_on_who_is_named_first(one in any_entry(), mut other in any_entry()) {
        other.id = "b-2".into();
        prop_assert_eq!(clashes(&[one.clone(), other.clone()]), clashes(&[other, one]));
    }
}
