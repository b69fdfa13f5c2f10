//! A letter on paper: what the store keeps of it, and the message that is made of it when it is sent (RFC 5322).

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{Address, message::Mailbox};
use serde::{Deserialize, Serialize};
use store::{Change, Letter};

use crate::app::App;
use crate::fault::Fault;
use crate::mail::relay::Relay;
use crate::secret::id;

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Its subject.
    pub subject: String,
    /// Its text, plain.
    pub text: String,
    /// Its language (BCP 47).
    pub language: String,
    /// The address that ends such letters with one click (RFC 8058).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// A message ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// From whom, for the envelope.
    pub from: Address,
    /// For whom.
    pub to: Address,
    /// The message, every byte.
    pub bytes: Vec<u8>,
}

/// Writes a letter as part of a change: false if there is one with this key.
///
/// # Errors
/// If the store cannot be written.
pub async fn write(
    app: &App,
    change: &mut Change,
    reader: &str,
    kind: &str,
    key: &str,
    text: &Text,
) -> Result<bool, Fault> {
    if !app.mail.is_on() {
        return Ok(false);
    }
    let letter = Letter {
        id: id()?,
        key: key.to_owned(),
        reader: reader.to_owned(),
        kind: kind.to_owned(),
        written_at: app.now(),
        tries: 0,
        unsure: 0,
        body: Some(serde_json::to_string(text).map_err(Fault::broken)?),
        state: "waiting".to_owned(),
        problem: None,
    };
    Ok(change.write_letter(&letter).await?)
}

/// The message of a letter, the same bytes each time; none if it or its address cannot be read.
pub fn message(relay: &Relay, letter: &Letter, to: &str) -> Option<Message> {
    let text: Text = serde_json::from_str(letter.body.as_deref()?).ok()?;
    let to: Address = to.parse().ok().filter(|_| to.is_ascii())?;
    let header =
        |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let mut message = lettre::Message::builder()
        .from(relay.from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(text.subject)
        .date(letter.written_at.into())
        .message_id(Some(format!("<{}@{}>", letter.id, relay.from.email.domain())))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("Content-Language", text.language))
        .header(ContentType::TEXT_PLAIN);
    if let Some(end) = text.end {
        message = message
            .raw_header(header("List-Unsubscribe", format!("<{end}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let message = message.body(text.text).ok()?;
    Some(Message { from: relay.from.email.clone(), to, bytes: message.formatted() })
}
