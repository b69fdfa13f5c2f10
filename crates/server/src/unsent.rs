//! A form that came when nobody was signed in any more, or nothing could be saved: what was typed is shown, ready to copy.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::access::WORDS;
use crate::fault::{self, Fault};
use crate::form::Typed;
use crate::page::{self, Page, escaped, within};
use crate::service;
use crate::visit::Visit;
use crate::words::{Language, Words};

/// What is never sent back: secrets, and what forms carry along unseen.
pub const NEVER: &[&str] = &[
    "code", "confirm", "csrf", "current", "do", "draft", "password", "repeated", "revision", "secret",
    "seen", "to", "token",
];

/// The paths of all routes, and whether each can be opened as a page.
static PATHS: LazyLock<BTreeMap<&'static str, bool>> = LazyLock::new(|| {
    let mut paths = BTreeMap::new();
    for route in service::routes().declared() {
        *paths.entry(route.path).or_default() |= route.method == Method::GET;
    }
    paths
});

#[derive(askama::Template)]
#[template(path = "unsent.html")]
struct Unsent {
    page: Page,
    about: String,
    /// Where the form is, by way of signing in where nobody is signed in.
    to: String,
    link: String,
    /// Label and text of each field.
    typed: Vec<(String, String)>,
    /// The names of the files that were sent.
    files: Vec<String>,
}

impl Unsent {
    /// How high a field is that shows all of a text.
    #[expect(clippy::unused_self, reason = "templates call functions of their page")]
    fn rows(&self, text: &str) -> usize {
        text.lines().map(|line| 1 + line.chars().count() / 70).sum::<usize>().clamp(1, 20)
    }
}

/// Reads the form of a request from somebody who is not signed in, and shows it. Files are passed over: nobody is let in yet.
///
/// # Errors
/// If it is no form.
pub async fn read(request: Request, visit: Visit) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let typed = Typed::words(request, WORDS).await?;
    show(visit, &headers, &typed)
}

/// Shows what was typed.
///
/// # Errors
/// If the page cannot be written.
pub fn show(visit: Visit, headers: &HeaderMap, typed: &Typed) -> Result<Response, Fault> {
    let words = visit.words;
    let back = before(headers).and_then(|path| open(&path)).or_else(|| open(&visit.path));
    let back = back.unwrap_or_else(|| "/staff".to_owned());
    let key = if visit.signed.is_some() { "unsent-old" } else { "unsent-out" };
    let to = if visit.signed.is_some() { back } else { format!("/sign-in?to={}", escaped(&back)) };
    let page = page(visit, words.say(&format!("{key}-title")), key, to, typed);
    Ok((StatusCode::FORBIDDEN, page::html(&page)?).into_response())
}

/// Shows what was typed into a form that could not be saved, and says in the log why.
///
/// # Errors
/// If the page cannot be written.
pub fn failed(visit: Visit, headers: &HeaderMap, typed: &Typed, fault: &Fault) -> Result<Response, Fault> {
    fault::note(fault);
    let to = before(headers).and_then(|path| open(&path)).or_else(|| open(&visit.path));
    let title = visit.words.say(&format!("fault-{}-title", fault.key()));
    let key = format!("unsent-{}", fault.key());
    let page = page(visit, title, &key, to.unwrap_or_else(|| "/".to_owned()), typed);
    Ok((fault.status(), page::html(&page)?).into_response())
}

/// The page that shows what was typed; `key` begins the keys of its words, `to` is where its link leads.
fn page(visit: Visit, title: String, key: &str, to: String, typed: &Typed) -> Unsent {
    let words = visit.words;
    let shown = typed.everything().filter(|(name, _)| !NEVER.contains(name));
    let shown = shown.map(|(name, values)| (label(words, name), values.join("\n")));
    Unsent {
        about: words.say(&format!("{key}-about")),
        link: words.say(&format!("{key}-link")),
        to,
        typed: shown.filter(|(_, text)| !text.trim().is_empty()).collect(),
        files: typed.file_names().map(str::to_owned).collect(),
        page: Page::new(visit, title),
    }
}

/// The page of this service that the form was on, as the browser says (`Referer`).
fn before(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let address = text(header::REFERER)?;
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let path = format!("/{path}");
    (text(header::HOST) == Some(host) && within(&path, "") == path).then_some(path)
}

/// The page at an address, or the nearest one above it, where that one only takes forms.
pub fn open(address: &str) -> Option<String> {
    let (mut path, query) = address.split_once('?').unwrap_or((address, ""));
    if is_open(path) {
        return Some(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") });
    }
    while let Some((above, _)) = path.rsplit_once('/').filter(|(above, _)| !above.is_empty()) {
        path = above;
        if is_open(path) {
            return Some(path.to_owned());
        }
    }
    None
}

/// Whether the route that answers at a path is a page: of several that fit, the one that spells out the most from the left.
fn is_open(path: &str) -> bool {
    let spelt = |pattern: &str| pattern.split('/').map(|part| !part.starts_with('{')).collect::<Vec<_>>();
    let fitting = PATHS.iter().filter(|(pattern, _)| fits(pattern, path));
    fitting.max_by_key(|(pattern, _)| spelt(pattern)).is_some_and(|(_, is_page)| *is_page)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut parts, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.starts_with("{*") => return true,
            (Some(part), Some(one)) if part == one || part.starts_with('{') && !one.is_empty() => {}
            _ => return false,
        }
    }
}

/// What a field is called: by its name, without the language or the part of a day at its end.
fn label(words: Words, name: &str) -> String {
    let known = |name: &str| {
        let key = format!("field-{name}");
        words.has(&key).then(|| words.say(&key))
    };
    let part = |last: &str| {
        let tongue = Language::from_tag(last).map(|_| words.language(last));
        let part = words.has(&format!("date-{last}")).then(|| words.word("date", last));
        tongue.or(part).unwrap_or_else(|| last.to_owned())
    };
    let in_parts = || {
        let (first, last) = name.rsplit_once('-')?;
        Some(format!("{} ({})", known(first)?, part(last)))
    };
    known(name).or_else(in_parts).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{NEVER, label, open};
    use crate::words::{Language, Words};

    #[test]
    fn what_only_takes_forms_leads_to_a_page_above_it() {
        for (address, page) in [
            ("/staff/r/x/do/report?revision=3", Some("/staff/r/x/do/report?revision=3")),
            ("/staff/posts/parks-head/capacity", Some("/staff/posts/parks-head")),
            ("/staff/letters/forget", Some("/staff/letters")),
            ("/sign-out", None),
            ("/staff/units", Some("/staff/units")),
        ] {
            assert_eq!(open(address).as_deref(), page, "{address}");
        }
    }

    #[test]
    fn fields_are_called_as_on_their_forms() {
        let words = Words::of(Language::EN);
        let called = |name| label(words, name);
        assert!(called("reasons-en").ends_with("(English)"), "{}", called("reasons-en"));
        assert!(called("dated-day").ends_with("(Day)"), "{}", called("dated-day"));
        assert_eq!(called("nobody-knows"), "nobody-knows");
    }

    #[test]
    fn no_password_is_ever_sent_back() {
        let source =
            [include_str!("sign_in.rs"), include_str!("account.rs"), include_str!("link.rs")].concat();
        let lines = source.lines().filter(|line| line.contains("Kind::Password"));
        let names: Vec<&str> = lines.filter_map(|line| line.split('"').nth(1)).collect();
        assert!(names.len() >= 5 && names.iter().all(|name| NEVER.contains(name)), "{names:?}");
    }
}
