//! The checks that need only `public/`.

use super::replacements::Chain;
use super::{Checks, Fault, Options, file, need};
use crate::counts::{self, Count};
use crate::draw::pick;
use crate::extra::ExtraRules;
use crate::hash::{Digest, sha256};
use crate::merkle::climb;
use crate::portfolio::panel_leaf;
use crate::quotas::Quotas;
use crate::record::{BeaconReading, Commit, Draw, Files, Hashes, MAX_QUOTAS, Void};
use crate::seed::seed;
use crate::signatures::Signatures;

/// What the public files were found to say.
pub(super) struct Public {
    pub commit: Option<Commit>,
    pub quotas: Option<Quotas>,
    pub rules: Option<ExtraRules>,
    pub counts: Option<Vec<Count>>,
    /// The seed of the draw, if the panel is the one that was drawn.
    pub seed: Option<Digest>,
    /// The panel that was drawn.
    pub panel: Option<Vec<u32>>,
    /// The replacements, if there are any.
    pub replacements: Option<Chain>,
}

pub(super) fn check(
    checks: &mut Checks,
    files: &Files,
    options: &Options,
    signatures: &Signatures,
) -> Public {
    let commit = checks.run("commit", || Ok(Commit::from_canonical(file(files, "commit.json")?)?));
    if let Some(expected) = options.commitment {
        checks.run("commitment", || {
            let found = sha256(file(files, "commit.json")?);
            if found == expected { Ok(()) } else { Err(format!("its hash is {found}").into()) }
        });
    }
    let earlier = checks.run("attempts", || attempts(files, need(&commit, "commit")?));
    let announced = checks.run("announcement", || Ok(need(&commit, "commit")?.slots.check()?));
    let beacon = commit.as_ref().is_some_and(|commit| commit.slots.beacon.is_some());
    let round = match beacon {
        true => checks.run("round", || Ok(need(&commit, "commit")?.slots.check_round()?)),
        false => Some(()),
    };

    let bytes = hashed(checks, "hash-quotas", files, "quotas.csv", &commit, |hashes| hashes.quotas);
    let quotas = checks.run("quotas-form", || {
        let quotas = Quotas::from_canonical(need(&bytes, "hash-quotas")?)?;
        if quotas.rows().len() <= MAX_QUOTAS { Ok(quotas) } else { Err("it has too many rows".into()) }
    });
    let bytes = hashed(checks, "hash-rules", files, "rules.json", &commit, |hashes| hashes.rules);
    let rules = checks.run("rules-form", || {
        let (quotas, commit) = (need(&quotas, "quotas-form")?, need(&commit, "commit")?);
        Ok(ExtraRules::from_canonical(need(&bytes, "hash-rules")?, quotas, commit.n, commit.k)?)
    });
    let bytes = hashed(checks, "hash-counts", files, "counts.csv", &commit, |hashes| hashes.counts);
    let counts = checks.run("counts-form", || {
        let (quotas, commit) = (need(&quotas, "quotas-form")?, need(&commit, "commit")?);
        Ok(counts::from_canonical(need(&bytes, "hash-counts")?, quotas, commit.n)?)
    });
    state(checks, files, commit.as_ref(), &earlier.unwrap_or_default());
    rules.iter().flat_map(ExtraRules::words).for_each(|words| checks.state(words));

    let announced = announced.and(round);
    let drawn = if options.before_draw { None } else { drawn(checks, files, &commit, announced, signatures) };
    let (seed, panel) = drawn.unzip();
    Public { commit, quotas, rules, counts, seed, panel, replacements: None }
}

/// Checks a file against its hash in `commit.json` and gives its bytes.
pub(super) fn hashed<'a>(
    checks: &mut Checks,
    id: &'static str,
    files: &'a Files,
    name: &str,
    commit: &Option<Commit>,
    hash: fn(&Hashes) -> Digest,
) -> Option<&'a [u8]> {
    checks.run(id, || {
        let (expected, bytes) = (hash(&need(commit, "commit")?.sha256), file(files, name)?);
        if sha256(bytes) == expected { Ok(bytes) } else { Err("its hash is another".into()) }
    })
}

/// Checks the chain of voided attempts before this one; gives the reasons why they were voided.
fn attempts(files: &Files, commit: &Commit) -> Result<Vec<String>, Fault> {
    let mut previous: Option<(Digest, Digest)> = None;
    let mut reasons = Vec::new();
    let follows = |commit: &Commit, previous: Option<(Digest, Digest)>| {
        (commit.previous, commit.void) == previous.unzip()
    };
    for attempt in 1..commit.attempt {
        let [name, void] = ["commit", "void"].map(|name| format!("attempts/{attempt}/{name}.json"));
        let (bytes, void) = (file(files, &name)?, file(files, &void)?);
        let earlier = Commit::from_canonical(bytes)?;
        if earlier.attempt != attempt || earlier.event != commit.event || !follows(&earlier, previous) {
            return Err(format!("{name} is not attempt {attempt} of this event").into());
        }
        reasons.push(Void::from_canonical(void, bytes)?.reason);
        previous = Some((sha256(bytes), sha256(void)));
    }
    if !follows(commit, previous) {
        return Err("commit.json does not name the attempt before and its voiding".into());
    }
    let known = 2 * (u64::from(commit.attempt) - 1);
    if files.keys().filter(|name| name.starts_with("attempts/")).count() as u64 != known {
        return Err("attempts/ holds something else than the voided attempts before this one".into());
    }
    if let Some(void) = files.get("void.json") {
        Void::from_canonical(void, file(files, "commit.json")?)?;
        if files.contains_key("draw.json") {
            return Err("this attempt was both voided and drawn".into());
        }
    }
    Ok(reasons)
}

