//! From what was read to a plan: who is present, which rules hold in each round, and the tables that the search finds.

use std::collections::BTreeSet;

use serde::Serialize;
use sortition::hash::{h, sha256};
use sortition::wording::{counted, listed, people, quoted};
use sortition::{Digest, Problem, canonical};

use crate::attendance::Attendance;
use crate::constraints::{Constraint, Kind};
use crate::members::Members;
use crate::rounds::Rounds;
use crate::staff::{self, Load, Person, Role, Rota};
use crate::tables::rules::{Answer, Demands, seat};
use crate::tables::{self, Feature, Instance, Round, Score, TableSet, Tables, bound, even_sizes, score};

/// Tries that each question about hard rules may take.
const TRIES: usize = 20_000;

/// Where members sat or are to sit: for each round that was published, the table of each member.
pub type Published = Vec<Option<Vec<Option<usize>>>>;

/// Everything that a plan follows from.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// The members.
    pub members: Members,
    /// The rounds.
    pub rounds: Rounds,
    /// The rules about people.
    pub constraints: Vec<Constraint>,
    /// Facilitators and interpreters.
    pub staff: Vec<Person>,
    /// Who came, or is known not to come.
    pub attendance: Attendance,
    /// Those who have left or not yet joined: round, member.
    pub away: BTreeSet<(usize, usize)>,
    /// What was published before.
    pub published: Published,
    /// Who worked at which table in what was published: round, table, place among the staff.
    pub told: Vec<(usize, usize, usize)>,
    /// Rounds that are planned anew although they were published, moving as few as can be.
    pub replan: Vec<usize>,
    /// Balance against mixing, 0 to 100.
    pub balance: u32,
    /// The names of the files with the rules and the rounds, for messages.
    pub files: Files,
}

/// The names of files, for messages.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// The rounds.
    pub rounds: String,
    /// The rules about people.
    pub constraints: String,
    /// The staff.
    pub staff: String,
}

/// A plan that keeps every hard rule.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What was to be solved.
    pub instance: Instance,
    /// Where everybody sits.
    pub tables: Tables,
    /// How good that is.
    pub score: Score,
    /// No allocation has more pairs who meet.
    pub bound: u64,
    /// Who works where.
    pub rota: Rota,
    /// The load of the facilitators, where there are any.
    pub load: Option<Load>,
    /// Whom a change of what was published touches: round, member.
    pub touched: Vec<(usize, usize)>,
}

impl Plan {
    /// Whether no allocation has more pairs who meet, nor fewer people outside the bands.
    pub fn is_optimal(&self) -> bool {
        self.score.pairs == self.bound && self.score.outside == 0
    }
}

/// What the input of a plan is, for its hash.
#[derive(Serialize)]
struct Canonical<'a> {
    members: &'a Members,
    rounds: &'a Rounds,
    constraints: &'a [Constraint],
    staff: &'a [Person],
    attendance: &'a [(String, Vec<bool>)],
    away: &'a BTreeSet<(usize, usize)>,
    published: &'a Published,
    told: &'a [(usize, usize, usize)],
    replan: &'a [usize],
    balance: u32,
}

impl Inputs {
    /// The SHA-256 of the canonical form of everything that the plan follows from. Neither the order of rows and columns of a
    /// file nor names of people change it.
    pub fn hash(&self) -> Digest {
        let mut constraints = self.constraints.clone();
        constraints.sort_by(|a, b| {
            (a.kind as u8, &a.rounds, &a.members, &a.names).cmp(&(
                b.kind as u8,
                &b.rounds,
                &b.members,
                &b.names,
            ))
        });
        let mut members = self.members.clone();
        members.features.sort_by(|a, b| a.name.cmp(&b.name));
        let mut attendance = self.attendance.blocks.clone();
        attendance.sort();
        sha256(&canonical::to_json(&Canonical {
            members: &members,
            rounds: &self.rounds,
            constraints: &constraints,
            staff: &self.staff,
            attendance: &attendance,
            away: &self.away,
            published: &self.published,
            told: &self.told,
            replan: &self.replan,
            balance: self.balance,
        }))
    }

