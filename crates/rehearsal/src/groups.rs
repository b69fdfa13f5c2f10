//! Quotas seen as features with groups, and how to make them up.

use sortition::{Row, Sheet, quotas::Quotas};

use crate::dice::Dice;

/// A feature of the quotas.
pub(crate) struct Feature {
    /// Its name.
    pub(crate) name: String,
    /// Its values with their quotas.
    pub(crate) groups: Vec<Group>,
}

/// A feature value with its quota.
pub(crate) struct Group {
    /// The value.
    pub(crate) value: String,
    /// At least so many on the panel.
    pub(crate) min: u64,
    /// At most so many on the panel.
    pub(crate) max: u64,
}

/// The features of `quotas`, in their order.
pub(crate) fn features(quotas: &Quotas) -> Vec<Feature> {
    let mut features: Vec<Feature> = Vec::new();
    for quota in quotas.rows() {
        let group = Group { value: quota.value.clone(), min: quota.min.into(), max: quota.max.into() };
        match features.last_mut().filter(|feature| feature.name == quota.feature) {
            Some(feature) => feature.groups.push(group),
            None => features.push(Feature { name: quota.feature.clone(), groups: vec![group] }),
        }
    }
    features
}

/// A panel size that every feature allows, halfway between the least and the greatest; `None` if there is none.
pub(crate) fn panel_size(features: &[Feature]) -> Option<u64> {
    let sum = |feature: &Feature, bound: fn(&Group) -> u64| feature.groups.iter().map(bound).sum::<u64>();
    let least = features.iter().map(|feature| sum(feature, |group| group.min)).max()?;
    let greatest = features.iter().map(|feature| sum(feature, |group| group.max)).min()?;
    (least <= greatest).then(|| least + (greatest - least) / 2)
}

/// How many of a panel of `size` have each value of `feature`: within its quotas and adding up to `size`, which must lie
/// between the sum of its minima and the sum of its maxima.
pub(crate) fn counts(feature: &Feature, size: u64, dice: &mut Dice) -> Vec<u64> {
    let mut counts: Vec<u64> = feature.groups.iter().map(|group| group.min).collect();
    let mut left = size.saturating_sub(counts.iter().sum());
    while left > 0 {
        let room: Vec<u64> =
            feature.groups.iter().zip(&counts).map(|(g, &c)| g.max.saturating_sub(c)).collect();
        if room.iter().all(|&room| room == 0) {
            break;
        }
        counts[dice.weighted(&room)] += 1;
        left -= 1;
    }
    counts
}

/// Quotas from rows of feature, value, minimum and maximum.
pub(crate) fn quotas<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str, u64, u64)>) -> Quotas {
    let header = ["feature", "value", "min", "max"].map(str::to_owned).to_vec();
    let rows = rows
        .into_iter()
        .zip(2..)
        .map(|((feature, value, min, max), number)| Row {
            number,
            cells: vec![feature.to_owned(), value.to_owned(), min.to_string(), max.to_string()],
        })
        .collect();
    let sheet = Sheet { file: "quotas.csv".to_owned(), header, rows };
    Quotas::read(&sheet).value.expect("quotas that are made up here are sound")
}

#[cfg(test)]
mod tests {
    use super::{Feature, Group, counts, panel_size};
    use crate::dice::Dice;

    fn feature(groups: &[(u64, u64)]) -> Feature {
        let groups =
            groups.iter().map(|&(min, max)| Group { value: format!("{min}-{max}"), min, max }).collect();
        Feature { name: "feature".to_owned(), groups }
    }

    #[test]
    fn the_size_lies_in_every_range() {
        assert_eq!(panel_size(&[feature(&[(4, 6), (4, 6)]), feature(&[(9, 9), (1, 5)])]), Some(11));
        assert_eq!(panel_size(&[feature(&[(4, 5)]), feature(&[(6, 9)])]), None);
        assert_eq!(panel_size(&[]), None);
    }

    #[test]
    fn counts_keep_to_the_quotas() {
        let feature = feature(&[(1, 2), (0, 9), (3, 3)]);
        for size in 4..=14 {
            let counts = counts(&feature, size, &mut Dice::new(&size.to_string()));
            assert_eq!(counts.iter().sum::<u64>(), size);
            assert!(feature.groups.iter().zip(&counts).all(|(g, c)| (g.min..=g.max).contains(c)));
        }
    }
}
