//! What every page has: language, who is signed in, title, problems with what was typed.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use tracking::Role;

use crate::assets;
use crate::fault::Fault;
use crate::form::Problem;
use crate::staff;
use crate::visit::Visit;
use crate::words::{Language, Words};

/// What every page has. A page's template holds it as `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// The words of the reader's language.
    pub words: Words,
    /// Who looks.
    pub visit: Visit,
    /// The page's title.
    pub title: String,
    /// What is wrong with what was typed.
    pub problems: Vec<Problem>,
}

impl Page {
    /// A page with a title.
    pub fn new(visit: Visit, title: impl Into<String>) -> Self {
        Self { words: visit.words, visit, title: title.into(), problems: Vec::new() }
    }

    /// The same page with what is wrong with what was typed.
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// The edition of style and script.
    pub fn edition(&self) -> &'static str {
        &assets::EDITION
    }

    /// The languages in which the page can be read, and whether it is this one.
    pub fn languages(&self) -> Vec<(Language, bool)> {
        Language::ALL.iter().map(|language| (*language, *language == self.words.language)).collect()
    }

    /// Whether somebody is signed in.
    pub fn signed_in(&self) -> bool {
        self.visit.signed.is_some()
    }

    /// The name of who is signed in.
    pub fn name(&self) -> &str {
        self.visit.signed.as_ref().map_or("", |signed| signed.name.as_str())
    }

    /// Whether who is signed in holds one of these roles, in whatever scope.
    pub fn has_role(&self, roles: &[Role]) -> bool {
        self.visit.signed.as_ref().is_some_and(|signed| signed.holds(roles))
    }

    /// The token that every form sends along.
    pub fn csrf(&self) -> &str {
        self.visit.signed.as_ref().map_or("", |signed| signed.csrf.as_str())
    }

    /// Whether the address of this page begins so: for the navigation.
    pub fn is_under(&self, path: &str) -> bool {
        self.visit.path == path
            || self.visit.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What was done just now, where the address says so in `?done=`.
    pub fn done(&self) -> Option<String> {
        let key = self.visit.query.split('&').find_map(|pair| pair.strip_prefix("done="))?;
        let key = format!("done-{key}");
        self.words.has(&key).then(|| self.words.say(&key))
    }

    /// The addresses of the menu with the keys of their words: what everybody sees, and what one's roles open.
    pub fn menu(&self) -> Vec<(&'static str, &'static str)> {
        let mut menu = vec![("/", "nav-assemblies")];
        if self.signed_in() {
            menu.extend(
                staff::MENU
                    .iter()
                    .filter(|(_, _, roles)| roles.is_empty() || self.has_role(roles))
                    .map(|(a, k, _)| (*a, *k)),
            );
        }
        menu
    }

    /// Whether the menu's entry leads to where this page belongs: the entry with the longest address that begins it.
    pub fn is_at(&self, address: &str) -> bool {
        let under = |address: &&str| if *address == "/" { true } else { self.is_under(address) };
        let best = self
            .menu()
            .into_iter()
            .map(|(address, _)| address)
            .filter(under)
            .max_by_key(|address| address.len());
        best == Some(address)
            && (address != "/" || self.visit.path == "/" || self.visit.path.starts_with("/a/"))
    }

    /// The chapter of a guide that says how this page is used, for the staff.
    pub fn guide(&self) -> Option<String> {
        crate::before::guide::chapter(&self.visit.path).filter(|_| self.signed_in())
    }

    /// The same for use inside an address.
    pub fn here_escaped(&self) -> String {
        escaped(&self.here())
    }

    /// The address of this page, to come back to.
    pub fn here(&self) -> String {
        match self.visit.query.as_str() {
            "" => self.visit.path.clone(),
            query => format!("{}?{query}", self.visit.path),
        }
    }
}

/// A template as an answer.
///
/// # Errors
/// If the template cannot be filled.
pub fn html(template: &impl Template) -> Result<Response, Fault> {
    Ok(Html(template.render()?).into_response())
}

/// Text for use inside an address: everything but letters, digits and `-._~/` is escaped (RFC 3986).
pub fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    text.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// An address within this service, or the given one instead: nobody is sent elsewhere.
pub fn within<'a>(to: &'a str, instead: &'a str) -> &'a str {
    let bytes = to.as_bytes();
    let own = bytes.first() == Some(&b'/') && !matches!(bytes.get(1), Some(b'/' | b'\\'));
    if own && bytes.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'\\') { to } else { instead }
}

#[cfg(test)]
mod tests {
    use super::{escaped, within};

    #[test]
    fn asvs_3_7_2_nobody_is_sent_to_another_site() {
        for to in
            ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nb", "/ä"]
        {
            assert_eq!(within(to, "/staff"), "/staff", "{to}");
        }
        assert_eq!(within("/staff/recommendations?state=owned", "/"), "/staff/recommendations?state=owned");
    }

    #[test]
    fn addresses_hold_any_text() {
        assert_eq!(escaped("/a b?ñ&"), "/a%20b%3F%C3%B1%26");
    }
}
