//! `boule verify`: whether a record proves that the draw was as it should be.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sortition::certificate::PARTS;
use sortition::hash::{Digest, sha256};
use sortition::record::Files;
use sortition::verification::{self, Check, Level, Options, Outcome};

use crate::Report;
use crate::bundle::Folders;
use crate::deep::{self, Deep};
use crate::failure::{Exit, Failure};
use crate::folder::UNFINISHED;
use crate::inputs;
use crate::keys::SIGNATURES;
use crate::say::{self, BAD, CARE, GOOD, QUIET, STRONG, Say};

/// What `verify` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The public folder of the record
    pub public: PathBuf,
    /// The observers' folder, for the checks of observers
    #[arg(long, value_name = "DIR")]
    pub observers: Option<PathBuf>,
    /// The organiser's private folder, for the checks of auditors
    #[arg(long, value_name = "DIR")]
    pub private: Option<PathBuf>,
    /// The commitment as you know it from elsewhere: a receipt, a newspaper
    #[arg(long, value_name = "HASH", value_parser = inputs::commitment)]
    pub commitment: Option<Digest>,
    /// The hash of a replacement as you know it from elsewhere, by its number; may be given for each
    #[arg(long, value_name = "NUMBER=HASH", value_parser = replacement)]
    pub replacement: Vec<(u32, Digest)>,
    /// How much to check [default: as much as the folders allow]
    #[arg(long)]
    pub level: Option<LevelName>,
    /// Check what is there before the draw
    #[arg(long)]
    pub before_draw: bool,
    /// Also solve the pool anew and say how good a lottery could be at best; needs the observers' folder
    #[arg(long)]
    pub deep: bool,
    /// Say only what did not hold, and the verdict
    #[arg(long)]
    pub brief: bool,
}

fn replacement(text: &str) -> Result<(u32, Digest), String> {
    let form = || "write the number of the replacement, = and its hash, such as 1=4c15c7...".to_owned();
    let (number, hash) = text.split_once('=').ok_or_else(form)?;
    let number = number.trim().parse().ok().filter(|&number| number > 0).ok_or_else(form)?;
    Ok((number, inputs::commitment(hash)?))
}

/// A replacement's hash, and what was known of it from elsewhere.
#[derive(Debug, Serialize)]
struct Announced {
    replacement: u32,
    /// SHA-256 of its `record.json`; none if there is no such replacement.
    hash: Option<Digest>,
    /// What was given.
    told: Option<Digest>,
}

impl Announced {
    fn is_wrong(&self) -> bool {
        self.told.is_some() && self.told != self.hash
    }

    /// Of each replacement of a record, and of each that was told of.
    fn all(public: &Files, told: &[(u32, Digest)]) -> Vec<Self> {
        let name = |e: u32| format!("replacements/{e}/record.json");
        let hash = |e: u32| public.get(&name(e)).map(|bytes| sha256(bytes));
        let there = (1..).take_while(|&e| public.contains_key(&name(e)));
        let mut all: Vec<Self> = there
            .filter(|e| !told.iter().any(|(number, _)| number == e))
            .map(|e| Self { replacement: e, hash: hash(e), told: None })
            .collect();
        all.extend(told.iter().map(|&(e, told)| Self { replacement: e, hash: hash(e), told: Some(told) }));
        all.sort_by_key(|one| one.replacement);
        all
    }
}

/// How much is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LevelName {
    /// What everybody can check
    Public,
    /// With the observers' folder: every panel, every quota, every chance
    Observer,
    /// With the private folder: the people too
    Auditor,
}

/// What `verify` found.
#[derive(Debug, Serialize)]
pub struct Verified {
    #[serde(flatten)]
    report: verification::Report,
    replacements: Vec<Announced>,
    others: Vec<PathBuf>,
    /// Whether the draw is missing that was to be checked.
    undrawn: bool,
    /// What solving the pool anew found, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    deep: Option<Deep>,
    #[serde(skip)]
    brief: bool,
}

impl Verified {
    /// The names of the checks that failed.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = |check: &&Check| matches!(check.outcome, Outcome::Failed(_));
        self.report.checks.iter().filter(failed).map(|check| check.id).collect()
    }
}

