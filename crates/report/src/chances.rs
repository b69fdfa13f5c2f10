//! The members' chances from the smallest to the largest: a picture, and the same in numbers.

use crate::numbers::{millionths, percent_down};

/// The size of the drawing area in the picture's own units.
pub const WIDTH: u64 = 600;
/// See [`WIDTH`].
pub const HEIGHT: u64 = 240;

/// The chances that a lottery of fractions would give: one a member, in millionths.
pub type Ideal = Vec<u64>;

/// The picture, as points and lines, and its table.
#[derive(Debug)]
pub struct Chances {
    /// The outline of the chances that this lottery gives.
    pub given: String,
    /// The outline of the ideal chances, if they are known.
    pub ideal: Option<String>,
    /// The height of the bound for the least likely member.
    pub bound: Option<u64>,
    /// Lines across with what they stand for.
    pub marks: Vec<(u64, String)>,
    /// Places in the order of chances: which, the chance given, the ideal one.
    pub rows: Vec<(&'static str, String, String)>,
}

impl Chances {
    /// Of members who are in so many of `m` panels; `bound` is in millionths.
    pub fn new(counts: &[u32], m: u32, ideal: Option<&Ideal>, bound: Option<u64>) -> Self {
        let mut given: Vec<u64> = counts.iter().map(|&c| millionths(c.into(), m.into())).collect();
        given.sort_unstable();
        let ideal = ideal.map(|ideal| {
            let mut sorted = ideal.clone();
            sorted.sort_unstable();
            sorted
        });
        let top = given.iter().chain(ideal.iter().flatten()).copied().max().unwrap_or(0).max(1);
        // By square roots, so that small chances are not all at the bottom.
        let height = |chance: u64| HEIGHT - (HEIGHT * HEIGHT * chance.min(top) / top).isqrt();
        Self {
            given: steps(&given, height),
            ideal: ideal.as_ref().map(|ideal| steps(ideal, height)),
            bound: bound.map(height),
            marks: (0..=4).map(|part| top * part * part / 16).map(|p| (height(p), percent_down(p))).collect(),
            rows: rows(&given, ideal.as_deref()),
        }
    }
}

/// A path with one step where the chance changes.
fn steps(sorted: &[u64], height: impl Fn(u64) -> u64) -> String {
    let place = |i: usize| WIDTH * i as u64 / sorted.len().max(1) as u64;
    let mut path = String::new();
    let mut start = 0;
    for group in sorted.chunk_by(|a, b| a == b) {
        let end = start + group.len();
        let command = if start == 0 { 'M' } else { 'L' };
        let y = height(group[0]);
        path += &format!("{command}{} {y}L{} {y}", place(start), place(end));
        start = end;
    }
    path
}

fn rows(given: &[u64], ideal: Option<&[u64]>) -> Vec<(&'static str, String, String)> {
    let places = [
        ("least likely", 0),
        ("a tenth have at most", 10),
        ("a quarter have at most", 25),
        ("half have at most", 50),
        ("three quarters have at most", 75),
        ("nine tenths have at most", 90),
        ("most likely", 100),
    ];
    let at = |sorted: &[u64], part: usize| sorted.get((sorted.len().saturating_sub(1)) * part / 100).copied();
    let said = |chance: Option<u64>| chance.map_or(String::new(), percent_down);
    places
        .into_iter()
        .map(|(name, part)| (name, said(at(given, part)), said(ideal.and_then(|ideal| at(ideal, part)))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_has_a_step_where_the_chance_changes() {
        let chances = Chances::new(&[20, 10, 10, 40], 100, Some(&vec![200_000; 4]), Some(100_000));
        assert_eq!(chances.given, "M0 120L300 120L300 71L450 71L450 0L600 0");
        assert_eq!(chances.ideal.as_deref(), Some("M0 71L600 71"));
        assert_eq!(chances.bound, Some(120));
        assert_eq!(chances.marks[4], (0, "40.00 %".to_owned()));
        assert_eq!(chances.rows[0], ("least likely", "10.00 %".to_owned(), "20.00 %".to_owned()));
        assert_eq!(chances.rows[6].1, "40.00 %");
    }

    #[test]
    fn nobody_and_nothing_are_drawn_too() {
        let chances = Chances::new(&[], 1, None, None);
        assert_eq!((chances.given.as_str(), chances.rows[0].1.as_str()), ("", ""));
    }
}
