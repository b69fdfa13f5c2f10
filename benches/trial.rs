//! One run from a pool to a verified draw, with the time that each part took.

use std::time::Duration;

use fairness::kinds::Kinds;
use rehearsal::Shape;
use serde::{Deserialize, Serialize};
use sortition::certificate::bound;
use sortition::verification::Level;

use crate::machine::{peak_memory, processor_time};
use crate::pools::files;
use crate::run::{Assembly, check, draw};

/// The phase in which the ideal chances are found.
const LEXIMIN: &str = "raising the lowest chances";
/// How often what takes milliseconds is repeated.
const REPEATS: u32 = 10;

/// What a run took, and how fair its lottery is. Times are seconds of processor time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The name of the pool.
    pub name: String,
    /// The number of members of the pool.
    pub n: usize,
    /// The number of members of a panel.
    pub k: u32,
    /// The number of features.
    pub features: usize,
    /// Whether no two of a panel may share an address.
    pub households: bool,
    /// How many kinds of members there are; members of a kind are alike.
    pub kinds: usize,
    /// The number of panels.
    pub m: u32,
    /// Reading the two files and registering the members.
    pub reading: f64,
    /// Finding the ideal chances.
    pub leximin: f64,
    /// Making the panels and the proof.
    pub portfolio: f64,
    /// Checking every panel, writing the record in memory, and checking that as an auditor.
    pub record: f64,
    /// The most memory held until then, in KiB.
    pub memory: Option<u64>,
    /// The draw.
    pub draw: f64,
    /// Verification by everybody, by observers and by auditors.
    pub verify: [f64; 3],
    /// The smallest chance.
    pub smallest: f64,
    /// No lottery gives everybody more than this, in parts of 10^12.
    pub bound: Option<u64>,
    /// The largest distance of a chance from the ideal one, in panels.
    pub distance: f64,
    /// The levels of the ideal.
    pub levels: usize,
    /// Whether the ideal was found to be the best there is.
    pub exact: bool,
}

impl Trial {
    /// Everything that `prepare` does, but for files on a disk.
    pub fn prepare(&self) -> f64 {
        self.reading + self.leximin + self.portfolio + self.record
    }
}

/// Makes up the pool of a shape and runs it once, with the rule on shared addresses or without.
///
/// # Errors
/// What did not work.
pub fn run(shape: &Shape, panels: u32, households: bool) -> Result<Trial, String> {
    let files = files(shape);
    let (reading, assembly) = timed(|| Assembly::read(shape, &files, households));
    let assembly = assembly?;
    let mut leximin = Duration::ZERO;
    let (mut is_leximin, mut since) = (true, processor_time());
    let (lottery, proposal) = timed(|| {
        assembly.propose(panels, &mut |progress| {
            let now = processor_time();
            if is_leximin {
                leximin += now.saturating_sub(since);
            }
            (is_leximin, since) = (progress.phase == LEXIMIN, now);
        })
    });
    let proposal = proposal?;
    let (record, prepared) = timed(|| assembly.commit(&proposal));
    let prepared = prepared?;
    let memory = peak_memory();
    let bundle = draw(&prepared)?;
    let draw = mean(|| draw(&prepared).map(drop))?;
    let mut verify = [0.0; 3];
    for (time, level) in verify.iter_mut().zip([Level::Public, Level::Observer, Level::Auditor]) {
        *time = mean(|| check(&bundle, level, prepared.commitment))?;
    }
    let mut counts = vec![0; shape.pool];
    proposal.panels.iter().flatten().for_each(|&index| counts[index as usize] += 1);
    let first = proposal.certificate.levels.first();
    Ok(Trial {
        name: shape.name.to_owned(),
        n: shape.pool,
        k: shape.panel,
        features: shape.features,
        households,
        kinds: Kinds::new(&assembly.rules).kinds.len(),
        m: panels,
        reading,
        leximin: leximin.as_secs_f64(),
        portfolio: lottery - leximin.as_secs_f64(),
        record,
        memory,
        draw,
        verify,
        smallest: f64::from(counts.iter().copied().min().unwrap_or(0)) / f64::from(panels),
        bound: first.and_then(|level| bound(level, &assembly.rules, &counts, panels)?.parts()),
        distance: proposal.distance * f64::from(panels),
        levels: proposal.levels,
        exact: proposal.exact,
    })
}

/// The mean seconds of processor time that `work` takes.
fn mean(work: impl Fn() -> Result<(), String>) -> Result<f64, String> {
    let (all, done) = timed(|| (0..REPEATS).try_for_each(|_| work()));
    done.map(|()| all / f64::from(REPEATS))
}

/// The seconds of processor time that `work` takes, and what it gives.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = processor_time();
    let given = work();
    (processor_time().saturating_sub(before).as_secs_f64(), given)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::LEXIMIN;
    use crate::pools::{files, sizes};
    use crate::run::Assembly;

    #[test]
    fn the_phases_can_be_told_apart() {
        let [smallest, ..] = sizes();
        let mut phases = BTreeSet::new();
        let assembly = Assembly::read(&smallest, &files(&smallest), false).unwrap();
        assembly.propose(1000, &mut |progress| _ = phases.insert(progress.phase)).unwrap();
        assert!(phases.remove(LEXIMIN), "{phases:?}");
        assert!(!phases.is_empty());
    }
}
