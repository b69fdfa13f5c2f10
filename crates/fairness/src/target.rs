//! How often each kind shall be drawn: whole numbers of appearances over all panels, near the ideal.

use rand::RngExt;
use rand_chacha::ChaCha20Rng;

use crate::kinds::{Kind, Kinds};

/// An ideal number nearer than this to a whole one is taken as whole.
const WHOLE: f64 = 1e-6;
/// Tries to bring the row sums right, per kind.
const TRIES_PER_KIND: usize = 400;

/// The least and the greatest number of appearances of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// At least so many.
    pub low: u32,
    /// At most so many.
    pub high: u32,
}

/// Down and up to whole numbers.
fn around(ideal: f64) -> Window {
    let near = ideal.round();
    if (ideal - near).abs() < WHOLE {
        return Window { low: near.max(0.0) as u32, high: near.max(0.0) as u32 };
    }
    Window { low: ideal.floor().max(0.0) as u32, high: ideal.ceil().max(0.0) as u32 }
}

/// The whole numbers next to `panels` times the expected numbers: every member then is within one panel of the ideal.
pub fn windows(expected: &[f64], panels: u32) -> Vec<Window> {
    expected.iter().map(|x| around(x * f64::from(panels))).collect()
}

/// Appearances within the windows that add up to full panels, with row sums as near as they come to what the ideal and
/// the quotas allow.
pub fn appearances(kinds: &Kinds, expected: &[f64], panels: u32, rng: &mut ChaCha20Rng) -> Vec<u32> {
    let windows = windows(expected, panels);
    let m = f64::from(panels);
    let mut up: Vec<bool> = vec![false; windows.len()];
    let mut undecided: Vec<usize> =
        (0..windows.len()).filter(|&t| windows[t].low < windows[t].high).collect();
    undecided.sort_by(|&a, &b| {
        let part = |t: usize| (expected[t] * m).fract();
        part(b).total_cmp(&part(a)).then(a.cmp(&b))
    });
    let low: u64 = windows.iter().map(|w| u64::from(w.low)).sum();
    let missing = (u64::from(kinds.size) * u64::from(panels)).saturating_sub(low) as usize;
    for &t in undecided.iter().take(missing) {
        up[t] = true;
    }
    let mut sums = RowSums::new(kinds, expected, panels);
    for (t, w) in windows.iter().enumerate() {
        sums.change(kinds, t, i64::from(w.low) + i64::from(up[t]));
    }
    let (mut ups, mut downs): (Vec<usize>, Vec<usize>) = undecided.iter().partition(|&&t| up[t]);
    if !ups.is_empty() && !downs.is_empty() {
        for _ in 0..TRIES_PER_KIND * undecided.len() {
            if sums.off == 0 {
                break;
            }
            let (i, j) = (rng.random_range(0..ups.len()), rng.random_range(0..downs.len()));
            let before = sums.off;
            sums.change(kinds, ups[i], -1);
            sums.change(kinds, downs[j], 1);
            if sums.off > before && !(sums.off == before + 1 && rng.random_range(0..20u32) == 0) {
                sums.change(kinds, ups[i], 1);
                sums.change(kinds, downs[j], -1);
            } else {
                std::mem::swap(&mut ups[i], &mut downs[j]);
            }
        }
    }
    let mut out: Vec<u32> = windows.iter().map(|w| w.low).collect();
    for t in ups {
        out[t] += 1;
    }
    out
}

/// The appearances counted by row, and how far they are from where they should be.
struct RowSums {
    sums: Vec<i64>,
    ends: Vec<(i64, i64)>,
    off: i64,
}

impl RowSums {
    fn new(kinds: &Kinds, expected: &[f64], panels: u32) -> Self {
        let mut ideal = vec![0.0; kinds.rows.len() + kinds.classes.len()];
        for (kind, x) in kinds.kinds.iter().zip(expected) {
            for r in rows(kinds, kind) {
                ideal[r] += x * f64::from(panels);
            }
        }
        let ends: Vec<(i64, i64)> = ideal
            .iter()
            .enumerate()
            .map(|(r, &sum)| {
                let Window { low, high } = around(sum);
                let (min, max) = match kinds.rows.get(r) {
                    Some(span) => (span.min, span.max),
                    None => (0, kinds.classes[r - kinds.rows.len()].households.len() as u32),
                };
                let (min, max) = (i64::from(min) * i64::from(panels), i64::from(max) * i64::from(panels));
                (i64::from(low).max(min).min(max), i64::from(high).min(max).max(min))
            })
            .collect();
        let off = ends.iter().map(|&(lo, _)| lo.max(0)).sum();
        Self { sums: vec![0; ends.len()], ends, off }
    }

    fn change(&mut self, kinds: &Kinds, t: usize, by: i64) {
        for r in rows(kinds, &kinds.kinds[t]) {
            let (lo, hi) = self.ends[r];
            let off = |sum: i64| (lo - sum).max(sum - hi).max(0);
            self.off += off(self.sums[r] + by) - off(self.sums[r]);
            self.sums[r] += by;
        }
    }
}

fn rows<'a>(kinds: &Kinds, kind: &'a Kind) -> impl Iterator<Item = usize> + 'a {
    let quotas = kinds.rows.len();
    kind.rows.iter().map(|&r| r as usize).chain(kind.class.map(|c| quotas + c))
}
