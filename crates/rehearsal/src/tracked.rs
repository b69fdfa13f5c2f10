//! Eighty recommendations that nobody made, in every state that there is, each with its whole history.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tracking::{Answered, Draft, DutyRule, Election, Event, Recommendation, Wording};

use crate::dice::Dice;
use crate::fates::{FATES, Fate, Walk};
use crate::outside::takes_part;
use crate::town::{Player, Post, SHOWN, Unit, cast, posts, unit_for, units};

/// Title and text in English and in Spanish, one measure a line: `theme|title|text|title|text`.
const MEASURES: &str = include_str!("measures.txt");

/// What a service needs to show what it can do.
#[derive(Debug, Clone)]
pub struct Tracked {
    /// The assembly's id.
    pub assembly: String,
    /// Its clocks.
    pub rule: DutyRule,
    /// The units that answer.
    pub units: Vec<Unit>,
    /// Their posts.
    pub posts: Vec<Post>,
    /// Somebody for each role; the units' own people come last.
    pub cast: Vec<Player>,
    /// The election of those who answer, in the assembly's second year.
    pub election: Election,
    /// The recommendations in the order of their references, each with its events.
    pub histories: Vec<(Recommendation, Vec<Event>)>,
}

/// Eighty recommendations as they stand on `today`, in English and Spanish. Everything came about by
/// [`Recommendation::act`], the same for the same seed and day.
pub fn tracked(seed: &str, today: Date) -> Tracked {
    tracked_of("harbour-county", seed, today)
}

/// The same of an assembly with another id.
pub fn tracked_of(assembly: &str, seed: &str, today: Date) -> Tracked {
    let rule = DutyRule::usual(TimeZone::get("Europe/Madrid").expect("a bundled zone"));
    let first = today.checked_sub(30.months()).unwrap_or(Date::MIN);
    let cast = cast(assembly, first);
    let mut dice = Dice::new(&format!("tracked/{seed}"));
    let mut fates: Vec<(Fate, i64)> =
        FATES.iter().flat_map(|(fate, days, count)| vec![(*fate, *days); *count]).collect();
    dice.shuffle(&mut fates);
    let drafts = drafts(assembly);
    something_to_write(&drafts, &mut fates);
    let election = Election {
        id: format!("election-{assembly}"),
        on: today.checked_sub(120.days()).unwrap_or(Date::MIN),
    };
    let mut histories: Vec<(Recommendation, Vec<Event>)> = Vec::new();
    let mut others: Vec<Answered> = Vec::new();
    for (draft, (fate, days)) in drafts.into_iter().zip(fates) {
        let walk = Walk::begin(draft, today, days, &cast, &rule, &others, &mut dice);
        let (it, events) = walk.to(fate, &election);
        others.push(Answered { reference: it.reference.clone(), fingerprints: it.fingerprints() });
        histories.push((it, events));
    }
    takes_part(&mut histories, &cast, &rule, today);
    Tracked { assembly: assembly.to_owned(), rule, units: units(), posts: posts(), cast, election, histories }
}

/// The unit whose officer shows the service has a recommendation to answer: if chance gave it none, it changes places.
fn something_to_write(drafts: &[Draft], fates: &mut [(Fate, i64)]) {
    let own = |place: &usize| unit_for(&drafts[*place].theme) == SHOWN;
    let waits = |place: &usize| fates[*place].0 == Fate::Owned;
    let places = || 0..drafts.len().min(fates.len());
    if places().any(|place| own(&place) && waits(&place)) {
        return;
    }
    if let (Some(here), Some(there)) = (places().find(own), places().find(waits)) {
        fates.swap(here, there);
    }
}

