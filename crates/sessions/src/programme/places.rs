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
        let mut broken = Vec::new();
        let (places, blocks) = (&self.places, &agenda.blocks);
        for (block, place) in blocks.iter().zip(places) {
            let slot = agenda.slots[place.slot];
            let id = &block.id;
            if agenda.holidays.contains(&slot.date) {
                broken.push(format!("{id} is on a holiday"));
            }
            if !agenda.rooms_of(block).contains(&place.room) {
                broken.push(format!("{id} is in a room where it may not be"));
            }
            if !block.slots[place.slot] {
                broken.push(format!("{id} is not at its time"));
            }
            for &speaker in
                block.speakers.iter().filter(|&&speaker| !agenda.speakers[speaker].slots[place.slot])
            {
                broken.push(format!("{} cannot speak at {id}", agenda.speakers[speaker].name));
            }
            for &before in block.after.iter().filter(|&&before| places[before].slot >= place.slot) {
                broken.push(format!("{id} is not after {}", blocks[before].id));
            }
        }
        for a in 0..blocks.len() {
            for b in 0..a {
                let (x, y) = (&blocks[a], &blocks[b]);
                if places[a] == places[b] {
                    broken.push(format!("{} and {} share a room", x.id, y.id));
                }
                if x.shares_people(y) && agenda.too_close(places[a].slot, places[b].slot) {
                    broken.push(format!("{} and {} leave no break", x.id, y.id));
                }
                if places[a].slot == places[b].slot
                    && x.speakers.iter().any(|speaker| y.speakers.contains(speaker))
                {
                    broken.push(format!("{} and {} share a speaker", x.id, y.id));
                }
                if let (Some(p), Some(q)) = (x.phase, y.phase)
                    && ((p < q && places[a].slot >= places[b].slot)
                        || (p > q && places[a].slot <= places[b].slot))
                {
                    broken.push(format!("{} and {} are not in the order of their phases", x.id, y.id));
                }
            }
        }
        for slot in 0..agenda.slots.len() {
            let here = blocks.iter().zip(places).filter(|(_, place)| place.slot == slot);
            let needed: usize = here.map(|(block, _)| block.facilitators).sum();
            if needed > agenda.facilitators.iter().filter(|person| person.slots[slot]).count() {
                broken.push(format!("there are too few facilitators in slot {slot}"));
            }
        }
        for (question, sides) in agenda.questions() {
            let time = |blocks: &Vec<usize>| {
                blocks.iter().map(|&b| agenda.slots[places[b].slot].minutes()).sum::<i64>()
            };
            let times: Vec<i64> = sides.iter().map(|(_, blocks)| time(blocks)).collect();
            let (least, most) =
                (times.iter().min().copied().unwrap_or(0), times.iter().max().copied().unwrap_or(0));
            if most - least > agenda.even_within {
                broken.push(format!("the sides of {question} have unequal time"));
            }
        }
        broken
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
