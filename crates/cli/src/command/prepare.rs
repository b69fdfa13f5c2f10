//! `boule prepare`: the lottery, and the commitment that is published before the draw.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sortition::Problem;
use sortition::canonical::normal;
use sortition::commitment::{self, Prepare, Prepared, Settings, Voided};
use sortition::hash::Digest;
use sortition::people::People;
use sortition::receipt::{self, Receipt};
use sortition::record::{Commit, Files};
use sortition::register::Register;
use sortition::seed::{BeaconSlot, Chain, Slots, WitnessedSlot};

use crate::Report;
use crate::bundle::Folders;
use crate::chances::Chances;
use crate::comparison::{self, Compared};
use crate::failure::Failure;
use crate::folder::Folder;
use crate::inputs::{self, Inputs, Place};
use crate::keys::{KEY, Key, SIGNATURES, secret};
use crate::letters;
use crate::lottery::{self, Lottery};
use crate::say::{CARE, GOOD, STRONG, Say, amount, counted, percent_down, shell};
use crate::settings::{A_DAY, Decided};
use crate::time;

/// What `prepare` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which assembly, and what is decided.
    #[command(flatten)]
    pub place: Place,
}

/// What `prepare` made.
#[derive(Debug, Serialize)]
pub struct Ready {
    folder: PathBuf,
    /// C, which is published.
    pub commitment: Digest,
    commit: Commit,
    withdrawn: usize,
    /// How many sit without being drawn.
    seated: u32,
    #[serde(flatten)]
    chances: Chances,
    exact: bool,
    levels: usize,
    /// What each objective would give in this pool.
    objectives: Vec<Compared>,
    /// Whether people would have to be divided to reach what the objectives give.
    #[serde(skip)]
    divided: bool,
    /// The rows of the pool's file whose members no panel can hold.
    impossible: Vec<usize>,
    problems: Vec<Problem>,
}

/// Makes the lottery and writes it, all or nothing.
///
/// # Errors
/// If the input has errors, the quotas clash, the folder holds a lottery that is not voided in the same breath, or the operating
/// system refuses.
pub fn run(args: &Args) -> Result<Ready, Failure> {
    let decided = args.place.decide()?;
    let out = args.place.out().ok_or_else(|| {
        Failure::could_not_run(
            "it is not said where the results go",
            "name the assembly's folder, or use --out DIR",
        )
    })?;
    let folder = Folder::open(out)?;
    let before = Before::read(out, &decided)?;
    let reading = inputs::read(&decided)?;
    let Some(inputs) = reading.value else { return Err(Failure::input(reading.problems)) };
    let (secret, key) = (secret(decided.rehearsal.as_deref())?, Key::of(out, decided.rehearsal.as_deref())?);
    let register = inputs.register(&decided, &secret).map_err(Failure::input)?;
    let lottery = lottery::find(&decided, &inputs, &register)?;
    let prepared = commitment::prepare(&Prepare {
        register: &register,
        quotas: &inputs.quotas,
        pool: &inputs.pool,
        portfolio: &lottery.portfolio,
        certificate: &lottery.proposal.certificate,
        size: inputs.size,
        settings: &Settings {
            objective: decided.objective.into(),
            slots: decided.slots(),
            rehearsal: decided.rehearsal.is_some(),
            program: concat!("boule ", env!("CARGO_PKG_VERSION")).to_owned(),
            solver: concat!("fairness ", env!("CARGO_PKG_VERSION")).to_owned(),
            earlier: before.earlier.clone(),
        },
        signer: &key.signer,
        signatures: &SIGNATURES,
    })
    .map_err(Failure::bug)?;
    write(&folder, &before, &prepared, &key)?;
    Ok(ready(args, &inputs, &register, &lottery, prepared, reading.problems))
}

/// What the folder holds before anything is written.
struct Before {
    /// The attempts before this one, all voided.
    earlier: Vec<Voided>,
    /// The files of the last of them that lie in the folder now.
    files: Vec<&'static str>,
}

