//! Tables to be filled, in integers: members, features and rounds are numbers from 0.

/// So many tables a round can have at most.
pub const MOST_TABLES: usize = 128;

/// A set of the tables of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableSet(pub u128);

impl TableSet {
    /// Every table.
    pub const ALL: Self = Self(u128::MAX);
    /// No table.
    pub const NONE: Self = Self(0);

    /// One table.
    pub fn only(table: usize) -> Self {
        Self(1 << table)
    }

    /// Whether a table is in the set.
    pub fn has(self, table: usize) -> bool {
        self.0 >> table & 1 == 1
    }

    /// The tables in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The tables in one of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a feature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Every table mirrors those present.
    Spread,
    /// Those who share a value, but for the most common one, sit at as few tables as they can.
    Cluster,
    /// It does not matter.
    Ignore,
}

/// One feature of the members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// What it is for.
    pub mode: Mode,
    /// How much it matters, beside the others.
    pub weight: u32,
    /// How many values it has.
    pub values: usize,
    /// The value of each member.
    pub of: Vec<usize>,
}

/// One round of tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// How many sit at each table.
    pub sizes: Vec<usize>,
    /// The members who take part, in ascending order; as many as there are seats in `sizes`.
    pub present: Vec<usize>,
    /// Where each member may sit; by member, whether present or not.
    pub allowed: Vec<TableSet>,
    /// Groups of two or more who sit at one table, each in ascending order.
    pub together: Vec<Vec<usize>>,
    /// Pairs who do not sit at one table.
    pub apart: Vec<(usize, usize)>,
    /// Where everybody sat or is to stay, by member; `None` where the round is to be planned.
    pub kept: Option<Vec<Option<usize>>>,
    /// Where members were told to sit before, by member; moving them costs a little. Empty where nothing was published.
    pub told: Vec<Option<usize>>,
}

impl Round {
    /// A round for everybody, without rules.
    pub fn open(members: usize, sizes: Vec<usize>) -> Self {
        Self {
            sizes,
            present: (0..members).collect(),
            allowed: vec![TableSet::ALL; members],
            together: Vec::new(),
            apart: Vec::new(),
            kept: None,
            told: Vec::new(),
        }
    }
}

/// Everything that the search is to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// How many members there are.
    pub members: usize,
    /// Their features.
    pub features: Vec<Feature>,
    /// The rounds, in their order.
    pub rounds: Vec<Round>,
    /// Balance against mixing: 0 only mixing, 100 only balance.
    pub balance: u32,
}

/// Where everybody sits: for each round the table of each member, `None` for the absent.
pub type Tables = Vec<Vec<Option<usize>>>;

/// `count` people spread evenly over tables of so many seats: no table could give one to another that has two fewer.
/// `None` where there are not enough seats.
pub fn even_sizes(seats: &[usize], count: usize) -> Option<Vec<usize>> {
    let mut sizes = vec![0; seats.len()];
    let mut left = count;
    while left > 0 {
        let level = (0..seats.len()).filter(|&t| sizes[t] < seats[t]).map(|t| sizes[t]).min()?;
        for table in 0..seats.len() {
            if left > 0 && sizes[table] == level && sizes[table] < seats[table] {
                sizes[table] += 1;
                left -= 1;
            }
        }
    }
    Some(sizes)
}
