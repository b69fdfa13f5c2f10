//! Hash trees as in RFC 6962, section 2.1, and the paths that prove that a leaf is in one.

use crate::hash::{Digest, sha256};

/// A hash tree over leaves in order.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The hashes of the leaves, then of each level above, up to the root alone.
    levels: Vec<Vec<Digest>>,
}

fn leaf_hash(leaf: &[u8]) -> Digest {
    sha256(&[&[0], leaf].concat())
}

fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], left.as_bytes(), right.as_bytes()].concat())
}

impl Tree {
    /// The tree of `leaves`.
    ///
    /// Neighbours are joined level by level and a last one without a neighbour moves up as it is, which is
    /// the same as the recursive split of RFC 6962 at the largest power of two below the number of leaves.
    pub fn new<L: AsRef<[u8]>>(leaves: impl IntoIterator<Item = L>) -> Self {
        let mut level: Vec<Digest> = leaves.into_iter().map(|leaf| leaf_hash(leaf.as_ref())).collect();
        let mut levels = Vec::new();
        while level.len() > 1 {
            let join = |pair: &[Digest]| match pair {
                [left, right] => node_hash(left, right),
                alone => alone[0],
            };
            let above = level.chunks(2).map(join).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { levels }
    }

    /// The root; for no leaves the hash of nothing.
    pub fn root(&self) -> Digest {
        self.levels.last().and_then(|top| top.first().copied()).unwrap_or_else(|| sha256(b""))
    }

    /// The siblings of leaf `index` (from 0) on the way from the leaf to the root; empty if there is no such
    /// leaf.
    pub fn path(&self, index: usize) -> Vec<Digest> {
        let levels = self.levels.iter().enumerate();
        levels.filter_map(|(height, level)| level.get((index >> height) ^ 1).copied()).collect()
    }
}

/// The root of a tree of `size` leaves that has `leaf` at `index` (from 0) if `path` is its path; `None` if
/// the path has the wrong length or the index is not below the size.
pub fn climb(leaf: &[u8], index: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    let (mut index, mut last) = (index, size.checked_sub(1)?);
    if index > last {
        return None;
    }
    let mut hash = leaf_hash(leaf);
    let mut siblings = path.iter();
    while last > 0 {
        if index % 2 == 1 {
            hash = node_hash(siblings.next()?, &hash);
        } else if index < last {
            hash = node_hash(&hash, siblings.next()?);
        }
        index /= 2;
        last /= 2;
    }
    siblings.next().is_none().then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::bytes_from_hex;

    /// The eight leaves that implementations of RFC 6962 test with.
    fn leaves() -> Vec<Vec<u8>> {
        let hex = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        hex.map(|leaf| bytes_from_hex(leaf).unwrap()).to_vec()
    }

    #[test]
    fn rfc_6962_tree() {
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        ];
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(Tree::new(&leaves()[..size]).root().to_string(), *root);
        }
        let root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
        assert_eq!(Tree::new(leaves()).root().to_string(), root);
    }

    /// The definition of the RFC, word for word.
    fn recursive(leaves: &[Vec<u8>]) -> Digest {
        match leaves {
            [] => sha256(b""),
            [leaf] => leaf_hash(leaf),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node_hash(&recursive(&leaves[..split]), &recursive(&leaves[split..]))
            }
        }
    }

    #[test]
    fn every_path_climbs_to_the_root_of_the_definition() {
        for size in 0..40usize {
            let leaves: Vec<Vec<u8>> = (0..size).map(|i| vec![i as u8]).collect();
            let tree = Tree::new(&leaves);
            assert_eq!(tree.root(), recursive(&leaves));
            for (index, leaf) in leaves.iter().enumerate() {
                let path = tree.path(index);
                assert_eq!(climb(leaf, index as u64, size as u64, &path), Some(tree.root()));
                assert_ne!(climb(b"other", index as u64, size as u64, &path), Some(tree.root()));
                for other in (0..size as u64 + 2).filter(|&other| other != index as u64) {
                    assert_ne!(climb(leaf, other, size as u64, &path), Some(tree.root()));
                }
                let longer = [path, vec![tree.root()]].concat();
                assert_eq!(climb(leaf, index as u64, size as u64, &longer), None);
            }
        }
        assert_eq!(climb(b"", 0, 0, &[]), None);
    }
}
