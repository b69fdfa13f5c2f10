//! Replacements of the made-up assembly, honest ones and lies about them.

use sortition::canonical::to_json;
use sortition::draw::pick;
use sortition::hash::{f, sha256};
use sortition::merkle::Tree;
use sortition::portfolio::panel_salt;
use sortition::record::{BeaconReading, Draw, secret_from_canonical};
use sortition::replace::{self, Replaced, Standing, Way};
use sortition::replacement::{ByTicket, Record, lists, replacement_secret};
use sortition::seed::{BeaconSlot, Slots};
use sortition::{Bundle, Portfolio, Quotas};

use crate::assembly::{
    DIGITS, LATER, MAINNET, Plan, Published, QUICKNET, SIGNATURES, all_panels, certificate, dice, drawn,
    published,
};

/// How newcomers are found in a story.
pub enum By {
    /// A published round, with the dice or alone.
    Round(Published, bool),
    /// The dice, and quotas of its own.
    Dice(Quotas),
    /// Tickets.
    Tickets,
}

/// The quotas with more room for one age.
pub fn wider(quotas: &Quotas) -> Quotas {
    Quotas::from_canonical(quotas.to_csv().replace("30-59,1,2", "30-59,0,3").as_bytes()).unwrap()
}

fn add(bundle: &Bundle, replaced: &Replaced) -> Bundle {
    replace::with(bundle, &replaced.files)
}

/// Prepares a replacement for the members of the panel at `places`.
pub fn prepared(bundle: &Bundle, places: &[usize], by: &By) -> Bundle {
    let standing = Standing::read(bundle, &SIGNATURES).unwrap();
    let withdrawn: Vec<u32> = places.iter().map(|&place| standing.state.panel[place]).collect();
    if matches!(by, By::Tickets) {
        let made = replace::prepare(bundle, &standing, &withdrawn, &Way::Tickets, &SIGNATURES).unwrap();
        return add(bundle, &made);
    }
    let own = if let By::Dice(quotas) = by { Some(quotas) } else { None };
    let left = standing.completion(own.unwrap_or(&standing.quotas), &withdrawn).unwrap();
    let completions: Vec<Vec<u32>> = all_panels(&left.rules).into_iter().take(20).collect();
    let seated = standing.state.less(&withdrawn).0;
    let full = |places: &Vec<u32>| {
        let newcomers = places.iter().map(|&place| left.candidates[place as usize]);
        let mut panel: Vec<u32> = seated.iter().copied().chain(newcomers).collect();
        panel.sort_unstable();
        panel
    };
    let rules = standing.rules(own.unwrap_or(&standing.quotas));
    let portfolio = Portfolio::new(completions.iter().map(full).collect(), &rules).unwrap();
    let certificate = certificate(&left.rules, &Portfolio::new(completions, &left.rules).unwrap());
    let slots = match by {
        By::Round(round, dice_too) => {
            Slots { beacon: Some(published(*round).0), witnessed: dice().witnessed.filter(|_| *dice_too) }
        }
        _ => dice(),
    };
    let way = Way::Lottery { portfolio: &portfolio, certificate: &certificate, slots: &slots, quotas: own };
    add(bundle, &replace::prepare(bundle, &standing, &withdrawn, &way, &SIGNATURES).unwrap())
}

/// Prepares and draws.
pub fn replaced(bundle: &Bundle, places: &[usize], by: &By) -> Bundle {
    let bundle = prepared(bundle, places, by);
    let (digits, round) = match by {
        By::Tickets => return bundle,
        By::Dice(_) => (Some(DIGITS), None),
        By::Round(round, dice_too) => (dice_too.then_some(DIGITS), Some(published(*round).1)),
    };
    let standing = Standing::read(&bundle, &SIGNATURES).unwrap();
    add(&bundle, &replace::draw(&bundle, &standing, digits, round.as_ref(), &SIGNATURES).unwrap())
}

/// Declares the pending replacement void.
pub fn voided(bundle: &Bundle) -> Bundle {
    let standing = Standing::read(bundle, &SIGNATURES).unwrap();
    let e = standing.pending.as_ref().unwrap().replacement;
    let (void, _) = standing.void("the hall was closed").unwrap();
    let mut bundle = bundle.clone();
    bundle.public.insert(format!("replacements/{e}/void.json"), void);
    bundle
}

fn rehearsal(households: bool) -> Bundle {
    drawn(&Plan { rehearsal: Some("practice on Monday"), households, ..Plan::default() })
}

/// Five replacements: by a beacon, void, by dice with quotas of its own, by both, by tickets.
pub fn story() -> Bundle {
    let bundle = replaced(&rehearsal(false), &[0, 2], &By::Round(QUICKNET, false));
    let bundle = voided(&prepared(&bundle, &[1], &By::Round(QUICKNET, false)));
    let quotas = Quotas::from_canonical(&bundle.public["quotas.csv"]).unwrap();
    let bundle = replaced(&bundle, &[1], &By::Dice(wider(&quotas)));
    let bundle = replaced(&bundle, &[0], &By::Round(MAINNET, true));
    replaced(&bundle, &[3], &By::Tickets)
}

