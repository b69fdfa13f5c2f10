//! Lists made for paper: cards for the tables, a list for each facilitator, and one for the door.

use askama::Template;

use crate::plan::{Inputs, Plan};

/// Somebody on a list.
struct Person<'a> {
    id: &'a str,
    name: &'a str,
    /// For the door: the table of each round.
    tables: Vec<&'a str>,
}

/// A card that stands on a table.
struct Card<'a> {
    round: &'a str,
    table: &'a str,
    facilitator: &'a str,
    interpreters: Vec<&'a str>,
    people: Vec<Person<'a>>,
}

/// What a facilitator takes along.
struct Facilitator<'a> {
    name: &'a str,
    cards: Vec<&'a Card<'a>>,
}

#[derive(Template)]
#[template(path = "table-cards.html")]
struct Cards<'a> {
    cards: &'a [Card<'a>],
}

#[derive(Template)]
#[template(path = "facilitators.html")]
struct Facilitators<'a> {
    people: Vec<Facilitator<'a>>,
}

#[derive(Template)]
#[template(path = "door-list.html")]
struct Door<'a> {
    rounds: Vec<&'a str>,
    people: Vec<Person<'a>>,
}

/// The pages by the names of their files: `table-cards.html`, `facilitators.html` where there are any, `door-list.html`.
///
/// # Errors
/// If a page cannot be written, which does not happen.
pub fn pages(inputs: &Inputs, plan: &Plan) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let cards = cards(inputs, plan);
    let mut pages = vec![("table-cards.html", Cards { cards: &cards }.render()?)];
    let facilitators: Vec<Facilitator<'_>> = (inputs.staff.iter())
        .map(|person| Facilitator {
            name: &person.name,
            cards: cards
                .iter()
                .filter(|card| {
                    card.facilitator == person.name || card.interpreters.contains(&person.name.as_str())
                })
                .collect(),
        })
        .filter(|person| !person.cards.is_empty())
        .collect();
    if !facilitators.is_empty() {
        pages.push(("facilitators.html", Facilitators { people: facilitators }.render()?));
    }
    pages.push(("door-list.html", door(inputs, plan).render()?));
    Ok(pages)
}

fn cards<'a>(inputs: &'a Inputs, plan: &Plan) -> Vec<Card<'a>> {
    let mut cards = Vec::new();
    let staff = |person: usize| inputs.staff[person].name.as_str();
    for (r, round) in inputs.rounds.all.iter().enumerate() {
        for (t, table) in round.tables.iter().enumerate() {
            let mut people: Vec<Person<'_>> = (0..inputs.members.len())
                .filter(|&m| plan.tables[r][m] == Some(t))
                .map(|m| Person {
                    id: &inputs.members.ids[m],
                    name: &inputs.members.names[m],
                    tables: Vec::new(),
                })
                .collect();
            people.sort_by_key(|person| person.name);
            let at = plan.rota.interpreters.iter().filter(|&&(of, at, _)| (of, at) == (r, t));
            let card = Card {
                round: &round.name,
                table,
                facilitator: plan.rota.facilitators.get(r).and_then(|of| of[t]).map_or("", staff),
                interpreters: at.map(|&(.., person)| staff(person)).collect(),
                people,
            };
            if !card.people.is_empty() {
                cards.push(card);
            }
        }
    }
    cards
}

fn door<'a>(inputs: &'a Inputs, plan: &Plan) -> Door<'a> {
    let table =
        |r: usize, m: usize| plan.tables[r][m].map_or("", |t| inputs.rounds.all[r].tables[t].as_str());
    let rounds = 0..inputs.rounds.all.len();
    let is_gone = |m: &usize| rounds.clone().all(|r| inputs.away.contains(&(r, *m)));
    let mut people: Vec<Person<'_>> = (0..inputs.members.len())
        .filter(|m| !is_gone(m))
        .map(|m| Person {
            id: &inputs.members.ids[m],
            name: &inputs.members.names[m],
            tables: rounds.clone().map(|r| table(r, m)).collect(),
        })
        .collect();
    people.sort_by_key(|person| (person.name, person.id));
    Door { rounds: inputs.rounds.all.iter().map(|round| round.name.as_str()).collect(), people }
}
