//! The hard rules of one round, and a seating that keeps them all, or the proof that there is none.

use super::instance::{MOST_TABLES, TableSet};

/// What a round demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demands {
    /// How many seats each table has; at most [`MOST_TABLES`] tables.
    pub seats: Vec<usize>,
    /// The members who take part, in ascending order.
    pub present: Vec<usize>,
    /// Where each member may sit, by member.
    pub allowed: Vec<TableSet>,
    /// Members who sit at one table.
    pub together: Vec<Vec<usize>>,
    /// Members no two of whom sit at one table.
    pub apart: Vec<Vec<usize>>,
}

/// Whether the demands can be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes: the table of each member, by member; as even as the largest groups allow.
    Seats(Vec<Option<usize>>),
    /// No, in no way.
    Impossible,
    /// Not known after so many steps.
    Undecided,
}

/// People who sit at one table.
#[derive(Debug)]
struct Group {
    members: Vec<usize>,
    allowed: TableSet,
    apart: Vec<usize>,
}

/// Seats everybody, with the largest table as small as the rules allow, in at most `steps` tries for each size.
pub fn seat(demands: &Demands, steps: usize) -> Answer {
    debug_assert!(demands.seats.len() <= MOST_TABLES);
    let people = demands.present.len();
    let most = demands.seats.iter().copied().max().unwrap_or(0);
    let Some(even) = super::instance::even_sizes(&demands.seats, people) else { return Answer::Impossible };
    let Some(groups) = groups(demands) else { return Answer::Impossible };
    if !demands.apart.iter().all(|apart| each_has_a_table(demands, &groups, apart)) {
        return Answer::Impossible;
    }
    let mut undecided = false;
    let first = even.iter().copied().max().unwrap_or(0).max(1);
    for level in first..=most.max(first) {
        let seats: Vec<usize> = demands.seats.iter().map(|&seats| seats.min(level)).collect();
        match (Finder { groups: &groups, steps }).seats(&seats, demands.allowed.len()) {
            Answer::Seats(tables) => return Answer::Seats(tables),
            Answer::Impossible => {}
            Answer::Undecided => undecided = true,
        }
    }
    if undecided { Answer::Undecided } else { Answer::Impossible }
}

/// The groups of those present, the hard ones (larger, or apart from others) first; `None` where a group is to be apart
/// from itself.
fn groups(demands: &Demands) -> Option<Vec<Group>> {
    let n = demands.allowed.len();
    let mut present = vec![false; n];
    demands.present.iter().for_each(|&member| present[member] = true);
    let mut group: Vec<usize> = (0..n).collect();
    for together in &demands.together {
        let mut others = together.iter().filter(|&&member| present[member]);
        if let Some(&first) = others.next() {
            for &other in others {
                let (from, to) = (group[other], group[first]);
                group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
            }
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut place = vec![usize::MAX; n];
    for &member in &demands.present {
        let g = group[member];
        if place[g] == usize::MAX {
            place[g] = groups.len();
            groups.push(Group { members: Vec::new(), allowed: TableSet::ALL, apart: Vec::new() });
        }
        let group = &mut groups[place[g]];
        group.members.push(member);
        group.allowed = group.allowed.and(demands.allowed[member]);
    }
    for apart in &demands.apart {
        let of = |&member: &usize| place[group[member]];
        let parts: Vec<usize> = apart.iter().filter(|&&member| present[member]).map(of).collect();
        for (i, &a) in parts.iter().enumerate() {
            for &b in &parts[..i] {
                if a == b {
                    return None;
                }
                groups[a].apart.push(b);
                groups[b].apart.push(a);
            }
        }
    }
    Some(groups)
}

/// Whether members who are apart can each have a table of their own, leaving aside everybody else: a matching.
fn each_has_a_table(demands: &Demands, groups: &[Group], apart: &[usize]) -> bool {
    let people: Vec<&Group> =
        groups.iter().filter(|group| group.members.iter().any(|m| apart.contains(m))).collect();
    let mut taken: Vec<Option<usize>> = vec![None; demands.seats.len()];
    (0..people.len()).all(|person| {
        give_table(person, &people, &demands.seats, &mut taken, &mut vec![false; demands.seats.len()])
    })
}

fn give_table(
    person: usize,
    people: &[&Group],
    seats: &[usize],
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for t in 0..seats.len() {
        let fits = people[person].allowed.has(t) && seats[t] >= people[person].members.len();
        if fits
            && !std::mem::replace(&mut seen[t], true)
            && taken[t].is_none_or(|other| give_table(other, people, seats, taken, seen))
        {
            taken[t] = Some(person);
            return true;
        }
    }
    false
}

/// Places the hard groups by backtracking; for the others a flow says whether they still fit.
struct Finder<'a> {
    groups: &'a [Group],
    steps: usize,
}

impl Finder<'_> {
    fn seats(&mut self, seats: &[usize], members: usize) -> Answer {
        let hard = |group: &Group| group.members.len() > 1 || !group.apart.is_empty();
        let left: Vec<usize> = (0..self.groups.len()).filter(|&g| hard(&self.groups[g])).collect();
        let mut table = vec![None; self.groups.len()];
        let mut free = seats.to_vec();
        match self.place(left, &mut table, &mut free, seats) {
            Some(true) => {
                let mut tables = vec![None; members];
                for (group, table) in self.groups.iter().zip(&table) {
                    group.members.iter().for_each(|&member| tables[member] = *table);
                }
                Answer::Seats(tables)
            }
            Some(false) => Answer::Impossible,
            None => Answer::Undecided,
        }
    }

    /// Whether the groups that are left can be placed, `None` if the steps ran out.
    fn place(
        &mut self,
        mut left: Vec<usize>,
        table: &mut Vec<Option<usize>>,
        free: &mut Vec<usize>,
        seats: &[usize],
    ) -> Option<bool> {
        let Some(flow) = Flow::of(self.groups, table, free) else { return Some(false) };
        if left.is_empty() {
            flow.fill(self.groups, table, free);
            return Some(true);
        }
        let choices = |g: usize| -> Vec<usize> {
            let group = &self.groups[g];
            let fits = |&t: &usize| {
                group.allowed.has(t)
                    && free[t] >= group.members.len()
                    && !group.apart.iter().any(|&other| table[other] == Some(t))
            };
            (0..seats.len()).filter(fits).collect()
        };
        let (at, tables) = (0..left.len())
            .map(|i| (i, choices(left[i])))
            .min_by_key(|(i, tables)| (tables.len(), usize::MAX - self.groups[left[*i]].members.len(), *i))
            .expect("a group is left");
        let g = left.swap_remove(at);
        let mut tried: Vec<Vec<u64>> = Vec::new();
        let mut sure = true;
        for t in tables {
            if free[t] == seats[t] && !table.contains(&Some(t)) {
                let kind = self.kind(t, seats);
                if tried.contains(&kind) {
                    continue;
                }
                tried.push(kind);
            }
            if self.steps == 0 {
                return None;
            }
            self.steps -= 1;
            table[g] = Some(t);
            free[t] -= self.groups[g].members.len();
            match self.place(left.clone(), table, free, seats) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => sure = false,
            }
            table[g] = None;
            free[t] += self.groups[g].members.len();
        }
        sure.then_some(false)
    }

    /// Two empty tables of one kind are the same to every group.
    fn kind(&self, table: usize, seats: &[usize]) -> Vec<u64> {
        let mut kind = vec![seats[table] as u64];
        kind.extend(self.groups.iter().map(|group| u64::from(group.allowed.has(table))));
        kind
    }
}

