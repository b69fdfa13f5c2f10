//! What only shows when pool, quotas and size of the panel are seen together.

use std::collections::BTreeMap;

use crate::combinations::Combinations;
use crate::extra::Combination;
use crate::pool::{Pool, PoolMember};
use crate::problem::{Problem, Severity};
use crate::quotas::{Quota, Quotas};
use crate::wording::{amount, counted, listed, quoted};

/// Checks each bound and each feature by itself against the pool, the members already seated and the panel's size k; none
/// of it says that the rules can all be met at once. `quota_file` is the name of the quotas' file as the user gave it. An
/// error means that no panel can be drawn.
pub fn assess(
    pool: &Pool,
    quotas: &Quotas,
    combinations: &Combinations,
    size: u32,
    quota_file: &str,
) -> Vec<Problem> {
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
    for (rule, &row) in combinations.list.iter().zip(&combinations.rows) {
        let places = rule.places(quotas).unwrap_or_default();
        let members =
            pool.members.iter().filter(|member| Combination::counts(&places, &member.values)).count();
        if rule.min as usize > members {
            let reason = format!(
                "the minimum is {}, but {} {}",
                amount(rule.min as usize),
                are(members),
                rule.words()
            );
            let remedy = "lower the minimum or find more members";
            problems.push(Problem::error(&combinations.file, reason, remedy).at_row(row));
        }
    }
    if size > 0 {
        problems.extend(sums(quotas, size, quota_file));
        problems.extend(seated(pool, quotas, combinations, size));
    }
    problems
}

/// "only 3 members of the pool are".
fn are(members: usize) -> String {
    match members {
        0 => "nobody in the pool is".to_owned(),
        1 => "only 1 member of the pool is".to_owned(),
        n => format!("only {} members of the pool are", amount(n)),
    }
}

/// Whether the members already seated can sit together.
fn seated(pool: &Pool, quotas: &Quotas, combinations: &Combinations, size: u32) -> Vec<Problem> {
    let seated: Vec<&PoolMember> = pool.members.iter().filter(|member| member.seated).collect();
    let mut problems = Vec::new();
    let mut too_many = |most: u32, what: &str, who: Vec<&&PoolMember>| {
        if who.len() > most as usize {
            let rows: Vec<String> = who.iter().map(|member| member.row.to_string()).collect();
            let reason = format!(
                "{} already seated {what}, but the most is {} (rows {})",
                counted(who.len(), "member"),
                amount(most as usize),
                listed(&rows, 10)
            );
            let remedy = "raise the maximum, or take \"seated\" away from some of them";
            problems.push(Problem::error(&pool.file, reason, remedy));
        }
    };
    too_many(size, "need a seat", seated.iter().collect());
    for (row, quota) in (0u32..).zip(quotas.rows()) {
        let who = seated.iter().filter(|member| member.values.contains(&row)).collect();
        too_many(quota.max, &format!("have \"{}\" ({})", quota.value, quota.feature), who);
    }
    for rule in &combinations.list {
        let places = rule.places(quotas).unwrap_or_default();
        let who = seated.iter().filter(|member| Combination::counts(&places, &member.values)).collect();
        too_many(rule.max, &format!("are {}", rule.words()), who);
    }
    for (place, cap) in pool.caps.iter().enumerate() {
        let what = format!("agree in the column \"{}\"", cap.column);
        for who in alike(&seated, |member| member.places[place]) {
            too_many(cap.max, &what, who);
        }
    }
    for who in alike(&seated, |member| member.household) {
        too_many(1, "share a household", who);
    }
    problems
}

/// The members by label, in the order of the labels; those without one are left out.
fn alike<'a>(
    members: &'a [&'a PoolMember],
    label: impl Fn(&PoolMember) -> Option<u32>,
) -> Vec<Vec<&'a &'a PoolMember>> {
    let mut groups = BTreeMap::<u32, Vec<&&PoolMember>>::new();
    for member in members {
        if let Some(label) = label(member) {
            groups.entry(label).or_default().push(member);
        }
    }
    groups.into_values().collect()
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
pub fn sums(quotas: &Quotas, size: u32, file: &str) -> Vec<Problem> {
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
