//! Three years of four recommendations, with turnover, overload and an election: what comes out is what `fixtures/years/`
//! says, a table worked by hand.

mod common;

use common::{Story, action, new_draft, noon, promise, rule, somebody};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tracking::*;

const PAGE: &str = include_str!("../../../fixtures/years/three-years.md");
const LAST: Date = date(2029, 8, 31);
const LEAVER: &str = "Head of parks";
const HEIR: &str = "Head of roads";

/// The rows of the table below a heading, without its head.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, below) = PAGE.split_once(&format!("\n## {heading}\n")).expect("the heading is there");
    let lines =
        below.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with('|'));
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    lines.skip(2).map(cells).collect()
}

/// The rows as sorted lines, one for each recommendation in column `by`, without the last column, which says why.
fn lines(rows: Vec<Vec<&str>>, by: usize) -> Vec<String> {
    let mut all = Vec::new();
    for row in rows {
        assert!(row.last().is_some_and(|why| why.len() > 5), "{row:?} says why");
        for one in row[by].split(' ') {
            let mut cells: Vec<&str> = row[..row.len() - 1].to_vec();
            cells[by] = one;
            all.push(cells.join(" | "));
        }
    }
    all.sort();
    all
}

/// What is due, with the numbers of commitment and milestone.
fn named(deadline: &Deadline) -> String {
    match (deadline.commitment, deadline.milestone) {
        (Some(one), Some(two)) => format!("{} {one}.{two}", deadline.duty.key()),
        (Some(one), None) => format!("{} {one}", deadline.duty.key()),
        _ => deadline.duty.key().to_owned(),
    }
}

fn heard(to: &Addressee) -> String {
    match to {
        Addressee::Post(post) => post.clone(),
        Addressee::Head(unit) => format!("unit {unit}"),
        Addressee::Coordinators => "coordinators".into(),
        Addressee::Sponsor => "sponsor".into(),
        Addressee::Public => "public".into(),
    }
}

/// The town as it goes through the three years.
struct Town {
    stories: BTreeMap<&'static str, Story>,
    posts: BTreeMap<String, String>,
    facts: BTreeMap<String, PostFacts>,
    holdings: Vec<Holding>,
    flag: Option<Overload>,
    seen: BTreeSet<(String, u32, Rung, Date)>,
    due: Vec<String>,
    steps: Vec<String>,
    refused: Vec<String>,
    outcomes: Vec<String>,
}

