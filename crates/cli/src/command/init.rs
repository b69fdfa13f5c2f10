//! `boule init`: a folder for an assembly.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::Report;
use crate::failure::Failure;
use crate::folder::{make_folder, write_new};
use crate::say::{STRONG, Say};
use crate::{settings, template};

/// What `init` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to make
    pub dir: PathBuf,
    /// The assembly's name
    #[arg(long, value_name = "NAME", default_value = "Our assembly")]
    pub event: String,
    /// How many people the panel has
    #[arg(long, value_name = "K", default_value_t = template::SIZE, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub size: u32,
}

/// What `init` made.
#[derive(Debug, Serialize)]
pub struct Made {
    folder: PathBuf,
    files: Vec<&'static str>,
}

/// Makes the folder. Files that are there already stay as they are, and then nothing is made.
///
/// # Errors
/// If one of the files exists or the operating system refuses.
pub fn run(args: &Args) -> Result<Made, Failure> {
    let (settings, quotas) = (template::settings(&args.event, args.size), template::quotas(args.size));
    let files: [(&'static str, &str); 4] = [
        (settings::FILE, &settings),
        ("quotas.csv", &quotas),
        ("private/pool.csv", template::POOL),
        ("README.md", template::README),
    ];
    if let Some((file, _)) = files.iter().find(|(file, _)| args.dir.join(file).exists()) {
        return Err(Failure::no(
            format!("{} is already there; nothing was changed", args.dir.join(file).display()),
            "choose another folder, or go on with this one: boule check FOLDER",
        ));
    }
    for (file, text) in files {
        let path = args.dir.join(file);
        let private = file.starts_with("private");
        let folder = path.parent().unwrap_or(Path::new(""));
        make_folder(folder, private)
            .and_then(|()| write_new(&path, text.as_bytes(), private))
            .map_err(|error| Failure::system("write", &path, &error))?;
    }
    Ok(Made { folder: args.dir.clone(), files: files.map(|(file, _)| file).to_vec() })
}

impl Report for Made {
    fn tell(&self, say: &mut Say) -> io::Result<()> {
        let folder = self.folder.display();
        say.line(format_args!("Made the folder {STRONG}{folder}{STRONG:#} with"))?;
        for file in &self.files {
            say.line(format_args!("  {file}"))?;
        }
        say.line("Fill them in; README.md says how. They hold an example now. Then:")?;
        say.line(format_args!("  boule check {folder}"))
    }
}
