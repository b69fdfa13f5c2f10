//! Which quotas clash: a smallest set of demands that no panel can meet together.
//!
//! A deletion filter: leave out one demand after the other; where the rest still cannot be met, it is not needed for
//! the clash. First over the relaxation, by `good_lp`; a clash that only whole people have is found by the finder.

use good_lp::{Expression, ResolutionError, Solution, SolverModel, constraint, microlp, variable, variables};

use crate::finder::{Finder, Found};
use crate::kinds::{Kinds, Span};

/// Which end of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// At least its minimum.
    Min,
    /// At most its maximum.
    Max,
}

/// One end of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demand {
    /// The row of the rules.
    pub row: u32,
    /// Its end.
    pub end: End,
}

/// Demands that no panel of this size from this pool can meet together; without any one of them there would be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The demands.
    pub demands: Vec<Demand>,
    /// Whether "at most one of a household" belongs to the clash.
    pub households: bool,
    /// Whether they could be met if people were divisible.
    pub whole: bool,
}

/// Whether somebody's panel meets the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    Unknown,
}

/// Steps that each question of a filter may take.
const FILTER_NODES: usize = 2_000;

/// A smallest clash, if one can be proved within `nodes` steps. Where the demands clash even for divisible people, it is
/// smallest among such clashes, which are proved at once; otherwise it is smallest as far as questions about whole people
/// can be answered in time, and a demand whose part is in doubt is kept.
pub fn clash(kinds: &Kinds, nodes: usize) -> Option<Clash> {
    let whole =
        |kinds: &Kinds, nodes| match Finder::new(kinds).best(&vec![0.0; kinds.kinds.len()], -1.0, nodes) {
            Found::Best(..) | Found::Undecided(Some(_)) => Answer::Yes,
            Found::Nothing => Answer::No,
            Found::Undecided(None) => Answer::Unknown,
        };
    let divisible = relaxation(kinds) == Answer::No;
    if !divisible && whole(kinds, nodes) != Answer::No {
        return None;
    }
    let mut left = kinds.clone();
    if divisible {
        filter(&mut left, &relaxation);
    } else {
        filter(&mut left, &|kinds| whole(kinds, FILTER_NODES));
    }
    let ends = |(row, span): (u32, &Span)| {
        let min = (span.min > 0).then_some(Demand { row, end: End::Min });
        let max = (span.max < left.size).then_some(Demand { row, end: End::Max });
        [min, max].into_iter().flatten()
    };
    Some(Clash {
        demands: (0u32..).zip(&left.rows).flat_map(ends).collect(),
        households: left.has_households(),
        whole: !divisible,
    })
}

/// Leaves out what is not needed for the answer to be no.
fn filter(left: &mut Kinds, answer: &dyn Fn(&Kinds) -> Answer) {
    if left.has_households() {
        let without = left.without_households();
        if answer(&without) == Answer::No {
            *left = without;
        }
    }
    for row in 0..left.rows.len() {
        for end in [End::Max, End::Min] {
            let kept = left.rows[row];
            match end {
                End::Min => left.rows[row].min = 0,
                End::Max => left.rows[row].max = left.size,
            }
            if left.rows[row] != kept && answer(left) != Answer::No {
                left.rows[row] = kept;
            }
        }
    }
}

/// Whether fractions of people could meet the rules.
fn relaxation(kinds: &Kinds) -> Answer {
    let mut vars = variables!();
    let x: Vec<_> = kinds.kinds.iter().map(|k| vars.add(variable().min(0).max(f64::from(k.most)))).collect();
    let mut model = vars.minimise(0.0).using(microlp);
    let total: Expression = x.iter().sum();
    model = model.with(constraint!(total == f64::from(kinds.size)));
    for (r, span) in kinds.rows.iter().enumerate() {
        let counted = kinds.kinds.iter().zip(&x).filter(|(kind, _)| kind.rows.contains(&(r as u32)));
        let sum: Expression = counted.map(|(_, &x)| x).sum();
        if span.min > 0 {
            model = model.with(constraint!(sum.clone() >= f64::from(span.min)));
        }
        if span.max < kinds.size {
            model = model.with(constraint!(sum <= f64::from(span.max)));
        }
    }
    for class in &kinds.classes {
        let sum: Expression = class.kinds.iter().map(|&t| x[t]).sum();
        model = model.with(constraint!(sum <= class.households.len() as f64));
    }
    match model.solve() {
        Ok(solution) => {
            let _ = solution.eval(0.0);
            Answer::Yes
        }
        Err(ResolutionError::Infeasible) => Answer::No,
        Err(_) => Answer::Unknown,
    }
}
