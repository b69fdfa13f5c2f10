//! Rounds that drand published, and what must not pass for one; `drand-verify` as a second opinion.
#![allow(clippy::unwrap_used)]

use beacon::{Served, pinned::PINNED, verify};
use drand_verify::{G1Pubkey, G2PubkeyRfc, Pubkey as _};
use proptest::prelude::*;
use sortition::hash::{bytes_from_hex, sha256};
use sortition::seed::{CHAINS, Chain};

/// A published round: network, round, previous signature, signature, randomness.
type Round = (&'static Chain, u64, &'static str, &'static str, &'static str);

const ROUNDS: [Round; 4] = [
    (
        &CHAINS[0],
        123,
        "",
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
    ),
    (
        &CHAINS[0],
        1000,
        "",
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    (
        &CHAINS[0],
        657_413,
        "",
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
    (
        &CHAINS[1],
        72_785,
        "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
        "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
        "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9",
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    bytes_from_hex(hex).unwrap()
}

fn previous(hex: &str) -> Option<Vec<u8>> {
    Some(bytes(hex)).filter(|bytes| !bytes.is_empty())
}

/// What `drand-verify` thinks of a round.
fn second_opinion(chain: &Chain, round: u64, previous: Option<&[u8]>, signature: &[u8]) -> bool {
    let key = PINNED.iter().find(|pinned| pinned.chain == chain).unwrap().key();
    let previous = previous.unwrap_or_default();
    if chain.chained {
        let key = G1Pubkey::from_fixed(key.try_into().unwrap()).unwrap();
        key.verify(round, previous, signature).unwrap_or(false)
    } else {
        let key = G2PubkeyRfc::from_fixed(key.try_into().unwrap()).unwrap();
        key.verify(round, previous, signature).unwrap_or(false)
    }
}

#[test]
fn published_rounds_are_genuine() {
    for (chain, round, before, signature, randomness) in ROUNDS {
        let (before, signature) = (previous(before), bytes(signature));
        assert_eq!(verify(chain, round, before.as_deref(), &signature), Ok(()));
        assert_eq!(sha256(&signature).to_string(), randomness);
        assert!(second_opinion(chain, round, before.as_deref(), &signature));
    }
}

#[test]
fn other_rounds_networks_and_previous_signatures_are_refused() {
    for (place, (chain, round, before, signature, _)) in ROUNDS.into_iter().enumerate() {
        let (before, signature) = (previous(before), bytes(signature));
        for other in [round + 1, round - 1, 0, u64::MAX] {
            assert!(verify(chain, other, before.as_deref(), &signature).is_err(), "round {other}");
        }
        assert!(verify(chain, round, before.as_deref(), &bytes(ROUNDS[(place + 1) % 4].3)).is_err());
        assert!(verify(&CHAINS[1 - place / 3], round, before.as_deref(), &signature).is_err());
        let own = Chain { hash: CHAINS[1].hash, ..CHAINS[0] };
        assert!(verify(&own, round, before.as_deref(), &signature).is_err(), "a network of one's own");
        assert!(verify(chain, round, Some(&signature[1..]), &signature).is_err());
        match before {
            None => assert!(verify(chain, round, Some(&signature), &signature).is_err()),
            Some(before) => {
                assert!(verify(chain, round, None, &signature).is_err());
                let mut altered = before.clone();
                altered[95] ^= 1;
                assert!(verify(chain, round, Some(&altered), &signature).is_err());
                assert!(!second_opinion(chain, round, Some(&altered), &signature));
            }
        }
    }
}

/// Every other form of a signature that says the same.
#[test]
fn one_form_of_a_signature_only() {
    let (chain, round, _, signature, _) = ROUNDS[1];
    let signature = bytes(signature);
    let point = blst::min_sig::Signature::uncompress(&signature).unwrap();
    let mut infinity = vec![0; 48];
    infinity[0] = 0xc0;
    // The same x above the field's prime, where there is room for it in 381 bits.
    let mut negative = signature.clone();
    negative[0] ^= 0x20;
    let mut flags = signature.clone();
    flags[0] ^= 0x80;
    let longer = [&signature[..], &[0]].concat();
    for wrong in
        [&point.serialize()[..], &infinity, &negative, &flags, &longer, &signature[..47], &[], &[0xff; 48]]
    {
        assert!(verify(chain, round, None, wrong).is_err(), "{wrong:02x?}");
    }
}

/// A point on the curve that is not in the subgroup is no signature.
#[test]
fn points_outside_the_subgroup_are_refused() {
    let outside = (0u8..=255).find_map(|x| {
        let mut bytes = [0; 48];
        bytes[0] = 0x80;
        bytes[47] = x;
        let point = blst::min_sig::Signature::uncompress(&bytes).ok()?;
        (!point.subgroup_check()).then_some(bytes)
    });
    let (chain, round, ..) = ROUNDS[1];
    assert!(verify(chain, round, None, &outside.unwrap()).is_err());
}

fn served(round: &Round) -> String {
    let (_, number, before, signature, randomness) = round;
    let before =
        if before.is_empty() { String::new() } else { format!(",\"previous_signature\":\"{before}\"") };
    format!("{{\"round\":{number},\"randomness\":\"{randomness}\",\"signature\":\"{signature}\"{before}}}")
}

#[test]
fn what_the_api_serves_is_read() {
    for round in &ROUNDS {
        let text = served(round);
        let reading = Served::read(text.as_bytes()).unwrap().reading(round.0).unwrap();
        assert_eq!((reading.round, reading.signature.as_str()), (round.1, round.3));
        assert_eq!(reading.previous_signature.is_some(), round.0.chained);
        let newer = text.replace(&format!("\"randomness\":\"{}\",", round.4), "");
        assert_eq!(Served::read(newer.as_bytes()).unwrap().reading(round.0).unwrap(), reading);
        let other = text.replace(round.4, ROUNDS[0].4).replace("fb8f", "0b8f");
        assert!(Served::read(other.as_bytes()).unwrap_err().contains("SHA-256"));
        assert!(Served::read(text.to_uppercase().as_bytes()).is_err());
        let next = text.replace(&format!(":{},", round.1), &format!(":{},", round.1 + 1));
        assert!(Served::read(next.as_bytes()).unwrap().reading(round.0).is_err());
    }
    for wrong in [
        "",
        "{}",
        "[]",
        "null",
        "{\"round\":-1,\"signature\":\"\"}",
        &"[".repeat(60_000),
        &" ".repeat(70_000),
    ] {
        assert!(Served::read(wrong.as_bytes()).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(text in any::<Vec<u8>>()) {
        let _ = Served::read(&text);
    }

    #[test]
    fn near_misses_get_the_same_verdict_from_both(place in 0usize..96, bit in 0u8..8, which in 0usize..4) {
        let (chain, round, before, signature, _) = ROUNDS[which];
        let (before, mut signature) = (previous(before), bytes(signature));
        let place = place % signature.len();
        signature[place] ^= 1 << bit;
        prop_assert!(verify(chain, round, before.as_deref(), &signature).is_err());
        prop_assert!(!second_opinion(chain, round, before.as_deref(), &signature));
    }

    #[test]
    fn whatever_is_served_is_read_or_refused(round in any::<u64>(), signature in "[0-9a-f]{0,200}", before in "[0-9a-f]{0,200}") {
        let text = format!("{{\"round\":{round},\"signature\":\"{signature}\",\"previous_signature\":\"{before}\"}}");
        if let Ok(served) = Served::read(text.as_bytes()) {
            for chain in &CHAINS {
                prop_assert!(served.reading(chain).is_err());
            }
        }
    }
}
