//! What `prepare`, `draw` and `verify` do, without files.

use fairness::{Objective, Options, Progress, Proposal};
use rehearsal::Shape;
use sortition::commitment::{self, Prepare, Prepared, Settings};
use sortition::hash::h;
use sortition::pool::assess;
use sortition::record;
use sortition::register::rehearsal_secret;
use sortition::seed::{Slots, WitnessedSlot};
use sortition::signatures::{Signatures, Signer, rehearsal_key};
use sortition::verification::{self, Level, verify};
use sortition::{
    Bundle, Combinations, Digest, Pool, PoolOptions, Portfolio, Problem, Quotas, Reading, Register, Rules,
};

use crate::pools::Files;

/// Twenty digits that nobody rolled.
const DIGITS: &str = "63454660390103169462";

/// Members who agree in these columns share a household.
const ADDRESS: [&str; 2] = ["address", "postcode"];

/// How signatures are checked.
const SIGNATURES: Signatures = Signatures { beacon: beacon::verify, organiser: signing::verify };

/// A pool and its quotas, read.
#[derive(Debug)]
pub struct Assembly {
    size: u32,
    quotas: Quotas,
    pool: Pool,
    register: Register,
    /// What a panel must satisfy.
    pub rules: Rules,
}

impl Assembly {
    /// Reads pool and quotas and registers the members; with the rule that no two of a panel share an address, or without.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn read(shape: &Shape, files: &Files, households: bool) -> Result<Self, String> {
        let quotas = Quotas::read(&sound(reading::read("quotas.csv", files.quotas.as_bytes()))?);
        let quotas = sound(quotas)?;
        let sheet = sound(reading::read("pool.csv", files.pool.as_bytes()))?;
        let household = if households { ADDRESS.map(str::to_owned).to_vec() } else { Vec::new() };
        let options = PoolOptions { household, ..PoolOptions::default() };
        let pool = sound(Pool::read(&sheet, &quotas, &options))?;
        sound(Reading::new((), assess(&pool, &quotas, &Combinations::default(), shape.panel, "quotas.csv")))?;
        let secret = rehearsal_secret("speed");
        let register = Register::new("speed", &secret.0, &pool, &quotas, &[]).map_err(|all| told(&all))?;
        let rules = register.rules(&quotas, shape.panel);
        Ok(Self { size: shape.panel, quotas, pool, register, rules })
    }

    /// The leximin lottery of `panels` panels.
    ///
    /// # Errors
    /// Why there is none.
    pub fn propose(&self, panels: u32, progress: &mut dyn FnMut(Progress)) -> Result<Proposal, String> {
        let search_seed = h("asl/1/search", &[self.register.secret().as_bytes()]).0;
        let options = Options { objective: Objective::Leximin, panels, search_seed };
        fairness::propose(&self.rules, &options, progress).map_err(|refusal| format!("{refusal:?}"))
    }

    /// The record of a lottery, after every check that an auditor can make of it.
    ///
    /// # Errors
    /// The check that does not hold.
    pub fn commit(&self, proposal: &Proposal) -> Result<Prepared, String> {
        let portfolio = Portfolio::new(proposal.panels.clone(), &self.rules)
            .map_err(|(place, breach)| format!("panel {place} breaks a rule: {breach:?}"))?;
        let description = "ten-sided dice".to_owned();
        let Digest(key) = rehearsal_key(self.register.secret());
        let public = Digest(signing::public_key(&key));
        commitment::prepare(&Prepare {
            signer: &Signer { secret: key, public, sign: signing::sign },
            signatures: &SIGNATURES,
            register: &self.register,
            quotas: &self.quotas,
            pool: &self.pool,
            portfolio: &portfolio,
            certificate: &proposal.certificate,
            size: self.size,
            settings: &Settings {
                objective: record::Objective::Leximin,
                slots: Slots { witnessed: Some(WitnessedSlot { digits: 20, description }), beacon: None },
                rehearsal: true,
                program: "speed".to_owned(),
                solver: "fairness".to_owned(),
                earlier: Vec::new(),
            },
        })
    }
}

