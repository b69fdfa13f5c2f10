//! The parts of the search, each against another way to the same answer.

use fairness::deal::deal;
use fairness::finder::{Finder, Found};
use fairness::kinds::Kinds;
use fairness::simplex::{Simplex, Status};
use fairness::{Objective, Options};
use good_lp::{Expression, ResolutionError, Solution, SolverModel, constraint, microlp, variable, variables};
use proptest::prelude::*;
use sortition::{Bounds, Rules, Standing};

/// A linear program: bounds and costs of columns, rows of coefficients with bounds.
#[derive(Debug, Clone)]
struct Program {
    columns: Vec<(f64, f64, f64)>,
    rows: Vec<(Vec<f64>, f64, f64)>,
}

fn programs() -> impl Strategy<Value = Program> {
    (1..7usize, 0..6usize).prop_flat_map(|(columns, rows)| {
        let column = (0..3i32, 0..5i32, -4..5i32).prop_map(|(lo, span, cost)| (lo, lo + span, cost));
        let row = (proptest::collection::vec(-3..4i32, columns), -6..10i32, 0..6i32);
        (proptest::collection::vec(column, columns), proptest::collection::vec(row, rows)).prop_map(
            |(columns, rows)| Program {
                columns: columns.into_iter().map(|(lo, hi, c)| (lo.into(), hi.into(), c.into())).collect(),
                rows: rows
                    .into_iter()
                    .map(|(a, lo, span)| {
                        (a.into_iter().map(f64::from).collect(), lo.into(), (lo + span).into())
                    })
                    .collect(),
            },
        )
    })
}

/// The least cost by another solver, `None` if there is no point.
fn oracle(program: &Program) -> Option<f64> {
    let mut vars = variables!();
    let x: Vec<_> = program.columns.iter().map(|&(lo, hi, _)| vars.add(variable().min(lo).max(hi))).collect();
    let cost: Expression = program.columns.iter().zip(&x).map(|(&(_, _, c), &x)| c * x).sum();
    let mut model = vars.minimise(cost.clone()).using(microlp);
    for (a, lo, hi) in &program.rows {
        let sum: Expression = a.iter().zip(&x).map(|(&a, &x)| a * x).sum();
        model = model.with(constraint!(sum.clone() >= *lo)).with(constraint!(sum <= *hi));
    }
    match model.solve() {
        Ok(solution) => Some(solution.eval(cost)),
        Err(ResolutionError::Infeasible) => None,
        Err(other) => panic!("{other}"),
    }
}

fn built(program: &Program) -> Simplex {
    let mut simplex = Simplex::new();
    for &(lo, hi, cost) in &program.columns {
        simplex.add_column(Vec::new(), lo, hi, cost);
    }
    for (a, lo, hi) in &program.rows {
        let entries: Vec<_> = a.iter().copied().enumerate().filter(|(_, a)| *a != 0.0).collect();
        simplex.add_row(&entries, *lo, *hi);
    }
    simplex
}

fn answer(simplex: &mut Simplex, program: &Program) -> Option<f64> {
    match simplex.solve() {
        Status::Optimal => {
            let x = simplex.values();
            for (j, &(lo, hi, _)) in program.columns.iter().enumerate() {
                assert!(lo - 1e-7 <= x[j] && x[j] <= hi + 1e-7, "{x:?}");
            }
            for (a, lo, hi) in &program.rows {
                let sum: f64 = a.iter().zip(&x).map(|(a, x)| a * x).sum();
                assert!(lo - 1e-7 <= sum && sum <= hi + 1e-7, "{x:?}");
            }
            Some(program.columns.iter().zip(&x).map(|((_, _, c), x)| c * x).sum())
        }
        Status::Infeasible => None,
        other => panic!("{other:?}"),
    }
}

