//! `boule replace`: who comes in for members of the panel who withdraw.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fairness::Refusal;
use serde::Serialize;
use sortition::hash::{Digest, h};
use sortition::portfolio::Portfolio;
use sortition::record::{Bundle, secret_from_canonical};
use sortition::replace::{self, Replaced, Standing, Way};
use sortition::seed::Slots;
use sortition::wording::listed;
use sortition::{Problem, Quotas, Reading};

use crate::Report;
use crate::bundle::Folders;
use crate::chances::Chances;
use crate::command::draw::{digits, round};
use crate::command::prepare::randomness;
use crate::failure::Failure;
use crate::folder::{Folder, must_be_there};
use crate::ids;
use crate::inputs;
use crate::keys::SIGNATURES;
use crate::lottery::stalled;
use crate::mending;
use crate::progress::Progress;
use crate::say::{CARE, GOOD, STRONG, Say, amount, counted, shell};
use crate::settings::{Decided, Network, Settings};
use crate::time;

/// What `replace` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The assembly's folder, with the panel that was drawn
    pub dir: PathBuf,
    /// Who no longer takes part: a CSV or Excel file with a column of ids
    #[arg(long, value_name = "FILE")]
    pub withdrawn: Option<PathBuf>,
    /// Which members of the panel stay: all others of the panel have withdrawn
    #[arg(long, value_name = "FILE")]
    pub seated: Option<PathBuf>,
    /// Fill the seats at once from the reserve list, for those who fail to come on the day; everybody can foresee who is next
    #[arg(long, conflicts_with_all = ["at", "witnessed_digits", "quotas"])]
    pub tickets: bool,
    /// Quotas for this replacement, where the old ones can no longer be met
    #[arg(long, value_name = "FILE")]
    pub quotas: Option<PathBuf>,
    /// Where the quotas can no longer be met, take the cheapest change that helps, within min_flex and max_flex of quotas.csv
    #[arg(long, conflicts_with_all = ["tickets", "quotas"])]
    pub mend: bool,
    /// When the replacement is drawn, to announce a beacon's round that decides last
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Which drand network the round is of
    #[arg(long, value_name = "NETWORK")]
    pub chain: Option<Network>,
    /// How many digits are rolled, or 0 for none
    #[arg(long, value_name = "N")]
    pub witnessed_digits: Option<u32>,
    /// Why the replacement that was prepared before will never be drawn
    #[arg(long, value_name = "REASON")]
    pub void: Option<String>,
    /// Draw the prepared replacement: the digits that witnesses saw
    #[arg(long, value_name = "DIGITS", conflicts_with_all = ["withdrawn", "seated", "tickets", "quotas", "at", "void"])]
    pub witnessed: Option<String>,
    /// Draw the prepared replacement: the announced round, a file with what the drand API serves
    #[arg(long, value_name = "FILE", conflicts_with_all = ["withdrawn", "seated", "tickets", "quotas", "at", "void"])]
    pub beacon: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Answer {
    folder: PathBuf,
    /// e.
    replacement: u32,
    /// SHA-256 of record.json, which is published before the draw.
    record: Option<Digest>,
    withdrawn: usize,
    /// How many seats are to be filled, or were.
    seats: usize,
    candidates: usize,
    m: u32,
    slots: Slots,
    /// What the lottery gives those who may come in.
    chances: Option<Chances>,
    /// How many of them no panel can hold beside those who stay.
    impossible: usize,
    /// The newcomers by index, once they are known.
    newcomers: Option<Vec<u32>>,
    /// The number of the panel in the lottery.
    t: Option<u32>,
    tickets: bool,
    own_quotas: bool,
}

/// Prepares a replacement, or draws the one that was prepared.
///
/// # Errors
/// If there is no sound record of a draw, the lists do not fit the panel, the quotas can no longer be met, the randomness is not as
/// announced, or the operating system refuses.
pub fn run(args: &Args) -> Result<Answer, Failure> {
    must_be_there(&args.dir)?;
    let folders = Folders::of(&args.dir);
    if !folders.public.join("draw.json").exists() {
        return Err(Failure::could_not_run(
            format!("{} holds no panel that was drawn", args.dir.display()),
            format!("draw it first: boule draw {}", shell(&args.dir)),
        ));
    }
    let folder = Folder::open(&args.dir)?;
    let bundle = folders.read()?;
    let standing = Standing::read(&bundle, &SIGNATURES).map_err(|reason| {
        Failure::no(
            format!("nothing was replaced: {reason}"),
            "put back the files as they were published; boule verify says more",
        )
    })?;
    if args.witnessed.is_some() || args.beacon.is_some() {
        return draw(args, &folder, &bundle, &standing);
    }
    prepare(args, &folder, bundle, standing)
}

