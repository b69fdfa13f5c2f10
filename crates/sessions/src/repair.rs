//! No-shows and late comers: the tables of one round, mended by moving as few people as possible.

use sortition::Digest;

use crate::dice::Dice;
use crate::plan::Inputs;
use crate::tables::instance::{Instance, Round};
use crate::tables::rules::{Answer, seat};
use crate::tables::{even_sizes, improve};

/// A round after it was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The table of each member who is present.
    pub seats: Vec<Option<usize>>,
    /// Members who sit at another table than before.
    pub moved: Vec<usize>,
    /// Members who had no seat and have one now.
    pub seated: Vec<usize>,
    /// Nobody can even out the tables by moving fewer.
    pub bound: usize,
}

/// The sizes that tables of these seats are brought to so that as few as possible leave a table, when so many sit there now:
/// even sizes, the larger ones for the tables that are fuller.
fn targets(seats: &[usize], now: &[usize], people: usize) -> Option<Vec<usize>> {
    let even = even_sizes(seats, people)?;
    let level = even.iter().copied().max().unwrap_or(0);
    // Tables that could take one more than the level below may trade it.
    let low: Vec<usize> = seats.iter().map(|&seats| seats.min(level.saturating_sub(1))).collect();
    let mut extra = people - low.iter().sum::<usize>();
    let mut order: Vec<usize> = (0..seats.len()).filter(|&t| seats[t] >= level).collect();
    order.sort_by_key(|&t| (usize::MAX - now[t], t));
    let mut targets = low;
    for t in order {
        if extra > 0 && targets[t] < level {
            targets[t] += 1;
            extra -= 1;
        }
    }
    Some(targets)
}

/// Brings a published round to those who are present: the tables as even as their seats allow again, every rule kept, and as
/// few as possible moved; among such ways the one that costs least in balance and repeated meetings is searched for.
/// Rounds before and after count as they are in `tables`.
///
/// # Errors
/// In words, if the rules cannot be kept.
pub fn repair(
    inputs: &Inputs,
    instance: &Instance,
    r: usize,
    told: &[Option<usize>],
    seed: &Digest,
) -> Result<Repaired, String> {
    let name = &inputs.rounds.all[r].name;
    let present: Vec<usize> = (0..inputs.members.len()).filter(|&m| inputs.is_present(r, m)).collect();
    let seats_of = &inputs.rounds.all[r].seats;
    let mut now = vec![0; seats_of.len()];
    present.iter().filter_map(|&m| told[m]).for_each(|t| now[t] += 1);
    let Some(targets) = targets(seats_of, &now, present.len()) else {
        return Err(format!("round {name} has too few seats for those who came"));
    };
    let bound = now.iter().zip(&targets).map(|(&now, &target)| now.saturating_sub(target)).sum();
    let mut round: Round = inputs.ruled(r, &present);
    let stayers = |m: usize| told[m].filter(|_| present.binary_search(&m).is_ok());
    let mut seats: Vec<Option<usize>> = (0..told.len()).map(stayers).collect();
    let newcomers: Vec<usize> = present.iter().copied().filter(|&m| told[m].is_none()).collect();
    if !even_out(&round, &mut seats, &targets, &newcomers) {
        // The few who can move are bound by rules: any seating that keeps them, near to what was told.
        let demands = inputs.demands_of(r, &present);
        seats = match seat(&demands, 20_000) {
            Answer::Seats(seats) => seats,
            Answer::Impossible | Answer::Undecided => {
                return Err(format!("the rules of round {name} cannot be kept for those who came"));
            }
        };
    }
    round.sizes = vec![0; seats_of.len()];
    seats.iter().flatten().for_each(|&t| round.sizes[t] += 1);
    round.present = present;
    round.told = told.to_vec();
    let mut tables = Vec::new();
    let mut mending = instance.clone();
    for (other, round) in mending.rounds.iter_mut().enumerate() {
        if other != r && round.kept.is_none() {
            // Not planned yet: nobody sits there.
            round.present.clear();
        }
        tables.push(if other == r { seats.clone() } else { round.kept.clone().unwrap_or_default() });
    }
    mending.rounds[r] = round;
    let seats = improve(&mending, &tables, &mut Dice::new(seed))[r].clone();
    let moved =
        (0..told.len()).filter(|&m| told[m].is_some() && seats[m].is_some() && told[m] != seats[m]).collect();
    Ok(Repaired { seats, moved, seated: newcomers, bound })
}

/// Seats the newcomers and moves people from tables with too many to tables with too few; `false` if rules stand in the way.
fn even_out(round: &Round, seats: &mut [Option<usize>], targets: &[usize], newcomers: &[usize]) -> bool {
    let grouped = |m: usize| round.together.iter().any(|group| group.contains(&m));
    let mut size = vec![0; targets.len()];
    seats.iter().flatten().for_each(|&t| size[t] += 1);
    let apart = |m: usize, t: usize, seats: &[Option<usize>]| {
        round.apart.iter().any(|&(a, b)| (a == m && seats[b] == Some(t)) || (b == m && seats[a] == Some(t)))
    };
    if newcomers.iter().any(|&m| grouped(m)) {
        return false;
    }
    let mut waiting = newcomers.to_vec();
    loop {
        let short: Vec<usize> = (0..targets.len()).filter(|&t| size[t] < targets[t]).collect();
        if short.is_empty() {
            return waiting.is_empty();
        }
        let may =
            |m: usize, t: usize, seats: &[Option<usize>]| round.allowed[m].has(t) && !apart(m, t, seats);
        let step =
            waiting.iter().copied().find_map(|m| short.iter().find(|&&t| may(m, t, seats)).map(|&t| (m, t)));
        let step = step.or_else(|| {
            let full = |&m: &usize| seats[m].is_some_and(|t| size[t] > targets[t]) && !grouped(m);
            (0..seats.len())
                .filter(full)
                .find_map(|m| short.iter().find(|&&t| may(m, t, seats)).map(|&t| (m, t)))
        });
        let Some((m, t)) = step else { return false };
        match seats[m] {
            Some(from) => size[from] -= 1,
            None => waiting.retain(|&other| other != m),
        }
        seats[m] = Some(t);
        size[t] += 1;
    }
}
