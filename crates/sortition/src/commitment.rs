//! Committing to a lottery: all the files that fix a draw before anybody can know its seed.

use crate::canonical::{is_plain, normal, to_json};
use crate::certificate::Certificate;
use crate::counts;
use crate::hash::{Digest, sha256};
use crate::people::People;
use crate::pool::Pool;
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::receipt;
use crate::record::{Bundle, Commit, Files, Hashes, Objective, PROTOCOL, Void};
use crate::register::{self, Line, Register, observer_secret};
use crate::rules::Rules;
use crate::seed::Slots;
use crate::signatures::{Signatures, Signer};
use crate::verification::{Level, Options, verify};

/// What a commitment says besides pool, quotas and lottery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What the lottery maximises.
    pub objective: Objective,
    /// The randomness that will decide.
    pub slots: Slots,
    /// Whether the secret is that of a rehearsal ([`register::rehearsal_secret`]).
    pub rehearsal: bool,
    /// The program that makes the record, with its version.
    pub program: String,
    /// What proposed the lottery, with its version.
    pub solver: String,
    /// The attempts before this one, all voided, from [`earlier`]; none for the first attempt.
    pub earlier: Vec<Voided>,
}

/// An attempt that was voided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voided {
    /// Its `commit.json`.
    pub commit: Vec<u8>,
    /// Its `void.json`.
    pub void: Vec<u8>,
}

/// Everything that a commitment is made from.
#[derive(Debug, Clone, Copy)]
pub struct Prepare<'a> {
    /// The members, registered from `pool` and `quotas` with the secret of this attempt.
    pub register: &'a Register,
    /// The quotas.
    pub quotas: &'a Quotas,
    /// The pool.
    pub pool: &'a Pool,
    /// The panels, in indices of the register.
    pub portfolio: &'a Portfolio,
    /// The proof of fairness.
    pub certificate: &'a Certificate,
    /// The size k of a panel.
    pub size: u32,
    /// All else.
    pub settings: &'a Settings,
    /// The key that signs the receipts.
    pub signer: &'a Signer,
    /// How signatures are checked.
    pub signatures: &'a Signatures,
}

/// A commitment and its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// C, the SHA-256 of `public/commit.json`: what is published.
    pub commitment: Digest,
    /// What `public/commit.json` says.
    pub commit: Commit,
    /// All files, by folder.
    pub bundle: Bundle,
}

/// Makes all files of a commitment.
///
/// # Errors
/// What does not fit together, in words. Nothing is given out that would not pass every check of an auditor.
pub fn prepare(input: &Prepare<'_>) -> Result<Prepared, String> {
    let Prepare { register, quotas, pool, portfolio, size, settings, .. } = *input;
    let people = people(register, pool)?;
    if !register.entries.iter().all(|entry| has_all_features(&entry.line.values, quotas)) {
        return Err("the register is of other quotas".to_owned());
    }
    let rules = register.rules(quotas, size);
    if portfolio.panels().iter().flatten().any(|&index| index as usize >= register.entries.len()) {
        return Err("the lottery has a member who is not in the register".to_owned());
    }
    let counts = portfolio.counts(register.entries.len());
    let lines = register.lines(&counts);
    let (mut public, observers) = open_files(input, &rules, &lines, &counts)?;
    let hashes = Hashes {
        quotas: sha256(&public["quotas.csv"]),
        rules: sha256(&public["rules.json"]),
        counts: sha256(&public["counts.csv"]),
        certificate: sha256(&observers["certificate.json"]),
    };
    let secret = observer_secret(register.secret());
    let roots = (register::tree(&lines).root(), portfolio.tree(&secret).root());
    let commit = commit(input, hashes, roots);
    let bytes = to_json(&commit);
    let commitment = sha256(&bytes);
    public.insert("commit.json".to_owned(), bytes);
    for (attempt, voided) in (1..).zip(&settings.earlier) {
        public.insert(format!("attempts/{attempt}/commit.json"), voided.commit.clone());
        public.insert(format!("attempts/{attempt}/void.json"), voided.void.clone());
    }
    let named: Vec<receipt::Named<'_>> =
        register.entries.iter().map(|entry| (entry.identity.as_str(), &entry.salt_person)).collect();
    let receipts = receipt::all(&commit, quotas, &lines, &named, register.extra.households.is_some());
    let mut private: Files = receipts
        .enumerate()
        .map(|(index, receipt)| (receipt::file_name(index), receipt.signed(input.signer)))
        .collect();
    private.insert("members.csv".to_owned(), people.to_csv().into_bytes());
    private.insert("secret".to_owned(), format!("{}\n", register.secret()).into_bytes());
    let bundle = Bundle { public, observers: Some(observers), private: Some(private) };
    sound(&bundle, input.signatures)?;
    Ok(Prepared { commitment, commit, bundle })
}

