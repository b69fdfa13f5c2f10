//! Forms: their fields as they are shown, and what was typed as it is read.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use axum::extract::{DefaultBodyLimit, FromRequest as _, FromRequestParts, Multipart, Request};
use axum::http::header;
use axum::http::request::Parts;
use jiff::civil::Date;

use crate::access::FILE;
use crate::fault::Fault;
use crate::words::Words;

/// How many fields and files a form may have.
const MOST: usize = 2_000;

/// A file as it was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name that it has on the sender's machine, without its folder.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What was typed into a form.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    fields: BTreeMap<String, Vec<String>>,
    files: BTreeMap<String, Upload>,
}

impl Typed {
    /// Reads the body of a request, a plain form or one with files.
    ///
    /// # Errors
    /// If it is larger than `most` bytes or no form.
    pub async fn read(request: Request, most: usize) -> Result<Self, Fault> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let with_files = kind.starts_with("multipart/form-data");
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, most).await.map_err(|_| Fault::TooLarge)?;
        if !with_files {
            return Self::of_pairs(&bytes);
        }
        let mut request = Request::from_parts(parts, bytes.into());
        // `most` is the limit, and its own of 2 MB is not.
        DefaultBodyLimit::disable().apply(&mut request);
        let form = Multipart::from_request(request, &()).await.map_err(|_| Fault::Unreadable)?;
        Self::of_parts(form).await
    }

    /// Reads the words of a form of which nothing may be done, up to `most` bytes: files are passed over as they come in, but
    /// for their names.
    ///
    /// # Errors
    /// If it is larger or no form.
    pub async fn words(mut request: Request, most: usize) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            return Self::read(request, most).await;
        }
        DefaultBodyLimit::max(FILE).apply(&mut request);
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Fault::Unreadable)?;
        let (mut typed, mut left) = (Self::default(), most);
        for _ in 0..MOST {
            // A form that breaks off, or is too large, keeps what was read of it.
            let Ok(Some(mut part)) = form.next_field().await else { break };
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = part.file_name().map(file_name).filter(|file| !file.is_empty()) {
                typed.files.insert(name, Upload { name: file, bytes: Vec::new() });
                continue;
            }
            let mut bytes = Vec::new();
            while let Ok(Some(more)) = part.chunk().await {
                left = left.checked_sub(more.len()).ok_or(Fault::TooLarge)?;
                bytes.extend_from_slice(&more);
            }
            typed.fields.entry(name).or_default().push(String::from_utf8_lossy(&bytes).into_owned());
        }
        Ok(typed)
    }

    /// What was typed without what the files hold: their names only.
    pub fn without_bytes(&self) -> Self {
        let bare = |(name, file): (&String, &Upload)| {
            (name.clone(), Upload { name: file.name.clone(), bytes: Vec::new() })
        };
        Self { fields: self.fields.clone(), files: self.files.iter().map(bare).collect() }
    }

    fn of_pairs(bytes: &[u8]) -> Result<Self, Fault> {
        let mut typed = Self::default();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(MOST) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = unescaped(halves.next().unwrap_or_default())?;
            let value = unescaped(halves.next().unwrap_or_default())?;
            typed.fields.entry(name).or_default().push(value);
        }
        Ok(typed)
    }

    async fn of_parts(mut form: Multipart) -> Result<Self, Fault> {
        let mut typed = Self::default();
        for _ in 0..MOST {
            let Some(part) = form.next_field().await.map_err(|_| Fault::Unreadable)? else { break };
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(file_name);
            let bytes = part.bytes().await.map_err(|_| Fault::Unreadable)?.to_vec();
            match file {
                Some(file) if !bytes.is_empty() => {
                    typed.files.insert(name, Upload { name: file, bytes });
                }
                Some(_) => {}
                None => {
                    let text = String::from_utf8(bytes).map_err(|_| Fault::Unreadable)?;
                    typed.fields.entry(name).or_default().push(text);
                }
            }
        }
        Ok(typed)
    }

    /// A value out of an address, without its escapes; empty if it is no text.
    pub fn of_query(value: &str) -> String {
        unescaped(value.as_bytes()).unwrap_or_default()
    }

    /// The fields of the part of an address behind its question mark.
    ///
    /// # Errors
    /// If it is no text.
    pub fn of_address(query: &str) -> Result<Self, Fault> {
        Self::of_pairs(query.as_bytes())
    }

    /// A form as it would be sent, for a page that is opened with words in it.
    pub fn of(values: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in values {
            typed.fields.entry(name.into()).or_default().push(value.into());
        }
        typed
    }

    /// A field without the spaces around it and with plain line ends; empty where there is none.
    pub fn text(&self, name: &str) -> String {
        let value = self.fields.get(name).and_then(|values| values.first()).map_or("", String::as_str);
        value.replace("\r\n", "\n").trim().to_owned()
    }

    /// A field, if anything was typed into it.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A field as it was typed, for passwords.
    pub fn exact(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// All values of a field: ticked boxes.
    pub fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// The lines of a field that are not empty.
    pub fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// A whole number, with or without a mark between its groups of three digits.
    pub fn number(&self, name: &str) -> Option<u32> {
        let text = self.text(name);
        let mut groups = text.split([',', '.', ' ']).skip(1);
        // "1.5" is not fifteen.
        let is_grouped = groups.all(|group| group.len() == 3);
        text.replace([',', '.', ' '], "").parse().ok().filter(|_| is_grouped)
    }

    /// A day typed as day, month and year in three fields, or `None` if it is no day.
    pub fn date(&self, name: &str) -> Option<Date> {
        let part = |which: &str| self.text(&format!("{name}-{which}"));
        Date::new(part("year").parse().ok()?, part("month").parse().ok()?, part("day").parse().ok()?).ok()
    }

    /// Whether anything was typed into the three fields of a day.
    pub fn has_date(&self, name: &str) -> bool {
        ["day", "month", "year"].iter().any(|part| self.some(&format!("{name}-{part}")).is_some())
    }

    /// Its fields for keeping, but for some: the first value of each.
    pub fn kept(&self, without: &[&str]) -> BTreeMap<&str, &str> {
        let fields = self.fields.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        fields.filter_map(|(name, values)| Some((name.as_str(), values.first()?.as_str()))).collect()
    }

    /// The same without some fields.
    pub fn without(mut self, names: &[&str]) -> Self {
        self.fields.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// Its fields with all their values.
    pub fn everything(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.fields.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The names of its files.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|file| file.name.as_str())
    }

    /// Sets a field.
    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.fields.insert(name.to_owned(), vec![value.into()]);
    }

    /// Drops a field.
    pub fn forget(&mut self, name: &str) {
        self.fields.remove(name);
    }

    /// Takes a file out of the form.
    pub fn take_file(&mut self, name: &str) -> Option<Upload> {
        self.files.remove(name)
    }

    /// A file.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files.get(name)
    }
}