fn same(ours: Option<f64>, theirs: Option<f64>) -> bool {
    match (ours, theirs) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn pools() -> impl Strategy<Value = Rules> {
    let member = (0..3u32, 3..5u32, proptest::option::weighted(0.5, 1..5u32))
        .prop_map(|(a, b, household)| Standing { rows: vec![a, b], household });
    (proptest::collection::vec(member, 2..11), 1..5u32, proptest::collection::vec((0..3u32, 0..4u32), 5))
        .prop_map(|(members, size, rows)| Rules {
            size: size.min(members.len() as u32),
            rows: rows.into_iter().map(|(min, span)| Bounds { min, max: min + span }).collect(),
            members,
        })
}

fn all_panels(rules: &Rules) -> Vec<Vec<u32>> {
    let chosen =
        |mask: u32| (0..rules.members.len() as u32).filter(|i| mask >> i & 1 == 1).collect::<Vec<u32>>();
    (0..1u32 << rules.members.len()).map(chosen).filter(|panel| rules.check(panel).is_ok()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_simplex_finds_what_another_solver_finds(first in programs(), costs in proptest::collection::vec(-4..5i32, 7)) {
        let mut simplex = built(&first);
        prop_assert!(same(answer(&mut simplex, &first), oracle(&first)));
        // and goes on from there with other costs, other bounds, a new row and a new inverse
        let mut second = first.clone();
        for (j, column) in second.columns.iter_mut().enumerate() {
            *column = (column.0, column.1 + f64::from(costs[j].max(0)), f64::from(costs[j]));
            simplex.set_cost(j, column.2);
            simplex.set_bounds(j, column.0, column.1);
        }
        let row: Vec<f64> = (0..second.columns.len()).map(|j| f64::from(costs[j].signum())).collect();
        let entries: Vec<_> = row.iter().copied().enumerate().filter(|(_, a)| *a != 0.0).collect();
        simplex.add_row(&entries, -3.0, 3.0);
        second.rows.push((row, -3.0, 3.0));
        prop_assert!(same(answer(&mut simplex, &second), oracle(&second)));
        let column = simplex.column(0).to_vec();
        simplex.set_column(0, column);
        prop_assert!(same(answer(&mut simplex, &second), oracle(&second)));
    }

    #[test]
    fn the_finder_finds_the_best_panel(rules in pools(), worth in proptest::collection::vec(-5..6i32, 30)) {
        let kinds = Kinds::new(&rules);
        let kind_of = |i: u32| kinds.kinds.iter().position(|k| k.members.iter().flatten().any(|&m| m == i)).expect("a kind");
        let weights: Vec<f64> = (0..kinds.kinds.len()).map(|t| f64::from(worth[t])).collect();
        let value = |panel: &Vec<u32>| panel.iter().map(|&i| weights[kind_of(i)]).sum::<f64>();
        let best = all_panels(&rules).iter().map(value).fold(f64::NEG_INFINITY, f64::max);
        match Finder::new(&kinds).best(&weights, f64::NEG_INFINITY, 10_000) {
            Found::Best(panel, found) => {
                prop_assert!(kinds.valid(&panel));
                prop_assert!((found - best).abs() < 1e-6, "{} is not {}", found, best);
            }
            Found::Nothing => prop_assert!(best == f64::NEG_INFINITY),
            Found::Undecided(_) => prop_assert!(false, "a small pool is always decided"),
        }
    }

    #[test]
    fn people_who_are_alike_are_dealt_alike(mut rules in pools(), picks in proptest::collection::vec(0..1000usize, 40)) {
        rules.size = rules.size.min(2);
        rules.rows.fill(Bounds { min: 0, max: rules.size });
        let kinds = Kinds::new(&rules);
        let panels = all_panels(&rules);
        prop_assume!(!panels.is_empty());
        let chosen: Vec<Vec<u32>> = picks.iter().map(|p| {
            let panel = &panels[p % panels.len()];
            kinds.kinds.iter().map(|k| panel.iter().filter(|i| k.members.iter().flatten().any(|m| m == *i)).count() as u32).collect()
        }).collect();
        let dealt = deal(&kinds, &chosen);
        let mut counts = vec![0u32; rules.members.len()];
        for panel in &dealt {
            prop_assert_eq!(rules.check(panel), Ok(()));
            for &i in panel {
                counts[i as usize] += 1;
            }
        }
        for kind in &kinds.kinds {
            let of = || kind.members.iter().flatten().map(|&i| counts[i as usize]);
            prop_assert!(of().max() <= of().min().map(|least| least + 1), "{:?}", counts);
        }
    }
}

#[test]
fn more_seats_than_members_and_no_seats_at_all_are_answered() {
    let rules = |size| Rules {
        size,
        rows: vec![Bounds { min: 0, max: 3 }],
        members: vec![Standing { rows: vec![0], household: None }; 2],
    };
    let options = Options { objective: Objective::Leximin, panels: 5, search_seed: [0; 32] };
    assert!(fairness::propose(&rules(3), &options, &mut |_| {}).is_err());
    let empty = fairness::propose(&rules(0), &options, &mut |_| {}).expect("an empty panel");
    assert_eq!(empty.panels, vec![Vec::<u32>::new(); 5]);
}
