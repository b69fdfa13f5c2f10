//! The relaxation as rows: what the expected numbers of all kinds satisfy in every lottery.

use crate::kinds::Kinds;

/// A rule that all mixtures of panels obey: weights · expected <= most.
#[derive(Debug, Clone)]
pub struct Cut {
    /// One a kind.
    pub weights: Vec<f64>,
    /// The most that any panel reaches.
    pub most: f64,
}

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The size of a panel.
    Size,
    /// This row of the rules.
    Rule(usize),
    /// A cut.
    Cut,
    /// The households of this class.
    Class(usize),
    /// The most that a panel holds of this kind.
    Most(usize),
}

/// lo <= entries · expected <= hi.
#[derive(Debug, Clone)]
pub struct Row {
    /// Kinds and their coefficients.
    pub entries: Vec<(usize, f64)>,
    /// The least.
    pub lo: f64,
    /// The most.
    pub hi: f64,
    /// Where the row comes from.
    pub source: Source,
}

/// The rows of size, rules and cuts. Those of classes and kinds are many and seldom matter: [`class_row`], [`most_row`].
pub fn rows(kinds: &Kinds, cuts: &[Cut]) -> Vec<Row> {
    let all = 0..kinds.kinds.len();
    let size = f64::from(kinds.size);
    let entries = all.clone().map(|t| (t, 1.0)).collect();
    let mut out = vec![Row { entries, lo: size, hi: size, source: Source::Size }];
    let mut entries = vec![Vec::new(); kinds.rows.len()];
    for t in all {
        for &r in &kinds.kinds[t].rows {
            entries[r as usize].push((t, 1.0));
        }
    }
    for (r, (span, entries)) in kinds.rows.iter().zip(entries).enumerate() {
        let (lo, hi) = (f64::from(span.min), f64::from(span.max));
        out.push(Row { entries, lo, hi, source: Source::Rule(r) });
    }
    for cut in cuts {
        let entries = cut.weights.iter().copied().enumerate().filter(|(_, w)| *w != 0.0).collect();
        out.push(Row { entries, lo: f64::NEG_INFINITY, hi: cut.most, source: Source::Cut });
    }
    out
}

/// A panel takes at most one member of each household of the class.
pub fn class_row(kinds: &Kinds, class: usize) -> Row {
    let households = kinds.classes[class].households.len();
    let entries = kinds.classes[class].kinds.iter().map(|&t| (t, 1.0)).collect();
    Row { entries, lo: f64::NEG_INFINITY, hi: households as f64, source: Source::Class(class) }
}

/// A panel holds at most so many members of the kind.
pub fn most_row(kind: usize, most: f64) -> Row {
    Row { entries: vec![(kind, 1.0)], lo: f64::NEG_INFINITY, hi: most, source: Source::Most(kind) }
}
