//! `boule demo`: the whole story on a made-up assembly of real size.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rehearsal::Assembly;
use serde_json::{Value, json};
use sortition::hash::Digest;

use crate::command::{check, demo_serve, draw, init, prepare, sample, verify};
use crate::failure::{Exit, Failure};
use crate::inputs::Place;
use crate::say::{self, CARE, STRONG, Say, shell};
use crate::settings::Settings;
use crate::{Report, answer};

/// What `demo` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to make [default: demo-assembly, or demo-assembly-2, ... if that is taken]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Show the service instead: an assembly with 80 recommendations in all states, and a link to sign in for each role
    #[arg(long, conflicts_with = "out")]
    pub serve: bool,
    /// With --serve: the folder for its data [default: demo-service]; what is there already stays
    #[arg(long, value_name = "DIR", requires = "serve")]
    pub data: Option<PathBuf>,
    /// With --serve: the address to listen on
    #[arg(long, value_name = "ADDRESS", requires = "serve", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// With --serve: a folder with more languages, each a file like those in web/words
    #[arg(long, value_name = "DIR", requires = "serve", hide = true)]
    pub words: Option<PathBuf>,
}

/// Twenty digits that nobody rolled.
const DIGITS: &str = "63454660390103169462";
/// The text of the rehearsal.
const REHEARSAL: &str = "Harbour County";

/// Tells the story. The commands that it shows are run by their own code, in the order in which they are shown.
pub fn run(args: &Args, json: bool) -> Exit {
    if args.serve {
        let data = args.data.clone().unwrap_or_else(|| "demo-service".into());
        return answer("demo", json, demo_serve::run(data, args.listen, args.words.as_deref()));
    }
    let mut story = Story { say: (!json).then(Say::out), steps: Vec::new() };
    let result = folder(args).and_then(|folder| tell(&mut story, &folder).map(|()| folder));
    answer("demo", json, result.map(|folder| Told { folder, steps: story.steps }))
}

/// What was told.
#[derive(Debug, serde::Serialize)]
struct Told {
    folder: PathBuf,
    steps: Vec<Value>,
}

impl Report for Told {
    fn tell(&self, _: &mut Say) -> io::Result<()> {
        Ok(())
    }
}

/// A story as it is told: to people at once, to programs at its end.
struct Story {
    say: Option<Say>,
    steps: Vec<Value>,
}

impl Story {
    fn part(&mut self, title: &str) {
        self.words(&format!("\n{STRONG}{title}{STRONG:#}"));
    }

    fn words(&mut self, words: &str) {
        if let Some(say) = &mut self.say {
            let _ = say.line(words);
        }
    }

    /// Shows a command as it would be typed, and what it answers.
    fn command<R: Report>(&mut self, typed: &str, result: Result<R, Failure>) -> Result<R, Failure> {
        self.words(&format!("\n  {CARE}$ {typed}{CARE:#}"));
        let mut step = json!({ "typed": typed });
        let exit = result.as_ref().map_or_else(|failure| failure.exit, Report::exit);
        step["exit"] = u8::from(exit).into();
        let answer = match &result {
            Ok(report) => serde_json::to_value(report),
            Err(failure) => serde_json::to_value(failure),
        };
        step["answer"] = answer.map_err(Failure::bug)?;
        self.steps.push(step);
        if let Some(say) = &mut self.say {
            let _ = match &result {
                Ok(report) => report.tell(say),
                Err(failure) => say.failure(failure),
            };
        }
        result
    }
}

/// The folder to make.
fn folder(args: &Args) -> Result<PathBuf, Failure> {
    match &args.out {
        Some(out) if out.exists() => Err(Failure::no(
            format!("{} is already there", out.display()),
            "choose a folder that does not exist yet",
        )),
        Some(out) => Ok(out.clone()),
        None => {
            let numbered = (2u32..).map(|number| format!("demo-assembly-{number}").into());
            let mut names = std::iter::once(PathBuf::from("demo-assembly")).chain(numbered);
            names.find(|name| !name.exists()).ok_or_else(|| Failure::bug("there is no name left"))
        }
    }
}

