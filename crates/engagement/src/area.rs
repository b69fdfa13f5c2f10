//! Places within places, as people write them: `Harbour County > North > Ward 3`.

use crate::terms::folded;

/// How two areas lie to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nested {
    /// They are the same.
    Same,
    /// The first holds the second.
    Holds,
    /// The first lies within the second.
    Within,
}

impl Nested {
    /// The word for machines.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Holds => "holds",
            Self::Within => "within",
        }
    }
}

/// The parts of an area from large to small, without case, accents and signs.
pub fn parts(area: &str) -> Vec<String> {
    area.split('>').map(folded).filter(|part| !part.is_empty()).collect()
}

/// How one area lies to another, by their [`parts`]; `None` if neither holds the other. Somebody may leave out the large
/// parts (`North > Ward 3`) or the small ones (`Harbour County > North`): what overlaps must be the same.
pub fn nested(one: &[String], other: &[String]) -> Option<Nested> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one.last() == other.last() && (one.ends_with(other) || other.ends_with(one)) {
        return Some(Nested::Same);
    }
    if holds(one, other) {
        return Some(Nested::Holds);
    }
    holds(other, one).then_some(Nested::Within)
}

/// Whether `large` names a place along the way to `small`: all of it stands there, or its end is where `small` begins.
fn holds(large: &[String], small: &[String]) -> bool {
    let inside = small.windows(large.len()).any(|window| window == large) && small.last() != large.last();
    let joined = (1..large.len().min(small.len())).any(|n| large.ends_with(&small[..n]));
    inside || joined
}

#[cfg(test)]
mod tests {
    use super::{Nested, nested, parts};

    #[test]
    fn areas_hold_one_another_by_their_parts() {
        let case = |one: &str, other: &str| nested(&parts(one), &parts(other));
        for (one, other, found) in [
            ("Harbour County", "HARBOUR  county", Some(Nested::Same)),
            ("Córdoba > Centro", "cordoba > centro", Some(Nested::Same)),
            ("Harbour County > North", "North", Some(Nested::Same)),
            ("Harbour County", "Harbour County > North > Ward 3", Some(Nested::Holds)),
            ("North", "Harbour County > North > Ward 3", Some(Nested::Holds)),
            ("Harbour County > North", "North > Ward 3", Some(Nested::Holds)),
            ("North > Ward 3", "Harbour County > North", Some(Nested::Within)),
            ("Harbour County > North > Ward 3", "Harbour County > North > Ward 4", None),
            ("Harbour County > Centre", "Hill County > Centre", None),
            ("Harbour County > North", "Harbour County > South", None),
            ("Harbour", "Harbour County", None),
            ("", "Harbour County", None),
            (" > ", "Harbour County", None),
        ] {
            assert_eq!(case(one, other), found, "{one} | {other}");
            let turned = found.map(|found| match found {
                Nested::Same => Nested::Same,
                Nested::Holds => Nested::Within,
                Nested::Within => Nested::Holds,
            });
            assert_eq!(case(other, one), turned, "{other} | {one}");
        }
    }
}
