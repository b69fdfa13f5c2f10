//! The objectives side by side, so that one can be chosen and defended.

use std::thread;

use sortition::Rules;

use crate::ideal::{Depth, Ideal, NOTHING, NoIdeal, ideal};
use crate::kinds::Kinds;
use crate::objective::Objective;

/// How equal chances are, over the members whom a panel can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equality {
    /// The smallest chance.
    pub smallest: f64,
    /// The largest chance.
    pub largest: f64,
    /// The Gini coefficient: 0 if all chances are equal, near 1 if few have nearly all. It is half the mean difference of two
    /// chances in units of the mean chance.
    pub gini: f64,
    /// The geometric mean of the chances.
    pub geometric_mean: f64,
}

impl Equality {
    /// Of members with these chances, each so many times; those without a chance do not count.
    pub fn of(chances: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut chances: Vec<(f64, f64)> = chances.into_iter().filter(|&(p, _)| p > NOTHING).collect();
        chances.sort_by(|a, b| a.0.total_cmp(&b.0));
        let members: f64 = chances.iter().map(|&(_, many)| many).sum();
        let total: f64 = chances.iter().map(|&(p, many)| p * many).sum();
        let (mut below, mut differences) = (0.0, 0.0);
        for &(p, many) in &chances {
            // of all pairs with this group, those below it come with +p and those above it with -p
            differences += p * many * (2.0 * below + many - members);
            below += many;
        }
        let logarithms: f64 = chances.iter().map(|&(p, many)| many * p.ln()).sum();
        let some = members > 0.0;
        Self {
            smallest: chances.first().map_or(0.0, |&(p, _)| p),
            largest: chances.last().map_or(0.0, |&(p, _)| p),
            gini: if some { (differences / (members * total)).max(0.0) } else { 0.0 },
            geometric_mean: if some { (logarithms / members).exp() } else { 0.0 },
        }
    }
}

/// One objective and what it would give.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The objective.
    pub objective: Objective,
    /// The ideal chance of each member, by index.
    pub chances: Vec<f64>,
    /// How equal these chances are.
    pub equality: Equality,
}

impl Compared {
    fn new(objective: Objective, kinds: &Kinds, expected: &[f64]) -> Self {
        let members = kinds.kinds.iter().map(|kind| kind.multiplicity as usize).sum();
        let mut chances = vec![0.0; members];
        for (kind, x) in kinds.kinds.iter().zip(expected) {
            for &i in kind.members.iter().flatten() {
                chances[i as usize] = x / f64::from(kind.multiplicity);
            }
        }
        let equality = Equality::of(chances.iter().map(|&p| (p, 1.0)));
        Self { objective, chances, equality }
    }
}

/// What each objective would give in this pool, in the order of [`Objective::NAMES`]; an objective that defeats the
/// solver is left out. Each is computed in a thread of its own. It is the ideal over the relaxation: where a mixture of whole
/// panels cannot reach it, it is a little better than what a lottery can give.
///
/// # Errors
/// [`NoIdeal`], if leximin has none.
pub fn compare(rules: &Rules) -> Result<Vec<Compared>, NoIdeal> {
    let kinds = Kinds::new(rules);
    let leximin: Ideal = ideal(&kinds, &[], Depth::All, &mut |_| ())?;
    let of = &|objective: Objective| {
        let expected = objective.expected(&kinds, &[], &leximin).ok()?;
        Some(Compared::new(objective, &kinds, &expected))
    };
    Ok(thread::scope(|scope| {
        let threads = Objective::NAMES.map(|(_, objective)| scope.spawn(move || of(objective)));
        threads.into_iter().filter_map(|thread| thread.join().expect("a panic is passed on")).collect()
    }))
}
