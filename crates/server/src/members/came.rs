//! How words and ballots came in: online, on paper, by telephone. Of few nothing is said, and nothing that gives them away.

use std::collections::BTreeMap;

use store::Filter;
use tracking::{Phase, Through};
use worth::Channel;

use crate::app::App;
use crate::fault::Fault;
use crate::members::{COMMENTS, rounds};
use crate::plain::{Cell, Table};
use crate::posts::town;
use crate::words::Words;

/// The channels that are compared.
const CHANNELS: [Channel; 3] = [Channel::Online, Channel::Paper, Channel::Phone];

/// How many came by each channel.
type Counts = BTreeMap<Channel, u64>;

/// The channel of something that somebody else entered; what nobody entered came online.
fn channel(through: Option<Through>) -> Channel {
    match through {
        None => Channel::Online,
        Some(Through::Paper) => Channel::Paper,
        Some(Through::Phone) => Channel::Phone,
    }
}

/// The number of a way in the store.
pub fn way(through: Through) -> i64 {
    match through {
        Through::Paper => 2,
        Through::Phone => 3,
    }
}

fn add(counts: &mut Counts, channel: Channel, many: u64) {
    *counts.entry(channel).or_default() += many;
}

/// Comments, replies and the ballots of each round that is over, each with its counts.
async fn counts(app: &App, words: Words, assembly: &str) -> Result<Vec<(String, Counts)>, Fault> {
    let mut all = [("came-comments", Counts::new()), ("came-replies", Counts::new())];
    let about = store::EntryFilter { assembly: Some(assembly.to_owned()), ..store::EntryFilter::default() };
    for kept in COMMENTS.list(app, &about).await? {
        add(&mut all[0].1, channel(kept.value.through), 1);
    }
    let filter = Filter { assemblies: vec![assembly.to_owned()], ..Filter::default() };
    for (_, it) in town::recommendations(app, filter).await? {
        it.replies.iter().for_each(|reply| add(&mut all[1].1, channel(reply.through), 1));
    }
    let mut named: Vec<(String, Counts)> =
        all.into_iter().map(|(key, counts)| (words.say(key), counts)).collect();
    for round in rounds::of_assembly(app, assembly).await? {
        if rounds::phase(app, &round) != Phase::Over {
            continue;
        }
        let mut counts = Counts::new();
        add(&mut counts, Channel::Paper, round.value.paper.unwrap_or_default().into());
        for (number, many) in app.store.ballot_ways(&round.entry.id).await? {
            let through = Through::ALL.iter().copied().find(|one| way(*one) == number);
            add(&mut counts, channel(through), many);
        }
        named.push((words.with("came-ballots", "round", &round.value.name), counts));
    }
    named.retain(|(_, counts)| counts.values().any(|n| *n > 0));
    Ok(named)
}

/// The comparison, as everybody reads it; none where nothing came in.
///
/// # Errors
/// If the store cannot be read.
pub async fn table(app: &App, words: Words, assembly: &str) -> Result<Option<Table>, Fault> {
    let few = words.count("worth-few", worth::FEWEST as u32);
    let row = |(name, counts): (String, Counts)| {
        let told = worth::told(&counts);
        let cell = |channel: &Channel| match (counts.get(channel), told.get(channel)) {
            (None | Some(0), _) if !told.is_empty() => words.number(0_u32),
            (_, Some(Some(n))) => words.number(*n),
            _ => few.clone(),
        };
        std::iter::once(Cell::text(name)).chain(CHANNELS.iter().map(|one| Cell::text(cell(one)))).collect()
    };
    let rows: Vec<Vec<Cell>> = counts(app, words, assembly).await?.into_iter().map(row).collect();
    let columns = CHANNELS.iter().map(|one| words.word("channel", one.key()));
    let columns = std::iter::once(words.say("came-what")).chain(columns).collect();
    Ok((!rows.is_empty()).then(|| Table { caption: words.say("came-title"), columns, rows }))
}