fn tell(story: &mut Story, folder: &Path) -> Result<(), Failure> {
    let assembly = rehearsal::assembly();
    story.words(&format!("{STRONG}How a citizens' panel is drawn so that anybody can check it{STRONG:#}"));
    story.words(&format!(
        "Harbour County is made up, and so is everybody in it. {} people have volunteered for its assembly,\n\
         {} will sit. What follows is a whole draw, with the commands that an organiser and an observer type.",
        say::amount(assembly.pool.size),
        assembly.size
    ));
    found(story, folder, &assembly)?;
    let commitment = prepared(story, folder)?;
    drawn(story, folder)?;
    verified(story, folder, commitment)?;
    cheated(story, folder, commitment)?;
    ending(story, folder);
    Ok(())
}

/// The folder, the quotas and the people.
fn found(story: &mut Story, folder: &Path, assembly: &Assembly) -> Result<(), Failure> {
    let dir = shell(folder);
    story.part("1. A folder for the assembly");
    let args = init::Args { dir: folder.to_owned(), event: assembly.event.to_owned(), size: assembly.size };
    let typed = format!("boule init {dir} --event \"{}\" --size {}", args.event, args.size);
    story.command(&typed, init::run(&args))?;

    story.part("2. Quotas and volunteers");
    let quotas = folder.join("quotas.csv");
    fs::write(&quotas, assembly.quotas.to_csv())
        .map_err(|error| Failure::system("write", &quotas, &error))?;
    story.words(&format!(
        "The quotas say how many of each kind the panel may have: {} features, from age to worry. The demonstration\n\
         has put them into {}. The volunteers are made up; like real ones, they are no mirror of the county.",
        assembly.quotas.features().len(),
        quotas.display()
    ));
    let pool = &assembly.pool;
    let args = sample::Args {
        quotas,
        size: pool.size as u32,
        out: folder.join("private").join("pool.csv"),
        seed: pool.seed.clone(),
        bias: pool.bias,
        households: pool.household_share,
    };
    let (quotas, out) = (shell(&args.quotas), shell(&args.out));
    let typed =
        format!("boule sample --quotas {quotas} --size {} --seed \"{}\" --out {out}", args.size, args.seed);
    story.command(&typed, sample::run(&args))?;

    story.part("3. Is everything in order?");
    let args = check::Args { place: place(folder, Settings::default()) };
    story.command(&format!("boule check {dir}"), check::run(&args))?;
    Ok(())
}

fn place(folder: &Path, settings: Settings) -> Place {
    Place { dir: Some(folder.to_owned()), out: None, settings }
}

/// The lottery, and what is published of it.
fn prepared(story: &mut Story, folder: &Path) -> Result<Digest, Failure> {
    let dir = shell(folder);
    story.part("4. The lottery");
    story.words(
        "The program now makes a thousand panels, each of which meets every quota, so that the smallest chance of\n\
         anybody is as large as it can be. A real draw takes its secret from the operating system; this is a rehearsal.",
    );
    let settings = Settings { rehearsal: Some(REHEARSAL.to_owned()), ..Settings::default() };
    let args = prepare::Args { place: place(folder, settings) };
    let typed = format!("boule prepare {dir} --rehearsal \"{REHEARSAL}\"");
    let commitment = story.command(&typed, prepare::run(&args))?.commitment;

    story.part("5. Publication");
    story.words(&format!(
        "The county puts {dir}/public on its web site, prints the commitment in the newspaper, gives\n\
         {dir}/observers to a notary and a university, and sends every volunteer a receipt. From now on\n\
         nobody can change the pool, the quotas or a single panel without being found out."
    ));
    Ok(commitment)
}

/// The digits and the panel.
fn drawn(story: &mut Story, folder: &Path) -> Result<(), Failure> {
    let dir = shell(folder);
    story.part("6. The draw");
    story.words(&format!(
        "In the town hall, in front of everybody, a ten-sided die is rolled twenty times. It shows {DIGITS}.\n\
         (Here nobody rolled: the demonstration always uses these digits.)"
    ));
    let args = draw::Args { dir: folder.to_owned(), witnessed: Some(DIGITS.to_owned()), beacon: None };
    story.command(&format!("boule draw {dir} --witnessed {DIGITS}"), draw::run(&args))?;
    Ok(())
}

