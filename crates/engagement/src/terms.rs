//! The words under which audiences and topics are entered: tags that many spellings lead to, in two languages.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// `audience` or `topic`, the tag, and spellings that lead to it, one tag a line.
const TERMS: &str = include_str!("terms.txt");

/// Words between two audiences or topics that are named in one breath.
const AND: [&str; 7] = ["and", "or", "with", "y", "e", "o", "con"];

/// The audience that everybody belongs to.
pub const EVERYBODY: &str = "residents";

/// Which list a word belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Who is engaged.
    Audience,
    /// About what.
    Topic,
}

/// A tag and the spellings that lead to it, each as its folded words.
struct Term {
    tag: &'static str,
    spellings: Vec<Vec<String>>,
}

static AUDIENCES: LazyLock<Vec<Term>> = LazyLock::new(|| read("audience"));
static TOPICS: LazyLock<Vec<Term>> = LazyLock::new(|| read("topic"));

fn read(list: &str) -> Vec<Term> {
    let term = |line: &'static str| {
        let mut cells = line.split('|').map(str::trim);
        let (own, tag, spellings) = (cells.next()?, cells.next()?, cells.next()?);
        let all = spellings.split(';').chain([tag]).map(words).filter(|words| !words.is_empty());
        (own == list).then(|| Term { tag, spellings: all.collect() })
    };
    TERMS.lines().filter_map(term).collect()
}

fn terms(list: List) -> &'static [Term] {
    match list {
        List::Audience => &AUDIENCES,
        List::Topic => &TOPICS,
    }
}

/// The tags of a list, in its order.
pub fn tags(list: List) -> impl Iterator<Item = &'static str> {
    terms(list).iter().map(|term| term.tag)
}

/// Text without case, accents, signs, double spaces and the s of the plural.
pub fn folded(text: &str) -> String {
    words(text).join(" ")
}

pub(crate) fn words(text: &str) -> Vec<String> {
    let plain: String = (text.replace('&', " and ").nfkd())
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let single = |word: &str| match word.strip_suffix('s') {
        Some(stem) if stem.chars().count() > 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    };
    plain.split_whitespace().map(single).collect()
}

/// What entries mean: the tag of each, or the folded words themselves where no tag fits. Of words in one breath ("parents of
/// small children and farmers") each side of an "and" counts by what it names first: parents, farmers.
pub fn meaning(list: List, entries: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for piece in entries.iter().flat_map(|entry| entry.split([';', ',', '/', '\n'])) {
        let all = words(piece);
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            match first(list, rest) {
                Some((tag, end)) => {
                    found.insert(tag.to_owned());
                    let next = rest[end..].iter().position(|word| AND.contains(&word.as_str()));
                    rest = next.map_or(&[], |at| &rest[end + at + 1..]);
                }
                None => {
                    found.insert(rest.join(" "));
                    rest = &[];
                }
            }
        }
    }
    found
}

/// The tag that is named first, the longest spelling of those that begin there, and where it ends.
fn first(list: List, words: &[String]) -> Option<(&'static str, usize)> {
    (0..words.len()).find_map(|at| {
        let begins = |spelling: &&Vec<String>| words[at..].starts_with(spelling);
        let fits = terms(list).iter().filter_map(|term| {
            let longest = term.spellings.iter().filter(begins).map(Vec::len).max()?;
            Some((term.tag, at + longest))
        });
        fits.max_by_key(|(_, end)| *end)
    })
}

#[cfg(test)]
mod tests {
    use super::{EVERYBODY, List, folded, meaning, tags, terms};
    use std::collections::BTreeSet;

    fn of(list: List, entry: &str) -> Vec<String> {
        meaning(list, &[entry.to_owned()]).into_iter().collect()
    }

    #[test]
    fn many_spellings_mean_the_same() {
        for entry in
            ["young-people", "Young People", "Jóvenes", "  la juventud ", "Teenagers aged 14 to 17", "youth"]
        {
            assert_eq!(of(List::Audience, entry), ["young-people"], "{entry}");
        }
        for entry in ["Residents", "toda la población", "The general public", "Vecinas y vecinos", "vecinos"]
        {
            assert_eq!(of(List::Audience, entry), [EVERYBODY], "{entry}");
        }
        for entry in ["Health & care", "Salud", "hospitals", "health-care"] {
            assert_eq!(of(List::Topic, entry), ["health-care"], "{entry}");
        }
    }

    #[test]
    fn what_is_named_first_counts_on_each_side_of_an_and() {
        assert_eq!(of(List::Audience, "Parents of small children"), ["parents"]);
        assert_eq!(of(List::Audience, "farmers and young people"), ["farmers", "young-people"]);
        assert_eq!(of(List::Audience, "Youth workers"), ["frontline-staff"]);
        assert_eq!(of(List::Audience, "Beekeepers, Farmers"), ["beekeeper", "farmers"]);
        assert_eq!(of(List::Topic, "Water in schools"), ["water"]);
    }

    #[test]
    fn words_that_no_tag_fits_stand_for_themselves() {
        assert_eq!(of(List::Audience, "Beekeepers"), of(List::Audience, "BEEKEEPER"));
        assert_eq!(folded("¡Años  de Plátanos!"), "ano de platano");
        assert!(of(List::Audience, " ; , ").is_empty());
    }

    #[test]
    fn every_tag_is_there_once_and_no_spelling_leads_to_two() {
        for list in [List::Audience, List::Topic] {
            let mut seen = BTreeSet::new();
            for spelling in terms(list).iter().flat_map(|term| {
                let own: BTreeSet<_> = term.spellings.iter().collect();
                own.into_iter().cloned().collect::<Vec<_>>()
            }) {
                assert!(seen.insert(spelling.clone()), "{spelling:?} leads to two tags");
            }
            assert!(tags(list).count() >= 14);
            for tag in tags(list) {
                assert_eq!(of(list, tag), [tag], "a tag means itself");
            }
        }
        assert!(tags(List::Audience).any(|tag| tag == EVERYBODY));
    }
}
