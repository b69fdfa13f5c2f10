//! Replacing: the files of a replacement, prepared and drawn.

use crate::canonical::{is_plain, normal, to_json};
use crate::certificate::Certificate;
use crate::draw::picked;
use crate::extra::ExtraRules;
use crate::hash::{Digest, sha256};
use crate::people::People;
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::record::{Bundle, Commit, Draw, Files, PROTOCOL, secret_from_canonical};
use crate::register::{self, Line};
use crate::replacement::{
    ByTicket, Completion, Hashes, Method, Record, State, Void, by_tickets, completion, lists,
    replacement_secret,
};
use crate::rules::Rules;
use crate::seed::{BeaconReading, Slots};
use crate::signatures::Signatures;
use crate::verification::{Level, Options, verify};

/// Where an assembly stands, read from a record that passes every check of an auditor.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What `commit.json` says.
    pub commit: Commit,
    /// The quotas of the commitment.
    pub quotas: Quotas,
    /// The people by name.
    pub people: People,
    /// Panel, those who may come in, and seeds.
    pub state: State,
    /// A replacement that was prepared and is still to be drawn.
    pub pending: Option<Record>,
    extra: ExtraRules,
    lines: Vec<Line>,
    secret: Digest,
    commitment: Digest,
}

impl Standing {
    /// Reads where an assembly stands; all folders are needed.
    ///
    /// # Errors
    /// The first check of an auditor that does not hold.
    pub fn read(bundle: &Bundle, signatures: &Signatures) -> Result<Self, String> {
        sound(bundle, signatures)?;
        let lost = || "the record is incomplete".to_owned();
        let (observers, private) = bundle.observers.as_ref().zip(bundle.private.as_ref()).ok_or_else(lost)?;
        let get = |files: &'_ Files, name: &str| files.get(name).cloned().ok_or_else(lost);
        let public = |name: &str| get(&bundle.public, name);
        let bytes = public("commit.json")?;
        let commit = Commit::from_canonical(&bytes)?;
        let quotas = Quotas::from_canonical(&public("quotas.csv")?)?;
        let extra = ExtraRules::from_canonical(&public("rules.json")?, &quotas, commit.n, commit.k)?;
        let members = get(observers, "members.csv")?;
        let lines = register::from_canonical(&members, &quotas, &extra, commit.n, commit.m)?;
        let people = People::from_canonical(&get(private, "members.csv")?, commit.n)?;
        let secret = secret_from_canonical(&get(observers, "observer-secret")?)?;
        let file = public("draw.json")?;
        let draw = Draw::from_canonical(&file)?;
        let mut state = State::after_draw(commit.n, &draw.panel, draw.seed, &file);
        let mut pending = None;
        for e in 1.. {
            let get = |name: &str| bundle.public.get(&format!("replacements/{e}/{name}.json"));
            let Some(record) = get("record") else { break };
            let record = Record::from_canonical(record)?;
            state = match (get("draw"), get("void")) {
                (Some(file), _) => {
                    let (panel, seed) = outcome(file, record.method)?;
                    state.drawn(&record, &panel, seed, file)
                }
                (None, Some(void)) => state.voided(void),
                (None, None) => {
                    pending = Some(record);
                    break;
                }
            };
        }
        let commitment = sha256(&bytes);
        Ok(Self { commit, quotas, people, state, pending, extra, lines, secret, commitment })
    }

    /// The rules of replacements under `quotas`: those of the draw, but that nobody sits without being drawn. Row r of the
    /// quotas is row r of the rules.
    pub fn rules(&self, quotas: &Quotas) -> Rules {
        rules(quotas, &self.extra, self.commit.k, &self.lines)
    }

    /// What is left to decide under `quotas` when `withdrawn` no longer take part.
    ///
    /// # Errors
    /// The first row of which those who stay are too many.
    pub fn completion(&self, quotas: &Quotas, withdrawn: &[u32]) -> Result<Completion, u32> {
        let (seated, eligible) = self.state.less(withdrawn);
        completion(&self.rules(quotas), &seated, &eligible)
    }

    /// Declares the pending replacement void: its `void.json`, and where the assembly stands then.
    ///
    /// # Errors
    /// None is pending, or there is no reason.
    pub fn void(&self, reason: &str) -> Result<(Vec<u8>, Self), String> {
        let record = self.pending.as_ref().ok_or("no replacement is waiting to be drawn")?;
        let reason = normal(reason);
        if reason.is_empty() || !is_plain(&reason) {
            return Err("a reason is needed, on one line".to_owned());
        }
        let void = to_json(&Void {
            event: record.event.clone(),
            reason,
            record: sha256(&to_json(record)),
            replacement: record.replacement,
        });
        let state = self.state.voided(&void);
        Ok((void, Self { state, pending: None, ..self.clone() }))
    }
}

