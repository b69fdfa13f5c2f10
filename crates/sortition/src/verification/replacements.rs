//! The checks of replacements, at every level. Each is about all of them, one after the other.

use super::auditor::List;
use super::observer::Observer;
use super::public::Public;
use super::{Checks, Fault, file, need};
use crate::canonical;
use crate::certificate::Certificate;
use crate::hash::{Digest, sha256};
use crate::portfolio::Portfolio;
use crate::quotas::Quotas;
use crate::record::{Commit, Draw, Files, MAX_JSON, MAX_QUOTAS};
use crate::replace::rules;
use crate::replacement::{self, ByTicket, Method, Record, State, Void};
use crate::rules::Rules;
use crate::signatures::Signatures;
use crate::wording::counted;

/// One replacement, as its files say.
pub(super) struct Event {
    e: u32,
    /// The bytes of `record.json`.
    bytes: Vec<u8>,
    record: Record,
    /// The quotas that hold for it, if they are its own.
    quotas: Option<Quotas>,
    /// What was before.
    before: State,
    /// How it ended; `None` while it is still to be drawn.
    end: Option<End>,
}

/// All replacements, if each follows from the one before.
pub(super) type Chain = Option<Vec<Event>>;

/// The files that a replacement may have in `public/`.
const FILES: [&str; 4] = ["record.json", "draw.json", "void.json", "quotas.csv"];

/// How a replacement ended.
enum End {
    Lottery(Draw),
    Tickets(ByTicket),
    Void(Void),
}

impl Event {
    fn panel(&self) -> Option<&Vec<u32>> {
        match self.end.as_ref()? {
            End::Lottery(draw) => Some(&draw.panel),
            End::Tickets(draw) => Some(&draw.panel),
            End::Void(_) => None,
        }
    }

    fn name(&self, file: &str) -> String {
        format!("replacements/{}/{file}", self.e)
    }

    fn wrong(&self, reason: impl std::fmt::Display) -> Fault {
        Fault::Failed(format!("replacement {}: {reason}", self.e))
    }
}

/// Whether there is anything of replacements.
fn are_there(files: &Files) -> bool {
    files.keys().any(|name| name.starts_with("replacements/"))
}

/// The checks that need only `public/`. `start` is there if the draw held.
pub(super) fn public(
    checks: &mut Checks,
    files: &Files,
    found: &Public,
    signatures: &Signatures,
) -> Option<Chain> {
    if !are_there(files) {
        return None;
    }
    let chain = checks.run("replacements", || {
        let (seed, panel) = (need(&found.seed, "panel-path")?, need(&found.panel, "panel-path")?);
        let (commit, quotas) = (need(&found.commit, "commit")?, need(&found.quotas, "quotas-form")?);
        let start = State::after_draw(commit.n, panel, *seed, file(files, "draw.json")?);
        chain(files, commit, &sha256(file(files, "commit.json")?), quotas, start)
    });
    let slots = checks.run("replacement-slots", || {
        need(&chain, "replacements")?
            .iter()
            .try_for_each(|event| slots(event).map_err(|why| event.wrong(why)))
    });
    let beacon = |event: &Event| matches!(&event.end, Some(End::Lottery(draw)) if draw.beacon.is_some());
    if chain.as_ref().is_none_or(|chain| chain.iter().any(beacon)) {
        checks.run("replacement-beacons", || {
            need(&slots, "replacement-slots")?;
            need(&chain, "replacements")?.iter().try_for_each(|event| {
                let Some(End::Lottery(Draw { beacon: Some(reading), .. })) = &event.end else {
                    return Ok(());
                };
                reading.check(signatures).map_err(|why| event.wrong(why))
            })
        });
    }
    checks.run("replacement-draws", || {
        need(&slots, "replacement-slots")?;
        let commit = need(&found.commit, "commit")?;
        need(&chain, "replacements")?
            .iter()
            .try_for_each(|event| drawn(event, commit).map_err(|why| event.wrong(why)))
    });
    if let Some(chain) = &chain {
        state(checks, chain);
    }
    Some(chain)
}