    /// The seed of the search: `H("asl/1/tables", S, SHA-256 of the canonical input)`.
    pub fn seed(&self, s: &Digest) -> Digest {
        h("asl/1/tables", &[s.as_bytes(), self.hash().as_bytes()])
    }

    /// Whether somebody takes part in a round.
    pub fn is_present(&self, round: usize, member: usize) -> bool {
        !self.away.contains(&(round, member))
            && self.attendance.of(&self.rounds.all[round].name).is_none_or(|came| came[member])
    }

    fn present(&self, round: usize) -> Vec<usize> {
        (0..self.members.len()).filter(|&member| self.is_present(round, member)).collect()
    }

    /// Finds the plan.
    ///
    /// # Errors
    /// Why there is none: too few seats, rules that clash, too few people at work.
    pub fn plan(&self, s: &Digest) -> Result<Plan, Vec<Problem>> {
        let (instance, start, interpreters) = self.instance()?;
        let seed = self.seed(s);
        let tables = tables::search(&instance, &start, &seed);
        self.finish(instance, tables, interpreters, &seed)
    }

    /// What the plan is when everybody sits as `tables` says.
    fn finish(
        &self,
        instance: Instance,
        tables: Tables,
        interpreters: Vec<(usize, usize, usize)>,
        seed: &Digest,
    ) -> Result<Plan, Vec<Problem>> {
        let sizes: Vec<Vec<usize>> = instance.rounds.iter().map(|round| round.sizes.clone()).collect();
        let kept: Vec<bool> = instance.rounds.iter().map(|round| round.kept.is_some()).collect();
        let told: Vec<(usize, usize, usize)> =
            self.told.iter().copied().filter(|&(r, t, _)| kept[r] && sizes[r][t] > 0).collect();
        let rota = staff::rota(&self.staff, &tables, &sizes, interpreters, &told, seed);
        let mut touched = Vec::new();
        for (r, told) in self.published.iter().enumerate() {
            let Some(told) = told else { continue };
            let moved = |&m: &usize| told[m].is_some() && tables[r][m].is_some() && told[m] != tables[r][m];
            touched.extend((0..self.members.len()).filter(moved).map(|member| (r, member)));
        }
        Ok(Plan {
            score: score(&instance, &tables),
            bound: bound(&instance),
            load: staff::load(&self.staff, &rota, &tables),
            rota,
            tables,
            instance,
            touched,
        })
    }

