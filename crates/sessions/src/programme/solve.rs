//! Solves the programme as a small integer program, and finds the rules that clash when there is none.
//!
//! Whole variables say which block is in which slot; rooms follow by matching, for which the program holds Hall's
//! condition: of blocks that may be in some rooms only, no more are held at once than there are such rooms.

use std::collections::BTreeSet;

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, constraint, microlp,
    variable,
};

use super::{Agenda, Place, Programme};

/// A rule that may be left out to see whether it belongs to a clash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Holidays,
    Breaks,
    Phases,
    Facilitators,
    After(usize, usize),
    Fixed(usize),
    Rooms(usize),
    Speaker(usize),
    Sides(String),
}

/// Why there is no programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// These rules clash: without any one of them the others could be kept. Empty if there are more blocks than slots.
    Rules(Vec<String>),
    /// The solver gave up.
    Undecided(String),
}

/// Arranges the blocks. Where `before` gives the slot of a block, as it was published, it stays there if it can; apart from
/// that blocks come as early as they can.
///
/// # Errors
/// Why there is no programme.
pub fn solve(agenda: &Agenda, before: &[Option<usize>]) -> Result<Programme, Clash> {
    let rules = rules(agenda);
    match attempt(agenda, &rules, before, true) {
        Ok(Some(slots)) => Ok(Programme { places: rooms(agenda, &slots) }),
        Ok(None) => clash(agenda, rules),
        Err(why) => Err(Clash::Undecided(why)),
    }
}

fn rules(agenda: &Agenda) -> Vec<Rule> {
    let mut rules = Vec::new();
    if !agenda.holidays.is_empty() {
        rules.push(Rule::Holidays);
    }
    rules.extend([Rule::Breaks, Rule::Facilitators]);
    if agenda.phases.len() > 1 {
        rules.push(Rule::Phases);
    }
    for (b, block) in agenda.blocks.iter().enumerate() {
        rules.extend(block.after.iter().map(|&before| Rule::After(before, b)));
        if block.is_fixed {
            rules.push(Rule::Fixed(b));
        }
        rules.push(Rule::Rooms(b));
    }
    let limited = |&s: &usize| agenda.speakers[s].slots.iter().any(|can| !can);
    rules.extend((0..agenda.speakers.len()).filter(limited).map(Rule::Speaker));
    rules.extend(agenda.questions().into_iter().map(|(question, _)| Rule::Sides(question)));
    rules
}

/// Leaves out one rule after the other; where there is still no programme, it is not needed for the clash.
fn clash(agenda: &Agenda, mut rules: Vec<Rule>) -> Result<Programme, Clash> {
    let mut at = 0;
    while at < rules.len() {
        let mut without = rules.clone();
        without.remove(at);
        // Fractions are enough to prove that there is none, and quicker.
        let none = |whole| attempt(agenda, &without, &[], whole);
        match none(false) {
            Ok(None) => rules = without,
            Ok(Some(_)) => match none(true) {
                Ok(None) => rules = without,
                Ok(Some(_)) => at += 1,
                Err(why) => return Err(Clash::Undecided(why)),
            },
            Err(why) => return Err(Clash::Undecided(why)),
        }
    }
    Err(Clash::Rules(rules.iter().map(|rule| said(agenda, rule)).collect()))
}

fn said(agenda: &Agenda, rule: &Rule) -> String {
    let id = |b: usize| format!("{:?}", agenda.blocks[b].id);
    match rule {
        Rule::Holidays => "the holidays".to_owned(),
        Rule::Breaks => format!("breaks of {} minutes between blocks of the same people", agenda.pause),
        Rule::Phases => format!("the order of the phases ({})", agenda.phases.join(", ")),
        Rule::Facilitators => "the facilitators who can be there".to_owned(),
        Rule::After(before, b) => format!("{} after {}", id(*b), id(*before)),
        Rule::Fixed(b) => format!("the time that is set for {}", id(*b)),
        Rule::Rooms(b) => format!("a room for the {} people of {}", agenda.blocks[*b].people, id(*b)),
        Rule::Speaker(s) => format!("when {} can be there", agenda.speakers[*s].name),
        Rule::Sides(question) => format!("equal time for the sides of {question:?}"),
    }
}

