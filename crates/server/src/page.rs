//! What every page has: language, who is signed in, title, problems with what was typed.

use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use tracking::Role;

use crate::access;
use crate::assets;
use crate::fault::Fault;
use crate::form::{Field, Problem};
use crate::service;
use crate::staff;
use crate::visit::Visit;
use crate::words::{Language, Words};
use crate::wrong;

/// An entry of the menu: its address, the key of its words, and whether the page belongs there.
pub type Entry = (&'static str, &'static str, bool);

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

    /// Says of every problem with one of these fields what the field is called and what was typed into it, above the page and
    /// beside the field alike.
    pub fn explain(&mut self, fields: &mut [Field]) {
        for field in fields.iter_mut().filter(|field| !field.problems.is_empty()) {
            let full: Vec<String> =
                field.problems.iter().map(|problem| wrong::full(self.words, field, problem)).collect();
            let above = self.problems.iter_mut().filter(|problem| problem.field == field.name);
            for (problem, full) in above.zip(&full) {
                problem.words.clone_from(full);
            }
            field.problems = full;
        }
    }

    /// The edition of style and script.
    pub fn edition(&self) -> &'static str {
        &assets::EDITION
    }

    /// The languages in which the page can be read, and whether it is this one.
    pub fn languages(&self) -> Vec<(Language, bool)> {
        Language::all().map(|language| (language, language == self.words.language)).collect()
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

    /// The entries of a part of the menu that one's roles open: address and key of the words.
    fn entries(&self, part: &staff::Part) -> Vec<(&'static str, &'static str)> {
        // A role for one assembly opens no page of the whole house: what would answer "no access" is not offered.
        let open = |address: &str, roles: &[Role]| {
            self.has_role(roles)
                && service::access_of(address).is_some_and(|access| access::opens(access, &self.visit))
        };
        part.entries
            .iter()
            .filter(|(address, _, roles)| open(address, roles))
            .map(|(address, key, _)| (*address, *key))
            .collect()
    }

    /// The entry to which this page belongs: the one with the longest address that begins its own.
    fn place(&self) -> Option<&'static str> {
        let all = staff::MENU.iter().flat_map(|part| self.entries(part)).map(|(address, _)| address);
        all.filter(|address| self.is_under(address)).max_by_key(|address| address.len())
    }

    /// The part of the menu to which this page belongs.
    fn part(&self) -> Option<&'static staff::Part> {
        let place = self.place()?;
        staff::MENU.iter().find(|part| self.entries(part).iter().any(|(address, _)| *address == place))
    }

    /// The first row of the menu. A part leads to its first
    /// entry; a part with one entry only is that entry.
    pub fn menu(&self) -> Vec<Entry> {
        let path = &self.visit.path;
        let mut menu = vec![("/", "nav-assemblies", path == "/" || path.starts_with("/a/"))];
        let here = self.part().map(|part| part.key);
        for part in staff::MENU {
            match self.entries(part).as_slice() {
                [] => {}
                [(address, key)] => menu.push((address, key, here == Some(part.key))),
                [(address, _), ..] => menu.push((address, part.key, here == Some(part.key))),
            }
        }
        menu
    }

    /// The second row of the menu: the entries of the part to which this page belongs, where it has more than one.
    pub fn rest(&self) -> Option<(&'static str, Vec<Entry>)> {
        let (part, place) = (self.part()?, self.place()?);
        let entries = self.entries(part);
        let all = entries.iter().map(|(address, key)| (*address, *key, *address == place)).collect();
        (entries.len() > 1).then_some((part.key, all))
    }

    /// The chapter of a guide that says how this page is used, for the staff.
    pub fn guide(&self) -> Option<String> {
        let signed = self.visit.signed.as_ref()?;
        crate::before::guide::chapter(&self.visit.path, |role| signed.holds(&[role]))
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
