//! What fair means: four objectives on the same polytope.

use crate::cones::Open;
use crate::finder::{Finder, Found};
use crate::goldilocks::goldilocks;
use crate::ideal::{Depth, Ideal, NOTHING, NoIdeal, ideal};
use crate::kinds::Kinds;
use crate::lottery::NODES;
use crate::nash::nash;
use crate::polytope::Cut;

/// What the lottery makes as fair as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// The smallest probability, then the next smallest, and so on.
    #[default]
    Leximin,
    /// Only the smallest probability.
    Maximin,
    /// The product of all probabilities.
    Nash,
    /// The smallest probability and the largest, both near the average ([`crate::goldilocks`] has the formula).
    Goldilocks,
}

impl Objective {
    /// All objectives, by the names that people type.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("leximin", Self::Leximin),
        ("maximin", Self::Maximin),
        ("nash", Self::Nash),
        ("goldilocks", Self::Goldilocks),
    ];

    /// The objective of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|&(_, o)| o)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leximin => "leximin",
            Self::Maximin => "maximin",
            Self::Nash => "nash",
            Self::Goldilocks => "goldilocks",
        }
    }

    /// The ideal of this objective under the cuts, given the leximin ideal under the same cuts: what a panel expects of each kind.
    ///
    /// # Errors
    /// [`NoIdeal`].
    pub fn expected(self, kinds: &Kinds, cuts: &[Cut], leximin: &Ideal) -> Result<Vec<f64>, NoIdeal> {
        match self {
            Self::Leximin => Ok(leximin.expected.clone()),
            Self::Maximin => ideal(kinds, cuts, Depth::First, &mut |_| ()).map(|ideal| ideal.expected),
            Self::Nash | Self::Goldilocks => match Open::new(kinds, settled(kinds, &leximin.expected)) {
                None => Ok(leximin.expected.clone()),
                Some(open) if self == Self::Nash => nash(kinds, cuts, &open),
                Some(open) => goldilocks(kinds, cuts, &open),
            },
        }
    }
}

/// The kinds whose chance no lottery can change: 0 for those of whom no panel can hold any, all their members for those of
/// whom every panel holds all. Leximin gives everybody more than 0 who can have it, and less than 1 only to those who can
/// have less.
fn settled(kinds: &Kinds, leximin: &[f64]) -> Vec<Option<f64>> {
    let all = |t: usize| f64::from(kinds.kinds[t].multiplicity);
    let mut out: Vec<Option<f64>> =
        (0..leximin.len()).map(|t| (leximin[t] < NOTHING * all(t)).then_some(0.0)).collect();
    let mut always: Vec<usize> =
        (0..leximin.len()).filter(|&t| leximin[t] > all(t) * (1.0 - NOTHING)).collect();
    let mut finder = Finder::new(kinds);
    while !always.is_empty() {
        let mut weights = vec![0.0; leximin.len()];
        for &t in &always {
            weights[t] = -1.0;
        }
        let Found::Best(panel, _) = finder.best(&weights, f64::NEG_INFINITY, NODES) else { break };
        let before = always.len();
        always.retain(|&t| panel[t] == kinds.kinds[t].multiplicity);
        if always.len() == before {
            always.iter().for_each(|&t| out[t] = Some(all(t)));
            break;
        }
    }
    out
}