/// The slots of the blocks under these rules; `None` if there is no way.
fn attempt(
    agenda: &Agenda,
    rules: &[Rule],
    before: &[Option<usize>],
    whole: bool,
) -> Result<Option<Vec<usize>>, String> {
    let has = |rule: &Rule| rules.contains(rule);
    let Some(windows) = windows(agenda, &has) else { return Ok(None) };
    let mut variables = ProblemVariables::new();
    let binary = || if whole { variable().binary() } else { variable().min(0).max(1) };
    let x: Vec<Vec<Option<Variable>>> = windows
        .iter()
        .map(|window| window.iter().map(|&may| may.then(|| variables.add(binary()))).collect())
        .collect();
    let begun: Vec<Vec<Variable>> = (1..agenda.phases.len())
        .map(|_| agenda.slots.iter().map(|_| variables.add(binary())).collect())
        .collect();
    let model = Model { agenda, x, begun };
    let mut program = variables.minimise(model.objective(before)).using(microlp);
    for constraint in model.constraints(&has) {
        program = program.with(constraint);
    }
    match program.solve() {
        Ok(solution) => {
            let slot = |of: &Vec<Option<Variable>>| {
                let value = |s: usize| of[s].map_or(-1.0, |x| solution.value(x));
                (0..of.len()).max_by(|&a, &b| value(a).total_cmp(&value(b))).unwrap_or(0)
            };
            Ok(Some(model.x.iter().map(slot).collect()))
        }
        Err(ResolutionError::Infeasible) => Ok(None),
        Err(other) => Err(other.to_string()),
    }
}

/// The slots that each block can be in, as far as can be seen block by block; `None` where one has none.
fn windows(agenda: &Agenda, has: &dyn Fn(&Rule) -> bool) -> Option<Vec<Vec<bool>>> {
    let may = |b: usize, s: usize| {
        let block = &agenda.blocks[b];
        let speakers =
            block.speakers.iter().all(|&who| agenda.speakers[who].slots[s] || !has(&Rule::Speaker(who)));
        let holiday = has(&Rule::Holidays) && agenda.holidays.contains(&agenda.slots[s].date);
        speakers && !holiday && (block.slots[s] || !has(&Rule::Fixed(b)))
    };
    let mut windows: Vec<Vec<bool>> =
        (0..agenda.blocks.len()).map(|b| (0..agenda.slots.len()).map(|s| may(b, s)).collect()).collect();
    let homeless = |b: usize| has(&Rule::Rooms(b)) && agenda.rooms_of(&agenda.blocks[b]).is_empty();
    if (0..agenda.blocks.len()).any(homeless) {
        return None;
    }
    // What must come before a block pushes it back, what must come after pushes it forward.
    let ordered = |a: usize, b: usize| {
        let phases = has(&Rule::Phases)
            && matches!((agenda.blocks[a].phase, agenda.blocks[b].phase), (Some(p), Some(q)) if p < q);
        phases || (agenda.blocks[b].after.contains(&a) && has(&Rule::After(a, b)))
    };
    let n = agenda.blocks.len();
    let pairs: Vec<(usize, usize)> =
        (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|&(a, b)| ordered(a, b)).collect();
    for _ in 0..agenda.slots.len() {
        let mut changed = false;
        for &(a, b) in &pairs {
            let first = windows[a].iter().position(|&may| may)?;
            let last = windows[b].iter().rposition(|&may| may)?;
            for may in &mut windows[b][..=first] {
                changed |= std::mem::take(may);
            }
            for may in &mut windows[a][last..] {
                changed |= std::mem::take(may);
            }
        }
        if !changed {
            break;
        }
    }
    windows.iter().all(|window| window.contains(&true)).then_some(windows)
}

struct Model<'a> {
    agenda: &'a Agenda,
    /// Whether a block is in a slot.
    x: Vec<Vec<Option<Variable>>>,
    /// Whether the phase after each may have begun by a slot.
    begun: Vec<Vec<Variable>>,
}