/// The rules of replacements, given those besides the quotas that hold for the draw.
pub(crate) fn rules(quotas: &Quotas, extra: &ExtraRules, k: u32, lines: &[Line]) -> Rules {
    let extra = ExtraRules { seated: Vec::new(), ..extra.clone() };
    register::rules(quotas, &extra, k, lines)
}

/// Refuses a drawn record that an auditor would find fault with.
fn sound(bundle: &Bundle, signatures: &Signatures) -> Result<(), String> {
    let options = Options { commitment: None, level: Level::Auditor, before_draw: false };
    match verify(bundle, &options, signatures).culprit() {
        None => Ok(()),
        Some(check) => Err(format!("the check \"{}\" does not hold: {}", check.id, check.outcome.reason())),
    }
}

/// Panel and seed of a replacement's `draw.json`.
fn outcome(file: &[u8], method: Method) -> Result<(Vec<u32>, Digest), String> {
    match method {
        Method::Lottery => Draw::from_canonical(file).map(|draw| (draw.panel, draw.seed)),
        Method::Tickets => {
            let draw: ByTicket = crate::canonical::from_json(file, crate::record::MAX_JSON)?;
            Ok((draw.panel, draw.seed))
        }
    }
}

/// How newcomers are found.
#[derive(Debug, Clone, Copy)]
pub enum Way<'a> {
    /// A lottery of full panels, each with everybody who stays.
    Lottery {
        /// The panels.
        portfolio: &'a Portfolio,
        /// The proof of fairness for [`Completion::rules`].
        certificate: &'a Certificate,
        /// The randomness that will decide.
        slots: &'a Slots,
        /// The quotas of this replacement, if those of the commitment can no longer be met.
        quotas: Option<&'a Quotas>,
    },
    /// Tickets, at once.
    Tickets,
}

/// The files of a replacement that are new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// e.
    pub replacement: u32,
    /// SHA-256 of `record.json`: what is published before the draw.
    pub record: Option<Digest>,
    /// The panel, once it is known.
    pub panel: Option<Vec<u32>>,
    /// The newcomers, once they are known.
    pub newcomers: Vec<u32>,
    /// The seed, once it is known.
    pub seed: Option<Digest>,
    /// The number of the panel in the lottery.
    pub t: Option<u32>,
    /// The new files, by folder.
    pub files: Bundle,
}

/// Prepares the next replacement, for when `withdrawn` (ascending) no longer take part. Where tickets decide it is drawn at
/// once. `bundle` is the record with `void.json` where the replacement before was just voided.
///
/// # Errors
/// What does not fit together. Nothing is given out that would not pass every check of an auditor.
pub fn prepare(
    bundle: &Bundle,
    standing: &Standing,
    withdrawn: &[u32],
    way: &Way<'_>,
    signatures: &Signatures,
) -> Result<Replaced, String> {
    let (seated, eligible) = standing.state.less(withdrawn);
    let e = standing.state.replacements + 1;
    let mut record = Record {
        commitment: standing.commitment,
        eligible,
        event: standing.commit.event.clone(),
        m: 0,
        method: Method::Tickets,
        portfolio_root: None,
        previous: standing.state.previous,
        protocol: PROTOCOL.to_owned(),
        replacement: e,
        seated,
        sha256: Hashes { certificate: None, quotas: None },
        slots: Slots { witnessed: None, beacon: None },
        withdrawn: withdrawn.to_vec(),
    };
    let mut replaced = Replaced { replacement: e, ..Replaced::default() };
    let (mut observers, mut private) = (Files::new(), Files::new());
    let name = |file: &str| format!("replacements/{e}/{file}");
    match way {
        Way::Lottery { portfolio, certificate, slots, quotas } => {
            let rules = standing.rules(quotas.unwrap_or(&standing.quotas));
            let left = completion(&rules, &record.seated, &record.eligible)
                .map_err(|row| format!("those who stay break row {row} of the rules"))?;
            let counts = portfolio.counts(rules.members.len());
            let counts: Vec<u32> = left.candidates.iter().map(|&index| counts[index as usize]).collect();
            let proof = certificate
                .to_json(&left.rules, &counts, portfolio.size())
                .ok_or("the proof of fairness does not fit the lottery")?;
            record.m = portfolio.size();
            record.method = Method::Lottery;
            record.portfolio_root = Some(portfolio.tree(&replacement_secret(&standing.secret, e)).root());
            record.slots = (*slots).clone();
            record.sha256.certificate = Some(sha256(&proof));
            if let Some(quotas) = quotas {
                let csv = quotas.to_csv().into_bytes();
                record.sha256.quotas = Some(sha256(&csv));
                replaced.files.public.insert(name("quotas.csv"), csv);
            }
            observers.insert(name("portfolio.csv"), portfolio.to_csv().into_bytes());
            observers.insert(name("certificate.json"), proof);
        }
        Way::Tickets => {
            let (rules, seed) = (standing.rules(&standing.quotas), standing.state.seed);
            let panel = by_tickets(&rules, &record.seated, &record.eligible, &seed);
            let draw = to_json(&ByTicket { panel: panel.clone(), seed });
            replaced.files.public.insert(name("draw.json"), draw);
            private.extend(people_lists(standing, &record, &panel));
            replaced.seed = Some(seed);
            replaced.newcomers = newcomers(&record, &panel);
            replaced.panel = Some(panel);
        }
    }
    let bytes = to_json(&record);
    replaced.record = Some(sha256(&bytes));
    replaced.files.public.insert(name("record.json"), bytes);
    replaced.files.observers = Some(observers);
    replaced.files.private = Some(private);
    sound(&with(bundle, &replaced.files), signatures)?;
    Ok(replaced)
}