/// Verifies a record, offline. Nothing is written.
///
/// # Errors
/// If a folder or file cannot be read.
pub fn run(args: &Args) -> Result<Verified, Failure> {
    let level = match (args.level, &args.observers, &args.private) {
        (Some(LevelName::Public), ..) => Level::Public,
        (Some(LevelName::Observer), ..) => Level::Observer,
        (Some(LevelName::Auditor), ..) => Level::Auditor,
        (None, Some(_), Some(_)) => Level::Auditor,
        (None, Some(_), None) => Level::Observer,
        (None, None, None) => Level::Public,
        (None, None, Some(_)) => {
            let reason = "the private folder can only be checked together with the observers' folder";
            return Err(Failure::could_not_run(reason, "name both: --observers DIR --private DIR"));
        }
    };
    refuse_unfinished(&args.public)?;
    refuse_another_folder(&args.public)?;
    let folders = Folders {
        public: args.public.clone(),
        observers: args.observers.clone().filter(|_| level >= Level::Observer),
        private: args.private.clone().filter(|_| level >= Level::Auditor),
    };
    let options = Options { commitment: args.commitment, level, before_draw: args.before_draw };
    let bundle = folders.read()?;
    let report = verification::verify(&bundle, &options, &SIGNATURES);
    let deep = match args.deep {
        true if level < Level::Observer => {
            let reason = "the pool cannot be solved without the observers' folder";
            return Err(Failure::could_not_run(reason, "name it: --observers DIR"));
        }
        // A lottery that does not hold what it promises is not worth the time.
        true if report.exit_code() != 1 => Some(deep::solve(&bundle)?),
        _ => None,
    };
    Ok(Verified {
        report,
        deep,
        replacements: Announced::all(&bundle.public, &args.replacement),
        others: folders.others(),
        undrawn: !args.before_draw && !bundle.public.contains_key("draw.json"),
        brief: args.brief,
    })
}

/// The folder above the public one is taken for it most often.
fn refuse_another_folder(public: &Path) -> Result<(), Failure> {
    if public.join("commit.json").exists() || !public.is_dir() {
        return Ok(());
    }
    let inside = public.join("public");
    let remedy = if inside.join("commit.json").exists() {
        format!("its public folder is meant: boule verify {}", say::shell(&inside))
    } else {
        "name the public folder of a record, which holds commit.json".to_owned()
    };
    Err(Failure::could_not_run(format!("{} holds no commit.json", public.display()), remedy))
}

/// A record whose writing was interrupted is not looked at before it is whole; that is for its organiser to do.
fn refuse_unfinished(public: &Path) -> Result<(), Failure> {
    let root = public.parent().unwrap_or(Path::new(""));
    if !root.join(UNFINISHED).exists() {
        return Ok(());
    }
    Err(Failure::could_not_run(
        format!("the writing of {} was interrupted, or is still going on", public.display()),
        format!(
            "carry it to its end: boule check {}",
            if root == Path::new("") { ".".into() } else { root.display().to_string() }
        ),
    ))
}

