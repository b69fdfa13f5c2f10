//! `boule receipt`: what members are given, and how they check it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use sortition::acknowledgement::{Acknowledgement, KIND};
use sortition::canonical::normal;
use sortition::hash::Digest;
use sortition::receipt::{self, Receipt};
use sortition::record::PROTOCOL;
use sortition::register::identity;
use sortition::verification::{Check, Outcome};

use crate::Report;
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::inputs::{self, Inputs, Place};
use crate::keys::{KEY, Key, SIGNATURES};
use crate::letters;
use crate::say::{BAD, CARE, GOOD, QUIET, STRONG, Say, amount, counted, percent_down};
use crate::settings::Decided;
use crate::time;

/// What `receipt` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done with receipts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a receipt, or an acknowledgement of enrolment
    Check {
        /// The file
        file: PathBuf,
        /// The commitment as it was published, as 64 digits and letters or as words
        #[arg(long, value_name = "HASH", value_parser = inputs::commitment)]
        commitment: Option<Digest>,
    },
    /// Find out whether two receipts contradict each other
    Compare {
        /// One receipt
        one: PathBuf,
        /// The other
        other: PathBuf,
    },
    /// Make signed acknowledgements of enrolment, before there is a lottery
    Acknowledge {
        /// Which assembly.
        #[command(flatten)]
        place: Box<Place>,
        /// The day that they bear [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = time::checked_day)]
        date: Option<String>,
    },
}

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Of a receipt.
    Checked {
        /// The checks.
        checks: Vec<Check>,
        /// The receipt, where it could be read.
        receipt: Option<Box<Receipt>>,
        /// Whether it was compared with a commitment from elsewhere.
        told: bool,
    },
    /// Of an acknowledgement.
    Enrolled {
        /// The acknowledgement.
        acknowledgement: Acknowledgement,
        /// Why its signature is not to be trusted, if it is not.
        wrong: Option<String>,
    },
    /// Of a comparison.
    Compared {
        /// The contradiction, if there is one.
        contradiction: Option<String>,
        /// Both commitments.
        commitments: [Digest; 2],
    },
    /// Of making acknowledgements.
    Acknowledged {
        /// The folder.
        folder: PathBuf,
        /// The public key.
        key: Digest,
        /// How many are new.
        new: usize,
        /// How many had been made before and still hold.
        kept: usize,
    },
}

/// Does what is asked.
///
/// # Errors
/// If a file cannot be read or written, or the input has errors.
pub fn run(args: &Args) -> Result<Answer, Failure> {
    match &args.command {
        Command::Check { file, commitment } => check(file, commitment.as_ref()),
        Command::Compare { one, other } => compare(one, other),
        Command::Acknowledge { place, date } => acknowledge(place, date.as_deref()),
    }
}

fn check(file: &Path, commitment: Option<&Digest>) -> Result<Answer, Failure> {
    let bytes = inputs::bytes(file)?;
    if let Ok(acknowledgement) = Acknowledgement::from_canonical(&bytes) {
        let wrong = acknowledgement.check_signature(&SIGNATURES).err();
        return Ok(Answer::Enrolled { acknowledgement, wrong });
    }
    let (receipt, checks) = receipt::check(&bytes, commitment, &SIGNATURES);
    Ok(Answer::Checked { checks, receipt: receipt.map(Box::new), told: commitment.is_some() })
}

fn compare(one: &Path, other: &Path) -> Result<Answer, Failure> {
    let read = |path: &Path| {
        let (receipt, checks) = receipt::check(&inputs::bytes(path)?, None, &SIGNATURES);
        let wrong = checks.iter().find(|check| check.outcome != Outcome::Held);
        match (receipt, wrong) {
            (Some(receipt), None) => Ok(receipt),
            (_, wrong) => Err(Failure::no(
                format!(
                    "{} is no receipt that can be compared: {}",
                    path.display(),
                    wrong.map_or("", |check| check.outcome.reason())
                ),
                "boule receipt check says more",
            )),
        }
    };
    let (one, other) = (read(one)?, read(other)?);
    let commitments = [one.commitment, other.commitment];
    Ok(Answer::Compared { contradiction: receipt::compare(&one, &other).err(), commitments })
}

