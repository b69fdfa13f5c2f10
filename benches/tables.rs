//! Measures the tables of the sessions beside random ones, and writes the page of results.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use sessions::attendance::Attendance;
use sessions::broken;
use sessions::members::Members;
use sessions::plan::{Files, Inputs};
use sessions::rounds::Rounds;
use sortition::hash::{h, sha256};
use sortition::{Problem, Reading, Sheet};
use speed::command::{end, is_date, keep, say};
use speed::machine::{Machine, processor_time};
use speed::page::table;

const USAGE: &str =
    "tables DATE    every shape and the social golfers; writes benches/results/tables-DATE-MACHINE.md";

/// The plans that each row is the mean of, each with a seed of its own.
const SEEDS: u32 = 10;

/// A shape, what is known of it, and what is aimed at.
struct Shape {
    name: &'static str,
    /// In fixtures/tables, or members of our own making, others for every seed.
    from: Source,
    /// Pairs in percent of the bound, people outside the bands, seconds: the release of GroupSelect, and its branch.
    published: [&'static str; 2],
    aim: &'static str,
}

enum Source {
    Fixture(&'static str),
    Made { members: u32, features: usize, tables: usize, rounds: usize },
}

fn shapes() -> [Shape; 8] {
    use Source::{Fixture, Made};
    let shape = |name, from, published, aim| Shape { name, from, published, aim };
    [
        shape(
            "40, 8x3, 7 features",
            Made { members: 40, features: 7, tables: 5, rounds: 3 },
            ["55%, 63, .36 s", "92.4%, 31, .12 s"],
            ">= 95%, <= 2",
        ),
        shape(
            "40, 8x6, 7 features",
            Made { members: 40, features: 7, tables: 5, rounds: 6 },
            ["31%, 126, .70 s", "72.7%, 80, .24 s"],
            ">= 76%, <= 7",
        ),
        shape("100, 8x4, 4 features", Fixture("h100_8x4"), ["81%, 44, 1.8 s", "95.9%, 0, 1.0 s"], "100%, 0"),
        shape(
            "110, 8x3, 5 features",
            Made { members: 110, features: 5, tables: 14, rounds: 3 },
            ["77%, 108, 1.7 s", "97.4%, 0, .72 s"],
            "100%, 0",
        ),
        shape(
            "110, 8x8, 5 features",
            Made { members: 110, features: 5, tables: 14, rounds: 8 },
            ["48%, 288, 4.5 s", "86.0%, 1.7, 2.0 s"],
            ">= 93%, 0",
        ),
        shape(
            "100, 8x8, 6 features",
            Fixture("syn100_8x8"),
            ["21%, 312, 3.9 s", "81.8%, 7.3, 2.4 s"],
            ">= 89%, <= 1",
        ),
        shape(
            "150, 8x7, 6 features",
            Fixture("syn150_8x7"),
            ["26%, 350, 7.1 s", "90.0%, 25, 4.0 s"],
            ">= 95%, <= 1.2",
        ),
        shape(
            "150, 8x14, 6 features",
            Fixture("syn150_8x14"),
            ["14%, 700, 14 s", "77.0%, 50, 7.9 s"],
            ">= 83%, <= 12",
        ),
    ]
}

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let done = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [date] if is_date(date) => measure(date),
        _ => Err(USAGE.to_owned()),
    };
    end(done)
}

fn measure(date: &str) -> Result<(), String> {
    let machine = Machine::here();
    let rows = shapes().iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let golf = [(5, 3, 7), (4, 4, 5), (5, 5, 6), (10, 4, 9), (10, 10, 3), (13, 8, 8), (7, 7, 8), (8, 4, 10)];
    let golf = golf.into_iter().map(golfers).collect::<Result<Vec<_>, _>>()?;
    let page = page(date, &machine, &rows, &golf);
    say(&page)?;
    keep(&format!("tables-{date}-{}.md", machine.slug()), &page)
}