/// The name of a file without the folder that some browsers send before it.
fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// `+` is a space, `%41` a byte (WHATWG URL, application/x-www-form-urlencoded).
fn unescaped(text: &[u8]) -> Result<String, Fault> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: [u8; 2] = [*rest.next().unwrap_or(&0), *rest.next().unwrap_or(&0)];
                let digits = std::str::from_utf8(&digits).map_err(|_| Fault::Unreadable)?;
                u8::from_str_radix(digits, 16).map_err(|_| Fault::Unreadable)?
            }
            other => *other,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Fault::Unreadable)?;
    if text.contains('\0') { Err(Fault::Unreadable) } else { Ok(text) }
}

impl<S: Sync> FromRequestParts<S> for Typed {
    type Rejection = Fault;

    /// What [`crate::access`] has read and checked.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts
            .extensions
            .remove()
            .ok_or_else(|| Fault::broken("a handler asks for a form where none can be sent"))
    }
}

/// Something wrong with what was typed: the field, and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name; empty where it is about the whole.
    pub field: String,
    /// The sentence.
    pub words: String,
}

impl Problem {
    /// A problem with a field.
    pub fn new(field: &str, words: impl Into<String>) -> Self {
        Self { field: field.to_owned(), words: words.into() }
    }
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// A whole number.
    Number,
    /// Several lines.
    Lines(u32),
    /// A day: what its three parts are called.
    Date(Vec<Choice>),
    /// One of a few, all shown.
    Radios(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// Any of these.
    Ticks(Vec<Choice>),
    /// A file.
    File,
    /// A password.
    Password,
    /// Sent along unseen.
    Hidden,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// The three parts of a day.
pub fn day(words: Words) -> Kind {
    Kind::Date(["day", "month", "year"].map(|part| Choice::new(part, words.word("date", part))).into())
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// A field as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// A heading over it and those that follow; may be empty.
    pub heading: String,
    /// What stands above it.
    pub label: String,
    /// What stands below that; may be empty.
    pub hint: String,
    /// How it is filled in.
    pub kind: Kind,
    /// What is in it.
    pub values: Vec<String>,
    /// What the browser may fill in by itself (HTML `autocomplete`); may be empty.
    pub fill: &'static str,
    /// The language of what is in it, for those who hear the page; empty where that is the page's or not known.
    pub language: String,
    /// What is wrong with it.
    pub problems: Vec<String>,
}

impl Field {
    /// An empty field.
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Self {
        let (name, label) = (name.into(), label.into());
        Self {
            name,
            heading: String::new(),
            label,
            hint: String::new(),
            kind,
            values: Vec::new(),
            fill: "",
            language: String::new(),
            problems: Vec::new(),
        }
    }

    /// With a heading over it and those that follow.
    pub fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = heading.into();
        self
    }

    /// With a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what the browser may fill in.
    pub fn fill(mut self, what: &'static str) -> Self {
        self.fill = what;
        self
    }

    /// In a language of its own (WCAG 3.1.2).
    pub fn spoken(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    /// With a value.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }

    /// With what was typed and what is wrong with it. Passwords are never sent back.
    pub fn typed(mut self, typed: &Typed, problems: &[Problem]) -> Self {
        match self.kind {
            Kind::Password | Kind::File => {}
            Kind::Date(_) => {
                self.values =
                    ["day", "month", "year"].map(|part| typed.text(&format!("{}-{part}", self.name))).into();
            }
            _ if typed.fields.contains_key(&self.name) => self.values = typed.all(&self.name).to_vec(),
            _ => {}
        }
        let own = problems.iter().filter(|problem| problem.field == self.name);
        self.problems = own.map(|problem| problem.words.clone()).collect();
        self
    }

    /// The same, but a day that nobody typed keeps what stands in it, unless that is what is wrong.
    pub fn or_typed(self, typed: &Typed, problems: &[Problem]) -> Self {
        let is_untouched = matches!(self.kind, Kind::Date(_)) && !typed.has_date(&self.name);
        let is_wrong = problems.iter().any(|problem| problem.field == self.name);
        if is_untouched && !is_wrong { self } else { self.typed(typed, problems) }
    }

    /// Its value, or one of the three parts of a day.
    pub fn at(&self, place: impl Borrow<usize>) -> &str {
        self.values.get(*place.borrow()).map_or("", String::as_str)
    }

    /// Whether a choice is made.
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|chosen| chosen == value)
    }

