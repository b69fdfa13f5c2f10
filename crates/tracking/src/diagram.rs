//! The page `STATES.md`: the states as a picture and the tables in words, made from [`TRANSITIONS`] and [`DEEDS`].

use crate::actor::Role;
use crate::state::State;
use crate::transitions::{Bound, DEEDS, TRANSITIONS};
use std::fmt::Write as _;

const HEAD: &str = "\
# The life of a recommendation

This page is made from the tables in `src/transitions.rs`; a test holds it against them.
To write it anew: `BLESS=1 cargo test -p tracking --test states`.

";

/// The page, in Markdown with a Mermaid diagram.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("```mermaid\nstateDiagram-v2\n    direction TB\n    [*] --> draft\n");
    for line in TRANSITIONS {
        let _ = writeln!(page, "    {} --> {}: {}", line.from.key(), line.to.key(), line.verb);
    }
    for state in State::ALL.iter().filter(|state| state.is_final()) {
        let _ = writeln!(page, "    {} --> [*]", state.key());
    }
    page.push_str(
        "```\n\n## What changes the state\n\n| from | to | verb | who | needs |\n|---|---|---|---|---|\n",
    );
    for line in TRANSITIONS {
        let who = who(line.who, line.bound);
        let _ = writeln!(page, "| {} | {} | {} | {who} | {} |", line.from, line.to, line.verb, line.needs);
    }
    page.push_str("\n## What leaves it as it is\n\n| in | verb | who | needs |\n|---|---|---|---|\n");
    for deed in DEEDS {
        let who = who(deed.who, deed.bound);
        let _ = writeln!(page, "| {} | {} | {who} | {} |", states(deed.states), deed.verb, deed.needs);
    }
    page.push_str("\nEverything else is refused. The one final state is \"withdrawn\".\n");
    page
}

fn who(roles: &[Role], bound: Bound) -> String {
    let roles: Vec<String> = roles.iter().map(Role::to_string).collect();
    let bound = match bound {
        Bound::None => "",
        Bound::NotTheDrafter => ", not the drafter",
        Bound::NotTheProposer => ", not the proposer",
        Bound::OutsideTheUnit => " outside the unit",
    };
    format!("{}{bound}", roles.join(", "))
}

fn states(list: &[State]) -> String {
    let left_out: Vec<State> = State::ALL.iter().copied().filter(|state| !list.contains(state)).collect();
    let names = |states: &[State]| states.iter().map(State::to_string).collect::<Vec<_>>().join(", ");
    if left_out.len() < 5 { format!("all but {}", names(&left_out)) } else { names(list) }
}
