//! From the rules to a proposed lottery.

use sortition::{Certificate, Rules};

use crate::clash::{Clash, clash};
use crate::deal::deal;
use crate::ideal::{Depth, Ideal, NOTHING, NoIdeal, ideal};
use crate::kinds::Kinds;
use crate::objective::Objective;
use crate::polytope::Cut;
use crate::proof::certificate;
use crate::workshop::{Made, Workshop};

/// Steps that a question about whole panels may take.
pub(crate) const NODES: usize = 20_000;
/// Cuts after which the ideal is left as it is.
const CUTS: usize = 400;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// The objective.
    pub objective: Objective,
    /// The number of panels, m.
    pub panels: u32,
    /// The seed of the searches. It decides which of many equally fair lotteries is found.
    pub search_seed: [u8; 32],
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: &'static str,
    /// The level of leximin, counted from 1; 0 in other phases.
    pub level: usize,
    /// How many panels still break a rule; 0 in other phases.
    pub bad_panels: usize,
}

/// A lottery.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// m panels of member indices, ascending; each meets every rule.
    pub panels: Vec<Vec<u32>>,
    /// The ideal selection probability of each member.
    pub target: Vec<f64>,
    /// Multipliers that bound each level of the relaxation; where the objective is not leximin, the smallest chance only.
    pub certificate: Certificate,
    /// How many levels the leximin ideal has.
    pub levels: usize,
    /// How many cuts were needed because the relaxation is not a mixture of panels.
    pub cuts: usize,
    /// Whether the target is the optimum: the relaxation's, or that of the relaxation with cuts of which it was found to be a mixture
    /// of panels.
    pub exact: bool,
    /// The largest distance of a member's probability from the target.
    pub distance: f64,
    /// The members whom no panel can hold (target 0), ascending.
    pub impossible: Vec<u32>,
}

/// Why there is no lottery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No panel meets the rules.
    Clash(Clash),
    /// No panel was found, nor a proof that there is none.
    Undecided,
    /// The numbers defeated the solver.
    Stalled,
}

/// The fairest lottery for the rules.
///
/// # Errors
/// [`Refusal`].
pub fn propose(
    rules: &Rules,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Proposal, Refusal> {
    let kinds = Kinds::new(rules);
    let relaxed = leximin(&kinds, &[], progress)?;
    let mut workshop = Workshop::new(&kinds, options);
    let mut cuts = Vec::new();
    let mut current = relaxed.clone();
    let (expected, panels, exact) = loop {
        let wanted = options.objective.expected(&kinds, &cuts, &current);
        let expected = wanted.map_err(|why| refusal(&kinds, why))?;
        match workshop.make(&expected, cuts.len() < CUTS, progress)? {
            Made::Panels { panels, exact } => break (expected, panels, exact),
            Made::Cut(cut) => {
                cuts.push(cut);
                current = leximin(&kinds, &cuts, progress)?;
            }
        }
    };
    let panels = deal(&kinds, &panels);
    let levels =
        if options.objective == Objective::Leximin { relaxed.levels } else { relaxed.first_levels() };
    let certificate = certificate(rules, &kinds, &levels, &panels);
    let levels = current.levels.len();
    Ok(Proposal { certificate, levels, cuts: cuts.len(), exact, ..Proposal::new(&kinds, &expected, panels) })
}

fn leximin(kinds: &Kinds, cuts: &[Cut], progress: &mut dyn FnMut(Progress)) -> Result<Ideal, Refusal> {
    let mut tick = |level| progress(Progress { phase: "raising the lowest chances", level, bad_panels: 0 });
    ideal(kinds, cuts, Depth::All, &mut tick).map_err(|why| refusal(kinds, why))
}

fn refusal(kinds: &Kinds, why: NoIdeal) -> Refusal {
    match why {
        NoIdeal::Empty => clash(kinds, NODES).map_or(Refusal::Undecided, Refusal::Clash),
        NoIdeal::Stalled => Refusal::Stalled,
    }
}

impl Proposal {
    /// What the panels and the expected numbers give; the rest is filled in by the caller.
    fn new(kinds: &Kinds, expected: &[f64], panels: Vec<Vec<u32>>) -> Self {
        let n = kinds.kinds.iter().map(|kind| kind.multiplicity as usize).sum();
        let mut target = vec![0.0; n];
        for (kind, x) in kinds.kinds.iter().zip(expected) {
            for &i in kind.members.iter().flatten() {
                target[i as usize] = x / f64::from(kind.multiplicity);
            }
        }
        let mut counts = vec![0u32; n];
        for &i in panels.iter().flatten() {
            counts[i as usize] += 1;
        }
        let share = |c: u32| f64::from(c) / panels.len() as f64;
        let distance = counts.iter().zip(&target).map(|(&c, p)| (share(c) - p).abs()).fold(0.0, f64::max);
        let impossible = (0..n as u32).filter(|&i| target[i as usize] < NOTHING).collect();
        let certificate = Certificate::default();
        Self { panels, target, certificate, levels: 0, cuts: 0, exact: false, distance, impossible }
    }
}