/// Everybody who is not placed yet, as if groups could be split: a flow from kinds of people, who are allowed at the same
/// tables, to tables.
struct Flow {
    /// The tables that each kind is allowed at, and its people.
    kinds: Vec<(TableSet, usize)>,
}

impl Flow {
    /// `None` if the people cannot all be seated.
    fn of(groups: &[Group], table: &[Option<usize>], free: &[usize]) -> Option<Self> {
        let mut kinds: Vec<(TableSet, usize)> = Vec::new();
        for group in groups.iter().zip(table).filter(|(_, table)| table.is_none()).map(|(group, _)| group) {
            match kinds.iter_mut().find(|(allowed, _)| *allowed == group.allowed) {
                Some((_, people)) => *people += group.members.len(),
                None => kinds.push((group.allowed, group.members.len())),
            }
        }
        kinds.sort();
        let flow = Self { kinds };
        let mut given = vec![vec![0; free.len()]; flow.kinds.len()];
        flow.raise(free, &mut given).then_some(flow)
    }

    /// Gives people to tables that have room, rerouting others where need be; whether everybody has a seat.
    fn raise(&self, free: &[usize], given: &mut [Vec<usize>]) -> bool {
        let mut all = true;
        for kind in 0..self.kinds.len() {
            while given[kind].iter().sum::<usize>() < self.kinds[kind].1 {
                if !self.augment(kind, free, given) {
                    all = false;
                    break;
                }
            }
        }
        all
    }

    /// One more person of a kind gets a seat, if there is a way.
    fn augment(&self, kind: usize, free: &[usize], given: &mut [Vec<usize>]) -> bool {
        // The kind that reached each table, and the table that each kind was pushed out from.
        let mut reached: Vec<Option<usize>> = vec![None; free.len()];
        let mut pushed: Vec<Option<usize>> = vec![None; self.kinds.len()];
        let mut queue = std::collections::VecDeque::from([kind]);
        while let Some(k) = queue.pop_front() {
            let mut tables: Vec<usize> =
                (0..free.len()).filter(|&t| reached[t].is_none() && self.kinds[k].0.has(t)).collect();
            tables.sort_by_key(|&t| given.iter().map(|of| of[t]).sum::<usize>());
            for t in tables {
                reached[t] = Some(k);
                if given.iter().map(|of| of[t]).sum::<usize>() < free[t] {
                    let mut at = t;
                    while let Some(k) = reached[at] {
                        given[k][at] += 1;
                        if k == kind {
                            return true;
                        }
                        at = pushed[k].expect("another kind was pushed out");
                        given[k][at] -= 1;
                    }
                }
                for other in 0..self.kinds.len() {
                    if other != kind && pushed[other].is_none() && given[other][t] > 0 {
                        pushed[other] = Some(t);
                        queue.push_back(other);
                    }
                }
            }
        }
        false
    }

