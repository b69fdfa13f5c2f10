//! The checks that need `private/`.

use super::observer::Observer;
use super::public::Public;
use super::replacements;
use super::{Checks, Fault, Options, file, need};
use crate::draw::reserve;
use crate::fold::fold;
use crate::hash::Digest;
use crate::people::People;
use crate::quotas::Quotas;
use crate::receipt::{self, Receipt};
use crate::record::{Commit, Files, secret_from_canonical};
use crate::register::{Line, observer_secret, person, salt_attrs, salt_person};
use crate::signatures::Signatures;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(
    checks: &mut Checks,
    public: &Public,
    observer: &Observer,
    files: &Files,
    options: &Options,
    signatures: &Signatures,
) {
    let secret = checks.run("secret", || {
        let secret = secret_from_canonical(file(files, "secret")?)?;
        let same = observer_secret(&secret) == *need(&observer.secret, "observer-secret")?;
        if same { Ok(secret) } else { Err("it gives another secret for the observers".into()) }
    });
    let list = checks.run("private-form", || {
        let commit = need(&public.commit, "commit")?;
        let people = People::from_canonical(file(files, "members.csv")?, commit.n)?;
        let extra = need(&public.rules, "rules-form")?;
        let rule = extra.households.as_ref();
        let places = people.places(&commit.identity).ok_or("an identity column is missing or there twice")?;
        let homes = rule
            .map(|rule| people.places(&rule.columns).ok_or("a household column is missing or there twice"));
        let identities = people.identities(&places);
        let caps: Vec<&String> = extra.caps.iter().map(|cap| &cap.column).collect();
        let caps = people.places(&caps).ok_or("the column of a cap is missing or there twice")?;
        let caps = caps.into_iter().zip(extra.caps.iter().map(|cap| cap.max)).collect();
        Ok(List { homes: homes.transpose()?, caps, people, identities })
    });
    let single = checks.run("identities", || {
        let mut seen = BTreeSet::new();
        let identities = &need(&list, "private-form")?.identities;
        let wrong =
            identities.iter().position(|identity| identity.trim().is_empty() || !seen.insert(identity));
        wrong.map_or(Ok(()), |index| {
            Err(format!("member {index} has no identity or the same as a member before").into())
        })
    });
    let salts = checks.run("persons", || {
        need(&single, "identities")?;
        let (list, secret) = (need(&list, "private-form")?, need(&secret, "secret")?);
        Ok(persons(need(&public.commit, "commit")?, secret, need(&observer.lines, "pool-root")?, list)?)
    });
    let known =
        need(&observer.attributes, "attributes").and_then(|()| need(&observer.lines, "pool-root")).ok();
    let values = checks.run("values", || {
        let lines = need(&known, "attributes")?;
        Ok(values(need(&public.quotas, "quotas-form")?, lines, &need(&list, "private-form")?.people)?)
    });
    checks.run("addresses", || {
        need(&observer.labels, "household-labels")?;
        let (lines, list) = (need(&known, "attributes")?, need(&list, "private-form")?);
        let Some(columns) = &list.homes else { return Ok(()) };
        let labels: Vec<Option<u32>> = lines.iter().map(|line| line.household).collect();
        Ok(agreeing(&labels, list, columns, 2)?)
    });
    checks.run("places", || {
        need(&observer.cap_labels, "cap-labels")?;
        let (lines, list) = (need(&known, "attributes")?, need(&list, "private-form")?);
        for (place, &(column, max)) in list.caps.iter().enumerate() {
            let labels: Vec<Option<u32>> = lines.iter().map(|line| line.caps[place]).collect();
            agreeing(&labels, list, &[column], max as usize + 1)?;
        }
        Ok(())
    });
    let receipts = checks.run("receipts", || {
        need(&values, "values")?;
        let (salts, lines) = (need(&salts, "persons")?, need(&known, "attributes")?);
        receipts(public, files, lines, need(&list, "private-form")?, salts)
    });
    checks.run("receipt-signatures", || {
        for receipt in need(&receipts, "receipts")? {
            receipt
                .check_signature(signatures)
                .map_err(|reason| format!("the receipt of member {}: {reason}", receipt.index))?;
        }
        Ok(())
    });
    if !options.before_draw {
        lists(checks, files, list.as_ref(), public);
        replacements::auditor(checks, public, files, &list);
    }
}

