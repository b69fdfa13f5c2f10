//! "Too much to do", its answer, and practice notes.

use jiff::civil::date;
use tracking::{Overload, Practice, Refusal};

#[test]
fn it_is_said_once_and_waits_for_an_answer_that_has_a_day() {
    let today = date(2026, 5, 4);
    assert_eq!(Overload::raise("gardener", "  ", today, []), Err(vec![Refusal::Missing { field: "reason" }]));
    let flag = Overload::raise("gardener", "Three of us left.", today, []).expect("said");
    assert_eq!(Overload::raise("gardener", "Still.", today, [&flag]), Err(vec![Refusal::Flagged]));
    assert!(Overload::raise("clerk", "I too.", today, [&flag]).is_ok());
    assert_eq!((flag.is_open(), flag.due()), (true, date(2026, 5, 18)));
    let late = [(date(2026, 5, 18), 0), (date(2026, 5, 19), 1), (date(2026, 6, 18), 31)];
    for (day, days) in late {
        assert_eq!(flag.days_late(day), days, "{day}");
    }
    let refused = flag.answer("", Some(date(2026, 5, 1)), None, date(2026, 5, 20)).expect_err("refused");
    let fields: Vec<_> = refused.iter().map(Refusal::field).collect();
    assert_eq!(fields, [Some("text"), Some("by")]);
    let by = date(2026, 7, 1);
    let answered =
        flag.answer("Two go to roads.", Some(by), Some("head"), date(2026, 5, 20)).expect("answered");
    assert!(!answered.is_open());
    assert_eq!(answered.days_late(date(2027, 1, 1)), 2, "as late as the answer was");
    let again = answered.answer("Again.", Some(by), None, today).expect_err("answered once");
    assert_eq!(again, [Refusal::Answered]);
    assert!(Overload::raise("gardener", "Again.", today, [&answered]).is_ok());
}

#[test]
fn a_note_says_something() {
    let note = Practice {
        post: "gardener".into(),
        unit: "parks".into(),
        reference: None,
        hindered: String::new(),
        helped: String::new(),
        public: true,
        on: date(2026, 5, 4),
    };
    assert_eq!(note.clone().checked(), Err(vec![Refusal::Missing { field: "hindered" }]));
    let note = Practice { helped: "Asking the members early.".into(), ..note };
    assert!(note.clone().checked().is_ok());
    let nobody = Practice { post: String::new(), ..note };
    assert_eq!(nobody.checked(), Err(vec![Refusal::Missing { field: "post" }]));
}
