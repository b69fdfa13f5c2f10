//! The mail server that a service hands its letters to, as it is told on the command line.

use std::path::PathBuf;

use server::mail::Mail;
use server::mail::relay::{NoRelay, Relay};

use crate::failure::Failure;

/// Where the password is, if it is in no file.
const PASSWORD: &str = "BOULE_SMTP_PASSWORD";

/// The mail server.
#[derive(Debug, clap::Args)]
#[group(id = "mail")]
pub struct Args {
    /// The mail server: smtps://user@mail.example.org, or smtp://localhost:25 on this machine; without it no letters are written
    #[arg(long, value_name = "URL", requires = "mail_from")]
    pub smtp: Option<String>,
    /// From whom letters come: "Assembly <assembly@town.example>"
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    pub mail_from: Option<String>,
    /// A file with the user's password on the mail server [default: the variable BOULE_SMTP_PASSWORD]
    #[arg(long, value_name = "FILE", requires = "smtp")]
    pub smtp_password_file: Option<PathBuf>,
}

impl Args {
    /// What becomes of letters.
    pub fn mail(&self) -> Result<Mail, Failure> {
        let (Some(url), Some(from)) = (&self.smtp, &self.mail_from) else { return Ok(Mail::None) };
        let password = match &self.smtp_password_file {
            Some(path) => {
                let read =
                    std::fs::read_to_string(path).map_err(|error| Failure::system("read", path, &error))?;
                Some(read.trim_end_matches(['\r', '\n']).to_owned())
            }
            None => std::env::var(PASSWORD).ok(),
        };
        Relay::read(url, from, password).map(Mail::Sent).map_err(|error| {
            let (flag, remedy) = match error {
                NoRelay::Address => {
                    ("--smtp", "for example smtps://town@mail.example.org or smtp://localhost:25")
                }
                NoRelay::Sender => ("--mail-from", "for example \"Assembly <assembly@town.example>\""),
                NoRelay::Password => ("--smtp", "give --smtp-password-file, or set BOULE_SMTP_PASSWORD"),
                NoRelay::Plain => ("--smtp", "write smtps://, or leave the user out"),
            };
            Failure::no(format!("{flag}: {error}"), remedy)
        })
    }
}
