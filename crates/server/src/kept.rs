//! What was worked out before: kept in memory with a mark of what it was made from, and never used for anything else.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by name, at most about so much of them. A value is found only with the mark that it was kept with: who asks reads
/// from the store what the mark is now.
pub struct Kept<M, V> {
    most: usize,
    shelves: Mutex<Shelves<M, V>>,
}

struct Shelves<M, V> {
    new: BTreeMap<String, (M, V)>,
    /// How much stands on the new one.
    size: usize,
    old: BTreeMap<String, (M, V)>,
}

impl<M: PartialEq, V: Clone> Kept<M, V> {
    /// Nothing yet, and never values of more than about `most` in size together.
    pub fn new(most: usize) -> Self {
        let shelves = Shelves { new: BTreeMap::new(), size: 0, old: BTreeMap::new() };
        Self { most, shelves: Mutex::new(shelves) }
    }

    /// The value, if it was made from what is marked so.
    pub fn get(&self, name: &str, mark: &M) -> Option<V> {
        let shelves = self.shelves();
        let found = shelves.new.get(name).or_else(|| shelves.old.get(name));
        found.filter(|(of, _)| of == mark).map(|(_, value)| value.clone())
    }

    /// Keeps a value. When half of the room is full, it becomes the old half, and what was old is forgotten.
    pub fn put(&self, name: &str, mark: M, value: V, size: usize) {
        let mut shelves = self.shelves();
        if shelves.size + size > self.most / 2 {
            shelves.old = std::mem::take(&mut shelves.new);
            shelves.size = 0;
        }
        shelves.size += size;
        shelves.old.remove(name);
        shelves.new.insert(name.to_owned(), (mark, value));
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves<M, V>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M, V> fmt::Debug for Kept<M, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_value_is_found_by_its_mark_only() {
        let kept = Kept::new(100);
        kept.put("a", 1, "one", 1);
        assert_eq!(kept.get("a", &1), Some("one"));
        assert_eq!(kept.get("a", &2), None);
        assert_eq!(kept.get("b", &1), None);
        kept.put("a", 2, "two", 1);
        assert_eq!((kept.get("a", &1), kept.get("a", &2)), (None, Some("two")));
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_and_the_last_half_stays() {
        let kept = Kept::new(10);
        for number in 0..1000 {
            kept.put(&number.to_string(), 0, number, 1);
            let there = (0..1000).filter(|one| kept.get(&one.to_string(), &0).is_some()).count();
            assert!(there <= 10, "{there}");
            let latest = (number - 4).max(0)..=number;
            assert!(latest.into_iter().all(|one| kept.get(&one.to_string(), &0) == Some(one)), "{number}");
        }
        kept.put("large", 0, 1, 50);
        kept.put("small", 0, 1, 1);
        assert!(kept.get("large", &0).is_some(), "the last one that was too large stays for a while");
    }

    #[test]
    fn what_is_kept_anew_is_never_found_as_it_was() {
        let kept = Kept::new(4);
        for number in 0..20 {
            kept.put("same", number, number, 1);
            assert_eq!(kept.get("same", &number), Some(number));
            assert!((0..number).all(|before| kept.get("same", &before).is_none()));
        }
    }
}
