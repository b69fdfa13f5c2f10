//! One dialogue with the SMTP server, in two steps: announce a letter, and hand it over. Between the two the caller marks it.

use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, response::Response};

use crate::mail::paper::Message;
use crate::mail::relay::{Privacy, Relay};

/// How long the server may take for a command.
const COMMAND: Duration = Duration::from_secs(60);
/// How long it may take for its last word on a letter: who hangs up too early causes duplicates (RFC 5321, section 4.5.3.2.6).
const LAST_WORD: Duration = Duration::from_secs(600);

/// Why a letter was not handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The server is away, or does not want us; nothing to do with this letter.
    Away(String),
    /// The server does not want this letter now.
    Later(String),
    /// The server will never want this letter.
    Never(String),
    /// Another sender may have the letter.
    Gone,
    /// It was handed over, and nobody said whether it arrived.
    Unsure(String),
}

/// An open dialogue.
pub struct Line(AsyncSmtpConnection);

/// What a server's refusal says: its code and no more, because its words may hold the address.
fn code(error: &Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "tls".to_owned(),
        None => "connection".to_owned(),
    }
}

async fn within(
    limit: Duration,
    work: impl Future<Output = Result<Response, Error>>,
) -> Result<(), Option<Error>> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Some(error)),
        Err(_) => Err(None),
    }
}

fn away(error: Option<Error>) -> Trouble {
    Trouble::Away(error.map_or_else(|| "timeout".to_owned(), |error| code(&error)))
}

/// What a refusal of this letter means.
fn refused(error: Option<Error>) -> Trouble {
    match error {
        Some(error) if error.is_permanent() => Trouble::Never(code(&error)),
        Some(error) if error.is_transient() => Trouble::Later(code(&error)),
        other => away(other),
    }
}

impl Line {
    /// Calls the server and signs in.
    ///
    /// # Errors
    /// That it is away or does not want us.
    pub async fn open(relay: &Relay) -> Result<Self, Trouble> {
        tokio::time::timeout(COMMAND, Self::call(relay)).await.unwrap_or_else(|_| Err(away(None)))
    }

    async fn call(relay: &Relay) -> Result<Self, Trouble> {
        let trouble = |error: Error| away(Some(error));
        let own = ClientId::Domain(relay.from.email.domain().to_owned());
        let tls = || TlsParameters::new(relay.host.clone()).map_err(trouble);
        let at_once = if relay.privacy == Privacy::Tls { Some(tls()?) } else { None };
        let place = (relay.host.as_str(), relay.port);
        let mut line = AsyncSmtpConnection::connect_tokio1(place, Some(COMMAND), &own, at_once, None)
            .await
            .map_err(trouble)?;
        if relay.privacy == Privacy::StartTls {
            line.starttls(tls()?, &own).await.map_err(trouble)?;
        }
        if let Some((user, password)) = &relay.user {
            let credentials = Credentials::new(user.clone(), password.clone());
            line.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(trouble)?;
        }
        Ok(Self(line))
    }

    /// Says from whom and for whom a letter is, until the server is ready for it. Nothing is handed over yet: who dies here
    /// has sent nothing (RFC 5321, section 4.1.1.4).
    ///
    /// # Errors
    /// That the server is away, or does not want it.
    pub async fn announce(&mut self, message: &Message) -> Result<(), Trouble> {
        let from = Mail::new(Some(message.from.clone()), Vec::new());
        within(COMMAND, self.0.command(from)).await.map_err(away)?;
        let to = Rcpt::new(message.to.clone(), Vec::new());
        within(COMMAND, self.0.command(to)).await.map_err(refused)?;
        within(COMMAND, self.0.command(Data)).await.map_err(refused)
    }

    /// Hands the announced letter over.
    ///
    /// # Errors
    /// That the server does not want it after all, or that nobody knows.
    pub async fn hand_over(&mut self, message: &Message) -> Result<(), Trouble> {
        within(LAST_WORD, self.0.message(&message.bytes)).await.map_err(|error| match refused(error) {
            Trouble::Away(why) => Trouble::Unsure(why),
            other => other,
        })
    }

    /// Ends the dialogue.
    pub async fn quit(mut self) {
        let _ = tokio::time::timeout(COMMAND, self.0.quit()).await;
    }
}
