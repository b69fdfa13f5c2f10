//! The best panel: branch and bound over whole panels, for weights that change from call to call.

use crate::kinds::Kinds;
use crate::simplex::{Simplex, Status};

/// Values nearer than this to a whole number are whole.
const WHOLE: f64 = 1e-7;
/// A panel must be better by this to count as better.
const BETTER: f64 = 1e-8;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The best panel as numbers of members of each kind, and its weight.
    Best(Vec<u32>, f64),
    /// No panel is above the bar.
    Nothing,
    /// The limit of steps was reached before the best panel was proved; the best one seen, if any.
    Undecided(Option<(Vec<u32>, f64)>),
}

/// Looks for panels; keeps its basis between calls.
pub struct Finder<'a> {
    kinds: &'a Kinds,
    program: Simplex,
    /// Whether the row of a class is in the program.
    has_class: Vec<bool>,
}

struct Search<'w> {
    weights: &'w [f64],
    bar: f64,
    best: Option<(Vec<u32>, f64)>,
    nodes: usize,
    /// Whether the first panel above the bar will do.
    any: bool,
}

impl<'a> Finder<'a> {
    /// A finder of panels that meet all rules.
    pub fn new(kinds: &'a Kinds) -> Self {
        let mut program = Simplex::new();
        for kind in &kinds.kinds {
            program.add_column(Vec::new(), 0.0, f64::from(kind.most), 0.0);
        }
        let size = f64::from(kinds.size);
        let all: Vec<_> = (0..kinds.kinds.len()).map(|t| (t, 1.0)).collect();
        program.add_row(&all, size, size);
        let mut entries = vec![Vec::new(); kinds.rows.len()];
        for (t, kind) in kinds.kinds.iter().enumerate() {
            for &r in &kind.rows {
                entries[r as usize].push((t, 1.0));
            }
        }
        for (span, entries) in kinds.rows.iter().zip(entries) {
            program.add_row(&entries, f64::from(span.min), f64::from(span.max));
        }
        Self { kinds, program, has_class: vec![false; kinds.classes.len()] }
    }

    /// A panel with the greatest sum of weights, if it is above `bar`; at most `nodes` linear programs.
    pub fn best(&mut self, weights: &[f64], bar: f64, nodes: usize) -> Found {
        self.search(weights, bar, nodes, false)
    }

    fn search(&mut self, weights: &[f64], bar: f64, nodes: usize, any: bool) -> Found {
        for (t, w) in weights.iter().enumerate() {
            self.program.set_cost(t, -w);
        }
        let mut search = Search { weights, bar, best: None, nodes, any };
        let decided = self.descend(&mut search);
        match (decided, search.best) {
            (true, Some((panel, value))) => Found::Best(panel, value),
            (true, None) => Found::Nothing,
            (false, best) => Found::Undecided(best),
        }
    }

    /// Any panel whose sum of weights is above `bar`.
    pub fn any(&mut self, weights: &[f64], bar: f64, nodes: usize) -> Found {
        self.search(weights, bar, nodes, true)
    }

    /// Searches below the bounds at hand; false if the limit of nodes was reached.
    fn descend(&mut self, search: &mut Search<'_>) -> bool {
        if search.any && search.best.is_some() {
            return true;
        }
        if search.nodes == 0 {
            return false;
        }
        search.nodes -= 1;
        let values = match self.solve() {
            Ok(Some(values)) => values,
            Ok(None) => return true,
            Err(()) => return false,
        };
        let value: f64 = search.weights.iter().zip(&values).map(|(w, x)| w * x).sum();
        let bar = search.best.as_ref().map_or(search.bar, |(_, best)| *best);
        if value <= bar + BETTER {
            return true;
        }
        let apart = |x: f64| (x - x.round()).abs();
        let branch =
            (0..values.len()).max_by(|&a, &b| apart(values[a]).total_cmp(&apart(values[b])).then(b.cmp(&a)));
        match branch {
            Some(t) if apart(values[t]) > WHOLE => {
                let (lo, hi) = self.program.bounds(t);
                let (down, up) = ((lo, values[t].floor()), (values[t].ceil(), hi));
                let order = if values[t].fract() > 0.5 { [up, down] } else { [down, up] };
                let mut decided = true;
                for (lo, hi) in order {
                    if lo <= hi {
                        self.program.set_bounds(t, lo, hi);
                        decided &= self.descend(search);
                    }
                }
                self.program.set_bounds(t, lo, hi);
                decided
            }
            _ => {
                let panel: Vec<u32> = values.iter().map(|x| x.round().max(0.0) as u32).collect();
                if self.kinds.valid(&panel) {
                    let value = panel.iter().zip(search.weights).map(|(&c, w)| f64::from(c) * w).sum();
                    search.best = Some((panel, value));
                }
                true
            }
        }
    }

    /// The relaxation's optimum within the bounds at hand, `None` if it is empty; adds rows of classes that are broken.
    fn solve(&mut self) -> Result<Option<Vec<f64>>, ()> {
        loop {
            match self.program.solve() {
                Status::Optimal => {}
                Status::Infeasible => return Ok(None),
                Status::Unbounded | Status::Stalled => return Err(()),
            }
            let mut values = self.program.values();
            values.truncate(self.kinds.kinds.len());
            let mut added = false;
            for (c, class) in self.kinds.classes.iter().enumerate() {
                let most = class.households.len() as f64;
                if !self.has_class[c] && class.kinds.iter().map(|&t| values[t]).sum::<f64>() > most + 1e-9 {
                    let entries: Vec<_> = class.kinds.iter().map(|&t| (t, 1.0)).collect();
                    self.program.add_row(&entries, f64::NEG_INFINITY, most);
                    self.has_class[c] = true;
                    added = true;
                }
            }
            if !added {
                return Ok(Some(values));
            }
        }
    }
}
