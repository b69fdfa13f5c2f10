//! What members are paid for the sessions that they attended, and what they are reimbursed.

use std::fmt;

use sortition::canonical::write_row;
use sortition::fold::fold;
use sortition::wording::quoted;
use sortition::{Problem, Reading, Row, Sheet};

use crate::attendance::Attendance;
use crate::columns::{Names, Table};
use crate::members::Members;
use crate::quorum::Block;

/// An amount of money in hundredths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub u64);

impl Money {
    /// Reads `45`, `45.5`, `45.50` or `45,50`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "00"));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let part = match part.len() {
            1 => format!("{part}0"),
            2 => part.to_owned(),
            _ => return None,
        };
        if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(&part) {
            return None;
        }
        Some(Self(whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?))
    }

    /// Reads a cell; nothing where it is empty.
    pub(crate) fn cell(table: &mut Table<'_>, row: &Row, column: Option<usize>) -> Option<Self> {
        let text = table.text(row, column);
        if text.is_empty() {
            return Some(Self(0));
        }
        let money = Self::parse(&text);
        if let (None, Some(column)) = (money, column) {
            table.refuse(
                "no amount",
                row,
                column,
                "this is not an amount of money",
                "write it like 45.00, without a currency",
            );
        }
        money
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Something that a member is to be reimbursed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expense {
    /// The member.
    pub member: usize,
    /// The block that it arose for; `None` for every block that they attend.
    pub block: Option<String>,
    /// How much.
    pub amount: Money,
    /// Its row in the file.
    row: usize,
}

const HEADER: &str = "member,block,amount";

/// Reads `member,block,amount`; no block means every block that the member attends.
pub fn read(sheet: &Sheet, members: &Members, blocks: &Names) -> Reading<Vec<Expense>> {
    let mut table = Table::new(sheet);
    let (member, amount) = (table.need(&["member", "id"], HEADER), table.need(&["amount"], HEADER));
    let block = table.find(&["block", "round"]);
    table.others_are_unused(&[member, block, amount, table.find(&["for", "note"])], HEADER);
    let mut expenses = Vec::new();
    if let (Some(member), Some(_)) = (member, amount) {
        for row in table.rows() {
            let found = members.named(&mut table, row, member);
            let money = Money::cell(&mut table, row, amount);
            let name = table.text(row, block);
            if let (false, Some(block)) = (name.is_empty() || blocks.find(&name).is_some(), block) {
                table.refuse(
                    "unknown block",
                    row,
                    block,
                    "there is no such round or block",
                    blocks.remedy(&name, "blocks"),
                );
            }
            let block = Some(name).filter(|name| !name.is_empty());
            if let (Some(member), Some(amount)) = (found, money) {
                expenses.push(Expense { member, block, amount, row: row.number });
            }
        }
    }
    Reading::new(expenses, table.findings.finish())
}

/// One member's payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The member.
    pub member: usize,
    /// For each block that they attended: its name, the pay, the expenses.
    pub sessions: Vec<(String, Money, Money)>,
}

impl Account {
    /// Pay, expenses and both together.
    pub fn total(&self) -> (Money, Money, Money) {
        let pay = self.sessions.iter().map(|(_, pay, _)| pay.0).sum();
        let expenses = self.sessions.iter().map(|(_, _, expenses)| expenses.0).sum();
        (Money(pay), Money(expenses), Money(pay + expenses))
    }
}

/// What everybody is paid, and warnings about expenses for blocks that the member did not attend.
pub fn accounts(
    members: &Members,
    attendance: &Attendance,
    blocks: &[Block],
    expenses: &[Expense],
    file: &str,
) -> (Vec<Account>, Vec<Problem>) {
    let came = |name: &str, member: usize| attendance.of(name).is_some_and(|came| came[member]);
    let accounts = (0..members.len()).map(|member| {
        let attended = attendance.blocks.iter().filter(|(_, came)| came[member]);
        let sessions = attended.map(|(name, _)| {
            let pay = blocks
                .iter()
                .find(|block| fold(&block.name) == fold(name))
                .map_or(Money(0), |block| block.pay);
            let here = |e: &&Expense| {
                e.member == member && e.block.as_ref().is_none_or(|block| fold(block) == fold(name))
            };
            (name.clone(), pay, Money(expenses.iter().filter(here).map(|expense| expense.amount.0).sum()))
        });
        Account { member, sessions: sessions.collect() }
    });
    let mut problems = Vec::new();
    for expense in expenses {
        let Some(block) = &expense.block else { continue };
        if !came(block, expense.member) {
            let id = quoted(&members.ids[expense.member]);
            let reason = format!("{id} is not marked as present in {}; nothing is paid", quoted(block));
            problems.push(
                Problem::warning(file, reason, "mend the attendance, or delete the row").at_row(expense.row),
            );
        }
    }
    (accounts.collect(), problems)
}

/// The bytes of the file `member,block,pay,expenses,total`, with a row `total` for each member.
pub fn to_csv(accounts: &[Account], members: &Members) -> String {
    let mut csv = String::new();
    write_row(&mut csv, ["member", "block", "pay", "expenses", "total"]);
    for account in accounts {
        let id = &members.ids[account.member];
        for (block, pay, expenses) in &account.sessions {
            let both = Money(pay.0 + expenses.0);
            write_row(&mut csv, [id, block, &pay.to_string(), &expenses.to_string(), &both.to_string()]);
        }
        let (pay, expenses, both) = account.total();
        write_row(&mut csv, [id, "total", &pay.to_string(), &expenses.to_string(), &both.to_string()]);
    }
    csv
}
