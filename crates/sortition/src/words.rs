//! Hashes as words that can be read aloud: the PGP word list of Juola and Zimmermann.
//!
//! Every byte is one of 256 words. Bytes at even places, counted from 0, have words of two syllables, those at odd places
//! words of three, so that a word left out, said twice or out of turn is heard.

use crate::hash::Digest;

/// One line for each byte from 0: its word at an even place, a space, its word at an odd place.
const WORDS: &str = include_str!("words.txt");

/// The 32 words of a hash.
pub fn words(digest: &Digest) -> Vec<&'static str> {
    let table: Vec<(&str, &str)> = WORDS.lines().filter_map(|line| line.split_once(' ')).collect();
    let word = |(place, &byte): (usize, &u8)| {
        let (even, odd) = table[usize::from(byte)];
        if place % 2 == 0 { even } else { odd }
    };
    digest.as_bytes().iter().enumerate().map(word).collect()
}

/// The hash that was read aloud; words in any case, with anything but letters between them. `None` if one is not in its
/// place.
pub fn heard(text: &str) -> Option<Digest> {
    let lower = text.to_ascii_lowercase();
    let spoken = lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let byte = |(place, word): (usize, &str)| {
        let is_it = |line: &str| line.split(' ').nth(place % 2) == Some(word);
        WORDS.lines().position(is_it).and_then(|byte| u8::try_from(byte).ok())
    };
    let bytes: Option<Vec<u8>> = spoken.enumerate().map(byte).collect();
    bytes?.try_into().ok().map(Digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_list_has_every_byte_twice() {
        let words: BTreeSet<&str> = WORDS.split_whitespace().collect();
        assert_eq!((WORDS.lines().count(), words.len()), (256, 512));
        assert!(words.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase())));
    }

    /// The example of the list's authors: a fingerprint of 20 bytes, here followed by zeros.
    #[test]
    fn the_published_example() {
        let hex = "e58294f2e9a227486e8b061b31cc528fd7fa3f19000000000000000000000000";
        let said = "topmost istanbul pluto vagabond treadmill pacific brackish dictator goldfish medusa \
            afflict bravado chatter revolver dupont midsummer stopwatch whimsical cowbell bottomless";
        let digest = Digest::from_hex(hex).unwrap();
        assert_eq!(words(&digest)[..20].join(" "), said);
        assert_eq!(heard(&words(&digest).join(", ").to_uppercase()), Some(digest));
    }

    #[test]
    fn what_was_misheard_is_no_hash() {
        let said = words(&Digest([7; 32]));
        let mut swapped = said.clone();
        swapped.swap(0, 1);
        let twice = [&said[..1], &said[..31]].concat();
        for wrong in [&said[..31], &said[1..], &swapped[..], &twice[..], &["ahead"][..]] {
            assert_eq!(heard(&wrong.join(" ")), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_said_is_heard(bytes in any::<[u8; 32]>()) {
            prop_assert_eq!(heard(&words(&Digest(bytes)).join(" ")), Some(Digest(bytes)));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = heard(&text);
        }
    }
}