    /// The instance in integers, a seating that keeps every rule, and the tables of interpreters.
    ///
    /// # Errors
    /// As [`Inputs::plan`].
    #[allow(clippy::type_complexity)]
    pub fn instance(&self) -> Result<(Instance, Tables, Vec<(usize, usize, usize)>), Vec<Problem>> {
        let mut problems = Vec::new();
        let (mut rounds, mut start, mut interpreters) = (Vec::new(), Vec::new(), Vec::new());
        let mut left: Vec<usize> = self.staff.iter().map(|person| person.most).collect();
        for r in 0..self.rounds.all.len() {
            if let Some(seats) = self.kept(r) {
                rounds.push(self.kept_round(r, &seats));
                start.push(seats);
                continue;
            }
            match self.open_round(r, &mut left) {
                Ok(found) => {
                    rounds.push(found.round);
                    start.push(found.seats);
                    interpreters.extend(found.interpreters);
                }
                Err(why) => problems.extend(why),
            }
        }
        if self.staff.iter().any(|person| person.role == Role::Facilitator) && problems.is_empty() {
            let used: Vec<usize> = rounds
                .iter()
                .map(|round: &Round| round.sizes.iter().filter(|&&size| size > 0).count())
                .collect();
            for (r, tables, people) in staff::short(&self.staff, &used) {
                let name = quoted(&self.rounds.all[r].name);
                let reason = format!(
                    "round {name} has {} and {}",
                    counted(tables, "table"),
                    counted(people, "facilitator")
                );
                let remedy = "find more facilitators, raise how often they work at most, or set fewer tables";
                problems.push(Problem::error(&self.files.staff, reason, remedy));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let features = self.members.features.iter().map(|feature| Feature {
            mode: feature.mode,
            weight: feature.weight,
            values: feature.values.len(),
            of: feature.of.clone(),
        });
        let instance = Instance {
            members: self.members.len(),
            features: features.collect(),
            rounds,
            balance: self.balance,
        };
        Ok((instance, start, interpreters))
    }

    /// Where everybody sits in a round that stays as it was published.
    fn kept(&self, r: usize) -> Option<Vec<Option<usize>>> {
        let told = self.published.get(r)?.as_ref().filter(|_| !self.replan.contains(&r))?;
        Some((0..self.members.len()).map(|m| told[m].filter(|_| self.is_present(r, m))).collect())
    }

    fn kept_round(&self, r: usize, seats: &[Option<usize>]) -> Round {
        let mut sizes = vec![0; self.rounds.all[r].tables.len()];
        seats.iter().flatten().for_each(|&table| sizes[table] += 1);
        let present = (0..seats.len()).filter(|&m| seats[m].is_some()).collect();
        Round { sizes, present, kept: Some(seats.to_vec()), ..Round::open(self.members.len(), Vec::new()) }
    }

    /// The rules that hold in a round.
    pub fn in_force(&self, r: usize) -> Vec<(&Constraint, Option<TableSet>)> {
        let at = |constraint: &Constraint| constraint.rounds.iter().position(|&round| round == r);
        let all =
            self.constraints.iter().filter_map(|constraint| at(constraint).map(|place| (constraint, place)));
        all.map(|(constraint, place)| {
            let bound = matches!(constraint.kind, Kind::Pin | Kind::Allow);
            (constraint, bound.then(|| constraint.tables[place]))
        })
        .collect()
    }

    fn demands(&self, r: usize, rules: &[(&Constraint, Option<TableSet>)], present: &[usize]) -> Demands {
        let mut demands = Demands {
            seats: self.rounds.all[r].seats.clone(),
            present: present.to_vec(),
            allowed: vec![TableSet::ALL; self.members.len()],
            together: Vec::new(),
            apart: Vec::new(),
        };
        for (constraint, tables) in rules {
            match constraint.kind {
                Kind::Together => demands.together.push(constraint.members.clone()),
                Kind::Apart => demands.apart.push(constraint.members.clone()),
                Kind::Pin | Kind::Allow => {
                    let tables = tables.unwrap_or(TableSet::ALL);
                    constraint
                        .members
                        .iter()
                        .for_each(|&m| demands.allowed[m] = demands.allowed[m].and(tables));
                }
            }
        }
        demands
    }

    fn open_round(&self, r: usize, left: &mut [usize]) -> Result<OpenRound, Vec<Problem>> {
        let (round, present) = (&self.rounds.all[r], self.present(r));
        let seats: usize = round.seats.iter().sum();
        if even_sizes(&round.seats, present.len()).is_none() {
            let reason = format!(
                "round {} has {} for {}",
                quoted(&round.name),
                counted(seats, "seat"),
                people(present.len())
            );
            return Err(vec![Problem::error(&self.files.rounds, reason, "add tables or seats")]);
        }
        let rules = self.in_force(r);
        let demands = self.demands(r, &rules, &present);
        let mut found = match seat(&demands, TRIES) {
            Answer::Seats(found) => found,
            Answer::Impossible => return Err(vec![self.clash(r, &rules, &present)]),
            Answer::Undecided => {
                let reason = format!(
                    "it could not be found out whether the rules of round {} can be met",
                    quoted(&round.name)
                );
                return Err(vec![Problem::error(&self.files.constraints, reason, "loosen some of them")]);
            }
        };
        let mut demands = demands;
        let interpreters = self.interpreters(r, &mut demands, left, &mut found)?;
        let mut sizes = vec![0; round.tables.len()];
        found.iter().flatten().for_each(|&table| sizes[table] += 1);
        let mut planned = ruled(self.members.len(), &demands);
        planned.sizes = sizes;
        if let Some(Some(told)) = self.published.get(r) {
            planned.told.clone_from(told);
        }
        Ok(OpenRound { round: planned, seats: found, interpreters })
    }

    /// A round with its rules, for those present; its sizes are still to be set.
    pub(crate) fn ruled(&self, r: usize, present: &[usize]) -> Round {
        ruled(self.members.len(), &self.demands_of(r, present))
    }

    /// What a round demands of those present.
    pub(crate) fn demands_of(&self, r: usize, present: &[usize]) -> Demands {
        self.demands(r, &self.in_force(r), present)
    }

    /// Gives interpreters to a round: those they speak for sit at as few tables as there are interpreters at work.
    fn interpreters(
        &self,
        r: usize,
        demands: &mut Demands,
        left: &mut [usize],
        found: &mut Vec<Option<usize>>,
    ) -> Result<Vec<(usize, usize, usize)>, Vec<Problem>> {
        let mut given: Vec<(usize, usize, usize)> = Vec::new();
        let speaks = self.staff.iter().filter(|p| p.role == Role::Interpreter).flat_map(|p| &p.speaks);
        for &language in &speaks.copied().collect::<BTreeSet<(usize, usize)>>() {
            let (feature, value) = language;
            let has = |m: &usize| self.members.features[feature].of[*m] == value;
            let who: Vec<usize> = demands.present.iter().copied().filter(has).collect();
            if who.is_empty() {
                continue;
            }
            let at_work = |p: &usize| {
                let person = &self.staff[*p];
                let free = !given.iter().any(|&(.., other)| other == *p);
                person.role == Role::Interpreter
                    && person.speaks.contains(&language)
                    && person.can[r]
                    && left[*p] > 0
                    && free
            };
            let mut people: Vec<usize> = (0..self.staff.len()).filter(at_work).collect();
            people.sort_by_key(|&p| (usize::MAX - left[p], p));
            let Some((tables, seats)) = gather(demands, &who, people.len()) else {
                return Err(vec![self.not_interpreted(r, language, people.len(), who.len())]);
            };
            let set = tables.iter().fold(TableSet::NONE, |set, &t| set.or(TableSet::only(t)));
            who.iter().for_each(|&m| demands.allowed[m] = demands.allowed[m].and(set));
            *found = seats;
            for (&table, person) in tables.iter().zip(people) {
                left[person] -= 1;
                given.push((r, table, person));
            }
        }
        Ok(given)
    }

    /// There are too few interpreters at work for so many members.
    fn not_interpreted(
        &self,
        r: usize,
        (feature, value): (usize, usize),
        at_work: usize,
        who: usize,
    ) -> Problem {
        let language = quoted(&self.members.features[feature].values[value]);
        let name = quoted(&self.rounds.all[r].name);
        let have = match at_work {
            0 => "no interpreter is at work".to_owned(),
            _ => format!("{} at work", are(at_work, "interpreter")),
        };
        let who = people(who);
        let reason = format!("in round {name} {have} for {language}, and {who} cannot all sit with one");
        let remedy = "find another interpreter for this round, set larger tables, or loosen the rules about these members";
        Problem::error(&self.files.staff, reason, remedy)
    }

    /// A smallest set of rules that clash: without any one of them the others can be kept.
    fn clash(&self, r: usize, rules: &[(&Constraint, Option<TableSet>)], present: &[usize]) -> Problem {
        let mut clash = rules.to_vec();
        let mut at = 0;
        while at < clash.len() {
            let mut without = clash.clone();
            without.remove(at);
            match seat(&self.demands(r, &without, present), TRIES) {
                Answer::Impossible => clash = without,
                _ => at += 1,
            }
        }
        let name = quoted(&self.rounds.all[r].name);
        let said: Vec<String> = clash.iter().map(|(constraint, _)| self.said(constraint)).collect();
        let (reason, remedy) = match said.len() {
            1 => (
                format!("this rule cannot be kept in round {name}: {}", said[0]),
                "mend it, or set more seats at these tables".to_owned(),
            ),
            many => (
                format!("these {many} rules cannot all be kept in round {name}: {}", listed(&said, 12)),
                "loosen any one of them, or set more seats at their tables".to_owned(),
            ),
        };
        Problem::error(&self.files.constraints, reason, remedy)
    }

    /// A rule in words.
    pub fn said(&self, constraint: &Constraint) -> String {
        let kind = match constraint.kind {
            Kind::Pin => "pin",
            Kind::Apart => "apart",
            Kind::Together => "together",
            Kind::Allow => "allow",
        };
        let ids: Vec<&str> = constraint.members.iter().map(|&m| self.members.ids[m].as_str()).collect();
        let tables = if constraint.names.is_empty() {
            String::new()
        } else {
            format!(" at {}", constraint.names.join(";"))
        };
        format!("row {} ({kind} {}{tables})", constraint.row, listed(&ids, 6))
    }
}

/// A round of people and rules, without sizes.
fn ruled(members: usize, demands: &Demands) -> Round {
    let mut round = Round { present: demands.present.clone(), ..Round::open(members, Vec::new()) };
    round.allowed.clone_from(&demands.allowed);
    round.together = groups(demands);
    for group in &round.together {
        let allowed = group.iter().fold(TableSet::ALL, |all, &m| all.and(demands.allowed[m]));
        group.iter().for_each(|&m| round.allowed[m] = allowed);
    }
    for apart in &demands.apart {
        let is_present = |m: &usize| demands.present.binary_search(m).is_ok();
        let here: Vec<usize> = apart.iter().copied().filter(is_present).collect();
        round
            .apart
            .extend(here.iter().enumerate().flat_map(|(i, &a)| here[..i].iter().map(move |&b| (b, a))));
    }
    round
}

/// A round that is planned, and a seating of it that keeps the rules.
struct OpenRound {
    round: Round,
    seats: Vec<Option<usize>>,
    interpreters: Vec<(usize, usize, usize)>,
}

/// The fewest tables, at most `most`, at which all of `who` can sit, and a seating in which they do.
fn gather(demands: &Demands, who: &[usize], most: usize) -> Option<(Vec<usize>, Vec<Option<usize>>)> {
    const COMBINATIONS: usize = 2_000;
    let tables = demands.seats.len();
    // Tables where more of them may sit come first.
    let mut order: Vec<usize> = (0..tables).collect();
    order.sort_by_key(|&t| {
        let bound =
            who.iter().filter(|&&m| demands.allowed[m].has(t) && demands.allowed[m] != TableSet::ALL).count();
        (usize::MAX - bound, usize::MAX - demands.seats[t], t)
    });
    for count in 1..=most.min(tables) {
        let mut choice: Vec<usize> = (0..count).collect();
        for _ in 0..COMBINATIONS {
            let at: Vec<usize> = choice.iter().map(|&i| order[i]).collect();
            let room: usize = at.iter().map(|&t| demands.seats[t]).sum();
            if room >= who.len() {
                let set = at.iter().fold(TableSet::NONE, |set, &t| set.or(TableSet::only(t)));
                let mut gathered = demands.clone();
                who.iter().for_each(|&m| gathered.allowed[m] = gathered.allowed[m].and(set));
                if let Answer::Seats(seats) = seat(&gathered, 500) {
                    return Some((at, seats));
                }
            }
            let Some(i) = (0..count).rev().find(|&i| choice[i] < tables - count + i) else { break };
            choice[i] += 1;
            (i + 1..count).for_each(|j| choice[j] = choice[j - 1] + 1);
        }
    }
    None
}

/// Those present who sit together, as groups that share nobody.
fn groups(demands: &Demands) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for together in &demands.together {
        let mut merged: Vec<usize> =
            together.iter().copied().filter(|m| demands.present.binary_search(m).is_ok()).collect();
        groups.retain(|group| {
            let shares = group.iter().any(|m| merged.contains(m));
            if shares {
                merged.extend(group);
            }
            !shares
        });
        merged.sort_unstable();
        merged.dedup();
        groups.push(merged);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// The bound of an instance; somebody who was absent in an earlier round may be new to everybody.
pub fn bound(instance: &Instance) -> u64 {
    let rounds: Vec<bound::Seated> = instance
        .rounds
        .iter()
        .map(|round| bound::Seated { sizes: round.sizes.clone(), present: round.present.clone() })
        .collect();
    bound::pairs(instance.members, &rounds)
}

fn are(n: usize, noun: &str) -> String {
    format!("{} {}", counted(n, noun), if n == 1 { "is" } else { "are" })
}