/// Checks the lists of those who are on the panel, of the others, and the reserve list.
fn lists(checks: &mut Checks, files: &Files, list: Option<&List>, public: &Public) {
    let lists = list.zip(public.panel.as_ref()).zip(public.seed.as_ref()).map(|((list, panel), seed)| {
        let (selected, remaining) = list.people.split(panel);
        let order = reserve(seed, list.people.rows.len() as u32, panel);
        [selected, remaining, list.people.list(&order)]
    });
    for (id, part) in [("selected", 0), ("remaining", 1), ("reserve", 2)] {
        checks.run(id, || {
            let expected = &need(&lists, "private-form or panel-path")?[part];
            let same = file(files, &format!("{id}.csv"))? == expected.as_bytes();
            if same { Ok(()) } else { Err("it is not the list that the draw gives".into()) }
        });
    }
}

/// The list of people.
pub(super) struct List {
    pub people: People,
    identities: Vec<String>,
    /// The household columns, if there is a household rule.
    homes: Option<Vec<usize>>,
    /// For each cap its column, and how many it allows.
    caps: Vec<(usize, u32)>,
}

/// Checks person hashes and salts against the list; gives the salts under the person hashes.
fn persons(commit: &Commit, secret: &Digest, lines: &[Line], list: &List) -> Result<Vec<Digest>, String> {
    let mut salts = Vec::with_capacity(lines.len());
    for (index, (line, identity)) in lines.iter().zip(&list.identities).enumerate() {
        let salt = salt_person(secret, identity);
        if person(&commit.event, &salt, identity) != line.person {
            return Err(format!("member {index} of the list is another person"));
        }
        if salt_attrs(secret, identity) != line.salt {
            return Err(format!("the salt of member {index} does not follow from the secret"));
        }
        salts.push(salt);
    }
    Ok(salts)
}

/// Checks that each member's cells are spellings of the values in `members.csv`.
fn values(quotas: &Quotas, lines: &[Line], people: &People) -> Result<(), String> {
    let folded: Vec<String> = people.columns.iter().map(|column| fold(column)).collect();
    for (place, feature) in quotas.features().into_iter().enumerate() {
        let exact = people.columns.iter().position(|column| column == feature);
        let column = exact.or_else(|| folded.iter().position(|column| *column == fold(feature)));
        let column = column.ok_or_else(|| format!("there is no column for feature {feature}"))?;
        for (index, (line, row)) in lines.iter().zip(&people.rows).enumerate() {
            let value = &quotas.rows()[line.values[place] as usize].value;
            if row[column] != *value && fold(&row[column]) != fold(value) {
                return Err(format!("member {index} has another value of feature {feature}"));
            }
        }
    }
    Ok(())
}

/// Checks that exactly those share a label who agree in the columns, if they are `least` or more.
fn agreeing(labels: &[Option<u32>], list: &List, columns: &[usize], least: usize) -> Result<(), String> {
    let mut homes: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (index, row) in list.people.rows.iter().enumerate() {
        let key: Vec<String> = columns.iter().map(|&column| fold(&row[column])).collect();
        // Nobody is known to share anything with those whose cells are empty.
        let alone = key.iter().all(String::is_empty).then(|| index.to_string());
        homes.entry(key.into_iter().chain(alone).collect()).or_default().push(index);
    }
    let mut seen = BTreeSet::new();
    for members in homes.values() {
        let label = labels[members[0]];
        let same = members.iter().all(|&index| labels[index] == label);
        let new = label.is_none_or(|label| seen.insert(label));
        if !same || !new || label.is_some() != (members.len() >= least) {
            return Err(format!("the household or place of member {} is not that of the list", members[0]));
        }
    }
    Ok(())
}

/// Checks that there is one receipt for each member and that it says what was committed to, whatever its signature.
fn receipts(
    public: &Public,
    files: &Files,
    lines: &[Line],
    list: &List,
    salts: &[Digest],
) -> Result<Vec<Receipt>, Fault> {
    let (commit, quotas) = (need(&public.commit, "commit")?, need(&public.quotas, "quotas-form")?);
    let people: Vec<receipt::Named<'_>> = list.identities.iter().map(String::as_str).zip(salts).collect();
    let mut receipts = Vec::with_capacity(lines.len());
    let all = receipt::all(commit, quotas, lines, &people, list.homes.is_some());
    for (index, expected) in all.enumerate() {
        let found = Receipt::from_canonical(file(files, &receipt::file_name(index))?)
            .map_err(|reason| format!("the receipt of member {index}: {reason}"))?;
        if (Receipt { signature: None, ..found.clone() }) != expected {
            return Err(format!("the receipt of member {index} is another").into());
        }
        receipts.push(found);
    }
    if files.keys().filter(|name| name.starts_with("receipts/")).count() == receipts.len() {
        Ok(receipts)
    } else {
        Err("there are more receipts than members".into())
    }
}
