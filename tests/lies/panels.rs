//! Lies about the lottery: panels that break a rule, and proofs that prove nothing.

use sortition::certificate::Certificate;
use sortition::hash::sha256;
use sortition::quotas::Quotas;
use sortition::register::Line;
use sortition::seed::seed;
use sortition::{Bounds, Rules};

use super::Lies;
use crate::assembly::{DIGITS, all_panels};
use crate::forge::Forge;

/// Changes one panel that is not the drawn one; which that is depends on the change.
fn change_a_panel(forge: &mut Forge, change: impl Fn(&mut Forge, usize)) {
    let tried = (0..forge.commit.m).map(|place| {
        let mut tried = forge.clone();
        change(&mut tried, place as usize);
        tried.seal();
        (place, tried)
    });
    let drawn = |forge: &Forge| {
        sortition::draw::pick(&seed(&sha256(&forge.public["commit.json"]), Some(DIGITS), None), 20)
    };
    let found = tried.filter(|(place, tried)| *place != drawn(tried)).map(|(_, tried)| tried).next();
    *forge = found.unwrap();
    forge.draw();
}

pub fn panel_lies() -> Lies {
    vec![
        ("portfolio-form", 1, |forge| {
            change_a_panel(forge, |forge, place| {
                let text = String::from_utf8(forge.observers["portfolio.csv"].clone()).unwrap();
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                lines[place] = lines[place].split(',').rev().collect::<Vec<&str>>().join(",");
                forge.observers.insert("portfolio.csv".to_owned(), (lines.join("\n") + "\n").into_bytes());
            });
        }),
        ("portfolio-root", 1, |forge| {
            let mut panels = forge.panels();
            panels[19] = panels[0].clone();
            panels.sort_unstable();
            let (observers, members) = (forge.observers.clone(), "members.csv");
            forge.set_panels(&panels);
            forge.observers.insert(members.to_owned(), observers[members].clone());
        }),
        ("portfolio-order", 1, |forge| {
            let mut panels = forge.panels();
            panels.reverse();
            forge.set_panels(&panels);
            forge.finish();
        }),
        ("quotas", 1, |forge| {
            // A panel with three members of an age of which two are allowed.
            let mut rules = forge.rules();
            rules.rows.iter_mut().for_each(|row| row.max += 1);
            let honest = forge.rules();
            let bad = all_panels(&rules).into_iter().find(|panel| {
                honest.check(panel).is_err()
                    && (1..=3).contains(&women(&forge.lines(), &forge.quotas(), panel))
            });
            let mut panels = forge.panels();
            panels[7] = bad.unwrap();
            panels.sort_unstable();
            forge.set_panels(&panels);
            forge.recount();
            forge.finish();
        }),
    ]
}

/// Puts another panel in the place of one, so that a member who has least gets less; the counts fit.
fn lower_the_least(forge: &mut Forge) {
    let (rules, mut panels) = (forge.rules(), forge.panels());
    let counts = forge.portfolio().counts(forge.commit.n as usize);
    let least = (0u32..).zip(&counts).min_by_key(|&(_, count)| count).unwrap().0;
    let place = panels.iter().position(|panel| panel.contains(&least)).unwrap();
    panels[place] = all_panels(&rules).into_iter().find(|panel| !panel.contains(&least)).unwrap();
    panels.sort_unstable();
    forge.set_panels(&panels);
}

pub fn proof_lies() -> Lies {
    vec![
        ("hash-certificate", 1, |forge| {
            Forge::edit(&mut forge.observers, "certificate.json", "\"total\":1", "\"total\":2");
        }),
        ("certificate", 1, |forge| {
            Forge::edit(
                &mut forge.observers,
                "certificate.json",
                "\"bound\":333333333334",
                "\"bound\":300000000000",
            );
            forge.finish();
        }),
        ("certificate.tightened", 1, |forge| {
            // By 10^-9.
            let (honest, tightened) = ("\"bound\":333333333334", "\"bound\":333333332334");
            Forge::edit(&mut forge.observers, "certificate.json", honest, tightened);
            forge.finish();
        }),
        ("certificate.multiplier", 1, |forge| {
            Forge::edit(&mut forge.observers, "certificate.json", "\"rows\":[0,", "\"rows\":[1,");
            forge.finish();
        }),
        ("certificate.lowered", 1, |forge| {
            lower_the_least(forge);
            let honest = forge.observers["certificate.json"].clone();
            forge.recount();
            forge.observers.insert("certificate.json".to_owned(), honest);
            forge.finish();
        }),
        ("counts.lowered", 1, |forge| {
            let honest = forge.observers["members.csv"].clone();
            lower_the_least(forge);
            forge.recount();
            forge.observers.insert("members.csv".to_owned(), honest);
            forge.finish();
        }),
        ("certificate.levels", 1, |forge| {
            // Leaves out those who have least.
            let (mut certificate, bounds) =
                Certificate::from_json(&forge.observers["certificate.json"]).unwrap();
            assert_eq!(bounds.len(), 2);
            certificate.levels.remove(0);
            let text = String::from_utf8(forge.observers["certificate.json"].clone()).unwrap();
            let second = text.split("},{").nth(1).unwrap();
            forge
                .observers
                .insert("certificate.json".to_owned(), format!("{{\"levels\":[{{{second}").into_bytes());
            assert_eq!(Certificate::from_json(&forge.observers["certificate.json"]).unwrap().0, certificate);
            forge.finish();
        }),
        ("certificate.nothing", 1, |forge| {
            forge.observers.insert("certificate.json".to_owned(), b"{\"levels\":[]}\n".to_vec());
            forge.finish();
        }),
    ]
}

