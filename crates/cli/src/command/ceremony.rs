//! `boule ceremony`: the script of a public draw, the minutes, and two pages for the screen in the room.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;
use sortition::hash::{Digest, sha256};
use sortition::record::{Commit, Draw};
use sortition::replacement::Record;
use sortition::seed::{BeaconSlot, Chain, Slots, WitnessedSlot};
use sortition::wording::people;
use sortition::words::words;

use crate::Report;
use crate::failure::Failure;
use crate::folder::{Folder, must_be_there};
use crate::inputs;
use crate::page::{escaped, page};
use crate::say::{Say, amount, counted, shell};
use crate::time;

/// What `ceremony` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder, with the prepared lottery
    pub dir: PathBuf,
}

/// The script, and where the pages are.
#[derive(Debug, Serialize)]
pub struct Script {
    folder: PathBuf,
    event: String,
    rehearsal: bool,
    /// 0 for the draw, else the number of the replacement.
    replacement: u32,
    /// C, the hash of `commit.json`.
    commitment: Digest,
    /// What is published before: the hash of `commit.json`, or of a replacement's `record.json`.
    hash: Digest,
    words: String,
    m: u32,
    k: u32,
    slots: Slots,
    pages: Vec<PathBuf>,
}

/// What is to be drawn.
struct Occasion {
    commit: Commit,
    commitment: Digest,
    replacement: u32,
    hash: Digest,
    m: u32,
    slots: Slots,
    /// The tag of the seed, and the values that are fixed before, in hexadecimal digits.
    tag: &'static str,
    fixed: Vec<String>,
}

/// Reads what is to be drawn next and writes the pages.
///
/// # Errors
/// If there is nothing to be drawn, or the operating system refuses.
pub fn run(args: &Args) -> Result<Script, Failure> {
    let occasion = occasion(&args.dir)?;
    let name = match occasion.replacement {
        0 => format!("ceremony/attempt-{}", occasion.commit.attempt),
        e => format!("ceremony/replacement-{e}"),
    };
    let mut files = vec![("screen.html", screen(&occasion))];
    if let Some(slot) = &occasion.slots.witnessed {
        files.insert(0, ("digits.html", digits(&occasion, slot)));
    }
    let folder = Folder::open(&args.dir)?;
    let mut writing = folder.begin()?;
    let mut pages = Vec::new();
    for (file, html) in &files {
        let path = args.dir.join(&name).join(file);
        if fs::read(&path).ok().as_deref() != Some(html.as_bytes()) {
            writing.write(format!("{name}/{file}"), html.as_bytes())?;
        }
        pages.push(path);
    }
    writing.commit()?;
    Ok(Script {
        folder: args.dir.clone(),
        event: occasion.commit.event.clone(),
        rehearsal: occasion.commit.rehearsal,
        replacement: occasion.replacement,
        commitment: occasion.commitment,
        hash: occasion.hash,
        words: words(&occasion.hash).join(" "),
        m: occasion.m,
        k: occasion.commit.k,
        slots: occasion.slots,
        pages,
    })
}

/// The draw, or the replacement that is still to be drawn.
fn occasion(dir: &Path) -> Result<Occasion, Failure> {
    must_be_there(dir)?;
    let public = dir.join("public");
    let wrong = |reason: String| Failure::no(reason, "put back the files as they were prepared");
    if !public.join("commit.json").exists() {
        return Err(Failure::could_not_run(
            format!("{} holds nothing to be drawn", dir.display()),
            format!("make the lottery first: boule prepare {}", shell(dir)),
        ));
    }
    let bytes = inputs::bytes(&public.join("commit.json"))?;
    let commit = Commit::from_canonical(&bytes).map_err(wrong)?;
    let commitment = sha256(&bytes);
    if !public.join("draw.json").exists() {
        let hash = commitment;
        let (m, slots) = (commit.m, commit.slots.clone());
        let fixed = vec![hash.to_string()];
        return Ok(Occasion { commit, commitment, replacement: 0, hash, m, slots, tag: "asl/1/seed", fixed });
    }
    let draw = Draw::from_canonical(&inputs::bytes(&public.join("draw.json"))?).map_err(wrong)?;
    let folder = |e: u32| public.join("replacements").join(e.to_string());
    let last = (1..).take_while(|&e| folder(e).join("record.json").exists()).last();
    let open = last.filter(|&e| !["draw.json", "void.json"].iter().any(|file| folder(e).join(file).exists()));
    let Some(e) = open else {
        return Err(Failure::could_not_run(
            format!("{} holds nothing to be drawn any more: its panel was drawn and stands", dir.display()),
            format!(
                "if members withdraw: boule replace {} --withdrawn FILE, and then the ceremony of that",
                shell(dir)
            ),
        ));
    };
    let bytes = inputs::bytes(&folder(e).join("record.json"))?;
    let record = Record::from_canonical(&bytes).map_err(wrong)?;
    let hash = sha256(&bytes);
    let fixed = vec![draw.seed.to_string(), format!("{e:08x}"), hash.to_string()];
    let (m, slots) = (record.m, record.slots);
    Ok(Occasion { commit, commitment, replacement: e, hash, m, slots, tag: "asl/1/reseed", fixed })
}