fn drafts(assembly: &str) -> Vec<Draft> {
    let draft = |(number, line): (u32, &str)| {
        let cells: Vec<&str> = line.split('|').collect();
        let &[theme, title, text, titulo, texto] = cells.as_slice() else { return None };
        let wording = |title: &str, text: &str| Wording { title: title.to_owned(), text: text.to_owned() };
        let texts = BTreeMap::from([
            ("en".to_owned(), wording(title, text)),
            ("es".to_owned(), wording(titulo, texto)),
        ]);
        let (reference, assembly) = (format!("R-{number:02}"), assembly.to_owned());
        Some(Draft { reference, assembly, external_id: None, theme: theme.to_owned(), texts })
    };
    (1..).zip(MEASURES.lines()).filter_map(draft).collect()
}

#[cfg(test)]
mod tests {
    use super::tracked;
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use std::collections::BTreeSet;
    use tracking::{Coverage, Position, Recommendation, State, soft_words};

    #[test]
    fn eighty_recommendations_in_every_state_with_lawful_histories() {
        for (seed, today) in [("a", date(2026, 11, 22)), ("b", date(2028, 2, 29)), ("c", date(2027, 3, 31))] {
            let made = tracked(seed, today);
            assert_eq!(made.histories.len(), 80);
            let states: BTreeSet<State> = made.histories.iter().map(|(it, _)| it.state).collect();
            assert_eq!(states.len(), State::ALL.len());
            let positions: BTreeSet<Position> =
                made.histories.iter().filter_map(|(it, _)| it.position).collect();
            assert_eq!(positions.len(), Position::ALL.len());
            for (it, events) in &made.histories {
                assert_eq!(&Recommendation::rebuild(events).expect("a history"), it);
                assert!(made.rule.day(it.updated_at) < today, "{}", it.reference);
                assert_eq!(it.texts.len(), 2);
            }
            let coverage = Coverage::of(made.histories.iter().map(|(it, _)| it), today);
            assert!(coverage.overdue > 5 && coverage.answered > 40 && coverage.delivered > 3, "{coverage:?}");
            assert!(coverage.accepted < coverage.answered, "{coverage:?}");
        }
    }

    #[test]
    fn every_day_of_a_leap_year_and_many_seeds_will_do() {
        let mut day = date(2027, 12, 1);
        while day < date(2029, 2, 1) {
            assert_eq!(tracked(&day.to_string(), day).histories.len(), 80);
            day = day.checked_add(3.days()).expect("a day");
        }
    }

    #[test]
    fn the_officer_who_shows_the_service_has_something_to_write() {
        for seed in ["a", "b", "c", "demo", "tests"] {
            let made = tracked(seed, date(2026, 11, 22));
            let owned = made.histories.iter().filter(|(it, _)| it.state == State::Owned);
            assert!(owned.filter(|(it, _)| it.unit() == Some(super::SHOWN)).count() > 0, "{seed}");
        }
    }

    #[test]
    fn the_same_seed_and_day_make_the_same() {
        let made = |seed| tracked(seed, date(2026, 11, 22)).histories;
        assert_eq!(made("a"), made("a"));
        assert_ne!(made("a"), made("b"));
    }

    #[test]
    fn answers_differ_and_posts_and_units_exist() {
        let made = tracked("a", date(2026, 11, 22));
        let mut prints = BTreeSet::new();
        for (it, _) in &made.histories {
            for print in it.fingerprints() {
                assert!(prints.insert(print), "{} repeats an answer", it.reference);
            }
            if let Some(assignment) = &it.assignment {
                assert!(made.units.iter().any(|unit| unit.id == assignment.unit));
                for post in [&assignment.accountable, &assignment.deputy] {
                    assert!(made.posts.iter().any(|one| one.id == *post), "{post}");
                }
            }
        }
        let ids: BTreeSet<&String> = made.cast.iter().map(|player| &player.actor.person).collect();
        assert_eq!(ids.len(), made.cast.len());
    }

    #[test]
    fn some_measures_are_soft_so_that_the_warning_shows() {
        let made = tracked("a", date(2026, 11, 22));
        let soft = made.histories.iter().filter(|(it, _)| {
            let text = &it.wording("en").expect("English").wording.text;
            !soft_words("en", text).is_empty()
        });
        assert!((2..20).contains(&soft.count()));
    }
}
