//! The public head count of the pool, with small groups hidden.
//!
//! A cell tells how many members have one feature value. It must not be possible to work out a cell below
//! [`SMALL`], even for a reader who knows this rule, the quotas, the size of the pool and every cell that is
//! shown. What such a reader knows of a hidden cell beforehand is its *floor*: panels exist, so there are at
//! least as many members as the quota's minimum (or that of a combination with it), and at least as many as the panel's seats less the maxima of
//! all other values.
//!
//! A cell is *small* if its floor is below 5 and it is less than 5 above its floor. Where a feature has small
//! cells, they are hidden together with the first of the others that has the largest maximum, which everybody
//! can name without counting, if the hidden cells' sum leaves every small cell free to be anything from 0 to
//! 4 above its floor; otherwise the whole feature is hidden. SPEC.md proves it.

use crate::canonical::{Rows, integer, write_row};
use crate::extra::ExtraRules;
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::rules::Rules;

/// Groups smaller than this are not shown.
pub const SMALL: u64 = 5;

/// The header of `counts.csv`.
const HEADER: [&str; 5] = ["feature", "value", "pool", "panel_min", "panel_max"];

/// How often one feature value occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// In the pool; `None` if hidden.
    pub pool: Option<u32>,
    /// Least and most often in a panel of the portfolio; `None` if any cell of the feature is hidden.
    pub panels: Option<(u32, u32)>,
}

/// One cell with everything that decides whether it is hidden.
#[derive(Debug, Clone, Copy)]
struct Cell {
    min: u64,
    max: u64,
    pool: u64,
}

/// Which cells of one feature are hidden, for panels of `size` seats.
fn hidden(cells: &[Cell], size: u64) -> Vec<bool> {
    let maxima: u64 = cells.iter().map(|cell| cell.max).sum();
    let floor = |cell: &Cell| cell.min.max(size.saturating_sub(maxima - cell.max));
    let small = |cell: &Cell| floor(cell) < SMALL && cell.pool < floor(cell) + SMALL;
    let mut hide: Vec<bool> = cells.iter().map(small).collect();
    if !hide.contains(&true) {
        return hide;
    }
    let largest = cells.iter().enumerate().filter(|&(place, _)| !hide[place]).map(|(_, cell)| cell.max).max();
    let extra =
        largest.and_then(|max| (0..cells.len()).find(|&place| !hide[place] && cells[place].max == max));
    let Some(extra) = extra else { return vec![true; cells.len()] };
    // What the extra cell holds if every small one is as large as it may be; the sum of the hidden cells
    // gives no more away.
    let ceilings: u64 = cells.iter().filter(|cell| small(cell)).map(|cell| floor(cell) + SMALL - 1).sum();
    let sum: u64 =
        cells.iter().filter(|cell| small(cell)).map(|cell| cell.pool).sum::<u64>() + cells[extra].pool;
    let least = sum.saturating_sub(ceilings);
    // The seats that can be filled if, besides, every small cell is at its floor: if not all, a reader could
    // rule that out.
    let seats = |(place, cell): (usize, &Cell)| match (hide[place], place == extra) {
        (true, _) => cell.max.min(floor(cell)),
        (_, true) => cell.max.min(least),
        _ => cell.max.min(cell.pool),
    };
    let filled: u64 = cells.iter().enumerate().map(seats).sum();
    if least < floor(&cells[extra]) + SMALL || filled < size {
        return vec![true; cells.len()];
    }
    hide[extra] = true;
    hide
}

/// The counts to publish, one for each row of the quotas. Row r of the quotas is row r of `rules`.
pub fn publish(quotas: &Quotas, extra: &ExtraRules, rules: &Rules, portfolio: &Portfolio) -> Vec<Count> {
    let rows = quotas.rows();
    let mut pool = vec![0u32; rows.len()];
    let quota_rows =
        |index: usize| rules.members[index].rows.iter().filter(|&&row| (row as usize) < rows.len());
    (0..rules.members.len()).flat_map(quota_rows).for_each(|&row| pool[row as usize] += 1);
    let mut least: Vec<u32> = rows.iter().map(|quota| quota.min).collect();
    for rule in &extra.combinations {
        for row in rule.places(quotas).into_iter().flatten() {
            least[row as usize] = least[row as usize].max(rule.min);
        }
    }
    let mut range = vec![(u32::MAX, 0u32); rows.len()];
    for panel in portfolio.panels() {
        let mut count = vec![0u32; rows.len()];
        for &row in panel.iter().flat_map(|&index| quota_rows(index as usize)) {
            count[row as usize] += 1;
        }
        for (range, count) in range.iter_mut().zip(count) {
            *range = (range.0.min(count), range.1.max(count));
        }
    }
    let mut counts = Vec::with_capacity(rows.len());
    for feature in rows.chunk_by(|a, b| a.feature == b.feature) {
        let first = counts.len();
        let places = first..first + feature.len();
        let cell =
            |row: usize| Cell { min: least[row].into(), max: rows[row].max.into(), pool: pool[row].into() };
        let cells: Vec<Cell> = places.clone().map(cell).collect();
        let hide = hidden(&cells, rules.size.into());
        let open = !hide.contains(&true);
        counts.extend(places.map(|row| Count {
            pool: (!hide[row - first]).then_some(pool[row]),
            panels: open.then_some(range[row]),
        }));
    }
    counts
}

