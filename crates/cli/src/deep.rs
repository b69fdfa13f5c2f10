//! The ideal of a record's pool, found anew by solving: what the proof in whole numbers may leave open.

use std::io;

use fairness::{Objective, Options, Proposal, propose};
use serde::Serialize;
use sortition::opened::{Observed, Public};
use sortition::record::Bundle;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::say::{CARE, GOOD, Say, percent_down, percent_up};

/// The seed of the search: the answer does not depend on it, only the way there.
const SEED: [u8; 32] = [0; 32];

/// What solving found.
#[derive(Debug, Serialize)]
pub struct Deep {
    /// The objective that the record names.
    objective: &'static str,
    /// Whether it is settled that whole panels reach the ideal.
    settled: bool,
    /// The greatest smallest chance that a lottery can give all whom a panel can hold, in millionths, rounded up.
    greatest: u64,
    /// The smallest chance that this one gives them, in millionths, rounded down.
    here: u64,
    /// The largest distance of a member's chance from the ideal of the record's objective, in millionths, rounded up.
    distance: u64,
    /// How many rules about whole panels had to be found for it.
    cuts: usize,
}

/// Solves the pool of a record that was verified.
///
/// # Errors
/// If the record cannot be read, or the solver finds no lottery.
pub fn solve(bundle: &Bundle) -> Result<Deep, Failure> {
    let none = sortition::Files::new();
    let unread = |reason: String| Failure::no(reason, "mend what the checks name first");
    let public = Public::read(&bundle.public).map_err(unread)?;
    let observed = Observed::read(&public, bundle.observers.as_ref().unwrap_or(&none)).map_err(unread)?;
    let name = public.commit.objective.name();
    let leximin = propose_anew(&observed, Objective::Leximin, public.commit.m)?;
    let own = match Objective::from_name(name) {
        Some(objective) if objective != Objective::Leximin => {
            propose_anew(&observed, objective, public.commit.m)?
        }
        _ => leximin.clone(),
    };
    let counts = observed.portfolio.counts(observed.lines.len());
    let m = f64::from(public.commit.m);
    let possible = |index: &usize| leximin.impossible.binary_search(&(*index as u32)).is_err();
    let least =
        |values: &dyn Fn(usize) -> f64| (0..counts.len()).filter(possible).map(values).fold(1.0, f64::min);
    let share = |index: usize| f64::from(counts[index]) / m;
    let distance = (0..counts.len()).map(|i| (share(i) - own.target[i]).abs()).fold(0.0, f64::max);
    let up = |part: f64| (part * 1e6 - 1e-3).ceil().max(0.0) as u64;
    Ok(Deep {
        objective: name,
        settled: leximin.exact && own.exact,
        greatest: up(least(&|index| leximin.target[index])),
        here: (least(&share) * 1e6 + 1e-3).floor() as u64,
        distance: up(distance),
        cuts: leximin.cuts.max(own.cuts),
    })
}

fn propose_anew(observed: &Observed, objective: Objective, panels: u32) -> Result<Proposal, Failure> {
    let mut line = Progress::begin();
    let mut show = |stage: fairness::Progress| line.lottery(stage.phase, stage.level, stage.bad_panels);
    let options = Options { objective, panels, search_seed: SEED };
    propose(&observed.rules, &options, &mut show).map_err(|_| {
        Failure::could_not_run(
            "the solver found no lottery for this pool",
            "go by the proof in whole numbers",
        )
    })
}

impl Deep {
    /// Says what was found.
    ///
    /// # Errors
    /// If nobody listens any more.
    pub fn tell(&self, say: &mut Say) -> io::Result<()> {
        let millionths = 1_000_000;
        let greatest = percent_up(self.greatest.into(), millionths);
        let [here, distance] =
            [percent_down(self.here.into(), millionths), percent_up(self.distance.into(), millionths)];
        say.line(
            "Solved anew, by this program's solver and with rounded numbers (the checks above need neither):",
        )?;
        if self.settled {
            say.line(format_args!(
                "  {GOOD}no lottery over whole panels can give the least likely member more than {greatest}; this one gives {here}{GOOD:#}"
            ))?;
        } else {
            say.line(format_args!(
                "  {CARE}not settled:{CARE:#} no lottery gives the least likely member more than {greatest}, but whole panels may not reach that; this one gives {here}"
            ))?;
        }
        say.line(format_args!("  every chance is within {distance} of its ideal under {}", self.objective))
    }
}
