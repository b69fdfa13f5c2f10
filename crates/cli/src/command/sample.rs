//! `boule sample`: a made-up pool for rehearsals.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rehearsal::SampleOptions;
use serde::Serialize;
use sortition::Problem;

use crate::failure::Failure;
use crate::folder::{make_folder, write_new};
use crate::say::{self, STRONG, Say};
use crate::{Report, inputs, template};

/// What `sample` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The quotas that the pool is made for: a CSV or Excel file
    #[arg(long, value_name = "FILE")]
    pub quotas: PathBuf,
    /// How many people to make up
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub size: u32,
    /// Where to write them, as CSV
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// A text that everything follows from; another text makes up other people
    #[arg(long, value_name = "TEXT", default_value = "rehearsal")]
    pub seed: String,
    /// How far the volunteers are from the quotas: 0 a mirror, 100 about what real pools have
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub bias: u32,
    /// How many in a hundred share an address with another member
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub households: u32,
}

/// What `sample` made up.
#[derive(Debug, Serialize)]
pub struct Sampled {
    out: PathBuf,
    members: usize,
    features: usize,
    seed: String,
    problems: Vec<Problem>,
}

/// Makes up a pool and writes it. A file that holds anything but the template of `init` is never overwritten.
///
/// # Errors
/// If the quotas have errors, the file exists, or the operating system refuses.
pub fn run(args: &Args) -> Result<Sampled, Failure> {
    let reading = inputs::quotas(&args.quotas)?;
    let Some(quotas) = reading.value else { return Err(Failure::input(reading.problems)) };
    let options = SampleOptions {
        size: args.size as usize,
        seed: args.seed.clone(),
        bias: args.bias,
        household_share: args.households,
    };
    let table = rehearsal::sample(&quotas, &options);
    let refused = |error| Failure::system("write", &args.out, &error);
    if fs::read(&args.out).is_ok_and(|bytes| bytes == template::POOL.as_bytes()) {
        fs::remove_file(&args.out).map_err(refused)?;
    }
    if args.out.exists() {
        return Err(Failure::no(
            format!(
                "{} is already there; a file that may hold people is never overwritten",
                args.out.display()
            ),
            "choose another name with --out",
        ));
    }
    let folder = args.out.parent().unwrap_or(Path::new(""));
    make_folder(folder, false)
        .and_then(|()| write_new(&args.out, table.to_csv().as_bytes(), true))
        .map_err(refused)?;
    Ok(Sampled {
        out: args.out.clone(),
        members: table.rows.len(),
        features: quotas.features().len(),
        seed: args.seed.clone(),
        problems: reading.problems,
    })
}

impl Report for Sampled {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        say.problems(&self.problems)?;
        let (people, out) = (say::amount(self.members), self.out.display());
        say.line(format_args!(
            "Made up {STRONG}{people} people{STRONG:#} with {} in {out}.",
            say::counted(self.features, "feature")
        ))?;
        say.line(format_args!(
            "None of them exists. The seed \"{}\" makes the same people every time.",
            self.seed
        ))
    }
}
