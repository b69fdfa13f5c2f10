//! The gates before the first session: what has to be there so that an assembly's work does not end in a drawer.

use crate::duty::DutyRule;
use crate::mandate::{Commissioner, Mandate, Override};
use crate::words::words;

words! {
    /// Something without which the first session is not opened.
    Gate {
        /// A question, in every language of the mandate, and what is off the table.
        Remit = "remit", "remit";
        /// Somebody calls it and somebody is to answer.
        Commissioner = "commissioner", "commissioner";
        /// A decision calls it; where civil society does, the addressee was notified.
        Mandate = "mandate", "mandate";
        /// The sponsor has signed the duty rule.
        Duty = "duty", "duty rule";
        /// Money for what comes after.
        Budget = "budget", "follow-up budget";
        /// Every topic has a unit and a post that acknowledged the remit.
        Topics = "topics", "topics";
    }
}

/// Something that is missing at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// What the assembly is asked.
    Question,
    /// What is off the table, or that nothing is.
    OffTable,
    /// Question or limits are not there in this language, but the other one is.
    Language(String),
    /// Who calls it.
    Commissioner,
    /// Who has to answer.
    Addressee,
    /// The decision that calls it.
    Decision,
    /// That the addressee was told.
    Notice,
    /// The sponsor's signature.
    Signature,
    /// A signature for the words as they are now: another wording or another version of the rule was signed.
    SignatureAnew,
    /// Money.
    Budget,
    /// Topics.
    Topics,
    /// A unit for this topic.
    Unit(String),
    /// A post for this topic.
    Post(String),
    /// That the topic's post knows the remit.
    Acknowledgement(String),
    /// That it knows the words as they are now.
    AcknowledgementAnew(String),
}

impl Missing {
    /// The word under which pages find their sentence.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::OffTable => "off_table",
            Self::Language(_) => "language",
            Self::Commissioner => "commissioner",
            Self::Addressee => "addressee",
            Self::Decision => "decision",
            Self::Notice => "notice",
            Self::Signature => "signature",
            Self::SignatureAnew => "signature_anew",
            Self::Budget => "budget",
            Self::Topics => "topics",
            Self::Unit(_) => "unit",
            Self::Post(_) => "post",
            Self::Acknowledgement(_) => "acknowledgement",
            Self::AcknowledgementAnew(_) => "acknowledgement_anew",
        }
    }

    /// The keys of all of them.
    pub const KEYS: [&'static str; 15] = [
        "question",
        "off_table",
        "language",
        "commissioner",
        "addressee",
        "decision",
        "notice",
        "signature",
        "signature_anew",
        "budget",
        "topics",
        "unit",
        "post",
        "acknowledgement",
        "acknowledgement_anew",
    ];

    /// The language or the topic's id that it is about; empty for the others.
    pub fn about(&self) -> &str {
        match self {
            Self::Language(about) | Self::Unit(about) | Self::Post(about) => about,
            Self::Acknowledgement(about) | Self::AcknowledgementAnew(about) => about,
            _ => "",
        }
    }
}

/// A gate and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateState {
    /// The gate.
    pub gate: Gate,
    /// The word under which pages find its name: the gate's, but "notified" where civil society calls the assembly.
    pub name: &'static str,
    /// Everything that is missing; nothing: it is passed.
    pub missing: Vec<Missing>,
    /// Why it is open in spite of that.
    pub overridden: Option<Override>,
}

impl GateState {
    /// Whether nothing is missing.
    pub fn is_passed(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether it keeps the first session from being opened no longer.
    pub fn lets_through(&self) -> bool {
        self.is_passed() || self.overridden.is_some()
    }

    /// The word for machines and pages: passed, overridden, shut.
    pub fn key(&self) -> &'static str {
        match (self.is_passed(), &self.overridden) {
            (true, _) => "passed",
            (false, Some(_)) => "overridden",
            (false, None) => "shut",
        }
    }
}

/// All gates in their order. Departments owe civil society no acknowledgement: there the topics only need a unit and the
/// post that is told.
pub fn gates(of: &Mandate, rule: &DutyRule) -> Vec<GateState> {
    let state = |gate: &Gate| {
        let missing = match gate {
            Gate::Remit => remit(of),
            Gate::Commissioner => commissioner(of),
            Gate::Mandate => mandate(of),
            Gate::Duty => duty(of, rule),
            Gate::Budget => budget(of),
            Gate::Topics => topics(of),
        };
        let civil = of.by == Commissioner::CivilSociety && *gate == Gate::Mandate;
        let name = if civil { "notified" } else { gate.key() };
        let overridden = of.overrides.iter().rfind(|one| one.gate == *gate).cloned();
        GateState { gate: *gate, name, overridden: overridden.filter(|_| !missing.is_empty()), missing }
    };
    Gate::ALL.iter().map(state).collect()
}

fn remit(of: &Mandate) -> Vec<Missing> {
    let blank = |text: Option<&String>| text.is_none_or(|text| text.trim().is_empty());
    let mut missing = Vec::new();
    if of.question.values().all(|text| text.trim().is_empty()) {
        missing.push(Missing::Question);
    }
    if of.off_table.values().all(|text| text.trim().is_empty()) {
        missing.push(Missing::OffTable);
    }
    if missing.is_empty() {
        let mut tags: Vec<&String> = of.question.keys().chain(of.off_table.keys()).collect();
        tags.sort();
        tags.dedup();
        let half =
            tags.into_iter().filter(|tag| blank(of.question.get(*tag)) != blank(of.off_table.get(*tag)));
        missing.extend(half.map(|tag| Missing::Language(tag.clone())));
    }
    missing
}

fn commissioner(of: &Mandate) -> Vec<Missing> {
    let needed = [(&of.commissioner, Missing::Commissioner), (&of.addressee, Missing::Addressee)];
    needed.into_iter().filter(|(text, _)| text.trim().is_empty()).map(|(_, missing)| missing).collect()
}

fn mandate(of: &Mandate) -> Vec<Missing> {
    let (there, missing) = match of.by {
        Commissioner::Government => (of.decision.is_some(), Missing::Decision),
        Commissioner::CivilSociety => (of.notified.is_some(), Missing::Notice),
    };
    if there { Vec::new() } else { vec![missing] }
}

fn duty(of: &Mandate, rule: &DutyRule) -> Vec<Missing> {
    match &of.duty {
        None => vec![Missing::Signature],
        Some(signed) if signed.of != of.print() || signed.rule != rule.version() => {
            vec![Missing::SignatureAnew]
        }
        Some(_) => Vec::new(),
    }
}

fn budget(of: &Mandate) -> Vec<Missing> {
    let there = of.budget.as_ref().is_some_and(|budget| budget.amount > 0 && !budget.line.trim().is_empty());
    if there { Vec::new() } else { vec![Missing::Budget] }
}

fn topics(of: &Mandate) -> Vec<Missing> {
    if of.topics.is_empty() {
        return vec![Missing::Topics];
    }
    let print = of.print();
    let of_topic = |topic: &crate::mandate::Topic| {
        let id = topic.id.clone();
        match &topic.acknowledged {
            _ if topic.unit.is_empty() => Some(Missing::Unit(id)),
            _ if topic.post.is_empty() => Some(Missing::Post(id)),
            _ if of.by == Commissioner::CivilSociety => None,
            None => Some(Missing::Acknowledgement(id)),
            Some(known) if known.of != print || known.post != topic.post => {
                Some(Missing::AcknowledgementAnew(id))
            }
            Some(_) => None,
        }
    };
    of.topics.iter().filter_map(of_topic).collect()
}