/// Reads all replacements and checks that each follows from the one before.
fn chain(
    files: &Files,
    commit: &Commit,
    commitment: &Digest,
    quotas: &Quotas,
    start: State,
) -> Result<Vec<Event>, Fault> {
    let mut events: Vec<Event> = Vec::new();
    let mut state = start;
    let mut known = 0;
    for e in 1u32.. {
        let folder = format!("replacements/{e}/");
        let inside: Vec<&String> = files.keys().filter(|name| name.starts_with(&folder)).collect();
        if inside.is_empty() {
            break;
        }
        let name = |name: &&String| FILES.contains(&&name[folder.len()..]);
        known += inside.into_iter().filter(name).count();
        if events.last().is_some_and(|last| last.end.is_none()) {
            return Err(format!("replacement {} was neither drawn nor voided before the next", e - 1).into());
        }
        let wrong = |reason: String| Fault::Failed(format!("replacement {e}: {reason}"));
        let event = event(files, e, &state, quotas).map_err(|fault| match fault {
            Fault::Failed(reason) => wrong(reason),
            open => open,
        })?;
        state.check(&event.record, commit, commitment).map_err(wrong)?;
        let end = |name: &str| file(files, &event.name(name));
        state = match &event.end {
            None => state,
            Some(End::Lottery(draw)) => state.drawn(&event.record, &draw.panel, draw.seed, end("draw.json")?),
            Some(End::Tickets(draw)) => state.drawn(&event.record, &draw.panel, draw.seed, end("draw.json")?),
            Some(End::Void(_)) => state.voided(end("void.json")?),
        };
        events.push(event);
    }
    if known < files.keys().filter(|name| name.starts_with("replacements/")).count() {
        return Err("replacements/ holds something that is not of the replacements in order".into());
    }
    Ok(events)
}

/// Reads the files of replacement e.
fn event(files: &Files, e: u32, before: &State, quotas: &Quotas) -> Result<Event, Fault> {
    let get = |name: &str| files.get(&format!("replacements/{e}/{name}"));
    let bytes = file(files, &format!("replacements/{e}/record.json"))?.to_vec();
    let record = Record::from_canonical(&bytes)?;
    let end = match (get("draw.json"), get("void.json")) {
        (None, None) => None,
        (None, Some(void)) => Some(End::Void(Void::from_canonical(void, &bytes)?)),
        (Some(_), Some(_)) => return Err("it was both voided and drawn".into()),
        (Some(draw), None) => Some(match record.method {
            Method::Lottery => End::Lottery(Draw::from_canonical(draw)?),
            Method::Tickets => End::Tickets(canonical::from_json(draw, MAX_JSON)?),
        }),
    };
    let own = match (record.sha256.quotas, get("quotas.csv")) {
        (None, None) => None,
        (Some(hash), Some(file)) if sha256(file) == hash => Some(replacement::own_quotas(quotas, file)?),
        _ => return Err("its quotas.csv is not the one that was committed to".into()),
    };
    if own.as_ref().is_some_and(|own| own.rows().len() > MAX_QUOTAS) {
        return Err("its quotas.csv has too many rows".into());
    }
    Ok(Event { e, bytes, record, quotas: own, before: before.clone(), end })
}

/// Checks what was announced, and that exactly that was used.
fn slots(event: &Event) -> Result<(), String> {
    let slots = &event.record.slots;
    if event.record.method == Method::Tickets {
        return Ok(());
    }
    slots.check()?;
    slots.check_round()?;
    let Some(End::Lottery(draw)) = &event.end else { return Ok(()) };
    slots.check_witnessed(draw.witnessed.as_deref())?;
    slots.check_beacon(draw.beacon.as_ref())
}

/// Checks seed and panel.
fn drawn(event: &Event, commit: &Commit) -> Result<(), String> {
    match &event.end {
        None | Some(End::Void(_)) => Ok(()),
        Some(End::Lottery(draw)) => {
            let seed = event.before.reseed(&event.bytes, draw.witnessed.as_deref(), draw.beacon.as_ref())?;
            if seed != draw.seed {
                return Err(format!("the seed should be {seed}"));
            }
            replacement::check_lottery(draw, &event.record, commit.k)
        }
        Some(End::Tickets(draw)) => {
            if draw.seed != event.before.seed {
                return Err(format!("the seed should be {}", event.before.seed));
            }
            if draw.panel.len() as u64 > u64::from(commit.k) {
                return Err("the panel has more members than seats".to_owned());
            }
            replacement::check_members(&draw.panel, &event.record)
        }
    }
}

/// Says what the replacements were.
fn state(checks: &mut Checks, chain: &[Event]) {
    let mut vouched = 0;
    for event in chain {
        let Event { e, record, .. } = event;
        let (gone, came) =
            (record.withdrawn.len(), event.panel().map(|panel| panel.len() - record.seated.len()));
        let what = match (&event.end, came) {
            (Some(End::Lottery(draw)), Some(came)) => {
                format!(
                    "a fresh seed picked panel {} of {}, with {}",
                    draw.t,
                    record.m,
                    counted(came, "newcomer")
                )
            }
            (Some(End::Tickets(_)), Some(came)) => {
                format!("{} by their tickets, which everybody could foresee", counted(came, "newcomer"))
            }
            (Some(End::Void(void)), _) => format!("voided, with the reason: {}", void.reason),
            _ => "still to be drawn".to_owned(),
        };
        checks.state(format!("replacement {e}: {gone} withdrew; {what}"));
        if event.quotas.is_some() {
            checks
                .state(format!("replacement {e} has quotas of its own, since the old ones could not be met"));
        }
        if !matches!(event.end, Some(End::Void(_))) {
            vouched += gone;
        }
    }
    checks.state(format!("withdrawals that nobody but the organiser vouches for: {vouched}"));
}