fn acknowledge(place: &Place, date: Option<&str>) -> Result<Answer, Failure> {
    let decided = place.decide()?;
    let root = place.out().ok_or_else(|| {
        Failure::could_not_run("it is not said where the results go", "name the assembly's folder")
    })?;
    let folder = Folder::open(root)?;
    let reading = inputs::read(&decided)?;
    let Some(inputs) = reading.value else { return Err(Failure::input(reading.problems)) };
    let key = Key::of(root, decided.rehearsal.as_deref())?;
    let date = date.map_or_else(|| time::day(time::now()), str::to_owned);
    let home = root.join("private/acknowledgements");
    let (mut new, mut kept) = (Vec::new(), 0);
    let mut taken = BTreeSet::new();
    for (id, enrolled) in enrolled(&decided, &inputs, &key, &date) {
        let mut name = id.clone();
        let mut number = 1;
        let held = loop {
            let before = fs::read(home.join(format!("{name}.json"))).ok();
            let same = before.as_deref().map(|bytes| same(bytes, &enrolled));
            match same {
                Some(true) => break true,
                None if taken.insert(name.clone()) => break false,
                _ => {
                    number += 1;
                    name = format!("{id}-{number}");
                }
            }
        };
        if held {
            kept += 1;
        } else {
            let signature = Some(key.signer.signature(&enrolled.message()));
            new.push((format!("{name}.json"), Acknowledgement { signature, ..enrolled }));
        }
    }
    if !new.is_empty() {
        let mut writing = folder.begin()?;
        if let Some(secret) = &key.new {
            writing.write(KEY, secret.as_bytes())?;
        }
        for (name, enrolled) in &new {
            let bytes = sortition::canonical::to_json(enrolled);
            writing.write(format!("private/acknowledgements/{name}"), &bytes)?;
        }
        let mut print = format!("{date}.html");
        for number in 2.. {
            if !home.join(&print).exists() {
                break;
            }
            print = format!("{date}-{number}.html");
        }
        writing
            .write(format!("private/acknowledgements/{print}"), letters::acknowledgements(&new).as_bytes())?;
        writing.commit()?;
    }
    let folder = root.join("private/acknowledgements");
    Ok(Answer::Acknowledged { folder, key: key.signer.public, new: new.len(), kept })
}

/// Whether an acknowledgement that was made before says the same, whatever its day.
fn same(before: &[u8], now: &Acknowledgement) -> bool {
    Acknowledgement::from_canonical(before).is_ok_and(|before| {
        before.check_signature(&SIGNATURES).is_ok()
            && Acknowledgement { date: now.date.clone(), signature: None, ..before } == *now
    })
}

/// Everybody in the pool, by the name of their file, yet to be signed.
fn enrolled<'a>(
    decided: &'a Decided,
    inputs: &'a Inputs,
    key: &'a Key,
    date: &'a str,
) -> impl Iterator<Item = (String, Acknowledgement)> + 'a {
    let pool = &inputs.pool;
    pool.members.iter().map(move |member| {
        let quota = |&row: &u32| &inputs.quotas.rows()[row as usize];
        let pair = |row: &u32| (quota(row).feature.clone(), quota(row).value.clone());
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        let id = member.cells[pool.id].chars().take(60).map(plain).collect();
        let acknowledgement = Acknowledgement {
            attributes: member.values.iter().map(pair).collect(),
            date: date.to_owned(),
            event: normal(&decided.event),
            identity: identity(&member.cells, &pool.identity),
            key: key.signer.public,
            kind: KIND.to_owned(),
            protocol: PROTOCOL.to_owned(),
            signature: None,
        };
        (id, acknowledgement)
    })
}

impl Report for Answer {
    fn exit(&self) -> Exit {
        let failed = match self {
            Self::Checked { checks, .. } => {
                checks.iter().any(|check| matches!(check.outcome, Outcome::Failed(_)))
            }
            Self::Enrolled { wrong, .. } => wrong.is_some(),
            Self::Compared { contradiction, .. } => contradiction.is_some(),
            Self::Acknowledged { .. } => false,
        };
        if failed { Exit::No } else { Exit::Yes }
    }

