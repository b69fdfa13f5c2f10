//! From the rules to a proposed lottery.

use sortition::{Certificate, Rules};

use crate::clash::{Clash, clash};
use crate::deal::deal;
use crate::ideal::{Cut, Ideal, NoIdeal, ideal};
use crate::kinds::Kinds;
use crate::proof::certificate;
use crate::workshop::{Made, Workshop};

/// Steps that a question about whole panels may take.
pub(crate) const NODES: usize = 20_000;
/// A target below this is none.
const IMPOSSIBLE: f64 = 1e-9;
/// Cuts after which the ideal is left as it is.
const CUTS: usize = 400;

/// What the lottery makes as fair as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// The smallest probability, then the next smallest, and so on.
    #[default]
    Leximin,
    /// Only the smallest probability.
    Maximin,
}

impl Objective {
    /// All objectives, by the names that people type.
    pub const NAMES: [(&'static str, Self); 2] = [("leximin", Self::Leximin), ("maximin", Self::Maximin)];

    /// The objective of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|&(_, o)| o)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leximin => "leximin",
            Self::Maximin => "maximin",
        }
    }
}

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
    /// Multipliers that bound each level of the relaxation.
    pub certificate: Certificate,
    /// How many levels the ideal has.
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
    let relaxed = solve(&kinds, &[], options, progress)?;
    let mut workshop = Workshop::new(&kinds, options);
    let mut cuts = Vec::new();
    let mut current = relaxed.clone();
    let (panels, exact) = loop {
        match workshop.make(&current.expected, cuts.len() < CUTS, progress)? {
            Made::Panels { panels, exact } => break (panels, exact),
            Made::Cut(cut) => {
                cuts.push(cut);
                current = solve(&kinds, &cuts, options, progress)?;
            }
        }
    };
    let panels = deal(&kinds, &panels);
    let certificate = certificate(rules, &kinds, &relaxed, &panels);
    Ok(Proposal::new(&kinds, &current, panels, certificate, cuts.len(), exact))
}

fn solve(
    kinds: &Kinds,
    cuts: &[Cut],
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Ideal, Refusal> {
    let mut tick = |level| progress(Progress { phase: "raising the lowest chances", level, bad_panels: 0 });
    ideal(kinds, cuts, options.objective == Objective::Maximin, &mut tick).map_err(|why| match why {
        NoIdeal::Empty => clash(kinds, NODES).map_or(Refusal::Undecided, Refusal::Clash),
        NoIdeal::Stalled => Refusal::Stalled,
    })
}

impl Proposal {
    fn new(
        kinds: &Kinds,
        ideal: &Ideal,
        panels: Vec<Vec<u32>>,
        certificate: Certificate,
        cuts: usize,
        exact: bool,
    ) -> Self {
        let n = kinds.kinds.iter().map(|kind| kind.multiplicity as usize).sum();
        let mut target = vec![0.0; n];
        for (kind, x) in kinds.kinds.iter().zip(&ideal.expected) {
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
        let impossible = (0..n as u32).filter(|&i| target[i as usize] < IMPOSSIBLE).collect();
        let levels = ideal.levels.len();
        Self { panels, target, certificate, levels, cuts, exact, distance, impossible }
    }
}
