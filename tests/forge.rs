//! A cheating organiser: changes a record and makes every hash, root, path and receipt fit the lie.

use sortition::canonical::to_json;
use sortition::certificate::Certificate;
use sortition::counts;
use sortition::draw::{pick, reserve};
use sortition::hash::{bytes_from_hex, f, sha256};
use sortition::merkle::Tree;
use sortition::people::People;
use sortition::portfolio::panel_salt;
use sortition::receipt;
use sortition::record::{BeaconReading, Bundle, Commit, Draw, Files, secret_from_canonical};
use sortition::register::{self, Line, observer_secret, salt_person};
use sortition::seed::{Chain, Pulse, seed};
use sortition::{Digest, ExtraRules, Portfolio, Quotas, Rules};

use crate::assembly::{DIGITS, certificate, signer};

/// The parts of a record, free to be changed.
#[derive(Clone)]
pub struct Forge {
    /// What `commit.json` will say; hashes and roots are filled in by [`Forge::seal`].
    pub commit: Commit,
    /// `public/`.
    pub public: Files,
    /// `observers/`.
    pub observers: Files,
    /// `private/`.
    pub private: Files,
    /// The digits that came up.
    pub digits: Option<String>,
    /// The beacon's round that came out.
    pub beacon: Option<BeaconReading>,
}

impl Forge {
    /// Starts from an honest record with all its folders.
    pub fn new(bundle: &Bundle) -> Self {
        Self {
            commit: Commit::from_canonical(&bundle.public["commit.json"]).unwrap(),
            public: bundle.public.clone(),
            observers: bundle.observers.clone().unwrap(),
            private: bundle.private.clone().unwrap(),
            digits: Some(DIGITS.to_owned()),
            beacon: None,
        }
    }

    pub fn bundle(self) -> Bundle {
        Bundle { public: self.public, observers: Some(self.observers), private: Some(self.private) }
    }

    pub fn quotas(&self) -> Quotas {
        Quotas::from_canonical(&self.public["quotas.csv"]).unwrap()
    }

    pub fn extra(&self) -> ExtraRules {
        let Commit { n, k, .. } = self.commit;
        ExtraRules::from_canonical(&self.public["rules.json"], &self.quotas(), n, k).unwrap()
    }

    pub fn grouped(&self) -> bool {
        self.extra().households.is_some()
    }

    pub fn lines(&self) -> Vec<Line> {
        let commit = &self.commit;
        let (quotas, extra) = (self.quotas(), self.extra());
        register::from_canonical(&self.observers["members.csv"], &quotas, &extra, commit.n, commit.m).unwrap()
    }

    /// Writes `members.csv`; the attributes hashes follow from the values and households.
    pub fn set_lines(&mut self, mut lines: Vec<Line>) {
        let (quotas, grouped) = (self.quotas(), self.grouped());
        for line in &mut lines {
            line.attrs = line.expected_attrs(&self.commit.event, &quotas, grouped);
        }
        let csv = register::to_csv(&lines, &quotas, &self.extra());
        self.observers.insert("members.csv".to_owned(), csv.into_bytes());
    }

    pub fn panels(&self) -> Vec<Vec<u32>> {
        let commit = &self.commit;
        let portfolio =
            Portfolio::from_canonical(&self.observers["portfolio.csv"], commit.n, commit.k, commit.m);
        portfolio.unwrap().panels().to_vec()
    }

    /// Writes panels as they are, in the order given, and the members' counts in them.
    pub fn set_panels(&mut self, panels: &[Vec<u32>]) {
        let line =
            |panel: &Vec<u32>| panel.iter().map(u32::to_string).collect::<Vec<String>>().join(",") + "\n";
        let text: String = panels.iter().map(line).collect();
        self.observers.insert("portfolio.csv".to_owned(), text.into_bytes());
        let mut lines = self.lines();
        for (index, line) in (0u32..).zip(&mut lines) {
            line.count = panels.iter().filter(|panel| panel.contains(&index)).count() as u32;
        }
        self.set_lines(lines);
    }

    pub fn rules(&self) -> Rules {
        register::rules(&self.quotas(), &self.extra(), self.commit.k, &self.lines())
    }

    /// A portfolio of the panels, if they are good ones.
    pub fn portfolio(&self) -> Portfolio {
        let any = Rules {
            size: self.commit.k,
            rows: Vec::new(),
            members: vec![Default::default(); self.commit.n as usize],
        };
        Portfolio::new(self.panels(), &any).unwrap()
    }

    /// Writes the counts and the certificate that follow from members and panels.
    pub fn recount(&mut self) {
        let (rules, portfolio) = (self.rules(), self.portfolio());
        let counts = counts::publish(&self.quotas(), &rules, &portfolio);
        self.public.insert("counts.csv".to_owned(), counts::to_csv(&self.quotas(), &counts).into_bytes());
        self.set_certificate(&certificate(&rules, &portfolio));
    }

