//! Problem documents (RFC 9457): why a program's request was not answered as it was meant.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tracking::Refusal;

use crate::fault::Fault;

/// Why a request of a program is refused.
#[derive(Debug)]
pub enum Problem {
    /// What every route may answer; the frame writes the document.
    Fault(Fault),
    /// A document of its own.
    Said(Box<Document>),
}

/// A problem document.
#[derive(Debug, Serialize)]
pub struct Document {
    /// Always `about:blank`: the title says what the status means.
    r#type: &'static str,
    title: String,
    status: u16,
    /// What is wrong, and what to do.
    detail: String,
    /// Each thing that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Error>,
    /// The revision that is stored, where the request was for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
pub struct Error {
    /// A word for programs that never changes.
    pub key: &'static str,
    /// The field or parameter, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// A sentence in English.
    pub detail: String,
}

impl Error {
    /// Something wrong with a field or parameter.
    pub fn new(key: &'static str, field: &str, detail: impl Into<String>) -> Self {
        Self { key, field: Some(field.to_owned()), detail: detail.into() }
    }
}

impl Problem {
    fn said(status: StatusCode, detail: impl Into<String>, errors: Vec<Error>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        let detail = detail.into();
        let status = status.as_u16();
        Self::Said(Box::new(Document {
            r#type: "about:blank",
            title,
            status,
            detail,
            errors,
            revision: None,
        }))
    }

    /// Parameters of the address that cannot be (400).
    pub fn parameters(errors: Vec<Error>) -> Self {
        Self::said(StatusCode::BAD_REQUEST, "Parameters of the address cannot be read.", errors)
    }

    /// A body that is not the JSON that is wanted (400).
    pub fn body(why: impl Into<String>) -> Self {
        Self::said(StatusCode::BAD_REQUEST, why, Vec::new())
    }

    /// A body of another type (415).
    pub fn media() -> Self {
        Self::said(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.", Vec::new())
    }

    /// Refused by the rules: 403 where it is about who asks only, else 422; with every reason.
    pub fn refused(refusals: &[Refusal]) -> Self {
        let error = |refusal: &Refusal| Error {
            key: refusal.key(),
            field: refusal.field().map(str::to_owned),
            detail: refusal.to_string(),
        };
        let person = refusals.iter().all(Refusal::is_about_the_person);
        let status = if person { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY };
        Self::said(
            status,
            "Nothing was changed: each reason is listed.",
            refusals.iter().map(error).collect(),
        )
    }

    /// Something about the content that cannot be (422).
    pub fn content(error: Error) -> Self {
        Self::said(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nothing was changed: each reason is listed.",
            vec![error],
        )
    }

    /// The request is for another revision than the stored one (409).
    pub fn stale(current: u64) -> Self {
        let detail = "Somebody else was faster: read the recommendation again and decide anew.";
        match Self::said(StatusCode::CONFLICT, detail, Vec::new()) {
            Self::Said(mut document) => {
                document.revision = Some(current);
                Self::Said(document)
            }
            other => other,
        }
    }

    /// Something with this name is there already (409).
    pub fn taken(detail: impl Into<String>) -> Self {
        Self::said(StatusCode::CONFLICT, detail, Vec::new())
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Stale { current } => Self::stale(u64::try_from(current).unwrap_or_default()),
            store::Error::Taken => Self::taken("This name is taken."),
            other => Self::Fault(other.into()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Fault(fault) => fault.into_response(),
            Self::Said(document) => {
                let status =
                    StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                match serde_json::to_string(&document) {
                    Ok(body) => {
                        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
                    }
                    Err(error) => Fault::broken(error).into_response(),
                }
            }
        }
    }
}
