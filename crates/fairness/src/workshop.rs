//! Where the panels are made: by swaps; where that is not enough, from a mixture of panels; and where the ideal is no
//! mixture of panels, a cut that says why.

use std::collections::BTreeSet;
use std::iter::repeat_n;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use crate::clash::clash;
use crate::exchange::{Exchange, NEAR};
use crate::finder::{Finder, Found};
use crate::ideal::Cut;
use crate::kinds::Kinds;
use crate::lottery::{NODES, Options, Progress, Refusal};
use crate::mixture::{Mixture, mixture, multiples, refine};
use crate::swaps::Swaps;
use crate::target::{appearances, windows};

/// Tries without success before a swap search gives up, and before one gives up that has only one bad panel in
/// [`FEW`] left.
const PATIENCE: [usize; 2] = [15_000, 150_000];
/// See [`PATIENCE`].
const FEW: usize = 20;
/// Exchanges without success before members are left where they are.
const EVENING: usize = 250_000;
/// By how many panels a member may be away from the ideal in a pool of more than [`LARGE`] kinds before the ideal is
/// decomposed.
const GOOD_ENOUGH: f64 = 3.0;
/// Kinds above which decomposing the ideal takes long.
const LARGE: usize = 600;
/// Kinds above which the ideal is not decomposed.
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

/// Valid panels, and by how many panels the member farthest from the ideal is away.
struct Evened {
    panels: Vec<Vec<u32>>,
    farthest: f64,
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
        let large = self.kinds.kinds.len() > LARGE;
        let searched = if self.streams == 0 { self.search(expected, progress) } else { None };
        if let Some(Evened { panels, farthest }) = &searched {
            if *farthest <= NEAR || (large && *farthest <= GOOD_ENOUGH) {
                return Ok(Made::Panels { panels: panels.clone(), exact: *farthest <= NEAR });
            }
            self.known = panels.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        }
        if self.known.is_empty() {
            self.find_one()?;
        }
        if self.kinds.kinds.len() > MIXTURE_KINDS {
            let even = vec![1.0 / self.known.len() as f64; self.known.len()];
            return Ok(self.panels_of(expected, &even, false, searched, progress));
        }
        let mut tick = |step| progress(Progress { phase: "mixing panels", level: step, bad_panels: 0 });
        let known = &mut self.known;
        Ok(match mixture(self.kinds, expected, known, &mut self.finder, NODES, &mut tick) {
            Mixture::Weights(weights) => self.panels_of(expected, &weights, true, searched, progress),
            Mixture::Cut { cut, .. } if may_cut => Made::Cut(cut),
            Mixture::Cut { weights, .. } | Mixture::Undecided(weights) => {
                self.panels_of(expected, &weights, false, searched, progress)
            }
        })
    }

    fn rng(&mut self) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.options.search_seed);
        rng.set_stream(self.streams);
        self.streams += 1;
        rng
    }

    /// One search by swaps, its bad panels mended and all of them evened out; nothing if no panel is good.
    fn search(&mut self, expected: &[f64], progress: &mut dyn FnMut(Progress)) -> Option<Evened> {
        let mut rng = self.rng();
        let appearances = appearances(self.kinds, expected, self.options.panels, &mut rng);
        let windows = windows(expected, self.options.panels);
        let mut swaps = Swaps::deal(self.kinds, &appearances, windows, self.options.panels as usize);
        let mut tick = |bad_panels| progress(Progress { phase: "making panels", level: 0, bad_panels });
        for patience in PATIENCE {
            if swaps.bad_panels() * FEW <= self.options.panels as usize || patience == PATIENCE[0] {
                swaps.repair(patience, &mut rng, &mut tick);
            }
        }
        self.even_out(&swaps.panels(), expected, progress)
    }

    fn find_one(&mut self) -> Result<(), Refusal> {
        match self.finder.best(&vec![0.0; self.kinds.kinds.len()], -1.0, NODES) {
            Found::Best(panel, _) | Found::Undecided(Some((panel, _))) => self.known.push(panel),
            Found::Nothing => return Err(clash(self.kinds, NODES).map_or(Refusal::Undecided, Refusal::Clash)),
            Found::Undecided(None) => return Err(Refusal::Undecided),
        }
        Ok(())
    }

    /// Panels from weights of the known ones, evened out; or those that were there before, if they are nearer.
    fn panels_of(
        &mut self,
        expected: &[f64],
        weights: &[f64],
        exact: bool,
        before: Option<Evened>,
        progress: &mut dyn FnMut(Progress),
    ) -> Made {
        let mut times = multiples(weights, self.options.panels as usize);
        if self.known.len() <= REFINED_PANELS {
            refine(self.kinds, expected, &self.known, &mut times);
        }
        let repeated =
            self.known.iter().zip(&times).flat_map(|(panel, &times)| repeat_n(panel.clone(), times));
        let start: Vec<Vec<u32>> = repeated.collect();
        let after = self.even_out(&start, expected, progress);
        let farthest = |evened: &Option<Evened>| evened.as_ref().map_or(f64::INFINITY, |e| e.farthest);
        let best = if farthest(&after) <= farthest(&before) { after } else { before };
        Made::Panels { panels: best.map_or(start, |evened| evened.panels), exact }
    }

    /// Panels made valid and brought nearer to the ideal; nothing if none of them is valid to begin with.
    fn even_out(
        &mut self,
        start: &[Vec<u32>],
        expected: &[f64],
        progress: &mut dyn FnMut(Progress),
    ) -> Option<Evened> {
        let mut swaps = Swaps::from_panels(self.kinds, start);
        let mut rng = self.rng();
        let mut tick = |far| progress(Progress { phase: "evening out", level: 0, bad_panels: far });
        let mut exchange = Exchange::new(&mut swaps, expected);
        if !exchange.mend() {
            return None;
        }
        exchange.approach(EVENING, &mut rng, &mut tick);
        let farthest = exchange.farthest();
        Some(Evened { panels: swaps.panels(), farthest })
    }
}