/// What the commitment says, in words.
fn state(checks: &mut Checks, files: &Files, commit: Option<&Commit>, voided: &[String]) {
    if let Some(commit) = commit {
        let Commit { event, attempt, n, k, m, .. } = commit;
        checks.state(format!(
            "{event}, attempt {attempt}: {k} of {n} members, one of {m} equally likely panels"
        ));
        if commit.rehearsal {
            checks.state(
                "this is a rehearsal: whoever knows its text could foresee everything but the randomness",
            );
        }
    }
    for (attempt, reason) in (1..).zip(voided) {
        checks.state(format!("attempt {attempt} was voided before it was drawn, with the reason: {reason}"));
    }
    if !voided.is_empty() {
        let open = "whether each earlier attempt was voided before its seed could be known: compare when the void was published";
        checks.open.push(open.to_owned());
    }
    if files.contains_key("void.json") {
        checks.state("this attempt was voided and must not be drawn");
    }
    let known = ["commit.json", "quotas.csv", "rules.json", "counts.csv", "draw.json", "void.json"];
    let folders = ["attempts/", "replacements/"];
    let strange = |name: &&String| {
        !known.contains(&name.as_str()) && !folders.iter().any(|folder| name.starts_with(folder))
    };
    for name in files.keys().filter(strange).take(10) {
        let name = name.escape_debug();
        checks.state(format!("public/{name} is no part of the record and was not looked at"));
    }
}

/// The checks of the draw; gives the seed and the panel if all that led to it held. `announced` is there if the
/// announcement of the randomness held.
fn drawn(
    checks: &mut Checks,
    files: &Files,
    commit: &Option<Commit>,
    announced: Option<()>,
    signatures: &Signatures,
) -> Option<(Digest, Vec<u32>)> {
    let draw = checks.run("draw-form", || Ok(Draw::from_canonical(file(files, "draw.json")?)?));
    let slots = checks.run("slots", || {
        need(&announced, "announcement or round")?;
        let (slots, draw) = (&need(commit, "commit")?.slots, need(&draw, "draw-form")?);
        slots.check_witnessed(draw.witnessed.as_deref())?;
        Ok(slots.check_beacon(draw.beacon.as_ref())?)
    });
    let beacon = commit.as_ref().is_some_and(|commit| commit.slots.beacon.is_some());
    let reading = draw.as_ref().and_then(|draw| draw.beacon.as_ref());
    if beacon {
        checks.run("beacon", || {
            need(&slots, "slots")?;
            reading.map_or(Ok(()), |reading| Ok(reading.check(signatures)?))
        });
    }
    let pulse = slots.and_then(|()| reading.map(BeaconReading::pulse).transpose().ok());
    let found = checks.run("seed", || {
        need(&slots, "slots")?;
        let pulse = need(&pulse, "beacon")?;
        let (bytes, draw) = (file(files, "commit.json")?, need(&draw, "draw-form")?);
        let found = seed(&sha256(bytes), draw.witnessed.as_deref(), pulse.as_ref());
        if found == draw.seed { Ok(found) } else { Err(format!("the seed should be {found}").into()) }
    });
    let index = checks.run("index", || {
        let (seed, draw) = (need(&found, "seed")?, need(&draw, "draw-form")?);
        let t = pick(seed, need(commit, "commit")?.m);
        if t == draw.t { Ok(t) } else { Err(format!("the number should be {t}").into()) }
    });
    let sound = checks.run("panel-indices", || {
        let (commit, panel) = (need(commit, "commit")?, &need(&draw, "draw-form")?.panel);
        let ascending = panel.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || panel.last().is_some_and(|&index| index >= commit.n) {
            Err("the indices do not ascend below the number of members".into())
        } else if panel.len() as u64 != u64::from(commit.k) {
            Err(format!("it has {} members instead of {}", panel.len(), commit.k).into())
        } else {
            Ok(())
        }
    });
    let panel = checks.run("panel-path", || {
        need(&sound, "panel-indices")?;
        let (&t, draw, commit) = (need(&index, "index")?, need(&draw, "draw-form")?, need(commit, "commit")?);
        let leaf = panel_leaf(t, &draw.panel_salt, &draw.panel);
        match climb(&leaf, t.into(), commit.m.into(), &draw.panel_path) {
            Some(root) if root == commit.portfolio_root => Ok(draw.panel.clone()),
            _ => Err("the panel and its path do not lead to portfolio_root".into()),
        }
    });
    if let (Some(t), Some(_)) = (index, &panel) {
        checks.state(format!("the seed picked panel {t}, counted from 0"));
    }
    found.zip(panel)
}