    pub fn set_certificate(&mut self, certificate: &Certificate) {
        let counts = self.portfolio().counts(self.commit.n as usize);
        if let Some(json) = certificate.to_json(&self.rules(), &counts, self.commit.m) {
            self.observers.insert("certificate.json".to_owned(), json);
        }
    }

    /// Changes a text once.
    pub fn edit(files: &mut Files, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8(self.observers[name].clone()).unwrap()
    }

    /// The line of a panel, whatever it holds.
    fn panel_line(&self, t: u32) -> String {
        self.text("portfolio.csv").lines().nth(t as usize).unwrap().to_owned()
    }

    fn panel_tree(&self) -> Tree {
        let secret = observer_secret(&self.secret());
        let leaf = |(place, line): (u32, &str)| {
            let salt = panel_salt(&secret, place);
            [&f(b"asl/1/panel"), &place.to_be_bytes()[..], salt.as_bytes(), line.as_bytes()].concat()
        };
        Tree::new((0..).zip(self.text("portfolio.csv").lines()).map(leaf))
    }

    fn secret(&self) -> Digest {
        secret_from_canonical(&self.private["secret"]).unwrap()
    }

    /// Makes `commit.json` fit the files.
    pub fn seal(&mut self) {
        let hashes = &mut self.commit.sha256;
        hashes.quotas = sha256(&self.public["quotas.csv"]);
        hashes.rules = sha256(&self.public["rules.json"]);
        hashes.counts = sha256(&self.public["counts.csv"]);
        hashes.certificate = sha256(&self.observers["certificate.json"]);
        let leaf = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |column: usize| fields[column].parse::<u32>().unwrap().to_be_bytes();
            let digest = |column: usize| bytes_from_hex(fields[column]).unwrap();
            [f(b"asl/1/leaf"), number(0).to_vec(), digest(1), digest(2), number(3).to_vec()].concat()
        };
        self.commit.pool_root = Tree::new(self.text("members.csv").lines().skip(1).map(leaf)).root();
        self.commit.portfolio_root = self.panel_tree().root();
        self.public.insert("commit.json".to_owned(), to_json(&self.commit));
    }

    /// The draw that follows from the commitment and the randomness.
    pub fn outcome(&self) -> Draw {
        let pulse = self.beacon.as_ref().map(|reading| Pulse {
            chain: Digest::from_hex(Chain::named(&reading.chain).unwrap().hash).unwrap(),
            round: reading.round,
            randomness: sha256(&bytes_from_hex(&reading.signature).unwrap()),
        });
        let seed = seed(&sha256(&self.public["commit.json"]), self.digits.as_deref(), pulse.as_ref());
        self.outcome_for(seed, pick(&seed, self.commit.m))
    }

    /// The draw with another seed and number than it should have.
    pub fn outcome_for(&self, seed: Digest, t: u32) -> Draw {
        Draw {
            beacon: self.beacon.clone(),
            panel: self.panel_line(t).split(',').map(|index| index.parse().unwrap()).collect(),
            panel_path: self.panel_tree().path(t as usize),
            panel_salt: panel_salt(&observer_secret(&self.secret()), t),
            seed,
            t,
            witnessed: self.digits.clone(),
        }
    }

    /// Makes `draw.json` and the lists of people fit the commitment.
    pub fn draw(&mut self) {
        let draw = self.outcome();
        if let Ok(people) = People::from_canonical(&self.private["members.csv"], self.commit.n) {
            let (selected, remaining) = people.split(&draw.panel);
            self.private.insert("selected.csv".to_owned(), selected.into_bytes());
            self.private.insert("remaining.csv".to_owned(), remaining.into_bytes());
            let order = reserve(&draw.seed, self.commit.n, &draw.panel);
            self.private.insert("reserve.csv".to_owned(), people.list(&order).into_bytes());
        }
        self.public.insert("draw.json".to_owned(), to_json(&draw));
    }

    /// Makes the receipts fit the commitment.
    pub fn receipts(&mut self) {
        let people = People::from_canonical(&self.private["members.csv"], self.commit.n).unwrap();
        let identities = people.identities(&people.places(&self.commit.identity).unwrap());
        let secret = self.secret();
        let salts: Vec<Digest> = identities.iter().map(|identity| salt_person(&secret, identity)).collect();
        let named: Vec<receipt::Named<'_>> = identities.iter().map(String::as_str).zip(&salts).collect();
        let (quotas, lines) = (self.quotas(), self.lines());
        for (index, receipt) in
            receipt::all(&self.commit, &quotas, &lines, &named, self.grouped()).enumerate()
        {
            self.private.insert(receipt::file_name(index), receipt.signed(&signer()));
        }
    }

    /// Seals, draws and hands out receipts.
    pub fn finish(&mut self) {
        self.seal();
        self.draw();
        self.receipts();
    }
}
