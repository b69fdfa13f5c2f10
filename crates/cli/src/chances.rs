//! What a lottery gives people, in numbers and in words.

use fairness::Proposal;
use serde::Serialize;
use sortition::Rules;
use sortition::certificate::{PARTS, bound};

use crate::say::{amount, counted, percent_down, percent_up};

/// How often the least likely member should be in the panels, where more of them are advised.
const TIMES: f64 = 10.0;

/// The next number of the form 1, 2 or 5 with zeros.
fn round(number: u64) -> u64 {
    let steps = std::iter::successors(Some(1_u64), |ten| ten.checked_mul(10))
        .flat_map(|ten| [1, 2, 5].map(|x| ten.saturating_mul(x)));
    steps.into_iter().find(|&step| step >= number).unwrap_or(number)
}

/// The chances of those who may be drawn.
#[derive(Debug, Serialize)]
pub struct Chances {
    /// The fewest panels that hold a member, of those whom a panel can hold.
    pub smallest: u32,
    /// The most panels that hold a member who is drawn.
    pub largest: u32,
    /// The bound that is proved for the least likely member, in parts of 10^12, rounded up.
    pub bound: Option<u64>,
    /// The largest distance of a chance from the ideal one, in millionths, rounded up.
    pub distance: u64,
    /// How many members are in none of the panels though a panel can hold them.
    pub left_out: usize,
    /// How many panels would hold everybody of them about ten times.
    #[serde(skip)]
    enough: u64,
    /// How many members no panel can hold.
    #[serde(skip)]
    impossible: usize,
}

impl Chances {
    /// Of members who are in `counts` of the m panels; `seated` (ascending) are in all of them without being drawn.
    pub fn new(proposal: &Proposal, rules: &Rules, counts: &[u32], m: u32, seated: &[u32]) -> Self {
        let is_impossible = |index: &u32| proposal.impossible.binary_search(index).is_ok();
        let of = |without: &dyn Fn(&u32) -> bool| -> Vec<u32> {
            let left = (0u32..).zip(counts).filter(|(index, _)| !without(index));
            left.map(|(_, &count)| count).collect()
        };
        let possible = of(&is_impossible);
        let drawn = of(&|index| seated.binary_search(index).is_ok());
        let least = (proposal.target.iter().enumerate())
            .filter(|(index, _)| !is_impossible(&(*index as u32)))
            .fold(1.0, |least: f64, (_, &ideal)| least.min(ideal));
        let level = proposal.certificate.levels.iter().find(|level| !level.unfixed.iter().any(is_impossible));
        Self {
            left_out: possible.iter().filter(|&&count| count == 0).count(),
            enough: round((TIMES / least).ceil() as u64),
            smallest: possible.into_iter().min().unwrap_or(0),
            largest: drawn.into_iter().max().unwrap_or(0),
            bound: level.and_then(|level| bound(level, rules, counts, m)).and_then(|bound| bound.parts()),
            distance: (proposal.distance * 1e6).ceil() as u64,
            impossible: proposal.impossible.len(),
        }
    }

    /// What to tell of a lottery of `m` panels: names and values.
    pub fn facts(&self, m: u32) -> Vec<(&'static str, String)> {
        let chance = |count: u32| {
            let share = percent_down(count.into(), m.into());
            format!("{share} ({} of {} panels)", amount(count as usize), amount(m as usize))
        };
        let smallest = match self.impossible {
            0 => chance(self.smallest),
            many => format!(
                "0 for {}, whom no panel can hold; {} among the others",
                counted(many, "member"),
                chance(self.smallest)
            ),
        };
        let mut facts = vec![("smallest chance", smallest), ("largest chance", chance(self.largest))];
        if let Some(bound) = self.bound {
            let most = percent_up(bound.into(), PARTS.into());
            let all = if self.impossible == 0 { "everybody" } else { "all whom a panel can hold" };
            facts.push(("proof", format!("no lottery gives {all} more than {most}")));
        }
        let distance = percent_up(self.distance.into(), 1_000_000);
        facts.push(("distance", format!("{distance} at most from anybody's ideal chance")));
        if self.left_out > 0 {
            let (members, panels) = (counted(self.left_out, "member"), amount(self.enough as usize));
            facts.push(("caution", format!("{members} whom a panel can hold in none of these: too few panels for so many people; take {panels}")));
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::round;

    #[test]
    fn round_numbers() {
        let cases = [(1, 1), (2, 2), (3, 5), (6, 10), (501, 1000), (14_286, 20_000)];
        assert!(cases.iter().all(|&(number, next)| round(number) == next));
    }
}
