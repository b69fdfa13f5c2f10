//! An entry of the register.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$about:meta])* $list:ident { $($(#[$what:meta])* $word:ident = $key:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $list { $($(#[$what])* #[serde(rename = $key)] $word,)+ }

        impl $list {
            /// All of them, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word for machines: lower-case letters and underscores, never changed.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$word => $key,)+ }
            }

            /// The one with this key.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.key() == key)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// How people are engaged.
    Kind {
        /// A citizens' assembly, jury or panel drawn by lot.
        Assembly = "assembly";
        /// Anybody may write, on paper or online.
        Consultation = "consultation";
        /// The same questions to many.
        Survey = "survey";
        /// A meeting that anybody may come to.
        Meeting = "meeting";
        /// A few people work on something together.
        Workshop = "workshop";
        /// A council or forum that meets all year round.
        StandingBody = "standing_body";
        /// People are told something and asked nothing.
        Information = "information";
    }
}

impl Kind {
    /// Whether people are asked for their time and their words.
    pub fn asks(self) -> bool {
        self != Self::Information
    }
}

words! {
    /// How firm an entry is, and who reads it.
    Standing {
        /// An intention: the departments read it, the public does not yet.
        Intended = "intended";
        /// It is announced: everybody reads it.
        Announced = "announced";
        /// It will not take place, or not any more. What was announced stays to be read.
        Cancelled = "cancelled";
    }
}

/// A clash that somebody has looked at and dealt with: it is shown as such and warned of no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The id of the other entry.
    pub other: String,
    /// How: one line.
    pub how: String,
}

/// Who engages whom, about what, where, when and for how long, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engagement {
    /// Lower-case letters, digits and hyphens; never changed.
    pub id: String,
    /// The id of the unit that engages.
    pub unit: String,
    /// One line.
    pub title: String,
    /// How people are engaged.
    pub kind: Kind,
    /// How firm it is.
    pub standing: Standing,
    /// Who is asked: tags of [`crate::terms`], or words of one's own.
    pub audience: Vec<String>,
    /// Where, from large to small with `>` between: `Harbour County > North > Ward 3`.
    pub area: String,
    /// About what: tags of [`crate::terms`], or words of one's own.
    pub topic: Vec<String>,
    /// The first day.
    pub from: Date,
    /// The last day, that day included.
    pub until: Date,
    /// The time that it takes from one of those who are asked, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// How many are meant to take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// The id of the post that answers questions about it.
    pub contact: String,
    /// What people are asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// What came of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// Where more is to be read: an address on the web.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// What it is a part of: parts of one process do not clash with one another.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub series: String,
    /// Clashes that were dealt with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Settled>,
}

impl Engagement {
    /// How many days it lasts, the first and the last included.
    pub fn days(&self) -> i32 {
        days_between(self.from, self.until) + 1
    }

    /// Whether it goes on all year round: a standing body, or something that is open for more than half a year.
    pub fn is_all_year(&self) -> bool {
        self.kind == Kind::StandingBody || self.days() > 26 * 7
    }

    /// Whether everybody may read it.
    pub fn is_public(&self) -> bool {
        self.standing != Standing::Intended
    }
}

/// How many days lie between two days; 0 for the same day.
pub(crate) fn days_between(from: Date, until: Date) -> i32 {
    from.until(until).map_or(i32::MAX, |span| span.get_days())
}