const STYLE: &str = "body{font:1.6rem/1.4 system-ui,sans-serif;margin:0;padding:2rem;color:#111;background:#fff;text-align:center}\
h1{font-size:2.2rem;margin:.2em}code{font-family:monospace;overflow-wrap:anywhere}#board{font:700 clamp(2.5rem,7vw,6rem)/1.3 monospace;letter-spacing:.1em}\
.out{color:#767676}.now{background:#ffd54a;color:#000}button{font:700 2rem system-ui,sans-serif;min-width:2.6em;margin:.2em;padding:.2em .6em}\
#number{font:700 clamp(6rem,25vw,18rem)/1 system-ui,sans-serif;display:block}#panel{list-style:none;padding:0;display:flex;flex-wrap:wrap;justify-content:center;gap:.4rem}\
#panel li{font:700 1.8rem monospace;border:2px solid #111;border-radius:.4rem;padding:.1em .5em}input{font:1.4rem monospace;max-width:100%}small{font-size:1.1rem}\
:focus-visible{outline:4px solid #0645ad;outline-offset:2px}";

/// Settings as a block of JSON that a script of the page reads.
fn settings(value: &serde_json::Value) -> String {
    let json = value.to_string().replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"settings\">{json}</script>\n")
}

fn heading(occasion: &Occasion) -> String {
    let event = escaped(&occasion.commit.event);
    let what = match occasion.replacement {
        0 => String::new(),
        e => format!(", replacement {e}"),
    };
    let rehearsal = if occasion.commit.rehearsal { " (a rehearsal)" } else { "" };
    format!("<h1>{event}{what}{rehearsal}</h1>\n")
}

/// The page on which the digits are entered and read back.
fn digits(occasion: &Occasion, slot: &WitnessedSlot) -> String {
    let body = format!(
        "<main>\n{}<p>{}</p>\n<p id=\"board\" aria-label=\"The digits so far\"></p>\n\
         <p><output id=\"said\" aria-live=\"polite\"></output></p>\n<p id=\"keys\"></p>\n\
         <p><button type=\"button\" id=\"undo\">Take back</button> <button type=\"button\" id=\"read\">Read back</button></p>\n\
         <p><label>To be typed: <input id=\"text\" readonly size=\"{}\"></label></p>\n</main>\n{}",
        heading(occasion),
        escaped(&slot.description),
        slot.digits,
        settings(&json!({ "digits": slot.digits })),
    );
    page("The digits", STYLE, &body, include_str!("../ceremony/digits.js"))
}

/// The page that shows the number and the panel.
fn screen(occasion: &Occasion) -> String {
    let Occasion { hash, m, slots, tag, fixed, commit, .. } = occasion;
    let beacon = slots.beacon.as_ref();
    let value = json!({
        "tag": tag,
        "fixed": fixed,
        "m": m,
        "digits": slots.witnessed.as_ref().map_or(0, |slot| slot.digits),
        "round": beacon.map(|slot| slot.round),
        "chain": beacon.map(|slot| slot.chain.as_str()),
        "chainHash": beacon.and_then(|slot| Chain::named(&slot.chain)).map(|chain| chain.hash),
    });
    let body = format!(
        "<main>\n{}<p>{} of {}; one of {} panels, each with the same chance</p>\n\
         <p>Committed to before: <code>{hash}</code><br><small>{}</small></p>\n\
         <p><label>After the draw open draw.json: <input type=\"file\" id=\"file\" accept=\".json\"></label></p>\n\
         <p><output id=\"said\" aria-live=\"polite\"></output></p>\n\
         <section id=\"result\" hidden>\n<p>The panel with the number<span id=\"number\"></span>of 0 to {}</p>\n\
         <p><code id=\"digits\"></code><br><small>seed <code id=\"seed\"></code></small></p>\n\
         <p>The numbers on the receipts of those who were drawn:</p>\n<ul id=\"panel\"></ul>\n</section>\n</main>\n{}",
        heading(occasion),
        amount(commit.k as usize),
        people(commit.n as usize),
        amount(*m as usize),
        words(hash).join(" "),
        amount(*m as usize - 1),
        settings(&value),
    );
    page("The draw", STYLE, &body, include_str!("../ceremony/screen.js"))
}

