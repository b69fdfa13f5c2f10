//! The pools that are measured: made up, as large and as uneven as real ones.

use rehearsal::{Shape, shapes};

/// The seed of all pools.
const SEED: &str = "1";

/// Five sizes of a pool with seven features.
pub fn sizes() -> [Shape; 5] {
    let shape = |name, pool, panel| Shape { name, pool, panel, features: 7 };
    [
        shape("n200", 200, 20),
        shape("n400", 400, 40),
        shape("n800", 800, 75),
        shape("n1700", 1700, 110),
        shape("n5000", 5000, 150),
    ]
}

/// How cost grows: up to 100,000 members, of about 10,000 kinds.
pub fn growth() -> [Shape; 7] {
    let shape = |name, pool| Shape { name, pool, panel: 150, features: 6 };
    [
        shape("g1000", 1_000),
        shape("g2000", 2_000),
        shape("g5000", 5_000),
        shape("g10000", 10_000),
        shape("g20000", 20_000),
        shape("g50000", 50_000),
        shape("g100000", 100_000),
    ]
}

/// Pools in which one member in five shares an address with another, and no panel may hold two of an address.
pub fn households() -> [Shape; 3] {
    let shape = |name, pool, panel, features| Shape { name, pool, panel, features };
    [shape("h1727", 1_727, 110, 7), shape("h5000", 5_000, 150, 6), shape("h20000", 20_000, 150, 6)]
}

/// The pools on which other software is compared: four that grow, then ten of the shapes of real assemblies.
pub fn compared() -> Vec<Shape> {
    let shape = |name, pool, panel, features| Shape { name, pool, panel, features };
    let growing = [
        shape("n150", 150, 23, 4),
        shape("n300", 300, 45, 4),
        shape("n500", 500, 75, 5),
        shape("n750", 750, 112, 5),
    ];
    growing.into_iter().chain(shapes()).collect()
}

/// The pool of that name.
pub fn named(name: &str) -> Option<Shape> {
    let mut all = sizes().into_iter().chain(growth()).chain(households()).chain(compared());
    all.find(|shape| shape.name == name)
}

/// A pool and its quotas as CSV files.
#[derive(Debug, Clone)]
pub struct Files {
    /// The quotas.
    pub quotas: String,
    /// The members.
    pub pool: String,
}

/// Makes up a pool of this shape: always the same one.
pub fn files(shape: &Shape) -> Files {
    Files { quotas: shape.quotas(SEED).to_csv(), pool: shape.pool(SEED).to_csv() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{compared, growth, households, named, sizes};

    #[test]
    fn every_pool_has_a_name_of_its_own() {
        let (sizes, growth, households, compared) = (sizes(), growth(), households(), compared());
        let all = sizes.iter().chain(&growth).chain(&households).chain(&compared);
        let names: Vec<&str> = all.map(|shape| shape.name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 5 + 7 + 3 + 14);
        assert!(names.iter().all(|name| named(name).is_some_and(|shape| shape.name == *name)));
    }
}
