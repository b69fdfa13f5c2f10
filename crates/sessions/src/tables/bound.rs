//! How many distinct pairs can meet at most.

/// A round as the bound sees it.
#[derive(Debug, Clone)]
pub struct Seated {
    /// How many sit at each table.
    pub sizes: Vec<usize>,
    /// Who sits, in ascending order.
    pub present: Vec<usize>,
}

/// An upper bound on the distinct pairs who meet in rounds of these sizes, of `members` people. It ignores balance and
/// rules.
///
/// Two bounds, of which the smaller counts. Of the pairs of an earlier round of g tables, a round whose tables have sizes s
/// must repeat at least the sum over s of the pairs that fall together when s people come from g tables as evenly as they
/// can; each round counts its worst earlier one. (Somebody who was absent then is a table of their own.) And nobody meets
/// more people than sit beside them, all rounds together.
pub fn pairs(members: usize, rounds: &[Seated]) -> u64 {
    let n = members as u64;
    let pairs = |k: u64| k * k.saturating_sub(1) / 2;
    let mut all = 0;
    for (r, round) in rounds.iter().enumerate() {
        let meet: u64 = round.sizes.iter().map(|&size| pairs(size as u64)).sum();
        let repeats = |earlier: &Seated| {
            let new = round.present.iter().filter(|m| earlier.present.binary_search(m).is_err()).count();
            let g = (earlier.sizes.iter().filter(|&&size| size > 0).count() + new).max(1) as u64;
            let of = |s: u64| (s % g) * pairs(s.div_ceil(g)) + (g - s % g) * pairs(s / g);
            round.sizes.iter().map(|&size| of(size as u64)).sum::<u64>()
        };
        all += meet.saturating_sub(rounds[..r].iter().map(repeats).max().unwrap_or(0));
    }
    let beside = |sizes: &[usize]| sizes.iter().copied().max().unwrap_or(0).saturating_sub(1) as u64;
    let beside: u64 = rounds.iter().map(|round| beside(&round.sizes)).sum();
    pairs(n).min(all).min(n * n.saturating_sub(1).min(beside) / 2)
}

#[cfg(test)]
mod tests {
    use super::{Seated, pairs};

    #[test]
    fn the_bounds_of_known_assemblies() {
        let even = |n: usize, tables: usize, rounds: usize| {
            let sizes = crate::tables::instance::even_sizes(&vec![n.div_ceil(tables); tables], n).unwrap();
            pairs(n, &vec![Seated { sizes, present: (0..n).collect() }; rounds])
        };
        let shapes = [
            (40, 5, 3),
            (40, 5, 6),
            (100, 13, 4),
            (110, 14, 3),
            (110, 14, 8),
            (100, 13, 8),
            (150, 19, 7),
            (150, 19, 14),
        ];
        let bounds = shapes.map(|(n, tables, rounds)| even(n, tables, rounds));
        assert_eq!(bounds, [390, 765, 1344, 1134, 3024, 2688, 3626, 7252]);
    }
}