fn page(
    date: &str,
    Machine { model, cores, load }: &Machine,
    rows: &[Vec<String>],
    golf: &[Vec<String>],
) -> String {
    let head = [
        "members, size x rounds",
        "bound",
        "random",
        "GroupSelect, released",
        "its unreleased branch",
        "aim",
        "boule, mean",
        "worst of ten",
        "seconds",
    ];
    format!(
        "# Tables, {date}\n\n{model}, {cores} cores, one of them used; load average when it began: {load}. Seconds are processor time, the mean of\n\
         {SEEDS} seeds. A cell holds the pairs who meet, in percent of the bound, and the people outside the bands, over all tables,\n\
         features and rounds.\n\n{}\n\
         *Random*: everybody at any table, sizes as asked for. The columns of GroupSelect are figures given to us for shapes like these,\n\
         measured elsewhere; GroupSelect was not run here. The shapes of 100 and 150 members are those of fixtures/tables. The members of 40\n\
         and 110 that the given figures and aims are of are not known to us: ours are made up, other ones for each of the {SEEDS} seeds, after\n\
         those of fixtures/tables. Their features are the six of `syn100_8x8` in order (2, 5, 3, 4, 3 and 3 values), the first five of them\n\
         for 110 members; the seventh for 40 members is `nation` of `h100_8x4` (4 values). For every feature by itself each member takes\n\
         the value of a given member by lot.\n\n\
         ## Social golfers\n\nGroups, size, rounds; no features. Zero repeats is a full solution.\n\n{}",
        table(&head, rows),
        table(&["case", "bound", "pairs who meet, worst", "repeats, worst", "seconds"], golf),
    )
}

fn row(shape: &Shape) -> Result<Vec<String>, String> {
    let (mut share, mut outside, mut seconds, mut bound) = (Vec::new(), Vec::new(), 0.0, 0);
    let (mut random_share, mut random_outside) = (0.0, 0);
    for seed in 0..SEEDS {
        let inputs = inputs(&shape.from, seed)?;
        let s = sha256(&seed.to_be_bytes());
        let before = processor_time();
        let plan = inputs.plan(&s).map_err(|all| told(&all))?;
        seconds += processor_time().saturating_sub(before).as_secs_f64() / f64::from(SEEDS);
        let broken = broken::rules(&inputs, &plan.tables);
        if !broken.is_empty() {
            return Err(broken.join("; "));
        }
        bound = plan.bound;
        share.push(plan.score.pairs as f64 * 100.0 / bound as f64);
        outside.push(plan.score.outside);
        let (score, _) = broken::score(&inputs, &random(&inputs, seed));
        random_share += score.pairs as f64 * 100.0 / bound as f64 / f64::from(SEEDS);
        random_outside += score.outside;
    }
    let n = f64::from(SEEDS);
    let least = share.iter().copied().fold(100.0, f64::min);
    Ok(vec![
        shape.name.to_owned(),
        bound.to_string(),
        format!("{random_share:.1}%, {:.0}", random_outside as f64 / n),
        shape.published[0].to_owned(),
        shape.published[1].to_owned(),
        shape.aim.to_owned(),
        format!("{:.1}%, {:.1}", share.iter().sum::<f64>() / n, outside.iter().sum::<u64>() as f64 / n),
        format!("{least:.1}%, {}", outside.iter().max().copied().unwrap_or(0)),
        format!("{seconds:.3}"),
    ])
}

/// Everybody at any table.
fn random(inputs: &Inputs, seed: u32) -> Vec<Vec<Option<usize>>> {
    let rounds = inputs.rounds.all.iter().enumerate().map(|(r, round)| {
        let sizes = sessions::tables::even_sizes(&round.seats, inputs.members.len()).unwrap_or_default();
        let mut members: Vec<usize> = (0..inputs.members.len()).collect();
        members.sort_by_key(|&m| {
            h("random", &[&seed.to_be_bytes(), &(r as u32).to_be_bytes(), &(m as u32).to_be_bytes()])
        });
        let tables = sizes.iter().enumerate().flat_map(|(t, &size)| std::iter::repeat_n(t, size));
        let mut seats = vec![None; members.len()];
        members.iter().zip(tables).for_each(|(&member, table)| seats[member] = Some(table));
        seats
    });
    rounds.collect()
}