fn women(lines: &[Line], quotas: &Quotas, panel: &[u32]) -> usize {
    let female =
        |index: &&u32| lines[**index as usize].pairs(quotas).any(|pair| pair == ("Gender", "Female"));
    panel.iter().filter(female).count()
}

/// Two pairs of members who share a household, by index.
fn homes(lines: &[Line]) -> [Vec<u32>; 2] {
    [1, 2].map(|label| {
        (0u32..)
            .zip(lines)
            .filter(|(_, line)| line.household == Some(label))
            .map(|(index, _)| index)
            .collect()
    })
}

pub fn household_lies() -> Lies {
    vec![
        ("household-labels", 1, |forge| {
            let mut lines = forge.lines();
            lines.iter_mut().for_each(|line| line.household = line.household.map(|label| 3 - label));
            forge.set_lines(lines);
            forge.finish();
        }),
        ("household-labels.alone", 1, |forge| {
            let mut lines = forge.lines();
            let [_, second] = homes(&lines);
            lines[second[0] as usize].household = None;
            forge.set_lines(lines);
            forge.finish();
        }),
        ("households", 1, |forge| {
            let lines = forge.lines();
            let [first, _] = homes(&lines);
            let mut rules = forge.rules();
            rules.members.iter_mut().for_each(|member| member.household = None);
            let together = |panel: &Vec<u32>| first.iter().all(|index| panel.contains(index));
            let mut panels = forge.panels();
            panels[7] = all_panels(&rules).into_iter().find(together).unwrap();
            panels.sort_unstable();
            forge.set_panels(&panels);
            forge.recount();
            forge.finish();
        }),
        ("addresses", 1, |forge| {
            // A couple is passed off as two strangers.
            let mut lines = forge.lines();
            lines.iter_mut().for_each(|line| line.household = line.household.filter(|&label| label == 1));
            forge.set_lines(lines);
            forge.recount();
            forge.finish();
        }),
    ]
}

/// Puts a panel into the lottery that breaks only the rules that `forgiven` takes away.
fn break_rule(forge: &mut Forge, forgiven: impl Fn(&mut Rules)) {
    let honest = forge.rules();
    let mut rules = honest.clone();
    forgiven(&mut rules);
    let bad = all_panels(&rules).into_iter().find(|panel| honest.check(panel).is_err());
    let mut panels = forge.panels();
    panels[7] = bad.unwrap();
    panels.sort_unstable();
    forge.set_panels(&panels);
    forge.recount();
    forge.finish();
}

/// The first of those whom the cap counts together.
fn townspeople(lines: &[Line]) -> Vec<usize> {
    (0..lines.len()).filter(|&index| lines[index].caps[0] == Some(1)).collect()
}

pub fn rule_lies() -> Lies {
    vec![
        ("rules-form.member", 1, |forge| {
            let seated = forge.extra().seated[0];
            let (from, to) = (format!("\"seated\":[{seated}]"), "\"seated\":[12]");
            Forge::edit(&mut forge.public, "rules.json", &from, to);
            forge.seal();
            forge.draw();
        }),
        ("rules-form.value", 1, |forge| {
            Forge::edit(&mut forge.public, "rules.json", "16-29", "16-30");
            forge.seal();
            forge.draw();
        }),
        ("combinations", 1, |forge| break_rule(forge, |rules| rules.rows[5] = Bounds { min: 0, max: 4 })),
        ("caps", 1, |forge| {
            break_rule(forge, |rules| rules.rows[6..8].iter_mut().for_each(|row| row.max = 4));
        }),
        ("seated", 1, |forge| break_rule(forge, |rules| rules.rows[8].min = 0)),
        ("cap-labels", 1, |forge| {
            let mut lines = forge.lines();
            lines.iter_mut().for_each(|line| line.caps[0] = line.caps[0].map(|label| 3 - label));
            forge.set_lines(lines);
            forge.finish();
        }),
        ("cap-labels.few", 1, |forge| {
            // So few of a town are counted together that its cap can never matter.
            let mut lines = forge.lines();
            for index in townspeople(&lines).into_iter().skip(2) {
                lines[index].caps[0] = None;
            }
            forge.set_lines(lines);
            forge.finish();
        }),
        ("places", 1, |forge| {
            // A town is left out, so that more of it may sit.
            let mut lines = forge.lines();
            let label = |label: Option<u32>| label.filter(|&label| label == 1);
            lines.iter_mut().for_each(|line| line.caps[0] = label(line.caps[0]));
            forge.set_lines(lines);
            forge.recount();
            forge.finish();
        }),
    ]
}