    /// Whether it takes digits.
    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    /// The type of its `input` element.
    pub fn input_type(&self) -> &'static str {
        if matches!(self.kind, Kind::Password) { "password" } else { "text" }
    }

    /// The ids of hint and problem, for those who hear the page.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = (!self.problems.is_empty()).then(|| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::Typed;
    use jiff::civil::date;

    fn read(body: &str) -> Typed {
        Typed::of_pairs(body.as_bytes()).expect("a form")
    }

    #[test]
    fn what_was_typed_is_read_as_it_was_meant() {
        let typed = read("a=one+%C3%B1%0D%0Atwo+&box=1&box=2&due-day=3&due-month=5&due-year=2027&n=1%2C200");
        assert_eq!(typed.text("a"), "one ñ\ntwo");
        assert_eq!(typed.all("box"), ["1", "2"]);
        assert_eq!(typed.date("due"), Some(date(2027, 5, 3)));
        assert_eq!((typed.number("n"), typed.number("a")), (Some(1200), None));
        for (text, number) in [
            ("7", Some(7)),
            ("1.200.000", Some(1_200_000)),
            ("1 200", Some(1200)),
            ("1.5", None),
            ("1,20", None),
        ] {
            assert_eq!(Typed::of([("n", text)]).number("n"), number, "{text}");
        }
        assert!(!typed.ticked("none") && typed.lines("a") == ["one ñ", "two"]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        for body in ["a=%FF", "a=%4", "a=%zz", "a=%00"] {
            assert!(Typed::of_pairs(body.as_bytes()).is_err(), "{body}");
        }
    }
}