impl Model<'_> {
    /// Early, and above all where it was published.
    fn objective(&self, before: &[Option<usize>]) -> Expression {
        let mut cost = Expression::from(0.0);
        let far = (self.agenda.slots.len() * self.agenda.blocks.len()) as f64;
        for (b, of) in self.x.iter().enumerate() {
            let told = before.get(b).copied().flatten();
            for (s, x) in of.iter().enumerate() {
                if let &Some(x) = x {
                    cost += (s as f64 + if told.is_some_and(|told| told != s) { far } else { 0.0 }) * x;
                }
            }
        }
        cost
    }

    /// Whether a block is in one of some slots.
    fn among(&self, b: usize, slots: std::ops::Range<usize>) -> Expression {
        self.x[b][slots].iter().flatten().sum()
    }

    fn constraints(&self, has: &dyn Fn(&Rule) -> bool) -> Vec<good_lp::Constraint> {
        let (agenda, slots) = (self.agenda, self.agenda.slots.len());
        let mut all = Vec::new();
        for b in 0..agenda.blocks.len() {
            all.push(constraint!(self.among(b, 0..slots) == 1.0));
            for &a in agenda.blocks[b].after.iter().filter(|&&a| has(&Rule::After(a, b))) {
                for s in 0..slots {
                    all.push(constraint!(self.among(b, 0..s + 1) <= self.among(a, 0..s)));
                }
            }
        }
        self.people(has(&Rule::Breaks), &mut all);
        if has(&Rule::Phases) {
            self.phases(&mut all);
        }
        for s in 0..slots {
            self.slot(s, has, &mut all);
        }
        for (question, sides) in
            agenda.questions().iter().filter(|(question, _)| has(&Rule::Sides(question.clone())))
        {
            let _ = question;
            for (one, (_, a)) in sides.iter().enumerate() {
                for (_, b) in &sides[..one] {
                    let difference = self.minutes(a) - self.minutes(b);
                    all.push(constraint!(difference.clone() <= agenda.even_within as f64));
                    all.push(constraint!(difference >= -(agenda.even_within as f64)));
                }
            }
        }
        all
    }

    fn minutes(&self, blocks: &[usize]) -> Expression {
        let terms = blocks.iter().flat_map(|&b| self.x[b].iter().zip(&self.agenda.slots));
        terms.filter_map(|(x, slot)| x.map(|x| slot.minutes() as f64 * x)).sum()
    }

    /// Nobody is in two blocks at once, nor without a break between them.
    fn people(&self, breaks: bool, all: &mut Vec<good_lp::Constraint>) {
        let agenda = self.agenda;
        let mut parts: BTreeSet<Option<&String>> =
            agenda.blocks.iter().map(|block| block.audience.as_ref()).collect();
        if parts.len() > 1 {
            parts.remove(&None);
        }
        let near = |s: usize, t: usize| if breaks { agenda.too_close(s, t) } else { s == t };
        for part in parts {
            let here: Vec<usize> = (0..agenda.blocks.len())
                .filter(|&b| {
                    agenda.blocks[b].audience.is_none() || agenda.blocks[b].audience.as_ref() == part
                })
                .collect();
            for s in 0..agenda.slots.len() {
                // The slots from s on that are too close to each other.
                let mut together = vec![s];
                for t in s + 1..agenda.slots.len() {
                    if together.iter().all(|&u| near(u, t)) {
                        together.push(t);
                    }
                }
                let sum: Expression =
                    here.iter().flat_map(|&b| together.iter().filter_map(move |&t| self.x[b][t])).sum();
                all.push(constraint!(sum <= 1.0));
            }
        }
    }

    fn phases(&self, all: &mut Vec<good_lp::Constraint>) {
        let slots = self.agenda.slots.len();
        for (p, begun) in self.begun.iter().enumerate() {
            for (b, block) in self.agenda.blocks.iter().enumerate() {
                for (s, &begun) in begun.iter().enumerate() {
                    if block.phase.is_some_and(|phase| phase > p) {
                        all.push(constraint!(self.among(b, 0..s + 1) <= begun));
                    } else if block.phase.is_some() {
                        all.push(constraint!(self.among(b, s..slots) + begun <= 1.0));
                    }
                }
            }
        }
    }

    /// Rooms, speakers and facilitators of one slot.
    fn slot(&self, s: usize, has: &dyn Fn(&Rule) -> bool, all: &mut Vec<good_lp::Constraint>) {
        let agenda = self.agenda;
        let here: Vec<usize> = (0..agenda.blocks.len()).filter(|&b| self.x[b][s].is_some()).collect();
        let sum = |blocks: &mut dyn Iterator<Item = &usize>| -> Expression {
            blocks.filter_map(|&b| self.x[b][s]).sum()
        };
        for speaker in 0..agenda.speakers.len() {
            let speaks = |b: &&usize| agenda.blocks[**b].speakers.contains(&speaker);
            if here.iter().filter(speaks).count() > 1 {
                all.push(constraint!(sum(&mut here.iter().filter(speaks)) <= 1.0));
            }
        }
        if has(&Rule::Facilitators) {
            let can = agenda.facilitators.iter().filter(|person| person.slots[s]).count();
            let terms = here.iter().filter(|&&b| agenda.blocks[b].facilitators > 0);
            let needed: Expression =
                terms.filter_map(|&b| self.x[b][s].map(|x| agenda.blocks[b].facilitators as f64 * x)).sum();
            all.push(constraint!(needed <= can as f64));
        }
        // Where only one block is held at a time, a room that is large enough is enough.
        let parts: BTreeSet<Option<&String>> =
            here.iter().map(|&b| agenda.blocks[b].audience.as_ref()).collect();
        if parts.iter().flatten().count() < 2 {
            return;
        }
        let sets: Vec<(usize, BTreeSet<usize>)> = here.iter().map(|&b| (b, self.rooms_of(b, has))).collect();
        let mut unions: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        for (_, rooms) in &sets {
            let wider: Vec<BTreeSet<usize>> = unions.iter().map(|union| union | rooms).collect();
            unions.extend(wider);
            unions.insert(rooms.clone());
        }
        for union in unions {
            let inside: Vec<usize> =
                sets.iter().filter(|(_, rooms)| rooms.is_subset(&union)).map(|&(b, _)| b).collect();
            if inside.len() > union.len() {
                all.push(constraint!(sum(&mut inside.iter()) <= union.len() as f64));
            }
        }
    }

    fn rooms_of(&self, b: usize, has: &dyn Fn(&Rule) -> bool) -> BTreeSet<usize> {
        if has(&Rule::Rooms(b)) {
            self.agenda.rooms_of(&self.agenda.blocks[b]).into_iter().collect()
        } else {
            (0..self.agenda.rooms.len()).collect()
        }
    }
}

