//! The register: the members in the order of their person hashes, and what observers see of it.

use crate::canonical::{Rows, integer, is_plain, normal, write_row};
use crate::extra::{Cap, Combination, ExtraRules, HouseholdRule, Layout};
use crate::hash::{Digest, f, h};
use crate::merkle::Tree;
use crate::pool::Pool;
use crate::problem::Problem;
use crate::quotas::Quotas;
use crate::rules::{Bounds, Rules, Standing};
use std::collections::BTreeMap;
use std::fmt;

/// The most members that a register may have.
pub const MAX_MEMBERS: u32 = 1_000_000;

/// The secret of a rehearsal, which everybody who knows the text can repeat.
pub fn rehearsal_secret(text: &str) -> Digest {
    h("asl/1/rehearsal", &[normal(text).as_bytes()])
}

/// The secret that the observers hold.
pub fn observer_secret(secret: &Digest) -> Digest {
    h("asl/1/observer", &[secret.as_bytes()])
}

/// The salt under a member's person hash.
pub fn salt_person(secret: &Digest, identity: &str) -> Digest {
    h("asl/1/salt-person", &[secret.as_bytes(), identity.as_bytes()])
}

/// The salt under a member's attributes hash.
pub fn salt_attrs(secret: &Digest, identity: &str) -> Digest {
    h("asl/1/salt-attrs", &[secret.as_bytes(), identity.as_bytes()])
}

/// The person hash.
pub fn person(event: &str, salt: &Digest, identity: &str) -> Digest {
    h("asl/1/person", &[event.as_bytes(), salt.as_bytes(), identity.as_bytes()])
}

/// The attributes hash: of features with their values, in the bytewise order of the features, then where there is a
/// household rule of `@household` with the label, and for each cap of `@cap` with the label; a label is empty for those who
/// share with nobody.
pub fn attrs<'a>(
    event: &str,
    salt: &Digest,
    values: impl IntoIterator<Item = (&'a str, &'a str)>,
    household: Option<&'a str>,
    caps: &'a [String],
) -> Digest {
    let household = household.map(|label| ("@household", label));
    let caps = caps.iter().map(|label| ("@cap", label.as_str()));
    let pairs = values.into_iter().chain(household).chain(caps).flat_map(|(feature, value)| [feature, value]);
    let parts: Vec<&[u8]> =
        [event.as_bytes(), salt.as_bytes()].into_iter().chain(pairs.map(str::as_bytes)).collect();
    h("asl/1/attrs", &parts)
}

/// One member, as the organiser knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The member's place in [`Pool::members`].
    pub member: usize,
    /// The identity columns joined by LF.
    pub identity: String,
    /// The salt under the person hash.
    pub salt_person: Digest,
    /// What observers see, but for the count, which is 0 until a portfolio gives it.
    pub line: Line,
}

/// One member, as observers see them: a row of `observers/members.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The person hash.
    pub person: Digest,
    /// The attributes hash.
    pub attrs: Digest,
    /// How many panels of the portfolio hold the member.
    pub count: u32,
    /// The salt under the attributes hash.
    pub salt: Digest,
    /// The household's label, if the member shares one.
    pub household: Option<u32>,
    /// For each cap the label of those with whom the member shares it.
    pub caps: Vec<Option<u32>>,
    /// For each feature, in bytewise order, the row of the member's value in the quotas.
    pub values: Vec<u32>,
}

impl Line {
    /// The household's label as text; empty for those who live alone.
    pub fn label(&self) -> String {
        text(self.household)
    }

    /// The labels of the caps as text; empty for those who share with nobody.
    pub fn cap_labels(&self) -> Vec<String> {
        self.caps.iter().map(|&label| text(label)).collect()
    }

    /// The features with the member's values.
    pub fn pairs<'a>(&'a self, quotas: &'a Quotas) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.values.iter().map(|&row| {
            let quota = &quotas.rows()[row as usize];
            (quota.feature.as_str(), quota.value.as_str())
        })
    }

    /// The attributes hash that follows from the salt, the values and the household, `grouped` if there is a
    /// household rule.
    pub fn expected_attrs(&self, event: &str, quotas: &Quotas, grouped: bool) -> Digest {
        let (label, caps) = (self.label(), self.cap_labels());
        attrs(event, &self.salt, self.pairs(quotas), grouped.then_some(&label), &caps)
    }

    /// The member's leaf in the tree under `pool_root`.
    pub fn leaf(&self, index: u32) -> Vec<u8> {
        leaf(index, &self.person, &self.attrs, self.count)
    }
}