impl Before {
    /// Refuses a folder that holds a lottery, unless this attempt is the next and says why that one is void.
    fn read(out: &Path, decided: &Decided) -> Result<Self, Failure> {
        let folders = Folders::of(out);
        if !folders.public.join("commit.json").exists() {
            return match decided.attempt {
                0 | 1 => Ok(Self { earlier: Vec::new(), files: Vec::new() }),
                attempt => Err(Failure::no(
                    format!("there is no attempt {} in {}", attempt - 1, out.display()),
                    "leave out the number of the attempt, or name the folder of the attempt before",
                )),
            };
        }
        let mut public = folders.read()?.public;
        let commit = public.get("commit.json").map(|bytes| Commit::from_canonical(bytes));
        let held = commit.transpose().map_err(|reason| {
            Failure::no(
                format!("{} holds a commit.json that cannot be read: {reason}", folders.public.display()),
                "keep it, and prepare in another folder",
            )
        })?;
        let Some(held) = held else { return Err(Failure::bug("commit.json is gone")) };
        let next = held.attempt + 1;
        if public.contains_key("draw.json") {
            return Err(Failure::no(
                format!("{} holds a lottery that was drawn; its panel stands", out.display()),
                "a draw is never repeated, or whoever runs it could draw until they like the panel; \
                 for another assembly use another folder and another name",
            ));
        }
        let Some(reason) = decided.void.as_ref().filter(|_| decided.attempt == next) else {
            return Err(Failure::no(
                format!("{} already holds a lottery", out.display()),
                format!(
                    "draw it; or, if it must never be drawn, declare it void and say why, for everybody to read: \
                     --attempt {next} --void \"reason\""
                ),
            ));
        };
        if held.event != normal(&decided.event) {
            return Err(Failure::no(
                format!("attempt {} was for \"{}\", not for \"{}\"", held.attempt, held.event, decided.event),
                "keep the name of the assembly from the first attempt to the last",
            ));
        }
        let void = commitment::void(&public, reason)
            .map_err(|reason| Failure::no(reason, "say why: --void \"reason\""))?;
        public.insert("void.json".to_owned(), void);
        let earlier = commitment::earlier(&public)
            .map_err(|reason| Failure::no(reason, "put back what was taken away, then try again"))?;
        let files = ARCHIVED.iter().copied().filter(|path| out.join(path).exists()).collect();
        Ok(Self { earlier, files })
    }
}

/// What goes into the private archive when an attempt is void. Its commitment and the reason stay public.
const ARCHIVED: [&str; 11] = [
    "public/quotas.csv",
    "public/rules.json",
    "public/counts.csv",
    "observers/members.csv",
    "observers/portfolio.csv",
    "observers/certificate.json",
    "observers/observer-secret",
    "private/members.csv",
    "private/secret",
    "private/receipts",
    "private/receipts.html",
];

/// Writes the record, after putting a voided one away.
fn write(folder: &Folder, before: &Before, prepared: &Prepared, key: &Key) -> Result<(), Failure> {
    let mut writing = folder.begin()?;
    if let Some(new) = &key.new {
        writing.write(KEY, new.as_bytes())?;
    }
    if let Some(last) = before.earlier.last() {
        let attempt = before.earlier.len();
        writing.move_to("public/commit.json", format!("public/attempts/{attempt}/commit.json"));
        writing.write(format!("public/attempts/{attempt}/void.json"), &last.void)?;
        for path in &before.files {
            writing.move_to(path, format!("private/attempts/{attempt}/{path}"));
        }
    }
    let folders = [
        ("public", Some(&prepared.bundle.public)),
        ("observers", prepared.bundle.observers.as_ref()),
        ("private", prepared.bundle.private.as_ref()),
    ];
    for (name, files) in folders.into_iter().filter_map(|(name, files)| Some((name, files?))) {
        for (file, bytes) in files.iter().filter(|(file, _)| !file.contains('/')) {
            writing.write(format!("{name}/{file}"), bytes)?;
        }
        let receipts = files
            .iter()
            .filter_map(|(file, bytes)| Some((file.strip_prefix("receipts/")?, bytes.as_slice())));
        if name == "private" {
            writing.write_folder("private/receipts", receipts)?;
            writing.write("private/receipts.html", printed(files, &prepared.commit)?.as_bytes())?;
        }
    }
    writing.commit()
}

