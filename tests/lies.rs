//! One lie for each check, told as well as a cheating organiser could tell it.

use sortition::canonical::to_json;
use sortition::certificate::Certificate;
use sortition::hash::sha256;
use sortition::people::People;
use sortition::quotas::Quotas;
use sortition::receipt::Receipt;
use sortition::record::{BeaconReading, Void};
use sortition::register::Line;
use sortition::seed::{BeaconSlot, Slots, WitnessedSlot, seed};
use sortition::signatures::Signer;
use sortition::{Bounds, Bundle, Digest, Rules};

use crate::Case;
use crate::assembly::{
    DIGITS, LATER, MAINNET, Plan, Published, QUICKNET, all_panels, commit, drawn, published, signer,
};
use crate::forge::Forge;

/// Changes an honest record, as the organiser who made it.
type Lie = fn(&mut Forge);

/// All lies by the check that must reject them; what follows a dot tells lies to the same check apart.
pub fn all() -> Vec<(String, Case)> {
    let mut cases = Vec::new();
    let mut add = |name: &str, bundle: Bundle, exit: u8| {
        let check = name.split('.').next().unwrap();
        cases.push((name.to_owned(), Case::rejected(check, bundle, exit)));
    };
    let plain = drawn(&Plan::default());
    let households = drawn(&Plan { households: true, ..Plan::default() });
    let lies = [announcement_lies, file_lies, draw_lies, pool_lies, panel_lies, proof_lies, people_lies];
    for (name, exit, lie) in lies.into_iter().flat_map(|lies| lies()) {
        let mut forge = Forge::new(&plain);
        lie(&mut forge);
        add(name, forge.bundle(), exit);
    }
    for (name, exit, lie) in household_lies() {
        let mut forge = Forge::new(&households);
        lie(&mut forge);
        add(name, forge.bundle(), exit);
    }
    let more_rules = drawn(&Plan { more_rules: true, ..Plan::default() });
    for (name, exit, lie) in rule_lies() {
        let mut forge = Forge::new(&more_rules);
        lie(&mut forge);
        add(name, forge.bundle(), exit);
    }
    for (name, bundle) in attempt_lies() {
        add(name, bundle, 1);
    }
    for (name, bundle) in crate::replaced::lies() {
        add(name, bundle, 1);
    }
    // A record that is right in itself, but not the one that was published.
    let mut replaced =
        Case::rejected("commitment", drawn(&Plan { rehearsal: Some("another"), ..Plan::default() }), 1);
    replaced.expected.commitment = Some(sha256(&plain.public["commit.json"]));
    cases.push(("commitment".to_owned(), replaced));
    cases
}

