//! From the seed to a number, a panel and an order of the members.

use crate::canonical::to_json;
use crate::commitment::sound;
use crate::hash::{Digest, h, sha256};
use crate::people::People;
use crate::portfolio::{Portfolio, panel_salt};
use crate::record::{Bundle, Commit, Draw, secret_from_canonical};
use crate::seed::{BeaconReading, seed};
use crate::signatures::Signatures;

/// An integer from 0 to `n - 1`, each equally likely over all seeds, `n` from 1 to 2^32.
///
/// For j = 0, 1, ... the first `bitlen(n - 1)` bits of `H("asl/1/stream", seed, label, u64be(j))` are read as
/// a number until one is below `n`.
///
/// # Panics
/// `n` is 0 or above 2^32.
pub fn uniform(seed: &Digest, label: &str, n: u64) -> u64 {
    assert!((1..=1 << 32).contains(&n), "uniform needs a range of 1 to 2^32");
    if n == 1 {
        return 0;
    }
    let bits = 64 - (n - 1).leading_zeros();
    let draw = |j: u64| {
        let stream = h("asl/1/stream", &[seed.as_bytes(), label.as_bytes(), &j.to_be_bytes()]).0;
        let word = u32::from_be_bytes([stream[0], stream[1], stream[2], stream[3]]);
        u64::from(word >> (32 - bits))
    };
    (0..).map(draw).find(|&value| value < n).expect("at least every second value is below n")
}

/// The line t of the portfolio, counted from 0, that the seed picks out of `m`.
pub fn pick(seed: &Digest, m: u32) -> u32 {
    uniform(seed, "panel", u64::from(m)) as u32
}

/// What is drawn from a portfolio, of at least one panel, by a seed and the randomness that it was made of.
pub(crate) fn picked(
    portfolio: &Portfolio,
    secret: &Digest,
    seed: Digest,
    witnessed: Option<&str>,
    beacon: Option<&BeaconReading>,
) -> Draw {
    let t = pick(&seed, portfolio.panels().len() as u32);
    Draw {
        beacon: beacon.cloned(),
        panel: portfolio.panels()[t as usize].clone(),
        panel_path: portfolio.tree(secret).path(t as usize),
        panel_salt: panel_salt(secret, t),
        seed,
        t,
        witnessed: witnessed.map(str::to_owned),
    }
}

/// The ticket of a member; ascending tickets are the order of the reserve list.
pub fn ticket(seed: &Digest, index: u32) -> Digest {
    h("asl/1/ticket", &[seed.as_bytes(), &index.to_be_bytes()])
}

/// The members below `n` who are not on `panel`, in the order of their tickets: the reserve list.
///
/// Whoever knows the seed knows it too, so it is foreseeable from the draw on.
pub fn reserve(seed: &Digest, n: u32, panel: &[u32]) -> Vec<u32> {
    let mut others: Vec<u32> = (0..n).filter(|index| panel.binary_search(index).is_err()).collect();
    others.sort_by_cached_key(|&index| ticket(seed, index));
    others
}

/// A draw and its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The seed S.
    pub seed: Digest,
    /// The number of the panel, from 0.
    pub t: u32,
    /// The indices of the panel's members.
    pub panel: Vec<u32>,
    /// `public/draw.json`.
    pub draw: Vec<u8>,
    /// `private/selected.csv`.
    pub selected: Vec<u8>,
    /// `private/remaining.csv`.
    pub remaining: Vec<u8>,
    /// `private/reserve.csv`.
    pub reserve: Vec<u8>,
}

/// Draws the panel of a record, all of whose folders are needed, from the witnessed digits and the beacon's round.
///
/// # Errors
/// The record is not sound or was voided, it was drawn before with another result, digits or round are not
/// exactly what was announced, or the round is not genuine.
pub fn draw(
    bundle: &Bundle,
    witnessed: Option<&str>,
    beacon: Option<&BeaconReading>,
    signatures: &Signatures,
) -> Result<Drawn, String> {
    sound(bundle, signatures)?;
    let lost = "the record is incomplete";
    let bytes = bundle.public.get("commit.json").ok_or(lost)?;
    let commit = Commit::from_canonical(bytes)?;
    if bundle.public.contains_key("void.json") {
        return Err("this attempt was voided".to_owned());
    }
    commit.slots.check_witnessed(witnessed)?;
    commit.slots.check_beacon(beacon)?;
    let pulse = beacon.map(|reading| reading.check(signatures).and_then(|()| reading.pulse())).transpose()?;
    let (observers, private) = bundle.observers.as_ref().zip(bundle.private.as_ref()).ok_or(lost)?;
    let portfolio =
        Portfolio::from_canonical(observers.get("portfolio.csv").ok_or(lost)?, commit.n, commit.k, commit.m)?;
    let secret = secret_from_canonical(observers.get("observer-secret").ok_or(lost)?)?;
    let people = People::from_canonical(private.get("members.csv").ok_or(lost)?, commit.n)?;

    let seed = seed(&sha256(bytes), witnessed, pulse.as_ref());
    let drawn = picked(&portfolio, &secret, seed, witnessed, beacon);
    let (draw, Draw { panel, t, .. }) = (to_json(&drawn), drawn);
    if bundle.public.get("draw.json").is_some_and(|before| *before != draw) {
        return Err("this commitment was drawn before, from other randomness".to_owned());
    }
    let (selected, remaining) = people.split(&panel);
    let reserve = people.list(&reserve(&seed, commit.n, &panel));
    let [selected, remaining, reserve] = [selected, remaining, reserve].map(String::into_bytes);
    Ok(Drawn { seed, t, panel, draw, selected, remaining, reserve })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;
    use proptest::prelude::*;

    fn digest(hex: &str) -> Digest {
        Digest::from_hex(hex).unwrap()
    }

    #[test]
    fn vectors() {
        let seed = digest("564449f5c47f1a523129339cafa1ad79423a92a9ce8fee4f3cf683a7cc9cce86");
        let drawn = [(1, 0), (5, 2), (1000, 813), (65_537, 49_120), (1 << 32, 3_413_875_403)];
        for (n, value) in drawn {
            assert_eq!(uniform(&seed, "panel", n), value, "n = {n}");
        }
        assert_eq!(pick(&seed, 1000), 813);
        let seed = digest("b0a30ce8d089919505f249be66b8c35b33ad566385091e281879f31efc11fa56");
        let mut order: Vec<u32> = (0..8).collect();
        order.sort_by_key(|&index| ticket(&seed, index));
        assert_eq!(order, [3, 1, 2, 7, 4, 0, 5, 6]);
    }

    #[test]
    fn every_value_comes_up_about_equally_often() {
        for n in [2u64, 3, 5, 20] {
            let mut seen = vec![0u32; n as usize];
            for trial in 0..20_000u32 {
                seen[uniform(&sha256(&trial.to_be_bytes()), "panel", n) as usize] += 1;
            }
            let expected = 20_000 / n as u32;
            // Six standard deviations; the trials are fixed, so this either always holds or never.
            assert!(seen.iter().all(|&count| count.abs_diff(expected).pow(2) < 36 * expected), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn below_n(seed in any::<[u8; 32]>(), n in 1u64..=1 << 32) {
            prop_assert!(uniform(&Digest(seed), "panel", n) < n);
        }
    }
}
