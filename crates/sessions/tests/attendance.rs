//! No-shows, late comers, quorum and pay, worked out by hand.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Texts, said, sheet, sound};
use sessions::attendance::Attendance;
use sessions::pay::{self, Money};
use sessions::plan::Inputs;
use sessions::quorum::{self, turnout};
use sessions::repair::repair;
use sessions::replacement::{Replacements, Who};
use sessions::staff;
use sessions::{Names, broken};
use sortition::hash::sha256;

/// The published plan of an assembly, with some people absent from its first round.
fn absent(texts: &Texts, who: &[usize]) -> Inputs {
    let inputs = texts.inputs();
    let plan = inputs.plan(&sha256(b"door")).unwrap();
    let mut marks = "round,member,present\n".to_owned();
    who.iter()
        .for_each(|m| marks += &format!("{},{},no\n", inputs.rounds.all[0].name, inputs.members.ids[*m]));
    let attendance = sound(Attendance::read(&sheet("attendance.csv", &marks), &inputs.members, None));
    Inputs { published: plan.tables.into_iter().map(Some).collect(), attendance, ..inputs }
}

#[test]
fn a_tenth_absent_moves_exactly_the_lower_bound() {
    let texts = Texts::fixture("syn100_8x8");
    for first in 0..10 {
        // All in a row come from few tables in one case, one of each ten in another.
        let spread: Vec<usize> = (0..10).map(|i| (i * 10 + first) % 100).collect();
        let inputs = absent(&texts, &spread);
        let told = inputs.published[0].clone().unwrap();
        let at_one: Vec<usize> =
            (0..100).filter(|&m| told[m].is_some_and(|t| t == first || t == 12)).take(10).collect();
        for who in [spread, at_one] {
            let inputs = absent(&texts, &who);
            let (instance, ..) = inputs.instance().unwrap();
            let mended = repair(&inputs, &instance, 0, &told, &sha256(b"x")).unwrap();
            assert_eq!(mended.moved.len(), mended.bound);
            let mut sizes = vec![0; 13];
            mended.seats.iter().flatten().for_each(|&t| sizes[t] += 1);
            assert_eq!(sizes.iter().sum::<usize>(), 90);
            assert!(sizes.iter().all(|&size| size == 6 || size == 7), "{sizes:?}");
            // By hand: 12 tables of 7 and one of 6, or so; who sits above 7 must go, and who is needed below 6 must come.
            let mut now = [0usize; 13];
            told.iter().enumerate().filter(|(m, _)| !who.contains(m)).for_each(|(_, t)| now[t.unwrap()] += 1);
            let over: usize = now.iter().map(|n| n.saturating_sub(7)).sum();
            let under: usize = now.iter().map(|n| 6usize.saturating_sub(*n)).sum();
            assert!(mended.bound >= over.max(under));
        }
    }
}

/// The fewest moves that even out tables of these people, by trying every way to give out the larger tables.
#[test]
fn the_lower_bound_is_that_of_brute_force() {
    for absent_at in [[3, 0, 0], [2, 1, 0], [1, 1, 1], [3, 3, 0], [3, 2, 2]] {
        let texts = Texts::plain(12, 1, &[4, 4, 4]);
        let inputs = texts.inputs();
        let plan = inputs.plan(&sha256(b"small")).unwrap();
        let told = plan.tables[0].clone();
        let mut who = Vec::new();
        for (table, count) in absent_at.into_iter().enumerate() {
            who.extend((0..12).filter(|&m| told[m] == Some(table)).take(count));
        }
        let inputs = Inputs {
            attendance: absent(&texts, &who).attendance,
            published: vec![Some(told.clone())],
            ..inputs
        };
        let (instance, ..) = inputs.instance().unwrap();
        let mended = repair(&inputs, &instance, 0, &told, &sha256(b"y")).unwrap();
        let now: Vec<usize> = absent_at.iter().map(|gone| 4 - gone).collect();
        let people: usize = now.iter().sum();
        let even = |sizes: &[usize]| sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1;
        let all = (0..=people).flat_map(|a| (0..=people - a).map(move |b| vec![a, b, people - a - b]));
        let moves =
            |sizes: &Vec<usize>| now.iter().zip(sizes).map(|(n, s)| n.saturating_sub(*s)).sum::<usize>();
        let fewest = all.filter(|sizes| even(sizes)).map(|sizes| moves(&sizes)).min().unwrap();
        assert_eq!((mended.moved.len(), mended.bound), (fewest, fewest), "{absent_at:?}");
    }
}