/// Draws the pending replacement.
fn draw(args: &Args, folder: &Folder, bundle: &Bundle, standing: &Standing) -> Result<Answer, Failure> {
    let Some(record) = &standing.pending else {
        return Err(Failure::no(
            "no replacement is waiting to be drawn",
            format!("prepare one: boule replace {} --withdrawn FILE", shell(&args.dir)),
        ));
    };
    let reading = round(&record.slots, args.beacon.as_deref())?;
    digits(&record.slots, args.witnessed.as_deref())?;
    let quoted = args.witnessed.as_ref().map(|digits| format!("\"witnessed\":\"{digits}\""));
    let used = |bytes: &Vec<u8>| {
        quoted.as_ref().is_some_and(|quoted| String::from_utf8_lossy(bytes).contains(quoted.as_str()))
    };
    if bundle.public.iter().any(|(name, bytes)| name.ends_with("draw.json") && used(bytes)) {
        return Err(Failure::no(
            "these are the digits of a draw before",
            "roll new ones: randomness that is known already decides nothing",
        ));
    }
    let drawn = replace::draw(bundle, standing, args.witnessed.as_deref(), reading.as_ref(), &SIGNATURES)
        .map_err(|reason| {
            Failure::no(format!("nothing was drawn: {reason}"), "get the announced randomness")
        })?;
    let mut writing = folder.begin()?;
    write(&mut writing, &drawn.files)?;
    writing.commit()?;
    Ok(Answer {
        folder: args.dir.clone(),
        replacement: drawn.replacement,
        record: drawn.record,
        withdrawn: record.withdrawn.len(),
        seats: drawn.newcomers.len(),
        candidates: record.eligible.len(),
        m: record.m,
        slots: record.slots.clone(),
        chances: None,
        impossible: 0,
        newcomers: Some(drawn.newcomers),
        t: drawn.t,
        tickets: false,
        own_quotas: record.sha256.quotas.is_some(),
    })
}

fn write(writing: &mut crate::folder::Writing<'_>, files: &Bundle) -> Result<(), Failure> {
    let folders = [
        ("public", Some(&files.public)),
        ("observers", files.observers.as_ref()),
        ("private", files.private.as_ref()),
    ];
    for (name, files) in folders {
        for (file, bytes) in files.into_iter().flatten() {
            writing.write(format!("{name}/{file}"), bytes)?;
        }
    }
    Ok(())
}