type Lies = Vec<(&'static str, u8, Lie)>;

/// Changes `draw.json` after the draw.
fn redraw(forge: &mut Forge, change: impl Fn(&mut sortition::record::Draw)) {
    let mut draw = forge.outcome();
    change(&mut draw);
    forge.public.insert("draw.json".to_owned(), to_json(&draw));
}

/// Announces a round beside the dice, and reads one.
fn with_beacon(forge: &mut Forge, slot: BeaconSlot, reading: BeaconReading) {
    forge.commit.slots.beacon = Some(slot);
    forge.beacon = Some(reading);
    forge.finish();
}

/// As [`with_beacon`] with a published round, of which something is changed.
fn with_published(
    forge: &mut Forge,
    round: Published,
    change: impl FnOnce(&mut BeaconSlot, &mut BeaconReading),
) {
    let (mut slot, mut reading) = published(round);
    change(&mut slot, &mut reading);
    with_beacon(forge, slot, reading);
}

fn digits(number: u32) -> Slots {
    Slots { witnessed: Some(WitnessedSlot { digits: number, description: "dice".to_owned() }), beacon: None }
}

fn announcement_lies() -> Lies {
    vec![
        ("files", 2, |forge| drop(forge.public.remove("quotas.csv"))),
        ("files.draw", 2, |forge| drop(forge.public.remove("draw.json"))),
        ("commit", 1, |forge| Forge::edit(&mut forge.public, "commit.json", "\"k\":4", "\"k\":4,\"k\":4")),
        ("commit.numbers", 1, |forge| Forge::edit(&mut forge.public, "commit.json", "\"n\":12", "\"n\":3")),
        ("commit.unknown", 1, |forge| {
            Forge::edit(&mut forge.public, "commit.json", "\"m\":20", "\"m\":20,\"mm\":0")
        }),
        ("announcement", 1, |forge| {
            forge.commit.slots = digits(6);
            forge.digits = Some("634546".to_owned());
            forge.finish();
        }),
        ("announcement.none", 1, |forge| {
            forge.commit.slots = Slots { witnessed: None, beacon: None };
            forge.digits = None;
            forge.finish();
        }),
        ("round", 1, |forge| {
            // The round after the announced time, which the organiser could wait for.
            with_published(forge, QUICKNET, |slot, _| slot.time -= 3);
        }),
        ("beacon", 1, |forge| {
            with_published(forge, QUICKNET, |_, reading| reading.signature = LATER.4.to_owned())
        }),
        ("beacon.length", 1, |forge| {
            with_published(forge, QUICKNET, |_, reading| {
                reading.signature = reading.signature[2..].to_owned()
            });
        }),
        ("beacon.sign", 1, |forge| {
            with_published(forge, QUICKNET, |_, reading| reading.signature.replace_range(0..1, "9"));
        }),
        ("beacon.chain", 1, |forge| {
            // A round of one network passed off as one of the other, with a signature of the right length.
            with_published(forge, MAINNET, |_, reading| {
                reading.signature = reading.previous_signature.clone().unwrap_or_default();
            });
        }),
        ("beacon.previous", 1, |forge| {
            with_published(forge, MAINNET, |_, reading| {
                let altered = reading.previous_signature.take().map(|text| text.replace("747", "746"));
                reading.previous_signature = altered;
            });
        }),
        ("slots.round", 1, |forge| {
            // Another round than the announced one.
            let (slot, _) = published(QUICKNET);
            let (_, reading) = published(LATER);
            with_beacon(forge, slot, reading);
        }),
        ("slots.beacon", 1, |forge| {
            // The dice were announced, and the beacon is brought in after.
            forge.beacon = Some(published(QUICKNET).1);
            forge.draw();
        }),
        ("slots.dice", 1, |forge| {
            // The dice are left out, and the beacon decides alone.
            forge.digits = None;
            with_published(forge, QUICKNET, |_, _| {});
        }),
    ]
}

fn file_lies() -> Lies {
    vec![
        ("hash-quotas", 1, |forge| Forge::edit(&mut forge.public, "quotas.csv", "Male,1,3", "Male,0,3")),
        ("quotas-form", 1, |forge| {
            let text = String::from_utf8(forge.public["quotas.csv"].clone()).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines.swap(1, 2);
            forge.public.insert("quotas.csv".to_owned(), (lines.join("\n") + "\n").into_bytes());
            forge.seal();
            forge.draw();
        }),
        ("hash-rules", 1, |forge| {
            Forge::edit(&mut forge.public, "rules.json", "null", "{\"columns\":[\"street\"]}")
        }),
        ("rules-form", 1, |forge| {
            Forge::edit(&mut forge.public, "rules.json", "\"seated\":[]", "\"seated\":[],\"standing\":[7]");
            forge.seal();
            forge.draw();
        }),
        ("hash-counts", 1, |forge| {
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Female,6", "Gender,Female,7")
        }),
        ("counts-form", 1, |forge| {
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Female,6", "Gender,Female,7");
            forge.finish();
        }),
    ]
}

fn draw_lies() -> Lies {
    vec![
        ("draw-form", 1, |forge| Forge::edit(&mut forge.public, "draw.json", ":", ": ")),
        ("slots", 1, |forge| {
            forge.digits = Some(format!("{DIGITS}0123"));
            forge.draw();
        }),
        ("slots.words", 1, |forge| {
            forge.digits = Some("twenty letters, none".to_owned());
            forge.draw();
        }),
        ("slots.missing", 1, |forge| {
            forge.digits = None;
            forge.draw();
        }),
        ("seed", 1, |forge| {
            // The seed of the digits alone, whatever was committed to.
            let seed = seed(&Digest([0; 32]), forge.digits.as_deref(), None);
            let draw = forge.outcome_for(seed, sortition::draw::pick(&seed, forge.commit.m));
            forge.public.insert("draw.json".to_owned(), to_json(&draw));
        }),
        ("index", 1, |forge| {
            let honest = forge.outcome();
            let draw = forge.outcome_for(honest.seed, (honest.t + 1) % forge.commit.m);
            forge.public.insert("draw.json".to_owned(), to_json(&draw));
        }),
        ("panel-indices", 1, |forge| {
            let mut panels = forge.panels();
            panels.iter_mut().for_each(|panel| panel.truncate(3));
            forge.set_panels(&panels);
            forge.seal();
            forge.draw();
        }),
        ("panel-path", 1, |forge| {
            redraw(forge, |draw| {
                let other = (0..12).rev().find(|index| !draw.panel.contains(index)).unwrap();
                draw.panel[3] = other.max(draw.panel[2] + 1);
            });
        }),
    ]
}

fn pool_lies() -> Lies {
    vec![
        ("members-form", 1, |forge| {
            Forge::edit(&mut forge.observers, "members.csv", "\n7,", "\n07,");
            forge.seal();
            forge.draw();
        }),
        ("members-form.value", 1, |forge| {
            Forge::edit(&mut forge.observers, "members.csv", "Female\n", "female\n");
            forge.seal();
            forge.draw();
        }),
        ("pool-root", 1, |forge| {
            let line = &forge.lines()[3];
            let other = line.person.to_string().replace('0', "1");
            Forge::edit(&mut forge.observers, "members.csv", &line.person.to_string(), &other);
        }),
        ("person-order", 1, |forge| {
            // Members 0 and 1 change places, in the panels too.
            let mut lines = forge.lines();
            lines.swap(0, 1);
            forge.set_lines(lines);
            let mut panels = forge.panels();
            for panel in &mut panels {
                let other = |index| match index {
                    0 => 1,
                    1 => 0,
                    same => same,
                };
                *panel = panel.iter().copied().map(other).collect();
                panel.sort_unstable();
            }
            panels.sort_unstable();
            forge.set_panels(&panels);
            forge.recount();
            forge.finish();
        }),
        ("attributes", 1, |forge| {
            // The member's own receipt says otherwise, so the hash is left as it was.
            Forge::edit(&mut forge.observers, "members.csv", "Female\n", "Male\n");
        }),
        ("observer-secret", 1, |forge| {
            let secret = String::from_utf8(forge.observers["observer-secret"].clone()).unwrap();
            forge.observers.insert("observer-secret".to_owned(), secret.to_uppercase().into_bytes());
        }),
        ("counts", 1, |forge| {
            let mut lines = forge.lines();
            lines[5].count += 1;
            forge.set_lines(lines);
            forge.finish();
        }),
        ("counts-file", 1, |forge| {
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Female,6", "Gender,Female,7");
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Male,6", "Gender,Male,5");
            forge.finish();
        }),
    ]
}

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

fn panel_lies() -> Lies {
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

fn proof_lies() -> Lies {
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

fn household_lies() -> Lies {
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

fn rule_lies() -> Lies {
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

/// Changes the list of people.
fn relist(forge: &mut Forge, change: impl Fn(&mut People)) {
    let mut people = People::from_canonical(&forge.private["members.csv"], forge.commit.n).unwrap();
    change(&mut people);
    forge.private.insert("members.csv".to_owned(), people.to_csv().into_bytes());
    forge.draw();
}

fn people_lies() -> Lies {
    vec![
        ("secret", 1, |forge| {
            forge.private.insert("secret".to_owned(), format!("{}\n", Digest([9; 32])).into_bytes());
        }),
        ("private-form", 1, |forge| relist(forge, |people| people.columns[0] = "number".to_owned())),
        ("identities", 1, |forge| relist(forge, |people| people.rows[4][0] = people.rows[3][0].clone())),
        ("persons", 1, |forge| relist(forge, |people| people.rows[4][0] = "999".to_owned())),
        ("values", 1, |forge| {
            let mut lines = forge.lines();
            // Somebody's age is changed, so that no quota of a panel is broken.
            let honest = forge.rules();
            let (index, row) = (0..12usize)
                .flat_map(|index| (0..3u32).map(move |row| (index, row)))
                .find(|&(index, row)| {
                    let mut rules = honest.clone();
                    rules.members[index].rows[0] = row;
                    row != honest.members[index].rows[0]
                        && forge.panels().iter().all(|panel| rules.check(panel).is_ok())
                })
                .unwrap();
            lines[index].values[0] = row;
            forge.set_lines(lines);
            forge.recount();
            forge.finish();
        }),
        ("receipts", 1, |forge| {
            Forge::edit(&mut forge.private, "receipts/5.json", "\"count\":7", "\"count\":17")
        }),
        ("selected", 1, |forge| {
            let (selected, remaining) = ("selected.csv", "remaining.csv");
            let other = String::from_utf8(forge.private[remaining].clone()).unwrap();
            let mut lines: Vec<String> = String::from_utf8(forge.private[selected].clone())
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect();
            lines[1] = other.lines().nth(1).unwrap().to_owned();
            forge.private.insert(selected.to_owned(), (lines.join("\n") + "\n").into_bytes());
        }),
        ("receipt-signatures", 1, |forge| {
            // A receipt that was made by somebody else.
            let name = "receipts/5.json";
            let mut receipt = Receipt::from_canonical(&forge.private[name]).unwrap();
            receipt.signature = None;
            let secret = [78; 32];
            let other = Signer { secret, ..signer() };
            forge.private.insert(name.to_owned(), receipt.signed(&other));
        }),
        ("reserve", 1, |forge| {
            // A friend is moved to the top of the list.
            let text = String::from_utf8(forge.private["reserve.csv"].clone()).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines.swap(1, 5);
            forge.private.insert("reserve.csv".to_owned(), (lines.join("\n") + "\n").into_bytes());
        }),
        ("remaining", 1, |forge| {
            let text = String::from_utf8(forge.private["remaining.csv"].clone()).unwrap();
            let lines: Vec<&str> = text.lines().take(8).collect();
            forge.private.insert("remaining.csv".to_owned(), (lines.join("\n") + "\n").into_bytes());
        }),
    ]
}

/// Lies about the attempts before.
fn attempt_lies() -> Vec<(&'static str, Bundle)> {
    let first = drawn(&Plan { households: true, ..Plan::default() });
    let honest = crate::second_attempt();
    let bytes = &first.public["commit.json"];
    // A draw that was not liked is declared void and repeated.
    let mut again = honest.clone();
    again.public.insert("attempts/1/draw.json".to_owned(), first.public["draw.json"].clone());
    // The earlier attempt is passed over.
    let mut silent = Forge::new(&honest);
    silent.public.retain(|name, _| !name.starts_with("attempts/"));
    silent.commit.attempt = 1;
    silent.finish();
    // Another void than the one that was published before the draw.
    let void = Void {
        attempt: 1,
        commitment: sha256(bytes),
        event: "Zürich climate assembly 2031".to_owned(),
        reason: "an afterthought".to_owned(),
    };
    let mut other = honest.clone();
    other.public.insert("attempts/1/void.json".to_owned(), to_json(&void));
    // The void of another commitment.
    let strange = Void { commitment: Digest([0; 32]), ..void };
    let strange = to_json(&strange);
    let mut forge = Forge::new(&honest);
    forge.commit.void = Some(sha256(&strange));
    forge.public.insert("attempts/1/void.json".to_owned(), strange);
    forge.finish();
    // Voided after it was drawn.
    let mut both = drawn(&Plan::default());
    let void = sortition::commitment::void(&commit(&Plan::default()).bundle.public, "rain").unwrap();
    both.public.insert("void.json".to_owned(), void);
    vec![
        ("attempts.drawn", again),
        ("attempts", silent.bundle()),
        ("attempts.void", other),
        ("attempts.strange", forge.bundle()),
        ("attempts.both", both),
    ]
}
