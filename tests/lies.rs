//! One lie for each check, told as well as a cheating organiser could tell it.

mod panels;

use sortition::canonical::to_json;
use sortition::hash::sha256;
use sortition::people::People;
use sortition::receipt::Receipt;
use sortition::record::{BeaconReading, Void};
use sortition::seed::{BeaconSlot, Slots, WitnessedSlot, seed};
use sortition::signatures::Signer;
use sortition::{Bundle, Digest};

use crate::Case;
use crate::assembly::{DIGITS, LATER, MAINNET, Plan, Published, QUICKNET, commit, drawn, published, signer};
use crate::forge::Forge;

use panels::{household_lies, panel_lies, proof_lies, rule_lies};

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
        ("counts-form.part", 1, |forge| {
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Female,6,1,3", "Gender,Female,,,");
            forge.finish();
        }),
        ("counts-form.small", 1, |forge| {
            for (value, told) in [("16-29", "3,1,2"), ("30-59", "5,1,2"), ("older\"", "4,0,2")] {
                Forge::edit(
                    &mut forge.public,
                    "counts.csv",
                    &format!("{value},,,"),
                    &format!("{value},{told}"),
                );
            }
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
            Forge::edit(&mut forge.public, "counts.csv", "Gender,Female,6,1,3", "Gender,Female,6,2,3");
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
