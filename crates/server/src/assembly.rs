//! What the service knows of an assembly, as it stands in the store's body.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tracking::{DutyRule, Preset, Role, Words as Texts};

use crate::app::App;
use crate::fault::Fault;
use crate::visit::Visit;
use crate::words::Words;

/// An assembly.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembly {
    /// The word in the addresses of its pages.
    pub id: String,
    /// Counts what was saved.
    pub revision: i64,
    /// Its name by language.
    pub names: Texts,
    /// Everything else.
    pub about: About,
}

/// What is said of an assembly beside its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The languages of its texts, the one in which its staff writes first.
    pub languages: Vec<String>,
    /// Who called it.
    #[serde(default)]
    pub commissioner: String,
    /// What it was asked, by language.
    #[serde(default)]
    pub remit: Texts,
    /// How many members were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u32>,
    /// Its first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<Date>,
    /// Its last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<Date>,
    /// Its clocks.
    pub rule: DutyRule,
    /// The rules that held before, oldest first: they still say by what the older deadlines were set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<DutyRule>,
    /// Who is written to when something is long overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<Sponsor>,
}

/// The office that called an assembly and answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sponsor {
    /// Its name, for everybody.
    pub office: String,
    /// Where it reads letters; on no page for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Assembly {
    /// Reads what is stored.
    ///
    /// # Errors
    /// If the body is not what this program writes.
    pub fn of(stored: store::Assembly) -> Result<Self, Fault> {
        let about = serde_json::from_str(&stored.body).map_err(Fault::broken)?;
        Ok(Self { id: stored.id, revision: stored.revision, names: stored.names, about })
    }

    /// The assembly with this id.
    ///
    /// # Errors
    /// If there is none.
    pub async fn find(app: &App, id: &str) -> Result<Self, Fault> {
        Self::of(app.store.assembly(id).await?.ok_or(Fault::NotFound)?)
    }

    /// All assemblies.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn all(app: &App) -> Result<Vec<Self>, Fault> {
        app.store.assemblies().await?.into_iter().map(Self::of).collect()
    }

    /// The assembly with this id, for somebody who holds one of these roles for it.
    ///
    /// # Errors
    /// That there is no such page: for everybody else it is as if there were none.
    pub async fn within(app: &App, visit: &Visit, roles: &[Role], id: &str) -> Result<Self, Fault> {
        if !visit.signed()?.holds_in(roles, id) {
            return Err(Fault::NotFound);
        }
        Self::find(app, id).await
    }

    /// The assemblies for which one of these roles is held.
    ///
    /// # Errors
    /// If the store cannot be read or nobody is signed in.
    pub async fn all_within(app: &App, visit: &Visit, roles: &[Role]) -> Result<Vec<Self>, Fault> {
        let signed = visit.signed()?;
        let mut all = Self::all(app).await?;
        all.retain(|one| signed.holds_in(roles, &one.id));
        Ok(all)
    }

    /// The name of one of them for a reader; one that is not there is called by its id.
    pub fn called<'a>(all: &'a [Self], id: &'a str, words: Words) -> &'a str {
        all.iter().find(|one| one.id == id).map_or(id, |one| one.name(words))
    }

    /// Its name for a reader.
    pub fn name(&self, words: Words) -> &str {
        in_language(&self.names, words).unwrap_or(&self.id)
    }

    /// What its clocks rest on, for a reader; see [`basis`].
    pub fn basis(&self, words: Words) -> String {
        basis(&self.about.rule, words)
    }

    /// The language in which its staff writes themes, reports and notes, where that is not the page's (WCAG 3.1.2).
    pub fn written(&self, words: Words) -> Option<&str> {
        self.about.languages.first().map(String::as_str).filter(|tag| *tag != words.language.tag())
    }

    /// What it was asked, for a reader.
    pub fn remit(&self, words: Words) -> &str {
        in_language(&self.about.remit, words).unwrap_or_default()
    }
}

/// What the clocks of a rule rest on, for a reader, as a sentence with its full stop: a rule to begin with in the reader's
/// language, one's own as it was written.
pub fn basis(rule: &DutyRule, words: Words) -> String {
    let preset = Preset::from_key(&rule.id).filter(|preset| preset.basis() == rule.legal_basis);
    let said =
        preset.map_or_else(|| rule.legal_basis.clone(), |preset| words.word("preset-basis", preset.key()));
    let said = said.trim_end();
    if said.ends_with(['.', '!', '?']) { said.to_owned() } else { format!("{said}.") }
}

/// The text in a reader's language, or else in the first one there is.
pub fn in_language(texts: &BTreeMap<String, String>, words: Words) -> Option<&str> {
    texts.get(words.language.tag()).or_else(|| texts.values().next()).map(String::as_str)
}