/// The leaf of a member in the tree under `pool_root`.
pub fn leaf(index: u32, person: &Digest, attrs: &Digest, count: u32) -> Vec<u8> {
    let (tag, index, count) = (f(b"asl/1/leaf"), index.to_be_bytes(), count.to_be_bytes());
    [&tag, &index[..], person.as_bytes(), attrs.as_bytes(), &count].concat()
}

/// The tree under `pool_root`.
pub fn tree(lines: &[Line]) -> Tree {
    Tree::new((0..).zip(lines).map(|(index, line)| line.leaf(index)))
}

fn text(label: Option<u32>) -> String {
    label.map(|label| label.to_string()).unwrap_or_default()
}

/// For each cap the largest label.
pub fn cap_sizes<'a>(extra: &ExtraRules, lines: impl IntoIterator<Item = &'a Line>) -> Vec<u32> {
    let mut sizes = vec![0; extra.caps.len()];
    for line in lines {
        for (size, &label) in sizes.iter_mut().zip(&line.caps) {
            *size = label.unwrap_or(0).max(*size);
        }
    }
    sizes
}

/// The rules for panels of `size` drawn from `lines`, with rows in the order of [`ExtraRules::layout`]: row r of the quotas
/// is row r of the rules.
pub fn rules<'a>(
    quotas: &Quotas,
    extra: &ExtraRules,
    size: u32,
    lines: impl IntoIterator<Item = &'a Line> + Clone,
) -> Rules {
    let layout = extra.layout(quotas, &cap_sizes(extra, lines.clone()));
    let places: Vec<Option<Vec<u32>>> = extra.combinations.iter().map(|rule| rule.places(quotas)).collect();
    let standing = |(index, line): (u32, &Line)| {
        let mut rows = line.values.clone();
        for (row, places) in layout.combinations.clone().zip(&places) {
            let counts = |places: &Vec<u32>| Combination::counts(places, &line.values);
            rows.extend(places.as_ref().is_some_and(counts).then_some(row));
        }
        let labels = layout.caps.iter().zip(&line.caps);
        rows.extend(labels.filter_map(|(cap, label)| Some(cap.start + label.as_ref()? - 1)));
        rows.extend(extra.seated.binary_search(&index).is_ok().then_some(layout.seated.start));
        Standing { rows, household: line.household }
    };
    let mut bounds: Vec<Bounds> =
        quotas.rows().iter().map(|quota| Bounds { min: quota.min, max: quota.max }).collect();
    bounds.extend(extra.combinations.iter().map(|rule| Bounds { min: rule.min, max: rule.max }));
    for (cap, labels) in extra.caps.iter().zip(&layout.caps) {
        bounds.extend(labels.clone().map(|_| Bounds { min: 0, max: cap.max }));
    }
    let seated = extra.seated.len() as u32;
    bounds.extend(layout.seated.clone().map(|_| Bounds { min: seated, max: seated }));
    Rules { size, rows: bounds, members: (0..).zip(lines).map(standing).collect() }
}

/// The columns of `observers/members.csv` before those of the caps and the features.
const COLUMNS: [&str; 6] = ["index", "person", "attrs", "count", "salt", "household"];

/// The header of `observers/members.csv`.
fn header<'a>(quotas: &'a Quotas, extra: &'a ExtraRules) -> Vec<&'a str> {
    let caps = extra.caps.iter().map(|cap| cap.column.as_str());
    COLUMNS.into_iter().chain(caps).chain(quotas.features()).collect()
}

/// `observers/members.csv`.
pub fn to_csv(lines: &[Line], quotas: &Quotas, extra: &ExtraRules) -> String {
    let mut csv = String::new();
    write_row(&mut csv, header(quotas, extra));
    for (index, line) in lines.iter().enumerate() {
        let fixed = [
            index.to_string(),
            line.person.to_string(),
            line.attrs.to_string(),
            line.count.to_string(),
            line.salt.to_string(),
            line.label(),
        ];
        let values = line.pairs(quotas).map(|(_, value)| value);
        let labels = line.cap_labels();
        write_row(&mut csv, fixed.iter().chain(&labels).map(String::as_str).chain(values));
    }
    csv
}