impl Town {
    fn new() -> Self {
        let begin = noon(date(2026, 8, 28));
        let story = |reference: &'static str| {
            let draft = Draft { reference: reference.into(), ..new_draft() };
            let made = Recommendation::draft(&somebody(Role::Secretariat), draft, begin, &rule());
            let (it, event) = made.expect("a lawful draft");
            let story = Story { now: begin, rule: rule(), it, events: vec![event] };
            (reference, story.then(Verb::Adopt))
        };
        let posts = [(LEAVER, "parks"), ("Deputy head of parks", "parks"), (HEIR, "roads")];
        let from = date(2026, 1, 1);
        let holding = |id: &str, person: &str, post: &str| Holding {
            id: id.into(),
            post: post.into(),
            person: person.into(),
            from,
            until: None,
        };
        let roads = PostFacts::default().with_capacity(from, 30);
        let facts = [
            (LEAVER, PostFacts::default().with_capacity(from, 40)),
            (HEIR, roads.with_capacity(date(2027, 8, 1), 45)),
        ];
        Self {
            stories: ["R-01", "R-02", "R-03", "R-04"].map(story).into(),
            posts: posts.map(|(post, unit)| (post.to_owned(), unit.to_owned())).into(),
            facts: facts.map(|(post, facts)| (post.to_owned(), facts)).into(),
            holdings: vec![
                holding("h-1", "p-ana", LEAVER),
                holding("h-2", "p-ben", "Deputy head of parks"),
                holding("h-3", "p-carla", HEIR),
            ],
            flag: None,
            seen: BTreeSet::new(),
            due: Vec::new(),
            steps: Vec::new(),
            refused: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    /// The steps that are new this morning.
    fn morning(&mut self, today: Date) {
        for (reference, story) in &self.stories {
            for step in escalations(&story.it, today) {
                if !self.seen.insert(((*reference).to_owned(), step.deadline, step.rung, step.due)) {
                    continue;
                }
                let mut all = story.it.deadlines.iter();
                let duty = named(all.find(|one| one.number == step.deadline).expect("its deadline"));
                let to: Vec<String> = step.to.iter().map(heard).collect();
                let (on, due, rung, to) = (step.on, step.due, step.rung.key(), to.join(", "));
                self.steps.push(format!("{on} | {reference} | {duty} | {due} | {rung} | {to}"));
            }
        }
    }

    /// A deed as the table writes it.
    fn does(&mut self, reference: &'static str, deed: &str, today: Date) {
        let story = self.stories[reference].clone().on(today);
        if let Some(position) = deed.strip_prefix("publish ") {
            let position = Position::from_key(position).expect("a position");
            let after = story.published(position);
            return self.keep(reference, after);
        }
        let act = read(deed, &story);
        let verb = act.verb();
        let line = transition(story.it.state, verb).map(|line| line.who);
        let who = line.or_else(|| deed_in(story.it.state, verb).map(|deed| deed.who)).expect("a line")[0];
        match story.attempt(&somebody(who), act.clone()) {
            Ok(_) => self.keep(reference, story.by(&somebody(who), act)),
            Err(refusals) => {
                let keys: Vec<&str> = refusals.iter().map(Refusal::key).collect();
                self.refused.push(format!("{today} | {reference} | {deed} | {}", keys.join(" ")));
            }
        }
    }

    fn keep(&mut self, reference: &'static str, after: Story) {
        let before = self.stories[reference].events.len();
        for deadline in after.events[before..].iter().flat_map(|event| &event.deadlines) {
            if deadline.is_open() {
                let (from, duty, due) = (deadline.started, named(deadline), deadline.due);
                self.due.push(format!("{from} | {reference} | {duty} | {due}"));
            }
        }
        self.stories.insert(reference, after);
    }

    fn work(&self) -> Vec<(String, Recommendation)> {
        self.stories.iter().map(|(id, story)| ((*id).to_owned(), story.it.clone())).collect()
    }

    /// What nobody answers for on a day.
    fn ownerless(&self, day: Date) -> String {
        let (work, grants) = (self.work(), BTreeMap::new());
        let office = Office { posts: &self.posts, holdings: &self.holdings, grants: &grants, work: &work };
        let found: Vec<&str> = office.without_owner(day).into_iter().map(|(id, _)| id).collect();
        if found.is_empty() { "none".into() } else { found.join(" ") }
    }

    /// Ana leaves: one action, by which everything moves.
    fn leaves(&mut self, today: Date) {
        let (work, grants) = (self.work(), BTreeMap::new());
        let next = today.tomorrow().expect("a day");
        let heirs = BTreeMap::from([(LEAVER.to_owned(), Heir::Post { to: HEIR.into(), deputy: None })]);
        let office = Office { posts: &self.posts, holdings: &self.holdings, grants: &grants, work: &work };
        let nobody = office.leaving("p-ana", today, &BTreeMap::new(), today);
        assert_eq!(nobody, Err(BTreeSet::from([Trouble::NoHeir(LEAVER.into())])), "not without an heir");
        let plan = office.leaving("p-ana", today, &heirs, today).expect("a plan");
        for holding in self.holdings.iter_mut().filter(|one| plan.ends.contains(&one.id)) {
            holding.until = Some(today);
        }
        self.outcomes.push(format!("{next} | without owner if Ana just went | {}", self.ownerless(next)));
        let moved: Vec<&str> = plan.moves.iter().map(|one| one.reference.as_str()).collect();
        self.outcomes.push(format!("{today} | moved | {}", moved.join(" ")));
        for one in &plan.moves {
            let (reference, story) = self.stories.get_key_value(one.reference.as_str()).expect("one of ours");
            let (from, to, why) = (one.from.clone(), one.to.clone(), "She leaves.".to_owned());
            let (deputy, unit) = (one.deputy.clone(), one.unit.clone());
            let act = Action::Reassign { from, to, deputy, unit, why };
            let after = story.clone().on(today).by(&somebody(Role::Coordinator), act);
            self.keep(reference, after);
        }
        self.outcomes.push(format!("{next} | without owner | {}", self.ownerless(next)));
    }

    fn late(&mut self, today: Date) {
        let late = self.flag.as_ref().map_or(0, |flag| flag.days_late(today));
        self.outcomes.push(format!("{today} | overload answered late by days | {late}"));
    }

    fn reviews(&self, today: Date) -> String {
        let election = Election { id: "e-1".into(), on: date(2028, 6, 18) };
        let all = Reviews::of(&election, self.stories.values().map(|story| &story.it), today);
        let Reviews { reaffirmed, amended, dropped, waiting, silent } = all;
        format!(
            "{reaffirmed} reaffirmed, {amended} amended, {dropped} dropped, {waiting} waiting, {silent} silent"
        )
    }

    /// What is not about one recommendation.
    fn house(&mut self, deed: &str, today: Date) {
        match deed {
            "Ana leaves, Head of roads takes the work" => self.leaves(today),
            "Head of roads is overloaded" => {
                let flag = Overload::raise(HEIR, "The work of two units.", today, &self.flag);
                self.flag = Some(flag.expect("the first flag"));
            }
            "the overload is answered, done by 2027-08-01" => {
                let flag = self.flag.take().expect("a flag");
                let by = Some(date(2027, 8, 1));
                let answered = flag.answer("Fifteen hours more.", by, None, today);
                self.flag = Some(answered.expect("an answer"));
                self.late(today);
            }
            "election" => {}
            other => panic!("nobody knows how to: {other}"),
        }
    }

    /// The figures at the end of a day, as the table writes them.
    fn figures(&self, today: Date) -> String {
        let all = || self.stories.values().map(|story| &story.it);
        let it = Coverage::of(all(), today);
        let loads = workload(all(), &self.facts, today);
        let load = |post: &str| {
            let load = &loads[post];
            format!("{} of {} {}", load.hours, load.capacity.expect("known"), load.measure().key())
        };
        let (answered, handed, accepted) = (it.answered, it.handed_over, it.accepted);
        let (delivered, overdue, parks, roads) = (it.delivered, it.overdue, load(LEAVER), load(HEIR));
        format!("{today} | {answered} of {handed} | {accepted} | {delivered} | {overdue} | {parks} | {roads}")
    }
}

/// What the report of a year says, as the table writes it, for a reader on the day after the last one.
fn report(stories: &BTreeMap<&str, Story>, year: i16) -> String {
    let term = Term::year(year, LAST.tomorrow().expect("a day")).expect("a year that has begun");
    let histories = stories.values().map(|story| story.events.as_slice());
    let it = Annual::of(histories, term, &rule()).expect("histories").all;
    let counts = [
        it.newly_answered,
        it.revised,
        it.accepted,
        it.reported_done,
        it.unchecked,
        it.checked,
        it.delivered,
        it.overdue,
        it.in_time,
        it.late,
        it.missed,
    ];
    let counts: Vec<String> = counts.iter().map(u32::to_string).collect();
    format!("{year} | {} of {} | {}", it.answered, it.handed_over, counts.join(" | "))
}

/// An action out of the words of the table.
fn read(deed: &str, story: &Story) -> Action {
    let words: Vec<&str> = deed.split(' ').collect();
    let number = || words[1].parse().expect("a number");
    let day = || words[words.len() - 1].parse().expect("a day");
    let under = || Under { election: "e-1".into(), elected_on: date(2028, 6, 18), commitment: number() };
    let reason = || "For a good reason.".to_owned();
    let post = story.it.assignment.as_ref().map_or(String::new(), |one| one.accountable.clone());
    let promise = Promise { post: post.clone(), ..promise(story.today()) };
    match words[0] {
        "estimate" => Action::Estimate { hours: BTreeMap::from([(post, number())]) },
        "deliver" => Action::Deliver { commitments: vec![promise] },
        "add_commitment" => Action::AddCommitment { promise: Promise { milestones: Vec::new(), ..promise } },
        "extend" => {
            let all = story.it.open_deadlines();
            let own = all.iter().find(|one| one.duty == Duty::Commitment).expect("a commitment");
            Action::Extend { deadline: own.number, until: day(), reason: reason() }
        }
        "reaffirm" => Action::Reaffirm { under: under(), reason: reason() },
        "amend" => {
            let deliverable = "300 trees".to_owned();
            Action::Amend { under: under(), deliverable, due: day(), reason: reason() }
        }
        "drop" => Action::Drop { under: under(), reason: reason() },
        verb => action(Verb::from_key(verb).unwrap_or_else(|| panic!("no verb {verb}")), story),
    }
}

fn differing(what: &str, mut found: Vec<String>, table: Vec<String>) {
    found.sort();
    let missing: Vec<&String> = table.iter().filter(|line| !found.contains(line)).collect();
    let extra: Vec<&String> = found.iter().filter(|line| !table.contains(line)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "{what}: by hand {missing:#?}, by the rules {extra:#?}");
    assert_eq!(found, table, "{what}");
}

#[test]
fn three_years_come_out_as_the_table_worked_by_hand_says() {
    let mut town = Town::new();
    let deeds = table("What people do");
    let figures = table("At the end of the day");
    let outcomes = table("Turnover, overload, election");
    assert!(deeds.len() > 40 && figures.len() == 8 && outcomes.len() == 9);
    let (mut shown, mut played) = (Vec::new(), 0);
    let mut today = date(2026, 8, 31);
    while today <= LAST {
        town.morning(today);
        for row in deeds.iter().filter(|row| row[0] == today.to_string()) {
            played += 1;
            match row[1] {
                "-" => town.house(row[2], today),
                all => all.split(' ').for_each(|one| town.does(one, row[2], today)),
            }
        }
        for row in outcomes.iter().filter(|row| row[0] == today.to_string()) {
            match row[1] {
                "election" => {
                    let said = town.reviews(today);
                    town.outcomes.push(format!("{today} | election | {said}"));
                }
                "overload answered late by days" if row[2] == "0" => town.late(today),
                _ => {}
            }
        }
        if figures.iter().any(|row| row[0] == today.to_string()) {
            shown.push(town.figures(today));
        }
        today = today.tomorrow().expect("a day");
    }
    assert_eq!(played, deeds.len(), "every deed has a day within the three years");
    differing("due", town.due, lines(table("Due"), 1));
    differing("steps", town.steps, lines(table("Steps"), 1));
    differing("refused", town.refused, lines(table("Refused"), 1));
    let whole = |rows: Vec<Vec<&str>>| {
        let mut all: Vec<String> = rows.iter().map(|row| row[..row.len() - 1].join(" | ")).collect();
        all.sort();
        all
    };
    differing("outcomes", town.outcomes, whole(outcomes));
    differing("figures", shown, whole(figures));
    let reports = (2026..=2029).map(|year| report(&town.stories, year)).collect();
    differing("annual reports", reports, whole(table("Annual report")));
    for story in town.stories.values() {
        assert_eq!(Recommendation::rebuild(&story.events).expect("a history"), story.it);
    }
    kept(&town.stories);
}

/// The histories lie beside the table, so that a service can be asked about them too.
fn kept(stories: &BTreeMap<&str, Story>) {
    let event = |event: &Event| serde_json::to_string(event).expect("JSON");
    let one = |(reference, story): (&&str, &Story)| {
        let events: Vec<String> = story.events.iter().map(event).collect();
        format!("\"{reference}\": [\n{}\n]", events.join(",\n"))
    };
    let all = stories.iter().map(one).collect::<Vec<_>>().join(",\n");
    let made = format!("{{\n{all}\n}}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/years/histories.json");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &made).expect("the file can be written");
    }
    let there = std::fs::read_to_string(&path).expect("the file");
    assert!(there == made, "write it anew: BLESS=1 cargo test -p tracking --test three_years");
}
