//! The server that takes our letters: where it is, how it is spoken to, and from whom letters come.

use std::fmt;

use lettre::message::Mailbox;

/// How the line to the server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after STARTTLS, and never without (RFC 3207).
    StartTls,
    /// None: the server is on this machine.
    Plain,
}

/// The server that takes our letters.
#[derive(Clone, PartialEq, Eq)]
pub struct Relay {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the line is kept private.
    pub privacy: Privacy,
    /// Who signs in there, with which password.
    pub user: Option<(String, String)>,
    /// From whom letters come.
    pub from: Mailbox,
}

/// Why there is no such server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRelay {
    /// The address of the server cannot be read.
    Address,
    /// The sender is no address.
    Sender,
    /// A user without a password.
    Password,
    /// A password that would go over the network for everybody to read.
    Plain,
}

impl fmt::Display for NoRelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => {
                "the mail server cannot be read; write smtps://user@mail.example.org or smtp://localhost:25"
            }
            Self::Sender => "the sender is no address; write \"Assembly <assembly@town.example>\"",
            Self::Password => "the mail server's address names a user, but there is no password",
            Self::Plain => "a password would go out in plain text; use smtps://",
        })
    }
}

impl Relay {
    /// Reads `smtps://[user@]host[:port]` (TLS, port 465) or `smtp://[user@]host[:port]` (STARTTLS, port 587; plain, port 25,
    /// where the host is this machine).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(url: &str, from: &str, password: Option<String>) -> Result<Self, NoRelay> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(NoRelay::Address)?;
        let rest = rest.trim_end_matches('/');
        let (user, place) = rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !place.ends_with(']') => {
                (host, Some(port.parse().map_err(|_| NoRelay::Address)?))
            }
            _ => (place, None),
        };
        let here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let (privacy, usual) = match scheme {
            "smtps" => (Privacy::Tls, 465),
            "smtp" if here => (Privacy::Plain, 25),
            "smtp" => (Privacy::StartTls, 587),
            _ => return Err(NoRelay::Address),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if host.is_empty() || !host.chars().all(plain) {
            return Err(NoRelay::Address);
        }
        let user = match user {
            None => None,
            Some(user) => Some((user.to_owned(), password.ok_or(NoRelay::Password)?)),
        };
        if user.is_some() && privacy == Privacy::Plain {
            return Err(NoRelay::Plain);
        }
        let from = from.parse().map_err(|_| NoRelay::Sender)?;
        let host = host.trim_matches(['[', ']']).to_owned();
        Ok(Self { host, port: port.unwrap_or(usual), privacy, user, from })
    }
}

impl fmt::Debug for Relay {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({}:{})", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::{NoRelay, Privacy, Relay};

    fn read(url: &str) -> Result<Relay, NoRelay> {
        Relay::read(url, "Assembly <assembly@town.example>", Some("secret".to_owned()))
    }

    #[test]
    fn servers_are_read_as_they_are_written() {
        for (url, host, port, privacy, user) in [
            ("smtps://mail.example.org", "mail.example.org", 465, Privacy::Tls, None),
            ("smtp://mail.example.org/", "mail.example.org", 587, Privacy::StartTls, None),
            ("smtp://localhost", "localhost", 25, Privacy::Plain, None),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Privacy::Plain, None),
            ("smtp://[::1]:2525", "::1", 2525, Privacy::Plain, None),
            (
                "smtps://town@town.example@mail.example.org:4650",
                "mail.example.org",
                4650,
                Privacy::Tls,
                Some("town@town.example"),
            ),
        ] {
            let relay = read(url).expect(url);
            let named = relay.user.as_ref().map(|(name, _)| name.as_str());
            assert_eq!(
                (relay.host.as_str(), relay.port, relay.privacy, named),
                (host, port, privacy, user),
                "{url}"
            );
            assert!(!format!("{relay:?}").contains("secret"));
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for (url, why) in [
            ("mail.example.org", NoRelay::Address),
            ("https://mail.example.org", NoRelay::Address),
            ("smtps://", NoRelay::Address),
            ("smtps://mail.example.org:post", NoRelay::Address),
            ("smtps://mail example.org", NoRelay::Address),
            ("smtp://town@localhost", NoRelay::Plain),
        ] {
            assert_eq!(read(url).expect_err(url), why, "{url}");
        }
        let from =
            |from: &str, password| Relay::read("smtps://a@b.example", from, password).expect_err("wrong");
        assert_eq!(from("assembly@town.example", None), NoRelay::Password);
        assert_eq!(from("nobody", Some("x".to_owned())), NoRelay::Sender);
    }
}