/// One replacement, still to be drawn.
pub fn pending() -> Bundle {
    prepared(&rehearsal(true), &[1], &By::Round(LATER, true))
}

/// One replacement by lottery, free to be changed.
pub struct Told {
    pub bundle: Bundle,
    pub record: Record,
    pub panels: Vec<Vec<u32>>,
    pub digits: Option<String>,
    pub beacon: Option<BeaconReading>,
}

impl Told {
    fn new(bundle: &Bundle) -> Self {
        let record = Record::from_canonical(&bundle.public["replacements/1/record.json"]).unwrap();
        let draw = Draw::from_canonical(&bundle.public["replacements/1/draw.json"]).unwrap();
        let file = &bundle.observers.as_ref().unwrap()["replacements/1/portfolio.csv"];
        let panels = Portfolio::from_canonical(file, 12, 4, record.m).unwrap().panels().to_vec();
        Self { bundle: bundle.clone(), record, panels, digits: draw.witnessed, beacon: draw.beacon }
    }

    /// Makes every file fit the lie but for those that `draw` is changed to.
    fn finish(mut self, change: impl FnOnce(&mut Draw)) -> Bundle {
        let standing = Standing::read(&rehearsal(false), &SIGNATURES).unwrap();
        let observers = self.bundle.observers.as_mut().unwrap();
        let secret = replacement_secret(&secret_from_canonical(&observers["observer-secret"]).unwrap(), 1);
        let line = |panel: &Vec<u32>| panel.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let text: String = self.panels.iter().map(|panel| line(panel) + "\n").collect();
        observers.insert("replacements/1/portfolio.csv".to_owned(), text.into_bytes());
        let tree = Tree::new((0u32..).zip(&self.panels).map(|(place, panel)| {
            let salt = panel_salt(&secret, place);
            [&f(b"asl/1/panel"), &place.to_be_bytes()[..], salt.as_ref(), line(panel).as_bytes()].concat()
        }));
        self.record.portfolio_root = Some(tree.root());
        self.record.sha256.certificate = Some(sha256(&observers["replacements/1/certificate.json"]));
        let record = to_json(&self.record);
        let seed = standing.state.reseed(&record, self.digits.as_deref(), self.beacon.as_ref()).unwrap();
        let t = pick(&seed, self.panels.len() as u32);
        let mut draw = Draw {
            beacon: self.beacon,
            panel: self.panels[t as usize].clone(),
            panel_path: tree.path(t as usize),
            panel_salt: panel_salt(&secret, t),
            seed,
            t,
            witnessed: self.digits,
        };
        change(&mut draw);
        let private = self.bundle.private.as_mut().unwrap();
        for (name, indices) in lists(&self.record, &draw.panel) {
            private.insert(format!("replacements/1/{name}"), standing.people.list(&indices).into_bytes());
        }
        self.bundle.public.insert("replacements/1/record.json".to_owned(), record);
        self.bundle.public.insert("replacements/1/draw.json".to_owned(), to_json(&draw));
        self.bundle
    }
}

/// Lies about a replacement by lottery.
fn lottery_lies() -> Vec<(&'static str, Bundle)> {
    let honest = replaced(&rehearsal(false), &[0, 2], &By::Round(QUICKNET, true));
    let told = |change: &dyn Fn(&mut Told)| {
        let mut told = Told::new(&honest);
        change(&mut told);
        told.finish(|_| {})
    };
    let redrawn = |change: &dyn Fn(&mut Draw)| Told::new(&honest).finish(change);
    assert!(told(&|_| {}) == honest, "a lie without a change is the truth");
    let (slot, other) = published(LATER);
    vec![
        // Somebody is said to have withdrawn whom the panel still needs seated.
        ("replacements.seated", told(&|told| told.record.seated.truncate(1))),
        ("replacements.eligible", told(&|told| told.record.eligible.truncate(5))),
        ("replacements.strangers", told(&|told| told.record.withdrawn.push(12))),
        ("replacements.previous", told(&|told| told.record.previous = sha256(b"another draw"))),
        ("replacements.event", told(&|told| told.record.event = "Another".to_owned())),
        ("replacements.number", told(&|told| told.record.replacement = 2)),
        ("replacement-slots.dice", told(&|told| told.digits = None)),
        ("replacement-slots.words", told(&|told| told.digits = Some("twenty letters, none".to_owned()))),
        ("replacement-slots.round", told(&|told| told.beacon = Some(other.clone()))),
        (
            "replacement-slots.announced",
            told(&|told| told.record.slots.beacon = Some(BeaconSlot { time: slot.time - 3, ..slot.clone() })),
        ),
        (
            "replacement-slots",
            told(&|told| {
                told.record.slots = Slots { witnessed: None, beacon: None };
                (told.digits, told.beacon) = (None, None);
            }),
        ),
        (
            "replacement-beacons",
            told(&|told| told.beacon.as_mut().unwrap().signature.clone_from(&other.signature)),
        ),
        ("replacement-draws.seed", redrawn(&|draw| draw.seed = sha256(b"liked better"))),
        ("replacement-draws", redrawn(&|draw| draw.t = (draw.t + 1) % 20)),
        (
            "replacement-draws.panel",
            redrawn(&|draw| {
                let place =
                    draw.panel.iter().position(|index| !told_seated(&honest).contains(index)).unwrap();
                let other =
                    (0..12).find(|index| !draw.panel.contains(index) && eligible(&honest).contains(index));
                draw.panel[place] = other.unwrap();
                draw.panel.sort_unstable();
            }),
        ),
        ("replacement-panels.order", told(&|told| told.panels.reverse())),
        ("replacement-fairness", {
            let mut told = Told::new(&honest);
            let observers = told.bundle.observers.as_mut().unwrap();
            let name = "replacements/1/certificate.json";
            let text =
                String::from_utf8(observers[name].clone()).unwrap().replacen("\"bound\":", "\"bound\":1", 1);
            observers.insert(name.to_owned(), text.into_bytes());
            told.finish(|_| {})
        }),
    ]
}

