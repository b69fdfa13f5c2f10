//! Bills: what a link has to say for each way of standing to a recommendation.

use jiff::civil::date;
use tracking::{Bill, LegalLink, LinkFault, Relation, Words};

fn link(recommendation: &str, relation: Relation, changed: &str, refused: &str) -> LegalLink {
    LegalLink {
        recommendation: recommendation.into(),
        relation,
        provision: String::new(),
        changed: changed.into(),
        refused: refused.into(),
        language: None,
    }
}

#[test]
fn a_link_says_what_changes_and_what_is_refused_and_nothing_else() {
    use LinkFault::{Changed, ChangesNothing, Refused, RefusesNothing};
    let table: [(Relation, [&[LinkFault]; 4]); 4] = [
        // Said: nothing, what changes, what is refused, both.
        (Relation::Implements, [&[Changed], &[], &[Changed, RefusesNothing], &[RefusesNothing]]),
        (Relation::Partly, [&[Changed, Refused], &[Refused], &[Changed], &[]]),
        (Relation::Cites, [&[Refused], &[ChangesNothing, Refused], &[], &[ChangesNothing]]),
        (Relation::Contradicts, [&[Refused], &[ChangesNothing, Refused], &[], &[ChangesNothing]]),
    ];
    for (relation, expected) in table {
        for ((changed, refused), faults) in
            [(" ", ""), ("x", " "), ("", "y"), ("x", "y")].into_iter().zip(expected)
        {
            assert_eq!(
                link("R-1", relation, changed, refused).faults(),
                faults,
                "{relation} {changed:?} {refused:?}"
            );
        }
    }
}

#[test]
fn there_is_one_link_to_a_recommendation() {
    let mut bill = Bill {
        reference: "14/2027".into(),
        titles: Words::new(),
        url: None,
        on: date(2027, 2, 1),
        links: Vec::new(),
    };
    bill.link(link("R-1", Relation::Cites, "", "Too early."));
    bill.link(link("R-2", Relation::Implements, "Trees.", ""));
    bill.link(link("R-1", Relation::Implements, "Shade.", ""));
    assert_eq!(
        bill.links.iter().map(|link| link.recommendation.as_str()).collect::<Vec<_>>(),
        ["R-1", "R-2"]
    );
    assert_eq!((bill.count(Relation::Implements), bill.count(Relation::Cites)), (2, 0));
    assert!(bill.unlink("R-1") && !bill.unlink("R-1") && bill.links.len() == 1);
}
