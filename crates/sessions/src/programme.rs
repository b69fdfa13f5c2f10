//! The programme: blocks of an assembly in time slots and rooms, and the rules that they keep.

pub mod file;
pub mod places;
mod solve;
mod written;

use jiff::civil::{Date, Time};
use sortition::fold::fold;

pub use places::{Place, Programme};
pub use solve::{Clash, solve};

/// What is to be arranged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The name of the assembly.
    pub assembly: String,
    /// How many members it has.
    pub members: usize,
    /// The time zone, such as Europe/Dublin.
    pub zone: String,
    /// When this programme is given out, in Unix seconds.
    pub issued: i64,
    /// The least break between two blocks of the same people, in minutes.
    pub pause: i64,
    /// The sides of a question may differ by so many minutes.
    pub even_within: i64,
    /// Days on which nothing is held.
    pub holidays: Vec<Date>,
    /// The phases in their order.
    pub phases: Vec<String>,
    /// The slots in the order of time.
    pub slots: Vec<Slot>,
    /// The rooms.
    pub rooms: Vec<Room>,
    /// The speakers.
    pub speakers: Vec<Available>,
    /// The facilitators.
    pub facilitators: Vec<Available>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A time in which one block can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The day.
    pub date: Date,
    /// When it begins, in the time of the assembly's zone.
    pub start: Time,
    /// When it ends.
    pub end: Time,
}

impl Slot {
    /// How long it is, in minutes.
    pub fn minutes(&self) -> i64 {
        minutes(self.end) - minutes(self.start)
    }
}

/// Minutes since midnight.
pub fn minutes(time: Time) -> i64 {
    i64::from(time.hour()) * 60 + i64::from(time.minute())
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// How many fit.
    pub seats: usize,
}

/// Somebody who is not always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Available {
    /// Their name.
    pub name: String,
    /// Whether they can be there, by slot.
    pub slots: Vec<bool>,
}

/// The sides of a question, each with the blocks in which it is heard.
pub type Sides = Vec<(String, Vec<usize>)>;

/// A block of the programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Its phase.
    pub phase: Option<usize>,
    /// Who is there: all, or a part of the members with this name.
    pub audience: Option<String>,
    /// How many people are there.
    pub people: usize,
    /// The speakers.
    pub speakers: Vec<usize>,
    /// How many facilitators it needs.
    pub facilitators: usize,
    /// Blocks that come before it.
    pub after: Vec<usize>,
    /// The rooms that it may be in; empty for any.
    pub rooms: Vec<usize>,
    /// The days or slots that it may be in; by slot.
    pub slots: Vec<bool>,
    /// Whether those were limited.
    pub is_fixed: bool,
    /// A question and the side of it that is heard.
    pub side: Option<(String, String)>,
    /// The round of tables that is held in it.
    pub round: Option<String>,
}

impl Block {
    /// Whether somebody would have to be in both at once.
    pub fn shares_people(&self, other: &Self) -> bool {
        match (&self.audience, &other.audience) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
    }
}

impl Agenda {
    /// The rooms that a block may be in and fits into.
    pub fn rooms_of(&self, block: &Block) -> Vec<usize> {
        let may = |room: usize| block.rooms.is_empty() || block.rooms.contains(&room);
        (0..self.rooms.len()).filter(|&room| may(room) && self.rooms[room].seats >= block.people).collect()
    }

    /// Whether two slots leave no break between them, or are the same.
    pub fn too_close(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.slots[a.min(b)], &self.slots[a.max(b)]);
        a == b || (a.date == b.date && minutes(b.start) - minutes(a.end) < self.pause)
    }

    /// The questions with the sides that are heard, and the blocks of each side, by their first spelling.
    pub fn questions(&self) -> Vec<(String, Sides)> {
        let mut questions: Vec<(String, Sides)> = Vec::new();
        for (b, block) in self.blocks.iter().enumerate() {
            let Some((question, side)) = &block.side else { continue };
            let q =
                questions.iter().position(|(name, _)| fold(name) == fold(question)).unwrap_or_else(|| {
                    questions.push((question.clone(), Vec::new()));
                    questions.len() - 1
                });
            let sides = &mut questions[q].1;
            match sides.iter_mut().find(|(name, _)| fold(name) == fold(side)) {
                Some((_, blocks)) => blocks.push(b),
                None => sides.push((side.clone(), vec![b])),
            }
        }
        questions
    }
}