/// The record, checked by everybody, by observers and by an auditor.
fn verified(story: &mut Story, folder: &Path, commitment: Digest) -> Result<(), Failure> {
    let [public, observers, private] = ["public", "observers", "private"].map(|name| folder.join(name));
    story.part("7. Everybody checks");
    story.words("This needs the public folder and the commitment from the newspaper; no network, and no trust in the county.");
    let everybody = verify::Args {
        public,
        observers: None,
        private: None,
        commitment: Some(commitment),
        replacement: Vec::new(),
        level: None,
        before_draw: false,
        deep: false,
        brief: false,
    };
    verified_by(story, &everybody)?;

    story.part("8. Observers check");
    story.words("With their folder, which has no names, they count every panel against every quota, and every chance.");
    let observer = verify::Args { observers: Some(observers), deep: false, brief: true, ..everybody };
    verified_by(story, &observer)?;

    story.part("9. An auditor checks");
    story.words("A notary who may see the private folder checks that the people behind the numbers are those of the list that was drawn from.");
    verified_by(story, &verify::Args { private: Some(private), ..observer })?;
    Ok(())
}

/// Verifies, shown as it would be typed.
fn verified_by(story: &mut Story, args: &verify::Args) -> Result<verify::Verified, Failure> {
    let mut typed = format!("boule verify {}", shell(&args.public));
    let folders = [("observers", &args.observers), ("private", &args.private)];
    for (flag, folder) in folders {
        typed += &folder.as_ref().map(|folder| format!(" --{flag} {}", shell(folder))).unwrap_or_default();
    }
    typed += &args.commitment.map(|commitment| format!(" --commitment {commitment}")).unwrap_or_default();
    if args.brief {
        typed += " --brief";
    }
    story.command(&typed, verify::run(args))
}

/// What happens to somebody who cheats.
fn cheated(story: &mut Story, folder: &Path, commitment: Digest) -> Result<(), Failure> {
    let dir = shell(folder);
    story.part("10. Somebody cheats");
    story.words("The county does not like the panel and rolls again, until the die shows something better:");
    let other = DIGITS.chars().rev().collect::<String>();
    let args = draw::Args { dir: folder.to_owned(), witnessed: Some(other.clone()), beacon: None };
    let refused = story.command(&format!("boule draw {dir} --witnessed {other}"), draw::run(&args));
    if refused.is_ok() {
        return Err(Failure::bug("a second draw was not refused"));
    }

    let tampered = folder.join("tampered");
    story.words(&format!(
        "\nSo it changes the files, in a copy at {}: one digit in one of the thousand panels, to seat a friend.",
        tampered.display()
    ));
    tamper(folder, &tampered).map_err(|error| Failure::system("write", &tampered, &error))?;
    let args = verify::Args {
        public: tampered.join("public"),
        observers: Some(tampered.join("observers")),
        private: None,
        commitment: Some(commitment),
        replacement: Vec::new(),
        level: None,
        before_draw: false,
        deep: false,
        brief: true,
    };
    let caught = verified_by(story, &args)?;
    if caught.exit() != Exit::No {
        return Err(Failure::bug("a changed file was not found out"));
    }
    Ok(())
}

/// Copies the public and the observers' files and changes one digit of one panel.
fn tamper(folder: &Path, tampered: &Path) -> io::Result<()> {
    for name in ["public", "observers"] {
        let (from, to) = (folder.join(name), tampered.join(name));
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    let path = tampered.join("observers").join("portfolio.csv");
    let mut bytes = fs::read(&path)?;
    let last = bytes.len().saturating_sub(2);
    if let Some(digit) = bytes.get_mut(last) {
        *digit = if *digit == b'9' { b'8' } else { *digit + 1 };
    }
    fs::write(&path, bytes)
}

fn ending(story: &mut Story, folder: &Path) {
    let dir = shell(folder);
    story.part("That was all");
    story.words(&format!(
        "Everything lies in {dir}:\n\
         \x20 public      for everybody: the commitment, the quotas, the draw\n\
         \x20 observers   for those who check the lottery: the members without names, all panels\n\
         \x20 private     for the organiser: names, the secret, receipts, selected.csv and remaining.csv\n\
         \x20 tampered    the copy with the changed digit\n\
         What to try next:\n\
         \x20 change any file in {dir}/public and verify again\n\
         \x20 open {dir}/private/selected.csv in a spreadsheet: the panel\n\
         \x20 boule init my-assembly       a folder for your own assembly"
    ));
}
