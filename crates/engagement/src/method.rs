//! Which way of engaging people fits what somebody wants, and what has to be there before people are asked for their time.
//! After the OECD's good practice principles for deliberative processes (2020) and the Gunning principles (1985).

use std::collections::BTreeMap;

/// What somebody wants. Each calls for a way of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// To know how many think or do what: a survey.
    Know,
    /// To hear what worries people: open meetings.
    Hear,
    /// To try something out: workshops with its users.
    Test,
    /// A way where values clash: a citizens' assembly.
    Decide,
    /// To plan a place: walks, and a small panel.
    Local,
    /// To let people share out a sum: participatory budgeting.
    Money,
    /// To tell what is decided: information.
    Decided,
    /// To work with associations for long: a standing council.
    Partners,
}

/// What has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The question is open.
    Open,
    /// Somebody who can decide has promised to answer.
    Power,
    /// Four days, and half a year to prepare.
    Time,
    /// Money for members, sessions and the years after.
    Funds,
    /// The departments that will have to act know of it.
    Told,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The way that fits.
    pub way: Want,
    /// What is missing for it.
    pub missing: Vec<Ground>,
    /// What was not said, and would be needed.
    pub unsaid: Vec<Ground>,
    /// What can be done until what is missing is there.
    pub meanwhile: Option<Want>,
}

impl Want {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Know,
        Self::Hear,
        Self::Test,
        Self::Decide,
        Self::Local,
        Self::Money,
        Self::Decided,
        Self::Partners,
    ];

    /// The word for it in addresses and files of words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Know => "know",
            Self::Hear => "hear",
            Self::Test => "test",
            Self::Decide => "decide-hard",
            Self::Local => "local",
            Self::Money => "money",
            Self::Decided => "decided",
            Self::Partners => "partners",
        }
    }

    /// The one of that word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|want| want.key() == key)
    }

    /// What its way needs.
    pub fn needs(self) -> &'static [Ground] {
        use Ground::{Funds, Open, Power, Told};
        match self {
            Self::Know | Self::Decided => &[],
            Self::Hear | Self::Test => &[Open],
            Self::Decide => &Ground::ALL,
            Self::Local => &[Open, Power, Told],
            Self::Money => &[Open, Power, Funds],
            Self::Partners => &[Open, Power],
        }
    }
}

impl Ground {
    /// All, in the order in which they are asked for.
    pub const ALL: [Self; 5] = [Self::Open, Self::Power, Self::Time, Self::Funds, Self::Told];

    /// The word for it in addresses and files of words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Power => "power",
            Self::Time => "time",
            Self::Funds => "funds",
            Self::Told => "told",
        }
    }
}

/// What to do for somebody who wants this and says so of what is there. Where it is decided already, nobody is to be asked:
/// people are told. While something is missing for an assembly, people can at least be heard.
pub fn advise(want: Want, said: &BTreeMap<Ground, bool>) -> Advice {
    let needs = want.needs();
    if needs.contains(&Ground::Open) && said.get(&Ground::Open) == Some(&false) {
        return Advice { way: Want::Decided, missing: Vec::new(), unsaid: Vec::new(), meanwhile: None };
    }
    let those = |answer: Option<bool>| -> Vec<Ground> {
        needs.iter().copied().filter(|ground| said.get(ground).copied() == answer).collect()
    };
    let missing = those(Some(false));
    let meanwhile = (want == Want::Decide && !missing.is_empty()).then_some(Want::Hear);
    Advice { way: want, unsaid: those(None), missing, meanwhile }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wanted, what is said to be there (+) or not (-), and what comes of it, worked out from the principles.
    const TABLE: [(&str, &str, &str, &str, &str); 10] = [
        ("decide-hard", "+open +power +time +funds +told", "decide-hard", "", ""),
        ("decide-hard", "+open -power +time -funds +told", "decide-hard", "power funds", "hear"),
        ("decide-hard", "+open -time", "decide-hard", "time", "hear"),
        ("decide-hard", "-open +power +time +funds +told", "decided", "", ""),
        ("hear", "-open", "decided", "", ""),
        ("hear", "+open -power -time -funds -told", "hear", "", ""),
        ("know", "-open -power", "know", "", ""),
        ("local", "+open +power -time -funds -told", "local", "told", ""),
        ("money", "+open +power -funds", "money", "funds", ""),
        ("decided", "+open", "decided", "", ""),
    ];

    #[test]
    fn advice_is_what_the_table_says() {
        let words = |grounds: &[Ground]| grounds.iter().map(|g| g.key()).collect::<Vec<_>>().join(" ");
        for (want, said, way, missing, meanwhile) in TABLE {
            let ground = |key: &str| Ground::ALL.into_iter().find(|g| g.key() == key).expect("a ground");
            let said = said.split(' ').map(|word| (ground(&word[1..]), word.starts_with('+'))).collect();
            let advice = advise(Want::from_key(want).expect("a want"), &said);
            let found = (advice.way.key(), words(&advice.missing), advice.meanwhile.map_or("", Want::key));
            assert_eq!(found, (way, missing.to_owned(), meanwhile), "{want} {said:?}");
        }
    }

    #[test]
    fn what_was_not_said_is_asked_for() {
        let said = BTreeMap::from([(Ground::Power, true)]);
        let advice = advise(Want::Decide, &said);
        assert_eq!(advice.unsaid, [Ground::Open, Ground::Time, Ground::Funds, Ground::Told]);
        assert_eq!((advice.missing, advice.meanwhile), (Vec::new(), None));
    }

    #[test]
    fn every_word_leads_back() {
        assert!(Want::ALL.into_iter().all(|want| Want::from_key(want.key()) == Some(want)));
        assert_eq!(Want::from_key("assembly"), None);
    }
}
