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
use crate::mixture::{Mixing, Mixture, multiples, refine};
use crate::swaps::Swaps;
use crate::target::{appearances, windows};

/// In a pool of at most [`LARGE`] kinds: tries without success before a swap search gives up, and in how many times a swap
/// that makes things worse is taken.
const SMALL_POOL: (usize, u32) = (15_000, 4);
/// The same in a larger pool.
const LARGE_POOL: (usize, u32) = (6_000, 40);
/// Tries without success before the swap search is interrupted to see whether exchanges can do the rest, which is quicker.
const QUICK: usize = 1_000;
/// Exchanges are asked to do the rest if at least this share of the panels is good.
const MOSTLY_GOOD: f64 = 0.6;
/// Tries without success before a swap search gives up that has only one bad panel in [`FEW`] left.
const FEW_PATIENCE: usize = 150_000;
/// See [`FEW_PATIENCE`].
const FEW: usize = 20;
/// How often panels are evened out anew, with other random numbers, while members are far from the ideal.
const ATTEMPTS: usize = 8;
/// How much work evening out is worth.
const THOROUGH: Effort = Effort { exchanges: 60, rounds: 3, look_ups: 20_000_000 };
/// The same at the first try, after few swaps.
const BRIEF: Effort = Effort { exchanges: 15, rounds: 1, look_ups: 1_000_000 };
/// Panels in a row for which no known panel is better, before substituting ends.
const SUBSTITUTES: usize = 1_000;
/// By how many panels a member may be away from the ideal in a pool of more than [`LARGE`] kinds before the ideal is
/// decomposed.
const GOOD_ENOUGH: f64 = 3.0;
/// What is left of the ideal when panels are first made of a mixture: so many kinds to one appearance; so many times less at
/// each further try.
const ROUNDING: f64 = 4.0;
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