/// Reads `observers/members.csv`: exactly `n` rows, counts of at most `m`, and values that the quotas have.
///
/// # Errors
/// What is wrong with its form.
pub fn from_canonical(
    bytes: &[u8],
    quotas: &Quotas,
    extra: &ExtraRules,
    n: u32,
    m: u32,
) -> Result<Vec<Line>, String> {
    let features = quotas.features();
    let header = header(quotas, extra);
    let places: BTreeMap<(&str, &str), u32> =
        (0..).zip(quotas.rows()).map(|(row, quota)| ((&*quota.feature, &*quota.value), row)).collect();
    let mut rows = Rows::new(bytes)?;
    rows.header(&header)?;
    let mut lines = Vec::new();
    for (index, row) in rows.enumerate() {
        let row = row?;
        let wrong = |what: &str| format!("member {index}: {what}");
        if row.len() != header.len() {
            return Err(wrong("there is not one field for each column"));
        }
        let (fixed, values) = row.split_at(header.len() - features.len());
        let number =
            |column: usize, max: u32| integer(&fixed[column], max.into()).map(|number| number as u32);
        let digest = |column: usize| {
            Digest::from_hex(&fixed[column])
                .ok_or_else(|| wrong("a hash is not 64 lower-case hexadecimal digits"))
        };
        if index >= n as usize || number(0, n) != Some(index as u32) {
            return Err(wrong("the members are not numbered from 0 up to their number in commit.json"));
        }
        let label = |column: usize| match &*fixed[column] {
            "" => Ok(None),
            _ => {
                let label = number(column, n).filter(|&label| label > 0);
                label.map(Some).ok_or_else(|| wrong("the household, or the place of a cap, is not a label"))
            }
        };
        let pairs = features.iter().zip(values);
        let values: Option<Vec<u32>> =
            pairs.map(|(feature, value)| places.get(&(*feature, value.as_ref())).copied()).collect();
        lines.push(Line {
            person: digest(1)?,
            attrs: digest(2)?,
            count: number(3, m).ok_or_else(|| wrong("the count is not a number of panels"))?,
            salt: digest(4)?,
            household: label(5)?,
            caps: (COLUMNS.len()..fixed.len()).map(label).collect::<Result<_, _>>()?,
            values: values.ok_or_else(|| wrong("a value has no quota"))?,
        });
    }
    if lines.len() as u64 != u64::from(n) {
        return Err(format!("it has {} members instead of {n}", lines.len()));
    }
    Ok(lines)
}

/// The members in ascending order of their person hashes.
#[derive(Clone, PartialEq, Eq)]
pub struct Register {
    /// The members; a member's index is the place here.
    pub entries: Vec<Entry>,
    /// The event's name, in its canonical form.
    pub event: String,
    /// The rules besides the quotas.
    pub extra: ExtraRules,
    secret: Digest,
}

impl fmt::Debug for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Register of {} members", self.entries.len())
    }
}

impl Register {
    /// Registers the members of `pool` for an event. The labels of households and caps are numbered anew from 1 in the order
    /// of the register. `combinations` are in ascending order of their values.
    ///
    /// # Errors
    /// No members or too many, no name for the event, or members whom the identity columns do not tell apart.
    pub fn new(
        event: &str,
        secret: &[u8; 32],
        pool: &Pool,
        quotas: &Quotas,
        combinations: &[Combination],
    ) -> Result<Self, Vec<Problem>> {
        let (event, secret) = (normal(event), Digest(*secret));
        let grouped = !pool.household_columns.is_empty();
        let identities: Vec<String> =
            pool.members.iter().map(|member| identity(&member.cells, &pool.identity)).collect();
        let problems = problems(&event, pool, &identities);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut entries: Vec<Entry> = (0..)
            .zip(identities)
            .map(|(place, identity)| {
                let salt = salt_person(&secret, &identity);
                let line = Line {
                    person: person(&event, &salt, &identity),
                    attrs: Digest([0; 32]),
                    count: 0,
                    salt: salt_attrs(&secret, &identity),
                    household: pool.members[place].household.filter(|_| grouped),
                    caps: pool.members[place].places.clone(),
                    values: pool.members[place].values.clone(),
                };
                Entry { member: place, salt_person: salt, identity, line }
            })
            .collect();
        entries.sort_by_key(|entry| entry.line.person);
        relabel(entries.iter_mut().map(|entry| &mut entry.line.household));
        for cap in 0..pool.caps.len() {
            relabel(entries.iter_mut().map(|entry| &mut entry.line.caps[cap]));
        }
        for Entry { line, .. } in &mut entries {
            line.attrs = line.expected_attrs(&event, quotas, grouped);
        }
        let columns = pool.household_columns.iter().map(|name| normal(name)).collect();
        let seated = |&index: &u32| pool.members[entries[index as usize].member].seated;
        let extra = ExtraRules {
            caps: pool.caps.iter().map(|cap| Cap { column: normal(&cap.column), max: cap.max }).collect(),
            combinations: combinations.to_vec(),
            households: grouped.then_some(HouseholdRule { columns }),
            seated: (0..entries.len() as u32).filter(seated).collect(),
        };
        Ok(Self { entries, event, extra, secret })
    }

