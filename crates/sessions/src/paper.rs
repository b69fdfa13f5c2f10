//! Lists made for paper: cards for the tables, a list for each facilitator, and one for the door.

use askama::Template;

use crate::plan::{Inputs, Plan};

/// The words of the lists in one language, each known by a key.
pub trait Words {
    /// The language's tag of BCP 47.
    fn tag(&self) -> &str;
    /// How it is written: `ltr` or `rtl`.
    fn direction(&self) -> &str;
    /// A message.
    fn say(&self, key: &str) -> String;
    /// A message with an argument, by its name.
    fn with(&self, key: &str, name: &str, value: &str) -> String;
    /// A message with two arguments.
    fn with2(&self, key: &str, one: &str, first: &str, two: &str, second: &str) -> String;
}

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
    /// Facilitator and interpreters by their numbers: two may have one name.
    staff: Vec<usize>,
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
    words: &'a dyn Words,
    cards: &'a [Card<'a>],
}

#[derive(Template)]
#[template(path = "facilitators.html")]
struct Facilitators<'a> {
    words: &'a dyn Words,
    people: Vec<Facilitator<'a>>,
}

#[derive(Template)]
#[template(path = "door-list.html")]
struct Door<'a> {
    words: &'a dyn Words,
    rounds: Vec<&'a str>,
    people: Vec<Person<'a>>,
}

/// The pages by the names of their files: `table-cards.html`, `facilitators.html` where there are any, `door-list.html`.
///
/// # Errors
/// If a page cannot be written, which does not happen.
pub fn pages(
    inputs: &Inputs,
    plan: &Plan,
    words: &dyn Words,
) -> Result<Vec<(&'static str, String)>, askama::Error> {
    let cards = cards(inputs, plan);
    let mut pages = vec![("table-cards.html", Cards { words, cards: &cards }.render()?)];
    let facilitators: Vec<Facilitator<'_>> = (inputs.staff.iter().enumerate())
        .map(|(number, person)| Facilitator {
            name: &person.name,
            cards: cards.iter().filter(|card| card.staff.contains(&number)).collect(),
        })
        .filter(|person| !person.cards.is_empty())
        .collect();
    if !facilitators.is_empty() {
        pages.push(("facilitators.html", Facilitators { words, people: facilitators }.render()?));
    }
    pages.push(("door-list.html", door(inputs, plan, words).render()?));
    Ok(pages)
}

fn cards<'a>(inputs: &'a Inputs, plan: &Plan) -> Vec<Card<'a>> {
    let mut cards = Vec::new();
    let name = |person: usize| inputs.staff[person].name.as_str();
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
            let facilitator = plan.rota.facilitators.get(r).and_then(|of| of[t]);
            let at = plan.rota.interpreters.iter().filter(|&&(of, at, _)| (of, at) == (r, t));
            let interpreters: Vec<usize> = at.map(|&(.., person)| person).collect();
            let card = Card {
                round: &round.name,
                table,
                facilitator: facilitator.map_or("", name),
                interpreters: interpreters.iter().map(|&person| name(person)).collect(),
                staff: facilitator.into_iter().chain(interpreters.iter().copied()).collect(),
                people,
            };
            if !card.people.is_empty() {
                cards.push(card);
            }
        }
    }
    cards
}

fn door<'a>(inputs: &'a Inputs, plan: &Plan, words: &'a dyn Words) -> Door<'a> {
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
    Door { words, rounds: inputs.rounds.all.iter().map(|round| round.name.as_str()).collect(), people }
}