#[test]
fn rules_hold_after_a_repair() {
    let texts = Texts::fixture("syn100_con");
    for first in 0..5 {
        let who: Vec<usize> = (0..10).map(|i| (i * 10 + first * 2 + 3) % 100).collect();
        let inputs = absent(&texts, &who);
        let told = inputs.published[0].clone().unwrap();
        let (instance, ..) = inputs.instance().unwrap();
        let mended = repair(&inputs, &instance, 0, &told, &sha256(b"z")).unwrap();
        let mut tables: Vec<_> = inputs.published.iter().flatten().cloned().collect();
        tables[0] = mended.seats;
        let unpublished = Inputs { published: vec![None; 8], ..inputs };
        let first_round: Vec<String> = broken::rules(&unpublished, &tables)
            .into_iter()
            .filter(|rule| rule.contains("round \"0\""))
            .collect();
        assert_eq!(first_round, Vec::<String>::new());
        assert!(mended.moved.len() <= mended.bound + 2, "{} for {}", mended.moved.len(), mended.bound);
    }
}

#[test]
fn a_replacement_takes_over_the_seat() {
    let texts = Texts::plain(9, 2, &[3, 3, 3]);
    let inputs = texts.inputs();
    let read =
        |text: &str| Replacements::read(&sheet("r.csv", text), &inputs.members, &inputs.rounds, Who::ANYBODY);
    let replacements = sound(read("leaves,joins,round\n99,8,2\n7,6,1\n"));
    assert_eq!(replacements.seat_of("99", 0), None);
    assert_eq!(replacements.seat_of("99", 1), Some(8));
    let away = replacements.away(&inputs.members, 2);
    assert_eq!(away.into_iter().collect::<Vec<_>>(), [(0, 7), (0, 8), (1, 7)]);
    let wrong = said(read("leaves,joins,round\n7,7,1\n1,99,1\n1,2,9\n"));
    assert_eq!(wrong.lines().count(), 3, "{wrong}");
}

#[test]
fn only_who_has_a_seat_leaves_and_only_who_has_none_joins() {
    let inputs = Texts::plain(9, 2, &[3, 3, 3]).inputs();
    // 0 to 6 and 99 were drawn, and 99 left.
    let was_drawn = |id: &str| ["0", "1", "2", "3", "4", "5", "6", "99"].contains(&id);
    let who = Who { was_seated: &was_drawn, was_drawn: &was_drawn };
    let read = |rows: &str| {
        let text = format!("leaves,joins,round\n{rows}");
        Replacements::read(&sheet("r.csv", &text), &inputs.members, &inputs.rounds, who)
    };
    assert_eq!(sound(read("99,8,2\n1,7,1\n7,1,2\n")).0.len(), 3, "1 left and comes back");
    for (rows, part) in [
        ("98,8,2\n", "nobody of this id has a seat"),
        ("99,2,2\n", "has a seat already"),
        ("99,8,2\n1,8,2\n", "has a seat already"),
    ] {
        let problems = read(rows).problems;
        assert_eq!(problems.len(), 1, "{rows}: {problems:?}");
        assert_eq!(problems[0].row, Some(rows.lines().count() + 1), "{rows}");
        assert!(problems[0].to_string().contains(part), "{rows}: {problems:?}");
    }
}

#[test]
fn a_quorum_beyond_the_members_is_told_and_kept() {
    let reading = quorum::read(&sheet("b.csv", "block,quorum,pay\nSat,10,45\nSun,9,45\n"), 9);
    let [problem] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
    assert_eq!(
        (problem.row, problem.column.as_deref(), problem.is_error()),
        (Some(2), Some("quorum"), false)
    );
    assert_eq!(reading.value.map(|blocks| blocks.len()), Some(2));
}