    fn tell(&self, say: &mut Say) -> io::Result<()> {
        match self {
            Self::Checked { checks, receipt, told } => {
                for Check { id, title, outcome } in checks {
                    let untold = !told && *id == "receipt-commitment";
                    match outcome {
                        // What it was compared with is only what the receipt says itself.
                        Outcome::Held if untold => say.line(format_args!(
                            "{CARE}–{CARE:#} {title} {QUIET}({id}){QUIET:#}\n    not checked: no commitment was given"
                        ))?,
                        Outcome::Held => {
                            say.line(format_args!("{GOOD}✓{GOOD:#} {title} {QUIET}({id}){QUIET:#}"))?
                        }
                        Outcome::Failed(why) => {
                            say.line(format_args!(
                                "{BAD}✗ {title}{BAD:#} {QUIET}({id}){QUIET:#}\n    {why}"
                            ))?;
                        }
                        Outcome::NotChecked(why) => {
                            say.line(format_args!(
                                "{CARE}–{CARE:#} {title} {QUIET}({id}){QUIET:#}\n    not checked: {why}"
                            ))?;
                        }
                    }
                }
                let Some(receipt) = receipt.as_ref().filter(|_| self.exit() == Exit::Yes) else {
                    return say.line(format_args!("{BAD}Do not rely on this receipt.{BAD:#}"));
                };
                said(say, receipt, *told)
            }
            Self::Enrolled { wrong: Some(why), .. } => {
                say.line(format_args!("{BAD}Do not rely on this acknowledgement:{BAD:#} {why}"))
            }
            Self::Enrolled { acknowledgement, wrong: None } => {
                let Acknowledgement { event, date, key, identity, attributes, .. } = acknowledgement;
                say.line(format_args!(
                    "{GOOD}The signature is right.{GOOD:#} Enrolled on {date} for {event}:"
                ))?;
                say.fact("who", identity.replace('\n', ", "))?;
                for (feature, value) in attributes {
                    say.fact(feature, value)?;
                }
                say.line(format_args!(
                    "It was signed with the key {key}; compare it with the one that was announced."
                ))
            }
            Self::Compared { contradiction: Some(why), commitments: [one, other] } => {
                say.line(format_args!("{BAD}These receipts contradict each other:{BAD:#} {why}."))?;
                say.line(format_args!("  {one}\n  {other}"))?;
                say.line(
                    "Both are signed. Show them in public: they prove that the organiser committed twice.",
                )
            }
            Self::Compared { .. } => {
                say.line(format_args!("{GOOD}These receipts do not contradict each other.{GOOD:#}"))
            }
            Self::Acknowledged { folder, key, new, kept } => {
                let folder = folder.display();
                say.line(format_args!(
                    "{GOOD}Made {}{GOOD:#} in {folder}; {} had one before.",
                    counted(*new, "acknowledgement"),
                    amount(*kept)
                ))?;
                say.fact("key", format_args!("{STRONG}{key}{STRONG:#}"))?;
                say.line("Announce the key. Give everybody their JSON file and their page of the HTML file.")
            }
        }
    }
}

/// What a receipt that holds says.
fn said(say: &mut Say, receipt: &Receipt, told: bool) -> io::Result<()> {
    let Receipt { commit, count, index, identity, attributes, commitment, .. } = receipt;
    let chance = percent_down((*count).into(), commit.m.into());
    say.gap()?;
    say.line(format_args!("{STRONG}{}{STRONG:#}, attempt {}", commit.event, commit.attempt))?;
    say.fact("who", identity.replace('\n', ", "))?;
    for (feature, value) in attributes {
        say.fact(feature, value)?;
    }
    say.fact("number", index)?;
    let (count, m) = (amount(*count as usize), amount(commit.m as usize));
    say.fact("in panels", format_args!("{count} of {m}, so a chance of {chance}"))?;
    say.fact("commitment", commitment)?;
    if !told {
        say.line(format_args!("{CARE}Compare the commitment{CARE:#} with the one that was published, or give it: --commitment HASH"))?;
    }
    Ok(())
}