/// Prepares the next replacement; by tickets it is drawn at once.
fn prepare(
    args: &Args,
    folder: &Folder,
    mut bundle: Bundle,
    mut standing: Standing,
) -> Result<Answer, Failure> {
    let mut writing = folder.begin()?;
    if let Some(record) = &standing.pending {
        let Some(reason) = &args.void else {
            let typed = format!("boule replace {}", shell(&args.dir));
            let how = randomness(&record.slots, &typed).join("\n     ");
            return Err(Failure::no(
                format!("replacement {} is prepared and still to be drawn", record.replacement),
                format!(
                    "{how}\n     or say for everybody to read why it will never be drawn: --void \"reason\""
                ),
            ));
        };
        let name = format!("replacements/{}/void.json", record.replacement);
        let (void, after) =
            standing.void(reason).map_err(|reason| Failure::no(reason, "say why, on one line"))?;
        writing.write(format!("public/{name}"), &void)?;
        bundle.public.insert(name, void);
        standing = after;
    } else if args.void.is_some() {
        return Err(Failure::no("no replacement is waiting to be drawn", "leave out --void"));
    }
    let decided = decided(args, &standing)?;
    let withdrawn = withdrawn(args, &standing, &decided)?;
    let (seated, _) = standing.state.less(&withdrawn);
    let seats = (standing.commit.k as usize).saturating_sub(seated.len());
    if seats == 0 {
        return Err(Failure::no(
            "the panel has no empty seat",
            "name at least one member of the panel who has withdrawn",
        ));
    }
    let mut quotas = args.quotas.as_deref().map(|path| own_quotas(path, &standing)).transpose()?;
    if args.mend {
        let mended = mended(&standing, &withdrawn, &decided)?;
        quotas = (mended != standing.quotas).then_some(mended);
    }
    let slots = if args.tickets { Slots { witnessed: None, beacon: None } } else { decided.slots() };
    let (made, chances, impossible) = if args.tickets {
        (replace::prepare(&bundle, &standing, &withdrawn, &Way::Tickets, &SIGNATURES), None, 0)
    } else {
        let lottery = lottery(args, &decided, &bundle, &standing, &withdrawn, quotas.as_ref())?;
        let way = Way::Lottery {
            portfolio: &lottery.portfolio,
            certificate: &lottery.certificate,
            slots: &slots,
            quotas: quotas.as_ref(),
        };
        let made = replace::prepare(&bundle, &standing, &withdrawn, &way, &SIGNATURES);
        (made, Some(lottery.chances), lottery.impossible)
    };
    let made: Replaced = made.map_err(Failure::bug)?;
    write(&mut writing, &made.files)?;
    writing.commit()?;
    Ok(Answer {
        folder: args.dir.clone(),
        replacement: made.replacement,
        record: made.record,
        withdrawn: withdrawn.len(),
        seats,
        candidates: standing.state.less(&withdrawn).1.len(),
        m: if args.tickets { 0 } else { decided.panels },
        slots,
        chances,
        impossible,
        newcomers: made.panel.map(|_| made.newcomers),
        t: None,
        tickets: args.tickets,
        own_quotas: quotas.is_some(),
    })
}

/// The settings of the assembly; the time of the draw is that of this replacement.
fn decided(args: &Args, standing: &Standing) -> Result<Decided, Failure> {
    let settings = Settings {
        at: args.at.clone(),
        chain: args.chain,
        witnessed_digits: args.witnessed_digits,
        ..Settings::default()
    };
    let from_file = Settings { at: None, ..Settings::read(&args.dir)? };
    let mut decided = settings.or(from_file).decide(Some(&args.dir))?;
    // What was committed to tells whether this is a rehearsal, whatever the settings say now.
    decided.rehearsal = standing.commit.rehearsal.then(String::new);
    let problems = decided.placed(decided.randomness_problems(time::now()));
    if problems.iter().any(Problem::is_error) { Err(Failure::input(problems)) } else { Ok(decided) }
}

/// Who no longer takes part, ascending.
fn withdrawn(args: &Args, standing: &Standing, decided: &Decided) -> Result<Vec<u32>, Failure> {
    let list = |file: &Option<PathBuf>| {
        file.as_deref().map(|file| ids::read(file, &standing.people, &decided.columns)).transpose()
    };
    let (withdrawn, seated) = (list(&args.withdrawn)?, list(&args.seated)?);
    let panel: BTreeSet<u32> = standing.state.panel.iter().copied().collect();
    let eligible: BTreeSet<u32> = standing.state.eligible.iter().copied().collect();
    let mut gone: BTreeSet<u32> = BTreeSet::new();
    let mut problems = Vec::new();
    for &(index, row) in withdrawn.iter().flatten() {
        if panel.contains(&index) || eligible.contains(&index) {
            gone.insert(index);
        } else {
            let file = args.withdrawn.as_deref().unwrap_or(Path::new("")).display().to_string();
            let reason = "this member withdrew before";
            problems.push(Problem::error(&file, reason, "leave the row out").at_row(row));
        }
    }
    if let Some(seated) = &seated {
        let stays: BTreeSet<u32> = seated.iter().map(|&(index, _)| index).collect();
        let file = args.seated.as_deref().unwrap_or(Path::new("")).display().to_string();
        for &(_, row) in seated.iter().filter(|(index, _)| !panel.contains(index)) {
            let reason = "this member is not on the panel";
            problems.push(Problem::error(&file, reason, "list only those of the panel who stay").at_row(row));
        }
        for &(_, row) in seated.iter().filter(|(index, _)| gone.contains(index)) {
            let reason = "this member is listed as withdrawn too";
            problems
                .push(Problem::error(&file, reason, "keep the member in one of the two lists").at_row(row));
        }
        if withdrawn.is_none() {
            gone.extend(panel.difference(&stays));
        } else if let Some(missing) =
            panel.iter().find(|index| !stays.contains(index) && !gone.contains(index))
        {
            let reason = format!("the panel's member number {missing} is in neither list");
            problems.push(Problem::error(&file, reason, "list every member of the panel in one of the two"));
        }
    }
    if problems.is_empty() { Ok(gone.into_iter().collect()) } else { Err(Failure::input(problems)) }
}