/// `public/` but for the commitment, and `observers/`.
fn open_files(
    input: &Prepare<'_>,
    rules: &Rules,
    lines: &[Line],
    counts: &[u32],
) -> Result<(Files, Files), String> {
    let Prepare { register, quotas, portfolio, certificate, .. } = *input;
    let extra = &register.extra;
    let certificate = certificate
        .to_json(rules, counts, portfolio.size())
        .ok_or("the proof of fairness does not fit the lottery")?;
    let secret = observer_secret(register.secret());
    let public = Files::from([
        ("quotas.csv".to_owned(), quotas.to_csv().into_bytes()),
        ("rules.json".to_owned(), to_json(extra)),
        (
            "counts.csv".to_owned(),
            counts::to_csv(quotas, &counts::publish(quotas, rules, portfolio)).into_bytes(),
        ),
    ]);
    let observers = Files::from([
        ("members.csv".to_owned(), register::to_csv(lines, quotas, extra).into_bytes()),
        ("portfolio.csv".to_owned(), portfolio.to_csv().into_bytes()),
        ("certificate.json".to_owned(), certificate),
        ("observer-secret".to_owned(), format!("{secret}\n").into_bytes()),
    ]);
    Ok((public, observers))
}

/// The pool's columns and cells in the order of the register.
fn people(register: &Register, pool: &Pool) -> Result<People, String> {
    let row = |place: usize| Some(pool.members.get(place)?.cells.iter().map(|cell| normal(cell)).collect());
    let rows: Option<Vec<Vec<String>>> = register.entries.iter().map(|entry| row(entry.member)).collect();
    match rows {
        Some(rows) if rows.len() == pool.members.len() => {
            Ok(People { columns: pool.columns.iter().map(|column| normal(column)).collect(), rows })
        }
        _ => Err("the register is of another pool".to_owned()),
    }
}

/// Whether `values` are places in the quotas, one for each feature in order.
fn has_all_features(values: &[u32], quotas: &Quotas) -> bool {
    let feature = |&row: &u32| quotas.rows().get(row as usize).map(|quota| quota.feature.as_str());
    values.iter().map(feature).eq(quotas.features().into_iter().map(Some))
}

fn commit(input: &Prepare<'_>, sha256s: Hashes, (pool_root, portfolio_root): (Digest, Digest)) -> Commit {
    let Prepare { register, pool, portfolio, size, settings, .. } = *input;
    let last = settings.earlier.last();
    Commit {
        protocol: PROTOCOL.to_owned(),
        event: register.event.clone(),
        attempt: settings.earlier.len() as u32 + 1,
        previous: last.map(|voided| sha256(&voided.commit)),
        void: last.map(|voided| sha256(&voided.void)),
        rehearsal: settings.rehearsal,
        n: register.entries.len() as u32,
        k: size,
        m: portfolio.size(),
        objective: settings.objective,
        pool_root,
        portfolio_root,
        sha256: sha256s,
        identity: pool
            .identity
            .iter()
            .filter_map(|&column| pool.columns.get(column))
            .map(|name| normal(name))
            .collect(),
        slots: settings.slots.clone(),
        receipt_key: input.signer.public,
        program: settings.program.clone(),
        solver: settings.solver.clone(),
    }
}

/// Refuses a record that has yet to be drawn and that an auditor would find fault with.
pub(crate) fn sound(bundle: &Bundle, signatures: &Signatures) -> Result<(), String> {
    let options = Options { commitment: None, level: Level::Auditor, before_draw: true };
    match verify(bundle, &options, signatures).culprit() {
        None => Ok(()),
        Some(check) => Err(format!("the check \"{}\" does not hold: {}", check.id, check.outcome.reason())),
    }
}

/// `void.json` for the record in `public/`: the declaration that it will never be drawn. It is published
/// beside `commit.json` before the time of the draw.
///
/// # Errors
/// The record was drawn, or has no commitment, or no reason is given.
pub fn void(public: &Files, reason: &str) -> Result<Vec<u8>, String> {
    let bytes = public.get("commit.json").ok_or("there is no commit.json")?;
    let commit = Commit::from_canonical(bytes)?;
    if public.contains_key("draw.json") {
        return Err("this attempt was drawn; a draw cannot be voided".to_owned());
    }
    let reason = normal(reason);
    if reason.is_empty() || !is_plain(&reason) {
        return Err("a reason is needed, on one line".to_owned());
    }
    Ok(to_json(&Void { attempt: commit.attempt, commitment: sha256(bytes), event: commit.event, reason }))
}

/// The attempts before the one that follows the voided record in `public/`, for [`Settings::earlier`].
///
/// # Errors
/// The record is not voided, was drawn, or lacks an attempt before it.
pub fn earlier(public: &Files) -> Result<Vec<Voided>, String> {
    let get = |name: &str| public.get(name).cloned().ok_or_else(|| format!("public/{name} is missing"));
    let last = Voided { commit: get("commit.json")?, void: get("void.json")? };
    let commit = Commit::from_canonical(&last.commit)?;
    Void::from_canonical(&last.void, &last.commit)?;
    if public.contains_key("draw.json") {
        return Err("this attempt was drawn; a draw cannot be voided".to_owned());
    }
    let attempt = |attempt: u32| {
        let [commit, void] = ["commit", "void"].map(|name| get(&format!("attempts/{attempt}/{name}.json")));
        Ok(Voided { commit: commit?, void: void? })
    };
    (1..commit.attempt).map(attempt).chain([Ok(last)]).collect()
}
