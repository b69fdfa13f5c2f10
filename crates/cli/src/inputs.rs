//! Reads the files that a draw starts from.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sortition::pool::{Pool, assess, sums};
use sortition::quotas::Quotas;
use sortition::words;
use sortition::{Combinations, Digest, Problem, Reading, Register, Sheet};

use crate::failure::Failure;
use crate::folder;
use crate::say::shell;
use crate::settings::{self, Decided, Settings};
use crate::time;

/// A larger file is not read: no pool has so many people.
const MOST_BYTES: u64 = 256 << 20;

/// The assembly that a command is about.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The assembly's folder, with assembly.toml, as `boule init` makes it
    pub dir: Option<PathBuf>,
    /// Where the results go [default: the assembly's folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What is decided.
    #[command(flatten)]
    pub settings: Settings,
}

impl Place {
    /// Reads `assembly.toml` if there is one, and decides.
    ///
    /// # Errors
    /// If the file has errors, or it is not said where pool and quotas are.
    pub fn decide(&self) -> Result<Decided, Failure> {
        let from_file = match &self.dir {
            Some(dir) => {
                fs::metadata(dir).map_err(|error| Failure::system("read", dir, &error))?;
                folder::recover(dir)?;
                self.is_assembly(dir)?;
                Settings::read(dir)?
            }
            None => Settings::default(),
        };
        self.settings.clone().or(from_file).decide(self.dir.as_deref())
    }

    /// Refuses a folder in which nothing of an assembly is, where nothing else is named.
    fn is_assembly(&self, dir: &Path) -> Result<(), Failure> {
        let named = self.settings.pool.is_some() || self.settings.quotas.is_some();
        if named
            || [settings::FILE, settings::QUOTAS, settings::POOL].iter().any(|file| dir.join(file).exists())
        {
            return Ok(());
        }
        Err(Failure::could_not_run(
            format!("there is no assembly in {}: it has no {}", dir.display(), settings::FILE),
            format!("check the name, or begin one: boule init {}", shell(dir)),
        ))
    }

    /// Where the results go.
    pub fn out(&self) -> Option<&Path> {
        self.out.as_deref().or(self.dir.as_deref())
    }
}

/// Quotas and pool, read and found fit for each other.
#[derive(Debug)]
pub struct Inputs {
    /// How many people the panel has.
    pub size: u32,
    /// The quotas.
    pub quotas: Quotas,
    /// The quotas on combinations.
    pub combinations: Combinations,
    /// The pool.
    pub pool: Pool,
}

impl Inputs {
    /// What only shows when they are seen together.
    pub fn assess(&self, decided: &Decided) -> Vec<Problem> {
        let file = decided.quotas.display().to_string();
        assess(&self.pool, &self.quotas, &self.combinations, self.size, &file)
    }

    /// The members in the order of their hashes.
    ///
    /// # Errors
    /// If they cannot be told apart.
    pub fn register(&self, decided: &Decided, secret: &Digest) -> Result<Register, Vec<Problem>> {
        Register::new(&decided.event, &secret.0, &self.pool, &self.quotas, &self.combinations.list)
    }
}

/// Reads quotas, combinations and pool and finds every problem, also of the pool where the quotas have errors.
///
/// # Errors
/// If a file cannot be opened.
pub fn read(decided: &Decided) -> Result<Reading<Inputs>, Failure> {
    let Reading { value, mut problems } = read_unassessed(decided)?;
    let Some(inputs) = value else { return Ok(Reading::failed(problems)) };
    problems.extend(inputs.assess(decided));
    Ok(Reading::new(inputs, problems))
}

