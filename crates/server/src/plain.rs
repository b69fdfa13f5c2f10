//! Pages made of tables and forms, for those who run the service.

use std::borrow::Borrow;

use axum::response::Response;

use crate::fault::Fault;
use crate::form::{Field, Kind};
use crate::page::{self, Page};

/// A page: words, tables, forms.
#[derive(askama::Template)]
#[template(path = "plain.html")]
pub struct Plain {
    page: Page,
    back: Option<(String, String)>,
    /// Paragraphs, each with its language where that may be another than the page's.
    about: Vec<(String, String)>,
    /// Where else to go: address and words.
    links: Vec<(String, String)>,
    /// Something to copy: a link that is shown once.
    copy: Option<String>,
    /// A link on, as a button: address and words.
    on: Option<(String, String)>,
    tables: Vec<Table>,
    forms: Vec<Form>,
    next: String,
}

/// A table.
#[derive(Debug, Default)]
pub struct Table {
    /// What stands above it.
    pub caption: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows; the first cell names the row.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The name of a column, for those who read its cells one below the other; empty where it has none.
    pub fn column(&self, place: impl Borrow<usize>) -> &str {
        self.columns.get(*place.borrow()).map_or("", String::as_str)
    }
}

/// A cell.
#[derive(Debug, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Where it leads; may be empty.
    pub link: String,
    /// The colour of the tag that it is; empty: it is none.
    pub tag: &'static str,
    /// The language of its text, where it may be another than the page's; else empty.
    pub language: String,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A tag: a word that says how something stands.
    pub fn tag(text: impl Into<String>, colour: &'static str) -> Self {
        Self { text: text.into(), tag: colour, ..Self::default() }
    }

    /// A link.
    pub fn link(text: impl Into<String>, link: impl Into<String>) -> Self {
        Self { text: text.into(), link: link.into(), ..Self::default() }
    }

    /// With the language of its text, if it is known.
    pub fn spoken(mut self, language: Option<&str>) -> Self {
        self.language = language.unwrap_or_default().to_owned();
        self
    }
}

/// A form.
#[derive(Debug, Default)]
pub struct Form {
    /// What stands above it; may be empty.
    pub heading: String,
    /// What it does; may be empty.
    pub about: String,
    /// Where it is sent.
    pub action: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What is sent along unseen.
    pub hidden: Vec<(String, String)>,
    /// What stands on its button.
    pub button: String,
    /// Whether what it does cannot be undone.
    pub grave: bool,
    /// Whether it has files.
    pub files: bool,
}

impl Plain {
    /// An empty page.
    pub fn new(page: Page) -> Self {
        let (about, links, tables, forms) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { page, back: None, about, links, copy: None, on: None, tables, forms, next: String::new() }
    }

    /// With a way back.
    pub fn back(mut self, address: impl Into<String>, words: impl Into<String>) -> Self {
        self.back = Some((address.into(), words.into()));
        self
    }

    /// With a paragraph.
    pub fn about(mut self, words: impl Into<String>) -> Self {
        self.about.push((words.into(), String::new()));
        self
    }

    /// With a paragraph that somebody wrote, in a language if it is known.
    pub fn said(mut self, text: impl Into<String>, language: Option<&str>) -> Self {
        self.about.push((text.into(), language.unwrap_or_default().to_owned()));
        self
    }

    /// With a way to another page.
    pub fn go(mut self, address: impl Into<String>, words: impl Into<String>) -> Self {
        self.links.push((address.into(), words.into()));
        self
    }

    /// With something to copy.
    pub fn copy(mut self, text: impl Into<String>) -> Self {
        self.copy = Some(text.into());
        self
    }

    /// With a link on, as a button.
    pub fn link(mut self, address: impl Into<String>, words: impl Into<String>) -> Self {
        self.on = Some((address.into(), words.into()));
        self
    }

    /// With a table.
    pub fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }

    /// With a form.
    pub fn form(mut self, mut form: Form) -> Self {
        self.page.explain(&mut form.fields);
        self.forms.push(form);
        self
    }

    /// With a next page.
    pub fn next(mut self, address: impl Into<String>) -> Self {
        self.next = address.into();
        self
    }

    /// As an answer.
    ///
    /// # Errors
    /// If the template cannot be filled.
    pub fn show(&self) -> Result<Response, Fault> {
        page::html(self)
    }
}
