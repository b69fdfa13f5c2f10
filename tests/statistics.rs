//! A million seeds: every panel is equally likely, and every member is drawn as often as their panels say.
#![expect(clippy::print_stdout, reason = "the figures are what one wants to see")]

use sortition::draw::pick;
use sortition::hash::sha256;

const SEEDS: u32 = 1_000_000;
const PANELS: u32 = 1000;
const MEMBERS: u32 = 200;

/// A lottery with very different chances: member i is in the panels whose number is below 5 i, and some others.
fn holds(panel: u32, member: u32) -> bool {
    panel < 5 * member || (panel * 7 + member).is_multiple_of(97)
}

#[test]
fn a_million_seeds_are_uniform_and_give_the_promised_chances() {
    let mut drawn = vec![0u32; PANELS as usize];
    for trial in 0..SEEDS {
        drawn[pick(&sha256(&trial.to_be_bytes()), PANELS) as usize] += 1;
    }
    let expected = f64::from(SEEDS / PANELS);
    let chi_square: f64 = drawn.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
    let freedom = f64::from(PANELS - 1);
    // A chi-square with f degrees of freedom has mean f and variance 2 f. The seeds are fixed, so this either always holds
    // or never.
    let deviations = (chi_square - freedom) / (2.0 * freedom).sqrt();
    println!(
        "chi-square of {SEEDS} draws over {PANELS} panels: {chi_square:.1}, {deviations:+.2} standard deviations"
    );
    assert!(deviations.abs() < 4.0, "chi-square {chi_square}");

    let mut worst = 0.0f64;
    for member in 0..MEMBERS {
        let held = |panel: &u32| holds(*panel, member);
        let count = (0..PANELS).filter(held).count() as f64;
        let chance = count / f64::from(PANELS);
        let seen: u32 = (0..PANELS).filter(held).map(|panel| drawn[panel as usize]).sum();
        let deviation = (f64::from(SEEDS) * chance * (1.0 - chance)).sqrt();
        let off = f64::from(seen) - f64::from(SEEDS) * chance;
        if deviation == 0.0 {
            assert_eq!(off, 0.0, "member {member}");
        } else {
            worst = worst.max((off / deviation).abs());
        }
    }
    println!("of {MEMBERS} members the farthest from c/m is off by {worst:.2} standard deviations");
    assert!(worst < 5.0);
}
