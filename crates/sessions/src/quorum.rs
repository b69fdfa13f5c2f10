//! The blocks of an assembly, and whether enough came to decide.

use sortition::fold::fold;
use sortition::{Reading, Sheet};

use crate::attendance::Attendance;
use crate::columns::Table;
use crate::pay::Money;

/// A block that people attend: a round of tables, or a plenary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its name, as in the attendance.
    pub name: String,
    /// How many must be there to decide; `None` where nothing is decided.
    pub quorum: Option<Quorum>,
    /// What a member is paid who was there.
    pub pay: Money,
}

/// How many must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quorum {
    /// So many people.
    People(usize),
    /// So many in a hundred of the members.
    Percent(usize),
}

impl Quorum {
    /// In people, of an assembly of `members`.
    pub fn people(self, members: usize) -> usize {
        match self {
            Self::People(people) => people,
            Self::Percent(percent) => (members * percent).div_ceil(100),
        }
    }
}

const HEADER: &str = "block,quorum,pay";

/// Reads `block,quorum,pay`: a quorum is a number of people or a percentage, empty where nothing is decided; pay is an amount
/// of money such as 45.00.
pub fn read(sheet: &Sheet) -> Reading<Vec<Block>> {
    let mut table = Table::new(sheet);
    let name = table.need(&["block", "round"], HEADER);
    let (quorum, pay) = (table.find(&["quorum"]), table.find(&["pay"]));
    table.others_are_unused(&[name, quorum, pay], HEADER);
    let mut blocks: Vec<Block> = Vec::new();
    for row in table.rows() {
        let Some(column) = name else { break };
        let Some(name) = table.label(row, column) else { continue };
        if blocks.iter().any(|block| fold(&block.name) == fold(&name)) {
            table.refuse("block twice", row, column, "another row has this block", "keep one of the rows");
        }
        let text = fold(&table.text(row, quorum));
        let (digits, percent) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim(), true),
            None => (text.as_str(), false),
        };
        let number = digits.parse().ok().filter(|&number: &usize| !percent || number <= 100);
        let of = |number| if percent { Quorum::Percent(number) } else { Quorum::People(number) };
        if number.is_none() && !text.is_empty() {
            let remedy = "write a number of people such as 60, or a percentage such as 75%";
            table.refuse("no quorum", row, quorum.unwrap_or(column), "this is not a quorum", remedy);
        }
        let pay = Money::cell(&mut table, row, pay);
        blocks.push(Block { name, quorum: number.map(of), pay: pay.unwrap_or_default() });
    }
    Reading::new(blocks, table.findings.finish())
}

/// How a block was attended.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Turnout {
    /// The block.
    pub block: String,
    /// Who came, of how many.
    pub present: usize,
    /// All members.
    pub members: usize,
    /// How many must be there to decide.
    pub quorum: Option<usize>,
}

impl Turnout {
    /// Whether something is to be decided and too few came.
    pub fn is_short(&self) -> bool {
        self.quorum.is_some_and(|quorum| self.present < quorum)
    }
}

/// The turnout of every block that was marked. `counts` says whether a member belongs to the assembly in a block.
pub fn turnout(
    attendance: &Attendance,
    blocks: &[Block],
    counts: &dyn Fn(&str, usize) -> bool,
) -> Vec<Turnout> {
    let of = |(name, came): &(String, Vec<bool>)| {
        let members = (0..came.len()).filter(|&m| counts(name, m)).count();
        let present = (0..came.len()).filter(|&m| came[m] && counts(name, m)).count();
        let block = blocks.iter().find(|block| fold(&block.name) == fold(name));
        let quorum = block.and_then(|block| block.quorum).map(|quorum| quorum.people(members));
        Turnout { block: name.clone(), present, members, quorum }
    };
    attendance.blocks.iter().map(of).collect()
}