    /// The secret of the organiser.
    pub fn secret(&self) -> &Digest {
        &self.secret
    }

    /// The rules for panels of `size`; row r of the quotas is row r of the rules, and [`Register::layout`] tells the others.
    pub fn rules(&self, quotas: &Quotas, size: u32) -> Rules {
        rules(quotas, &self.extra, size, self.entries.iter().map(|entry| &entry.line))
    }

    /// Which rows of the rules are what.
    pub fn layout(&self, quotas: &Quotas) -> Layout {
        self.extra.layout(quotas, &cap_sizes(&self.extra, self.entries.iter().map(|entry| &entry.line)))
    }

    /// What observers see, with the members' counts in a portfolio.
    pub fn lines(&self, counts: &[u32]) -> Vec<Line> {
        self.entries.iter().zip(counts).map(|(entry, &count)| Line { count, ..entry.line.clone() }).collect()
    }
}

/// Numbers labels anew, 1, 2, .. in the order in which they first come up.
fn relabel<'a>(lines: impl Iterator<Item = &'a mut Option<u32>>) {
    let mut labels = BTreeMap::new();
    for label in lines.filter_map(Option::as_mut) {
        let next = labels.len() as u32 + 1;
        *label = *labels.entry(*label).or_insert(next);
    }
}

/// Who a member is: the cells of the identity columns in their canonical form, joined by LF.
pub fn identity<S: AsRef<str>>(cells: &[S], columns: &[usize]) -> String {
    let cells: Vec<String> =
        columns.iter().filter_map(|&column| Some(normal(cells.get(column)?.as_ref()))).collect();
    cells.join("\n")
}