/// The checks that need `observers/`.
pub(super) fn observer(checks: &mut Checks, found: &Public, files: &Files, observer: &Observer) {
    let Some(chain) = found.replacements.as_ref() else { return };
    let rules_of = |event: &Event| -> Result<Rules, Fault> {
        need(&observer.rules, "quotas, or another rule")?;
        let (commit, extra) = (need(&found.commit, "commit")?, need(&found.rules, "rules-form")?);
        let quotas = event.quotas.as_ref().map_or_else(|| need(&found.quotas, "quotas-form"), Ok)?;
        Ok(rules(quotas, extra, commit.k, need(&observer.lines, "pool-root")?))
    };
    let portfolios = checks.run("replacement-panels", || {
        let (commit, secret) = (need(&found.commit, "commit")?, need(&observer.secret, "observer-secret")?);
        lotteries(need(chain, "replacements")?)
            .map(|event| {
                let bytes = file(files, &event.name("portfolio.csv"))?;
                panels(event, bytes, commit, secret, &rules_of(event)?).map_err(|why| event.wrong(why))
            })
            .collect::<Result<Vec<Portfolio>, Fault>>()
    });
    checks.run("replacement-fairness", || {
        let portfolios = need(&portfolios, "replacement-panels")?;
        for (event, portfolio) in lotteries(need(chain, "replacements")?).zip(portfolios) {
            let bytes = file(files, &event.name("certificate.json"))?;
            fair(event, bytes, portfolio, &rules_of(event)?).map_err(|why| event.wrong(why))?;
        }
        Ok(())
    });
    checks.run("replacement-tickets", || {
        for event in need(chain, "replacements")? {
            let Some(End::Tickets(draw)) = &event.end else { continue };
            let Record { seated, eligible, .. } = &event.record;
            if replacement::by_tickets(&rules_of(event)?, seated, eligible, &draw.seed) != draw.panel {
                return Err(event.wrong("the newcomers are not those whom the tickets give"));
            }
        }
        Ok(())
    });
}

fn lotteries(chain: &[Event]) -> impl Iterator<Item = &Event> {
    chain.iter().filter(|event| event.record.method == Method::Lottery)
}

/// Checks the panels of a replacement's lottery; gives them.
fn panels(
    event: &Event,
    bytes: &[u8],
    commit: &Commit,
    secret: &Digest,
    rules: &Rules,
) -> Result<Portfolio, String> {
    let record = &event.record;
    let portfolio = Portfolio::from_canonical(bytes, commit.n, commit.k, record.m)?;
    let root = portfolio.tree(&replacement::replacement_secret(secret, event.e)).root();
    if Some(root) != record.portfolio_root {
        return Err(format!("its portfolio has the root {root}"));
    }
    if let Some(place) = portfolio.disorder() {
        return Err(format!("panel {place} is not after the one before"));
    }
    for (place, panel) in portfolio.panels().iter().enumerate() {
        replacement::check_members(panel, record).map_err(|why| format!("panel {place}: {why}"))?;
        rules
            .check(panel)
            .map_err(|_| format!("panel {place} breaks a quota or has two of one household"))?;
    }
    Ok(portfolio)
}

/// Checks the proof of fairness among those who may come in.
fn fair(event: &Event, bytes: &[u8], portfolio: &Portfolio, rules: &Rules) -> Result<(), String> {
    let record = &event.record;
    if Some(sha256(bytes)) != record.sha256.certificate {
        return Err("its certificate.json is not the one that was committed to".to_owned());
    }
    let left = replacement::completion(rules, &record.seated, &record.eligible)
        .map_err(|row| format!("the seated members alone break quota {row}"))?;
    let counts = portfolio.counts(rules.members.len());
    let counts: Vec<u32> = left.candidates.iter().map(|&index| counts[index as usize]).collect();
    Certificate::check(bytes, &left.rules, &counts, record.m).map(drop)
}

/// The checks that need `private/`.
pub(super) fn auditor(checks: &mut Checks, found: &Public, files: &Files, list: &Option<List>) {
    let Some(chain) = found.replacements.as_ref() else { return };
    checks.run("replacement-lists", || {
        let (chain, list) = (need(chain, "replacements")?, need(list, "private-form")?);
        for event in chain {
            let Some(panel) = event.panel() else { continue };
            for (name, indices) in replacement::lists(&event.record, panel) {
                if file(files, &event.name(name))? != list.people.list(&indices).as_bytes() {
                    return Err(event.wrong(format!("{name} is not the list that the draw gives")));
                }
            }
        }
        Ok(())
    });
}