impl Report for Script {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let (folder, hash) = (shell(&self.folder), self.hash);
        let known = match self.replacement {
            0 => format!("--commitment {hash}"),
            e => format!("--commitment {} --replacement {e}={hash}", self.commitment),
        };
        let (command, file, what) = match self.replacement {
            0 => ("draw", "public/draw.json".to_owned(), "the commitment"),
            e => ("replace", format!("public/replacements/{e}/draw.json"), "the hash of the replacement"),
        };
        let (hold, compare) = match self.replacement {
            0 => ("Every member has their receipt, every observer", "their receipts or newspapers"),
            _ => ("Receipts do not name this hash. Every observer has", "what was published"),
        };
        let rehearsal = if self.rehearsal { " (a rehearsal)" } else { "" };
        say.line(format_args!("# {}: the public draw{rehearsal}\n", self.event))?;
        let mut steps = vec![
            format!(
                "A day before or earlier. Publish {folder}/public and {what}, on paper too:\n\n       {hash}\n\n   \
                 {hold} {folder}/observers. Observers run:\n\n       \
                 boule verify public --observers observers {known}{}",
                if self.replacement == 0 { " --before-draw" } else { "" }
            ),
            format!(
                "In the room. Read {what} aloud, and let people compare it with {compare}:\n\n       {}",
                self.words
            ),
        ];
        let mut typed = format!("boule {command} {folder}");
        if let Some(WitnessedSlot { digits, description }) = &self.slots.witnessed {
            steps.push(format!(
                "Say what is announced: {digits} digits, {description}. Let people from the audience examine the dice or\n   \
                 balls and throw or draw them, one after the other, each digit called out and written into the minutes.\n   \
                 With numbered balls put each back before the next. A die that falls off the table is thrown again; nothing\n   \
                 else is. Enter the digits in digits.html on the screen and read them back. If digits are missing or in doubt\n   \
                 the attempt is void: never go on without."
            ));
            typed += " --witnessed DIGITS";
        }
        if let Some(BeaconSlot { chain, time, round }) = &self.slots.beacon {
            let address = Chain::named(chain).map_or("", |chain| chain.hash);
            steps.push(format!(
                "Be done ten minutes before {}. At that time the beacon {chain} makes its round {round}, which nobody can\n   \
                 know before. Anybody in the room can fetch it on their own telephone; save it as round.json:\n\n       \
                 https://api.drand.sh/{address}/public/{round}\n\n   If it is late, wait. There is no substitute.",
                time::shown(*time)
            ));
            typed += " --beacon round.json";
        }
        steps.push(format!("Draw:\n\n       {typed}\n\n   Open screen.html on the screen and choose {folder}/{file}: it computes the number before everybody's eyes."));
        steps.push(format!(
            "Publish {folder}/public again. Everybody at home runs `boule verify public {known}`,\n   or drops the files on verify.html."
        ));
        for (number, step) in (1..).zip(&steps) {
            say.line(format_args!("{number}. {step}\n"))?;
        }
        self.minutes(say)?;
        say.line("The pages for the screen work without a network:")?;
        for page in &self.pages {
            say.line(format_args!("  {}", page.display()))?;
        }
        Ok(())
    }
}

impl Script {
    /// What witnesses sign.
    fn minutes(&self, say: &mut Say) -> io::Result<()> {
        say.line("## Minutes, to be signed by the witnesses\n")?;
        say.line(format_args!("Place, date, time begun:  ______________________________\n"))?;
        say.line(format_args!("Read aloud before the draw:  {}\n", self.hash))?;
        say.line(format_args!(
            "Panels: {}, of {} each.\n",
            amount(self.m as usize),
            counted(self.k as usize, "member")
        ))?;
        if let Some(slot) = &self.slots.witnessed {
            let group = "_ _ _ _ _   ".repeat((slot.digits as usize).div_ceil(5));
            say.line(format_args!("The {} digits, in this order:  {}\n", slot.digits, group.trim_end()))?;
        }
        if let Some(slot) = &self.slots.beacon {
            say.line(format_args!(
                "Digits complete at: ________   Beacon: {}, round {}, fetched at: ________\n",
                slot.chain, slot.round
            ))?;
        }
        say.line("Number of the panel:  ________     First eight letters of the seed:  ________________\n")?;
        say.line("Nothing was thrown again or left out except:  ______________________________\n")?;
        say.line("Names and signatures:  ______________________________\n")
    }
}
