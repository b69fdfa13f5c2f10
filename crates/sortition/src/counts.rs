//! The public head count of the pool, without the features in which a group is small.
//!
//! How many members have each value of a feature is shown if every value has more than [`FEW`]; otherwise nothing of that
//! feature is. So it cannot be worked out how small a group is: not from the rest of its feature, which is not shown, and
//! not from a feature that contains it or that it contains, whose groups are larger than [`FEW`]. SPEC.md says why it is
//! not 4, and what is not covered.

use crate::canonical::{Rows, integer, write_row};
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::rules::Rules;

/// A feature is shown only if each of its values has more members than this. Groups below 5 are to stay unknown. It is one
/// more than 4 so that a group that must be 4 at least, for the sake of a quota or of a rule that crosses features, is not
/// known to be 4.
pub const FEW: u32 = 5;

/// The header of `counts.csv`.
const HEADER: [&str; 5] = ["feature", "value", "pool", "panel_min", "panel_max"];

/// How often one feature value occurs; nothing of it is known where its feature is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// In the pool.
    pub pool: Option<u32>,
    /// Least and most often in a panel of the portfolio.
    pub panels: Option<(u32, u32)>,
}

/// The counts to publish, one for each row of the quotas. Row r of the quotas is row r of `rules`.
pub fn publish(quotas: &Quotas, rules: &Rules, portfolio: &Portfolio) -> Vec<Count> {
    let rows = quotas.rows();
    let mut pool = vec![0u32; rows.len()];
    let quota_rows =
        |index: usize| rules.members[index].rows.iter().filter(|&&row| (row as usize) < rows.len());
    (0..rules.members.len()).flat_map(quota_rows).for_each(|&row| pool[row as usize] += 1);
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
        let places = counts.len()..counts.len() + feature.len();
        let shown = pool[places.clone()].iter().all(|&members| members > FEW);
        counts.extend(
            places.map(|row| Count { pool: shown.then_some(pool[row]), panels: shown.then_some(range[row]) }),
        );
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
    check_features(quotas, &counts, n)?;
    Ok(counts)
}

/// Checks each feature: all or nothing is shown, no group is too small to be, and together they are the pool.
fn check_features(quotas: &Quotas, counts: &[Count], n: u32) -> Result<(), String> {
    let mut rest = counts;
    for feature in quotas.rows().chunk_by(|a, b| a.feature == b.feature) {
        let (cells, after) = rest.split_at(feature.len());
        rest = after;
        let name = &feature[0].feature;
        let pools: Vec<u32> = cells.iter().filter_map(|count| count.pool).collect();
        if pools.is_empty() && cells.iter().all(|count| count.panels.is_none()) {
            continue;
        }
        if pools.len() < cells.len() || cells.iter().any(|count| count.panels.is_none()) {
            return Err(format!("feature {name} is shown in part"));
        }
        if pools.iter().any(|&members| members <= FEW) {
            return Err(format!("feature {name} is shown although a group of it is small"));
        }
        if pools.iter().map(|&members| u64::from(members)).sum::<u64>() != u64::from(n) {
            return Err(format!("the values of feature {name} do not add up to the pool"));
        }
    }
    Ok(())
}
