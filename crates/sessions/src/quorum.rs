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
    /// So many of so many of the members: 2 of 3, 75 of 100.
    Share(usize, usize),
}

impl Quorum {
    /// In people, of an assembly of `members`.
    pub fn people(self, members: usize) -> usize {
        match self {
            Self::People(people) => people,
            Self::Share(part, whole) => (members * part).div_ceil(whole),
        }
    }

    /// A number of people, a percentage with at most three decimals, or a fraction.
    fn parse(text: &str) -> Option<Self> {
        if let Some((part, whole)) = text.split_once('/') {
            return Self::share(part.trim().parse().ok()?, whole.trim().parse().ok()?);
        }
        let Some(percent) = text.strip_suffix('%') else { return text.parse().ok().map(Self::People) };
        let (whole, decimals) = percent.trim().split_once(['.', ',']).unwrap_or((percent.trim(), ""));
        let digits = format!("{whole}{decimals}");
        let is_number = decimals.len() <= 3 && digits.bytes().all(|digit| digit.is_ascii_digit());
        let unit = 10_usize.pow(u32::try_from(decimals.len()).ok().filter(|_| is_number)?);
        Self::share(digits.parse().ok()?, 100 * unit)
    }

    fn share(part: usize, whole: usize) -> Option<Self> {
        (part <= whole && (1..=1_000_000).contains(&whole)).then_some(Self::Share(part, whole))
    }
}

const HEADER: &str = "block,quorum,pay";

/// Reads `block,quorum,pay`: a quorum is a number of people, a percentage or a fraction, empty where nothing is decided; pay is an amount
/// of money such as 45.00. More people than there are `members` can never come, which is said.
pub fn read(sheet: &Sheet, members: usize) -> Reading<Vec<Block>> {
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
        let needed = Quorum::parse(&text);
        if needed.is_none() && !text.is_empty() {
            let remedy =
                "write a number of people such as 60, a percentage such as 75%, or a fraction such as 2/3";
            table.refuse("no quorum", row, quorum.unwrap_or(column), "this is not a quorum", remedy);
        }
        if let (Some(Quorum::People(people)), Some(column)) = (needed, quorum)
            && people > members
        {
            let reason = format!("there are only {members} members, so nothing could ever be decided");
            table.doubt("quorum too large", row, column, reason, format!("write {members} or fewer"));
        }
        let pay = Money::cell(&mut table, row, pay);
        blocks.push(Block { name, quorum: needed, pay: pay.unwrap_or_default() });
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

#[cfg(test)]
mod tests {
    use super::Quorum;

    #[test]
    fn two_thirds_of_110_are_74() {
        for (text, people) in [
            ("60", 60),
            ("75%", 83),
            ("2/3", 74),
            ("66%", 73),
            ("66.7%", 74),
            ("66,667 %", 74),
            ("100%", 110),
        ] {
            assert_eq!(Quorum::parse(text).map(|quorum| quorum.people(110)), Some(people), "{text}");
        }
        for text in ["", "all", "101%", "3/2", "1/0", "-5", "-5%", "6.6667%", "1/2/3", "%", "."] {
            assert_eq!(Quorum::parse(text), None, "{text}");
        }
    }
}
