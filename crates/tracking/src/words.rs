//! Closed lists of words: each word has a key for machines and a name for people.

/// Makes an enum whose variants have a stable key (in JSON, in tables, in addresses) and an English name.
macro_rules! words {
    ($(#[$about:meta])* $list:ident { $($(#[$what:meta])* $word:ident = $key:literal, $name:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
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

        impl std::fmt::Display for $list {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$word => $name,)+ })
            }
        }
    };
}

pub(crate) use words;
