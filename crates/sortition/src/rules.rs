//! What a panel must satisfy, as integers: how many people, and how many of each kind.
//!
//! Members are numbered by their place in the register. A *row* is anything that is counted: a feature value with
//! its quota, a combination, a cap. The rules are all that a lottery needs to know of a pool, and all that is needed to
//! recheck it.

/// The least and the greatest number of members of a panel who may count in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least so many.
    pub min: u32,
    /// At most so many.
    pub max: u32,
}

/// How one member counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The rows in which the member counts, ascending, each at most once.
    pub rows: Vec<u32>,
    /// The household, if the member shares one with somebody else in the pool; a panel takes at most one member of each.
    pub household: Option<u32>,
}

/// Everything that a panel must satisfy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The number of members of a panel, k.
    pub size: u32,
    /// The rows.
    pub rows: Vec<Bounds>,
    /// The members, by index.
    pub members: Vec<Standing>,
}

/// A rule that a panel breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Breach {
    /// Indices are not strictly ascending below the number of members.
    Indices,
    /// The panel has another number of members.
    Size(usize),
    /// `count` members count in `row`, which is outside its bounds.
    Row {
        /// The row.
        row: u32,
        /// How many members of the panel count in it.
        count: u32,
    },
    /// Two members share this household.
    Household(u32),
}

impl Rules {
    /// Checks a panel, given as strictly ascending member indices, against every rule.
    ///
    /// # Errors
    /// The first rule that is broken, in the order indices, size, rows, households.
    pub fn check(&self, panel: &[u32]) -> Result<(), Breach> {
        let n = self.members.len() as u64;
        if panel.windows(2).any(|w| w[0] >= w[1]) || panel.last().is_some_and(|&i| u64::from(i) >= n) {
            return Err(Breach::Indices);
        }
        if panel.len() as u64 != u64::from(self.size) {
            return Err(Breach::Size(panel.len()));
        }
        let mut counts = vec![0u32; self.rows.len()];
        let mut households = Vec::new();
        for &i in panel {
            let member = &self.members[i as usize];
            for &row in &member.rows {
                counts[row as usize] += 1;
            }
            households.extend(member.household);
        }
        for (row, (&count, bounds)) in counts.iter().zip(&self.rows).enumerate() {
            if count < bounds.min || count > bounds.max {
                return Err(Breach::Row { row: row as u32, count });
            }
        }
        households.sort_unstable();
        match households.windows(2).find(|w| w[0] == w[1]) {
            Some(pair) => Err(Breach::Household(pair[0])),
            None => Ok(()),
        }
    }
}