/// As [`read`], without asking whether each bound can be met.
///
/// # Errors
/// If a file cannot be opened.
pub fn read_unassessed(decided: &Decided) -> Result<Reading<Inputs>, Failure> {
    let name = |path: &Path| path.display().to_string();
    let mut problems = decided.placed(decided.problems(time::now()));
    let (quota_bytes, pool_bytes) = match (bytes(&decided.quotas), bytes(&decided.pool)) {
        (Ok(quotas), Ok(pool)) => (quotas, pool),
        (Err(one), Err(other)) => return Err(one.beside(&other)),
        (Err(one), _) | (_, Err(one)) => return Err(one),
    };
    let (quota_sheet, found) = reading::sound_rows(&name(&decided.quotas), &quota_bytes);
    problems.extend(found);
    let (pool_sheet, found) = reading::sound_rows(&name(&decided.pool), &pool_bytes);
    let drafted = quota_sheet.map(|sheet| Quotas::draft(&sheet));
    let quotas = drafted.and_then(|(quotas, found)| {
        problems.extend(found);
        quotas
    });
    let combinations = combinations(decided, quotas.as_ref(), &mut problems)?;
    problems.extend(found);
    let (Some(quotas), Some(sheet)) = (quotas, pool_sheet) else { return Ok(Reading::failed(problems)) };
    let pool = Pool::read(&sheet, &quotas, &decided.columns);
    problems.extend(pool.problems);
    let (Some(pool), Some(size)) = (pool.value, decided.size) else {
        let size = decided.size.filter(|&size| size > 0);
        problems.extend(size.map(|size| sums(&quotas, size, &name(&decided.quotas))).unwrap_or_default());
        return Ok(Reading::failed(problems));
    };
    Ok(Reading::new(Inputs { size, quotas, combinations, pool }, problems))
}

/// The combinations, if there is a file of them; it is opened even where the quotas' names are not known.
fn combinations(
    decided: &Decided,
    quotas: Option<&Quotas>,
    problems: &mut Vec<Problem>,
) -> Result<Combinations, Failure> {
    let Some(path) = &decided.combinations else { return Ok(Combinations::default()) };
    let (sheet, found) = reading::sound_rows(&path.display().to_string(), &bytes(path)?);
    problems.extend(found);
    let (Some(sheet), Some(quotas)) = (sheet, quotas) else { return Ok(Combinations::default()) };
    let reading = Combinations::read(&sheet, quotas);
    problems.extend(reading.problems);
    Ok(reading.value.unwrap_or_default())
}

/// Reads a file of quotas.
///
/// # Errors
/// If it cannot be opened.
pub fn quotas(path: &Path) -> Result<Reading<Quotas>, Failure> {
    let sheet = sheet(path)?;
    let mut problems = sheet.problems;
    let Some(sheet) = sheet.value else { return Ok(Reading::failed(problems)) };
    let quotas = Quotas::read(&sheet);
    problems.extend(quotas.problems);
    Ok(Reading { value: quotas.value, problems })
}

fn sheet(path: &Path) -> Result<Reading<Sheet>, Failure> {
    Ok(reading::read(&path.display().to_string(), &bytes(path)?))
}

/// A commitment as people give it: 64 digits and letters, with or without spaces, or words.
///
/// # Errors
/// It is neither.
pub fn commitment(text: &str) -> Result<Digest, String> {
    let hex: String = text.to_lowercase().split_whitespace().collect();
    Digest::from_hex(&hex).or_else(|| words::heard(text)).ok_or_else(|| {
        "a commitment has 64 letters a to f and digits, or 32 words of the list that receipts use".to_owned()
    })
}

/// The bytes of a file that is not larger than any file of a draw.
///
/// # Errors
/// If it cannot be read, is no file or is too large.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let refused = |error| Failure::system("read", path, &error);
    if !fs::metadata(path).map_err(refused)?.is_file() {
        return Err(Failure::could_not_run(format!("{} is not a file", path.display()), "name a file"));
    }
    let file = File::open(path).map_err(refused)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > MOST_BYTES {
        let reason = format!("{} has more than {} MB", path.display(), MOST_BYTES >> 20);
        return Err(Failure::could_not_run(reason, "name the right file; nothing of a draw is so large"));
    }
    Ok(bytes)
}