impl Report for Verified {
    fn exit(&self) -> Exit {
        if self.replacements.iter().any(Announced::is_wrong) {
            return Exit::No;
        }
        match self.report.exit_code() {
            0 => Exit::Yes,
            1 => Exit::No,
            _ => Exit::CouldNotRun,
        }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let report = &self.report;
        for check in &report.checks {
            let Check { id, title, outcome } = check;
            match outcome {
                Outcome::Held if self.brief => {}
                Outcome::Held => say.line(format_args!("{GOOD}✓{GOOD:#} {title} {QUIET}({id}){QUIET:#}"))?,
                Outcome::Failed(why) => {
                    say.line(format_args!("{BAD}✗ {title}{BAD:#} {QUIET}({id}){QUIET:#}"))?;
                    say.line(format_args!("    {why}"))?;
                }
                Outcome::NotChecked(why) => {
                    say.line(format_args!("{CARE}–{CARE:#} {title} {QUIET}({id}){QUIET:#}"))?;
                    say.line(format_args!("    not checked: {why}"))?;
                }
            }
        }
        self.announced(say)?;
        if self.brief {
            return self.verdict(say);
        }
        say.gap()?;
        if let Some(commitment) = report.commitment {
            say.line(format_args!("The record's commitment: {STRONG}{commitment}{STRONG:#}"))?;
        }
        for Announced { replacement, hash, .. } in &self.replacements {
            if let Some(hash) = hash {
                say.line(format_args!("The hash of replacement {replacement}: {STRONG}{hash}{STRONG:#}"))?;
            }
        }
        for statement in &report.statements {
            say.line(format_args!("  {statement}"))?;
        }
        self.levels(say)?;
        if let Some(deep) = &self.deep {
            say.gap()?;
            deep.tell(say)?;
        }
        say.gap()?;
        say.line("What this cannot tell you:")?;
        for open in &report.open {
            say.line(format_args!("  – {open}"))?;
        }
        for path in &self.others {
            say.line(format_args!("  – what is in {}: it is not part of the record", path.display()))?;
        }
        say.gap()?;
        self.verdict(say)
    }
}

impl Verified {
    /// Whether the replacements are those whose hashes were given.
    fn announced(&self, say: &mut Say) -> io::Result<()> {
        for one in self.replacements.iter().filter(|one| one.told.is_some()) {
            let e = one.replacement;
            let title = format!("replacement {e} is the one whose hash was given");
            match one.hash {
                _ if !one.is_wrong() && self.brief => {}
                _ if !one.is_wrong() => say.line(format_args!("{GOOD}✓{GOOD:#} {title}"))?,
                Some(hash) => say.line(format_args!("{BAD}✗ {title}{BAD:#}\n    its hash is {hash}"))?,
                None => say.line(format_args!(
                    "{BAD}✗ {title}{BAD:#}\n    there is no replacement {e} in the record"
                ))?,
            }
        }
        Ok(())
    }

    /// What is proved at each level, where there is more than one.
    fn levels(&self, say: &mut Say) -> io::Result<()> {
        let (proved, m) = (&self.report.proved, self.report.panels);
        if proved.len() < 2 {
            return Ok(());
        }
        say.gap()?;
        say.line(
            "What is proved, level by level: as long as all others keep at least the chance that they have,",
        )?;
        say.line("no lottery can give the least likely of these members more than")?;
        say.line("  level  members      bound       here")?;
        for (number, level) in (1..).zip(proved) {
            let members = say::amount(level.members);
            let at_most = say::percent_up(level.at_most.into(), PARTS.into());
            let here = say::percent_down(level.here.into(), m.into());
            say.line(format_args!("  {number:>5} {members:>8} {at_most:>10} {here:>10}"))?;
        }
        Ok(())
    }

    fn verdict(&self, say: &mut Say) -> io::Result<()> {
        let checks = &self.report.checks;
        let held = checks.iter().filter(|check| check.outcome == Outcome::Held).count();
        let (mut failed, all) = (self.failed(), checks.len());
        if self.replacements.iter().any(Announced::is_wrong) {
            failed.push("the hash of a replacement");
        }
        let level = match self.report.level {
            Level::Public => "everybody",
            Level::Observer => "observers",
            Level::Auditor => "auditors",
        };
        match self.exit() {
            Exit::Yes => say.line(format_args!(
                "{GOOD}Verified.{GOOD:#} All {} that {level} can make held.",
                say::counted(all, "check")
            )),
            Exit::No => {
                let names = failed.join(", ");
                say.line(format_args!(
                    "{BAD}Not verified.{BAD:#} {} failed: {names}.",
                    say::counted(failed.len(), "check")
                ))
            }
            Exit::CouldNotRun => {
                say.line(format_args!(
                    "{CARE}Not complete.{CARE:#} {held} of {} held; the others could not be made.",
                    say::counted(all, "check")
                ))?;
                if self.undrawn {
                    say.line("  -> if the draw is still to come, use --before-draw")
                } else {
                    Ok(())
                }
            }
        }
    }
}
