//! A made-up assembly of twelve, small enough to read by hand, and its lottery by trying all panels.

use sortition::certificate::{Certificate, Level};
use sortition::commitment::{Prepare, Prepared, Settings, Voided, prepare};
use sortition::draw::draw;
use sortition::record::{BeaconReading, Bundle, Objective};
use sortition::register::rehearsal_secret;
use sortition::seed::{BeaconSlot, Slots, WitnessedSlot};
use sortition::signatures::{Signatures, Signer};
use sortition::{
    Cap, Combination, Combinations, Digest, Pool, PoolOptions, Portfolio, Quotas, Register, Row, Rules, Sheet,
};

/// The digits of every draw.
pub const DIGITS: &str = "63454660390103169462";

/// The size of a panel.
pub const SIZE: u32 = 4;

const PANELS: usize = 20;

const QUOTAS: [&str; 6] = [
    "feature|value|min|max",
    "Gender|Female|1|3",
    "Gender|Male|1|3",
    "Age|16-29|1|2",
    "Age|30-59|1|2",
    "Age|60, and older|0|2",
];

const POOL: [&str; 13] = [
    "id|name|street|gender|age",
    "101|Ada Ash|1 Mill Lane|Female|16-29",
    "102|Ben Birch|1 Mill Lane|Male|16-29",
    "103|Cleo Cedar|2 Mill Lane|Female|30-59",
    "104|Dirk \"Deo\" Dorn|3 Mill Lane|Male|30–59",
    "105|Eva Elm|4 Mill Lane|FEMALE|60, and older",
    "106|Finn Fir, jr.|4 mill  lane|Male|60, and older",
    "107|Güler Ginster|5 Mill Lane|Female|30-59",
    "108|Hugo Hazel||Male|30-59",
    "109|Iris Ivy||Female|60, and older",
    "110|Jack Juniper|6 Mill Lane|Male|60, and older",
    "111|Kira Kelp|7 Mill Lane|Female|16-29",
    "112|Luca Larch|8 Mill Lane|Male|30-59",
];

/// For each line of the pool where somebody lives and whether they sit already, for the records with more rules.
const TOWNS: [&str; 13] = [
    "town|status",
    "Ash Hill|",
    "Bankside|",
    "Ash Hill|",
    "Bankside|",
    "ash hill|",
    "Bankside|",
    "Ash Hill|seated",
    "Copse|",
    "|",
    "Copse|",
    "Dell|",
    "Dell|",
];

/// What differs between the records.
#[derive(Clone, Default)]
pub struct Plan {
    /// Whether those who share a street address may not sit together.
    pub households: bool,
    /// Whether there is a quota on young women, at most two may come from one town, and somebody sits already.
    pub more_rules: bool,
    /// What the lottery maximises, if it is not leximin.
    pub objective: Option<Objective>,
    /// The text of a rehearsal.
    pub rehearsal: Option<&'static str>,
    /// The voided attempts before.
    pub earlier: Vec<Voided>,
    /// The randomness, if it is not the usual twenty digits.
    pub slots: Option<Slots>,
    /// The beacon's round, if one is announced.
    pub beacon: Option<BeaconReading>,
}

impl Plan {
    /// The usual digits, if digits are announced.
    fn digits(&self) -> Option<&'static str> {
        let announced = self.slots.as_ref().is_none_or(|slots| slots.witnessed.is_some());
        announced.then_some(DIGITS)
    }
}

/// How signatures are checked.
pub const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

/// The organiser's key.
pub fn signer() -> Signer {
    let secret = [77; 32];
    Signer { secret, public: Digest(signing::public_key(&secret)), sign: signing::sign }
}