/// The quotas of this replacement, which have the same rows as those of the draw.
fn own_quotas(path: &Path, standing: &Standing) -> Result<Quotas, Failure> {
    let reading = inputs::quotas(path)?;
    let Some(quotas) = reading.value else { return Err(Failure::input(reading.problems)) };
    sortition::replacement::own_quotas(&standing.quotas, quotas.to_csv().as_bytes()).map_err(|_| {
        let reason = "these quotas have other features or values than those of the draw";
        let remedy = "change only the numbers; public/quotas.csv has the rows";
        Failure::input(vec![Problem::error(&path.display().to_string(), reason, remedy)])
    })
}

/// A lottery for those who come in.
struct Lottery {
    portfolio: Portfolio,
    certificate: sortition::Certificate,
    chances: Chances,
    impossible: usize,
}

/// Finds the fairest lottery of completions.
fn lottery(
    args: &Args,
    decided: &Decided,
    bundle: &Bundle,
    standing: &Standing,
    withdrawn: &[u32],
    own: Option<&Quotas>,
) -> Result<Lottery, Failure> {
    let quotas = own.unwrap_or(&standing.quotas);
    let cannot = |why: String| {
        let dir = args.dir.display();
        let cheapest = match mended(standing, withdrawn, decided) {
            Ok(mended) => {
                let words = listed(&mending::between(&standing.quotas, &mended), 20);
                format!("the cheapest change that helps is to {words}: take that with --mend; ")
            }
            Err(none) => format!("{}; ", none.reason),
        };
        Failure::no(
            format!("the quotas can no longer be met: {why}"),
            format!(
                "{cheapest}or copy {dir}/public/quotas.csv, change it as you like and name the copy: --quotas FILE (either is \
                 published with this replacement); or fill the seats by the reserve list: --tickets"
            ),
        )
    };
    let left = standing
        .completion(quotas, withdrawn)
        .map_err(|row| cannot(format!("of those who stay there are too many {}", row_words(quotas, row))))?;
    if left.candidates.len() < left.rules.size as usize {
        let (people, seats) = (left.candidates.len(), left.rules.size as usize);
        return Err(Failure::no(
            format!("{} may come in for {}", counted(people, "member"), counted(seats, "seat")),
            "go on with a smaller panel; --tickets fills the seats that can be filled",
        ));
    }
    let secret = bundle.private.as_ref().and_then(|files| files.get("secret")).map_or(&[][..], Vec::as_slice);
    let secret = secret_from_canonical(secret).map_err(Failure::bug)?;
    let options = fairness::Options {
        objective: decided.objective.into(),
        panels: decided.panels,
        search_seed: h("asl/1/search", &[secret.as_bytes(), standing.state.previous.as_bytes()]).0,
    };
    let mut line = Progress::begin();
    let mut show = |stage: fairness::Progress| line.lottery(stage.phase, stage.level, stage.bad_panels);
    let proposal = fairness::propose(&left.rules, &options, &mut show).map_err(|refusal| match refusal {
        Refusal::Clash(clash) => {
            let mut rows: Vec<u32> = clash.demands.iter().map(|demand| demand.row).collect();
            rows.dedup();
            let words: Vec<String> = rows.into_iter().map(|row| row_words(quotas, row)).collect();
            cannot(format!(
                "beside those who stay, nobody who is left gives a panel with the quotas of {}",
                words.join(", ")
            ))
        }
        Refusal::Undecided => cannot("no panel was found, nor a proof that there is none".to_owned()),
        Refusal::Stalled => stalled(
            options.objective,
            "try another number of panels; and please report it, without personal data",
        ),
    })?;
    let seated = standing.state.less(withdrawn).0;
    let full = |panel: &Vec<u32>| {
        let newcomers = panel.iter().map(|&place| left.candidates[place as usize]);
        let mut panel: Vec<u32> = seated.iter().copied().chain(newcomers).collect();
        panel.sort_unstable();
        panel
    };
    let portfolio = Portfolio::new(proposal.panels.iter().map(full).collect(), &standing.rules(quotas))
        .map_err(|(place, _)| Failure::bug(format!("panel {place} breaks a rule")))?;
    let mut counts = vec![0; left.candidates.len()];
    for &place in proposal.panels.iter().flatten() {
        counts[place as usize] += 1;
    }
    let chances = Chances::new(&proposal, &left.rules, &counts, portfolio.size(), &[]);
    let impossible = proposal.impossible.len();
    Ok(Lottery { portfolio, certificate: proposal.certificate, chances, impossible })
}

