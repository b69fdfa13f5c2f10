//! A survey of members before and after: how each answer changed in the same people, and how sure that is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

use crate::FEWEST;

/// The answers of one survey, by person. Never stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    people: BTreeMap<String, Person>,
    questions: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Person {
    group: String,
    answers: BTreeMap<String, f64>,
}

/// What is wrong with a cell of a table of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row, 1 is the first under the header; none where it is about the header.
    pub row: Option<usize>,
    /// The column's name.
    pub column: String,
    /// What stands there. Never the code of a person.
    pub value: String,
    /// Why it cannot be.
    pub why: Why,
}

/// Why a cell cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There is no column of this name.
    NoColumn,
    /// There is no question beside the member and the group.
    NoQuestion,
    /// Two columns have this name.
    ColumnTwice,
    /// Nothing says who answered.
    Nobody,
    /// This member stands in an earlier row.
    Twice,
    /// It is no number.
    NoNumber,
}

impl Answers {
    /// Reads a table: a column `member` (any code that is the same in both surveys), a column `group` if wanted, and a
    /// column with numbers for each question. An empty cell is no answer.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(header: &[String], rows: &[Vec<String>]) -> Result<Self, Vec<Fault>> {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let mut wrong = header_faults(header, &names);
        let place = |name: &str| names.iter().position(|own| own == name);
        let Some(member) = place("member") else { return Err(wrong) };
        let group = place("group");
        let asked: Vec<usize> = (0..names.len())
            .filter(|at| *at != member && Some(*at) != group && !names[*at].is_empty())
            .collect();
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for (row, cells) in (1..).zip(rows) {
            let cell = |at: usize| cells.get(at).map_or("", |text| text.trim());
            let mut fault = |column: usize, value: &str, why: Why| {
                let column = header[column].clone();
                wrong.push(Fault { row: Some(row), column, value: value.to_owned(), why });
            };
            let code = cell(member);
            if code.is_empty() {
                fault(member, "", Why::Nobody);
            } else if people.contains_key(code) {
                fault(member, "", Why::Twice);
            }
            let mut person = Person { group: group.map_or("", cell).to_owned(), answers: BTreeMap::new() };
            for &at in asked.iter().filter(|at| !cell(**at).is_empty()) {
                match cell(at).parse::<f64>().ok().filter(|number| number.is_finite()) {
                    Some(number) => drop(person.answers.insert(header[at].trim().to_owned(), number)),
                    None => fault(at, cell(at), Why::NoNumber),
                }
            }
            people.entry(code.to_owned()).or_insert(person);
        }
        let questions = asked.iter().map(|at| header[*at].trim().to_owned()).collect();
        if wrong.is_empty() { Ok(Self { people, questions }) } else { Err(wrong) }
    }
}

fn header_faults(header: &[String], names: &[String]) -> Vec<Fault> {
    let about = |column: &str, why| Fault { row: None, column: column.to_owned(), value: String::new(), why };
    let mut wrong = Vec::new();
    let mut before = BTreeSet::new();
    for (written, name) in header.iter().zip(names).filter(|(_, name)| !name.is_empty()) {
        if !before.insert(name) {
            wrong.push(about(written, Why::ColumnTwice));
        }
    }
    if !names.iter().any(|name| name == "member") {
        wrong.push(about("member", Why::NoColumn));
    }
    if !names.iter().any(|name| !name.is_empty() && name != "member" && name != "group") {
        wrong.push(about("", Why::NoQuestion));
    }
    wrong
}

/// How the answers of the same people to one question changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// People who answered it both times.
    pub pairs: usize,
    /// Their mean before.
    pub before: f64,
    /// Their mean after.
    pub after: f64,
    /// The ends of the 95 % confidence interval of the mean change (paired t interval).
    pub interval: (f64, f64),
}

impl Change {
    /// The mean change.
    pub fn mean(&self) -> f64 {
        self.after - self.before
    }

    /// Whether the interval leaves no change out.
    pub fn is_clear(&self) -> bool {
        self.interval.0 > 0.0 || self.interval.1 < 0.0
    }

    /// The change of pairs of answers, before and after; none for fewer than [`FEWEST`].
    ///
    /// The interval is mean ± t · s/√n with the quantile t of Student's distribution with n - 1 degrees of freedom
    /// (Student, "The probable error of a mean", 1908). If all changed by the same, it has no width.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.len() < FEWEST {
            return None;
        }
        let n = pairs.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (before, after) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let change = after - before;
        let squares: f64 = pairs.iter().map(|(one, other)| (other - one - change).powi(2)).sum();
        let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975);
        let half = t * (squares / (n - 1.0)).sqrt() / n.sqrt();
        Some(Self { pairs: pairs.len(), before, after, interval: (change - half, change + half) })
    }
}

/// The change within each group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grouped {
    /// The question.
    pub question: String,
    /// By group.
    pub groups: BTreeMap<String, Change>,
}

/// Two surveys beside each other: this is what is kept and shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Each question that was asked both times, in the order of the first table; without a change where too few answered.
    pub changes: Vec<(String, Option<Change>)>,
    /// Questions by group, where every group and the rest have enough people.
    pub groups: Vec<Grouped>,
    /// Questions that were asked once only.
    pub once: Vec<String>,
}

impl Comparison {
    /// Compares two surveys of the same people.
    pub fn of(before: &Answers, after: &Answers) -> Self {
        let both = |question: &&String| after.questions.contains(question);
        let mut comparison = Self::default();
        for question in before.questions.iter().filter(both) {
            let pairs = pairs(before, after, question);
            let all: Vec<(f64, f64)> = pairs.values().flatten().copied().collect();
            comparison.changes.push((question.clone(), Change::of(&all)));
            let named = pairs.keys().any(|group| !group.is_empty());
            let groups: Option<BTreeMap<String, Change>> =
                pairs.into_iter().map(|(group, pairs)| Some((group, Change::of(&pairs)?))).collect();
            if let Some(groups) = groups.filter(|groups| named && groups.len() > 1) {
                comparison.groups.push(Grouped { question: question.clone(), groups });
            }
        }
        let alone = before.questions.iter().filter(|question| !both(question));
        let later = after.questions.iter().filter(|question| !before.questions.contains(question));
        comparison.once = alone.chain(later).cloned().collect();
        comparison
    }
}

/// The answers to a question of those who gave both, by the group that they named first.
fn pairs(before: &Answers, after: &Answers, question: &str) -> BTreeMap<String, Vec<(f64, f64)>> {
    let mut pairs: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (code, person) in &before.people {
        let later = after.people.get(code).and_then(|person| person.answers.get(question));
        if let (Some(one), Some(other)) = (person.answers.get(question), later) {
            pairs.entry(person.group.clone()).or_default().push((*one, *other));
        }
    }
    pairs
}