    /// Seats everybody who is not placed yet, tables with few people first.
    fn fill(&self, groups: &[Group], table: &mut [Option<usize>], free: &mut [usize]) {
        let mut taken = vec![0; free.len()];
        for (group, t) in groups.iter().zip(table.iter()) {
            if let &Some(t) = t {
                taken[t] += group.members.len();
            }
        }
        let mut given = vec![vec![0; free.len()]; self.kinds.len()];
        let most = free.iter().zip(&taken).map(|(free, taken)| free + taken).max().unwrap_or(0);
        for level in 1..=most {
            let room: Vec<usize> = free
                .iter()
                .zip(&taken)
                .map(|(&free, &taken)| free.min(level.saturating_sub(taken)))
                .collect();
            self.raise(&room, &mut given);
        }
        for (group, seat) in groups.iter().zip(table.iter_mut()).filter(|(_, seat)| seat.is_none()) {
            let kind = self
                .kinds
                .iter()
                .position(|(allowed, _)| *allowed == group.allowed)
                .expect("every group has a kind");
            let t = (0..free.len()).find(|&t| given[kind][t] > 0).expect("the flow seats everybody");
            given[kind][t] -= 1;
            *seat = Some(t);
            free[t] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Demands, seat};
    use crate::tables::instance::TableSet;
    use proptest::prelude::*;

    fn keeps(demands: &Demands, tables: &[Option<usize>]) -> bool {
        let mut taken = vec![0; demands.seats.len()];
        let present = |m: &usize| demands.present.contains(m);
        demands.present.iter().all(|&m| {
            let Some(t) = tables[m] else { return false };
            taken[t] += 1;
            demands.allowed[m].has(t)
        }) && taken.iter().zip(&demands.seats).all(|(a, b)| a <= b)
            && demands.together.iter().all(|group| {
                let mut at: Vec<_> = group.iter().filter(|m| present(m)).map(|&m| tables[m]).collect();
                at.dedup();
                at.len() <= 1
            })
            && demands.apart.iter().all(|group| {
                let mut at: Vec<_> = group.iter().filter(|m| present(m)).map(|&m| tables[m]).collect();
                let all = at.len();
                at.sort();
                at.dedup();
                at.len() == all
            })
    }

    /// Whether some way of seating keeps the demands, by trying all of them.
    fn brute_force(demands: &Demands) -> bool {
        let (n, t) = (demands.present.len(), demands.seats.len());
        (0..t.pow(n as u32)).any(|mut code| {
            let mut tables = vec![None; demands.allowed.len()];
            for &m in &demands.present {
                tables[m] = Some(code % t);
                code /= t;
            }
            keeps(demands, &tables)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_answer_is_that_of_brute_force(
            seats in prop::collection::vec(0usize..4, 1..4),
            absent in prop::option::of(0usize..7),
            allowed in prop::collection::vec(prop_oneof![3 => Just(7u128), 1 => 0u128..8], 7),
            together in prop::collection::vec(prop::collection::btree_set(0usize..7, 2..4), 0..3),
            apart in prop::collection::vec(prop::collection::btree_set(0usize..7, 2..4), 0..3),
        ) {
            let sets = |sets: Vec<std::collections::BTreeSet<usize>>| sets.into_iter().map(|s| s.into_iter().collect()).collect();
            let demands = Demands {
                seats,
                present: (0..7).filter(|&m| Some(m) != absent).collect(),
                allowed: allowed.into_iter().map(TableSet).collect(),
                together: sets(together),
                apart: sets(apart),
            };
            match seat(&demands, 100_000) {
                Answer::Seats(tables) => prop_assert!(keeps(&demands, &tables)),
                Answer::Impossible => prop_assert!(!brute_force(&demands)),
                Answer::Undecided => prop_assert!(false, "so few people are always decided"),
            }
        }
    }

    #[test]
    fn more_people_apart_than_tables_are_refused_at_once() {
        let demands = Demands {
            seats: vec![8; 13],
            present: (0..100).collect(),
            allowed: vec![TableSet::ALL; 100],
            together: Vec::new(),
            apart: vec![(0..14).collect()],
        };
        assert_eq!(seat(&demands, 1000), Answer::Impossible);
        let thirteen = Demands { apart: vec![(0..13).collect()], ..demands };
        let Answer::Seats(tables) = seat(&thirteen, 1000) else { panic!("13 apart at 13 tables") };
        let mut sizes = vec![0; 13];
        tables.iter().flatten().for_each(|&t| sizes[t] += 1);
        sizes.sort();
        assert_eq!(sizes, [vec![7; 4], vec![8; 9]].concat(), "as even as can be");
    }
}
