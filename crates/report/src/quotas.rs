//! Quotas, pool and panel side by side, feature by feature: bars and numbers.

use sortition::counts::Count;
use sortition::wording::amount;
use sortition::{Quota, Quotas};

use crate::numbers::{millionths, percent, range};

/// The length of a bar that stands for everybody.
pub const LENGTH: u64 = 200;

/// One feature.
#[derive(Debug)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<Value>,
}

/// One feature value. Bars are given as (start, length).
#[derive(Debug)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// How many of the pool have it, and which part that is; `None` if hidden.
    pub pool: Option<(String, String)>,
    /// How many a panel may hold.
    pub quota: String,
    /// How many the panels of the lottery hold; `None` if hidden.
    pub panels: Option<String>,
    /// How many the drawn panel holds, if it is drawn and known.
    pub drawn: Option<u32>,
    /// The part of the pool.
    pub pool_bar: Option<u64>,
    /// The part of a panel that the quota allows.
    pub quota_bar: (u64, u64),
    /// The part of the drawn panel.
    pub drawn_bar: Option<u64>,
}

/// The features; `drawn` counts the drawn panel by row of the quotas.
pub fn features(quotas: &Quotas, counts: &[Count], n: u32, k: u32, drawn: Option<&[u32]>) -> Vec<Feature> {
    let bar = |part: u32, whole: u32| LENGTH * u64::from(part.min(whole)) / u64::from(whole.max(1));
    let mut features: Vec<Feature> = Vec::new();
    for (row, (quota, count)) in quotas.rows().iter().zip(counts).enumerate() {
        let Quota { feature, value, min, max, .. } = quota;
        let seats = drawn.and_then(|drawn| drawn.get(row).copied());
        let start = bar(*min, k);
        let value = Value {
            name: value.clone(),
            pool: count.pool.map(|pool| (amount(pool as usize), percent(millionths(pool.into(), n.into())))),
            quota: range(*min, (*max).min(k)),
            panels: count.panels.map(|(least, most)| range(least, most)),
            drawn: seats,
            pool_bar: count.pool.map(|pool| bar(pool, n)),
            quota_bar: (start, (bar(*max, k) - start).max(1)),
            drawn_bar: seats.map(|seats| bar(seats, k)),
        };
        match features.last_mut().filter(|last| last.name == *feature) {
            Some(last) => last.values.push(value),
            None => features.push(Feature { name: feature.clone(), values: vec![value] }),
        }
    }
    features
}
