//! Where and when the blocks are, and a check of that which owes nothing to the solver.

use sortition::canonical::write_row;

use super::Agenda;

/// The slot and the room of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The slot.
    pub slot: usize,
    /// The room.
    pub room: usize,
}

/// The place of each block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// By block.
    pub places: Vec<Place>,
}

impl Programme {
    /// The rules that it breaks, in words; empty for a programme that can be held.
    pub fn broken(&self, agenda: &Agenda) -> Vec<String> {
        let blocks = 0..agenda.blocks.len();
        let alone = blocks.clone().flat_map(|b| self.broken_by(agenda, b));
        let pairs = blocks.flat_map(|a| (0..a).flat_map(move |b| self.broken_by_two(agenda, a, b)));
        alone.chain(pairs).chain(self.short_of_facilitators(agenda)).chain(self.uneven(agenda)).collect()
    }

    /// The rules that one block breaks.
    fn broken_by(&self, agenda: &Agenda, block: usize) -> Vec<String> {
        let (place, block) = (self.places[block], &agenda.blocks[block]);
        let (slot, id) = (agenda.slots[place.slot], &block.id);
        let mut broken = Vec::new();
        if agenda.holidays.contains(&slot.date) {
            broken.push(format!("{id} is on a holiday"));
        }
        if !agenda.rooms_of(block).contains(&place.room) {
            broken.push(format!("{id} is in a room where it may not be"));
        }
        if !block.slots[place.slot] {
            broken.push(format!("{id} is not at its time"));
        }
        let speakers = block.speakers.iter().map(|&speaker| &agenda.speakers[speaker]);
        for speaker in speakers.filter(|speaker| !speaker.slots[place.slot]) {
            broken.push(format!("{} cannot speak at {id}", speaker.name));
        }
        for &before in block.after.iter().filter(|&&before| self.places[before].slot >= place.slot) {
            broken.push(format!("{id} is not after {}", agenda.blocks[before].id));
        }
        broken
    }

    /// The rules that two blocks break together.
    fn broken_by_two(&self, agenda: &Agenda, a: usize, b: usize) -> Vec<String> {
        let (x, y) = (&agenda.blocks[a], &agenda.blocks[b]);
        let (here, there) = (self.places[a], self.places[b]);
        let mut broken = Vec::new();
        if here == there {
            broken.push(format!("{} and {} share a room", x.id, y.id));
        }
        if x.shares_people(y) && agenda.too_close(here.slot, there.slot) {
            broken.push(format!("{} and {} leave no break", x.id, y.id));
        }
        if here.slot == there.slot && x.speakers.iter().any(|speaker| y.speakers.contains(speaker)) {
            broken.push(format!("{} and {} share a speaker", x.id, y.id));
        }
        if let (Some(p), Some(q)) = (x.phase, y.phase)
            && ((p < q && here.slot >= there.slot) || (p > q && here.slot <= there.slot))
        {
            broken.push(format!("{} and {} are not in the order of their phases", x.id, y.id));
        }
        broken
    }

    fn short_of_facilitators(&self, agenda: &Agenda) -> Vec<String> {
        let needed = |slot: usize| -> usize {
            let here = agenda.blocks.iter().zip(&self.places).filter(|(_, place)| place.slot == slot);
            here.map(|(block, _)| block.facilitators).sum()
        };
        let there = |slot: usize| agenda.facilitators.iter().filter(|person| person.slots[slot]).count();
        let short = (0..agenda.slots.len()).filter(|&slot| needed(slot) > there(slot));
        short.map(|slot| format!("there are too few facilitators in slot {slot}")).collect()
    }

    /// Questions whose sides do not have equal time.
    fn uneven(&self, agenda: &Agenda) -> Vec<String> {
        let time =
            |blocks: &Vec<usize>| blocks.iter().map(|&b| agenda.slots[self.places[b].slot].minutes()).sum();
        let mut uneven = Vec::new();
        for (question, sides) in agenda.questions() {
            let times: Vec<i64> = sides.iter().map(|(_, blocks)| time(blocks)).collect();
            let least = times.iter().min().copied().unwrap_or(0);
            let most = times.iter().max().copied().unwrap_or(0);
            if most - least > agenda.even_within {
                uneven.push(format!("the sides of {question} have unequal time"));
            }
        }
        uneven
    }

    /// The blocks in the order of time.
    pub fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        order.sort_by_key(|&b| (self.places[b], b));
        order
    }

    /// The bytes of the file `date,start,end,room,block,title,phase,speakers`.
    pub fn to_csv(&self, agenda: &Agenda) -> String {
        let mut csv = String::new();
        write_row(&mut csv, ["date", "start", "end", "room", "block", "title", "phase", "speakers"]);
        for b in self.in_order() {
            let (block, place) = (&agenda.blocks[b], self.places[b]);
            let slot = agenda.slots[place.slot];
            let speakers: Vec<&str> =
                block.speakers.iter().map(|&s| agenda.speakers[s].name.as_str()).collect();
            let phase = block.phase.map_or("", |phase| agenda.phases[phase].as_str());
            let (start, end) =
                (slot.start.strftime("%H:%M").to_string(), slot.end.strftime("%H:%M").to_string());
            let row = [
                &slot.date.to_string(),
                &start,
                &end,
                &agenda.rooms[place.room].name,
                &block.id,
                &block.title,
                phase,
                &speakers.join("; "),
            ];
            write_row(&mut csv, row);
        }
        csv
    }
}
