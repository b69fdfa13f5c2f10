//! Where the panels are made: by swaps; where that is not enough, from a mixture of panels; and where the ideal is no
//! mixture of panels, a cut that says why.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use crate::exchange::Exchange;
use crate::finder::{Finder, Found};
use crate::ideal::Cut;
use crate::kinds::Kinds;
use crate::lottery::{NODES, Options, Progress, Refusal};
use crate::mixture::{Mixture, mixture, multiples, refine};
use crate::swaps::Swaps;
use crate::target::{Window, appearances, wide_windows, windows};

/// Swap searches with different randomness before another way is tried.
const SEARCHES: usize = 1;
/// Tries without success before a swap search gives up.
const PATIENCE: usize = 20_000;
/// Exchanges without success before members are left where they are.
const EVENING: usize = 500_000;
/// Kinds above which good panels are evened out before the ideal is decomposed.
const LARGE: usize = 600;
/// How many panels a member of a large pool may be away from the ideal.
const GOOD_ENOUGH: f64 = 3.0;
/// Kinds above which the ideal is not decomposed by linear programming.
const MIXTURE_KINDS: usize = 2_000;
/// Panels above which multiples are not refined.
const REFINED_PANELS: usize = 400;

/// What came of it.
pub enum Made {
    /// Panels of kinds, all valid.
    Panels {
        /// The numbers of members of each kind, per panel.
        panels: Vec<Vec<u32>>,
        /// Whether the ideal was found to be a mixture of panels.
        exact: bool,
    },
    /// The ideal is no mixture of panels.
    Cut(Cut),
}

/// Makes panels; remembers the good ones it saw.
pub struct Workshop<'a> {
    kinds: &'a Kinds,
    options: &'a Options,
    finder: Finder<'a>,
    known: Vec<Vec<u32>>,
    streams: u64,
}

impl<'a> Workshop<'a> {
    /// A workshop without panels.
    pub fn new(kinds: &'a Kinds, options: &'a Options) -> Self {
        Self { kinds, options, finder: Finder::new(kinds), known: Vec::new(), streams: 0 }
    }

    /// Panels near the ideal, or a cut if there may be more of them.
    ///
    /// # Errors
    /// [`Refusal`] if there is no panel, or none can be found.
    pub fn make(
        &mut self,
        expected: &[f64],
        may_cut: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Made, Refusal> {
        if self.streams == 0 {
            for _ in 0..SEARCHES {
                if let Some(panels) = self.search(expected, progress) {
                    return Ok(Made::Panels { panels, exact: true });
                }
            }
        }
        if self.kinds.kinds.len() > LARGE && !self.known.is_empty() {
            let start: Vec<Vec<u32>> =
                self.known.iter().cycle().take(self.options.panels as usize).cloned().collect();
            let (panels, far) = self.even_out(&start, expected, progress);
            if far <= GOOD_ENOUGH {
                return Ok(Made::Panels { panels, exact: far <= 1.0 });
            }
        }
        if self.known.is_empty() {
            self.find_one()?;
        }
        let even = vec![1.0 / self.known.len() as f64; self.known.len()];
        if self.kinds.kinds.len() > MIXTURE_KINDS {
            return Ok(self.panels_of(expected, &even, false, progress));
        }
        let mut tick = |step| progress(Progress { phase: "mixing panels", level: step, bad_panels: 0 });
        let known = &mut self.known;
        Ok(match mixture(self.kinds, expected, known, &mut self.finder, NODES, &mut tick) {
            Mixture::Weights(weights) => self.panels_of(expected, &weights, true, progress),
            Mixture::Cut(cut) if may_cut => Made::Cut(cut),
            Mixture::Cut(_) => self.panels_of(expected, &even, false, progress),
            Mixture::Undecided(weights) => self.panels_of(expected, &weights, false, progress),
        })
    }

    fn rng(&mut self) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.options.search_seed);
        rng.set_stream(self.streams);
        self.streams += 1;
        rng
    }

    /// One search by swaps; the good panels of one that fails are remembered.
    fn search(&mut self, expected: &[f64], progress: &mut dyn FnMut(Progress)) -> Option<Vec<Vec<u32>>> {
        let mut rng = self.rng();
        let appearances = appearances(self.kinds, expected, self.options.panels, &mut rng);
        let windows = windows(expected, self.options.panels);
        let mut swaps = Swaps::deal(self.kinds, &appearances, windows, self.options.panels as usize);
        if repair(&mut swaps, &mut rng, progress) {
            return Some(swaps.panels());
        }
        let known: BTreeSet<Vec<u32>> = self.known.drain(..).chain(swaps.good_panels()).collect();
        self.known = known.into_iter().collect();
        None
    }

    fn find_one(&mut self) -> Result<(), Refusal> {
        match self.finder.best(&vec![0.0; self.kinds.kinds.len()], -1.0, NODES) {
            Found::Best(panel, _) | Found::Undecided(Some((panel, _))) => self.known.push(panel),
            Found::Nothing => {
                return Err(crate::clash::clash(self.kinds, NODES).map_or(Refusal::Undecided, Refusal::Clash));
            }
            Found::Undecided(None) => return Err(Refusal::Undecided),
        }
        Ok(())
    }

    /// Panels from weights of the known ones, brought to the ideal as far as swaps can.
    fn panels_of(
        &mut self,
        expected: &[f64],
        weights: &[f64],
        exact: bool,
        progress: &mut dyn FnMut(Progress),
    ) -> Made {
        let total = self.options.panels;
        let mut times = multiples(weights, total as usize);
        if self.known.len() <= REFINED_PANELS {
            refine(self.kinds, expected, &self.known, &mut times);
        }
        let repeated = self
            .known
            .iter()
            .zip(&times)
            .flat_map(|(panel, &times)| std::iter::repeat_n(panel.clone(), times));
        let start: Vec<Vec<u32>> = repeated.collect();
        let wide = wide_windows(self.kinds, expected, total);
        if within(&start, &wide) {
            return Made::Panels { panels: start, exact };
        }
        let (panels, _) = self.even_out(&start, expected, progress);
        Made::Panels { panels, exact }
    }

    /// Valid panels brought nearer to the ideal, and by how many panels the member farthest from it is still away.
    fn even_out(
        &mut self,
        start: &[Vec<u32>],
        expected: &[f64],
        progress: &mut dyn FnMut(Progress),
    ) -> (Vec<Vec<u32>>, f64) {
        let wide = wide_windows(self.kinds, expected, self.options.panels);
        let mut swaps = Swaps::from_panels(self.kinds, start, wide);
        let mut rng = self.rng();
        let mut tick = |far| progress(Progress { phase: "evening out", level: 0, bad_panels: far });
        let mut exchange = Exchange::new(&mut swaps, expected);
        exchange.approach(EVENING, &mut rng, &mut tick);
        let farthest = exchange.farthest();
        (swaps.panels(), farthest)
    }
}

fn repair(swaps: &mut Swaps<'_>, rng: &mut ChaCha20Rng, progress: &mut dyn FnMut(Progress)) -> bool {
    let mut tick = |bad_panels| progress(Progress { phase: "making panels", level: 0, bad_panels });
    swaps.repair(PATIENCE, rng, &mut tick)
}

/// Whether the panels hold every kind as often as its window says.
fn within(panels: &[Vec<u32>], windows: &[Window]) -> bool {
    (windows.iter().enumerate()).all(|(t, w)| {
        let appearances: u32 = panels.iter().map(|panel| panel[t]).sum();
        w.low <= appearances && appearances <= w.high
    })
}
