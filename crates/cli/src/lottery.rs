//! From quotas and pool to the fairest lottery, rechecked.

use std::thread;

use fairness::{Clash, Demand, End, Progress as Stage, Proposal, Refusal};
use sortition::extra::Layout;
use sortition::hash::h;
use sortition::portfolio::Portfolio;
use sortition::record;
use sortition::register::Register;
use sortition::rules::{Breach, Rules};
use sortition::{Problem, Quota};

use crate::comparison::{self, Compared};
use crate::failure::Failure;
use crate::inputs::Inputs;
use crate::mending;
use crate::progress::Progress;
use crate::settings::{Decided, Objective};

/// Steps that `check` takes to find out whether there is a panel at all.
const STEPS: usize = 2_000;

/// A lottery whose panels all meet every rule, found out with integers.
#[derive(Debug)]
pub struct Lottery {
    /// What was proposed, less the panels.
    pub proposal: Proposal,
    /// The panels.
    pub portfolio: Portfolio,
    /// The rules that they meet.
    pub rules: Rules,
    /// What each objective would give.
    pub objectives: Vec<Compared>,
}

impl From<Objective> for fairness::Objective {
    fn from(objective: Objective) -> Self {
        match objective {
            Objective::Leximin => Self::Leximin,
            Objective::Maximin => Self::Maximin,
            Objective::Nash => Self::Nash,
            Objective::Goldilocks => Self::Goldilocks,
        }
    }
}

impl From<Objective> for record::Objective {
    fn from(objective: Objective) -> Self {
        match objective {
            Objective::Leximin => Self::Leximin,
            Objective::Maximin => Self::Maximin,
            Objective::Nash => Self::Nash,
            Objective::Goldilocks => Self::Goldilocks,
        }
    }
}

/// Finds the fairest lottery for the members of `register`.
///
/// # Errors
/// If the rules clash or none was found.
pub fn find(decided: &Decided, inputs: &Inputs, register: &Register) -> Result<Lottery, Failure> {
    let rules = register.rules(&inputs.quotas, inputs.size);
    let options = fairness::Options {
        objective: decided.objective.into(),
        panels: decided.panels,
        search_seed: h("asl/1/search", &[register.secret().as_bytes()]).0,
    };
    let mut line = Progress::begin();
    let mut show = |stage: Stage| line.lottery(stage.phase, stage.level, stage.bad_panels);
    let (proposal, objectives) = thread::scope(|scope| {
        let objectives = scope.spawn(|| comparison::compare(&rules));
        let proposal = fairness::propose(&rules, &options, &mut show);
        (proposal, objectives.join())
    });
    let objectives = objectives.map_err(|_| Failure::bug("the comparison of objectives panicked"))?;
    let mut proposal = proposal.map_err(|refusal| refuse(refusal, decided, inputs, register))?;
    let portfolio = Portfolio::new(std::mem::take(&mut proposal.panels), &rules)
        .map_err(|(place, breach)| Failure::bug(format!("panel {place} {}", words(breach))))?;
    if portfolio.size() != decided.panels {
        return Err(Failure::bug(format!(
            "there are {} panels instead of {}",
            portfolio.size(),
            decided.panels
        )));
    }
    Ok(Lottery { proposal, portfolio, rules, objectives })
}

/// The clash of the rules, if it can be seen that no panel meets them.
pub fn clash(decided: &Decided, inputs: &Inputs, register: &Register) -> Option<Problem> {
    let kinds = fairness::kinds::Kinds::new(&register.rules(&inputs.quotas, inputs.size));
    fairness::clash::clash(&kinds, STEPS).map(|clash| clashing(&clash, decided, inputs, register))
}

fn refuse(refusal: Refusal, decided: &Decided, inputs: &Inputs, register: &Register) -> Failure {
    match refusal {
        Refusal::Clash(clash) => Failure::input(vec![clashing(&clash, decided, inputs, register)]),
        Refusal::Undecided => Failure::no(
            "no panel was found that meets the quotas, nor a proof that there is none",
            "widen the tightest quotas (lower minima, raise maxima) and try again",
        ),
        Refusal::Stalled => stalled(
            decided.objective.into(),
            "change a quota a little or try another number of panels; and please report it, without personal data",
        ),
    }
}

/// The solver gave up. That of leximin and maximin is another than that of the rest.
pub fn stalled(objective: fairness::Objective, remedy: &str) -> Failure {
    use fairness::Objective::{Goldilocks, Leximin, Maximin, Nash};
    match objective {
        Leximin | Maximin => {
            Failure::could_not_run("the search for the fairest lottery came to a halt", remedy)
        }
        Nash | Goldilocks => Failure::could_not_run(
            format!("this pool is too much for the solver of {}", objective.name()),
            "take leximin, which has a solver of its own: write objective = \"leximin\" in assembly.toml, or give prepare \
             --objective leximin",
        ),
    }
}

/// The clash as a problem of the quotas' file.
fn clashing(clash: &Clash, decided: &Decided, inputs: &Inputs, register: &Register) -> Problem {
    let layout = register.layout(&inputs.quotas);
    let mut parts = Vec::new();
    for demands in clash.demands.chunk_by(|one, other| one.row == other.row) {
        let part = demanded(demands, inputs, register, &layout);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if clash.households {
        parts.push("at most one of a household".to_owned());
    }
    let people = if clash.whole { ", as people cannot be divided" } else { "" };
    let mending = match mending::cheapest(inputs, register, 0) {
        Ok(mended) => format!("{} (boule mend writes it as a file)", mended.sentence()),
        Err(reason) => reason.to_owned(),
    };
    Problem::error(
        &decided.quotas.display().to_string(),
        format!("no panel of {} from this pool has {}{people}", inputs.size, listed(&parts),),
        format!(
            "change one of these (each of them is part of the clash), or win more volunteers of the scarce kinds; {mending}"
        ),
    )
}

/// One row of the rules, as far as it is demanded.
fn demanded(demands: &[Demand], inputs: &Inputs, register: &Register, layout: &Layout) -> String {
    let row = demands[0].row;
    let many = |min: u32, max: u32| match demands {
        [Demand { end: End::Min, .. }] => format!("at least {min}"),
        [Demand { end: End::Max, .. }] => format!("at most {max}"),
        _ if min == max => format!("exactly {min}"),
        _ => format!("{min} to {max}"),
    };
    if let Some(Quota { feature, value, min, max, .. }) = inputs.quotas.rows().get(row as usize) {
        return format!("{} \"{value}\" ({feature})", many(*min, *max));
    }
    if layout.combinations.contains(&row) {
        let rule = &register.extra.combinations[(row - layout.combinations.start) as usize];
        return format!("{} who are {}", many(rule.min, rule.max), rule.words());
    }
    let cap = layout.caps.iter().zip(&register.extra.caps).find(|(rows, _)| rows.contains(&row));
    match cap {
        Some((_, cap)) => format!("at most {} who agree in \"{}\"", cap.max, cap.column),
        None => format!("the {} already seated", register.extra.seated.len()),
    }
}

fn listed(parts: &[String]) -> String {
    match parts.split_last() {
        None => "its size".to_owned(),
        Some((one, [])) => one.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

fn words(breach: Breach) -> String {
    match breach {
        Breach::Indices => "does not list members in order".to_owned(),
        Breach::Size(size) => format!("has {size} members"),
        Breach::Row { row, count } => format!("breaks quota {row}: {count}"),
        Breach::Household(label) => format!("has two members of household {label}"),
    }
}
