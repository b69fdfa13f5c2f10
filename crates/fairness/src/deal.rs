//! From kinds to people: who of those who are alike sits in which panel, so that their chances differ by at most one
//! panel.
//!
//! People who share no household take turns. In a class of h households each panel draws people of several kinds from
//! different households: an edge colouring of a bipartite graph (König 1916) with the households as colours shares the
//! appearances of every kind evenly.

use crate::kinds::{Class, Kinds};

/// Panels of member indices, ascending, from panels of kinds.
pub fn deal(kinds: &Kinds, panels: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut out: Vec<Vec<u32>> = vec![Vec::with_capacity(kinds.size as usize); panels.len()];
    for (t, kind) in kinds.kinds.iter().enumerate() {
        if kind.class.is_some() {
            continue;
        }
        if kind.shared.is_empty() {
            let mut turn = Turn::new(&kind.members[0]);
            for (seats, panel) in out.iter_mut().zip(panels) {
                seats.extend((0..panel[t]).map(|_| turn.next()));
            }
        } else {
            let mut homes: Vec<Turn<'_>> = kind.members.iter().map(|members| Turn::new(members)).collect();
            let mut at = 0;
            for (seats, panel) in out.iter_mut().zip(panels) {
                for _ in 0..panel[t] {
                    seats.push(homes[at].next());
                    at = (at + 1) % homes.len();
                }
            }
        }
    }
    for class in &kinds.classes {
        deal_class(kinds, class, panels, &mut out);
    }
    for seats in &mut out {
        seats.sort_unstable();
    }
    out
}

/// Takes turns among members.
struct Turn<'a> {
    members: &'a [u32],
    at: usize,
}

impl<'a> Turn<'a> {
    fn new(members: &'a [u32]) -> Self {
        Self { members, at: 0 }
    }

    fn next(&mut self) -> u32 {
        let member = self.members[self.at % self.members.len()];
        self.at += 1;
        member
    }
}

/// An appearance of a kind in a panel, with the household that serves it.
struct Edge {
    panel: usize,
    kind: usize,
    /// The group of at most h appearances of the kind to which it belongs; within it all households differ.
    group: usize,
    household: usize,
}

const NONE: usize = usize::MAX;

fn deal_class(kinds: &Kinds, class: &Class, panels: &[Vec<u32>], out: &mut [Vec<u32>]) {
    let h = class.households.len();
    let mut edges: Vec<Edge> = Vec::new();
    let mut groups = 0;
    for &t in &class.kinds {
        let mut filled = h;
        for (j, panel) in panels.iter().enumerate() {
            for _ in 0..panel[t] {
                if filled == h {
                    filled = 0;
                    groups += 1;
                }
                filled += 1;
                edges.push(Edge { panel: j, kind: t, group: groups - 1, household: NONE });
            }
        }
    }
    colour(&mut edges, panels.len(), groups, h);
    let mut turns: Vec<Vec<Turn<'_>>> =
        class.kinds.iter().map(|&t| kinds.kinds[t].members.iter().map(|m| Turn::new(m)).collect()).collect();
    for edge in &edges {
        let place = edge.kind - class.kinds[0];
        out[edge.panel].push(turns[place][edge.household].next());
    }
}

/// Colours the edges with `h` households so that neither a panel nor a group has one twice; every panel and group has at
/// most `h` edges, so that h colours suffice, and an alternating path makes room where none is free at both ends.
fn colour(edges: &mut [Edge], panels: usize, groups: usize, h: usize) {
    let mut at_panel = vec![NONE; panels * h];
    let mut at_group = vec![NONE; groups * h];
    for e in 0..edges.len() {
        let (p, g) = (edges[e].panel * h, edges[e].group * h);
        let free =
            |slots: &[usize]| slots.iter().position(|&s| s == NONE).expect("a place has at most h edges");
        let a = free(&at_panel[p..p + h]);
        let b = free(&at_group[g..g + h]);
        if at_group[g + a] != NONE {
            flip(edges, &mut at_panel, &mut at_group, edges[e].group, a, b, h);
        }
        edges[e].household = a;
        at_panel[p + a] = e;
        at_group[g + a] = e;
    }
}

/// Exchanges colours `a` and `b` along the path that leaves the group by its edge of colour `a`; `a` is free there afterwards.
fn flip(
    edges: &mut [Edge],
    at_panel: &mut [usize],
    at_group: &mut [usize],
    group: usize,
    a: usize,
    b: usize,
    h: usize,
) {
    let mut path = Vec::new();
    let (mut colour, mut other) = (a, b);
    let mut from_group = true;
    let mut e = at_group[group * h + a];
    while e != NONE {
        path.push(e);
        std::mem::swap(&mut colour, &mut other);
        e = if from_group {
            at_panel[edges[e].panel * h + colour]
        } else {
            at_group[edges[e].group * h + colour]
        };
        from_group = !from_group;
    }
    for &e in &path {
        let Edge { panel, group, household, .. } = edges[e];
        at_panel[panel * h + household] = NONE;
        at_group[group * h + household] = NONE;
    }
    for &e in &path {
        let household = if edges[e].household == a { b } else { a };
        edges[e].household = household;
        at_panel[edges[e].panel * h + household] = e;
        at_group[edges[e].group * h + household] = e;
    }
}
