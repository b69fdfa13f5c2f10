//! What only shows when pool, quotas and size of the panel are seen together.

use std::collections::BTreeMap;

use crate::pool::Pool;
use crate::problem::{Problem, Severity};
use crate::quotas::{Quota, Quotas};
use crate::wording::{amount, counted, quoted};

/// Checks each bound and each feature by itself against the pool and against the panel's size k; none of it says that
/// the quotas can all be met at once. `quota_file` is the name of the quotas' file as the user gave it. An error means that no panel
/// can be drawn.
pub fn assess(pool: &Pool, quotas: &Quotas, size: u32, quota_file: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let people = pool.members.len();
    if size == 0 {
        let reason = "the panel is to have nobody: its size is 0";
        problems.push(Problem::error(quota_file, reason, "say how many people are to be drawn"));
    } else if size as usize > people {
        let reason = format!(
            "the panel is to have {}, but the pool has only {}",
            amount(size as usize),
            counted(people, "member")
        );
        problems.push(Problem::error(&pool.file, reason, "draw a smaller panel or find more members"));
    }
    let mut members = vec![0usize; quotas.rows().len()];
    for &place in pool.members.iter().flat_map(|member| &member.values) {
        if let Some(members) = members.get_mut(place as usize) {
            *members += 1;
        }
    }
    for (quota, &members) in quotas.rows().iter().zip(&members) {
        problems.extend(supply(quota, members, quota_file));
    }
    if size > 0 {
        problems.extend(sums(quotas, size, quota_file));
    }
    problems
}

/// Whether the pool has enough members with one value.
fn supply(quota: &Quota, members: usize, file: &str) -> Option<Problem> {
    let (severity, reason, remedy) = if quota.min as usize > members {
        let have = match members {
            0 => "nobody in the pool has it".to_owned(),
            1 => "only 1 member of the pool has it".to_owned(),
            n => format!("only {} members of the pool have it", amount(n)),
        };
        let reason = format!("the minimum is {}, but {have}", amount(quota.min as usize));
        (Severity::Error, reason, "lower the minimum or find more members")
    } else if members == 0 {
        let reason = "nobody in the pool has this value".to_owned();
        (Severity::Warning, reason, "nothing, if that is right")
    } else {
        return None;
    };
    let reason = format!("{}: {reason}", quoted(&quota.feature));
    Some(Problem { severity, ..Problem::error(file, reason, remedy).with_value(&quota.value) })
}

/// Whether the bounds of each feature leave room for exactly `size` people.
fn sums(quotas: &Quotas, size: u32, file: &str) -> Vec<Problem> {
    let mut sums = BTreeMap::<&str, (u64, u64)>::new();
    for quota in quotas.rows() {
        let (min, max) = sums.entry(&quota.feature).or_default();
        *min += u64::from(quota.min);
        *max += u64::from(quota.max);
    }
    let mut problems = Vec::new();
    let size = u64::from(size);
    for (feature, (min, max)) in sums {
        let (what, sum, verb, end) = if min > size {
            ("minima", min, "lower", "above")
        } else if max < size {
            ("maxima", max, "raise", "below")
        } else {
            continue;
        };
        let said = |n: u64| amount(usize::try_from(n).unwrap_or(usize::MAX));
        let reason = format!(
            "{}: the {what} add up to {}, {end} the panel's size of {}",
            quoted(feature),
            said(sum),
            said(size)
        );
        let remedy = format!("{verb} them by {} together", said(sum.abs_diff(size)));
        problems.push(Problem::error(file, reason, remedy));
    }
    problems
}
