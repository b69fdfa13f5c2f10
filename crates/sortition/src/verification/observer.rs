//! The checks that need `observers/`.

use super::proof::{self, Proved};
use super::public::{Public, hashed};
use super::{Checks, Fault, file, need};
use crate::certificate::Certificate;
use crate::counts;
use crate::extra::ExtraRules;
use crate::hash::Digest;
use crate::portfolio::Portfolio;
use crate::record::{Files, secret_from_canonical};
use crate::register::{Line, from_canonical, rules, tree};
use crate::rules::{Bounds, Breach, Rules};

/// What the observers' files were found to say.
pub(super) struct Observer {
    /// The members, if they are those that were committed to.
    pub lines: Option<Vec<Line>>,
    /// There if the members' values and households are those that were committed to.
    pub attributes: Option<()>,
    /// There if the households' labels are in order.
    pub labels: Option<()>,
    /// There if the caps' labels are in order.
    pub cap_labels: Option<()>,
    pub secret: Option<Digest>,
    /// There if every panel keeps every rule.
    pub rules: Option<Rules>,
}

pub(super) fn check(checks: &mut Checks, public: &Public, open: &Files, files: &Files) -> Observer {
    let form = checks.run("members-form", || {
        let (commit, quotas) = (need(&public.commit, "commit")?, need(&public.quotas, "quotas-form")?);
        let extra = need(&public.rules, "rules-form")?;
        Ok(from_canonical(file(files, "members.csv")?, quotas, extra, commit.n, commit.m)?)
    });
    let root = checks.run("pool-root", || {
        let (lines, commit) = (need(&form, "members-form")?, need(&public.commit, "commit")?);
        let root = tree(lines).root();
        if root == commit.pool_root { Ok(()) } else { Err(format!("its root is {root}").into()) }
    });
    let lines = root.and(form);
    checks.run("person-order", || {
        let disorder =
            need(&lines, "pool-root")?.windows(2).position(|pair| pair[0].person >= pair[1].person);
        disorder
            .map_or(Ok(()), |index| Err(format!("member {} is not after the one before", index + 1).into()))
    });
    let attributes = checks.run("attributes", || attributes(public, need(&lines, "pool-root")?));
    let labels = checks.run("household-labels", || {
        need(&attributes, "attributes")?;
        let grouped = need(&public.rules, "rules-form")?.households.is_some();
        let members = numbered(need(&lines, "pool-root")?.iter().map(|line| line.household))?;
        if !grouped && !members.is_empty() {
            Err("there are households, but no household rule".into())
        } else if members.contains(&1) {
            Err("a household has only one member".into())
        } else {
            Ok(())
        }
    });
    let cap_labels = checks.run("cap-labels", || {
        need(&attributes, "attributes")?;
        let lines = need(&lines, "pool-root")?;
        for (place, cap) in need(&public.rules, "rules-form")?.caps.iter().enumerate() {
            let members = numbered(lines.iter().map(|line| line.caps[place]))?;
            if members.iter().any(|&members| members <= cap.max) {
                return Err(format!("a label of cap {place} has no more members than the cap allows").into());
            }
        }
        Ok(())
    });
    let secret =
        checks.run("observer-secret", || Ok(secret_from_canonical(file(files, "observer-secret")?)?));
    let portfolio = portfolio(checks, public, files, &secret);
    checks.run("counts", || {
        let (portfolio, lines) = (need(&portfolio, "portfolio-root")?, need(&lines, "pool-root")?);
        let counts = portfolio.counts(lines.len());
        let wrong = counts.iter().zip(lines).position(|(&count, line)| count != line.count);
        wrong.map_or(Ok(()), |index| Err(format!("member {index} is in {} panels", counts[index]).into()))
    });
    let facts = Facts {
        public,
        lines: &lines,
        attributes: &attributes,
        labels: &labels,
        cap_labels: &cap_labels,
        portfolio: &portfolio,
    };
    let rules = facts.panels(checks);
    facts.counts_file(checks, open, &rules);
    facts.certificate(checks, files, &rules);
    Observer { lines, attributes, labels, cap_labels, secret, rules }
}

/// Checks every member's attributes hash.
fn attributes(public: &Public, lines: &[Line]) -> Result<(), Fault> {
    let (commit, quotas) = (need(&public.commit, "commit")?, need(&public.quotas, "quotas-form")?);
    let grouped = need(&public.rules, "rules-form")?.households.is_some();
    let wrong = |line: &Line| line.attrs != line.expected_attrs(&commit.event, quotas, grouped);
    let wrong = lines.iter().position(wrong);
    wrong.map_or(Ok(()), |index| Err(format!("the values of member {index} do not give the hash").into()))
}

/// Checks that labels are 1, 2, ... in the order in which they first come up; gives the number of members of each.
fn numbered(labels: impl Iterator<Item = Option<u32>>) -> Result<Vec<u32>, &'static str> {
    let mut members: Vec<u32> = Vec::new();
    for label in labels.flatten() {
        let place = label as usize - 1;
        if place == members.len() {
            members.push(0);
        }
        *members.get_mut(place).ok_or("the labels are not numbered in order")? += 1;
    }
    Ok(members)
}