/// A room for each block: of those that are free the smallest that it fits into, by matching within each slot.
fn rooms(agenda: &Agenda, slots: &[usize]) -> Vec<Place> {
    let mut room_of: Vec<usize> = vec![0; slots.len()];
    for s in 0..agenda.slots.len() {
        let mut taken: Vec<Option<usize>> = vec![None; agenda.rooms.len()];
        for b in (0..slots.len()).filter(|&b| slots[b] == s) {
            take(agenda, b, &mut taken, &mut vec![false; agenda.rooms.len()]);
        }
        for (room, block) in taken.iter().enumerate() {
            block.iter().for_each(|&b| room_of[b] = room);
        }
    }
    slots.iter().zip(room_of).map(|(&slot, room)| Place { slot, room }).collect()
}

/// Gives a block a room, moving others if need be.
fn take(agenda: &Agenda, b: usize, taken: &mut Vec<Option<usize>>, seen: &mut Vec<bool>) -> bool {
    let mut rooms = agenda.rooms_of(&agenda.blocks[b]);
    rooms.sort_by_key(|&room| (agenda.rooms[room].seats, room));
    for room in rooms {
        if !std::mem::replace(&mut seen[room], true)
            && taken[room].is_none_or(|other| take(agenda, other, taken, seen))
        {
            taken[room] = Some(b);
            return true;
        }
    }
    false
}