fn problems(event: &str, pool: &Pool, identities: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if event.is_empty() || !is_plain(event) {
        let reason = "the event has no name, or one with control characters";
        problems.push(Problem::error(&pool.file, reason, "name the event, on one line"));
    }
    if identities.is_empty() || identities.len() as u64 > MAX_MEMBERS.into() {
        let reason = format!("the pool has {} members", identities.len());
        problems.push(Problem::error(&pool.file, reason, format!("1 to {MAX_MEMBERS} are possible")));
    }
    let mut first = BTreeMap::new();
    for (identity, member) in identities.iter().zip(&pool.members) {
        let problem = |reason: String| {
            let remedy = "name columns for the identity that differ from member to member, such as the id";
            Problem::error(&pool.file, reason, remedy).at_row(member.row)
        };
        if identity.trim().is_empty() {
            problems.push(problem("the identity columns are empty".to_owned()));
        } else if let Some(before) = first.insert(identity, member.row) {
            problems.push(problem(format!("the identity columns say the same as in row {before}")));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::PoolOptions;
    use crate::sheet::{Row, Sheet};

    fn sheet(file: &str, text: &str) -> Sheet {
        let mut rows = text.lines().enumerate().map(|(line, text)| Row {
            number: line + 1,
            cells: text.split(',').map(str::to_owned).collect(),
        });
        Sheet { file: file.to_owned(), header: rows.next().unwrap().cells, rows: rows.collect() }
    }

    fn quotas() -> Quotas {
        let text = "feature,value,min,max\nColour,Red,1,2\nColour,Blue,0,1\nAge,Young,0,9\nAge,Old,0,9";
        Quotas::read(&sheet("quotas.csv", text)).value.unwrap()
    }

    fn pool(rows: &str, identity: &[&str]) -> Pool {
        let text = format!("id,name,colour,age,street\n{rows}");
        let options = PoolOptions {
            household: vec!["street".to_owned()],
            identity: identity.iter().map(|&name| name.to_owned()).collect(),
            ..PoolOptions::default()
        };
        Pool::read(&sheet("pool.csv", &text), &quotas(), &options).value.unwrap()
    }

    const ROWS: &str = "1,Ann,Red,Old,A 1\n2,Bob,Blue,Old,A 1\n3,Cy,red,Young,B 2\n4,Ann,Red,Young,\n5,Dee,Blue,Old,C 3\n6,Eve,Red,Old,c 3";

    #[test]
    fn the_order_of_the_file_does_not_matter() {
        let (quotas, secret) = (quotas(), [9; 32]);
        let register = Register::new("Spring", &secret, &pool(ROWS, &[]), &quotas, &[]).unwrap();
        let reversed: Vec<&str> = ROWS.lines().rev().collect();
        let other = Register::new("Spring", &secret, &pool(&reversed.join("\n"), &[]), &quotas, &[]).unwrap();
        let counts = vec![0; 6];
        assert_eq!(register.lines(&counts), other.lines(&counts));
        assert!(register.entries.windows(2).all(|pair| pair[0].line.person < pair[1].line.person));
        let labels: Vec<u32> = register.entries.iter().filter_map(|entry| entry.line.household).collect();
        let mut numbered = labels.clone();
        numbered.sort_unstable();
        assert_eq!((labels[0], numbered), (1, vec![1, 1, 2, 2]));
        let elsewhere = Register::new("Autumn", &secret, &pool(ROWS, &[]), &quotas, &[]).unwrap();
        assert_ne!(elsewhere.entries[0].line.person, register.entries[0].line.person);
    }

    #[test]
    fn members_must_differ() {
        let same_names = Pool { identity: vec![1], ..pool(ROWS, &[]) };
        let problems = Register::new("Spring", &[9; 32], &same_names, &quotas(), &[]).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].row, Some(5));
        assert!(!problems[0].to_string().contains("Ann"));
        assert!(Register::new(" ", &[9; 32], &pool(ROWS, &[]), &quotas(), &[]).is_err());
        let both = Register::new("Spring", &[9; 32], &pool(ROWS, &["name", "id"]), &quotas(), &[]).unwrap();
        assert!(both.entries.iter().any(|entry| entry.identity == "Ann\n4"));
    }

    #[test]
    fn what_observers_see_comes_back() {
        let quotas = quotas();
        let register = Register::new("Spring", &[9; 32], &pool(ROWS, &[]), &quotas, &[]).unwrap();
        let (lines, none) = (register.lines(&[0, 1, 2, 3, 4, 5]), ExtraRules::default());
        let csv = to_csv(&lines, &quotas, &none);
        assert!(csv.starts_with("index,person,attrs,count,salt,household,Age,Colour\n0,"));
        assert_eq!(from_canonical(csv.as_bytes(), &quotas, &none, 6, 5).unwrap(), lines);
        assert!(from_canonical(csv.as_bytes(), &quotas, &none, 5, 5).is_err());
        assert!(from_canonical(csv.as_bytes(), &quotas, &none, 7, 5).is_err());
        assert!(from_canonical(csv.as_bytes(), &quotas, &none, 6, 4).is_err());
        for (from, to) in
            [("Red", "red"), ("\n1,", "\n01,"), (",1,", ",01,"), ("Old", "\"Old\""), ("Age", "age")]
        {
            let changed = csv.replacen(from, to, 1);
            assert_ne!(changed, csv);
            assert!(from_canonical(changed.as_bytes(), &quotas, &none, 6, 5).is_err(), "{from} -> {to}");
        }
        for (index, line) in lines.iter().enumerate() {
            assert_eq!(line.expected_attrs("Spring", &quotas, true), line.attrs);
            assert_ne!(line.expected_attrs("Spring", &quotas, false), line.attrs);
            let path = tree(&lines).path(index);
            let root = crate::merkle::climb(&line.leaf(index as u32), index as u64, 6, &path);
            assert_eq!(root, Some(tree(&lines).root()));
        }
    }
}
