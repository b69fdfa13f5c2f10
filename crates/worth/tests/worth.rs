//! What is worked out by hand, and what must never be told.

use jiff::civil::date;
use proptest::prelude::*;
use worth::{
    Amount, Answers, Change, Channel, Comparison, Cost, CostFault, Count, Kind, Measure, Outcome, Purpose,
    Support, Trend, Uptake, Why, shares, totals,
};

fn amount(text: &str) -> Amount {
    text.parse().expect("an amount")
}

#[test]
fn amounts_are_exact_and_come_back_as_they_were_written() {
    for text in ["0.00 EUR", "12345.60 EUR", "0.01 CHF", "-0.50 EUR", "-12.00 EUR", "10000000000.00 USD"] {
        assert_eq!(amount(text).to_string(), text);
    }
    assert_eq!(amount("12 EUR").hundredths, 1200);
    for text in [
        "12",
        "EUR 12",
        "12.5 EUR",
        "1,200.00 EUR",
        "--1.00 EUR",
        "-.50 EUR",
        "12.00 eur",
        ".50 EUR",
        "99999999999 EUR",
        "",
    ] {
        assert!(text.parse::<Amount>().is_err(), "{text}");
    }
}

fn cost(purpose: Purpose, money: &str, recommendation: Option<&str>) -> Cost {
    Cost {
        purpose,
        what: "rooms".into(),
        amount: amount(money),
        on: date(2027, 3, 1),
        source: "accounts of 2027".into(),
        recommendation: recommendation.map(str::to_owned),
    }
}

#[test]
fn sums_keep_purposes_and_currencies_apart() {
    let costs = [
        cost(Purpose::Process, "100.10 EUR", None),
        cost(Purpose::Process, "0.90 EUR", None),
        cost(Purpose::Process, "5.00 CHF", None),
        cost(Purpose::Avoided, "7.00 EUR", Some("R1")),
    ];
    let said: Vec<String> =
        totals(&costs).iter().map(|((purpose, _), sum)| format!("{} {sum}", purpose.key())).collect();
    assert_eq!(said, ["process 5.00 CHF", "process 101.00 EUR", "avoided 7.00 EUR"]);
}

#[test]
fn a_cost_names_its_source_and_an_avoided_one_its_recommendation() {
    assert!(cost(Purpose::Process, "1.00 EUR", None).faults().is_empty());
    let vague = Cost { source: " ".into(), what: String::new(), ..cost(Purpose::Avoided, "1.00 EUR", None) };
    assert_eq!(vague.faults(), [CostFault::What, CostFault::Source, CostFault::Recommendation]);
}

#[test]
fn a_handful_of_people_is_never_told() {
    let uptake = |offered, used| {
        Support { kind: Kind::Care, offered, used, cost: Some(amount("9.00 EUR")), note: String::new() }
            .uptake()
    };
    assert_eq!(uptake(100, 30), Uptake::Known { offered: 100, used: 30 });
    assert_eq!(uptake(100, 0), Uptake::Known { offered: 100, used: 0 });
    assert_eq!(uptake(100, 100), Uptake::Known { offered: 100, used: 100 });
    assert_eq!(uptake(100, 4), Uptake::Few { offered: 100 });
    assert_eq!(uptake(100, 96), Uptake::Few { offered: 100 });
    assert_eq!(uptake(4, 4), Uptake::Few { offered: 0 });
    let few = Support {
        kind: Kind::Care,
        offered: 50,
        used: 2,
        cost: Some(amount("9.00 EUR")),
        note: String::new(),
    };
    assert_eq!(few.public_cost(), None, "a cost divided by a guess would tell what each got");
}

#[test]
fn changes_by_hand() {
    // Changes 1, 2, 3, 4, 5: mean 3, deviation √2.5, t(4) = 2.7764, half the width 2.7764 · √2.5 / √5 = 1.9632.
    let change = Change::of(&[(0.0, 1.0), (0.0, 2.0), (0.0, 3.0), (0.0, 4.0), (0.0, 5.0)]).expect("enough");
    assert_eq!((change.pairs, change.before, change.after), (5, 0.0, 3.0));
    assert!(
        (change.interval.0 - 1.0368).abs() < 1e-3 && (change.interval.1 - 4.9632).abs() < 1e-3,
        "{change:?}"
    );
    assert!(change.is_clear());
    let same = Change::of(&[(2.0, 3.0); 7]).expect("enough");
    assert_eq!(same.interval, (1.0, 1.0));
    assert_eq!(Change::of(&[(0.0, 1.0); 4]), None);
}

fn table(rows: &[&str]) -> (Vec<String>, Vec<Vec<String>>) {
    let split = |row: &&str| row.split(',').map(str::to_owned).collect::<Vec<_>>();
    (split(&rows[0]), rows[1..].iter().map(split).collect())
}