/// `counts.csv`.
pub fn to_csv(quotas: &Quotas, counts: &[Count]) -> String {
    let mut csv = String::new();
    write_row(&mut csv, HEADER);
    for (quota, count) in quotas.rows().iter().zip(counts) {
        let text = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let (least, most) = count.panels.unzip();
        write_row(&mut csv, [&quota.feature, &quota.value, &text(count.pool), &text(least), &text(most)]);
    }
    csv
}

/// Reads `counts.csv`: the rows of the quotas, and numbers that could be true for a pool of `n` members.
///
/// # Errors
/// What is wrong.
pub fn from_canonical(bytes: &[u8], quotas: &Quotas, n: u32) -> Result<Vec<Count>, String> {
    let mut lines = Rows::new(bytes)?;
    lines.header(&HEADER)?;
    let mut counts = Vec::new();
    for quota in quotas.rows() {
        let row = lines.next().ok_or("it has fewer rows than the quotas")??;
        let [feature, value, pool, least, most] = row.as_slice() else {
            return Err("a row does not have five fields".to_owned());
        };
        if *feature != quota.feature || *value != quota.value {
            return Err("its rows are not those of the quotas".to_owned());
        }
        let number = |text: &str| match text {
            "" => Ok(None),
            _ => integer(text, n.into()).map(|number| Some(number as u32)).ok_or("a number is not possible"),
        };
        let panels = match (number(least)?, number(most)?) {
            (Some(least), Some(most)) if quota.min <= least && least <= most && most <= quota.max => {
                Some((least, most))
            }
            (None, None) => None,
            _ => return Err("a count in panels is outside its quota".to_owned()),
        };
        counts.push(Count { pool: number(pool)?, panels });
    }
    if lines.next().is_some() {
        return Err("it has more rows than the quotas".to_owned());
    }
    check_sums(quotas, &counts, n)?;
    Ok(counts)
}

