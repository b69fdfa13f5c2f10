//! Pools so small that all their panels can be listed: tight quotas, rare values, combinations, households.

use rand::RngExt;
use rand_chacha::ChaCha20Rng;
use sortition::{Bounds, Rules, Standing};

/// All panels that meet the rules.
pub fn all_panels(rules: &Rules) -> Vec<Vec<u32>> {
    let n = rules.members.len() as u32;
    let chosen = |mask: u32| (0..n).filter(|i| mask >> i & 1 == 1).collect::<Vec<u32>>();
    (0..1u32 << n).map(chosen).filter(|panel| rules.check(panel).is_ok()).collect()
}

/// A pool in which a panel was planted; the household rule may still forbid it.
pub fn nasty_pool(rng: &mut ChaCha20Rng) -> Rules {
    let n = rng.random_range(3..=9usize);
    let size = rng.random_range(1..=n.min(5)) as u32;
    let features: Vec<u32> = (0..rng.random_range(1..=3)).map(|_| rng.random_range(2..=3u32)).collect();
    let first = |f: usize| features[..f].iter().sum::<u32>();
    let values = first(features.len());
    let combinations = if rng.random_range(0..3u32) == 0 { rng.random_range(1..=4u32) } else { 0 };
    let members: Vec<Standing> = (0..n)
        .map(|_| {
            let mut rows: Vec<u32> =
                (0..features.len()).map(|f| first(f) + rng.random_range(0..features[f])).collect();
            rows.extend((values..values + combinations).filter(|_| rng.random_range(0..2u32) == 0));
            Standing { rows, household: (rng.random_range(0..10u32) < 4).then(|| rng.random_range(1..=3)) }
        })
        .collect();
    let planted: Vec<usize> = (0..size as usize).map(|i| (i * 7 + 3) % n).collect();
    let rows = (0..values + combinations)
        .map(|r| {
            let have = planted.iter().filter(|&&i| members[i].rows.contains(&r)).count() as u32;
            let slack = |rng: &mut ChaCha20Rng| [0, 0, 0, 1, 2][rng.random_range(0..5)];
            Bounds { min: have.saturating_sub(slack(rng)), max: have + slack(rng) }
        })
        .collect();
    Rules { size, rows, members }
}