/// Draws the pending replacement.
///
/// # Errors
/// None is pending, or digits or round are not exactly what was announced, or not genuine.
pub fn draw(
    bundle: &Bundle,
    standing: &Standing,
    witnessed: Option<&str>,
    beacon: Option<&BeaconReading>,
    signatures: &Signatures,
) -> Result<Replaced, String> {
    let record = standing.pending.as_ref().ok_or("no replacement is waiting to be drawn")?;
    let e = record.replacement;
    record.slots.check_witnessed(witnessed)?;
    record.slots.check_beacon(beacon)?;
    beacon.map_or(Ok(()), |reading| reading.check(signatures))?;
    let name = |file: &str| format!("replacements/{e}/{file}");
    let lost = || "the record is incomplete".to_owned();
    let bytes = bundle.public.get(&name("record.json")).ok_or_else(lost)?;
    let observers = bundle.observers.as_ref().ok_or_else(lost)?;
    let Commit { n, k, .. } = standing.commit;
    let portfolio =
        Portfolio::from_canonical(observers.get(&name("portfolio.csv")).ok_or_else(lost)?, n, k, record.m)?;
    let secret = replacement_secret(&standing.secret, e);
    let seed = standing.state.reseed(bytes, witnessed, beacon)?;
    let drawn = picked(&portfolio, &secret, seed, witnessed, beacon);
    let (draw, Draw { panel, t, .. }) = (to_json(&drawn), drawn);
    let files = Bundle {
        public: Files::from([(name("draw.json"), draw)]),
        observers: None,
        private: Some(people_lists(standing, record, &panel).collect()),
    };
    sound(&with(bundle, &files), signatures)?;
    let newcomers = newcomers(record, &panel);
    let (panel, seed, t) = (Some(panel), Some(seed), Some(t));
    Ok(Replaced { replacement: e, record: Some(sha256(bytes)), panel, newcomers, seed, t, files })
}

fn newcomers(record: &Record, panel: &[u32]) -> Vec<u32> {
    panel.iter().copied().filter(|index| record.seated.binary_search(index).is_err()).collect()
}

/// The lists of people after a replacement.
fn people_lists<'a>(
    standing: &'a Standing,
    record: &Record,
    panel: &[u32],
) -> impl Iterator<Item = (String, Vec<u8>)> + 'a {
    let e = record.replacement;
    lists(record, panel).into_iter().map(move |(file, indices)| {
        (format!("replacements/{e}/{file}"), standing.people.list(&indices).into_bytes())
    })
}

/// A record with more files.
pub fn with(bundle: &Bundle, more: &Bundle) -> Bundle {
    let both = |one: &Option<Files>, other: &Option<Files>| {
        one.as_ref().map(|files| files.iter().chain(other.iter().flatten()).map(owned).collect())
    };
    Bundle {
        public: bundle.public.iter().chain(&more.public).map(owned).collect(),
        observers: both(&bundle.observers, &more.observers),
        private: both(&bundle.private, &more.private),
    }
}

fn owned((name, bytes): (&String, &Vec<u8>)) -> (String, Vec<u8>) {
    (name.clone(), bytes.clone())
}