#[test]
fn everything_wrong_with_a_row_of_the_staff_is_told() {
    let inputs = Texts::plain(9, 2, &[3, 3, 3]).inputs();
    let text = "id,role,languages,rounds,most\nF1,cook,,7,many\nf1,facilitator,,,\n";
    let wrong = said(staff::read(&sheet("s.csv", text), &inputs.members, &inputs.rounds));
    for part in ["facilitator or interpreter", "7", "many", "same id"] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
}

#[test]
fn quorum_and_pay_by_hand() {
    let members = Texts::plain(5, 1, &[5]).inputs().members;
    let marks = "block,member,present\nSat,0,yes\nSat,1,yes\nSat,2,no\nSat,3,no\nSat,4,yes\nSun,0,no\n";
    let blocks = sound(quorum::read(&sheet("b.csv", "block,quorum,pay\nSat,60%,45\nSun,5,60.50\n"), 9));
    let names = Names::new(vec!["Sat".into(), "Sun".into()]);
    let came = sound(Attendance::read(&sheet("a.csv", marks), &members, Some(&names)));
    let turnout = turnout(&came, &blocks, &|_, _| true);
    // 60 % of 5 is 3, and 3 came; on Sunday 4 of the 5 that are needed.
    assert_eq!(
        turnout.iter().map(|t| (t.present, t.quorum, t.is_short())).collect::<Vec<_>>(),
        [(3, Some(3), false), (4, Some(5), true)]
    );
    let expenses = "member,block,amount\n0,,12.40\n1,Sun,7\n2,Sat,3.00\n";
    let expenses = sound(pay::read(&sheet("e.csv", expenses), &members, &names));
    let (accounts, problems) = pay::accounts(&members, &came, &blocks, &expenses, "e.csv");
    let csv = pay::to_csv(&accounts, &members);
    assert_eq!(
        csv,
        "member,block,pay,expenses,total\n0,Sat,45.00,12.40,57.40\n0,total,45.00,12.40,57.40\n\
         1,Sat,45.00,0.00,45.00\n1,Sun,60.50,7.00,67.50\n1,total,105.50,7.00,112.50\n\
         2,Sun,60.50,0.00,60.50\n2,total,60.50,0.00,60.50\n3,Sun,60.50,0.00,60.50\n3,total,60.50,0.00,60.50\n\
         4,Sat,45.00,0.00,45.00\n4,Sun,60.50,0.00,60.50\n4,total,105.50,0.00,105.50\n"
    );
    assert_eq!(problems.len(), 1, "2 was not there on Saturday");
    assert!(
        problems[0].to_string().contains("row 4: \"2\" is not marked as present in \"Sat\""),
        "{}",
        problems[0]
    );
    assert_eq!(
        ["45", "45.5", "45,50", "0.05"].map(|text| Money::parse(text).unwrap().0),
        [4500, 4550, 4550, 5]
    );
    assert!(
        ["", "x", "-1", "1.234", "1e3", ".5", "9999999999"].iter().all(|text| Money::parse(text).is_none())
    );
}

#[test]
fn marks_that_are_unclear_are_all_named() {
    let members = Texts::plain(4, 1, &[4]).inputs().members;
    let names = Names::new(vec!["1".into()]);
    let read = |text: &str| said(Attendance::read(&sheet("a.csv", text), &members, Some(&names)));
    let spanish = sheet("a.csv", "round,member,present\n1,0,Sí\n1,1,si\n1,2,no\n1,3,No\n");
    let came = Attendance::read(&spanish, &members, Some(&names)).value.unwrap();
    assert_eq!(came.of("1"), Some([true, true, false, false].as_slice()));
    let wrong = read("round,member,present\n1,0,perhaps\n1,9,yes\nlunch,1,yes\n1,2,yes\n1,2,no\n");
    for part in [
        "row 2, column \"present\"",
        "row 3, column \"member\"",
        "row 4, column \"round\"",
        "row 6, column \"present\"",
    ] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    let wrong = read("round,member,present\n1,0,yes\n1,1,no\n");
    assert!(wrong.contains("2 members of block \"1\" are not marked: 2 and 3"), "{wrong}");
}