/// Exchanges a panel without success before members are left where they are, rounds of exchanges of all sorts without success before
/// evening out ends, and look-ups without success before the last stubborn members are left in a round.
#[derive(Clone, Copy)]
struct Effort {
    exchanges: usize,
    rounds: usize,
    look_ups: usize,
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
        let searched = if self.streams == 0 { self.search(expected, progress) } else { None };
        if let Some(Evened { panels, farthest }) = &searched {
            let large = self.kinds.kinds.len() > LARGE;
            if *farthest <= NEAR || (large && *farthest <= GOOD_ENOUGH) {
                return Ok(Made::Panels { panels: panels.clone(), exact: *farthest <= NEAR });
            }
        }
        if self.known.is_empty() {
            self.find_one()?;
        }
        let mut evened = searched;
        if self.kinds.kinds.len() > MIXTURE_KINDS {
            let even = vec![1.0 / self.known.len() as f64; self.known.len()];
            return Ok(self.panels_of(expected, &even, false, &mut evened, progress));
        }
        let mut mixing = Mixing::new(self.kinds, expected, std::mem::take(&mut self.known), NODES);
        let mut until = expected.len() as f64 / f64::from(self.options.panels) / ROUNDING;
        Ok(loop {
            let mut tick =
                |panels| progress(Progress { phase: "mixing panels", level: panels, bad_panels: 0 });
            let mixture = mixing.advance(until, &mut self.finder, &mut tick);
            self.known.clone_from(&mixing.panels);
            break match mixture {
                Mixture::Nearly(weights) => {
                    match self.panels_of(expected, &weights, false, &mut evened, progress) {
                        Made::Panels { exact: false, .. } => {
                            until /= ROUNDING;
                            continue;
                        }
                        near => near,
                    }
                }
                Mixture::Weights(weights) => self.panels_of(expected, &weights, true, &mut evened, progress),
                Mixture::Cut { cut, .. } if may_cut => Made::Cut(cut),
                Mixture::Cut { weights, .. } | Mixture::Undecided(weights) => {
                    self.panels_of(expected, &weights, false, &mut evened, progress)
                }
            };
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
        let (patience, worse_once_in) = if self.kinds.kinds.len() <= LARGE { SMALL_POOL } else { LARGE_POOL };
        swaps.repair(QUICK, worse_once_in, &mut rng, &mut tick);
        if swaps.bad_panels() as f64 <= (1.0 - MOSTLY_GOOD) * f64::from(self.options.panels)
            && let Some(evened) = self.even_out(&swaps.panels(), expected, BRIEF, progress)
            && evened.farthest <= NEAR
        {
            return Some(evened);
        }
        let mut tick = |bad_panels| progress(Progress { phase: "making panels", level: 0, bad_panels });
        swaps.repair(patience, worse_once_in, &mut rng, &mut tick);
        if swaps.bad_panels() * FEW <= self.options.panels as usize {
            swaps.repair(FEW_PATIENCE, worse_once_in, &mut rng, &mut tick);
        }
        let panels = swaps.panels();
        let good: BTreeSet<Vec<u32>> =
            panels.iter().filter(|panel| self.kinds.valid(panel)).cloned().collect();
        self.known = good.into_iter().collect();
        let few = self.kinds.kinds.len() <= LARGE;
        if few && swaps.bad_panels() > 0 {
            None
        } else {
            self.even_out(&panels, expected, THOROUGH, progress)
        }
    }

    fn find_one(&mut self) -> Result<(), Refusal> {
        match self.finder.best(&vec![0.0; self.kinds.kinds.len()], -1.0, NODES) {
            Found::Best(panel, _) | Found::Undecided(Some((panel, _))) => self.known.push(panel),
            Found::Nothing => return Err(clash(self.kinds, NODES).map_or(Refusal::Undecided, Refusal::Clash)),
            Found::Undecided(None) => return Err(Refusal::Undecided),
        }
        Ok(())
    }

    /// Panels from weights of the known ones, evened out, or `best` if that is nearer; keeps the nearest there.
    fn panels_of(
        &mut self,
        expected: &[f64],
        weights: &[f64],
        exact: bool,
        best: &mut Option<Evened>,
        progress: &mut dyn FnMut(Progress),
    ) -> Made {
        let mut times = multiples(weights, self.options.panels as usize);
        if self.known.len() <= REFINED_PANELS {
            refine(self.kinds, expected, &self.known, &mut times);
        }
        let repeated =
            self.known.iter().zip(&times).flat_map(|(panel, &times)| repeat_n(panel.clone(), times));
        let start: Vec<Vec<u32>> = repeated.collect();
        let farthest = |evened: &Option<Evened>| evened.as_ref().map_or(f64::INFINITY, |e| e.farthest);
        for _ in 0..if exact { ATTEMPTS } else { 1 } {
            let after = self.even_out(&start, expected, THOROUGH, progress);
            if farthest(&after) <= farthest(best) {
                *best = after;
            }
            if farthest(best) <= NEAR {
                break;
            }
        }
        let exact = exact || farthest(best) <= NEAR;
        Made::Panels { panels: best.as_ref().map_or(start, |evened| evened.panels.clone()), exact }
    }

    /// Panels made valid and brought nearer to the ideal; nothing if none of them is valid to begin with.
    fn even_out(
        &mut self,
        start: &[Vec<u32>],
        expected: &[f64],
        effort: Effort,
        progress: &mut dyn FnMut(Progress),
    ) -> Option<Evened> {
        let mut swaps = Swaps::from_panels(self.kinds, start, Some(expected));
        let mut rng = self.rng();
        let mut tick = |far| progress(Progress { phase: "evening out", level: 0, bad_panels: far });
        let mut exchange = Exchange::new(&mut swaps, expected);
        if !exchange.mend() {
            return None;
        }
        let pairs = exchange.pairs(&mut rng);
        let (mut fewest, mut since) = (usize::MAX, 0);
        while since < effort.rounds {
            since = if exchange.far() < fewest { 0 } else { since + 1 };
            fewest = fewest.min(exchange.far());
            if exchange.approach(effort.exchanges * start.len(), &mut rng, &mut tick)
                || exchange.substitute(&self.known, SUBSTITUTES, &mut rng)
                || exchange.place_stubborn(&pairs, effort.look_ups, &mut rng, &mut tick)
            {
                break;
            }
        }
        let farthest = exchange.farthest();
        Some(Evened { panels: swaps.panels(), farthest })
    }
}