/// The checks of the portfolio by itself; gives it if it is the one that was committed to.
fn portfolio(
    checks: &mut Checks,
    public: &Public,
    files: &Files,
    secret: &Option<Digest>,
) -> Option<Portfolio> {
    let form = checks.run("portfolio-form", || {
        let commit = need(&public.commit, "commit")?;
        Ok(Portfolio::from_canonical(file(files, "portfolio.csv")?, commit.n, commit.k, commit.m)?)
    });
    let root = checks.run("portfolio-root", || {
        let (secret, commit) = (need(secret, "observer-secret")?, need(&public.commit, "commit")?);
        let portfolio = need(&form, "portfolio-form")?;
        let root = portfolio.tree(secret).root();
        if root == commit.portfolio_root { Ok(()) } else { Err(format!("its root is {root}").into()) }
    });
    let portfolio = root.and(form);
    checks.run("portfolio-order", || {
        let disorder = need(&portfolio, "portfolio-root")?.disorder();
        disorder.map_or(Ok(()), |place| Err(format!("panel {place} is not after the one before").into()))
    });
    portfolio
}

/// What the checks of panels against rules start from.
struct Facts<'a> {
    public: &'a Public,
    lines: &'a Option<Vec<Line>>,
    attributes: &'a Option<()>,
    labels: &'a Option<()>,
    cap_labels: &'a Option<()>,
    portfolio: &'a Option<Portfolio>,
}

impl Facts<'_> {
    /// The rules with those besides the quotas that `kept` leaves over; the rows from `first` on count.
    fn rules(&self, first: usize, kept: impl FnOnce(&ExtraRules) -> ExtraRules) -> Result<Rules, Fault> {
        need(self.attributes, "attributes")?;
        let (commit, quotas) =
            (need(&self.public.commit, "commit")?, need(&self.public.quotas, "quotas-form")?);
        let extra = kept(need(&self.public.rules, "rules-form")?);
        let mut rules = rules(quotas, &extra, commit.k, need(self.lines, "pool-root")?);
        rules.rows.iter_mut().take(first).for_each(|row| *row = Bounds { min: 0, max: u32::MAX });
        if extra.households.is_none() {
            rules.members.iter_mut().for_each(|member| member.household = None);
        }
        Ok(rules)
    }

    /// Checks every panel; gives the rules if all are kept.
    fn panels(&self, checks: &mut Checks) -> Option<Rules> {
        let none = ExtraRules::default;
        let quotas = self.public.quotas.as_ref().map_or(0, |quotas| quotas.rows().len());
        let mut run = |id, rules: &dyn Fn() -> Result<Rules, Fault>| {
            checks.run(id, || first_breach(&rules()?, need(self.portfolio, "portfolio-root")?))
        };
        let held = [
            run("quotas", &|| self.rules(0, |_| none())),
            run("combinations", &|| {
                let only = |extra: &ExtraRules| extra.combinations.clone();
                self.rules(quotas, |extra| ExtraRules { combinations: only(extra), ..none() })
            }),
            run("households", &|| {
                need(self.labels, "household-labels")?;
                let only = |extra: &ExtraRules| extra.households.clone();
                self.rules(quotas, |extra| ExtraRules { households: only(extra), ..none() })
            }),
            run("caps", &|| {
                need(self.cap_labels, "cap-labels")?;
                self.rules(quotas, |extra| ExtraRules { caps: extra.caps.clone(), ..none() })
            }),
            run("seated", &|| {
                self.rules(quotas, |extra| ExtraRules { seated: extra.seated.clone(), ..none() })
            }),
        ];
        held.iter().all(Option::is_some).then(|| self.rules(0, ExtraRules::clone).ok()).flatten()
    }

    /// Checks `counts.csv` against the pool and the portfolio.
    fn counts_file(&self, checks: &mut Checks, open: &Files, rules: &Option<Rules>) {
        checks.run("counts-file", || {
            need(&self.public.counts, "counts-form")?;
            let (quotas, rules) =
                (need(&self.public.quotas, "quotas-form")?, need(rules, "quotas, or another rule")?);
            let counts = counts::publish(quotas, rules, need(self.portfolio, "portfolio-root")?);
            let same = counts::to_csv(quotas, &counts).as_bytes() == file(open, "counts.csv")?;
            if same { Ok(()) } else { Err("it is not what the pool and the panels give".into()) }
        });
    }

    /// Checks the proof of fairness and says what it proves.
    fn certificate(&self, checks: &mut Checks, files: &Files, rules: &Option<Rules>) {
        let commit = &self.public.commit;
        let bytes = hashed(checks, "hash-certificate", files, "certificate.json", commit, |hashes| {
            hashes.certificate
        });
        let proved = checks.run("certificate", || {
            let (rules, commit) = (need(rules, "quotas, or another rule")?, need(commit, "commit")?);
            let counts = need(self.portfolio, "portfolio-root")?.counts(rules.members.len());
            let (certificate, stored) =
                Certificate::check(need(&bytes, "hash-certificate")?, rules, &counts, commit.m)?;
            Ok((Proved::all(&certificate, &stored, &counts), counts, commit.m, commit.objective))
        });
        if let Some((proved, counts, m, objective)) = proved {
            checks.statements.extend(proof::statements(&proved, &counts, m, objective));
            checks.open.extend(proof::open(&proved, m));
            checks.proved = proved;
        }
    }
}

/// The first panel that breaks a rule.
fn first_breach(rules: &Rules, portfolio: &Portfolio) -> Result<(), Fault> {
    for (place, panel) in portfolio.panels().iter().enumerate() {
        rules.check(panel).map_err(|breach| match breach {
            Breach::Row { row, count } => {
                format!("panel {place} has {count} members who count in row {row} of the rules")
            }
            Breach::Household(label) => format!("panel {place} has two members of household {label}"),
            Breach::Indices | Breach::Size(_) => format!("panel {place} is not a panel"),
        })?;
    }
    Ok(())
}