/// The receipts to print.
fn printed(private: &Files, commit: &Commit) -> Result<String, Failure> {
    let file = |name: &str| private.get(name).map_or(&[][..], Vec::as_slice);
    let people = People::from_canonical(file("members.csv"), commit.n).map_err(Failure::bug)?;
    let receipt = |index| Receipt::from_canonical(file(&receipt::file_name(index)));
    let receipts: Result<Vec<Receipt>, String> = (0..commit.n as usize).map(receipt).collect();
    Ok(letters::receipts(&receipts.map_err(Failure::bug)?, &people))
}

fn ready(
    place: &Args,
    inputs: &Inputs,
    register: &Register,
    lottery: &Lottery,
    prepared: Prepared,
    problems: Vec<Problem>,
) -> Ready {
    let Lottery { proposal, portfolio, rules, objectives } = lottery;
    let counts = portfolio.counts(rules.members.len());
    let seated = &register.extra.seated;
    let row = |&index: &u32| inputs.pool.members[register.entries[index as usize].member].row;
    let mut impossible: Vec<usize> = proposal.impossible.iter().map(row).collect();
    impossible.sort_unstable();
    Ready {
        folder: place.place.out().unwrap_or(Path::new("")).to_owned(),
        commitment: prepared.commitment,
        commit: prepared.commit,
        withdrawn: inputs.pool.withdrawn,
        seated: seated.len() as u32,
        chances: Chances::new(proposal, rules, &counts, portfolio.size(), seated),
        exact: proposal.exact,
        levels: proposal.levels,
        objectives: objectives.clone(),
        divided: proposal.cuts > 0,
        impossible,
        problems,
    }
}

impl Report for Ready {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        let Commit { event, attempt, .. } = &self.commit;
        say.line(format_args!(
            "{GOOD}The lottery is ready:{GOOD:#} {STRONG}{event}{STRONG:#}, attempt {attempt}"
        ))?;
        if self.commit.rehearsal {
            let words = "Its secret follows from a text; never use it for a real draw.";
            say.line(format_args!("{CARE}This is a rehearsal.{CARE:#} {words}"))?;
        }
        say.gap()?;
        for (name, value) in self.facts() {
            say.fact(name, value)?;
        }
        self.nobody(say)?;
        say.gap()?;
        comparison::tell(&self.objectives, self.commit.objective.name(), self.divided, say)?;
        say.fact("commitment", format_args!("{STRONG}{}{STRONG:#}", self.commitment))?;
        say.gap()?;
        self.next(say)
    }
}

impl Ready {
    fn facts(&self) -> Vec<(&'static str, String)> {
        let Commit { n, k, m, .. } = self.commit;
        let [members, seats, panels] = [n, k, m].map(|number| number as usize);
        let withdrawn = match self.withdrawn {
            0 => String::new(),
            withdrawn => format!(", and {} withdrawn who are left out", amount(withdrawn)),
        };
        let seated = match self.seated {
            0 => String::new(),
            seated => format!(", {} of whom sit already; the others are drawn", amount(seated as usize)),
        };
        let mut facts = vec![
            ("pool", counted(members, "member") + &withdrawn),
            ("panel", counted(seats, "member") + &seated),
            ("lottery", counted(panels, "panel") + ", equally likely, each of which meets every quota"),
            ("average chance", percent_down((k - self.seated).into(), (n - self.seated).max(1).into())),
        ];
        facts.extend(self.chances.facts(m));
        if !self.exact {
            facts.push((
                "caution",
                "it is not proved that this ideal can be reached by whole people".to_owned(),
            ));
        }
        facts
    }

    /// Whom no panel can hold.
    fn nobody(&self, say: &mut Say) -> io::Result<()> {
        if self.impossible.is_empty() {
            return Ok(());
        }
        let rows: Vec<String> = self.impossible.iter().take(20).map(usize::to_string).collect();
        let (members, rows) = (counted(self.impossible.len(), "member"), rows.join(", "));
        let more = if self.impossible.len() > 20 { ", ..." } else { "" };
        say.line(format_args!("{CARE}No panel can hold {members}:{CARE:#} row {rows}{more} of the pool"))?;
        say.line("    -> the quotas shut them out; wider quotas would let them in")
    }