#[test]
fn everything_wrong_with_a_table_is_said_at_once_and_no_code_of_a_person_is() {
    let (header, rows) = table(&["member,trust,trust", "m1,a lot,2", ",3,4", "m1,1,inf"]);
    let faults = Answers::read(&header, &rows).expect_err("wrong");
    let said: Vec<(Option<usize>, &str, Why)> =
        faults.iter().map(|one| (one.row, one.value.as_str(), one.why)).collect();
    assert_eq!(
        said,
        [
            (None, "", Why::ColumnTwice),
            (Some(1), "a lot", Why::NoNumber),
            (Some(2), "", Why::Nobody),
            (Some(3), "", Why::Twice),
            (Some(3), "inf", Why::NoNumber),
        ]
    );
    let (header, rows) = table(&["name", "m1"]);
    let whys: Vec<Why> =
        Answers::read(&header, &rows).expect_err("wrong").iter().map(|one| one.why).collect();
    assert_eq!(whys, [Why::NoColumn]);
    let (header, rows) = table(&["member,group", "m1,a"]);
    assert_eq!(Answers::read(&header, &rows).expect_err("wrong")[0].why, Why::NoQuestion);
}

/// A survey in which person `i` of group `group(i)` answers `answer(i)`.
fn survey(people: usize, group: impl Fn(usize) -> &'static str, answer: impl Fn(usize) -> f64) -> Answers {
    let rows: Vec<Vec<String>> =
        (0..people).map(|i| vec![format!("m{i}"), group(i).to_owned(), answer(i).to_string()]).collect();
    Answers::read(&["member", "group", "trust"].map(str::to_owned), &rows).expect("a survey")
}

#[test]
fn groups_are_shown_only_where_each_is_large_enough() {
    let halves = |i: usize| if i.is_multiple_of(2) { "young" } else { "old" };
    let shown = Comparison::of(&survey(10, halves, |_| 3.0), &survey(10, halves, |i| i as f64));
    assert_eq!(shown.changes[0].1.as_ref().expect("enough").pairs, 10);
    assert_eq!(shown.groups[0].groups["young"].after, 4.0);
    assert_eq!(shown.groups[0].groups["old"].after, 5.0);
    let lonely = |i: usize| if i < 4 { "young" } else { "old" };
    let hidden = Comparison::of(&survey(10, lonely, |_| 3.0), &survey(10, lonely, |i| i as f64));
    assert!(hidden.changes[0].1.is_some() && hidden.groups.is_empty());
    let some_unnamed = |i: usize| if i < 4 { "" } else { "old" };
    assert!(
        Comparison::of(&survey(10, some_unnamed, |_| 3.0), &survey(10, some_unnamed, |_| 4.0))
            .groups
            .is_empty()
    );
}

#[test]
fn an_outcome_shows_what_the_department_says_and_what_others_find() {
    let measure = |year, value, independent| Measure {
        on: date(year, 1, 1),
        value,
        source: "count".into(),
        independent,
    };
    let outcome = Outcome {
        recommendation: "R1".into(),
        indicator: "buses on time".into(),
        unit: "per cent".into(),
        more_is_better: true,
        measures: vec![
            measure(2029, 90.0, false),
            measure(2027, 70.0, false),
            measure(2027, 70.0, true),
            measure(2028, 68.0, true),
        ],
    };
    assert_eq!((outcome.trend(false), outcome.trend(true)), (Trend::Better, Trend::Worse));
    assert_eq!(outcome.gap(), Some(22.0));
    assert_eq!(Outcome { measures: vec![measure(2027, 1.0, false)], ..outcome }.trend(false), Trend::Unknown);
}

proptest! {
    #[test]
    fn no_figure_of_channels_is_of_a_handful(
        counts in prop::collection::vec((0..4_usize, 0..4_usize, 0..12_u32), 0..12)
    ) {
        let counts: Vec<Count> = counts
            .into_iter()
            .map(|(channel, group, people)| Count {
                channel: Channel::ALL[channel],
                group: ["", "young", "middle", "old"][group].to_owned(),
                people,
            })
            .collect();
        let shown = shares(&counts);
        let handful = |n: u32| n > 0 && n < 5;
        prop_assert!(!shown.people.values().any(|n| handful(*n)));
        for groups in shown.groups.iter() {
            for by_channel in groups.values() {
                prop_assert!(!by_channel.values().any(|n| handful(*n)));
            }
            let all: u32 = groups.values().flat_map(|one| one.values()).sum();
            prop_assert_eq!(all, counts.iter().map(|count| count.people).sum::<u32>());
        }
    }
}
