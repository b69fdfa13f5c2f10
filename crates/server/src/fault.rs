//! Why a request is not answered as it was meant, and the page that says so.

use std::fmt::Display;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use crate::page::{self, Page};
use crate::unsent;
use crate::visit::Visit;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is at this address, or nothing that this person may know of.
    NotFound,
    /// A link that works once was used, has run out, or never was.
    Spent,
    /// Nobody is signed in; after that the visitor wants to go here.
    SignIn(String),
    /// The person may not do this.
    Forbidden,
    /// The form does not come from a page of this service, or its session has ended.
    Forged,
    /// The request has a form that cannot be read.
    Unreadable,
    /// The request is larger than it may be.
    TooLarge,
    /// Too many requests; so many seconds until the next one is welcome.
    TooMany(u64),
    /// It took too long.
    Slow,
    /// Nothing was saved, because the store cannot be written just now; it can be read: what the log says.
    Unsaved(String),
    /// The store is away, and nobody knows what became of what was under way: what the log says.
    Unavailable(String),
    /// Somebody else has saved the same in the meantime, or taken its name.
    Overtaken,
    /// A fault of the program: what the log says.
    Broken(String),
}

impl Fault {
    /// A fault of the program or of the machine under it.
    pub fn broken(why: impl Display) -> Self {
        Self::Broken(why.to_string())
    }

    /// The status code (RFC 9110, RFC 6585).
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Spent => StatusCode::NOT_FOUND,
            Self::SignIn(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Forged => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Overtaken => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Slow | Self::Unsaved(_) | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word under which pages find their sentences.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Spent => "spent",
            Self::SignIn(_) => "sign-in",
            Self::Forbidden => "forbidden",
            Self::Forged => "forged",
            Self::Unreadable => "unreadable",
            Self::Overtaken => "overtaken",
            Self::TooLarge => "too-large",
            Self::TooMany(_) => "too-many",
            Self::Slow => "slow",
            Self::Unsaved(_) => "unsaved",
            Self::Unavailable(_) => "unavailable",
            Self::Broken(_) => "broken",
        }
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Missing => Self::NotFound,
            store::Error::Busy | store::Error::Full | store::Error::ReadOnly => Self::Unsaved(told(&error)),
            store::Error::Unreachable(_) => Self::Unavailable(told(&error)),
            store::Error::Stale { .. } | store::Error::Taken => Self::Overtaken,
            other => Self::Broken(other.to_string()),
        }
    }
}

/// What the log says of an error of the store: what is wrong, and what to do about it.
fn told(error: &store::Error) -> String {
    format!("{error}; {}", error.remedy())
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::broken(error)
    }
}

impl IntoResponse for Fault {
    /// A bare response; [`show`] makes a page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Makes a page, or a problem document (RFC 9457) under `/api`, of every fault and of every bare 404 and 405.
pub async fn show(request: Request, next: Next) -> Response {
    let program = request.uri().path().starts_with("/api/");
    let saves = !request.method().is_safe();
    let visit = request.extensions().get::<Visit>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    let fault = match (response.extensions().get::<Fault>(), response.status()) {
        // Who only reads had nothing to save.
        (Some(Fault::Unsaved(why)), _) if !saves => Fault::Unavailable(why.clone()),
        (Some(fault), _) => fault.clone(),
        (None, status)
            if program
                && (status.is_client_error() || status.is_server_error())
                && !is_written(&response) =>
        {
            return document(status, None, response);
        }
        (None, StatusCode::NOT_FOUND) if !is_written(&response) => Fault::NotFound,
        (None, StatusCode::PAYLOAD_TOO_LARGE) if !is_written(&response) => Fault::TooLarge,
        _ => return response,
    };
    note(&fault);
    if program {
        return problem(&fault);
    }
    if let Fault::SignIn(to) = &fault {
        let to = unsent::open(to).unwrap_or_else(|| "/staff".to_owned());
        return Redirect::to(&format!("/sign-in?to={}", page::escaped(&to))).into_response();
    }
    let mut shown = page_of(&fault, visit).unwrap_or_else(|_| fault.status().into_response());
    if let Fault::TooMany(seconds) = fault {
        shown.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    shown
}

/// Says in the log why a request failed, where that is no fault of who sent it.
pub fn note(fault: &Fault) {
    if let Fault::Unsaved(why) | Fault::Unavailable(why) | Fault::Broken(why) = fault {
        tracing::error!(why, "a request failed");
    }
    if *fault == Fault::Overtaken {
        tracing::warn!("somebody else was faster");
    }
}

/// What is tidied up after a change was saved: where that fails the log says so, and the change stands.
pub fn tidied<T, E: Into<Fault>>(done: Result<T, E>) {
    if let Err(fault) = done {
        note(&fault.into());
    }
}

fn is_written(response: &Response) -> bool {
    response.headers().contains_key(header::CONTENT_TYPE)
}

#[derive(askama::Template)]
#[template(path = "fault.html")]
struct FaultPage {
    page: Page,
    words: String,
}

fn page_of(fault: &Fault, visit: Visit) -> Result<Response, Fault> {
    let words = visit.words;
    let title = words.say(&format!("fault-{}-title", fault.key()));
    let page = Page::new(visit, title);
    let words = words.say(&format!("fault-{}", fault.key()));
    Ok((fault.status(), page::html(&FaultPage { page, words })?).into_response())
}

/// The problem document of a fault.
pub fn problem(fault: &Fault) -> Response {
    let detail = match fault {
        Fault::Unsaved(_) => {
            Some("Nothing was saved: the service cannot save just now. Send the same request again later.")
        }
        Fault::Unavailable(_) => Some(
            "The service cannot save or read just now. Before you send a change again, look whether it was made, or \
                 send it with the same Idempotency-Key.",
        ),
        _ => None,
    };
    let mut response = document(fault.status(), detail, Response::default());
    match fault {
        Fault::TooMany(seconds) => {
            drop(response.headers_mut().insert(header::RETRY_AFTER, (*seconds).into()))
        }
        Fault::SignIn(_) => {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    response
}

/// The problem document of a bare status; its headers stay.
fn document(status: StatusCode, detail: Option<&str>, bare: Response) -> Response {
    let title = status.canonical_reason().unwrap_or("error");
    let mut body = json!({ "type": "about:blank", "title": title, "status": status.as_u16() });
    if let Some(detail) = detail {
        body["detail"] = detail.into();
    }
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().extend(bare.headers().clone());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}
