//! What was typed and is no command, in plain words where the library has a programmer's.

use std::error::Error as _;
use std::io::{self, Write as _};
use std::net::AddrParseError;
use std::num::{IntErrorKind, ParseIntError};

use clap::error::{ContextKind, ErrorKind};

/// Says what is wrong with what was typed, or the help that was asked for.
pub fn tell(error: &clap::Error) {
    let said = match plain(error) {
        Some(words) => {
            let message = format!("error: {words}\n\nFor more information, try '--help'.\n");
            io::stderr().write_all(message.as_bytes())
        }
        None => error.print(),
    };
    // nobody listens, and there is nobody else to tell
    drop(said);
}

fn plain(error: &clap::Error) -> Option<String> {
    let told = |kind| error.get(kind).map(ToString::to_string);
    let argument = told(ContextKind::InvalidArg)?;
    match error.kind() {
        ErrorKind::ValueValidation => {
            let value = told(ContextKind::InvalidValue)?;
            let remedy = remedy(error)?;
            Some(format!("invalid value '{value}' for '{argument}': {remedy}"))
        }
        ErrorKind::UnknownArgument if !argument.starts_with('-') => Some(format!(
            "unexpected argument '{argument}': if it belongs to the word before it, put both in quotes, such as \"my town\"{}",
            told(ContextKind::Usage).map(|usage| format!("\n\n{usage}")).unwrap_or_default()
        )),
        _ => None,
    }
}

fn remedy(error: &clap::Error) -> Option<String> {
    let why = error.source()?;
    if let Some(why) = why.downcast_ref::<ParseIntError>() {
        if matches!(why.kind(), IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) {
            return Some("this number is too large".to_owned());
        }
        return Some("write a whole number in digits, such as 30".to_owned());
    }
    if why.is::<AddrParseError>() {
        return Some("write an address and a port, such as 127.0.0.1:8080".to_owned());
    }
    let why = why.to_string();
    let (_, range) = why.split_once(" is not in ")?;
    let (least, most) = range.split_once("..")?;
    Some(match most.strip_prefix('=').unwrap_or(most) {
        "" => format!("write a whole number from {least} up"),
        most => format!("write a whole number from {least} to {most}"),
    })
}