fn told_seated(bundle: &Bundle) -> Vec<u32> {
    Record::from_canonical(&bundle.public["replacements/1/record.json"]).unwrap().seated
}

fn eligible(bundle: &Bundle) -> Vec<u32> {
    Record::from_canonical(&bundle.public["replacements/1/record.json"]).unwrap().eligible
}

/// A lottery with one panel, other than the drawn one, that breaks a quota.
fn broken_panel() -> Bundle {
    let honest = replaced(&rehearsal(false), &[0, 2], &By::Round(QUICKNET, true));
    let standing = Standing::read(&rehearsal(false), &SIGNATURES).unwrap();
    let rules = standing.rules(&standing.quotas);
    let (seated, eligible) = (told_seated(&honest), eligible(&honest));
    let pairs = eligible.iter().flat_map(|&one| eligible.iter().map(move |&other| (one, other)));
    let panel = |(one, other): (u32, u32)| {
        let mut panel: Vec<u32> = seated.iter().copied().chain([one, other]).collect();
        panel.sort_unstable();
        panel
    };
    let mut broken =
        pairs.filter(|(one, other)| one < other).map(panel).filter(|panel| rules.check(panel).is_err());
    let broken = broken.next().unwrap();
    let lie = |place: usize| {
        let mut told = Told::new(&honest);
        told.panels[place] = broken.clone();
        told.panels.sort_unstable();
        told.finish(|_| {})
    };
    let drawn =
        |bundle: &Bundle| Draw::from_canonical(&bundle.public["replacements/1/draw.json"]).unwrap().panel;
    (0..20).map(lie).find(|bundle| drawn(bundle) != broken).unwrap()
}

/// All lies about replacements by the check that must reject them.
pub fn lies() -> Vec<(&'static str, Bundle)> {
    let mut lies = lottery_lies();
    lies.push(("replacement-panels", broken_panel()));
    let story = story();
    let without = |name: &str| {
        let mut bundle = story.clone();
        bundle.public.retain(|file, _| !file.starts_with(name));
        bundle
    };
    let with = |name: &str, bytes: &[u8]| {
        let mut bundle = story.clone();
        bundle.public.insert(name.to_owned(), bytes.to_vec());
        bundle
    };
    lies.push(("replacements", without("replacements/4/")));
    lies.push(("replacements.undrawn", without("replacements/3/draw.json")));
    lies.push((
        "replacements.void",
        with("replacements/5/void.json", &story.public["replacements/2/void.json"]),
    ));
    lies.push(("replacements.strange", with("replacements/01/record.json", b"{}\n")));
    lies.push(("replacements.quotas", with("replacements/3/quotas.csv", &story.public["quotas.csv"])));
    // Somebody else than the next on the reserve list.
    let mut bundle = story.clone();
    let name = "replacements/5/draw.json";
    let mut draw: ByTicket = serde_json::from_slice(&bundle.public[name]).unwrap();
    let record = Record::from_canonical(&bundle.public["replacements/5/record.json"]).unwrap();
    let newcomer = draw.panel.iter().position(|index| !record.seated.contains(index)).unwrap();
    let friend = record.eligible.iter().find(|index| !draw.panel.contains(index)).unwrap();
    draw.panel[newcomer] = *friend;
    draw.panel.sort_unstable();
    bundle.public.insert(name.to_owned(), to_json(&draw));
    lies.push(("replacement-tickets", bundle));
    let mut bundle = story.clone();
    let private = bundle.private.as_mut().unwrap();
    let list = private["replacements/3/remaining.csv"].clone();
    private.insert("replacements/3/newcomers.csv".to_owned(), list);
    lies.push(("replacement-lists", bundle));
    lies
}