/// The record after its draw.
///
/// # Errors
/// Why it cannot be drawn.
pub fn draw(prepared: &Prepared) -> Result<Bundle, String> {
    let drawn = sortition::draw::draw(&prepared.bundle, Some(DIGITS), None, &SIGNATURES)?;
    let mut bundle = prepared.bundle.clone();
    bundle.public.insert("draw.json".to_owned(), drawn.draw);
    let private = bundle.private.get_or_insert_default();
    private.insert("selected.csv".to_owned(), drawn.selected);
    private.insert("remaining.csv".to_owned(), drawn.remaining);
    private.insert("reserve.csv".to_owned(), drawn.reserve);
    Ok(bundle)
}

/// Makes every check of a level.
///
/// # Errors
/// The check that does not hold.
pub fn check(bundle: &Bundle, level: Level, commitment: Digest) -> Result<(), String> {
    let options = verification::Options { commitment: Some(commitment), level, before_draw: false };
    match verify(bundle, &options, &SIGNATURES).culprit() {
        None => Ok(()),
        Some(check) => Err(format!("{}: {}", check.id, check.outcome.reason())),
    }
}

fn sound<T>(reading: Reading<T>) -> Result<T, String> {
    let Reading { value, problems } = reading;
    value.ok_or_else(|| told(&problems))
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use fairness::{Objective, Options, Proposal, propose};
    use sortition::Portfolio;
    use sortition::verification::Level;

    use super::{Assembly, check, draw};
    use crate::pools::{compared, files, households, sizes};

    #[test]
    fn every_pool_can_be_read() {
        for shape in sizes().iter().chain(&compared()) {
            let assembly = Assembly::read(shape, &files(shape), false).unwrap();
            assert_eq!((assembly.rules.members.len(), assembly.rules.size), (shape.pool, shape.panel));
        }
    }

    #[test]
    fn the_smallest_size_runs_from_pool_to_verified_draw() {
        let [smallest, ..] = sizes();
        let assembly = Assembly::read(&smallest, &files(&smallest), false).unwrap();
        let proposal = assembly.propose(100, &mut |_| {}).unwrap();
        let prepared = assembly.commit(&proposal).unwrap();
        let bundle = draw(&prepared).unwrap();
        for level in [Level::Public, Level::Observer, Level::Auditor] {
            assert_eq!(check(&bundle, level, prepared.commitment), Ok(()));
        }
    }

    /// The larger two take too long without optimisation.
    #[test]
    fn with_households_everybody_is_within_one_panel_of_every_ideal() {
        const PANELS: u32 = 1000;
        for shape in households() {
            if cfg!(debug_assertions) && shape.pool > 2_000 {
                continue;
            }
            let assembly = Assembly::read(&shape, &files(&shape), true).unwrap();
            let sharing = assembly.rules.members.iter().filter(|member| member.household.is_some()).count();
            assert!(sharing * 6 > shape.pool && sharing * 4 < shape.pool, "{sharing} of {}", shape.pool);
            for (name, objective) in Objective::NAMES {
                let options = Options { objective, panels: PANELS, search_seed: [7; 32] };
                let proposal = propose(&assembly.rules, &options, &mut |_| {}).unwrap();
                let rules = &assembly.rules;
                assert!(Portfolio::new(proposal.panels.clone(), rules).is_ok(), "{name}, {}", shape.name);
                let away = if objective == Objective::Maximin { below(&proposal) } else { proposal.distance };
                let away = away * f64::from(PANELS);
                assert!(away <= 1.0, "{name}, {}: {away} panels", shape.name);
            }
        }
    }

    /// By how much the smallest chance is below the ideal one. That is all that maximin is about: the chances of the others are
    /// one choice of many.
    fn below(proposal: &Proposal) -> f64 {
        let mut counts = vec![0u32; proposal.target.len()];
        proposal.panels.iter().flatten().for_each(|&index| counts[index as usize] += 1);
        let least = counts.into_iter().min().map_or(0.0, f64::from) / proposal.panels.len() as f64;
        proposal.target.iter().copied().fold(1.0, f64::min) - least
    }
}
