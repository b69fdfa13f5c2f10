//! Every string of every page is there in both languages, and both say the same things.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use server::mail::digest::Often;
use server::words::Language;
use tracking::{
    Decided, Delivery, Duty, Figures, Gap, Grade, Measure, Part, Phase, Position, Refusal, Relation, Role,
    Side, State, Unsaid, Verb, Way,
};

/// The messages of a language with their variables.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in language.source().lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key = name.to_owned();
            assert!(all.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
        }
        for variable in line.split('$').skip(1) {
            let end =
                variable.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(variable.len());
            all.get_mut(&key).unwrap().insert(variable[..end].to_owned());
        }
    }
    all
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let en = messages(Language::EN);
    for language in Language::all().skip(1) {
        let (tag, own) = (language.tag(), messages(language));
        for (key, variables) in &en {
            assert_eq!(own.get(key), Some(variables), "{key} in {tag}");
        }
        assert_eq!(en.keys().collect::<Vec<_>>(), own.keys().collect::<Vec<_>>(), "{tag}");
        let known = ["ltr", "rtl"].contains(&language.direction());
        assert!(known && language.own_name() != tag, "{tag} says what it is called and how it is written");
    }
}

#[test]
fn every_file_of_words_is_a_language_of_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/words");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> =
        names.filter_map(|name| Some(name.strip_suffix(".ftl")?.to_owned())).collect();
    assert_eq!(files, Language::all().map(|language| language.tag().to_owned()).collect());
}

/// The keys that stand in the text of a source: the literals behind the functions that say words.
fn used(text: &str) -> BTreeSet<String> {
    let calls = [".say(\"", ".count(\"", ".share(\"", ".with(\"", ".with2(\"", ".with_all(\""];
    let mut keys = BTreeSet::new();
    for call in calls {
        for piece in text.split(call).skip(1) {
            keys.insert(piece.split('"').next().unwrap().to_owned());
        }
    }
    keys
}

#[test]
fn every_word_that_a_page_or_a_module_says_is_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let en = messages(Language::EN);
    let mut found = 0;
    let mut folders =
        vec![here.join("../../web/templates"), here.join("../sessions/templates"), here.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for key in used(&text) {
                found += 1;
                assert!(en.contains_key(&key), "{key} of {} is missing", path.display());
            }
        }
    }
    assert!(found > 200, "only {found} uses were found");
}

#[test]
fn every_word_of_the_rules_is_there() {
    let en = messages(Language::EN);
    let there =
        |list: &str, key: &str| assert!(en.contains_key(&format!("{list}-{key}")), "{list}-{key} is missing");
    State::ALL.iter().for_each(|one| there("state", one.key()));
    Position::ALL.iter().for_each(|one| there("position", one.key()));
    Delivery::ALL.iter().for_each(|one| there("delivery", one.key()));
    Grade::ALL.iter().for_each(|one| there("grade", one.key()));
    Duty::ALL.iter().for_each(|one| there("duty", one.key()));
    Role::ALL.iter().for_each(|one| there("role", one.key()));
    Unsaid::ALL.iter().for_each(|one| there("unsaid", one.key()));
    Way::ALL.iter().for_each(|one| there("way", one.key()));
    [Phase::Before, Phase::Open, Phase::Over].iter().for_each(|one| there("round", one.key()));
    for side in Side::ALL {
        there("clarification-open", side.key());
        there("clarification-waits", side.key());
    }
    Figures::ALL.iter().for_each(|(key, _)| there("figure", key));
    let refusals = include_str!("../../../tracking/src/refusal.rs");
    let keys = refusals.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" => \""));
    let keys: Vec<&str> = keys.filter_map(|(_, rest)| rest.strip_suffix("\",")).collect();
    assert!(keys.len() > 30 && keys.contains(&"overdue"), "{keys:?}");
    for key in keys.into_iter().filter(|key| !["missing", "invalid"].contains(key)) {
        there("refusal", key);
    }
    Gap::ALL.iter().for_each(|one| there("gap", one.key()));
    Relation::ALL.iter().for_each(|one| there("relation", one.key()));
    Part::ALL.iter().for_each(|one| there("part", one.key()));
    for one in Decided::ALL {
        there("outcome", one.key());
        there("decide", one.key());
    }
    for measure in [Measure::Unknown, Measure::Full, Measure::Over, Measure::Room] {
        there("load", measure.key());
    }
    for key in ["holds_nothing", "too_early", "no_heir", "oneself", "no_role", "no_post", "empty", "deputy"] {
        there("leaving-wrong", key);
    }
    for verb in Verb::ALL {
        there("verb", verb.key());
        there("happened", verb.key());
        if *verb != Verb::Draft {
            there("about", verb.key());
            there("done", verb.key());
        }
    }
    Often::ALL.iter().for_each(|one| there("often", one.key()));
    there("refusal", Refusal::Drafter.key());
}