/// Checks each feature: the cells add up to the pool, or to no more than it where some are hidden, and counts
/// in panels are there exactly if none is.
fn check_sums(quotas: &Quotas, counts: &[Count], n: u32) -> Result<(), String> {
    let mut rest = counts;
    for feature in quotas.rows().chunk_by(|a, b| a.feature == b.feature) {
        let (cells, after) = rest.split_at(feature.len());
        rest = after;
        let open = cells.iter().all(|count| count.pool.is_some());
        let sum: u64 = cells.iter().filter_map(|count| count.pool).map(u64::from).sum();
        if sum > u64::from(n) || (open && sum != u64::from(n)) {
            return Err(format!("the values of feature {} do not add up to the pool", feature[0].feature));
        }
        if cells.iter().any(|count| count.panels.is_some() != open) {
            return Err("counts in panels are shown for a feature with hidden cells, or hidden without need"
                .to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Every way to put `n` members into cells.
    fn splits(n: u64, cells: usize) -> Vec<Vec<u64>> {
        if cells == 1 {
            return vec![vec![n]];
        }
        let first =
            |head: u64| splits(n - head, cells - 1).into_iter().map(move |tail| [vec![head], tail].concat());
        (0..=n).flat_map(first).collect()
    }

    /// What a reader sees of a pool.
    fn shown(quotas: &[(u64, u64)], pool: &[u64], size: u64) -> Vec<Option<u64>> {
        let cell = |(&(min, max), &pool): (&(u64, u64), &u64)| Cell { min, max, pool };
        let cells: Vec<Cell> = quotas.iter().zip(pool).map(cell).collect();
        hidden(&cells, size).iter().zip(pool).map(|(&hide, &pool)| (!hide).then_some(pool)).collect()
    }

    /// Whether a panel of `size` can be filled from the pool within the quotas.
    fn possible(quotas: &[(u64, u64)], pool: &[u64], size: u64) -> bool {
        let minima: u64 = quotas.iter().map(|quota| quota.0).sum();
        let seats: u64 = quotas.iter().zip(pool).map(|(quota, &pool)| quota.1.min(pool)).sum();
        quotas.iter().zip(pool).all(|(quota, &pool)| quota.0 <= pool) && minima <= size && size <= seats
    }

    /// A reader who knows the rule, the quotas, `n` and all that is shown lists every pool that would be
    /// shown the same. No cell below 5 may be the same in all of them, unless all possible pools, whatever is
    /// shown, agree on it; and where some cells of the feature are shown, a hidden one below 5 may be any of
    /// five numbers.
    fn nothing_small_can_be_worked_out(quotas: &[(u64, u64)], size: u64, n: u64) -> usize {
        let pools: Vec<Vec<u64>> =
            splits(n, quotas.len()).into_iter().filter(|pool| possible(quotas, pool, size)).collect();
        let mut alike = BTreeMap::<Vec<Option<u64>>, Vec<&Vec<u64>>>::new();
        for pool in &pools {
            alike.entry(shown(quotas, pool, size)).or_default().push(pool);
        }
        let numbers = |pools: &mut dyn Iterator<Item = &Vec<u64>>, cell: usize| {
            pools.map(|pool| pool[cell]).collect::<BTreeSet<u64>>()
        };
        for (shown, same) in &alike {
            for cell in 0..quotas.len() {
                let before = numbers(&mut pools.iter(), cell);
                let after = numbers(&mut same.iter().copied(), cell);
                let partly = shown.iter().any(Option::is_some);
                let enough = if partly { 5 } else { before.len().min(2) };
                assert!(
                    same.iter().all(|pool| pool[cell] >= SMALL) || after.len() >= enough,
                    "quotas {quotas:?}, size {size}, n {n}: cell {cell} of {shown:?}",
                );
            }
        }
        alike.len()
    }

    #[test]
    fn nothing_small_can_be_worked_out_of_two_or_three_cells() {
        let quotas: [(u64, u64); 8] = [(0, 2), (0, 4), (0, 9), (1, 3), (2, 6), (4, 5), (5, 7), (6, 20)];
        let mut seen = 0;
        for (a, b) in quotas.iter().flat_map(|a| quotas.iter().map(move |b| (*a, *b))) {
            for size in [3, 6, 9, 12] {
                for n in [size, size + 1, size + 4, size + 9, 30] {
                    seen += nothing_small_can_be_worked_out(&[a, b], size, n);
                    for c in quotas {
                        seen += nothing_small_can_be_worked_out(&[a, b, c], size, n);
                    }
                }
            }
        }
        assert!(seen > 10_000, "{seen}");
    }

    proptest! {
        #[test]
        fn nothing_small_can_be_worked_out_of_four_cells(
            quotas in prop::collection::vec((0u64..7, 0u64..9), 4), size in 1u64..14, more in 0u64..20,
        ) {
            let quotas: Vec<(u64, u64)> = quotas.iter().map(|&(min, more)| (min, min + more)).collect();
            nothing_small_can_be_worked_out(&quotas, size, size + more);
        }
    }

    #[test]
    fn by_hand() {
        let quotas = [(0, 2), (10, 20), (10, 20), (5, 9)];
        // One small cell: hidden with the first of the largest maximum.
        assert_eq!(shown(&quotas, &[3, 100, 90, 40], 30), [None, None, Some(90), Some(40)]);
        // No small cell: all shown. A cell of 5 with a minimum of 5 is known to be at least 5.
        assert_eq!(shown(&quotas, &[5, 100, 90, 5], 30), [Some(5), Some(100), Some(90), Some(5)]);
        // The other hidden cell is known to hold at least 10, so its 12 would give the 3 away up to 5: all
        // hidden.
        assert_eq!(shown(&quotas, &[3, 12, 90, 40], 30), [None; 4]);
        // A minimum of 4 makes a 6 small as well: it could be told from 4 otherwise.
        assert_eq!(shown(&[(4, 9), (10, 40)], &[6, 100], 30), [None, None]);
        assert_eq!(shown(&[(4, 9), (10, 40)], &[9, 100], 30), [Some(9), Some(100)]);
    }
}
