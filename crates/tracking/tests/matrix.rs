//! Every verb in every state by every role: what the tables allow is done, all else is refused with its reasons.

mod common;

use common::{action, ready, somebody};
use tracking::{Actor, Refusal, Role, State, Verb, deed_in, transition};

#[test]
fn every_state_verb_and_role() {
    let (mut done, mut refused) = (0, 0);
    for (state, verb) in State::ALL.iter().flat_map(|state| Verb::ALL.iter().map(|verb| (*state, *verb))) {
        let story = ready(state, verb);
        assert_eq!(story.it.state, state);
        let line = transition(state, verb).map(|line| (line.who, line.to));
        let allowed = line.or_else(|| deed_in(state, verb).map(|deed| (deed.who, state)));
        for role in Role::ALL {
            let actor = Actor { person: "p-new".into(), ..somebody(*role) };
            let outcome = story.attempt(&actor, action(verb, &story));
            let shown = story.it.allowed(&actor, story.today()).contains(&verb);
            match (outcome, allowed) {
                (Ok((after, event)), Some((who, to))) if who.contains(role) => {
                    let locked = state != State::Draft && verb == Verb::CorrectText;
                    assert!(shown && !(locked && *role == Role::Client), "{role} {verb} {state}");
                    assert_eq!((after.state, event.from, event.to), (to, Some(state), to));
                    assert_eq!(
                        (after.revision, event.sequence),
                        (story.it.revision + 1, story.it.revision + 1)
                    );
                    done += 1;
                }
                (Err(refusals), Some((who, _))) if who.contains(role) => {
                    assert_eq!(refusals, [Refusal::Locked], "{role} {verb} {state}: {refusals:?}");
                    refused += 1;
                }
                (Err(refusals), Some((who, _))) => {
                    assert!(!shown, "{role} sees {verb} in {state}");
                    assert_eq!(refusals[0], Refusal::Role { verb, needed: who.to_vec() });
                    assert!(
                        refusals.iter().all(Refusal::is_about_the_person),
                        "{role} {verb} {state}: {refusals:?}"
                    );
                    refused += 1;
                }
                (Err(refusals), None) => {
                    assert!(!shown, "{role} sees {verb} in {state}");
                    assert!(
                        refusals.contains(&Refusal::State { verb, state }),
                        "{role} {verb} {state}: {refusals:?}"
                    );
                    refused += 1;
                }
                (Ok(_), _) => panic!("{role} may {verb} in {state}"),
            }
        }
    }
    assert_eq!(done + refused, State::ALL.len() * Verb::ALL.len() * Role::ALL.len());
    assert!(done > 150, "{done} were done");
}

#[test]
fn every_refusal_has_a_key_of_its_own_and_a_sentence() {
    let mut seen = std::collections::BTreeMap::new();
    for (state, verb) in State::ALL.iter().flat_map(|state| Verb::ALL.iter().map(|verb| (*state, *verb))) {
        let story = ready(state, verb);
        for refusal in
            story.attempt(&somebody(Role::Auditor), action(verb, &story)).expect_err("an auditor reads")
        {
            let text = refusal.to_string();
            assert!(text.ends_with('.') && text.len() > 20, "{text}");
            seen.insert(refusal.key(), text);
        }
    }
    assert!(seen.len() >= 2, "{seen:?}");
}