    /// When the draw is, where that is too soon for everybody to have the commitment.
    fn hurry(&self) -> Option<String> {
        let slot = self.commit.slots.beacon.as_ref()?;
        (slot.time < time::now().saturating_add(A_DAY)).then(|| time::shown(slot.time))
    }

    /// What comes next.
    fn next(&self, say: &mut Say) -> io::Result<()> {
        let folder = shell(&self.folder);
        say.line("What to do now:")?;
        if self.commit.rehearsal {
            return self.rehearse(&folder, say);
        }
        let mut next = Vec::new();
        if self.commit.attempt > 1 {
            next.push(format!(
                "Attempt {} is void. Publish that and its reason before the time at which it was to be drawn, and tell the\n     \
                 members: the receipts that they had are worthless, and new ones come.",
                self.commit.attempt - 1
            ));
        }
        next.extend([
            match self.hurry() {
                None => format!("Publish {folder}/public and the commitment, at least a day before the draw."),
                Some(time) => format!(
                    "Publish {folder}/public and the commitment at once: the draw is at {time}, less than a day from now. Whoever\n     \
                     did not have the commitment before then cannot know that it was not made afterwards. A later time is better:\n     \
                     void this attempt and prepare the next one with it."
                ),
            },
            format!("Give {folder}/observers to those who will check the lottery, and to nobody else."),
            format!(
                "Send every member their receipt: their file of {folder}/private/receipts and their page of\n     {folder}/private/receipts.html."
            ),
            format!(
                "Keep {folder}/private to yourself, and a copy in a safe place: without it nobody can draw."
            ),
        ]);
        next.extend(randomness(&self.commit.slots, &format!("boule draw {folder}")));
        for (number, words) in (1..).zip(next) {
            say.line(format_args!("  {number}. {words}"))?;
        }
        if self.commit.slots.beacon.is_none() {
            say.line("We recommend to announce the time too (--at TIME): then a public beacon decides last, and the")?;
            say.line("draw is safe even from those who roll the dice.")?;
        }
        Ok(())
    }
}

impl Ready {
    /// What comes next in a rehearsal: nothing of it leaves the folder.
    fn rehearse(&self, folder: &str, say: &mut Say) -> io::Result<()> {
        let mut next = vec![
            "This is a rehearsal: publish nothing and send nothing, to members neither. Who knows its text can work out\n     \
             everybody's hashes, and receipts of a rehearsal prove nothing."
                .to_owned(),
        ];
        next.extend(randomness(&self.commit.slots, &format!("boule draw {folder}")));
        next.push(format!("Look at what observers would see: boule verify {folder}/public"));
        next.push(
            "Then delete the folder but for your own files (assembly.toml, quotas, pool), and prepare the real draw without\n     \
             the text of the rehearsal."
                .to_owned(),
        );
        for (number, words) in (1..).zip(next) {
            say.line(format_args!("  {number}. {words}"))?;
        }
        Ok(())
    }
}

/// What to do to get the announced randomness, and what to type then; `command` is what to type without it.
pub(crate) fn randomness(slots: &Slots, command: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut typed = command.to_owned();
    if let Some(WitnessedSlot { digits, description }) = &slots.witnessed {
        steps.push(format!("In front of witnesses get {digits} digits ({description})."));
        typed += " --witnessed DIGITS";
    }
    if let Some(BeaconSlot { chain, time, round }) = &slots.beacon {
        let time = time::shown(*time);
        let when = match slots.witnessed {
            Some(_) => format!("Be done ten minutes before {time} ({chain}, round {round}). Then save"),
            None => format!("After {time} ({chain}, round {round}) save"),
        };
        let hash = Chain::named(chain).map_or("", |chain| chain.hash);
        steps.push(format!("{when}\n     https://api.drand.sh/{hash}/public/{round}\n     as round.json."));
        typed += " --beacon round.json";
    }
    if let Some(last) = steps.last_mut() {
        *last += &format!("\n     Then: {typed}");
    }
    steps
}