/// The quotas with the cheapest change within the limits of the assembly's own file, where it is still there.
fn mended(standing: &Standing, withdrawn: &[u32], decided: &Decided) -> Result<Quotas, Failure> {
    let limits = decided.quotas.exists().then(|| inputs::quotas(&decided.quotas)).transpose()?;
    let limits = match limits {
        Some(Reading { value: None, problems }) => return Err(Failure::input(problems)),
        Some(Reading { value, .. }) => value,
        None => None,
    };
    mending::of_replacement(standing, withdrawn, limits.as_ref())
        .map_err(|why| Failure::no(why, "fill the seats by the reserve list: --tickets"))
}

/// A row of the rules in words.
fn row_words(quotas: &Quotas, row: u32) -> String {
    quotas.rows().get(row as usize).map_or_else(
        || "members of a combination or a cap".to_owned(),
        |quota| format!("\"{}\" ({})", quota.value, quota.feature),
    )
}

impl Report for Answer {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let (folder, e) = (shell(&self.folder), self.replacement);
        match &self.newcomers {
            None => say.line(format_args!("{GOOD}Replacement {e} is ready to be drawn.{GOOD:#}"))?,
            Some(_) => say.line(format_args!("{GOOD}Replaced:{GOOD:#} {STRONG}replacement {e}{STRONG:#}"))?,
        }
        say.gap()?;
        say.fact(
            "withdrawn",
            format_args!("{}; nobody but you vouches for that", counted(self.withdrawn, "member")),
        )?;
        say.fact("seats", counted(self.seats, "seat"))?;
        say.fact("who may come in", counted(self.candidates, "member"))?;
        if self.own_quotas {
            say.fact("quotas", "of its own; they are published with it")?;
        }
        if let Some(chances) = &self.chances {
            say.fact("lottery", counted(self.m as usize, "panel") + ", each with everybody who stays")?;
            for (name, value) in chances.facts(self.m) {
                say.fact(name, value)?;
            }
        }
        if self.impossible > 0 {
            let members = counted(self.impossible, "member");
            say.fact(
                "no panel holds",
                format_args!("{members}, whom the quotas leave no seat beside those who stay"),
            )?;
        }
        if let Some(t) = self.t {
            say.fact("drawn", format_args!("panel {t} of the {} counted from 0", amount(self.m as usize)))?;
        }
        let files = format!("{folder}/private/replacements/{e}");
        if let Some(newcomers) = &self.newcomers {
            say.fact(
                "newcomers",
                format_args!("{} in {files}/newcomers.csv", counted(newcomers.len(), "member")),
            )?;
            say.fact("the panel now", format_args!("in {files}/selected.csv"))?;
            if newcomers.len() < self.seats {
                say.line(format_args!(
                    "{CARE}Some seats stay empty:{CARE:#} there is nobody left who may come in."
                ))?;
            }
        }
        if let Some(record) = self.record {
            say.fact("its hash", format_args!("{STRONG}{record}{STRONG:#}"))?;
        }
        say.gap()?;
        say.line("What to do now:")?;
        let mut next = Vec::new();
        if self.newcomers.is_some() {
            next.push(format!("Invite the newcomers, and publish {folder}/public again."));
        } else {
            next.push(format!(
                "Publish {folder}/public again and the hash, before the randomness can be known; give the observers\n     {folder}/observers again."
            ));
            next.extend(randomness(&self.slots, &format!("boule replace {folder}")));
        }
        if self.tickets {
            next.push("Say in public that tickets decided: everybody could foresee who was next.".to_owned());
        }
        for (number, words) in (1..).zip(next) {
            say.line(format_args!("  {number}. {words}"))?;
        }
        Ok(())
    }
}
