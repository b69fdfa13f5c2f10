//! What a certificate proves, in words, and what it leaves open.

use super::per_cent;
use crate::certificate::{Certificate, PARTS};
use crate::record::Objective;
use crate::wording::counted;
use serde::Serialize;

/// What one level of a certificate proves: no lottery that gives everybody else at least what this one gives them gives
/// all of these members more than `at_most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// The number of members whom the level is about; the first is about all.
    pub members: usize,
    /// The bound in parts of 10^12.
    pub at_most: u64,
    /// The fewest panels that hold one of them.
    pub here: u32,
}

impl Proved {
    /// What each level proves; `stored` are the bounds, `counts` the panels that hold each member.
    pub(super) fn all(certificate: &Certificate, stored: &[u64], counts: &[u32]) -> Vec<Self> {
        let least = |unfixed: &[u32]| unfixed.iter().map(|&index| counts[index as usize]).min().unwrap_or(0);
        let levels = certificate.levels.iter().zip(stored);
        levels
            .map(|(level, &at_most)| Self {
                members: level.unfixed.len(),
                at_most,
                here: least(&level.unfixed),
            })
            .collect()
    }

    /// How much more than here is not ruled out, in parts of 10^12, rounded up; `m` is the number of panels.
    pub fn gap(&self, m: u32) -> u64 {
        let (most, here) =
            (u128::from(self.at_most) * u128::from(m), u128::from(self.here) * u128::from(PARTS));
        most.saturating_sub(here).div_ceil(u128::from(m.max(1))) as u64
    }
}

/// What the levels say about a lottery of `m` panels that was made for this objective.
pub(super) fn statements(proved: &[Proved], counts: &[u32], m: u32, objective: Objective) -> Vec<String> {
    let mut statements = Vec::new();
    let never = counts.iter().filter(|&&count| count == 0).count();
    if never > 0 {
        statements.push(format!("{} in no panel and cannot be drawn", are(never)));
    }
    if let Some(first) = proved.first() {
        let (at_most, here) =
            (per_cent(first.at_most, PARTS, true), per_cent(first.here.into(), m.into(), false));
        statements.push(format!(
            "no lottery can give the least likely member more than {at_most}; this one gives {here}"
        ));
    }
    let worst = (1..).zip(proved).map(|(number, level)| (level.gap(m), number)).max_by_key(|&(gap, _)| gap);
    if let Some((gap, number)) = worst.filter(|_| proved.len() > 1) {
        statements.push(format!(
            "level by level, as long as those with smaller chances keep theirs, the least likely of the others could gain at most \
             {} (level {number} of {})",
            per_cent(gap, PARTS, true),
            proved.len()
        ));
    }
    if objective != Objective::Leximin {
        statements.push(format!(
            "the lottery was made for another aim than the greatest smallest chance ({}); what is proved is about the smallest chance",
            objective.name()
        ));
    }
    statements
}

fn are(members: usize) -> String {
    if members == 1 { "1 member is".to_owned() } else { format!("{} are", counted(members, "member")) }
}

/// What the levels leave open: a gap of more than one panel.
pub(super) fn open(proved: &[Proved], m: u32) -> Option<String> {
    let wide = |level: &&Proved| u128::from(level.gap(m)) * u128::from(m) > u128::from(PARTS);
    let levels: Vec<&Proved> = proved.iter().filter(wide).collect();
    let first = levels.first()?;
    Some(format!(
        "whether another lottery could give the least likely of {} more than {}, up to {}{}: the proof counts with parts of \
         people; only a search over whole panels can tell",
        counted(first.members, "member"),
        per_cent(first.here.into(), m.into(), false),
        per_cent(first.at_most, PARTS, true),
        match levels.len() {
            1 => String::new(),
            more => format!(" (and so on at {})", counted(more - 1, "further level")),
        }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_more_than_one_panel_is_left_open_in_words() {
        let narrow = Proved { members: 9, at_most: 21 * PARTS / 100, here: 20 };
        let wide = Proved { members: 4, at_most: PARTS / 2, here: 30 };
        assert_eq!([narrow.gap(100), wide.gap(100)], [PARTS / 100, PARTS / 5]);
        assert_eq!(open(&[narrow], 100), None);
        let said = open(&[narrow, wide], 100).unwrap();
        assert!(said.contains("4 members more than 30.000 %, up to 50.000 %: "), "{said}");
        assert!(open(&[wide, wide], 100).unwrap().contains("at 1 further level)"));
    }

    #[test]
    fn a_lottery_with_another_aim_does_not_pass_for_leximin() {
        let proved = [Proved { members: 3, at_most: PARTS / 2, here: 40 }];
        let said = |objective| statements(&proved, &[40, 60, 0], 100, objective).join("\n");
        assert!(said(Objective::Leximin).contains("more than 50.000 %; this one gives 40.000 %"));
        assert!(said(Objective::Leximin).starts_with("1 member is in no panel"));
        assert!(!said(Objective::Leximin).contains("another aim"));
        assert!(said(Objective::Nash).contains("another aim than the greatest smallest chance (nash)"));
    }
}
