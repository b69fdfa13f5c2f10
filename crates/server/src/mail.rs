//! Mail: letters are written into the store with what they tell of, in one transaction, and handed to an SMTP server one by one.
//!
//! What is promised, whatever dies when:
//!
//! - A letter is written once: its key says what it is and for whom, and the database refuses a second one.
//! - None is lost: it leaves the queue only when the server has answered 250, or refuses it for good, or nobody is left to
//!   read it. Whatever dies before is taken up again.
//! - One that was not handed over is never taken for one that was: until the server has said "go ahead" (354) nothing can have
//!   been received, and only then the letter is marked `handing`, on disk, before its first byte goes out.
//!
//! What SMTP cannot promise (RFC 1047): between the server's 250 and our mark `sent` there is a moment, some milliseconds
//! long. Who dies in it cannot know whether the server has the letter, and SMTP has no way to ask. Such a letter is sent
//! again, the same bytes with the same Message-ID, and `unsure` in the store counts it: a mailbox that knows letters by their
//! Message-ID (RFC 5322, section 3.6.4) shows it once, another one might show it twice. The other choice would be to lose it.
//!
//! Addresses stand in the tables of people and followers only. A letter names its reader by an id and is addressed when it is
//! sent; the log never says to whom, and of a server's answer only the code.

pub mod courier;
pub mod digest;
pub mod news;
pub mod notices;
pub mod paper;
pub mod readers;
pub mod relay;
pub mod rounds;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::Letter;

use crate::app::App;
use crate::fault::Fault;
use crate::mail::courier::{Line, Trouble};
use crate::mail::relay::Relay;
use crate::secret::id;
use crate::session::later;

/// How long one sender has for one letter: longer than all that SMTP may take ([`courier`]).
pub const HELD: SignedDuration = SignedDuration::from_mins(20);
/// A letter that could not be handed over for so long is given up (RFC 5321, section 4.5.4.1).
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long the sender rests when no letter waits.
const REST: Duration = Duration::from_secs(5);
/// How often it is seen what is to be written.
const ROUND: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of letters.
#[derive(Debug, Clone, Default)]
pub enum Mail {
    /// None are written.
    #[default]
    None,
    /// They are written and kept to be looked at, and never sent: for a demonstration.
    Kept,
    /// They are handed to a server.
    Sent(Relay),
}

impl Mail {
    /// Whether letters are written.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::None)
    }
}

/// Writes and sends letters until it is dropped.
pub async fn work(app: App) {
    let holder = match id() {
        Ok(holder) => holder,
        Err(_) => return tracing::error!("letters are not sent: the system gives no randomness"),
    };
    let mut next_round = Timestamp::MIN;
    loop {
        if app.now() >= next_round {
            next_round = later(app.now(), ROUND);
            if let Err(fault) = rounds::round(&app).await {
                tracing::error!(why = %said(&fault), "letters could not be written; they will be");
            }
        }
        if let Mail::Sent(relay) = &app.mail {
            match deliver(&app, relay, &holder).await {
                Ok(0) => {}
                Ok(letters) => tracing::info!(letters, "letters were sent"),
                Err(fault) => tracing::error!(why = %said(&fault), "letters could not be sent; they wait"),
            }
        }
        tokio::time::sleep(REST).await;
    }
}

fn said(fault: &Fault) -> String {
    match fault {
        Fault::Unsaved(why) | Fault::Unavailable(why) | Fault::Broken(why) => why.clone(),
        other => other.key().to_owned(),
    }
}

/// Hands over every letter whose time has come, until none is left or the server is away. Answers how many it took.
///
/// # Errors
/// If the store cannot be read or written.
pub async fn deliver(app: &App, relay: &Relay, holder: &str) -> Result<usize, Fault> {
    let mut line = None;
    let mut sent = 0;
    loop {
        let now = app.now();
        let Some(letter) = app.store.take_letter(holder, now, later(now, HELD)).await? else { break };
        let Some(to) = readers::address(app, &letter.reader).await? else {
            app.store.end_letter(&letter.id, holder, "dropped", app.now(), Some("nobody")).await?;
            continue;
        };
        let outcome = match paper::message(relay, &letter, &to) {
            None => Err(Trouble::Never("address".to_owned())),
            Some(message) => hand_over(app, relay, &mut line, holder, &letter, &message).await?,
        };
        let away = matches!(outcome, Err(Trouble::Away(_) | Trouble::Gone));
        if outcome.is_ok() {
            sent += 1;
        } else {
            // A dialogue in which something went wrong is not gone on with.
            line = None;
        }
        settle(app, holder, &letter, outcome).await?;
        if away {
            break;
        }
    }
    if let Some(line) = line {
        line.quit().await;
    }
    Ok(sent)
}

async fn hand_over(
    app: &App,
    relay: &Relay,
    line: &mut Option<Line>,
    holder: &str,
    letter: &Letter,
    message: &paper::Message,
) -> Result<Result<(), Trouble>, Fault> {
    if line.is_none() {
        match Line::open(relay).await {
            Ok(open) => *line = Some(open),
            Err(trouble) => return Ok(Err(trouble)),
        }
    }
    let Some(open) = line.as_mut() else { return Ok(Err(Trouble::Away("line".to_owned()))) };
    if let Err(trouble) = open.announce(message).await {
        return Ok(Err(trouble));
    }
    if !app.store.hand_letter(&letter.id, holder, app.now()).await? {
        return Ok(Err(Trouble::Gone));
    }
    Ok(open.hand_over(message).await)
}

/// Writes down what came of it.
async fn settle(app: &App, holder: &str, letter: &Letter, outcome: Result<(), Trouble>) -> Result<(), Fault> {
    let now = app.now();
    let (store, id) = (&app.store, letter.id.as_str());
    match outcome {
        Ok(()) => store.end_letter(id, holder, "sent", now, None).await?,
        Err(Trouble::Gone) => {}
        Err(Trouble::Never(code)) => {
            tracing::warn!(letter = id, code, "a letter was refused for good");
            store.end_letter(id, holder, "returned", now, Some(&code)).await?;
        }
        Err(Trouble::Away(why) | Trouble::Later(why)) => {
            tracing::warn!(letter = id, why, "a letter waits");
            if now.duration_since(letter.written_at) > GIVEN_UP {
                store.end_letter(id, holder, "returned", now, Some(&why)).await?;
            } else {
                store.put_letter_back(id, holder, later(now, pause(letter.tries)), &why, false).await?;
            }
        }
        Err(Trouble::Unsure(why)) => {
            tracing::warn!(letter = id, why, "nobody knows whether a letter arrived; it will be sent again");
            store.put_letter_back(id, holder, later(now, pause(letter.tries)), &why, true).await?;
        }
    }
    Ok(())
}

/// How long a letter waits after so many tries: a minute, two, four, at most four hours.
fn pause(tries: i64) -> SignedDuration {
    SignedDuration::from_mins(1 << (tries.clamp(1, 9) - 1)).min(SignedDuration::from_hours(4))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_and_end() {
        let minutes: Vec<i64> = [0, 1, 2, 3, 8, 9, 10, i64::MAX].map(|tries| pause(tries).as_mins()).into();
        assert_eq!(minutes, [1, 1, 2, 4, 128, 240, 240, 240]);
    }
}