fn golfers((groups, size, rounds): (usize, usize, usize)) -> Result<Vec<String>, String> {
    let members: String = (0..groups * size).map(|m| format!("{m},-\n")).collect();
    let inputs = read(&format!("id,note\n{members}"), &round_table(groups, size, rounds))?;
    let (mut least, mut most, mut seconds, mut bound) = (f64::MAX, 0, 0.0, 0);
    for seed in 0..SEEDS {
        let before = processor_time();
        let plan = inputs.plan(&sha256(&seed.to_be_bytes())).map_err(|all| told(&all))?;
        seconds += processor_time().saturating_sub(before).as_secs_f64() / f64::from(SEEDS);
        bound = plan.bound;
        least = least.min(plan.score.pairs as f64 * 100.0 / bound as f64);
        most = most.max(plan.score.repeats);
    }
    Ok(vec![
        format!("{groups}-{size}-{rounds}"),
        bound.to_string(),
        format!("{least:.1}%"),
        most.to_string(),
        format!("{seconds:.3}"),
    ])
}

fn round_table(tables: usize, seats: usize, rounds: usize) -> String {
    let all = (1..=rounds).flat_map(|r| (1..=tables).map(move |t| format!("{r},{t},{seats}\n")));
    "round,table,seats\n".to_owned() + &all.collect::<String>()
}

/// The members and rounds of a shape; made-up members differ from seed to seed.
fn inputs(source: &Source, seed: u32) -> Result<Inputs, String> {
    match source {
        Source::Fixture(name) => read(&fixture(name, "members.csv")?, &fixture(name, "rounds.csv")?),
        &Source::Made { members, features, tables, rounds } => {
            let people = people(members, features, seed)?;
            read(&people, &round_table(tables, 8, rounds))
        }
    }
}

/// Made-up members with the structure of the given ones: the six features of `syn100_8x8` in their order, then `nation` of
/// `h100_8x4`. For every feature by itself each member takes the value of some given member, all equally likely; in the
/// given assemblies the features are independent too.
fn people(members: u32, features: usize, seed: u32) -> Result<String, String> {
    let columns = [("syn100_8x8", 1), ("syn100_8x8", 2), ("syn100_8x8", 3), ("syn100_8x8", 4)];
    let more = [("syn100_8x8", 5), ("syn100_8x8", 6), ("h100_8x4", 4)];
    let mut lines: Vec<String> = (0..members).map(|m| m.to_string()).collect();
    let mut head = "id".to_owned();
    for (folder, column) in columns.into_iter().chain(more).take(features) {
        let given = fixture(folder, "members.csv")?;
        let mut values = given.lines().filter_map(|line| line.split(',').nth(column));
        let name = values.next().ok_or_else(|| format!("{folder}: no column {column}"))?;
        let values: Vec<&str> = values.collect();
        head += &format!(",{name}");
        for (m, line) in (0u32..).zip(&mut lines) {
            let throw = h("member", &[&seed.to_be_bytes(), &m.to_be_bytes(), name.as_bytes()]);
            let throw = throw.0.iter().fold(0, |rest, &byte| (rest * 256 + usize::from(byte)) % values.len());
            *line += &format!(",{}", values[throw]);
        }
    }
    Ok(format!("{head}\n{}\n", lines.join("\n")))
}

fn fixture(folder: &str, file: &str) -> Result<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/tables").join(folder).join(file);
    fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(members: &str, rounds: &str) -> Result<Inputs, String> {
    let members = sound(Members::read(&sheet(members)?, None))?;
    let rounds = sound(Rounds::read(&sheet(rounds)?))?;
    Ok(Inputs {
        published: vec![None; rounds.all.len()],
        attendance: Attendance::default(),
        away: Default::default(),
        staff: Vec::new(),
        told: Vec::new(),
        replan: Vec::new(),
        balance: 50,
        files: Files::default(),
        constraints: Vec::new(),
        members,
        rounds,
    })
}

fn sheet(text: &str) -> Result<Sheet, String> {
    sound(reading::read("table.csv", text.as_bytes()))
}

fn sound<T>(Reading { value, problems }: Reading<T>) -> Result<T, String> {
    value.ok_or_else(|| told(&problems))
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}
