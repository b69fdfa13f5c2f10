//! Who came: marks from the door or from a list.

use std::collections::BTreeMap;

use sortition::fold::fold;
use sortition::wording::{counted, listed};
use sortition::{Problem, Reading, Row, Sheet};

use crate::columns::{Names, Table};
use crate::members::Members;

/// Who was present, for each block that was marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attendance {
    /// By the name of the block, in the order of the file: for each member, whether they came.
    pub blocks: Vec<(String, Vec<bool>)>,
}

const HEADER: &str = "round,member,present";
const YES: [&str; 11] = ["yes", "y", "si", "sí", "1", "x", "true", "present", "here", "came", "online"];
const NO: [&str; 8] = ["no", "n", "0", "false", "absent", "away", "-", "excused"];

impl Attendance {
    /// Reads `round,member,present` (or `block` for `round`). Where a block has marks of one kind only, everybody else is of
    /// the other kind: a list of those who came, or of those who did not. Where it has both, everybody needs a mark.
    pub fn read(sheet: &Sheet, members: &Members, blocks: Option<&Names>) -> Reading<Self> {
        let mut table = Table::new(sheet);
        let block = table.need(&["round", "block"], HEADER);
        let member = table.need(&["member", "id"], HEADER);
        let present = table.need(&["present", "attended", "status"], HEADER);
        table.others_are_unused(&[block, member, present], HEADER);
        let (Some(block), Some(member), Some(present)) = (block, member, present) else {
            return Reading::failed(table.findings.finish());
        };
        let mut marks: Vec<(String, BTreeMap<usize, bool>)> = Vec::new();
        for row in table.rows() {
            let name = block_of(&mut table, row, block, blocks);
            let found = members.named(&mut table, row, member);
            let came = mark(&mut table, row, present);
            let (Some(name), Some(found), Some(came)) = (name, found, came) else { continue };
            let place = marks.iter().position(|(other, _)| fold(other) == fold(&name)).unwrap_or_else(|| {
                marks.push((name, BTreeMap::new()));
                marks.len() - 1
            });
            if marks[place].1.insert(found, came).is_some_and(|before| before != came) {
                let reason = "another row says the contrary";
                table.refuse("marked twice", row, present, reason, "delete the wrong row");
            }
        }
        let all = marks.into_iter().map(|(name, marks)| {
            let came = whole(&name, &marks, members, &mut table);
            (name, came)
        });
        let blocks = all.collect();
        Reading::new(Self { blocks }, table.findings.finish())
    }

    /// Who was present in a block; `None` where it was not marked.
    pub fn of(&self, block: &str) -> Option<&[bool]> {
        self.blocks.iter().find(|(name, _)| fold(name) == fold(block)).map(|(_, came)| came.as_slice())
    }
}

/// The block of a row, if it is one of those that there are.
fn block_of(table: &mut Table<'_>, row: &Row, column: usize, blocks: Option<&Names>) -> Option<String> {
    let name = table.label(row, column)?;
    if let Some(blocks) = blocks
        && blocks.find(&name).is_none()
    {
        let remedy = blocks.remedy(&name, "blocks");
        table.refuse("unknown block", row, column, "there is no such round or block", remedy);
        return None;
    }
    Some(name)
}

/// Whether they came.
fn mark(table: &mut Table<'_>, row: &Row, column: usize) -> Option<bool> {
    let said = fold(&table.text(row, Some(column)));
    let came = YES.contains(&said.as_str());
    if !came && !NO.contains(&said.as_str()) {
        let reason = "it is not clear whether they came";
        table.refuse("unknown mark", row, column, reason, "write yes or no");
        return None;
    }
    Some(came)
}

fn whole(name: &str, marks: &BTreeMap<usize, bool>, members: &Members, table: &mut Table<'_>) -> Vec<bool> {
    let both = marks.values().any(|&came| came) && marks.values().any(|&came| !came);
    let others = !marks.values().any(|&came| came);
    let unmarked: Vec<&str> =
        (0..members.len()).filter(|m| !marks.contains_key(m)).map(|m| members.ids[m].as_str()).collect();
    if both && !unmarked.is_empty() {
        let reason = format!(
            "{} of block {name:?} are not marked: {}",
            counted(unmarked.len(), "member"),
            listed(&unmarked, 10)
        );
        let remedy = "mark everybody, or write only those who came, or only those who did not";
        table.findings.error("not marked", |file| Problem::error(file, reason, remedy));
    }
    (0..members.len()).map(|member| marks.get(&member).copied().unwrap_or(others)).collect()
}