/// Rounds that drand published: the chain, the round, its time, the signature before, the signature.
pub type Published = (&'static str, u64, u64, Option<&'static str>, &'static str);

/// Round 1000 of quicknet.
pub const QUICKNET: Published = (
    "quicknet",
    1000,
    1_692_806_364,
    None,
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
);

/// Round 657413 of quicknet.
pub const LATER: Published = (
    "quicknet",
    657_413,
    1_694_775_603,
    None,
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
);

/// Round 72785 of the main network.
pub const MAINNET: Published = (
    "mainnet",
    72_785,
    1_597_614_570,
    Some(
        "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
    ),
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
);

/// The announcement of a published round, and the round.
pub fn published((chain, round, time, previous, signature): Published) -> (BeaconSlot, BeaconReading) {
    let slot = BeaconSlot { chain: chain.to_owned(), time, round };
    let reading = BeaconReading {
        chain: chain.to_owned(),
        previous_signature: previous.map(str::to_owned),
        round,
        signature: signature.to_owned(),
    };
    (slot, reading)
}

fn sheet(file: &str, lines: &[&str]) -> Sheet {
    let cells = |line: &&str| line.split('|').map(str::to_owned).collect::<Vec<String>>();
    let rows = lines.iter().enumerate().map(|(line, text)| Row { number: line + 1, cells: cells(text) });
    Sheet { file: file.to_owned(), header: cells(&lines[0]), rows: rows.skip(1).collect() }
}

/// The quotas.
pub fn quotas() -> Quotas {
    Quotas::read(&sheet("quotas.csv", &QUOTAS)).value.expect("the quotas are right")
}

/// At most two of a town, and exactly one young woman.
fn more_rules() -> (Vec<Cap>, Vec<Combination>) {
    let rules = sheet("combinations.csv", &["age|gender|min|max", "16-29|female|1|1"]);
    let combinations = Combinations::read(&rules, &quotas()).value.expect("the combination is right");
    (vec![Cap { column: "Town".to_owned(), max: 2 }], combinations.list)
}

/// Twenty announced digits.
pub fn dice() -> Slots {
    let description = "20 throws of a ten-sided die, in the order of the throws".to_owned();
    Slots { witnessed: Some(WitnessedSlot { digits: 20, description }), beacon: None }
}

/// All panels that keep the rules, in lexicographic order.
pub fn all_panels(rules: &Rules) -> Vec<Vec<u32>> {
    let n = rules.members.len() as u32;
    let panel = |set: u32| (0..n).filter(|index| set >> index & 1 == 1).collect::<Vec<u32>>();
    let mut panels: Vec<Vec<u32>> =
        (0..1u32 << n).map(panel).filter(|panel| rules.check(panel).is_ok()).collect();
    panels.sort_unstable();
    panels
}

/// Twenty different panels: again and again the one whose members sit on the fewest so far.
pub fn portfolio(rules: &Rules) -> Portfolio {
    let mut panels = all_panels(rules);
    let mut counts = vec![0u32; rules.members.len()];
    let mut chosen = Vec::new();
    while chosen.len() < PANELS {
        let load = |place: &usize| {
            panels[*place].iter().map(|&index| 1u64 << (2 * counts[index as usize])).sum::<u64>()
        };
        let lightest = (0..panels.len()).min_by_key(load).expect("there are panels");
        let panel = panels.remove(lightest);
        panel.iter().for_each(|&index| counts[index as usize] += 1);
        chosen.push(panel);
    }
    Portfolio::new(chosen, rules).expect("every panel keeps the rules")
}

/// Two levels: seats over members, for all and for those who are in more panels than the least.
pub fn certificate(rules: &Rules, portfolio: &Portfolio) -> Certificate {
    let counts = portfolio.counts(rules.members.len());
    let least = counts.iter().min().copied().unwrap_or_default();
    let members = 0..counts.len() as u32;
    let level = |unfixed| Level { total: 1, rows: vec![0; rules.rows.len()], unfixed, ..Level::default() };
    let more: Vec<u32> = members.clone().filter(|&index| counts[index as usize] > least).collect();
    let mut levels = vec![level(members.collect())];
    if !more.is_empty() {
        levels.push(level(more));
    }
    Certificate { levels }
}

/// The commitment of a plan.
pub fn commit(plan: &Plan) -> Prepared {
    let quotas = quotas();
    let household = if plan.households { vec!["street".to_owned()] } else { Vec::new() };
    let (caps, combinations) = if plan.more_rules { more_rules() } else { Default::default() };
    let options = PoolOptions { household, caps, ..PoolOptions::default() };
    let rows = POOL.iter().zip(TOWNS);
    let rows: Vec<String> = rows
        .map(|(row, town)| if plan.more_rules { format!("{row}|{town}") } else { (*row).to_owned() })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let pool = Pool::read(&sheet("pool.csv", &rows), &quotas, &options).value.expect("the pool is right");
    let attempt = plan.earlier.len() as u8 + 1;
    let secret = plan.rehearsal.map_or(Digest([attempt + 40; 32]), rehearsal_secret);
    let event = "Zürich climate assembly 2031";
    let register =
        Register::new(event, &secret.0, &pool, &quotas, &combinations).expect("the members differ");
    let rules = register.rules(&quotas, SIZE);
    let portfolio = portfolio(&rules);
    let settings = Settings {
        objective: plan.objective.unwrap_or(Objective::Leximin),
        slots: plan.slots.clone().unwrap_or_else(dice),
        rehearsal: plan.rehearsal.is_some(),
        program: "boule 0.1.0".to_owned(),
        solver: "by hand".to_owned(),
        earlier: plan.earlier.clone(),
    };
    prepare(&Prepare {
        register: &register,
        quotas: &quotas,
        pool: &pool,
        portfolio: &portfolio,
        certificate: &certificate(&rules, &portfolio),
        size: SIZE,
        settings: &settings,
        signer: &signer(),
        signatures: &SIGNATURES,
    })
    .expect("everything fits together")
}

/// The record of a plan after its draw.
pub fn drawn(plan: &Plan) -> Bundle {
    let mut bundle = commit(plan).bundle;
    let drawn =
        draw(&bundle, plan.digits(), plan.beacon.as_ref(), &SIGNATURES).expect("the randomness is right");
    bundle.public.insert("draw.json".to_owned(), drawn.draw);
    let private = bundle.private.get_or_insert_default();
    private.insert("selected.csv".to_owned(), drawn.selected);
    private.insert("remaining.csv".to_owned(), drawn.remaining);
    private.insert("reserve.csv".to_owned(), drawn.reserve);
    bundle
}
